//! Where the network layer starts behind each link layer.

use crate::model::LinkType;

/// What is left to do after the link header.
pub(super) enum Stripped {
    /// An Ethernet header with all that may follow it.
    Ethernet,
    /// IPv4 or IPv6 starts here; its own version field tells which.
    Ip { offset: usize },
    /// What starts here has this `EtherType`.
    EtherType { ether_type: u16, offset: usize },
    /// The link header itself is cut.
    TooShort { needed: usize },
    /// A link layer we do not read.
    Unknown,
}

/// Finds the network layer (<https://www.tcpdump.org/linktypes.html>).
pub(super) fn strip(link_type: LinkType, bytes: &[u8]) -> Stripped {
    match link_type {
        LinkType::ETHERNET => Stripped::Ethernet,
        LinkType::RAW | LinkType::IPV4 | LinkType::IPV6 => Stripped::Ip { offset: 0 },
        // The address family's number and byte order are the writer's; the IP
        // header says its version itself.
        LinkType::NULL | LinkType::LOOP => {
            if bytes.len() < 4 {
                Stripped::TooShort { needed: 4 }
            } else {
                Stripped::Ip { offset: 4 }
            }
        }
        LinkType::LINUX_SLL => ether_type_at(bytes, 14, 16),
        LinkType::LINUX_SLL2 => ether_type_at(bytes, 0, 20),
        _ => Stripped::Unknown,
    }
}

fn ether_type_at(bytes: &[u8], at: usize, header: usize) -> Stripped {
    match (bytes.get(at..).and_then(|rest| rest.first_chunk::<2>()), bytes.len() >= header) {
        (Some(two), true) => Stripped::EtherType { ether_type: u16::from_be_bytes(*two), offset: header },
        _ => Stripped::TooShort { needed: header },
    }
}
