//! Listening sockets and what waits at them, as the kernel said: connections
//! that are finished and wait for `accept()` (the accept queue), and those
//! whose handshake is not (SYN-RECEIVED, the SYN queue).
//!
//! Owns counting both at the same moments. Everything here is *sampled*: what
//! came and went between two looks is not seen.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::model::{PlaceId, Protocol, SocketState, Span, TcpState, Timestamp, What};
use crate::trace::Trace;

/// A listening socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// Which kernel has it.
    pub kernel: PlaceId,
    /// Where it listens.
    pub local: SocketAddr,
    /// What waited there, whenever that changed, in order of time.
    pub queues: Vec<ListenQueues>,
}

/// What waits at a listening socket from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenQueues {
    /// When it was first seen so.
    pub at: Timestamp,
    /// Finished connections that wait for `accept()`.
    pub waiting: u32,
    /// What `listen()` was given, or `net.core.somaxconn` where that is less.
    /// One more can wait: Linux lets a connection in as long as not *more* than
    /// so many wait.
    pub backlog: u32,
    /// Connections in SYN-RECEIVED.
    pub syn_received: u32,
}

impl ListenQueues {
    /// Whether no further connection is let in.
    pub const fn is_full(&self) -> bool {
        self.waiting > self.backlog
    }
}

impl Listener {
    /// The most connections that waited for `accept()`.
    pub fn most_waiting(&self) -> u32 {
        self.queues.iter().map(|queues| queues.waiting).max().unwrap_or_default()
    }

    /// The most connections that were in SYN-RECEIVED at a time.
    pub fn most_syn_received(&self) -> u32 {
        self.queues.iter().map(|queues| queues.syn_received).max().unwrap_or_default()
    }

    /// When the accept queue was first seen full.
    pub fn full_at(&self) -> Option<Timestamp> {
        self.queues.iter().find(|queues| queues.is_full()).map(|queues| queues.at)
    }
}

/// A socket: its kernel, its own address, its peer's.
type Socket = (PlaceId, SocketAddr, Option<SocketAddr>);

/// Every TCP socket that was seen listening.
pub fn listeners(trace: &Trace) -> Vec<Listener> {
    let mut said: BTreeMap<Socket, Vec<(Timestamp, SocketState)>> = BTreeMap::new();
    for event in trace.events() {
        if let What::SocketState(state) = &event.what
            && state.protocol == Protocol::Tcp
        {
            said.entry((event.place, state.local, state.peer)).or_default().push((event.at, *state));
        }
    }
    let mut listeners = Vec::new();
    for ((kernel, local, _), samples) in said.iter().filter(|((.., peer), _)| peer.is_none()) {
        let mut changes: Vec<(Timestamp, Change)> = samples
            .iter()
            .filter(|(_, said)| said.state == Some(TcpState::Listen) && !said.destroyed)
            .filter_map(|(at, said)| {
                Some((*at, Change::Queue { waiting: said.queues?.recv, backlog: said.queues?.send }))
            })
            .collect();
        if changes.is_empty() {
            continue;
        }
        for ((_, _, _), samples) in said.iter().filter(|((place, end, peer), _)| {
            place == kernel
                && peer.is_some()
                && end.port() == local.port()
                && (end.ip() == local.ip() || local.ip().is_unspecified())
        }) {
            changes.extend(half_open(samples));
        }
        changes.sort_by_key(|(at, _)| *at);
        listeners.push(Listener { kernel: *kernel, local: *local, queues: queues(&changes) });
    }
    listeners
}

/// What changes at a listening socket.
enum Change {
    Queue { waiting: u32, backlog: u32 },
    HalfOpen,
    NoMore,
}

/// When a connection was in SYN-RECEIVED: from the first time that it was seen
/// so until it was seen otherwise, or was seen for the last time.
fn half_open(samples: &[(Timestamp, SocketState)]) -> Vec<(Timestamp, Change)> {
    let mut changes = Vec::new();
    let mut open = false;
    for (at, said) in samples {
        let now = said.state == Some(TcpState::SynReceived) && !said.destroyed;
        match (open, now) {
            (false, true) => changes.push((*at, Change::HalfOpen)),
            (true, false) => changes.push((*at, Change::NoMore)),
            (true, true) | (false, false) => {}
        }
        open = now;
    }
    if open && let Some((at, _)) = samples.last() {
        changes.push((*at + Span::from_nanos(1), Change::NoMore));
    }
    changes
}

/// What waits after each change, where that is something else; what changes at
/// one moment is one change.
fn queues(changes: &[(Timestamp, Change)]) -> Vec<ListenQueues> {
    let mut queues: Vec<ListenQueues> = Vec::new();
    let (mut waiting, mut backlog, mut syn_received) = (0, 0, 0_u32);
    for (at, change) in changes {
        match change {
            Change::Queue { waiting: now, backlog: most } => (waiting, backlog) = (*now, *most),
            Change::HalfOpen => syn_received += 1,
            Change::NoMore => syn_received = syn_received.saturating_sub(1),
        }
        let now = ListenQueues { at: *at, waiting, backlog, syn_received };
        match queues.last_mut() {
            Some(last) if last.at == *at => *last = now,
            Some(last) if ListenQueues { at: *at, ..*last } == now => {}
            _ => queues.push(now),
        }
    }
    queues
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Event, SocketQueues};

    fn told(trace: &mut Trace, micros: i64, peer: Option<u16>, state: TcpState, recv: u32) {
        let said = SocketState {
            protocol: Protocol::Tcp,
            local: if peer.is_some() { "10.0.0.2:80" } else { "0.0.0.0:80" }.parse().unwrap(),
            peer: peer.map(|port| ([10, 0, 0, 1], port).into()),
            state: Some(state),
            within: Span::ZERO,
            destroyed: false,
            queues: Some(SocketQueues { recv, send: 1 }),
            timer: None,
            metrics: None,
        };
        let at = Timestamp::from_nanos(micros * 1000);
        trace.insert(Event { at, place: PlaceId(0), what: What::SocketState(said) });
    }

    #[test]
    fn both_queues_are_counted_at_the_same_moments() {
        let mut trace = Trace::default();
        told(&mut trace, 0, None, TcpState::Listen, 0);
        told(&mut trace, 10, Some(1), TcpState::SynReceived, 0);
        told(&mut trace, 10, Some(2), TcpState::SynReceived, 0);
        // One goes on; of the other nothing more is heard after 30.
        told(&mut trace, 20, Some(1), TcpState::Established, 0);
        told(&mut trace, 20, None, TcpState::Listen, 1);
        told(&mut trace, 30, Some(2), TcpState::SynReceived, 0);
        told(&mut trace, 40, None, TcpState::Listen, 2);
        let [listener] = listeners(&trace).try_into().unwrap();
        let found: Vec<_> = listener
            .queues
            .iter()
            .map(|queues| (queues.at.nanos() / 1000, queues.waiting, queues.syn_received, queues.is_full()))
            .collect();
        assert_eq!(
            found,
            [(0, 0, 0, false), (10, 0, 2, false), (20, 1, 1, false), (30, 1, 0, false), (40, 2, 0, true)]
        );
        assert_eq!((listener.most_waiting(), listener.most_syn_received()), (2, 2));
        assert_eq!(listener.full_at(), Some(Timestamp::from_nanos(40_000)));
        assert_eq!(listener.queues[0].backlog, 1);
    }

    #[test]
    fn who_only_connects_does_not_listen() {
        let mut trace = Trace::default();
        told(&mut trace, 10, Some(1), TcpState::SynReceived, 0);
        assert!(listeners(&trace).is_empty());
    }
}
