//! Waiting for connections: a listener, its SYN queue and its accept queue
//! (RFC 9293 §3.9.1.1, MUST-42; listen(2)).

use std::collections::VecDeque;
use std::net::SocketAddr;

use super::SocketId;
use crate::source::simulator::Moment;

/// Somebody who waits for connections.
#[derive(Clone, Debug)]
pub(super) struct Listener {
    pub(super) local: SocketAddr,
    /// How many may wait in the SYN queue.
    backlog: usize,
    /// How many may wait in the accept queue.
    most: usize,
    /// When a cookie was sent last.
    pub(super) cookie_sent: Option<Moment>,
    /// In SYN-RECEIVED.
    opening: Vec<SocketId>,
    /// Finished, waiting for ACCEPT, the oldest first.
    finished: VecDeque<SocketId>,
}

impl Listener {
    /// `one_more`: the accept queue is full when it holds more than its
    /// backlog, as on Linux.
    pub(super) fn new(local: SocketAddr, backlog: usize, one_more: bool) -> Self {
        let backlog = backlog.max(1);
        let most = backlog + usize::from(one_more);
        Self { local, backlog, most, cookie_sent: None, opening: Vec::new(), finished: VecDeque::new() }
    }

    /// Whether the SYN queue is full.
    pub(super) fn opens_no_more(&self) -> bool {
        self.opening.len() >= self.backlog
    }

    /// Whether the accept queue is full.
    pub(super) fn is_full(&self) -> bool {
        self.finished.len() >= self.most
    }

    /// A SYN came.
    pub(super) fn opens(&mut self, id: SocketId) {
        self.opening.push(id);
    }

    /// A handshake is complete: from one queue into the other.
    pub(super) fn finish(&mut self, id: SocketId) {
        if let Some(place) = self.opening.iter().position(|other| *other == id) {
            self.opening.remove(place);
            self.finished.push_back(id);
        }
    }

    /// A connection ended before it was accepted.
    pub(super) fn forget(&mut self, id: SocketId) {
        self.opening.retain(|other| *other != id);
        self.finished.retain(|other| *other != id);
    }

    /// ACCEPT.
    pub(super) fn accept(&mut self) -> Option<SocketId> {
        self.finished.pop_front()
    }

    /// Everybody in either queue.
    pub(super) fn waiting(&self) -> Vec<SocketId> {
        self.opening.iter().chain(&self.finished).copied().collect()
    }

    /// How many are in the SYN queue and in the accept queue.
    pub(super) fn queues(&self) -> (usize, usize) {
        (self.opening.len(), self.finished.len())
    }
}
