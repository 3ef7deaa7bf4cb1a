//! What is on a simulated cable: Ethernet frames with ARP, IPv4 or IPv6 in
//! them, as values; as bytes with right checksums when somebody looks.

/// Into bytes.
mod encode;
/// ICMP both ways.
mod icmp;
/// From bytes.
mod parse;

use std::net::{IpAddr, Ipv4Addr};

pub use icmp::Icmp;
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
    /// `EtherType` 0x0800: both addresses are IPv4.
    Ipv4(Datagram),
    /// `EtherType` 0x86DD: both addresses are IPv6.
    Ipv6(Datagram),
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

/// An IP datagram (RFC 791, RFC 8200), or a piece of one. Both addresses are
/// of the same family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// From.
    pub source: IpAddr,
    /// To.
    pub destination: IpAddr,
    /// How many routers it may still cross: TTL, or hop limit.
    pub ttl: u8,
    /// Its number at its sender; IPv6 has none.
    pub identification: u16,
    /// A router may cut it into pieces: DF is off. Never in IPv6.
    pub may_fragment: bool,
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
    /// Protocol 17.
    Udp {
        /// Source port.
        from: u16,
        /// Destination port.
        to: u16,
        /// The data.
        bytes: Vec<u8>,
    },
    /// Protocol 1; 58 in IPv6.
    Icmp(Icmp),
    /// A piece of an IPv4 datagram (RFC 791 §2.3).
    Piece {
        /// The protocol of the whole.
        protocol: u8,
        /// Where it belongs, in bytes: a multiple of eight.
        offset: u16,
        /// More pieces follow.
        more: bool,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

impl Datagram {
    /// As what an Ethernet frame carries it.
    pub fn into_body(self) -> Body {
        if self.source.is_ipv4() { Body::Ipv4(self) } else { Body::Ipv6(self) }
    }
}

impl Body {
    /// The IP datagram, if it is one.
    pub const fn datagram(&self) -> Option<&Datagram> {
        match self {
            Self::Arp(_) => None,
            Self::Ipv4(datagram) | Self::Ipv6(datagram) => Some(datagram),
        }
    }
}
