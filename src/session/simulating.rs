//! Simulations as they are asked for: on the command line, in the window, and
//! again with one thing more.
//!
//! Owns what there is to play, how a request becomes a play, and the thread it
//! is played on. What is played is the simulator's affair; that a sentence is
//! made of an error is that of `words`.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use super::conditions::{self, ConditionError, ConditionTexts, matcher};
use super::lab_request::{LabRequest, LabRequestError};
use super::scripted::{self, NotReal, Real};
use crate::model::Topology;
use crate::source::lab::topology;
use crate::source::lab::wire::LONGEST_DELAY;
use crate::source::simulator::network::NetworkError;
use crate::source::simulator::scenario::{
    self, Deed, Faults, Line, Place, PlayError, Played, Run, ScenarioError, Set, Until, When,
};
use crate::source::simulator::scene::Greeting;
use crate::trace::Trace;

pub use crate::source::lab::wire::FaultKind;
pub use crate::source::simulator::scenario::{Branch, Cited, Claim, SHIPPED, Scenario, Stopped};
pub use crate::source::simulator::settings::{Expected, SETTINGS, SettingError, Settings};
pub use crate::source::simulator::tcp::Profile;

/// Settings that a scenario has not: its file says what the programs do.
pub const OF_PROGRAMS: [&str; 6] = ["app", "pause", "clients", "ip", "bytes", "backlog"];

/// After so many frames a greeting is stopped, where nothing else is asked.
pub const MOST_FRAMES: usize = 1_000_000;

/// What the shipped scenarios are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// How connections begin and end.
    OpenAndClose,
    /// What is lost, late, doubled or overtaken.
    Loss,
    /// How much may be under way.
    Pace,
    /// What does not belong to the connection.
    Strangers,
    /// A rule that is missing.
    WhatIf,
}

/// Every shipped scenario by what it is about, in the order in which they are
/// best looked at.
pub const SUBJECTS: [(Subject, &[&str]); 5] = [
    (
        Subject::OpenAndClose,
        &[
            "handshake",
            "simultaneous-open",
            "refused",
            "across-a-router",
            "normal-close",
            "half-close",
            "simultaneous-close",
            "close-wait",
            "unread-data",
            "killed",
            "half-open-reconnect",
            "half-open-data",
            "keep-alive",
            "time-wait-reuse",
        ],
    ),
    (
        Subject::Loss,
        &[
            "lost-syn",
            "lost-syn-ack",
            "lost-handshake-ack-client-first",
            "lost-handshake-ack-server-first",
            "lost-data",
            "lost-last-segment",
            "fast-retransmit",
            "lost-fin",
            "lost-last-ack",
            "duplicated-data",
            "delayed-data",
            "swapped-data",
            "cable-out",
            "syn-backoff",
            "syn-backoff-linux",
            "syn-ack-backoff",
        ],
    ),
    (
        Subject::Pace,
        &[
            "slow-start",
            "timeout",
            "newreno",
            "cubic",
            "delayed-ack",
            "nagle",
            "nagle-delayed-ack",
            "zero-window",
            "silly-window",
            "window-scale",
            "isn-wrap",
        ],
    ),
    (
        Subject::Strangers,
        &[
            "old-duplicate-syn",
            "two-listeners",
            "paws",
            "blind-reset",
            "blind-syn",
            "backlog-full",
            "syn-cookies",
            "time-wait-assassination",
        ],
    ),
    (Subject::WhatIf, &["two-way-handshake", "three-way-handshake", "no-time-wait"]),
];

/// What is to be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A scenario.
    Scenario {
        /// What it is called in the trace.
        id: String,
        /// The file.
        text: String,
    },
    /// A client greets a server on a topology that comes with us, or on the
    /// reader's.
    Topology(String),
}

