//! Datagrams between two sockets, and the ICMP errors about them (RFC 768,
//! RFC 792, RFC 1122 §4.1.3).
//!
//! There is no connection and no state: only who sent what, which call handed
//! it over, and which call took it.

/// What both ends hold at a moment.
pub(super) mod moment;

use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

use super::calls::{CallIndex, CallRecord, Socket};
use super::causes::{CallLink, Cause, KernelReason};
use super::{End, Ends, Fate, Sighting, WireAction};
use crate::decode::IcmpMeaning;
use crate::model::{Call, CallOutcome, PlaceId, Timestamp};
use crate::trace::FrameNumber;

/// All datagrams between two sockets.
#[derive(Clone, Debug)]
pub struct UdpConversation {
    /// Its number among all conversations, from 0 in order of the first frame.
    pub id: u32,
    /// Both addresses. The client is who sent first.
    pub addresses: Ends<SocketAddr>,
    /// Both addresses as each end's own host knows them, its own first: behind
    /// a translator not those above.
    pub views: Ends<(SocketAddr, SocketAddr)>,
    /// The datagrams and errors, in order.
    pub datagrams: Vec<Datagram>,
    /// The calls each end made for it, in order of entering.
    pub calls: Ends<Vec<CallIndex>>,
    /// The program at each end, where its calls were recorded.
    pub programs: Ends<Option<PlaceId>>,
}

/// One datagram, or one ICMP error about a datagram or a segment.
#[derive(Clone, Debug)]
pub struct Datagram {
    /// The frame it was first seen in.
    pub frame: FrameNumber,
    /// When.
    pub at: Timestamp,
    /// Every frame that shows it, that one first.
    pub seen_at: Vec<Sighting>,
    /// What became of it.
    pub fate: Fate,
    /// When it was seen at its receiver's own place, as in
    /// [`Segment`](super::Segment).
    pub arrivals: Vec<Timestamp>,
    /// What wires did to it on purpose, in order.
    pub actions: Vec<WireAction>,
    /// IPv4's identification; IPv6 has none.
    pub identification: Option<u16>,
    /// Who sent it; for an error, the side that the quoted packet was meant for.
    pub from: End,
    /// Data or an error.
    pub content: DatagramContent,
    /// Payload bytes on the wire; 0 for an error.
    pub length: u32,
    /// The payload as kept, as a span of the frame.
    pub payload: Range<usize>,
    /// What made its sender send it.
    pub cause: Cause,
}

/// What a datagram brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatagramContent {
    /// The program's bytes.
    Data,
    /// An ICMP error.
    Error {
        /// What it says, and who says it.
        notice: Notice,
        /// The frame of the datagram or segment it is about, where that was
        /// captured.
        about: Option<FrameNumber>,
    },
}

/// An ICMP error (RFC 792, RFC 4443 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it says.
    pub meaning: IcmpMeaning,
    /// Its type.
    pub kind: u8,
    /// Its code within the type.
    pub code: u8,
    /// The longest packet that the next link takes, in bytes, where it tells.
    pub mtu: Option<u32>,
    /// Who sent it, as its first sighting has it.
    pub address: IpAddr,
    /// Who that is.
    pub sender: Sender,
}

/// Who sent an ICMP error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The host that the quoted packet was meant for, or a firewall in its
    /// name.
    Destination,
    /// Another one: a router on the way, or a host that could not send.
    Another,
}

impl DatagramContent {
    /// Whether the end it comes from sent it, not another one on the way.
    pub const fn from_the_end(&self) -> bool {
        !matches!(self, Self::Error { notice: Notice { sender: Sender::Another, .. }, .. })
    }
}

impl UdpConversation {
    /// Bytes of payload each end sent.
    pub fn bytes(&self) -> Ends<u64> {
        let mut bytes = Ends::default();
        for datagram in &self.datagrams {
            *bytes.of_mut(datagram.from) += u64::from(datagram.length);
        }
        bytes
    }

