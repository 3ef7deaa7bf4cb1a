//! What a frame is that is no part of the conversation that is shown, in one
//! sentence.

use super::super::super::table::{Options, TableLine};
use super::cells::field_at;
use crate::decode::{Field, FieldId, Packet, Transport, Value, dissect};
use crate::model::{Frame, LinkType};
use crate::words::Words;

/// What is said of a frame.
pub(super) struct Told {
    /// Its innermost protocol.
    pub(super) name: String,
    /// From where to where.
    pub(super) way: String,
    pub(super) sentence: String,
}

/// Describes a frame by its fields.
pub(super) fn describe(packet: &Packet, headers: &[Field], words: &Words) -> Told {
    let fields = Fields { headers, words };
    let way = match (packet.ip, packet.ethernet) {
        (Some(ip), _) => format!("{} → {}", ip.source, ip.destination),
        (None, Some((from, to))) => format!("{from} → {to}"),
        (None, None) => String::new(),
    };
    let (name, sentence) = match &packet.transport {
        Transport::Arp => ("ARP".to_owned(), fields.arp()),
        Transport::Tcp(tcp) => {
            let sentence = words.say(
                "frame-tcp",
                &[
                    ("from", &tcp.source_port),
                    ("to", &tcp.destination_port),
                    ("flags", &tcp.flags),
                    ("bytes", &words.bytes(tcp.length)),
                ],
            );
            (fields.innermost().unwrap_or_else(|| "TCP".to_owned()), sentence)
        }
        Transport::Udp(udp) => {
            let sentence = words.say(
                "frame-udp",
                &[("from", &udp.source_port), ("to", &udp.destination_port), ("bytes", &words.bytes(udp.length))],
            );
            (fields.innermost().unwrap_or_else(|| "UDP".to_owned()), sentence)
        }
        Transport::Icmp(icmp) => {
            let name = fields.innermost().unwrap_or_else(|| "ICMP".to_owned());
            let sentence = fields.neighbor().unwrap_or_else(|| {
                let said = words.say("frame-icmp", &[("meaning", &words.icmp(icmp.meaning))]);
                let about = icmp.quoted.map(|quoted| {
                    let arguments: [(&str, &dyn std::fmt::Display); 2] =
                        [("from", &quoted.source), ("to", &quoted.destination)];
                    words.say("frame-icmp-about", &arguments)
                });
                about.map_or(said.clone(), |about| format!("{said} {about}"))
            });
            (name, sentence)
        }
        Transport::Other => {
            let name = fields.innermost().unwrap_or_else(|| words.word("frame-unread"));
            let sentence = words.say("frame-other", &[("name", &name)]);
            (name, sentence)
        }
    };
    Told { name, way, sentence }
}

/// How Wireshark's packet list says it.
pub(super) fn listed(link_type: LinkType, frame: &Frame) -> Option<String> {
    let mut line = TableLine::new(Options::default());
    line.set_link_type(link_type);
    dissect(link_type, &frame.bytes, frame.original_length, &mut line);
    let mut info = String::new();
    line.info(&mut info);
    (!info.is_empty()).then_some(info)
}

struct Fields<'a> {
    headers: &'a [Field],
    words: &'a Words,
}

impl Fields<'_> {
    fn find(&self, field: FieldId) -> Option<&Field> {
        field_at(self.headers, field, &(0..usize::MAX))
    }

    fn text(&self, field: FieldId) -> String {
        self.find(field).map(|found| self.words.field_value(found, &[])).unwrap_or_default()
    }

    fn number(&self, field: FieldId) -> Option<u64> {
        match self.find(field)?.value {
            Value::Number(number) => Some(number),
            Value::Present
            | Value::Boolean(_)
            | Value::Signed(_)
            | Value::Mac(_)
            | Value::Address(_)
            | Value::Checksum(..)
            | Value::Bytes
            | Value::Text(_) => None,
        }
    }

    /// The innermost protocol's name.
    fn innermost(&self) -> Option<String> {
        let protocols = self.headers.iter().rev().find(|header| header.value == Value::Present);
        protocols.map(|header| self.words.field_name(header.id))
    }

    fn arp(&self) -> String {
        let sender = self.text(FieldId::ARP_SRC_PROTO_IPV4);
        let target = self.text(FieldId::ARP_DST_PROTO_IPV4);
        let mac = self.text(FieldId::ARP_SRC_HW_MAC);
        let has = |field| self.find(field).is_some();
        let key = if has(FieldId::ARP_ISPROBE) {
            "frame-arp-probe"
        } else if has(FieldId::ARP_ISGRATUITOUS) {
            "frame-arp-gratuitous"
        } else {
            match self.number(FieldId::ARP_OPCODE) {
                Some(1) => "frame-arp-request",
                Some(2) => "frame-arp-reply",
                _ => "frame-arp-other",
            }
        };
        self.words.say(key, &[("sender", &sender), ("target", &target), ("mac", &mac)])
    }

    /// Neighbor discovery, IPv6's ARP (RFC 4861).
    fn neighbor(&self) -> Option<String> {
        let (key, target) = match self.number(FieldId::ICMPV6_TYPE)? {
            133 => ("frame-router-solicitation", String::new()),
            134 => ("frame-router-advertisement", String::new()),
            135 => ("frame-neighbor-solicitation", self.text(FieldId::ICMPV6_ND_NS_TARGET_ADDRESS)),
            136 => ("frame-neighbor-advertisement", self.text(FieldId::ICMPV6_ND_NA_TARGET_ADDRESS)),
            _ => return None,
        };
        let mac = [FieldId::ICMPV6_OPT_TARGET_LINKADDR, FieldId::ICMPV6_OPT_SRC_LINKADDR];
        let mac = mac.into_iter().map(|field| self.text(field)).find(|text| !text.is_empty()).unwrap_or_default();
        Some(self.words.say(key, &[("target", &target), ("mac", &mac)]))
    }
}
