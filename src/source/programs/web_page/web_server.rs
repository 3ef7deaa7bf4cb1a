//! The web server: one page, one connection after another.

use std::net::SocketAddr;
use std::sync::Arc;

use super::super::declared::BUFFER;
use super::super::recorded::{RecordedSocket, Recorder};
use super::super::{ProgramError, complain, say, taken};
use super::http::{self, Came, LONGEST_HEAD};

/// How many finished connections may wait to be accepted.
const BACKLOG: i32 = 5;

/// Serves `clients` connections, or for ever.
pub(super) fn serve(recorder: &Arc<Recorder>, own: SocketAddr, clients: u32) -> Result<(), ProgramError> {
    let listener = RecordedSocket::stream(recorder)?;
    listener.reuse_address()?;
    listener.bind(own).map_err(taken)?;
    listener.listen(BACKLOG).map_err(taken)?;
    say(format!("http://{own}/"));
    let mut accepted = 0;
    while clients == 0 || accepted < clients {
        let socket = listener.accept()?;
        let talked = talk(&socket);
        let closed = socket.close().map_err(ProgramError::from);
        // One connection that went wrong is not the end of the server.
        if let Err(error) = talked.and(closed) {
            complain(&error);
        }
        accepted = accepted.saturating_add(1);
    }
    Ok(listener.close()?)
}

/// Answers requests until the client closes, or says something that cannot be
/// understood (RFC 9112 §9.3: a connection goes on until somebody ends it).
fn talk(socket: &RecordedSocket) -> Result<(), ProgramError> {
    let mut came = Vec::new();
    loop {
        let reply = match http::request(&came) {
            Came::Head(length, request) => {
                came.drain(..length);
                http::reply(&request)
            }
            Came::Nonsense(_) => http::no_request(false),
            Came::Part if came.len() > LONGEST_HEAD => http::no_request(true),
            Came::Part => {
                let bytes = socket.recv(BUFFER)?;
                if bytes.is_empty() {
                    return Ok(());
                }
                came.extend(bytes);
                continue;
            }
        };
        socket.send(&reply.bytes)?;
        if !reply.goes_on {
            return Ok(());
        }
    }
}
