//! Graphs of one conversation:
//!
//! ```text
//! Stevens │ tcptrace │ RTT │ …        ⇄ client → server   ☐ raw numbers
//! 30 kB ┤             ▖▖▌       ┌──────────────────────┐
//!       │        ▗▗▐  │         │  −   +   fit         │
//! 10 kB ┤   ▗▗▐                 │  ▐  data          24 │
//!     0 ┼────┬─────┬─────┬──    │  R  retransmission 2 │
//!            1 ms  2 ms         └──────────────────────┘
//! ```
//!
//! Owns which graph is shown, how much of it, and what of it is hidden. The
//! series come from the [timeline](crate::timeline::graphs), made once for a
//! conversation and not in every frame; what is painted depends on the pixels
//! there are, not on the segments.

/// The axes: where their marks are and what is written on them.
mod axes;
/// What is drawn of each layer, and what it is called.
mod legend;
/// The layers.
mod painting;
/// The picture and what can be done with it.
mod plot;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::command::Command;
use super::document::Selection;
use super::egui::{Button, ComboBox, Rect, RichText, Ui, UiBuilder, pos2};
use super::fonts;
use super::theme::Theme;
use crate::conversation::{Conversation, End, Ends};
use crate::model::Timestamp;
use crate::timeline::graphs::{Graph, GraphKind, Meaning, Nothing, Quantity};
use crate::view::Picture;
use crate::words::{Language, Words};
use plot::View;

/// From this width on each kind has a button of its own, in points.
const ROOM_FOR_KINDS: f32 = 780.0;
/// From this height on there is a line that sums the graph up, in points.
const ROOM_FOR_SUMMARY: f32 = 210.0;

/// Which graph is shown, kept between frames.
#[derive(Debug, Default)]
pub(super) struct Graphs {
    kind: GraphKind,
    from: Option<End>,
    /// Sequence numbers as they stand in the header.
    raw: bool,
    hidden: BTreeSet<Meaning>,
    made: Option<Made>,
    view: View,
}

/// A graph and what it was made of.
#[derive(Debug)]
struct Made {
    of: Source,
    kind: GraphKind,
    from: End,
    graph: Result<Graph, Nothing>,
    /// In which language it is summed up, and how.
    summary: (Language, String),
}

/// What tells a conversation from another one, and from what it was before it
/// grew.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Source {
    id: u32,
    addresses: Ends<SocketAddr>,
    /// Its segments, and all events of the trace.
    counts: (usize, usize),
    /// Its first and last moment.
    moments: Option<(Timestamp, Timestamp)>,
}

impl Source {
    fn of(picture: &Picture<'_>) -> Self {
        let (count, moments) = match picture.conversation {
            Conversation::Tcp(tcp) => {
                let moments = tcp.segments.first().zip(tcp.segments.last());
                (tcp.segments.len(), moments.map(|(first, last)| (first.at, last.at)))
            }
            Conversation::Udp(udp) => {
                let moments = udp.datagrams.first().zip(udp.datagrams.last());
                (udp.datagrams.len(), moments.map(|(first, last)| (first.at, last.at)))
            }
        };
        let counts = (count, picture.trace.events().len());
        Self { id: picture.conversation.id(), addresses: picture.conversation.addresses(), counts, moments }
    }

    /// Whether it is the same conversation, grown.
    fn continues(&self, earlier: &Self) -> bool {
        let first = |source: &Self| source.moments.map(|(first, _)| first);
        (self.id, self.addresses, first(self)) == (earlier.id, earlier.addresses, first(earlier))
    }
}

