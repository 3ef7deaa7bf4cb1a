//! The rows of a frame, and what a stop changed: read only of a message that is
//! looked at.

use super::{Journey, Leg, Point};
use crate::decode::{self, Field, FieldId, FieldValue, Kind, Value};
use crate::model::{NodeKind, TcpFlags, Topology};
use crate::trace::Trace;

/// A message looked at closely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// For each of [`Journey::legs`] the headers of the frame there, outermost
    /// first.
    pub legs: Vec<Vec<Layer>>,
    /// The nodes between two legs, in order of the legs that leave them.
    pub stops: Vec<Stop>,
}

/// A header of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The protocol, by its field: `eth`, `ip`, `tcp`.
    pub protocol: FieldId,
    /// It is inside an ICMP error, which quotes the packet it is about.
    pub quoted: bool,
    /// What hops look at, and whatever else was changed.
    pub rows: Vec<Row>,
}

/// A field of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which, by Wireshark's name.
    pub field: FieldId,
    /// What it says: numbers as tshark writes them, TCP's control bits by their
    /// names, `SYN ACK`.
    pub value: String,
    /// What it said on the leg before, where the stop between changed it.
    pub before: Option<String>,
}

/// A node between two legs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Where.
    pub at: Point,
    /// What it is.
    pub kind: StopKind,
    /// The leg that leads to it, as an index of [`Journey::legs`].
    pub from: usize,
    /// The leg that leaves it.
    pub to: usize,
    /// What it changed, outermost first; nothing where it is a switch or a hub.
    pub changes: Vec<Change>,
}

/// What a node does to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StopKind {
    /// Passes packets on (RFC 1812).
    Router,
    /// A router that translated addresses (RFC 3022).
    Translator,
    /// Passes frames on where they have to go (IEEE 802.1D).
    Switch,
    /// Repeats frames to everybody.
    Hub,
    /// Nobody knows: there is no topology.
    Unknown,
}

/// A field that a stop changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field.
    pub field: FieldId,
    /// It is inside what an ICMP error quotes.
    pub quoted: bool,
    /// What it said.
    pub before: String,
    /// What it says.
    pub after: String,
    /// Why.
    pub reason: Reason,
}

/// Why a field is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// MAC addresses count on one link only: the next link has others (RFC 1812
    /// §3.3.1, RFC 894).
    NextLink,
    /// Each router takes one from the TTL or hop limit (RFC 1812 §5.3.1, RFC
    /// 8200 §3).
    OneRouterMore,
    /// The IP header's checksum covers what was changed in it (RFC 791 §3.1).
    HeaderChecksum,
    /// A translator puts another address there (RFC 3022 §2.2).
    Address,
    /// A translator puts another port there (RFC 3022 §2.2).
    Port,
    /// TCP's and UDP's checksums cover addresses and ports too (RFC 3022 §4.1,
    /// RFC 9293 §3.1).
    PseudoHeader,
    /// A packet is cut for a link that takes only smaller ones (RFC 791 §3.2).
    Cut,
    /// Something else.
    Other,
}

/// What hops look at, in the order it is shown.
const SHOWN: [FieldId; 28] = [
    FieldId::ETH_SRC,
    FieldId::ETH_DST,
    FieldId::IP_SRC,
    FieldId::IP_DST,
    FieldId::IPV6_SRC,
    FieldId::IPV6_DST,
    FieldId::IP_TTL,
    FieldId::IPV6_HLIM,
    FieldId::IP_CHECKSUM,
    FieldId::TCP_SRCPORT,
    FieldId::TCP_DSTPORT,
    FieldId::TCP_FLAGS,
    FieldId::TCP_CHECKSUM,
    FieldId::UDP_SRCPORT,
    FieldId::UDP_DSTPORT,
    FieldId::UDP_LENGTH,
    FieldId::UDP_CHECKSUM,
    FieldId::ARP_OPCODE,
    FieldId::ARP_SRC_HW_MAC,
    FieldId::ARP_SRC_PROTO_IPV4,
    FieldId::ARP_DST_HW_MAC,
    FieldId::ARP_DST_PROTO_IPV4,
    FieldId::ICMP_TYPE,
    FieldId::ICMP_CODE,
    FieldId::ICMP_MTU,
    FieldId::ICMP_CHECKSUM,
    FieldId::ICMPV6_TYPE,
    FieldId::ICMPV6_CODE,
];

