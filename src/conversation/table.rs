//! Frames sorted into connections, and the frames that belong to none.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::calls::{self, CallRecord, Socket};
use super::causes::{self, CallLink, Cause};
use super::sampled::{self, OtherSample};
use super::tcp::machine::Machine;
use super::tcp::numbers::Numbers;
use super::tcp::outline::{Outline, Side, Stroke};
use super::udp::{Datagram, DatagramContent, UdpConversation};
use super::{Conversation, End, Ends, Segment, TcpConversation};
use crate::decode::{self, Icmp, IcmpMeaning, Ip, MacAddress, Packet, Quoted, Remark, Tcp, Transport, Udp};
use crate::model::{LinkType, Place, PlaceId, Timestamp};
use crate::trace::{FrameNumber, Trace};

/// Why a frame is in no conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outside {
    /// ICMP or its IPv6 sister.
    Icmp,
    /// ARP.
    Arp,
    /// Some other protocol.
    OtherProtocol,
    /// A piece of a larger packet.
    Fragment,
    /// Its bytes contradict themselves or are cut too short.
    Unreadable,
    /// A link layer we do not read.
    UnknownLink,
}

/// Everything a trace turned out to hold.
#[derive(Clone, Debug, Default)]
pub struct Conversations {
    /// The TCP connections, in order of their first frame.
    pub tcp: Vec<TcpConversation>,
    /// The exchanges of datagrams, in order of their first frame.
    pub udp: Vec<UdpConversation>,
    /// Every socket call of every program, in order of entering.
    pub calls: Vec<CallRecord>,
    /// What each of these calls has to do with the segments.
    pub links: Vec<CallLink>,
    /// How many frames belong to no conversation, and why.
    pub outside: BTreeMap<Outside, u32>,
    /// What the kernel said of sockets that are in no TCP conversation: those
    /// that listen, those of UDP.
    pub other_samples: Vec<OtherSample>,
}

impl Conversations {
    /// The conversations of both protocols, in order of their numbers.
    pub fn all(&self) -> Vec<Conversation<'_>> {
        let tcp = self.tcp.iter().map(Conversation::Tcp);
        let mut all: Vec<_> = tcp.chain(self.udp.iter().map(Conversation::Udp)).collect();
        all.sort_by_key(|conversation| conversation.id());
        all
    }

    /// A call by its number.
    pub fn call(&self, index: calls::CallIndex) -> Option<&CallRecord> {
        self.calls.get(index.0)
    }

    /// What the kernel said of the sockets that are bound to `address` without
    /// being in a TCP conversation: the one that listens there, with its
    /// accept queue, or one of UDP.
    pub fn samples_bound_to(&self, address: SocketAddr) -> impl Iterator<Item = &OtherSample> {
        self.other_samples.iter().filter(move |sample| sample.is_bound_to(address))
    }

    /// What a call has to do with the segments.
    pub fn link(&self, index: calls::CallIndex) -> Option<&CallLink> {
        self.links.get(index.0)
    }
}

/// One segment of one connection, before it is understood.
struct Seen {
    frame: FrameNumber,
    at: Timestamp,
    place: PlaceId,
    source: SocketAddr,
    destination: SocketAddr,
    ethernet: Option<(MacAddress, MacAddress)>,
    ttl: u8,
    tcp: Tcp,
}

/// One conversation's frames while they are collected.
enum Stream {
    Tcp { numbers: Numbers, seen: Vec<Seen> },
    Udp { addresses: Ends<SocketAddr>, datagrams: Vec<Datagram> },
}

/// A pair of addresses, the same for both directions.
fn pair(one: SocketAddr, other: SocketAddr) -> (SocketAddr, SocketAddr) {
    (one.min(other), one.max(other))
}

/// Sorts frames into streams.
#[derive(Default)]
struct Sorter {
    streams: Vec<Stream>,
    tcp: BTreeMap<(SocketAddr, SocketAddr), usize>,
    udp: BTreeMap<(SocketAddr, SocketAddr), usize>,
    outside: BTreeMap<Outside, u32>,
}

/// A frame with what it turned out to be.
struct Read {
    frame: FrameNumber,
    at: Timestamp,
    place: PlaceId,
    packet: Packet,
}