impl Graphs {
    /// Shows the graph of a conversation; returns what was asked for.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        picture: &Picture<'_>,
        selection: Selection,
        words: &Words,
    ) -> Vec<Command> {
        let udp = matches!(picture.conversation, Conversation::Udp(_));
        self.make(picture, words);
        let height = ui.available_height();
        self.choices(ui, udp, words);
        self.make(picture, words);
        let Self { hidden, made: Some(made), view, raw, .. } = self else { return Vec::new() };
        if height >= ROOM_FOR_SUMMARY && made.graph.is_ok() {
            ui.label(RichText::new(&made.summary.1).font(fonts::words(fonts::NOTE)).color(Theme::of(ui).faint));
        }
        let rect = ui.available_rect_before_wrap();
        match &made.graph {
            Err(nothing) => {
                empty(ui, rect, &words.graph_nothing(*nothing));
                Vec::new()
            }
            Ok(graph) => {
                let width = (rect.width() * 0.2).clamp(118.0, 190.0).min(rect.width() / 2.0);
                let middle = rect.right() - width;
                let right = Rect::from_min_max(pos2(middle + 6.0, rect.top()), rect.max);
                let left = Rect::from_min_max(rect.min, pos2(middle, rect.bottom()));
                ui.scope_builder(UiBuilder::new().max_rect(right), |ui| {
                    ui.set_clip_rect(right.intersect(ui.clip_rect()));
                    view.buttons(ui, words);
                    if let Some(meaning) = legend::show(ui, graph, view, hidden, words)
                        && !hidden.remove(&meaning)
                    {
                        hidden.insert(meaning);
                    }
                });
                let shown =
                    plot::Shown { graph, hidden, picture, selection, raw: *raw, summary: &made.summary.1, words };
                let asked = ui.scope_builder(UiBuilder::new().max_rect(left), |ui| view.show(ui, &shown)).inner;
                ui.advance_cursor_after_rect(rect);
                asked.into_iter().collect()
            }
        }
    }

    /// Makes the series, unless they are there.
    fn make(&mut self, picture: &Picture<'_>, words: &Words) {
        let of = Source::of(picture);
        let conversation = picture.conversation;
        match &self.made {
            Some(made) if made.of.continues(&of) => {}
            Some(_) | None => {
                // Who sent more is looked at first.
                let bytes = conversation.bytes();
                self.from = Some(if bytes.server > bytes.client { End::Server } else { End::Client });
                self.view.start_anew();
            }
        }
        let from = self.from.unwrap_or(End::Client);
        let is_current = |made: &Made| (made.of, made.kind, made.from) == (of, self.kind, from);
        let language = words.language();
        if self.made.as_ref().is_some_and(|made| is_current(made) && made.summary.0 == language) {
            return;
        }
        let udp = matches!(conversation, Conversation::Udp(_));
        let graph = match self.made.take() {
            Some(made) if is_current(&made) => made.graph,
            earlier => {
                if earlier.is_some_and(|made| (made.kind, made.from) != (self.kind, from)) {
                    self.view.start_upwards_anew();
                }
                Graph::new(conversation, self.kind, from)
            }
        };
        let summary = match &graph {
            Ok(graph) => words.graph_summary(graph, udp),
            Err(nothing) => words.graph_nothing(*nothing),
        };
        self.made = Some(Made { of, kind: self.kind, from, graph, summary: (language, summary) });
    }

    /// The row of choices.
    fn choices(&mut self, ui: &mut Ui, udp: bool, words: &Words) {
        let kinds = GraphKind::ALL.map(|kind| (kind, words.graph_name(kind, udp), words.graph_about(kind, udp)));
        let wide = ui.available_width() >= ROOM_FOR_KINDS;
        ui.horizontal_wrapped(|ui| {
            if wide {
                for (kind, name, about) in kinds {
                    ui.selectable_value(&mut self.kind, kind, name).on_hover_text(about);
                }
                ui.add_space(6.0);
            } else {
                let label = words.word("graph-kind");
                let chosen = words.graph_name(self.kind, udp);
                let response = ComboBox::from_id_salt("kind").selected_text(chosen).width(108.0).show_ui(ui, |ui| {
                    for (kind, name, about) in kinds {
                        ui.selectable_value(&mut self.kind, kind, name).on_hover_text(about);
                    }
                });
                response.response.on_hover_text(label);
            }
            let from = self.from.unwrap_or(End::Client);
            let direction = Button::new(format!("⇄ {}", words.direction(from)));
            if ui.add(direction).on_hover_text(words.word("graph-swap")).clicked() {
                self.from = Some(from.peer());
            }
            let sequence = !udp && matches!(self.kind, GraphKind::Stevens | GraphKind::Tcptrace);
            if sequence {
                ui.checkbox(&mut self.raw, words.word("graph-raw")).on_hover_text(words.word("graph-raw-hint"));
            }
        });
    }
}

/// Why there is no picture, in its middle.
fn empty(ui: &mut Ui, rect: Rect, why: &str) {
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        ui.vertical_centered(|ui| {
            ui.add_space((rect.height() * 0.4 - 16.0).max(2.0));
            ui.label(RichText::new(why).color(Theme::of(ui).soft));
        });
    });
    ui.advance_cursor_after_rect(rect);
}

/// Whether values of this are never below 0, and 0 is worth seeing.
const fn begins_at_zero(quantity: Quantity) -> bool {
    !matches!(quantity, Quantity::Sequence)
}
