//! Two pictures whose rows stand beside each other: the same segments at the
//! same height, and room where one picture has what the other lacks.

use super::super::compare::{Row, Side, Sides};
use super::super::{Moment, MomentKind, Timeline};
use super::{Layout, Placer, Scale};

/// One picture on its way down.
struct Column<'a> {
    placer: Placer<'a>,
    rest: std::slice::Iter<'a, Moment>,
    fold: bool,
}

impl<'a> Column<'a> {
    fn new(timeline: &'a Timeline, fold: bool) -> Self {
        Self { placer: Placer::new(timeline), rest: timeline.moments.iter(), fold }
    }

    /// Puts everything above an arrow; where it would stand, and `None` where
    /// it stands already.
    fn reach(&mut self, arrow: usize) -> Option<f64> {
        let is_it = |moment: &Moment| moment.what == MomentKind::Arrow(arrow);
        if !self.rest.as_slice().iter().any(is_it) {
            return None;
        }
        while let Some(moment) = self.rest.as_slice().first().filter(|moment| !is_it(moment)) {
            self.placer.put(moment, self.fold);
            self.rest.next();
        }
        let from = self.placer.timeline.arrows.get(arrow)?.from;
        Some(self.placer.next_arrow(from))
    }

    /// Puts the arrow that was reached, no higher than here; its row is taken.
    fn put(&mut self, height: f64) {
        self.placer.cursor = self.placer.cursor.max(height);
        if let Some(moment) = self.rest.next() {
            self.placer.put(moment, self.fold);
        }
    }

    /// Leaves this row free.
    const fn pass(&mut self, height: f64) {
        self.placer.arrow = self.placer.arrow.max(height);
    }

    fn finished(mut self) -> Layout {
        for moment in self.rest.by_ref() {
            self.placer.put(moment, self.fold);
        }
        self.placer.placed()
    }
}

impl Layout {
    /// The heights of two pictures beside each other, row by row; both are as
    /// high as the higher one. Time is no height here: [`Scale::True`] is taken
    /// for [`Scale::Folded`].
    pub fn aligned(timelines: Sides<&Timeline>, rows: &[Row], scale: Scale) -> Sides<Self> {
        let fold = scale != Scale::Even;
        let mut columns = timelines.map(|timeline| Column::new(timeline, fold));
        for row in rows {
            let mut reach = |side: Side| columns.of_mut(side).reach((*row.arrows.of(side))?);
            let (left, right) = (reach(Side::Left), reach(Side::Right));
            let Some(height) = [left, right].into_iter().flatten().reduce(f64::max) else { continue };
            for (side, reached) in [(Side::Left, left), (Side::Right, right)] {
                match reached {
                    Some(_) => columns.of_mut(side).put(height),
                    None => columns.of_mut(side).pass(height),
                }
            }
        }
        let placed = columns.map(Column::finished);
        let height = placed.left.height.max(placed.right.height);
        let scale = if fold { Scale::Folded } else { Scale::Even };
        let complete = |mut layout: Self, timeline: &Timeline| {
            layout.height = height;
            layout.completed(timeline, scale)
        };
        Sides { left: complete(placed.left, timelines.left), right: complete(placed.right, timelines.right) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{Conversation, conversations, story::story};
    use crate::timeline::compare::{Comparison, Run};

    #[test]
    #[expect(clippy::float_cmp, reason = "the same number, copied")]
    fn partners_stand_at_one_height_and_what_is_alone_has_its_row() {
        let left = story("0 > S 0 - 0\n100 < S. 0 1 0\n200 > . 1 1 0\n300 > P. 1 1 6\n400 < . 1 7 0");
        let right =
            story("0 > S 0 - 0\n100 < S. 0 1 0\n200 > . 1 1 0\n300 > P. 1 1 6\n208300 > P. 1 1 6\n208400 < . 1 7 0");
        let all = Sides { left: conversations(&left), right: conversations(&right) };
        let one = Run { trace: &left, all: &all.left };
        let other = Run { trace: &right, all: &all.right };
        let comparison = Comparison::new(one, other);
        let timelines = Sides {
            left: Timeline::new(&left, &all.left, Conversation::Tcp(&all.left.tcp[0])),
            right: Timeline::new(&right, &all.right, Conversation::Tcp(&all.right.tcp[0])),
        };
        let rows = &comparison.pairs[0].rows;
        let timelines = Sides { left: &timelines.left, right: &timelines.right };
        let laid = Layout::aligned(timelines, rows, Scale::Folded);
        let mut above = -1.0;
        for row in rows {
            let height = |side: Side| row.arrows.of(side).map(|arrow| laid.of(side).arrows[arrow].0);
            let (left, right) = (height(Side::Left), height(Side::Right));
            if let (Some(left), Some(right)) = (left, right) {
                assert_eq!(left, right, "{row:?}");
            }
            let height = left.or(right).unwrap();
            assert!(height >= above + 1.0, "{row:?}");
            above = height;
        }
        assert_eq!(laid.left.height, laid.right.height);
        // The silence before what was sent again is folded on one side, and
        // leaves a gap on the other.
        let gap = laid.left.arrows[4].0 - laid.left.arrows[3].0;
        assert!(gap > 2.0, "{gap}");
    }
}
