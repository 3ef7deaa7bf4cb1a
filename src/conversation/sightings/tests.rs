use super::super::story::{across, act, story};
use super::super::{Conversations, conversations};
use super::*;
use crate::model::{Event, Frame, Place, Span, TcpState, What};
use crate::trace::{Notes, Trace};

const HELLO: &str = "
    0    > S   0 -  0
    1000 < S.  0 1  0
    2000 > .   1 1  0
    3000 > P.  1 1  5
    4000 < .   1 6  0
    5000 > F.  6 1  0
    6000 < F.  1 7  0
    7000 > .   7 2  0
";

/// The story as two interfaces saw it, that of the client first; `change`
/// says what the router between them made of a packet, `None` where it lost
/// it.
fn over_a_router(lines: &str, mut change: impl FnMut(usize, Vec<u8>) -> Option<Vec<u8>>) -> Trace {
    let whole = story(lines);
    let mut trace = Trace::new(Notes::default());
    for name in ["inside", "outside"] {
        let link_type = crate::model::LinkType::RAW;
        trace.add_place(Place::Interface { name: name.into(), description: None, link_type });
    }
    let mut events = Vec::new();
    for (index, (_, at, _, frame)) in whole.frames().enumerate() {
        let from_client = frame.bytes[12..16] == [10, 0, 0, 1];
        let mut forwarded = frame.bytes.to_vec();
        forwarded[8] -= 1;
        // Whoever sends is seen first on its own side of the router; the
        // outside is where the router's changes show.
        let near = frame.bytes.to_vec();
        let (inside, outside) =
            if from_client { (Some(near), change(index, forwarded)) } else { (Some(forwarded), change(index, near)) };
        let delay = |far: bool| Span::from_nanos(if far { 10_000 } else { 0 });
        events.extend(inside.map(|bytes| (at + delay(!from_client), PlaceId(0), Frame::whole(bytes))));
        events.extend(outside.map(|bytes| (at + delay(from_client), PlaceId(1), Frame::whole(bytes))));
    }
    events.sort_by_key(|(at, ..)| *at);
    for (at, place, frame) in events {
        trace.push(Event { at, place, what: What::Frame(frame) });
    }
    trace
}

fn sightings(all: &Conversations) -> Vec<usize> {
    all.tcp[0].segments.iter().map(|segment| segment.seen_at.len()).collect()
}

#[test]
fn two_sightings_are_one_segment() {
    let all = conversations(&over_a_router(HELLO, |_, bytes| Some(bytes)));
    assert_eq!(all.tcp.len(), 1);
    assert_eq!(sightings(&all), [2; 8]);
    let found: Vec<_> = all.tcp[0].segments.iter().flat_map(|segment| &segment.findings).collect();
    assert_eq!(found, Vec::<&crate::conversation::Finding>::new());
    assert!(all.tcp[0].segments.iter().all(|segment| segment.fate == Fate::Delivered));
    let syn = &all.tcp[0].segments[0].seen_at;
    assert_eq!((syn[0].place, syn[0].ttl, syn[1].place, syn[1].ttl), (PlaceId(0), 64, PlaceId(1), 63));
    assert_eq!(all.tcp[0].closing, crate::conversation::Closing::ThreeSegment);
}

#[test]
fn what_the_next_place_never_saw_was_lost_between() {
    let lines = "
        0      > S   0 -  0
        1000   < S.  0 1  0
        2000   > .   1 1  0
        3000   > P.  1 1  7
        250000 > P.  1 1  7
        251000 < .   1 8  0
    ";
    let all = conversations(&over_a_router(lines, |index, bytes| (index != 3).then_some(bytes)));
    assert_eq!(sightings(&all), [2, 2, 2, 1, 2, 2]);
    let lost = &all.tcp[0].segments[3];
    assert_eq!(lost.fate, Fate::Lost { after: PlaceId(0), before: PlaceId(1) });
    let again = &all.tcp[0].segments[4];
    assert_eq!(again.fate, Fate::Delivered);
    assert!(again.findings.iter().any(|finding| finding.name == "tcp.analysis.retransmission"), "{:?}", again.findings);
}

