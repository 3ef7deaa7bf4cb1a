//! Lifelines, arrows and what stands beside them on the screen.
//!
//! Heights are `f64` until they are on the screen. What is painted does not
//! depend on how many arrows there are: those in view are found by binary
//! search, and of those that fall on the same points only some are painted and
//! the others counted.

use std::sync::Arc;

use super::super::document::Document;
use super::super::egui::text::{LayoutJob, TextFormat, TextWrapping};
use super::super::egui::{
    Align2, Color32, CornerRadius, FontId, Galley, Id, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind,
    Ui, Vec2, WidgetInfo, accesskit::Role, pos2, vec2,
};
use super::super::fonts;
use super::super::theme::Theme;
use super::names::Names;
use super::{Look, selected};
use crate::timeline::lanes::heights::Heights;
use crate::timeline::lanes::{Address, Crossing, CrossingKind, Host, Lane, LaneArrow, Lanes};
use crate::trace::FrameNumber;
use crate::view::table::TableLine;
use crate::words::span;

/// Points between two arrows at zoom 1.
pub(super) const ROW: f64 = 46.0;
/// Above the first row.
pub(super) const TOP: f32 = 32.0;
/// The height of what stands above the lifelines.
pub(super) const HEAD: f32 = 40.0;
/// The width of the column with the times.
pub(super) const TIME: f32 = 74.0;
/// Beside the first lifeline and the last.
const SIDE: f32 = 62.0;
/// The least distance of two lifelines: of hosts, of places.
const HOSTS: f32 = 176.0;
const PLACES: f32 = 122.0;
/// An arrow between two hosts goes down by this much at most.
const SLANT: f32 = 18.0;
/// The points of rows below which ports are not written.
const ROOMY: f64 = 36.0;
/// Arrows that are painted at most.
const MOST: usize = 600;
/// Of the arrows that begin within so many points, only a few are painted.
const CROWD: f32 = 2.0;
const OF_A_CROWD: usize = 4;
/// Up to so many arrows in view there may be room for small print.
const NOT_A_CROWD: usize = 100;

/// The distance of lifelines, and the width of all of them, where so much is
/// to be had.
pub(super) fn spacing(lanes: usize, by_hop: bool, available: f32) -> (f32, f32) {
    #[expect(clippy::cast_precision_loss, reason = "a dozen or two")]
    let gaps = lanes.saturating_sub(1).max(1) as f32;
    let least = if by_hop { PLACES } else { HOSTS };
    let distance = ((available - 2.0 * SIDE) / gaps).max(least);
    (distance, (distance * gaps + 2.0 * SIDE).max(available))
}

/// Whether a line runs through a rectangle.
fn crosses(rect: Rect, [from, to]: [Pos2; 2]) -> bool {
    let (left, right) = (from.x.min(to.x).max(rect.left()), from.x.max(to.x).min(rect.right()));
    if left > right {
        return false;
    }
    let y = |x: f32| {
        let part = if (to.x - from.x).abs() < 0.1 { 0.0 } else { (x - from.x) / (to.x - from.x) };
        from.y + (to.y - from.y) * part
    };
    let (one, other) = (y(left), y(right));
    one.max(other) >= rect.top() && one.min(other) <= rect.bottom()
}

/// An arrow on the screen.
struct Path {
    index: usize,
    /// Where it touches lifelines, from its start to its tip.
    points: Vec<Pos2>,
    /// Nobody saw its first piece, its last one.
    unseen: (bool, bool),
    /// Where it got lost.
    lost: Option<Pos2>,
    /// It goes to all: its sender's lifeline is at the first point.
    to_all: bool,
    selected: bool,
}

pub(super) struct Canvas<'a, 'u> {
    pub(super) document: &'a Document,
    pub(super) lanes: &'a Lanes,
    pub(super) look: &'a Look<'a>,
    pub(super) line: &'a mut TableLine,
    /// The frame that was clicked.
    pub(super) clicked: Option<FrameNumber>,
    ui: &'u Ui,
    theme: &'static Theme,
    heights: &'a Heights,
    names: &'a Names,
    painter: Painter,
    /// Paints beside the lifelines too.
    outer: &'a Painter,
    /// Head and lifelines, as wide as all of them.
    rect: Rect,
    /// What can be seen of the lifelines.
    body: Rect,
    /// The column with the times.
    times: Rect,
    distance: f32,
    offset: f64,
    /// Where something is written already.
    written: Vec<Rect>,
    /// Arrows without a label.
    hidden: usize,
}

