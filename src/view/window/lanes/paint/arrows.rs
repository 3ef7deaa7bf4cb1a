//! Arrows, and what they are to who points at them.

use super::super::super::egui::{
    Align2, Color32, CornerRadius, Id, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind, Vec2, WidgetInfo,
    accesskit::Role, pos2, vec2,
};
use super::super::super::fonts;
use super::super::selected;
use super::{Canvas, Path};
use crate::timeline::lanes::{Crossing, CrossingKind, LaneArrow, Stop};
use crate::trace::FrameNumber;

impl Canvas<'_, '_> {
    pub(super) const fn colour(&self, what: &Crossing) -> Color32 {
        match what.kind {
            CrossingKind::Segment(kind) => self.theme.arrow(kind),
            CrossingKind::Datagram => self.theme.data,
            CrossingKind::Error => self.theme.rst,
            CrossingKind::Arp => self.theme.waiting,
            CrossingKind::Other => self.theme.soft,
        }
    }

    /// Makes an arrow something that can be pointed at, and marks the one that
    /// is selected.
    pub(super) fn mark(&mut self, path: &Path) {
        let Some(arrow) = self.arrow_of(path) else { return };
        let (left, right, y) = self.span_of(path);
        let hit = Rect::from_min_max(pos2(left + 8.0, y - 25.0), pos2(right - 8.0, y + 13.0));
        let spoken = self.spoken(&arrow.what);
        let id = self.ui.scope_id().with(("arrow", arrow.what.frame.0));
        let response = self.interact(hit, id, path.selected, &spoken);
        if response.clicked() {
            self.clicked = Some(arrow.what.frame);
        }
        let pointed = response.hovered() || response.has_focus();
        if path.selected && self.look.reveal {
            // Across: up and down it has been brought into view already.
            let y = y.clamp(self.body.top(), self.body.bottom());
            let xs = path.points.iter().map(|point| point.x);
            let (left, right) = xs.fold((f32::MAX, f32::MIN), |(left, right), x| (left.min(x), right.max(x)));
            self.ui.scroll_to_rect(Rect::from_min_max(pos2(left - 30.0, y), pos2(right + 30.0, y)), None);
        }
        if path.selected || pointed {
            let (fill, edge) = if path.selected {
                (self.theme.selection, self.theme.accent)
            } else {
                (self.theme.raised, self.theme.line)
            };
            if self.lanes.by_hop {
                for [from, to] in path.points.array_windows() {
                    self.painter.line_segment([*from, *to], Stroke::new(16.0, fill));
                }
            }
            self.painter.rect(hit, CornerRadius::same(6), fill, Stroke::new(1.0, edge), StrokeKind::Inside);
        }
        response.on_hover_ui(|ui| {
            ui.label(self.caption(&arrow.what, &spoken));
        });
    }

