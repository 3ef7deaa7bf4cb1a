//! The headers that conversations are made of, read without allocating: this
//! runs once for each of ten million frames. [`super::packet`] says more about
//! one frame, [`super::dissect`] says all.

use super::{Ip, MacAddress, Quoted};
use crate::model::{RawWindow, SeqNumber, TcpFlags};

/// What a frame is, as far as a conversation is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headers {
    /// Ethernet's addresses: from, to.
    pub ethernet: Option<(MacAddress, MacAddress)>,
    /// The network layer, if it is IP.
    pub ip: Option<Ip>,
    /// What it carries.
    pub carried: Carried,
}

/// What IP, or the link layer itself, carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// A TCP segment.
    Tcp(TcpHeader),
    /// A UDP datagram.
    Udp(UdpHeader),
    /// An ICMP error about this packet, with its TCP header as far as quoted.
    IcmpError(Quoted, Option<TcpHeader>),
    /// Other ICMP.
    Icmp,
    /// ARP.
    Arp,
    /// A piece of a larger packet.
    Fragment,
    /// Some other protocol.
    Other,
    /// Its bytes contradict themselves or are cut too short.
    Unreadable,
    /// A link layer that is not read.
    UnknownLink,
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
    /// The header's length as it states it, 0 to 60 bytes.
    pub header_length: u8,
    /// Header and payload on the wire, in bytes, as the IP header says.
    pub wire_length: u32,
    /// Where it starts in the frame, in bytes.
    pub offset: u32,
    /// How many of its bytes were kept.
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
    /// The options ended where they should.
    pub whole: bool,
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
