//! The machine-readable document of `--format json`: stable, described in
//! docs/json.md.

/// Two runs and what is different.
mod beside;
/// Messages on their way.
mod journeys;
/// Listening sockets.
mod listeners;

use std::collections::BTreeMap;

pub use beside::beside;
use serde::Serialize;

use self::journeys::{JourneyEntry, LessonEntry};
use crate::conversation::journey::{self, Journeys};

use crate::conversation::chapters::{self, Chapter, Story};
use crate::conversation::{
    Agreement, By, CallRecord, Cause, Conversation, Conversations, Datagram, DatagramContent, End, Fate, Outside,
    Segment, Sighting, SimulatedStep, StateChange, TcpConversation, UdpConversation, WireAction,
};
use crate::model::{Event, LinkActionKind, Place, Role, SocketState, StackStep, TcpState, Timestamp, What};
use crate::trace::{Notes, Trace};
use crate::view::Wanted;
use crate::words::Words;

/// The whole trace as one JSON document, with the sentences in the language of
/// `words`, as far as it is `wanted`.
pub fn document(trace: &Trace, all: &Conversations, words: &Words, wanted: Wanted<'_>) -> serde_json::Result<String> {
    let found = found(trace, all);
    serde_json::to_string_pretty(&Document::new(trace, all, &found, words, wanted))
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    notes: &'a Notes,
    places: Vec<PlaceEntry<'a>>,
    frames: usize,
    skipped: BTreeMap<&'static str, u32>,
    drops: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stories: Vec<StoryEntry>,
    conversations: Vec<ConversationEntry>,
    calls: Vec<CallEntry<'a>>,
    kernel_states: Vec<KernelStateEntry<'a>>,
    /// What waited at listening sockets, of all conversations together.
    listeners: Vec<listeners::ListenerEntry<'a>>,
    actions: Vec<ActionEntry<'a>>,
    /// Only where there are several places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    journeys: Vec<JourneyEntry>,
    /// Only where there is a topology.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lessons: Vec<LessonEntry>,
}

/// The messages on their way, where a network is known.
fn found(trace: &Trace, all: &Conversations) -> Journeys {
    if journeys::has_any(trace) { journey::journeys(trace, all) } else { Journeys::default() }
}

impl<'a> Document<'a> {
    fn new(trace: &'a Trace, all: &'a Conversations, found: &'a Journeys, words: &Words, wanted: Wanted<'_>) -> Self {
        let only = wanted.conversation;
        let conversations = all.all();
        let chosen = conversations.into_iter().filter(|conversation| wanted.has(conversation.id()));
        Self {
            format: "wirelens/1",
            notes: &trace.notes,
            places: trace.places().map(|(id, place)| PlaceEntry { id: id.0, place }).collect(),
            frames: trace.frame_count(),
            skipped: all.outside.iter().map(|(kind, count)| (outside(*kind), *count)).collect(),
            drops: trace.notes.drops,
            stories: if only.is_none() { stories(trace, all, words) } else { Vec::new() },
            conversations: chosen
                .map(|conversation| match conversation {
                    Conversation::Tcp(tcp) => ConversationEntry::Tcp(entry(all, tcp, words, wanted)),
                    Conversation::Udp(udp) => ConversationEntry::Udp(udp_entry(all, udp, words, wanted)),
                })
                .collect(),
            kernel_states: kernel_states(trace, all, only),
            listeners: if only.is_none() { listeners::listeners(trace) } else { Vec::new() },
            actions: trace.events().iter().filter_map(|event| ActionEntry::new(trace, event)).collect(),
            journeys: journeys::entries(trace, found, words, wanted),
            lessons: journeys::lessons(trace, found, wanted),
            calls: all.calls.iter().zip(&all.links).map(|(call, link)| CallEntry::new(trace, call, link)).collect(),
        }
    }
}

/// What goes through several conversations.
#[derive(Serialize)]
struct StoryEntry {
    name: String,
    chapters: Vec<ChapterEntry>,
}

#[derive(Serialize)]
struct ChapterEntry {
    what: &'static str,
    from: String,
    until: String,
    conversation: Option<u32>,
    frames: Vec<u32>,
    told: String,
}

