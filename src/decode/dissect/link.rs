//! What comes before the network layer: Ethernet (RFC 894, IEEE 802.3), VLAN
//! tags (IEEE 802.1Q), LLC and SNAP (IEEE 802.2), Linux's cooked captures, BSD
//! loopback, PPP (RFC 1661, RFC 1662), `PPPoE` (RFC 2516).

use super::walk::{View, Walk};
use super::{FieldSink, FieldValue, arp, ipv4, ipv6};
use crate::decode::FieldId;
use crate::model::LinkType;

/// The shortest frame Ethernet sends, without its checksum, in bytes.
const ETHERNET_SHORTEST: usize = 60;

/// A whole frame.
pub(super) fn frame<S: FieldSink>(walk: &mut Walk<'_, S>, link_type: LinkType, view: View<'_>) {
    match link_type {
        LinkType::ETHERNET => ethernet(walk, view),
        LinkType::RAW | LinkType::IPV4 | LinkType::IPV6 | LinkType(12 | 14) => {
            ip(walk, view);
        }
        LinkType::NULL | LinkType::LOOP => loopback(walk, view, link_type == LinkType::LOOP),
        LinkType::LINUX_SLL => cooked(walk, view),
        LinkType::LINUX_SLL2 => cooked2(walk, view),
        LinkType::PPP | LinkType::PPP_HDLC => {
            ppp(walk, view);
        }
        LinkType::C_HDLC => cisco(walk, view),
        LinkType::PPP_ETHER => {
            pppoe(walk, view, FieldId::PPPOES);
        }
        // FDDI: frame control, then as Ethernet without a type.
        LinkType(10) => {
            llc(walk, view.from(13));
        }
        LinkType(129) => arcnet(walk, view),
        LinkType(239) => nflog(walk, view.from(4)),
        // IP over InfiniBand: a pseudo-header, the type, two reserved bytes.
        LinkType(242) => {
            if let Some(number) = view.u16(40) {
                ether_type(walk, number, view.from(44));
            }
        }
        // The frame is listed, nothing more.
        _ => {}
    }
}

/// ARCNET as Linux hands it over: from, to, two bytes of offset, the protocol
/// (RFC 1051: 240 is IP; RFC 1201: 212, behind three bytes for splitting).
fn arcnet<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) {
    match view.u8(4) {
        Some(240) => ipv4::packet(walk, view.from(5)),
        Some(212) => ipv4::packet(walk, view.from(8)),
        _ => None,
    };
}

/// Netfilter's log: attributes, one of which (9) is the packet. Their lengths
/// and types are in the writer's byte order, which is nearly always little.
fn nflog<S: FieldSink>(walk: &mut Walk<'_, S>, mut view: View<'_>) {
    while let (Some(length), Some(kind)) = (view.u16(view.start), view.u16(view.start + 2)) {
        let length = usize::from(length.swap_bytes());
        if length < 4 {
            return;
        }
        if kind.swap_bytes() == 9 {
            ip(walk, view.limited(length).from(view.start + 4));
            return;
        }
        view = view.from(view.start + length.next_multiple_of(4));
    }
}

/// What follows an `EtherType`; tells where it ends on the wire, if it says.
fn ether_type<S: FieldSink>(walk: &mut Walk<'_, S>, number: u16, view: View<'_>) -> Option<usize> {
    match number {
        0x0800 => ipv4::packet(walk, view),
        0x86DD => ipv6::packet(walk, view),
        0x0806 | 0x8035 => Some(arp::packet(walk, view)),
        0x8100 | 0x88A8 | 0x9100 => {
            let mut end = None;
            walk.deeper(|walk| end = vlan(walk, view));
            end
        }
        0x8847 | 0x8848 => labels(walk, view),
        // Provider backbone bridges carry a whole frame behind their tag
        // (IEEE 802.1Q §9.7); its addresses are not shown.
        0x88E7 => ether_type(walk, view.u16(view.start + 16)?, view.from(view.start + 18)),
        0x8863 => pppoe(walk, view, FieldId::PPPOED),
        0x8864 => pppoe(walk, view, FieldId::PPPOES),
        _ => None,
    }
}

