//! What of a packet outlives every hop: with it, two frames on two links are
//! known to show one packet.
//!
//! A router replaces the link layer's header, takes one from the TTL and
//! corrects the header's checksum (RFC 1812 §5.3.1); a translator also puts
//! other addresses and ports there, with the checksums that go with them, and
//! does the same to what an ICMP error quotes (RFC 3022 §4.3). All else stays.

use std::net::Ipv4Addr;

use super::MacAddress;
use super::link::{Stripped, strip};
use crate::model::LinkType;

/// What no hop changes about an IP packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unchanged {
    /// A number that differs for different packets, nearly always: 64-bit
    /// FNV-1a.
    pub hash: u64,
    /// IPv4's identification with the protocol: what pieces of one packet have
    /// in common. IPv6's routers cut nothing.
    pub whole: Option<(u16, u8)>,
    /// It is a piece of a larger packet.
    pub fragment: bool,
}

/// What ARP says of IPv4 on Ethernet (RFC 826).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arp {
    /// 1 asks, 2 answers.
    pub operation: u16,
    /// Who says it.
    pub sender: (MacAddress, Ipv4Addr),
    /// Who is asked, or answered; of a request the first is usually zero.
    pub target: (MacAddress, Ipv4Addr),
}

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP_V6: u8 = 58;

/// What no hop changes of the IP packet in a frame; `None` where there is none,
/// or its header is cut.
pub fn unchanged(link_type: LinkType, bytes: &[u8]) -> Option<Unchanged> {
    let (Some(0x0800 | 0x86DD) | None, packet) = network(link_type, bytes)? else { return None };
    let mut hash = Fnv::default();
    match packet.first()? >> 4 {
        4 => v4(packet, &mut hash, true),
        6 => v6(packet, &mut hash, true),
        _ => None,
    }
    .map(|(whole, fragment)| Unchanged { hash: hash.0, whole, fragment })
}

/// Reads ARP of IPv4 on Ethernet; `None` where it is something else.
pub fn arp(link_type: LinkType, bytes: &[u8]) -> Option<Arp> {
    let (Some(0x0806), packet) = network(link_type, bytes)? else { return None };
    let &[0, 1, 8, 0, 6, 4, o0, o1, ref rest @ ..] = packet.first_chunk::<28>()? else { return None };
    let (sender, target) = rest.split_first_chunk::<10>()?;
    let pair = |octets: &[u8; 10]| {
        let &[m0, m1, m2, m3, m4, m5, a, b, c, d] = octets;
        (MacAddress([m0, m1, m2, m3, m4, m5]), Ipv4Addr::new(a, b, c, d))
    };
    Some(Arp {
        operation: u16::from_be_bytes([o0, o1]),
        sender: pair(sender),
        target: pair(target.first_chunk::<10>()?),
    })
}

/// What the link layer carries, with its `EtherType` where it has one.
fn network(link_type: LinkType, bytes: &[u8]) -> Option<(Option<u16>, &[u8])> {
    let (mut ether_type, mut offset) = match strip(link_type, bytes) {
        Stripped::Ethernet => (u16::from_be_bytes(*bytes.get(12..)?.first_chunk()?), 14),
        Stripped::EtherType { ether_type, offset } => (ether_type, offset),
        Stripped::Ip { offset } => return Some((None, bytes.get(offset..)?)),
        Stripped::TooShort { .. } | Stripped::Unknown => return None,
    };
    // Tags of virtual networks (IEEE 802.1Q), two at most.
    for _ in 0..2 {
        if matches!(ether_type, 0x8100 | 0x88A8) {
            ether_type = u16::from_be_bytes(*bytes.get(offset + 2..)?.first_chunk()?);
            offset += 4;
        }
    }
    Some((Some(ether_type), bytes.get(offset..)?))
}

type Header = (Option<(u16, u8)>, bool);

fn v4(packet: &[u8], hash: &mut Fnv, quotes: bool) -> Option<Header> {
    let &[version, _, l0, l1, i0, i1, f0, f1, _, protocol, ..] = packet.first_chunk::<20>()?;
    let length = usize::from(u16::from_be_bytes([l0, l1]));
    let header = usize::from(version & 0x0F) * 4;
    hash.take(&[version, l0, l1, i0, i1, f0, f1, protocol]);
    let place = u16::from_be_bytes([f0, f1]);
    // Padding behind a short packet is the link's.
    let end = if length == 0 { packet.len() } else { length.min(packet.len()) };
    let payload = packet.get(header..end)?;
    transport(protocol, payload, place & 0x1FFF > 0, hash, quotes);
    Some((Some((u16::from_be_bytes([i0, i1]), protocol)), place & 0x3FFF > 0))
}

fn v6(packet: &[u8], hash: &mut Fnv, quotes: bool) -> Option<Header> {
    let &[_, _, _, _, l0, l1, protocol, ..] = packet.first_chunk::<40>()?;
    hash.take(&[6, l0, l1, protocol]);
    let length = usize::from(u16::from_be_bytes([l0, l1]));
    let end = if length == 0 { packet.len() } else { (40 + length).min(packet.len()) };
    transport(protocol, packet.get(40..end)?, false, hash, quotes);
    Some((None, protocol == 44))
}

