//! Blocks that are for something special: IANA's two special-purpose
//! registries (RFC 6890, kept at iana.org), the multicast registries, and what
//! remains.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::model::IpNetwork;

/// A block of addresses and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Special {
    /// The word in JSON and in the keys of sentences.
    pub name: &'static str,
    /// The block.
    pub block: IpNetwork,
    /// Where that is said.
    pub cite: &'static str,
    /// Whether routers pass packets to it on.
    pub forwarded: bool,
    /// Whether it means the same on the whole Internet.
    pub global: bool,
}

/// A group that everybody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The word in JSON and in the keys of sentences.
    pub name: &'static str,
    /// Where that is said.
    pub cite: &'static str,
}

const NOWHERE: (bool, bool) = (false, false);
/// Passed on, but not beyond those who agree on it.
const INSIDE: (bool, bool) = (true, false);
const EVERYWHERE: (bool, bool) = (true, true);

const fn four(octets: [u8; 4], prefix: u8, name: &'static str, cite: &'static str, reach: (bool, bool)) -> Special {
    let address = IpAddr::V4(Ipv4Addr::from_octets(octets));
    Special { name, block: IpNetwork { address, prefix }, cite, forwarded: reach.0, global: reach.1 }
}

const fn six(groups: [u16; 4], prefix: u8, name: &'static str, cite: &'static str, reach: (bool, bool)) -> Special {
    let [a, b, c, d] = groups;
    let address = IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0));
    Special { name, block: IpNetwork { address, prefix }, cite, forwarded: reach.0, global: reach.1 }
}

/// The most exact one that holds an address counts.
const BLOCKS: &[Special] = &[
    four([0, 0, 0, 0], 0, "global", "RFC 1122 §3.2.1.3", EVERYWHERE),
    four([0, 0, 0, 0], 8, "this-network", "RFC 791 §3.2", NOWHERE),
    four([0, 0, 0, 0], 32, "this-host", "RFC 1122 §3.2.1.3", NOWHERE),
    four([10, 0, 0, 0], 8, "private", "RFC 1918 §3", INSIDE),
    four([100, 64, 0, 0], 10, "shared", "RFC 6598", INSIDE),
    four([127, 0, 0, 0], 8, "loopback", "RFC 1122 §3.2.1.3", NOWHERE),
    four([169, 254, 0, 0], 16, "link-local", "RFC 3927", NOWHERE),
    four([172, 16, 0, 0], 12, "private", "RFC 1918 §3", INSIDE),
    four([192, 0, 0, 0], 24, "protocol-assignments", "RFC 6890 §2.1", NOWHERE),
    four([192, 0, 0, 0], 29, "service-continuity", "RFC 7335", INSIDE),
    four([192, 0, 0, 9], 32, "anycast", "RFC 7723", EVERYWHERE),
    four([192, 0, 0, 10], 32, "anycast", "RFC 8155", EVERYWHERE),
    four([192, 0, 0, 170], 31, "nat64-discovery", "RFC 7050 §2.2", NOWHERE),
    four([192, 0, 2, 0], 24, "documentation", "RFC 5737", NOWHERE),
    four([192, 31, 196, 0], 24, "as112", "RFC 7535", EVERYWHERE),
    four([192, 52, 193, 0], 24, "amt", "RFC 7450", EVERYWHERE),
    four([192, 88, 99, 0], 24, "six-to-four-relay", "RFC 7526", NOWHERE),
    four([192, 168, 0, 0], 16, "private", "RFC 1918 §3", INSIDE),
    four([192, 175, 48, 0], 24, "as112", "RFC 7534", EVERYWHERE),
    four([198, 18, 0, 0], 15, "benchmark", "RFC 2544", INSIDE),
    four([198, 51, 100, 0], 24, "documentation", "RFC 5737", NOWHERE),
    four([203, 0, 113, 0], 24, "documentation", "RFC 5737", NOWHERE),
    four([224, 0, 0, 0], 4, "multicast", "RFC 5771", EVERYWHERE),
    four([224, 0, 0, 0], 24, "multicast-link", "RFC 5771 §4", NOWHERE),
    four([239, 0, 0, 0], 8, "multicast-scoped", "RFC 2365", INSIDE),
    four([240, 0, 0, 0], 4, "reserved", "RFC 1112 §4", NOWHERE),
    four([255, 255, 255, 255], 32, "broadcast", "RFC 919 §7", NOWHERE),
    six([0, 0, 0, 0], 0, "unassigned", "RFC 4291 §2.4", NOWHERE),
    six([0, 0, 0, 0], 96, "v4-compatible", "RFC 4291 §2.5.5.1", NOWHERE),
    six([0, 0, 0, 0], 128, "unspecified", "RFC 4291 §2.5.2", NOWHERE),
    Special {
        name: "loopback",
        block: IpNetwork { address: IpAddr::V6(Ipv6Addr::LOCALHOST), prefix: 128 },
        cite: "RFC 4291 §2.5.3",
        forwarded: false,
        global: false,
    },
    Special {
        name: "v4-mapped",
        block: IpNetwork { address: IpAddr::V6(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0)), prefix: 96 },
        cite: "RFC 4291 §2.5.5.2",
        forwarded: false,
        global: false,
    },
    six([0x64, 0xff9b, 0, 0], 96, "nat64", "RFC 6052", EVERYWHERE),
    six([0x64, 0xff9b, 1, 0], 48, "nat64-local", "RFC 8215", INSIDE),
    six([0x100, 0, 0, 0], 64, "discard", "RFC 6666", INSIDE),
    six([0x2000, 0, 0, 0], 3, "global", "RFC 4291 §2.5.4", EVERYWHERE),
    six([0x2001, 0, 0, 0], 23, "protocol-assignments", "RFC 2928", NOWHERE),
    six([0x2001, 0, 0, 0], 32, "teredo", "RFC 4380", INSIDE),
    six([0x2001, 2, 0, 0], 48, "benchmark", "RFC 5180", INSIDE),
    six([0x2001, 3, 0, 0], 32, "amt", "RFC 7450", EVERYWHERE),
    six([0x2001, 4, 0x112, 0], 48, "as112", "RFC 7535", EVERYWHERE),
    six([0x2001, 0x20, 0, 0], 28, "orchid", "RFC 7343", EVERYWHERE),
    six([0x2001, 0xdb8, 0, 0], 32, "documentation", "RFC 3849", NOWHERE),
    six([0x2002, 0, 0, 0], 16, "six-to-four", "RFC 3056", INSIDE),
    six([0x3fff, 0, 0, 0], 20, "documentation", "RFC 9637", NOWHERE),
    six([0x5f00, 0, 0, 0], 16, "segment-routing", "RFC 9602", INSIDE),
    six([0xfc00, 0, 0, 0], 7, "unique-local", "RFC 4193", INSIDE),
    six([0xfe80, 0, 0, 0], 10, "link-local", "RFC 4291 §2.5.6", NOWHERE),
    six([0xfec0, 0, 0, 0], 10, "site-local", "RFC 3879", INSIDE),
    six([0xff00, 0, 0, 0], 8, "multicast", "RFC 4291 §2.7", EVERYWHERE),
    // The scope is in the second octet, behind four flags: those of IANA's
    // groups, and those of one's own.
    six([0xff01, 0, 0, 0], 16, "multicast-link", "RFC 4291 §2.7", NOWHERE),
    six([0xff02, 0, 0, 0], 16, "multicast-link", "RFC 4291 §2.7", NOWHERE),
    six([0xff05, 0, 0, 0], 16, "multicast-scoped", "RFC 4291 §2.7", INSIDE),
    six([0xff08, 0, 0, 0], 16, "multicast-scoped", "RFC 4291 §2.7", INSIDE),
    six([0xff11, 0, 0, 0], 16, "multicast-link", "RFC 4291 §2.7", NOWHERE),
    six([0xff12, 0, 0, 0], 16, "multicast-link", "RFC 4291 §2.7", NOWHERE),
    six([0xff15, 0, 0, 0], 16, "multicast-scoped", "RFC 4291 §2.7", INSIDE),
    six([0xff18, 0, 0, 0], 16, "multicast-scoped", "RFC 4291 §2.7", INSIDE),
];

