//! Stretches of height, found by where they stand.
//!
//! A picture of a million things shows a few dozen: these are found in
//! logarithmic time, and a thing that begins far above and reaches down into
//! the picture is found too. Knows nothing of what the stretches are.

use std::ops::Range;

/// So many stretches (or blocks of them) make a block of the next level.
const FAN: usize = 16;

/// Stretches in order of their beginnings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spans {
    spans: Vec<Stretch>,
    /// How far down each block of [`FAN`] reaches, then each block of blocks.
    reach: Vec<Vec<f64>>,
}

/// One stretch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stretch {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Its index in the list that the stretches were made of.
    pub index: usize,
}

impl Spans {
    /// Takes in stretches in any order: from, to.
    pub fn new(spans: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self::of((0..).zip(spans))
    }

    /// The same for some of a list, each with its index there.
    pub fn of(spans: impl IntoIterator<Item = (usize, (f64, f64))>) -> Self {
        let mut spans: Vec<Stretch> =
            spans.into_iter().map(|(index, (from, to))| Stretch { from, to, index }).collect();
        spans.sort_by(|one, other| one.from.total_cmp(&other.from).then(one.index.cmp(&other.index)));
        let furthest = |ends: &mut dyn Iterator<Item = f64>| ends.fold(f64::NEG_INFINITY, f64::max);
        let mut reach: Vec<Vec<f64>> = Vec::new();
        let mut level: Vec<f64> = spans.iter().map(|span| span.to).collect();
        while level.len() > FAN {
            level = level.chunks(FAN).map(|block| furthest(&mut block.iter().copied())).collect();
            reach.push(level.clone());
        }
        Self { spans, reach }
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The stretch at this place in the order.
    pub fn get(&self, place: usize) -> Option<&Stretch> {
        self.spans.get(place)
    }

    /// How many begin above `height`.
    pub fn begun(&self, height: f64) -> usize {
        self.spans.partition_point(|span| span.from < height)
    }

    /// The places of those before `before` that reach down to `height` or
    /// further.
    pub fn reaching(&self, before: usize, height: f64) -> impl Iterator<Item = usize> {
        let before = before.min(self.spans.len());
        let mut place = 0;
        std::iter::from_fn(move || {
            let found = self.next_reaching(place, before, height)?;
            place = found + 1;
            Some(found)
        })
    }

    fn next_reaching(&self, mut place: usize, before: usize, height: f64) -> Option<usize> {
        while place < before {
            // The largest block that begins here and does not reach.
            let mut skipped = 0;
            let mut size = FAN;
            for level in &self.reach {
                let short = place.is_multiple_of(size) && level.get(place / size).is_some_and(|to| *to < height);
                if !short {
                    break;
                }
                skipped = size;
                size *= FAN;
            }
            if skipped > 0 {
                place += skipped;
            } else if self.spans.get(place)?.to >= height {
                return Some(place);
            } else {
                place += 1;
            }
        }
        None
    }

    /// Where the one that reaches furthest down among these places ends.
    pub fn furthest(&self, places: Range<usize>) -> f64 {
        let Range { start: mut place, end } = places;
        let mut furthest = f64::NEG_INFINITY;
        while place < end.min(self.spans.len()) {
            let mut size = 1;
            let mut value = self.spans.get(place).map_or(f64::NEG_INFINITY, |span| span.to);
            for level in &self.reach {
                let larger = size * FAN;
                let Some(to) = level.get(place / larger).filter(|_| place % larger == 0 && place + larger <= end)
                else {
                    break;
                };
                (size, value) = (larger, *to);
            }
            furthest = furthest.max(value);
            place += size;
        }
        furthest
    }

    /// The stretches that begin from `from` to `to`, in cells of this height:
    /// the top of each cell that has any, and their places. The cells stand
    /// still whatever `from` is.
    pub fn cells(&self, from: f64, to: f64, cell: f64) -> impl Iterator<Item = (f64, Range<usize>)> {
        let mut place = self.begun((from / cell).floor() * cell);
        std::iter::from_fn(move || {
            let first = self.spans.get(place)?.from;
            let number = (first / cell).floor();
            if first > to {
                return None;
            }
            let rest = self.spans.get(place..).unwrap_or_default();
            // Most cells hold few: look near before looking far.
            let below = (number + 1.0) * cell;
            let mut far = 1;
            while rest.get(far).is_some_and(|span| span.from < below) {
                far *= 2;
            }
            let some = rest.get(..far.min(rest.len())).unwrap_or_default();
            let end = place + some.partition_point(|span| span.from < below).max(1);
            let places = place..end;
            place = end;
            Some((number * cell, places))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Blocks are a short cut and change nothing.
        #[test]
        fn what_reaches_into_the_picture_is_found(
            list in prop::collection::vec((0_u32..2000, 0_u32..300), 0..700),
            top in 0_u32..2200,
        ) {
            let all = list.iter().map(|(from, length)| (f64::from(*from), f64::from(from + length)));
            let spans = Spans::new(all.clone());
            let top = f64::from(top);
            let found: Vec<usize> = spans.reaching(spans.len(), top).map(|place| spans.get(place).unwrap().index).collect();
            let mut expected: Vec<usize> = (0..list.len()).filter(|index| all.clone().nth(*index).unwrap().1 >= top).collect();
            expected.sort_by_key(|index| (list[*index].0, *index));
            prop_assert_eq!(found, expected);
            let half = spans.len() / 2;
            let plain = |range: Range<usize>| {
                range.map(|place| spans.get(place).unwrap().to).fold(f64::NEG_INFINITY, f64::max)
            };
            prop_assert!(spans.furthest(0..half) >= plain(0..half) && spans.furthest(0..half) <= plain(0..half));
            prop_assert!(spans.furthest(half / 3..spans.len()) >= plain(half / 3..spans.len()));
        }

        /// Every stretch is in the one cell where it begins.
        #[test]
        fn cells_hold_every_stretch_once(
            list in prop::collection::vec(0_u32..5000, 0..300), cell in 1_u32..400, from in 0_u32..5000,
        ) {
            let spans = Spans::new(list.iter().map(|from| (f64::from(*from), f64::from(*from))));
            let (cell, from) = (f64::from(cell), f64::from(from));
            let mut next = spans.begun((from / cell).floor() * cell);
            for (top, places) in spans.cells(from, 1e9, cell) {
                prop_assert_eq!(places.start, next);
                next = places.end;
                for place in places {
                    let begins = spans.get(place).unwrap().from;
                    prop_assert!(top <= begins && begins < top + cell);
                }
            }
            prop_assert_eq!(next, spans.len());
        }
    }
}
