//! The scenarios that come with the program: `simulations/*.pkt`, embedded.

use super::{Scenario, ScenarioError, read};

/// A scenario of `simulations/`.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Its stable name: the file's, without the ending.
    pub id: &'static str,
    /// The file.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($id:literal)*) => {
        /// All of them, in the order in which they are best looked at.
        pub const SHIPPED: &[Shipped] =
            &[$(Shipped { id: $id, text: include_str!(concat!("../../../../simulations/", $id, ".pkt")) }),*];
    };
}

shipped![
    "handshake"
    "simultaneous-open"
    "old-duplicate-syn"
    "half-open-reconnect"
    "half-open-data"
    "two-listeners"
    "normal-close"
    "simultaneous-close"
    "lost-syn"
    "lost-syn-ack"
    "lost-handshake-ack-client-first"
    "lost-handshake-ack-server-first"
    "lost-data"
    "cable-out"
    "fast-retransmit"
    "lost-last-segment"
    "lost-fin"
    "lost-last-ack"
    "duplicated-data"
    "delayed-data"
    "swapped-data"
    "slow-start"
    "timeout"
    "newreno"
    "cubic"
    "delayed-ack"
    "nagle"
    "nagle-delayed-ack"
    "zero-window"
    "silly-window"
    "window-scale"
    "isn-wrap"
    "paws"
    "half-close"
    "close-wait"
    "unread-data"
    "killed"
    "refused"
    "syn-backoff"
    "syn-backoff-linux"
    "syn-ack-backoff"
    "backlog-full"
    "syn-cookies"
    "keep-alive"
    "time-wait-reuse"
    "time-wait-assassination"
    "blind-reset"
    "blind-syn"
    "two-way-handshake"
    "three-way-handshake"
    "no-time-wait"
    "across-a-router"
];

/// The scenario with this id.
pub fn find(id: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.id == id)
}

impl Shipped {
    /// Reads it.
    ///
    /// # Errors
    /// Never, as a test makes sure.
    pub fn read(&self) -> Result<Scenario, ScenarioError> {
        read(self.text)
    }
}
