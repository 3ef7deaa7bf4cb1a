//! Hosts and routers: ARP (RFC 826), routes, forwarding (RFC 1812), address
//! translation (RFC 3022), and TCP on top.

/// One address for many.
mod translation;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::model;
use crate::source::simulator::frame::BROADCAST;
use crate::source::simulator::tcp::{Effect, Knobs, Packet, Reason, Stack};
use crate::source::simulator::{Arp, Body, Datagram, Ethernet, Icmp, Moment, Payload};
use translation::Translation;

/// Something that speaks IPv4.
pub(super) struct Host {
    interfaces: Vec<Interface>,
    /// Networks behind others; the default route has no bits.
    routes: Vec<(Ipv4Addr, u8, Ipv4Addr)>,
    forwards: bool,
    translation: Option<Translation>,
    neighbours: BTreeMap<(usize, Ipv4Addr), Neighbour>,
    identification: u16,
    pub(super) stack: Stack,
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
    /// Nobody answered to ARP.
    pub no_neighbour: u32,
    /// The TTL ran out.
    pub ttl: u32,
    /// ICMP errors that came: TCP takes them for soft (RFC 9293 §3.9.2.2).
    pub icmp: u32,
}

struct Interface {
    mac: [u8; 6],
    networks: Vec<(Ipv4Addr, u8)>,
}

enum Neighbour {
    Known([u8; 6]),
    /// Asked so often; asked again then; what waits for the answer.
    Asked {
        times: u32,
        again: Moment,
        waiting: Vec<Datagram>,
    },
}

/// RFC 1122 §2.3.2.1: one request a second at most.
const ARP_INTERVAL: Duration = Duration::from_secs(1);
/// After so many the neighbour is taken to be away, as on Linux.
const ARP_REQUESTS: u32 = 3;
/// RFC 1700: the default.
pub(super) const TTL: u8 = 64;

/// Whether an address is in a network.
fn within(address: Ipv4Addr, network: Ipv4Addr, prefix: u8) -> bool {
    let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
    (address.to_bits() ^ network.to_bits()) & mask == 0
}

