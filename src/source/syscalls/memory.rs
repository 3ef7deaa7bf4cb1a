//! Reading another process's memory: process_vm_readv(2), which leaves the
//! process as it is.
//!
//! Owns the C layouts of what is read. Has no opinion on what it means.
#![expect(unsafe_code, reason = "process_vm_readv(2) takes raw addresses")]

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

/// The most that is read of one call's data, in bytes.
const MOST: usize = 16 << 20;
/// The most buffers of one call (`UIO_MAXIOV`).
const MOST_BUFFERS: usize = 1024;
/// The longest address (`struct sockaddr_storage`).
const LONGEST_ADDRESS: usize = 128;

/// A process whose memory can be read while it is stopped.
#[derive(Clone, Copy, Debug)]
pub(super) struct Memory(pub(super) i32);

/// A part of its memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Buffer {
    /// Where it starts.
    pub(super) address: u64,
    /// How long it is, in bytes.
    pub(super) length: u64,
}

/// A `struct msghdr`.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// The address, where there is one.
    pub(super) name: Buffer,
    /// The data.
    pub(super) buffers: Vec<Buffer>,
    /// Bytes of control data: descriptors may be among them.
    pub(super) control: u64,
}

/// The address a call names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// IPv4 or IPv6.
    Ip(SocketAddr),
    /// A path, `@name` in the abstract namespace, or nothing.
    Unix(String),
    /// Any other family, by its number.
    Other(u16),
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Unix(path) => f.write_str(path),
            Self::Other(family) => f.write_str(&super::names::domain(i32::from(*family))),
        }
    }
}

impl Memory {
    /// The bytes of a part, as far as they are there; never more than 16 MiB.
    pub(super) fn bytes(self, buffer: Buffer) -> Vec<u8> {
        let Buffer { address, length } = buffer;
        let length = usize::try_from(length).unwrap_or(MOST).min(MOST);
        let Ok(address) = usize::try_from(address) else { return Vec::new() };
        if length == 0 || address == 0 {
            return Vec::new();
        }
        let mut bytes = vec![0_u8; length];
        let local = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: length };
        let remote = libc::iovec { iov_base: std::ptr::without_provenance_mut(address), iov_len: length };
        // SAFETY: `local` describes `bytes`, which nobody else uses; the kernel
        // checks `remote`.
        let read = unsafe { libc::process_vm_readv(self.0, &raw const local, 1, &raw const remote, 1, 0) };
        bytes.truncate(usize::try_from(read).unwrap_or(0));
        bytes
    }

    /// The first `most` bytes of several parts in a row; and how many of those
    /// were beyond what is read.
    pub(super) fn gather(self, buffers: &[Buffer], most: u64) -> (Vec<u8>, u64) {
        let mut bytes = Vec::new();
        let mut left = most;
        for buffer in buffers {
            let length = buffer.length.min(left);
            left -= length;
            let room = u64::try_from(MOST.saturating_sub(bytes.len())).unwrap_or(0);
            bytes.extend(self.bytes(Buffer { length: length.min(room), ..*buffer }));
        }
        let wanted = most.min(buffers.iter().map(|buffer| buffer.length).fold(0, u64::saturating_add));
        let missing = wanted.saturating_sub(u64::try_from(bytes.len()).unwrap_or(0));
        (bytes, missing)
    }

    /// An `int`.
    pub(super) fn int(self, address: u64) -> Option<i32> {
        let bytes = self.bytes(Buffer { address, length: 4 });
        Some(i32::from_ne_bytes(bytes.try_into().ok()?))
    }

    /// So many 64-bit words.
    pub(super) fn words(self, address: u64, count: u64) -> Vec<u64> {
        let bytes = self.bytes(Buffer { address, length: count.saturating_mul(8) });
        bytes.as_chunks::<8>().0.iter().copied().map(u64::from_ne_bytes).collect()
    }

    /// An array of `struct iovec`.
    pub(super) fn buffers(self, address: u64, count: u64) -> Vec<Buffer> {
        let count = count.min(MOST_BUFFERS as u64);
        let words = self.words(address, count * 2);
        words.as_chunks::<2>().0.iter().map(|[address, length]| Buffer { address: *address, length: *length }).collect()
    }

    /// A `struct msghdr` of a 64-bit program.
    pub(super) fn message(self, address: u64) -> Option<Message> {
        // msg_name, msg_namelen, msg_iov, msg_iovlen, msg_control,
        // msg_controllen, msg_flags; the second is an int and its padding.
        let words = self.words(address, 7);
        let [name, name_length, buffers, count, _, control, _] = <[u64; 7]>::try_from(words).ok()?;
        let name = Buffer { address: name, length: name_length & u64::from(u32::MAX) };
        Some(Message { name, buffers: self.buffers(buffers, count), control })
    }

    /// A `struct sockaddr`; `None` where there is none.
    pub(super) fn address(self, buffer: Buffer) -> Option<Address> {
        let length = buffer.length.min(LONGEST_ADDRESS as u64);
        parse_address(&self.bytes(Buffer { length, ..buffer }))
    }
}

