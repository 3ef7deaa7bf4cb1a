//! What an address says by itself: its class and its block, its network, its
//! bits; what a MAC address and a port number say.
//!
//! Owns reading an address as a person writes it, and the facts of the
//! registries. Asks nobody: whether a host has the address is not known here.

/// IPv4: classes, and where the mask has its edge.
mod ipv4;
/// IPv6: forms, scopes, interface identifiers.
mod ipv6;
/// MAC addresses: two bits, and what they are made from.
mod mac;
/// Port numbers and whose they are.
mod port;
/// What a person wrote.
mod read;
/// Blocks that are for something special.
mod special;

use std::net::IpAddr;

pub use ipv4::Class;
pub use ipv6::{GroupScope, Interface, embedded, full_form, solicited_node};
pub use mac::{MacUse, mac_of_group};
pub use port::{LINUX_EPHEMERAL, PortRange, SERVICES, Service, services_at};
pub use read::{NotRead, Wrong, read};
pub use special::{Group, Special, group, special};
#[cfg(test)]
pub(crate) use special::{group_names, names as special_names};

use super::MacAddress;
use crate::model::IpNetwork;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// About what.
    pub subject: Subject,
    /// Behind the address stood a port, `192.168.1.10:80`.
    pub port: Option<u16>,
    /// The interface that a link-local address is meant on, `eth0` (RFC 4007
    /// §11).
    pub zone: Option<String>,
    /// The address it is compared with.
    pub other: Option<Placed>,
}

/// About what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An IP address.
    Ip(Placed),
    /// A MAC address.
    Mac(MacAddress),
    /// A port.
    Port(u16),
}

/// An address with its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The address, and how many of its bits name the network.
    pub network: IpNetwork,
    /// How we come to know how many.
    pub mask: MaskFrom,
}

/// How it is known where the host's part begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaskFrom {
    /// It was said.
    Said,
    /// It was not: this is what the address' class would have meant before
    /// RFC 1519.
    Class,
    /// It was not: this is the length of nearly every IPv6 network (RFC 4291
    /// §2.5.1).
    Usual,
    /// It was not, and the address is in no network of hosts.
    None,
}

/// Two addresses, and whether they are neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The network of the one that asks.
    pub own: IpAddr,
    /// The other address AND the same mask.
    pub other: IpAddr,
    /// Both are the same: the other one is asked for its MAC address. If not,
    /// the gateway is.
    pub same: bool,
}

/// One line of bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bits {
    /// Of what.
    pub what: BitsOf,
    /// The bits, 4 octets for IPv4, 16 for IPv6.
    pub octets: Vec<u8>,
    /// Behind how many bits the host's part begins.
    pub edge: u8,
}

/// What bits are shown of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BitsOf {
    /// The address.
    Address,
    /// The mask.
    Mask,
    /// Address AND mask.
    Network,
    /// The other address.
    Other,
    /// The other address AND mask.
    OtherNetwork,
}

impl Placed {
    /// The address.
    pub const fn address(self) -> IpAddr {
        self.network.address
    }

    /// Compares an address with this one, as this one's host does before it
    /// sends: both AND its own mask (RFC 1122 §3.3.1.1).
    pub fn compare(self, other: IpAddr) -> Comparison {
        let own = self.network.network();
        let other = IpNetwork { address: other, ..self.network }.network();
        Comparison { own, other, same: own == other }
    }
}

impl Asked {
    /// What there is to see in bits: the address, the mask, and both together;
    /// of another address the same. Nothing of MAC addresses and ports.
    pub fn bits(&self) -> Vec<Bits> {
        let Subject::Ip(placed) = self.subject else { return Vec::new() };
        let network = placed.network;
        let edge = network.prefix;
        let line = |what, address| Bits { what, octets: octets(address), edge };
        let mut lines = vec![line(BitsOf::Address, network.address)];
        if placed.mask == MaskFrom::None {
            return lines;
        }
        lines.extend([line(BitsOf::Mask, network.mask()), line(BitsOf::Network, network.network())]);
        if let Some(other) = self.other {
            let compared = placed.compare(other.address());
            lines.extend([line(BitsOf::Other, other.address()), line(BitsOf::OtherNetwork, compared.other)]);
        }
        lines
    }
}

impl BitsOf {
    /// The word in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Mask => "mask",
            Self::Network => "network",
            Self::Other => "other",
            Self::OtherNetwork => "other-network",
        }
    }
}

impl Bits {
    /// Octets a line.
    pub const LINE: usize = 4;

    /// All bits, `1` and `0`.
    pub fn text(&self) -> String {
        let octets: Vec<String> = self.octets.iter().map(|octet| format!("{octet:08b}")).collect();
        octets.concat()
    }

    /// Four octets a line, a space between octets, and `│` where the host's
    /// part begins.
    pub fn lines(&self) -> Vec<String> {
        let octets = self.octets.chunks(Self::LINE).enumerate();
        octets.map(|(line, octets)| self.line(line * Self::LINE * 8, octets)).collect()
    }

    fn line(&self, first: usize, octets: &[u8]) -> String {
        let edge = usize::from(self.edge);
        let mut text = String::new();
        let mut place = first;
        for octet in octets {
            for bit in 0..8_u8 {
                // An edge between two lines stands at the end of the first.
                if place > first && place == edge {
                    text.push('│');
                } else if place > first && bit == 0 {
                    text.push(' ');
                }
                text.push(if octet & (0x80 >> bit) == 0 { '0' } else { '1' });
                place += 1;
            }
        }
        if place == edge && place < self.octets.len() * 8 {
            text.push('│');
        }
        text
    }
}

/// An address as it travels.
pub fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

#[cfg(test)]
mod tests;
