//! Pairs of sockets, numbered in the order in which they first appear.

use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hashbrown::HashMap;

/// Two sockets in either order, the lower one first, as small as can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// Upper and lower half of each address; IPv4 has a lower one only.
    addresses: [[u64; 2]; 2],
    ports: [u16; 2],
    version_6: bool,
}

impl Pair {
    /// The pair, and whether `source` is its lower socket.
    #[inline]
    pub(crate) fn of(source: (IpAddr, u16), destination: (IpAddr, u16)) -> (Self, bool) {
        let (one, other) = ((halves(source.0), source.1), (halves(destination.0), destination.1));
        let upwards = one <= other;
        let (low, high) = if upwards { (one, other) } else { (other, one) };
        (Self { addresses: [low.0, high.0], ports: [low.1, high.1], version_6: source.0.is_ipv6() }, upwards)
    }

    /// Both sockets, the lower one first.
    pub(crate) fn sockets(&self) -> (SocketAddr, SocketAddr) {
        let ([low, high], [low_port, high_port]) = (self.addresses, self.ports);
        (SocketAddr::new(self.address(low), low_port), SocketAddr::new(self.address(high), high_port))
    }

    fn address(&self, [upper, lower]: [u64; 2]) -> IpAddr {
        if self.version_6 {
            (u128::from(upper) << 64 | u128::from(lower)).to_be_bytes().into()
        } else {
            Ipv4Addr::from_bits(u32::try_from(lower).unwrap_or(u32::MAX)).into()
        }
    }
}

impl Hash for Pair {
    /// A few whole numbers: quicker than what is derived.
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ([[a, b], [c, d]], [low, high]) = (self.addresses, self.ports);
        // The upper halves of IPv4's are 0.
        state.write_u64(a ^ c.rotate_left(32));
        state.write_u64(b);
        state.write_u64(d);
        state.write_u64(u64::from(low) << 17 | u64::from(high) << 1 | u64::from(self.version_6));
    }
}

#[inline]
fn halves(address: IpAddr) -> [u64; 2] {
    match address {
        IpAddr::V4(address) => [0, address.to_bits().into()],
        IpAddr::V6(address) => {
            let bits = address.to_bits();
            [bits >> 64, bits & u128::from(u64::MAX)].map(|half| u64::try_from(half).unwrap_or(0))
        }
    }
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
        let (pair, upwards) = Pair::of((source.ip(), source.port()), (destination.ip(), destination.port()));
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let (number, began_upwards) = *self.numbers.entry(pair).or_insert((next, upwards));
        // Equal sockets have no direction.
        Found { number, opens: number == next, forward: began_upwards == upwards || source == destination }
    }

    /// The number of a pair that was seen before.
    pub(crate) fn known(&self, source: SocketAddr, destination: SocketAddr) -> Option<u32> {
        let (pair, _) = Pair::of((source.ip(), source.port()), (destination.ip(), destination.port()));
        self.numbers.get(&pair).map(|(number, _)| *number)
    }
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