fn stories(trace: &Trace, all: &Conversations, words: &Words) -> Vec<StoryEntry> {
    let map = trace.notes.map.as_deref();
    let entry = |story: &Story, chapter: &Chapter| ChapterEntry {
        what: chapter.what.name(),
        from: nanos(chapter.from),
        until: nanos(chapter.until),
        conversation: chapter.conversation,
        frames: chapter.frames.iter().map(|frame| frame.0).collect(),
        told: words.chapter(story, chapter, map),
    };
    let stories = chapters::stories(trace, all).into_iter();
    let told = |story: Story| StoryEntry {
        chapters: story.chapters.iter().map(|chapter| entry(&story, chapter)).collect(),
        name: story.name,
    };
    stories.map(told).collect()
}

/// What a wire did on purpose.
#[derive(Serialize)]
struct ActionEntry<'a> {
    at: String,
    what: &'static str,
    /// The last sighting of the frame before the wire.
    frame: Option<u32>,
    pattern: Option<&'a str>,
    /// The wire's place.
    place: u32,
}

impl<'a> ActionEntry<'a> {
    fn new(trace: &Trace, event: &'a Event) -> Option<Self> {
        let What::LinkAction(action) = &event.what else { return None };
        Some(Self {
            at: nanos(event.at),
            what: action.what.name(),
            frame: trace.frame_of(event.at, action).map(|number| number.0),
            pattern: action.pattern.as_deref(),
            place: event.place.0,
        })
    }
}

#[derive(Serialize)]
struct PlaceEntry<'a> {
    id: u32,
    #[serde(flatten)]
    place: &'a Place,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ConversationEntry {
    Tcp(TcpEntry),
    Udp(UdpEntry),
}

#[derive(Serialize)]
struct UdpEntry {
    id: u32,
    protocol: &'static str,
    client: String,
    server: String,
    bytes: Sides<u64>,
    datagrams: Vec<DatagramEntry>,
}

#[derive(Serialize)]
struct DatagramEntry {
    frame: u32,
    at: String,
    from: &'static str,
    /// `data` or `icmp`.
    kind: &'static str,
    length: u32,
    what: String,
    why: String,
    cause: CauseEntry,
    /// The frame an error is about.
    about: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selected: Option<bool>,
    fate: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fate_reason: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    arrivals: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    done: Vec<DoneEntry>,
    seen_at: Vec<SightingEntry>,
}

#[derive(Serialize)]
struct TcpEntry {
    id: u32,
    protocol: &'static str,
    client: String,
    server: String,
    opening: &'static str,
    closing: &'static str,
    bytes: Sides<u64>,
    segments: Vec<SegmentEntry>,
    states: Sides<Vec<StateEntry>>,
    findings: Vec<FindingEntry>,
    /// What simulated stacks did; nothing of real ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<StepEntry>,
}

/// A step of a simulated TCP.
#[derive(Serialize)]
struct StepEntry {
    at: String,
    who: &'static str,
    /// The first frame of the segment it made.
    made_frame: Option<u32>,
    /// The same of the segment it took.
    took_frame: Option<u32>,
    says: String,
    #[serde(flatten)]
    step: StackStep,
}

#[derive(Serialize)]
struct Sides<T> {
    client: T,
    server: T,
}

#[derive(Serialize)]
struct SegmentEntry {
    frame: u32,
    at: String,
    from: &'static str,
    flags: String,
    seq: u32,
    ack: Option<u32>,
    seq_raw: u32,
    ack_raw: Option<u32>,
    length: u32,
    /// Bytes; the raw 16 bits where the scale was not seen.
    window: u32,
    what: String,
    why: String,
    cause: CauseEntry,
    again: bool,
    /// Only where there is a filter: whether it selects this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    selected: Option<bool>,
    /// `delivered`, `lost`, `duplicated`, `delayed` or `unknown`.
    fate: &'static str,
    /// Only where there is something to say: `on purpose (data>#3)`, or that it
    /// is inferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    fate_reason: Option<String>,
    /// When it was seen at its receiver's own place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    arrivals: Vec<String>,
    /// What wires did to it on purpose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    done: Vec<DoneEntry>,
    /// The two places, by `id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    lost_between: Option<[u32; 2]>,
    seen_at: Vec<SightingEntry>,
}

/// What a wire did to one segment or datagram.
#[derive(Serialize)]
struct DoneEntry {
    at: String,
    what: &'static str,
    pattern: Option<String>,
    /// The wire's place.
    place: u32,
    frame: u32,
}

impl DoneEntry {
    fn new(action: &WireAction) -> Self {
        Self {
            at: nanos(action.at),
            what: action.what.name(),
            pattern: action.pattern.clone(),
            place: action.wire.0,
            frame: action.frame.0,
        }
    }
}

