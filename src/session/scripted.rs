//! A scenario on real kernels: what its programs called in virtual time is
//! called at the same moments on real hosts, and what its wires did to frames
//! is done again.
//!
//! Owns what of a scenario a kernel can be asked for. What it claims is claimed
//! of the simulator alone: here both runs are put beside each other.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::conditions::{self, ConditionError, ConditionTexts};
use super::{Lab, LabWork};
use crate::model::{
    CableId, Call, CallOutcome, LinkAction, LinkActionKind, Place, RecvName, Role, SendName, SocketCallPhase,
    Timestamp, Topology, What,
};
use crate::source::lab::conditions::{CableFault, Conditions};
use crate::source::lab::plan::{self, HostNumber, Plan};
use crate::source::lab::wire::{Fault, FaultKind};
use crate::source::programs::{SETTABLE, ScriptCall, Timed};
use crate::source::simulator::scenario::{Deed, Played, Scenario};

/// The longest a real run is watched.
pub const LONGEST: Duration = Duration::from_secs(20);
/// How long after the last thing that happened in virtual time it is watched.
const AFTER: Duration = Duration::from_millis(300);
/// Settings that a kernel has not, and without which the same calls still show
/// what they are to show: it goes by its own habits.
const OWN_HABITS: [&str; 6] = ["isn", "delayed-ack", "window", "rto", "initial-window", "nagle"];
/// The headers that a packet has beside a segment's data, without options:
/// RFC 791 §3.1 and RFC 9293 §3.1.
const HEADERS: u32 = 40;
/// How the simulator's settings are called by Linux.
const SETTINGS: [(&str, &str); 4] = [
    ("sack", "tcp_sack"),
    ("timestamps", "tcp_timestamps"),
    ("window-scale", "tcp_window_scaling"),
    ("congestion", "tcp_congestion_control"),
];

/// What the program on one host calls.
#[derive(Clone, Debug)]
pub struct ScriptOn {
    /// Where.
    pub host: HostNumber,
    /// Whose part it is.
    pub role: Role,
    /// Its calls.
    pub calls: Vec<Timed>,
    /// When it is killed, if it is.
    pub killed: Option<Duration>,
}

