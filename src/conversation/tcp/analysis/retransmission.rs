//! tshark: numbers that were used before, and neither of the other three
//! reasons; then the time since they, or what came before them, were sent:
//! an upper bound of the sender's retransmission timeout (RFC 6298).

use super::{Half, Segment};
use crate::model::Span;
use crate::trace::FrameNumber;

/// The time since the oldest segment that is not acknowledged, with its
/// frame; where there is none, since the highest number was sent.
pub(super) fn timeout(segment: &Segment, sender: &Half) -> (Span, FrameNumber) {
    let (since, frame) = match sender.pending.oldest() {
        Some(oldest) => (oldest.at, oldest.frame),
        None => (sender.expected_time, sender.expected_frame),
    };
    (segment.at.since(since), frame)
}
