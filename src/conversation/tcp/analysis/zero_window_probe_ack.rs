//! tshark: the answer to a zero-window probe: the window is still closed
//! (RFC 9293 §3.8.6.1).

use super::window_update::repeats_numbers;
use super::{Findings, Half, Segment};

pub(super) fn zero_window_probe_ack(segment: &Segment, sender: &Half, peer: &Half) -> bool {
    repeats_numbers(segment, sender)
        && segment.window == 0
        && sender.has_zero_window()
        && peer.last_findings.contains(Findings::ZERO_WINDOW_PROBE)
}
