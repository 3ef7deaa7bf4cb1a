//! What the kernel said of its sockets, in sentences.

use super::Words;
use crate::conversation::{Agreement, End, Sample, TcpConversation};

impl Words {
    /// How often the kernel was asked about a conversation and whether it
    /// agrees with what was inferred; `None` where it was not asked, or had
    /// nothing to say.
    pub fn kernel_agreement(&self, tcp: &TcpConversation) -> Option<String> {
        let verdicts: Vec<bool> = End::BOTH
            .iter()
            .flat_map(|end| tcp.samples.of(*end))
            .filter_map(|sample| sample.agreement.agrees())
            .collect();
        if verdicts.is_empty() {
            return None;
        }
        let differ = verdicts.iter().filter(|agrees| !**agrees).count();
        let key = if differ == 0 { "kernel-agrees" } else { "kernel-differs" };
        Some(self.say(key, &[("count", &verdicts.len()), ("differ", &differ)]))
    }

    /// What a sample said, and what was inferred instead.
    pub fn kernel_disagreement(&self, end: End, sample: &Sample) -> String {
        let inferred = match sample.agreement {
            Agreement::Differs { inferred } => inferred.name(),
            Agreement::Agrees | Agreement::Between | Agreement::NothingInferred => "–",
        };
        let said = match sample.said.state {
            Some(state) if !sample.said.destroyed => state.name().to_owned(),
            _ => self.word("kernel-destroyed"),
        };
        self.say("kernel-disagreement", &[("who", &self.end(end)), ("said", &said), ("inferred", &inferred)])
    }
}
