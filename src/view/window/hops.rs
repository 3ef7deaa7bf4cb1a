//! The network, with every message on its way through it, cable by cable.
//!
//! ```text
//!  SYN · 192.168.1.104:47032 → 172.16.5.236:9999 · arrived
//!   client ──── switch ─[SYN▸─ router ──── hub ──── server
//!                  ┊                        │
//!              neighbour                 listener
//!  The router: both MAC addresses rewritten, TTL 64 → 63 …
//!  ┌ client → switch ┐ ┏ switch → router ┓ ┌ router → hub ┐ …
//!  │ source MAC …    │ ┃                 ┃ │ source MAC ✎ │
//!  ┌ client: ARP ┐ ┌ switch: MAC ┐ ┌ router: routes ┐ …
//! ```
//!
//! Owns which message on which cable is looked at, and how it is painted. What
//! there is to see comes from [`crate::conversation::journey`]; where it
//! stands from [`crate::timeline::map`].

/// The buttons below the picture.
mod bar;
/// A card for each cable that was crossed.
mod cards;
/// Nodes, cables and what moves along them.
mod chart;
/// What messages, nodes and cables are called.
mod names;
/// What nodes remember.
mod tables;
/// What a node did to a message, in a sentence.
mod told;
/// Why this MAC address was asked for.
mod why;

use std::time::{Duration, Instant};

use super::command::Command;
use super::document::{self, Document, Selection};
use super::egui::{Label, RichText, ScrollArea, Ui, vec2};
use super::theme::Theme;
use super::transport::Transport;
use crate::conversation::journey::{GatewayChoice, Journey, Journeys, Leg, Look as Looked, Purpose, Tables, journeys};
use crate::model::{NodeId, Timestamp, Topology};
use crate::timeline::map::Map;
use crate::timeline::passage::Passage;
use crate::trace::{FrameNumber, Trace};
use crate::words::Words;
use chart::{Asked, Chart};

/// How the network is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look<'a> {
    pub(super) words: &'a Words,
    /// Bring what moves into view.
    pub(super) reveal: bool,
}

/// What is looked at, kept between frames.
#[derive(Debug)]
pub(super) struct Hops {
    made: Option<Made>,
    passage: Passage,
    /// How many times faster than designed time passes.
    speed: f64,
    /// The time of the frame before, in seconds, while time passes.
    clock: Option<f64>,
    /// What is selected as far as this picture knows: anything else was
    /// clicked elsewhere.
    selected: Selection,
    /// The node that was clicked.
    node: Option<NodeId>,
    zoom: f32,
}

/// What was made of a trace.
#[derive(Debug)]
struct Made {
    of: Stamp,
    /// When it was made, and how long that took.
    at: (Instant, Duration),
    journeys: Journeys,
    map: Map,
    stops: Vec<Stop>,
    times: Vec<Timestamp>,
    /// Which stop each frame shows, in order of the frames.
    frames: Vec<(FrameNumber, usize)>,
    opened: Option<Opened>,
}

/// A message on one cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stop {
    journey: usize,
    leg: usize,
}

/// What is read of the message that is looked at.
#[derive(Debug)]
struct Opened {
    journey: usize,
    looked: Looked,
    /// What nodes remember at a stop.
    tables: Option<(usize, Tables)>,
}

/// What it was made of: it is made anew when this changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    edition: document::Edition,
    events: usize,
    first: Option<FrameNumber>,
    ends: Option<(Timestamp, Timestamp)>,
    conversations: usize,
}

impl Stamp {
    fn of(document: &Document) -> Self {
        let trace = document.trace();
        let all = document.all();
        Self {
            edition: document.edition(),
            events: trace.events().len(),
            first: trace.frames().next().map(|(number, ..)| number),
            ends: trace.events().first().zip(trace.events().last()).map(|(first, last)| (first.at, last.at)),
            conversations: all.tcp.len() + all.udp.len(),
        }
    }
}

/// While a trace grows, messages are followed for this part of the time at
/// most: one in so many.
const SHARE: u32 = 10;
/// One frame shows no more than this of what moves, in seconds.
const LATEST: f64 = 0.25;
/// The zooms at which the network can be read.
const ZOOMS: std::ops::RangeInclusive<f32> = 0.5..=3.0;

impl Default for Hops {
    fn default() -> Self {
        Self {
            made: None,
            passage: Passage::default(),
            speed: 1.0,
            clock: None,
            selected: Selection::None,
            node: None,
            zoom: 1.0,
        }
    }
}

