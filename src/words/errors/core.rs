//! What is wrong with hosts that are to do without their kernel's TCP.

use crate::session::lab_request::CoreError;
use crate::source::lab::plan::NoCore;
use crate::words::{Words, printable};

impl Words {
    /// What is wrong with the hosts or the knobs.
    pub(in crate::words) fn core_error(&self, error: &CoreError) -> String {
        let named = |key: &str, fact: &str, value: &str| self.say(key, &[(fact, &printable(value.as_bytes()))]);
        match error {
            CoreError::NoHost { found, known } => {
                let facts: [(&str, &dyn std::fmt::Display); 2] =
                    [("host", &printable(found.as_bytes())), ("known", &known.join(", "))];
                self.say("core-not-host", &facts)
            }
            CoreError::Kernel(NoCore::Router { host }) => named("core-router", "host", host),
            CoreError::Kernel(NoCore::Interfaces { host } | NoCore::NotHost { host }) => {
                named("core-interfaces", "host", host)
            }
            CoreError::NotTcp { program } => named("core-not-tcp", "program", program),
            CoreError::Commands => self.word("core-commands"),
            CoreError::Knob(error) => self.simulator_setting_error(error),
            CoreError::NotTcpKnob { knob } => named("core-cables", "setting", knob),
        }
    }
}
