//! What is written on an arrow, and what is said of it to who does not see it.

use std::sync::Arc;

use super::super::egui::text::{LayoutJob, TextFormat};
use super::super::egui::{Color32, Galley};
use super::super::fonts;
use super::Canvas;
use crate::conversation::{Conversation, Datagram, DatagramContent, Fate, Segment};
use crate::model::{SeqNumber, WindowSize};
use crate::timeline::Arrow;
use crate::words::quoted;

impl Canvas<'_, '_> {
    /// What happened, in one sentence.
    pub(super) fn caption(&self, arrow: &Arrow) -> String {
        match self.picture.conversation {
            Conversation::Tcp(tcp) => {
                tcp.segments.get(arrow.index).map(|segment| self.look.words.caption(tcp, segment))
            }
            Conversation::Udp(udp) => {
                udp.datagrams.get(arrow.index).map(|datagram| self.look.words.datagram_caption(datagram))
            }
        }
        .unwrap_or_default()
    }

    /// What the arrow is, in bold colour, and its numbers, softer: the first
    /// of several attempts that fits.
    pub(super) fn label(&self, arrow: &Arrow, colour: Color32, room: f32) -> Arc<Galley> {
        let (name, attempts) = match self.picture.conversation {
            Conversation::Tcp(tcp) => {
                tcp.segments.get(arrow.index).map(|segment| self.segment_texts(arrow, segment)).unwrap_or_default()
            }
            Conversation::Udp(udp) => {
                udp.datagrams.get(arrow.index).map(|datagram| self.datagram_texts(arrow, datagram)).unwrap_or_default()
            }
        };
        let mut galley = self.elided("", fonts::numbers(fonts::NOTE), colour, room);
        for text in attempts {
            let mut job = LayoutJob::default();
            let format = |font_id, color| TextFormat { font_id, color, ..TextFormat::default() };
            job.append(&name, 0.0, format(fonts::strong(fonts::LABEL), colour));
            job.append(&text, 8.0, format(fonts::numbers(fonts::NOTE), self.theme.soft));
            galley = self.painter.layout_job(job);
            if galley.size().x <= room {
                break;
            }
        }
        galley
    }

    fn payload(&self, arrow: &Arrow, length: u32, columns: usize) -> String {
        let payload = if arrow.preview.is_empty() { String::new() } else { quoted(&arrow.preview, columns) };
        format!("{} {payload}", self.look.words.bytes(length))
    }

    /// The flags, and what stands beside them, the longest first. The window
    /// goes first, then the ACK's number, then some of the payload.
    fn segment_texts(&self, arrow: &Arrow, segment: &Segment) -> (String, Vec<String>) {
        let (seq, ack) = if self.look.absolute {
            (segment.seq.raw(), segment.ack.map(SeqNumber::raw))
        } else {
            (segment.relative_seq, segment.relative_ack)
        };
        let window = segment.window_size.map_or_else(|| segment.window.0.into(), WindowSize::bytes);
        let seq = format!("seq {seq}");
        let ack = ack.map(|ack| format!("  ack {ack}")).unwrap_or_default();
        let payload = |columns| {
            let text = || format!("  {}", self.payload(arrow, segment.length, columns));
            (segment.length > 0).then(text).unwrap_or_default()
        };
        let sign = if arrow.again { "↻ " } else { "" };
        let attempts = vec![
            format!("{seq}{ack}{}  win {window}", payload(26)),
            format!("{seq}{ack}{}", payload(26)),
            format!("{seq}{}", payload(26)),
            format!("{seq}{}", payload(16)),
            seq,
        ];
        (format!("{}{sign}{}", self.marks(segment), segment.flags), attempts)
    }

    /// What is remarkable about a segment, in signs: selected by the filter,
    /// lost, something was found.
    fn marks(&self, segment: &Segment) -> String {
        let selected = self.look.selected.is_some_and(|selected| selected.contains(&segment.frame));
        let lost = matches!(segment.fate, Fate::Lost { .. });
        let found = !segment.findings.is_empty();
        [(selected, "» "), (lost, "✕ "), (found, "⚠ ")].iter().filter(|(is, _)| *is).map(|(_, sign)| *sign).collect()
    }

    fn datagram_texts(&self, arrow: &Arrow, datagram: &Datagram) -> (String, Vec<String>) {
        match datagram.content {
            DatagramContent::Data => {
                let attempts = [40, 26, 16].map(|columns| self.payload(arrow, datagram.length, columns));
                ("UDP".to_owned(), attempts.to_vec())
            }
            DatagramContent::Error { meaning, .. } => ("ICMP".to_owned(), vec![self.look.words.icmp(meaning)]),
        }
    }

    /// The arrow in words, for who does not see it: "frame 2, server → client,
    /// SYN ACK, seq 0, ack 1".
    pub(super) fn spoken(&self, arrow: &Arrow) -> String {
        let words = self.look.words;
        let mut parts = vec![
            words.say("ui-frame", &[("number", &arrow.frame.0)]),
            format!("{} → {}", words.end(arrow.from), words.end(arrow.from.peer())),
        ];
        let length = match self.picture.conversation {
            Conversation::Tcp(tcp) => tcp.segments.get(arrow.index).map_or(0, |segment| {
                parts.extend([segment.flags.to_string(), format!("seq {}", segment.relative_seq)]);
                parts.extend(segment.relative_ack.map(|ack| format!("ack {ack}")));
                parts.extend(words.fate(self.picture.trace, segment.fate));
                parts.extend(segment.findings.iter().map(|finding| words.finding(*finding)));
                segment.length
            }),
            Conversation::Udp(udp) => udp.datagrams.get(arrow.index).map_or(0, |datagram| {
                parts.push(match datagram.content {
                    DatagramContent::Data => "UDP".to_owned(),
                    DatagramContent::Error { meaning, .. } => format!("ICMP {}", words.icmp(meaning)),
                });
                datagram.length
            }),
        };
        if length > 0 {
            parts.push(self.payload(arrow, length, 40));
        }
        parts.join(", ")
    }
}
