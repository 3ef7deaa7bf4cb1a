//! The retransmission timer went off (RFC 6298): nothing else can have made
//! the sender send this again.
//!
//! Since it sent last, nothing came from the peer, and either it is a SYN; or
//! it was sent again before (a tail loss probe is sent once, RFC 8985 §7.3);
//! or it is the first of several that are outstanding, where a tail loss probe
//! would be the last, and no duplicate ACK or SACK block asked for it.
//!
//! A copy that comes sooner than any timer goes off was made by the network.

use super::Case;
use crate::model::Span;

/// Linux waits this long at least, RFC 6298 §2.4 a second.
const SHORTEST: Span = Span::from_millis(200);

pub(super) fn timeout(case: &Case<'_>) -> bool {
    let (segment, sender, peer) = (case.segment, case.sender, case.peer);
    if sender.own.answered || segment.at.since(sender.last_time) < SHORTEST {
        return false;
    }
    let first_of_several = peer.own.acked == Some(segment.seq)
        && segment.full_end().before(sender.expected)
        && peer.own.duplicates == 0
        && peer.sacked == 0;
    segment.flags.syn() || sender.own.resent == Some(segment.seq) || first_of_several
}
