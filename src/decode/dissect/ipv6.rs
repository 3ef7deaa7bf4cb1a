//! IPv6 (RFC 8200).

use super::FieldSink;
use super::walk::{View, Walk};
use super::{ipv4::Carrier, ipv6_extensions};
use crate::decode::FieldId;

/// The header's length in bytes.
const FIXED: usize = 40;

/// A packet; tells where it ends on the wire.
pub(super) fn packet<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) -> Option<usize> {
    let at = view.start;
    let first = view.u32(at)?;
    if walk.wants(FieldId::IP) || walk.wants(FieldId::IPV6) {
        // Wireshark gives the version both names.
        walk.number(FieldId::IP_VERSION, at..at + 1, first >> 28);
    }
    walk.header(FieldId::IPV6, &view, FIXED, |walk| fields(walk, &view, first));
    if first >> 28 != 6 {
        return None;
    }
    let length = usize::from(view.u16(at + 4)?);
    let next = view.u8(at + 6)?;
    let carrier =
        Carrier { source: view.ipv6(at + 8)?.into(), destination: view.ipv6(at + 24)?.into(), fragment: false };
    let behind = view.from(at + FIXED);
    // A length of 0 is a jumbogram's, or an offloaded send's: then the frame
    // is all we have.
    let payload = if length == 0 { behind } else { behind.limited(length) };
    ipv6_extensions::chain(walk, next, carrier, payload);
    Some(if length == 0 && next == 59 { behind.start } else { payload.wire_end })
}

fn fields<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, first: u32) -> Option<()> {
    let at = view.start;
    walk.number(FieldId::IPV6_VERSION, at..at + 1, first >> 28);
    if first >> 28 != 6 {
        return None;
    }
    let class = (first >> 20) & 0xFF;
    walk.number(FieldId::IPV6_TCLASS, at..at + 2, class);
    walk.number(FieldId::IPV6_TCLASS_DSCP, at..at + 2, class >> 2);
    walk.number(FieldId::IPV6_TCLASS_ECN, at..at + 2, class & 3);
    walk.number(FieldId::IPV6_FLOW, at + 1..at + 4, first & 0x000F_FFFF);
    walk.u16(FieldId::IPV6_PLEN, view, at + 4)?;
    walk.u8(FieldId::IPV6_NXT, view, at + 6)?;
    walk.u8(FieldId::IPV6_HLIM, view, at + 7)?;
    for (field, at) in [(FieldId::IPV6_SRC, at + 8), (FieldId::IPV6_DST, at + 24)] {
        let address = walk.ipv6(field, view, at)?;
        walk.address(FieldId::IPV6_ADDR, at..at + 16, address);
    }
    Some(())
}
