//! Where the network layer starts, and what it is
//! (<https://www.tcpdump.org/linktypes.html>).

use super::super::MacAddress;
use super::{Carried, Cooked, Headers, Piece, network};
use crate::model::LinkType;

/// How many VLAN tags are read; real networks have one or two.
const DEEPEST_TAG: usize = 8;

/// The largest number that is a length where an `EtherType` could stand
/// (IEEE 802.3 §3.2.6).
const LONGEST_802_3: u16 = 1500;

/// `PACKET_OUTGOING` (packet(7)).
const OUTGOING: u8 = 4;

const LLC_IP: u8 = 0x06;
const LLC_SNAP: u8 = 0xAA;

/// Reads a frame from its first byte on.
pub(super) fn read(link_type: LinkType, frame: Piece<'_>, headers: &mut Headers) -> Carried {
    match link_type {
        LinkType::ETHERNET => ethernet(frame, headers),
        LinkType::RAW | LinkType::IPV4 | LinkType::IPV6 | LinkType(12 | 14) => network::any_version(frame, headers),
        LinkType::NULL | LinkType::LOOP => loopback(frame, headers),
        LinkType::LINUX_SLL => match frame.first::<16>() {
            Some(&[p0, p1, .., t0, t1]) => {
                headers.cooked = Some(Cooked { interface: 0, outgoing: [p0, p1] == [0, OUTGOING] });
                sll(frame.skip(16), u16::from_be_bytes([t0, t1]), headers)
            }
            None => Carried::Unreadable,
        },
        LinkType::LINUX_SLL2 => match frame.first::<20>() {
            Some(&[t0, t1, _, _, i0, i1, i2, i3, _, _, kind, ..]) => {
                let interface = u32::from_be_bytes([i0, i1, i2, i3]);
                headers.cooked = Some(Cooked { interface, outgoing: kind == OUTGOING });
                sll(frame.skip(20), u16::from_be_bytes([t0, t1]), headers)
            }
            None => Carried::Unreadable,
        },
        // PPP, and PPP in HDLC-like framing.
        LinkType(9 | 50) => ppp_framed(frame, headers),
        LinkType(104) => match frame.first::<4>() {
            Some(&[0x0F | 0x8F, _, t0, t1]) => by_ether_type(frame.skip(4), u16::from_be_bytes([t0, t1]), headers),
            Some(_) => Carried::Other,
            None => Carried::Unreadable,
        },
        // FDDI: frame control, then as Ethernet without a type.
        LinkType(10) => {
            if frame.first::<13>().is_some() {
                llc(frame.skip(13), headers)
            } else {
                Carried::Unreadable
            }
        }
        LinkType(129) => arcnet(frame, headers),
        LinkType(239) => nflog(frame.skip(4), headers),
        // IP over InfiniBand: a pseudo-header, the type, two reserved bytes.
        LinkType(242) => match frame.first::<44>() {
            Some(&[.., t0, t1, _, _]) => by_ether_type(frame.skip(44), u16::from_be_bytes([t0, t1]), headers),
            None => Carried::Unreadable,
        },
        _ => Carried::UnknownLink,
    }
}

/// ARCNET as Linux hands it over: from, to, two bytes of offset, the protocol
/// (RFC 1051: 240 is IP; RFC 1201: 212, behind three bytes for splitting).
fn arcnet(frame: Piece<'_>, headers: &mut Headers) -> Carried {
    match frame.first::<5>() {
        Some([.., 240]) => network::v4(frame.skip(5), headers),
        Some([.., 212]) => network::v4(frame.skip(8), headers),
        Some([.., 241 | 213]) => Carried::Arp,
        Some(_) => Carried::Other,
        None => Carried::Unreadable,
    }
}

/// Netfilter's log: attributes, one of which (9) is the packet. Their lengths
/// and types are in the writer's byte order, which is nearly always little.
fn nflog(mut attributes: Piece<'_>, headers: &mut Headers) -> Carried {
    loop {
        let Some(&[l0, l1, t0, t1]) = attributes.first::<4>() else { return Carried::Unreadable };
        let length = usize::from(u16::from_le_bytes([l0, l1]));
        if length < 4 {
            return Carried::Unreadable;
        }
        if u16::from_le_bytes([t0, t1]) == 9 {
            return network::any_version(attributes.truncate(length).skip(4), headers);
        }
        attributes = attributes.skip(length.next_multiple_of(4));
    }
}

fn ethernet(frame: Piece<'_>, headers: &mut Headers) -> Carried {
    let Some(&[d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5, t0, t1]) = frame.first::<14>() else {
        return Carried::Unreadable;
    };
    headers.ethernet = Some((MacAddress([s0, s1, s2, s3, s4, s5]), MacAddress([d0, d1, d2, d3, d4, d5])));
    by_ether_type(frame.skip(14), u16::from_be_bytes([t0, t1]), headers)
}

/// Reads what a cooked header announces; 4 stands for 802.2, whose length the
/// frame's own is.
fn sll(payload: Piece<'_>, protocol: u16, headers: &mut Headers) -> Carried {
    if protocol == 4 { llc(payload, headers) } else { by_ether_type(payload, protocol, headers) }
}

