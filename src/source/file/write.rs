//! Writing pcapng and pcap: the places, the frames, and what else there is, in
//! the order it comes. What is no block of its own is an option of the block
//! before it.

/// A block being put together.
mod block;
/// pcap on its way out.
mod pcap;
/// pcapng on its way out.
mod pcapng;
/// A file beside the one it will be.
mod save;

use std::io::{self, Write};
use std::path::Path;

pub use save::{copy, save, save_as, save_with};

use super::custom::{Happening, Written as WrittenBytes};
use super::error::WriteError;
use super::reader::{Item, RawOptions, RecordFrame};
use crate::model::{Event, Frame, Place, PlaceId, Timestamp, What};
use crate::trace::{Aside, Notes, Trace};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// All there is.
    Pcapng,
    /// Frames of one link type with their moments and lengths, nothing else.
    Pcap {
        /// In nanoseconds; in microseconds otherwise, the rest is cut.
        nanoseconds: bool,
    },
}

impl Format {
    /// The format for this trace at this path: pcap where the name ends in
    /// `.pcap` or `.cap`, in nanoseconds where a frame needs them.
    pub fn of(trace: &Trace, path: &Path) -> Self {
        let ending = path.extension().unwrap_or_default();
        if ending.eq_ignore_ascii_case("pcap") || ending.eq_ignore_ascii_case("cap") {
            Self::Pcap { nanoseconds: trace.frames().any(|(_, at, _, _)| at.nanos() % 1_000 != 0) }
        } else {
            Self::Pcapng
        }
    }
}

/// What became of what was to be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How many frames are in the file.
    pub frames: u64,
    /// How many events, comments, and things kept aside the format has no room
    /// for.
    pub left_out: u64,
}

/// Writes a capture item by item, each record or block with one call of
/// `write_all`.
///
/// In pcapng the last block stays open for the events behind it; after
/// [`Writer::flush`] nothing is left in memory, and what is killed loses
/// nothing.
pub struct Writer<W> {
    out: W,
    format: Out,
    written: Written,
}

enum Out {
    Pcapng(Box<pcapng::Pcapng>),
    Pcap(pcap::Pcap),
}

impl<W: Write> Writer<W> {
    /// Nothing is written yet.
    pub fn new(out: W, format: Format) -> Self {
        let format = match format {
            Format::Pcapng => Out::Pcapng(Box::new(pcapng::Pcapng::new())),
            Format::Pcap { nanoseconds } => Out::Pcap(pcap::Pcap::new(nanoseconds)),
        };
        Self { out, format, written: Written::default() }
    }

    /// Writes what a reader gave.
    ///
    /// # Errors
    ///
    /// As the functions below.
    pub fn item(&mut self, item: &Item<'_>) -> Result<(), WriteError> {
        match item {
            Item::Place(place) => self.place(place),
            Item::Frame(frame) => self.frame(frame),
            Item::Event(event) => self.event(event),
            Item::Notes(notes) => {
                self.notes(notes);
                Ok(())
            }
            Item::Aside(aside) => self.aside(aside),
        }
    }

    /// How the trace came to be: before the first place. What comes later and
    /// says something else than the number of drops is counted as left out.
    pub fn notes(&mut self, notes: &Notes) {
        let taken = match &mut self.format {
            Out::Pcapng(pcapng) => pcapng.notes(notes),
            // There is no place for them, which nobody has to be told.
            Out::Pcap(_) => true,
        };
        self.leave_out(!taken);
    }

    /// The next place; events name it by its number, the first is 0.
    ///
    /// # Errors
    ///
    /// What `out` says.
    pub fn place(&mut self, place: &Place) -> Result<(), WriteError> {
        self.place_since(place, None)
    }

    fn place_since(&mut self, place: &Place, earliest: Option<Timestamp>) -> Result<(), WriteError> {
        match &mut self.format {
            Out::Pcapng(pcapng) => pcapng.place(&mut self.out, place, earliest),
            Out::Pcap(pcap) => {
                pcap.place(place);
                Ok(())
            }
        }
    }

    /// A frame.
    ///
    /// # Errors
    ///
    /// What `out` says; and every other [`WriteError`]: the frame is not
    /// written then, and others may be.
    pub fn frame(&mut self, frame: &RecordFrame<'_>) -> Result<(), WriteError> {
        match &mut self.format {
            Out::Pcapng(pcapng) => pcapng.frame(&mut self.out, frame)?,
            Out::Pcap(pcap) => {
                pcap.frame(&mut self.out, frame)?;
                self.leave_out(frame.comment.is_some());
                self.leave_out(!frame.options.bytes.is_empty());
            }
        }
        self.written.frames = self.written.frames.saturating_add(1);
        Ok(())
    }

