//! Both ends' states, inferred from the segments by the rules of RFC 9293.
//!
//! Heads up: before working on this file read RFC 9293 §3.3.2 (states), §3.10
//! (what each event does in each state) and figure 5.
//!
//! Who sends is moved when its segment leaves, who receives when it arrives:
//! when it was seen at the receiver's own place. Where a capture has no such
//! place, an observer sees what was sent and assumes that it arrived at once;
//! what the receiver then did shows in its own next segments. One thing always
//! waits for such a proof: a SYN moves its receiver when the SYN+ACK shows that
//! somebody listened.

use std::collections::BTreeMap;

use super::super::earlier::swap;
use super::super::{CallIndex, End, Ends, Segment};
use super::received::Received;
use super::shown::Shown;
use crate::model::{SeqNumber, TcpFlags, TcpState, Timestamp};
use crate::trace::FrameNumber;

/// What moved an end from one state to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// It sent this segment.
    Sent(FrameNumber),
    /// It received this segment.
    Received(FrameNumber),
    /// Its program made this call.
    Call(CallIndex),
}

impl By {
    /// The frame, if a segment moved it.
    pub const fn frame(self) -> Option<FrameNumber> {
        match self {
            Self::Sent(frame) | Self::Received(frame) => Some(frame),
            Self::Call(_) => None,
        }
    }
}

/// One end changed its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateChange {
    /// When.
    pub at: Timestamp,
    /// From this state; `None` where the capture starts too late to know.
    pub from: Option<TcpState>,
    /// To this one.
    pub to: TcpState,
    /// What moved it.
    pub by: By,
    /// The section of RFC 9293 that says so.
    pub rule: &'static str,
}

/// What of a segment moves states.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Control {
    flags: TcpFlags,
    seq: SeqNumber,
    ack: Option<SeqNumber>,
    length: u32,
}

impl From<&Shown> for Control {
    fn from(shown: &Shown) -> Self {
        Self { flags: shown.flags, seq: shown.seq, ack: shown.ack, length: shown.length }
    }
}

impl From<&Segment> for Control {
    fn from(segment: &Segment) -> Self {
        Self { flags: segment.flags, seq: segment.seq, ack: segment.ack, length: segment.length }
    }
}

/// One end as the observer knows it.
#[derive(Clone, Debug, Default)]
struct Peer {
    state: Option<TcpState>,
    /// The number behind its SYN.
    syn_end: Option<SeqNumber>,
    /// The number behind its FIN.
    fin_end: Option<SeqNumber>,
    received: Received,
    /// A SYN reached it and it has not answered yet.
    asked: Option<(FrameNumber, Timestamp)>,
    changes: Vec<StateChange>,
}

/// Both ends' machines.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Machine {
    peers: Ends<Peer>,
}

impl Machine {
    /// The server's program called `listen()` before the first segment.
    pub(in super::super) fn listens(&mut self, call: CallIndex, at: Timestamp) {
        let server = &mut self.peers.server;
        server.state = Some(TcpState::Closed);
        server.go(TcpState::Listen, at, By::Call(call), "3.10.1");
    }

    /// What was the client's is the server's.
    pub(in super::super) const fn swap(&mut self) {
        swap(&mut self.peers);
    }

    /// Every change of both ends, in order.
    pub(in super::super) fn into_changes(self) -> Ends<Vec<StateChange>> {
        Ends { client: self.peers.client.changes, server: self.peers.server.changes }
    }

    /// Takes in the next segment, which arrives when it leaves.
    pub(in super::super) fn segment(&mut self, from: End, tcp: Control, frame: FrameNumber, at: Timestamp) {
        self.leaves(from, tcp, frame, at);
        self.arrives(from, tcp, frame, at);
    }

    /// Takes in all segments of a conversation, each where it left and, if it
    /// was not lost, where it arrived.
    pub(in super::super) fn segments(&mut self, segments: &[Segment]) {
        let mut on_their_way: BTreeMap<(Timestamp, usize), &Segment> = BTreeMap::new();
        for (index, segment) in segments.iter().enumerate() {
            while let Some(first) = on_their_way.first_entry().filter(|first| first.key().0 <= segment.at) {
                let (at, _) = *first.key();
                let earlier = first.remove();
                self.arrives(earlier.from, earlier.into(), earlier.frame, at);
            }
            self.leaves(segment.from, segment.into(), segment.frame, segment.at);
            match segment.reached() {
                Some(at) if at > segment.at => {
                    on_their_way.insert((at, index), segment);
                }
                Some(_) => self.arrives(segment.from, segment.into(), segment.frame, segment.at),
                None => {}
            }
        }
        for ((at, _), segment) in on_their_way {
            self.arrives(segment.from, segment.into(), segment.frame, at);
        }
    }

