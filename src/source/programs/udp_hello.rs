//! `udp-hello`: a server that greets the sender of each datagram.
//!
//! Owns what the two sides say. Has no opinion on who watches. In the notes
//! the server is bound to port 9998 and the client sends to 9999:
//! `client-port=9999` shows what becomes of that.

use std::net::SocketAddr;
use std::sync::Arc;

use super::declared::{BUFFER, DATAGRAMS, SERVER, local, patience, udp_port};
use super::recorded::{RecordedSocket, Recorder};
use super::text::Encoding;
use super::{Program, ProgramError, Setting, SettingKind, Settings, nothing_to_type, say, taken};
use crate::model::Role;

/// The longest name, in bytes: `Hello, NAME!` has to fit the client's buffer.
const LONGEST_NAME: usize = 1000;

/// The program.
pub(super) static PROGRAM: Program = Program {
    id: "udp-hello",
    roles: &[Role::Server, Role::Client],
    settings: &[
        udp_port("9998"),
        Setting { key: "client-port", default: "same", meaning: "setting-client-port", kind: SettingKind::OtherPort },
        Setting {
            key: "names",
            default: "Michael,Tracy,Sarah",
            meaning: "setting-names",
            kind: SettingKind::Words { longest: LONGEST_NAME },
        },
        Setting {
            key: "connected",
            default: "no",
            meaning: "setting-connected",
            kind: SettingKind::Choice(&["no", "yes"]),
        },
        patience("2s"),
        DATAGRAMS,
        SERVER,
    ],
    ready_call: "bind",
    reads: &[],
    script: nothing_to_type,
    whole_run: |settings, _| vec![format!("datagrams={}", settings.words("names").len())],
    ports,
    play,
};

fn ports(settings: &Settings) -> Vec<u16> {
    let mut ports = vec![settings.port("port"), settings.other_port("client-port", "port")];
    ports.dedup();
    ports
}

fn play(role: Role, settings: &Settings, recorder: &Arc<Recorder>) -> Result<(), ProgramError> {
    match role {
        Role::Server | Role::NameServer => serve(recorder, local(settings), settings.count("datagrams")),
        Role::Client => {
            let address = SocketAddr::from((settings.address(), settings.other_port("client-port", "port")));
            ask(recorder, address, settings)
        }
    }
}

/// Greets the senders of `datagrams` datagrams, or for ever.
fn serve(recorder: &Arc<Recorder>, address: SocketAddr, datagrams: u32) -> Result<(), ProgramError> {
    let socket = RecordedSocket::datagram(recorder)?;
    socket.bind(address).map_err(taken)?;
    say(format!("Bind UDP on {}...", address.port()));
    let mut received = 0;
    while datagrams == 0 || received < datagrams {
        let (name, from) = socket.recv_from(BUFFER)?;
        say(format!("Received from {from}."));
        socket.send_to(&[b"Hello, ", name.as_slice(), b"!"].concat(), from)?;
        received = received.saturating_add(1);
    }
    Ok(socket.close()?)
}

fn ask(recorder: &Arc<Recorder>, server: SocketAddr, settings: &Settings) -> Result<(), ProgramError> {
    let socket = RecordedSocket::datagram(recorder)?;
    let connected = settings.choice("connected") == "yes";
    if connected {
        socket.connect(server)?;
    }
    for name in settings.words("names") {
        if connected {
            socket.send(name.as_bytes())?;
        } else {
            socket.send_to(name.as_bytes(), server)?;
        }
        // recv, as in the notes: whoever answers is taken for the server.
        let greeting = socket.recv_patiently(BUFFER, settings.duration("patience"))?;
        say(Encoding::Utf8.decode(&greeting));
    }
    Ok(socket.close()?)
}
