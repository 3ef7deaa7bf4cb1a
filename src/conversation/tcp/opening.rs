//! How a connection begins.

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
}
