//! tshark: all of its payload was acknowledged before. A FIN or SYN alone is
//! not asked for; [`super::verdict`] does.

use super::connection::NONE;
use super::{Half, Segment};

pub(super) fn spurious_retransmission(segment: &Segment, peer: &Half) -> bool {
    segment.length > 0 && peer.last_ack != NONE && segment.end().before_or_at(peer.last_ack)
}
