//! ICMP (RFC 792, RFC 950, RFC 1191, RFC 1256, RFC 4884) and the packet an
//! error message quotes.

use super::walk::{View, Walk};
use super::{FieldSink, FieldValue, ipv4};
use crate::decode::{FieldId, Verdict, checksum};

/// Where the part that depends on the type ends.
const HEADER: usize = 8;

/// A message.
pub(super) fn message<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) {
    let quotes = matches!(view.u8(view.start), Some(3 | 4 | 5 | 11 | 12));
    let inside = |walk: &mut Walk<'_, S>| {
        if quotes {
            quotation(walk, |walk| {
                ipv4::packet(walk, view.from(view.start + HEADER));
            });
        }
    };
    walk.header_around(FieldId::ICMP, &view, |walk| fields(walk, &view), inside);
}

/// Reads what an error message quotes.
pub(super) fn quotation<S: FieldSink>(walk: &mut Walk<'_, S>, packet: impl FnOnce(&mut Walk<'_, S>)) {
    walk.deeper(|walk| {
        let before = std::mem::replace(&mut walk.quoted, true);
        packet(walk);
        walk.quoted = before;
    });
}

fn fields<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>) -> Option<()> {
    let at = view.start;
    let kind = walk.u8(FieldId::ICMP_TYPE, view, at)?;
    let code = walk.u8(FieldId::ICMP_CODE, view, at + 1)?;
    sum(walk, view)?;
    match kind {
        42 | 43 => both_orders(walk, FieldId::ICMP_IDENT, FieldId::ICMP_IDENT_LE, view, at + 4),
        0 | 8 | 13..=18 => {
            both_orders(walk, FieldId::ICMP_IDENT, FieldId::ICMP_IDENT_LE, view, at + 4)?;
            both_orders(walk, FieldId::ICMP_SEQ, FieldId::ICMP_SEQ_LE, view, at + 6)?;
            match kind {
                13 | 14 => {
                    walk.u32(FieldId::ICMP_ORIGINATE_TIMESTAMP, view, at + 8)?;
                    walk.u32(FieldId::ICMP_RECEIVE_TIMESTAMP, view, at + 12)?;
                    walk.u32(FieldId::ICMP_TRANSMIT_TIMESTAMP, view, at + 16).map(drop)
                }
                17 | 18 => walk.ipv4(FieldId::ICMP_ADDRESS_MASK, view, at + 8).map(drop),
                _ => Some(()),
            }
        }
        3 | 11 => {
            // RFC 4884: the quotation's length in words of four bytes.
            if view.u8(at + 5)? > 0 {
                walk.bytes(FieldId::ICMP_UNUSED, view, at + 4, 1)?;
                walk.u8(FieldId::ICMP_LENGTH, view, at + 5)?;
                if kind == 3 && code == 4 {
                    return walk.u16(FieldId::ICMP_MTU, view, at + 6).map(drop);
                }
                walk.bytes(FieldId::ICMP_UNUSED, view, at + 6, 2)
            } else if kind == 3 && code == 4 {
                walk.bytes(FieldId::ICMP_UNUSED, view, at + 4, 2)?;
                walk.u16(FieldId::ICMP_MTU, view, at + 6).map(drop)
            } else {
                walk.bytes(FieldId::ICMP_UNUSED, view, at + 4, 4)
            }
        }
        4 => walk.bytes(FieldId::ICMP_UNUSED, view, at + 4, 4),
        5 => walk.ipv4(FieldId::ICMP_REDIR_GW, view, at + 4).map(drop),
        9 => router_advertisement(walk, view),
        12 => {
            walk.u8(FieldId::ICMP_POINTER, view, at + 4)?;
            walk.u8(FieldId::ICMP_LENGTH, view, at + 5)?;
            walk.bytes(FieldId::ICMP_UNUSED, view, at + 6, 2)
        }
        _ => Some(()),
    }
}

/// Identifiers and numbers that some senders write in their own byte order.
fn both_orders<S: FieldSink>(
    walk: &mut Walk<'_, S>,
    big: FieldId,
    little: FieldId,
    view: &View<'_>,
    at: usize,
) -> Option<()> {
    let value = walk.u16(big, view, at)?;
    walk.number(little, at..at + 2, value.swap_bytes());
    Some(())
}

fn router_advertisement<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>) -> Option<()> {
    let at = view.start;
    let count = walk.u8(FieldId::ICMP_NUM_ADDRS, view, at + 4)?;
    let words = walk.u8(FieldId::ICMP_ADDR_ENTRY_SIZE, view, at + 5)?;
    walk.u16(FieldId::ICMP_LIFETIME, view, at + 6)?;
    if words == 2 {
        for entry in 0..usize::from(count) {
            let at = at + 8 + entry * 8;
            walk.ipv4(FieldId::ICMP_ROUTER_ADDRESS, view, at)?;
            let level = i64::from(view.u32(at + 4)?.cast_signed());
            walk.put(FieldId::ICMP_PREF_LEVEL, at + 4..at + 8, FieldValue::Signed(level));
        }
    }
    Some(())
}

fn sum<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>) -> Option<()> {
    let at = view.start;
    let stored = view.u16(at + 2)?;
    if walk.wants(FieldId::ICMP_CHECKSUM) {
        let verdict = if view.is_whole() && !walk.quoted {
            checksum::judge_bare(view.kept(), stored)
        } else {
            Verdict::Unverifiable
        };
        walk.put(FieldId::ICMP_CHECKSUM, at + 2..at + 4, FieldValue::Checksum(stored, verdict));
        walk.number(FieldId::ICMP_CHECKSUM_STATUS, at + 2..at + 4, checksum::status(verdict));
    }
    Some(())
}
