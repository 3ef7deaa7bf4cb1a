//! What can go wrong with a capture file: nothing could be read, or not all.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

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
    /// It is a capture, but of a kind we do not read.
    #[error("cannot read {0}")]
    Unsupported(Unsupported),
    /// The file could not be written; what was there before still is.
    #[error("cannot save the capture: {source}: {}", path.display())]
    Save {
        /// What the system said.
        source: io::Error,
        /// Which file.
        path: PathBuf,
    },
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
    /// A pcap file before 2.3, where the two lengths stand the other way
    /// round, or after 2.
    #[error("pcap version {major}.{minor}: expected 2.3 or 2.4")]
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
    /// start of the file.
    pub offset: u64,
    /// What is wrong there.
    pub kind: DamageKind,
    /// How many frames were read before.
    pub frames_read: u32,
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
    /// The system would not give us more.
    #[error("reading failed: {error}")]
    ReadFailed {
        /// What kind of failure.
        error: io::ErrorKind,
    },
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
