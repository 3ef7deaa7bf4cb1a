//! Going through a conversation moment by moment: where one can stop, and what
//! both ends are and hold there.
//!
//! Knows no clock and no widget: how fast time passes is `Player`'s
//! arithmetic, whose seconds somebody else counts.

/// How time passes between two stops.
mod player;

pub use player::Player;

use super::{MomentKind, Timeline};
use crate::conversation::{
    AcceptQueue, By, Conversation, Conversations, Course, End, Ends, Holding, Holds, StateChange,
};
use crate::model::{Span, TcpState, Timestamp};

/// A moment of the picture as the present: what comes later has not happened
/// yet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Now {
    /// The last moment that has happened or is happening, by index into
    /// [`Timeline::moments`](super::Timeline::moments).
    pub moment: usize,
    /// How much of it has happened, 0…1: an arrow on its way.
    pub part: f32,
}

impl Now {
    /// Before anything has happened.
    pub const START: Self = Self { moment: 0, part: 0.0 };

    /// All of this moment has happened.
    const fn whole(moment: usize) -> Self {
        Self { moment, part: 1.0 }
    }

    /// What is sent at this moment has arrived.
    fn arrived(self) -> bool {
        self.part >= 1.0
    }

    fn is_after(self, other: Self) -> bool {
        self.moment > other.moment || self.moment == other.moment && self.part > other.part
    }
}

/// How far one step goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepSize {
    /// To the next segment or datagram.
    #[default]
    Segment,
    /// To whatever happens next.
    Event,
}

impl StepSize {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Segment, Self::Event];
}

/// A place to stop at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// Where.
    pub now: Now,
    /// What has just happened there.
    pub what: Happened,
}

/// What has just happened at a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// All of a moment.
    All(MomentKind),
    /// This arrow has left and is on its way; what it will do there is the
    /// next stop.
    Left(usize),
    /// This arrow has arrived and moves who receives it to another state.
    Arrived(usize),
}

impl Happened {
    /// The moment it is part of.
    pub const fn kind(self) -> MomentKind {
        match self {
            Self::All(kind) => kind,
            Self::Left(arrow) | Self::Arrived(arrow) => MomentKind::Arrow(arrow),
        }
    }
}

/// What both ends are and hold at a moment: all of it *inferred*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Each end's state; `None` where it is not known yet, and for UDP.
    pub states: Ends<Option<TcpState>>,
    /// Each end's numbers, windows and queues.
    pub holds: Ends<Holds>,
    /// Finished connections that wait for the server's `accept()`.
    pub accept_queue: Option<usize>,
}

impl Snapshot {
    /// Whether an end has a connection, or may have one.
    pub const fn is_connected(&self, end: End) -> bool {
        !matches!(self.states.of(end), Some(TcpState::Closed | TcpState::Listen))
    }
}

/// Half of a segment that is on its way has happened.
const ON_ITS_WAY: f32 = 0.5;
/// Moments from one kept [`Holding`] to the next.
const APART: usize = 256;

/// One change of state and where it stands among the moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Move {
    moment: usize,
    /// It happens where the moment's arrow arrives, not where it leaves.
    arrives: bool,
    change: StateChange,
}

/// Everything that is needed to step through one timeline, made once.
#[derive(Clone, Debug)]
pub struct Steps {
    course: Course,
    segments: Vec<Stop>,
    events: Vec<Stop>,
    moves: Ends<Vec<Move>>,
    accept_queue: Option<AcceptQueue>,
    /// What both ends hold before every [`APART`]th moment.
    kept: Vec<Holding>,
    /// Where each arrow leaves and where it arrives, among the moments.
    arrows: Vec<(usize, usize)>,
    /// The largest window each end advertises, in bytes.
    widest: Ends<u32>,
}

