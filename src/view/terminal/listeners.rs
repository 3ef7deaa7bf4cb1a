//! Listening sockets at which something waited: a line each.

use crate::conversation;
use crate::model::Place;
use crate::trace::Trace;
use crate::words::Words;

/// What waited for `accept()`, and how many handshakes were not finished, at
/// the most; nothing of sockets at which neither was seen to wait.
pub(super) fn listeners(trace: &Trace, words: &Words) -> String {
    let start = trace.frames().next().map(|(_, at, ..)| at);
    let mut text = String::new();
    for listener in conversation::listeners(trace) {
        let (waiting, half_open) = (listener.most_waiting(), listener.most_syn_received());
        if waiting == 0 && half_open == 0 {
            continue;
        }
        let host = trace.place(listener.kernel).and_then(|place| match place {
            Place::Kernel { host, .. } => host.as_deref(),
            Place::Interface { .. } | Place::Program { .. } | Place::Wire { .. } => None,
        });
        let backlog = listener.queues.last().map_or(0, |queues| queues.backlog);
        let full = listener.full_at().zip(start).map(|(at, start)| at.since(start));
        text.extend([&words.listener(host, listener.local, [waiting, half_open, backlog], full), "\n"]);
    }
    text
}
