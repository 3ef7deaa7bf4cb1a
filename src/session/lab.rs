//! What runs in a lab, and when a lab has come to rest.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use super::run::{Player, Run, STEP};
use super::scripted::ScriptOn;
use super::{Lab, LabWork, Plan, Request, SessionError};
use crate::model::{Place, PlaceId, Role, SocketState, Span, TcpState, Timestamp};
use crate::source::clock::{self, Deadline};
use crate::source::lab::plan::{self, Plan as LabPlan, WirePlan};
use crate::source::lab::relay::WireCounts;
use crate::source::lab::wire::FaultKind;
use crate::source::live::{KernelNumber, ProgramNumber};
use crate::source::programs::{SCRIPT_ARGUMENT, Script};

/// What stands in a kernel's place where programs bring our TCP.
const CORE_SYSTEM: &str = "wirelens TCP (RFC 9293)";
/// How long the programs of a script have to start.
const HEAD_START: Duration = Duration::from_millis(200);
/// How long nothing must pass until a lab is at rest, beside the time that its
/// wires take.
const QUIET: Duration = Duration::from_millis(60);
/// How long it is waited for, whatever happens.
const LONGEST_REST: Duration = Duration::from_secs(5);
/// How long the helper may take to count.
const COUNT_LIMIT: Duration = Duration::from_secs(1);

impl Run {
    /// Runs what is to run, each on its host.
    pub(super) fn play_lab(&mut self, lab: &Lab) -> Result<(), SessionError> {
        match &lab.what {
            LabWork::Program { request, server, client } => {
                // Where the topology names nobody, the server knows the names.
                let named = lab.map.name_server.and_then(|node| {
                    let address = lab.map.addresses(node).find_map(ipv4);
                    Some((plan::number(&lab.map, node)?, address?))
                });
                let (name_server, address) = named.unwrap_or((*server, request.settings.address()));
                let hosts = [(Role::Server, *server), (Role::Client, *client), (Role::NameServer, name_server)];
                self.hosts.extend(hosts);
                self.play(&Request { settings: request.settings.clone().named_by(address), ..request.clone() })
            }
            LabWork::Commands(commands) => self.play_commands(commands),
            LabWork::Scripts { scripts, end, .. } => self.play_scripts(scripts, *end),
        }
    }

    /// Lets every program call at its moments, and watches for so long.
    fn play_scripts(&mut self, scripts: &[ScriptOn], end: Duration) -> Result<(), SessionError> {
        let start = clock::now() + Span::from_nanos(nanos(HEAD_START));
        // They end after the capture has: what is closed then is not of the play.
        let until = end + LONGEST_REST;
        for script in scripts {
            let whole = Script { start, end: script.killed.unwrap_or(until), calls: script.calls.clone() };
            let text = serde_json::to_string(&whole).map_err(|_| SessionError::NotStarted { errno: libc::EINVAL })?;
            let command = vec!["wirelens".to_owned(), SCRIPT_ARGUMENT.to_owned(), text];
            let number = self.live.start_on(script.host, None, command)?;
            self.hosts.insert(script.role, script.host);
            self.players.insert(number, Player::scripted(script.role));
            while !self.is_over() && self.players.get(&number).is_some_and(Player::is_starting) {
                self.step(STEP)?;
            }
        }
        let over = start + Span::from_nanos(nanos(end));
        while !self.is_over() {
            let left = u64::try_from(over.since(clock::now()).nanos()).map_or(Duration::ZERO, Duration::from_nanos);
            if left.is_zero() {
                break;
            }
            self.step(left)?;
        }
        Ok(())
    }

    /// The place of the TCP that a program brings along, told when it first
    /// says something.
    pub(super) fn core_place(&mut self, number: ProgramNumber) -> Option<PlaceId> {
        if let Some(place) = self.cores.get(&number) {
            return Some(*place);
        }
        let role = self.players.get(&number)?.role?;
        let Plan::Lab(lab) = self.plan() else { return None };
        let own = self.hosts.get(&role)?;
        let host = lab.plan.host_name(*own)?.to_owned();
        let place = PlaceId(self.next_place);
        self.tell_place(Place::Kernel { system: CORE_SYSTEM.to_owned(), host: Some(host) });
        self.cores.insert(number, place);
        Some(place)
    }

    /// Remembers which sockets will say something more by themselves.
    pub(super) fn note_state(&mut self, kernel: KernelNumber, at: Timestamp, said: &SocketState) {
        let Some(peer) = said.peer else { return };
        let unsettled = !said.destroyed && said.state.is_some_and(is_unsettled);
        let last = self.unsettled.entry((kernel, said.local, peer)).or_insert((at, unsettled));
        // How long a state lasted may be told after what came of it.
        if at >= last.0 {
            *last = (at, unsettled);
        }
    }

