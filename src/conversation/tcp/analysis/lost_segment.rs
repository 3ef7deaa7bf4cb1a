//! tshark: the segment starts behind the highest number its sender has used so
//! far, so something before it is not in the capture.

use super::connection::NONE;
use super::{Half, Segment};

pub(super) fn lost_segment(segment: &Segment, sender: &Half) -> bool {
    sender.expected != NONE && segment.seq.after(sender.expected) && !segment.flags.rst()
}
