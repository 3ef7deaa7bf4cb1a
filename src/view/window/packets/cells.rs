//! What stands in the rows in view: made once a frame of the capture, kept
//! while it is near.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::document::{Document, Edition, now};
use crate::conversation::{self, Glance, Label, Row};
use crate::decode::address;
use crate::session::rows::Answer;
use crate::source::file::FileError;
use crate::trace::FrameNumber;
use crate::view::table::{LineKind, TableLine};
use crate::words::Words;

/// Rows that are kept.
const MOST: usize = 4096;
/// How long the window waits for rows that are usually there at once.
const PATIENCE: Duration = Duration::from_millis(3);

/// What stands in one row beside its number, time and length.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    pub(super) source: String,
    pub(super) destination: String,
    pub(super) protocol: String,
    pub(super) info: String,
    pub(super) kind: LineKind,
    pub(super) state: State,
}

impl Cells {
    /// Both addresses, where they are addresses and not names.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &str> {
        let same = self.source == self.destination;
        let both = [&self.source, &self.destination].into_iter().take(if same { 1 } else { 2 });
        both.map(String::as_str).filter(|text| address::read(text).is_ok())
    }
}

/// How much of it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// All of it.
    Exact,
    /// What the frame says itself: its connection is still gone through.
    Plain,
    /// It cannot be read.
    Unreadable,
    /// Its bytes went to make room.
    Dropped,
}

/// The rows near those in view.
#[derive(Debug, Default)]
pub(super) struct Cache {
    rows: BTreeMap<FrameNumber, Cells>,
    /// What was asked for last.
    asked: Vec<FrameNumber>,
    /// The disk is slow: do not wait for it.
    is_slow: bool,
    of: Option<Edition>,
    line: TableLine,
    /// What is wrong with the file.
    pub(super) trouble: Option<String>,
}

impl Cache {
    /// What stands in a row, if it is known by now.
    pub(super) fn get(&self, number: FrameNumber) -> Option<&Cells> {
        self.rows.get(&number)
    }

    /// Sees to it that these rows are known, now or soon.
    pub(super) fn want(&mut self, document: &Document, numbers: &[FrameNumber], words: &Words) {
        if self.of != Some(document.edition()) {
            *self = Self { of: Some(document.edition()), ..Self::default() };
        }
        if self.rows.len() > MOST {
            self.rows.retain(|number, _| numbers.binary_search(number).is_ok());
        }
        if document.rows().is_none() {
            for number in numbers {
                if !self.rows.contains_key(number) {
                    let line = &mut self.line;
                    let cells = document
                        .look_at_frame(*number, |glance, row, label| cells(line, glance, row, label, State::Exact));
                    cells.and_then(|cells| self.rows.insert(*number, cells));
                }
            }
            return;
        }
        self.take(document, words);
        let unknown = |number: &&FrameNumber| self.rows.get(number).is_none_or(|cells| cells.state == State::Plain);
        let wanted: Vec<FrameNumber> = numbers.iter().filter(unknown).copied().collect();
        // What is on its way is not asked for again.
        let is_new = wanted.iter().any(|number| self.asked.binary_search(number).is_err());
        if is_new && document.rows().is_some_and(|rows| rows.ask(wanted.clone())) {
            self.asked = wanted;
            self.wait(document, words);
        }
    }

    /// Waits a little, so that what is scrolled into view is there at once.
    fn wait(&mut self, document: &Document, words: &Words) {
        if self.is_slow {
            return;
        }
        let started = now();
        while self.asked.iter().any(|number| !self.rows.contains_key(number)) {
            let left = PATIENCE.saturating_sub(started.elapsed());
            let answer = document.rows().and_then(|rows| rows.answers().recv_timeout(left).ok());
            let Some(answer) = answer else {
                self.is_slow = true;
                return;
            };
            self.put(answer, words);
        }
    }

    /// Takes what has come.
    fn take(&mut self, document: &Document, words: &Words) {
        let Some(rows) = document.rows() else { return };
        for answer in rows.answers().try_iter() {
            self.put(answer, words);
            self.is_slow = false;
        }
    }

    fn put(&mut self, answer: Answer, words: &Words) {
        let empty = |state| Cells {
            source: String::new(),
            destination: String::new(),
            protocol: String::new(),
            info: String::new(),
            kind: LineKind::Other,
            state,
        };
        match answer {
            Answer::Row(row) => {
                let state = if row.is_exact { State::Exact } else { State::Plain };
                let known = self.rows.get(&row.number()).is_some_and(|cells| cells.state == State::Exact);
                if !known {
                    let cells = cells(&mut self.line, &row.glance(), &row.row, &row.label(), state);
                    self.rows.insert(row.number(), cells);
                }
            }
            Answer::Dropped(number) => {
                self.rows.insert(number, empty(State::Dropped));
            }
            Answer::Failed(number, source) => {
                self.rows.insert(number, empty(State::Unreadable));
                self.trouble = Some(words.file_error(&FileError::Read { source }));
            }
            Answer::Gone => {
                self.trouble.get_or_insert_with(|| words.word("packets-gone"));
            }
        }
    }
}

/// What the columns say of a frame, as `--format table` prints it.
fn cells(line: &mut TableLine, glance: &Glance<'_>, row: &Row, label: &Label<'_>, state: State) -> Cells {
    line.clear();
    line.set_link_type(glance.link_type);
    conversation::fields(glance, row, label, line);
    let mut cells = Cells {
        source: String::new(),
        destination: String::new(),
        protocol: String::new(),
        info: String::new(),
        kind: line.kind(),
        state,
    };
    line.source(&mut cells.source);
    line.destination(&mut cells.destination);
    line.protocol(&mut cells.protocol);
    line.info(&mut cells.info);
    cells.info.truncate(cells.info.trim_end().len());
    cells
}
