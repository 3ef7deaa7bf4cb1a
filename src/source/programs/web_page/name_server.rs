//! The name server: one name, one address.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::super::recorded::{RecordedSocket, Recorder};
use super::super::{ProgramError, say, taken};
use super::{NAME, dns};

/// The longest message, in bytes: beyond it a client must ask again over TCP
/// (RFC 1035 §4.2.1).
const LONGEST: usize = 512;

/// Answers for ever: a name server never knows whether somebody else will ask.
pub(super) fn serve(recorder: &Arc<Recorder>, own: SocketAddr, web: Ipv4Addr) -> Result<(), ProgramError> {
    let socket = RecordedSocket::datagram(recorder)?;
    socket.bind(own).map_err(taken)?;
    say(format!("{NAME} is {web}"));
    loop {
        let (message, from) = socket.recv_from(LONGEST)?;
        let Some(reply) = dns::reply(&message, NAME, web) else {
            say(format!("{from} sent no question"));
            continue;
        };
        socket.send_to(&reply, from)?;
        say(format!("answered {from}"));
    }
}
