//! What messages, nodes and cables are called, in few words.

use super::super::egui::Color32;
use super::super::theme::Theme;
use crate::conversation::journey::{
    Bystander, CopyReason, Crossing, Journey, Leg, Message, Outcome, Point, Purpose, Sight,
};
use crate::model::{LinkActionKind, NodeId, NodeKind, Quality, TcpFlags, Topology};
use crate::timeline::ArrowKind;
use crate::words::{Words, mac, printable, span};

/// What a segment is for: the first of these that it does.
const fn kind(flags: TcpFlags, length: u32) -> ArrowKind {
    if flags.rst() {
        ArrowKind::Rst
    } else if flags.syn() {
        ArrowKind::Syn
    } else if flags.fin() {
        ArrowKind::Fin
    } else if length > 0 {
        ArrowKind::Data
    } else {
        ArrowKind::Ack
    }
}

/// The colour of a message.
pub(super) const fn colour(theme: &Theme, message: &Message) -> Color32 {
    match message {
        Message::ArpRequest { .. } | Message::ArpReply { .. } => theme.waiting,
        Message::Tcp { flags, length, .. } => theme.arrow(kind(*flags, *length)),
        Message::Udp { .. } => theme.data,
        Message::Icmp { .. } => theme.rst,
        Message::Fragment { .. } | Message::Other { .. } => theme.soft,
    }
}

/// What is written on what moves: the same in every language.
pub(super) fn short(message: &Message) -> String {
    match message {
        Message::ArpRequest { .. } => "ARP ?".to_owned(),
        Message::ArpReply { .. } => "ARP !".to_owned(),
        Message::Tcp { flags, length, .. } => match kind(*flags, *length) {
            ArrowKind::Data => format!("{length} B"),
            ArrowKind::Syn | ArrowKind::Ack | ArrowKind::Fin | ArrowKind::Rst => flags.to_string(),
        },
        Message::Udp { length, .. } => format!("UDP {length} B"),
        Message::Icmp { .. } => "ICMP".to_owned(),
        Message::Fragment { .. } => "IP ⋯".to_owned(),
        Message::Other { addresses: Some(_) } => "IP".to_owned(),
        Message::Other { addresses: None } => "?".to_owned(),
    }
}

/// What a message is called in a sentence.
fn said(words: &Words, message: &Message) -> String {
    match message {
        Message::ArpRequest { .. } => words.word("net-said-arp-request"),
        Message::ArpReply { .. } => words.word("net-said-arp-reply"),
        Message::Tcp { flags, length, .. } => {
            let key = if matches!(kind(*flags, *length), ArrowKind::Data) { "net-said-data" } else { "net-said" };
            words.say(key, &[("what", &short(message))])
        }
        Message::Udp { .. } | Message::Icmp { .. } | Message::Fragment { .. } | Message::Other { .. } => {
            words.say("net-said", &[("what", &short(message))])
        }
    }
}

/// What a message is and says, in one line.
pub(super) fn title(words: &Words, journey: &Journey) -> String {
    match &journey.message {
        Message::ArpRequest { sender, target } => {
            words.say("net-arp-request", &[("target", target), ("sender", &sender.1)])
        }
        Message::ArpReply { sender, .. } => {
            words.say("net-arp-reply", &[("address", &sender.1), ("mac", &mac(sender.0.0))])
        }
        Message::Tcp { sockets, flags, length } => {
            let data = if *length > 0 { format!(" {length} B") } else { String::new() };
            format!("TCP {flags}{data} · {} → {}", sockets.0, sockets.1)
        }
        Message::Udp { sockets, length } => format!("UDP {length} B · {} → {}", sockets.0, sockets.1),
        Message::Icmp { addresses, meaning, .. } => {
            format!("ICMP {} · {} → {}", words.icmp(*meaning), addresses.0, addresses.1)
        }
        Message::Fragment { addresses } => words.say("net-fragment", &[("from", &addresses.0), ("to", &addresses.1)]),
        Message::Other { addresses: Some((from, to)) } => format!("IP · {from} → {to}"),
        Message::Other { addresses: None } => words.word("net-other"),
    }
}

