//! Heights: where in the picture each thing stands.
//!
//! They are counted in rows, the least distance between two arrows, or, in
//! true time, in nanoseconds since the first moment; the painter decides how
//! many pixels one is. Everything is `f64`: a capture may be hours long and its
//! handshake microseconds.

/// Two pictures whose rows stand beside each other.
mod aligned;

use super::density::Density;
use super::present::Order;
use super::spans::Spans;
use super::{Moment, MomentKind, Timeline};
use crate::conversation::{By, End, Ends};
use crate::model::Timestamp;

/// How time becomes height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// One arrow a row; long silences are folded and say their length.
    #[default]
    Folded,
    /// One arrow a row; silences are not marked.
    Even,
    /// Height is time, in nanoseconds.
    True,
}

impl Scale {
    /// What height is counted in.
    pub const fn unit(self) -> Unit {
        match self {
            Self::Folded | Self::Even => Unit::Row,
            Self::True => Unit::Nanosecond,
        }
    }
}

/// What heights are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The least distance of two arrows.
    Row,
    /// Time itself.
    Nanosecond,
}

/// An arrow goes down by this much on its way.
const SLANT: f64 = 0.42;
/// The least distance between two labels in one column.
const LABEL: f64 = 0.42;
/// The least height of a call bar.
const BAR: f64 = 0.14;
/// The least distance between two arrivals at one end.
const ARRIVAL: f64 = 0.2;
/// The air above and below the turn of a cable.
const CABLE: f64 = 0.35;
/// The height of a folded silence.
const FOLD: f64 = 1.3;

/// The height of everything in a [`Timeline`], by the same indexes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// How time became height.
    pub scale: Scale,
    /// The height of the last thing that happens. What has no end, a state or
    /// a call that did not return, goes on below it: to infinity.
    pub height: f64,
    /// Each arrow: where it leaves, where it arrives.
    pub arrows: Vec<(f64, f64)>,
    /// Each arrival that is a moment of its own.
    pub arrivals: Vec<f64>,
    /// Each end's calls.
    pub calls: Ends<Vec<CallHeight>>,
    /// Each end's states: from, to.
    pub states: Ends<Vec<(f64, f64)>>,
    /// Each program's end.
    pub exits: Vec<f64>,
    /// Each turn of a cable.
    pub cables: Vec<f64>,
    /// Each silence: from, to.
    pub quiets: Vec<(f64, f64)>,
    /// Each phase: from, to.
    pub phases: Vec<(f64, f64)>,
    /// When the kernel was asked, downwards.
    pub samples: Ends<Vec<f64>>,
    /// When it said something else than was inferred, downwards.
    pub doubts: Ends<Vec<f64>>,
    /// What stands where.
    pub index: Index,
    /// The arrows in the order of [`Index::arrows`], summed up.
    pub density: Density,
    /// Everything among the moments.
    pub(super) order: Order,
    /// Moments with their heights, both rising: what stands between them is
    /// found by [`Layout::at`].
    knots: Vec<(Timestamp, f64)>,
}

/// What of a picture stands in a part of it, by binary search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    /// The arrows.
    pub arrows: Spans,
    /// What ties an arrow to the one it repeats, by the repeating one's index:
    /// from where the original left to where it left again.
    pub ties: Spans,
    /// Each end's calls.
    pub calls: Ends<Spans>,
    /// Each end's states.
    pub states: Ends<Spans>,
    /// The silences.
    pub quiets: Spans,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CallHeight {
    /// Where it is entered.
    pub enter: f64,
    /// Where it returns; infinitely far below where it never does.
    pub leave: f64,
    /// The result has no line of its own: it stands beside the call.
    pub inline: bool,
}

impl Layout {
    /// Gives everything in the timeline its height.
    pub fn new(timeline: &Timeline, scale: Scale) -> Self {
        let layout = match scale {
            Scale::Folded => Placer::new(timeline).place(true),
            Scale::Even => Placer::new(timeline).place(false),
            Scale::True => true_time(timeline),
        };
        layout.completed(timeline, scale)
    }

