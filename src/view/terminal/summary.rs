//! What captures amount to, in numbers: one column a capture, so that two runs
//! stand side by side.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::columns::pad_left;
use crate::conversation::{Brief, Closing, Ends, Opening, Survey, Totals};
use crate::model::Protocol;
use crate::trace::Notes;
use crate::words::{Template, Words, clip, printable, span, width};

/// The numbers of one capture, under a title.
#[derive(Clone, Debug)]
pub struct Column {
    /// What it is.
    pub title: String,
    /// How many conversations there are.
    pub conversations: usize,
    /// Everything else.
    pub totals: Totals,
}

impl Column {
    /// The numbers of a whole capture, under the name of its program.
    pub fn of(notes: &Notes, survey: &Survey, words: &Words) -> Self {
        let title = notes.program.as_deref().map(|name| printable(name.as_bytes()));
        Self {
            title: title.unwrap_or_else(|| words.origin(notes.origin)),
            conversations: survey.len(),
            totals: survey.totals(),
        }
    }
}

/// The numbers of each capture, side by side.
pub fn summary(columns: &[Column], words: &Words) -> String {
    let row = |key: &str, value: &dyn Fn(&Column) -> String| {
        let name = words.word(key);
        let values: Vec<String> = columns.iter().map(|column| pad_left(&clip(&value(column), 24), 24)).collect();
        let padding = " ".repeat(28_usize.saturating_sub(width(&name)));
        format!("{name}{padding}{}\n", values.concat())
    };
    let time = |column: &Column| column.totals.span.map_or_else(String::new, |(first, last)| span(last.since(first)));
    [
        row("summary-run", &|column| column.title.clone()),
        row("summary-frames", &|column| column.totals.frames.to_string()),
        row("summary-conversations", &|column| column.conversations.to_string()),
        row("summary-messages", &|column| column.totals.messages.to_string()),
        row("summary-with-payload", &|column| column.totals.with_payload.to_string()),
        row("summary-payload", &|column| column.totals.payload.to_string()),
        row("summary-wire", &|column| column.totals.wire.to_string()),
        row("summary-time", &time),
    ]
    .concat()
}

/// Conversations in a line each; there may be a million of them.
#[derive(Debug)]
pub struct SummaryLines<'a> {
    words: &'a Words,
    /// What was said of others that went the same way.
    stories: BTreeMap<(Option<Opening>, Option<Closing>), String>,
    segments: Template,
    datagrams: Template,
}

impl<'a> SummaryLines<'a> {
    /// Lines in the language of `words`.
    pub fn new(words: &'a Words) -> Self {
        let names = ["client", "server", "segments"];
        Self {
            words,
            stories: BTreeMap::new(),
            segments: words.template("summary-bytes", &names),
            datagrams: words.template("summary-datagrams", &names),
        }
    }

    /// Appends one conversation, with a line break.
    pub fn append(&mut self, brief: &Brief, out: &mut String) {
        let words = self.words;
        let story = self.stories.entry((brief.opening, brief.closing)).or_insert_with(|| words.brief_story(brief));
        let Ends { client, server } = &brief.addresses;
        // Writing to a string cannot fail.
        write!(out, "{:>4}  {client} → {server}  {story} · ", brief.id).ok();
        let sums = if brief.protocol == Protocol::Tcp { &self.segments } else { &self.datagrams };
        sums.fill(&[&brief.bytes.client, &brief.bytes.server, &brief.messages], out);
        out.extend([" · ", &span(brief.ended.since(brief.began))]);
        if brief.found > 0 {
            out.extend([" · ", &words.say("summary-found", &[("count", &brief.found)])]);
        }
        out.push('\n');
    }
}

/// How often each finding was made, the most frequent first, and which frames
/// are in no conversation.
pub fn summary_findings(survey: &Survey, words: &Words) -> String {
    let mut found: Vec<_> = survey.findings().iter().collect();
    found.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), **name));
    let mut text = String::new();
    if !found.is_empty() {
        text.extend(["\n", &words.word("summary-findings"), "\n"]);
    }
    for (name, count) in found {
        let short = words.finding_name(name);
        let padding = " ".repeat(36_usize.saturating_sub(width(&short)));
        text.extend([&pad_left(&count.to_string(), 8), "  ", &short, &padding, "  ", name, "\n"]);
    }
    text.extend(words.outside(survey.outside()).map(|outside| format!("\n{outside}\n")));
    text
}
