//! What both ends hold at a moment, for either protocol; and the queue of a
//! socket that listens.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::tcp::moment::{self as tcp_moment, TcpHolds, TcpMoment};
use super::udp::moment::{self as udp_moment, UdpHolds, UdpMoment};
use super::{CallIndex, CallRecord, Conversation, Conversations, End, Ends, TcpConversation};
use crate::model::{Call, CallOutcome, TcpState, Timestamp};

/// What an end holds at a moment, *inferred*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Of a connection.
    Tcp(TcpHolds),
    /// Of an exchange of datagrams.
    Udp(UdpHolds),
}

/// What both ends hold, moving on moment by moment. Small: one in a few
/// hundred can be kept, to start from again.
#[derive(Clone, Debug)]
pub struct Holding {
    both: Both,
}

#[derive(Clone, Debug)]
enum Both {
    Tcp(Box<TcpMoment>),
    Udp(UdpMoment),
}

/// What does not change on the way through a conversation.
#[derive(Clone, Debug)]
pub struct Course {
    /// For each segment or datagram: it may be assumed to arrive.
    arrives: Vec<bool>,
    /// Each end's calls are known, all of them.
    recorded: Ends<bool>,
    /// The descriptor that listens.
    listener: Option<i32>,
}

impl Course {
    /// Of one conversation of `all`.
    pub fn new(all: &Conversations, conversation: Conversation<'_>) -> Self {
        let arrives = match conversation {
            Conversation::Tcp(tcp) => tcp_moment::arrivals(tcp),
            Conversation::Udp(udp) => udp_moment::arrivals(udp),
        };
        let recorded = |end| conversation.programs().of(end).is_some() && !shared(all, conversation, end);
        let recorded = Ends { client: recorded(End::Client), server: recorded(End::Server) };
        Self { arrives, recorded, listener: listener(all, conversation).map(|(_, record)| record.fd) }
    }

    /// Whether the segment or datagram with this index may be assumed to
    /// arrive.
    pub fn arrives(&self, index: usize) -> bool {
        self.arrives.get(index).is_some_and(|arrives| *arrives)
    }

    /// Before the first moment.
    pub fn start(&self, conversation: Conversation<'_>) -> Holding {
        let both = match conversation {
            Conversation::Tcp(_) => Both::Tcp(Box::new(TcpMoment::before(self.recorded))),
            Conversation::Udp(_) => Both::Udp(UdpMoment::before(self.recorded)),
        };
        Holding { both }
    }
}

impl Holding {
    /// What an end holds.
    pub fn of(&self, end: End) -> Holds {
        match &self.both {
            Both::Tcp(tcp) => Holds::Tcp(tcp.of(end)),
            Both::Udp(udp) => Holds::Udp(udp.of(end)),
        }
    }

    /// The segment or datagram with this index leaves.
    pub fn leaves(&mut self, conversation: Conversation<'_>, index: usize) {
        match (&mut self.both, conversation) {
            (Both::Tcp(now), Conversation::Tcp(tcp)) => {
                if let Some(segment) = tcp.segments.get(index) {
                    now.leaves(segment);
                }
            }
            (Both::Udp(now), Conversation::Udp(udp)) => {
                if let Some(datagram) = udp.datagrams.get(index) {
                    now.leaves(datagram);
                }
            }
            (Both::Tcp(_), Conversation::Udp(_)) | (Both::Udp(_), Conversation::Tcp(_)) => {}
        }
    }

    /// It reaches the other end, if it does.
    pub fn arrives(&mut self, conversation: Conversation<'_>, course: &Course, index: usize) {
        if !course.arrives(index) {
            return;
        }
        match (&mut self.both, conversation) {
            (Both::Tcp(now), Conversation::Tcp(tcp)) => {
                if let Some(segment) = tcp.segments.get(index) {
                    now.arrives(segment);
                }
            }
            (Both::Udp(now), Conversation::Udp(udp)) => {
                if let Some(datagram) = udp.datagrams.get(index) {
                    now.arrives(datagram);
                }
            }
            (Both::Tcp(_), Conversation::Udp(_)) | (Both::Udp(_), Conversation::Tcp(_)) => {}
        }
    }

    /// A program enters a call.
    pub fn entered(&mut self, end: End, record: &CallRecord) {
        match &mut self.both {
            Both::Tcp(now) => now.entered(end, record),
            // A datagram leaves while its call lasts: nothing waits.
            Both::Udp(_) => {}
        }
    }