    /// With everything that follows from where arrows and calls stand.
    fn completed(mut self, timeline: &Timeline, scale: Scale) -> Self {
        self.scale = scale;
        self.finish(timeline);
        self.index(timeline);
        self.order = Order::new(timeline, &self);
        self
    }

    /// How many points one unit of height is where everything fits into
    /// `points`.
    pub fn fitting(&self, points: f64) -> f64 {
        points / self.height.max(1.0)
    }

    fn index(&mut self, timeline: &Timeline) {
        let calls = |end| Spans::new(self.calls.of(end).iter().map(|call| (call.enter, call.leave)));
        let states = |end| Spans::new(self.states.of(end).iter().copied());
        let leaves = |index: usize| self.arrows.get(index).map(|(leaves, _)| *leaves);
        let repeating = timeline.arrows.iter().enumerate().filter_map(|(index, arrow)| {
            let (first, again) = (leaves(arrow.repeats?)?, leaves(index)?);
            Some((index, (first.min(again), first.max(again))))
        });
        // What arrives again is seen until then.
        let mut whole = self.arrows.clone();
        for (arrival, height) in timeline.arrivals.iter().zip(&self.arrivals) {
            if let Some((_, arrives)) = whole.get_mut(arrival.arrow) {
                *arrives = arrives.max(*height);
            }
        }
        let index = Index {
            arrows: Spans::new(whole),
            ties: Spans::of(repeating),
            calls: Ends { client: calls(End::Client), server: calls(End::Server) },
            states: Ends { client: states(End::Client), server: states(End::Server) },
            quiets: Spans::new(self.quiets.iter().copied()),
        };
        self.density = Density::new(&timeline.arrows, &index.arrows);
        self.index = index;
        for end in End::BOTH {
            let samples = timeline.samples.of(end);
            *self.samples.of_mut(end) = samples.iter().map(|sample| self.at(sample.at)).collect();
            let doubts = samples.iter().filter(|sample| sample.differs);
            *self.doubts.of_mut(end) = doubts.map(|sample| self.at(sample.at)).collect();
        }
    }

    /// The height of any moment: between two moments that stand somewhere, in
    /// proportion.
    pub fn at(&self, at: Timestamp) -> f64 {
        let after = self.knots.partition_point(|(moment, _)| *moment <= at);
        let before = after.checked_sub(1).and_then(|index| self.knots.get(index));
        match (before, self.knots.get(after)) {
            (Some((from, low)), Some((to, high))) => {
                #[expect(clippy::cast_precision_loss, reason = "a height: f64 keeps a hundred days to the nanosecond")]
                let part = at.since(*from).nanos() as f64 / to.since(*from).nanos().max(1) as f64;
                low + part * (high - low)
            }
            (Some((_, height)), None) | (None, Some((_, height))) => *height,
            (None, None) => 0.0,
        }
    }

    /// States, open ends and phases follow from the arrows and calls.
    fn finish(&mut self, timeline: &Timeline) {
        for end in End::BOTH {
            let mut starts: Vec<f64> = Vec::new();
            for span in timeline.states.of(end) {
                let last = starts.last().copied().unwrap_or(0.0);
                let start = span.by.map_or(0.0, |by| self.moved_at(timeline, end, by, span.since));
                starts.push(start.max(last));
            }
            let ends = starts.iter().copied().skip(1).chain([f64::INFINITY]);
            *self.states.of_mut(end) = starts.iter().copied().zip(ends).collect();
            for (call, span) in self.calls.of_mut(end).iter_mut().zip(timeline.calls.of(end)) {
                if span.returned.is_none() {
                    call.leave = f64::INFINITY;
                    call.inline = true;
                }
            }
        }
        let starts: Vec<f64> = self.phases.iter().map(|(start, _)| *start).collect();
        let ends = starts.iter().copied().skip(1).chain([f64::INFINITY]);
        self.phases = starts.iter().copied().zip(ends).collect();
    }

