//! What one end has sent and the other has not acknowledged.

use std::collections::VecDeque;

use crate::model::{SeqNumber, Timestamp};
use crate::trace::FrameNumber;

/// No more than this many segments are remembered; tshark's bound.
const MOST: usize = 10_000;

/// Within a quarter of the circle an order is what it seems.
const QUARTER: u32 = 1 << 30;

/// A list is kept at this capacity when it empties.
const KEPT_CAPACITY: usize = 4;

/// How far from each end a list that is not ordered is searched for a copy.
const SEARCHED: usize = 64;

/// One segment on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) start: SeqNumber,
    /// The number behind it, SYN and FIN counted.
    pub(super) end: SeqNumber,
    pub(super) frame: FrameNumber,
    pub(super) at: Timestamp,
}

/// Segments on their way in the order they were sent, repeated ones again.
///
/// An ordinary flow sends in order, and then an acknowledgment takes from the
/// front. Where numbers were repeated the whole list is searched, once for
/// each new acknowledgment.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    sent: VecDeque<Sent>,
    /// Each starts where the one before ends, or later, and the whole covers
    /// less than a quarter of the circle.
    ordered: bool,
    /// What is remembered of a list that is not ordered, or was not.
    notes: Option<Box<Notes>>,
}

/// What spares searching a list again that is not ordered.
#[derive(Clone, Copy, Debug)]
struct Notes {
    /// How many at the front have been searched for `settled_ack` already.
    settled: usize,
    settled_ack: SeqNumber,
    /// Lowest start and highest end, counted from the base; `None` where they
    /// must be looked for.
    bounds: Option<(u32, u32)>,
}

impl Notes {
    const EMPTY: Self = Self { settled: 0, settled_ack: SeqNumber::new(0), bounds: None };
}

impl Default for Pending {
    fn default() -> Self {
        Self { sent: VecDeque::new(), ordered: true, notes: None }
    }
}

impl Pending {
    pub(super) fn is_full(&self) -> bool {
        self.sent.len() >= MOST
    }

    /// The one sent first.
    pub(super) fn oldest(&self) -> Option<Sent> {
        self.sent.front().copied()
    }

    /// Whether one covers all of these numbers. Of a list that is not ordered
    /// only both ends are searched.
    pub(super) fn holds(&self, start: SeqNumber, end: SeqNumber) -> bool {
        let around = |sent: &Sent| sent.start.before_or_at(start) && end.before_or_at(sent.end);
        if self.ordered {
            let Some(first) = self.sent.front() else { return false };
            let place = start.offset_from(first.start);
            let behind = self.sent.partition_point(|sent| sent.start.offset_from(first.start) <= place);
            behind.checked_sub(1).and_then(|index| self.sent.get(index)).is_some_and(around)
        } else {
            self.sent.iter().take(SEARCHED).any(around) || self.sent.iter().rev().take(SEARCHED).any(around)
        }
    }

    /// The numbers are counted from another base from now on.
    pub(super) fn forget_base(&mut self) {
        if let Some(notes) = &mut self.notes {
            notes.bounds = None;
        }
    }

    pub(super) fn push(&mut self, sent: Sent, base: SeqNumber) {
        if let (Some(last), Some(first)) = (self.sent.back(), self.sent.front()) {
            if self.ordered {
                let gap = distance(last.end, sent.start);
                let length = distance(sent.start, sent.end);
                let whole = distance(first.start, sent.end);
                if gap >= QUARTER || length >= QUARTER || whole >= QUARTER {
                    self.ordered = false;
                    self.notes = None;
                }
            } else if let Some((low, high)) = self.notes.as_mut().and_then(|notes| notes.bounds.as_mut()) {
                *low = (*low).min(distance(base, sent.start));
                *high = (*high).max(distance(base, sent.end));
            }
        } else {
            self.ordered = distance(sent.start, sent.end) < QUARTER;
            self.notes = None;
            if self.sent.capacity() == 0 {
                // A connection of one SYN needs no more.
                self.sent.reserve_exact(1);
            }
        }
        self.sent.push_back(sent);
    }

