//! Which segments open a connection, which use it, which close it.

use std::ops::Range;

use crate::conversation::{End, Opening, TcpConversation};

impl TcpConversation {
    /// Its segments in three parts, any of which may be empty: those that open
    /// it, those that use it, those that close it.
    pub fn phases(&self) -> [Range<usize>; 3] {
        let segments = &self.segments;
        let count = segments.len();
        // Where the data begins: behind the segment that finishes the opening.
        let answer = segments.iter().position(|segment| segment.from == End::Server && segment.flags.syn());
        // A later part of a long connection begins behind its opening.
        let is_later = segments.first().is_some_and(|first| !first.row.opens);
        let opened = match (self.opening, answer) {
            (Opening::NotSeen, _) => 0,
            _ if is_later => 0,
            (Opening::Refused | Opening::Unanswered, _) | (_, None) => count,
            (Opening::SimultaneousOpen, _) => {
                segments.iter().rposition(|segment| segment.flags.syn()).map_or(0, |last| last + 1)
            }
            (Opening::ThreeWayHandshake | Opening::FastOpen | Opening::Incomplete, Some(answer)) => segments
                .iter()
                .enumerate()
                .skip(answer)
                .find(|(_, segment)| segment.from == End::Client)
                .map_or(count, |(index, _)| index + 1),
        };
        let closes = segments
            .iter()
            .enumerate()
            .skip(opened)
            .find(|(_, segment)| segment.flags.fin() || segment.flags.rst())
            .map_or(count, |(index, _)| index);
        [0..opened, opened..closes, closes..count]
    }
}
