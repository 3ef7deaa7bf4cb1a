//! ptrace(2) and what belongs to it: waiting for stops, asking what a stopped
//! thread is about to do, letting it go on.
//!
//! Owns the requests and their layouts. Has no opinion on what is done at a
//! stop.
#![expect(unsafe_code, reason = "ptrace(2), waitpid(2) and the signal calls take raw pointers")]

use std::io;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::model::ExitStatus;
use crate::source::errno;

/// Stop at the filter's calls, at forks and at exec; and should the tracer die,
/// kill.
const OPTIONS: i32 = libc::PTRACE_O_TRACESECCOMP
    | libc::PTRACE_O_TRACEFORK
    | libc::PTRACE_O_TRACEVFORK
    | libc::PTRACE_O_TRACECLONE
    | libc::PTRACE_O_TRACEEXEC
    | libc::PTRACE_O_TRACESYSGOOD
    | libc::PTRACE_O_EXITKILL;

/// Why a thread does not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It has ended; the last thread of a process has the process's id.
    Ended(ExitStatus),
    /// It is about to make a call that the filter lists.
    Entering,
    /// It is about to come back from such a call.
    Returning,
    /// It has forked, or started a thread.
    Forked,
    /// Its process runs another program now.
    Executed,
    /// It is new, and has not run yet.
    New,
    /// Its process was stopped, as by Ctrl-Z.
    GroupStopped,
    /// It is about to get this signal.
    Signalled(i32),
}

/// How a stopped thread goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resume {
    /// Until something else stops it; 0 or a signal it gets.
    Run(i32),
    /// Until the call it is in returns; 0 or a signal it gets.
    UntilReturn(i32),
    /// Not at all, but it may be continued by others.
    StayStopped,
}

/// What a stopped thread asks or is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syscall {
    /// A call's number and its six arguments.
    Entering(i64, [u64; 6]),
    /// What it returns: the value, or minus the number of the error.
    Returning(i64),
}

/// `struct ptrace_syscall_info`, the same on every architecture.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Information {
    op: u8,
    padding: [u8; 3],
    architecture: u32,
    instruction: u64,
    stack: u64,
    /// Of an entering: the number, then six arguments; of a return: the value.
    data: [u64; 8],
}

/// `PTRACE_SYSCALL_INFO_EXIT` and `PTRACE_SYSCALL_INFO_SECCOMP`.
const INFORMATION_RETURNING: u8 = 2;
const INFORMATION_ENTERING: u8 = 3;

/// Begins to trace a process, which goes on running.
///
/// # Errors
/// ptrace(2)'s: `EPERM` where it is forbidden or somebody else traces it.
pub(super) fn seize(pid: i32) -> io::Result<()> {
    let options = usize::try_from(OPTIONS).unwrap_or_default();
    // SAFETY: takes no pointer to our memory.
    check(unsafe { libc::ptrace(libc::PTRACE_SEIZE, pid, 0_usize, options) })
}

/// Lets a stopped thread go on. One that is gone is no error: its end will be
/// told.
pub(super) fn resume(tid: i32, how: Resume) {
    let (request, signal) = match how {
        Resume::Run(signal) => (libc::PTRACE_CONT, signal),
        Resume::UntilReturn(signal) => (libc::PTRACE_SYSCALL, signal),
        Resume::StayStopped => (libc::PTRACE_LISTEN, 0),
    };
    let signal = usize::try_from(signal).unwrap_or_default();
    // SAFETY: takes no pointer to our memory.
    unsafe { libc::ptrace(request, tid, 0_usize, signal) };
}

/// What a thread that stopped at a call asks or is told.
///
/// # Errors
/// ptrace(2)'s: `EIO` on kernels before 5.3, `ESRCH` where it is gone.
pub(super) fn syscall(tid: i32) -> io::Result<Syscall> {
    let mut information = Information::default();
    let size = size_of::<Information>();
    // SAFETY: the kernel writes at most `size` bytes to `information`.
    check(unsafe { libc::ptrace(libc::PTRACE_GET_SYSCALL_INFO, tid, size, &raw mut information) })?;
    let [first, arguments @ .., _] = information.data;
    match information.op {
        INFORMATION_ENTERING => Ok(Syscall::Entering(first.cast_signed(), arguments)),
        INFORMATION_RETURNING => Ok(Syscall::Returning(first.cast_signed())),
        _ => Err(io::Error::from_raw_os_error(libc::EPROTO)),
    }
}

