//! Stories that go through several conversations: a name is looked up, the
//! address that comes back is connected to, a page is fetched. Told in
//! chapters: neighbours (ARP), lookup (DNS), opening, exchange, closing.
//!
//! Owns which conversations belong together and where a chapter begins and
//! ends. A connection follows from a lookup where the same host made it,
//! afterwards, to an address of the answer.

/// Who asked for whose MAC address.
mod neighbours;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use neighbours::Exchange;
pub use neighbours::Neighbour;

use super::{
    Closing, Conversations, DatagramContent, End, Ends, Opening, Sighting, TcpConversation, UdpConversation, link_type,
};
use crate::decode::{self, Field, FieldId, Value};
use crate::model::Timestamp;
use crate::trace::{FrameNumber, Trace};

/// Where name servers are asked (RFC 1035 §4.2).
const DNS: u16 = 53;

/// From a name to what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The name that was looked up.
    pub name: String,
    /// Its chapters, in order of their first frame.
    pub chapters: Vec<Chapter>,
}

/// A part of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// What happens in it.
    pub what: Event,
    /// Every frame that shows it, ascending: each message once a place. Never
    /// empty.
    pub frames: Vec<FrameNumber>,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// The conversation it is a part of; none for neighbours.
    pub conversation: Option<u32>,
}

/// What happens in a chapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody asks for the MAC address of the next one on the way.
    Neighbours(Vec<Neighbour>),
    /// A name is looked up.
    Lookup {
        /// Who is asked.
        server: SocketAddr,
        /// Questions that were sent.
        questions: usize,
        /// Answers that came.
        answers: usize,
        /// The addresses they bring, in order, each once.
        addresses: Vec<IpAddr>,
        /// What the server said instead, its RCODE: 3 for "no such name" (RFC
        /// 1035 §4.1.1).
        refused: Option<u16>,
    },
    /// A connection is opened.
    Opening {
        /// To whom.
        server: SocketAddr,
        /// How.
        opening: Opening,
        /// From the first SYN to its end.
        segments: usize,
    },
    /// The connection is used.
    Exchange {
        /// The first line of the first request of HTTP: `GET /`.
        request: Option<String>,
        /// The status of the first response.
        status: Option<u16>,
        /// Bytes of payload each end sent.
        bytes: Ends<u64>,
        /// In how many segments.
        segments: usize,
    },
    /// The connection is closed.
    Closing {
        /// How.
        closing: Closing,
        /// Who began.
        first: End,
        /// In how many segments.
        segments: usize,
    },
}

impl Event {
    /// The word in JSON and in the keys of sentences.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Neighbours(_) => "neighbours",
            Self::Lookup { .. } => "lookup",
            Self::Opening { .. } => "opening",
            Self::Exchange { .. } => "exchange",
            Self::Closing { .. } => "closing",
        }
    }
}

/// A lookup while it is put together.
struct Lookup<'a> {
    name: String,
    udp: &'a UdpConversation,
    seen: Vec<Sighting>,
    /// The numbers of its questions, as the client chose them.
    ids: BTreeSet<u64>,
    questions: usize,
    answers: usize,
    addresses: Vec<IpAddr>,
    refused: Option<u16>,
}

/// The stories of a trace: lookups that led to a connection, in order; and a
/// lookup after which there is nothing more, because nothing came of it.
pub fn stories(trace: &Trace, all: &Conversations) -> Vec<Story> {
    let lookups = lookups(trace, all);
    if lookups.is_empty() {
        return Vec::new();
    }
    let mut exchanges = neighbours::exchanges(trace);
    let mut taken = BTreeSet::new();
    let mut stories = Vec::new();
    for (index, lookup) in lookups.iter().enumerate() {
        let Some(asked) = lookup.seen.first().map(|seen| seen.at) else { continue };
        // Asked for again, the later answer is the one that is used.
        let later = lookups.get(index + 1..).unwrap_or_default().iter();
        let until = later.filter(|other| other.name == lookup.name && is_same_host(other.udp, lookup.udp));
        let until = until.filter_map(|other| other.seen.first()).map(|seen| seen.at).next();
        let mut connections: Vec<&TcpConversation> = Vec::new();
        for tcp in &all.tcp {
            let began = tcp.segments.first().map(|segment| segment.at);
            let follows = began.is_some_and(|at| at >= asked && until.is_none_or(|until| at < until));
            let is_to = lookup.addresses.contains(&tcp.addresses.server.ip());
            let by = tcp.addresses.client.ip() == lookup.udp.addresses.client.ip();
            if follows && is_to && by && taken.insert(tcp.id) {
                connections.push(tcp);
            }
        }
        if connections.is_empty() && !is_last(lookup, all) {
            continue;
        }
        stories.push(tell(lookup, &connections, &mut exchanges));
    }
    read_pages(trace, &mut stories);
    stories
}

