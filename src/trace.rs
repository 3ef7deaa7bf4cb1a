//! The trace: an ordered set of events, the places they were seen at, and
//! notes on how they came to be.
//!
//! Owns storing and finding. Never decodes a byte and never knows where the
//! events came from: live, file and simulation look the same from here on.

/// Bytes of frames that are on no disk.
mod arena;
/// What a file says that no event holds.
mod asides;
/// Ten million frames, 32 bytes each.
mod index;
/// What is known about the making of a trace.
mod notes;

pub use arena::Arena;
pub use asides::{Aside, AsideKind, Position};
pub use index::{Entry, Index};
pub use notes::{CommandRemark, Network, Notes, Origin, RemarkKind};

use crate::model::{Event, Frame, LinkAction, Place, PlaceId, Timestamp, What};

/// How far back the frame of an action is looked for.
const FRAMES_BACK: usize = 10_000;

/// The number of a frame in its trace, from 1, as capture tools count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameNumber(pub u32);

/// Events in order, with the places they were seen at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    places: Vec<Place>,
    events: Vec<Event>,
    /// Each frame's number and where in `events` it stands.
    frames: Vec<(FrameNumber, usize)>,
    /// In the order of the file.
    asides: Vec<(Position, Aside)>,
    /// How this trace came to be.
    pub notes: Notes,
}

impl Trace {
    /// An empty trace.
    pub fn new(notes: Notes) -> Self {
        Self { notes, ..Self::default() }
    }

    /// Adds a place; events name it by the number returned.
    pub fn add_place(&mut self, place: Place) -> PlaceId {
        let id = PlaceId(u32::try_from(self.places.len()).unwrap_or(u32::MAX));
        self.places.push(place);
        id
    }

    /// Adds an event behind all others, whatever its clock says: the order of
    /// a capture file is the order of its records.
    pub fn push(&mut self, event: Event) {
        if matches!(event.what, What::Frame(_)) {
            let last = self.frames.last().map_or(0, |(number, _)| number.0);
            self.frames.push((FrameNumber(last.saturating_add(1)), self.events.len()));
        }
        self.events.push(event);
    }

    /// Adds a frame of a larger capture under the number it has there, which
    /// must be higher than those before; behind all other events.
    pub fn push_numbered(&mut self, number: FrameNumber, event: Event) {
        self.push(event);
        if let Some((own, _)) = self.frames.last_mut() {
            *own = number;
        }
    }

    /// Adds something to keep, behind all places and events so far.
    pub fn add_aside(&mut self, aside: Aside) {
        self.asides.push((Position { places: self.places.len(), events: self.events.len() }, aside));
    }

    /// Adds an event where its time belongs, behind those of the same moment:
    /// live sources are read by several threads and arrive slightly out of
    /// order.
    pub fn insert(&mut self, event: Event) {
        if self.events.last().is_none_or(|last| last.at <= event.at) {
            self.push(event);
            return;
        }
        let index = self.events.partition_point(|other| other.at <= event.at);
        let is_frame = matches!(event.what, What::Frame(_));
        self.events.insert(index, event);
        // Only what stands behind it moves: a few events at most.
        let behind = self.frames.partition_point(|(_, at)| *at < index);
        for (number, at) in self.frames.iter_mut().skip(behind) {
            *at += 1;
            number.0 = number.0.saturating_add(u32::from(is_frame));
        }
        if is_frame {
            let before = behind.checked_sub(1).and_then(|before| self.frames.get(before));
            let number = before.map_or(0, |(number, _)| number.0).saturating_add(1);
            self.frames.insert(behind, (FrameNumber(number), index));
        }
    }

    /// Every event, in order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// What a file said beside places and events, in its order, with where it
    /// stood.
    pub fn asides(&self) -> &[(Position, Aside)] {
        &self.asides
    }

    /// Every place with its number.
    pub fn places(&self) -> impl Iterator<Item = (PlaceId, &Place)> {
        self.places.iter().zip(0..).map(|(place, id)| (PlaceId(id), place))
    }

