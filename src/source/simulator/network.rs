//! A network of hosts, routers, switches and hubs, as a topology has it, in
//! virtual time: every frame is one that a real cable could carry.
//!
//! Owns the cables and the queue of what is to happen. IPv4 and IPv6; of the
//! latter no address is made up: a topology says them all.

/// A host by itself.
mod alone;
/// Switches and hubs.
mod bridge;
/// Hosts and routers.
mod host;
/// What was seen, as a trace.
mod record;

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use thiserror::Error;

pub use alone::Alone;
pub use host::Dropped;
pub use record::{Recorder, Step};

use super::link::Lane;
use super::tcp::{Effect, Knobs, Stack};
use super::udp::Udp;
use super::{Ethernet, Fate, Link, Moment, Random, Verdict};

use crate::model::{NodeId, NodeKind, Quality, Topology};
use bridge::Bridge;
use host::Host;

/// Why a topology cannot be simulated.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NetworkError {
    /// One that has to speak has no address.
    #[error("host {host} has no address")]
    NoAddress {
        /// The host's name.
        host: String,
    },
    /// The client has no route to any address of the server, or none of the
    /// family that was asked for.
    #[error("host {client} has no way to {server}")]
    NoWay {
        /// The client's name.
        client: String,
        /// The server's name.
        server: String,
    },
}

/// Something seen in the network.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'a> {
    /// A frame at a node's port: sent there, or arrived there.
    Frame {
        /// Where.
        node: NodeId,
        /// At which of its ports, in the order of their names.
        port: usize,
        /// What.
        frame: &'a Ethernet,
        /// What becomes of it where it was sent; `None` where it arrived.
        fate: Option<Fate>,
    },
    /// What a host's TCP did.
    Tcp {
        /// Which host.
        node: NodeId,
        /// What.
        effect: &'a Effect,
        /// The host's TCP as it is then.
        stack: &'a Stack,
    },
}

/// A rule of the reader's: called with each frame's bytes, the number of its
/// cable in the topology and the node that sends it.
pub type Rule = Box<dyn FnMut(Moment, usize, NodeId, &[u8]) -> Verdict + Send>;

/// A cable that a topology gives no quality has this: 1 km and 1 Gbit/s.
/// Without a bandwidth every burst would arrive at one moment.
const PLAIN: Link = Link {
    delay: Duration::from_micros(5),
    bandwidth: Some(1_000_000_000),
    queue: Some(1_000),
    loss: 0,
    duplication: 0,
    reordering: 0,
};

/// How long a frame waits for the next one to overtake it, as in the lab.
const SWAP_LIMIT: Duration = Duration::from_secs(1);

struct Cable {
    ends: [(usize, usize); 2],
    link: Link,
    lanes: [Lane; 2],
    /// In each lane a frame that waits to be overtaken, and until when.
    held: [Option<(Moment, Ethernet)>; 2],
}

struct Node {
    machine: Machine,
    /// The cable in each port, and which of its ends.
    cables: Vec<Option<(usize, usize)>>,
    /// When it is on the agenda.
    due: Option<Moment>,
    /// A program may have called something since the last step.
    touched: bool,
}

enum Machine {
    Host(Box<Host>),
    Bridge(Bridge),
}

#[derive(PartialEq, Eq)]
struct Underway {
    at: Moment,
    order: u64,
    node: usize,
    port: usize,
    frame: Ethernet,
}

