//! What is known about the making of a trace, for the reader to judge it by.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where the packets passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// A network namespace made for this run: nobody else is on it.
    Private,
    /// The loopback interface of the host.
    Host,
}

/// How we come to know what is in a trace. Never mixed, always shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "origin", content = "network", rename_all = "lowercase")]
pub enum Origin {
    /// Captured by this program, on this network.
    Captured(Network),
    /// Read from a file that does not say more.
    #[default]
    File,
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
    /// What it was set to where that is not its default: `pause` → `0ms`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// The system it ran on, `Linux 6.18.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// What shapes the picture and was pinned: kernel settings and interface
    /// settings by name, with the value read back after setting.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pinned: BTreeMap<String, String>,
    /// Frames the kernel had to drop because we read too slowly; `None` where
    /// nobody counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drops: Option<u64>,
}
