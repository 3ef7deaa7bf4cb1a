//! What messages, nodes and cables are called, in few words.

use super::super::egui::Color32;
use super::super::theme::Theme;
use crate::conversation::journey::{Bystander, CopyReason, Crossing, Journey, Leg, Message, Outcome, Purpose, Sight};
use crate::model::{LinkActionKind, NodeId, NodeKind, Quality, TcpFlags, Topology};
use crate::timeline::ArrowKind;
use crate::trace::Trace;
use crate::words::{Words, journey, mac, printable, span};

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

/// What a message is called in a sentence.
fn said(words: &Words, message: &Message) -> String {
    match message {
        Message::ArpRequest { .. } => words.word("net-said-arp-request"),
        Message::ArpReply { .. } => words.word("net-said-arp-reply"),
        Message::Tcp { flags, length, .. } => {
            let key = if matches!(kind(*flags, *length), ArrowKind::Data) { "net-said-data" } else { "net-said" };
            words.say(key, &[("what", &words.journey_short(message))])
        }
        Message::Udp { .. } | Message::Icmp { .. } | Message::Fragment { .. } | Message::Other { .. } => {
            words.say("net-said", &[("what", &words.journey_short(message))])
        }
    }
}

/// What became of a message.
pub(super) fn outcome(words: &Words, trace: &Trace, journey: &Journey) -> String {
    let told = words.journey_outcome(trace, journey);
    told.unwrap_or_else(|| words.word(if journey.outcome == Outcome::Arrived { "net-arrived" } else { "net-unknown" }))
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
    let mut parts = vec![format!("{}, {}", words.word(kind), journey::node(Some(topology), id))];
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
pub(super) fn leg(words: &Words, trace: &Trace, journey: &Journey, leg: &Leg) -> String {
    let mut parts = vec![format!("{}, {}", words.journey_short(&journey.message), words.journey_leg(trace, leg))];
    parts.extend(match leg.purpose {
        Purpose::Way => None,
        Purpose::Copy(why) => Some(words.word(copy(why))),
    });
    parts.extend(fate(words, leg));
    parts.push(words.journey_seen(trace, leg));
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
        LinkActionKind::Unplugged => Some(words.word("net-unplugged")),
        LinkActionKind::Lost | LinkActionKind::QueueFull | LinkActionKind::Plugged => None,
    }));
    if leg.again {
        fates.push(words.word("net-again"));
    }
    fates
}

/// Whether a bystander saw a message, where there is room for no more.
pub(super) fn sight_short(words: &Words, bystander: &Bystander) -> String {
    words.word(if bystander.sight.sees() { "net-sees" } else { "net-unseen" })
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
    let switch = switch.map(|switch| journey::node(Some(topology), switch)).unwrap_or_default();
    words.say(key, &[("what", &what), ("switch", &switch)])
}

/// What a cable does to frames, a line each.
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
    parts.join("\n")
}
