//! IPv6's extension headers (RFC 8200 §4) and the authentication header
//! (RFC 4302), each followed by another or by what the packet carries.

use super::FieldSink;
use super::ipv4::{self, Carrier};
use super::walk::{View, Walk};
use crate::decode::FieldId;

const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const AUTHENTICATION: u8 = 51;
const DESTINATION: u8 = 60;

/// Walks the headers, then what they lead to.
pub(super) fn chain<S: FieldSink>(walk: &mut Walk<'_, S>, next: u8, mut carrier: Carrier, view: View<'_>) {
    let first = view;
    let mut next = next;
    let mut view = view;
    loop {
        let behind = match next {
            HOP_BY_HOP | DESTINATION => options(walk, next, &mut carrier, &view),
            ROUTING => routing(walk, &mut carrier, &view),
            FRAGMENT => fragment(walk, &mut carrier, &view),
            AUTHENTICATION => authentication_header(walk, &view),
            // Mobility, HIP, shim6: stepped over.
            135 | 139 | 140 => stated(&view),
            _ => return ipv4::payload(walk, next, &carrier, view),
        };
        // A jumbogram's length (RFC 2675) stands where others state none.
        if let (HOP_BY_HOP, Some(length), true) = (next, jumbo_length(&view), carrier.unstated) {
            let end = first.limited(length).wire_end;
            view = view.limited(end.saturating_sub(view.start));
        }
        // Each header is at least eight bytes long: this comes to an end.
        let (Some(following), Some(length)) = (view.u8(view.start), behind) else { return };
        next = following;
        view = view.from(view.start + length.max(8));
    }
}

/// The length a hop-by-hop option gives the packet, without IPv6's header.
fn jumbo_length(view: &View<'_>) -> Option<usize> {
    let mut length = None;
    each(view, view.start + 2, view.start + stated(view)?, |at, end| {
        if view.u8(at)? == 194 && end - at == 6 {
            length = view.u32(at + 2).and_then(|length| usize::try_from(length).ok());
        }
        Some(())
    });
    length
}

/// AH behind IPv4.
pub(super) fn authentication<S: FieldSink>(walk: &mut Walk<'_, S>, carrier: &Carrier, view: View<'_>) {
    chain(walk, AUTHENTICATION, *carrier, view);
}

/// The length all but two headers state, in bytes.
fn stated(view: &View<'_>) -> Option<usize> {
    Some((usize::from(view.u8(view.start + 1)?) + 1) * 8)
}

fn options<S: FieldSink>(walk: &mut Walk<'_, S>, kind: u8, carrier: &mut Carrier, view: &View<'_>) -> Option<usize> {
    let (header, next, len, octets) = if kind == HOP_BY_HOP {
        (FieldId::IPV6_HOPOPTS, FieldId::IPV6_HOPOPTS_NXT, FieldId::IPV6_HOPOPTS_LEN, FieldId::IPV6_HOPOPTS_LEN_OCT)
    } else {
        (FieldId::IPV6_DSTOPTS, FieldId::IPV6_DSTOPTS_NXT, FieldId::IPV6_DSTOPTS_LEN, FieldId::IPV6_DSTOPTS_LEN_OCT)
    };
    let at = view.start;
    let length = stated(view).unwrap_or(8);
    walk.header_of(header, FieldId::IPV6, view, length, |walk| {
        walk.u8(next, view, at)?;
        walk.u8(len, view, at + 1)?;
        walk.number(octets, at + 1..at + 2, u64::try_from(length).unwrap_or(0));
        each(view, at + 2, at + length, |at, end| {
            walk.group(FieldId::IPV6_OPT, view, at..end, |walk| option(walk, view, at, end))
        })
    });
    each(view, at + 2, at + length, |at, end| {
        // RFC 6275 §6.3: the sender speaks for this address.
        if view.u8(at)? == 201 && end - at == 18 {
            carrier.source = view.ipv6(at + 2)?.into();
        }
        Some(())
    });
    stated(view)
}

/// Each option: where it starts and ends.
fn each(view: &View<'_>, mut at: usize, end: usize, mut option: impl FnMut(usize, usize) -> Option<()>) -> Option<()> {
    while at < end {
        let length = if view.u8(at)? == 0 { 1 } else { 2 + usize::from(view.u8(at + 1)?) };
        if at + length > end {
            return None;
        }
        option(at, at + length)?;
        at += length;
    }
    Some(())
}

fn option<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, end: usize) -> Option<()> {
    let kind = walk.u8(FieldId::IPV6_OPT_TYPE, view, at)?;
    let span = at..at + 1;
    if kind == 0 {
        walk.put(FieldId::IPV6_OPT_PAD1, span, super::FieldValue::Present);
        return Some(());
    }
    walk.number(FieldId::IPV6_OPT_TYPE_ACTION, span.clone(), kind >> 6);
    walk.boolean(FieldId::IPV6_OPT_TYPE_CHANGE, span.clone(), kind & 0x20 != 0);
    walk.number(FieldId::IPV6_OPT_TYPE_REST, span, kind & 0x1F);
    walk.u8(FieldId::IPV6_OPT_LENGTH, view, at + 1)?;
    match (kind, end - at - 2) {
        (1, length) => walk.bytes(FieldId::IPV6_OPT_PADN, view, at + 2, length),
        (5, 2) => walk.u16(FieldId::IPV6_OPT_ROUTER_ALERT, view, at + 2).map(drop),
        (194, 4) => walk.u32(FieldId::IPV6_OPT_JUMBO, view, at + 2).map(drop),
        (201, 16) => walk.ipv6(FieldId::IPV6_OPT_MIPV6_HOME_ADDRESS, view, at + 2).map(drop),
        (_, length) => walk.bytes(FieldId::IPV6_OPT_UNKNOWN, view, at + 2, length),
    }
}

