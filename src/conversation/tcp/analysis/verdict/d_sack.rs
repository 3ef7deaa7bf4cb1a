//! D-SACK (RFC 2883): the first SACK block tells of bytes that arrived twice.
//! It lies below the acknowledgment (§4.1), or within the second block (§4.2).

use super::Case;
use crate::model::SeqNumber;

pub(super) fn d_sack(case: &Case<'_>) -> bool {
    let options = &case.tcp.options;
    if options.sack_blocks == 0 || !case.segment.flags.ack() {
        return false;
    }
    let [first, second, ..] = options.sack.map(|(left, right)| (SeqNumber::new(left), SeqNumber::new(right)));
    let (left, right) = first;
    let below = right.before_or_at(case.segment.ack);
    let inside = options.sack_blocks > 1 && second.0.before_or_at(left) && right.before_or_at(second.1);
    left.before(right) && (below || inside)
}
