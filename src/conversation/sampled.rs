//! What the kernel said of its sockets, beside what was inferred.
//!
//! A sample is a fact about one moment, known to within the time that asking
//! took; an inferred state begins at a segment's stamp, which the kernel takes
//! a little before or after the socket changes. Near a change both neighbours
//! are right.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::table::Conversations;
use super::{By, End, StateChange, TcpConversation};
use crate::model::{Place, PlaceId, Protocol, SocketState, Span, TcpState, Timestamp, What};
use crate::trace::Trace;

/// How far a segment's stamp may be from the change of state it stands for:
/// between the two are a socket's lock, a queue of the loopback interface and,
/// on a busy machine, somebody else's turn on the processor.
pub const TOLERANCE: Span = Span::from_nanos(100_000);

/// What the kernel said of one end's socket at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When, to within `said.within`.
    pub at: Timestamp,
    /// Which kernel.
    pub kernel: PlaceId,
    /// What it said.
    pub said: SocketState,
    /// It was told by our own TCP at a change, not sampled.
    pub exact: bool,
    /// Whether it is what was inferred.
    pub agreement: Agreement,
}

/// Whether a sample is what was inferred for its moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// It is.
    Agrees,
    /// It is what was inferred for a moment so near that it may be meant.
    Between,
    /// It is not.
    Differs {
        /// What was inferred for the moment itself.
        inferred: TcpState,
    },
    /// Nothing was inferred for that end.
    NothingInferred,
}

impl Agreement {
    /// Whether both say the same; `None` where only the kernel speaks.
    pub const fn agrees(self) -> Option<bool> {
        match self {
            Self::Agrees | Self::Between => Some(true),
            Self::Differs { .. } => Some(false),
            Self::NothingInferred => None,
        }
    }
}

/// What the kernel said of a socket that is in no TCP conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherSample {
    /// When, to within `said.within`.
    pub at: Timestamp,
    /// Which kernel.
    pub kernel: PlaceId,
    /// What it said.
    pub said: SocketState,
    /// It was told by our own TCP at a change, not sampled.
    pub exact: bool,
}

impl OtherSample {
    /// Whether the socket is bound to this address, or to its port on every
    /// address.
    pub fn is_bound_to(&self, address: SocketAddr) -> bool {
        let local = self.said.local;
        local.port() == address.port() && (local.ip() == address.ip() || local.ip().is_unspecified())
    }
}

/// How long a SYN may wait for the hardware address of the next host on its way:
/// Linux asks three times, a second apart (`arp(7)`, `mcast_solicit`,
/// `retrans_time`). Its socket is in SYN-SENT already.
const ASKED_FOR: Span = Span::from_millis(3_000);

/// When a conversation began, its index, and one of its ends.
type Begun = (Timestamp, usize, End);

/// Gives each sample to the end of the conversation that it is about.
pub(super) fn join(trace: &Trace, all: &mut Conversations) {
    let mut ends: BTreeMap<(SocketAddr, SocketAddr), Vec<Begun>> = BTreeMap::new();
    for (index, tcp) in all.tcp.iter().enumerate() {
        let Some(first) = tcp.segments.first() else { continue };
        for end in End::BOTH {
            ends.entry(*tcp.views.of(end)).or_default().push((first.at, index, end));
        }
    }
    for event in trace.events() {
        let What::SocketState(said) = event.what else { continue };
        let (at, kernel) = (event.at, event.place);
        let exact = trace.place(kernel).is_some_and(Place::tells_exactly);
        let key = said.peer.filter(|_| said.protocol == Protocol::Tcp).map(|peer| (said.local, peer));
        let latest = latest(at, said.within);
        let found = key.and_then(|key| ends.get(&key)).and_then(|found| {
            // Ports are used again: the last conversation that had begun. They
            // are in order of their beginnings.
            let begun = found.iter().rfind(|(begun, ..)| *begun <= latest);
            let waits = said.state == Some(TcpState::SynSent);
            begun.or_else(|| found.first().filter(|(begun, ..)| waits && begun.since(at) < ASKED_FOR))
        });
        match found.and_then(|(_, index, end)| Some((all.tcp.get_mut(*index)?, *end))) {
            Some((tcp, end)) => {
                let agreement = agreement(tcp, end, at, &said);
                tcp.samples.of_mut(end).push(Sample { at, kernel, said, exact, agreement });
            }
            None => all.other_samples.push(OtherSample { at, kernel, said, exact }),
        }
    }
}

