//! What is drawn, in time × lane: arrows, state bars, call bars, phases, quiet
//! stretches.
//!
//! Knows no pixel, no colour and no language: the window, the terminal and
//! every export paint the same timeline. [`layout`](mod@layout) gives each
//! thing a height in rows.

/// Arrivals that are moments of their own.
mod arrivals;
/// Two runs beside each other.
pub mod compare;
/// Arrows too many to be told apart.
pub mod density;
/// Graphs of one conversation over time.
pub mod graphs;
/// Several lifelines in one picture: every host, or every place.
pub mod lanes;
/// Heights: where in the picture a moment stands.
pub mod layout;
/// A topology as a map.
pub mod map;
/// A message on its way, cable by cable.
pub mod passage;
/// Going through a conversation moment by moment.
pub mod playback;
/// What has happened, seen from a moment.
pub mod present;
/// Stretches of height, found by where they stand.
pub mod spans;

use std::ops::Range;

use crate::conversation::{
    By, CallIndex, Cause, Closing, Conversation, Conversations, DatagramContent, End, Ends, Fate, Message, Opening,
    Sample, Segment, Sighting, TcpConversation,
};
use crate::model::{ExitStatus, LinkActionKind, PlaceId, Span, TcpState, Timestamp, What};
use crate::trace::{FrameNumber, Trace};

/// How much of a payload is kept for a label, in bytes.
const PREVIEW: usize = 96;

/// How long Linux keeps a connection in TIME-WAIT (`TCP_TIMEWAIT_LEN`); no
/// setting changes it.
pub const TIME_WAIT: Span = Span::from_millis(60_000);

/// One conversation, ready to be painted.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The moment that counts as 0: the first segment.
    pub zero: Timestamp,
    /// The segments, or the datagrams, and the ICMP errors about them, in order.
    pub arrows: Vec<Arrow>,
    /// Arrivals that are moments of their own, in order of their arrows.
    pub arrivals: Vec<Arrival>,
    /// Each end's states, in order.
    pub states: Ends<Vec<StateSpan>>,
    /// Each end's calls, in order of entering.
    pub calls: Ends<Vec<CallSpan>>,
    /// Programs that ended, in order.
    pub exits: Vec<Exit>,
    /// Cables that were pulled and plugged in again meanwhile, in order.
    pub cables: Vec<Cable>,
    /// When the kernel was asked for each end's state.
    pub samples: Ends<Vec<Sampled>>,
    /// Opening, data, closing: what the segments are about.
    pub phases: Vec<Phase>,
    /// Long stretches in which nothing happened.
    pub quiets: Vec<Quiet>,
    /// Everything above, in order of time.
    pub moments: Vec<Moment>,
}

/// A segment or a datagram on its way from one end to the other.
///
/// Seen at one place it has one moment: how long it travelled is not known,
/// and its slant in the picture only says which way it went.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "any of them goes with any other")]
pub struct Arrow {
    /// Which of the conversation's [messages](Conversation::message).
    pub index: usize,
    /// The frame it was seen in.
    pub frame: FrameNumber,
    /// When it was seen.
    pub at: Timestamp,
    /// Who sent it.
    pub from: End,
    /// Neither end sent it: it comes from a router on the way.
    pub from_outside: bool,
    /// What it is for, in one word.
    pub kind: ArrowKind,
    /// The first bytes of its payload.
    pub preview: Vec<u8>,
    /// When it reached its receiver, where it was seen at several places of its
    /// way: the slant is measured then. Of one that was lost, when it was seen
    /// last.
    pub arrives: Option<Timestamp>,
    /// It was lost: seen at one place of its way and not at the next, or a wire
    /// said so.
    pub lost: bool,
    /// Its arrival is a [moment of its own](Timeline::arrivals): something
    /// happened to its receiver while it was on its way.
    pub apart: bool,
    /// What became of it.
    pub fate: Fate,
    /// Something was found about it.
    pub found: bool,
    /// The arrow (by index) whose numbers it uses again.
    pub repeats: Option<usize>,
}

/// An arrow reaches its receiver, after something else has happened there, or
/// once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Which arrow.
    pub arrow: usize,
    /// When.
    pub at: Timestamp,
    /// It has arrived before: a wire duplicated it.
    pub again: bool,
}

