//! One transmission control block (RFC 9293 §3.3.1) and how a segment leaves
//! it.

use std::time::Duration;

use super::congestion::Congestion;
use super::knobs::Limit;
use super::options::{Agreed, offered};
use super::receive::Incoming;
use super::recovery::Recovery;
use super::round_trip::RoundTrip;
use super::segment::{Options, Segment, length};
use super::send::Outgoing;
use super::timers::Timers;
use super::{Failure, Knobs, Opened, Reason, State};
use crate::model::{RawWindow, SeqNumber, TcpFlags, TcpState};
use crate::source::simulator::Moment;

/// What a connection does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// It sends a segment.
    Segment {
        /// What.
        segment: Segment,
        /// By which rule.
        why: Reason,
    },
    /// Its state changes.
    State {
        /// From this one.
        from: TcpState,
        /// To this one.
        to: TcpState,
        /// By which rule.
        why: Reason,
    },
    /// It ignores what came, or a part of it.
    Ignored {
        /// By which rule.
        why: Reason,
    },
}

/// What no segment shows: the inside of a connection at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inside {
    /// Its state.
    pub state: TcpState,
    /// SND.UNA.
    pub una: SeqNumber,
    /// SND.NXT.
    pub nxt: SeqNumber,
    /// RCV.NXT, once the peer's SYN came.
    pub rcv_nxt: Option<SeqNumber>,
    /// SND.WND, in bytes.
    pub peer_window: u32,
    /// RCV.WND, in bytes.
    pub window: u32,
    /// The congestion window, in bytes.
    pub cwnd: u32,
    /// The largest segment, in bytes.
    pub mss: u32,
    /// The slow start threshold, in bytes; `u32::MAX` before the first loss.
    pub ssthresh: u32,
    /// Thought to be under way, in sequence numbers.
    pub flight: u32,
    /// Handed over by the program and not acknowledged, in bytes.
    pub unacknowledged: u32,
    /// Not read by the program, in bytes.
    pub unread: u32,
    /// The retransmission timeout as it stands.
    pub rto: Duration,
    /// The smoothed round-trip time, once measured.
    pub srtt: Option<Duration>,
    /// Its variation.
    pub rttvar: Duration,
    /// When the retransmission timer goes off, if it runs.
    pub retransmission: Option<Moment>,
    /// Segments sent again so far.
    pub retransmissions: u32,
    /// The other timers.
    pub timers: Running,
    /// Bytes that wait behind a hole.
    pub out_of_order: u32,
    /// RCV.UP: where urgent data ends, once the peer said there is some.
    pub urgent: Option<SeqNumber>,
}

/// When each timer but the retransmission timer goes off, where it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Running {
    /// Asks a closed window, or lets a small segment go (RFC 9293 §3.8.6).
    pub persist: Option<Moment>,
    /// The delayed acknowledgment (RFC 9293 §3.8.6.3).
    pub delayed_ack: Option<Moment>,
    /// The user timeout (RFC 9293 §3.8.3).
    pub user: Option<Moment>,
    /// RFC 9293 §3.8.4.
    pub keep_alive: Option<Moment>,
    /// The tail-loss probe (RFC 8985 §7).
    pub tail_loss_probe: Option<Moment>,
    /// The end of TIME-WAIT, or of an orphan's FIN-WAIT-2.
    pub time_wait: Option<Moment>,
}

/// A transmission control block.
#[derive(Clone, Debug)]
pub struct Connection {
    pub(super) state: State,
    pub(super) knobs: Knobs,
    pub(super) out: Outgoing,
    /// Nothing before the peer's SYN.
    pub(super) incoming: Option<Incoming>,
    pub(super) agreed: Agreed,
    pub(super) timers: Timers,
    pub(super) rtt: RoundTrip,
    pub(super) congestion: Congestion,
    pub(super) recovery: Recovery,
    pub(super) acks: Acks,
    /// How it ended, if badly.
    pub(super) failure: Option<Failure>,
    /// No program will read any more.
    pub(super) abandoned: bool,
    /// When something came from the peer last.
    pub(super) heard: Moment,
    /// Keep-alive probes that nobody answered.
    pub(super) probes: u32,
    pub(super) outputs: Vec<Output>,
}

