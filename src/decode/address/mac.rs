//! MAC addresses: two bits of the first octet, and what some are made from.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::super::MacAddress;

/// What a MAC address is used for, as far as it says itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MacUse {
    /// One interface; its maker's number begins with the first three octets.
    Universal,
    /// One interface; whoever runs it has chosen the address.
    Local,
    /// All zeros: none.
    Null,
    /// All ones: everybody on the link.
    Broadcast,
    /// A group of IPv4: the lower 23 bits are the group's (RFC 1112 §6.4). 32
    /// groups have the same; this is the one that begins with 224.
    Ipv4Group(Ipv4Addr),
    /// A group of IPv6: the lower 32 bits are the group's (RFC 2464 §7).
    Ipv6Group([u8; 4]),
    /// Bridges talk to their neighbours; no bridge passes it on (IEEE 802.1Q
    /// table 8-1).
    Bridges,
    /// A router shared by several (RFC 9568 §7.3), by its number.
    VirtualRouter(u8),
    /// Some other group.
    Group,
}

impl MacUse {
    /// What an address is for.
    pub const fn of(address: MacAddress) -> Self {
        match address.0 {
            [0, 0, 0, 0, 0, 0] => Self::Null,
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff] => Self::Broadcast,
            [0x01, 0x00, 0x5e, a @ 0..=0x7f, b, c] => Self::Ipv4Group(Ipv4Addr::new(224, a, b, c)),
            [0x33, 0x33, a, b, c, d] => Self::Ipv6Group([a, b, c, d]),
            [0x01, 0x80, 0xc2, 0, 0, 0..=0x0f] => Self::Bridges,
            [0x00, 0x00, 0x5e, 0x00, 0x01 | 0x02, number] => Self::VirtualRouter(number),
            [first, ..] if first & 1 == 1 => Self::Group,
            [first, ..] if first & 2 == 2 => Self::Local,
            _ => Self::Universal,
        }
    }

    /// The word in JSON and in the keys of sentences.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Universal => "universal",
            Self::Local => "local",
            Self::Null => "null",
            Self::Broadcast => "broadcast",
            Self::Ipv4Group(_) => "ipv4-group",
            Self::Ipv6Group(_) => "ipv6-group",
            Self::Bridges => "bridges",
            Self::VirtualRouter(_) => "virtual-router",
            Self::Group => "group",
        }
    }
}

impl MacAddress {
    /// Frames to it are for a group, not for one interface: bit I/G, the
    /// lowest of the first octet (IEEE 802 §8.2).
    pub const fn is_group(self) -> bool {
        self.0[0] & 1 == 1
    }

    /// Whoever runs the interface has chosen it: bit U/L, the second lowest of
    /// the first octet (IEEE 802 §8.2).
    pub const fn is_local(self) -> bool {
        self.0[0] & 2 == 2
    }

    /// The link-local address that an interface makes from it where it makes
    /// one at all: a modified EUI-64 (RFC 4291 appendix A). Many hosts choose
    /// another one (RFC 7217).
    pub const fn link_local(self) -> Ipv6Addr {
        let [first, second, third, x, y, z] = self.0;
        Ipv6Addr::from_octets([0xfe, 0x80, 0, 0, 0, 0, 0, 0, first ^ 2, second, third, 0xff, 0xfe, x, y, z])
    }
}

/// The MAC address that frames to a group of IP have; `None` for what is no
/// group.
pub const fn mac_of_group(address: std::net::IpAddr) -> Option<MacAddress> {
    match address {
        std::net::IpAddr::V4(group) if group.is_multicast() => {
            let [_, b, c, d] = group.octets();
            Some(MacAddress([0x01, 0x00, 0x5e, b & 0x7f, c, d]))
        }
        std::net::IpAddr::V6(group) if group.is_multicast() => {
            let [.., a, b, c, d] = group.octets();
            Some(MacAddress([0x33, 0x33, a, b, c, d]))
        }
        std::net::IpAddr::V4(_) | std::net::IpAddr::V6(_) => None,
    }
}
