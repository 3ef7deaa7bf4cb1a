//! tshark: how many bytes are sent and not acknowledged, and how many since
//! the last PSH.

use super::connection::NONE;
use super::{Half, Segment};

/// More than this many is a misunderstanding.
const ABSURD: u32 = 2_000_000_000;

/// Bytes from the lowest to the highest number that is not acknowledged, less
/// what the peer's latest SACK blocks hold. `None` where they are not asked
/// for, 0 where they make no sense.
pub(super) fn bytes_in_flight(segment: &Segment, sender: &mut Half, sacked: u32) -> Option<u32> {
    if segment.length == 0 || sender.flight_unknown {
        return None;
    }
    let (low, high) = sender.pending.bounds(sender.base.unwrap_or(NONE))?;
    let bytes = high.wrapping_sub(low).wrapping_sub(sacked);
    let control = u32::from(segment.flags.syn() || segment.flags.fin());
    Some(if bytes > 0 && bytes < ABSURD { bytes - control } else { 0 })
}

/// Bytes since the last PSH (RFC 9293 §3.9.1.2), with this segment's.
pub(super) const fn push_bytes_sent(segment: &Segment, sender: &mut Half) -> u32 {
    sender.burst = if sender.burst_closed { segment.length } else { sender.burst.wrapping_add(segment.length) };
    sender.burst_closed = segment.flags.bits() & crate::model::TcpFlags::PSH.bits() != 0;
    sender.burst
}
