//! IPv4's classes: history since 1993 (RFC 1519, now RFC 4632), and still
//! asked about.

use std::net::Ipv4Addr;

/// A class of RFC 791 §3.2 and RFC 1112 §4, told by the first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// First bit 0: few networks of 2^24 addresses.
    A,
    /// First bits 10: networks of 2^16 addresses.
    B,
    /// First bits 110: many networks of 2^8 addresses.
    C,
    /// First bits 1110: groups, not hosts.
    D,
    /// First bits 1111: kept for the future.
    E,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::E];

    /// The class of an address.
    pub const fn of(address: Ipv4Addr) -> Self {
        match address.to_bits().leading_ones() {
            0 => Self::A,
            1 => Self::B,
            2 => Self::C,
            3 => Self::D,
            _ => Self::E,
        }
    }

    /// Its letter.
    pub const fn letter(self) -> char {
        match self {
            Self::A => 'A',
            Self::B => 'B',
            Self::C => 'C',
            Self::D => 'D',
            Self::E => 'E',
        }
    }

    /// The first bits of its addresses.
    pub const fn first_bits(self) -> &'static str {
        match self {
            Self::A => "0",
            Self::B => "10",
            Self::C => "110",
            Self::D => "1110",
            Self::E => "1111",
        }
    }

    /// The first octets of its addresses, from and to.
    pub const fn first_octets(self) -> (u8, u8) {
        match self {
            Self::A => (0, 127),
            Self::B => (128, 191),
            Self::C => (192, 223),
            Self::D => (224, 239),
            Self::E => (240, 255),
        }
    }

    /// How many bits named the network; classes D and E have none.
    pub const fn prefix(self) -> Option<u8> {
        match self {
            Self::A => Some(8),
            Self::B => Some(16),
            Self::C => Some(24),
            Self::D | Self::E => None,
        }
    }

    /// How many networks there were for hosts. Of class A two are missing: 0
    /// and 127 (RFC 1122 §3.2.1.3).
    pub const fn networks(self) -> Option<u32> {
        match self {
            Self::A => Some(126),
            Self::B => Some(1 << 14),
            Self::C => Some(1 << 21),
            Self::D | Self::E => None,
        }
    }

    /// How many hosts each of them could have: all addresses but the
    /// network's and the broadcast address.
    pub fn hosts(self) -> Option<u32> {
        self.prefix().map(|prefix| (1 << (32 - u32::from(prefix))) - 2)
    }
}