/// IPv4 or IPv6, as its own first bits say.
fn ip<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) -> Option<usize> {
    match view.u8(view.start)? >> 4 {
        4 => ipv4::packet(walk, view),
        6 => ipv6::packet(walk, view),
        _ => None,
    }
}

fn ethernet<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) {
    let number = view.u16(12);
    walk.header(FieldId::ETH, &view, 14, |walk| {
        for (field, at) in [(FieldId::ETH_DST, 0), (FieldId::ETH_SRC, 6)] {
            let address = walk.mac(field, &view, at)?;
            walk.put(FieldId::ETH_ADDR, at..at + 6, FieldValue::Mac(address));
            let [first, ..] = address.0;
            walk.boolean(FieldId::ETH_LG, at..at + 3, first & 2 != 0);
            walk.boolean(FieldId::ETH_IG, at..at + 3, first & 1 != 0);
        }
        let number = number?;
        let field = if number > 1500 { FieldId::ETH_TYPE } else { FieldId::ETH_LEN };
        walk.number(field, 12..14, number);
        Some(())
    });
    let Some(number) = number else { return };
    if let Some(end) = typed_or_counted(walk, number, view.from(14))
        && walk.wants(FieldId::ETH)
    {
        trailer(walk, &view, end);
    }
}

/// What follows Ethernet's two bytes that are a type, or a length (up to
/// 1500) with LLC behind.
fn typed_or_counted<S: FieldSink>(walk: &mut Walk<'_, S>, number: u16, view: View<'_>) -> Option<usize> {
    if number > 1500 {
        return ether_type(walk, number, view);
    }
    let inside = view.limited(usize::from(number));
    llc(walk, inside);
    Some(inside.wire_end)
}

/// What Ethernet carries behind the packet: padding up to its shortest frame,
/// and whatever else.
fn trailer<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, start: usize) {
    let rest = view.slice(start..view.end());
    let short = ETHERNET_SHORTEST.saturating_sub(start).min(rest.len());
    let (padding, trailer) = rest.split_at(short);
    let padded = padding.iter().all(|byte| *byte == 0);
    let (padding, trailer) = if padded { (padding, trailer) } else { (&[][..], rest) };
    let between = start + padding.len();
    if !padding.is_empty() {
        walk.put(FieldId::ETH_PADDING, start..between, FieldValue::Bytes(padding));
    }
    // Nobody says whether the frame's checksum was captured; four bytes more
    // than there need be are taken for it.
    let summed = view.is_whole() && view.wire_end >= ETHERNET_SHORTEST + 4 && trailer.len() >= 4;
    let end = if summed { view.end() - 4 } else { view.end() };
    if end > between {
        walk.put(FieldId::ETH_TRAILER, between..end, FieldValue::Bytes(view.slice(between..end)));
    }
    if summed {
        walk.u32(FieldId::ETH_FCS, view, end);
    }
}

fn vlan<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) -> Option<usize> {
    let at = view.start;
    walk.header(FieldId::VLAN, &view, 4, |walk| {
        let tag = view.u16(at)?;
        walk.number(FieldId::VLAN_PRIORITY, at..at + 2, tag >> 13);
        walk.boolean(FieldId::VLAN_DEI, at..at + 2, tag & 0x1000 != 0);
        walk.number(FieldId::VLAN_ID, at..at + 2, tag & 0x0FFF);
        let number = view.u16(at + 2)?;
        let field = if number > 1500 { FieldId::VLAN_ETYPE } else { FieldId::VLAN_LEN };
        walk.number(field, at + 2..at + 4, number);
        Some(())
    });
    typed_or_counted(walk, view.u16(at + 2)?, view.from(at + 4))
}

