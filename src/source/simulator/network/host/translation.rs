//! Network address and port translation (RFC 3022 §2.2), for TCP, UDP and the
//! identifiers of ICMP echo, in IPv4.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::source::simulator::{Datagram, Icmp, Payload};

/// Who hides behind which port.
pub(super) struct Translation {
    /// The interface to the outside.
    outside: usize,
    /// Its address, which stands for everybody.
    address: IpAddr,
    ports: BTreeMap<(Kind, u16), (IpAddr, u16)>,
}

/// Whose ports they are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Tcp,
    Udp,
    Echo,
}

/// RFC 6056 §2.1: where a port is looked for whose own is taken.
const FIRST_PORT: u16 = 49_152;

/// The port that names the inner end: of who sends, or of who is sent to.
const fn port(payload: &mut Payload, sender: bool) -> Option<(Kind, &mut u16)> {
    match payload {
        Payload::Tcp { from, to, .. } => Some((Kind::Tcp, if sender { from } else { to })),
        Payload::Udp { from, to, .. } => Some((Kind::Udp, if sender { from } else { to })),
        Payload::Icmp(Icmp::Echo { identifier, .. }) => Some((Kind::Echo, identifier)),
        Payload::Icmp(_) | Payload::Piece { .. } => None,
    }
}

impl Translation {
    pub(super) const fn new(outside: usize, address: IpAddr) -> Self {
        Self { outside, address, ports: BTreeMap::new() }
    }

    /// A datagram leaves by this interface: outside it comes from us, from
    /// its own port where that is free.
    pub(super) fn outwards(&mut self, interface: usize, datagram: &mut Datagram) {
        if interface != self.outside || datagram.source == self.address || datagram.source.is_ipv6() {
            return;
        }
        let Some((kind, from)) = port(&mut datagram.payload, true) else { return };
        let inside = (datagram.source, *from);
        let mine = self.ports.iter().find(|((other, _), owner)| *other == kind && **owner == inside);
        let known = mine.map(|((_, port), _)| *port);
        let candidates = std::iter::once(*from).chain(FIRST_PORT..=u16::MAX);
        let free = || candidates.into_iter().find(|port| !self.ports.contains_key(&(kind, *port)));
        let Some(port) = known.or_else(free) else { return };
        self.ports.insert((kind, port), inside);
        (datagram.source, *from) = (self.address, port);
    }

    /// A datagram has come: if it is for somebody who hides, it goes there.
    pub(super) fn inwards(&self, datagram: &mut Datagram) {
        if datagram.destination != self.address {
            return;
        }
        let Some((kind, to)) = port(&mut datagram.payload, false) else { return };
        if let Some((address, port)) = self.ports.get(&(kind, *to)) {
            (datagram.destination, *to) = (*address, *port);
        }
    }
}