impl<'a, 'u> Canvas<'a, 'u> {
    pub(super) fn new(
        ui: &'u Ui,
        document: &'a Document,
        (lanes, heights, names): (&'a Lanes, &'a Heights, &'a Names),
        look: &'a Look<'a>,
        line: &'a mut TableLine,
        outer: &'a Painter,
    ) -> Self {
        Self {
            document,
            lanes,
            look,
            line,
            clicked: None,
            theme: Theme::of(ui),
            painter: ui.painter().clone(),
            outer,
            ui,
            heights,
            names,
            rect: Rect::NOTHING,
            body: Rect::NOTHING,
            times: Rect::NOTHING,
            distance: 0.0,
            offset: 0.0,
            written: Vec::new(),
            hidden: 0,
        }
    }

    /// Where it is: `rect` as wide as all lifelines, `whole` as much as can be
    /// seen with the times beside it.
    pub(super) fn place(&mut self, rect: Rect, distance: f32, offset: f64, whole: Rect) {
        self.rect = rect;
        self.distance = distance;
        self.offset = offset;
        let clip = self.ui.clip_rect();
        let top = rect.top() + HEAD;
        self.body = Rect::from_min_max(pos2(clip.left(), top), clip.max).intersect(whole);
        self.times = Rect::from_min_max(pos2(whole.left(), top), pos2(whole.left() + TIME, whole.bottom()));
    }

    pub(super) fn paint(&mut self) {
        self.head();
        self.painter = self.ui.painter().with_clip_rect(self.body);
        for index in 0..self.lanes.lanes.len() {
            self.painter.vline(self.x(index), self.body.y_range(), Stroke::new(1.5, self.theme.faint));
        }
        self.quiets();
        let paths = self.paths();
        for path in &paths {
            self.mark(path);
        }
        for path in &paths {
            self.arrow(path);
        }
        for path in &paths {
            self.name(path);
        }
        // In a crowd lines would run through what stands below them.
        let lines: Vec<[Pos2; 2]> = match paths.len() {
            0..=NOT_A_CROWD => paths.iter().flat_map(|path| path.points.array_windows().copied()).collect(),
            _ => Vec::new(),
        };
        for path in paths.iter().filter(|path| path.to_all || !lines.is_empty()) {
            self.beside(path, &lines);
        }
        self.stamps(&paths);
    }

    fn x(&self, lane: usize) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a dozen or two")]
        let lane = lane as f32;
        let first = if self.lanes.lanes.len() == 1 { self.rect.width() / 2.0 } else { SIDE };
        self.rect.left() + first + lane * self.distance
    }

    /// The screen's y of a height in rows.
    fn y(&self, height: f64) -> f32 {
        #[expect(clippy::cast_possible_truncation, reason = "the screen is f32")]
        let below = (height * ROW * self.look.zoom - self.offset).clamp(-1e6, 1e6) as f32;
        self.body.top() + TOP + below
    }

    /// The height in rows of a y of the screen.
    fn height(&self, y: f32) -> f64 {
        (f64::from(y - self.body.top() - TOP) + self.offset) / (ROW * self.look.zoom)
    }

    fn galley(&self, text: String, font: FontId, colour: Color32, room: f32) -> Arc<Galley> {
        let mut job = LayoutJob::simple_singleline(text, font, colour);
        job.wrap =
            TextWrapping { max_width: room.max(0.0), max_rows: 1, break_anywhere: true, ..TextWrapping::default() };
        self.painter.layout_job(job)
    }

    /// One line of text, with `…` in its middle where it is wider than `room`:
    /// both ends of an address tell something.
    fn shortened(&self, text: &str, font: &FontId, colour: Color32, room: f32) -> Arc<Galley> {
        let whole = self.painter.layout_no_wrap(text.to_owned(), font.clone(), colour);
        let characters: Vec<char> = text.chars().collect();
        let mut kept = characters.len();
        let mut galley = whole;
        while galley.size().x > room && kept > 4 {
            kept -= 1;
            let (start, end) = (kept.div_ceil(2), kept / 2);
            let start = characters.iter().take(start);
            let end = characters.iter().skip(characters.len() - end);
            let text: String = start.chain(&['…']).chain(end).collect();
            galley = self.painter.layout_no_wrap(text, font.clone(), colour);
        }
        galley
    }

