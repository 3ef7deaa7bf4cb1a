//! Real programs on a network of their own, captured.
//!
//! Owns namespaces, privileges, the helper process, packet sockets and the
//! threads that read them. Never interprets a frame and has no opinion on
//! which programs run.
//!
//! ```text
//! window or terminal (no privilege)          helper (this program again, one thread)
//!   LiveNetwork ── commands, pipes ────────►  makes the namespaces, sets `lo` up,
//!       ▲ ◄─────── packet socket, exits ────  starts the programs, ends with its parent
//!       ├── Capture (pnet on that socket)
//!       └── Sampler (sock_diag in that network)
//! ```

/// Reading frames from a packet socket with pnet.
mod capture;
/// Why there is no network.
mod error;
/// The kernel's own filter on a packet socket.
mod filter;
/// What is said before anything happens.
mod greeting;
/// The process that owns the network.
mod helper;
/// The interfaces there are, and capturing one.
mod interfaces;
/// The settings that shape the picture.
pub(in crate::source) mod kernel_settings;
/// The loopback interface, by netlink.
mod loopback;
/// Entering a network of one's own.
pub(in crate::source) mod namespace;
/// A network with its helper, its programs and its capture.
mod network;
/// Opening a packet socket.
pub(in crate::source) mod packet_socket;
/// What helper and parent say to each other.
pub(in crate::source) mod protocol;
/// Why a network could not be had.
mod refusal;
/// Interfaces, addresses and routes, by netlink.
pub(in crate::source) mod route;
/// Asking the kernel about its sockets again and again.
mod sampler;
/// The kernel's answers.
pub(in crate::source) mod sock_diag;

/// Ending a wait from another thread.
mod wakeup;
/// A program as seen from outside.
mod watched;

pub use capture::{Capture, CaptureEnd, CaptureError, Captured, Marks, Statistics};
pub use error::LiveError;
pub use helper::helper_main;
pub use interfaces::{Interface, InterfaceError, InterfaceKind, capture, end, interfaces};
pub use network::{KernelNumber, LiveNetwork, ProgramNumber, Sighting, TapNumber};
pub use refusal::{Refusal, Remedy, Step};
pub use sampler::SamplingEnd;
pub use wakeup::Wakeup;

/// The kernel programs run on here, `Linux 6.18.0`.
pub fn system() -> String {
    kernel_settings::system()
}

/// Where the frames that mark the beginning in a lab are sent: a group address
/// that no bridge passes on (IEEE 802.1D §7.12.6).
pub(in crate::source) const MARK_DESTINATION: [u8; 6] = [0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e];

/// What a helper process is started with as its first argument.
pub const HELPER_ARGUMENT: &str = "helper";
