//! What can go wrong with a capture file: nothing could be read, or not all.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::model::{LinkType, PlaceId, Timestamp};

/// Why there is no trace, or no file.
#[derive(Debug, Error)]
pub enum FileError {
    /// The file could not be opened.
    #[error("cannot open the capture: {source}: {}", path.display())]
    Open {
        /// What the system said.
        source: io::Error,
        /// Which file.
        path: PathBuf,
    },
    /// Reading failed before the first byte.
    #[error("cannot read the capture: {source}")]
    Read {
        /// What the system said.
        source: io::Error,
    },
    /// There is not one byte.
    #[error("the capture is empty: expected at least a header of 24 bytes, found 0 bytes")]
    Empty,
    /// The first bytes are no capture format's.
    #[error("not a capture: expected the first bytes of pcap or pcapng, found {}", Hex(found))]
    NotACapture {
        /// The first bytes, at most 12.
        found: Vec<u8>,
    },
    /// It has to be unpacked first.
    #[error("the capture is compressed with {by}: unpack it first")]
    Compressed {
        /// By what.
        by: Compression,
    },
    /// It cannot be unpacked from its start on.
    #[error("cannot unpack the capture: {kind}")]
    Unpack {
        /// Why: one of the kinds that unpacking has.
        kind: DamageKind,
    },
    /// There is no temporary file for what cannot be read twice.
    #[error("cannot make a temporary file for the capture: {source}")]
    Spool {
        /// What the system said.
        source: io::Error,
    },
    /// It is a capture, but of a kind we do not read.
    #[error("cannot read {0}")]
    Unsupported(Unsupported),
    /// The frames of a pcap file all start with the same link layer.
    #[error(
        "cannot save as pcap: frames of link types {} and {} do not fit one file, pcapng holds both: {}",
        first.0, second.0, path.display()
    )]
    MixedLinkTypes {
        /// Of the first interface.
        first: LinkType,
        /// Of another one.
        second: LinkType,
        /// Which file.
        path: PathBuf,
    },
    /// The file could not be written; what was there before still is.
    #[error("cannot save the capture: {source}: {}", path.display())]
    Save {
        /// What the system said.
        source: io::Error,
        /// Which file.
        path: PathBuf,
    },
}

/// Why a trace, or a part of one, could not be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// What it was written to said so.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The frames of a pcap file all start with the same link layer.
    #[error("frames of link types {} and {} do not fit one pcap file, pcapng holds both", first.0, second.0)]
    MixedLinkTypes {
        /// Of the first interface.
        first: LinkType,
        /// Of another one.
        second: LinkType,
    },
    /// The format counts seconds in 32 bits from 1970 on; or a clock that was
    /// described before its first frame cannot tell this moment.
    #[error("the moment {} ns after 1970 cannot be written", at.nanos())]
    Moment {
        /// Which.
        at: Timestamp,
    },
    /// A block or a record is longer than can be read again.
    #[error("a record takes {length} bytes, more than the {most} that can be read again")]
    TooLong {
        /// How long it would be, in bytes.
        length: usize,
        /// The longest that is read.
        most: u32,
    },
    /// Something was seen where it cannot happen: a frame at a place that is no
    /// interface of this section, a call at one that is no program.
    #[error("something was seen at place {} that cannot happen there", place.0)]
    Misplaced {
        /// Where.
        place: PlaceId,
    },
}

impl From<WriteError> for io::Error {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Io(error) => error,
            WriteError::MixedLinkTypes { .. }
            | WriteError::Moment { .. }
            | WriteError::TooLong { .. }
            | WriteError::Misplaced { .. } => Self::new(io::ErrorKind::InvalidInput, error),
        }
    }
}

/// What a file is compressed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// gzip (RFC 1952).
    Gzip,
    /// Zstandard (RFC 8878).
    Zstandard,
    /// xz.
    Xz,
    /// bzip2.
    Bzip2,
    /// LZ4.
    Lz4,
}