/// A simulation as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulationRequest {
    /// What is played.
    pub piece: Piece,
    /// Both hosts' habits, instead of the scenario's.
    pub profile: Option<Profile>,
    /// Settings beside the scenario's, `KEY=VALUE` each.
    pub set: Vec<String>,
    /// What chance begins with.
    pub seed: u64,
    /// What is done to frames on purpose. Nothing else of it counts here.
    pub faults: ConditionTexts,
    /// What is done otherwise, one after the other.
    pub branches: Vec<Branch>,
    /// A scenario goes on behind its end: where two plays are beside each
    /// other, what the slower one would still have done is not to be missing.
    pub past_end: bool,
    /// After so many frames a greeting is stopped; a scenario has its own
    /// limit.
    pub most_frames: usize,
}

/// A scenario that was read, and how it is to be played.
#[derive(Clone)]
pub struct Prepared {
    /// It.
    pub scenario: Scenario,
    /// Its network.
    pub topology: Topology,
    /// How.
    pub run: Run,
}

/// What was played.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// Every frame, every call, every change of state.
    pub trace: Trace,
    /// The scenario, where it was one.
    pub scenario: Option<Box<Scenario>>,
    /// What became of the scenario's claims, in its order.
    pub claims: Vec<Claim>,
    /// Why it is over.
    pub stopped: Stopped,
}

/// A simulation, and the run of the same calls on real kernels.
#[derive(Debug)]
pub struct WithKernels {
    /// It.
    pub simulation: Simulation,
    /// The run in the lab.
    pub real: Real,
    /// What is done to frames in the simulation and not in the lab.
    pub without: Vec<String>,
    /// The request's branches: neither this simulation nor the lab has them.
    pub branches: Vec<Branch>,
}