/// A moment at which the kernel was asked for the state of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampled {
    /// When.
    pub at: Timestamp,
    /// It said something else than what was inferred.
    pub differs: bool,
}

/// What a segment is for. The theme gives each kind its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArrowKind {
    /// Opens: SYN.
    Syn,
    /// Carries data.
    Data,
    /// Only acknowledges.
    Ack,
    /// Closes: FIN.
    Fin,
    /// Resets, or tells of an error (ICMP).
    Rst,
}

/// A state from the moment it was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateSpan {
    /// The state.
    pub state: TcpState,
    /// Since when; `None`: since before the picture begins.
    pub since: Option<Timestamp>,
    /// Until when; `None`: to its end and beyond.
    pub until: Option<Timestamp>,
    /// What began it; `None` where it was there before.
    pub by: Option<By>,
}

/// A socket call from entering to returning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallSpan {
    /// Which call.
    pub call: CallIndex,
    /// When the program asked.
    pub entered: Timestamp,
    /// When the kernel answered; `None`: never.
    pub returned: Option<Timestamp>,
    /// The thread that called, from 0.
    pub thread: u32,
}

/// A program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Whose.
    pub end: End,
    /// When.
    pub at: Timestamp,
    /// How.
    pub status: ExitStatus,
}

/// A cable is pulled on purpose, or plugged in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cable {
    /// Which wire.
    pub wire: PlaceId,
    /// When.
    pub at: Timestamp,
    /// It is out from now on.
    pub out: bool,
}

/// A run of segments with one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// What for.
    pub kind: PhaseKind,
    /// Its first moment: the call that caused its first segment, or that
    /// segment itself.
    pub start: Timestamp,
    /// Which arrows.
    pub arrows: Range<usize>,
}

/// What a run of segments is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhaseKind {
    /// Sockets are made, bound, listened on; nothing is on the wire.
    Before,
    /// The connection is opened.
    Opening(Opening),
    /// Data and its acknowledgments.
    Data,
    /// Datagrams: nothing is opened, nothing is closed.
    Datagrams,
    /// The connection is closed.
    Closing(Closing),
}

/// A stretch of time in which nothing happened that could be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// The last moment before it.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
    /// What each end's program was doing.
    pub doing: Ends<Doing>,
}

/// What a program does while nothing happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It is blocked in this call.
    Waits(CallIndex),
    /// It is in no socket call: it computes or sleeps.
    Elsewhere,
    /// Its calls were not recorded, or it has none yet.
    Unknown,
    /// It has ended.
    Ended,
}

/// One moment of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// What, by index into the timeline.
    pub what: MomentKind,
}

/// What happens at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MomentKind {
    /// A phase begins.
    Phase(usize),
    /// A program enters a call.
    Enter(End, usize),
    /// An arrow leaves; unless it arrives [apart](Arrow::apart), it arrives
    /// too.
    Arrow(usize),
    /// An arrow arrives that has left before.
    Arrival(usize),
    /// A call returns.
    Return(End, usize),
    /// A program ends.
    Exit(usize),
    /// A cable is pulled or plugged in.
    Cable(usize),
    /// A quiet stretch begins.
    Quiet(usize),
}

impl MomentKind {
    /// The order of things at one and the same nanosecond.
    const fn rank(self) -> u8 {
        match self {
            Self::Quiet(_) => 0,
            Self::Phase(_) => 1,
            Self::Enter(..) => 2,
            Self::Arrival(_) => 3,
            Self::Arrow(_) => 4,
            Self::Return(..) => 5,
            Self::Exit(_) => 6,
            Self::Cable(_) => 7,
        }
    }
}

