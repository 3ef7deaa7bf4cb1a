//! Into bytes, with right checksums (RFC 1071).

use std::net::{IpAddr, Ipv4Addr};

use super::{Arp, Body, Datagram, Ethernet, Payload};
use crate::source::simulator::tcp::{Options, Segment};

/// The shortest frame without its check sequence (IEEE 802.3 §4.2.3.3).
const SHORTEST: usize = 60;

/// RFC 1071 §1: the ones' complement of the ones' complement sum.
pub(super) fn checksum(parts: &[&[u8]]) -> u16 {
    let mut sum: u64 = 0;
    for part in parts {
        let (words, rest) = part.as_chunks::<2>();
        sum += words.iter().map(|word| u64::from(u16::from_be_bytes(*word))).sum::<u64>();
        if let [last] = rest {
            sum += u64::from(*last) << 8;
        }
    }
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(u16::MAX)
}

/// Writes a 16-bit number at `at`.
fn put(bytes: &mut [u8], at: usize, value: u16) {
    if let Some(slot) = bytes.get_mut(at..at + 2) {
        slot.copy_from_slice(&value.to_be_bytes());
    }
}

impl Ethernet {
    /// Its length on the cable without the check sequence, in bytes.
    pub fn length(&self) -> usize {
        let body = match &self.body {
            Body::Arp(_) => 28,
            Body::Ipv4(datagram) | Body::Ipv6(datagram) => datagram.length(),
        };
        (14 + body).max(SHORTEST)
    }

    /// The frame as bytes, padded to 60 as on a real cable.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.length());
        bytes.extend_from_slice(&self.destination);
        bytes.extend_from_slice(&self.source);
        match &self.body {
            Body::Arp(arp) => {
                bytes.extend_from_slice(&0x0806_u16.to_be_bytes());
                arp.push(&mut bytes);
            }
            Body::Ipv4(datagram) => {
                bytes.extend_from_slice(&0x0800_u16.to_be_bytes());
                datagram.push(&mut bytes);
            }
            Body::Ipv6(datagram) => {
                bytes.extend_from_slice(&0x86DD_u16.to_be_bytes());
                datagram.push(&mut bytes);
            }
        }
        if bytes.len() < SHORTEST {
            bytes.resize(SHORTEST, 0);
        }
        bytes
    }
}

impl Arp {
    /// RFC 826, "Packet format".
    fn push(&self, bytes: &mut Vec<u8>) {
        let operation = if self.request { 1 } else { 2 };
        bytes.extend_from_slice(&[0, 1, 8, 0, 6, 4, 0, operation]);
        for (mac, address) in [self.sender, self.target] {
            bytes.extend_from_slice(&mac);
            bytes.extend_from_slice(&address.octets());
        }
    }
}

impl Datagram {
    /// Its length, in bytes.
    pub fn length(&self) -> usize {
        self.header_length()
            + match &self.payload {
                Payload::Tcp { segment, .. } => header_length(&segment.options) + segment.payload.len(),
                Payload::Udp { bytes, .. } => 8 + bytes.len(),
                Payload::Icmp(icmp) => icmp.length(),
                Payload::Piece { bytes, .. } => bytes.len(),
            }
    }

    /// The length of its own header, in bytes.
    pub(in crate::source::simulator) const fn header_length(&self) -> usize {
        if self.source.is_ipv4() { 20 } else { 40 }
    }

    /// What an ICMP error quotes of it: the header and eight bytes more
    /// (RFC 792); in IPv6 as much as fits into 1280 bytes (RFC 4443 §3.1).
    pub(in crate::source::simulator) fn quoted(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.push(&mut bytes);
        bytes.truncate(if self.source.is_ipv4() { 28 } else { 1_280 - 48 });
        bytes
    }

    const fn protocol(&self) -> u8 {
        match self.payload {
            Payload::Tcp { .. } => 6,
            Payload::Udp { .. } => 17,
            Payload::Icmp(_) => {
                if self.source.is_ipv4() {
                    1
                } else {
                    58
                }
            }
            Payload::Piece { protocol, .. } => protocol,
        }
    }

