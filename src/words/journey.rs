//! A message on its way, in sentences: what each stop did, who saw it, what
//! the tables learned, and whose MAC address is asked for.

use super::{Words, interfaces, printable};
use crate::conversation::journey::{
    Asked, Bystander, CopyReason, Crossing, GatewayChoice, How, Journey, Journeys, Learned, Leg, Lesson, Look, Message,
    Outcome, Point, Purpose, Reason, Route, Sight, Stop, StopKind,
};
use crate::decode::{FieldId, MacAddress};
use crate::model::{LinkActionKind, NodeId, Place, Topology};
use crate::trace::Trace;

/// What a node is called; safe to show, whoever wrote the topology.
pub fn node(map: Option<&Topology>, id: NodeId) -> String {
    map.and_then(|map| map.get(id)).map(|node| printable(node.name.as_bytes())).unwrap_or_default()
}

impl Words {
    /// Where a leg begins or ends.
    pub fn journey_point(&self, trace: &Trace, point: Point) -> String {
        match point {
            Point::Node(id) => node(trace.notes.map.as_deref(), id),
            Point::Place(place) => match trace.place(place) {
                Some(Place::Interface { name, .. }) if !name.is_empty() => printable(name.as_bytes()),
                _ => self.say("place-number", &[("number", &place.0)]),
            },
            Point::Unknown => "?".to_owned(),
        }
    }

    /// From where to where a leg leads: `client → switch`.
    pub fn journey_leg(&self, trace: &Trace, leg: &Leg) -> String {
        let to = self.journey_point(trace, leg.to);
        if leg.from == Point::Unknown {
            return self.say("journey-first-place", &[("to", &to)]);
        }
        self.say("journey-leg", &[("from", &self.journey_point(trace, leg.from)), ("to", &to)])
    }

    /// What a message is, with its addresses.
    pub fn journey_title(&self, journeys: &Journeys, message: &Message) -> String {
        match message {
            Message::ArpRequest { sender: (mac, sender), target } if sender == target => {
                self.say("journey-arp-announcement", &[("sender", sender), ("mac", mac)])
            }
            Message::ArpRequest { sender: (_, sender), target } => {
                self.say("journey-arp-request", &[("target", target), ("sender", sender)])
            }
            Message::ArpReply { sender: (mac, sender), .. } => {
                self.say("journey-arp-reply", &[("sender", sender), ("mac", mac)])
            }
            Message::Tcp { sockets: (from, to), flags, length: 0 } => {
                self.say("journey-tcp", &[("flags", flags), ("from", from), ("to", to)])
            }
            Message::Tcp { sockets: (from, to), flags, length } => {
                self.say("journey-tcp-data", &[("flags", flags), ("length", length), ("from", from), ("to", to)])
            }
            Message::Udp { sockets: (from, to), length } => {
                self.say("journey-udp", &[("length", length), ("from", from), ("to", to)])
            }
            Message::Icmp { addresses: (from, to), meaning, about } => {
                let meaning = self.icmp(*meaning);
                let about = about.and_then(|about| journeys.journeys.get(about));
                match about {
                    Some(about) => {
                        let about = self.journey_short(&about.message);
                        let facts: [(&str, &dyn std::fmt::Display); 4] =
                            [("meaning", &meaning), ("from", from), ("to", to), ("about", &about)];
                        self.say("journey-icmp-about", &facts)
                    }
                    None => self.say("journey-icmp", &[("meaning", &meaning), ("from", from), ("to", to)]),
                }
            }
            Message::Fragment { addresses: (from, to) } => self.say("journey-fragment", &[("from", from), ("to", to)]),
            Message::Other { addresses: Some((from, to)) } => self.say("journey-other", &[("from", from), ("to", to)]),
            Message::Other { addresses: None } => self.word("journey-other-link"),
        }
    }

