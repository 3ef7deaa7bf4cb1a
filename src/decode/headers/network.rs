//! IPv4 (RFC 791) and IPv6 (RFC 8200) with its extension headers, down to the
//! transport layer.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::super::Ip;
use super::{Carried, Headers, Piece, transport};

/// An IP packet down to what it carries.
#[derive(Clone, Copy)]
pub(super) struct Network<'a> {
    /// Its header.
    pub(super) ip: Ip,
    /// The IP number of what it carries.
    pub(super) protocol: u8,
    /// What it carries.
    pub(super) payload: Piece<'a>,
    /// Where in a larger packet its payload belongs, in bytes, and whether
    /// more follows; `None` where it is no fragment.
    pub(super) fragment: Option<(u16, bool)>,
}

/// Reads IPv4 or IPv6, whichever it says it is.
pub(super) fn any_version(packet: Piece<'_>, headers: &mut Headers) -> Carried {
    take(read(packet), headers)
}

/// Reads IPv4.
pub(super) fn v4(packet: Piece<'_>, headers: &mut Headers) -> Carried {
    take(read_v4(packet), headers)
}

/// Reads IPv6.
pub(super) fn v6(packet: Piece<'_>, headers: &mut Headers) -> Carried {
    take(read_v6(packet), headers)
}

fn take(network: Option<Network<'_>>, headers: &mut Headers) -> Carried {
    let Some(network) = network else { return Carried::Unreadable };
    headers.ip = Some(network.ip);
    if network.fragment.is_some() { Carried::Fragment } else { transport::read(&network) }
}

