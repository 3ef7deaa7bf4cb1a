//! One conversation, hop by hop: which places saw it, in which order they
//! stand between its ends, and where each message was seen.

use super::{Crossing, CrossingKind, Host, Lane, LaneArrow, Lanes, MOST_ARROWS, Stop};
use crate::conversation::{Conversation, DatagramContent, End, Fate, Sighting};
use crate::model::{PlaceId, Timestamp};
use crate::timeline::ArrowKind;
use crate::trace::FrameNumber;

/// A place on the way, more exactly than by its interface where a capture of
/// any interface tells: its number. Which way a frame went there is no other
/// place.
type Hop = (PlaceId, Option<u32>);

/// More places are not told apart.
const MOST_PLACES: usize = 32;
/// So many messages decide in which order places stand.
const ASKED: usize = 2000;

fn hop(sighting: &Sighting) -> Hop {
    (sighting.place, sighting.cooked.map(|cooked| cooked.interface))
}

/// A segment or a datagram, as far as its way is concerned.
struct Message<'a> {
    index: usize,
    frame: FrameNumber,
    at: Timestamp,
    from: End,
    seen_at: &'a [Sighting],
    kind: CrossingKind,
    again: bool,
    fate: Fate,
    /// Its sender is the end it comes from, not a router on the way.
    from_the_end: bool,
}

