//! The conversation that is shown while its frames come in: which they are,
//! and when they are worth a new picture.

use std::time::{Duration, Instant};

use crate::session::capture::Capture;
use crate::trace::FrameNumber;

/// No more frames of a conversation are fetched while more come: all of it is
/// understood again and again.
pub(super) const MOST_GROWING: usize = 5_000;

/// How soon what is shown is understood again.
const REFRESH: Duration = Duration::from_millis(250);

/// How often the work that takes may fit into the time until the next.
const SHARE: u32 = 8;

/// A conversation that grows.
#[derive(Debug, Default)]
pub(super) struct Growth {
    /// Its first frames.
    pub(super) frames: Vec<FrameNumber>,
    /// How many it has in all.
    all: usize,
    /// Frames of the capture that were looked at.
    scanned: usize,
    /// When it was fetched last, and how long that is good for.
    last: Option<(Instant, Duration)>,
}

impl Growth {
    /// Looks for its frames among those that are new, and keeps the first
    /// `most`; tells how many it has.
    pub(super) fn follow(&mut self, capture: &Capture, id: u32, most: usize) -> usize {
        let count = capture.index().len();
        if self.all > self.frames.len() && self.frames.len() < most {
            // More of it are wanted now than were before.
            *self = Self { last: self.last, ..Self::default() };
        }
        let number = |before: usize| FrameNumber(u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1));
        for number in (self.scanned..count).map(number) {
            if capture.index().get(number).is_some_and(|entry| entry.conversation == Some(id)) {
                self.all += 1;
                if self.frames.len() < most {
                    self.frames.push(number);
                }
            }
        }
        self.scanned = count;
        self.all
    }

    /// Whether what was fetched is old.
    pub(super) fn is_due(&self) -> bool {
        self.last.is_none_or(|(at, good)| at.elapsed() >= good)
    }

    /// It was fetched and understood, which took from `start` until now.
    pub(super) fn fetched(&mut self, start: Instant) {
        self.last = Some((now(), REFRESH.max(start.elapsed() * SHARE)));
    }
}

/// This moment.
#[expect(clippy::disallowed_methods, reason = "this is where the document reads the clock")]
pub(super) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Frame, LinkType, Place, Timestamp};
    use crate::trace::Notes;

    /// A datagram between two ports of this host.
    fn datagram(port: u8) -> Frame {
        let ethernet = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0];
        let ip = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1];
        Frame::whole([&ethernet[..], &ip, &[0x90, port, 0x27, 0x0f, 0, 8, 0, 0]].concat())
    }

    #[test]
    fn a_growing_conversation_is_followed_and_bounded() {
        let place = Place::Interface { name: "lo".into(), description: None, link_type: LinkType::ETHERNET };
        let mut capture = Capture::live(place, Notes::default());
        let mut growth = Growth::default();
        let numbers = |growth: &Growth| growth.frames.iter().map(|number| number.0).collect::<Vec<_>>();
        for port in [1, 2, 1, 1, 2] {
            capture.take(Timestamp::from_nanos(0), &datagram(port), |_, _| {});
        }
        assert_eq!(growth.follow(&capture, 0, 2), 3);
        assert_eq!(numbers(&growth), [1, 3], "the first two");
        capture.take(Timestamp::from_nanos(0), &datagram(1), |_, _| {});
        assert_eq!(growth.follow(&capture, 0, 2), 4);
        assert_eq!(numbers(&growth), [1, 3]);
        assert_eq!(growth.follow(&capture, 0, 10), 4);
        assert_eq!(numbers(&growth), [1, 3, 4, 6], "all of them, once more are wanted");
    }

    #[test]
    fn what_took_long_is_good_for_long() {
        let mut growth = Growth::default();
        assert!(growth.is_due());
        growth.fetched(now());
        assert!(!growth.is_due(), "good for {REFRESH:?}");
    }
}
