//! The arithmetic behind a segment's numbers, written out line by line.
//!
//! Every line adds up from what was captured; where something needed was not
//! captured, the line says so or is left out. Nothing here is painted.

use super::Scene;
use super::ledger::{Ledger, end_of};
use crate::conversation::{End, Segment, TcpConversation, link_type};
use crate::decode::{self, Carried, Field, FieldId, TcpHeaderOptions, Value, Verdict};
use crate::model::{SeqNumber, WindowScale};
use crate::trace::FrameNumber;
use crate::words::{Words, grouped, span};

/// One sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// What is reckoned.
    pub(super) name: String,
    /// The sum with its result.
    pub(super) sum: String,
    /// What it means.
    pub(super) note: String,
    /// The other frame it takes its numbers from.
    pub(super) frame: Option<FrameNumber>,
}

/// How far back a timestamp is looked for, in segments.
const ECHO_REACH: usize = 512;

/// A number as the reader wants it: counted from the start, or raw.
struct Count<'a> {
    scene: &'a Scene<'a>,
}

impl Count<'_> {
    fn say(&self, relative: u32, raw: SeqNumber) -> String {
        if self.scene.absolute { grouped(raw.raw().into()) } else { relative.to_string() }
    }

    /// `1 + 8 B + FIN = 10`: what a segment covers.
    fn covered(&self, segment: &Segment) -> String {
        let end = end_of(segment);
        let base = segment.seq - segment.relative_seq;
        let mut terms = vec![self.say(segment.relative_seq, segment.seq)];
        terms.push(self.scene.words.bytes(segment.length));
        for (set, flag) in [(segment.flags.syn(), "SYN"), (segment.flags.fin(), "FIN")] {
            if set {
                terms.push(flag.to_owned());
            }
        }
        format!("{} = {}", terms.join(" + "), self.say(end.raw().wrapping_sub(base.raw()), end))
    }
}

/// The sums of a segment of a TCP connection.
pub(super) fn lines(scene: &Scene<'_>, tcp: &TcpConversation, index: usize) -> Vec<Line> {
    let Some(segment) = tcp.segments.get(index) else { return Vec::new() };
    let (before, after) = Ledger::around(tcp, index);
    let count = Count { scene };
    let mut lines = Vec::new();
    let acknowledged = acknowledged(tcp, index);
    lines.extend(acknowledged.map(|of| acknowledgment(&count, segment, of)));
    lines.push(next(&count, segment));
    lines.extend(window(scene, segment));
    lines.extend(flight(&count, segment, &after));
    if let (Some(of), Some(ack)) = (acknowledged, segment.ack) {
        let new = before.peers.of(of.from).unacknowledged.is_none_or(|highest| highest.before(ack));
        if new {
            lines.push(round_trip(scene, tcp, segment, of));
        }
    }
    lines.extend(echo(scene, tcp, index));
    lines
}

/// The segment of the peer whose end is what this one acknowledges: the last
/// of them, should there be several.
fn acknowledged(tcp: &TcpConversation, index: usize) -> Option<&Segment> {
    let segment = tcp.segments.get(index)?;
    let ack = segment.ack?;
    let counts = |other: &&Segment| {
        other.from != segment.from && !other.flags.rst() && end_of(other) == ack && end_of(other) != other.seq
    };
    tcp.segments.get(..index)?.iter().rfind(counts)
}

fn acknowledgment(count: &Count<'_>, segment: &Segment, of: &Segment) -> Line {
    let words = count.scene.words;
    let (who, peer) = (words.end(segment.from), words.end(of.from));
    Line {
        name: words.word("sum-ack"),
        sum: count.covered(of),
        note: words.say("sum-ack-note", &[("who", &who), ("peer", &peer), ("frame", &of.frame.0)]),
        frame: Some(of.frame),
    }
}

fn next(count: &Count<'_>, segment: &Segment) -> Line {
    let words = count.scene.words;
    let counts = segment.length + segment.flags.sequence_length() > 0;
    let key = match (counts, segment.flags.rst()) {
        (_, true) => "sum-next-reset",
        (true, false) => "sum-next-note",
        (false, false) => "sum-next-nothing",
    };
    let note = words.say(key, &[("peer", &words.end(segment.from.peer()))]);
    Line { name: words.word("sum-next"), sum: count.covered(segment), note, frame: None }
}