/// The last moment that a sample may be about.
fn latest(at: Timestamp, within: Span) -> Timestamp {
    at + within + TOLERANCE
}

fn agreement(tcp: &TcpConversation, end: End, at: Timestamp, said: &SocketState) -> Agreement {
    let changes = tcp.states.of(end).as_slice();
    let Some(inferred) = state_at(changes, at) else { return Agreement::NothingInferred };
    let is_said = |state| {
        if said.destroyed {
            // It was closed; or Linux keeps no more of it than its numbers, as
            // it does in TIME-WAIT and in an orphan's FIN-WAIT-2.
            matches!(state, TcpState::Closed | TcpState::TimeWait | TcpState::FinWait2)
        } else {
            said.state == Some(state)
        }
    };
    let (earliest, latest) = (at - said.within - TOLERANCE, latest(at, said.within));
    let near = || changes.iter().filter(|change| earliest < change.at && change.at <= latest);
    let entered = near().map(|change| change.to);
    // A FIN that also acknowledges ours takes the receiver through FIN-WAIT-2:
    // first the ACK is processed, then the FIN (RFC 9293 §3.10.7.4, fifth and
    // eighth). A kernel can be seen there.
    let by_both = |change: &&StateChange| change.from == Some(TcpState::FinWait1) && change.to == TcpState::TimeWait;
    let passed = near().find(by_both).map(|_| TcpState::FinWait2);
    let next = changes.iter().find(|change| change.at > at);
    if is_said(inferred) {
        Agreement::Agrees
    } else if next.is_some_and(|next| waits_to_be_sent(next, said)) {
        Agreement::Between
    } else if said.destroyed && inferred == TcpState::SynSent && next.is_none() {
        // CLOSE in SYN-SENT sends nothing (RFC 9293 §3.10.4): the kernel alone
        // knows of it.
        Agreement::Between
    } else if state_at(changes, earliest).into_iter().chain(entered).chain(passed).any(is_said) {
        Agreement::Between
    } else {
        Agreement::Differs { inferred }
    }
}

/// Whether a kernel is in the state that a SYN or a FIN will be seen to bring: it
/// is, as soon as the program has asked, and what is to be sent may wait for the
/// address of the next host, for a cable that is out, or behind data.
fn waits_to_be_sent(next: &StateChange, said: &SocketState) -> bool {
    let queued = || said.queues.is_some_and(|queues| queues.send > 0);
    let waits = match next.to {
        TcpState::SynSent => true,
        TcpState::FinWait1 | TcpState::LastAck => queued(),
        TcpState::Closed
        | TcpState::Listen
        | TcpState::SynReceived
        | TcpState::Established
        | TcpState::FinWait2
        | TcpState::CloseWait
        | TcpState::Closing
        | TcpState::TimeWait => false,
    };
    waits && matches!(next.by, By::Sent(_)) && said.state == Some(next.to) && !said.destroyed
}

/// What was inferred for a moment.
fn state_at(changes: &[StateChange], at: Timestamp) -> Option<TcpState> {
    match changes.iter().rfind(|change| change.at <= at) {
        Some(change) => Some(change.to),
        None => changes.first()?.from,
    }
}

#[cfg(test)]
mod tests {
    use super::super::conversations;
    use super::super::story::{START, story};
    use super::*;
    use crate::model::{Event, Place, SocketQueues};
    use TcpState::{CloseWait, Closed, Established, FinWait1, FinWait2, LastAck, Listen, SynSent, TimeWait};

    /// Two seconds, all changes a millisecond apart.
    const WHOLE: &str = "
        0       > S  0 - 0
        1000    < S. 0 1 0
        2000    > .  1 1 0
        1000000 > F. 1 1 0
        1001000 < .  1 2 0
        1002000 < F. 1 2 0
        1003000 > .  2 2 0
    ";

    fn said(of: End, state: TcpState) -> SocketState {
        let (client, server) = (([10, 0, 0, 1], 40_000).into(), ([10, 0, 0, 2], 80).into());
        let (local, peer) = if of == End::Client { (client, server) } else { (server, client) };
        SocketState {
            protocol: Protocol::Tcp,
            local,
            peer: Some(peer),
            state: Some(state),
            within: Span::from_nanos(10_000),
            destroyed: false,
            queues: None,
            timer: None,
            metrics: None,
        }
    }

