//! `tcp-listener-closed`: once the listening socket is closed, the connected
//! client goes on and a new one is refused.
//!
//! Owns what the two sides say. Has no opinion on who watches. The notes say
//! it in words; there is no program.

use std::sync::Arc;

use super::declared::{BUFFER, SERVER, local, tcp_port};
use super::recorded::{RecordedSocket, Recorder};
use super::text::Encoding;
use super::{Program, ProgramError, Settings, as_it_is, nothing_to_type, one_port, say, taken};
use crate::model::Role;

/// How many finished connections may wait to be accepted.
const BACKLOG: i32 = 5;

/// The program.
pub(super) static PROGRAM: Program = Program {
    id: "tcp-listener-closed",
    roles: &[Role::Server, Role::Client],
    settings: &[tcp_port("8000"), SERVER],
    ready_call: "listen",
    reads: &[],
    script: nothing_to_type,
    whole_run: as_it_is,
    ports: one_port,
    play,
};

fn play(role: Role, settings: &Settings, recorder: &Arc<Recorder>) -> Result<(), ProgramError> {
    match role {
        Role::Server | Role::NameServer => serve(recorder, settings),
        Role::Client => ask(recorder, settings),
    }
}

/// Accepts one client, stops listening, and serves that client to its end.
fn serve(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let listener = RecordedSocket::stream(recorder)?;
    listener.bind(local(settings)).map_err(taken)?;
    listener.listen(BACKLOG).map_err(taken)?;
    let client = listener.accept()?;
    listener.close()?;
    client.send(b"nobody listens any more")?;
    loop {
        let message = client.recv(BUFFER)?;
        if message.is_empty() {
            say("recv() returned 0 bytes: the client has closed its side");
            break;
        }
        say(Encoding::Utf8.decode(&message));
        client.send(b"we go on")?;
    }
    Ok(client.close()?)
}

/// Connects, is told that nobody listens any more, tries it with a second
/// connection, and goes on with the first.
fn ask(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let first = RecordedSocket::stream(recorder)?;
    first.connect(local(settings))?;
    say(Encoding::Utf8.decode(&first.recv(BUFFER)?));
    let second = RecordedSocket::stream(recorder)?;
    match second.connect(local(settings)) {
        Ok(()) => say("the second connection was accepted"),
        Err(error) => say(error.to_string()),
    }
    second.close()?;
    first.send(b"and we?")?;
    say(Encoding::Utf8.decode(&first.recv(BUFFER)?));
    Ok(first.close()?)
}
