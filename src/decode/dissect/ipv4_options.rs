//! IPv4's options (RFC 791 §3.1): routes, timestamps, router alert (RFC 2113)
//! and others by name.

use std::net::Ipv4Addr;

use super::FieldSink;
use super::walk::{View, Walk};
use crate::decode::FieldId;

const END: u8 = 0;
const NO_OPERATION: u8 = 1;
const LOOSE_ROUTE: u8 = 131;
const STRICT_ROUTE: u8 = 137;

/// The protocol an option is called by.
const fn name(kind: u8) -> Option<FieldId> {
    Some(match kind {
        END => FieldId::IP_OPTIONS_EOL,
        NO_OPERATION => FieldId::IP_OPTIONS_NOP,
        7 => FieldId::IP_OPTIONS_RECORD_ROUTE,
        11 => FieldId::IP_OPTIONS_MTU_PROBE,
        12 => FieldId::IP_OPTIONS_MTU_REPLY,
        25 => FieldId::IP_OPTIONS_QS,
        68 => FieldId::IP_OPTIONS_TIMESTAMP,
        82 => FieldId::IP_OPTIONS_TRACEROUTE,
        130 => FieldId::IP_OPTIONS_SECURITY,
        LOOSE_ROUTE => FieldId::IP_OPTIONS_ROUTE,
        136 => FieldId::IP_OPTIONS_SID,
        STRICT_ROUTE => FieldId::IP_OPTIONS_SOURCE_ROUTE,
        148 => FieldId::IP_OPTIONS_ROUTERALERT,
        _ => return None,
    })
}

/// Each option in `at..end`: its kind, where it starts, its length.
fn each(
    view: &View<'_>,
    mut at: usize,
    end: usize,
    mut option: impl FnMut(u8, usize, usize) -> Option<()>,
) -> Option<()> {
    while at < end {
        let kind = view.u8(at)?;
        let length = if kind <= NO_OPERATION { 1 } else { usize::from(view.u8(at + 1)?) };
        if length == 0 || (kind > NO_OPERATION && length < 2) || at + length > end {
            return None;
        }
        option(kind, at, length)?;
        at += length;
        if kind == END {
            break;
        }
    }
    Some(())
}

/// Where a source-routed packet goes in the end: the last address of its route
/// while that is not used up (RFC 791 §3.1).
pub(super) fn final_destination(view: &View<'_>, at: usize, end: usize) -> Option<Ipv4Addr> {
    let mut last = None;
    each(view, at, end, |kind, at, length| {
        if matches!(kind, LOOSE_ROUTE | STRICT_ROUTE) && length >= 7 {
            let pointer = usize::from(view.u8(at + 2)?);
            if pointer <= length {
                last = view.ipv4(at + length - 4);
            }
        }
        Some(())
    });
    last
}

/// The fields of all options.
pub(super) fn fields<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, end: usize) -> Option<()> {
    each(view, at, end, |kind, at, length| match name(kind) {
        Some(name) => walk.group(name, view, at..at + length, |walk| option(walk, view, kind, at, length)),
        None => option(walk, view, kind, at, length),
    })
}

fn option<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, kind: u8, at: usize, length: usize) -> Option<()> {
    let span = at..at + 1;
    walk.number(FieldId::IP_OPT_TYPE, span.clone(), kind);
    walk.boolean(FieldId::IP_OPT_TYPE_COPY, span.clone(), kind & 0x80 != 0);
    walk.number(FieldId::IP_OPT_TYPE_CLASS, span.clone(), (kind >> 5) & 3);
    walk.number(FieldId::IP_OPT_TYPE_NUMBER, span, kind & 0x1F);
    if kind <= NO_OPERATION {
        return Some(());
    }
    walk.u8(FieldId::IP_OPT_LEN, view, at + 1)?;
    match (kind, length) {
        (7 | LOOSE_ROUTE | STRICT_ROUTE, 3..) => route(walk, view, kind, at, length),
        (68, 4..) => timestamps(walk, view, at, length),
        (148, 4) => walk.u16(FieldId::IP_OPT_RA, view, at + 2).map(drop),
        (11 | 12, 4) => walk.u16(FieldId::IP_OPT_MTU, view, at + 2).map(drop),
        (136, 4) => walk.u16(FieldId::IP_OPT_SID, view, at + 2).map(drop),
        (82, 12) => {
            walk.u16(FieldId::IP_OPT_ID_NUMBER, view, at + 2)?;
            walk.u16(FieldId::IP_OPT_OHC, view, at + 4)?;
            walk.u16(FieldId::IP_OPT_RHC, view, at + 6)?;
            walk.ipv4(FieldId::IP_OPT_ORIGINATOR, view, at + 8).map(drop)
        }
        _ => Some(()),
    }
}

/// Addresses, those before the pointer already visited.
fn route<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, kind: u8, at: usize, length: usize) -> Option<()> {
    let pointer = usize::from(walk.u8(FieldId::IP_OPT_PTR, view, at + 2)?);
    let mut offset = 3;
    while offset + 4 <= length {
        let visited = offset + 1 < pointer;
        let next = offset + 1 == pointer;
        let field = match (kind, visited, next) {
            (_, true, _) => FieldId::IP_REC_RT,
            (7, false, _) => FieldId::IP_EMPTY_RT,
            (_, false, true) => FieldId::IP_CUR_RT,
            (_, false, false) => FieldId::IP_SRC_RT,
        };
        walk.ipv4(field, view, at + offset)?;
        offset += 4;
    }
    Some(())
}

/// Moments, and with them who said so where the flag asks for it.
fn timestamps<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, length: usize) -> Option<()> {
    walk.u8(FieldId::IP_OPT_PTR, view, at + 2)?;
    let flags = view.u8(at + 3)?;
    walk.number(FieldId::IP_OPT_OVERFLOW, at + 3..at + 4, flags >> 4);
    walk.number(FieldId::IP_OPT_FLAG, at + 3..at + 4, flags & 15);
    let with_address = matches!(flags & 15, 1 | 3);
    let step = if with_address { 8 } else { 4 };
    let mut offset = 4;
    while offset + step <= length {
        if with_address {
            walk.ipv4(FieldId::IP_OPT_TIME_STAMP_ADDR, view, at + offset)?;
        }
        walk.u32(FieldId::IP_OPT_TIME_STAMP, view, at + offset + step - 4)?;
        offset += step;
    }
    Some(())
}
