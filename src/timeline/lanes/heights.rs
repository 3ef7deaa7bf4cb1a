//! Heights of lifelines' arrows, in rows, by the three scales. A row is the
//! least distance between two arrows; the painter decides how many points it
//! is. Everything is `f64`.

use std::ops::Range;

use super::Lanes;
use crate::model::Timestamp;
use crate::timeline::layout::Scale;

/// An arrow goes down by this much on its way.
const SLANT: f64 = 0.42;
/// A piece of an arrow between two places goes down by this much.
const STEP: f64 = 0.3;
/// Below a piece of an arrow nothing else stands between the same two
/// lifelines for this much.
const AIR: f64 = 1.0;
/// The height of a folded silence.
const FOLD: f64 = 1.2;

/// The height of everything in [`Lanes`], by the same indexes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heights {
    /// The height of the whole picture.
    pub height: f64,
    /// Each arrow: its highest point and its lowest. The highest points never
    /// fall from one to the next.
    pub arrows: Vec<(f64, f64)>,
    /// Each stop.
    pub stops: Vec<f64>,
    /// Each silence: from, to; of no height where they are not drawn.
    pub quiets: Vec<(f64, f64)>,
    /// The lowest point of each arrow and all before it.
    reach: Vec<f64>,
}

impl Heights {
    /// Gives everything its height.
    pub fn new(lanes: &Lanes, scale: Scale) -> Self {
        let mut heights = match scale {
            Scale::Folded => Placer::new(lanes).place(true),
            Scale::Even => Placer::new(lanes).place(false),
            Scale::True => true_time(lanes),
        };
        heights.arrows = lanes
            .arrows
            .iter()
            .map(|arrow| {
                let stops = heights.stops.get(arrow.stops.clone()).unwrap_or_default();
                let top = stops.iter().copied().reduce(f64::min).unwrap_or(0.0);
                let bottom = stops.iter().copied().reduce(f64::max).unwrap_or(0.0);
                (top, bottom)
            })
            .collect();
        // Where clocks disagree an arrow may begin above the one before it.
        let mut highest = f64::INFINITY;
        for (top, _) in heights.arrows.iter_mut().rev() {
            highest = highest.min(*top);
            *top = highest;
        }
        let mut deepest = 0.0_f64;
        for (_, bottom) in &heights.arrows {
            deepest = deepest.max(*bottom);
            heights.reach.push(deepest);
        }
        heights.height = heights.height.max(deepest) + 1.0;
        heights
    }

    /// The arrows of which something may stand between two heights, found
    /// without looking at the others.
    pub fn between(&self, top: f64, bottom: f64) -> Range<usize> {
        let start = self.reach.partition_point(|reach| *reach < top);
        let end = self.arrows.partition_point(|(begins, _)| *begins <= bottom);
        start..end.max(start)
    }

    /// The first arrow at or behind `from` that begins at this height or below.
    pub fn next_below(&self, from: usize, height: f64) -> usize {
        self.arrows.partition_point(|(begins, _)| *begins < height).max(from)
    }

    /// The silences of which something stands between two heights.
    pub fn quiets_between(&self, top: f64, bottom: f64) -> Range<usize> {
        let start = self.quiets.partition_point(|(_, to)| *to < top);
        let end = self.quiets.partition_point(|(from, _)| *from <= bottom);
        start..end.max(start)
    }
}

/// Height in proportion to time: as many rows as there are arrows.
fn true_time(lanes: &Lanes) -> Heights {
    let seen = || lanes.stops.iter().filter_map(|stop| stop.seen).map(|(_, at)| at);
    let first = seen().min().unwrap_or(lanes.zero);
    let last = seen().max().unwrap_or(lanes.zero);
    #[expect(clippy::cast_precision_loss, reason = "a height; f64 keeps 2^53 ns, a hundred days, to the nanosecond")]
    let rows = |at: Timestamp| {
        let whole = last.since(first).nanos().max(1) as f64;
        at.since(first).nanos() as f64 / whole * lanes.arrows.len().max(10) as f64
    };
    let mut heights = Heights { height: rows(last), stops: vec![0.0; lanes.stops.len()], ..Heights::default() };
    for arrow in &lanes.arrows {
        // Where nobody looked it stands beside where somebody did.
        let stops = lanes.stops_of(arrow);
        let mut before = stops.iter().find_map(|stop| stop.seen).map_or(0.0, |(_, at)| rows(at));
        for (stop, index) in stops.iter().zip(arrow.stops.clone()) {
            before = stop.seen.map_or(before, |(_, at)| rows(at));
            set(&mut heights.stops, index, before);
        }
    }
    heights.quiets = lanes.quiets.iter().map(|(from, to)| (rows(*from), rows(*to))).collect();
    heights
}