    /// What a message is, in a word or two: `SYN`, `ARP ?`, `8 B`.
    pub fn journey_short(&self, message: &Message) -> String {
        match message {
            Message::ArpRequest { .. } => self.word("journey-short-arp-request"),
            Message::ArpReply { .. } => self.word("journey-short-arp-reply"),
            Message::Tcp { flags, length: 0, .. } => flags.to_string(),
            Message::Tcp { flags, length, .. } => {
                let length = self.say("journey-short-data", &[("length", length)]);
                let marked = flags.syn() || flags.fin() || flags.rst();
                if marked { format!("{flags} {length}") } else { length }
            }
            Message::Udp { length, .. } => self.say("journey-short-udp", &[("length", length)]),
            Message::Icmp { .. } => self.word("journey-short-icmp"),
            Message::Fragment { .. } => self.word("journey-short-fragment"),
            Message::Other { .. } => self.word("journey-short-other"),
        }
    }

    /// How we know the bytes of a leg, in a sentence.
    pub fn journey_seen(&self, trace: &Trace, leg: &Leg) -> String {
        let (from, to) = (self.journey_point(trace, leg.from), self.journey_point(trace, leg.to));
        match (leg.sent, leg.received) {
            (Some(_), Some(_)) => self.say("journey-captured-both", &[("from", &from), ("to", &to)]),
            (Some(_), None) => self.say("journey-captured-at", &[("place", &from)]),
            (None, Some(_)) => self.say("journey-captured-at", &[("place", &to)]),
            (None, None) => self.word("journey-seen-as-before"),
        }
    }

    /// The same in a word.
    pub fn journey_seen_short(&self, trace: &Trace, leg: &Leg) -> String {
        match (leg.sent, leg.received) {
            (Some(_), Some(_)) => self.word("journey-seen-both"),
            (Some(_), None) => self.journey_point(trace, leg.from),
            (None, Some(_)) => self.journey_point(trace, leg.to),
            (None, None) => self.word("journey-seen-inferred"),
        }
    }

    /// What a stop did to the message and what it did not, with the rule.
    pub fn journey_stop(&self, trace: &Trace, journey: &Journey, look: &Look, stop: &Stop) -> String {
        let name = match stop.at {
            // Without a topology the stop is somewhere between two places.
            Point::Place(_) => {
                let to = journey.legs.get(stop.to).map_or(Point::Unknown, |leg| leg.to);
                let (from, to) = (self.journey_point(trace, stop.at), self.journey_point(trace, to));
                self.say("journey-between", &[("from", &from), ("to", &to)])
            }
            at @ (Point::Node(_) | Point::Unknown) => self.journey_point(trace, at),
        };
        match stop.kind {
            StopKind::Switch if stop.changes.is_empty() => self.switch(&name, journey, look, stop),
            StopKind::Hub if stop.changes.is_empty() => self.say("journey-stop-hub", &[("node", &name)]),
            StopKind::Router | StopKind::Translator | StopKind::Unknown | StopKind::Switch | StopKind::Hub => {
                self.changed(&name, look, stop)
            }
        }
    }

    fn switch(&self, name: &str, journey: &Journey, look: &Look, stop: &Stop) -> String {
        let mac = value(look, stop.to, FieldId::ETH_DST);
        let group = mac.get(..2).and_then(|first| u8::from_str_radix(first, 16).ok()).is_some_and(|b| b & 1 == 1);
        let flood = Purpose::Copy(CopyReason::Flood);
        let copied = journey.legs.iter().any(|leg| leg.from == stop.at && leg.purpose == flood);
        let key = match (group, copied) {
            (true, _) => return self.say("journey-stop-switch-broadcast", &[("node", &name)]),
            (false, true) => "journey-stop-switch-flood",
            (false, false) => "journey-stop-switch-knows",
        };
        self.say(key, &[("node", &name), ("mac", &mac)])
    }