impl Timeline {
    /// Draws up the timeline of one conversation of `all`.
    pub fn new(trace: &Trace, all: &Conversations, conversation: Conversation<'_>) -> Self {
        let mut arrows = arrows(trace, conversation);
        let zero = arrows.first().map_or_else(Timestamp::default, |arrow| arrow.at);
        let calls = Ends {
            client: call_spans(all, &conversation.calls().client),
            server: call_spans(all, &conversation.calls().server),
        };
        let phases = with_preparation(phases(all, conversation, &arrows), &calls);
        let exits = exits(trace, conversation);
        let arrivals = arrivals::apart(conversation, &mut arrows, &calls, &exits);
        let mut timeline = Self {
            zero,
            arrows,
            arrivals,
            states: Ends {
                client: state_spans(conversation.states(End::Client)),
                server: state_spans(conversation.states(End::Server)),
            },
            calls,
            exits,
            cables: Vec::new(),
            samples: Ends { client: samples(conversation, End::Client), server: samples(conversation, End::Server) },
            phases,
            quiets: Vec::new(),
            moments: Vec::new(),
        };
        timeline.moments = timeline.sorted_moments();
        timeline.find_cables(trace);
        timeline.find_quiets();
        timeline
    }

    /// The ends that are in TIME-WAIT when the picture ends.
    ///
    /// Nothing on the wire shows when it is over. RFC 9293 §3.6.1 (MUST-13) asks
    /// for two maximum segment lifetimes, four minutes; Linux waits
    /// [`TIME_WAIT`].
    pub fn time_wait(&self) -> impl Iterator<Item = End> {
        let waits = |end: &End| self.states.of(*end).last().is_some_and(|last| last.state == TcpState::TimeWait);
        End::BOTH.into_iter().filter(waits)
    }

    /// Which arrow shows the segment that this frame showed first.
    pub fn arrow_of(&self, frame: FrameNumber) -> Option<usize> {
        let index = self.arrows.partition_point(|arrow| arrow.frame < frame);
        self.arrows.get(index).filter(|arrow| arrow.frame == frame).map(|_| index)
    }

    /// How long after the first segment a moment is.
    pub const fn since_start(&self, at: Timestamp) -> Span {
        at.since(self.zero)
    }

    fn sorted_moments(&self) -> Vec<Moment> {
        let mut moments: Vec<Moment> = Vec::new();
        let moment = |at, what| Moment { at, what };
        moments
            .extend(self.phases.iter().enumerate().map(|(index, phase)| moment(phase.start, MomentKind::Phase(index))));
        moments.extend(self.arrows.iter().enumerate().map(|(index, arrow)| moment(arrow.at, MomentKind::Arrow(index))));
        let arrivals = self.arrivals.iter().enumerate();
        moments.extend(arrivals.map(|(index, arrival)| moment(arrival.at, MomentKind::Arrival(index))));
        for end in End::BOTH {
            for (index, call) in self.calls.of(end).iter().enumerate() {
                moments.push(moment(call.entered, MomentKind::Enter(end, index)));
                moments.extend(call.returned.map(|at| moment(at, MomentKind::Return(end, index))));
            }
        }
        moments.extend(self.exits.iter().enumerate().map(|(index, exit)| moment(exit.at, MomentKind::Exit(index))));
        moments.sort_by_key(|moment| (moment.at, moment.what.rank()));
        moments
    }

    /// What was done to cables while something else happened.
    fn find_cables(&mut self, trace: &Trace) {
        let ends = self.moments.first().zip(self.moments.last());
        let Some((first, last)) = ends.map(|(first, last)| (first.at, last.at)) else { return };
        let turn = |event: &crate::model::Event| {
            let What::LinkAction(action) = &event.what else { return None };
            let out = match action.what {
                LinkActionKind::Unplugged => true,
                LinkActionKind::Plugged => false,
                LinkActionKind::Lost
                | LinkActionKind::Delayed
                | LinkActionKind::Duplicated
                | LinkActionKind::Swapped
                | LinkActionKind::QueueFull => return None,
            };
            Some(Cable { wire: event.place, at: event.at, out })
        };
        let meanwhile = |cable: &Cable| first <= cable.at && cable.at <= last;
        self.cables = trace.events().iter().filter_map(turn).filter(meanwhile).collect();
        let cables = self.cables.iter().enumerate();
        self.moments.extend(cables.map(|(index, cable)| Moment { at: cable.at, what: MomentKind::Cable(index) }));
        self.moments.sort_by_key(|moment| (moment.at, moment.what.rank()));
    }

