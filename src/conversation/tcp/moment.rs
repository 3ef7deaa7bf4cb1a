//! What both ends of a connection hold between two of its moments: numbers,
//! windows, queues.
//!
//! All of it is *inferred*: from what was sent and, for the queues, from what
//! the programs handed over and took. Nothing is said where the capture cannot
//! tell. Every segment is assumed to arrive except those that were seen to be
//! lost and, where nobody saw them arrive, those that were sent again before
//! anybody acknowledged them; what an end acknowledges or its program reads has
//! arrived in any case.

use super::super::{CallRecord, End, Ends, Segment, TcpConversation};
use super::received::Received;
use crate::model::{Call, CallOutcome, SeqNumber, WindowSize};

/// What one end holds at a moment, *inferred*; `None` where nothing can be
/// known. Numbers are relative, as in [`Segment`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TcpHolds {
    /// The number it will send next: SND.NXT of RFC 9293 §3.3.1.
    pub next_send: Option<u32>,
    /// The number it expects next: RCV.NXT.
    pub next_expected: Option<u32>,
    /// What it has sent and not seen acknowledged: SND.NXT − SND.UNA.
    pub in_flight: Option<InFlight>,
    /// Bytes its program handed over that no segment has carried yet. While a
    /// `send()` blocks, some of them are still in the program's memory.
    pub unsent: Option<u64>,
    /// Bytes that have arrived in order and that its program has not taken.
    pub unread: Option<u64>,
    /// The window it advertised last, scaled: RCV.WND.
    pub window: Option<WindowSize>,
    /// The peer's last window that has reached it: SND.WND.
    pub peer_window: Option<WindowSize>,
    /// Its program has closed the socket or has ended: nobody can read any
    /// more, though the kernel may still send.
    pub closed: bool,
}

/// Sequence numbers on their way or not yet acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InFlight {
    /// Bytes of data.
    pub bytes: u32,
    /// The SYN is among them.
    pub syn: bool,
    /// The FIN is among them.
    pub fin: bool,
}

impl InFlight {
    /// Sequence numbers: a SYN and a FIN count as one each (RFC 9293 §3.4).
    pub const fn numbers(self) -> u32 {
        self.bytes.saturating_add(self.syn as u32).saturating_add(self.fin as u32)
    }
}

/// Both ends between two moments; moves on by segments and calls.
#[derive(Clone, Debug)]
pub(in super::super) struct TcpMoment {
    halves: Ends<Half>,
}

#[derive(Clone, Debug, Default)]
struct Half {
    /// What its relative numbers are counted from.
    base: Option<SeqNumber>,
    /// Its SYN and its FIN, once sent.
    syn: Option<SeqNumber>,
    fin: Option<SeqNumber>,
    /// SND.NXT, SND.UNA.
    next: Option<SeqNumber>,
    unacknowledged: Option<SeqNumber>,
    /// Bytes of data that segments have carried, each counted once.
    sent: u64,
    /// Bytes that its program handed over; `None`: not all calls are known.
    handed: Option<u64>,
    received: Received,
    /// RCV.NXT.
    expected: Option<SeqNumber>,
    /// Bytes of data before it, counted from the peer's SYN.
    arrived: u64,
    /// Bytes that its program took; `None`: not all calls are known.
    taken: Option<u64>,
    window: Option<WindowSize>,
    peer_window: Option<WindowSize>,
    closed: bool,
}

impl TcpMoment {
    /// Before the first moment of a conversation. `recorded`: each end's calls
    /// are known, all of them.
    pub(in super::super) fn before(recorded: Ends<bool>) -> Self {
        let half = |end| {
            let known = recorded.of(end).then_some(0);
            Half { handed: known, taken: known, ..Half::default() }
        };
        Self { halves: Ends { client: half(End::Client), server: half(End::Server) } }
    }

