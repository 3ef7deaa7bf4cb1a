//! When what is lost goes again, and when it is given up.

use super::*;
use crate::source::simulator::tcp::Failure;

/// When a SYN that nobody answers goes, and when it is given up, in seconds.
fn unanswered_syn(profile: Profile) -> (Vec<u64>, u64) {
    let mut run = Run::new(profile.knobs(), profile.knobs());
    run.wire.set_rule(Box::new(|_, _, _| Verdict::Lose));
    let client = run.a().connect(Moment::START, address(Side::A, 40_000), address(Side::B, 80)).unwrap();
    while run.wire.stack(Side::A).failure(client) != Some(Failure::TimedOut) {
        run.go(1_000);
        assert!(run.now() < Moment::from_millis(600_000));
    }
    (run.seconds(Side::A, Reason::RetransmissionTimeout), run.now().nanos() / 1_000_000_000)
}

/// RFC 6298 §5.5, RFC 9293 §3.8.3 MUST-23.
#[test]
fn the_rfc_doubles_from_the_first_syn_on() {
    assert_eq!(unanswered_syn(Profile::Rfc), (vec![1, 3, 7, 15, 31, 63, 127], 180));
}

/// As measured on Linux 6.18 (1, 2, 3, 4, 5, 7, 11, 20, 36, 69, end 134.8), but
/// for its timers' slack.
#[test]
fn linux_lets_four_timeouts_pass_before_it_doubles() {
    assert_eq!(unanswered_syn(Profile::LinuxLike), (vec![1, 2, 3, 4, 5, 7, 11, 19, 35, 67], 131));
}

/// Loses the data segments with these numbers, counted from 1.
fn lose(run: &mut Run, numbers: &'static [u32]) {
    let mut count = 0;
    run.wire.set_rule(Box::new(move |_, _, packet| {
        let data = !packet.segment.payload.is_empty();
        count += u32::from(data);
        if data && numbers.contains(&count) { Verdict::Lose } else { Verdict::Pass }
    }));
}

fn reasons(run: &Run) -> Vec<Reason> {
    run.sent.iter().map(|(.., why)| *why).collect()
}

/// Lost data goes again after RTO: 1 s by RFC 6298 §2.4, 200 ms on Linux.
#[test]
fn the_shortest_timer() {
    for (profile, expected) in [(Profile::Rfc, 1_000), (Profile::LinuxLike, 200)] {
        let mut run = Run::new(profile.knobs(), profile.knobs());
        let (client, server) = run.connect();
        lose(&mut run, &[1]);
        let before = run.now();
        run.send(Side::A, client, b"lost");
        run.go(3_000);
        let again = run.sent.iter().find(|(.., why)| *why == Reason::RetransmissionTimeout).unwrap();
        assert_eq!(again.0.since(before).as_millis(), expected, "{profile:?}");
        assert_eq!(run.receive(Side::B, server), Received::Bytes(b"lost".to_vec()));
    }
}

/// RFC 9293 §3.8.3: R2 of data, and what the program hears.
#[test]
fn unacknowledged_data_is_given_up_after_five_minutes() {
    let mut run = Run::new(Profile::Rfc.knobs(), Profile::Rfc.knobs());
    let (client, _) = run.connect();
    run.wire.set_rule(Box::new(|_, _, _| Verdict::Lose));
    run.send(Side::A, client, b"lost");
    run.go(299_000);
    assert_eq!(run.state(Side::A, client), Some(TcpState::Established));
    run.go(2_000);
    assert_eq!(run.wire.stack(Side::A).failure(client), Some(Failure::TimedOut));
}

/// RFC 5681 §3.2: one of nine lost, three duplicate ACKs, no timeout.
#[test]
fn the_third_of_nine_lost_is_sent_again_at_once() {
    for sack in [false, true] {
        let knobs = Knobs { sack, ..Profile::LinuxLike.knobs() };
        let mut run = Run::new(knobs, knobs);
        let (client, server) = run.connect();
        lose(&mut run, &[3]);
        let before = run.now();
        run.send(Side::A, client, &[1; 9 * 1_448]);
        run.go(150);
        assert!(!reasons(&run).contains(&Reason::RetransmissionTimeout));
        let again = run.sent.iter().find(|(.., why)| *why == Reason::FastRetransmit).unwrap();
        assert_eq!(again.0.since(before).as_millis(), 20, "one round trip");
        assert_eq!(run.receive(Side::B, server), Received::Bytes(vec![1; 9 * 1_448]));
        let inside = run.wire.stack(Side::A).inside(client).unwrap();
        assert_eq!((inside.flight, inside.una), (0, inside.nxt));
        assert!(inside.ssthresh < u32::MAX);
    }
}

/// Two of ten lost: RFC 6582's partial ACK, or SACK's second hole, and no
/// timeout.
#[test]
fn two_holes_are_filled_without_a_timeout() {
    for (sack, reason) in [(false, Reason::PartialAck), (true, Reason::ReportedHole)] {
        let knobs = Knobs { sack, ..Profile::Rfc.knobs() };
        let mut run = Run::new(knobs, knobs);
        let (client, server) = run.connect();
        lose(&mut run, &[2, 4]);
        run.send(Side::A, client, &[1; 10 * 1_448]);
        run.go(200);
        let reasons = reasons(&run);
        assert!(reasons.contains(&reason), "{reasons:?}");
        assert!(!reasons.contains(&Reason::RetransmissionTimeout));
        assert_eq!(run.receive(Side::B, server), Received::Bytes(vec![1; 10 * 1_448]));
    }
}
