//! Where a segment was seen, and what became of it on its way.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::{Datagram, DatagramContent, End, Ends, Segment, WireAction};
use crate::decode::{Cooked, MacAddress};
use crate::model::{LinkActionKind, PlaceId, SeqNumber, Span, Timestamp};
use crate::trace::FrameNumber;

/// One frame that shows a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The frame.
    pub frame: FrameNumber,
    /// When.
    pub at: Timestamp,
    /// Where.
    pub place: PlaceId,
    /// In a capture of any interface: which one, and which way.
    pub cooked: Option<Cooked>,
    /// The hardware addresses it had there: from, to.
    pub ethernet: Option<(MacAddress, MacAddress)>,
    /// How many routers it could still cross there: TTL or hop limit.
    pub ttl: u8,
    /// The sockets it named there: from, to. Behind a translator they are not
    /// those of the conversation.
    pub sockets: (SocketAddr, SocketAddr),
}

impl Sighting {
    /// Where it was seen, more exactly than by its place where a capture of any
    /// interface tells.
    const fn hop(&self) -> (PlaceId, Option<Cooked>) {
        (self.place, self.cooked)
    }

    /// The same, whichever way it went.
    fn interface(&self) -> (PlaceId, Option<u32>) {
        (self.place, self.cooked.map(|cooked| cooked.interface))
    }
}

/// What became of a segment or a datagram, as far as the capture shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// It was seen at its receiver's place, or its receiver acknowledged it and
    /// it was not sent again.
    Delivered,
    /// It was seen at one place of its way and not at the next ones, or a wire
    /// said that it lost it.
    Lost {
        /// The last place that saw it.
        after: PlaceId,
        /// The place that should have seen it next: the wire itself where the
        /// capture knows none behind it, and the last one where an ICMP error
        /// says that it went no further.
        before: PlaceId,
    },
    /// It was seen more than once at its receiver's place, and its sender had
    /// sent it once.
    Duplicated,
    /// It arrived after something that was sent later, or a wire said that it
    /// held it back.
    Delayed,
    /// Nothing tells.
    #[default]
    Unknown,
}

impl Fate {
    /// The word in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Lost { .. } => "lost",
            Self::Duplicated => "duplicated",
            Self::Delayed => "delayed",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it never arrived.
    pub const fn is_lost(self) -> bool {
        matches!(self, Self::Lost { .. })
    }
}

/// How much later than one that was sent after it a segment must arrive to
/// have been overtaken: several captures stamp a little out of order.
const OVERTAKEN: Span = Span::from_nanos(100_000);

/// A segment or a datagram with what tells its fate.
struct Message<'a> {
    from: End,
    seen_at: &'a [Sighting],
    actions: &'a [WireAction],
    /// Its receiver acknowledged it, and it was not sent again.
    proven: bool,
}

/// Where what each end sends passes.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// The places that it passes, in order: those of the first message that was
    /// seen at most places.
    ways: Ends<Vec<(PlaceId, Option<Cooked>)>>,
    /// The place next to each end: where most of what it sends is seen first.
    homes: Ends<Option<(PlaceId, Option<u32>)>>,
}