/// What became of a message.
pub(super) fn outcome(words: &Words, topology: &Topology, journey: &Journey) -> String {
    match journey.outcome {
        Outcome::Arrived => words.word("net-arrived"),
        Outcome::Lost { leg } => {
            let Some(leg) = journey.legs.get(leg) else { return words.word("lanes-lost") };
            words.say(
                "net-lost",
                &[("from", &point(words, topology, leg.from)), ("to", &point(words, topology, leg.to))],
            )
        }
        Outcome::Stopped { at } => words.say("net-stopped", &[("node", &node_name(topology, at))]),
        Outcome::Unknown => words.word("net-unknown"),
    }
}

/// A node's name.
pub(super) fn node_name(topology: &Topology, id: NodeId) -> String {
    topology.get(id).map(|node| printable(node.name.as_bytes())).unwrap_or_default()
}

pub(super) fn point(words: &Words, topology: &Topology, point: Point) -> String {
    match point {
        Point::Node(id) => node_name(topology, id),
        Point::Place(_) | Point::Unknown => words.word("net-somewhere"),
    }
}

/// What stands below a node's name: its address, the ends of several, or what
/// it is.
pub(super) fn below(words: &Words, kind: &NodeKind) -> String {
    match kind {
        NodeKind::Switch => words.word("net-switch"),
        NodeKind::Hub => words.word("net-hub"),
        NodeKind::Host(host) => {
            let addresses: Vec<String> = host
                .interfaces
                .values()
                .filter_map(|interface| interface.addresses.first())
                .map(|network| network.address.to_string())
                .collect();
            match addresses.as_slice() {
                [] => String::new(),
                [one] => one.clone(),
                [one, other] => format!("{} | {}", tail(one), tail(other)),
                more => words.say("net-addresses", &[("count", &more.len())]),
            }
        }
    }
}

/// The last two numbers of an IPv4 address, all of any other.
fn tail(address: &str) -> &str {
    let dot = address.rmatch_indices('.').nth(1);
    dot.and_then(|(at, _)| address.get(at..)).unwrap_or(address)
}

/// All of a node, for who does not see it.
pub(super) fn node(
    words: &Words,
    topology: &Topology,
    id: NodeId,
    bystander: Option<&Bystander>,
    journey: Option<&Journey>,
) -> String {
    let Some(node) = topology.get(id) else { return String::new() };
    let kind = match &node.kind {
        NodeKind::Host(host) if host.nat.is_some() => "net-translator",
        NodeKind::Host(host) if host.forwards => "net-router",
        NodeKind::Host(_) => "net-host",
        NodeKind::Switch => "net-switch",
        NodeKind::Hub => "net-hub",
    };
    let mut parts = vec![format!("{}, {}", words.word(kind), node_name(topology, id))];
    if let Some(host) = topology.host(id) {
        parts.extend(host.interfaces.iter().map(|(name, interface)| {
            let addresses: Vec<String> = interface.addresses.iter().map(ToString::to_string).collect();
            format!("{}: {}, {}", printable(name.as_bytes()), addresses.join(" "), mac(interface.mac))
        }));
    }
    if let Some((bystander, journey)) = bystander.zip(journey) {
        parts.push(sight(words, topology, journey, bystander));
    }
    parts.join("\n")
}

/// A message on one cable: between whom, what became of it, who saw it.
pub(super) fn leg(words: &Words, topology: &Topology, journey: &Journey, leg: &Leg) -> String {
    let (from, to) = (point(words, topology, leg.from), point(words, topology, leg.to));
    let mut parts = vec![format!("{}, {from} → {to}", short(&journey.message))];
    parts.extend(match leg.purpose {
        Purpose::Way => None,
        Purpose::Copy(why) => Some(words.word(copy(why))),
    });
    parts.extend(fate(words, leg));
    parts.push(known(words, topology, leg));
    parts.join(" · ")
}

