//! The round-trip time, and the timer that follows from it (RFC 6298).

use std::time::Duration;

use super::Knobs;

/// SRTT, RTTVAR and RTO of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RoundTrip {
    smoothed: Option<Duration>,
    variation: Duration,
    timeout: Duration,
    min: Duration,
    max: Duration,
}

/// The clock's granularity, G.
const GRANULARITY: Duration = Duration::from_millis(1);

impl RoundTrip {
    /// RFC 6298 §2.1: before the first measurement.
    pub(super) const fn new(knobs: &Knobs) -> Self {
        Self {
            smoothed: None,
            variation: Duration::ZERO,
            timeout: knobs.rto_initial,
            min: knobs.rto_min,
            max: knobs.rto_max,
        }
    }

    /// Takes a measurement; what was doubled collapses again (§5).
    pub(super) fn measured(&mut self, sample: Duration) {
        let smoothed = match self.smoothed {
            // §2.2: SRTT = R, RTTVAR = R/2.
            None => {
                self.variation = sample / 2;
                sample
            }
            // §2.3: RTTVAR = 3/4 RTTVAR + 1/4 |SRTT - R|, SRTT = 7/8 SRTT + 1/8 R.
            Some(smoothed) => {
                self.variation = self.variation * 3 / 4 + smoothed.abs_diff(sample) / 4;
                smoothed * 7 / 8 + sample / 8
            }
        };
        self.smoothed = Some(smoothed);
        // §2.4, §2.5: rounded up to the minimum, held below the maximum.
        let timeout = smoothed.saturating_add(GRANULARITY.max(self.variation.saturating_mul(4)));
        self.timeout = timeout.max(self.min).min(self.max);
    }

    /// §5.5: the timer went off, the next one is twice as long.
    pub(super) fn back_off(&mut self) {
        self.timeout = self.timeout.saturating_mul(2).min(self.max);
    }

    /// §5.7: the SYN had to be sent again and nothing is measured: 3 s.
    pub(super) fn start_over_after_lost_syn(&mut self) {
        if self.smoothed.is_none() {
            self.timeout = Duration::from_secs(3).max(self.min).min(self.max);
        }
    }

    /// RTO.
    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// SRTT, once something was measured.
    pub(super) const fn smoothed(&self) -> Option<Duration> {
        self.smoothed
    }

    /// RTTVAR.
    pub(super) const fn variation(&self) -> Duration {
        self.variation
    }
}

#[cfg(test)]
mod tests {
    use super::super::Profile;
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// RFC 6298 §2.2, §2.3, worked out by hand.
    #[test]
    fn the_first_two_measurements() {
        let mut rtt = RoundTrip::new(&Profile::LinuxLike.knobs());
        assert_eq!(rtt.timeout(), ms(1_000));
        rtt.measured(ms(100));
        assert_eq!((rtt.smoothed(), rtt.variation(), rtt.timeout()), (Some(ms(100)), ms(50), ms(300)));
        rtt.measured(ms(180));
        // RTTVAR = 37.5 + 20, SRTT = 87.5 + 22.5, RTO = 110 + 4 * 57.5
        assert_eq!((rtt.smoothed(), rtt.timeout()), (Some(ms(110)), ms(340)));
    }

    #[test]
    fn doubling_ends_at_the_maximum_and_a_measurement_undoes_it() {
        let mut rtt = RoundTrip::new(&Profile::Rfc.knobs());
        let mut timeouts = Vec::new();
        for _ in 0..9 {
            timeouts.push(rtt.timeout().as_secs());
            rtt.back_off();
        }
        assert_eq!(timeouts, [1, 2, 4, 8, 16, 32, 64, 120, 120]);
        rtt.measured(ms(10));
        assert_eq!(rtt.timeout(), ms(1_000));
    }
}