    fn head(&self) {
        let line = self.rect.top() + HEAD - 1.0;
        self.painter.hline(self.rect.x_range(), line, Stroke::new(1.0, self.theme.line));
        let room = self.distance.min(2.0 * SIDE + 40.0) - 10.0;
        for (index, lane) in self.lanes.lanes.iter().enumerate() {
            let (title, note) = self.look.words.lane(self.document.trace(), lane);
            let host = match lane {
                Lane::Host(host) | Lane::End(host, _) => Some(host.address),
                Lane::Others { .. } | Lane::Place { .. } => None,
            };
            let name = host.and_then(|address| self.names.name(address));
            let hardware = host.and_then(|address| match address {
                Address::Ip(ip) => self.names.hardware(ip),
                Address::Mac(_) => None,
            });
            let (title, note) = match name {
                Some(name) if note.is_empty() => (name.to_owned(), title),
                Some(name) => (format!("{title} {name}"), note),
                None if note.is_empty() => (title, hardware.map(|mac| mac.to_string()).unwrap_or_default()),
                None => (title, note),
            };
            let is_name = name.is_some() || host.is_none() || matches!(lane, Lane::End(..));
            let font = if is_name { fonts::strong(fonts::BODY) } else { fonts::numbers(fonts::LABEL) };
            let title_at = self.shortened(&title, &font, self.theme.text, room);
            let note_at = self.shortened(&note, &fonts::numbers(fonts::NOTE), self.theme.soft, room);
            let x = self.x(index);
            let one = note.is_empty();
            let y = self.rect.top() + if one { HEAD / 2.0 } else { 12.0 };
            let rect = Align2::CENTER_CENTER.anchor_size(pos2(x, y), title_at.size());
            self.painter.galley(rect.min, title_at, self.theme.text);
            let below = Align2::CENTER_CENTER.anchor_size(pos2(x, y + 15.0), note_at.size());
            if !one {
                self.painter.galley(below.min, note_at, self.theme.soft);
            }
            let hit = rect.union(below).expand(2.0);
            let response = self.ui.interact(hit, self.ui.scope_id().with(("lane", index)), Sense::hover());
            let mut label = format!("{title} {note}").trim_end().to_owned();
            if let Lane::Others { hosts } = lane {
                label = format!("{label}: {}", self.look.words.say("lanes-others-hint", &[("count", hosts)]));
            }
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
            let more = hardware.map(|mac| self.look.words.hardware(mac));
            response.on_hover_text(more.map_or(label.clone(), |more| format!("{label}\n{more}")));
        }
    }

    fn quiets(&self) {
        let range = self.heights.quiets_between(self.height(self.body.top()), self.height(self.body.bottom()));
        let quiets = self.lanes.quiets.get(range.clone()).unwrap_or_default();
        for ((from, to), (top, bottom)) in quiets.iter().zip(self.heights.quiets.get(range).unwrap_or_default()) {
            let (top, bottom) = (self.y(*top) + 3.0, self.y(*bottom) - 3.0);
            if bottom - top < 16.0 {
                continue;
            }
            let (left, right) = (self.x(0) - 26.0, self.x(self.lanes.lanes.len().saturating_sub(1)) + 26.0);
            let band = Rect::from_min_max(pos2(left, top), pos2(right, bottom));
            self.painter.rect_filled(band, 0.0, self.theme.background);
            for y in [top, bottom] {
                let line = [pos2(left, y), pos2(right, y)];
                self.painter.extend(Shape::dashed_line(&line, Stroke::new(1.0, self.theme.faint), 2.0, 5.0));
            }
            let seen = band.intersect(self.body);
            let text = self.look.words.say("quiet", &[("span", &span(to.since(*from)))]);
            let galley = self.galley(text, fonts::words(fonts::NOTE), self.theme.soft, seen.width() - 8.0);
            let rect = Align2::CENTER_CENTER.anchor_size(seen.center(), galley.size());
            self.painter.galley(rect.min, galley, self.theme.soft);
        }
    }

