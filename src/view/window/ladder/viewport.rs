//! Which part of the picture is seen, and how large.
//!
//! Owns the zoom and the place, in `f64`: from a whole day on one screen to a
//! nanosecond as high as a row. Has no opinion on what stands there.

use super::super::egui::{InputState, Rect, Ui};
use super::super::scroll::Scroll;
use crate::model::{Span, Timestamp};
use crate::timeline::layout::{Layout, Scale, Unit};
use crate::timeline::playback::Now;
use crate::words::{Words, span};

/// Points between two arrows at 100 %.
pub(super) const ROW: f64 = 40.0;
/// The zooms within which rows can be read.
const ROW_ZOOMS: (f64, f64) = (0.05, 4.0);
/// No nanosecond is higher than this, in points.
const NANOSECOND: f64 = 40.0;
/// Above the first row, in points.
pub(super) const TOP: f64 = 26.0;
/// Below the last thing that happens, in points: what has no end goes on.
pub(super) const TAIL: f64 = 40.0;
/// The mark of what lasts longer than the capture, in points.
pub(super) const GAP: f64 = 52.0;
/// What is brought into view stands at least so far from the edge, in points.
const MARGIN: f64 = 44.0;

/// What the place belongs to: another conversation begins at its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Subject {
    id: u32,
    zero: Timestamp,
    scale: Scale,
}

/// The part of the picture that is seen, kept between frames.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Viewport {
    /// The height of a row, in hundreds of percent.
    rows: f64,
    /// The points of a nanosecond; `None` while everything is on one screen.
    nanosecond: Option<f64>,
    scroll: Scroll,
    subject: Option<Subject>,
    /// The points of a unit of height in the last frame.
    unit: f64,
    /// The points below the last thing that happens.
    tail: f64,
    /// The zoom was asked for before the heights were known.
    scale: Scale,
    /// The reader is at the end and stays there while more comes.
    at_end: bool,
    /// Events were coming in the last frame.
    live: bool,
    /// The reader has gone somewhere since the conversation is shown.
    moved: bool,
    now: Option<Now>,
}

impl Default for Viewport {
    fn default() -> Self {
        Self {
            rows: 1.0,
            nanosecond: None,
            scroll: Scroll::default(),
            subject: None,
            unit: ROW,
            tail: TAIL,
            scale: Scale::default(),
            at_end: false,
            live: false,
            moved: false,
            now: None,
        }
    }
}

/// What the place depends on in this frame.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) layout: &'a Layout,
    /// The conversation's number and its first moment.
    pub(super) conversation: (u32, Timestamp),
    /// Something lasts longer than the capture.
    pub(super) gap: bool,
    pub(super) live: bool,
    pub(super) now: Option<Now>,
    /// From where to where what is selected stands; found only when asked.
    pub(super) selected: &'a dyn Fn() -> Option<(f64, f64)>,
    /// Bring it into view.
    pub(super) reveal: bool,
}

impl Viewport {
    /// Makes everything larger; what is in the middle stays there.
    pub(in super::super) fn zoom(&mut self, by: f64) {
        self.zoom_about(by, self.scroll.visible() / 2.0);
    }

    /// Back to rows of their natural height, or to everything on one screen.
    pub(in super::super) fn reset(&mut self) {
        match self.scale.unit() {
            Unit::Row => self.zoom(1.0 / self.rows),
            Unit::Nanosecond => self.nanosecond = None,
        }
    }

    /// How large things are, as a reader understands it.
    pub(in super::super) fn label(&self, words: &Words) -> String {
        match self.scale.unit() {
            Unit::Row => format!("{:.0} %", self.rows * 100.0),
            Unit::Nanosecond => {
                #[expect(clippy::cast_possible_truncation, reason = "saturates; a screen shows less than 292 years")]
                let nanos = (self.scroll.visible() / self.unit).round() as i64;
                words.say("timeline-a-screen", &[("span", &span(Span::from_nanos(nanos)))])
            }
        }
    }

    /// The points above the visible part.
    pub(in super::super) const fn offset(&self) -> f64 {
        self.scroll.offset()
    }

    /// The points of a unit of height.
    pub(super) const fn unit(&self) -> f64 {
        self.unit
    }

    /// The points below the last thing that happens in which it goes on.
    #[expect(clippy::cast_possible_truncation, reason = "a hundred points at most")]
    pub(super) const fn tail(&self) -> f32 {
        self.tail as f32
    }

    /// The points that are seen.
    pub(super) const fn visible(&self) -> f64 {
        self.scroll.visible()
    }

