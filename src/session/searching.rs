//! Looking for the frames that a display filter selects, on a thread of its
//! own: over a capture of any size, also while it is still read.
//!
//! Owns the pass. What a filter is, [`filter`](crate::filter) knows.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::capture::Batch;
use super::opening::Looker;
use crate::conversation::{self, Survey};
use crate::filter::{Collected, Filter};
use crate::trace::FrameNumber;

/// Frames that are looked at before others hear of it.
const FRAMES: u32 = 4096;
/// How long is waited where the capture has not been read further.
const PAUSE: Duration = Duration::from_millis(5);
/// Hits that are allocated at once: growing moves none.
const CHUNK: usize = 64 * 1024;

/// Numbers of frames, ascending: four bytes each.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    chunks: Vec<Vec<FrameNumber>>,
    length: usize,
}

impl Hits {
    /// Adds one, higher than all before.
    pub fn push(&mut self, number: FrameNumber) {
        if self.length.is_multiple_of(CHUNK) {
            self.chunks.push(Vec::new());
        }
        if let Some(last) = self.chunks.last_mut() {
            last.push(number);
        }
        self.length += 1;
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// One of them, counted from 0.
    pub fn get(&self, index: usize) -> Option<FrameNumber> {
        self.chunks.get(index / CHUNK)?.get(index % CHUNK).copied()
    }

    /// How many are lower than this one.
    pub fn before(&self, number: FrameNumber) -> usize {
        let chunk = self.chunks.partition_point(|chunk| chunk.last().is_some_and(|last| *last < number));
        let inside = self.chunks.get(chunk).map_or(0, |chunk| chunk.partition_point(|other| *other < number));
        (chunk * CHUNK + inside).min(self.length)
    }

    /// Whether this one is among them.
    pub fn has(&self, number: FrameNumber) -> bool {
        self.get(self.before(number)) == Some(number)
    }
}

/// What both threads know.
#[derive(Debug, Default)]
struct Shared {
    hits: Mutex<Hits>,
    /// Every frame up to this number has been looked at.
    searched: AtomicU32,
    stop: AtomicBool,
    ended: AtomicBool,
    failure: Mutex<Option<io::Error>>,
}

/// A search that runs, or has ended. Dropping it ends it.
#[derive(Debug)]
pub struct Searching {
    shared: Arc<Shared>,
}

impl Searching {
    /// Begins to look.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(looker: Looker, filter: Filter) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let search = move || {
            if let Err(error) = search(&looker, &filter, &theirs) {
                *lock(&theirs.failure) = Some(error);
            }
            theirs.ended.store(true, Ordering::Release);
            looker.wake();
        };
        thread::Builder::new().name("searching".into()).spawn(search)?;
        Ok(Self { shared })
    }

    /// Looks at what was found so far.
    pub fn hits<T>(&self, see: impl FnOnce(&Hits) -> T) -> T {
        see(&lock(&self.shared.hits))
    }

    /// The last frame that was looked at.
    pub fn searched(&self) -> FrameNumber {
        FrameNumber(self.shared.searched.load(Ordering::Acquire))
    }

    /// Whether nothing more comes.
    pub fn has_ended(&self) -> bool {
        self.shared.ended.load(Ordering::Acquire)
    }

    /// Why it ended early; told once.
    pub fn failure(&self) -> Option<io::Error> {
        lock(&self.shared.failure).take()
    }

    /// Looks no further; what was found stays.
    pub fn stop(&self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }
}

impl Drop for Searching {
    fn drop(&mut self) {
        // The thread sees it after the frames at hand and ends by itself.
        self.stop();
    }
}

fn search(looker: &Looker, filter: &Filter, shared: &Shared) -> io::Result<()> {
    let mut batch = Batch::default();
    let mut survey = Survey::default();
    let mut collected = Collected::new(filter.wanted());
    let mut next = 1_u32;
    let mut found = Vec::new();
    while !shared.stop.load(Ordering::Relaxed) {
        let last = looker.has_ended();
        looker.read((next..next.saturating_add(FRAMES)).map(FrameNumber), &mut batch)?;
        if batch.frames().is_empty() {
            if last {
                break;
            }
            thread::sleep(PAUSE);
            continue;
        }
        survey.set_places(batch.interfaces());
        for frame in batch.frames() {
            next = frame.number.0.saturating_add(1);
            let Some(glance) = batch.glance(frame) else { continue };
            let row = survey.take(&glance);
            collected.clear();
            conversation::fields(&glance, row, &batch.label(frame), &mut collected);
            if filter.matches(&collected) {
                found.push(frame.number);
            }
        }
        {
            let mut hits = lock(&shared.hits);
            found.drain(..).for_each(|number| hits.push(number));
        }
        shared.searched.store(next.saturating_sub(1), Ordering::Release);
        looker.wake();
    }
    Ok(())
}

/// A panic of the other thread has been told on standard error.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_found_by_place_and_by_number() {
        let mut hits = Hits::default();
        assert_eq!((hits.get(0), hits.before(FrameNumber(9))), (None, 0));
        let count = CHUNK + 10;
        for index in (1..).take(count) {
            hits.push(FrameNumber(index * 3));
        }
        assert_eq!((hits.len(), hits.is_empty()), (count, false));
        assert_eq!(hits.get(0), Some(FrameNumber(3)));
        assert_eq!(hits.get(CHUNK), Some(FrameNumber(u32::try_from(CHUNK + 1).unwrap() * 3)));
        assert_eq!(hits.get(count), None);
        for (number, before) in [(1, 0), (3, 0), (4, 1), (u32::MAX, count)] {
            assert_eq!(hits.before(FrameNumber(number)), before, "{number}");
        }
        let at_the_edge = u32::try_from(CHUNK).unwrap() * 3;
        assert_eq!(hits.before(FrameNumber(at_the_edge)), CHUNK - 1);
        assert_eq!(hits.before(FrameNumber(at_the_edge + 1)), CHUNK);
        assert!(hits.has(FrameNumber(at_the_edge)) && !hits.has(FrameNumber(at_the_edge + 1)));
    }
}
