//! Descriptors, and what programs call on them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::model::{
    AcceptName, Call, CallId, CallOutcome, NodeId, PlaceId, SocketCall, SocketCallPhase, SocketIdentity, TcpState,
    Topology, What,
};
use crate::source::simulator::Moment;
use crate::source::simulator::network::Network;
use crate::source::simulator::scenario::syntax::HostName;
use crate::source::simulator::scenario::{Endpoint, SocketOption, SystemCall};
use crate::source::simulator::tcp::{CallError, Failure, KeepAlive, Knobs, Received, SocketId, Stack};

use super::packets::{payload, payload_from};

/// The port of a listener that was not bound.
pub(super) const SERVER_PORT: u16 = 80;
/// The first port of those that were not bound (RFC 6056 §2.1).
pub(super) const FIRST_PORT: u16 = 49_152;
/// How much is handed over at once, in bytes.
const PIECE: usize = 64 * 1024;
/// Linux's defaults, until an option says otherwise (tcp(7)).
const KEEP_ALIVE: KeepAlive = KeepAlive { idle: Duration::from_hours(2), interval: Duration::from_secs(75), probes: 9 };

/// A host with its program.
pub(super) struct Player {
    pub(super) node: NodeId,
    pub(super) address: Ipv4Addr,
    /// Of the program, in the trace.
    pub(super) place: PlaceId,
    pub(super) knobs: Knobs,
    pub(super) sockets: BTreeMap<i32, Socket>,
    /// Sockets that a program has, or had.
    pub(super) owned: BTreeSet<SocketId>,
    /// How many of its packets were looked at.
    pub(super) cursor: usize,
    /// Whether any number of packets may come before the next that is looked
    /// at.
    pub(super) skipping: bool,
    calls: u32,
    next_port: u16,
}

/// What a descriptor stands for.
#[derive(Clone, Debug, Default)]
pub(super) struct Socket {
    pub(super) kind: Kind,
    bound: Option<SocketAddr>,
    /// `close()` aborts.
    aborts: bool,
    identity: SocketIdentity,
}

/// What a socket is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Kind {
    /// Neither.
    #[default]
    Fresh,
    /// It waits for connections.
    Listener(SocketId),
    /// One end of a connection.
    Connection(SocketId),
}

/// A call under way.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) call: SystemCall,
    /// The descriptor that `accept()` gives.
    pub(super) gives: i32,
    id: CallId,
    /// Bytes read so far.
    got: Vec<u8>,
    /// Bytes taken so far.
    taken: usize,
    begun: bool,
}

/// What came of trying a call.
pub(super) enum Tried {
    /// It returns this.
    Returns(CallOutcome),
    /// It has to wait, or return this error where it may not.
    Waits(&'static str, i32),
}

/// The name and the number of an error on Linux.
fn failed((error, errno): (&'static str, i32)) -> Tried {
    Tried::Returns(CallOutcome::Failed { errno, error: error.to_owned() })
}

const fn returned(returned: i64) -> Tried {
    Tried::Returns(CallOutcome::Returned { returned })
}

const NOT_CONNECTED: (&str, i32) = ("ENOTCONN", 107);
const BAD_DESCRIPTOR: (&str, i32) = ("EBADF", 9);
const INVALID: (&str, i32) = ("EINVAL", 22);

/// How a bad end is told to a program.
pub(super) const fn error_of(failure: Failure) -> (&'static str, i32) {
    match failure {
        Failure::Refused => ("ECONNREFUSED", 111),
        Failure::Reset => ("ECONNRESET", 104),
        Failure::TimedOut => ("ETIMEDOUT", 110),
        Failure::Aborted => ("ECONNABORTED", 103),
        Failure::Unreachable => ("EHOSTUNREACH", 113),
    }
}

const fn error_of_call(error: CallError) -> (&'static str, i32) {
    match error {
        CallError::NoConnection => NOT_CONNECTED,
        CallError::Closing { .. } => ("EPIPE", 32),
        CallError::InUse => ("EADDRINUSE", 98),
        CallError::Failed(failure) => error_of(failure),
    }
}

/// The first IPv4 address of a host.
pub(super) fn first_v4(topology: &Topology, node: NodeId) -> Option<Ipv4Addr> {
    let host = topology.host(node)?;
    let mut addresses = host.interfaces.values().flat_map(|interface| &interface.addresses);
    addresses.find_map(|own| match own.address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    })
}

/// The other one of the topology's two ends.
pub(super) fn other_end(topology: &Topology, node: NodeId) -> NodeId {
    if node == topology.server { topology.client } else { topology.server }
}

/// Who is meant: by name, by address, or the other end.
pub(super) fn resolve(topology: &Topology, node: NodeId, endpoint: Option<&Endpoint>) -> Option<SocketAddr> {
    let port = endpoint.map_or(SERVER_PORT, |endpoint| endpoint.port);
    let address = match endpoint.and_then(|endpoint| endpoint.host.as_ref()) {
        None => IpAddr::V4(first_v4(topology, other_end(topology, node))?),
        Some(HostName::Address(address)) => *address,
        Some(HostName::Name(name)) => IpAddr::V4(first_v4(topology, topology.node(name)?)?),
    };
    Some(SocketAddr::new(address, port))
}

impl Player {
    pub(super) fn new(node: NodeId, address: Ipv4Addr, place: PlaceId, knobs: Knobs) -> Self {
        Self {
            node,
            address,
            place,
            knobs,
            sockets: BTreeMap::new(),
            owned: BTreeSet::new(),
            cursor: 0,
            skipping: false,
            calls: 0,
            next_port: FIRST_PORT,
        }
    }

