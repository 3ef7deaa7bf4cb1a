//! What the window shows: a trace, understood, with a timeline for the
//! conversation that is looked at.

/// What every frame of a trace in memory turned out to be.
mod known;
/// A capture on a disk.
mod large;
/// What the reader looks for.
mod looking;

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::conversation::chapters::{Story, stories};
use crate::conversation::{
    Brief, CallIndex, Conversation, Conversations, Fate, Glance, Label, Row, Sighting, Survey, conversations,
};
use crate::filter::Filter;
use crate::model::{Event, Frame, LinkType, PlaceId, Timestamp, What};
use crate::session::opening::Opening;
use crate::session::rows::Rows;
use crate::session::searching::Hits;
use crate::timeline::Timeline;
use crate::timeline::layout::{Layout, Scale};
use crate::trace::{FrameNumber, Trace};
use crate::view::Picture;
use crate::words::Words;
use known::Known;
use large::Large;
pub use large::PartOf;
use looking::Looking;

/// A trace and everything that follows from it.
#[derive(Debug, Default)]
pub struct Document {
    trace: Trace,
    all: Conversations,
    /// What goes through several of them.
    stories: Vec<Story>,
    places: Places,
    timeline: Option<Timeline>,
    layout: Layout,
    scale: Scale,
    shown: usize,
    known: Known,
    /// Events that have come and are not yet understood.
    stale: bool,
    /// When the trace was understood last, and how long that took.
    refreshed: Option<(Instant, Duration)>,
    /// A capture too large to be in memory: the trace is that of the
    /// conversation that is shown, or of a part of it.
    large: Option<Large>,
    looking: Option<Looking>,
    edition: Edition,
    /// A frame of a large capture that belongs to no conversation.
    lone: Option<Lone>,
}

/// A frame that is looked at by itself.
#[derive(Clone, Debug)]
pub struct Lone {
    /// Its number.
    pub number: FrameNumber,
    /// When it was seen.
    pub at: Timestamp,
    /// Where.
    pub place: PlaceId,
    /// What it starts with.
    pub link_type: LinkType,
    /// Its bytes.
    pub frame: Frame,
}

/// A number that no other document has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edition(u64);

impl Default for Edition {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The clock by which work is cut into what a frame of the window has time for.
#[expect(clippy::disallowed_methods, reason = "this is where the window's work is measured")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Where conversations and frames stand among what is in memory.
#[derive(Clone, Debug, Default)]
struct Places {
    /// The conversations by number: whether they are of TCP, and which.
    conversations: Vec<(bool, usize)>,
    /// By frame: the conversation's place, and which of its segments or
    /// datagrams the frame shows.
    frames: Vec<(FrameNumber, u32, u32)>,
}

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

impl Selection {
    /// The frame that is selected.
    pub const fn frame(self) -> Option<FrameNumber> {
        match self {
            Self::Segment(frame) | Self::Frame(frame) => Some(frame),
            Self::None | Self::Call(_) => None,
        }
    }
}

/// What is known of a frame without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// When it was seen.
    pub at: Timestamp,
    /// Its length on the wire, in bytes.
    pub length: u32,
    /// Something was found about it.
    pub is_found: bool,
    /// It is known to have been lost on its way.
    pub is_lost: bool,
}

/// A flood of events may take this part of the time: one in so many.
const SHARE: u32 = 10;
/// What looking for something may take of a frame of the window, and of the
/// first one.
const PATIENCE: Duration = Duration::from_millis(6);
const FIRST_PATIENCE: Duration = Duration::from_millis(20);

