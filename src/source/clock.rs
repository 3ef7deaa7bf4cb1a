//! The three clocks: what time it is, how long something took, and how long we
//! worked on it.
//!
//! Has no opinion on what the moments are of.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::model::Timestamp;

/// This moment on `CLOCK_REALTIME`, the clock the kernel stamps frames with.
pub(crate) fn now() -> Timestamp {
    let now = clock_gettime(ClockId::Realtime);
    Timestamp::from_nanos(now.tv_sec.saturating_mul(1_000_000_000).saturating_add(now.tv_nsec))
}

/// How far the reader's clock (`TZ`, /etc/localtime) was ahead of UTC at a
/// moment, in seconds; 0 where nobody knows.
#[expect(unsafe_code, reason = "localtime_r(3) writes to a structure of ours")]
pub(crate) fn utc_offset(at: Timestamp) -> i32 {
    let seconds: libc::time_t = at.nanos().div_euclid(1_000_000_000);
    let mut parts = std::mem::MaybeUninit::<libc::tm>::zeroed();
    // SAFETY: both pointers are to values that outlive the call; all zeros are
    // a valid `tm`.
    let offset = unsafe {
        libc::localtime_r(&raw const seconds, parts.as_mut_ptr());
        parts.assume_init().tm_gmtoff
    };
    i32::try_from(offset).unwrap_or(0)
}

/// How long this thread has worked, not counting the time that others had the
/// processor.
pub(crate) fn worked() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

/// How long ago some moment was that stays the same: for spans alone.
pub(crate) fn monotonic() -> Duration {
    Duration::try_from(clock_gettime(ClockId::Monotonic)).unwrap_or_default()
}

/// A moment to be done by, on a clock that nobody sets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    start: Instant,
    limit: Duration,
}

impl Deadline {
    /// `limit` from now.
    #[expect(clippy::disallowed_methods, reason = "this is where source/ reads the clock")]
    pub(crate) fn after(limit: Duration) -> Self {
        Self { start: Instant::now(), limit }
    }

    /// What is left; zero once it has passed.
    pub(crate) fn remaining(self) -> Duration {
        self.limit.saturating_sub(self.start.elapsed())
    }

    /// Whether nothing is left.
    pub(crate) fn has_passed(self) -> bool {
        self.remaining().is_zero()
    }
}
