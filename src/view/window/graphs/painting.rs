//! The layers as lines, bars, dots and signs.
//!
//! Each layer is drawn in columns one pixel wide: a few elements in a column
//! are drawn one by one, more of them as what they reach from and to.

use std::sync::Arc;

use egui_plot::PlotTransform;

use super::super::egui::{Align2, Color32, Galley, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};
use super::super::fonts;
use super::super::theme::Theme;
use crate::timeline::graphs::{Column, Element, Form, Graph, Layer, Meaning};

/// So many elements of a column are drawn one by one.
const FEW: usize = 4;
/// As long as there are no more steps than this, each is marked.
const FEW_STEPS: usize = 64;
/// From so many dots on they are drawn smaller.
const MANY: usize = 600;
/// How far outside the picture something is drawn at most, in points.
const BEYOND: f32 = 40.0;

/// The colour of a layer.
pub(super) const fn ink(theme: &Theme, meaning: Meaning) -> Color32 {
    match meaning {
        Meaning::Data
        | Meaning::RoundTrip
        | Meaning::InFlight
        | Meaning::GoodputAcknowledged
        | Meaning::GoodputFirstSent
        | Meaning::Datagram
        | Meaning::Rate => theme.data,
        Meaning::Acknowledged | Meaning::Throughput | Meaning::RoundTripCovered | Meaning::DuplicateAck => theme.ack,
        Meaning::WindowEdge
        | Meaning::Window
        | Meaning::RoundTripSampled
        | Meaning::RoundTripTold
        | Meaning::CongestionSampled
        | Meaning::CongestionSimulated => theme.accent,
        Meaning::Syn => theme.syn,
        Meaning::Fin | Meaning::OutOfOrder | Meaning::WindowFull => theme.fin,
        Meaning::Again | Meaning::Reset | Meaning::ZeroWindow | Meaning::Error => theme.rst,
        Meaning::Sack | Meaning::RoundTripByTimestamps | Meaning::ThresholdSimulated => theme.waiting,
        Meaning::Lost | Meaning::DuplicateSack | Meaning::RoundTripBySack => theme.lost,
    }
}

/// What is written beside an element of a layer.
pub(super) const fn sign(meaning: Meaning) -> Option<&'static str> {
    Some(match meaning {
        Meaning::Again => "R",
        Meaning::OutOfOrder => "O",
        Meaning::Lost | Meaning::Error => "✕",
        Meaning::ZeroWindow => "Z",
        Meaning::WindowFull => "W",
        Meaning::Syn => "SYN",
        Meaning::Fin => "FIN",
        Meaning::Reset => "RST",
        Meaning::Sack => "S",
        Meaning::DuplicateSack => "D",
        Meaning::Acknowledged
        | Meaning::WindowEdge
        | Meaning::Data
        | Meaning::DuplicateAck
        | Meaning::RoundTrip
        | Meaning::RoundTripCovered
        | Meaning::RoundTripBySack
        | Meaning::RoundTripByTimestamps
        | Meaning::RoundTripSampled
        | Meaning::RoundTripTold
        | Meaning::InFlight
        | Meaning::Window
        | Meaning::Throughput
        | Meaning::Rate
        | Meaning::GoodputAcknowledged
        | Meaning::GoodputFirstSent
        | Meaning::CongestionSampled
        | Meaning::CongestionSimulated
        | Meaning::ThresholdSimulated
        | Meaning::Datagram => return None,
    })
}

/// Whether a line is drawn with gaps, and how thick it is, in points.
const fn line(meaning: Meaning) -> (bool, f32) {
    let thin = meaning.is_limit() || matches!(meaning, Meaning::Throughput);
    (meaning.is_limit() || matches!(meaning, Meaning::ThresholdSimulated), if thin { 1.0 } else { 1.5 })
}

/// A picture that is being drawn.
pub(super) struct Canvas<'a> {
    pub(super) transform: &'a PlotTransform,
    pub(super) graph: &'a Graph,
    pub(super) theme: &'a Theme,
    /// Where the text is measured.
    pub(super) painter: &'a Painter,
    /// Seconds in a column: a pixel.
    pub(super) column: f64,
}

