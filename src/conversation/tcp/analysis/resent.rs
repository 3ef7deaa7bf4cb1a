//! Numbers that were used before: which of four things it is called.

use super::connection::NONE;
use super::fast_retransmission::fast_retransmission;
use super::out_of_order::out_of_order;
use super::spurious_retransmission::spurious_retransmission;
use super::{Connection, Findings, Half, Segment};

/// At most one of the four; tshark prints `retransmission` beside `fast` and
/// `spurious`.
pub(super) fn resent(segment: &Segment, connection: &Connection, sender: &Half, peer: &Half) -> Findings {
    let old = starts_before_the_next(segment, sender);
    if spurious_retransmission(segment, peer) {
        Findings::SPURIOUS_RETRANSMISSION | Findings::RETRANSMISSION
    } else if !old {
        Findings::NONE
    } else if fast_retransmission(segment, peer) {
        Findings::FAST_RETRANSMISSION | Findings::RETRANSMISSION
    } else if out_of_order(segment, connection, sender) {
        Findings::OUT_OF_ORDER
    } else {
        Findings::RETRANSMISSION
    }
}

/// It starts before the next number. Data right behind an unanswered probe of
/// one byte starts with that byte again, and is not meant.
pub(super) fn starts_before_the_next(segment: &Segment, sender: &Half) -> bool {
    sender.expected != NONE
        && segment.seq.before(sender.expected)
        && !(segment.length > 1 && segment.seq == sender.expected - 1)
}