    /// Joins the datagrams with both ends' calls.
    pub(super) fn new(
        id: u32,
        (addresses, views): (Ends<SocketAddr>, Ends<(SocketAddr, SocketAddr)>),
        mut datagrams: Vec<Datagram>,
        calls: &[CallRecord],
        sockets: &[Socket],
        links: &mut [CallLink],
    ) -> Self {
        let first = datagrams.first().map_or_else(Timestamp::default, |datagram| datagram.at);
        let mut own: Ends<Vec<CallIndex>> = Ends::default();
        let mut programs: Ends<Option<PlaceId>> = Ends::default();
        for end in End::BOTH {
            let (address, peer) = *views.of(end);
            let Some(socket) = find(sockets, calls, address, first) else { continue };
            *programs.of_mut(end) = Some(socket.program);
            let indexes: Vec<CallIndex> =
                socket.calls.iter().copied().filter(|index| concerns(calls.get(index.0), peer)).collect();
            for index in &indexes {
                if let Some(link) = links.get_mut(index.0) {
                    link.end = Some(end);
                }
            }
            join(end, &indexes, &mut datagrams, calls, links);
            *own.of_mut(end) = indexes;
        }
        for datagram in &mut datagrams {
            if let DatagramContent::Error { notice, .. } = datagram.content {
                datagram.cause = notice.cause();
            }
        }
        Self { id, addresses, views, datagrams, calls: own, programs }
    }
}

impl Notice {
    /// What made its sender send it.
    pub(super) const fn cause(&self) -> Cause {
        Cause::Kernel(match (self.meaning, self.sender) {
            (IcmpMeaning::PortUnreachable, Sender::Destination) => KernelReason::PortClosed,
            _ => KernelReason::Undelivered,
        })
    }
}

/// The socket that had this address when the first datagram passed.
fn find<'a>(sockets: &'a [Socket], calls: &[CallRecord], address: SocketAddr, first: Timestamp) -> Option<&'a Socket> {
    sockets.iter().rfind(|socket| {
        let bound = socket.identity.local.is_some_and(|local| {
            local.port() == address.port() && (local.ip() == address.ip() || local.ip().is_unspecified())
        });
        let made = socket.calls.first().and_then(|call| calls.get(call.0));
        socket.datagrams && bound && made.is_some_and(|call| call.entered <= first)
    })
}

/// Whether a call has to do with this peer: an unconnected socket may talk to
/// many.
fn concerns(call: Option<&CallRecord>, peer: SocketAddr) -> bool {
    match call.map(|record| (&record.call, &record.outcome)) {
        Some((Call::Send { to: Some(to), .. }, _)) => *to == peer,
        Some((Call::Recv { .. }, Some(CallOutcome::Received { from: Some(from), .. }))) => *from == peer,
        Some(_) => true,
        None => false,
    }
}

/// Ties each `send` to the datagram it made and each `recv` to the one it took.
fn join(end: End, indexes: &[CallIndex], datagrams: &mut [Datagram], calls: &[CallRecord], links: &mut [CallLink]) {
    let mut taken: Vec<FrameNumber> = Vec::new();
    for index in indexes {
        let (Some(call), Some(link)) = (calls.get(index.0), links.get_mut(index.0)) else { continue };
        match (&call.call, &call.outcome) {
            (Call::Send { bytes, .. }, Some(CallOutcome::Returned { .. }) | None) => {
                let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                let made = datagrams.iter_mut().find(|datagram| {
                    datagram.from == end
                        && datagram.content == DatagramContent::Data
                        && datagram.cause == Cause::Unknown
                        && datagram.length == length
                        && datagram.at >= call.entered
                });
                if let Some(datagram) = made {
                    datagram.cause = Cause::Call(*index);
                    link.causes.push(datagram.frame);
                }
            }
            (Call::Recv { .. }, Some(CallOutcome::Received { .. })) => {
                let came = datagrams.iter().find(|datagram| {
                    datagram.from != end
                        && datagram.content == DatagramContent::Data
                        && !taken.contains(&datagram.frame)
                });
                if let Some(datagram) = came {
                    taken.push(datagram.frame);
                    if call.entered <= datagram.at {
                        link.released_by = Some(datagram.frame);
                    }
                }
            }
            (Call::Send { .. } | Call::Recv { .. }, Some(CallOutcome::Failed { .. })) => {
                // A connected socket is told of the error by its next call.
                let told = datagrams.iter().rfind(|datagram| {
                    datagram.from != end
                        && matches!(datagram.content, DatagramContent::Error { .. })
                        && call.returned.is_some_and(|returned| datagram.at <= returned)
                });
                link.released_by = told.map(|datagram| datagram.frame);
            }
            _ => {}
        }
    }
}