/// What is to be acknowledged, and how many challenges went out.
#[derive(Clone, Debug, Default)]
pub(super) struct Acks {
    /// An ACK is due now.
    pub(super) now: Option<Reason>,
    /// Bytes that came since the last ACK.
    pub(super) unanswered: u32,
    /// The largest segment that came.
    pub(super) largest: u32,
    /// The number acknowledged last: Last.ACK.sent (RFC 7323 §4.3).
    pub(super) last: Option<SeqNumber>,
    /// When the current time slot of challenges began, and how many it had.
    challenges: (Moment, u32),
}

/// RFC 5961 §7: at most this many answers to what may be an attack …
const MOST_CHALLENGES: u32 = 10;
/// … in this time.
const CHALLENGE_SLOT: Duration = Duration::from_secs(5);

impl Connection {
    /// CLOSED, with everything that a connection begins with.
    pub(super) fn new(knobs: Knobs, iss: SeqNumber, now: Moment) -> Self {
        let agreed = Agreed::nothing();
        Self {
            state: State::Closed,
            knobs,
            out: Outgoing::new(iss),
            incoming: None,
            agreed,
            timers: Timers::default(),
            rtt: RoundTrip::new(&knobs),
            congestion: Congestion::new(&knobs, agreed.mss),
            recovery: Recovery::new(iss),
            acks: Acks::default(),
            failure: None,
            abandoned: false,
            heard: now,
            probes: 0,
            outputs: Vec::new(),
        }
    }

    /// Its state.
    pub const fn state(&self) -> State {
        self.state
    }

    /// How it ended, if badly.
    pub const fn failure(&self) -> Option<Failure> {
        self.failure
    }

    /// Everything a reader may want to see of it.
    pub fn inside(&self) -> Inside {
        Inside {
            state: self.state.name(),
            una: self.out.una,
            nxt: self.out.nxt,
            rcv_nxt: self.incoming.as_ref().map(|incoming| incoming.nxt),
            peer_window: self.out.window,
            window: self.incoming.as_ref().map_or(0, Incoming::window),
            cwnd: self.congestion.window(),
            mss: self.agreed.mss,
            ssthresh: self.congestion.threshold(),
            flight: self.out.queue.flight(),
            unacknowledged: self.out.buffered(),
            unread: self.incoming.as_ref().map_or(0, Incoming::unread),
            rto: self.rtt.timeout(),
            srtt: self.rtt.smoothed(),
            rttvar: self.rtt.variation(),
            retransmission: self.timers.retransmission,
            retransmissions: self.recovery.retransmissions,
            timers: self.running(),
            out_of_order: self.incoming.as_ref().map_or(0, Incoming::behind_holes),
            urgent: self.incoming.as_ref().and_then(|incoming| incoming.urgent),
        }
    }

    fn running(&self) -> Running {
        let timers = &self.timers;
        let time_wait = if let State::TimeWait { until } = self.state { Some(until) } else { timers.fin_wait_2 };
        Running {
            persist: timers.persist,
            delayed_ack: timers.delayed_ack,
            user: timers.user,
            keep_alive: timers.keep_alive,
            tail_loss_probe: timers.tail,
            time_wait,
        }
    }

    /// Changes the state, and says so.
    pub(super) fn go(&mut self, to: State, why: Reason) {
        let from = std::mem::replace(&mut self.state, to).name();
        // LISTEN is the listener's, yet that is where a connection comes from
        // and may go back to.
        let spawned = matches!(why, Reason::SynToListener | Reason::CookieAccepted);
        let from = if spawned { TcpState::Listen } else { from };
        let to = if why == Reason::ResetBackToListen { TcpState::Listen } else { to.name() };
        self.outputs.push(Output::State { from, to, why });
    }

