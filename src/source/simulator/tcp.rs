//! RFC 9293 as a pure state machine.
//!
//! A `Stack` is one host's TCP: it takes segments that arrive, calls of a
//! program and the passing of time, and gives back `Effect`s: segments to
//! send, changes of state, and for each the `Reason` with the section of the
//! RFC that asks for it. A `Connection` is one transmission control block.
//!
//! Nothing here reads a clock, opens a socket or knows an interface. Files are
//! named after the RFC's own division: `calls` is §3.10.1–3.10.6, `arrives`
//! §3.10.7, `timers` §3.10.8. Not here: security compartments (§3.10.7.4,
//! third), IP options and the urgent mechanism's sending side.

/// Segments that arrive (§3.10.7).
mod arrives;
/// What a program asks for (§3.10.1–3.10.6).
mod calls;
/// How much may be under way (RFC 5681, 6928, 9438).
mod congestion;
/// One transmission control block.
mod connection;
/// Answering a SYN without remembering it (RFC 4987).
mod cookie;
/// A call that cannot be done.
mod error;
/// What the network says of our segments (§3.9.2.2).
mod icmp;
/// Everything that can be set otherwise.
mod knobs;
/// Waiting for connections.
mod listener;
/// What options the two sides agreed on.
mod options;
/// Why something is done.
mod reason;
/// Bytes that came.
mod receive;
/// What was lost is sent again (RFC 6298, 5681, 6582, 6675).
mod recovery;
/// The round-trip time and the timer it gives (RFC 6298).
mod round_trip;
/// What is between two hosts.
mod segment;
/// Bytes that go.
mod send;
/// The retransmission queue.
mod sent;
/// One host's TCP.
mod stack;
/// The states.
mod state;
/// What happens when time passes (§3.10.8).
mod timers;

pub use connection::{Connection, Inside, Output, Running};
pub use error::{CallError, Failure};
pub use knobs::{Algorithm, Handshake, Isn, KeepAlive, Knobs, Limit, OldSyn, Overflow, Probe, Profile, RepeatedSyn};
pub use reason::{Citation, Reason};
pub use segment::{Options, SackBlock, SackBlocks, Segment, Timestamps};
pub use stack::{Effect, IcmpError, Packet, Received, SocketId, Stack};
pub use state::{Opened, State};

#[cfg(test)]
mod tests;