fn routing<S: FieldSink>(walk: &mut Walk<'_, S>, carrier: &mut Carrier, view: &View<'_>) -> Option<usize> {
    let at = view.start;
    let length = stated(view).unwrap_or(8);
    walk.header_of(FieldId::IPV6_ROUTING, FieldId::IPV6, view, length, |walk| {
        walk.u8(FieldId::IPV6_ROUTING_NXT, view, at)?;
        walk.u8(FieldId::IPV6_ROUTING_LEN, view, at + 1)?;
        walk.number(FieldId::IPV6_ROUTING_LEN_OCT, at + 1..at + 2, u64::try_from(length).unwrap_or(0));
        let kind = walk.u8(FieldId::IPV6_ROUTING_TYPE, view, at + 2)?;
        walk.u8(FieldId::IPV6_ROUTING_SEGLEFT, view, at + 3)?;
        match kind {
            0 => {
                walk.bytes(FieldId::IPV6_ROUTING_SRC_RESERVED, view, at + 4, 4)?;
                addresses(walk, FieldId::IPV6_ROUTING_SRC_ADDR, view, at + 8, at + length)
            }
            2 => {
                walk.bytes(FieldId::IPV6_ROUTING_MIPV6_RESERVED, view, at + 4, 4)?;
                walk.ipv6(FieldId::IPV6_ROUTING_MIPV6_HOME_ADDRESS, view, at + 8).map(drop)
            }
            4 => {
                let last = walk.u8(FieldId::IPV6_ROUTING_SRH_LAST_ENTRY, view, at + 4)?;
                walk.u8(FieldId::IPV6_ROUTING_SRH_FLAGS, view, at + 5)?;
                walk.bytes(FieldId::IPV6_ROUTING_SRH_TAG, view, at + 6, 2)?;
                let end = (at + 8 + 16 * (usize::from(last) + 1)).min(at + length);
                addresses(walk, FieldId::IPV6_ROUTING_SRH_ADDR, view, at + 8, end)
            }
            _ => walk.bytes(FieldId::IPV6_ROUTING_UNKNOWN_DATA, view, at + 4, length - 4),
        }
    });
    // The address it goes to in the end counts (RFC 8200 §8.1): the last one,
    // or of segments, which stand in reverse, the first (RFC 8754 §2).
    let last = match view.u8(at + 2)? {
        0 | 2 => at + length - 16,
        4 => at + 8,
        _ => at,
    };
    if last > at
        && view.u8(at + 3)? > 0
        && length >= 24
        && let Some(last) = view.ipv6(last)
    {
        carrier.destination = last.into();
    }
    stated(view)
}

fn addresses<S: FieldSink>(
    walk: &mut Walk<'_, S>,
    field: FieldId,
    view: &View<'_>,
    mut at: usize,
    end: usize,
) -> Option<()> {
    while at + 16 <= end {
        walk.ipv6(field, view, at)?;
        at += 16;
    }
    Some(())
}

/// `None` where what follows is not the start of what the packet carries.
fn fragment<S: FieldSink>(walk: &mut Walk<'_, S>, carrier: &mut Carrier, view: &View<'_>) -> Option<usize> {
    let at = view.start;
    walk.header_of(FieldId::IPV6_FRAGHDR, FieldId::IPV6, view, 8, |walk| {
        walk.u8(FieldId::IPV6_FRAGHDR_NXT, view, at)?;
        walk.u8(FieldId::IPV6_FRAGHDR_RESERVED_OCTET, view, at + 1)?;
        let place = view.u16(at + 2)?;
        let span = at + 2..at + 4;
        walk.number(FieldId::IPV6_FRAGHDR_OFFSET, span.clone(), place >> 3);
        walk.number(FieldId::IPV6_FRAGHDR_RESERVED_BITS, span.clone(), (place >> 1) & 3);
        walk.boolean(FieldId::IPV6_FRAGHDR_MORE, span, place & 1 != 0);
        walk.u32(FieldId::IPV6_FRAGHDR_IDENT, view, at + 4).map(drop)
    });
    let place = view.u16(at + 2)?;
    carrier.fragment |= place & 1 != 0;
    (place >> 3 == 0).then_some(8)
}

fn authentication_header<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>) -> Option<usize> {
    let at = view.start;
    let length = (usize::from(view.u8(at + 1)?) + 2) * 4;
    walk.header(FieldId::AH, view, length, |walk| {
        walk.u8(FieldId::AH_NEXT_HEADER, view, at)?;
        walk.u8(FieldId::AH_LENGTH, view, at + 1)?;
        walk.bytes(FieldId::AH_RESERVED, view, at + 2, 2)?;
        walk.u32(FieldId::AH_SPI, view, at + 4)?;
        walk.u32(FieldId::AH_SEQUENCE, view, at + 8)?;
        walk.bytes(FieldId::AH_ICV, view, at + 12, length.saturating_sub(12))
    });
    Some(length)
}
