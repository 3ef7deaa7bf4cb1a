//! What stands on an arrow: its flags and numbers above, its payload or its
//! arithmetic on the shaft.

use crate::conversation::{Conversation, Datagram, DatagramContent, Message, Notice, Segment, Sender, Why};
use crate::model::{SeqNumber, WindowSize};
use crate::timeline::{Arrival, Arrow};
use crate::trace::FrameNumber;
use crate::view::{Picture, Wanted};
use crate::words::{Words, clip, quoted, width};

/// What a label is made of.
#[derive(Clone, Copy)]
pub(in crate::view) struct Labels<'a> {
    pub(in crate::view) picture: &'a Picture<'a>,
    pub(in crate::view) words: &'a Words,
    /// Sequence numbers as they stand in the header.
    pub(in crate::view) absolute: bool,
    pub(in crate::view) wanted: Wanted<'a>,
}

impl Labels<'_> {
    /// What an arrow is, and its numbers, as many as fit into `room` columns.
    pub(in crate::view) fn label(self, arrow: &Arrow, room: usize) -> (String, String) {
        match self.picture.conversation.message(arrow.index) {
            Some(Message::Segment(_, segment)) => self.segment_label(arrow, segment, room),
            Some(Message::Datagram(datagram)) => self.datagram_label(datagram, room),
            None => Default::default(),
        }
    }

    fn segment_label(self, arrow: &Arrow, segment: &Segment, room: usize) -> (String, String) {
        let (seq, ack) = if self.absolute {
            (segment.seq.raw(), segment.ack.map(SeqNumber::raw))
        } else {
            (segment.relative_seq, segment.relative_ack)
        };
        let window = segment.window_size.map_or_else(|| u32::from(segment.window.0), WindowSize::bytes);
        let selected = if self.wanted.selects(segment.frame) == Some(true) { "» " } else { "" };
        let lost = if arrow.lost { "✕ " } else { "" };
        let again = if arrow.repeats.is_some() { "↻ " } else { "" };
        let flags = format!("{selected}{lost}{again}{}", segment.flags);
        let mut numbers = vec![format!("seq {seq}")];
        numbers.extend(ack.map(|ack| format!("ack {ack}")));
        numbers.push(format!("win {window}"));
        let room = room.saturating_sub(width(&flags) + 1);
        // The payload's length stands on the shaft too: it goes first.
        let with_length = format!("{} len {}", numbers.join(" "), segment.length);
        if segment.length > 0 && width(&with_length) <= room {
            numbers = vec![with_length];
        }
        while numbers.len() > 2 && width(&numbers.join(" ")) > room {
            numbers.pop();
        }
        (flags, clip(&numbers.join(" "), room))
    }

    fn datagram_label(self, datagram: &Datagram, room: usize) -> (String, String) {
        let (name, text) = match datagram.content {
            DatagramContent::Data => ("UDP", format!("len {}", datagram.length)),
            DatagramContent::Error { notice, .. } => ("ICMP", self.words.icmp_label(&notice)),
        };
        (name.to_owned(), clip(&text, room.saturating_sub(width(name) + 1)))
    }

    /// The payload, or the arithmetic, or what an error quotes.
    pub(in crate::view) fn note(self, arrow: &Arrow, room: usize) -> String {
        let note = match self.picture.conversation.message(arrow.index) {
            Some(Message::Segment(_, segment)) => self.segment_note(arrow, segment, room),
            Some(Message::Datagram(datagram)) => match datagram.content {
                DatagramContent::Data => self.payload(arrow, datagram.length, room),
                DatagramContent::Error { notice, about } => self.error_note(&notice, about, room),
            },
            None => String::new(),
        };
        clip(&note, room)
    }

    /// Who sent an error, where neither end did, and what it quotes.
    fn error_note(self, notice: &Notice, about: Option<FrameNumber>, room: usize) -> String {
        let from = (notice.sender == Sender::Another)
            .then(|| self.words.say("icmp-from-another", &[("address", &notice.address.to_string())]));
        let quotes = about.map(|frame| self.words.say("icmp-quotes", &[("frame", &frame.0)]));
        let both = from.iter().chain(&quotes).cloned().collect::<Vec<String>>().join(" · ");
        if width(&both) <= room { both } else { from.or(quotes).unwrap_or_default() }
    }

    fn payload(self, arrow: &Arrow, length: u32, room: usize) -> String {
        let size = self.words.bytes(length);
        // Two quotation marks and an ellipsis alone say nothing.
        let room = room.saturating_sub(width(&size) + 1);
        if arrow.preview.is_empty() || room < 4 {
            return size;
        }
        format!("{size} {}", quoted(&arrow.preview, room))
    }

    /// What became of it on its way, and what its receiver did with it.
    pub(in crate::view) fn fate(self, arrow: &Arrow) -> Option<String> {
        let message = self.picture.conversation.message(arrow.index)?;
        let (fate, actions) = message.on_its_way();
        let fate = self.words.fate(self.picture.trace, fate, actions);
        let parts: Vec<String> = fate.into_iter().chain(self.reaction(message)).collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    /// What the receiver of an ICMP error about a segment did with it.
    fn reaction(self, message: Message<'_>) -> Option<String> {
        match (message, self.picture.conversation) {
            (Message::Datagram(error), Conversation::Tcp(tcp)) => self.words.reaction(self.picture.all, tcp, error),
            (Message::Datagram(_), Conversation::Udp(_)) | (Message::Segment(..), _) => None,
        }
    }

    /// An arrow that arrives after other things have happened.
    pub(in crate::view) fn arrival(self, arrow: &Arrow, arrival: &Arrival) -> String {
        let name = self.picture.conversation.message(arrow.index).map(Message::name);
        let key = if arrival.again { "fate-arrives-again" } else { "fate-arrives" };
        self.words.say(key, &[("name", &name.unwrap_or_default()), ("frame", &arrow.frame.0)])
    }

    /// What was found, then what it carries.
    fn segment_note(self, arrow: &Arrow, segment: &Segment, room: usize) -> String {
        let parts: Vec<String> = segment.findings.iter().map(|finding| self.words.finding(*finding)).collect();
        let told = parts.join(", ");
        let taken = if told.is_empty() { 0 } else { width(&told) + 3 };
        let carried = self.segment_content(arrow, segment, room.saturating_sub(taken));
        match (told.is_empty(), carried.is_empty()) {
            (true, _) => carried,
            (false, true) => told,
            (false, false) => format!("{told} · {carried}"),
        }
    }

    fn segment_content(self, arrow: &Arrow, segment: &Segment, room: usize) -> String {
        if segment.length > 0 {
            return self.payload(arrow, segment.length, room);
        }
        if segment.flags.syn() && !segment.flags.ack() && !self.absolute {
            return format!("raw seq {}", segment.seq.raw());
        }
        let sum = segment.why.iter().find_map(|why| {
            let Why::AckNext(sum) = why else { return None };
            let text = self.words.sum(*sum);
            // Raw numbers are ten digits long: only what was added.
            Some(match (self.absolute, text.split_once(' ')) {
                (true, Some((_, added))) => format!("ack {added}"),
                _ => format!("ack {} = {text}", sum.total()),
            })
        });
        sum.unwrap_or_default()
    }
}
