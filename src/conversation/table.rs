//! Frames sorted into connections, and the frames that belong to none.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::Range;

use super::calls::{self, CallRecord, Socket};
use super::causes::{self, CallLink, Cause};
use super::earlier::Earlier;
use super::sampled::{self, OtherSample};
use super::sightings::{self, Fate, Sighting, Ways};
use super::steps;
use super::survey::{Brief, Glance, Row};
use super::tcp::analysis::TcpRow;
use super::tcp::machine::StateChange;
use super::tcp::outline::{Side, Stroke};
use super::tcp::shown::Shown;
use super::udp::{Datagram, DatagramContent, UdpConversation};
use super::wires::WireActions;
use super::{Conversation, End, Ends, Segment, TcpConversation};
use crate::decode::{self, Carried, Icmp, Packet, Transport};
use crate::model::{Frame, LinkType, Place, PlaceId, Timestamp};
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

    /// Gives the first conversation of a part of a capture the number it has
    /// in the whole, and the others the ones behind it.
    pub fn number(&mut self, first: u32) {
        self.tcp.iter_mut().for_each(|tcp| tcp.id += first);
        self.udp.iter_mut().for_each(|udp| udp.id += first);
    }

    /// Keeps only some conversations, under their numbers.
    pub fn keep(&mut self, wanted: impl Fn(Conversation<'_>) -> bool) {
        self.tcp.retain(|tcp| wanted(Conversation::Tcp(tcp)));
        self.udp.retain(|udp| wanted(Conversation::Udp(udp)));
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.tcp.is_empty() && self.udp.is_empty()
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

impl Outside {
    /// Why a frame that carries this is in no conversation.
    pub(super) const fn of(carried: &Carried) -> Self {
        match carried {
            Carried::Icmp | Carried::IcmpError(..) => Self::Icmp,
            Carried::Arp => Self::Arp,
            Carried::Fragment => Self::Fragment,
            Carried::UnknownLink => Self::UnknownLink,
            Carried::Unreadable | Carried::Tcp(_) | Carried::Udp(_) => Self::Unreadable,
            Carried::Other => Self::OtherProtocol,
        }
    }
}

/// One segment of one connection, before it is understood.
struct Seen {
    sightings: Vec<Sighting>,
    row: TcpRow,
    tcp: Shown,
}

/// One conversation's frames while they are collected.
enum Collected {
    Tcp(Vec<Seen>),
    Udp(Vec<Datagram>),
}

/// A frame with what it turned out to be.
struct Read<'a> {
    glance: Glance<'a>,
    row: &'a Row,
    frame: &'a Frame,
}

impl Read<'_> {
    fn sighting(&self, source_port: u16, destination_port: u16) -> Option<Sighting> {
        let ip = self.row.headers.ip?;
        Some(Sighting {
            frame: self.glance.number,
            at: self.glance.at,
            place: self.glance.place,
            cooked: self.row.headers.cooked,
            ethernet: self.row.headers.ethernet,
            ttl: ip.ttl,
            sockets: (SocketAddr::new(ip.source, source_port), SocketAddr::new(ip.destination, destination_port)),
        })
    }

    /// What more there is to say of a frame: that of one in a thousand.
    fn packet(&self) -> Packet {
        decode::packet(self.glance.link_type, self.frame)
    }

    /// Puts the frame to those of its conversation; `None` where it has no
    /// place there.
    fn collect(&self, collected: &mut Vec<Collected>) -> Option<()> {
        let conversation = usize::try_from(self.row.conversation?).ok()?;
        match &self.row.headers.carried {
            Carried::Tcp(tcp) => {
                let sighting = self.sighting(tcp.source_port, tcp.destination_port)?;
                if collected.len() == conversation {
                    collected.push(Collected::Tcp(Vec::new()));
                }
                let Collected::Tcp(seen) = collected.get_mut(conversation)? else { return None };
                match self.row.first_seen.and_then(|first| seen.iter_mut().rfind(|seen| seen.is_shown_in(first))) {
                    Some(known) => known.sightings.push(sighting),
                    None => seen.push(Seen { sightings: vec![sighting], row: self.row.tcp?, tcp: tcp.into() }),
                }
            }
            Carried::Udp(udp) => {
                let sighting = self.sighting(udp.source_port, udp.destination_port)?;
                if collected.len() == conversation {
                    collected.push(Collected::Udp(Vec::new()));
                }
                let Collected::Udp(datagrams) = collected.get_mut(conversation)? else { return None };
                let first = self.row.first_seen;
                let known = first.and_then(|first| datagrams.iter_mut().rfind(|datagram| datagram.frame == first));
                if let Some(known) = known {
                    known.seen_at.push(sighting);
                } else {
                    let kept = self.glance.bytes.len();
                    let start = usize::try_from(udp.payload).unwrap_or(usize::MAX).min(kept);
                    let length = usize::try_from(udp.length).unwrap_or(usize::MAX);
                    let payload = start..start.saturating_add(length).min(kept);
                    datagrams.push(self.datagram(sighting, DatagramContent::Data, udp.length, payload));
                }
            }
            Carried::IcmpError(error) => {
                let Transport::Icmp(Icmp { meaning, .. }) = self.packet().transport else { return None };
                let Collected::Udp(datagrams) = collected.get_mut(conversation)? else { return None };
                let quoted = &error.quoted;
                // The quoted header tells which one; where it cannot, the last
                // that fits.
                let about = datagrams.iter().rfind(|datagram| {
                    datagram.content == DatagramContent::Data
                        && datagram.seen_at.iter().any(|seen| seen.sockets == (quoted.source, quoted.destination))
                        && datagram.identification == quoted.identification
                        && quoted.length.is_none_or(|length| u32::from(length) == datagram.length + 8)
                });
                let content = DatagramContent::Error { meaning, about: about.map(|datagram| datagram.frame) };
                let sighting = Sighting { sockets: (quoted.destination, quoted.source), ..self.sighting(0, 0)? };
                datagrams.push(self.datagram(sighting, content, 0, 0..0));
            }
            Carried::Icmp
            | Carried::Arp
            | Carried::Fragment
            | Carried::Other
            | Carried::Unreadable
            | Carried::UnknownLink => return None,
        }
        Some(())
    }

    fn datagram(&self, seen: Sighting, content: DatagramContent, length: u32, payload: Range<usize>) -> Datagram {
        Datagram {
            frame: seen.frame,
            at: seen.at,
            seen_at: vec![seen],
            fate: Fate::default(),
            arrivals: Vec::new(),
            actions: Vec::new(),
            identification: self.row.headers.ip.and_then(|ip| ip.identification),
            // Known when all are here.
            from: End::Client,
            content,
            length,
            payload,
            cause: Cause::Unknown,
        }
    }
}