/// RFC 3022: behind the translator the client is 203.0.113.9:61000.
#[test]
fn a_translated_connection_is_the_same_one() {
    let all = conversations(&over_a_router(HELLO, |_, mut bytes| {
        let (address, port) = if bytes[12..16] == [10, 0, 0, 1] { (12, 20) } else { (16, 22) };
        bytes[address..address + 4].copy_from_slice(&[203, 0, 113, 9]);
        bytes[port..port + 2].copy_from_slice(&61_000_u16.to_be_bytes());
        Some(bytes)
    }));
    assert_eq!(all.tcp.len(), 1, "{:?}", all.tcp.iter().map(|tcp| tcp.addresses).collect::<Vec<_>>());
    assert_eq!(sightings(&all), [2; 8]);
    assert_eq!(all.tcp[0].addresses.client, "10.0.0.1:40000".parse().unwrap());
    let seen = &all.tcp[0].segments[0].seen_at;
    assert_eq!(seen[1].sockets.0, "203.0.113.9:61000".parse().unwrap());
    assert_eq!(all.tcp[0].opening, crate::conversation::Opening::ThreeWayHandshake);
}

/// `tcpdump -i any` on a router: each segment comes in by one interface and
/// leaves by another, in one capture.
#[test]
fn a_capture_of_any_interface_tells_where_each_frame_was() {
    let link_type = crate::model::LinkType::LINUX_SLL2;
    let routed = over_a_router(HELLO, |_, bytes| Some(bytes));
    let mut trace = Trace::new(Notes::default());
    let any = trace.add_place(Place::Interface { name: "any".into(), description: None, link_type });
    for (_, at, place, frame) in routed.frames() {
        let from_client = frame.bytes[12..16] == [10, 0, 0, 1];
        let outgoing = (place.0 == 0) != from_client;
        let mut header = vec![0x08, 0x00, 0, 0, 0, 0, 0, 0, 0, 1, if outgoing { 4 } else { 0 }, 6];
        header[7] = 2 + u8::try_from(place.0).unwrap();
        header.extend([0; 8]);
        let bytes = [header, frame.bytes.to_vec()].concat();
        trace.push(Event { at, place: any, what: What::Frame(Frame::whole(bytes)) });
    }
    let all = conversations(&trace);
    assert_eq!(sightings(&all), [2; 8]);
    let syn = &all.tcp[0].segments[0].seen_at;
    let cooked = |interface, outgoing| Some(Cooked { interface, outgoing });
    assert_eq!((syn[0].cooked, syn[1].cooked), (cooked(2, false), cooked(3, true)));
}

/// When each end entered each state, in milliseconds.
fn moved(all: &Conversations, end: End) -> Vec<(i64, TcpState)> {
    let start = all.tcp[0].segments[0].at;
    all.tcp[0].states.of(end).iter().map(|change| (change.at.since(start).nanos() / 1_000_000, change.to)).collect()
}

/// A wire of two hundred milliseconds there and back; the server closes later.
const SLOW: &str = "
    0       > S   0 -  0
    101000  < S.  0 1  0
    202000  > .   1 1  0
    203000  > P.  1 1  5 ts=1,1
    304000  < .   1 6  0
    405000  > F.  6 1  0 ts=2,1
    506000  < .   1 7  0
    900000  < F.  1 7  0
    1001000 > .   7 2  0
";

#[test]
fn a_receiver_is_moved_when_a_segment_arrives() {
    use TcpState::{CloseWait, Closed, Established, FinWait1, FinWait2, LastAck, SynReceived, SynSent, TimeWait};
    let all = conversations(&across(SLOW, &[]));
    assert_eq!(sightings(&all), [2; 9]);
    let client = [(0, SynSent), (201, Established), (405, FinWait1), (606, FinWait2), (1000, TimeWait)];
    assert_eq!(moved(&all, End::Client), client);
    let server = [(100, SynReceived), (302, Established), (505, CloseWait), (900, LastAck), (1101, Closed)];
    assert_eq!(moved(&all, End::Server), server);
    assert!(all.tcp[0].segments.iter().all(|segment| segment.fate == Fate::Delivered));
}

