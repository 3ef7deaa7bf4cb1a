//! Reading a capture as it streams in: one item after the other, in the order
//! of the file, nothing held but the record at hand.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, Read};
use std::net::IpAddr;
use std::ops::Range;
use std::path::Path;

use super::error::{Broken, Compression, Damage, DamageKind, FileError, Unsupported};
use super::frames::{self, Frames};
use super::input::Input;
use super::pcap::{self, Records};
use super::pcapng::{self, Pcapng};
use super::unpack::{Limits, Packed, Raw, Stream};
use crate::model::{Event, Place, PlaceId, Timestamp};
use crate::trace::{Aside, AsideKind, Notes};

/// Something a capture file holds. What is rare is in a box: frames are moved
/// by the million.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A place; the first is number 0, the next 1.
    Place(Place),
    /// A frame.
    Frame(RecordFrame<'a>),
    /// Something that is no frame: only files of ours have these.
    Event(Box<Event>),
    /// How the trace came to be, as far as is known now: what was known before
    /// is in it.
    Notes(Box<Notes>),
    /// What no event holds, to be written again where it stood. Those of a
    /// frame come with the frame, see [`RecordFrame::options`].
    Aside(Aside),
}

/// A frame in the buffer it was read to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordFrame<'a> {
    /// When it was seen; 1970-01-01 00:00 UTC where the file does not say.
    pub at: Timestamp,
    /// Where: an interface.
    pub place: PlaceId,
    /// Where its first byte stands, in bytes from the start of the (unpacked)
    /// stream.
    pub offset: u64,
    /// Its length on the wire, in bytes.
    pub original_length: u32,
    /// The bytes that were kept.
    pub bytes: &'a [u8],
    /// What a person wrote about it, a line for each comment.
    pub comment: Option<&'a str>,
    /// What else the file says of it.
    pub options: RawOptions<'a>,
}

/// Options of a packet that have no meaning here, as they stand in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RawOptions<'a> {
    /// Whether numbers in them stand with their upper byte first.
    pub big_endian: bool,
    /// Code, length, value, padding, without an end mark; empty for none.
    pub bytes: &'a [u8],
}

/// What only the whole file tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How the trace came to be.
    pub notes: Notes,
    /// pcapng blocks we have no use for, or do not know, by block type. They
    /// are [`Item::Aside`] too.
    pub skipped: BTreeMap<u32, u32>,
    /// Documents of ours that were passed over: written by a later version,
    /// broken, of a program that is not in the file, or the second notes of two
    /// captures in one file.
    pub not_understood: u32,
    /// Frames that came without a time (pcapng's Simple Packet Blocks have
    /// none) and stand at 1970-01-01 00:00 UTC.
    pub untimed: u32,
    /// Blocks with impossible content between good ones.
    pub broken: Option<Broken>,
    /// What the file calls hosts, from its Name Resolution Blocks.
    pub names: BTreeMap<IpAddr, Vec<String>>,
}

/// What blocks leave behind while they are read.
#[derive(Default)]
pub(super) struct Gathered {
    /// Items to give out before the next record is read.
    pub(super) pending: VecDeque<Item<'static>>,
    /// Of the frame at hand.
    pub(super) comment: Option<String>,
    /// Of the frame at hand.
    pub(super) options: Vec<u8>,
    /// Whether the numbers in them stand with their upper byte first.
    pub(super) big_endian: bool,
    /// The options of the block at hand break off.
    pub(super) options_broke: bool,
    pub(super) summary: Summary,
}

/// A frame in the record at hand.
pub(super) struct Found {
    pub(super) at: Timestamp,
    pub(super) place: PlaceId,
    pub(super) original_length: u32,
    /// Where in its record its bytes are.
    pub(super) data: Range<usize>,
}

/// What one record was.
enum Step {
    /// A frame in a record of this length at this offset.
    Frame { found: Found, length: u32, offset: u64 },
    /// No frame.
    More,
    /// The stream ended.
    End,
}

/// What is being read.
enum Format {
    /// The header comes first.
    PcapHeader,
    Pcap {
        records: Records,
        place: PlaceId,
    },
    Pcapng(Box<Pcapng>),
}

/// Reads a capture, item by item: pcap or pcapng, plain or compressed with
/// gzip or Zstandard, told apart by the first bytes.
///
/// Waits for no more bytes than the next record takes.
pub struct Reader<R> {
    input: Input<Stream<R>>,
    format: Format,
    gathered: Gathered,
    frames: u32,
    ended: bool,
}

/// As many bytes as it takes to know a format: pcapng's byte-order magic ends
/// here.
const FIRST_BYTES: usize = 12;

impl Reader<File> {
    /// Opens the capture at `path` together with access to its frames by their
    /// offset: to the file itself, or to a temporary file where that is
    /// compressed or cannot be read twice.
    ///
    /// # Errors
    ///
    /// As [`Reader::new`], and where there is no such file.
    pub fn open(path: &Path) -> Result<(Self, Frames), FileError> {
        let failed = |source| FileError::Open { source, path: path.to_owned() };
        let file = File::open(path).map_err(failed)?;
        let plain = file.metadata().map_err(failed)?.is_file();
        let again = file.try_clone().map_err(failed)?;
        let mut reader = Self::new(file)?;
        let frames = if plain && reader.compression().is_none() {
            Frames::of_file(again).map_err(failed)?
        } else {
            reader.spool().map_err(failed)?
        };
        Ok((reader, frames))
    }
}

