//! Everything that can be set otherwise, and the two sets that have a name.

use std::time::Duration;

use crate::model::SeqNumber;

/// How one host's TCP behaves. [`Profile::knobs`] gives whole sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mechanism that is on or off")]
pub struct Knobs {
    /// Three steps, or the counterfactual two.
    pub handshake: Handshake,
    /// How long TIME-WAIT lasts: twice the longest life of a segment, which
    /// RFC 9293 §3.4.2 takes to be two minutes. Zero is a counterfactual.
    pub time_wait: Duration,
    /// Whether a new SYN may take over a connection in TIME-WAIT (RFC 9293
    /// §3.6.1, MAY-2).
    pub time_wait_reuse: bool,
    /// Where numbers begin.
    pub isn: Isn,
    /// The largest segment taken and sent, in bytes of data without options;
    /// 1460 on Ethernet.
    pub mss: u16,
    /// The buffer for what came, in bytes: the largest window.
    pub window: u32,
    /// The buffer for what goes, in bytes.
    pub send_buffer: u32,
    /// Window scale is offered (RFC 7323 §2).
    pub window_scale: bool,
    /// Timestamps are offered (RFC 7323 §3).
    pub timestamps: bool,
    /// SACK is offered (RFC 2018).
    pub sack: bool,
    /// The timer before anything was measured (RFC 6298 §2.1: 1 s).
    pub rto_initial: Duration,
    /// The shortest timer (RFC 6298 §2.4: 1 s).
    pub rto_min: Duration,
    /// The longest timer (RFC 6298 §2.5: 60 s at least).
    pub rto_max: Duration,
    /// How many timeouts of a SYN do not double the timer; 0 in RFC 6298.
    pub syn_linear_timeouts: u32,
    /// When an unanswered SYN is given up (RFC 9293 §3.8.3, MUST-23: after
    /// 3 minutes at least).
    pub syn_limit: Limit,
    /// When an unanswered SYN-ACK is given up (RFC 9293 §3.8.3, MUST-23).
    pub syn_ack_limit: Limit,
    /// When unacknowledged data is given up (RFC 9293 §3.8.3, R2).
    pub data_limit: Limit,
    /// How long an acknowledgment may wait (RFC 9293 §3.8.6.3: less than
    /// 0.5 s); `None`: not at all.
    pub delayed_ack: Option<Duration>,
    /// How many segments of a new connection are acknowledged at once before
    /// acknowledgments wait; half the window in segments at most. No RFC has
    /// it; Linux: 16 (`TCP_MAX_QUICKACKS`).
    pub quick_acks: u32,
    /// Nagle's algorithm (RFC 9293 §3.7.4).
    pub nagle: bool,
    /// How much may be under way.
    pub congestion: Algorithm,
    /// The first congestion window in segments (RFC 6928: 10).
    pub initial_window: u32,
    /// What asks a closed window.
    pub probe: Probe,
    /// Asking a silent peer whether it is there; off where `None` (RFC 9293
    /// §3.8.4, MUST-25).
    pub keep_alive: Option<KeepAlive>,
    /// How long FIN-WAIT-2 waits for a peer once no program is left; `None`:
    /// for ever, as the RFC has it.
    pub fin_wait_2: Option<Duration>,
    /// What happens to a connection that the accept queue has no room for.
    pub overflow: Overflow,
    /// The accept queue holds one more than its backlog, as on Linux.
    pub one_more: bool,
    /// A full SYN queue answers with cookies and remembers nothing (RFC 4987
    /// §3.6).
    pub syn_cookies: bool,
    /// The first two duplicate ACKs each bring out a new segment (RFC 3042).
    pub limited_transmit: bool,
    /// The end of a flight is asked for before the timer goes off (RFC 8985
    /// §7); it takes SACK.
    pub tail_loss_probe: bool,
    /// A reset does not end TIME-WAIT (RFC 1337 §3, fix F1).
    pub time_wait_ignores_reset: bool,
    /// A program may connect again over a connection in TIME-WAIT once its
    /// timestamps are a second old, as with Linux's `tcp_tw_reuse`.
    pub time_wait_connect: bool,
    /// What a SYN that is not newer than a connection in TIME-WAIT gets.
    pub old_syn: OldSyn,
    /// What the same SYN again gets from a listener's host in SYN-RECEIVED.
    pub repeated_syn: RepeatedSyn,
    /// In a simultaneous open the peer's SYN-ACK is acknowledged, as on Linux;
    /// RFC 9293 §3.5, figure 7, has no such ACK.
    pub acknowledges_crossed_syn_ack: bool,
    /// An ICMP "unreachable" ends an attempt to connect, as on Linux; by
    /// RFC 9293 §3.9.2.2 (MUST-56) it must not.
    pub unreachable_ends_opening: bool,
}

/// What a SYN gets that is not newer than a connection in TIME-WAIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldSyn {
    /// Nothing (RFC 6191 §2).
    Dropped,
    /// An acknowledgment, as on Linux.
    Acknowledged,
}

/// What a SYN gets that came once before, in SYN-RECEIVED.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepeatedSyn {
    /// An acknowledgment: its number is not acceptable any more (RFC 9293
    /// §3.10.7.4, first check).
    Acknowledged,
    /// The SYN-ACK again, as on Linux.
    AnsweredAgain,
}

/// How many steps a connection begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// SYN, SYN-ACK, ACK.
    ThreeWay,
    /// Counterfactual: SYN, SYN-ACK; the server counts on the client's word.
    TwoWay,
}