/// Takes in what IP carries, without ports and checksums.
fn transport(protocol: u8, payload: &[u8], later_piece: bool, hash: &mut Fnv, quotes: bool) {
    let left_out: &[(usize, usize)] = match (protocol, payload.first()) {
        _ if later_piece => &[],
        (TCP, _) => &[(0, 4), (16, 18)],
        (UDP, _) => &[(0, 4), (6, 8)],
        // What an echo is known by is translated like a port (RFC 3022 §2.2).
        (ICMP, Some(0 | 8)) | (ICMP_V6, Some(128 | 129)) => &[(2, 6)],
        (ICMP | ICMP_V6, _) => &[(2, 4)],
        _ => &[],
    };
    let error = !later_piece
        && match (protocol, payload.first()) {
            (ICMP, Some(kind)) => matches!(kind, 3 | 4 | 5 | 11 | 12),
            (ICMP_V6, Some(kind)) => *kind < 128,
            _ => false,
        };
    let (head, inside) = payload.split_at(if error && quotes { payload.len().min(8) } else { payload.len() });
    let mut at = 0;
    for (start, end) in left_out.iter().chain(&[(head.len(), head.len())]) {
        let (start, end) = ((*start).min(head.len()), (*end).min(head.len()));
        hash.take(head.get(at..start).unwrap_or_default());
        at = end;
    }
    if error && quotes {
        let read = match inside.first().map(|version| version >> 4) {
            Some(4) => v4(inside, hash, false),
            Some(6) => v6(inside, hash, false),
            _ => None,
        };
        if read.is_none() {
            hash.take(inside);
        }
    }
}

/// Fowler, Noll and Vo's hash, 64 bits, variant 1a.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An Ethernet frame with a UDP datagram.
    fn datagram(mac: u8, ttl: u8, source: [u8; 4], port: u16, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![mac; 12];
        frame.extend([8, 0, 0x45, 0, 0, 28 + u8::try_from(payload.len()).unwrap(), 0, 9, 0x40, 0, ttl, 17, mac, mac]);
        frame.extend(source);
        frame.extend([192, 0, 2, 1]);
        frame.extend(port.to_be_bytes());
        frame.extend([0, 53, 0, 8 + u8::try_from(payload.len()).unwrap(), mac, ttl]);
        frame.extend(payload);
        frame
    }

    fn hash(frame: &[u8]) -> Option<u64> {
        unchanged(LinkType::ETHERNET, frame).map(|unchanged| unchanged.hash)
    }

    #[test]
    fn hops_change_nothing_of_it() {
        let first = datagram(1, 64, [10, 0, 0, 1], 40_000, b"hello");
        assert_eq!(hash(&first), hash(&datagram(2, 63, [203, 0, 113, 2], 7, b"hello")));
        assert_ne!(hash(&first), hash(&datagram(1, 64, [10, 0, 0, 1], 40_000, b"hellp")));
        let mut padded = first.clone();
        padded.extend([0; 9]);
        assert_eq!(hash(&padded), hash(&first), "padding is the link's");
        assert_eq!(hash(&first[..30]), None, "a cut header");
        assert_eq!(hash(&[0; 60]), None);
    }

    /// Port unreachable, about a datagram that a translator changed.
    #[test]
    fn what_an_error_quotes_is_translated_too() {
        let error = |source: [u8; 4], port: u16, word: &[u8]| {
            let quoted = datagram(0, 60, source, port, word);
            let mut icmp = vec![3, 3, 1, 2, 0, 0, 0, 0];
            icmp.extend(&quoted[14..]);
            let mut frame = datagram(5, 64, [192, 0, 2, 1], 0, &[]);
            frame.truncate(34);
            frame[17] = u8::try_from(20 + icmp.len()).unwrap();
            frame[23] = 1;
            frame.extend(icmp);
            frame
        };
        let outside = error([203, 0, 113, 2], 7, b"hello");
        assert_eq!(hash(&outside), hash(&error([10, 0, 0, 1], 40_000, b"hello")));
        assert_ne!(hash(&outside), hash(&error([10, 0, 0, 1], 40_000, b"hellp")));
    }

    #[test]
    fn arp_is_read() {
        let mut frame = vec![0xFF; 12];
        frame.extend([8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1]);
        assert_eq!(arp(LinkType::ETHERNET, &frame), None, "cut");
        frame.extend([0, 0, 0, 0, 0, 0, 10, 0, 0, 2]);
        let read = arp(LinkType::ETHERNET, &frame).unwrap();
        assert_eq!(read.operation, 1);
        assert_eq!(read.sender, (MacAddress([2, 0, 0, 0, 0, 1]), Ipv4Addr::new(10, 0, 0, 1)));
        assert_eq!(read.target, (MacAddress([0; 6]), Ipv4Addr::new(10, 0, 0, 2)));
        assert_eq!(hash(&frame), None, "no IP");
    }
}
