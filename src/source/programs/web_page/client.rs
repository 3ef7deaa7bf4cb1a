//! The client: looks a name up itself, connects, fetches, prints, closes.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use super::super::declared::BUFFER;
use super::super::recorded::{RecordedSocket, Recorder};
use super::super::{CallError, ProgramError, say};
use super::dns::{self, Answer};
use super::http::{self, Came, LONGEST_HEAD};

/// What is fetched, and who is asked where it is.
pub(super) struct Wanted<'a> {
    pub(super) name: &'a str,
    pub(super) path: &'a str,
    /// The web server's.
    pub(super) port: u16,
    pub(super) name_server: SocketAddr,
    /// How long an answer of the name server is waited for.
    pub(super) patience: Duration,
    /// How often it is asked.
    pub(super) tries: u32,
}

/// The whole way from the name to the page.
pub(super) fn fetch(recorder: &Arc<Recorder>, wanted: &Wanted<'_>) -> Result<(), ProgramError> {
    // Whatever is wrong with the path is said before anybody is asked.
    let request = http::get(wanted.name, wanted.path)?;
    let address = look_up(recorder, wanted)?;
    say(format!("{} is {address}", wanted.name));
    let socket = RecordedSocket::stream(recorder)?;
    socket.connect(SocketAddr::from((address, wanted.port)))?;
    socket.send(&request)?;
    let page = read(&socket)?;
    say(page);
    Ok(socket.close()?)
}

/// Asks the name server. A datagram that is lost nobody sends again but the
/// client itself: it waits, and asks once more.
fn look_up(recorder: &Arc<Recorder>, wanted: &Wanted<'_>) -> Result<Ipv4Addr, ProgramError> {
    let name = wanted.name;
    // Not to be guessed by who would like to answer first (RFC 5452 §9.2); a
    // hasher's key is as random as the system can make it.
    let [.., high, low] = RandomState::new().build_hasher().finish().to_be_bytes();
    let id = u16::from_be_bytes([high, low]);
    let question = dns::question(id, name)?;
    let socket = RecordedSocket::datagram(recorder)?;
    socket.receive_timeout(wanted.patience)?;
    // Of UDP this sends nothing: from now on the kernel passes on only what
    // comes from there, and tells of errors.
    socket.connect(wanted.name_server)?;
    for _ in 0..wanted.tries {
        say(format!("asking {} for {name}", wanted.name_server.ip()));
        socket.send(&question)?;
        let answer = loop {
            match socket.recv(BUFFER) {
                Ok(message) => {
                    if let Some(answer) = dns::answer(&message, id, name) {
                        break Some(answer);
                    }
                }
                Err(CallError { errno: libc::EAGAIN, .. }) => break None,
                Err(error) => return Err(error.into()),
            }
        };
        let Some(answer) = answer else { continue };
        socket.close()?;
        return match answer {
            Answer::Addresses(addresses) => {
                addresses.first().copied().ok_or_else(|| ProgramError::NoAddress { name: name.to_owned() })
            }
            Answer::None => Err(ProgramError::NoAddress { name: name.to_owned() }),
            Answer::Refused(code) => Err(ProgramError::NoSuchName { name: name.to_owned(), code }),
        };
    }
    Err(ProgramError::NoNameServer { server: wanted.name_server, tries: wanted.tries, waited: wanted.patience })
}

/// Reads a response to its end: the status and the page.
fn read(socket: &RecordedSocket) -> Result<Vec<u8>, ProgramError> {
    let not_http = |why: String| ProgramError::NotHttp { why };
    let mut came = Vec::new();
    loop {
        let mut missing = None;
        match http::response(&came) {
            Came::Head(head, response) => {
                let body = came.get(head..).unwrap_or_default();
                let done = |body: &[u8]| [response.line.as_bytes(), b"\n\n", body.trim_ascii_end()].concat();
                match response.length {
                    Some(length) if body.len() >= length => {
                        return Ok(done(body.get(..length).unwrap_or_default()));
                    }
                    Some(length) => missing = Some(length - body.len()),
                    None => {}
                }
                let bytes = socket.recv(BUFFER)?;
                match (bytes.is_empty(), missing) {
                    (true, None) => return Ok(done(body)),
                    (true, Some(missing)) => return Err(not_http(format!("{missing} bytes of the page are missing"))),
                    (false, _) => came.extend(bytes),
                }
            }
            Came::Nonsense(why) => return Err(not_http(why)),
            Came::Part if came.len() > LONGEST_HEAD => return Err(not_http("its head has no end".into())),
            Came::Part => {
                let bytes = socket.recv(BUFFER)?;
                if bytes.is_empty() {
                    return Err(not_http("the connection was closed before the head had ended".into()));
                }
                came.extend(bytes);
            }
        }
    }
}