impl Seen {
    fn is_shown_in(&self, frame: FrameNumber) -> bool {
        self.sightings.first().is_some_and(|seen| seen.frame == frame)
    }
}

/// Sorts a trace into its conversations and understands each.
pub fn conversations(trace: &Trace) -> Conversations {
    conversations_after(Earlier::default(), trace)
}

/// As [`conversations`], where the trace is a later part of one conversation.
pub fn conversations_after(mut earlier: Earlier, trace: &Trace) -> Conversations {
    let mut survey = std::mem::take(&mut earlier.survey);
    // Those of the part are counted.
    survey.forget_outside();
    let mut earlier = Some(earlier);
    survey.set_places(trace.places().filter(|(_, place)| matches!(place, Place::Interface { .. })).count());
    let mut collected: Vec<Collected> = Vec::new();
    let mut unreadable = 0_u32;
    for (number, at, place, frame) in trace.frames() {
        let link_type = link_type(trace, place);
        let original_length = frame.original_length;
        let glance = Glance { number, at, place, link_type, original_length, bytes: &frame.bytes };
        let row = survey.take(&glance);
        let read = Read { glance, row, frame };
        if row.conversation.is_some() && read.collect(&mut collected).is_none() {
            unreadable += 1;
        }
    }
    let mut calls = calls::records(trace);
    let sockets = calls::sockets(&calls);
    for index in sockets.iter().filter(|socket| socket.datagrams).flat_map(|socket| &socket.calls) {
        if let Some(call) = calls.get_mut(index.0) {
            call.datagrams = true;
        }
    }
    let links = vec![CallLink::default(); calls.len()];
    let mut all = Conversations { calls, links, outside: survey.outside().clone(), ..Conversations::default() };
    if unreadable > 0 {
        *all.outside.entry(Outside::Unreadable).or_default() += unreadable;
    }
    let actions = WireActions::of(trace);
    for (brief, collected) in survey.conversations().zip(collected) {
        match collected {
            Collected::Tcp(seen) => {
                let earlier = earlier.take().unwrap_or_default();
                let around = Around { trace, calls: &all.calls, sockets: &sockets, actions: &actions };
                all.tcp.push(understand(&brief, earlier, seen, &around, &mut all.links));
            }
            Collected::Udp(mut datagrams) => {
                for datagram in &mut datagrams {
                    let source = datagram.seen_at.first().map(|seen| seen.sockets.0);
                    datagram.from = if source == Some(brief.addresses.client) { End::Client } else { End::Server };
                    datagram.actions = actions.to(&datagram.seen_at);
                }
                sightings::judge_datagrams(&mut datagrams);
                let udp =
                    UdpConversation::new(brief.id, brief.addresses, datagrams, &all.calls, &sockets, &mut all.links);
                all.udp.push(udp);
            }
        }
    }
    sampled::join(trace, &mut all);
    steps::join(trace, &mut all);
    all
}

