//! What cannot be simulated.

use super::in_quotes;
use crate::source::simulator::network::NetworkError;
use crate::source::simulator::settings::{Expected, SETTINGS, SettingError};
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
                self.say("setting-malformed", &[("key", name), ("expected", &expected), ("found", &in_quotes(found))])
            }
        }
    }

    fn expected_of_simulator(&self, expected: Expected) -> String {
        match expected {
            Expected::OneOf(choices) => self.say("expected-choice", &[("choices", &choices.join(", "))]),
            Expected::Number { least, most } => self.say("expected-number", &[("least", &least), ("most", &most)]),
            Expected::Time { most } => self.say("expected-time", &[("most", &format!("{most:?}"))]),
            Expected::Share => self.word("expected-share"),
            Expected::Rate => self.word("expected-rate"),
        }
    }

    /// Why a topology cannot be simulated.
    pub fn simulator_network_error(&self, error: &NetworkError) -> String {
        match error {
            NetworkError::NoIpv4 { host } => self.say("simulate-no-ipv4", &[("host", host)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::simulator::settings::Settings;
    use crate::source::simulator::tcp::Profile;
    use crate::words::Language;

    #[test]
    fn every_refusal_says_what_was_expected() {
        let mut settings = Settings::new(Profile::Rfc);
        let said: Vec<String> = ["mss=1", "time-wait=2h", "loss=2", "bandwidth=fast", "nagle=yes", "speed=1", "mss"]
            .iter()
            .flat_map(|pair| {
                let error = settings.set_pair(pair).unwrap_err();
                [Language::English, Language::Chinese]
                    .map(|language| Words::new(language).simulator_setting_error(&error))
            })
            .collect();
        insta::assert_snapshot!(said.join("\n"));
    }
}
