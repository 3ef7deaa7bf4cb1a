//! Fast retransmission (RFC 5681 §3.2): what three duplicate ACKs ask for.
//!
//! tshark wants two, no more than 20 ms before; the sender may be farther
//! away. And where it has marked an acknowledgment of unseen bytes, it takes
//! the mark for a count.

use super::super::connection::MARK;
use super::super::{Findings, within};
use super::Case;
use crate::model::Span;

/// What a sender may take beyond the round trip.
const SOON: Span = Span::from_millis(20);

/// Three duplicate ACKs with data outstanding, and the next that the sender
/// sends, within a round trip, is the segment they ask for.
pub(super) fn fast(case: &Case<'_>) -> bool {
    let (segment, sender, peer) = (case.segment, case.sender, case.peer);
    !case.found.intersects(Findings::FAST_RETRANSMISSION | Findings::SPURIOUS_RETRANSMISSION)
        && peer.own.duplicates >= 3
        && peer.own.acked == Some(segment.seq)
        && sender.own.answered
        && sender.own.resent != Some(segment.seq)
        && within(segment.at.since(peer.last_time), case.connection.first_rtt + SOON)
}

/// Nobody sent a duplicate ACK.
pub(super) fn not_fast(case: &Case<'_>) -> bool {
    case.found.contains(Findings::FAST_RETRANSMISSION) && case.peer.repeats == MARK
}
