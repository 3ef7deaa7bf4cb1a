//! `ICMPv6` (RFC 4443), neighbor discovery (RFC 4861), multicast listener
//! discovery (RFC 2710, RFC 3810), and the packet an error message quotes.

use super::ipv4::Carrier;
use super::walk::{View, Walk};
use super::{FieldSink, FieldValue, icmp, ipv6};
use crate::decode::{FieldId, Verdict, checksum};

/// Where the part that depends on the type ends.
const HEADER: usize = 8;

/// A message.
pub(super) fn message<S: FieldSink>(walk: &mut Walk<'_, S>, carrier: &Carrier, view: View<'_>) {
    let quotes = matches!(view.u8(view.start), Some(1..=4));
    let inside = |walk: &mut Walk<'_, S>| {
        if quotes {
            icmp::quotation(walk, |walk| {
                ipv6::packet(walk, view.from(view.start + HEADER));
            });
        }
        if let Some(redirected) = redirected(&view) {
            icmp::quotation(walk, |walk| {
                ipv6::packet(walk, redirected);
            });
        }
    };
    walk.header_around(FieldId::ICMPV6, &view, |walk| fields(walk, carrier, &view), inside);
}

/// The packet a redirect is about (RFC 4861 §4.6.3).
fn redirected<'a>(view: &View<'a>) -> Option<View<'a>> {
    if view.u8(view.start)? != 137 {
        return None;
    }
    let mut at = view.start + 40;
    loop {
        let length = usize::from(view.u8(at + 1)?) * 8;
        match view.u8(at)? {
            4 if length >= 8 => return Some(view.from(at + 8).limited(length - 8)),
            _ if length == 0 => return None,
            _ => at += length,
        }
    }
}

fn fields<S: FieldSink>(walk: &mut Walk<'_, S>, carrier: &Carrier, view: &View<'_>) -> Option<()> {
    let at = view.start;
    let kind = walk.u8(FieldId::ICMPV6_TYPE, view, at)?;
    walk.u8(FieldId::ICMPV6_CODE, view, at + 1)?;
    sum(walk, carrier, view)?;
    match kind {
        1 | 3 => {
            // RFC 4884: the quotation's length in words of eight bytes.
            if view.u8(at + 4)? == 0 {
                return walk.bytes(FieldId::ICMPV6_RESERVED, view, at + 4, 4);
            }
            walk.u8(FieldId::ICMPV6_LENGTH, view, at + 4)?;
            walk.bytes(FieldId::ICMPV6_RESERVED, view, at + 5, 3)
        }
        2 => walk.u32(FieldId::ICMPV6_MTU, view, at + 4).map(drop),
        4 => walk.u32(FieldId::ICMPV6_POINTER, view, at + 4).map(drop),
        128 | 129 => {
            walk.u16(FieldId::ICMPV6_ECHO_IDENTIFIER, view, at + 4)?;
            walk.u16(FieldId::ICMPV6_ECHO_SEQUENCE_NUMBER, view, at + 6).map(drop)
        }
        130..=132 => listener(walk, view, kind),
        133 => {
            walk.bytes(FieldId::ICMPV6_RESERVED, view, at + 4, 4)?;
            options(walk, view, at + 8)
        }
        134 => router_advertisement(walk, view),
        135 => {
            walk.bytes(FieldId::ICMPV6_RESERVED, view, at + 4, 4)?;
            walk.ipv6(FieldId::ICMPV6_ND_NS_TARGET_ADDRESS, view, at + 8)?;
            options(walk, view, at + 24)
        }
        136 => {
            let flags = walk.u32(FieldId::ICMPV6_ND_NA_FLAG, view, at + 4)?;
            let span = at + 4..at + 8;
            let bits = [
                (FieldId::ICMPV6_ND_NA_FLAG_R, 0x8000_0000),
                (FieldId::ICMPV6_ND_NA_FLAG_S, 0x4000_0000),
                (FieldId::ICMPV6_ND_NA_FLAG_O, 0x2000_0000),
            ];
            walk.bits(&span, flags, &bits);
            walk.number(FieldId::ICMPV6_ND_NA_FLAG_RSV, span, flags & 0x1FFF_FFFF);
            walk.ipv6(FieldId::ICMPV6_ND_NA_TARGET_ADDRESS, view, at + 8)?;
            options(walk, view, at + 24)
        }
        137 => {
            walk.bytes(FieldId::ICMPV6_RESERVED, view, at + 4, 4)?;
            walk.ipv6(FieldId::ICMPV6_ND_RD_TARGET_ADDRESS, view, at + 8)?;
            walk.ipv6(FieldId::ICMPV6_RD_NA_DESTINATION_ADDRESS, view, at + 24)?;
            options(walk, view, at + 40)
        }
        143 => listener_report(walk, view),
        _ => Some(()),
    }
}

