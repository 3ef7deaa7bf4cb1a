//! A FIN that was acknowledged before it was sent again is a spurious
//! retransmission like any other; tshark asks for payload.

use super::super::Findings;
use super::Case;

pub(super) fn fin_again(case: &Case<'_>) -> bool {
    let segment = case.segment;
    segment.flags.fin()
        && segment.length == 0
        && !case.found.contains(Findings::SPURIOUS_RETRANSMISSION)
        && case.peer.own.acked.is_some_and(|acked| segment.full_end().before_or_at(acked))
}
