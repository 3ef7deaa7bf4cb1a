//! The captures that come with the program: recorded by itself, described in
//! both languages, and checked by `tests/captures.rs`.
//!
//! Owns what is embedded. Has no opinion on what the packets mean: what a
//! description claims, the test compares with what is understood of them.

use serde::Deserialize;

use super::file::{self, FileError, Opened};
use crate::model::Bilingual;

/// A capture of `captures/`.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Its stable name: the file's, without the ending.
    pub id: &'static str,
    /// The capture.
    pub pcapng: &'static [u8],
    /// Its description, as TOML.
    pub toml: &'static str,
}

/// What is said of a capture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// What it is, in a few words.
    pub title: Bilingual,
    /// What must be seen in it.
    pub about: Bilingual,
    /// How it was made.
    pub command: String,
    /// The kernel that made it, `Linux 6.18.0`.
    pub kernel: String,
    /// How many frames it has.
    pub frames: usize,
    /// Its conversations in order.
    pub conversations: Vec<Claim>,
}

/// What is claimed of a conversation, in the words of `--format json`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "protocol", rename_all = "lowercase", deny_unknown_fields)]
pub enum Claim {
    /// A TCP connection.
    Tcp {
        /// How it begins, `three-way-handshake`.
        opening: String,
        /// How it ends, `four-segment`.
        closing: String,
        /// How many segments it has.
        segments: usize,
        /// Bytes of payload the client sent.
        client_bytes: u64,
        /// Bytes of payload the server sent.
        server_bytes: u64,
        /// The states the client went through.
        client_states: Vec<String>,
        /// The states the server went through.
        server_states: Vec<String>,
    },
    /// Datagrams between two sockets.
    Udp {
        /// How many datagrams.
        datagrams: usize,
        /// How many ICMP errors about them.
        errors: usize,
        /// Bytes of payload the client sent.
        client_bytes: u64,
        /// Bytes of payload the server sent.
        server_bytes: u64,
    },
}

/// Names the two files of a capture.
macro_rules! shipped {
    ($($id:literal)*) => {
        [$(Shipped {
            id: $id,
            pcapng: include_bytes!(concat!("../../captures/", $id, ".pcapng")),
            toml: include_str!(concat!("../../captures/", $id, ".toml")),
        }),*]
    };
}

/// Every capture, in the order they are best looked at.
pub static SHIPPED: &[Shipped] = &shipped![
    "greeting"
    "greeting-three-segments"
    "refused"
    "udp-hello"
    "udp-hello-port-unreachable"
    "tcp-thanks"
    "udp-send"
    "udp-ask"
    "udp-receive"
    "tcp-short-connections"
    "tcp-long-connection"
    "tcp-listener-closed"
    "tcp-clock"
    "udp-clock"
    "udp-simple"
    "udp-chat"
    "tcp-simple"
    "tcp-turns"
    "udp-one-way"
    "tcp-one-way"
    "tcp-chat"
    "lan-router-lan"
    "nat"
    "internet"
];

/// The capture called `id`.
pub fn find(id: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.id == id)
}

impl Shipped {
    /// Its description: part of the program, and a test reads every one.
    pub fn about(&self) -> About {
        self.description().unwrap_or_default()
    }

    /// The same, with what is wrong with it.
    ///
    /// # Errors
    /// The text is not as [`About`] says.
    pub fn description(&self) -> Result<About, toml::de::Error> {
        toml::from_str(self.toml)
    }

    /// The file itself.
    pub const fn bytes(&self) -> &'static [u8] {
        self.pcapng
    }

    /// Reads the capture.
    ///
    /// # Errors
    /// As [`file::read`]; a test reads them all.
    pub fn open(&self) -> Result<Opened, FileError> {
        file::read(self.pcapng)
    }
}
