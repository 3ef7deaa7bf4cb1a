//! What a wire does to a frame: carries it, or loses, delays, duplicates or
//! swaps it.
//!
//! Owns the patterns of frames, counting their matches, and the verdict. Pure:
//! it reads bytes and no clock. Carrying frames is beside it.
//!
//! It reads no more of a frame than the patterns need, at the places that
//! Ethernet, RFC 791, RFC 8200, RFC 768 and RFC 9293 §3.1 give them.

/// The few fields that patterns need.
mod peek;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use peek::{Peek, Transport};

/// How many conversations a wire follows; beyond them it begins anew.
const MOST_FLOWS: usize = 4096;
/// The longest delay that can be asked for, and the longest time that a cable
/// can be unplugged.
pub const LONGEST_DELAY: Duration = Duration::from_mins(1);

/// What is done to a frame on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// It does not arrive.
    Lose,
    /// It arrives so much later; others overtake it.
    Delay(Duration),
    /// It arrives twice.
    Duplicate,
    /// It arrives behind the next packet that goes the same way.
    Swap,
    /// It is the last to arrive: the cable is pulled behind it, and plugged in
    /// again so much later.
    Unplug(Duration),
}

/// A fault on a wire: what is done to which frames.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What is done.
    pub kind: FaultKind,
    /// To which.
    pub pattern: Pattern,
}

impl fmt::Display for Fault {
    /// The option of the command line and its value: `lose data>#3`, `delay
    /// data=300ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, pattern } = self;
        match kind {
            FaultKind::Lose => write!(f, "lose {pattern}"),
            FaultKind::Duplicate => write!(f, "duplicate {pattern}"),
            FaultKind::Swap => write!(f, "swap {pattern}"),
            FaultKind::Delay(time) => write!(f, "delay {pattern}={time:?}"),
            FaultKind::Unplug(time) => write!(f, "unplug {pattern}={time:?}"),
        }
    }
}

/// Which frames: `syn`, `data>#3`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// What they are.
    pub what: Chosen,
    /// Which way; both if not given.
    pub way: Option<Way>,
    /// Which match; every one if not given.
    pub nth: Option<u32>,
}

/// What frames are chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chosen {
    /// A kind of segment.
    Segment(SegmentKind),
    /// What a display filter selects; what such a filter means is not known
    /// here.
    Filter(String),
}

/// Tells whether a display filter selects a frame. It is shown every frame of a
/// wire, both ways, in their order.
pub type Matcher = Box<dyn FnMut(&[u8]) -> bool + Send>;

/// Makes a [`Matcher`] of a display filter; `None` where it is none.
pub type Compile = fn(&str) -> Option<Matcher>;

/// What kinds of segments can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SegmentKind {
    /// SYN without ACK.
    Syn,
    /// SYN and ACK.
    SynAck,
    /// The client's bare acknowledgment of the server's SYN and of no more
    /// (RFC 9293 §3.5).
    HandshakeAck,
    /// Bytes of the application, in a segment or in a datagram.
    Data,
    /// A bare acknowledgment: no byte, no SYN, FIN or RST.
    Ack,
    /// FIN.
    Fin,
    /// A bare acknowledgment of the other side's FIN once both have sent
    /// theirs.
    LastAck,
    /// RST.
    Rst,
}

/// Which way a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// From who asked first.
    ToServer,
    /// To who asked first.
    ToClient,
}

/// Why a pattern was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// There is no such kind of segment.
    #[error("expected one of {}, found `{found}`", SegmentKind::names().join(", "))]
    Unknown {
        /// What was given.
        found: String,
    },
    /// What stands behind the `#` is no number from 1 on and no `*`.
    #[error("expected a number from 1 on, or *, behind #, found `{found}`")]
    Count {
        /// What was given.
        found: String,
    },
}