    /// A stop that changed something, or should have.
    fn changed(&self, name: &str, look: &Look, stop: &Stop) -> String {
        let change = |field: FieldId| stop.changes.iter().find(|change| change.field == field && !change.quoted);
        let Some(hops) = change(FieldId::IP_TTL).or_else(|| change(FieldId::IPV6_HLIM)) else {
            if stop.changes.is_empty() {
                return self.say("journey-stop-nothing", &[("node", &name)]);
            }
            let fields: Vec<&str> = stop.changes.iter().map(|change| change.field.name()).collect();
            return self.say("journey-stop-changed", &[("node", &name), ("fields", &fields.join(", "))]);
        };
        let has = |field: FieldId| {
            let layers = look.legs.get(stop.to).into_iter().flatten();
            layers.into_iter().any(|layer| layer.protocol == field && !layer.quoted)
        };
        let transport = [(FieldId::TCP, "TCP"), (FieldId::UDP, "UDP"), (FieldId::ICMP, "ICMP")];
        let protocol = transport.iter().find(|(field, _)| has(*field)).map(|(_, name)| *name);
        let sources = [
            ("journey-stop-source", [FieldId::IP_SRC, FieldId::TCP_SRCPORT, FieldId::UDP_SRCPORT]),
            ("journey-stop-destination", [FieldId::IP_DST, FieldId::TCP_DSTPORT, FieldId::UDP_DSTPORT]),
        ];
        let mut sentences = Vec::new();
        for (key, [address, tcp, udp]) in sources {
            if ![address, tcp, udp].into_iter().any(|field| change(field).is_some()) {
                continue;
            }
            let port = if has(FieldId::TCP) { tcp } else { udp };
            let socket = |before: bool| {
                let of = |field: FieldId| match change(field) {
                    Some(change) if before => change.before.clone(),
                    Some(_) | None => value(look, stop.to, field),
                };
                let (address, port) = (of(address), of(port));
                if port.is_empty() { address } else { format!("{address}:{port}") }
            };
            let facts: [(&str, &dyn std::fmt::Display); 6] = [
                ("node", &name),
                ("before", &socket(true)),
                ("after", &socket(false)),
                ("protocol", &protocol.unwrap_or("IP")),
                ("ttl", &hops.before),
                ("ttlafter", &hops.after),
            ];
            sentences.push(self.say(key, &facts));
        }
        if sentences.is_empty() {
            let stay = match protocol {
                Some(protocol @ ("TCP" | "UDP")) => self.say("journey-stay-ports", &[("protocol", &protocol)]),
                _ => self.word("journey-stay-addresses"),
            };
            let key = if hops.field == FieldId::IP_TTL { "journey-stop-router" } else { "journey-stop-router-v6" };
            let facts: [(&str, &dyn std::fmt::Display); 4] =
                [("node", &name), ("before", &hops.before), ("after", &hops.after), ("stay", &stay)];
            sentences.push(self.say(key, &facts));
        }
        if stop.changes.iter().any(|change| change.quoted && change.reason == Reason::Address) {
            sentences.push(self.word("journey-stop-quoted"));
        }
        if stop.changes.iter().any(|change| change.reason == Reason::Cut) {
            sentences.push(self.word("journey-stop-cut"));
        }
        // Chinese sentences need no space between them.
        sentences.join(self.choose(" ", ""))
    }

    /// Whether a bystander saw the message, and why.
    pub fn journey_bystander(&self, map: &Topology, journey: &Journey, bystander: &Bystander) -> String {
        let host = node(Some(map), bystander.node);
        let key = match bystander.sight {
            Sight::Sees { why: CopyReason::Hub, .. } => "journey-sees-hub",
            Sight::Sees { why: CopyReason::Flood, .. } => "journey-sees-flood",
            Sight::Sees { why: CopyReason::Broadcast, .. } => "journey-sees-broadcast",
            Sight::SwitchKnows { switch } => {
                let switch = node(Some(map), switch);
                return self.say("journey-unseen-switch", &[("host", &host), ("switch", &switch)]);
            }
            Sight::OtherNetwork if matches!(journey.message, Message::ArpRequest { .. }) => "journey-unseen-network",
            Sight::OtherNetwork => "journey-unseen-elsewhere",
            Sight::LostBefore => "journey-unseen-lost",
        };
        self.say(key, &[("host", &host)])
    }