    /// A call returns.
    pub fn returned(&mut self, course: &Course, end: End, record: &CallRecord) {
        let listens = end == End::Server && course.listener == Some(record.fd);
        let closes = matches!(record.call, Call::Close) && !listens;
        match &mut self.both {
            Both::Tcp(now) => now.returned(end, record, closes),
            Both::Udp(now) => now.returned(end, record, closes),
        }
    }

    /// A program ends.
    pub fn exits(&mut self, end: End) {
        match &mut self.both {
            Both::Tcp(now) => now.exits(end),
            Both::Udp(now) => now.exits(end),
        }
    }
}

/// Whether somebody else had this end's socket too: calls on it that are not
/// among the conversation's.
fn shared(all: &Conversations, conversation: Conversation<'_>, end: End) -> bool {
    let Conversation::Tcp(tcp) = conversation else { return false };
    let (Some(first), Some(last)) = (tcp.segments.first(), tcp.segments.last()) else { return false };
    let (own, peer) = *tcp.views.of(end);
    let known = conversation.calls().of(end);
    all.calls.iter().enumerate().any(|(index, record)| {
        record.identity.local == Some(own)
            && record.identity.peer == Some(peer)
            && matches!(record.call, Call::Send { .. } | Call::Recv { .. })
            && first.at <= record.entered
            && record.entered <= last.at
            && known.binary_search(&CallIndex(index)).is_err()
    })
}

/// The call that made the server's socket listen.
fn listener<'a>(all: &'a Conversations, conversation: Conversation<'_>) -> Option<(CallIndex, &'a CallRecord)> {
    let calls = conversation.calls().server.iter().filter_map(|index| Some((*index, all.call(*index)?)));
    calls.into_iter().find(|(_, record)| matches!(record.call, Call::Listen { .. }) && record.succeeded())
}

/// The queue of finished connections that wait for `accept()`, as far as the
/// capture and the recorded calls show it: *inferred*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptQueue {
    /// When `listen()` returned.
    from: Timestamp,
    /// When the listening socket was closed.
    until: Option<Timestamp>,
    /// When handshakes were finished, in order.
    joined: Vec<Timestamp>,
    /// When `accept()` returned one of them, in order.
    left: Vec<Timestamp>,
}

impl AcceptQueue {
    /// The queue of the socket that took this connection; `None` where its
    /// calls were not recorded.
    pub fn of(all: &Conversations, conversation: &TcpConversation) -> Option<Self> {
        let (index, listen) = listener(all, Conversation::Tcp(conversation))?;
        let from = listen.returned?;
        let address = conversation.addresses.server;
        let closed = all.calls.iter().skip(index.0).find(|record| {
            record.program == listen.program && record.fd == listen.fd && matches!(record.call, Call::Close)
        });
        let until = closed.and_then(|record| record.returned);
        let mut accepted: BTreeMap<SocketAddr, Vec<Timestamp>> = BTreeMap::new();
        for record in &all.calls {
            let gave = matches!(
                (&record.call, &record.outcome),
                (Call::Accept { .. }, Some(CallOutcome::Returned { returned })) if *returned >= 0
            );
            if let (true, Some(at), Some(peer)) = (gave, record.returned, record.identity.peer)
                && record.identity.local == Some(address)
            {
                accepted.entry(peer).or_default().push(at);
            }
        }
        let mut queue = Self { from, until, joined: Vec::new(), left: Vec::new() };
        for tcp in all.tcp.iter().filter(|tcp| tcp.addresses.server == address) {
            let finished = tcp
                .states
                .server
                .iter()
                .find(|change| change.from == Some(TcpState::SynReceived) && change.to == TcpState::Established);
            let Some(finished) = finished.filter(|change| from <= change.at) else { continue };
            queue.joined.push(finished.at);
            let times = accepted.get(&tcp.views.server.1);
            let left = times.and_then(|times| times.iter().find(|at| finished.at <= **at));
            queue.left.extend(left);
        }
        queue.joined.sort_unstable();
        queue.left.sort_unstable();
        Some(queue)
    }

    /// How many connections wait; `None` before `listen()` and after the
    /// listening socket was closed. `under_way`: what is sent at this very
    /// moment has not arrived yet.
    pub fn waiting(&self, at: Timestamp, under_way: bool) -> Option<usize> {
        if at < self.from || self.until.is_some_and(|until| until <= at) {
            return None;
        }
        let joined = self.joined.partition_point(|joined| if under_way { *joined < at } else { *joined <= at });
        let left = self.left.partition_point(|left| *left <= at);
        joined.checked_sub(left)
    }
}
