//! Socket calls beside each other.

use super::align::align;
use super::{Sides, times_differ};
use crate::conversation::{CallIndex, CallRecord, Conversation, Conversations, End};
use crate::model::{Call, CallOutcome, Span, Timestamp};

/// A call in both runs, or in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRow {
    /// Which call it is in each run.
    pub calls: Sides<Option<CallIndex>>,
    /// What is different about the two.
    pub differences: Vec<CallDifference>,
}

/// What is different about two calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallDifference {
    /// What it was asked for, as a C programmer would write it.
    Asked(Sides<String>),
    /// What it returned, as text; `None`: it did not return.
    Returned(Sides<Option<String>>),
    /// How long it took, counted from the conversation's first segment where it
    /// was entered before that.
    Took(Sides<Span>),
}

/// The calls of one end beside each other.
pub(super) fn rows(
    left: (&Conversations, Conversation<'_>),
    right: (&Conversations, Conversation<'_>),
    zero: Sides<Option<Timestamp>>,
    end: End,
) -> Vec<CallRow> {
    let calls = |(all, conversation): (&'_ Conversations, Conversation<'_>)| -> Vec<(CallIndex, CallRecord)> {
        let of = |index: &CallIndex| Some((*index, all.call(*index)?.clone()));
        conversation.calls().of(end).iter().filter_map(of).collect()
    };
    let (left, right) = (calls(left), calls(right));
    let worth = |(_, one): &(CallIndex, CallRecord), (_, other): &(CallIndex, CallRecord)| {
        let same = one.call.name() == other.call.name();
        if same { 1 + u32::from(arguments(&one.call) == arguments(&other.call)) } else { 0 }
    };
    let row = |row: &Sides<Option<usize>>| {
        let both = (row.left.and_then(|index| left.get(index)), row.right.and_then(|index| right.get(index)));
        let differences = both.0.zip(both.1).map(|((_, one), (_, other))| differences(one, other, zero));
        CallRow {
            calls: Sides { left: both.0.map(|(index, _)| *index), right: both.1.map(|(index, _)| *index) },
            differences: differences.unwrap_or_default(),
        }
    };
    align(&left, &right, worth).iter().map(row).collect()
}

/// What a call was asked for; addresses differ between any two runs.
fn arguments(call: &Call) -> String {
    match call {
        Call::Bind { .. } | Call::Connect { .. } => String::new(),
        Call::Send { bytes, .. } => format!("{} B", bytes.len()),
        Call::Socket { .. }
        | Call::Setsockopt { .. }
        | Call::Listen { .. }
        | Call::Accept { .. }
        | Call::Recv { .. }
        | Call::Wait { .. }
        | Call::Shutdown { .. }
        | Call::Close
        | Call::Other { .. } => call.arguments(),
    }
}

fn differences(one: &CallRecord, other: &CallRecord, zero: Sides<Option<Timestamp>>) -> Vec<CallDifference> {
    let mut differences = Vec::new();
    let asked = Sides { left: arguments(&one.call), right: arguments(&other.call) };
    differences.extend(asked.differing().map(CallDifference::Asked));
    let returned = Sides { left: outcome(one), right: outcome(other) };
    differences.extend(returned.differing().map(CallDifference::Returned));
    // How long a server waits for its client to be started is no two times the
    // same, and says nothing of what is compared.
    let took = |record: &CallRecord, zero: Option<Timestamp>| {
        let from = record.entered.max(zero.unwrap_or(record.entered));
        Some(record.returned?.since(from).max(Span::ZERO))
    };
    if let (Some(left), Some(right)) = (took(one, zero.left), took(other, zero.right)) {
        let took = Sides { left, right };
        if times_differ(took.left, took.right) {
            differences.push(CallDifference::Took(took));
        }
    }
    differences
}

/// What a call returned; the number of a new descriptor says nothing.
fn outcome(record: &CallRecord) -> Option<String> {
    let outcome = record.outcome.as_ref()?;
    Some(match (&record.call, outcome) {
        (Call::Socket { .. } | Call::Accept { .. }, CallOutcome::Returned { .. }) => "fd".to_owned(),
        _ => outcome.to_string(),
    })
}
