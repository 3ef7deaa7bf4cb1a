//! Socket calls of any program, unmodified and without root.
//!
//! Owns tracing: ptrace(2) with a seccomp(2) filter that stops a program at
//! socket calls and lets everything else pass. Has no opinion on which programs
//! run, on which network, or on what their calls mean for a connection.
//!
//! ```text
//! helper ── starts ──► tracer (this program again, one thread, one command)
//!                        │  sh -c COMMAND and every process it forks
//!                        └─ lines of JSON on a pipe ──► the session
//! ```
//!
//! What stops: calls that make, use or close sockets, and `read`, `write`,
//! `close`, `dup` … on any descriptor, because the filter cannot know which are
//! sockets. The tracer does: it keeps a table of each process's sockets, and a
//! call on anything else goes on at once. Not seen: 32-bit programs, and
//! `io_uring`.
//!
//! Where tracing is forbidden (Yama's `ptrace_scope` of 2 and more, a container,
//! a tracer that is already there) the command runs all the same, and that is
//! said.

/// Calls from numbers and addresses.
mod decode;
/// The kernel's own filter on system calls.
mod filter;
/// The lines a tracer reports in.
mod line;
/// Reading another process's memory.
mod memory;
/// Numbers by the names of the manual.
mod names;
/// ptrace(2) and waiting.
mod ptrace;
/// Starting a command that is to be traced.
mod start;
/// The sockets of a process.
mod table;
/// The loop.
mod tracer;
/// Waiting for any of several sockets.
mod waiting;

pub use line::TraceLine;
pub use tracer::trace_main;

/// What a tracer process is started with as its first argument.
pub const TRACE_ARGUMENT: &str = "trace";

/// The signal that asks a tracer to kill its command; `SIGTERM` asks the
/// command itself to end. Killed at once, a tracer takes the command with it
/// but can no longer say so.
pub const KILL_SIGNAL: i32 = libc::SIGUSR1;
