//! What was sent in a conversation, in as little as it takes.

use super::tcp::outline::{Outline, Side, Stroke};

/// What was sent, in as little as it takes: of a million SYNs each is alone.
#[derive(Clone, Debug)]
pub(super) enum Sketch {
    /// A connection of one segment.
    Segment(Stroke),
    /// One of several.
    Outline(Box<Outline>),
    /// Datagrams: bytes from who sent first, and from the other.
    Datagrams(u64, u64),
}

impl Sketch {
    /// Takes in a segment; tells how many of its bytes had not been sent
    /// before.
    pub(super) fn segment(&mut self, stroke: Stroke) -> u32 {
        match self {
            Self::Outline(outline) => outline.take(&stroke),
            Self::Segment(first) => {
                let mut outline = Outline::default();
                outline.take(first);
                let new = outline.take(&stroke);
                *self = Self::Outline(Box::new(outline));
                new
            }
            Self::Datagrams(..) => {
                *self = Self::Segment(stroke);
                stroke.length
            }
        }
    }

    /// Takes in a datagram.
    pub(super) const fn datagram(&mut self, from: Side, length: u32) {
        if let Self::Datagrams(first, second) = self {
            match from {
                Side::First => *first += length as u64,
                Side::Second => *second += length as u64,
            }
        }
    }

    /// What it amounts to.
    pub(super) fn outline(&self) -> Outline {
        let mut outline = Outline::default();
        match self {
            Self::Outline(known) => return **known,
            Self::Segment(first) => {
                outline.take(first);
            }
            Self::Datagrams(first, second) => outline.count(*first, *second),
        }
        outline
    }
}
