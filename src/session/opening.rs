//! A capture that comes in on a thread of its own, from a file or an
//! interface, and can be looked at meanwhile.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::capture::{Batch, Capture, Progress, Reading, Step};
use super::live::{Heard, Listening, LiveEnd};
use crate::model::Place;
use crate::source::errno;
use crate::source::file::{self, FileError, Format, Writer};
use crate::source::live::{CaptureError, Interface, InterfaceError};
use crate::trace::{FrameNumber, Trace};

/// Items that are read before others may look: about a millisecond's work.
const ITEMS: usize = 4096;
/// How often the reading steps aside for somebody who waits, at most.
const YIELDS: usize = 10_000;
/// How long an interface may be silent before it is looked whether to stop.
const SILENCE: Duration = Duration::from_millis(50);

/// The capture and how far it is read.
struct Shared {
    capture: Mutex<(Capture, Progress)>,
    /// How many wait to look.
    waiting: AtomicUsize,
    stop: AtomicBool,
    ended: AtomicBool,
    wake: Box<dyn Fn() + Send + Sync>,
    live_end: Mutex<Option<LiveEnd>>,
    saved: Mutex<Option<Saved>>,
}

/// What became of saving a capture.
#[derive(Debug)]
pub struct Saved {
    /// Where to.
    pub path: PathBuf,
    /// How many frames are in the file.
    pub frames: usize,
    /// Older frames that were dropped for room before.
    pub dropped: usize,
    /// Why it failed.
    pub outcome: Result<(), FileError>,
}

/// A capture that is coming in. Dropping it ends that.
pub struct Opening {
    looker: Looker,
    /// The interface, where it is no file.
    interface: Option<Interface>,
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
        let shared = Shared::new(capture, progress, Box::new(wake));
        let theirs = Arc::clone(&shared);
        let read = move || {
            loop {
                let step = {
                    let mut held = theirs.lock();
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
        Ok(Self { looker: Looker(shared), interface: None, thread: Some(thread) })
    }

    /// Begins to capture the interface of this name, until it is
    /// [stopped](Self::stop) or goes away. `wake` is called on the thread that
    /// fills the capture whenever there is more to look at.
    ///
    /// # Errors
    /// [`InterfaceError`]: every variant but those that end a capture.
    pub fn live(name: &str, wake: impl Fn() + Send + Sync + 'static) -> Result<Self, InterfaceError> {
        let listening = Listening::start(name)?;
        let interface = listening.interface().clone();
        let shared =
            Shared::new(Capture::live(listening.place(), listening.notes()), Progress::default(), Box::new(wake));
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new().name("live".into()).spawn(move || theirs.listen(&listening));
        let failed = |error: io::Error| CaptureError::Open { interface: name.to_owned(), errno: errno::number(&error) };
        Ok(Self { looker: Looker(shared), interface: Some(interface), thread: Some(thread.map_err(failed)?) })
    }

    /// The interface that is captured, or was.
    pub const fn interface(&self) -> Option<&Interface> {
        self.interface.as_ref()
    }

    /// How the capture of an interface ended; told once.
    pub fn live_end(&self) -> Option<LiveEnd> {
        lock(&self.looker.0.live_end).take()
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

    /// Saves what is here by now, on a thread of its own that calls `wake` when
    /// [`saved`](Self::saved) has its outcome.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn save(&self, path: &Path, wake: impl Fn() + Send + 'static) -> Result<(), FileError> {
        let theirs = Arc::clone(&self.looker.0);
        let (path, asked) = (path.to_owned(), path.to_owned());
        let failed = |source: io::Error| FileError::Save { source, path: asked };
        let save = move || {
            let saved = theirs.save(path);
            *lock(&theirs.saved) = Some(saved);
            wake();
        };
        thread::Builder::new().name("saving".into()).spawn(save).map_err(failed)?;
        Ok(())
    }

    /// What became of saving; told once.
    pub fn saved(&self) -> Option<Saved> {
        lock(&self.looker.0.saved).take()
    }
}

impl Looker {
    /// Looks at what was read so far. The reading waits meanwhile.
    pub fn look<T>(&self, see: impl FnOnce(&Capture) -> T) -> T {
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
        let held = self.0.lock();
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
        see(&held.0)
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
        let held = self.0.lock();
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

impl Shared {
    fn new(capture: Capture, progress: Progress, wake: Box<dyn Fn() + Send + Sync>) -> Arc<Self> {
        Arc::new(Self {
            capture: Mutex::new((capture, progress)),
            waiting: AtomicUsize::new(0),
            wake,
            stop: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            live_end: Mutex::new(None),
            saved: Mutex::new(None),
        })
    }

    fn lock(&self) -> MutexGuard<'_, (Capture, Progress)> {
        lock(&self.capture)
    }

    /// Fills the capture with what is heard, until the end.
    fn listen(&self, listening: &Listening) {
        let mut dropped = 0;
        loop {
            if self.stop.load(Ordering::Relaxed) {
                listening.stop();
            }
            let mut heard = listening.next(SILENCE);
            let mut held = self.lock();
            let (capture, progress) = &mut *held;
            let mut count = 0;
            while let Heard::Frame(at, frame) = heard {
                capture.take(at, &frame, |_, _| {});
                progress.read += u64::from(frame.original_length);
                count += 1;
                heard = if count < ITEMS && listening.has_more() { listening.next(SILENCE) } else { Heard::Nothing };
            }
            progress.frames = capture.index().len();
            if let Heard::End(end) = heard {
                capture.set_drops(end.dropped);
                drop(held);
                *lock(&self.live_end) = Some(end);
                self.ended.store(true, Ordering::Release);
                (self.wake)();
                return;
            }
            let fresh = count > 0 || dropped != listening.dropped();
            dropped = listening.dropped();
            capture.set_drops(Some(dropped));
            drop(held);
            if fresh {
                (self.wake)();
                // Whoever waits to look comes first.
                thread::yield_now();
            }
        }
    }

    /// Saves the frames that are here now, a few at a time, so that more can
    /// come in meanwhile.
    fn save(&self, path: PathBuf) -> Saved {
        let (count, dropped) = {
            let (capture, _) = &*self.lock();
            (capture.index().len(), capture.dropped())
        };
        let format = if path.extension().is_some_and(|end| end == "pcap" || end == "cap") {
            Format::Pcap { nanoseconds: true }
        } else {
            Format::Pcapng
        };
        let mut frames = 0;
        let outcome = file::save_with(&path, |out| {
            let mut writer = Writer::new(out, format);
            let mut next = dropped;
            let mut begun = false;
            loop {
                let end = count.min(next.saturating_add(ITEMS));
                let numbers = (next..end).map(|before| u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1));
                let trace: Trace = self.lock().0.trace(numbers.map(FrameNumber))?;
                if !std::mem::replace(&mut begun, true) {
                    writer.notes(&trace.notes);
                    for (_, place) in trace.places().filter(|(_, place)| matches!(place, Place::Interface { .. })) {
                        writer.place(place)?;
                    }
                }
                for event in trace.events() {
                    writer.event(event)?;
                    frames += 1;
                }
                next = end;
                if next >= count {
                    let drops = trace.notes.drops;
                    return writer.finish(drops).map(drop);
                }
            }
        });
        Saved { path, frames, dropped: count.saturating_sub(frames), outcome }
    }
}

/// A panic of the other thread has been told on standard error; what it left
/// is as good as before its last step.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}
