//! What both ends of an exchange of datagrams hold between two of its moments,
//! *inferred*.

use std::collections::BTreeSet;

use super::super::{CallRecord, End, Ends};
use super::{Datagram, DatagramContent, UdpConversation};
use crate::model::{Call, CallOutcome};

/// What one end has done and holds at a moment, *inferred*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UdpHolds {
    /// Datagrams it has sent.
    pub sent: u32,
    /// Bytes of payload in them.
    pub sent_bytes: u64,
    /// Datagrams that have reached it and that its program has not taken;
    /// `None` where its calls are not known. A full buffer drops datagrams,
    /// which no capture shows.
    pub unread: Option<u32>,
    /// Its program has closed the socket or has ended.
    pub closed: bool,
}

/// Both ends between two moments; moves on by datagrams and calls.
#[derive(Clone, Debug)]
pub(in super::super) struct UdpMoment {
    halves: Ends<Half>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Half {
    sent: u32,
    sent_bytes: u64,
    arrived: u32,
    /// `None`: not all calls are known.
    taken: Option<u32>,
    closed: bool,
}

impl UdpMoment {
    /// Before the first moment. `recorded`: each end's calls are known.
    pub(in super::super) fn before(recorded: Ends<bool>) -> Self {
        let half = |end| Half { taken: recorded.of(end).then_some(0), ..Half::default() };
        Self { halves: Ends { client: half(End::Client), server: half(End::Server) } }
    }

    /// What an end holds.
    pub(in super::super) fn of(&self, end: End) -> UdpHolds {
        let Half { sent, sent_bytes, arrived, taken, closed } = *self.halves.of(end);
        // More taken than came: it talks to others too, and nobody can tell.
        let unread = taken.filter(|_| !closed).and_then(|taken| arrived.checked_sub(taken));
        UdpHolds { sent, sent_bytes, unread, closed }
    }

    /// A datagram leaves.
    pub(in super::super) fn leaves(&mut self, datagram: &Datagram) {
        if datagram.content == DatagramContent::Data {
            let half = self.halves.of_mut(datagram.from);
            half.sent = half.sent.saturating_add(1);
            half.sent_bytes = half.sent_bytes.saturating_add(datagram.length.into());
        }
    }

    /// It reaches a socket of the other end.
    pub(in super::super) fn arrives(&mut self, datagram: &Datagram) {
        let half = self.halves.of_mut(datagram.from.peer());
        if datagram.content == DatagramContent::Data && !half.closed {
            half.arrived = half.arrived.saturating_add(1);
        }
    }

    /// A program has its answer. `closes`: the call closed its socket.
    pub(in super::super) fn returned(&mut self, end: End, record: &CallRecord, closes: bool) {
        let half = self.halves.of_mut(end);
        half.closed |= closes && record.succeeded();
        if let (Call::Recv { .. }, Some(CallOutcome::Received { .. })) = (&record.call, &record.outcome) {
            half.taken = half.taken.map(|taken| taken.saturating_add(1));
        }
    }

    /// A program ends.
    pub(in super::super) const fn exits(&mut self, end: End) {
        self.halves.of_mut(end).closed = true;
    }
}

/// For each datagram whether it reaches a socket: not where an ICMP error says
/// that it could not be delivered.
pub(in super::super) fn arrivals(conversation: &UdpConversation) -> Vec<bool> {
    let errors: BTreeSet<_> = conversation
        .datagrams
        .iter()
        .filter_map(|datagram| match datagram.content {
            DatagramContent::Error { about, .. } => about,
            DatagramContent::Data => None,
        })
        .collect();
    conversation.datagrams.iter().map(|datagram| !errors.contains(&datagram.frame)).collect()
}
