use std::ops::Range;

use super::check::FUNCTIONS;
use super::lexer::{Symbol, TokenKind, operator_words, tokens};
use crate::decode::FieldId;

/// What could stand at a place in a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// Bytes of the text that a word takes the place of: what of it is typed
    /// already.
    pub replaces: Range<usize>,
    /// The words, the likeliest first.
    pub words: Vec<&'static str>,
}

/// The names and operators that fit what is typed up to `cursor` (in bytes;
/// past the end is at the end). Nothing inside quotes and brackets.
pub fn complete(text: &str, cursor: usize) -> Completions {
    let cursor = text.floor_char_boundary(cursor);
    let before = text.get(..cursor).unwrap_or_default();
    let mut tokens = tokens(before);
    // The last one is the end.
    let end = tokens.pop();
    if end.is_some_and(|end| end.kind != TokenKind::End) {
        return Completions { replaces: cursor..cursor, words: Vec::new() };
    }
    // A name that goes on, also where it is an operator so far: `in`.
    let typed = tokens.pop_if(|last| {
        let word = before.get(last.span.clone()).unwrap_or_default();
        last.span.end == cursor && word.starts_with(|first: char| first.is_ascii_alphabetic())
    });
    let replaces = typed.map_or(cursor..cursor, |typed| typed.span);
    let typed = before.get(replaces.clone()).unwrap_or_default().to_ascii_lowercase();
    let operand = match tokens.last().map(|last| &last.kind) {
        Some(TokenKind::Symbol(symbol)) => !matches!(symbol, Symbol::Close | Symbol::CloseBrace),
        Some(TokenKind::Word(_) | TokenKind::Text { .. } | TokenKind::Character(_) | TokenKind::Slice(_)) => false,
        Some(TokenKind::Bad(_) | TokenKind::End) | None => true,
    };
    let mut words: Vec<&str> = Vec::new();
    if operand {
        let names = || FieldId::all().map(FieldId::name);
        words.extend(names().filter(|name| name.starts_with(&typed)));
        if !typed.is_empty() {
            // `port` for `tcp.port`.
            let inner = format!(".{typed}");
            words.extend(names().filter(|name| !name.starts_with(&typed) && name.contains(&inner)));
        }
        words.extend(FUNCTIONS.iter().chain(&["not", "any", "all"]).filter(|word| word.starts_with(&typed)));
    } else {
        words.extend(
            operator_words().filter(|word| !matches!(*word, "not" | "any" | "all") && word.starts_with(&typed)),
        );
        // Those that say the same as a sign come last.
        words.sort_by_key(|word| word.contains('_'));
    }
    words.retain(|word| *word != typed);
    Completions { replaces, words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_operators_where_each_can_stand() {
        let at_end = |text: &str| complete(text, text.len());
        assert_eq!(at_end("tcp.po"), Completions { replaces: 0..6, words: vec!["tcp.port"] });
        assert_eq!(at_end("not srcp"), Completions { replaces: 4..8, words: vec!["tcp.srcport", "udp.srcport"] });
        assert_eq!(at_end("ip.src == ip.ds").words.last(), Some(&"ip.dst"));
        assert_eq!(at_end("tcp.port con"), Completions { replaces: 9..12, words: vec!["contains"] });
        assert_eq!(at_end("tcp an").words, ["and", "any_ne", "any_eq"]);
        assert!(at_end("").words.contains(&"tcp"));
        assert!(at_end("(").words.contains(&"len"));
        assert!(at_end("tcp ").words.contains(&"matches"));
        assert_eq!(complete("tcp.po == 80", 6).words, ["tcp.port"]);
        assert_eq!(complete("tcp.po", 999).replaces, 0..6);
    }

    #[test]
    fn nothing_inside_quotes_and_brackets() {
        for text in ["http contains \"tc", "tcp.payload[t", "文", "tcp = t"] {
            assert!(complete(text, text.len()).words.is_empty(), "{text}");
        }
        assert!(complete("文 tcp", 1).words.contains(&"tcp"));
    }
}
