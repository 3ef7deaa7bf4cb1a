//! One segment on several hops: frames that show the same segment at another
//! place are further *sightings* of it, not retransmissions.
//!
//! Two frames show one segment when they agree in everything that no hop
//! changes (for TCP: sequence and acknowledgment number, flags, window, length
//! and timestamps), were captured at two places at nearly the same time, and
//! neither place has shown that segment before: a retransmission passes each
//! place once more. IPv4's identification, where it is in use, must agree too:
//! a retransmission has another one.
//!
//! Addresses and ports may differ: behind a network address translator
//! (RFC 3022) a connection is another pair of sockets. It is known by its
//! first segment.

use std::collections::VecDeque;

use hashbrown::HashMap;

use crate::decode::Cooked;
use crate::model::{PlaceId, Span, Timestamp};
use crate::trace::FrameNumber;

/// How far apart in time two sightings of a segment may be: less than the
/// first retransmission of a SYN, 1 s (RFC 6298 §2.1).
const TOGETHER: Span = Span::from_millis(900);

/// How many segments are remembered at most: more only wait where the clock of
/// a capture stands still or runs backwards.
const MOST: usize = 1 << 18;

/// Where a frame was seen, more exactly than by its interface where the link
/// layer says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Hop {
    pub(crate) place: PlaceId,
    /// In a capture of any interface: which one, and which way.
    pub(crate) cooked: Option<Cooked>,
}

/// What no hop changes about a segment or a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Constant(pub(crate) [u64; 3]);

/// A segment or a datagram as one frame shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    pub(crate) frame: FrameNumber,
    pub(crate) at: Timestamp,
    pub(crate) hop: Hop,
    /// The stream of the two sockets that the frame names, if they have one.
    pub(crate) stream: Option<u32>,
    /// It may begin a stream.
    pub(crate) asks: bool,
    /// It travels as the stream's first frame did.
    pub(crate) forward: bool,
    pub(crate) constant: Constant,
    /// IPv4's identification, 0 where it is not in use.
    pub(crate) identification: u16,
}

/// What a frame turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sighting {
    /// The first of its segment.
    First,
    /// A further one.
    Further {
        /// The frame that showed the segment first.
        first: FrameNumber,
        /// The stream that frame was in.
        original: u32,
        /// A frame of this frame's own stream has shown it already.
        known: bool,
    },
}

/// A segment that may still be seen elsewhere.
#[derive(Clone, Copy, Debug)]
struct Seen {
    frame: FrameNumber,
    at: Timestamp,
    /// One bit for each of the first 64 hops.
    hops: u64,
    identification: u16,
    /// The streams that showed it, the first one first.
    streams: [u32; 4],
}

/// Which segment a frame may show: its stream and direction, and what is
/// constant. Of two equal ones the later counts.
type Key = (u32, bool, Constant);

/// No stream: in a [`Key`], where any will do.
const ANY: u32 = u32::MAX;

/// Segments that may still be seen at another place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hops {
    known: Vec<Hop>,
    recent: HashMap<Key, Seen>,
    /// When each of `recent` was noted, to forget it in time.
    noted: VecDeque<(Timestamp, Key)>,
    /// Streams that are another one behind a translator: which.
    translated: HashMap<u32, u32>,
}

impl Hops {
    /// Whether a frame is a further sighting of a segment.
    /// [`settle`](Self::settle) must follow.
    pub(crate) fn look(&mut self, shown: &Shown) -> Sighting {
        self.forget(shown.at);
        let Some(hop) = self.bit(shown.hop) else { return Sighting::First };
        let own = shown.stream.map(|stream| (self.original(stream), shown.forward, shown.constant));
        let any = shown.asks.then_some((ANY, true, shown.constant));
        let seen = [own, any].into_iter().flatten().filter_map(|key| self.recent.get(&key));
        let mut same = seen.filter(|seen| {
            let apart = shown.at.since(seen.at).nanos().abs();
            let identified = seen.identification != 0 && shown.identification != 0;
            seen.hops & hop == 0
                && apart < TOGETHER.nanos()
                && (!identified || seen.identification == shown.identification)
        });
        match same.next() {
            None => Sighting::First,
            Some(seen) => Sighting::Further {
                first: seen.frame,
                original: seen.streams.first().copied().unwrap_or(ANY),
                known: shown.stream.is_some_and(|stream| seen.streams.contains(&stream)),
            },
        }
    }

    /// Notes what [`look`](Self::look) told of a frame that turned out to be in
    /// `stream`, which it may have opened.
    pub(crate) fn settle(&mut self, shown: &Shown, sighting: Sighting, stream: u32, opens: bool) {
        let Some(hop) = self.bit(shown.hop) else { return };
        let forward = shown.forward || opens;
        match sighting {
            Sighting::First => {
                let mut streams = [ANY; 4];
                if let Some(first) = streams.first_mut() {
                    *first = self.original(stream);
                }
                let (at, identification) = (shown.at, shown.identification);
                let seen = Seen { frame: shown.frame, at, hops: hop, identification, streams };
                let key = (self.original(stream), forward, shown.constant);
                self.note(key, seen);
                if opens {
                    self.note((ANY, true, shown.constant), seen);
                }
            }
            Sighting::Further { original, .. } => {
                if opens && original != stream {
                    self.translated.insert(stream, original);
                }
                for key in [(original, forward, shown.constant), (ANY, true, shown.constant)] {
                    let Some(seen) = self.recent.get_mut(&key) else { continue };
                    seen.hops |= hop;
                    let known = seen.streams.contains(&stream);
                    if let Some(free) = seen.streams.iter_mut().find(|other| !known && **other == ANY) {
                        *free = stream;
                    }
                }
            }
        }
    }

