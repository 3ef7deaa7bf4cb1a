//! Paints one conversation.
//!
//! ```text
//!  phase  time   client's calls   state ┃             ┃ state   server's calls
//!    │     0        connect() ▌  SYN-SENT┃── SYN ────▶┃▐         ▐ accept()
//!    │                        ▌         ┃◀─ SYN ACK ─┃▐ SYN-RECEIVED
//! ```
//!
//! Owns where in a row things stand and how they look. Heights come from
//! [`crate::timeline::layout`]; `f64` there, `f32` only on the screen.

/// What is written on an arrow.
mod labels;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::document::Selection;
use super::egui::epaint::TextShape;
use super::egui::text::{LayoutJob, TextFormat, TextWrapping};
use super::egui::{
    Align2, Color32, CornerRadius, FontId, Galley, Id, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind,
    Ui, WidgetInfo, accesskit::Role, pos2, vec2,
};
use super::fonts;
use super::theme::Theme;
use crate::conversation::{Conversation, End};
use crate::timeline::layout::Layout;
use crate::timeline::playback::Now;
use crate::timeline::{Arrow, CallSpan, StateSpan};
use crate::trace::FrameNumber;
use crate::view::Picture;
use crate::words::{Words, span};

/// Points between two arrows at zoom 1.
const ROW: f64 = 40.0;
/// Above the first row.
const TOP: f32 = 26.0;
/// What the columns beside the lifelines need, in points.
const PHASE: f32 = 26.0;
const TIME: f32 = 66.0;
const CALLS: f32 = 118.0;
const STATES: f32 = 104.0;
/// The least distance of the lifelines.
const LIFELINES: f32 = 250.0;
/// The height of the line with both ends' names.
pub(super) const HEAD: f32 = 24.0;

/// Where the columns stand, in points from the left of the picture.
#[derive(Clone, Copy, Debug)]
struct Columns {
    /// The client's and the server's lifeline.
    lifelines: (f32, f32),
    width: f32,
}

impl Columns {
    fn fit(width: f32) -> Self {
        let left = PHASE + TIME + CALLS + STATES;
        let right = STATES + CALLS + 26.0;
        let width = width.max(left + LIFELINES + right);
        // Wide windows give some of their room to the calls.
        let spare = (width - left - right - 420.0).max(0.0) / 3.0;
        Self { lifelines: (left + spare, width - right - spare), width }
    }

    const fn lifeline(self, end: End) -> f32 {
        match end {
            End::Client => self.lifelines.0,
            End::Server => self.lifelines.1,
        }
    }
}

/// How the picture is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look<'a> {
    pub(super) words: &'a Words,
    pub(super) zoom: f64,
    pub(super) absolute: bool,
    pub(super) selection: Selection,
    /// The frames that a filter selects, if there is one.
    pub(super) selected: Option<&'a BTreeSet<FrameNumber>>,
    /// Bring the selected segment into view.
    pub(super) reveal: bool,
    /// The present, while the reader goes through the conversation.
    pub(super) now: Option<Now>,
}

/// The width the picture takes in a column of this width.
pub(super) fn width(available: f32) -> f32 {
    Columns::fit(available).width
}

/// How high the picture is, in points.
pub(super) fn height(layout: &Layout, zoom: f64) -> f32 {
    at(layout.height, zoom) + TOP
}

/// Where in it a height in rows stands, in points from its top.
#[expect(clippy::cast_possible_truncation, reason = "the screen is f32")]
pub(super) fn at(height: f64, zoom: f64) -> f32 {
    (height * ROW * zoom) as f32 + TOP
}

/// Paints both ends' names into `rect`, above the picture.
pub(super) fn head(ui: &Ui, rect: Rect, picture: &Picture<'_>, words: &Words) {
    let theme = Theme::of(ui);
    let columns = Columns::fit(rect.width());
    for end in End::BOTH {
        let x = rect.left() + columns.lifeline(end);
        let at = pos2(x, rect.center().y);
        let name = format!("{}  ", words.end(end));
        let galley = ui.painter().layout_no_wrap(name, fonts::strong(fonts::BODY), theme.text);
        let address = picture.conversation.addresses().of(end).to_string();
        let address = ui.painter().layout_no_wrap(address, fonts::numbers(fonts::NOTE), theme.soft);
        let whole = galley.size().x + address.size().x;
        let left = at.x - whole / 2.0;
        ui.painter().galley(pos2(left, at.y - galley.size().y / 2.0), galley.clone(), theme.text);
        let address_at = pos2(left + galley.size().x, at.y - address.size().y / 2.0);
        ui.painter().galley(address_at, address, theme.soft);
    }
}

