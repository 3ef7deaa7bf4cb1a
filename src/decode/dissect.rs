//! A frame taken apart, field by field, without keeping anything: what wants
//! the fields brings a [`FieldSink`].

use std::net::IpAddr;
use std::ops::Range;

use super::{FieldId, MacAddress, Verdict};

/// What one field of one frame says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldValue<'a> {
    /// A header or a group: the fields inside say it. Also a field that is
    /// there or not and says nothing more.
    Present,
    /// Of [`Kind::Boolean`](super::Kind::Boolean).
    Boolean(bool),
    /// Of any kind of whole number.
    Number(u64),
    /// Of [`Kind::Signed`](super::Kind::Signed).
    Signed(i64),
    /// Of [`Kind::Mac`](super::Kind::Mac).
    Mac(MacAddress),
    /// Of [`Kind::Ipv4`](super::Kind::Ipv4) and [`Kind::Ipv6`](super::Kind::Ipv6).
    Address(IpAddr),
    /// A checksum as stored, with what it tells.
    Checksum(u16, Verdict),
    /// Bytes without further structure.
    Bytes(&'a [u8]),
    /// Text.
    Text(&'a str),
    /// Nanoseconds: of a span, or since 1970-01-01 00:00 UTC.
    Nanos(i64),
}

/// Takes fields as they are found, outermost and leftmost first.
pub trait FieldSink {
    /// Whether a header's fields are of any use: those of others need not be
    /// looked for. Called before [`FieldSink::open`] with the header's field.
    fn wants(&self, _header: FieldId) -> bool {
        true
    }

    /// A header or a group begins. `span` is in bytes from the start of the
    /// frame, as everywhere here, and never goes past what was captured;
    /// `bytes` are those of the header (for a protocol: with all it carries).
    fn open(&mut self, field: FieldId, span: Range<usize>, bytes: &[u8]);

    /// A field. Fields smaller than a byte share their span with their
    /// neighbours; a field that follows from others (`tcp.port`, `tcp.len`)
    /// has the span of those it follows from.
    fn field(&mut self, field: FieldId, span: Range<usize>, value: FieldValue<'_>);

    /// The header or group opened last ends.
    fn close(&mut self);
}
