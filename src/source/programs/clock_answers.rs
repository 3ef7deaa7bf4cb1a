//! `tcp-clock` and `udp-clock`: each line comes back with the time of day.
//!
//! Owns what the sides say. Has no opinion on who watches. The answer is
//! `at TIME :LINE`; the notes' servers, under Python 3, put `b'LINE'` there,
//! which `mended=no` does as well.

use std::sync::Arc;

use super::console::Console;
use super::declared::{BUFFER, CLIENTS, DATAGRAMS, SERVER, any, local, mended, patience, tcp_port, udp_port};
use super::recorded::{RecordedSocket, Recorder};
use super::text::{Encoding, python_address, python_bytes};
use super::{Program, ProgramError, Settings, ctime, one_client, one_port, say, taken};
use crate::model::Role;

/// How many finished connections may wait to be accepted.
const BACKLOG: i32 = 5;
/// What the client asks with.
const PROMPT: &str = ">";

/// Over TCP.
pub(super) static TCP: Program = Program {
    id: "tcp-clock",
    roles: &[Role::Server, Role::Client],
    settings: &[tcp_port("21567"), mended("setting-mended-clock"), CLIENTS, SERVER],
    ready_call: "listen",
    reads: &[Role::Client],
    script,
    whole_run: one_client,
    ports: one_port,
    play: |role, settings, recorder| match role {
        Role::Server | Role::NameServer => serve_tcp(recorder, settings),
        Role::Client => ask_tcp(recorder, settings),
    },
};

/// Over UDP.
pub(super) static UDP: Program = Program {
    id: "udp-clock",
    roles: &[Role::Server, Role::Client],
    settings: &[udp_port("21567"), mended("setting-mended-clock"), CLIENTS_IN_A_RUN, patience("2s"), DATAGRAMS, SERVER],
    ready_call: "bind",
    reads: &[Role::Client],
    script,
    whole_run: |settings, typed| {
        let asked = typed.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty()).count();
        let clients = usize::try_from(settings.count("clients").max(1)).unwrap_or(usize::MAX);
        vec![format!("datagrams={}", asked.saturating_mul(clients))]
    },
    ports: one_port,
    play: |role, settings, recorder| match role {
        Role::Server | Role::NameServer => serve_udp(recorder, settings),
        Role::Client => ask_udp(recorder, settings),
    },
};

/// To a UDP server clients are nothing that begins or ends.
const CLIENTS_IN_A_RUN: super::Setting = super::Setting { meaning: "setting-clients-in-a-run", ..CLIENTS };

fn script(_: &Settings) -> Vec<(Role, String)> {
    vec![(Role::Client, "hello\n现在几点\n\n".into())]
}

/// The answer to a line.
fn answer(line: &[u8], settings: &Settings) -> Vec<u8> {
    let at = format!("at {} :", ctime::now()).into_bytes();
    let line = if settings.choice("mended") == "no" { python_bytes(line).into_bytes() } else { line.to_vec() };
    [at, line].concat()
}

/// One client after another.
fn serve_tcp(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let listener = RecordedSocket::stream(recorder)?;
    listener.bind(any(settings)).map_err(taken)?;
    listener.listen(BACKLOG).map_err(taken)?;
    let clients = settings.count("clients");
    let mut accepted = 0;
    while clients == 0 || accepted < clients {
        say("waiting for connection...");
        let client = listener.accept()?;
        say(format!("connection from : {}", client.peer().map(python_address).unwrap_or_default()));
        loop {
            let line = client.recv(BUFFER)?;
            if line.is_empty() {
                break;
            }
            client.send(&answer(&line, settings))?;
        }
        client.close()?;
        accepted = accepted.saturating_add(1);
    }
    Ok(listener.close()?)
}

fn ask_tcp(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let console = Console::new(recorder);
    let socket = RecordedSocket::stream(recorder)?;
    socket.connect(local(settings))?;
    let mut decoder = Encoding::Utf8.decoder();
    while let Some(line) = console.ask(PROMPT)?.filter(|line| !line.is_empty()) {
        socket.send(&line)?;
        let answer = socket.recv(BUFFER)?;
        if answer.is_empty() {
            break;
        }
        say(decoder.decode(&answer));
    }
    Ok(socket.close()?)
}

fn serve_udp(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let socket = RecordedSocket::datagram(recorder)?;
    socket.bind(any(settings)).map_err(taken)?;
    let datagrams = settings.count("datagrams");
    let mut received = 0;
    while datagrams == 0 || received < datagrams {
        say("waiting for message...");
        let (line, from) = socket.recv_from(BUFFER)?;
        socket.send_to(&answer(&line, settings), from)?;
        say(format!("...received from and returned to: {}", python_address(from)));
        received = received.saturating_add(1);
    }
    Ok(socket.close()?)
}

fn ask_udp(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let console = Console::new(recorder);
    let socket = RecordedSocket::datagram(recorder)?;
    while let Some(line) = console.ask(PROMPT)?.filter(|line| !line.is_empty()) {
        socket.send_to(&line, local(settings))?;
        let (answer, from) = socket.recv_from_patiently(BUFFER, settings.duration("patience"))?;
        if answer.is_empty() {
            break;
        }
        say(format!("{} from {}", Encoding::Utf8.decode(&answer), python_address(from)));
    }
    Ok(socket.close()?)
}
