//! The meaning of bytes: one frame in, its headers, fields and remarks out.
//!
//! The only place that names `etherparse`. Remembers nothing between frames
//! and never drops one: a frame that cannot be read to its end is a packet
//! with a [`Remark`]. Has no opinion on who is client or server.

/// What an address says by itself.
pub mod address;
/// The Internet checksum and its three verdicts.
mod checksum;
/// A frame taken apart, field by field.
mod dissect;
/// Every header field with its byte span, for a reader who looks.
mod fields;
/// What conversations are made of, for ten million frames.
mod headers;
/// ICMP and what it quotes.
mod icmp;
/// Where the network layer starts behind each link layer.
mod link;
/// How values are written.
mod print;
/// Every field there is a name for.
mod registry;
/// Text from packets made safe to show.
mod safe;
/// TCP's fixed header and its options.
mod tcp;
/// UDP's header.
mod udp;
/// What of a packet outlives every hop.
mod unchanged;

use std::net::IpAddr;
use std::ops::Range;

use etherparse::{LaxNetSlice, LaxSlicedPacket, LinkSlice};

pub use checksum::Verdict;
pub use dissect::{FieldSink, FieldValue, dissect};
pub use fields::{Field, Value, fields};
pub use headers::{
    Carried, Cooked, Headers, IcmpError, OptionsEnd, TcpHeader, TcpHeaderOptions, UdpHeader, headers, headers_into,
};
pub use icmp::{Icmp, IcmpMeaning, Quoted};
pub use print::print;
pub use registry::{FieldId, FieldInfo, Kind};
pub use safe::{is_hidden, push_safe};
pub use tcp::{Tcp, TcpOptions};
pub use udp::Udp;
pub use unchanged::{Arp, Unchanged, arp, unchanged};

use crate::model::{Frame, LinkType};

/// A hardware address (IEEE 802, 48 bits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MacAddress(pub [u8; 6]);

impl std::fmt::Display for MacAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pairs: Vec<String> = self.0.iter().map(|octet| format!("{octet:02x}")).collect();
        f.pad(&pairs.join(":"))
    }
}

/// What a frame turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Ethernet's addresses: from, to.
    pub ethernet: Option<(MacAddress, MacAddress)>,
    /// The network layer, if it is IP.
    pub ip: Option<Ip>,
    /// What it carries.
    pub transport: Transport,
    /// What a reader must know before believing the rest.
    pub remarks: Vec<Remark>,
}

/// The part of an IP header that conversations are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ip {
    /// From.
    pub source: IpAddr,
    /// To.
    pub destination: IpAddr,
    /// How many routers it may still cross: TTL, or IPv6's hop limit.
    pub ttl: u8,
    /// IPv4's identification; IPv6 has none.
    pub identification: Option<u16>,
}

/// What a packet carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// A TCP segment.
    Tcp(Tcp),
    /// A UDP datagram.
    Udp(Udp),
    /// ICMP or `ICMPv6`.
    Icmp(Icmp),
    /// ARP, which is not carried by IP at all.
    Arp,
    /// Anything else.
    Other,
}

/// Something a reader must know about a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// The capture kept fewer bytes than were on the wire.
    Cut {
        /// Bytes kept.
        kept: usize,
        /// Bytes on the wire.
        wire: u32,
    },
    /// A header does not fit or contradicts itself.
    Malformed {
        /// The header, as the RFCs call it.
        layer: &'static str,
        /// Where in the frame it starts, in bytes.
        offset: usize,
        /// What the parser said.
        reason: String,
    },
    /// A link layer that is not read: the frame is listed, nothing more.
    UnknownLink(LinkType),
    /// A piece of a larger packet; its transport header is elsewhere.
    Fragment,
    /// A TCP option whose length contradicts itself; the ones behind it are
    /// unreadable.
    BadOption {
        /// Where in the frame it starts, in bytes.
        offset: usize,
    },
}

/// Reads one frame.
pub fn packet(link_type: LinkType, frame: &Frame) -> Packet {
    let bytes = &*frame.bytes;
    let mut packet = Packet { ethernet: None, ip: None, transport: Transport::Other, remarks: Vec::new() };
    if frame.is_cut() {
        packet.remarks.push(Remark::Cut { kept: bytes.len(), wire: frame.original_length });
    }
    let Some(sliced) = slice(link_type, bytes, &mut packet.remarks) else {
        return packet;
    };
    if let Some(LinkSlice::Ethernet2(header)) = &sliced.link {
        packet.ethernet = Some((MacAddress(header.source()), MacAddress(header.destination())));
    }
    match &sliced.net {
        Some(LaxNetSlice::Ipv4(ip)) => {
            let header = ip.header();
            packet.ip = Some(Ip {
                source: header.source_addr().into(),
                destination: header.destination_addr().into(),
                ttl: header.ttl(),
                identification: Some(header.identification()),
            });
        }
        Some(LaxNetSlice::Ipv6(ip)) => {
            let header = ip.header();
            packet.ip = Some(Ip {
                source: header.source_addr().into(),
                destination: header.destination_addr().into(),
                ttl: header.hop_limit(),
                identification: None,
            });
        }
        Some(LaxNetSlice::Arp(_)) => packet.transport = Transport::Arp,
        None => {}
    }
    if let (Some(ip), Some(segment)) = (packet.ip, transport_slice(frame, &sliced)) {
        if segment.fragment {
            packet.remarks.push(Remark::Fragment);
        } else {
            packet.transport = transport(bytes, ip, &segment, &mut packet.remarks);
        }
    }
    packet
}

