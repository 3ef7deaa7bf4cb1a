//! Which call caused a segment, and which segment released a call.
//!
//! Bytes are matched by their place in the stream, not by time: the n-th byte
//! a program handed to `send` is the n-th byte on the wire, however the kernel
//! cuts and repeats it.

use std::net::SocketAddr;

use super::calls::{CallIndex, CallRecord, Socket};
use super::tcp::numbers::Why;
use super::tcp::opening::Opening;
use super::{End, Ends, Segment};
use crate::model::{Call, CallOutcome, PlaceId, Timestamp, What};
use crate::trace::{FrameNumber, Trace};

/// What made an end send a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Its program called.
    Call(CallIndex),
    /// Its program ended without closing the socket: the kernel does.
    Exit(PlaceId),
    /// Nobody called: the kernel did it by itself.
    Kernel(KernelReason),
    /// Nobody recorded that end's calls.
    Unknown,
}

/// Why a kernel sends a segment that no program asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KernelReason {
    /// A SYN came for a socket that listens; `accept` plays no part.
    AnswersSyn,
    /// The SYNs crossed: each must be acknowledged.
    AnswersCrossedSyn,
    /// The SYN+ACK must be acknowledged before `connect` may return.
    FinishesHandshake,
    /// Data must be acknowledged.
    Acknowledges,
    /// A FIN must be acknowledged.
    AcknowledgesFin,
    /// A SYN came for a port where nobody listens.
    Refuses,
    /// Something came that no connection expects.
    Resets,
    /// No ACK came for what it had sent.
    SendsAgain,
    /// A packet came for a port that no socket has, or that a firewall closes:
    /// the wire does not tell which.
    PortClosed,
    /// A packet could not be delivered for another reason.
    Undelivered,
    /// Nothing new is acknowledged: the window changed, or something came again.
    NothingNew,
}

impl KernelReason {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::AnswersSyn,
        Self::AnswersCrossedSyn,
        Self::FinishesHandshake,
        Self::Acknowledges,
        Self::AcknowledgesFin,
        Self::Refuses,
        Self::Resets,
        Self::SendsAgain,
        Self::PortClosed,
        Self::Undelivered,
        Self::NothingNew,
    ];
}

/// What a call has to do with the segments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallLink {
    /// The segments that it made its kernel send, in order.
    pub causes: Vec<FrameNumber>,
    /// The segment whose arrival let it return.
    pub released_by: Option<FrameNumber>,
    /// Which end of which conversation it belongs to.
    pub end: Option<End>,
}

/// The sockets of one conversation.
#[derive(Clone, Copy, Default)]
pub(super) struct Parts<'a> {
    /// Each end's connected socket.
    sockets: Ends<Option<&'a Socket>>,
    /// The server's listening socket.
    listener: Option<&'a Socket>,
}

impl<'a> Parts<'a> {
    /// Finds the sockets of the conversation that began at `first`. `views`:
    /// both addresses as each end's host knows them, its own first.
    pub(super) fn find(
        views: Ends<(SocketAddr, SocketAddr)>,
        first: Timestamp,
        calls: &[CallRecord],
        sockets: &'a [Socket],
    ) -> Self {
        let at = |call: CallIndex| calls.get(call.0);
        let is = |socket: &&Socket, own: SocketAddr, peer: SocketAddr| {
            !socket.datagrams
                && socket.identity.local == Some(own)
                && socket.identity.peer == Some(peer)
                && socket.listen.is_none()
        };
        let made_before = |socket: &&Socket, moment: Timestamp| {
            socket.calls.first().and_then(|call| at(*call)).is_some_and(|call| call.entered <= moment)
        };
        // A refused `connect` leaves no addresses behind, or only the port
        // (Linux 6.18): then the SYN within the call tells.
        let connecting = |socket: &&Socket| {
            let fits = |local: SocketAddr| local.ip().is_unspecified() && local.port() == views.client.0.port();
            socket.identity.peer.is_none()
                && socket.identity.local.is_none_or(fits)
                && socket.connect.is_some_and(|(call, address)| {
                    address == views.client.1 && at(call).is_some_and(|call| call.spans(first))
                })
        };
        let client = sockets
            .iter()
            .rfind(|socket| is(socket, views.client.0, views.client.1) && made_before(socket, first))
            .or_else(|| sockets.iter().find(connecting));
        let server = sockets.iter().find(|socket| {
            is(socket, views.server.0, views.server.1)
                // The same two addresses may meet again: not a socket closed before.
                && last_moment(socket, calls).is_none_or(|last| first <= last)
        });
        let listener = sockets.iter().rfind(|socket| {
            let local = socket.identity.local;
            let fits = local.is_some_and(|local| {
                local.port() == views.server.0.port()
                    && (local.ip() == views.server.0.ip() || local.ip().is_unspecified())
            });
            fits && socket.listen.and_then(at).is_some_and(|call| call.entered <= first)
                && server.is_none_or(|server| server.program == socket.program)
        });
        Self { sockets: Ends { client, server }, listener }
    }

