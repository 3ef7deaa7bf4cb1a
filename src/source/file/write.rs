//! Writing pcapng: one section, the places in their order, then the events in
//! theirs. What is no block of its own is an option of the block before it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::LONGEST_RECORD;
use super::custom::{BEGINS, CONTINUES, Document, Happening, PRIVATE_ENTERPRISE_NUMBER, Written};
use super::error::FileError;
use super::pcapng::block_type;
use super::ticks::Ticks;
use crate::model::{Event, Frame, LinkType, Place, PlaceId, Timestamp, What};
use crate::trace::Trace;

/// Option codes, as numbered in the draft's sections 3.5 and 4.
mod option_code {
    pub(super) const END_OF_OPTIONS: u16 = 0;
    pub(super) const COMMENT: u16 = 1;
    pub(super) const SHB_OS: u16 = 3;
    pub(super) const SHB_USERAPPL: u16 = 4;
    pub(super) const IF_NAME: u16 = 2;
    pub(super) const IF_DESCRIPTION: u16 = 3;
    pub(super) const IF_TSRESOL: u16 = 9;
    pub(super) const IF_TSOFFSET: u16 = 14;
    pub(super) const ISB_IFRECV: u16 = 4;
    pub(super) const ISB_IFDROP: u16 = 5;
    /// Text of a private enterprise, which other tools may copy.
    pub(super) const CUSTOM: u16 = 2988;
}

/// The longest value of an option, in bytes.
const LONGEST_OPTION: usize = 0xffff;

/// Writes `trace` as pcapng, little-endian, each block with one call of
/// `write_all`: what is killed in between has lost no finished block.
///
/// # Errors
///
/// Whatever `out` says; [`io::ErrorKind::InvalidInput`] where the trace cannot
/// be written: a frame at a place that is no interface, a socket's state at one
/// that is no kernel, something else at one that is no program, or a block longer than
/// [`LONGEST_RECORD`].
pub fn write(trace: &Trace, out: impl Write) -> io::Result<()> {
    let interfaces = Interfaces::of(trace)?;
    let mut blocks = Blocks { out, block: section_header(trace) };
    blocks.document(&Document::Notes(trace.notes.clone()))?;
    for (id, place) in trace.places() {
        match place {
            Place::Interface { name, description, link_type } => {
                let ticks = interfaces.find(id)?.ticks;
                blocks.start(interface_description(name, description.as_deref(), *link_type, ticks))?;
            }
            Place::Program { .. } | Place::Kernel { .. } => {
                blocks.document(&Document::Program { number: id.0, place: place.clone() })?;
            }
        }
    }
    for Event { at, place, what } in trace.events() {
        let what = match what {
            What::Frame(frame) => {
                blocks.start(enhanced_packet(&interfaces, *at, *place, frame)?)?;
                continue;
            }
            What::SocketCall(call) => Happening::Call(call.clone()),
            What::Output { stream, bytes } => Happening::Output { stream: *stream, written: Written::new(bytes) },
            What::Exit(status) => Happening::Exit(*status),
            What::SocketState(state) => Happening::State(*state),
        };
        let program = number_of(trace, *place, &what)?;
        blocks.document(&Document::Event { at: *at, program, what })?;
    }
    if let Some(drops) = trace.notes.drops {
        for (number, interface) in (0..).zip(&interfaces.0) {
            // One count for all interfaces cannot be told apart.
            let drops = (interfaces.0.len() == 1).then_some(drops);
            blocks.start(interface_statistics(number, interface, drops))?;
        }
    }
    blocks.finish()
}

/// Writes `trace` to `path` as [`write()`] does, into a file beside it that
/// takes its name when it is complete: where this fails, what was there before
/// still is. What is there and is no regular file (a pipe, `/dev/null`) is
/// written to directly.
///
/// # Errors
///
/// [`FileError::Save`].
pub fn save(trace: &Trace, path: &Path) -> Result<(), FileError> {
    save_beside(trace, path).map_err(|source| FileError::Save { source, path: path.to_owned() })
}

fn save_beside(trace: &Trace, path: &Path) -> io::Result<()> {
    // The file behind a symbolic link, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&target).is_ok_and(|found| !found.is_file()) {
        return write(trace, OpenOptions::new().write(true).open(&target)?);
    }
    let (part, file) = create_beside(&target)?;
    let outcome = complete(trace, &file).and_then(|()| fs::rename(&part, &target));
    if outcome.is_err() {
        // The first failure is the one to tell; a part left behind is only
        // untidy.
        drop(fs::remove_file(&part));
    }
    outcome
}

