//! Messages on their way through a network: every message that crosses it,
//! whatever its protocol, cable by cable; and what the tables of its hosts,
//! switches and translators must hold at each moment.
//!
//! Everything is inferred from the captured frames, from what wires did on
//! purpose, and from the topology that rides with the trace. Where there is no
//! topology, a message is told place by place. What the frames say is read
//! only of a message that is looked at (`Journey::look`): a long capture has
//! many. IPv6's neighbour caches are not told.

/// The network's cables, as a frame takes them.
mod atlas;
/// From a frame that a router received to the one it passed on.
mod chain;
/// Whose MAC address is asked for.
mod gateway;
/// The rows of a frame, and what a stop changed.
mod layers;
/// Without a topology: place by place.
mod places;
/// Frames put on a link, with everybody who received them.
mod sending;
/// Which cables a frame takes behind its sender.
mod spread;
/// What hosts, switches and translators remember.
mod tables;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

pub use gateway::{Asked, GatewayChoice, gateway_choice};
pub use layers::{Change, Layer, Look, Reason, Row, Stop, StopKind};
pub use tables::{
    AGEING, ArpEntry, ArpTable, How, Learned, Lesson, MacEntry, MacTable, NatEntry, NatTable, Route, Tables,
    chosen_route, routes,
};

use super::{Conversation, Conversations};
use crate::decode::{IcmpMeaning, MacAddress};
use crate::model::{LinkActionKind, NodeId, PlaceId, TcpFlags, Timestamp, Topology};
use crate::trace::{FrameNumber, Trace};

/// Every message of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journeys {
    /// In order of their first moment.
    pub journeys: Vec<Journey>,
    /// What was learned on the way, in order of time. Empty without a topology.
    pub lessons: Vec<Lesson>,
    /// Frames that are on no cable of the topology, or have no Ethernet header.
    pub unplaced: u32,
}

/// One message from its sender to wherever it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// The moment it was first seen.
    pub at: Timestamp,
    /// The frame that shows it first.
    pub frame: FrameNumber,
    /// What it is.
    pub message: Message,
    /// The conversation it belongs to, by its number.
    pub conversation: Option<u32>,
    /// Who sent it, where that is known.
    pub origin: Option<NodeId>,
    /// For whom it is; `None` where it is for everybody, or for nobody here.
    pub goal: Option<NodeId>,
    /// The cables it crossed, each before those it led to: the way to the
    /// receiver first, then the copies. Where it was delivered twice, cables
    /// come twice.
    pub legs: Vec<Leg>,
    /// What became of it.
    pub outcome: Outcome,
    /// The hosts that are not on its way, in the order of the topology, and
    /// whether they saw it.
    pub bystanders: Vec<Bystander>,
}

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// "Who has this address?" (RFC 826); an announcement asks for its own.
    ArpRequest {
        /// Who asks.
        sender: (MacAddress, Ipv4Addr),
        /// Who is asked for.
        target: Ipv4Addr,
    },
    /// "It is me."
    ArpReply {
        /// Who answers.
        sender: (MacAddress, Ipv4Addr),
        /// Who is answered.
        target: (MacAddress, Ipv4Addr),
    },
    /// A TCP segment.
    Tcp {
        /// From and to, as its sender wrote them.
        sockets: (SocketAddr, SocketAddr),
        /// The control bits.
        flags: TcpFlags,
        /// Bytes of payload.
        length: u32,
    },
    /// A UDP datagram.
    Udp {
        /// From and to, as its sender wrote them.
        sockets: (SocketAddr, SocketAddr),
        /// Bytes of payload.
        length: u32,
    },
    /// ICMP or its IPv6 sister.
    Icmp {
        /// From and to, as its sender wrote them.
        addresses: (IpAddr, IpAddr),
        /// What it says.
        meaning: IcmpMeaning,
        /// The message it is about, as an index of [`Journeys::journeys`].
        about: Option<usize>,
    },
    /// A piece of a larger packet, cut by its sender.
    Fragment {
        /// From and to.
        addresses: (IpAddr, IpAddr),
    },
    /// Some other protocol.
    Other {
        /// From and to, where it is IP.
        addresses: Option<(IpAddr, IpAddr)>,
    },
}

impl Message {
    /// The IP addresses it is from and to, as its sender wrote them; none for
    /// ARP.
    pub const fn addresses(&self) -> Option<(IpAddr, IpAddr)> {
        match self {
            Self::ArpRequest { .. } | Self::ArpReply { .. } => None,
            Self::Tcp { sockets: (from, to), .. } | Self::Udp { sockets: (from, to), .. } => Some((from.ip(), to.ip())),
            Self::Icmp { addresses, .. } | Self::Fragment { addresses } => Some(*addresses),
            Self::Other { addresses } => *addresses,
        }
    }
}

