//! Nodes, cables and what moves along them.
//!
//! Where they stand is for [`Map`] to say; here cells become points.

/// Nodes, and what is said of bystanders.
mod nodes;

use super::super::egui::{
    Align2, Color32, CornerRadius, Painter, Pos2, Rect, Response, ScrollArea, Sense, Shape, Stroke, StrokeKind, Ui,
    Vec2, WidgetInfo, accesskit::Role, pos2, vec2,
};
use super::super::fonts;
use super::super::theme::Theme;
use super::names;
use crate::conversation::journey::{Bystander, Crossing, Journey, Leg, Point, Purpose, Sight};
use crate::model::{NodeId, Topology};
use crate::timeline::map::{Map, Spot, along};
use crate::trace::Trace;
use crate::words::Words;

/// The least and the greatest width of a cell, and its height, in points.
const CELL: std::ops::RangeInclusive<f32> = 152.0..=236.0;
const ROW: f32 = 92.0;
/// A node's box in its cell.
const BOX: Vec2 = vec2(108.0, 46.0);
/// Above and below everything.
const MARGIN: f32 = 12.0;
/// What is said of a bystander is no wider than this.
const NOTE: f32 = 210.0;
/// And beside it no narrower; else it stands below.
const NOTE_LEAST: f32 = 96.0;
/// In a map of so few nodes there is room to say who is on another network.
const FEW: usize = 12;
/// Lines of it.
const NOTE_LINES: usize = 3;
/// Where on its cable a frame gets lost.
const LOST_AT: f32 = 0.8;
/// And how far it is drawn before.
const BEFORE_LOST: f32 = 0.7;

/// What the reader clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// A leg of the message, by its index.
    Leg(usize),
    /// A node.
    Node(NodeId),
}

/// The network and one message in it.
pub(super) struct Chart<'a> {
    pub(super) topology: &'a Topology,
    pub(super) trace: &'a Trace,
    pub(super) map: &'a Map,
    pub(super) words: &'a Words,
    pub(super) journey: Option<&'a Journey>,
    /// On which leg, and how much of it is behind.
    pub(super) at: Option<(usize, f32)>,
    /// The node that was clicked.
    pub(super) node: Option<NodeId>,
    pub(super) zoom: f32,
    /// Bring what moves into view.
    pub(super) reveal: bool,
}

/// The chart on the screen.
struct Drawn<'a, 'u> {
    chart: &'a Chart<'a>,
    ui: &'u Ui,
    painter: Painter,
    theme: &'static Theme,
    origin: Pos2,
    cell: Vec2,
    /// Nothing is written to the right of this.
    right: f32,
}

/// The least width of a map, in points.
pub(super) fn least_width(map: &Map) -> f32 {
    map.width * CELL.start()
}

impl Chart<'_> {
    /// Paints it as wide as there is room, or wider; returns what was clicked.
    pub(super) fn show(&self, ui: &mut Ui) -> Option<Asked> {
        let room = ui.available_width();
        let (least, most) = (*CELL.start() * self.zoom, *CELL.end() * self.zoom);
        let width = (room / self.map.width.max(1.0)).clamp(least, most);
        let cell = vec2(width, ROW * self.zoom.max(0.7));
        let [above, below] = self.notes_outside(cell, room);
        // Above the first row and below the last there is nothing in a cell.
        let spare = cell.y - BOX.y;
        let height = self.map.height * cell.y - spare + 2.0 * MARGIN + above + below;
        let size = vec2((self.map.width * cell.x).max(room), height);
        let mut asked = None;
        ScrollArea::horizontal().id_salt("network").auto_shrink([false, true]).show(ui, |ui| {
            let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
            let drawn = Drawn {
                chart: self,
                painter: ui.painter().clone(),
                theme: Theme::of(ui),
                origin: rect.min + vec2(0.0, MARGIN + above - spare / 2.0),
                cell,
                right: rect.right(),
                ui,
            };
            asked = drawn.paint();
        });
        asked
    }

    /// How wide a note beside a node may be; `None` where it goes below.
    fn beside(&self, node: NodeId, cell: Vec2, room: f32) -> Option<f32> {
        let spot = self.map.spots.get(node.0)?;
        let in_cell = (cell.x - BOX.x) / 2.0 - 8.0;
        let is_last = spot.x + 0.5 + self.map.room_right(node) > self.map.width - 0.01;
        let further = if is_last { (room - self.map.width * cell.x).max(0.0) } else { in_cell - 8.0 };
        let width = in_cell + self.map.room_right(node) * cell.x + further;
        (width >= NOTE_LEAST).then_some(width.min(NOTE))
    }

    /// Whether it is said of a bystander what it saw: of who is on another
    /// network, only in a small map and where no cable runs beside it.
    fn is_noted(&self, bystander: &Bystander) -> bool {
        let is_near = !matches!(bystander.sight, Sight::OtherNetwork);
        is_near || !self.is_crowded() && !self.map.way.contains(&bystander.node)
    }

    /// Whether a node stands above the way: then what is said of it does too.
    fn is_above(&self, node: NodeId) -> bool {
        let row = self.map.way.first().and_then(|first| self.map.spots.get(first.0));
        row.zip(self.map.spots.get(node.0)).is_some_and(|(row, own)| own.y < row.y - 0.5)
    }

    /// The height of what is said of bystanders above the first row, and below
    /// the last.
    fn notes_outside(&self, cell: Vec2, room: f32) -> [f32; 2] {
        let bystanders = self.journey.map_or(&[][..], |journey| &journey.bystanders);
        let lines = if self.is_crowded() { 18.0 } else { 34.0 };
        [true, false].map(|above| {
            let is_outside = |spot: &Spot| if above { spot.y < 1.0 } else { spot.y > self.map.height - 1.0 };
            let any = bystanders.iter().any(|one| {
                self.map.spots.get(one.node.0).is_some_and(is_outside)
                    && self.is_above(one.node) == above
                    && self.is_noted(one)
                    && self.beside(one.node, cell, room).is_none()
            });
            if any { lines } else { 0.0 }
        })
    }

    /// Whether there are so many nodes that little can be said of each.
    const fn is_crowded(&self) -> bool {
        self.map.spots.len() > FEW
    }
}

