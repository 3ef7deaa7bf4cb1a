//! tshark: how much of a connection's life is in the capture, as bits.

use super::Connection;
use crate::model::TcpFlags;

/// A SYN.
pub(super) const SYN: u8 = 1;
const SYN_ACK: u8 = 2;
const ACK: u8 = 4;
const DATA: u8 = 8;
const FIN: u8 = 16;
const RST: u8 = 32;

/// Takes the first segment of a connection: it counts only if it is a SYN.
pub(super) const fn begin(flags: TcpFlags, length: u32, connection: &mut Connection) {
    if flags.syn() && !flags.ack() {
        connection.completeness = SYN | if length > 0 { DATA } else { 0 };
    }
    connection.first_bits = bits(flags, length);
}

/// Takes a later segment.
pub(super) const fn go_on(flags: TcpFlags, length: u32, connection: &mut Connection) {
    connection.completeness |= bits(flags, length);
    connection.several = true;
}

/// Data and FIN without ACK add nothing: they are not acceptable
/// (RFC 9293 §3.10.7.4).
pub(super) const fn bits(flags: TcpFlags, length: u32) -> u8 {
    let mut bits = if flags.rst() { RST } else { 0 };
    if flags.ack() {
        bits |= match (flags.syn(), length) {
            (true, _) => SYN_ACK,
            (false, 0) => ACK,
            (false, _) => DATA,
        };
        if flags.fin() {
            bits |= FIN;
        }
    }
    bits
}

/// The bits of a whole connection, its first segment counted like any other
/// where it was not the only one.
pub(super) const fn of_all(connection: &Connection) -> u8 {
    connection.completeness | if connection.several { connection.first_bits } else { 0 }
}