    /// The `listen` call that made the server ready before the first segment,
    /// and when it returned.
    pub(super) fn listened_before(&self, first: Timestamp, calls: &[CallRecord]) -> Option<(CallIndex, Timestamp)> {
        let call = self.listener?.listen?;
        let returned = calls.get(call.0)?.returned?;
        (returned <= first).then_some((call, returned))
    }

    /// Joins calls and segments; returns each end's calls and program.
    pub(super) fn join(
        &self,
        segments: &mut [Segment],
        opening: Opening,
        calls: &[CallRecord],
        links: &mut [CallLink],
        trace: &Trace,
    ) -> (Ends<Vec<CallIndex>>, Ends<Option<PlaceId>>) {
        let mut own: Ends<Vec<CallIndex>> = Ends::default();
        let programs = Ends {
            client: self.sockets.client.map(|socket| socket.program),
            server: self.sockets.server.or(self.listener).map(|socket| socket.program),
        };
        for end in End::BOTH {
            let mut indexes: Vec<CallIndex> = Vec::new();
            if let Some(socket) = self.sockets.of(end) {
                indexes.extend(&socket.calls);
            }
            if end == End::Server {
                indexes.extend(self.listener_calls(calls));
            }
            indexes.sort_unstable();
            indexes.dedup();
            let mut joiner = Joiner { end, segments, calls, links };
            for index in &indexes {
                joiner.link(*index, |link| link.end = Some(end));
            }
            if let Some(socket) = self.sockets.of(end) {
                joiner.connection(socket);
            }
            *own.of_mut(end) = indexes;
        }
        for index in 0..segments.len() {
            let cause = segments.get(index).map(|segment| self.settle(segments, segment, opening, &programs, trace));
            if let (Some(cause), Some(segment)) = (cause, segments.get_mut(index)) {
                segment.cause = cause;
            }
        }
        (own, programs)
    }

    /// What the listening socket did for this connection: everything but the
    /// `accept`s that gave another one.
    fn listener_calls<'b>(&'b self, calls: &'b [CallRecord]) -> impl Iterator<Item = CallIndex> + 'b {
        let peer = self.sockets.server.and_then(|server| server.identity.peer);
        self.listener.into_iter().flat_map(|socket| socket.calls.iter().copied()).filter(move |index| {
            calls.get(index.0).is_some_and(|call| {
                let gave_another = matches!(call.call, Call::Accept { .. })
                    && call.returned.is_some()
                    && (peer.is_none() || call.identity.peer != peer);
                !gave_another
            })
        })
    }

    /// The cause of a segment that no call claimed.
    fn settle(
        &self,
        segments: &[Segment],
        segment: &Segment,
        opening: Opening,
        programs: &Ends<Option<PlaceId>>,
        trace: &Trace,
    ) -> Cause {
        if !matches!(segment.cause, Cause::Unknown) {
            return segment.cause;
        }
        let earlier = || segments.iter().take_while(|other| other.frame < segment.frame);
        let kernel = if segment.repeats.is_some() && !segment.flags.rst() {
            Some(KernelReason::SendsAgain)
        } else if segment.flags.rst() {
            if opening == Opening::Refused {
                Some(KernelReason::Refuses)
            } else {
                // A reset by a living connection was caused by its program's
                // end or an abortive close; by nobody's, by the kernel.
                self.sockets.of(segment.from).is_none().then_some(KernelReason::Resets)
            }
        } else if segment.flags.syn() && segment.flags.ack() {
            let crossed = opening == Opening::SimultaneousOpen;
            Some(if crossed { KernelReason::AnswersCrossedSyn } else { KernelReason::AnswersSyn })
        } else if segment.length == 0 && segment.flags.sequence_length() == 0 {
            let acknowledged = |other: &&Segment| {
                other.from != segment.from
                    && segment.ack.is_some_and(|ack| {
                        other.seq + other.length + other.flags.sequence_length() == ack
                            && other.flags.sequence_length() + other.length > 0
                    })
            };
            let answered = earlier().filter(acknowledged).last();
            let nothing_new = segment.why.iter().any(|why| matches!(why, Why::AckUnmoved { .. } | Why::AckBack { .. }));
            Some(match answered {
                _ if nothing_new => KernelReason::NothingNew,
                Some(other) if other.flags.syn() => KernelReason::FinishesHandshake,
                Some(other) if other.flags.fin() => KernelReason::AcknowledgesFin,
                _ => KernelReason::Acknowledges,
            })
        } else {
            None
        };
        if let Some(reason) = kernel {
            return Cause::Kernel(reason);
        }
        let ended = programs.of(segment.from).filter(|program| {
            (segment.flags.fin() || segment.flags.rst())
                && trace.events().iter().any(|event| event.place == *program && matches!(event.what, What::Exit(_)))
        });
        ended.map_or(Cause::Unknown, Cause::Exit)
    }
}

/// The last moment a socket was used; `None` where it is still open.
fn last_moment(socket: &Socket, calls: &[CallRecord]) -> Option<Timestamp> {
    let last = calls.get(socket.calls.last()?.0)?;
    if matches!(last.call, Call::Close) { last.returned } else { None }
}