impl Steps {
    /// Goes through the timeline of `conversation`, one of `all`, once.
    pub fn new(all: &Conversations, conversation: Conversation<'_>, timeline: &Timeline) -> Self {
        let course = Course::new(all, conversation);
        let mut arrows = vec![(0, 0); timeline.arrows.len()];
        for (index, moment) in timeline.moments.iter().enumerate() {
            match moment.what {
                MomentKind::Arrow(arrow) => {
                    if let Some(slot) = arrows.get_mut(arrow) {
                        *slot = (index, index);
                    }
                }
                MomentKind::Arrival(arrival) => {
                    let first = timeline.arrivals.get(arrival).filter(|arrival| !arrival.again);
                    if let Some((_, arrives)) = first.and_then(|first| arrows.get_mut(first.arrow)) {
                        *arrives = index;
                    }
                }
                MomentKind::Phase(_)
                | MomentKind::Enter(..)
                | MomentKind::Return(..)
                | MomentKind::Exit(_)
                | MomentKind::Cable(_)
                | MomentKind::Quiet(_) => {}
            }
        }
        let moves = Ends {
            client: moves(conversation, timeline, &arrows, End::Client),
            server: moves(conversation, timeline, &arrows, End::Server),
        };
        let (accept_queue, widest) = match conversation {
            Conversation::Tcp(tcp) => {
                let mut widest = Ends::default();
                for segment in &tcp.segments {
                    let bytes = segment.window_size.map_or(0, crate::model::WindowSize::bytes);
                    let own: &mut u32 = widest.of_mut(segment.from);
                    *own = bytes.max(*own);
                }
                (AcceptQueue::of(all, tcp), widest)
            }
            Conversation::Udp(_) => (None, Ends::default()),
        };
        let mut steps = Self {
            kept: Vec::with_capacity(timeline.moments.len() / APART + 1),
            segments: Vec::with_capacity(timeline.arrows.len()),
            events: Vec::with_capacity(timeline.moments.len()),
            course,
            moves,
            accept_queue,
            arrows,
            widest,
        };
        steps.walk(all, conversation, timeline);
        steps
    }

    fn walk(&mut self, all: &Conversations, conversation: Conversation<'_>, timeline: &Timeline) {
        let mut holding = self.course.start(conversation);
        for (index, moment) in timeline.moments.iter().enumerate() {
            if index.is_multiple_of(APART) {
                self.kept.push(holding.clone());
            }
            let now = Now::whole(index);
            let all_of_it = Stop { now, what: Happened::All(moment.what) };
            match moment.what {
                MomentKind::Phase(_) => {}
                MomentKind::Arrow(arrow) => {
                    self.segments.push(all_of_it);
                    if End::BOTH.into_iter().any(|end| !self.moved(end, index, true).is_empty()) {
                        let left = Now { moment: index, part: ON_ITS_WAY };
                        self.events.push(Stop { now: left, what: Happened::Left(arrow) });
                        self.events.push(Stop { now, what: Happened::Arrived(arrow) });
                    } else {
                        self.events.push(all_of_it);
                    }
                }
                MomentKind::Arrival(_)
                | MomentKind::Enter(..)
                | MomentKind::Return(..)
                | MomentKind::Exit(_)
                | MomentKind::Cable(_)
                | MomentKind::Quiet(_) => {
                    self.events.push(all_of_it);
                }
            }
            self.pass(&mut holding, all, conversation, timeline, now);
        }
    }

    /// Lets one moment happen, as much of it as `now` says.
    fn pass(
        &self,
        holding: &mut Holding,
        all: &Conversations,
        conversation: Conversation<'_>,
        timeline: &Timeline,
        now: Now,
    ) {
        let record = |end, index: usize| {
            let span = timeline.calls.of(end).get(index)?;
            all.call(span.call)
        };
        match timeline.moments.get(now.moment).map(|moment| moment.what) {
            Some(MomentKind::Arrow(index)) => {
                let Some(arrow) = timeline.arrows.get(index) else { return };
                holding.leaves(conversation, arrow.index);
                if now.arrived() && !arrow.apart {
                    holding.arrives(conversation, &self.course, arrow.index);
                }
            }
            Some(MomentKind::Arrival(index)) => {
                let Some(arrival) = timeline.arrivals.get(index) else { return };
                let Some(arrow) = timeline.arrows.get(arrival.arrow) else { return };
                if now.arrived() && !arrival.again {
                    holding.arrives(conversation, &self.course, arrow.index);
                }
            }
            Some(MomentKind::Enter(end, index)) => {
                if let Some(record) = record(end, index) {
                    holding.entered(end, record);
                }
            }
            Some(MomentKind::Return(end, index)) => {
                if let Some(record) = record(end, index) {
                    holding.returned(&self.course, end, record);
                }
            }
            Some(MomentKind::Exit(index)) => {
                if let Some(exit) = timeline.exits.get(index) {
                    holding.exits(exit.end);
                }
            }
            Some(MomentKind::Phase(_) | MomentKind::Cable(_) | MomentKind::Quiet(_)) | None => {}
        }
    }

