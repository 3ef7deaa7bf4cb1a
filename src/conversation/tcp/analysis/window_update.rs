//! tshark: nothing new but another window, which is not closed
//! (RFC 9293 §3.8.6). Compares the fields as they stand in the header, so the
//! first segment behind a SYN, whose window is not scaled, may qualify.

use super::{Half, Segment};

pub(super) fn window_update(segment: &Segment, sender: &Half) -> bool {
    repeats_numbers(segment, sender) && segment.window != 0 && !sender.has_window(segment.window)
}

/// Empty, and both numbers are what its sender's last ones lead to.
pub(super) fn repeats_numbers(segment: &Segment, sender: &Half) -> bool {
    segment.is_empty() && segment.seq == sender.expected && segment.ack == sender.last_ack
}
