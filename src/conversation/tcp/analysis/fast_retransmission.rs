//! tshark: what two or more duplicate ACKs asked for (RFC 5681 §3.2 says
//! three), no more than 20 ms after the last of them.

use super::{Half, Segment, within};
use crate::model::Span;

const SOON: Span = Span::from_millis(20);

/// Of a segment that [starts before the next
/// number](super::resent::starts_before_the_next).
pub(super) fn fast_retransmission(segment: &Segment, peer: &Half) -> bool {
    peer.repeats >= 2 && segment.seq == peer.last_ack && within(segment.at.since(peer.last_time), SOON)
}
