//! One line after the other: what it asks for is done, what it claims is
//! looked at.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::packets::{matches, segment, text};
use super::sockets::{Asked, FIRST_PORT, Player, SERVER_PORT, Tried, error_of, first_v4, identity, other_end, resolve};
use super::stage::{Log, Stage};
use super::{CALL, Claim, Missed, PlayError, Played, Run, Stopped, TOLERANCE, is_overridden, settings};
use crate::model::{CallOutcome, ExitStatus, NodeId, NodeKind, Place, Role, TcpState, Topology, What};
use crate::source::lab::conditions::CableFault;
use crate::source::lab::wire::FaultKind;
use crate::source::simulator::network::{Network, Recorder};
use crate::source::simulator::scenario::{
    Deed, Faults, Field, Line, Order, Outcome, PacketPattern, Scenario, ScenarioError, Set, SystemCall, Until, Value,
    When, Wrong,
};
use crate::source::simulator::settings::Settings;
use crate::source::simulator::tcp::{Inside, Packet, SocketId};
use crate::source::simulator::{Datagram, Ethernet, Moment, Payload};
use crate::trace::Origin;

/// Plays one scenario.
pub(super) struct Director<'a> {
    scenario: &'a Scenario,
    topology: &'a Topology,
    run: &'a Run,
    stage: Stage,
    players: BTreeMap<String, Player>,
    /// Settings as they stand, of cables and of everybody.
    everybody: Settings,
    each: BTreeMap<String, Settings>,
    /// The fault of each line that has one.
    faults: BTreeMap<usize, usize>,
    waiting: Vec<Waiting>,
    claims: Vec<Claim>,
    /// When the line before was.
    base: Moment,
    limit: Moment,
    full: bool,
}

/// A call that waits.
struct Waiting {
    line: usize,
    host: String,
    asked: Asked,
    /// By when it must return.
    to: Option<Moment>,
}

/// Between when and when something must be.
#[derive(Clone, Copy)]
struct Window {
    from: Moment,
    to: Moment,
    exact: bool,
}

