//! tshark: from a SYN to the first segment with ACK and without SYN, whoever
//! sends it. In a handshake that is the whole round trip; from a reset or from
//! data it is something else, and [`super::verdict`] says so.

use super::Connection;
use crate::model::{Span, TcpFlags, Timestamp};

pub(super) fn initial_rtt(flags: TcpFlags, at: Timestamp, connection: &mut Connection) {
    if flags.syn() && !flags.ack() {
        connection.syn_time = at;
    }
    let asked = connection.syn_time != Timestamp::default();
    if flags.ack() && !flags.syn() && asked && connection.first_rtt == Span::ZERO {
        connection.first_rtt = at.since(connection.syn_time);
    }
}
