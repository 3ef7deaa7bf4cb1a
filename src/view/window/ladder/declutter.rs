//! Finds a place for every label, or counts it.
//!
//! Labels are placed one after the other, the most important first; each tries
//! its texts from the longest to the shortest. What finds no place is counted
//! beside a label of its lane that did: `+3`. Pure: knows rectangles, no text
//! and no paint.

use super::super::egui::{Pos2, Rect, Vec2, pos2, vec2};

/// What stands in one column and is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lane {
    /// Between the lifelines.
    Middle,
    /// The times at the left.
    Times,
    /// The client's states, then its calls; then the server's.
    ClientStates,
    ClientCalls,
    ServerStates,
    ServerCalls,
}

impl Lane {
    const ALL: [Self; 6] =
        [Self::Middle, Self::Times, Self::ClientStates, Self::ClientCalls, Self::ServerStates, Self::ServerCalls];
}

/// One label that ought to be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wanted {
    pub(super) lane: Lane,
    /// Where it belongs.
    pub(super) y: f32,
    /// It may not leave these, from left to right.
    pub(super) bounds: (f32, f32),
    /// The lower, the earlier it is placed.
    pub(super) rank: u8,
    /// How many things it speaks of; 0 where nothing is lost without it.
    pub(super) weight: u32,
}

/// A label that has found a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    /// Which of the wanted labels.
    pub(super) label: usize,
    /// Which of its texts.
    pub(super) attempt: usize,
    pub(super) rect: Rect,
}

/// How many labels of a lane are not seen near here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mark {
    pub(super) lane: Lane,
    pub(super) count: u32,
    pub(super) rect: Rect,
}

/// Everything that is seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    pub(super) placed: Vec<Placed>,
    pub(super) marks: Vec<Mark>,
}

/// The height of a drawer in which rectangles are looked for.
const DRAWER: f32 = 24.0;
/// Between a label and the count beside it.
const GAP: f32 = 4.0;
/// Labels whose middles are nearer than this in one lane overlap, whatever
/// their texts are.
const LINE: f32 = 11.0;

/// What the labels are asked: the rectangle of a label's text, by the label's
/// index and the text's; `None` where there is no shorter text.
pub(super) type Attempts<'a> = dyn FnMut(usize, usize) -> Option<Rect> + 'a;

/// Places what is wanted within `area`, and around what is `taken` already.
pub(super) fn declutter(
    area: Rect,
    wanted: &[Wanted],
    attempts: &mut Attempts<'_>,
    mark: &mut dyn FnMut(u32) -> Vec2,
) -> Outcome {
    let mut place = Placer { area, drawers: Drawers::new(area), placed: Vec::new(), at: vec![None; wanted.len()] };
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    let key = |index: &usize| wanted.get(*index).map(|label| (label.rank, label.lane));
    order.sort_by(|one, other| {
        let y = |index: &usize| wanted.get(*index).map_or(0.0, |label| label.y);
        key(one).cmp(&key(other)).then(y(one).total_cmp(&y(other))).then(one.cmp(other))
    });
    for index in order {
        if let Some(label) = wanted.get(index) {
            place.try_label(index, label, 0, attempts);
        }
    }
    let mut marks = Vec::new();
    let mut rest = Vec::new();
    for lane in Lane::ALL {
        let left = place.count_lane(lane, wanted, attempts, mark, &mut marks);
        if left > 0 {
            rest.push((lane, left));
        }
    }
    for (lane, left) in rest {
        place.force_mark(lane, left, wanted, mark, &mut marks);
    }
    let placed = place.placed.into_iter().flatten().collect();
    Outcome { placed, marks: marks.into_iter().flatten().collect() }
}

struct Placer {
    area: Rect,
    drawers: Drawers,
    placed: Vec<Option<Placed>>,
    /// Where in `placed` a wanted label is.
    at: Vec<Option<usize>>,
}

/// Whose a rectangle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Label(usize),
    Mark(usize),
}

