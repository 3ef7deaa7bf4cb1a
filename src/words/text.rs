//! Payloads and names made safe for a screen: no control character, no
//! direction mark and no broken encoding ever gets through.

use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How many columns a text takes in a terminal: Chinese takes two a character.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text cut to `columns`, with `…` where something is missing.
pub fn clip(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut used = 0;
    let mut clipped = String::new();
    for character in text.chars() {
        let wide = character.width().unwrap_or(0);
        if used + wide + 1 > columns {
            break;
        }
        used += wide;
        clipped.push(character);
    }
    if columns > 0 {
        clipped.push('…');
    }
    clipped
}

/// Bytes as text: UTF-8 as it is, everything unprintable or invalid escaped as
/// `\n`, `\x1b`, `\u{202e}`.
pub fn printable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                '\\' => text.push_str("\\\\"),
                character if is_hidden(character) => text.extend(character.escape_unicode()),
                character if character.is_ascii_control() => {
                    // Writing to a String cannot fail.
                    write!(text, "\\x{:02x}", u32::from(character)).unwrap_or_default();
                }
                character => text.push(character),
            }
        }
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02x}").unwrap_or_default();
        }
    }
    text
}

/// A payload in quotation marks, at most `columns` wide. A character cut off
/// by the end of `bytes` is left out where more follows.
pub fn quoted(bytes: &[u8], columns: usize) -> String {
    format!("“{}”", clip(&printable(bytes), columns.saturating_sub(2)))
}

/// Characters that are not seen but change what is: C1 controls, direction
/// marks, line separators, zero-width characters, private use.
const fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{e0000}'..='\u{e007f}'
        | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_dangerous_gets_through() {
        assert_eq!(printable(b"a\x1b[2Jb\r\n\0"), "a\\x1b[2Jb\\r\\n\\x00");
        assert_eq!(printable("\u{202e}evil\u{feff}".as_bytes()), "\\u{202e}evil\\u{feff}");
        assert_eq!(printable(b"\xb1\xbd"), "\\xb1\\xbd");
        assert_eq!(printable("你好".as_bytes()), "你好");
    }

    #[test]
    fn clipping_counts_columns() {
        assert_eq!(clip("你好世界", 8), "你好世界");
        assert_eq!(clip("你好世界", 7), "你好世…");
        assert_eq!(clip("你好世界", 6), "你好…");
        assert_eq!(clip("hello", 0), "");
        assert_eq!(quoted(b"Welcome!", 10), "“Welcome!”");
        assert_eq!(quoted(b"Welcome!", 9), "“Welcom…”");
    }

    proptest! {
        #[test]
        fn printable_text_has_no_control_characters(bytes: Vec<u8>, columns in 2_usize..40) {
            let text = quoted(&bytes, columns);
            prop_assert!(!text.chars().any(|character| character.is_control() || is_hidden(character)));
            prop_assert!(width(&text) <= columns);
        }
    }
}