/// How the initial sequence number is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isn {
    /// Always this.
    Fixed(SeqNumber),
    /// A clock of 4 µs plus a secret function of the connection (RFC 9293
    /// §3.4.1). The function here is no secret: it is to be repeatable.
    Clock {
        /// What makes one host's numbers differ from another's.
        secret: u64,
    },
}

/// When to give up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// After so long without progress.
    After(Duration),
    /// When the timer has gone off after so many retransmissions.
    Retransmissions(u32),
}

/// How a congestion window moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Not at all: only the peer's window counts. Counterfactual.
    Unlimited,
    /// RFC 5681.
    Reno,
    /// RFC 9438.
    Cubic,
}

/// What asks a closed window whether it has opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// One octet of new data (RFC 9293 §3.8.6.1).
    NewOctet,
    /// An empty segment one number back, as Linux does.
    OldNumber,
}

/// Asking a silent peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepAlive {
    /// Silence before the first probe (RFC 9293 §3.8.4: 2 h at least by default).
    pub idle: Duration,
    /// Between probes.
    pub interval: Duration,
    /// Unanswered probes after which the connection is over.
    pub probes: u32,
}

/// What happens to a handshake that completes into a full accept queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// Its last ACK is ignored; the SYN-ACK will be sent again.
    Ignore,
    /// It is reset, as with Linux's `tcp_abort_on_overflow`.
    Reset,
}

/// A set of knobs with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// As the RFCs recommend.
    Rfc,
    /// As Linux 6.18 was seen to do.
    LinuxLike,
}

impl Profile {
    /// The whole set.
    pub const fn knobs(self) -> Knobs {
        let rfc = Knobs {
            handshake: Handshake::ThreeWay,
            time_wait: Duration::from_mins(4),
            time_wait_reuse: true,
            isn: Isn::Clock { secret: 0 },
            mss: 1460,
            window: 65_535,
            send_buffer: 1 << 20,
            window_scale: true,
            timestamps: true,
            sack: true,
            rto_initial: Duration::from_secs(1),
            rto_min: Duration::from_secs(1),
            rto_max: Duration::from_mins(2),
            syn_linear_timeouts: 0,
            syn_limit: Limit::After(Duration::from_mins(3)),
            syn_ack_limit: Limit::After(Duration::from_mins(3)),
            data_limit: Limit::After(Duration::from_mins(5)),
            delayed_ack: Some(Duration::from_millis(200)),
            quick_acks: 0,
            nagle: true,
            congestion: Algorithm::Reno,
            initial_window: 10,
            probe: Probe::NewOctet,
            keep_alive: None,
            fin_wait_2: None,
            overflow: Overflow::Ignore,
            one_more: false,
            syn_cookies: false,
            limited_transmit: true,
            tail_loss_probe: false,
            time_wait_ignores_reset: false,
            time_wait_connect: false,
            old_syn: OldSyn::Dropped,
            repeated_syn: RepeatedSyn::Acknowledged,
            acknowledges_crossed_syn_ack: false,
            unreachable_ends_opening: false,
        };
        match self {
            Self::Rfc => rfc,
            Self::LinuxLike => Knobs {
                time_wait: Duration::from_mins(1),
                window: 131_072,
                rto_min: Duration::from_millis(200),
                syn_linear_timeouts: 4,
                syn_limit: Limit::Retransmissions(10),
                syn_ack_limit: Limit::Retransmissions(5),
                data_limit: Limit::Retransmissions(15),
                delayed_ack: Some(Duration::from_millis(40)),
                quick_acks: 16,
                congestion: Algorithm::Cubic,
                probe: Probe::OldNumber,
                fin_wait_2: Some(Duration::from_mins(1)),
                one_more: true,
                syn_cookies: true,
                tail_loss_probe: true,
                old_syn: OldSyn::Acknowledged,
                repeated_syn: RepeatedSyn::AnsweredAgain,
                acknowledges_crossed_syn_ack: true,
                unreachable_ends_opening: true,
                ..rfc
            },
        }
    }
}

impl Knobs {
    /// Whether a rule is missing that every real TCP keeps: such a run shows
    /// what would be, not what is.
    pub fn counterfactual(&self) -> bool {
        self.handshake == Handshake::TwoWay || self.time_wait.is_zero() || self.congestion == Algorithm::Unlimited
    }

    /// The shift with which a window of [`window`](Self::window) bytes fits
    /// into 16 bits (RFC 7323 §2.2).
    pub(super) const fn window_shift(&self) -> u8 {
        let mut shift = 0;
        while shift < 14 && self.window >> shift > 65_535 {
            shift += 1;
        }
        shift
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shift_is_the_smallest_that_fits() {
        let knobs = |window| Knobs { window, ..Profile::Rfc.knobs() };
        assert_eq!(knobs(65_535).window_shift(), 0);
        assert_eq!(knobs(65_536).window_shift(), 1);
        assert_eq!(knobs(u32::MAX).window_shift(), 14);
    }

    #[test]
    fn a_rule_removed_is_a_counterfactual() {
        let rfc = Profile::Rfc.knobs();
        assert!(!rfc.counterfactual() && !Profile::LinuxLike.knobs().counterfactual());
        assert!(Knobs { handshake: Handshake::TwoWay, ..rfc }.counterfactual());
        assert!(Knobs { time_wait: Duration::ZERO, ..rfc }.counterfactual());
    }
}
