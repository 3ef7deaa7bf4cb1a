//! Listening sockets, as JSON.

use serde::Serialize;

use super::nanos;
use crate::conversation::{self, Listener};
use crate::model::Place;
use crate::trace::Trace;

/// A listening socket and what waited there.
#[derive(Serialize)]
pub(super) struct ListenerEntry<'a> {
    /// Of which host, where there are several.
    host: Option<&'a str>,
    local: String,
    /// When the accept queue was first seen full.
    full_at: Option<String>,
    queues: Vec<QueuesEntry>,
}

#[derive(Serialize)]
struct QueuesEntry {
    at: String,
    /// Finished connections that wait for `accept()`.
    waiting: u32,
    backlog: u32,
    syn_received: u32,
}

pub(super) fn listeners(trace: &Trace) -> Vec<ListenerEntry<'_>> {
    let entry = |Listener { kernel, local, queues }: Listener, full_at| ListenerEntry {
        host: trace.place(kernel).and_then(|place| match place {
            Place::Kernel { host, .. } => host.as_deref(),
            Place::Interface { .. } | Place::Program { .. } | Place::Wire { .. } => None,
        }),
        local: local.to_string(),
        full_at,
        queues: queues
            .iter()
            .map(|queues| QueuesEntry {
                at: nanos(queues.at),
                waiting: queues.waiting,
                backlog: queues.backlog,
                syn_received: queues.syn_received,
            })
            .collect(),
    };
    let all = conversation::listeners(trace).into_iter();
    all.map(|listener| {
        let full_at = listener.full_at().map(nanos);
        entry(listener, full_at)
    })
    .collect()
}
