//! Drawing a million elements by looking at a thousand: for each column of the
//! picture the elements that fall into it, found by binary search, and their
//! extremes, found in a tree.

use std::ops::Range;

use super::{Bounds, Element, Meaning};
use crate::trace::FrameNumber;

/// How many elements or nodes one node of the tree sums up.
const BRANCHES: usize = 16;

/// The elements of one meaning, in order of time.
#[derive(Clone, Debug)]
pub struct Layer {
    meaning: Meaning,
    elements: Vec<Element>,
    /// Their moments: close together, to be searched.
    times: Vec<f64>,
    /// Least and greatest value of each 16 elements, of each 16 of these, …
    tree: Vec<Vec<(f64, f64)>>,
}

/// What falls into one column of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column<'a> {
    /// All of it, in order of time; at least one.
    pub elements: &'a [Element],
    /// The least value.
    pub low: f64,
    /// The greatest value.
    pub high: f64,
}

impl Layer {
    /// Takes the elements in any order: a capture of several places does not
    /// always go forward in time.
    pub(super) fn new(meaning: Meaning, mut elements: Vec<Element>) -> Self {
        if !elements.is_sorted_by(|a, b| a.at <= b.at) {
            elements.sort_by(|a, b| a.at.total_cmp(&b.at));
        }
        let mut tree: Vec<Vec<(f64, f64)>> = Vec::new();
        let leaves = elements.chunks(BRANCHES).map(|chunk| extremes(chunk.iter().map(|one| (one.low, one.high))));
        let mut level: Vec<(f64, f64)> = leaves.collect();
        while level.len() > 1 {
            let above = level.chunks(BRANCHES).map(|chunk| extremes(chunk.iter().copied())).collect();
            tree.push(std::mem::replace(&mut level, above));
        }
        tree.push(level);
        let times = elements.iter().map(|element| element.at).collect();
        Self { meaning, elements, times, tree }
    }

    /// What it shows.
    pub const fn meaning(&self) -> Meaning {
        self.meaning
    }

    /// Everything, in order of time.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// The rectangle it fills; `None` where there is nothing.
    pub fn bounds(&self) -> Option<Bounds> {
        let (first, last) = (self.elements.first()?, self.elements.last()?);
        let value = self.tree.last()?.first().copied()?;
        Some(Bounds { at: (first.at, last.at), value })
    }

    /// The last element before a moment.
    pub fn before(&self, at: f64) -> Option<&Element> {
        let behind = self.times.partition_point(|one| *one < at);
        self.elements.get(behind.checked_sub(1)?)
    }

    /// The elements from one moment to another, both included.
    pub fn between(&self, from: f64, to: f64) -> &[Element] {
        let first = self.times.partition_point(|at| *at < from);
        let behind = self.times.partition_point(|at| *at <= to);
        self.elements.get(first..behind).unwrap_or_default()
    }

    /// The least and the greatest value from one moment to another, both
    /// included; `None` where there is nothing.
    pub fn values(&self, from: f64, to: f64) -> Option<(f64, f64)> {
        let first = self.times.partition_point(|at| *at < from);
        let behind = self.times.partition_point(|at| *at <= to);
        (first < behind).then(|| self.extremes(first..behind))
    }

    /// What a frame brings; `at` is its moment.
    pub fn of_frame(&self, at: f64, frame: FrameNumber) -> impl Iterator<Item = &Element> {
        self.between(at, at).iter().filter(move |element| element.frame == Some(frame))
    }

    /// What is to be drawn from one moment to another, both included, in
    /// columns of `width` seconds: the columns into which something falls.
    ///
    /// Looks at some dozens of values for each of them, however many elements
    /// there are.
    pub fn columns<'a>(&'a self, from: f64, to: f64, width: f64, mut visit: impl FnMut(Column<'a>)) {
        let mut start = self.times.partition_point(|at| *at < from);
        let last = self.times.partition_point(|at| *at <= to);
        let times = self.times.get(..last).unwrap_or_default();
        // Most columns hold as many as the one before.
        let mut guess = 1;
        while let Some(first) = times.get(start) {
            let column = ((first - from) / width).floor();
            // Rounding may put it on the edge, and it belongs to the next one.
            let edges = [1.0, 2.0].map(|next| from + (column + next) * width);
            let edge = edges.into_iter().find(|edge| edge > first).unwrap_or(f64::NEG_INFINITY);
            let end = boundary(times, edge, start + 1, start + guess);
            if let Some(elements) = self.elements.get(start..end) {
                let (low, high) = self.extremes(start..end);
                visit(Column { elements, low, high });
            }
            guess = end - start;
            start = end;
        }
    }

    /// Least and greatest value of some elements.
    fn extremes(&self, range: Range<usize>) -> (f64, f64) {
        let (mut start, mut end) = (range.start, range.end);
        let of_elements = |range: Range<usize>| {
            let elements = self.elements.get(range).unwrap_or_default();
            extremes(elements.iter().map(|element| (element.low, element.high)))
        };
        let (first, last) = (start.next_multiple_of(BRANCHES), end / BRANCHES * BRANCHES);
        if first >= last {
            return of_elements(start..end);
        }
        let mut found = around(of_elements(start..first), of_elements(last..end));
        (start, end) = (first / BRANCHES, last / BRANCHES);
        for level in &self.tree {
            let of_nodes = |range: Range<usize>| extremes(level.get(range).unwrap_or_default().iter().copied());
            let (first, last) = (start.next_multiple_of(BRANCHES), end / BRANCHES * BRANCHES);
            if first >= last {
                return around(found, of_nodes(start..end));
            }
            found = around(found, around(of_nodes(start..first), of_nodes(last..end)));
            (start, end) = (first / BRANCHES, last / BRANCHES);
        }
        found
    }
}

