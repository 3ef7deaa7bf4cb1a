//! Phrases that are said a hundred thousand times with other values.

use std::fmt::{Display, Write as _};

use super::Words;

/// A phrase in pieces, made once. Only for phrases that do not choose their
/// words by their values, as plurals do.
#[derive(Clone, Debug)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    /// The value with this number.
    Value(usize),
}

/// What stands for the first value while a phrase is taken apart: a character
/// for private use, which no phrase has.
const FIRST: u32 = 0xE000;

impl Words {
    /// Takes the phrase with this key apart; its placeholders are numbered in
    /// the order of `names`.
    pub fn template(&self, key: &str, names: &[&str]) -> Template {
        let marks: Vec<char> = (FIRST..).zip(names).filter_map(|(mark, _)| char::from_u32(mark)).collect();
        let arguments: Vec<(&str, &dyn Display)> =
            names.iter().zip(&marks).map(|(name, mark)| (*name, mark as &dyn Display)).collect();
        let phrase = self.say(key, &arguments);
        let mut pieces = Vec::new();
        for piece in phrase.split_inclusive(|character| marks.contains(&character)) {
            let mark = piece.chars().next_back().and_then(|last| marks.iter().position(|mark| *mark == last));
            let text = mark.map_or(piece, |_| piece.trim_end_matches(|character| marks.contains(&character)));
            pieces.push(Piece::Text(text.to_owned()));
            pieces.extend(mark.map(Piece::Value));
        }
        Template { pieces }
    }
}

impl Template {
    /// Appends the phrase with these values.
    pub fn fill(&self, values: &[&dyn Display], out: &mut String) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                // Writing to a string cannot fail.
                Piece::Value(index) => {
                    values.get(*index).and_then(|value| write!(out, "{value}").ok());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn a_template_says_what_the_phrase_says() {
        for words in Language::ALL.map(Words::new) {
            for key in ["summary-bytes", "summary-datagrams"] {
                let names = ["client", "server", "segments"];
                let said = words.say(key, &[("client", &1_u64), ("server", &20_000_000_000_u64), ("segments", &3)]);
                let mut filled = String::new();
                words.template(key, &names).fill(&[&1, &20_000_000_000_u64, &3], &mut filled);
                assert_eq!(filled, said);
            }
        }
    }
}