    /// The place with this number.
    pub fn place(&self, id: PlaceId) -> Option<&Place> {
        self.places.get(usize::try_from(id.0).ok()?)
    }

    /// Every frame with its number, its moment and its place, in order.
    pub fn frames(&self) -> impl Iterator<Item = (FrameNumber, Timestamp, PlaceId, &Frame)> {
        self.frames.iter().filter_map(|(number, index)| match self.events.get(*index) {
            Some(Event { at, place, what: What::Frame(frame) }) => Some((*number, *at, *place, frame)),
            _ => None,
        })
    }

    /// How many frames there are.
    pub fn frame_count(&self) -> usize {
        self.frames.len()
    }

    /// One frame with its moment and its place.
    pub fn frame(&self, number: FrameNumber) -> Option<(Timestamp, PlaceId, &Frame)> {
        let found = self.frames.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        let (_, index) = self.frames.get(found)?;
        match self.events.get(*index)? {
            Event { at, place, what: What::Frame(frame) } => Some((*at, *place, frame)),
            _ => None,
        }
    }

    /// The frame that a wire did something to: the last one like it before it
    /// came to the wire.
    pub fn frame_of(&self, at: Timestamp, action: &LinkAction) -> Option<FrameNumber> {
        let event = |index: usize| self.events.get(index);
        let behind = self.frames.partition_point(|(_, index)| event(*index).is_some_and(|event| event.at <= at));
        let before = self.frames.get(..behind)?.iter().rev();
        let is_it = |index: usize| match event(index).map(|event| &event.what) {
            Some(What::Frame(frame)) => {
                frame.original_length == action.length && LinkAction::fingerprint_of(&frame.bytes) == action.fingerprint
            }
            _ => false,
        };
        before.take(FRAMES_BACK).find(|(_, index)| is_it(*index)).map(|(number, _)| *number)
    }

    /// The moment of the first event.
    pub fn start(&self) -> Option<Timestamp> {
        self.events.iter().map(|event| event.at).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ExitStatus;

    fn frame(nanos: i64, byte: u8) -> Event {
        Event { at: Timestamp::from_nanos(nanos), place: PlaceId(0), what: What::Frame(Frame::whole([byte])) }
    }

    #[test]
    fn late_events_are_put_where_their_time_belongs() {
        let mut trace = Trace::default();
        let exit = Event { at: Timestamp::from_nanos(25), place: PlaceId(1), what: What::Exit(ExitStatus::Code(0)) };
        for event in [frame(10, 1), frame(30, 3), exit, frame(20, 2), frame(30, 4)] {
            trace.insert(event);
        }
        let bytes: Vec<u8> = trace.frames().map(|(_, _, _, frame)| frame.bytes[0]).collect();
        assert_eq!(bytes, [1, 2, 3, 4]);
        assert_eq!(trace.frame(FrameNumber(3)).unwrap().2.bytes[0], 3);
        assert_eq!(trace.frame(FrameNumber(0)), None);
        assert_eq!(trace.frame(FrameNumber(5)), None);
        assert_eq!(trace.frame_count(), 4);
    }

    #[test]
    fn an_action_finds_the_last_frame_like_it() {
        let mut trace = Trace::default();
        for event in [frame(10, 1), frame(20, 2), frame(30, 1), frame(40, 1)] {
            trace.push(event);
        }
        let action = |byte: u8| LinkAction::new(crate::model::LinkActionKind::Lost, None, &[byte]);
        let found = |nanos: i64, byte: u8| trace.frame_of(Timestamp::from_nanos(nanos), &action(byte));
        assert_eq!(found(35, 1), Some(FrameNumber(3)));
        assert_eq!(found(29, 1), Some(FrameNumber(1)));
        assert_eq!((found(9, 1), found(50, 3)), (None, None));
    }

    #[test]
    fn a_file_keeps_the_order_of_its_records() {
        let mut trace = Trace::default();
        trace.push(frame(20, 2));
        trace.push(frame(10, 1));
        assert_eq!(trace.frame(FrameNumber(1)).unwrap().2.bytes[0], 2);
        assert_eq!(trace.start(), Some(Timestamp::from_nanos(10)));
    }
}
