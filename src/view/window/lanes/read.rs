//! Everything that crossed the network in a trace: what conversations know,
//! and the frames that are in none.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

use super::names::Names;
use crate::conversation::{Conversation, Conversations, DatagramContent, End, Sighting, link_type};
use crate::decode::{self, Carried, FieldId, FieldSink, FieldValue, Headers, MacAddress};
use crate::timeline::ArrowKind;
use crate::timeline::lanes::{Crossing, CrossingKind, Host};
use crate::trace::{FrameNumber, Trace};

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) crossings: Vec<Crossing>,
    pub(super) names: Names,
    /// Frames that show at another place what is in `crossings` already.
    pub(super) further: usize,
    /// Frames without an address that could be read.
    pub(super) unaddressed: usize,
}

/// Reads a whole trace.
pub(super) fn trace(trace: &Trace, all: &Conversations) -> Reading {
    let mut reading = Reading { names: Names::of(trace), ..Reading::default() };
    let mut shown: Vec<FrameNumber> = Vec::new();
    let mut pairs: BTreeMap<(SocketAddr, SocketAddr), u32> = BTreeMap::new();
    for conversation in all.all() {
        let ends = conversation.addresses();
        pairs.insert((ends.client, ends.server), conversation.id());
        pairs.insert((ends.server, ends.client), conversation.id());
        reading.conversation(trace, conversation, &mut shown);
    }
    shown.sort_unstable();
    let others: Vec<Other> = trace
        .frames()
        .filter(|(number, ..)| shown.binary_search(number).is_err())
        .map(|(number, at, place, frame)| {
            let link_type = link_type(trace, place);
            let headers = decode::headers(link_type, &frame.bytes, frame.original_length);
            let mut said = Said::default();
            if headers.ip.is_none() || headers.ethernet.is_none() {
                decode::dissect(link_type, &frame.bytes, frame.original_length, &mut said);
            }
            Other { number, at, headers, said }
        })
        .collect();
    for said in others.iter().map(|other| &other.said).filter(|said| said.is_arp()) {
        if let (Some(ip), Some(mac)) = (said.arp_from.filter(|ip| !ip.is_unspecified()), said.arp_from_mac) {
            reading.names.claim(ip, mac.0);
        }
    }
    for other in &others {
        match reading.other(other, &pairs) {
            Some(crossing) => reading.crossings.push(crossing),
            None => reading.unaddressed += 1,
        }
    }
    reading
}

/// Whether an address is for many.
fn is_for_many(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_multicast() || ip.is_broadcast(),
        IpAddr::V6(ip) => ip.is_multicast(),
    }
}

/// The group bit of a hardware address (IEEE 802): broadcast, multicast.
const fn is_group(MacAddress([first, ..]): MacAddress) -> bool {
    first & 1 == 1
}

impl Reading {
    fn conversation(&mut self, trace: &Trace, conversation: Conversation<'_>, shown: &mut Vec<FrameNumber>) {
        let ends = conversation.addresses();
        let id = conversation.id();
        // A host that talks to itself has two sides.
        let own = ends.client.ip() == ends.server.ip();
        let host = |end: End, sighting: Option<&Sighting>, sends: bool| {
            let ip = ends.of(end).ip();
            let mac = sighting.and_then(|seen| seen.ethernet).map(|(from, _)| from);
            match mac {
                // It has no address yet, and asks for one.
                Some(mac) if sends && ip.is_unspecified() => Host::mac(mac.0),
                _ if own => Host::ip(ip).on(end),
                _ => Host::ip(ip),
            }
        };
        let mut take = |frame, at, seen_at: &[Sighting], from: End, index, kind, again, lost| {
            let (to, first) = (from.peer(), seen_at.first());
            let for_many = is_for_many(ends.of(to).ip())
                || first.and_then(|seen| seen.ethernet).is_some_and(|(_, to)| is_group(to));
            shown.extend(seen_at.iter().map(|seen| seen.frame));
            self.further += seen_at.len().saturating_sub(1);
            self.crossings.push(Crossing {
                frame,
                at,
                from: host(from, first, true),
                to: (!for_many).then(|| host(to, first, false)),
                ports: Some((ends.of(from).port(), ends.of(to).port())),
                conversation: Some(id),
                index: Some(index),
                kind,
                again,
                lost,
            });
        };
        match conversation {
            Conversation::Tcp(tcp) => {
                for (index, segment) in tcp.segments.iter().enumerate() {
                    let kind = CrossingKind::Segment(ArrowKind::of(segment));
                    let lost = segment.fate.is_lost();
                    let again = segment.repeats.is_some();
                    take(segment.frame, segment.at, &segment.seen_at, segment.from, index, kind, again, lost);
                }
                for (index, error) in (tcp.segments.len()..).zip(&tcp.errors) {
                    let (seen_at, lost) = (&error.seen_at, error.fate.is_lost());
                    take(error.frame, error.at, seen_at, error.from, index, CrossingKind::Error, false, lost);
                }
                for error in tcp.errors.iter().filter(|_| !own) {
                    self.of_router(trace, error.frame);
                }
            }
            Conversation::Udp(udp) => {
                for (index, datagram) in udp.datagrams.iter().enumerate() {
                    let (seen_at, from) = (&datagram.seen_at, datagram.from);
                    match datagram.content {
                        DatagramContent::Data => {
                            let kind = CrossingKind::Datagram;
                            let lost = datagram.fate.is_lost();
                            take(datagram.frame, datagram.at, seen_at, from, index, kind, false, lost);
                        }
                        DatagramContent::Error { .. } => {
                            take(datagram.frame, datagram.at, seen_at, from, index, CrossingKind::Error, false, false);
                        }
                    }
                }
                let errors = udp.datagrams.iter().filter(|datagram| datagram.content != DatagramContent::Data);
                for error in errors.filter(|_| !own) {
                    self.of_router(trace, error.frame);
                }
            }
        }
    }