/// Headers behind these are the programs' own.
const HEADERS: [FieldId; 8] = [
    FieldId::ETH,
    FieldId::ARP,
    FieldId::IP,
    FieldId::IPV6,
    FieldId::TCP,
    FieldId::UDP,
    FieldId::ICMP,
    FieldId::ICMPV6,
];

/// All fields of one header of a frame.
struct Header {
    protocol: FieldId,
    quoted: bool,
    fields: Vec<(FieldId, String)>,
}

impl Journey {
    /// Reads what the message's frames say on every leg, and what every stop
    /// changed. `map` tells what the stops are.
    pub fn look(&self, trace: &Trace, map: Option<&Topology>) -> Look {
        let headers: Vec<Vec<Header>> = self.legs.iter().map(|leg| headers(trace, leg)).collect();
        let mut look = Look::default();
        for (index, (leg, own)) in self.legs.iter().zip(&headers).enumerate() {
            let before = leg.before.and_then(|before| headers.get(before));
            let changes = before.map(|before| changes(before, own)).unwrap_or_default();
            look.legs.push(own.iter().map(|header| header.layer(&changes)).collect());
            if let Some(from) = leg.before {
                let kind = kind(leg.from, map, &changes);
                look.stops.push(Stop { at: leg.from, kind, from, to: index, changes });
            }
        }
        look
    }
}

fn kind(at: Point, map: Option<&Topology>, changes: &[Change]) -> StopKind {
    let node = map.and_then(|map| if let Point::Node(node) = at { map.get(node) } else { None });
    match node.map(|node| &node.kind) {
        Some(NodeKind::Host(_)) => {
            let translates = |change: &Change| matches!(change.reason, Reason::Address | Reason::Port);
            if changes.iter().any(translates) { StopKind::Translator } else { StopKind::Router }
        }
        Some(NodeKind::Switch) => StopKind::Switch,
        Some(NodeKind::Hub) => StopKind::Hub,
        None => StopKind::Unknown,
    }
}

impl Header {
    fn layer(&self, changes: &[Change]) -> Layer {
        let mut rows: Vec<Row> = Vec::new();
        for (field, value) in &self.fields {
            let change = changes.iter().find(|change| change.field == *field && change.quoted == self.quoted);
            if change.is_some() || SHOWN.contains(field) {
                let before = change.map(|change| change.before.clone());
                rows.push(Row { field: *field, value: value.clone(), before });
            }
        }
        let order = |row: &Row| SHOWN.iter().position(|shown| *shown == row.field).unwrap_or(SHOWN.len());
        rows.sort_by_key(order);
        Layer { protocol: self.protocol, quoted: self.quoted, rows }
    }
}

/// The headers of the frame on a leg.
fn headers(trace: &Trace, leg: &Leg) -> Vec<Header> {
    let Some((_, place, frame)) = trace.frame(leg.shown_by.frame) else { return Vec::new() };
    let fields = decode::fields(super::super::link_type(trace, place), frame);
    let mut headers = Vec::new();
    for field in &fields {
        collect(field, false, &frame.bytes, &mut headers);
    }
    headers
}

