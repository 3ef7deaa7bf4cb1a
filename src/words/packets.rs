//! The packet table, the list of conversations and what both sides said, in
//! sentences.

use super::{Words, grouped};

impl Words {
    /// Which part of a conversation is shown: its number of so many, frames
    /// before it, in it, and in the whole.
    pub fn part(&self, number: usize, parts: usize, before: usize, kept: usize, total: usize) -> String {
        let long = |number: usize| grouped(u64::try_from(number).unwrap_or(u64::MAX));
        let said = self.say(
            "part-of",
            &[
                ("number", &long(number)),
                ("parts", &long(parts)),
                ("from", &long(before + 1)),
                ("to", &long(before + kept)),
                ("all", &long(total)),
            ],
        );
        if before == 0 { said } else { format!("{said}{}{}", self.choose("; ", "；"), self.word("part-time")) }
    }
}
