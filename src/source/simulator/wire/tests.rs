//! What two of our own ends say to each other.

/// The counterfactuals: a rule removed.
mod counterfactuals;
/// The figures of RFC 9293.
mod figures;
/// Loss, duplication, reordering: every byte arrives and nobody sticks.
mod lossy;
/// Windows, timers, Nagle, acknowledgments, keep-alive, listeners.
mod mechanisms;
/// When what is lost goes again.
mod timeouts;

use std::fmt::Write as _;
use std::time::Duration;

use super::*;
use crate::model::{SeqNumber, TcpState};
use crate::source::simulator::tcp::{Isn, Profile, Reason, Received, SocketId};

/// Two hosts, and what happened between them as text.
struct Run {
    wire: Wire,
    text: String,
    sent: Vec<(Moment, Side, Packet, Reason)>,
    ignored: Vec<Reason>,
}

/// Without options, with numbers as in a figure.
fn plain(isn: u32) -> Knobs {
    Knobs {
        isn: Isn::Fixed(SeqNumber::new(isn)),
        timestamps: false,
        sack: false,
        window_scale: false,
        ..Profile::Rfc.knobs()
    }
}

/// The segments `side` sent, as the RFC writes them.
fn segments(run: &Run, side: Side) -> Vec<String> {
    run.sent.iter().filter(|(_, from, ..)| *from == side).map(|(_, _, packet, _)| packet.segment.to_string()).collect()
}

impl Run {
    fn new(a: Knobs, b: Knobs) -> Self {
        Self::over(a, b, Link::default(), 1)
    }

    fn over(a: Knobs, b: Knobs, link: Link, seed: u64) -> Self {
        Self { wire: Wire::new(a, b, link, seed), text: String::new(), sent: Vec::new(), ignored: Vec::new() }
    }

    fn a(&mut self) -> &mut Stack {
        self.wire.stack_mut(Side::A)
    }

    fn b(&mut self) -> &mut Stack {
        self.wire.stack_mut(Side::B)
    }

    fn now(&self) -> Moment {
        self.wire.now()
    }

    fn note(text: &mut String, at: Moment, happening: &Happening) {
        let Happening::Did { side, effect, fate } = happening else { return };
        let line = match effect {
            Effect::Sent { packet, why, .. } => {
                let fate = match fate {
                    Some(Fate::Lost) => " LOST",
                    Some(Fate::Held) => " HELD",
                    Some(Fate::Overflow) => " OVERFLOW",
                    Some(Fate::ArrivesTwice(..)) => " TWICE",
                    Some(Fate::Arrives(_)) | None => "",
                };
                format!("sends {}{fate} ({why:?})", packet.segment)
            }
            Effect::State { from, to, why, .. } => format!("{from} -> {to} ({why:?})"),
            Effect::Ignored { why, .. } => format!("ignores it ({why:?})"),
        };
        writeln!(text, "{at} {side:?} {line}").unwrap();
    }

    /// Runs for `millis` more.
    fn go(&mut self, millis: u64) {
        let limit = self.now() + Duration::from_millis(millis);
        let Self { wire, text, sent, ignored } = self;
        wire.run(limit, &mut |at, happening| {
            Self::note(text, at, happening);
            match happening {
                Happening::Did { side, effect: Effect::Sent { packet, why, .. }, .. } => {
                    sent.push((at, *side, packet.clone(), *why));
                }
                Happening::Did { effect: Effect::Ignored { why, .. }, .. } => ignored.push(*why),
                Happening::Did { .. } | Happening::Arrived { .. } => {}
            }
        });
    }

    /// A listens at nothing, B at port 80; A connects from port 40000.
    fn connect(&mut self) -> (SocketId, SocketId) {
        let (local, peer) = (address(Side::A, 40_000), address(Side::B, 80));
        let listener = self.b().listen(peer, 5).unwrap();
        let now = self.now();
        let client = self.a().connect(now, local, peer).unwrap();
        self.go(100);
        let server = self.b().accept(listener).expect("a finished connection");
        (client, server)
    }

    fn send(&mut self, side: Side, socket: SocketId, bytes: &[u8]) -> usize {
        let now = self.now();
        self.wire.stack_mut(side).send(now, socket, bytes).unwrap()
    }

    fn receive(&mut self, side: Side, socket: SocketId) -> Received {
        let now = self.now();
        self.wire.stack_mut(side).receive(now, socket, usize::MAX).unwrap()
    }

    fn close(&mut self, side: Side, socket: SocketId) {
        let now = self.now();
        self.wire.stack_mut(side).close(now, socket).unwrap();
    }

    fn state(&self, side: Side, socket: SocketId) -> Option<TcpState> {
        self.wire.stack(side).state(socket)
    }

    /// When `side` sent something by this rule, in seconds.
    fn seconds(&self, side: Side, why: Reason) -> Vec<u64> {
        let sent = self.sent.iter().filter(|(_, from, _, reason)| (*from, *reason) == (side, why));
        sent.map(|(at, ..)| at.nanos() / 1_000_000_000).collect()
    }

    fn take_text(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

/// A packet between the two usual ports.
fn packet(from: Side, segment: crate::source::simulator::tcp::Segment) -> Packet {
    let (a, b) = (address(Side::A, 40_000), address(Side::B, 80));
    match from {
        Side::A => Packet { from: a, to: b, segment },
        Side::B => Packet { from: b, to: a, segment },
    }
}