    /// The stream of which `stream` is the translation; itself where it is
    /// none.
    fn original(&self, stream: u32) -> u32 {
        self.translated.get(&stream).copied().unwrap_or(stream)
    }

    fn note(&mut self, key: Key, seen: Seen) {
        self.recent.insert(key, seen);
        self.noted.push_back((seen.at, key));
    }

    /// Forgets what is too old to be seen again.
    fn forget(&mut self, now: Timestamp) {
        while let Some((at, key)) = self.noted.front() {
            if now.since(*at).nanos() < TOGETHER.nanos() && self.noted.len() < MOST {
                return;
            }
            // The same segment may have been sent again since.
            if self.recent.get(key).is_some_and(|seen| seen.at == *at) {
                self.recent.remove(key);
            }
            self.noted.pop_front();
        }
    }

    /// The bit of a hop; `None` from the 65th on.
    fn bit(&mut self, hop: Hop) -> Option<u64> {
        let index = self.known.iter().position(|known| *known == hop).unwrap_or_else(|| {
            self.known.push(hop);
            self.known.len() - 1
        });
        1_u64.checked_shl(u32::try_from(index).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(frame: u32, millis: i64, place: u32, stream: u32, number: u64) -> Shown {
        Shown {
            frame: FrameNumber(frame),
            at: Timestamp::from_nanos(millis * 1_000_000),
            hop: Hop { place: PlaceId(place), cooked: None },
            stream: Some(stream),
            asks: false,
            forward: true,
            constant: Constant([number, 0, 0]),
            identification: 0,
        }
    }

    impl Hops {
        fn see(&mut self, shown: &Shown) -> Option<(u32, bool)> {
            let sighting = self.look(shown);
            self.settle(shown, sighting, shown.stream.unwrap(), false);
            match sighting {
                Sighting::First => None,
                Sighting::Further { first, known, .. } => Some((first.0, known)),
            }
        }

        /// A SYN between sockets that were not seen before.
        fn see_opening(&mut self, shown: &Shown) -> Option<(u32, bool)> {
            let asking = Shown { stream: None, asks: true, ..*shown };
            let sighting = self.look(&asking);
            self.settle(&asking, sighting, shown.stream.unwrap(), true);
            match sighting {
                Sighting::First => None,
                Sighting::Further { first, known, .. } => Some((first.0, known)),
            }
        }
    }

    #[test]
    fn the_same_segment_elsewhere_is_a_sighting_and_here_a_repeat() {
        let mut hops = Hops::default();
        assert_eq!(hops.see(&shown(1, 0, 0, 0, 7)), None);
        assert_eq!(hops.see(&shown(2, 1, 1, 0, 7)), Some((1, true)));
        assert_eq!(hops.see(&shown(3, 2, 1, 0, 8)), None, "another segment");
        assert_eq!(hops.see(&shown(4, 200, 0, 0, 7)), None, "sent again");
        assert_eq!(hops.see(&shown(5, 201, 1, 0, 7)), Some((4, true)));
        assert_eq!(hops.see(&shown(6, 2000, 2, 0, 7)), None, "too late");
    }

    /// Two copies without timestamps: IPv4's identification tells which.
    #[test]
    fn a_retransmission_that_overtakes_is_known_by_its_identification() {
        let mut hops = Hops::default();
        let with = |shown: Shown, identification| Shown { identification, ..shown };
        assert_eq!(hops.see(&with(shown(1, 0, 0, 0, 7), 10)), None);
        assert_eq!(hops.see(&with(shown(2, 200, 1, 0, 7), 11)), None, "the first was lost on the way");
    }

    #[test]
    fn a_translated_connection_is_known_by_its_first_segment() {
        let mut hops = Hops::default();
        assert_eq!(hops.see_opening(&shown(1, 0, 0, 0, 7)), None);
        assert_eq!(hops.see_opening(&shown(2, 1, 1, 1, 7)), Some((1, false)));
        assert_eq!(hops.see(&shown(3, 2, 2, 1, 7)), Some((1, true)), "a second hop behind the translator");
        assert_eq!(hops.original(1), 0);
        let back = |shown: Shown| Shown { forward: false, ..shown };
        assert_eq!(hops.see(&back(shown(4, 5, 1, 1, 9))), None);
        assert_eq!(hops.see(&back(shown(5, 6, 0, 0, 9))), Some((4, true)));
        // At the same place it is another connection that happens to look alike.
        assert_eq!(hops.see_opening(&shown(6, 7, 0, 2, 7)), None);
    }

    #[test]
    fn nothing_is_remembered_for_long() {
        let mut hops = Hops::default();
        for number in 0..10_000 {
            hops.see(&shown(1, i64::try_from(number).unwrap() * 10, 0, 0, number));
        }
        assert!(hops.recent.len() <= 91 && hops.noted.len() <= 91, "{}", hops.recent.len());
    }
}