fn window(scene: &Scene<'_>, segment: &Segment) -> Option<Line> {
    let words = scene.words;
    let raw = segment.window.0;
    if segment.flags.rst() {
        return None;
    }
    let (sum, key) = match segment.window_size {
        None => (grouped(raw.into()), "sum-window-unknown"),
        Some(size) => {
            let factor = size.bytes().checked_div(raw.into()).unwrap_or(1).max(1);
            let shift = factor.ilog2();
            let sum = format!(
                "{} × 2^{shift} = {}",
                grouped(raw.into()),
                words.say("sum-bytes", &[("count", &grouped(size.bytes().into()))])
            );
            let key = if segment.flags.syn() { "sum-window-syn" } else { "sum-window-note" };
            (sum, key)
        }
    };
    let note = words.say(key, &[("who", &words.end(segment.from))]);
    Some(Line { name: words.word("sum-window"), sum, note, frame: None })
}

/// What its sender has under way, against what the peer's window allows.
fn flight(count: &Count<'_>, segment: &Segment, after: &Ledger) -> Option<Line> {
    let words = count.scene.words;
    let own = after.peers.of(segment.from);
    let (next, base) = (own.next?, own.base?);
    let oldest = own.unacknowledged.or(own.syn)?;
    let under_way = next.raw().wrapping_sub(oldest.raw());
    if segment.flags.rst() || (under_way == 0 && segment.length == 0) {
        return None;
    }
    let relative = |seq: SeqNumber| seq.raw().wrapping_sub(base.raw());
    let sum = format!(
        "{} − {} = {}",
        count.say(relative(next), next),
        count.say(relative(oldest), oldest),
        grouped(under_way.into()),
    );
    let peer = words.end(segment.from.peer());
    let window = after.peers.of(segment.from.peer()).window;
    let (note, frame) = match window {
        Some((bytes, frame)) => {
            let key = if under_way > bytes { "sum-flight-beyond" } else { "sum-flight-note" };
            (words.say(key, &[("peer", &peer), ("window", &grouped(bytes.into())), ("frame", &frame.0)]), Some(frame))
        }
        None => (words.say("sum-flight-unknown", &[("peer", &peer)]), None),
    };
    Some(Line { name: words.word("sum-flight"), sum, note, frame })
}

/// How long the segment took to be answered.
fn round_trip(scene: &Scene<'_>, tcp: &TcpConversation, segment: &Segment, of: &Segment) -> Line {
    let words = scene.words;
    let took = segment.at.since(of.at);
    let sum = format!("t({}) − t({}) = {}", segment.frame.0, of.frame.0, span(took));
    // Karn's algorithm: which of several is answered, nobody can tell.
    let index = tcp.segments.iter().position(|other| other.frame == of.frame);
    let again = of.repeats.is_some()
        || tcp.segments.iter().any(|other| other.repeats == index && other.frame < segment.frame && index.is_some());
    let key = if again { "sum-rtt-karn" } else { "sum-rtt-note" };
    let note = words.say(key, &[("peer", &words.end(of.from)), ("frame", &of.frame.0)]);
    Line { name: words.word("sum-rtt"), sum, note, frame: Some(of.frame) }
}

/// A segment's options, read once more from its frame.
pub(super) fn options(scene: &Scene<'_>, frame: FrameNumber) -> Option<TcpHeaderOptions> {
    let (_, place, frame) = scene.picture?.trace.frame(frame)?;
    let headers = decode::headers(link_type(scene.picture?.trace, place), &frame.bytes, frame.original_length);
    match headers.carried {
        Carried::Tcp(tcp) => Some(tcp.options),
        Carried::Udp(_)
        | Carried::IcmpError(_)
        | Carried::Icmp
        | Carried::Arp
        | Carried::Fragment
        | Carried::Other
        | Carried::Unreadable
        | Carried::UnknownLink => None,
    }
}

