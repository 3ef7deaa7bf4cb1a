//! The domain name system's messages: questions, then answers, each with its
//! type.

use super::{names, number, push, push_value};
use crate::decode::{FieldId, FieldValue};

/// What a frame's messages say, written as their fields come.
#[derive(Debug, Default)]
pub(super) struct Dns {
    info: String,
    /// The name asked for, which comes before its type.
    name: String,
    multicast: bool,
    id: u64,
    response: bool,
    opcode: u64,
    /// What went wrong, in a response.
    code: u64,
}

impl Dns {
    pub(super) fn clear(&mut self) {
        self.info.clear();
        self.name.clear();
        (self.multicast, self.response) = (false, false);
        (self.id, self.opcode, self.code) = (0, 0, 0);
    }

    /// A message begins.
    pub(super) fn enter(&mut self, multicast: bool) {
        // A later message on the same connection stands for itself.
        self.clear();
        self.multicast = multicast;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.info.is_empty()
    }

    pub(super) fn info(&self) -> &str {
        &self.info
    }

    pub(super) fn field(&mut self, field: FieldId, value: &FieldValue<'_>) {
        match field {
            FieldId::DNS_ID => self.id = number(value),
            FieldId::DNS_FLAGS_RESPONSE => self.response = number(value) == 1,
            FieldId::DNS_FLAGS_OPCODE => self.opcode = number(value),
            FieldId::DNS_FLAGS_RCODE => self.code = number(value),
            // The flags are complete.
            FieldId::DNS_COUNT_QUERIES => self.begin(),
            FieldId::DNS_QRY_NAME => {
                self.name.clear();
                push_value(field, value, &mut self.name);
            }
            FieldId::DNS_QRY_TYPE => {
                self.kind(number(value));
                self.info.push(' ');
                self.info.push_str(&self.name);
            }
            FieldId::DNS_QRY_QU => {
                let how = if number(value) == 1 { ", \"QU\" question" } else { ", \"QM\" question" };
                self.info.push_str(how);
            }
            FieldId::DNS_RESP_TYPE => self.kind(number(value)),
            FieldId::DNS_RESP_CACHE_FLUSH if number(value) == 1 => self.info.push_str(", cache flush"),
            FieldId::DNS_A
            | FieldId::DNS_AAAA
            | FieldId::DNS_NS
            | FieldId::DNS_CNAME
            | FieldId::DNS_DNAME
            | FieldId::DNS_PTR_DOMAIN_NAME
            | FieldId::DNS_MX_PREFERENCE
            | FieldId::DNS_MX_MAIL_EXCHANGE
            | FieldId::DNS_SRV_PRIORITY
            | FieldId::DNS_SRV_WEIGHT
            | FieldId::DNS_SRV_PORT
            | FieldId::DNS_SRV_TARGET
            | FieldId::DNS_SOA_MNAME => {
                self.info.push(' ');
                push_value(field, value, &mut self.info);
            }
            _ => {}
        }
    }

    fn begin(&mut self) {
        match self.opcode {
            0 => self.info.push_str("Standard query"),
            1 => self.info.push_str("Inverse query"),
            2 => self.info.push_str("Server status request"),
            4 => self.info.push_str("Zone change notification"),
            5 => self.info.push_str("Dynamic update"),
            6 => self.info.push_str("DNS Stateful operations (DSO)"),
            opcode => push(&mut self.info, format_args!("Unknown operation ({opcode})")),
        }
        if self.response {
            self.info.push_str(" response");
        }
        push(&mut self.info, format_args!(" 0x{:04x}", self.id));
        if self.response && self.code != 0 {
            self.info.push(' ');
            match failure(self.code) {
                Some(name) => self.info.push_str(name),
                None => push(&mut self.info, format_args!("Unknown error ({})", self.code)),
            }
        }
    }

    fn kind(&mut self, kind: u64) {
        match names::dns_type(kind) {
            Some(name) => push(&mut self.info, format_args!(" {name}")),
            None => push(&mut self.info, format_args!(" Unknown ({kind})")),
        }
    }
}

/// RFC 1035 §4.1.1, RFC 2136 §2.2, RFC 8490 §5.4.
fn failure(code: u64) -> Option<&'static str> {
    Some(match code {
        1 => "Format error",
        2 => "Server failure",
        3 => "No such name",
        4 => "Not implemented",
        5 => "Refused",
        6 => "Name exists",
        7 => "RRset exists",
        8 => "RRset does not exist",
        9 => "Not authoritative",
        10 => "Name out of zone",
        11 => "DSO-Type not implemented",
        _ => return None,
    })
}
