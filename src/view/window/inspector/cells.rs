//! What is written in the cells of a header's grid, in words of one language:
//! made once for a frame, not once for each time it is painted.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::Relative;
use super::grid::{Cell, Grid};
use crate::decode::{Field, FieldId, Kind, MacAddress, Value};
use crate::words::{Words, grouped};

/// A cell, ready to be painted.
#[derive(Clone, Debug)]
pub(super) struct CellText {
    /// What it is, with its place.
    pub(super) cell: Cell,
    /// What its bits say, the longest way first.
    pub(super) values: Vec<String>,
    /// What it is called, the longest way first.
    pub(super) names: Vec<String>,
    /// What is said of it to who does not see it: `destination port: 9999,
    /// bits 16–31`.
    pub(super) label: String,
    /// What it is for, Wireshark's name and where its picture stands.
    pub(super) hint: String,
    /// A single bit that is set.
    pub(super) set: bool,
}

/// A header's grid, ready to be painted.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// Which header.
    pub(super) header: FieldId,
    /// Its bytes in the frame.
    pub(super) span: Range<usize>,
    /// `TCP · 40 B`.
    pub(super) title: String,
    /// Its cells in order.
    pub(super) cells: Vec<CellText>,
}

/// Everything a cell's text needs beside the cell.
struct Scene<'a> {
    grid: &'a Grid,
    headers: &'a [Field],
    bytes: &'a [u8],
    relative: Option<Relative>,
    words: &'a Words,
}

/// Writes a grid in words. `headers` are the frame's fields, `relative` the
/// segment's numbers as the conversation counts them.
pub(super) fn sheet(grid: &Grid, headers: &[Field], bytes: &[u8], relative: Option<Relative>, words: &Words) -> Sheet {
    let scene = Scene { grid, headers, bytes, relative, words };
    let cells = grid.cells.iter().map(|cell| scene.cell(cell)).collect();
    let name = words.field_name(grid.header);
    let name = if grid.quoted { words.say("grid-quoted", &[("header", &name)]) } else { name };
    let size = words.bytes(u32::try_from(grid.span.len()).unwrap_or(u32::MAX));
    Sheet { header: grid.header, span: grid.span.clone(), title: format!("{name} · {size}"), cells }
}

impl Scene<'_> {
    fn cell(&self, cell: &Cell) -> CellText {
        let words = self.words;
        let values = self.values(cell);
        let names = self.names(cell);
        let place = bits(&cell.bits, words);
        let name = names.first().cloned().unwrap_or_default();
        let value = values.first().cloned().unwrap_or_default();
        let label = format!("{name}: {value}, {place}");
        let mut hint = vec![label.clone()];
        if let Some(field) = cell.title {
            hint.push(words.field_meaning(field));
            // What stands for something else than its bits, such as a length
            // counted in words.
            if let Some(found) = self.found(cell) {
                let said = words.field_value(found, self.bytes.get(found.span.clone()).unwrap_or_default());
                if !said.is_empty() && !values.contains(&said) && said != value {
                    hint.push(words.say("grid-says", &[("value", &said)]));
                }
            }
            hint.push(format!("{} · {}", field.name(), self.grid.source));
        }
        let set = cell.bits.len() == 1 && cell.number(self.bytes) == Some(1);
        CellText { cell: cell.clone(), values, names, label, hint: hint.join("\n"), set }
    }

    /// The field as it was found in the frame.
    fn found(&self, cell: &Cell) -> Option<&Field> {
        field_at(self.headers, cell.field?, &cell.span)
    }

    fn names(&self, cell: &Cell) -> Vec<String> {
        let words = self.words;
        let Some(field) = cell.title else {
            let zero = cell.captured
                && self.bytes.get(cell.span.clone()).is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0));
            let count = cell.bits.len() / 8;
            let key = if zero { "cell-padding" } else { "cell-bytes" };
            return vec![words.say(key, &[("count", &count)])];
        };
        let mut names = Vec::new();
        let whole = words.field_name(field);
        // The checksum's verdict belongs to it.
        if let Some(Value::Checksum(_, verdict)) = self.found(cell).map(|found| &found.value) {
            names.push(format!("{whole}: {}", words.verdict(*verdict)));
        }
        names.push(whole);
        let short = format!("short-{}", field.name().replace(['.', '_'], "-"));
        if words.has(&short) {
            names.push(words.word(&short));
        }
        names
    }

    fn values(&self, cell: &Cell) -> Vec<String> {
        let words = self.words;
        if !cell.captured {
            return vec![words.word("cell-not-captured"), words.word("cell-not-captured-short")];
        }
        let bytes = self.bytes.get(cell.span.clone()).unwrap_or_default();
        let kind = cell.field.map_or(Kind::Bytes, FieldId::kind);
        if let Some(text) = address(kind, bytes) {
            return vec![text];
        }
        let number = match (kind, cell.number(self.bytes)) {
            (Kind::Bytes | Kind::Text | Kind::Protocol | Kind::Present, _) | (_, None) => return hex(bytes),
            (_, Some(number)) => number,
        };
        let plain = if number > 99_999 { grouped(number) } else { number.to_string() };
        match (cell.field, kind) {
            (Some(FieldId::TCP_SEQ_RAW | FieldId::TCP_ACK_RAW), _) if !self.grid.quoted => {
                let relative = self.relative.and_then(|relative| match cell.field {
                    Some(FieldId::TCP_SEQ_RAW) => Some(relative.seq),
                    _ => relative.ack,
                });
                match relative {
                    Some(relative) => {
                        let relative = relative.to_string();
                        vec![format!("{relative} ({plain})"), relative]
                    }
                    None => vec![plain],
                }
            }
            (_, Kind::Hex(_)) => {
                let width = cell.bits.len().div_ceil(4);
                let hex = format!("0x{number:0width$x}");
                named(cell.field, number)
                    .map_or_else(|| vec![hex.clone()], |name| vec![format!("{hex} {name}"), hex.clone()])
            }
            _ => named(cell.field, number)
                .map_or_else(|| vec![plain.clone()], |name| vec![format!("{plain} {name}"), plain.clone()]),
        }
    }
}