    /// The height at the upper edge and at the lower edge.
    pub(super) fn heights(&self) -> (f64, f64) {
        let height = |points: f64| (points - TOP) / self.unit;
        (height(self.offset()), height(self.offset() + self.visible()))
    }

    /// Makes everything larger; what is `anchor` points below the upper edge
    /// stays there.
    pub(super) fn zoom_about(&mut self, by: f64, anchor: f64) {
        let before = self.unit;
        match self.scale.unit() {
            Unit::Row => {
                self.rows = (self.rows * by).clamp(ROW_ZOOMS.0, ROW_ZOOMS.1);
                self.unit = ROW * self.rows;
            }
            Unit::Nanosecond => {
                self.unit = (self.unit * by).min(NANOSECOND);
                self.nanosecond = Some(self.unit);
            }
        }
        let height = (self.offset() + anchor - TOP) / before;
        // How much there is follows in the next frame: it must not stop this.
        self.scroll.resize(self.visible(), f64::INFINITY);
        self.scroll.go_to(TOP + height * self.unit - anchor);
        self.moved = true;
        self.at_end = false;
    }

    /// Shows what stands so far down, in points.
    pub(in super::super) fn go_to_offset(&mut self, offset: f64) {
        self.scroll.go_to(offset);
        self.moved = true;
        self.at_end = self.scroll.is_at_end();
    }

    /// Brings a part of the picture to the middle.
    pub(super) fn go_to_height(&mut self, height: f64) {
        self.scroll.go_to(TOP + height * self.unit - self.visible() / 2.0);
        self.moved = true;
        self.at_end = self.scroll.is_at_end();
    }

    /// Shows this part of the picture and nothing else.
    pub(super) fn fill_with(&mut self, from: f64, to: f64) {
        let wanted = (self.visible() - 2.0 * MARGIN).max(MARGIN) / (to - from).max(f64::MIN_POSITIVE);
        self.zoom_about((wanted / self.unit).max(1.0), self.visible() / 2.0);
        self.go_to_height(f64::midpoint(from, to));
    }

    /// Moves so that a stretch of the picture is seen.
    pub(super) fn reveal(&mut self, from: f64, to: f64) {
        let (from, to) = (TOP + from * self.unit, TOP + to.min(f64::MAX) * self.unit);
        // What is higher than the view is seen from its beginning.
        let to = to.min(from + (self.visible() - 2.0 * MARGIN).max(0.0));
        self.scroll.reveal(from - MARGIN, to + MARGIN);
        self.at_end = self.scroll.is_at_end();
    }

    /// Takes in what has changed since the last frame, the wheel and the keys.
    pub(super) fn update(&mut self, ui: &Ui, view: Rect, frame: &Frame<'_>) {
        self.place(f64::from(view.height()), frame);
        let before = self.offset();
        self.scroll.wheel(ui, view);
        self.pinch(ui, view);
        let keyed = self.scroll.keys(ui);
        if keyed || (self.offset() - before).abs() > f64::EPSILON {
            self.moved = true;
            self.at_end = self.scroll.is_at_end();
        }
    }

    /// The place that what has changed since the last frame asks for.
    fn place(&mut self, visible: f64, frame: &Frame<'_>) {
        self.scale = frame.layout.scale;
        self.tail = TAIL + if frame.gap { GAP } else { 0.0 };
        self.unit = match self.scale.unit() {
            Unit::Row => ROW * self.rows,
            Unit::Nanosecond => {
                let whole = frame.layout.fitting((visible - TOP - self.tail).max(1.0)).min(NANOSECOND);
                self.nanosecond = self.nanosecond.filter(|unit| *unit > whole);
                self.nanosecond.unwrap_or(whole)
            }
        };
        self.scroll.resize(visible, TOP + frame.layout.height * self.unit + self.tail);
        self.follow(frame);
        if self.at_end {
            self.scroll.go_to(f64::INFINITY);
        }
        if let Some((from, to)) = frame.reveal.then(frame.selected).flatten() {
            self.reveal(from, to);
        }
        if frame.now != self.now {
            self.now = frame.now;
            if let Some(now) = frame.now {
                let present = frame.layout.present(now);
                self.reveal(present, present);
            }
        }
    }

