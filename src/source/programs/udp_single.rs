//! `udp-send`, `udp-ask`, `udp-receive`, `udp-simple`, `udp-one-way`: one
//! datagram, answered or not.
//!
//! Owns what the two sides say. Has no opinion on who watches. Three of them
//! are only one side in the notes; the other side is the plainest that fits.

use std::net::SocketAddr;
use std::sync::Arc;

use super::console::{Console, trimmed};
use super::declared::{BUFFER, SERVER, any, encoding, encoding_of, local, patience, text, udp_port};
use super::recorded::{RecordedSocket, Recorder};
use super::text::{Encoding, python_address, python_bytes};
use super::{Program, ProgramError, as_it_is, nothing_to_type, one_port, say, taken};
use crate::model::Role;

/// What the notes' clients ask for.
const PROMPT: &str = "请输入要发送的数据:";

/// Sends one datagram and reads nothing.
pub(super) static SEND: Program = Program {
    id: "udp-send",
    roles: &[Role::Server, Role::Client],
    settings: &[udp_port("8080"), encoding("encoding", "utf-8", "setting-encoding"), SERVER],
    ready_call: "bind",
    reads: &[Role::Client],
    script: |_| vec![(Role::Client, "你好，UDP\n".into())],
    whole_run: as_it_is,
    ports: one_port,
    play: |role, settings, recorder| {
        let encoding = encoding_of(settings, "encoding");
        match role {
            Role::Server | Role::NameServer => {
                let socket = receiver(recorder, any(settings))?;
                let (message, _) = socket.recv_from(BUFFER)?;
                say(encoding.decode(&message));
                Ok(socket.close()?)
            }
            Role::Client => {
                let socket = RecordedSocket::datagram(recorder)?;
                let message = Console::new(recorder).demand(PROMPT)?;
                socket.send_to(&encoding.encode(&message)?, local(settings))?;
                Ok(socket.close()?)
            }
        }
    },
};

/// Sends one datagram and waits for the answer.
pub(super) static ASK: Program = Program {
    id: "udp-ask",
    roles: &[Role::Server, Role::Client],
    settings: &[
        udp_port("8080"),
        encoding("encoding", "utf-8", "setting-encoding"),
        encoding("answer-encoding", "gbk", "setting-answer-encoding"),
        text("answer", "收到，谢谢", "setting-answer"),
        patience("2s"),
        SERVER,
    ],
    ready_call: "bind",
    reads: &[Role::Client],
    script: |_| vec![(Role::Client, "你好，在吗\n".into())],
    whole_run: as_it_is,
    ports: one_port,
    play: |role, settings, recorder| {
        let encoding = encoding_of(settings, "encoding");
        let answer_encoding = encoding_of(settings, "answer-encoding");
        match role {
            Role::Server | Role::NameServer => {
                let answer = answer_encoding.encode(settings.text("answer").as_bytes())?;
                let socket = receiver(recorder, any(settings))?;
                let (message, from) = socket.recv_from(BUFFER)?;
                say(encoding.decode(&message));
                socket.send_to(&answer, from)?;
                Ok(socket.close()?)
            }
            Role::Client => {
                let socket = RecordedSocket::datagram(recorder)?;
                let message = Console::new(recorder).demand(PROMPT)?;
                socket.send_to(&encoding.encode(&message)?, local(settings))?;
                let (answer, from) = socket.recv_from_patiently(BUFFER, settings.duration("patience"))?;
                say(answer_encoding.decode(&answer));
                say(python_address(from));
                Ok(socket.close()?)
            }
        }
    },
};

/// Receives one datagram and prints it.
pub(super) static RECEIVE: Program = Program {
    id: "udp-receive",
    roles: &[Role::Server, Role::Client],
    settings: &[
        udp_port("7788"),
        encoding("encoding", "gbk", "setting-encoding"),
        encoding("sender-encoding", "gbk", "setting-sender-encoding"),
        SERVER,
    ],
    ready_call: "bind",
    reads: &[Role::Client],
    script: |_| vec![(Role::Client, "苯环，你好\n".into())],
    whole_run: as_it_is,
    ports: one_port,
    play: |role, settings, recorder| match role {
        Role::Server | Role::NameServer => {
            let socket = receiver(recorder, any(settings))?;
            let (message, _) = socket.recv_from(BUFFER)?;
            say(encoding_of(settings, "encoding").decode(&message));
            Ok(socket.close()?)
        }
        Role::Client => {
            let socket = RecordedSocket::datagram(recorder)?;
            let message = Console::new(recorder).demand(PROMPT)?;
            socket.send_to(&encoding_of(settings, "sender-encoding").encode(&message)?, local(settings))?;
            Ok(socket.close()?)
        }
    },
};

/// One datagram each way.
pub(super) static SIMPLE: Program = Program {
    id: "udp-simple",
    roles: &[Role::Server, Role::Client],
    settings: &[udp_port("9000"), text("answer", "hello", "setting-answer"), patience("2s"), SERVER],
    ready_call: "bind",
    reads: &[Role::Client],
    script: |_| vec![(Role::Client, "你好\n".into())],
    whole_run: as_it_is,
    ports: one_port,
    play: |role, settings, recorder| match role {
        Role::Server | Role::NameServer => {
            let socket = receiver(recorder, local(settings))?;
            let (message, from) = socket.recv_from(BUFFER)?;
            say(format!("{} {}", python_bytes(&message), python_address(from)));
            socket.send_to(settings.text("answer").as_bytes(), from)?;
            // In the notes neither side calls close().
            socket.leave_to_exit();
            Ok(())
        }
        Role::Client => {
            let socket = RecordedSocket::datagram(recorder)?;
            let message = trimmed(&Console::new(recorder).demand(">>: ")?);
            socket.send_to(&message, local(settings))?;
            let (answer, from) = socket.recv_from_patiently(BUFFER, settings.duration("patience"))?;
            say(format!("{} {}", Encoding::Utf8.decode(&answer), python_address(from)));
            socket.leave_to_exit();
            Ok(())
        }
    },
};

/// One datagram and no answer.
pub(super) static ONE_WAY: Program = Program {
    id: "udp-one-way",
    roles: &[Role::Server, Role::Client],
    settings: &[udp_port("12345"), text("text", "hello Python", "setting-text"), SERVER],
    ready_call: "bind",
    reads: &[],
    script: nothing_to_type,
    whole_run: as_it_is,
    ports: one_port,
    play: |role, settings, recorder| match role {
        Role::Server | Role::NameServer => {
            let socket = receiver(recorder, local(settings))?;
            let (message, from) = socket.recv_from(BUFFER)?;
            say(format!("{} {}", python_bytes(&message), python_address(from)));
            Ok(socket.close()?)
        }
        Role::Client => {
            let socket = RecordedSocket::datagram(recorder)?;
            socket.send_to(settings.text("text").as_bytes(), local(settings))?;
            Ok(socket.close()?)
        }
    },
};

/// A socket with a port, where datagrams can be sent.
fn receiver(recorder: &Arc<Recorder>, address: SocketAddr) -> Result<RecordedSocket, ProgramError> {
    let socket = RecordedSocket::datagram(recorder)?;
    socket.bind(address).map_err(taken)?;
    Ok(socket)
}
