//! The pattern that means one frame of a recorded run, so that something can be
//! done to the same frame of the next.
//!
//! Owns what came to a cable, and in which order: frames are recorded at
//! interfaces, and a cable may have lost, delayed or doubled them in between.
//! What a pattern means is asked of the wire itself.

use super::matcher;
use crate::model::{Cable, CableId, LinkActionKind, Place, PlaceId, Timestamp, Topology, What};
use crate::source::lab::wire::{Chosen, Fault, FaultKind, Pattern, SegmentKind, Way, Wire};
use crate::trace::{FrameNumber, Trace};

/// Kinds of segments, those that say most of a segment first.
const KINDS: [SegmentKind; 8] = [
    SegmentKind::Syn,
    SegmentKind::SynAck,
    SegmentKind::Rst,
    SegmentKind::Fin,
    SegmentKind::Data,
    SegmentKind::HandshakeAck,
    SegmentKind::LastAck,
    SegmentKind::Ack,
];
/// What other frames can be, what says most first; `frame` is anything.
const FILTERS: [&str; 5] = ["arp", "icmp", "icmpv6", "ip", "frame"];

/// What means a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointed {
    /// Which frame of its cable.
    pub pattern: Pattern,
    /// The cable it was on.
    pub cable: CableId,
}

/// The pattern that chooses a frame, and no other, of those that came to the
/// cable on which it was seen. In the next run it chooses the frame that is
/// the n-th of its kind there.
///
/// `None` where there is no such frame, or it was not seen at an interface of
/// the topology.
pub fn point_at(trace: &Trace, topology: &Topology, frame: FrameNumber) -> Option<Pointed> {
    let (_, place, _) = trace.frame(frame)?;
    let Place::Interface { name, .. } = trace.place(place)? else { return None };
    let cable = topology.cable_at(name)?;
    let came = Coming::of(trace, topology, topology.cable(cable)?);
    let same = came.same_as(trace, frame)?;
    let everything = |chosen: Chosen, way| Pattern { what: chosen, way, nth: None };
    let mut candidates = Vec::new();
    for way in [Way::ToServer, Way::ToClient] {
        candidates.extend(KINDS.map(|kind| everything(Chosen::Segment(kind), Some(way))));
    }
    candidates.extend(FILTERS.map(|filter| everything(Chosen::Filter(filter.to_owned()), None)));
    let number = came.judged(trace, &candidates, same)?;
    let mut pattern = candidates.into_iter().nth(number)?;
    pattern.nth = came.count(trace, &pattern, same);
    Some(Pointed { pattern, cable })
}

/// The frames that came to a cable, in their order.
struct Coming(Vec<FrameNumber>);

impl Coming {
    fn of(trace: &Trace, topology: &Topology, cable: &Cable) -> Self {
        let mut came: Vec<(Timestamp, FrameNumber)> = Vec::new();
        let ends = cable.ends.each_ref().map(|port| {
            let mac = topology.host(port.node).and_then(|host| host.interfaces.get(&port.interface)).map(|it| it.mac);
            let name = topology.place(port);
            let place = trace
                .places()
                .find(|(_, place)| matches!(place, Place::Interface { name: other, .. } if *other == name));
            (place.map(|(id, _)| id), mac)
        });
        let wire = trace.places().find(|(_, place)| {
            matches!(place, Place::Wire { ends } if ends.iter().all(|end| cable.ends.iter().any(|port| topology.place(port) == *end)))
        });
        let acts = Acts::of(trace, wire.map(|(id, _)| id));
        for (here, there) in [(0, 1), (1, 0)] {
            let [here, there] = [here, there].map(|end: usize| ends.get(end).copied().unwrap_or_default());
            match (here, there) {
                // What an interface sends comes to its cable at once.
                ((Some(place), Some(mac)), _) => came.extend(sent(trace, place, mac)),
                // A switch or a hub is not captured: what came from there is
                // what arrived at the other end, but for what the wire did.
                (_, (Some(place), Some(mac))) => acts.undone(trace, arrived(trace, place, mac), &mut came),
                _ => {}
            }
        }
        came.sort_unstable();
        Self(came.into_iter().map(|(_, number)| number).collect())
    }

