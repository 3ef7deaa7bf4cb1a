//! ICMP errors: what a host or router tells others (RFC 1122 §3.2.2, RFC 1812
//! §4.3), and whom among its own it tells of what it hears.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::Host;
use crate::model::SeqNumber;
use crate::source::simulator::tcp::IcmpError;
use crate::source::simulator::udp::UdpError;
use crate::source::simulator::{Datagram, Icmp, Moment, Payload};

/// What an error quotes of one of our own datagrams.
struct Quoted {
    udp: bool,
    local: SocketAddr,
    peer: SocketAddr,
    /// TCP's sequence number.
    seq: SeqNumber,
}

impl Quoted {
    /// Reads the header and eight bytes more; `None` of what is neither TCP nor
    /// UDP, or cut.
    fn read(about: &[u8]) -> Option<Self> {
        let word = |at: usize| about.get(at..at + 4)?.first_chunk::<4>().copied();
        let sixteen = |at: usize| about.get(at..at + 16)?.first_chunk::<16>().copied();
        let first = *about.first()?;
        let (protocol, local, peer, header): (u8, IpAddr, IpAddr, usize) = if first >> 4 == 4 {
            let [source, destination] = [word(12)?, word(16)?].map(|octets| Ipv4Addr::from(octets).into());
            (*about.get(9)?, source, destination, usize::from(first & 0x0F) * 4)
        } else {
            let [source, destination] = [sixteen(8)?, sixteen(24)?].map(|octets| Ipv6Addr::from(octets).into());
            (*about.get(6)?, source, destination, 40)
        };
        let [a, b, c, d] = word(header)?;
        let local = SocketAddr::new(local, u16::from_be_bytes([a, b]));
        let peer = SocketAddr::new(peer, u16::from_be_bytes([c, d]));
        let seq = SeqNumber::new(u32::from_be_bytes(word(header + 4)?));
        matches!(protocol, 6 | 17).then_some(Self { udp: protocol == 17, local, peer, seq })
    }
}

impl Host {
    /// An ICMP error to whom it concerns: never about an ICMP error, nor about
    /// any piece but the first (RFC 1122 §3.2.2), never to ourselves.
    pub(super) fn tell_sender(&mut self, now: Moment, about: &Datagram, error: Icmp) {
        let unworthy = match &about.payload {
            Payload::Icmp(icmp) => icmp.is_error(),
            Payload::Piece { offset, .. } => *offset > 0,
            Payload::Tcp { .. } | Payload::Udp { .. } => false,
        };
        if unworthy || self.has(about.source) {
            return;
        }
        // RFC 1122 §3.2.2: from the address that it was sent to, where that is
        // ours; else from the one that leads back.
        let own = Some(about.destination).filter(|address| self.has(*address));
        let Some(source) = own.or_else(|| self.source_address(about.source)) else { return };
        self.originate(now, source, about.source, Payload::Icmp(error), None);
    }

    /// An ICMP error has come: RFC 1122 §4.1.3.3, RFC 9293 §3.9.2.2.
    pub(super) fn hear(&mut self, now: Moment, icmp: &Icmp) {
        let (about, error) = match icmp {
            Icmp::TimeExceeded { about } | Icmp::ReassemblyTimeExceeded { about } => (about, IcmpError::TimeExceeded),
            Icmp::Unreachable { code: 2 | 3, about } => (about, IcmpError::Refused),
            Icmp::Unreachable { about, .. } => (about, IcmpError::Unreachable),
            Icmp::FragmentationNeeded { mtu, about } => (about, IcmpError::TooBig { mtu: *mtu }),
            Icmp::Echo { .. } | Icmp::Solicitation { .. } | Icmp::Advertisement { .. } => return,
        };
        self.dropped.icmp += 1;
        let Some(Quoted { udp, local, peer, seq }) = Quoted::read(about) else { return };
        if !udp {
            return self.stack.icmp_arrives(now, local, peer, seq, error);
        }
        let error = match error {
            IcmpError::Refused => UdpError::Refused,
            IcmpError::Unreachable | IcmpError::TimeExceeded => UdpError::Unreachable,
            // UDP may be cut; RFC 8085 leaves the rest to programs.
            IcmpError::TooBig { .. } => return,
        };
        self.udp.icmp_arrives(local, peer, error);
    }
}
