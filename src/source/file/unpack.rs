//! Unpacking gzip and Zstandard as it streams in, to a bound.
//!
//! Memory is bounded by the formats' windows (32 KiB, 128 MiB); what a bomb
//! costs is time and whatever is made of its records, so what comes out is
//! bounded too.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::error::{Compression, DamageKind};

/// How much is asked for at once of what is compressed, in bytes.
const PACKED_CHUNK: usize = 128 * 1024;

/// How far a compressed capture may unpack.
///
/// Real captures shrink to a hundredth at best, floods of one repeated packet
/// to some hundredths of that; gzip cannot do more than 1,032 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes that come out.
    pub unpacked: u64,
    /// The most bytes that come out of each compressed byte, once more than
    /// `free` came out.
    pub ratio: u64,
    /// How many bytes come out whatever the ratio.
    pub free: u64,
}

impl Default for Limits {
    /// 64 GiB; beyond 256 MiB, 4,096 to 1.
    fn default() -> Self {
        Self { unpacked: 64 << 30, ratio: 4096, free: 256 << 20 }
    }
}

/// Why unpacking ended.
#[derive(Clone, Debug)]
pub(super) struct UnpackError(DamageKind);

impl UnpackError {
    pub(super) fn damage(&self) -> DamageKind {
        self.0.clone()
    }
}

impl fmt::Display for UnpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for UnpackError {}

/// What comes from outside: its first bytes were looked at and are given again.
pub(super) struct Raw<R> {
    first: Vec<u8>,
    given: usize,
    reader: R,
    /// How many bytes were given out.
    count: u64,
    ended: bool,
    /// The system itself would not give more. Unpackers do not all hand that
    /// on.
    failed: Option<io::ErrorKind>,
}

impl<R: Read> Raw<R> {
    /// Looks at the first `wanted` bytes, or as many as there are.
    pub(super) fn new(mut reader: R, wanted: usize) -> io::Result<Self> {
        let mut first = vec![0; wanted];
        let mut there = 0;
        while there < wanted {
            match reader.read(first.get_mut(there..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(count) => there = there.saturating_add(count).min(wanted),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // It will fail again where somebody asks for more.
                Err(_) if there > 0 => break,
                Err(error) => return Err(error),
            }
        }
        first.truncate(there);
        Ok(Self { first, given: 0, reader, count: 0, ended: false, failed: None })
    }

    pub(super) fn first(&self) -> &[u8] {
        &self.first
    }
}

impl<R: Read> Read for Raw<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut rest = self.first.get(self.given..).unwrap_or_default();
        let count = if rest.is_empty() {
            match self.reader.read(into) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                outcome => {
                    self.failed = outcome.as_ref().err().map(io::Error::kind);
                    outcome?
                }
            }
        } else {
            let count = rest.read(into)?;
            self.given += count;
            count
        };
        self.ended |= count == 0 && !into.is_empty();
        self.count = self.count.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count)
    }
}

/// A stream of capture bytes, unpacked where that takes something.
pub(super) enum Stream<R> {
    Plain(Raw<R>),
    Gzip(Box<Bounded<MultiGzDecoder<BufReader<Raw<R>>>>>),
    Zstandard(Box<Bounded<Frames<BufReader<Raw<R>>>>>),
}

impl<R: Read> Stream<R> {
    pub(super) fn new(raw: Raw<R>, packed: Option<Packed>, limits: Limits) -> Self {
        let buffered = |raw| BufReader::with_capacity(PACKED_CHUNK, raw);
        match packed {
            None => Self::Plain(raw),
            Some(Packed::Gzip) => Self::Gzip(Box::new(Bounded::new(MultiGzDecoder::new(buffered(raw)), limits))),
            Some(Packed::Zstandard) => Self::Zstandard(Box::new(Bounded::new(Frames::new(buffered(raw)), limits))),
        }
    }

    pub(super) const fn compression(&self) -> Option<Compression> {
        match self {
            Self::Plain(_) => None,
            Self::Gzip(_) => Some(Compression::Gzip),
            Self::Zstandard(_) => Some(Compression::Zstandard),
        }
    }