impl Places {
    fn of(all: &Conversations) -> Self {
        let mut ids: Vec<(u32, bool, usize)> = Vec::with_capacity(all.tcp.len() + all.udp.len());
        ids.extend(all.tcp.iter().enumerate().map(|(index, tcp)| (tcp.id, true, index)));
        ids.extend(all.udp.iter().enumerate().map(|(index, udp)| (udp.id, false, index)));
        ids.sort_unstable();
        let mut frames = Vec::new();
        for (place, (_, is_tcp, index)) in (0_u32..).zip(&ids) {
            let mut add = |(index, seen): (u32, &[Sighting])| {
                frames.extend(seen.iter().map(|seen| (seen.frame, place, index)));
            };
            if *is_tcp {
                let segments = all.tcp.get(*index).map_or(&[][..], |tcp| &tcp.segments);
                (0..).zip(segments).map(|(index, segment)| (index, segment.seen_at.as_slice())).for_each(&mut add);
            } else {
                let datagrams = all.udp.get(*index).map_or(&[][..], |udp| &udp.datagrams);
                (0..).zip(datagrams).map(|(index, datagram)| (index, datagram.seen_at.as_slice())).for_each(&mut add);
            }
        }
        frames.sort_unstable();
        Self { conversations: ids.into_iter().map(|(_, is_tcp, index)| (is_tcp, index)).collect(), frames }
    }

    fn conversation<'a>(&self, all: &'a Conversations, place: usize) -> Option<Conversation<'a>> {
        let (is_tcp, index) = *self.conversations.get(place)?;
        if is_tcp { all.tcp.get(index).map(Conversation::Tcp) } else { all.udp.get(index).map(Conversation::Udp) }
    }

    /// The conversation's place and which of its messages a frame shows.
    fn frame(&self, number: FrameNumber) -> Option<(usize, usize)> {
        let found = self.frames.binary_search_by_key(&number, |(frame, ..)| *frame).ok()?;
        let (_, place, index) = *self.frames.get(found)?;
        Some((usize::try_from(place).ok()?, usize::try_from(index).ok()?))
    }
}

impl Document {
    /// A whole trace.
    pub fn new(trace: Trace) -> Self {
        let mut document = Self { trace, stale: true, ..Self::default() };
        document.refresh_now();
        document
    }

    /// A capture that is being read.
    pub fn large(opening: Opening) -> Self {
        Self { large: Some(Large::new(opening)), ..Self::default() }
    }

    /// The capture that is being read, or was, where it is too large to be in
    /// memory.
    pub fn opening(&self) -> Option<&Opening> {
        self.large.as_ref().map(|large| &large.opening)
    }

    /// Fetches the conversation that is shown, as soon as there is enough of
    /// it, and once more when all of it is there. Waits for a few milliseconds
    /// at most; the rest happens on a thread, and a later call takes it.
    ///
    /// # Errors
    /// What the system says on reading the file again.
    pub fn fetch(&mut self) -> io::Result<()> {
        let Some(large) = &mut self.large else { return Ok(()) };
        let Some(fetched) = large.fetch(self.shown, self.scale)? else { return Ok(()) };
        self.trace = fetched.trace;
        self.all = fetched.all;
        self.stories.clear();
        self.places = fetched.places;
        self.timeline = fetched.timeline;
        self.layout = fetched.layout;
        if fetched.scale != self.scale {
            self.lay_out();
        }
        if let Some(looking) = &mut self.looking {
            looking.resort(&self.trace);
        }
        Ok(())
    }

    /// The stories that go through several conversations.
    pub fn stories(&self) -> &[Story] {
        &self.stories
    }

    /// Whether there is anything to save.
    pub fn has_events(&self) -> bool {
        let coming = |large: &Large| large.opening.look(|capture| !capture.index().is_empty());
        !self.trace.events().is_empty() || self.large.as_ref().is_some_and(coming)
    }

    /// Whether another conversation, or another part of it, is on its way.
    pub fn is_fetching(&self) -> bool {
        self.large.as_ref().is_some_and(|large| large.is_fetching(self.shown))
    }

    /// Which frames of the conversation are shown, where these are not all.
    pub fn part(&self) -> Option<PartOf> {
        self.large.as_ref()?.part()
    }

    /// Changes when what was said of frames does not hold any more.
    pub const fn edition(&self) -> Edition {
        self.edition
    }

