//! `tcp-short-connections` and `tcp-long-connection`: the same requests over a
//! connection each, or all over one.
//!
//! Owns what the two sides say. Has no opinion on who watches. The notes
//! compare the two in words; there is no program.

use std::sync::Arc;

use super::declared::{BUFFER, CLIENTS, SERVER, local, tcp_port};
use super::recorded::{RecordedSocket, Recorder};
use super::text::Encoding;
use super::{CallError, Program, ProgramError, Setting, SettingKind, Settings, say, taken};
use super::{nothing_to_type, one_client, one_port};
use crate::model::{Role, Span};
use crate::source::clock;

/// How many finished connections may wait to be accepted.
const BACKLOG: i32 = 128;

const SETTINGS: [Setting; 4] = [
    tcp_port("8000"),
    Setting {
        key: "requests",
        default: "10",
        meaning: "setting-requests",
        kind: SettingKind::Count { highest: 10_000 },
    },
    CLIENTS,
    SERVER,
];

/// A connection for each request.
pub(super) static SHORT: Program = Program {
    id: "tcp-short-connections",
    roles: &[Role::Server, Role::Client],
    settings: &SETTINGS,
    ready_call: "listen",
    reads: &[],
    script: nothing_to_type,
    whole_run: one_client,
    ports: one_port,
    play: |role, settings, recorder| {
        let requests = settings.count("requests");
        match role {
            Role::Server | Role::NameServer => answer(recorder, settings, requests),
            Role::Client => {
                let start = clock::now();
                for number in 1..=requests {
                    let socket = RecordedSocket::stream(recorder)?;
                    socket.connect(local(settings))?;
                    ask(&socket, number)?;
                    socket.close()?;
                }
                sum_up(requests, requests, clock::now().since(start));
                Ok(())
            }
        }
    },
};

/// One connection for all requests.
pub(super) static LONG: Program = Program {
    id: "tcp-long-connection",
    roles: &[Role::Server, Role::Client],
    settings: &SETTINGS,
    ready_call: "listen",
    reads: &[],
    script: nothing_to_type,
    whole_run: one_client,
    ports: one_port,
    play: |role, settings, recorder| match role {
        Role::Server | Role::NameServer => answer(recorder, settings, 1),
        Role::Client => {
            let requests = settings.count("requests");
            let start = clock::now();
            let socket = RecordedSocket::stream(recorder)?;
            socket.connect(local(settings))?;
            for number in 1..=requests {
                ask(&socket, number)?;
            }
            socket.close()?;
            sum_up(requests, 1, clock::now().since(start));
            Ok(())
        }
    },
};

/// The server of both: one connection after another, each until its client
/// closes it.
fn answer(recorder: &Arc<Recorder>, settings: &Settings, per_client: u32) -> Result<(), ProgramError> {
    let listener = RecordedSocket::stream(recorder)?;
    listener.reuse_address()?;
    listener.bind(local(settings)).map_err(taken)?;
    listener.listen(BACKLOG).map_err(taken)?;
    let clients = settings.count("clients");
    let connections = clients.saturating_mul(per_client);
    let mut accepted = 0;
    while clients == 0 || accepted < connections {
        let socket = listener.accept()?;
        loop {
            let request = socket.recv(BUFFER)?;
            if request.is_empty() {
                break;
            }
            socket.send(&[b"answer to ", request.as_slice()].concat())?;
        }
        socket.close()?;
        accepted = accepted.saturating_add(1);
    }
    Ok(listener.close()?)
}

/// One request and its answer.
fn ask(socket: &RecordedSocket, number: u32) -> Result<(), CallError> {
    socket.send(format!("request {number}").as_bytes())?;
    say(Encoding::Utf8.decode(&socket.recv(BUFFER)?));
    Ok(())
}

fn sum_up(requests: u32, connections: u32, took: Span) {
    let micros = took.nanos().div_euclid(1000);
    say(format!("requests {requests}, connections {connections}, {}.{:03} ms", micros / 1000, micros.rem_euclid(1000)));
}
