//! One line after the other: what it asks for is done, what it claims is
//! looked at.

/// Names and settings.
mod beforehand;
/// Programs.
mod calls;
/// Packets from nowhere.
mod forgery;
/// States and numbers.
mod inside;

use std::collections::BTreeMap;

use beforehand::{check_hosts, noted, speaks};

use super::packets::{matches, text};
use super::sockets::{Asked, Player, first_v4};
use super::stage::{Log, Stage};
use super::{Claim, Missed, PlayError, Played, Run, Stopped, TOLERANCE, is_overridden, settings};
use crate::model::{ExitStatus, NodeId, NodeKind, Place, Role, Topology, What};
use crate::source::lab::conditions::CableFault;
use crate::source::lab::wire::FaultKind;
use crate::source::simulator::Moment;
use crate::source::simulator::network::{Network, Recorder};
use crate::source::simulator::scenario::{
    Deed, Faults, Line, PacketPattern, Scenario, ScenarioError, Set, Until, When, Wrong,
};
use crate::source::simulator::settings::Settings;
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
}
