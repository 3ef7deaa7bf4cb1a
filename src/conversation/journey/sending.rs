//! Frames put on a link, with everybody who received them.
//!
//! What one host sends and others on the same link receive has the same bytes,
//! because switches and hubs change none. A frame that is sent again may have
//! them too: then the order decides, and what a wire is known to have lost was
//! not received behind it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::Capture;
use super::atlas::{Atlas, Plug};
use crate::decode::{self, Arp, Carried, Icmp, Ip, MacAddress, Quoted, TcpHeader, Transport, Unchanged};
use crate::model::{Frame, LinkActionKind, LinkType, Span, Timestamp, What};
use crate::trace::{FrameNumber, Trace};

/// How long a frame may be late at most.
const DELAYED: Span = Span::from_millis(60_000);

/// A frame that one host put on a link.
#[derive(Clone, Debug)]
pub(super) struct Sending {
    /// The link, by its number.
    pub(super) link: usize,
    /// Whose interface it left by; `None` where that is where it was received.
    pub(super) from: Option<Plug>,
    /// The frame as it left.
    pub(super) sent: Option<Capture>,
    /// The frame as it was seen first.
    pub(super) first: Capture,
    /// The frame as it came, to each who received it.
    pub(super) receptions: Vec<(Plug, Capture)>,
    /// Cables on which a wire did something to it.
    pub(super) actions: Vec<(usize, LinkActionKind)>,
    /// The hardware addresses: from, to.
    pub(super) ethernet: (MacAddress, MacAddress),
    /// What it carries.
    pub(super) content: Content,
}

/// What a frame carries, as far as its way depends on it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Content {
    pub(super) arp: Option<Arp>,
    pub(super) ip: Option<Ip>,
    pub(super) unchanged: Option<Unchanged>,
    pub(super) carried: Carrying,
}

/// What IP carries.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Carrying {
    Tcp(TcpHeader),
    Udp { ports: (u16, u16), length: u32 },
    Icmp(Box<Icmp>),
    Fragment,
    Other,
}

impl Content {
    /// Reads a frame, and its hardware addresses.
    pub(super) fn read(link_type: LinkType, frame: &Frame) -> (Option<(MacAddress, MacAddress)>, Self) {
        let headers = decode::headers(link_type, &frame.bytes, frame.original_length);
        let carried = match headers.carried {
            Carried::Tcp(tcp) => Carrying::Tcp(tcp),
            Carried::Udp(udp) => Carrying::Udp { ports: (udp.source_port, udp.destination_port), length: udp.length },
            Carried::Icmp | Carried::IcmpError(_) => match decode::packet(link_type, frame).transport {
                Transport::Icmp(icmp) => Carrying::Icmp(Box::new(icmp)),
                Transport::Tcp(_) | Transport::Udp(_) | Transport::Arp | Transport::Other => Carrying::Other,
            },
            Carried::Fragment => Carrying::Fragment,
            Carried::Arp | Carried::Other | Carried::Unreadable | Carried::UnknownLink => Carrying::Other,
        };
        let content = Self {
            arp: decode::arp(link_type, &frame.bytes),
            ip: headers.ip,
            unchanged: decode::unchanged(link_type, &frame.bytes),
            carried,
        };
        (headers.ethernet, content)
    }

    /// The ports, where there are any.
    pub(super) fn ports(&self) -> Option<(u16, u16)> {
        match &self.carried {
            Carrying::Tcp(tcp) => Some((tcp.source_port, tcp.destination_port)),
            Carrying::Udp { ports, .. } => Some(*ports),
            Carrying::Icmp(_) | Carrying::Fragment | Carrying::Other => None,
        }
    }

    /// The sockets: from, to. Where there are no ports they are 0.
    pub(super) fn sockets(&self) -> Option<(SocketAddr, SocketAddr)> {
        let (ip, (from, to)) = (self.ip?, self.ports().unwrap_or_default());
        Some((SocketAddr::new(ip.source, from), SocketAddr::new(ip.destination, to)))
    }

    /// The start of the packet that an ICMP error is about.
    pub(super) fn quoted(&self) -> Option<&Quoted> {
        if let Carrying::Icmp(icmp) = &self.carried { icmp.quoted.as_ref() } else { None }
    }
}

impl Sending {
    /// Whether a wire lost it on this cable, and how.
    pub(super) fn lost_on(&self, cable: usize) -> Option<LinkActionKind> {
        let lost = |kind: &LinkActionKind| matches!(kind, LinkActionKind::Lost | LinkActionKind::QueueFull);
        self.actions.iter().find(|(on, kind)| *on == cable && lost(kind)).map(|(_, kind)| *kind)
    }

    /// What else a wire did to it on this cable.
    pub(super) fn action_on(&self, cable: usize) -> Option<LinkActionKind> {
        let other = |kind: &LinkActionKind| !matches!(kind, LinkActionKind::Lost | LinkActionKind::QueueFull);
        self.actions.iter().find(|(on, kind)| *on == cable && other(kind)).map(|(_, kind)| *kind)
    }

    /// What was received at a plug, in order.
    pub(super) fn received_at(&self, plug: Plug) -> impl Iterator<Item = (usize, Capture)> {
        let all = self.receptions.iter().enumerate();
        all.filter(move |(_, (at, _))| *at == plug).map(|(index, (_, capture))| (index, *capture))
    }