impl Ways {
    /// Finds them in what both ends sent.
    pub(super) fn of<'a>(messages: impl Iterator<Item = (End, &'a [Sighting])>) -> Self {
        let mut counts: Ends<BTreeMap<(PlaceId, Option<u32>), u32>> = Ends::default();
        let mut most: Ends<usize> = Ends::default();
        let mut ways = Self::default();
        for (from, seen_at) in messages {
            if let Some(first) = seen_at.first() {
                *counts.of_mut(from).entry(first.interface()).or_default() += 1;
            }
            if seen_at.len() <= *most.of(from) {
                continue;
            }
            let mut sightings = seen_at.to_vec();
            // Several capturing threads: a file's order is not always that of time.
            sightings.sort_by_key(|sighting| (sighting.at, sighting.frame));
            let mut way = Vec::new();
            for hop in sightings.iter().map(Sighting::hop) {
                if !way.contains(&hop) {
                    way.push(hop);
                }
            }
            if way.len() > ways.ways.of(from).len() {
                *most.of_mut(from) = way.len();
                *ways.ways.of_mut(from) = way;
            }
        }
        for end in End::BOTH {
            let counts = counts.of(end);
            let often = counts.values().max();
            *ways.homes.of_mut(end) = counts.iter().find(|(_, count)| Some(*count) == often).map(|(place, _)| *place);
        }
        ways
    }

    /// Finds them in datagrams. An ICMP error may come from a router on the way,
    /// which is not where its end is.
    pub(super) fn of_datagrams(datagrams: &[Datagram]) -> Self {
        let theirs = datagrams.iter().filter(|datagram| datagram.content.from_the_end());
        Self::of(theirs.map(|datagram| (datagram.from, datagram.seen_at.as_slice())))
    }

    /// The place next to `end`, where its peer has another one.
    fn home(&self, end: End) -> Option<(PlaceId, Option<u32>)> {
        self.homes.of(end).filter(|home| *self.homes.of(end.peer()) != Some(*home))
    }

    /// Both sockets as `end`'s own host knows them, own first, from something
    /// that it sent; behind a translator the peer calls them otherwise.
    fn view(&self, end: End, seen_at: &[Sighting]) -> Option<(SocketAddr, SocketAddr)> {
        let first = seen_at.first()?;
        (Some(first.interface()) == *self.homes.of(end)).then_some(first.sockets)
    }

    /// The same for both ends, from all that was sent; `addresses` where it
    /// does not tell.
    pub(super) fn views<'a>(
        &self,
        addresses: Ends<SocketAddr>,
        sent: &(impl Iterator<Item = (End, &'a [Sighting])> + Clone),
    ) -> Ends<(SocketAddr, SocketAddr)> {
        let view = |end: End| {
            let mut own = sent.clone().filter(|(from, _)| *from == end);
            let seen = own.find_map(|(_, seen_at)| self.view(end, seen_at));
            seen.unwrap_or((*addresses.of(end), *addresses.of(end.peer())))
        };
        Ends { client: view(End::Client), server: view(End::Server) }
    }

    /// When something was seen at its receiver's own place, in order.
    pub(super) fn arrivals(&self, from: End, seen_at: &[Sighting]) -> Vec<Timestamp> {
        let Some(home) = self.home(from.peer()) else { return Vec::new() };
        let mut arrivals: Vec<Timestamp> =
            seen_at.iter().filter(|seen| seen.interface() == home).map(|seen| seen.at).collect();
        arrivals.sort_unstable();
        arrivals
    }

    fn fate(&self, message: &Message<'_>, arrivals: &[Timestamp], overtaken: bool) -> Fate {
        let Message { from, seen_at, actions, proven } = *message;
        let did = |wanted: &[LinkActionKind]| actions.iter().find(|action| wanted.contains(&action.what));
        let held = did(&[LinkActionKind::Delayed, LinkActionKind::Swapped]).is_some();
        match arrivals {
            [] => {}
            [_, _, ..] => return Fate::Duplicated,
            [_] if held || overtaken => return Fate::Delayed,
            [_] => return Fate::Delivered,
        }
        if let Some(action) = did(&[LinkActionKind::Lost, LinkActionKind::QueueFull])
            && let Some(last) = seen_at.iter().find(|seen| seen.frame == action.frame)
            && (self.home(from.peer()).is_some() || seen_at.iter().all(|seen| seen.at <= action.at))
        {
            let before = self.behind(from, last).unwrap_or(action.wire);
            return Fate::Lost { after: last.place, before };
        }
        if proven {
            return if held { Fate::Delayed } else { Fate::Delivered };
        }
        let way = self.ways.of(from);
        let place = |sighting: &Sighting| way.iter().position(|hop| *hop == sighting.hop());
        let furthest = seen_at.iter().max_by_key(|sighting| place(sighting));
        let Some(last) = furthest.filter(|sighting| place(sighting).is_some()) else { return Fate::Unknown };
        match self.behind(from, last) {
            Some(before) => Fate::Lost { after: last.place, before },
            None if way.len() > 1 => Fate::Delivered,
            None => Fate::Unknown,
        }
    }

    /// The place that sees next what `from` sends.
    fn behind(&self, from: End, last: &Sighting) -> Option<PlaceId> {
        let way = self.ways.of(from);
        let index = way.iter().position(|hop| *hop == last.hop())?;
        let next = way.get(index + 1).map(|(place, _)| *place);
        next.or_else(|| self.home(from.peer()).map(|(place, _)| place).filter(|home| *home != last.place))
    }
}

impl Segment {
    /// When it reached its receiver: when it was first seen at the receiver's
    /// own place; where the capture has no such place, when it was seen last.
    /// `None` where it was lost.
    pub fn reached(&self) -> Option<Timestamp> {
        reached(&self.arrivals, self.fate, &self.seen_at)
    }
}

impl Datagram {
    /// As [`Segment::reached`].
    pub fn reached(&self) -> Option<Timestamp> {
        reached(&self.arrivals, self.fate, &self.seen_at)
    }
}

fn reached(arrivals: &[Timestamp], fate: Fate, seen_at: &[Sighting]) -> Option<Timestamp> {
    if fate.is_lost() {
        return None;
    }
    arrivals.first().copied().or_else(|| seen_at.iter().map(|seen| seen.at).max())
}

