//! Capture files: pcap and pcapng in and out, as a stream.
//!
//! Owns the two formats (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng),
//! unpacking gzip and Zstandard, what is said about a damaged file, how events
//! other than frames ride in a file that other tools read too, and reading a
//! frame's bytes again by their offset. Has no opinion on what the frames mean:
//! link types are passed on, not interpreted.
//!
//! [`Reader`](crate::source::file::Reader) gives one item after the other and holds one record at a time;
//! [`Writer`](crate::source::file::Writer) takes them. [`open()`](crate::source::file::open()), [`read`](crate::source::file::read), [`write()`](crate::source::file::write())
//! and [`save`](crate::source::file::save) do the same with a whole [`Trace`](crate::trace::Trace).
//! Why it is done by hand: `docs/decisions/0005-captures-are-streamed.md`.
//!
//! # What is read
//!
//! pcap in either byte order, in micro- and nanoseconds, versions 2.0 to 2.4
//! and DG/UX's 543.0, with the 24-byte record headers of Alexey Kuznetzov's
//! patches, and Ixia's lcap. pcapng in either byte order, with any number of
//! sections and interfaces, any resolution and offset of their clocks. Both
//! compressed with gzip or Zstandard, within [`Limits`](crate::source::file::Limits). Moments are kept
//! however absurd they are; those that do not fit 1677 to 2262 stand at its
//! ends.
//!
//! # What is kept
//!
//! A trace written by [`write()`](crate::source::file::write()) and read again is equal to what was written:
//! the packets are ordinary Enhanced Packet Blocks, and socket calls, outputs,
//! exits, programs and notes are custom options of the block before them, which
//! other tools pass over (`docs/decisions/0001-custom-options-in-pcapng.md`).
//! Three limits: the flow label of an IPv6 socket address is not kept,
//! zero bytes at the end of a name or a comment are taken for padding, and
//! where one is longer than the format's 65,535 bytes, a name is cut there and
//! a comment comes back with a line break there.
//!
//! Other writers' pcapng is kept too, as [asides](crate::trace::Aside) of the
//! trace: sections, blocks of all types, and options of sections, interfaces
//! and packets stand where they stood, byte for byte and in their byte order.
//! Not the same again are: packets of the obsolete and the simple kind, which
//! become Enhanced Packet Blocks; clocks, which become nanoseconds, in packets as
//! in statistics; several
//! comments on one packet, which become one of several lines; the drop count
//! of an obsolete Packet Block; and blocks whose content is broken, which are
//! left out and counted in [`Opened::broken`](crate::source::file::Opened::broken). [`Opened::skipped`](crate::source::file::Opened::skipped) counts blocks that have no meaning here,
//! [`Opened::not_kept`](crate::source::file::Opened::not_kept) what exceeds [`MOST_ASIDE`](crate::source::file::MOST_ASIDE).
//!
//! Written as pcap, frames, their moments and their lengths remain. What is
//! left out is counted in [`Written`](crate::source::file::Written).
//!
//! # Damage
//!
//! A capture that breaks off is still a capture: [`Opened::damage`](crate::source::file::Opened::damage) says where
//! and how, and everything before that place is in the trace. A pcapng block
//! whose length is sound and whose content is not is passed over, and
//! [`Opened::broken`](crate::source::file::Opened::broken) says so.

/// Pieces of bytes in either byte order.
mod bytes;
/// Notes, programs and events that pcapng has no block for.
mod custom;
/// What can go wrong.
mod error;
/// Bytes of single frames, by their offset.
mod frames;
/// A window over whatever is being read.
mod input;
/// The options of pcapng blocks.
mod options;
/// Reading pcap.
mod pcap;
/// Reading pcapng.
mod pcapng;
/// Reading item by item.
mod reader;
/// Moments in statistics.
mod statistics;
/// From a file's time units to nanoseconds.
mod ticks;
/// Unpacking what is compressed.
mod unpack;
/// Writing pcapng and pcap.
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
use std::net::IpAddr;
use std::path::Path;

pub use error::{Broken, Compression, Damage, DamageKind, FileError, Unsupported, WriteError};
pub use frames::{Changed, Frames};
pub use reader::{Item, RawOptions, Reader, RecordFrame, Summary};
pub use unpack::Limits;
pub use write::{Format, Writer, Written, copy, save, save_as, save_with, write, write_as};

