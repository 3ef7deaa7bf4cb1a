//! One line of a scenario, read from its front.

use std::time::Duration;

use super::{Place, ScenarioError, Wanted, Wrong};

/// The longest time that can be written.
pub(super) const LONGEST: Duration = Duration::from_hours(24 * 30);

/// A line, and how far one has read.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    /// Which line of the file, from 1.
    number: usize,
    /// The line as it stands there.
    whole: &'a str,
    /// Where what is to be read ends: a comment begins there.
    end: usize,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The front of a line.
    pub(super) fn new(number: usize, whole: &'a str) -> Self {
        let end = whole.get(..comment(whole)).unwrap_or(whole).trim_end().len();
        Self { number, whole, end, at: 0 }
    }

    /// The line as it stands in the file.
    pub(super) const fn whole(&self) -> &'a str {
        self.whole
    }

    /// What is left of the line.
    pub(super) fn rest(&self) -> &'a str {
        self.whole.get(self.at..self.end).unwrap_or_default()
    }

    /// What is left of it and of the comment behind it.
    pub(super) fn rest_with_comment(&self) -> &'a str {
        self.whole.get(self.at..).unwrap_or_default().trim()
    }

    pub(super) fn spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Whether everything is read.
    pub(super) fn is_done(&mut self) -> bool {
        self.spaces();
        self.rest().is_empty()
    }

    /// Where one is, in bytes.
    pub(super) const fn mark(&self) -> usize {
        self.at
    }

    /// Goes back.
    pub(super) const fn back_to(&mut self, mark: usize) {
        self.at = mark;
    }

    /// What was read since the mark, and where it stands.
    pub(super) fn place(&self, mark: usize) -> Place {
        let chars = |from: usize, to: usize| self.whole.get(from..to).unwrap_or_default().chars().count();
        Place { line: self.number, column: chars(0, mark) + 1, width: chars(mark, self.at).max(1) }
    }

    /// Reads `sign` if it stands here.
    pub(super) fn eat(&mut self, sign: &str) -> bool {
        self.spaces();
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len();
        }
        found
    }

    /// Reads `sign`, which must stand here.
    pub(super) fn sign(&mut self, sign: &'static str) -> Result<(), ScenarioError> {
        if self.eat(sign) { Ok(()) } else { Err(self.expected(Wanted::Sign(sign))) }
    }

    /// Reads as long as `part` says so.
    pub(super) fn take_while(&mut self, part: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|letter| !part(letter)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// A word of letters, digits, `-` and `_` that begins with a letter; empty
    /// where none stands here.
    pub(super) fn word(&mut self) -> &'a str {
        self.spaces();
        if !self.rest().starts_with(|first: char| first.is_alphabetic() || first == '_') {
            return "";
        }
        self.take_while(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
    }

    /// Reads this word if it stands here, whole.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        self.spaces();
        let mark = self.at;
        let found = self.word() == word;
        if !found {
            self.at = mark;
        }
        found
    }

    /// A whole number from `least` to `most`.
    pub(super) fn number(&mut self, least: u64, most: u64) -> Result<u64, ScenarioError> {
        self.spaces();
        let mark = self.at;
        let digits = self.take_while(|letter| letter.is_ascii_digit());
        if digits.is_empty() {
            return Err(self.expected(Wanted::Number));
        }
        let number = digits.parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| self.wrong(mark, Wrong::Range { found: digits.to_owned(), least, most }))
    }

    /// A number of 32 bits.
    pub(super) fn number_u32(&mut self) -> Result<u32, ScenarioError> {
        Ok(u32::try_from(self.number(0, u64::from(u32::MAX))?).unwrap_or(u32::MAX))
    }

    /// A number of 16 bits.
    pub(super) fn number_u16(&mut self) -> Result<u16, ScenarioError> {
        Ok(u16::try_from(self.number(0, u64::from(u16::MAX))?).unwrap_or(u16::MAX))
    }

    /// Seconds with up to nine decimals, or with a unit behind them: `0.1`,
    /// `.5`, `200ms`, `2h`. `None` where no number stands here.
    pub(super) fn time(&mut self) -> Result<Option<Duration>, ScenarioError> {
        self.spaces();
        let mark = self.at;
        let whole = self.take_while(|letter| letter.is_ascii_digit());
        let decimals =
            self.rest().strip_prefix('.').filter(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
        let decimals = if decimals.is_some() {
            self.at += 1;
            self.take_while(|letter| letter.is_ascii_digit())
        } else {
            ""
        };
        if whole.is_empty() && decimals.is_empty() {
            return Ok(None);
        }
        let unit = self.take_while(|letter| letter.is_ascii_alphabetic());
        let nanos: Option<u64> = match unit {
            "us" => Some(1_000),
            "ms" => Some(1_000_000),
            "" | "s" => Some(1_000_000_000),
            "min" => Some(60_000_000_000),
            "h" => Some(3_600_000_000_000),
            _ => None,
        };
        let span = nanos.and_then(|unit| {
            let whole = if whole.is_empty() { 0 } else { whole.parse().ok()? };
            let scale = 10_u64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
            let part: u64 = if decimals.is_empty() { 0 } else { decimals.parse().ok()? };
            let part = u128::from(part) * u128::from(unit) / u128::from(scale);
            let nanos = unit.checked_mul(whole)?.checked_add(u64::try_from(part).ok()?)?;
            Some(Duration::from_nanos(nanos)).filter(|span| *span <= LONGEST)
        });
        let found = self.whole.get(mark..self.at).unwrap_or_default().to_owned();
        span.map(Some).ok_or_else(|| self.wrong(mark, Wrong::Expected { expected: Wanted::Duration, found }))
    }

    /// Something is wrong with what was read since the mark.
    pub(super) fn wrong(&self, mark: usize, wrong: Wrong) -> ScenarioError {
        ScenarioError { place: self.place(mark), line: self.whole.to_owned(), wrong }
    }

    /// Something else should stand here.
    pub(super) fn expected(&self, expected: Wanted) -> ScenarioError {
        let mut ahead = self.clone();
        ahead.spaces();
        let mark = ahead.at;
        let part = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
        if ahead.take_while(part).is_empty() {
            let sign = ahead.rest().chars().next().map_or(0, char::len_utf8);
            ahead.at += sign;
        }
        let found = ahead.whole.get(mark..ahead.at).unwrap_or_default().to_owned();
        ahead.wrong(mark, Wrong::Expected { expected, found })
    }

    /// Nothing more may stand here.
    pub(super) fn done(&mut self) -> Result<(), ScenarioError> {
        if self.is_done() { Ok(()) } else { Err(self.expected(Wanted::End)) }
    }
}

/// Where a comment begins: `//` or `#`, in front of the line or behind a space,
/// outside of quotation marks.
fn comment(line: &str) -> usize {
    let (mut quoted, mut free) = (false, true);
    for (at, letter) in line.char_indices() {
        let here = free && !quoted && (letter == '#' || line.get(at..).is_some_and(|rest| rest.starts_with("//")));
        if here {
            return at;
        }
        quoted ^= letter == '"';
        free = letter.is_whitespace();
    }
    line.len()
}
