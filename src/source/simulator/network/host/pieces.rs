//! Cutting IPv4 datagrams into pieces and putting them together (RFC 791 §3.2,
//! RFC 815).

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use crate::source::simulator::{Datagram, Moment, Payload};

/// RFC 1122 §3.3.2: how long the rest is waited for.
const PATIENCE: Duration = Duration::from_mins(1);
/// How many datagrams may be in pieces at once; the oldest are given up.
const MOST: usize = 64;

/// Whose piece it is: source, destination, identification, protocol.
type Whose = (IpAddr, IpAddr, u16, u8);

/// Datagrams whose pieces are not all here.
#[derive(Default)]
pub(super) struct Pieces {
    unfinished: BTreeMap<Whose, Unfinished>,
}

struct Unfinished {
    until: Moment,
    /// By their offset.
    parts: BTreeMap<u16, Vec<u8>>,
    /// Where the last one ends.
    end: Option<usize>,
    /// The first, whose header is the whole's.
    first: Option<Datagram>,
}

impl Unfinished {
    /// The whole, where nothing is missing.
    fn whole(&self) -> Option<Datagram> {
        let (end, first) = (self.end?, self.first.as_ref()?);
        let mut bytes = Vec::with_capacity(end);
        for (offset, part) in &self.parts {
            // Overlaps: what is here already counts.
            let known = bytes.len().checked_sub(usize::from(*offset))?;
            bytes.extend_from_slice(part.get(known..).unwrap_or_default());
        }
        let Payload::Piece { protocol, .. } = first.payload else { return None };
        let payload = Payload::Piece { protocol, offset: 0, more: false, bytes };
        (payload_length(&payload) == end).then(|| Datagram { payload, ..first.clone() })
    }
}

fn payload_length(payload: &Payload) -> usize {
    if let Payload::Piece { bytes, .. } = payload { bytes.len() } else { 0 }
}

impl Pieces {
    /// When the next one is given up.
    pub(super) fn deadline(&self) -> Option<Moment> {
        self.unfinished.values().map(|unfinished| unfinished.until).min()
    }

    /// Takes a piece; the whole once nothing is missing.
    pub(super) fn take(&mut self, now: Moment, piece: Datagram) -> Option<Datagram> {
        let Payload::Piece { protocol, offset, more, bytes } = &piece.payload else { return Some(piece) };
        let whose = (piece.source, piece.destination, piece.identification, *protocol);
        if self.unfinished.len() >= MOST && !self.unfinished.contains_key(&whose) {
            let oldest = self.unfinished.iter().min_by_key(|(_, unfinished)| unfinished.until).map(|(whose, _)| *whose);
            oldest.and_then(|oldest| self.unfinished.remove(&oldest));
        }
        let new = || Unfinished { until: now + PATIENCE, parts: BTreeMap::new(), end: None, first: None };
        let unfinished = self.unfinished.entry(whose).or_insert_with(new);
        if !more {
            unfinished.end = Some(usize::from(*offset) + bytes.len());
        }
        unfinished.parts.insert(*offset, bytes.clone());
        if *offset == 0 {
            unfinished.first = Some(piece);
        }
        let complete = unfinished.whole()?;
        self.unfinished.remove(&whose);
        Some(complete)
    }

    /// The first pieces of those that are given up now; `None` for each whose
    /// first piece never came.
    pub(super) fn given_up(&mut self, now: Moment) -> Vec<Option<Datagram>> {
        let mut gone = Vec::new();
        self.unfinished.retain(|_, unfinished| {
            let late = unfinished.until <= now;
            if late {
                gone.push(unfinished.first.take());
            }
            !late
        });
        gone
    }

    /// The power was off.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// Cuts a datagram so that no piece is longer than `mtu` bytes: all but the
/// last hold a multiple of eight. A piece is cut as a whole would be.
pub(super) fn cut(datagram: &Datagram, mtu: usize) -> Vec<Datagram> {
    let room = (mtu.saturating_sub(datagram.header_length()) / 8 * 8).max(8);
    let (protocol, begin, last_is_last, bytes) = match &datagram.payload {
        Payload::Piece { protocol, offset, more, bytes } => (*protocol, *offset, !more, bytes.clone()),
        Payload::Tcp { .. } => (6, 0, true, payload(datagram)),
        Payload::Udp { .. } => (17, 0, true, payload(datagram)),
        Payload::Icmp(_) => (1, 0, true, payload(datagram)),
    };
    let count = bytes.len().div_ceil(room);
    let pieces = bytes.chunks(room).enumerate().map(|(index, chunk)| {
        let offset = begin.saturating_add(u16::try_from(index * room).unwrap_or(u16::MAX));
        let more = index + 1 < count || !last_is_last;
        let payload = Payload::Piece { protocol, offset, more, bytes: chunk.to_vec() };
        Datagram { payload, ..datagram.clone() }
    });
    pieces.collect()
}

fn payload(datagram: &Datagram) -> Vec<u8> {
    let mut bytes = Vec::new();
    datagram.push_payload(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datagram(bytes: usize) -> Datagram {
        let bytes = (0..bytes).map(|byte| u8::try_from(byte % 251).unwrap()).collect();
        Datagram {
            source: "192.0.2.1".parse().unwrap(),
            destination: "192.0.2.2".parse().unwrap(),
            ttl: 9,
            identification: 7,
            may_fragment: true,
            payload: Payload::Udp { from: 1, to: 2, bytes },
            why: None,
        }
    }

    #[test]
    fn pieces_in_any_order_and_cut_twice_make_the_whole() {
        let whole = datagram(3_000);
        let mut pieces: Vec<Datagram> = cut(&whole, 1_500).iter().flat_map(|piece| cut(piece, 577)).collect();
        assert!(pieces.iter().all(|piece| piece.length() <= 577) && pieces.len() == 7, "{}", pieces.len());
        pieces.reverse();
        pieces.insert(2, pieces[1].clone());
        let mut store = Pieces::default();
        let last = pieces.pop().unwrap();
        for piece in pieces {
            assert_eq!(store.take(Moment::START, piece), None);
        }
        let found = store.take(Moment::START, last).unwrap().whole().unwrap();
        assert_eq!(found, whole);
        assert_eq!(store.deadline(), None);
    }

    #[test]
    fn what_stays_unfinished_is_given_up() {
        let mut store = Pieces::default();
        let pieces = cut(&datagram(3_000), 1_500);
        store.take(Moment::START, pieces[0].clone());
        store.take(Moment::START, Datagram { identification: 8, ..pieces[1].clone() });
        assert!(store.given_up(Moment::START).is_empty());
        let gone = store.given_up(Moment::START + PATIENCE);
        assert_eq!(gone, [Some(pieces[0].clone()), None]);
        for identification in 0..200 {
            store.take(Moment::START, Datagram { identification, ..pieces[1].clone() });
        }
        assert_eq!(store.unfinished.len(), MOST);
    }
}
