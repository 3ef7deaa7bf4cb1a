use std::ops::Range;

use super::error::{FilterErrorKind, Unsupported};
use crate::decode::FieldId;

/// A piece of a filter's text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind<'t>,
    /// Bytes of the text.
    pub(super) span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind<'t> {
    /// A name or a value without quotes: `tcp.port`, `80`, `10.0.0.0/8`.
    Word(&'t str),
    /// Between double quotes, not unescaped.
    Text { inside: &'t str, raw: bool },
    /// Between single quotes, not unescaped.
    Character(&'t str),
    /// Between square brackets.
    Slice(&'t str),
    /// An operator or a bracket.
    Symbol(Symbol),
    /// Nothing can be read from here on.
    Bad(FilterErrorKind),
    /// The text ends.
    End,
}

macro_rules! symbols {
    ($($symbol:ident $($written:literal)+;)*) => {
        /// An operator or a bracket.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Symbol { $(#[doc = concat!($("`", $written, "` "),+)] $symbol,)* }

        /// Every way to write one, as letters or as signs.
        const WRITTEN: &[(&str, Symbol)] = &[$($(($written, Symbol::$symbol)),+),*];
    };
}

// Of the signs that start alike, the longer one comes first.
symbols! {
    AllEqual "===" "all_eq";
    AnyUnequal "!==" "~=" "any_ne";
    Equal "==" "eq" "any_eq";
    Unequal "!=" "ne" "all_ne";
    GreaterEqual ">=" "ge";
    LessEqual "<=" "le";
    Greater ">" "gt";
    Less "<" "lt";
    Contains "contains";
    Matches "~" "matches";
    In "in";
    And "&&" "and";
    Or "||" "or";
    Xor "^^" "xor";
    Not "!" "not";
    Any "any";
    All "all";
    Mask "&" "bitwise_and";
    Add "+";
    Subtract "-";
    Multiply "*";
    Divide "/";
    Remainder "%";
    Open "(";
    Close ")";
    OpenBrace "{";
    CloseBrace "}";
    Comma ",";
    Range "..";
}

/// The operators that are words.
pub(super) fn operator_words() -> impl Iterator<Item = &'static str> {
    WRITTEN.iter().map(|(written, _)| *written).filter(|written| is_word(written))
}

fn is_word(written: &str) -> bool {
    written.starts_with(|first: char| first.is_ascii_alphabetic())
}

/// The whole text, the last token being [`TokenKind::End`] or
/// [`TokenKind::Bad`].
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        let (kind, length) = token(trimmed);
        let last = matches!(kind, TokenKind::End | TokenKind::Bad(_));
        tokens.push(Token { kind, span: at..at + length });
        if last {
            return tokens;
        }
        at += length;
    }
}

/// The token that `text` starts with, and its length in bytes.
fn token(text: &str) -> (TokenKind<'_>, usize) {
    let Some(first) = text.chars().next() else { return (TokenKind::End, 0) };
    if let Some(inside) = text.strip_prefix("r\"") {
        return quoted(inside, 2, true);
    }
    match first {
        '"' => return quoted(text.get(1..).unwrap_or_default(), 1, false),
        '\'' => return character(text),
        '[' => return slice(text),
        _ => {}
    }
    let length = word(text);
    if let Some(word) = text.get(..length).filter(|word| !word.is_empty()) {
        let symbol = WRITTEN.iter().find(|(written, _)| *written == word);
        return (symbol.map_or(TokenKind::Word(word), |(_, symbol)| TokenKind::Symbol(*symbol)), length);
    }
    let symbol = WRITTEN.iter().find(|(written, _)| !is_word(written) && text.starts_with(written));
    if let Some((written, symbol)) = symbol {
        return (TokenKind::Symbol(*symbol), written.len());
    }
    (TokenKind::Bad(unreadable(first)), first.len_utf8())
}

fn unreadable(found: char) -> FilterErrorKind {
    let instead = match found {
        '=' => return FilterErrorKind::HalfOperator { found, whole: "==" },
        '|' => return FilterErrorKind::HalfOperator { found, whole: "||" },
        '^' => return FilterErrorKind::HalfOperator { found, whole: "^^" },
        '#' => return FilterErrorKind::Unsupported { what: Unsupported::Layer },
        '$' => return FilterErrorKind::Unsupported { what: Unsupported::Reference },
        '@' => return FilterErrorKind::Unsupported { what: Unsupported::Raw },
        ']' => return FilterErrorKind::Unopened { closing: found },
        '“' | '”' => Some('"'),
        '‘' | '’' => Some('\''),
        '、' => Some(','),
        '【' => Some('['),
        '】' => Some(']'),
        // The full-width forms stand in ASCII's order.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(found) - 0xfee0),
        _ => None,
    };
    instead
        .map_or(FilterErrorKind::UnexpectedCharacter { found }, |instead| FilterErrorKind::FullWidth { found, instead })
}

