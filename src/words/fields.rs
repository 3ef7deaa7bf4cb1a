//! The fields of headers: what the RFCs call each, what it is for, and how its
//! value is written for a reader.

use fluent_bundle::FluentMessage;

use super::{Words, clip, grouped, printable};
use crate::decode::{Field, FieldId, FieldValue, Kind, Value, print, push_safe};
use crate::model::TcpFlags;

/// How much of a field's bytes is shown, in columns.
const MOST_BYTES: usize = 120;

impl Words {
    /// What the RFCs call a field.
    pub fn field_name(&self, field: FieldId) -> String {
        self.word(&key(field))
    }

    /// What a field is for, in one line.
    pub fn field_meaning(&self, field: FieldId) -> String {
        let key = key(field);
        let message = self.bundle.get_message(&key);
        let meaning = message.as_ref().and_then(|message: &FluentMessage<'_>| message.get_attribute("meaning"));
        match meaning {
            Some(meaning) => self.bundle.format_pattern(meaning.value(), None, &mut Vec::new()).into_owned(),
            None => format!("⟨{key}.meaning⟩"),
        }
    }

    /// What a field says, safe to show; `bytes` are those of its span. Empty
    /// for a header, whose fields say it.
    pub fn field_value(&self, field: &Field, bytes: &[u8]) -> String {
        let kind = field.id.kind();
        let mut text = String::new();
        match &field.value {
            Value::Present if kind == Kind::Present && field.children.is_empty() => text.push('✔'),
            // An option says what is in it without being opened.
            Value::Present if field.id.is_in(FieldId::TCP_OPTIONS) && field.id != FieldId::TCP_OPTIONS => {
                let frame = [FieldId::TCP_OPTION_KIND, FieldId::TCP_OPTION_LEN];
                let inside = field.children.iter().filter(|child| !frame.contains(&child.id));
                let values: Vec<String> = inside.map(|child| self.field_value(child, &[])).collect();
                return values.join(", ");
            }
            Value::Present => {}
            // The control bits are read by their letters.
            Value::Number(bits) if field.id == FieldId::TCP_FLAGS => {
                let flags = TcpFlags::from_bits(u8::try_from(bits & 0xFF).unwrap_or(0));
                return format!("{flags} (0x{bits:03x})");
            }
            // Sequence numbers are easier to compare in groups; ports are names.
            Value::Number(number) if kind == Kind::Number && *number > 99_999 => return grouped(*number),
            Value::Checksum(stored, verdict) => {
                print(kind, &FieldValue::Checksum(*stored, *verdict), &mut text);
                text.push_str(": ");
                text.push_str(&self.verdict(*verdict));
            }
            Value::Boolean(is) => print(kind, &FieldValue::Boolean(*is), &mut text),
            Value::Number(number) => print(kind, &FieldValue::Number(*number), &mut text),
            Value::Signed(number) => print(kind, &FieldValue::Signed(*number), &mut text),
            Value::Mac(address) => print(kind, &FieldValue::Mac(*address), &mut text),
            Value::Address(address) => print(kind, &FieldValue::Address(*address), &mut text),
            Value::Bytes => return format!("“{}”", clip(&printable(bytes), MOST_BYTES)),
            Value::Text(raw) => {
                push_safe(raw, &mut text);
                return clip(&text, MOST_BYTES);
            }
        }
        text
    }
}

/// Keys have no dots or low lines.
fn key(field: FieldId) -> String {
    format!("field-{}", field.name().replace(['.', '_'], "-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn every_field_has_a_name_and_a_meaning_in_both_languages() {
        for language in Language::ALL {
            let words = Words::new(language);
            for field in FieldId::all() {
                for text in [words.field_name(field), words.field_meaning(field)] {
                    assert!(!text.contains('⟨') && !text.is_empty() && !text.contains('\n'), "{language:?}: {text}");
                }
            }
        }
    }

    #[test]
    fn values_are_safe_and_read_well() {
        let words = Words::new(Language::English);
        let field = |id, value| Field { id, span: 0..4, value, children: Vec::new() };
        let said = |id, value| words.field_value(&field(id, value), b"a\x1b[2");
        assert_eq!(said(FieldId::TCP_FLAGS, Value::Number(0x12)), "SYN ACK (0x012)");
        assert_eq!(said(FieldId::TCP_SEQ_RAW, Value::Number(2_738_049_257)), grouped(2_738_049_257));
        assert_eq!(said(FieldId::IP_ID, Value::Number(0x1c46)), "0x1c46");
        assert_eq!(said(FieldId::TCP_PAYLOAD, Value::Bytes), "“a\\x1b[2”");
        assert_eq!(said(FieldId::HTTP_HOST, Value::Text("a\u{202e}b".into())), "a\\u{202e}b");
        assert_eq!(said(FieldId::TCP, Value::Present), "");
    }
}