    /// Where one can stop, in order.
    pub fn stops(&self, size: StepSize) -> &[Stop] {
        match size {
            StepSize::Segment => &self.segments,
            StepSize::Event => &self.events,
        }
    }

    /// How many stops have been reached.
    pub fn reached(&self, size: StepSize, now: Now) -> usize {
        self.stops(size).partition_point(|stop| !stop.now.is_after(now))
    }

    /// Where this arrow has arrived.
    pub fn at_arrow(&self, arrow: usize) -> Option<Now> {
        self.arrows.get(arrow).map(|(_, arrives)| Now::whole(*arrives))
    }

    /// The largest window an end advertises in the whole conversation, in
    /// bytes.
    pub const fn widest_window(&self, end: End) -> u32 {
        *self.widest.of(end)
    }

    /// Whether this arrow may be assumed to arrive.
    pub fn arrives(&self, arrow: usize) -> bool {
        self.course.arrives(arrow)
    }

    /// What both ends are and hold now.
    pub fn snapshot(
        &self,
        all: &Conversations,
        conversation: Conversation<'_>,
        timeline: &Timeline,
        now: Now,
    ) -> Snapshot {
        let kept = self.kept.get(now.moment / APART);
        let mut holding = kept.cloned().unwrap_or_else(|| self.course.start(conversation));
        for moment in now.moment / APART * APART..now.moment {
            self.pass(&mut holding, all, conversation, timeline, Now::whole(moment));
        }
        self.pass(&mut holding, all, conversation, timeline, now);
        let moment = timeline.moments.get(now.moment);
        let travels = |moment: &super::Moment| matches!(moment.what, MomentKind::Arrow(_) | MomentKind::Arrival(_));
        let under_way = !now.arrived() && moment.is_some_and(travels);
        let accept_queue =
            self.accept_queue.as_ref().zip(moment).and_then(|(queue, moment)| queue.waiting(moment.at, under_way));
        let state = |end| self.state(conversation, end, now);
        Snapshot {
            states: Ends { client: state(End::Client), server: state(End::Server) },
            holds: Ends { client: holding.of(End::Client), server: holding.of(End::Server) },
            accept_queue,
        }
    }

    fn state(&self, conversation: Conversation<'_>, end: End, now: Now) -> Option<TcpState> {
        let moves = self.moves.of(end);
        let done = moves.partition_point(|one| {
            one.moment < now.moment || one.moment == now.moment && (!one.arrives || now.arrived())
        });
        match done.checked_sub(1).and_then(|last| moves.get(last)) {
            Some(last) => Some(last.change.to),
            None => conversation.states(end).first()?.from,
        }
    }

    /// The changes of an end's state at a moment, where its arrow leaves or
    /// where it arrives.
    fn moved(&self, end: End, moment: usize, arrives: bool) -> &[Move] {
        let moves = self.moves.of(end);
        let from = moves.partition_point(|one| (one.moment, one.arrives) < (moment, arrives));
        let to = moves.partition_point(|one| (one.moment, one.arrives) <= (moment, arrives));
        moves.get(from..to).unwrap_or_default()
    }

    /// The changes of state that a stop shows, in order.
    pub fn changes(&self, stop: &Stop) -> Vec<(End, StateChange)> {
        let halves: &[bool] = match stop.what {
            Happened::All(_) => &[false, true],
            Happened::Left(_) => &[false],
            Happened::Arrived(_) => &[true],
        };
        let both = halves.iter().flat_map(|half| End::BOTH.map(|end| (end, *half)));
        both.flat_map(|(end, half)| self.moved(end, stop.now.moment, half).iter().map(move |one| (end, one.change)))
            .collect()
    }
}

