//! ICMP both ways (RFC 792, RFC 4443), and what of it finds neighbours in IPv6
//! (RFC 4861).

use std::net::Ipv6Addr;

use super::Unreadable;
use super::parse::Input;

/// An ICMP message. Errors carry the first bytes of what they are about: the
/// datagram's header and eight bytes more in IPv4, what has room in IPv6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Icmp {
    /// The TTL ran out: type 11, code 0; type 3 in IPv6.
    TimeExceeded {
        /// The first bytes of what it is about.
        about: Vec<u8>,
    },
    /// Not all pieces came: the same with code 1.
    ReassemblyTimeExceeded {
        /// The first bytes of what it is about.
        about: Vec<u8>,
    },
    /// Type 3; type 1 in IPv6.
    Unreachable {
        /// As IPv4 counts: 0, no route to the network; 1, the host does not
        /// answer; 3, nobody is at the port.
        code: u8,
        /// The first bytes of what it is about.
        about: Vec<u8>,
    },
    /// Too large for the next link, and not to be cut: type 3, code 4 (RFC
    /// 1191 §4); type 2, "packet too big", in IPv6.
    FragmentationNeeded {
        /// The largest packet the next link takes, in bytes.
        mtu: u32,
        /// The first bytes of what it is about.
        about: Vec<u8>,
    },
    /// Type 8 and 0; 128 and 129 in IPv6.
    Echo {
        /// It answers; else it asks.
        reply: bool,
        /// Whose.
        identifier: u16,
        /// Which.
        number: u16,
        /// What is to come back.
        data: Vec<u8>,
    },
    /// IPv6 alone, type 135: who has this address?
    Solicitation {
        /// The address.
        target: Ipv6Addr,
        /// The link-layer address of who asks.
        mac: [u8; 6],
    },
    /// IPv6 alone, type 136: I have it.
    Advertisement {
        /// The address.
        target: Ipv6Addr,
        /// The link-layer address of who has it.
        mac: [u8; 6],
        /// It is a router.
        router: bool,
        /// Somebody asked.
        solicited: bool,
    },
}

impl Icmp {
    /// Whether it tells of an error: about that no error is told (RFC 1122
    /// §3.2.2).
    pub const fn is_error(&self) -> bool {
        match self {
            Self::TimeExceeded { .. }
            | Self::ReassemblyTimeExceeded { .. }
            | Self::Unreachable { .. }
            | Self::FragmentationNeeded { .. } => true,
            Self::Echo { .. } | Self::Solicitation { .. } | Self::Advertisement { .. } => false,
        }
    }

    /// What of it is a code in IPv6 (RFC 4443 §3.1): no route, address
    /// unreachable, port unreachable.
    const fn code_in_ipv6(code: u8) -> u8 {
        match code {
            0 => 0,
            3 => 4,
            _ => 3,
        }
    }

    const fn code_in_ipv4(code: u8) -> u8 {
        match code {
            0 => 0,
            4 => 3,
            _ => 1,
        }
    }

    /// Its length, in bytes.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::TimeExceeded { about }
            | Self::ReassemblyTimeExceeded { about }
            | Self::Unreachable { about, .. }
            | Self::FragmentationNeeded { about, .. } => 8 + about.len(),
            Self::Echo { data, .. } => 8 + data.len(),
            Self::Solicitation { .. } | Self::Advertisement { .. } => 32,
        }
    }

    /// The message without its checksum.
    pub(super) fn bytes(&self, ipv6: bool) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.length());
        let mut push = |kind, code, word: u32, rest: &[u8]| {
            bytes.extend_from_slice(&[kind, code, 0, 0]);
            bytes.extend_from_slice(&word.to_be_bytes());
            bytes.extend_from_slice(rest);
        };
        let pick = |four, six| if ipv6 { six } else { four };
        match self {
            Self::TimeExceeded { about } => push(pick(11, 3), 0, 0, about),
            Self::ReassemblyTimeExceeded { about } => push(pick(11, 3), 1, 0, about),
            Self::Unreachable { code, about } => push(pick(3, 1), pick(*code, Self::code_in_ipv6(*code)), 0, about),
            Self::FragmentationNeeded { mtu, about } => push(pick(3, 2), pick(4, 0), *mtu, about),
            Self::Echo { reply, identifier, number, data } => {
                let kind = if *reply { pick(0, 129) } else { pick(8, 128) };
                push(kind, 0, u32::from(*identifier) << 16 | u32::from(*number), data);
            }
            Self::Solicitation { target, mac } => {
                push(135, 0, 0, &[&target.octets()[..], &[1, 1], mac].concat());
            }
            Self::Advertisement { target, mac, router, solicited } => {
                let flags = u32::from(*router) << 31 | u32::from(*solicited) << 30 | 1 << 29;
                push(136, 0, flags, &[&target.octets()[..], &[2, 1], mac].concat());
            }
        }
        bytes
    }

    /// Reads a message whose checksum is right.
    pub(super) fn parse(bytes: &[u8], ipv6: bool) -> Result<Self, Unreadable> {
        let header = if ipv6 { "ICMPv6" } else { "ICMP" };
        let mut input = Input { bytes, header };
        let [kind, code, _, _] = input.take()?;
        let word = input.word()?;
        let rest = || input.bytes.to_vec();
        let [low, high] = [word & 0xFFFF, word >> 16].map(|half| u16::try_from(half).unwrap_or(u16::MAX));
        Ok(match (ipv6, kind, code) {
            (false, 11, 0) | (true, 3, 0) => Self::TimeExceeded { about: rest() },
            (false, 11, 1) | (true, 3, 1) => Self::ReassemblyTimeExceeded { about: rest() },
            (false, 3, 4) => Self::FragmentationNeeded { mtu: u32::from(low), about: rest() },
            (true, 2, _) => Self::FragmentationNeeded { mtu: word, about: rest() },
            (false, 3, code) => Self::Unreachable { code, about: rest() },
            (true, 1, code) => Self::Unreachable { code: Self::code_in_ipv4(code), about: rest() },
            (false, 0 | 8, _) | (true, 128 | 129, _) => {
                Self::Echo { reply: matches!(kind, 0 | 129), identifier: high, number: low, data: rest() }
            }
            (true, 135, 0) => {
                let (target, mac) = neighbour(&mut input, 1)?;
                Self::Solicitation { target, mac }
            }
            (true, 136, 0) => {
                let (target, mac) = neighbour(&mut input, 2)?;
                Self::Advertisement { target, mac, router: word >> 31 == 1, solicited: word >> 30 & 1 == 1 }
            }
            _ => return Err(Unreadable::Protocol { protocol: if ipv6 { 58 } else { 1 } }),
        })
    }
}

/// The target and the link-layer address behind it (RFC 4861 §4.6.1).
fn neighbour(input: &mut Input<'_>, option: u8) -> Result<(Ipv6Addr, [u8; 6]), Unreadable> {
    let target = Ipv6Addr::from(input.take::<16>()?);
    match input.take()? {
        [kind, 1] if kind == option => Ok((target, input.take()?)),
        _ => Err(Unreadable::Malformed { header: "ICMPv6" }),
    }
}
