//! Hosts and routers: neighbours, routes, forwarding (RFC 1812), address
//! translation (RFC 3022), ICMP, and TCP and UDP on top.

/// ICMP: what is told and what is heard.
mod errors;
/// Who is behind which address.
mod neighbours;
/// Datagrams in pieces.
mod pieces;
/// One address for many.
mod translation;

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::model;
use crate::source::simulator::frame::BROADCAST;
use crate::source::simulator::tcp::{Effect, Knobs, Packet, Reason, Stack};
use crate::source::simulator::udp::{Udp, UdpPacket};
use crate::source::simulator::{Arp, Body, Datagram, Ethernet, Icmp, Moment, Payload};
use neighbours::{Answer, Due, Neighbours, multicast_mac, solicited_node};
use pieces::Pieces;
use translation::Translation;

/// Something that speaks IP.
pub(super) struct Host {
    interfaces: Vec<Interface>,
    /// Networks behind others; the default route has no bits.
    routes: Vec<(IpAddr, u8, IpAddr)>,
    forwards: bool,
    translation: Option<Translation>,
    neighbours: Neighbours,
    pieces: Pieces,
    identification: u16,
    /// It has power.
    on: bool,
    pub(super) stack: Stack,
    pub(super) udp: Udp,
    /// Answers to echo requests that came: from whom, identifier, number.
    pub(super) echoes: VecDeque<(IpAddr, u16, u16)>,
    /// What is to be sent, and from which interface.
    pub(super) out: Vec<(usize, Ethernet)>,
    pub(super) dropped: Dropped,
}

/// What a host has thrown away, by why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Nobody here has that address, and this is no router.
    pub not_for_us: u32,
    /// No route leads there.
    pub no_route: u32,
    /// Nobody answered to ARP, or to a neighbour solicitation.
    pub no_neighbour: u32,
    /// The TTL ran out.
    pub ttl: u32,
    /// ICMP errors that came.
    pub icmp: u32,
    /// Too large for the next link, and not to be cut.
    pub too_big: u32,
    /// Nobody is at that UDP port.
    pub no_port: u32,
    /// Pieces whose others did not come in time.
    pub unfinished: u32,
    /// Damaged, or of a protocol that is not spoken here.
    pub unreadable: u32,
    /// The power is off.
    pub off: u32,
}

struct Interface {
    mac: [u8; 6],
    networks: Vec<(IpAddr, u8)>,
    mtu: usize,
}

/// RFC 1700: the default.
pub(super) const TTL: u8 = 64;
/// RFC 4861 §7.1.1: nobody but a neighbour can send it.
const NEIGHBOURS_ONLY: u8 = 255;