impl Made {
    fn of(document: &Document, topology: &Topology, of: Stamp) -> Self {
        let started = document::now();
        let journeys = journeys(document.trace(), document.all());
        let map = Map::of(topology);
        let (mut stops, mut times, mut frames) = (Vec::new(), Vec::new(), Vec::new());
        for (index, journey) in journeys.journeys.iter().enumerate() {
            let first = stops.len();
            let on_way = |leg: &Leg| leg.purpose == Purpose::Way;
            let any = journey.legs.iter().any(on_way);
            for (leg, crossed) in journey.legs.iter().enumerate().filter(|(_, leg)| !any || on_way(leg)) {
                times.push(moment(crossed));
                stops.push(Stop { journey: index, leg });
            }
            for (leg, crossed) in journey.legs.iter().enumerate() {
                let own = stops.iter().skip(first).position(|stop| stop.leg == leg).map(|nth| first + nth);
                for capture in [crossed.sent, crossed.received].into_iter().flatten() {
                    // A copy is shown with what it is a copy of.
                    frames.push((capture.frame, own.unwrap_or(first)));
                }
            }
        }
        frames.sort_unstable();
        frames.dedup_by_key(|(frame, _)| *frame);
        Self { of, at: (started, started.elapsed()), journeys, map, stops, times, frames, opened: None }
    }

    fn stop_of(&self, frame: FrameNumber) -> Option<usize> {
        let found = self.frames.binary_search_by_key(&frame, |(frame, _)| *frame).ok()?;
        self.frames.get(found).map(|(_, stop)| *stop).filter(|stop| *stop < self.stops.len())
    }

    fn stop(&self, at: usize) -> Option<(Stop, &Journey, &Leg)> {
        let stop = *self.stops.get(at)?;
        let journey = self.journeys.journeys.get(stop.journey)?;
        Some((stop, journey, journey.legs.get(stop.leg)?))
    }

    /// Reads the message that is looked at, once.
    fn open(&mut self, document: &Document, topology: &Topology, at: usize) {
        let Some((stop, journey, _)) = self.stop(at) else {
            self.opened = None;
            return;
        };
        if self.opened.as_ref().is_none_or(|opened| opened.journey != stop.journey) {
            let looked = journey.look(document.trace(), Some(topology));
            self.opened = Some(Opened { journey: stop.journey, looked, tables: None });
        }
        let time = self.times.get(at).copied().unwrap_or_default();
        if let Some(opened) = &mut self.opened
            && opened.tables.as_ref().is_none_or(|(of, _)| *of != at)
        {
            opened.tables = Some((at, self.journeys.tables_at(topology, time)));
        }
    }
}

/// When a message was on this cable.
fn moment(leg: &Leg) -> Timestamp {
    leg.received.or(leg.sent).unwrap_or(leg.shown_by).at
}

/// The frame by which a message on this cable is known.
fn frame_of(leg: &Leg) -> FrameNumber {
    leg.sent.or(leg.received).unwrap_or(leg.shown_by).frame
}

impl Hops {
    /// Takes in what has come, and what was selected elsewhere.
    pub(super) fn follow(&mut self, ui: &Ui, document: &Document, selection: Selection) {
        let Some(topology) = document.trace().notes.map.as_deref() else {
            self.made = None;
            return;
        };
        let of = Stamp::of(document);
        let is_current = self.made.as_ref().is_some_and(|made| made.of == of);
        if !is_current {
            let growing = self.made.as_ref().filter(|made| made.of.first == of.first && made.of.events <= of.events);
            if let Some(made) = growing
                && made.at.0.elapsed() < made.at.1 * SHARE
            {
                ui.ctx().request_repaint_after(made.at.1 * SHARE);
            } else {
                self.make(document, topology, of);
            }
        }
        if selection != self.selected {
            self.selected = selection;
            let found = selection.frame().zip(self.made.as_ref()).and_then(|(frame, made)| made.stop_of(frame));
            if let Some(stop) = found {
                self.passage.seek(stop);
            }
        }
        if let Some(made) = &mut self.made {
            made.open(document, topology, self.passage.at());
        }
    }

    fn make(&mut self, document: &Document, topology: &Topology, of: Stamp) {
        let before = self.made.take();
        let shown = before.as_ref().and_then(|made| made.stop(self.passage.at())).map(|(.., leg)| frame_of(leg));
        let goes_on = before.is_some_and(|made| made.of.first == of.first && made.of.edition == of.edition);
        let made = Made::of(document, topology, of);
        if goes_on {
            // The same message, which may have another number now.
            if let Some(stop) = shown.and_then(|frame| made.stop_of(frame)) {
                self.passage.move_to(stop);
            }
        } else {
            self.passage.seek(0);
            self.node = None;
            self.selected = Selection::None;
        }
        self.made = Some(made);
    }

