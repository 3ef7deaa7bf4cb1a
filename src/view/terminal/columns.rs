//! One line of the ladder and its columns.

use crate::model::TcpState;
use crate::timeline::ArrowKind;
use crate::words::{clip, width};

/// How wide each column is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    /// Time since the start, right-aligned.
    pub(super) time: usize,
    /// Each side's calls and states.
    pub(super) side: usize,
    /// Between the lifelines.
    pub(super) middle: usize,
}

/// The widths that never change: both edges, the call bars, the lifelines.
const FIXED: usize = 2 + 1 + 1 + 1 + 1 + 1 + 1;

impl Columns {
    /// Divides a line of `total` columns, at least 80.
    pub(super) fn fit(total: usize, absolute: bool) -> Self {
        let total = total.clamp(80, 140);
        let time = 9;
        let rest = total - FIXED - time;
        // Raw numbers have ten digits: they need the room more than the calls.
        let side = if absolute { 12 } else { 14 };
        let side = side + (rest - 2 * side).saturating_sub(35) / 3;
        Self { time, side, middle: rest - 2 * side }
    }

    /// The whole line.
    pub(super) const fn total(self) -> usize {
        FIXED + self.time + 2 * self.side + self.middle
    }
}

/// What a piece of text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Ordinary.
    Plain,
    /// Can be passed over.
    Faint,
    /// A heading.
    Bold,
    /// A state.
    State,
    /// What a hop changed.
    Changed,
    /// What did not arrive.
    Lost,
    /// What must not be overlooked.
    Warning,
    /// A segment of this kind.
    Arrow(ArrowKind),
}

impl Ink {
    /// The ANSI sequence: the sixteen colours that a reader's own theme sets.
    const fn start(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Faint | Self::Arrow(ArrowKind::Ack) => "\x1b[2m",
            Self::Bold => "\x1b[1m",
            Self::State => "\x1b[1;35m",
            Self::Changed => "\x1b[1;33m",
            Self::Arrow(ArrowKind::Syn) => "\x1b[1;36m",
            Self::Arrow(ArrowKind::Data) => "\x1b[32m",
            Self::Arrow(ArrowKind::Fin) => "\x1b[33m",
            Self::Lost | Self::Warning | Self::Arrow(ArrowKind::Rst) => "\x1b[1;31m",
        }
    }

    /// The text in this ink, if there is ink.
    pub(super) fn write(self, text: &str, colour: bool) -> String {
        let start = self.start();
        if !colour || start.is_empty() || text.trim().is_empty() {
            return text.to_owned();
        }
        format!("{start}{text}\x1b[0m")
    }
}

/// A cell beside a lifeline: its text, and the piece of call bar next to it.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) ink: Ink,
    pub(super) bar: Bar,
}

/// A piece of a call bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Bar {
    /// No call is waiting.
    #[default]
    None,
    /// A call is entered.
    Top,
    /// A call is entered or returns while another one is waiting.
    Branch,
    /// A call is waiting.
    Through,
    /// A call returns.
    Bottom,
}

impl Cell {
    /// Shows a state.
    pub(super) fn state(&mut self, state: TcpState) {
        state.name().clone_into(&mut self.text);
        self.ink = Ink::State;
    }
}

impl Default for Cell {
    fn default() -> Self {
        Self { text: String::new(), ink: Ink::Plain, bar: Bar::None }
    }
}

/// One line.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) time: String,
    pub(super) left: Cell,
    /// Text between the lifelines with its ink; already as wide as it should
    /// be, or shorter.
    pub(super) middle: Vec<(String, Ink)>,
    pub(super) right: Cell,
}

impl Line {
    /// The line as text, without spaces at its end.
    pub(super) fn write(&self, columns: Columns, colour: bool) -> String {
        let (edge, lifeline) = ("│", "│");
        let faint = |text: &str| Ink::Faint.write(text, colour);
        let time = pad_left(&self.time, columns.time);
        let left = pad_left(&clip(&self.left.text, columns.side), columns.side);
        let left_bar = match self.left.bar {
            Bar::None => " ",
            Bar::Top => "┐",
            Bar::Branch => "┤",
            Bar::Through => "│",
            Bar::Bottom => "┘",
        };
        let right_bar = match self.right.bar {
            Bar::None => " ",
            Bar::Top => "┌",
            Bar::Branch => "├",
            Bar::Through => "│",
            Bar::Bottom => "└",
        };
        let used: usize = self.middle.iter().map(|(text, _)| width(text)).sum();
        let middle: String = self.middle.iter().map(|(text, ink)| ink.write(text, colour)).collect();
        let filling = " ".repeat(columns.middle.saturating_sub(used));
        let right = clip(&self.right.text, columns.side);
        let line = format!(
            "{} {} {}{}{}{middle}{filling}{}{} {}",
            faint(edge),
            faint(&time),
            self.left.ink.write(&left, colour),
            faint(left_bar),
            lifeline,
            lifeline,
            faint(right_bar),
            self.right.ink.write(&right, colour),
        );
        line.trim_end().to_owned()
    }
}

/// The text with spaces before it.
pub(super) fn pad_left(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_the_line_exactly() {
        for total in 80..=140 {
            for absolute in [false, true] {
                let columns = Columns::fit(total, absolute);
                assert_eq!(columns.total(), total);
                assert!(columns.middle >= 35 && columns.side >= 12, "{columns:?}");
            }
        }
        assert_eq!(Columns::fit(20, false).total(), 80);
        assert_eq!(Columns::fit(500, false).total(), 140);
    }
}
