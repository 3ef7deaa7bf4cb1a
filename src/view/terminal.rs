//! The ladder in a terminal.
//!
//! ```text
//! tcp-greeting · captured · private network · 20 frames · 0 lost · Linux 6.18
//!
//!                    client  │ 127.0.0.1:47032    127.0.0.1:9999 │  server
//! ┌ three-way handshake ──────────────────────────────────────────────────────────
//! │           connect(:9999)┐│                                   │┌ accept()
//! │         0       SYN-SENT││ SYN seq 0 win 64240               ││
//! │                         ││ ─────── raw seq 98235503 ────────▶││ SYN-RECEIVED
//! │   18.0 µs               ││ SYN ACK seq 0 ack 1 win 65160     ││
//! │  +18.0 µs    ESTABLISHED││◀──────── ack 1 = 0 + SYN ──────── ││
//! ```
//!
//! Two lines a segment: first the label and what its sender did, then the
//! arrow and what its receiver did. Calls that are waiting have a bar along
//! the lifeline, from which those of other threads branch off. Owns columns and signs; the words are in [`crate::words`].

/// Two runs beside each other.
mod beside;
/// Calls that belong to no conversation.
mod calls;
/// One line and its columns.
mod columns;
/// Messages hop by hop.
mod hops;
/// What stands on an arrow.
mod labels;
/// Moments into lines.
mod ladder;
/// What waited at listening sockets.
mod listeners;
/// Stories through several conversations.
mod story;
/// What traces amount to, side by side.
mod summary;

pub use beside::beside;
pub use hops::hops;
pub(super) use labels::Labels;
pub use ladder::{Options, ladder};
pub use story::chapters;
pub use summary::{Column, SummaryLines, summary, summary_findings};

use crate::conversation::Conversations;
use crate::conversation::chapters::stories;
use crate::timeline::Timeline;
use crate::trace::{Notes, Origin, Trace};
use crate::view::{Picture, Wanted};
use crate::words::{Words, printable, width};

/// Everything there is to see in a trace: a title, each conversation's ladder
/// (or those that are `wanted`), and what was left out.
pub fn page(trace: &Trace, all: &Conversations, words: &Words, options: &Options, wanted: Wanted<'_>) -> String {
    let mut page = title(trace, words, columns::Columns::fit(options.width, options.absolute).total(), options.colour);
    let told = if wanted.conversation.is_none() { stories(trace, all) } else { Vec::new() };
    if !told.is_empty() {
        let columns = columns::Columns::fit(options.width, options.absolute).total();
        page.extend(["\n", &chapters(trace, &told, words, columns)]);
    }
    page.push_str(&ladders(trace, all, words, options, wanted));
    if all.is_empty() && all.calls.is_empty() {
        let key = match trace.notes.origin {
            Origin::File => "nothing-in-file",
            Origin::Interface => "nothing-passed",
            Origin::Captured(_) => "nothing-captured",
            Origin::Simulated | Origin::Counterfactual => "nothing-simulated",
        };
        page.extend(["\n", &words.word(key), "\n"]);
    }
    let columns = columns::Columns::fit(options.width, options.absolute).total();
    let calls = calls::outside(trace, all, words, columns);
    if !calls.is_empty() && wanted.conversation.is_none() {
        page.extend(["\n", &calls]);
    }
    if wanted.conversation.is_none() {
        page.push_str(&listeners::listeners(trace, words));
    }
    if let Some(outside) = words.outside(&all.outside) {
        page.extend([&outside, "\n"]);
    }
    page
}

/// The ladder of each conversation that is wanted.
pub fn ladders(trace: &Trace, all: &Conversations, words: &Words, options: &Options, wanted: Wanted<'_>) -> String {
    let mut text = String::new();
    let conversations = all.all();
    for &conversation in conversations.iter().filter(|conversation| wanted.has(conversation.id())) {
        text.push('\n');
        if conversations.len() > 1 || conversation.id() > 0 {
            text.push_str(&words.say("conversation-title", &[("id", &conversation.id())]));
            text.push('\n');
        }
        let timeline = Timeline::new(trace, all, conversation);
        text.push_str(&ladder(&Picture { trace, all, conversation, timeline: &timeline }, words, options, wanted));
    }
    text
}

/// What this is and how we know, in one line or as many as it takes.
fn title(trace: &Trace, words: &Words, columns: usize, colour: bool) -> String {
    let program = trace.notes.program.iter().map(|name| printable(name.as_bytes()));
    let mut title = String::new();
    let mut used = 0;
    for part in program.chain(words.provenance(trace)) {
        let separator = match used {
            0 => "",
            used if used + 3 + width(&part) > columns => "\n  ",
            _ => " · ",
        };
        used = if separator.starts_with('\n') { 2 } else { used + width(separator) } + width(&part);
        title.extend([separator, &part]);
    }
    title.push('\n');
    match counterfactual(&trace.notes, words, colour) {
        Some(warning) => title.replacen(&words.origin(trace.notes.origin), &warning, 1),
        None => title,
    }
}

/// That a rule was removed, in red, where it was.
pub fn counterfactual(notes: &Notes, words: &Words, colour: bool) -> Option<String> {
    let removed = notes.origin == Origin::Counterfactual;
    removed.then(|| columns::Ink::Warning.write(&words.origin(notes.origin), colour))
}

/// The settings that were pinned for a run, one a line.
pub fn pinned(trace: &Trace, words: &Words) -> String {
    let mut text = words.word("pinned-title");
    for (name, value) in &trace.notes.pinned {
        text.extend(["\n  ", name, " = ", value]);
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
