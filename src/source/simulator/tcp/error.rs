//! A call that cannot be done (RFC 9293 §3.10.1–3.10.6).

use thiserror::Error;

use crate::model::TcpState;

/// Why a call was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CallError {
    /// There is no such socket, or it was closed: "connection does not exist".
    #[error("no such connection")]
    NoConnection,
    /// The sending side is closed: "connection closing".
    #[error("the connection is closing: it is in {state}")]
    Closing {
        /// The state it is in.
        state: TcpState,
    },
    /// Somebody listens there already, or the pair is in use: "connection
    /// already exists".
    #[error("the address is in use")]
    InUse,
    /// The connection is over, and not as it should be.
    #[error("{0}")]
    Failed(#[from] Failure),
}

/// How a connection came to a bad end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// A RST answered the SYN.
    #[error("connection refused")]
    Refused,
    /// A RST came.
    #[error("connection reset")]
    Reset,
    /// Nothing was acknowledged for too long.
    #[error("connection aborted due to user timeout")]
    TimedOut,
    /// This end called ABORT.
    #[error("connection aborted")]
    Aborted,
    /// The network said that the peer cannot be reached.
    #[error("no route to host")]
    Unreachable,
}
