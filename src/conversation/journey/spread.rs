//! Which cables a frame takes behind its sender: hubs repeat, switches look
//! into what they have learned (IEEE 802.1D §7.7, §7.8), and what was captured
//! at the ends decides wherever it says otherwise.

use std::collections::{BTreeMap, BTreeSet};

use super::atlas::{Atlas, Plug};
use super::sending::Sending;
use super::tables::AGEING;
use super::{Capture, CopyReason, Crossing, Leg, Point, Purpose, Sight};
use crate::decode::MacAddress;
use crate::model::{NodeId, NodeKind, Timestamp};

/// Deeper than any topology of ours; what comes with a file may be.
const DEEPEST: usize = 200;

/// What every switch has learned so far: the port of each address, and when it
/// was heard there last.
#[derive(Clone, Debug, Default)]
pub(super) struct Switches {
    learned: BTreeMap<(NodeId, MacAddress), (usize, Timestamp)>,
}

/// The cables that a frame took.
#[derive(Clone, Debug, Default)]
pub(super) struct Spread {
    /// As in [`super::Journey::legs`], of this link alone; with the reception
    /// each leads to, as an index of the sending's.
    pub(super) legs: Vec<(Leg, Option<usize>)>,
    /// What switches heard: which, on which cable, and by which capture.
    pub(super) heard: Vec<(NodeId, usize, Capture)>,
    /// Hosts on the link that it did not come to, and why.
    pub(super) unseen: Vec<(NodeId, Sight)>,
    /// The cables that were looked at: in a circle no frame of ours goes round.
    taken: BTreeSet<usize>,
}

/// A cable with what is behind it.
struct Branch {
    leg: Leg,
    reception: Option<usize>,
    /// It leads to the one it is for.
    way: bool,
    /// Something behind here was captured, or a wire told of it.
    evidence: bool,
    behind: Vec<Branch>,
}

/// What does not change from cable to cable.
struct Errand<'a, 'b> {
    atlas: &'a Atlas<'b>,
    sending: &'a Sending,
    now: Timestamp,
    /// Those it is for; all where it is for everybody.
    meant: Vec<Plug>,
    broadcast: bool,
}

impl Switches {
    /// Spreads a frame, and lets the switches learn from it.
    pub(super) fn spread(&mut self, atlas: &Atlas<'_>, sending: &Sending) -> Spread {
        let broadcast = sending.ethernet.1.0.first().is_some_and(|first| first & 1 == 1);
        let errand =
            Errand { atlas, sending, now: sending.first.at, meant: meant(atlas, sending, broadcast), broadcast };
        let mut spread = Spread::default();
        match sending.from {
            Some(from) => {
                if let Some(branch) = self.branch(&errand, from, CopyReason::Hub, true, 0, &mut spread) {
                    flatten(branch, None, &mut spread.legs);
                }
            }
            // Nobody knows by which cables it came: only the last ones are told.
            None => {
                for (index, (plug, capture)) in sending.receptions.iter().enumerate() {
                    let from = atlas.node(plug.other()).map_or(Point::Unknown, Point::Node);
                    let Some(to) = atlas.node(*plug) else { continue };
                    let way = errand.meant.contains(plug);
                    let reason = if broadcast { CopyReason::Broadcast } else { CopyReason::Flood };
                    let leg = Leg {
                        cable: Some(plug.cable),
                        from,
                        to: Point::Node(to),
                        sent: None,
                        received: Some(*capture),
                        shown_by: *capture,
                        purpose: if way { Purpose::Way } else { Purpose::Copy(reason) },
                        crossing: Crossing::Arrived,
                        action: sending.action_on(plug.cable),
                        before: None,
                        again: false,
                    };
                    spread.legs.push((leg, Some(index)));
                }
            }
        }
        // What came twice.
        for (index, (plug, capture)) in sending.receptions.iter().enumerate() {
            let known = spread.legs.iter().any(|(_, reception)| *reception == Some(index));
            let first = sending.received_at(*plug).next().map(|(first, _)| first);
            let like = spread.legs.iter().find(|(_, reception)| *reception == first);
            if let (false, Some((leg, _))) = (known, like) {
                let leg = Leg { sent: None, received: Some(*capture), shown_by: *capture, again: true, ..leg.clone() };
                spread.legs.push((leg, Some(index)));
            }
        }
        spread
    }

