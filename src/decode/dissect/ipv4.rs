//! IPv4 (RFC 791), its differentiated services (RFC 2474) and congestion
//! notification (RFC 3168).

use std::net::IpAddr;

use super::walk::{View, Walk};
use super::{FieldSink, FieldValue, icmp, icmpv6, ipv4_options, ipv6, ipv6_extensions, tcp, udp};
use crate::decode::{FieldId, Verdict, checksum};

/// The header without options, in bytes.
const FIXED: usize = 20;

/// What a transport header needs to know of the packet it is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carrier {
    /// From, as the pseudo-header has it.
    pub(super) source: IpAddr,
    /// To: where it goes in the end, which a source route tells.
    pub(super) destination: IpAddr,
    /// Only the first piece of the payload is here.
    pub(super) fragment: bool,
    /// The header states no length.
    pub(super) unstated: bool,
}

/// A packet; tells where it ends on the wire.
pub(super) fn packet<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) -> Option<usize> {
    let at = view.start;
    let first = view.u8(at)?;
    let length = usize::from(first & 15) * 4;
    let readable = first >> 4 == 4 && length >= FIXED;
    walk.header(FieldId::IP, &view, length.max(1), |walk| {
        walk.number(FieldId::IP_VERSION, at..at + 1, first >> 4);
        if first >> 4 != 4 {
            return None;
        }
        walk.number(FieldId::IP_HDR_LEN, at..at + 1, u8::try_from(length).unwrap_or(0));
        if readable { fields(walk, &view, length) } else { None }
    });
    if !readable {
        return None;
    }
    let total = usize::from(view.u16(at + 2)?);
    if total > 0 && total < length {
        return None;
    }
    let (flags, protocol) = (view.u16(at + 6)?, view.u8(at + 9)?);
    let (source, mut destination) = (view.ipv4(at + 12)?, view.ipv4(at + 16)?);
    if length > FIXED {
        destination = ipv4_options::final_destination(&view, at + FIXED, at + length).unwrap_or(destination);
    }
    // A length of 0 stands for "the sender's hardware will fill it in".
    let whole = if total == 0 { view } else { view.limited(total) };
    // All but the first piece of a larger packet are bytes without a header.
    let offset = flags & 0x1FFF;
    if offset == 0 {
        let carrier = Carrier {
            source: source.into(),
            destination: destination.into(),
            fragment: flags & 0x2000 != 0,
            unstated: total == 0,
        };
        payload(walk, protocol, &carrier, whole.from(at + length));
    }
    (total > 0).then_some(whole.wire_end)
}

/// What IP carries.
pub(super) fn payload<S: FieldSink>(walk: &mut Walk<'_, S>, protocol: u8, carrier: &Carrier, view: View<'_>) {
    match protocol {
        1 => icmp::message(walk, view),
        4 => walk.deeper(|walk| {
            packet(walk, view);
        }),
        6 => tcp::segment(walk, carrier, view),
        17 => udp::datagram(walk, carrier, view),
        41 => walk.deeper(|walk| {
            ipv6::packet(walk, view);
        }),
        51 => ipv6_extensions::authentication(walk, carrier, view),
        58 => icmpv6::message(walk, carrier, view),
        _ => {}
    }
}

fn fields<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, length: usize) -> Option<()> {
    let at = view.start;
    let services = walk.u8(FieldId::IP_DSFIELD, view, at + 1)?;
    walk.number(FieldId::IP_DSFIELD_DSCP, at + 1..at + 2, services >> 2);
    walk.number(FieldId::IP_DSFIELD_ECN, at + 1..at + 2, services & 3);
    let total = view.u16(at + 2)?;
    // Where the hardware was to fill it in, the frame tells it.
    let total = if total == 0 { u32::try_from(view.wire_length()).unwrap_or(u32::MAX) } else { total.into() };
    walk.number(FieldId::IP_LEN, at + 2..at + 4, total);
    if usize::try_from(total).is_ok_and(|total| total < length) {
        return None;
    }
    walk.u16(FieldId::IP_ID, view, at + 4)?;
    let flags = view.u8(at + 6)?;
    let span = at + 6..at + 7;
    walk.number(FieldId::IP_FLAGS, span.clone(), flags >> 5);
    let bits = [(FieldId::IP_FLAGS_RB, 0x80), (FieldId::IP_FLAGS_DF, 0x40), (FieldId::IP_FLAGS_MF, 0x20)];
    walk.bits(&span, flags.into(), &bits);
    walk.number(FieldId::IP_FRAG_OFFSET, at + 6..at + 8, view.u16(at + 6)? & 0x1FFF);
    walk.u8(FieldId::IP_TTL, view, at + 8)?;
    walk.u8(FieldId::IP_PROTO, view, at + 9)?;
    header_checksum(walk, view, length)?;
    for (field, at) in [(FieldId::IP_SRC, at + 12), (FieldId::IP_DST, at + 16)] {
        let address = walk.ipv4(field, view, at)?;
        walk.address(FieldId::IP_ADDR, at..at + 4, address);
    }
    if length > FIXED { ipv4_options::fields(walk, view, at + FIXED, at + length) } else { Some(()) }
}

fn header_checksum<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, length: usize) -> Option<()> {
    let at = view.start;
    let stored = view.u16(at + 10)?;
    if walk.wants(FieldId::IP_CHECKSUM) {
        let verdict = match view.exactly(at, length) {
            Some(header) => checksum::judge_ipv4(header, stored),
            None => Verdict::Unverifiable,
        };
        walk.put(FieldId::IP_CHECKSUM, at + 10..at + 12, FieldValue::Checksum(stored, verdict));
        let status = checksum::status(verdict);
        walk.number(FieldId::IP_CHECKSUM_STATUS, at + 10..at + 12, status);
    }
    Some(())
}
