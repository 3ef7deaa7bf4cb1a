//! Frames sorted into connections, and the frames that belong to none.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::calls::{self, CallRecord, Socket};
use super::causes::{self, CallLink, Cause};
use super::tcp::closing::Closing;
use super::tcp::machine::Machine;
use super::tcp::numbers::Numbers;
use super::tcp::opening::Opening;
use super::{End, Ends, Segment, TcpConversation};
use crate::decode::{self, MacAddress, Remark, Tcp, Transport};
use crate::model::{LinkType, Place, PlaceId, Timestamp};
use crate::trace::{FrameNumber, Trace};

/// Why a frame is in no conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outside {
    /// A UDP datagram.
    Udp,
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
    /// Every socket call of every program, in order of entering.
    pub calls: Vec<CallRecord>,
    /// What each of these calls has to do with the segments.
    pub links: Vec<CallLink>,
    /// How many frames belong to no conversation, and why.
    pub outside: BTreeMap<Outside, u32>,
}

impl Conversations {
    /// A call by its number.
    pub fn call(&self, index: calls::CallIndex) -> Option<&CallRecord> {
        self.calls.get(index.0)
    }

    /// What a call has to do with the segments.
    pub fn link(&self, index: calls::CallIndex) -> Option<&CallLink> {
        self.links.get(index.0)
    }
}

/// One frame of one connection, before it is understood.
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

/// Sorts a trace into its conversations and understands each.
pub fn conversations(trace: &Trace) -> Conversations {
    let mut outside: BTreeMap<Outside, u32> = BTreeMap::new();
    let mut streams: Vec<Stream> = Vec::new();
    let mut current: BTreeMap<(SocketAddr, SocketAddr), usize> = BTreeMap::new();
    for (frame, at, place, bytes) in trace.frames() {
        let packet = decode::packet(link_type(trace, place), bytes);
        match (packet.transport, packet.ip) {
            (Transport::Tcp(tcp), Some(ip)) => {
                let source = SocketAddr::new(ip.source, tcp.source_port);
                let destination = SocketAddr::new(ip.destination, tcp.destination_port);
                let key = (source.min(destination), source.max(destination));
                let from = if source == key.0 { End::Client } else { End::Server };
                let known = current
                    .get(&key)
                    .copied()
                    .filter(|index| streams.get(*index).is_some_and(|stream| !stream.numbers.starts_anew(from, &tcp)));
                let index = known.unwrap_or_else(|| {
                    current.insert(key, streams.len());
                    streams.push(Stream::default());
                    streams.len() - 1
                });
                if let Some(stream) = streams.get_mut(index) {
                    // Only to see a new beginning; the real numbers are made
                    // when it is known who is the client.
                    stream.numbers.segment(from, &tcp, 0);
                    let (ethernet, ttl) = (packet.ethernet, ip.ttl);
                    stream.seen.push(Seen { frame, at, place, source, destination, ethernet, ttl, tcp });
                }
            }
            (transport, _) => {
                let kind = match transport {
                    Transport::Udp(_) => Outside::Udp,
                    Transport::Icmp(_) => Outside::Icmp,
                    Transport::Arp => Outside::Arp,
                    Transport::Other | Transport::Tcp(_) => why_outside(&packet.remarks),
                };
                *outside.entry(kind).or_default() += 1;
            }
        }
    }
    let calls = calls::records(trace);
    let sockets = calls::sockets(&calls);
    let mut links = vec![CallLink::default(); calls.len()];
    let tcp = (0..)
        .zip(streams)
        .map(|(id, stream)| understand(id, stream.seen, &calls, &sockets, &mut links, trace))
        .collect();
    Conversations { tcp, calls, links, outside }
}

/// One connection's frames while they are collected.
#[derive(Default)]
struct Stream {
    numbers: Numbers,
    seen: Vec<Seen>,
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
        Some(Place::Program { .. }) | None => LinkType::ETHERNET,
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
    let mut machine = Machine::default();
    if let Some((call, at)) = parts.listened_before(first, calls) {
        machine.listens(call, at);
    }
    let mut segments = Vec::with_capacity(seen.len());
    for (index, seen) in seen.into_iter().enumerate() {
        let from = if seen.source == addresses.client { End::Client } else { End::Server };
        let numbered = numbers.segment(from, &seen.tcp, index);
        machine.segment(from, &seen.tcp, seen.frame, seen.at);
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
            new_bytes: numbered.new_bytes,
            window: seen.tcp.window,
            window_size: numbered.window_size,
            payload: seen.tcp.payload,
            why: numbered.why,
            repeats: numbered.repeats,
            cause: Cause::Unknown,
        });
    }
    let opening = Opening::of(&segments);
    let closing = Closing::of(&segments, opening);
    let (calls, programs) = parts.join(&mut segments, opening, calls, links, trace);
    TcpConversation { id, addresses, opening, closing, segments, states: machine.into_changes(), calls, programs }
}