    /// The arrows in view; of a crowd only the first ones.
    fn paths(&mut self) -> Vec<Path> {
        let range = self.heights.between(self.height(self.body.top() - 30.0), self.height(self.body.bottom() + 30.0));
        let mut paths: Vec<Path> = Vec::new();
        let mut index = range.start;
        let (mut crowd, mut together) = (f32::NEG_INFINITY, 0);
        while index < range.end && paths.len() < MOST {
            let Some((arrow, (top, _))) = self.lanes.arrows.get(index).zip(self.heights.arrows.get(index)) else {
                break;
            };
            let y = self.y(*top);
            if y - crowd >= CROWD {
                (crowd, together) = (y, 0);
            }
            together += 1;
            if together > OF_A_CROWD {
                let next = self.heights.next_below(index + 1, self.height(crowd + CROWD)).min(range.end);
                self.hidden += next - index;
                index = next;
                continue;
            }
            paths.push(self.path(index, arrow));
            index += 1;
        }
        self.hidden += range.end.saturating_sub(index);
        paths
    }

    fn path(&self, index: usize, arrow: &LaneArrow) -> Path {
        let stops = self.lanes.stops_of(arrow);
        let heights = self.heights.stops.get(arrow.stops.clone()).unwrap_or_default();
        let mut points: Vec<Pos2> =
            stops.iter().zip(heights).map(|(stop, height)| pos2(self.x(stop.lane), self.y(*height))).collect();
        let frame = selected(self.look.selection);
        let is_selected = frame.is_some_and(|frame| {
            arrow.what.frame == frame || stops.iter().any(|stop| stop.seen.is_some_and(|(seen, _)| seen == frame))
        });
        let mut lost = None;
        if self.lanes.by_hop {
            if let Some(((_, next), last)) = arrow.lost_between.zip(points.last().copied()) {
                let across = (self.x(next) - last.x) * 0.55;
                lost = Some(pos2(last.x + across, last.y + across.abs().min(40.0) * 0.12));
            }
        } else if let [from, to] = points.as_mut_slice() {
            to.y = to.y.min(from.y + SLANT);
            if arrow.lost_between.is_some() {
                lost = Some(*from + (*to - *from) * 0.6);
            }
            if (to.x - from.x).abs() < 1.0 {
                // To itself: out, down and back again.
                let (start, tip) = (*from, pos2(to.x, from.y + 14.0));
                points = vec![start, start + vec2(34.0, 0.0), tip + vec2(34.0, 0.0), tip];
            }
        }
        let unseen = |stop: Option<&crate::timeline::lanes::Stop>| {
            self.lanes.by_hop && stop.is_some_and(|stop| stop.seen.is_none())
        };
        Path {
            index,
            points,
            unseen: (unseen(stops.first()), unseen(stops.last())),
            lost,
            to_all: arrow.what.to.is_none(),
            selected: is_selected,
        }
    }

