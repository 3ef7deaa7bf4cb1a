//! Playing a scenario: a pure function of the file, a network, settings and
//! changes, to a trace and what became of every claim.

/// One line after the other.
mod director;
/// Packets as they are written down, compared and made.
mod packets;
/// Descriptors and what programs call.
mod sockets;
/// The network with what was seen of it.
mod stage;

use std::collections::BTreeMap;
use std::time::Duration;

use thiserror::Error;

use super::{Scenario, ScenarioError, Set, Wrong};
use crate::model::{TcpState, Timestamp, Topology};
use crate::source::lab::conditions::CableFault;
use crate::source::lab::wire::{Compile, FaultKind};
use crate::source::simulator::Moment;
use crate::source::simulator::network::{NetworkError, Step};
use crate::source::simulator::settings::{SettingError, Settings};
use crate::source::simulator::tcp::Profile;
use crate::trace::{FrameNumber, Trace};

use director::Director;

/// How much earlier or later than written something may be, as packetdrill's
/// `--tolerance_usecs`.
pub(super) const TOLERANCE: Duration = Duration::from_millis(4);
/// How long a call takes that need not wait.
const CALL: Duration = Duration::from_micros(1);
/// A play with more frames than this is stopped, if nothing else is said.
const MOST_FRAMES: usize = 200_000;

/// How a scenario is to be played.
#[derive(Clone)]
pub struct Run {
    /// What it is called in the trace.
    pub id: String,
    /// Both hosts' habits, instead of the file's.
    pub profile: Option<Profile>,
    /// Settings that win over the file's, `KEY=VALUE`.
    pub set: Vec<String>,
    /// What chance begins with: the same seed gives the same bytes.
    pub seed: u64,
    /// Faults beside the file's.
    pub faults: Vec<CableFault>,
    /// What display filters in patterns mean.
    pub compile: Compile,
    /// What is done otherwise, one after the other.
    pub branches: Vec<Branch>,
    /// After how many frames it is stopped.
    pub most_frames: usize,
    /// The date on the frames.
    pub epoch: Timestamp,
}

impl Run {
    /// As the file has it.
    pub fn new(id: &str, compile: Compile) -> Self {
        Self {
            id: id.to_owned(),
            profile: None,
            set: Vec::new(),
            seed: 1,
            faults: Vec::new(),
            compile,
            branches: Vec::new(),
            most_frames: MOST_FRAMES,
            epoch: Timestamp::default(),
        }
    }
}

/// A play goes another way from one of its frames on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Which frame, as the trace without this branch counts them; where it is
    /// one that arrives, the one that was sent is meant.
    pub frame: FrameNumber,
    /// What is done to it.
    pub kind: FaultKind,
}

/// What was played.
#[derive(Clone, Debug)]
pub struct Played {
    /// Every frame, every call, every change of state.
    pub trace: Trace,
    /// Every step of every host's TCP, with its rule.
    pub steps: Vec<Step>,
    /// What the file claims, and what became of it, in the file's order.
    pub claims: Vec<Claim>,
    /// Why it is over.
    pub stopped: Stopped,
    /// For every frame of the trace which sending it belongs to, from 1; 0 of
    /// those that nobody sent.
    sendings: Vec<u64>,
}

/// Why a play is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Nothing more was going to happen, or the file says that it ends.
    Ended,
    /// Something was still going on at this moment.
    Limit(Duration),
    /// There were more frames than this.
    Frames(usize),
}

/// What a line of the file claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Which line of [`Scenario::lines`].
    pub line: usize,
    /// When it was looked at.
    pub at: Moment,
    /// What was seen instead; `None`: it was as claimed.
    pub missed: Option<Missed>,
}

