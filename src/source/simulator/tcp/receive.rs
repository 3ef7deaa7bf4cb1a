//! Bytes that came: RCV.NXT, the window, what waits for the program and what
//! waits for a hole to be filled (RFC 9293 §3.4, §3.8.6; RFC 2018).

use std::collections::VecDeque;

use super::segment::{SackBlock, SackBlocks, length};
use crate::model::SeqNumber;

/// The receiving side of one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Incoming {
    /// IRS.
    pub(super) irs: SeqNumber,
    /// RCV.NXT.
    pub(super) nxt: SeqNumber,
    /// The right edge of the window that was promised: it never moves left
    /// (RFC 9293 §3.8.6, SHLD-14).
    edge: SeqNumber,
    /// RCV.BUFF, in bytes.
    capacity: u32,
    /// The largest segment the peer is told to send.
    mss: u32,
    /// In order, not read.
    ready: VecDeque<u8>,
    /// Out of order, disjoint and not adjacent.
    held: Vec<Held>,
    /// Where segments that were held began, the latest first (RFC 2018 §4).
    latest: Vec<SeqNumber>,
    /// What came twice, to be reported once (RFC 2883).
    duplicate: Option<SackBlock>,
    /// The number of the peer's FIN.
    pub(super) fin: Option<SeqNumber>,
    /// RCV.UP.
    pub(super) urgent: Option<SeqNumber>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Held {
    start: SeqNumber,
    bytes: Vec<u8>,
}

impl Held {
    fn end(&self) -> SeqNumber {
        self.start + length(self.bytes.len())
    }
}

/// What a segment's text was to the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// The next bytes.
    InOrder,
    /// The next bytes, and there had been or still is a hole behind them.
    FillsHole,
    /// Bytes behind a hole.
    OutOfOrder,
    /// Nothing new.
    Duplicate,
}

impl Incoming {
    /// After the peer's SYN.
    pub(super) fn new(irs: SeqNumber, capacity: u32, mss: u16) -> Self {
        let nxt = irs + 1;
        Self {
            irs,
            nxt,
            edge: nxt + capacity,
            capacity,
            mss: u32::from(mss),
            ready: VecDeque::new(),
            held: Vec::new(),
            latest: Vec::new(),
            duplicate: None,
            fin: None,
            urgent: None,
        }
    }

    /// RCV.WND as promised.
    pub(super) const fn window(&self) -> u32 {
        self.edge.offset_from(self.nxt).cast_unsigned()
    }

    /// How far the edge could move now.
    fn room(&self) -> u32 {
        let free = self.capacity.saturating_sub(length(self.ready.len()));
        (self.nxt + free).offset_from(self.edge).max(0).cast_unsigned()
    }

    /// Moves the edge where that is worth a segment (RFC 9293 §3.8.6.2.2:
    /// Fr = 1/2), and says the window to promise.
    pub(super) fn promise(&mut self) -> u32 {
        let room = self.room();
        if room >= (self.capacity / 2).min(self.mss) {
            self.edge = self.edge + room;
        }
        self.window()
    }

    /// Whether the program has read so much that the peer should be told: two
    /// segments, half of the buffer, or the end of a closed window.
    pub(super) fn worth_an_update(&self) -> bool {
        let room = self.room();
        let worth = (self.capacity / 2).min(if self.window() < self.mss { self.mss } else { 2 * self.mss });
        room > 0 && room >= worth
    }

    /// RFC 9293 §3.4, the four cases of an acceptable segment.
    pub(super) fn acceptable(&self, seq: SeqNumber, length: u32) -> bool {
        let inside = |seq: SeqNumber| {
            let offset = seq.offset_from(self.nxt);
            offset >= 0 && offset.cast_unsigned() < self.window()
        };
        match (length, self.window()) {
            (0, 0) => seq == self.nxt,
            (0, _) => inside(seq),
            (_, 0) => false,
            (_, _) => inside(seq) || inside(seq + (length - 1)),
        }
    }

