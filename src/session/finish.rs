//! How a run comes to its end: every frame that passed is read, and the counts
//! are compared.

use std::time::Duration;

use super::run::Run;
use super::{Plan, SessionError};
use crate::source::clock::Deadline;
use crate::source::live::{CaptureEnd, Statistics};

/// How long the mark of the end may take.
const MARK_LIMIT: Duration = Duration::from_secs(2);
/// How long the capture may take to end without a mark.
const CAPTURE_LIMIT: Duration = Duration::from_secs(1);

impl Run {
    /// Whether every capture has ended.
    pub(super) fn is_captured(&self) -> bool {
        self.capture_ends.len() == self.live.taps().count()
    }

    /// Reads until the mark and compares the counts.
    pub(super) fn finish(&mut self) -> Result<(), SessionError> {
        // A lab's end was waited for.
        let has_mark = !matches!(self.plan(), Plan::Lab(_));
        let marked = if has_mark { self.live.mark_end() } else { Ok(()) };
        let deadline = Deadline::after(MARK_LIMIT);
        while has_mark && marked.is_ok() && !self.is_captured() && self.not_marked.is_none() && !deadline.has_passed() {
            self.step(deadline.remaining())?;
        }
        self.live.stop_capture();
        let deadline = Deadline::after(CAPTURE_LIMIT);
        while !self.is_captured() && !deadline.has_passed() {
            self.step(deadline.remaining())?;
        }
        self.tell_entered(|_, _| true);
        if self.bad_reports > 0 {
            return Err(SessionError::BadReports { count: self.bad_reports });
        }
        marked?;
        if let Some(errno) = self.not_marked {
            return Err(SessionError::EndNotMarked { errno });
        }
        let not_seen = SessionError::EndNotSeen { seconds: MARK_LIMIT.as_secs() };
        if !self.is_captured() {
            return Err(not_seen);
        }
        let mut unmarked = false;
        let mut stamped = Ok(());
        for end in self.capture_ends.values() {
            let CaptureEnd { read, unstamped, statistics, marked, error } = end.clone();
            unmarked |= !marked;
            if let Some(error) = error {
                return Err(error.into());
            }
            if let Some(Statistics { received, dropped }) = statistics {
                self.notes.drops = Some(self.notes.drops.unwrap_or(0).saturating_add(dropped));
                if received.checked_sub(dropped) != Some(read) {
                    return Err(SessionError::Miscounted { received, dropped, read });
                }
            }
            if unstamped > 0 && stamped.is_ok() {
                stamped = Err(SessionError::Unstamped { count: unstamped });
            }
        }
        stamped?;
        if has_mark && unmarked { Err(not_seen) } else { Ok(()) }
    }
}
