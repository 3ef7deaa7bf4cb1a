//! Into bytes, with right checksums (RFC 1071).

use super::{Arp, Body, Datagram, Ethernet, Icmp, Payload};
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
            Body::Ipv4(datagram) => datagram.length(),
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
        20 + match &self.payload {
            Payload::Tcp { segment, .. } => header_length(&segment.options) + segment.payload.len(),
            Payload::Icmp(Icmp::TimeExceeded { about } | Icmp::Unreachable { about, .. }) => 8 + about.len(),
        }
    }

    /// What an ICMP error quotes of it: the header and eight bytes more
    /// (RFC 792).
    pub(in crate::source::simulator) fn quoted(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.push(&mut bytes);
        bytes.truncate(28);
        bytes
    }

    /// RFC 791 §3.1; it may not be fragmented.
    fn push(&self, bytes: &mut Vec<u8>) {
        let protocol = match self.payload {
            Payload::Tcp { .. } => 6,
            Payload::Icmp(_) => 1,
        };
        let length = u16::try_from(self.length()).unwrap_or(u16::MAX);
        let mut header = [0_u8; 20];
        put(&mut header, 0, 0x4500);
        put(&mut header, 2, length);
        put(&mut header, 4, self.identification);
        put(&mut header, 6, 0x4000);
        put(&mut header, 8, u16::from(self.ttl) << 8 | protocol);
        for (at, address) in [(12, self.source), (16, self.destination)] {
            let [a, b, c, d] = address.octets();
            put(&mut header, at, u16::from_be_bytes([a, b]));
            put(&mut header, at + 2, u16::from_be_bytes([c, d]));
        }
        let sum = checksum(&[&header]);
        put(&mut header, 10, sum);
        bytes.extend_from_slice(&header);
        match &self.payload {
            Payload::Icmp(icmp) => icmp.push(bytes),
            Payload::Tcp { from, to, segment } => {
                let mut tcp = tcp_header(*from, *to, segment);
                // RFC 9293 §3.1: the pseudo-header.
                let total = u16::try_from(tcp.len() + segment.payload.len()).unwrap_or(u16::MAX);
                let (source, destination) = (self.source.octets(), self.destination.octets());
                let rest = [[0, 6], total.to_be_bytes()].concat();
                let sum = checksum(&[&source, &destination, &rest, &tcp, &segment.payload]);
                put(&mut tcp, 16, sum);
                bytes.extend_from_slice(&tcp);
                bytes.extend_from_slice(&segment.payload);
            }
        }
    }
}

impl Icmp {
    /// RFC 792.
    fn push(&self, bytes: &mut Vec<u8>) {
        let (kind, code, about) = match self {
            Self::TimeExceeded { about } => (11, 0, about),
            Self::Unreachable { code, about } => (3, *code, about),
        };
        let mut header = [kind, code, 0, 0, 0, 0, 0, 0];
        let sum = checksum(&[&header, about]);
        put(&mut header, 2, sum);
        bytes.extend_from_slice(&header);
        bytes.extend_from_slice(about);
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
