//! Formats of one line a frame.

use super::output::Output;
use crate::conversation::{self, Glance, Label, Row};
use crate::decode;
use crate::model::Timestamp;
use crate::source::clock;
use crate::view::table::{self, TableLine};
use crate::view::tcpdump::{Captured, Fields, TcpdumpLines};

/// Writes a line for each frame.
pub(super) enum Lines {
    Tcpdump { lines: TcpdumpLines, fields: Fields, zone: Zone },
    Table(Box<TableLine>),
}

/// How far the reader's clock is ahead of UTC, as it was found last: it changes
/// at full hours at most.
#[derive(Default)]
pub(super) struct Zone {
    known: Option<(i64, i32)>,
}

impl Zone {
    fn offset(&mut self, at: Timestamp) -> i32 {
        let hour = at.nanos().div_euclid(3_600_000_000_000);
        match self.known {
            Some((known, offset)) if known == hour => offset,
            _ => {
                let offset = clock::utc_offset(at);
                self.known = Some((hour, offset));
                offset
            }
        }
    }
}

impl Lines {
    pub(super) fn tcpdump() -> Self {
        Self::Tcpdump { lines: TcpdumpLines::default(), fields: Fields::default(), zone: Zone::default() }
    }

    /// A table, and its head.
    pub(super) fn table(output: &Output<'_>) -> (Self, String) {
        let table = TableLine::new(table::Options { colour: output.colour });
        let mut head = String::new();
        table.header(&mut head);
        (Self::Table(Box::new(table)), head)
    }

    /// Appends the line of one frame.
    pub(super) fn append(&mut self, glance: &Glance<'_>, row: &Row, label: &Label<'_>, out: &mut String) {
        match self {
            Self::Tcpdump { lines, fields, zone } => {
                fields.clear();
                decode::dissect(glance.link_type, glance.bytes, glance.original_length, fields);
                let captured = Captured {
                    at: glance.at,
                    utc_offset: zone.offset(glance.at),
                    link_type: glance.link_type,
                    original_length: glance.original_length,
                };
                lines.append(&captured, fields, out);
            }
            Self::Table(table) => {
                table.clear();
                table.set_link_type(glance.link_type);
                conversation::fields(glance, row, label, &mut **table);
                table.line(out);
            }
        }
    }
}
