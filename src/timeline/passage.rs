//! How a packet passes along its way, one cable after the other.
//!
//! Owns at which of several stops one is and how far to the next, while
//! seconds pass. Has no opinion on what the stops are, and reads no clock.

use crate::model::Timestamp;

/// Goes from stop to stop: each is a message on one cable.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Passage {
    /// Which stop, from 0.
    at: usize,
    /// How much of its cable is behind the message, 0…1.
    part: f32,
    /// Seconds done of the way to the next stop, at speed 1.
    done: f64,
    playing: bool,
}

/// What is seen now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Which stop, from 0.
    pub stop: usize,
    /// How much of its cable is behind the message, 0…1.
    pub part: f32,
}

impl Passage {
    /// A cable takes this long, in seconds at speed 1.
    pub const CABLE: f64 = 0.8;
    /// Longer waits are shortened to this, in seconds at speed 1.
    pub const LONGEST: f64 = 0.8;
    /// Where a message stands that was gone to: in the middle of its cable.
    pub const MIDDLE: f32 = 0.5;

    /// Jumps to a stop; time stands still.
    pub const fn seek(&mut self, stop: usize) {
        *self = Self { at: stop, part: Self::MIDDLE, done: 0.0, playing: false };
    }

    /// Stays where it is among other stops.
    pub const fn move_to(&mut self, stop: usize) {
        self.at = stop;
    }

    /// The last stop that was reached, from 0.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Whether time passes.
    pub const fn is_playing(&self) -> bool {
        self.playing
    }

    /// Lets time pass, or not; from the last stop it begins again.
    pub const fn toggle(&mut self, count: usize) {
        self.playing = !self.playing && count > 0;
        if self.playing && self.at + 1 >= count && self.part >= 1.0 {
            *self = Self { playing: true, ..Self::from_start() };
        }
    }

    /// Before anything has moved.
    pub const fn from_start() -> Self {
        Self { at: 0, part: 0.0, done: 0.0, playing: false }
    }

    /// Seconds of waiting at the end of this cable, at speed 1.
    fn wait(&self, times: &[Timestamp]) -> Option<f64> {
        let next = times.get(self.at + 1)?;
        #[expect(clippy::cast_precision_loss, reason = "a waiting time")]
        let nanos = next.since(*times.get(self.at)?).nanos().max(0) as f64;
        Some((nanos / 1e9).min(Self::LONGEST))
    }

    /// Lets `seconds` pass at `speed` between stops at these moments; whether
    /// another stop was reached. Stands still at the end of the last cable.
    pub fn pass(&mut self, times: &[Timestamp], seconds: f64, speed: f64) -> bool {
        let mut left = seconds * speed;
        let mut reached = false;
        while self.playing && left > 0.0 {
            let cable = f64::from(1.0 - self.part) * Self::CABLE;
            if left < cable {
                #[expect(clippy::cast_possible_truncation, reason = "a part, 0…1")]
                let part = (left / Self::CABLE) as f32;
                self.part = (self.part + part).min(1.0);
                break;
            }
            left -= cable;
            self.part = 1.0;
            let Some(wait) = self.wait(times) else {
                self.playing = false;
                break;
            };
            if left < wait - self.done {
                self.done += left;
                break;
            }
            left -= wait - self.done;
            *self = Self { at: self.at + 1, part: 0.0, done: 0.0, playing: true };
            reached = true;
        }
        reached
    }

    /// Seconds at speed 1 until something moves, 0 while it does; `None` where
    /// nothing will.
    pub fn still(&self, times: &[Timestamp]) -> Option<f64> {
        if !self.playing {
            return None;
        }
        if self.part < 1.0 {
            return Some(0.0);
        }
        // Behind the last cable it takes one more look to see that it ends.
        Some(self.wait(times).map_or(0.0, |wait| (wait - self.done).max(0.0)))
    }

    /// What is seen now.
    pub const fn seen(&self) -> Seen {
        Seen { stop: self.at, part: self.part }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(millis: &[i64]) -> Vec<Timestamp> {
        millis.iter().map(|milli| Timestamp::from_nanos(milli * 1_000_000)).collect()
    }

    #[test]
    fn it_moves_waits_and_ends() {
        let times = times(&[0, 0, 500, 9_000]);
        let mut passage = Passage::from_start();
        assert_eq!(passage.still(&times), None);
        passage.toggle(times.len());
        assert!(!passage.pass(&times, Passage::CABLE / 2.0, 1.0));
        assert!((passage.seen().part - 0.5).abs() < 1e-3 && passage.seen().stop == 0);
        // No time between the first two: on it goes.
        assert!(passage.pass(&times, Passage::CABLE, 1.0));
        assert!((passage.seen().part - 0.5).abs() < 1e-3 && passage.seen().stop == 1);
        // Half a second between the next two: it stands, and says for how long.
        assert!(!passage.pass(&times, Passage::CABLE / 2.0 + 0.1, 1.0));
        assert!((passage.still(&times).unwrap() - 0.4).abs() < 1e-3 && passage.seen().part >= 1.0);
        // Eight seconds are shortened; at ten times the speed all of it ends.
        assert!(passage.pass(&times, 1.0, 10.0));
        assert_eq!((passage.seen(), passage.is_playing()), (Seen { stop: 3, part: 1.0 }, false));
        passage.toggle(times.len());
        assert_eq!((passage.seen(), passage.is_playing()), (Seen { stop: 0, part: 0.0 }, true));
    }

    #[test]
    fn who_goes_to_a_stop_stands_there_and_plays_on_from_it() {
        let times = times(&[0, 10, 20]);
        let mut passage = Passage::default();
        passage.seek(1);
        assert_eq!(passage.seen(), Seen { stop: 1, part: Passage::MIDDLE });
        assert!(!passage.pass(&times, 5.0, 1.0), "time stands still");
        passage.toggle(times.len());
        assert!(passage.pass(&times, 0.5, 1.0));
        assert_eq!(passage.at(), 2);
        passage.toggle(times.len());
        assert_eq!((passage.at(), passage.is_playing()), (2, false));
        let mut nothing = Passage::default();
        nothing.toggle(0);
        assert!(!nothing.is_playing());
    }
}
