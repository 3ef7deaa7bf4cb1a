//! TCP's options: RFC 9293 §3.2, RFC 7323 (window scale, timestamps), RFC 2018
//! (SACK), RFC 7413 (Fast Open), RFC 2385 (MD5), RFC 5925 (authentication),
//! RFC 5482 (user timeout), RFC 8684 (multipath), RFC 6994 (experiments).

use super::walk::{View, Walk};
use super::{FieldSink, FieldValue, mptcp};
use crate::decode::FieldId;

const END: u8 = 0;
const NO_OPERATION: u8 = 1;
/// RFC 7413's number for Fast Open while it was an experiment.
const FAST_OPEN_EXPERIMENT: u16 = 0xF989;
/// Accurate ECN's numbers, its counters in one order or the other (RFC 9768
/// §3.2.3).
const ACCURATE_ECN_EXPERIMENT: [u16; 2] = [0xACC0, 0xACC1];

/// All options in `at..end`.
pub(super) fn fields<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, end: usize) -> Option<()> {
    walk.group(FieldId::TCP_OPTIONS, view, at..end, |walk| each(walk, view, at, end))
}

fn each<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, mut at: usize, end: usize) -> Option<()> {
    while at < end {
        let kind = view.u8(at)?;
        let length = if kind <= NO_OPERATION { 1 } else { usize::from(view.u8(at + 1)?) };
        if kind > NO_OPERATION && (length < 2 || at + length > end) {
            return None;
        }
        // The common ones first; what is not whole is not read further.
        let name = match kind {
            END => FieldId::TCP_OPTIONS_EOL,
            NO_OPERATION => FieldId::TCP_OPTIONS_NOP,
            2 => FieldId::TCP_OPTIONS_MSS,
            3 => FieldId::TCP_OPTIONS_WSCALE,
            4 => FieldId::TCP_OPTIONS_SACK_PERM,
            5 => FieldId::TCP_OPTIONS_SACK,
            8 => FieldId::TCP_OPTIONS_TIMESTAMP,
            19 => FieldId::TCP_OPTIONS_MD5,
            28 => FieldId::TCP_OPTIONS_USER_TO,
            29 => FieldId::TCP_OPTIONS_AO,
            30 => FieldId::MPTCP,
            34 => FieldId::TCP_OPTIONS_TFO,
            172 | 174 => FieldId::TCP_OPTIONS_ACC_ECN,
            253 | 254 => FieldId::TCP_OPTIONS_EXPERIMENTAL,
            _ => FieldId::TCP_OPTIONS_UNKNOWN,
        };
        walk.group(name, view, at..at + length, |walk| option(walk, view, kind, at, length))?;
        at += length;
        // Behind the end there is only padding, more of the same.
        if kind == END && view.u8(at) != Some(END) {
            break;
        }
    }
    Some(())
}