    /// Marks the stretches that are long, and long beside the others.
    fn find_quiets(&mut self) {
        const AT_LEAST: Span = Span::from_millis(10);
        const TIMES_MEDIAN: i64 = 8;
        let mut gaps: Vec<i64> = self
            .moments
            .array_windows()
            .map(|[one, next]| next.at.since(one.at).nanos())
            .filter(|gap| *gap > 0)
            .collect();
        gaps.sort_unstable();
        let median = gaps.get(gaps.len() / 2).copied().unwrap_or(0);
        let threshold = AT_LEAST.nanos().max(median.saturating_mul(TIMES_MEDIAN));
        for [one, next] in self.moments.clone().array_windows() {
            if next.at.since(one.at).nanos() >= threshold {
                let doing = Ends {
                    client: self.doing(End::Client, one.at, next.at),
                    server: self.doing(End::Server, one.at, next.at),
                };
                let index = self.quiets.len();
                self.quiets.push(Quiet { from: one.at, to: next.at, doing });
                self.moments.push(Moment { at: next.at, what: MomentKind::Quiet(index) });
            }
        }
        self.moments.sort_by_key(|moment| (moment.at, moment.what.rank()));
    }

    fn doing(&self, end: End, from: Timestamp, to: Timestamp) -> Doing {
        if self.exits.iter().any(|exit| exit.end == end && exit.at <= from) {
            return Doing::Ended;
        }
        // A program may wait in `accept` with one thread and talk with another:
        // the one that was busy last is meant.
        let calls = self.calls.of(end);
        let last =
            calls.iter().filter(|call| call.entered <= from).max_by_key(|call| call.returned.unwrap_or(call.entered));
        let waits = calls.iter().rev().find(|call| {
            last.is_some_and(|last| last.thread == call.thread)
                && call.entered <= from
                && call.returned.is_none_or(|returned| to <= returned)
        });
        match waits {
            Some(call) => Doing::Waits(call.call),
            None if last.is_some() => Doing::Elsewhere,
            None => Doing::Unknown,
        }
    }
}

impl ArrowKind {
    /// What a segment is for.
    pub const fn of(segment: &Segment) -> Self {
        let flags = segment.flags;
        if flags.rst() {
            Self::Rst
        } else if flags.syn() {
            Self::Syn
        } else if flags.fin() {
            Self::Fin
        } else if segment.length > 0 {
            Self::Data
        } else {
            Self::Ack
        }
    }
}

fn arrows(trace: &Trace, conversation: Conversation<'_>) -> Vec<Arrow> {
    let preview = |frame, payload: &Range<usize>| {
        let bytes = trace.frame(frame).and_then(|(_, _, frame)| frame.bytes.get(payload.clone()));
        bytes.map(|bytes| bytes.iter().copied().take(PREVIEW).collect()).unwrap_or_default()
    };
    let arrow = |(index, message): (usize, Message<'_>)| match message {
        Message::Segment(_, segment) => Arrow {
            index,
            frame: segment.frame,
            at: segment.at,
            from: segment.from,
            from_outside: false,
            kind: ArrowKind::of(segment),
            preview: preview(segment.frame, &segment.payload),
            arrives: segment.reached().or_else(|| last_seen(&segment.seen_at)).filter(|last| *last > segment.at),
            lost: segment.fate.is_lost(),
            apart: false,
            fate: segment.fate,
            found: !segment.findings.is_empty(),
            repeats: segment.repeats,
        },
        Message::Datagram(datagram) => Arrow {
            index,
            frame: datagram.frame,
            at: datagram.at,
            from: datagram.from,
            from_outside: !datagram.content.from_the_end(),
            kind: match datagram.content {
                DatagramContent::Data => ArrowKind::Data,
                DatagramContent::Error { .. } => ArrowKind::Rst,
            },
            preview: preview(datagram.frame, &datagram.payload),
            arrives: datagram.reached().or_else(|| last_seen(&datagram.seen_at)).filter(|last| *last > datagram.at),
            lost: datagram.fate.is_lost(),
            apart: false,
            fate: datagram.fate,
            found: false,
            repeats: None,
        },
    };
    let mut arrows: Vec<Arrow> = conversation.messages().enumerate().map(arrow).collect();
    if matches!(conversation, Conversation::Tcp(tcp) if !tcp.errors.is_empty()) {
        arrows.sort_by_key(|arrow| arrow.frame);
        let mut places = vec![0; arrows.len()];
        for (place, arrow) in arrows.iter().enumerate() {
            if let Some(slot) = places.get_mut(arrow.index) {
                *slot = place;
            }
        }
        for arrow in &mut arrows {
            arrow.repeats = arrow.repeats.and_then(|segment| places.get(segment).copied());
        }
    }
    arrows
}

