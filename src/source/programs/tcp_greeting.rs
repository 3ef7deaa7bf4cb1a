//! `tcp-greeting`: a server that welcomes every client and greets it by each
//! name it is told.
//!
//! Owns what the two sides say. Has no opinion on who watches.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::declared::{BUFFER, CLIENTS, SERVER, local, tcp_port};
use super::recorded::{RecordedSocket, Recorder};
use super::{CallError, Program, ProgramError, Setting, SettingKind, Settings, complain, say};
use super::{nothing_to_type, one_client, one_port, taken};
use crate::model::Role;
use crate::source::errno;

/// How many finished connections may wait to be accepted.
const BACKLOG: i32 = 5;
/// The longest name, in bytes: `Hello, NAME!` has to fit the client's buffer.
const LONGEST_NAME: usize = 1000;
/// What the client says to take its leave.
const LEAVE: &[u8] = b"exit";

/// The program.
pub(super) static PROGRAM: Program = Program {
    id: "tcp-greeting",
    roles: &[Role::Server, Role::Client],
    settings: &[
        tcp_port("9999"),
        Setting {
            key: "pause",
            default: "1s",
            meaning: "setting-pause",
            kind: SettingKind::Duration { longest: Duration::from_mins(1) },
        },
        Setting {
            key: "names",
            default: "Michael,Tracy,Sarah",
            meaning: "setting-names",
            kind: SettingKind::Words { longest: LONGEST_NAME },
        },
        CLIENTS,
        SERVER,
    ],
    ready_call: "listen",
    reads: &[],
    script: nothing_to_type,
    whole_run: one_client,
    ports: one_port,
    play,
};

fn play(role: Role, settings: &Settings, recorder: &Arc<Recorder>) -> Result<(), ProgramError> {
    let address = local(settings);
    match role {
        Role::Server | Role::NameServer => {
            serve(recorder, address, settings.duration("pause"), settings.count("clients"))
        }
        Role::Client => ask(recorder, address, settings.words("names")),
    }
}

/// The server: a thread for each of `clients` connections, or for ever.
fn serve(recorder: &Arc<Recorder>, address: SocketAddr, pause: Duration, clients: u32) -> Result<(), ProgramError> {
    let listener = RecordedSocket::stream(recorder)?;
    listener.bind(address).map_err(taken)?;
    listener.listen(BACKLOG).map_err(taken)?;
    say(b"Waiting for connection...");
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    let mut accepted = 0;
    while clients == 0 || accepted < clients {
        let socket = listener.accept()?;
        let thread = thread::Builder::new()
            .name(format!("connection {accepted}"))
            .spawn(move || greet(socket, pause))
            .map_err(|error| ProgramError::Thread { errno: errno::number(&error) })?;
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
        accepted = accepted.saturating_add(1);
    }
    for thread in threads {
        // A panic has already been told on standard error.
        thread.join().ok();
    }
    Ok(listener.close()?)
}

/// One connection of the server.
fn greet(socket: RecordedSocket, pause: Duration) {
    let peer = socket.peer().map_or_else(|| "somebody".to_owned(), |peer| peer.to_string());
    say(format!("Accept new connection from {peer}...").as_bytes());
    let talked = talk(&socket, pause);
    let closed = socket.close();
    if let Err(error) = talked.and(closed) {
        complain(&error.into());
    }
    say(format!("Connection from {peer} closed.").as_bytes());
}

fn talk(socket: &RecordedSocket, pause: Duration) -> Result<(), CallError> {
    socket.send(b"Welcome!")?;
    loop {
        let name = socket.recv(BUFFER)?;
        if !pause.is_zero() {
            thread::sleep(pause);
        }
        if name.is_empty() || name == LEAVE {
            return Ok(());
        }
        socket.send(&[b"Hello, ", name.as_slice(), b"!"].concat())?;
    }
}

/// The client.
fn ask(recorder: &Arc<Recorder>, address: SocketAddr, names: &[String]) -> Result<(), ProgramError> {
    let socket = RecordedSocket::stream(recorder)?;
    socket.connect(address)?;
    say(&socket.recv(BUFFER)?);
    for name in names {
        socket.send(name.as_bytes())?;
        say(&socket.recv(BUFFER)?);
    }
    socket.send(LEAVE)?;
    Ok(socket.close()?)
}