/// How long the word is that `text` starts with. Names, numbers, addresses and
/// byte strings are all words; some of their signs are operators elsewhere.
fn word(text: &str) -> usize {
    let bytes = text.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let mut length = 0;
    while let Some(byte) = bytes.get(length).copied() {
        let so_far = text.get(..length).unwrap_or_default();
        let next = at(length + 1);
        let belongs = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => true,
            // `..` is a range.
            b'.' => next != b'.' && (length > 0 || next.is_ascii_digit()),
            b':' => length > 0 || next == b':',
            // Between bytes or the parts of a date. Behind a field it subtracts.
            b'-' => length > 0 && next.is_ascii_alphanumeric() && FieldId::named(so_far).is_none(),
            // Behind an address comes its prefix. Behind a field it divides.
            b'/' => {
                let is_ipv4 = so_far.contains('.') && so_far.bytes().all(|part| part == b'.' || part.is_ascii_digit());
                next.is_ascii_digit() && (is_ipv4 || so_far.contains(':'))
            }
            _ => false,
        };
        if !belongs {
            break;
        }
        length += 1;
    }
    length
}

/// A text in double quotes, whose opening took `before` bytes.
fn quoted(inside: &str, before: usize, raw: bool) -> (TokenKind<'_>, usize) {
    let mut escaped = false;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => {
                let inside = inside.get(..at).unwrap_or_default();
                return (TokenKind::Text { inside, raw }, before + at + 1);
            }
            _ => {}
        }
    }
    (TokenKind::Bad(FilterErrorKind::UnclosedText), before)
}

/// A character in single quotes.
fn character(text: &str) -> (TokenKind<'_>, usize) {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'\'' => return (TokenKind::Character(text.get(1..at).unwrap_or_default()), at + 1),
            _ => {}
        }
    }
    (TokenKind::Bad(FilterErrorKind::UnclosedText), 1)
}

/// What stands in square brackets.
fn slice(text: &str) -> (TokenKind<'_>, usize) {
    match text.find(']') {
        Some(end) => (TokenKind::Slice(text.get(1..end).unwrap_or_default()), end + 1),
        None => (TokenKind::Bad(FilterErrorKind::Unclosed { opening: '[' }), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        tokens(text).into_iter().map(|token| &text[token.span]).collect()
    }

    #[test]
    fn signs_belong_to_values_or_stand_between_them() {
        assert_eq!(pieces("tcp.port==80&&udp"), ["tcp.port", "==", "80", "&&", "udp", ""]);
        assert_eq!(
            pieces("{1..5,10.0.0.1..10.0.0.9}"),
            ["{", "1", "..", "5", ",", "10.0.0.1", "..", "10.0.0.9", "}", ""]
        );
        assert_eq!(pieces("ip.src==10.0.0.0/8"), ["ip.src", "==", "10.0.0.0/8", ""]);
        assert_eq!(pieces("10.0.0.0/255.0.0.0"), ["10.0.0.0/255.0.0.0", ""]);
        assert_eq!(pieces("::1 fe80::/10 ::"), ["::1", "fe80::/10", "::", ""]);
        assert_eq!(pieces("tcp.len/2-1"), ["tcp.len", "/", "2-1", ""]);
        assert_eq!(pieces("tcp.len-10"), ["tcp.len", "-", "10", ""]);
        assert_eq!(pieces("aa-bb-cc 2020-01-02T03:04:05.6Z"), ["aa-bb-cc", "2020-01-02T03:04:05.6Z", ""]);
        assert_eq!(pieces("tcp.payload[0:4]!==r\"a\\\"\""), ["tcp.payload", "[0:4]", "!==", "r\"a\\\"\"", ""]);
        assert_eq!(pieces("'\\'' .5 -.5"), ["'\\''", ".5", "-", ".5", ""]);
        assert_eq!(pieces("tcp\u{3000}and\tudp"), ["tcp", "and", "udp", ""]);
    }

    fn last(text: &str) -> Token<'_> {
        tokens(text).pop().unwrap()
    }

    #[test]
    fn what_cannot_be_read_is_the_last_token() {
        assert_eq!(last("tcp = 1").kind, TokenKind::Bad(FilterErrorKind::HalfOperator { found: '=', whole: "==" }));
        assert_eq!(last("（tcp）").kind, TokenKind::Bad(FilterErrorKind::FullWidth { found: '（', instead: '(' }));
        assert_eq!(last("tcp \"x").span, 4..5);
        assert_eq!(last("文").kind, TokenKind::Bad(FilterErrorKind::UnexpectedCharacter { found: '文' }));
    }
}