impl<R: Read> Reader<R> {
    /// Looks at the first bytes of `reader`.
    ///
    /// # Errors
    ///
    /// [`FileError`] where it is no capture, or none we read.
    pub fn new(reader: R) -> Result<Self, FileError> {
        Self::with_limits(reader, Limits::default())
    }

    /// As [`Reader::new`], with other bounds to what compressed data may unpack
    /// to.
    ///
    /// # Errors
    ///
    /// As [`Reader::new`].
    pub fn with_limits(reader: R, limits: Limits) -> Result<Self, FileError> {
        let raw = Raw::new(reader, FIRST_BYTES).map_err(|source| FileError::Read { source })?;
        let packed = match raw.first() {
            [0x1f, 0x8b, ..] => Some(Packed::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Packed::Zstandard),
            _ => None,
        };
        let mut input = Input::new(Stream::new(raw, packed, limits));
        let first = input.fill(FIRST_BYTES).to_vec();
        if first.is_empty() {
            let kind = input.whole(1).err();
            return Err(match (kind, input.failure()) {
                (_, None) => FileError::Empty,
                (None | Some(DamageKind::ReadFailed { .. }), Some(source)) => FileError::Read { source },
                (Some(kind), Some(_)) => FileError::Unpack { kind },
            });
        }
        let format = match format(&first)? {
            Format::PcapHeader => {
                if let Ok(header) = input.whole(pcap::HEADER_LENGTH)
                    && let Err(DamageKind::Unsupported(what)) = pcap::Header::of(header)
                {
                    return Err(FileError::Unsupported(what));
                }
                Format::PcapHeader
            }
            other @ (Format::Pcap { .. } | Format::Pcapng(_)) => {
                if let Some(what) = pcapng::unsupported(input.fill(pcapng::UP_TO_VERSION)) {
                    return Err(FileError::Unsupported(what));
                }
                other
            }
        };
        Ok(Self { input, format, gathered: Gathered::default(), frames: 0, ended: false })
    }

    /// As [`Reader::new`]; everything that is read is written to a temporary
    /// file too, which [`Reader::frames`] reads.
    ///
    /// # Errors
    ///
    /// As [`Reader::new`], and where no temporary file can be made.
    pub fn with_spool(reader: R) -> Result<Self, FileError> {
        let mut reader = Self::new(reader)?;
        reader.spool().map_err(|source| FileError::Spool { source })?;
        Ok(reader)
    }

    fn spool(&mut self) -> io::Result<Frames> {
        let spool = frames::temporary()?;
        let frames = Frames::of_spool(spool.try_clone()?);
        self.input.spool_to(spool)?;
        Ok(frames)
    }

    /// Access to the frames by their offset, where there is a spool: to what
    /// was read so far, at any time.
    ///
    /// # Errors
    ///
    /// What the system says on duplicating a file descriptor.
    pub fn frames(&self) -> io::Result<Option<Frames>> {
        self.input.spool().map(|spool| spool.try_clone().map(Frames::of_spool)).transpose()
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    ///
    /// Where the capture breaks off, and how. Nothing comes after that.
    #[expect(clippy::should_implement_trait, reason = "an item borrows the buffer, which no iterator can express")]
    pub fn next(&mut self) -> Result<Option<Item<'_>>, Damage> {
        loop {
            if let Some(item) = self.gathered.pending.pop_front() {
                return Ok(Some(item));
            }
            if self.ended {
                return Ok(None);
            }
            match self.step() {
                Ok(Step::Frame { found, length, offset }) => {
                    self.frames = self.frames.saturating_add(1);
                    return Ok(Some(Item::Frame(self.frame(found, length, offset))));
                }
                Ok(Step::More) => {}
                Ok(Step::End) => self.end(),
                Err(kind) => {
                    let damage = Damage { offset: self.input.offset(), kind, frames_read: self.frames };
                    self.end();
                    self.gathered.pending.clear();
                    return Err(damage);
                }
            }
        }
    }

    /// How many bytes of the (unpacked) stream were read: where the next record
    /// starts.
    pub const fn offset(&self) -> u64 {
        self.input.offset()
    }

    /// How many bytes were taken from the underlying reader, for progress: a
    /// little ahead of what was given out.
    pub fn raw_offset(&self) -> u64 {
        self.input.reader().raw_offset()
    }

    /// What it is compressed with.
    pub const fn compression(&self) -> Option<Compression> {
        self.input.reader().compression()
    }

    /// What the file told so far beside its items.
    pub const fn summary(&self) -> &Summary {
        &self.gathered.summary
    }

    /// What the file told beside its items.
    pub fn finish(self) -> Summary {
        self.gathered.summary
    }