    /// Another conversation is seen from its beginning, another scale from what
    /// is selected; what grows is followed where the reader is at its end.
    fn follow(&mut self, frame: &Frame<'_>) {
        let (id, zero) = frame.conversation;
        let subject = Some(Subject { id, zero, scale: frame.layout.scale });
        if self.subject != subject {
            let same = self.subject.is_some_and(|before| (before.id, before.zero) == (id, zero));
            self.subject = subject;
            self.nanosecond = None;
            self.at_end = frame.live;
            self.moved = false;
            self.scroll.go_to(0.0);
            if let Some((from, to)) = same.then(frame.selected).flatten() {
                self.reveal(from, to);
            }
        }
        if self.live && !frame.live && !self.moved {
            // It is over, and nobody has gone anywhere: back to what is
            // selected.
            self.at_end = false;
            self.scroll.go_to(0.0);
            if let Some((from, to)) = (frame.selected)() {
                self.reveal(from, to);
            }
        }
        self.live = frame.live;
    }

    /// Ctrl and the wheel, or two fingers.
    fn pinch(&mut self, ui: &Ui, view: Rect) {
        let by = f64::from(ui.input(InputState::zoom_delta));
        let at = ui.ctx().pointer_hover_pos().filter(|_| ui.rect_contains_pointer(view));
        if let Some(at) = at
            && (by - 1.0).abs() > 1e-6
        {
            self.zoom_about(by, f64::from(at.y - view.top()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A viewport on something of this height.
    fn viewport(scale: Scale, unit: f64, height: f64) -> Viewport {
        let mut viewport = Viewport { scale, unit, rows: unit / ROW, ..Viewport::default() };
        viewport.scroll.resize(600.0, TOP + height * unit + TAIL);
        viewport
    }

    #[test]
    fn what_is_under_the_pointer_stays_there_from_hours_to_a_nanosecond() {
        let hours = 10.0 * 3600.0 * 1e9;
        let mut viewport = viewport(Scale::True, 500.0 / hours, hours);
        let under = |viewport: &Viewport| (viewport.offset() + 200.0 - TOP) / viewport.unit();
        let before = under(&viewport);
        let mut steps = 0;
        while viewport.unit() < NANOSECOND {
            viewport.zoom_about(1.25, 200.0);
            viewport.scroll.resize(600.0, TOP + hours * viewport.unit() + TAIL);
            assert!((under(&viewport) - before).abs() * viewport.unit() < 1.0, "{steps}: {viewport:?}");
            steps += 1;
        }
        assert!((100..200).contains(&steps), "{steps}");
        let (top, bottom) = viewport.heights();
        assert!((bottom - top - 600.0 / NANOSECOND).abs() < 0.1, "15 ns on the screen");
    }

    #[test]
    fn rows_stay_readable() {
        let mut viewport = viewport(Scale::Folded, ROW, 1e6);
        for (by, unit) in [(0.001, ROW * 0.05), (1e9, ROW * 4.0)] {
            viewport.zoom(by);
            assert!((viewport.unit() - unit).abs() < 1e-9);
        }
        viewport.reset();
        assert!((viewport.unit() - ROW).abs() < 1e-9);
        assert_eq!(viewport.label(&Words::new(crate::words::Language::English)), "100 %");
    }

    #[test]
    fn what_is_asked_for_is_seen_with_a_margin() {
        let mut viewport = viewport(Scale::Even, ROW, 1e6);
        viewport.reveal(5000.0, 5000.4);
        let (top, bottom) = viewport.heights();
        assert!(top < 4999.5 && bottom > 5001.0 && bottom < 5002.0, "{top} {bottom}");
        viewport.fill_with(100.0, 104.0);
        let (top, bottom) = viewport.heights();
        assert!(top < 100.0 && bottom > 104.0);
    }

    #[test]
    fn what_grows_is_followed_until_the_reader_goes_elsewhere_or_it_is_over() {
        let mut viewport = viewport(Scale::Folded, ROW, 10.0);
        let grow = |viewport: &mut Viewport, height: f64, live: bool| {
            let mut layout = Layout::default();
            layout.height = height;
            let frame = Frame {
                layout: &layout,
                conversation: (0, Timestamp::default()),
                gap: false,
                live,
                now: None,
                selected: &|| Some((0.0, 0.4)),
                reveal: false,
            };
            viewport.place(600.0, &frame);
        };
        for height in [10.0, 20.0, 400.0] {
            grow(&mut viewport, height, true);
            assert!(viewport.scroll.is_at_end(), "{height}");
        }
        grow(&mut viewport, 400.0, false);
        assert!(viewport.offset() < 1.0, "back to what is selected");
        grow(&mut viewport, 400.0, true);
        viewport.at_end = true;
        viewport.go_to_height(100.0);
        let before = viewport.offset();
        grow(&mut viewport, 500.0, true);
        grow(&mut viewport, 500.0, false);
        assert!((viewport.offset() - before).abs() < 1e-9, "the reader is somewhere else");
    }
}
