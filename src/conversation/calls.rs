//! Socket calls joined from their two moments, and the sockets they are on.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::model::{Call, CallId, CallOutcome, PlaceId, SocketCallPhase, SocketIdentity, Timestamp, What};
use crate::trace::Trace;

/// The number of a call among all calls of the trace, from 0 in order of
/// entering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallIndex(pub usize);

/// One socket call, from entering to returning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// Whose call.
    pub program: PlaceId,
    /// Its number within the program.
    pub id: CallId,
    /// The thread that called, from 0.
    pub thread: u32,
    /// The descriptor it was called on; −1 for `socket`.
    pub fd: i32,
    /// What was asked.
    pub call: Call,
    /// When it was asked.
    pub entered: Timestamp,
    /// When the answer came; `None`: never, as far as the trace goes.
    pub returned: Option<Timestamp>,
    /// The answer.
    pub outcome: Option<CallOutcome>,
    /// Whose connection the descriptor was after the call.
    pub identity: SocketIdentity,
    /// It was on a datagram socket: receiving nothing is not the end there.
    pub datagrams: bool,
}

impl CallRecord {
    /// Whether it returned without an error.
    pub const fn succeeded(&self) -> bool {
        matches!(self.outcome, Some(CallOutcome::Received { .. } | CallOutcome::Returned { .. }))
    }

    /// Whether it was blocked at this moment.
    pub fn spans(&self, at: Timestamp) -> bool {
        self.entered <= at && self.returned.is_none_or(|returned| at <= returned)
    }
}

/// One socket of one program: a descriptor from the call that made it to its
/// `close`.
#[derive(Clone, Debug)]
pub(super) struct Socket {
    pub(super) program: PlaceId,
    /// Calls on it, in order of entering; the one that made it first.
    pub(super) calls: Vec<CallIndex>,
    /// Both addresses, as far as any call told.
    pub(super) identity: SocketIdentity,
    /// Its `connect`, with the address asked for.
    pub(super) connect: Option<(CallIndex, SocketAddr)>,
    /// Its successful `listen`.
    pub(super) listen: Option<CallIndex>,
    /// It carries datagrams, not a stream.
    pub(super) datagrams: bool,
}

/// Joins the two moments of every call.
pub(super) fn records(trace: &Trace) -> Vec<CallRecord> {
    let mut records: Vec<CallRecord> = Vec::new();
    let mut entered: BTreeMap<(PlaceId, CallId), usize> = BTreeMap::new();
    for event in trace.events() {
        let What::SocketCall(call) = &event.what else { continue };
        match &call.phase {
            SocketCallPhase::Entered { call: what } => {
                entered.insert((event.place, call.id), records.len());
                records.push(CallRecord {
                    program: event.place,
                    id: call.id,
                    thread: call.thread,
                    fd: call.fd,
                    call: what.clone(),
                    entered: event.at,
                    returned: None,
                    outcome: None,
                    identity: SocketIdentity::default(),
                    datagrams: false,
                });
            }
            SocketCallPhase::Returned { outcome, socket } => {
                let record = entered.get(&(event.place, call.id)).and_then(|index| records.get_mut(*index));
                if let Some(record) = record {
                    record.returned = Some(event.at);
                    record.outcome = Some(outcome.clone());
                    record.identity = *socket;
                }
            }
        }
    }
    records
}

/// Follows every descriptor from the call that made it to its `close`.
pub(super) fn sockets(records: &[CallRecord]) -> Vec<Socket> {
    let mut sockets: Vec<Socket> = Vec::new();
    let mut open: BTreeMap<(PlaceId, i32), usize> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        let call = CallIndex(index);
        if let Some(socket) = open.get(&(record.program, record.fd)).and_then(|at| sockets.get_mut(*at)) {
            socket.calls.push(call);
            let accepts = matches!(record.call, Call::Accept { .. });
            if !accepts {
                socket.identity.local = record.identity.local.or(socket.identity.local);
                socket.identity.peer = record.identity.peer.or(socket.identity.peer);
            }
            match &record.call {
                Call::Connect { address } => socket.connect = Some((call, *address)),
                Call::Listen { .. } if record.succeeded() => socket.listen = Some(call),
                Call::Bind { address } if record.succeeded() => {
                    socket.identity.local.get_or_insert(*address);
                }
                Call::Close => {
                    open.remove(&(record.program, record.fd));
                }
                Call::Listen { .. }
                | Call::Bind { .. }
                | Call::Socket { .. }
                | Call::Setsockopt { .. }
                | Call::Accept { .. }
                | Call::Wait { .. }
                | Call::Other { .. }
                | Call::Send { .. }
                | Call::Recv { .. }
                | Call::Shutdown { .. } => {}
            }
        }
        // A descriptor from elsewhere: inherited, passed or duplicated. What
        // the kernel told of it is all there is.
        let known = open.contains_key(&(record.program, record.fd)) || record.fd < 0;
        if !known && record.identity.local.is_some() && record.identity.peer.is_some() {
            open.insert((record.program, record.fd), sockets.len());
            sockets.push(Socket {
                program: record.program,
                calls: vec![call],
                identity: record.identity,
                connect: None,
                listen: None,
                datagrams: false,
            });
        }
        // `socket` and `accept` return a new descriptor.
        let made = match (&record.call, &record.outcome) {
            (Call::Socket { .. } | Call::Accept { .. }, Some(CallOutcome::Returned { returned })) => {
                i32::try_from(*returned).ok()
            }
            _ => None,
        };
        if let Some(fd) = made {
            let identity = record.identity;
            open.insert((record.program, fd), sockets.len());
            let datagrams = matches!(&record.call, Call::Socket { kind, .. } if kind.starts_with("SOCK_DGRAM"));
            let calls = vec![call];
            sockets.push(Socket { program: record.program, calls, identity, connect: None, listen: None, datagrams });
        }
    }
    sockets
}