    /// Reads the rows of a large capture's packet table.
    pub fn rows(&self) -> Option<&Rows> {
        self.large.as_ref()?.rows.as_ref()
    }

    /// How many frames there are, as far as was read.
    pub fn frame_count(&self) -> usize {
        match &self.large {
            Some(large) => large.opening.progress().frames,
            None => self.trace.frame_count(),
        }
    }

    /// How many conversations there are.
    pub fn count(&self) -> usize {
        match &self.large {
            Some(large) => large.opening.look(|capture| capture.survey().len()),
            None => self.places.conversations.len(),
        }
    }

    /// Looks at every conversation in outline.
    pub fn look_at_survey<T>(&self, see: impl FnOnce(&Survey) -> T) -> T {
        match &self.large {
            Some(large) => large.opening.look(|capture| see(capture.survey())),
            None => see(self.known.survey()),
        }
    }

    /// One conversation in outline.
    pub fn brief(&self, place: usize) -> Option<Brief> {
        let id = u32::try_from(place).ok()?;
        self.look_at_survey(|survey| survey.conversation(id))
    }

    /// What is known of frames without reading them; `None` for one that is
    /// not there.
    pub fn facts(&self, numbers: &[FrameNumber]) -> Vec<Option<Facts>> {
        let Some(large) = &self.large else {
            let fact = |number: &FrameNumber| {
                let (at, _, frame) = self.trace.frame(*number)?;
                let (length, is_found) = (frame.original_length, self.known.is_found(*number));
                Some(Facts { at, length, is_found, is_lost: self.is_lost(*number) })
            };
            return numbers.iter().map(fact).collect();
        };
        large.opening.look(|capture| {
            let fact = |number: &FrameNumber| {
                let entry = capture.index().get(*number)?;
                let (length, is_found) = (entry.original_length, entry.marks != 0);
                Some(Facts { at: entry.at, length, is_found, is_lost: self.is_lost(*number) })
            };
            numbers.iter().map(fact).collect()
        })
    }

    /// Whether a segment in memory is known to have been lost.
    fn is_lost(&self, number: FrameNumber) -> bool {
        let segment =
            self.places.frame(number).and_then(|(place, index)| match self.places.conversation(&self.all, place)? {
                Conversation::Tcp(tcp) => tcp.segments.get(index),
                Conversation::Udp(_) => None,
            });
        segment.is_some_and(|segment| matches!(segment.fate, Fate::Lost { .. }))
    }

    /// Shows a frame of a trace in memory with what it turned out to be; a
    /// large capture has [`rows`](Self::rows).
    pub fn look_at_frame<T>(
        &self,
        number: FrameNumber,
        see: impl FnOnce(&Glance<'_>, &Row, &Label<'_>) -> T,
    ) -> Option<T> {
        if self.large.is_some() { None } else { self.known.look(&self.trace, number, see) }
    }

    /// The frame of a large capture that was gone to and belongs to no
    /// conversation: it is not in the trace.
    pub const fn lone(&self) -> Option<&Lone> {
        self.lone.as_ref()
    }

    /// Looks for the frames that a filter selects; for nothing without one.
    ///
    /// # Errors
    /// Where no thread can be started that looks through a large capture.
    pub fn look_for(&mut self, filter: Option<Filter>) -> io::Result<()> {
        self.looking = None;
        let Some(filter) = filter else { return Ok(()) };
        let mut looking = match &self.large {
            Some(large) => Looking::search(filter, large.opening.looker())?,
            None => Looking::here(filter),
        };
        looking.go_on(&self.trace, &self.known, FIRST_PATIENCE);
        self.looking = Some(looking);
        Ok(())
    }

    /// Goes on with what takes longer than one frame of the window. Call it
    /// once a frame; `true` asks for another one soon.
    pub fn follow(&mut self) -> bool {
        if self.large.is_none() {
            self.known.follow(&self.trace);
        }
        self.refresh();
        let all_seen = self.looking.as_mut().is_none_or(|looking| looking.go_on(&self.trace, &self.known, PATIENCE));
        self.stale || !all_seen
    }

