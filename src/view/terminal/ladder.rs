//! Moments into lines.

use super::columns::{Bar, Cell, Columns, Ink, Line, pad_left};
use super::labels::Labels;
use crate::conversation::{By, CallIndex, Conversation, End, Ends, TcpConversation};
use crate::model::{Call, Did, TcpState, Timestamp};
use crate::timeline::{Arrow, MomentKind, PhaseKind, StateSpan};
use crate::trace::FrameNumber;
use crate::view::{Picture, Wanted};
use crate::words::{Words, clip, span, width};

/// How the ladder is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Columns of the terminal; fewer than 80 count as 80.
    pub width: usize,
    /// Colours by ANSI sequences.
    pub colour: bool,
    /// Sequence numbers as they stand in the header.
    pub absolute: bool,
    /// Below each segment of a simulation the rule that made it.
    pub rules: bool,
}

/// Draws one conversation. Every line ends with a newline.
pub fn ladder(picture: &Picture<'_>, words: &Words, options: &Options, wanted: Wanted<'_>) -> String {
    let columns = Columns::fit(options.width, options.absolute);
    let mut ladder = Ladder {
        picture,
        words,
        options,
        wanted,
        columns,
        text: String::new(),
        waiting: Ends::default(),
        open: Ends::default(),
        last_arrow: None,
    };
    ladder.head();
    ladder.body();
    ladder.foot();
    ladder.text
}

/// A line's worth of what an end did between two arrows.
struct Item {
    text: String,
    ink: Ink,
    bar: Bar,
    /// The call, while its result may still join the line.
    entered: Option<usize>,
    /// How many calls are waiting once this has happened.
    open: usize,
}

struct Ladder<'a> {
    picture: &'a Picture<'a>,
    words: &'a Words,
    options: &'a Options,
    wanted: Wanted<'a>,
    columns: Columns,
    text: String,
    /// What each end did since the last arrow.
    waiting: Ends<Vec<Item>>,
    /// How many calls each end is blocked in.
    open: Ends<usize>,
    last_arrow: Option<Timestamp>,
}