/// Whose timestamp this one gives back.
fn echo(scene: &Scene<'_>, tcp: &TcpConversation, index: usize) -> Option<Line> {
    let words = scene.words;
    let segment = tcp.segments.get(index)?;
    let (_, echoed) = options(scene, segment.frame)?.timestamps?;
    let peer = words.end(segment.from.peer());
    let name = words.word("sum-echo");
    let line = |sum: String, key: &str, frame: Option<FrameNumber>| {
        let number = frame.map_or(0, |frame| frame.0);
        let note = words.say(key, &[("peer", &peer), ("frame", &number)]);
        Some(Line { name: name.clone(), sum, note, frame })
    };
    if segment.ack.is_none() {
        return line(format!("TSecr = {echoed}"), "sum-echo-nothing", None);
    }
    let earlier = tcp.segments.get(..index)?.iter().rev().filter(|other| other.from != segment.from).take(ECHO_REACH);
    // The earliest of those that had this value is the one it answers.
    let found = earlier
        .skip_while(|other| {
            options(scene, other.frame).and_then(|options| options.timestamps).map(|(value, _)| value) != Some(echoed)
        })
        .take_while(|other| {
            options(scene, other.frame).and_then(|options| options.timestamps).map(|(value, _)| value) == Some(echoed)
        })
        .last();
    match found {
        Some(found) => line(format!("TSecr = TSval = {echoed}"), "sum-echo-note", Some(found.frame)),
        None => line(format!("TSecr = {echoed}"), "sum-echo-unseen", None),
    }
}

/// The checksums of a frame, with what they should be.
pub(super) fn checksums(headers: &[Field], words: &Words) -> Vec<Line> {
    let mut lines = Vec::new();
    for header in headers {
        collect(header, words, &mut lines);
    }
    lines
}

fn collect(header: &Field, words: &Words, lines: &mut Vec<Line>) {
    // What an error message quotes proves nothing.
    for field in &header.children {
        let name = words.say("sum-checksum", &[("header", &words.field_name(header.id))]);
        let line = |sum: String, note: String| Line { name: name.clone(), sum, note, frame: None };
        match field.value {
            Value::Checksum(stored, verdict) => {
                let (sign, key) = match verdict {
                    Verdict::Right => ("✓", "checksum-note-right"),
                    Verdict::Wrong { .. } => ("✕", "checksum-note-wrong"),
                    Verdict::LeftToHardware => ("·", "checksum-note-hardware"),
                    Verdict::Unverifiable => ("·", "checksum-note-unverifiable"),
                };
                let sum = format!("0x{stored:04x} {sign} {}", words.verdict(verdict));
                let covers = match field.id {
                    FieldId::IP_CHECKSUM => words.word("checksum-covers-header"),
                    FieldId::ICMP_CHECKSUM => words.word("checksum-covers-message"),
                    _ => words.word("checksum-covers-all"),
                };
                let expected = match verdict {
                    Verdict::Wrong { expected } => format!("0x{expected:04x}"),
                    Verdict::Right | Verdict::LeftToHardware | Verdict::Unverifiable => format!("0x{stored:04x}"),
                };
                let found = format!("0x{stored:04x}");
                lines.push(line(
                    sum,
                    words.say(key, &[("covers", &covers), ("expected", &expected), ("found", &found)]),
                ));
            }
            Value::Number(0) if field.id == FieldId::UDP_CHECKSUM => {
                lines.push(line("0x0000".to_owned(), words.word("checksum-note-absent")));
            }
            Value::Present
            | Value::Boolean(_)
            | Value::Number(_)
            | Value::Signed(_)
            | Value::Mac(_)
            | Value::Address(_)
            | Value::Bytes
            | Value::Text(_) => {}
        }
    }
}

/// How many bytes a window of this end counts for each of its numbers; `None`
/// where its SYN was not seen.
pub(super) fn announced(scene: &Scene<'_>, tcp: &TcpConversation, end: End) -> Option<(FrameNumber, TcpHeaderOptions)> {
    let syn = tcp.segments.iter().find(|segment| segment.from == end && segment.flags.syn())?;
    Some((syn.frame, options(scene, syn.frame)?))
}

/// The factor that a shift stands for.
pub(super) const fn factor(shift: u8) -> u32 {
    WindowScale::new(shift).factor()
}
