//! `ICMPv6` (RFC 4443), neighbor discovery (RFC 4861), multicast listeners
//! (RFC 2710, RFC 3810), extended echo (RFC 8335).

use std::net::IpAddr;

use super::{number, push, push_value};
use crate::decode::{FieldId, FieldValue, MacAddress};

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Icmpv6 {
    kind: Option<u64>,
    code: u64,
    identifier: u64,
    sequence: u64,
    /// Whom a neighbor message is about.
    target: Option<IpAddr>,
    /// The hardware address among its options.
    station: Option<MacAddress>,
    router: bool,
    solicited: bool,
    overrides: bool,
    /// The frame of the request.
    pub(super) answered: Option<u64>,
}

impl Icmpv6 {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether it says that something did not arrive.
    pub(super) fn is_error(&self) -> bool {
        matches!(self.kind, Some(1..=4))
    }

    pub(super) fn field(&mut self, field: FieldId, value: &FieldValue<'_>) {
        match field {
            FieldId::ICMPV6_TYPE => self.kind = Some(number(value)),
            FieldId::ICMPV6_CODE => self.code = number(value),
            FieldId::ICMPV6_ECHO_IDENTIFIER => self.identifier = number(value),
            FieldId::ICMPV6_ECHO_SEQUENCE_NUMBER => self.sequence = number(value),
            FieldId::ICMPV6_ND_NA_FLAG_R => self.router = number(value) == 1,
            FieldId::ICMPV6_ND_NA_FLAG_S => self.solicited = number(value) == 1,
            FieldId::ICMPV6_ND_NA_FLAG_O => self.overrides = number(value) == 1,
            FieldId::ICMPV6_ND_NS_TARGET_ADDRESS | FieldId::ICMPV6_ND_NA_TARGET_ADDRESS => {
                if let FieldValue::Address(address) = value {
                    self.target = Some(*address);
                }
            }
            FieldId::ICMPV6_OPT_LINKADDR => {
                if let FieldValue::Bytes(bytes) = value {
                    self.station = bytes.first_chunk().map(|octets| MacAddress(*octets));
                }
            }
            _ => {}
        }
    }

    /// `hops` is the hop limit of the packet it came in.
    pub(super) fn info(&self, hops: u64, out: &mut String) {
        let Some(kind) = self.kind else {
            out.push_str("[Malformed Packet]");
            return;
        };
        match name(kind) {
            Some(name) => out.push_str(name),
            None => push(out, format_args!("Unknown ({kind})")),
        }
        match kind {
            1..=4 | 138..=140 | 160 | 161 => match reason(kind, self.code) {
                Some(reason) => push(out, format_args!(" ({reason})")),
                None if kind == 2 => {}
                None => push(out, format_args!(" (Unknown code {})", self.code)),
            },
            128 | 129 => {
                let Self { identifier, sequence, .. } = self;
                push(out, format_args!(" id=0x{identifier:04x}, seq={sequence}, hop limit={hops}"));
                if let (129, Some(request)) = (kind, self.answered) {
                    push(out, format_args!(" (request in {request})"));
                }
            }
            133 | 134 | 137 => self.station(" from ", out),
            135 => {
                self.target(" for ", out);
                self.station(" from ", out);
            }
            136 => {
                self.target(" ", out);
                self.flags(out);
                self.station(" is at ", out);
            }
            _ => {}
        }
    }

    fn target(&self, before: &str, out: &mut String) {
        if let Some(address) = self.target {
            out.push_str(before);
            push_value(FieldId::IPV6_SRC, &FieldValue::Address(address), out);
        }
    }

    fn station(&self, before: &str, out: &mut String) {
        if let Some(address) = self.station {
            out.push_str(before);
            push_value(FieldId::ETH_SRC, &FieldValue::Mac(address), out);
        }
    }

    fn flags(&self, out: &mut String) {
        let flags = [(self.router, "rtr"), (self.solicited, "sol"), (self.overrides, "ovr")];
        let mut before = " (";
        for (_, name) in flags.into_iter().filter(|(is, _)| *is) {
            out.extend([before, name]);
            before = ", ";
        }
        if before == ", " {
            out.push(')');
        }
    }
}

fn name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        1 => "Destination Unreachable",
        2 => "Packet Too Big",
        3 => "Time Exceeded",
        4 => "Parameter Problem",
        128 => "Echo (ping) request",
        129 => "Echo (ping) reply",
        130 => "Multicast Listener Query",
        131 => "Multicast Listener Report",
        132 => "Multicast Listener Done",
        133 => "Router Solicitation",
        134 => "Router Advertisement",
        135 => "Neighbor Solicitation",
        136 => "Neighbor Advertisement",
        137 => "Redirect",
        138 => "Router Renumbering",
        139 => "Node Information Query",
        140 => "Node Information Reply",
        141 => "Inverse Neighbor Discovery Solicitation",
        142 => "Inverse Neighbor Discovery Advertisement",
        143 => "Multicast Listener Report Message v2",
        144 => "Home Agent Address Discovery Request",
        145 => "Home Agent Address Discovery Reply",
        146 => "Mobile Prefix Solicitation",
        147 => "Mobile Prefix Advertisement",
        148 => "Certification Path Solicitation",
        149 => "Certification Path Advertisement",
        151 => "Multicast Router Advertisement",
        152 => "Multicast Router Solicitation",
        153 => "Multicast Router Termination",
        155 => "RPL Control",
        157 => "Duplicate Address Request",
        158 => "Duplicate Address Confirmation",
        160 => "Extended Echo request",
        161 => "Extended Echo reply",
        _ => return None,
    })
}

fn reason(kind: u64, code: u64) -> Option<&'static str> {
    Some(match (kind, code) {
        (1, 0) => "no route to destination",
        (1, 1) => "Administratively prohibited",
        (1, 2) => "Beyond scope of source address",
        (1, 3) => "Address unreachable",
        (1, 4) => "Port unreachable",
        (1, 5) => "Source address failed ingress/egress policy",
        (1, 6) => "Reject route to destination",
        (1, 7) => "Error in Source Routing Header",
        (3, 0) => "hop limit exceeded in transit",
        (3, 1) => "fragment reassembly time exceeded",
        (4, 0) => "erroneous header field encountered",
        (4, 1) => "unrecognized Next Header type encountered",
        (4, 2) => "unrecognized IPv6 option encountered",
        (4, 3) => "IPv6 First Fragment has incomplete IPv6 Header Chain",
        (138, 0) => "Command",
        (138, 1) => "Result",
        (138, 255) => "Sequence Number Reset",
        (139, 0) => "Query subject = IPv6 addresses",
        (139, 1) => "Query subject = DNS name or empty",
        (139, 2) => "Query subject = IPv4 addresses",
        (140, 0) => "Successful",
        (140, 1) => "Refuses",
        (140, 2) => "Unknown query type",
        (160 | 161, 0) => "No error",
        (161, 1) => "Malformed Query",
        (161, 2) => "No Such Interface",
        (161, 3) => "No Such Table Entry",
        (161, 4) => "Multiple Interfaces Satisfy Query",
        _ => return None,
    })
}