fn option<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, kind: u8, at: usize, length: usize) -> Option<()> {
    walk.number(FieldId::TCP_OPTION_KIND, at..at + 1, kind);
    if kind <= NO_OPERATION {
        return Some(());
    }
    walk.u8(FieldId::TCP_OPTION_LEN, view, at + 1)?;
    let inside = at + 2;
    match (kind, length) {
        (2, 4) => walk.u16(FieldId::TCP_OPTIONS_MSS_VAL, view, inside).map(drop),
        (3, 3) => {
            let shift = walk.u8(FieldId::TCP_OPTIONS_WSCALE_SHIFT, view, inside)?;
            // RFC 7323 §2.3: more than 14 counts as 14.
            walk.number(FieldId::TCP_OPTIONS_WSCALE_MULTIPLIER, inside..inside + 1, 1_u32 << shift.min(14));
            Some(())
        }
        (5, 10..) => selective(walk, view, inside, at + length),
        (8, 10) => {
            walk.u32(FieldId::TCP_OPTIONS_TIMESTAMP_TSVAL, view, inside)?;
            walk.u32(FieldId::TCP_OPTIONS_TIMESTAMP_TSECR, view, inside + 4).map(drop)
        }
        (19, 18) => walk.bytes(FieldId::TCP_OPTIONS_MD5_DIGEST, view, inside, 16),
        (28, 4) => {
            let timeout = view.u16(inside)?;
            walk.boolean(FieldId::TCP_OPTIONS_USER_TO_GRANULARITY, inside..inside + 2, timeout & 0x8000 != 0);
            walk.number(FieldId::TCP_OPTIONS_USER_TO_VAL, inside..inside + 2, timeout & 0x7FFF);
            Some(())
        }
        (29, 4..) => {
            walk.u8(FieldId::TCP_OPTIONS_AO_KEYID, view, inside)?;
            walk.u8(FieldId::TCP_OPTIONS_AO_RNEXTKEYID, view, inside + 1)?;
            walk.bytes(FieldId::TCP_OPTIONS_AO_MAC, view, inside + 2, length - 4)
        }
        (30, 3..) => mptcp::option(walk, view, inside, at + length),
        (34, _) => fast_open(walk, view, inside, length - 2),
        (172 | 174, _) => accurate_ecn(walk, view, kind, inside, at + length),
        (253 | 254, 4..) => {
            let experiment = walk.u16(FieldId::TCP_OPTIONS_EXPERIMENTAL_EXID, view, inside)?;
            if experiment == FAST_OPEN_EXPERIMENT {
                fast_open(walk, view, inside + 2, length - 4)
            } else if ACCURATE_ECN_EXPERIMENT.contains(&experiment) {
                let kind = if experiment == 0xACC0 { 172 } else { 174 };
                accurate_ecn(walk, view, kind, inside + 2, at + length)
            } else {
                walk.bytes(FieldId::TCP_OPTIONS_EXPERIMENTAL_DATA, view, inside + 2, length - 4)
            }
        }
        (2..=5 | 8 | 19 | 28..=30 | 253 | 254, _) => Some(()),
        _ => walk.bytes(FieldId::TCP_OPTIONS_UNKNOWN_PAYLOAD, view, inside, length - 2),
    }
}

/// Blocks received out of order: raw sequence numbers.
fn selective<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, start: usize, end: usize) -> Option<()> {
    let mut at = start;
    let mut count = 0_u8;
    while at + 8 <= end {
        walk.u32(FieldId::TCP_OPTIONS_SACK_LE, view, at)?;
        walk.u32(FieldId::TCP_OPTIONS_SACK_RE, view, at + 4)?;
        at += 8;
        count += 1;
    }
    walk.number(FieldId::TCP_OPTIONS_SACK_COUNT, start..end, count);
    Some(())
}

/// A cookie, or the wish for one.
fn fast_open<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, length: usize) -> Option<()> {
    if length == 0 {
        walk.put(FieldId::TCP_OPTIONS_TFO_REQUEST, at - 2..at, FieldValue::Present);
    }
    walk.bytes(FieldId::TCP_OPTIONS_TFO_COOKIE, view, at, length)
}

/// Counters of marked bytes, in one of two orders.
fn accurate_ecn<S: FieldSink>(
    walk: &mut Walk<'_, S>,
    view: &View<'_>,
    kind: u8,
    mut at: usize,
    end: usize,
) -> Option<()> {
    let (first, last) = (FieldId::TCP_OPTIONS_ACC_ECN_EE0B, FieldId::TCP_OPTIONS_ACC_ECN_EE1B);
    let order = if kind == 172 { [first, last] } else { [last, first] };
    let [first, last] = order;
    for field in [first, FieldId::TCP_OPTIONS_ACC_ECN_ECEB, last] {
        if at + 3 > end {
            break;
        }
        walk.u24(field, view, at)?;
        at += 3;
    }
    Some(())
}
