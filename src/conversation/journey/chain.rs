//! From a frame that a router received to the one it passed on: sendings
//! become journeys.

use std::collections::{BTreeMap, VecDeque};

use super::atlas::{Atlas, Plug};
use super::sending::{Carrying, Content, Sending};
use super::spread::Spread;
use super::{Bystander, Crossing, Journey, Leg, Message, Outcome, Purpose, Sight};
use crate::decode::Quoted;
use crate::model::{NodeId, Span, Timestamp};
use std::net::{IpAddr, SocketAddr};

/// How long a router keeps a packet at most: it may have to ask for the next
/// one's MAC address, three times a second apart.
const KEPT: Span = Span::from_millis(10_000);
/// How far back the message is looked for that an error is about.
const QUOTED: Span = Span::from_millis(60_000);

/// The reception that a sending passes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parent {
    pub(super) sending: usize,
    /// An index of [`Sending::receptions`].
    pub(super) reception: usize,
}

/// A packet that a router received and may pass on.
#[derive(Clone, Copy)]
struct Waiting {
    at: Timestamp,
    parent: Parent,
}

/// For each sending the reception it passes on, if it is not the first.
pub(super) fn links(sendings: &[Sending], atlas: &Atlas<'_>) -> Vec<Option<Parent>> {
    let mut waiting: BTreeMap<(NodeId, u64), VecDeque<Waiting>> = BTreeMap::new();
    // What may be cut, by what its pieces have in common.
    let mut whole: BTreeMap<(NodeId, u16, u8, IpAddr), Waiting> = BTreeMap::new();
    let mut links = vec![None; sendings.len()];
    for (at, index, reception) in moments(sendings) {
        let Some(sending) = sendings.get(index) else { continue };
        let Some((ip, unchanged)) = sending.content.ip.zip(sending.content.unchanged) else { continue };
        let plug = match reception {
            Some(reception) => sending.receptions.get(reception).map(|(plug, _)| *plug),
            None => sending.from,
        };
        let Some(node) = plug.and_then(|plug| atlas.node(plug)) else { continue };
        let Some(host) = atlas.host(node).filter(|host| host.forwards) else { continue };
        if let Some(reception) = reception {
            let own = plug.and_then(|plug| atlas.interface(plug)).map(|interface| interface.mac);
            if own != Some(sending.ethernet.1.0) {
                continue;
            }
            let packet = Waiting { at, parent: Parent { sending: index, reception } };
            waiting.entry((node, unchanged.hash)).or_default().push_back(packet);
            if let Some((identification, protocol)) = unchanged.whole {
                whole.insert((node, identification, protocol, ip.destination), packet);
            }
            continue;
        }
        let fits = |packet: &Waiting| {
            let Some(Content { ip: Some(before), .. }) =
                sendings.get(packet.parent.sending).map(|sending| &sending.content)
            else {
                return false;
            };
            let same = before.source == ip.source && before.destination == ip.destination;
            before.ttl.checked_sub(1) == Some(ip.ttl)
                && (same || host.nat.is_some())
                && at.since(packet.at).nanos() <= KEPT.nanos()
        };
        let mut found = None;
        if let Some(packets) = waiting.get_mut(&(node, unchanged.hash)) {
            packets.retain(|packet| at.since(packet.at).nanos() <= KEPT.nanos());
            let place = packets.iter().position(fits);
            found = place.and_then(|place| packets.remove(place));
        }
        if let (None, true, Some((identification, protocol))) = (found, unchanged.fragment, unchanged.whole) {
            found = whole.get(&(node, identification, protocol, ip.destination)).copied().filter(fits);
        }
        if let Some(link) = links.get_mut(index) {
            *link = found.map(|packet| packet.parent);
        }
    }
    links
}

/// The moments of all sendings and receptions, in order: which sending, and
/// which of its receptions if it is one.
fn moments(sendings: &[Sending]) -> Vec<(Timestamp, usize, Option<usize>)> {
    let mut moments = Vec::new();
    for (index, sending) in sendings.iter().enumerate() {
        moments.extend(sending.sent.map(|sent| ((sent.at, sent.frame), index, None)));
        let receptions = sending.receptions.iter().enumerate();
        moments.extend(receptions.map(|(place, (_, seen))| ((seen.at, seen.frame), index, Some(place))));
    }
    moments.sort_unstable_by_key(|(moment, ..)| *moment);
    moments.into_iter().map(|((at, _), index, reception)| (at, index, reception)).collect()
}