    fn leaves(&mut self, from: End, tcp: Control, frame: FrameNumber, at: Timestamp) {
        self.peers.of_mut(from).sends(tcp, frame, at);
    }

    fn arrives(&mut self, from: End, tcp: Control, frame: FrameNumber, at: Timestamp) {
        self.peers.of_mut(from.peer()).receives(tcp, frame, at);
    }
}

impl Peer {
    fn go(&mut self, to: TcpState, at: Timestamp, by: By, rule: &'static str) {
        self.changes.push(StateChange { at, from: self.state, to, by, rule });
        self.state = Some(to);
    }

    fn sends(&mut self, tcp: Control, frame: FrameNumber, at: Timestamp) {
        let overtaken = self.take_back_fin(tcp);
        self.sends_now(tcp, frame, at);
        if let Some(fin) = overtaken {
            self.take_fin(at, fin);
        }
    }

    /// Every segment acknowledges all that its sender has received so far. One
    /// that does not acknowledge the peer's FIN left before the FIN arrived,
    /// though the capture shows the FIN first: what the FIN did happens later.
    fn take_back_fin(&mut self, tcp: Control) -> Option<By> {
        let next = self.received.next()?;
        let change = self.changes.last()?;
        let too_early = change.to == TcpState::CloseWait && tcp.ack?.before(next);
        if !too_early {
            return None;
        }
        let change = self.changes.pop()?;
        self.state = change.from;
        Some(change.by)
    }

    /// Eighth: check the FIN bit.
    fn take_fin(&mut self, at: Timestamp, by: By) {
        if let Some(state) = self.state
            && let Some(next) = after_fin(state)
        {
            self.go(next, at, by, "3.10.7.4");
        }
    }

    fn sends_now(&mut self, tcp: Control, frame: FrameNumber, at: Timestamp) {
        use TcpState::{
            CloseWait, Closed, Closing, Established, FinWait1, FinWait2, LastAck, Listen, SynReceived, SynSent,
            TimeWait,
        };
        let by = By::Sent(frame);
        let end = tcp.seq + tcp.length + tcp.flags.sequence_length();
        if tcp.flags.rst() {
            self.asked = None;
            match self.state {
                // A SYN to a port where nobody listens: "If the connection
                // does not exist (CLOSED), then a reset is sent".
                None => {
                    self.state = Some(Closed);
                }
                // It answers a bad segment and stays what it is.
                Some(Closed | Listen | SynSent) => {}
                // Its program gave up (the ABORT call), or the process died.
                Some(SynReceived | Established | FinWait1 | FinWait2 | CloseWait | Closing | LastAck | TimeWait) => {
                    self.go(Closed, at, by, "3.10.5");
                }
            }
            return;
        }
        if tcp.flags.syn() {
            self.syn_end = Some(tcp.seq + 1);
            if !tcp.flags.ack() {
                if matches!(self.state, None | Some(Closed)) {
                    // The OPEN call: "form and send a SYN segment … enter SYN-SENT".
                    self.state = Some(Closed);
                    self.go(SynSent, at, by, "3.10.1");
                    // The SYNs crossed: the peer's arrives after ours has left.
                    if let Some((syn, _)) = self.asked.take() {
                        self.go(SynReceived, at, By::Received(syn), "3.10.7.3");
                    }
                }
            } else if let Some((syn, then)) = self.asked.take()
                && matches!(self.state, None | Some(Listen | Closed))
            {
                // The SYN+ACK proves that somebody listened when the SYN came.
                self.state = Some(Listen);
                self.go(SynReceived, then, By::Received(syn), "3.10.7.2");
            } else if self.state.is_none() {
                self.go(SynReceived, at, by, "3.10.7.2");
            }
        } else if self.state.is_none() {
            // The capture starts in the middle: who sends is at least open.
            self.go(Established, at, by, "3.3.2");
        }
        if tcp.flags.fin() && self.fin_end.is_none() {
            self.fin_end = Some(end);
            match self.state {
                // The CLOSE call: a FIN is sent, by who is done first …
                Some(SynReceived | Established) => self.go(FinWait1, at, by, "3.10.4"),
                // … and by who has already seen the peer's.
                Some(CloseWait) => self.go(LastAck, at, by, "3.10.4"),
                None | Some(Closed | Listen | SynSent | FinWait1 | FinWait2 | Closing | LastAck | TimeWait) => {}
            }
        }
    }