const fn copy(why: CopyReason) -> &'static str {
    match why {
        CopyReason::Hub => "net-copy-hub",
        CopyReason::Flood => "net-copy-flood",
        CopyReason::Broadcast => "net-copy-broadcast",
    }
}

/// What happened to a frame on its cable, where it is more than to arrive.
pub(super) fn fate(words: &Words, leg: &Leg) -> Vec<String> {
    let mut fates = Vec::new();
    fates.extend(match leg.crossing {
        Crossing::Arrived => None,
        Crossing::Lost(LinkActionKind::QueueFull) => Some(words.word("net-queue-full")),
        Crossing::Lost(_) => Some(words.word("net-lost-here")),
        Crossing::Missing => Some(words.word("net-missing-here")),
    });
    fates.extend(leg.action.and_then(|action| match action {
        LinkActionKind::Delayed => Some(words.word("net-delayed")),
        LinkActionKind::Duplicated => Some(words.word("net-duplicated")),
        LinkActionKind::Swapped => Some(words.word("net-swapped")),
        LinkActionKind::Lost | LinkActionKind::QueueFull => None,
    }));
    if leg.again {
        fates.push(words.word("net-again"));
    }
    fates
}

/// Whether a frame was captured at an end of its cable, and at which.
pub(super) fn known(words: &Words, topology: &Topology, leg: &Leg) -> String {
    let (from, to) = (point(words, topology, leg.from), point(words, topology, leg.to));
    match (leg.sent, leg.received) {
        (Some(_), Some(_)) => words.say("net-captured-both", &[("from", &from), ("to", &to)]),
        (Some(_), None) => words.say("net-captured", &[("at", &from)]),
        (None, Some(_)) => words.say("net-captured", &[("at", &to)]),
        (None, None) => words.say("net-inferred", &[("frame", &leg.shown_by.frame.0)]),
    }
}

/// Whether a bystander saw a message, and why.
pub(super) fn sight(words: &Words, topology: &Topology, journey: &Journey, bystander: &Bystander) -> String {
    let what = said(words, &journey.message);
    let (key, switch) = match bystander.sight {
        Sight::Sees { why: CopyReason::Hub, .. } => ("net-sees-hub", None),
        Sight::Sees { why: CopyReason::Flood, .. } => ("net-sees-flood", None),
        Sight::Sees { why: CopyReason::Broadcast, .. } => ("net-sees-broadcast", None),
        Sight::SwitchKnows { switch } => ("net-switch-knows", Some(switch)),
        Sight::OtherNetwork => ("net-other-network", None),
        Sight::LostBefore => ("net-lost-before", None),
    };
    let switch = switch.map(|switch| node_name(topology, switch)).unwrap_or_default();
    words.say(key, &[("what", &what), ("switch", &switch)])
}

/// What a cable does to frames, in the units of a topology's file.
pub(super) fn quality(quality: &Quality) -> String {
    let mut parts = Vec::new();
    if !quality.delay.is_zero() {
        let nanos = i64::try_from(quality.delay.as_nanos()).unwrap_or(i64::MAX);
        parts.push(span(crate::model::Span::from_nanos(nanos)));
    }
    parts.extend(quality.bandwidth.map(|bits| match bits {
        bits if bits >= 1_000_000_000 && bits % 1_000_000_000 == 0 => format!("{} Gbit/s", bits / 1_000_000_000),
        bits if bits >= 1_000_000 && bits % 1_000_000 == 0 => format!("{} Mbit/s", bits / 1_000_000),
        bits if bits >= 1_000 && bits % 1_000 == 0 => format!("{} kbit/s", bits / 1_000),
        bits => format!("{bits} bit/s"),
    }));
    parts.join(" · ")
}
