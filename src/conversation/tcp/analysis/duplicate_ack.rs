//! tshark: an empty segment that repeats all its sender said last. RFC 5681 §2
//! asks for more (data outstanding, the ACK bit); [`super::verdict`] does too.

use super::connection::{Connection, MARK};
use super::window_update::repeats_numbers;
use super::{Half, Segment};

/// MPTCP says things in options of segments that are empty otherwise, so a
/// connection that said something new since is excepted.
pub(super) fn duplicate_ack(segment: &Segment, connection: &Connection, sender: &Half) -> bool {
    repeats_numbers(segment, sender)
        && segment.window != 0
        && sender.has_window(segment.window)
        && connection.mptcp == sender.mptcp_seen
}

/// The duplicate's number in its row, from 1.
pub(super) const fn count(sender: &mut Half) -> u32 {
    sender.repeats = if sender.repeats == MARK { 1 } else { sender.repeats + 1 };
    sender.repeats
}

/// A new acknowledgment begins a new row.
pub(super) fn begin_row(segment: &Segment, sender: &mut Half) {
    if segment.ack != sender.last_ack {
        sender.first_of_repeats = segment.frame;
        sender.repeats = 0;
    }
}
