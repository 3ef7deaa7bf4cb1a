//! Every TCP connection of a capture, numbered as tshark does.
//!
//! Streaming, in one pass: each segment is taken in once, in the order of the
//! capture, and what is said of it never changes. A connection costs less than
//! 400 bytes, and 24 for each segment on its way beyond the first few.

use std::hash::BuildHasher;
use std::net::SocketAddr;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::super::pairs::Pair;
use super::analysis::{Connection, Passage, Reuse, Side, TcpRow};
use crate::decode::{Carried, Headers, Quoted, TcpHeader};
use crate::model::Timestamp;
use crate::trace::FrameNumber;

/// Connections are kept in pieces of this many, so that growing copies none.
const PIECE: usize = 256;

/// All connections so far.
#[derive(Clone, Debug, Default)]
pub struct Tracker {
    pieces: Vec<Vec<Entry>>,
    /// The newest connection of each pair of sockets.
    newest: HashTable<u32>,
    hashes: DefaultHashBuilder,
    /// Where connections of late were found, by the last bits of their hash:
    /// asked first, since packets of one connection come in trains.
    recent: Recent,
}

/// The streams of [`RECENT`] hashes, [`u32::MAX`] for none.
#[derive(Clone, Debug)]
struct Recent(Vec<u32>);

/// A power of two.
const RECENT: usize = 4096;

impl Default for Recent {
    fn default() -> Self {
        Self(vec![u32::MAX; RECENT])
    }
}

impl Recent {
    /// The place of a hash.
    #[inline]
    fn of(&mut self, hash: u64) -> Option<&mut u32> {
        let place = usize::try_from(hash % RECENT as u64).unwrap_or(0);
        self.0.get_mut(place)
    }
}

/// A connection with its sockets.
#[derive(Clone, Debug)]
struct Entry {
    pair: Pair,
    connection: Connection,
}

/// A segment, and where it belongs.
#[derive(Clone, Copy, Debug)]
pub struct FoundSegment<'a> {
    /// Its header.
    pub tcp: &'a TcpHeader,
    /// An ICMP error quotes it.
    pub quoted: bool,
    /// The newest connection of its two sockets.
    pub stream: Option<u32>,
    pair: Pair,
    hash: u64,
    sender: Side,
}

