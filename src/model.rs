//! The nouns: moments, sequence numbers, windows, frames, socket calls, places.
//!
//! Owns the words of the field as types and their arithmetic. Has no opinion
//! on where a value came from or how a person wants to read it: nothing here
//! reads a clock or formats a sentence.

/// What a wire did on purpose.
mod action;
/// Socket calls and what they returned.
mod call;
/// Everything that can be drawn.
mod event;
/// TCP's control bits.
mod flags;
/// Bytes seen on an interface.
mod frame;
/// Where something was seen.
mod place;
/// Sequence numbers, which have no total order.
mod seq;
/// What a kernel says of a socket.
mod socket;
/// The eleven states of RFC 9293.
mod state;
/// What a simulated TCP did.
mod step;
/// Moments and spans in nanoseconds.
mod time;
/// Hosts, routers, switches, hubs, and the cables between them.
mod topology;
/// The three meanings of "window".
mod window;

pub use action::{LinkAction, LinkActionKind};
pub use call::{
    AcceptName, Call, CallId, CallOutcome, RecvName, SendName, SocketCall, SocketCallPhase, SocketIdentity,
};
pub use event::{Event, ExitStatus, OutputStream, What};
pub use flags::TcpFlags;
pub use frame::{Frame, LinkType};
pub use place::{OWN_TCP, Place, PlaceId, Role, SIMULATOR};
pub use seq::SeqNumber;
pub use socket::{Protocol, SocketQueues, SocketState, SocketTimer, TcpMetrics, TimerKind};
pub use state::TcpState;
pub use step::{Citation, Did, Inside, Rule, RunningTimer, SegmentMark, StackStep, StackTimer};
pub use time::{CalendarTime, Span, Timestamp};
pub use topology::{
    Bilingual, Cable, CableId, Host, Interface, IpNetwork, Node, NodeId, NodeKind, Port, Quality, Topology,
};
pub use window::{RawWindow, WindowScale, WindowSize};