fn is_same_host(one: &UdpConversation, other: &UdpConversation) -> bool {
    one.addresses.client.ip() == other.addresses.client.ip()
}

/// Whether nothing begins after a lookup that led to nothing.
fn is_last(lookup: &Lookup<'_>, all: &Conversations) -> bool {
    let Some(asked) = lookup.seen.first().map(|seen| seen.at) else { return false };
    let mut tcp = all.tcp.iter().filter_map(|tcp| tcp.segments.first()).map(|segment| segment.at);
    let udp = all.udp.iter().filter(|udp| udp.addresses.server != lookup.udp.addresses.server);
    let mut udp = udp.filter_map(|udp| udp.datagrams.first()).map(|datagram| datagram.at);
    (lookup.addresses.is_empty() || lookup.refused.is_some()) && !tcp.any(|at| at > asked) && !udp.any(|at| at > asked)
}

/// The chapters of one story.
fn tell(lookup: &Lookup<'_>, connections: &[&TcpConversation], exchanges: &mut Vec<Exchange>) -> Story {
    let mut chapters = Vec::new();
    let what = Event::Lookup {
        server: lookup.udp.addresses.server,
        questions: lookup.questions,
        answers: lookup.answers,
        addresses: lookup.addresses.clone(),
        refused: lookup.refused,
    };
    with_neighbours(chapter(what, &lookup.seen, Some(lookup.udp.id)), &lookup.seen, exchanges, &mut chapters);
    for tcp in connections {
        let [opening, exchange, closing] = tcp.phases();
        let segments = |range: &std::ops::Range<usize>| tcp.segments.get(range.clone()).unwrap_or_default();
        let seen = |range| -> Vec<Sighting> {
            segments(range).iter().flat_map(|segment| segment.seen_at.iter().copied()).collect()
        };
        let opened = seen(&opening);
        let server = tcp.addresses.server;
        let what = Event::Opening { server, opening: tcp.opening, segments: opening.len() };
        with_neighbours(chapter(what, &opened, Some(tcp.id)), &opened, exchanges, &mut chapters);
        let used = seen(&exchange);
        let mut bytes: Ends<u64> = Ends::default();
        for segment in segments(&exchange) {
            *bytes.of_mut(segment.from) += u64::from(segment.new_bytes);
        }
        let what = Event::Exchange { request: None, status: None, bytes, segments: exchange.len() };
        chapters.extend(chapter(what, &used, Some(tcp.id)));
        let closed = seen(&closing);
        if let Some(first) = segments(&closing).first() {
            let what = Event::Closing { closing: tcp.closing, first: first.from, segments: closing.len() };
            chapters.extend(chapter(what, &closed, Some(tcp.id)));
        }
    }
    chapters.sort_by_key(|chapter| (chapter.from, chapter.frames.first().copied()));
    Story { name: lookup.name.clone(), chapters }
}

fn chapter(what: Event, seen: &[Sighting], conversation: Option<u32>) -> Option<Chapter> {
    let from = seen.iter().map(|seen| seen.at).min()?;
    let until = seen.iter().map(|seen| seen.at).max()?;
    let frames: BTreeSet<FrameNumber> = seen.iter().map(|seen| seen.frame).collect();
    Some(Chapter { what, frames: frames.into_iter().collect(), from, until, conversation })
}

/// A chapter, and before it the neighbours that had to be found for it.
fn with_neighbours(
    chapter: Option<Chapter>,
    seen: &[Sighting],
    exchanges: &mut Vec<Exchange>,
    chapters: &mut Vec<Chapter>,
) {
    chapters.extend(neighbours::serving(seen, exchanges));
    chapters.extend(chapter);
}