/// Why a scenario cannot be played by real kernels.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReal {
    /// A line asks for what no kernel does on request.
    #[error("line {line}: no kernel does this on request: {text}")]
    Line {
        /// The line's number.
        line: usize,
        /// The line.
        text: String,
    },
    /// A setting that a kernel has not.
    #[error("Linux has no setting {name}={value}")]
    Setting {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// An option that a script cannot set.
    #[error("the option {name} cannot be set here")]
    Option {
        /// Its name.
        name: String,
    },
    /// Another host than the topology's two ends takes part.
    #[error("{host} is neither the topology's client nor its server")]
    Host {
        /// Its name.
        host: String,
    },
    /// A condition that the lab cannot make.
    #[error(transparent)]
    Condition(#[from] ConditionError),
}

/// A run in a lab, and what of the scenario the kernels do in their own way.
#[derive(Clone, Debug)]
pub struct Real {
    /// The run.
    pub lab: Lab,
    /// Settings that were left out, `delayed-ack=0`.
    pub left_out: Vec<String>,
}

/// The run in a lab that does what a played scenario did.
///
/// # Errors
/// [`NotReal`]: the first thing that no kernel does.
pub fn lab(scenario: &Scenario, played: &Played, topology: &Topology, executable: &Path) -> Result<Real, NotReal> {
    let (mut conditions, left_out) = settings(scenario, topology)?;
    conditions.faults = faults(scenario, played, topology);
    let trace = &played.trace;
    let start = trace.start().unwrap_or_default();
    // A state that ends long after the last packet is not waited for.
    let shows = |what: &What| matches!(what, What::Frame(_) | What::SocketCall(_) | What::Exit(_));
    let last = trace.events().iter().filter(|event| shows(&event.what)).map(|event| event.at).max().unwrap_or(start);
    let end = since(start, last).saturating_add(AFTER).min(LONGEST);
    let scripts = scripts(played, topology, start, end)?;
    let plan = Plan::of(topology, &conditions);
    let map = Box::new(conditions.applied_to(topology));
    let id = trace.notes.program.clone().unwrap_or_default();
    let what = LabWork::Scripts { scenario: id, scripts, end };
    let lab = Lab { topology: scenario.topology.clone(), map, plan, what, executable: executable.to_owned() };
    Ok(Real { lab, left_out })
}

fn since(start: Timestamp, at: Timestamp) -> Duration {
    Duration::from_nanos(u64::try_from(at.since(start).nanos()).unwrap_or(0))
}

/// Refuses lines that no kernel obeys; reads the settings that Linux has too.
fn settings(scenario: &Scenario, topology: &Topology) -> Result<(Conditions, Vec<String>), NotReal> {
    for line in &scenario.lines {
        let refused = match &line.deed {
            Deed::Inject { .. } | Deed::Reboot { .. } | Deed::Cut { .. } | Deed::Set(_) => true,
            Deed::Call { .. }
            | Deed::Kill { .. }
            | Deed::Fault(_)
            | Deed::Expect { .. }
            | Deed::State { .. }
            | Deed::Inner { .. }
            | Deed::Silent { .. }
            | Deed::End => false,
        };
        if refused {
            return Err(NotReal::Line { line: line.place.line, text: line.text.trim().to_owned() });
        }
    }
    if let Some((_, place)) = &scenario.only {
        return Err(NotReal::Line { line: place.line, text: String::new() });
    }
    let (mut texts, mut left_out) = (ConditionTexts::default(), Vec::new());
    for set in &scenario.settings {
        let (name, value) = (set.name.as_str(), set.value.as_str());
        if OWN_HABITS.contains(&name) {
            left_out.push(format!("{name}={value}"));
            continue;
        }
        if let ("mss", Ok(mss), None) = (name, value.parse::<u32>(), &set.host) {
            // The kernel takes its largest segment from the MTU.
            texts.cable.extend((0..topology.cables.len()).map(|cable| {
                let cable = conditions::cable_name(topology, CableId(cable));
                format!("{cable}:mtu={}", mss.saturating_add(HEADERS))
            }));
            continue;
        }
        if matches!(name, "delay" | "bandwidth") && set.host.is_none() {
            let rate = |text: &str| text.replace('k', "kbit").replace('M', "Mbit").replace('G', "Gbit");
            let value = if name == "bandwidth" { rate(value) } else { value.to_owned() };
            texts.cable.extend(
                (0..topology.cables.len())
                    .map(|cable| format!("{}:{name}={value}", conditions::cable_name(topology, CableId(cable)))),
            );
            continue;
        }
        let refused = || NotReal::Setting { name: name.to_owned(), value: value.to_owned() };
        let (_, linux) = SETTINGS.iter().find(|(known, _)| *known == name).ok_or_else(refused)?;
        let value = match value {
            "on" => "1",
            "off" => "0",
            "none" => return Err(refused()),
            other => other,
        };
        let whose = set.host.as_ref().map(|host| format!("{host}:")).unwrap_or_default();
        texts.sysctl.push(format!("{whose}{linux}={value}"));
    }
    Ok((conditions::read(topology, &texts)?, left_out))
}

/// The faults of the file, as patterns that count from the beginning: a line of
/// a scenario counts from its own moment.
fn faults(scenario: &Scenario, played: &Played, topology: &Topology) -> Vec<CableFault> {
    let mut found = Vec::new();
    for line in &scenario.lines {
        let Deed::Fault(fault) = &line.deed else { continue };
        if fault.pattern.nth.is_none() || matches!(fault.kind, FaultKind::Unplug(_)) {
            found.push(CableFault { fault: fault.clone(), cable: None });
            continue;
        }
        let text = fault.pattern.to_string();
        let trace = &played.trace;
        let is_it = |action: &LinkAction| action.pattern.as_ref() == Some(&text) && is_of(action.what, fault.kind);
        let done = trace.events().iter().find_map(|event| {
            let What::LinkAction(action) = &event.what else { return None };
            conditions::point_at(trace, topology, trace.frame_of(event.at, action).filter(|_| is_it(action))?)
        });
        if let Some(pointed) = done {
            let fault = Fault { kind: fault.kind, pattern: pointed.pattern };
            found.push(CableFault { fault, cable: Some(pointed.cable) });
        }
    }
    found
}

fn is_of(what: LinkActionKind, kind: FaultKind) -> bool {
    let told = match kind {
        FaultKind::Lose => LinkActionKind::Lost,
        FaultKind::Delay(_) => LinkActionKind::Delayed,
        FaultKind::Duplicate => LinkActionKind::Duplicated,
        FaultKind::Swap => LinkActionKind::Swapped,
        FaultKind::Unplug(_) => LinkActionKind::Unplugged,
    };
    what == told
}

/// The calls of every program, at the moments they were made.
fn scripts(played: &Played, topology: &Topology, start: Timestamp, end: Duration) -> Result<Vec<ScriptOn>, NotReal> {
    let mut scripts: Vec<ScriptOn> = Vec::new();
    for (place, found) in played.trace.places() {
        let Place::Program { name, role, .. } = found else { continue };
        let role = role.ok_or_else(|| NotReal::Host { host: name.clone() })?;
        let node = if role == Role::Client { topology.client } else { topology.server };
        let host = plan::number(topology, node).ok_or_else(|| NotReal::Host { host: name.clone() })?;
        let own = played.trace.events().iter().filter(|event| event.place == place);
        let calls = calls(
            own.filter_map(
                |event| {
                    if let What::SocketCall(call) = &event.what { Some((event.at, call)) } else { None }
                },
            ),
            start,
        )?;
        let calls = calls.into_iter().filter(|timed| timed.after < end).collect();
        let mut own = played.trace.events().iter().filter(|event| event.place == place);
        let killed = own.find(|event| matches!(event.what, What::Exit(_))).map(|event| since(start, event.at));
        scripts.push(ScriptOn { host, role, calls, killed });
    }
    // Who is to be found comes first.
    scripts.sort_by_key(|script| script.role == Role::Client);
    Ok(scripts)
}

fn calls<'a>(
    events: impl Iterator<Item = (Timestamp, &'a crate::model::SocketCall)>,
    start: Timestamp,
) -> Result<Vec<Timed>, NotReal> {
    let mut timed: Vec<Timed> = Vec::new();
    let mut begun = BTreeMap::new();
    for (at, told) in events {
        match &told.phase {
            SocketCallPhase::Entered { call } => {
                let call = match call {
                    // It is made with the first call on it.
                    Call::Socket { .. } | Call::Other { .. } | Call::Wait { .. } => continue,
                    Call::Bind { address } => ScriptCall::Bind { address: *address },
                    Call::Listen { backlog } => ScriptCall::Listen { backlog: *backlog },
                    // Which number it gives is told by its return.
                    Call::Accept { .. } => ScriptCall::Accept { gives: -1 },
                    Call::Connect { address } => ScriptCall::Connect { address: *address },
                    Call::Send { by, bytes, .. } => {
                        ScriptCall::Send { count: bytes.len(), written: *by == SendName::Write }
                    }
                    Call::Recv { by, size } => ScriptCall::Recv {
                        size: usize::try_from(*size).unwrap_or(usize::MAX),
                        read: *by == RecvName::Read,
                    },
                    Call::Shutdown { .. } => ScriptCall::Shutdown,
                    Call::Close => ScriptCall::Close,
                    Call::Setsockopt { name, value } => {
                        if !SETTABLE.contains(&name.as_str()) {
                            return Err(NotReal::Option { name: name.clone() });
                        }
                        ScriptCall::Setsockopt { name: name.clone(), value: *value }
                    }
                };
                begun.insert(told.id, timed.len());
                timed.push(Timed { after: since(start, at), socket: told.fd, call });
            }
            SocketCallPhase::Returned { outcome, socket } => {
                let Some(index) = begun.remove(&told.id) else { continue };
                let bound =
                    timed.iter().any(|other| other.socket == told.fd && matches!(other.call, ScriptCall::Bind { .. }));
                let Some(own) = timed.get_mut(index) else { continue };
                if let (ScriptCall::Accept { gives }, CallOutcome::Returned { returned }) = (&mut own.call, outcome) {
                    *gives = i32::try_from(*returned).unwrap_or(-1);
                }
                // Where the file binds nothing, the simulator chose.
                if let (ScriptCall::Listen { .. }, Some(address), false) = (&own.call, socket.local, bound) {
                    let bind = Timed { after: own.after, socket: told.fd, call: ScriptCall::Bind { address } };
                    timed.insert(index, bind);
                    for place in begun.values_mut().filter(|place| **place >= index) {
                        *place += 1;
                    }
                }
            }
        }
    }
    Ok(timed)
}
