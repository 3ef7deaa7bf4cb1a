use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use super::error::ValueType;
use crate::decode::{FieldId, FieldSink, FieldValue, Kind};

/// A set of fields, by their place in the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Bits(Box<[u64]>);

impl Bits {
    fn contains(&self, field: FieldId) -> bool {
        self.0.get(field.index() / 64).is_some_and(|word| word >> (field.index() % 64) & 1 == 1)
    }

    fn insert(&mut self, field: FieldId) {
        if self.0.is_empty() {
            self.0 = vec![0; FieldId::count().div_ceil(64)].into();
        }
        if let Some(word) = self.0.get_mut(field.index() / 64) {
            *word |= 1 << (field.index() % 64);
        }
    }
}

/// The fields that one or more filters ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    fields: Bits,
    /// Those whose value is asked for: of the others it is enough to know that
    /// they are there.
    values: Bits,
    /// What must be looked into to find them.
    headers: Bits,
}

impl Wanted {
    /// Asks for a field; for its value too, or only whether it is there.
    pub(super) fn insert(&mut self, field: FieldId, value: bool) {
        self.fields.insert(field);
        if value {
            self.values.insert(field);
        }
        // That a protocol is there is said in any case.
        if field.kind() != Kind::Protocol {
            self.headers.insert(field);
        }
        // `tcp.options.mss_val` is looked for in `tcp.options` and in `tcp`.
        for (dot, _) in field.name().match_indices('.') {
            if let Some(header) = field.name().get(..dot).and_then(FieldId::named) {
                self.headers.insert(header);
            }
        }
    }

    /// What either asks for: one dissection then serves several filters.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut union = self.clone();
        for field in other.fields() {
            union.insert(field, other.value(field));
        }
        union
    }

    /// Whether a field is asked for.
    pub fn contains(&self, field: FieldId) -> bool {
        self.fields.contains(field)
    }

    /// Whether a field's value is asked for, not only whether it is there.
    pub fn value(&self, field: FieldId) -> bool {
        self.values.contains(field)
    }

    /// Whether a header or group must be looked into: it holds a field that is
    /// asked for, or is one itself and no protocol. That a protocol is there is
    /// told without.
    pub fn header(&self, header: FieldId) -> bool {
        self.headers.contains(header)
    }

    /// The fields asked for, in the order of the table.
    pub fn fields(&self) -> impl Iterator<Item = FieldId> {
        FieldId::all().filter(|field| self.contains(*field))
    }

    /// How much must be known about a frame to have all of them.
    pub fn needs(&self) -> Needs {
        self.fields().map(Needs::of).fold(Needs::default(), Needs::and)
    }
}

/// How much must be known about a frame before a filter can be asked of it.
/// Its number, times and lengths always are: a filter that needs nothing here
/// takes no look at the bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Its bytes, and the headers in them.
    pub headers: bool,
    /// What a connection remembers: `tcp.stream`, `tcp.analysis.*`.
    pub conversation: bool,
    /// What TCP and UDP carry: `http.*`, `dns.*`.
    pub application: bool,
}

impl Needs {
    /// What one field takes.
    pub fn of(field: FieldId) -> Self {
        // Told by the record, not by its bytes.
        const OF_THE_RECORD: [&str; 9] = [
            "number",
            "time",
            "time_epoch",
            "time_relative",
            "time_delta",
            "time_delta_displayed",
            "len",
            "cap_len",
            "comment",
        ];
        const APPLICATIONS: [&str; 6] = ["dns", "mdns", "http", "tls", "ssh", "bgp"];
        // Relative numbers, scaled windows and times of a stream, too.
        const OF_A_STREAM: [&str; 13] = [
            "stream",
            "completeness",
            "seq",
            "ack",
            "nxtseq",
            "window_size",
            "window_size_scalefactor",
            "time_relative",
            "time_delta",
            "analysis",
            "segment_data",
            "pdu",
            "reassembled_in",
        ];
        let name = field.name();
        let (protocol, rest) = name.split_once('.').unwrap_or((name, ""));
        let first = rest.split('.').next().unwrap_or_default();
        let record = protocol == "frame" && (OF_THE_RECORD.contains(&first) || first.starts_with("interface"));
        let stream = matches!(protocol, "tcp" | "udp") && OF_A_STREAM.contains(&first);
        let sack = matches!(name, "tcp.options.sack_le" | "tcp.options.sack_re");
        Self {
            headers: !record,
            conversation: stream || sack,
            application: APPLICATIONS.contains(&protocol) || name == "frame.protocols",
        }
    }

    /// What both take.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            headers: self.headers || other.headers,
            conversation: self.conversation || other.conversation,
            application: self.application || other.application,
        }
    }
}

/// One value of one field, as it is kept while its frame is looked at.
#[derive(Clone, Copy, Debug)]
enum Kept {
    /// It is there; more was not said, or not asked for.
    Present,
    Integer(i128),
    /// An address: so many of the bytes.
    Address(u8, [u8; 16]),
    /// A part of [`Collected::bytes`], and how long the field is: of a
    /// protocol, its header without what it carries.
    Bytes {
        start: usize,
        end: usize,
        length: usize,
    },
}

/// A value of a field of this frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held<'c> {
    Present,
    Integer(i128),
    Bytes(&'c [u8]),
}

