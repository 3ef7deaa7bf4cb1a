//! Speaking to Linux's own packet filter: the few messages of `nf_tables` that a
//! lab takes, by the numbers of `<linux/netfilter/nf_tables.h>`; nothing is
//! needed beside the kernel.
//!
//! Owns their form, sending them as one batch, and reading the answers. What
//! the rules say is beside it.

use std::io;

use netlink_sys::protocols::NETLINK_NETFILTER;
use netlink_sys::{Socket, SocketAddr};

/// `NFNL_SUBSYS_NFTABLES`.
const SUBSYSTEM: u16 = 10;
/// `NFNL_MSG_BATCH_BEGIN`, `NFNL_MSG_BATCH_END`: all of it is done, or nothing.
const BEGIN: u16 = 0x10;
const END: u16 = 0x11;
/// `NFT_MSG_NEWTABLE`, `NFT_MSG_NEWCHAIN`, `NFT_MSG_NEWRULE`.
const NEW_TABLE: u16 = SUBSYSTEM << 8;
const NEW_CHAIN: u16 = NEW_TABLE + 3;
const NEW_RULE: u16 = NEW_TABLE + 6;
/// `NLM_F_REQUEST`, and with `NLM_F_ACK | NLM_F_CREATE | NLM_F_APPEND`.
const REQUEST: u16 = 0x001;
const CREATE: u16 = REQUEST | 0x004 | 0x400 | 0x800;
/// `NLMSG_ERROR`: an acknowledgment too, with the number 0.
const ERROR: u16 = 2;
/// `NFPROTO_INET` (IPv4 and IPv6), `NFPROTO_IPV4`.
pub(super) const INET: u8 = 1;
pub(super) const IPV4: u8 = 2;
/// `NLA_F_NESTED`.
const NESTED: u16 = 0x8000;
/// `NFT_REG_1`, `NFT_CMP_EQ`.
const REGISTER: u32 = 1;
const EQUAL: u32 = 0;

/// A socket to say so on, of this thread's network namespace.
pub(super) fn open() -> io::Result<Socket> {
    let socket = Socket::new(NETLINK_NETFILTER)?;
    socket.connect(&SocketAddr::new(0, 0))?;
    Ok(socket)
}

/// Messages of which all are obeyed or none.
pub(super) struct Batch {
    family: u8,
    bytes: Vec<u8>,
    /// How many will be acknowledged.
    asked: usize,
}

impl Batch {
    pub(super) fn new(family: u8) -> Self {
        Self { family, bytes: message(BEGIN, REQUEST, 0, SUBSYSTEM, &[]), asked: 0 }
    }

    fn ask(&mut self, kind: u16, attributes: &[Vec<u8>]) {
        self.bytes.extend(message(kind, CREATE, self.family, 0, &attributes.concat()));
        self.asked += 1;
    }

    /// A table; names end with a zero.
    pub(super) fn table(&mut self, table: &[u8]) {
        self.ask(NEW_TABLE, &[attribute(1, table)]);
    }

    /// A chain of rules of this kind (`filter`, `nat`) at a hook.
    pub(super) fn chain(&mut self, table: &[u8], chain: &[u8], kind: &[u8], hook: u32, priority: u32) {
        let hook = nested(4, &[number(1, hook), number(2, priority)]);
        self.ask(NEW_CHAIN, &[attribute(1, table), attribute(3, chain), hook, attribute(7, kind)]);
    }

    pub(super) fn rule(&mut self, table: &[u8], chain: &[u8], expressions: &[Vec<u8>]) {
        self.ask(NEW_RULE, &[attribute(1, table), attribute(2, chain), nested(4, expressions)]);
    }

    pub(super) fn send(mut self, socket: &Socket) -> io::Result<()> {
        self.bytes.extend(message(END, REQUEST, 0, SUBSYSTEM, &[]));
        socket.send(&self.bytes, 0)?;
        let mut acknowledged = 0;
        while acknowledged < self.asked {
            let (bytes, _) = socket.recv_from_full()?;
            acknowledged += answers(&bytes)?;
        }
        Ok(())
    }
}

