//! Reading pcapng: blocks with a type and a length at both ends, in sections
//! that describe their interfaces (draft-ietf-opsawg-pcapng).

use std::collections::BTreeMap;
use std::io::Read;

use pcap_parser::traits::PcapNGPacketBlock as _;
use pcap_parser::{
    Block, EnhancedPacketBlock, InterfaceDescriptionBlock, InterfaceStatisticsBlock, OptionCode, PcapNGOption,
    SectionHeaderBlock, SimplePacketBlock, parse_block_be, parse_block_le, parse_option_be, parse_option_le,
};

use super::bytes::{ByteOrder, Bytes};
use super::custom::{BEGINS, CONTINUES, Document, Happening, PRIVATE_ENTERPRISE_NUMBER};
use super::error::{DamageKind, Unsupported};
use super::input::Input;
use super::ticks::Ticks;
use super::{LONGEST_RECORD, Opened};
use crate::model::{Event, Frame, LinkType, Place, PlaceId, Timestamp, What};

/// Block types, as numbered in the draft's section 10.1.
pub(super) mod block_type {
    pub(in super::super) const SECTION_HEADER: u32 = 0x0a0d_0d0a;
    pub(in super::super) const INTERFACE_DESCRIPTION: u32 = 1;
    /// Obsolete, before Enhanced Packet.
    pub(in super::super) const PACKET: u32 = 2;
    pub(in super::super) const SIMPLE_PACKET: u32 = 3;
    pub(in super::super) const INTERFACE_STATISTICS: u32 = 5;
    pub(in super::super) const ENHANCED_PACKET: u32 = 6;
}

/// Type, length, and the length again.
const SHORTEST_BLOCK: u32 = 12;

/// Reads a pcapng file to its end. [`Input::offset`] is where the first
/// unreadable block starts when this fails.
pub(super) fn read<R: Read>(input: &mut Input<R>, opened: &mut Opened) -> Result<(), DamageKind> {
    let mut reader = Reader { opened, section: Section::new(ByteOrder::Little), drops: BTreeMap::new(), notes: false };
    let outcome = reader.blocks(input);
    reader.finish();
    outcome
}

/// What one section of a file has said so far.
struct Section {
    order: ByteOrder,
    interfaces: Vec<Interface>,
    /// Our own programs by the number their document gave them.
    programs: BTreeMap<u32, PlaceId>,
}

impl Section {
    const fn new(order: ByteOrder) -> Self {
        Self { order, interfaces: Vec::new(), programs: BTreeMap::new() }
    }

    fn interface(&self, number: u32) -> Result<Interface, DamageKind> {
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        self.interfaces.get(index).copied().ok_or_else(|| DamageKind::UnknownInterface {
            interface: number,
            described: u32::try_from(self.interfaces.len()).unwrap_or(u32::MAX),
        })
    }
}

/// What it takes to read an interface's packets.
#[derive(Clone, Copy)]
struct Interface {
    place: PlaceId,
    ticks: Ticks,
    /// The most bytes kept of a frame; 0 for no limit.
    snap_length: u32,
}

struct Reader<'a> {
    opened: &'a mut Opened,
    section: Section,
    /// Frames dropped at each interface, by the last block that told.
    drops: BTreeMap<PlaceId, u64>,
    /// The file has notes of ours.
    notes: bool,
}

