//! Sequence numbers without a wrap: each number's place in its stream, in 64
//! bits, counted from the initial sequence number.

use crate::conversation::{End, TcpConversation};
use crate::model::SeqNumber;

/// The numbers of one direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    /// What counts as 0.
    base: SeqNumber,
    /// The highest number used so far, and its place.
    highest: (SeqNumber, i64),
}

impl Numbers {
    /// The numbers of what `from` sends; `None` where neither it nor any
    /// acknowledgment of it was captured.
    pub(super) fn of(tcp: &TcpConversation, from: End) -> Option<Self> {
        let syn = tcp.segments.iter().find(|segment| segment.from == from && segment.flags.syn());
        let base = syn.map(|segment| segment.seq).or_else(|| {
            tcp.segments.iter().find_map(|segment| {
                if segment.from == from {
                    Some(segment.seq - segment.relative_seq)
                } else {
                    Some(segment.ack? - segment.relative_ack?)
                }
            })
        })?;
        Some(Self::new(base))
    }

    /// Numbers that count from `base`.
    pub(super) const fn new(base: SeqNumber) -> Self {
        Self { base, highest: (base, 0) }
    }

    /// What counts as 0.
    pub(super) const fn base(&self) -> SeqNumber {
        self.base
    }

    /// Where a number stands: the place on this circle, or on the one before
    /// or behind, that is nearest to the highest number so far. Negative
    /// before the initial number.
    pub(super) fn place(&self, seq: SeqNumber) -> i64 {
        self.highest.1 + i64::from(seq.offset_from(self.highest.0))
    }

    /// The same, and remembers it where it is the highest so far.
    pub(super) fn reach(&mut self, seq: SeqNumber) -> i64 {
        let place = self.place(seq);
        if place > self.highest.1 {
            self.highest = (seq, place);
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_behind_the_wrap() {
        let base = SeqNumber::new(u32::MAX - 5);
        let mut numbers = Numbers::new(base);
        let mut raw = base;
        for step in 0..40_i64 {
            let place = step * 1_000_000_007;
            assert_eq!(numbers.reach(raw), place, "step {step}");
            // What lies behind is where it was, and does not move anything.
            assert_eq!(numbers.place(raw - 70_000), place - 70_000);
            assert_eq!(numbers.place(raw + 70_000), place + 70_000);
            raw = raw + 1_000_000_007;
        }
    }

    #[test]
    fn a_number_before_the_first_is_negative() {
        let mut numbers = Numbers::new(SeqNumber::new(0));
        assert_eq!(numbers.reach(SeqNumber::new(u32::MAX)), -1, "a keep-alive before any data");
        assert_eq!(numbers.reach(SeqNumber::new(1)), 1);
    }
}