/// What an address is for.
pub fn special(address: IpAddr) -> Option<&'static Special> {
    let holding = BLOCKS.iter().filter(|special| special.block.contains(address));
    holding.max_by_key(|special| special.block.prefix)
}

/// The names of all blocks, for a test that each has its sentence.
#[cfg(test)]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    BLOCKS.iter().map(|special| special.name)
}

/// The names of all groups, for the same test.
#[cfg(test)]
pub(crate) fn group_names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().map(|(_, group)| group.name).chain(["solicited-node"])
}

/// Groups that every reader of captures meets.
const GROUPS: &[(IpAddr, Group)] = &[
    (v4(224, 0, 0, 1), Group { name: "all-hosts", cite: "RFC 1112 §4" }),
    (v4(224, 0, 0, 2), Group { name: "all-routers", cite: "RFC 2236 §9" }),
    (v4(224, 0, 0, 5), Group { name: "ospf", cite: "RFC 2328 A.1" }),
    (v4(224, 0, 0, 9), Group { name: "rip", cite: "RFC 2453 §4.5" }),
    (v4(224, 0, 0, 18), Group { name: "vrrp", cite: "RFC 9568 §5.1.1.2" }),
    (v4(224, 0, 0, 22), Group { name: "group-reports", cite: "RFC 3376 §4.2.14" }),
    (v4(224, 0, 0, 251), Group { name: "mdns", cite: "RFC 6762 §3" }),
    (v4(224, 0, 0, 252), Group { name: "llmnr", cite: "RFC 4795 §2" }),
    (v4(239, 255, 255, 250), Group { name: "ssdp", cite: "UPnP Device Architecture §1" }),
    (v6(0xff01, 0, 1), Group { name: "all-hosts", cite: "RFC 4291 §2.7.1" }),
    (v6(0xff02, 0, 1), Group { name: "all-hosts", cite: "RFC 4291 §2.7.1" }),
    (v6(0xff02, 0, 2), Group { name: "all-routers", cite: "RFC 4291 §2.7.1" }),
    (v6(0xff02, 0, 0x16), Group { name: "group-reports", cite: "RFC 3810 §5.2.14" }),
    (v6(0xff02, 0, 0xfb), Group { name: "mdns", cite: "RFC 6762 §3" }),
    (v6(0xff02, 1, 2), Group { name: "dhcp-agents", cite: "RFC 8415 §7.1" }),
    (v6(0xff02, 1, 3), Group { name: "llmnr", cite: "RFC 4795 §2" }),
];

const fn v4(a: u8, b: u8, c: u8, d: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(a, b, c, d))
}

const fn v6(first: u16, last_but_one: u16, last: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(first, 0, 0, 0, 0, 0, last_but_one, last))
}

/// The well-known group with this address.
pub fn group(address: IpAddr) -> Option<Group> {
    if let IpAddr::V6(group) = address
        && matches!(group.segments(), [0xff02, 0, 0, 0, 0, 1, 0xff00..=0xffff, _])
    {
        return Some(Group { name: "solicited-node", cite: "RFC 4291 §2.7.1" });
    }
    GROUPS.iter().find(|(known, _)| *known == address).map(|(_, group)| *group)
}
