//! tshark: late rather than sent again: it comes sooner after the segments
//! that overtook it than a round trip takes.

use super::{Connection, Half, Segment, within};
use crate::model::Span;

/// Where the connection's round trip is not known.
const SOON: Span = Span::from_millis(3);

/// Of a segment that [starts before the next
/// number](super::resent::starts_before_the_next).
pub(super) fn out_of_order(segment: &Segment, connection: &Connection, sender: &Half) -> bool {
    let limit = match connection.first_rtt {
        Span::ZERO => SOON,
        // A clock that ran backwards gives no limit.
        negative if negative < Span::ZERO => Span::from_nanos(i64::MAX),
        first_rtt => first_rtt,
    };
    within(segment.at.since(sender.expected_time), limit) && sender.expected != segment.full_end()
}