impl Compression {
    /// The name of the tool that unpacks it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstandard => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Lz4 => "lz4",
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A kind of capture we do not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unsupported {
    /// Another tool's format.
    #[error("the format {name}")]
    Format {
        /// Its name.
        name: &'static str,
    },
    /// A pcap file that is neither of version 2 nor DG/UX's 543.0.
    #[error("pcap version {major}.{minor}: expected 2.0 to 2.4")]
    PcapVersion {
        /// As the file says.
        major: u16,
        /// As the file says.
        minor: u16,
    },
    /// A pcapng section of another major version.
    #[error("pcapng version {major}.{minor}: expected 1.0 to 1.2")]
    PcapngVersion {
        /// As the file says.
        major: u16,
        /// As the file says.
        minor: u16,
    },
}

/// Where a capture breaks off.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("after {frames_read} frames, at byte {offset}: {kind}")]
pub struct Damage {
    /// Where the first record that could not be read starts, in bytes from the
    /// start of the file; of a compressed one, of what is in it.
    pub offset: u64,
    /// What is wrong there.
    pub kind: DamageKind,
    /// How many frames were read before.
    pub frames_read: u32,
}

/// Blocks of a pcapng file whose content cannot be, between others that were
/// read: they were passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The first of them.
    pub first: Damage,
    /// How many there are.
    pub count: u32,
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DamageKind {
    /// The file ends in the middle of it.
    #[error("the record is cut: needed {needed} bytes, available {available}")]
    Cut {
        /// How many bytes it takes, as far as it says: its header's size where
        /// not even that is there.
        needed: u32,
        /// How many bytes there are.
        available: u32,
    },
    /// Its length cannot be.
    #[error("the record has an impossible length: expected {least} to {most} bytes, found {length}")]
    ImpossibleLength {
        /// What it says, in bytes.
        length: u32,
        /// The shortest possible.
        least: u32,
        /// The longest that is read.
        most: u32,
    },
    /// A pcapng block says its length twice, and differently.
    #[error("the block of type {block_type:#010x} has two lengths: {first} bytes at its start, {last} at its end")]
    LengthsDiffer {
        /// The block type.
        block_type: u32,
        /// What it says at its start, in bytes.
        first: u32,
        /// What it says at its end, in bytes.
        last: u32,
    },
    /// A pcapng block's content contradicts its length.
    #[error("the block of type {block_type:#010x} and {length} bytes is corrupt")]
    CorruptBlock {
        /// The block type.
        block_type: u32,
        /// Its length in bytes.
        length: u32,
    },
    /// A packet names an interface that was not described.
    #[error("the packet was seen at interface {interface}, but {described} are described before it")]
    UnknownInterface {
        /// The interface it names, from 0.
        interface: u32,
        /// How many the section has described so far.
        described: u32,
    },
    /// A section starts that we do not read.
    #[error("a section in {0}")]
    Unsupported(Unsupported),
    /// What the file is compressed with ends too early.
    #[error("the {by} data is cut after {packed} bytes")]
    PackedCut {
        /// With what.
        by: Compression,
        /// How many compressed bytes there are.
        packed: u64,
    },
    /// It cannot be unpacked from here on.
    #[error("the {by} data is corrupt near its byte {packed}")]
    PackedCorrupt {
        /// With what.
        by: Compression,
        /// How many compressed bytes were read up to there.
        packed: u64,
    },
    /// It unpacks to more than any capture does: see [`Limits`].
    ///
    /// [`Limits`]: super::Limits
    #[error("{packed} bytes of {by} data unpack to {unpacked} bytes and more: stopped there")]
    UnpacksTooFar {
        /// With what.
        by: Compression,
        /// How many compressed bytes were read.
        packed: u64,
        /// How many bytes came out of them.
        unpacked: u64,
    },
    /// What was unpacked or streamed could not be kept for later.
    #[error("keeping a copy in a temporary file failed: {error}")]
    SpoolFailed {
        /// What kind of failure.
        error: io::ErrorKind,
    },
    /// The system would not give us more.
    #[error("reading failed: {error}")]
    ReadFailed {
        /// What kind of failure.
        error: io::ErrorKind,
    },
}

impl DamageKind {
    /// Whether only the content of one pcapng block is wrong, so that what is
    /// behind it can be read. A section header is more than that.
    pub(super) const fn is_of_one_block(&self) -> bool {
        match self {
            Self::CorruptBlock { block_type, .. } => *block_type != super::pcapng::block_type::SECTION_HEADER,
            Self::UnknownInterface { .. } => true,
            Self::Cut { .. }
            | Self::ImpossibleLength { .. }
            | Self::LengthsDiffer { .. }
            | Self::Unsupported(_)
            | Self::PackedCut { .. }
            | Self::PackedCorrupt { .. }
            | Self::UnpacksTooFar { .. }
            | Self::SpoolFailed { .. }
            | Self::ReadFailed { .. } => false,
        }
    }
}

/// Bytes for a person: hexadecimal pairs.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{byte:02x}")?;
        }
        Ok(())
    }
}
