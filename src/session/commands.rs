//! Running commands of the reader's: in order, each with a tracer, until the
//! last one has ended and nothing happens any more.
//!
//! Owns when a command counts as listening, when the run is over, and what is
//! said about a command. Has no opinion on what the commands are.

use std::collections::BTreeMap;
use std::time::Duration;

use super::run::{PATIENCE, Player, Run, STEP};
use super::{CommandLine, Commands, SessionError};
use crate::model::{
    Call, CallId, CallOutcome, ExitStatus, OutputStream, Place, PlaceId, SocketCallPhase, Timestamp, What,
};
use crate::source::clock::Deadline;
use crate::source::live::ProgramNumber;
use crate::source::programs::Report;
use crate::source::syscalls::TraceLine;
use crate::trace::{CommandRemark, RemarkKind};

/// How long the others have, with nothing happening, once the last command has
/// ended. More than the second that a teaching server may sleep before it
/// closes.
const QUIET: Duration = Duration::from_millis(1500);
/// How long they have at most, whatever happens.
const LONGEST_END: Duration = Duration::from_secs(10);
/// How much of what a command writes is kept, in bytes.
const OUTPUT: u64 = 1 << 20;

/// What is known of a command.
#[derive(Default)]
pub(super) struct Traced {
    command: String,
    /// Its processes that were told of.
    places: BTreeMap<u32, PlaceId>,
    /// The process that the command itself is.
    first: Option<u32>,
    /// How that has ended.
    first_ended: Option<ExitStatus>,
    /// A socket of it waits to be asked.
    ready: bool,
    /// What the shell said of a command that is not there.
    not_started: Option<i32>,
    /// Which of its sockets are for datagrams.
    datagrams: BTreeMap<(u32, i32), bool>,
    /// Its calls that make a socket or make it ready.
    calls: BTreeMap<(u32, CallId), Call>,
    /// What it wrote before its place was told.
    held: Vec<(Timestamp, OutputStream, Vec<u8>)>,
    /// How much it wrote that is kept, and how much that is not, in bytes.
    kept: u64,
    cut: u64,
}

impl Traced {
    /// The command, as it was given.
    pub(super) fn command(traced: Option<Self>) -> String {
        traced.map(|traced| traced.command).unwrap_or_default()
    }
}

impl Run {
    /// Starts one command after the other and waits until the last has ended.
    pub(super) fn play_commands(&mut self, plan: &Commands) -> Result<(), SessionError> {
        let mut last = None;
        for (index, command) in plan.commands.iter().enumerate() {
            if self.is_over() {
                return Ok(());
            }
            let number = self.start_command(command)?;
            if index + 1 < plan.commands.len() {
                self.wait_until_listening(number, plan.wait)?;
            }
            last = Some(number);
        }
        let Some(last) = last else { return Ok(()) };
        while self.traced(last).is_some_and(|traced| traced.first_ended.is_none())
            && self.player_runs(last)
            && !self.is_over()
        {
            self.step(STEP)?;
            self.check_started()?;
        }
        self.check_started()?;
        self.let_others_end()
    }

    fn start_command(&mut self, command: &CommandLine) -> Result<ProgramNumber, SessionError> {
        let number = self.live.start_traced(command.host, &command.text, command.input.as_deref())?;
        let traced = Traced { command: command.text.clone(), ..Traced::default() };
        self.players.insert(number, Player::traced(traced));
        Ok(number)
    }

    /// Until it listens, has ended, or the time is up, which is said.
    fn wait_until_listening(&mut self, number: ProgramNumber, limit: Duration) -> Result<(), SessionError> {
        let deadline = Deadline::after(limit);
        while self.traced(number).is_some_and(|traced| !traced.ready && traced.first_ended.is_none())
            && self.player_runs(number)
            && !self.is_over()
        {
            if deadline.has_passed() {
                self.remark(number, RemarkKind::NotReady { millis: millis(limit) });
                break;
            }
            self.step(deadline.remaining())?;
            self.check_started()?;
        }
        self.check_started()
    }

    /// The others may finish what they do; then they are asked to end.
    fn let_others_end(&mut self) -> Result<(), SessionError> {
        let longest = Deadline::after(LONGEST_END);
        self.last_sign = Some(Deadline::after(QUIET));
        while !self.is_over() && self.players.values().any(|player| player.ended.is_none()) {
            let quiet = self.last_sign.map_or(Duration::ZERO, Deadline::remaining);
            if quiet.is_zero() || longest.has_passed() {
                break;
            }
            self.step(quiet)?;
            self.check_started()?;
        }
        if self.is_over() {
            return Ok(());
        }
        let running: Vec<ProgramNumber> = self
            .players
            .iter()
            .filter(|(_, player)| player.ended.is_none())
            .filter(|(_, player)| player.traced.as_ref().is_some_and(|traced| traced.first_ended.is_none()))
            .map(|(number, _)| *number)
            .collect();
        for number in running {
            self.remark(number, RemarkKind::StillRunning { millis: millis(QUIET) });
        }
        Ok(())
    }