impl Tracker {
    /// Finds where a frame's segment, or the one that an ICMP error quotes,
    /// belongs; `None` where the frame has none. Changes nothing.
    #[inline]
    pub fn find<'a>(&mut self, headers: &'a Headers) -> Option<FoundSegment<'a>> {
        let (tcp, source, destination, quoted) = match &headers.carried {
            Carried::Tcp(tcp) => {
                let ip = headers.ip?;
                (tcp, (ip.source, tcp.source_port), (ip.destination, tcp.destination_port), false)
            }
            Carried::IcmpError(error) => {
                let Quoted { source, destination, .. } = &error.quoted;
                (error.tcp.as_ref()?, (source.ip(), source.port()), (destination.ip(), destination.port()), true)
            }
            Carried::Udp(_)
            | Carried::Icmp
            | Carried::Arp
            | Carried::Fragment
            | Carried::Other
            | Carried::Unreadable
            | Carried::UnknownLink => return None,
        };
        // A socket that talks to itself is two sides of which one sends all,
        // as with tshark.
        let (pair, upwards) = Pair::of(source, destination);
        let sender = if upwards { Side::Low } else { Side::High };
        let hash = self.hashes.hash_one(pair);
        let stream = self.newest_of(&pair, hash);
        Some(FoundSegment { tcp, quoted, stream, pair, hash, sender })
    }

    /// The newest connection between two sockets, and whether the first of
    /// them sent its first segment.
    pub(in super::super) fn between(&mut self, source: SocketAddr, destination: SocketAddr) -> Option<(u32, bool)> {
        let (pair, upwards) = Pair::of((source.ip(), source.port()), (destination.ip(), destination.port()));
        let hash = self.hashes.hash_one(pair);
        let stream = self.newest_of(&pair, hash)?;
        let first = self.entry(stream)?.connection.first_sender();
        Some((stream, (first == Side::Low) == upwards))
    }

    /// The newest connection of a pair.
    #[inline]
    fn newest_of(&mut self, pair: &Pair, hash: u64) -> Option<u32> {
        let Self { pieces, newest, recent, .. } = self;
        let is = |stream: u32| entry_of(pieces, stream).is_some_and(|entry| entry.pair == *pair);
        let late = recent.of(hash)?;
        if is(*late) {
            return Some(*late);
        }
        let found = newest.find(hash, |stream| is(*stream)).copied()?;
        *late = found;
        Some(found)
    }

    /// Takes a segment in, where [`find`](Self::find) has just found it: opens
    /// a connection where there is none or its ports are used anew.
    pub fn take(&mut self, frame: FrameNumber, at: Timestamp, found: &FoundSegment<'_>) -> TcpRow {
        let mut row = TcpRow::default();
        self.take_into(frame, at, found, &mut row);
        row
    }

    /// As [`take`](Self::take), to where the row is wanted: it is large.
    pub(in super::super) fn take_into(
        &mut self,
        frame: FrameNumber,
        at: Timestamp,
        found: &FoundSegment<'_>,
        row: &mut TcpRow,
    ) {
        let FoundSegment { tcp, quoted, sender, .. } = *found;
        let passage = Passage { frame, at, tcp, sender, quoted };
        let (reuse, stream) = match found.stream.and_then(|stream| Some((stream, self.entry(stream)?))) {
            None => (Reuse::No, None),
            Some((stream, entry)) => match passage.reuse(&entry.connection) {
                Reuse::Anew => (Reuse::Anew, None),
                reuse @ (Reuse::No | Reuse::Again | Reuse::OtherAnswer) => (reuse, Some(stream)),
            },
        };
        let opens = stream.is_none();
        let stream = stream.unwrap_or_else(|| self.open(found, at));
        if let Some(entry) = self.entry_mut(stream) {
            passage.take(stream, opens, reuse, &mut entry.connection, row);
        }
    }

    /// [Finds](Self::find) and [takes](Self::take) a frame's segment.
    pub fn segment(&mut self, frame: FrameNumber, at: Timestamp, headers: &Headers) -> Option<TcpRow> {
        let found = self.find(headers)?;
        Some(self.take(frame, at, &found))
    }

    /// What can be said of a frame that shows a segment taken in already, at
    /// another interface: its numbers, and no findings. Changes nothing.
    pub fn sighting(&self, at: Timestamp, found: &FoundSegment<'_>) -> Option<TcpRow> {
        let FoundSegment { tcp, quoted, sender, .. } = *found;
        let stream = found.stream?;
        let passage = Passage { frame: FrameNumber(0), at, tcp, sender, quoted };
        Some(passage.row(stream, &self.entry(stream)?.connection))
    }

    /// Whether a segment comes from who sent its connection's first one.
    pub(in super::super) fn is_from_first(&self, found: &FoundSegment<'_>) -> bool {
        let entry = found.stream.and_then(|stream| self.entry(stream));
        entry.is_none_or(|entry| entry.connection.first_sender() == found.sender)
    }

    /// How many connections there are.
    pub fn count(&self) -> u32 {
        let whole = self.pieces.len().saturating_sub(1) * PIECE;
        u32::try_from(whole + self.pieces.last().map_or(0, Vec::len)).unwrap_or(u32::MAX)
    }

    /// `tcp.completeness` of a connection as it is now, its first segment
    /// counted like the others; what tshark says in a second pass.
    pub fn completeness(&self, stream: u32) -> Option<u8> {
        Some(self.entry(stream)?.connection.whole_completeness())
    }

    /// A connection's two sockets: who sent its first segment, and the other.
    pub fn sockets(&self, stream: u32) -> Option<(SocketAddr, SocketAddr)> {
        let Entry { pair, connection } = self.entry(stream)?;
        let (low, high) = pair.sockets();
        Some(match connection.first_sender() {
            Side::Low => (low, high),
            Side::High => (high, low),
        })
    }

    fn open(&mut self, found: &FoundSegment<'_>, at: Timestamp) -> u32 {
        let stream = self.count();
        if let Some(late) = self.recent.of(found.hash) {
            *late = stream;
        }
        let entry = Entry { pair: found.pair, connection: Connection::new(found.sender, at) };
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(entry),
            _ => {
                // A short capture's few need no whole piece.
                let mut piece = Vec::with_capacity(if self.pieces.is_empty() { 4 } else { PIECE });
                piece.push(entry);
                self.pieces.push(piece);
            }
        }
        if let Some(older) = found.stream
            && let Some(newest) = self.newest.find_mut(found.hash, |stream| *stream == older)
        {
            *newest = stream;
        } else {
            let Self { pieces, newest, hashes, .. } = self;
            let hash = |stream: &u32| entry_of(pieces, *stream).map_or(0, |entry| hashes.hash_one(entry.pair));
            newest.insert_unique(found.hash, stream, hash);
        }
        stream
    }

    fn entry(&self, stream: u32) -> Option<&Entry> {
        entry_of(&self.pieces, stream)
    }

    fn entry_mut(&mut self, stream: u32) -> Option<&mut Entry> {
        let index = usize::try_from(stream).ok()?;
        self.pieces.get_mut(index / PIECE)?.get_mut(index % PIECE)
    }
}

fn entry_of(pieces: &[Vec<Entry>], stream: u32) -> Option<&Entry> {
    let index = usize::try_from(stream).ok()?;
    pieces.get(index / PIECE)?.get(index % PIECE)
}
