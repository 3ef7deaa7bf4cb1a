//! The rules behind the steps of the simulator's TCP, in sentences.

use super::Words;
use super::span;
use crate::conversation::End;
use crate::model::{Inside, Rule, StackStep};

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

    /// `server: rule: … · cwnd 14600 B · RTO 1.00 s`.
    pub fn step_told(&self, end: End, step: &StackStep) -> String {
        let told = self.rule_cited(&step.rule);
        let mut told = self.say("rule-of", &[("who", &self.end(end)), ("told", &told)]);
        for fact in step.inside.iter().flat_map(|inside| self.insides(inside)) {
            told.push_str(" · ");
            told.push_str(&fact);
        }
        told
    }

    /// What no segment shows: the windows, what is under way, the timer.
    pub fn insides(&self, inside: &Inside) -> Vec<String> {
        let mut facts = Vec::new();
        facts.extend(inside.cwnd.map(|cwnd| self.say("inside-cwnd", &[("bytes", &cwnd)])));
        facts.extend(inside.ssthresh.map(|bytes| self.say("inside-ssthresh", &[("bytes", &bytes)])));
        if inside.in_flight > 0 {
            facts.push(self.say("inside-flight", &[("bytes", &inside.in_flight)]));
        }
        if inside.unread > 0 {
            facts.push(self.say("inside-unread", &[("bytes", &inside.unread)]));
        }
        if inside.out_of_order > 0 {
            facts.push(self.say("inside-out-of-order", &[("bytes", &inside.out_of_order)]));
        }
        facts.push(self.say("inside-rto", &[("time", &span(inside.rto))]));
        facts
    }
}
