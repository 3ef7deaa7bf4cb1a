//! One conversation as a sequence diagram in Mermaid's language
//! (<https://mermaid.js.org/syntax/sequenceDiagram.html>), for pages that draw
//! such diagrams themselves.
//!
//! ```text
//! sequenceDiagram
//!     participant client as client 10.9.0.1:40588
//!     client->>server: SYN seq 0 win 64240
//!     Note left of client: SYN-SENT
//! ```
//!
//! Owns the order of the lines and how text is kept from being taken for
//! syntax. What stands on an arrow is the terminal's.

use super::terminal::Labels;
use super::{Picture, Wanted};
use crate::conversation::{End, Ends};
use crate::model::Timestamp;
use crate::timeline::{Arrow, MomentKind};
use crate::words::{Words, span};

/// What stands on an arrow is at most this long, in columns.
const LABEL: usize = 72;

/// More than this many characters Mermaid refuses to draw unless its
/// `maxTextSize` is raised.
pub const MOST_CHARACTERS: usize = 50_000;

/// Writes the diagram. Frames that a filter selected are marked »; `frames` is
/// how many the capture has.
pub fn diagram(picture: &Picture<'_>, words: &Words, absolute: bool, wanted: Wanted<'_>, frames: usize) -> String {
    let mut writer =
        Writer { picture, words, absolute, wanted, states: Ends::default(), out: "sequenceDiagram\n".to_owned() };
    writer.line(&format!("accTitle: {}", writer.title()));
    let addresses = picture.conversation.addresses();
    for end in End::BOTH {
        let address = addresses.of(end);
        writer.line(&format!("participant {} as {} {address}", name(end), escaped(&words.end(end))));
    }
    let moments = &picture.timeline.moments;
    let mut skip = None;
    for (index, moment) in moments.iter().enumerate() {
        if skip != Some(index) {
            let next = moments.get(index + 1).map(|next| next.what);
            if writer.moment(moment.what, next) {
                skip = Some(index + 1);
            }
        }
        writer.states_until(Some(moment.at));
    }
    writer.states_until(None);
    let story = format!("{} · {}", words.story(picture.conversation), words.sums(picture.conversation));
    writer.over(&story);
    let mut parts = words.provenance_of(picture.trace, frames);
    parts.extend(words.knowledge(picture.trace, picture.conversation));
    writer.over(&parts.join(" · "));
    writer.out
}

struct Writer<'a> {
    picture: &'a Picture<'a>,
    words: &'a Words,
    absolute: bool,
    wanted: Wanted<'a>,
    /// How many states of each end are written.
    states: Ends<usize>,
    out: String,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.out.extend(["    ", text, "\n"]);
    }

    fn title(&self) -> String {
        let ends = self.picture.conversation.addresses();
        escaped(&format!("{} ⇄ {}", ends.client, ends.server))
    }

    fn over(&mut self, text: &str) {
        self.line(&format!("Note over client,server: {}", escaped(text)));
    }

    fn beside(&mut self, end: End, text: &str) {
        let side = match end {
            End::Client => "left",
            End::Server => "right",
        };
        self.line(&format!("Note {side} of {}: {}", name(end), escaped(text)));
    }

    /// Writes what happens; `true` where the next moment is told with it.
    fn moment(&mut self, what: MomentKind, next: Option<MomentKind>) -> bool {
        let timeline = self.picture.timeline;
        match what {
            MomentKind::Phase(index) => {
                if let Some(phase) = timeline.phases.get(index) {
                    self.over(&self.words.phase(phase.kind));
                }
            }
            MomentKind::Quiet(index) => {
                if let Some(quiet) = timeline.quiets.get(index) {
                    let (length, doing) = self.words.quiet(self.picture.all, quiet);
                    let texts: Vec<String> = std::iter::once(length).chain(doing).collect();
                    self.over(&texts.join(" · "));
                }
            }
            MomentKind::Arrow(index) => {
                if let Some(arrow) = timeline.arrows.get(index) {
                    self.arrow(arrow);
                }
            }
            MomentKind::Arrival(index) => {
                let arrival = timeline.arrivals.get(index);
                if let Some((arrival, arrow)) = arrival.and_then(|it| Some((it, timeline.arrows.get(it.arrow)?))) {
                    let text = self.labels().arrival(arrow, arrival);
                    self.beside(arrow.from.peer(), &text);
                }
            }
            MomentKind::Enter(end, index) => {
                let span = timeline.calls.of(end).get(index);
                let Some(record) = span.and_then(|span| self.picture.all.call(span.call)) else { return false };
                let at_once = next == Some(MomentKind::Return(end, index));
                let result = if at_once { format!(" {}", self.words.outcome(record)) } else { String::new() };
                self.beside(end, &format!("{}{result}", record.call));
                return at_once;
            }
            MomentKind::Return(end, index) => {
                let span = timeline.calls.of(end).get(index);
                let Some(record) = span.and_then(|span| self.picture.all.call(span.call)) else { return false };
                self.beside(end, &format!("{}() {}", record.call.name(), self.words.outcome(record)));
            }
            MomentKind::Cable(index) => {
                if let Some(cable) = timeline.cables.get(index) {
                    self.over(&self.words.cable(self.picture.trace, cable));
                }
            }
            MomentKind::Exit(index) => {
                if let Some(exit) = timeline.exits.get(index) {
                    self.beside(exit.end, &self.words.exit(exit.status));
                }
            }
        }
        false
    }

    const fn labels(&self) -> Labels<'_> {
        Labels { picture: self.picture, words: self.words, absolute: self.absolute, wanted: self.wanted }
    }

    fn arrow(&mut self, arrow: &Arrow) {
        let labels = self.labels();
        let (label, numbers) = labels.label(arrow, LABEL);
        let at = span(self.picture.timeline.since_start(arrow.at));
        // What arrives later is sent off without waiting.
        let shaft = match arrow {
            _ if arrow.lost => "-x",
            _ if arrow.apart => "-)",
            _ => "->>",
        };
        let (from, to) = (name(arrow.from), name(arrow.from.peer()));
        let note = [labels.fate(arrow).unwrap_or_default(), labels.note(arrow, LABEL)];
        let note = note.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        let note = if note.is_empty() { note } else { format!(" · {note}") };
        let text = escaped(&format!("{label} {numbers}{note} · {at}"));
        self.line(&format!("{from}{shaft}{to}: {text}"));
    }

    /// The states entered until a moment; all that are left without one.
    fn states_until(&mut self, at: Option<Timestamp>) {
        let due = |since: Option<Timestamp>| at.is_none_or(|at| since.is_none_or(|since| since <= at));
        for end in End::BOTH {
            let written = *self.states.of(end);
            let all = self.picture.timeline.states.of(end);
            let new: Vec<&str> =
                all.iter().skip(written).take_while(|state| due(state.since)).map(|state| state.state.name()).collect();
            *self.states.of_mut(end) = written + new.len();
            for state in new {
                self.beside(end, state);
            }
        }
    }
}

const fn name(end: End) -> &'static str {
    match end {
        End::Client => "client",
        End::Server => "server",
    }
}

/// Text that Mermaid takes for nothing else: its signs as entities
/// (`#59;`), which are numbers of characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '#' | ';' | '<' | '>' | '&' | '"' | '%' | '$' | '{' | '}' | '`' | '\\' => {
                out.push('#');
                out.push_str(&u32::from(character).to_string());
                out.push(';');
            }
            character if character.is_control() => out.push(' '),
            character => out.push(character),
        }
    }
    out
}