fn messages(conversation: Conversation<'_>) -> Vec<Message<'_>> {
    match conversation {
        Conversation::Tcp(tcp) => (0..)
            .zip(&tcp.segments)
            .map(|(index, segment)| Message {
                index,
                frame: segment.frame,
                at: segment.at,
                from: segment.from,
                seen_at: &segment.seen_at,
                kind: CrossingKind::Segment(ArrowKind::of(segment)),
                again: segment.repeats.is_some(),
                fate: segment.fate,
                from_the_end: true,
            })
            .collect(),
        Conversation::Udp(udp) => (0..)
            .zip(&udp.datagrams)
            .map(|(index, datagram)| {
                let is_data = datagram.content == DatagramContent::Data;
                Message {
                    index,
                    frame: datagram.frame,
                    at: datagram.at,
                    from: datagram.from,
                    seen_at: &datagram.seen_at,
                    kind: if is_data { CrossingKind::Datagram } else { CrossingKind::Error },
                    again: false,
                    fate: datagram.fate,
                    from_the_end: is_data,
                }
            })
            .collect(),
    }
}

pub(super) fn has_several_places(conversation: Conversation<'_>) -> bool {
    let several = |seen_at: &[Sighting]| {
        seen_at.split_first().is_some_and(|(first, rest)| rest.iter().any(|seen| hop(seen) != hop(first)))
    };
    match conversation {
        Conversation::Tcp(tcp) => tcp.segments.iter().any(|segment| several(&segment.seen_at)),
        Conversation::Udp(udp) => udp.datagrams.iter().any(|datagram| several(&datagram.seen_at)),
    }
}

pub(super) fn lanes(conversation: Conversation<'_>) -> Option<Lanes> {
    if !has_several_places(conversation) {
        return None;
    }
    let mut messages = messages(conversation);
    messages.sort_by_key(|message| (message.at, message.frame));
    let left_out = messages.len().saturating_sub(MOST_ARROWS);
    messages.truncate(MOST_ARROWS);
    let places = places(&messages);
    let addresses = conversation.addresses();
    let host = |end| Host::ip(addresses.of(end).ip()).on(end);
    let mut lanes = vec![Lane::End(host(End::Client), End::Client)];
    lanes.extend(places.iter().map(|(place, interface)| Lane::Place { place: *place, interface: *interface }));
    lanes.push(Lane::End(host(End::Server), End::Server));
    let mut stops: Vec<Stop> = Vec::new();
    let mut arrows = Vec::with_capacity(messages.len());
    for message in &messages {
        let first = stops.len();
        let mut way = way(message, &places);
        let Some(last) = way.last().copied() else { continue };
        let lost_between = match message.fate {
            Fate::Lost { before, .. } => Some((last.lane, lane_after(&places, message.from, last.lane, before))),
            Fate::Delivered | Fate::Duplicated | Fate::Delayed | Fate::Unknown => None,
        };
        let end = |end| Stop { lane: if end == End::Client { 0 } else { places.len() + 1 }, seen: None };
        if message.from_the_end {
            way.insert(0, end(message.from));
        }
        if lost_between.is_none() {
            way.push(end(message.from.peer()));
        }
        stops.extend(way);
        let ports = |end| addresses.of(end).port();
        let crossing = Crossing {
            frame: message.frame,
            at: message.at,
            from: host(message.from),
            to: Some(host(message.from.peer())),
            ports: Some((ports(message.from), ports(message.from.peer()))),
            conversation: Some(conversation.id()),
            index: Some(message.index),
            kind: message.kind,
            again: message.again,
            lost: lost_between.is_some(),
        };
        arrows.push(LaneArrow { what: crossing, stops: first..stops.len(), lost_between, copy: false });
        for copy in copies(message, &places) {
            let Some((frame, at)) = copy.first().and_then(|stop| stop.seen) else { continue };
            let first = stops.len();
            stops.extend(copy);
            stops.push(end(message.from.peer()));
            let what = Crossing { frame, at, ..crossing };
            arrows.push(LaneArrow { what, stops: first..stops.len(), lost_between: None, copy: true });
        }
    }
    arrows.sort_by_key(|arrow: &LaneArrow| (arrow.what.at, arrow.what.frame));
    Some(Lanes { lanes, arrows, stops, left_out, by_hop: true, ..Lanes::default() })
}

/// The places that saw a message, in the order in which it passed them. Of
/// several sightings at one place the first counts.
fn way(message: &Message<'_>, places: &[Hop]) -> Vec<Stop> {
    let mut seen: Vec<(usize, Timestamp, FrameNumber)> = message
        .seen_at
        .iter()
        .filter_map(|seen| Some((places.iter().position(|place| *place == hop(seen))? + 1, seen.at, seen.frame)))
        .collect();
    seen.sort_unstable();
    seen.dedup_by_key(|(lane, ..)| *lane);
    if message.from == End::Server {
        seen.reverse();
    }
    seen.into_iter().map(|(lane, at, frame)| Stop { lane, seen: Some((frame, at)) }).collect()
}

/// Where what was made of a message on its way passed: its second sightings at
/// each place, its third ones.
fn copies(message: &Message<'_>, places: &[Hop]) -> Vec<Vec<Stop>> {
    let mut copies: Vec<Vec<Stop>> = Vec::new();
    if message.fate != Fate::Duplicated {
        return copies;
    }
    for (index, place) in places.iter().enumerate() {
        let mut seen: Vec<&Sighting> = message.seen_at.iter().filter(|seen| hop(seen) == *place).collect();
        seen.sort_unstable_by_key(|seen| (seen.at, seen.frame));
        for (nth, seen) in seen.into_iter().skip(1).enumerate() {
            if copies.len() <= nth {
                copies.push(Vec::new());
            }
            let stop = Stop { lane: index + 1, seen: Some((seen.frame, seen.at)) };
            if let Some(copy) = copies.get_mut(nth) {
                copy.push(stop);
            }
        }
    }
    if message.from == End::Server {
        for copy in &mut copies {
            copy.reverse();
        }
    }
    copies
}

/// The lifeline of the place that should have seen a message next.
fn lane_after(places: &[Hop], from: End, last: usize, before: PlaceId) -> usize {
    let known = |lane: usize| places.get(lane.wrapping_sub(1)).is_some_and(|(place, _)| *place == before);
    let next = match from {
        End::Client => (last + 1..=places.len()).find(|lane| known(*lane)),
        End::Server => (1..last).rev().find(|lane| known(*lane)),
    };
    next.unwrap_or(match from {
        End::Client => last + 1,
        End::Server => last.saturating_sub(1),
    })
}

/// The places between the client and the server, in order. Each message tells
/// which of two places it passed first, by their one clock and, at the same
/// moment, by how many routers it could still cross; the majority decides.
fn places(messages: &[Message<'_>]) -> Vec<Hop> {
    let mut places: Vec<Hop> = Vec::new();
    for seen in messages.iter().flat_map(|message| message.seen_at) {
        let hop = hop(seen);
        if places.len() < MOST_PLACES && !places.contains(&hop) {
            places.push(hop);
        }
    }
    let count = places.len();
    // How often the place of a row came before that of a column.
    let mut before = vec![0_i64; count * count];
    for message in messages.iter().filter(|message| message.seen_at.len() > 1).take(ASKED) {
        let mut seen: Vec<_> = message.seen_at.iter().collect();
        seen.sort_by_key(|seen| (seen.at, std::cmp::Reverse(seen.ttl), seen.frame));
        let mut order: Vec<usize> =
            seen.iter().filter_map(|seen| places.iter().position(|place| *place == hop(seen))).collect();
        if message.from == End::Server {
            order.reverse();
        }
        for (rank, one) in order.iter().enumerate() {
            for other in order.iter().skip(rank + 1) {
                for (cell, by) in [(one * count + other, 1), (other * count + one, -1)] {
                    if let Some(cell) = before.get_mut(cell) {
                        *cell += by;
                    }
                }
            }
        }
    }
    let wins = |index: usize| {
        let row = before.iter().skip(index * count).take(count);
        row.map(|cell| cell.signum()).sum::<i64>()
    };
    let mut order: Vec<(i64, Hop)> = places.iter().enumerate().map(|(index, hop)| (-wins(index), *hop)).collect();
    // Stable: where nothing tells, in the order in which they were seen.
    order.sort_by_key(|(wins, _)| *wins);
    order.into_iter().map(|(_, hop)| hop).collect()
}
