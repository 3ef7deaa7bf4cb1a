//! `wirelens fields`: a row for each frame, as `tshark -T fields` writes them.

use std::ops::Range;

use super::arguments::Fields;
use super::output::Output;
use super::pass::{self, Chosen};
use super::{Failure, Status};
use crate::conversation;
use crate::decode::{self, FieldId, FieldSink, FieldValue};
use crate::words::{self, Words};

/// Writes the asked-for fields of every frame that the filter selects.
pub(super) fn fields(asked: &Fields, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let mut columns = Columns::default();
    for name in &asked.field {
        match FieldId::named(name) {
            Some(field) => columns.add(field),
            // A name alone is a filter: its error knows the nearest ones.
            None => return Err(pass::parse(name, words).err().unwrap_or_else(|| not_a_field(name, words))),
        }
    }
    let mut chosen = Chosen::new(asked.filter.as_deref(), words)?;
    let mut line = String::new();
    let passed = pass::print(&asked.file, None, &mut chosen, words, output, |frame, out| {
        columns.clear();
        conversation::fields(&frame.glance, frame.row, &frame.label(), &mut columns);
        line.clear();
        columns.write(&mut line);
        out.write_all(line.as_bytes())
    })?;
    passed.finish(&asked.file, words, output)
}

/// A filter that is no field: `tcp || udp`.
fn not_a_field(name: &str, words: &Words) -> Failure {
    Failure::new(Status::Usage, words.say("not-a-field", &[("name", &words::printable(name.as_bytes()))]))
}

/// What stands in each column of the row at hand.
#[derive(Default)]
struct Columns {
    /// The fields in the order they were asked for.
    fields: Vec<FieldId>,
    /// Where each field of the registry stands, if it was asked for.
    places: Vec<Option<usize>>,
    texts: Vec<String>,
    /// For each field of the registry whether any asked-for one is inside.
    wanted: Vec<bool>,
}

impl Columns {
    fn add(&mut self, field: FieldId) {
        self.places.resize(FieldId::count(), None);
        self.wanted.resize(FieldId::count(), false);
        let place = self.fields.len();
        self.fields.push(field);
        self.texts.push(String::new());
        if let Some(free) = self.places.get_mut(field.index()).filter(|place| place.is_none()) {
            *free = Some(place);
        }
        for group in FieldId::all().filter(|group| field.is_in(*group)) {
            if let Some(wanted) = self.wanted.get_mut(group.index()) {
                *wanted = true;
            }
        }
    }

    fn clear(&mut self) {
        self.texts.iter_mut().for_each(String::clear);
    }

    fn put(&mut self, field: FieldId, value: &FieldValue<'_>) {
        let place = self.places.get(field.index()).copied().flatten();
        let Some(text) = place.and_then(|place| self.texts.get_mut(place)) else { return };
        if !text.is_empty() {
            text.push(',');
        }
        decode::print(field.kind(), value, text);
    }

    fn write(&self, line: &mut String) {
        for (column, field) in self.fields.iter().enumerate() {
            if column > 0 {
                line.push('\t');
            }
            // A field asked for twice has its text at its first place.
            let place = self.places.get(field.index()).copied().flatten().unwrap_or(column);
            line.push_str(self.texts.get(place).map_or("", String::as_str));
        }
        line.push('\n');
    }
}

impl FieldSink for Columns {
    fn wants(&self, group: FieldId) -> bool {
        self.wanted.get(group.index()).copied().unwrap_or(false)
    }

    fn open(&mut self, field: FieldId, _: Range<usize>, _: &[u8]) {
        self.put(field, &FieldValue::Present);
    }

    fn field(&mut self, field: FieldId, _: Range<usize>, value: FieldValue<'_>) {
        self.put(field, &value);
    }

    fn close(&mut self) {}
}
