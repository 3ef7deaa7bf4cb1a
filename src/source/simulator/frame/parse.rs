//! From bytes: what somebody else's TCP sends to ours.

use std::net::{Ipv4Addr, Ipv6Addr};

use thiserror::Error;

use super::encode::checksum;
use super::{Arp, Body, Datagram, Ethernet, Icmp, Payload};
use crate::model::{RawWindow, SeqNumber, TcpFlags, WindowScale};
use crate::source::simulator::tcp::{Options, SackBlock, SackBlocks, Segment, Timestamps};

/// Why a frame cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// It ends before a header does.
    #[error("{header} needs {needed} bytes and has {available}")]
    Short {
        /// Whose header, as the RFCs call it.
        header: &'static str,
        /// Bytes it needs.
        needed: usize,
        /// Bytes there are.
        available: usize,
    },
    /// It carries neither ARP nor IP.
    #[error("EtherType {ether_type:#06x} is not spoken here")]
    EtherType {
        /// The number.
        ether_type: u16,
    },
    /// It carries neither TCP, UDP nor ICMP, or ICMP that is not known here.
    #[error("IP protocol {protocol} is not spoken here")]
    Protocol {
        /// The number.
        protocol: u8,
    },
    /// A checksum is wrong.
    #[error("the checksum of {header} is wrong")]
    Checksum {
        /// Whose.
        header: &'static str,
    },
    /// A field contradicts another or the RFC.
    #[error("a header of {header} contradicts itself")]
    Malformed {
        /// Whose.
        header: &'static str,
    },
}

/// Bytes, read from the front.
pub(super) struct Input<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) header: &'static str,
}

impl<'a> Input<'a> {
    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N], Unreadable> {
        let (first, rest) = self.bytes.split_first_chunk::<N>().ok_or(Unreadable::Short {
            header: self.header,
            needed: N,
            available: self.bytes.len(),
        })?;
        self.bytes = rest;
        Ok(*first)
    }

    fn bytes(&mut self, count: usize) -> Result<&'a [u8], Unreadable> {
        let short = Unreadable::Short { header: self.header, needed: count, available: self.bytes.len() };
        let (first, rest) = self.bytes.split_at_checked(count).ok_or(short)?;
        self.bytes = rest;
        Ok(first)
    }

    fn byte(&mut self) -> Result<u8, Unreadable> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn half(&mut self) -> Result<u16, Unreadable> {
        self.take().map(u16::from_be_bytes)
    }

    pub(super) fn word(&mut self) -> Result<u32, Unreadable> {
        self.take().map(u32::from_be_bytes)
    }

    fn address(&mut self) -> Result<Ipv4Addr, Unreadable> {
        self.word().map(Ipv4Addr::from_bits)
    }
}

impl Ethernet {
    /// Reads a frame.
    ///
    /// # Errors
    /// [`Unreadable`]: it is cut, damaged, or of a protocol that the simulator
    /// does not speak.
    pub fn parse(frame: &[u8]) -> Result<Self, Unreadable> {
        let mut input = Input { bytes: frame, header: "Ethernet" };
        let (destination, source) = (input.take()?, input.take()?);
        let body = match input.half()? {
            0x0806 => Body::Arp(Arp::parse(input.bytes)?),
            0x0800 => Body::Ipv4(Datagram::parse_ipv4(input.bytes)?),
            0x86DD => Body::Ipv6(Datagram::parse_ipv6(input.bytes)?),
            ether_type => return Err(Unreadable::EtherType { ether_type }),
        };
        Ok(Self { source, destination, body })
    }
}

impl Arp {
    fn parse(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut input = Input { bytes, header: "ARP" };
        let request = match input.take()? {
            [0, 1, 8, 0, 6, 4, 0, 1] => true,
            [0, 1, 8, 0, 6, 4, 0, 2] => false,
            _ => return Err(Unreadable::Malformed { header: "ARP" }),
        };
        let sender = (input.take()?, input.address()?);
        Ok(Self { request, sender, target: (input.take()?, input.address()?) })
    }
}

impl Datagram {
    fn parse_ipv4(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut input = Input { bytes, header: "IPv4" };
        let [version, _] = input.take()?;
        let total = usize::from(input.half()?);
        let identification = input.half()?;
        let place = input.half()?;
        let [ttl, protocol] = input.take()?;
        input.half()?;
        let (source, destination) = (input.address()?, input.address()?);
        let length = usize::from(version & 0x0F) * 4;
        let malformed = Unreadable::Malformed { header: "IPv4" };
        if version >> 4 != 4 || length < 20 {
            return Err(malformed);
        }
        let header = bytes.get(..length).ok_or(malformed)?;
        let rest = bytes.get(length..total).ok_or(malformed)?;
        if checksum(&[header]) != 0 {
            return Err(Unreadable::Checksum { header: "IPv4" });
        }
        let (offset, more) = ((place & 0x1FFF) * 8, place & 0x2000 != 0);
        let piece = Payload::Piece { protocol, offset, more, bytes: rest.to_vec() };
        let datagram = Self {
            source: source.into(),
            destination: destination.into(),
            ttl,
            identification,
            may_fragment: place & 0x4000 == 0,
            payload: piece,
            why: None,
        };
        if more || offset > 0 { Ok(datagram) } else { datagram.whole() }
    }

