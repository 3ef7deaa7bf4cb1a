//! Segments and datagrams beside each other.

use std::collections::BTreeMap;

use super::align::{align, rising};
use super::{Run, Side, Sides, times_differ, windows_differ};
use crate::conversation::{Conversation, DatagramContent, End, Fate, Message, Segment, Sighting};
use crate::model::{LinkActionKind, Span, TcpFlags, Timestamp, What};
use crate::timeline::ArrowKind;
use crate::trace::{FrameNumber, Trace};

/// One line of two pictures that stand beside each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which of each run's segments or datagrams stands here.
    pub arrows: Sides<Option<usize>>,
    /// Where only one stands here: the row with its partner, which passed in
    /// another order.
    pub elsewhere: Option<usize>,
    /// When, since the conversation's first segment.
    pub since: Sides<Option<Span>>,
    /// What is different about the two.
    pub differences: Vec<Difference>,
}

impl Row {
    /// The run that has this row alone; `None` where both have it, in this
    /// order or in another.
    pub const fn only(&self) -> Option<Side> {
        match (self.arrows.left, self.arrows.right, self.elsewhere) {
            (Some(_), None, None) => Some(Side::Left),
            (None, Some(_), None) => Some(Side::Right),
            _ => None,
        }
    }

    /// Whether there is anything to mark.
    pub const fn differs(&self) -> bool {
        self.arrows.left.is_none() || self.arrows.right.is_none() || !self.differences.is_empty()
    }
}

/// What is different about two segments that are the same otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The time since the row above that both have.
    Wait(Sides<Span>),
    /// The control bits.
    Flags(Sides<TcpFlags>),
    /// Payload bytes.
    Length(Sides<u32>),
    /// The acknowledgment number, relative.
    Acknowledges(Sides<Option<u32>>),
    /// The window, in bytes where the scale is known in both.
    Window(Sides<u32>),
    /// What a wire did to it, or that it was lost.
    Fate(Sides<Option<LinkActionKind>>),
}

/// What became of a segment in one run and not in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// In which run.
    pub side: Side,
    /// Which of its segments or datagrams.
    pub arrow: usize,
    /// Where it stands.
    pub row: usize,
    /// What it was for.
    pub kind: ArrowKind,
    /// Who sent it.
    pub from: End,
    /// Its payload bytes.
    pub length: u32,
    /// What was done to it.
    pub what: LinkActionKind,
    /// The pattern that asked for it, where one did.
    pub pattern: Option<String>,
    /// Its numbers were sent again.
    pub again: Option<SentAgain>,
}

/// The next segment with the same numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentAgain {
    /// Which.
    pub arrow: usize,
    /// How long after.
    pub after: Span,
}

/// What is compared of a segment or datagram.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    at: Timestamp,
    from: End,
    kind: ArrowKind,
    flags: TcpFlags,
    seq: u32,
    ack: Option<u32>,
    length: u32,
    window: Option<u32>,
    raw_window: Option<u32>,
    repeats: bool,
    done: Option<(LinkActionKind, Option<String>)>,
    /// How many like it were before it.
    turn: u32,
}

/// What makes two segments the same, before their turn is counted.
type Key = (End, u8, u32, Option<u32>, u32);

impl Shown {
    /// Everything that passed in a conversation, in order.
    pub(super) fn all(run: Run<'_>, conversation: Conversation<'_>) -> Vec<Self> {
        let done = actions(run.trace);
        let of = |seen_at: &[Sighting], fate: Fate| {
            let action = seen_at.iter().find_map(|seen| done.get(&seen.frame)).cloned();
            // Of what no wire told, being late may be no more than a race.
            action.or(match fate {
                Fate::Lost { .. } => Some((LinkActionKind::Lost, None)),
                Fate::Duplicated => Some((LinkActionKind::Duplicated, None)),
                Fate::Delivered | Fate::Delayed | Fate::Unknown => None,
            })
        };
        // In the order of the arrows.
        let mut messages: Vec<Message<'_>> = conversation.messages().collect();
        messages.sort_by_key(|message| message.frame());
        let mut shown: Vec<Self> = messages
            .into_iter()
            .map(|message| match message {
                Message::Segment(_, segment) => Self::segment(segment, of(&segment.seen_at, segment.fate)),
                Message::Datagram(datagram) => Self {
                    at: datagram.at,
                    from: datagram.from,
                    kind: match datagram.content {
                        DatagramContent::Data => ArrowKind::Data,
                        DatagramContent::Error { .. } => ArrowKind::Rst,
                    },
                    flags: TcpFlags::default(),
                    seq: 0,
                    ack: None,
                    length: datagram.length,
                    window: None,
                    raw_window: None,
                    repeats: false,
                    done: of(&datagram.seen_at, Fate::Unknown),
                    turn: 0,
                },
            })
            .collect();
        let mut turns: BTreeMap<Key, u32> = BTreeMap::new();
        for one in &mut shown {
            let turn = turns.entry(one.key()).or_default();
            one.turn = *turn;
            *turn += 1;
        }
        shown
    }

