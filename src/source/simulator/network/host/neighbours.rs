//! Who is behind which address on a link: ARP (RFC 826) and neighbour
//! discovery (RFC 4861), and what waits until that is known.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use crate::source::simulator::{Datagram, Moment};

/// RFC 1122 §2.3.2.1, RFC 4861 §10: one request a second.
const INTERVAL: Duration = Duration::from_secs(1);
/// After so many the neighbour is taken to be away, as on Linux; RFC 4861 §10.
const REQUESTS: u32 = 3;

/// An interface and an address on its link.
pub(super) type Key = (usize, IpAddr);

/// What a host knows of its neighbours.
#[derive(Default)]
pub(super) struct Neighbours {
    known: BTreeMap<Key, [u8; 6]>,
    asked: BTreeMap<Key, Asked>,
}

struct Asked {
    times: u32,
    again: Moment,
    waiting: Vec<Datagram>,
}

/// What is to be done for a datagram.
pub(super) enum Answer {
    /// It can go there.
    Known([u8; 6], Datagram),
    /// Ask first; it waits.
    Ask,
    /// It waits: somebody was asked.
    Waits,
}

/// What is due.
pub(super) enum Due {
    /// Ask again.
    Ask(Key),
    /// Nobody has answered; this was waiting.
    Gone(Vec<Datagram>),
}

impl Neighbours {
    /// When somebody is to be asked again.
    pub(super) fn deadline(&self) -> Option<Moment> {
        self.asked.values().map(|asked| asked.again).min()
    }

    /// Somebody who is known without having said so.
    pub(super) fn knows(&mut self, key: Key, mac: [u8; 6]) {
        self.known.insert(key, mac);
    }

    /// Where a datagram for this neighbour goes.
    pub(super) fn find(&mut self, now: Moment, key: Key, datagram: Datagram) -> Answer {
        if let Some(mac) = self.known.get(&key) {
            return Answer::Known(*mac, datagram);
        }
        if let Some(asked) = self.asked.get_mut(&key) {
            asked.waiting.push(datagram);
            return Answer::Waits;
        }
        self.asked.insert(key, Asked { times: 1, again: now + INTERVAL, waiting: vec![datagram] });
        Answer::Ask
    }

    /// Somebody has said who it is. RFC 826, "Packet Reception": who is known
    /// is updated; who was talking to us (`ours`) is remembered. What waited.
    pub(super) fn learn(&mut self, key: Key, mac: [u8; 6], ours: bool) -> Vec<Datagram> {
        if !ours && !self.known.contains_key(&key) && !self.asked.contains_key(&key) {
            return Vec::new();
        }
        self.known.insert(key, mac);
        self.asked.remove(&key).map(|asked| asked.waiting).unwrap_or_default()
    }

    /// The next thing that is due.
    pub(super) fn pass(&mut self, now: Moment) -> Option<Due> {
        let (key, asked) = self.asked.iter_mut().find(|(_, asked)| asked.again <= now)?;
        let key = *key;
        if asked.times < REQUESTS {
            (asked.times, asked.again) = (asked.times + 1, now + INTERVAL);
            return Some(Due::Ask(key));
        }
        self.asked.remove(&key).map(|asked| Due::Gone(asked.waiting))
    }

    /// The power was off.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// RFC 4291 §2.7.1: the group of those whose address ends like this one.
pub(super) fn solicited_node(address: Ipv6Addr) -> Ipv6Addr {
    let [.., a, b, c] = address.octets();
    Ipv6Addr::new(0xFF02, 0, 0, 0, 0, 1, 0xFF00 | u16::from(a), u16::from_be_bytes([b, c]))
}

/// RFC 2464 §7: the Ethernet address of an IPv6 group.
pub(super) fn multicast_mac(group: Ipv6Addr) -> [u8; 6] {
    let [.., a, b, c, d] = group.octets();
    [0x33, 0x33, a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_those_of_the_rfcs() {
        let group = solicited_node("2037::01:800:200e:8c6c".parse().unwrap());
        assert_eq!(group, "ff02::1:ff0e:8c6c".parse::<Ipv6Addr>().unwrap());
        assert_eq!(multicast_mac(group), [0x33, 0x33, 0xFF, 0x0E, 0x8C, 0x6C]);
    }
}