    /// What became of the message, where it did not simply arrive.
    pub fn journey_outcome(&self, trace: &Trace, journey: &Journey) -> Option<String> {
        match journey.outcome {
            Outcome::Arrived | Outcome::Unknown => None,
            Outcome::Lost { leg } => journey.legs.get(leg).map(|leg| self.journey_lost(trace, leg)),
            Outcome::Stopped { at } => {
                Some(self.say("journey-stopped", &[("node", &node(trace.notes.map.as_deref(), at))]))
            }
        }
    }

    fn journey_lost(&self, trace: &Trace, leg: &Leg) -> String {
        let key = match leg.crossing {
            Crossing::Lost(LinkActionKind::QueueFull) => "journey-lost-queue",
            Crossing::Lost(_) => "journey-lost",
            Crossing::Missing | Crossing::Arrived => {
                return self.say("journey-lost-missing", &[("from", &self.journey_point(trace, leg.from))]);
            }
        };
        let (from, to) = (self.journey_point(trace, leg.from), self.journey_point(trace, leg.to));
        self.say(key, &[("from", &from), ("to", &to)])
    }

    /// What a wire did to the message on a leg beside losing it.
    pub fn journey_action(&self, trace: &Trace, leg: &Leg) -> Option<String> {
        let key = match leg.action? {
            LinkActionKind::Delayed => "journey-action-delayed",
            LinkActionKind::Duplicated => "journey-action-duplicated",
            LinkActionKind::Swapped => "journey-action-swapped",
            LinkActionKind::Lost | LinkActionKind::QueueFull | LinkActionKind::Unplugged | LinkActionKind::Plugged => {
                return None;
            }
        };
        let (from, to) = (self.journey_point(trace, leg.from), self.journey_point(trace, leg.to));
        Some(self.say(key, &[("from", &from), ("to", &to)]))
    }

    /// What a table took in.
    pub fn journey_lesson(&self, map: &Topology, lesson: &Lesson) -> String {
        let name = node(Some(map), lesson.node);
        match &lesson.learned {
            Learned::Asked { address, .. } => {
                self.say("journey-learns-asked", &[("node", &name), ("address", address)])
            }
            Learned::Neighbour { address, mac, how, .. } => {
                let key = match how {
                    How::Reply => "journey-learns-reply",
                    How::Request => "journey-learns-request",
                    How::Announcement => "journey-learns-announcement",
                    How::Overheard => "journey-learns-overheard",
                };
                self.say(key, &[("node", &name), ("address", address), ("mac", mac)])
            }
            Learned::Station { mac, cable } => {
                let port = self.journey_port(map, lesson.node, *cable);
                self.say("journey-learns-station", &[("node", &name), ("mac", mac), ("port", &port)])
            }
            Learned::Translation(entry) => {
                let facts: [(&str, &dyn std::fmt::Display); 4] =
                    [("node", &name), ("inside", &entry.inside), ("outside", &entry.outside), ("peer", &entry.peer)];
                self.say("journey-learns-translation", &facts)
            }
        }
    }

    /// What is at the other end of a cable.
    pub fn journey_port(&self, map: &Topology, from: NodeId, cable: usize) -> String {
        let ends = map.cables.get(cable).map(|cable| &cable.ends);
        let other = ends.and_then(|ends| ends.iter().find(|port| port.node != from));
        other.map(|port| node(Some(map), port.node)).unwrap_or_default()
    }

