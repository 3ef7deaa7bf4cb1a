//! Answering a SYN without remembering it (RFC 4987 §3.6, appendix A): the
//! initial sequence number of the SYN-ACK is a cookie that the ACK brings back.
//!
//! Five bits of a slow clock, three of the largest segment, 24 of a hash over
//! both addresses, the client's number, the clock and a secret. Window scale,
//! SACK and timestamps are forgotten.

use std::net::SocketAddr;
use std::time::Duration;

use crate::model::SeqNumber;
use crate::source::simulator::{Moment, Random};

/// What three bits can say of the client's largest segment.
const SEGMENT_SIZES: [u16; 8] = [64, 216, 536, 1_220, 1_300, 1_400, 1_440, 1_460];
/// The clock's step: a cookie is good in this one and the next.
const STEP_NANOS: u64 = 64_000_000_000;
/// How long a cookie can be good.
pub(super) const LIFE: Duration = Duration::from_secs(128);

/// Whose SYN it was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose {
    pub(super) local: SocketAddr,
    pub(super) peer: SocketAddr,
    /// IRS.
    pub(super) irs: SeqNumber,
    pub(super) secret: u64,
}

/// A number that depends on both addresses and a secret.
pub(super) fn hash(secret: u64, local: SocketAddr, peer: SocketAddr) -> u64 {
    let number = |address: SocketAddr| match address {
        SocketAddr::V4(address) => u128::from(address.ip().to_bits()),
        SocketAddr::V6(address) => address.ip().to_bits(),
    };
    let mut hash = Random::mix(secret ^ (u64::from(local.port()) << 16 | u64::from(peer.port())));
    for address in [local, peer] {
        for half in [number(address) >> 64, number(address) & u128::from(u64::MAX)] {
            hash = Random::mix(hash.wrapping_add(u64::try_from(half).unwrap_or(u64::MAX)));
        }
    }
    hash
}

/// The low 32 bits.
pub(super) fn low(value: u64) -> u32 {
    u32::try_from(value & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}

fn seal(whose: &Whose, clock: u32, size: u32) -> u32 {
    let salt = u64::from(whose.irs.raw()) << 8 | u64::from(clock << 3 | size);
    low(Random::mix(hash(whose.secret, whose.local, whose.peer) ^ salt)) & 0x00FF_FFFF
}

fn clock(now: Moment) -> u32 {
    low(now.nanos() / STEP_NANOS) & 31
}

/// The ISS that remembers a SYN whose sender takes segments of `mss` bytes.
pub(super) fn make(whose: &Whose, mss: u16, now: Moment) -> SeqNumber {
    let fitting = SEGMENT_SIZES.iter().filter(|size| **size <= mss).count().max(1) - 1;
    let (clock, size) = (clock(now), u32::try_from(fitting).unwrap_or(0));
    SeqNumber::new(clock << 27 | size << 24 | seal(whose, clock, size))
}

/// The largest segment that a cookie remembers; `None` where it is not one of
/// ours, or older than 128 s.
pub(super) fn open(whose: &Whose, cookie: SeqNumber, now: Moment) -> Option<u16> {
    let (made, size) = (cookie.raw() >> 27, cookie.raw() >> 24 & 7);
    let fresh = clock(now).wrapping_sub(made) & 31 <= 1;
    let ours = cookie.raw() & 0x00FF_FFFF == seal(whose, made, size);
    if !(fresh && ours) {
        return None;
    }
    SEGMENT_SIZES.get(usize::try_from(size).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_good_for_two_minutes_and_for_its_own_connection() {
        let whose = Whose {
            local: SocketAddr::from(([192, 0, 2, 2], 80)),
            peer: SocketAddr::from(([192, 0, 2, 1], 40_000)),
            irs: SeqNumber::new(u32::MAX),
            secret: 7,
        };
        // The clock of five bits wraps as well.
        let now = Moment::from_millis(31 * 64_000 + 63_000);
        let cookie = make(&whose, 1_459, now);
        assert_eq!(open(&whose, cookie, now), Some(1_440));
        assert_eq!(open(&whose, cookie, now + Duration::from_secs(64)), Some(1_440));
        assert_eq!(open(&whose, cookie, now + Duration::from_secs(129)), None);
        assert_eq!(open(&Whose { irs: whose.irs + 1, ..whose }, cookie, now), None);
        assert_eq!(open(&Whose { secret: 8, ..whose }, cookie, now), None);
        assert_eq!(open(&whose, cookie + 1, now), None);
        assert_eq!(open(&whose, make(&whose, 9, now), now), Some(64), "less than any");
    }
}
