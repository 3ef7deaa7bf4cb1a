//! What is on a simulated cable: Ethernet frames with ARP or IPv4 in them, as
//! values; as bytes with right checksums when somebody looks.

/// Into bytes.
mod encode;
/// From bytes.
mod parse;

use std::net::Ipv4Addr;

pub use parse::Unreadable;

use super::tcp::{Reason, Segment};

/// The Ethernet address of everybody.
pub(super) const BROADCAST: [u8; 6] = [0xFF; 6];

/// An Ethernet frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ethernet {
    /// Whose interface sends it.
    pub source: [u8; 6],
    /// Whose interface is to take it.
    pub destination: [u8; 6],
    /// What it carries.
    pub body: Body,
}

/// What a frame carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// `EtherType` 0x0806.
    Arp(Arp),
    /// `EtherType` 0x0800.
    Ipv4(Datagram),
}

/// An ARP packet for IPv4 on Ethernet (RFC 826).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arp {
    /// It asks; else it answers.
    pub request: bool,
    /// Who sends it.
    pub sender: ([u8; 6], Ipv4Addr),
    /// Whom it is about; in a request the first is zero.
    pub target: ([u8; 6], Ipv4Addr),
}

/// An IPv4 datagram (RFC 791), never in fragments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// From.
    pub source: Ipv4Addr,
    /// To.
    pub destination: Ipv4Addr,
    /// How many routers it may still cross.
    pub ttl: u8,
    /// Its number at its sender.
    pub identification: u16,
    /// What it carries.
    pub payload: Payload,
    /// By which rule its sender sent it, if that was TCP.
    pub why: Option<Reason>,
}

/// What a datagram carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Protocol 6.
    Tcp {
        /// Source port.
        from: u16,
        /// Destination port.
        to: u16,
        /// The rest.
        segment: Segment,
    },
    /// Protocol 1.
    Icmp(Icmp),
}

/// An ICMP error (RFC 792), with the first bytes of what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Icmp {
    /// Type 11, code 0: the TTL ran out.
    TimeExceeded {
        /// The datagram's header and eight bytes more.
        about: Vec<u8>,
    },
    /// Type 3.
    Unreachable {
        /// 0: no route to the network; 1: the host does not answer.
        code: u8,
        /// The datagram's header and eight bytes more.
        about: Vec<u8>,
    },
}
