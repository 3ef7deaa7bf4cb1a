//! What is wrong with a display filter: the sentence, the filter, a caret
//! under the place, and the names that were probably meant.

use super::{Words, printable, width};
use crate::filter::{FilterError, FilterErrorKind, Unsupported, ValueType};

impl Words {
    /// What is wrong with `text`, over several lines for a font of fixed width:
    /// the sentence, the filter, carets under what is wrong with it, and the
    /// nearest names where there are any. No line ends the last one.
    pub fn filter_error(&self, text: &str, error: &FilterError) -> String {
        let before = text.get(..error.span.start).unwrap_or(text);
        let there = text.get(error.span.clone()).unwrap_or_default();
        let carets = "^".repeat(width(&shown(there)).max(1));
        let indent = " ".repeat(width(&shown(before)));
        let mut lines = vec![self.filter_sentence(error)];
        // A filter of many screens is not repeated.
        if !matches!(error.kind, FilterErrorKind::TooLong { .. }) {
            lines.extend([format!("  {}", shown(text)), format!("  {indent}{carets}")]);
        }
        lines.extend(self.filter_nearest(error));
        lines.join("\n")
    }

    /// The names that were probably meant, or all there are, where there are
    /// any.
    pub fn filter_nearest(&self, error: &FilterError) -> Option<String> {
        let (key, names): (&str, &[&str]) = if let FilterErrorKind::UnknownName { nearest, .. } = &error.kind {
            ("filter-nearest", nearest)
        } else if let FilterErrorKind::ExpectedOperator { nearest: Some(name), .. }
        | FilterErrorKind::NotATest { name: Some(name), .. } = &error.kind
        {
            ("filter-nearest", &[*name])
        } else if let FilterErrorKind::UnknownFunction { known, .. } = &error.kind {
            ("filter-functions", known)
        } else {
            return None;
        };
        let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let quoted = quoted.join(self.choose(", ", "、"));
        (!names.is_empty()).then(|| self.say(key, &[("names", &quoted)]))
    }

    /// What is wrong, in one sentence.
    pub fn filter_sentence(&self, error: &FilterError) -> String {
        use FilterErrorKind as Kind;
        let quoted = |text: &str| format!("`{}`", shown(text));
        let found = |key: &str, found: &str| self.say(key, &[("found", &quoted(found))]);
        match &error.kind {
            Kind::TooLong { length, most } => self.say("filter-too-long", &[("length", length), ("most", most)]),
            Kind::TooDeep { most } => self.say("filter-too-deep", &[("most", most)]),
            Kind::UnexpectedCharacter { found: character } => found("filter-character", &character.to_string()),
            Kind::FullWidth { found, instead } => {
                let (found, instead) = (quoted(&found.to_string()), quoted(&instead.to_string()));
                self.say("filter-full-width", &[("found", &found), ("instead", &instead)])
            }
            Kind::HalfOperator { found, whole } => {
                let (found, whole) = (quoted(&found.to_string()), quoted(whole));
                self.say("filter-half-operator", &[("found", &found), ("whole", &whole)])
            }
            Kind::UnclosedText => self.word("filter-unclosed-text"),
            Kind::BadEscape { found: escape } => found("filter-escape", escape),
            Kind::BadCharacter { found: character } => found("filter-one-character", character),
            Kind::Unclosed { opening } => found("filter-unclosed", &opening.to_string()),
            Kind::Unopened { closing } => found("filter-unopened", &closing.to_string()),
            Kind::MissingOperand { after: Some(after) } => {
                self.say("filter-missing-after", &[("after", &quoted(after))])
            }
            Kind::MissingOperand { after: None } => self.word("filter-missing"),
            Kind::ExpectedOperand { found: other } => found("filter-expected-operand", other),
            Kind::ExpectedOperator { found: other, .. } => found("filter-expected-operator", other),
            Kind::ExpectedSet { .. } => self.word("filter-expected-set"),
            Kind::EmptySet => self.word("filter-empty-set"),
            Kind::FieldInSet { found: other } => found("filter-field-in-set", other),
            Kind::EmptyRange { found: range } => found("filter-empty-range", range),
            Kind::UnknownName { name, .. } => found("filter-unknown-name", name),
            Kind::UnknownFunction { name, .. } => found("filter-unknown-function", name),
            Kind::ArgumentCount { function, least, found } => {
                let function = quoted(function);
                self.say("filter-arguments", &[("function", &function), ("least", least), ("found", found)])
            }
            Kind::WrongValue { found, expected } => {
                let expected = self.value_type(*expected);
                self.say("filter-wrong-value", &[("found", &quoted(found)), ("expected", &expected)])
            }
            Kind::OutOfRange { found, least, most } => {
                self.say("filter-out-of-range", &[("found", &quoted(found)), ("least", least), ("most", most)])
            }
            Kind::BadPrefix { found, most } => self.say("filter-prefix", &[("found", &quoted(found)), ("most", most)]),
            Kind::NotATest { found: alone, .. } => found("filter-no-test", alone),
            Kind::NotAValue { found: test } => found("filter-no-value", test),
            Kind::QuantifierAlone { word } => found("filter-quantifier", word),
            Kind::NoField => self.word("filter-no-field"),
            Kind::Incompatible { left, left_type, right, right_type } => {
                let (left_type, right_type) = (self.value_type(*left_type), self.value_type(*right_type));
                let (left, right) = (quoted(left), quoted(right));
                self.say(
                    "filter-incompatible",
                    &[("left", &left), ("leftType", &left_type), ("right", &right), ("rightType", &right_type)],
                )
            }
            Kind::Inapplicable { operation, operand, found } => {
                let (operation, operand) = (quoted(operation), quoted(operand));
                let found = self.value_type(*found);
                self.say("filter-inapplicable", &[("operation", &operation), ("operand", &operand), ("found", &found)])
            }
            Kind::PatternNotQuoted { found: pattern } => found("filter-pattern-not-quoted", pattern),
            Kind::BadPattern { reason } => self.say("filter-pattern", &[("reason", &shown(reason))]),
            Kind::PatternTooLarge { .. } => self.word("filter-pattern-too-large"),
            Kind::BadSlice { found: slice } => found("filter-slice", &format!("[{slice}]")),
            Kind::EmptySlice { found: slice } => found("filter-empty-slice", &format!("[{slice}]")),
            Kind::Unsupported { what } => self.word(match what {
                Unsupported::Layer => "filter-no-layers",
                Unsupported::Reference => "filter-no-references",
                Unsupported::Raw => "filter-no-raw-fields",
            }),
        }
    }

    /// What a field's values are.
    pub fn value_type(&self, of: ValueType) -> String {
        self.word(match of {
            ValueType::Number => "filter-type-number",
            ValueType::Boolean => "filter-type-boolean",
            ValueType::Span => "filter-type-span",
            ValueType::Moment => "filter-type-moment",
            ValueType::Ipv4 => "filter-type-ipv4",
            ValueType::Ipv6 => "filter-type-ipv6",
            ValueType::Mac => "filter-type-mac",
            ValueType::Bytes => "filter-type-bytes",
            ValueType::Text => "filter-type-text",
            ValueType::Nothing => "filter-type-nothing",
        })
    }
}

/// A filter as it was typed and safe for a screen. A backslash stays one, so
/// that it looks as it was typed.
fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => shown.push(character),
            // One character, so that nothing after it moves.
            '\n' | '\r' | '\t' => shown.push(' '),
            character => shown.push_str(&printable(character.encode_utf8(&mut [0; 4]).as_bytes())),
        }
    }
    shown
}

#[cfg(test)]
mod tests;
