//! Simultaneous open (RFC 9293 §3.5, figure 7): each end's SYN+ACK repeats the
//! number of its SYN by design.

use super::super::Findings;
use super::Case;

/// The first SYN+ACK of an end that sent a SYN, to one that did too. A second
/// one is a retransmission.
pub(super) const fn simultaneous_open(case: &Case<'_>) -> bool {
    let flags = case.segment.flags;
    flags.syn() && flags.ack() && case.sender.own.asked && case.peer.own.asked && !case.sender.own.agreed
}

/// The segment after a SYN has the first window that is scaled; as it stands
/// in the header it cannot be compared with the SYN's.
pub(super) fn handshake_window(case: &Case<'_>) -> bool {
    case.found.contains(Findings::WINDOW_UPDATE) && case.sender.syn_window
}