    fn push(&self, bytes: &mut Vec<u8>) {
        match (self.source, self.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => self.push_ipv4(source, destination, bytes),
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                // RFC 8200 §3.
                let length = u16::try_from(self.length() - 40).unwrap_or(u16::MAX);
                bytes.extend_from_slice(&[0x60, 0, 0, 0]);
                bytes.extend_from_slice(&length.to_be_bytes());
                bytes.extend_from_slice(&[self.protocol(), self.ttl]);
                bytes.extend_from_slice(&source.octets());
                bytes.extend_from_slice(&destination.octets());
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => {}
        }
        self.push_payload(bytes);
    }

    /// RFC 791 §3.1.
    fn push_ipv4(&self, source: Ipv4Addr, destination: Ipv4Addr, bytes: &mut Vec<u8>) {
        let (offset, more) = match &self.payload {
            Payload::Piece { offset, more, .. } => (*offset / 8, *more),
            Payload::Tcp { .. } | Payload::Udp { .. } | Payload::Icmp(_) => (0, false),
        };
        let flags = u16::from(!self.may_fragment) << 14 | u16::from(more) << 13;
        let length = u16::try_from(self.length()).unwrap_or(u16::MAX);
        let mut header = [0_u8; 20];
        put(&mut header, 0, 0x4500);
        put(&mut header, 2, length);
        put(&mut header, 4, self.identification);
        put(&mut header, 6, flags | offset);
        put(&mut header, 8, u16::from(self.ttl) << 8 | u16::from(self.protocol()));
        for (at, address) in [(12, source), (16, destination)] {
            let [a, b, c, d] = address.octets();
            put(&mut header, at, u16::from_be_bytes([a, b]));
            put(&mut header, at + 2, u16::from_be_bytes([c, d]));
        }
        let sum = checksum(&[&header]);
        put(&mut header, 10, sum);
        bytes.extend_from_slice(&header);
    }

    /// What it carries, with the checksum of that.
    pub(in crate::source::simulator) fn push_payload(&self, bytes: &mut Vec<u8>) {
        let sum = |header: &[u8], data: &[u8]| self.sum_with_pseudo_header(&[header, data]);
        match &self.payload {
            Payload::Icmp(icmp) => {
                let mut message = icmp.bytes(self.source.is_ipv6());
                let sum = if self.source.is_ipv4() { checksum(&[&message]) } else { sum(&message, &[]) };
                put(&mut message, 2, sum);
                bytes.extend_from_slice(&message);
            }
            Payload::Tcp { from, to, segment } => {
                let mut tcp = tcp_header(*from, *to, segment);
                let sum = sum(&tcp, &segment.payload);
                put(&mut tcp, 16, sum);
                bytes.extend_from_slice(&tcp);
                bytes.extend_from_slice(&segment.payload);
            }
            Payload::Udp { from, to, bytes: data } => {
                let length = u16::try_from(8 + data.len()).unwrap_or(u16::MAX);
                let mut udp = [*from, *to, length, 0].map(u16::to_be_bytes).concat();
                // RFC 768: zero would mean that there is none.
                let sum = match sum(&udp, data) {
                    0 => u16::MAX,
                    sum => sum,
                };
                put(&mut udp, 6, sum);
                bytes.extend_from_slice(&udp);
                bytes.extend_from_slice(data);
            }
            Payload::Piece { bytes: piece, .. } => bytes.extend_from_slice(piece),
        }
    }