    /// Where `end` was moved to a new state.
    fn moved_at(&self, timeline: &Timeline, end: End, by: By, since: Option<Timestamp>) -> f64 {
        match by {
            By::Call(call) => {
                let index = timeline.calls.of(end).iter().position(|span| span.call == call);
                index.and_then(|index| self.calls.of(end).get(index)).map_or(0.0, |call| call.leave)
            }
            By::Sent(frame) | By::Received(frame) => {
                // Where its arrival was seen.
                let own = timeline.arrow_of(frame);
                let own = own.and_then(|index| timeline.arrows.get(index).zip(self.arrows.get(index)));
                if let Some((arrow, (_, arrives))) = own
                    && arrow.arrives.is_some()
                    && arrow.arrives == since
                    && arrow.from != end
                {
                    return *arrives;
                }
                // Where the capture shows a segment before its receiver had it,
                // the state begins with a later segment than the one that moved it.
                let index = timeline.arrows.iter().rposition(|arrow| Some(arrow.at) <= since);
                let arrow = index.and_then(|index| timeline.arrows.get(index).zip(self.arrows.get(index)));
                arrow.map_or(0.0, |(arrow, (leaves, arrives))| if arrow.from == end { *leaves } else { *arrives })
            }
        }
    }
}

/// Height is time.
fn true_time(timeline: &Timeline) -> Layout {
    let first = timeline.moments.first().map_or(timeline.zero, |moment| moment.at);
    #[expect(clippy::cast_precision_loss, reason = "a height; f64 keeps 2^53 ns, a hundred days, to the nanosecond")]
    let since = |at: Timestamp| at.since(first).nanos() as f64;
    let mut layout = Layout::default();
    let arrival = |arrow: &super::Arrow| arrow.arrives.unwrap_or(arrow.at);
    layout.arrows = timeline.arrows.iter().map(|arrow| (since(arrow.at), since(arrival(arrow)))).collect();
    for end in End::BOTH {
        let place = |call: &super::CallSpan| {
            let enter = since(call.entered);
            CallHeight { enter, leave: call.returned.map_or(enter, since), inline: false }
        };
        *layout.calls.of_mut(end) = timeline.calls.of(end).iter().map(place).collect();
    }
    layout.arrivals = timeline.arrivals.iter().map(|arrival| since(arrival.at)).collect();
    layout.exits = timeline.exits.iter().map(|exit| since(exit.at)).collect();
    layout.cables = timeline.cables.iter().map(|cable| since(cable.at)).collect();
    layout.quiets = timeline.quiets.iter().map(|quiet| (since(quiet.from), since(quiet.to))).collect();
    layout.phases = timeline.phases.iter().map(|phase| (since(phase.start), 0.0)).collect();
    layout.knots = timeline.moments.iter().map(|moment| (moment.at, since(moment.at))).collect();
    let last = timeline.moments.last().map_or(0.0, |moment| since(moment.at));
    layout.height = layout.arrows.iter().fold(last, |last, (_, arrives)| last.max(*arrives));
    layout
}

/// Walks the moments in order and puts each as high as what is already there
/// allows.
struct Placer<'a> {
    timeline: &'a Timeline,
    layout: Layout,
    /// Nothing later may stand above this.
    cursor: f64,
    /// Nothing later at this end may stand above this: it has received an arrow.
    floor: Ends<f64>,
    /// The last label in each end's call column.
    label: Ends<f64>,
    arrow: f64,
}

