//! Where on the screen the columns and the heights stand.

use super::super::egui::{Align2, Pos2, Rect, pos2};
use super::viewport::TOP;
use crate::conversation::End;
use crate::model::Span;
use crate::timeline::layout::{Layout, Unit};

/// What the columns beside the lifelines need, in points.
pub(super) const PHASE: f32 = 26.0;
const TIME: f32 = 66.0;
const CALLS: f32 = 118.0;
const STATES: f32 = 104.0;
/// Columns further apart than this are hard to follow with the eye, in points.
const WIDEST: f32 = 1600.0;
/// The least distance of the lifelines.
const LIFELINES: f32 = 250.0;
/// The same beside another picture.
const NARROW_LIFELINES: f32 = 160.0;
const NARROW_STATES: f32 = 102.0;
/// Things so far above and below the view are made too, in points: their
/// labels reach into it.
const MARGIN: f32 = 60.0;
/// From a lifeline to the middle of its states, and to that of its calls.
const TO_STATES: f32 = 14.0;
const TO_CALLS: f32 = STATES + 18.0;
/// From the middle of a bar to what is written beside it.
const BESIDE_STATE: f32 = 11.0;
const BESIDE_CALL: f32 = 9.0;

/// Where the columns stand, in points from the left of the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    /// The client's and the server's lifeline.
    lifelines: (f32, f32),
    pub(super) width: f32,
}

impl Columns {
    pub(super) fn fit(width: f32) -> Self {
        let width = width.min(WIDEST);
        let left = PHASE + TIME + CALLS + STATES;
        let right = STATES + CALLS + 10.0;
        let width = width.max(left + LIFELINES + right);
        // Wide windows give some of their room to the calls.
        let spare = (width - left - right - 420.0).max(0.0) / 3.0;
        Self { lifelines: (left + spare, width - right - spare), width }
    }

    /// Without calls, for a picture that has another one beside it.
    pub(super) fn narrow(width: f32) -> Self {
        let left = PHASE + TIME + NARROW_STATES;
        let right = NARROW_STATES + 14.0;
        let width = width.min(WIDEST).max(left + NARROW_LIFELINES + right);
        Self { lifelines: (left, width - right), width }
    }

    pub(super) const fn lifeline(self, end: End) -> f32 {
        match end {
            End::Client => self.lifelines.0,
            End::Server => self.lifelines.1,
        }
    }
}

/// The part of the picture that is seen, and where on the screen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sight {
    pub(super) columns: Columns,
    /// Where on the screen the picture is seen.
    pub(super) rect: Rect,
    /// The points of the picture above that.
    pub(super) offset: f64,
    /// The points of a unit of height.
    pub(super) unit: f64,
    /// How high the picture is, without what goes on below it.
    pub(super) height: f64,
    /// The points below it in which that goes on.
    pub(super) tail: f32,
}

impl Sight {
    /// The screen's y of a height. What has no end goes on below the last thing
    /// that happens.
    pub(super) fn y(&self, height: f64) -> f32 {
        if height == f64::INFINITY {
            return self.y(self.height) + self.tail;
        }
        #[expect(clippy::cast_possible_truncation, reason = "the screen is f32, and this is near it")]
        let points = (TOP + height * self.unit - self.offset).clamp(-1e6, 1e6) as f32;
        self.rect.top() + points
    }

    /// The height at a y of the screen.
    pub(super) fn height_at(&self, y: f32) -> f64 {
        (f64::from(y - self.rect.top()) + self.offset - TOP) / self.unit
    }

    /// The heights between which things are made.
    pub(super) fn heights(&self) -> (f64, f64) {
        (self.height_at(self.rect.top() - MARGIN), self.height_at(self.rect.bottom() + MARGIN))
    }

    /// Whether something between these y of the screen is made.
    pub(super) fn shows(&self, from: f32, to: f32) -> bool {
        to >= self.rect.top() - MARGIN && from <= self.rect.bottom() + MARGIN
    }

