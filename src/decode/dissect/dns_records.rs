//! What resource records hold: addresses, names (RFC 1035 §3.3), IPv6
//! addresses (RFC 3596), services (RFC 2782), extensions (RFC 6891).

use super::dns::{Name, class};
use super::walk::{View, Walk};
use super::{FieldSink, FieldValue};
use crate::decode::FieldId;

/// The type of extensions, which put the other fields to another use.
const OPT: u16 = 41;

/// A record; tells where the next one starts.
pub(super) fn record<S: FieldSink>(
    walk: &mut Walk<'_, S>,
    view: &View<'_>,
    start: usize,
    multicast: bool,
) -> Option<usize> {
    let name = Name::read(view, start)?;
    let at = name.end;
    name.put(walk, FieldId::DNS_RESP_NAME, start);
    let kind = walk.u16(FieldId::DNS_RESP_TYPE, view, at)?;
    if kind == OPT {
        extended(walk, view, at + 2)?;
    } else {
        class(walk, view, at + 2, multicast, FieldId::DNS_RESP_CLASS, FieldId::DNS_RESP_CACHE_FLUSH)?;
        walk.u32(FieldId::DNS_RESP_TTL, view, at + 4)?;
    }
    let length = usize::from(walk.u16(FieldId::DNS_RESP_LEN, view, at + 8)?);
    data(walk, view, kind, at + 10, at + 10 + length);
    Some(at + 10 + length)
}

/// Where others have class and time to live (RFC 6891 §6.1.2).
fn extended<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize) -> Option<()> {
    walk.u16(FieldId::DNS_RR_UDP_PAYLOAD_SIZE, view, at)?;
    walk.u8(FieldId::DNS_RESP_EXT_RCODE, view, at + 2)?;
    walk.u8(FieldId::DNS_RESP_EDNS0_VERSION, view, at + 3)?;
    let flags = walk.u16(FieldId::DNS_RESP_Z, view, at + 4)?;
    walk.boolean(FieldId::DNS_RESP_Z_DO, at + 4..at + 6, flags & 0x8000 != 0);
    Some(())
}

fn data<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, kind: u16, at: usize, end: usize) -> Option<()> {
    match kind {
        1 if end - at == 4 => walk.ipv4(FieldId::DNS_A, view, at).map(drop),
        2 => name(walk, FieldId::DNS_NS, view, at).map(drop),
        5 => name(walk, FieldId::DNS_CNAME, view, at).map(drop),
        6 => authority(walk, view, at),
        12 => name(walk, FieldId::DNS_PTR_DOMAIN_NAME, view, at).map(drop),
        15 => {
            walk.u16(FieldId::DNS_MX_PREFERENCE, view, at)?;
            name(walk, FieldId::DNS_MX_MAIL_EXCHANGE, view, at + 2).map(drop)
        }
        16 => texts(walk, view, at, end),
        28 if end - at == 16 => walk.ipv6(FieldId::DNS_AAAA, view, at).map(drop),
        33 => {
            walk.u16(FieldId::DNS_SRV_PRIORITY, view, at)?;
            walk.u16(FieldId::DNS_SRV_WEIGHT, view, at + 2)?;
            walk.u16(FieldId::DNS_SRV_PORT, view, at + 4)?;
            name(walk, FieldId::DNS_SRV_TARGET, view, at + 6).map(drop)
        }
        39 => name(walk, FieldId::DNS_DNAME, view, at).map(drop),
        OPT => extensions(walk, view, at, end),
        _ => Some(()),
    }
}

/// A name within a record; tells where it ends.
fn name<S: FieldSink>(walk: &mut Walk<'_, S>, field: FieldId, view: &View<'_>, at: usize) -> Option<usize> {
    let name = Name::read(view, at)?;
    name.put(walk, field, at);
    Some(name.end)
}

/// Who is responsible for a zone (RFC 1035 §3.3.13).
fn authority<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize) -> Option<()> {
    let at = name(walk, FieldId::DNS_SOA_MNAME, view, at)?;
    let at = name(walk, FieldId::DNS_SOA_RNAME, view, at)?;
    walk.u32(FieldId::DNS_SOA_SERIAL_NUMBER, view, at)?;
    walk.u32(FieldId::DNS_SOA_REFRESH_INTERVAL, view, at + 4)?;
    walk.u32(FieldId::DNS_SOA_RETRY_INTERVAL, view, at + 8)?;
    walk.u32(FieldId::DNS_SOA_EXPIRE_LIMIT, view, at + 12)?;
    walk.u32(FieldId::DNS_SOA_MINIMUM_TTL, view, at + 16).map(drop)
}

/// Strings, each with its length before it.
fn texts<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, mut at: usize, end: usize) -> Option<()> {
    while at < end {
        let length = usize::from(walk.u8(FieldId::DNS_TXT_LENGTH, view, at)?).min(end - at - 1);
        walk.text(FieldId::DNS_TXT, view, at + 1, length)?;
        at += 1 + length;
    }
    Some(())
}

fn extensions<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, mut at: usize, end: usize) -> Option<()> {
    while at + 4 <= end {
        walk.u16(FieldId::DNS_OPT_CODE, view, at)?;
        let length = usize::from(walk.u16(FieldId::DNS_OPT_LEN, view, at + 2)?).min(end - at - 4);
        let data = view.exactly(at + 4, length)?;
        if length > 0 {
            walk.put(FieldId::DNS_OPT_DATA, at + 4..at + 4 + length, FieldValue::Bytes(data));
        }
        at += 4 + length;
    }
    Some(())
}