    /// Takes text that begins at `seq`, cut to the window.
    pub(super) fn take(&mut self, seq: SeqNumber, bytes: &[u8]) -> Arrival {
        let end = seq + length(bytes.len());
        if end.before_or_at(self.nxt) {
            self.duplicate = Some(SackBlock { start: seq, end });
            return Arrival::Duplicate;
        }
        let known = usize::try_from(self.nxt.offset_from(seq)).unwrap_or(0);
        let beyond = usize::try_from(end.offset_from(self.edge)).unwrap_or(0);
        let bytes = bytes.get(known..bytes.len().saturating_sub(beyond)).unwrap_or_default();
        let start = seq.latest(self.nxt);
        if bytes.is_empty() {
            return Arrival::Duplicate;
        }
        if start != self.nxt {
            return self.hold(start, bytes);
        }
        self.ready.extend(bytes);
        self.nxt = self.nxt + length(bytes.len());
        if self.held.is_empty() {
            return Arrival::InOrder;
        }
        while let Some(held) = self.held.first()
            && held.start.before_or_at(self.nxt)
        {
            let held = self.held.remove(0);
            let known = usize::try_from(self.nxt.offset_from(held.start)).unwrap_or(0);
            let news = held.bytes.get(known..).unwrap_or_default();
            self.ready.extend(news);
            self.nxt = self.nxt + length(news.len());
        }
        self.latest.retain(|start| start.after(self.nxt));
        Arrival::FillsHole
    }

    /// Keeps what is behind a hole (RFC 9293 §3.10.7.4, SHLD-31).
    fn hold(&mut self, start: SeqNumber, bytes: &[u8]) -> Arrival {
        let end = start + length(bytes.len());
        // Everything this one touches becomes one stretch with it.
        let first = self.held.partition_point(|held| held.end().before(start));
        let behind = self.held.partition_point(|held| held.start.before_or_at(end));
        if let Some(held) = self.held.get(first)
            && held.start.before_or_at(start)
            && end.before_or_at(held.end())
        {
            self.duplicate = Some(SackBlock { start, end });
            self.remember(start);
            return Arrival::Duplicate;
        }
        self.remember(start);
        match self.held.get_mut(first) {
            // The usual case: the next one behind the same hole.
            Some(held) if behind == first + 1 && held.end() == start => held.bytes.extend_from_slice(bytes),
            _ => {
                let mut joined = Held { start, bytes: bytes.to_vec() };
                for held in self.held.drain(first..behind.max(first)) {
                    joined.join(&held);
                }
                self.held.insert(first, joined);
            }
        }
        Arrival::OutOfOrder
    }

    fn remember(&mut self, start: SeqNumber) {
        self.latest.retain(|other| *other != start);
        self.latest.insert(0, start);
        self.latest.truncate(8);
    }

    /// The blocks to report: what came twice, then the latest first (RFC 2018
    /// §4, RFC 2883 §4). A duplicate is reported once.
    pub(super) fn report(&mut self, most: usize) -> SackBlocks {
        if self.held.is_empty() && self.duplicate.is_none() {
            return SackBlocks::default();
        }
        let mut blocks: Vec<SackBlock> = self.duplicate.take().into_iter().collect();
        let repeated = blocks.len();
        for start in &self.latest {
            let holder = self.held.iter().find(|held| held.start.before_or_at(*start) && start.before(held.end()));
            let Some(held) = holder else { continue };
            let block = SackBlock { start: held.start, end: held.end() };
            if !blocks.iter().skip(repeated).any(|known| *known == block) {
                blocks.push(block);
            }
        }
        SackBlocks::of(blocks.into_iter(), most)
    }

    /// Hands up to `most` bytes to the program.
    pub(super) fn read(&mut self, most: usize) -> Vec<u8> {
        let count = most.min(self.ready.len());
        let (front, back) = self.ready.as_slices();
        let mut bytes = Vec::with_capacity(count);
        bytes.extend_from_slice(front.get(..count.min(front.len())).unwrap_or_default());
        bytes.extend_from_slice(back.get(..count.saturating_sub(front.len())).unwrap_or_default());
        self.ready.drain(..count);
        bytes
    }

    /// Bytes the program has not read.
    pub(super) fn unread(&self) -> u32 {
        length(self.ready.len())
    }

    /// Bytes that wait behind a hole.
    pub(super) fn behind_holes(&self) -> u32 {
        self.held.iter().map(|held| length(held.bytes.len())).sum()
    }

    /// Throws away what nobody will read.
    pub(super) fn discard(&mut self) {
        self.ready.clear();
    }
}

