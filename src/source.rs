//! Where events come from.
//!
//! Owns sockets, files, threads, namespaces, privileges and clocks. Never
//! interprets TCP and knows no view.

/// Saved captures, read and written.
pub mod file;
/// Hosts, switches and routers of real Linux.
pub mod lab;
/// Capturing real programs on a network of their own.
pub mod live;
/// The teaching programs: real sockets, with every call reported.
pub mod programs;
/// The captures that come with the program.
pub mod shipped;
/// TCP as RFC 9293 writes it, in virtual time.
pub mod simulator;
/// Socket calls of any program, unmodified.
pub mod syscalls;

/// The clocks.
pub(crate) mod clock;
/// Error numbers by name.
pub(crate) mod errno;
/// The processes below this one.
pub(crate) mod process;
