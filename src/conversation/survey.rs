//! A capture of any size, frame by frame: every conversation in a few hundred
//! bytes, every frame understood once and then forgotten.
//!
//! What [`conversations`](super::conversations()) tells in full about frames
//! that are all in memory, this tells in outline about ten million; a test
//! holds the two together.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::Ends;
use super::fields::Label;
use super::hops::{Constant, Hop, Hops, Shown, Sighting, Translated};
use super::pairs::Pairs;
use super::sketch::Sketch;
use super::table::{Outside, link_type};
use super::tcp::analysis::TcpRow;
use super::tcp::closing::Closing;
use super::tcp::opening::Opening;
use super::tcp::outline::{Side, Stroke};
use super::tcp::tracker::Tracker;
use crate::decode::{self, Carried, Headers, Quoted, TcpHeader, UdpHeader};
use crate::model::{LinkType, Place, PlaceId, Protocol, Span, Timestamp};
use crate::trace::{FrameNumber, Trace};

/// One frame of a capture, while it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'a> {
    /// Its number, from 1.
    pub number: FrameNumber,
    /// When it was seen.
    pub at: Timestamp,
    /// Where it was seen.
    pub place: PlaceId,
    /// What it starts with.
    pub link_type: LinkType,
    /// Its length on the wire, in bytes.
    pub original_length: u32,
    /// What was kept of it.
    pub bytes: &'a [u8],
}

/// What a frame turned out to be, given all before it.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Its headers.
    pub headers: Headers,
    /// The segment, as tshark would describe it.
    pub tcp: Option<TcpRow>,
    /// The number of its pair of UDP sockets.
    pub udp_stream: Option<u32>,
    /// The conversation it belongs to.
    pub conversation: Option<u32>,
    /// A datagram that travels as its conversation's first one did, or an ICMP
    /// error that does: away from who sent that.
    pub forward: bool,
    /// It shows a segment or datagram that this frame showed first.
    pub first_seen: Option<FrameNumber>,
    /// Payload bytes that had not been sent before; none in a further sighting.
    pub new_bytes: u32,
    /// Payload bytes; none in a further sighting.
    pub length: u32,
    /// Since the first frame of the capture.
    pub since_start: Span,
    /// Since the frame before; zero for the first.
    pub since_last: Span,
}

impl Row {
    /// What a frame says by itself: nothing that takes a memory.
    pub fn alone(glance: &Glance<'_>) -> Self {
        let mut row = Self::default();
        decode::headers_into(glance.link_type, glance.bytes, glance.original_length, &mut row.headers);
        row
    }
}

/// A conversation in outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brief {
    /// Its number, from 0 in order of the first frame.
    pub id: u32,
    /// TCP or UDP.
    pub protocol: Protocol,
    /// Both sockets. The client of TCP is who sent the SYN; where no SYN was
    /// seen, the one with the higher port. That of UDP is who sent first.
    pub addresses: Ends<SocketAddr>,
    /// How it began; UDP has no beginning.
    pub opening: Option<Opening>,
    /// How it ended; UDP has no end.
    pub closing: Option<Closing>,
    /// Payload bytes each end sent, those of TCP each counted once.
    pub bytes: Ends<u64>,
    /// Segments or datagrams, each counted once.
    pub messages: u32,
    /// Its first frame.
    pub first: FrameNumber,
    /// When its first frame was seen.
    pub began: Timestamp,
    /// When its last frame was seen.
    pub ended: Timestamp,
    /// How many of its segments have a finding.
    pub found: u32,
}

/// A conversation while it is watched.
#[derive(Clone, Debug)]
struct Watched {
    /// Its number among those of its protocol.
    stream: Stream,
    sketch: Sketch,
    messages: u32,
    found: u32,
    first: FrameNumber,
    began: Timestamp,
    ended: Timestamp,
}

/// A number among the conversations of one protocol.
#[derive(Clone, Copy, Debug)]
enum Stream {
    Tcp(u32),
    Udp(u32),
}

/// A stream of which only ICMP errors have told.
const NO_CONVERSATION: u32 = u32::MAX;

/// What was counted over all frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Frames.
    pub frames: u64,
    /// Bytes of all frames on the wire, link layer included.
    pub wire: u64,
    /// Segments and datagrams, each counted once.
    pub messages: u64,
    /// Those of them that carry payload.
    pub with_payload: u64,
    /// Payload bytes, those of TCP each counted once.
    pub payload: u64,
    /// The first and the last moment.
    pub span: Option<(Timestamp, Timestamp)>,
}