    /// RFC 9293 §3.1, RFC 8200 §8.1: the pseudo-header counts as well.
    pub(super) fn sum_with_pseudo_header(&self, parts: &[&[u8]]) -> u16 {
        let length = u32::try_from(parts.iter().map(|part| part.len()).sum::<usize>()).unwrap_or(u32::MAX);
        let rest = [length.to_be_bytes(), u32::from(self.protocol()).to_be_bytes()].concat();
        let [head, body] = [parts.first(), parts.get(1)].map(|part| part.copied().unwrap_or_default());
        match (self.source, self.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                checksum(&[&source.octets(), &destination.octets(), &rest, head, body])
            }
            (source, destination) => {
                let octets = |address: IpAddr| match address {
                    IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
                    IpAddr::V6(address) => address.octets(),
                };
                checksum(&[&octets(source), &octets(destination), &rest, head, body])
            }
        }
    }
}

fn header_length(options: &Options) -> usize {
    20 + usize::try_from(options.length()).unwrap_or(40)
}

/// RFC 9293 §3.1, without the checksum.
fn tcp_header(from: u16, to: u16, segment: &Segment) -> Vec<u8> {
    let mut header = Vec::with_capacity(60);
    header.extend_from_slice(&from.to_be_bytes());
    header.extend_from_slice(&to.to_be_bytes());
    header.extend_from_slice(&segment.seq.raw().to_be_bytes());
    header.extend_from_slice(&segment.ack.raw().to_be_bytes());
    let words = u8::try_from(header_length(&segment.options) / 4).unwrap_or(15);
    header.extend_from_slice(&[words << 4, segment.flags.bits()]);
    header.extend_from_slice(&segment.window.0.to_be_bytes());
    header.extend_from_slice(&[0, 0]);
    header.extend_from_slice(&segment.urgent.to_be_bytes());
    push_options(&mut header, &segment.options);
    header
}

/// In Linux's order; each word filled with no-operations from the left.
fn push_options(header: &mut Vec<u8>, options: &Options) {
    const NOP: u8 = 1;
    if let Some(mss) = options.mss {
        let [high, low] = mss.to_be_bytes();
        header.extend_from_slice(&[2, 4, high, low]);
    }
    match (options.sack_permitted, options.timestamps.is_some()) {
        (true, true) => header.extend_from_slice(&[4, 2]),
        (true, false) => header.extend_from_slice(&[NOP, NOP, 4, 2]),
        (false, true) => header.extend_from_slice(&[NOP, NOP]),
        (false, false) => {}
    }
    if let Some(stamps) = options.timestamps {
        header.extend_from_slice(&[8, 10]);
        header.extend_from_slice(&stamps.value.to_be_bytes());
        header.extend_from_slice(&stamps.echo.to_be_bytes());
    }
    if let Some(scale) = options.window_scale {
        header.extend_from_slice(&[NOP, 3, 3, scale.shift()]);
    }
    let blocks = u8::try_from(options.sack.count()).unwrap_or(4);
    if blocks > 0 {
        header.extend_from_slice(&[NOP, NOP, 5, 2 + 8 * blocks]);
        for block in options.sack.iter() {
            header.extend_from_slice(&block.start.raw().to_be_bytes());
            header.extend_from_slice(&block.end.raw().to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header of RFC 1071's numerical example (§3): 0001 f203 f4f5 f6f7.
    #[test]
    fn the_checksum_of_the_rfc() {
        assert_eq!(checksum(&[&[0x00, 0x01, 0xF2, 0x03], &[0xF4, 0xF5, 0xF6, 0xF7]]), !0xDDF2);
        assert_eq!(checksum(&[&[0x12]]), !0x1200, "an odd byte is the upper half");
    }

    #[test]
    fn an_arp_request_is_a_padded_frame() {
        let (mac, address) = ([2, 0, 0, 0, 1, 1], "192.168.1.10".parse().unwrap());
        let target = ([0; 6], "192.168.1.1".parse().unwrap());
        let arp = Arp { request: true, sender: (mac, address), target };
        let frame = Ethernet { source: mac, destination: super::super::BROADCAST, body: Body::Arp(arp) };
        let bytes = frame.bytes();
        assert_eq!((bytes.len(), frame.length()), (60, 60));
        assert_eq!(bytes[12..22], [8, 6, 0, 1, 8, 0, 6, 4, 0, 1]);
    }
}