    pub(super) fn interact(&self, rect: Rect, id: Id, selected: bool, label: &str) -> Response {
        let response = self.ui.interact(rect.intersect(self.body), id, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, label));
        response
    }

    pub(super) fn arrow(&mut self, path: &Path) {
        let Some(arrow) = self.arrow_of(path) else { return };
        let colour = self.colour(&arrow.what);
        let stroke = Stroke::new(if path.selected { 2.6 } else { 1.9 }, colour);
        if path.to_all {
            return self.bar(path, stroke);
        }
        if let Some((made, first)) = path.made.zip(path.points.first()) {
            self.painter.line_segment([made, *first], stroke);
            self.painter.circle_stroke(made, 3.4, stroke);
        }
        let pieces = path.points.len().saturating_sub(1);
        for (number, [from, to]) in path.points.array_windows().enumerate() {
            let inset = vec2((to.x - from.x).signum() * 2.0, 0.0);
            let (from, to) = (*from + inset, *to - inset);
            let is_last = number + 1 == pieces;
            let unseen = number == 0 && path.unseen.0 || is_last && path.unseen.1;
            if unseen {
                self.painter.extend(Shape::dashed_line(&[from, to], stroke, 4.0, 4.0));
            } else if let Some(end) = path.lost.filter(|_| !self.lanes.by_hop) {
                self.painter.line_segment([from, end], stroke);
            } else {
                self.painter.line_segment([from, to], stroke);
            }
            if self.lanes.by_hop || is_last && path.lost.is_none() {
                self.tip(to, to - from, if is_last { 10.0 } else { 7.0 }, colour);
            }
        }
        if let Some(at) = path.lost {
            if let Some(from) = path.points.last().filter(|_| self.lanes.by_hop) {
                self.painter.line_segment([*from, at], stroke);
            }
            for across in [-5.0, 5.0] {
                let cross = [at + vec2(-5.0, -across), at + vec2(5.0, across)];
                self.painter.line_segment(cross, Stroke::new(2.4, self.theme.lost));
            }
            let text = self.lost(&arrow.what).unwrap_or_else(|| self.look.words.word("lanes-lost"));
            let galley = self.painter.layout_no_wrap(text, fonts::strong(fonts::NOTE), self.theme.lost);
            let rect = Align2::CENTER_TOP.anchor_size(at + vec2(0.0, 7.0), galley.size());
            self.write(rect, galley, self.theme.background);
        }
        if self.lanes.by_hop {
            self.done_on_purpose(path, arrow);
            self.sighted(path, arrow, colour);
        }
    }

    /// What a wire did on purpose, on the piece of the way where it did it.
    fn done_on_purpose(&mut self, path: &Path, arrow: &LaneArrow) {
        let Some((frame, text)) = self.done(&arrow.what).filter(|_| !arrow.copy) else { return };
        let mut stops = self.lanes.stops_of(arrow).iter();
        let Some(index) = stops.position(|stop| stop.seen.is_some_and(|(seen, _)| seen == frame)) else { return };
        let Some((from, to)) = path.points.get(index).zip(path.points.get(index + 1)) else { return };
        let galley = self.painter.layout_no_wrap(text, fonts::strong(fonts::NOTE), self.theme.fin);
        let near = pos2(f32::midpoint(from.x, to.x), f32::midpoint(from.y, to.y).min(from.y + 24.0) + 8.0);
        let rect = Align2::CENTER_TOP.anchor_size(near, galley.size());
        self.write(rect, galley, self.theme.background);
    }

    /// Where a message was seen: a dot at each place that can be pointed at.
    fn sighted(&mut self, path: &Path, arrow: &LaneArrow, colour: Color32) {
        let lines = self.sightings(&arrow.what);
        for (stop, at) in self.lanes.stops_of(arrow).iter().zip(&path.points) {
            let Some((frame, _)) = stop.seen else { continue };
            let line = lines.iter().find(|(seen, _)| *seen == frame).map(|(_, line)| line.clone());
            let line = line.unwrap_or_else(|| self.seen_once(arrow, stop, frame));
            let is_selected = selected(self.look.selection) == Some(frame);
            let id = self.ui.scope_id().with(("sighting", frame.0));
            let response = self.interact(Rect::from_center_size(*at, Vec2::splat(15.0)), id, is_selected, &line);
            let pointed = response.hovered() || response.has_focus();
            let ring = if is_selected || pointed { self.theme.accent } else { self.theme.background };
            self.painter.circle(*at, if is_selected || pointed { 5.0 } else { 3.6 }, colour, Stroke::new(1.4, ring));
            if response.clicked() {
                self.clicked = Some(frame);
            }
            response.on_hover_text(line);
        }
    }

    /// What is said of the only place that saw a message.
    fn seen_once(&self, arrow: &LaneArrow, stop: &Stop, frame: FrameNumber) -> String {
        let words = self.look.words;
        let lane = self.lanes.lanes.get(stop.lane);
        let place = lane.map(|lane| words.lane(self.document.trace(), lane).0).unwrap_or_default();
        let number = words.say("ui-frame", &[("number", &frame.0)]);
        let looked = self.looked(&arrow.what, frame).into_iter().next().unwrap_or_default();
        format!("{place}, {number}, {looked}")
    }

    /// What goes to all: a bar with a foot at each lifeline but its sender's.
    fn bar(&self, path: &Path, stroke: Stroke) {
        let Some(start) = path.points.first() else { return };
        let last = self.x(self.lanes.lanes.len().saturating_sub(1));
        let (left, right) = (self.x(0).min(start.x), last.max(start.x));
        let (left, right) = if right - left < 1.0 { (left - 60.0, right + 60.0) } else { (left, right) };
        self.painter.hline(left..=right, start.y, stroke);
        self.painter.circle_filled(*start, 4.0, stroke.color);
        for index in 0..self.lanes.lanes.len() {
            let foot = pos2(self.x(index), start.y + 10.0);
            if (foot.x - start.x).abs() > 1.0 {
                self.painter.line_segment([pos2(foot.x, start.y), foot], stroke);
                self.tip(foot, vec2(0.0, 1.0), 8.0, stroke.color);
            }
        }
    }

    fn tip(&self, tip: Pos2, way: Vec2, length: f32, colour: Color32) {
        let along = way.normalized();
        let across = vec2(-along.y, along.x) * length * 0.42;
        let head = vec![tip, tip - along * length + across, tip - along * length - across];
        self.painter.add(Shape::convex_polygon(head, colour, Stroke::NONE));
    }
}
