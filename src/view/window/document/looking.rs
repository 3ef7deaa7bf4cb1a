//! What the reader looks for: a display filter and the frames it selects.

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use super::known::Known;
use super::now;
use crate::conversation;
use crate::filter::{Collected, Filter};
use crate::session::opening::Looker;
use crate::session::searching::{Hits, Searching};
use crate::trace::{FrameNumber, Trace};

/// Frames between two looks at the clock.
const FRAMES: u32 = 64;

/// A filter and what it has selected so far.
#[derive(Debug)]
pub(super) struct Looking {
    pub(super) filter: Filter,
    found: Found,
    /// Those among the frames in memory.
    pub(super) selected: BTreeSet<FrameNumber>,
    /// Frames in memory up to this number are in `selected`, if they are hits.
    sorted: FrameNumber,
}

/// Where the hits come from.
#[derive(Debug)]
enum Found {
    /// A trace in memory.
    Here { hits: Hits, next: FrameNumber },
    /// A thread that goes through the capture.
    Searched(Searching),
}

impl Looking {
    /// Looks through a trace in memory.
    pub(super) fn here(filter: Filter) -> Self {
        let found = Found::Here { hits: Hits::default(), next: FrameNumber(1) };
        Self { filter, found, selected: BTreeSet::new(), sorted: FrameNumber(0) }
    }

    /// Looks through a capture on a disk.
    pub(super) fn search(filter: Filter, looker: Looker) -> io::Result<Self> {
        let found = Found::Searched(Searching::start(looker, filter.clone())?);
        Ok(Self { filter, found, selected: BTreeSet::new(), sorted: FrameNumber(0) })
    }

    /// Goes on for as long as `patience`; tells whether that was all for now.
    pub(super) fn go_on(&mut self, trace: &Trace, known: &Known, patience: Duration) -> bool {
        let Self { filter, found, selected, .. } = self;
        match found {
            Found::Here { hits, next } => {
                let started = now();
                let mut collected = Collected::new(filter.wanted());
                loop {
                    let end = next.0.saturating_add(FRAMES);
                    for number in (next.0..end).map(FrameNumber) {
                        let is_hit = known.look(trace, number, |glance, row, label| {
                            collected.clear();
                            conversation::fields(glance, row, label, &mut collected);
                            filter.matches(&collected)
                        });
                        match is_hit {
                            None => {
                                *next = number;
                                return true;
                            }
                            Some(true) => {
                                hits.push(number);
                                selected.insert(number);
                            }
                            Some(false) => {}
                        }
                    }
                    *next = FrameNumber(end);
                    if started.elapsed() >= patience {
                        return false;
                    }
                }
            }
            Found::Searched(_) => {
                self.sort(trace);
                true
            }
        }
    }

    /// Marks what was found among the frames in memory.
    fn sort(&mut self, trace: &Trace) {
        let Found::Searched(searching) = &self.found else { return };
        let searched = searching.searched();
        if searched <= self.sorted {
            return;
        }
        let from = self.sorted;
        let selected = &mut self.selected;
        searching.hits(|hits| {
            let new =
                trace.frames().map(|(number, ..)| number).filter(|number| (from < *number) && *number <= searched);
            selected.extend(new.filter(|number| hits.has(*number)));
        });
        self.sorted = searched;
    }

    /// Other frames are in memory.
    pub(super) fn resort(&mut self, trace: &Trace) {
        if let Found::Searched(_) = self.found {
            self.selected.clear();
            self.sorted = FrameNumber(0);
            self.sort(trace);
        }
    }

    pub(super) fn hits<T>(&self, see: impl FnOnce(&Hits) -> T) -> T {
        match &self.found {
            Found::Here { hits, .. } => see(hits),
            Found::Searched(searching) => searching.hits(see),
        }
    }

    /// How many frames were looked at.
    pub(super) fn searched(&self) -> FrameNumber {
        match &self.found {
            Found::Here { next, .. } => FrameNumber(next.0.saturating_sub(1)),
            Found::Searched(searching) => searching.searched(),
        }
    }

    /// Whether nothing more comes, unless the trace grows.
    pub(super) fn has_ended(&self, known: &Known) -> bool {
        match &self.found {
            Found::Here { next, .. } => usize::try_from(next.0).is_ok_and(|next| next > known.len()),
            Found::Searched(searching) => searching.has_ended(),
        }
    }

    pub(super) fn stop(&self) {
        if let Found::Searched(searching) = &self.found {
            searching.stop();
        }
    }

    pub(super) fn failure(&self) -> Option<io::Error> {
        match &self.found {
            Found::Here { .. } => None,
            Found::Searched(searching) => searching.failure(),
        }
    }
}
