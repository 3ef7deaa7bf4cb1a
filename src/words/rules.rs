//! The rules behind the steps of the simulator's TCP, in sentences.

use super::Words;
use crate::model::Rule;

impl Words {
    /// What a rule says, by its name; the name itself where this version does
    /// not know it.
    pub fn rule(&self, name: &str) -> String {
        let key = format!("rule-{name}");
        if self.has(&key) { self.word(&key) } else { name.to_owned() }
    }

    /// `rule: … (RFC 9293 §3.10.7.4, "Other States")`.
    pub fn rule_cited(&self, rule: &Rule) -> String {
        let told = self.rule(&rule.name);
        match &rule.citation {
            Some(cited) => {
                let (rfc, section, title) = (&cited.rfc, &cited.section, &cited.title);
                self.say("rule-cited", &[("rule", &told), ("rfc", rfc), ("section", section), ("title", title)])
            }
            None => self.say("rule-uncited", &[("rule", &told)]),
        }
    }
}
