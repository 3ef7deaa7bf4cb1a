//! What is said of a selection, put together once: sentences, sums, cells and
//! lines in words of one language, ready to be painted.

use super::super::command::Command;
use super::super::document::{Document, Selection};
use super::super::state_diagram::{Diagram, Moment};
use super::arithmetic::{self, Line};
use super::cells::{self, Sheet};
use super::machines::{self, Deed};
use super::options::{self, Explained};
use super::tree::{self, Node};
use super::{Relative, Scene, frame, grid};
use crate::conversation::{
    By, Cause, Conversation, Datagram, DatagramContent, End, Fate, Segment, StateChange, TcpConversation, WireAction,
    link_type,
};
use crate::decode::{self, Field, FieldId, Packet};
use crate::model::{Frame, LinkType, Timestamp};
use crate::timeline::ArrowKind;
use crate::trace::FrameNumber;
use crate::view::Picture;
use crate::words::{Language, Words};

/// What a page was made of: while it is the same, so is the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    selection: Selection,
    language: Language,
    absolute: bool,
    /// The conversation that is shown.
    shown: usize,
    /// How many events there are, the first one's time and the last one's:
    /// another trace, or more of it, is another page.
    events: (usize, Option<Timestamp>, Option<Timestamp>),
}

impl Key {
    pub(super) fn of(document: &Document, selection: Selection, absolute: bool, words: &Words) -> Self {
        let events = document.trace().events();
        let times = (events.len(), events.first().map(|event| event.at), events.last().map(|event| event.at));
        Self { selection, language: words.language(), absolute, shown: document.shown(), events: times }
    }
}

/// How a sentence is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Soft,
    Warning,
    Bad,
    /// In another tool's words.
    Mono,
}

/// A frame's bytes and fields.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) bytes: Box<[u8]>,
    pub(super) headers: Vec<Field>,
    pub(super) sheets: Vec<Sheet>,
    pub(super) nodes: Vec<Node>,
    /// The sheet that is open at first: the innermost header of the frame's
    /// own.
    pub(super) open: Option<usize>,
}

/// The second tab.
#[derive(Debug)]
pub(super) enum Machine {
    /// TCP's states.
    Tcp(Box<Diagram>),
    /// Why there are none.
    None(String),
}

/// Everything said of one selection.
#[derive(Debug)]
pub(super) struct Page {
    /// What is selected: a segment, a datagram, a frame, a call.
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) way: String,
    /// What the title's colour stands for; the title says it, too.
    pub(super) colour: Option<ArrowKind>,
    pub(super) sentences: Vec<(Tone, String)>,
    pub(super) links: Vec<(String, Command)>,
    pub(super) seen: Vec<String>,
    pub(super) why: Vec<String>,
    pub(super) sums: Vec<Line>,
    pub(super) deeds: Vec<Deed>,
    pub(super) options: Vec<Explained>,
    pub(super) body: Option<Body>,
    pub(super) machine: Machine,
}

impl Page {
    /// Puts together what there is to say.
    pub(super) fn new(document: &Document, selection: Selection, absolute: bool, words: &Words) -> Self {
        let picture = document.picture().map(|(picture, _)| picture);
        let scene = Scene { picture: picture.as_ref(), words, absolute };
        let mut page = Self {
            kind: words.word("inspector-frame"),
            title: String::new(),
            way: String::new(),
            colour: None,
            sentences: Vec::new(),
            links: Vec::new(),
            seen: Vec::new(),
            why: Vec::new(),
            sums: Vec::new(),
            deeds: Vec::new(),
            options: Vec::new(),
            body: None,
            machine: machine(&scene, selection),
        };
        match selection {
            Selection::None => {}
            Selection::Call(_) => page.kind = words.word("inspector-call"),
            Selection::Segment(number) | Selection::Frame(number) => page.frame(document, &scene, number, selection),
        }
        page
    }

    fn frame(&mut self, document: &Document, scene: &Scene<'_>, number: FrameNumber, selection: Selection) {
        let Some((link_type, frame)) = fetched(document, number) else {
            self.title = format!("#{}", number.0);
            self.sentences.push((Tone::Plain, scene.words.word("frame-not-here")));
            return;
        };
        let packet = decode::packet(link_type, &frame);
        let headers = decode::fields(link_type, &frame);
        let found = scene.picture.and_then(|picture| found(picture, number, selection));
        let relative = match found {
            Some(Found::Segment(tcp, index)) => tcp
                .segments
                .get(index)
                .filter(|_| !scene.absolute)
                .map(|segment| Relative { seq: segment.relative_seq, ack: segment.relative_ack }),
            Some(Found::Datagram(_)) | None => None,
        };
        match (found, scene.picture) {
            (Some(Found::Segment(tcp, index)), Some(picture)) => {
                if let Some(segment) = tcp.segments.get(index) {
                    self.segment(scene, picture, tcp, segment);
                    self.sums = arithmetic::lines(scene, tcp, index);
                    self.deeds = machines::deeds(scene, tcp, index);
                    self.options = options::of_segment(scene, tcp, index, &headers);
                }
            }
            (Some(Found::Datagram(datagram)), Some(picture)) => {
                self.datagram(scene, picture, datagram);
                self.options = options::others(&headers, scene.words);
            }
            (Some(Found::Segment(..) | Found::Datagram(_)) | None, _) => {
                self.stranger(document, scene, number, &packet, &headers);
                if let Some(line) = frame::listed(link_type, &frame) {
                    self.sentences.push((Tone::Mono, line));
                }
                self.options = options::others(&headers, scene.words);
            }
        }
        for remark in &packet.remarks {
            self.sentences.push((Tone::Warning, scene.words.remark(remark)));
        }
        self.sums.extend(arithmetic::checksums(&headers, scene.words));
        self.body = Some(body(headers, &frame, relative, scene.words));
    }

