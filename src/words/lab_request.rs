//! What is wrong with a run in a lab that was asked for, in sentences.

use std::fmt::Display;

use super::{Words, printable};
use crate::session::lab_request::{LabRequest, LabRequestError, MOST_BYTES};

impl Words {
    /// What makes a run different, in a few words: `lose data>#1`, or that
    /// nothing does.
    pub fn lab_request_title(&self, request: &LabRequest) -> String {
        let faults: Vec<String> =
            request.conditions.options().map(|(option, text)| self.condition(option, text)).collect();
        if faults.is_empty() {
            self.word("compare-without")
        } else {
            self.say("compare-with", &[("faults", &faults.join(" · "))])
        }
    }

    /// One thing that makes a run different: what is done, and to what.
    pub fn condition(&self, option: &str, text: &str) -> String {
        format!("{} {}", self.word(&format!("lab-do-{option}")), printable(text.as_bytes()))
    }

    /// What is wrong with a run that was asked for.
    pub fn lab_request_error(&self, error: &LabRequestError) -> String {
        let known = |key: &str, found: &str, known: &str| {
            let facts: [(&str, &dyn Display); 2] = [("found", &printable(found.as_bytes())), ("known", &known)];
            self.say(key, &facts)
        };
        match error {
            LabRequestError::NoTopology { found, known: all } => known("lab-unknown", found, &all.join(", ")),
            LabRequestError::NotRead { source, path } => {
                let path = printable(path.to_string_lossy().as_bytes());
                self.say("lab-not-read", &[("reason", &self.io_reason(source)), ("path", &path)])
            }
            LabRequestError::Topology { error, name } => self.topology_error(name, error),
            LabRequestError::NoProgram { found, nearest } => self.unknown_program(found, *nearest),
            LabRequestError::Setting(error) => self.setting_error(error),
            LabRequestError::Input(error) => self.input_error(error),
            LabRequestError::NoIpv4 { host } => self.say("lab-no-ipv4", &[("host", &printable(host.as_bytes()))]),
            LabRequestError::NotAHost { found, known: all } => known("lab-no-host", found, &all.join(", ")),
            LabRequestError::TooLong { bytes } => {
                self.say("commands-too-long", &[("bytes", bytes), ("most", &MOST_BYTES)])
            }
            LabRequestError::Core(error) => self.core_error(error),
            LabRequestError::Condition(error) => self.condition_error(error),
        }
    }
}
