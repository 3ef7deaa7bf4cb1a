//! One host's TCP: its connections and listeners, whom a segment is for, and
//! when something is due.

/// SYNs and cookies.
mod listening;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, SocketAddr};

use super::connection::{Connection, Inside, Output};
use super::cookie;
use super::listener::Listener;
use super::{CallError, Failure, Isn, Knobs, OldSyn, Overflow, Reason, Segment, State};
use crate::model::{SeqNumber, TcpState};
use crate::source::simulator::Moment;

/// The number of a socket on its host, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u32);

/// A segment with its addresses and ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// From where.
    pub from: SocketAddr,
    /// To whom.
    pub to: SocketAddr,
    /// What.
    pub segment: Segment,
}

/// What a host's TCP does, with the rule behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It sends a segment.
    Sent {
        /// Of which socket; none where a reset answers for nobody.
        socket: Option<SocketId>,
        /// What, and to whom.
        packet: Packet,
        /// By which rule.
        why: Reason,
    },
    /// A socket's state changes.
    State {
        /// Which.
        socket: SocketId,
        /// From this.
        from: TcpState,
        /// To this.
        to: TcpState,
        /// By which rule.
        why: Reason,
    },
    /// A segment, or a part of it, is ignored.
    Ignored {
        /// By which socket, if it was for one.
        socket: Option<SocketId>,
        /// By which rule.
        why: Reason,
    },
}

/// What an ICMP error says of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IcmpError {
    /// No way to the network or the host: that may pass.
    Unreachable,
    /// The host does not have the protocol or the port.
    Refused,
    /// It went round in circles, or its pieces did not come together.
    TimeExceeded,
    /// It is too large, and may not be fragmented.
    TooBig {
        /// The largest IP packet that would pass, in bytes.
        mtu: u32,
    },
}

/// What RECEIVE gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// These bytes, one at least.
    Bytes(Vec<u8>),
    /// Nothing has come yet.
    Nothing,
    /// The peer has closed, and everything was read.
    End,
}

/// One host's TCP.
#[derive(Clone, Debug)]
pub struct Stack {
    knobs: Knobs,
    next: u32,
    sockets: BTreeMap<SocketId, Entry>,
    pairs: BTreeMap<(SocketAddr, SocketAddr), SocketId>,
    listeners: BTreeMap<SocketId, Listener>,
    /// How large a packet may be that comes to or leaves from an address.
    mtus: BTreeMap<IpAddr, u32>,
    agenda: BTreeSet<(Moment, SocketId)>,
    effects: VecDeque<Effect>,
}

#[derive(Clone, Debug)]
struct Entry {
    local: SocketAddr,
    peer: SocketAddr,
    connection: Connection,
    /// Whose queue it is in, until it is accepted.
    listener: Option<SocketId>,
    deadline: Option<Moment>,
}

/// What a SYN does to a connection in TIME-WAIT.
enum Takeover {
    /// It is no such SYN, or there is no such connection.
    No,
    /// It is of an older connection, or of the same.
    TooOld,
    /// It takes its place, with this ISS.
    Yes(SeqNumber),
}

impl Stack {
    /// A host that has just started.
    pub const fn new(knobs: Knobs) -> Self {
        Self {
            knobs,
            next: 0,
            sockets: BTreeMap::new(),
            pairs: BTreeMap::new(),
            listeners: BTreeMap::new(),
            mtus: BTreeMap::new(),
            agenda: BTreeSet::new(),
            effects: VecDeque::new(),
        }
    }

    /// Changes how connections made from now on behave.
    pub const fn set_knobs(&mut self, knobs: Knobs) {
        self.knobs = knobs;
    }

    /// No packet from or to this address of ours is longer than `mtu` bytes:
    /// the largest segment follows from it (RFC 9293 §3.7.1).
    pub fn set_mtu(&mut self, local: IpAddr, mtu: u32) {
        self.mtus.insert(local, mtu);
    }

    /// The knobs of a connection from an address: IPv6 has a longer header.
    fn knobs_of(&self, local: IpAddr) -> Knobs {
        let (headers, usual) = if local.is_ipv4() { (40, u32::MAX) } else { (60, 1_500) };
        let room = self.mtus.get(&local).copied().unwrap_or(usual).saturating_sub(headers);
        Knobs { mss: self.knobs.mss.min(u16::try_from(room).unwrap_or(u16::MAX)).max(1), ..self.knobs }
    }

    fn id(&mut self) -> SocketId {
        let id = SocketId(self.next);
        self.next = self.next.wrapping_add(1);
        id
    }

