//! What the kernel says of its interfaces and their addresses: rtnetlink(7).
//!
//! Owns the bytes of questions and answers. Has no opinion on what an
//! interface is good for.
//!
//! Parsed by hand, as the answers of sock_diag(7) are: four attributes of the
//! sixty are wanted, and one of the others that has grown since must not cost
//! the whole list.

use std::io;
use std::net::IpAddr;

use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_ROUTE};

/// The length of `nlmsghdr`.
const HEADER: usize = 16;
/// The length of `ifinfomsg` and of `ifaddrmsg`; attributes follow.
const LINK: usize = 16;
const ADDRESS: usize = 8;
/// `NLMSG_ERROR`, `NLMSG_DONE` of `<linux/netlink.h>`.
const ERROR: u16 = 2;
const DONE: u16 = 3;
/// `NLM_F_REQUEST | NLM_F_DUMP`.
const DUMP: u16 = 0x301;
/// `NLM_F_DUMP_INTR`: something changed while the answer was given.
const INTERRUPTED: u16 = 0x10;
/// How often is asked while everything changes.
const ATTEMPTS: u32 = 5;
/// `IFLA_ADDRESS`, `IFLA_IFNAME`, `IFLA_MTU`, `IFLA_LINKINFO`, `IFLA_CARRIER`
/// of `<linux/if_link.h>`; inside the second last, `IFLA_INFO_KIND`.
const IFLA_ADDRESS: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const IFLA_MTU: u16 = 4;
const IFLA_LINKINFO: u16 = 18;
const IFLA_CARRIER: u16 = 33;
const IFLA_INFO_KIND: u16 = 1;
/// `IFA_ADDRESS`, `IFA_LOCAL` of `<linux/if_addr.h>`: of a line between two
/// hosts the former is the other end's.
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
/// The upper bits of an attribute's type say how it is written.
const TYPE_MASK: u16 = 0x3fff;

/// An interface as the kernel has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) index: u32,
    /// An `ARPHRD_` number: what its frames start with.
    pub(super) hardware: u16,
    /// `IFF_` bits of netdevice(7).
    pub(super) flags: u32,
    pub(super) name: String,
    pub(super) mtu: u32,
    pub(super) address: Vec<u8>,
    pub(super) carrier: bool,
    /// What made it, `veth`; `None` for what a driver of hardware made, and
    /// for the loopback interface.
    pub(super) made_by: Option<String>,
}

/// Every interface, in the order of their numbers.
pub(super) fn links() -> io::Result<Vec<Link>> {
    let mut links: Vec<Link> = dump(libc::RTM_GETLINK, LINK, libc::RTM_NEWLINK, link)?;
    links.sort_by_key(|link| link.index);
    Ok(links)
}

/// Every address, with its interface's number and the length of its prefix.
pub(super) fn addresses() -> io::Result<Vec<(u32, IpAddr, u8)>> {
    dump(libc::RTM_GETADDR, ADDRESS, libc::RTM_NEWADDR, address)
}

/// Asks for all there is, and reads what is of the type `answer`. `fixed` is
/// the length of the structure that question and answers begin with.
fn dump<T>(question: u16, fixed: usize, answer: u16, read: impl Fn(&[u8]) -> Option<T>) -> io::Result<Vec<T>> {
    let socket = Socket::new(NETLINK_ROUTE)?;
    socket.connect(&SocketAddr::new(0, 0))?;
    for sequence in 1..=ATTEMPTS {
        let length = u32::try_from(HEADER + fixed).unwrap_or(0);
        let mut bytes = vec![0; HEADER + fixed];
        let fields: [&[u8]; 4] =
            [&length.to_ne_bytes(), &question.to_ne_bytes(), &DUMP.to_ne_bytes(), &sequence.to_ne_bytes()];
        for (byte, value) in bytes.iter_mut().zip(fields.into_iter().flatten()) {
            *byte = *value;
        }
        socket.send(&bytes, 0)?;
        let mut told = Told { found: Vec::new(), consistent: true, done: false };
        while !told.done {
            let (bytes, _) = socket.recv_from_full()?;
            take(&bytes, sequence, answer, &read, &mut told)?;
        }
        // The last answer is as good as any other.
        if told.consistent || sequence == ATTEMPTS {
            return Ok(told.found);
        }
    }
    Ok(Vec::new())
}

/// What has been told so far.
struct Told<T> {
    found: Vec<T>,
    consistent: bool,
    done: bool,
}

