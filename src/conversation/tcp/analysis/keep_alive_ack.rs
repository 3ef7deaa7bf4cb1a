//! tshark: the answer to a keep-alive (RFC 9293 §3.8.4): an empty segment that
//! repeats all its sender said last.

use super::window_update::repeats_numbers;
use super::{Findings, Half, Segment};

pub(super) fn keep_alive_ack(segment: &Segment, sender: &Half, peer: &Half) -> bool {
    repeats_numbers(segment, sender)
        && segment.window != 0
        && sender.has_window(segment.window)
        && peer.last_findings.contains(Findings::KEEP_ALIVE)
}