    /// Ignores what came, and says so.
    pub(super) fn ignore(&mut self, why: Reason) {
        self.outputs.push(Output::Ignored { why });
    }

    /// The end: queues flushed, timers stopped.
    pub(super) fn end(&mut self, why: Reason, failure: Option<Failure>) {
        self.out.queue.clear();
        self.timers = Timers::default();
        self.acks.now = None;
        self.failure = self.failure.or(failure);
        self.go(State::Closed, why);
    }

    /// The peer's SYN: RCV.NXT, IRS, and what both agree on.
    pub(super) fn synchronize(&mut self, syn: &Segment, now: Moment) {
        self.agreed = Agreed::with_syn(&self.knobs, syn, now);
        let most = if self.agreed.scaled { self.knobs.window } else { self.knobs.window.min(65_535) };
        self.incoming = Some(Incoming::new(syn.seq, most, self.knobs.mss));
        self.congestion = Congestion::new(&self.knobs, self.agreed.mss);
        self.heard = now;
    }

    /// RCV.NXT; zero before the peer's SYN.
    pub(super) fn rcv_nxt(&self) -> SeqNumber {
        self.incoming.as_ref().map_or(SeqNumber::new(0), |incoming| incoming.nxt)
    }

    /// Sends a segment that takes sequence numbers or acknowledges.
    pub(super) fn emit(&mut self, now: Moment, flags: TcpFlags, seq: SeqNumber, payload: Vec<u8>, why: Reason) {
        let mut segment = Segment { payload, ..Segment::bare(flags, seq, self.rcv_nxt()) };
        if flags.syn() {
            segment.options =
                if flags.ack() { self.agreed.answer(&self.knobs, now) } else { offered(&self.knobs, now) };
            // RFC 7323 §2.2: the window of a SYN is never scaled.
            segment.window = RawWindow(u16::try_from(self.knobs.window).unwrap_or(u16::MAX));
        } else {
            segment.options = self.options(now);
            segment.window = self.raw_window();
        }
        if flags.ack() {
            let blocks = self.room_for_blocks(&segment);
            if !flags.syn()
                && blocks > 0
                && self.agreed.sack
                && let Some(incoming) = &mut self.incoming
            {
                segment.options.sack = incoming.report(blocks);
            }
            self.acks.now = None;
            self.acks.unanswered = 0;
            self.acks.last = Some(segment.ack);
            self.timers.delayed_ack = None;
        } else {
            segment.ack = SeqNumber::new(0);
        }
        self.outputs.push(Output::Segment { segment, why });
    }

    /// How many SACK blocks a segment has room for: 40 bytes of options at
    /// most (RFC 2018 §3), and beside data no more than the largest segment
    /// leaves (RFC 6691 §2, RFC 9293 §3.7.1).
    fn room_for_blocks(&self, segment: &Segment) -> usize {
        let options = segment.options.length();
        let room = match segment.payload.len() {
            0 => 40 - options.min(40),
            data => (self.agreed.mss.saturating_sub(options + length(data))).min(40 - options.min(40)),
        };
        usize::try_from(room.saturating_sub(4) / 8).unwrap_or(0)
    }

    /// The options of every segment but a SYN, without SACK blocks.
    pub(super) fn options(&self, now: Moment) -> Options {
        Options { timestamps: self.agreed.stamps(now), ..Options::default() }
    }

    /// SEG.WND: the promise, shifted; never more than there is room for.
    fn raw_window(&mut self) -> RawWindow {
        let Some(incoming) = &mut self.incoming else { return RawWindow(0) };
        let window = incoming.promise() >> self.agreed.own_scale.shift();
        RawWindow(u16::try_from(window).unwrap_or(u16::MAX))
    }

