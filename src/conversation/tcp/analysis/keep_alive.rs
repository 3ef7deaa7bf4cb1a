//! tshark: at most one byte, with the number before the next one, to provoke
//! an answer (RFC 9293 §3.8.4). Whether that byte was acknowledged is not
//! asked; [`super::verdict`] does.

use super::{Half, Segment};

pub(super) fn keep_alive(segment: &Segment, sender: &Half) -> bool {
    segment.length <= 1 && segment.seq == sender.expected - 1 && segment.is_plain()
}
