//! What comes before the network layer where nothing behind it is read: the
//! type of what is carried is named.

use super::{names, number, push};
use crate::decode::{FieldId, FieldValue};
use crate::model::LinkType;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Link {
    /// The last header.
    header: Option<FieldId>,
    /// What it says it carries: an `EtherType`, PPP's protocol, BSD's family.
    carried: Option<u64>,
    /// LLC's two access points and its control field.
    points: Option<(u64, u64)>,
    control: Option<u64>,
    /// SNAP's organization, and what that calls the protocol.
    organization: Option<u64>,
    /// `PPPoE`'s code.
    code: Option<u64>,
}

impl Link {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// A header begins.
    pub(super) fn enter(&mut self, header: FieldId) {
        *self = Self { header: Some(header), ..Self::default() };
    }

    pub(super) fn field(&mut self, field: FieldId, value: &FieldValue<'_>) {
        match field {
            FieldId::ETH_TYPE
            | FieldId::VLAN_ETYPE
            | FieldId::SLL_ETYPE
            | FieldId::SLL_LTYPE
            | FieldId::CHDLC_PROTOCOL
            | FieldId::PPP_PROTOCOL
            | FieldId::NULL_FAMILY
            | FieldId::LLC_TYPE
            | FieldId::LLC_PID => self.carried = Some(number(value)),
            FieldId::LLC_DSAP => self.points = Some((number(value), 0)),
            FieldId::LLC_SSAP => self.points = self.points.map(|(to, _)| (to, number(value))),
            FieldId::LLC_CONTROL => self.control = Some(number(value)),
            FieldId::LLC_OUI => self.organization = Some(number(value)),
            FieldId::PPPOE_CODE => self.code = Some(number(value)),
            _ => {}
        }
    }

    pub(super) fn protocol(&self, out: &mut String) {
        match (self.header, self.carried) {
            (Some(FieldId::PPPOED), _) => out.push_str("PPPoED"),
            (Some(FieldId::PPPOES), _) => out.push_str("PPPoES"),
            (Some(FieldId::MPLS), _) => out.push_str("MPLS"),
            (Some(FieldId::NULL), _) => out.push_str("NULL"),
            (Some(FieldId::PPP), Some(number)) => match names::ppp_protocol(number) {
                Some((short, _)) => out.push_str(short),
                None => push(out, format_args!("0x{number:04x}")),
            },
            (Some(FieldId::LLC), Some(number)) if self.organization == Some(0) => ether_type(number, out),
            (Some(FieldId::LLC), _) => out.push_str(self.points.and_then(names::llc_protocol).unwrap_or("LLC")),
            (_, Some(number)) => ether_type(number, out),
            (Some(FieldId::VLAN), None) => out.push_str("VLAN"),
            (Some(FieldId::SLL), None) => out.push_str("SLL"),
            (Some(FieldId::PPP), None) => out.push_str("PPP"),
            (Some(FieldId::CHDLC), None) => out.push_str("CHDLC"),
            _ => out.push_str("Ethernet"),
        }
    }

    pub(super) fn info(&self, out: &mut String) {
        match (self.header, self.carried) {
            (Some(FieldId::PPPOED | FieldId::PPPOES), _) => self.discovery(out),
            (Some(FieldId::MPLS), _) => out.push_str("MultiProtocol Label Switching Header"),
            (Some(FieldId::NULL), Some(family)) => push(out, format_args!("Null/Loopback, family {family}")),
            (Some(FieldId::PPP), Some(number)) => match names::ppp_protocol(number) {
                Some((_, long)) => push(out, format_args!("{long} (0x{number:04x})")),
                None => push(out, format_args!("PPP Unknown (0x{number:04x})")),
            },
            (Some(FieldId::LLC), Some(number)) if self.organization == Some(0) => {
                named(number, "Logical-Link Control", out);
            }
            (Some(FieldId::LLC), _) => self.access_points(out),
            (Some(FieldId::VLAN), Some(number)) => named(number, "802.1Q Virtual LAN", out),
            (Some(FieldId::SLL), Some(number)) => named(number, "Linux cooked-mode capture", out),
            (Some(FieldId::CHDLC), Some(number)) => named(number, "Cisco HDLC", out),
            (_, Some(number)) => named(number, "Ethernet II", out),
            (Some(FieldId::VLAN), None) => out.push_str("802.1Q Virtual LAN"),
            _ => out.push_str("[Malformed Packet]"),
        }
    }

