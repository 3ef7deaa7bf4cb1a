//! A copy of a segment that is on its way, or of a part of it, was sent again,
//! or copied by the network; it cannot be out of order.

use super::super::Findings;
use super::Case;

pub(super) fn repeat(case: &Case<'_>) -> bool {
    case.found.contains(Findings::OUT_OF_ORDER) && case.sender.pending.holds(case.segment.seq, case.segment.full_end())
}
