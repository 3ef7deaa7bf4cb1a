//! Entering a user and a network namespace of one's own.
//!
//! Owns the three files that make a user namespace usable, and the one that
//! gives the network a small table of connections. Has no opinion on
//! what happens inside. Must run before the process has a second thread:
//! unshare(2) of a user namespace fails with `EINVAL` otherwise.
#![expect(unsafe_code, reason = "unshare(2) is unsafe where descriptors could be unshared; they are not")]

use std::fs;
use std::io;
use std::os::fd::OwnedFd;

use rustix::process::{DumpableBehavior, getegid, geteuid, set_dumpable_behavior};
use rustix::thread::{UnshareFlags, unshare_unsafe};

use super::{Refusal, Step};
use crate::source::errno;
use crate::trace::Network;

/// How large a table of connections the next network namespace gets, in
/// entries (since Linux 6.2). Without it all namespaces share the host's,
/// 262,144 entries where there is memory, and every look for the state of ours
/// walks through all of them: 0.15 ms instead of 0.01 ms.
const TABLE_SIZE: (&str, &str) = ("/proc/sys/net/ipv4/tcp_child_ehash_entries", "4096");

/// Moves this process into a network namespace of its own, which root may do
/// as it is and everybody else inside a new user namespace. There the process
/// keeps its user and group.
pub(in crate::source) fn enter() -> Result<(), Refusal> {
    leave_host()?;
    // Where there is no such setting, the first namespace is as good.
    if small_tables().is_ok() {
        unshare(UnshareFlags::NEWNET).ok();
    }
    Ok(())
}

/// Lets the network namespaces that are made from here have small tables.
pub(in crate::source) fn small_tables() -> io::Result<()> {
    fs::write(TABLE_SIZE.0, TABLE_SIZE.1)
}

/// Moves this thread, and no other, into one more network namespace, and tells
/// what keeps that.
pub(in crate::source) fn another() -> io::Result<OwnedFd> {
    unshare(UnshareFlags::NEWNET)?;
    Ok(fs::File::open("/proc/thread-self/ns/net")?.into())
}

fn leave_host() -> Result<(), Refusal> {
    let refused = |step, error: &io::Error| Refusal::new(Network::Private, step, errno::number(error));
    if geteuid().is_root() && unshare(UnshareFlags::NEWNET).is_ok() {
        return Ok(());
    }
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    unshare(UnshareFlags::NEWUSER | UnshareFlags::NEWNET).map_err(|error| refused(Step::Unshare, &error))?;
    // An executable with file capabilities (`setcap`) belongs to root in
    // /proc until it says that it may be looked at; if that is refused, the
    // next step fails and says so.
    set_dumpable_behavior(DumpableBehavior::Dumpable).ok();
    match fs::write("/proc/self/setgroups", "deny") {
        // Kernels before 3.19 have no such file and need none.
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(refused(Step::Setgroups, &error)),
        _ => {}
    }
    fs::write("/proc/self/uid_map", format!("{user} {user} 1")).map_err(|error| refused(Step::UidMap, &error))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1")).map_err(|error| refused(Step::GidMap, &error))
}

fn unshare(flags: UnshareFlags) -> io::Result<()> {
    // SAFETY: neither flag touches the table of descriptors.
    Ok(unsafe { unshare_unsafe(flags) }?)
}