/// Where each change of an end's state stands among the moments.
fn moves(conversation: Conversation<'_>, timeline: &Timeline, arrows: &[(usize, usize)], end: End) -> Vec<Move> {
    let mut moves: Vec<Move> = Vec::new();
    for change in conversation.states(end) {
        let (moment, arrives) = match change.by {
            By::Call(call) => {
                let returns = |kind: MomentKind| match kind {
                    MomentKind::Return(of, index) if of == end => {
                        timeline.calls.of(end).get(index).is_some_and(|span| span.call == call)
                    }
                    MomentKind::Return(..)
                    | MomentKind::Phase(_)
                    | MomentKind::Enter(..)
                    | MomentKind::Arrow(_)
                    | MomentKind::Arrival(_)
                    | MomentKind::Exit(_)
                    | MomentKind::Cable(_)
                    | MomentKind::Quiet(_) => false,
                };
                (timeline.moments.iter().position(|moment| returns(moment.what)), false)
            }
            By::Sent(frame) | By::Received(frame) => {
                let own = timeline.arrows.partition_point(|arrow| arrow.frame < frame);
                // Where its arrival was seen.
                let received = matches!(change.by, By::Received(_));
                let arrives = timeline.arrows.get(own).and_then(|arrow| arrow.arrives);
                if received && arrives == Some(change.at) {
                    let moment = arrows.get(own).map_or(0, |(_, arrives)| *arrives);
                    moves.push(after_last(&moves, Move { moment, arrives: true, change: *change }));
                    continue;
                }
                // Where the capture shows a segment before its receiver had
                // it, the state changes with a later one of its own.
                let later = timeline.arrows.iter().enumerate().skip(own).find(|(_, arrow)| arrow.at >= change.at);
                let index = later.map_or(own, |(index, _)| index);
                (arrows.get(index).map(|(leaves, _)| *leaves), index == own && received)
            }
        };
        moves.push(after_last(&moves, Move { moment: moment.unwrap_or(0), arrives, change: *change }));
    }
    moves
}

/// Never before the change that came before.
fn after_last(moves: &[Move], next: Move) -> Move {
    let last = moves.last().map_or((0, false), |last| (last.moment, last.arrives));
    let (moment, arrives) = (next.moment, next.arrives).max(last);
    Move { moment, arrives, ..next }
}

/// A present, so that it is found again among other moments: while a
/// conversation grows, their indexes change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor {
    at: Timestamp,
    rank: u8,
    /// Which of those at the same time and of the same kind.
    nth: usize,
    part: f32,
}

impl Timeline {
    /// Remembers a present by what it is.
    pub fn anchor(&self, now: Now) -> Option<Anchor> {
        let moment = self.moments.get(now.moment)?;
        let key = (moment.at, moment.what.rank());
        let first = self.moments.partition_point(|other| (other.at, other.what.rank()) < key);
        Some(Anchor { at: key.0, rank: key.1, nth: now.moment.saturating_sub(first), part: now.part })
    }

    /// Finds it again; where it is not there any more, what came before it.
    pub fn find(&self, anchor: Anchor) -> Now {
        let key = (anchor.at, anchor.rank);
        let moment = self.moments.partition_point(|other| (other.at, other.what.rank()) < key) + anchor.nth;
        match self.moments.get(moment) {
            Some(found) if (found.at, found.what.rank()) == key => Now { moment, part: anchor.part },
            _ => {
                let after = self.moments.partition_point(|other| (other.at, other.what.rank()) <= key);
                after.checked_sub(1).map_or(Now::START, Now::whole)
            }
        }
    }

    /// How much time passes from one present to another.
    pub fn between(&self, from: Now, to: Now) -> Span {
        let at = |now: Now| self.moments.get(now.moment).map(|moment| moment.at);
        at(to).zip(at(from)).map_or(Span::ZERO, |(to, from)| to.since(from))
    }
}

#[cfg(test)]
mod tests;