/// `bits 16–31`, or `bit 107`.
fn bits(bits: &Range<usize>, words: &Words) -> String {
    let last = bits.end.saturating_sub(1);
    if bits.start == last {
        words.say("cell-bit", &[("bit", &last)])
    } else {
        words.say("cell-bits", &[("from", &bits.start), ("to", &last)])
    }
}

/// An address as it is written.
fn address(kind: Kind, bytes: &[u8]) -> Option<String> {
    match kind {
        Kind::Mac => Some(MacAddress(bytes.try_into().ok()?).to_string()),
        Kind::Ipv4 => Some(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).to_string()),
        Kind::Ipv6 => Some(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string()),
        Kind::Protocol
        | Kind::Boolean
        | Kind::Number
        | Kind::Signed
        | Kind::Hex(_)
        | Kind::Bytes
        | Kind::Text
        | Kind::Span
        | Kind::Moment
        | Kind::Date
        | Kind::Frame
        | Kind::Present => None,
    }
}

/// Bytes in hexadecimal, as many as there is room for.
fn hex(bytes: &[u8]) -> Vec<String> {
    [12, 6, 4, 2, 1]
        .into_iter()
        .filter(|most| *most <= bytes.len() || bytes.len() <= 12)
        .map(|most| {
            let pairs: Vec<String> = bytes.iter().take(most).map(|byte| format!("{byte:02x}")).collect();
            let more = if bytes.len() > most { " …" } else { "" };
            format!("{}{more}", pairs.join(" "))
        })
        .collect()
}

/// What a number stands for, by IANA's protocol names, which no language
/// translates.
const fn named(field: Option<FieldId>, number: u64) -> Option<&'static str> {
    let Some(field) = field else { return None };
    match field {
        FieldId::IP_PROTO | FieldId::IPV6_NXT => match number {
            0 => Some("HOPOPT"),
            1 => Some("ICMP"),
            4 => Some("IPv4"),
            6 => Some("TCP"),
            17 => Some("UDP"),
            41 => Some("IPv6"),
            43 => Some("Routing"),
            44 => Some("Fragment"),
            58 => Some("ICMPv6"),
            _ => None,
        },
        FieldId::ETH_TYPE | FieldId::VLAN_ETYPE | FieldId::ARP_PROTO_TYPE | FieldId::SLL_ETYPE => match number {
            0x0800 => Some("IPv4"),
            0x0806 => Some("ARP"),
            0x8100 => Some("802.1Q"),
            0x86DD => Some("IPv6"),
            0x8847 => Some("MPLS"),
            _ => None,
        },
        _ => None,
    }
}

/// The field with this name that lies on these bytes.
pub(super) fn field_at<'a>(fields: &'a [Field], id: FieldId, span: &Range<usize>) -> Option<&'a Field> {
    fields.iter().find_map(|field| {
        let touches = field.span.start < span.end && span.start < field.span.end;
        if field.id == id && touches {
            return Some(field);
        }
        field_at(&field.children, id, span)
    })
}