    /// A descriptor that the file names for the first time, with a call that
    /// takes a fresh one, is made on the way.
    pub(super) fn makes(&self, call: &SystemCall) -> Option<i32> {
        let fd = match call {
            SystemCall::Bind { fd, .. }
            | SystemCall::Listen { fd, .. }
            | SystemCall::Connect { fd, .. }
            | SystemCall::SetOption { fd, .. } => *fd,
            SystemCall::Socket
            | SystemCall::Accept { .. }
            | SystemCall::Send { .. }
            | SystemCall::Recv { .. }
            | SystemCall::Shutdown { .. }
            | SystemCall::Close { .. }
            | SystemCall::GetError { .. } => return None,
        };
        (!self.sockets.contains_key(&fd)).then_some(fd)
    }

    /// Begins a call; what the trace is to hold of it.
    pub(super) fn ask(&mut self, call: SystemCall, gives: i32, topology: &Topology) -> (Asked, What) {
        let id = CallId(self.calls);
        self.calls = self.calls.saturating_add(1);
        let fd = descriptor(&call);
        let told = self.told(&call, topology);
        let phase = SocketCallPhase::Entered { call: told };
        let what =
            What::SocketCall(SocketCall { id, thread: thread(fd.unwrap_or(gives)), fd: fd.unwrap_or(-1), phase });
        (Asked { call, gives, id, got: Vec::new(), taken: 0, begun: false }, what)
    }

    /// Ends a call; what the trace is to hold of it.
    pub(super) fn answer(&self, asked: &Asked, outcome: CallOutcome) -> What {
        let fd = descriptor(&asked.call);
        let whose = if matches!(asked.call, SystemCall::Accept { .. }) { Some(asked.gives) } else { fd };
        let socket = whose.and_then(|fd| self.sockets.get(&fd)).map(|socket| socket.identity).unwrap_or_default();
        let phase = SocketCallPhase::Returned { outcome, socket };
        What::SocketCall(SocketCall {
            id: asked.id,
            thread: thread(fd.unwrap_or(asked.gives)),
            fd: fd.unwrap_or(-1),
            phase,
        })
    }

    /// The call as a program would have made it.
    fn told(&self, call: &SystemCall, topology: &Topology) -> Call {
        let other = |name: &str, arguments: String| Call::Other { name: name.to_owned(), arguments };
        match call {
            SystemCall::Socket => Call::Socket { domain: "AF_INET".to_owned(), kind: "SOCK_STREAM".to_owned() },
            SystemCall::Bind { address, .. } => match self.own(topology, address) {
                Some(address) => Call::Bind { address },
                None => other("bind", String::new()),
            },
            SystemCall::Listen { backlog, .. } => Call::Listen { backlog: *backlog },
            SystemCall::Accept { .. } => Call::Accept { by: AcceptName::default() },
            SystemCall::Connect { to, .. } => match resolve(topology, self.node, to.as_ref()) {
                Some(address) => Call::Connect { address },
                None => other("connect", String::new()),
            },
            SystemCall::Send { count, by, .. } => Call::Send { by: *by, bytes: payload(*count), to: None },
            SystemCall::Recv { count, by, .. } => {
                Call::Recv { by: *by, size: u64::try_from(*count).unwrap_or(u64::MAX) }
            }
            SystemCall::Shutdown { .. } => Call::Shutdown { how: "SHUT_WR".to_owned() },
            SystemCall::Close { .. } => Call::Close,
            SystemCall::SetOption { option, value, .. } => {
                Call::Setsockopt { name: option.name().to_owned(), value: *value }
            }
            SystemCall::GetError { .. } => other("getsockopt", "SO_ERROR".to_owned()),
        }
    }

