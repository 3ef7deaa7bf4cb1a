//! What hosts, switches and translators remember: ARP caches, MAC tables,
//! translations, as they must be by the frames that passed; and routing tables
//! as the topology has them.
//!
//! ARP follows Linux 6.18, which was watched, where it is narrower than RFC 826:
//! of a reply that it did not ask for a host makes no entry, though the RFC
//! would; only a question for its own address makes one. An entry that is there
//! is brought up to date by whatever comes to its MAC address or to all (the RFC
//! says so too), but not within a second, unless by a question for itself or an
//! announcement. A frame for another MAC address is not looked at, whoever
//! overhears it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::atlas::Atlas;
use super::chain::{self, Parent};
use super::sending::{Carrying, Sending};
use super::spread::Spread;
use super::{Capture, Journeys};
use crate::decode::MacAddress;
use crate::model::{IpNetwork, NodeId, NodeKind, Span, Timestamp, Topology};
use crate::trace::FrameNumber;

/// How long a switch remembers an address that it hears nothing of: 300 s
/// (IEEE 802.1D §7.9.2, table 7-5; Linux bridges too).
pub const AGEING: Span = Span::from_millis(300_000);

/// How long Linux keeps a neighbour's new MAC address at least, unless the
/// neighbour itself asks or announces another one: 1 s (arp(7), `locktime`).
const LOCKED: Span = Span::from_millis(1_000);

/// Something that a table took in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// When: where no frame was captured at the node itself, the last moment
    /// before.
    pub at: Timestamp,
    /// The frame that taught it.
    pub frame: FrameNumber,
    /// The journey it is part of, as an index of [`Journeys::journeys`].
    pub journey: usize,
    /// Whose table.
    pub node: NodeId,
    /// What.
    pub learned: Learned,
    /// It was not known before, or was something else. `false`: it was heard
    /// again.
    pub new: bool,
}

/// What a table took in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Learned {
    /// A host asks for a MAC address and has none yet.
    Asked {
        /// By which of its interfaces.
        interface: String,
        /// Whose.
        address: Ipv4Addr,
    },
    /// A host knows whose MAC address belongs to an IP address.
    Neighbour {
        /// By which of its interfaces.
        interface: String,
        /// The IP address.
        address: Ipv4Addr,
        /// The MAC address.
        mac: MacAddress,
        /// What told it.
        how: How,
    },
    /// A switch knows at which of its ports a MAC address is.
    Station {
        /// The MAC address.
        mac: MacAddress,
        /// The cable at that port, as an index of [`Topology::cables`].
        cable: usize,
    },
    /// A translator remembers who hides behind which address and port.
    Translation(NatEntry),
}

/// What told a host of a MAC address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The answer to its own question.
    Reply,
    /// The question of somebody who asked for it: who asks says who they are.
    Request,
    /// Somebody who tells everybody their own address; of use only to those who
    /// know it already.
    Announcement,
    /// A question for somebody else; of use only to those who know the sender
    /// already.
    Overheard,
}

/// All tables at a moment, each in the order of the topology.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    /// The ARP cache of each host and router.
    pub arp: Vec<ArpTable>,
    /// The MAC table of each switch.
    pub switches: Vec<MacTable>,
    /// The translations of each translator.
    pub translations: Vec<NatTable>,
}

/// The ARP cache of a host, inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArpTable {
    /// The host.
    pub node: NodeId,
    /// In order of their first mention.
    pub entries: Vec<ArpEntry>,
}

/// One neighbour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArpEntry {
    /// Its IP address.
    pub address: Ipv4Addr,
    /// Its MAC address; `None` while it has been asked for and not told.
    pub mac: Option<MacAddress>,
    /// By which interface of the host.
    pub interface: String,
    /// What told it; `None` while nothing has.
    pub how: Option<How>,
    /// What taught it, or asked for it.
    pub learned: Capture,
    /// When it was told last.
    pub heard: Timestamp,
}

