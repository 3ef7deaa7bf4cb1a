//! What is written in the picture, each text from its longest form to its
//! shortest, and what is said of things to who does not see them.

use super::super::document::Selection;
use super::super::egui::text::{LayoutJob, TextFormat};
use super::super::egui::{Align, Color32, FontId};
use super::super::fonts;
use super::super::theme::Theme;
use super::Look;
use crate::conversation::{CallRecord, Conversation, Datagram, DatagramContent, End, Fate, Segment, WireAction};
use crate::model::{SeqNumber, Span, Timestamp, WindowSize};
use crate::timeline::density::Crowd;
use crate::timeline::playback::Now;
use crate::timeline::{Arrow, ArrowKind, CallSpan, MomentKind};
use crate::view::Picture;
use crate::words::{grouped, quoted, span};

/// Makes the texts of one picture.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    pub(super) picture: &'a Picture<'a>,
    pub(super) look: &'a Look<'a>,
    pub(super) theme: &'static Theme,
}

/// One line in one face.
fn line(text: &str, font: FontId, colour: Color32) -> LayoutJob {
    LayoutJob::simple_singleline(text.to_owned(), font, colour)
}

fn format(font_id: FontId, color: Color32) -> TextFormat {
    TextFormat { font_id, color, ..TextFormat::default() }
}

/// A span with all digits down to `step`: `1.000 607 s`; where three or four
/// are enough, as everywhere.
fn exactly(since: Span, step: Span) -> String {
    let (nanos, step) = (since.nanos(), step.nanos().max(1));
    if nanos.saturating_abs() / 1000 < step {
        return span(since);
    }
    let sign = if nanos < 0 { "−" } else { "" };
    let nanos = nanos.unsigned_abs();
    let groups = match step {
        1_000_000_000.. => 0,
        1_000_000.. => 1,
        1_000.. => 2,
        _ => 3,
    };
    let below = [nanos / 1_000_000 % 1000, nanos / 1_000 % 1000, nanos % 1000];
    let below: Vec<String> = below.iter().take(groups).map(|group| format!("{group:03}")).collect();
    let point = if groups > 0 { "." } else { "" };
    format!("{sign}{}{point}{} s", nanos / 1_000_000_000, below.join("\u{2009}"))
}

/// The sign of a finding, by its name. The word stands beside it.
fn sign(finding: &str) -> &'static str {
    match finding {
        "wirelens.retransmission_timeout"
        | "wirelens.tail_loss_probe"
        | "tcp.analysis.keep_alive"
        | "tcp.analysis.zero_window_probe" => "⏱",
        "tcp.analysis.retransmission" | "tcp.analysis.fast_retransmission" | "tcp.analysis.spurious_retransmission" => {
            "↻"
        }
        "tcp.analysis.out_of_order" => "⇅",
        "tcp.analysis.duplicate_ack" | "wirelens.repeated_ack" | "wirelens.d_sack" => "⧉",
        _ => "⚠",
    }
}

/// The sign of what became of an arrow, beside the cross of a lost one.
const fn way_sign(fate: Fate) -> Option<&'static str> {
    match fate {
        Fate::Duplicated => Some("⧉"),
        Fate::Delayed => Some("⏱"),
        Fate::Delivered | Fate::Lost { .. } | Fate::Unknown => None,
    }
}