/// The first place from `least` on at which a time is not before `edge`, sought
/// around `guess`.
fn boundary(times: &[f64], edge: f64, least: usize, guess: usize) -> usize {
    let before = |place: usize| times.get(place).is_some_and(|at| *at < edge);
    let guess = guess.clamp(least, times.len().max(least));
    let (mut low, mut high) = (guess, guess);
    let mut step = 1;
    while low > least && !before(low - 1) {
        high = low - 1;
        low = low.saturating_sub(step).max(least);
        step *= 2;
    }
    if low == guess {
        step = 1;
        while before(high) {
            low = high + 1;
            high = (high + step).min(times.len());
            step *= 2;
        }
    }
    low + times.get(low..high).unwrap_or_default().partition_point(|at| *at < edge)
}

/// What lies around nothing.
const EMPTY: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);

fn extremes(values: impl Iterator<Item = (f64, f64)>) -> (f64, f64) {
    values.fold(EMPTY, around)
}

const fn around(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0.min(b.0), a.1.max(b.1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn layer(points: &[(f64, f64)]) -> Layer {
        let element = |(at, value): &(f64, f64)| Element::point(*at, *value, FrameNumber(1));
        Layer::new(Meaning::Data, points.iter().map(element).collect())
    }

    fn columns(layer: &Layer, from: f64, to: f64, width: f64) -> Vec<(f64, usize, f64, f64)> {
        let mut columns = Vec::new();
        layer.columns(from, to, width, |column| {
            columns.push((column.elements[0].at, column.elements.len(), column.low, column.high));
        });
        columns
    }

    #[test]
    fn a_column_holds_what_falls_into_it() {
        let layer = layer(&[(0.0, 5.0), (0.4, 1.0), (0.9, 9.0), (1.0, 2.0), (7.5, 3.0), (8.0, 4.0)]);
        assert_eq!(columns(&layer, 0.0, 7.9, 1.0), [(0.0, 3, 1.0, 9.0), (1.0, 1, 2.0, 2.0), (7.5, 1, 3.0, 3.0)]);
        assert_eq!(columns(&layer, 0.5, 0.6, 0.1), []);
        assert_eq!(layer.before(1.0).unwrap().at.to_bits(), 0.9_f64.to_bits());
        assert_eq!(layer.before(0.0), None);
        assert_eq!(layer.between(0.4, 1.0).len(), 3);
        assert_eq!(layer.values(0.4, 1.0), Some((1.0, 9.0)));
        assert_eq!(layer.values(2.0, 7.0), None);
    }

    #[test]
    fn elements_out_of_order_are_put_in_order() {
        let layer = layer(&[(3.0, 1.0), (1.0, 7.0), (2.0, 4.0)]);
        assert_eq!(columns(&layer, 0.0, 9.0, 1.0), [(1.0, 1, 7.0, 7.0), (2.0, 1, 4.0, 4.0), (3.0, 1, 1.0, 1.0)]);
        assert_eq!(layer.bounds(), Some(Bounds { at: (1.0, 3.0), value: (1.0, 7.0) }));
    }

    /// A column however thin goes on, even where floating point cannot divide
    /// it any more.
    #[test]
    fn a_column_too_thin_to_divide_still_ends() {
        let layer = layer(&[(1e9, 1.0), (1e9, 2.0), (1e9 + 1.0, 3.0)]);
        let found = columns(&layer, 0.0, 2e9, 1e-12);
        assert_eq!(found.iter().map(|column| column.1).sum::<usize>(), 3);
    }

    proptest! {
        #[test]
        fn columns_cover_all_that_is_visible_and_their_extremes_are_right(
            points in proptest::collection::vec((0_u32..4000, -500_i32..500), 1..3000),
            from in 0_u32..4000,
            length in 1_u32..4000,
            count in 1_u32..40,
        ) {
            let points: Vec<(f64, f64)> = points.iter().map(|(at, value)| (f64::from(*at), f64::from(*value))).collect();
            let layer = layer(&points);
            let (from, to) = (f64::from(from), f64::from(from + length));
            let width = f64::from(length) / f64::from(count);
            let mut covered = 0;
            let mut last = f64::NEG_INFINITY;
            layer.columns(from, to, width, |column| {
                covered += column.elements.len();
                let values = column.elements.iter().map(|element| element.high);
                assert_eq!(column.low.to_bits(), values.clone().fold(f64::INFINITY, f64::min).to_bits());
                assert_eq!(column.high.to_bits(), values.fold(f64::NEG_INFINITY, f64::max).to_bits());
                let first = column.elements[0].at;
                assert!(first > last && column.elements.last().unwrap().at - first < width * 1.000_001);
                last = column.elements.last().unwrap().at;
            });
            let visible = points.iter().filter(|(at, _)| (from..=to).contains(at)).count();
            prop_assert_eq!(covered, visible);
        }
    }
}
