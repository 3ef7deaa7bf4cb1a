//! How a header is walked through: a [`View`] says which bytes it may use, a
//! [`Walk`] carries the sink. All positions are bytes from the start of the
//! frame. A read past what was kept ends the header (`None`), never the frame.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::{FieldSink, FieldValue};
use crate::decode::{FieldId, MacAddress};

/// How many packets inside packets are opened: tunnels, quoted packets.
const DEEPEST: u8 = 8;

/// The stretch of a frame that a header and all it carries may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    /// The frame up to the end of what was kept of the stretch.
    bytes: &'a [u8],
    /// Where the stretch starts.
    pub(super) start: usize,
    /// Where it ends on the wire; what lies behind the kept bytes was cut.
    pub(super) wire_end: usize,
}

impl<'a> View<'a> {
    /// A whole frame, `wire` bytes long on the wire.
    pub(super) fn new(bytes: &'a [u8], wire: usize) -> Self {
        Self { bytes, start: 0, wire_end: wire }
    }

    /// Where the kept bytes end.
    pub(super) const fn end(&self) -> usize {
        self.bytes.len()
    }

    /// Whether everything that was on the wire was kept.
    pub(super) const fn is_whole(&self) -> bool {
        self.bytes.len() >= self.wire_end
    }

    /// How many bytes were on the wire.
    pub(super) const fn wire_length(&self) -> usize {
        self.wire_end.saturating_sub(self.start)
    }

    /// The kept bytes.
    pub(super) fn kept(&self) -> &'a [u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// What follows from `start` on.
    pub(super) fn from(&self, start: usize) -> Self {
        let start = start.max(self.start);
        Self { start, wire_end: self.wire_end.max(start), ..*self }
    }

    /// The same, ending after `length` bytes if it does not end before.
    pub(super) fn limited(&self, length: usize) -> Self {
        let wire_end = self.wire_end.min(self.start.saturating_add(length));
        let bytes = self.bytes.get(..wire_end).unwrap_or(self.bytes);
        Self { bytes, wire_end, ..*self }
    }

    /// The kept part of a span.
    pub(super) fn slice(&self, span: Range<usize>) -> &'a [u8] {
        let end = span.end.min(self.bytes.len());
        self.bytes.get(span.start.min(end)..end).unwrap_or_default()
    }

    /// `length` bytes, if all were kept.
    pub(super) fn exactly(&self, at: usize, length: usize) -> Option<&'a [u8]> {
        self.bytes.get(at..at.checked_add(length)?)
    }

    fn array<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.bytes.get(at..)?.first_chunk::<N>().copied()
    }

    pub(super) fn u8(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    pub(super) fn u16(&self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_be_bytes)
    }

    pub(super) fn u24(&self, at: usize) -> Option<u32> {
        self.array::<3>(at).map(|[high, middle, low]| u32::from_be_bytes([0, high, middle, low]))
    }

    pub(super) fn u32(&self, at: usize) -> Option<u32> {
        self.array(at).map(u32::from_be_bytes)
    }

    pub(super) fn u64(&self, at: usize) -> Option<u64> {
        self.array(at).map(u64::from_be_bytes)
    }

    pub(super) fn ipv4(&self, at: usize) -> Option<Ipv4Addr> {
        self.array::<4>(at).map(Ipv4Addr::from)
    }

    pub(super) fn ipv6(&self, at: usize) -> Option<Ipv6Addr> {
        self.array::<16>(at).map(Ipv6Addr::from)
    }

    pub(super) fn mac(&self, at: usize) -> Option<MacAddress> {
        self.array(at).map(MacAddress)
    }
}

/// A walk through one frame.
pub(super) struct Walk<'s, S> {
    sink: &'s mut S,
    /// How many packets inside packets we are in.
    depth: u8,
    /// Inside a packet that an error message quotes: it is incomplete by
    /// nature, and its checksums prove nothing.
    pub(super) quoted: bool,
}

impl<'s, S: FieldSink> Walk<'s, S> {
    pub(super) fn new(sink: &'s mut S) -> Self {
        Self { sink, depth: 0, quoted: false }
    }

    /// Runs `inside` one packet deeper, unless that is too deep.
    pub(super) fn deeper(&mut self, inside: impl FnOnce(&mut Self)) {
        if self.depth < DEEPEST {
            self.depth += 1;
            inside(self);
            self.depth -= 1;
        }
    }

    pub(super) fn wants(&self, group: FieldId) -> bool {
        self.sink.wants(group)
    }

    /// A protocol's header, `length` bytes long: opened and closed in any
    /// case, its fields found by `fields` if they are wanted.
    pub(super) fn header(
        &mut self,
        field: FieldId,
        view: &View<'_>,
        length: usize,
        fields: impl FnOnce(&mut Self) -> Option<()>,
    ) {
        self.header_of(field, field, view, length, fields);
    }