/// Where a leg begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// A node of the topology.
    Node(NodeId),
    /// A place, where there is no topology.
    Place(PlaceId),
    /// Somewhere before the first place.
    Unknown,
}

impl Point {
    /// The node, where it is one.
    pub const fn node(self) -> Option<NodeId> {
        match self {
            Self::Node(node) => Some(node),
            Self::Place(_) | Self::Unknown => None,
        }
    }
}

/// A captured frame and its moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capture {
    /// The frame.
    pub frame: FrameNumber,
    /// When.
    pub at: Timestamp,
}

/// One cable crossed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The cable, as an index of [`Topology::cables`]; `None` without a
    /// topology.
    pub cable: Option<usize>,
    /// Where it came from.
    pub from: Point,
    /// Where it went.
    pub to: Point,
    /// The frame as it was captured where the cable begins.
    pub sent: Option<Capture>,
    /// The frame as it was captured where the cable ends.
    pub received: Option<Capture>,
    /// The captured frame that has the bytes of this cable. Where neither end
    /// was captured, it is one from before a switch or a hub, which changes
    /// nothing (IEEE 802.1D).
    pub shown_by: Capture,
    /// What it is to the message.
    pub purpose: Purpose,
    /// What became of the frame on this cable.
    pub crossing: Crossing,
    /// What a wire of ours did to it here beside losing it.
    pub action: Option<LinkActionKind>,
    /// The leg that led to this one, as an index of [`Journey::legs`].
    pub before: Option<usize>,
    /// It came this way already: this is a duplicate.
    pub again: bool,
}

impl Leg {
    /// Whether the bytes were captured at an end of this very cable.
    pub const fn is_captured(&self) -> bool {
        self.sent.is_some() || self.received.is_some()
    }
}

/// What a leg is to the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It leads to the one it is for.
    Way,
    /// It leads to somebody else.
    Copy(CopyReason),
}

/// Why somebody gets a frame that is not for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CopyReason {
    /// A hub repeats everything to everybody.
    Hub,
    /// A switch that does not know the way sends it everywhere (IEEE 802.1D
    /// §7.7).
    Flood,
    /// It is addressed to everybody on the link.
    Broadcast,
}

/// What became of a frame on one cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// It came to the other end.
    Arrived,
    /// The wire lost it.
    Lost(LinkActionKind),
    /// It was not seen behind here, and no wire told of it.
    Missing,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It came to the one it is for; a broadcast to everybody.
    Arrived,
    /// It was lost on this leg.
    Lost {
        /// An index of [`Journey::legs`].
        leg: usize,
    },
    /// It ended at a node that passed it on to nobody.
    Stopped {
        /// Where.
        at: NodeId,
    },
    /// Nothing tells.
    Unknown,
}

/// A host that a message is not for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bystander {
    /// The host.
    pub node: NodeId,
    /// Whether it saw the message, and why.
    pub sight: Sight,
}

/// Whether a bystander saw a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It did.
    Sees {
        /// Why.
        why: CopyReason,
        /// The leg that brought it, as an index of [`Journey::legs`].
        leg: usize,
    },
    /// It did not: this switch knows the way and sends nothing here.
    SwitchKnows {
        /// The switch.
        switch: NodeId,
    },
    /// It did not: it is on a network that the message did not cross.
    OtherNetwork,
    /// It did not: the message was lost before it came so far.
    LostBefore,
}

impl Sight {
    /// Whether it saw it.
    pub const fn sees(self) -> bool {
        matches!(self, Self::Sees { .. })
    }
}

impl Journey {
    /// The legs that lead to the receiver, in order, each with its index;
    /// duplicates left out.
    pub fn way(&self) -> impl Iterator<Item = (usize, &Leg)> {
        self.legs.iter().enumerate().filter(|(_, leg)| leg.purpose == Purpose::Way && !leg.again)
    }

    /// The legs that lead to somebody else, each with its index.
    pub fn copies(&self) -> impl Iterator<Item = (usize, &Leg)> {
        self.legs.iter().enumerate().filter(|(_, leg)| leg.purpose != Purpose::Way)
    }

    /// The moment it was last seen.
    pub fn end(&self) -> Timestamp {
        let moments = self.legs.iter().flat_map(|leg| [leg.sent, leg.received]).flatten().map(|capture| capture.at);
        moments.max().unwrap_or(self.at)
    }

    /// Whether this frame shows it.
    pub fn is_shown_in(&self, frame: FrameNumber) -> bool {
        let shows = |capture: Option<Capture>| capture.is_some_and(|capture| capture.frame == frame);
        self.frame == frame || self.legs.iter().any(|leg| shows(leg.sent) || shows(leg.received))
    }
}