    fn arrow_of(&self, path: &Path) -> Option<&'a LaneArrow> {
        self.lanes.arrows.get(path.index)
    }

    const fn colour(&self, what: &Crossing) -> Color32 {
        match what.kind {
            CrossingKind::Segment(kind) => self.theme.arrow(kind),
            CrossingKind::Datagram => self.theme.data,
            CrossingKind::Error => self.theme.rst,
            CrossingKind::Arp => self.theme.waiting,
            CrossingKind::Other => self.theme.soft,
        }
    }

    /// Where an arrow's label may stand and where it can be pointed at: from
    /// left to right, and the y of the line below it.
    fn span_of(&self, path: &Path) -> (f32, f32, f32) {
        let first = path.points.first().copied().unwrap_or_default();
        let last = path.points.last().copied().unwrap_or_default();
        if path.to_all {
            let right = self.x(self.lanes.lanes.len().saturating_sub(1));
            let (left, right) = (self.x(0).min(first.x - 60.0), right.max(first.x + 60.0));
            return (left.max(self.body.left()), right.min(self.body.right()), first.y);
        }
        if path.points.len() == 4 && !self.lanes.by_hop {
            return (first.x + 40.0, first.x + 40.0 + HOSTS, first.y + 22.0);
        }
        if self.lanes.by_hop {
            // Above the first two pieces: the others are further down.
            let end = first.x + (last.x - first.x).signum() * self.distance * 1.7;
            return (first.x.min(end), first.x.max(end), first.y - 1.0);
        }
        // In the middle of what can be seen.
        let (left, right) = (first.x.min(last.x), first.x.max(last.x));
        let (seen_left, seen_right) = (left.max(self.body.left()), right.min(self.body.right()));
        let middle = f32::midpoint(first.y, last.y);
        if seen_right - seen_left > 80.0 { (seen_left, seen_right, middle) } else { (left, right, middle) }
    }

    /// Makes an arrow something that can be pointed at, and marks the one that
    /// is selected.
    fn mark(&mut self, path: &Path) {
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

    fn interact(&self, rect: Rect, id: Id, selected: bool, label: &str) -> Response {
        let response = self.ui.interact(rect.intersect(self.body), id, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, label));
        response
    }

    fn arrow(&mut self, path: &Path) {
        let Some(arrow) = self.arrow_of(path) else { return };
        let colour = self.colour(&arrow.what);
        let stroke = Stroke::new(if path.selected { 2.6 } else { 1.9 }, colour);
        if path.to_all {
            return self.bar(path, stroke);
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
            if (is_last || self.lanes.by_hop) && (path.lost.is_none() || self.lanes.by_hop) {
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
            let text = self.look.words.word("lanes-lost");
            let galley = self.painter.layout_no_wrap(text, fonts::strong(fonts::NOTE), self.theme.lost);
            let rect = Align2::CENTER_TOP.anchor_size(at + vec2(0.0, 7.0), galley.size());
            self.write(rect, galley, self.theme.background);
        }
        if self.lanes.by_hop {
            self.sighted(path, arrow, colour);
        }
    }

    /// Where a message was seen: a dot at each place that can be pointed at.
    fn sighted(&mut self, path: &Path, arrow: &LaneArrow, colour: Color32) {
        let lines = self.sightings(&arrow.what);
        for (stop, at) in self.lanes.stops_of(arrow).iter().zip(&path.points) {
            let Some((frame, _)) = stop.seen else { continue };
            let Some((_, line)) = lines.iter().find(|(seen, _)| *seen == frame) else { continue };
            let is_selected = selected(self.look.selection) == Some(frame);
            let id = self.ui.scope_id().with(("sighting", frame.0));
            let response = self.interact(Rect::from_center_size(*at, Vec2::splat(15.0)), id, is_selected, line);
            let pointed = response.hovered() || response.has_focus();
            let ring = if is_selected || pointed { self.theme.accent } else { self.theme.background };
            self.painter.circle(*at, if is_selected || pointed { 5.0 } else { 3.6 }, colour, Stroke::new(1.4, ring));
            if response.clicked() {
                self.clicked = Some(frame);
            }
            response.on_hover_text(line.clone());
        }
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

    /// Writes text where nothing is written yet, on a halo; tells whether it did.
    fn write(&mut self, rect: Rect, galley: Arc<Galley>, halo: Color32) -> bool {
        let halo_rect = rect.expand2(vec2(3.0, -1.0));
        if !self.body.intersects(rect) || self.written.iter().any(|other| other.intersects(rect)) {
            return false;
        }
        self.written.push(rect);
        self.painter.rect_filled(halo_rect, 2.0, halo);
        self.painter.galley(rect.min, galley, self.theme.text);
        true
    }

    /// An arrow's label: its conversation's number with its sign, what it is
    /// and what it says, as much as there is room for.
    fn name(&mut self, path: &Path) {
        let Some(arrow) = self.arrow_of(path) else { return };
        let (left, right, y) = self.span_of(path);
        if y < self.body.top() - 4.0 || y > self.body.bottom() + 20.0 {
            return;
        }
        let colour = self.colour(&arrow.what);
        let conversation = arrow.what.conversation.filter(|_| !self.lanes.by_hop);
        let label = self.label(&arrow.what);
        let room = right - left - 24.0;
        let galley = self.labelled(conversation, &label.name, &label.attempts, colour, room);
        let size = galley.size();
        let middle = pos2(f32::midpoint(left, right), y - 15.0);
        let mut rect = Align2::CENTER_CENTER.anchor_size(middle, size);
        if self.lanes.by_hop {
            let forward = path.points.first().zip(path.points.last()).is_some_and(|(first, last)| first.x < last.x);
            let x = if forward { left + 14.0 } else { right - 14.0 - size.x };
            rect = Rect::from_min_size(pos2(x, y - 7.0 - size.y), size);
        }
        let halo = if path.selected { self.theme.selection } else { self.theme.background };
        if size.x > room + 1.0 || !self.write(rect, galley, halo) {
            self.hidden += 1;
            return;
        }
        if let Some(id) = conversation {
            self.sign(id, pos2(rect.left() + 5.0, rect.center().y));
        }
    }

    fn labelled(
        &self,
        conversation: Option<u32>,
        name: &str,
        attempts: &[String],
        colour: Color32,
        room: f32,
    ) -> Arc<Galley> {
        let format = |font_id, color| TextFormat { font_id, color, ..TextFormat::default() };
        let job = |text: &str| {
            let mut job = LayoutJob::default();
            let mut lead = 0.0;
            if let Some(id) = conversation {
                job.append(&format!("#{id}"), 13.0, format(fonts::numbers(fonts::NOTE), self.theme.soft));
                lead = 6.0;
            }
            job.append(name, lead, format(fonts::strong(fonts::LABEL), colour));
            if !text.is_empty() {
                job.append(text, 8.0, format(fonts::numbers(fonts::NOTE), self.theme.soft));
            }
            job.wrap = TextWrapping { max_rows: 1, break_anywhere: true, ..TextWrapping::default() };
            job
        };
        for text in attempts {
            let galley = self.painter.layout_job(job(text));
            if galley.size().x <= room {
                return galley;
            }
        }
        let mut last = job(attempts.last().map_or("", String::as_str));
        last.wrap.max_width = room.max(40.0);
        self.painter.layout_job(last)
    }

    /// A conversation's sign: eight shapes, so that colour is not needed to
    /// tell neighbours apart.
    fn sign(&self, id: u32, at: Pos2) {
        let stroke = Stroke::new(1.4, self.theme.soft);
        let fill = if id % 8 < 4 { self.theme.soft } else { Color32::TRANSPARENT };
        let corners = |points: &[(f32, f32)]| {
            let points = points.iter().map(|(x, y)| at + vec2(*x, *y)).collect();
            Shape::convex_polygon(points, fill, stroke)
        };
        self.painter.add(match id % 4 {
            0 => Shape::Circle(super::super::egui::epaint::CircleShape { center: at, radius: 3.8, fill, stroke }),
            1 => corners(&[(-3.5, -3.5), (3.5, -3.5), (3.5, 3.5), (-3.5, 3.5)]),
            2 => corners(&[(0.0, -4.2), (4.2, 3.4), (-4.2, 3.4)]),
            _ => corners(&[(0.0, -4.6), (4.6, 0.0), (0.0, 4.6), (-4.6, 0.0)]),
        });
    }

    /// Ports at both ends, or how the message looked on each of its hops.
    fn beside(&mut self, path: &Path, lines: &[[Pos2; 2]]) {
        let Some(arrow) = self.arrow_of(path) else { return };
        if self.lanes.by_hop {
            return self.looks(path, arrow, lines);
        }
        let (Some(first), Some(last)) = (path.points.first().copied(), path.points.last().copied()) else { return };
        if ROW * self.look.zoom < ROOMY || path.points.len() > 2 {
            return;
        }
        let others = self.lanes.lanes.iter().position(|lane| matches!(lane, Lane::Others { .. }));
        let stops = self.lanes.stops_of(arrow);
        let is_folded = |stop: usize| others.is_some() && stops.get(stop).map(|stop| stop.lane) == others;
        let text = |host: Host, folded: bool, port: Option<u16>| match (folded, port, host.address) {
            (true, Some(port), Address::Ip(ip)) => std::net::SocketAddr::new(ip, port).to_string(),
            (true, _, address) => address.to_string(),
            (false, Some(port), _) => format!(":{port}"),
            (false, None, _) => String::new(),
        };
        let ports = arrow.what.ports.unzip();
        let way = if path.to_all { 1.0 } else { (last.x - first.x).signum() };
        let halo = if path.selected { self.theme.selection } else { self.theme.background };
        // Below the line at both ends, where it is lowest.
        let steep = if path.to_all { 0.0 } else { (last.y - first.y) / (last.x - first.x).abs().max(1.0) };
        let mut ends = vec![(text(arrow.what.from, is_folded(0), ports.0), first, way, steep)];
        if let Some(to) = arrow.what.to.filter(|_| path.lost.is_none()) {
            ends.push((text(to, is_folded(1), ports.1), last, -way, 0.0));
        }
        let room = if path.to_all { 90.0 } else { (last.x - first.x).abs() / 2.0 - 20.0 };
        for (text, at, way, steep) in ends.into_iter().filter(|(text, ..)| !text.is_empty()) {
            let galley = self.shortened(&text, &fonts::numbers(fonts::NOTE), self.theme.faint, room);
            let anchor = if way > 0.0 { Align2::LEFT_TOP } else { Align2::RIGHT_TOP };
            let down = 2.0 + steep * (12.0 + galley.size().x);
            let rect = anchor.anchor_size(at + vec2(way * 12.0, down), galley.size());
            self.write(rect.shrink2(vec2(0.0, 1.5)), galley, halo);
        }
    }

    /// Under each piece of an arrow what it looked like there.
    fn looks(&mut self, path: &Path, arrow: &LaneArrow, lines: &[[Pos2; 2]]) {
        let stops = self.lanes.stops_of(arrow);
        for (stop, [from, to]) in stops.iter().zip(path.points.array_windows()) {
            let Some((frame, _)) = stop.seen else { continue };
            let room = (to.x - from.x).abs() - 24.0;
            let slope = (to.y - from.y).abs();
            for text in self.looked(&arrow.what, frame) {
                let galley = self.painter.layout_no_wrap(text, fonts::numbers(fonts::NOTE), self.theme.faint);
                if galley.size().x <= room {
                    // Below the line, where it is lowest.
                    let part = slope * galley.size().x / room.max(1.0) / 2.0;
                    let at = pos2(f32::midpoint(from.x, to.x), f32::midpoint(from.y, to.y) + part + 4.0);
                    let rect = Align2::CENTER_TOP.anchor_size(at, galley.size());
                    if !lines.iter().any(|line| crosses(rect.shrink(1.0), *line)) {
                        self.write(rect, galley, self.theme.background);
                    }
                    break;
                }
            }
        }
    }

    /// The times, since the first arrow and since the one before, and how many
    /// arrows have no label.
    fn stamps(&self, paths: &[Path]) {
        let painter = self.outer.with_clip_rect(self.times);
        let mut last = f32::NEG_INFINITY;
        let x = self.times.left() + 4.0;
        for path in paths {
            let (Some(arrow), Some(first)) = (self.arrow_of(path), path.points.first()) else { continue };
            // Where nobody saw the start, it is the first sighting's.
            let y = if path.unseen.0 { path.points.get(1).map_or(first.y, |seen| seen.y) } else { first.y };
            if y - last < 13.0 {
                continue;
            }
            last = y;
            let text = span(arrow.what.at.since(self.lanes.zero));
            painter.text(pos2(x, y), Align2::LEFT_CENTER, text, fonts::words(fonts::NOTE), self.theme.soft);
            let before = path.index.checked_sub(1).and_then(|before| self.lanes.arrows.get(before));
            if let Some(before) = before
                && ROW * self.look.zoom >= ROOMY
            {
                let text = format!("+{}", span(arrow.what.at.since(before.what.at)));
                painter.text(pos2(x, y + 14.0), Align2::LEFT_CENTER, text, fonts::words(fonts::NOTE), self.theme.faint);
                last = y + 14.0;
            }
        }
        if self.hidden > 0 {
            let at = pos2(x, self.times.top() + 9.0);
            let text = format!("+{}", self.hidden);
            let galley = painter.layout_no_wrap(text, fonts::strong(fonts::NOTE), self.theme.soft);
            let rect = Align2::LEFT_CENTER.anchor_size(at, galley.size());
            painter.rect_filled(rect.expand(3.0), 2.0, self.theme.raised);
            painter.galley(rect.min, galley, self.theme.soft);
            let label = self.look.words.say("lanes-crowded", &[("count", &self.hidden)]);
            let response = self.ui.interact(rect, self.ui.scope_id().with("crowded"), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
            response.on_hover_text(label);
        }
    }
}
