//! Nodes: a box with a sign, a name and an address; and beside it what is said
//! of a bystander.

use std::sync::Arc;

use super::super::super::egui::text::{LayoutJob, TextWrapping};
use super::super::super::egui::{
    Align, Align2, Color32, CornerRadius, FontId, Galley, Painter, Pos2, Rect, Sense, Stroke, StrokeKind, WidgetInfo,
    accesskit::Role, pos2, vec2,
};
use super::super::super::fonts;
use super::super::names;
use super::{Asked, Drawn, NOTE_LINES};
use crate::conversation::journey::{Bystander, Point};
use crate::model::{Node, NodeId, NodeKind};
use crate::words::journey;

impl Drawn<'_, '_> {
    pub(super) fn node(&self, id: NodeId, node: &Node) -> Option<Asked> {
        let body = self.body(id)?;
        let theme = self.theme;
        let is_chosen = self.chart.node == Some(id);
        let bystander = self.chart.journey.and_then(|journey| journey.bystanders.iter().find(|one| one.node == id));
        let is_here = self.is_at(id);
        let (fill, edge) = match (is_chosen, is_here) {
            (true, _) => (theme.selection, Stroke::new(2.0, theme.accent)),
            (false, true) => (theme.raised, Stroke::new(1.5, theme.soft)),
            (false, false) => (theme.panel, Stroke::new(1.0, theme.line)),
        };
        self.painter.rect(body, CornerRadius::same(8), fill, edge, StrokeKind::Inside);
        let ink = if bystander.is_some_and(|one| !one.sight.sees()) { theme.faint } else { theme.text };
        let width = body.width() - 8.0;
        let sign = 18.0;
        let name = journey::node(Some(self.chart.topology), id);
        let name = elided(&self.painter, &name, fonts::strong(fonts::BODY), ink, width - sign - 5.0);
        let whole = name.size().x + sign + 5.0;
        let top = body.center() - vec2(whole / 2.0, 9.0);
        self.sign(&node.kind, pos2(top.x + sign / 2.0, top.y), ink);
        let at = pos2(top.x + sign + 5.0, top.y - name.size().y / 2.0);
        self.painter.galley(at, name, ink);
        let below = names::below(self.chart.words, &node.kind);
        let below = elided(&self.painter, &below, fonts::numbers(fonts::NOTE), theme.soft, width);
        let rect = Align2::CENTER_CENTER.anchor_size(body.center() + vec2(0.0, 11.0), below.size());
        self.painter.galley(rect.min, below, theme.soft);
        let response = self.ui.interact(body, self.ui.scope_id().with(("node", id.0)), Sense::click());
        let spoken = names::node(self.chart.words, self.chart.topology, id, bystander, self.chart.journey);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, &spoken));
        self.ring(&response, body);
        let clicked = response.clicked();
        response.on_hover_text(spoken);
        clicked.then_some(Asked::Node(id))
    }

    /// Whether the message is on its way from this node, or to it.
    fn is_at(&self, id: NodeId) -> bool {
        let leg = self.chart.at.and_then(|(leg, _)| self.chart.journey?.legs.get(leg));
        leg.is_some_and(|leg| leg.from == Point::Node(id) || leg.to == Point::Node(id))
    }

    /// What a node is, as a drawing: a screen, a box that sorts, a star, a
    /// cross of ways.
    fn sign(&self, kind: &NodeKind, at: Pos2, ink: Color32) {
        let stroke = Stroke::new(1.4, ink);
        let line = |from: (f32, f32), to: (f32, f32)| {
            self.painter.line_segment([at + vec2(from.0, from.1), at + vec2(to.0, to.1)], stroke);
        };
        let arrow = |from: (f32, f32), to: (f32, f32)| {
            line(from, to);
            let along = vec2(to.0 - from.0, to.1 - from.1).normalized() * 3.0;
            let across = vec2(-along.y, along.x);
            let tip = at + vec2(to.0, to.1);
            self.painter.line_segment([tip, tip - along + across], stroke);
            self.painter.line_segment([tip, tip - along - across], stroke);
        };
        match kind {
            NodeKind::Host(host) if host.forwards => {
                self.painter.circle_stroke(at, 7.0, stroke);
                arrow((-4.5, 0.0), (-1.0, 0.0));
                arrow((1.0, 0.0), (4.5, 0.0));
                line((0.0, -4.0), (0.0, -1.5));
                line((0.0, 4.0), (0.0, 1.5));
            }
            NodeKind::Host(_) => {
                let screen = Rect::from_center_size(at - vec2(0.0, 1.5), vec2(15.0, 10.0));
                self.painter.rect_stroke(screen, CornerRadius::same(2), stroke, StrokeKind::Inside);
                line((0.0, 3.5), (0.0, 6.0));
                line((-4.0, 6.0), (4.0, 6.0));
            }
            NodeKind::Switch => {
                let around = Rect::from_center_size(at, vec2(17.0, 13.0));
                self.painter.rect_stroke(around, CornerRadius::same(3), stroke, StrokeKind::Inside);
                arrow((-5.0, -2.2), (5.0, -2.2));
                arrow((5.0, 2.4), (-5.0, 2.4));
            }
            NodeKind::Hub => {
                for (x, y) in [(0.0, -7.0), (6.0, -3.5), (6.0, 3.5), (0.0, 7.0), (-6.0, 3.5), (-6.0, -3.5)] {
                    line((0.0, 0.0), (x, y));
                }
                self.painter.circle_filled(at, 2.6, ink);
            }
        }
    }

    /// Whether somebody who is not on the way saw the message.
    pub(super) fn note(&self, bystander: &Bystander) {
        let Some((body, journey)) = self.body(bystander.node).zip(self.chart.journey) else { return };
        let ink = if bystander.sight.sees() { self.theme.text } else { self.theme.faint };
        if !self.chart.is_noted(bystander) {
            return;
        }
        let words = self.chart.words;
        let text = if self.chart.is_crowded() {
            names::sight_short(words, bystander)
        } else {
            names::sight(words, self.chart.topology, journey, bystander)
        };
        let room = self.right - self.origin.x;
        let beside = self.chart.beside(bystander.node, self.cell, room);
        let width = beside.unwrap_or(self.cell.x - 10.0);
        let mut job = LayoutJob::simple(text, fonts::words(fonts::NOTE), ink, width);
        job.wrap = TextWrapping { max_width: width, max_rows: NOTE_LINES, ..TextWrapping::default() };
        if beside.is_none() {
            job.halign = Align::Center;
        }
        let galley = self.painter.layout_job(job);
        let at = if beside.is_some() {
            pos2(body.right() + 8.0, body.center().y - galley.size().y / 2.0)
        } else if self.chart.is_above(bystander.node) {
            pos2(body.center().x, body.top() - 3.0 - galley.size().y)
        } else {
            pos2(body.center().x, body.bottom() + 3.0)
        };
        self.painter.galley(at, galley, ink);
    }
}

/// Text in one line, shortened where it has no room.
fn elided(painter: &Painter, text: &str, font: FontId, ink: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, ink);
    job.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    painter.layout_job(job)
}