impl Canvas<'_> {
    fn frame(&self) -> Rect {
        *self.transform.frame()
    }

    /// Where a value stands, not far outside the picture.
    fn y(&self, value: f64) -> f32 {
        let frame = self.frame();
        self.transform.position_from_point_y(value).clamp(frame.top() - BEYOND, frame.bottom() + BEYOND)
    }

    fn x(&self, at: f64) -> f32 {
        let frame = self.frame();
        self.transform.position_from_point_x(at).clamp(frame.left() - BEYOND, frame.right() + BEYOND)
    }

    /// Where an element's dot stands, or the upper end of its bar.
    pub(super) fn position(&self, meaning: Meaning, element: &Element) -> Pos2 {
        let is_bar = self.graph.form(meaning) == Form::Bars;
        pos2(self.x(element.at), self.y(if is_bar { element.high } else { element.low }))
    }

    /// What an element covers: a point, or a bar as a line.
    pub(super) fn rect(&self, meaning: Meaning, element: &Element) -> Rect {
        let upper = self.position(meaning, element);
        Rect::from_two_pos(upper, pos2(upper.x, self.y(element.low)))
    }

    /// Draws one layer.
    pub(super) fn layer(&self, layer: &Layer, shapes: &mut Vec<Shape>) {
        let meaning = layer.meaning();
        match self.graph.form(meaning) {
            Form::Steps => self.steps(layer, shapes),
            Form::Bars => self.bars(layer, shapes),
            Form::Dots | Form::Signs => self.dots(layer, shapes),
        }
        if let Some(text) = sign(meaning) {
            self.signs(layer, text, shapes);
        }
    }

    fn columns<'l>(&self, layer: &'l Layer, visit: impl FnMut(Column<'l>)) {
        let bounds = self.transform.bounds();
        let [from, _] = bounds.min();
        let [to, _] = bounds.max();
        layer.columns(from - self.margin(), to + self.margin(), self.column, visit);
    }

    /// What stands just outside reaches into the picture: so many seconds.
    fn margin(&self) -> f64 {
        self.column * 8.0
    }

    fn steps(&self, layer: &Layer, shapes: &mut Vec<Shape>) {
        let meaning = layer.meaning();
        let stroke = Stroke::new(line(meaning).1, ink(self.theme, meaning));
        let [from, _] = self.transform.bounds().min();
        // The level that goes on, and since where.
        let mut level = layer.before(from - self.margin()).map(|element| (element.high, self.frame().left() - BEYOND));
        self.columns(layer, |column| {
            let (Some(first), Some(last)) = (column.elements.first(), column.elements.last()) else { return };
            let x = self.x(first.at);
            let (mut low, mut high) = (column.low, column.high);
            let mut left = x;
            if let Some((before, since)) = level {
                if before.to_bits() == low.to_bits() && before.to_bits() == high.to_bits() {
                    left = since;
                } else {
                    self.level(meaning, before, since, x, shapes);
                }
                low = low.min(before);
                high = high.max(before);
            }
            let (top, bottom) = (self.y(high), self.y(low));
            if bottom - top > 0.5 {
                shapes.push(Shape::line_segment([pos2(x, top), pos2(x, bottom)], stroke));
            }
            level = Some((last.high, left));
        });
        let [to, _] = self.transform.bounds().max();
        let visible = layer.between(from, to);
        if visible.len() <= FEW_STEPS {
            // Each segment that moves the level can be seen, and pointed at.
            for element in visible.iter().filter(|element| element.frame.is_some()) {
                let at = self.position(meaning, element);
                if self.frame().contains(at) {
                    shapes.push(Shape::circle_filled(at, 1.8, stroke.color));
                }
            }
        }
        let end = self.graph.end.max(layer.elements().last().map_or(0.0, |last| last.at));
        if let Some((level, since)) = level {
            self.level(meaning, level, since, self.x(end), shapes);
        }
    }

    /// Draws a level from one place to another.
    fn level(&self, meaning: Meaning, value: f64, left: f32, right: f32, shapes: &mut Vec<Shape>) {
        let (dashed, width) = line(meaning);
        let stroke = Stroke::new(width, ink(self.theme, meaning));
        let (frame, y) = (self.frame(), self.y(value));
        let (left, right) = (left.max(frame.left()), right.min(frame.right()));
        if right <= left || !frame.y_range().expand(2.0).contains(y) {
            return;
        }
        if dashed {
            dashes(left, right, frame.left(), |from, to| {
                shapes.push(Shape::line_segment([pos2(from, y), pos2(to, y)], stroke));
            });
        } else {
            shapes.push(Shape::line_segment([pos2(left, y), pos2(right, y)], stroke));
        }
    }

    fn bars(&self, layer: &Layer, shapes: &mut Vec<Shape>) {
        let meaning = layer.meaning();
        let ink = ink(self.theme, meaning);
        let held = matches!(meaning, Meaning::Sack | Meaning::DuplicateSack);
        let stroke = Stroke::new(if held { 1.0 } else { 2.0 }, ink);
        let [from, _] = self.transform.bounds().min();
        let [to, _] = self.transform.bounds().max();
        // Where there is room, a bar has ends.
        let ends = layer.between(from, to).len() <= 240;
        self.columns(layer, |column| {
            let mut bar = |at: f64, low: f64, high: f64, ends: bool| {
                let (x, top, bottom) = (self.x(at), self.y(high), self.y(low));
                // The shortest can be seen.
                let (top, bottom) = if bottom - top < 2.0 { (bottom - 2.0, bottom) } else { (top, bottom) };
                shapes.push(Shape::line_segment([pos2(x, top), pos2(x, bottom)], stroke));
                if ends && bottom - top >= 5.0 {
                    for y in [top, bottom] {
                        shapes.push(Shape::line_segment([pos2(x - 3.0, y), pos2(x + 3.0, y)], Stroke::new(1.0, ink)));
                    }
                }
            };
            if column.elements.len() <= FEW {
                column.elements.iter().for_each(|element| bar(element.at, element.low, element.high, ends));
            } else if let Some(first) = column.elements.first() {
                bar(first.at, column.low, column.high, false);
            }
        });
    }

    /// Where dots are too many, they are smaller.
    fn dots(&self, layer: &Layer, shapes: &mut Vec<Shape>) {
        let meaning = layer.meaning();
        let ink = ink(self.theme, meaning);
        let [from, _] = self.transform.bounds().min();
        let [to, _] = self.transform.bounds().max();
        let scale = if layer.between(from, to).len() > MANY { 0.6 } else { 1.0 };
        let visible = |at: Pos2| self.frame().expand(6.0).contains(at);
        self.columns(layer, |column| {
            let Some(first) = column.elements.first() else { return };
            let x = self.x(first.at);
            let (top, bottom) = (self.y(column.high), self.y(column.low));
            if column.elements.len() > FEW && bottom - top > 4.0 {
                let stroke = Stroke::new(1.5, ink.gamma_multiply(0.6));
                shapes.push(Shape::line_segment([pos2(x, top), pos2(x, bottom)], stroke));
                return;
            }
            for element in column.elements.iter().take(FEW) {
                let at = pos2(self.x(element.at), self.y(element.low));
                if visible(at) {
                    shapes.push(dot(meaning, at, ink, scale));
                }
            }
        });
    }

    /// Writes a sign above the elements, as often as there is room for it.
    fn signs(&self, layer: &Layer, text: &str, shapes: &mut Vec<Shape>) {
        let ink = ink(self.theme, layer.meaning());
        let galley = self.painter.layout_no_wrap(text.to_owned(), fonts::strong(fonts::NOTE), ink);
        let mut free = f32::NEG_INFINITY;
        self.columns(layer, |column| {
            let Some(element) = column.elements.first() else { return };
            let at = self.position(layer.meaning(), element);
            if at.x - galley.size().x / 2.0 >= free && self.frame().expand(4.0).contains(at) {
                shapes.push(self.written_above(at, &galley, ink));
                free = at.x + galley.size().x / 2.0 + 1.0;
            }
        });
    }

    fn written_above(&self, at: Pos2, galley: &Arc<Galley>, ink: Color32) -> Shape {
        let frame = self.frame();
        let size = galley.size();
        let left =
            (at.x - size.x / 2.0).clamp(frame.left() + 1.0, (frame.right() - size.x - 1.0).max(frame.left() + 1.0));
        let above = at.y - size.y - 3.0;
        let top = if above < frame.top() { at.y + 3.0 } else { above };
        Shape::galley(pos2(left, top), Arc::clone(galley), ink)
    }

    /// Marks the selected segment: a line at its time, and a ring around what
    /// it brings to each layer.
    pub(super) fn selected<'l>(&self, at: f64, elements: impl Iterator<Item = (Meaning, &'l Element)>) -> Vec<Shape> {
        let frame = self.frame();
        let stroke = Stroke::new(1.0, self.theme.text.gamma_multiply(0.7));
        let mut shapes = Vec::new();
        let x = self.transform.position_from_point_x(at);
        if frame.x_range().contains(x) {
            shapes.push(Shape::line_segment([pos2(x, frame.top()), pos2(x, frame.bottom())], stroke));
        }
        for (meaning, element) in elements {
            let rect = self.rect(meaning, element);
            let stroke = Stroke::new(1.5, self.theme.text);
            if self.graph.form(meaning) == Form::Bars && rect.height() > 4.0 {
                let around = rect.expand2(vec2(5.0, 4.0));
                shapes.push(Shape::rect_stroke(around, 5.0, stroke, StrokeKind::Middle));
            } else {
                shapes.push(Shape::circle_stroke(self.position(meaning, element), 6.0, stroke));
            }
        }
        shapes
    }
}

