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
    /// The interface's number in a capture of any interface, 0 where unknown.
    pub(crate) interface: u32,
    /// The host that captured it sent it there.
    pub(crate) outgoing: bool,
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
    /// The connection, by the pair of sockets that the frame names.
    pub(crate) stream: u32,
    /// It is the first frame of that pair.
    pub(crate) opens: bool,
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
    /// A further one of the segment first seen in this frame.
    Further(FrameNumber),
}

/// A segment that may still be seen elsewhere.
#[derive(Clone, Copy, Debug)]
struct Seen {
    frame: FrameNumber,
    at: Timestamp,
    /// One bit for each of the first 64 hops.
    hops: u64,
    identification: u16,
    stream: u32,
}

/// Which segment a frame may show: its stream and direction, and what is
/// constant. Of two equal ones the later counts.
type Key = (u32, bool, Constant);

/// The stream in a [`Key`] where any will do.
const ANY: u32 = u32::MAX;

/// Segments that may still be seen at another place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hops {
    hops: Vec<Hop>,
    recent: HashMap<Key, Seen>,
    /// When each of `recent` was noted, to forget it in time.
    noted: VecDeque<(Timestamp, Key)>,
    /// Streams that are another one behind a translator: which.
    translated: HashMap<u32, u32>,
}

impl Hops {
    /// The stream of which `stream` is the translation; itself where it is
    /// none.
    pub(crate) fn original(&self, stream: u32) -> u32 {
        self.translated.get(&stream).copied().unwrap_or(stream)
    }

    /// Whether a frame is a further sighting of a segment.
    pub(crate) fn see(&mut self, shown: &Shown) -> Sighting {
        self.forget(shown.at);
        let Some(hop) = self.bit(shown.hop) else { return Sighting::First };
        if shown.opens
            && let Some(frame) = self.again(&(ANY, true, shown.constant), shown, hop)
            && let Some(original) = self.recent.get(&(ANY, true, shown.constant)).map(|seen| seen.stream)
        {
            if original != shown.stream {
                self.translated.insert(shown.stream, original);
            }
            self.again(&(original, true, shown.constant), shown, hop);
            return Sighting::Further(frame);
        }
        let key = (self.original(shown.stream), shown.forward, shown.constant);
        if let Some(frame) = self.again(&key, shown, hop) {
            return Sighting::Further(frame);
        }
        let stream = key.0;
        let seen = Seen { frame: shown.frame, at: shown.at, hops: hop, identification: shown.identification, stream };
        self.note(key, seen);
        if shown.opens {
            self.note((ANY, true, shown.constant), seen);
        }
        Sighting::First
    }

    /// The frame that first showed the segment of this key, if this is a
    /// further sighting; which is then noted.
    fn again(&mut self, key: &Key, shown: &Shown, hop: u64) -> Option<FrameNumber> {
        let seen = self.recent.get_mut(key)?;
        let apart = shown.at.since(seen.at).nanos().abs();
        let same = seen.hops & hop == 0
            && apart < TOGETHER.nanos()
            && (seen.identification == shown.identification || seen.identification == 0 || shown.identification == 0);
        same.then(|| {
            seen.hops |= hop;
            seen.frame
        })
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
        let index = self.hops.iter().position(|known| *known == hop).unwrap_or_else(|| {
            self.hops.push(hop);
            self.hops.len() - 1
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
            hop: Hop { place: PlaceId(place), interface: 0, outgoing: false },
            stream,
            opens: false,
            forward: true,
            constant: Constant([number, 0, 0]),
            identification: 0,
        }
    }

    #[test]
    fn the_same_segment_elsewhere_is_a_sighting_and_here_a_repeat() {
        let mut hops = Hops::default();
        assert_eq!(hops.see(&shown(1, 0, 0, 0, 7)), Sighting::First);
        assert_eq!(hops.see(&shown(2, 1, 1, 0, 7)), Sighting::Further(FrameNumber(1)));
        assert_eq!(hops.see(&shown(3, 2, 1, 0, 8)), Sighting::First, "another segment");
        assert_eq!(hops.see(&shown(4, 200, 0, 0, 7)), Sighting::First, "sent again");
        assert_eq!(hops.see(&shown(5, 201, 1, 0, 7)), Sighting::Further(FrameNumber(4)));
        assert_eq!(hops.see(&shown(6, 2000, 2, 0, 7)), Sighting::First, "too late");
    }

    /// Two copies without timestamps: IPv4's identification tells which.
    #[test]
    fn a_retransmission_that_overtakes_is_known_by_its_identification() {
        let mut hops = Hops::default();
        let with = |shown: Shown, identification| Shown { identification, ..shown };
        assert_eq!(hops.see(&with(shown(1, 0, 0, 0, 7), 10)), Sighting::First);
        assert_eq!(hops.see(&with(shown(2, 200, 1, 0, 7), 11)), Sighting::First, "the first was lost on the way");
    }

    #[test]
    fn a_translated_connection_is_known_by_its_first_segment() {
        let mut hops = Hops::default();
        let opens = |shown: Shown| Shown { opens: true, ..shown };
        assert_eq!(hops.see(&opens(shown(1, 0, 0, 0, 7))), Sighting::First);
        assert_eq!(hops.see(&opens(shown(2, 1, 1, 1, 7))), Sighting::Further(FrameNumber(1)));
        assert_eq!(hops.original(1), 0);
        let back = |shown: Shown| Shown { forward: false, ..shown };
        assert_eq!(hops.see(&back(shown(3, 5, 1, 1, 9))), Sighting::First);
        assert_eq!(hops.see(&back(shown(4, 6, 0, 0, 9))), Sighting::Further(FrameNumber(3)));
        // At the same place it is another connection that happens to look alike.
        assert_eq!(hops.see(&opens(shown(5, 7, 0, 2, 7))), Sighting::First);
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
