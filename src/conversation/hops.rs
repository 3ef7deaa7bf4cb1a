//! One segment on several hops: frames that show the same segment at another
//! place are further *sightings* of it, not retransmissions.
//!
//! Two frames show one segment when they agree in everything that no hop
//! changes (for TCP: sequence and acknowledgment number, flags, window, length
//! and timestamps), were captured at two places at nearly the same time, and
//! the later place has not shown that segment before. IPv4's identification,
//! where it is in use, must agree too: a retransmission has another one.
//!
//! Where a place shows a segment once more, either its sender sent it again or
//! it was duplicated on its way. What is sent again passes the first place of
//! the way again; what comes twice only behind that place was duplicated, and
//! is no other segment.
//!
//! Addresses and ports may differ: behind a network address translator
//! (RFC 3022) a connection is another pair of sockets. It is known by its
//! first segment. Datagrams have no first one with a number of its own: what is
//! seen behind a router from another host to the same socket, with a smaller
//! TTL and the same content, is taken for one that was translated.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

use hashbrown::HashMap;

use crate::decode::Cooked;
use crate::model::{PlaceId, Span, Timestamp};
use crate::trace::FrameNumber;

/// How far apart in time two sightings of a segment may be that nothing tells
/// from a retransmission: less than the first one of a SYN, 1 s (RFC 6298
/// §2.1).
const TOGETHER: Span = Span::from_millis(900);

/// The same where the identification or the timestamps tell: the longest that
/// a segment is taken to live (RFC 9293 §3.4.1, MSL).
const LIFETIME: Span = Span::from_millis(120_000);

/// Of equal segments sent closer together than this the earlier one arrives
/// first; of others the later one is its retransmission.
const TRAIN: Span = Span::from_millis(1);

/// How many segments are remembered for longer than [`TOGETHER`].
const MOST_LONG: usize = 1 << 14;

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
    /// What a translator of datagrams leaves and what it changes.
    pub(crate) translated: Option<Translated>,
    /// IPv4's identification, 0 where it is not in use.
    pub(crate) identification: u16,
    /// What is constant tells when it was sent: it has timestamps (RFC 7323).
    pub(crate) dated: bool,
}

/// By what a datagram is known behind a translator (RFC 4787): it comes from
/// another host to the same socket, across at least one router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Translated {
    pub(crate) ttl: u8,
    pub(crate) source: IpAddr,
    pub(crate) destination: SocketAddr,
}