/// Reads what an `EtherType`, or in its place the length of an 802.3 frame,
/// announces.
fn by_ether_type(mut payload: Piece<'_>, mut ether_type: u16, headers: &mut Headers) -> Carried {
    for _ in 0..=DEEPEST_TAG {
        match ether_type {
            0x0800 => return network::v4(payload, headers),
            0x86DD => return network::v6(payload, headers),
            0x0806 => return if payload.first::<8>().is_some() { Carried::Arp } else { Carried::Unreadable },
            0x8100 | 0x88A8 | 0x9100 => {
                let Some(&[_, _, t0, t1]) = payload.first::<4>() else { return Carried::Unreadable };
                ether_type = u16::from_be_bytes([t0, t1]);
                payload = payload.skip(4);
            }
            0x8847 | 0x8848 => return mpls(payload, headers),
            // Provider backbone bridges carry a whole frame behind their tag
            // (IEEE 802.1Q §9.7).
            0x88E7 => {
                let Some(&[.., t0, t1]) = payload.first::<18>() else { return Carried::Unreadable };
                ether_type = u16::from_be_bytes([t0, t1]);
                payload = payload.skip(18);
            }
            // PPPoE's session stage (RFC 2516 §4).
            0x8864 => {
                let Some(&[0x11, 0, _, _, l0, l1]) = payload.first::<6>() else { return Carried::Unreadable };
                return ppp(payload.skip(6).truncate(u16::from_be_bytes([l0, l1]).into()), headers);
            }
            length @ 0..=LONGEST_802_3 => return llc(payload.truncate(length.into()), headers),
            _ => return Carried::Other,
        }
    }
    Carried::Other
}

/// IEEE 802.2, with the `EtherType` of RFC 1042 behind it or IP at once.
fn llc(payload: Piece<'_>, headers: &mut Headers) -> Carried {
    match payload.first::<8>() {
        Some(&[LLC_SNAP, LLC_SNAP, 0x03, 0, 0, 0 | 0xF8, t0, t1]) => match u16::from_be_bytes([t0, t1]) {
            0..=LONGEST_802_3 => Carried::Other,
            ether_type => by_ether_type(payload.skip(8), ether_type, headers),
        },
        Some(&[LLC_IP, LLC_IP, 0x03, ..]) => network::v4(payload.skip(3), headers),
        Some(_) => Carried::Other,
        None => Carried::Unreadable,
    }
}

/// Labels down to the bottom of the stack (RFC 3032 §2.1). What they carry is
/// not said: IP is known by its version, as routers do.
fn mpls(mut payload: Piece<'_>, headers: &mut Headers) -> Carried {
    loop {
        let Some(&[_, _, bottom, _]) = payload.first::<4>() else { return Carried::Unreadable };
        payload = payload.skip(4);
        if bottom & 1 == 1 {
            break;
        }
    }
    match payload.first::<1>() {
        Some([0x40..=0x6F]) => network::any_version(payload, headers),
        Some(_) => Carried::Other,
        None => Carried::Unreadable,
    }
}

fn loopback(frame: Piece<'_>, headers: &mut Headers) -> Carried {
    // The address family's number and byte order are the writer's; the IP
    // header says its version itself.
    match frame.first::<4>() {
        Some([0xFF, 0x03, ..]) => ppp_framed(frame, headers),
        Some([0, 0, 0, 2 | 10 | 23 | 24 | 26 | 28 | 30] | [2 | 10 | 23 | 24 | 26 | 28 | 30, 0, 0, 0]) => {
            network::any_version(frame.skip(4), headers)
        }
        Some(&[0, 0, t0, t1] | &[t1, t0, 0, 0]) => match u16::from_be_bytes([t0, t1]) {
            0..=LONGEST_802_3 => Carried::Other,
            ether_type => by_ether_type(frame.skip(4), ether_type, headers),
        },
        Some(_) => Carried::Other,
        None => Carried::Unreadable,
    }
}

/// PPP behind HDLC's address and control bytes (RFC 1662 §3.1), which may be
/// left out.
fn ppp_framed(frame: Piece<'_>, headers: &mut Headers) -> Carried {
    match frame.first::<2>() {
        Some([0xFF, 0x03]) => ppp(frame.skip(2), headers),
        Some(_) => ppp(frame, headers),
        None => Carried::Unreadable,
    }
}

/// PPP's protocol number of one or two bytes (RFC 1661 §2) and what it
/// announces.
fn ppp(payload: Piece<'_>, headers: &mut Headers) -> Carried {
    let (protocol, length) = match payload.first::<2>() {
        Some(&[short, _]) if short & 1 == 1 => (u16::from(short), 1),
        Some(two) => (u16::from_be_bytes(*two), 2),
        None => return Carried::Unreadable,
    };
    match protocol {
        0x0021 => network::v4(payload.skip(length), headers),
        0x0057 => network::v6(payload.skip(length), headers),
        _ => Carried::Other,
    }
}