/// The pieces of a line with gaps: where they are does not depend on where it
/// begins, so that many short ones look like a long one.
fn dashes(left: f32, right: f32, origin: f32, mut draw: impl FnMut(f32, f32)) {
    const DASH: f32 = 6.0;
    const PERIOD: f32 = 10.0;
    let mut start = origin + ((left - origin) / PERIOD).floor() * PERIOD;
    while start < right {
        let (from, to) = (start.max(left), (start + DASH).min(right));
        if from < to {
            draw(from, to);
        }
        start += PERIOD;
    }
}

/// A dot: each meaning has its own shape.
fn dot(meaning: Meaning, at: Pos2, ink: Color32, scale: f32) -> Shape {
    let thin = Stroke::new(1.2, ink);
    let square = |half: f32| Rect::from_center_size(at, vec2(half, half) * 2.0 * scale);
    let diamond = [(0.0, -3.5), (3.5, 0.0), (0.0, 3.5), (-3.5, 0.0)].map(|(x, y)| at + vec2(x, y) * scale);
    if meaning == Meaning::RoundTripCovered {
        Shape::circle_stroke(at, 2.5 * scale, thin)
    } else if matches!(meaning, Meaning::RoundTripSampled | Meaning::RoundTripTold | Meaning::CongestionSampled) {
        Shape::rect_filled(square(2.2), 0.0, ink)
    } else if meaning == Meaning::RoundTripBySack {
        Shape::rect_stroke(square(2.5), 0.0, thin, StrokeKind::Middle)
    } else if meaning == Meaning::RoundTripByTimestamps {
        Shape::convex_polygon(diamond.to_vec(), ink, Stroke::NONE)
    } else if meaning == Meaning::DuplicateAck {
        Shape::line_segment([at - vec2(3.5, 0.0), at + vec2(3.5, 0.0)], Stroke::new(2.0, ink))
    } else {
        Shape::circle_filled(at, 2.5 * scale, ink)
    }
}