    /// An error may come from a router on the way: its own addresses count.
    fn of_router(&mut self, trace: &Trace, number: FrameNumber) -> Option<()> {
        let (_, place, frame) = trace.frame(number)?;
        let ip = decode::headers(link_type(trace, place), &frame.bytes, frame.original_length).ip?;
        let crossing = self.crossings.iter_mut().rev().find(|crossing| crossing.frame == number)?;
        crossing.from = Host::ip(ip.source);
        crossing.to = Some(Host::ip(ip.destination));
        crossing.ports = None;
        Some(())
    }

    /// A frame in no conversation; `None` without addresses.
    fn other(&self, other: &Other, pairs: &BTreeMap<(SocketAddr, SocketAddr), u32>) -> Option<Crossing> {
        let Other { number, at, headers, said } = other;
        let macs =
            (said.from.or(headers.ethernet.map(|(from, _)| from)), said.to.or(headers.ethernet.map(|(_, to)| to)));
        let by_mac = |mac: MacAddress| self.names.ip_at(mac.0).map_or(Host::mac(mac.0), Host::ip);
        let (from, to) = if let Some(ip) = headers.ip {
            let for_many = is_for_many(ip.destination) || macs.1.is_some_and(is_group);
            let nobody = macs.0.filter(|_| ip.source.is_unspecified());
            let from = nobody.map_or(Host::ip(ip.source), by_mac);
            (from, (!for_many).then(|| Host::ip(ip.destination)))
        } else {
            let from = said.arp_from.filter(|ip| !ip.is_unspecified()).map(Host::ip);
            let asked = said.arp_to.filter(|ip| !ip.is_unspecified()).map(Host::ip);
            let to = match macs.1 {
                Some(mac) if is_group(mac) => None,
                Some(mac) => Some(asked.unwrap_or_else(|| by_mac(mac))),
                // Behind a cooked header a question is for all.
                None => asked.filter(|_| said.answers),
            };
            (from.or_else(|| macs.0.or(said.arp_from_mac).map(by_mac))?, to)
        };
        let (kind, conversation) = match &headers.carried {
            Carried::IcmpError(error) => {
                (CrossingKind::Error, pairs.get(&(error.quoted.source, error.quoted.destination)).copied())
            }
            Carried::Arp => (CrossingKind::Arp, None),
            Carried::Tcp(_)
            | Carried::Udp(_)
            | Carried::Icmp
            | Carried::Fragment
            | Carried::Other
            | Carried::Unreadable
            | Carried::UnknownLink => (CrossingKind::Other, None),
        };
        let (frame, at) = (*number, *at);
        let (ports, index, again, lost) = (None, None, false, false);
        Some(Crossing { frame, at, from, to, ports, conversation, index, kind, again, lost })
    }
}

/// A frame in no conversation.
struct Other {
    number: FrameNumber,
    at: crate::model::Timestamp,
    headers: Headers,
    said: Said,
}

/// The addresses a frame names below and beside IP.
#[derive(Debug, Default)]
struct Said {
    from: Option<MacAddress>,
    to: Option<MacAddress>,
    arp_from: Option<IpAddr>,
    arp_from_mac: Option<MacAddress>,
    arp_to: Option<IpAddr>,
    /// It is an ARP reply.
    answers: bool,
}

impl Said {
    const fn is_arp(&self) -> bool {
        self.arp_from_mac.is_some()
    }
}

impl FieldSink for Said {
    fn wants(&self, group: FieldId) -> bool {
        [FieldId::ETH, FieldId::SLL, FieldId::ARP, FieldId::VLAN].contains(&group)
    }

    fn open(&mut self, _field: FieldId, _span: Range<usize>, _bytes: &[u8]) {}

    fn field(&mut self, field: FieldId, _span: Range<usize>, value: FieldValue<'_>) {
        match (field, value) {
            (FieldId::ETH_SRC | FieldId::SLL_SRC_ETH, FieldValue::Mac(mac)) => self.from = Some(mac),
            (FieldId::ETH_DST, FieldValue::Mac(mac)) => self.to = Some(mac),
            (FieldId::ARP_SRC_HW_MAC, FieldValue::Mac(mac)) => self.arp_from_mac = Some(mac),
            (FieldId::ARP_SRC_PROTO_IPV4, FieldValue::Address(ip)) => self.arp_from = Some(ip),
            (FieldId::ARP_DST_PROTO_IPV4, FieldValue::Address(ip)) => self.arp_to = Some(ip),
            (FieldId::ARP_OPCODE, FieldValue::Number(opcode)) => self.answers = opcode == 2,
            _ => {}
        }
    }

    fn close(&mut self) {}
}
