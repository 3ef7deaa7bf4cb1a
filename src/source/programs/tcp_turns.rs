//! `tcp-turns`: both sides type in turn.
//!
//! Owns what the two sides say. Has no opinion on who watches. The server in
//! the notes does not look at what `recv()` returned: when the client has left
//! it reads nothing, asks for a reply, sends it, and reads nothing again.
//! `mended=no` does so as well, a bounded number of times.

use std::sync::Arc;

use super::console::Console;
use super::declared::{BUFFER_SIZE, CLIENTS, SERVER, buffer_of, local, mended, tcp_port};
use super::recorded::{RecordedSocket, Recorder};
use super::text::Encoding;
use super::{Program, ProgramError, Setting, SettingKind, Settings, one_client, one_port, say, taken};
use crate::model::Role;

/// How many finished connections may wait to be accepted.
const BACKLOG: i32 = 5;
/// What the server asks with.
const REPLY: &str = ">>>";

/// The program.
pub(super) static PROGRAM: Program = Program {
    id: "tcp-turns",
    roles: &[Role::Server, Role::Client],
    settings: &[
        tcp_port("8081"),
        mended("setting-mended-turns"),
        Setting {
            key: "empty-reads",
            default: "5",
            meaning: "setting-empty-reads",
            kind: SettingKind::Count { highest: 10_000 },
        },
        BUFFER_SIZE,
        CLIENTS,
        SERVER,
    ],
    ready_call: "listen",
    reads: &[Role::Server, Role::Client],
    script: |_| {
        let (client, server) = ("你好\n握手要几次？\n再见\n", "你好，请讲\n三次\n再见\n");
        vec![(Role::Server, server.into()), (Role::Client, client.into())]
    },
    whole_run: one_client,
    ports: one_port,
    play,
};

fn play(role: Role, settings: &Settings, recorder: &Arc<Recorder>) -> Result<(), ProgramError> {
    match role {
        Role::Server | Role::NameServer => serve(recorder, settings),
        Role::Client => ask(recorder, settings),
    }
}

fn serve(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let console = Console::new(recorder);
    let listener = RecordedSocket::stream(recorder)?;
    listener.bind(local(settings)).map_err(taken)?;
    listener.listen(BACKLOG).map_err(taken)?;
    let clients = settings.count("clients");
    let mut accepted = 0;
    while clients == 0 || accepted < clients {
        let client = listener.accept()?;
        say(format!("接到来自{}的电话", client.peer().map(|peer| peer.ip().to_string()).unwrap_or_default()));
        if settings.choice("mended") == "no" {
            reply_for_ever(console, &client, settings)?;
        } else {
            reply(console, &client, settings)?;
        }
        client.close()?;
        accepted = accepted.saturating_add(1);
    }
    Ok(listener.close()?)
}

/// Replies until the client has left or nobody types any more.
fn reply(console: Console, client: &RecordedSocket, settings: &Settings) -> Result<(), ProgramError> {
    let mut decoder = Encoding::Utf8.decoder();
    loop {
        let message = client.recv(buffer_of(settings))?;
        if message.is_empty() {
            return Ok(());
        }
        say(format!("{} <class 'bytes'>", decoder.decode(&message)));
        // Of an empty line nothing would be sent, and both sides would wait.
        let Some(answer) = console.insist(REPLY)? else { return Ok(()) };
        client.send(&answer)?;
    }
}

/// Replies as the server in the notes does, to nothing as well. Where the
/// input has ended it is as if somebody pressed Enter each time.
fn reply_for_ever(console: Console, client: &RecordedSocket, settings: &Settings) -> Result<(), ProgramError> {
    let mut decoder = Encoding::Utf8.decoder();
    let mut reads = 0;
    loop {
        let message = client.recv(buffer_of(settings))?;
        say(format!("{} <class 'bytes'>", decoder.decode(&message)));
        if message.is_empty() {
            reads += 1;
            if reads >= settings.count("empty-reads") {
                return Err(ProgramError::ReadsNothing { reads });
            }
        }
        match console.ask(REPLY)? {
            Some(answer) => client.send(&answer)?,
            None if message.is_empty() => client.send(&[])?,
            None => return Err(ProgramError::InputEnded),
        };
    }
}

fn ask(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let console = Console::new(recorder);
    let socket = RecordedSocket::stream(recorder)?;
    // connect_ex: it returns the number of the error, which nobody looks at;
    // the next call fails.
    socket.connect(local(settings)).ok();
    let mut decoder = Encoding::Utf8.decoder();
    while let Some(message) = console.insist(">>: ")? {
        socket.send(&message)?;
        let answer = socket.recv(buffer_of(settings))?;
        if answer.is_empty() {
            break;
        }
        say(decoder.decode(&answer));
    }
    Ok(socket.close()?)
}
