//! What has just happened at a stop, and what both ends are and hold there.

use super::Words;
use crate::conversation::{
    CallIndex, CallRecord, Cause, Conversation, Conversations, DatagramContent, End, Holds, InFlight, TcpHolds,
};
use crate::model::{Call, CallOutcome, Span};
use crate::timeline::playback::{Happened, Now, Snapshot, Steps, Stop};
use crate::timeline::{MomentKind, Timeline};
use crate::trace::Trace;

/// One quantity of one end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// `window`.
    pub name: String,
    /// `64 240 B`, `unknown`.
    pub value: String,
    /// What it means and how it is known.
    pub meaning: String,
}

impl Words {
    /// What has just happened at a stop, why, and whom it moved to which
    /// state.
    pub fn stop(
        &self,
        trace: &Trace,
        all: &Conversations,
        conversation: Conversation<'_>,
        timeline: &Timeline,
        steps: &Steps,
        stop: &Stop,
    ) -> String {
        let mut parts = match stop.what {
            Happened::All(MomentKind::Arrow(arrow)) | Happened::Left(arrow) => self.sent(all, conversation, arrow),
            Happened::Arrived(arrow) => {
                let to = timeline.arrows.get(arrow).map(|arrow| (arrow.frame, self.end(arrow.from.peer())));
                to.map(|(frame, who)| self.say("step-arrived", &[("frame", &frame.0), ("who", &who)]))
                    .into_iter()
                    .collect()
            }
            Happened::All(MomentKind::Arrival(index)) => {
                let arrival = timeline.arrivals.get(index);
                let arrow = arrival.and_then(|arrival| timeline.arrows.get(arrival.arrow));
                let again = arrival.is_some_and(|arrival| arrival.again);
                let key = if again { "fate-arrived-again" } else { "step-arrived" };
                let to = arrow.map(|arrow| (arrow.frame, self.end(arrow.from.peer())));
                to.map(|(frame, who)| self.say(key, &[("frame", &frame.0), ("who", &who)])).into_iter().collect()
            }
            Happened::All(MomentKind::Enter(end, index)) => {
                let before = steps.snapshot(all, conversation, timeline, stop.now);
                let call = timeline.calls.of(end).get(index).map(|span| span.call);
                call.and_then(|call| self.entered(all, end, call, &before)).into_iter().collect()
            }
            Happened::All(MomentKind::Return(end, index)) => {
                let call = timeline.calls.of(end).get(index).map(|span| span.call);
                call.map(|call| self.returned(all, conversation, end, call)).unwrap_or_default()
            }
            Happened::All(MomentKind::Exit(index)) => {
                let exit = timeline.exits.get(index);
                exit.map(|exit| {
                    self.say("step-exit", &[("who", &self.end(exit.end)), ("how", &self.exit(exit.status))])
                })
                .into_iter()
                .collect()
            }
            Happened::All(MomentKind::Cable(index)) => {
                timeline.cables.get(index).map(|cable| self.cable(trace, cable)).into_iter().collect()
            }
            Happened::All(MomentKind::Quiet(index)) => {
                let quiet = timeline.quiets.get(index).map(|quiet| self.quiet(all, quiet));
                quiet.map(|(length, doing)| std::iter::once(length).chain(doing).collect()).unwrap_or_default()
            }
            Happened::All(MomentKind::Phase(index)) => {
                timeline.phases.get(index).map(|phase| self.phase(phase.kind)).into_iter().collect()
            }
        };
        parts.extend(steps.changes(stop).iter().map(|(end, change)| self.moved(*end, change).replace("  (", " (")));
        parts.join(" · ")
    }

