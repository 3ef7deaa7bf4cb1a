//! What a capture says of its hosts beside their packets: names, by pcapng's
//! name resolution blocks (draft-ietf-opsawg-pcapng, section 4.5), and which
//! hardware address belongs to which IP address, by ARP (RFC 826).

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::timeline::lanes::Address;
use crate::trace::{AsideKind, Trace};
use crate::words::printable;

/// The block's type.
const NAME_RESOLUTION: u32 = 4;

/// Names and hardware addresses of hosts.
#[derive(Debug, Default)]
pub(super) struct Names {
    names: BTreeMap<Address, String>,
    /// Who said by ARP to have an address.
    claims: BTreeMap<IpAddr, Vec<[u8; 6]>>,
}

impl Names {
    /// The names that a trace brings along.
    pub(super) fn of(trace: &Trace) -> Self {
        let mut names = Self::default();
        for (_, aside) in trace.asides() {
            if let AsideKind::Block { block_type: NAME_RESOLUTION, body } = &aside.what {
                names.block(body, aside.big_endian);
            }
        }
        names
    }

    /// The first name of each record; none of what is cut.
    fn block(&mut self, mut rest: &[u8], big_endian: bool) -> Option<()> {
        let u16 = |bytes: &[u8; 2]| if big_endian { u16::from_be_bytes(*bytes) } else { u16::from_le_bytes(*bytes) };
        loop {
            let (kind, behind) = rest.split_first_chunk::<2>()?;
            let (length, behind) = behind.split_first_chunk::<2>()?;
            let length = usize::from(u16(length));
            let value = behind.get(..length)?;
            rest = behind.get(length.next_multiple_of(4)..).unwrap_or_default();
            let (address, names) = match u16(kind) {
                0 => return Some(()),
                1 => value.split_first_chunk::<4>().map(|(ip, names)| (Address::Ip(IpAddr::from(*ip)), names))?,
                2 => value.split_first_chunk::<16>().map(|(ip, names)| (Address::Ip(IpAddr::from(*ip)), names))?,
                3 => value.split_first_chunk::<6>().map(|(mac, names)| (Address::Mac(*mac), names))?,
                _ => continue,
            };
            if let Some(name) = names.split(|byte| *byte == 0).find(|name| !name.is_empty()) {
                self.names.entry(address).or_insert_with(|| printable(name));
            }
        }
    }

    /// A host's name, if the capture has one.
    pub(super) fn name(&self, address: Address) -> Option<&str> {
        self.names.get(&address).map(String::as_str)
    }

    /// A host said by ARP: this IP address is at this hardware address.
    pub(super) fn claim(&mut self, ip: IpAddr, mac: [u8; 6]) {
        let known = self.claims.entry(ip).or_default();
        if !known.contains(&mac) {
            known.push(mac);
        }
    }

    /// The hardware address of an IP address, where one host alone claims it.
    pub(super) fn hardware(&self, ip: IpAddr) -> Option<Address> {
        match self.claims.get(&ip).map(Vec::as_slice) {
            Some([mac]) => Some(Address::Mac(*mac)),
            _ => None,
        }
    }

    /// The IP address at a hardware address, where there is one alone.
    pub(super) fn ip_at(&self, mac: [u8; 6]) -> Option<IpAddr> {
        let mut found = self.claims.iter().filter(|(_, macs)| macs.contains(&mac)).map(|(ip, _)| *ip);
        found.next().filter(|_| found.next().is_none())
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn ip(last: u8) -> IpAddr {
        Ipv4Addr::new(10, 0, 0, last).into()
    }

    #[test]
    fn names_are_read_in_both_byte_orders_and_what_is_cut_is_left() {
        // 10.0.0.1 is "one" and "uno", 10.0.0.2 is "two\u{202e}".
        let record = |last: u8, names: &[u8]| [&[10, 0, 0, last], names].concat();
        let build = |u16: fn(u16) -> [u8; 2]| {
            let mut body = Vec::new();
            for value in [record(1, b"one\0uno\0"), record(2, "two\u{202e}\0".as_bytes())] {
                body.extend(u16(1));
                body.extend(u16(value.len().try_into().unwrap()));
                body.extend(&value);
                body.resize(body.len().next_multiple_of(4), 0);
            }
            body
        };
        for (body, big_endian) in [(build(u16::to_be_bytes), true), (build(u16::to_le_bytes), false)] {
            let mut names = Names::default();
            assert_eq!(names.block(&body, big_endian), None, "no end");
            assert_eq!(names.name(Address::Ip(ip(1))), Some("one"));
            assert_eq!(names.name(Address::Ip(ip(2))), Some("two\\u{202e}"));
            let mut names = Names::default();
            names.block(&body[..20], big_endian);
            assert_eq!(names.name(Address::Ip(ip(2))), None);
        }
    }

    #[test]
    fn an_address_that_two_hosts_claim_is_nobodys() {
        let mut names = Names::default();
        names.claim(ip(1), [1; 6]);
        assert_eq!((names.hardware(ip(1)), names.ip_at([1; 6])), (Some(Address::Mac([1; 6])), Some(ip(1))));
        names.claim(ip(1), [2; 6]);
        assert_eq!(names.hardware(ip(1)), None);
        names.claim(ip(2), [1; 6]);
        assert_eq!(names.ip_at([1; 6]), None);
    }
}
