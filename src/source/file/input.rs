//! A window over whatever is being read: the next record, whole or not at all.
//!
//! Grows with the bytes that are there, never with the length a record claims.
//! The readers of `pcap-parser` are not used for this: they want the first
//! record in a single read, which a pipe does not promise, and they forget why
//! reading failed.

use std::io::{self, Read};

use super::error::DamageKind;

/// How much is asked for at once, in bytes.
const CHUNK: usize = 1024 * 1024;

pub(super) struct Input<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Where in `buffer` the next record starts.
    start: usize,
    /// Where in the file the next record starts.
    offset: u64,
    /// Nothing more will come.
    ended: bool,
    failure: Option<io::Error>,
}

impl<R: Read> Input<R> {
    pub(super) const fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), start: 0, offset: 0, ended: false, failure: None }
    }

    /// Where the next record starts, in bytes from the start of the file.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Why reading ended, where that was not the end of the file.
    pub(super) fn failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// The next `needed` bytes, or as many as there are.
    pub(super) fn fill(&mut self, needed: usize) -> &[u8] {
        if self.rest().len() < needed && !self.ended {
            self.buffer.drain(..self.start);
            self.start = 0;
            let wanted = needed.saturating_sub(self.buffer.len()).max(CHUNK);
            let limit = u64::try_from(wanted).unwrap_or(u64::MAX);
            match self.reader.by_ref().take(limit).read_to_end(&mut self.buffer) {
                Ok(count) => self.ended = count < wanted,
                Err(error) => {
                    self.ended = true;
                    self.failure = Some(error);
                }
            }
        }
        let rest = self.rest();
        rest.get(..needed).unwrap_or(rest)
    }

    /// The next `needed` bytes; `None` where the file ends before the first.
    pub(super) fn header(&mut self, needed: u32) -> Result<Option<&[u8]>, DamageKind> {
        if self.fill(1).is_empty() && self.failure.is_none() {
            return Ok(None);
        }
        self.whole(needed).map(Some)
    }

    /// The next `needed` bytes, all of them.
    pub(super) fn whole(&mut self, needed: u32) -> Result<&[u8], DamageKind> {
        let length = usize::try_from(needed).unwrap_or(usize::MAX);
        let available = self.fill(length).len();
        if available == length {
            return Ok(self.fill(length));
        }
        Err(match self.failure.as_ref() {
            Some(failure) => DamageKind::ReadFailed { error: failure.kind() },
            None => DamageKind::Cut { needed, available: u32::try_from(available).unwrap_or(u32::MAX) },
        })
    }

    /// Passes over `length` bytes of what [`Input::fill`] gave.
    pub(super) fn consume(&mut self, length: u32) {
        let there = self.rest().len();
        self.start += usize::try_from(length).unwrap_or(there).min(there);
        self.offset = self.offset.saturating_add(u64::from(length));
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }
}