impl Journeys {
    /// The journey that this frame shows, as an index.
    pub fn shown_in(&self, frame: FrameNumber) -> Option<usize> {
        self.journeys.iter().position(|journey| journey.is_shown_in(frame))
    }
}

/// How many messages around a question are looked at for the one it was asked
/// for.
const AROUND: usize = 200;

impl Journeys {
    /// Whether a message belongs to this conversation, if one is wanted: an
    /// error belongs to what it is about.
    pub fn is_of(&self, journey: &Journey, conversation: Option<u32>) -> bool {
        let own = journey.conversation.or_else(|| match &journey.message {
            Message::Icmp { about: Some(about), .. } => self.journeys.get(*about)?.conversation,
            Message::ArpRequest { .. }
            | Message::ArpReply { .. }
            | Message::Tcp { .. }
            | Message::Udp { .. }
            | Message::Icmp { about: None, .. }
            | Message::Fragment { .. }
            | Message::Other { .. } => None,
        });
        conversation.is_none_or(|wanted| own == Some(wanted))
    }

    /// For what a host asked for a MAC address: to whom it wanted to hand the
    /// message that it sent next by this neighbour. `None` where `index` is no
    /// question, or nothing was sent.
    pub fn errand(&self, map: &Topology, index: usize) -> Option<GatewayChoice> {
        let question = self.journeys.get(index)?;
        let Message::ArpRequest { target, .. } = question.message else { return None };
        let node = question.origin?;
        let near = self.journeys.get(index.saturating_sub(AROUND)..).unwrap_or_default().iter().take(2 * AROUND);
        let mut choices = near.filter_map(|journey| {
            let addresses = journey.message.addresses()?;
            let leaves = |(_, leg): &(usize, &Leg)| {
                leg.from == Point::Node(node) && leg.sent.is_some_and(|sent| sent.at >= question.at)
            };
            let (_, leg) = journey.way().find(leaves)?;
            let own = map.host(node)?.interfaces.values().flat_map(|interface| &interface.addresses);
            // A translator's own address stands for somebody inside.
            let is_own = own.into_iter().any(|own| own.address == addresses.1);
            let to = if is_own { map.address(journey.goal?)? } else { addresses.1 };
            let choice = gateway_choice(map, node, to)?;
            (choice.asks.address() == Some(target.into())).then_some((leg.sent?.at, choice))
        });
        let first = choices.next()?;
        let first = choices.fold(first, |best, other| if other.0 < best.0 { other } else { best });
        Some(first.1)
    }
}

/// Every message of a trace on its way. `all` says which conversation each
/// belongs to.
pub fn journeys(trace: &Trace, all: &Conversations) -> Journeys {
    let mut found = match trace.notes.map.as_deref() {
        Some(map) if map.cables.is_empty() => places::journeys(trace, all),
        Some(map) => on_map(trace, map),
        None => places::journeys(trace, all),
    };
    let conversations = by_frame(all);
    for journey in &mut found.journeys {
        let frames = journey.legs.iter().flat_map(|leg| [leg.sent, leg.received]).flatten().map(|seen| seen.frame);
        let mut frames = std::iter::once(journey.frame).chain(frames);
        journey.conversation = frames.find_map(|frame| {
            let found = conversations.binary_search_by_key(&frame, |(frame, _)| *frame).ok()?;
            conversations.get(found).map(|(_, id)| *id)
        });
    }
    found
}

/// Each frame of each conversation, wherever it was seen, with the
/// conversation's number.
fn by_frame(all: &Conversations) -> Vec<(FrameNumber, u32)> {
    let mut frames = Vec::new();
    for conversation in all.all() {
        let id = conversation.id();
        match conversation {
            Conversation::Tcp(tcp) => {
                let seen = tcp.segments.iter().flat_map(|segment| &segment.seen_at);
                frames.extend(seen.map(|seen| (seen.frame, id)));
            }
            Conversation::Udp(udp) => {
                let seen = udp.datagrams.iter().flat_map(|datagram| &datagram.seen_at);
                frames.extend(seen.map(|seen| (seen.frame, id)));
            }
        }
    }
    frames.sort_unstable();
    frames
}

fn on_map(trace: &Trace, map: &Topology) -> Journeys {
    let atlas = atlas::Atlas::new(map, trace);
    let (sendings, unplaced) = sending::sendings(trace, &atlas);
    let links = chain::links(&sendings, &atlas);
    let mut switches = spread::Switches::default();
    let spreads: Vec<spread::Spread> = sendings.iter().map(|sending| switches.spread(&atlas, sending)).collect();
    let (journeys, of_sending) = chain::journeys(&sendings, &links, &spreads, &atlas);
    let lessons = tables::lessons(&sendings, &links, &spreads, &of_sending, &atlas);
    Journeys { journeys, lessons, unplaced }
}
