//! The few fields of a frame that patterns need, by their offsets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The control bits (RFC 9293 §3.1).
pub(super) const FIN: u8 = 0x01;
pub(super) const SYN: u8 = 0x02;
pub(super) const RST: u8 = 0x04;
pub(super) const ACK: u8 = 0x10;

const TCP: u8 = 6;
const UDP: u8 = 17;

/// Two sockets, the lower one first, and the protocol between them.
pub(super) type Sockets = (u8, (IpAddr, u16), (IpAddr, u16));

/// What can be seen of a packet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peek {
    /// Without ports the ports are 0.
    pub(super) sockets: Sockets,
    /// The sender is the lower of the two.
    pub(super) from_lower: bool,
    /// TCP or UDP; none in a later fragment.
    pub(super) transport: Option<Transport>,
}

/// What can be seen of a segment or a datagram.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transport {
    protocol: u8,
    pub(super) from_lower: bool,
    pub(super) seq: u32,
    pub(super) ack: u32,
    flags: u8,
    /// Bytes of the application.
    pub(super) payload: u32,
}

impl Transport {
    pub(super) fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub(super) const fn is_tcp(self) -> bool {
        self.protocol == TCP
    }
}

fn two(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn four(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

impl Peek {
    /// What can be seen of an Ethernet frame; `None` where it is no packet of
    /// IP.
    pub(super) fn of(frame: &[u8]) -> Option<Self> {
        let packet = frame.get(14..)?;
        match two(frame, 12)? {
            0x0800 => Self::ipv4(packet),
            0x86dd => Self::ipv6(packet),
            _ => None,
        }
    }

    fn ipv4(packet: &[u8]) -> Option<Self> {
        let header = usize::from(packet.first()? & 0x0f) * 4;
        let length = usize::from(two(packet, 2)?);
        let source = Ipv4Addr::from_bits(four(packet, 12)?).into();
        let destination = Ipv4Addr::from_bits(four(packet, 16)?).into();
        // The offset of a fragment: only the first has the ports.
        let later = two(packet, 6)? & 0x1fff != 0;
        let payload = packet.get(header..length.min(packet.len()));
        Some(Self::new(source, destination, *packet.get(9)?, payload.filter(|_| !later)))
    }

    fn ipv6(packet: &[u8]) -> Option<Self> {
        let length = usize::from(two(packet, 4)?);
        let address = |at: usize| Some(IpAddr::from(Ipv6Addr::from(*packet.get(at..)?.first_chunk::<16>()?)));
        // Linux sends TCP and UDP without extension headers.
        let payload = packet.get(40..(40 + length).min(packet.len()));
        Some(Self::new(address(8)?, address(24)?, *packet.get(6)?, payload))
    }

    fn new(source: IpAddr, destination: IpAddr, protocol: u8, payload: Option<&[u8]>) -> Self {
        let ports = payload.filter(|_| matches!(protocol, TCP | UDP)).and_then(|it| Some((two(it, 0)?, two(it, 2)?)));
        let (from, to) = ports.unwrap_or_default();
        let (source, destination) = ((source, from), (destination, to));
        let from_lower = source <= destination;
        let sockets = if from_lower { (protocol, source, destination) } else { (protocol, destination, source) };
        let transport = ports.zip(payload).and_then(|(_, payload)| Transport::of(protocol, from_lower, payload));
        Self { sockets, from_lower, transport }
    }
}

impl Transport {
    fn of(protocol: u8, from_lower: bool, bytes: &[u8]) -> Option<Self> {
        let whole = u32::try_from(bytes.len()).ok()?;
        if protocol == UDP {
            let payload = u32::from(two(bytes, 4)?).checked_sub(8)?;
            return Some(Self { protocol, from_lower, seq: 0, ack: 0, flags: 0, payload });
        }
        let header = u32::from(bytes.get(12)? >> 4) * 4;
        Some(Self {
            protocol,
            from_lower,
            seq: four(bytes, 4)?,
            ack: four(bytes, 8)?,
            flags: *bytes.get(13)?,
            payload: whole.checked_sub(header)?,
        })
    }
}