impl Texts<'_> {
    fn segment(&self, arrow: &Arrow) -> Option<&Segment> {
        match self.picture.conversation {
            Conversation::Tcp(tcp) => tcp.segments.get(arrow.index),
            Conversation::Udp(_) => None,
        }
    }

    /// What happened, in one sentence, and how long it took where that was
    /// measured.
    pub(super) fn caption(&self, arrow: &Arrow) -> String {
        let words = self.look.words;
        let sentence = match self.picture.conversation {
            Conversation::Tcp(tcp) => tcp.segments.get(arrow.index).map(|segment| words.caption(tcp, segment)),
            Conversation::Udp(udp) => udp.datagrams.get(arrow.index).map(|datagram| words.datagram_caption(datagram)),
        };
        let way = arrow.arrives.map(|last| words.say("timeline-one-way", &[("span", &span(last.since(arrow.at)))]));
        let fate = self.on_its_way(arrow).and_then(|(fate, actions)| words.fate(self.picture.trace, fate, actions));
        [sentence, fate, way].into_iter().flatten().collect::<Vec<String>>().join("\n")
    }

    /// What the arrow is, in bold colour, what is remarkable about it, and its
    /// numbers, softer.
    pub(super) fn arrow(&self, arrow: &Arrow, attempt: usize) -> Option<LayoutJob> {
        let colour = self.theme.arrow(arrow.kind);
        let (name, remarks, text) = match self.picture.conversation {
            Conversation::Tcp(tcp) => self.segment_text(arrow, tcp.segments.get(arrow.index)?, attempt)?,
            Conversation::Udp(udp) => self.datagram_text(arrow, udp.datagrams.get(arrow.index)?, attempt)?,
        };
        let mut job = LayoutJob::default();
        job.append(&name, 0.0, format(fonts::strong(fonts::LABEL), colour));
        if !remarks.is_empty() {
            let ink = if arrow.lost { self.theme.lost } else { self.theme.fin };
            job.append(&remarks, 6.0, format(fonts::words(fonts::NOTE), ink));
        }
        if !text.is_empty() {
            job.append(&text, 8.0, format(fonts::numbers(fonts::NOTE), self.theme.soft));
        }
        Some(job)
    }

    /// What became of it, and what wires did to it.
    fn on_its_way(&self, arrow: &Arrow) -> Option<(Fate, &[WireAction])> {
        match self.picture.conversation {
            Conversation::Tcp(tcp) => {
                tcp.segments.get(arrow.index).map(|segment| (segment.fate, segment.actions.as_slice()))
            }
            Conversation::Udp(udp) => {
                udp.datagrams.get(arrow.index).map(|datagram| (datagram.fate, datagram.actions.as_slice()))
            }
        }
    }

    /// The same in words, with the place where there is room for it.
    fn fate(&self, arrow: &Arrow, with_place: bool) -> Option<String> {
        let words = self.look.words;
        let (fate, actions) = self.on_its_way(arrow)?;
        let told =
            if with_place { words.fate(self.picture.trace, fate, actions) } else { words.fate_short(fate, actions) };
        told.or_else(|| arrow.lost.then(|| words.word("timeline-lost")))
    }

    fn payload(&self, arrow: &Arrow, length: u32, columns: usize) -> String {
        let bytes = self.look.words.bytes(length);
        if columns == 0 || arrow.preview.is_empty() {
            bytes
        } else {
            format!("{bytes} {}", quoted(&arrow.preview, columns))
        }
    }

    /// The flags, what was found, and what stands beside them. The window goes
    /// first, then the ACK's number, then some of the payload, then all numbers.
    fn segment_text(&self, arrow: &Arrow, segment: &Segment, attempt: usize) -> Option<(String, String, String)> {
        let (seq, ack) = if self.look.absolute {
            (segment.seq.raw(), segment.ack.map(SeqNumber::raw))
        } else {
            (segment.relative_seq, segment.relative_ack)
        };
        let seq = format!("seq {seq}");
        let ack = || ack.map(|ack| format!("  ack {ack}")).unwrap_or_default();
        let payload = |columns| {
            let text = || format!("  {}", self.payload(arrow, segment.length, columns));
            (segment.length > 0).then(text).unwrap_or_default()
        };
        let window = || segment.window_size.map_or_else(|| segment.window.0.into(), WindowSize::bytes);
        let (text, remarks) = match attempt {
            0 => (format!("{seq}{}{}  win {}", ack(), payload(26), window()), usize::MAX),
            // Where it happened counts for more than the numbers.
            1 if !segment.actions.is_empty() => (String::new(), 1),
            1 => (format!("{seq}{}{}", ack(), payload(26)), usize::MAX),
            2 => (format!("{seq}{}", payload(26)), 1),
            3 => (format!("{seq}{}", payload(12)), 1),
            4 => (format!("{seq}{}", payload(0)), 1),
            5 => (seq, 1),
            6 => (String::new(), 1),
            7 => (String::new(), 0),
            _ => return None,
        };
        let name = format!("{}{}", self.signs(arrow, segment), segment.flags);
        Some((name, self.remarks(arrow, segment, remarks, attempt <= 1), text))
    }

    /// What is remarkable about a segment, in signs: selected by the filter,
    /// lost, sent again, found.
    fn signs(&self, arrow: &Arrow, segment: &Segment) -> String {
        let selected = self.look.selected.is_some_and(|selected| selected.contains(&segment.frame));
        let own = [(selected, "»"), (arrow.lost, "✕"), (arrow.repeats.is_some(), "↻")];
        let own = own.into_iter().filter(|(is, _)| *is).map(|(_, sign)| sign).chain(way_sign(arrow.fate));
        let mut signs: Vec<&str> = Vec::new();
        for sign in own.chain(segment.findings.iter().map(|finding| sign(finding.name))) {
            if !signs.contains(&sign) {
                signs.push(sign);
            }
        }
        signs.iter().fold(String::new(), |all, sign| format!("{all}{sign} "))
    }

    /// The same in words, so many of them at most.
    fn remarks(&self, arrow: &Arrow, segment: &Segment, most: usize, with_place: bool) -> String {
        let fate = self.fate(arrow, with_place);
        // The last one is the most exact.
        let found = segment.findings.iter().rev().map(|finding| self.look.words.finding(*finding));
        fate.into_iter().chain(found).take(most).collect::<Vec<String>>().join(" · ")
    }

    fn datagram_text(&self, arrow: &Arrow, datagram: &Datagram, attempt: usize) -> Option<(String, String, String)> {
        let selected = self.look.selected.is_some_and(|selected| selected.contains(&datagram.frame));
        let signs = [selected.then_some("»"), arrow.lost.then_some("✕"), way_sign(arrow.fate)];
        let sign = signs.into_iter().flatten().fold(String::new(), |all, sign| format!("{all}{sign} "));
        let remark = self.fate(arrow, attempt == 0).unwrap_or_default();
        let (name, text) = match datagram.content {
            DatagramContent::Data => {
                let columns = *[40, 26, 16, 0].get(attempt)?;
                let text = if columns == 0 { String::new() } else { self.payload(arrow, datagram.length, columns) };
                ("UDP", text)
            }
            DatagramContent::Error { meaning, .. } => {
                ("ICMP", if attempt == 0 { self.look.words.icmp(meaning) } else { String::new() })
            }
        };
        (attempt <= 3).then(|| (format!("{sign}{name}"), remark, text))
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
            Conversation::Tcp(_) => self.segment(arrow).map_or(0, |segment| {
                parts.extend([segment.flags.to_string(), format!("seq {}", segment.relative_seq)]);
                parts.extend(segment.relative_ack.map(|ack| format!("ack {ack}")));
                parts.extend(self.fate(arrow, true));
                parts.extend(segment.findings.iter().map(|finding| words.finding(*finding)));
                segment.length
            }),
            Conversation::Udp(udp) => udp.datagrams.get(arrow.index).map_or(0, |datagram| {
                parts.push(match datagram.content {
                    DatagramContent::Data => "UDP".to_owned(),
                    DatagramContent::Error { meaning, .. } => format!("ICMP {}", words.icmp(meaning)),
                });
                parts.extend(self.fate(arrow, true));
                datagram.length
            }),
        };
        if length > 0 {
            parts.push(self.payload(arrow, length, 40));
        }
        let mark = self.look.abreast.and_then(|abreast| abreast.marks.get(&arrow.index));
        parts.extend(mark.map(|mark| mark.text.clone()));
        parts.join(", ")
    }

    /// How many arrows stand where they cannot be told apart, and the most
    /// remarkable ones.
    pub(super) fn crowd(&self, crowd: &Crowd, length: Option<Span>, attempt: usize) -> Option<LayoutJob> {
        let colour = crowd.kind().map_or(self.theme.soft, |kind| self.theme.arrow(kind));
        let count = grouped(u64::try_from(crowd.total()).unwrap_or(u64::MAX));
        let flags = match crowd.kind()? {
            ArrowKind::Syn => "SYN ",
            ArrowKind::Fin => "FIN ",
            ArrowKind::Rst if matches!(self.picture.conversation, Conversation::Udp(_)) => "ICMP ",
            ArrowKind::Rst => "RST ",
            ArrowKind::Data | ArrowKind::Ack => "",
        };
        let signs = [(crowd.lost, "✕ "), (crowd.found, "⚠ ")];
        let signs: String = signs.iter().filter(|(is, _)| *is).map(|(_, sign)| *sign).collect();
        let (bold, soft) = match (attempt, length) {
            (0, Some(length)) => (format!("{signs}{flags}"), format!("{} · {}", self.crowd_words(crowd), span(length))),
            (1, _) | (0, None) => (format!("{signs}{flags}"), self.crowd_words(crowd)),
            (2, _) => (format!("{signs}{flags}{count}"), String::new()),
            (3, _) => (count, String::new()),
            _ => return None,
        };
        let mut job = LayoutJob::default();
        job.append(&bold, 0.0, format(fonts::strong(fonts::NOTE), colour));
        job.append(&soft, 0.0, format(fonts::words(fonts::NOTE), self.theme.soft));
        Some(job)
    }

    /// How many, in words.
    pub(super) fn crowd_words(&self, crowd: &Crowd) -> String {
        let key = match self.picture.conversation {
            Conversation::Tcp(_) => "timeline-segments",
            Conversation::Udp(_) => "timeline-datagrams",
        };
        self.look.words.say(key, &[("count", &crowd.total())])
    }

    /// A cable is pulled or plugged in.
    pub(super) fn cable(&self, index: usize) -> Option<LayoutJob> {
        let cable = self.picture.timeline.cables.get(index)?;
        let text = self.look.words.cable(self.picture.trace, cable);
        let ink = if cable.out { self.theme.lost } else { self.theme.soft };
        Some(line(&text, fonts::words(fonts::NOTE), ink))
    }

    /// A long silence and what the programs did in it; shorter, its length.
    pub(super) fn quiet(&self, index: usize, room: f32, height: f32, attempt: usize) -> Option<LayoutJob> {
        let quiet = self.picture.timeline.quiets.get(index)?;
        let (length, doing) = self.look.words.quiet(self.picture.all, quiet);
        let note = fonts::words(fonts::NOTE);
        #[expect(clippy::cast_precision_loss, reason = "at most three lines")]
        let fits = |lines: usize| lines as f32 * (fonts::NOTE + 2.7) <= height;
        let mut job = LayoutJob { halign: Align::Center, break_on_newline: true, ..LayoutJob::default() };
        job.wrap.max_width = room;
        let mut append = |text: &str, colour| job.append(text, 0.0, format(note.clone(), colour));
        match attempt {
            0 => {
                append(&length, self.theme.soft);
                // Beside another picture there is no room for long lines.
                if self.look.abreast.is_none() && fits(1 + doing.len()) {
                    for text in doing {
                        append(&format!("\n{text}"), self.theme.faint);
                    }
                }
            }
            1 => append(&length, self.theme.soft),
            2 => append(&span(quiet.to.since(quiet.from)), self.theme.soft),
            _ => return None,
        }
        Some(job)
    }

    /// What Linux does after the last thing that was captured.
    pub(super) fn time_wait(&self, room: f32, attempt: usize) -> Option<LayoutJob> {
        let words = self.look.words;
        let length = format!("{} s", crate::timeline::TIME_WAIT.nanos() / 1_000_000_000);
        let short = words.say("timeline-time-wait-short", &[("span", &length)]);
        let note = fonts::words(fonts::NOTE);
        let mut job = LayoutJob { halign: Align::Center, break_on_newline: true, ..LayoutJob::default() };
        job.wrap.max_width = room;
        job.append(&short, 0.0, format(note.clone(), self.theme.waiting));
        match attempt {
            0 => {
                let why = words.word("timeline-time-wait-why");
                job.append(&format!("\n{why}"), 0.0, format(note, self.theme.faint));
            }
            1 => {}
            _ => return None,
        }
        Some(job)
    }

    /// A time since the first segment, told apart from moments `step` away
    /// where there is room for the digits.
    pub(super) fn time(&self, at: Timestamp, step: Span, attempt: usize) -> Option<LayoutJob> {
        let since = self.picture.timeline.since_start(at);
        let (short, exact) = (span(since), exactly(since, step));
        let text = match attempt {
            0 => exact,
            1 if exact != short => short,
            _ => return None,
        };
        Some(line(&text, fonts::words(fonts::NOTE), self.theme.soft))
    }

    /// A round time, where nothing happened.
    pub(super) fn tick(&self, since: Span, step: Span) -> LayoutJob {
        line(&exactly(since, step), fonts::words(fonts::NOTE), self.theme.faint)
    }

    /// The time since the arrow before.
    pub(super) fn step(&self, step: Span) -> LayoutJob {
        line(&format!("+{}", span(step)), fonts::words(fonts::NOTE), self.theme.faint)
    }

    /// The time of the present.
    pub(super) fn present(&self, now: Now) -> LayoutJob {
        let text = span(self.picture.timeline.since_start(self.present_time(now)));
        line(&text, fonts::strong(fonts::NOTE), self.theme.accent)
    }

    fn present_time(&self, now: Now) -> Timestamp {
        let timeline = self.picture.timeline;
        let Some(moment) = timeline.moments.get(now.moment).or(timeline.moments.last()) else { return timeline.zero };
        match moment.what {
            MomentKind::Quiet(index) => timeline.quiets.get(index).map_or(moment.at, |quiet| {
                #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a part of a span")]
                let passed = (quiet.to.since(quiet.from).nanos() as f64 * f64::from(now.part)) as i64;
                quiet.from + Span::from_nanos(passed)
            }),
            MomentKind::Phase(_)
            | MomentKind::Enter(..)
            | MomentKind::Arrow(_)
            | MomentKind::Arrival(_)
            | MomentKind::Return(..)
            | MomentKind::Exit(_)
            | MomentKind::Cable(_) => moment.at,
        }
    }

    /// A state's name.
    pub(super) fn state(&self, end: End, index: usize) -> Option<LayoutJob> {
        let state = self.picture.timeline.states.of(end).get(index)?.state;
        Some(line(state.name(), fonts::strong(fonts::NOTE), self.theme.state(state)))
    }

    /// How many states or calls stand where they cannot be told apart.
    pub(super) fn many(&self, count: usize) -> LayoutJob {
        let text = format!("×{}", grouped(u64::try_from(count).unwrap_or(u64::MAX)));
        line(&text, fonts::strong(fonts::NOTE), self.theme.soft)
    }

    /// How many labels are hidden.
    pub(super) fn hidden(&self, count: u32) -> LayoutJob {
        line(&format!("+{count}"), fonts::strong(fonts::NOTE), self.theme.soft)
    }

    pub(super) fn record(&self, call: &CallSpan) -> Option<&CallRecord> {
        self.picture.all.call(call.call)
    }

    /// A call's name and, softer, its result where that has no line of its own.
    pub(super) fn call(&self, call: &CallSpan, inline: bool, room: f32, attempt: usize) -> Option<LayoutJob> {
        let record = self.record(call)?;
        let mut job = LayoutJob::default();
        job.append(&format!("{}()", record.call.name()), 0.0, format(fonts::numbers(fonts::LABEL), self.theme.text));
        match attempt {
            0 if inline => {
                let result = self.look.words.outcome(record);
                job.append(&result, 7.0, format(fonts::numbers(fonts::NOTE), self.theme.soft));
            }
            0 | 1 => {}
            2 => {
                job.wrap.max_width = room;
                job.wrap.max_rows = 1;
                job.wrap.break_anywhere = true;
            }
            _ => return None,
        }
        Some(job)
    }

    /// A call's result.
    pub(super) fn outcome(&self, call: &CallSpan, room: f32, attempt: usize) -> Option<LayoutJob> {
        let mut job = line(&self.look.words.outcome(self.record(call)?), fonts::numbers(fonts::NOTE), self.theme.soft);
        match attempt {
            0 => {}
            1 => {
                job.wrap.max_width = room;
                job.wrap.max_rows = 1;
                job.wrap.break_anywhere = true;
            }
            _ => return None,
        }
        Some(job)
    }

    /// The call in words.
    pub(super) fn spoken_call(&self, end: End, call: &CallSpan) -> String {
        let Some(record) = self.record(call) else { return String::new() };
        format!("{} {} {}", self.look.words.end(end), record.call, self.look.words.outcome(record))
    }

    /// How a program ended.
    pub(super) fn exit(&self, index: usize) -> Option<LayoutJob> {
        let exit = self.picture.timeline.exits.get(index)?;
        Some(line(&self.look.words.exit(exit.status), fonts::words(fonts::NOTE), self.theme.soft))
    }

    /// Whether this arrow is what the reader looks at.
    pub(super) fn is_selected(&self, arrow: &Arrow) -> bool {
        self.look.selection == Selection::Segment(arrow.frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_near_each_other_are_written_apart() {
        let cases = [
            (28_000, 5_000, "28.0 µs"),
            (1_000_607_200, 1_000, "1.000\u{2009}607 s"),
            (1_000_607_200, 100, "1.000\u{2009}607\u{2009}200 s"),
            (3_003_000_000, 50_000_000, "3.003 s"),
            (-7_200_000_000_001, 1_000_000_000, "−7200 s"),
        ];
        for (since, step, text) in cases {
            assert_eq!(exactly(Span::from_nanos(since), Span::from_nanos(step)), text);
        }
    }
}
