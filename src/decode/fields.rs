//! Every header field with its byte span: what the reader of one frame sees.
//!
//! Built only when somebody looks at a frame; conversations are made from
//! [`super::packet`].

use std::net::IpAddr;
use std::ops::Range;

use etherparse::{LaxNetSlice, LinkSlice, TcpOptionElement, TcpOptionsIterator};

use super::{
    MacAddress, Packet, Transport, TransportBytes, Udp, Verdict, checksum, offset_in, slice, tcp, transport_slice, udp,
};
use crate::model::{Frame, LinkType, TcpFlags};

/// One field, or one header with its fields inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Wireshark's name for it, `tcp.window_size_value`; a header is named by
    /// its protocol, `tcp`.
    pub name: &'static str,
    /// Where it is, in bytes from the start of the frame. Fields smaller than
    /// a byte share their span with their neighbours.
    pub span: Range<usize>,
    /// What it says.
    pub value: Value,
    /// The fields inside.
    pub children: Vec<Field>,
}

/// What a field says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A header or a group: its fields say it.
    Group,
    /// A number people write in decimal.
    Number(u64),
    /// A number people write in hexadecimal, with this many digits.
    Hex(u64, usize),
    /// A hardware address.
    Mac(MacAddress),
    /// An IP address.
    Address(IpAddr),
    /// TCP's control bits.
    Flags(TcpFlags),
    /// A checksum as stored, and what it tells.
    Checksum(u16, Verdict),
    /// Two numbers that belong together: a timestamp and its echo, or the ends
    /// of a block.
    Pair(u32, u32),
    /// Bytes without further structure.
    Bytes,
    /// Present or absent is all it says.
    Present,
}

/// All headers of a frame, outermost first, each with its fields. What could
/// not be read is missing here and told in [`Packet::remarks`].
pub fn fields(link_type: LinkType, frame: &Frame) -> Vec<Field> {
    let bytes = &*frame.bytes;
    let mut headers = Vec::new();
    let Some(sliced) = slice(link_type, bytes, &mut Vec::new()) else {
        return headers;
    };
    if let Some(LinkSlice::Ethernet2(header)) = &sliced.link {
        headers.push(group(
            "eth",
            0..14,
            vec![
                leaf("eth.dst", 0..6, Value::Mac(MacAddress(header.destination()))),
                leaf("eth.src", 6..12, Value::Mac(MacAddress(header.source()))),
                leaf("eth.type", 12..14, Value::Hex(header.ether_type().0.into(), 4)),
            ],
        ));
    }
    match &sliced.net {
        Some(LaxNetSlice::Ipv4(ip)) => headers.push(ipv4(bytes, &ip.header())),
        Some(LaxNetSlice::Ipv6(ip)) => headers.push(ipv6(bytes, &ip.header())),
        Some(LaxNetSlice::Arp(_)) | None => {}
    }
    let packet = super::packet(link_type, frame);
    if let Some(segment) = transport_slice(frame, &sliced) {
        headers.extend(transport(bytes, &packet, &segment));
    }
    headers
}

fn leaf(name: &'static str, span: Range<usize>, value: Value) -> Field {
    Field { name, span, value, children: Vec::new() }
}

fn group(name: &'static str, span: Range<usize>, children: Vec<Field>) -> Field {
    Field { name, span, value: Value::Group, children }
}

fn ipv4(bytes: &[u8], header: &etherparse::Ipv4HeaderSlice<'_>) -> Field {
    let at = offset_in(bytes, header.slice());
    let number =
        |name, span: Range<usize>, value: u64| leaf(name, at + span.start..at + span.end, Value::Number(value));
    let hex = |name, span: Range<usize>, value: u64, digits| {
        leaf(name, at + span.start..at + span.end, Value::Hex(value, digits))
    };
    let flags = u64::from(header.dont_fragment()) << 1 | u64::from(header.more_fragments());
    let services = u64::from(header.dcp().value()) << 2 | u64::from(header.ecn().value());
    let mut children = vec![
        number("ip.version", 0..1, header.version().into()),
        number("ip.hdr_len", 0..1, u64::from(header.ihl()) * 4),
        hex("ip.dsfield", 1..2, services, 2),
        number("ip.len", 2..4, header.total_len().into()),
        hex("ip.id", 4..6, header.identification().into(), 4),
        hex("ip.flags", 6..7, flags, 1),
        number("ip.frag_offset", 6..8, u64::from(header.fragments_offset().value()) * 8),
        number("ip.ttl", 8..9, header.ttl().into()),
        number("ip.proto", 9..10, header.protocol().0.into()),
        leaf(
            "ip.checksum",
            at + 10..at + 12,
            Value::Checksum(header.header_checksum(), checksum::judge_ipv4(header.slice(), header.header_checksum())),
        ),
        leaf("ip.src", at + 12..at + 16, Value::Address(header.source_addr().into())),
        leaf("ip.dst", at + 16..at + 20, Value::Address(header.destination_addr().into())),
    ];
    if !header.options().is_empty() {
        children.push(leaf("ip.options", at + 20..at + 20 + header.options().len(), Value::Bytes));
    }
    group("ip", at..at + header.slice().len(), children)
}