/// When a segment was last seen.
fn last_seen(seen_at: &[Sighting]) -> Option<Timestamp> {
    seen_at.iter().map(|seen| seen.at).max()
}

/// When the kernel was asked, in order.
fn samples(conversation: Conversation<'_>, end: End) -> Vec<Sampled> {
    let Conversation::Tcp(tcp) = conversation else { return Vec::new() };
    let brief = |sample: &Sample| Sampled { at: sample.at, differs: sample.agreement.agrees() == Some(false) };
    let mut samples: Vec<Sampled> = tcp.samples.of(end).iter().map(brief).collect();
    samples.sort_by_key(|sample| sample.at);
    samples
}

fn call_spans(all: &Conversations, indexes: &[CallIndex]) -> Vec<CallSpan> {
    let span = |index: &CallIndex| {
        let record = all.call(*index)?;
        let (entered, returned, thread) = (record.entered, record.returned, record.thread);
        Some(CallSpan { call: *index, entered, returned, thread })
    };
    indexes.iter().filter_map(span).collect()
}

fn state_spans(changes: &[crate::conversation::StateChange]) -> Vec<StateSpan> {
    let before = changes.first().and_then(|first| {
        let state = first.from?;
        Some(StateSpan { state, since: None, until: Some(first.at), by: None })
    });
    let ends = changes.iter().skip(1).map(|change| Some(change.at)).chain([None]);
    let spans = changes.iter().zip(ends).map(|(change, until)| StateSpan {
        state: change.to,
        since: Some(change.at),
        until,
        by: Some(change.by),
    });
    before.into_iter().chain(spans).collect()
}

fn exits(trace: &Trace, conversation: Conversation<'_>) -> Vec<Exit> {
    let exit = |event: &crate::model::Event| {
        let What::Exit(status) = event.what else { return None };
        let end = End::BOTH.into_iter().find(|end| *conversation.programs().of(*end) == Some(event.place))?;
        Some(Exit { end, at: event.at, status })
    };
    trace.events().iter().filter_map(exit).collect()
}

fn phases(all: &Conversations, conversation: Conversation<'_>, arrows: &[Arrow]) -> Vec<Phase> {
    let runs = match conversation {
        Conversation::Tcp(tcp) => {
            // Between the segments there may be ICMP errors about them.
            let place = |segment: usize| {
                let found = arrows.iter().position(|arrow| arrow.index == segment);
                found.filter(|_| segment < tcp.segments.len()).unwrap_or(arrows.len())
            };
            let run = |(kind, segments): (PhaseKind, Range<usize>)| (kind, place(segments.start)..place(segments.end));
            let [opening, rest @ ..] = tcp_phases(tcp);
            // One that comes before the first segment, in the order of a file.
            let opening = (opening.0, 0..run(opening).1.end);
            std::iter::once(opening).chain(rest.map(run)).collect()
        }
        Conversation::Udp(_) => vec![(PhaseKind::Datagrams, 0..arrows.len())],
    };
    // A phase begins with the call that caused its first segment.
    let start = |index: usize| {
        let arrow = arrows.get(index)?;
        let cause = match conversation.message(arrow.index)? {
            Message::Segment(_, segment) => segment.cause,
            Message::Datagram(datagram) => datagram.cause,
        };
        let call = match cause {
            Cause::Call(call) => all.call(call).map(|call| call.entered),
            Cause::Exit(_) | Cause::Kernel(_) | Cause::Unknown => None,
        };
        Some(call.unwrap_or(arrow.at))
    };
    let phase = |(kind, arrows): (PhaseKind, Range<usize>)| {
        let start = start(arrows.start).filter(|_| !arrows.is_empty())?;
        Some(Phase { kind, start, arrows })
    };
    runs.into_iter().filter_map(phase).collect()
}

