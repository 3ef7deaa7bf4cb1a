//! What runs in a lab, and when a lab has come to rest.

use std::time::Duration;

use super::run::{Run, STEP};
use super::{Lab, LabWork, Plan, SessionError};
use crate::model::{Role, SocketState, TcpState, Timestamp};
use crate::source::clock::Deadline;
use crate::source::lab::plan::WirePlan;
use crate::source::lab::relay::WireCounts;
use crate::source::lab::wire::FaultKind;
use crate::source::live::KernelNumber;

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
                self.hosts.extend([(Role::Server, *server), (Role::Client, *client)]);
                self.play(request)
            }
            LabWork::Commands(commands) => self.play_commands(commands),
        }
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
        let quiet = QUIET + 2 * lab.plan.wires().map(slowest).sum::<Duration>();
        let wires: Vec<[String; 2]> = lab.plan.wires().map(|wire| wire.ends.clone()).collect();
        let longest = Deadline::after(LONGEST_REST.max(2 * quiet));
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
        if wrong > 0 { Err(SessionError::WireMissed { count: wrong }) } else { Ok(()) }
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

/// The longest that a frame may take on a wire.
fn slowest(wire: &WirePlan) -> Duration {
    let late = wire.faults.iter().map(|fault| match fault.kind {
        FaultKind::Delay(time) | FaultKind::Unplug(time) => time,
        FaultKind::Lose | FaultKind::Duplicate | FaultKind::Swap => Duration::ZERO,
    });
    wire.quality.delay + late.max().unwrap_or_default()
}
