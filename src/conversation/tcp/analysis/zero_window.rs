//! tshark: the window field is 0 (RFC 9293 §3.8.6), whatever else the segment
//! carries; not asked of SYN, FIN and RST.

use super::Segment;

pub(super) const fn zero_window(segment: &Segment) -> bool {
    segment.window == 0 && segment.is_plain()
}
