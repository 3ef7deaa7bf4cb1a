//! A capture of any size: every frame indexed and every conversation surveyed
//! in one pass, the frames' bytes fetched when somebody looks.
//!
//! Owns the pass and where the bytes are. Has no opinion on what is looked at.

/// Several frames read at once.
mod batch;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::conversation::{Glance, Row, Survey};
use crate::model::{Event, Frame, LinkType, Place, PlaceId, Timestamp, What};
use crate::source::file::{Damage, FileError, Frames, Item, Opened, RawOptions, Reader, RecordFrame};
use crate::trace::{Arena, Entry, FrameNumber, Index, Notes, Trace};
pub use batch::{Batch, BatchFrame};

/// What frames that are on no disk may take in memory, in bytes: the oldest
/// go first.
pub const ARENA: usize = 1 << 30;

/// A comment is kept with the index up to this many of them.
const MOST_COMMENTS: usize = 100_000;

/// Where the bytes of frames are.
#[derive(Debug)]
enum Bytes {
    /// On a disk.
    Disk(Arc<Frames>),
    /// In memory, up to a bound.
    Memory(Box<Arena>),
}

/// A capture that was read, or is being read.
#[derive(Debug)]
pub struct Capture {
    index: Index,
    survey: Survey,
    places: Vec<Place>,
    bytes: Bytes,
    /// Events that are no frames, with the number of frames before each.
    events: Vec<(u32, Event)>,
    comments: Vec<(FrameNumber, String)>,
    /// Everything that is told of the file beside its frames; its trace has
    /// none.
    opened: Opened,
}

/// How far the reading has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file that were read.
    pub read: u64,
    /// Bytes of the file; `None` for a pipe.
    pub total: Option<u64>,
    /// Frames that were understood.
    pub frames: usize,
}

/// Reads a capture bit by bit.
pub struct Reading<R> {
    reader: Reader<R>,
    total: Option<u64>,
}

/// What one step of reading came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to read.
    More,
    /// That was all.
    Ended,
}

impl Reading<File> {
    /// Opens the capture at `path`.
    ///
    /// # Errors
    /// Where it is none, or none that is read.
    pub fn open(path: &Path) -> Result<(Self, Capture), FileError> {
        let (reader, frames) = Reader::open(path)?;
        let total = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|found| found.len());
        Ok((Self { reader, total }, Capture::new(Bytes::Disk(Arc::new(frames)))))
    }
}

impl<R: Read> Reading<R> {
    /// Reads a capture as it comes in; at most [`ARENA`] bytes of its frames
    /// are kept.
    ///
    /// # Errors
    /// Where it is none, or none that is read.
    pub fn stream(reader: R) -> Result<(Self, Capture), FileError> {
        let reader = Reader::new(reader)?;
        Ok((Self { reader, total: None }, Capture::new(Bytes::Memory(Box::new(Arena::new(ARENA))))))
    }

    /// Understands up to `count` more items, and shows each frame to `see`.
    pub fn step(&mut self, capture: &mut Capture, count: usize, mut see: impl FnMut(&Glance<'_>, &Row)) -> Step {
        for _ in 0..count {
            match self.reader.next() {
                Ok(Some(Item::Frame(record))) => capture.frame(&record, &mut see),
                Ok(Some(Item::Place(place))) => capture.add_place(place),
                Ok(Some(Item::Event(event))) => capture.event(*event),
                // Saving reads the capture again.
                Ok(Some(Item::Aside(_))) => {}
                Ok(Some(Item::Notes(notes))) => capture.opened.trace.notes = *notes,
                Ok(None) => return self.end(capture, None),
                Err(damage) => return self.end(capture, Some(damage)),
            }
        }
        Step::More
    }

    fn end(&self, capture: &mut Capture, damage: Option<Damage>) -> Step {
        let summary = self.reader.summary().clone();
        capture.opened = Opened {
            trace: Trace::new(summary.notes),
            damage,
            broken: summary.broken,
            skipped: summary.skipped,
            not_understood: summary.not_understood,
            untimed: summary.untimed,
            names: summary.names,
            ..Opened::default()
        };
        Step::Ended
    }

    /// How far it has come.
    pub fn progress(&self, capture: &Capture) -> Progress {
        Progress { read: self.reader.raw_offset(), total: self.total, frames: capture.index.len() }
    }
}

impl Capture {
    fn new(bytes: Bytes) -> Self {
        Self {
            index: Index::default(),
            survey: Survey::default(),
            places: Vec::new(),
            bytes,
            events: Vec::new(),
            comments: Vec::new(),
            opened: Opened::default(),
        }
    }

