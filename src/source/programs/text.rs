//! Bytes as text: the two encodings of the programs, and how Python prints
//! what it received.
//!
//! Owns encoding, decoding and marking what is no text. Has no opinion on what
//! is said.

use std::fmt::Write as _;
use std::net::SocketAddr;

use encoding_rs::{DecoderResult, EncoderResult, GBK, UTF_8};

use super::ProgramError;

/// How text becomes bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// As the WHATWG Encoding Standard defines it: reads GB 18030, writes the
    /// characters of one and two bytes.
    Gbk,
}

impl Encoding {
    /// The words for [`super::SettingKind::Choice`].
    pub(super) const NAMES: &'static [&'static str] = &["utf-8", "gbk"];

    /// By one of [`Self::NAMES`].
    pub(super) fn named(name: &str) -> Self {
        if name == "gbk" { Self::Gbk } else { Self::Utf8 }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gbk => "GBK",
        }
    }

    /// The bytes of `text`. What is not UTF-8 was typed as bytes and stays as
    /// it is.
    ///
    /// # Errors
    /// [`ProgramError::NotInEncoding`].
    pub(super) fn encode(self, text: &[u8]) -> Result<Vec<u8>, ProgramError> {
        let (Self::Gbk, Ok(text)) = (self, str::from_utf8(text)) else { return Ok(text.to_vec()) };
        let mut encoder = GBK.new_encoder();
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text;
        loop {
            bytes.reserve(rest.len() * 2 + 8);
            let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
            match result {
                EncoderResult::InputEmpty => return Ok(bytes),
                EncoderResult::OutputFull => rest = rest.get(read..).unwrap_or_default(),
                EncoderResult::Unmappable(character) => {
                    return Err(ProgramError::NotInEncoding { encoding: self.name(), character });
                }
            }
        }
    }

    /// The text of a whole message; what is not text stands in it as
    /// `⟨\xff⟩`.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        let mut decoder = self.decoder();
        let mut text = decoder.decode(bytes);
        text.push_str(&decoder.finish());
        text
    }

    /// Decodes a stream, whose pieces may end within a character.
    pub(super) fn decoder(self) -> StreamDecoder {
        let decoder = match self {
            Self::Utf8 => UTF_8.new_decoder_without_bom_handling(),
            Self::Gbk => GBK.new_decoder_without_bom_handling(),
        };
        StreamDecoder { decoder, open: Vec::new() }
    }
}

/// Text out of a stream of bytes.
pub(super) struct StreamDecoder {
    decoder: encoding_rs::Decoder,
    /// The last bytes, of which no character has come yet.
    open: Vec<u8>,
}

impl StreamDecoder {
    /// The text that `bytes` completes.
    pub(super) fn decode(&mut self, bytes: &[u8]) -> String {
        // Byte by byte: what came to nothing is then known exactly, to be
        // shown. Messages are short.
        let mut text = String::new();
        for byte in bytes {
            self.step(&[*byte], false, &mut text);
        }
        text
    }

    /// What is left of a character that never ended, marked.
    pub(super) fn finish(mut self) -> String {
        let mut text = String::new();
        self.step(&[], true, &mut text);
        text
    }

    fn step(&mut self, byte: &[u8], last: bool, text: &mut String) {
        self.open.extend(byte);
        let mut rest = byte;
        loop {
            let before = text.len();
            text.reserve(16);
            let (result, read) = self.decoder.decode_to_string_without_replacement(rest, text, last);
            rest = rest.get(read..).unwrap_or_default();
            match result {
                DecoderResult::Malformed(bad, after) => {
                    // `bad` bytes are none of a character, and `after` more
                    // were looked at; they are decoded again.
                    let end = self.open.len().saturating_sub(usize::from(after) + rest.len());
                    let start = end.saturating_sub(usize::from(bad));
                    mark(self.open.get(start..end).unwrap_or_default(), text);
                    self.open.drain(..end);
                }
                DecoderResult::InputEmpty => {
                    if text.len() > before {
                        self.open.clear();
                    }
                    return;
                }
                DecoderResult::OutputFull => {}
            }
        }
    }
}