/// Walks through everything seen in order of time and puts each as high as
/// what is already there allows.
struct Placer<'a> {
    lanes: &'a Lanes,
    heights: Heights,
    /// Nothing later stands above this.
    cursor: f64,
    /// The lowest point so far.
    bottom: f64,
    /// Where the last arrow begins.
    last: f64,
    /// Between each lifeline and the next: the lowest point of a piece there.
    gaps: Vec<f64>,
    /// The next silence.
    quiet: usize,
}

impl<'a> Placer<'a> {
    fn new(lanes: &'a Lanes) -> Self {
        let heights = Heights {
            stops: vec![0.0; lanes.stops.len()],
            quiets: vec![(0.0, 0.0); lanes.quiets.len()],
            ..Heights::default()
        };
        let gaps = vec![f64::NEG_INFINITY; lanes.lanes.len()];
        Self { lanes, heights, cursor: 0.0, bottom: 0.0, last: -1.0, gaps, quiet: 0 }
    }

    fn place(mut self, fold: bool) -> Heights {
        // What was seen, in order of time; no arrow goes back on its way.
        let mut seen: Vec<(Timestamp, usize, usize)> = Vec::with_capacity(self.lanes.stops.len());
        for (number, arrow) in self.lanes.arrows.iter().enumerate() {
            let mut latest = arrow.what.at;
            for (stop, index) in self.lanes.stops_of(arrow).iter().zip(arrow.stops.clone()) {
                if let Some((_, at)) = stop.seen {
                    latest = latest.max(at);
                    seen.push((latest, number, index));
                }
            }
        }
        seen.sort_unstable();
        for (at, number, index) in seen {
            self.silence(at, fold);
            self.stop(number, index);
        }
        self.heights.height = self.bottom;
        self.heights
    }

    /// Draws the silences that end before or at a moment.
    fn silence(&mut self, at: Timestamp, fold: bool) {
        while let Some((_, to)) = self.lanes.quiets.get(self.quiet)
            && *to <= at
        {
            let from = if fold { self.bottom + 0.3 } else { self.bottom };
            let to = if fold { from + FOLD } else { from };
            set(&mut self.heights.quiets, self.quiet, (from, to));
            self.quiet += 1;
            if fold {
                self.cursor = to;
                self.bottom = to;
                self.last = self.last.max(to - 1.0 + 0.5);
            }
        }
    }

    fn stop(&mut self, number: usize, index: usize) {
        let Some(arrow) = self.lanes.arrows.get(number) else { return };
        let step = if self.lanes.by_hop { STEP } else { SLANT };
        let first = arrow.stops.start;
        let lane = |index: usize| self.lanes.stops.get(index).map_or(0, |stop| stop.lane);
        let is_seen = |index: usize| self.lanes.stops.get(index).is_some_and(|stop| stop.seen.is_some());
        let before = (index > first).then(|| index - 1);
        let after = Some(index + 1).filter(|next| *next < arrow.stops.end && !is_seen(*next));
        // An arrow begins at its first stop, or a step above where it was seen.
        let begins = before.is_none_or(|before| before == first && !is_seen(before));
        let lead = if begins && before.is_some() { step } else { 0.0 };
        let mut height = if begins {
            self.cursor.max(self.last + 1.0 + lead)
        } else {
            self.cursor.max(before.and_then(|before| self.heights.stops.get(before)).map_or(0.0, |last| last + step))
        };
        if self.lanes.by_hop {
            // Where it comes from and where nobody will look any more must be free.
            let pieces = before.map(|before| (before, lead)).into_iter().chain(after.map(|after| (after, 0.0)));
            for (other, lead) in pieces {
                let (left, right) = ordered(lane(index), lane(other));
                let used = self.gaps.get(left..right).unwrap_or_default().iter().copied();
                height = height.max(used.fold(f64::NEG_INFINITY, f64::max) + AIR + lead);
            }
        }
        set(&mut self.heights.stops, index, height);
        if let Some(before) = before {
            if begins {
                set(&mut self.heights.stops, before, height - lead);
            }
            self.use_gaps(lane(before), lane(index), height);
        }
        if begins {
            self.last = height - lead;
        }
        self.cursor = height;
        self.bottom = self.bottom.max(height);
        if let Some(after) = after {
            set(&mut self.heights.stops, after, height + step);
            self.use_gaps(lane(index), lane(after), height + step);
            self.bottom = self.bottom.max(height + step);
        }
    }

    fn use_gaps(&mut self, one: usize, other: usize, height: f64) {
        let (left, right) = ordered(one, other);
        for gap in self.gaps.get_mut(left..right).unwrap_or_default() {
            *gap = gap.max(height);
        }
    }
}

const fn ordered(one: usize, other: usize) -> (usize, usize) {
    if one < other { (one, other) } else { (other, one) }
}

fn set<T>(list: &mut [T], index: usize, value: T) {
    if let Some(slot) = list.get_mut(index) {
        *slot = value;
    }
}