/// How many acknowledgments there are; the first refusal.
fn answers(mut bytes: &[u8]) -> io::Result<usize> {
    let mut count = 0;
    let invalid = || io::Error::from_raw_os_error(libc::EPROTO);
    while !bytes.is_empty() {
        let length = bytes.first_chunk().map(|length| u32::from_ne_bytes(*length)).ok_or_else(invalid)?;
        let length = usize::try_from(length).map_err(|_| invalid())?;
        let message = bytes.get(..length).filter(|message| message.len() >= 16).ok_or_else(invalid)?;
        if message.get(4..6) == Some(&ERROR.to_ne_bytes()) {
            let number = message.get(16..).and_then(|rest| rest.first_chunk()).ok_or_else(invalid)?;
            match i32::from_ne_bytes(*number) {
                0 => count += 1,
                errno => return Err(io::Error::from_raw_os_error(errno.saturating_neg())),
            }
        }
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(count)
}

/// A message: `struct nlmsghdr`, `struct nfgenmsg`, attributes.
fn message(kind: u16, flags: u16, family: u8, resource: u16, attributes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(20 + attributes.len()).unwrap_or(u32::MAX);
    let mut message = length.to_ne_bytes().to_vec();
    message.extend(kind.to_ne_bytes());
    message.extend(flags.to_ne_bytes());
    // Sequence and port; then the version, which is 0.
    message.extend([0; 8]);
    message.extend([family, 0]);
    message.extend(resource.to_be_bytes());
    message.extend(attributes);
    message
}

/// `struct nlattr`, and zeros up to a multiple of four.
pub(super) fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(4 + value.len()).unwrap_or(u16::MAX);
    let mut attribute = length.to_ne_bytes().to_vec();
    attribute.extend(kind.to_ne_bytes());
    attribute.extend(value);
    attribute.resize(attribute.len().next_multiple_of(4), 0);
    attribute
}

/// The numbers of `nf_tables` have their upper byte first.
pub(super) fn number(kind: u16, value: u32) -> Vec<u8> {
    attribute(kind, &value.to_be_bytes())
}

pub(super) fn nested(kind: u16, attributes: &[Vec<u8>]) -> Vec<u8> {
    attribute(kind | NESTED, &attributes.concat())
}

/// An expression in a list of them.
pub(super) fn expression(name: &[u8], data: &[Vec<u8>]) -> Vec<u8> {
    nested(1, &[attribute(1, name), nested(2, data)])
}

/// Reads something about the packet: one of `enum nft_meta_keys`.
pub(super) fn meta(key: u32) -> Vec<u8> {
    expression(b"meta\0", &[number(1, REGISTER), number(2, key)])
}

/// Reads so many bytes of the packet from an offset: `enum nft_payload_bases`.
pub(super) fn payload(base: u32, offset: u32, length: u32) -> Vec<u8> {
    expression(b"payload\0", &[number(1, REGISTER), number(2, base), number(3, offset), number(4, length)])
}

/// Goes on only where what was read is this.
pub(super) fn equals(value: &[u8]) -> Vec<u8> {
    expression(b"cmp\0", &[number(1, REGISTER), number(2, EQUAL), nested(3, &[attribute(1, value)])])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_padded_and_their_length_is_their_own() {
        let mut expected = 9_u16.to_ne_bytes().to_vec();
        expected.extend(1_u16.to_ne_bytes());
        expected.extend(b"masq\0\0\0\0");
        assert_eq!(attribute(1, b"masq\0"), expected);
        let mut batch = Batch::new(IPV4);
        batch.rule(b"a\0", b"b\0", &[meta(5), equals(&[6])]);
        assert_eq!((batch.bytes.len() % 4, batch.asked), (0, 1));
    }

    #[test]
    fn a_refusal_is_an_error_and_the_rest_is_counted() {
        let answer = |errno: i32| {
            let mut answer = 36_u32.to_ne_bytes().to_vec();
            answer.extend(ERROR.to_ne_bytes());
            answer.extend([0; 10]);
            answer.extend(errno.to_ne_bytes());
            answer.extend([0; 16]);
            answer
        };
        assert_eq!(answers(&[answer(0), answer(0)].concat()).unwrap(), 2);
        let refused = answers(&[answer(0), answer(-libc::EOPNOTSUPP)].concat()).unwrap_err();
        assert_eq!(refused.raw_os_error(), Some(libc::EOPNOTSUPP));
        assert!(answers(&answer(0)[..20]).is_err());
    }
}
