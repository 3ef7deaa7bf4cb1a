//! Two runs beside each other, in sentences.

use super::{Words, span};
use crate::conversation::{Conversations, End, Ends};
use crate::model::LinkActionKind;
use crate::timeline::ArrowKind;
use crate::timeline::compare::{
    CallDifference, CallRow, Comparison, Deed, Difference, Pair, Row, Side, Sides, StateRow, times_differ,
};

/// Of many calls and states that differ so many are told.
const MOST: usize = 6;

impl Words {
    /// What is different about two conversations, the most important first: a
    /// sentence a line.
    pub fn compared(&self, pair: &Pair, all: Sides<&Conversations>) -> Vec<String> {
        let mut told = Vec::new();
        for deed in &pair.deeds {
            told.push(self.deed(deed));
        }
        if let Some(repeated) = pair.repeated.differing() {
            told.push(self.changed_fact("compare-repeated", repeated.left, repeated.right));
        }
        let alone = |side: Side| pair.rows.iter().filter(|row| row.only() == Some(side)).count();
        let alone = Sides { left: alone(Side::Left), right: alone(Side::Right) };
        if alone.left + alone.right > 0 {
            told.push(self.say("compare-alone", &[("left", &alone.left), ("right", &alone.right)]));
        }
        let orders = pair.rows.iter().filter(|row| row.elsewhere.is_some() && row.arrows.left.is_some()).count();
        if orders > 0 {
            told.push(self.say("compare-orders", &[("count", &orders)]));
        }
        if let Some(opening) = pair.opening.and_then(Sides::differing) {
            told.push(self.changed_fact("compare-opening", self.opening(opening.left), self.opening(opening.right)));
        }
        if let Some(closing) = pair.closing {
            told.push(match closing.differing() {
                Some(closing) => {
                    self.changed_fact("compare-closing", self.closing(closing.left), self.closing(closing.right))
                }
                None => self.say("compare-closing-same", &[("closing", &self.closing(closing.left))]),
            });
        }
        told.extend(self.states_compared(&pair.states));
        told.extend(self.calls_compared(pair, all));
        if times_differ(pair.lasted.left, pair.lasted.right) {
            told.push(self.changed_fact("compare-lasted", span(pair.lasted.left), span(pair.lasted.right)));
        }
        if pair.is_same() {
            told.insert(0, self.word("compare-same"));
        }
        told
    }

    /// The conversations that only one run has.
    pub fn compared_alone(&self, comparison: &Comparison) -> Option<String> {
        let alone = Sides { left: comparison.alone.left.len(), right: comparison.alone.right.len() };
        let any = alone.left + alone.right > 0;
        any.then(|| self.say("compare-conversations", &[("left", &alone.left), ("right", &alone.right)]))
    }

    fn changed_fact(&self, key: &str, left: impl std::fmt::Display, right: impl std::fmt::Display) -> String {
        self.say(key, &[("left", &left), ("right", &right)])
    }

    /// Which of the two, in a word.
    pub fn side(&self, side: Side) -> String {
        self.word(match side {
            Side::Left => "compare-left",
            Side::Right => "compare-right",
        })
    }

    /// What was done to a segment, and what came of it.
    pub fn deed(&self, deed: &Deed) -> String {
        let what = self.deed_subject(deed);
        let mut sentence = self.say(wire_key(deed.what), &[("what", &what)]);
        if let Some(pattern) = &deed.pattern {
            sentence.push_str(&self.say("compare-pattern", &[("pattern", pattern)]));
        }
        if let Some(again) = deed.again {
            sentence.push_str(&self.say("compare-again", &[("span", &span(again.after))]));
        } else if deed.what == LinkActionKind::Lost && deed.kind != ArrowKind::Ack {
            sentence.push_str(&self.word("compare-never-again"));
        }
        if deed.side == Side::Left {
            sentence = format!("{} {sentence}", self.word("compare-on-left"));
        }
        sentence
    }

    fn deed_subject(&self, deed: &Deed) -> String {
        let kind = self.word(match deed.kind {
            ArrowKind::Syn => "compare-kind-syn",
            ArrowKind::Data => "compare-kind-data",
            ArrowKind::Ack => "compare-kind-ack",
            ArrowKind::Fin => "compare-kind-fin",
            ArrowKind::Rst => "compare-kind-rst",
        });
        let who = self.end(deed.from);
        let subject = self.say("compare-from", &[("what", &kind), ("who", &who)]);
        if deed.length == 0 { subject } else { [subject, self.bytes(deed.length)].join(&self.word("compare-comma")) }
    }