impl Totals {
    /// Counts one more frame.
    pub fn add(&mut self, glance: &Glance<'_>, row: &Row) {
        self.frames += 1;
        self.wire += u64::from(glance.original_length);
        let (first, last) = self.span.unwrap_or((glance.at, glance.at));
        self.span = Some((first.min(glance.at), last.max(glance.at)));
        let data = matches!(row.headers.carried, Carried::Tcp(_) | Carried::Udp(_));
        self.messages += u64::from(data && row.first_seen.is_none());
        self.with_payload += u64::from(row.length > 0);
        self.payload += u64::from(row.new_bytes);
    }
}

/// Watches a capture go by.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    tracker: Tracker,
    udp: Pairs,
    hops: Hops,
    /// Frames come from more than one place.
    several_places: bool,
    watched: Vec<Watched>,
    /// The conversation of each TCP stream, and of each UDP stream with its
    /// first frame's sockets.
    tcp_conversations: Vec<u32>,
    udp_conversations: Vec<(u32, SocketAddr, SocketAddr)>,
    outside: BTreeMap<Outside, u32>,
    found: BTreeMap<&'static str, u64>,
    totals: Totals,
    /// The last one.
    row: Option<Box<Row>>,
    /// When the first frame and the last one were seen.
    ends: Option<(Timestamp, Timestamp)>,
}

impl Survey {
    /// Says that frames come from this many places: from two on, one segment
    /// may be seen several times.
    pub const fn set_places(&mut self, count: usize) {
        self.several_places = count > 1;
    }

    /// Watches a whole trace.
    pub fn of(trace: &Trace) -> Self {
        each_frame(trace, |_, _, _| {})
    }

    /// Understands the next frame.
    pub fn take(&mut self, glance: &Glance<'_>) -> &Row {
        // A row is large, and there are many: all are written to one place.
        let mut row = self.row.take().unwrap_or_default();
        self.understand(glance, &mut row);
        self.row.insert(row)
    }

    fn understand(&mut self, glance: &Glance<'_>, row: &mut Row) {
        decode::headers_into(glance.link_type, glance.bytes, glance.original_length, &mut row.headers);
        let (start, last) = self.ends.unwrap_or((glance.at, glance.at));
        self.ends = Some((start, glance.at));
        if !matches!(row.headers.carried, Carried::Tcp(_)) {
            row.tcp = None;
        }
        row.udp_stream = None;
        row.conversation = None;
        row.forward = false;
        row.first_seen = None;
        row.new_bytes = 0;
        row.length = 0;
        row.since_start = glance.at.since(start);
        row.since_last = glance.at.since(last);
        match &row.headers.carried {
            Carried::Tcp(_) => self.segment(glance, row),
            Carried::Udp(udp) => self.datagram(glance, *udp, row),
            Carried::IcmpError(error) => self.error(glance, error.quoted, error.kind, row),
            Carried::Icmp
            | Carried::Arp
            | Carried::Fragment
            | Carried::Other
            | Carried::Unreadable
            | Carried::UnknownLink => {}
        }
        self.totals.add(glance, row);
        if row.conversation.is_none() {
            *self.outside.entry(Outside::of(&row.headers.carried)).or_default() += 1;
        }
    }