    /// Lowest start and highest end, counted from `base` without a sign.
    pub(super) fn bounds(&mut self, base: SeqNumber) -> Option<(u32, u32)> {
        let (first, last) = (self.sent.front()?, self.sent.back()?);
        let ends = (distance(base, first.start), distance(base, last.end));
        // Where the base lies within the list, the lowest is in its middle.
        if self.ordered && ends.0 <= ends.1 {
            return Some(ends);
        }
        if !self.ordered
            && let Some(bounds) = self.notes.as_ref().and_then(|notes| notes.bounds)
        {
            return Some(bounds);
        }
        let lows = self.sent.iter().map(|sent| distance(base, sent.start));
        let highs = self.sent.iter().map(|sent| distance(base, sent.end));
        let bounds = lows.min().zip(highs.max());
        if !self.ordered {
            self.notes.get_or_insert_with(|| Box::new(Notes::EMPTY)).bounds = bounds;
        }
        bounds
    }

    /// Takes away what `ack` acknowledges: each segment that ends at or before
    /// it, and the head of one that it falls into. The one that ends exactly
    /// there, the first sent if there are several, is returned.
    pub(super) fn acknowledge(&mut self, ack: SeqNumber) -> Option<Sent> {
        let (first, last) = (self.sent.front()?, self.sent.back()?);
        if self.ordered {
            let covered = distance(first.start, last.end);
            let place = distance(first.start, ack);
            if place <= covered {
                return self.acknowledge_in_order(ack, place);
            }
            if distance(ack, first.start) < QUARTER {
                return None;
            }
        }
        self.search(ack)
    }

    /// As [`acknowledge`](Self::acknowledge) where `ack` is `place` numbers
    /// behind the start of an ordered list, within it.
    fn acknowledge_in_order(&mut self, ack: SeqNumber, place: u32) -> Option<Sent> {
        let start = self.sent.front()?.start;
        let mut exact = None;
        while let Some(first) = self.sent.front_mut() {
            if distance(start, first.end) > place {
                if distance(start, first.start) < place {
                    first.start = ack;
                }
                break;
            }
            if first.end == ack {
                exact = exact.or(Some(*first));
            }
            self.sent.pop_front();
        }
        self.give_back();
        exact
    }

    fn search(&mut self, ack: SeqNumber) -> Option<Sent> {
        let notes = self.notes.as_ref().filter(|notes| !self.ordered && notes.settled_ack == ack);
        let settled = notes.map_or(0, |notes| notes.settled);
        let mut exact: Option<Sent> = None;
        let mut changed = false;
        let mut kept = settled;
        let mut ordered = true;
        let mut before: Option<Sent> = None;
        for index in settled..self.sent.len() {
            let Some(sent) = self.sent.get_mut(index) else { break };
            if ack == sent.end {
                exact = exact.or(Some(*sent));
                changed = true;
                continue;
            }
            if ack.after(sent.start) && ack.before_or_at(sent.end) {
                sent.start = ack;
                changed = true;
            } else if !sent.end.after(ack) {
                changed = true;
                continue;
            }
            let sent = *sent;
            ordered &= distance(sent.start, sent.end) < QUARTER
                && before.is_none_or(|before| distance(before.end, sent.start) < QUARTER);
            before = Some(sent);
            self.sent.swap(kept, index);
            kept += 1;
        }
        self.sent.truncate(kept);
        if settled == 0 {
            let start = self.sent.front().map(|first| first.start);
            self.ordered = ordered && start.is_none_or(|start| self.covers_little(start));
        }
        if self.ordered {
            self.notes = None;
        } else {
            let notes = self.notes.get_or_insert_with(|| Box::new(Notes::EMPTY));
            (notes.settled, notes.settled_ack) = (kept, ack);
            notes.bounds = notes.bounds.filter(|_| !changed);
        }
        self.give_back();
        exact
    }

    /// Whether the distances from `start` to each end grow and stay short.
    fn covers_little(&self, start: SeqNumber) -> bool {
        let mut reached = 0;
        self.sent.iter().all(|sent| {
            let end = distance(start, sent.end);
            let grows = end >= reached && end < QUARTER;
            reached = end;
            grows
        })
    }

    /// Gives memory back that a list as short as this does not need.
    fn give_back(&mut self) {
        let (length, capacity) = (self.sent.len(), self.sent.capacity());
        if length == 0 && capacity > KEPT_CAPACITY {
            self.sent = VecDeque::new();
        } else if capacity > 64 && length < capacity / 8 {
            self.sent.shrink_to(capacity / 4);
        }
    }
}

