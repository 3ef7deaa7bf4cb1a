//! Zero-window probes of other kinds than one byte in order
//! (RFC 9293 §3.8.6.1).
//!
//! Linux repeats the number before the next one, without a byte, as in a
//! keep-alive; others send more than one byte, or the same ones again. While
//! the window is closed both ask the same: has it opened?

use super::super::Findings;
use super::super::window_update::repeats_numbers;
use super::{Case, Verdicts};

pub(super) fn probe(case: &Case<'_>) -> bool {
    let (segment, peer) = (case.segment, case.peer);
    if !peer.has_zero_window() || !segment.is_plain() || case.found.contains(Findings::ZERO_WINDOW_PROBE) {
        return false;
    }
    let acknowledged = peer.own.acked.is_some_and(|acked| segment.end().before_or_at(acked));
    // More than any window of the peer's ever allowed, from its very edge on.
    let beyond = segment.length > 0 && peer.own.acked == Some(segment.seq) && peer.own.right_edge == Some(segment.seq);
    beyond || (case.found.contains(Findings::KEEP_ALIVE) && acknowledged)
}

/// The answer: the window is still closed.
pub(super) fn probe_ack(case: &Case<'_>) -> bool {
    case.peer.own.last.contains(Verdicts::PROBE)
        && case.segment.window == 0
        && case.segment.flags.ack()
        && case.sender.has_zero_window()
        && repeats_numbers(case.segment, case.sender)
}