    /// The frame itself, where it came from here; or the one that has its bytes
    /// and came last before it was seen.
    fn same_as(&self, trace: &Trace, frame: FrameNumber) -> Option<FrameNumber> {
        if self.0.contains(&frame) {
            return Some(frame);
        }
        let bytes = &trace.frame(frame)?.2.bytes;
        let like = |number: &&FrameNumber| {
            **number < frame && trace.frame(**number).is_some_and(|(_, _, other)| other.bytes == *bytes)
        };
        self.0.iter().rev().find(like).copied()
    }

    /// Which of several patterns chooses a frame first.
    fn judged(&self, trace: &Trace, patterns: &[Pattern], frame: FrameNumber) -> Option<usize> {
        let faults = patterns.iter().map(|pattern| Fault { kind: FaultKind::Lose, pattern: pattern.clone() });
        let mut wire = Wire::new(faults.collect(), matcher)?;
        for number in &self.0 {
            let decided = wire.judge(&trace.frame(*number)?.2.bytes).fault;
            if *number == frame {
                return decided;
            }
        }
        None
    }

    /// The how many-th a frame is of those that a pattern chooses.
    fn count(&self, trace: &Trace, pattern: &Pattern, frame: FrameNumber) -> Option<u32> {
        let mut wire = Wire::new(vec![Fault { kind: FaultKind::Lose, pattern: pattern.clone() }], matcher)?;
        let mut count = 0;
        for number in &self.0 {
            count += u32::from(wire.judge(&trace.frame(*number)?.2.bytes).fault.is_some());
            if *number == frame {
                return (count > 0).then_some(count);
            }
        }
        None
    }
}

fn source(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(6..12)
}

fn sent(trace: &Trace, place: PlaceId, mac: [u8; 6]) -> impl Iterator<Item = (Timestamp, FrameNumber)> {
    let own = move |bytes: &[u8]| source(bytes) == Some(&mac);
    let here = trace.frames().filter(move |(_, _, at, frame)| *at == place && own(&frame.bytes));
    here.map(|(number, at, ..)| (at, number))
}

fn arrived(trace: &Trace, place: PlaceId, mac: [u8; 6]) -> impl Iterator<Item = (Timestamp, FrameNumber)> {
    let others = move |bytes: &[u8]| source(bytes) != Some(&mac);
    let here = trace.frames().filter(move |(_, _, at, frame)| *at == place && others(&frame.bytes));
    here.map(|(number, at, ..)| (at, number))
}

/// What a wire did, with the frame it did it to where that was seen.
struct Acts(Vec<(Timestamp, LinkActionKind, FrameNumber)>);

impl Acts {
    fn of(trace: &Trace, wire: Option<PlaceId>) -> Self {
        let acts = trace.events().iter().filter(|event| Some(event.place) == wire);
        let acts = acts.filter_map(|event| {
            let What::LinkAction(action) = &event.what else { return None };
            Some((event.at, action.what, trace.frame_of(event.at, action)?))
        });
        Self(acts.collect())
    }

    /// What came to a wire, told from what arrived at its end.
    fn undone(
        &self,
        trace: &Trace,
        arrived: impl Iterator<Item = (Timestamp, FrameNumber)>,
        came: &mut Vec<(Timestamp, FrameNumber)>,
    ) {
        let bytes = |number: FrameNumber| trace.frame(number).map(|(_, _, frame)| &frame.bytes);
        let mut arrived: Vec<(Timestamp, FrameNumber)> = arrived.collect();
        let own = arrived.first().and_then(|(_, number)| trace.frame(*number)).map(|(_, place, _)| place);
        let seen_here = |number: FrameNumber| trace.frame(number).map(|(_, place, _)| place) == own;
        for (at, what, number) in &self.0 {
            // What the wire did to frames that went the other way was seen here
            // before it.
            if seen_here(*number) && !arrived.iter().any(|(_, other)| other == number) {
                continue;
            }
            let behind = |(later, other): &(Timestamp, FrameNumber)| later >= at && bytes(*other) == bytes(*number);
            match what {
                LinkActionKind::Lost | LinkActionKind::QueueFull => came.push((*at, *number)),
                LinkActionKind::Delayed | LinkActionKind::Swapped => {
                    if let Some(late) = arrived.iter_mut().find(|it| behind(it)) {
                        late.0 = *at;
                    }
                }
                LinkActionKind::Duplicated => {
                    if let Some(second) = arrived.iter().enumerate().filter(|(_, it)| behind(it)).nth(1) {
                        let second = second.0;
                        arrived.remove(second);
                    }
                }
                LinkActionKind::Unplugged | LinkActionKind::Plugged => {}
            }
        }
        came.append(&mut arrived);
    }
}