impl Sorter {
    fn take(&mut self, read: &Read) {
        match (&read.packet.transport, read.packet.ip) {
            (Transport::Tcp(tcp), Some(ip)) => {
                self.segment(read, tcp, ip);
            }
            (Transport::Udp(udp), Some(ip)) => {
                self.datagram(read, udp, ip);
            }
            (Transport::Icmp(Icmp { meaning, quoted: Some(quoted), .. }), Some(ip)) => {
                if !self.error(read, *meaning, *quoted, ip) {
                    *self.outside.entry(Outside::Icmp).or_default() += 1;
                }
            }
            (transport, _) => {
                let kind = match transport {
                    Transport::Icmp(_) => Outside::Icmp,
                    Transport::Arp => Outside::Arp,
                    Transport::Other | Transport::Tcp(_) | Transport::Udp(_) => why_outside(&read.packet.remarks),
                };
                *self.outside.entry(kind).or_default() += 1;
            }
        }
    }

    fn segment(&mut self, read: &Read, tcp: &Tcp, ip: Ip) {
        let source = SocketAddr::new(ip.source, tcp.source_port);
        let destination = SocketAddr::new(ip.destination, tcp.destination_port);
        let key = pair(source, destination);
        let from = if source == key.0 { End::Client } else { End::Server };
        let known = self.tcp.get(&key).copied().filter(|index| {
            matches!(self.streams.get(*index), Some(Stream::Tcp { numbers, .. }) if !numbers.starts_anew(from, tcp))
        });
        let index = known.unwrap_or_else(|| {
            self.tcp.insert(key, self.streams.len());
            self.streams.push(Stream::Tcp { numbers: Numbers::default(), seen: Vec::new() });
            self.streams.len() - 1
        });
        if let Some(Stream::Tcp { numbers, seen }) = self.streams.get_mut(index) {
            // Only to see a new beginning; the real numbers are made when it
            // is known who is the client.
            numbers.segment(from, tcp, 0);
            let Read { frame, at, place, ref packet } = *read;
            let ethernet = packet.ethernet;
            seen.push(Seen { frame, at, place, source, destination, ethernet, ttl: ip.ttl, tcp: tcp.clone() });
        }
    }

    fn datagram(&mut self, read: &Read, udp: &Udp, ip: Ip) {
        let source = SocketAddr::new(ip.source, udp.source_port);
        let destination = SocketAddr::new(ip.destination, udp.destination_port);
        let index = *self.udp.entry(pair(source, destination)).or_insert_with(|| {
            let addresses = Ends { client: source, server: destination };
            self.streams.push(Stream::Udp { addresses, datagrams: Vec::new() });
            self.streams.len() - 1
        });
        if let Some(Stream::Udp { addresses, datagrams }) = self.streams.get_mut(index) {
            let from = if source == addresses.client { End::Client } else { End::Server };
            datagrams.push(Datagram {
                frame: read.frame,
                at: read.at,
                place: read.place,
                ethernet: read.packet.ethernet,
                ttl: ip.ttl,
                identification: ip.identification,
                from,
                content: DatagramContent::Data,
                length: udp.length,
                payload: udp.payload.clone(),
                cause: Cause::Unknown,
            });
        }
    }

    /// An ICMP error belongs to the datagrams it quotes; tells whether there
    /// are any.
    fn error(&mut self, read: &Read, meaning: IcmpMeaning, quoted: Quoted, ip: Ip) -> bool {
        let index = self.udp.get(&pair(quoted.source, quoted.destination));
        let stream = index.and_then(|index| self.streams.get_mut(*index));
        let Some(Stream::Udp { addresses, datagrams }) = stream.filter(|_| quoted.protocol == UDP) else {
            return false;
        };
        let sender = if quoted.source == addresses.client { End::Client } else { End::Server };
        // The quoted header tells which one; where it cannot, the last that fits.
        let about = datagrams.iter().rfind(|datagram| {
            datagram.from == sender
                && datagram.content == DatagramContent::Data
                && datagram.identification == quoted.identification
                && quoted.length.is_none_or(|length| u32::from(length) == datagram.length + 8)
        });
        let content = DatagramContent::Error { meaning, about: about.map(|datagram| datagram.frame) };
        datagrams.push(Datagram {
            frame: read.frame,
            at: read.at,
            place: read.place,
            ethernet: read.packet.ethernet,
            ttl: ip.ttl,
            identification: ip.identification,
            from: sender.peer(),
            content,
            length: 0,
            payload: 0..0,
            cause: Cause::Unknown,
        });
        true
    }
}

/// UDP's number in IP headers.
const UDP: u8 = 17;

