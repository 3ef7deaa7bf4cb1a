//! The picture: how much of the graph it shows, and what can be done with it.

use std::collections::BTreeSet;

use egui_plot::{Plot, PlotBounds, PlotTransform, PlotUi};

use super::super::command::Command;
use super::super::document::Selection;
use super::super::egui::{
    Align2, Id, Label, PointerButton, PopupAnchor, Pos2, Rect, Response, RichText, Sense, Shape, Stroke, StrokeKind,
    Tooltip, Ui, Vec2, WidgetInfo, accesskit::Role, pos2, vec2,
};
use super::super::fonts;
use super::super::theme::Theme;
use super::painting::Canvas;
use super::{axes, begins_at_zero};
use crate::conversation::{Conversation, Segment};
use crate::model::Timestamp;
use crate::timeline::graphs::{Element, Form, Graph, Layer, Meaning, Quantity};
use crate::trace::FrameNumber;
use crate::view::Picture;
use crate::words::Words;

/// How near the pointer must be to a point, in points.
const NEAR: f32 = 8.0;
/// How near it must be to a line.
const NEAR_LINE: f32 = 5.0;
/// So many points can be reached by key, and are read out.
const REACHABLE: usize = 64;
/// So many elements are looked at under the pointer.
const LOOKED_AT: usize = 2000;
/// From this height of the whole picture on its axes have titles, in points.
const ROOM_FOR_TITLES: f32 = 190.0;
/// Below this height there are no marks of time, in points.
const ROOM_FOR_TIMES: f32 = 56.0;

/// How much of a graph is seen; kept between frames.
#[derive(Debug, Default)]
pub(super) struct View {
    /// See all of it again; its height at least.
    anew: Option<Anew>,
    /// Asked for by a button.
    zoom: Option<f64>,
    /// The selection that the picture has followed.
    followed: Selection,
    /// Where a box is being drawn from.
    corner: Option<Pos2>,
    /// Show this.
    wanted: Option<PlotBounds>,
    /// The greatest value that was seen.
    top: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anew {
    All,
    Upwards,
}

/// What there is to show.
pub(super) struct Shown<'a> {
    pub(super) graph: &'a Graph,
    pub(super) hidden: &'a BTreeSet<Meaning>,
    pub(super) picture: &'a Picture<'a>,
    pub(super) selection: Selection,
    pub(super) raw: bool,
    /// The graph in a sentence.
    pub(super) summary: &'a str,
    pub(super) words: &'a Words,
}

impl View {
    /// It is another conversation: all of it is to be seen.
    pub(super) const fn start_anew(&mut self) {
        self.anew = Some(Anew::All);
    }

    /// It is another graph of the same: the time stays.
    pub(super) fn start_upwards_anew(&mut self) {
        self.anew.get_or_insert(Anew::Upwards);
    }

    /// Whether all of a layer is above what is seen.
    pub(super) fn is_below(&self, layer: &Layer) -> bool {
        self.top.zip(layer.bounds()).is_some_and(|(top, bounds)| bounds.value.0 > top)
    }

