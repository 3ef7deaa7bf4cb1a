//! The filter that makes the kernel stop a program at socket calls: seccomp(2)
//! with a classic BPF program.
//!
//! Owns which calls stop. Has no opinion on what is done then.
#![expect(unsafe_code, reason = "prctl(2) installs the filter")]

use std::io;

/// Calls of this machine's own architecture only: a 32-bit program's numbers
/// mean other calls.
#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xC000_003E;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xC000_00B7;

/// The calls that stop a program, on every architecture.
const EVERYWHERE: [i64; 37] = [
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_connect,
    libc::SYS_sendto,
    libc::SYS_recvfrom,
    libc::SYS_sendmsg,
    libc::SYS_recvmsg,
    libc::SYS_sendmmsg,
    libc::SYS_recvmmsg,
    libc::SYS_sendfile,
    libc::SYS_splice,
    libc::SYS_shutdown,
    libc::SYS_setsockopt,
    libc::SYS_getsockopt,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_fcntl,
    libc::SYS_ioctl,
    libc::SYS_ppoll,
    libc::SYS_pselect6,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    SYS_EPOLL_PWAIT2,
    libc::SYS_restart_syscall,
    libc::SYS_pidfd_getfd,
];

/// `epoll_pwait2(2)`: one number everywhere, and no name in libc.
pub(super) const SYS_EPOLL_PWAIT2: i64 = 441;

/// Those that newer architectures do without.
#[cfg(target_arch = "x86_64")]
const HERE: [i64; 4] = [libc::SYS_poll, libc::SYS_select, libc::SYS_epoll_wait, libc::SYS_dup2];
#[cfg(not(target_arch = "x86_64"))]
const HERE: [i64; 0] = [];

/// Where in `struct seccomp_data` the call's number and the architecture are.
const OFFSET_NUMBER: u32 = 0;
const OFFSET_ARCHITECTURE: u32 = 4;
/// `BPF_LD | BPF_W | BPF_ABS`, `BPF_JMP | BPF_JEQ | BPF_K`, `BPF_RET | BPF_K`.
const LOAD: u16 = 0x20;
const JUMP_IF_EQUAL: u16 = 0x15;
const RETURN: u16 = 0x06;

/// The program: every call that is listed stops, all others pass.
pub(super) fn program() -> Vec<libc::sock_filter> {
    let instruction = |code, jt, jf, k| libc::sock_filter { code, jt, jf, k };
    let mut program = vec![
        instruction(LOAD, 0, 0, OFFSET_ARCHITECTURE),
        instruction(JUMP_IF_EQUAL, 1, 0, ARCHITECTURE),
        instruction(RETURN, 0, 0, libc::SECCOMP_RET_ALLOW),
        instruction(LOAD, 0, 0, OFFSET_NUMBER),
    ];
    let numbers: Vec<u32> = EVERYWHERE.iter().chain(&HERE).filter_map(|number| u32::try_from(*number).ok()).collect();
    // Past the comparisons still to come, and past "allow".
    let ahead = (0..numbers.len()).rev().map(|left| u8::try_from(left + 1).unwrap_or(u8::MAX));
    program.extend(numbers.iter().zip(ahead).map(|(number, ahead)| instruction(JUMP_IF_EQUAL, ahead, 0, *number)));
    program.push(instruction(RETURN, 0, 0, libc::SECCOMP_RET_ALLOW));
    program.push(instruction(RETURN, 0, 0, libc::SECCOMP_RET_TRACE));
    program
}

/// Puts the filter on the calling thread and on everything it starts. Nothing
/// it starts can gain privileges any more (`no_new_privs`), which the kernel
/// asks for.
///
/// # Errors
/// prctl(2)'s: the kernel has no seccomp filters, or something forbids them.
pub(super) fn install(program: &mut [libc::sock_filter]) -> io::Result<()> {
    let invalid = |_| io::Error::from_raw_os_error(libc::EINVAL);
    let length = u16::try_from(program.len()).map_err(invalid)?;
    let program = libc::sock_fprog { len: length, filter: program.as_mut_ptr() };
    // SAFETY: no pointers.
    if unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel copies the program, which outlives the call.
    if unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel would do with a call: an interpreter for the three
    /// instructions.
    fn verdict(architecture: u32, number: u32) -> u32 {
        let program = program();
        let (mut at, mut loaded) = (0, 0);
        loop {
            let libc::sock_filter { code, jt, jf, k } = program[at];
            at += 1;
            match code {
                LOAD => loaded = if k == OFFSET_NUMBER { number } else { architecture },
                JUMP_IF_EQUAL => at += usize::from(if loaded == k { jt } else { jf }),
                RETURN => return k,
                other => panic!("{other:#x}"),
            }
        }
    }

    #[test]
    fn listed_calls_stop_and_others_pass() {
        for number in EVERYWHERE.iter().chain(&HERE) {
            assert_eq!(verdict(ARCHITECTURE, u32::try_from(*number).unwrap()), libc::SECCOMP_RET_TRACE, "{number}");
        }
        for number in [libc::SYS_openat, libc::SYS_mmap, libc::SYS_execve, libc::SYS_futex] {
            assert_eq!(verdict(ARCHITECTURE, u32::try_from(number).unwrap()), libc::SECCOMP_RET_ALLOW, "{number}");
        }
        let read = u32::try_from(libc::SYS_read).unwrap();
        assert_eq!(verdict(0x4000_0003, read), libc::SECCOMP_RET_ALLOW, "32-bit");
    }
}
