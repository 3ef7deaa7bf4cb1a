//! tshark: the payload ends exactly where the peer's window does
//! (RFC 9293 §3.8.6), by the last window seen and where its scale is known.

use super::connection::Shift;
use super::{Half, Segment};

pub(super) fn window_full(segment: &Segment, peer: &Half) -> bool {
    let shift = match peer.shift {
        Shift::Unknown => return false,
        Shift::NotUsed => 0,
        Shift::By(_) if peer.syn_window => 0,
        Shift::By(shift) => shift,
    };
    // Before any window there is none that could be full.
    let window = peer.window.map_or(u32::MAX, u32::from) << shift;
    segment.length > 0 && segment.is_plain() && segment.end() == peer.last_ack + window
}
