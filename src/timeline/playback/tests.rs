use super::*;
use crate::conversation::story::{START, across, datagrams, faults, story};
use crate::conversation::{TcpHolds, conversations};
use crate::model::{
    AcceptName, Call, CallId, CallOutcome, Event, Place, PlaceId, RecvName, Role, SendName, SocketCall,
    SocketCallPhase, SocketIdentity, What,
};
use crate::trace::Trace;
use TcpState::{Closed, Established, Listen, SynReceived, SynSent};

/// A conversation that is looked at, moment by moment.
struct Look {
    all: Conversations,
    timeline: Timeline,
    steps: Steps,
}

impl Look {
    fn new(trace: &Trace) -> Self {
        let all = conversations(trace);
        let conversation = all.all()[0];
        let timeline = Timeline::new(trace, &all, conversation);
        let steps = Steps::new(&all, conversation, &timeline);
        Self { all, timeline, steps }
    }

    fn at(&self, now: Now) -> Snapshot {
        self.steps.snapshot(&self.all, self.all.all()[0], &self.timeline, now)
    }

    /// At the stop with this number, from 0.
    fn stop(&self, size: StepSize, index: usize) -> Snapshot {
        self.at(self.steps.stops(size)[index].now)
    }

    fn tcp(&self, end: End, now: Now) -> TcpHolds {
        let Holds::Tcp(holds) = *self.at(now).holds.of(end) else { panic!("TCP") };
        holds
    }

    /// The unsent and the unread bytes of an end at every event.
    fn queues(&self, end: End) -> Vec<(Option<u64>, Option<u64>)> {
        let holds = self.steps.stops(StepSize::Event).iter().map(|stop| self.tcp(end, stop.now));
        holds.map(|holds| (holds.unsent, holds.unread)).collect()
    }
}

const STORY: &str = "
    0   > S  0 - 0
    10  < S. 0 1 0
    20  > .  1 1 0
    100 < P. 1 1 8
    110 > .  1 9 0";

/// Calls with what came of them: whose, the thread's descriptor, when entered
/// and returned (in microseconds).
struct Told(Role, i32, i64, Option<(i64, CallOutcome)>, Call);

fn returned(value: i64) -> CallOutcome {
    CallOutcome::Returned { returned: value }
}

/// A story with calls of both programs: the server's connection is its
/// descriptor 4, the client's its 3.
fn with_calls(lines: &str, calls: &[Told]) -> Trace {
    let mut trace = story(lines);
    let mut program =
        |role| trace.add_place(Place::Program { name: "story".into(), role: Some(role), pid: 1, command: Vec::new() });
    let (client, server): (PlaceId, PlaceId) = (program(Role::Client), program(Role::Server));
    let addresses = ("10.0.0.1:40000".parse().unwrap(), "10.0.0.2:80".parse().unwrap());
    for (id, Told(role, fd, entered, answer, call)) in (0..).zip(calls) {
        let is_client = *role == Role::Client;
        let mut tell = |micros: i64, phase| {
            let call = SocketCall { id: CallId(id), thread: 0, fd: *fd, phase };
            let at = START + Span::from_nanos(micros * 1000);
            trace.insert(Event { at, place: if is_client { client } else { server }, what: What::SocketCall(call) });
        };
        tell(*entered, SocketCallPhase::Entered { call: call.clone() });
        let (local, peer) = if is_client { addresses } else { (addresses.1, addresses.0) };
        let connected = is_client || *fd == 4 || matches!(call, Call::Accept { .. });
        let socket = SocketIdentity { local: Some(local), peer: connected.then_some(peer) };
        if let Some((micros, outcome)) = answer {
            tell(*micros, SocketCallPhase::Returned { outcome: outcome.clone(), socket });
        }
    }
    trace
}

fn socket() -> Call {
    Call::Socket { domain: "AF_INET".into(), kind: "SOCK_STREAM".into() }
}

