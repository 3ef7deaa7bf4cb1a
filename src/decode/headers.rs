//! The headers that conversations are made of, read without allocating: this
//! runs once for each of ten million frames. [`super::packet`] says more about
//! one frame, [`super::dissect`] says all.
//!
//! Reads fixed offsets by hand: the parser of the other two gives a header up
//! where its options are cut. Never fails: what cannot be read is
//! [`Carried::Unreadable`]. Has no opinion on checksums.

/// Where the network layer starts, and what it is.
mod link;
/// IPv4 and IPv6 down to the transport layer.
mod network;
/// TCP's options.
mod options;
/// Frames cut, bent and made by hand.
#[cfg(test)]
mod tests;
/// TCP, UDP and ICMP.
mod transport;

use super::{Ip, MacAddress, Quoted};
use crate::model::{LinkType, RawWindow, SeqNumber, TcpFlags};

/// Reads the headers of one frame: its kept `bytes`, and its length on the
/// wire, in bytes.
pub fn headers(link_type: LinkType, bytes: &[u8], original_length: u32) -> Headers {
    let mut headers = Headers::default();
    headers_into(link_type, bytes, original_length, &mut headers);
    headers
}

/// As [`headers`], to where they are wanted: they are large.
#[inline]
pub fn headers_into(link_type: LinkType, bytes: &[u8], original_length: u32, headers: &mut Headers) {
    headers.ethernet = None;
    headers.cooked = None;
    headers.ip = None;
    let wire = usize::try_from(original_length).map_or(bytes.len(), |length| length.max(bytes.len()));
    headers.carried = link::read(link_type, Piece { bytes, at: 0, end: wire }, headers);
}

/// Part of a frame: where a layer starts and where it ended on the wire.
#[derive(Clone, Copy)]
struct Piece<'a> {
    /// All bytes of the frame that were kept.
    bytes: &'a [u8],
    /// Where this layer starts in them.
    at: usize,
    /// Where it ended on the wire; often behind the last byte kept.
    end: usize,
}

impl<'a> Piece<'a> {
    /// The first `N` bytes; `None` where they were not kept or belong to no
    /// layer.
    fn first<const N: usize>(self) -> Option<&'a [u8; N]> {
        if self.at + N > self.end { None } else { self.bytes.get(self.at..)?.first_chunk() }
    }

    /// What was kept of it.
    fn kept(self) -> &'a [u8] {
        self.bytes.get(self.at..self.end.min(self.bytes.len())).unwrap_or_default()
    }

    /// What follows its first `length` bytes.
    #[must_use]
    const fn skip(self, length: usize) -> Self {
        Self { at: self.at + length, ..self }
    }

    /// No more than its first `length` bytes.
    #[must_use]
    fn truncate(self, length: usize) -> Self {
        Self { end: self.end.min(self.at + length), ..self }
    }
}

/// What a frame is, as far as a conversation is concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    /// Ethernet's addresses: from, to.
    pub ethernet: Option<(MacAddress, MacAddress)>,
    /// In a capture of any interface: which one, where that is said, and
    /// whether the frame was leaving (Linux cooked captures).
    pub cooked: Option<Cooked>,
    /// The network layer, if it is IP. The addresses are those of the two
    /// ends: behind a source route or a routing header the last hop's, with a
    /// Home Address option the home's.
    pub ip: Option<Ip>,
    /// What it carries.
    pub carried: Carried,
}

/// What a Linux cooked header says of where a frame was seen
/// (<https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cooked {
    /// The interface's number; 0 where the header has none (version 1).
    pub interface: u32,
    /// The capturing host sent it there.
    pub outgoing: bool,
}

/// What IP, or the link layer itself, carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Carried {
    /// A TCP segment of which at least 16 bytes were kept.
    Tcp(TcpHeader),
    /// A UDP datagram.
    Udp(UdpHeader),
    /// An ICMP error about a packet.
    IcmpError(Box<IcmpError>),
    /// Other ICMP.
    Icmp,
    /// ARP.
    Arp,
    /// A piece of a larger packet.
    Fragment,
    /// Some other protocol.
    #[default]
    Other,
    /// Its bytes contradict themselves or are cut too short.
    Unreadable,
    /// A link layer that is not read.
    UnknownLink,
}

/// What an ICMP error quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcmpError {
    /// The packet it is about.
    pub quoted: Quoted,
    /// The message's type and code.
    pub kind: (u8, u8),
    /// That packet's TCP header, if at least 16 bytes of it are quoted.
    pub tcp: Option<TcpHeader>,
}

/// TCP's header as the analysis needs it (RFC 9293 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpHeader {
    /// Sender's port.
    pub source_port: u16,
    /// Receiver's port.
    pub destination_port: u16,
    /// The number of the first byte, or of the SYN.
    pub seq: SeqNumber,
    /// The acknowledgment field, whatever the ACK bit says.
    pub ack: SeqNumber,
    /// The eight control bits.
    pub flags: TcpFlags,
    /// The four bits between the header's length and the control bits: three
    /// reserved ones and AE (accurate ECN), 0 to 15.
    pub reserved: u8,
    /// The 16 bits of the window.
    pub window: RawWindow,
    /// The header's length as it states it, 0 to 60 bytes; below 20 it
    /// contradicts itself.
    pub header_length: u8,
    /// Header and payload on the wire, in bytes, as the IP header says, but
    /// no more than the frame had.
    pub wire_length: u32,
    /// Where it starts in the frame, in bytes.
    pub offset: u32,
    /// How many of its bytes were kept: 16 at least, `wire_length` at most.
    pub kept: u32,
    /// What the options say.
    pub options: TcpHeaderOptions,
}

impl TcpHeader {
    /// Payload bytes on the wire; `None` where the header claims to be longer
    /// than the whole.
    pub const fn payload_length(&self) -> Option<u32> {
        self.wire_length.checked_sub(self.header_length as u32)
    }
}

/// The options that change how later segments are understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TcpHeaderOptions {
    /// The largest segment the sender can receive, in bytes.
    pub maximum_segment_size: Option<u16>,
    /// The shift for the windows of later segments as it stands there, 0 to 255.
    pub window_scale: Option<u8>,
    /// Selective acknowledgments may be sent.
    pub sack_permitted: bool,
    /// Timestamp value and echo reply.
    pub timestamps: Option<(u32, u32)>,
    /// Blocks received out of order: first byte, byte behind the last; raw.
    pub sack: [(u32, u32); 4],
    /// How many of them there are, 0 to 4.
    pub sack_blocks: u8,
    /// MPTCP subtypes present, one bit each.
    pub mptcp: u16,
    /// How the options ended.
    pub end: OptionsEnd,
}

/// How the list of a segment's options ended. What stands before the end
/// counts in every case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OptionsEnd {
    /// Where the header ends, or at an end-of-options.
    #[default]
    Whole,
    /// At an option whose length contradicts itself.
    Malformed,
    /// At a SACK option without one whole block.
    EmptySack,
    /// The next byte was not kept.
    Cut,
}

/// UDP's header (RFC 768).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UdpHeader {
    /// Sender's port.
    pub source_port: u16,
    /// Receiver's port.
    pub destination_port: u16,
    /// Payload bytes on the wire.
    pub length: u32,
    /// Where its payload starts in the frame, in bytes.
    pub payload: u32,
}
