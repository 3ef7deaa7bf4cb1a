//! What a segment changes in what is known of its sender, whatever was found.

use super::connection::NONE;
use super::pending::Sent;
use super::{Findings, Half, Segment};

pub(super) fn advance(segment: &Segment, sender: &mut Half, found: Findings, mptcp: u16) {
    let mut end = segment.end();
    if segment.uses_numbers() && !sender.pending.is_full() {
        end = segment.full_end();
        let sent = Sent { start: segment.seq, end, frame: segment.frame, at: segment.at };
        sender.pending.push(sent, sender.base.unwrap_or(NONE));
    }
    if !found.contains(Findings::ZERO_WINDOW_PROBE) {
        // Empty segments move it too.
        if sender.expected == NONE || end.after(sender.expected) {
            sender.expected = end;
            sender.expected_frame = segment.frame;
            sender.expected_time = segment.at;
        }
        if sender.contiguous == NONE || segment.seq == sender.contiguous {
            sender.contiguous = sender.expected;
        }
    }
    sender.window = u16::try_from(segment.window).ok();
    sender.last_ack = segment.ack;
    sender.last_time = segment.at;
    sender.mptcp_seen = mptcp;
    sender.last_findings = found;
}
