//! `tcp-bulk`: many bytes, there and back.
//!
//! Owns the bytes and comparing them. Has no opinion on who watches.

use super::declared::{SERVER, local, tcp_port};
use super::recorded::RecordedSocket;
use super::{Program, ProgramError, Setting, SettingKind, Settings, as_it_is, nothing_to_type, one_port, say, taken};
use crate::model::Role;

/// How many finished connections may wait to be accepted.
const BACKLOG: i32 = 5;
/// How much one call sends, and takes at most, in bytes.
const CHUNK: usize = 16_384;

/// The program.
pub(super) static PROGRAM: Program = Program {
    id: "tcp-bulk",
    roles: &[Role::Server, Role::Client],
    settings: &[
        tcp_port("9010"),
        Setting {
            key: "bytes",
            default: "100000",
            meaning: "setting-bytes",
            kind: SettingKind::Count { highest: 10_000_000 },
        },
        Setting { key: "back", default: "yes", meaning: "setting-back", kind: SettingKind::Choice(&["yes", "no"]) },
        Setting {
            key: "closes-first",
            default: "client",
            meaning: "setting-closes-first",
            kind: SettingKind::Choice(&["client", "server"]),
        },
        SERVER,
    ],
    ready_call: "listen",
    reads: &[],
    script: nothing_to_type,
    whole_run: as_it_is,
    ports: one_port,
    play: |role, settings, recorder| {
        let (count, back) = (size(settings), settings.choice("back") == "yes");
        let (socket, listener) = match role {
            Role::Server => {
                let listener = RecordedSocket::stream(recorder)?;
                listener.bind(local(settings)).map_err(taken)?;
                listener.listen(BACKLOG).map_err(taken)?;
                (listener.accept()?, Some(listener))
            }
            Role::Client | Role::NameServer => {
                let socket = RecordedSocket::stream(recorder)?;
                socket.connect(local(settings))?;
                (socket, None)
            }
        };
        if role == Role::Client {
            send(&socket, count)?;
        } else {
            receive(&socket, count)?;
        }
        if back && role == Role::Server {
            send(&socket, count)?;
        } else if back {
            receive(&socket, count)?;
        }
        if settings.choice("closes-first") != role.name() {
            // Nothing is left to come but the end.
            socket.recv(CHUNK)?;
        }
        socket.close()?;
        listener.map_or(Ok(()), |listener| Ok(listener.close()?))
    },
};

fn size(settings: &Settings) -> usize {
    usize::try_from(settings.count("bytes")).unwrap_or(usize::MAX)
}

/// The byte at a place of the stream: no two stretches nearby are alike.
fn byte(place: usize) -> u8 {
    let [low, second, third, ..] = place.to_le_bytes();
    low ^ second.rotate_left(3) ^ third.rotate_left(5)
}

fn send(socket: &RecordedSocket, count: usize) -> Result<(), ProgramError> {
    let mut sent = 0;
    while sent < count {
        let chunk: Vec<u8> = (sent..count.min(sent + CHUNK)).map(byte).collect();
        sent += socket.send(&chunk)?;
    }
    Ok(())
}

/// Takes `count` bytes and compares each with what was sent.
fn receive(socket: &RecordedSocket, count: usize) -> Result<(), ProgramError> {
    let mut came = 0;
    while came < count {
        let bytes = socket.recv(CHUNK.min(count - came))?;
        if bytes.is_empty() {
            return Err(ProgramError::CutShort { came, expected: count });
        }
        if let Some(wrong) = bytes.iter().zip(came..).position(|(found, place)| *found != byte(place)) {
            return Err(ProgramError::Altered { place: came + wrong });
        }
        came += bytes.len();
    }
    say(format!("{came} bytes, each as it was sent"));
    Ok(())
}
