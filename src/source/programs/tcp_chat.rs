//! `tcp-chat`: typed both ways, until the client types `exit`.
//!
//! Owns what the two sides say. Has no opinion on who watches.

use std::sync::Arc;

use super::console::Console;
use super::declared::{BUFFER_SIZE, SERVER, buffer_of, encoding, encoding_of, local, tcp_port};
use super::recorded::{RecordedSocket, Recorder};
use super::{Program, ProgramError, Settings, as_it_is, one_port, say, taken};
use crate::model::Role;

/// How many finished connections may wait to be accepted.
const BACKLOG: i32 = 5;
/// What the client types to end.
const LEAVE: &[u8] = b"exit";

/// The program.
pub(super) static PROGRAM: Program = Program {
    id: "tcp-chat",
    roles: &[Role::Server, Role::Client],
    settings: &[tcp_port("10086"), encoding("encoding", "utf-8", "setting-encoding"), BUFFER_SIZE, SERVER],
    ready_call: "listen",
    reads: &[Role::Server, Role::Client],
    script: |_| {
        let (client, server) = ("你好\n\n在学 TCP 吗？\nexit\n", "你好！\n在学，刚看完握手\n");
        vec![(Role::Server, server.into()), (Role::Client, client.into())]
    },
    whole_run: as_it_is,
    ports: one_port,
    play,
};

fn play(role: Role, settings: &Settings, recorder: &Arc<Recorder>) -> Result<(), ProgramError> {
    match role {
        Role::Server | Role::NameServer => reply(recorder, settings),
        Role::Client => chat(recorder, settings),
    }
}

fn reply(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let encoding = encoding_of(settings, "encoding");
    let console = Console::new(recorder);
    let listener = RecordedSocket::stream(recorder)?;
    listener.bind(local(settings)).map_err(taken)?;
    listener.listen(BACKLOG).map_err(taken)?;
    let client = listener.accept()?;
    let mut decoder = encoding.decoder();
    loop {
        let message = client.recv(buffer_of(settings))?;
        if message.is_empty() {
            break;
        }
        say(decoder.decode(&message));
        let Some(answer) = console.insist("请回复：")? else { break };
        client.send(&encoding.encode(&answer)?)?;
    }
    client.close()?;
    listener.leave_to_exit();
    Ok(())
}

fn chat(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let encoding = encoding_of(settings, "encoding");
    let console = Console::new(recorder);
    let socket = RecordedSocket::stream(recorder)?;
    socket.connect(local(settings))?;
    let mut decoder = encoding.decoder();
    while let Some(message) = console.ask("请输入消息：")?.filter(|line| line != LEAVE) {
        if message.is_empty() {
            continue;
        }
        socket.send(&encoding.encode(&message)?)?;
        let answer = socket.recv(buffer_of(settings))?;
        if answer.is_empty() {
            break;
        }
        say(decoder.decode(&answer));
    }
    Ok(socket.close()?)
}