impl Drawn<'_, '_> {
    fn at(&self, spot: Spot) -> Pos2 {
        self.origin + vec2(spot.x * self.cell.x, spot.y * self.cell.y)
    }

    fn body(&self, id: NodeId) -> Option<Rect> {
        let spot = self.chart.map.spots.get(id.0)?;
        Some(Rect::from_center_size(self.at(*spot), BOX))
    }

    fn paint(&self) -> Option<Asked> {
        let mut asked = None;
        for cable in 0..self.chart.topology.cables.len() {
            self.cable(cable);
        }
        let legs = self.chart.journey.map_or(&[][..], |journey| &journey.legs);
        for (index, leg) in legs.iter().enumerate() {
            asked = self.leg(index, leg).or(asked);
        }
        for (id, node) in self.chart.topology.nodes.iter().enumerate() {
            asked = self.node(NodeId(id), node).or(asked);
        }
        for bystander in self.chart.journey.map_or(&[][..], |journey| &journey.bystanders) {
            self.note(bystander);
        }
        for (index, leg) in legs.iter().enumerate() {
            self.marker(index, leg);
        }
        asked
    }

    /// A cable from the edge of one box to the edge of the other, in the
    /// order of its ends.
    fn line(&self, cable: usize) -> Vec<Pos2> {
        let Some((line, ends)) = self.chart.map.lines.get(cable).zip(self.chart.topology.cables.get(cable)) else {
            return Vec::new();
        };
        let mut points: Vec<Pos2> = line.iter().map(|spot| self.at(*spot)).collect();
        let [first, second] = ends.ends.each_ref().map(|port| self.body(port.node));
        for (from_end, body) in [(false, first), (true, second)] {
            if from_end {
                points.reverse();
            }
            if let [start, next, ..] = points.as_mut_slice()
                && let Some(body) = body
            {
                *start = leaves(body, *next);
            }
            if from_end {
                points.reverse();
            }
        }
        points
    }

    /// A leg's cable, from where it came to where it went.
    fn path(&self, leg: &Leg) -> Vec<Pos2> {
        let Some(cable) = leg.cable else { return Vec::new() };
        let mut line = self.line(cable);
        let first = self.chart.topology.cables.get(cable).and_then(|cable| cable.ends.first());
        if first.is_some_and(|port| leg.from != Point::Node(port.node)) {
            line.reverse();
        }
        line
    }

    fn cable(&self, cable: usize) {
        let line = self.line(cable);
        let Some(ends) = self.chart.topology.cables.get(cable) else { return };
        // Dashed is what the message did not come along, where somebody is.
        let blind = |node: NodeId| {
            let bystanders = self.chart.journey.map_or(&[][..], |journey| &journey.bystanders);
            bystanders.iter().any(|one| one.node == node && !one.sight.sees())
        };
        let stroke = Stroke::new(1.5, self.theme.faint);
        if ends.ends.iter().any(|port| blind(port.node)) {
            self.painter.extend(Shape::dashed_line(&line, stroke, 4.0, 4.0));
        } else {
            self.painter.line(line.clone(), stroke);
        }
        let told = names::quality(&ends.quality);
        let Some(middle) = middle(&line).filter(|_| !told.is_empty()) else { return };
        let galley = self.painter.layout_no_wrap(told, fonts::words(fonts::NOTE), self.theme.faint);
        let rect = Align2::CENTER_TOP.anchor_size(middle + vec2(0.0, 12.0), galley.size());
        self.painter.rect_filled(rect, 2.0, self.theme.background);
        self.painter.galley(rect.min, galley, self.theme.faint);
    }