/// Whether somebody asked for what became of it.
fn fate_reason(fate: Fate, actions: &[WireAction]) -> Option<String> {
    let asked: Vec<&str> = actions.iter().filter_map(|action| action.pattern.as_deref()).collect();
    let by_itself = actions.iter().find(|action| action.pattern.is_none());
    match (asked.as_slice(), by_itself, fate) {
        ([_, ..], ..) => Some(format!("on purpose ({})", asked.join(", "))),
        ([], Some(WireAction { what: LinkActionKind::Lost, .. }), _) => Some("the cable was out".to_owned()),
        ([], Some(action), _) => Some(action.what.name().replace('-', " ")),
        ([], None, Fate::Lost { .. } | Fate::Duplicated | Fate::Delayed) => Some("inferred".to_owned()),
        ([], None, Fate::Delivered | Fate::Unknown) => None,
    }
}

#[derive(Serialize)]
struct SightingEntry {
    place: u32,
    frame: u32,
    at: String,
    /// Only in a capture of any interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    interface: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outgoing: Option<bool>,
    #[serde(rename = "eth.src")]
    ethernet_source: Option<String>,
    #[serde(rename = "eth.dst")]
    ethernet_destination: Option<String>,
    source: String,
    destination: String,
    ttl: u8,
}

#[derive(Serialize)]
struct FindingEntry {
    frame: u32,
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    instead_of: Option<&'static str>,
    what: String,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum CauseEntry {
    Call(usize),
    Exit(u32),
    Kernel(String),
    Unknown,
}

#[derive(Serialize)]
struct StateEntry {
    at: String,
    frame: Option<u32>,
    from: Option<TcpState>,
    to: TcpState,
    by: &'static str,
    rule: String,
    inferred: bool,
}

#[derive(Serialize)]
struct CallEntry<'a> {
    at: String,
    returned: Option<String>,
    program: &'a str,
    role: Option<&'static str>,
    pid: u32,
    thread: u32,
    fd: i32,
    call: &'a str,
    args: String,
    result: Option<String>,
    /// The segments it caused.
    frames: Vec<u32>,
    /// The segment that let it return.
    released_by: Option<u32>,
}

#[derive(Serialize)]
struct KernelStateEntry<'a> {
    at: String,
    within_ns: i64,
    program: Option<&'a str>,
    conversation: Option<u32>,
    end: Option<&'static str>,
    protocol: &'static str,
    local: String,
    peer: Option<String>,
    state: Option<TcpState>,
    sampled: bool,
    destroyed: bool,
    agrees: Option<bool>,
    /// Only where it does not agree.
    #[serde(skip_serializing_if = "Option::is_none")]
    inferred: Option<TcpState>,
    recv_queue: Option<u32>,
    send_queue: Option<u32>,
    rtt_us: Option<u32>,
    rttvar_us: Option<u32>,
    cwnd: Option<u32>,
    retransmits: Option<u32>,
    timer: Option<&'static str>,
    timer_ms: Option<u32>,
}

const fn side(end: End) -> &'static str {
    match end {
        End::Client => "client",
        End::Server => "server",
    }
}

const fn outside(kind: Outside) -> &'static str {
    match kind {
        Outside::Icmp => "icmp",
        Outside::Arp => "arp",
        Outside::OtherProtocol => "other-protocol",
        Outside::Fragment => "fragment",
        Outside::Unreadable => "unreadable",
        Outside::UnknownLink => "unknown-link",
    }
}

/// A moment or a span in whole nanoseconds: a number this large loses digits
/// in most JSON readers, so it is text.
fn nanos(at: Timestamp) -> String {
    format!("{}ns", at.nanos())
}

/// What the kernel said, in order of time; of sockets in no TCP conversation
/// only where all conversations are wanted.
fn kernel_states<'a>(trace: &'a Trace, all: &Conversations, only: Option<u32>) -> Vec<KernelStateEntry<'a>> {
    let mut entries = Vec::new();
    for tcp in all.tcp.iter().filter(|tcp| only.is_none_or(|id| tcp.id == id)) {
        for end in End::BOTH {
            let program = tcp.programs.of(end).and_then(|place| trace.place(place));
            let program = program.and_then(|place| match place {
                Place::Program { name, .. } => Some(name.as_str()),
                Place::Interface { .. } | Place::Kernel { .. } | Place::Wire { .. } => None,
            });
            for sample in tcp.samples.of(end) {
                let mut entry = KernelStateEntry::new(sample.at, &sample.said);
                entry.program = program;
                entry.conversation = Some(tcp.id);
                entry.end = Some(side(end));
                entry.agrees = sample.agreement.agrees();
                if let Agreement::Differs { inferred } = sample.agreement {
                    entry.inferred = Some(inferred);
                }
                entries.push((sample.at, entry));
            }
        }
    }
    let others = all.other_samples.iter().filter(|_| only.is_none());
    entries.extend(others.map(|sample| (sample.at, KernelStateEntry::new(sample.at, &sample.said))));
    entries.sort_by_key(|(at, _)| *at);
    entries.into_iter().map(|(_, entry)| entry).collect()
}