    /// How many bytes were taken from outside.
    pub(super) fn raw_offset(&self) -> u64 {
        match self {
            Self::Plain(raw) => raw.count,
            Self::Gzip(gzip) => gzip.inner.get_ref().get_ref().count,
            Self::Zstandard(frames) => frames.inner.source.get_ref().count,
        }
    }
}

impl<R: Read> Read for Stream<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(raw) => raw.read(into),
            Self::Gzip(gzip) => {
                let outcome = gzip.inner.read(into);
                let raw = gzip.inner.get_ref().get_ref();
                let (state, count) = ((raw.ended, raw.failed), raw.count);
                gzip.checked(outcome, state, count, Compression::Gzip)
            }
            Self::Zstandard(frames) => {
                let outcome = frames.inner.read(into);
                let raw = frames.inner.source.get_ref();
                let (state, count) = ((raw.ended, raw.failed), raw.count);
                frames.checked(outcome, state, count, Compression::Zstandard)
            }
        }
    }
}

/// What we unpack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packed {
    Gzip,
    Zstandard,
}

/// An unpacker that stops at a bound.
pub(super) struct Bounded<D> {
    inner: D,
    limits: Limits,
    unpacked: u64,
}

impl<D> Bounded<D> {
    const fn new(inner: D, limits: Limits) -> Self {
        Self { inner, limits, unpacked: 0 }
    }

    /// What one read gave, or why there is no more.
    fn checked(
        &mut self,
        outcome: io::Result<usize>,
        (ended, failed): (bool, Option<io::ErrorKind>),
        packed: u64,
        by: Compression,
    ) -> io::Result<usize> {
        let refuse = |kind| Err(io::Error::new(io::ErrorKind::InvalidData, UnpackError(kind)));
        match outcome {
            Ok(count) => {
                let unpacked = self.unpacked.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
                let by_ratio = packed.saturating_mul(self.limits.ratio).max(self.limits.free);
                if unpacked > self.limits.unpacked.min(by_ratio) {
                    return refuse(DamageKind::UnpacksTooFar { by, packed, unpacked });
                }
                self.unpacked = unpacked;
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(_) if let Some(kind) = failed => Err(kind.into()),
            Err(_) if ended => refuse(DamageKind::PackedCut { by, packed }),
            Err(_) => refuse(DamageKind::PackedCorrupt { by, packed }),
        }
    }
}

/// Zstandard frames, one behind the other (RFC 8878, section 3).
pub(super) struct Frames<S> {
    source: S,
    decoder: FrameDecoder,
    /// A frame was begun.
    inside: bool,
    /// Why the frame breaks off; what was unpacked of it is given out first.
    failure: Option<io::Error>,
}

/// An empty last block (RFC 8878, section 3.1.1.2) and four bytes in the place
/// of a checksum.
const LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

impl<S: BufRead> Frames<S> {
    fn new(source: S) -> Self {
        Self { source, decoder: FrameDecoder::new(), inside: false, failure: None }
    }

    /// Begins the next frame; `false` where there is none.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.source) {
                Ok(()) => {
                    self.inside = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let skipped = io::copy(&mut self.source.by_ref().take(u64::from(length)), &mut io::sink())?;
                    if skipped < u64::from(length) {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }

    /// Whether what came out of a frame is what went in, as far as it says.
    fn right(&self) -> bool {
        let told = self.decoder.get_checksum_from_data();
        told.is_none_or(|told| self.decoder.get_calculated_checksum().is_none_or(|found| found == told))
    }
}

impl<S: BufRead> Read for Frames<S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.inside && !self.begin()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                if let Err(error) = self.decoder.decode_blocks(&mut self.source, one) {
                    // The decoder holds a window of good bytes back until the
                    // frame ends.
                    let one = BlockDecodingStrategy::UptoBlocks(1);
                    self.decoder.decode_blocks(&LAST_BLOCK[..], one).map_err(io::Error::other)?;
                    self.failure = Some(io::Error::other(error));
                }
            }
            let count = self.decoder.read(into)?;
            if count > 0 || into.is_empty() {
                return Ok(count);
            }
            self.inside = false;
            if let Some(failure) = self.failure.take() {
                return Err(failure);
            }
            if !self.right() {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
    }
}