    /// RFC 9293 §3.4.1: ISN = M + F(local, remote, secret), M a clock of 4 µs.
    fn isn(&self, now: Moment, local: SocketAddr, peer: SocketAddr) -> SeqNumber {
        if let Isn::Fixed(isn) = self.knobs.isn {
            return isn;
        }
        SeqNumber::new(cookie::low(now.nanos() / 4_000)) + cookie::low(cookie::hash(self.secret(), local, peer))
    }

    const fn secret(&self) -> u64 {
        match self.knobs.isn {
            Isn::Fixed(_) => 0,
            Isn::Clock { secret } => secret,
        }
    }

    // Calls.

    /// OPEN, passive (RFC 9293 §3.10.1): `backlog` connections may be under
    /// way and as many wait to be accepted.
    ///
    /// # Errors
    /// [`CallError::InUse`]: somebody listens there.
    pub fn listen(&mut self, local: SocketAddr, backlog: usize) -> Result<SocketId, CallError> {
        if self.listeners.values().any(|listener| listener.local == local) {
            return Err(CallError::InUse);
        }
        let id = self.id();
        self.listeners.insert(id, Listener::new(local, backlog, self.knobs.one_more));
        Ok(id)
    }

    /// Takes a finished connection off a listener's queue.
    pub fn accept(&mut self, listener: SocketId) -> Option<SocketId> {
        let id = self.listeners.get_mut(&listener)?.accept()?;
        if let Some(entry) = self.sockets.get_mut(&id) {
            entry.listener = None;
        }
        Some(id)
    }

    /// How many connections are in a listener's SYN queue and in its accept
    /// queue.
    pub fn queues(&self, listener: SocketId) -> Option<(usize, usize)> {
        self.listeners.get(&listener).map(Listener::queues)
    }

    /// OPEN, active (RFC 9293 §3.10.1).
    ///
    /// # Errors
    /// [`CallError::InUse`]: this pair of addresses has a connection, be it in
    /// TIME-WAIT, unless the knobs let that be taken over.
    pub fn connect(&mut self, now: Moment, local: SocketAddr, peer: SocketAddr) -> Result<SocketId, CallError> {
        let mut iss = self.isn(now, local, peer);
        if let Some(id) = self.pairs.get(&(local, peer)).copied() {
            iss = self.sockets.get(&id).and_then(|entry| entry.connection.reused_iss(now)).ok_or(CallError::InUse)?;
            self.end_for_new(id);
        }
        let connection = Connection::open(self.knobs_of(local.ip()), iss, now);
        Ok(self.enter(connection, local, peer, None))
    }

    fn enter(
        &mut self,
        connection: Connection,
        local: SocketAddr,
        peer: SocketAddr,
        listener: Option<SocketId>,
    ) -> SocketId {
        let id = self.id();
        self.pairs.insert((local, peer), id);
        self.sockets.insert(id, Entry { local, peer, connection, listener, deadline: None });
        if let Some(listener) = listener.and_then(|listener| self.listeners.get_mut(&listener)) {
            listener.opens(id);
        }
        self.settle(id);
        id
    }

    fn call<T>(
        &mut self,
        socket: SocketId,
        call: impl FnOnce(&mut Connection) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let entry = self.sockets.get_mut(&socket).ok_or(CallError::NoConnection)?;
        let answer = call(&mut entry.connection);
        self.settle(socket);
        answer
    }

    /// SEND (RFC 9293 §3.10.2): how many of the bytes there was room for.
    ///
    /// # Errors
    /// The connection is gone or closing.
    pub fn send(&mut self, now: Moment, socket: SocketId, bytes: &[u8]) -> Result<usize, CallError> {
        self.call(socket, |connection| connection.send(now, bytes))
    }

    /// RECEIVE (RFC 9293 §3.10.3): at most `most` bytes.
    ///
    /// # Errors
    /// The connection is gone.
    pub fn receive(&mut self, now: Moment, socket: SocketId, most: usize) -> Result<Received, CallError> {
        Ok(match self.call(socket, |connection| connection.receive(now, most))? {
            None => Received::End,
            Some(bytes) if bytes.is_empty() => Received::Nothing,
            Some(bytes) => Received::Bytes(bytes),
        })
    }

    /// CLOSE (RFC 9293 §3.10.4) of the sending half: `shutdown(SHUT_WR)`.
    ///
    /// # Errors
    /// The connection is gone or closing.
    pub fn shutdown(&mut self, now: Moment, socket: SocketId) -> Result<(), CallError> {
        self.call(socket, |connection| connection.close(now, false))
    }

