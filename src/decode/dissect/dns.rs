//! The domain name system's messages (RFC 1035), over UDP, TCP (RFC 7766) and
//! multicast (RFC 6762).

use super::walk::{View, Walk};
use super::{FieldSink, dns_records};
use crate::decode::FieldId;

/// The header's length in bytes.
const HEADER: usize = 12;

/// A message of its own.
pub(super) fn over_udp<S: FieldSink>(walk: &mut Walk<'_, S>, protocol: FieldId, view: &View<'_>) {
    let multicast = protocol == FieldId::MDNS;
    walk.header_of(protocol, FieldId::DNS, view, view.kept().len(), |walk| message(walk, view, multicast));
}

/// Messages with their length in two bytes before each.
pub(super) fn over_tcp<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>) {
    let mut at = view.start;
    while let Some(length) = view.u16(at).map(usize::from) {
        // Anything shorter than a header, or not announced by a count that
        // fits, is the middle of a message, not the start of one.
        let message_view = view.from(at + 2).limited(length);
        if !plausible(&message_view, length) {
            break;
        }
        if walk.wants(FieldId::TCP) {
            walk.number(FieldId::TCP_PDU_SIZE, at..at + 2, u32::try_from(length + 2).unwrap_or(0));
        }
        let whole = view.from(at).limited(length + 2);
        walk.header(FieldId::DNS, &whole, length + 2, |walk| {
            walk.u16(FieldId::DNS_LENGTH, &whole, at)?;
            message(walk, &message_view, false)
        });
        at += 2 + length;
    }
}

/// Whether this can be the start of a message of `length` bytes.
fn plausible(view: &View<'_>, length: usize) -> bool {
    let records: Option<usize> = (2..6)
        .map(|index| view.u16(view.start + index * 2).map(usize::from))
        .try_fold(0, |sum, count| Some(sum + count?));
    // Every entry takes at least five bytes.
    length >= HEADER && records.is_some_and(|records| HEADER + records * 5 <= length)
}

fn message<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, multicast: bool) -> Option<()> {
    let at = view.start;
    walk.u16(FieldId::DNS_ID, view, at)?;
    flags(walk, view)?;
    let mut counts = [0_u16; 4];
    let names =
        [FieldId::DNS_COUNT_QUERIES, FieldId::DNS_COUNT_ANSWERS, FieldId::DNS_COUNT_AUTH_RR, FieldId::DNS_COUNT_ADD_RR];
    let mut place = at + 4;
    for (count, name) in counts.iter_mut().zip(names) {
        *count = walk.u16(name, view, place)?;
        place += 2;
    }
    let [queries, records @ ..] = counts;
    for _ in 0..queries {
        place = question(walk, view, place, multicast)?;
    }
    // As many as the counts say, as far as there are bytes.
    for _ in 0..records.into_iter().map(u32::from).sum() {
        place = dns_records::record(walk, view, place, multicast)?;
    }
    Some(())
}

fn flags<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>) -> Option<()> {
    let at = view.start + 2;
    let flags = walk.u16(FieldId::DNS_FLAGS, view, at)?;
    let span = at..at + 2;
    let response = flags & 0x8000 != 0;
    walk.boolean(FieldId::DNS_FLAGS_RESPONSE, span.clone(), response);
    walk.number(FieldId::DNS_FLAGS_OPCODE, span.clone(), (flags >> 11) & 15);
    if response {
        walk.boolean(FieldId::DNS_FLAGS_AUTHORITATIVE, span.clone(), flags & 0x0400 != 0);
    }
    let bits = [(FieldId::DNS_FLAGS_TRUNCATED, 0x0200), (FieldId::DNS_FLAGS_RECDESIRED, 0x0100)];
    walk.bits(&span, flags.into(), &bits);
    if response {
        walk.boolean(FieldId::DNS_FLAGS_RECAVAIL, span.clone(), flags & 0x0080 != 0);
    }
    walk.boolean(FieldId::DNS_FLAGS_Z, span.clone(), flags & 0x0040 != 0);
    if response || flags & 0x0020 != 0 {
        walk.boolean(FieldId::DNS_FLAGS_AUTHENTICATED, span.clone(), flags & 0x0020 != 0);
    }
    walk.boolean(FieldId::DNS_FLAGS_CHECKDISABLE, span.clone(), flags & 0x0010 != 0);
    if response {
        walk.number(FieldId::DNS_FLAGS_RCODE, span, flags & 15);
    }
    Some(())
}