    fn receives(&mut self, tcp: Control, frame: FrameNumber, at: Timestamp) {
        use TcpState::{
            CloseWait, Closed, Closing, Established, FinWait1, FinWait2, LastAck, Listen, SynReceived, SynSent,
            TimeWait,
        };
        let by = By::Received(frame);
        if tcp.flags.rst() {
            self.receives_reset(tcp, frame, at);
            return;
        }
        let acknowledges = |end: Option<SeqNumber>| match (tcp.ack, end) {
            (Some(ack), Some(end)) => end.before_or_at(ack),
            _ => false,
        };
        let start = tcp.seq;
        let end = start + tcp.length + tcp.flags.sequence_length();
        self.received.take(start, end, tcp.flags.fin().then_some(end - 1));

        let Some(state) = self.state else {
            if tcp.flags.syn() && !tcp.flags.ack() {
                self.asked = Some((frame, at));
            } else {
                // The capture starts in the middle: who is sent to is open.
                self.go(Established, at, by, "3.3.2");
            }
            return;
        };
        // A SYN to one who listens is taken in when the answer proves it.
        if matches!(state, Closed | Listen) {
            if tcp.flags.syn() && !tcp.flags.ack() {
                self.asked = Some((frame, at));
            }
            return;
        }
        let mut next = state;
        if state == SynSent {
            // Our SYN was acknowledged together with theirs, or theirs crossed
            // ours (simultaneous open).
            next = match (tcp.flags.syn(), acknowledges(self.syn_end)) {
                (true, true) => Established,
                (true, false) => SynReceived,
                (false, _) => return,
            };
            self.go(next, at, by, "3.10.7.3");
            return;
        }
        // Fifth: check the ACK field.
        if next == SynReceived && acknowledges(self.syn_end) {
            next = if self.fin_end.is_some() { FinWait1 } else { Established };
        }
        if acknowledges(self.fin_end) {
            next = match next {
                FinWait1 => FinWait2,
                Closing => TimeWait,
                LastAck => Closed,
                Closed | Listen | SynSent | SynReceived | Established | FinWait2 | CloseWait | TimeWait => next,
            };
        }
        // Eighth: check the FIN bit, once nothing before it is missing.
        if self.received.has_fin() {
            next = after_fin(next).unwrap_or(next);
        }
        if next != state {
            self.go(next, at, by, "3.10.7.4");
        }
    }

    /// RFC 9293 §3.5.3: a reset counts where its number is the one expected;
    /// in SYN-SENT, where it acknowledges the SYN.
    fn receives_reset(&mut self, tcp: Control, frame: FrameNumber, at: Timestamp) {
        let (counts, rule) = match self.state {
            None | Some(TcpState::Closed | TcpState::Listen) => (false, ""),
            Some(TcpState::SynSent) => (tcp.ack.is_some() && tcp.ack == self.syn_end, "3.10.7.3"),
            Some(
                TcpState::SynReceived
                | TcpState::Established
                | TcpState::FinWait1
                | TcpState::FinWait2
                | TcpState::CloseWait
                | TcpState::Closing
                | TcpState::LastAck
                | TcpState::TimeWait,
            ) => (self.received.next().is_none_or(|next| next == tcp.seq), "3.10.7.4"),
        };
        if counts {
            self.go(TcpState::Closed, at, By::Received(frame), rule);
        }
    }
}

/// Where the peer's FIN takes who is in `state`.
const fn after_fin(state: TcpState) -> Option<TcpState> {
    match state {
        TcpState::SynReceived | TcpState::Established => Some(TcpState::CloseWait),
        TcpState::FinWait1 => Some(TcpState::Closing),
        TcpState::FinWait2 => Some(TcpState::TimeWait),
        TcpState::Closed
        | TcpState::Listen
        | TcpState::SynSent
        | TcpState::CloseWait
        | TcpState::Closing
        | TcpState::LastAck
        | TcpState::TimeWait => None,
    }
}