/// A server that listens, accepts late, sends eight bytes and closes; a client
/// that takes them in two pieces.
fn whole() -> Trace {
    let received = |bytes: &[u8]| CallOutcome::Received { received: bytes.into(), from: None };
    let recv = || Call::Recv { by: RecvName::Recv, size: 5 };
    with_calls(
        STORY,
        &[
            Told(Role::Server, -1, -90, Some((-80, returned(3))), socket()),
            Told(
                Role::Server,
                3,
                -70,
                Some((-60, returned(0))),
                Call::Bind { address: "10.0.0.2:80".parse().unwrap() },
            ),
            Told(Role::Server, 3, -50, Some((-40, returned(0))), Call::Listen { backlog: 5 }),
            Told(Role::Client, -1, -30, Some((-25, returned(3))), socket()),
            Told(
                Role::Client,
                3,
                -20,
                Some((22, returned(0))),
                Call::Connect { address: "10.0.0.2:80".parse().unwrap() },
            ),
            Told(Role::Client, 3, 30, Some((120, received(b"xxxxx"))), recv()),
            Told(Role::Server, 3, 50, Some((60, returned(4))), Call::Accept { by: AcceptName::Accept }),
            Told(
                Role::Server,
                4,
                90,
                Some((105, returned(8))),
                Call::Send { by: SendName::Send, bytes: b"xxxxxxxx".to_vec(), to: None },
            ),
            Told(Role::Client, 3, 130, Some((140, received(b"xxx"))), recv()),
            Told(Role::Client, 3, 150, Some((160, returned(0))), Call::Close),
        ],
    )
}

#[test]
fn states_change_where_the_arrow_leaves_and_where_it_arrives() {
    let look = Look::new(&story(STORY));
    let syn = look.steps.at_arrow(0).unwrap();
    let states = |now| look.at(now).states;
    assert_eq!(states(Now::START), Ends { client: Some(Closed), server: Some(Listen) });
    let left = Now { part: 0.5, ..syn };
    assert_eq!(states(left), Ends { client: Some(SynSent), server: Some(Listen) });
    assert_eq!(states(syn), Ends { client: Some(SynSent), server: Some(SynReceived) });
    let answer = look.steps.at_arrow(1).unwrap();
    assert_eq!(states(answer), Ends { client: Some(Established), server: Some(SynReceived) });
    let last = look.steps.at_arrow(2).unwrap();
    assert_eq!(states(last), Ends { client: Some(Established), server: Some(Established) });
    assert_eq!(states(answer), Ends { client: Some(Established), server: Some(SynReceived) }, "and back again");
}

#[test]
fn what_has_not_arrived_is_not_held_yet() {
    let look = Look::new(&story(STORY));
    let data = look.steps.at_arrow(3).unwrap();
    let under_way = Now { part: 0.3, ..data };
    assert_eq!(look.tcp(End::Server, under_way).in_flight.unwrap().bytes, 8);
    assert_eq!(look.tcp(End::Client, under_way).next_expected, Some(1));
    assert_eq!(look.tcp(End::Client, data).next_expected, Some(9));
    assert_eq!(look.tcp(End::Client, data).window.unwrap().bytes(), 64_240);
}

#[test]
fn every_event_is_a_stop_and_changes_at_the_receiver_are_their_own() {
    let look = Look::new(&story(STORY));
    let stops = look.steps.stops(StepSize::Event);
    let what: Vec<Happened> = stops.iter().map(|stop| stop.what).collect();
    assert_eq!(
        what,
        [
            Happened::Left(0),
            Happened::Arrived(0),
            Happened::Left(1),
            Happened::Arrived(1),
            Happened::Left(2),
            Happened::Arrived(2),
            Happened::All(MomentKind::Arrow(3)),
            Happened::All(MomentKind::Arrow(4)),
        ]
    );
    let changes = look.steps.changes(&stops[0]);
    assert_eq!(changes.iter().map(|(end, change)| (*end, change.to)).collect::<Vec<_>>(), [(End::Client, SynSent)]);
    let changes = look.steps.changes(&look.steps.stops(StepSize::Segment)[0]);
    let changes: Vec<_> = changes.iter().map(|(end, change)| (*end, change.to, change.rule)).collect();
    assert_eq!(changes, [(End::Client, SynSent, "3.10.1"), (End::Server, SynReceived, "3.10.7.2")]);
}

#[test]
fn queues_are_what_was_handed_over_and_not_taken() {
    let look = Look::new(&whole());
    let known = |unsent, unread| (Some(unsent), Some(unread));
    let server = look.queues(End::Server);
    assert_eq!(server.iter().max().unwrap(), &known(8, 0), "handed over, no segment yet");
    assert_eq!(server.last().unwrap(), &known(0, 0));
    let client = look.queues(End::Client);
    let mut unread: Vec<Option<u64>> = client.into_iter().map(|(_, unread)| unread).collect();
    unread.dedup();
    assert_eq!(unread, [Some(0), Some(8), Some(3), Some(0), None], "after close() nobody can read");
}

