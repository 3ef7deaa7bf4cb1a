//! What can be done with a field: copy it, look for frames that have it too.

use std::fmt::Write as _;
use std::ops::Range;

use super::super::command::Command;
use super::super::egui::{Response, RichText, Ui};
use super::super::fonts;
use super::cells::field_at;
use crate::decode::{Field, FieldId, FieldValue, Value, print};
use crate::filter::Filter;
use crate::words::Words;

/// The numbers that are ports.
const PORTS: [FieldId; 4] = [FieldId::TCP_SRCPORT, FieldId::TCP_DSTPORT, FieldId::UDP_SRCPORT, FieldId::UDP_DSTPORT];

/// Offers what can be done with the fields of one frame.
pub(super) struct Menu<'a> {
    pub(super) words: &'a Words,
    /// The frame's fields.
    pub(super) headers: &'a [Field],
    /// Its bytes.
    pub(super) bytes: &'a [u8],
    /// Where to put what was asked for.
    pub(super) commands: &'a mut Vec<Command>,
}

impl Menu<'_> {
    /// Opens on a secondary click on what shows a field.
    pub(super) fn of(&mut self, response: &Response, field: Option<FieldId>, span: &Range<usize>) {
        response.context_menu(|ui| {
            if self.items(ui, field, span) {
                ui.close();
            }
        });
    }

    /// The same as buttons in a line, for the field that is chosen.
    pub(super) fn line(&mut self, ui: &mut Ui, field: Option<FieldId>, span: &Range<usize>) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            if let Some(found) = self.found(field, span) {
                let text = format!("{} {}", self.words.field_name(found.id), self.value(found));
                ui.label(RichText::new(text).font(fonts::words(fonts::LABEL)));
            }
            self.items(ui, field, span);
        });
    }

    fn found(&self, field: Option<FieldId>, span: &Range<usize>) -> Option<&Field> {
        field_at(self.headers, field?, span)
    }

    fn value(&self, field: &Field) -> String {
        self.words.field_value(field, self.bytes.get(field.span.clone()).unwrap_or_default())
    }

    /// Whether something was asked for.
    fn items(&mut self, ui: &mut Ui, field: Option<FieldId>, span: &Range<usize>) -> bool {
        let words = self.words;
        let found = self.found(field, span);
        let value = match found.map(|found| self.value(found)) {
            Some(value) if !value.is_empty() => value,
            _ => hexadecimal(self.bytes.get(span.clone()).unwrap_or_default()),
        };
        let filter = found.and_then(|found| filter(found, self.bytes));
        let small = |key: &str| RichText::new(words.word(key)).font(fonts::words(fonts::LABEL));
        let mut asked = false;
        if ui.button(small("menu-copy-value")).on_hover_text(&value).clicked() {
            ui.ctx().copy_text(value);
            asked = true;
        }
        if let Some(address) = found.and_then(address)
            && ui.button(small("address-menu")).on_hover_text(&address).clicked()
        {
            self.commands.push(Command::AskAddress(address));
            asked = true;
        }
        if let Some(filter) = filter {
            if ui.button(small("menu-copy-filter")).on_hover_text(&filter).clicked() {
                ui.ctx().copy_text(filter.clone());
                asked = true;
            }
            if ui.button(small("menu-apply-filter")).on_hover_text(&filter).clicked() {
                self.commands.push(Command::LookFor(filter));
                asked = true;
            }
        }
        asked
    }
}

/// What the address desk can be asked of a field: addresses and ports.
pub(super) fn address(field: &Field) -> Option<String> {
    match &field.value {
        Value::Mac(address) => Some(address.to_string()),
        Value::Address(address) => Some(address.to_string()),
        Value::Number(port) if PORTS.contains(&field.id) => Some(port.to_string()),
        Value::Number(_)
        | Value::Present
        | Value::Boolean(_)
        | Value::Signed(_)
        | Value::Checksum(..)
        | Value::Bytes
        | Value::Text(_) => None,
    }
}

/// The display filter that selects frames in which a field says the same;
/// `None` where no filter can ask for it.
pub(super) fn filter(field: &Field, bytes: &[u8]) -> Option<String> {
    let name = field.id.name();
    let inside = bytes.get(field.span.clone()).unwrap_or_default();
    let mut value = String::new();
    let found = match &field.value {
        Value::Present => None,
        Value::Boolean(is) => Some(FieldValue::Boolean(*is)),
        Value::Number(number) => Some(FieldValue::Number(*number)),
        Value::Signed(number) => Some(FieldValue::Signed(*number)),
        Value::Mac(address) => Some(FieldValue::Mac(*address)),
        Value::Address(address) => Some(FieldValue::Address(*address)),
        Value::Checksum(stored, verdict) => Some(FieldValue::Checksum(*stored, *verdict)),
        Value::Bytes => {
            value = inside.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":");
            None
        }
        Value::Text(text) => {
            value = format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
            None
        }
    };
    if let Some(found) = found {
        print(field.id.kind(), &found, &mut value);
    }
    let text = if value.is_empty() { name.to_owned() } else { format!("{name} == {value}") };
    Filter::parse(&text).is_ok().then_some(text)
}

/// `de ad be ef`.
pub(in super::super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

/// A declaration in C, eight bytes a line.
pub(in super::super) fn c_array(bytes: &[u8]) -> String {
    let mut text = format!("static const unsigned char frame[{}] = {{\n", bytes.len());
    for line in bytes.chunks(8) {
        text.push_str("   ");
        for byte in line {
            // Writing to a string cannot fail.
            write!(text, " 0x{byte:02x},").unwrap_or_default();
        }
        text.push('\n');
    }
    text.push_str("};\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;
    use crate::model::{Frame, LinkType};

    fn all(fields: &[Field], bytes: &[u8]) {
        for field in fields {
            assert!(filter(field, bytes).is_some(), "{}", field.id.name());
            all(&field.children, bytes);
        }
    }

    #[test]
    fn a_field_becomes_a_filter_that_selects_it() {
        let mut bytes = vec![0x45, 0, 0, 0x28, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        bytes.extend([0xb7, 0xb8, 0x27, 0x0f, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xfa, 0xf0, 0, 0, 0, 0]);
        let headers = decode::fields(LinkType::RAW, &Frame::whole(bytes.clone()));
        let text = |id: FieldId| filter(field_at(&headers, id, &(0..bytes.len())).unwrap(), &bytes);
        assert_eq!(text(FieldId::TCP_DSTPORT).as_deref(), Some("tcp.dstport == 9999"));
        assert_eq!(text(FieldId::TCP_FLAGS_SYN).as_deref(), Some("tcp.flags.syn == 1"));
        assert_eq!(text(FieldId::TCP_HDR_LEN).as_deref(), Some("tcp.hdr_len == 20"));
        assert_eq!(text(FieldId::IP_SRC).as_deref(), Some("ip.src == 10.0.0.1"));
        assert_eq!(text(FieldId::TCP).as_deref(), Some("tcp"));
        // Every field of the frame makes a filter that can be read.
        all(&headers, &bytes);
    }

    #[test]
    fn bytes_are_copied_as_c() {
        assert_eq!(c_array(&[1, 255]), "static const unsigned char frame[2] = {\n    0x01, 0xff,\n};\n");
        assert_eq!(hexadecimal(&[1, 255]), "01 ff");
    }
}