/// How a claim was not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missed {
    /// Another packet was sent.
    Packet {
        /// As it would be written down.
        found: String,
        /// When.
        at: Moment,
    },
    /// It was sent, but not then.
    When {
        /// Earliest.
        from: Moment,
        /// Latest.
        to: Moment,
        /// When it was.
        found: Moment,
    },
    /// Nothing was sent by then.
    NoPacket {
        /// How long it was waited for.
        until: Moment,
    },
    /// Something was sent, where there should be silence.
    NotSilent {
        /// As it would be written down.
        found: String,
        /// When.
        at: Moment,
    },
    /// Another state.
    State {
        /// This one.
        found: TcpState,
    },
    /// Another value; `None` where there is none.
    Value {
        /// This one, as it would be written down.
        found: Option<String>,
    },
    /// A call returned something else.
    Result {
        /// As it would be written down.
        found: String,
    },
    /// A call returned, but not then.
    Returned {
        /// Latest.
        to: Moment,
        /// When it did.
        found: Moment,
    },
    /// A call had not returned when the play was over.
    Waits,
    /// The line's moment had passed when it was its turn.
    Late {
        /// The line's.
        wanted: Moment,
        /// When it was its turn.
        now: Moment,
    },
    /// There is no such socket, or it is not one that can be used so.
    NoSocket {
        /// The descriptor, where one is named.
        fd: Option<i32>,
    },
    /// There is nobody it could be from or to.
    NoPeer,
    /// The play was over before it was its turn.
    NotReached,
}

/// Why a scenario cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlayError {
    /// The network asks for what the simulator has not.
    #[error("{0}")]
    Network(#[from] NetworkError),
    /// It does not fit the network.
    #[error("{0}")]
    Scenario(#[from] ScenarioError),
    /// A setting of the run's.
    #[error("{0}")]
    Setting(#[from] SettingError),
    /// A display filter of the run's.
    #[error("{found:?} is no display filter")]
    Filter {
        /// As it was written.
        found: String,
    },
    /// There is no such frame to branch from.
    #[error("there is no frame {found}: expected 1 to {most}")]
    NoFrame {
        /// Which was asked for.
        found: u32,
        /// The last there is.
        most: usize,
    },
    /// The frame to branch from came from nowhere.
    #[error("nobody sent frame {found}")]
    FromNowhere {
        /// Which was asked for.
        found: u32,
    },
}

/// Plays a scenario.
///
/// # Errors
/// [`PlayError`].
pub fn play(scenario: &Scenario, topology: &Topology, run: &Run) -> Result<Played, PlayError> {
    let mut changes: Vec<(u64, FaultKind)> = Vec::new();
    for branch in &run.branches {
        // Where its frame is, only the play without it can tell.
        let before = Director::new(scenario, topology, run, &changes)?.play();
        let (found, most) = (branch.frame.0, before.sendings.len());
        let index = usize::try_from(found).unwrap_or(usize::MAX).checked_sub(1);
        let sending = index.and_then(|index| before.sendings.get(index));
        match sending {
            None => return Err(PlayError::NoFrame { found, most }),
            Some(0) => return Err(PlayError::FromNowhere { found }),
            Some(sending) => changes.push((*sending, branch.kind)),
        }
    }
    Ok(Director::new(scenario, topology, run, &changes)?.play())
}

impl Played {
    /// Claims that were not met.
    pub fn missed(&self) -> impl Iterator<Item = &Claim> {
        self.claims.iter().filter(|claim| claim.missed.is_some())
    }
}

/// The file's settings and the run's: everybody's, each host's own, and what
/// the run's are called.
fn settings(scenario: &Scenario, run: &Run) -> Result<(Settings, BTreeMap<String, Settings>), PlayError> {
    let profile = run.profile.unwrap_or(scenario.profile);
    let set = |settings: &mut Settings, set: &Set| {
        let wrong = |error| ScenarioError { place: set.place, line: String::new(), wrong: Wrong::Setting(error) };
        settings.set(&set.name, &set.value).map_err(wrong)
    };
    let mut everybody = Settings::new(profile);
    for one in scenario.settings.iter().filter(|set| set.host.is_none()) {
        set(&mut everybody, one)?;
    }
    let mut each: BTreeMap<String, Settings> = BTreeMap::new();
    for one in &scenario.settings {
        if let Some(host) = &one.host {
            set(each.entry(host.clone()).or_insert(everybody), one)?;
        }
    }
    for pair in &run.set {
        everybody.set_pair(pair)?;
        for own in each.values_mut() {
            own.set_pair(pair)?;
        }
    }
    Ok((everybody, each))
}

/// Whether the run sets this, so that the file may not.
fn is_overridden(run: &Run, name: &str) -> bool {
    run.set.iter().any(|pair| pair.split_once('=').is_some_and(|(own, _)| own.trim() == name))
}
