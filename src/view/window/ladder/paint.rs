//! Paints what is seen, and takes what is pointed at.

use super::super::document::Selection;
use super::super::egui::epaint::{Mesh, QuadraticBezierShape, TextShape};
use super::super::egui::text::{LayoutJob, TextWrapping};
use super::super::egui::{
    Color32, CornerRadius, Id, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo,
    accesskit::Role, pos2, vec2,
};
use super::super::fonts;
use super::super::what_if::{self, Fault};
use super::labels::Texts;
use super::scene::{ArrowSeen, CELL, CallSeen, Scene, StateSeen, What, Written, state_of};
use super::sight::{PHASE, Sight, outward};
use crate::conversation::End;
use crate::timeline::PhaseKind;
use crate::timeline::density::Crowd;
use crate::timeline::layout::{Layout, Unit};
use crate::timeline::present::Stage;
use crate::trace::FrameNumber;
use crate::words::span;

/// What has not happened yet is painted as faintly as this.
const GHOST: f32 = 0.28;
/// Where on its way a lost segment's cross stands.
const LOST: f32 = 0.62;

/// What the reader did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Done {
    /// Clicked something.
    pub(super) selected: Option<Selection>,
    /// Went to something by key: from where to where it stands.
    pub(super) focused: Option<(f64, f64)>,
    /// Wants to see this stretch in full.
    pub(super) opened: Option<(f64, f64)>,
    /// Wants something done to an arrow's frame in another run.
    pub(super) fault: Option<(FrameNumber, Fault)>,
}

pub(super) struct Canvas<'a, 'u> {
    pub(super) ui: &'u Ui,
    pub(super) painter: Painter,
    pub(super) texts: &'a Texts<'a>,
    pub(super) layout: &'a Layout,
    pub(super) sight: &'a Sight,
    pub(super) scene: &'a Scene,
    pub(super) done: Done,
}

impl Canvas<'_, '_> {
    /// Paints everything, from the back to the front.
    pub(super) fn paint(&mut self) {
        self.lifelines();
        self.phases();
        self.quiets();
        self.cables();
        self.states();
        self.samples();
        self.calls();
        self.exits();
        self.crowds();
        self.ties();
        self.arrows();
        self.labels();
        self.present();
    }