impl Ord for Underway {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

impl PartialOrd for Underway {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// A topology in motion.
pub struct Network {
    now: Moment,
    nodes: Vec<Node>,
    cables: Vec<Cable>,
    underway: BinaryHeap<Reverse<Underway>>,
    /// When which node has something to do by itself.
    agenda: BTreeSet<(Moment, usize)>,
    /// Those that a program may have called something of.
    touched: Vec<usize>,
    /// Until when which lane of which cable holds a frame back.
    overtaking: BTreeSet<(Moment, usize, usize)>,
    sent: u64,
    random: Random,
    rule: Option<Rule>,
}

impl Network {
    /// Switches everything on; every host's TCP has these knobs.
    ///
    /// # Errors
    /// [`NetworkError`]: the topology asks for what the simulator has not.
    pub fn new(topology: &Topology, knobs: Knobs, seed: u64) -> Result<Self, NetworkError> {
        for id in [topology.client, topology.server] {
            if topology.address(id).is_none() {
                let host = topology.get(id).map(|node| node.name.clone()).unwrap_or_default();
                return Err(NetworkError::NoAddress { host });
            }
        }
        let names = port_names(topology);
        let mut nodes: Vec<Node> = (topology.nodes.iter().zip(&names))
            .map(|(node, ports)| Node {
                machine: match &node.kind {
                    NodeKind::Host(host) => Machine::Host(Box::new(Host::new(host, knobs))),
                    NodeKind::Switch => Machine::Bridge(Bridge::switch(ports.len())),
                    NodeKind::Hub => Machine::Bridge(Bridge::hub(ports.len())),
                },
                cables: vec![None; ports.len()],
                due: None,
                touched: false,
            })
            .collect();
        let mut cables = Vec::new();
        for cable in &topology.cables {
            let ends = cable.ends.clone().map(|end| {
                let ports = names.get(end.node.0).map(Vec::as_slice).unwrap_or_default();
                (end.node.0, ports.iter().position(|name| *name == end.interface).unwrap_or(0))
            });
            for (which, (node, port)) in ends.iter().enumerate() {
                let slot = nodes.get_mut(*node).and_then(|node| node.cables.get_mut(*port));
                if let Some(slot) = slot {
                    *slot = Some((cables.len(), which));
                }
            }
            let (lanes, held) = ([Lane::default(), Lane::default()], [None, None]);
            cables.push(Cable { ends, link: link(cable.quality), lanes, held });
        }
        let random = Random::new(seed);
        let (underway, agenda, now) = (BinaryHeap::new(), BTreeSet::new(), Moment::START);
        Ok(Self {
            now,
            nodes,
            cables,
            underway,
            agenda,
            touched: Vec::new(),
            overtaking: BTreeSet::new(),
            sent: 0,
            random,
            rule: None,
        })
    }

    /// Every host knows its neighbours' MAC addresses, as after an hour of
    /// talking: nobody has to ask.
    pub fn introduce(&mut self, topology: &Topology) {
        let interfaces = topology.hosts().flat_map(|(.., host)| host.interfaces.values());
        let known: Vec<(IpAddr, [u8; 6])> = interfaces
            .flat_map(|interface| interface.addresses.iter().map(|own| (own.address, interface.mac)))
            .collect();
        for node in &mut self.nodes {
            if let Machine::Host(host) = &mut node.machine {
                for (address, mac) in &known {
                    host.knows(*address, *mac);
                }
            }
        }
    }

    /// A host knows whose MAC address this is, which may be nobody's.
    pub fn teach(&mut self, node: NodeId, address: IpAddr, mac: [u8; 6]) {
        if let Some(Machine::Host(host)) = self.nodes.get_mut(node.0).map(|node| &mut node.machine) {
            host.knows(address, mac);
        }
    }

    /// Every frame sent from now on is judged by this rule first.
    pub fn set_rule(&mut self, rule: Rule) {
        self.rule = Some(rule);
    }

    /// What a cable does from now on, by its number in the topology.
    pub fn set_link(&mut self, cable: usize, link: Link) {
        if let Some(cable) = self.cables.get_mut(cable) {
            cable.link = link;
        }
    }

    /// Now.
    pub const fn now(&self) -> Moment {
        self.now
    }

    /// How many frames were sent so far, over all cables.
    pub const fn sent(&self) -> u64 {
        self.sent
    }

    fn host(&self, node: NodeId) -> Option<&Host> {
        match &self.nodes.get(node.0)?.machine {
            Machine::Host(host) => Some(host),
            Machine::Bridge(_) => None,
        }
    }

    /// A host's TCP; `None` of what is no host.
    pub fn stack(&self, node: NodeId) -> Option<&Stack> {
        self.host(node).map(|host| &host.stack)
    }

    /// A host, for calls: what it does by them is seen in the next step.
    fn host_mut(&mut self, node: NodeId) -> Option<&mut Host> {
        let found = self.nodes.get_mut(node.0)?;
        let Machine::Host(host) = &mut found.machine else { return None };
        if !found.touched {
            found.touched = true;
            self.touched.push(node.0);
        }
        Some(host)
    }

    /// A host's TCP, for calls.
    pub fn stack_mut(&mut self, node: NodeId) -> Option<&mut Stack> {
        self.host_mut(node).map(|host| &mut host.stack)
    }

    /// A host's UDP; `None` of what is no host.
    pub fn udp(&self, node: NodeId) -> Option<&Udp> {
        self.host(node).map(|host| &host.udp)
    }

    /// A host's UDP, for calls.
    pub fn udp_mut(&mut self, node: NodeId) -> Option<&mut Udp> {
        self.host_mut(node).map(|host| &mut host.udp)
    }

    /// Sends an echo request (RFC 792, RFC 4443) to an address; whether a route
    /// leads there.
    pub fn ping(&mut self, node: NodeId, to: IpAddr, identifier: u16, number: u16, data: &[u8]) -> bool {
        let now = self.now;
        self.host_mut(node).is_some_and(|host| host.ping(now, to, identifier, number, data.to_vec()))
    }