/// Puts a header and those inside it into the list.
fn collect(field: &Field, quoted: bool, bytes: &[u8], headers: &mut Vec<Header>) {
    if !HEADERS.contains(&field.id) {
        return;
    }
    let place = headers.len();
    headers.push(Header { protocol: field.id, quoted, fields: Vec::new() });
    let mut fields = Vec::new();
    for child in &field.children {
        if child.id.kind() == Kind::Protocol {
            collect(child, quoted || matches!(field.id, FieldId::ICMP | FieldId::ICMPV6), bytes, headers);
        } else {
            gather(child, bytes, &mut fields);
        }
    }
    if let Some(header) = headers.get_mut(place) {
        header.fields = fields;
    }
}

/// A field with its pieces, if it has no value of its own.
fn gather(field: &Field, bytes: &[u8], fields: &mut Vec<(FieldId, String)>) {
    if field.value == Value::Present {
        field.children.iter().for_each(|child| gather(child, bytes, fields));
        return;
    }
    fields.push((field.id, written(field, bytes)));
}

fn written(field: &Field, bytes: &[u8]) -> String {
    let value = match &field.value {
        Value::Number(bits) if field.id == FieldId::TCP_FLAGS => {
            return TcpFlags::from_bits(u8::try_from(bits & 0xFF).unwrap_or(0)).to_string();
        }
        Value::Present => FieldValue::Present,
        Value::Boolean(is) => FieldValue::Boolean(*is),
        Value::Number(number) => FieldValue::Number(*number),
        Value::Signed(number) => FieldValue::Signed(*number),
        Value::Mac(address) => FieldValue::Mac(*address),
        Value::Address(address) => FieldValue::Address(*address),
        Value::Checksum(stored, verdict) => FieldValue::Checksum(*stored, *verdict),
        Value::Bytes => FieldValue::Bytes(bytes.get(field.span.clone()).unwrap_or_default()),
        Value::Text(text) => FieldValue::Text(text),
    };
    let mut out = String::new();
    decode::print(field.id.kind(), &value, &mut out);
    out
}

/// What differs between two frames that show one message.
fn changes(before: &[Header], after: &[Header]) -> Vec<Change> {
    let mut changes = Vec::new();
    for header in after {
        let same = |other: &&Header| other.protocol == header.protocol && other.quoted == header.quoted;
        let Some(earlier) = before.iter().find(same) else { continue };
        let mut known: Vec<FieldId> = Vec::new();
        for (field, value) in &header.fields {
            // Of fields that come several times, the same one.
            let nth = known.iter().filter(|other| *other == field).count();
            known.push(*field);
            let old = earlier.fields.iter().filter(|(other, _)| other == field).nth(nth).map(|(_, value)| value);
            if let Some(old) = old.filter(|old| *old != value) {
                changes.push(Change {
                    field: *field,
                    quoted: header.quoted,
                    before: old.clone(),
                    after: value.clone(),
                    reason: reason(*field),
                });
            }
        }
    }
    changes
}

/// Why a hop changes a field.
fn reason(field: FieldId) -> Reason {
    match field {
        FieldId::ETH_SRC | FieldId::ETH_DST => Reason::NextLink,
        FieldId::IP_TTL | FieldId::IPV6_HLIM => Reason::OneRouterMore,
        FieldId::IP_CHECKSUM => Reason::HeaderChecksum,
        FieldId::IP_SRC | FieldId::IP_DST | FieldId::IPV6_SRC | FieldId::IPV6_DST => Reason::Address,
        FieldId::TCP_SRCPORT
        | FieldId::TCP_DSTPORT
        | FieldId::UDP_SRCPORT
        | FieldId::UDP_DSTPORT
        | FieldId::ICMP_IDENT => Reason::Port,
        FieldId::TCP_CHECKSUM | FieldId::UDP_CHECKSUM | FieldId::ICMP_CHECKSUM | FieldId::ICMPV6_CHECKSUM => {
            Reason::PseudoHeader
        }
        FieldId::IP_LEN | FieldId::IP_FRAG_OFFSET | FieldId::IP_FLAGS_MF | FieldId::IP_FLAGS => Reason::Cut,
        _ => Reason::Other,
    }
}