    /// The buttons that change how much is seen.
    pub(super) fn buttons(&mut self, ui: &mut Ui, words: &Words) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for (sign, key, by) in [("−", "graph-zoom-out", 0.5), ("+", "graph-zoom-in", 2.0)] {
                let button = ui.button(sign).on_hover_text(words.word(key));
                button.widget_info(|| WidgetInfo::labeled(Role::Button, true, words.word(key)));
                if button.clicked() {
                    self.zoom = Some(by);
                }
            }
            if ui.button(words.word("graph-fit")).on_hover_text(words.word("graph-fit-hint")).clicked() {
                self.anew = Some(Anew::All);
            }
        });
    }

    /// Shows the picture; returns what was asked for.
    pub(super) fn show(&mut self, ui: &mut Ui, shown: &Shown<'_>) -> Option<Command> {
        let theme = Theme::of(ui);
        let height = ui.available_height();
        let fit = fit(shown);
        let chosen = shown.chosen();
        let follow = chosen.filter(|_| self.followed != shown.selection && self.anew.is_none());
        self.followed = shown.selection;
        let Self { anew, zoom, wanted, .. } = self;
        let (anew, zoom, wanted) = (anew.take(), zoom.take(), wanted.take());
        let plot = Plot::new("graph")
            .min_size(vec2(48.0, 24.0))
            .height(height.max(24.0))
            .show_x(false)
            .show_y(false)
            .show_crosshair(false)
            .allow_boxed_zoom(false)
            .default_x_bounds(fit.min()[0], fit.max()[0])
            .default_y_bounds(fit.min()[1], fit.max()[1]);
        let room = (height >= ROOM_FOR_TITLES, height >= ROOM_FOR_TIMES);
        let plot = axes::add(plot, shown.graph, shown.raw, theme, shown.words, room);
        let drawn = plot.show(ui, |plot| {
            let seen = plot.plot_bounds();
            let (from, to) = (seen.min()[0], seen.max()[0]);
            match anew {
                Some(Anew::Upwards) if !plot.auto_bounds().x => plot.set_plot_bounds(part(shown, from, to)),
                Some(Anew::All | Anew::Upwards) => plot.set_auto_bounds(true),
                None => {}
            }
            if let Some(wanted) = wanted {
                plot.set_plot_bounds(wanted);
            } else if let Some(by) = zoom {
                let middle = chosen.map(|chosen| chosen.at).filter(|at| (from..=to).contains(at));
                let middle = middle.unwrap_or(f64::midpoint(from, to));
                plot.set_plot_bounds(part(shown, middle - (middle - from) / by, middle + (to - middle) / by));
            } else if let Some(follow) = follow {
                bring_into_view(plot, follow.at, shown.values(follow));
            }
        });
        self.wanted = limited(drawn.transform.bounds(), &fit, shown.graph);
        let response = drawn.response;
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, shown.summary));
        let transform = drawn.transform;
        self.top = Some(transform.bounds().max()[1]);
        if shown.layers().next().is_none() {
            let frame = *transform.frame();
            let text = RichText::new(shown.words.word("graph-all-hidden")).color(theme.soft);
            ui.put(frame.shrink2(vec2(0.0, frame.height() * 0.35)), Label::new(text));
        }
        self.draw_box(ui, &response, &transform);
        paint(ui, shown, &transform, chosen);
        let (reached, hit) = reachable(ui, shown, &transform, response.id);
        let pointed = pointed_at(ui, shown, &transform);
        if let Some((meaning, element)) = pointed {
            hint(ui, shown, &response, meaning, element);
        }
        let clicked = pointed.filter(|_| hit || response.clicked()).and_then(|(_, element)| element.frame);
        reached.or(clicked).map(|frame| Command::Select(Selection::Segment(frame)))
    }

    /// A box drawn with the other button is what is seen next.
    fn draw_box(&mut self, ui: &Ui, response: &Response, transform: &PlotTransform) {
        let button = PointerButton::Secondary;
        if response.drag_started_by(button) {
            self.corner = ui.input(|input| input.pointer.press_origin());
        }
        let Some((corner, other)) = self.corner.zip(response.interact_pointer_pos()) else {
            self.corner = None;
            return;
        };
        let rect = Rect::from_two_pos(corner, other).intersect(*transform.frame());
        if response.drag_stopped_by(button) {
            self.corner = None;
            let (low, high) =
                (transform.value_from_position(rect.left_bottom()), transform.value_from_position(rect.right_top()));
            if rect.width() > 3.0 && rect.height() > 3.0 {
                self.wanted = Some(PlotBounds::from_min_max([low.x, low.y], [high.x, high.y]));
            }
        } else if response.dragged_by(button) {
            let theme = Theme::of(ui);
            ui.painter().rect_filled(rect, 0.0, theme.selection.gamma_multiply(0.6));
            ui.painter().rect_stroke(rect, 0.0, Stroke::new(1.0, theme.accent), StrokeKind::Inside);
        }
    }
}

/// A segment or datagram and its time.
#[derive(Clone, Copy)]
struct Chosen {
    frame: FrameNumber,
    at: f64,
}

