//! What is done to frames on purpose, in virtual time: the lab's patterns on
//! the cable next to the client, a cut, and one frame changed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::model::{CableId, LinkAction, LinkActionKind, NodeId, Topology};
use crate::source::lab::conditions::CableFault;
use crate::source::lab::wire::{Compile, Fault, FaultKind, Pattern, Wire};
use crate::source::simulator::network::Rule;
use crate::source::simulator::{Moment, Verdict};

/// Faults that wait for their frames. A copy is the same.
#[derive(Clone)]
pub struct Faults(Arc<Mutex<Judge>>);

struct Judge {
    /// Those next to the client.
    usual: Vec<CableId>,
    watches: Vec<Watch>,
    cut: bool,
    /// Whose TCP is not there.
    mute: Vec<NodeId>,
    /// Frames sent so far, over all cables.
    sent: u64,
    /// What is done to single frames, by their number from 1 among all that
    /// are sent.
    changes: Vec<(u64, FaultKind)>,
    /// Cables that are pulled, and until when.
    pulled: BTreeMap<usize, Moment>,
    /// What was done and not told yet.
    told: Vec<(Moment, usize, LinkAction)>,
}

/// A fault with the memory its pattern needs.
struct Watch {
    wire: Wire,
    fault: Fault,
    /// On which cable, if not on those next to the client.
    cable: Option<CableId>,
    armed: bool,
    matched: u32,
}

impl Faults {
    /// None, on this network.
    pub fn new(topology: &Topology) -> Self {
        Self(Arc::new(Mutex::new(Judge {
            usual: topology.cables_of(topology.client).collect(),
            watches: Vec::new(),
            cut: false,
            mute: Vec::new(),
            sent: 0,
            changes: Vec::new(),
            pulled: BTreeMap::new(),
            told: Vec::new(),
        })))
    }

    fn judge(&self) -> MutexGuard<'_, Judge> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A fault, which counts its matches from now on if it is `armed`. Its
    /// number; `None` where its display filter is none.
    pub fn add(&self, CableFault { fault, cable }: &CableFault, compile: Compile, armed: bool) -> Option<usize> {
        // Which match it is, is counted here.
        let every = Pattern { nth: None, ..fault.pattern.clone() };
        let wire = Wire::new(vec![Fault { kind: fault.kind, pattern: every }], compile)?;
        let mut judge = self.judge();
        judge.watches.push(Watch { wire, fault: fault.clone(), cable: *cable, armed, matched: 0 });
        Some(judge.watches.len() - 1)
    }

    /// From now on this fault counts its matches.
    pub(super) fn arm(&self, number: usize) {
        if let Some(watch) = self.judge().watches.get_mut(number) {
            watch.armed = true;
        }
    }

    /// Nothing passes from now on, or everything does again.
    pub(super) fn cut(&self, cut: bool) {
        self.judge().cut = cut;
    }

    /// This host's TCP is not there: what it says is never heard.
    pub(super) fn mute(&self, node: NodeId) {
        self.judge().mute.push(node);
    }

    /// One frame is changed, by its number from 1 among all that are sent.
    pub(super) fn change(&self, sent: u64, kind: FaultKind) {
        self.judge().changes.push((sent, kind));
    }

    /// How many frames were sent so far, over all cables.
    pub(super) fn sent(&self) -> u64 {
        self.judge().sent
    }

    /// What was done since the last call: when, and the cable's number.
    pub fn take_told(&self) -> Vec<(Moment, usize, LinkAction)> {
        std::mem::take(&mut self.judge().told)
    }

    /// The rule for a network.
    pub fn rule(&self) -> Rule {
        let shared = self.clone();
        Box::new(move |now, cable, node, bytes| shared.judge().verdict(now, cable, node, bytes))
    }
}

impl Judge {
    fn verdict(&mut self, now: Moment, cable: usize, node: NodeId, bytes: &[u8]) -> Verdict {
        self.sent += 1;
        let sent = self.sent;
        if self.mute.contains(&node) && is_tcp(bytes) {
            return Verdict::Lose;
        }
        if let Some(until) = self.pulled.get(&cable).copied()
            && until <= now
        {
            self.pulled.remove(&cable);
            self.told.push((until, cable, LinkAction::new(LinkActionKind::Plugged, None, &[])));
        }
        let next_to_client = self.usual.contains(&CableId(cable));
        let mut decided: Option<(FaultKind, Option<String>)> = None;
        let here = |watch: &&mut Watch| watch.cable.map_or(next_to_client, |only| only == CableId(cable));
        for watch in self.watches.iter_mut().filter(here) {
            let selected = watch.wire.judge(bytes).fault.is_some();
            if !selected || !watch.armed {
                continue;
            }
            watch.matched = watch.matched.saturating_add(1);
            if decided.is_none() && watch.fault.pattern.nth.is_none_or(|nth| nth == watch.matched) {
                decided = Some((watch.fault.kind, Some(watch.fault.pattern.to_string())));
            }
        }
        if self.pulled.contains_key(&cable) || (next_to_client && self.cut) {
            decided = Some((FaultKind::Lose, None));
        }
        if let Some((_, kind)) = self.changes.iter().find(|(number, _)| *number == sent) {
            decided = Some((*kind, Some("branch".to_owned())));
        }
        let Some((kind, pattern)) = decided else { return Verdict::Pass };
        let (what, verdict) = match kind {
            FaultKind::Lose => (LinkActionKind::Lost, Verdict::Lose),
            FaultKind::Delay(span) => (LinkActionKind::Delayed, Verdict::Delay(span)),
            FaultKind::Duplicate => (LinkActionKind::Duplicated, Verdict::Duplicate(Duration::ZERO)),
            FaultKind::Swap => (LinkActionKind::Swapped, Verdict::Swap),
            FaultKind::Unplug(time) => {
                self.pulled.insert(cable, now + time);
                (LinkActionKind::Unplugged, Verdict::Pass)
            }
        };
        self.told.push((now, cable, LinkAction::new(what, pattern, bytes)));
        verdict
    }
}

/// Whether an Ethernet frame of the simulator's carries TCP: RFC 791 §3.1, the
/// protocol; RFC 8200 §3, the next header.
fn is_tcp(bytes: &[u8]) -> bool {
    match bytes.get(12..14) {
        Some([0x08, 0x00]) => bytes.get(23) == Some(&6),
        Some([0x86, 0xDD]) => bytes.get(20) == Some(&6),
        _ => false,
    }
}
