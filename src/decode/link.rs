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
        LinkType::RAW | LinkType::IPV4 | LinkType::IPV6 | LinkType(12 | 14) => Stripped::Ip { offset: 0 },
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
        LinkType::C_HDLC => ether_type_at(bytes, 2, 4),
        LinkType::PPP | LinkType::PPP_HDLC => ppp(bytes, 0),
        LinkType::PPP_ETHER => ppp(bytes, 6),
        _ => Stripped::Unknown,
    }
}

/// PPP (RFC 1661 §2), in HDLC-like framing (RFC 1662 §3.1) or without.
fn ppp(bytes: &[u8], at: usize) -> Stripped {
    let rest = bytes.get(at..).unwrap_or_default();
    let (framing, rest) = if let [0xFF, _, rest @ ..] = rest { (2, rest) } else { (0, rest) };
    let (number, length) = match rest {
        // A number's last byte is odd, those before it are even.
        [number, ..] if number & 1 == 1 => (u16::from(*number), 1),
        [high, low, ..] => (u16::from_be_bytes([*high, *low]), 2),
        [] | [_] => return Stripped::TooShort { needed: at + framing + 2 },
    };
    let offset = at + framing + length;
    match number {
        0x21 => Stripped::EtherType { ether_type: 0x0800, offset },
        0x57 => Stripped::EtherType { ether_type: 0x86DD, offset },
        // What controls the line itself carries no packet.
        _ => Stripped::EtherType { ether_type: 0, offset },
    }
}

fn ether_type_at(bytes: &[u8], at: usize, header: usize) -> Stripped {
    match (bytes.get(at..).and_then(|rest| rest.first_chunk::<2>()), bytes.len() >= header) {
        (Some(two), true) => Stripped::EtherType { ether_type: u16::from_be_bytes(*two), offset: header },
        _ => Stripped::TooShort { needed: header },
    }
}