    /// The next answer to an echo request that came: from whom, its identifier
    /// and its number.
    pub fn take_echo(&mut self, node: NodeId) -> Option<(IpAddr, u16, u16)> {
        self.host_mut(node)?.echoes.pop_front()
    }

    /// A host loses its power, or has it back: everything it had in memory is
    /// gone, and nobody is told. Without power it hears nothing.
    pub fn set_power(&mut self, node: NodeId, on: bool, knobs: Knobs) {
        if let Some(host) = self.host_mut(node) {
            host.set_power(on, knobs);
        }
    }

    /// The address from which a host would send to `destination`.
    pub fn source_address(&self, node: NodeId, destination: Ipv4Addr) -> Option<Ipv4Addr> {
        match self.source_for(node, destination.into())? {
            IpAddr::V4(address) => Some(address),
            IpAddr::V6(_) => None,
        }
    }

    /// The address from which a host would send to `destination`, of the same
    /// family.
    pub fn source_for(&self, node: NodeId, destination: IpAddr) -> Option<IpAddr> {
        self.host(node)?.source_address(destination)
    }

    /// What a host has thrown away so far.
    pub fn dropped(&self, node: NodeId) -> Option<Dropped> {
        self.host(node).map(|host| host.dropped)
    }

    /// When something will happen next, if anything will.
    pub fn next(&self) -> Option<Moment> {
        let arrival = self.underway.peek().map(|Reverse(underway)| underway.at);
        let due = self.agenda.first().map(|(at, _)| *at);
        // What programs called may have made something due.
        let touched = self.touched.iter().filter_map(|index| match &self.nodes.get(*index)?.machine {
            Machine::Host(host) => host.deadline(),
            Machine::Bridge(_) => None,
        });
        let held = self.overtaking.first().map(|(at, ..)| *at);
        touched.chain(due).chain(arrival).chain(held).min()
    }