impl<'a> Placer<'a> {
    fn new(timeline: &'a Timeline) -> Self {
        let calls = |end| vec![CallHeight::default(); timeline.calls.of(end).len()];
        let layout = Layout {
            arrows: vec![(0.0, 0.0); timeline.arrows.len()],
            arrivals: vec![0.0; timeline.arrivals.len()],
            calls: Ends { client: calls(End::Client), server: calls(End::Server) },
            exits: vec![0.0; timeline.exits.len()],
            cables: vec![0.0; timeline.cables.len()],
            quiets: vec![(0.0, 0.0); timeline.quiets.len()],
            phases: vec![(0.0, 0.0); timeline.phases.len()],
            ..Layout::default()
        };
        let label = Ends { client: -LABEL, server: -LABEL };
        Self { timeline, layout, cursor: 0.0, floor: Ends::default(), label, arrow: -1.0 }
    }

    fn place(mut self, fold: bool) -> Layout {
        for moment in &self.timeline.moments {
            self.put(moment, fold);
        }
        self.placed()
    }

    fn placed(mut self) -> Layout {
        self.layout.height = self.bottom();
        self.layout
    }

    fn put(&mut self, moment: &Moment, fold: bool) {
        match moment.what {
            MomentKind::Phase(index) => self.phase(index),
            MomentKind::Arrow(index) => self.arrow(index),
            MomentKind::Arrival(index) => self.arrival(index),
            MomentKind::Enter(end, index) => self.enter(end, index),
            MomentKind::Return(end, index) => self.leave(end, index),
            MomentKind::Exit(index) => self.exit(index),
            MomentKind::Cable(index) => self.cable(index),
            MomentKind::Quiet(index) if fold => self.quiet(index),
            MomentKind::Quiet(index) => set(&mut self.layout.quiets, index, (self.cursor, self.cursor)),
        }
        if let MomentKind::Quiet(index) = moment.what
            && let Some((quiet, (from, _))) = self.timeline.quiets.get(index).zip(self.layout.quiets.get(index))
        {
            self.layout.knots.push((quiet.from, *from));
        }
        self.layout.knots.push((moment.at, self.cursor));
    }

    /// Below everything so far.
    const fn bottom(&self) -> f64 {
        let labels = self.label.client.max(self.label.server) + LABEL;
        self.cursor.max(self.floor.client).max(self.floor.server).max(labels)
    }

    fn phase(&mut self, index: usize) {
        // A little air, so that the bracket's end is seen.
        if index > 0 {
            self.cursor = self.cursor.max(self.arrow + SLANT) + BAR;
        }
        set(&mut self.layout.phases, index, (self.cursor, self.cursor));
    }

    fn arrow(&mut self, index: usize) {
        let Some(arrow) = self.timeline.arrows.get(index) else { return };
        let leaves = self.next_arrow(arrow.from);
        let arrives = leaves + SLANT;
        set(&mut self.layout.arrows, index, (leaves, arrives));
        self.cursor = leaves;
        self.arrow = leaves;
        if !arrow.apart {
            *self.floor.of_mut(arrow.from.peer()) = arrives;
        }
    }

    fn arrival(&mut self, index: usize) {
        let arrival = self.timeline.arrivals.get(index);
        let Some((arrival, arrow)) = arrival.and_then(|it| Some((it, self.timeline.arrows.get(it.arrow)?))) else {
            return;
        };
        let Some((leaves, arrives)) = self.layout.arrows.get_mut(arrival.arrow) else { return };
        let receiver = arrow.from.peer();
        // A copy comes after the first, wherever that was put.
        let soonest = if arrival.again { *arrives } else { *leaves + SLANT };
        let at = self.cursor.max(soonest).max(*self.floor.of(receiver) + ARRIVAL);
        if !arrival.again {
            *arrives = at;
        }
        set(&mut self.layout.arrivals, index, at);
        self.cursor = at;
        *self.floor.of_mut(receiver) = at;
    }

    /// Where an arrow from here would stand.
    const fn next_arrow(&self, from: End) -> f64 {
        self.cursor.max(self.arrow + 1.0).max(*self.floor.of(from))
    }

    fn next_label(&self, end: End) -> f64 {
        self.cursor.max(*self.floor.of(end)).max(*self.label.of(end) + LABEL)
    }

