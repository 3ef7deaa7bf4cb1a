//! What is written on an arrow, and what is said of it to who does not see it.

use super::paint::Canvas;
use crate::conversation::{
    Conversation, Datagram, DatagramContent, Fate, Segment, TcpConversation, WireAction, link_type,
};
use crate::decode;
use crate::model::{SeqNumber, WindowSize};
use crate::timeline::lanes::{Crossing, CrossingKind};
use crate::trace::FrameNumber;
use crate::words::{quoted, span};

/// What an arrow is, in a word, and what stands behind it: the first of
/// several attempts that fits.
#[derive(Debug, Default)]
pub(super) struct Label {
    pub(super) name: String,
    pub(super) attempts: Vec<String>,
}

/// What a crossing is in its conversation.
enum Message<'a> {
    Segment(&'a TcpConversation, &'a Segment),
    Datagram(&'a Datagram),
    Frame,
}

/// Protocols over TCP of which the table says no more than of TCP.
const ONLY_TCP: [&str; 4] = ["TCP", "MPTCP", "SSH", "BGP"];

impl<'a> Canvas<'a, '_> {
    /// The conversation with a number.
    pub(super) fn conversation(&self, id: u32) -> Option<Conversation<'a>> {
        let all = self.document.all();
        let tcp = all.tcp.binary_search_by_key(&id, |tcp| tcp.id).ok().and_then(|index| all.tcp.get(index));
        let udp = || all.udp.binary_search_by_key(&id, |udp| udp.id).ok().and_then(|index| all.udp.get(index));
        tcp.map(Conversation::Tcp).or_else(|| udp().map(Conversation::Udp))
    }

    fn message(&self, what: &Crossing) -> Message<'a> {
        let index = what.index.unwrap_or(usize::MAX);
        match what.conversation.and_then(|id| self.conversation(id)) {
            Some(Conversation::Tcp(tcp)) => {
                tcp.segments.get(index).map_or(Message::Frame, |segment| Message::Segment(tcp, segment))
            }
            Some(Conversation::Udp(udp)) => udp.datagrams.get(index).map_or(Message::Frame, Message::Datagram),
            None => Message::Frame,
        }
    }

    /// The innermost protocol of a frame, and what it says, as the packet
    /// table has it.
    fn described(&mut self, number: FrameNumber) -> (String, String) {
        let (mut protocol, mut info) = (String::new(), String::new());
        let trace = self.document.trace();
        if let Some((_, place, frame)) = trace.frame(number) {
            let link_type = link_type(trace, place);
            self.line.clear();
            self.line.set_link_type(link_type);
            decode::dissect(link_type, &frame.bytes, frame.original_length, self.line);
            self.line.protocol(&mut protocol);
            self.line.info(&mut info);
        }
        (protocol, info)
    }

    /// What became of a message, and what wires did to it.
    fn on_its_way(&self, what: &Crossing) -> Option<(Fate, &'a [WireAction])> {
        match self.message(what) {
            Message::Segment(_, segment) => Some((segment.fate, &segment.actions)),
            Message::Datagram(datagram) => Some((datagram.fate, &datagram.actions)),
            Message::Frame => None,
        }
    }

    /// What is written where a message was lost: that it was on purpose, if it
    /// was.
    pub(super) fn lost(&self, what: &Crossing) -> Option<String> {
        let (fate, actions) = self.on_its_way(what).filter(|(_, actions)| !actions.is_empty())?;
        self.look.words.fate_short(fate, actions)
    }

    /// What a wire did on purpose to a message that was not lost, and the frame
    /// that came to it.
    pub(super) fn done(&self, what: &Crossing) -> Option<(FrameNumber, String)> {
        let (fate, actions) = self.on_its_way(what).filter(|(fate, _)| !fate.is_lost())?;
        Some((actions.first()?.frame, self.look.words.fate_short(fate, actions)?))
    }

    /// What became of a message that was not lost, and its sign.
    fn remark(&self, what: &Crossing, copy: bool) -> Option<(&'static str, String)> {
        let (fate, actions) = self.on_its_way(what)?;
        let sign = match fate {
            Fate::Duplicated => "⧉ ",
            Fate::Delayed => "⏱ ",
            Fate::Delivered | Fate::Lost { .. } | Fate::Unknown => return None,
        };
        let words = self.look.words;
        let text = if copy { Some(words.word("fate-once-more")) } else { words.fate_short(fate, actions) };
        Some((sign, text?))
    }

    fn payload(&self, frame: FrameNumber, payload: &std::ops::Range<usize>, length: u32, columns: usize) -> String {
        let kept = self.document.trace().frame(frame).and_then(|(_, _, frame)| frame.bytes.get(payload.clone()));
        let kept = kept.unwrap_or_default();
        let text = if kept.is_empty() { String::new() } else { quoted(kept.get(..96).unwrap_or(kept), columns) };
        format!("{} {text}", self.look.words.bytes(length)).trim_end().to_owned()
    }

    /// What is written on an arrow.
    pub(super) fn label(&mut self, what: &Crossing, copy: bool) -> Label {
        let mut label = match self.message(what) {
            Message::Segment(_, segment) => self.segment_label(segment),
            Message::Datagram(datagram) => match datagram.content {
                DatagramContent::Data => self.datagram_label(datagram),
                DatagramContent::Error { meaning, .. } => {
                    Label { name: "ICMP".to_owned(), attempts: vec![self.look.words.icmp(meaning)] }
                }
            },
            Message::Frame => {
                let (name, info) = self.described(what.frame);
                Label { name, attempts: vec![info] }
            }
        };
        let marked = self.look.selected.is_some_and(|selected| selected.contains(&what.frame));
        let signs = [(marked, "» "), (what.lost, "✕ "), (what.again && !copy, "↻ ")];
        let mut signs: String = signs.iter().filter(|(is, _)| *is).map(|(_, sign)| *sign).collect();
        if let Some((sign, remark)) = self.remark(what, copy) {
            signs.push_str(sign);
            // What was done on purpose is written where it was done.
            if copy || self.done(what).is_none() {
                label.attempts.insert(0, remark);
            }
        }
        label.name = format!("{signs}{}", label.name);
        label
    }

    fn segment_label(&mut self, segment: &Segment) -> Label {
        let found = if segment.findings.is_empty() { "" } else { "⚠ " };
        if segment.length > 0 && !segment.flags.syn() {
            let (protocol, info) = self.described(segment.frame);
            if !ONLY_TCP.contains(&protocol.as_str()) {
                return Label { name: format!("{found}{protocol}"), attempts: vec![info] };
            }
        }
        let (seq, ack) = if self.look.absolute {
            (segment.seq.raw(), segment.ack.map(SeqNumber::raw))
        } else {
            (segment.relative_seq, segment.relative_ack)
        };
        let window = segment.window_size.map_or_else(|| segment.window.0.into(), WindowSize::bytes);
        let seq = format!("seq {seq}");
        let ack = ack.map(|ack| format!("  ack {ack}")).unwrap_or_default();
        let payload = |columns| {
            let text = || format!("  {}", self.payload(segment.frame, &segment.payload, segment.length, columns));
            (segment.length > 0).then(text).unwrap_or_default()
        };
        let size = (segment.length > 0).then(|| format!("  {}", self.look.words.bytes(segment.length)));
        let size = size.unwrap_or_default();
        let attempts = vec![
            format!("{seq}{ack}{}  win {window}", payload(26)),
            format!("{seq}{ack}{}", payload(26)),
            format!("{seq}{}", payload(26)),
            format!("{seq}{}", payload(16)),
            format!("{seq}{size}"),
            seq,
            String::new(),
        ];
        Label { name: format!("{found}{}", segment.flags), attempts }
    }

    fn datagram_label(&mut self, datagram: &Datagram) -> Label {
        let (protocol, info) = self.described(datagram.frame);
        if protocol != "UDP" {
            return Label { name: protocol, attempts: vec![info] };
        }
        let payload = |columns| self.payload(datagram.frame, &datagram.payload, datagram.length, columns);
        Label { name: protocol, attempts: vec![payload(40), payload(26), payload(16)] }
    }

    /// The arrow in words, for who does not see it: "frame 2, 10.0.0.2 →
    /// 10.0.0.1, SYN ACK, seq 0, ack 1, conversation 0, port 80 → port 40000".
    pub(super) fn spoken(&mut self, what: &Crossing) -> String {
        let words = self.look.words;
        let mut parts = vec![words.say("ui-frame", &[("number", &what.frame.0)]), words.crossing(what)];
        match self.message(what) {
            Message::Segment(_, segment) => {
                parts.extend([segment.flags.to_string(), format!("seq {}", segment.relative_seq)]);
                parts.extend(segment.relative_ack.map(|ack| format!("ack {ack}")));
                if segment.length > 0 {
                    let (protocol, info) = self.described(segment.frame);
                    let plain = ONLY_TCP.contains(&protocol.as_str());
                    let bytes = self.payload(segment.frame, &segment.payload, segment.length, 40);
                    parts.push(if plain { bytes } else { format!("{protocol} {info}") });
                }
                parts.extend(words.fate(self.document.trace(), segment.fate, &segment.actions));
                parts.extend(segment.findings.iter().map(|finding| words.finding(*finding)));
            }
            Message::Datagram(..) | Message::Frame => {
                let label = self.label(&Crossing { lost: false, again: false, ..*what }, false);
                let text = label.attempts.into_iter().next().unwrap_or_default();
                parts.push(format!("{} {text}", label.name.trim_start_matches("» ")).trim_end().to_owned());
                let way = self.on_its_way(what);
                parts.extend(way.and_then(|(fate, actions)| words.fate(self.document.trace(), fate, actions)));
            }
        }
        if !self.lanes.by_hop {
            parts.extend(what.conversation.map(|id| words.say("lanes-conversation", &[("id", &id)])));
        }
        parts.extend(what.ports.map(|(from, to)| words.say("lanes-ports", &[("from", &from), ("to", &to)])));
        parts.join(", ")
    }

    /// What is told of an arrow under the pointer.
    pub(super) fn caption(&self, what: &Crossing, spoken: &str) -> String {
        let words = self.look.words;
        let sentence = match self.message(what) {
            Message::Segment(tcp, segment) => Some(words.caption(tcp, segment)),
            Message::Datagram(datagram) => Some(words.datagram_caption(datagram)),
            Message::Frame => None,
        };
        let since = span(what.at.since(self.lanes.zero));
        let lines = [Some(spoken.to_owned()), Some(since), sentence.filter(|_| what.kind != CrossingKind::Other)];
        lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
    }

    /// Where a message was seen: a line for each sighting, with its frame.
    pub(super) fn sightings(&self, what: &Crossing) -> Vec<(FrameNumber, String)> {
        let seen_at = match self.message(what) {
            Message::Segment(_, segment) => &segment.seen_at,
            Message::Datagram(datagram) => &datagram.seen_at,
            Message::Frame => return Vec::new(),
        };
        let lines = self.look.words.sightings(self.document.trace(), seen_at);
        seen_at.iter().map(|seen| seen.frame).zip(lines).collect()
    }

    /// How a message looked at a place, the longest text first: hardware
    /// addresses and how many routers it could still cross.
    pub(super) fn looked(&self, what: &Crossing, frame: FrameNumber) -> Vec<String> {
        let seen_at = match self.message(what) {
            Message::Segment(_, segment) => &segment.seen_at,
            Message::Datagram(datagram) => &datagram.seen_at,
            Message::Frame => return Vec::new(),
        };
        let Some(seen) = seen_at.iter().find(|seen| seen.frame == frame) else { return Vec::new() };
        let ttl = format!("TTL {}", seen.ttl);
        let Some((from, to)) = seen.ethernet else { return vec![ttl] };
        let end = |mac: String| mac.get(mac.len().saturating_sub(5)..).unwrap_or_default().to_owned();
        let (short_from, short_to) = (end(from.to_string()), end(to.to_string()));
        vec![format!("{from} → {to}  {ttl}"), format!("…{short_from}→…{short_to} {ttl}"), ttl]
    }
}