    fn segment(&mut self, scene: &Scene<'_>, picture: &Picture<'_>, tcp: &TcpConversation, segment: &Segment) {
        let words = scene.words;
        self.kind = words.word("inspector-segment");
        self.title(picture, segment.frame, &segment.flags.to_string(), segment.from, words);
        self.sentences.push((Tone::Plain, words.caption(tcp, segment)));
        self.fate(picture, segment.fate, &segment.actions, words);
        for finding in &segment.findings {
            self.sentences.push((Tone::Warning, format!("⚠ {}", words.finding(*finding))));
            self.sentences.push((Tone::Soft, words.finding_means(*finding)));
        }
        for end in End::BOTH {
            let moved = |change: &&StateChange| change.by.frame() == Some(segment.frame);
            let changes = tcp.states.of(end).iter().filter(moved);
            self.sentences.extend(changes.map(|change| (Tone::Soft, words.moved(end, change))));
        }
        self.rules(words, tcp, segment);
        self.cause(scene, picture, segment.frame, segment.from, segment.cause);
        self.seen = words.sightings(picture.trace, &segment.seen_at);
        self.why = segment.why.iter().map(|why| words.why(segment, *why)).collect();
    }

    /// By which rule a simulated TCP made it, and what it did with it.
    fn rules(&mut self, words: &Words, tcp: &TcpConversation, segment: &Segment) {
        let Some(index) = tcp.segments.iter().position(|other| other.frame == segment.frame) else { return };
        let simulated = words.word("rule-simulated");
        for (end, step) in tcp.steps_of(index) {
            self.sentences.push((Tone::Soft, format!("{} ({simulated})", words.step_told(end, &step.said))));
        }
    }

    /// What became of it on its way, where that is remarkable.
    fn fate(&mut self, picture: &Picture<'_>, fate: Fate, actions: &[WireAction], words: &Words) {
        let Some(told) = words.fate(picture.trace, fate, actions) else { return };
        self.sentences.push(match fate {
            Fate::Lost { .. } => (Tone::Bad, format!("✕ {told}")),
            Fate::Duplicated => (Tone::Warning, format!("⧉ {told}")),
            Fate::Delayed => (Tone::Warning, format!("⏱ {told}")),
            Fate::Delivered | Fate::Unknown => (Tone::Warning, told),
        });
    }

    fn datagram(&mut self, scene: &Scene<'_>, picture: &Picture<'_>, datagram: &Datagram) {
        let words = scene.words;
        self.kind = words.word("inspector-datagram");
        let name = match datagram.content {
            DatagramContent::Data => "UDP".to_owned(),
            DatagramContent::Error { meaning, .. } => format!("ICMP {}", words.icmp(meaning)),
        };
        self.title(picture, datagram.frame, &name, datagram.from, words);
        self.sentences.push((Tone::Plain, words.datagram_caption(datagram)));
        self.fate(picture, datagram.fate, &datagram.actions, words);
        if let DatagramContent::Error { about: Some(about), .. } = datagram.content {
            let text = words.say("icmp-quotes", &[("frame", &about.0)]);
            self.links.push((text, Command::Select(Selection::Segment(about))));
        }
        self.cause(scene, picture, datagram.frame, datagram.from, datagram.cause);
        self.why = words.why_datagram(datagram);
    }

    /// A frame that is no part of the conversation that is shown.
    fn stranger(
        &mut self,
        document: &Document,
        scene: &Scene<'_>,
        number: FrameNumber,
        packet: &Packet,
        headers: &[Field],
    ) {
        let words = scene.words;
        let told = frame::describe(packet, headers, words);
        self.title = format!("#{} {}", number.0, told.name);
        self.way = told.way;
        self.sentences.push((Tone::Plain, told.sentence));
        let again = scene.picture.and_then(|picture| match picture.conversation {
            Conversation::Tcp(tcp) => {
                let shows = |segment: &&Segment| segment.seen_at.iter().any(|seen| seen.frame == number);
                tcp.segments.iter().find(shows).map(|segment| segment.frame)
            }
            Conversation::Udp(_) => None,
        });
        if let Some(first) = again {
            let text = words.say("frame-shows-again", &[("frame", &first.0)]);
            self.links.push((text, Command::Select(Selection::Segment(first))));
        } else if let Some(index) = document.conversation_of(number) {
            let text = words.say("frame-in-conversation", &[("id", &index)]);
            self.links.push((text, Command::GoTo(number)));
        }
    }