/// Which segments open the connection, which use it, which close it.
fn tcp_phases(conversation: &TcpConversation) -> [(PhaseKind, Range<usize>); 3] {
    let [opening, data, closing] = conversation.phases();
    [
        (PhaseKind::Opening(conversation.opening), opening),
        (PhaseKind::Data, data),
        (PhaseKind::Closing(conversation.closing), closing),
    ]
}

/// Calls before the first segment are a phase of their own.
fn with_preparation(mut phases: Vec<Phase>, calls: &Ends<Vec<CallSpan>>) -> Vec<Phase> {
    let first_call = End::BOTH.iter().filter_map(|end| calls.of(*end).first()).map(|call| call.entered).min();
    if let (Some(first_call), Some(phase)) = (first_call, phases.first())
        && first_call < phase.start
    {
        phases.insert(0, Phase { kind: PhaseKind::Before, start: first_call, arrows: 0..0 });
    }
    phases
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{conversations, story::story};

    fn timeline(lines: &str) -> Timeline {
        let trace = story(lines);
        let all = conversations(&trace);
        Timeline::new(&trace, &all, Conversation::Tcp(&all.tcp[0]))
    }

    const STORY: &str = "
        0 > S 0 - 0
        10 < S. 0 1 0
        20 > . 1 1 0
        100 < P. 1 1 8
        110 > . 1 9 0
        1000110 > F. 1 9 0
        1000120 < F. 9 2 0
        1000130 > . 2 10 0";

    #[test]
    fn phases_cover_every_arrow_once() {
        let timeline = timeline(STORY);
        let kinds: Vec<_> = timeline.phases.iter().map(|phase| (phase.kind, phase.arrows.clone())).collect();
        assert_eq!(
            kinds,
            [
                (PhaseKind::Opening(Opening::ThreeWayHandshake), 0..3),
                (PhaseKind::Data, 3..5),
                (PhaseKind::Closing(Closing::ThreeSegment), 5..8),
            ]
        );
    }

    #[test]
    fn a_long_silence_is_marked_with_its_length() {
        let timeline = timeline(STORY);
        let lengths: Vec<i64> = timeline.quiets.iter().map(|quiet| quiet.to.since(quiet.from).nanos()).collect();
        assert_eq!(lengths, [1_000_000_000]);
        assert_eq!(timeline.quiets[0].doing, Ends { client: Doing::Unknown, server: Doing::Unknown });
        let quiet = timeline.moments.iter().position(|moment| moment.what == MomentKind::Quiet(0)).unwrap();
        assert_eq!(timeline.moments[quiet + 1].what, MomentKind::Phase(2));
    }

    /// An ICMP error from a router stands among the segments, in their order and
    /// in their phases.
    #[test]
    fn an_error_is_an_arrow_among_the_segments() {
        let mut trace = story(STORY);
        let (at, place, about) = trace.frame(FrameNumber(4)).unwrap();
        let about = about.clone();
        let (quoted, to) = (&about.bytes[..28], &about.bytes[12..16]);
        let head = [0x45, 0, 0, 56, 0, 7, 0, 0, 64, 1, 0, 0, 10, 0, 9, 9];
        let bytes = [&head[..], to, &[3, 1, 0, 0, 0, 0, 0, 0], quoted].concat();
        let what = What::Frame(crate::model::Frame::whole(bytes));
        trace.insert(crate::model::Event { at: at + Span::from_nanos(1_000), place, what });
        let all = conversations(&trace);
        let timeline = Timeline::new(&trace, &all, Conversation::Tcp(&all.tcp[0]));
        let outside: Vec<bool> = timeline.arrows.iter().map(|arrow| arrow.from_outside).collect();
        assert_eq!(outside, [false, false, false, false, true, false, false, false, false]);
        assert!(timeline.arrows.is_sorted_by_key(|arrow| arrow.frame));
        let phases: Vec<_> = timeline.phases.iter().map(|phase| phase.arrows.clone()).collect();
        assert_eq!(phases, [0..3, 3..6, 6..9]);
    }

    /// A capture over a slow line is not all silence.
    #[test]
    fn steady_waits_are_no_silence() {
        let lines: Vec<String> =
            (0..20).map(|index| format!("{} > P. {} 1 5", index * 30_000, 1 + index * 5)).collect();
        assert_eq!(timeline(&lines.join("\n")).quiets, []);
    }
}