/// The whole trace in `file`, and on the disk.
fn complete(trace: &Trace, file: &File) -> io::Result<()> {
    write(trace, BufWriter::new(file))?;
    file.sync_all()
}

/// A new file beside `target`, under a name nobody has.
fn create_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let mut attempt = 0;
    loop {
        let mut part = OsString::from(".");
        part.push(name);
        part.push(format!(".{}-{attempt}.part", std::process::id()));
        let part = target.with_file_name(part);
        match OpenOptions::new().write(true).create_new(true).open(&part) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 100 => attempt += 1,
            outcome => return outcome.map(|file| (part, file)),
        }
    }
}

/// The interfaces of a trace in the order of their description blocks.
struct Interfaces(Vec<Interface>);

struct Interface {
    id: PlaceId,
    ticks: Ticks,
    frames: u64,
    last: Timestamp,
}

impl Interfaces {
    fn of(trace: &Trace) -> io::Result<Self> {
        let of_place = |(id, place): (PlaceId, &Place)| match place {
            Place::Interface { .. } => {
                Some(Interface { id, ticks: Ticks::NANOSECONDS, frames: 0, last: Timestamp::default() })
            }
            Place::Program { .. } | Place::Kernel { .. } => None,
        };
        let mut interfaces = Self(trace.places().filter_map(of_place).collect());
        let mut earliest = vec![Timestamp::default(); interfaces.0.len()];
        for (_, at, place, _) in trace.frames() {
            let number = interfaces.number(place)?;
            if let (Some(interface), Some(earliest)) = (interfaces.0.get_mut(number), earliest.get_mut(number)) {
                interface.frames += 1;
                interface.last = interface.last.max(at);
                *earliest = at.min(*earliest);
            }
        }
        for (interface, earliest) in interfaces.0.iter_mut().zip(earliest) {
            interface.ticks = Ticks::from(earliest);
        }
        Ok(interfaces)
    }

    /// Where in the order of interfaces this place stands.
    fn number(&self, id: PlaceId) -> io::Result<usize> {
        self.0
            .binary_search_by_key(&id, |interface| interface.id)
            .map_err(|_| invalid(format!("a frame was seen at place {}, which is no interface", id.0)))
    }

    fn find(&self, id: PlaceId) -> io::Result<&Interface> {
        let number = self.number(id)?;
        self.0.get(number).ok_or_else(|| invalid(format!("place {} is no interface", id.0)))
    }
}

