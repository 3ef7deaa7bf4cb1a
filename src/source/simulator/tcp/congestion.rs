//! How much may be under way: the congestion window (RFC 5681).
//!
//! Owns cwnd and ssthresh. When a loss has happened is decided in `recovery`.

/// RFC 9438.
mod cubic;

use std::time::Duration;

use cubic::Cubic;

use super::{Algorithm, Knobs};
use crate::source::simulator::Moment;

/// cwnd and ssthresh of one connection, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Congestion {
    algorithm: Algorithm,
    cwnd: u32,
    ssthresh: u32,
    mss: u32,
    /// Bytes acknowledged towards the next step of congestion avoidance
    /// (RFC 5681 §3.1: appropriate byte counting).
    counted: u32,
    cubic: Cubic,
}

impl Congestion {
    /// RFC 6928 §2: IW = min(10·MSS, max(2·MSS, 14600)); ssthresh arbitrarily
    /// high (RFC 5681 §3.1).
    pub(super) fn new(knobs: &Knobs, mss: u32) -> Self {
        let cwnd = Self::initial(knobs, mss);
        Self { algorithm: knobs.congestion, cwnd, ssthresh: u32::MAX, mss, counted: 0, cubic: Cubic::default() }
    }

    fn initial(knobs: &Knobs, mss: u32) -> u32 {
        if knobs.congestion == Algorithm::Unlimited {
            return u32::MAX;
        }
        let wished = knobs.initial_window.saturating_mul(mss);
        // The bound in bytes belongs to ten segments of an Ethernet.
        let bound = knobs.initial_window.saturating_mul(1460).max(2 * mss);
        wished.min(bound).max(mss)
    }

    /// RFC 5681 §3.1: a SYN or SYN-ACK was lost, so the window begins at one
    /// segment.
    pub(super) fn begin_after_lost_syn(&mut self) {
        self.set(self.mss);
    }

    fn set(&mut self, cwnd: u32) {
        if self.algorithm != Algorithm::Unlimited {
            self.cwnd = cwnd.max(self.mss);
        }
    }

    /// cwnd.
    pub(super) const fn window(&self) -> u32 {
        self.cwnd
    }

    /// ssthresh; `u32::MAX` before the first loss.
    pub(super) const fn threshold(&self) -> u32 {
        self.ssthresh
    }

    /// Whether cwnd is below ssthresh: it doubles each round trip.
    pub(super) const fn slow_start(&self) -> bool {
        self.cwnd < self.ssthresh
    }

    /// New data was acknowledged while the window was in use, outside fast
    /// recovery.
    pub(super) fn acknowledged(&mut self, bytes: u32, rtt: Option<Duration>, now: Moment) {
        if self.algorithm == Algorithm::Unlimited {
            return;
        }
        // RFC 5681 §3.1, (2): cwnd += min(N, SMSS).
        if self.slow_start() {
            self.set(self.cwnd.saturating_add(bytes.min(self.mss)));
            return;
        }
        if self.algorithm == Algorithm::Cubic {
            let grown = self.cubic.grown(self.cwnd, self.mss, bytes, rtt.unwrap_or_default(), now);
            self.set(grown);
            return;
        }
        // RFC 5681 §3.1: one SMSS for each window of bytes acknowledged.
        self.counted = self.counted.saturating_add(bytes);
        if self.counted >= self.cwnd {
            self.counted -= self.cwnd;
            self.set(self.cwnd.saturating_add(self.mss));
        }
    }

    /// RFC 5681 §3.1 (4), RFC 9438 §4.6: what a loss makes of ssthresh.
    fn reduce(&mut self, flight: u32) {
        self.counted = 0;
        let reduced = match self.algorithm {
            Algorithm::Unlimited => return,
            Algorithm::Reno => flight / 2,
            Algorithm::Cubic => {
                self.cubic.lost(self.cwnd, self.mss);
                cubic::reduced(flight)
            }
        };
        self.ssthresh = reduced.max(2 * self.mss);
    }

    /// Fast retransmit (RFC 5681 §3.2, step 2 and 3): with `inflated`, the
    /// three segments that duplicate ACKs told of are added; with SACK the
    /// count of what is under way knows of them (RFC 6675 §5).
    pub(super) fn fast_retransmit(&mut self, flight: u32, inflated: bool) {
        self.reduce(flight);
        let extra = if inflated { 3 * self.mss } else { 0 };
        self.set(self.ssthresh.saturating_add(extra));
    }

