//! IPv4 and IPv6 where what they carry is not read: named, or a fragment.

use super::{names, number, push};
use crate::decode::{FieldId, FieldValue};

/// IPv6's number for "nothing follows" (RFC 8200 §4.7).
const NO_NEXT_HEADER: u64 = 59;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Network {
    version: Option<u64>,
    header_length: Option<u64>,
    /// What it says it carries.
    next: Option<u64>,
    identification: u64,
    offset: u64,
    more: bool,
    /// It has IPv6's fragment header.
    sixth: bool,
    /// How many stops of an IPv6 route are ahead.
    stops: u64,
    /// Time to live, or hop limit.
    pub(super) hops: u64,
    /// How much it carries at most, in bytes.
    pub(super) payload: Option<u64>,
}

impl Network {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// A packet begins, perhaps inside another.
    pub(super) fn enter(&mut self) {
        self.clear();
    }

    /// Whether this is a piece of a larger packet.
    pub(super) fn is_fragment(&self) -> bool {
        self.more || self.offset > 0
    }

    /// Whether the packet goes on from its IPv6 destination.
    pub(super) fn is_routed(&self) -> bool {
        self.stops > 0
    }

    /// Whether it goes on, asked for the first time.
    pub(super) fn take_last_segment(&mut self) -> bool {
        std::mem::take(&mut self.stops) > 0
    }

    pub(super) fn field(&mut self, field: FieldId, value: &FieldValue<'_>) {
        match field {
            FieldId::IP_VERSION => self.version = Some(number(value)),
            FieldId::IP_HDR_LEN => self.header_length = Some(number(value)),
            FieldId::IP_LEN => self.payload = self.header_length.and_then(|header| number(value).checked_sub(header)),
            // 0 is a jumbogram's, which says it elsewhere.
            FieldId::IPV6_PLEN => self.payload = Some(number(value)).filter(|length| *length > 0),
            FieldId::IP_ID | FieldId::IPV6_FRAGHDR_IDENT => self.identification = number(value),
            FieldId::IP_FLAGS_MF | FieldId::IPV6_FRAGHDR_MORE => self.more = number(value) == 1,
            FieldId::IP_FRAG_OFFSET | FieldId::IPV6_FRAGHDR_OFFSET => self.offset = number(value) * 8,
            FieldId::IPV6_ROUTING_SEGLEFT => self.stops = number(value),
            FieldId::IP_TTL | FieldId::IPV6_HLIM => self.hops = number(value),
            FieldId::IPV6_FRAGHDR_NXT => {
                self.sixth = true;
                self.next = Some(number(value));
            }
            FieldId::IP_PROTO
            | FieldId::IPV6_NXT
            | FieldId::IPV6_HOPOPTS_NXT
            | FieldId::IPV6_DSTOPTS_NXT
            | FieldId::IPV6_ROUTING_NXT
            | FieldId::AH_NEXT_HEADER => self.next = Some(number(value)),
            _ => {}
        }
    }

    /// `ip` is which IP it is.
    pub(super) fn protocol(&self, ip: &str, out: &mut String) {
        let known = self.next.and_then(names::ip_protocol).filter(|_| !self.is_fragment());
        out.push_str(known.map_or(ip, |(short, _)| short));
    }

    /// `ip` is which IP it is, as its place in the frame says.
    pub(super) fn info(&self, ip: u64, out: &mut String) {
        let Self { offset, identification, .. } = *self;
        match self.next {
            None => self.broken(ip, out),
            Some(next) if self.is_fragment() && self.sixth => {
                let more = if self.more { 'y' } else { 'n' };
                push(
                    out,
                    format_args!("IPv6 fragment (off={offset} more={more} ident=0x{identification:08x} nxt={next})"),
                );
            }
            Some(next) if self.is_fragment() => {
                let name = names::ip_protocol(next).map_or("Unknown", |(_, long)| long);
                push(
                    out,
                    format_args!("Fragmented IP protocol (proto={name} {next}, off={offset}, ID={identification:04x})"),
                );
            }
            Some(NO_NEXT_HEADER) => out.push_str("IPv6 no next header"),
            Some(next) => {
                let name = names::ip_protocol(next).map_or("Unknown", |(_, long)| long);
                push(out, format_args!("{name} ({next})"));
            }
        }
    }

    /// The header ends before it says what it carries.
    fn broken(&self, ip: u64, out: &mut String) {
        match (self.version, self.header_length) {
            (Some(version), _) if version != ip => {
                push(out, format_args!("Bogus IPv{ip} version ({version}, must be {ip})"));
            }
            (_, Some(length)) if length < 20 => {
                push(out, format_args!("Bogus IP header length ({length}, must be at least 20)"));
            }
            _ => out.push_str("[Malformed Packet]"),
        }
    }
}
