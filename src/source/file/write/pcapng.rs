//! pcapng on its way out: one block open, to which documents may be added.

use std::borrow::Cow;
use std::io::Write;

use super::super::bytes::ByteOrder;
use super::super::custom::{Document, Happening};
use super::super::error::WriteError;
use super::super::options::{Options, code};
use super::super::pcapng::block_type;
use super::super::reader::RecordFrame;
use super::super::statistics;
use super::super::ticks::Ticks;
use super::block::Block;
use crate::model::{LinkType, Place, PlaceId, Timestamp};
use crate::trace::{Aside, AsideKind, Notes};

/// A pcapng file so far.
pub(super) struct Pcapng {
    block: Block,
    /// The first section header is begun.
    begun: bool,
    notes: Notes,
    /// The options of the first section header.
    section: Vec<u8>,
    /// What is known of the interface described next.
    interface: Option<InterfaceAside>,
    /// More options of the next frame, and whether they are big-endian.
    frame: Option<(bool, Vec<u8>)>,
    places: Vec<Described>,
    /// How many interfaces this section has.
    interfaces: u32,
    /// The file has statistics that are not ours.
    statistics: bool,
    /// What could not be written because its byte order is another.
    pub(super) left_out: u64,
}

struct InterfaceAside {
    big_endian: bool,
    snap_length: u32,
    clock_offset: i64,
    options: Vec<u8>,
}

/// A place in the file.
enum Described {
    /// In this section, or in one before it, where frames no longer reach.
    Interface { section: bool, number: u32, ticks: Ticks, frames: u64, last: Timestamp },
    /// A program or a kernel.
    Other(Place),
}

impl Pcapng {
    pub(super) fn new() -> Self {
        Self {
            block: Block::none(),
            begun: false,
            notes: Notes::default(),
            section: Vec::new(),
            interface: None,
            frame: None,
            places: Vec::new(),
            interfaces: 0,
            statistics: false,
            left_out: 0,
        }
    }

    /// What the first section header will say; `false` where it was written and
    /// said something else. The number of drops comes at the end.
    pub(super) fn notes(&mut self, notes: &Notes) -> bool {
        let same = Notes { drops: self.notes.drops, ..notes.clone() } == self.notes;
        self.notes.clone_from(notes);
        same || !self.begun
    }

    pub(super) fn aside(&mut self, out: &mut impl Write, aside: &Aside) -> Result<(), WriteError> {
        let order = ByteOrder::of(aside.big_endian);
        match &aside.what {
            AsideKind::Section { options, .. } if !self.begun => {
                self.block.order = order;
                self.section.clone_from(options);
            }
            AsideKind::Section { options, .. } => {
                self.block.write(out)?;
                self.block.order = order;
                self.interfaces = 0;
                for place in &mut self.places {
                    if let Described::Interface { section, .. } = place {
                        *section = false;
                    }
                }
                self.section_header(options);
            }
            AsideKind::Interface { snap_length, clock_offset, options, .. } => {
                self.interface = Some(InterfaceAside {
                    big_endian: aside.big_endian,
                    snap_length: *snap_length,
                    clock_offset: *clock_offset,
                    options: options.clone(),
                });
            }
            AsideKind::Frame { options } => self.frame = Some((aside.big_endian, options.clone())),
            AsideKind::Block { block_type, body } => {
                self.begin()?;
                if order == self.block.order {
                    self.statistics |= *block_type == block_type::INTERFACE_STATISTICS;
                    self.block.write(out)?;
                    self.block.begin(*block_type);
                    self.block.body(&self.in_its_clock(*block_type, body));
                } else {
                    self.left_out = self.left_out.saturating_add(1);
                }
            }
        }
        Ok(())
    }

