//! UDP (RFC 768).

use super::ipv4::Carrier;
use super::walk::{View, Walk};
use super::{FieldSink, FieldValue, dns};
use crate::decode::{FieldId, Verdict, checksum};

/// The header's length in bytes.
const HEADER: usize = 8;
/// Wireshark's number for a checksum that was left out, and for one that was
/// left out where it must not.
const NOT_PRESENT: u8 = 3;
const ILLEGAL: u8 = 4;

/// A datagram.
pub(super) fn datagram<S: FieldSink>(walk: &mut Walk<'_, S>, carrier: &Carrier, view: View<'_>) {
    let at = view.start;
    let stated = usize::from(view.u16(at + 4).unwrap_or(0));
    // A length of 0 means "as long as the packet" (RFC 2675 §4).
    let whole = if stated < HEADER { view } else { view.limited(stated) };
    walk.header(FieldId::UDP, &whole, HEADER, |walk| {
        for (field, at) in [(FieldId::UDP_SRCPORT, at), (FieldId::UDP_DSTPORT, at + 2)] {
            let port = walk.u16(field, &whole, at)?;
            walk.number(FieldId::UDP_PORT, at..at + 2, port);
        }
        walk.u16(FieldId::UDP_LENGTH, &whole, at + 4)?;
        let stated = if stated < HEADER { whole.wire_length() } else { stated };
        sum(walk, carrier, &whole, stated)
    });
    let payload = whole.from(at + HEADER);
    if payload.kept().is_empty() || (stated != 0 && stated < HEADER) {
        return;
    }
    if walk.wants(FieldId::UDP) {
        walk.put(FieldId::UDP_PAYLOAD, payload.start..payload.end(), FieldValue::Bytes(payload.kept()));
    }
    match (view.u16(at), view.u16(at + 2)) {
        (Some(53), _) | (_, Some(53)) => dns::over_udp(walk, FieldId::DNS, &payload),
        (Some(5353), _) | (_, Some(5353)) => dns::over_udp(walk, FieldId::MDNS, &payload),
        (Some(5355), _) | (_, Some(5355)) => dns::over_udp(walk, FieldId::LLMNR, &payload),
        _ => {}
    }
}

fn sum<S: FieldSink>(walk: &mut Walk<'_, S>, carrier: &Carrier, view: &View<'_>, stated: usize) -> Option<()> {
    let at = view.start;
    let stored = view.u16(at + 6)?;
    if !walk.wants(FieldId::UDP_CHECKSUM) {
        return Some(());
    }
    let span = at + 6..at + 8;
    // IPv4 allows to leave it out; IPv6 does not.
    if stored == 0 {
        walk.number(FieldId::UDP_CHECKSUM, span.clone(), stored);
        let status = if carrier.source.is_ipv4() { NOT_PRESENT } else { ILLEGAL };
        walk.number(FieldId::UDP_CHECKSUM_STATUS, span, status);
        return Some(());
    }
    // What an error message quotes whole can be verified, too.
    let whole = view.is_whole() && view.wire_length() == stated && !carrier.fragment;
    let verdict = if carrier.fragment || (walk.quoted && !whole) {
        Verdict::Unverifiable
    } else {
        let length = u32::try_from(stated).unwrap_or(u32::MAX);
        checksum::judge(carrier.source, carrier.destination, 17, view.kept(), stored, length)
    };
    walk.put(FieldId::UDP_CHECKSUM, span.clone(), FieldValue::Checksum(stored, verdict));
    walk.number(FieldId::UDP_CHECKSUM_STATUS, span, if whole { checksum::status(verdict) } else { 2 });
    Some(())
}
