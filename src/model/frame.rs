//! Bytes seen on an interface.

use serde::{Deserialize, Serialize};

/// The link layer a frame starts with: a `LINKTYPE_` number of the pcap
/// formats (<https://www.tcpdump.org/linktypes.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LinkType(pub u16);

impl LinkType {
    /// BSD loopback: four bytes of address family in the writer's byte order.
    pub const NULL: Self = Self(0);
    /// Ethernet. Linux's loopback has it too, with zero addresses.
    pub const ETHERNET: Self = Self(1);
    /// PPP, with the address and control bytes of HDLC-like framing or without.
    pub const PPP: Self = Self(9);
    /// PPP in HDLC-like framing.
    pub const PPP_HDLC: Self = Self(50);
    /// `PPPoE`: starts with the session header.
    pub const PPP_ETHER: Self = Self(51);
    /// Starts with the IPv4 or IPv6 header.
    pub const RAW: Self = Self(101);
    /// Cisco's HDLC.
    pub const C_HDLC: Self = Self(104);
    /// OpenBSD loopback: four bytes of address family in network byte order.
    pub const LOOP: Self = Self(108);
    /// Linux "cooked" capture.
    pub const LINUX_SLL: Self = Self(113);
    /// Starts with the IPv4 header.
    pub const IPV4: Self = Self(228);
    /// Starts with the IPv6 header.
    pub const IPV6: Self = Self(229);
    /// Linux "cooked" capture, version 2.
    pub const LINUX_SLL2: Self = Self(276);
}

/// One frame: what was on the wire and how much of it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The bytes that were kept, from the link layer's first byte on.
    pub bytes: Box<[u8]>,
    /// Its length on the wire, in bytes; more than `bytes` holds where the
    /// capture was told to cut.
    pub original_length: u32,
    /// What a person wrote about it in the capture file, if anything.
    pub comment: Option<String>,
}

impl Frame {
    /// A whole frame.
    pub fn whole(bytes: impl Into<Box<[u8]>>) -> Self {
        let bytes = bytes.into();
        let original_length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Self { bytes, original_length, comment: None }
    }

    /// Whether the capture kept less than was on the wire.
    pub fn is_cut(&self) -> bool {
        usize::try_from(self.original_length).is_ok_and(|length| length > self.bytes.len())
    }
}