/// What frames seen at a place start with.
pub fn link_type(trace: &Trace, place: PlaceId) -> LinkType {
    match trace.place(place) {
        Some(Place::Interface { link_type, .. }) => *link_type,
        Some(Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. }) | None => LinkType::ETHERNET,
    }
}

/// Keeps of the changes before a part only the one that led to the state in
/// which it begins.
fn begin_at(start: Timestamp, changes: &mut Vec<StateChange>) {
    let earlier = changes.iter().take_while(|change| change.at < start).count();
    changes.drain(..earlier.saturating_sub(1));
    if let Some(first) = changes.first_mut().filter(|_| earlier > 0) {
        first.from = None;
    }
}

/// What all conversations of a trace are understood with.
struct Around<'a> {
    trace: &'a Trace,
    calls: &'a [CallRecord],
    sockets: &'a [Socket],
    actions: &'a WireActions,
}

fn understand(
    brief: &Brief,
    earlier: Earlier,
    seen: Vec<Seen>,
    around: &Around<'_>,
    links: &mut [CallLink],
) -> TcpConversation {
    let Around { trace, calls, sockets, actions } = *around;
    let addresses = brief.addresses;
    // Behind a translator a client has another socket.
    let first = earlier.first.or_else(|| Some(seen.first()?.sightings.first()?.sockets.0));
    let client_is_first = first.is_none_or(|first| first == addresses.client);
    let is_start = earlier.first.is_none();
    let Earlier { mut numbers, mut machine, mut outline, .. } = earlier.settle(addresses.client);
    let mut segments = Vec::with_capacity(seen.len());
    for (index, seen) in seen.into_iter().enumerate() {
        let Some(first) = seen.sightings.first().copied() else { continue };
        let from = if seen.row.from_first == client_is_first { End::Client } else { End::Server };
        let numbered = numbers.segment(from, &seen.tcp, index);
        let new_bytes = outline.take(&Stroke {
            from: if seen.row.from_first { Side::First } else { Side::Second },
            flags: seen.tcp.flags,
            seq: seen.tcp.seq,
            ack: seen.tcp.ack,
            length: seen.tcp.length,
        });
        segments.push(Segment {
            frame: first.frame,
            at: first.at,
            actions: actions.to(&seen.sightings),
            seen_at: seen.sightings,
            fate: Fate::default(),
            arrivals: Vec::new(),
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
            sack: seen.tcp.sack,
            timestamps: seen.tcp.timestamps,
            payload: seen.tcp.payload,
            why: numbered.why,
            repeats: numbered.repeats,
            findings: seen.row.findings().collect(),
            row: seen.row,
            cause: Cause::Unknown,
        });
    }
    let ways = Ways::of(segments.iter().map(|segment| (segment.from, segment.seen_at.as_slice())));
    sightings::judge(&mut segments, &ways);
    let view = |end: End| {
        let mut own = segments.iter().filter(|segment| segment.from == end);
        let seen = own.find_map(|segment| ways.view(end, &segment.seen_at));
        seen.unwrap_or((*addresses.of(end), *addresses.of(end.peer())))
    };
    let views = Ends { client: view(End::Client), server: view(End::Server) };
    let parts = causes::Parts::find(views, brief.began, calls, sockets);
    if is_start && let Some((call, at)) = parts.listened_before(brief.began, calls) {
        machine.listens(call, at);
    }
    machine.segments(&segments);
    let mut states = machine.into_changes();
    if let Some(start) = segments.first().filter(|_| !is_start).map(|first| first.at) {
        for end in End::BOTH {
            begin_at(start, states.of_mut(end));
        }
    }
    let (opening, closing) = (outline.opening(), outline.closing());
    let (calls, programs) = parts.join(&mut segments, opening, calls, links, trace);
    TcpConversation {
        id: brief.id,
        addresses,
        views,
        opening,
        closing,
        segments,
        states,
        calls,
        programs,
        samples: Ends::default(),
        steps: Ends::default(),
    }
}