/// Tells where the next one starts.
fn question<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, at: usize, multicast: bool) -> Option<usize> {
    let name = Name::read(view, at)?;
    let end = name.end;
    name.put(walk, FieldId::DNS_QRY_NAME, at);
    walk.number(FieldId::DNS_QRY_NAME_LEN, at..end, name.length());
    walk.number(FieldId::DNS_COUNT_LABELS, at..end, name.labels.max(1));
    walk.u16(FieldId::DNS_QRY_TYPE, view, end)?;
    class(walk, view, end + 2, multicast, FieldId::DNS_QRY_CLASS, FieldId::DNS_QRY_QU)?;
    Some(end + 4)
}

/// A class; in multicast its first bit says something else.
pub(super) fn class<S: FieldSink>(
    walk: &mut Walk<'_, S>,
    view: &View<'_>,
    at: usize,
    multicast: bool,
    name: FieldId,
    bit: FieldId,
) -> Option<()> {
    let value = view.u16(at)?;
    let span = at..at + 2;
    if multicast {
        walk.number(name, span.clone(), value & 0x7FFF);
        walk.boolean(bit, span, value & 0x8000 != 0);
    } else {
        walk.number(name, span, value);
    }
    Some(())
}

/// A domain name as people write it.
pub(super) struct Name {
    text: String,
    /// How many labels it has.
    labels: u16,
    /// Where the bytes behind it start.
    pub(super) end: usize,
}

impl Name {
    /// Reads a name (RFC 1035 §4.1.4). A pointer must lead backwards and a
    /// name is at most 255 bytes long, so this comes to an end.
    pub(super) fn read(view: &View<'_>, start: usize) -> Option<Self> {
        let mut name = Self { text: String::new(), labels: 0, end: 0 };
        let mut at = start;
        let mut limit = start;
        let mut octets = 0;
        loop {
            let length = usize::from(view.u8(at)?);
            match length >> 6 {
                0 if length == 0 => break,
                0 => {
                    octets += 1 + length;
                    if octets > 254 {
                        return None;
                    }
                    if name.labels > 0 {
                        name.text.push('.');
                    }
                    let label = view.exactly(at + 1, length)?;
                    // A name is ASCII; what is not cannot be written.
                    name.text.extend(label.iter().map(|byte| match byte {
                        0..=0x7F => char::from(*byte),
                        _ => char::REPLACEMENT_CHARACTER,
                    }));
                    name.labels += 1;
                    at += 1 + length;
                }
                3 => {
                    if name.end == 0 {
                        name.end = at + 2;
                    }
                    let target = view.start + usize::from(view.u16(at)? & 0x3FFF);
                    if target >= limit {
                        return None;
                    }
                    limit = target;
                    at = target;
                }
                _ => return None,
            }
        }
        if name.end == 0 {
            name.end = at + 1;
        }
        Some(name)
    }

    pub(super) fn put<S: FieldSink>(&self, walk: &mut Walk<'_, S>, field: FieldId, at: usize) {
        let text = if self.labels == 0 { "<Root>" } else { &self.text };
        walk.put(field, at..self.end, super::FieldValue::Text(text));
    }

    /// How many characters it has.
    fn length(&self) -> u32 {
        if self.labels == 0 { 6 } else { u32::try_from(self.text.chars().count()).unwrap_or(u32::MAX) }
    }
}
