//! TLS: the messages of a frame's records, one behind the other.

use super::{number, push, push_value};
use crate::decode::{FieldId, FieldValue};

/// What a frame's records say, written as their fields come.
#[derive(Debug, Default)]
pub(super) struct Tls {
    info: String,
    /// Where the message that is being written starts.
    message: usize,
    /// Of the last record, or what a server chose.
    version: u64,
    /// Where the record starts that is being written, and how many of its
    /// bytes this frame has.
    record: (usize, usize),
    /// Where a record starts that goes on in other segments.
    piece: Option<usize>,
    /// A server's hello: what it says of versions counts.
    server: bool,
}

impl Tls {
    pub(super) fn clear(&mut self) {
        self.info.clear();
        (self.message, self.record, self.piece) = (0, (0, 0), None);
        (self.version, self.server) = (0, false);
    }

    /// A record begins, of which this frame has `kept` bytes.
    pub(super) fn enter(&mut self, kept: usize) {
        self.server = false;
        self.record = (self.info.len(), kept);
    }

    /// A message begins; until it says otherwise, it is a protected one.
    pub(super) fn message(&mut self, field: FieldId) {
        let protected = if field == FieldId::TLS_HANDSHAKE { "Encrypted Handshake Message" } else { "Encrypted Alert" };
        self.say(protected);
    }

    fn say(&mut self, what: &str) {
        if !self.info.is_empty() {
            self.info.push_str(", ");
        }
        self.message = self.info.len();
        self.info.push_str(what);
    }

    fn say_instead(&mut self, what: std::fmt::Arguments<'_>) {
        self.info.truncate(self.message);
        push(&mut self.info, what);
    }

    /// Whether there is nothing but a piece of a record.
    pub(super) fn is_piece(&self) -> bool {
        self.piece == Some(0)
    }

    /// `piece` says that the last record's rest is told with what completes it.
    pub(super) fn info(&self, piece: bool) -> &str {
        let end = self.piece.filter(|_| piece).unwrap_or(self.info.len());
        self.info.get(..end).unwrap_or_default()
    }

    pub(super) fn protocol(&self) -> &'static str {
        match self.version {
            0x0300 => "SSLv3",
            0x0301 => "TLSv1",
            0x0302 => "TLSv1.1",
            0x0303 => "TLSv1.2",
            0x0304 => "TLSv1.3",
            _ => "TLS",
        }
    }

    pub(super) fn field(&mut self, field: FieldId, value: &FieldValue<'_>) {
        match field {
            FieldId::TLS_RECORD_VERSION if self.version != 0x0304 => self.version = number(value),
            FieldId::TLS_RECORD_LENGTH => {
                let (start, kept) = self.record;
                // The record's header has five bytes.
                let whole = usize::try_from(number(value)).is_ok_and(|length| length.saturating_add(5) <= kept);
                if !whole {
                    self.piece = Some(start);
                }
            }
            FieldId::TLS_HANDSHAKE_EXTENSIONS_SUPPORTED_VERSION if self.server => self.version = number(value),
            FieldId::TLS_CHANGE_CIPHER_SPEC => self.say("Change Cipher Spec"),
            FieldId::TLS_APP_DATA => self.say("Application Data"),
            FieldId::TLS_HANDSHAKE_TYPE => {
                self.server = number(value) == 2;
                match handshake(number(value)) {
                    Some(name) => self.say_instead(format_args!("{name}")),
                    None => self.say_instead(format_args!("Unknown Handshake Type ({})", number(value))),
                }
            }
            FieldId::TLS_HANDSHAKE_EXTENSIONS_SERVER_NAME => {
                self.info.push_str(" (SNI=");
                push_value(field, value, &mut self.info);
                self.info.push(')');
            }
            FieldId::TLS_ALERT_MESSAGE_LEVEL => match number(value) {
                1 => self.say_instead(format_args!("Alert (Level: Warning)")),
                2 => self.say_instead(format_args!("Alert (Level: Fatal)")),
                level => self.say_instead(format_args!("Alert (Level: Unknown ({level}))")),
            },
            FieldId::TLS_ALERT_MESSAGE_DESC => {
                self.info.pop();
                match alert(number(value)) {
                    Some(name) => push(&mut self.info, format_args!(", Description: {name})")),
                    None => push(&mut self.info, format_args!(", Description: Unknown ({}))", number(value))),
                }
            }
            _ => {}
        }
    }
}

/// RFC 8446 §4, RFC 5246 §7.4, RFC 6066 §8, RFC 8879 §4.
fn handshake(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0 => "Hello Request",
        1 => "Client Hello",
        2 => "Server Hello",
        4 => "New Session Ticket",
        5 => "End of Early Data",
        6 => "Hello Retry Request",
        8 => "Encrypted Extensions",
        11 => "Certificate",
        12 => "Server Key Exchange",
        13 => "Certificate Request",
        14 => "Server Hello Done",
        15 => "Certificate Verify",
        16 => "Client Key Exchange",
        20 => "Finished",
        21 => "Certificate URL",
        22 => "Certificate Status",
        23 => "Supplemental Data",
        24 => "Key Update",
        25 => "Compressed Certificate",
        _ => return None,
    })
}

/// RFC 8446 §6, RFC 5246 §7.2.
fn alert(description: u64) -> Option<&'static str> {
    Some(match description {
        0 => "Close Notify",
        10 => "Unexpected Message",
        20 => "Bad Record MAC",
        21 => "Decryption Failed",
        22 => "Record Overflow",
        30 => "Decompression Failure",
        40 => "Handshake Failure",
        41 => "No Certificate",
        42 => "Bad Certificate",
        43 => "Unsupported Certificate",
        44 => "Certificate Revoked",
        45 => "Certificate Expired",
        46 => "Certificate Unknown",
        47 => "Illegal Parameter",
        48 => "Unknown CA",
        49 => "Access Denied",
        50 => "Decode Error",
        51 => "Decrypt Error",
        60 => "Export Restriction",
        70 => "Protocol Version",
        71 => "Insufficient Security",
        80 => "Internal Error",
        86 => "Inappropriate Fallback",
        90 => "User Canceled",
        100 => "No Renegotiation",
        109 => "Missing Extension",
        110 => "Unsupported Extension",
        111 => "Certificate Unobtainable",
        112 => "Unrecognized Name",
        113 => "Bad Certificate Status Response",
        114 => "Bad Certificate Hash Value",
        115 => "Unknown PSK Identity",
        116 => "Certificate Required",
        120 => "No application Protocol",
        _ => return None,
    })
}