    /// What is selected from now on, by what moved here.
    pub(super) const fn knows(&mut self, selection: Selection) {
        self.selected = selection;
    }

    pub(super) fn zoom(&mut self, by: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "a zoom")]
        let by = by as f32;
        self.zoom = (self.zoom * by).clamp(*ZOOMS.start(), *ZOOMS.end());
    }

    pub(super) const fn reset_zoom(&mut self) {
        self.zoom = 1.0;
    }

    /// Does what was asked for; returns the frame to be selected.
    pub(super) fn carry_out(&mut self, asked: Transport, document: &Document) -> Option<FrameNumber> {
        let made = self.made.as_mut()?;
        let count = made.stops.len();
        let at = self.passage.at();
        let target = match asked {
            Transport::Toggle => {
                self.passage.toggle(count);
                self.clock = None;
                return None;
            }
            Transport::Speed(speed) => {
                self.speed = speed;
                return None;
            }
            // There is one size of step here.
            Transport::Size(_) => return None,
            Transport::Leave => {
                self.node = None;
                if self.passage.is_playing() {
                    self.passage.toggle(count);
                }
                return None;
            }
            Transport::Step(by) => at.saturating_add_signed(by),
            Transport::StepEvent(by) => made.message_beside(at, by),
            Transport::First => 0,
            Transport::Last => count,
            Transport::Seek(index) => index.saturating_sub(1),
        };
        let target = target.min(count.checked_sub(1)?);
        self.passage.seek(target);
        let topology = document.trace().notes.map.as_deref()?;
        made.open(document, topology, target);
        made.stop(target).map(|(.., leg)| frame_of(leg))
    }

    /// Lets the time pass that has passed since the frame before.
    fn pass(&mut self, ui: &Ui) -> Option<Command> {
        let made = self.made.as_ref()?;
        if !self.passage.is_playing() {
            self.clock = None;
            return None;
        }
        let time = ui.input(|input| input.time);
        let passed = self.clock.replace(time).map_or(0.0, |before| (time - before).max(0.0));
        // Where a frame came late, nothing is skipped unseen.
        let still = self.passage.still(&made.times).unwrap_or(0.0) / self.speed;
        let reached = self.passage.pass(&made.times, passed.min(still + LATEST), self.speed);
        match self.passage.still(&made.times).map(|still| still / self.speed) {
            Some(still) if still > 0.0 => ui.ctx().request_repaint_after(Duration::from_secs_f64(still)),
            Some(_) => ui.ctx().request_repaint(),
            None => self.clock = None,
        }
        made.stop(self.passage.at()).filter(|_| reached).map(|(.., leg)| Command::Pass(frame_of(leg)))
    }

    /// Paints the picture into what is left of `ui`; returns what was asked for.
    pub(super) fn show(&mut self, ui: &mut Ui, document: &Document, look: &Look<'_>) -> Vec<Command> {
        let mut commands = Vec::new();
        let Some((topology, made)) = document.trace().notes.map.as_deref().zip(self.made.as_ref()) else {
            return commands;
        };
        let page = Page { hops: self, made, topology, trace: document.trace(), look };
        let asked = ScrollArea::vertical().id_salt("network page").auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(8.0, 6.0);
            page.show(ui)
        });
        match asked.inner {
            Some(Asked::Leg(asked)) => {
                let Some((stop, journey, _)) = made.stop(self.passage.at()) else { return commands };
                commands.extend(journey.legs.get(asked).map(|leg| Command::Pass(frame_of(leg))));
                let beside = made.stops.iter().position(|other| *other == Stop { leg: asked, ..stop });
                if let Some(beside) = beside {
                    self.passage.seek(beside);
                }
            }
            Some(Asked::Node(asked)) => self.node = (self.node != Some(asked)).then_some(asked),
            None => {}
        }
        commands
    }
}

impl Hops {
    /// The frame of the message that is looked at, on the cable where it is.
    pub(super) fn frame(&self) -> Option<FrameNumber> {
        self.made.as_ref()?.stop(self.passage.at()).map(|(.., leg)| frame_of(leg))
    }