impl KernelStateEntry<'_> {
    fn new(at: Timestamp, said: &SocketState) -> Self {
        Self {
            at: nanos(at),
            within_ns: said.within.nanos(),
            program: None,
            conversation: None,
            end: None,
            protocol: said.protocol.name(),
            local: said.local.to_string(),
            peer: said.peer.map(|peer| peer.to_string()),
            state: said.state,
            sampled: true,
            destroyed: said.destroyed,
            agrees: None,
            inferred: None,
            recv_queue: said.queues.map(|queues| queues.recv),
            send_queue: said.queues.map(|queues| queues.send),
            rtt_us: said.metrics.map(|metrics| metrics.rtt_us),
            rttvar_us: said.metrics.map(|metrics| metrics.rttvar_us),
            cwnd: said.metrics.map(|metrics| metrics.cwnd),
            retransmits: said.metrics.map(|metrics| metrics.retransmits),
            timer: said.timer.map(|timer| timer.kind.name()),
            timer_ms: said.timer.map(|timer| timer.expires_ms),
        }
    }
}

fn entry(all: &Conversations, conversation: &TcpConversation, words: &Words, wanted: Wanted<'_>) -> TcpEntry {
    let bytes = conversation.bytes();
    TcpEntry {
        id: conversation.id,
        protocol: "tcp",
        client: conversation.addresses.client.to_string(),
        server: conversation.addresses.server.to_string(),
        opening: conversation.opening.name(),
        closing: conversation.closing.name(),
        bytes: Sides { client: bytes.client, server: bytes.server },
        segments: conversation
            .segments
            .iter()
            .map(|segment| SegmentEntry {
                selected: wanted.selects(segment.frame),
                ..SegmentEntry::new(all, conversation, segment, words)
            })
            .collect(),
        states: Sides {
            client: conversation.states.client.iter().map(StateEntry::new).collect(),
            server: conversation.states.server.iter().map(StateEntry::new).collect(),
        },
        findings: conversation
            .segments
            .iter()
            .flat_map(|segment| segment.findings.iter().map(|finding| (segment.frame, finding)))
            .map(|(frame, finding)| FindingEntry {
                frame: frame.0,
                name: finding.name,
                instead_of: finding.instead_of,
                what: words.finding(*finding),
            })
            .collect(),
        steps: steps(conversation, words),
    }
}

/// Both ends' steps, in the order of time.
fn steps(conversation: &TcpConversation, words: &Words) -> Vec<StepEntry> {
    let frame = |index: Option<usize>| Some(conversation.segments.get(index?)?.frame.0);
    let of = |end| conversation.steps.of(end).iter().map(move |step| (end, step));
    let mut all: Vec<(End, &SimulatedStep)> = End::BOTH.into_iter().flat_map(of).collect();
    all.sort_by_key(|(_, step)| step.at);
    let entries = all.into_iter().map(|(end, step)| StepEntry {
        at: nanos(step.at),
        who: side(end),
        made_frame: frame(step.made),
        took_frame: frame(step.took),
        says: words.rule(&step.said.rule.name),
        step: step.said.clone(),
    });
    entries.collect()
}

impl SegmentEntry {
    fn new(all: &Conversations, conversation: &TcpConversation, segment: &Segment, words: &Words) -> Self {
        let why: Vec<String> = segment.why.iter().map(|why| words.why(segment, *why)).collect();
        Self {
            frame: segment.frame.0,
            at: nanos(segment.at),
            from: side(segment.from),
            flags: segment.flags.to_string(),
            seq: segment.relative_seq,
            ack: segment.relative_ack,
            seq_raw: segment.seq.raw(),
            ack_raw: segment.ack.map(crate::model::SeqNumber::raw),
            length: segment.length,
            window: segment.window_size.map_or_else(|| segment.window.0.into(), crate::model::WindowSize::bytes),
            what: words.caption(conversation, segment),
            why: why.join(". "),
            cause: CauseEntry::new(all, segment.from, segment.cause, words),
            again: segment.repeats.is_some(),
            selected: None,
            seen_at: segment.seen_at.iter().map(SightingEntry::new).collect(),
            fate: segment.fate.name(),
            fate_reason: fate_reason(segment.fate, &segment.actions),
            arrivals: segment.arrivals.iter().copied().map(nanos).collect(),
            done: segment.actions.iter().map(DoneEntry::new).collect(),
            lost_between: match segment.fate {
                Fate::Lost { after, before } => Some([after.0, before.0]),
                Fate::Delivered | Fate::Duplicated | Fate::Delayed | Fate::Unknown => None,
            },
        }
    }
}

