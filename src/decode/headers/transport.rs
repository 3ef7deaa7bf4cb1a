//! TCP, UDP and ICMP, and the packet that an ICMP error quotes.

use std::net::SocketAddr;

use super::super::Quoted;
use super::network::{self, Network};
use super::{Carried, IcmpError, Piece, TcpHeader, TcpHeaderOptions, UdpHeader, options};
use crate::model::{RawWindow, SeqNumber, TcpFlags};

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP_V6: u8 = 58;

/// The fixed part of TCP's header, in bytes.
const TCP_FIXED: usize = 20;

/// Reads what a packet carries.
pub(super) fn read(network: &Network<'_>) -> Carried {
    match network.protocol {
        TCP => tcp(network.payload).map_or(Carried::Unreadable, Carried::Tcp),
        UDP => udp(network.payload).map_or(Carried::Unreadable, Carried::Udp),
        ICMP if network.ip.source.is_ipv4() => icmp(network.payload, &[3, 4, 5, 11, 12]),
        ICMP_V6 if network.ip.source.is_ipv6() => icmp(network.payload, &[1, 2, 3, 4]),
        _ => Carried::Other,
    }
}

fn tcp(segment: Piece<'_>) -> Option<TcpHeader> {
    let &[s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, offset, flags, w0, w1] = segment.first::<16>()?;
    let header_length = (offset >> 4) * 4;
    let kept = segment.kept();
    let region = usize::from(header_length).saturating_sub(TCP_FIXED);
    let options = match kept.get(TCP_FIXED..) {
        _ if region == 0 => TcpHeaderOptions::default(),
        Some(rest) => options::read(rest.get(..region).unwrap_or(rest), region),
        None => options::read(&[], region),
    };
    Some(TcpHeader {
        source_port: u16::from_be_bytes([s0, s1]),
        destination_port: u16::from_be_bytes([d0, d1]),
        seq: SeqNumber::new(u32::from_be_bytes([q0, q1, q2, q3])),
        ack: SeqNumber::new(u32::from_be_bytes([a0, a1, a2, a3])),
        flags: TcpFlags::from_bits(flags),
        reserved: offset & 0x0F,
        window: RawWindow(u16::from_be_bytes([w0, w1])),
        header_length,
        wire_length: length(segment.end - segment.at),
        offset: length(segment.at),
        kept: length(kept.len()),
        options,
    })
}

fn udp(datagram: Piece<'_>) -> Option<UdpHeader> {
    let &[s0, s1, d0, d1, l0, l1, _, _] = datagram.first::<8>()?;
    let wire = length(datagram.end - datagram.at);
    // A length of 0 means "as long as the packet" (RFC 2675 §4); any other may
    // be shorter than the packet, never longer.
    let stated = match u32::from(u16::from_be_bytes([l0, l1])) {
        0 => wire,
        stated => stated.min(wire),
    };
    Some(UdpHeader {
        source_port: u16::from_be_bytes([s0, s1]),
        destination_port: u16::from_be_bytes([d0, d1]),
        length: stated.saturating_sub(8),
        payload: length(datagram.at + 8),
    })
}

/// Reads an ICMP message; those of the `errors` types quote a packet from
/// their ninth byte on.
fn icmp(message: Piece<'_>, errors: &[u8]) -> Carried {
    let Some(&[kind, code, ..]) = message.first::<4>() else { return Carried::Unreadable };
    if !errors.contains(&kind) || message.first::<8>().is_none() {
        return Carried::Icmp;
    }
    quoted((kind, code), message.skip(8)).unwrap_or(Carried::Icmp)
}

fn quoted(kind: (u8, u8), packet: Piece<'_>) -> Option<Carried> {
    let network = network::read(packet)?;
    // Only a first piece has the ports.
    if network.fragment.is_some_and(|(offset, _)| offset > 0) || !matches!(network.protocol, TCP | UDP) {
        return None;
    }
    let &[s0, s1, d0, d1] = network.payload.first::<4>()?;
    let quoted = Quoted {
        source: SocketAddr::new(network.ip.source, u16::from_be_bytes([s0, s1])),
        destination: SocketAddr::new(network.ip.destination, u16::from_be_bytes([d0, d1])),
        protocol: network.protocol,
        identification: network.ip.identification,
        length: network.payload.first::<6>().map(|&[.., l0, l1]| u16::from_be_bytes([l0, l1])),
        seq: network.payload.first::<8>().map(|&[.., s0, s1, s2, s3]| u32::from_be_bytes([s0, s1, s2, s3])),
    };
    let tcp = if network.protocol == TCP { tcp(network.payload) } else { None };
    Some(Carried::IcmpError(Box::new(IcmpError { quoted, kind, tcp })))
}

/// A length or an offset in a frame; frames are shorter than 4 GiB.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
