//! The wire between two hosts' TCP, and the clock that moves both.
//!
//! Owns the queue of what is to happen, in virtual time. Knows nothing of
//! frames.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::SocketAddr;
use std::time::Duration;

use super::link::Lane;
use super::tcp::{Effect, Knobs, Packet, Stack};
use super::{Fate, Link, Moment, Random, Verdict};

/// One of the two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The first.
    A,
    /// The other.
    B,
}

impl Side {
    /// The one at the other end.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// What one end's TCP did; of a packet also what becomes of it.
    Did {
        /// Which end.
        side: Side,
        /// What.
        effect: Effect,
        /// What becomes of it, if it is a packet.
        fate: Option<Fate>,
    },
    /// A packet arrived.
    Arrived {
        /// At which end.
        side: Side,
        /// What.
        packet: Packet,
    },
}

/// A rule: called with each packet, the end that sends it, and when.
pub type Rule = Box<dyn FnMut(Moment, Side, &Packet) -> Verdict + Send>;

#[derive(Debug, PartialEq, Eq)]
struct Underway {
    at: Moment,
    /// Those of the same moment arrive in the order they were sent.
    order: u64,
    to: Side,
    packet: Packet,
}

impl Ord for Underway {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

impl PartialOrd for Underway {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Two hosts, joined.
pub struct Wire {
    now: Moment,
    a: Stack,
    b: Stack,
    link: Link,
    random: Random,
    rule: Option<Rule>,
    lanes: [Lane; 2],
    underway: BinaryHeap<Reverse<Underway>>,
    sent: u64,
}

/// Bytes of Ethernet, IPv4 and TCP headers without options: what a packet is
/// beside its options and its data.
const HEADERS: u64 = 14 + 20 + 20;

impl Wire {
    /// Two hosts that have just started.
    pub fn new(a: Knobs, b: Knobs, link: Link, seed: u64) -> Self {
        Self {
            now: Moment::START,
            a: Stack::new(a),
            b: Stack::new(b),
            link,
            random: Random::new(seed),
            rule: None,
            lanes: [Lane::default(), Lane::default()],
            underway: BinaryHeap::new(),
            sent: 0,
        }
    }

    /// Every packet sent from now on is judged by this rule first.
    pub fn set_rule(&mut self, rule: Rule) {
        self.rule = Some(rule);
    }

    /// What the link does from now on.
    pub const fn set_link(&mut self, link: Link) {
        self.link = link;
    }

    /// Now.
    pub const fn now(&self) -> Moment {
        self.now
    }

    /// How many packets were sent so far.
    pub const fn sent(&self) -> u64 {
        self.sent
    }

    /// One end's TCP.
    pub const fn stack(&self, side: Side) -> &Stack {
        match side {
            Side::A => &self.a,
            Side::B => &self.b,
        }
    }

    /// One end's TCP, for calls.
    pub const fn stack_mut(&mut self, side: Side) -> &mut Stack {
        match side {
            Side::A => &mut self.a,
            Side::B => &mut self.b,
        }
    }

    /// A host loses power: its connections are gone, and nobody is told.
    pub fn power_loss(&mut self, side: Side, knobs: Knobs) {
        *self.stack_mut(side) = Stack::new(knobs);
    }

    /// Puts a packet on the wire that neither end has sent: it arrives at
    /// `to` after `delay`.
    pub fn inject(&mut self, to: Side, packet: Packet, delay: Duration) {
        let at = self.now + delay;
        self.depart(at, to, packet);
    }

    fn depart(&mut self, at: Moment, to: Side, packet: Packet) {
        self.sent += 1;
        self.underway.push(Reverse(Underway { at, order: self.sent, to, packet }));
    }

    /// When something will happen next, if anything will.
    pub fn next(&self) -> Option<Moment> {
        let arrival = self.underway.peek().map(|Reverse(underway)| underway.at);
        [arrival, self.a.deadline(), self.b.deadline()].into_iter().flatten().min()
    }

    /// Lets time pass to the next happening, no further than `limit`; whether
    /// anything happened. What happened is told to `tell`, in order.
    pub fn step(&mut self, limit: Moment, tell: &mut impl FnMut(Moment, &Happening)) -> bool {
        // What programs called since the last step goes first.
        self.collect(tell);
        let Some(next) = self.next().filter(|next| *next <= limit) else {
            self.now = self.now.max(limit);
            return false;
        };
        self.now = self.now.max(next);
        let now = self.now;
        while self.underway.peek().is_some_and(|Reverse(underway)| underway.at <= now) {
            let Some(Reverse(Underway { to, packet, .. })) = self.underway.pop() else { break };
            self.stack_mut(to).arrives(now, &packet);
            tell(now, &Happening::Arrived { side: to, packet });
            self.collect(tell);
        }
        for side in [Side::A, Side::B] {
            self.stack_mut(side).pass(now);
            self.collect(tell);
        }
        true
    }

    /// Runs until `limit`, or until nothing will happen any more.
    pub fn run(&mut self, limit: Moment, tell: &mut impl FnMut(Moment, &Happening)) {
        while self.step(limit, tell) {}
    }

    /// Takes what both ends did and sends their packets.
    fn collect(&mut self, tell: &mut impl FnMut(Moment, &Happening)) {
        let now = self.now;
        for side in [Side::A, Side::B] {
            while let Some(effect) = self.stack_mut(side).take_effect() {
                let fate = match &effect {
                    Effect::Sent { packet, .. } => Some(self.judge(side, packet)),
                    Effect::State { .. } | Effect::Ignored { .. } => None,
                };
                let happening = Happening::Did { side, effect, fate };
                tell(now, &happening);
                let Happening::Did { effect: Effect::Sent { packet, .. }, fate: Some(fate), .. } = happening else {
                    continue;
                };
                match fate {
                    Fate::Lost | Fate::Overflow | Fate::Held => {}
                    Fate::Arrives(at) => self.depart(at, side.other(), packet),
                    Fate::ArrivesTwice(first, second) => {
                        self.depart(first, side.other(), packet.clone());
                        self.depart(second, side.other(), packet);
                    }
                }
            }
        }
    }

    fn judge(&mut self, side: Side, packet: &Packet) -> Fate {
        let now = self.now;
        let verdict = self.rule.as_mut().map_or(Verdict::Pass, |rule| rule(now, side, packet));
        let [to_b, to_a] = &mut self.lanes;
        let lane = if side == Side::A { to_b } else { to_a };
        let bytes = HEADERS
            + u64::from(packet.segment.options.length())
            + u64::try_from(packet.segment.payload.len()).unwrap_or(u64::MAX);
        lane.send(&self.link, &mut self.random, now, bytes, verdict)
    }
}

/// The address of each end in runs that need no names: 192.0.2.1 and
/// 192.0.2.2 (RFC 5737).
pub fn address(side: Side, port: u16) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, if side == Side::A { 1 } else { 2 }], port))
}

#[cfg(test)]
mod tests;