    /// How many legs lead to this one.
    fn depth(&self, leg: &Leg) -> usize {
        let legs = self.chart.journey.map_or(&[][..], |journey| &journey.legs);
        let mut depth = 0;
        let mut before = leg.before;
        while let Some(leg) = before.and_then(|index| legs.get(index)).filter(|_| depth < legs.len()) {
            depth += 1;
            before = leg.before;
        }
        depth
    }

    /// How much of a leg is behind the message: everything before the one that
    /// is looked at, and as much of those that are crossed at the same time.
    fn part(&self, index: usize, leg: &Leg) -> Option<f32> {
        let (current, part) = self.chart.at?;
        if current == index {
            return Some(part);
        }
        let legs = &self.chart.journey?.legs;
        let at = legs.get(current)?;
        let (own, its) = (self.depth(leg), self.depth(at));
        if leg.again && index > current || own > its {
            return None;
        }
        if own < its || leg.again != at.again {
            return Some(1.0);
        }
        Some(part)
    }

    /// The part of its cable at which a frame is drawn.
    fn shown(leg: &Leg, part: f32) -> f32 {
        match leg.crossing {
            Crossing::Arrived => part,
            Crossing::Lost(_) | Crossing::Missing => part * BEFORE_LOST,
        }
    }

    fn is_current(&self, index: usize) -> bool {
        self.chart.at.is_some_and(|(current, _)| current == index)
    }

    /// What was crossed of a cable; makes it something to point at.
    fn leg(&self, index: usize, leg: &Leg) -> Option<Asked> {
        let journey = self.chart.journey?;
        let path = self.path(leg);
        let ink = names::colour(self.theme, &journey.message);
        let is_copy = leg.purpose != Purpose::Way;
        let part = self.part(index, leg);
        let stroke = Stroke::new(if is_copy { 1.5 } else { 2.5 }, if is_copy { self.dim(ink) } else { ink });
        let behind = part.map_or_else(Vec::new, |part| piece(&path, Self::shown(leg, part)));
        if behind.len() > 1 {
            if leg.is_captured() {
                self.painter.line(behind, stroke);
            } else {
                // Nobody saw it there.
                self.painter.line(behind.clone(), Stroke::new(stroke.width, self.theme.background));
                self.painter.extend(Shape::dashed_line(&behind, stroke, 6.0, 4.0));
            }
        }
        if part.is_some() && leg.crossing != Crossing::Arrived {
            self.cross(&path, leg);
        }
        let spoken = names::leg(self.chart.words, self.chart.trace, journey, leg);
        let (from, to) = (path.first()?, path.last()?);
        let hit = Rect::from_two_pos(*from, *to).expand2(vec2(0.0, 9.0)).expand(2.0);
        let response = self.ui.interact(hit, self.ui.scope_id().with(("leg", index)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, self.is_current(index), &spoken));
        self.ring(&response, hit);
        if self.is_current(index) && self.chart.reveal {
            // Across: the page itself stays where the reader has it.
            let whole = hit.expand2(vec2(BOX.x, 0.0));
            let clip = self.ui.clip_rect();
            if whole.left() < clip.left() || whole.right() > clip.right() {
                let y = clip.center().y;
                let flat = Rect::from_min_max(pos2(whole.left(), y), pos2(whole.right(), y));
                self.ui.scroll_to_rect(flat, None);
            }
        }
        let clicked = response.clicked();
        response.on_hover_text(spoken);
        clicked.then_some(Asked::Leg(index))
    }

    fn dim(&self, ink: Color32) -> Color32 {
        // Half of it: still 3:1 beside the background, and never written in.
        ink.lerp_to_gamma(self.theme.background, 0.35)
    }

    fn ring(&self, response: &Response, rect: Rect) {
        if response.hovered() || response.has_focus() {
            let stroke = Stroke::new(1.0, self.theme.accent);
            self.painter.rect_stroke(rect.expand(1.0), CornerRadius::same(5), stroke, StrokeKind::Outside);
        }
    }