    /// A segment or datagram leaves: what it is for, and who made it be sent.
    fn sent(&self, all: &Conversations, conversation: Conversation<'_>, arrow: usize) -> Vec<String> {
        let (caption, from, cause) = match conversation {
            Conversation::Tcp(tcp) => {
                let Some(segment) = tcp.segments.get(arrow) else { return Vec::new() };
                (self.caption(tcp, segment), segment.from, segment.cause)
            }
            Conversation::Udp(udp) => {
                let Some(datagram) = udp.datagrams.get(arrow) else { return Vec::new() };
                (self.datagram_caption(datagram), datagram.from, datagram.cause)
            }
        };
        let why = (cause != Cause::Unknown).then(|| self.cause(all, from, cause));
        std::iter::once(caption).chain(why).collect()
    }

    /// A program calls: what it asks for, and whether it has to wait.
    fn entered(&self, all: &Conversations, end: End, call: CallIndex, now: &Snapshot) -> Option<String> {
        let record = all.call(call)?;
        let who = self.end(end);
        let waits = all.link(call).is_some_and(|link| link.released_by.is_some()) || record.returned.is_none();
        let count = |count: u64| self.say("bytes", &[("count", &count)]);
        let (key, amount) = match &record.call {
            Call::Connect { .. } if record.datagrams => ("step-connect-datagrams", String::new()),
            Call::Connect { .. } => ("step-connect", String::new()),
            Call::Listen { .. } => ("step-listen", String::new()),
            Call::Accept { .. } => match now.accept_queue {
                Some(0) if waits => ("step-accept-waits", String::new()),
                Some(waiting) if waiting > 0 => ("step-accept-ready", waiting.to_string()),
                Some(_) | None => ("step-accept", String::new()),
            },
            Call::Send { bytes, .. } => {
                let key = if record.datagrams { "step-send-datagram" } else { "step-send" };
                (key, count(u64::try_from(bytes.len()).unwrap_or(u64::MAX)))
            }
            Call::Recv { .. } => match now.holds.of(end) {
                Holds::Tcp(holds) => match holds.unread {
                    Some(0) if waits => ("step-recv-waits", String::new()),
                    Some(unread) if unread > 0 => ("step-recv-ready", count(unread)),
                    Some(_) | None => ("step-recv", String::new()),
                },
                Holds::Udp(holds) => match holds.unread {
                    Some(0) if waits => ("step-recv-waits", String::new()),
                    Some(unread) if unread > 0 => ("step-recv-datagram-ready", unread.to_string()),
                    Some(_) | None => ("step-recv", String::new()),
                },
            },
            Call::Shutdown { .. } => ("step-shutdown", String::new()),
            Call::Close if record.datagrams => ("step-close-datagrams", String::new()),
            Call::Close => ("step-close", String::new()),
            Call::Wait { .. } => ("step-wait", String::new()),
            Call::Socket { .. } => ("step-socket", String::new()),
            Call::Bind { .. } => ("step-bind", String::new()),
            Call::Setsockopt { .. } | Call::Other { .. } => ("step-call", String::new()),
        };
        Some(self.say(key, &[("who", &who), ("call", &record.call), ("amount", &amount)]))
    }

    /// A call returns: with what, and what released it.
    fn returned(&self, all: &Conversations, conversation: Conversation<'_>, end: End, call: CallIndex) -> Vec<String> {
        let Some(record) = all.call(call) else { return Vec::new() };
        let outcome = self.outcome(record);
        let arguments: [(&str, &dyn std::fmt::Display); 4] = [
            ("who", &self.end(end)),
            ("call", &format!("{}()", record.call.name())),
            ("result", &outcome.trim_start_matches("= ")),
            ("amount", &received(record).map(|bytes| self.say("bytes", &[("count", &bytes)])).unwrap_or_default()),
        ];
        let told = self.say(Self::came_back(record), &arguments);
        let released = all.link(call).and_then(|link| link.released_by).map(|frame| {
            let by = match conversation {
                Conversation::Tcp(tcp) => tcp.segment_in(frame).map(|segment| segment.flags.to_string()),
                Conversation::Udp(udp) => {
                    let datagram = udp.datagrams.iter().find(|datagram| datagram.frame == frame);
                    datagram.map(|datagram| match datagram.content {
                        DatagramContent::Data => "UDP".to_owned(),
                        DatagramContent::Error { .. } => "ICMP".to_owned(),
                    })
                }
            };
            self.say("step-released", &[("frame", &frame.0), ("by", &by.unwrap_or_default())])
        });
        std::iter::once(told).chain(released).collect()
    }

