//! HTTP/1: the first line, and what a response holds.

use super::push_value;
use crate::decode::{FieldId, FieldValue};

#[derive(Debug, Default)]
pub(super) struct Http {
    /// The pieces of the first line.
    line: String,
    /// What the content is, without parameters.
    content: String,
    response: bool,
}

impl Http {
    pub(super) fn clear(&mut self) {
        self.line.clear();
        self.content.clear();
        self.response = false;
    }

    pub(super) fn field(&mut self, field: FieldId, value: &FieldValue<'_>) {
        match field {
            FieldId::HTTP_REQUEST => self.clear(),
            FieldId::HTTP_RESPONSE => {
                self.clear();
                self.response = true;
            }
            FieldId::HTTP_REQUEST_METHOD
            | FieldId::HTTP_REQUEST_URI
            | FieldId::HTTP_REQUEST_VERSION
            | FieldId::HTTP_RESPONSE_VERSION
            | FieldId::HTTP_RESPONSE_CODE
            | FieldId::HTTP_RESPONSE_PHRASE => {
                if !self.line.is_empty() {
                    self.line.push(' ');
                }
                push_value(field, value, &mut self.line);
            }
            FieldId::HTTP_CONTENT_TYPE => {
                self.content.clear();
                push_value(field, value, &mut self.content);
                let end = self.content.find([';', ' ']).unwrap_or(self.content.len());
                self.content.truncate(end);
            }
            _ => {}
        }
    }

    /// `piece` says that the message goes on in other segments.
    pub(super) fn info(&self, piece: bool, out: &mut String) {
        out.push_str(&self.line);
        if piece {
            out.extend(["  ", super::tcp::PIECE]);
        } else if !self.content.is_empty() {
            out.extend(["  (", &self.content, ")"]);
        }
    }
}