fn sum<S: FieldSink>(walk: &mut Walk<'_, S>, carrier: &Carrier, view: &View<'_>) -> Option<()> {
    let at = view.start;
    let stored = view.u16(at + 2)?;
    if walk.wants(FieldId::ICMPV6_CHECKSUM) {
        let verdict = if carrier.fragment || walk.quoted {
            Verdict::Unverifiable
        } else {
            let length = u32::try_from(view.wire_length()).unwrap_or(u32::MAX);
            checksum::judge(carrier.source, carrier.destination, 58, view.kept(), stored, length)
        };
        let span = at + 2..at + 4;
        walk.put(FieldId::ICMPV6_CHECKSUM, span.clone(), FieldValue::Checksum(stored, verdict));
        let status = if view.is_whole() { checksum::status(verdict) } else { 2 };
        walk.number(FieldId::ICMPV6_CHECKSUM_STATUS, span, status);
    }
    Some(())
}

fn router_advertisement<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>) -> Option<()> {
    let at = view.start;
    walk.u8(FieldId::ICMPV6_ND_RA_CUR_HOP_LIMIT, view, at + 4)?;
    let flags = walk.u8(FieldId::ICMPV6_ND_RA_FLAG, view, at + 5)?;
    let span = at + 5..at + 6;
    let bits = [
        (FieldId::ICMPV6_ND_RA_FLAG_M, 0x80),
        (FieldId::ICMPV6_ND_RA_FLAG_O, 0x40),
        (FieldId::ICMPV6_ND_RA_FLAG_H, 0x20),
        (FieldId::ICMPV6_ND_RA_FLAG_P, 0x04),
    ];
    walk.bits(&span, flags.into(), &bits);
    walk.number(FieldId::ICMPV6_ND_RA_FLAG_PRF, span.clone(), (flags >> 3) & 3);
    walk.number(FieldId::ICMPV6_ND_RA_FLAG_RSV, span, flags & 3);
    walk.u16(FieldId::ICMPV6_ND_RA_ROUTER_LIFETIME, view, at + 6)?;
    walk.u32(FieldId::ICMPV6_ND_RA_REACHABLE_TIME, view, at + 8)?;
    walk.u32(FieldId::ICMPV6_ND_RA_RETRANS_TIMER, view, at + 12)?;
    options(walk, view, at + 16)
}

/// Neighbor discovery's options (RFC 4861 §4.6).
fn options<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, mut at: usize) -> Option<()> {
    while at < view.end() {
        let length = usize::from(view.u8(at + 1)?) * 8;
        if length == 0 {
            return None;
        }
        walk.group(FieldId::ICMPV6_OPT, view, at..at + length, |walk| option(walk, view, at, length))?;
        at += length;
    }
    Some(())
}

fn option<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, length: usize) -> Option<()> {
    let kind = walk.u8(FieldId::ICMPV6_OPT_TYPE, view, at)?;
    walk.u8(FieldId::ICMPV6_OPT_LENGTH, view, at + 1)?;
    match kind {
        // Of Ethernet, and of all that has addresses of its form.
        1 | 2 if length == 8 => {
            walk.mac(FieldId::ICMPV6_OPT_LINKADDR, view, at + 2)?;
            let source = FieldId::ICMPV6_OPT_SRC_LINKADDR;
            let field = if kind == 1 { source } else { FieldId::ICMPV6_OPT_TARGET_LINKADDR };
            walk.mac(field, view, at + 2).map(drop)
        }
        3 if length >= 32 => prefix(walk, view, at),
        5 if length >= 8 => walk.u32(FieldId::ICMPV6_OPT_MTU, view, at + 4).map(drop),
        14 => walk.bytes(FieldId::ICMPV6_OPT_NONCE, view, at + 2, length - 2),
        25 => {
            walk.u32(FieldId::ICMPV6_OPT_RDNSS_LIFETIME, view, at + 4)?;
            for at in (at + 8..(at + length).saturating_sub(15)).step_by(16) {
                walk.ipv6(FieldId::ICMPV6_OPT_RDNSS, view, at)?;
            }
            Some(())
        }
        _ => Some(()),
    }
}

