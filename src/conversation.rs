//! Memory across packets: which segments belong together, what state each end
//! must be in, why each number is what it is, and which socket call each
//! segment has to do with.
//!
//! A pure function of a [trace](crate::trace::Trace): no clocks, no threads, no sentences. States
//! here are *inferred* from the segments and the calls by the rules of RFC
//! 9293. Where a kernel was asked too, what it said stands beside them as
//! *samples*, each with whether it agrees; no inference is made from it.

/// Socket calls joined from their two moments, and the sockets they are on.
mod calls;
/// Which call caused a segment, which segment released a call.
mod causes;
/// Stories that go through several conversations.
pub mod chapters;
/// A long conversation's frames before those that are looked at.
mod earlier;
/// All fields of a frame.
mod fields;
/// One segment seen on several hops.
mod hops;
/// Messages on their way through a network.
pub mod journey;
/// Listening sockets and what waits at them.
mod listeners;
/// What both ends hold at a moment.
mod moment;
/// Pairs of sockets by number.
mod pairs;
/// What the kernel said, beside what was inferred.
mod sampled;
/// Where segments were seen and what became of them.
mod sightings;
/// What was sent in a conversation, in little.
mod sketch;
/// What simulated stacks did.
mod steps;
/// Stories for tests.
#[cfg(test)]
pub(crate) mod story;
/// What both sides said, put together.
mod stream;
/// Every conversation of a capture of any size, in outline.
mod survey;
/// Frames sorted into connections.
mod table;
/// One TCP connection.
mod tcp;
/// Datagrams between two sockets.
mod udp;
/// What wires did on purpose, by segment.
mod wires;

use std::net::SocketAddr;

pub use calls::{CallIndex, CallRecord};
pub use causes::{CallLink, Cause, KernelReason};
pub use earlier::Earlier;
pub use fields::{Label, fields};
pub use listeners::{ListenQueues, Listener, listeners};
pub use moment::{AcceptQueue, Course, Holding, Holds};
pub use sampled::{Agreement, OtherSample, Sample, TOLERANCE};
pub use sightings::{Fate, Sighting};
pub use steps::SimulatedStep;
pub use stream::{Piece, PieceContent, Stream, follow};
pub use survey::{Brief, Glance, Row, Survey, Totals, each_frame};
pub use table::{Conversations, Outside, conversations, conversations_after, link_type};
pub use tcp::analysis::{Finding, Findings, TcpRow, Verdicts};
pub use tcp::closing::Closing;
pub use tcp::machine::{By, StateChange};
pub use tcp::moment::{InFlight, TcpHolds};
pub use tcp::numbers::{Sum, Why};
pub use tcp::opening::Opening;
pub use tcp::tracker::{FoundSegment, Tracker};
pub use udp::moment::UdpHolds;
pub use udp::{Datagram, DatagramContent, UdpConversation};
pub use wires::WireAction;

use crate::model::{PlaceId, RawWindow, SeqNumber, TcpFlags, Timestamp, WindowSize};
use crate::trace::FrameNumber;

/// One of the two ends of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// Asked first.
    Client,
    /// Was asked.
    Server,
}

impl End {
    /// Both, the client first.
    pub const BOTH: [Self; 2] = [Self::Client, Self::Server];

    /// The other one.
    #[must_use]
    pub const fn peer(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// One value for each end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends<T> {
    /// The client's.
    pub client: T,
    /// The server's.
    pub server: T,
}

impl<T> Ends<T> {
    /// This end's value.
    pub const fn of(&self, end: End) -> &T {
        match end {
            End::Client => &self.client,
            End::Server => &self.server,
        }
    }

    /// This end's value, to change.
    pub const fn of_mut(&mut self, end: End) -> &mut T {
        match end {
            End::Client => &mut self.client,
            End::Server => &mut self.server,
        }
    }

    /// This end's value and its peer's, both to change.
    pub(crate) const fn pair_mut(&mut self, end: End) -> (&mut T, &mut T) {
        match end {
            End::Client => (&mut self.client, &mut self.server),
            End::Server => (&mut self.server, &mut self.client),
        }
    }
}

/// A conversation of either protocol.
#[derive(Clone, Copy, Debug)]
pub enum Conversation<'a> {
    /// A TCP connection.
    Tcp(&'a TcpConversation),
    /// Datagrams between two sockets.
    Udp(&'a UdpConversation),
}

impl<'a> Conversation<'a> {
    /// Its number, from 0 in order of the first frame.
    pub const fn id(self) -> u32 {
        match self {
            Self::Tcp(tcp) => tcp.id,
            Self::Udp(udp) => udp.id,
        }
    }

    /// Both addresses.
    pub const fn addresses(self) -> Ends<SocketAddr> {
        match self {
            Self::Tcp(tcp) => tcp.addresses,
            Self::Udp(udp) => udp.addresses,
        }
    }

    /// The calls each end made for it, in order of entering.
    pub const fn calls(self) -> &'a Ends<Vec<CallIndex>> {
        match self {
            Self::Tcp(tcp) => &tcp.calls,
            Self::Udp(udp) => &udp.calls,
        }
    }

    /// The program at each end, where its calls were recorded.
    pub const fn programs(self) -> Ends<Option<PlaceId>> {
        match self {
            Self::Tcp(tcp) => tcp.programs,
            Self::Udp(udp) => udp.programs,
        }
    }

    /// What an end's state must have been; never any for UDP.
    pub fn states(self, end: End) -> &'a [StateChange] {
        match self {
            Self::Tcp(tcp) => tcp.states.of(end),
            Self::Udp(_) => &[],
        }
    }