impl<'a> Director<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        topology: &'a Topology,
        run: &'a Run,
        changes: &[(u64, FaultKind)],
    ) -> Result<Self, PlayError> {
        check_hosts(scenario, topology)?;
        let (everybody, each) = settings(scenario, run)?;
        let mut network = Network::new(topology, everybody.knobs, run.seed)?;
        network.introduce(topology);
        let counterfactual = everybody.knobs.counterfactual() || each.values().any(|own| own.knobs.counterfactual());
        let mut recorder = Recorder::new(topology, counterfactual, run.epoch);
        let faults = Faults::new(topology);
        for fault in &run.faults {
            let found = || fault.fault.pattern.to_string();
            faults.add(fault, run.compile, true).ok_or_else(|| PlayError::Filter { found: found() })?;
        }
        let mut of_lines = BTreeMap::new();
        for (index, line) in scenario.lines.iter().enumerate() {
            if let Deed::Fault(fault) = &line.deed {
                let wrong = || ScenarioError {
                    place: line.place,
                    line: line.text.clone(),
                    wrong: Wrong::Filter { found: fault.pattern.to_string() },
                };
                let fault = CableFault { fault: fault.clone(), cable: None };
                of_lines.insert(index, faults.add(&fault, run.compile, false).ok_or_else(wrong)?);
            }
        }
        for (sent, kind) in changes {
            faults.change(*sent, *kind);
        }
        network.set_rule(faults.rule());
        if let Some(link) = everybody.link {
            (0..topology.cables.len()).for_each(|cable| network.set_link(cable, link));
        }
        let mut log = Log::new(scenario.numbers);
        let mut players = BTreeMap::new();
        for (index, node) in topology.nodes.iter().enumerate() {
            let id = NodeId(index);
            let (NodeKind::Host(_), Some(address)) = (&node.kind, first_v4(topology, id)) else { continue };
            if scenario.only.as_ref().is_some_and(|(only, _)| *only != node.name) {
                faults.mute(id);
                log.mute.push(id);
            }
            if !speaks(scenario, &node.name) {
                continue;
            }
            let role = match id {
                id if id == topology.client => Some(Role::Client),
                id if id == topology.server => Some(Role::Server),
                _ => None,
            };
            let command = vec!["wirelens".to_owned(), "simulate".to_owned(), run.id.clone()];
            let pid = u32::try_from(index + 1).unwrap_or(u32::MAX);
            let place = recorder.add_place(Place::Program { name: run.id.clone(), role, pid, command });
            let own = each.get(&node.name).unwrap_or(&everybody);
            if let Some(stack) = network.stack_mut(id) {
                stack.set_knobs(own.knobs);
            }
            players.insert(node.name.clone(), Player::new(id, address, place, own.knobs));
        }
        let notes = recorder.notes_mut();
        notes.program = Some(run.id.clone());
        notes.topology = Some(scenario.topology.clone());
        notes.settings = noted(scenario, run);
        Ok(Self {
            scenario,
            topology,
            run,
            stage: Stage { network, recorder, faults, log },
            players,
            everybody,
            each,
            faults: of_lines,
            waiting: Vec::new(),
            claims: Vec::new(),
            base: Moment::START,
            limit: Moment::START + scenario.limit,
            full: false,
        })
    }

    /// Every line, and then whatever is still to happen.
    pub(super) fn play(mut self) -> Played {
        let scenario = self.scenario;
        let mut ended = false;
        for (number, line) in scenario.lines.iter().enumerate() {
            let over = self.is_full() || (self.now() >= self.limit && self.moment_of(line) > self.limit);
            if over {
                self.claim(number, Some(Missed::NotReached));
                continue;
            }
            if line.deed == Deed::End {
                let window = self.window(line.when);
                self.run_until(window.to);
                ended = true;
                break;
            }
            self.line(number, line);
        }
        while !ended && self.advance(self.limit) {}
        for waiting in std::mem::take(&mut self.waiting) {
            let line = scenario.lines.get(waiting.line);
            let claims = line.is_some_and(|line| matches!(line.deed, Deed::Call { result: Some(_), .. }));
            if claims || waiting.to.is_some() {
                self.claim(waiting.line, Some(Missed::Waits));
            }
        }
        let stopped = if self.full {
            Stopped::Frames(self.run.most_frames)
        } else if !ended && self.stage.network.next().is_some() {
            Stopped::Limit(scenario.limit)
        } else {
            Stopped::Ended
        };
        self.claims.sort_by_key(|claim| claim.line);
        let (trace, steps) = self.stage.recorder.finish();
        Played { trace, steps, claims: self.claims, stopped, sendings: self.stage.log.sendings }
    }

    const fn now(&self) -> Moment {
        self.stage.network.now()
    }

    fn is_full(&mut self) -> bool {
        self.full |= self.stage.recorder.frame_count() >= self.run.most_frames;
        self.full
    }

    /// The next happening up to `limit`, and what calls make of it; whether
    /// there was any.
    fn advance(&mut self, limit: Moment) -> bool {
        if self.is_full() {
            return false;
        }
        let happened = self.stage.step(limit.min(self.limit));
        let went_on = self.look_after_calls();
        happened || went_on
    }

    fn run_until(&mut self, moment: Moment) {
        while self.advance(moment) {}
    }

    /// Takes what was just asked of a TCP to the cables.
    fn settle(&mut self) {
        let now = self.now();
        while self.stage.step(now) {}
    }

    fn claim(&mut self, line: usize, missed: Option<Missed>) {
        let at = self.now();
        self.claims.push(Claim { line, at, missed });
    }

    fn moment(&self, until: Until) -> Moment {
        if until.relative { self.base + until.after } else { Moment::START + until.after }
    }

    fn moment_of(&self, line: &Line) -> Moment {
        match line.when {
            When::Any => self.base,
            When::At(at) | When::Between(at, _) | When::Blocking(at, _) => self.moment(at),
        }
    }

    fn window(&self, when: When) -> Window {
        match when {
            When::Any => Window { from: self.base, to: self.limit, exact: false },
            When::Between(from, to) => Window { from: self.moment(from), to: self.moment(to), exact: false },
            When::At(at) | When::Blocking(at, _) => {
                let at = self.moment(at);
                Window { from: at, to: at, exact: true }
            }
        }
    }

    fn line(&mut self, number: usize, line: &Line) {
        let window = self.window(line.when);
        match &line.deed {
            Deed::Expect { host, packet: None } => {
                if let Some(player) = self.players.get_mut(host) {
                    player.skipping = true;
                }
            }
            Deed::Expect { host, packet: Some(packet) } => {
                let missed = self.expect(host, packet, window);
                self.claim(number, missed);
            }
            Deed::Silent { host } => {
                let from = if window.exact { self.base } else { window.from };
                let missed = self.silent(host, from, window.to);
                self.claim(number, missed);
                self.base = self.base.max(window.to);
            }
            deed @ (Deed::Call { .. }
            | Deed::Set(_)
            | Deed::Kill { .. }
            | Deed::Reboot { .. }
            | Deed::Fault(_)
            | Deed::Cut { .. }
            | Deed::Inject { .. }
            | Deed::State { .. }
            | Deed::Inner { .. }
            | Deed::End) => {
                if window.from + TOLERANCE < self.now() {
                    let missed = Missed::Late { wanted: window.from, now: self.now() };
                    self.claim(number, Some(missed));
                }
                self.run_until(window.from);
                self.base = self.base.max(window.from);
                self.act(number, line, deed);
            }
        }
    }

    /// What is done at a moment.
    fn act(&mut self, number: usize, line: &Line, deed: &Deed) {
        match deed {
            Deed::Call { host, call, result } => self.call(number, line, host, call, result.as_ref()),
            Deed::Set(set) => self.set(set),
            Deed::Kill { host } => self.kill(host, false),
            Deed::Reboot { host } => self.kill(host, true),
            Deed::Fault(_) => {
                if let Some(fault) = self.faults.get(&number) {
                    self.stage.faults.arm(*fault);
                }
            }
            Deed::Cut { cut } => self.stage.faults.cut(*cut),
            Deed::Inject { host, packet } => {
                if let Some(missed) = self.inject(host, packet) {
                    self.claim(number, Some(missed));
                }
            }
            Deed::State { host, fd, state } => {
                // Looking is something to see as well.
                if let Some((node, socket)) = self.socket(host, *fd) {
                    let Stage { network, recorder, .. } = &mut self.stage;
                    recorder.look(network, node, socket);
                }
                let missed = match self.state(host, *fd) {
                    None => Some(Missed::NoSocket { fd: *fd }),
                    Some(found) => (found != *state).then_some(Missed::State { found }),
                };
                self.claim(number, missed);
            }
            Deed::Inner { host, fd, field, order, value } => {
                let missed = self.inner(host, *fd, *field, *order, *value);
                self.claim(number, missed);
            }
            Deed::Expect { .. } | Deed::Silent { .. } | Deed::End => {}
        }
    }

    // What hosts send.

    fn expect(&mut self, host: &str, pattern: &PacketPattern, window: Window) -> Option<Missed> {
        let (node, cursor, skipping) =
            self.players.get(host).map(|player| (player.node, player.cursor, player.skipping))?;
        let until = window.to + TOLERANCE;
        let found = loop {
            let sent = self.stage.log.sent(node).get(cursor..).unwrap_or_default();
            let found = if skipping {
                // Something like it may have been sent before its time.
                sent.iter().position(|sent| sent.at + TOLERANCE >= window.from && matches(pattern, sent))
            } else {
                (!sent.is_empty()).then_some(0)
            };
            if found.is_some() {
                break found;
            }
            if !self.advance(until) {
                break None;
            }
        };
        let sent = found.and_then(|found| self.stage.log.sent(node).get(cursor + found)).cloned();
        let Some(sent) = sent else {
            // It may have been sent by what the last call left behind.
            self.base = self.base.max(window.to.min(self.now()));
            return Some(Missed::NoPacket { until: window.to.min(self.limit) });
        };
        if let Some(player) = self.players.get_mut(host) {
            player.cursor = cursor + found.unwrap_or(0) + 1;
            player.skipping = false;
        }
        self.base = self.base.max(sent.at);
        if !matches(pattern, &sent) {
            return Some(Missed::Packet { found: text(&sent), at: sent.at });
        }
        let early = sent.at + TOLERANCE < window.from;
        let Window { from, to, .. } = window;
        (early || sent.at > until).then_some(Missed::When { from, to, found: sent.at })
    }

    fn silent(&mut self, host: &str, from: Moment, to: Moment) -> Option<Missed> {
        self.run_until(to);
        let player = self.players.get(host)?;
        let mut sent = self.stage.log.sent(player.node).iter().skip(player.cursor);
        let sent = sent.find(|sent| sent.at >= from && sent.at <= to)?;
        Some(Missed::NotSilent { found: text(sent), at: sent.at })
    }

    // What programs do.

    fn call(&mut self, number: usize, line: &Line, host: &str, call: &SystemCall, result: Option<&Outcome>) {
        let now = self.now();
        let Some(player) = self.players.get_mut(host) else { return };
        if let Some(fd) = player.makes(call) {
            let (mut asked, entered) = player.ask(SystemCall::Socket, fd, self.topology);
            let Stage { network, recorder, .. } = &mut self.stage;
            recorder.tell(now, player.place, entered);
            if let Tried::Returns(outcome) = player.attempt(&mut asked, network, self.topology) {
                self.run_until(now + CALL);
                let (now, Some(player)) = (self.now(), self.players.get(host)) else { return };
                self.stage.recorder.tell(now, player.place, player.answer(&asked, outcome));
                self.run_until(now + CALL);
            }
        }
        let now = self.now();
        let Some(player) = self.players.get_mut(host) else { return };
        let gives = match result {
            Some(Outcome::Value(value)) => i32::try_from(*value).unwrap_or(0),
            Some(Outcome::Error(_)) | None => -1,
        };
        let (mut asked, entered) = player.ask(call.clone(), gives, self.topology);
        let place = player.place;
        let Stage { network, recorder, .. } = &mut self.stage;
        recorder.tell(now, place, entered);
        let tried = player.attempt(&mut asked, network, self.topology);
        self.settle();
        if !matches!((&tried, line.when), (Tried::Waits(..), When::Blocking(..))) {
            self.run_until(now + CALL);
        }
        match (tried, line.when) {
            (Tried::Returns(outcome), _) => self.returns(number, host, &asked, outcome, None),
            (Tried::Waits(..), When::Blocking(_, to)) => {
                let to = to.map(|to| self.moment_from(line, to));
                self.waiting.push(Waiting { line: number, host: host.to_owned(), asked, to });
            }
            (Tried::Waits(error, errno), _) => {
                let outcome = CallOutcome::Failed { errno, error: error.to_owned() };
                self.returns(number, host, &asked, outcome, None);
            }
        }
        // The next call of a program is not in the same moment.
        let next = self.now() + CALL;
        self.run_until(next);
    }

    /// The end of a call that waits: counted as its beginning is.
    fn moment_from(&self, line: &Line, to: Until) -> Moment {
        let When::Blocking(from, _) = line.when else { return self.base };
        if to.relative { self.base + to.after.saturating_sub(from.after) } else { Moment::START + to.after }
    }

    /// Calls that wait and need not any more; whether there was one.
    fn look_after_calls(&mut self) -> bool {
        let mut went_on = false;
        let mut index = 0;
        while let Some(mut waiting) = (index < self.waiting.len()).then(|| self.waiting.remove(index)) {
            let Some(player) = self.players.get_mut(&waiting.host) else { continue };
            match player.attempt(&mut waiting.asked, &mut self.stage.network, self.topology) {
                Tried::Returns(outcome) => {
                    went_on = true;
                    self.settle();
                    let Waiting { line, host, asked, to } = waiting;
                    self.returns(line, &host, &asked, outcome, to);
                    index = 0;
                }
                Tried::Waits(..) => {
                    self.waiting.insert(index, waiting);
                    index += 1;
                }
            }
        }
        went_on
    }

    /// A call returns: tells it, and looks at what is claimed of it.
    fn returns(&mut self, number: usize, host: &str, asked: &Asked, outcome: CallOutcome, to: Option<Moment>) {
        let now = self.now();
        let Some(player) = self.players.get(host) else { return };
        let line = self.scenario.lines.get(number);
        let wanted =
            line.and_then(|line| if let Deed::Call { result, .. } = &line.deed { result.clone() } else { None });
        let mut found = match &outcome {
            CallOutcome::Failed { error, .. } => format!("-1 {error}"),
            CallOutcome::Received { received, .. } => received.len().to_string(),
            CallOutcome::Returned { returned } => returned.to_string(),
        };
        let mut missed = match &wanted {
            None => None,
            Some(Outcome::Error(name)) => (found != format!("-1 {name}")).then_some(()),
            Some(Outcome::Value(value)) => (found != value.to_string()).then_some(()),
        };
        let mut claims = wanted.is_some();
        if let SystemCall::GetError { fd, error } = &asked.call {
            let stack = self.stage.network.stack(player.node);
            let failure = player.connection(*fd).and_then(|id| stack?.failure(id));
            let name = failure.map(|failure| error_of(failure).0);
            claims = true;
            if name != error.as_deref() {
                (found, missed) = (format!("[{}]", name.unwrap_or("0")), Some(()));
            }
        }
        let (place, what) = (player.place, player.answer(asked, outcome));
        self.stage.recorder.tell(now, place, what);
        let late = to.filter(|to| now > *to + TOLERANCE);
        let missed = match (missed, late) {
            (Some(()), _) => Some(Missed::Result { found }),
            (None, Some(to)) => Some(Missed::Returned { to, found: now }),
            (None, None) => None,
        };
        if claims || to.is_some() {
            self.claim(number, missed);
        }
    }

    fn set(&mut self, set: &Set) {
        if is_overridden(self.run, &set.name) {
            return;
        }
        let mut now = |own: &mut Settings| {
            // What cannot be was refused when the file was read.
            own.set(&set.name, &set.value).ok();
            self.stage.recorder.notes_mut().origin = if own.knobs.counterfactual() {
                Origin::Counterfactual
            } else {
                self.stage.recorder.notes_mut().origin
            };
            *own
        };
        let Some(host) = &set.host else {
            if let Some(link) = now(&mut self.everybody).link {
                (0..self.topology.cables.len()).for_each(|cable| self.stage.network.set_link(cable, link));
            }
            return;
        };
        let own = now(self.each.entry(host.clone()).or_insert(self.everybody));
        if let Some(player) = self.players.get_mut(host) {
            player.knobs = own.knobs;
            if let Some(stack) = self.stage.network.stack_mut(player.node) {
                stack.set_knobs(own.knobs);
            }
        }
    }

    /// The program ends; or the whole host forgets everything.
    fn kill(&mut self, host: &str, reboot: bool) {
        let now = self.now();
        let Some(player) = self.players.get_mut(host) else { return };
        if reboot {
            player.forget();
            self.stage.log.forget(player.node);
            self.stage.network.set_power(player.node, true, player.knobs);
            self.stage.network.introduce(self.topology);
        } else {
            player.close_all(now, &mut self.stage.network);
        }
        let place = player.place;
        // kill(1): SIGKILL.
        self.stage.recorder.tell(now, place, What::Exit(ExitStatus::Signal(9)));
        self.waiting.retain(|waiting| waiting.host != host);
        self.settle();
    }

    /// A packet arrives that nobody sent.
    fn inject(&mut self, host: &str, pattern: &PacketPattern) -> Option<Missed> {
        let player = self.players.get(host)?;
        let (node, address) = (player.node, player.address);
        let stack = self.stage.network.stack(node)?;
        let newest = self.stage.log.newest(node).map(|id| identity(stack, id)).unwrap_or_default();
        let usual = first_v4(self.topology, other_end(self.topology, node));
        let usual = usual.map(|peer| SocketAddr::from((peer, FIRST_PORT)));
        let from = match &pattern.from {
            Some(from) => resolve(self.topology, node, Some(from)),
            None => newest.peer.or(usual),
        };
        let local = newest.local.unwrap_or(SocketAddr::from((address, SERVER_PORT)));
        let to = SocketAddr::new(local.ip(), pattern.to.unwrap_or(local.port()));
        let (Some(from), Some(own)) = (from, self.topology.host(node)) else { return Some(Missed::NoPeer) };
        if from.is_ipv4() != to.is_ipv4() {
            return Some(Missed::NoPeer);
        }
        let log = &mut self.stage.log;
        let segment = segment(pattern, log.beginning(from, to), log.beginning(to, from));
        if segment.flags.syn() {
            log.begins(from, to, segment.seq);
        }
        let port = own
            .interfaces
            .values()
            .position(|interface| interface.addresses.iter().any(|network| network.address == to.ip()));
        let interface = own.interfaces.values().nth(port.unwrap_or(0))?;
        let near = |peer: &&crate::model::Interface| {
            peer.addresses.iter().any(|network| network.address == from.ip() || own.gateways.contains(&network.address))
        };
        let peers = self.topology.hosts().flat_map(|(.., host)| host.interfaces.values());
        let source_mac = { peers }.find(near).map_or([2, 0, 0, 0, 0xFF, 1], |peer| peer.mac);
        let payload = Payload::Tcp { from: from.port(), to: to.port(), segment: segment.clone() };
        let datagram = Datagram {
            source: from.ip(),
            destination: to.ip(),
            ttl: 64,
            identification: 0,
            may_fragment: false,
            payload,
            why: None,
        };
        let frame = Ethernet { source: source_mac, destination: interface.mac, body: datagram.into_body() };
        self.stage.network.teach(node, from.ip(), source_mac);
        self.stage.appear(node, port.unwrap_or(0), &frame);
        // What is read takes a moment before it is answered.
        let next = self.now() + CALL;
        self.run_until(next);
        let now = self.now();
        if let Some(stack) = self.stage.network.stack_mut(node) {
            stack.arrives(now, &Packet { from, to, segment });
        }
        self.settle();
        None
    }

    // What is inside.

    /// The connection that is meant.
    fn socket(&self, host: &str, fd: Option<i32>) -> Option<(NodeId, SocketId)> {
        let player = self.players.get(host)?;
        let id = match fd {
            Some(fd) => player.connection(fd)?,
            None => self.stage.log.newest(player.node)?,
        };
        Some((player.node, id))
    }

    fn state(&self, host: &str, fd: Option<i32>) -> Option<TcpState> {
        let player = self.players.get(host)?;
        let stack = self.stage.network.stack(player.node)?;
        if let Some(fd) = fd {
            let socket = player.sockets.get(&fd)?;
            return Some(match socket.kind {
                super::sockets::Kind::Fresh => TcpState::Closed,
                super::sockets::Kind::Listener(id) | super::sockets::Kind::Connection(id) => {
                    stack.state(id).unwrap_or(TcpState::Closed)
                }
            });
        }
        let newest = self.stage.log.newest(player.node);
        if let Some(state) = newest.and_then(|id| stack.state(id)) {
            return Some(state);
        }
        // One that came and went before anybody accepted it.
        let listens = player.listener().is_some() && newest.is_none_or(|id| !player.owned.contains(&id));
        Some(if listens { TcpState::Listen } else { TcpState::Closed })
    }

    fn inner(&self, host: &str, fd: Option<i32>, field: Field, order: Order, value: Value) -> Option<Missed> {
        let nothing = Some(Missed::Value { found: None });
        if matches!(field, Field::SynQueue | Field::AcceptQueue) {
            let player = self.players.get(host)?;
            let queues = player.listener().and_then(|id| self.stage.network.stack(player.node)?.queues(id));
            let Some((opening, finished)) = queues else { return nothing };
            let count = if field == Field::SynQueue { opening } else { finished };
            return compare(u64::try_from(count).unwrap_or(u64::MAX), order, value, 1);
        }
        let inside: Option<Inside> =
            self.socket(host, fd).and_then(|(node, id)| self.stage.network.stack(node)?.inside(id));
        let Some(inside) = inside else { return nothing };
        let bytes = match field {
            Field::Timeout | Field::RoundTrip => {
                let time = if field == Field::Timeout { Some(inside.rto) } else { inside.srtt };
                let Some(time) = time else { return nothing };
                return compare_times(time, order, value);
            }
            Field::CongestionWindow => inside.cwnd,
            Field::Threshold => inside.ssthresh,
            Field::Flight => inside.flight,
            Field::PeerWindow => inside.peer_window,
            Field::Window => inside.window,
            Field::Unread => inside.unread,
            Field::Unacknowledged => inside.unacknowledged,
            Field::Retransmissions => inside.retransmissions,
            Field::Mss => inside.mss,
            Field::SynQueue | Field::AcceptQueue => return nothing,
        };
        compare(u64::from(bytes), order, value, inside.mss)
    }
}

