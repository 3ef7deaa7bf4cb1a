//! TCP's fixed header and its options (RFC 9293 §3.1).

use std::ops::Range;

use etherparse::{TcpOptionElement, TcpOptionsIterator};

use super::{Ip, Remark, TransportBytes, Verdict, checksum};
use crate::model::{RawWindow, SeqNumber, TcpFlags, WindowScale};

/// The fixed header's length in bytes.
pub(super) const FIXED: usize = 20;

/// A TCP segment's header and the place of its payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tcp {
    /// Sender's port.
    pub source_port: u16,
    /// Receiver's port.
    pub destination_port: u16,
    /// The number of the first byte, or of the SYN.
    pub seq: SeqNumber,
    /// The next byte the sender expects; `None` where the ACK bit is not set.
    pub ack: Option<SeqNumber>,
    /// The control bits.
    pub flags: TcpFlags,
    /// The 16 bits of the window.
    pub window: RawWindow,
    /// What the checksum tells.
    pub checksum: Verdict,
    /// What the options say.
    pub options: TcpOptions,
    /// The payload as kept, as a span of the frame.
    pub payload: Range<usize>,
    /// The payload's length on the wire, in bytes.
    pub length: u32,
}

/// The options that change how the rest is read. Each is `None` or false where
/// it is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TcpOptions {
    /// The largest segment the sender can receive, in bytes.
    pub maximum_segment_size: Option<u16>,
    /// The shift for the windows of later segments (RFC 7323 §2).
    pub window_scale: Option<WindowScale>,
    /// Selective acknowledgments may be sent (RFC 2018 §2).
    pub sack_permitted: bool,
    /// Timestamp value and echo reply (RFC 7323 §3).
    pub timestamps: Option<(u32, u32)>,
    /// Blocks received out of order: first byte, byte behind the last (RFC 2018 §3).
    pub sack: Vec<(SeqNumber, SeqNumber)>,
}

/// Reads a segment. The fixed 20 bytes are read here because the parser gives
/// a header up when its options are cut.
pub(super) fn read(bytes: &[u8], ip: Ip, segment: &TransportBytes, remarks: &mut Vec<Remark>) -> Option<Tcp> {
    let kept = bytes.get(segment.kept.clone())?;
    let Some(&[s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, offset, flags, w0, w1, c0, c1, _, _]) =
        kept.first_chunk::<FIXED>()
    else {
        let reason = format!("{FIXED} bytes needed, {} there", kept.len());
        remarks.push(Remark::Malformed { layer: "TCP", offset: segment.kept.start, reason });
        return None;
    };
    let header_length = usize::from(offset >> 4) * 4;
    if header_length < FIXED {
        let reason = format!("a header length of {header_length}, less than {FIXED}");
        remarks.push(Remark::Malformed { layer: "TCP", offset: segment.kept.start, reason });
        return None;
    }
    let flags = TcpFlags::from_bits(flags);
    let option_bytes = kept.get(FIXED..header_length.min(kept.len())).unwrap_or_default();
    let start = (segment.kept.start + header_length).min(segment.kept.end);
    Some(Tcp {
        source_port: u16::from_be_bytes([s0, s1]),
        destination_port: u16::from_be_bytes([d0, d1]),
        seq: SeqNumber::new(u32::from_be_bytes([q0, q1, q2, q3])),
        ack: flags.ack().then_some(SeqNumber::new(u32::from_be_bytes([a0, a1, a2, a3]))),
        flags,
        window: RawWindow(u16::from_be_bytes([w0, w1])),
        checksum: checksum::judge(
            ip.source,
            ip.destination,
            segment.protocol.0,
            kept,
            u16::from_be_bytes([c0, c1]),
            segment.wire_length,
        ),
        options: options(option_bytes, segment.kept.start + FIXED, remarks),
        payload: start..segment.kept.end,
        length: segment.wire_length.saturating_sub(u32::try_from(header_length).unwrap_or(u32::MAX)),
    })
}

fn options(bytes: &[u8], offset: usize, remarks: &mut Vec<Remark>) -> TcpOptions {
    let mut options = TcpOptions::default();
    let mut iterator = TcpOptionsIterator::from_slice(bytes);
    loop {
        let at = offset + (bytes.len() - iterator.rest().len());
        match iterator.next() {
            None => return options,
            Some(Ok(element)) => options.note(&element),
            // An option of a kind the parser does not know is stepped over by
            // its own length.
            Some(Err(etherparse::TcpOptionReadError::UnknownId(_))) => {
                let rest = bytes.get(at - offset..).unwrap_or_default();
                match rest {
                    [_, length, ..] if *length >= 2 && rest.len() >= usize::from(*length) => {
                        iterator = TcpOptionsIterator::from_slice(rest.get(usize::from(*length)..).unwrap_or_default());
                    }
                    _ => {
                        remarks.push(Remark::BadOption { offset: at });
                        return options;
                    }
                }
            }
            Some(Err(_)) => {
                remarks.push(Remark::BadOption { offset: at });
                return options;
            }
        }
    }
}

impl TcpOptions {
    fn note(&mut self, element: &TcpOptionElement) {
        match element {
            TcpOptionElement::Noop => {}
            TcpOptionElement::MaximumSegmentSize(size) => self.maximum_segment_size = Some(*size),
            TcpOptionElement::WindowScale(shift) => self.window_scale = Some(WindowScale::new(*shift)),
            TcpOptionElement::SelectiveAcknowledgementPermitted => self.sack_permitted = true,
            TcpOptionElement::SelectiveAcknowledgement(first, rest) => {
                let blocks = std::iter::once(Some(*first)).chain(rest.iter().copied()).flatten();
                self.sack.extend(blocks.map(|(left, right)| (SeqNumber::new(left), SeqNumber::new(right))));
            }
            TcpOptionElement::Timestamp(value, echo) => self.timestamps = Some((*value, *echo)),
        }
    }
}
