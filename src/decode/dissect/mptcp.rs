//! Multipath TCP's option (RFC 8684 §3), versions 0 and 1.

use super::FieldSink;
use super::walk::{View, Walk};
use crate::decode::FieldId;

/// What stands in `at..end`, behind kind and length.
pub(super) fn option<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, end: usize) -> Option<()> {
    let first = view.u8(at)?;
    let span = at..at + 1;
    walk.number(FieldId::TCP_OPTIONS_MPTCP_SUBTYPE, span.clone(), first >> 4);
    // Only whole options are read: the length tells what is in them.
    let length = end - at + 2;
    match first >> 4 {
        0 => capable(walk, view, at, length),
        1 => join(walk, view, at, length),
        2 => sequence_signal(walk, view, at, end),
        3 => add_address(walk, view, at, length),
        4 => {
            for at in at + 1..end {
                walk.u8(FieldId::TCP_OPTIONS_MPTCP_ADDRID, view, at)?;
            }
            Some(())
        }
        5 => {
            walk.number(FieldId::TCP_OPTIONS_MPTCP_BACKUP_FLAG, span, first & 1);
            if length == 4 { walk.u8(FieldId::TCP_OPTIONS_MPTCP_ADDRID, view, at + 1).map(drop) } else { Some(()) }
        }
        6 if length == 12 => walk.u64(FieldId::TCP_OPTIONS_MPTCP_RAWDATASEQNO, view, at + 2).map(drop),
        7 if length == 12 => walk.u64(FieldId::TCP_OPTIONS_MPTCP_RECVKEY, view, at + 2).map(drop),
        8 if length == 4 => {
            walk.number(FieldId::TCP_OPTIONS_MPTCP_FLAGS, span, first);
            walk.u8(FieldId::TCP_OPTIONS_MPTCP_RST_REASON, view, at + 1).map(drop)
        }
        _ => Some(()),
    }
}

/// `MP_CAPABLE` (RFC 8684 §3.1): keys, and data's length with the third ACK.
fn capable<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, length: usize) -> Option<()> {
    walk.number(FieldId::TCP_OPTIONS_MPTCP_VERSION, at..at + 1, view.u8(at)? & 15);
    walk.u8(FieldId::TCP_OPTIONS_MPTCP_FLAGS, view, at + 1)?;
    if length >= 12 {
        walk.u64(FieldId::TCP_OPTIONS_MPTCP_SENDKEY, view, at + 2)?;
    }
    if length >= 20 {
        walk.u64(FieldId::TCP_OPTIONS_MPTCP_RECVKEY, view, at + 10)?;
    }
    if length >= 22 {
        walk.u16(FieldId::TCP_OPTIONS_MPTCP_DATALVLLEN, view, at + 18)?;
    }
    if length >= 24 {
        walk.u16(FieldId::TCP_OPTIONS_MPTCP_CHECKSUM, view, at + 20)?;
    }
    Some(())
}

/// `MP_JOIN` (§3.2): its three forms differ in length.
fn join<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, length: usize) -> Option<()> {
    if length == 24 {
        return walk.bytes(FieldId::TCP_OPTIONS_MPTCP_SENDHMAC, view, at + 2, 20);
    }
    let flags = view.u8(at)?;
    walk.number(FieldId::TCP_OPTIONS_MPTCP_FLAGS, at..at + 1, flags);
    walk.number(FieldId::TCP_OPTIONS_MPTCP_BACKUP_FLAG, at..at + 1, flags & 1);
    walk.u8(FieldId::TCP_OPTIONS_MPTCP_ADDRID, view, at + 1)?;
    match length {
        12 => {
            walk.u32(FieldId::TCP_OPTIONS_MPTCP_RECVTOK, view, at + 2)?;
            walk.u32(FieldId::TCP_OPTIONS_MPTCP_SENDRAND, view, at + 6).map(drop)
        }
        16 => {
            walk.u64(FieldId::TCP_OPTIONS_MPTCP_SENDTRUNCHMAC, view, at + 2)?;
            walk.u32(FieldId::TCP_OPTIONS_MPTCP_SENDRAND, view, at + 10).map(drop)
        }
        _ => Some(()),
    }
}

/// DSS (§3.3): acknowledgment and mapping, each there or not.
fn sequence_signal<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, start: usize, end: usize) -> Option<()> {
    let mut at = start + 2;
    let flags = walk.u8(FieldId::TCP_OPTIONS_MPTCP_FLAGS, view, start + 1)?;
    let mut number = |walk: &mut Walk<'_, S>, field, wide: bool| {
        let length = if wide { 8 } else { 4 };
        if at + length > end {
            return None;
        }
        if wide {
            walk.u64(field, view, at)?;
        } else {
            walk.u32(field, view, at)?;
        }
        at += length;
        Some(())
    };
    if flags & 1 != 0 {
        number(walk, FieldId::TCP_OPTIONS_MPTCP_RAWDATAACK, flags & 2 != 0)?;
    }
    if flags & 4 != 0 {
        number(walk, FieldId::TCP_OPTIONS_MPTCP_RAWDATASEQNO, flags & 8 != 0)?;
        number(walk, FieldId::TCP_OPTIONS_MPTCP_SUBFLOWSEQNO, false)?;
        if at + 2 <= end {
            walk.u16(FieldId::TCP_OPTIONS_MPTCP_DATALVLLEN, view, at)?;
        }
        if at + 4 <= end {
            walk.u16(FieldId::TCP_OPTIONS_MPTCP_CHECKSUM, view, at + 2)?;
        }
    }
    Some(())
}

/// `ADD_ADDR` (§3.4.1): the address family shows in the length.
fn add_address<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, length: usize) -> Option<()> {
    let flags = view.u8(at)? & 15;
    // Version 0 has the family where version 1 has the echo bit.
    let field = if flags >= 4 { FieldId::TCP_OPTIONS_MPTCP_IPVER } else { FieldId::TCP_OPTIONS_MPTCP_ECHO };
    walk.number(field, at..at + 1, flags);
    walk.u8(FieldId::TCP_OPTIONS_MPTCP_ADDRID, view, at + 1)?;
    let after = match length {
        8 | 10 | 16 | 18 => {
            walk.ipv4(FieldId::TCP_OPTIONS_MPTCP_IPV4, view, at + 2)?;
            8
        }
        20 | 22 | 28 | 30 => {
            walk.ipv6(FieldId::TCP_OPTIONS_MPTCP_IPV6, view, at + 2)?;
            20
        }
        _ => return Some(()),
    };
    let mut at = at + after - 2;
    let mut rest = length - after;
    if matches!(rest, 2 | 10) {
        walk.u16(FieldId::TCP_OPTIONS_MPTCP_PORT, view, at)?;
        at += 2;
        rest -= 2;
    }
    if rest == 8 { walk.u64(FieldId::TCP_OPTIONS_MPTCP_ADDADDRTRUNCHMAC, view, at).map(drop) } else { Some(()) }
}