    /// RFC 2516 §4, §5.
    fn discovery(&self, out: &mut String) {
        match self.code {
            Some(0) => out.push_str("Session Data"),
            Some(0x07) => out.push_str("Active Discovery Offer (PADO)"),
            Some(0x09) => out.push_str("Active Discovery Initiation (PADI)"),
            Some(0x19) => out.push_str("Active Discovery Request (PADR)"),
            Some(0x65) => out.push_str("Active Discovery Session-confirmation (PADS)"),
            Some(0xA7) => out.push_str("Active Discovery Terminate (PADT)"),
            Some(code) => push(out, format_args!("Unknown (0x{code:02x})")),
            None => out.push_str("[Malformed Packet]"),
        }
    }

    /// `U, func=UI; DSAP … Individual, SSAP … Command` (IEEE 802.2).
    fn access_points(&self, out: &mut String) {
        let (Some((to, from)), Some(control)) = (self.points, self.control) else {
            out.push_str("[Malformed Packet]");
            return;
        };
        match control & 3 {
            3 => push(out, format_args!("U, func={}", names::llc_function(control))),
            1 => {
                let kind = ["RR", "RNR", "REJ", "Unknown"];
                let kind = kind.into_iter().nth(usize::try_from(control >> 2 & 3).unwrap_or(3)).unwrap_or_default();
                push(out, format_args!("S, func={kind}, N(R)={}", control >> 9));
            }
            _ => push(out, format_args!("I, N(R)={}, N(S)={}", control >> 9, control >> 1 & 0x7F)),
        }
        if let (Some(organization), Some(number)) = (self.organization, self.carried) {
            push(out, format_args!("; SNAP, OUI 0x{organization:06X}, PID 0x{number:04X}"));
            return;
        }
        out.push_str("; DSAP ");
        access_point(to, out);
        out.push_str(if to & 1 == 0 { " Individual, SSAP " } else { " Group, SSAP " });
        access_point(from & !1, out);
        out.push_str(if from & 1 == 0 { " Command" } else { " Response" });
    }
}

/// What is carried, or in what, if that is all there is to say.
fn named(number: u64, carrier: &str, out: &mut String) {
    match names::ether_type(number) {
        // It should have been read: it is cut or not what it says it is.
        Some(_) if matches!(number, 0x0800 | 0x0806 | 0x86DD | 0x8100 | 0x8847 | 0x8863 | 0x8864) => {
            out.push_str("[Malformed Packet]");
        }
        Some((_, long)) => push(out, format_args!("{long} (0x{number:04x})")),
        None => out.push_str(carrier),
    }
}

fn access_point(point: u64, out: &mut String) {
    match names::llc_point(point) {
        Some(name) => out.push_str(name),
        None => push(out, format_args!("0x{point:02x}")),
    }
}

fn ether_type(number: u64, out: &mut String) {
    match names::ether_type(number) {
        Some((short, _)) => out.push_str(short),
        None => push(out, format_args!("0x{number:04x}")),
    }
}

/// Of a frame whose link layer is not read.
pub(super) fn push_unknown_protocol(link_type: Option<LinkType>, out: &mut String) {
    match link_type {
        None => {}
        Some(link_type) => match names::link_type(link_type) {
            Some((short, _)) => out.push_str(short),
            None => push(out, format_args!("LINK{}", link_type.0)),
        },
    }
}

/// The same: which link layer it is.
pub(super) fn push_unknown_info(link_type: Option<LinkType>, out: &mut String) {
    match link_type {
        None => out.push_str("[Malformed Packet]"),
        Some(
            LinkType::ETHERNET | LinkType::RAW | LinkType::IPV4 | LinkType::IPV6 | LinkType::NULL | LinkType::LOOP,
        ) => {
            out.push_str("[Malformed Packet]");
        }
        Some(link_type) => match names::link_type(link_type) {
            Some((_, long)) => push(out, format_args!("{long} (link type {})", link_type.0)),
            None => push(out, format_args!("Unknown link type {}", link_type.0)),
        },
    }
}
