//! Reading pcapng: blocks with a type and a length at both ends, in sections
//! that describe their interfaces (draft-ietf-opsawg-pcapng).

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::LONGEST_RECORD;
use super::bytes::{ByteOrder, Bytes};
use super::custom::{Document, Happening};
use super::error::{DamageKind, Unsupported};
use super::options::{Sorted, code};
use super::reader::{Found, Gathered, Item};
use super::statistics;
use super::ticks::Ticks;
use crate::model::{Event, LinkType, Place, PlaceId, Timestamp, What};
use crate::trace::{Aside, AsideKind};

/// Block types, as numbered in the draft's section 10.1.
pub(super) mod block_type {
    pub(in super::super) const SECTION_HEADER: u32 = 0x0a0d_0d0a;
    pub(in super::super) const INTERFACE_DESCRIPTION: u32 = 1;
    /// Obsolete, before Enhanced Packet.
    pub(in super::super) const PACKET: u32 = 2;
    pub(in super::super) const SIMPLE_PACKET: u32 = 3;
    pub(in super::super) const NAME_RESOLUTION: u32 = 4;
    pub(in super::super) const INTERFACE_STATISTICS: u32 = 5;
    pub(in super::super) const ENHANCED_PACKET: u32 = 6;
}

/// Type, length, and the length again.
pub(super) const SHORTEST_BLOCK: u32 = 12;

/// How many bytes of a file there are up to its version.
pub(super) const UP_TO_VERSION: usize = 16;

/// Whether a file starts like one of these, as far as can be seen.
pub(super) fn starts(first: &[u8]) -> bool {
    match first {
        [0x0a, 0x0d, 0x0d, 0x0a, _, _, _, _, magic @ ..] => magic.len() < 4 || ByteOrder::of_magic(magic).is_some(),
        [0x0a, 0x0d, 0x0d, 0x0a, ..] => true,
        _ => false,
    }
}

/// The version that the start of a section tells, where we do not read it.
pub(super) fn unsupported(start: &[u8]) -> Option<Unsupported> {
    let order = ByteOrder::of_magic(start.get(8..)?)?;
    let mut fields = Bytes::new(start.get(12..)?, order);
    let (major, minor) = (fields.u16()?, fields.u16()?);
    (major != 1).then_some(Unsupported::PcapngVersion { major, minor })
}

/// What one section of a file has said so far.
struct Section {
    order: ByteOrder,
    /// `None` for a description that could not be read: it still counts.
    interfaces: Vec<Option<Interface>>,
    /// Our own programs by the number their document gave them.
    programs: BTreeMap<u32, (PlaceId, Place)>,
}

impl Section {
    const fn new(order: ByteOrder) -> Self {
        Self { order, interfaces: Vec::new(), programs: BTreeMap::new() }
    }