    fn parse_ipv6(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut input = Input { bytes, header: "IPv6" };
        let [version, ..] = input.take::<4>()?;
        let length = usize::from(input.half()?);
        let [protocol, ttl] = input.take()?;
        let [source, destination] =
            [input.take::<16>()?, input.take::<16>()?].map(|octets| Ipv6Addr::from(octets).into());
        if version >> 4 != 6 {
            return Err(Unreadable::Malformed { header: "IPv6" });
        }
        let bytes = input.bytes(length)?.to_vec();
        let payload = Payload::Piece { protocol, offset: 0, more: false, bytes };
        Self { source, destination, ttl, identification: 0, may_fragment: false, payload, why: None }.whole()
    }

    /// Reads what a datagram carries whose pieces are all together.
    pub(in crate::source::simulator) fn whole(mut self) -> Result<Self, Unreadable> {
        let Payload::Piece { protocol, bytes, .. } = &self.payload else { return Ok(self) };
        let ipv6 = self.source.is_ipv6();
        let (header, simple) = match (protocol, ipv6) {
            (6, _) => ("TCP", false),
            (17, _) => ("UDP", false),
            (1, false) => ("ICMP", true),
            (58, true) => ("ICMPv6", false),
            (protocol, _) => return Err(Unreadable::Protocol { protocol: *protocol }),
        };
        // RFC 768: "An all zero transmitted checksum value means that the
        // transmitter generated no checksum".
        let unsummed = *protocol == 17 && !ipv6 && bytes.get(6..8) == Some(&[0, 0]);
        let sum = if simple { checksum(&[bytes]) } else { self.sum_with_pseudo_header(&[bytes]) };
        if sum != 0 && !unsummed {
            return Err(Unreadable::Checksum { header });
        }
        self.payload = match header {
            "TCP" => parse_tcp(bytes)?,
            "UDP" => parse_udp(bytes)?,
            _ => Payload::Icmp(Icmp::parse(bytes, ipv6)?),
        };
        Ok(self)
    }
}

/// RFC 768.
fn parse_udp(bytes: &[u8]) -> Result<Payload, Unreadable> {
    let mut input = Input { bytes, header: "UDP" };
    let (from, to, length) = (input.half()?, input.half()?, usize::from(input.half()?));
    input.half()?;
    let data = length.checked_sub(8).ok_or(Unreadable::Malformed { header: "UDP" })?;
    Ok(Payload::Udp { from, to, bytes: input.bytes(data)?.to_vec() })
}

/// RFC 9293 §3.1.
fn parse_tcp(bytes: &[u8]) -> Result<Payload, Unreadable> {
    let mut input = Input { bytes, header: "TCP" };
    let (from, to) = (input.half()?, input.half()?);
    let (seq, ack) = (SeqNumber::new(input.word()?), SeqNumber::new(input.word()?));
    let [offset, bits] = input.take()?;
    let window = RawWindow(input.half()?);
    input.half()?;
    let urgent = input.half()?;
    let options = (usize::from(offset >> 4) * 4).checked_sub(20).ok_or(Unreadable::Malformed { header: "TCP" })?;
    let options = parse_options(input.bytes(options)?)?;
    let flags = TcpFlags::from_bits(bits);
    let segment = Segment { seq, ack, flags, window, urgent, options, payload: input.bytes.to_vec() };
    Ok(Payload::Tcp { from, to, segment })
}