    /// A capture that is fed by hand, at one place: at most [`ARENA`] bytes of
    /// its frames are kept.
    pub fn live(place: Place, notes: Notes) -> Self {
        let mut capture = Self::new(Bytes::Memory(Box::new(Arena::new(ARENA))));
        capture.add_place(place);
        capture.opened.trace.notes = notes;
        capture
    }

    /// Takes the next frame, and shows it to `see`.
    pub fn take(&mut self, at: Timestamp, frame: &Frame, mut see: impl FnMut(&Glance<'_>, &Row)) {
        let record = RecordFrame {
            at,
            place: PlaceId(0),
            offset: 0,
            original_length: frame.original_length,
            bytes: &frame.bytes,
            comment: frame.comment.as_deref(),
            options: RawOptions::default(),
        };
        self.frame(&record, &mut see);
    }

    /// What is known by now of how many frames the kernel dropped.
    pub const fn set_drops(&mut self, drops: Option<u64>) {
        self.opened.trace.notes.drops = drops;
    }

    fn add_place(&mut self, place: Place) {
        self.places.push(place);
        let interfaces = self.places.iter().filter(|place| matches!(place, Place::Interface { .. }));
        self.survey.set_places(interfaces.count());
    }

    fn event(&mut self, event: Event) {
        let before = u32::try_from(self.index.len()).unwrap_or(u32::MAX);
        self.events.push((before, event));
    }

    fn frame(&mut self, record: &RecordFrame<'_>, see: &mut impl FnMut(&Glance<'_>, &Row)) {
        let link_type = self.link_type(record.place);
        let number = FrameNumber(u32::try_from(self.index.len()).unwrap_or(u32::MAX).saturating_add(1));
        let glance = Glance {
            number,
            at: record.at,
            place: record.place,
            link_type,
            original_length: record.original_length,
            bytes: record.bytes,
        };
        let row = self.survey.take(&glance);
        let offset = match &mut self.bytes {
            Bytes::Disk(_) => record.offset,
            Bytes::Memory(arena) => arena.push(record.bytes),
        };
        if let Some(comment) = record.comment
            && self.comments.len() < MOST_COMMENTS
        {
            self.comments.push((number, comment.to_owned()));
        }
        self.index.push(Entry {
            at: record.at,
            place: record.place,
            offset,
            kept: u32::try_from(record.bytes.len()).unwrap_or(u32::MAX),
            original_length: record.original_length,
            conversation: row.conversation,
            marks: row.tcp.map_or(0, |tcp| u32::from(tcp.has_findings())),
        });
        see(&glance, row);
    }

    /// Where frames were seen.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// What frames seen at a place start with.
    pub fn link_type(&self, place: PlaceId) -> LinkType {
        match usize::try_from(place.0).ok().and_then(|id| self.places.get(id)) {
            Some(Place::Interface { link_type, .. }) => *link_type,
            Some(Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. }) | None => LinkType::ETHERNET,
        }
    }

    /// The file, where the bytes are on a disk.
    pub(super) fn disk(&self) -> Option<Arc<Frames>> {
        match &self.bytes {
            Bytes::Disk(frames) => Some(Arc::clone(frames)),
            Bytes::Memory(_) => None,
        }
    }

    /// What a person wrote about a frame.
    fn comment(&self, number: FrameNumber) -> Option<&str> {
        let found = self.comments.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        self.comments.get(found).map(|(_, comment)| comment.as_str())
    }

    /// Every frame.
    pub const fn index(&self) -> &Index {
        &self.index
    }

    /// Every conversation in outline.
    pub const fn survey(&self) -> &Survey {
        &self.survey
    }

