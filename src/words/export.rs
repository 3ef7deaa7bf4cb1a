//! What is said under a picture.

use super::Words;
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
}