impl Held {
    fn join(&mut self, other: &Self) {
        let (mut first, second) = if other.start.before(self.start) {
            (other.clone(), std::mem::replace(self, Self { start: other.start, bytes: Vec::new() }))
        } else {
            (std::mem::replace(self, Self { start: self.start, bytes: Vec::new() }), other.clone())
        };
        let known = usize::try_from(first.end().offset_from(second.start)).unwrap_or(0);
        first.bytes.extend_from_slice(second.bytes.get(known..).unwrap_or_default());
        *self = first;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const IRS: SeqNumber = SeqNumber::new(u32::MAX - 5);

    fn incoming() -> Incoming {
        Incoming::new(IRS, 1_000, 100)
    }

    fn at(offset: u32) -> SeqNumber {
        IRS + 1 + offset
    }

    fn blocks(incoming: &mut Incoming) -> Vec<(i32, i32)> {
        let from = |seq: SeqNumber| seq.offset_from(at(0));
        incoming.report(4).iter().map(|block| (from(block.start), from(block.end))).collect()
    }

    /// RFC 9293 §3.4, table 6.
    #[test]
    fn the_four_cases_of_an_acceptable_segment() {
        let mut incoming = incoming();
        assert!(incoming.acceptable(at(0), 0) && incoming.acceptable(at(999), 0));
        assert!(!incoming.acceptable(at(1_000), 0) && !incoming.acceptable(at(0) - 1, 0));
        assert!(incoming.acceptable(at(0) - 1, 2) && incoming.acceptable(at(999), 500));
        assert!(!incoming.acceptable(at(0) - 1, 1) && !incoming.acceptable(at(1_000), 1));
        incoming.take(at(0), &[0; 1_000]);
        assert_eq!(incoming.promise(), 0);
        assert!(incoming.acceptable(at(1_000), 0) && !incoming.acceptable(at(1_001), 0));
        assert!(!incoming.acceptable(at(1_000), 1));
    }

    /// RFC 2018 §4, and RFC 2883 §4.1 for the duplicate.
    #[test]
    fn the_latest_block_is_reported_first_and_a_duplicate_before_it() {
        let mut incoming = incoming();
        assert_eq!(incoming.take(at(100), &[0; 100]), Arrival::OutOfOrder);
        assert_eq!(incoming.take(at(300), &[0; 100]), Arrival::OutOfOrder);
        assert_eq!(blocks(&mut incoming), [(300, 400), (100, 200)]);
        assert_eq!(incoming.take(at(200), &[0; 50]), Arrival::OutOfOrder);
        assert_eq!(blocks(&mut incoming), [(100, 250), (300, 400)]);
        assert_eq!(incoming.take(at(310), &[0; 10]), Arrival::Duplicate);
        assert_eq!(blocks(&mut incoming), [(310, 320), (300, 400), (100, 250)]);
        assert_eq!(blocks(&mut incoming), [(300, 400), (100, 250)], "once");
        assert_eq!(incoming.take(at(0), &[0; 100]), Arrival::FillsHole);
        assert_eq!((blocks(&mut incoming), incoming.nxt), (vec![(300, 400)], at(250)));
    }

    /// RFC 9293 §3.8.6.2.2: no window in crumbs.
    #[test]
    fn the_edge_moves_by_a_segment_or_not_at_all() {
        let mut incoming = incoming();
        incoming.take(at(0), &[0; 1_000]);
        assert_eq!(incoming.promise(), 0);
        incoming.read(99);
        assert!(!incoming.worth_an_update());
        assert_eq!(incoming.promise(), 0);
        incoming.read(1);
        assert!(incoming.worth_an_update());
        assert_eq!(incoming.promise(), 100);
    }

    #[test]
    fn what_is_beyond_the_window_is_cut() {
        let mut incoming = incoming();
        assert_eq!(incoming.take(at(950), &[0; 100]), Arrival::OutOfOrder);
        assert_eq!(blocks(&mut incoming), [(950, 1_000)]);
    }

    proptest! {
        /// Whatever order stretches come in, the bytes are the stream's.
        #[test]
        fn every_order_gives_the_stream(pieces in prop::collection::vec((0_u32..600, 1_usize..120), 1..60)) {
            let byte = |offset: u32| u8::try_from(offset % 251).unwrap();
            let mut incoming = incoming();
            for (offset, count) in pieces {
                let bytes: Vec<u8> = (offset..).take(count).map(byte).collect();
                incoming.take(at(offset), &bytes);
                let held = &incoming.held;
                prop_assert!(held.iter().all(|held| held.start.after(incoming.nxt)));
                prop_assert!(held.windows(2).all(|pair| pair[0].end().before(pair[1].start)));
            }
            let read = incoming.read(usize::MAX);
            prop_assert_eq!(length(read.len()), incoming.nxt.offset_from(at(0)).cast_unsigned());
            prop_assert!(read.iter().zip(0..).all(|(found, offset)| *found == byte(offset)));
        }
    }
}