/// A layer's look in little, for the legend.
pub(super) fn sample(painter: &Painter, graph: &Graph, meaning: Meaning, theme: &Theme, rect: Rect) {
    let ink = ink(theme, meaning);
    let middle = rect.center();
    match graph.form(meaning) {
        Form::Steps => {
            let (dashed, width) = line(meaning);
            let ends = [pos2(rect.left(), middle.y), pos2(rect.right(), middle.y)];
            let stroke = Stroke::new(width, ink);
            if dashed {
                dashes(rect.left(), rect.right(), rect.left(), |from, to| {
                    painter.line_segment([pos2(from, middle.y), pos2(to, middle.y)], stroke);
                });
            } else {
                painter.line_segment(ends, stroke);
            }
        }
        Form::Bars if sign(meaning).is_none() => {
            painter.line_segment([middle - vec2(0.0, 5.0), middle + vec2(0.0, 5.0)], Stroke::new(2.0, ink));
            for y in [middle.y - 5.0, middle.y + 5.0] {
                painter.line_segment([pos2(middle.x - 3.0, y), pos2(middle.x + 3.0, y)], Stroke::new(1.0, ink));
            }
        }
        Form::Bars | Form::Dots | Form::Signs => match sign(meaning) {
            // A flag's sign is its name: it stands beside the dot.
            Some(text) if !matches!(meaning, Meaning::Syn | Meaning::Fin | Meaning::Reset) => {
                let align = Align2::CENTER_CENTER;
                painter.text(middle, align, text, fonts::strong(fonts::NOTE), ink);
            }
            Some(_) | None => {
                painter.add(dot(meaning, middle, ink, 1.0));
            }
        },
    }
}
