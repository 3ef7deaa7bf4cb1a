//! The network, and what was seen of it so far.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

use crate::model::{LinkAction, NodeId, SeqNumber};
use crate::source::simulator::network::{Network, Recorder, Seen};
use crate::source::simulator::scenario::{Faults, Numbers};
use crate::source::simulator::tcp::{Effect, Packet, SocketId};
use crate::source::simulator::{Ethernet, Moment, Payload};

/// The network with everything that watches it.
pub(super) struct Stage {
    pub(super) network: Network,
    pub(super) recorder: Recorder,
    pub(super) faults: Faults,
    pub(super) log: Log,
}

/// What was seen so far.
pub(super) struct Log {
    numbers: Numbers,
    /// What each host's TCP has sent, in order.
    sent: BTreeMap<NodeId, Vec<Sent>>,
    /// The newest connection of each host.
    newest: BTreeMap<NodeId, SocketId>,
    /// Where each direction's numbers begin.
    beginnings: BTreeMap<(SocketAddr, SocketAddr), SeqNumber>,
    /// Hosts whose TCP is not there.
    pub(super) mute: Vec<NodeId>,
    /// For each frame of the trace the number of its sending.
    pub(super) sendings: Vec<u64>,
    /// Frames that were sent and have not arrived: fingerprint, length,
    /// number.
    underway: VecDeque<(u32, usize, u64)>,
}

/// A packet that was sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) at: Moment,
    pub(super) packet: Packet,
    /// SEG.SEQ and SEG.ACK as the file counts them, and where SACK blocks
    /// begin.
    pub(super) seq: u32,
    pub(super) ack: u32,
    pub(super) acknowledged_from: SeqNumber,
}

impl Log {
    pub(super) const fn new(numbers: Numbers) -> Self {
        Self {
            numbers,
            sent: BTreeMap::new(),
            newest: BTreeMap::new(),
            beginnings: BTreeMap::new(),
            mute: Vec::new(),
            sendings: Vec::new(),
            underway: VecDeque::new(),
        }
    }

    /// Everything that a host's TCP has sent.
    pub(super) fn sent(&self, node: NodeId) -> &[Sent] {
        self.sent.get(&node).map(Vec::as_slice).unwrap_or_default()
    }

    /// The newest connection that a host has had.
    pub(super) fn newest(&self, node: NodeId) -> Option<SocketId> {
        self.newest.get(&node).copied()
    }

    /// A host has forgotten everything.
    pub(super) fn forget(&mut self, node: NodeId) {
        self.newest.remove(&node);
    }

    /// Where the numbers of one direction begin in the file's eyes.
    pub(super) fn beginning(&self, from: SocketAddr, to: SocketAddr) -> SeqNumber {
        match self.numbers {
            Numbers::Absolute => SeqNumber::new(0),
            Numbers::Relative => self.beginnings.get(&(from, to)).copied().unwrap_or(SeqNumber::new(0)),
        }
    }

    /// Somebody who is not there begins with this number.
    pub(super) fn begins(&mut self, from: SocketAddr, to: SocketAddr, first: SeqNumber) {
        self.beginnings.entry((from, to)).or_insert(first);
    }

    fn see(&mut self, at: Moment, seen: Seen<'_>) {
        let Seen::Tcp { node, effect, .. } = seen else { return };
        match effect {
            Effect::Sent { packet, .. } => {
                let (from, to) = (packet.from, packet.to);
                if packet.segment.flags.syn() {
                    self.beginnings.insert((from, to), packet.segment.seq);
                }
                let acknowledged_from = self.beginning(to, from);
                let distance = |number: SeqNumber, base: SeqNumber| number.offset_from(base).cast_unsigned();
                let seq = distance(packet.segment.seq, self.beginning(from, to));
                let ack = distance(packet.segment.ack, acknowledged_from);
                let sent = Sent { at, packet: packet.clone(), seq, ack, acknowledged_from };
                self.sent.entry(node).or_default().push(sent);
            }
            Effect::State { socket, .. } => {
                let newest = self.newest.entry(node).or_insert(*socket);
                *newest = (*newest).max(*socket);
            }
            Effect::Ignored { .. } => {}
        }
    }

    /// What nobody sends whose TCP is not there.
    fn is_unsaid(&self, seen: Seen<'_>) -> bool {
        match seen {
            Seen::Tcp { node, .. } => self.mute.contains(&node),
            Seen::Frame { node, frame, fate: Some(_), .. } => self.mute.contains(&node) && is_tcp(frame),
            Seen::Frame { fate: None, .. } => false,
        }
    }

    /// Which sending a frame belongs to.
    fn sending(&mut self, frame: &Ethernet, sent: Option<u64>) -> u64 {
        let bytes = frame.bytes();
        let (fingerprint, length) = (LinkAction::fingerprint_of(&bytes), bytes.len());
        if let Some(number) = sent {
            // Those that are lost never come off the list.
            if self.underway.len() > 10_000 {
                self.underway.pop_front();
            }
            self.underway.push_back((fingerprint, length, number));
            return number;
        }
        let found = self.underway.iter().position(|(other, size, _)| (*other, *size) == (fingerprint, length));
        // One that was duplicated comes twice.
        let Some(found) = found else { return 0 };
        self.underway.get(found).map_or(0, |(.., number)| *number)
    }
}

fn is_tcp(frame: &Ethernet) -> bool {
    frame.body.datagram().is_some_and(|datagram| matches!(datagram.payload, Payload::Tcp { .. }))
}

impl Stage {
    /// Lets time pass to the next happening, no further than `limit`; whether
    /// anything happened.
    pub(super) fn step(&mut self, limit: Moment) -> bool {
        let Self { network, recorder, faults, log } = self;
        let happened = network.step(limit, &mut |at, seen| {
            if !log.is_unsaid(seen) {
                log.see(at, seen);
                recorder.see(at, seen);
                if let Seen::Frame { frame, fate, .. } = seen
                    && recorder.frame_count() > log.sendings.len()
                {
                    let sent = fate.map(|_| faults.sent());
                    let sending = log.sending(frame, sent);
                    log.sendings.push(sending);
                }
            }
            for (at, cable, action) in faults.take_told() {
                recorder.see_action(at, cable, action);
            }
        });
        recorder.after_step(network);
        happened
    }

    /// A frame arrives that nobody sent.
    pub(super) fn appear(&mut self, node: NodeId, port: usize, frame: &Ethernet) {
        let now = self.network.now();
        self.recorder.see(now, Seen::Frame { node, port, frame, fate: None });
        if self.recorder.frame_count() > self.log.sendings.len() {
            self.log.sendings.push(0);
        }
    }
}