    fn enter(&mut self, end: End, index: usize) {
        let at = self.next_label(end);
        set(self.layout.calls.of_mut(end), index, CallHeight { enter: at, leave: at, inline: false });
        *self.label.of_mut(end) = at;
        self.cursor = at;
    }

    fn leave(&mut self, end: End, index: usize) {
        let enter = self.layout.calls.of(end).get(index).map_or(0.0, |call| call.enter);
        let soonest = self.cursor.max(*self.floor.of(end)).max(enter + BAR);
        // Nothing was written below the call, and it was short: one line for both.
        let inline = (*self.label.of(end) - enter).abs() < f64::EPSILON && soonest - enter < LABEL;
        let leave = if inline { soonest } else { self.next_label(end) };
        if !inline {
            *self.label.of_mut(end) = leave;
        }
        set(self.layout.calls.of_mut(end), index, CallHeight { enter, leave, inline });
        self.cursor = leave;
    }

    fn exit(&mut self, index: usize) {
        let Some(exit) = self.timeline.exits.get(index) else { return };
        let at = self.next_label(exit.end);
        set(&mut self.layout.exits, index, at);
        *self.label.of_mut(exit.end) = at;
        self.cursor = at;
    }

    /// A line across the picture, with air above and below it.
    fn cable(&mut self, index: usize) {
        let at = self.bottom() + CABLE;
        set(&mut self.layout.cables, index, at);
        self.cursor = at + CABLE;
        self.arrow = self.arrow.max(at + CABLE - 1.0 + LABEL);
    }

    fn quiet(&mut self, index: usize) {
        let from = self.bottom();
        let to = from + FOLD;
        set(&mut self.layout.quiets, index, (from, to));
        self.cursor = to;
        self.floor = Ends { client: to, server: to };
        self.arrow = self.arrow.max(to - 1.0 + LABEL);
    }
}

