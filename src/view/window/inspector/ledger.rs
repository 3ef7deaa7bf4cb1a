//! What both ends know of the connection at a segment: the variables of RFC
//! 9293 §3.3.1, as far as the segments before it tell.
//!
//! Pure. Everything is inferred from what was captured: a segment that is not
//! known to be lost is taken to have arrived. Has no opinion on states.

use crate::conversation::{End, Ends, Fate, Segment, StateChange, TcpConversation};
use crate::model::{SeqNumber, TcpState};
use crate::trace::FrameNumber;

/// One end's variables.
#[derive(Clone, Debug, Default)]
pub(super) struct Peer {
    /// What its relative numbers are counted from.
    pub(super) base: Option<SeqNumber>,
    /// The number of its SYN, where that was seen.
    pub(super) syn: Option<SeqNumber>,
    /// SND.NXT: the number behind the highest it has sent.
    pub(super) next: Option<SeqNumber>,
    /// SND.UNA: the highest number its peer has acknowledged.
    pub(super) unacknowledged: Option<SeqNumber>,
    /// RCV.NXT: the number it expects next, without a hole before it.
    pub(super) expected: Option<SeqNumber>,
    /// Its last window in bytes, and the frame that said so.
    pub(super) window: Option<(u32, FrameNumber)>,
    /// What has arrived behind a hole.
    queued: Vec<(SeqNumber, SeqNumber)>,
}

impl Peer {
    /// A number of what this end sends, counted from its base.
    pub(super) fn relative(&self, seq: SeqNumber) -> u32 {
        seq.raw().wrapping_sub(self.base.map_or(0, SeqNumber::raw))
    }

    fn takes(&mut self, start: SeqNumber, end: SeqNumber) {
        let Some(mut expected) = self.expected else {
            self.expected = Some(end);
            return;
        };
        if start != end && expected.before(end) {
            self.queued.push((start, end));
        }
        // What was queued joins as soon as the hole before it is filled.
        while let Some(index) = self.queued.iter().position(|(start, _)| start.before_or_at(expected)) {
            let (_, end) = self.queued.swap_remove(index);
            expected = expected.latest(end);
        }
        self.expected = Some(expected);
    }
}

/// Both ends' variables.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    pub(super) peers: Ends<Peer>,
}

/// The number behind a segment: every byte counts, and SYN and FIN.
pub(super) fn end_of(segment: &Segment) -> SeqNumber {
    segment.seq + segment.length + segment.flags.sequence_length()
}

impl Ledger {
    /// What is known before and after the segment with this index.
    pub(super) fn around(conversation: &TcpConversation, index: usize) -> (Self, Self) {
        let mut ledger = Self::default();
        for segment in conversation.segments.iter().take(index) {
            ledger.take(segment);
        }
        let before = ledger.clone();
        if let Some(segment) = conversation.segments.get(index) {
            ledger.take(segment);
        }
        (before, ledger)
    }

    fn take(&mut self, segment: &Segment) {
        let (own, peer) = match segment.from {
            End::Client => (&mut self.peers.client, &mut self.peers.server),
            End::Server => (&mut self.peers.server, &mut self.peers.client),
        };
        own.base = Some(segment.seq - segment.relative_seq);
        if let (Some(ack), Some(relative)) = (segment.ack, segment.relative_ack) {
            peer.base.get_or_insert(ack - relative);
        }
        if segment.flags.rst() {
            return;
        }
        let end = end_of(segment);
        if segment.flags.syn() {
            own.syn = Some(segment.seq);
        }
        own.next = Some(own.next.map_or(end, |next| next.latest(end)));
        own.window = segment.window_size.map(|size| (size.bytes(), segment.frame));
        let lost = matches!(segment.fate, Fate::Lost { .. });
        if lost {
            return;
        }
        peer.takes(segment.seq, end);
        if let Some(ack) = segment.ack {
            peer.unacknowledged = Some(peer.unacknowledged.map_or(ack, |highest| highest.latest(ack)));
        }
    }
}

/// An end's state before and after a segment, as inferred; `None` where
/// nothing tells.
pub(super) fn states(conversation: &TcpConversation, end: End, segment: &Segment) -> [Option<TcpState>; 2] {
    let changes = conversation.states.of(end);
    let of_segment = |change: &&StateChange| change.by.frame() == Some(segment.frame);
    if let (Some(first), Some(last)) = (changes.iter().find(of_segment), changes.iter().rfind(of_segment)) {
        return [first.from, Some(last.to)];
    }
    let before = |change: &&StateChange| match change.by.frame() {
        Some(frame) => frame < segment.frame,
        None => change.at <= segment.at,
    };
    let last = changes.iter().rfind(before).map(|change| change.to);
    let state = last.or_else(|| changes.iter().find(|change| !before(change))?.from);
    [state, state]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{conversations, story::story};
    use crate::model::TcpState::{Closed, Established, Listen, SynReceived, SynSent};

    #[test]
    fn both_ends_are_followed_through_a_hole() {
        let trace = story(
            "0 > S 0 - 0
             1 < S. 0 1 0
             2 > . 1 1 0
             3 > P. 1 1 10
             4 > P. 21 1 10
             5 < . 1 11 0
             6 > P. 11 1 10
             7 < . 1 31 0",
        );
        let all = conversations(&trace);
        let tcp = &all.tcp[0];
        let expected = |index: usize| {
            let (_, after) = Ledger::around(tcp, index);
            after.peers.client.relative(after.peers.server.expected.unwrap())
        };
        assert_eq!([0, 3, 4, 6].map(expected), [1, 11, 11, 31]);
        let (before, after) = Ledger::around(tcp, 5);
        let una = |ledger: &Ledger| ledger.peers.client.relative(ledger.peers.client.unacknowledged.unwrap());
        assert_eq!((una(&before), una(&after)), (1, 11));
        assert_eq!(after.peers.client.relative(after.peers.client.next.unwrap()), 31);
    }

    #[test]
    fn states_are_those_of_the_moment() {
        let trace = story(
            "0 > S 0 - 0
             1 < S. 0 1 0
             2 > . 1 1 0",
        );
        let all = conversations(&trace);
        let tcp = &all.tcp[0];
        let at = |end, index: usize| states(tcp, end, &tcp.segments[index]);
        assert_eq!(at(End::Client, 0), [Some(Closed), Some(SynSent)]);
        assert_eq!(at(End::Server, 0), [Some(Listen), Some(SynReceived)]);
        assert_eq!(at(End::Client, 1), [Some(SynSent), Some(Established)]);
        assert_eq!(at(End::Server, 1), [Some(SynReceived); 2]);
        assert_eq!(at(End::Server, 2), [Some(SynReceived), Some(Established)]);
    }
}