/// Why something cannot be played so.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// The scenario's file.
    #[error("{name}: {error}")]
    Scenario {
        /// What was read.
        name: String,
        /// What is wrong with it.
        error: Box<ScenarioError>,
    },
    /// The scenario, played so.
    #[error("{name}: {error}")]
    Play {
        /// What was played.
        name: String,
        /// Why not.
        error: Box<PlayError>,
    },
    /// The topology cannot be read.
    #[error(transparent)]
    Topology(#[from] Box<LabRequestError>),
    /// What is to be done to frames.
    #[error(transparent)]
    Fault(#[from] ConditionError),
    /// A setting.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The network asks for what the simulator has not.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// Only a scenario can go another way from one of its frames on.
    #[error("only a scenario can be branched, not a topology")]
    NotBranched,
    /// Only a scenario can be played by real kernels.
    #[error("only a scenario can be played by real kernels, not a topology")]
    NotScripted,
    /// No kernel does this.
    #[error(transparent)]
    NotReal(#[from] NotReal),
}

impl SimulationRequest {
    /// As it is.
    pub fn new(piece: Piece) -> Self {
        Self {
            piece,
            profile: None,
            set: Vec::new(),
            seed: 1,
            faults: ConditionTexts::default(),
            branches: Vec::new(),
            past_end: false,
            most_frames: MOST_FRAMES,
        }
    }

    /// A scenario that comes with us; `None` where there is none of this name.
    pub fn shipped(id: &str) -> Option<Self> {
        let shipped = scenario::find(id)?;
        Some(Self::new(Piece::Scenario { id: shipped.id.to_owned(), text: shipped.text.to_owned() }))
    }

    /// The same as its file has it.
    #[must_use]
    pub fn as_written(&self) -> Self {
        Self { most_frames: self.most_frames, ..Self::new(self.piece.clone()) }
    }

    /// Whether it is played as its file has it.
    pub fn is_as_written(&self) -> bool {
        Self { past_end: false, ..self.clone() } == Self { seed: self.seed, ..self.as_written() }
    }

    /// What is played is called so.
    pub fn name(&self) -> &str {
        match &self.piece {
            Piece::Scenario { id, .. } => id,
            Piece::Topology(name) => name,
        }
    }

    /// The same with one more of its frames treated otherwise. The frames are
    /// counted as this play has them.
    #[must_use]
    pub fn branched(&self, branch: Branch) -> Self {
        let mut request = Self { past_end: true, ..self.clone() };
        request.branches.push(branch);
        request
    }

    /// The same by another profile. Frames that are treated otherwise by their
    /// number are left alone: there it is another one's number.
    #[must_use]
    pub fn by(&self, profile: Profile) -> Self {
        Self { profile: Some(profile), branches: Vec::new(), past_end: true, ..self.clone() }
    }

    /// Whose habits it is played with.
    pub fn profile(&self, scenario: Option<&Scenario>) -> Profile {
        self.profile.unwrap_or_else(|| scenario.map_or(Profile::Rfc, |scenario| scenario.profile))
    }

    /// What everything is set to, as far as that can be.
    pub fn settings(&self, scenario: Option<&Scenario>) -> Settings {
        let mut settings = Settings::new(self.profile(scenario));
        let own = scenario.iter().flat_map(|scenario| &scenario.settings).filter(|set| set.host.is_none());
        for set in own {
            // The scenario was read: it can be set so.
            settings.set(&set.name, &set.value).ok();
        }
        for pair in &self.set {
            // What is wrong is said when it is played.
            settings.set_pair(pair).ok();
        }
        settings
    }

    /// What is wrong with what is to be done to frames, if anything.
    pub fn fault_error(&self, faults: &ConditionTexts) -> Option<SimulationError> {
        let topology = match &self.piece {
            Piece::Scenario { text, .. } => scenario::read(text).ok()?.topology,
            Piece::Topology(name) => name.clone(),
        };
        let (_, topology) = LabRequest::of(topology).read_topology().ok()?;
        conditions::read(&topology, faults).err().map(SimulationError::from)
    }

    /// Reads the scenario; `None` where it is a topology.
    ///
    /// # Errors
    /// [`SimulationError`]: scenario, topology, faults.
    pub fn prepare(&self) -> Result<Option<Prepared>, SimulationError> {
        let Piece::Scenario { id, text } = &self.piece else { return Ok(None) };
        let wrong = |error| SimulationError::Scenario { name: id.clone(), error: Box::new(error) };
        let mut scenario = scenario::read(text).map_err(wrong)?;
        let (_, topology) = LabRequest::of(&scenario.topology).read_topology().map_err(Box::new)?;
        let run = Run {
            profile: self.profile,
            set: self.set.clone(),
            seed: self.seed,
            faults: conditions::read(&topology, &self.faults)?.faults,
            branches: self.branches.clone(),
            ..Run::new(id, matcher)
        };
        if self.past_end {
            scenario.lines.retain(|line| line.deed != Deed::End);
        }
        Ok(Some(Prepared { scenario, topology, run }))
    }

    /// Plays it, up to the scenario's limit, or ten minutes.
    ///
    /// # Errors
    /// [`SimulationError`].
    pub fn play(&self) -> Result<Simulation, SimulationError> {
        match self.prepare()? {
            Some(prepared) => {
                let played = prepared.play()?;
                Ok(prepared.told(played))
            }
            None => self.greet(),
        }
    }

    /// Plays it, and makes the run that does the same on real kernels.
    /// `executable` is this program, as in [`Request::executable`](super::Request::executable).
    ///
    /// # Errors
    /// [`SimulationError`]: no kernel can do this, among others.
    pub fn with_kernels(&self, executable: &Path) -> Result<WithKernels, SimulationError> {
        let request = Self { branches: Vec::new(), past_end: true, ..self.clone() };
        let prepared = request.prepare()?.ok_or(SimulationError::NotScripted)?;
        let played = prepared.play()?;
        let mut scenario = prepared.scenario.clone();
        for pair in &self.set {
            let Some((name, value)) = pair.split_once('=') else { continue };
            let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
            scenario.settings.retain(|set| set.name != name);
            scenario.settings.push(Set { host: None, name, value, place: Place::default() });
        }
        let mut without: Vec<String> = Vec::new();
        for fault in &prepared.run.faults {
            // A scenario's lines name no cable.
            if fault.cable.is_some() {
                without.push(fault.fault.to_string());
                continue;
            }
            let now = When::At(Until { relative: false, after: Duration::ZERO });
            let deed = Deed::Fault(fault.fault.clone());
            scenario.lines.insert(0, Line { when: now, deed, place: Place::default(), text: String::new() });
        }
        let real = scripted::lab(&scenario, &played, &prepared.topology, executable)?;
        Ok(WithKernels { simulation: prepared.told(played), real, without, branches: self.branches.clone() })
    }

    /// Plays a greeting on a topology.
    fn greet(&self) -> Result<Simulation, SimulationError> {
        let Piece::Topology(name) = &self.piece else { return Err(SimulationError::NotScripted) };
        if !self.branches.is_empty() {
            return Err(SimulationError::NotBranched);
        }
        let (name, topology) = LabRequest::of(name).read_topology().map_err(Box::new)?;
        let mut settings = Settings::new(self.profile(None));
        for pair in &self.set {
            settings.set_pair(pair)?;
        }
        let judge = Faults::new(&topology);
        for fault in &conditions::read(&topology, &self.faults)?.faults {
            // Its display filter was read before.
            judge.add(fault, matcher, true);
        }
        let greeting = Greeting { faults: Some(judge), most_frames: self.most_frames, ..settings.greeting(self.seed) };
        let mut played = greeting.play(&topology)?;
        let pairs = self.set.iter().filter_map(|pair| pair.split_once('='));
        let mut set: BTreeMap<String, String> =
            pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect();
        set.insert("topology".to_owned(), name);
        set.insert("seed".to_owned(), self.seed.to_string());
        played.trace.notes.settings = set;
        Ok(Simulation { trace: played.trace, scenario: None, claims: Vec::new(), stopped: played.stopped })
    }
}

impl Prepared {
    /// Plays it.
    ///
    /// # Errors
    /// [`SimulationError::Play`].
    pub fn play(&self) -> Result<Played, SimulationError> {
        let refused = |error| SimulationError::Play { name: self.run.id.clone(), error: Box::new(error) };
        scenario::play(&self.scenario, &self.topology, &self.run).map_err(refused)
    }

    fn told(self, played: Played) -> Simulation {
        let Played { trace, claims, stopped, .. } = played;
        Simulation { trace, scenario: Some(Box::new(self.scenario)), claims, stopped }
    }
}

/// A delay as it is written, `300ms`; `None` where there is none such, or it is
/// too long.
pub fn delay(text: &str) -> Option<FaultKind> {
    let delay = topology::time(text)?;
    (delay <= LONGEST_DELAY).then_some(FaultKind::Delay(delay))
}

/// Something that is made on a thread of its own. Dropping it forgets it.
#[derive(Debug)]
pub struct Playing<T> {
    receiver: Receiver<T>,
}

/// The thread has ended without a result, and told why on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the playing thread has ended")]
pub struct Died;

impl<T: Send + 'static> Playing<T> {
    /// Begins; `wake` is called once it is done.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(work: impl FnOnce() -> T + Send + 'static, wake: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (sender, receiver) = bounded(1);
        let play = move || {
            // Nobody waits any more if something else was played meanwhile.
            sender.send(work()).ok();
            wake();
        };
        thread::Builder::new().name("simulating".into()).spawn(play)?;
        Ok(Self { receiver })
    }

    /// What came of it, once it is done.
    pub fn take(&self) -> Option<Result<T, Died>> {
        match self.receiver.try_recv() {
            Ok(done) => Some(Ok(done)),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(Died)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{FrameNumber, Origin};

    fn shipped(id: &str) -> SimulationRequest {
        SimulationRequest::shipped(id).unwrap()
    }

    #[test]
    fn every_shipped_scenario_is_about_one_thing() {
        let mut told: Vec<&str> = SUBJECTS.iter().flat_map(|(_, ids)| *ids).copied().collect();
        told.sort_unstable();
        let mut there: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.id).collect();
        there.sort_unstable();
        assert_eq!(told, there);
        let what_if = SUBJECTS.iter().find(|(subject, _)| *subject == Subject::WhatIf).unwrap().1;
        for id in what_if.iter().filter(|id| **id != "three-way-handshake") {
            assert_eq!(shipped(id).play().unwrap().trace.notes.origin, Origin::Counterfactual, "{id}");
        }
    }

    #[test]
    fn what_is_changed_is_no_longer_as_written() {
        let request = shipped("lost-data");
        assert!(request.is_as_written() && SimulationRequest { past_end: true, ..request.clone() }.is_as_written());
        let set = SimulationRequest { set: vec!["rto=3s".into()], ..request.clone() };
        assert!(!set.is_as_written() && set.as_written() == request);
        assert!(!request.by(Profile::Rfc).is_as_written());
        let scenario = request.prepare().unwrap().unwrap().scenario;
        assert_eq!(set.settings(Some(&scenario)).value("rto").as_deref(), Some("3s"));
        assert_eq!(request.settings(Some(&scenario)).value("delay").as_deref(), Some("1ms"));
    }

    #[test]
    fn a_branch_goes_another_way() {
        let request = shipped("handshake");
        let before = request.play().unwrap();
        let branched = request.branched(Branch { frame: FrameNumber(1), kind: FaultKind::Lose }).play().unwrap();
        assert_ne!(branched.trace, before.trace);
        assert!(branched.trace.events().iter().any(|event| matches!(event.what, crate::model::What::LinkAction(_))));
        let nowhere = request.branched(Branch { frame: FrameNumber(9999), kind: FaultKind::Lose }).play();
        let Err(SimulationError::Play { error, .. }) = nowhere else { panic!("{nowhere:?}") };
        assert!(matches!(*error, PlayError::NoFrame { .. }));
    }

    #[test]
    fn a_topology_is_played_and_refuses_what_it_has_not() {
        let request = SimulationRequest::new(Piece::Topology("cable".into()));
        let simulation = request.play().unwrap();
        assert!(simulation.scenario.is_none() && simulation.trace.frame_count() > 5);
        assert!(matches!(request.with_kernels(Path::new("x")), Err(SimulationError::NotScripted)));
        let branched = request.branched(Branch { frame: FrameNumber(1), kind: FaultKind::Lose });
        assert!(matches!(branched.play(), Err(SimulationError::NotBranched)));
        let cut = SimulationRequest { most_frames: 3, ..request.clone() }.play().unwrap();
        assert_eq!(cut.stopped, Stopped::Frames(3));
        let wrong = SimulationRequest { set: vec!["mss=1".into()], ..request };
        assert!(matches!(wrong.play(), Err(SimulationError::Setting(_))));
    }

    #[test]
    fn kernels_are_asked_only_for_what_they_have() {
        let mut request = shipped("lost-data");
        let asked = request.with_kernels(Path::new("x")).unwrap();
        assert!(asked.without.is_empty());
        request.set = vec!["handshake=two-way".into()];
        let refused = request.with_kernels(Path::new("x"));
        assert!(matches!(refused, Err(SimulationError::NotReal(NotReal::Setting { .. }))));
        assert!(matches!(shipped("blind-reset").with_kernels(Path::new("x")), Err(SimulationError::NotReal(_))));
    }

    #[test]
    fn what_is_done_elsewhere_is_taken_once() {
        let (sender, receiver) = bounded(1);
        let playing = Playing::start(|| 7, move || sender.send(()).unwrap()).unwrap();
        receiver.recv().unwrap();
        assert_eq!(playing.take(), Some(Ok(7)));
        assert_eq!(playing.take(), Some(Err(Died)));
    }
}
