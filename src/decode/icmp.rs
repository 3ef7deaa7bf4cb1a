//! ICMP (RFC 792) and `ICMPv6` (RFC 4443): what was said, and about which packet.

use std::net::SocketAddr;

use etherparse::{IpNumber, LaxIpSlice};

use super::{Ip, TransportBytes, offset_in};

/// An ICMP message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Icmp {
    /// Its type.
    pub kind: u8,
    /// Its code within the type.
    pub code: u8,
    /// What the two mean.
    pub meaning: IcmpMeaning,
    /// The longest packet that the next link takes, in bytes, from a message
    /// that says "too big" (RFC 1191 §4, RFC 4443 §3.2); routers from before
    /// RFC 1191 do not tell it.
    pub mtu: Option<u32>,
    /// The packet it complains about, as far as it quotes it.
    pub quoted: Option<Quoted>,
}

/// What an ICMP message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IcmpMeaning {
    /// Nobody has the port.
    PortUnreachable,
    /// The host cannot be reached.
    HostUnreachable,
    /// The network cannot be reached.
    NetworkUnreachable,
    /// A firewall forbids it.
    Prohibited,
    /// The packet is too long for the next link and must not be cut.
    TooBig,
    /// The packet has crossed as many routers as it was allowed to.
    TimeExceeded,
    /// `ping`.
    EchoRequest,
    /// Its answer.
    EchoReply,
    /// Anything else.
    Other,
}

/// The start of a packet inside an error message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// From.
    pub source: SocketAddr,
    /// To.
    pub destination: SocketAddr,
    /// Which protocol, by its IP number: 6 is TCP, 17 is UDP.
    pub protocol: u8,
    /// IPv4's identification; IPv6 has none.
    pub identification: Option<u16>,
    /// The two bytes at offset 4 of what IP carries: UDP's length.
    pub length: Option<u16>,
    /// The four bytes there: TCP's sequence number.
    pub seq: Option<u32>,
}

/// Reads a message; `None` where not even type and code are there.
pub(super) fn read(bytes: &[u8], ip: Ip, segment: &TransportBytes) -> Option<Icmp> {
    let kept = bytes.get(segment.kept.clone())?;
    let &[kind, code, ..] = kept.first_chunk::<4>()?;
    let meaning = if ip.source.is_ipv4() { meaning_v4(kind, code) } else { meaning_v6(kind, code) };
    let is_error = !matches!(meaning, IcmpMeaning::EchoRequest | IcmpMeaning::EchoReply | IcmpMeaning::Other);
    let quoted = if is_error { kept.get(8..).and_then(quoted) } else { None };
    let mtu = kept.get(4..).filter(|_| meaning == IcmpMeaning::TooBig).and_then(|rest| rest.first_chunk::<4>());
    let mtu = mtu.map(|&[m0, m1, m2, m3]| {
        if ip.source.is_ipv4() { u32::from_be_bytes([0, 0, m2, m3]) } else { u32::from_be_bytes([m0, m1, m2, m3]) }
    });
    Some(Icmp { kind, code, meaning, mtu: mtu.filter(|mtu| *mtu > 0), quoted })
}

const fn meaning_v4(kind: u8, code: u8) -> IcmpMeaning {
    match (kind, code) {
        (0, _) => IcmpMeaning::EchoReply,
        (3, 0) => IcmpMeaning::NetworkUnreachable,
        (3, 1) => IcmpMeaning::HostUnreachable,
        (3, 3) => IcmpMeaning::PortUnreachable,
        (3, 4) => IcmpMeaning::TooBig,
        (3, 9 | 10 | 13) => IcmpMeaning::Prohibited,
        (8, _) => IcmpMeaning::EchoRequest,
        (11, _) => IcmpMeaning::TimeExceeded,
        _ => IcmpMeaning::Other,
    }
}

const fn meaning_v6(kind: u8, code: u8) -> IcmpMeaning {
    match (kind, code) {
        (1, 0) => IcmpMeaning::NetworkUnreachable,
        (1, 1 | 5 | 6) => IcmpMeaning::Prohibited,
        (1, 3) => IcmpMeaning::HostUnreachable,
        (1, 4) => IcmpMeaning::PortUnreachable,
        (2, _) => IcmpMeaning::TooBig,
        (3, _) => IcmpMeaning::TimeExceeded,
        (128, _) => IcmpMeaning::EchoRequest,
        (129, _) => IcmpMeaning::EchoReply,
        _ => IcmpMeaning::Other,
    }
}

/// Both protocols' headers start with the two ports.
fn quoted(bytes: &[u8]) -> Option<Quoted> {
    let (ip, _) = LaxIpSlice::from_slice(bytes).ok()?;
    let payload = ip.payload();
    let at = offset_in(bytes, payload.payload);
    let &[s0, s1, d0, d1] = bytes.get(at..)?.first_chunk::<4>()?;
    let protocol = ip.payload_ip_number();
    matches!(protocol, IpNumber::TCP | IpNumber::UDP).then(|| Quoted {
        source: SocketAddr::new(ip.source_addr(), u16::from_be_bytes([s0, s1])),
        destination: SocketAddr::new(ip.destination_addr(), u16::from_be_bytes([d0, d1])),
        protocol: protocol.0,
        identification: ip.ipv4().map(|ip| ip.header().identification()),
        length: bytes.get(at + 4..).and_then(|rest| rest.first_chunk()).map(|two| u16::from_be_bytes(*two)),
        seq: bytes.get(at + 4..).and_then(|rest| rest.first_chunk()).map(|four| u32::from_be_bytes(*four)),
    })
}
