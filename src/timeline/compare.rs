//! Two runs beside each other: which of their conversations, segments, states
//! and calls are the same, and what is different.
//!
//! Ports, initial sequence numbers and the time of day differ between any two
//! runs and are never told. What counts as different in time and in windows is
//! said at `times_differ` and `windows_differ`. Knows no language and
//! nothing of how it is painted.

/// Putting two rows of things beside each other.
mod align;
/// Socket calls beside each other.
mod calls;
/// Segments and datagrams beside each other.
mod rows;

use std::net::SocketAddr;

pub use calls::{CallDifference, CallRow};
pub use rows::{Deed, Difference, Row, SentAgain};

use crate::conversation::{Closing, Conversation, Conversations, End, Ends, Opening};
use crate::model::{Span, TcpState};
use crate::trace::Trace;

/// Gaps that differ by no more than this are the same.
const NOISE: Span = Span::from_millis(20);
/// Neither are those that differ by no more than this part of the larger one.
const PART_OF_TIME: i64 = 4;
/// Windows that differ by no more than this part of the larger one are the
/// same: how fast a program reads is not the same twice.
const PART_OF_WINDOW: u64 = 8;

/// Which of the two runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The one that is compared with.
    Left,
    /// The one that is compared.
    Right,
}

impl Side {
    /// Both, the left one first.
    pub const BOTH: [Self; 2] = [Self::Left, Self::Right];

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }

    /// The word in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// One value for each run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sides<T> {
    /// The left run's.
    pub left: T,
    /// The right run's.
    pub right: T,
}

impl<T> Sides<T> {
    /// This run's value.
    pub const fn of(&self, side: Side) -> &T {
        match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        }
    }

    /// This run's value, to change.
    pub const fn of_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Left => &mut self.left,
            Side::Right => &mut self.right,
        }
    }

    /// The same of both values.
    pub fn map<U>(self, of: impl Fn(T) -> U) -> Sides<U> {
        Sides { left: of(self.left), right: of(self.right) }
    }
}

impl<T: PartialEq> Sides<T> {
    /// Both, where they are not the same.
    pub fn differing(self) -> Option<Self> {
        (self.left != self.right).then_some(self)
    }
}

/// A trace with what was understood of it.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// What was seen.
    pub trace: &'a Trace,
    /// What it means.
    pub all: &'a Conversations,
}

/// Two runs beside each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Conversations that both runs have, in the left one's order.
    pub pairs: Vec<Pair>,
    /// The numbers of those that only one of them has.
    pub alone: Sides<Vec<u32>>,
}

/// One conversation of both runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Its number in each run.
    pub ids: Sides<u32>,
    /// Its segments or datagrams, downwards as they are to stand beside each
    /// other.
    pub rows: Vec<Row>,
    /// What wires did to frames in one run and not in the other, and what was
    /// lost, in order.
    pub deeds: Vec<Deed>,
    /// How many segments repeat what had been sent.
    pub repeated: Sides<u32>,
    /// From the first segment to the last.
    pub lasted: Sides<Span>,
    /// How it began, where that is not the same.
    pub opening: Option<Sides<Opening>>,
    /// How it ended, where that is not the same; both ways where it is.
    pub closing: Option<Sides<Closing>>,
    /// The states of each end beside each other.
    pub states: Ends<Vec<StateRow>>,
    /// The calls of each end's program beside each other.
    pub calls: Ends<Vec<CallRow>>,
}

/// A state that an end was in, in both runs or in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateRow {
    /// The state.
    pub state: TcpState,
    /// Which of the conversation's states it is in each run.
    pub indexes: Sides<Option<usize>>,
}

/// Whether two spans differ by more than what no two runs have in common: by
/// more than 20 ms and by more than a quarter of the longer one. Linux's timers
/// are bands: a segment is sent again after 200 to 260 ms, a SYN after 1.0 to
/// 1.1 s.
pub fn times_differ(one: Span, other: Span) -> bool {
    let apart = one.nanos().abs_diff(other.nanos());
    let longer = one.nanos().unsigned_abs().max(other.nanos().unsigned_abs());
    apart > NOISE.nanos().unsigned_abs() && apart > longer / PART_OF_TIME.unsigned_abs()
}

/// Whether two windows, in bytes, differ so that it means something: one is
/// shut and the other is open, or they differ by more than an eighth of the
/// larger one.
pub fn windows_differ(one: u32, other: u32) -> bool {
    let shut = (one == 0) != (other == 0);
    shut || u64::from(one.abs_diff(other)) > u64::from(one.max(other)) / PART_OF_WINDOW
}

impl Comparison {
    /// Puts two runs beside each other: of several conversations those that
    /// have the same server, or else the same protocol, in order.
    pub fn new(left: Run<'_>, right: Run<'_>) -> Self {
        let (lefts, mut rights) = (left.all.all(), right.all.all());
        let mut partners: Vec<Option<Conversation<'_>>> = vec![None; lefts.len()];
        let alike: [fn(Conversation<'_>, Conversation<'_>) -> bool; 3] = [same_server, same_port, same_protocol];
        for alike in alike {
            for (conversation, partner) in lefts.iter().zip(&mut partners).filter(|(_, partner)| partner.is_none()) {
                let found = rights.iter().position(|other| alike(*conversation, *other));
                *partner = found.map(|index| rights.remove(index));
            }
        }
        let pair = |(one, other): (&Conversation<'_>, &Option<Conversation<'_>>)| {
            Some(Pair::new(left, *one, right, (*other)?))
        };
        let alone = lefts.iter().zip(&partners).filter(|(_, partner)| partner.is_none());
        Self {
            alone: Sides {
                left: alone.map(|(conversation, _)| conversation.id()).collect(),
                right: rights.iter().map(|conversation| conversation.id()).collect(),
            },
            pairs: lefts.iter().zip(&partners).filter_map(pair).collect(),
        }
    }