impl CauseEntry {
    fn new(all: &Conversations, from: End, cause: Cause, words: &Words) -> Self {
        match cause {
            Cause::Call(call) => Self::Call(call.0),
            Cause::Exit(program) => Self::Exit(program.0),
            Cause::Kernel(_) => Self::Kernel(words.cause(all, from, cause)),
            Cause::Unknown => Self::Unknown,
        }
    }
}

impl SightingEntry {
    fn new(seen: &Sighting) -> Self {
        Self {
            place: seen.place.0,
            frame: seen.frame.0,
            at: nanos(seen.at),
            interface: seen.cooked.map(|cooked| cooked.interface),
            outgoing: seen.cooked.map(|cooked| cooked.outgoing),
            ethernet_source: seen.ethernet.map(|(source, _)| source.to_string()),
            ethernet_destination: seen.ethernet.map(|(_, destination)| destination.to_string()),
            source: seen.sockets.0.to_string(),
            destination: seen.sockets.1.to_string(),
            ttl: seen.ttl,
        }
    }
}

fn udp_entry(all: &Conversations, conversation: &UdpConversation, words: &Words, wanted: Wanted<'_>) -> UdpEntry {
    let bytes = conversation.bytes();
    let datagram = |datagram: &Datagram| {
        let (kind, about) = match datagram.content {
            DatagramContent::Data => ("data", None),
            DatagramContent::Error { about, .. } => ("icmp", about),
        };
        DatagramEntry {
            frame: datagram.frame.0,
            at: nanos(datagram.at),
            from: side(datagram.from),
            kind,
            length: datagram.length,
            what: words.datagram_caption(datagram),
            why: words.why_datagram(datagram).join(". "),
            cause: CauseEntry::new(all, datagram.from, datagram.cause, words),
            about: about.map(|frame| frame.0),
            selected: wanted.selects(datagram.frame),
            fate: datagram.fate.name(),
            fate_reason: fate_reason(datagram.fate, &datagram.actions),
            arrivals: datagram.arrivals.iter().copied().map(nanos).collect(),
            done: datagram.actions.iter().map(DoneEntry::new).collect(),
            seen_at: datagram.seen_at.iter().map(SightingEntry::new).collect(),
        }
    };
    UdpEntry {
        id: conversation.id,
        protocol: "udp",
        client: conversation.addresses.client.to_string(),
        server: conversation.addresses.server.to_string(),
        bytes: Sides { client: bytes.client, server: bytes.server },
        datagrams: conversation.datagrams.iter().map(datagram).collect(),
    }
}

impl StateEntry {
    fn new(change: &StateChange) -> Self {
        Self {
            at: nanos(change.at),
            frame: change.by.frame().map(|frame| frame.0),
            from: change.from,
            to: change.to,
            by: match change.by {
                By::Sent(_) => "sent",
                By::Received(_) => "received",
                By::Call(_) => "call",
            },
            rule: format!("RFC 9293 {}", change.rule),
            inferred: true,
        }
    }
}

impl<'a> CallEntry<'a> {
    fn new(trace: &'a Trace, call: &'a CallRecord, link: &crate::conversation::CallLink) -> Self {
        let (program, role, pid) = match trace.place(call.program) {
            Some(Place::Program { name, role, pid, .. }) => (name.as_str(), role.map(Role::name), *pid),
            Some(Place::Interface { .. } | Place::Kernel { .. } | Place::Wire { .. }) | None => ("", None, 0),
        };
        Self {
            at: nanos(call.entered),
            returned: call.returned.map(nanos),
            program,
            role,
            pid,
            thread: call.thread,
            fd: call.fd,
            call: call.call.name(),
            args: call.call.arguments(),
            result: call.outcome.as_ref().map(ToString::to_string),
            frames: link.causes.iter().map(|frame| frame.0).collect(),
            released_by: link.released_by.map(|frame| frame.0),
        }
    }
}