impl Ladder<'_> {
    fn push(&mut self, line: &Line) {
        self.push_text(&line.write(self.columns, self.options.colour));
    }

    /// Adds a line that has no columns.
    fn push_text(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn ink(&self, ink: Ink, text: &str) -> String {
        ink.write(text, self.options.colour)
    }

    /// Who stands at each lifeline, and between them their addresses; above
    /// them where there is no room.
    fn head(&mut self) {
        let addresses = self.picture.conversation.addresses();
        let columns = self.columns;
        let (client, server) = (addresses.client.to_string(), addresses.server.to_string());
        let room = columns.middle.saturating_sub(2 + width(&client) + width(&server));
        let middle = if room > 0 {
            format!(" {client}{}{server} ", " ".repeat(room))
        } else {
            for (end, address) in [(End::Client, client), (End::Server, server)] {
                self.push_text(&format!("  {} {address}", self.words.end(end)));
            }
            " ".repeat(columns.middle)
        };
        let left = pad_left(&self.words.end(End::Client), 2 + columns.time + 1 + columns.side);
        let [left, right] = [left, self.words.end(End::Server)].map(|name| self.ink(Ink::Bold, &name));
        self.push_text(&format!("{left}  │{middle}│  {right}"));
    }

    fn body(&mut self) {
        let timeline = self.picture.timeline;
        for moment in &timeline.moments {
            match moment.what {
                MomentKind::Phase(index) => {
                    self.flush();
                    if let Some(phase) = timeline.phases.get(index) {
                        self.phase(phase.kind);
                    }
                }
                MomentKind::Enter(end, index) => self.enter(end, index),
                MomentKind::Return(end, index) => self.leave(end, index),
                MomentKind::Exit(index) => {
                    if let Some(exit) = timeline.exits.get(index) {
                        let open = *self.open.of(exit.end);
                        let item = Item {
                            text: self.words.exit(exit.status),
                            ink: Ink::Bold,
                            bar: if open > 0 { Bar::Bottom } else { Bar::None },
                            entered: None,
                            open: 0,
                        };
                        *self.open.of_mut(exit.end) = 0;
                        self.waiting.of_mut(exit.end).push(item);
                    }
                }
                MomentKind::Cable(index) => {
                    self.flush();
                    self.cable(index);
                }
                MomentKind::Quiet(index) => {
                    self.flush();
                    self.quiet(index);
                }
                MomentKind::Arrow(index) => self.arrow(index),
                MomentKind::Arrival(index) => self.arrival(index),
            }
        }
        self.flush();
    }

    fn phase(&mut self, kind: PhaseKind) {
        let name = self.words.phase(kind);
        let rule = "─".repeat(self.columns.total().saturating_sub(width(&name) + 3));
        let (edge, name, rule) = (self.ink(Ink::Faint, "┌"), self.ink(Ink::Bold, &name), self.ink(Ink::Faint, &rule));
        self.push_text(&format!("{edge} {name} {rule}"));
    }

    fn enter(&mut self, end: End, index: usize) {
        let Some(record) = self.call(end, index).and_then(|call| self.picture.all.call(call)) else { return };
        let text = match &record.call {
            Call::Accept { .. } | Call::Close => format!("{}()", record.call.name()),
            // The server's address stands at the top: its port will do.
            Call::Connect { address } | Call::Bind { address } => {
                format!("{}(:{})", record.call.name(), address.port())
            }
            Call::Socket { .. }
            | Call::Setsockopt { .. }
            | Call::Listen { .. }
            | Call::Send { .. }
            | Call::Recv { .. }
            | Call::Shutdown { .. }
            | Call::Wait { .. }
            | Call::Other { .. } => record.call.to_string(),
        };
        let fits = width(&text) <= self.columns.side;
        let text = if fits { text } else { format!("{}()", record.call.name()) };
        let open = self.open.of_mut(end);
        *open += 1;
        let bar = if *open > 1 { Bar::Branch } else { Bar::Top };
        let item = Item { text, ink: Ink::Plain, bar, entered: Some(index), open: *open };
        self.waiting.of_mut(end).push(item);
    }

    fn leave(&mut self, end: End, index: usize) {
        let call = self.call(end, index);
        let Some(record) = call.and_then(|call| self.picture.all.call(call)) else { return };
        let mut result = self.words.outcome(record);
        if width(&result) > self.columns.side {
            // An error's name alone says enough.
            result.drain(..result.len() - result.trim_start_matches("= ").len());
        }
        let state = call.and_then(|call| self.moved_by_call(end, call));
        let open = self.open.of_mut(end);
        *open = open.saturating_sub(1);
        let open = *open;
        let items = self.waiting.of_mut(end);
        match items.last_mut() {
            // Nothing happened in between: call and result on one line.
            Some(item)
                if item.entered == Some(index) && width(&item.text) + 1 + width(&result) <= self.columns.side =>
            {
                item.text = format!("{} {result}", item.text);
                item.bar = if open > 0 { Bar::Branch } else { Bar::None };
                item.entered = None;
                item.open = open;
            }
            _ => {
                // Beside another call it must be said whose result this is.
                let (text, bar) = if open > 0 {
                    (format!("{}() {result}", record.call.name()), Bar::Branch)
                } else {
                    (result, Bar::Bottom)
                };
                items.push(Item { text, ink: Ink::Plain, bar, entered: None, open });
            }
        }
        if let Some(state) = state {
            let bar = if open > 0 { Bar::Through } else { Bar::None };
            items.push(Item { text: state.name().to_owned(), ink: Ink::State, bar, entered: None, open });
        }
    }

    fn call(&self, end: End, index: usize) -> Option<CallIndex> {
        self.picture.timeline.calls.of(end).get(index).map(|span| span.call)
    }

    fn moved_by_call(&self, end: End, call: CallIndex) -> Option<TcpState> {
        let moved = |span: &&StateSpan| span.by == Some(By::Call(call));
        self.picture.timeline.states.of(end).iter().find(moved).map(|span| span.state)
    }

    /// Writes what both ends did since the last arrow, side by side.
    fn flush(&mut self) {
        self.flush_but(0);
    }

    /// The same, but leaves the last lines of both (at most `keep`) for the
    /// arrow's own line; returns them.
    fn flush_but(&mut self, keep: usize) -> (Option<Item>, Option<Item>) {
        let left = std::mem::take(&mut self.waiting.client);
        let right = std::mem::take(&mut self.waiting.server);
        let lines = left.len().max(right.len());
        let mut bars = (self.open_before(&left, End::Client), self.open_before(&right, End::Server));
        let (mut left, mut right) = (left.into_iter(), right.into_iter());
        let mut kept = (None, None);
        for line in 0..lines {
            let items = (left.next(), right.next());
            if line + keep >= lines {
                kept = items;
                break;
            }
            let left = cell(items.0, &mut bars.0);
            let right = cell(items.1, &mut bars.1);
            self.push(&Line { left, right, ..Line::default() });
        }
        kept
    }

    /// Whether a call was already waiting before the first of `items`.
    fn open_before(&self, items: &[Item], end: End) -> bool {
        match items.first() {
            Some(Item { bar: Bar::Bottom | Bar::Through | Bar::Branch, .. }) => true,
            Some(Item { bar: Bar::Top | Bar::None, .. }) => false,
            None => *self.open.of(end) > 0,
        }
    }

    fn arrow(&mut self, index: usize) {
        let Some(arrow) = self.picture.timeline.arrows.get(index) else { return };
        let receiver = arrow.from.peer();
        let mut own_states = self.states_at(arrow.from, arrow, index);
        let mut peer_states = self.states_at(receiver, arrow, index);
        let own_first = if own_states.is_empty() { None } else { Some(own_states.remove(0)) };
        // The line of the label has room for one call of each end, unless its
        // sender's new state takes it.
        let keep = usize::from(self.waiting.client.len() <= 1 || self.waiting.server.len() <= 1 || own_first.is_none());
        let joins = own_first.is_none() || self.waiting.of(arrow.from).is_empty();
        let mut bars = Ends {
            client: self.open_before(&self.waiting.client, End::Client),
            server: self.open_before(&self.waiting.server, End::Server),
        };
        let kept = self.flush_but(if joins { keep } else { 0 });
        // After the flush, what is not kept has happened.
        for (end, item) in [(End::Client, &kept.0), (End::Server, &kept.1)] {
            if item.is_none() {
                *bars.of_mut(end) = *self.open.of(end) > 0;
            }
        }
        let mut label = Line {
            time: span(self.picture.timeline.since_start(arrow.at)),
            left: cell(kept.0, &mut bars.client),
            right: cell(kept.1, &mut bars.server),
            middle: self.label(arrow),
        };
        if let Some(state) = own_first {
            let cell = if arrow.from == End::Client { &mut label.left } else { &mut label.right };
            cell.state(state);
        }
        self.push(&label);
        let remarks = self.labels().fate(arrow).unwrap_or_default();
        for text in wrapped(&remarks, self.columns.middle.saturating_sub(2)) {
            let (left, right) = (cell(None, &mut bars.client), cell(None, &mut bars.server));
            let middle = vec![(format!(" {text}"), Ink::Bold)];
            self.push(&Line { left, middle, right, ..Line::default() });
        }
        let delta = self.last_arrow.map(|last| format!("+{}", span(arrow.at.since(last))));
        let mut second = Line {
            time: delta.unwrap_or_default(),
            left: cell(None, &mut bars.client),
            right: cell(None, &mut bars.server),
            middle: self.shaft(arrow),
        };
        let peer_first = if peer_states.is_empty() { None } else { Some(peer_states.remove(0)) };
        for (end, state) in [(receiver, peer_first), (arrow.from, own_states.first().copied())] {
            if let Some(state) = state {
                let cell = if end == End::Client { &mut second.left } else { &mut second.right };
                cell.state(state);
            }
        }
        self.push(&second);
        // More than one step by one segment: each on a line of its own.
        let rest = own_states.into_iter().skip(1).map(|state| (arrow.from, state));
        for (end, state) in peer_states.into_iter().map(|state| (receiver, state)).chain(rest) {
            let mut line =
                Line { left: cell(None, &mut bars.client), right: cell(None, &mut bars.server), ..Line::default() };
            let cell = if end == End::Client { &mut line.left } else { &mut line.right };
            cell.state(state);
            self.push(&line);
        }
        self.last_arrow = Some(arrow.at);
        if self.options.rules {
            self.rules(arrow.frame);
        }
    }

    /// By which rules simulated stacks made this segment, and ignored it or a
    /// part of it.
    fn rules(&mut self, frame: FrameNumber) {
        let Conversation::Tcp(tcp) = self.picture.conversation else { return };
        let Some(index) = tcp.segments.iter().position(|segment| segment.frame == frame) else { return };
        let told: Vec<String> = (tcp.steps_of(index))
            .filter(|(_, step)| step.made == Some(index) || step.said.did == Did::Ignored)
            .map(|(end, step)| self.words.step_told(end, &step.said))
            .collect();
        for text in told {
            for (number, line) in wrapped_line(&text, self.columns.total().saturating_sub(8)).iter().enumerate() {
                let indent = if number == 0 { "│   ↳ " } else { "│     " };
                let line = self.ink(Ink::Faint, format!("{indent}{line}").trim_end());
                self.push_text(&line);
            }
        }
    }

    /// An arrow that has left before reaches its receiver.
    fn arrival(&mut self, index: usize) {
        let timeline = self.picture.timeline;
        let arrival = timeline.arrivals.get(index);
        let Some((arrival, arrow)) = arrival.and_then(|it| Some((it, timeline.arrows.get(it.arrow)?))) else { return };
        self.flush();
        let receiver = arrow.from.peer();
        let mut bars = Ends { client: self.open.client > 0, server: self.open.server > 0 };
        let moved = |span: &&StateSpan| !arrival.again && is_moved_by_arriving(span, arrow);
        let mut states = timeline.states.of(receiver).iter().filter(moved).map(|span| span.state);
        let time = span(timeline.since_start(arrival.at));
        let middle = self.arriving_shaft(arrow, &self.labels().arrival(arrow, arrival));
        let mut next = Some((time, middle));
        // More than one step by one segment: each on a line of its own.
        loop {
            let state = states.next();
            let Some((time, middle)) = next.take().or_else(|| state.map(|_| Default::default())) else { break };
            let (left, right) = (cell(None, &mut bars.client), cell(None, &mut bars.server));
            let mut line = Line { time, left, middle, right };
            if let Some(state) = state {
                let cell = if receiver == End::Client { &mut line.left } else { &mut line.right };
                cell.state(state);
            }
            self.push(&line);
        }
    }

    /// The states that `end` enters with this arrow. The first arrow also says
    /// where both ends start from, unless a call did.
    fn states_at(&self, end: End, arrow: &Arrow, index: usize) -> Vec<TcpState> {
        let spans = self.picture.timeline.states.of(end);
        let started = |span: &StateSpan| index == 0 && span.since.is_none();
        let at = Some(arrow.at);
        let moved = |span: &StateSpan| span.since == at && matches!(span.by, Some(By::Sent(_) | By::Received(_)));
        let arrived = |span: &StateSpan| end != arrow.from && !arrow.apart && is_moved_by_arriving(span, arrow);
        let here = spans.iter().filter(|span| started(span) || moved(span) || arrived(span));
        let mut states: Vec<TcpState> = here.map(|span| span.state).collect();
        // CLOSED before the first SYN goes without saying.
        if states.len() > 1 && states.first() == Some(&TcpState::Closed) {
            states.remove(0);
        }
        if states.len() > 1 && states.first() == Some(&TcpState::Listen) {
            states.remove(0);
        }
        states
    }

    fn labels(&self) -> Labels<'_> {
        Labels { picture: self.picture, words: self.words, absolute: self.options.absolute, wanted: self.wanted }
    }

    fn label(&self, arrow: &Arrow) -> Vec<(String, Ink)> {
        let (name, numbers) = self.labels().label(arrow, self.columns.middle.saturating_sub(2));
        vec![(format!(" {name}"), Ink::Arrow(arrow.kind)), (format!(" {numbers}"), Ink::Plain)]
    }

    /// The arrow with what it carries: one that is lost ends on its way, and one
    /// that arrives later has no head yet.
    fn shaft(&self, arrow: &Arrow) -> Vec<(String, Ink)> {
        let ink = Ink::Arrow(arrow.kind);
        if arrow.lost {
            return self.lost_shaft(arrow);
        }
        // One space at the tail, one for the head, a dash at either side.
        let note = self.labels().note(arrow, self.columns.middle.saturating_sub(8));
        let dashes = self.columns.middle.saturating_sub(2 + width(&note) + if note.is_empty() { 0 } else { 2 });
        let (before, after) = ("─".repeat(dashes / 2), "─".repeat(dashes - dashes / 2));
        let note = if note.is_empty() { note } else { format!(" {note} ") };
        if arrow.apart {
            return match arrow.from {
                End::Client => vec![(format!(" {before}"), ink), (note, Ink::Plain), (format!("{after}╌"), ink)],
                End::Server => vec![(format!("╌{before}"), ink), (note, Ink::Plain), (format!("{after} "), ink)],
            };
        }
        match arrow.from {
            End::Client => vec![(format!(" {before}"), ink), (note, Ink::Plain), (format!("{after}▶"), ink)],
            End::Server => vec![(format!("◀{before}"), ink), (note, Ink::Plain), (format!("{after} "), ink)],
        }
    }

    /// It ends with a cross, and never comes to the other side.
    fn lost_shaft(&self, arrow: &Arrow) -> Vec<(String, Ink)> {
        let ink = Ink::Arrow(arrow.kind);
        let middle = self.columns.middle;
        let note = self.labels().note(arrow, middle.saturating_sub(12));
        let free = middle.saturating_sub(4 + width(&note));
        let rest = (free / 3).max(3).min(free);
        let dashes = free - rest;
        let (near, far) = ("─".repeat(dashes / 2), "─".repeat(dashes - dashes / 2));
        let (note, rest) = (format!(" {note} "), " ".repeat(rest));
        match arrow.from {
            End::Client => vec![(format!(" {near}"), ink), (note, Ink::Plain), (format!("{far}✕{rest}"), ink)],
            End::Server => vec![(format!("{rest}✕{far}"), ink), (note, Ink::Plain), (format!("{near} "), ink)],
        }
    }

    /// The last part of an arrow that has left before.
    fn arriving_shaft(&self, arrow: &Arrow, note: &str) -> Vec<(String, Ink)> {
        let ink = Ink::Arrow(arrow.kind);
        let note = clip(note, self.columns.middle.saturating_sub(8));
        let dashes = self.columns.middle.saturating_sub(4 + width(&note));
        let (before, after) = ("╌".repeat(dashes / 2), "─".repeat(dashes - dashes / 2));
        let note = format!(" {note} ");
        match arrow.from {
            End::Client => vec![(format!(" {before}"), ink), (note, Ink::Plain), (format!("{after}▶"), ink)],
            End::Server => vec![(format!("◀{after}"), ink), (note, Ink::Plain), (format!("{before} "), ink)],
        }
    }

    /// A cable is pulled or plugged in.
    fn cable(&mut self, index: usize) {
        let Some(cable) = self.picture.timeline.cables.get(index) else { return };
        let time = pad_left(&span(self.picture.timeline.since_start(cable.at)), self.columns.time);
        let sign = if cable.out { "✂" } else { "↔" };
        let text = format!("{sign} {}", self.words.cable(self.picture.trace, cable));
        let room = self.columns.total().saturating_sub(self.columns.time + 4);
        let (edge, text) = (self.ink(Ink::Faint, "┊"), self.ink(Ink::Bold, &clip(&text, room)));
        self.push_text(&format!("{edge} {time}  {text}"));
    }

    fn quiet(&mut self, index: usize) {
        let Some(quiet) = self.picture.timeline.quiets.get(index) else { return };
        let (length, doing) = self.words.quiet(self.picture.all, quiet);
        let indent = " ".repeat(self.columns.time + 2);
        let room = self.columns.total().saturating_sub(1 + indent.len());
        for text in std::iter::once(length).chain(doing) {
            let (edge, text) = (self.ink(Ink::Faint, "┊"), self.ink(Ink::Faint, &clip(&text, room)));
            self.push_text(&format!("{edge}{indent}{text}"));
        }
    }

    fn foot(&mut self) {
        let conversation = self.picture.conversation;
        for end in End::BOTH {
            let last = self.picture.timeline.states.of(end).last();
            if last.is_some_and(|span| span.state == TcpState::TimeWait) {
                let note = format!("{} ⏱ {}", self.words.end(end), self.words.word("time-wait-note"));
                let indent = " ".repeat(self.columns.time + 2);
                let line = format!("{}{indent}{}", self.ink(Ink::Faint, "│"), self.ink(Ink::Faint, &note));
                self.push_text(&line);
            }
        }
        let sums = self.words.sums(conversation);
        self.push_text(&format!("{} {sums}", self.ink(Ink::Faint, "└")));
        let sources = self.words.knowledge(self.picture.trace, conversation).join(" · ");
        self.push_text(&self.ink(Ink::Faint, &format!("  {sources}")));
        if let Conversation::Tcp(tcp) = conversation {
            self.kernel(tcp);
        }
    }

    /// What the kernel said of the states, where it was asked.
    fn kernel(&mut self, tcp: &TcpConversation) {
        let Some(agreement) = self.words.kernel_agreement(tcp) else { return };
        self.push_text(&self.ink(Ink::Faint, &format!("  {agreement}")));
        for (end, sample) in tcp.disagreements() {
            let at = span(self.picture.timeline.since_start(sample.at));
            let disagreement = self.words.kernel_disagreement(end, sample);
            self.push_text(&self.ink(Ink::Bold, &format!("  {at} {disagreement}")));
        }
    }
}