/// The thread that was started, of one that has [`Stop::Forked`].
pub(super) fn forked(tid: i32) -> Option<i32> {
    let mut message: libc::c_ulong = 0;
    // SAFETY: the kernel writes one unsigned long.
    check(unsafe { libc::ptrace(libc::PTRACE_GETEVENTMSG, tid, 0_usize, &raw mut message) }).ok()?;
    i32::try_from(message).ok()
}

/// What a wait ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// A thread has stopped or ended.
    Thread(i32, Stop),
    /// A signal of ours has come, or the clock ticked.
    Interrupted,
    /// There is nobody to wait for any more.
    Nobody,
}

/// Waits for the next thread to stop.
///
/// In waitpid(2), not in `sigtimedwait(2)` for a `SIGCHLD`: the kernel then
/// lets the tracer run where the thread ran, which halves the price of a stop.
pub(super) fn wait() -> Waited {
    let mut status = 0;
    // SAFETY: the kernel writes one int.
    let tid = unsafe { libc::waitpid(-1, &raw mut status, libc::__WALL) };
    if tid > 0 {
        return stop(status).map_or(Waited::Interrupted, |stop| Waited::Thread(tid, stop));
    }
    if errno::number(&io::Error::last_os_error()) == libc::EINTR { Waited::Interrupted } else { Waited::Nobody }
}

fn stop(status: i32) -> Option<Stop> {
    if libc::WIFEXITED(status) {
        return Some(Stop::Ended(ExitStatus::Code(libc::WEXITSTATUS(status))));
    }
    if libc::WIFSIGNALED(status) {
        return Some(Stop::Ended(ExitStatus::Signal(libc::WTERMSIG(status))));
    }
    if !libc::WIFSTOPPED(status) {
        return None;
    }
    let signal = libc::WSTOPSIG(status);
    Some(match status >> 16 {
        libc::PTRACE_EVENT_SECCOMP => Stop::Entering,
        libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK | libc::PTRACE_EVENT_CLONE => Stop::Forked,
        libc::PTRACE_EVENT_EXEC => Stop::Executed,
        libc::PTRACE_EVENT_STOP if signal == libc::SIGTRAP => Stop::New,
        libc::PTRACE_EVENT_STOP => Stop::GroupStopped,
        _ if signal == libc::SIGTRAP | 0x80 => Stop::Returning,
        _ => Stop::Signalled(signal),
    })
}

/// The signals that have come and were not taken yet.
static CAME: [(i32, AtomicBool); 2] =
    [(libc::SIGTERM, AtomicBool::new(false)), (super::KILL_SIGNAL, AtomicBool::new(false))];

/// Makes signals and the clock interrupt a wait instead of ending the tracer.
///
/// # Errors
/// Never on Linux with valid signals.
pub(super) fn hear_signals() -> io::Result<()> {
    let hear: extern "C" fn(i32) = hear;
    for signal in [libc::SIGTERM, super::KILL_SIGNAL, libc::SIGALRM] {
        // SAFETY: all zero is a valid value: no flags, so that waits are
        // interrupted, and an empty mask.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        action.sa_sigaction = hear as *const () as usize;
        // SAFETY: the handler only stores to an atomic.
        check(unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) }.into())?;
    }
    Ok(())
}

extern "C" fn hear(signal: i32) {
    for (which, came) in &CAME {
        if *which == signal {
            came.store(true, Ordering::Relaxed);
        }
    }
}

/// A signal that has come since the last time.
pub(super) fn signalled() -> Option<i32> {
    CAME.iter().find(|(_, came)| came.swap(false, Ordering::Relaxed)).map(|(signal, _)| *signal)
}

/// Lets the clock interrupt waits so often. It ticks again and again, because
/// one tick could come just before a wait begins.
pub(super) fn tick(every: Duration) {
    let every = libc::timeval {
        tv_sec: libc::time_t::try_from(every.as_secs()).unwrap_or_default(),
        tv_usec: every.subsec_micros().into(),
    };
    let timer = libc::itimerval { it_interval: every, it_value: every };
    // SAFETY: the kernel reads the timer; the old one is not wanted.
    unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, ptr::null_mut()) };
}

fn check(result: libc::c_long) -> io::Result<()> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
