//! Every header field with its byte span: what the reader of one frame sees.
//!
//! A tree of what [`super::dissect`] finds. Built only when somebody looks at
//! a frame; conversations are made from [`super::headers`].

use std::net::IpAddr;
use std::ops::Range;

use super::{FieldId, FieldSink, FieldValue, MacAddress, Verdict, dissect};
use crate::model::{Frame, LinkType};

/// One field, or one header with its fields inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Which it is. A header is the field of its protocol, `tcp`.
    pub id: FieldId,
    /// Where it is, in bytes from the start of the frame. Fields smaller than
    /// a byte share their span with their neighbours.
    pub span: Range<usize>,
    /// What it says.
    pub value: Value,
    /// The fields inside.
    pub children: Vec<Field>,
}

/// What a field says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A header or a group, whose fields say it; or being there is all.
    Present,
    /// True or false.
    Boolean(bool),
    /// A number; [`FieldId::kind`] tells how it is written.
    Number(u64),
    /// A number that may be negative.
    Signed(i64),
    /// A hardware address.
    Mac(MacAddress),
    /// An IP address.
    Address(IpAddr),
    /// A checksum as stored, and what it tells.
    Checksum(u16, Verdict),
    /// Bytes without further structure: those of the span.
    Bytes,
    /// Text, as raw as it came.
    Text(String),
}

/// All headers of a frame, outermost first, each with its fields. What could
/// not be read is missing here and told in [`super::Packet::remarks`].
pub fn fields(link_type: LinkType, frame: &Frame) -> Vec<Field> {
    let mut tree = Tree::default();
    dissect(link_type, &frame.bytes, frame.original_length, &mut tree);
    tree.headers
}

/// Fields that repeat another one under a second name, for filters.
const REPEATED: [FieldId; 15] = [
    FieldId::ETH_ADDR,
    FieldId::IP_ADDR,
    FieldId::IPV6_ADDR,
    FieldId::TCP_PORT,
    FieldId::UDP_PORT,
    FieldId::TCP_PDU_SIZE,
    FieldId::ICMPV6_OPT_LINKADDR,
    FieldId::ICMP_IDENT_LE,
    FieldId::ICMP_SEQ_LE,
    FieldId::HTTP_CONTENT_LENGTH,
    // The checksum itself has the verdict.
    FieldId::IP_CHECKSUM_STATUS,
    FieldId::TCP_CHECKSUM_STATUS,
    FieldId::UDP_CHECKSUM_STATUS,
    FieldId::ICMP_CHECKSUM_STATUS,
    FieldId::ICMPV6_CHECKSUM_STATUS,
];

#[derive(Default)]
struct Tree {
    /// Those that are closed, and those on the frame's first level.
    headers: Vec<Field>,
    /// Those that are open, outermost first.
    open: Vec<Field>,
}

impl Tree {
    /// Puts a field where it belongs: into the header that is open, or into
    /// the field before it if it is a piece of that one.
    fn place(&mut self, field: Field) {
        let level = match self.open.last_mut() {
            Some(header) => &mut header.children,
            None => &mut self.headers,
        };
        match level.last_mut() {
            Some(before) if is_piece(&field, before) => before.children.push(field),
            _ => level.push(field),
        }
    }
}

/// Whether a field is a piece of the value before it: by its name, or because
/// its bytes are some of that one's.
fn is_piece(field: &Field, before: &Field) -> bool {
    let inside = before.span.start <= field.span.start && field.span.end <= before.span.end;
    let valued = before.value != Value::Present && before.value != Value::Bytes;
    valued && inside && (field.id.is_in(before.id) || field.span.len() < before.span.len())
}

impl FieldSink for Tree {
    fn open(&mut self, id: FieldId, span: Range<usize>, _bytes: &[u8]) {
        self.open.push(Field { id, span, value: Value::Present, children: Vec::new() });
    }

    fn field(&mut self, id: FieldId, span: Range<usize>, value: FieldValue<'_>) {
        if REPEATED.contains(&id) || (id == FieldId::IP_VERSION && self.open.is_empty()) {
            return;
        }
        let value = match value {
            FieldValue::Present => Value::Present,
            FieldValue::Boolean(is) => Value::Boolean(is),
            FieldValue::Number(number) => Value::Number(number),
            FieldValue::Signed(number) | FieldValue::Nanos(number) => Value::Signed(number),
            FieldValue::Mac(address) => Value::Mac(address),
            FieldValue::Address(address) => Value::Address(address),
            FieldValue::Checksum(stored, verdict) => Value::Checksum(stored, verdict),
            FieldValue::Bytes(_) => Value::Bytes,
            FieldValue::Text(text) => Value::Text(text.to_owned()),
        };
        self.place(Field { id, span, value, children: Vec::new() });
    }

    fn close(&mut self) {
        if let Some(field) = self.open.pop() {
            self.place(field);
        }
    }
}
