//! What is remembered of each of ten million frames: 32 bytes. The frame's own
//! bytes are fetched by [`Entry::offset`] when somebody looks.

use crate::model::{PlaceId, Timestamp};
use crate::trace::FrameNumber;

/// Where a frame is and what it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it was seen.
    pub at: Timestamp,
    /// Where it was seen; places from 65,535 on share that number.
    pub place: PlaceId,
    /// Where its first byte is in the (unpacked) capture, less than 2⁴⁸.
    pub offset: u64,
    /// How many of its bytes were kept.
    pub kept: u32,
    /// Its length on the wire, in bytes.
    pub original_length: u32,
    /// The conversation it belongs to, less than 2³²−1.
    pub conversation: Option<u32>,
    /// What was found about it, one bit a finding; whoever fills the index
    /// says which.
    pub marks: u32,
}

/// An entry in 32 bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Packed {
    at: i64,
    /// The place in the upper 16 bits.
    offset: u64,
    kept: u32,
    original_length: u32,
    /// [`u32::MAX`] for none.
    conversation: u32,
    marks: u32,
}

/// Bits of an offset.
const OFFSET_BITS: u32 = 48;

/// Entries that are allocated at once: 1 MiB. Nothing is moved when the index
/// grows.
const CHUNK: usize = 32 * 1024;

impl From<Entry> for Packed {
    fn from(entry: Entry) -> Self {
        let place = u64::from(entry.place.0.min(u32::from(u16::MAX)));
        Self {
            at: entry.at.nanos(),
            offset: place << OFFSET_BITS | entry.offset & ((1 << OFFSET_BITS) - 1),
            kept: entry.kept,
            original_length: entry.original_length,
            conversation: entry.conversation.unwrap_or(u32::MAX),
            marks: entry.marks,
        }
    }
}

impl From<Packed> for Entry {
    fn from(packed: Packed) -> Self {
        Self {
            at: Timestamp::from_nanos(packed.at),
            place: PlaceId(u32::try_from(packed.offset >> OFFSET_BITS).unwrap_or(u32::MAX)),
            offset: packed.offset & ((1 << OFFSET_BITS) - 1),
            kept: packed.kept,
            original_length: packed.original_length,
            conversation: Some(packed.conversation).filter(|conversation| *conversation != u32::MAX),
            marks: packed.marks,
        }
    }
}

/// Every frame of a capture, in order, in a form that stays small.
#[derive(Clone, Debug, Default)]
pub struct Index {
    chunks: Vec<Vec<Packed>>,
    length: usize,
}

impl Index {
    /// Adds the next frame and tells its number.
    pub fn push(&mut self, entry: Entry) -> FrameNumber {
        if self.length.is_multiple_of(CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        if let Some(last) = self.chunks.last_mut() {
            last.push(entry.into());
        }
        self.length += 1;
        FrameNumber(u32::try_from(self.length).unwrap_or(u32::MAX))
    }

    /// How many frames there are.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// One frame.
    pub fn get(&self, number: FrameNumber) -> Option<Entry> {
        let index = usize::try_from(number.0.checked_sub(1)?).ok()?;
        self.chunks.get(index / CHUNK)?.get(index % CHUNK).copied().map(Entry::from)
    }

    /// Every frame with its number, in order.
    pub fn iter(&self) -> impl Iterator<Item = (FrameNumber, Entry)> {
        (1..).map(FrameNumber).zip(self.chunks.iter().flatten().copied().map(Entry::from))
    }

    /// What it takes, in bytes.
    pub fn memory(&self) -> usize {
        self.chunks.len() * CHUNK * size_of::<Packed>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: i64) -> Entry {
        Entry {
            at: Timestamp::from_nanos(number - 7),
            place: PlaceId(u32::try_from(number % 3).unwrap()),
            offset: (1 << OFFSET_BITS) - 1 - u64::try_from(number).unwrap(),
            kept: u32::try_from(number).unwrap(),
            original_length: u32::MAX,
            conversation: (number % 2 == 0).then_some(u32::MAX - 1),
            marks: 0xdead_beef,
        }
    }

    #[test]
    fn what_is_put_in_comes_out_at_32_bytes_each() {
        let mut index = Index::default();
        let count = CHUNK + 5;
        for number in (1..).take(count) {
            assert_eq!(index.push(entry(number)), FrameNumber(u32::try_from(number).unwrap()));
        }
        assert_eq!(index.len(), count);
        assert_eq!(index.memory(), 2 * CHUNK * 32);
        assert_eq!(index.get(FrameNumber(0)), None);
        assert_eq!(index.get(FrameNumber(u32::try_from(count + 1).unwrap())), None);
        for (number, found) in index.iter() {
            assert_eq!(found, entry(number.0.into()));
            assert_eq!(index.get(number), Some(found));
        }
    }
}