impl Placer {
    /// Places a label, with the text `first` or a shorter one.
    fn try_label(&mut self, index: usize, label: &Wanted, first: usize, attempts: &mut Attempts<'_>) -> bool {
        let (left, right) = label.bounds;
        // Nothing fits where even the middle of a line is taken.
        let core = Rect::from_center_size(pos2(f32::midpoint(left, right), label.y), vec2(0.0, LINE));
        if first == 0 && label.lane == Lane::Middle && !self.drawers.is_free(core) {
            return false;
        }
        for attempt in first.. {
            let Some(rect) = attempts(index, attempt) else { return false };
            let inside = rect.left() >= left && rect.right() <= right && rect.width() > 0.0;
            if inside && self.drawers.is_free(rect) {
                self.put(index, Placed { label: index, attempt, rect });
                return true;
            }
        }
        false
    }

    fn put(&mut self, index: usize, placed: Placed) {
        if let Some(slot) = self.at.get_mut(index) {
            *slot = Some(self.placed.len());
        }
        self.placed.push(Some(placed));
        self.drawers.add(placed.rect, Owner::Label(index));
    }

    fn of(&self, index: usize) -> Option<Placed> {
        self.at.get(index).copied().flatten().and_then(|at| self.placed.get(at).copied().flatten())
    }

    /// Takes a label away again.
    fn take(&mut self, index: usize) -> Option<Placed> {
        let placed = self.of(index)?;
        self.drawers.remove(placed.rect, Owner::Label(index));
        let at = self.at.get_mut(index).and_then(Option::take)?;
        self.placed.get_mut(at).and_then(Option::take)
    }

    /// Writes beside the labels of a lane how many around them are not seen;
    /// returns how many could be counted nowhere.
    fn count_lane(
        &mut self,
        lane: Lane,
        wanted: &[Wanted],
        attempts: &mut Attempts<'_>,
        mark: &mut dyn FnMut(u32) -> Vec2,
        marks: &mut Vec<Option<Mark>>,
    ) -> u32 {
        let mut own: Vec<(usize, &Wanted)> =
            wanted.iter().enumerate().filter(|(_, label)| label.lane == lane).collect();
        own.sort_by(|(_, one), (_, other)| one.y.total_cmp(&other.y));
        // What is hidden is counted at the label above it, the first ones at
        // the label below.
        let mut waiting = 0;
        let mut anchor: Option<usize> = None;
        for (index, label) in own {
            if self.of(index).is_none() {
                waiting += label.weight;
                continue;
            }
            if let Some(before) = anchor.filter(|_| waiting > 0) {
                waiting = self.mark_beside(before, lane, waiting, wanted, attempts, mark, marks);
            }
            anchor = Some(index);
        }
        match anchor.filter(|_| waiting > 0) {
            Some(last) => self.mark_beside(last, lane, waiting, wanted, attempts, mark, marks),
            None => waiting,
        }
    }

    /// Writes a count beside a label, which becomes shorter where it must, or
    /// gives its place to the count; returns what could not be written.
    #[expect(clippy::too_many_arguments, reason = "what the labels can be asked comes along")]
    fn mark_beside(
        &mut self,
        index: usize,
        lane: Lane,
        count: u32,
        wanted: &[Wanted],
        attempts: &mut Attempts<'_>,
        mark: &mut dyn FnMut(u32) -> Vec2,
        marks: &mut Vec<Option<Mark>>,
    ) -> u32 {
        let (Some(label), Some(first)) = (wanted.get(index), self.of(index)) else { return count };
        let size = mark(count);
        let mut now = first;
        loop {
            if let Some(rect) = self.free_beside(now.rect, label.bounds, size) {
                self.add_mark(Mark { lane, count, rect }, marks);
                return 0;
            }
            // Within its own place nothing else is in the way.
            let shorter = (now.attempt + 1..)
                .map_while(|attempt| Some((attempt, attempts(index, attempt)?)))
                .find(|(_, rect)| first.rect.contains_rect(*rect) && rect.width() < now.rect.width());
            self.take(index);
            let Some((attempt, rect)) = shorter else { break };
            now = Placed { label: index, attempt, rect };
            self.put(index, now);
        }
        let count = count + label.weight;
        let rect = Rect::from_center_size(first.rect.center(), mark(count));
        let (left, right) = label.bounds;
        let rect = rect.translate(vec2((left - rect.left()).max(0.0) - (rect.right() - right).max(0.0), 0.0));
        if self.drawers.is_free(rect) && rect.left() >= left {
            self.add_mark(Mark { lane, count, rect }, marks);
            return 0;
        }
        count
    }

