//! Capture files: pcap and pcapng in, pcapng out.
//!
//! Owns the two formats (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng),
//! what is said about a damaged file, and how events other than frames ride in
//! a file that other tools read too. Has no opinion on what the frames mean:
//! link types are passed on, not interpreted.
//!
//! # What is kept
//!
//! A trace written by [`write`](crate::source::file::write()) and read again is equal to what was written:
//! the packets are ordinary Enhanced Packet Blocks, and socket calls, outputs,
//! exits, programs and notes are custom options of the block before them, which
//! other tools pass over (`docs/decisions/0001-custom-options-in-pcapng.md`).
//! Three limits: the flow label of an IPv6 socket address is not kept,
//! zero bytes at the end of a name or a comment are taken for padding, and
//! where one is longer than the format's 65,535 bytes, a name is cut there and
//! a comment comes back with a line break there.
//!
//! Of other writers' pcapng we keep packets with their comments, interfaces
//! with their name, description and link type, the operating system, and how
//! many frames were dropped. The rest is lost when the trace is written again:
//! hardware, capture filters, addresses and speeds of interfaces, flags and
//! hashes of packets, resolved names, TLS secrets, other custom options. Blocks that were passed
//! over are counted in [`Opened::skipped`](crate::source::file::Opened::skipped).
//!
//! # Damage
//!
//! A capture that breaks off is still a capture: [`Opened::damage`](crate::source::file::Opened::damage) says where
//! and how, and everything before that place is in the trace.

/// Pieces of bytes in either byte order.
mod bytes;
/// Notes, programs and events that pcapng has no block for.
mod custom;
/// What can go wrong.
mod error;
/// A window over whatever is being read.
mod input;
/// Reading pcap.
mod pcap;
/// Reading pcapng.
mod pcapng;
/// From a file's time units to nanoseconds.
mod ticks;
/// Writing pcapng.
mod write;

/// Tiny captures made by hand.
#[cfg(test)]
mod samples;
/// Round trips, every truncation, and mutants.
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

pub use error::{Compression, Damage, DamageKind, FileError, Unsupported};
pub use write::{save, write};

use crate::trace::Trace;
use input::Input;

/// The longest record that is read or written, in bytes. Longer ones are taken
/// for damage: no capture tool cuts frames at more than 256 KiB by default.
pub const LONGEST_RECORD: u32 = 16 * 1024 * 1024;

/// A capture that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// What was in it, in the order of its records.
    pub trace: Trace,
    /// Where it breaks off, if it does.
    pub damage: Option<Damage>,
    /// pcapng blocks that were passed over, by block type: we have no use for
    /// them, or do not know them.
    pub skipped: BTreeMap<u32, u32>,
    /// Calls, outputs, exits, programs and notes of ours that were passed over:
    /// written by a later version, broken, of a program that is not in the
    /// file, or the second notes of two captures in one file.
    pub not_understood: u32,
    /// Frames that came without a time (pcapng's Simple Packet Blocks have
    /// none) and stand at 1970-01-01 00:00 UTC.
    pub untimed: u32,
}

/// Reads the capture at `path`: pcap or pcapng, told apart by the first bytes.
///
/// # Errors
///
/// [`FileError`] where there is no trace at all. A capture that breaks off is
/// no error; see [`Opened::damage`].
pub fn open(path: &Path) -> Result<Opened, FileError> {
    let file = File::open(path).map_err(|source| FileError::Open { source, path: path.to_owned() })?;
    read(file)
}

/// Reads a capture from `reader` to its end, 1 MiB at a time.
///
/// # Errors
///
/// As [`open()`].
pub fn read(reader: impl Read) -> Result<Opened, FileError> {
    let mut input = Input::new(reader);
    let first = input.fill(FIRST_BYTES).to_vec();
    if first.is_empty() {
        return Err(match input.failure() {
            Some(source) => FileError::Read { source },
            None => FileError::Empty,
        });
    }
    let mut opened = Opened::default();
    let outcome = match format(&first)? {
        Format::Pcap => pcap::read(&mut input, &mut opened),
        Format::Pcapng => pcapng::read(&mut input, &mut opened),
    };
    match outcome {
        Ok(()) => {}
        // A file that starts with what we cannot read is no damaged file.
        Err(DamageKind::Unsupported(what)) if input.offset() == 0 => return Err(FileError::Unsupported(what)),
        Err(kind) => {
            let frames_read = u32::try_from(opened.trace.frame_count()).unwrap_or(u32::MAX);
            opened.damage = Some(Damage { offset: input.offset(), kind, frames_read });
        }
    }
    Ok(opened)
}

/// As many bytes as it takes to know a format: pcapng's byte-order magic ends
/// here.
const FIRST_BYTES: usize = 12;

/// A format we read.
enum Format {
    Pcap,
    Pcapng,
}

/// What the first bytes of a file say it is.
fn format(first: &[u8]) -> Result<Format, FileError> {
    let unsupported = |name| Err(FileError::Unsupported(Unsupported::Format { name }));
    let compressed = |by| Err(FileError::Compressed { by });
    match first {
        [0x0a, 0x0d, 0x0d, 0x0a, _, _, _, _, magic @ ..] if bytes::ByteOrder::of_magic(magic).is_some() => {
            Ok(Format::Pcapng)
        }
        [0x0a, 0x0d, 0x0d, 0x0a, ..] if first.len() < FIRST_BYTES => Ok(Format::Pcapng),
        [0xd4, 0xc3, 0xb2, 0xa1, ..]
        | [0xa1, 0xb2, 0xc3, 0xd4, ..]
        | [0x4d, 0x3c, 0xb2, 0xa1, ..]
        | [0xa1, 0xb2, 0x3c, 0x4d, ..]
        | [0x34, 0xcd, 0xb2, 0xa1, ..] => Ok(Format::Pcap),
        [0xa1, 0xb2, 0xcd, 0x34, ..] => unsupported("big-endian pcap with 24-byte record headers"),
        [0x1c, 0x00, 0x01 | 0x02, 0xac, ..] | [0xac, 0x01 | 0x02, 0x00, 0x1c, ..] => unsupported("Ixia lcap"),
        [b's', b'n', b'o', b'o', b'p', ..] => unsupported("snoop"),
        [0x1f, 0x8b, ..] => compressed(Compression::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => compressed(Compression::Zstandard),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => compressed(Compression::Xz),
        [b'B', b'Z', b'h', ..] => compressed(Compression::Bzip2),
        [0x04, 0x22, 0x4d, 0x18, ..] => compressed(Compression::Lz4),
        _ => Err(FileError::NotACapture { found: first.to_vec() }),
    }
}