    /// Lets time pass to the next happening, no further than `limit`; whether
    /// anything happened. What was seen is told to `tell`, in order.
    pub fn step(&mut self, limit: Moment, tell: &mut impl FnMut(Moment, Seen<'_>)) -> bool {
        // What programs called since the last step goes first.
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort_unstable();
        for node in touched {
            if let Some(node) = self.nodes.get_mut(node) {
                node.touched = false;
            }
            self.collect(node, tell);
        }
        let Some(next) = self.next().filter(|next| *next <= limit) else {
            self.now = self.now.max(limit);
            return false;
        };
        self.now = self.now.max(next);
        let now = self.now;
        self.release_due(now);
        while self.underway.peek().is_some_and(|Reverse(underway)| underway.at <= now) {
            let Some(Reverse(Underway { node, port, frame, .. })) = self.underway.pop() else { break };
            tell(now, Seen::Frame { node: NodeId(node), port, frame: &frame, fate: None });
            match self.nodes.get_mut(node).map(|node| &mut node.machine) {
                Some(Machine::Host(host)) => host.receive(now, port, frame),
                Some(Machine::Bridge(bridge)) => bridge.receive(now, port, frame),
                None => {}
            }
            self.collect(node, tell);
        }
        let due: Vec<usize> = self.agenda.iter().take_while(|(at, _)| *at <= now).map(|(_, index)| *index).collect();
        for index in due {
            if let Some(Machine::Host(host)) = self.nodes.get_mut(index).map(|node| &mut node.machine)
                && host.deadline().is_some_and(|at| at <= now)
            {
                host.pass(now);
                self.collect(index, tell);
            }
        }
        true
    }

    /// Runs until `limit`, or until nothing will happen any more.
    pub fn run(&mut self, limit: Moment, tell: &mut impl FnMut(Moment, Seen<'_>)) {
        while self.step(limit, tell) {}
    }

    /// Takes what a node did and puts its frames on their cables.
    fn collect(&mut self, index: usize, tell: &mut impl FnMut(Moment, Seen<'_>)) {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(index) else { return };
        let frames = match &mut node.machine {
            Machine::Host(host) => {
                while let Some(effect) = host.stack.take_effect() {
                    tell(now, Seen::Tcp { node: NodeId(index), effect: &effect, stack: &host.stack });
                    host.send_effect(now, effect);
                }
                host.send_datagrams(now);
                let due = host.deadline();
                if due != node.due {
                    if let Some(old) = node.due {
                        self.agenda.remove(&(old, index));
                    }
                    self.agenda.extend(due.map(|at| (at, index)));
                    node.due = due;
                }
                std::mem::take(&mut host.out)
            }
            Machine::Bridge(bridge) => std::mem::take(&mut bridge.out),
        };
        for (port, frame) in frames {
            self.transmit(index, port, frame, tell);
        }
    }

    fn transmit(&mut self, index: usize, port: usize, frame: Ethernet, tell: &mut impl FnMut(Moment, Seen<'_>)) {
        let now = self.now;
        let plugged = self.nodes.get(index).and_then(|node| node.cables.get(port).copied().flatten());
        let Some((number, which)) = plugged else { return };
        let Some(cable) = self.cables.get_mut(number) else { return };
        let verdict = self.rule.as_mut().map_or(Verdict::Pass, |rule| rule(now, number, NodeId(index), &frame.bytes()));
        if verdict == Verdict::Swap {
            tell(now, Seen::Frame { node: NodeId(index), port, frame: &frame, fate: Some(Fate::Held) });
            let until = now + SWAP_LIMIT;
            let before = cable.held.get_mut(which).and_then(|slot| slot.replace((until, frame)));
            if let Some((at, before)) = before {
                self.overtaking.remove(&(at, number, which));
                self.carry(number, which, before);
            }
            self.overtaking.insert((until, number, which));
            return;
        }
        let overtakes = frame.body.datagram().is_some();
        let held = cable.held.get_mut(which).filter(|_| overtakes).and_then(Option::take);
        let fate = self.judge(number, which, frame.length(), verdict);
        tell(now, Seen::Frame { node: NodeId(index), port, frame: &frame, fate: Some(fate) });
        self.depart(number, which, fate, frame);
        if let Some((at, held)) = held {
            self.overtaking.remove(&(at, number, which));
            self.carry(number, which, held);
        }
    }

    /// Puts a frame that was held back into a lane of a cable.
    fn carry(&mut self, number: usize, which: usize, frame: Ethernet) {
        let fate = self.judge(number, which, frame.length(), Verdict::Pass);
        self.depart(number, which, fate, frame);
    }

    /// What becomes of a frame of so many bytes in a lane of a cable.
    fn judge(&mut self, number: usize, which: usize, length: usize, verdict: Verdict) -> Fate {
        let Some(cable) = self.cables.get_mut(number) else { return Fate::Lost };
        let Some(lane) = cable.lanes.get_mut(which) else { return Fate::Lost };
        let bytes = u64::try_from(length).unwrap_or(u64::MAX);
        lane.send(&cable.link, &mut self.random, self.now, bytes, verdict)
    }

    /// Puts a frame on its way.
    fn depart(&mut self, number: usize, which: usize, fate: Fate, frame: Ethernet) {
        let Some(Cable { ends: [first, second], .. }) = self.cables.get(number) else { return };
        let (node, port) = if which == 0 { *second } else { *first };
        let mut leave = |at, frame| {
            self.sent += 1;
            self.underway.push(Reverse(Underway { at, order: self.sent, node, port, frame }));
        };
        match fate {
            Fate::Lost | Fate::Overflow | Fate::Held => {}
            Fate::Arrives(at) => leave(at, frame),
            Fate::ArrivesTwice(at, again) => {
                leave(at, frame.clone());
                leave(again, frame);
            }
        }
    }

    /// Lets go of what nothing has overtaken.
    fn release_due(&mut self, now: Moment) {
        while let Some((at, number, which)) = self.overtaking.first().copied()
            && at <= now
        {
            self.overtaking.pop_first();
            let slot = self.cables.get_mut(number).and_then(|cable| cable.held.get_mut(which));
            if let Some((_, frame)) = slot.and_then(Option::take) {
                self.carry(number, which, frame);
            }
        }
    }
}

/// The names of each node's ports, in order.
fn port_names(topology: &Topology) -> Vec<Vec<String>> {
    let plugged = |index: usize| {
        let ends = topology.cables.iter().flat_map(|cable| &cable.ends);
        ends.filter(move |end| end.node.0 == index).map(|end| end.interface.clone())
    };
    let names = topology.nodes.iter().enumerate().map(|(index, node)| match &node.kind {
        NodeKind::Host(host) => host.interfaces.keys().cloned().collect(),
        NodeKind::Switch | NodeKind::Hub => plugged(index).collect(),
    });
    names.collect()
}

fn link(quality: Quality) -> Link {
    Link {
        delay: if quality.delay.is_zero() { PLAIN.delay } else { quality.delay },
        bandwidth: quality.bandwidth.or(PLAIN.bandwidth),
        queue: quality.queue.or(PLAIN.queue),
        ..PLAIN
    }
}

#[cfg(test)]
mod tests;
