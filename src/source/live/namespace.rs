//! Entering a user and a network namespace of one's own.
//!
//! Owns the three files that make a user namespace usable. Has no opinion on
//! what happens inside. Must run before the process has a second thread:
//! unshare(2) of a user namespace fails with `EINVAL` otherwise.
#![expect(unsafe_code, reason = "unshare(2) is unsafe where descriptors could be unshared; they are not")]

use std::fs;
use std::io;

use rustix::process::{DumpableBehavior, getegid, geteuid, set_dumpable_behavior};
use rustix::thread::{UnshareFlags, unshare_unsafe};

use super::{Refusal, Step};
use crate::source::errno;
use crate::trace::Network;

/// Moves this process into a network namespace of its own, which root may do
/// as it is and everybody else inside a new user namespace. There the process
/// keeps its user and group.
pub(super) fn enter() -> Result<(), Refusal> {
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
