//! TCP (RFC 9293 §3.1), its accurate ECN bit (RFC 9768), and which protocol
//! its payload is taken for.

use super::ipv4::Carrier;
use super::walk::{View, Walk};
use super::{FieldSink, FieldValue, dns, http, tcp_options, tls};
use crate::decode::{FieldId, Verdict, checksum};

/// The header without options, in bytes.
const FIXED: usize = 20;

/// Marks the start of every BGP message (RFC 4271 §4.1).
const BGP_MARKER: [u8; 16] = [0xFF; 16];

const FLAGS: [(FieldId, u32); 10] = [
    (FieldId::TCP_FLAGS_RES, 0xE00),
    (FieldId::TCP_FLAGS_AE, 0x100),
    (FieldId::TCP_FLAGS_CWR, 0x080),
    (FieldId::TCP_FLAGS_ECE, 0x040),
    (FieldId::TCP_FLAGS_URG, 0x020),
    (FieldId::TCP_FLAGS_ACK, 0x010),
    (FieldId::TCP_FLAGS_PUSH, 0x008),
    (FieldId::TCP_FLAGS_RESET, 0x004),
    (FieldId::TCP_FLAGS_SYN, 0x002),
    (FieldId::TCP_FLAGS_FIN, 0x001),
];

/// A segment.
pub(super) fn segment<S: FieldSink>(walk: &mut Walk<'_, S>, carrier: &Carrier, view: View<'_>) {
    let at = view.start;
    let stated = view.u8(at + 12).map(|byte| usize::from(byte >> 4) * 4);
    let length = stated.unwrap_or(FIXED);
    walk.header(FieldId::TCP, &view, length.max(1), |walk| fields(walk, carrier, &view, length));
    let payload = view.from(at + length);
    // What an error message quotes of a payload is not read.
    if length < FIXED || walk.quoted || payload.kept().is_empty() {
        return;
    }
    if walk.wants(FieldId::TCP) {
        walk.put(FieldId::TCP_PAYLOAD, payload.start..payload.end(), FieldValue::Bytes(payload.kept()));
    }
    if let (Some(from), Some(to)) = (view.u16(at), view.u16(at + 2)) {
        application(walk, from, to, &payload);
    }
}

fn application<S: FieldSink>(walk: &mut Walk<'_, S>, from: u16, to: u16, payload: &View<'_>) {
    let port = |number: u16| from == number || to == number;
    if port(53) {
        dns::over_tcp(walk, payload);
    } else if port(22) {
        walk.header(FieldId::SSH, payload, payload.kept().len(), |_| None);
    } else if port(179) && is_bgp(payload.kept()) {
        walk.header(FieldId::BGP, payload, payload.kept().len(), |_| None);
    } else if !tls::records(walk, payload) {
        http::messages(walk, payload);
    }
}

/// Whether a BGP message starts somewhere in `bytes`: a segment may begin with
/// the rest of another.
fn is_bgp(bytes: &[u8]) -> bool {
    let start = memchr::memmem::find(bytes, &BGP_MARKER);
    let header = start.and_then(|start| bytes.get(start + BGP_MARKER.len()..)?.first_chunk::<2>());
    header.is_some_and(|length| (19..=4096).contains(&u16::from_be_bytes(*length)))
}

fn fields<S: FieldSink>(walk: &mut Walk<'_, S>, carrier: &Carrier, view: &View<'_>, length: usize) -> Option<()> {
    let at = view.start;
    for (field, at) in [(FieldId::TCP_SRCPORT, at), (FieldId::TCP_DSTPORT, at + 2)] {
        let port = walk.u16(field, view, at)?;
        walk.number(FieldId::TCP_PORT, at..at + 2, port);
    }
    // A header that says it is shorter than that has no such fields.
    if length >= FIXED {
        walk.u32(FieldId::TCP_SEQ_RAW, view, at + 4)?;
        walk.u32(FieldId::TCP_ACK_RAW, view, at + 8)?;
    }
    view.u8(at + 12)?;
    let offset = at + 12..at + 13;
    walk.number(FieldId::TCP_HDR_LEN, offset.clone(), u8::try_from(length).unwrap_or(0));
    if length < FIXED {
        return None;
    }
    // How long a quoted segment was, or one in fragments, nobody knows.
    if !walk.quoted
        && !carrier.fragment
        && let Some(payload) = view.wire_length().checked_sub(length)
    {
        walk.number(FieldId::TCP_LEN, offset, u32::try_from(payload).unwrap_or(u32::MAX));
    }
    let flags = view.u16(at + 12)? & 0x0FFF;
    let span = at + 12..at + 14;
    walk.number(FieldId::TCP_FLAGS, span.clone(), flags);
    walk.bits(&span, flags.into(), &FLAGS);
    walk.u16(FieldId::TCP_WINDOW_SIZE_VALUE, view, at + 14)?;
    sum(walk, carrier, view)?;
    walk.u16(FieldId::TCP_URGENT_POINTER, view, at + 18)?;
    if length > FIXED {
        tcp_options::fields(walk, view, at + FIXED, at + length);
    }
    Some(())
}

fn sum<S: FieldSink>(walk: &mut Walk<'_, S>, carrier: &Carrier, view: &View<'_>) -> Option<()> {
    let at = view.start;
    let stored = view.u16(at + 16)?;
    if !walk.wants(FieldId::TCP_CHECKSUM) {
        return Some(());
    }
    let whole = view.is_whole() && !carrier.fragment && !walk.quoted;
    let verdict = if whole || !(carrier.fragment || walk.quoted) {
        let length = u32::try_from(view.wire_length()).unwrap_or(u32::MAX);
        checksum::judge(carrier.source, carrier.destination, 6, view.kept(), stored, length)
    } else {
        Verdict::Unverifiable
    };
    let span = at + 16..at + 18;
    walk.put(FieldId::TCP_CHECKSUM, span.clone(), FieldValue::Checksum(stored, verdict));
    let status = match verdict {
        _ if !whole => 2,
        // Adding up does not make it one that a sender can have written.
        Verdict::Right if stored == 0xFFFF => 0,
        Verdict::Right | Verdict::Wrong { .. } | Verdict::LeftToHardware | Verdict::Unverifiable => {
            checksum::status(verdict)
        }
    };
    walk.number(FieldId::TCP_CHECKSUM_STATUS, span, status);
    Some(())
}
