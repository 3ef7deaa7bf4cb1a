//! What is wrong with hosts that are to do without their kernel's TCP.

use crate::session::lab_request::CoreError;
use crate::session::scripted::NotReal;
use crate::source::lab::plan::NoCore;
use crate::words::{Words, printable};

impl Words {
    /// Why a scenario cannot be played by real kernels.
    pub fn not_real(&self, error: &NotReal) -> String {
        match error {
            NotReal::Line { line, text } => {
                let facts: [(&str, &dyn std::fmt::Display); 2] =
                    [("line", line), ("text", &printable(text.as_bytes()))];
                self.say("not-real-line", &facts)
            }
            NotReal::Setting { name, value } => self.say(
                "not-real-setting",
                &[("name", &printable(name.as_bytes())), ("value", &printable(value.as_bytes()))],
            ),
            NotReal::Option { name } => self.say("not-real-option", &[("name", &printable(name.as_bytes()))]),
            NotReal::Host { host } => self.say("not-real-host", &[("host", &printable(host.as_bytes()))]),
            NotReal::Condition(error) => self.condition_error(error),
        }
    }

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