    /// An event, which may be a frame.
    ///
    /// # Errors
    ///
    /// As [`Writer::frame`].
    pub fn event(&mut self, event: &Event) -> Result<(), WriteError> {
        let Event { at, place, what } = event;
        let happening = match what {
            What::Frame(frame) => return self.frame(&record(*at, *place, frame)),
            What::SocketCall(call) => Happening::Call(call.clone()),
            What::Output { stream, bytes } => Happening::Output { stream: *stream, written: WrittenBytes::new(bytes) },
            What::Exit(status) => Happening::Exit(*status),
            What::SocketState(state) => Happening::State(*state),
            What::LinkAction(action) => Happening::Action(action.clone()),
            What::StackStep(step) => Happening::Step(step.clone()),
        };
        match &mut self.format {
            Out::Pcapng(pcapng) => pcapng.happening(&mut self.out, *at, *place, happening),
            Out::Pcap(_) => {
                self.leave_out(true);
                Ok(())
            }
        }
    }

    /// Something that was kept from another file, where it stood.
    ///
    /// # Errors
    ///
    /// What `out` says.
    pub fn aside(&mut self, aside: &Aside) -> Result<(), WriteError> {
        match &mut self.format {
            Out::Pcapng(pcapng) => pcapng.aside(&mut self.out, aside),
            Out::Pcap(_) => {
                self.leave_out(true);
                Ok(())
            }
        }
    }

    /// Writes all that was given so far; what is killed from here on loses none
    /// of it.
    ///
    /// # Errors
    ///
    /// What `out` says.
    pub fn flush(&mut self) -> Result<(), WriteError> {
        match &mut self.format {
            Out::Pcapng(pcapng) => pcapng.flush(&mut self.out)?,
            Out::Pcap(pcap) => pcap.finish(&mut self.out)?,
        }
        Ok(self.out.flush()?)
    }

    /// Writes the rest, with the number of frames that were dropped while they
    /// were captured, where somebody counted.
    ///
    /// # Errors
    ///
    /// What `out` says.
    pub fn finish(mut self, drops: Option<u64>) -> Result<Written, WriteError> {
        match &mut self.format {
            Out::Pcapng(pcapng) => {
                pcapng.finish(&mut self.out, drops)?;
                self.written.left_out = self.written.left_out.saturating_add(pcapng.left_out);
            }
            Out::Pcap(pcap) => pcap.finish(&mut self.out)?,
        }
        self.out.flush()?;
        Ok(self.written)
    }

    fn leave_out(&mut self, something: bool) {
        self.written.left_out = self.written.left_out.saturating_add(u64::from(something));
    }
}

/// A frame of a trace as a record.
fn record(at: Timestamp, place: PlaceId, frame: &Frame) -> RecordFrame<'_> {
    RecordFrame {
        at,
        place,
        offset: 0,
        original_length: frame.original_length,
        bytes: &frame.bytes,
        comment: frame.comment.as_deref(),
        options: RawOptions::default(),
    }
}

/// Writes `trace` as pcapng, each block with one call of `write_all`: what is
/// killed in between has lost no finished block.
///
/// # Errors
///
/// Whatever `out` says; [`io::ErrorKind::InvalidInput`] with a [`WriteError`]
/// where the trace cannot be written.
pub fn write(trace: &Trace, out: impl Write) -> io::Result<()> {
    write_as(trace, Format::Pcapng, out)?;
    Ok(())
}

/// Writes `trace` in a format.
///
/// # Errors
///
/// [`WriteError`]; where the trace does not fit the format, nothing was
/// written.
pub fn write_as(trace: &Trace, format: Format, out: impl Write) -> Result<Written, WriteError> {
    let mut writer = Writer::new(out, format);
    let places: Vec<&Place> = trace.places().map(|(_, place)| place).collect();
    let mut earliest = vec![Timestamp::default(); places.len()];
    let mut link_type = None;
    for (_, at, place, _) in trace.frames() {
        let index = usize::try_from(place.0).unwrap_or(usize::MAX);
        let Some(Place::Interface { link_type: second, .. }) = places.get(index) else {
            return Err(WriteError::Misplaced { place });
        };
        if let Some(earliest) = earliest.get_mut(index) {
            *earliest = at.min(*earliest);
        }
        let first = *link_type.get_or_insert(*second);
        if matches!(format, Format::Pcap { .. }) && first != *second {
            return Err(WriteError::MixedLinkTypes { first, second: *second });
        }
    }
    writer.notes(&trace.notes);
    let mut places = places.into_iter().zip(earliest);
    let mut events = trace.events().iter();
    let (mut places_before, mut events_before) = (0, 0);
    for (position, aside) in trace.asides() {
        for (place, earliest) in places.by_ref().take(position.places.saturating_sub(places_before)) {
            writer.place_since(place, Some(earliest))?;
        }
        for event in events.by_ref().take(position.events.saturating_sub(events_before)) {
            writer.event(event)?;
        }
        (places_before, events_before) = (position.places, position.events);
        writer.aside(aside)?;
    }
    for (place, earliest) in places {
        writer.place_since(place, Some(earliest))?;
    }
    for event in events {
        writer.event(event)?;
    }
    writer.finish(trace.notes.drops)
}
