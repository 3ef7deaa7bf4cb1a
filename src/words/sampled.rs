//! What the kernel said of its sockets, in sentences.

use std::net::SocketAddr;

use super::{Words, printable, span};
use crate::conversation::{Agreement, End, Sample, TcpConversation};
use crate::model::Span;

impl Words {
    /// How often the kernel was asked, or our own TCP told of itself, about a conversation and whether it
    /// agrees with what was inferred; `None` where it was not asked, or had
    /// nothing to say.
    pub fn kernel_agreement(&self, tcp: &TcpConversation) -> Option<String> {
        // A kernel may be at one end and our own TCP at the other.
        let told = [(false, "kernel-agrees", "kernel-differs"), (true, "simulator-agrees", "simulator-differs")];
        let told = told.into_iter().filter_map(|(exact, agrees, differs)| {
            let samples = End::BOTH.iter().flat_map(|end| tcp.samples.of(*end)).filter(|sample| sample.exact == exact);
            let verdicts: Vec<bool> = samples.filter_map(|sample| sample.agreement.agrees()).collect();
            let differ = verdicts.iter().filter(|agrees| !**agrees).count();
            let key = if differ == 0 { agrees } else { differs };
            (!verdicts.is_empty()).then(|| self.say(key, &[("count", &verdicts.len()), ("differ", &differ)]))
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| told.join(" · "))
    }

    /// What was seen to wait at a listening socket at the most: connections for
    /// `accept()`, connections in SYN-RECEIVED, with the backlog; and since when
    /// the queue was full.
    pub fn listener(
        &self,
        host: Option<&str>,
        local: SocketAddr,
        [waiting, half_open, backlog]: [u32; 3],
        full: Option<Span>,
    ) -> String {
        let host = host.map(|host| format!("{} ", printable(host.as_bytes()))).unwrap_or_default();
        let full = full.map(|at| self.say("listener-full", &[("at", &span(at))])).unwrap_or_default();
        let room = u64::from(backlog) + 1;
        let facts: [(&str, &dyn std::fmt::Display); 6] = [
            ("host", &host),
            ("local", &local),
            ("waiting", &waiting),
            ("room", &room),
            ("full", &full),
            ("half_open", &half_open),
        ];
        self.say("listener", &facts)
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
        let key = if sample.exact { "simulator-disagreement" } else { "kernel-disagreement" };
        self.say(key, &[("who", &self.end(end)), ("said", &said), ("inferred", &inferred)])
    }
}
