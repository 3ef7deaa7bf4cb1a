//! `tcp-thanks`: a client that asks where to and what, and a server that
//! thanks for it; GBK both ways.
//!
//! Owns what the two sides say. Has no opinion on who watches.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::console::{Console, trimmed};
use super::declared::{BUFFER, BUFFER_SIZE, SERVER, any, buffer_of, encoding, encoding_of, tcp_port, text};
use super::recorded::{RecordedSocket, Recorder};
use super::{Program, ProgramError, Setting, Settings, as_it_is, one_port, say, taken};
use crate::model::Role;

/// How many finished connections may wait to be accepted.
const BACKLOG: i32 = 128;

/// The program.
pub(super) static PROGRAM: Program = Program {
    id: "tcp-thanks",
    roles: &[Role::Server, Role::Client],
    settings: &[
        tcp_port("7788"),
        encoding("encoding", "gbk", "setting-encoding"),
        text("answer", "thank you !", "setting-answer"),
        Setting { meaning: "setting-server-buffer", ..BUFFER_SIZE },
        SERVER,
    ],
    ready_call: "listen",
    reads: &[Role::Client],
    script: |settings| {
        vec![(Role::Client, format!("{}\n{}\n你好，服务器\n", settings.address(), settings.port("port")))]
    },
    whole_run: as_it_is,
    ports: one_port,
    play,
};

fn play(role: Role, settings: &Settings, recorder: &Arc<Recorder>) -> Result<(), ProgramError> {
    match role {
        Role::Server | Role::NameServer => thank(recorder, settings),
        Role::Client => ask(recorder, settings),
    }
}

/// Serves one client, as in the notes.
fn thank(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let encoding = encoding_of(settings, "encoding");
    let answer = encoding.encode(settings.text("answer").as_bytes())?;
    let listener = RecordedSocket::stream(recorder)?;
    listener.reuse_address()?;
    listener.bind(any(settings)).map_err(taken)?;
    listener.listen(BACKLOG).map_err(taken)?;
    let client = listener.accept()?;
    let message = client.recv(buffer_of(settings))?;
    say(format!("接收到的数据为: {}", encoding.decode(&message)));
    client.send(&answer)?;
    client.close()?;
    listener.leave_to_exit();
    Ok(())
}

fn ask(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let encoding = encoding_of(settings, "encoding");
    let console = Console::new(recorder);
    let socket = RecordedSocket::stream(recorder)?;
    let typed = |line: Vec<u8>| String::from_utf8_lossy(&trimmed(&line)).into_owned();
    let ip = typed(console.demand("请输入服务器ip:")?);
    let ip: Ipv4Addr = ip.parse().map_err(|_| ProgramError::NotAnAddress { found: ip })?;
    let port = typed(console.demand("请输入服务器port:")?);
    let port = match port.parse() {
        Ok(0) | Err(_) => return Err(ProgramError::NotAPort { found: port }),
        Ok(port) => port,
    };
    socket.connect(SocketAddr::from((ip, port)))?;
    // Of an empty line nothing would be sent, and both sides would wait.
    let message = console.insist("请输入要发送的数据：")?.ok_or(ProgramError::InputEnded)?;
    socket.send(&encoding.encode(&message)?)?;
    say(encoding.decode(&socket.recv(BUFFER)?));
    Ok(socket.close()?)
}
