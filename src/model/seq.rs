//! TCP sequence numbers (RFC 9293 §3.4): a circle of 2³² numbers.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// A raw sequence or acknowledgment number, as it stands in the header.
///
/// Deliberately without `Ord`: on a circle "less than" is not an order (at a
/// distance of 2³¹ each of two numbers is before the other). Ask
/// [`before`](Self::before) or [`offset_from`](Self::offset_from).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SeqNumber(u32);

impl SeqNumber {
    /// The number that stands in the header.
    pub const fn new(raw: u32) -> Self {
        Self(raw)
    }

    /// The number that stands in the header.
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// The signed distance from `base` to here, −2³¹ to 2³¹−1 (RFC 9293 §3.4:
    /// arithmetic modulo 2³²).
    pub const fn offset_from(self, base: Self) -> i32 {
        self.0.wrapping_sub(base.0).cast_signed()
    }

    /// Whether this number comes before `other` on the shorter way round. Two
    /// numbers 2³¹ apart are each before the other: the distance is −2³¹ both
    /// ways.
    pub const fn before(self, other: Self) -> bool {
        self.offset_from(other) < 0
    }

    /// Whether this number is `other` or comes before it.
    pub const fn before_or_at(self, other: Self) -> bool {
        self.0 == other.0 || self.before(other)
    }

    /// Whether this number comes after `other`.
    pub const fn after(self, other: Self) -> bool {
        other.before(self)
    }

    /// The later of the two.
    #[must_use]
    pub const fn latest(self, other: Self) -> Self {
        if self.before(other) { other } else { self }
    }
}

impl Add<u32> for SeqNumber {
    type Output = Self;

    fn add(self, count: u32) -> Self {
        Self(self.0.wrapping_add(count))
    }
}

impl Sub<u32> for SeqNumber {
    type Output = Self;

    fn sub(self, count: u32) -> Self {
        Self(self.0.wrapping_sub(count))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn order_goes_through_the_wrap() {
        let last = SeqNumber::new(u32::MAX);
        let first = last + 1;
        assert_eq!(first.raw(), 0);
        assert!(last.before(first));
        assert!(first.after(last));
        assert_eq!(first.offset_from(last), 1);
        assert_eq!(last.latest(first), first);
    }

    #[test]
    fn at_half_the_circle_both_are_before_the_other() {
        let here = SeqNumber::new(0);
        let there = SeqNumber::new(1 << 31);
        assert!(here.before(there));
        assert!(there.before(here));
    }

    proptest! {
        #[test]
        fn adding_and_measuring_agree(raw: u32, count in 0_u32..0x7FFF_FFFF) {
            let seq = SeqNumber::new(raw);
            prop_assert_eq!((seq + count).offset_from(seq).cast_unsigned(), count);
            prop_assert_eq!((seq + count) - count, seq);
        }
    }
}