    /// Bytes of payload each end sent, each byte counted once.
    pub fn bytes(self) -> Ends<u64> {
        match self {
            Self::Tcp(tcp) => tcp.bytes(),
            Self::Udp(udp) => udp.bytes(),
        }
    }

    /// Its frames, in order.
    pub fn frames(self) -> Vec<FrameNumber> {
        match self {
            Self::Tcp(tcp) => tcp.segments.iter().map(|segment| segment.frame).collect(),
            Self::Udp(udp) => udp.datagrams.iter().map(|datagram| datagram.frame).collect(),
        }
    }
}

/// One TCP connection, from its first segment to its last.
#[derive(Clone, Debug)]
pub struct TcpConversation {
    /// Its number among all conversations, from 0 in order of the first frame.
    pub id: u32,
    /// Both addresses. The client is who sent the SYN; where no SYN was seen,
    /// the one with the higher port.
    pub addresses: Ends<SocketAddr>,
    /// Both addresses as each end's own host knows them, its own first: behind
    /// a translator (RFC 3022) not those above.
    pub views: Ends<(SocketAddr, SocketAddr)>,
    /// How it began.
    pub opening: Opening,
    /// How it ended.
    pub closing: Closing,
    /// Its segments in order.
    pub segments: Vec<Segment>,
    /// What each end's state must have been.
    pub states: Ends<Vec<StateChange>>,
    /// The calls each end made for it, in order of entering.
    pub calls: Ends<Vec<CallIndex>>,
    /// The program at each end, where its calls were recorded.
    pub programs: Ends<Option<PlaceId>>,
    /// What the kernel said of each end's socket when it was asked, in order.
    pub samples: Ends<Vec<Sample>>,
    /// What each end's simulated TCP did, in order; nothing of real ones.
    pub steps: Ends<Vec<SimulatedStep>>,
}

impl TcpConversation {
    /// The samples that contradict what was inferred, the client's first.
    pub fn disagreements(&self) -> impl Iterator<Item = (End, &Sample)> {
        let of = |end| self.samples.of(end).iter().map(move |sample| (end, sample));
        End::BOTH.into_iter().flat_map(of).filter(|(_, sample)| matches!(sample.agreement, Agreement::Differs { .. }))
    }

    /// Bytes of payload each end sent, counted once however often they were
    /// sent.
    pub fn bytes(&self) -> Ends<u64> {
        let mut bytes = Ends::default();
        for segment in &self.segments {
            *bytes.of_mut(segment.from) += u64::from(segment.new_bytes);
        }
        bytes
    }

    /// The steps that made or took the segment with this index, with whose
    /// they are: who made it first.
    pub fn steps_of(&self, segment: usize) -> impl Iterator<Item = (End, &SimulatedStep)> {
        let made = move |step: &&SimulatedStep| step.made == Some(segment);
        let took = move |step: &&SimulatedStep| step.took == Some(segment) && step.made != Some(segment);
        let makers =
            End::BOTH.into_iter().flat_map(move |end| self.steps.of(end).iter().filter(made).map(move |it| (end, it)));
        let takers =
            End::BOTH.into_iter().flat_map(move |end| self.steps.of(end).iter().filter(took).map(move |it| (end, it)));
        makers.chain(takers)
    }

    /// The segment in this frame, wherever it was seen.
    pub fn segment_in(&self, frame: FrameNumber) -> Option<&Segment> {
        let shows =
            |segment: &&Segment| segment.frame == frame || segment.seen_at.iter().any(|seen| seen.frame == frame);
        self.segments.iter().find(shows)
    }
}

/// One segment of a conversation.
#[derive(Clone, Debug)]
pub struct Segment {
    /// The frame it was first seen in.
    pub frame: FrameNumber,
    /// When.
    pub at: Timestamp,
    /// Every frame that shows it, that one first.
    pub seen_at: Vec<Sighting>,
    /// What became of it.
    pub fate: Fate,
    /// When it was seen at its receiver's own place, in order: twice where it
    /// was duplicated on its way. Empty where it was not, or where the capture
    /// has no place that is nearer to the receiver than to the sender.
    pub arrivals: Vec<Timestamp>,
    /// What wires did to it on purpose, in order.
    pub actions: Vec<WireAction>,
    /// Who sent it.
    pub from: End,
    /// The control bits.
    pub flags: TcpFlags,
    /// The number of its first byte, as it stands in the header.
    pub seq: SeqNumber,
    /// The same, counted from the sender's initial sequence number.
    pub relative_seq: u32,
    /// The next byte its sender expects, as it stands in the header.
    pub ack: Option<SeqNumber>,
    /// The same, counted from the peer's initial sequence number.
    pub relative_ack: Option<u32>,
    /// Payload bytes on the wire.
    pub length: u32,
    /// How many of them had not been sent before.
    pub new_bytes: u32,
    /// The window as it stands in the header.
    pub window: RawWindow,
    /// The window in bytes; `None` where the scale was not seen.
    pub window_size: Option<WindowSize>,
    /// Blocks that its sender holds out of order: first byte, byte behind the
    /// last, as they stand in the header (RFC 2018 §3, RFC 2883).
    pub sack: Vec<(SeqNumber, SeqNumber)>,
    /// Timestamp value and echo reply (RFC 7323 §3).
    pub timestamps: Option<(u32, u32)>,
    /// The payload as kept, as a span of the frame.
    pub payload: std::ops::Range<usize>,
    /// Why its numbers are what they are.
    pub why: Vec<Why>,
    /// It starts with numbers that this segment (by index) had already used.
    pub repeats: Option<usize>,
    /// What was found about it: our verdict.
    pub findings: Vec<Finding>,
    /// What tshark would say of it.
    pub row: TcpRow,
    /// What made its sender send it.
    pub cause: Cause,
}

#[cfg(test)]
mod tests;
