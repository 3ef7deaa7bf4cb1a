//! The bits of each header, as the RFCs draw them: 32 a row.
//!
//! Pure: says which field lies on which bits of a header and where in the
//! frame these are. The parts that every header of its kind has stand in
//! [`fixed`]; what varies (options, extension headers, what depends on an ICMP
//! type) follows the fields that were found. Has no opinion on how a cell
//! looks or what its value is called.

use std::ops::Range;

use crate::decode::{Field, FieldId, Value};

/// Bits in a row.
pub(super) const ROW: usize = 32;

/// One field, or a stretch of bytes that nobody reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Which field it is; `None` for bytes without a name.
    pub(super) field: Option<FieldId>,
    /// What it is called after: a kind byte is called by its option.
    pub(super) title: Option<FieldId>,
    /// Where it is, in bits from the start of its header.
    pub(super) bits: Range<usize>,
    /// The bytes of the frame it touches, whether they were captured or not.
    pub(super) span: Range<usize>,
    /// All of its bytes were captured.
    pub(super) captured: bool,
}

impl Cell {
    /// The value of its bits, if they were captured and are 64 at most; the
    /// first bit counts most.
    pub(super) fn number(&self, bytes: &[u8]) -> Option<u64> {
        if !self.captured || self.bits.len() > 64 {
            return None;
        }
        let inside = bytes.get(self.span.clone())?;
        let behind = (self.span.len() * 8).checked_sub(self.bits.start % 8 + self.bits.len())?;
        let whole = inside.iter().fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
        let mask = (1_u128 << self.bits.len()) - 1;
        u64::try_from(whole >> behind & mask).ok()
    }
}

/// One header, cut into cells that cover it without a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    /// Which header.
    pub(super) header: FieldId,
    /// Its bytes in the frame, as long as it says it is.
    pub(super) span: Range<usize>,
    /// Where its picture stands: an RFC and its section, or a standard.
    pub(super) source: &'static str,
    /// It is part of a packet that an ICMP error quotes.
    pub(super) quoted: bool,
    /// Its cells in order.
    pub(super) cells: Vec<Cell>,
}

/// The headers of a frame that have a picture, outermost first. `bytes` are
/// those that were captured.
pub(super) fn grids(headers: &[Field], bytes: &[u8]) -> Vec<Grid> {
    let mut found = Vec::new();
    collect(headers, bytes, false, &mut found);
    found
}

fn collect(fields: &[Field], bytes: &[u8], quoted: bool, grids: &mut Vec<Grid>) {
    for field in fields {
        if let Some(source) = source(field.id) {
            grids.push(grid(field, source, bytes, quoted));
        }
        let is_error = matches!(field.id, FieldId::ICMP | FieldId::ICMPV6);
        collect(&field.children, bytes, quoted || is_error, grids);
    }
}

/// Where a header's picture stands; `None` for what is no header with fields
/// at fixed places.
pub(super) fn source(header: FieldId) -> Option<&'static str> {
    Some(match header {
        FieldId::ETH => "IEEE 802.3 §3.1.1, RFC 894",
        FieldId::VLAN => "IEEE 802.1Q §9.6",
        FieldId::LLC => "IEEE 802.2 §3.2",
        FieldId::SLL => "LINKTYPE_LINUX_SLL",
        FieldId::MPLS => "RFC 3032 §2.1",
        FieldId::ARP => "RFC 826",
        FieldId::IP => "RFC 791 §3.1, RFC 2474 §3, RFC 3168 §5",
        FieldId::IPV6 => "RFC 8200 §3",
        FieldId::IPV6_HOPOPTS => "RFC 8200 §4.3",
        FieldId::IPV6_ROUTING => "RFC 8200 §4.4",
        FieldId::IPV6_FRAGHDR => "RFC 8200 §4.5",
        FieldId::IPV6_DSTOPTS => "RFC 8200 §4.6",
        FieldId::AH => "RFC 4302 §2",
        FieldId::TCP => "RFC 9293 §3.1",
        FieldId::UDP => "RFC 768",
        FieldId::ICMP => "RFC 792",
        FieldId::ICMPV6 => "RFC 4443 §2.1, RFC 4861 §4",
        _ => return None,
    })
}

/// A field and its width in bits.
type Part = (FieldId, usize);

