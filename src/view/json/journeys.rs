//! Messages on their way, in the document.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::nanos;
use crate::conversation::journey::{
    Capture, CopyReason, Crossing, How, Journey, Journeys, Learned, Leg, Lesson, Look, Message, Outcome, Point,
    Purpose, Sight,
};
use crate::model::{LinkActionKind, NodeId, Place, Topology};
use crate::trace::Trace;
use crate::view::Wanted;
use crate::words::Words;

/// One message.
#[derive(Serialize)]
pub(super) struct JourneyEntry {
    id: usize,
    frame: u32,
    at: String,
    message: &'static str,
    what: String,
    conversation: Option<u32>,
    /// The message that an ICMP error is about, by its `id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<usize>,
    from: Option<String>,
    to: Option<String>,
    outcome: &'static str,
    legs: Vec<LegEntry>,
    bystanders: Vec<BystanderEntry>,
}

#[derive(Serialize)]
struct LegEntry {
    cable: Option<usize>,
    from: Option<String>,
    to: Option<String>,
    /// The frame that has the bytes.
    frame: u32,
    sent: Option<SeenEntry>,
    received: Option<SeenEntry>,
    purpose: &'static str,
    crossing: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'static str>,
    before: Option<usize>,
    again: bool,
    /// What the stop before it changed.
    changed: Vec<ChangeEntry>,
}

#[derive(Serialize)]
struct SeenEntry {
    frame: u32,
    at: String,
}

#[derive(Serialize)]
struct ChangeEntry {
    field: &'static str,
    quoted: bool,
    before: String,
    after: String,
}

#[derive(Serialize)]
struct BystanderEntry {
    host: String,
    sees: bool,
    why: &'static str,
}

/// What a table took in.
#[derive(Serialize)]
pub(super) struct LessonEntry {
    at: String,
    frame: u32,
    journey: usize,
    node: String,
    table: &'static str,
    #[serde(flatten)]
    facts: BTreeMap<&'static str, String>,
}

/// Whether there is anything to tell: of a capture at one place nothing can be
/// said of the way.
pub(super) fn has_any(trace: &Trace) -> bool {
    trace.places().filter(|(_, place)| matches!(place, Place::Interface { .. })).nth(1).is_some()
}

/// The messages that are wanted.
pub(super) fn entries(trace: &Trace, found: &Journeys, words: &Words, wanted: Wanted<'_>) -> Vec<JourneyEntry> {
    let all = found.journeys.iter().enumerate().filter(|(_, journey)| found.is_of(journey, wanted.conversation));
    all.map(|(id, journey)| journey_entry(trace, found, words, id, journey)).collect()
}

/// What was learned; only what was new.
pub(super) fn lessons(trace: &Trace, found: &Journeys, wanted: Wanted<'_>) -> Vec<LessonEntry> {
    let Some(map) = trace.notes.map.as_deref().filter(|_| wanted.conversation.is_none()) else { return Vec::new() };
    found.lessons.iter().filter(|lesson| lesson.new).map(|lesson| lesson_entry(map, lesson)).collect()
}

fn name(map: Option<&Topology>, id: NodeId) -> Option<String> {
    map.and_then(|map| map.get(id)).map(|node| node.name.clone())
}

fn point(trace: &Trace, point: Point) -> Option<String> {
    match point {
        Point::Node(id) => name(trace.notes.map.as_deref(), id),
        Point::Place(place) => match trace.place(place) {
            Some(Place::Interface { name, .. }) => Some(name.clone()),
            Some(Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. }) | None => None,
        },
        Point::Unknown => None,
    }
}

