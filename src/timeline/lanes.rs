//! The other pictures: every host of a capture with a lifeline of its own, or
//! every place of one conversation.
//!
//! Owns which lifelines there are, in which order, and which arrow goes from
//! where to where. `heights` gives each of them a height. Reads no bytes: who
//! has read them tells what crossed the network, as `Crossing`s. Knows no
//! pixel, no colour and no language.

/// Heights: where in these pictures a moment stands.
pub mod heights;
/// One conversation, hop by hop.
mod hops;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::ops::Range;

use super::ArrowKind;
use crate::conversation::{Conversation, End};
use crate::model::{PlaceId, Span, Timestamp};
use crate::trace::FrameNumber;

/// No picture has more arrows; what is left out is counted.
pub const MOST_ARROWS: usize = 50_000;
/// No picture has more hosts with a lifeline of their own.
pub const MOST_HOSTS: usize = 12;

/// One picture: lifelines side by side, arrows between them in order of time.
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    /// The moment that counts as 0: the first arrow.
    pub zero: Timestamp,
    /// The lifelines, from left to right.
    pub lanes: Vec<Lane>,
    /// The arrows, in order of time.
    pub arrows: Vec<LaneArrow>,
    /// Where arrows touch lifelines; each arrow has a range of them.
    pub stops: Vec<Stop>,
    /// Arrows that would have been too many.
    pub left_out: usize,
    /// Long stretches in which nothing crossed: from, to.
    pub quiets: Vec<(Timestamp, Timestamp)>,
    /// It shows places.
    pub by_hop: bool,
}

/// A lifeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// One host.
    Host(Host),
    /// All the others.
    Others {
        /// How many.
        hosts: usize,
    },
    /// One end of the conversation whose hops are shown.
    End(Host, End),
    /// A place on its way.
    Place {
        /// Which.
        place: PlaceId,
        /// In a capture of any interface: the number of the one it was.
        interface: Option<u32>,
    },
}

/// A host, known by its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Host {
    /// Its address.
    pub address: Address,
    /// One that talks to itself has two lifelines, one for each side.
    pub side: Option<End>,
}

/// An address of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// Of the network layer.
    Ip(IpAddr),
    /// Of the link layer, where nothing above it has one (IEEE 802, 48 bits).
    Mac([u8; 6]),
}

/// Something that crossed the network from one host to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// The frame that showed it first.
    pub frame: FrameNumber,
    /// When.
    pub at: Timestamp,
    /// Who sent it.
    pub from: Host,
    /// Who it is for; `None`: for all, or for many.
    pub to: Option<Host>,
    /// The ports: from, to.
    pub ports: Option<(u16, u16)>,
    /// The conversation it belongs to, by number.
    pub conversation: Option<u32>,
    /// Which of its segments or datagrams it is; `None` where it is none.
    pub index: Option<usize>,
    /// What it is.
    pub kind: CrossingKind,
    /// It was sent before.
    pub again: bool,
    /// It got lost on its way.
    pub lost: bool,
}

/// What crossed. The theme gives each kind its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CrossingKind {
    /// A TCP segment.
    Segment(ArrowKind),
    /// A UDP datagram.
    Datagram,
    /// An ICMP error.
    Error,
    /// ARP.
    Arp,
    /// Anything else.
    Other,
}

/// An arrow of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneArrow {
    /// What it stands for.
    pub what: Crossing,
    /// The lifelines it touches, from its start to its tip: a range of
    /// [`Lanes::stops`]. One that is for all has its sender's alone.
    pub stops: Range<usize>,
    /// Between which two lifelines it got lost.
    pub lost_between: Option<(usize, usize)>,
    /// It is what a wire made a second time of the message of an arrow before:
    /// it begins on the way.
    pub copy: bool,
}

/// Where an arrow touches a lifeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Which lifeline.
    pub lane: usize,
    /// The frame that shows it there, and when; `None` where nobody looked.
    pub seen: Option<(FrameNumber, Timestamp)>,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Mac(octets) => {
                let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
                f.pad(&pairs.join(":"))
            }
        }
    }
}

impl Host {
    /// A host with this IP address.
    pub const fn ip(address: IpAddr) -> Self {
        Self { address: Address::Ip(address), side: None }
    }

    /// A host that is known by its hardware address alone.
    pub const fn mac(address: [u8; 6]) -> Self {
        Self { address: Address::Mac(address), side: None }
    }

    /// One side of a host that talks to itself.
    #[must_use]
    pub const fn on(self, end: End) -> Self {
        Self { side: Some(end), ..self }
    }
}

