//! An interface of the system, listened to.
//!
//! Owns how a live capture begins, goes on and ends. Has no opinion on what
//! is done with the frames.

use std::time::Duration;

use crossbeam_channel::RecvTimeoutError;

use crate::model::{Frame, LinkType, Place, Timestamp};
use crate::source::live::{self, CaptureEnd, Captured, Statistics};
use crate::trace::{Notes, Origin};

pub use crate::source::live::{Interface, InterfaceError, InterfaceKind, interfaces};

/// An interface that is being captured. Dropping it ends the capture.
#[derive(Debug)]
pub struct Listening {
    interface: Interface,
    capture: live::Capture,
}

/// What was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A frame, at the kernel's time.
    Frame(Timestamp, Frame),
    /// Nothing within the time.
    Nothing,
    /// The capture has ended; nothing more comes.
    End(LiveEnd),
}

/// How a live capture ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveEnd {
    /// Frames the kernel dropped because we read too slowly; `None` where it
    /// does not say.
    pub dropped: Option<u64>,
    /// Frames that carry the moment they were read instead of the kernel's
    /// stamp.
    pub unstamped: u64,
    /// Where the kernel's count is not ours: what it received and dropped, and
    /// what we read.
    pub miscounted: Option<(Statistics, u64)>,
    /// What ended it early.
    pub error: Option<InterfaceError>,
}

impl Listening {
    /// Begins to capture the interface of this name.
    ///
    /// # Errors
    /// [`InterfaceError`]: every variant but those that end a capture.
    pub fn start(interface: &str) -> Result<Self, InterfaceError> {
        let (interface, capture) = live::capture(interface, || {})?;
        Ok(Self { interface, capture })
    }

    /// What is captured.
    pub const fn interface(&self) -> &Interface {
        &self.interface
    }

    /// Where the frames are seen.
    pub fn place(&self) -> Place {
        let link_type = self.interface.link_type.unwrap_or(LinkType::ETHERNET);
        Place::Interface { name: self.interface.name.clone(), description: None, link_type }
    }

    /// How the trace comes to be, as far as is known at its beginning.
    pub fn notes(&self) -> Notes {
        Notes { origin: Origin::Interface, system: Some(live::system()), ..Notes::default() }
    }

    /// The next thing heard, waiting at most so long.
    pub fn next(&self, limit: Duration) -> Heard {
        match self.capture.captured().recv_timeout(limit) {
            Ok(Captured::Frame(at, frame)) => Heard::Frame(at, frame),
            Ok(Captured::Beginning { .. }) | Err(RecvTimeoutError::Timeout) => Heard::Nothing,
            Ok(Captured::End(end)) => Heard::End(self.end(end)),
            // Its thread has ended without a word, by a fault of ours.
            Err(RecvTimeoutError::Disconnected) => Heard::End(LiveEnd::default()),
        }
    }

    /// Whether something waits to be heard.
    pub fn has_more(&self) -> bool {
        !self.capture.captured().is_empty()
    }

    /// How many frames the kernel has dropped by now.
    pub fn dropped(&self) -> u64 {
        self.capture.dropped()
    }

    /// Ends the capture within 50 ms: what was heard until then still comes.
    pub fn stop(&self) {
        self.capture.stop();
    }

    /// What [`stop`](Self::stop) does, from any thread.
    pub fn stopper(&self) -> impl Fn() + Send + Sync + 'static {
        self.capture.stopper()
    }

    fn end(&self, end: CaptureEnd) -> LiveEnd {
        let CaptureEnd { read, unstamped, statistics, marked: _, error } = end;
        let differs = |statistics: &Statistics| statistics.received.checked_sub(statistics.dropped) != Some(read);
        LiveEnd {
            dropped: statistics.map(|statistics| statistics.dropped),
            unstamped,
            miscounted: statistics.filter(differs).map(|statistics| (statistics, read)),
            error: error.map(|error| live::end(&self.interface, error)),
        }
    }
}
