//! One host's UDP (RFC 768, RFC 1122 §4.1): sockets, whom a datagram is for,
//! and what the network says of those that went.
//!
//! Knows nothing of frames and nothing of time.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

use thiserror::Error;

/// The number of a UDP socket on its host, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UdpId(pub u32);

/// A datagram with its addresses and ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UdpPacket {
    /// From where; an unspecified address stands for the one that leads there.
    pub from: SocketAddr,
    /// To whom.
    pub to: SocketAddr,
    /// What.
    pub bytes: Vec<u8>,
}

/// Why a call was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UdpError {
    /// There is no such socket.
    #[error("no such socket")]
    NoSocket,
    /// Somebody has this port.
    #[error("the address is in use")]
    InUse,
    /// Nobody is named to send to, and the socket is not connected.
    #[error("the socket is not connected, and no destination was given")]
    NoDestination,
    /// More than a datagram holds.
    #[error("a datagram holds {most} bytes at most, found {found}")]
    TooLong {
        /// 65,507 over IPv4.
        most: usize,
        /// How many there were.
        found: usize,
    },
    /// The peer's host said that nobody is at the port.
    #[error("connection refused")]
    Refused,
    /// The network said that the peer cannot be reached.
    #[error("no route to host")]
    Unreachable,
}

/// RFC 768, RFC 791: 65,535 less both headers.
const LONGEST: usize = 65_535 - 20 - 8;
/// What a socket keeps for its program; more is lost, as in life.
const QUEUE: usize = 1_000;

#[derive(Clone, Debug)]
struct Socket {
    local: SocketAddr,
    peer: Option<SocketAddr>,
    queue: VecDeque<(SocketAddr, Vec<u8>)>,
    /// What the next call is told.
    error: Option<UdpError>,
}

/// One host's UDP.
#[derive(Clone, Debug, Default)]
pub struct Udp {
    sockets: BTreeMap<UdpId, Socket>,
    next: u32,
    out: VecDeque<UdpPacket>,
    overflowed: u64,
}

impl Udp {
    /// Takes a port; an unspecified address stands for all of the host's.
    ///
    /// # Errors
    /// [`UdpError::InUse`]: somebody has it.
    pub fn bind(&mut self, local: SocketAddr) -> Result<UdpId, UdpError> {
        let clashes = |other: &Socket| {
            let anywhere = local.ip().is_unspecified() || other.local.ip().is_unspecified();
            other.local.port() == local.port() && (anywhere || other.local.ip() == local.ip())
        };
        if self.sockets.values().any(clashes) {
            return Err(UdpError::InUse);
        }
        let id = UdpId(self.next);
        self.next = self.next.wrapping_add(1);
        self.sockets.insert(id, Socket { local, peer: None, queue: VecDeque::new(), error: None });
        Ok(id)
    }

    fn socket(&mut self, id: UdpId) -> Result<&mut Socket, UdpError> {
        self.sockets.get_mut(&id).ok_or(UdpError::NoSocket)
    }

    /// From now on `peer` alone is heard, and errors are told: nothing is
    /// sent.
    ///
    /// # Errors
    /// [`UdpError::NoSocket`].
    pub fn connect(&mut self, id: UdpId, peer: SocketAddr) -> Result<(), UdpError> {
        self.socket(id)?.peer = Some(peer);
        Ok(())
    }

    /// Sends one datagram, to the socket's peer where nobody is named.
    ///
    /// # Errors
    /// [`UdpError`]; an error of an earlier datagram is told here once, and
    /// nothing is sent.
    pub fn send(&mut self, id: UdpId, to: Option<SocketAddr>, bytes: &[u8]) -> Result<(), UdpError> {
        let socket = self.socket(id)?;
        if let Some(error) = socket.error.take() {
            return Err(error);
        }
        let to = to.or(socket.peer).ok_or(UdpError::NoDestination)?;
        if bytes.len() > LONGEST {
            return Err(UdpError::TooLong { most: LONGEST, found: bytes.len() });
        }
        let packet = UdpPacket { from: socket.local, to, bytes: bytes.to_vec() };
        self.out.push_back(packet);
        Ok(())
    }

    /// The next datagram with who sent it; `None` where none has come.
    ///
    /// # Errors
    /// [`UdpError`]; an error of an earlier datagram is told here once.
    pub fn receive(&mut self, id: UdpId) -> Result<Option<(SocketAddr, Vec<u8>)>, UdpError> {
        let socket = self.socket(id)?;
        match socket.error.take() {
            Some(error) => Err(error),
            None => Ok(socket.queue.pop_front()),
        }
    }

