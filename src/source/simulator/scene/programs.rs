//! The programs of a scene: who connects, says, reads and closes when.

use std::net::SocketAddr;
use std::time::Duration;

use super::{App, Greeting};
use crate::model::{NodeId, TcpState};
use crate::source::simulator::Moment;
use crate::source::simulator::network::Network;
use crate::source::simulator::tcp::{CallError, Knobs, Received, SocketId};

/// The server's port.
const PORT: u16 = 8080;
/// The first client's, the first of RFC 6056 §2.1; the next have the next.
const CLIENT_PORT: u16 = 49_152;
/// What a slow reader reads at once, in bytes.
const SIP: usize = 1_000;

/// All programs of a scene.
pub(super) struct Talk {
    nodes: [NodeId; 2],
    app: App,
    pause: Duration,
    knobs: Knobs,
    says: Vec<u8>,
    clients: Vec<Client>,
    server: Server,
}

/// One client.
struct Client {
    own: SocketAddr,
    peer: SocketAddr,
    socket: Option<SocketId>,
    said: usize,
    heard: Vec<u8>,
    /// The peer has closed.
    ended: bool,
    closed: bool,
}

/// The server: one program for all clients.
struct Server {
    address: SocketAddr,
    backlog: usize,
    listener: Option<SocketId>,
    serving: Vec<Serving>,
    fate: Fate,
}

/// What became of the server's program.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Runs,
    /// It has died; the host lives on.
    Dead,
    /// The host is without power until then.
    Dark(Moment),
}

/// One connection of the server.
struct Serving {
    socket: SocketId,
    heard: usize,
    /// What was not sent back yet.
    owed: Vec<u8>,
    ended: bool,
    closed: bool,
    /// When it closes, if it waits for that.
    close_at: Option<Moment>,
    /// When it reads on.
    read_at: Moment,
}

impl Talk {
    pub(super) fn new(nodes: [NodeId; 2], [from, to]: [std::net::IpAddr; 2], greeting: &Greeting) -> Self {
        let address = SocketAddr::new(to, PORT);
        let clients = (0..greeting.clients).map(|number| Client {
            own: SocketAddr::new(from, CLIENT_PORT.saturating_add(number)),
            peer: address,
            socket: None,
            said: 0,
            heard: Vec::new(),
            ended: false,
            closed: false,
        });
        let server =
            Server { address, backlog: greeting.backlog, listener: None, serving: Vec::new(), fate: Fate::Runs };
        Self {
            nodes,
            app: greeting.app,
            pause: greeting.pause,
            knobs: greeting.knobs,
            says: greeting.says.clone(),
            clients: clients.collect(),
            server,
        }
    }

    /// What the first client got back.
    pub(super) fn heard(self) -> Vec<u8> {
        self.clients.into_iter().next().map(|client| client.heard).unwrap_or_default()
    }

    /// When a program will do something by itself.
    pub(super) fn wakes(&self, now: Moment) -> Option<Moment> {
        let waits = self.server.serving.iter().filter(|serving| !serving.closed).flat_map(|serving| {
            let reads = Some(serving.read_at).filter(|_| !serving.ended);
            [serving.close_at, reads]
        });
        let power = if let Fate::Dark(until) = self.server.fate { Some(until) } else { None };
        waits.chain([power]).flatten().filter(|at| *at > now).min()
    }

    /// Everybody does what there is to do now. A call that fails ends the
    /// part of that program, as in life.
    pub(super) fn act(&mut self, network: &mut Network) {
        for index in 0..self.clients.len() {
            if self.client(index, network).is_err()
                && let Some(client) = self.clients.get_mut(index)
                && client.socket.is_some()
            {
                client.closed = true;
            }
        }
        self.serve(network);
    }

    fn client(&mut self, index: usize, network: &mut Network) -> Result<(), CallError> {
        let now = network.now();
        let Some(client) = self.clients.get_mut(index) else { return Ok(()) };
        let stack = network.stack_mut(self.nodes[0]).ok_or(CallError::NoConnection)?;
        let socket = match client.socket {
            Some(socket) => socket,
            None => *client.socket.insert(stack.connect(now, client.own, client.peer)?),
        };
        if client.closed || stack.state(socket) == Some(TcpState::SynSent) {
            return Ok(());
        }
        if client.said < self.says.len() {
            client.said += stack.send(now, socket, self.says.get(client.said..).unwrap_or_default())?;
        }
        loop {
            match stack.receive(now, socket, usize::MAX)? {
                Received::Bytes(bytes) => client.heard.extend(bytes),
                Received::Nothing => break,
                Received::End => {
                    client.ended = true;
                    break;
                }
            }
        }
        let done = client.heard.len() >= self.says.len();
        let closes = match self.app {
            App::ServerClosesFirst => client.ended,
            App::Echo
            | App::SlowReader
            | App::LateClose
            | App::NeverAccepts
            | App::Crash
            | App::CrashAfterReading
            | App::PowerLoss
            | App::BothClose => done || client.ended,
        };
        if closes {
            client.closed = true;
            stack.close(now, socket)?;
        }
        Ok(())
    }