    /// The filter that is looked for.
    pub fn filter(&self) -> Option<&Filter> {
        self.looking.as_ref().map(|looking| &looking.filter)
    }

    /// The frames that the filter selects among those in memory; `None`
    /// without a filter.
    pub fn selected(&self) -> Option<&BTreeSet<FrameNumber>> {
        self.looking.as_ref().map(|looking| &looking.selected)
    }

    /// Looks at all frames that the filter has selected so far; `None` without
    /// a filter.
    pub fn look_at_hits<T>(&self, see: impl FnOnce(&Hits) -> T) -> Option<T> {
        self.looking.as_ref().map(|looking| looking.hits(see))
    }

    /// How many frames the filter was asked of, while it has not been asked of
    /// all.
    pub fn searched(&self) -> Option<FrameNumber> {
        self.looking.as_ref().filter(|looking| !looking.has_ended(&self.known)).map(Looking::searched)
    }

    /// Looks no further; what was found stays.
    pub fn stop_looking(&self) {
        if let Some(looking) = &self.looking {
            looking.stop();
        }
    }

    /// Why the search ended early; told once.
    pub fn search_failure(&self) -> Option<io::Error> {
        self.looking.as_ref().and_then(Looking::failure)
    }

    /// What some conversations are called in a list.
    pub fn titles(&self, range: Range<usize>, words: &Words) -> Vec<String> {
        let title = |id: usize| words.say("conversation-title", &[("id", &id)]);
        if let Some(large) = &self.large {
            return large.opening.look(|capture| {
                let brief = |id: usize| capture.survey().conversation(u32::try_from(id).ok()?);
                let known = range.filter_map(|id| Some((id, brief(id)?)));
                known.map(|(id, brief)| format!("{} · {}", title(id), words.brief_story(&brief))).collect()
            });
        }
        let one = |id| Some((id, self.places.conversation(&self.all, id)?));
        range.filter_map(one).map(|(id, one)| format!("{} · {}", title(id), words.story(one))).collect()
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
        if matches!(event.what, What::Frame(_)) && !self.known.is_last(event.at) {
            // It changes the numbers of others, and what was said of them.
            self.known = Known::default();
            self.edition = Edition::default();
            if let Some(looking) = self.looking.take() {
                self.looking = Some(Looking::here(looking.filter));
            }
        }
        self.grow().insert(event);
    }

    /// Understands what has come since the last time, unless that was only
    /// just now: a flood of events has a tenth of the time.
    pub fn refresh(&mut self) {
        let too_early = self.refreshed.is_some_and(|(at, cost)| at.elapsed() < cost * SHARE);
        if !too_early {
            self.refresh_now();
        }
    }

    /// Understands what has come since the last time.
    pub fn refresh_now(&mut self) {
        if !self.stale || self.large.is_some() {
            return;
        }
        let started = now();
        self.stale = false;
        self.known.follow(&self.trace);
        self.all = conversations(&self.trace);
        self.stories = stories(&self.trace, &self.all);
        self.places = Places::of(&self.all);
        self.shown = self.shown.min(self.places.conversations.len().saturating_sub(1));
        self.draw_up();
        if let Some(looking) = &mut self.looking {
            looking.go_on(&self.trace, &self.known, PATIENCE);
        }
        self.refreshed = Some((started, started.elapsed()));
    }

    /// Draws up the conversation that is shown.
    fn draw_up(&mut self) {
        let conversation = self.places.conversation(&self.all, self.place());
        self.timeline = conversation.map(|conversation| Timeline::new(&self.trace, &self.all, conversation));
        self.lay_out();
    }

