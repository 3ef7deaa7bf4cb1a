//! A window over whatever is being read: the next record, whole or not at all.
//!
//! Bytes are read straight into one buffer and stay where they are until the
//! next piece is read. It grows with the bytes that are there, never with the
//! length a record claims; and no more is waited for than a record takes, so
//! that what a pipe holds comes out at once.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::ops::Range;

use super::error::DamageKind;
use super::unpack::UnpackError;

/// How much is asked for at once, in bytes.
const CHUNK: usize = 256 * 1024;

pub(super) struct Input<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Where in `buffer` the next record starts.
    start: usize,
    /// Where in `buffer` the bytes end that were read.
    end: usize,
    /// Where in the stream the next record starts.
    offset: u64,
    /// Nothing more will come.
    ended: bool,
    failure: Option<Failure>,
    /// Everything that is read is written here too.
    spool: Option<File>,
}

/// Why reading ended where the stream does not.
enum Failure {
    Read(io::Error),
    Spool(io::Error),
}

impl<R: Read> Input<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, buffer: vec![0; CHUNK], start: 0, end: 0, offset: 0, ended: false, failure: None, spool: None }
    }

    /// Copies everything from the next record on to `spool`.
    pub(super) fn spool_to(&mut self, spool: File) -> io::Result<()> {
        (&spool).write_all(self.rest())?;
        self.spool = Some(spool);
        Ok(())
    }

    pub(super) const fn spool(&self) -> Option<&File> {
        self.spool.as_ref()
    }

    pub(super) const fn reader(&self) -> &R {
        &self.reader
    }

    /// Where the next record starts, in bytes from the start of the stream.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Why reading ended, where that was not the end of the file.
    pub(super) fn failure(&mut self) -> Option<io::Error> {
        self.failure.take().map(|failure| match failure {
            Failure::Read(error) | Failure::Spool(error) => error,
        })
    }

    /// The next `needed` bytes, or as many as there are.
    #[inline]
    pub(super) fn fill(&mut self, needed: usize) -> &[u8] {
        if self.end - self.start < needed && !self.ended {
            self.read_more(needed);
        }
        let rest = self.rest();
        rest.get(..needed).unwrap_or(rest)
    }

    #[cold]
    fn read_more(&mut self, needed: usize) {
        // What is left of the last piece is less than a record.
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        while self.end < needed && !self.ended {
            if self.end == self.buffer.len() {
                self.buffer.resize(self.buffer.len().saturating_mul(2), 0);
            }
            let free = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.reader.read(free) {
                Ok(0) => self.ended = true,
                Ok(count) => {
                    if let Some(spool) = &mut self.spool
                        && let Err(error) = spool.write_all(free.get(..count).unwrap_or_default())
                    {
                        self.ended = true;
                        self.failure = Some(Failure::Spool(error));
                        return;
                    }
                    self.end = self.end.saturating_add(count).min(self.buffer.len());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    self.failure = Some(Failure::Read(error));
                }
            }
        }
    }

    /// The next `needed` bytes; `None` where the stream ends before the first.
    #[inline]
    pub(super) fn header(&mut self, needed: u32) -> Result<Option<&[u8]>, DamageKind> {
        if self.end == self.start && self.fill(1).is_empty() && self.failure.is_none() {
            return Ok(None);
        }
        self.whole(needed).map(Some)
    }

    /// The next `needed` bytes, all of them.
    #[inline]
    pub(super) fn whole(&mut self, needed: u32) -> Result<&[u8], DamageKind> {
        let length = usize::try_from(needed).unwrap_or(usize::MAX);
        if self.fill(length).len() < length {
            return Err(self.missing(needed));
        }
        Ok(self.fill(length))
    }

    #[cold]
    fn missing(&self, needed: u32) -> DamageKind {
        match &self.failure {
            Some(Failure::Spool(error)) => DamageKind::SpoolFailed { error: error.kind() },
            Some(Failure::Read(error)) => match error.get_ref().and_then(|inner| inner.downcast_ref::<UnpackError>()) {
                Some(packed) => packed.damage(),
                None => DamageKind::ReadFailed { error: error.kind() },
            },
            None => {
                let available = u32::try_from(self.end - self.start).unwrap_or(u32::MAX);
                DamageKind::Cut { needed, available }
            }
        }
    }

    /// Passes over `length` bytes of what [`Input::fill`] gave. They stay in
    /// reach of [`Input::behind`] until it is called again.
    #[inline]
    pub(super) fn consume(&mut self, length: u32) {
        let there = self.end - self.start;
        self.start += usize::try_from(length).unwrap_or(there).min(there);
        self.offset = self.offset.saturating_add(u64::from(length));
    }

    /// A part of the record of `length` bytes that was passed over last.
    #[inline]
    pub(super) fn behind(&self, length: u32, part: Range<usize>) -> &[u8] {
        let record = self.start.saturating_sub(usize::try_from(length).unwrap_or(usize::MAX));
        let part = record.saturating_add(part.start)..record.saturating_add(part.end);
        self.buffer.get(part).unwrap_or_default()
    }

    /// What was read and not passed over.
    #[inline]
    pub(super) fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }
}
