//! Socket calls that belong to no conversation: a list.

use super::columns::pad_left;
use crate::conversation::{CallRecord, Conversations};
use crate::model::{Call, Place};
use crate::trace::Trace;
use crate::words::{Words, clip, printable, span};

/// More calls than this are counted, not listed.
const MOST: usize = 200;

/// The calls that no conversation shows, one a line; nothing where there are
/// none. Programs that talked in a conversation are known from its ladder:
/// only where there is none are their calls listed.
pub(super) fn outside(trace: &Trace, all: &Conversations, words: &Words, columns: usize) -> String {
    let calls: Vec<&CallRecord> =
        all.calls.iter().zip(&all.links).filter(|(_, link)| link.end.is_none()).map(|(call, _)| call).collect();
    let mut text = String::new();
    if calls.is_empty() {
        return text;
    }
    if all.all().is_empty() {
        let first = calls.first().map_or_else(Default::default, |call| call.entered);
        text.extend([&words.word("calls-outside"), "\n"]);
        for call in calls.iter().take(MOST) {
            let program = match trace.place(call.program) {
                Some(Place::Program { name, pid, .. }) => format!("{} {pid}", printable(name.as_bytes())),
                Some(Place::Interface { .. } | Place::Kernel { .. } | Place::Wire { .. }) | None => String::new(),
            };
            let asked = printable(call.call.to_string().as_bytes());
            let line = format!(
                "  {}  {program}  {asked} {}",
                pad_left(&span(call.entered.since(first)), 9),
                words.outcome(call)
            );
            text.extend([&clip(&line, columns), "\n"]);
        }
        if calls.len() > MOST {
            text.extend([&words.say("calls-outside-more", &[("count", &(calls.len() - MOST))]), "\n"]);
        }
    } else {
        text.extend([&words.say("calls-outside-count", &[("count", &calls.len())]), "\n"]);
    }
    let local = |call: &&CallRecord| matches!(&call.call, Call::Socket { domain, .. } if domain == "AF_UNIX");
    if calls.iter().any(local) {
        text.extend([&words.word("calls-unix"), "\n"]);
    }
    text
}