    fn segment(segment: &Segment, done: Option<(LinkActionKind, Option<String>)>) -> Self {
        Self {
            at: segment.at,
            from: segment.from,
            kind: ArrowKind::of(segment),
            flags: segment.flags,
            seq: segment.relative_seq,
            ack: segment.relative_ack,
            length: segment.length,
            window: segment.window_size.map(crate::model::WindowSize::bytes),
            raw_window: Some(segment.window.0.into()),
            repeats: segment.repeats.is_some(),
            done,
            turn: 0,
        }
    }

    /// Uses no sequence numbers and resets nothing.
    fn only_acknowledges(&self) -> bool {
        self.kind == ArrowKind::Ack
    }

    /// Where its numbers end.
    const fn end(&self) -> u32 {
        self.seq.wrapping_add(self.length).wrapping_add(self.flags.sequence_length())
    }

    fn key(&self) -> Key {
        let kinds = TcpFlags::SYN.bits() | TcpFlags::FIN.bits() | TcpFlags::RST.bits();
        // A SYN is another than a SYN+ACK; that a first SYN lacks an ACK is the
        // one place where the ACK bit says what a segment is for.
        let acks = if self.flags.syn() { TcpFlags::ACK.bits() } else { 0 };
        let bits = self.flags.bits() & (kinds | acks);
        let ack = self.ack.filter(|_| self.only_acknowledges());
        let kind = bits | if self.kind == ArrowKind::Rst { 0x80 } else { 0 };
        (self.from, kind, self.seq, ack, self.length)
    }

    /// How well two go together that are not the same.
    fn worth(&self, other: &Self) -> u32 {
        if self.from != other.from {
            return 0;
        }
        if self.key() == other.key() && self.turn == other.turn {
            return 16;
        }
        match (self.kind, other.kind) {
            (ArrowKind::Ack, ArrowKind::Ack) => 1,
            (ArrowKind::Rst, ArrowKind::Rst) => 2,
            (ArrowKind::Ack | ArrowKind::Rst, _) | (_, ArrowKind::Ack | ArrowKind::Rst) => 0,
            (ArrowKind::Syn | ArrowKind::Data | ArrowKind::Fin, _) => {
                u32::from(self.seq == other.seq && self.repeats == other.repeats) * 8
            }
        }
    }
}

/// What wires did, by the frame it was done to.
fn actions(trace: &Trace) -> BTreeMap<FrameNumber, (LinkActionKind, Option<String>)> {
    let action = |event: &crate::model::Event| {
        let What::LinkAction(action) = &event.what else { return None };
        Some((trace.frame_of(event.at, action)?, (action.what, action.pattern.clone())))
    };
    trace.events().iter().filter_map(action).collect()
}

/// Puts both beside each other.
pub(super) fn rows(shown: &Sides<Vec<Shown>>) -> Vec<Row> {
    let places: BTreeMap<(Key, u32), usize> =
        shown.right.iter().enumerate().map(|(index, one)| ((one.key(), one.turn), index)).collect();
    let same: Vec<(usize, usize)> = shown
        .left
        .iter()
        .enumerate()
        .filter_map(|(index, one)| Some((index, *places.get(&(one.key(), one.turn))?)))
        .collect();
    let anchors = rising(&same);
    // What is in both, but not in this order, is no candidate for anything
    // else: it is told as what it is.
    let crossed: Vec<(usize, usize)> =
        same.iter().filter(|pair| anchors.binary_search(*pair).is_err()).copied().collect();
    let mut arrows: Vec<Sides<Option<usize>>> = Vec::new();
    let mut from = (0, 0);
    let ends = [(shown.left.len(), shown.right.len())];
    for &(left, right) in anchors.iter().chain(&ends) {
        between(shown, from.0..left, from.1..right, &crossed, &mut arrows);
        if left < shown.left.len() {
            arrows.push(Sides { left: Some(left), right: Some(right) });
        }
        from = (left + 1, right + 1);
    }
    finish(shown, arrows, &crossed)
}

/// What stands between two rows that are the same.
fn between(
    shown: &Sides<Vec<Shown>>,
    left: std::ops::Range<usize>,
    right: std::ops::Range<usize>,
    crossed: &[(usize, usize)],
    arrows: &mut Vec<Sides<Option<usize>>>,
) {
    // By side: the index and, where its partner stands elsewhere, nothing to
    // compare.
    type One<'a> = (usize, Option<&'a Shown>);
    let stands_elsewhere = |side: Side, index: usize| match side {
        Side::Left => crossed.binary_search_by_key(&index, |(left, _)| *left).is_ok(),
        Side::Right => crossed.iter().any(|(_, right)| *right == index),
    };
    let of = |side: Side, index: usize| -> One<'_> {
        (index, shown.of(side).get(index).filter(|_| !stands_elsewhere(side, index)))
    };
    let left: Vec<One<'_>> = left.map(|index| of(Side::Left, index)).collect();
    let right: Vec<One<'_>> = right.map(|index| of(Side::Right, index)).collect();
    let worth = |one: &One<'_>, other: &One<'_>| one.1.zip(other.1).map_or(0, |(one, other)| one.worth(other));
    let index = |of: &[One<'_>], at: Option<usize>| of.get(at?).map(|(index, _)| *index);
    let rows = align(&left, &right, worth);
    arrows.extend(rows.iter().map(|row| Sides { left: index(&left, row.left), right: index(&right, row.right) }));
}

