//! The simulator: TCP as RFC 9293 writes it, in virtual time, with the rule
//! behind every step and with knobs.
//!
//! Owns the protocol machine, the virtual clock and the wire between two
//! machines. Everything here is a pure function of its settings and its seed:
//! no socket is opened, no clock is read. Has no opinion on how a step is told
//! to a person: a step carries its `tcp::Reason`, sentences are made
//! elsewhere.

/// Virtual time.
mod clock;
/// Bytes of Ethernet, ARP, IPv4, ICMP and TCP.
mod frame;
/// What a link does.
mod link;
/// Hosts, routers, switches, hubs.
pub mod network;
/// Chance that can be repeated.
mod random;
/// What is to happen, and what must be seen, as text.
pub mod scenario;
/// Two programs that talk.
pub mod scene;
/// Knobs as a person writes them.
pub mod settings;
/// One host's TCP.
pub mod tcp;
/// One host's UDP.
pub mod udp;
/// Two hosts and what is between them.
pub mod wire;

pub use clock::Moment;
pub use frame::{Arp, Body, Datagram, Ethernet, Icmp, Payload, Unreadable};
pub use link::{Fate, Link, Verdict};
pub use random::Random;