#[test]
fn the_accept_queue_holds_who_is_finished_and_not_accepted() {
    let look = Look::new(&whole());
    let mut waiting: Vec<Option<usize>> =
        look.steps.stops(StepSize::Event).iter().map(|stop| look.at(stop.now).accept_queue).collect();
    waiting.dedup();
    assert_eq!(waiting, [None, Some(0), Some(1), Some(0)]);
    assert_eq!(Look::new(&story(STORY)).stop(StepSize::Segment, 2).accept_queue, None, "nobody recorded");
}

/// Somebody else writes to the socket too: what the recorded calls tell is not
/// all.
#[test]
fn more_sent_than_handed_over_means_that_nothing_is_known() {
    let look = Look::new(&with_calls(
        STORY,
        &[
            Told(Role::Client, -1, -30, Some((-25, returned(3))), socket()),
            Told(
                Role::Client,
                3,
                -20,
                Some((22, returned(0))),
                Call::Connect { address: "10.0.0.2:80".parse().unwrap() },
            ),
            Told(Role::Server, -1, -90, Some((-80, returned(3))), socket()),
            Told(
                Role::Server,
                3,
                -70,
                Some((-60, returned(0))),
                Call::Bind { address: "10.0.0.2:80".parse().unwrap() },
            ),
            Told(Role::Server, 3, -50, Some((-40, returned(0))), Call::Listen { backlog: 5 }),
            Told(Role::Server, 3, 50, Some((60, returned(4))), Call::Accept { by: AcceptName::Accept }),
        ],
    ));
    assert_eq!(look.queues(End::Server).last().unwrap(), &(None, Some(0)));
}

#[test]
fn datagrams_wait_until_they_are_taken_and_errors_take_them_away() {
    let look = Look::new(&datagrams("0 > 5 \n 10 > 7 \n 20 < 3 \n 30 ! 1"));
    let udp = |end: End, index| {
        let Holds::Udp(holds) = *look.stop(StepSize::Segment, index).holds.of(end) else { panic!("UDP") };
        holds
    };
    assert_eq!((udp(End::Client, 1).sent, udp(End::Client, 1).sent_bytes), (2, 12));
    assert_eq!(udp(End::Server, 3).sent, 1, "an ICMP error is no datagram of the server's");
    assert_eq!(udp(End::Server, 1).unread, None, "its calls are not known");
    assert!(look.steps.arrives(0) && !look.steps.arrives(1));
    assert_eq!(look.stop(StepSize::Segment, 0).states, Ends { client: None, server: None });
}

/// Back and forth over thousands of segments, every snapshot is the one that
/// walking from the start gives.
#[test]
fn far_away_moments_are_reached_from_kept_ones() {
    let lines: Vec<String> = (0..2000)
        .map(|index| {
            format!("{} > P. {} 1 5 \n {} < . 1 {} 0", index * 20, 1 + index * 5, index * 20 + 10, 6 + index * 5)
        })
        .collect();
    let look = Look::new(&story(&format!("-30 > S 0 - 0 \n -20 < S. 0 1 0 \n -10 > . 1 1 0 \n {}", lines.join("\n"))));
    assert!(look.steps.kept.len() > 10);
    for index in [3999_usize, 700, 701, 255, 256, 257, 2, 3] {
        let holds = look.tcp(End::Client, look.steps.stops(StepSize::Segment)[index].now);
        let sent = u32::try_from(if index < 3 { 0 } else { (index - 3) / 2 + 1 }).unwrap();
        assert_eq!(holds.next_send, Some(1 + sent * 5), "at {index}");
    }
}

#[test]
fn a_present_is_found_again_when_more_has_come() {
    let short = Look::new(&story(STORY));
    let long = Look::new(&story(&format!("-5000 > S 0 - 0 \n {STORY} \n 900 < P. 9 1 4")));
    for arrow in 0..5 {
        let now = short.steps.at_arrow(arrow).unwrap();
        let found = long.timeline.find(short.timeline.anchor(now).unwrap());
        assert_eq!(found, long.steps.at_arrow(arrow + 1).unwrap());
    }
    let gone = long.timeline.anchor(long.steps.at_arrow(6).unwrap()).unwrap();
    assert_eq!(short.timeline.find(gone), short.steps.at_arrow(4).unwrap());
}