    fn segment(&mut self, glance: &Glance<'_>, row: &mut Row) {
        let Row { headers, tcp: told, conversation: in_conversation, first_seen, .. } = row;
        let Carried::Tcp(tcp) = &headers.carried else { return };
        let Some(found) = self.tracker.find(headers) else {
            *told = None;
            return;
        };
        let shown = (self.several_places || headers.cooked.is_some()).then(|| Shown {
            stream: found.stream,
            asks: found.stream.is_none() || tcp.flags.syn() && !tcp.flags.ack(),
            forward: self.tracker.is_from_first(&found),
            constant: constant_of_segment(tcp),
            dated: tcp.options.timestamps.is_some(),
            ..shown(glance, headers)
        });
        let sighting = shown.as_ref().map_or(Sighting::First, |shown| self.hops.look(shown));
        let told = told.get_or_insert_default();
        match sighting {
            Sighting::Further { known: true, .. } => {
                *told = self.tracker.sighting(glance.at, &found).unwrap_or_default();
            }
            Sighting::Further { known: false, .. } | Sighting::First => {
                self.tracker.take_into(glance.number, glance.at, &found, told);
            }
        }
        let told = &*told;
        if let Some(shown) = &shown {
            self.hops.settle(shown, sighting, told.stream, told.opens);
        }
        let place = usize::try_from(told.stream).unwrap_or(usize::MAX);
        if self.tcp_conversations.len() <= place {
            self.tcp_conversations.resize(place.saturating_add(1), NO_CONVERSATION);
        }
        let mut conversation = self.tcp_conversations.get(place).copied().unwrap_or(NO_CONVERSATION);
        if let Sighting::Further { first, original, .. } = sighting {
            *first_seen = Some(first);
            if told.opens
                && let Some(known) = usize::try_from(original).ok().and_then(|place| self.tcp_conversations.get(place))
            {
                conversation = *known;
            }
        }
        if conversation == NO_CONVERSATION {
            conversation = self.watch(Stream::Tcp(told.stream), glance);
        }
        if let Some(noted) = self.tcp_conversations.get_mut(place) {
            *noted = conversation;
        }
        *in_conversation = Some(conversation);
        let Some(watched) = get_mut(&mut self.watched, conversation) else { return };
        watched.ended = watched.ended.max(glance.at);
        if first_seen.is_some() {
            return;
        }
        watched.messages = watched.messages.saturating_add(1);
        let length = told.length.unwrap_or(0);
        let new = watched.sketch.segment(Stroke {
            from: if told.from_first { Side::First } else { Side::Second },
            flags: tcp.flags,
            seq: tcp.seq,
            ack: tcp.flags.ack().then_some(tcp.ack),
            length,
        });
        if told.has_findings() {
            watched.found = watched.found.saturating_add(1);
            for finding in told.findings() {
                *self.found.entry(finding.name).or_default() += 1;
            }
        }
        row.new_bytes = new;
        row.length = length;
    }

    fn datagram(&mut self, glance: &Glance<'_>, udp: UdpHeader, row: &mut Row) {
        let Some(ip) = row.headers.ip else { return };
        let source = SocketAddr::new(ip.source, udp.source_port);
        let destination = SocketAddr::new(ip.destination, udp.destination_port);
        let pair = self.udp.find(source, destination);
        row.udp_stream = Some(pair.number);
        if pair.opens {
            self.udp_conversations.push((NO_CONVERSATION, source, destination));
        }
        let Ok(place) = usize::try_from(pair.number) else { return };
        let Some(&(known, first, _)) = self.udp_conversations.get(place) else { return };
        let opens = known == NO_CONVERSATION;
        let forward = opens || source == first;
        let mut conversation = known;
        if self.several_places || row.headers.cooked.is_some() {
            // Numbered apart from the streams of TCP.
            let stream = pair.number | UDP_STREAM;
            let constant = constant_of_datagram(&udp, glance.bytes);
            let shown = Shown {
                stream: (!opens).then_some(stream),
                asks: opens,
                forward,
                constant,
                translated: Some(Translated { ttl: ip.ttl, source: ip.source, destination }),
                ..shown(glance, &row.headers)
            };
            let sighting = self.hops.look(&shown);
            // A later one may be the first that passes a translator.
            self.hops.settle(&Shown { asks: forward, ..shown }, sighting, stream, opens);
            if let Sighting::Further { first, original, .. } = sighting {
                row.first_seen = Some(first);
                let original = usize::try_from(original & !UDP_STREAM).ok();
                if let Some((known, ..)) = original.and_then(|place| self.udp_conversations.get(place))
                    && opens
                {
                    conversation = *known;
                }
            }
        }
        if opens {
            if conversation == NO_CONVERSATION {
                conversation = self.watch(Stream::Udp(pair.number), glance);
            }
            if let Some(opened) = self.udp_conversations.get_mut(place) {
                *opened = (conversation, source, destination);
            }
        }
        row.conversation = Some(conversation);
        row.forward = forward;
        let Some(watched) = get_mut(&mut self.watched, conversation) else { return };
        watched.ended = watched.ended.max(glance.at);
        if row.first_seen.is_some() {
            return;
        }
        watched.messages = watched.messages.saturating_add(1);
        watched.sketch.datagram(if forward { Side::First } else { Side::Second }, udp.length);
        row.new_bytes = udp.length;
        row.length = udp.length;
    }

