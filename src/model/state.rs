//! The states a TCP connection goes through (RFC 9293 §3.3.2).

use std::fmt;

use serde::{Deserialize, Serialize};

/// One end's state, spelled as the RFC spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub enum TcpState {
    /// No connection at all.
    Closed,
    /// Waiting for a connection request from anybody.
    Listen,
    /// Sent a SYN, waiting for one back.
    SynSent,
    /// Sent and received a SYN, waiting for the ACK of its own.
    SynReceived,
    /// Open: data flows both ways.
    Established,
    /// Sent a FIN, waiting for its ACK or the peer's FIN.
    #[serde(rename = "FIN-WAIT-1")]
    FinWait1,
    /// The FIN was acknowledged, waiting for the peer's FIN.
    #[serde(rename = "FIN-WAIT-2")]
    FinWait2,
    /// The peer sent its FIN, the program here has not closed yet.
    CloseWait,
    /// Both sent a FIN, waiting for the ACK of ours.
    Closing,
    /// Closed after the peer did, waiting for the last ACK.
    LastAck,
    /// Waiting until old segments have died out.
    TimeWait,
}

impl TcpState {
    /// Every state, in the order of the RFC's figure 5.
    pub const ALL: [Self; 11] = [
        Self::Closed,
        Self::Listen,
        Self::SynSent,
        Self::SynReceived,
        Self::Established,
        Self::FinWait1,
        Self::FinWait2,
        Self::CloseWait,
        Self::Closing,
        Self::LastAck,
        Self::TimeWait,
    ];

    /// The RFC's spelling.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "CLOSED",
            Self::Listen => "LISTEN",
            Self::SynSent => "SYN-SENT",
            Self::SynReceived => "SYN-RECEIVED",
            Self::Established => "ESTABLISHED",
            Self::FinWait1 => "FIN-WAIT-1",
            Self::FinWait2 => "FIN-WAIT-2",
            Self::CloseWait => "CLOSE-WAIT",
            Self::Closing => "CLOSING",
            Self::LastAck => "LAST-ACK",
            Self::TimeWait => "TIME-WAIT",
        }
    }
}

impl fmt::Display for TcpState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_spoken_names_are_the_same() {
        for state in TcpState::ALL {
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{state}\""));
        }
    }
}
