//! What `decode::dissect` found in one frame, kept until the line is written.

use std::net::IpAddr;
use std::ops::Range;

use crate::decode::{FieldId, FieldSink, FieldValue, MacAddress};

/// The fields of one frame: a [`FieldSink`] to hand to `decode::dissect`.
#[derive(Debug, Default)]
pub struct Fields {
    headers: Vec<Header>,
    items: Vec<Item>,
    /// What texts and byte strings say.
    bytes: Vec<u8>,
    /// Headers and groups that are open.
    depth: usize,
}

#[derive(Debug)]
struct Header {
    field: FieldId,
    span: Range<usize>,
    /// Bytes of it and of all it carries that were kept.
    kept: usize,
    /// Its fields, and those between it and the next header.
    items: Range<usize>,
}

#[derive(Debug)]
struct Item {
    field: FieldId,
    span: Range<usize>,
    value: Stored,
}

#[derive(Debug)]
enum Stored {
    Nothing,
    Number(u64),
    Mac(MacAddress),
    Address(IpAddr),
    Bytes(Range<usize>),
    /// A group begins. It ends where its span does.
    Group,
}

impl Stored {
    fn number(&self) -> Option<u64> {
        if let Self::Number(value) = self { Some(*value) } else { None }
    }

    fn mac(&self) -> Option<MacAddress> {
        if let Self::Mac(address) = self { Some(*address) } else { None }
    }

    fn address(&self) -> Option<IpAddr> {
        if let Self::Address(address) = self { Some(*address) } else { None }
    }

    /// Where its bytes are.
    fn place(&self) -> Option<Range<usize>> {
        if let Self::Bytes(place) = self { Some(place.clone()) } else { None }
    }
}

/// What a line has no use for.
const UNWANTED: [FieldId; 7] = [
    FieldId::IP_CHECKSUM,
    FieldId::TCP_CHECKSUM,
    FieldId::UDP_CHECKSUM,
    FieldId::ICMP_CHECKSUM,
    FieldId::ICMPV6_CHECKSUM,
    FieldId::HTTP,
    FieldId::TLS,
];

/// Headers that an error message quotes, inside its own.
const QUOTED: [FieldId; 11] = [
    FieldId::IP,
    FieldId::IPV6,
    FieldId::IPV6_HOPOPTS,
    FieldId::IPV6_DSTOPTS,
    FieldId::IPV6_ROUTING,
    FieldId::IPV6_FRAGHDR,
    FieldId::AH,
    FieldId::TCP,
    FieldId::UDP,
    FieldId::ICMP,
    FieldId::ICMPV6,
];

impl Fields {
    /// Forgets everything, for the next frame.
    pub fn clear(&mut self) {
        self.headers.clear();
        self.items.clear();
        self.bytes.clear();
        self.depth = 0;
    }

    /// The headers, outermost first.
    pub(super) fn layers(&self) -> Vec<Layer<'_>> {
        self.headers.iter().map(|header| Layer { fields: self, header }).collect()
    }

    fn store(&mut self, field: FieldId, span: Range<usize>, value: Stored) {
        self.items.push(Item { field, span, value });
        let end = self.items.len();
        if let Some(header) = self.headers.last_mut() {
            header.items.end = end;
        }
    }

    fn keep(&mut self, bytes: &[u8]) -> Stored {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        Stored::Bytes(start..self.bytes.len())
    }
}

impl FieldSink for Fields {
    fn wants(&self, group: FieldId) -> bool {
        !UNWANTED.contains(&group)
    }

    fn open(&mut self, field: FieldId, span: Range<usize>, bytes: &[u8]) {
        if self.depth == 0 || QUOTED.contains(&field) {
            let end = self.items.len();
            self.headers.push(Header { field, span, kept: bytes.len(), items: end..end });
        } else {
            self.store(field, span, Stored::Group);
        }
        self.depth += 1;
    }

    fn field(&mut self, field: FieldId, span: Range<usize>, value: FieldValue<'_>) {
        let stored = match value {
            FieldValue::Present => Stored::Nothing,
            FieldValue::Boolean(value) => Stored::Number(value.into()),
            FieldValue::Number(value) => Stored::Number(value),
            FieldValue::Signed(value) | FieldValue::Nanos(value) => Stored::Number(value.cast_unsigned()),
            FieldValue::Mac(value) => Stored::Mac(value),
            FieldValue::Address(value) => Stored::Address(value),
            FieldValue::Checksum(value, _) => Stored::Number(value.into()),
            FieldValue::Bytes(bytes) => self.keep(bytes),
            FieldValue::Text(text) => self.keep(text.as_bytes()),
        };
        self.store(field, span, stored);
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}

/// One header of a frame, with its fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layer<'a> {
    fields: &'a Fields,
    header: &'a Header,
}

