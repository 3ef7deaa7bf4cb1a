//! ARP, reverse ARP and inverse ARP (RFC 826, RFC 903, RFC 2390, RFC 5227).

use super::{number, push, push_value};
use crate::decode::{FieldId, FieldValue};

#[derive(Debug, Default)]
pub(super) struct Arp {
    /// `None` where the packet is cut before it.
    opcode: Option<u64>,
    /// It says that it has network addresses.
    addressed: bool,
    purpose: Purpose,
    sender: Station,
    target: Station,
}

/// What a packet is for besides asking and answering (RFC 5227).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Purpose {
    #[default]
    Plain,
    Gratuitous,
    Announcement,
    Probe,
}

/// Addresses as they are written; empty where there are none.
#[derive(Debug, Default)]
struct Station {
    hardware: String,
    protocol: String,
}

impl Arp {
    pub(super) fn clear(&mut self) {
        (self.opcode, self.addressed) = (None, false);
        self.purpose = Purpose::Plain;
        for station in [&mut self.sender, &mut self.target] {
            station.hardware.clear();
            station.protocol.clear();
        }
    }

    pub(super) fn field(&mut self, field: FieldId, value: &FieldValue<'_>) {
        match field {
            FieldId::ARP_OPCODE => self.opcode = Some(number(value)),
            FieldId::ARP_PROTO_SIZE => self.addressed = number(value) > 0,
            FieldId::ARP_ISGRATUITOUS => self.purpose = Purpose::Gratuitous,
            FieldId::ARP_ISANNOUNCEMENT => self.purpose = Purpose::Announcement,
            FieldId::ARP_ISPROBE => self.purpose = Purpose::Probe,
            FieldId::ARP_SRC_HW_MAC | FieldId::ARP_SRC_HW => push_address(field, value, &mut self.sender.hardware),
            FieldId::ARP_DST_HW_MAC | FieldId::ARP_DST_HW => push_address(field, value, &mut self.target.hardware),
            FieldId::ARP_SRC_PROTO_IPV4 | FieldId::ARP_SRC_PROTO => {
                push_address(field, value, &mut self.sender.protocol);
            }
            FieldId::ARP_DST_PROTO_IPV4 | FieldId::ARP_DST_PROTO => {
                push_address(field, value, &mut self.target.protocol);
            }
            _ => {}
        }
    }

    pub(super) fn protocol(&self) -> &'static str {
        match self.opcode {
            Some(3 | 4) => "RARP",
            Some(5..=7) => "DRARP",
            Some(8 | 9) => "Inverse ARP",
            Some(_) | None => "ARP",
        }
    }

    pub(super) fn info(&self, out: &mut String) {
        let (sender, target) = (self.sender.written(), self.target.written());
        match self.opcode {
            Some(1..=4 | 8 | 9) if self.addressed && self.target.protocol.is_empty() => {
                out.push_str("[Malformed Packet]");
            }
            Some(1) if self.purpose == Purpose::Probe => {
                push(out, format_args!("Who has {}? (ARP Probe)", target.protocol));
            }
            // RFC 5227 §2.3: it does not say whom it is for.
            Some(1) if self.purpose == Purpose::Announcement && self.target.hardware == "00:00:00:00:00:00" => {
                push(out, format_args!("ARP Announcement for {}", sender.protocol));
            }
            Some(1) if self.purpose == Purpose::Announcement => {
                push(out, format_args!("Gratuitous ARP for {} (Request)", sender.protocol));
            }
            Some(2) if self.purpose == Purpose::Gratuitous => {
                push(out, format_args!("Gratuitous ARP for {} (Reply)", sender.protocol));
            }
            Some(1) => push(out, format_args!("Who has {}? Tell {}", target.protocol, sender.protocol)),
            Some(2) => push(out, format_args!("{} is at {}", sender.protocol, sender.hardware)),
            Some(3 | 8) => push(out, format_args!("Who is {}? Tell {}", target.hardware, sender.hardware)),
            Some(4) => push(out, format_args!("{} is at {}", target.hardware, target.protocol)),
            Some(9) => push(out, format_args!("{} is at {}", sender.hardware, sender.protocol)),
            Some(0) => out.push_str("Reserved opcode 0"),
            Some(opcode) => push(out, format_args!("Unknown ARP opcode 0x{opcode:04x}")),
            None => out.push_str("[Malformed Packet]"),
        }
    }
}

/// Addresses may have up to 255 bytes, of which the first 36 are written.
fn push_address(field: FieldId, value: &FieldValue<'_>, out: &mut String) {
    if let FieldValue::Bytes(bytes) = value
        && let Some(start) = bytes.get(..36)
        && bytes.len() > 36
    {
        push_value(field, &FieldValue::Bytes(start), out);
        out.push('…');
    } else {
        push_value(field, value, out);
    }
}

/// The same where nothing is written as nothing.
struct Written<'a> {
    hardware: &'a str,
    protocol: &'a str,
}

impl Station {
    fn written(&self) -> Written<'_> {
        fn or_none(text: &str) -> &str {
            if text.is_empty() { "<No address>" } else { text }
        }
        Written { hardware: or_none(&self.hardware), protocol: or_none(&self.protocol) }
    }
}
