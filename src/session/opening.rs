//! A capture that is read on a thread of its own, and can be looked at while
//! it is.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::capture::{Batch, Capture, Progress, Reading, Step};
use crate::source::file::FileError;
use crate::trace::FrameNumber;

/// Items that are read before others may look: about a millisecond's work.
const ITEMS: usize = 4096;
/// How often the reading steps aside for somebody who waits, at most.
const YIELDS: usize = 10_000;

/// The capture and how far it is read.
struct Shared {
    capture: Mutex<(Capture, Progress)>,
    /// How many wait to look.
    waiting: AtomicUsize,
    stop: AtomicBool,
    ended: AtomicBool,
    wake: Box<dyn Fn() + Send + Sync>,
}

/// A capture that is being read. Dropping it ends the reading.
pub struct Opening {
    looker: Looker,
    thread: Option<JoinHandle<()>>,
}

/// Looks at a capture from any thread, also when its [`Opening`] is gone.
#[derive(Clone)]
pub struct Looker(Arc<Shared>);

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("ended", &self.has_ended()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Looker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Looker").field("ended", &self.has_ended()).finish_non_exhaustive()
    }
}

impl Opening {
    /// Opens the capture at `path` and begins to read it. `wake` is called on
    /// the reading thread, and on others that work on the capture, whenever
    /// there is more to look at.
    ///
    /// # Errors
    /// Where it is no capture, or no thread can be started.
    pub fn start(path: &Path, wake: impl Fn() + Send + Sync + 'static) -> Result<Self, FileError> {
        let (mut reading, capture) = Reading::open(path)?;
        let progress = reading.progress(&capture);
        let shared = Arc::new(Shared {
            capture: Mutex::new((capture, progress)),
            waiting: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            wake: Box::new(wake),
        });
        let theirs = Arc::clone(&shared);
        let read = move || {
            loop {
                let step = {
                    let mut held = lock(&theirs);
                    let (capture, progress) = &mut *held;
                    let step = reading.step(capture, ITEMS, |_, _| {});
                    *progress = reading.progress(capture);
                    step
                };
                if step == Step::Ended || theirs.stop.load(Ordering::Relaxed) {
                    theirs.ended.store(true, Ordering::Release);
                    (theirs.wake)();
                    return;
                }
                (theirs.wake)();
                // Whoever waits to look comes first.
                for _ in 0..YIELDS {
                    if theirs.waiting.load(Ordering::Relaxed) == 0 {
                        break;
                    }
                    thread::yield_now();
                }
            }
        };
        let failed = |source: io::Error| FileError::Read { source };
        let thread = thread::Builder::new().name("opening".into()).spawn(read).map_err(failed)?;
        Ok(Self { looker: Looker(shared), thread: Some(thread) })
    }

    /// Looks at what was read so far. The reading waits meanwhile.
    pub fn look<T>(&self, see: impl FnOnce(&Capture) -> T) -> T {
        self.looker.look(see)
    }

    /// What looks at it from other threads.
    pub fn looker(&self) -> Looker {
        self.looker.clone()
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        self.looker.progress()
    }

    /// Whether nothing more comes: it was read to the end, or stopped.
    pub fn has_ended(&self) -> bool {
        self.looker.has_ended()
    }

    /// Reads no further; what was read stays.
    pub fn stop(&self) {
        self.looker.0.stop.store(true, Ordering::Relaxed);
    }
}

impl Looker {
    /// Looks at what was read so far. The reading waits meanwhile.
    pub fn look<T>(&self, see: impl FnOnce(&Capture) -> T) -> T {
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
        let held = lock(&self.0);
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
        see(&held.0)
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
        let held = lock(&self.0);
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
        held.1
    }

    /// Whether nothing more comes.
    pub fn has_ended(&self) -> bool {
        self.0.ended.load(Ordering::Acquire)
    }

    /// Whether the file was deleted, or another one took its place; what is
    /// open can still be read.
    pub fn is_gone(&self) -> bool {
        self.look(Capture::disk).is_some_and(|disk| disk.is_gone())
    }

    /// Says that there is more to look at.
    pub fn wake(&self) {
        (self.0.wake)();
    }

    /// Reads frames' bytes, numbers ascending. Neither who reads the capture
    /// nor who looks at it waits for the disk.
    ///
    /// # Errors
    /// What the system says, or that the file is not what it was
    /// ([`Changed`](crate::source::file::Changed)).
    pub fn read(&self, numbers: impl IntoIterator<Item = FrameNumber>, batch: &mut Batch) -> io::Result<()> {
        match self.look(|capture| batch.locate(capture, numbers)) {
            Some(disk) => batch.read(&disk),
            None => Ok(()),
        }
    }
}

/// A panic of the other thread has been told on standard error; what it left
/// is as good as before its last step.
fn lock(shared: &Shared) -> MutexGuard<'_, (Capture, Progress)> {
    shared.capture.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}