    /// `close()`: CLOSE, and nobody will read any more. Of a listener: nobody
    /// waits any more, and those in its queues are reset.
    ///
    /// # Errors
    /// The connection is gone.
    pub fn close(&mut self, now: Moment, socket: SocketId) -> Result<(), CallError> {
        if let Some(listener) = self.listeners.remove(&socket) {
            for waiting in listener.waiting() {
                // It may have ended meanwhile.
                self.abort(waiting).ok();
            }
            return Ok(());
        }
        let answer = self.call(socket, |connection| {
            connection.abandoned = true;
            connection.close(now, true)
        });
        // A program may always let go of what has ended.
        if self.sockets.get(&socket).is_some_and(|entry| entry.connection.state() == State::Closed) {
            self.remove(socket);
        }
        answer
    }

    /// Changes how one connection behaves from now on: what options of sockets
    /// do.
    ///
    /// # Errors
    /// The connection is gone.
    pub fn tune(&mut self, now: Moment, socket: SocketId, change: impl FnOnce(&mut Knobs)) -> Result<(), CallError> {
        self.call(socket, |connection| {
            change(&mut connection.knobs);
            connection.arm(now);
            Ok(())
        })
    }

    /// ABORT (RFC 9293 §3.10.5).
    ///
    /// # Errors
    /// The connection is gone.
    pub fn abort(&mut self, socket: SocketId) -> Result<(), CallError> {
        self.call(socket, Connection::abort)
    }

    // What is.

    /// STATUS (RFC 9293 §3.10.6): the state; LISTEN of a listener, `None` of
    /// what is gone.
    pub fn state(&self, socket: SocketId) -> Option<TcpState> {
        if self.listeners.contains_key(&socket) {
            return Some(TcpState::Listen);
        }
        self.sockets.get(&socket).map(|entry| entry.connection.state().name())
    }

    /// What no segment shows of a connection.
    pub fn inside(&self, socket: SocketId) -> Option<Inside> {
        self.sockets.get(&socket).map(|entry| entry.connection.inside())
    }

    /// How a connection ended, if badly.
    pub fn failure(&self, socket: SocketId) -> Option<Failure> {
        self.sockets.get(&socket)?.connection.failure()
    }

    /// A socket's own address and its peer's, which a listener has not.
    pub fn addresses(&self, socket: SocketId) -> Option<(SocketAddr, Option<SocketAddr>)> {
        let listener = || self.listeners.get(&socket).map(|listener| (listener.local, None));
        self.sockets.get(&socket).map(|entry| (entry.local, Some(entry.peer))).or_else(listener)
    }

    /// Every connection with its own and its peer's address.
    pub fn connections(&self) -> impl Iterator<Item = (SocketId, SocketAddr, SocketAddr)> {
        self.sockets.iter().map(|(id, entry)| (*id, entry.local, entry.peer))
    }

    // Time and segments.

    /// When something will be due.
    pub fn deadline(&self) -> Option<Moment> {
        self.agenda.first().map(|(at, _)| *at)
    }

    /// Does what is due at `now`.
    pub fn pass(&mut self, now: Moment) {
        while let Some((at, id)) = self.agenda.first().copied()
            && at <= now
        {
            self.agenda.pop_first();
            if let Some(entry) = self.sockets.get_mut(&id) {
                entry.deadline = None;
                entry.connection.pass(now);
                self.settle(id);
            }
        }
    }

    /// SEGMENT ARRIVES (RFC 9293 §3.10.7).
    pub fn arrives(&mut self, now: Moment, packet: &Packet) {
        let (local, peer) = (packet.to, packet.from);
        let Some(id) = self.pairs.get(&(local, peer)).copied() else {
            return self.arrives_for_listener(now, packet, None);
        };
        match self.takes_over(id, &packet.segment) {
            Takeover::No => self.arrives_for(now, id, &packet.segment),
            Takeover::TooOld => {
                self.effects.push_back(Effect::Ignored { socket: Some(id), why: Reason::OldSynInTimeWait });
            }
            Takeover::Yes(iss) => {
                self.end_for_new(id);
                self.arrives_for_listener(now, packet, Some(iss));
            }
        }
    }

    /// An ICMP error has come about a segment from `local` to `peer` that began
    /// at `seq`.
    pub fn icmp_arrives(&mut self, now: Moment, local: SocketAddr, peer: SocketAddr, seq: SeqNumber, error: IcmpError) {
        let Some(id) = self.pairs.get(&(local, peer)).copied() else { return };
        if let Some(entry) = self.sockets.get_mut(&id) {
            let headers = if local.is_ipv4() { 40 } else { 60 };
            entry.connection.network_says(now, seq, error, headers);
        }
        self.settle(id);
    }