/// Takes what was received at once.
fn take<T>(
    mut bytes: &[u8],
    sequence: u32,
    answer: u16,
    read: impl Fn(&[u8]) -> Option<T>,
    told: &mut Told<T>,
) -> io::Result<()> {
    let malformed = || io::Error::from_raw_os_error(libc::EPROTO);
    while !bytes.is_empty() {
        let length = u32_at(bytes, 0).and_then(|length| usize::try_from(length).ok()).ok_or_else(malformed)?;
        let body = bytes.get(HEADER..length).ok_or_else(malformed)?;
        let (kind, flags) = u16_at(bytes, 4).zip(u16_at(bytes, 6)).ok_or_else(malformed)?;
        if u32_at(bytes, 8) == Some(sequence) {
            told.consistent &= flags & INTERRUPTED == 0;
            match kind {
                DONE => told.done = true,
                ERROR => {
                    let error = u32_at(body, 0).ok_or_else(malformed)?.cast_signed().saturating_neg();
                    return Err(io::Error::from_raw_os_error(error));
                }
                _ if kind == answer => told.found.push(read(body).ok_or_else(malformed)?),
                _ => {}
            }
        }
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(())
}

fn link(body: &[u8]) -> Option<Link> {
    let mut link =
        Link { hardware: u16_at(body, 2)?, index: u32_at(body, 4)?, flags: u32_at(body, 8)?, ..Link::default() };
    for (kind, value) in attributes(body.get(LINK..)?) {
        match kind {
            IFLA_IFNAME => link.name = text(value),
            IFLA_MTU => link.mtu = u32_at(value, 0)?,
            IFLA_ADDRESS => value.clone_into(&mut link.address),
            IFLA_CARRIER => link.carrier = value.first().is_some_and(|carrier| *carrier != 0),
            IFLA_LINKINFO => {
                let mut inside = attributes(value);
                link.made_by = inside.find(|(kind, _)| *kind == IFLA_INFO_KIND).map(|(_, value)| text(value));
            }
            _ => {}
        }
    }
    Some(link)
}

fn address(body: &[u8]) -> Option<(u32, IpAddr, u8)> {
    let (prefix, index) = (*body.get(1)?, u32_at(body, 4)?);
    let mut found = None;
    for (kind, value) in attributes(body.get(ADDRESS..)?) {
        if kind == IFA_LOCAL || kind == IFA_ADDRESS && found.is_none() {
            found = ip(value).or(found);
        }
    }
    Some((index, found?, prefix))
}

fn ip(value: &[u8]) -> Option<IpAddr> {
    match value.len() {
        4 => value.first_chunk::<4>().map(|bytes| IpAddr::from(*bytes)),
        16 => value.first_chunk::<16>().map(|bytes| IpAddr::from(*bytes)),
        _ => None,
    }
}

/// The attributes in `bytes`, as far as their lengths are possible.
fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::from(u16_at(bytes, 0)?);
        let kind = u16_at(bytes, 2)? & TYPE_MASK;
        let value = bytes.get(4..length)?;
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, value))
    })
}

/// A name, up to its zero.
fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value.split(|byte| *byte == 0).next().unwrap_or_default()).into_owned()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_ne_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(4 + value.len()).unwrap();
        let mut bytes = [&length.to_ne_bytes(), &kind.to_ne_bytes(), value].concat();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn message(kind: u16, flags: u16, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(HEADER + body.len()).unwrap();
        let [kind, flags] = [kind, flags].map(u16::to_ne_bytes);
        [&length.to_ne_bytes()[..], &kind, &flags, &7_u32.to_ne_bytes(), &[0; 4], body].concat()
    }

    fn veth() -> Vec<u8> {
        let fixed: [&[u8]; 5] =
            [&[0, 0], &1_u16.to_ne_bytes(), &3_u32.to_ne_bytes(), &0x1003_u32.to_ne_bytes(), &[0; 4]];
        let kind = attribute(IFLA_INFO_KIND, b"veth");
        [
            fixed.concat(),
            attribute(IFLA_IFNAME, b"v0\0"),
            attribute(IFLA_MTU, &1500_u32.to_ne_bytes()),
            attribute(IFLA_ADDRESS, &[2, 0, 0, 0, 0, 1]),
            attribute(IFLA_CARRIER, &[1]),
            // Nested, and marked so.
            attribute(IFLA_LINKINFO | 0x8000, &kind),
            attribute(999, &[7; 5]),
        ]
        .concat()
    }

    #[test]
    fn an_interface_is_read_whatever_else_is_said_of_it() {
        let expected = Link {
            index: 3,
            hardware: 1,
            flags: 0x1003,
            name: "v0".into(),
            mtu: 1500,
            address: vec![2, 0, 0, 0, 0, 1],
            carrier: true,
            made_by: Some("veth".into()),
        };
        assert_eq!(link(&veth()), Some(expected));
        assert_eq!(link(&[0; 11]), None);
    }

    #[test]
    fn the_own_end_of_a_line_is_its_address() {
        let fixed: [&[u8]; 2] = [&[2, 24, 0, 0], &5_u32.to_ne_bytes()];
        let (theirs, ours) = (attribute(IFA_ADDRESS, &[10, 0, 0, 2]), attribute(IFA_LOCAL, &[10, 0, 0, 1]));
        let read = |attributes: &[&[u8]]| address(&[&fixed.concat(), attributes.concat().as_slice()].concat());
        assert_eq!(read(&[&theirs, &ours]), Some((5, IpAddr::from([10, 0, 0, 1]), 24)));
        assert_eq!(read(&[&ours, &theirs]), Some((5, IpAddr::from([10, 0, 0, 1]), 24)));
        assert_eq!(read(&[&theirs]), Some((5, IpAddr::from([10, 0, 0, 2]), 24)));
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn answers_are_taken_whole_and_refusals_are_told() {
        let told = |bytes: &[u8]| {
            let mut told = Told { found: Vec::new(), consistent: true, done: false };
            take(bytes, 7, libc::RTM_NEWLINK, link, &mut told).map(|()| told)
        };
        let answer = [message(libc::RTM_NEWLINK, 2, &veth()), message(DONE, 2, &[0; 4])].concat();
        let whole = told(&answer).unwrap();
        assert_eq!((whole.found.len(), whole.consistent, whole.done), (1, true, true));
        assert!(!told(&message(DONE, 2 | INTERRUPTED, &[0; 4])).unwrap().consistent);
        let refused = told(&message(ERROR, 0, &(-libc::EPERM).to_ne_bytes())).err().unwrap();
        assert_eq!(refused.raw_os_error(), Some(libc::EPERM));
        assert!(told(&answer[..30]).is_err(), "cut");
    }

    #[test]
    fn no_bytes_make_it_stumble() {
        let whole = veth();
        for at in 0..whole.len() {
            for value in [0, 1, 3, 0xff] {
                let mut broken = whole.clone();
                broken[at] = value;
                link(&broken);
                link(&broken[..at]);
                address(&broken);
            }
        }
    }
}
