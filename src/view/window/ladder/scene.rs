//! What of the picture is seen, and where its labels stand: everything the
//! painter needs, made without painting.
//!
//! Costs as much as there is on the screen, however much there is in all.
//! What stands too close to be told apart is taken together.

/// What is seen beside the lifelines.
mod beside;
/// What is seen between the lifelines.
mod between;

use std::ops::Range;
use std::sync::Arc;

use super::super::egui::text::LayoutJob;
use super::super::egui::{Align2, Galley, Pos2, Rect, pos2};
use super::declutter::{Lane, Wanted, declutter};
use super::labels::Texts;
use super::sight::Sight;
use crate::conversation::End;
use crate::model::Span;
use crate::timeline::density::Crowd;
use crate::timeline::layout::Layout;
use crate::timeline::present::Stage;
use crate::timeline::spans::Spans;
use crate::timeline::{Arrow, StateSpan};

/// What goes down by more than this, in points, is written on where it leaves.
const STEEP: f32 = 40.0;
/// What is nearer than this is not told apart, in points.
pub(super) const CELL: f32 = 3.0;
/// Of what began far above and reaches into the view, no more is painted.
const REACHING: usize = 200;
/// No more ties are painted at once.
const TIES: usize = 60;
/// A call's name is tried in so many lengths before it moves down.
const CALL_TEXTS: usize = 3;
/// A name moves down by this, in points, and not more often.
const MOVED: f32 = 13.5;
const LINES: f32 = 3.0;
/// Round times are written so far apart at least, in points.
const TICK: f32 = 60.0;

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
    /// Where it is pointed at and written on: what is steep, where it leaves.
    const fn middle(&self) -> f32 {
        f32::midpoint(self.from, self.near_end())
    }

    /// Where it ends, or where enough of it is seen.
    const fn near_end(&self) -> f32 {
        self.to.min(self.from + STEEP)
    }
}

/// An arrow that arrives once more.
#[derive(Clone, Copy, Debug)]
pub(super) struct CopySeen {
    /// The arrow's index.
    pub(super) index: usize,
    pub(super) from: f32,
    pub(super) to: f32,
    pub(super) future: bool,
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
    Cable(usize),
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
    pub(super) copies: Vec<CopySeen>,
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
    pub(super) cables: Vec<(usize, f32)>,
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
        builder.cables();
        builder.time_wait();
        builder.write(typeset);
        builder.times();
        builder.ticks();
        for end in End::BOTH {
            builder.states(end);
            builder.samples(end);
            if texts.look.abreast.is_none() {
                builder.calls(end);
            }
        }
        if texts.look.abreast.is_none() {
            builder.exits();
        }
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

impl<'a> Builder<'a> {
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

    fn arrow(&self, place: usize) -> Option<(usize, &'a Arrow)> {
        let index = self.layout.index.arrows.get(place)?.index;
        Some((index, self.texts.picture.timeline.arrows.get(index)?))
    }

    fn stage(&self, index: usize) -> Stage {
        self.texts.look.now.map_or(Stage::Past, |now| self.layout.arrow_stage(index, now))
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
            What::Cable(index) => texts.cable(index).filter(|_| attempt == 0),
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
        | What::Cable(_)
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
