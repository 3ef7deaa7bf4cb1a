//! A row a frame for other programs: CSV (RFC 4180) and NDJSON, as
//! docs/export.md describes them.
//!
//! Owns columns and how values are written so that no program takes them for
//! something else. What a frame says in one line is `table`'s.

use std::fmt::Write as _;

use super::table::{Options, TableLine};
use crate::conversation::{self, Glance, Label, Row};
use crate::model::Span;
use crate::words::moment;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Commas between values, the columns' names in the first row.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

/// The columns, in order.
pub const COLUMNS: [&str; 9] =
    ["number", "time", "since_start", "conversation", "source", "destination", "protocol", "length", "info"];

/// Writes rows; nothing is allocated once its buffers have grown.
pub struct Rows {
    format: Format,
    table: Box<TableLine>,
    scratch: String,
}

impl Rows {
    /// Rows in this format.
    pub fn new(format: Format) -> Self {
        Self { format, table: Box::new(TableLine::new(Options::default())), scratch: String::new() }
    }

    /// Appends what stands before the first row.
    pub fn head(&self, out: &mut String) {
        if self.format == Format::Csv {
            out.push_str(&COLUMNS.join(","));
            out.push_str("\r\n");
        }
    }

    /// Appends the row of one frame.
    pub fn append(&mut self, glance: &Glance<'_>, row: &Row, label: &Label<'_>, out: &mut String) {
        self.table.clear();
        self.table.set_link_type(glance.link_type);
        conversation::fields(glance, row, label, &mut *self.table);
        let mut values = Values { format: self.format, first: true, out };
        values.number("number", glance.number.0);
        values.plain("time", &moment(glance.at), true);
        values.plain("since_start", &seconds(row.since_start), false);
        match row.conversation {
            Some(id) => values.number("conversation", id),
            None => values.nothing("conversation"),
        }
        let scratch = &mut self.scratch;
        let mut text = |name, write: fn(&TableLine, &mut String)| {
            scratch.clear();
            write(&self.table, scratch);
            values.text(name, scratch.trim_end());
        };
        text("source", TableLine::source);
        text("destination", TableLine::destination);
        text("protocol", TableLine::protocol);
        values.number("length", glance.original_length);
        self.scratch.clear();
        self.table.info(&mut self.scratch);
        values.text("info", self.scratch.trim_end());
        values.end();
    }
}

/// Seconds to the nanosecond: `-0.000018000`.
fn seconds(span: Span) -> String {
    let sign = if span.nanos() < 0 { "-" } else { "" };
    let nanos = span.nanos().unsigned_abs();
    format!("{sign}{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
}

/// The values of one row.
struct Values<'a> {
    format: Format,
    first: bool,
    out: &'a mut String,
}

impl Values<'_> {
    fn name(&mut self, name: &str) {
        let first = std::mem::take(&mut self.first);
        match self.format {
            Format::Csv if first => {}
            Format::Csv => self.out.push(','),
            Format::Ndjson => {
                self.out.push(if first { '{' } else { ',' });
                // Writing to a String cannot fail.
                write!(self.out, "\"{name}\":").unwrap_or_default();
            }
        }
    }

    fn number(&mut self, name: &str, value: u32) {
        self.name(name);
        write!(self.out, "{value}").unwrap_or_default();
    }

    fn nothing(&mut self, name: &str) {
        self.name(name);
        if self.format == Format::Ndjson {
            self.out.push_str("null");
        }
    }

    /// Digits and signs of ours; a string in JSON where it is no number.
    fn plain(&mut self, name: &str, value: &str, is_string: bool) {
        self.name(name);
        let quote = if is_string && self.format == Format::Ndjson { "\"" } else { "" };
        self.out.extend([quote, value, quote]);
    }

    /// Something that came over the network, perhaps.
    fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        match self.format {
            Format::Csv => push_csv(value, self.out),
            Format::Ndjson => push_json(value, self.out),
        }
    }

    fn end(self) {
        self.out.push_str(match self.format {
            Format::Csv => "\r\n",
            Format::Ndjson => "}\n",
        });
    }
}

/// What begins as a formula does in a spreadsheet is text: an apostrophe goes
/// before it.
fn push_csv(value: &str, out: &mut String) {
    let is_formula = value.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let quoted = is_formula || value.contains([',', '"', '\r', '\n']);
    if quoted {
        out.push('"');
    }
    if is_formula {
        out.push('\'');
    }
    for character in value.chars() {
        if character == '"' {
            out.push('"');
        }
        out.push(character);
    }
    if quoted {
        out.push('"');
    }
}

fn push_json(value: &str, out: &mut String) {
    out.push('"');
    for character in value.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            character if character < ' ' => {
                write!(out, "\\u{:04x}", u32::from(character)).unwrap_or_default();
            }
            character => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn csv(value: &str) -> String {
        let mut out = String::new();
        push_csv(value, &mut out);
        out
    }

    #[test]
    fn a_formula_is_text_and_quotes_are_doubled() {
        assert_eq!(csv("TCP"), "TCP");
        assert_eq!(csv("a,b"), "\"a,b\"");
        assert_eq!(csv("GET \"x\"\r\n"), "\"GET \"\"x\"\"\r\n\"");
        assert_eq!(csv("=HYPERLINK(\"http://x\")"), "\"'=HYPERLINK(\"\"http://x\"\")\"");
        for start in ["+1", "-1", "@x", "\t=1", "\r=1", "＝1"] {
            assert_eq!(csv(start), format!("\"'{start}\""));
        }
    }

    #[test]
    fn seconds_have_nine_places() {
        assert_eq!(seconds(Span::from_nanos(18_000)), "0.000018000");
        assert_eq!(seconds(Span::from_nanos(-1_500_000_000)), "-1.500000000");
        assert_eq!(seconds(Span::from_nanos(i64::MIN)), "-9223372036.854775808");
    }

    /// As a reader that keeps to RFC 4180 undoes it.
    fn read_csv(field: &str) -> String {
        match field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(inner) => inner.replace("\"\"", "\""),
            None => field.to_owned(),
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_again(value in any::<String>()) {
            let mut json = String::new();
            push_json(&value, &mut json);
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), value.clone());
            let read = read_csv(&csv(&value));
            let known = read == value || read == format!("'{value}");
            prop_assert!(known, "{:?}", read);
            prop_assert!(!read.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }
}