impl Reader<'_> {
    fn blocks<R: Read>(&mut self, input: &mut Input<R>) -> Result<(), DamageKind> {
        while let Some(start) = input.header(SHORTEST_BLOCK)? {
            let (block_type, length) = self.block_header(start)?;
            let block = input.whole(length)?;
            self.block(block_type, length, block)?;
            input.consume(length);
        }
        Ok(())
    }

    /// Type and length of the block that starts with these twelve bytes. A
    /// section header decides the byte order, its own included.
    fn block_header(&mut self, start: &[u8]) -> Result<(u32, u32), DamageKind> {
        let mut fields = Bytes::new(start, self.section.order);
        let block_type = fields.u32().unwrap_or_default();
        let mut length = fields.u32().unwrap_or_default();
        if block_type == block_type::SECTION_HEADER {
            let order = ByteOrder::of_magic(start.get(8..).unwrap_or_default())
                .ok_or(DamageKind::CorruptBlock { block_type, length })?;
            self.section = Section::new(order);
            length = Bytes::new(start.get(4..).unwrap_or_default(), order).u32().unwrap_or_default();
        }
        if !(SHORTEST_BLOCK..=LONGEST_RECORD).contains(&length) {
            return Err(DamageKind::ImpossibleLength { length, least: SHORTEST_BLOCK, most: LONGEST_RECORD });
        }
        Ok((block_type, length))
    }

    /// One whole block.
    fn block(&mut self, block_type: u32, first: u32, block: &[u8]) -> Result<(), DamageKind> {
        let corrupt = DamageKind::CorruptBlock { block_type, length: first };
        let end = block.last_chunk::<4>().ok_or_else(|| corrupt.clone())?;
        let last = Bytes::new(end, self.section.order).u32().ok_or_else(|| corrupt.clone())?;
        if first != last {
            return Err(DamageKind::LengthsDiffer { block_type, first, last });
        }
        // `pcap-parser` sees only the types we have a use for: others it knows
        // may have lengths it trips over.
        if !matches!(
            block_type,
            block_type::SECTION_HEADER
                | block_type::INTERFACE_DESCRIPTION
                | block_type::PACKET
                | block_type::SIMPLE_PACKET
                | block_type::INTERFACE_STATISTICS
                | block_type::ENHANCED_PACKET
        ) {
            self.skip(block_type);
            return Ok(());
        }
        let parse = match self.section.order {
            ByteOrder::Big => parse_block_be,
            ByteOrder::Little => parse_block_le,
        };
        let (_, parsed) = parse(block).map_err(|_| corrupt.clone())?;
        match parsed {
            Block::SectionHeader(header) => self.section_header(&header),
            Block::InterfaceDescription(description) => {
                self.interface_description(&description);
                Ok(())
            }
            Block::EnhancedPacket(packet) => self.enhanced_packet(&packet),
            Block::SimplePacket(packet) => self.simple_packet(&packet),
            Block::InterfaceStatistics(statistics) => self.interface_statistics(&statistics),
            Block::Unknown(unknown) => self.packet(unknown.data).unwrap_or(Err(corrupt)),
            Block::NameResolution(_)
            | Block::SystemdJournalExport(_)
            | Block::DecryptionSecrets(_)
            | Block::Custom(_)
            | Block::ProcessInformation(_) => {
                self.skip(block_type);
                Ok(())
            }
        }
    }

    fn section_header(&mut self, header: &SectionHeaderBlock<'_>) -> Result<(), DamageKind> {
        let (major, minor) = (header.major_version, header.minor_version);
        if major != 1 {
            return Err(DamageKind::Unsupported(Unsupported::PcapngVersion { major, minor }));
        }
        if !self.notes && self.opened.trace.notes.system.is_none() {
            self.opened.trace.notes.system = texts(&header.options, OptionCode::ShbOs).next();
        }
        self.documents(&header.options);
        Ok(())
    }

    fn interface_description(&mut self, description: &InterfaceDescriptionBlock<'_>) {
        let place = self.opened.trace.add_place(Place::Interface {
            name: texts(&description.options, OptionCode::IfName).next().unwrap_or_default(),
            description: texts(&description.options, OptionCode::IfDescription).next(),
            // Sixteen bits in this format.
            link_type: LinkType(u16::try_from(description.linktype.0).unwrap_or(u16::MAX)),
        });
        let offset = values(&description.options, OptionCode::IfTsoffset).next();
        let ticks = Ticks {
            resolution: match values(&description.options, OptionCode::IfTsresol).next() {
                Some(&[resolution]) => resolution,
                _ => Ticks::MICROSECONDS.resolution,
            },
            offset: offset.and_then(|value| self.section.order.i64(value)).unwrap_or_default(),
        };
        self.section.interfaces.push(Interface { place, ticks, snap_length: description.snaplen });
        self.documents(&description.options);
    }

    fn enhanced_packet(&mut self, packet: &EnhancedPacketBlock<'_>) -> Result<(), DamageKind> {
        let interface = self.section.interface(packet.if_id)?;
        let ticks = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
        let frame = Frame {
            bytes: packet.packet_data().into(),
            original_length: packet.origlen,
            comment: comment(&packet.options),
        };
        self.frame(interface, interface.ticks.timestamp(ticks), frame);
        self.documents(&packet.options);
        Ok(())
    }

    /// A packet of the section's first interface, with no time; its length is
    /// the smallest of three.
    fn simple_packet(&mut self, packet: &SimplePacketBlock<'_>) -> Result<(), DamageKind> {
        let interface = self.section.interface(0)?;
        let limit = if interface.snap_length == 0 { u32::MAX } else { interface.snap_length };
        let length = usize::try_from(packet.origlen.min(limit)).unwrap_or(usize::MAX);
        let bytes = packet.data.get(..length).unwrap_or(packet.data).into();
        self.opened.untimed = self.opened.untimed.saturating_add(1);
        self.frame(interface, Timestamp::default(), Frame { bytes, original_length: packet.origlen, comment: None });
        Ok(())
    }

    /// An obsolete Packet Block: as the Enhanced, with a 16-bit interface and a
    /// count of drops, which is 0xFFFF where nobody counted and is not used.
    /// `None` where its content contradicts its length.
    fn packet(&mut self, body: &[u8]) -> Option<Result<(), DamageKind>> {
        let mut fields = Bytes::new(body, self.section.order);
        let interface = fields.u16()?;
        let _drops = fields.u16()?;
        let ticks = u64::from(fields.u32()?) << 32 | u64::from(fields.u32()?);
        let captured = fields.u32()?;
        let original_length = fields.u32()?;
        let bytes = fields.padded(captured)?.into();
        let comment = comment(&options(fields.left(), self.section.order));
        Some(self.section.interface(u32::from(interface)).map(|interface| {
            let frame = Frame { bytes, original_length, comment };
            self.frame(interface, interface.ticks.timestamp(ticks), frame);
        }))
    }

    fn frame(&mut self, interface: Interface, at: Timestamp, frame: Frame) {
        self.opened.trace.push(Event { at, place: interface.place, what: What::Frame(frame) });
    }

    fn interface_statistics(&mut self, statistics: &InterfaceStatisticsBlock<'_>) -> Result<(), DamageKind> {
        let interface = self.section.interface(statistics.if_id)?;
        let dropped = values(&statistics.options, OptionCode::IsbIfDrop).next();
        if let Some(dropped) = dropped.and_then(|value| self.section.order.u64(value)) {
            self.drops.insert(interface.place, dropped);
        }
        Ok(())
    }

    /// Takes over our own documents among a block's options: they stand behind
    /// the block in the order of things.
    fn documents(&mut self, options: &[PcapNGOption<'_>]) {
        for json in documents(options, self.section.order) {
            if Document::of(&json).and_then(|document| self.document(document)).is_none() {
                self.opened.not_understood = self.opened.not_understood.saturating_add(1);
            }
        }
    }

    /// Takes over what one document says; `None` where that makes no sense
    /// here.
    fn document(&mut self, document: Document) -> Option<()> {
        match document {
            Document::Notes(notes) => {
                // Two traces of ours, one behind the other: the first speaks.
                let first = !std::mem::replace(&mut self.notes, true);
                first.then(|| self.opened.trace.notes = notes)
            }
            Document::Program { number, place } => {
                if self.section.programs.contains_key(&number) || matches!(place, Place::Interface { .. }) {
                    return None;
                }
                self.section.programs.insert(number, self.opened.trace.add_place(place));
                Some(())
            }
            Document::Event { at, program, what } => {
                let place = *self.section.programs.get(&program)?;
                if !self.opened.trace.place(place).is_some_and(|found| what.fits(found)) {
                    return None;
                }
                let what = match what {
                    Happening::Call(call) => What::SocketCall(call),
                    Happening::Output { stream, written } => What::Output { stream, bytes: written.into_bytes() },
                    Happening::Exit(status) => What::Exit(status),
                    Happening::State(state) => What::SocketState(state),
                };
                self.opened.trace.push(Event { at, place, what });
                Some(())
            }
        }
    }

    fn skip(&mut self, block_type: u32) {
        let count = self.opened.skipped.entry(block_type).or_default();
        *count = count.saturating_add(1);
    }

    /// What only the whole file tells.
    fn finish(self) {
        if !self.notes && !self.drops.is_empty() {
            self.opened.trace.notes.drops = Some(self.drops.values().fold(0, |sum, drops| sum.saturating_add(*drops)));
        }
    }
}

