//! Switching off what a network interface would leave to its hardware.
//!
//! Owns the requests of `<linux/ethtool.h>`, sent with `SIOCETHTOOL`
//! (netdevice(7)): older than netlink's, and open to who owns the namespace.
#![expect(unsafe_code, reason = "rustix knows no SIOCETHTOOL")]

use std::io;
use std::os::fd::{AsRawFd as _, OwnedFd};

/// `SIOCETHTOOL` of `<linux/sockios.h>`.
const SIOCETHTOOL: libc::c_ulong = 0x8946;
/// `ETHTOOL_STXCSUM`, `_SSG`, `_STSO`, `_SGSO`, `_SGRO`: checksums of what is
/// sent, scattered frames, segments and fragments cut late, frames joined on
/// arrival.
const REQUESTS: [u32; 5] = [0x17, 0x19, 0x1f, 0x24, 0x2c];

/// `struct ethtool_value`.
#[repr(C)]
struct Value {
    request: u32,
    data: u32,
}

/// Switches all of them off. `socket` is any of the interface's namespace.
pub(super) fn off(socket: &OwnedFd, interface: &str) -> io::Result<()> {
    let mut name = [0; libc::IFNAMSIZ];
    // One less: a zero ends it.
    for (to, from) in name.iter_mut().take(libc::IFNAMSIZ - 1).zip(interface.bytes()) {
        *to = from.cast_signed();
    }
    for request in REQUESTS {
        let mut value = Value { request, data: 0 };
        let mut asked = libc::ifreq {
            ifr_name: name,
            ifr_ifru: libc::__c_anonymous_ifr_ifru { ifru_data: std::ptr::from_mut(&mut value).cast() },
        };
        // SAFETY: the kernel reads one `ifreq` and the value it points to, both
        // of which outlive the call.
        let result = unsafe { libc::ioctl(socket.as_raw_fd(), SIOCETHTOOL as _, &raw mut asked) };
        if result < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}
