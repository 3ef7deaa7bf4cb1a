//! What a simulated TCP did, by which rule, and what no segment shows of it.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::{SeqNumber, Span, TcpFlags, TcpState};

/// One step of a simulated TCP: *simulated*, and exact. No kernel tells so
/// much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackStep {
    /// Its own address.
    pub local: SocketAddr,
    /// Its peer's; `None` where a listener has nobody yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<SocketAddr>,
    /// What it did.
    pub did: Did,
    /// By which rule.
    pub rule: Rule,
    /// The state when the step was over; `None` where there is no connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<TcpState>,
    /// The segment it made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<SegmentMark>,
    /// The segment it took, where one was the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took: Option<SegmentMark>,
    /// What no segment shows; `None` where there is no connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<Inside>,
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Did {
    /// It sent a segment.
    Sent,
    /// The state changed.
    State {
        /// From this one.
        from: TcpState,
        /// To this one.
        to: TcpState,
    },
    /// It ignored a segment, or a part of it.
    Ignored,
}

/// A rule, by a name that does not change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// `syn-to-listener`.
    pub name: String,
    /// Where it stands; `None` where no RFC has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citation: Option<Citation>,
    /// No real TCP does this: a rule was removed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counterfactual: bool,
}

/// A section of an RFC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The number of the RFC.
    pub rfc: u16,
    /// The section, `3.10.7.4`.
    pub section: String,
    /// Its title.
    pub title: String,
}

/// What a segment is known by on its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentMark {
    /// SEG.SEQ.
    pub seq: SeqNumber,
    /// SEG.ACK, where the flags say that it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ack: Option<SeqNumber>,
    /// The control bits.
    pub flags: TcpFlags,
    /// Bytes of data.
    pub length: u32,
}

/// The inside of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inside {
    /// The congestion window, in bytes; `None` where there is none: a
    /// counterfactual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwnd: Option<u32>,
    /// The slow start threshold, in bytes; `None` before the first loss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssthresh: Option<u32>,
    /// The largest segment that is sent, in bytes of data and options.
    pub mss: u32,
    /// The smoothed round-trip time, once measured.
    #[serde(rename = "srtt_ns", default, skip_serializing_if = "Option::is_none")]
    pub srtt: Option<Span>,
    /// The retransmission timeout.
    #[serde(rename = "rto_ns")]
    pub rto: Span,
    /// SND.WND, in bytes.
    pub send_window: u32,
    /// RCV.WND, in bytes.
    pub receive_window: u32,
    /// Thought to be under way, in sequence numbers.
    pub in_flight: u32,
    /// Handed over by the program and not acknowledged, in bytes.
    pub unacknowledged: u32,
    /// Not read by the program, in bytes.
    pub unread: u32,
    /// Bytes that wait behind a hole.
    #[serde(default)]
    pub out_of_order: u32,
    /// Segments sent again so far.
    #[serde(default)]
    pub retransmissions: u32,
    /// The timers that run, the next one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timers: Vec<RunningTimer>,
}

/// A timer that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningTimer {
    /// Which.
    pub timer: StackTimer,
    /// When it goes off, from this step on.
    #[serde(rename = "in_ns")]
    pub after: Span,
}

/// A timer of a simulated TCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StackTimer {
    /// RFC 6298.
    Retransmission,
    /// RFC 8985 §7.
    TailLossProbe,
    /// RFC 9293 §3.8.6.1, and the override timer of §3.8.6.2.1.
    Persist,
    /// RFC 9293 §3.8.6.3.
    DelayedAck,
    /// RFC 9293 §3.8.3.
    UserTimeout,
    /// RFC 9293 §3.8.4.
    KeepAlive,
    /// The end of TIME-WAIT, or of an orphan's FIN-WAIT-2.
    TimeWait,
}

impl StackTimer {
    /// Every timer.
    pub const ALL: [Self; 7] = [
        Self::Retransmission,
        Self::TailLossProbe,
        Self::Persist,
        Self::DelayedAck,
        Self::UserTimeout,
        Self::KeepAlive,
        Self::TimeWait,
    ];

    /// The word in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Retransmission => "retransmission",
            Self::TailLossProbe => "tail-loss-probe",
            Self::Persist => "persist",
            Self::DelayedAck => "delayed-ack",
            Self::UserTimeout => "user-timeout",
            Self::KeepAlive => "keep-alive",
            Self::TimeWait => "time-wait",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_not_written() {
        let step = StackStep {
            local: "192.0.2.1:80".parse().unwrap(),
            peer: None,
            did: Did::Ignored,
            rule: Rule { name: "queue-full".to_owned(), citation: None, counterfactual: false },
            state: None,
            made: None,
            took: None,
            inside: None,
        };
        let text = serde_json::to_string(&step).unwrap();
        assert_eq!(text, r#"{"local":"192.0.2.1:80","did":"ignored","rule":{"name":"queue-full"}}"#);
        assert_eq!(serde_json::from_str::<StackStep>(&text).unwrap(), step);
        for timer in StackTimer::ALL {
            assert_eq!(serde_json::to_string(&timer).unwrap(), format!("\"{}\"", timer.name()));
        }
    }
}
