//! Two runs, and what is different between them.

use serde::Serialize;

use super::{Document, found, side as end_name};
use crate::conversation::{Closing, Conversation, Conversations, End, Opening};
use crate::model::{LinkActionKind, Span, TcpState};
use crate::timeline::compare::{
    CallDifference, CallRow, Comparison, Deed, Difference, Pair, Row, Run, Side, Sides, StateRow,
};
use crate::trace::FrameNumber;
use crate::view::Wanted;
use crate::words::Words;

/// Two whole traces and what is different, as one JSON document: `left` and
/// `right` as [`document`](super::document) has them, and `differences`.
pub fn beside(runs: Sides<Run<'_>>, comparison: &Comparison, words: &Words) -> serde_json::Result<String> {
    let Sides { left, right } = runs;
    let all = Sides { left: left.all, right: right.all };
    let journeys = Sides { left: found(left.trace, left.all), right: found(right.trace, right.all) };
    serde_json::to_string_pretty(&Beside {
        format: "wirelens/1",
        left: Document::new(left.trace, left.all, &journeys.left, words, Wanted::default()),
        right: Document::new(right.trace, right.all, &journeys.right, words, Wanted::default()),
        differences: Differences {
            same: comparison.is_same(),
            conversations: comparison.pairs.iter().map(|pair| PairEntry::new(pair, all, words)).collect(),
            alone: Two::of(comparison.alone.left.as_slice(), comparison.alone.right.as_slice()),
        },
    })
}

#[derive(Serialize)]
struct Beside<'a> {
    format: &'static str,
    left: Document<'a>,
    right: Document<'a>,
    differences: Differences<'a>,
}

#[derive(Serialize)]
struct Two<T> {
    left: T,
    right: T,
}

impl<T> Two<T> {
    const fn of(left: T, right: T) -> Self {
        Self { left, right }
    }
}

impl<T> From<Sides<T>> for Two<T> {
    fn from(sides: Sides<T>) -> Self {
        Self { left: sides.left, right: sides.right }
    }
}

#[derive(Serialize)]
struct Differences<'a> {
    /// Nothing is different but times.
    same: bool,
    conversations: Vec<PairEntry>,
    /// Conversations, by `id`, that have no partner.
    alone: Two<&'a [u32]>,
}

#[derive(Serialize)]
struct PairEntry {
    id: Two<u32>,
    /// In sentences, the most important first.
    told: Vec<String>,
    rows: Vec<RowEntry>,
    deeds: Vec<DeedEntry>,
    /// Segments that repeat what had been sent.
    repeated: Two<u32>,
    lasted: Two<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opening: Option<Two<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closing: Option<Two<&'static str>>,
    /// States that only one run reached.
    states: Vec<StateEntry>,
    /// Calls that are not the same in both.
    calls: Vec<CallEntry>,
}

#[derive(Serialize)]
struct RowEntry {
    /// The frames of both.
    frame: Two<Option<u32>>,
    since: Two<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    only: Option<&'static str>,
    /// The row with its partner, which passed in another order.
    #[serde(skip_serializing_if = "Option::is_none")]
    elsewhere: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<DifferenceEntry>,
}