    /// Waits until a lab is at rest: the programs have ended, and what their
    /// kernels still had to say has been said. Then counts the frames of its
    /// wires.
    pub(super) fn settle(&mut self) -> Result<(), SessionError> {
        let Plan::Lab(lab) = self.plan() else { return Ok(()) };
        if matches!(lab.what, LabWork::Scripts { .. }) {
            return self.count();
        }
        let quiet = QUIET + 2 * lab.plan.wires().map(slowest).sum::<Duration>();
        let longest =
            Deadline::after(LONGEST_REST.max(2 * quiet) + lab.plan.wires().map(longest_out).sum::<Duration>());
        let (mut seen, mut rest) = (self.frames, Deadline::after(quiet));
        while !longest.has_passed() && !self.updates.deaf {
            if rest.has_passed() && self.unsettled.values().all(|(_, unsettled)| !unsettled) {
                break;
            }
            self.step(QUIET / 4)?;
            if seen != self.frames {
                (seen, rest) = (self.frames, Deadline::after(quiet));
            }
        }
        self.count()
    }

    /// Counts the frames of a lab's wires.
    fn count(&mut self) -> Result<(), SessionError> {
        let Plan::Lab(lab) = self.plan() else { return Ok(()) };
        let asked = asked_for(&lab.plan);
        let wires: Vec<[String; 2]> = lab.plan.wires().map(|wire| wire.ends.clone()).collect();
        self.live.count_wires()?;
        let deadline = Deadline::after(COUNT_LIMIT);
        while self.wire_counts.is_none() && !deadline.has_passed() {
            self.step(deadline.remaining().min(STEP))?;
        }
        let counts = self.wire_counts.take().unwrap_or_default();
        let mut wrong = 0_u64;
        for (ends, counts) in wires.iter().zip(&counts) {
            let name = ends.join("–");
            self.notes.pinned.extend(facts(counts).map(|(fact, count)| (format!("{name}.{fact}"), count.to_string())));
            wrong = wrong.saturating_add(counts.missed).saturating_add(counts.untold);
        }
        self.notes.pinned.extend(asked);
        if wrong > 0 { Err(SessionError::WireMissed { count: wrong }) } else { Ok(()) }
    }
}

/// What wires were asked to do to frames, and which ports are closed, by names.
fn asked_for(plan: &LabPlan) -> Vec<(String, String)> {
    let mut asked = Vec::new();
    for wire in plan.wires().filter(|wire| !wire.faults.is_empty()) {
        let faults: Vec<String> = wire.faults.iter().map(ToString::to_string).collect();
        asked.push((format!("{}.faults", wire.ends.join("–")), faults.join(", ")));
    }
    for (host, port, protocol, action) in plan.firewalls() {
        let protocol = protocol.map(|protocol| format!("/{protocol}")).unwrap_or_default();
        asked.push((format!("{host}:firewall.{port}{protocol}"), action.name().to_owned()));
    }
    asked
}

const fn ipv4(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

/// What was counted, by name; what must be zero only where it is not.
fn facts(counts: &WireCounts) -> impl Iterator<Item = (&'static str, u64)> + use<> {
    let always = [("forwarded", counts.forwarded), ("lost", counts.lost)];
    let seldom = [("queue-full", counts.queue_full), ("missed", counts.missed), ("untold", counts.untold)];
    always.into_iter().chain(seldom.into_iter().filter(|(_, count)| *count > 0))
}

/// Whether a socket in this state waits for an answer, and asks again where
/// none comes (RFC 9293 §3.3.2).
const fn is_unsettled(state: TcpState) -> bool {
    match state {
        TcpState::SynSent | TcpState::SynReceived | TcpState::FinWait1 | TcpState::Closing | TcpState::LastAck => true,
        TcpState::Closed
        | TcpState::Listen
        | TcpState::Established
        | TcpState::FinWait2
        | TcpState::CloseWait
        | TcpState::TimeWait => false,
    }
}

fn nanos(span: Duration) -> i64 {
    i64::try_from(span.as_nanos()).unwrap_or(i64::MAX)
}

impl Plan {
    /// How much longer something may take to come because of what the wires of
    /// a lab do: a round trip with every delay on it; and where a cable is
    /// pulled, the time that it is out, and as much again and more until a
    /// timer, which doubles each time (RFC 6298 §5.5), goes off.
    pub(super) fn slowness(&self) -> Duration {
        let Self::Lab(lab) = self else { return Duration::ZERO };
        lab.plan.wires().map(|wire| 2 * slowest(wire) + 3 * longest_out(wire)).sum()
    }
}

/// The longest that a frame may take on a wire.
fn slowest(wire: &WirePlan) -> Duration {
    let late = wire.faults.iter().map(|fault| match fault.kind {
        FaultKind::Delay(time) => time,
        FaultKind::Lose | FaultKind::Duplicate | FaultKind::Swap | FaultKind::Unplug(_) => Duration::ZERO,
    });
    wire.quality.delay + late.max().unwrap_or_default()
}

/// The longest that a wire's cable is out.
fn longest_out(wire: &WirePlan) -> Duration {
    let out = wire.faults.iter().map(|fault| match fault.kind {
        FaultKind::Unplug(time) => time,
        FaultKind::Lose | FaultKind::Duplicate | FaultKind::Swap | FaultKind::Delay(_) => Duration::ZERO,
    });
    out.max().unwrap_or_default()
}