    /// The cable at `out` and what is behind it; `None` where the frame did not
    /// take it. `sent` says that whoever is before it sends the frame there.
    fn branch(
        &mut self,
        errand: &Errand<'_, '_>,
        out: Plug,
        reason: CopyReason,
        sent: bool,
        depth: usize,
        spread: &mut Spread,
    ) -> Option<Branch> {
        let Errand { atlas, sending, .. } = errand;
        if !spread.taken.insert(out.cable) {
            return None;
        }
        let far = out.other();
        let (near, to) = (atlas.node(out)?, atlas.node(far)?);
        let own = sending.from == Some(out);
        let lost = sending.lost_on(out.cable).filter(|_| sent);
        let (mut reception, mut behind) = (None, Vec::new());
        let (mut way, mut evidence) = (errand.meant.contains(&far), lost.is_some());
        if lost.is_some() {
            let hosts = hosts_behind(atlas, far);
            way = hosts.iter().any(|plug| errand.meant.contains(plug));
            unseen(atlas, &hosts, Sight::LostBefore, spread);
        } else {
            match atlas.kind(far)? {
                NodeKind::Host(_) => {
                    reception = sending.received_at(far).next();
                    evidence = reception.is_some();
                    if !evidence && sent {
                        unseen(atlas, &[far], Sight::LostBefore, spread);
                    }
                }
                kind @ (NodeKind::Switch | NodeKind::Hub) if depth < DEEPEST => {
                    let is_switch = matches!(kind, NodeKind::Switch);
                    let known = if is_switch && !errand.broadcast { self.port(to, errand) } else { None };
                    let plugs: Vec<Plug> = atlas.plugs(to).iter().copied().filter(|plug| *plug != far).collect();
                    for plug in plugs {
                        let chosen = known.is_none_or(|cable| cable == plug.cable);
                        let reason = match (errand.broadcast, is_switch) {
                            (true, _) => CopyReason::Broadcast,
                            (false, true) => CopyReason::Flood,
                            // A flood that a hub repeats is still one.
                            (false, false) => {
                                if reason == CopyReason::Flood {
                                    reason
                                } else {
                                    CopyReason::Hub
                                }
                            }
                        };
                        let noted = spread.unseen.len();
                        let branch = self.branch(errand, plug, reason, sent && chosen, depth + 1, spread);
                        if let Some(branch) = branch {
                            way |= branch.way;
                            evidence |= branch.evidence;
                            behind.push(branch);
                        } else if sent && !chosen {
                            spread.unseen.truncate(noted);
                            let hosts = hosts_behind(atlas, plug.other());
                            unseen(atlas, &hosts, Sight::SwitchKnows { switch: to }, spread);
                        }
                    }
                    if is_switch && (sent || evidence) {
                        self.learned.insert((to, sending.ethernet.0), (out.cable, errand.now));
                        spread.heard.push((to, out.cable, sending.first));
                    }
                }
                NodeKind::Switch | NodeKind::Hub => {}
            }
        }
        // A copy that nobody was seen to receive is not told.
        if !evidence && !(sent && (way || own)) {
            return None;
        }
        let capture = reception.map(|(_, capture)| capture);
        let sent_here = sending.sent.filter(|_| own);
        let leg = Leg {
            cable: Some(out.cable),
            from: Point::Node(near),
            to: Point::Node(to),
            sent: sent_here,
            received: capture,
            shown_by: sent_here.or(capture).unwrap_or(sending.first),
            purpose: if way { Purpose::Way } else { Purpose::Copy(reason) },
            crossing: match (lost, evidence) {
                (Some(kind), _) => Crossing::Lost(kind),
                (None, true) => Crossing::Arrived,
                (None, false) => Crossing::Missing,
            },
            action: sending.action_on(out.cable),
            before: None,
            again: false,
        };
        Some(Branch { leg, reception: reception.map(|(index, _)| index), way, evidence, behind })
    }

    /// Where a switch sends the frame: the cable, or `None` where it does not
    /// know.
    fn port(&self, switch: NodeId, errand: &Errand<'_, '_>) -> Option<usize> {
        let (cable, heard) = self.learned.get(&(switch, errand.sending.ethernet.1))?;
        (errand.now.since(*heard).nanos() <= AGEING.nanos()).then_some(*cable)
    }
}

/// The plugs of the hosts that are reached through this end of a cable.
fn hosts_behind(atlas: &Atlas<'_>, far: Plug) -> Vec<Plug> {
    let (mut hosts, mut todo, mut passed) = (Vec::new(), vec![far], BTreeSet::from([far.cable]));
    while let Some(far) = todo.pop() {
        if atlas.interface(far).is_some() {
            hosts.push(far);
            continue;
        }
        let Some(node) = atlas.node(far) else { continue };
        for plug in atlas.plugs(node) {
            if passed.insert(plug.cable) {
                todo.push(plug.other());
            }
        }
    }
    hosts
}

/// Notes that these did not see it.
fn unseen(atlas: &Atlas<'_>, hosts: &[Plug], sight: Sight, spread: &mut Spread) {
    spread.unseen.extend(hosts.iter().filter_map(|plug| Some((atlas.node(*plug)?, sight))));
}

/// For whom a frame is.
fn meant(atlas: &Atlas<'_>, sending: &Sending, broadcast: bool) -> Vec<Plug> {
    if !broadcast {
        return atlas.owner(sending.link, sending.ethernet.1).into_iter().collect();
    }
    let others = atlas.hosts_on(sending.link).filter(|plug| Some(*plug) != sending.from);
    let Some(arp) = sending.content.arp.filter(|arp| arp.operation == 1 && arp.sender.1 != arp.target.1) else {
        return others.collect();
    };
    let has = |plug: &Plug| {
        let networks = atlas.interface(*plug).into_iter().flat_map(|interface| &interface.addresses);
        networks.into_iter().any(|network| network.address == arp.target.1)
    };
    others.filter(has).collect()
}

/// Puts a branch into a list: the way first, then the copies.
fn flatten(branch: Branch, before: Option<usize>, legs: &mut Vec<(Leg, Option<usize>)>) {
    let index = legs.len();
    legs.push((Leg { before, ..branch.leg }, branch.reception));
    let (way, copies): (Vec<_>, Vec<_>) = branch.behind.into_iter().partition(|behind| behind.way);
    for behind in way.into_iter().chain(copies) {
        flatten(behind, Some(index), legs);
    }
}
