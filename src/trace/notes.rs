//! What is known about the making of a trace, for the reader to judge it by.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{ExitStatus, Topology};

/// Where the packets passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// A network namespace made for this run: nobody else is on it.
    Private,
    /// The loopback interface of the host.
    Host,
    /// Several hosts, each with a network namespace of its own, and what joins
    /// them.
    Lab,
}

/// How we come to know what is in a trace. Never mixed, always shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "origin", content = "network", rename_all = "lowercase")]
pub enum Origin {
    /// Captured by this program, on this network.
    Captured(Network),
    /// Captured by this program on an interface of the system, with whatever
    /// else passed there.
    Interface,
    /// Played by the simulator: nothing of it was on any network.
    Simulated,
    /// Played by the simulator with a rule removed that every real TCP keeps:
    /// it shows what would be, not what is.
    Counterfactual,
    /// Read from a file that does not say more.
    #[default]
    File,
}

/// Something that did not go as one might expect with a command of the
/// reader's; what was seen is good all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandRemark {
    /// The command, as it was given.
    pub command: String,
    /// What about it.
    #[serde(flatten)]
    pub what: RemarkKind,
}

/// What there is to say about a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "remark", rename_all = "kebab-case")]
pub enum RemarkKind {
    /// Its calls could not be seen.
    Untraced {
        /// The number of the error: `EPERM` where it is forbidden.
        errno: i32,
    },
    /// It did not listen, and the next one was started all the same.
    NotReady {
        /// How long it was waited for.
        millis: u64,
    },
    /// It ended by itself, and not well.
    Failed {
        /// How.
        status: ExitStatus,
    },
    /// It still ran after the last command had ended and nothing happened any
    /// more: it was asked to end.
    StillRunning {
        /// How long nothing had happened.
        millis: u64,
    },
    /// It did not end when it was asked to: it was killed.
    Killed {
        /// How long it had.
        millis: u64,
    },
    /// It left processes behind, which were ended.
    LeftBehind {
        /// How many.
        count: u32,
    },
    /// It wrote more than is kept.
    OutputCut {
        /// How much of it is not here, in bytes.
        bytes: u64,
    },
    /// Its calls moved more at once than is kept.
    CallsCut {
        /// How much of it is not here, in bytes.
        bytes: u64,
    },
}

/// How a trace came to be. Saved with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// How we come to know.
    #[serde(flatten)]
    pub origin: Origin,
    /// The bundled program that ran, `tcp-greeting`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The topology it ran on, `lan-router-lan`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topology: Option<String>,
    /// What that is: its hosts and what joins them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map: Option<Box<Topology>>,
    /// What it was set to where that is not its default: `pause` → `0ms`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// The system it ran on, `Linux 6.18.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The hosts of a lab whose programs brought our own TCP instead of the
    /// kernel's, each with its profile and knobs: `rfc nagle=off`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cores: BTreeMap<String, String>,
    /// What shapes the picture and was pinned: kernel settings and interface
    /// settings by name, with the value read back after setting.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pinned: BTreeMap<String, String>,
    /// Frames the kernel had to drop because we read too slowly; `None` where
    /// nobody counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drops: Option<u64>,
    /// What there is to say about the reader's own commands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<CommandRemark>,
}
