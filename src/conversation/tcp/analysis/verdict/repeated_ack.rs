//! An ACK said again though nothing is outstanding answers a segment that
//! came twice (a SYN+ACK, a FIN, a keep-alive). A duplicate ACK needs data
//! outstanding (RFC 5681 §2).

use super::Case;

pub(super) fn repeated_ack(case: &Case<'_>) -> bool {
    case.segment.flags.ack() && !case.peer.expected.after(case.segment.ack)
}
