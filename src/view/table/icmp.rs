//! ICMP (RFC 792, RFC 950, RFC 1256, RFC 1812, RFC 8335).

use super::{number, push};
use crate::decode::{FieldId, FieldValue};

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Icmp {
    kind: Option<u64>,
    code: u64,
    identifier: u64,
    sequence: u64,
    sequence_swapped: u64,
    /// The frame of the request.
    pub(super) answered: Option<u64>,
}

impl Icmp {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether it says that something did not arrive.
    pub(super) fn is_error(&self) -> bool {
        matches!(self.kind, Some(3 | 4 | 5 | 11 | 12))
    }

    pub(super) fn field(&mut self, field: FieldId, value: &FieldValue<'_>) {
        match field {
            FieldId::ICMP_TYPE => self.kind = Some(number(value)),
            FieldId::ICMP_CODE => self.code = number(value),
            FieldId::ICMP_IDENT => self.identifier = number(value),
            FieldId::ICMP_SEQ => self.sequence = number(value),
            FieldId::ICMP_SEQ_LE => self.sequence_swapped = number(value),
            _ => {}
        }
    }

    /// `hops` is the time to live of the packet it came in.
    pub(super) fn info(&self, hops: u64, out: &mut String) {
        let Some(kind) = self.kind else {
            out.push_str("[Malformed Packet]");
            return;
        };
        match name(kind) {
            Some(name) => push(out, format_args!("{name:<20}")),
            None => push(out, format_args!("Unknown ICMP type {kind} (obsolete or malformed?)")),
        }
        match kind {
            0 | 8 | 13..=18 => {
                let Self { identifier, sequence, sequence_swapped, .. } = self;
                push(out, format_args!(" id=0x{identifier:04x}, seq={sequence}/{sequence_swapped}, ttl={hops}"));
                if let (0, Some(request)) = (kind, self.answered) {
                    push(out, format_args!(" (request in {request})"));
                }
            }
            3 | 5 | 11 | 12 | 42 | 43 => match reason(kind, self.code) {
                Some(reason) => push(out, format_args!(" ({reason})")),
                None => push(out, format_args!(" (Unknown code: {})", self.code)),
            },
            9 if self.code == 16 => out.push_str(" (Does not route common traffic)"),
            9 => out.push_str(" (Normal router advertisement)"),
            _ => {}
        }
    }
}

fn name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0 => "Echo (ping) reply",
        3 => "Destination unreachable",
        4 => "Source quench (flow control)",
        5 => "Redirect",
        6 => "Alternate host address",
        8 => "Echo (ping) request",
        9 => "Router advertisement",
        10 => "Router solicitation",
        11 => "Time-to-live exceeded",
        12 => "Parameter problem",
        13 => "Timestamp request",
        14 => "Timestamp reply",
        15 => "Information request",
        16 => "Information reply",
        17 => "Address mask request",
        18 => "Address mask reply",
        30 => "Traceroute",
        40 => "Photuris",
        42 => "Extended Echo request",
        43 => "Extended Echo reply",
        _ => return None,
    })
}

fn reason(kind: u64, code: u64) -> Option<&'static str> {
    Some(match (kind, code) {
        (3, 0) => "Network unreachable",
        (3, 1) => "Host unreachable",
        (3, 2) => "Protocol unreachable",
        (3, 3) => "Port unreachable",
        (3, 4) => "Fragmentation needed",
        (3, 5) => "Source route failed",
        (3, 6) => "Destination network unknown",
        (3, 7) => "Destination host unknown",
        (3, 8) => "Source host isolated",
        (3, 9) => "Network administratively prohibited",
        (3, 10) => "Host administratively prohibited",
        (3, 11) => "Network unreachable for TOS",
        (3, 12) => "Host unreachable for TOS",
        (3, 13) => "Communication administratively filtered",
        (3, 14) => "Host precedence violation",
        (3, 15) => "Precedence cutoff in effect",
        (5, 0) => "Redirect for network",
        (5, 1) => "Redirect for host",
        (5, 2) => "Redirect for TOS and network",
        (5, 3) => "Redirect for TOS and host",
        (11, 0) => "Time to live exceeded in transit",
        (11, 1) => "Fragment reassembly time exceeded",
        (12, 0) => "Pointer indicates the error",
        (12, 1) => "Required option missing",
        (12, 2) => "Bad length",
        (42 | 43, 0) => "No error",
        (43, 1) => "Malformed Query",
        (43, 2) => "No Such Interface",
        (43, 3) => "No Such Table Entry",
        (43, 4) => "Multiple Interfaces Satisfy Query",
        _ => return None,
    })
}