/// Reads a packet of either version.
pub(super) fn read(packet: Piece<'_>) -> Option<Network<'_>> {
    match packet.first::<1>()? {
        [0x40..=0x4F] => read_v4(packet),
        [0x60..=0x6F] => read_v6(packet),
        _ => None,
    }
}

fn read_v4(packet: Piece<'_>) -> Option<Network<'_>> {
    let &[v, _, l0, l1, i0, i1, f0, f1, ttl, protocol, _, _, s0, s1, s2, s3, d0, d1, d2, d3] = packet.first::<20>()?;
    let header_length = usize::from(v & 0x0F) * 4;
    if v >> 4 != 4 || header_length < 20 {
        return None;
    }
    // A length of 0 stands for "the sender's hardware will fill it in": then
    // the frame's own length is all we have.
    let packet = match u16::from_be_bytes([l0, l1]) {
        0 => packet,
        total => packet.truncate(total.into()),
    };
    if packet.at + header_length > packet.end {
        return None;
    }
    let mut destination = Ipv4Addr::new(d0, d1, d2, d3);
    if header_length > 20 {
        let options = packet.bytes.get(packet.at + 20..packet.at + header_length)?;
        destination = end_of_route(options).unwrap_or(destination);
    }
    let fragment = u16::from_be_bytes([f0, f1]);
    let (offset, more) = ((fragment & 0x1FFF) * 8, fragment & 0x2000 != 0);
    Network {
        ip: Ip {
            source: IpAddr::V4(Ipv4Addr::new(s0, s1, s2, s3)),
            destination: IpAddr::V4(destination),
            ttl,
            identification: Some(u16::from_be_bytes([i0, i1])),
        },
        protocol,
        payload: packet.skip(header_length),
        fragment: (offset > 0 || more).then_some((offset, more)),
    }
    .behind_authentication()
}

/// The last address of a loose or strict source route (RFC 791 §3.1).
fn end_of_route(mut options: &[u8]) -> Option<Ipv4Addr> {
    loop {
        match options {
            [] | [0, ..] => return None,
            [1, rest @ ..] => options = rest,
            [kind, length, ..] => {
                let (option, rest) = options.split_at_checked(usize::from(*length))?;
                if option.len() < 2 {
                    return None;
                }
                if matches!(kind, 131 | 137) && option.len() >= 7 {
                    return option.last_chunk::<4>().map(|octets| Ipv4Addr::from(*octets));
                }
                options = rest;
            }
            [_] => return None,
        }
    }
}

/// One extension header may follow another; each is 8 bytes at least, so their
/// number is bounded by the packet.
fn read_v6(packet: Piece<'_>) -> Option<Network<'_>> {
    let fixed = packet.first::<40>()?;
    let &[0x60..=0x6F, _, _, _, l0, l1, mut protocol, ttl, ref addresses @ ..] = fixed else {
        return None;
    };
    let (source, destination) = addresses.split_first_chunk::<16>()?;
    let mut ip = Ip {
        source: IpAddr::V6(Ipv6Addr::from(*source)),
        destination: IpAddr::V6(Ipv6Addr::from(*destination.first_chunk::<16>()?)),
        ttl,
        identification: None,
    };
    let mut payload = packet.skip(40);
    // A length of 0 is a jumbogram's (RFC 2675), or stands for "the sender's
    // hardware will fill it in".
    let length = u16::from_be_bytes([l0, l1]);
    if length != 0 {
        payload = payload.truncate(length.into());
    }
    let mut fragment = None;
    loop {
        let behind = match protocol {
            // Hop-by-hop options, destination options, mobility, HIP, shim6.
            0 | 60 | 135 | 139 | 140 => {
                let &[_, units] = payload.first::<2>()?;
                let behind = (usize::from(units) + 1) * 8;
                let options = payload.bytes.get(payload.at + 2..payload.at + behind)?;
                match (protocol, option(options, if protocol == 0 { 0xC2 } else { 0xC9 })) {
                    (0, Some(&[j0, j1, j2, j3])) if length == 0 => {
                        let jumbo = usize::try_from(u32::from_be_bytes([j0, j1, j2, j3])).unwrap_or(usize::MAX);
                        payload.end = payload.end.min(packet.at.saturating_add(40).saturating_add(jumbo));
                    }
                    (60, Some(home)) => {
                        if let Some(octets) = home.first_chunk::<16>() {
                            ip.source = IpAddr::V6(Ipv6Addr::from(*octets));
                        }
                    }
                    _ => {}
                }
                behind
            }
            43 => {
                let &[_, units, kind, left] = payload.first::<4>()?;
                let behind = (usize::from(units) + 1) * 8;
                let route = payload.bytes.get(payload.at + 8..payload.at + behind)?;
                if let (0 | 2, 1.., Some(octets)) = (kind, left, route.last_chunk::<16>()) {
                    ip.destination = IpAddr::V6(Ipv6Addr::from(*octets));
                }
                behind
            }
            44 => {
                let &[_, _, o0, o1, ..] = payload.first::<8>()?;
                let place = u16::from_be_bytes([o0, o1]);
                let (offset, more) = (place & 0xFFF8, place & 1 != 0);
                // Offset 0 with nothing to follow is no fragment (RFC 6946).
                if offset > 0 || more {
                    fragment = Some((offset, more));
                }
                8
            }
            51 => (usize::from(payload.first::<2>()?[1]) + 2) * 4,
            _ => return Some(Network { ip, protocol, payload, fragment }),
        };
        // Behind a later fragment's header stands the middle of something.
        let &[next] = payload.first::<1>()?;
        protocol = next;
        payload = payload.skip(behind);
        if payload.at > payload.end {
            return None;
        }
        if fragment.is_some_and(|(offset, _)| offset > 0) {
            return Some(Network { ip, protocol, payload, fragment });
        }
    }
}

/// The value of the option of this type (RFC 8200 §4.2).
fn option(mut options: &[u8], wanted: u8) -> Option<&[u8]> {
    loop {
        match options {
            [] | [_] => return None,
            [0, rest @ ..] => options = rest,
            [kind, length, rest @ ..] => {
                let (value, rest) = rest.split_at_checked(usize::from(*length))?;
                if *kind == wanted {
                    return Some(value);
                }
                options = rest;
            }
        }
    }
}

impl Network<'_> {
    /// Steps over an authentication header (RFC 4302 §2).
    fn behind_authentication(mut self) -> Option<Self> {
        while self.protocol == 51 && self.fragment.is_none() {
            let &[next, units] = self.payload.first::<2>()?;
            self.protocol = next;
            self.payload = self.payload.skip((usize::from(units) + 2) * 4);
        }
        (self.payload.at <= self.payload.end).then_some(self)
    }
}
