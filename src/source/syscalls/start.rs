//! Starting a command that is to be traced: a fork of the tracer that waits
//! until it is traced, puts the filter on itself and becomes a shell.
//!
//! Owns what the command inherits: its three standard streams and nothing else
//! of ours. Has no opinion on what the shell then does.
#![expect(unsafe_code, reason = "fork(2), exec(3) and what a child does in between")]

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::fd::{AsRawFd as _, OwnedFd};

use rustix::fs::{MemfdFlags, OFlags, fcntl_setfl, memfd_create};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Signal, set_parent_process_death_signal, setpgid};

use super::{filter, ptrace};
use crate::source::errno;
use crate::source::programs::REPORT_VARIABLE;

/// What runs the command.
const SHELL: &CStr = c"/bin/sh";
/// The shell's status for a program that is not there: POSIX, "Exit Status for
/// Commands".
const NOT_FOUND: i32 = 127;
/// What a child is told before it goes on.
const TRACED: u8 = b'T';
const UNTRACED: u8 = b'U';

/// What only a shell itself can do, or understand: not to be replaced by.
const SHELL_WORDS: [&str; 29] = [
    ".", ":", "!", "{", "alias", "bg", "break", "case", "cd", "command", "continue", "eval", "exec", "exit", "export",
    "fg", "for", "if", "read", "readonly", "return", "set", "shift", "trap", "ulimit", "unset", "until", "wait",
    "while",
];

/// A command that was started.
#[derive(Debug)]
pub(super) struct Started {
    /// Its first process.
    pub(super) pid: i32,
    /// Whether it is traced, or the number of the error.
    pub(super) traced: Result<(), i32>,
    /// Where the child says what failed between fork and exec.
    failure: File,
}

impl Started {
    /// The number of the error that kept the child from putting the filter on,
    /// or from becoming a shell; `None` so far or for good.
    pub(super) fn failure(&mut self) -> Option<i32> {
        let mut number = [0; 4];
        self.failure.read_exact(&mut number).ok()?;
        Some(i32::from_ne_bytes(number))
    }
}

/// Starts a shell on the command, which reads `input`, or nothing. A command
/// that is one program replaces the shell.
///
/// # Errors
/// No processes or descriptors left; a command with a NUL byte.
pub(super) fn start(command: &str, input: Option<&str>) -> io::Result<Started> {
    let command = CString::new(script(command))?;
    let variable = CString::new(REPORT_VARIABLE)?;
    let stdin = match input {
        Some(text) => text_file(text)?,
        None => OwnedFd::from(File::open("/dev/null")?),
    };
    let (ready, tell) = pipe_with(PipeFlags::CLOEXEC)?;
    let (failure, say) = pipe_with(PipeFlags::CLOEXEC)?;
    fcntl_setfl(&failure, OFlags::NONBLOCK)?;
    let program = filter::program();
    // SAFETY: this process has one thread, so the child may do what it likes.
    let pid = unsafe { libc::fork() };
    match pid {
        0 => {
            drop((tell, failure));
            let mut say = File::from(say);
            let number = become_shell(File::from(ready), &stdin, &command, &variable, program, &mut say);
            // Nobody is left to hear that this failed too.
            say.write_all(&number.to_ne_bytes()).ok();
            // SAFETY: ends the child without running the parent's destructors.
            unsafe { libc::_exit(NOT_FOUND) }
        }
        1.. => {
            let traced = ptrace::seize(pid).map_err(|error| errno::number(&error));
            let word = if traced.is_ok() { TRACED } else { UNTRACED };
            // Where the child is gone already its end will be told.
            File::from(tell).write_all(&[word]).ok();
            Ok(Started { pid, traced, failure: File::from(failure) })
        }
        _ => Err(io::Error::last_os_error()),
    }
}

/// The child's way: returns only with the number of an error.
fn become_shell(
    mut ready: File,
    stdin: &OwnedFd,
    command: &CStr,
    variable: &CStr,
    mut program: Vec<libc::sock_filter>,
    say: &mut File,
) -> i32 {
    let prepared = (|| {
        // In case nothing traces it; a traced one is killed with its tracer
        // anyway.
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // What it does to its process group is not for us.
        setpgid(None, None)?;
        // SAFETY: replaces our standard input with the command's; nothing here
        // owns descriptor 0.
        if unsafe { libc::dup2(stdin.as_raw_fd(), 0) } < 0 {
            return Err(io::Error::last_os_error());
        }
        let mut word = [0];
        ready.read_exact(&mut word)?;
        // SAFETY: one thread, and nobody reads the environment meanwhile; the
        // set is initialised before it is used.
        unsafe {
            libc::unsetenv(variable.as_ptr());
            // Rust ignores it, which would be inherited.
            libc::signal(libc::SIGPIPE, libc::SIG_DFL);
            let mut none = std::mem::MaybeUninit::uninit();
            libc::sigemptyset(none.as_mut_ptr());
            libc::sigprocmask(libc::SIG_SETMASK, none.as_ptr(), std::ptr::null_mut());
        }
        Ok(word == [TRACED])
    })();
    match prepared {
        Ok(traced) => {
            if traced && let Err(error) = filter::install(&mut program) {
                // It runs all the same; its calls are not seen.
                say.write_all(&errno::number(&error).to_ne_bytes()).ok();
            }
        }
        Err(error) => return errno::number(&error),
    }
    let words = [c"sh".as_ptr(), c"-c".as_ptr(), command.as_ptr(), std::ptr::null()];
    // SAFETY: NUL-terminated strings and an array that ends with NULL.
    unsafe { libc::execv(SHELL.as_ptr(), words.as_ptr()) };
    errno::number(&io::Error::last_os_error())
}

/// What the shell is told: to become the program, where the command is no more
/// than one.
fn script(command: &str) -> String {
    let first = command.split_whitespace().next().unwrap_or_default();
    let mut quote = None;
    let mut one_program = !first.is_empty() && !first.contains('=') && !SHELL_WORDS.contains(&first);
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '|' | '&' | ';' | '(' | ')' | '\n' | '`' | '\\') => one_program = false,
            _ => {}
        }
    }
    if one_program && quote.is_none() { format!("exec {command}") } else { command.to_owned() }
}

/// A file in memory that holds this text.
fn text_file(text: &str) -> io::Result<OwnedFd> {
    let mut file = File::from(memfd_create("input", MemfdFlags::CLOEXEC)?);
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_program_replaces_the_shell() {
        for command in ["python3 server.py", "nc -l 5 < 'a;b'", "python3 -c \"a; b(); '\""] {
            assert_eq!(script(command), format!("exec {command}"));
        }
        for command in ["", "cd x && y", "A=1 python3 x", "exit 3", "a | b", "a; b", "a &", "sh -c 'a", "if a", "a\nb"]
        {
            assert_eq!(script(command), command);
        }
    }
}
