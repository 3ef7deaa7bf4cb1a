//! `tcp-simple` and `tcp-one-way`: one message, answered or not.
//!
//! Owns what the two sides say. Has no opinion on who watches.

use super::declared::{BUFFER, SERVER, local, tcp_port, text};
use super::recorded::RecordedSocket;
use super::text::{Encoding, python_bytes};
use super::{Program, as_it_is, nothing_to_type, one_port, say, taken};
use crate::model::Role;

/// How many finished connections may wait to be accepted.
const BACKLOG: i32 = 5;

/// One message each way.
pub(super) static SIMPLE: Program = Program {
    id: "tcp-simple",
    roles: &[Role::Server, Role::Client],
    settings: &[
        tcp_port("9000"),
        text("text", "hello world", "setting-text"),
        text("answer", "hi", "setting-answer"),
        SERVER,
    ],
    ready_call: "listen",
    reads: &[],
    script: nothing_to_type,
    whole_run: as_it_is,
    ports: one_port,
    play: |role, settings, recorder| match role {
        Role::Server | Role::NameServer => {
            let listener = RecordedSocket::stream(recorder)?;
            listener.bind(local(settings)).map_err(taken)?;
            listener.listen(BACKLOG).map_err(taken)?;
            let client = listener.accept()?;
            say(format!("接到来自{}的电话", client.peer().map(|peer| peer.ip().to_string()).unwrap_or_default()));
            let message = client.recv(BUFFER)?;
            say(format!("{} <class 'bytes'>", Encoding::Utf8.decode(&message)));
            client.send(settings.text("answer").as_bytes())?;
            client.close()?;
            Ok(listener.close()?)
        }
        Role::Client => {
            let socket = RecordedSocket::stream(recorder)?;
            // connect_ex: it returns the number of the error, which nobody
            // looks at; the next call fails.
            socket.connect(local(settings)).ok();
            socket.send(settings.text("text").as_bytes())?;
            say(Encoding::Utf8.decode(&socket.recv(BUFFER)?));
            Ok(socket.close()?)
        }
    },
};

/// One message and no answer.
pub(super) static ONE_WAY: Program = Program {
    id: "tcp-one-way",
    roles: &[Role::Server, Role::Client],
    settings: &[tcp_port("12346"), text("text", "python hello", "setting-text"), SERVER],
    ready_call: "listen",
    reads: &[],
    script: nothing_to_type,
    whole_run: as_it_is,
    ports: one_port,
    play: |role, settings, recorder| match role {
        Role::Server | Role::NameServer => {
            let listener = RecordedSocket::stream(recorder)?;
            listener.bind(local(settings)).map_err(taken)?;
            listener.listen(BACKLOG).map_err(taken)?;
            let client = listener.accept()?;
            say(python_bytes(&client.recv(BUFFER)?));
            // In the notes only the listening socket is closed.
            client.leave_to_exit();
            Ok(listener.close()?)
        }
        Role::Client => {
            let socket = RecordedSocket::stream(recorder)?;
            socket.connect(local(settings))?;
            socket.send(settings.text("text").as_bytes())?;
            Ok(socket.close()?)
        }
    },
};
