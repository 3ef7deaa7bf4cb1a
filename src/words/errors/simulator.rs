//! What cannot be simulated.

use std::time::Duration;

use super::in_quotes;
use crate::source::simulator::network::NetworkError;
use crate::source::simulator::settings::{Contradiction, Expected, SETTINGS, SettingError};
use crate::words::Words;

impl Words {
    /// Why a run was not set so.
    pub fn simulator_setting_error(&self, error: &SettingError) -> String {
        match error {
            SettingError::NotAPair { found } => self.say("setting-not-a-pair", &[("found", &in_quotes(found))]),
            SettingError::Unknown { name } => {
                let known: Vec<&str> = SETTINGS.iter().map(|(known, _)| *known).collect();
                self.say("setting-unknown", &[("found", &in_quotes(name)), ("known", &known.join(", "))])
            }
            SettingError::Value { name, expected, found } => {
                let expected = self.expected_of_simulator(*expected);
                let refusal = self
                    .say("setting-malformed", &[("key", name), ("expected", &expected), ("found", &in_quotes(found))]);
                let meaning = self.simulator_setting(name);
                self.say("knob-refused", &[("refusal", &refusal), ("key", name), ("meaning", &meaning)])
            }
            SettingError::Contradiction(contradiction) => self.word(match contradiction {
                Contradiction::TwoLimits => "contradiction-two-limits",
                Contradiction::KeepAliveOff => "contradiction-keep-alive-off",
                Contradiction::ProbeWithoutSack => "contradiction-probe-without-sack",
                Contradiction::CookieWithoutThirdStep => "contradiction-cookie-without-third-step",
                Contradiction::NoTimeWait => "contradiction-no-time-wait",
                Contradiction::ReuseWithoutTimestamps => "contradiction-reuse-without-timestamps",
                Contradiction::NoCongestionWindow => "contradiction-no-congestion-window",
                Contradiction::NobodyPauses => "contradiction-nobody-pauses",
            }),
        }
    }

    /// What a setting of the simulator is, by its name in [`SETTINGS`].
    pub fn simulator_setting(&self, name: &str) -> String {
        self.word(&format!("knob-{name}"))
    }

    /// What a setting may be.
    pub fn expected_of_simulator(&self, expected: Expected) -> String {
        match expected {
            Expected::OneOf(choices) => self.say("expected-choice", &[("choices", &choices.join(", "))]),
            Expected::Number { least, most } => self.say("expected-number", &[("least", &least), ("most", &most)]),
            Expected::Time { most } => self.say("expected-time", &[("most", &duration(most))]),
            Expected::Span { least, most } => {
                self.say("expected-span", &[("least", &duration(least)), ("most", &duration(most))])
            }
            Expected::Share => self.word("expected-share"),
            Expected::Rate => self.word("expected-rate"),
        }
    }

    /// Why a topology cannot be simulated.
    pub fn simulator_network_error(&self, error: &NetworkError) -> String {
        match error {
            NetworkError::NoAddress { host } => self.say("simulate-no-address", &[("host", host)]),
            NetworkError::NoWay { client, server } => {
                self.say("simulate-no-way", &[("client", client), ("server", server)])
            }
        }
    }
}

/// A time as it is written in a setting, `2h`, `500ms`.
fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if time.subsec_nanos() > 0 || seconds == 0 {
        return format!("{time:?}");
    }
    match (seconds % 3_600, seconds % 60) {
        (0, _) => format!("{}h", seconds / 3_600),
        (_, 0) => format!("{}min", seconds / 60),
        (_, _) => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::simulator::settings::Settings;
    use crate::source::simulator::tcp::{Profile, Reason};
    use crate::words::Language;

    #[test]
    fn every_refusal_says_what_was_expected() {
        let mut settings = Settings::new(Profile::Rfc);
        let said: Vec<String> = [
            "user-timeout=0",
            "app=sleeps",
            "mss=1",
            "time-wait=2h",
            "loss=2",
            "bandwidth=fast",
            "nagle=yes",
            "speed=1",
            "mss",
        ]
        .iter()
        .flat_map(|pair| {
            let error = settings.set_pair(pair).unwrap_err();
            [Language::English, Language::Chinese].map(|language| Words::new(language).simulator_setting_error(&error))
        })
        .collect();
        insta::assert_snapshot!(said.join("\n"));
    }

    #[test]
    fn every_setting_contradiction_and_rule_is_told_in_both_languages() {
        for language in [Language::English, Language::Chinese] {
            let words = Words::new(language);
            let mut told: Vec<String> = SETTINGS.iter().map(|(name, _)| words.simulator_setting(name)).collect();
            told.extend(
                Contradiction::ALL.map(|found| words.simulator_setting_error(&SettingError::Contradiction(found))),
            );
            told.extend(Reason::ALL.iter().map(|reason| words.rule(reason.name())));
            for sentence in &told {
                assert!(!sentence.contains('⟨'), "{language:?}: {sentence}");
            }
            let count = told.len();
            told.sort();
            told.dedup();
            assert_eq!(told.len(), count, "no two are told alike");
            assert!(!words.rule("not-of-this-version").contains('⟨'));
        }
    }
}
