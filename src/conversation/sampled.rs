//! What the kernel said of its sockets, beside what was inferred.
//!
//! A sample is a fact about one moment, known to within the time that asking
//! took; an inferred state begins at a segment's stamp, which the kernel takes
//! a little before or after the socket changes. Near a change both neighbours
//! are right.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::table::Conversations;
use super::{End, StateChange, TcpConversation};
use crate::model::{PlaceId, Protocol, SocketState, Span, TcpState, Timestamp, What};
use crate::trace::Trace;

/// How far a segment's stamp may be from the change of state it stands for:
/// between the two are a socket's lock, a queue of the loopback interface and,
/// on a busy machine, somebody else's turn on the processor.
pub const TOLERANCE: Span = Span::from_nanos(200_000);

/// What the kernel said of one end's socket at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When, to within `said.within`.
    pub at: Timestamp,
    /// Which kernel.
    pub kernel: PlaceId,
    /// What it said.
    pub said: SocketState,
    /// Whether it is what was inferred.
    pub agreement: Agreement,
}

/// Whether a sample is what was inferred for its moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// It is.
    Agrees,
    /// It is what was inferred for a moment so near that it may be meant.
    Between,
    /// It is not.
    Differs {
        /// What was inferred for the moment itself.
        inferred: TcpState,
    },
    /// Nothing was inferred for that end.
    NothingInferred,
}

impl Agreement {
    /// Whether both say the same; `None` where only the kernel speaks.
    pub const fn agrees(self) -> Option<bool> {
        match self {
            Self::Agrees | Self::Between => Some(true),
            Self::Differs { .. } => Some(false),
            Self::NothingInferred => None,
        }
    }
}

/// What the kernel said of a socket that is in no TCP conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherSample {
    /// When, to within `said.within`.
    pub at: Timestamp,
    /// Which kernel.
    pub kernel: PlaceId,
    /// What it said.
    pub said: SocketState,
}

impl OtherSample {
    /// Whether the socket is bound to this address, or to its port on every
    /// address.
    pub fn is_bound_to(&self, address: SocketAddr) -> bool {
        let local = self.said.local;
        local.port() == address.port() && (local.ip() == address.ip() || local.ip().is_unspecified())
    }
}

/// When a conversation began, its index, and one of its ends.
type Begun = (Timestamp, usize, End);

/// Gives each sample to the end of the conversation that it is about.
pub(super) fn join(trace: &Trace, all: &mut Conversations) {
    let mut ends: BTreeMap<(SocketAddr, SocketAddr), Vec<Begun>> = BTreeMap::new();
    for (index, tcp) in all.tcp.iter().enumerate() {
        let Some(first) = tcp.segments.first() else { continue };
        for end in End::BOTH {
            let key = (*tcp.addresses.of(end), *tcp.addresses.of(end.peer()));
            ends.entry(key).or_default().push((first.at, index, end));
        }
    }
    for event in trace.events() {
        let What::SocketState(said) = event.what else { continue };
        let (at, kernel) = (event.at, event.place);
        let key = said.peer.filter(|_| said.protocol == Protocol::Tcp).map(|peer| (said.local, peer));
        let latest = latest(at, said.within);
        let found = key.and_then(|key| ends.get(&key)).and_then(|found| {
            // Ports are used again: the last conversation that had begun. They
            // are in order of their beginnings.
            found.iter().rfind(|(begun, ..)| *begun <= latest)
        });
        match found.and_then(|(_, index, end)| Some((all.tcp.get_mut(*index)?, *end))) {
            Some((tcp, end)) => {
                let agreement = agreement(tcp, end, at, &said);
                tcp.samples.of_mut(end).push(Sample { at, kernel, said, agreement });
            }
            None => all.other_samples.push(OtherSample { at, kernel, said }),
        }
    }
}

/// The last moment that a sample may be about.
fn latest(at: Timestamp, within: Span) -> Timestamp {
    at + within + TOLERANCE
}

fn agreement(tcp: &TcpConversation, end: End, at: Timestamp, said: &SocketState) -> Agreement {
    let changes = tcp.states.of(end).as_slice();
    let Some(inferred) = state_at(changes, at) else { return Agreement::NothingInferred };
    let is_said = |state| {
        if said.destroyed {
            // It was closed; or Linux keeps no more of it than its numbers, as
            // it does in TIME-WAIT and in an orphan's FIN-WAIT-2.
            matches!(state, TcpState::Closed | TcpState::TimeWait | TcpState::FinWait2)
        } else {
            said.state == Some(state)
        }
    };
    let (earliest, latest) = (at - said.within - TOLERANCE, latest(at, said.within));
    let entered = changes.iter().filter(|change| earliest < change.at && change.at <= latest).map(|change| change.to);
    if is_said(inferred) {
        Agreement::Agrees
    } else if state_at(changes, earliest).into_iter().chain(entered).any(is_said) {
        Agreement::Between
    } else {
        Agreement::Differs { inferred }
    }
}

/// What was inferred for a moment.
fn state_at(changes: &[StateChange], at: Timestamp) -> Option<TcpState> {
    match changes.iter().rfind(|change| change.at <= at) {
        Some(change) => Some(change.to),
        None => changes.first()?.from,
    }
}