/// One frame's fields, as far as a filter asks for them: a [`FieldSink`] to be
/// used again for the next frame, so that collecting allocates nothing once
/// it has seen the largest frame.
///
/// Fields may come from several places, in any order: the bytes, the memory of
/// a conversation, an index.
#[derive(Clone, Debug)]
pub struct Collected {
    wanted: Arc<Wanted>,
    /// For each field of the table, its place in `slots`.
    places: Arc<[Option<u16>]>,
    slots: Vec<Vec<Kept>>,
    /// The bytes and texts of this frame.
    bytes: Vec<u8>,
}

impl Collected {
    /// Nothing yet of what is wanted.
    pub fn new(wanted: &Wanted) -> Self {
        let mut places = vec![None; FieldId::count()];
        let mut slots = Vec::new();
        for (place, field) in (0_u16..).zip(wanted.fields()) {
            if let Some(slot) = places.get_mut(field.index()) {
                *slot = Some(place);
                slots.push(Vec::new());
            }
        }
        Self { wanted: Arc::new(wanted.clone()), places: places.into(), slots, bytes: Vec::new() }
    }

    /// What is kept; all else that comes is passed over.
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// Forgets the frame, not the memory it took.
    pub fn clear(&mut self) {
        self.slots.iter_mut().for_each(Vec::clear);
        self.bytes.clear();
    }

    /// How often a field was seen; 0 too where it is not wanted.
    pub fn count(&self, field: FieldId) -> usize {
        self.slot(field).len()
    }

    /// A field that has no bytes of its own, or whose bytes do not matter.
    pub fn add(&mut self, field: FieldId, value: FieldValue<'_>) {
        self.field(field, 0..0, value);
    }

    /// The values of a field, in the order in which they came.
    pub(super) fn values(&self, field: FieldId) -> impl Iterator<Item = Held<'_>> {
        self.slot(field).iter().map(|kept| match kept {
            Kept::Present => Held::Present,
            Kept::Integer(value) => Held::Integer(*value),
            Kept::Address(length, bytes) => Held::Bytes(bytes.get(..usize::from(*length)).unwrap_or_default()),
            Kept::Bytes { start, end, .. } => Held::Bytes(self.bytes.get(*start..*end).unwrap_or_default()),
        })
    }

    /// How long each value of a field is, in bytes; nothing for numbers.
    pub(super) fn lengths(&self, field: FieldId) -> impl Iterator<Item = usize> {
        self.slot(field).iter().filter_map(|kept| match kept {
            Kept::Present | Kept::Integer(_) => None,
            Kept::Address(length, _) => Some(usize::from(*length)),
            Kept::Bytes { length, .. } => Some(*length),
        })
    }

    fn place(&self, field: FieldId) -> Option<usize> {
        self.places.get(field.index()).copied().flatten().map(usize::from)
    }

    fn slot(&self, field: FieldId) -> &[Kept] {
        self.place(field).and_then(|place| self.slots.get(place)).map_or(&[], Vec::as_slice)
    }

    fn keep(&mut self, place: usize, kept: Kept) {
        if let Some(slot) = self.slots.get_mut(place) {
            slot.push(kept);
        }
    }

    fn keep_bytes(&mut self, place: usize, bytes: &[u8], length: usize) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.keep(place, Kept::Bytes { start, end: self.bytes.len(), length });
    }
}

fn address(octets: &[u8]) -> Kept {
    let mut bytes = [0; 16];
    for (byte, octet) in bytes.iter_mut().zip(octets) {
        *byte = *octet;
    }
    Kept::Address(u8::try_from(octets.len()).unwrap_or(0), bytes)
}

impl FieldSink for Collected {
    fn wants(&self, header: FieldId) -> bool {
        self.wanted.header(header)
    }

    fn open(&mut self, field: FieldId, span: Range<usize>, bytes: &[u8]) {
        let Some(place) = self.place(field) else { return };
        // A group may have a value of its own, which then comes as a field.
        match ValueType::of(field.kind()) {
            ValueType::Bytes | ValueType::Text if self.wanted.value(field) => self.keep_bytes(place, bytes, span.len()),
            ValueType::Bytes | ValueType::Text | ValueType::Nothing => self.keep(place, Kept::Present),
            ValueType::Number
            | ValueType::Boolean
            | ValueType::Span
            | ValueType::Moment
            | ValueType::Ipv4
            | ValueType::Ipv6
            | ValueType::Mac => {}
        }
    }

    fn field(&mut self, field: FieldId, _span: Range<usize>, value: FieldValue<'_>) {
        let Some(place) = self.place(field) else { return };
        if !self.wanted.value(field) {
            return self.keep(place, Kept::Present);
        }
        let kept = match value {
            FieldValue::Present => Kept::Present,
            FieldValue::Boolean(value) => Kept::Integer(value.into()),
            FieldValue::Number(value) => Kept::Integer(value.into()),
            FieldValue::Signed(value) | FieldValue::Nanos(value) => Kept::Integer(value.into()),
            FieldValue::Checksum(value, _) => Kept::Integer(value.into()),
            FieldValue::Mac(mac) => address(&mac.0),
            FieldValue::Address(IpAddr::V4(ip)) => address(&ip.octets()),
            FieldValue::Address(IpAddr::V6(ip)) => address(&ip.octets()),
            FieldValue::Bytes(bytes) => return self.keep_bytes(place, bytes, bytes.len()),
            FieldValue::Text(text) => return self.keep_bytes(place, text.as_bytes(), text.len()),
        };
        self.keep(place, kept);
    }

    fn close(&mut self) {}
}
