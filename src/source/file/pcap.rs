//! Reading pcap: a header of 24 bytes, then records of a header and a frame
//! (draft-ietf-opsawg-pcap; the variants as libpcap's `sf-pcap.c` reads them).

use super::LONGEST_RECORD;
use super::bytes::{ByteOrder, Bytes};
use super::error::{DamageKind, Unsupported};
use super::options::code;
use crate::model::{LinkType, Timestamp};

pub(super) const HEADER_LENGTH: u32 = 24;

/// Seconds, their parts, and two lengths.
const RECORD_HEADER: usize = 16;

/// What a file's first four bytes say.
struct Magic {
    order: ByteOrder,
    /// How many bytes stand between the header and the first record.
    behind_header: u32,
    record_header: u32,
    nanos_per_unit: i64,
}

impl Magic {
    fn of(first: &[u8]) -> Option<Self> {
        let bytes: [u8; 4] = first.get(..4)?.try_into().ok()?;
        let read = |order, number: u32| {
            let (behind_header, record_header, nanos_per_unit) = match number {
                0xa1b2_c3d4 => (0, 16, 1_000),
                0xa1b2_3c4d => (0, 16, 1),
                // Alexey Kuznetzov's: an interface, a protocol and a packet
                // type in each record's header.
                0xa1b2_cd34 => (0, 24, 1_000),
                // Ixia's lcap, by hardware or software: the length of all
                // records behind the header.
                0x1c00_01ac | 0x1c00_01ab => (4, 16, 1_000),
                _ => return None,
            };
            Some(Self { order, behind_header, record_header, nanos_per_unit })
        };
        read(ByteOrder::Big, u32::from_be_bytes(bytes)).or_else(|| read(ByteOrder::Little, u32::from_le_bytes(bytes)))
    }
}

/// Whether a file starts like one of these.
pub(super) fn starts(first: &[u8]) -> bool {
    Magic::of(first).is_some()
}

/// What a file's header says.
pub(super) struct Header {
    pub(super) link_type: LinkType,
    /// The most bytes kept of each frame.
    pub(super) snap_length: u32,
    /// How long the frame check sequence is at the end of each frame, as a
    /// pcapng option (there in bits), where the file says.
    pub(super) options: Vec<u8>,
    /// How many bytes it takes with what stands behind it.
    pub(super) length: u32,
    pub(super) records: Records,
}

impl Header {
    /// What the first 24 bytes of a file say.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, DamageKind> {
        let unknown = DamageKind::Unsupported(Unsupported::Format { name: "pcap with an unknown magic number" });
        let magic = Magic::of(bytes).ok_or(unknown)?;
        let mut fields = Bytes::new(bytes.get(4..).unwrap_or_default(), magic.order);
        let (major, minor) = (fields.u16().unwrap_or_default(), fields.u16().unwrap_or_default());
        let lengths = match (major, minor) {
            // 543.0 is DG/UX's.
            (2, 0..=2) | (543, 0) => Lengths::Swapped,
            (2, 3) => Lengths::SwappedByPart,
            (2, _) => Lengths::InOrder,
            _ => return Err(DamageKind::Unsupported(Unsupported::PcapVersion { major, minor })),
        };
        let (_zone, _accuracy) = (fields.u32(), fields.u32());
        let snap_length = fields.u32().unwrap_or_default();
        // The link type is the lower half of its field; the upper half is the
        // frame check sequence's length in units of two bytes, a bit that says
        // whether it is told, and reserved bits.
        let [high, _, upper, lower] = fields.u32().unwrap_or_default().to_be_bytes();
        let mut options = Vec::new();
        if high & 0b100 != 0 {
            let [first, second] = code::IF_FCSLEN.to_le_bytes();
            options.extend([first, second, 1, 0, high & 0xf0, 0, 0, 0]);
        }
        Ok(Self {
            link_type: LinkType(u16::from_be_bytes([upper, lower])),
            snap_length,
            options,
            length: HEADER_LENGTH + magic.behind_header,
            records: Records {
                order: magic.order,
                header_length: magic.record_header,
                nanos_per_unit: magic.nanos_per_unit,
                lengths,
            },
        })
    }
}

/// In which order a record's two lengths stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lengths {
    InOrder,
    /// The length on the wire comes first.
    Swapped,
    /// Some writers of that version swapped them: the captured one is the
    /// smaller.
    SwappedByPart,
}

/// How the records of one file are laid out.
#[derive(Clone, Copy)]
pub(super) struct Records {
    order: ByteOrder,
    pub(super) header_length: u32,
    nanos_per_unit: i64,
    lengths: Lengths,
}

/// What a record's header says.
pub(super) struct Record {
    pub(super) at: Timestamp,
    pub(super) captured: u32,
    pub(super) original_length: u32,
}

impl Records {
    /// The record that starts with `header`.
    #[inline]
    pub(super) fn record(&self, header: &[u8]) -> Option<Record> {
        let header: &[u8; RECORD_HEADER] = header.first_chunk()?;
        let mut fields = Bytes::new(header, self.order);
        let (seconds, units) = (fields.u32()?, fields.u32()?);
        let (first, second) = (fields.u32()?, fields.u32()?);
        let swapped = match self.lengths {
            Lengths::InOrder => false,
            Lengths::Swapped => true,
            Lengths::SwappedByPart => first > second,
        };
        let (captured, original_length) = if swapped { (second, first) } else { (first, second) };
        // At most 2³² · 10⁹ + 2³² · 10³ < 2⁶³.
        let at = Timestamp::from_nanos(i64::from(seconds) * 1_000_000_000 + i64::from(units) * self.nanos_per_unit);
        Some(Record { at, captured, original_length })
    }

    /// How long a record is that holds `captured` bytes of a frame.
    #[inline]
    pub(super) const fn length(&self, captured: u32) -> Result<u32, DamageKind> {
        let length = captured.saturating_add(self.header_length);
        if length > LONGEST_RECORD {
            return Err(DamageKind::ImpossibleLength { length, least: self.header_length, most: LONGEST_RECORD });
        }
        Ok(length)
    }
}