/// What every header of its kind starts with.
const fn fixed(header: FieldId) -> &'static [Part] {
    use FieldId as F;
    match header {
        F::ETH => &[(F::ETH_DST, 48), (F::ETH_SRC, 48), (F::ETH_TYPE, 16)],
        F::VLAN => &[(F::VLAN_PRIORITY, 3), (F::VLAN_DEI, 1), (F::VLAN_ID, 12), (F::VLAN_ETYPE, 16)],
        F::MPLS => &[(F::MPLS_LABEL, 20), (F::MPLS_EXP, 3), (F::MPLS_BOTTOM, 1), (F::MPLS_TTL, 8)],
        F::ARP => &[
            (F::ARP_HW_TYPE, 16),
            (F::ARP_PROTO_TYPE, 16),
            (F::ARP_HW_SIZE, 8),
            (F::ARP_PROTO_SIZE, 8),
            (F::ARP_OPCODE, 16),
        ],
        F::IP => &[
            (F::IP_VERSION, 4),
            (F::IP_HDR_LEN, 4),
            (F::IP_DSFIELD_DSCP, 6),
            (F::IP_DSFIELD_ECN, 2),
            (F::IP_LEN, 16),
            (F::IP_ID, 16),
            (F::IP_FLAGS_RB, 1),
            (F::IP_FLAGS_DF, 1),
            (F::IP_FLAGS_MF, 1),
            (F::IP_FRAG_OFFSET, 13),
            (F::IP_TTL, 8),
            (F::IP_PROTO, 8),
            (F::IP_CHECKSUM, 16),
            (F::IP_SRC, 32),
            (F::IP_DST, 32),
        ],
        F::IPV6 => &[
            (F::IPV6_VERSION, 4),
            (F::IPV6_TCLASS_DSCP, 6),
            (F::IPV6_TCLASS_ECN, 2),
            (F::IPV6_FLOW, 20),
            (F::IPV6_PLEN, 16),
            (F::IPV6_NXT, 8),
            (F::IPV6_HLIM, 8),
            (F::IPV6_SRC, 128),
            (F::IPV6_DST, 128),
        ],
        F::IPV6_FRAGHDR => &[
            (F::IPV6_FRAGHDR_NXT, 8),
            (F::IPV6_FRAGHDR_RESERVED_OCTET, 8),
            (F::IPV6_FRAGHDR_OFFSET, 13),
            (F::IPV6_FRAGHDR_RESERVED_BITS, 2),
            (F::IPV6_FRAGHDR_MORE, 1),
            (F::IPV6_FRAGHDR_IDENT, 32),
        ],
        F::TCP => &[
            (F::TCP_SRCPORT, 16),
            (F::TCP_DSTPORT, 16),
            (F::TCP_SEQ_RAW, 32),
            (F::TCP_ACK_RAW, 32),
            (F::TCP_HDR_LEN, 4),
            (F::TCP_FLAGS_RES, 3),
            (F::TCP_FLAGS_AE, 1),
            (F::TCP_FLAGS_CWR, 1),
            (F::TCP_FLAGS_ECE, 1),
            (F::TCP_FLAGS_URG, 1),
            (F::TCP_FLAGS_ACK, 1),
            (F::TCP_FLAGS_PUSH, 1),
            (F::TCP_FLAGS_RESET, 1),
            (F::TCP_FLAGS_SYN, 1),
            (F::TCP_FLAGS_FIN, 1),
            (F::TCP_WINDOW_SIZE_VALUE, 16),
            (F::TCP_CHECKSUM, 16),
            (F::TCP_URGENT_POINTER, 16),
        ],
        F::UDP => &[(F::UDP_SRCPORT, 16), (F::UDP_DSTPORT, 16), (F::UDP_LENGTH, 16), (F::UDP_CHECKSUM, 16)],
        F::ICMP => &[(F::ICMP_TYPE, 8), (F::ICMP_CODE, 8), (F::ICMP_CHECKSUM, 16)],
        F::ICMPV6 => &[(F::ICMPV6_TYPE, 8), (F::ICMPV6_CODE, 8), (F::ICMPV6_CHECKSUM, 16)],
        _ => &[],
    }
}

/// The bits inside a field that is found as a whole.
const fn inside(field: FieldId) -> &'static [Part] {
    use FieldId as F;
    match field {
        F::ICMPV6_ND_NA_FLAG => &[
            (F::ICMPV6_ND_NA_FLAG_R, 1),
            (F::ICMPV6_ND_NA_FLAG_S, 1),
            (F::ICMPV6_ND_NA_FLAG_O, 1),
            (F::ICMPV6_ND_NA_FLAG_RSV, 29),
        ],
        F::ICMPV6_ND_RA_FLAG => &[
            (F::ICMPV6_ND_RA_FLAG_M, 1),
            (F::ICMPV6_ND_RA_FLAG_O, 1),
            (F::ICMPV6_ND_RA_FLAG_H, 1),
            (F::ICMPV6_ND_RA_FLAG_PRF, 2),
            (F::ICMPV6_ND_RA_FLAG_P, 1),
            (F::ICMPV6_ND_RA_FLAG_RSV, 2),
        ],
        F::ICMPV6_OPT_PREFIX_FLAG => &[
            (F::ICMPV6_OPT_PREFIX_FLAG_L, 1),
            (F::ICMPV6_OPT_PREFIX_FLAG_A, 1),
            (F::ICMPV6_OPT_PREFIX_FLAG_R, 1),
            (F::ICMPV6_OPT_PREFIX_FLAG_RESERVED, 5),
        ],
        F::ICMPV6_MLD_FLAG => {
            &[(F::ICMPV6_MLD_FLAG_RESERVED, 4), (F::ICMPV6_MLD_FLAG_S, 1), (F::ICMPV6_MLD_FLAG_QRV, 3)]
        }
        F::IP_OPT_OVERFLOW => &[(F::IP_OPT_OVERFLOW, 4), (F::IP_OPT_FLAG, 4)],
        F::TCP_OPTIONS_USER_TO_GRANULARITY => {
            &[(F::TCP_OPTIONS_USER_TO_GRANULARITY, 1), (F::TCP_OPTIONS_USER_TO_VAL, 15)]
        }
        _ => &[],
    }
}