    /// An own address.
    fn own(&self, topology: &Topology, address: &Endpoint) -> Option<SocketAddr> {
        match &address.host {
            None => Some(SocketAddr::from((self.address, address.port))),
            Some(_) => resolve(topology, self.node, Some(address)),
        }
    }

    /// Tries a call, for the first time or once more.
    pub(super) fn attempt(&mut self, asked: &mut Asked, network: &mut Network, topology: &Topology) -> Tried {
        let now = network.now();
        match asked.call.clone() {
            SystemCall::Socket => {
                self.sockets.entry(asked.gives).or_default();
                returned(i64::from(asked.gives))
            }
            SystemCall::Bind { fd, address } => {
                let own = self.own(topology, &address);
                if let (Some(socket), Some(own)) = (self.sockets.get_mut(&fd), own) {
                    (socket.bound, socket.identity.local) = (Some(own), Some(own));
                    return returned(0);
                }
                failed(INVALID)
            }
            SystemCall::Listen { fd, backlog } => self.listen(network, fd, backlog),
            SystemCall::Accept { fd } => self.accept(network, fd, asked.gives),
            SystemCall::Connect { fd, to } => {
                let Some(to) = resolve(topology, self.node, to.as_ref()) else { return failed(INVALID) };
                self.connect(now, network, fd, to, &mut asked.begun)
            }
            SystemCall::Send { fd, count, .. } => self.send(now, network, fd, count, &mut asked.taken),
            SystemCall::Recv { fd, count, whole, .. } => self.receive(now, network, fd, (count, whole), &mut asked.got),
            SystemCall::Shutdown { fd } => {
                let Some(id) = self.connection(fd) else { return failed(NOT_CONNECTED) };
                self.on(network, |stack| stack.shutdown(now, id).map(|()| 0))
            }
            SystemCall::Close { fd } => self.close(now, network, fd),
            SystemCall::SetOption { fd, option, value } => self.set_option(now, network, fd, option, value),
            SystemCall::GetError { fd, .. } => match self.sockets.get(&fd) {
                Some(_) => returned(0),
                None => failed(BAD_DESCRIPTOR),
            },
        }
    }

    fn on(&self, network: &mut Network, call: impl FnOnce(&mut Stack) -> Result<i64, CallError>) -> Tried {
        let Some(stack) = network.stack_mut(self.node) else { return failed(BAD_DESCRIPTOR) };
        match call(stack) {
            Ok(value) => returned(value),
            Err(error) => failed(error_of_call(error)),
        }
    }

    /// The connection of a descriptor.
    pub(super) fn connection(&self, fd: i32) -> Option<SocketId> {
        match self.sockets.get(&fd)?.kind {
            Kind::Connection(id) => Some(id),
            Kind::Fresh | Kind::Listener(_) => None,
        }
    }

    /// A listener of this host.
    pub(super) fn listener(&self) -> Option<SocketId> {
        self.sockets.values().find_map(|socket| match socket.kind {
            Kind::Listener(id) => Some(id),
            Kind::Fresh | Kind::Connection(_) => None,
        })
    }

    fn listen(&mut self, network: &mut Network, fd: i32, backlog: i32) -> Tried {
        let usual = SocketAddr::from((self.address, SERVER_PORT));
        let Some(own) = self.sockets.get(&fd).map(|socket| socket.bound.unwrap_or(usual)) else {
            return failed(BAD_DESCRIPTOR);
        };
        let Some(stack) = network.stack_mut(self.node) else { return failed(BAD_DESCRIPTOR) };
        match stack.listen(own, usize::try_from(backlog).unwrap_or(0)) {
            Ok(id) => {
                let identity = SocketIdentity { local: Some(own), peer: None };
                self.sockets.insert(fd, Socket { kind: Kind::Listener(id), bound: Some(own), aborts: false, identity });
                returned(0)
            }
            Err(error) => failed(error_of_call(error)),
        }
    }