fn invalid(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

/// Blocks on their way out; the last one is still open for documents.
struct Blocks<W> {
    out: W,
    block: Block,
}

impl<W: Write> Blocks<W> {
    /// Writes the block so far; `next` is open.
    fn start(&mut self, next: Block) -> io::Result<()> {
        std::mem::replace(&mut self.block, next).write(&mut self.out)
    }

    /// Adds a document behind the open block, in as many options as it takes.
    fn document(&mut self, document: &Document) -> io::Result<()> {
        let json = document.json()?;
        let mut rest = json.as_str();
        let mut signature = BEGINS;
        let mut value = Vec::with_capacity(LONGEST_OPTION.min(rest.len() + 12));
        while !rest.is_empty() {
            value.clear();
            value.extend(PRIVATE_ENTERPRISE_NUMBER.to_le_bytes());
            value.extend_from_slice(signature.as_bytes());
            let (part, behind) = rest.split_at(rest.floor_char_boundary(LONGEST_OPTION - value.len()));
            value.extend_from_slice(part.as_bytes());
            self.block.option(option_code::CUSTOM, &value);
            (rest, signature) = (behind, CONTINUES);
        }
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        self.block.write(&mut self.out)?;
        self.out.flush()
    }
}

/// A block being built: everything between the two lengths.
struct Block {
    kind: u32,
    body: Vec<u8>,
    has_options: bool,
}

impl Block {
    const fn new(kind: u32) -> Self {
        Self { kind, body: Vec::new(), has_options: false }
    }

    fn u16(&mut self, value: u16) -> &mut Self {
        self.body.extend(value.to_le_bytes());
        self
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.body.extend(value.to_le_bytes());
        self
    }

    fn i64(&mut self, value: i64) -> &mut Self {
        self.body.extend(value.to_le_bytes());
        self
    }

    /// A time stands with its upper half first.
    fn ticks(&mut self, ticks: u64) -> &mut Self {
        let half = |ticks| u32::try_from(ticks).unwrap_or(u32::MAX);
        self.u32(half(ticks >> 32)).u32(half(ticks & 0xffff_ffff))
    }

    fn padded(&mut self, bytes: &[u8]) -> &mut Self {
        self.body.extend_from_slice(bytes);
        self.body.resize(self.body.len().next_multiple_of(4), 0);
        self
    }

    fn option(&mut self, code: u16, value: &[u8]) {
        self.has_options = true;
        self.u16(code).u16(u16::try_from(value.len()).unwrap_or(u16::MAX)).padded(value);
    }

    /// A text, cut where it is too long for an option.
    fn text(&mut self, code: u16, text: &str) {
        let (text, _) = text.split_at(text.floor_char_boundary(LONGEST_OPTION));
        self.option(code, text.as_bytes());
    }

    /// A comment, in as many options as it takes.
    fn comment(&mut self, mut text: &str) {
        loop {
            let (part, rest) = text.split_at(text.floor_char_boundary(LONGEST_OPTION));
            self.option(option_code::COMMENT, part.as_bytes());
            if rest.is_empty() {
                return;
            }
            text = rest;
        }
    }

    fn write(mut self, out: &mut impl Write) -> io::Result<()> {
        if self.has_options {
            self.u16(option_code::END_OF_OPTIONS).u16(0);
        }
        let length = self.body.len() + 12;
        let length = u32::try_from(length).ok().filter(|length| *length <= LONGEST_RECORD).ok_or_else(|| {
            invalid(format!("a record takes {length} bytes, more than the {LONGEST_RECORD} that can be read again"))
        })?;
        let mut block = Vec::with_capacity(self.body.len() + 12);
        block.extend(self.kind.to_le_bytes());
        block.extend(length.to_le_bytes());
        block.extend_from_slice(&self.body);
        block.extend(length.to_le_bytes());
        out.write_all(&block)
    }
}

/// The byte-order magic, version 1.0, a length that is not known, and who
/// wrote it on what.
fn section_header(trace: &Trace) -> Block {
    let mut block = Block::new(block_type::SECTION_HEADER);
    block.u32(0x1a2b_3c4d).u16(1).u16(0).i64(-1);
    if let Some(system) = &trace.notes.system {
        block.text(option_code::SHB_OS, system);
    }
    block.text(option_code::SHB_USERAPPL, concat!("wirelens ", env!("CARGO_PKG_VERSION")));
    block
}

fn interface_description(name: &str, description: Option<&str>, link_type: LinkType, ticks: Ticks) -> Block {
    // Two reserved bytes, and no limit to the length of frames.
    let mut block = Block::new(block_type::INTERFACE_DESCRIPTION);
    block.u16(link_type.0).u16(0).u32(0);
    if !name.is_empty() {
        block.text(option_code::IF_NAME, name);
    }
    if let Some(description) = description {
        block.text(option_code::IF_DESCRIPTION, description);
    }
    block.option(option_code::IF_TSRESOL, &[ticks.resolution]);
    if ticks.offset != 0 {
        block.option(option_code::IF_TSOFFSET, &ticks.offset.to_le_bytes());
    }
    block
}

fn enhanced_packet(interfaces: &Interfaces, at: Timestamp, place: PlaceId, frame: &Frame) -> io::Result<Block> {
    let too_many = |_| invalid("there are too many to count".to_owned());
    let mut block = Block::new(block_type::ENHANCED_PACKET);
    block
        .u32(u32::try_from(interfaces.number(place)?).map_err(too_many)?)
        .ticks(interfaces.find(place)?.ticks.nanos(at))
        .u32(u32::try_from(frame.bytes.len()).map_err(too_many)?)
        .u32(frame.original_length)
        .padded(&frame.bytes);
    if let Some(comment) = &frame.comment {
        block.comment(comment);
    }
    Ok(block)
}

fn interface_statistics(number: u32, interface: &Interface, drops: Option<u64>) -> Block {
    let mut block = Block::new(block_type::INTERFACE_STATISTICS);
    block.u32(number).ticks(interface.ticks.nanos(interface.last));
    block.option(option_code::ISB_IFRECV, &interface.frames.to_le_bytes());
    if let Some(drops) = drops {
        block.option(option_code::ISB_IFDROP, &drops.to_le_bytes());
    }
    block
}

/// What the events of a program or a kernel call it.
fn number_of(trace: &Trace, place: PlaceId, what: &Happening) -> io::Result<u32> {
    if trace.place(place).is_some_and(|found| what.fits(found)) {
        Ok(place.0)
    } else {
        Err(invalid(format!("something was seen at place {} that cannot happen there", place.0)))
    }
}