    /// Whose MAC address is asked for, and why.
    pub fn gateway_choice(&self, choice: &GatewayChoice) -> String {
        let (own, target) = (choice.own, choice.target);
        match (choice.asks, &choice.route) {
            (Asked::Target(_), _) => self.say("journey-gateway-same", &[("own", &own), ("target", &target)]),
            (Asked::Gateway(gateway), Some(Route { to, .. })) if to.prefix > 0 => {
                let facts: [(&str, &dyn std::fmt::Display); 4] =
                    [("own", &own), ("target", &target), ("gateway", &gateway), ("network", to)];
                self.say("journey-gateway-route", &facts)
            }
            (Asked::Gateway(gateway), _) => {
                self.say("journey-gateway-other", &[("own", &own), ("target", &target), ("gateway", &gateway)])
            }
            (Asked::Nobody, _) => self.say("journey-gateway-nobody", &[("own", &own), ("target", &target)]),
            (Asked::Itself, _) => self.say("journey-gateway-itself", &[("own", &own), ("target", &target)]),
        }
    }

    /// A line of a routing table: where to, and how.
    pub fn journey_route(&self, route: &Route) -> (String, String) {
        let to = if route.to.prefix == 0 { self.word("journey-everywhere") } else { route.to.to_string() };
        let how = match route.via {
            Some(via) => self.say("journey-via", &[("via", &via)]),
            None => self.word("journey-direct"),
        };
        (to, format!("{how} · {}", printable(route.interface.as_bytes())))
    }

    /// A MAC address, or that it has been asked for.
    pub fn journey_mac(&self, mac: Option<MacAddress>) -> String {
        mac.map_or_else(|| self.word("journey-asking"), |mac| interfaces::mac(mac.0))
    }
}

