//! A frame taken apart, field by field, without keeping anything: what wants
//! the fields brings a [`FieldSink`].
//!
//! One pass, one file per protocol. Says what the bytes say and nothing that
//! takes a memory across frames. A frame that is cut or contradicts itself
//! gives the fields up to there; [`super::packet`] has the remark.

/// The address resolution protocol.
mod arp;
/// The domain name system: messages.
mod dns;
/// The domain name system: what resource records hold.
mod dns_records;
/// HTTP/1's first lines and header lines.
mod http;
/// ICMP.
mod icmp;
/// `ICMPv6`, neighbor discovery and multicast listeners.
mod icmpv6;
/// IPv4.
mod ipv4;
/// IPv4's options.
mod ipv4_options;
/// IPv6.
mod ipv6;
/// IPv6's extension headers.
mod ipv6_extensions;
/// What comes before the network layer.
mod link;
/// Multipath TCP's option.
mod mptcp;
/// TCP.
mod tcp;
/// TCP's options.
mod tcp_options;
/// TLS records and the handshake's open part.
mod tls;
/// UDP.
mod udp;
/// How a header is walked through.
mod walk;

use std::net::IpAddr;
use std::ops::Range;

use super::{FieldId, MacAddress, Verdict};
use crate::model::LinkType;
use walk::{View, Walk};

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

/// Takes fields as they are found, outermost and leftmost first. What belongs
/// to a field without being a piece of its bytes follows it: `tcp.flags`, then
/// `tcp.flags.syn`; `tcp.srcport`, then `tcp.port`.
pub trait FieldSink {
    /// Whether a protocol (`tcp`), or a checksum (`tcp.checksum`), is of any
    /// use. Of a protocol that is not, [`FieldSink::open`] and
    /// [`FieldSink::close`] still tell that it is there, but its fields are
    /// left out; so is a checksum, which takes time to verify. A sink that
    /// looks for a field must want all it [is in](FieldId::is_in).
    fn wants(&self, _group: FieldId) -> bool {
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

/// Takes a frame apart. `original_length` is its length on the wire, of which
/// `bytes` may be less.
pub fn dissect(link_type: LinkType, bytes: &[u8], original_length: u32, sink: &mut impl FieldSink) {
    let wire = usize::try_from(original_length).unwrap_or(usize::MAX).max(bytes.len());
    let mut walk = Walk::new(sink);
    link::frame(&mut walk, link_type, View::new(bytes, wire));
}
