//! What simulated stacks did, beside the segments they did it with.
//!
//! A step is exact, and labelled *simulated*. It names the segment it made or
//! took by its numbers; here it is joined to the one of the conversation.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

use super::table::Conversations;
use super::{End, TcpConversation};
use crate::model::{SegmentMark, StackStep, Timestamp, What};
use crate::trace::Trace;

/// What one end's simulated TCP did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatedStep {
    /// When.
    pub at: Timestamp,
    /// What, by which rule, and what no segment shows.
    pub said: StackStep,
    /// The segment it made, by its index in the conversation.
    pub made: Option<usize>,
    /// The segment it took.
    pub took: Option<usize>,
}

/// A mark as a key: sequence number, acknowledgment, control bits, length.
type Key = (u32, Option<u32>, u8, u32);

fn key(mark: &SegmentMark) -> Key {
    (mark.seq.raw(), mark.ack.map(crate::model::SeqNumber::raw), mark.flags.bits(), mark.length)
}

/// One end's segments by their marks, the earliest first.
type Marked = BTreeMap<Key, VecDeque<usize>>;

fn marked(tcp: &TcpConversation, from: End) -> Marked {
    let mut marked = Marked::new();
    for (index, segment) in tcp.segments.iter().enumerate().filter(|(_, segment)| segment.from == from) {
        let mark = SegmentMark { seq: segment.seq, ack: segment.ack, flags: segment.flags, length: segment.length };
        marked.entry(key(&mark)).or_default().push_back(index);
    }
    marked
}

/// When a conversation began, its index, and one of its ends.
type Begun = (Timestamp, usize, End);

/// Gives each step to the end of the conversation that it is about.
pub(super) fn join(trace: &Trace, all: &mut Conversations) {
    let steps = || trace.events().iter().filter(|event| matches!(event.what, What::StackStep(_)));
    if steps().next().is_none() {
        return;
    }
    let mut ends: BTreeMap<(SocketAddr, SocketAddr), Vec<Begun>> = BTreeMap::new();
    for (index, tcp) in all.tcp.iter().enumerate() {
        let Some(first) = tcp.segments.first() else { continue };
        // Behind a translator the other end knows us by another address.
        let seen = tcp
            .segments
            .iter()
            .flat_map(|segment| segment.seen_at.iter().map(move |seen| (segment.from, seen.sockets)));
        let pairs: std::collections::BTreeSet<(SocketAddr, SocketAddr, End)> = seen
            .flat_map(|(from, (source, destination))| [(source, destination, from), (destination, source, from.peer())])
            .collect();
        for (local, peer, end) in pairs {
            ends.entry((local, peer)).or_default().push((first.at, index, end));
        }
    }
    let mut made: BTreeMap<(usize, End), Marked> = BTreeMap::new();
    let mut took: BTreeMap<(usize, End), Marked> = BTreeMap::new();
    for event in steps() {
        let What::StackStep(said) = &event.what else { continue };
        let at = event.at;
        let Some(peer) = said.peer else { continue };
        // Ports are used again: the last conversation that had begun; before
        // the first frame was seen, the first.
        let found = ends
            .get(&(said.local, peer))
            .and_then(|found| found.iter().rfind(|(begun, ..)| *begun <= at).or_else(|| found.first()));
        let Some((_, index, end)) = found.copied() else { continue };
        let Some(tcp) = all.tcp.get_mut(index) else { continue };
        let made = said.made.as_ref().and_then(|mark| {
            let marked = made.entry((index, end)).or_insert_with(|| marked(tcp, end));
            let waiting = marked.get_mut(&key(mark))?;
            // It may have waited for a neighbour's address; what is older was
            // made by another step, or copied by a wire.
            while waiting.front().and_then(|first| tcp.segments.get(*first)).is_some_and(|first| first.at < at) {
                waiting.pop_front();
            }
            waiting.pop_front()
        });
        let took = said.took.as_ref().and_then(|mark| {
            let marked = took.entry((index, end.peer())).or_insert_with(|| marked(tcp, end.peer()));
            let all_alike = marked.get(&key(mark))?;
            let here = |index: &&usize| {
                let seen = tcp.segments.get(**index).into_iter().flat_map(|segment| &segment.seen_at);
                seen.into_iter().any(|seen| seen.at == at)
            };
            let before = |index: &&usize| tcp.segments.get(**index).is_some_and(|segment| segment.at <= at);
            all_alike.iter().find(here).or_else(|| all_alike.iter().rfind(before)).copied()
        });
        let step = SimulatedStep { at, said: (**said).clone(), made, took };
        tcp.steps.of_mut(end).push(step);
    }
}

#[cfg(test)]
mod tests {
    use super::super::conversations;
    use super::super::story::{START, story};
    use super::*;
    use crate::model::{Did, Event, Place, Rule, SeqNumber, Span, TcpFlags};

    fn step(mark: SegmentMark, made: bool) -> StackStep {
        let (client, server) = (([10, 0, 0, 1], 40_000).into(), ([10, 0, 0, 2], 80).into());
        StackStep {
            local: if made { client } else { server },
            peer: Some(if made { server } else { client }),
            did: if made { Did::Sent } else { Did::Ignored },
            rule: Rule { name: "send".to_owned(), citation: None, counterfactual: false },
            state: None,
            made: made.then_some(mark),
            took: (!made).then_some(mark),
            inside: None,
        }
    }

    /// The same segment twice: each step has its own.
    #[test]
    fn each_step_finds_the_segment_it_made_or_took() {
        let mut trace = story(
            "
            0      > S  0 - 0
            1000   < S. 0 1 0
            2000   > .  1 1 0
            3000   > .  1 1 10
            500000 > .  1 1 10
            ",
        );
        let host = trace.add_place(Place::Kernel { system: "simulator".to_owned(), host: None });
        let first = conversations(&trace).tcp[0].segments[3].clone();
        let mark = SegmentMark { seq: first.seq, ack: first.ack, flags: first.flags, length: first.length };
        let other = SegmentMark { seq: SeqNumber::new(7), ack: None, flags: TcpFlags::RST, length: 0 };
        for (micros, step) in [
            (2_900, step(mark, true)),
            (3_500, step(mark, false)),
            (499_000, step(mark, true)),
            (500_500, step(mark, false)),
            (600_000, step(other, true)),
        ] {
            let at = START + Span::from_nanos(micros * 1_000);
            trace.insert(Event { at, place: host, what: What::StackStep(Box::new(step)) });
        }
        let all = conversations(&trace);
        let steps = &all.tcp[0].steps;
        assert_eq!(steps.client.iter().map(|step| step.made).collect::<Vec<_>>(), [Some(3), Some(4), None]);
        assert_eq!(steps.server.iter().map(|step| step.took).collect::<Vec<_>>(), [Some(3), Some(4)]);
    }
}
