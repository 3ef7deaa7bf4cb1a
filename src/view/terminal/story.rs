//! Stories through several conversations, in a terminal.
//!
//! ```text
//! From www.example to the page, in 6 chapters
//!   1  ARP: who is next?    0      frames 1–5, 8–11
//!      client (192.168.1.104) asks for the MAC address of home (192.168.1.1): …
//! ```

use std::fmt::Write as _;

use crate::conversation::chapters::Story;
use crate::trace::Trace;
use crate::words::{Words, span, width, wrap};

/// The stories that are told one by one.
const MOST: usize = 10;
/// Where a chapter's text begins.
const INDENT: usize = 5;

/// The stories of a trace, each in chapters with their times and frames;
/// nothing where there are none.
pub fn chapters(trace: &Trace, stories: &[Story], words: &Words, columns: usize) -> String {
    let mut text = String::new();
    let Some((_, start, ..)) = trace.frames().next() else { return text };
    let map = trace.notes.map.as_deref();
    for story in stories.iter().take(MOST) {
        // Writing to a String cannot fail.
        writeln!(text, "{}", words.story_title(story)).unwrap_or_default();
        let titles: Vec<String> = story.chapters.iter().map(|chapter| words.chapter_title(chapter)).collect();
        let column = titles.iter().map(|title| width(title)).max().unwrap_or_default();
        for ((number, chapter), title) in (1..).zip(&story.chapters).zip(&titles) {
            let space = column - width(title);
            let at = span(chapter.from.since(start));
            let padding = 9_usize.saturating_sub(width(&at));
            let frames = words.frame_ranges(&chapter.frames);
            let head = INDENT + column + 2 + 9 + 2;
            let mut frames = wrap(&frames, columns.saturating_sub(head).max(20)).into_iter();
            let first = frames.next().unwrap_or_default();
            writeln!(text, "{number:>3}  {title}{:space$}  {:padding$}{at}  {first}", "", "").unwrap_or_default();
            for line in frames {
                writeln!(text, "{:head$}{line}", "").unwrap_or_default();
            }
            for line in wrap(&words.chapter(story, chapter, map), columns.saturating_sub(INDENT).max(20)) {
                writeln!(text, "{:INDENT$}{line}", "").unwrap_or_default();
            }
        }
    }
    if stories.len() > MOST {
        writeln!(text, "{}", words.say("story-more", &[("count", &(stories.len() - MOST))])).unwrap_or_default();
    }
    text
}