impl<'a> Shown<'a> {
    fn layers(&self) -> impl DoubleEndedIterator<Item = &'a Layer> {
        self.graph.layers.iter().filter(|layer| self.is_shown(layer.meaning()))
    }

    fn is_shown(&self, meaning: Meaning) -> bool {
        !self.hidden.contains(&meaning)
    }

    fn segment(&self, frame: FrameNumber) -> Option<&'a Segment> {
        let Conversation::Tcp(tcp) = self.picture.conversation else { return None };
        let place = tcp.segments.binary_search_by_key(&frame, |segment| segment.frame).ok()?;
        tcp.segments.get(place)
    }

    fn moment(&self, frame: FrameNumber) -> Option<Timestamp> {
        match self.picture.conversation {
            Conversation::Tcp(_) => self.segment(frame).map(|segment| segment.at),
            Conversation::Udp(udp) => {
                let place = udp.datagrams.binary_search_by_key(&frame, |datagram| datagram.frame).ok()?;
                udp.datagrams.get(place).map(|datagram| datagram.at)
            }
        }
    }

    /// The selected one.
    fn chosen(&self) -> Option<Chosen> {
        let Selection::Segment(frame) = self.selection else { return None };
        self.moment(frame).map(|moment| Chosen { frame, at: self.graph.at(moment) })
    }

    /// What a segment brings to each layer.
    fn brought(&self, chosen: Chosen) -> impl Iterator<Item = (Meaning, &'a Element)> {
        self.layers()
            .flat_map(move |layer| layer.of_frame(chosen.at, chosen.frame).map(|element| (layer.meaning(), element)))
    }

    /// The values it brings, from the least to the greatest.
    fn values(&self, chosen: Chosen) -> Option<(f64, f64)> {
        let own = self.brought(chosen).filter(|(meaning, _)| !meaning.is_limit());
        own.map(|(_, element)| (element.low, element.high)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    fn tell(&self, meaning: Meaning, element: &Element) -> String {
        let segment = element.frame.and_then(|frame| self.segment(frame));
        self.words.graph_point(self.graph, meaning, element, segment, self.raw)
    }
}

/// All that is worth seeing, with a margin.
fn fit(shown: &Shown<'_>) -> PlotBounds {
    let bounds = shown.graph.fit(|meaning| shown.is_shown(meaning)).or_else(|| shown.graph.fit(|_| true));
    let ((from, to), value) = bounds.map_or(((0.0, 0.0), (0.0, 0.0)), |bounds| (bounds.at, bounds.value));
    // Every graph of a conversation covers the same time.
    let (from, to) = (from.min(0.0), to.max(shown.graph.end));
    let width = if to > from { to - from } else { 1e-3 };
    upwards(shown, (from - width * 0.03, to + width * 0.03), value)
}

/// A part of the time, and of the values what is worth seeing there.
fn part(shown: &Shown<'_>, from: f64, to: f64) -> PlotBounds {
    let bounds = shown.graph.fit_between(from, to, |meaning| shown.is_shown(meaning));
    bounds.map_or_else(
        || {
            let whole = fit(shown);
            PlotBounds::from_min_max([from, whole.min()[1]], [to, whole.max()[1]])
        },
        |bounds| upwards(shown, (from, to), bounds.value),
    )
}

/// Gives values a margin.
fn upwards(shown: &Shown<'_>, (from, to): (f64, f64), (mut low, mut high): (f64, f64)) -> PlotBounds {
    if begins_at_zero(shown.graph.quantity) {
        low = 0.0;
    }
    if high <= low {
        high = low + if shown.graph.quantity == Quantity::Seconds { 1e-6 } else { 1.0 };
    }
    let height = high - low;
    PlotBounds::from_min_max([from, low - height * 0.05], [to, high + height * 0.12])
}

/// Nobody gets lost: what is seen is never less than can be told apart, and
/// never much more than there is.
fn limited(seen: &PlotBounds, fit: &PlotBounds, graph: &Graph) -> Option<PlotBounds> {
    const MORE: f64 = 50.0;
    let least = if begins_at_zero(graph.quantity) { fit.height() * 1e-6 } else { 2.0 };
    let clamp = |length: f64, least: f64, most: f64| length.clamp(least.min(most), most);
    let width = clamp(seen.width(), (fit.width() * 1e-9).max(5e-9), fit.width() * MORE);
    let height = clamp(seen.height(), least, fit.height() * MORE);
    let fits = |a: f64, b: f64| (a - b).abs() <= b.abs() * 1e-9;
    if fits(width, seen.width()) && fits(height, seen.height()) {
        return None;
    }
    let middle = seen.center();
    Some(PlotBounds::from_min_max(
        [middle.x - width / 2.0, middle.y - height / 2.0],
        [middle.x + width / 2.0, middle.y + height / 2.0],
    ))
}

/// Moves the picture only as far as is needed.
fn bring_into_view(plot: &mut PlotUi<'_>, at: f64, values: Option<(f64, f64)>) {
    let seen = plot.plot_bounds();
    if plot.auto_bounds().all() || seen.width() <= 0.0 {
        return;
    }
    if !seen.range_x().contains(&at) {
        plot.set_plot_bounds_x(at - seen.width() / 2.0..=at + seen.width() / 2.0);
    }
    if let Some((low, high)) = values
        && (high < seen.min()[1] || low > seen.max()[1])
    {
        let middle = f64::midpoint(low, high);
        plot.set_plot_bounds_y(middle - seen.height() / 2.0..=middle + seen.height() / 2.0);
    }
}

fn canvas<'a>(ui: &'a Ui, shown: &Shown<'a>, transform: &'a PlotTransform) -> Canvas<'a> {
    let pixels = f64::from(transform.frame().width() * ui.pixels_per_point()).max(1.0);
    Canvas {
        transform,
        graph: shown.graph,
        theme: Theme::of(ui),
        painter: ui.painter(),
        column: transform.bounds().width() / pixels,
    }
}