    #[inline]
    fn step(&mut self) -> Result<Step, DamageKind> {
        let Self { input, format, gathered, .. } = self;
        match format {
            Format::Pcap { records, place } => {
                let Some(start) = input.header(records.header_length)? else { return Ok(Step::End) };
                let Some(record) = records.record(start) else { return Ok(Step::End) };
                let length = records.length(record.captured)?;
                input.whole(length)?;
                let offset = input.offset();
                input.consume(length);
                let in_memory = |length| usize::try_from(length).unwrap_or(usize::MAX);
                let data = in_memory(records.header_length)..in_memory(length);
                let found = Found { at: record.at, place: *place, original_length: record.original_length, data };
                Ok(Step::Frame { found, length, offset })
            }
            Format::Pcapng(pcapng) => {
                if let Some((found, length)) = pcapng.plain_packet(input.rest(), gathered) {
                    let offset = input.offset();
                    input.consume(length);
                    return Ok(Step::Frame { found, length, offset });
                }
                let Some(start) = input.header(pcapng::SHORTEST_BLOCK)? else { return Ok(Step::End) };
                let (block_type, length) = pcapng.block_header(start)?;
                let block = input.whole(length)?;
                let outcome = pcapng.block(block_type, block, gathered);
                let offset = input.offset();
                let outcome = match outcome {
                    Err(kind) if kind.is_of_one_block() => {
                        gathered.broken(offset, kind, self.frames);
                        Ok(None)
                    }
                    outcome => outcome,
                }?;
                if std::mem::take(&mut gathered.options_broke) {
                    gathered.broken(offset, DamageKind::CorruptBlock { block_type, length }, self.frames);
                }
                input.consume(length);
                Ok(outcome.map_or(Step::More, |found| Step::Frame { found, length, offset }))
            }
            Format::PcapHeader => {
                let header = pcap::Header::of(input.whole(pcap::HEADER_LENGTH)?)?;
                // Some have a little more behind it.
                input.whole(header.length)?;
                input.consume(header.length);
                *format = Format::Pcap { records: header.records, place: PlaceId(0) };
                if header.snap_length != 0 || !header.options.is_empty() {
                    gathered.pending.push_back(Item::Aside(Aside {
                        big_endian: false,
                        what: AsideKind::Interface {
                            comment: None,
                            snap_length: header.snap_length,
                            clock_offset: 0,
                            options: header.options,
                        },
                    }));
                }
                gathered.pending.push_back(Item::Place(Place::Interface {
                    name: String::new(),
                    description: None,
                    link_type: header.link_type,
                }));
                Ok(Step::More)
            }
        }
    }

    #[inline]
    fn frame(&self, found: Found, length: u32, offset: u64) -> RecordFrame<'_> {
        let start = u64::try_from(found.data.start).unwrap_or(u64::MAX);
        let gathered = &self.gathered;
        RecordFrame {
            at: found.at,
            place: found.place,
            offset: offset.saturating_add(start),
            original_length: found.original_length,
            bytes: self.input.behind(length, found.data),
            comment: gathered.comment.as_deref(),
            options: RawOptions { big_endian: gathered.big_endian, bytes: &gathered.options },
        }
    }

    fn end(&mut self) {
        self.ended = true;
        if let Format::Pcapng(pcapng) = &mut self.format {
            pcapng.finish(&mut self.gathered);
        }
    }
}

impl Gathered {
    /// The frame at hand has neither comment nor options.
    #[inline]
    pub(super) fn plain(&mut self) {
        if self.comment.is_some() {
            self.comment = None;
        }
        self.options.clear();
    }

    /// Counts a block we have no use for.
    pub(super) fn skip(&mut self, block_type: u32) {
        let count = self.summary.skipped.entry(block_type).or_default();
        *count = count.saturating_add(1);
    }

    /// Counts a block that was passed over, or whose options were.
    fn broken(&mut self, offset: u64, kind: DamageKind, frames_read: u32) {
        match &mut self.summary.broken {
            Some(broken) => broken.count = broken.count.saturating_add(1),
            none => *none = Some(Broken { first: Damage { offset, kind, frames_read }, count: 1 }),
        }
    }
}

/// What the first bytes of a file say it is.
fn format(first: &[u8]) -> Result<Format, FileError> {
    let compressed = |by| Err(FileError::Compressed { by });
    match first {
        first if pcapng::starts(first) => Ok(Format::Pcapng(Box::default())),
        first if pcap::starts(first) => Ok(Format::PcapHeader),
        [b's', b'n', b'o', b'o', b'p', ..] => Err(FileError::Unsupported(Unsupported::Format { name: "snoop" })),
        // Compressed twice, where we have unpacked once.
        [0x1f, 0x8b, ..] => compressed(Compression::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => compressed(Compression::Zstandard),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => compressed(Compression::Xz),
        [b'B', b'Z', b'h', ..] => compressed(Compression::Bzip2),
        [0x04, 0x22, 0x4d, 0x18, ..] => compressed(Compression::Lz4),
        _ => Err(FileError::NotACapture { found: first.to_vec() }),
    }
}
