//! TCP's control bits (RFC 9293 §3.1).

use std::fmt;

use serde::{Deserialize, Serialize};

/// The control bits of one segment, in the header's order: CWR is 128, FIN is 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TcpFlags(u8);

impl TcpFlags {
    /// No more data from the sender.
    pub const FIN: Self = Self(1);
    /// Synchronize sequence numbers.
    pub const SYN: Self = Self(2);
    /// Reset the connection.
    pub const RST: Self = Self(4);
    /// Push: hand what you have to the program now.
    pub const PSH: Self = Self(8);
    /// The acknowledgment number counts.
    pub const ACK: Self = Self(16);
    /// The urgent pointer counts.
    pub const URG: Self = Self(32);
    /// Congestion was signalled (RFC 3168).
    pub const ECE: Self = Self(64);
    /// The congestion window was reduced (RFC 3168).
    pub const CWR: Self = Self(128);

    /// Every bit with its name, in the order people say them: SYN before ACK.
    pub const NAMED: [(Self, &'static str); 8] = [
        (Self::SYN, "SYN"),
        (Self::FIN, "FIN"),
        (Self::RST, "RST"),
        (Self::PSH, "PSH"),
        (Self::ACK, "ACK"),
        (Self::URG, "URG"),
        (Self::ECE, "ECE"),
        (Self::CWR, "CWR"),
    ];

    /// The eight bits as they stand in the header.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The eight bits as they stand in the header.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether every bit of `other` is set here.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets of bits together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// SYN is set.
    pub const fn syn(self) -> bool {
        self.contains(Self::SYN)
    }

    /// ACK is set.
    pub const fn ack(self) -> bool {
        self.contains(Self::ACK)
    }

    /// FIN is set.
    pub const fn fin(self) -> bool {
        self.contains(Self::FIN)
    }

    /// RST is set.
    pub const fn rst(self) -> bool {
        self.contains(Self::RST)
    }

    /// How many sequence numbers the bits themselves use: SYN and FIN count as
    /// one each (RFC 9293 §3.4).
    pub const fn sequence_length(self) -> u32 {
        self.syn() as u32 + self.fin() as u32
    }
}

impl fmt::Display for TcpFlags {
    /// The names of the set bits with spaces between, "none" where none is set.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> =
            Self::NAMED.iter().filter(|(bit, _)| self.contains(*bit)).map(|(_, name)| *name).collect();
        f.pad(if names.is_empty() { "none".to_owned() } else { names.join(" ") }.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_said_in_the_usual_order() {
        assert_eq!(TcpFlags::from_bits(0x12).to_string(), "SYN ACK");
        assert_eq!(TcpFlags::from_bits(0x11).to_string(), "FIN ACK");
        assert_eq!(TcpFlags::from_bits(0x18).to_string(), "PSH ACK");
        assert_eq!(TcpFlags::from_bits(0).to_string(), "none");
        assert_eq!(TcpFlags::from_bits(0x03).sequence_length(), 2);
    }
}