/// The MAC table of a switch, inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MacTable {
    /// The switch.
    pub node: NodeId,
    /// In the order they were learned.
    pub entries: Vec<MacEntry>,
}

/// One station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MacEntry {
    /// Its MAC address.
    pub mac: MacAddress,
    /// The cable at its port, as an index of [`Topology::cables`].
    pub cable: usize,
    /// What taught it: this port and no other since.
    pub learned: Capture,
    /// When it was heard last; it is forgotten [`AGEING`] later.
    pub heard: Timestamp,
}

/// The translations of a translator, inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatTable {
    /// The translator.
    pub node: NodeId,
    /// In the order they were made.
    pub entries: Vec<(NatEntry, Capture)>,
}

/// One translation (RFC 3022 §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NatEntry {
    /// The protocol by its IP number: 6 is TCP, 17 is UDP.
    pub protocol: u8,
    /// The socket inside. ICMP has no ports: 0.
    pub inside: SocketAddr,
    /// What the outside sees in its place.
    pub outside: SocketAddr,
    /// To whom it talks.
    pub peer: SocketAddr,
}

/// A line of a routing table, from the topology.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where to; `0.0.0.0/0` is everywhere.
    pub to: IpNetwork,
    /// To whom; `None` where the network is the interface's own.
    pub via: Option<IpAddr>,
    /// By which interface; empty where the gateway is on no network of the
    /// host.
    pub interface: String,
}

/// The routing table of a host or router, as the topology has it: its own
/// networks, its routes, its gateways.
pub fn routes(map: &Topology, node: NodeId) -> Vec<Route> {
    let Some(host) = map.host(node) else { return Vec::new() };
    let mut routes = Vec::new();
    for (name, interface) in &host.interfaces {
        routes.extend(interface.addresses.iter().map(|own| Route {
            to: IpNetwork { address: own.network(), prefix: own.prefix },
            via: None,
            interface: name.clone(),
        }));
    }
    let reached_by = |via: IpAddr, routes: &[Route]| {
        let own = routes.iter().find(|route| route.via.is_none() && route.to.contains(via));
        own.map(|route| route.interface.clone()).unwrap_or_default()
    };
    for (to, via) in &host.routes {
        let to = IpNetwork { address: to.network(), prefix: to.prefix };
        let interface = reached_by(*via, &routes);
        routes.push(Route { to, via: Some(*via), interface });
    }
    for via in &host.gateways {
        let everywhere: IpAddr = match via {
            IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            IpAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
        };
        let interface = reached_by(*via, &routes);
        routes.push(Route { to: IpNetwork { address: everywhere, prefix: 0 }, via: Some(*via), interface });
    }
    routes
}

/// The line that decides for a destination, as an index: the longest prefix
/// that matches (RFC 1812 §5.2.4.3).
pub fn chosen_route(routes: &[Route], destination: IpAddr) -> Option<usize> {
    let matching = routes.iter().enumerate().filter(|(_, route)| route.to.contains(destination));
    // Of equal ones the first.
    matching.rev().max_by_key(|(_, route)| route.to.prefix).map(|(index, _)| index)
}

/// Everything that was learned, in order of time.
pub(super) fn lessons(
    sendings: &[Sending],
    links: &[Option<Parent>],
    spreads: &[Spread],
    of_sending: &[usize],
    atlas: &Atlas<'_>,
) -> Vec<Lesson> {
    let mut lessons = Vec::new();
    let everything = sendings.iter().zip(spreads).zip(links).zip(of_sending).map(|(((a, b), c), d)| (a, b, c, *d));
    for (sending, spread, parent, journey) in everything {
        let lesson = |capture: Capture, node: NodeId, learned: Learned| Lesson {
            at: capture.at,
            frame: capture.frame,
            journey,
            node,
            learned,
            new: true,
        };
        for (node, cable, capture) in &spread.heard {
            lessons.push(lesson(*capture, *node, Learned::Station { mac: sending.ethernet.0, cable: *cable }));
        }
        arp(sending, atlas, &lesson, &mut lessons);
        if let Some(translated) = parent.and_then(|parent| translation(sendings, parent, sending, atlas)) {
            let (node, entry) = translated;
            lessons.push(lesson(sending.first, node, Learned::Translation(entry)));
        }
    }
    lessons.sort_by_key(|lesson| (lesson.at, lesson.frame));
    keep_what_counts(lessons)
}

