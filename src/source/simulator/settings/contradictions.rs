//! Settings that contradict each other: each pair is refused, whichever came
//! first.

use thiserror::Error;

use super::Settings;
use crate::source::simulator::tcp::{Algorithm, Handshake};

/// Two settings of which one makes the other meaningless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Contradiction {
    /// `user-timeout` counts time, `retries` counts retransmissions.
    #[error("user-timeout and retries each say when data is given up")]
    TwoLimits,
    /// `keep-alive=0` with an interval or a number of probes.
    #[error("keep-alive is off, so there is no interval and there are no probes")]
    KeepAliveOff,
    /// `tail-loss-probe=on` with `sack=off`.
    #[error("a tail-loss probe needs SACK")]
    ProbeWithoutSack,
    /// `syn-cookies=on` with `handshake=two-way`.
    #[error("a cookie comes back in the third step, and a two-way handshake has none")]
    CookieWithoutThirdStep,
    /// `time-wait=0` with `time-wait-reuse` or `time-wait-reset`.
    #[error("there is no TIME-WAIT to reuse or to end")]
    NoTimeWait,
    /// `time-wait-reuse=both` with `timestamps=off`.
    #[error("connecting over TIME-WAIT needs timestamps")]
    ReuseWithoutTimestamps,
    /// `congestion=none` with `initial-window`.
    #[error("without congestion control there is no initial window")]
    NoCongestionWindow,
    /// `pause` with a behaviour that never pauses.
    #[error("no program pauses")]
    NobodyPauses,
}

impl Contradiction {
    /// All of them, in the order in which they are looked for.
    pub const ALL: [Self; 8] = [
        Self::TwoLimits,
        Self::KeepAliveOff,
        Self::ProbeWithoutSack,
        Self::CookieWithoutThirdStep,
        Self::NoTimeWait,
        Self::ReuseWithoutTimestamps,
        Self::NoCongestionWindow,
        Self::NobodyPauses,
    ];
}

impl Settings {
    /// Whether what was set goes together.
    pub(super) fn check(&self) -> Result<(), Contradiction> {
        let knobs = &self.knobs;
        let found = |contradiction: &Contradiction| match contradiction {
            Contradiction::TwoLimits => self.asked("user-timeout") && self.asked("retries"),
            Contradiction::KeepAliveOff => {
                let details = self.asked("keep-alive-interval") || self.asked("keep-alive-probes");
                self.asked("keep-alive") && knobs.keep_alive.is_none() && details
            }
            Contradiction::ProbeWithoutSack => self.asked("tail-loss-probe") && knobs.tail_loss_probe && !knobs.sack,
            Contradiction::CookieWithoutThirdStep => {
                self.asked("syn-cookies") && knobs.syn_cookies && knobs.handshake == Handshake::TwoWay
            }
            Contradiction::NoTimeWait => {
                let reuse = self.asked("time-wait-reuse") && knobs.time_wait_reuse;
                knobs.time_wait.is_zero() && (reuse || self.asked("time-wait-reset"))
            }
            Contradiction::ReuseWithoutTimestamps => knobs.time_wait_connect && !knobs.timestamps,
            Contradiction::NoCongestionWindow => {
                self.asked("initial-window") && knobs.congestion == Algorithm::Unlimited
            }
            Contradiction::NobodyPauses => self.asked("pause") && self.asked("app") && !self.app.pauses(),
        };
        match Contradiction::ALL.iter().find(|contradiction| found(contradiction)) {
            Some(contradiction) => Err(*contradiction),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::simulator::settings::SettingError;
    use crate::source::simulator::tcp::Profile;

    #[test]
    fn each_contradiction_is_refused_in_either_order() {
        let pairs = [
            ("user-timeout=1min", "retries=3"),
            ("keep-alive=0", "keep-alive-probes=3"),
            ("tail-loss-probe=on", "sack=off"),
            ("syn-cookies=on", "handshake=two-way"),
            ("time-wait=0", "time-wait-reset=ignored"),
            ("time-wait-reuse=both", "timestamps=off"),
            ("congestion=none", "initial-window=3"),
            ("app=crash", "pause=3s"),
        ];
        for ((one, other), expected) in pairs.into_iter().zip(Contradiction::ALL) {
            for (first, second) in [(one, other), (other, one)] {
                let mut settings = Settings::new(Profile::Rfc);
                settings.set_pair(first).unwrap();
                let before = settings;
                assert_eq!(settings.set_pair(second), Err(SettingError::Contradiction(expected)));
                assert_eq!(settings, before, "{first} {second}");
            }
        }
        // What the profile has by itself gives way.
        let mut settings = Settings::new(Profile::LinuxLike);
        settings.set_pair("sack=off").unwrap();
        settings.set_pair("handshake=two-way").unwrap();
        // `pause` goes with those who pause, and by itself.
        settings.set_pair("pause=3s").unwrap();
        settings.set_pair("app=power-loss").unwrap();
    }
}