    fn serve(&mut self, network: &mut Network) {
        let now = network.now();
        let node = self.nodes[1];
        match self.server.fate {
            Fate::Runs => {}
            Fate::Dead => return,
            Fate::Dark(until) => {
                if until <= now {
                    // The host is back; the program is not.
                    network.set_power(node, true, self.knobs);
                    self.server.fate = Fate::Dead;
                }
                return;
            }
        }
        let Some(stack) = network.stack_mut(node) else { return };
        let server = &mut self.server;
        if server.listener.is_none() {
            server.listener = stack.listen(server.address, server.backlog).ok();
        }
        let Some(listener) = server.listener else { return };
        if self.app != App::NeverAccepts {
            while let Some(socket) = stack.accept(listener) {
                server.serving.push(Serving {
                    socket,
                    heard: 0,
                    owed: Vec::new(),
                    ended: false,
                    closed: false,
                    close_at: None,
                    read_at: now,
                });
            }
        }
        let waiting = |serving: &Serving| stack.inside(serving.socket).is_some_and(|inside| inside.unread > 0);
        if matches!(self.app, App::Crash | App::PowerLoss) && server.serving.iter().any(waiting) {
            if self.app == App::PowerLoss {
                server.fate = Fate::Dark(now + self.pause);
                network.set_power(node, false, self.knobs);
            } else {
                self.die(network);
            }
            return;
        }
        let heard_all = self.clients.iter().all(|client| client.closed);
        let mut dies = false;
        for serving in &mut self.server.serving {
            if serving.closed {
                continue;
            }
            match converse(self.app, self.pause, self.says.len(), heard_all, serving, stack, now) {
                Ok(()) => dies |= self.app == App::CrashAfterReading && serving.heard > 0,
                Err(_) => serving.closed = true,
            }
        }
        if dies {
            self.die(network);
        }
    }

    /// The program ends: its host closes what it had.
    fn die(&mut self, network: &mut Network) {
        let now = network.now();
        self.server.fate = Fate::Dead;
        let Some(stack) = network.stack_mut(self.nodes[1]) else { return };
        let sockets = self.server.serving.iter().map(|serving| serving.socket);
        for socket in sockets.chain(self.server.listener) {
            // What has ended already cannot be closed.
            stack.close(now, socket).ok();
        }
    }
}

/// One connection of the server: reads, sends back, closes.
fn converse(
    app: App,
    pause: Duration,
    expected: usize,
    heard_all: bool,
    serving: &mut Serving,
    stack: &mut crate::source::simulator::tcp::Stack,
    now: Moment,
) -> Result<(), CallError> {
    let socket = serving.socket;
    let most = if app == App::SlowReader { SIP } else { usize::MAX };
    while serving.read_at <= now && !serving.ended {
        match stack.receive(now, socket, most)? {
            Received::Bytes(bytes) => {
                serving.heard += bytes.len();
                serving.owed.extend(bytes);
                if app == App::SlowReader {
                    serving.read_at = now + pause;
                }
            }
            Received::Nothing => break,
            Received::End => serving.ended = true,
        }
    }
    if app == App::CrashAfterReading {
        return Ok(());
    }
    if !serving.owed.is_empty() {
        let taken = stack.send(now, socket, &serving.owed)?;
        serving.owed.drain(..taken);
    }
    if !serving.owed.is_empty() {
        return Ok(());
    }
    let closes = match app {
        App::ServerClosesFirst => serving.heard >= expected || serving.ended,
        App::BothClose => heard_all || serving.ended,
        App::LateClose => serving.ended && *serving.close_at.get_or_insert(now + pause) <= now,
        App::Echo | App::SlowReader | App::NeverAccepts | App::Crash | App::CrashAfterReading | App::PowerLoss => {
            serving.ended
        }
    };
    if closes {
        serving.closed = true;
        stack.close(now, socket)?;
    }
    Ok(())
}
