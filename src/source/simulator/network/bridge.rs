//! Switches and hubs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::source::simulator::{Ethernet, Moment};

/// Passes frames on.
pub(super) struct Bridge {
    ports: usize,
    /// Behind which port an address was seen, and when; a hub has none.
    table: Option<BTreeMap<[u8; 6], (usize, Moment)>>,
    /// What is to be sent, and from which port.
    pub(super) out: Vec<(usize, Arc<Ethernet>)>,
}

/// IEEE 802.1D §7.9.2: how long an address is remembered by default.
const AGEING: Duration = Duration::from_mins(5);

impl Bridge {
    /// Learns who is where.
    pub(super) const fn switch(ports: usize) -> Self {
        Self { ports, table: Some(BTreeMap::new()), out: Vec::new() }
    }

    /// Repeats everything.
    pub(super) const fn hub(ports: usize) -> Self {
        Self { ports, table: None, out: Vec::new() }
    }

    /// A frame came in by a port.
    pub(super) fn receive(&mut self, now: Moment, port: usize, frame: Arc<Ethernet>) {
        // IEEE 802.1D §7.8: the source is behind that port.
        let known = self.table.as_mut().and_then(|table| {
            table.insert(frame.source, (port, now));
            // A group is behind every port: the lowest bit of the first byte.
            let [first, ..] = frame.destination;
            let (port, seen) = table.get(&frame.destination).filter(|_| first & 1 == 0)?;
            (now.since(*seen) < AGEING).then_some(*port)
        });
        match known {
            // It has reached whom it is for already.
            Some(known) if known == port => {}
            Some(known) => self.out.push((known, frame)),
            // §7.7: to every other port.
            None => {
                let others = (0..self.ports).filter(|other| *other != port);
                self.out.extend(others.map(|other| (other, Arc::clone(&frame))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::simulator::{Arp, Body};

    fn frame(source: u8, destination: u8) -> Ethernet {
        let address = std::net::Ipv4Addr::LOCALHOST;
        let [source, destination] =
            [source, destination].map(|last| if last == 0xFF { [0xFF; 6] } else { [2, 0, 0, 0, 0, last] });
        let arp = Arp { request: false, sender: (source, address), target: (destination, address) };
        Ethernet { source, destination, body: Body::Arp(arp) }
    }

    fn ports(bridge: &mut Bridge, at: Moment, port: usize, frame: Ethernet) -> Vec<usize> {
        bridge.receive(at, port, Arc::new(frame));
        bridge.out.drain(..).map(|(port, _)| port).collect()
    }

    #[test]
    fn a_switch_learns_and_forgets_where_a_hub_never_does() {
        let mut switch = Bridge::switch(4);
        assert_eq!(ports(&mut switch, Moment::START, 0, frame(1, 2)), [1, 2, 3], "flooded");
        assert_eq!(ports(&mut switch, Moment::START, 2, frame(2, 1)), [0]);
        assert_eq!(ports(&mut switch, Moment::START, 0, frame(1, 2)), [2]);
        assert_eq!(ports(&mut switch, Moment::START, 0, frame(1, 0xFF)), [1, 2, 3], "broadcast");
        assert_eq!(ports(&mut switch, Moment::START, 2, frame(3, 2)), [0_usize; 0], "on the same port");
        assert_eq!(ports(&mut switch, Moment::START + AGEING, 0, frame(1, 2)), [1, 2, 3], "aged");
        let mut hub = Bridge::hub(3);
        ports(&mut hub, Moment::START, 0, frame(1, 2));
        assert_eq!(ports(&mut hub, Moment::START, 2, frame(2, 1)), [0, 1]);
    }
}