    fn accept(&mut self, network: &mut Network, fd: i32, gives: i32) -> Tried {
        let Some(Kind::Listener(listener)) = self.sockets.get(&fd).map(|socket| socket.kind) else {
            return failed(INVALID);
        };
        let Some(stack) = network.stack_mut(self.node) else { return failed(BAD_DESCRIPTOR) };
        let Some(id) = stack.accept(listener) else { return Tried::Waits("EAGAIN", 11) };
        let identity = identity(stack, id);
        self.owned.insert(id);
        self.sockets.insert(gives, Socket { kind: Kind::Connection(id), bound: None, aborts: false, identity });
        returned(i64::from(gives))
    }

    fn connect(&mut self, now: Moment, network: &mut Network, fd: i32, to: SocketAddr, begun: &mut bool) -> Tried {
        let from = match to.ip() {
            IpAddr::V4(to) => network.source_address(self.node, to).unwrap_or(self.address),
            IpAddr::V6(_) => return failed(("EAFNOSUPPORT", 97)),
        };
        let Some(stack) = network.stack_mut(self.node) else { return failed(BAD_DESCRIPTOR) };
        let Some(socket) = self.sockets.get_mut(&fd) else { return failed(BAD_DESCRIPTOR) };
        let id = match socket.kind {
            Kind::Connection(id) if *begun => id,
            Kind::Connection(_) => return failed(("EISCONN", 106)),
            Kind::Listener(_) => return failed(INVALID),
            Kind::Fresh => {
                let port = self.next_port;
                let own = socket.bound.unwrap_or(SocketAddr::from((from, port)));
                if socket.bound.is_none() {
                    self.next_port = self.next_port.checked_add(1).unwrap_or(FIRST_PORT);
                }
                let id = match stack.connect(now, own, to) {
                    Ok(id) => id,
                    // The pair is still in TIME-WAIT (connect(2)).
                    Err(CallError::InUse) => return failed(("EADDRNOTAVAIL", 99)),
                    Err(error) => return failed(error_of_call(error)),
                };
                *begun = true;
                (socket.kind, socket.bound) = (Kind::Connection(id), Some(own));
                socket.identity = SocketIdentity { local: Some(own), peer: Some(to) };
                self.owned.insert(id);
                id
            }
        };
        if let Some(failure) = stack.failure(id) {
            return failed(error_of(failure));
        }
        match stack.state(id) {
            Some(TcpState::SynSent | TcpState::SynReceived) => Tried::Waits("EINPROGRESS", 115),
            Some(_) => returned(0),
            None => failed(NOT_CONNECTED),
        }
    }

    fn send(&self, now: Moment, network: &mut Network, fd: i32, count: usize, taken: &mut usize) -> Tried {
        let Some(id) = self.connection(fd) else { return failed(NOT_CONNECTED) };
        let Some(stack) = network.stack_mut(self.node) else { return failed(BAD_DESCRIPTOR) };
        loop {
            // No more at once than there may be room for.
            let piece = payload_from(*taken, (count - *taken).min(PIECE));
            match stack.send(now, id, &piece) {
                Ok(more) => {
                    *taken += more;
                    if *taken >= count {
                        return returned(i64::try_from(count).unwrap_or(i64::MAX));
                    }
                    if more < piece.len() {
                        return Tried::Waits("EAGAIN", 11);
                    }
                }
                Err(CallError::NoConnection) => return failed(("EPIPE", 32)),
                Err(error) => return failed(error_of_call(error)),
            }
        }
    }

    fn receive(
        &self,
        now: Moment,
        network: &mut Network,
        fd: i32,
        (count, whole): (usize, bool),
        got: &mut Vec<u8>,
    ) -> Tried {
        let Some(id) = self.connection(fd) else { return failed(NOT_CONNECTED) };
        let Some(stack) = network.stack_mut(self.node) else { return failed(BAD_DESCRIPTOR) };
        let (error, ended) = match stack.receive(now, id, count.saturating_sub(got.len())) {
            Ok(Received::Bytes(bytes)) => {
                got.extend(bytes);
                (None, false)
            }
            Ok(Received::Nothing) => (None, false),
            Ok(Received::End) => (None, true),
            Err(error) => (Some(error), true),
        };
        if got.len() >= count || (ended && error.is_none()) || (!got.is_empty() && (ended || !whole)) {
            let received = std::mem::take(got);
            return Tried::Returns(CallOutcome::Received { received, from: None });
        }
        error.map_or(Tried::Waits("EAGAIN", 11), |error| failed(error_of_call(error)))
    }