/// What hosts learn from an ARP frame, if they look at it.
fn arp(
    sending: &Sending,
    atlas: &Atlas<'_>,
    lesson: &impl Fn(Capture, NodeId, Learned) -> Lesson,
    lessons: &mut Vec<Lesson>,
) {
    let Some(arp) = sending.content.arp else { return };
    let port = |plug| Some((atlas.node(plug)?, atlas.port_name(plug)?.to_owned()));
    // What a program makes up is not what its kernel asks.
    let own = sending.from.and_then(|from| atlas.interface(from)).map(|interface| MacAddress(interface.mac));
    if let (1, Some(sent), Some((node, interface))) = (arp.operation, sending.sent, sending.from.and_then(port))
        && arp.sender.1 != arp.target.1
        && own == Some(arp.sender.0)
    {
        lessons.push(lesson(sent, node, Learned::Asked { interface, address: arp.target.1 }));
    }
    let (mac, address) = arp.sender;
    if address.is_unspecified() {
        return;
    }
    for (plug, capture) in &sending.receptions {
        let Some((node, interface)) = port(*plug) else { continue };
        let own = atlas.interface(*plug).map(|interface| MacAddress(interface.mac));
        let group = sending.ethernet.1.0.first().is_some_and(|first| first & 1 == 1);
        if own != Some(sending.ethernet.1) && !group {
            continue;
        }
        let interfaces = atlas.host(node).into_iter().flat_map(|host| host.interfaces.values());
        let mut networks = interfaces.flat_map(|interface| &interface.addresses);
        let asked = arp.operation == 1 && networks.any(|network| network.address == arp.target.1);
        let how = match (arp.operation, arp.sender.1 == arp.target.1) {
            _ if asked => How::Request,
            (_, true) => How::Announcement,
            (1, false) => How::Overheard,
            (_, false) => How::Reply,
        };
        lessons.push(lesson(*capture, node, Learned::Neighbour { interface, address, mac, how }));
    }
}

/// The translation between what a translator received and what it passed on.
fn translation(sendings: &[Sending], parent: Parent, child: &Sending, atlas: &Atlas<'_>) -> Option<(NodeId, NatEntry)> {
    let before = &sendings.get(parent.sending)?.content;
    let after = &child.content;
    if before.quoted().is_some() {
        return None;
    }
    let node = atlas.node(chain::plug_of(sendings, parent)?)?;
    let protocol = match &after.carried {
        Carrying::Tcp(_) => 6,
        Carrying::Udp { .. } => 17,
        Carrying::Icmp(_) => 1,
        Carrying::Fragment | Carrying::Other => return None,
    };
    let (source, destination) = before.sockets()?;
    let (new_source, new_destination) = after.sockets()?;
    if source != new_source {
        return Some((node, NatEntry { protocol, inside: source, outside: new_source, peer: destination }));
    }
    let inbound = NatEntry { protocol, inside: new_destination, outside: destination, peer: source };
    (destination != new_destination).then_some((node, inbound))
}

/// Leaves out what changed nothing, and marks what was only heard again.
fn keep_what_counts(lessons: Vec<Lesson>) -> Vec<Lesson> {
    let mut state = State::default();
    lessons
        .into_iter()
        .filter_map(|mut lesson| {
            lesson.new = state.take(&lesson)?;
            Some(lesson)
        })
        .collect()
}

/// The tables while they grow.
#[derive(Default)]
struct State {
    arp: Vec<(NodeId, ArpEntry)>,
    switches: Vec<(NodeId, MacEntry)>,
    translations: Vec<(NodeId, NatEntry, Capture)>,
}

