//! A connection in outline: what its opening and its closing are called and
//! how much was sent, taken in segment by segment, in a size that a million
//! connections can afford.

use super::closing::Closing;
use super::opening::Opening;
use crate::model::{SeqNumber, TcpFlags};

/// One of the two ends, before it is known who is the client: the sender of
/// the first segment seen, or its peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Side {
    #[default]
    First,
    Second,
}

impl Side {
    pub(crate) const fn peer(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// What an outline needs of a segment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stroke {
    pub(crate) from: Side,
    pub(crate) flags: TcpFlags,
    pub(crate) seq: SeqNumber,
    pub(crate) ack: Option<SeqNumber>,
    /// Payload bytes.
    pub(crate) length: u32,
}

impl Stroke {
    fn end(&self) -> SeqNumber {
        self.seq + self.length + self.flags.sequence_length()
    }
}

/// What is known of one side.
#[derive(Clone, Copy, Debug, Default)]
struct Half {
    /// It sent a SYN without ACK; whether the first one carried data.
    asked: Option<bool>,
    /// It sent a SYN+ACK; whether the first one acknowledged more than a SYN.
    answered: Option<bool>,
    /// It sent a reset.
    reset: bool,
    /// It sent an ACK, no reset, after its peer's SYN+ACK.
    finished: bool,
    /// What its numbers are counted from.
    base: Option<SeqNumber>,
    /// The number behind the highest one used.
    next: Option<SeqNumber>,
    fin: Option<Fin>,
    /// Payload bytes, each counted once.
    bytes: u64,
}

/// The first FIN of one side.
#[derive(Clone, Copy, Debug)]
struct Fin {
    /// The number behind it.
    end: SeqNumber,
    /// What its segment acknowledged.
    ack: Option<SeqNumber>,
    /// What had become of the peer's FIN when this one was sent.
    peers: PeersFin,
    /// It was acknowledged.
    acknowledged: bool,
}

/// What had become of the peer's FIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PeersFin {
    NotSent,
    Sent,
    Acknowledged,
}

/// Both sides so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outline {
    first: Half,
    second: Half,
    /// Who sent the first SYN, or was sent the first SYN+ACK where that came
    /// earlier.
    client: Option<Side>,
}

impl Outline {
    const fn of(&self, side: Side) -> &Half {
        match side {
            Side::First => &self.first,
            Side::Second => &self.second,
        }
    }

    const fn pair_mut(&mut self, side: Side) -> (&mut Half, &mut Half) {
        match side {
            Side::First => (&mut self.first, &mut self.second),
            Side::Second => (&mut self.second, &mut self.first),
        }
    }

    /// Who is the client, where a SYN shows it.
    pub(crate) const fn client(&self) -> Option<Side> {
        self.client
    }

    /// Payload bytes that this side sent, each counted once.
    pub(crate) const fn bytes(&self, side: Side) -> u64 {
        self.of(side).bytes
    }

    /// Says what each side sent, where there is nothing else to take in:
    /// datagrams.
    pub(crate) const fn count(&mut self, first: u64, second: u64) {
        self.first.bytes = first;
        self.second.bytes = second;
    }

    /// Takes in the next segment; tells how many of its bytes had not been
    /// sent before.
    pub(crate) fn take(&mut self, stroke: &Stroke) -> u32 {
        let flags = stroke.flags;
        if flags.syn() && self.client.is_none() {
            self.client = Some(if flags.ack() { stroke.from.peer() } else { stroke.from });
        }
        let (own, peer) = self.pair_mut(stroke.from);
        if flags.syn() {
            own.base = Some(stroke.seq);
            if !flags.ack() {
                own.asked.get_or_insert(stroke.length > 0);
            }
        }
        own.base.get_or_insert(stroke.seq - 1);
        if let Some(ack) = stroke.ack {
            let base = *peer.base.get_or_insert(ack - 1);
            if flags.syn() {
                own.answered.get_or_insert((base + 1).before(ack));
            }
            own.finished |= peer.answered.is_some() && !flags.rst();
        }
        own.reset |= flags.rst();
        let data = stroke.seq + u32::from(flags.syn());
        let new = own.next.map_or(stroke.length, |next| {
            let behind = (data + stroke.length).offset_from(next.latest(data));
            u32::try_from(behind).unwrap_or(0).min(stroke.length)
        });
        own.bytes += u64::from(new);
        if !flags.rst() {
            own.next = Some(own.next.map_or(stroke.end(), |next| next.latest(stroke.end())));
        }
        if flags.fin() && own.fin.is_none() {
            let peers = match peer.fin {
                None => PeersFin::NotSent,
                Some(fin) if fin.acknowledged => PeersFin::Acknowledged,
                Some(_) => PeersFin::Sent,
            };
            own.fin = Some(Fin { end: stroke.end(), ack: stroke.ack, peers, acknowledged: false });
        }
        if let (Some(fin), Some(ack)) = (&mut peer.fin, stroke.ack) {
            fin.acknowledged |= fin.end.before_or_at(ack);
        }
        new
    }

    /// How it began.
    pub(crate) fn opening(&self) -> Opening {
        let Some(client) = self.client else { return Opening::NotSeen };
        let (client, server) = (self.of(client), self.of(client.peer()));
        match (client.asked, server.asked, server.answered) {
            (Some(_), Some(_), _) => Opening::SimultaneousOpen,
            (Some(_), None, None) if server.reset => Opening::Refused,
            (Some(_), None, None) => Opening::Unanswered,
            (Some(true), None, Some(true)) => Opening::FastOpen,
            (Some(_), None, Some(_)) if client.finished => Opening::ThreeWayHandshake,
            (Some(_), None, Some(_)) | (None, ..) => Opening::Incomplete,
        }
    }

    /// How it ended.
    pub(crate) fn closing(&self) -> Closing {
        let reset = self.first.reset || self.second.reset;
        let (Some(one), Some(other)) = (self.first.fin, self.second.fin) else {
            return match (self.first.fin, self.second.fin) {
                _ if reset => Closing::Reset,
                (None, None) => Closing::Open,
                _ => Closing::HalfClosed,
            };
        };
        let (earlier, later) = if one.peers == PeersFin::NotSent { (one, other) } else { (other, one) };
        if reset && !(one.acknowledged && other.acknowledged) {
            Closing::Reset
        } else if later.ack.is_none_or(|ack| ack.before(earlier.end)) {
            Closing::SimultaneousClose
        } else if later.peers == PeersFin::Acknowledged {
            Closing::FourSegment
        } else {
            Closing::ThreeSegment
        }
    }
}
