//! The options of a pcapng block: a code, a length, a value padded to four
//! bytes (draft-ietf-opsawg-pcapng, section 3.5).

use super::bytes::{ByteOrder, Bytes};
use super::custom::{BEGINS, CONTINUES, PRIVATE_ENTERPRISE_NUMBER};

/// Option codes, as numbered in the draft's sections 3.5 and 4.
pub(super) mod code {
    pub(in super::super) const END_OF_OPTIONS: u16 = 0;
    pub(in super::super) const COMMENT: u16 = 1;
    pub(in super::super) const SHB_OS: u16 = 3;
    pub(in super::super) const SHB_USERAPPL: u16 = 4;
    pub(in super::super) const IF_NAME: u16 = 2;
    pub(in super::super) const IF_DESCRIPTION: u16 = 3;
    pub(in super::super) const IF_TSRESOL: u16 = 9;
    pub(in super::super) const IF_FCSLEN: u16 = 13;
    pub(in super::super) const IF_TSOFFSET: u16 = 14;
    pub(in super::super) const ISB_IFRECV: u16 = 4;
    pub(in super::super) const ISB_IFDROP: u16 = 5;
    /// Text of a private enterprise, which other tools may copy.
    pub(in super::super) const CUSTOM: u16 = 2988;
}

/// One option.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) code: u16,
    pub(super) value: &'a [u8],
    /// Code, length, value and padding.
    raw: &'a [u8],
}

impl<'a> Field<'a> {
    /// Appends it as it stands, with the padding it should have.
    pub(super) fn append_to(&self, options: &mut Vec<u8>) {
        options.extend_from_slice(self.raw);
        options.resize(options.len().next_multiple_of(4), 0);
    }

    /// The text it is. Some writers end them with a zero byte, which the
    /// format does not ask for.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(self.value).trim_end_matches('\0').to_owned()
    }

    /// The text a private option of ours carries, and whether it begins
    /// something.
    fn ours(&self, order: ByteOrder) -> Option<(bool, &'a [u8])> {
        if self.code != code::CUSTOM {
            return None;
        }
        let mut fields = Bytes::new(self.value, order);
        if fields.u32() != Some(PRIVATE_ENTERPRISE_NUMBER) {
            return None;
        }
        let text = fields.left();
        let begins = text.strip_prefix(BEGINS.as_bytes()).map(|text| (true, text));
        begins.or_else(|| text.strip_prefix(CONTINUES.as_bytes()).map(|text| (false, text)))
    }
}

/// The options in a slice, to the end mark or to where they cannot be read.
pub(super) struct Options<'a> {
    left: Bytes<'a>,
    /// They broke off: a length reaches behind the end.
    pub(super) broken: bool,
}

impl<'a> Options<'a> {
    pub(super) const fn new(bytes: &'a [u8], order: ByteOrder) -> Self {
        Self { left: Bytes::new(bytes, order), broken: false }
    }

    fn read(&mut self) -> Option<Field<'a>> {
        let all = self.left.left();
        let code = self.left.u16()?;
        let length = self.left.u16()?;
        if code == code::END_OF_OPTIONS {
            return None;
        }
        let value = self.left.padded(u32::from(length)).or_else(|| {
            self.broken = true;
            None
        })?;
        let raw = all.get(..all.len() - self.left.left().len())?;
        Some(Field { code, value, raw })
    }
}

impl<'a> Iterator for Options<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        let field = self.read();
        if field.is_none() {
            // Nothing behind the end mark counts.
            self.left = Bytes::new(&[], ByteOrder::Little);
        }
        field
    }
}

/// The options of one block, sorted.
#[derive(Default)]
pub(super) struct Sorted<'a> {
    /// Those with a meaning to us, in their order.
    pub(super) known: Vec<Field<'a>>,
    /// All comments, a line each.
    pub(super) comment: Option<String>,
    /// Our own documents, put together.
    pub(super) documents: Vec<Vec<u8>>,
    /// Whether they broke off.
    pub(super) broken: bool,
}

impl<'a> Sorted<'a> {
    pub(super) fn of(bytes: &'a [u8], order: ByteOrder) -> Self {
        let mut sorted = Self::default();
        let mut options = Options::new(bytes, order);
        for field in &mut options {
            if field.code == code::COMMENT {
                append_line(&mut sorted.comment, &field);
            }
            match field.ours(order) {
                Some((begins, text)) => match sorted.documents.last_mut() {
                    Some(document) if !begins => document.extend_from_slice(text),
                    // The rest of something whose beginning was lost is broken.
                    _ => sorted.documents.push(text.to_vec()),
                },
                None => sorted.known.push(field),
            }
        }
        sorted.broken = options.broken;
        sorted
    }

    /// The value of the first option with this code.
    pub(super) fn value(&self, code: u16) -> Option<&'a [u8]> {
        self.known.iter().find(|field| field.code == code).map(|field| field.value)
    }

    /// The text of the first option with this code.
    pub(super) fn text(&self, code: u16) -> Option<String> {
        self.known.iter().find(|field| field.code == code).map(Field::text)
    }

    /// Every option but ours for which `keep` is true, raw.
    pub(super) fn raw(&self, keep: impl Fn(&Field<'_>) -> bool) -> Vec<u8> {
        let mut raw = Vec::new();
        for field in self.known.iter().filter(|field| keep(field)) {
            field.append_to(&mut raw);
        }
        raw
    }
}

/// One comment more, on a line of its own.
fn append_line(comment: &mut Option<String>, field: &Field<'_>) {
    match comment {
        Some(comment) => {
            comment.push('\n');
            comment.push_str(&field.text());
        }
        None => *comment = Some(field.text()),
    }
}