fn compare(found: u64, order: Order, value: Value, mss: u32) -> Option<Missed> {
    let infinite = u64::from(u32::MAX);
    let wanted = match value {
        Value::Number(number) => number,
        Value::Segments(count) => count.saturating_mul(u64::from(mss)),
        Value::Infinity => infinite,
        Value::Time(_) => return Some(Missed::Value { found: None }),
    };
    let text = if found == infinite { "infinity".to_owned() } else { found.to_string() };
    (!order.holds(&found, &wanted)).then_some(Missed::Value { found: Some(text) })
}

/// Equal to the millisecond.
fn compare_times(found: Duration, order: Order, value: Value) -> Option<Missed> {
    let Value::Time(wanted) = value else { return Some(Missed::Value { found: None }) };
    let holds = match order {
        Order::Equal => found.abs_diff(wanted) < Duration::from_millis(1),
        Order::Other => found.abs_diff(wanted) >= Duration::from_millis(1),
        Order::Less | Order::AtMost | Order::More | Order::AtLeast => order.holds(&found, &wanted),
    };
    (!holds).then(|| Missed::Value { found: Some(format!("{found:?}")) })
}

/// Whether a host does anything in the play beside carrying packets.
fn speaks(scenario: &Scenario, host: &str) -> bool {
    scenario.lines.iter().any(|line| match &line.deed {
        Deed::Call { host: own, .. }
        | Deed::Kill { host: own }
        | Deed::Reboot { host: own }
        | Deed::Expect { host: own, .. }
        | Deed::Inject { host: own, .. }
        | Deed::State { host: own, .. }
        | Deed::Inner { host: own, .. }
        | Deed::Silent { host: own } => own == host,
        Deed::Set(set) => set.host.as_deref() == Some(host),
        Deed::Fault(_) | Deed::Cut { .. } | Deed::End => false,
    }) || scenario.settings.iter().any(|set| set.host.as_deref() == Some(host))
}