    /// Makes a painted thing something that can be pointed at, clicked, and
    /// heard by who does not see it. The label is made only for who asks.
    fn interact(&self, rect: Rect, id: Id, selected: bool, label: impl Fn() -> String) -> Response {
        let response = self.ui.interact(rect, id, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, label()));
        response
    }

    fn id(&self, salt: impl std::hash::Hash + std::fmt::Debug) -> Id {
        self.ui.scope_id().with(salt)
    }

    fn faded(colour: Color32, future: bool) -> Color32 {
        if future { colour.gamma_multiply(GHOST) } else { colour }
    }

    fn lifelines(&self) {
        for end in End::BOTH {
            let bottom = self.sight.y(f64::INFINITY).min(self.sight.rect.bottom());
            let range = self.sight.rect.top()..=bottom;
            self.painter.vline(self.sight.x(end), range, Stroke::new(1.5, self.texts.theme.faint));
        }
    }

    fn phases(&self) {
        let seen = self.sight.rect;
        // Where the name before ends: a name may be a little longer than its
        // bracket, but never reaches into the next one's.
        let mut free = f32::NEG_INFINITY;
        for (phase, (from, to)) in self.texts.picture.timeline.phases.iter().zip(&self.layout.phases) {
            let (top, bottom) = (self.sight.y(*from) - 4.0, self.sight.y(*to) - 7.0);
            if !self.sight.shows(top, bottom) || bottom <= top {
                continue;
            }
            let theme = self.texts.theme;
            let colour = match phase.kind {
                PhaseKind::Before => theme.faint,
                PhaseKind::Opening(_) => theme.syn,
                PhaseKind::Data | PhaseKind::Datagrams => theme.data,
                PhaseKind::Closing(_) => theme.fin,
            };
            let future = self.scene.present.is_some_and(|present| top + 4.0 > present);
            let colour = Self::faded(colour, future);
            let x = seen.left() + PHASE - 3.0;
            let (top, bottom) = (top.max(seen.top() - 60.0), bottom.min(seen.bottom() + 60.0));
            self.painter.line_segment([pos2(x, top), pos2(x, bottom)], Stroke::new(3.0, colour));
            let words = self.texts.look.words;
            let short = if bottom - top < 30.0 { String::new() } else { words.phase_short(phase.kind) };
            let mut job = LayoutJob::simple_singleline(short, fonts::words(fonts::NOTE), colour);
            job.wrap = TextWrapping {
                max_width: (bottom - top + 10.0).max(0.0),
                max_rows: 1,
                break_anywhere: true,
                ..TextWrapping::default()
            };
            let galley = self.painter.layout_job(job);
            // In the middle of the part that can be seen.
            let middle = f32::midpoint(top.max(seen.top()), bottom.min(seen.bottom()));
            let half = galley.size().x / 2.0;
            let middle = middle.clamp(top + half, (bottom - half).max(top + half)).max(free + half);
            if middle + half <= bottom + 10.0 && half > 0.0 {
                free = middle + half + 4.0;
                let at = pos2(x - 5.0 - galley.size().y, middle + half);
                self.painter.add(TextShape::new(at, galley, colour).with_angle(-std::f32::consts::FRAC_PI_2));
            }
            let response = self.ui.interact(
                Rect::from_min_max(pos2(seen.left(), top), pos2(x + 3.0, bottom)),
                self.id(("phase", phase.arrows.start, phase.arrows.end)),
                Sense::hover(),
            );
            let name = || words.phase(phase.kind);
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name()));
            response.on_hover_ui(|ui| {
                ui.label(name());
            });
        }
    }

    /// A stretch that is not drawn to its length: between dotted lines.
    fn band(&self, from: f32, to: f32, colour: Color32) {
        let rect = self.sight.between(from, to).expand2(vec2(26.0, 0.0)).intersect(self.sight.rect.expand(60.0));
        if from >= self.sight.rect.top() - 60.0 && to <= self.sight.rect.bottom() + 60.0 {
            self.painter.rect_filled(rect, 0.0, self.texts.theme.background);
        }
        for y in [from, to] {
            let line = [pos2(rect.left(), y), pos2(rect.right(), y)];
            self.painter.extend(Shape::dashed_line(&line, Stroke::new(1.0, colour), 2.0, 5.0));
        }
    }

    fn quiets(&self) {
        let inset = |from: f32, to: f32| ((to - from) / 6.0).min(4.0);
        // In true time nothing is folded.
        let folds = self.scene.quiets.iter().filter(|_| self.layout.scale.unit() == Unit::Row);
        for (_, from, to) in folds {
            let inset = inset(*from, *to);
            self.band(from + inset, to - inset, self.texts.theme.faint);
        }
        if let Some((from, to)) = self.scene.time_wait {
            self.band(from, to, self.texts.theme.waiting);
        }
    }

    fn cables(&self) {
        for (index, y) in &self.scene.cables {
            let timeline = self.texts.picture.timeline;
            let Some(cable) = timeline.cables.get(*index) else { continue };
            let colour = if cable.out { self.texts.theme.lost } else { self.texts.theme.soft };
            let rect = self.sight.between(y - 7.0, y + 7.0);
            let line = [pos2(rect.left(), *y), pos2(rect.right(), *y)];
            self.painter.extend(Shape::dashed_line(&line, Stroke::new(1.5, colour), 8.0, 4.0));
            let response = self.ui.interact(rect, self.id(("cable", *index)), Sense::hover());
            let words = self.texts.look.words;
            let at = || span(timeline.since_start(cable.at));
            let label = || format!("{}, {}", at(), words.cable(self.texts.picture.trace, cable));
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, label()));
            response.on_hover_ui(|ui| {
                ui.label(label());
            });
        }
    }

    fn states(&self) {
        for seen in &self.scene.states {
            let Some(state) = state_of(self.texts, seen) else { continue };
            let colour = Self::faded(self.texts.theme.state(state.state), seen.future);
            let bar = Sight::bar(self.sight.states_x(seen.end), 5.0, seen.top, seen.bottom);
            let bar = bar.intersect(self.sight.rect.expand(60.0));
            self.painter.rect_filled(bar, CornerRadius::same(3), colour);
            self.state_info(seen, bar);
        }
    }

    fn state_info(&self, seen: &StateSeen, bar: Rect) {
        let Some(state) = state_of(self.texts, seen) else { return };
        let words = self.texts.look.words;
        let label = || format!("{} {}", words.end(seen.end), state.state);
        let response = self.ui.interact(bar.expand(3.0), self.id(("state", seen.end, seen.index)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, label()));
        response.on_hover_ui(|ui| {
            let changes = self.texts.picture.conversation.states(seen.end);
            let change = changes.iter().find(|change| Some(change.at) == state.since && change.to == state.state);
            ui.label(change.map_or_else(label, |change| words.moved(seen.end, change)));
        });
    }

    fn samples(&self) {
        for (end, y, differs) in &self.scene.samples {
            let at = pos2(self.sight.states_x(*end), *y);
            if *differs {
                self.cross(at, 4.0, self.texts.theme.rst);
            } else {
                self.painter.circle_filled(at, 2.2, self.texts.theme.background);
            }
        }
    }

    fn cross(&self, at: Pos2, half: f32, colour: Color32) {
        for across in [-half, half] {
            let line = [pos2(at.x - half, at.y - across), pos2(at.x + half, at.y + across)];
            self.painter.line_segment(line, Stroke::new(2.0, colour));
        }
    }

    fn calls(&mut self) {
        for seen in &self.scene.calls {
            let theme = self.texts.theme;
            let calls = self.texts.picture.timeline.calls.of(seen.end);
            let Some(call) = calls.get(seen.index) else { continue };
            let selected = self.texts.look.selection == Selection::Call(call.call);
            let edge = Self::faded(if selected { theme.accent } else { theme.faint }, seen.future);
            let bar = Sight::bar(self.sight.calls_x(seen.end), 3.0, seen.top, seen.bottom);
            let bar = bar.intersect(self.sight.rect.expand(60.0));
            let fill = Self::faded(theme.call, seen.future);
            self.painter.rect(bar, CornerRadius::same(2), fill, Stroke::new(1.0, edge), StrokeKind::Inside);
            let hit = seen.hit.intersect(self.sight.rect.expand(60.0));
            let id = self.id(("call", seen.end, seen.index));
            let response = self.interact(hit, id, selected, || self.call_words(seen));
            if response.clicked() {
                self.done.selected = Some(Selection::Call(call.call));
            }
            if response.gained_focus() {
                let height = self.layout.calls.of(seen.end).get(seen.index).map(|call| (call.enter, call.enter));
                self.done.focused = height;
            }
            response.on_hover_ui(|ui| {
                ui.label(self.call_words(seen));
            });
        }
    }

    fn call_words(&self, seen: &CallSeen) -> String {
        let words = self.texts.look.words;
        let calls = self.texts.picture.timeline.calls.of(seen.end);
        match calls.get(seen.index).filter(|_| seen.count == 1) {
            Some(call) => self.texts.spoken_call(seen.end, call),
            None => words.say("timeline-calls", &[("who", &words.end(seen.end)), ("count", &seen.count)]),
        }
    }

    fn exits(&self) {
        for (index, y) in &self.scene.exits {
            let Some(exit) = self.texts.picture.timeline.exits.get(*index) else { continue };
            let at = pos2(self.sight.calls_x(exit.end), *y);
            self.painter.circle_filled(at, 3.5, self.texts.theme.soft);
            let response = self.ui.interact(
                Rect::from_center_size(at, vec2(12.0, 12.0)),
                self.id(("exit", index)),
                Sense::hover(),
            );
            let words = self.texts.look.words;
            let label = || format!("{} {}", words.end(exit.end), words.exit(exit.status));
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, label()));
            response.on_hover_ui(|ui| {
                ui.label(label());
            });
        }
    }

    /// Arrows that cannot be told apart: a line as long as there are many, from
    /// who sent them.
    fn crowds(&mut self) {
        let most = |end: End| move |crowd: &Crowd| *crowd.count.of(end);
        let rows = &self.scene.rows;
        let most = End::BOTH.into_iter().flat_map(|end| rows.iter().map(move |row| most(end)(&row.crowd))).max();
        let most = most.unwrap_or(1).max(1);
        let (left, right) = self.sight.middle();
        let room = (right - left) * 0.36;
        let mut mesh = Mesh::default();
        for row in rows {
            for end in End::BOTH {
                let (Some(kind), count) = (*row.crowd.strongest.of(end), *row.crowd.count.of(end)) else { continue };
                #[expect(clippy::cast_precision_loss, reason = "a length on the screen")]
                let length = (count as f32 / most as f32).sqrt() * room;
                let near = self.sight.x(end) - outward(end) * 2.0;
                let far = near - outward(end) * length.max(6.0);
                let rect = Rect::from_two_pos(pos2(near, row.y), pos2(far, row.y + CELL - 0.5));
                mesh.add_colored_rect(rect, Self::faded(self.texts.theme.arrow(kind), row.future));
            }
        }
        self.painter.add(Shape::mesh(mesh));
        for cluster in &self.scene.clusters {
            let rect = self.sight.between(cluster.top - 2.0, cluster.bottom + 2.0);
            let id = self.id(("crowd", cluster.places.start));
            let response = self.interact(rect, id, false, || self.texts.crowd_words(&cluster.crowd));
            let place = |place: usize| self.layout.index.arrows.get(place);
            let ends = place(cluster.places.start).zip(cluster.places.end.checked_sub(1).and_then(place));
            let stretch = ends.map(|(first, last)| (first.from, last.from));
            if response.hovered() || response.has_focus() {
                let edge = Stroke::new(1.0, self.texts.theme.faint);
                self.painter.rect_stroke(rect, CornerRadius::same(4), edge, StrokeKind::Inside);
            }
            if response.clicked() {
                self.done.opened = stretch;
            }
            if response.gained_focus() {
                self.done.focused = stretch;
            }
            response.on_hover_ui(|ui| {
                let words = self.texts.look.words;
                ui.label(format!("{}\n{}", self.texts.crowd_words(&cluster.crowd), words.word("timeline-open-crowd")));
            });
        }
    }

    /// What was sent again, and the original: an arc beside the lifeline.
    fn ties(&self) {
        for (end, from, to) in &self.scene.ties {
            let x = self.sight.x(*end);
            let bulge = -outward(*end) * ((to - from) * 0.12).clamp(6.0, 16.0);
            let stroke = Stroke::new(1.2, self.texts.theme.lost);
            let half = ((to - from) / 2.0).min(20.0);
            let bend = |one: Pos2, corner: Pos2, other: Pos2| {
                QuadraticBezierShape::from_points_stroke([one, corner, other], false, Color32::TRANSPARENT, stroke)
            };
            let (upper, lower) = (pos2(x + bulge, from + half), pos2(x + bulge, to - half));
            self.painter.add(bend(pos2(x, *from), pos2(x + bulge, *from), upper));
            self.painter.line_segment([upper, lower], stroke);
            self.painter.add(bend(lower, pos2(x + bulge, *to), pos2(x, *to)));
            self.painter.circle_filled(pos2(x, *from), 2.2, self.texts.theme.lost);
        }
    }

    /// What arrives once more: a second, thinner line and a second head.
    fn copies(&self) {
        for seen in &self.scene.copies {
            let Some(arrow) = self.texts.picture.timeline.arrows.get(seen.index) else { continue };
            let colour = Self::faded(self.texts.theme.arrow(arrow.kind), seen.future);
            let (start, tip) = self.ends(arrow.from, seen.from, seen.to);
            self.painter.line_segment([start, tip], Stroke::new(1.2, colour));
            self.head(start, tip, colour);
        }
    }

    /// Where an arrow from `end` begins and ends.
    fn ends(&self, end: End, from: f32, to: f32) -> (Pos2, Pos2) {
        let (left, right) = (self.sight.x(End::Client), self.sight.x(End::Server));
        match end {
            End::Client => (pos2(left + 2.0, from), pos2(right - 2.0, to)),
            End::Server => (pos2(right - 2.0, from), pos2(left + 2.0, to)),
        }
    }

    fn head(&self, start: Pos2, tip: Pos2, colour: Color32) {
        let along = (tip - start).normalized();
        let across = vec2(-along.y, along.x);
        let head = vec![tip, tip - along * 10.0 + across * 4.2, tip - along * 10.0 - across * 4.2];
        self.painter.add(Shape::convex_polygon(head, colour, Stroke::NONE));
    }

    fn arrows(&mut self) {
        self.copies();
        for index in 0..self.scene.arrows.len() {
            if let Some(seen) = self.scene.arrows.get(index) {
                self.arrow(seen);
            }
        }
    }

    fn arrow(&mut self, seen: &ArrowSeen) {
        let Some(arrow) = self.texts.picture.timeline.arrows.get(seen.index) else { return };
        let theme = self.texts.theme;
        let selected = self.texts.is_selected(arrow);
        let future = seen.stage == Stage::Future;
        let colour = Self::faded(theme.arrow(arrow.kind), future);
        let (start, end) = self.ends(arrow.from, seen.from, seen.to);
        let hit =
            self.sight.between(seen.hit.0, seen.hit.1).shrink2(vec2(8.0, 0.0)).intersect(self.sight.rect.expand(60.0));
        let response = self.interact(hit, self.id(("segment", arrow.frame.0)), selected, || self.texts.spoken(arrow));
        self.mark(seen.index, hit);
        if selected || response.hovered() || response.has_focus() {
            let (fill, edge) = if selected { (theme.selection, theme.accent) } else { (theme.raised, theme.line) };
            self.painter.rect(hit, CornerRadius::same(6), fill, Stroke::new(1.0, edge), StrokeKind::Inside);
        }
        let part = match seen.stage {
            Stage::Present(part) => part,
            Stage::Past | Stage::Future => 1.0,
        };
        let reach = if arrow.lost { LOST } else { 1.0 };
        let tip = start + (end - start) * part.min(reach);
        let stroke = Stroke::new(if selected { 2.6 } else { 1.9 }, colour);
        if arrow.lost {
            self.painter.extend(Shape::dashed_line(&[start, tip], stroke, 7.0, 5.0));
        } else {
            self.painter.line_segment([start, tip], stroke);
        }
        if arrow.lost && part >= reach {
            self.cross(tip, 5.0, Self::faded(theme.lost, future));
        } else if tip != start {
            self.head(start, tip, colour);
        }
        self.mark_words(seen.index, arrow.from, hit);
        if response.clicked() {
            self.done.selected = Some(Selection::Segment(arrow.frame));
        }
        let look = self.texts.look;
        if let Some(fault) = what_if::of(&response, selected, look.offer, look.words) {
            self.done.fault = Some((arrow.frame, fault));
        }
        if response.gained_focus() {
            self.done.focused = self.layout.arrows.get(seen.index).copied();
        }
        response.on_hover_ui(|ui| {
            ui.label(self.texts.caption(arrow));
        });
    }

    /// What is different about an arrow from its like in the picture beside
    /// this one: a band behind it, and words below it.
    fn mark(&self, index: usize, hit: Rect) {
        let Some(mark) = self.texts.look.abreast.and_then(|abreast| abreast.marks.get(&index)) else { return };
        let theme = self.texts.theme;
        let colour = if mark.alone { theme.lost } else { theme.accent };
        self.painter.rect_filled(hit, CornerRadius::same(6), colour.gamma_multiply(0.14));
        let edge = Rect::from_min_max(hit.min, pos2(hit.left() + 3.0, hit.bottom()));
        self.painter.rect_filled(edge, CornerRadius::same(2), colour);
    }

    /// The words of [`mark`](Self::mark), on the side that the arrow leaves
    /// free.
    fn mark_words(&self, index: usize, from: End, hit: Rect) {
        let Some(mark) = self.texts.look.abreast.and_then(|abreast| abreast.marks.get(&index)) else { return };
        let theme = self.texts.theme;
        let colour = if mark.alone { theme.lost } else { theme.accent };
        let sign = if mark.alone { "+" } else { "≠" };
        let mut job = LayoutJob::simple_singleline(format!("{sign} {}", mark.text), fonts::words(fonts::NOTE), colour);
        job.wrap = TextWrapping {
            max_width: (hit.width() - 12.0).max(0.0),
            max_rows: 1,
            break_anywhere: true,
            ..TextWrapping::default()
        };
        let galley = self.painter.layout_job(job);
        let left = match from {
            End::Client => hit.left() + 8.0,
            End::Server => hit.right() - 6.0 - galley.size().x,
        };
        let rect = Rect::from_min_size(pos2(left, hit.bottom() - galley.size().y), galley.size());
        let halo = theme.background.gamma_multiply(0.86);
        self.painter.rect_filled(rect.expand2(vec2(3.0, 0.0)), CornerRadius::same(3), halo);
        self.painter.galley(rect.min, galley, colour);
    }

    /// Everything that is written: on a halo where lines pass behind it.
    fn labels(&self) {
        for label in &self.scene.labels {
            let halo = match label.what {
                What::Arrow(index) => {
                    let arrow = self.texts.picture.timeline.arrows.get(index);
                    let selected = arrow.is_some_and(|arrow| self.texts.is_selected(arrow));
                    Some(if selected { self.texts.theme.selection } else { self.texts.theme.background })
                }
                What::Cluster(_) | What::Quiet(..) | What::Cable(_) => Some(self.texts.theme.background),
                What::TimeWait
                | What::Present
                | What::Time(_)
                | What::Tick(_)
                | What::Step(_)
                | What::State(..)
                | What::Call(..)
                | What::Outcome(_)
                | What::Many(_)
                | What::Exit(_) => None,
            };
            self.write(label, halo);
        }
        for (label, count) in &self.scene.hidden {
            self.write(label, Some(self.texts.theme.background));
            let id = self.id(("hidden", label.rect.left().to_bits(), label.rect.top().to_bits()));
            let response = self.ui.interact(label.rect, id, Sense::hover());
            let words = || self.texts.look.words.say("timeline-hidden", &[("count", count)]);
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words()));
            response.on_hover_ui(|ui| {
                ui.label(words());
            });
        }
    }

    fn write(&self, label: &Written, halo: Option<Color32>) {
        if let Some(halo) = halo {
            self.painter.rect_filled(label.rect.expand2(vec2(3.0, -2.0)), 2.0, halo);
        }
        let at = label.rect.min - label.galley.rect.min.to_vec2();
        self.painter.galley(at, label.galley.clone(), self.texts.theme.text);
    }

    /// A thin line across the picture, where the present is.
    fn present(&self) {
        let Some(y) = self.scene.present.filter(|y| self.sight.shows(*y, *y)) else { return };
        let rect = self.sight.rect;
        let accent = self.texts.theme.accent;
        // Beside its time, where that is written.
        let time = self.scene.labels.iter().find(|label| label.what == What::Present);
        let left = time.map_or(rect.left() + PHASE, |label| label.rect.right() + 4.0);
        let line = [pos2(left, y), pos2(rect.left() + self.sight.columns.width, y)];
        self.painter.line_segment(line, Stroke::new(1.0, accent.gamma_multiply(0.6)));
        let here = Rect::from_min_max(pos2(rect.left(), y - 1.0), pos2(rect.left() + PHASE, y + 1.0));
        let response = self.ui.interact(here, self.id("now"), Sense::hover());
        let words = self.texts.look.words;
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words.word("timeline-now")));
    }
}