    /// `<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>`.
    pub(super) fn acknowledge(&mut self, now: Moment, why: Reason) {
        self.emit(now, TcpFlags::ACK, self.out.nxt, Vec::new(), why);
    }

    /// The same, where it may answer an attack or an answer of the same kind:
    /// not too often (RFC 5961 §7).
    pub(super) fn challenge(&mut self, now: Moment, why: Reason) {
        let (begun, count) = self.acks.challenges;
        self.acks.challenges = match now.since(begun) >= CHALLENGE_SLOT {
            true => (now, 1),
            false if count < MOST_CHALLENGES => (begun, count + 1),
            false => return self.ignore(Reason::ChallengeLimit),
        };
        self.acknowledge(now, why);
    }

    /// Sends a reset (RFC 9293 §3.5.2): `<SEQ=seq><CTL=RST>`, with an ACK
    /// where the peer's number is to be acknowledged.
    pub(super) fn reset(&mut self, seq: SeqNumber, ack: Option<SeqNumber>, why: Reason) {
        let flags = if ack.is_some() { TcpFlags::RST.with(TcpFlags::ACK) } else { TcpFlags::RST };
        let segment = Segment::bare(flags, seq, ack.unwrap_or(SeqNumber::new(0)));
        self.outputs.push(Output::Segment { segment, why });
    }

    /// After anything happened: sends what may go, with the ACK on it if one
    /// is due; alone if nothing goes.
    pub(super) fn flush(&mut self, now: Moment, why: Reason) {
        self.transmit(now, why);
        if let Some(due) = self.acks.now {
            self.acknowledge(now, due);
        }
        self.arm(now);
    }

    /// When to give up (RFC 9293 §3.8.3).
    pub(super) const fn limit(&self) -> Limit {
        match self.state {
            State::SynReceived { opened: Opened::Passively } => self.knobs.syn_ack_limit,
            State::SynSent | State::SynReceived { .. } => self.knobs.syn_limit,
            State::Closed
            | State::Established
            | State::FinWait1
            | State::FinWait2
            | State::CloseWait
            | State::Closing
            | State::LastAck
            | State::TimeWait { .. } => self.knobs.data_limit,
        }
    }

    /// Whether its SYN is not acknowledged.
    pub(super) const fn is_opening(&self) -> bool {
        matches!(self.state, State::SynSent | State::SynReceived { .. })
    }

    /// When to give up, as a moment; `None` where retransmissions are counted.
    pub(super) fn patience(&self, now: Moment) -> Option<Moment> {
        match self.limit() {
            Limit::After(time) => Some(now + time),
            Limit::Retransmissions(_) => None,
        }
    }

    /// RFC 6191 §2: whether a SYN is newer than this connection in TIME-WAIT,
    /// by its clock where both have one, else by its number.
    pub(super) fn is_newer(&self, syn: &Segment) -> bool {
        let by_number = syn.seq.after(self.rcv_nxt());
        match (&self.agreed.timestamps, syn.options.timestamps) {
            (Some(clock), Some(stamps)) => match clock.compared_to(stamps) {
                std::cmp::Ordering::Less => true,
                std::cmp::Ordering::Equal => by_number,
                std::cmp::Ordering::Greater => false,
            },
            (Some(_), None) | (None, _) => by_number,
        }
    }

    /// The ISS of a connection that takes over this one in TIME-WAIT because a
    /// program connects again (`tcp_tw_reuse`); `None` where it may not.
    pub(super) fn reused_iss(&self, now: Moment) -> Option<SeqNumber> {
        let waits = matches!(self.state, State::TimeWait { .. }) && self.knobs.time_wait_connect;
        let rested = self.agreed.timestamps.is_some() && now.since(self.heard) >= Duration::from_secs(1);
        (waits && rested).then(|| self.out.nxt + 65_537)
    }

    /// Whether it came of a listener.
    pub(super) const fn opened_passively(&self) -> bool {
        matches!(self.state, State::SynReceived { opened: Opened::Passively })
    }
}