    /// What there is to say of the file, its damage too; without its frames.
    pub const fn opened(&self) -> &Opened {
        &self.opened
    }

    /// How it came to be, as far as is known by now.
    pub const fn notes(&self) -> &Notes {
        &self.opened.trace.notes
    }

    /// How many frames are not here any more: their bytes went to make room.
    pub fn dropped(&self) -> usize {
        let Bytes::Memory(arena) = &self.bytes else { return 0 };
        // Offsets grow with the numbers; a frame without bytes needs no room.
        let gone = |number: u32| self.index.get(FrameNumber(number)).is_some_and(|entry| entry.offset < arena.start());
        let (mut kept, mut end) = (1, u32::try_from(self.index.len()).unwrap_or(u32::MAX).saturating_add(1));
        while kept < end {
            let middle = kept + (end - kept) / 2;
            if gone(middle) { kept = middle + 1 } else { end = middle }
        }
        usize::try_from(kept - 1).unwrap_or(usize::MAX)
    }

    /// The frames of each conversation, in order: a list of all of them, and
    /// where in it each conversation's part ends.
    pub fn by_conversation(&self) -> (Vec<FrameNumber>, Vec<usize>) {
        let mut ends = vec![0_usize; self.survey.len()];
        let place = |conversation: Option<u32>| conversation.and_then(|id| usize::try_from(id).ok());
        for (_, entry) in self.index.iter() {
            if let Some(count) = place(entry.conversation).and_then(|id| ends.get_mut(id)) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        let mut order = vec![FrameNumber(0); sum];
        for (number, entry) in self.index.iter() {
            if let Some(next) = place(entry.conversation).and_then(|id| ends.get_mut(id)) {
                if let Some(free) = order.get_mut(*next) {
                    *free = number;
                }
                *next += 1;
            }
        }
        (order, ends)
    }

    /// Events that are no frames, with the number of frames before each.
    pub fn events(&self) -> &[(u32, Event)] {
        &self.events
    }

    /// The frames of one conversation, in order.
    pub fn frames_of(&self, conversation: u32) -> Vec<FrameNumber> {
        self.index
            .iter()
            .filter(|(_, entry)| entry.conversation == Some(conversation))
            .map(|(number, _)| number)
            .collect()
    }

    /// A trace with every frame that is still here.
    ///
    /// # Errors
    /// What the system says on reading the file again.
    pub fn whole(&self) -> io::Result<Trace> {
        let numbers = (1..).take(self.index.len()).map(FrameNumber);
        self.trace(numbers)
    }

    /// A trace with these frames, under their numbers, and everything that is
    /// no frame. Frames that are not here any more are left out.
    ///
    /// # Errors
    /// What the system says on reading the file again.
    pub fn trace(&self, numbers: impl IntoIterator<Item = FrameNumber>) -> io::Result<Trace> {
        let mut trace = Trace::new(self.opened.trace.notes.clone());
        for place in &self.places {
            trace.add_place(place.clone());
        }
        let mut events = self.events.iter().peekable();
        let mut bytes = Vec::new();
        for number in numbers {
            while let Some((_, event)) = events.next_if(|(before, _)| *before < number.0) {
                trace.push(event.clone());
            }
            let Some(entry) = self.index.get(number) else { continue };
            match &self.bytes {
                Bytes::Disk(frames) => frames.bytes(entry.offset, entry.kept, &mut bytes)?,
                Bytes::Memory(arena) => {
                    let length = usize::try_from(entry.kept).unwrap_or(usize::MAX);
                    let Some(kept) = arena.bytes(entry.offset, length) else { continue };
                    bytes.clear();
                    bytes.extend_from_slice(kept);
                }
            }
            let comment = self.comment(number).map(ToOwned::to_owned);
            let frame = Frame { bytes: bytes.as_slice().into(), original_length: entry.original_length, comment };
            trace.push_numbered(number, Event { at: entry.at, place: entry.place, what: What::Frame(frame) });
        }
        events.for_each(|(_, event)| trace.push(event.clone()));
        Ok(trace)
    }
}