/// Whether an address is in a network.
fn within(address: IpAddr, network: IpAddr, prefix: u8) -> bool {
    let prefix = u32::from(prefix);
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let mask = u32::MAX.checked_shl(32 - prefix.min(32)).unwrap_or(0);
            (address.to_bits() ^ network.to_bits()) & mask == 0
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let mask = u128::MAX.checked_shl(128 - prefix.min(128)).unwrap_or(0);
            (address.to_bits() ^ network.to_bits()) & mask == 0
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

const fn everything(family_of: IpAddr) -> IpAddr {
    match family_of {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    }
}

impl Host {
    pub(super) fn new(host: &model::Host, knobs: Knobs) -> Self {
        let networks =
            |interface: &model::Interface| interface.addresses.iter().map(|own| (own.address, own.prefix)).collect();
        let interfaces: Vec<Interface> = (host.interfaces.values())
            .map(|interface| Interface {
                mac: interface.mac,
                networks: networks(interface),
                mtu: usize::try_from(interface.mtu).unwrap_or(usize::MAX),
            })
            .collect();
        let far = host.routes.iter().map(|(to, via)| (to.address, to.prefix, *via));
        let default = host.gateways.iter().map(|via| (everything(*via), 0, *via));
        let outside = host.nat.as_ref().and_then(|name| host.interfaces.keys().position(|own| own == name));
        let translation = outside.and_then(|outside| {
            let networks = &interfaces.get(outside)?.networks;
            let (address, _) = networks.iter().find(|(address, _)| address.is_ipv4())?;
            Some(Translation::new(outside, *address))
        });
        let mut host = Self {
            routes: far.chain(default).collect(),
            interfaces,
            forwards: host.forwards,
            translation,
            neighbours: Neighbours::default(),
            pieces: Pieces::default(),
            identification: 0,
            on: true,
            stack: Stack::new(knobs),
            udp: Udp::default(),
            echoes: VecDeque::new(),
            out: Vec::new(),
            dropped: Dropped::default(),
        };
        host.tell_mtus();
        host
    }

    /// TCP is to know how much fits into a packet of each interface.
    fn tell_mtus(&mut self) {
        for interface in &self.interfaces {
            for (address, _) in &interface.networks {
                self.stack.set_mtu(*address, u32::try_from(interface.mtu).unwrap_or(u32::MAX));
            }
        }
    }

    /// Without power everything in memory is gone: connections, neighbours,
    /// what was to be sent. Nobody is told.
    pub(super) fn set_power(&mut self, on: bool, knobs: Knobs) {
        self.on = on;
        self.stack = Stack::new(knobs);
        self.tell_mtus();
        self.udp = Udp::default();
        self.neighbours.forget();
        self.pieces.forget();
        self.echoes.clear();
        self.out.clear();
    }

    /// It knows a neighbour from the beginning.
    pub(super) fn knows(&mut self, address: IpAddr, mac: [u8; 6]) {
        let near = self.interfaces.iter().position(|interface| {
            interface.mac != mac && interface.networks.iter().any(|(own, prefix)| within(address, *own, *prefix))
        });
        if let Some(index) = near {
            self.neighbours.knows((index, address), mac);
        }
    }

    fn has(&self, address: IpAddr) -> bool {
        self.interfaces.iter().flat_map(|interface| &interface.networks).any(|(own, _)| *own == address)
    }

    /// The interface and the next hop for an address (RFC 1812 §5.2.4.3: the
    /// longest match).
    fn route(&self, destination: IpAddr) -> Option<(usize, IpAddr)> {
        let direct = |address: IpAddr| {
            let near = self.interfaces.iter().enumerate().flat_map(|(index, interface)| {
                interface.networks.iter().map(move |(own, prefix)| (index, *own, *prefix))
            });
            near.filter(|(_, own, prefix)| within(address, *own, *prefix)).max_by_key(|(_, _, prefix)| *prefix)
        };
        if let Some((index, ..)) = direct(destination) {
            return Some((index, destination));
        }
        let far = self.routes.iter().filter(|(network, prefix, _)| within(destination, *network, *prefix));
        let (_, _, via) = far.max_by_key(|(_, prefix, _)| *prefix)?;
        Some((direct(*via)?.0, *via))
    }

    /// The address of the interface that leads there.
    pub(super) fn source_address(&self, destination: IpAddr) -> Option<IpAddr> {
        let (index, hop) = self.route(destination)?;
        self.own_address(index, hop)
    }

    /// Our address on the link of a neighbour.
    fn own_address(&self, index: usize, neighbour: IpAddr) -> Option<IpAddr> {
        let networks = &self.interfaces.get(index)?.networks;
        let near = networks.iter().find(|(own, prefix)| within(neighbour, *own, *prefix));
        let same_family = || networks.iter().find(|(own, _)| own.is_ipv4() == neighbour.is_ipv4());
        near.or_else(same_family).map(|(own, _)| *own)
    }

    /// When time will do something here.
    pub(super) fn deadline(&self) -> Option<Moment> {
        let all = [self.neighbours.deadline(), self.pieces.deadline(), self.stack.deadline()];
        all.into_iter().flatten().min().filter(|_| self.on)
    }

    /// Does what is due.
    pub(super) fn pass(&mut self, now: Moment) {
        self.stack.pass(now);
        while let Some(due) = self.neighbours.pass(now) {
            match due {
                Due::Ask((index, address)) => self.ask(index, address),
                Due::Gone(waiting) => {
                    for datagram in waiting {
                        self.dropped.no_neighbour += 1;
                        // RFC 1812 §5.2.7.1: host unreachable.
                        let error = Icmp::Unreachable { code: 1, about: datagram.quoted() };
                        self.tell_sender(now, &datagram, error);
                    }
                }
            }
        }
        for first in self.pieces.given_up(now) {
            self.dropped.unfinished += 1;
            // RFC 1122 §3.3.2.
            if let Some(first) = first {
                let error = Icmp::ReassemblyTimeExceeded { about: first.quoted() };
                self.tell_sender(now, &first, error);
            }
        }
    }

    /// A frame has arrived.
    pub(super) fn receive(&mut self, now: Moment, port: usize, frame: Ethernet) {
        let Some(interface) = self.interfaces.get(port) else { return };
        let group = || {
            interface.networks.iter().any(|(own, _)| match own {
                IpAddr::V4(_) => false,
                IpAddr::V6(own) => multicast_mac(solicited_node(*own)) == frame.destination,
            })
        };
        let destination = frame.destination;
        if destination != interface.mac && destination != BROADCAST && !group() {
            return;
        }
        if !self.on {
            self.dropped.off += 1;
            return;
        }
        match frame.body {
            Body::Arp(arp) => self.receive_arp(now, port, arp),
            Body::Ipv4(datagram) => self.receive_datagram(now, datagram),
            Body::Ipv6(datagram) => match &datagram.payload {
                Payload::Icmp(icmp @ (Icmp::Solicitation { .. } | Icmp::Advertisement { .. }))
                    if datagram.ttl == NEIGHBOURS_ONLY =>
                {
                    self.receive_neighbour(now, port, datagram.source, icmp);
                }
                Payload::Icmp(_) | Payload::Tcp { .. } | Payload::Udp { .. } | Payload::Piece { .. } => {
                    self.receive_datagram(now, datagram);
                }
            },
        }
    }

    /// RFC 826, "Packet Reception".
    fn receive_arp(&mut self, now: Moment, port: usize, arp: Arp) {
        let (mac, address) = arp.sender;
        let Some(interface) = self.interfaces.get(port) else { return };
        let own = interface.mac;
        let for_us = interface.networks.iter().any(|(own, _)| *own == IpAddr::V4(arp.target.1));
        self.learn(now, (port, address.into()), mac, for_us);
        if for_us && arp.request {
            let answer = Arp { request: false, sender: (own, arp.target.1), target: arp.sender };
            self.out.push((port, Ethernet { source: own, destination: mac, body: Body::Arp(answer) }));
        }
    }

    /// RFC 4861 §7.2.3–7.2.5.
    fn receive_neighbour(&mut self, now: Moment, port: usize, from: IpAddr, icmp: &Icmp) {
        let Some(interface) = self.interfaces.get(port) else { return };
        let own = interface.mac;
        match icmp {
            Icmp::Solicitation { target, mac } => {
                if !interface.networks.iter().any(|(own, _)| *own == IpAddr::V6(*target)) {
                    return;
                }
                self.learn(now, (port, from), *mac, true);
                let answer = Icmp::Advertisement { target: *target, mac: own, router: self.forwards, solicited: true };
                self.say_to_neighbour(port, (*target, from), *mac, answer);
            }
            Icmp::Advertisement { target, mac, .. } => self.learn(now, (port, IpAddr::V6(*target)), *mac, false),
            Icmp::TimeExceeded { .. }
            | Icmp::ReassemblyTimeExceeded { .. }
            | Icmp::Unreachable { .. }
            | Icmp::FragmentationNeeded { .. }
            | Icmp::Echo { .. } => {}
        }
    }

    fn learn(&mut self, now: Moment, key: neighbours::Key, mac: [u8; 6], ours: bool) {
        for datagram in self.neighbours.learn(key, mac, ours) {
            self.emit(now, key.0, key.1, datagram);
        }
    }

    fn receive_datagram(&mut self, now: Moment, mut datagram: Datagram) {
        if let Some(translation) = &self.translation {
            translation.inwards(&mut datagram);
        }
        if self.has(datagram.destination) {
            match self.pieces.take(now, datagram).map(Datagram::whole) {
                Some(Ok(whole)) => self.take(now, whole),
                Some(Err(_)) => self.dropped.unreadable += 1,
                None => {}
            }
        } else if self.forwards {
            self.forward(now, datagram);
        } else {
            self.dropped.not_for_us += 1;
        }
    }

    /// A datagram for us, in one piece.
    fn take(&mut self, now: Moment, datagram: Datagram) {
        let (source, destination) = (datagram.source, datagram.destination);
        match datagram.payload {
            Payload::Tcp { from, to, segment } => {
                let (from, to) = (SocketAddr::new(source, from), SocketAddr::new(destination, to));
                self.stack.arrives(now, &Packet { from, to, segment });
            }
            Payload::Udp { from, to, ref bytes } => {
                let (from, to) = (SocketAddr::new(source, from), SocketAddr::new(destination, to));
                if !self.udp.arrives(UdpPacket { from, to, bytes: bytes.clone() }) {
                    self.dropped.no_port += 1;
                    // RFC 1122 §4.1.3.1: port unreachable.
                    let error = Icmp::Unreachable { code: 3, about: datagram.quoted() };
                    self.tell_sender(now, &datagram, error);
                }
            }
            Payload::Icmp(Icmp::Echo { reply: false, identifier, number, data }) => {
                // RFC 1122 §3.2.2.6.
                let answer = Icmp::Echo { reply: true, identifier, number, data };
                self.originate(now, destination, source, Payload::Icmp(answer), None);
            }
            Payload::Icmp(Icmp::Echo { reply: true, identifier, number, .. }) => {
                self.echoes.push_back((source, identifier, number));
            }
            Payload::Icmp(icmp) => self.hear(now, &icmp),
            Payload::Piece { .. } => self.dropped.unreadable += 1,
        }
    }

    /// RFC 1812 §5.2, §5.3.1.
    fn forward(&mut self, now: Moment, mut datagram: Datagram) {
        if datagram.ttl <= 1 {
            self.dropped.ttl += 1;
            let error = Icmp::TimeExceeded { about: datagram.quoted() };
            return self.tell_sender(now, &datagram, error);
        }
        let Some((index, hop)) = self.route(datagram.destination) else {
            self.dropped.no_route += 1;
            let error = Icmp::Unreachable { code: 0, about: datagram.quoted() };
            return self.tell_sender(now, &datagram, error);
        };
        let mtu = self.interfaces.get(index).map_or(usize::MAX, |interface| interface.mtu);
        if datagram.length() > mtu && !datagram.may_fragment {
            self.dropped.too_big += 1;
            // RFC 1191 §4, RFC 4443 §3.2.
            let mtu = u32::try_from(mtu).unwrap_or(u32::MAX);
            let error = Icmp::FragmentationNeeded { mtu, about: datagram.quoted() };
            return self.tell_sender(now, &datagram, error);
        }
        datagram.ttl -= 1;
        if let Some(translation) = &mut self.translation {
            translation.outwards(index, &mut datagram);
        }
        self.emit(now, index, hop, datagram);
    }

    /// What our own TCP sends.
    pub(super) fn send_effect(&mut self, now: Moment, effect: Effect) {
        let Effect::Sent { packet, why, .. } = effect else { return };
        let payload = Payload::Tcp { from: packet.from.port(), to: packet.to.port(), segment: packet.segment };
        self.originate(now, packet.from.ip(), packet.to.ip(), payload, Some(why));
    }

    /// What our own UDP sends.
    pub(super) fn send_datagrams(&mut self, now: Moment) {
        while let Some(UdpPacket { from, to, bytes }) = self.udp.take_sent() {
            let source = if from.ip().is_unspecified() { self.source_address(to.ip()) } else { Some(from.ip()) };
            let Some(source) = source else {
                self.dropped.no_route += 1;
                continue;
            };
            let payload = Payload::Udp { from: from.port(), to: to.port(), bytes };
            self.originate(now, source, to.ip(), payload, None);
        }
    }

    /// An echo request (RFC 792); whether a route leads there.
    pub(super) fn ping(&mut self, now: Moment, to: IpAddr, identifier: u16, number: u16, data: Vec<u8>) -> bool {
        let Some(source) = self.source_address(to) else { return false };
        let request = Icmp::Echo { reply: false, identifier, number, data };
        self.originate(now, source, to, Payload::Icmp(request), None);
        true
    }

    fn originate(&mut self, now: Moment, source: IpAddr, destination: IpAddr, payload: Payload, why: Option<Reason>) {
        if source.is_ipv4() != destination.is_ipv4() {
            self.dropped.no_route += 1;
            return;
        }
        let identification = if source.is_ipv4() {
            self.identification = self.identification.wrapping_add(1);
            self.identification
        } else {
            0
        };
        // RFC 1191 §3: TCP asks not to be cut. An error is small enough.
        let may_fragment =
            source.is_ipv4() && matches!(payload, Payload::Udp { .. } | Payload::Icmp(Icmp::Echo { .. }));
        let datagram = Datagram { source, destination, ttl: TTL, identification, may_fragment, payload, why };
        match self.route(destination) {
            Some((index, hop)) => self.emit(now, index, hop, datagram),
            None => self.dropped.no_route += 1,
        }
    }

    /// To the next hop, in pieces where it has to be, once its MAC address is
    /// known.
    fn emit(&mut self, now: Moment, index: usize, hop: IpAddr, datagram: Datagram) {
        let Some(interface) = self.interfaces.get(index) else { return };
        if datagram.length() > interface.mtu {
            if !datagram.may_fragment {
                self.dropped.too_big += 1;
                return;
            }
            for piece in pieces::cut(&datagram, interface.mtu) {
                self.emit(now, index, hop, piece);
            }
            return;
        }
        match self.neighbours.find(now, (index, hop), datagram) {
            Answer::Known(destination, datagram) => {
                let frame = Ethernet { source: interface.mac, destination, body: datagram.into_body() };
                self.out.push((index, frame));
            }
            Answer::Ask => self.ask(index, hop),
            Answer::Waits => {}
        }
    }

    /// Who has this address?
    fn ask(&mut self, index: usize, address: IpAddr) {
        let Some(interface) = self.interfaces.get(index) else { return };
        let mac = interface.mac;
        match (address, self.own_address(index, address)) {
            (IpAddr::V4(address), Some(IpAddr::V4(own))) => {
                let arp = Arp { request: true, sender: (mac, own), target: ([0; 6], address) };
                self.out.push((index, Ethernet { source: mac, destination: BROADCAST, body: Body::Arp(arp) }));
            }
            (IpAddr::V6(target), Some(IpAddr::V6(own))) => {
                let group = solicited_node(target);
                let question = Icmp::Solicitation { target, mac };
                self.say_to_neighbour(index, (own, group.into()), multicast_mac(group), question);
            }
            (IpAddr::V4(_) | IpAddr::V6(_), _) => {}
        }
    }

    /// Neighbour discovery goes by itself: its destination is known.
    fn say_to_neighbour(&mut self, index: usize, (source, destination): (Ipv6Addr, IpAddr), mac: [u8; 6], icmp: Icmp) {
        let Some(interface) = self.interfaces.get(index) else { return };
        let datagram = Datagram {
            source: source.into(),
            destination,
            ttl: NEIGHBOURS_ONLY,
            identification: 0,
            may_fragment: false,
            payload: Payload::Icmp(icmp),
            why: None,
        };
        self.out.push((index, Ethernet { source: interface.mac, destination: mac, body: Body::Ipv6(datagram) }));
    }
}