/// The journeys, and for each sending the one it is part of.
pub(super) fn journeys(
    sendings: &[Sending],
    links: &[Option<Parent>],
    spreads: &[Spread],
    atlas: &Atlas<'_>,
) -> (Vec<Journey>, Vec<usize>) {
    let mut passed_on: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (index, parent) in links.iter().enumerate() {
        if let Some(Parent { sending, reception }) = parent {
            passed_on.entry((*sending, *reception)).or_default().push(index);
        }
    }
    let mut of_sending = vec![0; sendings.len()];
    let mut journeys: Vec<Journey> = Vec::new();
    let roots = sendings.iter().zip(links).enumerate().filter(|(_, (_, parent))| parent.is_none());
    for (root, (sending, _)) in roots {
        let mut journey = Journey {
            at: sending.first.at,
            frame: sending.first.frame,
            message: message(&sending.content),
            conversation: None,
            origin: sending.from.and_then(|from| atlas.node(from)),
            goal: None,
            legs: Vec::new(),
            outcome: Outcome::Unknown,
            bystanders: Vec::new(),
        };
        let mut sights: Vec<(NodeId, Sight)> = Vec::new();
        let mut last = root;
        // Each sending with the leg that led to it.
        let mut todo = VecDeque::from([(root, None, false)]);
        while let Some((index, before, again)) = todo.pop_front() {
            let Some((sending, spread)) = sendings.get(index).zip(spreads.get(index)) else { continue };
            if let Some(of) = of_sending.get_mut(index) {
                *of = journeys.len();
            }
            last = if again { last } else { index };
            sights.extend(&spread.unseen);
            let offset = journey.legs.len();
            for (leg, reception) in &spread.legs {
                let place = journey.legs.len();
                let again = again || leg.again;
                let own = leg.before.map(|own| own + offset);
                journey.legs.push(Leg { before: own.or(before), again, ..leg.clone() });
                let Some(reception) = reception else { continue };
                let next = passed_on.get(&(index, *reception)).into_iter().flatten();
                // Pieces of a packet are no duplicates of each other.
                todo.extend(next.map(|next| (*next, Some(place), again)));
            }
            journey.goal = goal(sending, atlas).or(journey.goal);
        }
        let is_broadcast =
            sendings.get(last).is_some_and(|sending| sending.ethernet.1.0.first().is_some_and(|b| b & 1 == 1));
        if is_broadcast && !matches!(journey.message, Message::ArpRequest { .. }) {
            journey.goal = None;
        }
        put_way_first(&mut journey.legs);
        journey.outcome = outcome(&journey, is_broadcast);
        journey.bystanders = bystanders(&journey, &sights, atlas);
        journeys.push(journey);
    }
    name_quoted(sendings, links, &of_sending, &mut journeys);
    (journeys, of_sending)
}

/// Puts the legs of the way before copies and duplicates.
fn put_way_first(legs: &mut [Leg]) {
    let is_first = |leg: &Leg| leg.purpose == Purpose::Way && !leg.again;
    let count = legs.iter().filter(|leg| is_first(leg)).count();
    let (mut first, mut other) = (0, count);
    let mut places = Vec::with_capacity(legs.len());
    for leg in legs.iter() {
        let next = if is_first(leg) { &mut first } else { &mut other };
        places.push(*next);
        *next += 1;
    }
    for leg in legs.iter_mut() {
        leg.before = leg.before.and_then(|before| places.get(before).copied());
    }
    // Stable: each stays behind the one that led to it.
    legs.sort_by_key(|leg| !is_first(leg));
}

/// For whom a frame's message is, by the addresses it has there.
fn goal(sending: &Sending, atlas: &Atlas<'_>) -> Option<NodeId> {
    let content = &sending.content;
    let address = match (content.arp, content.ip) {
        (Some(arp), _) if arp.operation == 1 => IpAddr::V4(arp.target.1),
        (Some(_), _) | (None, None) => return atlas.node(atlas.owner(sending.link, sending.ethernet.1)?),
        (None, Some(ip)) => ip.destination,
    };
    let has = |node: &NodeId| {
        let interfaces = atlas.host(*node).into_iter().flat_map(|host| host.interfaces.values());
        interfaces.flat_map(|interface| &interface.addresses).any(|network| network.address == address)
    };
    atlas.map.hosts().map(|(node, ..)| node).find(has)
}

