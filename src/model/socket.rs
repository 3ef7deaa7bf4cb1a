//! What a kernel says of one of its sockets.

use std::fmt;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::{Span, TcpState};

/// A transport protocol whose sockets a kernel can be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// RFC 9293.
    Tcp,
    /// RFC 768.
    Udp,
}

impl Protocol {
    /// The word on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a kernel said of one socket when it was asked, or by itself when the
/// socket was destroyed: *sampled*. What happened between two samples is not
/// in them.
///
/// It was so at some moment no further than `within` from the event's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketState {
    /// Of which protocol.
    pub protocol: Protocol,
    /// Its own address; an IPv4 address where IPv4 is on the wire, also for a
    /// socket of IPv6.
    pub local: SocketAddr,
    /// Its peer's; `None` where it has none: it listens, or is not connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<SocketAddr>,
    /// Its state, by the RFC's name; `None` for UDP, which has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<TcpState>,
    /// Half the time that asking took.
    #[serde(rename = "within_ns")]
    pub within: Span,
    /// The kernel gave it up: nobody holds it any more. A connection may go on
    /// without it in TIME-WAIT or FIN-WAIT-2, which Linux keeps elsewhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub destroyed: bool,
    /// What waits in it; `None` where it is destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queues: Option<SocketQueues>,
    /// The timer that runs on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timer: Option<SocketTimer>,
    /// What TCP has measured on the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<TcpMetrics>,
}

/// Recv-Q and Send-Q, as ss(8) calls them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketQueues {
    /// Bytes that the program has not read; in LISTEN, finished connections
    /// that wait for `accept()`.
    pub recv: u32,
    /// Bytes that are not acknowledged; in LISTEN, how many connections may
    /// wait.
    pub send: u32,
}

/// A timer of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketTimer {
    /// Which.
    pub kind: TimerKind,
    /// When it will go off, in milliseconds from the sample.
    pub expires_ms: u32,
    /// How often it has gone off in vain.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retries: u8,
}

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerKind {
    /// Sends again what is not acknowledged.
    Retransmission,
    /// Asks a silent peer whether it is there, or ends a half-closed
    /// connection.
    Keepalive,
    /// Ends TIME-WAIT, or an orphan's FIN-WAIT-2.
    TimeWait,
    /// Asks whether a closed window has opened.
    ZeroWindowProbe,
}

impl TimerKind {
    /// The word in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Retransmission => "retransmission",
            Self::Keepalive => "keepalive",
            Self::TimeWait => "time-wait",
            Self::ZeroWindowProbe => "zero-window-probe",
        }
    }
}

/// What TCP has measured on a connection: `TCP_INFO` in tcp(7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TcpMetrics {
    /// Smoothed round-trip time, in microseconds; 0 before the first one.
    pub rtt_us: u32,
    /// Its mean deviation, in microseconds.
    pub rttvar_us: u32,
    /// The congestion window, in segments.
    pub cwnd: u32,
    /// Segments sent again since the connection began.
    pub retransmits: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_zero(value: &u8) -> bool {
    *value == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_not_written() {
        let state = SocketState {
            protocol: Protocol::Udp,
            local: "127.0.0.1:7788".parse().unwrap(),
            peer: None,
            state: None,
            within: Span::from_nanos(4_000),
            destroyed: false,
            queues: Some(SocketQueues { recv: 5, send: 0 }),
            timer: None,
            metrics: None,
        };
        let text = serde_json::to_string(&state).unwrap();
        let expected = r#"{"protocol":"udp","local":"127.0.0.1:7788","within_ns":4000,"queues":{"recv":5,"send":0}}"#;
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<SocketState>(&text).unwrap(), state);
    }

    #[test]
    fn written_and_spoken_names_are_the_same() {
        use TimerKind::{Keepalive, Retransmission, TimeWait, ZeroWindowProbe};
        for kind in [Keepalive, Retransmission, TimeWait, ZeroWindowProbe] {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.name()));
        }
        for protocol in [Protocol::Tcp, Protocol::Udp] {
            assert_eq!(serde_json::to_string(&protocol).unwrap(), format!("\"{protocol}\""));
        }
    }
}
