//! `udp-chat`: a client that chooses among named peers, and one of these
//! peers, who types the replies.
//!
//! Owns what the two sides say. Has no opinion on who watches. The peers have
//! the server's port and the three after it; a run starts only the first.

use std::net::SocketAddr;
use std::sync::Arc;

use super::console::{Console, trimmed};
use super::declared::{BUFFER, DATAGRAMS, SERVER, local, patience, udp_port};
use super::recorded::{RecordedSocket, Recorder};
use super::text::Encoding;
use super::{Program, ProgramError, Settings, say, taken};
use crate::model::Role;

/// The peers by name, in the order of their ports.
const PEERS: [&str; 4] = ["乔治", "james", "苯环", "岳岳"];
/// What the client types to choose again.
const CHOOSE_AGAIN: &[u8] = b"quit";

/// The program.
pub(super) static PROGRAM: Program = Program {
    id: "udp-chat",
    roles: &[Role::Server, Role::Client],
    settings: &[udp_port("8081"), patience("0ms"), DATAGRAMS, SERVER],
    ready_call: "bind",
    reads: &[Role::Server, Role::Client],
    script: |_| {
        let client = "乔治\n你好，乔治\n在学 UDP 吗？\nquit\n乔治\n再见\nquit\n";
        let server = "你好\n在学，一个数据报一条消息\n再见\n";
        vec![(Role::Server, server.into()), (Role::Client, client.into())]
    },
    whole_run: |_, typed| vec![format!("datagrams={}", messages_to_first(typed)), "patience=2s".into()],
    ports: |settings| (0..PEERS.len()).filter_map(|index| peer_port(settings, index)).collect(),
    play,
};

fn play(role: Role, settings: &Settings, recorder: &Arc<Recorder>) -> Result<(), ProgramError> {
    match role {
        Role::Server | Role::NameServer => reply(recorder, settings),
        Role::Client => chat(recorder, settings),
    }
}

/// The port of a peer; none beyond 65535.
fn peer_port(settings: &Settings, index: usize) -> Option<u16> {
    settings.port("port").checked_add(u16::try_from(index).ok()?)
}

/// What a line that was typed into the client means.
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    /// A peer was chosen, known or not, or a message is not to be sent.
    Nothing,
    /// The message is for this peer.
    Message(usize),
}

/// Where the client stands.
#[derive(Debug, Default)]
enum Choice {
    /// A peer is to be chosen.
    #[default]
    Open,
    /// A name was typed that nobody has.
    Nobody,
    /// This peer.
    Peer(usize),
}

impl Choice {
    const fn prompt(&self) -> &'static str {
        match self {
            Self::Open => "请选择聊天对象: ",
            Self::Nobody | Self::Peer(_) => "请输入消息,回车发送: ",
        }
    }

    /// Takes a line without spaces around it.
    fn take(&mut self, line: &[u8]) -> Typed {
        match self {
            Self::Open => {
                let peer = PEERS.iter().position(|name| name.as_bytes() == line);
                *self = peer.map_or(Self::Nobody, Self::Peer);
            }
            Self::Nobody | Self::Peer(_) if line == CHOOSE_AGAIN => *self = Self::Open,
            Self::Peer(peer) if !line.is_empty() => return Typed::Message(*peer),
            // In the notes the client asks on, whatever is typed to nobody.
            Self::Nobody | Self::Peer(_) => {}
        }
        Typed::Nothing
    }
}

/// How many messages these lines send to the first peer.
fn messages_to_first(typed: &[u8]) -> usize {
    let mut choice = Choice::default();
    let lines = typed.split_inclusive(|byte| *byte == b'\n').map(trimmed);
    lines.filter(|line| choice.take(line) == Typed::Message(0)).count()
}

fn told(from: SocketAddr, message: &[u8]) -> String {
    format!("来自[{}:{}]的一条消息:{}", from.ip(), from.port(), Encoding::Utf8.decode(message))
}

/// One peer: replies until nobody types any more.
fn reply(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let console = Console::new(recorder);
    let socket = RecordedSocket::datagram(recorder)?;
    socket.bind(local(settings)).map_err(taken)?;
    let datagrams = settings.count("datagrams");
    let mut received = 0;
    while datagrams == 0 || received < datagrams {
        let (message, from) = socket.recv_from(BUFFER)?;
        say(told(from, &message));
        let Some(answer) = console.ask_trimmed("回复消息: ")? else { break };
        socket.send_to(&answer, from)?;
        received = received.saturating_add(1);
    }
    Ok(socket.close()?)
}

fn chat(recorder: &Arc<Recorder>, settings: &Settings) -> Result<(), ProgramError> {
    let console = Console::new(recorder);
    let socket = RecordedSocket::datagram(recorder)?;
    let mut choice = Choice::default();
    while let Some(line) = console.ask_trimmed(choice.prompt())? {
        let Typed::Message(peer) = choice.take(&line) else { continue };
        let Some(port) = peer_port(settings, peer) else { continue };
        socket.send_to(&line, SocketAddr::from((settings.address(), port)))?;
        let (answer, from) = socket.recv_from_patiently(BUFFER, settings.duration("patience"))?;
        say(told(from, &answer));
    }
    Ok(socket.close()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_messages_to_somebody_are_sent() {
        let typed = "nobody\nlost\nquit\njames\nhi\n\nquit\n 乔治 \na\n\n b \nquit\n乔治";
        assert_eq!(messages_to_first(typed.as_bytes()), 2);
        assert_eq!(messages_to_first("乔治\nquit\nquit\nx\n".as_bytes()), 0);
    }
}