/// How long a header is on the wire, in bytes: as it says itself where it
/// says so, and where that byte was captured.
fn length(header: &Field, bytes: &[u8]) -> usize {
    let at = |offset: usize| bytes.get(header.span.start + offset).map(|byte| usize::from(*byte));
    let stated = match header.id {
        FieldId::IP => at(0).map(|first| (first & 15) * 4),
        FieldId::TCP => at(12).map(|byte| (byte >> 4) * 4),
        FieldId::ARP => Some(8 + 2 * (at(4).unwrap_or(6) + at(5).unwrap_or(4))),
        // All that its fields cover; what it quotes or echoes is no header.
        FieldId::ICMP | FieldId::ICMPV6 => {
            let own = header.children.iter().take_while(|child| source(child.id).is_none());
            own.map(|child| child.span.end.saturating_sub(header.span.start)).max()
        }
        _ => None,
    };
    let shortest = fixed(header.id).iter().map(|(_, width)| width).sum::<usize>() / 8;
    let shortest = if matches!(header.id, FieldId::ICMP | FieldId::ICMPV6) { 8 } else { shortest };
    match (stated, shortest) {
        (Some(stated), _) => stated.max(shortest),
        (None, 0) => header.span.len(),
        (None, shortest) => shortest,
    }
}

fn grid(header: &Field, source: &'static str, bytes: &[u8], quoted: bool) -> Grid {
    let span = header.span.start..header.span.start + length(header, bytes);
    let mut build = Build { start: span.start, kept: bytes.len(), cells: Vec::new(), at: 0 };
    for (field, width) in fixed(header.id) {
        let field = counted(*field, header);
        build.push(Some(field), Some(field), *width);
    }
    build.leaves(&header.children, header.id, span.len() * 8);
    build.fill(span.len() * 8);
    Grid { header: header.id, span, source, quoted, cells: build.cells }
}

/// Two bytes of Ethernet's and of a VLAN tag are a type or a length.
fn counted(field: FieldId, header: &Field) -> FieldId {
    let has = |id: FieldId| header.children.iter().any(|child| child.id == id);
    match field {
        FieldId::ETH_TYPE if has(FieldId::ETH_LEN) => FieldId::ETH_LEN,
        FieldId::VLAN_ETYPE if has(FieldId::VLAN_LEN) => FieldId::VLAN_LEN,
        _ => field,
    }
}

/// Cells being put one behind the other.
struct Build {
    /// Where the header starts in the frame.
    start: usize,
    /// How many bytes of the frame were captured.
    kept: usize,
    cells: Vec<Cell>,
    /// How many bits are covered.
    at: usize,
}

impl Build {
    fn push(&mut self, field: Option<FieldId>, title: Option<FieldId>, width: usize) {
        let bits = self.at..self.at + width;
        let span = self.start + bits.start / 8..self.start + bits.end.div_ceil(8);
        let captured = span.end <= self.kept;
        self.at = bits.end;
        self.cells.push(Cell { field, title, bits, span, captured });
    }

    /// Covers what is left up to `end` as bytes without a name.
    fn fill(&mut self, end: usize) {
        // What was not captured is told apart from what nobody reads.
        let kept = self.kept.saturating_sub(self.start) * 8;
        if self.at < kept && kept < end {
            self.push(None, None, kept - self.at);
        }
        if self.at < end {
            self.push(None, None, end - self.at);
        }
    }

    /// Covers whole fields as they were found, up to `end` bits; what lies on
    /// bits that are covered already says the same once more.
    fn leaves(&mut self, fields: &[Field], parent: FieldId, end: usize) {
        for field in fields {
            let group = matches!(field.value, Value::Present | Value::Bytes) && !field.children.is_empty();
            if source(field.id).is_some() {
                // Another header, and behind it what that one carries.
                return;
            }
            if group {
                self.leaves(&field.children, field.id, end);
                continue;
            }
            let Some(first) = field.span.start.checked_sub(self.start) else { continue };
            let behind = (first + field.span.len()) * 8;
            if first * 8 < self.at || behind > end || field.span.is_empty() {
                continue;
            }
            self.fill(first * 8);
            let parts = inside(field.id);
            if parts.iter().map(|(_, width)| width).sum::<usize>() == field.span.len() * 8 {
                for (part, width) in parts {
                    self.push(Some(*part), Some(*part), *width);
                }
            } else {
                let kind = matches!(field.id, FieldId::TCP_OPTION_KIND | FieldId::IP_OPT_TYPE);
                let named = kind && parent != FieldId::TCP_OPTIONS && parent != FieldId::IP;
                self.push(Some(field.id), Some(if named { parent } else { field.id }), field.span.len() * 8);
            }
        }
    }
}

#[cfg(test)]
mod tests;