    fn free_beside(&self, rect: Rect, (left, right): (f32, f32), size: Vec2) -> Option<Rect> {
        let y = rect.center().y;
        let beside = |x: f32| Rect::from_center_size(Pos2::new(x, y), size);
        let places = [beside(rect.right() + GAP + size.x / 2.0), beside(rect.left() - GAP - size.x / 2.0)];
        places.into_iter().find(|rect| rect.left() >= left && rect.right() <= right && self.drawers.is_free(*rect))
    }

    fn add_mark(&mut self, mark: Mark, marks: &mut Vec<Option<Mark>>) {
        self.drawers.add(mark.rect, Owner::Mark(marks.len()));
        marks.push(Some(mark));
    }

    /// Writes a count at the lower edge, whatever must go for it: that is
    /// counted too.
    fn force_mark(
        &mut self,
        lane: Lane,
        mut count: u32,
        wanted: &[Wanted],
        mark: &mut dyn FnMut(u32) -> Vec2,
        marks: &mut Vec<Option<Mark>>,
    ) {
        let middle = wanted
            .iter()
            .find(|label| label.lane == lane)
            .map_or(self.area.center().x, |label| f32::midpoint(label.bounds.0, label.bounds.1));
        loop {
            let size = mark(count);
            let rect = Rect::from_center_size(pos2(middle, self.area.bottom() - size.y / 2.0 - 2.0), size);
            let Some(owner) = self.drawers.overlapping(rect) else {
                self.add_mark(Mark { lane, count, rect }, marks);
                return;
            };
            match owner {
                Owner::Label(index) => {
                    self.take(index);
                    count += wanted.get(index).map_or(0, |label| label.weight);
                }
                Owner::Mark(index) => {
                    if let Some(other) = marks.get_mut(index).and_then(Option::take) {
                        self.drawers.remove(other.rect, owner);
                        count += other.count;
                    }
                }
            }
        }
    }
}

/// Rectangles by where they stand.
struct Drawers {
    top: f32,
    drawers: Vec<Vec<(Rect, Owner)>>,
}

impl Drawers {
    fn new(area: Rect) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a screen's height, at least 0")]
        let count = (area.height() / DRAWER).ceil().clamp(1.0, 10_000.0) as usize;
        Self { top: area.top(), drawers: vec![Vec::new(); count] }
    }

    fn of(&self, rect: Rect) -> std::ops::RangeInclusive<usize> {
        let last = self.drawers.len().saturating_sub(1);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and is limited")]
        let drawer = |y: f32| (((y - self.top) / DRAWER).max(0.0) as usize).min(last);
        drawer(rect.top())..=drawer(rect.bottom())
    }

    fn add(&mut self, rect: Rect, owner: Owner) {
        let range = self.of(rect);
        for drawer in self.drawers.get_mut(range).unwrap_or_default() {
            drawer.push((rect, owner));
        }
    }

    fn remove(&mut self, rect: Rect, owner: Owner) {
        let range = self.of(rect);
        for drawer in self.drawers.get_mut(range).unwrap_or_default() {
            drawer.retain(|(_, other)| *other != owner);
        }
    }

    fn overlapping(&self, rect: Rect) -> Option<Owner> {
        let drawers = self.drawers.get(self.of(rect)).unwrap_or_default();
        drawers.iter().flatten().find(|(other, _)| overlap(*other, rect)).map(|(_, owner)| *owner)
    }

    fn is_free(&self, rect: Rect) -> bool {
        self.overlapping(rect).is_none()
    }
}