const fn v4(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

impl Host {
    pub(super) fn new(host: &model::Host, knobs: Knobs) -> Self {
        let networks = |interface: &model::Interface| {
            interface.addresses.iter().filter_map(|own| Some((v4(own.address)?, own.prefix))).collect()
        };
        let interfaces: Vec<Interface> = (host.interfaces.values())
            .map(|interface| Interface { mac: interface.mac, networks: networks(interface) })
            .collect();
        let far = host.routes.iter().filter_map(|(to, via)| Some((v4(to.address)?, to.prefix, v4(*via)?)));
        let default = host.gateways.iter().filter_map(|via| Some((Ipv4Addr::UNSPECIFIED, 0, v4(*via)?)));
        let outside = host.nat.as_ref().and_then(|name| host.interfaces.keys().position(|own| own == name));
        let translation = outside.and_then(|outside| {
            let (address, _) = interfaces.get(outside)?.networks.first()?;
            Some(Translation::new(outside, *address))
        });
        Self {
            interfaces,
            routes: far.chain(default).collect(),
            forwards: host.forwards,
            translation,
            neighbours: BTreeMap::new(),
            identification: 0,
            stack: Stack::new(knobs),
            out: Vec::new(),
            dropped: Dropped::default(),
        }
    }

    /// It knows a neighbour from the beginning.
    pub(super) fn knows(&mut self, address: Ipv4Addr, mac: [u8; 6]) {
        let near = self.interfaces.iter().position(|interface| {
            interface.mac != mac && interface.networks.iter().any(|(own, prefix)| within(address, *own, *prefix))
        });
        if let Some(index) = near {
            self.neighbours.insert((index, address), Neighbour::Known(mac));
        }
    }

    fn has(&self, address: Ipv4Addr) -> bool {
        self.interfaces.iter().flat_map(|interface| &interface.networks).any(|(own, _)| *own == address)
    }

    /// The interface and the next hop for an address (RFC 1812 §5.2.4.3: the
    /// longest match).
    fn route(&self, destination: Ipv4Addr) -> Option<(usize, Ipv4Addr)> {
        let direct = |address: Ipv4Addr| {
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
    pub(super) fn source_address(&self, destination: Ipv4Addr) -> Option<Ipv4Addr> {
        let (index, hop) = self.route(destination)?;
        let networks = &self.interfaces.get(index)?.networks;
        let near = networks.iter().find(|(own, prefix)| within(hop, *own, *prefix));
        near.or(networks.first()).map(|(own, _)| *own)
    }

    /// When time will do something here.
    pub(super) fn deadline(&self) -> Option<Moment> {
        let asked = self.neighbours.values().filter_map(|neighbour| match neighbour {
            Neighbour::Known(_) => None,
            Neighbour::Asked { again, .. } => Some(*again),
        });
        asked.chain(self.stack.deadline()).min()
    }

    /// Does what is due.
    pub(super) fn pass(&mut self, now: Moment) {
        self.stack.pass(now);
        let due: Vec<(usize, Ipv4Addr)> = (self.neighbours.iter())
            .filter(|(_, neighbour)| matches!(neighbour, Neighbour::Asked { again, .. } if *again <= now))
            .map(|(key, _)| *key)
            .collect();
        for (index, address) in due {
            let Some(Neighbour::Asked { times, again, waiting }) = self.neighbours.get_mut(&(index, address)) else {
                continue;
            };
            if *times < ARP_REQUESTS {
                (*times, *again) = (*times + 1, now + ARP_INTERVAL);
                self.ask(index, address);
                continue;
            }
            let lost = std::mem::take(waiting);
            self.neighbours.remove(&(index, address));
            for datagram in lost {
                self.dropped.no_neighbour += 1;
                // RFC 1812 §5.2.7.1: host unreachable.
                let error = Icmp::Unreachable { code: 1, about: datagram.quoted() };
                self.tell_sender(now, &datagram, error);
            }
        }
    }

    /// A frame has arrived.
    pub(super) fn receive(&mut self, now: Moment, port: usize, frame: Ethernet) {
        let mine = self.interfaces.get(port).is_some_and(|interface| interface.mac == frame.destination);
        if !mine && frame.destination != BROADCAST {
            return;
        }
        match frame.body {
            Body::Arp(arp) => self.receive_arp(now, port, arp),
            Body::Ipv4(datagram) => self.receive_datagram(now, datagram),
        }
    }

    /// RFC 826, "Packet Reception".
    fn receive_arp(&mut self, now: Moment, port: usize, arp: Arp) {
        let (mac, address) = arp.sender;
        let Some(interface) = self.interfaces.get(port) else { return };
        let own = interface.mac;
        let for_us = interface.networks.iter().any(|(own, _)| *own == arp.target.1);
        let key = (port, address);
        // "merge_flag": who is known is updated; who asks us is remembered.
        if for_us || self.neighbours.contains_key(&key) {
            let before = self.neighbours.insert(key, Neighbour::Known(mac));
            if let Some(Neighbour::Asked { waiting, .. }) = before {
                for datagram in waiting {
                    self.emit(now, port, address, datagram);
                }
            }
        }
        if for_us && arp.request {
            let answer = Arp { request: false, sender: (own, arp.target.1), target: arp.sender };
            self.out.push((port, Ethernet { source: own, destination: mac, body: Body::Arp(answer) }));
        }
    }

    fn receive_datagram(&mut self, now: Moment, mut datagram: Datagram) {
        if let Some(translation) = &self.translation {
            translation.inwards(&mut datagram);
        }
        if self.has(datagram.destination) {
            match datagram.payload {
                Payload::Tcp { from, to, segment } => {
                    let from = SocketAddr::from((datagram.source, from));
                    let to = SocketAddr::from((datagram.destination, to));
                    self.stack.arrives(now, &Packet { from, to, segment });
                }
                Payload::Icmp(_) => self.dropped.icmp += 1,
            }
        } else if self.forwards {
            self.forward(now, datagram);
        } else {
            self.dropped.not_for_us += 1;
        }
    }

    /// RFC 1812 §5.2, §5.3.1.
    fn forward(&mut self, now: Moment, mut datagram: Datagram) {
        if datagram.ttl <= 1 {
            self.dropped.ttl += 1;
            let error = Icmp::TimeExceeded { about: datagram.quoted() };
            return self.tell_sender(now, &datagram, error);
        }
        datagram.ttl -= 1;
        let Some((index, hop)) = self.route(datagram.destination) else {
            self.dropped.no_route += 1;
            let error = Icmp::Unreachable { code: 0, about: datagram.quoted() };
            return self.tell_sender(now, &datagram, error);
        };
        if let Some(translation) = &mut self.translation {
            translation.outwards(index, &mut datagram);
        }
        self.emit(now, index, hop, datagram);
    }

    /// An ICMP error to whom it concerns; never about an ICMP error (RFC 1122
    /// §3.2.2), never to ourselves.
    fn tell_sender(&mut self, now: Moment, about: &Datagram, error: Icmp) {
        if self.has(about.source) || matches!(about.payload, Payload::Icmp(_)) {
            return;
        }
        let Some(source) = self.source_address(about.source) else { return };
        self.originate(now, source, about.source, Payload::Icmp(error), None);
    }

    /// What our own TCP sends.
    pub(super) fn send_effect(&mut self, now: Moment, effect: Effect) {
        let Effect::Sent { packet, why, .. } = effect else { return };
        let (Some(source), Some(destination)) = (v4(packet.from.ip()), v4(packet.to.ip())) else { return };
        let payload = Payload::Tcp { from: packet.from.port(), to: packet.to.port(), segment: packet.segment };
        self.originate(now, source, destination, payload, Some(why));
    }

    fn originate(
        &mut self,
        now: Moment,
        source: Ipv4Addr,
        destination: Ipv4Addr,
        payload: Payload,
        why: Option<Reason>,
    ) {
        self.identification = self.identification.wrapping_add(1);
        let identification = self.identification;
        let datagram = Datagram { source, destination, ttl: TTL, identification, payload, why };
        match self.route(destination) {
            Some((index, hop)) => self.emit(now, index, hop, datagram),
            None => self.dropped.no_route += 1,
        }
    }

    /// To the next hop, once its MAC address is known.
    fn emit(&mut self, now: Moment, index: usize, hop: Ipv4Addr, datagram: Datagram) {
        let Some(interface) = self.interfaces.get(index) else { return };
        match self.neighbours.get_mut(&(index, hop)) {
            Some(Neighbour::Known(mac)) => {
                let frame = Ethernet { source: interface.mac, destination: *mac, body: Body::Ipv4(datagram) };
                self.out.push((index, frame));
            }
            Some(Neighbour::Asked { waiting, .. }) => waiting.push(datagram),
            None => {
                let asked = Neighbour::Asked { times: 1, again: now + ARP_INTERVAL, waiting: vec![datagram] };
                self.neighbours.insert((index, hop), asked);
                self.ask(index, hop);
            }
        }
    }

    /// Who has this address?
    fn ask(&mut self, index: usize, address: Ipv4Addr) {
        let Some(interface) = self.interfaces.get(index) else { return };
        let near = interface.networks.iter().find(|(own, prefix)| within(address, *own, *prefix));
        let Some((own, _)) = near.or(interface.networks.first()) else { return };
        let arp = Arp { request: true, sender: (interface.mac, *own), target: ([0; 6], address) };
        self.out.push((index, Ethernet { source: interface.mac, destination: BROADCAST, body: Body::Arp(arp) }));
    }
}