impl Shown {
    /// Whether its own sockets are new, and it may be the translation of what
    /// was seen before.
    fn may_translate(&self, seen: &Seen) -> bool {
        match (self.translated, seen.translated) {
            (Some(own), Some(other)) => {
                let apart = self.at.since(seen.at).nanos().abs();
                own.ttl < other.ttl
                    && own.source != other.source
                    && own.destination == other.destination
                    && apart < TOGETHER.nanos()
            }
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    /// Whether it may be a frame of a segment that was seen before.
    fn may_show(&self, seen: &Seen) -> bool {
        let identified = seen.identification != 0 && self.identification != 0;
        let apart = self.at.since(seen.at).nanos().abs();
        let most = if identified || self.dated { LIFETIME } else { TOGETHER };
        apart < most.nanos() && (!identified || seen.identification == self.identification)
    }
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
    /// That of the hop which showed it first.
    first_hop: u64,
    identification: u16,
    translated: Option<Translated>,
    /// The stream that showed it first, or the one which that translates.
    original: u32,
    /// The streams that showed it.
    streams: [u32; 4],
}

/// Equal segments that may still be seen elsewhere, in order.
#[derive(Clone, Debug)]
struct Equals {
    last: Seen,
    /// Those before it: none, but for retransmissions and repeated ACKs.
    earlier: Vec<Seen>,
}

impl Equals {
    fn each(&self) -> impl Iterator<Item = &Seen> {
        self.earlier.iter().chain([&self.last])
    }

    fn find_mut(&mut self, frame: FrameNumber) -> Option<&mut Seen> {
        self.earlier.iter_mut().chain([&mut self.last]).find(|seen| seen.frame == frame)
    }
}

/// Which segment a frame may show: its stream and direction, and what is
/// constant.
type Key = (u32, bool, Constant);

/// No stream: in a [`Key`], where any will do.
const ANY: u32 = u32::MAX;

/// Segments that may still be seen at another place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hops {
    known: Vec<Hop>,
    recent: HashMap<Key, Equals>,
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
        let each = |key: Option<Key>| key.and_then(|key| self.recent.get(&key)).into_iter().flat_map(Equals::each);
        let equals = || each(own).chain(each(any).filter(|seen| shown.may_translate(seen)));
        let fits = |seen: &&Seen| shown.may_show(seen);
        // Where it was not seen yet; of several the last, or the first of those
        // that were sent together with it.
        let awaited = || equals().filter(fits).filter(|seen| seen.hops & hop == 0);
        let last = awaited().max_by_key(|seen| (seen.at, seen.frame));
        let first_of_train = last.and_then(|last| {
            let together = |seen: &&Seen| last.at.since(seen.at).nanos() < TRAIN.nanos();
            awaited().filter(together).min_by_key(|seen| (seen.at, seen.frame))
        });
        // Or seen, but behind the place that showed it first.
        let known = |seen: &Seen| shown.stream.is_some_and(|stream| seen.streams.contains(&stream));
        let copied = || {
            let passed = equals().filter(fits);
            passed.filter(|seen| seen.first_hop != hop && known(seen)).max_by_key(|seen| (seen.at, seen.frame))
        };
        match first_of_train.or_else(copied) {
            None => Sighting::First,
            Some(seen) => Sighting::Further { first: seen.frame, original: seen.original, known: known(seen) },
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
                    *first = stream;
                }
                let Shown { frame, at, identification, translated, .. } = *shown;
                let original = self.original(stream);
                let seen = Seen { frame, at, hops: hop, first_hop: hop, identification, translated, original, streams };
                let key = (original, forward, shown.constant);
                self.note(key, seen);
                // A translator may not have seen the first SYN.
                if opens || shown.asks {
                    self.note((ANY, true, shown.constant), seen);
                }
            }
            Sighting::Further { first, original, .. } => {
                if opens && original != stream {
                    self.translated.insert(stream, original);
                }
                for key in [(original, forward, shown.constant), (ANY, true, shown.constant)] {
                    let Some(seen) = self.recent.get_mut(&key).and_then(|equals| equals.find_mut(first)) else {
                        continue;
                    };
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
        match self.recent.get_mut(&key) {
            Some(equals) => equals.earlier.push(std::mem::replace(&mut equals.last, seen)),
            None => {
                self.recent.insert(key, Equals { last: seen, earlier: Vec::new() });
            }
        }
        self.noted.push_back((seen.at, key));
    }

    /// Forgets what is too old to be seen again.
    fn forget(&mut self, now: Timestamp) {
        while let Some((at, key)) = self.noted.front() {
            let long = if self.noted.len() < MOST_LONG { LIFETIME } else { TOGETHER };
            if now.since(*at).nanos() < long.nanos() && self.noted.len() < MOST {
                return;
            }
            if let Some(equals) = self.recent.get_mut(key) {
                if equals.earlier.is_empty() {
                    self.recent.remove(key);
                } else {
                    equals.earlier.remove(0);
                }
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
            translated: None,
            identification: 0,
            dated: false,
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
        assert_eq!(
            hops.see(&back(shown(5, 6, 0, 0, 9))),
            Some((4, false)),
            "its stream before the translator shows it first"
        );
        // At the same place it is another connection that happens to look alike.
        assert_eq!(hops.see_opening(&shown(6, 7, 0, 2, 7)), None);
    }

    /// Behind the first place of its way a segment may come twice.
    #[test]
    fn what_comes_twice_behind_the_first_place_was_duplicated() {
        let mut hops = Hops::default();
        assert_eq!(hops.see(&shown(1, 0, 0, 0, 7)), None);
        for (frame, place) in [(2, 1), (3, 1), (4, 2), (5, 2), (6, 2)] {
            assert_eq!(hops.see(&shown(frame, 1, place, 0, 7)), Some((1, true)), "{frame}");
        }
        // Sent again it passes the first place again, and all the others.
        assert_eq!(hops.see(&shown(7, 200, 0, 0, 7)), None);
        for (frame, place) in [(8, 1), (9, 2)] {
            assert_eq!(hops.see(&shown(frame, 201, place, 0, 7)), Some((7, true)), "{frame}");
        }
    }

    /// An ACK and a second one that differs only in its SACK blocks, both on
    /// their way at once.
    #[test]
    fn equal_segments_on_their_way_are_told_apart() {
        let mut hops = Hops::default();
        let with = |shown: Shown, identification| Shown { identification, ..shown };
        assert_eq!(hops.see(&with(shown(1, 0, 0, 0, 7), 10)), None);
        assert_eq!(hops.see(&with(shown(2, 0, 0, 0, 7), 11)), None);
        for (frame, place) in [(3, 1), (5, 2)] {
            assert_eq!(hops.see(&with(shown(frame, 1, place, 0, 7), 10)), Some((1, true)));
            assert_eq!(hops.see(&with(shown(frame + 1, 1, place, 0, 7), 11)), Some((2, true)));
        }
        // Without identification: in their order.
        let mut hops = Hops::default();
        assert_eq!((hops.see(&shown(1, 0, 0, 0, 7)), hops.see(&shown(2, 0, 0, 0, 7))), (None, None));
        assert_eq!(hops.see(&shown(3, 1, 1, 0, 7)), Some((1, true)));
        assert_eq!(hops.see(&shown(4, 1, 1, 0, 7)), Some((2, true)));
    }

    #[test]
    fn an_original_may_arrive_after_its_retransmission() {
        let late = |identification, dated| {
            let mut hops = Hops::default();
            let with = |shown: Shown, of: u16| Shown { identification: of * identification, dated, ..shown };
            assert_eq!(hops.see(&with(shown(1, 0, 0, 0, 7), 1)), None);
            assert_eq!(hops.see(&with(shown(2, 210, 0, 0, 7), 2)), None);
            assert_eq!(hops.see(&with(shown(3, 211, 1, 0, 7), 2)), Some((2, true)));
            hops.see(&with(shown(4, 1500, 1, 0, 7), 1))
        };
        assert_eq!(late(7, false), Some((1, true)), "identified");
        assert_eq!(late(0, true), Some((1, true)), "its timestamps are its own");
        assert_eq!(late(0, false), None, "nothing tells it from a repeat");
    }

    /// The first SYN was lost before it: the translator's connection begins with
    /// the second.
    #[test]
    fn a_translated_connection_is_known_by_any_syn() {
        let mut hops = Hops::default();
        assert_eq!(hops.see_opening(&shown(1, 0, 0, 0, 7)), None);
        let again = Shown { asks: true, ..shown(2, 1000, 0, 0, 8) };
        assert_eq!(hops.see(&again), None);
        assert_eq!(hops.see_opening(&shown(3, 1001, 1, 1, 8)), Some((2, false)));
        assert_eq!(hops.original(1), 0);
    }

    #[test]
    fn nothing_is_remembered_for_long() {
        let mut hops = Hops::default();
        for number in 0..15_000 {
            hops.see(&shown(1, i64::try_from(number).unwrap() * 10, 0, 0, number));
        }
        let most = 12_001;
        assert!(hops.recent.len() <= most && hops.noted.len() <= most, "{}", hops.recent.len());
    }
}
