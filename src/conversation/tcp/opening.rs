//! How a connection begins.

use super::super::{End, Segment};

/// How a connection began, as far as the segments show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opening {
    /// SYN, SYN+ACK, ACK (RFC 9293 §3.5, figure 6).
    ThreeWayHandshake,
    /// Both sent a SYN before they saw the other's (RFC 9293 §3.5, figure 7).
    SimultaneousOpen,
    /// The SYN was answered with a reset: nobody listens (RFC 9293 §3.10.7.1).
    Refused,
    /// SYNs, and never an answer.
    Unanswered,
    /// The SYN carried data and the answer acknowledged it (RFC 7413).
    FastOpen,
    /// It began, and the end of the beginning is not in the capture.
    Incomplete,
    /// The capture starts in the middle.
    NotSeen,
}

impl Opening {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::ThreeWayHandshake,
        Self::SimultaneousOpen,
        Self::Refused,
        Self::Unanswered,
        Self::FastOpen,
        Self::Incomplete,
        Self::NotSeen,
    ];

    /// The word in JSON and in filters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ThreeWayHandshake => "three-way-handshake",
            Self::SimultaneousOpen => "simultaneous-open",
            Self::Refused => "refused",
            Self::Unanswered => "unanswered",
            Self::FastOpen => "fast-open",
            Self::Incomplete => "incomplete",
            Self::NotSeen => "not-seen",
        }
    }

    /// Names the beginning of these segments.
    pub(crate) fn of(segments: &[Segment]) -> Self {
        let first = |matches: &dyn Fn(&Segment) -> bool| segments.iter().position(matches);
        let asks =
            |from: End| move |segment: &Segment| segment.from == from && segment.flags.syn() && !segment.flags.ack();
        let Some(syn) = first(&asks(End::Client)) else {
            let answered = first(&|segment| segment.flags.syn()).is_some();
            return if answered { Self::Incomplete } else { Self::NotSeen };
        };
        if first(&asks(End::Server)).is_some() {
            return Self::SimultaneousOpen;
        }
        let answer = first(&|segment| segment.from == End::Server && segment.flags.syn() && segment.flags.ack());
        let reset = first(&|segment| segment.from == End::Server && segment.flags.rst());
        let Some(answer) = answer else {
            return if reset.is_some() { Self::Refused } else { Self::Unanswered };
        };
        let asked = segments.get(syn).map_or(0, |segment| segment.length);
        let answered = segments.get(answer).and_then(|segment| segment.relative_ack);
        if asked > 0 && answered.is_some_and(|ack| ack > 1) {
            return Self::FastOpen;
        }
        let finished = segments
            .iter()
            .skip(answer)
            .any(|segment| segment.from == End::Client && segment.flags.ack() && !segment.flags.rst());
        if finished { Self::ThreeWayHandshake } else { Self::Incomplete }
    }
}