    fn destroyed(of: End) -> SocketState {
        SocketState { destroyed: true, ..said(of, Closed) }
    }

    /// A story with what a kernel said at these microseconds.
    fn sampled(lines: &str, samples: &[(i64, SocketState)]) -> Conversations {
        let mut trace = story(lines);
        let kernel = trace.add_place(Place::Kernel { system: "Linux".into(), host: None });
        for (micros, said) in samples {
            let at = START + Span::from_nanos(micros * 1000);
            trace.insert(Event { at, place: kernel, what: What::SocketState(*said) });
        }
        conversations(&trace)
    }

    /// The verdict on one sample of the whole story.
    fn verdict(micros: i64, said: SocketState) -> Agreement {
        let all = sampled(WHOLE, &[(micros, said)]);
        let samples: Vec<&Sample> = End::BOTH.iter().flat_map(|end| all.tcp[0].samples.of(*end)).collect();
        assert_eq!(samples.len(), 1);
        samples[0].agreement
    }

    #[test]
    fn each_end_is_compared_with_what_was_inferred_for_it() {
        let cases = [
            (500, said(End::Client, SynSent), Agreement::Agrees),
            (500_000, said(End::Client, Established), Agreement::Agrees),
            (500_000, said(End::Server, Established), Agreement::Agrees),
            (1_000_500, said(End::Client, FinWait1), Agreement::Agrees),
            (1_000_500, said(End::Server, CloseWait), Agreement::Agrees),
            (1_002_500, said(End::Server, LastAck), Agreement::Agrees),
            (1_500_000, said(End::Client, TimeWait), Agreement::Agrees),
            (500_000, said(End::Server, CloseWait), Agreement::Differs { inferred: Established }),
            (1_500_000, said(End::Client, FinWait2), Agreement::Differs { inferred: TimeWait }),
            (1_500_000, said(End::Server, LastAck), Agreement::Differs { inferred: Closed }),
        ];
        for (micros, said, expected) in cases {
            assert_eq!(verdict(micros, said), expected, "{micros} {said:?}");
        }
    }

    /// A FIN that acknowledges ours too takes us through FIN-WAIT-2.
    #[test]
    fn a_kernel_can_be_seen_between_an_ack_and_the_fin_it_came_with() {
        let closed_at_once = "
            0       > S  0 - 0
            1000    < S. 0 1 0
            2000    > .  1 1 0
            1000000 > F. 1 1 0
            1001000 < F. 1 2 0
            1002000 > .  2 2 0
        ";
        for (micros, expected) in
            [(1_001_050, Agreement::Between), (1_500_000, Agreement::Differs { inferred: TimeWait })]
        {
            let all = sampled(closed_at_once, &[(micros, said(End::Client, FinWait2))]);
            assert_eq!(all.tcp[0].samples.client[0].agreement, expected, "{micros}");
        }
    }

    /// The tolerance is 100 µs, and the samples are good to 10 µs.
    #[test]
    fn near_a_change_both_neighbours_are_right_and_nobody_else() {
        let open = said(End::Client, Established);
        let closing = said(End::Client, FinWait1);
        let between = Agreement::Between;
        let cases = [
            (999_900, closing, between),
            (1_000_100, open, between),
            (999_880, closing, Agreement::Differs { inferred: Established }),
            (1_000_120, open, Agreement::Differs { inferred: FinWait1 }),
            (1_000_050, said(End::Client, TimeWait), Agreement::Differs { inferred: FinWait1 }),
        ];
        for (micros, said, expected) in cases {
            assert_eq!(verdict(micros, said), expected, "{micros} {said:?}");
        }
        // One that took long may be about any of the states it spans.
        let slow = |state| SocketState { within: Span::from_millis(5), ..said(End::Client, state) };
        for state in [Established, FinWait1, FinWait2, TimeWait] {
            assert_eq!(verdict(1_001_500, slow(state)).agrees(), Some(true), "{state}");
        }
        assert_eq!(verdict(1_001_500, slow(SynSent)).agrees(), Some(false));
    }