fn outcome(journey: &Journey, broadcast: bool) -> Outcome {
    if let Some((leg, _)) = journey.way().find(|(_, leg)| leg.crossing != Crossing::Arrived) {
        return Outcome::Lost { leg };
    }
    let ends: Vec<NodeId> = journey
        .way()
        .filter(|(index, _)| journey.way().all(|(_, leg)| leg.before != Some(*index)))
        .filter_map(|(_, leg)| leg.to.node())
        .collect();
    match (journey.goal, ends.last()) {
        (Some(goal), Some(_)) if ends.contains(&goal) => Outcome::Arrived,
        (None, Some(_)) if broadcast => Outcome::Arrived,
        (_, Some(at)) => Outcome::Stopped { at: *at },
        (_, None) => Outcome::Unknown,
    }
}

/// The hosts that a journey does not lead to or through.
fn bystanders(journey: &Journey, sights: &[(NodeId, Sight)], atlas: &Atlas<'_>) -> Vec<Bystander> {
    let on_way = |node: NodeId| {
        let point = super::Point::Node(node);
        journey.origin == Some(node)
            || journey.goal == Some(node)
            || journey.legs.iter().any(|leg| leg.purpose == Purpose::Way && (leg.to == point || leg.from == point))
    };
    let hosts = atlas.map.hosts().map(|(node, ..)| node).filter(|node| !on_way(*node));
    let sight = |node: NodeId| {
        let copy = journey.copies().find_map(|(leg, copy)| match copy.purpose {
            Purpose::Copy(why) if copy.to == super::Point::Node(node) && copy.received.is_some() => {
                Some(Sight::Sees { why, leg })
            }
            Purpose::Copy(_) | Purpose::Way => None,
        });
        let told = |wanted: fn(&Sight) -> bool| {
            sights.iter().find(|(own, sight)| *own == node && wanted(sight)).map(|(_, sight)| *sight)
        };
        copy.or_else(|| told(|sight| matches!(sight, Sight::SwitchKnows { .. })))
            .or_else(|| told(|_| true))
            .unwrap_or(Sight::OtherNetwork)
    };
    hosts.map(|node| Bystander { node, sight: sight(node) }).collect()
}

/// What a frame's message is.
pub(super) fn message(content: &Content) -> Message {
    if let Some(arp) = content.arp {
        match arp.operation {
            1 => return Message::ArpRequest { sender: arp.sender, target: arp.target.1 },
            2 => return Message::ArpReply { sender: arp.sender, target: arp.target },
            _ => {}
        }
    }
    let Some(ip) = content.ip else { return Message::Other { addresses: None } };
    let addresses = (ip.source, ip.destination);
    let sockets = |(from, to)| (SocketAddr::new(ip.source, from), SocketAddr::new(ip.destination, to));
    match &content.carried {
        Carrying::Tcp(tcp) => Message::Tcp {
            sockets: sockets((tcp.source_port, tcp.destination_port)),
            flags: tcp.flags,
            length: tcp.payload_length().unwrap_or(0),
        },
        Carrying::Udp { ports, length } => Message::Udp { sockets: sockets(*ports), length: *length },
        Carrying::Icmp(icmp) => Message::Icmp { addresses, meaning: icmp.meaning, about: None },
        Carrying::Fragment => Message::Fragment { addresses },
        Carrying::Other => Message::Other { addresses: Some(addresses) },
    }
}

/// Finds the messages that ICMP errors are about.
fn name_quoted(sendings: &[Sending], links: &[Option<Parent>], of_sending: &[usize], journeys: &mut [Journey]) {
    for (index, sending) in sendings.iter().enumerate() {
        let Some(quoted) = sending.content.quoted().filter(|_| links.get(index).is_some_and(Option::is_none)) else {
            continue;
        };
        let before = sendings.get(..index).unwrap_or_default().iter().enumerate().rev();
        let mut near =
            before.take_while(|(_, before)| sending.first.at.since(before.first.at).nanos() <= QUOTED.nanos());
        let about = near.find(|(_, before)| is_quoted(quoted, before)).and_then(|(about, _)| of_sending.get(about));
        let journey = of_sending.get(index).and_then(|own| journeys.get_mut(*own));
        if let Some(Journey { message: Message::Icmp { about: own, .. }, .. }) = journey {
            *own = about.copied();
        }
    }
}

fn is_quoted(quoted: &Quoted, sending: &Sending) -> bool {
    let content = &sending.content;
    let identification = content.ip.and_then(|ip| ip.identification);
    content.sockets() == Some((quoted.source, quoted.destination)) && quoted.identification == identification
}

/// The plug at which a reception was.
pub(super) fn plug_of(sendings: &[Sending], parent: Parent) -> Option<Plug> {
    sendings.get(parent.sending)?.receptions.get(parent.reception).map(|(plug, _)| *plug)
}