    /// Which frame it is, what it is, and which way it went.
    fn title(&mut self, picture: &Picture<'_>, frame: FrameNumber, name: &str, from: End, words: &Words) {
        let arrow = picture.timeline.arrows.iter().find(|arrow| arrow.frame == frame);
        self.colour = arrow.map(|arrow| arrow.kind);
        self.title = format!("#{} {name}", frame.0);
        self.way = format!("{} → {}", words.end(from), words.end(from.peer()));
    }

    /// Which call sent it, which calls it released.
    fn cause(&mut self, scene: &Scene<'_>, picture: &Picture<'_>, frame: FrameNumber, from: End, cause: Cause) {
        let words = scene.words;
        let text = words.cause(picture.all, from, cause);
        if let Cause::Call(call) = cause {
            self.links.push((text, Command::Select(Selection::Call(call))));
        } else {
            self.sentences.push((Tone::Soft, text));
        }
        for end in End::BOTH {
            for call in picture.conversation.calls().of(end) {
                if picture.all.link(*call).and_then(|link| link.released_by) == Some(frame) {
                    let name = words.call_name(picture.all, *call);
                    let text = words.say("releases", &[("who", &words.end(end)), ("call", &name)]);
                    self.links.push((text, Command::Select(Selection::Call(*call))));
                }
            }
        }
    }
}

/// What a frame is in the conversation that is shown.
#[derive(Clone, Copy)]
enum Found<'a> {
    Segment(&'a TcpConversation, usize),
    Datagram(&'a Datagram),
}

fn found<'a>(picture: &Picture<'a>, number: FrameNumber, selection: Selection) -> Option<Found<'a>> {
    if !matches!(selection, Selection::Segment(_)) {
        return None;
    }
    match picture.conversation {
        Conversation::Tcp(tcp) => {
            let index = tcp.segments.iter().position(|segment| segment.frame == number)?;
            Some(Found::Segment(tcp, index))
        }
        Conversation::Udp(udp) => udp.datagrams.iter().find(|datagram| datagram.frame == number).map(Found::Datagram),
    }
}

/// A frame, from memory or from the file it is in.
fn fetched(document: &Document, number: FrameNumber) -> Option<(LinkType, Frame)> {
    let trace = document.trace();
    if let Some((_, place, frame)) = trace.frame(number) {
        return Some((link_type(trace, place), frame.clone()));
    }
    let trace = document.opening()?.look(|capture| capture.trace([number])).ok()?;
    let (_, place, frame) = trace.frame(number)?;
    Some((link_type(&trace, place), frame.clone()))
}

fn body(headers: Vec<Field>, frame: &Frame, relative: Option<Relative>, words: &Words) -> Body {
    let bytes = frame.bytes.clone();
    let grids = grid::grids(&headers, &bytes);
    let sheets: Vec<Sheet> = grids.iter().map(|grid| cells::sheet(grid, &headers, &bytes, relative, words)).collect();
    let transport = [FieldId::TCP, FieldId::UDP, FieldId::ICMP, FieldId::ICMPV6, FieldId::ARP];
    let inner = grids.iter().rposition(|grid| !grid.quoted && transport.contains(&grid.header));
    let open = inner.or_else(|| grids.iter().rposition(|grid| !grid.quoted));
    let nodes = tree::nodes(&headers, &bytes, words);
    Body { bytes, headers, sheets, nodes, open }
}

fn machine(scene: &Scene<'_>, selection: Selection) -> Machine {
    let words = scene.words;
    let Some(picture) = scene.picture else { return Machine::None(words.word("diagram-none")) };
    let tcp = match picture.conversation {
        Conversation::Tcp(tcp) => tcp,
        Conversation::Udp(_) => return Machine::None(words.word("diagram-udp")),
    };
    let moment = match selection {
        Selection::Segment(frame) => {
            tcp.segment_in(frame).map_or(Moment::End, |segment| Moment::After(frame, segment.at))
        }
        Selection::Call(index) => picture.all.call(index).map_or(Moment::End, |call| Moment::At(call.entered)),
        Selection::Frame(_) | Selection::None => Moment::End,
    };
    let call = |by: By| match by {
        By::Call(index) => words.call_name(picture.all, index),
        By::Sent(_) | By::Received(_) => String::new(),
    };
    Machine::Tcp(Box::new(Diagram::new(tcp, moment, words, call)))
}