    /// What an end holds.
    pub(in super::super) fn of(&self, end: End) -> TcpHolds {
        let (own, peer) = (self.halves.of(end), self.halves.of(end.peer()));
        let relative = |seq: Option<SeqNumber>, base: Option<SeqNumber>| {
            seq.zip(base).map(|(seq, base)| seq.raw().wrapping_sub(base.raw()))
        };
        TcpHolds {
            next_send: relative(own.next, own.base),
            next_expected: relative(own.expected, peer.base),
            in_flight: own.in_flight(),
            // Without its SYN nobody knows what was handed over before.
            unsent: own
                .handed
                .filter(|_| own.syn.is_some() || own.next.is_none())
                .map(|bytes| bytes.saturating_sub(own.sent)),
            unread: own
                .taken
                .filter(|_| !own.closed && (peer.syn.is_some() || peer.next.is_none()))
                .map(|taken| own.arrived.saturating_sub(taken)),
            window: own.window,
            peer_window: own.peer_window,
            closed: own.closed,
        }
    }

    /// A segment leaves.
    pub(in super::super) fn leaves(&mut self, segment: &Segment) {
        let (own, peer) = self.halves.pair_mut(segment.from);
        own.sends(peer, segment);
    }

    /// The segment reaches the other end.
    pub(in super::super) fn arrives(&mut self, segment: &Segment) {
        let (own, peer) = self.halves.pair_mut(segment.from.peer());
        own.receives(peer, segment);
    }

    /// A program asks: what it sends is handed over.
    pub(in super::super) fn entered(&mut self, end: End, record: &CallRecord) {
        let Call::Send { bytes, .. } = &record.call else { return };
        let taken = match &record.outcome {
            Some(CallOutcome::Returned { returned }) => u64::try_from(*returned).unwrap_or(0),
            Some(CallOutcome::Failed { .. } | CallOutcome::Received { .. }) => 0,
            None => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        };
        let half = self.halves.of_mut(end);
        half.handed = half.handed.map(|handed| handed.saturating_add(taken));
    }

    /// A program has its answer: what it receives is taken. `closes`: the
    /// call closed the connection's own descriptor.
    pub(in super::super) fn returned(&mut self, end: End, record: &CallRecord, closes: bool) {
        let half = self.halves.of_mut(end);
        half.closed |= closes && record.succeeded();
        if let (Call::Recv { .. }, Some(CallOutcome::Received { received, .. })) = (&record.call, &record.outcome) {
            let bytes = u64::try_from(received.len()).unwrap_or(u64::MAX);
            half.taken = half.taken.map(|taken| taken.saturating_add(bytes));
            // What was read had arrived.
            half.arrived = half.arrived.max(half.taken.unwrap_or(0));
        }
    }

    /// A program ends: its kernel closes what it left open.
    pub(in super::super) const fn exits(&mut self, end: End) {
        self.halves.of_mut(end).closed = true;
    }
}

impl Half {
    fn in_flight(&self) -> Option<InFlight> {
        let (next, unacknowledged) = (self.next?, self.unacknowledged?);
        let numbers = next.offset_from(unacknowledged).max(0).cast_unsigned();
        let waits = |control: Option<SeqNumber>| control.is_some_and(|seq| unacknowledged.before_or_at(seq));
        let (syn, fin) = (waits(self.syn), waits(self.fin));
        let bytes = numbers.saturating_sub(u32::from(syn)).saturating_sub(u32::from(fin));
        Some(InFlight { bytes, syn, fin })
    }