    /// Which sentence tells of a call's answer.
    fn came_back(record: &CallRecord) -> &'static str {
        match (&record.call, &record.outcome) {
            (_, Some(CallOutcome::Failed { .. })) => "step-fails",
            (Call::Recv { .. }, Some(CallOutcome::Received { received, .. }))
                if received.is_empty() && !record.datagrams =>
            {
                "step-returns-eof"
            }
            (Call::Recv { .. }, Some(CallOutcome::Received { .. })) => "step-returns-bytes",
            (Call::Send { .. }, _) => "step-returns-sent",
            (Call::Accept { .. }, _) => "step-returns-accept",
            (Call::Connect { .. }, _) if !record.datagrams => "step-returns-connect",
            (Call::Listen { .. }, _) => "step-returns-listen",
            _ => "step-returns",
        }
    }

    /// What an end holds now: for TCP the window, the send queue and the
    /// receive queue, for UDP what was sent and what is unread.
    pub fn holdings(&self, end: End, snapshot: &Snapshot) -> Vec<Quantity> {
        match snapshot.holds.of(end) {
            Holds::Tcp(holds) if snapshot.is_connected(end) => {
                vec![self.window(holds), self.send_queue(holds), self.receive_queue(holds)]
            }
            Holds::Tcp(holds) => {
                let nothing = |key: &str| self.held(key, "–".to_owned(), self.word("step-no-connection"));
                let unread = holds.unread.is_some_and(|unread| unread > 0);
                let receive = if unread { self.receive_queue(holds) } else { nothing("step-receive-queue") };
                vec![nothing("step-window"), nothing("step-send-queue"), receive]
            }
            Holds::Udp(holds) => {
                let datagrams = |count: u32| self.say("step-datagrams", &[("count", &count)]);
                let sent = format!("{}, {}", datagrams(holds.sent), self.grouped_bytes(holds.sent_bytes));
                let (unread, means) = match holds.unread {
                    Some(count) => (datagrams(count), self.word("step-unread-means")),
                    None => self.not_known(holds.closed),
                };
                vec![
                    self.held("step-sent", sent, self.word("step-sent-means")),
                    self.held("step-receive-queue", unread, means),
                ]
            }
        }
    }

    fn held(&self, key: &str, value: String, meaning: String) -> Quantity {
        Quantity { name: self.word(key), value, meaning }
    }

    /// Why a queue has no number: its value, and what that means.
    fn not_known(&self, closed: bool) -> (String, String) {
        let key = if closed { "step-closed" } else { "step-unknown" };
        (self.word(key), self.word(&format!("{key}-means")))
    }

    fn grouped_bytes(&self, count: u64) -> String {
        self.say("bytes", &[("count", &super::grouped(count))])
    }

    fn window(&self, holds: &TcpHolds) -> Quantity {
        let (value, means) = match (holds.window, holds.next_send) {
            (Some(window), _) => (self.grouped_bytes(window.bytes().into()), "step-window-means"),
            (None, None) => ("–".to_owned(), "step-window-none"),
            (None, Some(_)) => (self.word("step-unknown"), "step-window-unknown"),
        };
        self.held("step-window", value, self.word(means))
    }

    fn send_queue(&self, holds: &TcpHolds) -> Quantity {
        let flight = holds.in_flight.map(|flight| self.in_flight(flight));
        let (value, meaning) = match (flight, holds.unsent) {
            (Some(flight), Some(unsent)) => {
                let numbers = holds.in_flight.map_or(0, InFlight::numbers);
                let waits = self.grouped_bytes(unsent);
                let split = self.say("step-send-means", &[("flight", &flight), ("unsent", &waits)]);
                let value =
                    if unsent == 0 { flight } else { self.grouped_bytes(unsent.saturating_add(numbers.into())) };
                (value, split)
            }
            (Some(flight), None) => (
                self.say("step-send-unknown", &[("flight", &flight)]),
                self.say("step-send-unknown-means", &[("flight", &flight)]),
            ),
            (None, Some(unsent)) => (self.grouped_bytes(unsent), self.word("step-send-idle-means")),
            (None, None) => self.not_known(false),
        };
        self.held("step-send-queue", value, meaning)
    }

    fn receive_queue(&self, holds: &TcpHolds) -> Quantity {
        let (value, meaning) = match holds.unread {
            Some(unread) => (self.grouped_bytes(unread), self.word("step-receive-means")),
            None => self.not_known(holds.closed),
        };
        self.held("step-receive-queue", value, meaning)
    }

    /// What is on its way: `8 B`, `SYN`, `8 B + FIN`.
    pub fn in_flight(&self, flight: InFlight) -> String {
        let mut terms = Vec::new();
        if flight.syn {
            terms.push("SYN".to_owned());
        }
        if flight.bytes > 0 || flight.numbers() == 0 {
            terms.push(self.say("bytes", &[("count", &super::grouped(flight.bytes.into()))]));
        }
        if flight.fin {
            terms.push("FIN".to_owned());
        }
        terms.join(" + ")
    }

    /// The numbers an end will send and expects next; empty where neither is
    /// known.
    pub fn next_numbers(&self, holds: &Holds) -> Option<String> {
        let Holds::Tcp(tcp) = holds else { return None };
        let number = |number: Option<u32>| number.map_or_else(|| self.word("unknown-end"), |number| number.to_string());
        (tcp.next_send.is_some() || tcp.next_expected.is_some()).then(|| {
            self.say("step-numbers", &[("send", &number(tcp.next_send)), ("expect", &number(tcp.next_expected))])
        })
    }

    /// Everything about one end at a moment, in one line: for who hears it.
    pub fn end_now(&self, end: End, snapshot: &Snapshot) -> String {
        let state = snapshot.states.of(end).map(|state| state.name().to_owned());
        let holds = snapshot.holds.of(end);
        let mut parts: Vec<String> = state.into_iter().collect();
        parts.extend(
            self.holdings(end, snapshot).iter().map(|quantity| format!("{} {}", quantity.name, quantity.value)),
        );
        parts.extend(self.next_numbers(holds));
        if end == End::Server {
            let queue = self.accept_queue(snapshot);
            parts.extend(queue.map(|quantity| format!("{} {}", quantity.name, quantity.value)));
        }
        self.say("step-end-now", &[("who", &self.end(end)), ("what", &parts.join(", "))])
    }

    /// How many finished connections wait for `accept()`, where that is known.
    pub fn accept_queue(&self, snapshot: &Snapshot) -> Option<Quantity> {
        snapshot.accept_queue.map(|count| Quantity {
            name: self.word("step-accept-queue"),
            value: count.to_string(),
            meaning: self.word("step-accept-queue-means"),
        })
    }

    /// How far into the conversation a moment is.
    pub fn time_at(&self, timeline: &Timeline, now: Now) -> String {
        let at = timeline.moments.get(now.moment).map(|moment| timeline.since_start(moment.at));
        super::span(at.unwrap_or(Span::ZERO))
    }
}

fn received(record: &CallRecord) -> Option<usize> {
    match &record.outcome {
        Some(CallOutcome::Received { received, .. }) => Some(received.len()),
        Some(CallOutcome::Returned { .. } | CallOutcome::Failed { .. }) | None => None,
    }
}
