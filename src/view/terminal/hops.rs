//! Messages hop by hop, in a terminal.
//!
//! ```text
//! ─ 3 ─ 555 µs ─ SYN 192.168.1.104:51480 → 172.16.5.236:9999 ─ conversation 0
//!                client → switch     switch → router     router → hub
//!   captured at  client              router              router
//!   eth.src      02:00:00:00:01:01   02:00:00:00:01:01   *02:00:00:00:05:02
//!   ip.ttl       64                  64                  *63
//!   router: both MAC addresses replaced, TTL 64 → 63, …
//! ```
//!
//! First the network, then each message with its legs side by side, then the
//! tables as they are at the end. Owns columns and signs; the words are in
//! [`crate::words`].

/// The network as text.
mod network;
/// A table of legs.
mod sheet;

use super::columns::Ink;
use super::{Options, title};
use crate::conversation::Conversations;
use crate::conversation::journey::{
    Crossing, Journey, Journeys, Leg, Message, Outcome, Point, Sight, Stop, chosen_route, journeys, routes,
};
use crate::model::{NodeId, Topology};
use crate::trace::Trace;
use crate::view::Wanted;
use crate::words::{Words, span, width, wrap};

/// Fewer columns than this count as this many.
const NARROWEST: usize = 80;

/// Every message of a trace on its way, or those that are `wanted`.
pub fn hops(trace: &Trace, all: &Conversations, words: &Words, options: &Options, wanted: Wanted<'_>) -> String {
    let found = journeys(trace, all);
    let columns = options.width.max(NARROWEST);
    let map = trace.notes.map.as_deref();
    let mut page = Page { trace, map, found: &found, words, columns, colour: options.colour, text: String::new() };
    page.text = title(trace, words, columns, options.colour);
    if let Some(map) = map {
        page.text.push('\n');
        page.network(map);
    }
    let mut chosen: Vec<(usize, &Journey)> = found.journeys.iter().enumerate().collect();
    chosen.retain(|(_, journey)| {
        found.is_of(journey, wanted.conversation)
            && wanted.frames.is_none_or(|frames| frames.iter().any(|frame| journey.is_shown_in(*frame)))
    });
    page.text.push('\n');
    let count = words.say("journey-count", &[("count", &chosen.len())]);
    page.line(Ink::Bold, &count);
    if map.is_none() && one_place(&found) {
        page.wrapped("", &words.word("journey-one-place"));
    }
    if found.unplaced > 0 {
        page.wrapped("", &words.say("journey-unplaced", &[("count", &found.unplaced)]));
    }
    // The ways that were told already.
    let mut told: Vec<(NodeId, NodeId)> = Vec::new();
    for (index, journey) in chosen {
        page.text.push('\n');
        page.journey(index, journey, &mut told);
    }
    if let Some(map) = map {
        page.text.push('\n');
        page.tables(map);
    }
    page.text
}

/// Whether all was captured at one place.
fn one_place(found: &Journeys) -> bool {
    found.journeys.iter().all(|journey| journey.legs.len() < 2)
}

