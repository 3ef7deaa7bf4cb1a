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

/// What of the frames that leave by an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Outgoing {
    /// They are heard: elsewhere they do not come back.
    Heard,
    /// They are not: on the loopback interface a frame passes going out and
    /// coming in, and would be heard twice.
    Ignored,
}

/// Opens a socket that hears nothing until it is bound, and then every frame
/// once. Where `ports` are given it hears only these.
pub(in crate::source) fn open(network: Network, outgoing: Outgoing, ports: Option<&[u16]>) -> Result<OwnedFd, Refusal> {
    let refused = |step| move |error: io::Error| Refusal::new(network, step, errno::number(&error));
    // Protocol 0 matters: with ETH_P_ALL it would hear all interfaces until it
    // is bound to one.
    let socket = socket_with(AddressFamily::PACKET, SocketType::RAW, SocketFlags::CLOEXEC, None)
        .map_err(|error| refused(Step::PacketSocket)(error.into()))?;
    if outgoing == Outgoing::Ignored {
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

/// Lets a socket hear the interface with this number from now on.
///
/// # Errors
/// `ENODEV` where there is none, `ENETDOWN` where it is down: the kernel binds
/// to it all the same and says so afterwards.
pub(in crate::source) fn bind(socket: &OwnedFd, index: u32) -> io::Result<()> {
    let address = address(index)?;
    // SAFETY: the kernel reads as many bytes as the address has.
    let result =
        unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), option_length::<libc::sockaddr_ll>()) };
    checked(result)?;
    Ok(rustix::net::sockopt::socket_error(socket)??)
}

/// Lets no further frame in. What is queued stays, and the statistics count no
/// more.
pub(super) fn seal(socket: &OwnedFd) -> io::Result<()> {
    attach(socket, &filter::nothing())
}

/// Lets every frame in that comes from now on.
pub(super) fn unseal(socket: &OwnedFd) -> io::Result<()> {
    set_option(socket, libc::SOL_SOCKET, libc::SO_DETACH_FILTER, &0_i32)
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

/// Lets the kernel tell the VLAN tags it takes off the frames it hands over:
/// it does so with every tagged one, whatever the interface's settings are.
pub(super) fn tell_tags(socket: &OwnedFd) -> io::Result<()> {
    set_option(socket, libc::SOL_PACKET, libc::PACKET_AUXDATA, &1_i32)
}

/// The tag (IEEE 802.1Q §9.3) that was taken off the frame that will be read
/// next.
///
/// # Errors
/// `EAGAIN` where no frame waits; what else there is to say of the socket,
/// which is not said again.
pub(super) fn tag(socket: BorrowedFd<'_>) -> io::Result<Option<[u8; 4]>> {
    /// Room for what is told beside a frame, as a control message is aligned.
    const ROOM: usize = 16;
    let mut control = [0_u64; ROOM];
    // SAFETY: a message header of zeros has neither name, pieces nor control.
    let mut message: libc::msghdr = unsafe { mem::zeroed() };
    message.msg_control = control.as_mut_ptr().cast();
    message.msg_controllen = mem::size_of_val(&control) as _;
    // SAFETY: the kernel writes no more control bytes than there is room for;
    // the frame stays where it is.
    if unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut message, libc::MSG_PEEK | libc::MSG_DONTWAIT) } < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: both walk over what the kernel wrote, within its length.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(&raw const message) };
    while !next.is_null() {
        // SAFETY: `next` points to a whole header.
        let header = unsafe { *next };
        if (header.cmsg_level, header.cmsg_type) == (libc::SOL_PACKET, libc::PACKET_AUXDATA) {
            // SAFETY: that is what messages of this type hold.
            return Ok(told_tag(unsafe { libc::CMSG_DATA(next).cast::<libc::tpacket_auxdata>().read_unaligned() }));
        }
        // SAFETY: as above.
        next = unsafe { libc::CMSG_NXTHDR(&raw const message, next) };
    }
    Ok(None)
}

/// The tag in what is told beside a frame.
fn told_tag(told: libc::tpacket_auxdata) -> Option<[u8; 4]> {
    let has = |bit: u32| told.tp_status & bit != 0;
    // Kernels before 3.14 tell no type.
    let kind = if has(libc::TP_STATUS_VLAN_TPID_VALID) { told.tp_vlan_tpid } else { 0x8100 };
    let [[t0, t1], [v0, v1]] = [kind, told.tp_vlan_tci].map(u16::to_be_bytes);
    has(libc::TP_STATUS_VLAN_VALID).then_some([t0, t1, v0, v1])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_told_with_its_type() {
        let told = |tp_status: u32, tp_vlan_tci: u16, tp_vlan_tpid: u16| {
            let (tp_len, tp_snaplen, tp_mac, tp_net) = (60, 60, 0, 14);
            told_tag(libc::tpacket_auxdata { tp_status, tp_len, tp_snaplen, tp_mac, tp_net, tp_vlan_tci, tp_vlan_tpid })
        };
        let (valid, typed) = (libc::TP_STATUS_VLAN_VALID, libc::TP_STATUS_VLAN_TPID_VALID);
        assert_eq!(told(valid | typed | 1, 0x6005, 0x88a8), Some([0x88, 0xa8, 0x60, 5]));
        assert_eq!(told(valid, 0, 0), Some([0x81, 0, 0, 0]), "older kernels do not tell the type");
        assert_eq!(told(1, 0x6005, 0x8100), None);
    }
}