    /// Gives the port back.
    pub fn close(&mut self, id: UdpId) {
        self.sockets.remove(&id);
    }

    /// Datagrams that came while a socket's queue was full.
    pub const fn overflowed(&self) -> u64 {
        self.overflowed
    }

    /// A datagram has come; whether anybody is at its port. If not, the host
    /// should say so (RFC 1122 §4.1.3.1).
    pub fn arrives(&mut self, packet: UdpPacket) -> bool {
        let UdpPacket { from, to, bytes } = packet;
        let ours = |socket: &&mut Socket| {
            let here = socket.local.ip() == to.ip() || socket.local.ip().is_unspecified();
            here && socket.local.port() == to.port() && socket.peer.is_none_or(|peer| peer == from)
        };
        let Some(socket) = self.sockets.values_mut().find(ours) else { return false };
        if socket.queue.len() < QUEUE {
            socket.queue.push_back((from, bytes));
        } else {
            self.overflowed += 1;
        }
        true
    }

    /// An ICMP error has come about a datagram from `local` to `peer`. RFC 1122
    /// §4.1.3.3 wants it passed up; who is not connected does not hear of it,
    /// as on Linux. Whether somebody did.
    pub fn icmp_arrives(&mut self, local: SocketAddr, peer: SocketAddr, error: UdpError) -> bool {
        let theirs = |socket: &&mut Socket| socket.local.port() == local.port() && socket.peer == Some(peer);
        match self.sockets.values_mut().find(theirs) {
            Some(socket) => {
                socket.error = Some(error);
                true
            }
            None => false,
        }
    }

    /// What was sent since the last call, in order.
    pub fn take_sent(&mut self) -> Option<UdpPacket> {
        self.out.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    fn packet(from: &str, to: &str) -> UdpPacket {
        UdpPacket { from: at(from), to: at(to), bytes: b"x".to_vec() }
    }

    #[test]
    fn a_port_belongs_to_one_socket() {
        let mut udp = Udp::default();
        let any = udp.bind(at("0.0.0.0:53")).unwrap();
        assert_eq!(udp.bind(at("192.0.2.1:53")), Err(UdpError::InUse));
        assert!(udp.arrives(packet("192.0.2.9:1", "192.0.2.1:53")));
        assert!(!udp.arrives(packet("192.0.2.9:1", "192.0.2.1:54")));
        assert_eq!(udp.receive(any), Ok(Some((at("192.0.2.9:1"), b"x".to_vec()))));
        assert_eq!(udp.receive(any), Ok(None));
        udp.close(any);
        assert_eq!(udp.receive(any), Err(UdpError::NoSocket));
        assert!(udp.bind(at("192.0.2.1:53")).is_ok() && udp.bind(at("192.0.2.2:53")).is_ok());
    }

    /// As measured on Linux: the unconnected socket hears nothing.
    #[test]
    fn only_who_is_connected_hears_of_errors_and_of_one_peer_alone() {
        let mut udp = Udp::default();
        let id = udp.bind(at("192.0.2.1:4000")).unwrap();
        assert_eq!(udp.send(id, None, b"x"), Err(UdpError::NoDestination));
        assert!(!udp.icmp_arrives(at("192.0.2.1:4000"), at("192.0.2.2:9"), UdpError::Refused));
        assert_eq!(udp.receive(id), Ok(None));
        udp.connect(id, at("192.0.2.2:9")).unwrap();
        assert!(udp.icmp_arrives(at("192.0.2.1:4000"), at("192.0.2.2:9"), UdpError::Refused));
        assert_eq!(udp.send(id, None, b"x"), Err(UdpError::Refused));
        assert_eq!(udp.send(id, None, b"x"), Ok(()), "it is told once");
        assert_eq!(udp.take_sent().map(|packet| packet.to), Some(at("192.0.2.2:9")));
        assert!(!udp.arrives(packet("192.0.2.3:9", "192.0.2.1:4000")), "a stranger");
        assert!(udp.arrives(packet("192.0.2.2:9", "192.0.2.1:4000")));
        assert!(matches!(udp.send(id, None, &vec![0; 65_508]), Err(UdpError::TooLong { .. })));
    }
}
