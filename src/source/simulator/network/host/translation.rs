//! Network address and port translation (RFC 3022 §2.2), for TCP.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use crate::source::simulator::{Datagram, Payload};

/// Who hides behind which port.
pub(super) struct Translation {
    /// The interface to the outside.
    outside: usize,
    /// Its address, which stands for everybody.
    address: Ipv4Addr,
    ports: BTreeMap<u16, (Ipv4Addr, u16)>,
}

/// RFC 6056 §2.1: where a port is looked for whose own is taken.
const FIRST_PORT: u16 = 49_152;

impl Translation {
    pub(super) const fn new(outside: usize, address: Ipv4Addr) -> Self {
        Self { outside, address, ports: BTreeMap::new() }
    }

    /// A datagram leaves by this interface: outside it comes from us, from
    /// its own port where that is free.
    pub(super) fn outwards(&mut self, interface: usize, datagram: &mut Datagram) {
        let Payload::Tcp { from, .. } = &mut datagram.payload else { return };
        if interface != self.outside || datagram.source == self.address {
            return;
        }
        let inside = (datagram.source, *from);
        let known = self.ports.iter().find(|(_, owner)| **owner == inside).map(|(port, _)| *port);
        let candidates = std::iter::once(*from).chain(FIRST_PORT..=u16::MAX);
        let free = || candidates.into_iter().find(|port| !self.ports.contains_key(port));
        let Some(port) = known.or_else(free) else { return };
        self.ports.insert(port, inside);
        (datagram.source, *from) = (self.address, port);
    }

    /// A datagram has come: if it is for somebody who hides, it goes there.
    pub(super) fn inwards(&self, datagram: &mut Datagram) {
        let Payload::Tcp { to, .. } = &mut datagram.payload else { return };
        if datagram.destination != self.address {
            return;
        }
        if let Some((address, port)) = self.ports.get(to) {
            (datagram.destination, *to) = (*address, *port);
        }
    }
}