/// Every name that was looked up, by conversation, in order.
fn lookups<'a>(trace: &Trace, all: &'a Conversations) -> Vec<Lookup<'a>> {
    let mut lookups: Vec<Lookup<'a>> = Vec::new();
    for udp in all.udp.iter().filter(|udp| udp.addresses.server.port() == DNS) {
        let mut by_name: BTreeMap<String, Lookup<'a>> = BTreeMap::new();
        for datagram in udp.datagrams.iter().filter(|datagram| datagram.content == DatagramContent::Data) {
            let Some(said) = said(trace, datagram.frame) else { continue };
            let lookup = by_name.entry(said.name.to_ascii_lowercase()).or_insert_with(|| Lookup {
                name: said.name.clone(),
                udp,
                seen: Vec::new(),
                ids: BTreeSet::new(),
                questions: 0,
                answers: 0,
                addresses: Vec::new(),
                refused: None,
            });
            lookup.seen.extend(&datagram.seen_at);
            lookup.ids.insert(said.id);
            if said.is_answer {
                lookup.answers += 1;
                for address in said.addresses {
                    if !lookup.addresses.contains(&address) {
                        lookup.addresses.push(address);
                    }
                }
                lookup.refused = lookup.refused.or(said.refused);
            } else {
                lookup.questions += 1;
            }
        }
        for mut lookup in by_name.into_values() {
            lookup.seen.sort_by_key(|seen| (seen.at, seen.frame));
            // The same question behind a translator is not another one.
            let known = lookups.iter_mut().find(|known| is_translated(known, &lookup));
            match known {
                Some(known) => {
                    known.seen.extend(&lookup.seen);
                    known.seen.sort_by_key(|seen| (seen.at, seen.frame));
                }
                None => lookups.push(lookup),
            }
        }
    }
    lookups.sort_by_key(|lookup| lookup.seen.first().map(|seen| seen.at));
    lookups
}

/// Whether the same questions were seen once more, from another socket, while
/// they were on their way.
fn is_translated(known: &Lookup<'_>, lookup: &Lookup<'_>) -> bool {
    let span = |lookup: &Lookup<'_>| Some((lookup.seen.first()?.at, lookup.seen.last()?.at));
    let within =
        span(known).zip(span(lookup)).is_some_and(|((from, until), (first, last))| from <= first && last <= until);
    known.name.eq_ignore_ascii_case(&lookup.name)
        && known.ids == lookup.ids
        && known.udp.addresses.server == lookup.udp.addresses.server
        && known.udp.addresses.client != lookup.udp.addresses.client
        && within
}

/// What a message of DNS says.
struct Said {
    id: u64,
    name: String,
    is_answer: bool,
    addresses: Vec<IpAddr>,
    refused: Option<u16>,
}

fn said(trace: &Trace, frame: FrameNumber) -> Option<Said> {
    let fields = fields(trace, frame)?;
    let number = |id| values(&fields, id).find_map(number);
    let name = values(&fields, FieldId::DNS_QRY_NAME).find_map(text)?;
    let is_answer = values(&fields, FieldId::DNS_FLAGS_RESPONSE).any(|value| *value == Value::Boolean(true));
    let addresses = [FieldId::DNS_A, FieldId::DNS_AAAA].into_iter().flat_map(|id| values(&fields, id));
    let addresses =
        addresses.filter_map(|value| if let Value::Address(address) = value { Some(*address) } else { None }).collect();
    let refused = number(FieldId::DNS_FLAGS_RCODE).and_then(|code| u16::try_from(code).ok()).filter(|code| *code != 0);
    Some(Said { id: number(FieldId::DNS_ID)?, name, is_answer, addresses, refused })
}

/// The headers of a frame.
fn fields(trace: &Trace, frame: FrameNumber) -> Option<Vec<Field>> {
    let (_, place, frame) = trace.frame(frame)?;
    Some(decode::fields(link_type(trace, place), frame))
}

/// What a field says, wherever it stands.
fn values(fields: &[Field], id: FieldId) -> impl Iterator<Item = &Value> {
    let mut waiting: Vec<&Field> = fields.iter().rev().collect();
    std::iter::from_fn(move || {
        while let Some(field) = waiting.pop() {
            waiting.extend(field.children.iter().rev());
            if field.id == id {
                return Some(&field.value);
            }
        }
        None
    })
}

const fn number(value: &Value) -> Option<u64> {
    if let Value::Number(number) = value { Some(*number) } else { None }
}

fn text(value: &Value) -> Option<String> {
    if let Value::Text(text) = value { Some(text.clone()) } else { None }
}

/// What the first request and the first response of HTTP say, for the chapters
/// that have one.
fn read_pages(trace: &Trace, stories: &mut [Story]) {
    for chapter in stories.iter_mut().flat_map(|story| &mut story.chapters) {
        let Event::Exchange { request, status, .. } = &mut chapter.what else { continue };
        for frame in &chapter.frames {
            let Some(fields) = fields(trace, *frame) else { continue };
            let first = |id| values(&fields, id).find_map(text);
            if request.is_none()
                && let Some(method) = first(FieldId::HTTP_REQUEST_METHOD)
            {
                *request = Some(format!("{method} {}", first(FieldId::HTTP_REQUEST_URI).unwrap_or_default()));
            }
            let code = values(&fields, FieldId::HTTP_RESPONSE_CODE).find_map(number);
            *status = status.or_else(|| code.and_then(|code| u16::try_from(code).ok()));
            if request.is_some() && status.is_some() {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests;