/// Tells each segment's fate and arrivals.
pub(super) fn judge(segments: &mut [Segment], errors: &[Datagram], ways: &Ways) {
    let stopped = stopped(errors);
    let acknowledged = acknowledged(segments);
    let mut repeated = vec![false; segments.len()];
    for segment in segments.iter() {
        if let Some(earlier) = segment.repeats.and_then(|earlier| repeated.get_mut(earlier)) {
            *earlier = true;
        }
    }
    for segment in segments.iter_mut() {
        segment.arrivals = ways.arrivals(segment.from, &segment.seen_at);
    }
    let overtaken = overtaken(segments.iter().map(|segment| (segment.from, segment.arrivals.first().copied())));
    for (index, segment) in segments.iter_mut().enumerate() {
        let is = |flags: &[bool]| flags.get(index).is_some_and(|flag| *flag);
        let proven = is(&acknowledged) && !is(&repeated);
        let message = Message { from: segment.from, seen_at: &segment.seen_at, actions: &segment.actions, proven };
        segment.fate = ways.fate(&message, &segment.arrivals, is(&overtaken));
        if !proven && stopped.contains(&segment.frame) {
            segment.fate = no_further(segment.fate, &segment.arrivals, &segment.seen_at);
        }
    }
}

/// Tells each datagram's fate and arrivals.
pub(super) fn judge_datagrams(datagrams: &mut [Datagram], ways: &Ways) {
    let stopped = stopped(datagrams);
    for datagram in datagrams.iter_mut() {
        datagram.arrivals = ways.arrivals(datagram.from, &datagram.seen_at);
    }
    let overtaken = overtaken(datagrams.iter().map(|datagram| (datagram.from, datagram.arrivals.first().copied())));
    for (datagram, overtaken) in datagrams.iter_mut().zip(overtaken) {
        let Datagram { from, ref seen_at, ref actions, .. } = *datagram;
        let message = Message { from, seen_at, actions, proven: false };
        datagram.fate = ways.fate(&message, &datagram.arrivals, overtaken);
        if stopped.contains(&datagram.frame) {
            datagram.fate = no_further(datagram.fate, &datagram.arrivals, seen_at);
        }
    }
}

/// The messages of which an ICMP error from a router on the way tells that they
/// went no further, by their frames.
fn stopped(errors: &[Datagram]) -> BTreeSet<FrameNumber> {
    let about = |error: &Datagram| match error.content {
        DatagramContent::Error { about, .. } => about.filter(|_| !error.content.from_the_end()),
        DatagramContent::Data => None,
    };
    errors.iter().filter_map(about).collect()
}

/// What became of a message that a router says it did not pass on.
fn no_further(fate: Fate, arrivals: &[Timestamp], seen_at: &[Sighting]) -> Fate {
    match (fate, seen_at.iter().max_by_key(|seen| (seen.at, seen.frame))) {
        (Fate::Unknown | Fate::Delivered, Some(last)) if arrivals.is_empty() => {
            Fate::Lost { after: last.place, before: last.place }
        }
        _ => fate,
    }
}

/// Tells the fate and the arrivals of ICMP errors about segments.
pub(super) fn judge_errors(errors: &mut [Datagram], ways: &Ways) {
    for error in errors {
        error.arrivals = ways.arrivals(error.from, &error.seen_at);
        let Datagram { from, ref seen_at, ref actions, .. } = *error;
        let message = Message { from, seen_at, actions, proven: false };
        error.fate = ways.fate(&message, &error.arrivals, false);
    }
}

/// For each message whether one that its sender sent later arrived earlier.
fn overtaken(messages: impl DoubleEndedIterator<Item = (End, Option<Timestamp>)>) -> Vec<bool> {
    let mut earliest: Ends<Option<Timestamp>> = Ends::default();
    let mut overtaken: Vec<bool> = messages
        .rev()
        .map(|(from, arrival)| {
            let Some(arrival) = arrival else { return false };
            let later = earliest.of_mut(from);
            let behind = later.is_some_and(|later| arrival.since(later).nanos() > OVERTAKEN.nanos());
            *later = Some(later.map_or(arrival, |later| later.min(arrival)));
            behind
        })
        .collect();
    overtaken.reverse();
    overtaken
}

/// For each segment whether its receiver acknowledged all of it later; what
/// has no sequence numbers is never acknowledged.
fn acknowledged(segments: &[Segment]) -> Vec<bool> {
    let mut acknowledged = vec![false; segments.len()];
    let mut waiting: Ends<Vec<(SeqNumber, usize)>> = Ends::default();
    for (index, segment) in segments.iter().enumerate() {
        if let Some(ack) = segment.ack {
            waiting.of_mut(segment.from.peer()).retain(|(end, index)| {
                let covered = end.before_or_at(ack);
                if let Some(flag) = acknowledged.get_mut(*index).filter(|_| covered) {
                    *flag = true;
                }
                !covered
            });
        }
        let numbers = segment.length + segment.flags.sequence_length();
        if numbers > 0 && !segment.flags.rst() {
            waiting.of_mut(segment.from).push((segment.seq + numbers, index));
        }
    }
    acknowledged
}

#[cfg(test)]
mod tests;