    /// ✕ where a frame got lost.
    fn cross(&self, path: &[Pos2], leg: &Leg) {
        let Some(at) = point(path, LOST_AT) else { return };
        for across in [-5.5, 5.5] {
            let line = [at + vec2(-5.5, -across), at + vec2(5.5, across)];
            self.painter.line_segment(line, Stroke::new(2.6, self.theme.lost));
        }
        let word = match leg.crossing {
            Crossing::Missing => "net-missing",
            Crossing::Lost(_) | Crossing::Arrived => "lanes-lost",
        };
        let text = self.chart.words.word(word);
        let galley = self.painter.layout_no_wrap(text, fonts::strong(fonts::NOTE), self.theme.lost);
        let rect = Align2::CENTER_TOP.anchor_size(at + vec2(0.0, 10.0), galley.size());
        self.painter.rect_filled(rect, 2.0, self.theme.background);
        self.painter.galley(rect.min, galley, self.theme.lost);
    }

    /// What moves: the message on its cable, and its copies on theirs.
    fn marker(&self, index: usize, leg: &Leg) {
        let Some(journey) = self.chart.journey else { return };
        let is_copy = leg.purpose != Purpose::Way;
        let is_current = self.is_current(index);
        let Some(part) = self.part(index, leg).filter(|part| is_current || is_copy && *part < 1.0) else { return };
        let path = self.path(leg);
        let shown = Self::shown(leg, part);
        let Some(at) = point(&path, shown) else { return };
        let ahead = point(&path, (shown + 0.02).min(1.0)).unwrap_or(at);
        let behind = point(&path, (shown - 0.02).max(0.0)).unwrap_or(at);
        let along = (ahead - behind).normalized();
        let ink = names::colour(self.theme, &journey.message);
        let text = self.chart.words.journey_short(&journey.message);
        let filled = is_current;
        let letters = if filled { self.theme.on_accent } else { ink };
        let font = if filled { fonts::strong(fonts::LABEL) } else { fonts::words(fonts::NOTE) };
        let galley = self.painter.layout_no_wrap(text, font, letters);
        let pill = Rect::from_center_size(at, galley.size() + if filled { vec2(12.0, 5.0) } else { vec2(8.0, 2.0) });
        let tip = leaves(pill, at + along * 200.0);
        let across = vec2(-along.y, along.x);
        let half = if filled { 6.0 } else { 4.0 };
        let head = vec![tip + along * (half + 1.0), tip + across * half - along, tip - across * half - along];
        if filled {
            self.painter.rect_filled(pill.expand(2.0), CornerRadius::same(6), self.theme.background);
            self.painter.add(Shape::convex_polygon(head, ink, Stroke::NONE));
            self.painter.rect_filled(pill, CornerRadius::same(5), ink);
        } else {
            self.painter.add(Shape::convex_polygon(head, self.dim(ink), Stroke::NONE));
            let edge = Stroke::new(1.0, self.dim(ink));
            self.painter.rect(pill, CornerRadius::same(4), self.theme.background, edge, StrokeKind::Inside);
        }
        let rect = Align2::CENTER_CENTER.anchor_size(pill.center(), galley.size());
        self.painter.galley(rect.min, galley, letters);
    }
}

/// Where a line from the middle of a box to a point outside leaves it.
fn leaves(body: Rect, to: Pos2) -> Pos2 {
    let from = body.center();
    let way = to - from;
    let part = |way: f32, half: f32| if way.abs() < 1e-3 { f32::INFINITY } else { half / way.abs() };
    let part = part(way.x, body.width() / 2.0).min(part(way.y, body.height() / 2.0)).min(1.0);
    from + way * part
}

fn spots(path: &[Pos2]) -> Vec<Spot> {
    path.iter().map(|at| Spot { x: at.x, y: at.y }).collect()
}

/// The place a part of the way along some lines.
fn point(path: &[Pos2], part: f32) -> Option<Pos2> {
    along(&spots(path), part).map(|spot| pos2(spot.x, spot.y))
}

fn middle(path: &[Pos2]) -> Option<Pos2> {
    point(path, 0.5)
}

/// The first part of some lines.
fn piece(path: &[Pos2], part: f32) -> Vec<Pos2> {
    let length = |[from, to]: &[Pos2; 2]| from.distance(*to);
    let mut left = path.array_windows().map(length).sum::<f32>() * part.clamp(0.0, 1.0);
    let mut found: Vec<Pos2> = path.first().copied().into_iter().collect();
    for pair @ [from, to] in path.array_windows() {
        let own = length(pair);
        if left <= 0.0 || own <= 0.0 {
            break;
        }
        found.push(*from + (*to - *from) * (left / own).min(1.0));
        left -= own;
    }
    found
}