/// RFC 9293 §3.2: unknown options are passed over (MUST-6), an illegal length
/// is survived (MUST-7): the segment is not taken.
fn parse_options(bytes: &[u8]) -> Result<Options, Unreadable> {
    let mut options = Options::default();
    let mut input = Input { bytes, header: "TCP" };
    while let Ok(kind) = input.byte() {
        match kind {
            0 => break,
            1 => continue,
            _ => {}
        }
        let length = usize::from(input.byte()?);
        let content = length.checked_sub(2).ok_or(Unreadable::Malformed { header: "TCP" })?;
        let mut content = Input { bytes: input.bytes(content)?, header: "TCP" };
        match (kind, length) {
            (2, 4) => options.mss = Some(content.half()?),
            (3, 3) => options.window_scale = Some(WindowScale::new(content.byte()?)),
            (4, 2) => options.sack_permitted = true,
            (5, 10 | 18 | 26 | 34) => {
                let blocks = content.bytes.chunks_exact(8).filter_map(|block| {
                    let mut block = Input { bytes: block, header: "TCP" };
                    let (start, end) = (block.word().ok()?, block.word().ok()?);
                    Some(SackBlock { start: SeqNumber::new(start), end: SeqNumber::new(end) })
                });
                options.sack = SackBlocks::of(blocks, 4);
            }
            (8, 10) => options.timestamps = Some(Timestamps { value: content.word()?, echo: content.word()? }),
            _ => {}
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn options() -> impl Strategy<Value = Options> {
        let stamps = prop::option::of((any::<u32>(), any::<u32>()));
        let blocks = prop::collection::vec((any::<u32>(), any::<u32>()), 0..4);
        (prop::option::of(any::<u16>()), prop::option::of(0_u8..15), any::<bool>(), stamps, blocks).prop_map(
            |(mss, shift, sack_permitted, stamps, blocks)| {
                let blocks = blocks
                    .into_iter()
                    .map(|(start, end)| SackBlock { start: SeqNumber::new(start), end: SeqNumber::new(end) });
                // A SYN has the others, everything else the blocks.
                let sack = if mss.is_some() { SackBlocks::default() } else { SackBlocks::of(blocks, 3) };
                Options {
                    mss,
                    window_scale: shift.filter(|_| mss.is_some()).map(WindowScale::new),
                    sack_permitted: sack_permitted && mss.is_some(),
                    timestamps: stamps.map(|(value, echo)| Timestamps { value, echo }),
                    sack,
                }
            },
        )
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            options in options(),
            numbers in any::<(u32, u32, u8, u16, u16)>(),
            ports in any::<(u16, u16)>(),
            payload in prop::collection::vec(any::<u8>(), 0..100),
        ) {
            let (seq, ack, bits, window, urgent) = numbers;
            let segment = Segment {
                seq: SeqNumber::new(seq),
                ack: SeqNumber::new(ack),
                flags: TcpFlags::from_bits(bits),
                window: RawWindow(window),
                urgent,
                options,
                payload,
            };
            let (from, to) = ports;
            let about = segment.payload.clone();
            let target: Ipv6Addr = "2001:db8::9".parse().unwrap();
            let (mac, number) = ([2; 6], window);
            let payloads = [
                Payload::Tcp { from, to, segment },
                Payload::Udp { from, to, bytes: about.clone() },
                Payload::Icmp(Icmp::TimeExceeded { about: about.clone() }),
                Payload::Icmp(Icmp::ReassemblyTimeExceeded { about: about.clone() }),
                Payload::Icmp(Icmp::Unreachable { code: [0, 1, 3][usize::from(urgent % 3)], about: about.clone() }),
                Payload::Icmp(Icmp::FragmentationNeeded { mtu: u32::from(window), about: about.clone() }),
                Payload::Icmp(Icmp::Echo { reply: bits % 2 == 0, identifier: from, number, data: about.clone() }),
                Payload::Icmp(Icmp::Solicitation { target, mac }),
                Payload::Icmp(Icmp::Advertisement { target, mac, router: bits % 2 == 0, solicited: bits % 3 == 0 }),
                Payload::Piece { protocol: 17, offset: (urgent / 8).max(1) * 8, more: bits % 2 == 0, bytes: about },
            ];
            let addresses: [[std::net::IpAddr; 2]; 2] =
                [["192.0.2.1", "192.0.2.2"], ["2001:db8::1", "2001:db8::2"]].map(|pair| pair.map(|text| text.parse().unwrap()));
            for (payload, [source, destination]) in
                payloads.iter().flat_map(|payload| addresses.map(|pair| (payload, pair)))
            {
                let ipv6 = source.is_ipv6();
                let neighbours = matches!(payload, Payload::Icmp(Icmp::Solicitation { .. } | Icmp::Advertisement { .. }));
                if neighbours && !ipv6 || ipv6 && matches!(payload, Payload::Piece { .. }) {
                    continue;
                }
                let identification = if ipv6 { 0 } else { window };
                let may_fragment = !ipv6 && bits % 5 == 0;
                let payload = payload.clone();
                let datagram =
                    Datagram { source, destination, ttl: 64, identification, may_fragment, payload, why: None };
                let piece = matches!(datagram.payload, Payload::Piece { .. });
                let frame = Ethernet { source: [2; 6], destination: [4; 6], body: datagram.into_body() };
                let mut bytes = frame.bytes();
                prop_assert_eq!(bytes.len(), frame.length());
                prop_assert_eq!(Ethernet::parse(&bytes), Ok(frame));
                // One bit less is noticed: in the header of IPv4, and behind it.
                let length = 14 + if ipv6 { 40 } else { 20 };
                for at in [30, length + 1] {
                    bytes[at] ^= 1;
                    prop_assert!(Ethernet::parse(&bytes).is_err() || piece && at > 30);
                    bytes[at] ^= 1;
                }
            }
        }

        #[test]
        fn no_bytes_bring_it_down(mut bytes in prop::collection::vec(any::<u8>(), 0..90)) {
            drop(Ethernet::parse(&bytes));
            if let Some(kind) = bytes.get_mut(12..15) {
                kind.copy_from_slice(&[8, 0, 0x45]);
            }
            drop(Ethernet::parse(&bytes));
            if let Some(kind) = bytes.get_mut(12..15) {
                kind.copy_from_slice(&[0x86, 0xDD, 0x60]);
            }
            drop(Ethernet::parse(&bytes));
            drop(parse_udp(&bytes));
            drop(Icmp::parse(&bytes, true));
            drop(Icmp::parse(&bytes, false));
            drop(parse_tcp(&bytes));
        }
    }
}
