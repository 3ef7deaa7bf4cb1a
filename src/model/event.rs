//! Everything that can be drawn is an event: something seen at a moment, at a
//! place.

use serde::{Deserialize, Serialize};

use super::{Frame, LinkAction, PlaceId, SocketCall, SocketState, StackStep, Timestamp};

/// Something seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Where.
    pub place: PlaceId,
    /// What.
    pub what: What,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Bytes on an interface.
    Frame(Frame),
    /// A program entered a socket call or came back from one.
    SocketCall(SocketCall),
    /// A program wrote to its standard output or standard error.
    Output {
        /// Which of the two.
        stream: OutputStream,
        /// The bytes, as they came.
        bytes: Vec<u8>,
    },
    /// A program ended.
    Exit(ExitStatus),
    /// What a kernel said of one of its sockets.
    SocketState(SocketState),
    /// What a wire of ours did to a frame on purpose.
    LinkAction(LinkAction),
    /// What a simulated TCP did, by which rule.
    StackStep(Box<StackStep>),
}

/// Which of a program's two outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutputStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExitStatus {
    /// By itself, with this code.
    Code(i32),
    /// A signal ended it, by this number.
    Signal(i32),
}