    /// An ICMP error belongs to the segments or datagrams it quotes.
    fn error(&mut self, glance: &Glance<'_>, quoted: Quoted, kind: (u8, u8), row: &mut Row) {
        // tshark numbers the streams of quoted segments too.
        row.tcp = self.tracker.segment(glance.number, glance.at, &row.headers);
        let (stream, known, quoted_forward) = if quoted.protocol == UDP {
            let pair = self.udp.find(quoted.source, quoted.destination);
            row.udp_stream = Some(pair.number);
            if pair.opens {
                self.udp_conversations.push((NO_CONVERSATION, quoted.source, quoted.destination));
            }
            let known = usize::try_from(pair.number).ok().and_then(|place| self.udp_conversations.get(place));
            let Some((conversation, first, _)) = known.copied() else { return };
            (pair.number | UDP_STREAM, conversation, quoted.source == first)
        } else {
            let Some((stream, forward)) = self.tracker.between(quoted.source, quoted.destination) else { return };
            let known = usize::try_from(stream).ok().and_then(|place| self.tcp_conversations.get(place));
            let Some(conversation) = known.copied() else { return };
            (stream, conversation, forward)
        };
        if known == NO_CONVERSATION {
            return;
        }
        row.conversation = Some(known);
        row.forward = !quoted_forward;
        if self.several_places || row.headers.cooked.is_some() {
            let shown = Shown {
                stream: Some(stream),
                forward: row.forward,
                constant: constant_of_error(kind, &quoted),
                ..shown(glance, &row.headers)
            };
            let sighting = self.hops.look(&shown);
            self.hops.settle(&shown, sighting, stream, false);
            if let Sighting::Further { first, .. } = sighting {
                row.first_seen = Some(first);
            }
        }
        if let Some(watched) = get_mut(&mut self.watched, known) {
            watched.ended = watched.ended.max(glance.at);
        }
    }

    /// Begins to watch a conversation; tells its number.
    fn watch(&mut self, stream: Stream, glance: &Glance<'_>) -> u32 {
        let conversation = u32::try_from(self.watched.len()).unwrap_or(NO_CONVERSATION);
        self.watched.push(Watched {
            stream,
            sketch: Sketch::Datagrams(0, 0),
            messages: 0,
            found: 0,
            first: glance.number,
            began: glance.at,
            ended: glance.at,
        });
        conversation
    }

    /// How many conversations there are so far.
    pub const fn len(&self) -> usize {
        self.watched.len()
    }

    /// Whether there is none so far.
    pub const fn is_empty(&self) -> bool {
        self.watched.is_empty()
    }

    /// One conversation as far as it was seen.
    pub fn conversation(&self, id: u32) -> Option<Brief> {
        let watched = self.watched.get(usize::try_from(id).ok()?)?;
        let outline = watched.sketch.outline();
        let (protocol, (first, second)) = match watched.stream {
            Stream::Tcp(stream) => (Protocol::Tcp, self.tracker.sockets(stream)?),
            Stream::Udp(stream) => {
                let (_, source, destination) = self.udp_conversations.get(usize::try_from(stream).ok()?)?;
                (Protocol::Udp, (*source, *destination))
            }
        };
        let client = match protocol {
            Protocol::Udp => Side::First,
            Protocol::Tcp => {
                let higher = if first.port() >= second.port() { Side::First } else { Side::Second };
                outline.client().unwrap_or(higher)
            }
        };
        let addresses = match client {
            Side::First => Ends { client: first, server: second },
            Side::Second => Ends { client: second, server: first },
        };
        let bytes = Ends { client: outline.bytes(client), server: outline.bytes(client.peer()) };
        Some(Brief {
            id,
            protocol,
            addresses,
            opening: (protocol == Protocol::Tcp).then(|| outline.opening()),
            closing: (protocol == Protocol::Tcp).then(|| outline.closing()),
            bytes,
            messages: watched.messages,
            first: watched.first,
            began: watched.began,
            ended: watched.ended,
            found: watched.found,
        })
    }

    /// Every conversation so far, in order of their numbers.
    pub fn conversations(&self) -> impl Iterator<Item = Brief> {
        (0..u32::try_from(self.watched.len()).unwrap_or(u32::MAX)).filter_map(|id| self.conversation(id))
    }

    /// What was counted over all frames.
    pub const fn totals(&self) -> Totals {
        self.totals
    }

