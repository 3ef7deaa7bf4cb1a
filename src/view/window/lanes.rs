//! The pictures with several lifelines: every host of the capture, or every
//! place that saw one conversation.
//!
//! Owns which of them is shown, from which height on and how much of it, and
//! when it is made anew. Which lifelines and arrows there are is for
//! [`crate::timeline::lanes`] to say.

/// What is written on an arrow.
mod labels;
/// Names of hosts.
mod names;
/// Lifelines and arrows on the screen.
mod paint;
/// What crossed the network.
mod read;

use std::collections::BTreeSet;

use super::command::Command;
use super::document::{Document, Selection};
use super::egui::{self, Rect, RichText, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};
use super::fonts;
use super::scroll::{BAR, Scroll};
use super::theme::Theme;
use crate::conversation::Conversation;
use crate::model::{LinkType, Place, Timestamp};
use crate::timeline::lanes::heights::Heights;
use crate::timeline::lanes::{Lanes, MOST_ARROWS};
use crate::timeline::layout::Scale;
use crate::timeline::map::Map;
use crate::trace::{FrameNumber, Trace};
use crate::view::table::TableLine;
use crate::words::Words;
use names::Names;
use paint::{Canvas, HEAD, ROW, TIME, TOP, spacing};

/// Which picture is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Choice {
    /// Both ends of one conversation: the ladder.
    #[default]
    One,
    /// Every frame of the capture, a lifeline for each host.
    All,
    /// One conversation, a lifeline for each place that saw it.
    Hops,
    /// The network itself, and every message on its way through it.
    Network,
}

/// How a picture is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look<'a> {
    pub(super) words: &'a Words,
    pub(super) zoom: f64,
    /// Sequence numbers as they stand in the header.
    pub(super) absolute: bool,
    pub(super) selection: Selection,
    /// The frames that a filter selects, if there is one.
    pub(super) selected: Option<&'a BTreeSet<FrameNumber>>,
    /// Bring the selected frame into view.
    pub(super) reveal: bool,
}

/// Which part of a picture is seen.
#[derive(Clone, Copy, Debug, Default)]
struct Viewport {
    scroll: Scroll,
    /// The zoom of the last frame; 0 before the first.
    zoom: f64,
}

/// The pictures, kept between frames.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    choice: Choice,
    viewport: Viewport,
    made: Option<Made>,
    line: TableLine,
}

/// A picture that was made.
#[derive(Debug)]
struct Made {
    of: Stamp,
    scale: Scale,
    lanes: Lanes,
    heights: Heights,
    names: Names,
    further: usize,
    unaddressed: usize,
}

/// What a picture was made of: another one is made when this changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    choice: Choice,
    /// The conversation, where not all of them are in it.
    shown: Option<usize>,
    events: usize,
    frames: usize,
    first: Option<FrameNumber>,
    ends: Option<(Timestamp, Timestamp)>,
}

impl Stamp {
    fn of(document: &Document, choice: Choice) -> Self {
        let trace = document.trace();
        let ends = trace.events().first().zip(trace.events().last());
        let part = choice == Choice::Hops || document.opening().is_some();
        Self {
            choice,
            shown: part.then(|| document.shown()),
            events: trace.events().len(),
            frames: trace.frame_count(),
            first: trace.frames().next().map(|(number, ..)| number),
            ends: ends.map(|(first, last)| (first.at, last.at)),
        }
    }
}

/// Whether a conversation was seen at several places.
pub(super) fn has_hops(trace: &Trace, conversation: Conversation<'_>) -> bool {
    let interfaces = trace.places().filter_map(|(_, place)| match place {
        Place::Interface { link_type, .. } => Some(*link_type),
        Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. } => None,
    });
    let (mut count, mut any) = (0, false);
    for link_type in interfaces {
        count += 1;
        any |= matches!(link_type, LinkType::LINUX_SLL | LinkType::LINUX_SLL2);
    }
    (count > 1 || any) && Lanes::has_hops(conversation)
}

/// Whether the trace says what the network is, and it can be drawn.
fn has_network(document: &Document) -> bool {
    document.trace().notes.map.as_deref().is_some_and(|map| Map::is_possible(map) && !map.nodes.is_empty())
}