    fn states_compared(&self, states: &Ends<Vec<StateRow>>) -> Vec<String> {
        let mut told = Vec::new();
        for end in End::BOTH {
            for side in Side::BOTH {
                let rows = states.of(end).iter();
                let only = rows.filter(|row| row.indexes.of(side).is_some() && row.indexes.of(side.other()).is_none());
                let names: Vec<&str> = only.map(|row| row.state.name()).take(MOST).collect();
                if !names.is_empty() {
                    let (who, side, names) = (self.end(end), self.side(side), names.join(", "));
                    told.push(self.say("compare-states", &[("who", &who), ("side", &side), ("states", &names)]));
                }
            }
        }
        told
    }

    fn calls_compared(&self, pair: &Pair, all: Sides<&Conversations>) -> Vec<String> {
        let mut told = Vec::new();
        for end in End::BOTH {
            let rows = pair.calls.of(end).iter();
            told.extend(rows.filter_map(|row| self.call_compared(end, row, all)));
        }
        let more = told.len().saturating_sub(MOST);
        told.truncate(MOST);
        told.extend((more > 0).then(|| self.say("compare-calls-more", &[("count", &more)])));
        told
    }

    /// What is different about a call in both runs; nothing where nothing is.
    pub fn call_compared(&self, end: End, row: &CallRow, all: Sides<&Conversations>) -> Option<String> {
        let record = |side: Side| all.of(side).call((*row.calls.of(side))?);
        let (left, right) = (record(Side::Left), record(Side::Right));
        let call = left.or(right)?;
        let name = self.say("compare-call", &[("who", &self.end(end)), ("call", &call.call.name())]);
        let only = match (left, right) {
            (Some(_), None) => Some(Side::Left),
            (None, Some(_)) => Some(Side::Right),
            _ => None,
        };
        let mut parts: Vec<String> = Vec::new();
        parts.extend(only.map(|side| self.say("compare-only", &[("side", &self.side(side))])));
        let none = self.word("compare-not-returned");
        for difference in &row.differences {
            parts.push(match difference {
                CallDifference::Asked(asked) => self.changed_fact("compare-asked", &asked.left, &asked.right),
                CallDifference::Returned(returned) => {
                    let of = |side: Side| returned.of(side).as_ref().unwrap_or(&none);
                    self.changed_fact("compare-returned", of(Side::Left), of(Side::Right))
                }
                CallDifference::Took(took) => self.changed_fact("compare-took", span(took.left), span(took.right)),
            });
        }
        (!parts.is_empty()).then(|| format!("{name}{}", parts.join(&self.word("compare-comma"))))
    }

    /// What is different about a row: what is to be written beside it.
    pub fn row_compared(&self, row: &Row) -> Vec<String> {
        let mut told: Vec<String> = row.differences.iter().map(|difference| self.difference(*difference)).collect();
        if let Some(side) = row.only() {
            told.insert(0, self.say("compare-only", &[("side", &self.side(side))]));
        } else if row.elsewhere.is_some() {
            told.insert(0, self.word("compare-order"));
        }
        told
    }

    fn difference(&self, difference: Difference) -> String {
        match difference {
            Difference::Wait(waits) => self.changed_fact("compare-wait", span(waits.left), span(waits.right)),
            Difference::Flags(flags) => self.changed_fact("compare-flags", flags.left, flags.right),
            Difference::Length(lengths) => self.changed_fact("compare-length", lengths.left, lengths.right),
            Difference::Acknowledges(acks) => {
                let of = |ack: Option<u32>| ack.map_or_else(|| "–".to_owned(), |ack| ack.to_string());
                self.changed_fact("compare-ack", of(acks.left), of(acks.right))
            }
            Difference::Window(windows) => self.changed_fact("compare-window", windows.left, windows.right),
            Difference::Fate(fates) => {
                let one = |side: Side| {
                    let what = self.word(done_key((*fates.of(side))?));
                    let side = self.side(side);
                    Some(self.say("compare-done", &[("what", &what), ("side", &side)]))
                };
                Side::BOTH.into_iter().filter_map(one).collect::<Vec<_>>().join(&self.word("compare-comma"))
            }
        }
    }
}

const fn wire_key(what: LinkActionKind) -> &'static str {
    match what {
        LinkActionKind::Lost => "compare-lost",
        LinkActionKind::Delayed => "compare-delayed",
        LinkActionKind::Duplicated => "compare-duplicated",
        LinkActionKind::Swapped => "compare-swapped",
        LinkActionKind::QueueFull => "compare-queue-full",
        LinkActionKind::Unplugged => "compare-unplugged",
        LinkActionKind::Plugged => "compare-plugged",
    }
}

const fn done_key(what: LinkActionKind) -> &'static str {
    match what {
        LinkActionKind::Lost => "compare-done-lost",
        LinkActionKind::Delayed => "compare-done-delayed",
        LinkActionKind::Duplicated => "compare-done-duplicated",
        LinkActionKind::Swapped => "compare-done-swapped",
        LinkActionKind::QueueFull => "compare-done-queue-full",
        LinkActionKind::Unplugged => "compare-done-unplugged",
        LinkActionKind::Plugged => "compare-done-plugged",
    }
}