fn ipv6(bytes: &[u8], header: &etherparse::Ipv6HeaderSlice<'_>) -> Field {
    let at = offset_in(bytes, header.slice());
    let number =
        |name, span: Range<usize>, value: u64| leaf(name, at + span.start..at + span.end, Value::Number(value));
    group(
        "ipv6",
        at..at + 40,
        vec![
            number("ipv6.version", 0..1, header.version().into()),
            number("ipv6.tclass", 0..2, header.traffic_class().into()),
            leaf("ipv6.flow", at + 1..at + 4, Value::Hex(header.flow_label().value().into(), 5)),
            number("ipv6.plen", 4..6, header.payload_length().into()),
            number("ipv6.nxt", 6..7, header.next_header().0.into()),
            number("ipv6.hlim", 7..8, header.hop_limit().into()),
            leaf("ipv6.src", at + 8..at + 24, Value::Address(header.source_addr().into())),
            leaf("ipv6.dst", at + 24..at + 40, Value::Address(header.destination_addr().into())),
        ],
    )
}

fn transport(bytes: &[u8], packet: &Packet, segment: &TransportBytes) -> Vec<Field> {
    let at = segment.kept.start;
    match &packet.transport {
        Transport::Tcp(header) => {
            let mut fields = vec![tcp_header(bytes, at, header)];
            if !header.payload.is_empty() {
                fields.push(leaf("tcp.payload", header.payload.clone(), Value::Bytes));
            }
            fields
        }
        Transport::Udp(header) => {
            let mut fields = vec![udp_header(bytes, at, header)];
            if !header.payload.is_empty() {
                fields.push(leaf("udp.payload", header.payload.clone(), Value::Bytes));
            }
            fields
        }
        Transport::Icmp(message) => {
            let children = vec![
                leaf("icmp.type", at..at + 1, Value::Number(message.kind.into())),
                leaf("icmp.code", at + 1..at + 2, Value::Number(message.code.into())),
                leaf("icmp.checksum", at + 2..at + 4, Value::Hex(word(bytes, at + 2), 4)),
            ];
            let end = segment.kept.end.min(at + 8);
            let mut fields = vec![group("icmp", at..end, children)];
            if segment.kept.end > end {
                fields.push(leaf("icmp.data", end..segment.kept.end, Value::Bytes));
            }
            fields
        }
        Transport::Arp | Transport::Other => Vec::new(),
    }
}

/// Two bytes of the frame as a number; 0 where they are not there.
fn word(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|rest| rest.first_chunk::<2>()).map_or(0, |two| u16::from_be_bytes(*two).into())
}

fn udp_header(bytes: &[u8], at: usize, header: &Udp) -> Field {
    let stored = word(bytes, at + 6);
    let checksum = match (header.checksum, u16::try_from(stored)) {
        (Some(verdict), Ok(stored)) => Value::Checksum(stored, verdict),
        _ => Value::Hex(stored, 4),
    };
    group(
        "udp",
        at..at + udp::HEADER,
        vec![
            leaf("udp.srcport", at..at + 2, Value::Number(header.source_port.into())),
            leaf("udp.dstport", at + 2..at + 4, Value::Number(header.destination_port.into())),
            leaf("udp.length", at + 4..at + 6, Value::Number(word(bytes, at + 4))),
            leaf("udp.checksum", at + 6..at + 8, checksum),
        ],
    )
}

fn tcp_header(bytes: &[u8], at: usize, header: &tcp::Tcp) -> Field {
    let word = |offset: usize| word(bytes, at + offset);
    let end = header.payload.start;
    let number =
        |name, span: Range<usize>, value: u64| leaf(name, at + span.start..at + span.end, Value::Number(value));
    let acknowledgment = word(8) << 16 | word(10);
    let stored = u16::try_from(word(16)).unwrap_or_default();
    let mut children = vec![
        number("tcp.srcport", 0..2, header.source_port.into()),
        number("tcp.dstport", 2..4, header.destination_port.into()),
        number("tcp.seq_raw", 4..8, header.seq.raw().into()),
        number("tcp.ack_raw", 8..12, acknowledgment),
        number("tcp.hdr_len", 12..13, (word(12) >> 12) * 4),
        leaf("tcp.flags", at + 12..at + 14, Value::Flags(header.flags)),
        number("tcp.window_size_value", 14..16, header.window.0.into()),
        leaf("tcp.checksum", at + 16..at + 18, Value::Checksum(stored, header.checksum)),
        number("tcp.urgent_pointer", 18..20, word(18)),
    ];
    if end > at + tcp::FIXED {
        let span = at + tcp::FIXED..end;
        let options = options(bytes.get(span.clone()).unwrap_or_default(), span.start);
        children.push(group("tcp.options", span, options));
    }
    group("tcp", at..end, children)
}

fn options(bytes: &[u8], at: usize) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut iterator = TcpOptionsIterator::from_slice(bytes);
    let mut start = at;
    while let Some(Ok(element)) = iterator.next() {
        let end = at + (bytes.len() - iterator.rest().len());
        let (name, value) = match element {
            TcpOptionElement::Noop => ("tcp.options.nop", Value::Present),
            TcpOptionElement::MaximumSegmentSize(size) => ("tcp.options.mss_val", Value::Number(size.into())),
            TcpOptionElement::WindowScale(shift) => ("tcp.options.wscale.shift", Value::Number(shift.into())),
            TcpOptionElement::SelectiveAcknowledgementPermitted => ("tcp.options.sack_perm", Value::Present),
            TcpOptionElement::SelectiveAcknowledgement((left, right), _) => {
                ("tcp.options.sack", Value::Pair(left, right))
            }
            TcpOptionElement::Timestamp(value, echo) => ("tcp.options.timestamp", Value::Pair(value, echo)),
        };
        fields.push(leaf(name, start..end, value));
        start = end;
    }
    fields
}