    /// A place whose first frame is not before `earliest`, where that is known.
    pub(super) fn place(
        &mut self,
        out: &mut impl Write,
        place: &Place,
        earliest: Option<Timestamp>,
    ) -> Result<(), WriteError> {
        self.begin()?;
        match place {
            Place::Interface { name, description, link_type } => {
                self.block.write(out)?;
                let more = self.interface.take();
                let clock = more.as_ref().map_or(0, |more| more.clock_offset);
                let ticks = earliest.map_or_else(|| Ticks::since(clock), Ticks::from);
                self.interface_description(name, description.as_deref(), *link_type, ticks, more);
                let number = self.interfaces;
                self.interfaces = self.interfaces.saturating_add(1);
                let last = Timestamp::default();
                self.places.push(Described::Interface { section: true, number, ticks, frames: 0, last });
            }
            Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. } => {
                self.carrier(out)?;
                let number = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
                self.places.push(Described::Other(place.clone()));
                self.document(&Document::Program { number, place: place.clone() })?;
            }
        }
        Ok(())
    }

    pub(super) fn frame(&mut self, out: &mut impl Write, frame: &RecordFrame<'_>) -> Result<(), WriteError> {
        self.begin()?;
        let misplaced = WriteError::Misplaced { place: frame.place };
        let index = usize::try_from(frame.place.0).unwrap_or(usize::MAX);
        let Some(Described::Interface { section: true, number, ticks, frames, last }) = self.places.get_mut(index)
        else {
            return Err(misplaced);
        };
        if ticks.is_before(frame.at) {
            return Err(WriteError::Moment { at: frame.at });
        }
        *frames = frames.saturating_add(1);
        *last = (*last).max(frame.at);
        let (number, ticks) = (*number, ticks.nanos(frame.at));
        let length = frame.bytes.len();
        let captured =
            u32::try_from(length).map_err(|_| WriteError::TooLong { length, most: super::super::LONGEST_RECORD })?;
        self.block.write(out)?;
        self.block.begin(block_type::ENHANCED_PACKET);
        self.block.u32(number).ticks(ticks).u32(captured).u32(frame.original_length).padded(frame.bytes);
        if let Some(comment) = frame.comment {
            self.block.comment(comment);
        }
        self.raw_options(frame.options.big_endian, frame.options.bytes);
        if let Some((big_endian, options)) = self.frame.take() {
            self.raw_options(big_endian, &options);
        }
        Ok(())
    }

    pub(super) fn happening(
        &mut self,
        out: &mut impl Write,
        at: Timestamp,
        place: PlaceId,
        what: Happening,
    ) -> Result<(), WriteError> {
        self.begin()?;
        match self.places.get(usize::try_from(place.0).unwrap_or(usize::MAX)) {
            Some(Described::Other(found)) if what.fits(found) => {}
            _ => return Err(WriteError::Misplaced { place }),
        }
        self.carrier(out)?;
        self.document(&Document::Event { at, program: place.0, what })
    }

    /// Writes the block at hand, which is done with.
    pub(super) fn flush(&mut self, out: &mut impl Write) -> Result<(), WriteError> {
        self.begin()?;
        self.block.write(out)
    }

    /// Writes what is left, and what was counted.
    pub(super) fn finish(&mut self, out: &mut impl Write, drops: Option<u64>) -> Result<(), WriteError> {
        self.flush(out)?;
        if drops.is_none() || self.statistics {
            return Ok(());
        }
        for place in &self.places {
            let Described::Interface { section: true, number, ticks, frames, last } = place else { continue };
            self.block.begin(block_type::INTERFACE_STATISTICS);
            self.block.u32(*number).ticks(ticks.nanos(*last));
            self.block.count(code::ISB_IFRECV, *frames);
            // One count for all interfaces cannot be told apart.
            if let (Some(drops), 1) = (drops, self.interfaces) {
                self.block.count(code::ISB_IFDROP, drops);
            }
            self.block.document(&Document::Statistics { drops })?;
            self.block.write(out)?;
        }
        Ok(())
    }

    /// Begins the first section: its notes, and who wrote it on what.
    fn begin(&mut self) -> Result<(), WriteError> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        let options = std::mem::take(&mut self.section);
        self.section_header(&options);
        let says = |code| Options::new(&options, self.block.order).any(|field| field.code == code);
        let (system, application) = (says(code::SHB_OS), says(code::SHB_USERAPPL));
        if let (Some(system), false) = (&self.notes.system, system) {
            self.block.text(code::SHB_OS, system);
        }
        if !application {
            self.block.text(code::SHB_USERAPPL, concat!("wirelens ", env!("CARGO_PKG_VERSION")));
        }
        let notes = self.notes.clone();
        self.document(&Document::Notes(notes))
    }

    /// The byte-order magic, version 1.0, a length that is not known.
    fn section_header(&mut self, options: &[u8]) {
        self.block.begin(block_type::SECTION_HEADER);
        self.block.u32(0x1a2b_3c4d).u16(1).u16(0).i64(-1);
        self.block.raw_options(options);
    }

    fn interface_description(
        &mut self,
        name: &str,
        description: Option<&str>,
        link_type: LinkType,
        ticks: Ticks,
        more: Option<InterfaceAside>,
    ) {
        let snap_length = more.as_ref().map_or(0, |more| more.snap_length);
        self.block.begin(block_type::INTERFACE_DESCRIPTION);
        // Two bytes are reserved.
        self.block.u16(link_type.0).u16(0).u32(snap_length);
        if !name.is_empty() {
            self.block.text(code::IF_NAME, name);
        }
        if let Some(description) = description {
            self.block.text(code::IF_DESCRIPTION, description);
        }
        self.block.option(code::IF_TSRESOL, &[ticks.resolution]);
        if ticks.offset != 0 {
            self.block.count(code::IF_TSOFFSET, ticks.offset.cast_unsigned());
        }
        if let Some(more) = more {
            self.raw_options(more.big_endian, &more.options);
        }
    }

    /// A block's body: of statistics, with the moments as its interface counts
    /// them here.
    fn in_its_clock<'a>(&self, block_type: u32, body: &'a [u8]) -> Cow<'a, [u8]> {
        let order = self.block.order;
        let found = statistics::interface(body, order).filter(|_| block_type == block_type::INTERFACE_STATISTICS);
        let clock = self.places.iter().find_map(|place| match place {
            Described::Interface { section: true, number, ticks, .. } if Some(*number) == found => Some(*ticks),
            Described::Interface { .. } | Described::Other(_) => None,
        });
        let Some(ticks) = clock.filter(|ticks| ticks.offset != 0) else { return Cow::Borrowed(body) };
        let moment = |nanos| Timestamp::from_nanos(i64::try_from(nanos).unwrap_or(i64::MAX));
        Cow::Owned(statistics::shifted(body, order, |nanos| ticks.nanos(moment(nanos))))
    }

    /// Options in the byte order of the section; others mean nothing there.
    fn raw_options(&mut self, big_endian: bool, options: &[u8]) {
        if options.is_empty() || ByteOrder::of(big_endian) == self.block.order {
            self.block.raw_options(options);
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    /// Sees to it that a block is open: where none is, one that carries nothing
    /// else.
    fn carrier(&mut self, out: &mut impl Write) -> Result<(), WriteError> {
        if !self.block.is_open() {
            self.block.write(out)?;
            self.block.begin(block_type::NAME_RESOLUTION);
            // The end of its records.
            self.block.u16(0).u16(0);
        }
        Ok(())
    }

    fn document(&mut self, document: &Document) -> Result<(), WriteError> {
        self.block.document(document)
    }
}
