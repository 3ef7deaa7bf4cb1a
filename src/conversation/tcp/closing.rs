//! How a connection ends.

use super::super::{End, Ends, Opening, Segment};
use crate::model::SeqNumber;

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

    /// Names the end of these segments.
    pub(crate) fn of(segments: &[Segment], opening: Opening) -> Self {
        let mut fins: Ends<Option<Fin>> = Ends::default();
        for (index, segment) in segments.iter().enumerate() {
            if segment.flags.fin() && fins.of(segment.from).is_none() {
                let end = segment.seq + segment.length + segment.flags.sequence_length();
                *fins.of_mut(segment.from) = Some(Fin { index, from: segment.from, end, ack: segment.ack });
            }
        }
        let reset = segments.iter().any(|segment| segment.flags.rst());
        match (fins.client, fins.server) {
            (Some(one), Some(other)) => {
                let (first, second) = if one.index < other.index { (one, other) } else { (other, one) };
                let both_acknowledged =
                    first.acknowledged(segments).is_some() && second.acknowledged(segments).is_some();
                if reset && !both_acknowledged {
                    Self::Reset
                } else if second.ack.is_none_or(|ack| ack.before(first.end)) {
                    Self::SimultaneousClose
                } else if first.acknowledged(segments).is_some_and(|ack| ack < second.index) {
                    Self::FourSegment
                } else {
                    Self::ThreeSegment
                }
            }
            _ if reset || opening == Opening::Refused => Self::Reset,
            (None, None) => Self::Open,
            _ => Self::HalfClosed,
        }
    }
}

/// The first FIN of one end.
#[derive(Clone, Copy)]
struct Fin {
    /// Which segment.
    index: usize,
    /// Whose.
    from: End,
    /// The number behind it.
    end: SeqNumber,
    /// What it acknowledged itself.
    ack: Option<SeqNumber>,
}

impl Fin {
    /// The first segment that acknowledges it.
    fn acknowledged(self, segments: &[Segment]) -> Option<usize> {
        let acknowledges = |segment: &Segment| {
            segment.from == self.from.peer() && segment.ack.is_some_and(|ack| self.end.before_or_at(ack))
        };
        segments.iter().skip(self.index).position(acknowledges).map(|distance| self.index + distance)
    }
}