fn paint(ui: &Ui, shown: &Shown<'_>, transform: &PlotTransform, chosen: Option<Chosen>) {
    let frame = *transform.frame();
    let painter = ui.painter_at(frame);
    let canvas = canvas(ui, shown, transform);
    let mut shapes = Vec::new();
    shown.layers().for_each(|layer| canvas.layer(layer, &mut shapes));
    painter.extend(shapes);
    let theme = Theme::of(ui);
    let Some(chosen) = chosen else { return };
    let brought: Vec<(Meaning, &Element)> = shown.brought(chosen).collect();
    painter.extend(canvas.selected(chosen.at, brought.iter().copied()));
    // What it is stands in a corner, for everybody.
    let Some((meaning, element)) = brought.iter().rfind(|(meaning, _)| !meaning.is_limit()).or(brought.last()) else {
        return;
    };
    let text = shown.tell(*meaning, element);
    let font = fonts::words(fonts::NOTE);
    let galley = painter.layout(text.clone(), font, theme.text, (frame.width() - 24.0).max(20.0));
    let size = galley.size() + vec2(8.0, 4.0);
    let rect = free_corner(shown, transform, size, canvas.position(*meaning, element));
    painter.rect_filled(rect, 4.0, theme.panel.gamma_multiply(0.88));
    painter.galley(rect.min + vec2(4.0, 2.0), galley, theme.text);
    let label = ui.interact(rect, ui.scope_id().with("graph-selected"), Sense::hover());
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
}

/// The corner of the picture in which nothing is drawn; where there is none,
/// the one that is farthest from `away`.
fn free_corner(shown: &Shown<'_>, transform: &PlotTransform, size: Vec2, away: Pos2) -> Rect {
    let inner = transform.frame().shrink(4.0);
    let corners = [Align2::LEFT_TOP, Align2::RIGHT_BOTTOM, Align2::RIGHT_TOP, Align2::LEFT_BOTTOM];
    let corners = corners.map(|corner| corner.align_size_within_rect(size, inner));
    let is_free = |rect: &Rect| {
        let (low, high) =
            (transform.value_from_position(rect.left_bottom()), transform.value_from_position(rect.right_top()));
        let hits = |least: f64, most: f64| least <= high.y && most >= low.y;
        let mut free = !rect.expand(8.0).contains(away);
        for layer in shown.layers() {
            layer.columns(low.x, high.x, high.x - low.x, |column| free &= !hits(column.low, column.high));
            if shown.graph.form(layer.meaning()) == Form::Steps {
                free &= !layer.before(low.x).is_some_and(|level| hits(level.high, level.high));
            }
        }
        free
    };
    let distance = |rect: &&Rect| rect.distance_sq_to_pos(away);
    let farthest = || corners.iter().max_by(|a, b| distance(a).total_cmp(&distance(b)));
    corners.iter().find(|rect| is_free(rect)).or_else(farthest).copied().unwrap_or(inner)
}

