//! From bytes: what somebody else's TCP sends to ours.

use std::net::Ipv4Addr;

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
    /// It carries neither ARP nor IPv4.
    #[error("EtherType {ether_type:#06x} is not spoken here")]
    EtherType {
        /// The number.
        ether_type: u16,
    },
    /// It is a piece of a larger datagram.
    #[error("fragments are not put together here")]
    Fragment,
    /// It carries neither TCP nor an ICMP error.
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
struct Input<'a> {
    bytes: &'a [u8],
    header: &'static str,
}

impl<'a> Input<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Unreadable> {
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

    fn word(&mut self) -> Result<u32, Unreadable> {
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
            0x0800 => Body::Ipv4(Datagram::parse(input.bytes)?),
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
    fn parse(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut input = Input { bytes, header: "IPv4" };
        let [version, _] = input.take()?;
        let total = usize::from(input.half()?);
        let identification = input.half()?;
        // More fragments, or an offset.
        if input.half()? & 0x3FFF != 0 {
            return Err(Unreadable::Fragment);
        }
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
        let payload = match protocol {
            1 => Payload::Icmp(Icmp::parse(rest)?),
            6 => {
                let length = u16::try_from(rest.len()).unwrap_or(u16::MAX).to_be_bytes();
                let pseudo = [[0, 6], length].concat();
                if checksum(&[&source.octets(), &destination.octets(), &pseudo, rest]) != 0 {
                    return Err(Unreadable::Checksum { header: "TCP" });
                }
                parse_tcp(rest)?
            }
            protocol => return Err(Unreadable::Protocol { protocol }),
        };
        Ok(Self { source, destination, ttl, identification, payload, why: None })
    }
}

impl Icmp {
    fn parse(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut input = Input { bytes, header: "ICMP" };
        let [kind, code, ..] = input.take::<8>()?;
        if checksum(&[bytes]) != 0 {
            return Err(Unreadable::Checksum { header: "ICMP" });
        }
        let about = input.bytes.to_vec();
        match kind {
            11 => Ok(Self::TimeExceeded { about }),
            3 => Ok(Self::Unreachable { code, about }),
            _ => Err(Unreadable::Protocol { protocol: 1 }),
        }
    }
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
            let datagram = Datagram {
                source: Ipv4Addr::new(192, 0, 2, 1),
                destination: Ipv4Addr::new(192, 0, 2, 2),
                ttl: 64,
                identification: window,
                payload: Payload::Tcp { from: ports.0, to: ports.1, segment },
                why: None,
            };
            let frame = Ethernet { source: [2; 6], destination: [4; 6], body: Body::Ipv4(datagram) };
            let mut bytes = frame.bytes();
            prop_assert_eq!(Ethernet::parse(&bytes), Ok(frame));
            // One bit less is noticed.
            bytes[30] ^= 1;
            prop_assert!(Ethernet::parse(&bytes).is_err());
        }

        #[test]
        fn no_bytes_bring_it_down(mut bytes in prop::collection::vec(any::<u8>(), 0..90)) {
            drop(Ethernet::parse(&bytes));
            if let Some(kind) = bytes.get_mut(12..15) {
                kind.copy_from_slice(&[8, 0, 0x45]);
            }
            drop(Ethernet::parse(&bytes));
            drop(parse_tcp(&bytes));
        }
    }
}
