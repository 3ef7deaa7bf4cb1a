//! Without a topology: a message place by place, in order of time.

use std::collections::BTreeMap;

use super::sending::Content;
use super::{Capture, Crossing, Journey, Journeys, Leg, Outcome, Point, Purpose, chain};
use crate::conversation::{Conversations, link_type};
use crate::decode::MacAddress;
use crate::model::{LinkType, PlaceId, Span};
use crate::trace::{FrameNumber, Trace};

/// How far apart two places may see one message: less than the first time a
/// SYN is sent again, 1 s (RFC 6298 §2.1).
const TOGETHER: Span = Span::from_millis(900);

/// A message that may still be seen elsewhere.
struct Open {
    journey: usize,
    places: Vec<PlaceId>,
}

/// Every message of a trace, each leg from the place before to the next one.
pub(super) fn journeys(trace: &Trace, all: &Conversations) -> Journeys {
    let together = together(all);
    let mut frames: Vec<_> = trace.frames().collect();
    frames.sort_by_key(|(number, at, ..)| (*at, *number));
    let mut found = Journeys::default();
    let mut by_first: BTreeMap<FrameNumber, usize> = BTreeMap::new();
    let mut open: BTreeMap<Key, Open> = BTreeMap::new();
    for (number, at, place, frame) in frames {
        let capture = Capture { frame: number, at };
        let link = link_type(trace, place);
        let (_, content) = Content::read(link, frame);
        let first = together.binary_search_by_key(&number, |(frame, _)| *frame).ok();
        let first = first.and_then(|index| together.get(index)).map(|(_, first)| *first);
        let key = key(link, &content, &frame.bytes);
        let known = match (first, &key) {
            (Some(first), _) => by_first.get(&first).copied(),
            (None, Some(key)) => open.get_mut(key).and_then(|seen| {
                let journey = found.journeys.get(seen.journey)?;
                let near = at.since(journey.at).nanos() <= TOGETHER.nanos() && !seen.places.contains(&place);
                near.then(|| {
                    seen.places.push(place);
                    seen.journey
                })
            }),
            (None, None) => None,
        };
        let index = known.unwrap_or(found.journeys.len());
        if known.is_none() {
            found.journeys.push(Journey {
                at,
                frame: number,
                message: chain::message(&content),
                conversation: None,
                origin: None,
                goal: None,
                legs: Vec::new(),
                outcome: Outcome::Unknown,
                bystanders: Vec::new(),
            });
            match (first, key) {
                (Some(first), _) => drop(by_first.insert(first, index)),
                (None, Some(key)) => drop(open.insert(key, Open { journey: index, places: vec![place] })),
                (None, None) => {}
            }
        }
        let Some(journey) = found.journeys.get_mut(index) else { continue };
        let before = journey.legs.len().checked_sub(1);
        journey.legs.push(Leg {
            cable: None,
            from: before.and_then(|before| journey.legs.get(before)).map_or(Point::Unknown, |leg| leg.to),
            to: Point::Place(place),
            sent: None,
            received: Some(capture),
            shown_by: capture,
            purpose: Purpose::Way,
            crossing: Crossing::Arrived,
            action: None,
            before,
            again: false,
        });
    }
    found
}

/// What a message outside of conversations is known by: its protocol's part
/// that no hop changes, and the MAC addresses where there is no IP.
type Key = (Option<u64>, Vec<u8>);

fn key(link: LinkType, content: &Content, bytes: &[u8]) -> Option<Key> {
    match (content.unchanged, content.arp) {
        (Some(unchanged), _) => Some((Some(unchanged.hash), Vec::new())),
        (None, Some(arp)) => {
            let (MacAddress(sender), MacAddress(target)) = (arp.sender.0, arp.target.0);
            let pieces = [&sender[..], &arp.sender.1.octets(), &target, &arp.target.1.octets()].concat();
            Some((Some(arp.operation.into()), pieces))
        }
        (None, None) => (link == LinkType::ETHERNET).then(|| (None, bytes.to_vec())),
    }
}

/// Each frame of a conversation with the first one that shows the same.
fn together(all: &Conversations) -> Vec<(FrameNumber, FrameNumber)> {
    let mut frames = Vec::new();
    for conversation in all.all() {
        for message in conversation.messages() {
            frames.extend(message.seen_at().iter().map(|seen| (seen.frame, message.frame())));
        }
    }
    frames.sort_unstable();
    frames
}