    /// How often each finding was made, by name.
    pub const fn findings(&self) -> &BTreeMap<&'static str, u64> {
        &self.found
    }

    /// How many frames belong to no conversation, and why.
    pub const fn outside(&self) -> &BTreeMap<Outside, u32> {
        &self.outside
    }

    /// Begins to count frames outside conversations anew.
    pub(super) fn forget_outside(&mut self) {
        self.outside.clear();
    }

    /// `tcp.completeness` of a TCP stream as it is now.
    pub fn completeness(&self, stream: u32) -> Option<u8> {
        self.tracker.completeness(stream)
    }
}

/// Shows every frame of a trace with what it turned out to be.
pub fn each_frame(trace: &Trace, mut see: impl FnMut(&Glance<'_>, &Row, &Label<'_>)) -> Survey {
    let mut survey = Survey::default();
    survey.set_places(trace.places().filter(|(_, place)| matches!(place, Place::Interface { .. })).count());
    for (number, at, place, frame) in trace.frames() {
        let glance = Glance {
            number,
            at,
            place,
            link_type: link_type(trace, place),
            original_length: frame.original_length,
            bytes: &frame.bytes,
        };
        let interface = match trace.place(place) {
            Some(Place::Interface { name, .. }) => Some(name.as_str()).filter(|name| !name.is_empty()),
            Some(Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. }) | None => None,
        };
        let row = survey.take(&glance);
        see(&glance, row, &Label { interface, comment: frame.comment.as_deref() });
    }
    survey
}

/// Set in the numbers of UDP streams where those of TCP are not far.
const UDP_STREAM: u32 = 1 << 31;

/// So many bytes of a datagram tell it from others.
const SAME_BYTES: usize = 64;

/// Set in what is constant about an ICMP error.
const ICMP_ERROR: u64 = 1 << 63;

/// UDP's number in IP headers.
const UDP: u8 = 17;

fn get_mut(watched: &mut [Watched], conversation: u32) -> Option<&mut Watched> {
    watched.get_mut(usize::try_from(conversation).ok()?)
}

/// Where and when a frame was seen; what it shows is for the caller to say.
fn shown(glance: &Glance<'_>, headers: &Headers) -> Shown {
    Shown {
        frame: glance.number,
        at: glance.at,
        hop: Hop { place: glance.place, cooked: headers.cooked },
        stream: None,
        asks: false,
        forward: true,
        constant: Constant([0; 3]),
        translated: None,
        identification: headers.ip.and_then(|ip| ip.identification).unwrap_or(0),
        dated: false,
    }
}

fn constant_of_segment(tcp: &TcpHeader) -> Constant {
    let pair = |high: u32, low: u32| u64::from(high) << 32 | u64::from(low);
    let flags = u32::from(tcp.flags.bits()) << 16 | u32::from(tcp.window.0);
    let (value, echo) = tcp.options.timestamps.unwrap_or_default();
    Constant([
        pair(tcp.seq.raw(), tcp.ack.raw()),
        pair(flags, tcp.payload_length().unwrap_or(u32::MAX)),
        pair(value, echo),
    ])
}

/// Its length and its first bytes: the first eight as they are, the others as
/// their hash (FNV-1a). A translator changes the checksum.
fn constant_of_datagram(udp: &UdpHeader, bytes: &[u8]) -> Constant {
    let payload = usize::try_from(udp.payload).unwrap_or(usize::MAX);
    let length = usize::try_from(udp.length).unwrap_or(usize::MAX).min(SAME_BYTES);
    let kept = bytes.get(payload..).unwrap_or_default();
    let start = kept.iter().take(length.min(8)).fold(0_u64, |start, byte| start << 8 | u64::from(*byte));
    let rest =
        kept.iter().take(length).skip(8).fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
    Constant([udp.length.into(), start, rest])
}

/// Its type and code, and what it quotes: a translator changes the addresses in
/// there.
fn constant_of_error((kind, code): (u8, u8), quoted: &Quoted) -> Constant {
    let identification = quoted.identification.map_or(u64::MAX, u64::from);
    let start = if quoted.protocol == UDP { quoted.length.map(u32::from) } else { quoted.seq };
    let start = start.map_or(u64::MAX, u64::from);
    Constant([ICMP_ERROR | u64::from(kind) << 8 | u64::from(code), identification, start])
}
