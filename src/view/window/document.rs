//! What the window shows: a trace, understood, with a timeline for each
//! conversation.

use std::collections::BTreeSet;
use std::io;

use super::growth::{self, Growth, MOST_GROWING};
use crate::conversation::{CallIndex, Conversation, Conversations, conversations};
use crate::filter::{self, Filter};
use crate::model::Event;
use crate::session::opening::Opening;
use crate::timeline::Timeline;
use crate::timeline::layout::{Layout, Scale};
use crate::trace::{FrameNumber, Trace};
use crate::view::Picture;
use crate::words::Words;

/// A trace and everything that follows from it.
#[derive(Debug, Default)]
pub struct Document {
    trace: Trace,
    all: Conversations,
    timelines: Vec<Timeline>,
    layout: Layout,
    scale: Scale,
    shown: usize,
    /// Events that have come and are not yet understood.
    stale: bool,
    /// A capture too large to be in memory: the trace is that of the
    /// conversation that is shown.
    large: Option<Large>,
    /// What the reader looks for, and the frames that are it.
    filter: Option<(Filter, BTreeSet<FrameNumber>)>,
}

/// A capture that is on a disk, or comes from an interface.
#[derive(Debug)]
struct Large {
    opening: Opening,
    /// How many frames of the conversation that is shown are in the trace, and
    /// how many it had when it was fetched.
    fetched: Option<(usize, usize)>,
    /// It was fetched after the last frame had been read.
    complete: bool,
    growth: Growth,
}

/// Frames of a capture that is still being read from which a picture is worth
/// drawing.
const ENOUGH: usize = 1000;

/// No more frames of one conversation are fetched at once.
const MOST_FRAMES: usize = 50_000;

/// What the reader points at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// Nothing yet.
    #[default]
    None,
    /// The segment in this frame.
    Segment(FrameNumber),
    /// A frame that is no segment or datagram of a conversation.
    Frame(FrameNumber),
    /// A socket call.
    Call(CallIndex),
}

impl Document {
    /// A whole trace.
    pub fn new(trace: Trace) -> Self {
        let mut document = Self { trace, stale: true, ..Self::default() };
        document.refresh();
        document
    }

    /// A capture that is being read.
    pub fn large(opening: Opening) -> Self {
        let large = Large { opening, fetched: None, complete: false, growth: Growth::default() };
        Self { large: Some(large), ..Self::default() }
    }

    /// The capture that is being read, or was, where it is too large to be in
    /// memory.
    pub fn opening(&self) -> Option<&Opening> {
        self.large.as_ref().map(|large| &large.opening)
    }

    /// Fetches the conversation that is shown, as soon as there is enough of
    /// it, and once more when all of it is there.
    ///
    /// # Errors
    /// What the system says on reading the file again.
    pub fn fetch(&mut self) -> io::Result<()> {
        let Some(large) = &mut self.large else { return Ok(()) };
        let ended = large.opening.has_ended();
        let live = large.opening.interface().is_some();
        if large.complete || large.fetched.is_some() && !ended && !(live && large.growth.is_due()) {
            return Ok(());
        }
        let Ok(id) = u32::try_from(self.shown) else { return Ok(()) };
        let start = growth::now();
        let (growth, before) = (&mut large.growth, large.fetched);
        let most = if live && !ended { MOST_GROWING } else { MOST_FRAMES };
        let fetched = large.opening.look(|capture| {
            let enough = ended || live || capture.index().len() >= ENOUGH;
            if !enough || self.shown >= capture.survey().len() {
                return Ok(None);
            }
            let all = growth.follow(capture, id, most);
            let numbers = growth.frames.get(..all.min(most)).unwrap_or_default();
            // Nothing has come that would be seen.
            let same = before.is_some_and(|(kept, _)| kept == numbers.len()) && !ended;
            let trace = if same { None } else { Some(capture.trace(numbers.iter().copied())?) };
            Ok::<_, io::Error>(Some((trace, numbers.len(), all)))
        })?;
        large.complete = ended;
        if let Some((_, kept, all)) = &fetched {
            large.fetched = Some((*kept, *all));
        }
        if let Some((Some(trace), ..)) = fetched {
            self.trace = trace;
            self.all = conversations(&self.trace);
            self.all.number(id);
            self.select();
            self.timelines = self.all.all().into_iter().map(|one| Timeline::new(&self.trace, &self.all, one)).collect();
            self.lay_out();
        }
        if let Some(large) = &mut self.large {
            large.growth.fetched(start);
        }
        Ok(())
    }

    /// Whether there is anything to save.
    pub fn has_events(&self) -> bool {
        let coming = |large: &Large| large.opening.look(|capture| !capture.index().is_empty());
        !self.trace.events().is_empty() || self.large.as_ref().is_some_and(coming)
    }

    /// How many frames of the conversation are shown, and how many it has,
    /// where these are not all.
    pub fn part(&self) -> Option<(usize, usize)> {
        self.large.as_ref()?.fetched.filter(|(kept, all)| kept < all)
    }