/// The options in `bytes`, as far as they can be read.
fn options(mut bytes: &[u8], order: ByteOrder) -> Vec<PcapNGOption<'_>> {
    let mut options = Vec::new();
    let parse = match order {
        ByteOrder::Big => parse_option_be::<()>,
        ByteOrder::Little => parse_option_le::<()>,
    };
    while let Ok((rest, option)) = parse(bytes) {
        options.push(option);
        bytes = rest;
    }
    options
}

/// The values of every option with this code, without padding.
fn values<'a>(options: &'a [PcapNGOption<'_>], code: OptionCode) -> impl Iterator<Item = &'a [u8]> {
    options
        .iter()
        .take_while(|option| option.code != OptionCode::EndOfOpt)
        .filter(move |option| option.code == code)
        .filter_map(|option| option.as_bytes().ok())
}

/// The texts of every option with this code. Some writers end them with a zero
/// byte, which the format does not ask for.
fn texts(options: &[PcapNGOption<'_>], code: OptionCode) -> impl Iterator<Item = String> {
    values(options, code).map(|value| String::from_utf8_lossy(value).trim_end_matches('\0').to_owned())
}

/// Our own documents among the options of one block.
fn documents(options: &[PcapNGOption<'_>], order: ByteOrder) -> Vec<Vec<u8>> {
    let mut documents: Vec<Vec<u8>> = Vec::new();
    for value in values(options, OptionCode::Custom2988) {
        let mut fields = Bytes::new(value, order);
        if fields.u32() != Some(PRIVATE_ENTERPRISE_NUMBER) {
            continue;
        }
        if let Some(json) = fields.left().strip_prefix(BEGINS.as_bytes()) {
            documents.push(json.to_vec());
        } else if let Some(json) = fields.left().strip_prefix(CONTINUES.as_bytes()) {
            match documents.last_mut() {
                Some(document) => document.extend_from_slice(json),
                // The rest of something whose beginning was lost.
                None => documents.push(json.to_vec()),
            }
        }
    }
    documents
}

/// The comments of one packet, a line each.
fn comment(options: &[PcapNGOption<'_>]) -> Option<String> {
    let comments: Vec<String> = texts(options, OptionCode::Comment).collect();
    (!comments.is_empty()).then(|| comments.join("\n"))
}