/// Where there are not too many, each point can be reached by key, and heard;
/// returns the one that was chosen so, and whether the pointer has hit any:
/// many may lie upon each other there.
fn reachable(ui: &Ui, shown: &Shown<'_>, transform: &PlotTransform, id: Id) -> (Option<FrameNumber>, bool) {
    let canvas = canvas(ui, shown, transform);
    let ([from, _], [to, _]) = (transform.bounds().min(), transform.bounds().max());
    let count: usize = shown.layers().map(|layer| layer.between(from, to).len()).sum();
    let (mut chosen, mut hit) = (None, false);
    if count > REACHABLE {
        return (chosen, hit);
    }
    for layer in shown.layers() {
        for (index, element) in layer.between(from, to).iter().enumerate() {
            let Some(frame) = element.frame else { continue };
            let rect = canvas.rect(layer.meaning(), element).expand(4.0).intersect(*transform.frame());
            if !rect.is_positive() {
                continue;
            }
            let selected = shown.selection == Selection::Segment(frame);
            let response = ui.interact(rect, id.with((layer.meaning(), index)), Sense::click());
            let label = || shown.tell(layer.meaning(), element);
            response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, label()));
            if response.has_focus() {
                let stroke = Stroke::new(1.5, Theme::of(ui).accent);
                ui.painter().add(Shape::rect_stroke(rect.expand(2.0), 4.0, stroke, StrokeKind::Outside));
            }
            if response.clicked_by(PointerButton::Primary) {
                hit = true;
            } else if response.clicked() {
                chosen = Some(frame);
            }
        }
    }
    (chosen, hit)
}

/// What the pointer is at.
fn pointed_at<'a>(ui: &Ui, shown: &Shown<'a>, transform: &PlotTransform) -> Option<(Meaning, &'a Element)> {
    let pointer = ui.input(|input| input.pointer.hover_pos())?;
    if !ui.rect_contains_pointer(*transform.frame()) || ui.input(|input| input.pointer.is_decidedly_dragging()) {
        return None;
    }
    let canvas = canvas(ui, shown, transform);
    let mut nearest: Option<(f32, Meaning, &Element)> = None;
    let at = |x: f32| transform.value_from_position(pos2(x, pointer.y)).x;
    // From the topmost down: of two as near, the one that is seen counts.
    for layer in shown.layers().rev() {
        let meaning = layer.meaning();
        if shown.graph.form(meaning) == Form::Steps {
            continue;
        }
        let mut reach = NEAR;
        let mut close = layer.between(at(pointer.x - reach), at(pointer.x + reach));
        while close.len() > LOOKED_AT && reach > 0.5 {
            reach /= 2.0;
            close = layer.between(at(pointer.x - reach), at(pointer.x + reach));
        }
        for element in close.iter().take(LOOKED_AT) {
            let distance = canvas.rect(meaning, element).distance_to_pos(pointer);
            if distance <= NEAR && nearest.is_none_or(|(least, _, _)| distance < least) {
                nearest = Some((distance, meaning, element));
            }
        }
    }
    if nearest.is_none() {
        for layer in shown.layers().rev().filter(|layer| shown.graph.form(layer.meaning()) == Form::Steps) {
            // The level under the pointer began a while ago.
            let Some(element) = layer.before(at(pointer.x + 1.0)) else { continue };
            let distance = (canvas.position(layer.meaning(), element).y - pointer.y).abs();
            if distance <= NEAR_LINE && nearest.is_none_or(|(least, _, _)| distance < least) {
                nearest = Some((distance, layer.meaning(), element));
            }
        }
    }
    nearest.map(|(_, meaning, element)| (meaning, element))
}

/// Says what the pointer is at.
fn hint(ui: &Ui, shown: &Shown<'_>, response: &Response, meaning: Meaning, element: &Element) {
    let theme = Theme::of(ui);
    let tooltip = Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), response.id, PopupAnchor::Pointer);
    tooltip.gap(14.0).show(|ui| {
        ui.label(shown.tell(meaning, element));
        let about = RichText::new(shown.words.layer_about(meaning)).font(fonts::words(fonts::NOTE));
        ui.label(about.color(theme.soft));
    });
}
