//! A capture on a disk: the conversation that is shown is fetched from it.

use std::io;
use std::time::{Duration, Instant};

use super::{Lone, Places};
use crate::conversation::Conversations;
use crate::model::Frame;
use crate::session::capture::Batch;
use crate::session::opening::Opening;
use crate::session::part::{Fetching, Part};
use crate::session::rows::Rows;
use crate::timeline::Timeline;
use crate::timeline::layout::{Layout, Scale};
use crate::trace::{FrameNumber, Trace};

/// Frames of a capture that is still being read from which a picture is worth
/// drawing.
const ENOUGH: usize = 1000;
/// No more frames of one conversation are shown at once.
const MOST_FRAMES: usize = 50_000;
/// How long the window waits for what is usually there at once.
const PATIENCE: Duration = Duration::from_millis(12);

/// How soon a conversation that grows is understood again, and how often the
/// work of that fits into the time until the next.
const REFRESH: Duration = Duration::from_millis(250);
const SHARE: u32 = 8;

/// A capture on a disk, or of an interface.
#[derive(Debug)]
pub(super) struct Large {
    pub(super) opening: Opening,
    /// `None` where no thread could be started.
    pub(super) rows: Option<Rows>,
    fetching: Option<(Fetching<Fetched>, Asked)>,
    /// What is in memory.
    fetched: Option<(Asked, PartOf)>,
    /// The frame that the part must have.
    around: Option<FrameNumber>,
    /// When it was asked for last, how long that is good, and how many frames
    /// the capture had: of an interface more come.
    asked: Option<(Instant, Duration, usize)>,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    conversation: usize,
    around: Option<FrameNumber>,
    /// The capture had been read to its end.
    complete: bool,
}

/// Which frames of a conversation are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartOf {
    /// How many come before.
    pub before: usize,
    /// How many are shown.
    pub kept: usize,
    /// How many there are.
    pub total: usize,
}

impl PartOf {
    /// Which part this is, from 1.
    pub const fn number(self) -> usize {
        self.before / MOST_FRAMES + 1
    }

    /// How many parts there are.
    pub const fn parts(self) -> usize {
        self.total.div_ceil(MOST_FRAMES)
    }
}

/// A part, ready to be painted.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) trace: Trace,
    pub(super) all: Conversations,
    pub(super) places: Places,
    pub(super) timeline: Option<Timeline>,
    pub(super) layout: Layout,
    /// What the layout was made for.
    pub(super) scale: Scale,
    part: PartOf,
}

impl Fetched {
    fn new(part: Part, scale: Scale) -> Self {
        let Part { trace, all, before, kept, total } = part;
        let places = Places::of(&all);
        let timeline = places.conversation(&all, 0).map(|conversation| Timeline::new(&trace, &all, conversation));
        let layout = timeline.as_ref().map_or_else(Layout::default, |timeline| Layout::new(timeline, scale));
        Self { trace, all, places, timeline, layout, scale, part: PartOf { before, kept, total } }
    }
}

impl Large {
    pub(super) fn new(opening: Opening) -> Self {
        let rows = Rows::start(opening.looker()).ok();
        Self { opening, rows, fetching: None, fetched: None, around: None, asked: None }
    }

    /// Asks for what is to be shown where that is not there, and takes it as
    /// soon as it is.
    pub(super) fn fetch(&mut self, shown: usize, scale: Scale) -> io::Result<Option<Fetched>> {
        let wanted = Asked { conversation: shown, around: self.around, complete: self.opening.has_ended() };
        let same = |asked: &Asked| (asked.conversation, asked.around) == (wanted.conversation, wanted.around);
        let mut patience = Duration::ZERO;
        if self.fetching.as_ref().is_some_and(|(_, asked)| !same(asked)) {
            self.fetching = None;
        }
        if self.fetching.is_none() {
            let live = self.opening.interface().is_some() && !wanted.complete;
            let frames = self.opening.progress().frames;
            if self.fetched.as_ref().is_some_and(|(asked, _)| same(asked) && asked.complete >= wanted.complete)
                && !(live && self.is_due(frames))
            {
                return Ok(None);
            }
            let ready = self.opening.look(|capture| {
                let enough = wanted.complete || live || capture.index().len() >= ENOUGH;
                enough && shown < capture.survey().len()
            });
            let Some(id) = u32::try_from(shown).ok().filter(|_| ready) else { return Ok(None) };
            let then = move |part| Fetched::new(part, scale);
            let fetching = Fetching::start(self.opening.looker(), id, self.around, MOST_FRAMES, then)?;
            self.fetching = Some((fetching, wanted));
            self.asked = Some((now(), REFRESH, frames));
            patience = PATIENCE;
        }
        let Some((fetching, asked)) = &self.fetching else { return Ok(None) };
        let Some(fetched) = fetching.wait(patience) else { return Ok(None) };
        let asked = *asked;
        self.fetching = None;
        if let Some((at, good, _)) = &mut self.asked {
            *good = REFRESH.max(at.elapsed() * SHARE);
        }
        // What cannot be read is not asked for again and again.
        let part = fetched.as_ref().map_or(PartOf { before: 0, kept: 0, total: 0 }, |fetched| fetched.part);
        self.fetched = Some((asked, part));
        fetched.map(Some)
    }

    /// Whether there are more frames than when it was asked for, and it was long
    /// ago.
    fn is_due(&self, frames: usize) -> bool {
        self.asked.is_none_or(|(at, good, before)| frames != before && at.elapsed() >= good)
    }

    /// One frame by itself; `None` where it cannot be read.
    pub(super) fn frame(&self, number: FrameNumber) -> Option<Lone> {
        let mut batch = Batch::default();
        self.opening.looker().read([number], &mut batch).ok()?;
        let found = batch.frames().first()?;
        let glance = batch.glance(found)?;
        let frame = Frame {
            bytes: glance.bytes.into(),
            original_length: glance.original_length,
            comment: found.comment.clone(),
        };
        Some(Lone { number, at: glance.at, place: glance.place, link_type: glance.link_type, frame })
    }

    /// From now on another conversation is wanted, or another part of it.
    pub(super) const fn want(&mut self, around: Option<FrameNumber>) {
        self.around = around;
    }

    /// Whether something is on its way, or will be at the next call of
    /// [`fetch`](Self::fetch).
    pub(super) fn is_fetching(&self, shown: usize) -> bool {
        let is_there = || {
            let whole = self.fetched.is_some_and(|(asked, _)| asked.complete);
            whole && self.has(shown) || self.opening.look(|capture| shown >= capture.survey().len())
        };
        self.fetching.is_some() || self.opening.has_ended() && !is_there()
    }

    /// Whether what is in memory is of this conversation.
    pub(super) fn has(&self, conversation: usize) -> bool {
        self.fetched.is_some_and(|(asked, _)| (asked.conversation, asked.around) == (conversation, self.around))
    }

    pub(super) fn part(&self) -> Option<PartOf> {
        self.fetched.map(|(_, part)| part).filter(|part| part.kept < part.total)
    }
}

/// This moment.
#[expect(clippy::disallowed_methods, reason = "how often a capture that grows is looked at")]
fn now() -> Instant {
    Instant::now()
}