fn set<T>(list: &mut [T], index: usize, value: T) {
    if let Some(slot) = list.get_mut(index) {
        *slot = value;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::conversation::story::{across, story};
    use crate::conversation::{Conversation, conversations};

    fn timeline(lines: &str) -> Timeline {
        let trace = story(lines);
        let all = conversations(&trace);
        Timeline::new(&trace, &all, Conversation::Tcp(&all.tcp[0]))
    }

    #[test]
    fn true_time_is_time() {
        let timeline = timeline("0 > S 0 - 0 \n 100 < S. 0 1 0 \n 300 > . 1 1 0");
        let layout = Layout::new(&timeline, Scale::True);
        let tops: Vec<f64> = layout.arrows.iter().map(|(leaves, _)| *leaves).collect();
        assert_eq!(tops, [0.0, 100_000.0, 300_000.0]);
        assert!((layout.height - 300_000.0).abs() < 1e-9);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the same number, copied")]
    fn a_receiver_changes_where_the_arrow_arrives() {
        let timeline = timeline("0 > S 0 - 0 \n 10 < S. 0 1 0 \n 20 > . 1 1 0");
        let layout = Layout::new(&timeline, Scale::Folded);
        // CLOSED, SYN-SENT where the SYN leaves, ESTABLISHED where the SYN+ACK arrives.
        assert_eq!(layout.states.client[1].0, layout.arrows[0].0);
        assert_eq!(layout.states.client[2].0, layout.arrows[1].1);
        // LISTEN, SYN-RECEIVED where the SYN arrives.
        assert_eq!(layout.states.server[1].0, layout.arrows[0].1);
    }

    proptest! {
        /// Whatever the times: arrows never come closer than a row, nothing
        /// goes up again, all stays within the picture.
        #[test]
        fn arrows_keep_their_distance(gaps in prop::collection::vec(0_i64..2_000_000, 1..40)) {
            let mut at = 0;
            let lines: Vec<String> = gaps
                .iter()
                .enumerate()
                .map(|(index, gap)| {
                    at += gap;
                    format!("{at} {} P. {} 1 5", if gap % 2 == 0 { '>' } else { '<' }, 1 + 5 * index)
                })
                .collect();
            let timeline = timeline(&lines.join("\n"));
            for scale in [Scale::Folded, Scale::Even] {
                let layout = Layout::new(&timeline, scale);
                for [one, next] in layout.arrows.array_windows() {
                    prop_assert!(next.0 - one.0 >= 1.0 - 1e-9, "{one:?} {next:?}");
                }
                for (leaves, arrives) in &layout.arrows {
                    prop_assert!(leaves < arrives && *arrives <= layout.height);
                }
                for [one, next] in layout.knots.array_windows() {
                    prop_assert!(one.0 <= next.0 && one.1 <= next.1, "{one:?} {next:?}");
                }
                for (from, to) in layout.states.client.iter().chain(&layout.states.server) {
                    prop_assert!(from <= to);
                }
            }
        }
    }

    /// Whatever the ways take: at each end everything stands in the order in
    /// which it happened there.
    #[test]
    fn arrivals_keep_their_order() {
        let lines = |gaps: &[i64]| {
            let mut at = 0;
            let line = |(index, gap): (usize, &i64)| {
                at += gap;
                format!("{at} {} P. {} 1 5 ts={index},1", if gap % 2 == 0 { '>' } else { '<' }, 1 + 5 * index)
            };
            gaps.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
        };
        proptest!(|(gaps in prop::collection::vec(1_i64..200_000, 2..20), ways in prop::collection::vec(0_i64..400, 20))| {
            let ways: Vec<Vec<i64>> = ways.iter().map(|way| match way % 7 {
                0 => Vec::new(),
                1 => vec![*way, way + 30],
                _ => vec![*way],
            }).collect();
            let ways: Vec<(usize, &[i64])> = ways.iter().map(Vec::as_slice).enumerate().collect();
            let trace = across(&lines(&gaps), &ways);
            let all = conversations(&trace);
            let timeline = Timeline::new(&trace, &all, Conversation::Tcp(&all.tcp[0]));
            let arrived = timeline.arrows.iter().filter(|arrow| arrow.arrives.is_some()).count();
            prop_assert!(arrived <= timeline.arrows.len());
            for scale in [Scale::Folded, Scale::Even, Scale::True] {
                let layout = Layout::new(&timeline, scale);
                for end in End::BOTH {
                    let mut happens: Vec<(Timestamp, f64)> = Vec::new();
                    for (arrow, (leaves, arrives)) in timeline.arrows.iter().zip(&layout.arrows) {
                        if arrow.from == end {
                            happens.push((arrow.at, *leaves));
                        } else if let Some(at) = arrow.arrives.filter(|_| !arrow.lost) {
                            happens.push((at, *arrives));
                        }
                        prop_assert!(leaves <= arrives && *arrives <= layout.height);
                    }
                    for (arrival, height) in timeline.arrivals.iter().zip(&layout.arrivals) {
                        if arrival.again && timeline.arrows[arrival.arrow].from != end {
                            happens.push((arrival.at, *height));
                        }
                    }
                    happens.sort_by_key(|(at, _)| *at);
                    for [one, next] in happens.array_windows() {
                        prop_assert!(one.0 == next.0 || one.1 <= next.1 + 1e-9, "{scale:?} {end:?} {one:?} {next:?}");
                    }
                    for [one, next] in layout.states.of(end).array_windows() {
                        prop_assert!(one.0 <= next.0);
                    }
                }
                for [one, next] in layout.knots.array_windows() {
                    prop_assert!(one.0 <= next.0 && one.1 <= next.1, "{one:?} {next:?}");
                }
            }
            let steps = crate::timeline::playback::Steps::new(&all, Conversation::Tcp(&all.tcp[0]), &timeline);
            prop_assert!(steps.stops(crate::timeline::playback::StepSize::Segment).len() == timeline.arrows.len());
        });
    }
}