/// Whether two rectangles have more in common than an edge.
pub(super) fn overlap(one: Rect, other: Rect) -> bool {
    let across = one.right().min(other.right()) - one.left().max(other.left());
    let down = one.bottom().min(other.bottom()) - one.top().max(other.top());
    // A line without a width lies within a rectangle too.
    across >= 0.0 && down > 0.01 && (across > 0.01 || one.width() == 0.0 || other.width() == 0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AREA: Rect = Rect { min: Pos2::new(0.0, 0.0), max: Pos2::new(900.0, 600.0) };

    prop_compose! {
        fn label()(lane in 0..Lane::ALL.len(), y in -40.0..640.0_f32, rank in 0..4_u8, weight in 0..3_u32) -> Wanted {
            let left = [250.0, 30.0, 180.0, 20.0, 650.0, 700.0][lane];
            Wanted { lane: Lane::ALL[lane], y, bounds: (left, left + 250.0), rank, weight }
        }
    }

    proptest! {
        /// Whatever is wanted: what is seen never overlaps, and what is not
        /// seen is counted.
        #[test]
        fn nothing_overlaps_and_nothing_hidden_is_uncounted(
            wanted in prop::collection::vec(label(), 0..120),
            widths in prop::collection::vec(0.5..280.0_f32, 1..6),
        ) {
            let mut attempts = |index: usize, attempt: usize| {
                let width = *widths.get(attempt)?;
                let label: &Wanted = &wanted[index];
                let middle = f32::midpoint(label.bounds.0, label.bounds.1);
                Some(Rect::from_center_size(pos2(middle, label.y), vec2(width, 14.0)))
            };
            let mut mark = |count: u32| vec2(if count < 10 { 14.0 } else { 26.0 }, 13.0);
            let outcome = declutter(AREA, &wanted, &mut attempts, &mut mark);
            let rects: Vec<Rect> = outcome
                .placed
                .iter()
                .map(|placed| placed.rect)
                .chain(outcome.marks.iter().map(|mark| mark.rect))
                .collect();
            for (index, one) in rects.iter().enumerate() {
                for other in &rects[index + 1..] {
                    prop_assert!(!overlap(*one, *other), "{one:?} {other:?}");
                }
            }
            let all: u32 = wanted.iter().map(|label| label.weight).sum();
            let seen: u32 = outcome.placed.iter().map(|placed| wanted[placed.label].weight).sum();
            let counted: u32 = outcome.marks.iter().map(|mark| mark.count).sum();
            prop_assert_eq!(seen + counted, all);
        }
    }

    #[test]
    fn the_important_one_stays_and_counts_the_others() {
        let wanted = |y, rank| Wanted { lane: Lane::Middle, y, bounds: (0.0, 200.0), rank, weight: 1 };
        let labels = [wanted(100.0, 2), wanted(104.0, 1), wanted(109.0, 2), wanted(140.0, 2)];
        let mut attempts = |index: usize, attempt: usize| {
            let width = *[180.0, 90.0].get(attempt)?;
            Some(Rect::from_center_size(pos2(100.0, labels[index].y), vec2(width, 14.0)))
        };
        let outcome = declutter(AREA, &labels, &mut attempts, &mut |_| vec2(20.0, 13.0));
        let mut seen: Vec<(usize, usize)> = outcome.placed.iter().map(|one| (one.label, one.attempt)).collect();
        seen.sort_unstable();
        assert_eq!(seen, [(1, 1), (3, 0)], "shorter, to make room for the count");
        assert_eq!(outcome.marks.len(), 1);
        assert_eq!(outcome.marks[0].count, 2);
    }
}