fn llc<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) -> Option<usize> {
    let at = view.start;
    let (destination, source, control) = (view.u8(at)?, view.u8(at + 1)?, view.u8(at + 2)?);
    // Unnumbered frames have one control byte, the others two.
    let behind = if control & 3 == 3 { at + 3 } else { at + 4 };
    let snap = destination == 0xAA && source == 0xAA && control & 3 == 3;
    let organization = if snap { view.u24(behind) } else { None };
    walk.header(FieldId::LLC, &view, if snap { 8 } else { behind - at }, |walk| {
        walk.u8(FieldId::LLC_DSAP, &view, at)?;
        walk.u8(FieldId::LLC_SSAP, &view, at + 1)?;
        let value = if behind - at == 3 { u16::from(control) } else { u16::from_le_bytes([control, view.u8(at + 3)?]) };
        walk.number(FieldId::LLC_CONTROL, at + 2..behind, value);
        if snap {
            walk.u24(FieldId::LLC_OUI, &view, behind)?;
            let field = if organization == Some(0) { FieldId::LLC_TYPE } else { FieldId::LLC_PID };
            walk.u16(field, &view, behind + 3)?;
        }
        Some(())
    });
    match (organization, destination) {
        (Some(0 | 0xF8), _) => ether_type(walk, view.u16(behind + 3)?, view.from(behind + 5)),
        (None, 0x06) if source == 0x06 => ip(walk, view.from(behind)),
        _ => None,
    }
}

/// BSD's loopback: the address family in four bytes.
fn loopback<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>, network_order: bool) {
    walk.header(FieldId::NULL, &view, 4, |walk| {
        let family = view.u32(0)?;
        // The writer's byte order is not known, but families are small.
        let family = if !network_order && family > 0xFFFF { family.swap_bytes() } else { family };
        walk.number(FieldId::NULL_FAMILY, 0..4, family);
        Some(())
    });
    ip(walk, view.from(4));
}

/// Linux's cooked capture: what kind of hardware there is, in 16 bytes.
fn cooked<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) {
    walk.header(FieldId::SLL, &view, 16, |walk| {
        walk.u16(FieldId::SLL_PKTTYPE, &view, 0)?;
        walk.u16(FieldId::SLL_HATYPE, &view, 2)?;
        let length = walk.u16(FieldId::SLL_HALEN, &view, 4)?;
        hardware_source(walk, &view, 6, usize::from(length))?;
        let number = view.u16(14)?;
        let field = if number > 1500 { FieldId::SLL_ETYPE } else { FieldId::SLL_LTYPE };
        walk.number(field, 14..16, number);
        Some(())
    });
    if let Some(number) = view.u16(14) {
        cooked_payload(walk, number, view.from(16));
    }
}

/// Its second version, with the interface's number, in 20 bytes.
fn cooked2<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) {
    walk.header(FieldId::SLL, &view, 20, |walk| {
        let number = view.u16(0)?;
        let field = if number > 1500 { FieldId::SLL_ETYPE } else { FieldId::SLL_LTYPE };
        walk.number(field, 0..2, number);
        walk.u32(FieldId::SLL_IFINDEX, &view, 4)?;
        walk.u16(FieldId::SLL_HATYPE, &view, 8)?;
        walk.u8(FieldId::SLL_PKTTYPE, &view, 10)?;
        let length = walk.u8(FieldId::SLL_HALEN, &view, 11)?;
        hardware_source(walk, &view, 12, usize::from(length))
    });
    if let (Some(number), Some(_)) = (view.u16(0), view.u8(19)) {
        cooked_payload(walk, number, view.from(20));
    }
}

fn cooked_payload<S: FieldSink>(walk: &mut Walk<'_, S>, number: u16, view: View<'_>) {
    // LLC without Ethernet's length before it.
    if number == 4 {
        llc(walk, view);
    } else {
        ether_type(walk, number, view);
    }
}

