//! The states (RFC 9293 §3.3.2) with what only they know.

use crate::model::TcpState;
use crate::source::simulator::Moment;

/// Who began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// This end, with an active OPEN.
    Actively,
    /// The other one: this end listened.
    Passively,
}

/// The state of one connection. LISTEN is not here: a listener stays one when
/// a connection comes of it (RFC 9293 §3.9.1.1, MUST-42).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No connection any more.
    Closed,
    /// Sent a SYN.
    SynSent,
    /// Sent and received a SYN.
    SynReceived {
        /// Where a reset leads back to.
        opened: Opened,
    },
    /// Open.
    Established,
    /// CLOSE was called; the FIN follows the data.
    FinWait1,
    /// The FIN is acknowledged.
    FinWait2,
    /// The peer's FIN came.
    CloseWait,
    /// Both FINs are sent, ours is not acknowledged.
    Closing,
    /// As CLOSING, but the peer closed first.
    LastAck,
    /// Waits for old segments to die out.
    TimeWait {
        /// When two segment lifetimes have passed.
        until: Moment,
    },
}

impl State {
    /// The state by its name in the RFC.
    pub const fn name(self) -> TcpState {
        match self {
            Self::Closed => TcpState::Closed,
            Self::SynSent => TcpState::SynSent,
            Self::SynReceived { .. } => TcpState::SynReceived,
            Self::Established => TcpState::Established,
            Self::FinWait1 => TcpState::FinWait1,
            Self::FinWait2 => TcpState::FinWait2,
            Self::CloseWait => TcpState::CloseWait,
            Self::Closing => TcpState::Closing,
            Self::LastAck => TcpState::LastAck,
            Self::TimeWait { .. } => TcpState::TimeWait,
        }
    }

    /// Whether data may be sent: ESTABLISHED and CLOSE-WAIT, and what waits in
    /// the states behind them.
    pub(super) const fn sends(self) -> bool {
        matches!(self, Self::Established | Self::CloseWait | Self::FinWait1 | Self::Closing | Self::LastAck)
    }

    /// Whether data of the peer is taken (RFC 9293 §3.10.7.4, seventh).
    pub(super) const fn receives(self) -> bool {
        matches!(self, Self::Established | Self::FinWait1 | Self::FinWait2)
    }
}
