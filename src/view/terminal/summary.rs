//! What a trace amounts to, in numbers: one column a trace, so that two runs
//! stand side by side.

use super::columns::pad_left;
use crate::conversation::{Conversation, Conversations, DatagramContent};
use crate::trace::Trace;
use crate::words::{Words, clip, printable, span, width};

/// The numbers of one trace.
struct Numbers {
    title: String,
    conversations: usize,
    messages: usize,
    /// Messages that carry payload.
    with_payload: usize,
    payload: u64,
    /// Bytes of all frames, link layer included.
    wire: u64,
    /// From the first frame to the last.
    time: String,
}

impl Numbers {
    fn of(trace: &Trace, all: &Conversations, words: &Words) -> Self {
        let conversations = all.all();
        let (mut messages, mut with_payload, mut payload) = (0, 0, 0);
        for conversation in &conversations {
            let lengths: Vec<u32> = match conversation {
                Conversation::Tcp(tcp) => tcp.segments.iter().map(|segment| segment.length).collect(),
                Conversation::Udp(udp) => udp
                    .datagrams
                    .iter()
                    .filter(|datagram| datagram.content == DatagramContent::Data)
                    .map(|datagram| datagram.length)
                    .collect(),
            };
            messages += lengths.len();
            with_payload += lengths.iter().filter(|length| **length > 0).count();
            payload += conversation.bytes().client + conversation.bytes().server;
        }
        let first = trace.frames().map(|(_, at, ..)| at).min();
        let last = trace.frames().map(|(_, at, ..)| at).max();
        let time = first.zip(last).map_or_else(String::new, |(first, last)| span(last.since(first)));
        let title = trace.notes.program.as_deref().map(|name| printable(name.as_bytes()));
        Self {
            title: title.unwrap_or_else(|| words.origin(trace.notes.origin)),
            conversations: conversations.len(),
            messages,
            with_payload,
            payload,
            wire: trace.frames().map(|(_, _, _, frame)| u64::from(frame.original_length)).sum(),
            time,
        }
    }
}

/// The numbers of each trace, side by side; for a single one also a line for
/// each conversation.
pub fn summary(traces: &[(&Trace, &Conversations)], words: &Words) -> String {
    let columns: Vec<Numbers> = traces.iter().map(|(trace, all)| Numbers::of(trace, all, words)).collect();
    let row = |key: &str, value: &dyn Fn(&Numbers) -> String| {
        let name = words.word(key);
        let values: Vec<String> = columns.iter().map(|numbers| pad_left(&clip(&value(numbers), 24), 24)).collect();
        let padding = " ".repeat(28_usize.saturating_sub(width(&name)));
        format!("{name}{padding}{}\n", values.concat())
    };
    let mut text = row("summary-run", &|numbers| numbers.title.clone());
    text.push_str(&row("summary-conversations", &|numbers| numbers.conversations.to_string()));
    text.push_str(&row("summary-messages", &|numbers| numbers.messages.to_string()));
    text.push_str(&row("summary-with-payload", &|numbers| numbers.with_payload.to_string()));
    text.push_str(&row("summary-payload", &|numbers| numbers.payload.to_string()));
    text.push_str(&row("summary-wire", &|numbers| numbers.wire.to_string()));
    text.push_str(&row("summary-time", &|numbers| numbers.time.clone()));
    if let [(_, all)] = traces {
        text.push('\n');
        for conversation in all.all() {
            let addresses = conversation.addresses();
            let line = format!(
                "{:>4}  {} → {}  {} · {}\n",
                conversation.id(),
                addresses.client,
                addresses.server,
                words.story(conversation),
                words.sums(conversation)
            );
            text.push_str(&line);
        }
        text.extend(words.outside(all).map(|outside| outside + "\n"));
    }
    text
}
