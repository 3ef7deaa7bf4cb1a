//! Bytes of a capture that is on no disk, up to a bound: the oldest go first.

use std::collections::VecDeque;

/// Bytes that are allocated at once, and dropped at once.
const BLOCK: usize = 1024 * 1024;

/// Bytes by offset, of which the last ones are kept.
#[derive(Clone, Debug)]
pub struct Arena {
    blocks: VecDeque<Block>,
    /// Where the next byte goes.
    end: u64,
    kept: usize,
    bound: usize,
}

#[derive(Clone, Debug)]
struct Block {
    start: u64,
    bytes: Vec<u8>,
}

impl Arena {
    /// Keeps at most `bound` bytes, and the last frame in any case.
    pub const fn new(bound: usize) -> Self {
        Self { blocks: VecDeque::new(), end: 0, kept: 0, bound }
    }

    /// Adds a frame's bytes and tells their offset.
    pub fn push(&mut self, bytes: &[u8]) -> u64 {
        let fits = |block: &Block| block.bytes.len() + bytes.len() <= block.bytes.capacity();
        if !self.blocks.back().is_some_and(fits) {
            // A frame is never in two blocks.
            let bytes = Vec::with_capacity(BLOCK.min(self.bound / 4).max(bytes.len()));
            self.kept += bytes.capacity();
            self.blocks.push_back(Block { start: self.end, bytes });
            while self.kept > self.bound && self.blocks.len() > 1 {
                self.kept -= self.blocks.pop_front().map_or(0, |block| block.bytes.capacity());
            }
        }
        let offset = self.end;
        if let Some(block) = self.blocks.back_mut() {
            block.bytes.extend_from_slice(bytes);
        }
        self.end += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        offset
    }

    /// The `length` bytes at `offset`; `None` where they were dropped or never
    /// there.
    pub fn bytes(&self, offset: u64, length: usize) -> Option<&[u8]> {
        let index = self.blocks.partition_point(|block| block.start <= offset).checked_sub(1)?;
        let block = self.blocks.get(index)?;
        let start = usize::try_from(offset - block.start).ok()?;
        block.bytes.get(start..start.checked_add(length)?)
    }

    /// The first offset that is still here.
    pub fn start(&self) -> u64 {
        self.blocks.front().map_or(self.end, |block| block.start)
    }

    /// What it takes, in bytes.
    pub const fn memory(&self) -> usize {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_first_and_the_bound_holds() {
        let mut arena = Arena::new(4096);
        let frames: Vec<(u64, Vec<u8>)> = (0..200_u8)
            .map(|number| {
                let bytes = vec![number; 100];
                let offset = arena.push(&bytes);
                assert!(arena.memory() <= 4096 + 1024, "{}", arena.memory());
                (offset, bytes)
            })
            .collect();
        assert!(arena.start() > 0);
        for (offset, bytes) in &frames {
            let kept = arena.bytes(*offset, bytes.len());
            assert_eq!(kept, (*offset >= arena.start()).then_some(&bytes[..]), "at {offset}");
        }
        assert_eq!(arena.bytes(frames[199].0, 101), None);
        assert_eq!(arena.bytes(frames[199].0 + 100, 1), None);
    }

    #[test]
    fn a_frame_longer_than_the_bound_is_kept_alone() {
        let mut arena = Arena::new(10);
        arena.push(b"first");
        let offset = arena.push(&[7; 1000]);
        assert_eq!(arena.bytes(offset, 1000), Some(&[7; 1000][..]));
        assert_eq!(arena.bytes(0, 5), None);
    }
}
