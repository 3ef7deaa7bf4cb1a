//! CLOSED (RFC 9293 §3.10.7.1): a segment for no connection at all.

use crate::model::{SeqNumber, TcpFlags};
use crate::source::simulator::tcp::Segment;

/// The reset that answers a segment for nobody; `None` where it is a reset
/// itself (§3.5.2, group 1).
pub(in crate::source::simulator::tcp) fn answer_for_nobody(segment: &Segment) -> Option<Segment> {
    let zero = SeqNumber::new(0);
    // "An incoming segment containing a RST is discarded."
    if segment.flags.rst() {
        return None;
    }
    Some(if segment.flags.ack() {
        // <SEQ=SEG.ACK><CTL=RST>
        Segment::bare(TcpFlags::RST, segment.ack, zero)
    } else {
        // <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>
        Segment::bare(TcpFlags::RST.with(TcpFlags::ACK), zero, segment.end())
    })
}