fn prefix<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize) -> Option<()> {
    walk.u8(FieldId::ICMPV6_OPT_PREFIX_LENGTH, view, at + 2)?;
    let flags = walk.u8(FieldId::ICMPV6_OPT_PREFIX_FLAG, view, at + 3)?;
    let span = at + 3..at + 4;
    let bits = [
        (FieldId::ICMPV6_OPT_PREFIX_FLAG_L, 0x80),
        (FieldId::ICMPV6_OPT_PREFIX_FLAG_A, 0x40),
        (FieldId::ICMPV6_OPT_PREFIX_FLAG_R, 0x20),
    ];
    walk.bits(&span, flags.into(), &bits);
    walk.number(FieldId::ICMPV6_OPT_PREFIX_FLAG_RESERVED, span, flags & 0x1F);
    walk.u32(FieldId::ICMPV6_OPT_PREFIX_VALID_LIFETIME, view, at + 4)?;
    walk.u32(FieldId::ICMPV6_OPT_PREFIX_PREFERRED_LIFETIME, view, at + 8)?;
    walk.ipv6(FieldId::ICMPV6_OPT_PREFIX, view, at + 16).map(drop)
}

/// Queries, reports and goodbyes (RFC 2710); longer queries are of version 2
/// (RFC 3810 §5.1).
fn listener<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, kind: u8) -> Option<()> {
    let at = view.start;
    let second = kind == 130 && view.wire_length() >= 28;
    let field =
        if second { FieldId::ICMPV6_MLD_MAXIMUM_RESPONSE_CODE } else { FieldId::ICMPV6_MLD_MAXIMUM_RESPONSE_DELAY };
    walk.u16(field, view, at + 4)?;
    walk.bytes(FieldId::ICMPV6_RESERVED, view, at + 6, 2)?;
    walk.ipv6(FieldId::ICMPV6_MLD_MULTICAST_ADDRESS, view, at + 8)?;
    if !second {
        return Some(());
    }
    let flags = walk.u8(FieldId::ICMPV6_MLD_FLAG, view, at + 24)?;
    let span = at + 24..at + 25;
    walk.boolean(FieldId::ICMPV6_MLD_FLAG_S, span.clone(), flags & 8 != 0);
    walk.number(FieldId::ICMPV6_MLD_FLAG_QRV, span.clone(), flags & 7);
    walk.number(FieldId::ICMPV6_MLD_FLAG_RESERVED, span, flags >> 4);
    walk.u8(FieldId::ICMPV6_MLD_QQI, view, at + 25)?;
    let count = walk.u16(FieldId::ICMPV6_MLD_NB_SOURCES, view, at + 26)?;
    for source in 0..usize::from(count) {
        walk.ipv6(FieldId::ICMPV6_MLD_SOURCE_ADDRESS, view, at + 28 + source * 16)?;
    }
    Some(())
}

/// RFC 3810 §5.2.
fn listener_report<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>) -> Option<()> {
    let start = view.start;
    walk.bytes(FieldId::ICMPV6_RESERVED, view, start + 4, 2)?;
    let records = walk.u16(FieldId::ICMPV6_MLDR_NB_MCAST_RECORDS, view, start + 6)?;
    let mut at = start + 8;
    for _ in 0..records {
        let sources = usize::from(view.u16(at + 2)?);
        let behind = at + 20 + sources * 16;
        let extra = usize::from(view.u8(at + 1)?) * 4;
        walk.group(FieldId::ICMPV6_MLDR_MAR, view, at..behind + extra, |walk| {
            walk.u8(FieldId::ICMPV6_MLDR_MAR_RECORD_TYPE, view, at)?;
            walk.u8(FieldId::ICMPV6_MLDR_MAR_AUX_DATA_LEN, view, at + 1)?;
            walk.u16(FieldId::ICMPV6_MLDR_MAR_NB_SOURCES, view, at + 2)?;
            walk.ipv6(FieldId::ICMPV6_MLDR_MAR_MULTICAST_ADDRESS, view, at + 4)?;
            for source in 0..sources {
                walk.ipv6(FieldId::ICMPV6_MLDR_MAR_SOURCE_ADDRESS, view, at + 20 + source * 16)?;
            }
            Some(())
        })?;
        at = behind + extra;
    }
    Some(())
}