/// Sorts a trace into its conversations and understands each.
pub fn conversations(trace: &Trace) -> Conversations {
    let mut sorter = Sorter::default();
    for (frame, at, place, bytes) in trace.frames() {
        let packet = decode::packet(link_type(trace, place), bytes);
        sorter.take(&Read { frame, at, place, packet });
    }
    let mut calls = calls::records(trace);
    let sockets = calls::sockets(&calls);
    for index in sockets.iter().filter(|socket| socket.datagrams).flat_map(|socket| &socket.calls) {
        if let Some(call) = calls.get_mut(index.0) {
            call.datagrams = true;
        }
    }
    let links = vec![CallLink::default(); calls.len()];
    let mut all = Conversations { calls, links, outside: sorter.outside, ..Conversations::default() };
    for (id, stream) in (0..).zip(sorter.streams) {
        match stream {
            Stream::Tcp { seen, .. } => {
                all.tcp.push(understand(id, seen, &all.calls, &sockets, &mut all.links, trace));
            }
            Stream::Udp { addresses, datagrams } => {
                let udp = UdpConversation::new(id, addresses, datagrams, &all.calls, &sockets, &mut all.links);
                all.udp.push(udp);
            }
        }
    }
    sampled::join(trace, &mut all);
    all
}

fn why_outside(remarks: &[Remark]) -> Outside {
    let kinds = remarks.iter().map(|remark| match remark {
        Remark::UnknownLink(_) => Outside::UnknownLink,
        Remark::Fragment => Outside::Fragment,
        Remark::Malformed { .. } | Remark::Cut { .. } | Remark::BadOption { .. } => Outside::Unreadable,
    });
    kinds.max().unwrap_or(Outside::OtherProtocol)
}

fn link_type(trace: &Trace, place: PlaceId) -> LinkType {
    match trace.place(place) {
        Some(Place::Interface { link_type, .. }) => *link_type,
        Some(Place::Program { .. } | Place::Kernel { .. }) | None => LinkType::ETHERNET,
    }
}

/// Who asked first: the sender of a SYN, the receiver of a SYN+ACK, or failing
/// both the one with the higher port.
fn addresses(seen: &[Seen]) -> Ends<SocketAddr> {
    let asker = seen.iter().find_map(|seen| match (seen.tcp.flags.syn(), seen.tcp.flags.ack()) {
        (true, false) => Some((seen.source, seen.destination)),
        (true, true) => Some((seen.destination, seen.source)),
        (false, _) => None,
    });
    let (client, server) = asker
        .or_else(|| {
            let first = seen.first()?;
            let ends = (first.source, first.destination);
            Some(if ends.0.port() >= ends.1.port() { ends } else { (ends.1, ends.0) })
        })
        .unwrap_or((SocketAddr::from(([0, 0, 0, 0], 0)), SocketAddr::from(([0, 0, 0, 0], 0))));
    Ends { client, server }
}

fn understand(
    id: u32,
    seen: Vec<Seen>,
    calls: &[CallRecord],
    sockets: &[Socket],
    links: &mut [CallLink],
    trace: &Trace,
) -> TcpConversation {
    let addresses = addresses(&seen);
    let first = seen.first().map_or_else(Timestamp::default, |seen| seen.at);
    let parts = causes::Parts::find(addresses, first, calls, sockets);
    let mut numbers = Numbers::default();
    let mut outline = Outline::default();
    let mut machine = Machine::default();
    let first_source = seen.first().map(|seen| seen.source);
    if let Some((call, at)) = parts.listened_before(first, calls) {
        machine.listens(call, at);
    }
    let mut segments = Vec::with_capacity(seen.len());
    for (index, seen) in seen.into_iter().enumerate() {
        let from = if seen.source == addresses.client { End::Client } else { End::Server };
        let numbered = numbers.segment(from, &seen.tcp, index);
        machine.segment(from, &seen.tcp, seen.frame, seen.at);
        let new_bytes = outline.take(&Stroke {
            from: if Some(seen.source) == first_source { Side::First } else { Side::Second },
            flags: seen.tcp.flags,
            seq: seen.tcp.seq,
            ack: seen.tcp.ack,
            length: seen.tcp.length,
        });
        segments.push(Segment {
            frame: seen.frame,
            at: seen.at,
            place: seen.place,
            ethernet: seen.ethernet,
            ttl: seen.ttl,
            from,
            flags: seen.tcp.flags,
            seq: seen.tcp.seq,
            relative_seq: numbered.relative_seq,
            ack: seen.tcp.ack,
            relative_ack: numbered.relative_ack,
            length: seen.tcp.length,
            new_bytes,
            window: seen.tcp.window,
            window_size: numbered.window_size,
            payload: seen.tcp.payload,
            why: numbered.why,
            repeats: numbered.repeats,
            cause: Cause::Unknown,
        });
    }
    let (opening, closing) = (outline.opening(), outline.closing());
    let (calls, programs) = parts.join(&mut segments, opening, calls, links, trace);
    TcpConversation {
        id,
        addresses,
        opening,
        closing,
        segments,
        states: machine.into_changes(),
        calls,
        programs,
        samples: Ends::default(),
    }
}
