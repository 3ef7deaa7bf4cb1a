//! A segment without the ACK bit acknowledges nothing, so it is no duplicate
//! ACK; its receiver drops it (RFC 9293 §3.10.7.4, fifth).

use super::Case;

pub(super) const fn no_ack_bit(case: &Case<'_>) -> bool {
    !case.segment.flags.ack()
}