    fn arrives_for(&mut self, now: Moment, id: SocketId, segment: &Segment) {
        let Some(entry) = self.sockets.get_mut(&id) else { return };
        let opening = matches!(entry.connection.state(), State::SynReceived { .. });
        let listener = entry.listener.and_then(|listener| self.listeners.get(&listener));
        if opening && segment.flags.ack() && !segment.flags.rst() && listener.is_some_and(Listener::is_full) {
            match entry.connection.knobs.overflow {
                Overflow::Ignore => entry.connection.ignore(Reason::QueueFull),
                Overflow::Reset => {
                    entry.connection.reset(segment.ack, None, Reason::QueueFull);
                    entry.connection.end(Reason::QueueFull, Some(Failure::Aborted));
                }
            }
        } else {
            entry.connection.arrives(now, segment);
        }
        self.settle(id);
    }

    fn answer(&mut self, to: &Packet, segment: Segment, why: Reason) {
        let packet = Packet { from: to.to, to: to.from, segment };
        self.effects.push_back(Effect::Sent { socket: None, packet, why });
    }

    /// RFC 9293 §3.6.1, MAY-2; RFC 6191 §2: a SYN may take over a connection
    /// in TIME-WAIT if its clock or, failing that, its number is newer.
    fn takes_over(&self, id: SocketId, segment: &Segment) -> Takeover {
        let Some(entry) = self.sockets.get(&id) else { return Takeover::No };
        let connection = &entry.connection;
        let waits = matches!(connection.state(), State::TimeWait { .. }) && connection.knobs.time_wait_reuse;
        let syn = segment.flags.syn() && !segment.flags.ack() && !segment.flags.rst();
        let listens = self.listeners.values().any(|listener| listener.local == entry.local);
        if !(waits && syn && listens) {
            return Takeover::No;
        }
        if connection.is_newer(segment) {
            // "assigns its initial sequence number for the new connection to be
            // larger than the largest sequence number it used".
            return Takeover::Yes(connection.out.nxt + 65_536);
        }
        match connection.knobs.old_syn {
            OldSyn::Dropped => Takeover::TooOld,
            OldSyn::Acknowledged => Takeover::No,
        }
    }

    fn end_for_new(&mut self, id: SocketId) {
        if let Some(entry) = self.sockets.get_mut(&id) {
            entry.connection.end(Reason::TimeWaitReused, None);
        }
        self.settle(id);
    }

    /// What was done since the last call, in order.
    pub fn take_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// After anything happened to a connection.
    fn settle(&mut self, id: SocketId) {
        let Some(entry) = self.sockets.get_mut(&id) else { return };
        for output in entry.connection.outputs.drain(..) {
            self.effects.push_back(match output {
                Output::Segment { segment, why } => {
                    let packet = Packet { from: entry.local, to: entry.peer, segment };
                    Effect::Sent { socket: Some(id), packet, why }
                }
                Output::State { from, to, why } => Effect::State { socket: id, from, to, why },
                Output::Ignored { why } => Effect::Ignored { socket: Some(id), why },
            });
        }
        let deadline = entry.connection.deadline();
        if deadline != entry.deadline {
            if let Some(old) = entry.deadline {
                self.agenda.remove(&(old, id));
            }
            if let Some(new) = deadline {
                self.agenda.insert((new, id));
            }
            entry.deadline = deadline;
        }
        let state = entry.connection.state();
        let waiting = entry.listener.and_then(|listener| self.listeners.get_mut(&listener));
        match (state, waiting) {
            (State::Closed, waiting) => {
                if let Some(listener) = waiting {
                    listener.forget(id);
                }
                let forgotten = entry.connection.abandoned || entry.listener.is_some();
                if self.pairs.get(&(entry.local, entry.peer)) == Some(&id) {
                    self.pairs.remove(&(entry.local, entry.peer));
                }
                if forgotten {
                    self.remove(id);
                }
            }
            (State::SynReceived { .. }, _) | (_, None) => {}
            (_, Some(listener)) => listener.finish(id),
        }
    }

    fn remove(&mut self, id: SocketId) {
        if let Some(entry) = self.sockets.remove(&id)
            && let Some(deadline) = entry.deadline
        {
            self.agenda.remove(&(deadline, id));
        }
    }
}
