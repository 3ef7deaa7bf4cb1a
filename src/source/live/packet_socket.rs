//! Opening a packet socket of our own, for pnet to read from.
//!
//! Owns the options packet(7) has for a socket. Has no opinion on who reads.
//!
//! pnet's own socket shows every loopback frame twice, hears all interfaces
//! until it is bound, has the kernel's default buffer, and is inherited by
//! child processes.
#![expect(unsafe_code, reason = "options and requests that rustix does not know")]

use std::io;
use std::mem;
use std::os::fd::{AsRawFd as _, BorrowedFd, OwnedFd};

use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_recv_buffer_size_force};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};

use super::filter;
use super::{Refusal, Statistics, Step};
use crate::model::Timestamp;
use crate::source::errno;
use crate::trace::Network;

/// Asked of the kernel, in bytes; without privilege it gives
/// `net.core.rmem_max` at most.
const RECEIVE_BUFFER: usize = 64 << 20;
/// `SIOCGSTAMPNS` of `<asm-generic/sockios.h>`.
const SIOCGSTAMPNS: libc::c_ulong = 0x8907;

/// Which way frames go that a socket hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Heard {
    /// Those that come in. On loopback a frame passes going out and coming in.
    Incoming,
    /// All: at the end of a cable each frame passes once.
    Both,
}

/// Opens a socket that hears nothing until it is bound, and then every frame
/// once. Where `ports` are given it hears only these.
pub(in crate::source) fn open(network: Network, ports: Option<&[u16]>, heard: Heard) -> Result<OwnedFd, Refusal> {
    let refused = |step| move |error: io::Error| Refusal::new(network, step, errno::number(&error));
    // Protocol 0 matters: with ETH_P_ALL it would hear all interfaces until it
    // is bound to one.
    let socket = socket_with(AddressFamily::PACKET, SocketType::RAW, SocketFlags::CLOEXEC, None)
        .map_err(|error| refused(Step::PacketSocket)(error.into()))?;
    if heard == Heard::Incoming {
        set_option(&socket, libc::SOL_PACKET, libc::PACKET_IGNORE_OUTGOING, &1_i32)
            .map_err(refused(Step::PacketOptions))?;
    }
    if set_socket_recv_buffer_size_force(&socket, RECEIVE_BUFFER).is_err() {
        set_socket_recv_buffer_size(&socket, RECEIVE_BUFFER)
            .map_err(|error| refused(Step::PacketOptions)(error.into()))?;
    }
    if let Some(ports) = ports {
        attach(&socket, &filter::ports(ports)).map_err(refused(Step::PacketOptions))?;
    }
    Ok(socket)
}

/// Lets no further frame in. What is queued stays, and the statistics count no
/// more.
pub(super) fn seal(socket: &OwnedFd) -> io::Result<()> {
    attach(socket, &filter::nothing())
}

/// How many frames passed the filter since the last time of asking, and how
/// many of them found no room.
pub(in crate::source) fn statistics(socket: &OwnedFd) -> io::Result<Statistics> {
    let mut statistics = libc::tpacket_stats { tp_packets: 0, tp_drops: 0 };
    let mut length = option_length::<libc::tpacket_stats>();
    // SAFETY: the kernel writes at most `length` bytes of a structure of two
    // numbers that any bytes are valid for.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_PACKET,
            libc::PACKET_STATISTICS,
            (&raw mut statistics).cast(),
            &raw mut length,
        )
    };
    checked(result)?;
    Ok(Statistics { received: u64::from(statistics.tp_packets), dropped: u64::from(statistics.tp_drops) })
}

/// Switches stamping on, or tells the kernel's stamp of the frame read last
/// on this socket. `None` before the first.
pub(in crate::source) fn stamp(socket: BorrowedFd<'_>) -> io::Result<Option<Timestamp>> {
    let mut stamp = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: SIOCGSTAMPNS writes one timespec.
    match checked(unsafe { libc::ioctl(socket.as_raw_fd(), SIOCGSTAMPNS as _, &raw mut stamp) }) {
        Ok(()) => {
            Ok(Some(Timestamp::from_nanos(stamp.tv_sec.saturating_mul(1_000_000_000).saturating_add(stamp.tv_nsec))))
        }
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Binds a socket to an interface: from here on it hears every frame there.
pub(in crate::source) fn bind(socket: &OwnedFd, index: u32) -> io::Result<()> {
    let address = address(index)?;
    // SAFETY: the kernel reads one address of this length.
    let result = unsafe {
        libc::bind(socket.as_raw_fd(), std::ptr::from_ref(&address).cast(), option_length::<libc::sockaddr_ll>())
    };
    checked(result)
}

/// Sends a whole frame out of an interface.
pub(in crate::source) fn send(socket: &OwnedFd, index: u32, frame: &[u8]) -> io::Result<()> {
    let address = address(index)?;
    // SAFETY: the kernel reads the frame and one address of this length.
    let result = unsafe {
        libc::sendto(
            socket.as_raw_fd(),
            frame.as_ptr().cast(),
            frame.len(),
            libc::MSG_NOSIGNAL,
            std::ptr::from_ref(&address).cast(),
            option_length::<libc::sockaddr_ll>(),
        )
    };
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// The address of an interface, for all protocols.
fn address(index: u32) -> io::Result<libc::sockaddr_ll> {
    let invalid = |_| io::Error::from_raw_os_error(libc::EINVAL);
    Ok(libc::sockaddr_ll {
        sll_family: u16::try_from(libc::AF_PACKET).map_err(invalid)?,
        sll_protocol: u16::try_from(libc::ETH_P_ALL).map_err(invalid)?.to_be(),
        sll_ifindex: i32::try_from(index).map_err(invalid)?,
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    })
}

fn attach(socket: &OwnedFd, filter: &[libc::sock_filter]) -> io::Result<()> {
    let length = u16::try_from(filter.len()).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    // The kernel copies the filter and does not write to it.
    let program = libc::sock_fprog { len: length, filter: filter.as_ptr().cast_mut() };
    set_option(socket, libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, &program)
}

fn set_option<T>(socket: &OwnedFd, level: i32, name: i32, value: &T) -> io::Result<()> {
    // SAFETY: the kernel reads as many bytes as the value has.
    let result = unsafe {
        libc::setsockopt(socket.as_raw_fd(), level, name, std::ptr::from_ref(value).cast(), option_length::<T>())
    };
    checked(result)
}

fn option_length<T>() -> libc::socklen_t {
    libc::socklen_t::try_from(mem::size_of::<T>()).unwrap_or(0)
}

fn checked(result: i32) -> io::Result<()> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