    fn sends(&mut self, peer: &Self, segment: &Segment) {
        if segment.flags.rst() {
            return;
        }
        let (seq, flags) = (segment.seq, segment.flags);
        let end = seq + segment.length + flags.sequence_length();
        self.base = Some(seq - segment.relative_seq);
        let from = self.next.unwrap_or(seq);
        let mut fresh = u64::from(end.offset_from(from).max(0).cast_unsigned());
        if flags.syn() && self.syn.is_none() {
            self.syn = Some(seq);
            self.unacknowledged = Some(seq);
            fresh = fresh.saturating_sub(1);
        }
        if flags.fin() && self.fin.is_none() {
            self.fin = Some(end - 1);
            fresh = fresh.saturating_sub(1);
        }
        self.next = Some(from.latest(end));
        self.sent = self.sent.saturating_add(fresh);
        // More than was handed over: somebody else writes to this socket too.
        self.handed = self.handed.filter(|handed| self.sent <= *handed);
        self.window = segment.window_size;
        // What it acknowledges has arrived, whatever the capture shows.
        if let Some(ack) = segment.ack {
            self.expect(peer, ack);
        }
    }

    fn receives(&mut self, peer: &Self, segment: &Segment) {
        if segment.flags.rst() {
            return;
        }
        if let Some(ack) = segment.ack {
            if self.unacknowledged.is_none_or(|highest| highest.before_or_at(ack)) {
                self.peer_window = segment.window_size;
            }
            self.unacknowledged = Some(self.unacknowledged.map_or(ack, |highest| highest.latest(ack)));
            // Acknowledged, though this capture does not hold it.
            self.next = Some(self.next.map_or(ack, |next| next.latest(ack)));
            if let (None, Some(relative)) = (self.base, segment.relative_ack) {
                self.base = Some(ack - relative);
            }
        } else {
            self.peer_window = segment.window_size;
        }
        let end = segment.seq + segment.length + segment.flags.sequence_length();
        self.received.take(segment.seq, end, segment.flags.fin().then(|| end - 1));
        if let Some(next) = self.received.next() {
            self.expected.get_or_insert(segment.seq);
            self.expect(peer, next);
        }
    }

    /// Everything before `next` is here.
    fn expect(&mut self, peer: &Self, next: SeqNumber) {
        let from = *self.expected.get_or_insert(next);
        if !from.before(next) {
            return;
        }
        let counts = |control: Option<SeqNumber>| {
            u64::from(control.is_some_and(|seq| from.before_or_at(seq) && seq.before(next)))
        };
        let numbers = u64::from(next.offset_from(from).cast_unsigned());
        let data = numbers.saturating_sub(counts(peer.syn)).saturating_sub(counts(peer.fin));
        self.arrived = self.arrived.saturating_add(data);
        self.expected = Some(next);
    }
}

/// For each segment whether it may be assumed to arrive: not where it was seen
/// to be lost, nor where it was sent again before anybody acknowledged it and
/// was not seen to arrive.
pub(in super::super) fn arrivals(conversation: &TcpConversation) -> Vec<bool> {
    let segments = &conversation.segments;
    let mut arrives: Vec<bool> = segments.iter().map(|segment| !segment.fate.is_lost()).collect();
    let seen = |index: usize| segments.get(index).is_some_and(|segment| !segment.arrivals.is_empty());
    // What nobody has acknowledged yet: start, end, index.
    let mut waiting: Ends<Vec<(SeqNumber, SeqNumber, usize)>> = Ends::default();
    for (index, segment) in segments.iter().enumerate() {
        if let Some(ack) = segment.ack {
            waiting.of_mut(segment.from.peer()).retain(|(_, end, _)| !end.before_or_at(ack));
        }
        let (start, numbers) = (segment.seq, segment.length + segment.flags.sequence_length());
        if numbers == 0 || segment.flags.rst() {
            continue;
        }
        let own = waiting.of_mut(segment.from);
        if segment.repeats.is_some() {
            for (other, end, earlier) in own.iter() {
                let overlaps = other.before(start + numbers) && start.before(*end);
                if let Some(arrives) = arrives.get_mut(*earlier).filter(|_| overlaps && !seen(*earlier)) {
                    *arrives = false;
                }
            }
        }
        own.push((start, start + numbers, index));
    }
    arrives
}

#[cfg(test)]
mod tests;
