//! Two runs beside each other in a terminal.
//!
//! ```text
//! lost: data from the client, 6 B (`data>`); sent again after 208 ms
//!
//!   without the fault                     │  with lose data>
//!       0  → SYN seq 0 win 64240          │      0  → SYN seq 0 win 64240
//! ≠  310 µs → PSH ACK seq 1 ack 1         │ 305 µs  → ✕ PSH ACK seq 1 ack 1
//!                                         │         lost on the right
//! ```
//!
//! Owns columns and signs; the words are in [`crate::words`], what is different
//! in [`crate::timeline::compare`].

use super::columns::{Ink, pad_left};
use super::{Labels, Options};
use crate::conversation::{Conversation, End};
use crate::timeline::compare::{Comparison, Pair, Row, Run, Side, Sides};
use crate::timeline::{Arrow, Timeline};
use crate::view::{Picture, Wanted};
use crate::words::{Words, clip, span, width};

/// The widths within which two runs can be read beside each other.
const WIDTHS: std::ops::RangeInclusive<usize> = 100..=160;
/// The sign before each row, and what stands between the halves.
const SIGN: usize = 2;
const BETWEEN: usize = 3;
/// The room of a time, and of an arrow's direction.
const TIME: usize = 9;
const DIRECTION: usize = 4;

/// Everything that is different, conversation by conversation.
pub fn beside(
    runs: Sides<Run<'_>>,
    comparison: &Comparison,
    titles: &Sides<String>,
    words: &Words,
    options: &Options,
) -> String {
    let mut text = String::new();
    for pair in &comparison.pairs {
        if !text.is_empty() || comparison.pairs.len() > 1 {
            text.push('\n');
            text.push_str(&words.say("conversation-title", &[("id", &pair.ids.left)]));
            text.push('\n');
        }
        for sentence in words.compared(pair, Sides { left: runs.left.all, right: runs.right.all }) {
            text.extend([&sentence, "\n"]);
        }
        text.push('\n');
        text.push_str(&rows(runs, pair, titles, words, options));
    }
    if let Some(alone) = words.compared_alone(comparison) {
        text.extend(["\n", &alone, "\n"]);
    }
    text
}

/// One conversation of both runs.
fn rows(runs: Sides<Run<'_>>, pair: &Pair, titles: &Sides<String>, words: &Words, options: &Options) -> String {
    let of = |side: Side| {
        let run = *runs.of(side);
        let id = *pair.ids.of(side);
        let conversation = run.all.all().into_iter().find(|conversation| conversation.id() == id)?;
        Some((run, conversation, Timeline::new(run.trace, run.all, conversation)))
    };
    let (Some(left), Some(right)) = (of(Side::Left), of(Side::Right)) else { return String::new() };
    let picture = |(run, conversation, timeline)| -> Picture<'_> {
        let (run, conversation): (Run<'_>, Conversation<'_>) = (run, conversation);
        Picture { trace: run.trace, all: run.all, conversation, timeline }
    };
    let pictures = Sides { left: picture((left.0, left.1, &left.2)), right: picture((right.0, right.1, &right.2)) };
    let whole = options.width.clamp(*WIDTHS.start(), *WIDTHS.end());
    let half = (whole - SIGN - BETWEEN) / 2;
    let page = Page { pictures, words, half, colour: options.colour, absolute: options.absolute };
    let mut text = page.line(" ", (&titles.left, Ink::Bold), (&titles.right, Ink::Bold));
    for row in &pair.rows {
        text.push_str(&page.row(row));
    }
    text
}

/// What all rows have in common.
struct Page<'a> {
    pictures: Sides<Picture<'a>>,
    words: &'a Words,
    half: usize,
    colour: bool,
    absolute: bool,
}

impl Page<'_> {
    /// A line of both halves.
    fn line(&self, sign: &str, left: (&str, Ink), right: (&str, Ink)) -> String {
        let cell = |(text, ink): (&str, Ink)| {
            let text = clip(text, self.half);
            let filling = " ".repeat(self.half.saturating_sub(width(&text)));
            format!("{}{filling}", ink.write(&text, self.colour))
        };
        let between = Ink::Faint.write(" │ ", self.colour);
        let line = format!("{sign} {}{between}{}", cell(left), cell(right));
        format!("{}\n", line.trim_end())
    }

    fn row(&self, row: &Row) -> String {
        let arrow = |side: Side| self.pictures.of(side).timeline.arrows.get((*row.arrows.of(side))?);
        let cell = |side: Side| match (arrow(side), row.since.of(side)) {
            (Some(arrow), Some(since)) => (self.cell(side, arrow, &span(*since)), Ink::Arrow(arrow.kind)),
            _ => (String::new(), Ink::Plain),
        };
        let (left, right) = (cell(Side::Left), cell(Side::Right));
        let sign = match (row.differs(), row.only()) {
            (_, Some(Side::Left)) => "‹",
            (_, Some(Side::Right)) => "›",
            (true, None) => "≠",
            (false, None) => " ",
        };
        let mut text = self.line(sign, (&left.0, left.1), (&right.0, right.1));
        let told = self.words.row_compared(row).join(" · ");
        if !told.is_empty() {
            let told = format!("{}{told}", " ".repeat(TIME + DIRECTION));
            let told = if row.arrows.right.is_none() { [told.as_str(), ""] } else { ["", told.as_str()] };
            text.push_str(&self.line(" ", (told[0], Ink::Bold), (told[1], Ink::Bold)));
        }
        text
    }

    fn cell(&self, side: Side, arrow: &Arrow, since: &str) -> String {
        let room = self.half.saturating_sub(TIME + DIRECTION);
        let labels = Labels {
            picture: self.pictures.of(side),
            words: self.words,
            absolute: self.absolute,
            wanted: Wanted::default(),
        };
        let (name, numbers) = labels.label(arrow, room);
        let direction = match arrow.from {
            End::Client => "→",
            End::Server => "←",
        };
        format!("{} {direction}  {name} {numbers}", pad_left(since, TIME))
    }
}
