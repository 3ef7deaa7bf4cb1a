//! What a node did to the message before it sent it on, in one sentence.

use std::net::IpAddr;

use super::{Page, Stop, names};
use crate::conversation::journey::{Asked, GatewayChoice, Journey, Leg, Look, Message, Point, gateway_choice};
use crate::decode::FieldId;

impl Page<'_> {
    /// The sentence for a leg: what was done where it begins.
    pub(super) fn told(&self, stop: Stop, journey: &Journey, leg: &Leg) -> String {
        let words = self.look.words;
        let looked = self.made.opened.as_ref().filter(|opened| opened.journey == stop.journey);
        let before = looked.and_then(|opened| opened.looked.stops.iter().find(|other| other.to == stop.leg));
        let told = match looked.zip(before) {
            Some((opened, before)) => words.journey_stop(self.trace, journey, &opened.looked, before),
            None => self.first(journey, leg, &words.journey_point(self.trace, leg.from)),
        };
        let fates = names::fate(words, leg);
        if fates.is_empty() {
            told
        } else {
            words.say("net-told-fate", &[("told", &told), ("fate", &fates.join(" · "))])
        }
    }

    /// What the sender did.
    fn first(&self, journey: &Journey, leg: &Leg, node: &str) -> String {
        let words = self.look.words;
        match &journey.message {
            Message::ArpRequest { target, .. } => {
                return words.say("net-told-arp-request", &[("node", &node), ("target", target)]);
            }
            Message::ArpReply { sender, .. } => {
                return words.say("net-told-arp-reply", &[("node", &node), ("address", &sender.1)]);
            }
            Message::Tcp { .. }
            | Message::Udp { .. }
            | Message::Icmp { .. }
            | Message::Fragment { .. }
            | Message::Other { .. } => {}
        }
        let choice = self.choice(journey, leg);
        let Some(choice) = choice else { return words.say("net-told-sends", &[("node", &node)]) };
        match choice.asks {
            Asked::Target(target) => words.say("net-told-direct", &[("node", &node), ("target", &target)]),
            Asked::Gateway(gateway) => words.say(
                "net-told-gateway",
                &[("node", &node), ("target", &choice.target), ("gateway", &gateway), ("own", &choice.own)],
            ),
            Asked::Nobody | Asked::Itself => words.say("net-told-sends", &[("node", &node)]),
        }
    }

    /// How the sender of a message decided whose MAC address it needs.
    pub(super) fn choice(&self, journey: &Journey, leg: &Leg) -> Option<GatewayChoice> {
        let Point::Node(from) = leg.from else { return None };
        let target = match &journey.message {
            Message::Tcp { sockets, .. } | Message::Udp { sockets, .. } => sockets.1.ip(),
            Message::Icmp { addresses, .. } | Message::Fragment { addresses } => addresses.1,
            Message::Other { addresses } => addresses.as_ref()?.1,
            // Who asks by ARP has a packet to send: the next one.
            Message::ArpRequest { target, .. } => self.waits(journey, from, IpAddr::V4(*target)),
            Message::ArpReply { .. } => return None,
        };
        gateway_choice(self.topology, from, target)
    }

    /// For whom the packet is that a host asks by ARP for: of the next ones
    /// from or through it, the first that goes by way of `asked`.
    fn waits(&self, journey: &Journey, from: crate::model::NodeId, asked: IpAddr) -> IpAddr {
        /// So many messages later nobody waits any more.
        const NEAR: usize = 64;
        let all = &self.made.journeys.journeys;
        let own = all.iter().position(|other| other.frame == journey.frame).unwrap_or(0);
        let near = all.iter().skip(own.saturating_sub(NEAR)).take(2 * NEAR);
        let targets =
            near.filter(|other| other.legs.iter().any(|leg| leg.from == Point::Node(from))).filter_map(|other| {
                match &other.message {
                    Message::Tcp { sockets, .. } | Message::Udp { sockets, .. } => Some(sockets.1.ip()),
                    Message::Icmp { addresses, .. } => Some(addresses.1),
                    Message::ArpRequest { .. }
                    | Message::ArpReply { .. }
                    | Message::Fragment { .. }
                    | Message::Other { .. } => None,
                }
            });
        let goes_by = |target: &IpAddr| {
            gateway_choice(self.topology, from, *target).is_some_and(|choice| match choice.asks {
                Asked::Gateway(other) | Asked::Target(other) => other == asked,
                Asked::Nobody | Asked::Itself => false,
            })
        };
        targets.into_iter().find(goes_by).unwrap_or(asked)
    }
}

/// What a field says on a leg.
pub(super) fn value(looked: &Look, leg: usize, fields: &[FieldId]) -> Option<String> {
    let layers = looked.legs.get(leg)?;
    let rows = layers.iter().filter(|layer| !layer.quoted).flat_map(|layer| &layer.rows);
    rows.into_iter().find(|row| fields.contains(&row.field)).map(|row| row.value.clone())
}