    fn interface(&self, number: u32) -> Result<Interface, DamageKind> {
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        self.interfaces.get(index).copied().flatten().ok_or_else(|| DamageKind::UnknownInterface {
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

/// What a file has said so far.
pub(super) struct Pcapng {
    section: Section,
    sections: u32,
    places: u32,
    /// Frames dropped at each interface, by the last block that told.
    drops: BTreeMap<PlaceId, u64>,
    /// What our own statistics say of all of them.
    counted: Option<u64>,
    /// The file has notes of ours.
    notes: bool,
}

impl Default for Pcapng {
    fn default() -> Self {
        Self {
            section: Section::new(ByteOrder::Little),
            sections: 0,
            places: 0,
            drops: BTreeMap::new(),
            counted: None,
            notes: false,
        }
    }
}

impl Pcapng {
    /// Type and length of the block that starts with these twelve bytes. A
    /// section header decides the byte order, its own included.
    pub(super) fn block_header(&mut self, start: &[u8]) -> Result<(u32, u32), DamageKind> {
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

    /// A packet as nearly all are, with its block's length: a whole Enhanced
    /// Packet Block at the start of `rest`, of an interface that is known,
    /// without options. Everything else takes the long way.
    #[inline]
    pub(super) fn plain_packet(&self, rest: &[u8], out: &mut Gathered) -> Option<(Found, u32)> {
        let order = self.section.order;
        let header: &[u8; 28] = rest.first_chunk()?;
        let mut fields = Bytes::new(header, order);
        let (block_type, length, number) = (fields.u32()?, fields.u32()?, fields.u32()?);
        let ticks = u64::from(fields.u32()?) << 32 | u64::from(fields.u32()?);
        let (captured, original_length) = (fields.u32()?, fields.u32()?);
        let plain = block_type == block_type::ENHANCED_PACKET
            && captured <= LONGEST_RECORD - 35
            && length == captured.next_multiple_of(4) + 32;
        if !plain {
            return None;
        }
        let end = rest.get(..usize::try_from(length).ok()?)?.last_chunk::<4>()?;
        if Bytes::new(end, order).u32() != Some(length) {
            return None;
        }
        let interface = self.section.interfaces.get(usize::try_from(number).ok()?)?.as_ref()?;
        out.plain();
        let at = interface.ticks.timestamp(ticks);
        let data = 28..28 + usize::try_from(captured).ok()?;
        Some((Found { at, place: interface.place, original_length, data }, length))
    }

    /// One whole block; a frame, where it is one.
    pub(super) fn block(
        &mut self,
        block_type: u32,
        block: &[u8],
        out: &mut Gathered,
    ) -> Result<Option<Found>, DamageKind> {
        let order = self.section.order;
        let first = u32::try_from(block.len()).unwrap_or(u32::MAX);
        let corrupt = DamageKind::CorruptBlock { block_type, length: first };
        let Some((body, end)) = block.get(8..).and_then(|rest| rest.split_last_chunk::<4>()) else {
            return Err(corrupt);
        };
        let last = Bytes::new(end, order).u32().unwrap_or_default();
        if first != last {
            return Err(DamageKind::LengthsDiffer { block_type, first, last });
        }
        if block_type == block_type::ENHANCED_PACKET {
            return self.enhanced_packet(body, out).unwrap_or(Err(corrupt)).map(Some);
        }
        let done = match block_type {
            block_type::SECTION_HEADER => self.section_header(body, out),
            block_type::INTERFACE_DESCRIPTION => self.interface_description(body, out),
            block_type::SIMPLE_PACKET => return self.simple_packet(body, out).unwrap_or(Err(corrupt)).map(Some),
            block_type::PACKET => return self.packet(body, out).unwrap_or(Err(corrupt)).map(Some),
            block_type::INTERFACE_STATISTICS => self.interface_statistics(body, out),
            block_type::NAME_RESOLUTION => self.name_resolution(body, out),
            _ => {
                out.skip(block_type);
                self.keep(block_type, body, out);
                Some(Ok(()))
            }
        };
        done.unwrap_or(Err(corrupt)).map(|()| None)
    }

    /// Puts a block aside as it stands.
    fn keep(&self, block_type: u32, body: &[u8], out: &mut Gathered) {
        self.aside(AsideKind::Block { block_type, body: body.to_vec() }, out);
    }

    fn aside(&self, what: AsideKind, out: &mut Gathered) {
        out.pending.push_back(Item::Aside(Aside { big_endian: self.section.order.is_big(), what }));
    }

    fn section_header(&mut self, body: &[u8], out: &mut Gathered) -> Option<Result<(), DamageKind>> {
        let order = self.section.order;
        let mut fields = Bytes::new(body, order);
        let (_magic, major, minor) = (fields.u32()?, fields.u16()?, fields.u16()?);
        if major != 1 {
            return Some(Err(DamageKind::Unsupported(Unsupported::PcapngVersion { major, minor })));
        }
        // What a section says of its own length is not needed to read it.
        let (_upper, _lower) = (fields.u32()?, fields.u32()?);
        let sorted = Sorted::of(fields.left(), order);
        out.options_broke = sorted.broken;
        self.sections = self.sections.saturating_add(1);
        let first = self.sections == 1;
        if !self.notes && out.summary.notes.system.is_none() {
            out.summary.notes.system = sorted.text(code::SHB_OS);
            if out.summary.notes.system.is_some() {
                out.pending.push_back(Item::Notes(Box::new(out.summary.notes.clone())));
            }
        }
        self.documents(&sorted, out);
        let options = sorted.raw(|field| {
            // What is written again in any case.
            let ours = field.code == code::SHB_USERAPPL && field.text().starts_with("wirelens ");
            let system = field.code == code::SHB_OS && Some(field.text()) == out.summary.notes.system;
            !(first && (ours || system))
        });
        if !first || order.is_big() || !options.is_empty() {
            let what = AsideKind::Section { comment: sorted.comment, options };
            out.pending.push_front(Item::Aside(Aside { big_endian: order.is_big(), what }));
        }
        Some(Ok(()))
    }

    fn interface_description(&mut self, body: &[u8], out: &mut Gathered) -> Option<Result<(), DamageKind>> {
        // It counts even where it cannot be read.
        self.section.interfaces.push(None);
        let order = self.section.order;
        let mut fields = Bytes::new(body, order);
        let (link_type, _reserved, snap_length) = (fields.u16()?, fields.u16()?, fields.u32()?);
        let sorted = Sorted::of(fields.left(), order);
        out.options_broke = sorted.broken;
        let offset = sorted.value(code::IF_TSOFFSET).and_then(|value| order.i64(value));
        let ticks = Ticks {
            resolution: match sorted.value(code::IF_TSRESOL) {
                Some(&[resolution]) => resolution,
                _ => Ticks::MICROSECONDS.resolution,
            },
            offset: offset.unwrap_or_default(),
        };
        let options = sorted.raw(|field| {
            !matches!(field.code, code::IF_NAME | code::IF_DESCRIPTION | code::IF_TSRESOL | code::IF_TSOFFSET)
        });
        if !options.is_empty() || snap_length != 0 || ticks.offset != 0 {
            let comment = sorted.comment.clone();
            self.aside(AsideKind::Interface { comment, snap_length, clock_offset: ticks.offset, options }, out);
        }
        let place = self.place(
            Place::Interface {
                name: sorted.text(code::IF_NAME).unwrap_or_default(),
                description: sorted.text(code::IF_DESCRIPTION),
                link_type: LinkType(link_type),
            },
            out,
        );
        if let Some(last) = self.section.interfaces.last_mut() {
            *last = Some(Interface { place, ticks, snap_length });
        }
        self.documents(&sorted, out);
        Some(Ok(()))
    }

    fn place(&mut self, place: Place, out: &mut Gathered) -> PlaceId {
        let id = PlaceId(self.places);
        self.places = self.places.saturating_add(1);
        out.pending.push_back(Item::Place(place));
        id
    }

    /// `None` where its content contradicts its length.
    fn enhanced_packet(&mut self, body: &[u8], out: &mut Gathered) -> Option<Result<Found, DamageKind>> {
        let mut fields = Bytes::new(body, self.section.order);
        let number = fields.u32()?;
        let ticks = u64::from(fields.u32()?) << 32 | u64::from(fields.u32()?);
        let captured = fields.u32()?;
        let original_length = fields.u32()?;
        let bytes = fields.padded(captured)?;
        Some(self.section.interface(number).map(|interface| {
            self.frame_options(fields.left(), out);
            let at = interface.ticks.timestamp(ticks);
            Found { at, place: interface.place, original_length, data: 28..28 + bytes.len() }
        }))
    }

    /// An obsolete Packet Block: as the Enhanced, with a 16-bit interface and a
    /// count of drops, which is 0xFFFF where nobody counted and is not used.
    /// `None` where its content contradicts its length.
    fn packet(&mut self, body: &[u8], out: &mut Gathered) -> Option<Result<Found, DamageKind>> {
        let mut fields = Bytes::new(body, self.section.order);
        let (number, _drops) = (fields.u16()?, fields.u16()?);
        let ticks = u64::from(fields.u32()?) << 32 | u64::from(fields.u32()?);
        let captured = fields.u32()?;
        let original_length = fields.u32()?;
        let bytes = fields.padded(captured)?;
        Some(self.section.interface(u32::from(number)).map(|interface| {
            self.frame_options(fields.left(), out);
            let at = interface.ticks.timestamp(ticks);
            Found { at, place: interface.place, original_length, data: 28..28 + bytes.len() }
        }))
    }

    /// A packet of the section's first interface, with no time; its length is
    /// the smallest of three.
    fn simple_packet(&mut self, body: &[u8], out: &mut Gathered) -> Option<Result<Found, DamageKind>> {
        let mut fields = Bytes::new(body, self.section.order);
        let original_length = fields.u32()?;
        let there = fields.left().len();
        Some(self.section.interface(0).map(|interface| {
            self.frame_options(&[], out);
            let limit = if interface.snap_length == 0 { u32::MAX } else { interface.snap_length };
            let length = usize::try_from(original_length.min(limit)).unwrap_or(usize::MAX).min(there);
            out.summary.untimed = out.summary.untimed.saturating_add(1);
            Found { at: Timestamp::default(), place: interface.place, original_length, data: 12..12 + length }
        }))
    }

    /// What stands behind a packet's bytes.
    fn frame_options(&mut self, options: &[u8], out: &mut Gathered) {
        out.plain();
        if !options.is_empty() {
            self.sorted_frame_options(options, out);
        }
    }

    fn sorted_frame_options(&mut self, options: &[u8], out: &mut Gathered) {
        let order = self.section.order;
        let mut sorted = Sorted::of(options, order);
        out.options_broke = sorted.broken;
        out.big_endian = order.is_big();
        for field in sorted.known.iter().filter(|field| field.code != code::COMMENT) {
            field.append_to(&mut out.options);
        }
        out.comment = sorted.comment.take();
        self.documents(&sorted, out);
    }

    fn interface_statistics(&mut self, body: &[u8], out: &mut Gathered) -> Option<Result<(), DamageKind>> {
        let order = self.section.order;
        let mut fields = Bytes::new(body, order);
        let (number, _upper, _lower) = (fields.u32()?, fields.u32()?, fields.u32()?);
        Some(self.section.interface(number).map(|interface| {
            let sorted = Sorted::of(fields.left(), order);
            out.options_broke = sorted.broken;
            let dropped = sorted.value(code::ISB_IFDROP).and_then(|value| order.u64(value));
            let of_ours = |json: &Vec<u8>| match Document::of(json) {
                Some(Document::Statistics { drops }) => Some(drops),
                _ => None,
            };
            if let Some(drops) = sorted.documents.iter().find_map(of_ours) {
                self.counted = drops.or(self.counted);
            } else {
                if let Some(dropped) = dropped {
                    self.drops.insert(interface.place, dropped);
                }
                // Its number would mean another one where one is missing.
                if self.section.interfaces.iter().all(Option::is_some) {
                    let nanos = |ticks| u64::try_from(interface.ticks.timestamp(ticks).nanos()).unwrap_or_default();
                    self.keep(block_type::INTERFACE_STATISTICS, &statistics::shifted(body, order, nanos), out);
                } else {
                    out.skip(block_type::INTERFACE_STATISTICS);
                }
            }
            self.documents(&sorted, out);
        }))
    }

    /// Names of hosts; or nothing, where it only carries documents of ours.
    fn name_resolution(&mut self, body: &[u8], out: &mut Gathered) -> Option<Result<(), DamageKind>> {
        let order = self.section.order;
        let mut fields = Bytes::new(body, order);
        let mut records = 0;
        loop {
            let (kind, length) = (fields.u16()?, fields.u16()?);
            if kind == 0 {
                break;
            }
            records += 1;
            let value = fields.padded(u32::from(length))?;
            let named = match kind {
                1 => value.split_first_chunk::<4>().map(|(address, names)| (IpAddr::from(*address), names)),
                2 => value.split_first_chunk::<16>().map(|(address, names)| (IpAddr::from(*address), names)),
                // Hardware addresses, and what is not known: kept with the
                // block.
                _ => None,
            };
            if let Some((address, names)) = named {
                let known = out.summary.names.entry(address).or_default();
                for name in names.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
                    let name = String::from_utf8_lossy(name).into_owned();
                    if !known.contains(&name) {
                        known.push(name);
                    }
                }
            }
        }
        let sorted = Sorted::of(fields.left(), order);
        out.options_broke = sorted.broken;
        if records > 0 || !sorted.known.is_empty() || sorted.documents.is_empty() {
            self.keep(block_type::NAME_RESOLUTION, body, out);
        }
        self.documents(&sorted, out);
        Some(Ok(()))
    }

    /// Takes over our own documents among a block's options: they stand behind
    /// the block in the order of things.
    fn documents(&mut self, sorted: &Sorted<'_>, out: &mut Gathered) {
        for json in &sorted.documents {
            if Document::of(json).and_then(|document| self.document(document, out)).is_none() {
                out.summary.not_understood = out.summary.not_understood.saturating_add(1);
            }
        }
    }

    /// Takes over what one document says; `None` where that makes no sense
    /// here.
    fn document(&mut self, document: Document, out: &mut Gathered) -> Option<()> {
        match document {
            Document::Notes(notes) => {
                // Two traces of ours, one behind the other: the first speaks.
                let first = !std::mem::replace(&mut self.notes, true);
                first.then(|| {
                    out.summary.notes.clone_from(&notes);
                    out.pending.push_back(Item::Notes(Box::new(notes)));
                })
            }
            // Read with the block it stands in.
            Document::Statistics { .. } => Some(()),
            Document::Program { number, place } => {
                if self.section.programs.contains_key(&number) || matches!(place, Place::Interface { .. }) {
                    return None;
                }
                let id = self.place(place.clone(), out);
                self.section.programs.insert(number, (id, place));
                Some(())
            }
            Document::Event { at, program, what } => {
                let (id, place) = self.section.programs.get(&program)?;
                if !what.fits(place) {
                    return None;
                }
                let what = match what {
                    Happening::Call(call) => What::SocketCall(call),
                    Happening::Output { stream, written } => What::Output { stream, bytes: written.into_bytes() },
                    Happening::Exit(status) => What::Exit(status),
                    Happening::State(state) => What::SocketState(state),
                    Happening::Action(action) => What::LinkAction(action),
                    Happening::Step(step) => What::StackStep(step),
                };
                out.pending.push_back(Item::Event(Box::new(Event { at, place: *id, what })));
                Some(())
            }
        }
    }

    /// What only the whole file tells.
    pub(super) fn finish(&self, out: &mut Gathered) {
        let all = || self.drops.values().fold(0, |sum: u64, drops| sum.saturating_add(*drops));
        let told = self.counted.or((!self.drops.is_empty()).then(all));
        if out.summary.notes.drops.is_none() && told.is_some() {
            out.summary.notes.drops = told;
            out.pending.push_back(Item::Notes(Box::new(out.summary.notes.clone())));
        }
    }
}
