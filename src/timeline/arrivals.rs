//! Which arrivals are moments of their own.
//!
//! Most arrows arrive before anything else happens to their receiver: leaving
//! and arriving are one moment of the picture. Where the receiver sends, calls
//! or receives something else in between, or where a segment arrives twice,
//! its arrival has its own place among the moments.

use super::{Arrival, Arrow, CallSpan, Exit};
use crate::conversation::{Conversation, End, Ends, Message};
use crate::model::Timestamp;

/// Finds them, and marks their arrows.
pub(super) fn apart(
    conversation: Conversation<'_>,
    arrows: &mut [Arrow],
    calls: &Ends<Vec<CallSpan>>,
    exits: &[Exit],
) -> Vec<Arrival> {
    let reached = |arrow: &Arrow| arrow.arrives.filter(|_| !arrow.lost);
    let copies: Vec<Arrival> =
        (0..).zip(arrows.iter()).flat_map(|(index, arrow)| copies(conversation, index, arrow)).collect();
    if copies.is_empty() && arrows.iter().all(|arrow| reached(arrow).is_none()) {
        return Vec::new();
    }
    // What happens at each end, in order of time.
    let mut happens: Ends<Vec<Timestamp>> = Ends::default();
    for arrow in arrows.iter() {
        happens.of_mut(arrow.from).push(arrow.at);
    }
    for end in End::BOTH {
        let returned = calls.of(end).iter().filter_map(|call| call.returned);
        happens.of_mut(end).extend(calls.of(end).iter().map(|call| call.entered).chain(returned));
    }
    for exit in exits {
        happens.of_mut(exit.end).push(exit.at);
    }
    for copy in &copies {
        if let Some(arrow) = arrows.get(copy.arrow) {
            happens.of_mut(arrow.from.peer()).push(copy.at);
        }
    }
    // What is overtaken arrives apart.
    let mut earliest: Ends<Option<Timestamp>> = Ends::default();
    for arrow in arrows.iter_mut().rev() {
        let Some(at) = arrow.arrives.filter(|_| !arrow.lost) else { continue };
        let later = earliest.of_mut(arrow.from);
        arrow.apart = later.is_some_and(|later| later < at);
        *later = Some(later.map_or(at, |later| later.min(at)));
    }
    for arrow in arrows.iter().filter(|arrow| arrow.apart) {
        happens.of_mut(arrow.from.peer()).extend(arrow.arrives);
    }
    // Each that is found may lie between the leaving and the arriving of others.
    loop {
        happens.client.sort_unstable();
        happens.server.sort_unstable();
        let mut found: Ends<Vec<Timestamp>> = Ends::default();
        for arrow in arrows.iter_mut().filter(|arrow| !arrow.apart && !arrow.lost) {
            let Some(at) = arrow.arrives else { continue };
            let receiver = arrow.from.peer();
            let happens = happens.of(receiver);
            let between = happens.get(happens.partition_point(|other| *other <= arrow.at));
            if between.is_some_and(|between| *between < at) {
                arrow.apart = true;
                found.of_mut(receiver).push(at);
            }
        }
        if found.client.is_empty() && found.server.is_empty() {
            break;
        }
        happens.client.append(&mut found.client);
        happens.server.append(&mut found.server);
    }
    let firsts = (0..).zip(arrows.iter()).filter(|(_, arrow)| arrow.apart);
    let firsts = firsts.filter_map(|(index, arrow)| Some(Arrival { arrow: index, at: arrow.arrives?, again: false }));
    let mut arrivals: Vec<Arrival> = firsts.chain(copies).collect();
    arrivals.sort_by_key(|arrival| (arrival.arrow, arrival.at));
    arrivals
}

/// When an arrow arrived again.
fn copies(conversation: Conversation<'_>, index: usize, arrow: &Arrow) -> Vec<Arrival> {
    let again = conversation.message(arrow.index).map_or(&[][..], Message::arrivals).iter().skip(1);
    again.map(|at| Arrival { arrow: index, at: *at, again: true }).collect()
}
