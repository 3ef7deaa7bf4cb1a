//! UDP: the ports and the length.

use super::{number, push};
use crate::decode::{FieldId, FieldValue};

/// A datagram's ports and what it says of its length.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Udp {
    from: u64,
    to: u64,
    length: u64,
}

impl Udp {
    pub(super) fn field(&mut self, field: FieldId, value: &FieldValue<'_>) {
        match field {
            FieldId::UDP_SRCPORT => self.from = number(value),
            FieldId::UDP_DSTPORT => self.to = number(value),
            FieldId::UDP_LENGTH => self.length = number(value),
            _ => {}
        }
    }

    /// `room` is what the packet has for it, in bytes, where it says that.
    pub(super) fn info(&self, room: Option<u64>, out: &mut String) {
        push(out, format_args!("{} → {}", self.from, self.to));
        let Some(length) = self.length.checked_sub(8) else {
            push(out, format_args!(" [BAD UDP LENGTH {} < 8]", self.length));
            return;
        };
        if room.is_some_and(|room| self.length > room) {
            push(out, format_args!(" [BAD UDP LENGTH {} > IP PAYLOAD LENGTH]", self.length));
        }
        push(out, format_args!(" Len={length}"));
    }
}