/// Joins one end's calls with both ends' segments.
struct Joiner<'a> {
    end: End,
    segments: &'a mut [Segment],
    calls: &'a [CallRecord],
    links: &'a mut [CallLink],
}

impl Joiner<'_> {
    fn link(&mut self, index: CallIndex, change: impl FnOnce(&mut CallLink)) {
        if let Some(link) = self.links.get_mut(index.0) {
            change(link);
        }
    }

    /// The first own segment for which `matches` holds is caused by the call.
    fn caused(&mut self, index: CallIndex, matches: impl Fn(&Segment) -> bool) {
        let end = self.end;
        let found = self
            .segments
            .iter_mut()
            .find(|segment| segment.from == end && segment.repeats.is_none() && matches(segment));
        if let Some(segment) = found {
            segment.cause = Cause::Call(index);
            let frame = segment.frame;
            self.link(index, |link| link.causes.push(frame));
        }
    }

    /// The first segment of the peer to arrive for which `matches` holds
    /// released the call, if it was waiting when the segment came.
    fn released(&mut self, index: CallIndex, call: &CallRecord, matches: impl Fn(&Segment) -> bool) {
        let end = self.end;
        let fitting = self.segments.iter().filter(|segment| segment.from != end && matches(segment));
        let arrived = fitting.filter_map(|segment| Some((segment.reached()?, segment)));
        if let Some((at, segment)) = arrived.min_by_key(|(at, segment)| (*at, segment.frame))
            && call.entered <= at
        {
            let frame = segment.frame;
            self.link(index, |link| link.released_by = Some(frame));
        }
    }

    fn connection(&mut self, socket: &Socket) {
        let calls = self.calls;
        let mut sent = 0_u64;
        let mut received = 0_u64;
        for index in &socket.calls {
            let Some(call) = calls.get(index.0) else { continue };
            match &call.call {
                Call::Connect { .. } => {
                    self.caused(*index, |segment| segment.flags.syn());
                    self.released(*index, call, |segment| segment.flags.syn() || segment.flags.rst());
                }
                Call::Accept { .. } => {
                    // The ACK that finishes the handshake puts the connection
                    // into the queue that `accept` waits for.
                    self.released(*index, call, |segment| segment.flags.ack() && !segment.flags.syn());
                }
                Call::Send { bytes, .. } => {
                    let count = match &call.outcome {
                        Some(CallOutcome::Returned { returned }) => u64::try_from(*returned).unwrap_or(0),
                        Some(CallOutcome::Failed { .. } | CallOutcome::Received { .. }) => 0,
                        None => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
                    };
                    self.sent(*index, sent, sent.saturating_add(count));
                    sent = sent.saturating_add(count);
                }
                Call::Recv { .. } => match &call.outcome {
                    Some(CallOutcome::Received { received: bytes, .. }) if bytes.is_empty() => {
                        self.released(*index, call, |segment| segment.flags.fin());
                    }
                    Some(CallOutcome::Received { received: bytes, .. }) => {
                        self.released(*index, call, |segment| offset_span(segment).contains(&received));
                        received = received.saturating_add(u64::try_from(bytes.len()).unwrap_or(0));
                    }
                    Some(CallOutcome::Failed { .. }) => {
                        self.released(*index, call, |segment| segment.flags.rst());
                    }
                    Some(CallOutcome::Returned { .. }) | None => {}
                },
                Call::Shutdown { .. } | Call::Close => {
                    let entered = call.entered;
                    self.caused(*index, |segment| {
                        (segment.flags.fin() || segment.flags.rst())
                            && segment.at >= entered
                            && matches!(segment.cause, Cause::Unknown)
                    });
                }
                Call::Socket { .. }
                | Call::Setsockopt { .. }
                | Call::Bind { .. }
                | Call::Listen { .. }
                | Call::Wait { .. }
                | Call::Other { .. } => {}
            }
        }
    }

    /// The bytes `start` to `end` of this end's stream were handed over by the
    /// call: every segment that carries some of them first has to do with it.
    fn sent(&mut self, index: CallIndex, start: u64, end: u64) {
        let from = self.end;
        let mut frames = Vec::new();
        for segment in self.segments.iter_mut() {
            let span = offset_span(segment);
            let carries = segment.from == from && segment.new_bytes > 0 && span.start < end && start < span.end;
            if carries {
                if matches!(segment.cause, Cause::Unknown) {
                    segment.cause = Cause::Call(index);
                }
                frames.push(segment.frame);
            }
        }
        self.link(index, |link| link.causes = frames);
    }
}

/// Which bytes of its sender's stream a segment carries, counted from 0.
/// Streams beyond 4 GiB are not followed: the relative number wraps.
fn offset_span(segment: &Segment) -> std::ops::Range<u64> {
    let start = u64::from(segment.relative_seq.wrapping_add(u32::from(segment.flags.syn())).wrapping_sub(1));
    start..start + u64::from(segment.length)
}
