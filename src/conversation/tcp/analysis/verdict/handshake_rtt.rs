//! The round trip of the handshake (RFC 9293 §3.5): from the SYN to the ACK
//! of the SYN+ACK. tshark takes any segment with ACK for that, also a reset
//! (the connection was refused) and one with data (the ACK is missing).

use super::super::{Connection, Passage};

/// Whether this segment, with `length` bytes of payload, ends the handshake.
/// Runs after the segment was taken in.
pub(in super::super) fn ends_handshake(passage: &Passage<'_>, connection: &Connection, length: Option<u32>) -> bool {
    let (sender, peer) = (&connection.half(passage.sender).own, &connection.half(passage.sender.peer()).own);
    let flags = passage.tcp.flags;
    length == Some(0) && flags.ack() && !flags.syn() && !flags.fin() && !flags.rst() && sender.asked && peer.agreed
}