/// Paints the picture into `ui` (the inside of a scroll area) and returns what
/// was clicked.
pub(super) fn show(
    ui: &mut Ui,
    available: f32,
    picture: &Picture<'_>,
    layout: &Layout,
    look: &Look<'_>,
) -> Option<Selection> {
    let columns = Columns::fit(available);
    let (rect, _) = ui.allocate_exact_size(vec2(columns.width, height(layout, look.zoom)), Sense::hover());
    let painter = ui.painter().clone();
    let mut canvas = Canvas {
        visible: ui.clip_rect().expand(60.0),
        theme: Theme::of(ui),
        ui,
        painter,
        picture,
        layout,
        look,
        columns,
        rect,
        clicked: None,
    };
    canvas.lifelines();
    canvas.phases();
    canvas.quiets();
    for end in End::BOTH {
        canvas.states(end);
        canvas.calls(end);
    }
    canvas.exits();
    canvas.times();
    canvas.arrows();
    canvas.clicked
}

struct Canvas<'a, 'u> {
    ui: &'u mut Ui,
    painter: Painter,
    theme: &'static Theme,
    picture: &'a Picture<'a>,
    layout: &'a Layout,
    look: &'a Look<'a>,
    columns: Columns,
    /// The whole picture on the screen.
    rect: Rect,
    /// What of it can be seen, with a margin.
    visible: Rect,
    clicked: Option<Selection>,
}

impl Canvas<'_, '_> {
    /// The screen's y of a height in rows.
    fn y(&self, height: f64) -> f32 {
        self.rect.top() + at(height, self.look.zoom)
    }

    fn x(&self, end: End) -> f32 {
        self.rect.left() + self.columns.lifeline(end)
    }

    /// −1 to the left of the client's lifeline, +1 to the right of the server's.
    const fn outward(end: End) -> f32 {
        match end {
            End::Client => -1.0,
            End::Server => 1.0,
        }
    }

    const fn beside(end: End) -> Align2 {
        match end {
            End::Client => Align2::RIGHT_CENTER,
            End::Server => Align2::LEFT_CENTER,
        }
    }

    fn is_visible(&self, from: f32, to: f32) -> bool {
        to >= self.visible.top() && from <= self.visible.bottom()
    }

    fn text(&self, at: Pos2, anchor: Align2, text: &str, font: FontId, colour: Color32) -> Rect {
        self.painter.text(at, anchor, text, font, colour)
    }

