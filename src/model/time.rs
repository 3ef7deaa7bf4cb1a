//! Moments and spans, in whole nanoseconds until a painter needs pixels.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// A moment: nanoseconds since 1970-01-01 00:00 UTC (`CLOCK_REALTIME`).
///
/// Signed, so that a capture with an absurd clock still has a place; the range
/// is the years 1677 to 2262.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A signed distance between two moments, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(i64);

impl Timestamp {
    /// The moment `nanos` nanoseconds after 1970-01-01 00:00 UTC.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since 1970-01-01 00:00 UTC.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// How long after `earlier` this moment is (negative if before). The ends
    /// of the range are never exceeded.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

/// A moment on the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarTime {
    /// 1677 to 2262.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59; a leap second counts as the second before it.
    pub second: u8,
    /// Within the second.
    pub nanos: u32,
}

impl From<Timestamp> for CalendarTime {
    fn from(at: Timestamp) -> Self {
        let seconds = at.0.div_euclid(1_000_000_000);
        let of_day = seconds.rem_euclid(86_400);
        // Days since 1 March of the year 0, in eras of 400 years: leap days are
        // then the last of their year, and months have lengths that repeat.
        let days = seconds.div_euclid(86_400) + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_based = (5 * of_year + 2) / 153;
        let month = (march_based + 2) % 12 + 1;
        // Each is far below 256.
        let small = |value: i64| u8::try_from(value).unwrap_or_default();
        Self {
            year: era * 400 + year_of_era + i64::from(month < 3),
            month: small(month),
            day: small(of_year - (153 * march_based + 2) / 5 + 1),
            hour: small(of_day / 3_600),
            minute: small(of_day / 60 % 60),
            second: small(of_day % 60),
            nanos: u32::try_from(at.0.rem_euclid(1_000_000_000)).unwrap_or_default(),
        }
    }
}

impl Span {
    /// No distance.
    pub const ZERO: Self = Self(0);

    /// A span of `nanos` nanoseconds.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// A span of `millis` milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// Nanoseconds.
    pub const fn nanos(self) -> i64 {
        self.0
    }
}

impl Add<Span> for Timestamp {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Timestamp {
    type Output = Self;

    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Add for Span {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurd_clocks_do_not_overflow() {
        let first = Timestamp::from_nanos(i64::MIN);
        let last = Timestamp::from_nanos(i64::MAX);
        assert_eq!(last.since(first).nanos(), i64::MAX);
        assert_eq!(first.since(last).nanos(), i64::MIN);
        assert_eq!(last + Span::from_millis(1), last);
    }
}