    /// What a tracer says.
    pub(super) fn see_traced(&mut self, number: ProgramNumber, line: TraceLine) {
        self.last_sign = Some(Deadline::after(QUIET));
        match line {
            TraceLine::Process { pid, first, name, command } => {
                let id = PlaceId(self.next_place);
                let Some(traced) = self.traced_mut(number) else { return };
                traced.places.insert(pid, id);
                let held = if first { std::mem::take(&mut traced.held) } else { Vec::new() };
                traced.first = traced.first.or(first.then_some(pid));
                self.tell_place(Place::Program { name, role: None, pid, command });
                for (at, stream, bytes) in held {
                    self.tell_event(at, id, What::Output { stream, bytes });
                }
            }
            TraceLine::Call { pid, report } => {
                let Some(traced) = self.traced_mut(number) else { return };
                traced.note(pid, &report);
                if let Some(place) = traced.places.get(&pid).copied() {
                    self.tell_event(report.at, place, What::SocketCall(report.call));
                }
            }
            TraceLine::Ended { pid, at, status } => {
                let stopping = self.stopping.is_some();
                let Some(traced) = self.traced_mut(number) else { return };
                let place = traced.places.get(&pid).copied();
                if traced.first == Some(pid) {
                    traced.first_ended = Some(status);
                    if status != ExitStatus::Code(0) && !stopping && traced.not_started.is_none() {
                        self.remark(number, RemarkKind::Failed { status });
                    }
                }
                if let Some(place) = place {
                    self.tell_event(at, place, What::Exit(status));
                }
            }
            TraceLine::NotStarted { status } => {
                if let Some(traced) = self.traced_mut(number) {
                    traced.not_started = Some(status);
                }
            }
            TraceLine::Untraced { errno } => self.remark(number, RemarkKind::Untraced { errno }),
            TraceLine::LeftBehind { count } => self.remark(number, RemarkKind::LeftBehind { count }),
            TraceLine::Cut { bytes } => self.remark(number, RemarkKind::CallsCut { bytes }),
        }
    }

    /// What a command writes, up to a limit; the rest is counted.
    pub(super) fn see_output(&mut self, number: ProgramNumber, at: Timestamp, stream: OutputStream, bytes: Vec<u8>) {
        let Some(traced) = self.traced_mut(number) else { return };
        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if traced.kept.saturating_add(count) > OUTPUT {
            traced.cut = traced.cut.saturating_add(count);
            return;
        }
        traced.kept = traced.kept.saturating_add(count);
        match traced.first.and_then(|first| traced.places.get(&first)).copied() {
            Some(place) => self.tell_event(at, place, What::Output { stream, bytes }),
            None => traced.held.push((at, stream, bytes)),
        }
        // One that floods is not waited for any longer.
        self.last_sign = Some(Deadline::after(QUIET));
    }

    /// All of a command has ended.
    pub(super) fn see_tracer_ended(&mut self, number: ProgramNumber, status: ExitStatus) -> Result<(), SessionError> {
        let Some(traced) = self.traced_mut(number) else { return Ok(()) };
        let (cut, command) = (traced.cut, traced.command.clone());
        if cut > 0 {
            self.remark(number, RemarkKind::OutputCut { bytes: cut });
        }
        // One that was stopped while it was still starting has no other way to end.
        let stopped = self.stopping.is_some() && matches!(status, ExitStatus::Signal(_));
        if status == ExitStatus::Code(0) || stopped { Ok(()) } else { Err(SessionError::TracerEnded { command }) }
    }

    /// Says of every command that runs that it is killed now.
    pub(super) fn remark_killed(&mut self) {
        let running = self.players.iter().filter(|(_, player)| player.ended.is_none() && player.traced.is_some());
        let running: Vec<ProgramNumber> = running.map(|(number, _)| *number).collect();
        for number in running {
            self.remark(number, RemarkKind::Killed { millis: millis(PATIENCE) });
        }
    }

    fn remark(&mut self, number: ProgramNumber, what: RemarkKind) {
        if let Some(traced) = self.traced(number) {
            let command = traced.command.clone();
            self.notes.remarks.push(CommandRemark { command, what });
        }
    }

    fn check_started(&self) -> Result<(), SessionError> {
        let mut traced = self.players.values().filter_map(|player| player.traced.as_ref());
        match traced.find_map(|traced| Some((traced.command.clone(), traced.not_started?))) {
            Some((command, status)) => Err(SessionError::CommandNotStarted { command, status }),
            None => Ok(()),
        }
    }

    fn player_runs(&self, number: ProgramNumber) -> bool {
        self.players.get(&number).is_some_and(|player| player.ended.is_none())
    }

    fn traced(&self, number: ProgramNumber) -> Option<&Traced> {
        self.players.get(&number)?.traced.as_ref()
    }

    fn traced_mut(&mut self, number: ProgramNumber) -> Option<&mut Traced> {
        self.players.get_mut(&number)?.traced.as_mut()
    }
}

impl Traced {
    /// Follows what makes a socket ready to be asked: `listen`, or for
    /// datagrams `bind`.
    fn note(&mut self, pid: u32, Report { call, .. }: &Report) {
        match &call.phase {
            SocketCallPhase::Entered {
                call: asked @ (Call::Socket { .. } | Call::Bind { .. } | Call::Listen { .. }),
            } => {
                self.calls.insert((pid, call.id), asked.clone());
            }
            SocketCallPhase::Entered { .. } => {}
            SocketCallPhase::Returned { outcome, .. } => {
                let Some(asked) = self.calls.remove(&(pid, call.id)) else { return };
                let CallOutcome::Returned { returned } = outcome else { return };
                if let Call::Socket { kind, .. } = asked {
                    let datagrams = kind.starts_with("SOCK_DGRAM");
                    self.datagrams.extend(i32::try_from(*returned).ok().map(|fd| ((pid, fd), datagrams)));
                } else {
                    let datagrams = self.datagrams.get(&(pid, call.fd)).copied().unwrap_or(false);
                    self.ready |= matches!(asked, Call::Listen { .. }) || datagrams;
                }
            }
        }
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