/// Every host that is named is one of the network's.
fn check_hosts(scenario: &Scenario, topology: &Topology) -> Result<(), ScenarioError> {
    let known: Vec<String> = topology.hosts().map(|(_, node, _)| node.name.clone()).collect();
    let check = |host: &str, place, line: &str| {
        if known.iter().any(|own| own == host) {
            return Ok(());
        }
        let wrong = Wrong::NoHost { found: host.to_owned(), known: known.clone() };
        Err(ScenarioError { place, line: line.to_owned(), wrong })
    };
    if let Some((host, place)) = &scenario.only {
        check(host, *place, "")?;
    }
    for set in &scenario.settings {
        set.host.as_deref().map_or(Ok(()), |host| check(host, set.place, ""))?;
    }
    for line in &scenario.lines {
        let host = match &line.deed {
            Deed::Call { host, .. }
            | Deed::Kill { host }
            | Deed::Reboot { host }
            | Deed::Expect { host, .. }
            | Deed::Inject { host, .. }
            | Deed::State { host, .. }
            | Deed::Inner { host, .. }
            | Deed::Silent { host } => Some(host),
            Deed::Set(set) => set.host.as_ref(),
            Deed::Fault(_) | Deed::Cut { .. } | Deed::End => None,
        };
        host.map_or(Ok(()), |host| check(host, line.place, &line.text))?;
    }
    Ok(())
}

/// What the run was set to, for the trace.
fn noted(scenario: &Scenario, run: &Run) -> BTreeMap<String, String> {
    let mut noted = BTreeMap::new();
    for set in &scenario.settings {
        let name = set.host.as_ref().map_or_else(|| set.name.clone(), |host| format!("{host}.{}", set.name));
        if !is_overridden(run, &set.name) {
            noted.insert(name, set.value.clone());
        }
    }
    for pair in &run.set {
        if let Some((name, value)) = pair.split_once('=') {
            noted.insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }
    noted.insert("topology".to_owned(), scenario.topology.clone());
    noted.insert("seed".to_owned(), run.seed.to_string());
    noted
}