    /// How many conversations there are.
    pub fn count(&self) -> usize {
        match &self.large {
            Some(large) => large.opening.look(|capture| capture.survey().len()),
            None => self.timelines.len(),
        }
    }

    /// Looks for the frames that a filter selects; for nothing without one.
    pub fn look_for(&mut self, filter: Option<Filter>) {
        self.filter = filter.map(|filter| (filter, BTreeSet::new()));
        self.select();
    }

    fn select(&mut self) {
        if let Some((filter, selected)) = &mut self.filter {
            *selected = filter::select(&self.trace, filter);
        }
    }

    /// The frames that the filter selects among those in memory; `None`
    /// without a filter.
    pub fn selected(&self) -> Option<&BTreeSet<FrameNumber>> {
        self.filter.as_ref().map(|(_, selected)| selected)
    }

    /// What some conversations are called in a list.
    pub fn titles(&self, range: std::ops::Range<usize>, words: &Words) -> Vec<String> {
        let title = |id: usize| words.say("conversation-title", &[("id", &id)]);
        if let Some(large) = &self.large {
            return large.opening.look(|capture| {
                let brief = |id: usize| capture.survey().conversation(u32::try_from(id).ok()?);
                let known = range.filter_map(|id| Some((id, brief(id)?)));
                known.map(|(id, brief)| format!("{} · {}", title(id), words.brief_story(&brief))).collect()
            });
        }
        let all = self.all.all();
        range.filter_map(|id| Some(format!("{} · {}", title(id), words.story(*all.get(id)?)))).collect()
    }

    /// The events themselves.
    pub const fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The trace, to add to; what follows from it is made anew by
    /// [`refresh`](Self::refresh).
    pub const fn grow(&mut self) -> &mut Trace {
        self.stale = true;
        &mut self.trace
    }

    /// Adds an event where its time belongs.
    pub fn insert(&mut self, event: Event) {
        self.grow().insert(event);
    }

    /// Understands what has come since the last time.
    pub fn refresh(&mut self) {
        if !self.stale {
            return;
        }
        self.stale = false;
        self.all = conversations(&self.trace);
        self.select();
        self.timelines = self
            .all
            .all()
            .into_iter()
            .map(|conversation| Timeline::new(&self.trace, &self.all, conversation))
            .collect();
        self.shown = self.shown.min(self.timelines.len().saturating_sub(1));
        self.lay_out();
    }

    fn lay_out(&mut self) {
        self.layout =
            self.timelines.get(self.place()).map_or_else(Layout::default, |timeline| Layout::new(timeline, self.scale));
    }

    /// How time becomes height.
    pub const fn scale(&self) -> Scale {
        self.scale
    }

    /// Changes how time becomes height.
    pub fn set_scale(&mut self, scale: Scale) {
        self.scale = scale;
        self.lay_out();
    }

    /// Which conversation is shown, by its place in the list.
    pub const fn shown(&self) -> usize {
        self.shown
    }

    /// Shows another conversation.
    pub fn show(&mut self, index: usize) {
        if index >= self.count() {
            return;
        }
        self.shown = index;
        if let Some(large) = &mut self.large {
            large.fetched = None;
            large.complete = false;
            large.growth = Growth::default();
        } else {
            self.lay_out();
        }
    }

    /// Where the conversation that is shown stands among those in memory.
    const fn place(&self) -> usize {
        if self.large.is_some() { 0 } else { self.shown }
    }

    /// Every conversation, in order of its first frame.
    pub fn conversations(&self) -> Vec<Conversation<'_>> {
        self.all.all()
    }

    /// Everything the trace turned out to hold.
    pub const fn all(&self) -> &Conversations {
        &self.all
    }

    /// The conversation that is shown, ready to be painted.
    pub fn picture(&self) -> Option<(Picture<'_>, &Layout)> {
        let conversation = *self.all.all().get(self.place())?;
        let timeline = self.timelines.get(self.place())?;
        Some((Picture { trace: &self.trace, all: &self.all, conversation, timeline }, &self.layout))
    }

    /// The conversation a frame belongs to, by its place in the list; its frame
    /// is one of its segments or datagrams.
    pub fn conversation_of(&self, frame: FrameNumber) -> Option<usize> {
        if let Some(large) = &self.large {
            let id = large.opening.look(|capture| capture.index().get(frame)?.conversation)?;
            return usize::try_from(id).ok();
        }
        self.all.all().iter().position(|conversation| conversation.frames().contains(&frame))
    }

    /// The segment or datagram before (−1) or after (+1) the selected one; the first where
    /// none is selected.
    pub fn step(&self, selection: Selection, by: isize) -> Option<FrameNumber> {
        let frames = self.all.all().get(self.place())?.frames();
        let current = match selection {
            Selection::Segment(frame) => frames.iter().position(|other| *other == frame),
            Selection::None | Selection::Frame(_) | Selection::Call(_) => None,
        };
        let index = current.map_or(Some(0), |index| index.checked_add_signed(by))?;
        frames.get(index).copied()
    }
}