/// A text in lines of at most `room` columns: one for each of its parts, these
/// broken at spaces.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in text.split(" · ").filter(|part| !part.is_empty()) {
        let mut line = String::new();
        for word in part.split_whitespace() {
            if !line.is_empty() && width(&line) + 1 + width(word) > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&clip(word, room));
        }
        lines.push(line);
    }
    lines
}

/// Whether a state begins where this arrow arrives.
fn is_moved_by_arriving(span: &StateSpan, arrow: &Arrow) -> bool {
    span.since.is_some() && span.since == arrow.arrives && span.by == Some(By::Received(arrow.frame))
}

/// An item as a cell; `open` says whether a call is waiting beside it, and is
/// kept up to date.
fn cell(item: Option<Item>, open: &mut bool) -> Cell {
    match item {
        Some(item) => {
            *open = item.open > 0;
            Cell { text: item.text, ink: item.ink, bar: item.bar }
        }
        None => Cell { bar: if *open { Bar::Through } else { Bar::None }, ..Cell::default() },
    }
}

/// A text on lines of at most `room` columns, broken between words, and where
/// there are none, between characters.
fn wrapped_line(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(|letter: char| letter == ' ' || width(letter.encode_utf8(&mut [0; 4])) > 1) {
        let full = lines.last().is_some_and(|line| !line.is_empty() && width(line) + width(word.trim_end()) > room);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(word);
        }
    }
    lines
}
