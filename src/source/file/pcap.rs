//! Reading pcap: a header of 24 bytes, then records of a header and a frame
//! (draft-ietf-opsawg-pcap).

use std::io::Read;

use pcap_parser::nom::IResult;
use pcap_parser::{
    LegacyPcapBlock, PcapError, PcapHeader, parse_pcap_frame, parse_pcap_frame_be, parse_pcap_frame_modified,
    parse_pcap_header,
};

use super::bytes::{ByteOrder, Bytes};
use super::error::{DamageKind, Unsupported};
use super::input::Input;
use super::{LONGEST_RECORD, Opened};
use crate::model::{Event, Frame, LinkType, Place, Timestamp, What};

const HEADER_LENGTH: u32 = 24;

/// Reads a pcap file to its end. [`Input::offset`] is where the first
/// unreadable record starts when this fails.
pub(super) fn read<R: Read>(input: &mut Input<R>, opened: &mut Opened) -> Result<(), DamageKind> {
    let (_, header) = parse_pcap_header(input.whole(HEADER_LENGTH)?)
        .map_err(|_| DamageKind::Unsupported(Unsupported::Format { name: "pcap with an unknown magic number" }))?;
    let (major, minor) = (header.version_major, header.version_minor);
    if major != 2 || minor < 3 {
        return Err(DamageKind::Unsupported(Unsupported::PcapVersion { major, minor }));
    }
    let records = Records::of(&header);
    let place = opened.trace.add_place(Place::Interface {
        name: String::new(),
        description: None,
        link_type: link_type(&header),
    });
    input.consume(HEADER_LENGTH);

    while let Some(start) = input.header(records.header_length)? {
        let length = records.length(start)?;
        let record = input.whole(length)?;
        let (_, record) = (records.parse)(record).map_err(|_| records.impossible(length))?;
        let at = records.timestamp(record.ts_sec, record.ts_usec);
        let frame = Frame { bytes: record.data.into(), original_length: record.origlen, comment: None };
        opened.trace.push(Event { at, place, what: What::Frame(frame) });
        input.consume(length);
    }
    Ok(())
}

/// The link type is the lower half of its field; the upper half is the frame
/// check sequence's length and reserved bits.
fn link_type(header: &PcapHeader) -> LinkType {
    let [_, _, high, low] = header.network.0.to_be_bytes();
    LinkType(u16::from_be_bytes([high, low]))
}

type Parsed<'a> = IResult<&'a [u8], LegacyPcapBlock<'a>, PcapError<&'a [u8]>>;

/// How the records of one file are laid out.
struct Records {
    order: ByteOrder,
    header_length: u32,
    nanos_per_unit: i64,
    parse: for<'a> fn(&'a [u8]) -> Parsed<'a>,
}

impl Records {
    fn of(header: &PcapHeader) -> Self {
        let nanos_per_unit = if header.is_nanosecond_precision() { 1 } else { 1_000 };
        if header.is_modified_format() {
            let (order, parse) = (ByteOrder::Little, parse_pcap_frame_modified);
            Self { order, header_length: 24, nanos_per_unit, parse }
        } else if header.is_bigendian() {
            Self { order: ByteOrder::Big, header_length: 16, nanos_per_unit, parse: parse_pcap_frame_be }
        } else {
            Self { order: ByteOrder::Little, header_length: 16, nanos_per_unit, parse: parse_pcap_frame }
        }
    }

    /// The length of the record that starts with `header`, in bytes.
    fn length(&self, header: &[u8]) -> Result<u32, DamageKind> {
        let mut fields = Bytes::new(header.get(8..).unwrap_or_default(), self.order);
        let captured = fields.u32().unwrap_or_default();
        let length = captured.saturating_add(self.header_length);
        if length > LONGEST_RECORD {
            return Err(self.impossible(length));
        }
        Ok(length)
    }

    const fn impossible(&self, length: u32) -> DamageKind {
        DamageKind::ImpossibleLength { length, least: self.header_length, most: LONGEST_RECORD }
    }

    fn timestamp(&self, seconds: u32, units: u32) -> Timestamp {
        // At most 2³² · 10⁹ + 2³² · 10³ < 2⁶³.
        Timestamp::from_nanos(i64::from(seconds) * 1_000_000_000 + i64::from(units) * self.nanos_per_unit)
    }
}
