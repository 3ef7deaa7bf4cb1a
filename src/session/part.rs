//! One conversation of a capture of any size, or a part of it where it is
//! long: fetched and understood on a thread of its own.
//!
//! A later part is understood with the memory of all frames before it: its
//! numbers and states are those it has in the whole.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};

use super::capture::Batch;
use super::opening::Looker;
use crate::conversation::{Conversations, Earlier, conversations_after};
use crate::model::{Event, Frame, What};
use crate::trace::{FrameNumber, Trace};

/// Entries of the index that are looked through before others may.
const ENTRIES: u32 = 64 * 1024;
/// Frames that are read at once.
const FRAMES: usize = 4096;

/// Frames of one conversation, understood.
#[derive(Debug)]
pub struct Part {
    /// The frames, under their numbers, and everything that is no frame.
    pub trace: Trace,
    /// What they are.
    pub all: Conversations,
    /// Frames of the conversation before this part.
    pub before: usize,
    /// Frames in this part.
    pub kept: usize,
    /// Frames of the conversation as far as it was read.
    pub total: usize,
}

/// A part that is being fetched. Dropping it ends that.
#[derive(Debug)]
pub struct Fetching<T> {
    fetched: Receiver<io::Result<T>>,
    stop: Arc<AtomicBool>,
}

impl<T: Send + 'static> Fetching<T> {
    /// Begins to fetch the part of a conversation that has `around`, or its
    /// first one, of `most` frames at most. `then` makes what is wanted of it,
    /// on the thread that fetches.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(
        looker: Looker,
        conversation: u32,
        around: Option<FrameNumber>,
        most: usize,
        then: impl FnOnce(Part) -> T + Send + 'static,
    ) -> io::Result<Self> {
        let (told, fetched) = bounded(1);
        let stop = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&stop);
        let fetch = move || {
            if let Some(part) = fetch(&looker, conversation, around, most, &theirs).transpose() {
                // Where nobody waits any more, nobody is told.
                told.send(part.map(then)).ok();
                looker.wake();
            }
        };
        thread::Builder::new().name("fetching".into()).spawn(fetch)?;
        Ok(Self { fetched, stop })
    }

    /// What was fetched, if it is there within `patience`.
    ///
    /// # Errors
    /// What the system says on reading the file again.
    pub fn wait(&self, patience: Duration) -> Option<io::Result<T>> {
        match self.fetched.recv_timeout(patience) {
            Ok(part) => Some(part),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }
}

impl<T> Drop for Fetching<T> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// The frames of a conversation, in order, without holding up others for long;
/// `None` where it was stopped.
fn frames_of(looker: &Looker, conversation: u32, stop: &AtomicBool) -> Option<Vec<FrameNumber>> {
    let first = looker.look(|capture| capture.survey().conversation(conversation)).map_or(1, |brief| brief.first.0);
    let mut numbers = Vec::new();
    let mut next = first;
    while !stop.load(Ordering::Relaxed) {
        let end = next.saturating_add(ENTRIES);
        let more = looker.look(|capture| {
            let index = capture.index();
            let known = (next..end).map(FrameNumber).map_while(|number| Some((number, index.get(number)?)));
            let own = known.filter(|(_, entry)| entry.conversation == Some(conversation));
            numbers.extend(own.map(|(number, _)| number));
            index.get(FrameNumber(end)).is_some()
        });
        if !more {
            return Some(numbers);
        }
        next = end;
    }
    None
}

fn fetch(
    looker: &Looker,
    conversation: u32,
    around: Option<FrameNumber>,
    most: usize,
    stop: &AtomicBool,
) -> io::Result<Option<Part>> {
    let Some(numbers) = frames_of(looker, conversation, stop) else { return Ok(None) };
    let place = around.map_or(0, |around| numbers.partition_point(|number| *number < around));
    let before = place.min(numbers.len().saturating_sub(1)) / most * most;
    let (earlier_numbers, rest) = numbers.split_at(before);
    let own = rest.get(..most).unwrap_or(rest);

    let mut batch = Batch::default();
    let mut earlier = Earlier::default();
    for numbers in earlier_numbers.chunks(FRAMES) {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        looker.read(numbers.iter().copied(), &mut batch)?;
        earlier.set_places(batch.interfaces());
        batch.frames().iter().filter_map(|frame| batch.glance(frame)).for_each(|glance| earlier.take(&glance));
    }

    let (mut trace, events) = looker.look(|capture| {
        let mut trace = Trace::new(capture.notes().clone());
        for place in capture.places() {
            trace.add_place(place.clone());
        }
        (trace, capture.events().to_vec())
    });
    let mut events = events.into_iter().peekable();
    for numbers in own.chunks(FRAMES) {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        looker.read(numbers.iter().copied(), &mut batch)?;
        for frame in batch.frames() {
            while let Some((_, event)) = events.next_if(|(before, _)| *before < frame.number.0) {
                trace.push(event);
            }
            let Some(glance) = batch.glance(frame) else { continue };
            let what = What::Frame(Frame {
                bytes: glance.bytes.into(),
                original_length: glance.original_length,
                comment: frame.comment.clone(),
            });
            trace.push_numbered(frame.number, Event { at: glance.at, place: glance.place, what });
        }
    }
    events.for_each(|(_, event)| trace.push(event));
    let interfaces = batch.interfaces();
    earlier.set_places(interfaces);
    let mut all = conversations_after(earlier, &trace);
    all.number(conversation);
    Ok(Some(Part { trace, all, before, kept: own.len(), total: numbers.len() }))
}
