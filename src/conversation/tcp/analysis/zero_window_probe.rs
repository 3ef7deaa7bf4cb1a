//! tshark: one byte, the next one in order, against a closed window
//! (RFC 9293 §3.8.6.1).

use super::{Half, Segment};

/// Such a segment takes part in no other rule about windows and numbers.
pub(super) fn zero_window_probe(segment: &Segment, sender: &Half, peer: &Half) -> bool {
    segment.length == 1 && segment.seq == sender.expected && peer.has_zero_window()
}