/// Writes bytes that are no text so that they cannot be taken for text.
fn mark(bytes: &[u8], text: &mut String) {
    text.push('⟨');
    for byte in bytes {
        // Writing to a String cannot fail.
        write!(text, "\\x{byte:02x}").unwrap_or_default();
    }
    text.push('⟩');
}

/// Bytes as Python prints them: `b'hello'`.
pub(super) fn python_bytes(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    let mut text = format!("b{quote}");
    for byte in bytes {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            b' '..=b'~' => {
                let character = char::from(*byte);
                if character == quote {
                    text.push('\\');
                }
                text.push(character);
            }
            // Writing to a String cannot fail.
            _ => write!(text, "\\x{byte:02x}").unwrap_or_default(),
        }
    }
    text.push(quote);
    text
}

/// An address as Python prints it: `('127.0.0.1', 9000)`.
pub(super) fn python_address(address: SocketAddr) -> String {
    format!("('{}', {})", address.ip(), address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gbk_is_two_bytes_a_character() {
        let bytes = Encoding::Gbk.encode("苯环 ok".as_bytes()).unwrap();
        assert_eq!(bytes, b"\xb1\xbd\xbb\xb7 ok");
        assert_eq!(Encoding::Gbk.decode(&bytes), "苯环 ok");
        assert_eq!(Encoding::Utf8.encode("苯".as_bytes()).unwrap(), "苯".as_bytes());
        assert_eq!(Encoding::Gbk.encode(b"\xb1\xbd").unwrap(), b"\xb1\xbd");
        let refused = Encoding::Gbk.encode("ok 😀".as_bytes());
        assert_eq!(refused, Err(ProgramError::NotInEncoding { encoding: "GBK", character: '😀' }));
        let long = "环".repeat(5000);
        assert_eq!(Encoding::Gbk.decode(&Encoding::Gbk.encode(long.as_bytes()).unwrap()), long);
    }

    #[test]
    fn what_is_no_text_is_shown_and_marked() {
        let cases: [(Encoding, &[u8], &str); 8] = [
            (Encoding::Utf8, b"a\xffb", "a⟨\\xff⟩b"),
            (Encoding::Utf8, b"\xe8\x8b", "⟨\\xe8\\x8b⟩"),
            (Encoding::Utf8, b"\xe8\x8bz", "⟨\\xe8\\x8b⟩z"),
            (Encoding::Utf8, b"\xb1\xbd", "⟨\\xb1⟩⟨\\xbd⟩"),
            (Encoding::Gbk, b"a\xffb", "a⟨\\xff⟩b"),
            (Encoding::Gbk, b"\xb1\xbd\xbb", "苯⟨\\xbb⟩"),
            (Encoding::Gbk, b"\xb1\x20x", "⟨\\xb1⟩ x"),
            (Encoding::Gbk, b"", ""),
        ];
        for (encoding, bytes, expected) in cases {
            assert_eq!(encoding.decode(bytes), expected, "{encoding:?} {bytes:02x?}");
        }
    }

    #[test]
    fn a_character_may_come_in_two_pieces() {
        for (encoding, text) in [(Encoding::Gbk, "苯环，你好"), (Encoding::Utf8, "苯环😀")] {
            let bytes = encoding.encode(text.as_bytes()).unwrap();
            for size in 1..bytes.len() {
                let mut decoder = encoding.decoder();
                let pieces: String = bytes.chunks(size).map(|piece| decoder.decode(piece)).collect();
                assert_eq!(pieces + &decoder.finish(), text, "{encoding:?} by {size}");
            }
        }
    }

    #[test]
    fn python_prints_bytes_and_addresses_so() {
        assert_eq!(python_bytes(b"hello"), "b'hello'");
        assert_eq!(python_bytes("é\n".as_bytes()), "b'\\xc3\\xa9\\n'");
        assert_eq!(python_bytes(b"it's"), "b\"it's\"");
        assert_eq!(python_bytes(b"it's \"\\\""), "b'it\\'s \"\\\\\"'");
        assert_eq!(python_address("127.0.0.1:9000".parse().unwrap()), "('127.0.0.1', 9000)");
    }
}
