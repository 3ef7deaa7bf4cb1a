//! How time passes between two stops.

use super::{Now, StepSize, Steps, Timeline};
use crate::model::Span;

/// Goes from stop to stop while seconds pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Player {
    /// The last stop that was reached, or where the reader jumped to.
    at: Now,
    /// Seconds done of the way to the next stop, at speed 1.
    done: f64,
    playing: bool,
}

impl Player {
    /// What happens takes this long to be shown, in seconds at speed 1.
    pub const SHOWN: f64 = 0.3;
    /// Longer waits are shortened to this, in seconds at speed 1.
    pub const LONGEST: f64 = 1.0;

    /// Stands still.
    pub const fn new(at: Now) -> Self {
        Self { at, done: 0.0, playing: false }
    }

    /// Whether time passes.
    pub const fn is_playing(&self) -> bool {
        self.playing
    }

    /// Lets time pass, or not.
    pub const fn set_playing(&mut self, playing: bool) {
        self.playing = playing;
    }

    /// Jumps.
    pub const fn seek(&mut self, now: Now) {
        self.at = now;
        self.done = 0.0;
    }

    /// Stays on its way, from where the same place is now.
    pub const fn move_to(&mut self, now: Now) {
        self.at = now;
    }

    /// The last stop that was reached.
    pub const fn at(&self) -> Now {
        self.at
    }

    /// Whether nothing comes after.
    pub fn has_ended(&self, steps: &Steps, size: StepSize) -> bool {
        steps.reached(size, self.at) == steps.stops(size).len()
    }

    /// Seconds to the next stop at speed 1: of waiting, and of showing it.
    fn way(&self, steps: &Steps, timeline: &Timeline, size: StepSize) -> Option<(Now, f64)> {
        let next = steps.stops(size).get(steps.reached(size, self.at))?.now;
        let gap = seconds(timeline.between(self.at, next)).min(Self::LONGEST);
        Some((next, (gap - Self::SHOWN).max(0.0)))
    }

    /// The present: between two stops while what comes next is shown.
    pub fn now(&self, steps: &Steps, timeline: &Timeline, size: StepSize) -> Now {
        let Some((next, wait)) = self.way(steps, timeline, size).filter(|(_, wait)| self.done > *wait) else {
            return self.at;
        };
        let from = if self.at.moment == next.moment { self.at.part } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, reason = "a part, 0…1")]
        let part = ((self.done - wait) / Self::SHOWN).clamp(0.0, 1.0) as f32;
        Now { moment: next.moment, part: from + (next.part - from) * part }
    }

    /// Lets `seconds` pass at `speed`; whether a stop was reached. Stands still
    /// behind the last one.
    pub fn pass(&mut self, steps: &Steps, timeline: &Timeline, size: StepSize, seconds: f64, speed: f64) -> bool {
        let mut left = seconds * speed;
        let mut reached = false;
        while self.playing {
            let Some((next, wait)) = self.way(steps, timeline, size) else {
                self.playing = false;
                break;
            };
            let rest = wait + Self::SHOWN - self.done;
            if left < rest {
                self.done += left;
                break;
            }
            left -= rest;
            self.seek(next);
            reached = true;
        }
        reached
    }

    /// Seconds at speed 1 until something moves; `None` where nothing will.
    pub fn still(&self, steps: &Steps, timeline: &Timeline, size: StepSize) -> Option<f64> {
        let (_, wait) = self.way(steps, timeline, size).filter(|_| self.playing)?;
        Some((wait - self.done).max(0.0))
    }

    /// How long the wait to the next stop was in truth, where it is shortened
    /// by more than one would notice.
    pub fn shortened(&self, steps: &Steps, timeline: &Timeline, size: StepSize) -> Option<Span> {
        let next = steps.stops(size).get(steps.reached(size, self.at)).filter(|_| self.playing)?.now;
        Some(timeline.between(self.at, next)).filter(|gap| seconds(*gap) > 1.1 * Self::LONGEST)
    }
}

fn seconds(span: Span) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a waiting time")]
    let nanos = span.nanos().max(0) as f64;
    nanos / 1e9
}
