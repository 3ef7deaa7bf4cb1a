//! Where a segment was seen, and what became of it on its way.

use std::net::SocketAddr;

use super::{End, Ends, Segment};
use crate::decode::{Cooked, MacAddress};
use crate::model::{PlaceId, SeqNumber, Timestamp};
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
}

/// What became of a segment, as far as the capture shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// It was seen at the last place of its way, or its receiver acknowledged
    /// it and it was not sent again.
    Delivered,
    /// It was seen at one place of its way and not at the next ones.
    Lost {
        /// The last place that saw it.
        after: PlaceId,
        /// The place that should have seen it next.
        before: PlaceId,
    },
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
            Self::Unknown => "unknown",
        }
    }
}

/// Tells each segment's fate.
pub(super) fn judge(segments: &mut [Segment]) {
    let acknowledged = acknowledged(segments);
    let mut repeated = vec![false; segments.len()];
    for segment in segments.iter() {
        if let Some(earlier) = segment.repeats.and_then(|earlier| repeated.get_mut(earlier)) {
            *earlier = true;
        }
    }
    let ways = Ends { client: way(segments, End::Client), server: way(segments, End::Server) };
    let proofs = acknowledged.into_iter().zip(repeated);
    for (segment, (acknowledged, repeated)) in segments.iter_mut().zip(proofs) {
        let arrived = acknowledged && !repeated;
        segment.fate = along(ways.of(segment.from), segment, arrived);
    }
}

/// The places that segments of one end pass, in order: those of the first
/// segment that was seen at most places.
fn way(segments: &[Segment], from: End) -> Vec<(PlaceId, Option<Cooked>)> {
    let own = segments.iter().filter(|segment| segment.from == from);
    let mut longest: &[Sighting] = &[];
    for segment in own {
        if segment.seen_at.len() > longest.len() {
            longest = &segment.seen_at;
        }
    }
    let mut sightings = longest.to_vec();
    // Several capturing threads: a file's order is not always that of time.
    sightings.sort_by_key(|sighting| (sighting.at, sighting.frame));
    sightings.iter().map(Sighting::hop).collect()
}

fn along(way: &[(PlaceId, Option<Cooked>)], segment: &Segment, arrived: bool) -> Fate {
    if arrived {
        return Fate::Delivered;
    }
    let place = |sighting: &Sighting| way.iter().position(|hop| *hop == sighting.hop());
    let Some(furthest) = segment.seen_at.iter().filter_map(place).max() else { return Fate::Unknown };
    match (way.get(furthest), way.get(furthest + 1)) {
        (Some((after, _)), Some((before, _))) => Fate::Lost { after: *after, before: *before },
        _ if way.len() > 1 => Fate::Delivered,
        _ => Fate::Unknown,
    }
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
