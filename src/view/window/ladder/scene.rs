//! What of the picture is seen, and where its labels stand: everything the
//! painter needs, made without painting.
//!
//! Costs as much as there is on the screen, however much there is in all.
//! What stands too close to be told apart is taken together.

use std::ops::Range;
use std::sync::Arc;

use super::super::document::Selection;
use super::super::egui::text::LayoutJob;
use super::super::egui::{Align2, Galley, Pos2, Rect, pos2};
use super::declutter::{Lane, Wanted, declutter};
use super::labels::Texts;
use super::sight::{Sight, beside};
use super::viewport::GAP;
use crate::conversation::End;
use crate::model::Span;
use crate::timeline::density::Crowd;
use crate::timeline::layout::{Layout, Unit};
use crate::timeline::present::Stage;
use crate::timeline::spans::Spans;
use crate::timeline::{Arrow, ArrowKind, StateSpan};

/// What is nearer than this is not told apart, in points.
pub(super) const CELL: f32 = 3.0;
/// A crowd is counted once in so many points.
const COUNTED: f32 = 48.0;
/// Of what began far above and reaches into the view, no more is painted.
const REACHING: usize = 200;
/// No more ties are painted at once.
const TIES: usize = 60;
/// Samples are not painted closer than this, in points.
const SAMPLE: f32 = 7.0;
/// What a silence needs to say its length, in points.
const QUIET: f32 = 22.0;
/// A call's name is tried in so many lengths before it moves down.
const CALL_TEXTS: usize = 3;
/// A name moves down by this, in points, and not more often.
const MOVED: f32 = 13.5;
const LINES: f32 = 3.0;
/// Round times are written so far apart at least, in points.
const TICK: f32 = 60.0;
/// Calls shorter than this say their result on the line of their name.
const INLINE: f32 = 13.0;

/// An arrow that is seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct ArrowSeen {
    pub(super) index: usize,
    pub(super) from: f32,
    pub(super) to: f32,
    pub(super) stage: Stage,
    /// From where to where it is pointed at.
    pub(super) hit: (f32, f32),
}

impl ArrowSeen {
    const fn middle(&self) -> f32 {
        f32::midpoint(self.from, self.to)
    }
}

/// A line of the picture in which several arrows stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct CrowdRow {
    pub(super) y: f32,
    pub(super) crowd: Crowd,
    pub(super) future: bool,
}

/// Lines of crowds that belong together.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    /// Which arrows, by their place in the order of heights.
    pub(super) places: Range<usize>,
    pub(super) top: f32,
    pub(super) bottom: f32,
    pub(super) crowd: Crowd,
    length: Option<Span>,
}

/// A call, or several that cannot be told apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallSeen {
    pub(super) end: End,
    pub(super) index: usize,
    pub(super) count: usize,
    pub(super) top: f32,
    pub(super) bottom: f32,
    pub(super) future: bool,
    /// What is written of it, and what of that is pointed at.
    pub(super) hit: Rect,
}

/// A state, or several that cannot be told apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct StateSeen {
    pub(super) end: End,
    pub(super) index: usize,
    pub(super) top: f32,
    pub(super) bottom: f32,
    pub(super) future: bool,
}

/// What a label says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum What {
    Arrow(usize),
    Cluster(usize),
    Quiet(usize, f32),
    TimeWait,
    Present,
    Time(usize),
    Tick(Span),
    Step(Span),
    /// A state by its index, and how many lines its name may move down.
    State(End, usize, usize),
    /// A call by its place in [`Scene::calls`], whether its result stands on the
    /// same line, and how many lines its name may move down.
    Call(usize, bool, usize),
    Outcome(usize),
    Many(usize),
    Exit(usize),
}

/// A label before it has a place.
#[derive(Clone, Copy, Debug)]
struct Label {
    what: What,
    wanted: Wanted,
    at: Pos2,
    align: Align2,
}

/// A label where it stands.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) what: What,
    pub(super) galley: Arc<Galley>,
    pub(super) rect: Rect,
}