    /// Whether the message in this frame is looked at.
    pub(super) fn shows(&self, frame: FrameNumber) -> bool {
        let made = self.made.as_ref();
        made.and_then(|made| made.stop_of(frame)).is_some_and(|stop| stop == self.passage.at())
    }

    /// The width from which nothing has to be scrolled sideways, in points.
    pub(super) fn least_width(&self) -> f32 {
        let Some(made) = &self.made else { return 0.0 };
        let stop = made.stops.get(self.passage.at());
        chart::least_width(&made.map).max(stop.map_or(0.0, |stop| made.cards_least(*stop)))
    }

    /// Paints all of the picture, as high as it is.
    pub(super) fn whole(&self, ui: &mut Ui, document: &Document, words: &Words) {
        if let Some((topology, made)) = document.trace().notes.map.as_deref().zip(self.made.as_ref()) {
            let look = Look { words, reveal: false };
            ui.spacing_mut().item_spacing = vec2(8.0, 6.0);
            Page { hops: self, made, topology, trace: document.trace(), look: &look }.show(ui);
        }
    }
}

impl Made {
    /// The first stop of the message before (−1) or after (+1) that at a stop.
    fn message_beside(&self, at: usize, by: isize) -> usize {
        let Some(stop) = self.stops.get(at) else { return 0 };
        let first = |journey: usize| self.stops.partition_point(|stop| stop.journey < journey);
        if by > 0 {
            first(stop.journey + 1).min(self.stops.len().saturating_sub(1))
        } else {
            // From the middle of a message to its start.
            let own = first(stop.journey);
            if own < at {
                own
            } else {
                own.checked_sub(1).and_then(|last| self.stops.get(last)).map_or(0, |stop| first(stop.journey))
            }
        }
    }
}

/// What is painted in one frame.
struct Page<'a> {
    hops: &'a Hops,
    made: &'a Made,
    topology: &'a Topology,
    trace: &'a Trace,
    look: &'a Look<'a>,
}

impl Page<'_> {
    fn show(&self, ui: &mut Ui) -> Option<Asked> {
        let words = self.look.words;
        let seen = self.hops.passage.seen();
        let current = self.made.stop(seen.stop);
        if let Some((_, journey, _)) = current {
            self.title(ui, journey);
        } else {
            let nothing = RichText::new(words.word("net-nothing")).color(Theme::of(ui).soft);
            ui.add(Label::new(nothing).wrap());
        }
        let chart = Chart {
            topology: self.topology,
            trace: self.trace,
            map: &self.made.map,
            words,
            journey: current.map(|(_, journey, _)| journey),
            at: current.map(|(stop, ..)| (stop.leg, seen.part)),
            node: self.hops.node,
            zoom: self.hops.zoom,
            reveal: self.look.reveal || self.hops.passage.is_playing(),
        };
        let mut asked = chart.show(ui);
        let Some((stop, journey, leg)) = current else { return asked };
        self.sentence(ui, stop, journey, leg);
        let choice = self.decision(journey);
        let room = ui.available_width();
        let beside = room - why::WIDTH - 2.0 * BESIDE;
        // Why this MAC address was asked for stands beside the cards, or where
        // they take all the room beside the tables.
        let (with_cards, with_tables) = match choice {
            Some(choice) if beside >= self.made.cards_least(stop) => (Some(choice), None),
            choice => (None, choice),
        };
        self.beside(ui, with_cards.as_ref(), false, |ui| asked = self.cards(ui, stop, journey).or(asked));
        self.beside(ui, with_tables.as_ref(), true, |ui| self.tables(ui));
        asked
    }

    /// Something, and beside it, where there is anything to explain and room
    /// for it, the explanation.
    fn beside(&self, ui: &mut Ui, choice: Option<&GatewayChoice>, first: bool, show: impl FnOnce(&mut Ui)) {
        let Some(choice) = choice else {
            show(ui);
            return;
        };
        let rest = ui.available_width() - why::WIDTH - BESIDE;
        if rest < LEAST {
            self.why(ui, choice);
            show(ui);
            return;
        }
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = BESIDE;
            let explain = |ui: &mut Ui| ui.vertical(|ui| self.why(ui, choice));
            if first {
                explain(ui);
            }
            ui.vertical(|ui| {
                ui.set_width(rest);
                show(ui);
            });
            if !first {
                explain(ui);
            }
        });
    }
}

/// Between the explanation and what stands beside it, in points.
const BESIDE: f32 = 12.0;
/// What stands beside it has at least this width.
const LEAST: f32 = 240.0;
