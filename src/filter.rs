//! Wireshark's display filter language: a text is compiled once and then asked
//! of millions of frames.
//!
//! ```text
//! text ──► lexer ──► parser ──► check ──► evaluate
//!          (words,    (tree)     (types,    (yes or no for what
//!           values)               names)     collected holds)
//! ```
//!
//! Owns the language, what it may compare with what, and what is wrong with a
//! text that is no filter. Has no opinion on where a frame's fields come from
//! (see [`Collected`]), and none on how an error is put into words.
//! `docs/filters.md` is the language for people.

/// From the tree to something that can be asked: names, kinds, values.
mod check;
/// A frame's fields, as far as a filter asks for them.
mod collected;
/// What could stand at a place in a filter.
mod complete;
/// What is wrong with a text that is no filter.
mod error;
/// Asking a compiled filter.
mod evaluate;
/// The text in pieces.
mod lexer;
/// Values as they are written.
mod literal;
/// Which known name was meant.
mod nearest;
/// The pieces as a tree.
mod parser;
/// Slices, `[0:4]`.
mod slice;
/// The tree.
mod syntax;
/// Moments as they are written.
mod time;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

pub use collected::{Collected, Needs, Wanted};
pub use complete::{Completions, complete};
pub use error::{FilterError, FilterErrorKind, Unsupported, ValueType};

use crate::conversation;
use crate::trace::{FrameNumber, Trace};
use evaluate::Test;

/// A compiled display filter. Cheap to clone; any thread may ask it.
#[derive(Clone)]
pub struct Filter(Arc<Compiled>);

struct Compiled {
    text: Box<str>,
    question: Test,
    wanted: Wanted,
}

impl Filter {
    /// The longest text that is read, in bytes.
    pub const LONGEST: usize = 1 << 16;

    /// How deep parentheses, negations and calculations may nest.
    pub const DEEPEST: usize = 100;

    /// Compiles a text, as Wireshark 4.0 reads it (wireshark-filter(4)). An
    /// empty one selects every frame. The error is the leftmost one, and says
    /// where it is.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        if text.len() > Self::LONGEST {
            let kind = FilterErrorKind::TooLong { length: text.len(), most: Self::LONGEST };
            return Err(FilterError { span: 0..0, kind });
        }
        let (question, wanted) = match parser::parse(text)? {
            Some(node) => check::compile(text, &node)?,
            None => (Test::ALWAYS, Wanted::default()),
        };
        Ok(Self(Arc::new(Compiled { text: text.into(), question, wanted })))
    }

    /// The text it was compiled from.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The fields it asks for: the rest need not be collected.
    pub fn wanted(&self) -> &Wanted {
        &self.0.wanted
    }

    /// How much must be known about a frame before it can be asked.
    pub fn needs(&self) -> Needs {
        self.0.wanted.needs()
    }

    /// Whether it selects the frame whose fields these are. What
    /// `collected` was not told to want counts as absent.
    pub fn matches(&self, collected: &Collected) -> bool {
        self.0.question.holds(collected)
    }
}

/// The frames of a trace that a filter selects.
pub fn select(trace: &Trace, filter: &Filter) -> BTreeSet<FrameNumber> {
    let mut collected = Collected::new(filter.wanted());
    let mut chosen = BTreeSet::new();
    conversation::each_frame(trace, |glance, row, label| {
        collected.clear();
        conversation::fields(glance, row, label, &mut collected);
        if filter.matches(&collected) {
            chosen.insert(glance.number);
        }
    });
    chosen
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        Self::parse(text)
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Filter").field(&self.text()).finish()
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

#[cfg(test)]
mod tests;
