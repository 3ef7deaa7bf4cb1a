//! From a file's time units to nanoseconds, in whole numbers.

use crate::model::Timestamp;

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// How an interface counts time (pcapng's `if_tsresol` and `if_tsoffset`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticks {
    /// The top bit chooses between powers of 10 and of 2; the others are the
    /// exponent n of 10⁻ⁿ or 2⁻ⁿ seconds.
    pub(super) resolution: u8,
    /// Seconds to add.
    pub(super) offset: i64,
}

impl Ticks {
    /// Where the file does not say: microseconds.
    pub(super) const MICROSECONDS: Self = Self { resolution: 6, offset: 0 };
    /// What we write.
    pub(super) const NANOSECONDS: Self = Self { resolution: 9, offset: 0 };

    /// The moment `ticks` units after the offset, cut to whole nanoseconds;
    /// what is out of range is put at the range's end.
    #[inline]
    pub(super) fn timestamp(self, ticks: u64) -> Timestamp {
        // Nearly every file there is.
        let multiple = match (self.resolution, self.offset) {
            (6, 0) => 1_000,
            (9, 0) => 1,
            _ => return self.any(ticks),
        };
        match ticks.checked_mul(multiple).map(i64::try_from) {
            Some(Ok(nanos)) => Timestamp::from_nanos(nanos),
            _ => self.any(ticks),
        }
    }

    fn any(self, ticks: u64) -> Timestamp {
        let ticks = u128::from(ticks);
        let exponent = u32::from(self.resolution & 0x7f);
        // At most 2⁶⁴ · 10⁹ < 2⁹⁴: no product overflows.
        let nanos = if self.resolution & 0x80 != 0 {
            (ticks * 1_000_000_000) >> exponent
        } else if let Some(multiple) = 9_u32.checked_sub(exponent) {
            ticks * 10_u128.pow(multiple)
        } else {
            10_u128.checked_pow(exponent - 9).map_or(0, |part| ticks / part)
        };
        let offset = i128::from(self.offset) * i128::from(NANOS_PER_SECOND);
        clamped(i128::try_from(nanos).unwrap_or(i128::MAX).saturating_add(offset))
    }

    /// Nanoseconds with the offset it takes for `earliest` to be written: 0
    /// from 1970 on.
    pub(super) fn from(earliest: Timestamp) -> Self {
        Self { offset: earliest.nanos().min(0).div_euclid(NANOS_PER_SECOND), ..Self::NANOSECONDS }
    }

    /// Nanoseconds for a clock that starts so many seconds after 1970: from then
    /// on where that is earlier.
    pub(super) fn since(seconds: i64) -> Self {
        let first = i64::MIN.div_euclid(NANOS_PER_SECOND);
        Self { offset: seconds.clamp(first, 0), ..Self::NANOSECONDS }
    }

    /// Whether `at` comes before all that can be told.
    pub(super) fn is_before(self, at: Timestamp) -> bool {
        i128::from(at.nanos()) < i128::from(self.offset) * i128::from(NANOS_PER_SECOND)
    }

    /// How many nanoseconds after the offset `at` is.
    pub(super) fn nanos(self, at: Timestamp) -> u64 {
        let offset = i128::from(self.offset) * i128::from(NANOS_PER_SECOND);
        let nanos = i128::from(at.nanos()) - offset;
        u64::try_from(nanos).unwrap_or(if nanos < 0 { 0 } else { u64::MAX })
    }
}

fn clamped(nanos: i128) -> Timestamp {
    Timestamp::from_nanos(i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nanos(resolution: u8, offset: i64, ticks: u64) -> i64 {
        Ticks { resolution, offset }.timestamp(ticks).nanos()
    }

    #[test]
    fn powers_of_ten_and_of_two_become_nanoseconds() {
        assert_eq!(nanos(6, 0, 1_500_000), 1_500_000_000);
        assert_eq!(nanos(0, 0, 7), 7_000_000_000);
        assert_eq!(nanos(9, 0, 7), 7);
        assert_eq!(nanos(12, 0, 7_999), 7);
        assert_eq!(nanos(0x80, 0, 3), 3_000_000_000);
        assert_eq!(nanos(0x8a, 0, 512), 500_000_000);
        assert_eq!(nanos(0x9e, 0, 1 << 30), 1_000_000_000);
    }

    #[test]
    fn the_offset_is_in_seconds() {
        assert_eq!(nanos(6, 10, 1), 10_000_001_000);
        assert_eq!(nanos(6, -10, 1), -9_999_999_000);
    }

    #[test]
    fn absurd_clocks_end_at_the_ends_of_the_range() {
        for resolution in 0..=u8::MAX {
            for offset in [i64::MIN, -1, 0, 1, i64::MAX] {
                for ticks in [0, 1, u64::MAX] {
                    Ticks { resolution, offset }.timestamp(ticks);
                }
            }
        }
        assert_eq!(nanos(0, 0, u64::MAX), i64::MAX);
        assert_eq!(nanos(0, i64::MIN, 0), i64::MIN);
        assert_eq!(nanos(0x7f, 0, u64::MAX), 0);
        assert_eq!(nanos(0xff, 0, u64::MAX), 0);
    }

    #[test]
    fn moments_before_1970_are_written_with_an_offset() {
        for at in [i64::MIN, -1_000_000_001, -1_000_000_000, -1, 0, 1, i64::MAX] {
            let at = Timestamp::from_nanos(at);
            let ticks = Ticks::from(at);
            assert_eq!(ticks.timestamp(ticks.nanos(at)), at);
        }
        assert_eq!(Ticks::from(Timestamp::from_nanos(5)), Ticks::NANOSECONDS);
    }
}
