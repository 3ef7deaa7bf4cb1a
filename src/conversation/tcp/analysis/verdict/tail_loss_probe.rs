//! A tail loss probe (RFC 8985 §7): the last segment is sent again although
//! earlier ones are not acknowledged either. A timeout would begin with those
//! (RFC 6298 §5.4), and no ACK asked for it. The timer takes two round trips;
//! a copy that comes within one was made by the network.

use super::Case;
use crate::model::Span;

pub(super) fn tail_loss_probe(case: &Case<'_>) -> bool {
    let (segment, sender, peer) = (case.segment, case.sender, case.peer);
    let first_rtt = case.connection.first_rtt;
    segment.length > 0
        && first_rtt > Span::ZERO
        && segment.at.since(sender.last_time) >= first_rtt
        && segment.full_end() == sender.expected
        && peer.own.acked.is_some_and(|acked| acked.before(segment.seq))
        && peer.own.duplicates == 0
        && peer.sacked == 0
        && !sender.own.answered
        && sender.own.resent != Some(segment.seq)
}