fn finish(shown: &Sides<Vec<Shown>>, arrows: Vec<Sides<Option<usize>>>, crossed: &[(usize, usize)]) -> Vec<Row> {
    let zero = Sides { left: shown.left.first(), right: shown.right.first() }.map(|first| first.map(|first| first.at));
    let mut above = zero;
    let mut rows: Vec<Row> = Vec::with_capacity(arrows.len());
    for arrows in arrows {
        let of = |side: Side| shown.of(side).get((*arrows.of(side))?);
        let since = |side: Side| Some(of(side)?.at.since((*zero.of(side))?));
        let since = Sides { left: since(Side::Left), right: since(Side::Right) };
        let mut differences = Vec::new();
        if let (Some(left), Some(right)) = (of(Side::Left), of(Side::Right)) {
            let wait = |side: Side, one: &Shown| one.at.since(above.of(side).unwrap_or(one.at));
            let waits = Sides { left: wait(Side::Left, left), right: wait(Side::Right, right) };
            if times_differ(waits.left, waits.right) {
                differences.push(Difference::Wait(waits));
            }
            told(left, right, &mut differences);
            above = Sides { left: Some(left.at), right: Some(right.at) };
        }
        rows.push(Row { arrows, elsewhere: None, since, differences });
    }
    for (left, right) in crossed {
        let row = |side: Side, index: usize| rows.iter().position(|row| *row.arrows.of(side) == Some(index));
        if let (Some(one), Some(other)) = (row(Side::Left, *left), row(Side::Right, *right)) {
            for (from, to) in [(one, other), (other, one)] {
                if let Some(row) = rows.get_mut(from) {
                    row.elsewhere = Some(to);
                }
            }
        }
    }
    rows
}

/// What is different about two, times apart.
fn told(left: &Shown, right: &Shown, differences: &mut Vec<Difference>) {
    let done = |one: &Shown| one.done.as_ref().map(|(what, _)| *what);
    differences.extend(Sides { left: done(left), right: done(right) }.differing().map(Difference::Fate));
    differences.extend(Sides { left: left.flags, right: right.flags }.differing().map(Difference::Flags));
    differences.extend(Sides { left: left.length, right: right.length }.differing().map(Difference::Length));
    differences.extend(Sides { left: left.ack, right: right.ack }.differing().map(Difference::Acknowledges));
    let windows = match (left.window, right.window) {
        (Some(left), Some(right)) => Some((left, right)),
        _ => left.raw_window.zip(right.raw_window),
    };
    let windows = windows.filter(|(left, right)| windows_differ(*left, *right));
    differences.extend(windows.map(|(left, right)| Difference::Window(Sides { left, right })));
}

/// What became of segments in one run and not in the other.
pub(super) fn deeds(shown: &Sides<Vec<Shown>>, rows: &[Row]) -> Vec<Deed> {
    let mut deeds = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        for side in Side::BOTH {
            let one = row.arrows.of(side).and_then(|arrow| Some((arrow, shown.of(side).get(arrow)?)));
            let other = row.arrows.of(side.other()).and_then(|arrow| shown.of(side.other()).get(arrow));
            let Some((arrow, one)) = one else { continue };
            let Some((what, pattern)) = &one.done else { continue };
            if other.and_then(|other| other.done.as_ref()).is_some_and(|(same, _)| same == what) {
                continue;
            }
            deeds.push(Deed {
                side,
                arrow,
                row: number,
                kind: one.kind,
                from: one.from,
                length: one.length,
                what: *what,
                pattern: pattern.clone(),
                again: (*what != LinkActionKind::Duplicated).then(|| sent_again(shown.of(side), arrow, one)).flatten(),
            });
        }
    }
    deeds
}

fn sent_again(shown: &[Shown], arrow: usize, lost: &Shown) -> Option<SentAgain> {
    let covers = |later: &Shown| {
        let (start, behind) = (lost.seq.wrapping_sub(later.seq), later.end().wrapping_sub(later.seq));
        later.from == lost.from && later.repeats && start < behind
    };
    let again = shown.iter().enumerate().skip(arrow + 1).find(|(_, later)| covers(later));
    again.filter(|_| lost.end() != lost.seq).map(|(arrow, later)| SentAgain { arrow, after: later.at.since(lost.at) })
}

/// How many segments repeat what had been sent.
pub(super) fn repeated(shown: &[Shown]) -> u32 {
    u32::try_from(shown.iter().filter(|one| one.repeats).count()).unwrap_or(u32::MAX)
}

/// The first moment.
pub(super) fn zero(shown: &[Shown]) -> Option<Timestamp> {
    shown.first().map(|first| first.at)
}

/// From the first to the last.
pub(super) fn lasted(shown: &[Shown]) -> Span {
    shown.first().zip(shown.last()).map_or(Span::ZERO, |(first, last)| last.at.since(first.at))
}