    /// Makes a painted thing something that can be pointed at, clicked, and
    /// heard by who does not see it.
    fn interact(&self, rect: Rect, id: Id, selected: bool, label: &str) -> Response {
        let response = self.ui.interact(rect, id, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, label));
        response
    }

    fn lifelines(&self) {
        for end in End::BOTH {
            let range = self.rect.y_range();
            self.painter.vline(self.x(end), range, Stroke::new(1.5, self.theme.faint));
        }
    }

    fn phases(&self) {
        for (phase, (from, to)) in self.picture.timeline.phases.iter().zip(&self.layout.phases) {
            let (top, bottom) = (self.y(*from) - 4.0, self.y(*to) - 7.0);
            if !self.is_visible(top, bottom) || bottom <= top {
                continue;
            }
            let colour = match phase.kind {
                crate::timeline::PhaseKind::Before => self.theme.faint,
                crate::timeline::PhaseKind::Opening(_) => self.theme.syn,
                crate::timeline::PhaseKind::Data | crate::timeline::PhaseKind::Datagrams => self.theme.data,
                crate::timeline::PhaseKind::Closing(_) => self.theme.fin,
            };
            let x = self.rect.left() + PHASE - 3.0;
            self.painter.line_segment([pos2(x, top), pos2(x, bottom)], Stroke::new(3.0, colour));
            let name = self.look.words.phase(phase.kind);
            let short = if bottom - top < 30.0 { String::new() } else { self.look.words.phase_short(phase.kind) };
            let galley = self.elided(&short, fonts::words(fonts::NOTE), colour, bottom - top + 14.0);
            // In the middle of the part that can be seen.
            let middle = f32::midpoint(top.max(self.visible.top() + 60.0), bottom.min(self.visible.bottom() - 60.0));
            let half = galley.size().x / 2.0;
            let middle = middle.clamp(top + half, (bottom - half).max(top + half));
            let at = pos2(x - 5.0 - galley.size().y, middle + half);
            self.painter.add(TextShape::new(at, galley, colour).with_angle(-std::f32::consts::FRAC_PI_2));
            let response = self.ui.interact(
                Rect::from_min_max(pos2(self.rect.left(), top), pos2(x + 3.0, bottom)),
                self.ui.scope_id().with(("phase", phase.arrows.start, top.to_bits())),
                Sense::hover(),
            );
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
            response.on_hover_text(name);
        }
    }

    /// One line of text, shortened with `…` to `width`.
    fn elided(&self, text: &str, font: FontId, colour: Color32, width: f32) -> Arc<Galley> {
        let mut job = LayoutJob::simple_singleline(text.to_owned(), font, colour);
        job.wrap =
            TextWrapping { max_width: width.max(0.0), max_rows: 1, break_anywhere: true, ..TextWrapping::default() };
        self.painter.layout_job(job)
    }

    fn quiets(&self) {
        let (left, right) = (self.x(End::Client), self.x(End::Server));
        for (quiet, (from, to)) in self.picture.timeline.quiets.iter().zip(&self.layout.quiets) {
            let (top, bottom) = (self.y(*from), self.y(*to));
            if bottom - top < 24.0 || !self.is_visible(top, bottom) {
                continue;
            }
            let (length, doing) = self.look.words.quiet(self.picture.all, quiet);
            let middle = f32::midpoint(top, bottom);
            let band = Rect::from_min_max(pos2(left - 26.0, top + 4.0), pos2(right + 26.0, bottom - 4.0));
            self.painter.rect_filled(band, 0.0, self.theme.background);
            for y in [band.top(), band.bottom()] {
                let line = [pos2(band.left(), y), pos2(band.right(), y)];
                self.painter.extend(Shape::dashed_line(&line, Stroke::new(1.0, self.theme.faint), 2.0, 5.0));
            }
            let lines = std::iter::once((length, self.theme.soft))
                .chain(doing.into_iter().map(|text| (text, self.theme.faint)));
            let lines: Vec<Arc<Galley>> = lines
                .map(|(text, colour)| self.elided(&text, fonts::words(fonts::NOTE), colour, right - left - 12.0))
                .collect();
            let whole: f32 = lines.iter().map(|line| line.size().y).sum();
            let fits = whole <= band.height();
            let mut y = middle - if fits { whole / 2.0 } else { lines.first().map_or(0.0, |line| line.size().y / 2.0) };
            for line in lines.into_iter().take(if fits { usize::MAX } else { 1 }) {
                let height = line.size().y;
                let at = pos2(f32::midpoint(left, right) - line.size().x / 2.0, y);
                self.painter.galley(at, line, self.theme.soft);
                y += height;
            }
        }
    }

    fn states(&self, end: End) {
        let x = self.x(end) + Self::outward(end) * 14.0;
        let mut last_label = f32::NEG_INFINITY;
        for (index, (state, (from, to))) in
            self.picture.timeline.states.of(end).iter().zip(self.layout.states.of(end)).enumerate()
        {
            let (top, bottom) = (self.y(*from), self.y(*to) - 2.0);
            if !self.is_visible(top, bottom) {
                continue;
            }
            let colour = self.theme.state(state.state);
            let bar = Rect::from_min_max(pos2(x - 5.0, top), pos2(x + 5.0, bottom.max(top + 2.0)));
            self.painter.rect_filled(bar, CornerRadius::same(3), colour);
            // A long state keeps its name in view.
            let wanted = (top + 7.0).max(self.visible.top() + 68.0).min((bottom - 7.0).max(top + 7.0));
            if wanted - last_label >= 13.0 {
                let at = pos2(x + Self::outward(end) * 11.0, wanted);
                self.text(at, Self::beside(end), state.state.name(), fonts::strong(fonts::NOTE), colour);
                last_label = wanted;
            }
            self.state_info(end, index, state, bar);
        }
        self.samples(end, x);
    }

    /// What the kernel said, as dots on the bar; a cross where it said
    /// something else than was inferred.
    fn samples(&self, end: End, x: f32) {
        let Conversation::Tcp(tcp) = self.picture.conversation else { return };
        let mut last = f32::NEG_INFINITY;
        for sample in tcp.samples.of(end) {
            let y = self.y(self.layout.at(sample.at));
            let differs = sample.agreement.agrees() == Some(false);
            if !self.is_visible(y, y) || (y - last < 7.0 && !differs) {
                continue;
            }
            last = y;
            if differs {
                for across in [-4.0, 4.0] {
                    let line = [pos2(x - 4.0, y - across), pos2(x + 4.0, y + across)];
                    self.painter.line_segment(line, Stroke::new(2.0, self.theme.rst));
                }
            } else {
                self.painter.circle_filled(pos2(x, y), 2.2, self.theme.background);
            }
        }
    }

    fn state_info(&self, end: End, index: usize, state: &StateSpan, bar: Rect) {
        let words = self.look.words;
        let label = format!("{} {}", words.end(end), state.state);
        let response =
            self.ui.interact(bar.expand(3.0), self.ui.scope_id().with(("state", end, index)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
        let change = self
            .picture
            .conversation
            .states(end)
            .iter()
            .find(|change| Some(change.at) == state.since && change.to == state.state);
        response.on_hover_text(change.map_or(label, |change| words.moved(end, change)));
    }

    fn calls(&mut self, end: End) {
        let x = self.x(end) + Self::outward(end) * (STATES + 18.0);
        let mut labels: Vec<f32> = Vec::new();
        for (index, (call, height)) in
            self.picture.timeline.calls.of(end).iter().zip(self.layout.calls.of(end)).enumerate()
        {
            let (top, bottom) = (self.y(height.enter), self.y(height.leave));
            if !self.is_visible(top - 8.0, bottom + 8.0) {
                continue;
            }
            let Some(record) = self.picture.all.call(call.call) else { continue };
            let selected = self.look.selection == Selection::Call(call.call);
            let bar = Rect::from_min_max(pos2(x - 3.0, top), pos2(x + 3.0, bottom.max(top + 4.0)));
            let edge = if selected { self.theme.accent } else { self.theme.faint };
            self.painter.rect(bar, CornerRadius::same(2), self.theme.call, Stroke::new(1.0, edge), StrokeKind::Inside);
            let name = format!("{}()", record.call.name());
            let result = self.look.words.outcome(record);
            let side = pos2(x + Self::outward(end) * 9.0, top + 6.0);
            let first = if height.inline { format!("{name} {result}") } else { name };
            let free = |labels: &[f32], y: f32| labels.iter().all(|label| (label - y).abs() >= 12.5);
            let mut hit = bar.expand(2.0);
            if free(&labels, side.y) {
                let (call, result) = first.split_once(' ').unwrap_or((first.as_str(), ""));
                hit = hit.union(self.call_label(side, end, call, result));
                labels.push(side.y);
            }
            if !height.inline && free(&labels, bottom) {
                let at = pos2(side.x, bottom);
                hit =
                    hit.union(self.text(at, Self::beside(end), &result, fonts::numbers(fonts::NOTE), self.theme.soft));
                labels.push(bottom);
            }
            self.call_info(end, index, call, hit, selected);
        }
    }

    /// A call's name and, softer, its result on the same line.
    fn call_label(&self, at: Pos2, end: End, call: &str, result: &str) -> Rect {
        let format =
            |colour, size| TextFormat { font_id: fonts::numbers(size), color: colour, ..TextFormat::default() };
        let mut job = LayoutJob::default();
        job.append(call, 0.0, format(self.theme.text, fonts::LABEL));
        if !result.is_empty() {
            job.append(result, 7.0, format(self.theme.soft, fonts::NOTE));
        }
        job.wrap =
            TextWrapping { max_width: CALLS + 40.0, max_rows: 1, break_anywhere: true, ..TextWrapping::default() };
        let galley = self.painter.layout_job(job);
        let rect = Self::beside(end).anchor_size(at, galley.size());
        self.painter.galley(rect.min, galley, self.theme.text);
        rect
    }

    fn call_info(&mut self, end: End, index: usize, call: &CallSpan, hit: Rect, selected: bool) {
        let Some(record) = self.picture.all.call(call.call) else { return };
        let result = self.look.words.outcome(record);
        let label = format!("{} {} {result}", self.look.words.end(end), record.call);
        let response = self.interact(hit, self.ui.scope_id().with(("call", end, index)), selected, &label);
        if response.clicked() {
            self.clicked = Some(Selection::Call(call.call));
        }
        response.on_hover_text(label);
    }

    fn exits(&self) {
        for (exit, height) in self.picture.timeline.exits.iter().zip(&self.layout.exits) {
            let y = self.y(*height) + 6.0;
            if !self.is_visible(y - 8.0, y + 8.0) {
                continue;
            }
            let x = self.x(exit.end) + Self::outward(exit.end) * (STATES + 18.0);
            self.painter.circle_filled(pos2(x, y), 3.5, self.theme.soft);
            let text = self.look.words.exit(exit.status);
            let at = pos2(x + Self::outward(exit.end) * 9.0, y);
            let rect = self.text(at, Self::beside(exit.end), &text, fonts::words(fonts::NOTE), self.theme.soft);
            let response = self.ui.interact(rect, self.ui.scope_id().with(("exit", exit.end)), Sense::hover());
            let label = format!("{} {text}", self.look.words.end(exit.end));
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
        }
    }

    fn times(&self) {
        let mut last = f32::NEG_INFINITY;
        let mut before = None;
        for (arrow, (leaves, arrives)) in self.picture.timeline.arrows.iter().zip(&self.layout.arrows) {
            let y = self.y(*leaves);
            if self.is_visible(y - 8.0, y + 8.0) && y - last >= 13.0 {
                last = y;
                let at = pos2(self.rect.left() + PHASE + 8.0, y);
                let text = span(self.picture.timeline.since_start(arrow.at));
                self.text(at, Align2::LEFT_CENTER, &text, fonts::words(fonts::NOTE), self.theme.soft);
                // The time since the arrow before, where there is room for it.
                if let Some(before) = before
                    && self.y(*arrives) - y >= 13.0
                {
                    let text = format!("+{}", span(arrow.at.since(before)));
                    let at = pos2(at.x, y + 14.0);
                    self.text(at, Align2::LEFT_CENTER, &text, fonts::words(fonts::NOTE), self.theme.faint);
                }
            }
            before = Some(arrow.at);
        }
    }

    fn arrows(&mut self) {
        let mut last_label = f32::NEG_INFINITY;
        let mut hidden = 0_u32;
        for (arrow, (leaves, arrives)) in self.picture.timeline.arrows.iter().zip(&self.layout.arrows) {
            let (from, to) = (self.y(*leaves), self.y(*arrives));
            let selected = self.look.selection == Selection::Segment(arrow.frame);
            if selected && self.look.reveal {
                let here =
                    Rect::from_min_max(pos2(self.x(End::Client), from - 30.0), pos2(self.x(End::Server), to + 30.0));
                self.ui.scroll_to_rect(here, None);
            }
            if !self.is_visible(from - 20.0, to + 4.0) {
                continue;
            }
            let with_label = from - last_label >= 15.0;
            if with_label {
                last_label = from;
            } else {
                hidden += 1;
            }
            self.arrow(arrow, (from, to), selected, with_label);
        }
        if hidden > 0 {
            // What could not be labelled is counted, never dropped in silence.
            let at = pos2(self.rect.left() + PHASE + 8.0, self.visible.top() + 72.0);
            self.text(at, Align2::LEFT_CENTER, &format!("+{hidden}"), fonts::strong(fonts::NOTE), self.theme.soft);
        }
    }

    fn arrow(&mut self, arrow: &Arrow, (from, to): (f32, f32), selected: bool, labelled: bool) {
        let colour = self.theme.arrow(arrow.kind);
        let (left, right) = (self.x(End::Client), self.x(End::Server));
        let (start, tip) = match arrow.from {
            End::Client => (pos2(left + 2.0, from), pos2(right - 2.0, to)),
            End::Server => (pos2(right - 2.0, from), pos2(left + 2.0, to)),
        };
        let hit = Rect::from_min_max(pos2(left + 8.0, from - 14.0), pos2(right - 8.0, to + 6.0));
        let id = self.ui.scope_id().with(("segment", arrow.frame.0));
        let response = self.interact(hit, id, selected, &self.spoken(arrow));
        if selected || response.hovered() || response.has_focus() {
            let (fill, edge) =
                if selected { (self.theme.selection, self.theme.accent) } else { (self.theme.raised, self.theme.line) };
            self.painter.rect(hit, CornerRadius::same(6), fill, Stroke::new(1.0, edge), StrokeKind::Inside);
        }
        let width = if selected { 2.6 } else { 1.9 };
        self.painter.line_segment([start, tip], Stroke::new(width, colour));
        let along = (tip - start).normalized();
        let across = vec2(-along.y, along.x);
        let head = vec![tip, tip - along * 10.0 + across * 4.2, tip - along * 10.0 - across * 4.2];
        self.painter.add(Shape::convex_polygon(head, colour, Stroke::NONE));
        if labelled {
            let halo = if selected { self.theme.selection } else { self.theme.background };
            let galley = self.label(arrow, colour, right - left - 22.0);
            let middle = pos2(f32::midpoint(left, right), f32::midpoint(from, to) - 14.0);
            let rect = Align2::CENTER_CENTER.anchor_size(middle, galley.size());
            self.painter.rect_filled(
                rect.expand2(vec2(3.0, -2.0)),
                2.0,
                if response.hovered() && !selected { self.theme.raised } else { halo },
            );
            self.painter.galley(rect.min, galley, colour);
        }
        if response.clicked() {
            self.clicked = Some(Selection::Segment(arrow.frame));
        }
        response.on_hover_text(self.caption(arrow));
    }
}