    #[test]
    fn a_destroyed_socket_may_leave_time_wait_behind_but_no_open_connection() {
        for micros in [1_001_500, 1_500_000] {
            assert_eq!(verdict(micros, destroyed(End::Client)), Agreement::Agrees, "{micros}");
        }
        assert_eq!(verdict(1_500_000, destroyed(End::Server)), Agreement::Agrees);
        let early = verdict(500_000, destroyed(End::Server));
        assert_eq!(early, Agreement::Differs { inferred: Established });
        assert_eq!(early.agrees(), Some(false));
    }

    #[test]
    fn a_syn_waits_for_the_address_of_the_next_host() {
        assert_eq!(verdict(-600_000, said(End::Client, SynSent)), Agreement::Between);
        let early = sampled(WHOLE, &[(-4_000_000, said(End::Client, SynSent)), (-600_000, said(End::Client, Closed))]);
        assert_eq!(early.other_samples.len(), 2);
    }

    #[test]
    fn a_fin_waits_behind_data_or_for_a_cable() {
        let waiting =
            |state, send| SocketState { queues: Some(SocketQueues { recv: 0, send }), ..said(End::Client, state) };
        assert_eq!(verdict(500_000, waiting(FinWait1, 8)), Agreement::Between);
        assert_eq!(verdict(500_000, waiting(FinWait1, 0)), Agreement::Differs { inferred: Established });
        // Only what it does itself is known to it before.
        assert_eq!(verdict(1_000_500, waiting(FinWait2, 8)), Agreement::Differs { inferred: FinWait1 });
    }

    #[test]
    fn who_gives_up_before_an_answer_sends_nothing() {
        let all = sampled("0 > S 0 - 0", &[(500_000, destroyed(End::Client))]);
        assert_eq!(all.tcp[0].samples.client[0].agreement, Agreement::Between);
        // Not where it goes on.
        assert_eq!(verdict(500, destroyed(End::Client)), Agreement::Differs { inferred: SynSent });
    }

    #[test]
    fn disagreements_are_listed() {
        let wrong = said(End::Server, CloseWait);
        let all = sampled(WHOLE, &[(500_000, said(End::Client, Established)), (600_000, wrong)]);
        let found: Vec<_> = all.tcp[0].disagreements().map(|(end, sample)| (end, sample.said)).collect();
        assert_eq!(found, [(End::Server, wrong)]);
    }

    #[test]
    fn where_nothing_was_inferred_only_the_kernel_speaks() {
        let all = sampled("0 > S 0 - 0", &[(500, said(End::Server, SynSent))]);
        assert_eq!(all.tcp[0].samples.server[0].agreement, Agreement::NothingInferred);
        assert_eq!(all.tcp[0].disagreements().count(), 0);
    }

    #[test]
    fn ports_used_again_are_another_conversation() {
        let lines = format!("{WHOLE} 3000000 > S 77000 - 0 \n 3000010 < S. 99000 77001 0 \n 3000020 > . 77001 99001 0");
        let old = said(End::Client, TimeWait);
        let new = said(End::Client, Established);
        let all = sampled(&lines, &[(2_000_000, old), (4_000_000, new)]);
        assert_eq!(all.tcp.len(), 2);
        let said = |index: usize| all.tcp[index].samples.client.iter().map(|it| it.said).collect::<Vec<_>>();
        assert_eq!((said(0), said(1)), (vec![old], vec![new]));
        assert!(all.tcp.iter().all(|tcp| tcp.disagreements().count() == 0));
    }

    #[test]
    fn who_listens_is_in_no_conversation_but_is_found_by_its_address() {
        let everywhere = SocketState { local: ([0, 0, 0, 0], 80).into(), peer: None, ..said(End::Server, Listen) };
        let another = SocketState { local: ([10, 0, 0, 2], 81).into(), ..everywhere };
        let stranger = SocketState { peer: Some(([10, 0, 0, 9], 1).into()), ..said(End::Server, Established) };
        let all = sampled(WHOLE, &[(-5_000, everywhere), (-4_000, another), (10_000, stranger)]);
        assert_eq!(all.other_samples.len(), 3);
        let bound: Vec<_> = all.samples_bound_to(all.tcp[0].addresses.server).map(|it| it.said).collect();
        assert_eq!(bound, [everywhere, stranger]);
        assert!(all.tcp[0].samples.server.is_empty());
    }
}