    /// How well a reception at this plug and moment fits; `None` where it
    /// cannot be of this frame.
    fn fit(&self, plug: Plug, at: Timestamp, atlas: &Atlas<'_>) -> Option<Fit> {
        let age = at.since(self.first.at).nanos();
        let lost = |from| {
            !self.actions.is_empty() && path(from, plug, atlas).iter().any(|cable| self.lost_on(*cable).is_some())
        };
        if self.from == Some(plug) || age > DELAYED.nanos() || self.from.is_some_and(lost) {
            return None;
        }
        let mut allowed = atlas.patience(self.link).nanos();
        if self.actions.iter().any(|(_, kind)| matches!(kind, LinkActionKind::Delayed | LinkActionKind::Swapped)) {
            allowed = allowed.saturating_add(DELAYED.nanos());
        }
        let copies = self.actions.iter().filter(|(_, kind)| *kind == LinkActionKind::Duplicated).count();
        let is_due = self.received_at(plug).count() <= copies;
        match (is_due, age <= allowed) {
            (true, true) => Some(Fit::Due),
            // A frame that nobody was seen to send again came twice.
            (false, true) => self.sent.map(|_| Fit::Again),
            (true, false) => Some(Fit::Late),
            (false, false) => None,
        }
    }
}

/// How well a reception fits a sending: the first is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It should have come by now.
    Due,
    /// It came already.
    Again,
    /// It should have come long ago.
    Late,
}

/// The cables between two plugs of one link, from the first on.
pub(super) fn path(from: Plug, to: Plug, atlas: &Atlas<'_>) -> Vec<usize> {
    // Each cable with the one it was reached by.
    let mut reached: Vec<(Plug, Option<usize>)> = vec![(from, None)];
    let mut taken = BTreeSet::from([from.cable]);
    let mut next = 0;
    while let Some((plug, _)) = reached.get(next).copied() {
        let far = plug.other();
        if far == to {
            let mut cables = Vec::new();
            let mut at = Some(next);
            while let Some((plug, before)) = at.and_then(|at| reached.get(at)) {
                cables.push(plug.cable);
                at = *before;
            }
            cables.reverse();
            return cables;
        }
        if let Some(node) = atlas.node(far).filter(|node| atlas.host(*node).is_none()) {
            for out in atlas.plugs(node) {
                if taken.insert(out.cable) {
                    reached.push((*out, Some(next)));
                }
            }
        }
        next += 1;
    }
    Vec::new()
}

/// Every frame put on a link of the map, in order of time, and how many frames
/// are on none.
pub(super) fn sendings(trace: &Trace, atlas: &Atlas<'_>) -> (Vec<Sending>, u32) {
    let actions = actions(trace, atlas);
    let mut frames: Vec<_> = trace.frames().collect();
    // The order of a file is that of its records.
    frames.sort_by_key(|(number, at, ..)| (*at, *number));
    let mut sendings: Vec<Sending> = Vec::new();
    // Those that may still be received, by link and bytes.
    let mut open: BTreeMap<(usize, u64, usize), Vec<usize>> = BTreeMap::new();
    let mut unplaced = 0;
    for (number, at, place, frame) in frames {
        let capture = Capture { frame: number, at };
        let plug = atlas.plug(place).filter(|_| super::super::link_type(trace, place) == LinkType::ETHERNET);
        let placed = plug.and_then(|plug| Some((plug, atlas.link(plug)?, atlas.interface(plug)?)));
        let read = placed.map(|placed| (placed, Content::read(LinkType::ETHERNET, frame)));
        let Some(((plug, link, interface), (Some(ethernet), content))) = read else {
            unplaced += 1;
            continue;
        };
        let key = (link, hash(&frame.bytes), frame.bytes.len());
        let mine = ethernet.0 == MacAddress(interface.mac);
        let candidates = open.entry(key).or_default();
        let fits = candidates.iter().filter(|_| !mine).filter_map(|index| {
            let fit = sendings.get(*index)?.fit(plug, at, atlas)?;
            // What is due comes in the order it was sent; of the others the
            // last is the likeliest.
            Some((fit, if fit == Fit::Due { *index } else { usize::MAX - *index }, *index))
        });
        let known = fits.min().map(|(.., index)| index);
        // Nobody has this address: who shows the frame first has made it up.
        let own = mine || (known.is_none() && atlas.owner(link, ethernet.0).is_none());
        let index = known.unwrap_or_else(|| {
            // Only those that are too old are before one that is not.
            candidates.retain(|index| {
                sendings.get(*index).is_some_and(|sending| at.since(sending.first.at).nanos() <= DELAYED.nanos())
            });
            candidates.push(sendings.len());
            sendings.push(Sending {
                link,
                from: if own { Some(plug) } else { atlas.owner(link, ethernet.0).filter(|from| *from != plug) },
                sent: own.then_some(capture),
                first: capture,
                receptions: Vec::new(),
                actions: Vec::new(),
                ethernet,
                content,
            });
            sendings.len() - 1
        });
        let Some(sending) = sendings.get_mut(index) else { continue };
        if !own {
            sending.receptions.push((plug, capture));
        }
        sending.actions.extend(actions.get(&number).into_iter().flatten());
    }
    (sendings, unplaced)
}

/// What wires did, by the frame they did it to.
fn actions(trace: &Trace, atlas: &Atlas<'_>) -> BTreeMap<FrameNumber, Vec<(usize, LinkActionKind)>> {
    let mut actions: BTreeMap<FrameNumber, Vec<(usize, LinkActionKind)>> = BTreeMap::new();
    for event in trace.events() {
        let What::LinkAction(action) = &event.what else { continue };
        // A cable is pulled behind a frame, which it still carries.
        if matches!(action.what, LinkActionKind::Unplugged | LinkActionKind::Plugged) {
            continue;
        }
        let Some(cable) = atlas.wire(event.place) else { continue };
        let Some(frame) = trace.frame_of(event.at, action) else { continue };
        actions.entry(frame).or_default().push((cable, action.what));
    }
    actions
}

/// 64-bit FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
