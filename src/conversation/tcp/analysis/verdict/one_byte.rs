//! One byte that was not acknowledged and is sent again is a retransmission
//! (RFC 9293 §3.8.1). tshark calls it a keep-alive, which repeats a byte that
//! *was* acknowledged (§3.8.4).

use super::super::Findings;
use super::{Case, Verdicts};

pub(super) fn one_byte(case: &Case<'_>) -> bool {
    case.found.contains(Findings::KEEP_ALIVE)
        && case.segment.length == 1
        && case.peer.own.acked.is_some_and(|acked| acked.before(case.segment.end()))
}

/// Its answer, where that does not acknowledge it.
pub(super) fn not_kept_alive(case: &Case<'_>) -> bool {
    case.found.contains(Findings::KEEP_ALIVE_ACK) && case.peer.own.last.contains(Verdicts::ONE_BYTE)
}
