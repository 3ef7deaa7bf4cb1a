//! What is said under a picture, and of what cannot be exported.

use std::path::Path;

use super::{Words, printable};
use crate::conversation::Conversation;
use crate::trace::Trace;

impl Words {
    /// How we come to know the states and the calls of a conversation.
    pub fn knowledge(&self, trace: &Trace, conversation: Conversation<'_>) -> Vec<String> {
        let programs = conversation.programs();
        let recorded = programs.client.is_some() || programs.server.is_some();
        let calls = self.word(match (recorded, &trace.notes.program) {
            (true, Some(_)) => "calls-recorded",
            (true, None) => "calls-traced",
            (false, _) => "calls-absent",
        });
        match conversation {
            Conversation::Tcp(_) => vec![self.word("states-inferred"), calls],
            Conversation::Udp(_) => vec![calls],
        }
    }

    /// A name whose ending says nothing, and the endings that do.
    pub fn unknown_ending<'a>(&self, path: &Path, known: impl IntoIterator<Item = &'a str>) -> String {
        let ending = path.extension().map(|ending| printable(ending.to_string_lossy().as_bytes()));
        let known: Vec<String> = known.into_iter().map(|name| format!(".{name}")).collect();
        let ending = ending.unwrap_or_else(|| "none".to_owned());
        self.say("export-unknown-ending", &[("ending", &ending), ("known", &known.join(", "))])
    }
}