/// Everything that is seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Scene {
    pub(super) arrows: Vec<ArrowSeen>,
    pub(super) rows: Vec<CrowdRow>,
    pub(super) clusters: Vec<Cluster>,
    /// Whose lifeline, and from where to where.
    pub(super) ties: Vec<(End, f32, f32)>,
    pub(super) calls: Vec<CallSeen>,
    pub(super) states: Vec<StateSeen>,
    /// Whose, where, and whether it differs.
    pub(super) samples: Vec<(End, f32, bool)>,
    /// Index, from, to.
    pub(super) quiets: Vec<(usize, f32, f32)>,
    /// Index and where.
    pub(super) exits: Vec<(usize, f32)>,
    /// From where to where the mark of TIME-WAIT stands.
    pub(super) time_wait: Option<(f32, f32)>,
    /// Where the present stands.
    pub(super) present: Option<f32>,
    pub(super) labels: Vec<Written>,
    /// How many labels are hidden here.
    pub(super) hidden: Vec<(Written, u32)>,
    /// Things that ought to be labelled.
    pub(super) wanted: u32,
    /// Those that are.
    pub(super) labelled: u32,
}

/// Lays out a text.
pub(super) type Typeset<'a> = dyn FnMut(LayoutJob) -> Arc<Galley> + 'a;

impl Scene {
    /// Finds what is seen and writes on it.
    pub(super) fn new(texts: &Texts<'_>, layout: &Layout, sight: &Sight, typeset: &mut Typeset<'_>) -> Self {
        let mut builder = Builder { texts, layout, sight, scene: Self::default(), labels: Vec::new() };
        builder.scene.present = texts.look.now.map(|now| sight.y(layout.present(now)));
        builder.arrows();
        builder.ties();
        builder.quiets();
        builder.time_wait();
        builder.write(typeset);
        builder.times();
        builder.ticks();
        for end in End::BOTH {
            builder.states(end);
            builder.samples(end);
            builder.calls(end);
        }
        builder.exits();
        builder.write(typeset);
        builder.hits();
        builder.scene
    }
}

struct Builder<'a> {
    texts: &'a Texts<'a>,
    layout: &'a Layout,
    sight: &'a Sight,
    scene: Scene,
    /// What is still to be written.
    labels: Vec<Label>,
}

/// One of a list that is seen, or several in one cell.
enum Seen {
    One(usize),
    Many(Range<usize>),
}

