//! A challenge ACK: the answer of an end that has a connection to a segment
//! that cannot belong to it.
//!
//! A SYN where there is a connection (RFC 5961 §4, RFC 9293 §3.5.1 figure 9:
//! the other end restarted and knows nothing of it), or a reset whose number
//! is near but not the next one (RFC 5961 §3). tshark has no name for it; the
//! SYN+ACK that follows a recovered half-open connection it calls reused
//! ports and lost segments.

use super::super::Findings;
use super::Case;

pub(super) fn challenge_ack(case: &Case<'_>) -> bool {
    let segment = case.segment;
    if !segment.flags.ack() || !segment.is_empty() {
        return false;
    }
    let own = &case.sender.own;
    let provoked = case.peer.own.last_flags;
    if provoked.syn() && !provoked.ack() {
        // Whoever accepts a SYN answers with one.
        return true;
    }
    let next = own.acked;
    provoked.rst()
        && !own.last_flags.rst()
        && next == Some(segment.ack)
        && next != Some(case.peer.own.last_seq)
        && segment.seq == case.sender.expected
}

/// The handshake after a challenge ACK and the reset it provoked: its numbers
/// have nothing to do with those of the challenge ACK, which is all that was
/// seen of its sender in this connection so far.
pub(super) fn answer_after_challenge(case: &Case<'_>) -> bool {
    let (segment, sender, peer) = (case.segment, &case.sender.own, &case.peer.own);
    let answers = sender.challenged && !sender.agreed && segment.flags.syn() && segment.flags.ack();
    let ends = peer.challenged
        && peer.agreed
        && segment.ack == case.peer.expected
        && case.found.contains(Findings::ACK_LOST_SEGMENT);
    answers || ends
}