    /// A lifeline's x on the screen.
    pub(super) fn x(&self, end: End) -> f32 {
        self.rect.left() + self.columns.lifeline(end)
    }

    /// The middle of an end's states, and of its calls.
    pub(super) fn states_x(&self, end: End) -> f32 {
        self.x(end) + outward(end) * TO_STATES
    }

    pub(super) fn calls_x(&self, end: End) -> f32 {
        self.x(end) + outward(end) * TO_CALLS
    }

    /// Where a state's name is written, and a call's.
    pub(super) fn state_text(&self, end: End, y: f32) -> Pos2 {
        pos2(self.states_x(end) + outward(end) * BESIDE_STATE, y)
    }

    pub(super) fn call_text(&self, end: End, y: f32) -> Pos2 {
        pos2(self.calls_x(end) + outward(end) * BESIDE_CALL, y)
    }

    /// Where a time is written.
    pub(super) fn time_text(&self, y: f32) -> Pos2 {
        pos2(self.rect.left() + PHASE + 8.0, y)
    }

    /// The room of what is written between the lifelines: left and right.
    pub(super) fn middle(&self) -> (f32, f32) {
        (self.x(End::Client) + 11.0, self.x(End::Server) - 11.0)
    }

    /// The room of an end's state names.
    pub(super) fn state_room(&self, end: End) -> (f32, f32) {
        let (near, far) = (self.state_text(end, 0.0).x, self.calls_x(end) - outward(end) * 5.0);
        (near.min(far), near.max(far))
    }

    /// The room of an end's calls: the client's reach into the times where no
    /// time stands.
    pub(super) fn call_room(&self, end: End) -> (f32, f32) {
        let near = self.call_text(end, 0.0).x;
        match end {
            End::Client => (self.rect.left() + PHASE + 4.0, near),
            End::Server => (near, self.rect.left() + self.columns.width - 4.0),
        }
    }

    /// The room of the times.
    pub(super) fn time_room(&self) -> (f32, f32) {
        let left = self.rect.left() + PHASE + 4.0;
        (left, left + TIME + 12.0)
    }

    /// The same for round times, which stand where no call does.
    pub(super) fn tick_room(&self) -> (f32, f32) {
        let (left, right) = self.time_room();
        (left, right + 30.0)
    }

    /// In true time: the least round span, 1, 2 or 5 of a unit, that is as high
    /// as this; elsewhere nothing depends on it.
    pub(super) fn step(&self, layout: &Layout, points: f32) -> Span {
        if layout.scale.unit() == Unit::Row {
            return Span::from_nanos(i64::MAX);
        }
        let wanted = f64::from(points) / self.unit;
        let steps = (0..19).flat_map(|power| [1, 2, 5].map(|digit: i64| digit.saturating_mul(10_i64.pow(power))));
        #[expect(clippy::cast_precision_loss, reason = "compared with a height")]
        let long = |step: &i64| *step as f64 >= wanted;
        Span::from_nanos(steps.into_iter().find(long).unwrap_or(i64::MAX))
    }

    /// Between the lifelines, from one y to another.
    pub(super) fn between(&self, from: f32, to: f32) -> Rect {
        Rect::from_min_max(pos2(self.x(End::Client), from), pos2(self.x(End::Server), to))
    }

    /// An end's bar of states or calls around `x`.
    pub(super) fn bar(x: f32, half: f32, from: f32, to: f32) -> Rect {
        Rect::from_min_max(pos2(x - half, from), pos2(x + half, to))
    }
}

/// −1 to the left of the client's lifeline, +1 to the right of the server's.
pub(super) const fn outward(end: End) -> f32 {
    match end {
        End::Client => -1.0,
        End::Server => 1.0,
    }
}

/// Beside which edge of a text its place is.
pub(super) const fn beside(end: End) -> Align2 {
    match end {
        End::Client => Align2::RIGHT_CENTER,
        End::Server => Align2::LEFT_CENTER,
    }
}
