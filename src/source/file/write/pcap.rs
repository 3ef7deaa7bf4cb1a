//! pcap on its way out: little-endian, version 2.4, one link type.

use std::io::Write;

use super::super::LONGEST_RECORD;
use super::super::error::WriteError;
use super::super::reader::RecordFrame;
use crate::model::{LinkType, Place, PlaceId};

const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;

/// What tcpdump says where it does not cut.
const SNAP_LENGTH: u32 = 262_144;

const RECORD_HEADER: usize = 16;

/// A pcap file so far.
pub(super) struct Pcap {
    nanoseconds: bool,
    /// Of each place, where that is an interface.
    link_types: Vec<Option<LinkType>>,
    /// What the header says, once it is written.
    link_type: Option<LinkType>,
    /// The record at hand; the same memory serves one after the other.
    record: Vec<u8>,
}

impl Pcap {
    pub(super) const fn new(nanoseconds: bool) -> Self {
        Self { nanoseconds, link_types: Vec::new(), link_type: None, record: Vec::new() }
    }

    pub(super) fn place(&mut self, place: &Place) {
        self.link_types.push(match place {
            Place::Interface { link_type, .. } => Some(*link_type),
            Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. } => None,
        });
    }

    pub(super) fn frame(&mut self, out: &mut impl Write, frame: &RecordFrame<'_>) -> Result<(), WriteError> {
        let misplaced = WriteError::Misplaced { place: frame.place };
        let second = self.link_type_of(frame.place).ok_or(misplaced)?;
        match self.link_type {
            Some(first) if first != second => return Err(WriteError::MixedLinkTypes { first, second }),
            Some(_) => {}
            None => self.header(out, second)?,
        }
        let moment = |_| WriteError::Moment { at: frame.at };
        let seconds = u32::try_from(frame.at.nanos().div_euclid(1_000_000_000)).map_err(moment)?;
        let nanos = u32::try_from(frame.at.nanos().rem_euclid(1_000_000_000)).map_err(moment)?;
        let units = if self.nanoseconds { nanos } else { nanos / 1_000 };
        let length = frame.bytes.len().saturating_add(RECORD_HEADER);
        let too_long = WriteError::TooLong { length, most: LONGEST_RECORD };
        if u32::try_from(length).map_or(true, |length| length > LONGEST_RECORD) {
            return Err(too_long);
        }
        let captured = u32::try_from(frame.bytes.len()).map_err(|_| too_long)?;
        self.record.clear();
        for number in [seconds, units, captured, frame.original_length] {
            self.record.extend(number.to_le_bytes());
        }
        self.record.extend_from_slice(frame.bytes);
        Ok(out.write_all(&self.record)?)
    }

    /// The header, where it was not written: of the first interface, or of
    /// Ethernet where there is none.
    pub(super) fn finish(&mut self, out: &mut impl Write) -> Result<(), WriteError> {
        if self.link_type.is_some() {
            return Ok(());
        }
        let first = self.link_types.iter().flatten().next().copied();
        self.header(out, first.unwrap_or(LinkType::ETHERNET))
    }

    fn link_type_of(&self, place: PlaceId) -> Option<LinkType> {
        self.link_types.get(usize::try_from(place.0).ok()?).copied().flatten()
    }

    fn header(&mut self, out: &mut impl Write, link_type: LinkType) -> Result<(), WriteError> {
        let magic = if self.nanoseconds { NANOSECONDS } else { MICROSECONDS };
        // Version 2.4, no time zone, no accuracy.
        let numbers = [magic, 4 << 16 | 2, 0, 0, SNAP_LENGTH, u32::from(link_type.0)];
        let header: Vec<u8> = numbers.into_iter().flat_map(u32::to_le_bytes).collect();
        self.link_type = Some(link_type);
        Ok(out.write_all(&header)?)
    }
}