impl SegmentKind {
    /// All of them, with their names.
    const ALL: [(&'static str, Self); 8] = [
        ("syn", Self::Syn),
        ("syn-ack", Self::SynAck),
        ("handshake-ack", Self::HandshakeAck),
        ("data", Self::Data),
        ("ack", Self::Ack),
        ("fin", Self::Fin),
        ("last-ack", Self::LastAck),
        ("rst", Self::Rst),
    ];

    /// What can be named.
    pub fn names() -> [&'static str; 8] {
        Self::ALL.map(|(name, _)| name)
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let (name, way, nth) = Self::split(text)?;
        let found = SegmentKind::ALL.iter().find(|(known, _)| *known == name);
        let (_, segment) = found.ok_or_else(|| PatternError::Unknown { found: name.to_owned() })?;
        Ok(Self { what: Chosen::Segment(*segment), way, nth })
    }
}

impl Pattern {
    /// The pattern that chooses what a display filter selects, with way and
    /// number behind it as behind a kind of segment.
    ///
    /// # Errors
    /// [`PatternError::Count`].
    pub fn of_filter(text: &str) -> Result<Self, PatternError> {
        let (filter, way, nth) = Self::split(text)?;
        Ok(Self { what: Chosen::Filter(filter.to_owned()), way, nth })
    }

    /// What is chosen, which way it goes, and which match.
    fn split(text: &str) -> Result<(&str, Option<Way>, Option<u32>), PatternError> {
        let (rest, count) = text.rsplit_once('#').unwrap_or((text, "1"));
        let nth = match count {
            "*" => None,
            _ => Some(
                count
                    .parse()
                    .ok()
                    .filter(|nth| *nth > 0)
                    .ok_or_else(|| PatternError::Count { found: count.to_owned() })?,
            ),
        };
        let (name, way) = if let Some(name) = rest.strip_suffix('>') {
            (name, Some(Way::ToServer))
        } else if let Some(name) = rest.strip_suffix('<') {
            (name, Some(Way::ToClient))
        } else {
            (rest, None)
        };
        Ok((name, way, nth))
    }
}

impl fmt::Display for Pattern {
    /// As it is written on the command line; the first match has no number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            Chosen::Segment(segment) => f.write_str(segment.name())?,
            Chosen::Filter(filter) => f.write_str(filter)?,
        }
        match self.way {
            Some(Way::ToServer) => f.write_str(">")?,
            Some(Way::ToClient) => f.write_str("<")?,
            None => {}
        }
        match self.nth {
            Some(1) => Ok(()),
            Some(nth) => write!(f, "#{nth}"),
            None => f.write_str("#*"),
        }
    }
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which fault of the wire decided; none for a frame that is carried.
    pub fault: Option<usize>,
    /// Whether it is a packet of IP: one that another may be swapped with.
    pub packet: bool,
}

/// What one side of a conversation has said.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    /// Its initial sequence number.
    first: Option<u32>,
    /// The number behind its FIN.
    end: Option<u32>,
}

/// A conversation that passes.
#[derive(Clone, Copy, Debug)]
struct Flow {
    /// Who asked is the one with the lower address.
    asker_is_lower: bool,
    /// The lower one and the other.
    said: [Said; 2],
}

/// A fault that waits for its frames.
struct Watch {
    fault: Fault,
    /// Of its display filter, where it has one.
    matcher: Option<Matcher>,
    /// How often its pattern has matched.
    matched: u32,
}

/// A packet with what is known of its conversation.
struct Passing {
    peek: Peek,
    transport: Transport,
    flow: Flow,
    way: Way,
}

/// A wire's memory: what has passed, and how often each pattern has matched.
pub struct Wire {
    watches: Vec<Watch>,
    flows: BTreeMap<peek::Sockets, Flow>,
}

impl Wire {
    /// A wire that nothing has passed. `None` where `compile` does not know a
    /// display filter.
    pub fn new(faults: Vec<Fault>, compile: Compile) -> Option<Self> {
        let watch = |fault: Fault| {
            let matcher = match &fault.pattern.what {
                Chosen::Segment(_) => None,
                Chosen::Filter(filter) => Some(compile(filter)?),
            };
            Some(Watch { fault, matcher, matched: 0 })
        };
        Some(Self { watches: faults.into_iter().map(watch).collect::<Option<_>>()?, flows: BTreeMap::new() })
    }

