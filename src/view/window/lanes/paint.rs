//! Lifelines, arrows and what stands beside them on the screen.
//!
//! Heights are `f64` until they are on the screen. What is painted does not
//! depend on how many arrows there are: those in view are found by binary
//! search, and of those that fall on the same points only some are painted and
//! the others counted.

/// Arrows, and what they are to who points at them.
mod arrows;
/// What is written.
mod texts;

use super::super::document::Document;
use super::super::egui::{Painter, Pos2, Rect, Stroke, Ui, pos2, vec2};
use super::super::theme::Theme;
use super::names::Names;
use super::{Look, selected};
use crate::timeline::lanes::heights::Heights;
use crate::timeline::lanes::{LaneArrow, Lanes, Stop};
use crate::trace::FrameNumber;
use crate::view::table::TableLine;

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
/// An arrow between two hosts goes down by this much at most, in points.
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

/// An arrow on the screen.
struct Path {
    index: usize,
    /// Where it touches lifelines, from its start to its tip.
    points: Vec<Pos2>,
    /// Nobody saw its first piece, its last one.
    unseen: (bool, bool),
    /// Where it got lost.
    lost: Option<Pos2>,
    /// Where a second one was made of it.
    made: Option<Pos2>,
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
            0..=NOT_A_CROWD => paths.iter().flat_map(|path| self.lines_of(path)).collect(),
            _ => Vec::new(),
        };
        for path in paths.iter().filter(|_| !lines.is_empty()) {
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
            // Flatter where it is short, so that its label keeps clear of it.
            to.y = to.y.min(from.y + SLANT.min((to.x - from.x).abs() * 0.07));
            if arrow.lost_between.is_some() {
                lost = Some(*from + (*to - *from) * 0.6);
            }
            if (to.x - from.x).abs() < 1.0 {
                // To itself: out, down and back again.
                let (start, tip) = (*from, pos2(to.x, from.y + 14.0));
                points = vec![start, start + vec2(34.0, 0.0), tip + vec2(34.0, 0.0), tip];
            }
        }
        let made = points.first().zip(points.last()).filter(|_| arrow.copy).map(|(first, last)| {
            let across = (last.x - first.x).signum() * self.distance * 0.5;
            *first - vec2(across, 6.0)
        });
        let unseen = |stop: Option<&Stop>| self.lanes.by_hop && stop.is_some_and(|stop| stop.seen.is_none());
        Path {
            index,
            points,
            unseen: (unseen(stops.first()), unseen(stops.last())),
            lost,
            made,
            to_all: arrow.what.to.is_none(),
            selected: is_selected,
        }
    }

    fn arrow_of(&self, path: &Path) -> Option<&'a LaneArrow> {
        self.lanes.arrows.get(path.index)
    }

    /// Its lines on the screen.
    fn lines_of(&self, path: &Path) -> Vec<[Pos2; 2]> {
        match path.points.as_slice() {
            [sender] if path.to_all => {
                let last = self.x(self.lanes.lanes.len().saturating_sub(1));
                vec![[pos2(self.x(0).min(sender.x - 60.0), sender.y), pos2(last.max(sender.x + 60.0), sender.y)]]
            }
            points => points.array_windows().copied().collect(),
        }
    }

    /// On which side an arrow is out of view: −1 left, +1 right.
    fn aside(&self, path: &Path) -> Option<f32> {
        let xs = path.points.iter().map(|point| point.x);
        let (left, right) = xs.fold((f32::MAX, f32::MIN), |(left, right), x| (left.min(x), right.max(x)));
        if path.to_all {
            None
        } else if right < self.body.left() + 6.0 {
            Some(-1.0)
        } else if left > self.body.right() - 6.0 {
            Some(1.0)
        } else {
            None
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
        let room = (self.body.width() * 0.6).min(2.0 * HOSTS);
        match self.aside(path) {
            Some(side) if side < 0.0 => return (self.body.left(), self.body.left() + room, first.y + 9.0),
            Some(_) => return (self.body.right() - room, self.body.right(), first.y + 9.0),
            None => {}
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
}
