//! What is written: above lifelines, on arrows and beside them.

use std::net::SocketAddr;
use std::sync::Arc;

use super::super::super::egui::epaint::CircleShape;
use super::super::super::egui::text::{LayoutJob, TextFormat, TextWrapping};
use super::super::super::egui::{
    Align2, Color32, FontId, Galley, Pos2, Rect, Sense, Shape, Stroke, WidgetInfo, accesskit::Role, pos2, vec2,
};
use super::super::super::fonts;
use super::{Canvas, HEAD, Path, ROOMY, ROW, SIDE};
use crate::timeline::lanes::{Address, Host, Lane, LaneArrow};
use crate::words::span;

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

impl Canvas<'_, '_> {
    pub(super) fn galley(&self, text: String, font: FontId, colour: Color32, room: f32) -> Arc<Galley> {
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

    pub(super) fn head(&self) {
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

    pub(super) fn quiets(&self) {
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

    /// Writes text where nothing is written yet, on a halo; tells whether it did.
    pub(super) fn write(&mut self, rect: Rect, galley: Arc<Galley>, halo: Color32) -> bool {
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
    pub(super) fn name(&mut self, path: &Path) {
        let Some(arrow) = self.arrow_of(path) else { return };
        let (left, right, y) = self.span_of(path);
        // It stands on the line.
        if y - 8.0 <= self.body.top() || y - 22.0 >= self.body.bottom() {
            return;
        }
        let middle = pos2(f32::midpoint(left, right), y - 15.0);
        let least = Rect::from_center_size(middle, vec2(24.0, 10.0));
        if !self.lanes.by_hop && self.written.iter().any(|other| other.intersects(least)) {
            self.hidden += 1;
            return;
        }
        let colour = self.colour(&arrow.what);
        let conversation = arrow.what.conversation.filter(|_| !self.lanes.by_hop);
        let mut label = self.label(&arrow.what, arrow.copy);
        let aside = self.aside(path);
        if let Some(side) = aside {
            label.name = format!("{} {}", if side < 0.0 { "◀" } else { "▶" }, label.name);
        }
        let room = right - left - 24.0;
        let galley = self.labelled(conversation, &label.name, &label.attempts, colour, room);
        let size = galley.size();
        let mut rect = Align2::CENTER_CENTER.anchor_size(middle, size);
        if self.lanes.by_hop && aside.is_none() {
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
            0 => Shape::Circle(CircleShape { center: at, radius: 3.8, fill, stroke }),
            1 => corners(&[(-3.5, -3.5), (3.5, -3.5), (3.5, 3.5), (-3.5, 3.5)]),
            2 => corners(&[(0.0, -4.2), (4.2, 3.4), (-4.2, 3.4)]),
            _ => corners(&[(0.0, -4.6), (4.6, 0.0), (0.0, 4.6), (-4.6, 0.0)]),
        });
    }

    /// Ports at both ends, or how the message looked on each of its hops.
    pub(super) fn beside(&mut self, path: &Path, lines: &[[Pos2; 2]]) {
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
            (true, Some(port), Address::Ip(ip)) => SocketAddr::new(ip, port).to_string(),
            (true, _, address) => address.to_string(),
            (false, Some(port), _) => format!(":{port}"),
            (false, None, _) => String::new(),
        };
        let ports = arrow.what.ports.unzip();
        let way = if path.to_all { 1.0 } else { (last.x - first.x).signum() };
        let halo = Color32::TRANSPARENT;
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
            let rect = anchor.anchor_size(at + vec2(way * 12.0, down), galley.size()).shrink2(vec2(0.0, 1.5));
            if self.is_whole(rect) && !lines.iter().any(|line| crosses(rect, *line)) {
                self.write(rect, galley, halo);
            }
        }
    }

    /// Small print is not cut by the edge of the picture.
    fn is_whole(&self, rect: Rect) -> bool {
        rect.left() >= self.body.left() && rect.right() <= self.body.right()
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
                    if self.is_whole(rect) && !lines.iter().any(|line| crosses(rect.shrink(1.0), *line)) {
                        self.write(rect, galley, self.theme.background);
                    }
                    break;
                }
            }
        }
    }

    /// The times, since the first arrow and since the one before, and how many
    /// arrows have no label.
    pub(super) fn stamps(&self, paths: &[Path]) {
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