/// The text while it grows.
struct Page<'a> {
    trace: &'a Trace,
    map: Option<&'a Topology>,
    found: &'a Journeys,
    words: &'a Words,
    columns: usize,
    colour: bool,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, ink: Ink, text: &str) {
        let line = ink.write(text, self.colour);
        self.text.extend([line.trim_end(), "\n"]);
    }

    /// A sentence behind a sign, over as many lines as it takes.
    fn wrapped(&mut self, sign: &str, text: &str) {
        self.inked(Ink::Plain, sign, text);
    }

    fn inked(&mut self, ink: Ink, sign: &str, text: &str) {
        let indent = width(sign);
        for (number, line) in wrap(text, self.columns.saturating_sub(indent)).into_iter().enumerate() {
            let before = if number == 0 { sign.to_owned() } else { " ".repeat(indent) };
            self.line(ink, &format!("{before}{line}"));
        }
    }

    fn journey(&mut self, index: usize, journey: &Journey, told: &mut Vec<(NodeId, NodeId)>) {
        let (words, trace) = (self.words, self.trace);
        let start = trace.start().unwrap_or(journey.at);
        let mut head = format!(
            "─ {} ─ {} ─ {}",
            index + 1,
            span(journey.at.since(start)),
            words.journey_title(self.found, &journey.message)
        );
        if let Some(id) = journey.conversation {
            head.extend([" ─ ", &words.say("journey-conversation", &[("id", &id)])]);
        }
        self.line(Ink::Bold, &head);
        if let Some(choice) = self.map.and_then(|map| self.found.errand(map, index)) {
            self.wrapped("  ? ", &words.gateway_choice(&choice));
        }
        self.ways(journey, told);
        let look = journey.look(trace, self.map);
        self.sheet(journey, &look);
        let is_told = |stop: &&Stop| journey.way().any(|(place, _)| place == stop.to);
        for stop in look.stops.iter().filter(is_told) {
            let sentence = words.journey_stop(trace, journey, &look, stop);
            self.wrapped("  · ", &sentence);
        }
        self.fates(journey);
        if let Some(map) = self.map {
            for bystander in &journey.bystanders {
                let elsewhere = bystander.sight == Sight::OtherNetwork;
                if !elsewhere || matches!(journey.message, Message::ArpRequest { .. }) {
                    let sign = if bystander.sight.sees() { "  ◉ " } else { "  ○ " };
                    self.inked(Ink::Faint, sign, &words.journey_bystander(map, journey, bystander));
                }
            }
            for lesson in self.found.lessons.iter().filter(|lesson| lesson.new && lesson.journey == index) {
                let frame = words.say("journey-lesson-frame", &[("frame", &lesson.frame.0)]);
                self.wrapped("  + ", &format!("{} · {frame}", words.journey_lesson(map, lesson)));
            }
        }
    }

    /// The lines of the routing tables that decided, where this way was not
    /// told before.
    fn ways(&mut self, journey: &Journey, told: &mut Vec<(NodeId, NodeId)>) {
        let (Some(map), Some(origin), Some(goal)) = (self.map, journey.origin, journey.goal) else { return };
        let Some((_, destination)) = journey.message.addresses() else { return };
        if told.contains(&(origin, goal)) {
            return;
        }
        told.push((origin, goal));
        // Pieces of a packet go one way.
        let mut passed: Vec<NodeId> = Vec::new();
        for (_, leg) in journey.way() {
            let Point::Node(node) = leg.from else { continue };
            if passed.contains(&node) {
                continue;
            }
            passed.push(node);
            let Some(host) = map.host(node) else { continue };
            let mut own = host.interfaces.values().flat_map(|interface| &interface.addresses);
            let is_own = own.any(|own| own.address == destination);
            let Some(to) = (if is_own { map.address(goal) } else { Some(destination) }) else { continue };
            let table = routes(map, node);
            let Some(route) = chosen_route(&table, to).and_then(|chosen| table.get(chosen)) else { continue };
            let (network, how) = self.words.journey_route(route);
            let name = self.words.journey_point(self.trace, leg.from);
            self.inked(Ink::Faint, "  → ", &format!("{name}: {to} ∈ {network} · {how}"));
        }
    }

    /// What wires did, what came twice, what was lost.
    fn fates(&mut self, journey: &Journey) {
        let (words, trace) = (self.words, self.trace);
        for leg in &journey.legs {
            if let Some(action) = words.journey_action(trace, leg).filter(|_| !leg.again) {
                self.wrapped("  ! ", &action);
            }
        }
        for leg in journey.legs.iter().filter(|leg| leg.again && leg.received.is_some()) {
            let frame = leg.received.map_or(0, |received| received.frame.0);
            let to = words.journey_point(trace, leg.to);
            self.wrapped("  ! ", &words.say("journey-again", &[("to", &to), ("frame", &frame)]));
        }
        if let Some(outcome) = words.journey_outcome(trace, journey) {
            let ink = if matches!(journey.outcome, Outcome::Lost { .. }) { Ink::Lost } else { Ink::Plain };
            self.inked(ink, "  ✗ ", &outcome);
        }
    }
}

/// Whether a leg's frame did not come to its end.
fn is_lost(leg: &Leg) -> bool {
    leg.crossing != Crossing::Arrived
}
