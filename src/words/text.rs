//! Payloads and names made safe for a screen: no control character, no
//! direction mark and no broken encoding ever gets through.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::decode::push_safe;

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

/// The text in lines of at most `columns`, broken at spaces, and between any
/// two characters of which one takes two columns, unless that would put a
/// closing mark at the start of a line.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    // Where the line can be broken last: bytes of it that stay.
    let mut place = 0;
    let mut wide = false;
    for character in text.chars() {
        let closing = "，。；：、？！）》”…,.;:)".contains(character);
        let own = character.width().unwrap_or(0);
        if character == ' ' || ((wide || own == 2) && !closing) {
            place = line.len();
        }
        wide = own == 2;
        line.push(character);
        if width(&line) > columns && place > 0 {
            let rest = line.split_off(place);
            lines.push(std::mem::replace(&mut line, rest.trim_start().to_owned()).trim_end().to_owned());
            place = 0;
        }
    }
    if !line.trim_end().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Bytes as text: UTF-8 as it is, everything unprintable escaped as `\n`,
/// `\x1b`, `\u{202e}`. Bytes that are not UTF-8 throughout are ASCII and
/// escapes: a stray pair that happens to be valid would be nonsense.
pub fn printable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => escaped(text),
        Err(_) => bytes
            .iter()
            .map(
                |byte| if byte.is_ascii() { escaped(&char::from(*byte).to_string()) } else { format!("\\x{byte:02x}") },
            )
            .collect(),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    push_safe(&text.replace('\\', "\\\\"), &mut escaped);
    escaped
}

/// A payload in quotation marks, at most `columns` wide. UTF-8 goes without
/// saying; what is not, but is Chinese in GBK, is shown as such and named; a
/// character cut off by the end of `bytes` is left out.
pub fn quoted(bytes: &[u8], columns: usize) -> String {
    const NAME: &str = " GBK";
    let whole = without_cut_character(bytes);
    let roomy = columns >= 12;
    match std::str::from_utf8(whole).err().filter(|_| roomy).and_then(|_| chinese(bytes)) {
        Some(text) => format!("“{}”{NAME}", clip(&escaped(&text), columns.saturating_sub(2 + NAME.len()))),
        None => format!("“{}”", clip(&printable(whole), columns.saturating_sub(2))),
    }
}

/// The bytes without an incomplete UTF-8 character at their end.
fn without_cut_character(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => bytes.get(..error.valid_up_to()).unwrap_or(bytes),
        Ok(_) | Err(_) => bytes,
    }
}

/// The text, if the bytes are ASCII and Chinese in GBK and nothing else: a
/// guess, so anything doubtful is no text.
fn chinese(bytes: &[u8]) -> Option<String> {
    let mut decoder = encoding_rs::GBK.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() * 3 + 8);
    // An incomplete character at the end stays in the decoder.
    let (_, _, malformed) = decoder.decode_to_string(bytes, &mut text, false);
    let is_chinese = |character: char| matches!(character, '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff5e}' | '“' | '”' | '‘' | '’' | '…' | '—' | '·');
    let plausible = text.chars().all(|character| character.is_ascii() || is_chinese(character));
    (!malformed && plausible && !text.is_ascii()).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decode::is_hidden;

    #[test]
    fn sentences_are_wrapped_where_they_may_be() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("one two", 7), ["one two"]);
        assert_eq!(wrap("unbreakable", 4), ["unbreakable"]);
        assert_eq!(wrap("地址解析协议", 6), ["地址解", "析协议"]);
        // No line begins with a full stop.
        assert_eq!(wrap("地址解析。", 8), ["地址解", "析。"]);
        assert_eq!(wrap("TTL 减一，其余不变", 10), ["TTL 减一，", "其余不变"]);
        assert!(wrap("", 8).is_empty());
    }

    #[test]
    fn nothing_dangerous_gets_through() {
        assert_eq!(printable(b"a\x1b[2Jb\r\n\0"), "a\\x1b[2Jb\\r\\n\\x00");
        assert_eq!(printable("\u{202e}evil\u{feff}".as_bytes()), "\\u{202e}evil\\u{feff}");
        assert_eq!(printable(b"\xb1\xbd"), "\\xb1\\xbd");
        assert_eq!(printable(b"\xca\xd5\xb5a"), "\\xca\\xd5\\xb5a");
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

    #[test]
    fn chinese_is_recognized_in_both_encodings() {
        let gbk = b"\xca\xd5\xb5\xbd\xa3\xac\xd0\xbb\xd0\xbb"; // 收到，谢谢
        assert_eq!(quoted(gbk, 40), "“收到，谢谢” GBK");
        assert_eq!(quoted(&gbk[..9], 40), "“收到，谢” GBK");
        assert_eq!(quoted("收到，谢谢".as_bytes(), 40), "“收到，谢谢”");
        assert_eq!(quoted(&"收到".as_bytes()[..5], 40), "“收”");
        assert_eq!(quoted(b"\x00\xff\x80", 40), "“\\x00\\xff\\x80”");
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
