//! What one end has received without a hole: the RCV.NXT of RFC 9293 §3.3.1,
//! as far as the capture shows.

use crate::model::SeqNumber;

/// The receiving half of one end.
#[derive(Clone, Debug, Default)]
pub(super) struct Received {
    /// The next number expected; `None` before anything was seen.
    next: Option<SeqNumber>,
    /// Pieces that arrived ahead of their turn: start, end.
    ahead: Vec<(SeqNumber, SeqNumber)>,
    /// The number of the peer's FIN.
    fin: Option<SeqNumber>,
}

impl Received {
    /// The next number expected.
    pub(super) const fn next(&self) -> Option<SeqNumber> {
        self.next
    }

    /// Takes in the numbers `start` to `end` (exclusive); `fin` is the FIN's
    /// own number where the segment carries one.
    pub(super) fn take(&mut self, start: SeqNumber, end: SeqNumber, fin: Option<SeqNumber>) {
        self.fin = self.fin.or(fin);
        let mut next = self.next.unwrap_or(start);
        self.ahead.push((start, end));
        while let Some(index) = self.ahead.iter().position(|(start, _)| start.before_or_at(next)) {
            let (_, end) = self.ahead.swap_remove(index);
            next = next.latest(end);
        }
        self.next = Some(next);
    }

    /// Whether everything up to and including the peer's FIN is here.
    pub(super) fn has_fin(&self) -> bool {
        matches!((self.fin, self.next), (Some(fin), Some(next)) if fin.before(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers start just before the wrap, so every test is a wrap test.
    const ISN: SeqNumber = SeqNumber::new(u32::MAX - 2);

    #[test]
    fn a_fin_counts_only_when_nothing_is_missing_before_it() {
        let mut received = Received::default();
        received.take(ISN, ISN + 1, None);
        received.take(ISN + 6, ISN + 9, Some(ISN + 8));
        assert_eq!(received.next(), Some(ISN + 1));
        assert!(!received.has_fin());
        received.take(ISN + 1, ISN + 6, None);
        assert_eq!(received.next(), Some(ISN + 9));
        assert!(received.has_fin());
    }

    #[test]
    fn a_repeat_moves_nothing() {
        let mut received = Received::default();
        received.take(ISN, ISN + 10, None);
        received.take(ISN, ISN + 4, None);
        assert_eq!(received.next(), Some(ISN + 10));
        assert!(received.ahead.is_empty());
    }
}