impl Lanes {
    /// Every host with a lifeline of its own, or the [`MOST_HOSTS`] that talk
    /// most and one for the others.
    pub fn hosts(mut crossings: Vec<Crossing>) -> Self {
        crossings.sort_by_key(|crossing| (crossing.at, crossing.frame));
        let left_out = crossings.len().saturating_sub(MOST_ARROWS);
        crossings.truncate(MOST_ARROWS);
        let (lanes, places) = lifelines(&crossings);
        let others = lanes.len().saturating_sub(1);
        let lane = |host: &Host| places.get(host).copied().unwrap_or(others);
        let mut stops = Vec::with_capacity(crossings.len() * 2);
        let mut arrows = Vec::with_capacity(crossings.len());
        for what in crossings {
            let first = stops.len();
            stops.push(Stop { lane: lane(&what.from), seen: Some((what.frame, what.at)) });
            let to = what.to.as_ref().map(lane);
            stops.extend(to.map(|lane| Stop { lane, seen: None }));
            let lost_between = to.filter(|_| what.lost).map(|to| (lane(&what.from), to));
            arrows.push(LaneArrow { what, stops: first..stops.len(), lost_between, copy: false });
        }
        Self::finished(Self { lanes, arrows, stops, left_out, ..Self::default() })
    }

    /// One conversation with a lifeline for each place that saw it, between
    /// those of its ends; `None` where fewer than two places did.
    pub fn hops(conversation: Conversation<'_>) -> Option<Self> {
        hops::lanes(conversation).map(Self::finished)
    }

    /// Whether [`Lanes::hops`] has something to show.
    pub fn has_hops(conversation: Conversation<'_>) -> bool {
        hops::has_several_places(conversation)
    }

    /// The stops of an arrow, from its start to its tip.
    pub fn stops_of(&self, arrow: &LaneArrow) -> &[Stop] {
        self.stops.get(arrow.stops.clone()).unwrap_or_default()
    }

    /// How many hosts share the last lifeline.
    pub fn folded(&self) -> Option<usize> {
        self.lanes.iter().find_map(|lane| match lane {
            Lane::Others { hosts } => Some(*hosts),
            Lane::Host(_) | Lane::End(..) | Lane::Place { .. } => None,
        })
    }

    fn finished(mut self) -> Self {
        self.zero = self.arrows.first().map_or_else(Timestamp::default, |arrow| arrow.what.at);
        self.quiets = self.find_quiets();
        self
    }

    /// The stretches that are long, and long beside the others.
    fn find_quiets(&self) -> Vec<(Timestamp, Timestamp)> {
        const AT_LEAST: Span = Span::from_millis(10);
        const TIMES_MEDIAN: i64 = 8;
        let mut moments: Vec<Timestamp> = self.stops.iter().filter_map(|stop| stop.seen).map(|(_, at)| at).collect();
        moments.sort_unstable();
        let gap = |[one, next]: &[Timestamp; 2]| next.since(*one).nanos();
        let mut gaps: Vec<i64> = moments.array_windows().map(gap).filter(|gap| *gap > 0).collect();
        gaps.sort_unstable();
        let median = gaps.get(gaps.len() / 2).copied().unwrap_or(0);
        let threshold = AT_LEAST.nanos().max(median.saturating_mul(TIMES_MEDIAN));
        moments.array_windows().filter(|pair| gap(pair) >= threshold).map(|[from, to]| (*from, *to)).collect()
    }
}

/// The lifelines, and where each host that has one of its own stands. Two
/// stand in the order in which they were first seen; among more, who talks
/// most comes first.
fn lifelines(crossings: &[Crossing]) -> (Vec<Lane>, BTreeMap<Host, usize>) {
    let mut talks: BTreeMap<Host, (usize, usize)> = BTreeMap::new();
    for crossing in crossings {
        for host in std::iter::once(crossing.from).chain(crossing.to) {
            let next = talks.len();
            talks.entry(host).or_insert((next, 0)).1 += 1;
        }
    }
    let mut hosts: Vec<(Host, usize, usize)> =
        talks.into_iter().map(|(host, (first, count))| (host, first, count)).collect();
    let folded = hosts.len().saturating_sub(MOST_HOSTS);
    let several = hosts.len() > 2;
    hosts.sort_by_key(|(_, first, count)| (std::cmp::Reverse(if several { *count } else { 0 }), *first));
    hosts.truncate(MOST_HOSTS);
    let places = hosts.iter().zip(0..).map(|((host, ..), lane)| (*host, lane)).collect();
    let mut lanes: Vec<Lane> = hosts.into_iter().map(|(host, ..)| Lane::Host(host)).collect();
    lanes.extend((folded > 0).then_some(Lane::Others { hosts: folded }));
    (lanes, places)
}
