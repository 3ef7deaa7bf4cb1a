//! Accurate ECN (RFC 9768): whether three bits of the header are a counter.

use super::Connection;
use crate::decode::TcpHeader;
use crate::model::TcpFlags;

/// AE, CWR and ECE as one number, 0 to 7.
fn counter(tcp: &TcpHeader) -> u8 {
    let one = |flag: TcpFlags| u8::from(tcp.flags.contains(flag));
    (tcp.reserved & 1) * 4 + one(TcpFlags::CWR) * 2 + one(TcpFlags::ECE)
}

/// Takes a segment: a SYN offers it with all three bits, a SYN+ACK agrees
/// (§3.1.1); tshark does not ask which came first. The counter, where the
/// segment has one.
pub(super) fn accurate_ecn(tcp: &TcpHeader, connection: &mut Connection) -> Option<u8> {
    let counter = counter(tcp);
    match (tcp.flags.syn(), tcp.flags.ack()) {
        (true, false) => {
            connection.accurate_ecn_offered = counter == 7;
            connection.accurate_ecn_agreed &= counter == 7;
        }
        (true, true) => connection.accurate_ecn_agreed = matches!(counter, 2 | 3 | 4 | 6),
        _ => {}
    }
    let counts = connection.accurate_ecn_offered && connection.accurate_ecn_agreed;
    (counts && !tcp.flags.syn()).then_some(counter)
}
