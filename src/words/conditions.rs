//! What is wrong with what is to be made different in a lab, in sentences.

use std::fmt::Display;

use super::{Words, printable};
use crate::session::conditions::ConditionError;
use crate::source::lab::wire::LONGEST_DELAY;

impl Words {
    /// What is wrong with a condition; for a display filter over several lines.
    pub fn condition_error(&self, error: &ConditionError) -> String {
        let most = LONGEST_DELAY.as_secs();
        let found = |key: &str, found: &str| self.say(key, &[("found", &printable(found.as_bytes())), ("most", &most)]);
        let listed = |key: &str, found: &str, known: &[String]| {
            self.say(key, &[("found", &printable(found.as_bytes())), ("known", &known.join(", "))])
        };
        match error {
            ConditionError::Pattern(error) => self.pattern_error(error),
            ConditionError::Filter { filter, error } => self.filter_error(filter, error),
            ConditionError::NotTimed { found: text } => found("condition-not-timed", text),
            ConditionError::NoNode { found, known } => listed("condition-no-node", found, known),
            ConditionError::NoCable { between, known } => {
                let [one, other] = between.each_ref().map(|name| printable(name.as_bytes()));
                let facts: [(&str, &dyn Display); 3] = [("one", &one), ("other", &other), ("known", &known.join(", "))];
                self.say("condition-no-cable", &facts)
            }
            ConditionError::SeveralCables { found, cables } => {
                let found = printable(found.as_bytes());
                self.say("condition-several-cables", &[("found", &found), ("cables", &cables.join(", "))])
            }
            ConditionError::NotCableChange { found: text } => found("condition-not-cable", text),
            ConditionError::NoQuality { found } => {
                listed("condition-no-quality", found, &ConditionError::cable_keys().map(str::to_owned))
            }
            ConditionError::NotTime { found: text } => found("condition-not-time", text),
            ConditionError::NotRate { found: text } => found("condition-not-rate", text),
            ConditionError::Range { key, found, least, most } => {
                let found = printable(found.as_bytes());
                self.say("condition-range", &[("key", key), ("found", &found), ("least", least), ("most", most)])
            }
            ConditionError::NotFirewall { found: text } => found("condition-not-firewall", text),
            ConditionError::NoHost { found, known } => listed("condition-no-host", found, known),
            ConditionError::NotSetting { found: text } => found("condition-not-setting", text),
            ConditionError::NoSetting { found: text, nearest: None } => found("condition-no-setting", text),
            ConditionError::NoSetting { found, nearest: Some(nearest) } => {
                let found = printable(found.as_bytes());
                self.say("condition-no-setting-nearest", &[("found", &found), ("nearest", nearest)])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::Filter;
    use crate::source::lab::conditions::{SETTINGS, short_name};
    use crate::source::lab::wire::PatternError;
    use crate::words::Language;

    #[test]
    fn everything_that_can_be_wrong_has_its_sentence() {
        let a = || "a".to_owned();
        let error = Filter::parse("tcp.lenn > 3").unwrap_err();
        let all = [
            ConditionError::Pattern(PatternError::Count { found: a() }),
            ConditionError::Filter { filter: "tcp.lenn > 3".into(), error },
            ConditionError::NotTimed { found: a() },
            ConditionError::NoNode { found: a(), known: vec![a()] },
            ConditionError::NoCable { between: [a(), a()], known: vec![a()] },
            ConditionError::SeveralCables { found: a(), cables: vec![a()] },
            ConditionError::NotCableChange { found: a() },
            ConditionError::NoQuality { found: a() },
            ConditionError::NotTime { found: a() },
            ConditionError::NotRate { found: a() },
            ConditionError::Range { key: "mtu", found: a(), least: 1, most: 2 },
            ConditionError::NotFirewall { found: a() },
            ConditionError::NoHost { found: a(), known: vec![a()] },
            ConditionError::NotSetting { found: a() },
            ConditionError::NoSetting { found: a(), nearest: None },
            ConditionError::NoSetting { found: a(), nearest: Some("b") },
        ];
        for words in Language::ALL.map(Words::new) {
            let mut told: Vec<String> = all.iter().map(|error| words.condition_error(error)).collect();
            let count = told.len();
            told.sort();
            told.dedup();
            assert_eq!(told.len(), count, "{told:?}");
            assert!(told.iter().all(|sentence| !sentence.contains("condition-")), "{told:?}");
            for name in SETTINGS {
                let key = format!("setting-{}", short_name(name).replace('_', "-"));
                assert_ne!(words.word(&key), key);
            }
        }
    }
}