    /// The fault with this number.
    pub fn fault(&self, number: usize) -> Option<&Fault> {
        self.watches.get(number).map(|watch| &watch.fault)
    }

    /// What becomes of a frame: the first fault that it matches decides, and
    /// every one counts it.
    pub fn judge(&mut self, frame: &[u8]) -> Verdict {
        let peek = Peek::of(frame);
        let passing = peek.and_then(|peek| {
            let transport = peek.transport?;
            let flow = self.flow(&peek.sockets, transport);
            let way = if peek.from_lower == flow.asker_is_lower { Way::ToServer } else { Way::ToClient };
            Some(Passing { peek, transport, flow, way })
        });
        let mut decided = None;
        for (number, Watch { fault, matcher, matched }) in self.watches.iter_mut().enumerate() {
            let Pattern { what, way, nth } = &fault.pattern;
            let selected = match (what, matcher) {
                (Chosen::Segment(segment), _) => passing.as_ref().is_some_and(|passing| passing.is(*segment)),
                (Chosen::Filter(_), matcher) => matcher.as_mut().is_some_and(|matches| matches(frame)),
            };
            let goes = way.is_none_or(|wanted| passing.as_ref().is_some_and(|passing| passing.way == wanted));
            if !selected || !goes {
                continue;
            }
            *matched = matched.saturating_add(1);
            if decided.is_none() && nth.is_none_or(|nth| nth == *matched) {
                decided = Some(number);
            }
        }
        Verdict { fault: decided, packet: peek.is_some() }
    }

    /// What is known of a packet's conversation, this packet included.
    fn flow(&mut self, sockets: &peek::Sockets, transport: Transport) -> Flow {
        if self.flows.len() >= MOST_FLOWS && !self.flows.contains_key(sockets) {
            self.flows.clear();
        }
        let from_lower = transport.from_lower;
        let fresh = Flow { asker_is_lower: from_lower, said: [Said::default(); 2] };
        let flow = self.flows.entry(*sockets).or_insert(fresh);
        if transport.is_tcp() {
            let bare_syn = transport.has(peek::SYN) && !transport.has(peek::ACK);
            let [lower, higher] = &mut flow.said;
            let said = if from_lower { lower } else { higher };
            if bare_syn && said.first.is_some_and(|first| first != transport.seq) {
                // The same two sockets once more.
                *flow = fresh;
                return self.flow(sockets, transport);
            }
            if transport.has(peek::SYN) {
                said.first = Some(transport.seq);
            }
            if transport.has(peek::FIN) {
                said.end = Some(transport.seq.wrapping_add(transport.payload).wrapping_add(1));
            }
        }
        *flow
    }
}

impl Passing {
    /// Whether it is of this kind.
    fn is(&self, segment: SegmentKind) -> bool {
        let Self { peek, transport, flow, way } = self;
        let has = |flag| transport.has(flag);
        let bare = transport.is_tcp()
            && transport.payload == 0
            && has(peek::ACK)
            && !has(peek::SYN)
            && !has(peek::FIN)
            && !has(peek::RST);
        let [lower, higher] = flow.said;
        let (own, other) = if peek.from_lower { (lower, higher) } else { (higher, lower) };
        let behind = |number: Option<u32>| number.map(|number| number.wrapping_add(1));
        match segment {
            SegmentKind::Syn => has(peek::SYN) && !has(peek::ACK),
            SegmentKind::SynAck => has(peek::SYN) && has(peek::ACK),
            SegmentKind::HandshakeAck => {
                bare && *way == Way::ToServer
                    && behind(own.first) == Some(transport.seq)
                    && behind(other.first) == Some(transport.ack)
            }
            SegmentKind::Data => transport.payload > 0,
            SegmentKind::Ack => bare,
            SegmentKind::Fin => has(peek::FIN),
            SegmentKind::LastAck => bare && own.end.is_some() && other.end == Some(transport.ack),
            SegmentKind::Rst => has(peek::RST),
        }
    }
}

#[cfg(test)]
mod tests;