    fn lay_out(&mut self) {
        self.layout = self.timeline.as_ref().map_or_else(Layout::default, |timeline| Layout::new(timeline, self.scale));
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

    /// Shows another conversation, from its beginning.
    pub fn show(&mut self, index: usize) {
        self.show_part(index, None);
    }

    fn show_part(&mut self, index: usize, around: Option<FrameNumber>) {
        if index >= self.count() {
            return;
        }
        self.shown = index;
        match &mut self.large {
            Some(large) => large.want(around),
            None => self.draw_up(),
        }
    }

    /// Where the conversation that is shown stands among those in memory.
    const fn place(&self) -> usize {
        if self.large.is_some() { 0 } else { self.shown }
    }

    /// Every conversation, in order of its first frame.
    pub fn conversations(&self) -> Vec<Conversation<'_>> {
        (0..).map_while(|place| self.places.conversation(&self.all, place)).collect()
    }

    /// Everything the trace turned out to hold.
    pub const fn all(&self) -> &Conversations {
        &self.all
    }

    /// The conversation that is shown, ready to be painted; the one before,
    /// while it is on its way.
    pub fn picture(&self) -> Option<(Picture<'_>, &Layout)> {
        let conversation = self.places.conversation(&self.all, self.place())?;
        let timeline = self.timeline.as_ref()?;
        Some((Picture { trace: &self.trace, all: &self.all, conversation, timeline }, &self.layout))
    }

    /// The conversation a frame belongs to, by its place in the list; its frame
    /// is one of its segments or datagrams.
    pub fn conversation_of(&self, frame: FrameNumber) -> Option<usize> {
        if let Some(large) = &self.large {
            let id = large.opening.look(|capture| capture.index().get(frame)?.conversation)?;
            return usize::try_from(id).ok();
        }
        self.places.frame(frame).map(|(place, _)| place)
    }

    /// Shows the conversation that a frame belongs to, and the part of it
    /// where the frame is; what to select then.
    pub fn go_to(&mut self, frame: FrameNumber) -> Selection {
        let Some(place) = self.conversation_of(frame) else {
            self.lone = self.large.as_ref().and_then(|large| large.frame(frame));
            return Selection::Frame(frame);
        };
        let is_here = match &self.large {
            Some(large) => large.has(place) && self.places.frame(frame).is_some(),
            None => place == self.shown,
        };
        if !is_here {
            self.show_part(place, Some(frame));
        }
        self.settle(Selection::Segment(frame))
    }

    /// A frame that shows a segment once more selects the segment; one that
    /// has no place in the picture is selected as a frame.
    pub fn settle(&self, selection: Selection) -> Selection {
        let Selection::Segment(frame) = selection else { return selection };
        let is_here = self.large.as_ref().is_none_or(|large| large.has(self.shown));
        if !is_here {
            return selection;
        }
        let first = self.places.frame(frame).and_then(|(place, index)| {
            Some(match self.places.conversation(&self.all, place)? {
                Conversation::Tcp(tcp) => tcp.segments.get(index)?.frame,
                Conversation::Udp(udp) => udp.datagrams.get(index)?.frame,
            })
        });
        first.map_or(Selection::Frame(frame), Selection::Segment)
    }

    /// The segment or datagram before (−1) or after (+1) the selected one; the first where
    /// none is selected.
    pub fn step(&self, selection: Selection, by: isize) -> Option<FrameNumber> {
        if self.large.as_ref().is_some_and(|large| !large.has(self.shown)) {
            return None;
        }
        let conversation = self.places.conversation(&self.all, self.place())?;
        let current = match selection {
            Selection::Segment(frame) => self.places.frame(frame).filter(|(place, _)| *place == self.place()),
            Selection::None | Selection::Frame(_) | Selection::Call(_) => None,
        };
        let index = current.map_or(Some(0), |(_, index)| index.checked_add_signed(by))?;
        match conversation {
            Conversation::Tcp(tcp) => tcp.segments.get(index).map(|segment| segment.frame),
            Conversation::Udp(udp) => udp.datagrams.get(index).map(|datagram| datagram.frame),
        }
    }
}
