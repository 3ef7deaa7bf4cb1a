use super::super::super::conversations;
use super::super::super::story::story;
use super::*;

/// What both ends hold after the first `count` segments of a story have
/// arrived; nobody's calls are known.
fn after(lines: &str, count: usize) -> Ends<TcpHolds> {
    let conversation = conversations(&story(lines)).tcp.remove(0);
    let arrives = arrivals(&conversation);
    let mut moment = TcpMoment::before(Ends::default());
    for (segment, arrives) in conversation.segments.iter().zip(arrives).take(count) {
        moment.leaves(segment);
        if arrives {
            moment.arrives(segment);
        }
    }
    Ends { client: moment.of(End::Client), server: moment.of(End::Server) }
}

const STORY: &str = "
    0   > S  0 -  0
    10  < S. 0 1  0
    20  > .  1 1  0
    100 < P. 1 1  8
    110 > .  1 9  0
    200 < F. 9 1  0
    210 > F. 1 10 0
    220 < .  10 2 0";

#[expect(clippy::unnecessary_wraps, reason = "compared with what may not be known")]
fn flight(bytes: u32, syn: bool, fin: bool) -> Option<InFlight> {
    Some(InFlight { bytes, syn, fin })
}

/// Every number by hand; both initial numbers are just before a wrap.
#[test]
fn numbers_and_what_is_in_flight_follow_the_segments() {
    let rows = [
        // Segments, then SND.NXT, RCV.NXT and in flight of client and server.
        (1, (Some(1), None, flight(0, true, false)), (None, Some(1), None)),
        (2, (Some(1), Some(1), flight(0, false, false)), (Some(1), Some(1), flight(0, true, false))),
        (3, (Some(1), Some(1), flight(0, false, false)), (Some(1), Some(1), flight(0, false, false))),
        (4, (Some(1), Some(9), flight(0, false, false)), (Some(9), Some(1), flight(8, false, false))),
        (5, (Some(1), Some(9), flight(0, false, false)), (Some(9), Some(1), flight(0, false, false))),
        (6, (Some(1), Some(10), flight(0, false, false)), (Some(10), Some(1), flight(0, false, true))),
        (7, (Some(2), Some(10), flight(0, false, true)), (Some(10), Some(2), flight(0, false, false))),
        (8, (Some(2), Some(10), flight(0, false, false)), (Some(10), Some(2), flight(0, false, false))),
    ];
    for (count, client, server) in rows {
        let holds = after(STORY, count);
        for (end, (next, expected, in_flight)) in [(End::Client, client), (End::Server, server)] {
            let found = holds.of(end);
            let found = (found.next_send, found.next_expected, found.in_flight);
            assert_eq!(found, (next, expected, in_flight), "{end:?} after {count}");
        }
    }
    assert_eq!(flight(0, true, false).unwrap().numbers(), 1, "a SYN counts as one");
}

#[test]
fn queues_are_not_known_without_calls() {
    for count in 0..=8 {
        let holds = after(STORY, count);
        for end in End::BOTH {
            assert_eq!((holds.of(end).unsent, holds.of(end).unread), (None, None));
        }
    }
}

/// What is sent again had not arrived, as far as anybody knows; nor had what
/// came behind it, in order.
#[test]
fn what_was_sent_again_did_not_arrive_the_first_time() {
    let lines = "
        0   > S  0  - 0
        10  < S. 0  1 0
        20  > .  1  1 0
        100 > P. 1  1 10
        110 > P. 11 1 10
        120 < .  1  1 0
        300 > P. 1  1 10
        310 < .  1 21 0";
    for (count, expected, in_flight) in [(4, 1, 10), (5, 1, 20), (6, 1, 20), (7, 21, 20), (8, 21, 0)] {
        let holds = after(lines, count);
        assert_eq!(holds.server.next_expected, Some(expected), "after {count}");
        assert_eq!(holds.client.in_flight, flight(in_flight, false, false), "after {count}");
    }
}

#[test]
fn nothing_is_claimed_of_what_was_before_the_capture() {
    let lines = "0 > P. 1000 500 10 \n 10 < . 500 1010 0";
    let first = after(lines, 1);
    assert_eq!(first.client.in_flight, None, "earlier bytes may be under way too");
    assert_eq!(first.client.window, None, "the scale is not known");
    assert_eq!(after(lines, 2).client.in_flight, flight(0, false, false));
}