/// One difference: what of, and both values as text or number.
#[derive(Serialize)]
struct DifferenceEntry {
    what: &'static str,
    #[serde(flatten)]
    values: Values,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Values {
    Texts(Two<Option<String>>),
    Numbers(Two<Option<u32>>),
}

#[derive(Serialize)]
struct DeedEntry {
    side: &'static str,
    what: &'static str,
    frame: Option<u32>,
    from: &'static str,
    length: u32,
    pattern: Option<String>,
    /// The frame in which its numbers were sent again, and how long after.
    #[serde(skip_serializing_if = "Option::is_none")]
    again: Option<(Option<u32>, String)>,
}

#[derive(Serialize)]
struct StateEntry {
    end: &'static str,
    only: &'static str,
    state: TcpState,
}

#[derive(Serialize)]
struct CallEntry {
    end: &'static str,
    /// By their place in `calls`.
    call: Two<Option<usize>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<DifferenceEntry>,
}

fn nanos(span: Span) -> String {
    format!("{}ns", span.nanos())
}

/// The frames of a conversation's segments or datagrams.
fn frames(all: &Conversations, id: u32) -> Vec<FrameNumber> {
    all.all().into_iter().find(|conversation| conversation.id() == id).map(Conversation::frames).unwrap_or_default()
}

impl PairEntry {
    fn new(pair: &Pair, all: Sides<&Conversations>, words: &Words) -> Self {
        let frames = Sides { left: frames(all.left, pair.ids.left), right: frames(all.right, pair.ids.right) };
        let frame = |side: Side, arrow: Option<usize>| frames.of(side).get(arrow?).map(|frame| frame.0);
        Self {
            id: pair.ids.into(),
            told: words.compared(pair, all),
            rows: pair.rows.iter().map(|row| RowEntry::new(row, &frame)).collect(),
            deeds: pair.deeds.iter().map(|deed| DeedEntry::new(deed, &frame)).collect(),
            repeated: pair.repeated.into(),
            lasted: pair.lasted.map(nanos).into(),
            opening: pair.opening.and_then(Sides::differing).map(|both| both.map(Opening::name).into()),
            closing: pair.closing.and_then(Sides::differing).map(|both| both.map(Closing::name).into()),
            states: End::BOTH
                .iter()
                .flat_map(|end| pair.states.of(*end).iter().filter_map(|row| StateEntry::new(*end, row)))
                .collect(),
            calls: End::BOTH
                .iter()
                .flat_map(|end| pair.calls.of(*end).iter().filter_map(|row| CallEntry::new(*end, row)))
                .collect(),
        }
    }
}

impl RowEntry {
    fn new(row: &Row, frame: &impl Fn(Side, Option<usize>) -> Option<u32>) -> Self {
        Self {
            frame: Two::of(frame(Side::Left, row.arrows.left), frame(Side::Right, row.arrows.right)),
            since: row.since.map(|since| since.map(nanos)).into(),
            only: row.only().map(Side::name),
            elsewhere: row.elsewhere,
            differences: row.differences.iter().map(DifferenceEntry::new).collect(),
        }
    }
}

impl DifferenceEntry {
    fn texts<T>(what: &'static str, sides: Sides<T>, text: impl Fn(T) -> Option<String>) -> Self {
        Self { what, values: Values::Texts(sides.map(text).into()) }
    }

    fn numbers<T>(what: &'static str, sides: Sides<T>, number: impl Fn(T) -> Option<u32>) -> Self {
        Self { what, values: Values::Numbers(sides.map(number).into()) }
    }

    fn new(difference: &Difference) -> Self {
        match *difference {
            Difference::Wait(waits) => Self::texts("wait", waits, |wait| Some(nanos(wait))),
            Difference::Flags(flags) => Self::texts("flags", flags, |flags| Some(flags.to_string())),
            Difference::Length(lengths) => Self::numbers("length", lengths, Some),
            Difference::Acknowledges(acks) => Self::numbers("ack", acks, |ack| ack),
            Difference::Window(windows) => Self::numbers("window", windows, Some),
            Difference::Fate(fates) => {
                Self::texts("fate", fates, |fate| fate.map(LinkActionKind::name).map(str::to_owned))
            }
        }
    }
}

impl DeedEntry {
    fn new(deed: &Deed, frame: &impl Fn(Side, Option<usize>) -> Option<u32>) -> Self {
        Self {
            side: deed.side.name(),
            what: deed.what.name(),
            frame: frame(deed.side, Some(deed.arrow)),
            from: end_name(deed.from),
            length: deed.length,
            pattern: deed.pattern.clone(),
            again: deed.again.map(|again| (frame(deed.side, Some(again.arrow)), nanos(again.after))),
        }
    }
}

impl StateEntry {
    fn new(end: End, row: &StateRow) -> Option<Self> {
        let only = match (row.indexes.left, row.indexes.right) {
            (Some(_), None) => Side::Left,
            (None, Some(_)) => Side::Right,
            _ => return None,
        };
        Some(Self { end: end_name(end), only: only.name(), state: row.state })
    }
}

impl CallEntry {
    fn new(end: End, row: &CallRow) -> Option<Self> {
        let differences: Vec<DifferenceEntry> = row
            .differences
            .iter()
            .map(|difference| match difference.clone() {
                CallDifference::Asked(asked) => DifferenceEntry::texts("asked", asked, Some),
                CallDifference::Returned(returned) => DifferenceEntry::texts("returned", returned, |text| text),
                CallDifference::Took(took) => DifferenceEntry::texts("took", took, |span| Some(nanos(span))),
            })
            .collect();
        let both = row.calls.left.is_some() && row.calls.right.is_some();
        (!both || !differences.is_empty()).then(|| Self {
            end: end_name(end),
            call: row.calls.map(|call| call.map(|call| call.0)).into(),
            differences,
        })
    }
}