/// What a field says on a leg.
fn value(look: &Look, leg: usize, field: FieldId) -> String {
    let layers = look.legs.get(leg).into_iter().flatten().filter(|layer| !layer.quoted);
    let mut rows = layers.flat_map(|layer| &layer.rows);
    rows.find(|row| row.field == field).map(|row| row.value.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::conversation::journey::{Capture, NatEntry};
    use crate::decode::IcmpMeaning;
    use crate::model::{TcpFlags, Timestamp};
    use crate::trace::FrameNumber;
    use crate::words::Language;

    fn nothing() -> Topology {
        let (title, about) = Default::default();
        Topology {
            title,
            about,
            nodes: Vec::new(),
            cables: Vec::new(),
            client: NodeId(0),
            server: NodeId(0),
            name_server: None,
        }
    }

    fn leg(crossing: Crossing, action: Option<LinkActionKind>) -> Leg {
        let shown_by = Capture { frame: FrameNumber(1), at: Timestamp::default() };
        Leg {
            cable: Some(0),
            from: Point::Node(NodeId(0)),
            to: Point::Unknown,
            sent: Some(shown_by),
            received: None,
            shown_by,
            purpose: Purpose::Way,
            crossing,
            action,
            before: None,
            again: false,
        }
    }

    /// Phrases that no recording needs.
    #[test]
    fn whatever_can_be_said_has_its_phrase() {
        let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
        let mac = MacAddress([2, 0, 0, 0, 0, 1]);
        let (v4, socket) = (Ipv4Addr::new(192, 0, 2, 1), std::net::SocketAddr::new(address, 7));
        let addresses = (address, address);
        let messages = [
            Message::ArpRequest { sender: (mac, v4), target: v4 },
            Message::ArpRequest { sender: (mac, v4), target: Ipv4Addr::new(192, 0, 2, 2) },
            Message::ArpReply { sender: (mac, v4), target: (mac, v4) },
            Message::Tcp { sockets: (socket, socket), flags: TcpFlags::SYN, length: 0 },
            Message::Tcp { sockets: (socket, socket), flags: TcpFlags::FIN, length: 5 },
            Message::Udp { sockets: (socket, socket), length: 5 },
            Message::Icmp { addresses, meaning: IcmpMeaning::TooBig, about: None },
            Message::Icmp { addresses, meaning: IcmpMeaning::TooBig, about: Some(0) },
            Message::Fragment { addresses },
            Message::Other { addresses: Some(addresses) },
            Message::Other { addresses: None },
        ];
        let (map, trace) = (nothing(), Trace::default());
        for words in Language::ALL.map(Words::new) {
            let mut said = Vec::new();
            let journey = |message: &Message| Journey {
                at: Timestamp::default(),
                frame: FrameNumber(1),
                message: message.clone(),
                conversation: None,
                origin: None,
                goal: None,
                legs: vec![leg(Crossing::Missing, None)],
                outcome: Outcome::Stopped { at: NodeId(0) },
                bystanders: Vec::new(),
            };
            let all = Journeys { journeys: messages.iter().map(journey).collect(), ..Journeys::default() };
            for journey in &all.journeys {
                said.extend([words.journey_title(&all, &journey.message), words.journey_short(&journey.message)]);
                said.extend(words.journey_outcome(&trace, journey));
                for sight in [
                    Sight::Sees { why: CopyReason::Hub, leg: 0 },
                    Sight::Sees { why: CopyReason::Flood, leg: 0 },
                    Sight::Sees { why: CopyReason::Broadcast, leg: 0 },
                    Sight::SwitchKnows { switch: NodeId(0) },
                    Sight::OtherNetwork,
                    Sight::LostBefore,
                ] {
                    let bystander = Bystander { node: NodeId(0), sight };
                    said.push(words.journey_bystander(&map, journey, &bystander));
                }
            }
            for kind in [
                LinkActionKind::Lost,
                LinkActionKind::QueueFull,
                LinkActionKind::Delayed,
                LinkActionKind::Duplicated,
                LinkActionKind::Swapped,
            ] {
                said.push(words.journey_lost(&trace, &leg(Crossing::Lost(kind), None)));
                said.extend(words.journey_action(&trace, &leg(Crossing::Arrived, Some(kind))));
            }
            said.push(words.journey_lost(&trace, &leg(Crossing::Missing, None)));
            let interface = String::from("eth0");
            let neighbour = |how| Learned::Neighbour { interface: interface.clone(), address: v4, mac, how };
            let hows = [How::Reply, How::Request, How::Announcement, How::Overheard].map(neighbour);
            let others = [
                Learned::Asked { interface: interface.clone(), address: v4 },
                Learned::Station { mac, cable: 0 },
                Learned::Translation(NatEntry { protocol: 6, inside: socket, outside: socket, peer: socket }),
            ];
            for learned in hows.into_iter().chain(others) {
                let (at, frame) = (Timestamp::default(), FrameNumber(1));
                let lesson = Lesson { at, frame, journey: 0, node: NodeId(0), learned, new: true };
                said.push(words.journey_lesson(&map, &lesson));
            }
            let own = crate::model::IpNetwork { address, prefix: 24 };
            let route = Route { to: own, via: Some(address), interface };
            for (asks, route) in [
                (Asked::Target(address), None),
                (Asked::Gateway(address), None),
                (Asked::Gateway(address), Some(route.clone())),
                (Asked::Nobody, None),
                (Asked::Itself, None),
            ] {
                let binary = [String::new(), String::new()];
                let (node, target, edge) = (NodeId(0), address, 0);
                let same_network = true;
                let choice = GatewayChoice { node, own, target, same_network, binary, edge, asks, route };
                said.push(words.gateway_choice(&choice));
            }
            said.extend([words.journey_route(&route).1, words.journey_mac(None), words.journey_mac(Some(mac))]);
            for (sent, received) in [(true, true), (true, false), (false, true), (false, false)] {
                let one = leg(Crossing::Arrived, None);
                let seen = Leg { sent: one.sent.filter(|_| sent), received: one.sent.filter(|_| received), ..one };
                said.extend([words.journey_seen(&trace, &seen), words.journey_seen_short(&trace, &seen)]);
            }
            for sentence in said {
                assert!(!sentence.contains('⟨') && !sentence.contains("{ $"), "{sentence}");
            }
        }
    }
}