fn transport(bytes: &[u8], ip: Ip, segment: &TransportBytes, remarks: &mut Vec<Remark>) -> Transport {
    match segment.protocol {
        etherparse::IpNumber::TCP => tcp::read(bytes, ip, segment, remarks).map_or(Transport::Other, Transport::Tcp),
        etherparse::IpNumber::UDP => udp::read(bytes, ip, segment, remarks).map_or(Transport::Other, Transport::Udp),
        etherparse::IpNumber::ICMP | etherparse::IpNumber::IPV6_ICMP => icmp::read(bytes, ip, segment).map_or_else(
            || {
                let reason = format!("4 bytes needed, {} there", segment.kept.len());
                remarks.push(Remark::Malformed { layer: "ICMP", offset: segment.kept.start, reason });
                Transport::Other
            },
            Transport::Icmp,
        ),
        _ => Transport::Other,
    }
}

/// The transport layer's bytes within a frame.
struct TransportBytes {
    /// Which protocol IP names.
    protocol: etherparse::IpNumber,
    /// What was kept of it, as a span of the frame.
    kept: Range<usize>,
    /// How long it was on the wire, in bytes, as the IP header says.
    wire_length: u32,
    /// Only a piece of it is here.
    fragment: bool,
}

/// Takes a frame apart down to the transport layer, as far as it goes; says in
/// `remarks` why it stopped.
fn slice<'a>(link_type: LinkType, bytes: &'a [u8], remarks: &mut Vec<Remark>) -> Option<LaxSlicedPacket<'a>> {
    let sliced = match link::strip(link_type, bytes) {
        link::Stripped::Ethernet => LaxSlicedPacket::from_ethernet(bytes)
            .inspect_err(|error| {
                let reason = error.to_string();
                remarks.push(Remark::Malformed { layer: "Ethernet", offset: 0, reason });
            })
            .ok()?,
        link::Stripped::Ip { offset } => LaxSlicedPacket::from_ip(bytes.get(offset..)?)
            .inspect_err(|error| {
                remarks.push(Remark::Malformed { layer: "IP", offset, reason: error.to_string() });
            })
            .ok()?,
        link::Stripped::EtherType { ether_type, offset } => {
            LaxSlicedPacket::from_ether_type(etherparse::EtherType(ether_type), bytes.get(offset..)?)
        }
        link::Stripped::TooShort { needed } => {
            let reason = format!("{needed} bytes needed, {} there", bytes.len());
            remarks.push(Remark::Malformed { layer: "link layer", offset: 0, reason });
            return None;
        }
        link::Stripped::Unknown => {
            remarks.push(Remark::UnknownLink(link_type));
            return None;
        }
    };
    if let Some((error, layer)) = &sliced.stop_err {
        // The transport header is read by ourselves: a cut there is no end.
        if !matches!(layer, etherparse::err::Layer::TcpHeader | etherparse::err::Layer::UdpHeader) {
            let layer = if sliced.net.is_none() { "network layer" } else { "transport layer" };
            let reason = error.to_string();
            remarks.push(Remark::Malformed { layer, offset: stop_offset(bytes, &sliced), reason });
        }
    }
    Some(sliced)
}

/// Where the part that could not be read starts.
fn stop_offset(bytes: &[u8], sliced: &LaxSlicedPacket<'_>) -> usize {
    if let Some(payload) = sliced.ip_payload() {
        offset_in(bytes, payload.payload)
    } else if let Some(payload) = sliced.ether_payload() {
        offset_in(bytes, payload.payload)
    } else {
        0
    }
}

fn transport_slice(frame: &Frame, sliced: &LaxSlicedPacket<'_>) -> Option<TransportBytes> {
    let bytes = &*frame.bytes;
    let (payload, ip_end) = match sliced.net.as_ref()? {
        LaxNetSlice::Ipv4(ip) => {
            let header = ip.header();
            let start = offset_in(bytes, header.slice());
            (ip.payload(), (header.total_len() > 0).then(|| start + usize::from(header.total_len())))
        }
        LaxNetSlice::Ipv6(ip) => {
            let header = ip.header();
            let start = offset_in(bytes, header.slice()) + header.slice().len();
            (ip.payload(), (header.payload_length() > 0).then(|| start + usize::from(header.payload_length())))
        }
        LaxNetSlice::Arp(_) => return None,
    };
    let start = offset_in(bytes, payload.payload);
    // A length of 0 stands for "the sender's hardware will fill it in": then
    // the frame's own length is all we have (RFC 2675 jumbograms apart).
    let wire_end = ip_end.unwrap_or_else(|| usize::try_from(frame.original_length).unwrap_or(usize::MAX));
    Some(TransportBytes {
        protocol: payload.ip_number,
        kept: start..(start + payload.payload.len()).min(bytes.len()),
        wire_length: u32::try_from(wire_end.saturating_sub(start)).unwrap_or(u32::MAX),
        fragment: payload.fragmented,
    })
}

/// Where `part`, a piece of `whole`, starts in it.
fn offset_in(whole: &[u8], part: &[u8]) -> usize {
    part.as_ptr().addr().saturating_sub(whole.as_ptr().addr()).min(whole.len())
}

#[cfg(test)]
mod tests;