    /// RFC 5681 §3.2, step 4: another segment has left the network.
    pub(super) fn inflate(&mut self) {
        self.set(self.cwnd.saturating_add(self.mss));
    }

    /// RFC 6582 §3.2, step 3, partial acknowledgment: deflated by what it
    /// covers, one segment added back.
    pub(super) fn partial(&mut self, bytes: u32) {
        let back = if bytes >= self.mss { self.mss } else { 0 };
        self.set(self.cwnd.saturating_sub(bytes).saturating_add(back));
    }

    /// The end of fast recovery (RFC 6582 §3.2, step 3, full acknowledgment,
    /// way 1 without SACK; RFC 6675 §5 with it).
    pub(super) fn recovered(&mut self, flight: u32, inflated: bool) {
        let window = if inflated { self.ssthresh.min(flight.max(self.mss) + self.mss) } else { self.ssthresh };
        self.set(window);
    }

    /// The retransmission timer went off (RFC 5681 §3.1): the loss window is
    /// one segment. ssthresh is held where the same segment times out again.
    pub(super) fn timed_out(&mut self, flight: u32, again: bool) {
        if !again {
            self.reduce(flight);
        }
        self.set(self.mss);
    }

    /// RFC 5681 §4.1: idle for longer than RTO, the clock of ACKs is gone.
    pub(super) fn restart_after_idle(&mut self, knobs: &Knobs) {
        self.set(self.cwnd.min(Self::initial(knobs, self.mss)));
        self.cubic.forget_epoch();
    }
}

#[cfg(test)]
mod tests {
    use super::super::Profile;
    use super::*;

    const MSS: u32 = 1_000;

    fn reno() -> Congestion {
        Congestion::new(&Knobs { congestion: Algorithm::Reno, ..Profile::Rfc.knobs() }, MSS)
    }

    /// RFC 5681 §3.1: doubling, then one segment a round trip.
    #[test]
    fn slow_start_doubles_and_avoidance_adds_one() {
        let mut reno = reno();
        assert_eq!(reno.window(), 10 * MSS);
        for _ in 0..10 {
            reno.acknowledged(MSS, None, Moment::START);
        }
        assert_eq!(reno.window(), 20 * MSS);
        reno.timed_out(20 * MSS, false);
        assert_eq!((reno.window(), reno.threshold()), (MSS, 10 * MSS));
        for _ in 0..9 {
            reno.acknowledged(MSS, None, Moment::START);
        }
        assert!(!reno.slow_start());
        for _ in 0..10 {
            reno.acknowledged(MSS, None, Moment::START);
        }
        assert_eq!(reno.window(), 11 * MSS);
    }

    #[test]
    fn fast_recovery_inflates_and_deflates() {
        let mut reno = reno();
        reno.fast_retransmit(10 * MSS, true);
        assert_eq!((reno.window(), reno.threshold()), (8 * MSS, 5 * MSS));
        reno.inflate();
        reno.partial(3 * MSS);
        assert_eq!(reno.window(), 7 * MSS);
        reno.recovered(2 * MSS, true);
        assert_eq!(reno.window(), 3 * MSS);
    }

    #[test]
    fn a_second_timeout_of_the_same_segment_holds_the_threshold() {
        let mut reno = reno();
        reno.timed_out(10 * MSS, false);
        reno.timed_out(MSS, true);
        assert_eq!((reno.window(), reno.threshold()), (MSS, 5 * MSS));
    }

    #[test]
    fn the_first_window_is_ten_segments_of_an_ethernet_at_most() {
        let knobs = Profile::Rfc.knobs();
        assert_eq!(Congestion::new(&knobs, 1460).window(), 14_600);
        assert_eq!(Congestion::new(&knobs, 536).window(), 5_360);
        assert_eq!(Congestion::new(&knobs, 8_960).window(), 17_920);
        let unlimited = Knobs { congestion: Algorithm::Unlimited, ..knobs };
        assert_eq!(Congestion::new(&unlimited, 1460).window(), u32::MAX);
    }
}