fn journey_entry(trace: &Trace, found: &Journeys, words: &Words, id: usize, journey: &Journey) -> JourneyEntry {
    let map = trace.notes.map.as_deref();
    let look = journey.look(trace, map);
    let legs = journey.legs.iter().enumerate();
    JourneyEntry {
        id,
        frame: journey.frame.0,
        at: nanos(journey.at),
        message: kind(&journey.message),
        what: words.journey_title(found, &journey.message),
        conversation: journey.conversation,
        about: match journey.message {
            Message::Icmp { about, .. } => about,
            Message::ArpRequest { .. }
            | Message::ArpReply { .. }
            | Message::Tcp { .. }
            | Message::Udp { .. }
            | Message::Fragment { .. }
            | Message::Other { .. } => None,
        },
        from: journey.origin.and_then(|id| name(map, id)),
        to: journey.goal.and_then(|id| name(map, id)),
        outcome: match journey.outcome {
            Outcome::Arrived => "arrived",
            Outcome::Lost { .. } => "lost",
            Outcome::Stopped { .. } => "stopped",
            Outcome::Unknown => "unknown",
        },
        legs: legs.map(|(index, leg)| leg_entry(trace, index, leg, &look)).collect(),
        bystanders: journey
            .bystanders
            .iter()
            .map(|bystander| BystanderEntry {
                host: name(map, bystander.node).unwrap_or_default(),
                sees: bystander.sight.sees(),
                why: match bystander.sight {
                    Sight::Sees { why, .. } => copy(why),
                    Sight::SwitchKnows { .. } => "switch-knows",
                    Sight::OtherNetwork => "other-network",
                    Sight::LostBefore => "lost-before",
                },
            })
            .collect(),
    }
}

const fn kind(message: &Message) -> &'static str {
    match message {
        Message::ArpRequest { .. } => "arp-request",
        Message::ArpReply { .. } => "arp-reply",
        Message::Tcp { .. } => "tcp",
        Message::Udp { .. } => "udp",
        Message::Icmp { .. } => "icmp",
        Message::Fragment { .. } => "fragment",
        Message::Other { .. } => "other",
    }
}

const fn copy(why: CopyReason) -> &'static str {
    match why {
        CopyReason::Hub => "hub",
        CopyReason::Flood => "flood",
        CopyReason::Broadcast => "broadcast",
    }
}

fn leg_entry(trace: &Trace, index: usize, leg: &Leg, look: &Look) -> LegEntry {
    let seen = |capture: Capture| SeenEntry { frame: capture.frame.0, at: nanos(capture.at) };
    let stops = look.stops.iter().filter(|stop| stop.to == index);
    LegEntry {
        cable: leg.cable,
        from: point(trace, leg.from),
        to: point(trace, leg.to),
        frame: leg.shown_by.frame.0,
        sent: leg.sent.map(seen),
        received: leg.received.map(seen),
        purpose: match leg.purpose {
            Purpose::Way => "way",
            Purpose::Copy(why) => copy(why),
        },
        crossing: match leg.crossing {
            Crossing::Arrived => "arrived",
            Crossing::Lost(LinkActionKind::QueueFull) => "queue-full",
            Crossing::Lost(_) => "lost",
            Crossing::Missing => "missing",
        },
        action: leg.action.map(LinkActionKind::name),
        before: leg.before,
        again: leg.again,
        changed: stops
            .flat_map(|stop| &stop.changes)
            .map(|change| ChangeEntry {
                field: change.field.name(),
                quoted: change.quoted,
                before: change.before.clone(),
                after: change.after.clone(),
            })
            .collect(),
    }
}

fn lesson_entry(map: &Topology, lesson: &Lesson) -> LessonEntry {
    let text = |value: &dyn fmt::Display| value.to_string();
    let (table, facts) = match &lesson.learned {
        Learned::Asked { interface, address } => {
            ("arp", vec![("interface", interface.clone()), ("address", text(address)), ("how", "asked".to_owned())])
        }
        Learned::Neighbour { interface, address, mac, how } => {
            let how = match how {
                How::Reply => "reply",
                How::Request => "request",
                How::Announcement => "announcement",
                How::Overheard => "overheard",
            };
            let facts = [("address", text(address)), ("mac", text(mac)), ("how", how.to_owned())];
            ("arp", [("interface", interface.clone())].into_iter().chain(facts).collect())
        }
        Learned::Station { mac, cable } => ("mac", vec![("mac", text(mac)), ("cable", text(cable))]),
        Learned::Translation(entry) => (
            "nat",
            vec![
                ("protocol", text(&entry.protocol)),
                ("inside", text(&entry.inside)),
                ("outside", text(&entry.outside)),
                ("peer", text(&entry.peer)),
            ],
        ),
    };
    LessonEntry {
        at: nanos(lesson.at),
        frame: lesson.frame.0,
        journey: lesson.journey,
        node: name(Some(map), lesson.node).unwrap_or_default(),
        table,
        facts: facts.into_iter().collect(),
    }
}