/// How far it is from one number up to another, 0 to 2³²−1.
fn distance(from: SeqNumber, to: SeqNumber) -> u32 {
    to.raw().wrapping_sub(from.raw())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same list without any shortcut.
    #[derive(Default)]
    struct Plain(Vec<Sent>);

    impl Plain {
        fn acknowledge(&mut self, ack: SeqNumber) -> Option<Sent> {
            let mut exact = None;
            for index in (0..self.0.len()).rev() {
                let sent = &mut self.0[index];
                if ack == sent.end {
                    exact = Some(*sent);
                    self.0.remove(index);
                } else if ack.after(sent.start) && ack.before_or_at(sent.end) {
                    sent.start = ack;
                } else if !sent.end.after(ack) {
                    self.0.remove(index);
                }
            }
            exact
        }

        fn bounds(&self, base: SeqNumber) -> Option<(u32, u32)> {
            let low = self.0.iter().map(|sent| distance(base, sent.start)).min();
            low.zip(self.0.iter().map(|sent| distance(base, sent.end)).max())
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Send { back: u32, length: u32 },
        Acknowledge { back: u32 },
        AcknowledgeEnd { which: prop::sample::Index },
    }

    fn step() -> impl Strategy<Value = Step> {
        let far = prop::sample::select(vec![0_u32, 1 << 29, 1 << 30, 1 << 31, (1 << 31) - 1, u32::MAX, 3 << 30]);
        prop_oneof![
            6 => (0..3_u32).prop_map(|length| Step::Send { back: 0, length: 1 + length * 100 }),
            2 => (0..600_u32, 1..300_u32).prop_map(|(back, length)| Step::Send { back, length }),
            3 => (0..600_u32).prop_map(|back| Step::Acknowledge { back }),
            5 => any::<prop::sample::Index>().prop_map(|which| Step::AcknowledgeEnd { which }),
            1 => (far.clone(), 1..300_u32).prop_map(|(back, length)| Step::Send { back, length }),
            1 => far.prop_map(|back| Step::Acknowledge { back }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        /// Every shortcut gives what a search of the whole list gives.
        #[test]
        fn shortcuts_change_nothing(start: u32, base: u32, steps in prop::collection::vec(step(), 1..60)) {
            let (mut pending, mut plain) = (Pending::default(), Plain::default());
            let mut next = SeqNumber::new(start);
            let base = if base % 3 == 0 { next + base % 500 } else { SeqNumber::new(base) };
            for (number, step) in (1..).zip(steps) {
                match step {
                    Step::Send { back, length } => {
                        let start = next - back;
                        let at = Timestamp::from_nanos(i64::from(number));
                        let sent = Sent { start, end: start + length, frame: FrameNumber(number), at };
                        pending.push(sent, base);
                        plain.0.push(sent);
                        next = next.latest(sent.end);
                    }
                    Step::Acknowledge { back } => {
                        prop_assert_eq!(pending.acknowledge(next - back), plain.acknowledge(next - back));
                    }
                    Step::AcknowledgeEnd { which } if !plain.0.is_empty() => {
                        let ack = plain.0[which.index(plain.0.len())].end;
                        prop_assert_eq!(pending.acknowledge(ack), plain.acknowledge(ack));
                    }
                    Step::AcknowledgeEnd { .. } => {}
                }
                prop_assert_eq!(pending.sent.iter().copied().collect::<Vec<_>>(), plain.0.clone());
                prop_assert_eq!(pending.bounds(base), plain.bounds(base));
            }
        }
    }

    #[test]
    fn an_emptied_list_gives_its_memory_back() {
        let mut pending = Pending::default();
        let number = |count: u32| SeqNumber::new(u32::MAX - 300) + count;
        for count in 0..1_000 {
            let (start, end) = (number(count), number(count + 1));
            pending.push(Sent { start, end, frame: FrameNumber(count), at: Timestamp::default() }, number(0));
        }
        assert_eq!(pending.acknowledge(number(1_000)).unwrap().frame, FrameNumber(999));
        assert!(pending.sent.is_empty());
        assert!(pending.sent.capacity() <= KEPT_CAPACITY);
    }
}