    /// Whether nothing is different, or nothing but times.
    pub fn is_same(&self) -> bool {
        self.alone.left.is_empty() && self.alone.right.is_empty() && self.pairs.iter().all(Pair::is_same)
    }
}

fn protocol(conversation: Conversation<'_>) -> u8 {
    match conversation {
        Conversation::Tcp(_) => 6,
        Conversation::Udp(_) => 17,
    }
}

fn server(conversation: Conversation<'_>) -> SocketAddr {
    conversation.addresses().server
}

fn same_server(one: Conversation<'_>, other: Conversation<'_>) -> bool {
    same_protocol(one, other) && server(one) == server(other)
}

fn same_port(one: Conversation<'_>, other: Conversation<'_>) -> bool {
    same_protocol(one, other) && server(one).port() == server(other).port()
}

fn same_protocol(one: Conversation<'_>, other: Conversation<'_>) -> bool {
    protocol(one) == protocol(other)
}

impl Pair {
    /// Puts two conversations beside each other.
    pub fn new(left: Run<'_>, one: Conversation<'_>, right: Run<'_>, other: Conversation<'_>) -> Self {
        let (tcp, ids) = (Sides { left: tcp(one), right: tcp(other) }, Sides { left: one.id(), right: other.id() });
        let (opening, closing) = match (tcp.left, tcp.right) {
            (Some(left), Some(right)) => (
                Some(Sides { left: left.opening, right: right.opening }),
                Some(Sides { left: left.closing, right: right.closing }),
            ),
            _ => (None, None),
        };
        let shown = Sides { left: rows::Shown::all(left, one), right: rows::Shown::all(right, other) };
        let rows = rows::rows(&shown);
        let zero = Sides { left: rows::zero(&shown.left), right: rows::zero(&shown.right) };
        Self {
            ids,
            deeds: rows::deeds(&shown, &rows),
            repeated: Sides { left: rows::repeated(&shown.left), right: rows::repeated(&shown.right) },
            lasted: Sides { left: rows::lasted(&shown.left), right: rows::lasted(&shown.right) },
            rows,
            opening,
            closing,
            states: Ends { client: states(one, other, End::Client), server: states(one, other, End::Server) },
            calls: Ends {
                client: calls::rows((left.all, one), (right.all, other), zero, End::Client),
                server: calls::rows((left.all, one), (right.all, other), zero, End::Server),
            },
        }
    }

    /// Whether nothing is different but times.
    pub fn is_same(&self) -> bool {
        let both = |indexes: Sides<Option<usize>>| indexes.left.is_some() && indexes.right.is_some();
        let only_time = |difference: &Difference| matches!(difference, Difference::Wait(_));
        self.rows
            .iter()
            .all(|row| (both(row.arrows) || row.elsewhere.is_some()) && row.differences.iter().all(only_time))
            && self.opening.and_then(Sides::differing).is_none()
            && self.closing.and_then(Sides::differing).is_none()
            && End::BOTH.iter().all(|end| {
                let took = |difference: &CallDifference| matches!(difference, CallDifference::Took(_));
                self.states.of(*end).iter().all(|row| both(row.indexes))
                    && self.calls.of(*end).iter().all(|row| {
                        row.calls.left.is_some() && row.calls.right.is_some() && row.differences.iter().all(took)
                    })
            })
    }

    /// The row that has this segment or datagram of one run.
    pub fn row_of(&self, side: Side, arrow: usize) -> Option<usize> {
        self.rows.iter().position(|row| *row.arrows.of(side) == Some(arrow))
    }

    /// The segment or datagram of the other run that is the same as this one.
    pub fn partner(&self, side: Side, arrow: usize) -> Option<usize> {
        let row = self.rows.get(self.row_of(side, arrow)?)?;
        let row = row.elsewhere.and_then(|other| self.rows.get(other)).unwrap_or(row);
        *row.arrows.of(side.other())
    }
}

const fn tcp(conversation: Conversation<'_>) -> Option<&crate::conversation::TcpConversation> {
    match conversation {
        Conversation::Tcp(tcp) => Some(tcp),
        Conversation::Udp(_) => None,
    }
}

/// The states of one end beside each other, as they followed each other.
fn states(one: Conversation<'_>, other: Conversation<'_>, end: End) -> Vec<StateRow> {
    let went = |conversation: Conversation<'_>| conversation.states(end).iter().map(|change| change.to).collect();
    let (left, right): (Vec<TcpState>, Vec<TcpState>) = (went(one), went(other));
    let rows = align::align(&left, &right, |one, other| u32::from(one == other));
    let row = |indexes: Sides<Option<usize>>| {
        let of = |states: &[TcpState], index: Option<usize>| states.get(index?).copied();
        let state = of(&left, indexes.left).or_else(|| of(&right, indexes.right))?;
        Some(StateRow { state, indexes })
    };
    rows.into_iter().filter_map(row).collect()
}

#[cfg(test)]
mod tests;