impl Pictures {
    /// Shows another picture.
    pub(super) fn choose(&mut self, choice: Choice) {
        self.choice = choice;
    }

    /// The picture that is shown: what was chosen, where there is such a one.
    pub(super) fn shown(&self, document: &Document) -> Choice {
        match (self.choice, document.picture()) {
            (Choice::Network, _) if has_network(document) => Choice::Network,
            (_, None) => Choice::All,
            (Choice::Network, Some(_)) => Choice::One,
            (Choice::Hops, Some((picture, _))) if !has_hops(picture.trace, picture.conversation) => Choice::One,
            (choice, Some(_)) => choice,
        }
    }

    /// The buttons that choose.
    pub(super) fn buttons(&self, ui: &mut Ui, document: &Document, words: &Words) -> Option<Command> {
        let mut command = None;
        let shown = self.shown(document);
        let picture = document.picture().map(|(picture, _)| picture);
        let network = has_network(document);
        if picture.is_none() && !network {
            return None;
        }
        let hops = picture.is_some_and(|picture| has_hops(picture.trace, picture.conversation));
        for (choice, key, there) in [
            (Choice::One, "lanes-one", picture.is_some()),
            (Choice::All, "lanes-all", true),
            (Choice::Hops, "lanes-hops", hops),
            (Choice::Network, "lanes-network", network),
        ] {
            // Most captures do not say what the network was.
            if choice == Choice::Network && !network {
                continue;
            }
            let button = egui::Button::selectable(shown == choice, words.word(key));
            let response = ui
                .add_enabled(there, button)
                .on_hover_text(words.word(&format!("{key}-hint")))
                .on_disabled_hover_text(words.word("lanes-hops-not"));
            if response.clicked() {
                command = Some(Command::ShowPicture(choice));
            }
        }
        command
    }

    /// Paints the picture into what is left of `ui`; returns what was asked for.
    pub(super) fn show(&mut self, ui: &mut Ui, document: &Document, look: &Look<'_>) -> Vec<Command> {
        let remade = self.make(document);
        let Self { made: Some(made), viewport, line, .. } = self else { return Vec::new() };
        made.remarks(ui, document, look.words);
        let whole = ui.available_rect_before_wrap();
        ui.allocate_rect(whole, Sense::hover());
        let head = Rect::from_min_max(whole.min, pos2(whole.right(), whole.top() + HEAD));
        let body = Rect::from_min_max(pos2(whole.left(), head.bottom()), whole.max);
        let content = made.heights.height * ROW * look.zoom + f64::from(2.0 * TOP);
        viewport.follow(ui, body, look.zoom);
        let id = ui.scope_id().with("lanes");
        viewport.scroll.show(ui, body, content, id, &look.words.word("lanes-scroll"));
        if look.reveal || remade {
            viewport.reveal(made, look, body.height());
        }
        let across =
            Rect::from_min_max(pos2(whole.left() + TIME, whole.top()), pos2(whole.right() - BAR, whole.bottom()));
        let (distance, width) = spacing(made.lanes.lanes.len(), made.lanes.by_hop, across.width());
        let mut commands = Vec::new();
        let outer = ui.painter().clone();
        ui.scope_builder(UiBuilder::new().max_rect(across), |ui| {
            // Another picture begins at its left edge.
            let salt = ("lanes across", made.lanes.by_hop);
            ScrollArea::horizontal().id_salt(salt).auto_shrink([false, false]).show(ui, |ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(width, across.height()), Sense::hover());
                let mut canvas =
                    Canvas::new(ui, document, (&made.lanes, &made.heights, &made.names), look, line, &outer);
                canvas.place(rect, distance, viewport.scroll.offset(), whole);
                canvas.paint();
                commands.extend(canvas.clicked.map(Command::GoTo));
            });
        });
        let zoom = ui.input(egui::InputState::zoom_delta);
        if ui.rect_contains_pointer(body) && (zoom - 1.0).abs() > f32::EPSILON {
            commands.push(Command::Zoom(f64::from(zoom)));
        }
        commands
    }

    /// Makes the picture anew where what it shows has changed; tells whether
    /// its heights are other ones now.
    fn make(&mut self, document: &Document) -> bool {
        let choice = self.shown(document);
        let of = Stamp::of(document, choice);
        if self.made.as_ref().is_some_and(|made| made.of == of) {
            let Some(made) = &mut self.made else { return false };
            let changed = made.scale != document.scale();
            if changed {
                made.scale = document.scale();
                made.heights = Heights::new(&made.lanes, made.scale);
            }
            return changed;
        }
        let hops = match choice {
            Choice::Hops => document.picture().and_then(|(picture, _)| Lanes::hops(picture.conversation)),
            Choice::All | Choice::One | Choice::Network => None,
        };
        let (lanes, names, further, unaddressed) = if let Some(lanes) = hops {
            (lanes, Names::of(document.trace()), 0, 0)
        } else {
            let reading = read::trace(document.trace(), document.all());
            (Lanes::hosts(reading.crossings), reading.names, reading.further, reading.unaddressed)
        };
        let scale = document.scale();
        let heights = Heights::new(&lanes, scale);
        if self.made.as_ref().is_some_and(|made| made.of.choice != choice) {
            self.viewport = Viewport::default();
        }
        let is_new = self.made.is_none();
        self.made = Some(Made { of, scale, lanes, heights, names, further, unaddressed });
        // While frames are coming in, the reader stays where he is.
        is_new
    }
}

