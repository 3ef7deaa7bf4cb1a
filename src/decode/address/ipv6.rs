//! IPv6: forms, scopes of groups, interface identifiers.

use std::net::Ipv6Addr;

use super::super::MacAddress;

/// How far a group reaches (RFC 4291 §2.7, RFC 7346 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupScope {
    /// One host.
    Interface,
    /// One link: no router passes it on.
    Link,
    /// As far as the network's own technology says.
    Realm,
    /// As an administrator says, the smallest.
    Admin,
    /// One site.
    Site,
    /// One organization.
    Organization,
    /// Everywhere.
    Global,
    /// 0 and 15 are reserved, the others nobody has given a meaning.
    Unassigned(u8),
}

/// The lower half of an address: which interface of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its 64 bits.
    pub identifier: u64,
    /// The MAC address it was made from, as it seems: a modified EUI-64 has
    /// ff:fe in its middle (RFC 4291 appendix A). Nothing forbids others to.
    pub mac: Option<MacAddress>,
}

/// All eight groups of four digits (RFC 4291 §2.2 form 1).
pub fn full_form(address: Ipv6Addr) -> String {
    address.segments().map(|group| format!("{group:04x}")).join(":")
}

impl GroupScope {
    /// All that have a meaning.
    pub const NAMED: [Self; 7] =
        [Self::Interface, Self::Link, Self::Realm, Self::Admin, Self::Site, Self::Organization, Self::Global];

    /// The scope of a group; `None` for other addresses.
    pub const fn of(address: Ipv6Addr) -> Option<Self> {
        let [first, second, ..] = address.octets();
        if first != 0xff {
            return None;
        }
        Some(match second & 0x0f {
            1 => Self::Interface,
            2 => Self::Link,
            3 => Self::Realm,
            4 => Self::Admin,
            5 => Self::Site,
            8 => Self::Organization,
            0xe => Self::Global,
            other => Self::Unassigned(other),
        })
    }

    /// The word in JSON and in the keys of sentences.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interface => "interface-local",
            Self::Link => "link-local",
            Self::Realm => "realm-local",
            Self::Admin => "admin-local",
            Self::Site => "site-local",
            Self::Organization => "organization-local",
            Self::Global => "global",
            Self::Unassigned(_) => "unassigned",
        }
    }
}

impl Interface {
    /// The interface's part of an address that is for one interface and has
    /// such a part (RFC 4291 §2.5.1: not those that begin with 000, nor
    /// groups).
    pub fn of(address: Ipv6Addr) -> Option<Self> {
        let first = address.octets().first().copied().unwrap_or_default();
        if first == 0xff || first & 0b1110_0000 == 0 {
            return None;
        }
        let identifier = u64::try_from(address.to_bits() & u128::from(u64::MAX)).unwrap_or_default();
        let mac = match identifier.to_be_bytes() {
            [first, second, third, 0xff, 0xfe, x, y, z] => Some(MacAddress([first ^ 2, second, third, x, y, z])),
            _ => None,
        };
        Some(Self { identifier, mac })
    }

    /// `0000:00ff:fe00:0101`.
    pub fn text(self) -> String {
        let groups = self.identifier.to_be_bytes();
        let (groups, _) = groups.as_chunks();
        groups.iter().map(|group| format!("{:04x}", u16::from_be_bytes(*group))).collect::<Vec<_>>().join(":")
    }
}

/// The group in which the owner of an address is asked for its MAC address:
/// `ff02::1:ff` and the last 24 bits (RFC 4291 §2.7.1).
pub const fn solicited_node(address: Ipv6Addr) -> Ipv6Addr {
    let low = address.to_bits() & 0x00ff_ffff;
    Ipv6Addr::from_bits(0xff02_0000_0000_0000_0000_0001_ff00_0000 | low)
}

/// The IPv4 address inside, where there is one: mapped (RFC 4291 §2.5.5.2),
/// translated (RFC 6052 §2.1), or 6to4 (RFC 3056 §2).
pub fn embedded(address: Ipv6Addr) -> Option<std::net::Ipv4Addr> {
    let number = address.to_bits();
    let low = u32::try_from(number & u128::from(u32::MAX)).unwrap_or_default();
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => Some(low.into()),
        [0x2002, high, low, ..] => Some(((u32::from(high) << 16) | u32::from(low)).into()),
        _ => None,
    }
}
