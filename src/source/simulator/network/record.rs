//! What was seen, as a trace: the frames as bytes with right checksums, at the
//! interfaces of hosts and routers, and beside them every change of state.

use std::net::SocketAddr;

use super::{Network, Seen};
use crate::model::{
    Event, Frame, LinkAction, LinkType, NodeId, Place, PlaceId, Port, Protocol, SocketQueues, SocketState, SocketTimer,
    Span, TcpMetrics, TimerKind, Timestamp, Topology, What,
};
use crate::source::simulator::tcp::{Effect, Inside, Reason, SocketId, Stack};
use crate::source::simulator::{Body, Ethernet, Moment};
use crate::trace::{Notes, Origin, Trace};

/// One step of a host's TCP, with the rule behind it and what no segment
/// shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Moment,
    /// Whose.
    pub node: NodeId,
    /// What.
    pub effect: Effect,
}

/// Makes a trace of what is seen.
pub struct Recorder {
    trace: Trace,
    /// For each node the places of its ports; none for switches and hubs.
    interfaces: Vec<Vec<PlaceId>>,
    /// For each host the place of what its TCP says of its sockets.
    stacks: Vec<Option<PlaceId>>,
    steps: Vec<Step>,
    /// States to be told once the step that changed them is over.
    changed: Vec<(NodeId, SocketId, Reason)>,
    epoch: Timestamp,
    /// The names of each cable's ends, and its place once it has done
    /// something.
    wires: Vec<([String; 2], Option<PlaceId>)>,
}

impl Recorder {
    /// A trace whose simulation begins at `epoch`. A host's interfaces are
    /// called `client:eth0`.
    pub fn new(topology: &Topology, counterfactual: bool, epoch: Timestamp) -> Self {
        let origin = if counterfactual { Origin::Counterfactual } else { Origin::Simulated };
        let mut trace = Trace::new(Notes { origin, map: Some(Box::new(topology.clone())), ..Notes::default() });
        let (mut interfaces, mut stacks) = (Vec::new(), Vec::new());
        for (index, node) in topology.nodes.iter().enumerate() {
            let host = topology.host(NodeId(index));
            let names = host.into_iter().flat_map(|host| host.interfaces.keys());
            let places = names.map(|interface| {
                let name = format!("{}:{interface}", node.name);
                trace.add_place(Place::Interface { name, description: None, link_type: LinkType::ETHERNET })
            });
            interfaces.push(places.collect());
            stacks.push(host.map(|_| {
                trace.add_place(Place::Kernel { system: "simulator".to_owned(), host: Some(node.name.clone()) })
            }));
        }
        let name = |end: &Port| {
            let node = topology.get(end.node).map_or("", |node| node.name.as_str());
            format!("{node}:{}", end.interface)
        };
        let wires = topology.cables.iter().map(|cable| (cable.ends.each_ref().map(name), None)).collect();
        Self { trace, interfaces, stacks, steps: Vec::new(), changed: Vec::new(), epoch, wires }
    }

    /// How this trace came to be, for what the caller knows.
    pub const fn notes_mut(&mut self) -> &mut Notes {
        &mut self.trace.notes
    }

    /// Another place at which something is to be seen.
    pub fn add_place(&mut self, place: Place) -> PlaceId {
        self.trace.add_place(place)
    }

    /// Takes what somebody else has seen.
    pub fn tell(&mut self, at: Moment, place: PlaceId, what: What) {
        self.trace.push(Event { at: self.time(at), place, what });
    }

    /// Takes what a cable did on purpose.
    pub fn see_action(&mut self, at: Moment, cable: usize, action: LinkAction) {
        let Some((ends, place)) = self.wires.get_mut(cable) else { return };
        let place = *place.get_or_insert_with(|| self.trace.add_place(Place::Wire { ends: ends.clone() }));
        self.tell(at, place, What::LinkAction(action));
    }

    /// How many frames there are so far.
    pub fn frame_count(&self) -> usize {
        self.trace.frame_count()
    }

    fn time(&self, at: Moment) -> Timestamp {
        self.epoch + Span::from_nanos(i64::try_from(at.nanos()).unwrap_or(i64::MAX))
    }

    /// Takes what was seen.
    pub fn see(&mut self, at: Moment, seen: Seen<'_>) {
        match seen {
            Seen::Frame { node, port, frame, fate } => self.see_frame(at, node, port, frame, fate.is_some()),
            Seen::Tcp { node, effect } => {
                if let Effect::State { socket, why, .. } = effect {
                    self.changed.push((node, *socket, *why));
                }
                self.steps.push(Step { at, node, effect: effect.clone() });
            }
        }
    }

    fn see_frame(&mut self, at: Moment, node: NodeId, port: usize, ethernet: &Ethernet, sent: bool) {
        let Some(place) = self.interfaces.get(node.0).and_then(|places| places.get(port)) else { return };
        let mut frame = Frame::whole(ethernet.bytes());
        // The rule rides on the frame where its own host sends it, in a form
        // that every tool shows and none mistakes for a person's remark.
        if let (true, Body::Ipv4(datagram)) = (sent, &ethernet.body)
            && datagram.ttl == super::host::TTL
        {
            frame.comment = datagram.why.map(comment);
        }
        self.trace.push(Event { at: self.time(at), place: *place, what: What::Frame(frame) });
    }

    /// After each step: tells the state of every socket that changed.
    pub fn after_step(&mut self, network: &Network) {
        for (node, socket, _) in std::mem::take(&mut self.changed) {
            let (Some(stack), Some(Some(place))) = (network.stack(node), self.stacks.get(node.0)) else { continue };
            if let Some(state) = socket_state(stack, socket, network.now()) {
                let at = self.time(network.now());
                self.trace.push(Event { at, place: *place, what: What::SocketState(state) });
            }
        }
    }

    /// The trace, and every step of every host's TCP.
    pub fn finish(self) -> (Trace, Vec<Step>) {
        (self.trace, self.steps)
    }
}

/// `SynAcknowledged, RFC 9293 3.10.7.3`.
fn comment(why: Reason) -> String {
    match why.citation() {
        Some(citation) => format!("simulated: {why:?}, RFC {} {}", citation.rfc, citation.section),
        None => format!("simulated: {why:?}"),
    }
}

/// What a kernel would say of the socket, exactly.
pub(super) fn socket_state(stack: &Stack, socket: SocketId, now: Moment) -> Option<SocketState> {
    let inside = stack.inside(socket)?;
    let (_, local, peer): (_, SocketAddr, SocketAddr) = stack.connections().find(|(id, ..)| *id == socket)?;
    Some(SocketState {
        protocol: Protocol::Tcp,
        local,
        peer: Some(peer),
        state: Some(inside.state),
        within: Span::ZERO,
        destroyed: false,
        queues: Some(SocketQueues { recv: inside.unread, send: inside.unacknowledged }),
        timer: inside.retransmission.map(|at| SocketTimer {
            kind: TimerKind::Retransmission,
            expires_ms: u32::try_from(at.since(now).as_millis()).unwrap_or(u32::MAX),
            retries: 0,
        }),
        metrics: Some(metrics(&inside)),
    })
}

fn metrics(inside: &Inside) -> TcpMetrics {
    let micros = |span: std::time::Duration| u32::try_from(span.as_micros()).unwrap_or(u32::MAX);
    TcpMetrics {
        rtt_us: inside.srtt.map_or(0, micros),
        rttvar_us: micros(inside.rttvar),
        cwnd: inside.cwnd / inside.mss.max(1),
        retransmits: inside.retransmissions,
    }
}