    fn close(&mut self, now: Moment, network: &mut Network, fd: i32) -> Tried {
        let Some(socket) = self.sockets.get(&fd).cloned() else { return failed(BAD_DESCRIPTOR) };
        // The descriptor is free whatever becomes of the connection.
        let done = match socket.kind {
            Kind::Fresh => returned(0),
            Kind::Listener(id) => self.on(network, |stack| stack.close(now, id).map(|()| 0)),
            Kind::Connection(id) => self.on(network, |stack| {
                let done = if socket.aborts { stack.abort(id) } else { stack.close(now, id) };
                // What has ended already can be let go of all the same.
                done.ok();
                Ok(0)
            }),
        };
        self.sockets.remove(&fd);
        done
    }

    /// The program ends: the host closes everything, as close(2) would.
    pub(super) fn close_all(&mut self, now: Moment, network: &mut Network) {
        let open: Vec<i32> = self.sockets.keys().copied().collect();
        for fd in open {
            self.close(now, network, fd);
        }
        self.sockets.clear();
    }

    /// The host has forgotten everything.
    pub(super) fn forget(&mut self) {
        self.sockets.clear();
        self.owned.clear();
    }

    fn set_option(&mut self, now: Moment, network: &mut Network, fd: i32, option: SocketOption, value: i64) -> Tried {
        if let (SocketOption::Linger, Some(socket)) = (option, self.sockets.get_mut(&fd)) {
            socket.aborts = true;
            return returned(0);
        }
        let change = |knobs: &mut Knobs| apply(knobs, option, value);
        if let Some(id) = self.connection(fd) {
            return self.on(network, |stack| stack.tune(now, id, change).map(|()| 0));
        }
        // Not a connection yet: it is for all that this host makes from now on.
        change(&mut self.knobs);
        let knobs = self.knobs;
        self.on(network, |stack| {
            stack.set_knobs(knobs);
            Ok(0)
        })
    }
}

/// What an option does.
fn apply(knobs: &mut Knobs, option: SocketOption, value: i64) {
    let whole = u32::try_from(value).unwrap_or(u32::MAX);
    let seconds = Duration::from_secs(u64::from(whole));
    match option {
        SocketOption::NoDelay => knobs.nagle = value == 0,
        SocketOption::KeepAlive => {
            knobs.keep_alive = if value == 0 { None } else { Some(knobs.keep_alive.unwrap_or(KEEP_ALIVE)) };
        }
        SocketOption::KeepIdle => knobs.keep_alive.get_or_insert(KEEP_ALIVE).idle = seconds,
        SocketOption::KeepInterval => knobs.keep_alive.get_or_insert(KEEP_ALIVE).interval = seconds,
        SocketOption::KeepCount => knobs.keep_alive.get_or_insert(KEEP_ALIVE).probes = whole,
        SocketOption::ReceiveBuffer => knobs.window = whole,
        SocketOption::SendBuffer => knobs.send_buffer = whole,
        SocketOption::QuickAck => {
            if value != 0 {
                knobs.delayed_ack = None;
            }
        }
        SocketOption::MaximumSegment => knobs.mss = u16::try_from(value).unwrap_or(u16::MAX),
        SocketOption::UserTimeout => {
            knobs.data_limit = crate::source::simulator::tcp::Limit::After(Duration::from_millis(u64::from(whole)));
        }
        SocketOption::Linger | SocketOption::ReuseAddress => {}
    }
}

/// The addresses of a connection.
pub(super) fn identity(stack: &Stack, id: SocketId) -> SocketIdentity {
    let found = stack.connections().find(|(own, ..)| *own == id);
    found.map_or_else(SocketIdentity::default, |(_, local, peer)| SocketIdentity {
        local: Some(local),
        peer: Some(peer),
    })
}

/// Whose descriptor a call is on.
const fn descriptor(call: &SystemCall) -> Option<i32> {
    match call {
        SystemCall::Socket => None,
        SystemCall::Bind { fd, .. }
        | SystemCall::Listen { fd, .. }
        | SystemCall::Accept { fd }
        | SystemCall::Connect { fd, .. }
        | SystemCall::Send { fd, .. }
        | SystemCall::Recv { fd, .. }
        | SystemCall::Shutdown { fd }
        | SystemCall::Close { fd }
        | SystemCall::SetOption { fd, .. }
        | SystemCall::GetError { fd, .. } => Some(*fd),
    }
}

/// A program of a scenario has a thread for each descriptor, so that a call
/// that waits holds up no other socket.
fn thread(fd: i32) -> u32 {
    u32::try_from(fd).unwrap_or(0)
}