use crate::model::{Event, Frame, What};
use crate::trace::{Aside, AsideKind, Trace};

/// The longest record that is read or written, in bytes. Longer ones are taken
/// for damage: no capture tool cuts frames at more than 256 KiB by default.
pub const LONGEST_RECORD: u32 = 16 * 1024 * 1024;

/// The most that is kept aside in a [`Trace`] beside its events, in bytes: of
/// blocks and options that have no meaning here.
pub const MOST_ASIDE: usize = 64 * 1024 * 1024;

/// A capture that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// What was in it, in the order of its records.
    pub trace: Trace,
    /// Where it breaks off, if it does.
    pub damage: Option<Damage>,
    /// Blocks with impossible content between good ones.
    pub broken: Option<Broken>,
    /// pcapng blocks that have no meaning here, by block type.
    pub skipped: BTreeMap<u32, u32>,
    /// How many blocks, and options of frames, are not in the trace because
    /// [`MOST_ASIDE`] was reached: saved again, they are lost.
    pub not_kept: u64,
    /// Calls, outputs, exits, programs and notes of ours that were passed over:
    /// written by a later version, broken, of a program that is not in the
    /// file, or the second notes of two captures in one file.
    pub not_understood: u32,
    /// Frames that came without a time (pcapng's Simple Packet Blocks have
    /// none) and stand at 1970-01-01 00:00 UTC.
    pub untimed: u32,
    /// What the file calls hosts.
    pub names: BTreeMap<IpAddr, Vec<String>>,
}

/// Reads the capture at `path`, as [`read`] does.
///
/// # Errors
///
/// [`FileError`] where there is no trace at all. A capture that breaks off is
/// no error; see [`Opened::damage`].
pub fn open(path: &Path) -> Result<Opened, FileError> {
    let file = File::open(path).map_err(|source| FileError::Open { source, path: path.to_owned() })?;
    read(file)
}

/// Reads a whole capture from `reader`. [`Reader`] is for those that need not
/// be in memory at once.
///
/// # Errors
///
/// As [`open()`].
pub fn read(reader: impl Read) -> Result<Opened, FileError> {
    let mut reader = Reader::new(reader)?;
    let mut opened = Opened::default();
    let mut aside = 0;
    loop {
        match reader.next() {
            Ok(Some(item)) => opened.take(item, &mut aside),
            Ok(None) => break,
            Err(damage) => {
                opened.damage = Some(damage);
                break;
            }
        }
    }
    let Summary { notes, skipped, not_understood, untimed, broken, names } = reader.finish();
    opened.trace.notes = notes;
    Ok(Opened { broken, skipped, not_understood, untimed, names, ..opened })
}

impl Opened {
    fn take(&mut self, item: Item<'_>, aside: &mut usize) {
        match item {
            Item::Place(place) => {
                self.trace.add_place(place);
            }
            Item::Frame(frame) => {
                let RawOptions { big_endian, bytes } = frame.options;
                if !bytes.is_empty() {
                    self.keep(Aside { big_endian, what: AsideKind::Frame { options: bytes.to_vec() } }, aside);
                }
                let what = What::Frame(Frame {
                    bytes: frame.bytes.into(),
                    original_length: frame.original_length,
                    comment: frame.comment.map(str::to_owned),
                });
                self.trace.push(Event { at: frame.at, place: frame.place, what });
            }
            Item::Event(event) => self.trace.push(*event),
            // Those at the end hold what was known before.
            Item::Notes(_) => {}
            Item::Aside(found) => self.keep(found, aside),
        }
    }

    fn keep(&mut self, mut found: Aside, aside: &mut usize) {
        match &mut found.what {
            // What follows would mean something else without it.
            AsideKind::Section { .. } => {}
            AsideKind::Interface { comment: None, snap_length: 0, options, .. } if options.is_empty() => return,
            // The events tell how far back the clock has to reach.
            AsideKind::Interface { clock_offset, .. } => *clock_offset = 0,
            AsideKind::Frame { .. } | AsideKind::Block { .. } => {
                let with = aside.saturating_add(found.size()).saturating_add(size_of::<Aside>());
                if with > MOST_ASIDE {
                    self.not_kept = self.not_kept.saturating_add(1);
                    return;
                }
                *aside = with;
            }
        }
        self.trace.add_aside(found);
    }
}