impl<'a> Layer<'a> {
    pub(super) fn is(&self, field: FieldId) -> bool {
        self.header.field == field
    }

    pub(super) fn field(&self) -> FieldId {
        self.header.field
    }

    /// Where it starts in the frame, in bytes.
    pub(super) fn start(&self) -> usize {
        self.header.span.start
    }

    /// Bytes of it and of all it carries that were kept.
    pub(super) fn kept(&self) -> usize {
        self.header.kept
    }

    fn items(&self) -> &'a [Item] {
        self.fields.items.get(self.header.items.clone()).unwrap_or_default()
    }

    pub(super) fn number(&self, field: FieldId) -> Option<u64> {
        self.each().number(field)
    }

    pub(super) fn flag(&self, field: FieldId) -> bool {
        self.number(field).is_some_and(|value| value != 0)
    }

    pub(super) fn address(&self, field: FieldId) -> Option<IpAddr> {
        self.items().iter().find(|item| item.field == field).and_then(|item| item.value.address())
    }

    pub(super) fn mac(&self, field: FieldId) -> Option<MacAddress> {
        self.items().iter().find(|item| item.field == field).and_then(|item| item.value.mac())
    }

    pub(super) fn bytes(&self, field: FieldId) -> Option<&'a [u8]> {
        self.each().bytes(field)
    }

    /// All its fields in order.
    pub(super) fn each(&self) -> Run<'a> {
        Run { fields: self.fields, items: self.items() }
    }

    /// Its groups of this name, each with its fields.
    pub(super) fn groups(&self, within: FieldId) -> impl Iterator<Item = Group<'a>> + use<'a> {
        let (fields, items) = (self.fields, self.items());
        let outer = items.iter().position(|item| item.field == within && matches!(item.value, Stored::Group));
        let start = outer.map_or(items.len(), |at| at + 1);
        let end = outer.and_then(|at| items.get(at)).map_or(0, |item| item.span.end);
        let mut behind = 0;
        items.iter().enumerate().skip(start).filter_map(move |(index, item)| {
            let is = matches!(item.value, Stored::Group) && item.span.start >= behind && item.span.end <= end;
            is.then(|| {
                behind = item.span.end;
                let rest = items.get(index + 1..).unwrap_or_default();
                let count = rest.iter().take_while(|inner| inner.span.end <= item.span.end).count();
                let run = Run { fields, items: rest.get(..count).unwrap_or_default() };
                Group { field: item.field, span: item.span.clone(), run }
            })
        })
    }
}

/// A group of fields within a header.
pub(super) struct Group<'a> {
    pub(super) field: FieldId,
    pub(super) span: Range<usize>,
    pub(super) run: Run<'a>,
}

/// Fields in a row.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    fields: &'a Fields,
    items: &'a [Item],
}

impl<'a> Run<'a> {
    /// The first number of this name.
    pub(super) fn number(&self, field: FieldId) -> Option<u64> {
        self.numbers(field).next()
    }

    /// All numbers of this name.
    pub(super) fn numbers(&self, field: FieldId) -> impl Iterator<Item = u64> + use<'a> {
        self.items.iter().filter(move |item| item.field == field).filter_map(|item| item.value.number())
    }

    /// Where the last field of this name ends in the frame, in bytes.
    pub(super) fn last_end(&self, field: FieldId) -> Option<usize> {
        self.items.iter().rfind(|item| item.field == field).map(|item| item.span.end)
    }

    pub(super) fn has(&self, field: FieldId) -> bool {
        self.items.iter().any(|item| item.field == field)
    }

    /// All addresses of this name.
    pub(super) fn addresses(&self, field: FieldId) -> impl Iterator<Item = IpAddr> + use<'a> {
        self.items.iter().filter(move |item| item.field == field).filter_map(|item| item.value.address())
    }

    /// The first bytes or text of this name.
    pub(super) fn bytes(&self, field: FieldId) -> Option<&'a [u8]> {
        self.all_bytes(field).next()
    }

    /// All bytes and texts of this name.
    pub(super) fn all_bytes(&self, field: FieldId) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let fields = self.fields;
        self.items
            .iter()
            .filter(move |item| item.field == field)
            .filter_map(|item| fields.bytes.get(item.value.place()?))
    }

    /// The fields from each `first` to the one before the next.
    pub(super) fn split(&self, first: FieldId) -> impl Iterator<Item = Self> + use<'a> {
        let fields = self.fields;
        let start = self.items.iter().position(|item| item.field == first).unwrap_or(self.items.len());
        let mut rest = self.items.get(start..).unwrap_or_default();
        std::iter::from_fn(move || {
            let (_, behind) = rest.split_first()?;
            let length = 1 + behind.iter().take_while(|item| item.field != first).count();
            let (items, after) = rest.split_at_checked(length)?;
            rest = after;
            Some(Self { fields, items })
        })
    }
}
