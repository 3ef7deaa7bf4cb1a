//! tshark: a SYN, or a SYN+ACK, with another number than the connection on
//! these ports began with.

use super::Half;
use crate::decode::TcpHeader;

/// What a SYN means for the connection its ports lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Reuse {
    /// Nothing special.
    No,
    /// Another connection begins. Time plays no part: the numbers tell.
    Anew,
    /// The SYN of this connection once more.
    Again,
    /// The peer's answer has another number than its earlier segments led to
    /// believe; the connection remains the same.
    OtherAnswer,
}

pub(super) fn reuse(tcp: &TcpHeader, sender: &Half) -> Reuse {
    let Some(base) = sender.base else { return Reuse::No };
    match (tcp.flags.syn(), tcp.flags.ack(), tcp.seq == base) {
        (true, false, false) => Reuse::Anew,
        (true, false, true) => Reuse::Again,
        (true, true, false) => Reuse::OtherAnswer,
        _ => Reuse::No,
    }
}