#[test]
fn time_is_true_but_never_longer_than_a_second_nor_shorter_than_can_be_seen() {
    let look = Look::new(&story("0 > S 0 - 0 \n 600000 < S. 0 1 0 \n 600010 > . 1 1 0 \n 90000000 > P. 1 1 5"));
    let size = StepSize::Segment;
    let mut player = Player::new(look.steps.at_arrow(0).unwrap());
    player.set_playing(true);
    let mut pass = |seconds, speed| player.pass(&look.steps, &look.timeline, size, seconds, speed);
    assert!(!pass(0.59, 1.0) && pass(0.02, 1.0), "0.6 s");
    assert!(!pass(0.28, 1.0) && pass(0.02, 1.0), "10 µs are shown for 0.3 s");
    assert!(!pass(0.05, 10.0) && pass(0.06, 10.0), "89.4 s are 1 s, a tenth of it ten times as fast");
    pass(0.1, 1.0);
    assert!(!player.is_playing() && player.has_ended(&look.steps, size));
}

#[test]
fn an_arrow_is_seen_on_its_way() {
    let look = Look::new(&story("0 > S 0 - 0 \n 1000000 < S. 0 1 0"));
    let (first, second) = (look.steps.at_arrow(0).unwrap(), look.steps.at_arrow(1).unwrap());
    let mut player = Player::new(first);
    player.set_playing(true);
    let mut now_after = |seconds| {
        player.pass(&look.steps, &look.timeline, StepSize::Segment, seconds, 1.0);
        player.now(&look.steps, &look.timeline, StepSize::Segment)
    };
    assert_eq!(now_after(0.69), first, "it waits for the time that passed");
    let on_its_way = now_after(0.16);
    assert!(on_its_way.moment == second.moment && (0.4..0.6).contains(&on_its_way.part), "{on_its_way:?}");
    assert_eq!(now_after(0.2), second);
}

/// A SYN that arrives after it was sent again: its receiver is moved by the
/// repeat, and what is late changes nothing.
#[test]
fn what_arrives_apart_is_a_stop_of_its_own() {
    let lines = "
        0       > S  0 - 0 ts=1,0
        1000000 > S  0 - 0 ts=2,0
        1101000 < S. 0 1 0 ts=1,2
        1202000 > .  1 1 0 ts=3,1
    ";
    let look = Look::new(&across(lines, &[(0, &[1_250])]));
    let [late, _] = look.timeline.arrivals.as_slice() else { panic!("{:?}", look.timeline.arrivals) };
    assert_eq!((late.arrow, late.again, look.timeline.arrows[0].apart), (0, false, true));
    let stops = look.steps.stops(StepSize::Event);
    let kinds: Vec<MomentKind> = stops.iter().map(|stop| stop.what.kind()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == MomentKind::Arrival(0)).count(), 1, "{kinds:?}");
    let states = |index: usize| look.at(stops[index].now).states;
    assert_eq!(states(0), Ends { client: Some(SynSent), server: Some(Listen) });
    let arrival = kinds.iter().position(|kind| *kind == MomentKind::Arrival(0)).unwrap();
    let moved: Vec<_> = look.steps.changes(&stops[arrival]);
    assert!(moved.is_empty(), "{moved:?}");
    let moved_by = |frame: u32| {
        let changes = stops.iter().flat_map(|stop| look.steps.changes(stop));
        changes.filter(|(end, change)| *end == End::Server && change.by.frame().is_some_and(|by| by.0 == frame)).count()
    };
    assert_eq!((moved_by(1), moved_by(2)), (0, 1), "{:?}", look.all.tcp[0].states);
}

/// Nothing is received before it arrives, nor twice.
#[test]
fn what_is_delayed_is_received_when_it_arrives_and_a_duplicate_once() {
    let look = Look::new(&faults());
    let index = |wanted: MomentKind| look.timeline.moments.iter().position(|moment| moment.what == wanted).unwrap();
    let expected = |end, moment| look.tcp(end, Now { moment, part: 1.0 }).next_expected;
    // Lost, then sent again.
    assert_eq!(
        (expected(End::Server, index(MomentKind::Arrow(3))), expected(End::Server, index(MomentKind::Arrow(4)))),
        (Some(1), Some(6))
    );
    // Swapped: the second arrives first.
    assert_eq!(expected(End::Server, index(MomentKind::Arrow(14))), Some(13));
    let swapped = look.timeline.arrivals.iter().position(|arrival| arrival.arrow == 13).unwrap();
    assert_eq!(expected(End::Server, index(MomentKind::Arrival(swapped))), Some(20));
    let copy = look.timeline.arrivals.iter().position(|arrival| arrival.again).unwrap();
    let copied = index(MomentKind::Arrival(copy));
    assert_eq!(expected(End::Client, copied - 1), expected(End::Client, copied));
}