    /// The same where the fields are named after another protocol.
    pub(super) fn header_of(
        &mut self,
        field: FieldId,
        family: FieldId,
        view: &View<'_>,
        length: usize,
        fields: impl FnOnce(&mut Self) -> Option<()>,
    ) {
        let end = (view.start.saturating_add(length)).min(view.end());
        self.sink.open(field, view.start.min(end)..end, view.kept());
        if self.sink.wants(family) {
            // How far the fields went is of no matter: what is there was said.
            fields(self);
        }
        self.sink.close();
    }

    /// The same with a packet inside that is looked for in any case.
    pub(super) fn header_around(
        &mut self,
        field: FieldId,
        view: &View<'_>,
        fields: impl FnOnce(&mut Self) -> Option<()>,
        inside: impl FnOnce(&mut Self),
    ) {
        self.sink.open(field, view.start.min(view.end())..view.end(), view.kept());
        if self.sink.wants(field) {
            fields(self);
        }
        inside(self);
        self.sink.close();
    }

    /// A group of fields within a header.
    pub(super) fn group<T>(
        &mut self,
        field: FieldId,
        view: &View<'_>,
        span: Range<usize>,
        fields: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let end = span.end.min(view.end());
        let span = span.start.min(end)..end;
        self.sink.open(field, span.clone(), view.slice(span));
        let result = fields(self);
        self.sink.close();
        result
    }

    /// A field whose bytes were all kept: whoever has the value has read them.
    pub(super) fn put(&mut self, field: FieldId, span: Range<usize>, value: FieldValue<'_>) {
        self.sink.field(field, span, value);
    }

    pub(super) fn number(&mut self, field: FieldId, span: Range<usize>, value: impl Into<u64>) {
        self.sink.field(field, span, FieldValue::Number(value.into()));
    }

    pub(super) fn boolean(&mut self, field: FieldId, span: Range<usize>, value: bool) {
        self.sink.field(field, span, FieldValue::Boolean(value));
    }

    pub(super) fn address(&mut self, field: FieldId, span: Range<usize>, value: impl Into<IpAddr>) {
        self.sink.field(field, span, FieldValue::Address(value.into()));
    }

    /// A one-byte number at `at`.
    pub(super) fn u8(&mut self, field: FieldId, view: &View<'_>, at: usize) -> Option<u8> {
        let value = view.u8(at)?;
        self.number(field, at..at + 1, value);
        Some(value)
    }

    /// A two-byte number.
    pub(super) fn u16(&mut self, field: FieldId, view: &View<'_>, at: usize) -> Option<u16> {
        let value = view.u16(at)?;
        self.number(field, at..at + 2, value);
        Some(value)
    }

    /// A three-byte number.
    pub(super) fn u24(&mut self, field: FieldId, view: &View<'_>, at: usize) -> Option<u32> {
        let value = view.u24(at)?;
        self.number(field, at..at + 3, value);
        Some(value)
    }

    /// A four-byte number.
    pub(super) fn u32(&mut self, field: FieldId, view: &View<'_>, at: usize) -> Option<u32> {
        let value = view.u32(at)?;
        self.number(field, at..at + 4, value);
        Some(value)
    }

    /// An eight-byte number.
    pub(super) fn u64(&mut self, field: FieldId, view: &View<'_>, at: usize) -> Option<u64> {
        let value = view.u64(at)?;
        self.number(field, at..at + 8, value);
        Some(value)
    }

    /// An IPv4 address.
    pub(super) fn ipv4(&mut self, field: FieldId, view: &View<'_>, at: usize) -> Option<Ipv4Addr> {
        let value = view.ipv4(at)?;
        self.address(field, at..at + 4, value);
        Some(value)
    }

    /// An IPv6 address.
    pub(super) fn ipv6(&mut self, field: FieldId, view: &View<'_>, at: usize) -> Option<Ipv6Addr> {
        let value = view.ipv6(at)?;
        self.address(field, at..at + 16, value);
        Some(value)
    }

    /// A hardware address.
    pub(super) fn mac(&mut self, field: FieldId, view: &View<'_>, at: usize) -> Option<MacAddress> {
        let value = view.mac(at)?;
        self.sink.field(field, at..at + 6, FieldValue::Mac(value));
        Some(value)
    }

    /// `length` bytes, if there are any and all were kept.
    pub(super) fn bytes(&mut self, field: FieldId, view: &View<'_>, at: usize, length: usize) -> Option<()> {
        let bytes = view.exactly(at, length)?;
        if length > 0 {
            self.sink.field(field, at..at + length, FieldValue::Bytes(bytes));
        }
        Some(())
    }

    /// Text: bytes that are ASCII or UTF-8, others replaced.
    pub(super) fn text(&mut self, field: FieldId, view: &View<'_>, at: usize, length: usize) -> Option<()> {
        let bytes = view.exactly(at, length)?;
        self.sink.field(field, at..at + length, FieldValue::Text(&String::from_utf8_lossy(bytes)));
        Some(())
    }

    /// The bits of a number already read, each named.
    pub(super) fn bits(&mut self, span: &Range<usize>, value: u32, bits: &[(FieldId, u32)]) {
        for (field, mask) in bits {
            self.boolean(*field, span.clone(), value & mask != 0);
        }
    }
}