impl Viewport {
    /// Zooms around the pointer, or around the middle.
    fn follow(&mut self, ui: &Ui, body: Rect, zoom: f64) {
        if self.zoom > 0.0 && (self.zoom - zoom).abs() > f64::EPSILON {
            let at = ui.input(|input| input.pointer.hover_pos()).filter(|at| body.contains(*at));
            let anchor = at.map_or(body.height() / 2.0, |at| at.y - body.top());
            self.scroll.zoom(zoom / self.zoom, f64::from(anchor - TOP));
        }
        self.zoom = zoom;
    }

    /// Brings the selected frame into view.
    fn reveal(&mut self, made: &Made, look: &Look<'_>, visible: f32) {
        let Some(frame) = selected(look.selection) else { return };
        let found = made.lanes.arrows.iter().position(|arrow| {
            arrow.what.frame == frame
                || made.lanes.stops_of(arrow).iter().any(|stop| stop.seen.is_some_and(|(seen, _)| seen == frame))
        });
        if let Some((top, bottom)) = found.and_then(|index| made.heights.arrows.get(index)) {
            let y = |height: &f64| height * ROW * look.zoom + f64::from(TOP);
            // Where there is no room for all of it: its start.
            let from = y(top) - f64::from(TOP);
            self.scroll.reveal(from, (y(bottom) + 30.0).min(from + f64::from(visible)));
        }
    }
}

/// The selected frame.
const fn selected(selection: Selection) -> Option<FrameNumber> {
    match selection {
        Selection::Segment(frame) | Selection::Frame(frame) => Some(frame),
        Selection::None | Selection::Call(_) => None,
    }
}

impl Made {
    /// What is not in the picture, in one line: nothing is left out in silence.
    fn remarks(&self, ui: &mut Ui, document: &Document, words: &Words) {
        let mut parts: Vec<String> = Vec::new();
        if document.opening().is_some() && !self.lanes.by_hop {
            parts.push(words.say("lanes-part", &[("id", &document.shown())]));
        }
        parts.extend(self.lanes.folded().map(|count| words.say("lanes-others-hint", &[("count", &count)])));
        let mut count = |key, count: usize| {
            if count > 0 {
                parts.push(words.say(key, &[("count", &count), ("most", &MOST_ARROWS)]));
            }
        };
        count("lanes-left-out", self.lanes.left_out);
        count("lanes-further", self.further);
        count("lanes-unaddressed", self.unaddressed);
        if self.lanes.by_hop {
            parts.push(words.word("lanes-unseen"));
        }
        if !parts.is_empty() {
            let text = RichText::new(parts.join(" · ")).font(fonts::words(fonts::NOTE)).color(Theme::of(ui).faint);
            ui.add(egui::Label::new(text).truncate());
        }
    }
}