impl State {
    /// Takes a lesson in: whether it was new, or `None` where it is no lesson.
    fn take(&mut self, lesson: &Lesson) -> Option<bool> {
        let learned = Capture { frame: lesson.frame, at: lesson.at };
        let heard = lesson.at;
        match &lesson.learned {
            Learned::Asked { interface, address } => {
                if self.neighbour(lesson.node, *address).is_some() {
                    return None;
                }
                let entry =
                    ArpEntry { address: *address, mac: None, interface: interface.clone(), how: None, learned, heard };
                self.arp.push((lesson.node, entry));
                Some(true)
            }
            Learned::Neighbour { interface, address, mac, how } => {
                if let Some(entry) = self.neighbour(lesson.node, *address) {
                    let young = heard.since(entry.learned.at).nanos() < LOCKED.nanos();
                    let kept = entry.mac.is_some_and(|known| known != *mac) && young;
                    if kept && matches!(how, How::Reply | How::Overheard) {
                        return None;
                    }
                    entry.heard = heard;
                    let new = entry.mac != Some(*mac);
                    if new {
                        *entry = ArpEntry { mac: Some(*mac), how: Some(*how), learned, ..entry.clone() };
                    }
                    return Some(new);
                }
                // Nobody asked: only who is asked makes a new entry.
                if *how != How::Request {
                    return None;
                }
                let (mac, how, interface) = (Some(*mac), Some(*how), interface.clone());
                self.arp.push((lesson.node, ArpEntry { address: *address, mac, interface, how, learned, heard }));
                Some(true)
            }
            Learned::Station { mac, cable } => {
                let known = self.switches.iter_mut().find(|(node, entry)| *node == lesson.node && entry.mac == *mac);
                let fresh = MacEntry { mac: *mac, cable: *cable, learned, heard };
                match known {
                    Some((_, entry)) if entry.cable == *cable && heard.since(entry.heard).nanos() <= AGEING.nanos() => {
                        entry.heard = heard;
                        Some(false)
                    }
                    Some((_, entry)) => {
                        *entry = fresh;
                        Some(true)
                    }
                    None => {
                        self.switches.push((lesson.node, fresh));
                        Some(true)
                    }
                }
            }
            Learned::Translation(entry) => {
                let known = self.translations.iter().any(|(node, known, _)| *node == lesson.node && known == entry);
                if known {
                    return Some(false);
                }
                self.translations.push((lesson.node, *entry, learned));
                Some(true)
            }
        }
    }

    fn neighbour(&mut self, node: NodeId, address: Ipv4Addr) -> Option<&mut ArpEntry> {
        let mut entries = self.arp.iter_mut().filter(move |(own, _)| *own == node);
        entries.find(|(_, entry)| entry.address == address).map(|(_, entry)| entry)
    }
}

impl Journeys {
    /// All tables as they are at this moment, what was learned at it included.
    pub fn tables_at(&self, map: &Topology, at: Timestamp) -> Tables {
        let mut state = State::default();
        for lesson in self.lessons.iter().take_while(|lesson| lesson.at <= at) {
            state.take(lesson);
        }
        let mut tables = Tables::default();
        for (index, node) in map.nodes.iter().enumerate() {
            let id = NodeId(index);
            match &node.kind {
                NodeKind::Host(host) => {
                    let own = state.arp.iter().filter(|(node, _)| *node == id);
                    tables.arp.push(ArpTable { node: id, entries: own.map(|(_, entry)| entry.clone()).collect() });
                    if host.nat.is_some() {
                        let own = state.translations.iter().filter(|(node, ..)| *node == id);
                        let entries = own.map(|(_, entry, capture)| (*entry, *capture)).collect();
                        tables.translations.push(NatTable { node: id, entries });
                    }
                }
                NodeKind::Switch => {
                    let own = state.switches.iter().filter(|(node, _)| *node == id).map(|(_, entry)| *entry);
                    let young = own.filter(|entry| at.since(entry.heard).nanos() <= AGEING.nanos());
                    tables.switches.push(MacTable { node: id, entries: young.collect() });
                }
                NodeKind::Hub => {}
            }
        }
        tables
    }
}
