//! A scene: two programs that talk over a simulated network, and the trace of
//! it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::network::{Network, NetworkError, Recorder, Rule, Step};
use super::scenario::Faults;
use super::tcp::{CallError, Knobs, Received, SocketId};
use super::{Link, Moment};
use crate::model::{NodeId, TcpState, Timestamp, Topology};
use crate::trace::Trace;

/// What is played: the client connects and sends, the server sends back what
/// it gets, the client closes, then the server does.
pub struct Greeting {
    /// Both ends' TCP.
    pub knobs: Knobs,
    /// What chance begins with: the same seed gives the same bytes.
    pub seed: u64,
    /// What the client says.
    pub says: Vec<u8>,
    /// What every cable does, instead of what the topology has.
    pub link: Option<Link>,
    /// Judges every frame first.
    pub rule: Option<Rule>,
    /// What is done to frames on purpose, where there is no rule.
    pub faults: Option<Faults>,
    /// When the scene is stopped if it does not end by itself.
    pub limit: Duration,
    /// The date on the frames.
    pub epoch: Timestamp,
}

/// What was played.
pub struct Played {
    /// Every frame and every change of state.
    pub trace: Trace,
    /// Every step of every host's TCP, with its rule.
    pub steps: Vec<Step>,
    /// What the client got back.
    pub heard: Vec<u8>,
    /// When nothing more was going to happen; `None` where the limit came
    /// first.
    pub ended: Option<Moment>,
    /// Frames sent, over all cables.
    pub frames: u64,
}

/// The server's port.
const PORT: u16 = 8080;
/// The client's: the first of RFC 6056 §2.1.
const CLIENT_PORT: u16 = 49_152;

impl Greeting {
    /// `hello`, with these knobs, for ten minutes at most.
    pub fn new(knobs: Knobs) -> Self {
        Self {
            knobs,
            seed: 1,
            says: b"hello\n".to_vec(),
            link: None,
            rule: None,
            faults: None,
            limit: Duration::from_mins(10),
            epoch: Timestamp::default(),
        }
    }

    /// Plays it.
    ///
    /// # Errors
    /// [`NetworkError`]: the topology asks for what the simulator has not.
    pub fn play(self, topology: &Topology) -> Result<Played, NetworkError> {
        let mut network = Network::new(topology, self.knobs, self.seed)?;
        if let Some(link) = self.link {
            (0..topology.cables.len()).for_each(|cable| network.set_link(cable, link));
        }
        if let Some(rule) = self.rule.or_else(|| self.faults.as_ref().map(Faults::rule)) {
            network.set_rule(rule);
        }
        let mut recorder = Recorder::new(topology, self.knobs.counterfactual(), self.epoch);
        let mut talk = Talk::new(topology, &network)?;
        let limit = Moment::START + self.limit;
        loop {
            // A call that fails ends the program's part, as in life.
            talk.client(&mut network, &self.says).ok();
            talk.server(&mut network).ok();
            let went_on = network.step(limit, &mut |at, seen| {
                recorder.see(at, seen);
                for (cable, action) in self.faults.iter().flat_map(Faults::take_told) {
                    recorder.see_action(at, cable, action);
                }
            });
            recorder.after_step(&network);
            if !went_on {
                break;
            }
        }
        let ended = network.next().is_none().then_some(talk.last);
        let (trace, steps) = recorder.finish();
        Ok(Played { trace, steps, heard: talk.heard, ended, frames: network.sent() })
    }
}

/// Both programs.
struct Talk {
    nodes: [NodeId; 2],
    addresses: [SocketAddr; 2],
    client: Option<SocketId>,
    listener: Option<SocketId>,
    server: Option<SocketId>,
    said: usize,
    heard: Vec<u8>,
    /// What the server has not sent back yet.
    owed: Vec<u8>,
    closed: [bool; 2],
    last: Moment,
}

impl Talk {
    fn new(topology: &Topology, network: &Network) -> Result<Self, NetworkError> {
        let nodes = [topology.client, topology.server];
        let no_address = |node: NodeId| NetworkError::NoIpv4 {
            host: topology.get(node).map(|node| node.name.clone()).unwrap_or_default(),
        };
        let to = first_v4(topology, topology.server).ok_or_else(|| no_address(topology.server))?;
        let from = network.source_address(topology.client, to).ok_or_else(|| no_address(topology.client))?;
        Ok(Self {
            nodes,
            addresses: [SocketAddr::from((from, CLIENT_PORT)), SocketAddr::from((to, PORT))],
            client: None,
            listener: None,
            server: None,
            said: 0,
            heard: Vec::new(),
            owed: Vec::new(),
            closed: [false; 2],
            last: Moment::START,
        })
    }

    fn client(&mut self, network: &mut Network, says: &[u8]) -> Result<(), CallError> {
        let now = network.now();
        if network.next().is_some() {
            self.last = now;
        }
        let ([node, _], [own, peer]) = (self.nodes, self.addresses);
        let stack = network.stack_mut(node).ok_or(CallError::NoConnection)?;
        let socket = match self.client {
            Some(socket) => socket,
            None => *self.client.insert(stack.connect(now, own, peer)?),
        };
        if self.closed[0] || stack.state(socket) == Some(TcpState::SynSent) {
            return Ok(());
        }
        self.said += stack.send(now, socket, says.get(self.said..).unwrap_or_default())?;
        while let Received::Bytes(bytes) = stack.receive(now, socket, usize::MAX)? {
            self.heard.extend(bytes);
        }
        if self.heard.len() >= says.len() {
            self.closed[0] = true;
            stack.close(now, socket)?;
        }
        Ok(())
    }

    fn server(&mut self, network: &mut Network) -> Result<(), CallError> {
        let now = network.now();
        let ([_, node], [_, own]) = (self.nodes, self.addresses);
        let stack = network.stack_mut(node).ok_or(CallError::NoConnection)?;
        let listener = match self.listener {
            Some(listener) => listener,
            None => *self.listener.insert(stack.listen(own, 5)?),
        };
        self.server = self.server.or_else(|| stack.accept(listener));
        let Some(socket) = self.server.filter(|_| !self.closed[1]) else { return Ok(()) };
        loop {
            match stack.receive(now, socket, usize::MAX)? {
                Received::Bytes(bytes) => self.owed.extend(bytes),
                Received::Nothing => break,
                Received::End => {
                    self.closed[1] = true;
                    break;
                }
            }
        }
        if !self.owed.is_empty() {
            let taken = stack.send(now, socket, &self.owed)?;
            self.owed.drain(..taken);
        }
        if self.closed[1] {
            stack.close(now, socket)?;
        }
        Ok(())
    }
}

fn first_v4(topology: &Topology, node: NodeId) -> Option<Ipv4Addr> {
    let host = topology.host(node)?;
    let mut addresses = host.interfaces.values().flat_map(|interface| &interface.addresses);
    addresses.find_map(|own| match own.address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    })
}
