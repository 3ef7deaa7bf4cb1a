//! Text from packets made safe to show: a name or a payload can hold control
//! characters that command a terminal, and marks that turn the direction of
//! everything behind them.

use std::fmt::Write as _;

/// Appends `text` with everything that is not seen but does something escaped
/// as `\n`, `\x1b`, `\u{202e}`. A backslash stays as it is: the escapes are
/// for the eye, not to be undone.
pub fn push_safe(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            character if is_hidden(character) => out.extend(character.escape_unicode()),
            character if character.is_ascii_control() => {
                // Writing to a String cannot fail.
                write!(out, "\\x{:02x}", u32::from(character)).unwrap_or_default();
            }
            character => out.push(character),
        }
    }
}

/// Characters that are not seen but change what is: C1 controls, direction
/// marks, line separators, zero-width characters, private use.
pub const fn is_hidden(character: char) -> bool {
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
