//! How a connection ends.

/// How a connection ended, as far as the segments show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closing {
    /// FIN, its ACK, the other FIN, its ACK (RFC 9293 §3.6, figure 12).
    FourSegment,
    /// The ACK of the first FIN rides on the second FIN (RFC 9293 figure 5,
    /// note 2).
    ThreeSegment,
    /// The FINs crossed (RFC 9293 §3.6, figure 13).
    SimultaneousClose,
    /// A reset ended it (RFC 9293 §3.5.2).
    Reset,
    /// Only one end has sent its FIN (RFC 9293 §3.6.1).
    HalfClosed,
    /// No end in the capture.
    Open,
}

impl Closing {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::FourSegment, Self::ThreeSegment, Self::SimultaneousClose, Self::Reset, Self::HalfClosed, Self::Open];

    /// The word in JSON and in filters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FourSegment => "four-segment",
            Self::ThreeSegment => "three-segment",
            Self::SimultaneousClose => "simultaneous-close",
            Self::Reset => "reset",
            Self::HalfClosed => "half-closed",
            Self::Open => "open",
        }
    }
}