/// A `struct sockaddr` from its bytes.
fn parse_address(bytes: &[u8]) -> Option<Address> {
    let (family, rest) = bytes.split_first_chunk::<2>()?;
    let family = u16::from_ne_bytes(*family);
    Some(match i32::from(family) {
        libc::AF_INET => {
            let (port, rest) = rest.split_first_chunk::<2>()?;
            let address = Ipv4Addr::from(*rest.first_chunk::<4>()?);
            Address::Ip(SocketAddr::new(IpAddr::V4(address), u16::from_be_bytes(*port)))
        }
        libc::AF_INET6 => {
            let (port, rest) = rest.split_first_chunk::<2>()?;
            let (flow, rest) = rest.split_first_chunk::<4>()?;
            let (address, rest) = rest.split_first_chunk::<16>()?;
            let scope = rest.first_chunk::<4>().map_or(0, |scope| u32::from_ne_bytes(*scope));
            let port = u16::from_be_bytes(*port);
            let address = SocketAddrV6::new(Ipv6Addr::from(*address), port, u32::from_be_bytes(*flow), scope);
            Address::Ip(SocketAddr::V6(address))
        }
        libc::AF_UNIX => {
            let text = match rest.split_first() {
                Some((0, name)) if !name.is_empty() => format!("@{}", String::from_utf8_lossy(name)),
                _ => rest.split(|byte| *byte == 0).next().map(String::from_utf8_lossy).unwrap_or_default().into_owned(),
            };
            Address::Unix(text)
        }
        _ => Address::Other(family),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Memory {
        Memory(std::process::id().try_into().unwrap())
    }

    fn buffer(bytes: &[u8]) -> Buffer {
        Buffer { address: bytes.as_ptr().addr() as u64, length: bytes.len() as u64 }
    }

    #[test]
    fn what_is_not_there_is_not_read() {
        assert_eq!(own().bytes(buffer(b"hello")), b"hello");
        assert!(own().bytes(Buffer { address: 8, length: 100 }).is_empty());
        assert!(own().bytes(Buffer { address: 0, length: u64::MAX }).is_empty());
        assert!(own().message(8).is_none());
    }

    #[test]
    fn parts_are_gathered_up_to_what_was_sent() {
        let parts = [buffer(b"ab"), buffer(b""), buffer(b"cdef")];
        assert_eq!(own().gather(&parts, u64::MAX), (b"abcdef".to_vec(), 0));
        assert_eq!(own().gather(&parts, 3), (b"abc".to_vec(), 0));
        assert_eq!(own().gather(&[Buffer { address: 8, length: 5 }], 5), (Vec::new(), 5));
    }

    #[test]
    fn addresses_of_every_family() {
        let ip = |text: &str| Some(Address::Ip(text.parse().unwrap()));
        assert_eq!(parse_address(&[2, 0, 0x27, 0x0F, 127, 0, 0, 1, 0, 0]), ip("127.0.0.1:9999"));
        let mut six = vec![10, 0, 0, 80, 0, 0, 0, 0];
        six.extend([0; 15]);
        six.extend([1, 0, 0, 0, 0]);
        assert_eq!(parse_address(&six), ip("[::1]:80"));
        assert_eq!(parse_address(&six[..20]), None);
        assert_eq!(parse_address(b"\x01\0/run/x\0\0"), Some(Address::Unix("/run/x".into())));
        assert_eq!(parse_address(b"\x01\0\0abc"), Some(Address::Unix("@abc".into())));
        assert_eq!(parse_address(b"\x01\0"), Some(Address::Unix(String::new())));
        assert_eq!(parse_address(&[16, 0, 1]).unwrap().to_string(), "AF_NETLINK");
        assert_eq!(parse_address(&[2]), None);
    }
}