/// Both FINs are on their way at once: nobody waits for a proof.
#[test]
fn fins_that_cross_on_a_slow_wire_lead_to_closing() {
    use TcpState::{Closing, Established, FinWait1, SynReceived, SynSent, TimeWait};
    let all = conversations(&across(
        "
        0      > S   0 -  0
        101000 < S.  0 1  0
        202000 > .   1 1  0
        400000 > F.  1 1  0
        450000 < F.  1 1  0
        501000 < .   2 2  0
        551000 > .   2 2  0
    ",
        &[],
    ));
    let client = [(0, SynSent), (201, Established), (400, FinWait1), (550, Closing), (601, TimeWait)];
    assert_eq!(moved(&all, End::Client), client);
    let server = [(100, SynReceived), (302, Established), (450, FinWait1), (500, Closing), (651, TimeWait)];
    assert_eq!(moved(&all, End::Server), server);
}

#[test]
fn what_is_lost_moves_nobody_and_what_is_late_moves_late() {
    let again = "
        0       > S   0 -  0
        101000  < S.  0 1  0
        202000  > .   1 1  0
        405000  > F.  1 1  0 ts=2,1
        700000  > F.  1 1  0 ts=3,1
        801000  < .   1 2  0
    ";
    let close_wait = |ways: &[(usize, &[i64])]| {
        let all = conversations(&across(again, ways));
        let fates: Vec<Fate> = all.tcp[0].segments.iter().map(|segment| segment.fate).collect();
        (moved(&all, End::Server).last().copied(), fates[3], fates[4])
    };
    let lost = Fate::Lost { after: PlaceId(0), before: PlaceId(1) };
    let at = |millis| Some((millis, TcpState::CloseWait));
    assert_eq!(close_wait(&[(3, &[])]), (at(800), lost, Fate::Delivered));
    // Overtaken by its repeat.
    assert_eq!(close_wait(&[(3, &[500])]), (at(800), Fate::Delayed, Fate::Delivered));
    assert_eq!(close_wait(&[(3, &[300])]), (at(705), Fate::Delivered, Fate::Delivered));
    assert_eq!(close_wait(&[(3, &[200, 250])]), (at(605), Fate::Duplicated, Fate::Delivered));
}

#[test]
fn a_duplicate_is_one_segment_that_arrives_twice() {
    let all = conversations(&across(SLOW, &[(3, &[100, 130])]));
    assert_eq!(sightings(&all), [2, 2, 2, 3, 2, 2, 2, 2, 2]);
    let data = &all.tcp[0].segments[3];
    assert_eq!((data.fate, data.arrivals.len()), (Fate::Duplicated, 2));
    assert!(data.findings.is_empty() && all.tcp[0].bytes().client == 5);
}

/// What a wire said that it did is told with who asked for it.
#[test]
fn a_wire_says_what_it_did() {
    use crate::model::LinkActionKind;
    for (what, way, fate) in [
        (LinkActionKind::Lost, &[][..], Fate::Lost { after: PlaceId(0), before: PlaceId(1) }),
        (LinkActionKind::Delayed, &[400], Fate::Delayed),
        (LinkActionKind::Swapped, &[101], Fate::Delayed),
        (LinkActionKind::Duplicated, &[100, 101], Fate::Duplicated),
        (LinkActionKind::QueueFull, &[], Fate::Lost { after: PlaceId(0), before: PlaceId(1) }),
        // A copy of it found the queue full.
        (LinkActionKind::QueueFull, &[100], Fate::Delivered),
    ] {
        let mut trace = across(SLOW, &[(3, way)]);
        let pattern = (what != LinkActionKind::QueueFull).then_some("data>");
        let wire = act(&mut trace, 3, what, pattern);
        let pattern = pattern.map(str::to_owned);
        let all = conversations(&trace);
        let told = &all.tcp[0].segments[3];
        assert_eq!(told.fate, fate, "{what:?}");
        let [action] = told.actions.as_slice() else { panic!("{:?}", told.actions) };
        assert_eq!((action.what, &action.pattern, action.frame, action.wire), (what, &pattern, told.frame, wire));
        assert!(all.tcp[0].segments.iter().filter(|segment| !segment.actions.is_empty()).count() == 1);
    }
}
