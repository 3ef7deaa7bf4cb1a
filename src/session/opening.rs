//! A capture that is read on a thread of its own, and can be looked at while
//! it is.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::capture::{Capture, Progress, Reading, Step};
use crate::source::file::FileError;

/// Items that are read before others may look: about a millisecond's work.
const ITEMS: usize = 4096;

/// The capture and how far it is read.
#[derive(Debug)]
struct Shared {
    capture: Mutex<(Capture, Progress)>,
    stop: AtomicBool,
    ended: AtomicBool,
}

/// A capture that is being read. Dropping it ends the reading.
pub struct Opening {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("ended", &self.has_ended()).finish_non_exhaustive()
    }
}

impl Opening {
    /// Opens the capture at `path` and begins to read it. `wake` is called on
    /// the reading thread whenever there is more to look at.
    ///
    /// # Errors
    /// Where it is no capture, or no thread can be started.
    pub fn start(path: &Path, wake: impl Fn() + Send + 'static) -> Result<Self, FileError> {
        let (mut reading, capture) = Reading::open(path)?;
        let progress = reading.progress(&capture);
        let shared = Arc::new(Shared {
            capture: Mutex::new((capture, progress)),
            stop: AtomicBool::new(false),
            ended: AtomicBool::new(false),
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
                    wake();
                    return;
                }
                wake();
                // Whoever waits to look comes first.
                thread::yield_now();
            }
        };
        let failed = |source: io::Error| FileError::Read { source };
        let thread = thread::Builder::new().name("opening".into()).spawn(read).map_err(failed)?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Looks at what was read so far. The reading waits meanwhile.
    pub fn look<T>(&self, see: impl FnOnce(&Capture) -> T) -> T {
        see(&lock(&self.shared).0)
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        lock(&self.shared).1
    }

    /// Whether nothing more comes: it was read to the end, or stopped.
    pub fn has_ended(&self) -> bool {
        self.shared.ended.load(Ordering::Acquire)
    }

    /// Reads no further; what was read stays.
    pub fn stop(&self) {
        self.shared.stop.store(true, Ordering::Relaxed);
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
