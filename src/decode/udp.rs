//! UDP's header (RFC 768).

use std::ops::Range;

use super::{Ip, Remark, TransportBytes, Verdict, checksum};

/// The header's length in bytes.
pub(super) const HEADER: usize = 8;

/// A UDP datagram's header and the place of its payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Udp {
    /// Sender's port.
    pub source_port: u16,
    /// Receiver's port.
    pub destination_port: u16,
    /// What the checksum tells; `None` where the sender left it out, which
    /// IPv4 allows.
    pub checksum: Option<Verdict>,
    /// The payload as kept, as a span of the frame.
    pub payload: Range<usize>,
    /// The payload's length on the wire, in bytes.
    pub length: u32,
}

/// Reads a datagram.
pub(super) fn read(bytes: &[u8], ip: Ip, segment: &TransportBytes, remarks: &mut Vec<Remark>) -> Option<Udp> {
    let kept = bytes.get(segment.kept.clone())?;
    let Some(&[s0, s1, d0, d1, l0, l1, c0, c1]) = kept.first_chunk::<HEADER>() else {
        let reason = format!("{HEADER} bytes needed, {} there", kept.len());
        remarks.push(Remark::Malformed { layer: "UDP", offset: segment.kept.start, reason });
        return None;
    };
    let stated = u32::from(u16::from_be_bytes([l0, l1]));
    // A length of 0 means "as long as the packet" (RFC 2675 §4); any other may
    // be shorter than the packet, never longer.
    let length = if stated == 0 { segment.wire_length } else { stated.min(segment.wire_length) };
    if stated != 0 && (stated < 8 || stated > segment.wire_length) {
        let reason = format!("a length of {stated} in a packet with room for {}", segment.wire_length);
        remarks.push(Remark::Malformed { layer: "UDP", offset: segment.kept.start, reason });
    }
    let stored = u16::from_be_bytes([c0, c1]);
    let end = usize::try_from(length).map_or(kept.len(), |length| length.min(kept.len())).max(HEADER);
    let covered = kept.get(..end).unwrap_or_default();
    let start = segment.kept.start + HEADER;
    Some(Udp {
        source_port: u16::from_be_bytes([s0, s1]),
        destination_port: u16::from_be_bytes([d0, d1]),
        checksum: (stored != 0)
            .then(|| checksum::judge(ip.source, ip.destination, segment.protocol.0, covered, stored, length)),
        payload: start..segment.kept.start + end,
        length: length.saturating_sub(8),
    })
}
