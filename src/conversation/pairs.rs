//! Pairs of sockets, numbered in the order in which they first appear.

use std::net::{IpAddr, SocketAddr};

use hashbrown::HashMap;

/// Two sockets in either order, as small as can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Pair {
    addresses: [u128; 2],
    ports: [u16; 2],
    version_6: bool,
}

/// Which pair a datagram belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The pair's number, from 0.
    pub(crate) number: u32,
    /// It appears for the first time.
    pub(crate) opens: bool,
    /// The datagram travels as the pair's first one did.
    pub(crate) forward: bool,
}

/// All pairs so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs {
    /// Its number, and whether its first datagram came from the lower socket.
    numbers: HashMap<Pair, (u32, bool)>,
}

impl Pairs {
    /// The pair of these sockets, which is new where it was not seen before.
    pub(crate) fn find(&mut self, source: SocketAddr, destination: SocketAddr) -> Found {
        let (pair, upwards) = Pair::of(source, destination);
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let (number, began_upwards) = *self.numbers.entry(pair).or_insert((next, upwards));
        // Equal sockets have no direction.
        Found { number, opens: number == next, forward: began_upwards == upwards || source == destination }
    }

    /// The number of a pair that was seen before.
    pub(crate) fn known(&self, source: SocketAddr, destination: SocketAddr) -> Option<u32> {
        let (pair, _) = Pair::of(source, destination);
        self.numbers.get(&pair).map(|(number, _)| *number)
    }
}

impl Pair {
    /// The pair, and whether `source` is its lower socket.
    fn of(source: SocketAddr, destination: SocketAddr) -> (Self, bool) {
        let (one, other) = (bits(source), bits(destination));
        let upwards = one <= other;
        let (low, high) = if upwards { (one, other) } else { (other, one) };
        (Self { addresses: [low.0, high.0], ports: [low.1, high.1], version_6: source.is_ipv6() }, upwards)
    }
}

fn bits(socket: SocketAddr) -> (u128, u16) {
    let address = match socket.ip() {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    };
    (address, socket.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_are_one_pair() {
        let socket = |text: &str| text.parse::<SocketAddr>().unwrap();
        let (one, other) = (socket("10.0.0.2:7"), socket("10.0.0.1:9"));
        let mut pairs = Pairs::default();
        assert_eq!(pairs.known(one, other), None);
        assert_eq!(pairs.find(one, other), Found { number: 0, opens: true, forward: true });
        assert_eq!(pairs.find(other, one), Found { number: 0, opens: false, forward: false });
        assert_eq!(pairs.find(one, one), Found { number: 1, opens: true, forward: true });
        assert_eq!(pairs.find(one, one), Found { number: 1, opens: false, forward: true });
        let six = (socket("[::a00:2]:7"), socket("[::a00:1]:9"));
        assert_eq!(pairs.find(six.0, six.1).number, 2, "the same bits of another version");
        assert_eq!(pairs.known(other, one), Some(0));
    }
}