impl Builder<'_> {
    /// What of a list is seen, from above.
    fn seen(&self, spans: &Spans) -> Vec<(f64, Seen)> {
        let (top, bottom) = self.sight.heights();
        let cell = f64::from(CELL) / self.sight.unit;
        let first = spans.begun((top / cell).floor() * cell);
        let mut seen: Vec<(f64, Seen)> = spans
            .reaching(first, top)
            .take(REACHING)
            .filter_map(|place| Some((spans.get(place)?.from, Seen::One(place))))
            .collect();
        for (height, places) in spans.cells(top, bottom, cell) {
            let from = |place: usize| spans.get(place).map_or(height, |stretch| stretch.from);
            // Cells cut neighbours apart that happen to stand at an edge.
            let near = places.start > first && from(places.start) - from(places.start - 1) < cell / 2.0;
            match seen.last_mut().filter(|_| near && places.len() == 1) {
                Some((_, Seen::Many(before))) => before.end = places.end,
                Some((at, before)) => {
                    let cell_top = (*at / cell).floor() * cell;
                    (*at, *before) = (cell_top, Seen::Many(places.start - 1..places.end));
                }
                None if places.len() == 1 => seen.push((height, Seen::One(places.start))),
                None => seen.push((height, Seen::Many(places))),
            }
        }
        seen
    }

    fn want(&mut self, what: What, lane: Lane, rank: u8, weight: u32, at: Pos2, align: Align2) {
        let bounds = match lane {
            Lane::Middle => self.sight.middle(),
            Lane::Times => self.sight.time_room(),
            Lane::ClientStates => self.sight.state_room(End::Client),
            Lane::ServerStates => self.sight.state_room(End::Server),
            Lane::ClientCalls => self.sight.call_room(End::Client),
            Lane::ServerCalls => self.sight.call_room(End::Server),
        };
        let bounds = if matches!(what, What::Tick(_)) { self.sight.tick_room() } else { bounds };
        let wanted = Wanted { lane, y: at.y, bounds, rank, weight };
        self.labels.push(Label { what, wanted, at, align });
    }

    fn arrow(&self, place: usize) -> Option<(usize, &Arrow)> {
        let index = self.layout.index.arrows.get(place)?.index;
        Some((index, self.texts.picture.timeline.arrows.get(index)?))
    }

    fn stage(&self, index: usize) -> Stage {
        self.texts.look.now.map_or(Stage::Past, |now| self.layout.arrow_stage(index, now))
    }

    fn arrows(&mut self) {
        let spans = &self.layout.index.arrows;
        let (left, right) = self.sight.middle();
        let middle = f32::midpoint(left, right);
        let mut last_row = None;
        for (height, seen) in self.seen(spans) {
            match seen {
                Seen::One(place) => {
                    let (Some(stretch), Some((index, arrow))) = (spans.get(place), self.arrow(place)) else { continue };
                    let (from, to) = (self.sight.y(stretch.from), self.sight.y(stretch.to));
                    let stage = self.stage(index);
                    let rank = match arrow.kind {
                        _ if self.texts.is_selected(arrow) => 0,
                        ArrowKind::Syn | ArrowKind::Fin | ArrowKind::Rst => 2,
                        _ if arrow.found || arrow.lost => 2,
                        ArrowKind::Data => 3,
                        ArrowKind::Ack => 4,
                    };
                    let hit = (from.min(to) - 14.0, from.max(to) + 6.0);
                    self.scene.arrows.push(ArrowSeen { index, from, to, stage, hit });
                    if stage != Stage::Future {
                        // What is steep says it where it leaves.
                        let y = f32::midpoint(from, to.min(from + 40.0)) - 14.0;
                        self.want(What::Arrow(index), Lane::Middle, rank, 1, pos2(middle, y), Align2::CENTER_CENTER);
                    }
                }
                Seen::Many(places) => {
                    let y = self.sight.y(height);
                    let crowd = self.layout.density.crowd(places.clone());
                    let future = self.arrow(places.start).is_some_and(|(index, _)| self.stage(index) == Stage::Future);
                    self.scene.rows.push(CrowdRow { y, crowd, future });
                    let block = (height * self.sight.unit / f64::from(COUNTED)).floor();
                    let joins = last_row.is_some_and(|(before, bottom): (f64, f32)| {
                        (before - block).abs() < 0.5 && y - bottom < CELL / 2.0
                    });
                    last_row = Some((block, y + CELL));
                    match self.scene.clusters.last_mut().filter(|_| joins) {
                        Some(cluster) => {
                            cluster.places.end = places.end;
                            cluster.bottom = y + CELL;
                        }
                        None => {
                            self.scene.clusters.push(Cluster { places, top: y, bottom: y + CELL, crowd, length: None });
                        }
                    }
                }
            }
        }
        self.clusters(middle);
        self.share_hits();
    }

    /// Arrows near each other share the room in which they are pointed at.
    fn share_hits(&mut self) {
        /// The part of the room that belongs to the upper one: the lower one has
        /// its label there.
        const UPPER: f32 = 0.4;
        let middles: Vec<f32> = self.scene.arrows.iter().map(ArrowSeen::middle).collect();
        for (arrow, [one, other]) in self.scene.arrows.iter_mut().zip(middles.array_windows()) {
            arrow.hit.1 = arrow.hit.1.min(one + (other - one).max(2.0) * UPPER);
        }
        for (arrow, [one, other]) in self.scene.arrows.iter_mut().skip(1).zip(middles.array_windows()) {
            arrow.hit.0 = arrow.hit.0.max(one + (other - one) * UPPER).min(arrow.hit.1 - 1.0);
        }
    }

    fn clusters(&mut self, middle: f32) {
        let mut clusters = std::mem::take(&mut self.scene.clusters);
        for (number, cluster) in clusters.iter_mut().enumerate() {
            cluster.crowd = self.layout.density.crowd(cluster.places.clone());
            let first = self.arrow(cluster.places.start).map(|(_, arrow)| arrow.at);
            let last = cluster.places.end.checked_sub(1).and_then(|last| self.arrow(last)).map(|(_, arrow)| arrow.at);
            cluster.length =
                first.zip(last).map(|(first, last)| last.since(first)).filter(|length| *length > Span::ZERO);
            let future = self.arrow(cluster.places.start).is_some_and(|(index, _)| self.stage(index) == Stage::Future);
            if !future {
                let at = pos2(middle, f32::midpoint(cluster.top, cluster.bottom));
                let weight = u32::try_from(cluster.crowd.total()).unwrap_or(u32::MAX);
                self.want(What::Cluster(number), Lane::Middle, 1, weight, at, Align2::CENTER_CENTER);
            }
        }
        self.scene.clusters = clusters;
    }

    fn ties(&mut self) {
        let (top, bottom) = self.sight.heights();
        let ties = &self.layout.index.ties;
        for place in ties.reaching(ties.begun(bottom), top).take(TIES) {
            let Some(tie) = ties.get(place) else { continue };
            let (from, to) = (self.sight.y(tie.from), self.sight.y(tie.to));
            let arrow = self.texts.picture.timeline.arrows.get(tie.index);
            if let Some(arrow) = arrow.filter(|_| to - from >= 6.0 && self.stage(tie.index) != Stage::Future) {
                self.scene.ties.push((arrow.from, from, to));
            }
        }
    }

    fn quiets(&mut self) {
        let spans = &self.layout.index.quiets;
        let (left, right) = self.sight.middle();
        for (_, seen) in self.seen(spans) {
            // Among several silences in one cell none but the last is long.
            let place = match seen {
                Seen::One(place) => place,
                Seen::Many(places) => places.end.saturating_sub(1),
            };
            let Some(stretch) = spans.get(place) else { continue };
            let (from, to) = (self.sight.y(stretch.from), self.sight.y(stretch.to));
            if to - from < 8.0 {
                continue;
            }
            self.scene.quiets.push((stretch.index, from, to));
            let come =
                self.texts.look.now.is_none_or(|now| self.layout.quiet_stage(stretch.index, now) != Stage::Future);
            if to - from >= QUIET && come {
                // In the middle of what can be seen of it.
                let seen = (from.max(self.sight.rect.top()), to.min(self.sight.rect.bottom()));
                let y = f32::midpoint(seen.0, seen.1).clamp(from + QUIET / 2.0, to - QUIET / 2.0);
                let what = What::Quiet(stretch.index, to - from - 8.0);
                self.want(what, Lane::Middle, 2, 1, pos2(f32::midpoint(left, right), y), Align2::CENTER_CENTER);
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a constant of a few points")]
    fn time_wait(&mut self) {
        if self.texts.look.now.is_some() || self.texts.picture.timeline.time_wait().next().is_none() {
            return;
        }
        let bottom = self.sight.y(f64::INFINITY) - 4.0;
        let top = bottom - GAP as f32 + 8.0;
        if self.sight.shows(top, bottom) {
            self.scene.time_wait = Some((top, bottom));
            let (left, right) = self.sight.middle();
            let at = pos2(f32::midpoint(left, right), f32::midpoint(top, bottom));
            self.want(What::TimeWait, Lane::Middle, 1, 1, at, Align2::CENTER_CENTER);
        }
    }

    /// Arrows that say what they are say when they were seen, and how long
    /// after the arrow before.
    fn times(&mut self) {
        if let Some(y) = self.scene.present {
            let at = self.sight.time_text(y);
            self.want(What::Present, Lane::Times, 0, 0, at, Align2::LEFT_CENTER);
        }
        let labelled: Vec<usize> = self
            .scene
            .labels
            .iter()
            .filter_map(|label| if let What::Arrow(index) = label.what { Some(index) } else { None })
            .collect();
        let timeline = self.texts.picture.timeline;
        for index in labelled {
            let Some((leaves, _)) = self.layout.arrows.get(index) else { continue };
            let at = self.sight.time_text(self.sight.y(*leaves));
            self.want(What::Time(index), Lane::Times, 1, 1, at, Align2::LEFT_CENTER);
            let before = index.checked_sub(1).and_then(|before| timeline.arrows.get(before));
            let step = timeline.arrows.get(index).zip(before).map(|(arrow, before)| arrow.at.since(before.at));
            if let Some(step) = step.filter(|step| *step > Span::ZERO) {
                let at = pos2(at.x, at.y + 14.0);
                self.want(What::Step(step), Lane::Times, 9, 0, at, Align2::LEFT_CENTER);
            }
        }
    }

    /// In true time: round times, so that an empty part of the picture says
    /// where it is.
    fn ticks(&mut self) {
        if self.layout.scale.unit() != Unit::Nanosecond {
            return;
        }
        let step = self.sight.step(self.layout, TICK).nanos();
        let zero = self.layout.at(self.texts.picture.timeline.zero);
        let (top, bottom) = self.sight.heights();
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "saturates: times are i64")]
        let (first, last) = (
            ((top.max(0.0) - zero) / step as f64).ceil() as i64,
            ((bottom.min(self.layout.height) - zero) / step as f64).floor() as i64,
        );
        for number in (first..=last).take(REACHING) {
            let since = number.saturating_mul(step);
            #[expect(clippy::cast_precision_loss, reason = "a height")]
            let at = self.sight.time_text(self.sight.y(zero + since as f64));
            self.want(What::Tick(Span::from_nanos(since)), Lane::Times, 5, 0, at, Align2::LEFT_CENTER);
        }
    }

    fn states(&mut self, end: End) {
        let spans = self.layout.index.states.of(end);
        let lane = match end {
            End::Client => Lane::ClientStates,
            End::Server => Lane::ServerStates,
        };
        let now = self.texts.look.now.map(|now| self.layout.present(now));
        for (_, seen) in self.seen(spans) {
            let (place, count) = match seen {
                Seen::One(place) => (place, 1),
                // The last one holds on; what lasted no time at all is not missed.
                Seen::Many(places) => {
                    let lasts = |place: &usize| spans.get(*place).is_some_and(|state| state.to > state.from);
                    let most = places.len().saturating_sub(REACHING);
                    (places.end.saturating_sub(1), most + places.clone().take(REACHING).filter(lasts).count())
                }
            };
            let Some(stretch) = spans.get(place) else { continue };
            let future = now.is_some_and(|now| stretch.from > now);
            let to = now.filter(|_| !future).map_or(stretch.to, |now| stretch.to.min(now));
            let (top, bottom) = (self.sight.y(stretch.from), self.sight.y(to));
            let bottom = if now.is_none() { bottom - 2.0 } else { bottom };
            let bottom = bottom.max(top + 2.0);
            self.scene.states.push(StateSeen { end, index: stretch.index, top, bottom, future });
            if future {
                continue;
            }
            // A long state keeps its name in view.
            let y = (top + 7.0).max(self.sight.rect.top() + 9.0).min((bottom - 7.0).max(top + 7.0));
            let at = self.sight.state_text(end, y);
            let lines = lines(bottom.min(self.sight.rect.bottom()) - 7.0 - y);
            self.want(What::State(end, stretch.index, lines), lane, 2, 1, at, beside(end));
            if count > 1 {
                let weight = u32::try_from(count - 1).unwrap_or(u32::MAX);
                let at = self.sight.state_text(end, y + 13.0);
                self.want(What::Many(count), lane, 3, weight, at, beside(end));
            }
        }
    }

    /// What the kernel said, as dots on the bar; a cross where it said
    /// something else than was inferred.
    fn samples(&mut self, end: End) {
        let (top, bottom) = self.sight.heights();
        let now = self.texts.look.now.map(|now| self.layout.present(now));
        let bottom = now.map_or(bottom, |now| now.min(bottom));
        for (heights, differs) in [(self.layout.samples.of(end), false), (self.layout.doubts.of(end), true)] {
            let mut next = top;
            while let Some(height) = heights.get(heights.partition_point(|height| *height < next)) {
                if *height > bottom {
                    break;
                }
                self.scene.samples.push((end, self.sight.y(*height), differs));
                let apart = if differs { SAMPLE / 2.0 } else { SAMPLE };
                next = height + f64::from(apart) / self.sight.unit;
                if next <= *height {
                    break;
                }
            }
        }
    }

    fn calls(&mut self, end: End) {
        let spans = self.layout.index.calls.of(end);
        let lane = match end {
            End::Client => Lane::ClientCalls,
            End::Server => Lane::ServerCalls,
        };
        let now = self.texts.look.now.map(|now| (now, self.layout.present(now)));
        for (height, seen) in self.seen(spans) {
            let (place, count, top, to) = match seen {
                Seen::One(place) => {
                    let Some(stretch) = spans.get(place) else { continue };
                    (place, 1, self.sight.y(stretch.from), stretch.to)
                }
                Seen::Many(places) => (places.start, places.len(), self.sight.y(height), spans.furthest(places)),
            };
            let Some(index) = spans.get(place).map(|stretch| stretch.index) else { continue };
            let stages = now.map(|(now, _)| self.layout.call_stage(end, index, now));
            let future = stages.is_some_and(|(enter, _)| enter == Stage::Future);
            let open = stages.is_some_and(|(_, leave)| leave == Stage::Future) && !future;
            let to = now.filter(|_| open).map_or(to, |(_, now)| to.min(now));
            let bottom = self.sight.y(to).max(top + 4.0);
            let hit = Sight::bar(self.sight.calls_x(end), 5.0, top - 2.0, bottom + 2.0);
            let number = self.scene.calls.len();
            self.scene.calls.push(CallSeen { end, index, count, top, bottom, future, hit });
            if future {
                continue;
            }
            let at = self.sight.call_text(end, top + 6.0);
            if count > 1 {
                let weight = u32::try_from(count).unwrap_or(u32::MAX);
                self.want(What::Many(count), lane, 3, weight, at, beside(end));
                continue;
            }
            let Some(call) = self.texts.picture.timeline.calls.of(end).get(index) else { continue };
            let selected = self.texts.look.selection == Selection::Call(call.call);
            let placed = self.layout.calls.of(end).get(index).is_some_and(|height| height.inline);
            let inline = !open && (placed || to == f64::INFINITY || bottom - top < INLINE);
            let lines = if inline { 0 } else { lines(bottom - 6.0 - at.y) };
            self.want(What::Call(number, inline, lines), lane, if selected { 1 } else { 2 }, 1, at, beside(end));
            if !inline && !open {
                let at = self.sight.call_text(end, bottom);
                self.want(What::Outcome(number), lane, 3, 1, at, beside(end));
            }
        }
    }

    fn exits(&mut self) {
        for (index, (exit, height)) in self.texts.picture.timeline.exits.iter().zip(&self.layout.exits).enumerate() {
            let y = self.sight.y(*height) + 6.0;
            let come = self.texts.look.now.is_none_or(|now| self.layout.exit_stage(index, now) != Stage::Future);
            if !self.sight.shows(y - 8.0, y + 8.0) || !come {
                continue;
            }
            self.scene.exits.push((index, y));
            let lane = match exit.end {
                End::Client => Lane::ClientCalls,
                End::Server => Lane::ServerCalls,
            };
            self.want(What::Exit(index), lane, 2, 1, self.sight.call_text(exit.end, y), beside(exit.end));
        }
    }

    fn job(&self, what: What, attempt: usize) -> Option<LayoutJob> {
        let texts = self.texts;
        let timeline = texts.picture.timeline;
        let first = |job| Some(job).filter(|_| attempt == 0);
        let (left, right) = self.sight.middle();
        let call = |number: usize| {
            let seen = self.scene.calls.get(number)?;
            let (left, right) = self.sight.call_room(seen.end);
            Some((timeline.calls.of(seen.end).get(seen.index)?, right - left))
        };
        match what {
            What::Arrow(index) => texts.arrow(timeline.arrows.get(index)?, attempt),
            What::Cluster(number) => {
                let cluster = self.scene.clusters.get(number)?;
                texts.crowd(&cluster.crowd, cluster.length, attempt)
            }
            What::Quiet(index, height) => texts.quiet(index, right - left, height, attempt),
            What::TimeWait => texts.time_wait(right - left, attempt),
            What::Present => first(texts.present(texts.look.now?)),
            What::Time(index) => {
                texts.time(timeline.arrows.get(index)?.at, self.sight.step(self.layout, 16.0), attempt)
            }
            What::Tick(since) => first(texts.tick(since, self.sight.step(self.layout, TICK))),
            What::Step(step) => first(texts.step(step)),
            What::State(end, index, lines) => texts.state(end, index).filter(|_| attempt <= lines),
            What::Call(number, inline, lines) => {
                let (call, room) = call(number)?;
                let moved = (CALL_TEXTS..CALL_TEXTS + lines).contains(&attempt);
                texts.call(call, inline, room, if moved { 1 } else { attempt })
            }
            What::Outcome(number) => {
                let (call, room) = call(number)?;
                texts.outcome(call, room, attempt)
            }
            What::Many(count) => first(texts.many(count)),
            What::Exit(index) => texts.exit(index).filter(|_| attempt == 0),
        }
    }

    /// Gives every label that is wanted its place, or counts it.
    fn write(&mut self, typeset: &mut Typeset<'_>) {
        let labels = std::mem::take(&mut self.labels);
        let wanted: Vec<Wanted> = labels.iter().map(|label| label.wanted).collect();
        self.scene.wanted += wanted.iter().map(|label| label.weight).sum::<u32>();
        let typeset = std::cell::RefCell::new(typeset);
        let mut attempts = |index: usize, attempt: usize| {
            let label = labels.get(index)?;
            let galley = (typeset.borrow_mut())(self.job(label.what, attempt)?);
            let at = pos2(label.at.x, label.at.y + moved_down(label.what, attempt));
            Some(label.align.anchor_size(at, galley.rect.size()))
        };
        let mut mark = |count: u32| (typeset.borrow_mut())(self.texts.hidden(count)).rect.size();
        let outcome = declutter(self.sight.rect, &wanted, &mut attempts, &mut mark);
        let write =
            |what: What, job: LayoutJob, rect: Rect| Written { what, galley: (typeset.borrow_mut())(job), rect };
        let mut written = Vec::new();
        for placed in &outcome.placed {
            self.scene.labelled += wanted.get(placed.label).map_or(0, |label| label.weight);
            let what = labels.get(placed.label).map(|label| label.what);
            if let Some((what, job)) = what.and_then(|what| Some((what, self.job(what, placed.attempt)?))) {
                written.push(write(what, job, placed.rect));
            }
        }
        for mark in &outcome.marks {
            let label = write(What::Many(0), self.texts.hidden(mark.count), mark.rect);
            self.scene.hidden.push((label, mark.count));
        }
        self.scene.labels.append(&mut written);
    }

    /// What is written of a call belongs to what is pointed at.
    fn hits(&mut self) {
        for label in &self.scene.labels {
            if let What::Call(number, ..) | What::Outcome(number) = label.what
                && let Some(call) = self.scene.calls.get_mut(number)
            {
                call.hit = call.hit.union(label.rect);
            }
        }
    }
}

/// How many lines below its place a name still stands beside its bar.
fn lines(room: f32) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to a few")]
    let lines = (room / MOVED).clamp(0.0, LINES) as usize;
    lines
}

/// How far below its place an attempt stands.
fn moved_down(what: What, attempt: usize) -> f32 {
    let lines = match what {
        What::State(..) => attempt,
        What::Call(..) => (attempt + 1).saturating_sub(CALL_TEXTS),
        What::Arrow(_)
        | What::Cluster(_)
        | What::Quiet(..)
        | What::TimeWait
        | What::Present
        | What::Time(_)
        | What::Tick(_)
        | What::Step(_)
        | What::Outcome(_)
        | What::Many(_)
        | What::Exit(_) => 0,
    };
    #[expect(clippy::cast_precision_loss, reason = "a few")]
    let lines = lines as f32;
    lines * MOVED
}

/// What moved an end into a state, by the state's index.
pub(super) fn state_of<'a>(texts: &Texts<'a>, seen: &StateSeen) -> Option<&'a StateSpan> {
    texts.picture.timeline.states.of(seen.end).get(seen.index)
}