/// The sender's hardware address in eight bytes, of which `length` count.
fn hardware_source<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, length: usize) -> Option<()> {
    match length {
        0 => {}
        4 => {
            walk.ipv4(FieldId::SLL_SRC_IPV4, view, at)?;
        }
        6 => {
            walk.mac(FieldId::SLL_SRC_ETH, view, at)?;
        }
        _ => walk.bytes(FieldId::SLL_SRC_OTHER, view, at, length.min(8))?,
    }
    let length = length.min(8);
    walk.bytes(FieldId::SLL_UNUSED, view, at + length, 8 - length)
}

/// PPP, in HDLC-like framing or without.
fn ppp<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) -> Option<usize> {
    let at = view.start;
    let framed = view.u8(at) == Some(0xFF);
    let start = if framed { at + 2 } else { at };
    // Its first byte is even, its last one odd: one that starts odd is short.
    let short = view.u8(start)? & 1 == 1;
    let behind = if short { start + 1 } else { start + 2 };
    let number = if short { view.u8(start).map(u16::from) } else { view.u16(start) };
    walk.header(FieldId::PPP, &view, behind - at, |walk| {
        if framed {
            walk.u8(FieldId::PPP_ADDRESS, &view, at)?;
            walk.u8(FieldId::PPP_CONTROL, &view, at + 1)?;
        }
        walk.number(FieldId::PPP_PROTOCOL, start..behind, number?);
        Some(())
    });
    match number? {
        0x21 => ipv4::packet(walk, view.from(behind)),
        0x57 => ipv6::packet(walk, view.from(behind)),
        0x281 | 0x283 => labels(walk, view.from(behind)),
        _ => None,
    }
}

/// Cisco's HDLC: an `EtherType` behind two bytes of its own.
fn cisco<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) {
    walk.header(FieldId::CHDLC, &view, 4, |walk| {
        walk.u8(FieldId::CHDLC_ADDRESS, &view, 0)?;
        walk.u16(FieldId::CHDLC_PROTOCOL, &view, 2).map(drop)
    });
    // Where Ethernet has RARP, Cisco has SLARP.
    if let Some(number) = view.u16(2)
        && number != 0x8035
    {
        ether_type(walk, number, view.from(4));
    }
}

/// MPLS labels (RFC 3032), down to the one at the bottom.
fn labels<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) -> Option<usize> {
    let mut view = view;
    loop {
        let at = view.start;
        walk.header(FieldId::MPLS, &view, 4, |walk| {
            let entry = view.u32(at)?;
            walk.number(FieldId::MPLS_LABEL, at..at + 3, entry >> 12);
            walk.number(FieldId::MPLS_EXP, at + 2..at + 3, (entry >> 9) & 7);
            walk.number(FieldId::MPLS_BOTTOM, at + 2..at + 3, (entry >> 8) & 1);
            walk.number(FieldId::MPLS_TTL, at + 3..at + 4, entry & 0xFF);
            Some(())
        });
        let bottom = view.u8(at + 2)? & 1 == 1;
        view.u8(at + 3)?;
        view = view.from(at + 4);
        if bottom {
            return ip(walk, view);
        }
    }
}

fn pppoe<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>, stage: FieldId) -> Option<usize> {
    let at = view.start;
    // Its fields are named for the protocol, not for the stage it is in.
    walk.header_of(stage, FieldId::PPPOE, &view, 6, |walk| pppoe_fields(walk, &view));
    let inside = view.from(at + 6).limited(usize::from(view.u16(at + 4)?));
    if stage == FieldId::PPPOES && view.u8(at + 1)? == 0 {
        ppp(walk, inside);
    }
    Some(inside.wire_end)
}

fn pppoe_fields<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>) -> Option<()> {
    let at = view.start;
    let first = view.u8(at)?;
    walk.number(FieldId::PPPOE_VERSION, at..at + 1, first >> 4);
    walk.number(FieldId::PPPOE_TYPE, at..at + 1, first & 15);
    walk.u8(FieldId::PPPOE_CODE, view, at + 1)?;
    walk.u16(FieldId::PPPOE_SESSION_ID, view, at + 2)?;
    walk.u16(FieldId::PPPOE_PAYLOAD_LENGTH, view, at + 4)?;
    Some(())
}
