//! What the window shows: a trace, understood, with a timeline for each
//! conversation.

use crate::conversation::{CallIndex, Conversation, Conversations, conversations};
use crate::model::Event;
use crate::timeline::Timeline;
use crate::timeline::layout::{Layout, Scale};
use crate::trace::{FrameNumber, Trace};
use crate::view::Picture;

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
}

/// What the reader points at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// Nothing yet.
    #[default]
    None,
    /// The segment in this frame.
    Segment(FrameNumber),
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
            self.timelines.get(self.shown).map_or_else(Layout::default, |timeline| Layout::new(timeline, self.scale));
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
        if index < self.timelines.len() {
            self.shown = index;
            self.lay_out();
        }
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
        let conversation = *self.all.all().get(self.shown)?;
        let timeline = self.timelines.get(self.shown)?;
        Some((Picture { trace: &self.trace, all: &self.all, conversation, timeline }, &self.layout))
    }

    /// The segment or datagram before (−1) or after (+1) the selected one; the first where
    /// none is selected.
    pub fn step(&self, selection: Selection, by: isize) -> Option<FrameNumber> {
        let frames = self.all.all().get(self.shown)?.frames();
        let current = match selection {
            Selection::Segment(frame) => frames.iter().position(|other| *other == frame),
            Selection::None | Selection::Call(_) => None,
        };
        let index = current.map_or(Some(0), |index| index.checked_add_signed(by))?;
        frames.get(index).copied()
    }
}
