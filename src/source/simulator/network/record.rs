//! What was seen, as a trace: the frames as bytes with right checksums, at the
//! interfaces of hosts and routers, and beside them every change of state.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::{Network, Seen};
use crate::model::{
    self, Did, Event, Frame, LinkAction, LinkType, NodeId, Place, PlaceId, Port, Protocol, Rule, RunningTimer,
    SegmentMark, SocketQueues, SocketState, SocketTimer, Span, StackStep, StackTimer, TcpMetrics, TcpState, TimerKind,
    Timestamp, Topology, What,
};
use crate::source::simulator::tcp::{Citation, Effect, Inside, Reason, Segment, SocketId, Stack};
use crate::source::simulator::{Datagram, Ethernet, Moment, Payload};
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

/// A segment that arrived at a host.
struct Arrived {
    node: NodeId,
    from: SocketAddr,
    to: SocketAddr,
    mark: SegmentMark,
}

impl Arrived {
    fn new(node: NodeId, datagram: &Datagram) -> Option<Self> {
        let Payload::Tcp { from, to, segment } = &datagram.payload else { return None };
        let (from, to) = (SocketAddr::new(datagram.source, *from), SocketAddr::new(datagram.destination, *to));
        Some(Self { node, from, to, mark: mark(segment) })
    }
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
    /// The segment that arrived last, until its step is over.
    arrived: Option<Arrived>,
    /// The addresses of every socket, for those that are no more.
    gone: BTreeMap<(NodeId, SocketId), (SocketAddr, Option<SocketAddr>)>,
    /// The state of every socket, as far as it was told.
    states: BTreeMap<(NodeId, SocketId), TcpState>,
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
                trace.add_place(Place::Kernel { system: model::SIMULATOR.to_owned(), host: Some(node.name.clone()) })
            }));
        }
        let name = |end: &Port| {
            let node = topology.get(end.node).map_or("", |node| node.name.as_str());
            format!("{node}:{}", end.interface)
        };
        let wires = topology.cables.iter().map(|cable| (cable.ends.each_ref().map(name), None)).collect();
        Self {
            trace,
            interfaces,
            stacks,
            steps: Vec::new(),
            changed: Vec::new(),
            arrived: None,
            gone: BTreeMap::new(),
            states: BTreeMap::new(),
            epoch,
            wires,
        }
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
        // A cable that is plugged in again is noticed only when it is used.
        self.trace.insert(Event { at: self.time(at), place, what: What::LinkAction(action) });
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
            Seen::Frame { node, port, frame, fate } => {
                if fate.is_none() {
                    self.arrived = frame.body.datagram().and_then(|datagram| Arrived::new(node, datagram));
                }
                self.see_frame(at, node, port, frame, fate.is_some());
            }
            Seen::Tcp { node, effect, stack } => {
                self.see_step(at, node, effect, stack);
                if let Effect::State { socket, why, .. } = effect {
                    self.changed.push((node, *socket, *why));
                }
                self.steps.push(Step { at, node, effect: effect.clone() });
            }
        }
    }

    /// Every step of a host's TCP is an event of its own.
    fn see_step(&mut self, at: Moment, node: NodeId, effect: &Effect, stack: &Stack) {
        let Some(Some(place)) = self.stacks.get(node.0).copied() else { return };
        let arrived = self.arrived.as_ref().filter(|arrived| arrived.node == node);
        let (socket, why) = match effect {
            Effect::Sent { socket, why, .. } | Effect::Ignored { socket, why } => (*socket, *why),
            Effect::State { socket, why, .. } => (Some(*socket), *why),
        };
        let took = arrived.filter(|_| !why.of_a_call_or_timer());
        let known =
            socket.and_then(|socket| stack.addresses(socket).or_else(|| self.gone.get(&(node, socket)).copied()));
        let addresses = match effect {
            Effect::Sent { packet, .. } => Some((packet.from, Some(packet.to))),
            Effect::State { .. } | Effect::Ignored { .. } => {
                known.map(|(local, peer)| (local, peer.or(took.map(|took| took.from))))
            }
        };
        let Some((local, peer)) = addresses.or(took.map(|took| (took.to, Some(took.from)))) else { return };
        if let Some(socket) = socket {
            self.gone.insert((node, socket), (local, peer));
        }
        let inside = socket.and_then(|socket| stack.inside(socket));
        let did = match effect {
            Effect::Sent { .. } => Did::Sent,
            Effect::State { from, to, .. } => Did::State { from: *from, to: *to },
            Effect::Ignored { .. } => Did::Ignored,
        };
        // Several effects of one segment are told together: the state is
        // followed effect by effect.
        let key = socket.map(|socket| (node, socket));
        if let (Did::State { to, .. }, Some(key)) = (did, key) {
            self.states.insert(key, to);
        }
        let listens = || socket.and_then(|socket| stack.state(socket)).filter(|state| *state == TcpState::Listen);
        let step = StackStep {
            local,
            peer,
            did,
            rule: rule(why),
            state: key.and_then(|key| self.states.get(&key).copied()).or_else(listens),
            made: if let Effect::Sent { packet, .. } = effect { Some(mark(&packet.segment)) } else { None },
            took: took.map(|took| took.mark),
            inside: inside.map(|inside| told(&inside, at)),
        };
        self.trace.push(Event { at: self.time(at), place, what: What::StackStep(Box::new(step)) });
    }

    fn see_frame(&mut self, at: Moment, node: NodeId, port: usize, ethernet: &Ethernet, sent: bool) {
        let Some(place) = self.interfaces.get(node.0).and_then(|places| places.get(port)) else { return };
        let mut frame = Frame::whole(ethernet.bytes());
        // The rule rides on the frame where its own host sends it, in a form
        // that every tool shows and none mistakes for a person's remark.
        if let (true, Some(datagram)) = (sent, ethernet.body.datagram())
            && datagram.ttl == super::host::TTL
        {
            frame.comment = datagram.why.map(comment);
        }
        self.trace.push(Event { at: self.time(at), place: *place, what: What::Frame(frame) });
    }

    /// Somebody looks at a socket, as `ss` would.
    pub fn look(&mut self, network: &Network, node: NodeId, socket: SocketId) {
        let (Some(stack), Some(Some(place))) = (network.stack(node), self.stacks.get(node.0).copied()) else { return };
        if let Some(state) = socket_state(stack, socket, network.now()) {
            self.tell(network.now(), place, What::SocketState(state));
        }
    }

    /// After each step of the network: tells the state of every socket that changed.
    pub fn after_step(&mut self, network: &Network) {
        self.arrived = None;
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

/// `simulated: syn-acknowledged, RFC 9293 3.10.7.3 "SYN-SENT STATE"`: for other
/// tools; ours read the step itself.
fn comment(why: Reason) -> String {
    match why.citation() {
        Some(Citation { rfc, section, title: "" }) => format!("simulated: {}, RFC {rfc} {section}", why.name()),
        Some(Citation { rfc, section, title }) => {
            format!("simulated: {}, RFC {rfc} {section} \"{title}\"", why.name())
        }
        None => format!("simulated: {}", why.name()),
    }
}

fn rule(why: Reason) -> Rule {
    let citation = why.citation().map(|Citation { rfc, section, title }| model::Citation {
        rfc,
        section: section.to_owned(),
        title: title.to_owned(),
    });
    Rule { name: why.name().to_owned(), citation, counterfactual: why.counterfactual() }
}

fn mark(segment: &Segment) -> SegmentMark {
    let length = u32::try_from(segment.payload.len()).unwrap_or(u32::MAX);
    SegmentMark { seq: segment.seq, ack: segment.flags.ack().then_some(segment.ack), flags: segment.flags, length }
}

/// The inside as it is told.
fn told(inside: &Inside, now: Moment) -> model::Inside {
    let span = |time: Duration| Span::from_nanos(i64::try_from(time.as_nanos()).unwrap_or(i64::MAX));
    let known = |bytes: u32| Some(bytes).filter(|bytes| *bytes < u32::MAX);
    let timers = &inside.timers;
    let running = [
        (StackTimer::Retransmission, inside.retransmission),
        (StackTimer::TailLossProbe, timers.tail_loss_probe),
        (StackTimer::Persist, timers.persist),
        (StackTimer::DelayedAck, timers.delayed_ack),
        (StackTimer::UserTimeout, timers.user),
        (StackTimer::KeepAlive, timers.keep_alive),
        (StackTimer::TimeWait, timers.time_wait),
    ];
    let mut timers: Vec<RunningTimer> = (running.into_iter())
        .filter_map(|(timer, at)| Some(RunningTimer { timer, after: span(at?.since(now)) }))
        .collect();
    timers.sort_by_key(|running| (running.after, running.timer));
    model::Inside {
        cwnd: known(inside.cwnd),
        ssthresh: known(inside.ssthresh),
        mss: inside.mss,
        srtt: inside.srtt.map(span),
        rto: span(inside.rto),
        send_window: inside.peer_window,
        receive_window: inside.window,
        in_flight: inside.flight,
        unacknowledged: inside.unacknowledged,
        unread: inside.unread,
        out_of_order: inside.out_of_order,
        retransmissions: inside.retransmissions,
        timers,
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
