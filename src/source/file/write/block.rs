//! One pcapng block being put together, in either byte order.

use std::io::Write;

use super::super::LONGEST_RECORD;
use super::super::bytes::ByteOrder;
use super::super::custom::{BEGINS, CONTINUES, Document, PRIVATE_ENTERPRISE_NUMBER};
use super::super::error::WriteError;
use super::super::options::code;

/// The longest value of an option, in bytes.
const LONGEST_OPTION: usize = 0xffff;

/// A block from its type on; the same memory serves one after the other.
pub(super) struct Block {
    bytes: Vec<u8>,
    pub(super) order: ByteOrder,
    has_options: bool,
    /// No options can be added: its content came as a whole.
    sealed: bool,
}

impl Block {
    /// No block.
    pub(super) const fn none() -> Self {
        Self { bytes: Vec::new(), order: ByteOrder::Little, has_options: false, sealed: true }
    }

    /// Begins a block of this type. The one before has to be written.
    pub(super) fn begin(&mut self, block_type: u32) {
        self.bytes.clear();
        (self.has_options, self.sealed) = (false, false);
        // The length comes when it is known.
        self.u32(block_type).u32(0);
    }

    /// Whether options can be added.
    pub(super) const fn is_open(&self) -> bool {
        !self.sealed
    }

    pub(super) fn u16(&mut self, value: u16) -> &mut Self {
        self.bytes.extend(self.order.bytes16(value));
        self
    }

    pub(super) fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes.extend(self.order.bytes32(value));
        self
    }

    pub(super) fn i64(&mut self, value: i64) -> &mut Self {
        self.bytes.extend(self.order.bytes64(value.cast_unsigned()));
        self
    }

    /// A time stands with its upper half first.
    pub(super) fn ticks(&mut self, ticks: u64) -> &mut Self {
        let half = |ticks| u32::try_from(ticks).unwrap_or(u32::MAX);
        self.u32(half(ticks >> 32)).u32(half(ticks & 0xffff_ffff))
    }

    pub(super) fn padded(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        self
    }

    /// All there is between the two lengths.
    pub(super) fn body(&mut self, body: &[u8]) {
        self.bytes.extend_from_slice(body);
        self.sealed = true;
    }

    pub(super) fn option(&mut self, code: u16, value: &[u8]) {
        self.has_options = true;
        self.u16(code).u16(u16::try_from(value.len()).unwrap_or(u16::MAX)).padded(value);
    }

    /// A number of eight bytes.
    pub(super) fn count(&mut self, code: u16, count: u64) {
        self.option(code, &self.order.bytes64(count));
    }

    /// Options as they stood somewhere in this byte order.
    pub(super) fn raw_options(&mut self, options: &[u8]) {
        self.has_options |= !options.is_empty();
        self.padded(options);
    }

    /// A text, cut where it is too long for an option.
    pub(super) fn text(&mut self, code: u16, text: &str) {
        let (text, _) = text.split_at(text.floor_char_boundary(LONGEST_OPTION));
        self.option(code, text.as_bytes());
    }

    /// A comment, in as many options as it takes.
    pub(super) fn comment(&mut self, mut text: &str) {
        loop {
            let (part, rest) = text.split_at(text.floor_char_boundary(LONGEST_OPTION));
            self.option(code::COMMENT, part.as_bytes());
            if rest.is_empty() {
                return;
            }
            text = rest;
        }
    }

    /// A document, in as many options as it takes.
    pub(super) fn document(&mut self, document: &Document) -> Result<(), WriteError> {
        let json = document.json().map_err(std::io::Error::from)?;
        let mut rest = json.as_str();
        let mut signature = BEGINS;
        let mut value = Vec::with_capacity(LONGEST_OPTION.min(rest.len() + 12));
        while !rest.is_empty() {
            value.clear();
            value.extend(self.order.bytes32(PRIVATE_ENTERPRISE_NUMBER));
            value.extend_from_slice(signature.as_bytes());
            let (part, behind) = rest.split_at(rest.floor_char_boundary(LONGEST_OPTION - value.len()));
            value.extend_from_slice(part.as_bytes());
            self.option(code::CUSTOM, &value);
            (rest, signature) = (behind, CONTINUES);
        }
        Ok(())
    }

    /// Writes it with one call; there is no block then.
    pub(super) fn write(&mut self, out: &mut impl Write) -> Result<(), WriteError> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        if self.has_options {
            self.u16(code::END_OF_OPTIONS).u16(0);
        }
        let length = self.bytes.len() + 4;
        let Some(told) = u32::try_from(length).ok().filter(|length| *length <= LONGEST_RECORD) else {
            self.end();
            return Err(WriteError::TooLong { length, most: LONGEST_RECORD });
        };
        self.u32(told);
        if let Some(place) = self.bytes.get_mut(4..8) {
            place.copy_from_slice(&self.order.bytes32(told));
        }
        let outcome = out.write_all(&self.bytes);
        self.end();
        Ok(outcome?)
    }

    fn end(&mut self) {
        self.bytes.clear();
        (self.has_options, self.sealed) = (false, true);
    }
}
