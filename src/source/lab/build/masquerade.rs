//! Letting a router hide everybody behind its own address (RFC 3022): one rule
//! of Linux's own packet filter.
//!
//! Owns the few messages of `nf_tables` that it takes, by the numbers of
//! `<linux/netfilter/nf_tables.h>`; nothing is needed beside the kernel. What is
//! translated back, and remembered, is the kernel's affair.

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
/// `NFPROTO_IPV4`.
const IPV4: u8 = 2;
/// `NLA_F_NESTED`.
const NESTED: u16 = 0x8000;
/// `NF_INET_POST_ROUTING`, and the priority of translating sources there.
const POST_ROUTING: u32 = 4;
const SOURCE_PRIORITY: u32 = 100;
/// `NFT_REG_1`, `NFT_META_OIF`, `NFT_CMP_EQ`.
const REGISTER: u32 = 1;
const OUTGOING_INTERFACE: u32 = 5;
const EQUAL: u32 = 0;
/// `NF_NAT_RANGE_PROTO_RANDOM_FULLY`: ports of its own choice, as home routers
/// choose them (RFC 6056), so that it is seen that ports are translated too.
const RANDOM_PORTS: u32 = 1 << 4;
/// What the table and the chain are called.
const TABLE: &[u8] = b"wirelens\0";
const CHAIN: &[u8] = b"postrouting\0";
/// How many of our messages are acknowledged.
const ACKNOWLEDGED: usize = 3;

/// A socket to say so on, of this thread's network namespace.
pub(super) fn open() -> io::Result<Socket> {
    let socket = Socket::new(NETLINK_NETFILTER)?;
    socket.connect(&SocketAddr::new(0, 0))?;
    Ok(socket)
}

/// Everything that leaves by this interface leaves with its address.
pub(super) fn behind(socket: &Socket, index: u32) -> io::Result<()> {
    socket.send(&batch(index), 0)?;
    let mut acknowledged = 0;
    while acknowledged < ACKNOWLEDGED {
        let (bytes, _) = socket.recv_from_full()?;
        acknowledged += answers(&bytes)?;
    }
    Ok(())
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

fn batch(index: u32) -> Vec<u8> {
    let mut batch = message(BEGIN, REQUEST, 0, SUBSYSTEM, &[]);
    batch.extend(message(NEW_TABLE, CREATE, IPV4, 0, &attribute(1, TABLE)));
    let hook = nested(4, &[number(1, POST_ROUTING), number(2, SOURCE_PRIORITY)]);
    let chain = [attribute(1, TABLE), attribute(3, CHAIN), hook, attribute(7, b"nat\0")].concat();
    batch.extend(message(NEW_CHAIN, CREATE, IPV4, 0, &chain));
    let leaves_here = [
        expression(b"meta\0", &[number(1, REGISTER), number(2, OUTGOING_INTERFACE)]),
        expression(
            b"cmp\0",
            &[number(1, REGISTER), number(2, EQUAL), nested(3, &[attribute(1, &index.to_ne_bytes())])],
        ),
        expression(b"masq\0", &[number(1, RANDOM_PORTS)]),
    ];
    let rule = [attribute(1, TABLE), attribute(2, CHAIN), nested(4, &leaves_here)].concat();
    batch.extend(message(NEW_RULE, CREATE, IPV4, 0, &rule));
    batch.extend(message(END, REQUEST, 0, SUBSYSTEM, &[]));
    batch
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
fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(4 + value.len()).unwrap_or(u16::MAX);
    let mut attribute = length.to_ne_bytes().to_vec();
    attribute.extend(kind.to_ne_bytes());
    attribute.extend(value);
    attribute.resize(attribute.len().next_multiple_of(4), 0);
    attribute
}

/// The numbers of `nf_tables` have their upper byte first.
fn number(kind: u16, value: u32) -> Vec<u8> {
    attribute(kind, &value.to_be_bytes())
}

fn nested(kind: u16, attributes: &[Vec<u8>]) -> Vec<u8> {
    attribute(kind | NESTED, &attributes.concat())
}

/// An expression in a list of them.
fn expression(name: &[u8], data: &[Vec<u8>]) -> Vec<u8> {
    nested(1, &[attribute(1, name), nested(2, data)])
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
        assert_eq!(batch(102).len() % 4, 0);
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
