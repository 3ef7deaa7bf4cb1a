//! Windows, Nagle, acknowledgments, keep-alive, listeners: each mechanism in a
//! run of its own.

use super::*;
use crate::model::TcpFlags;
use crate::source::simulator::tcp::{Failure, KeepAlive, Overflow, Probe, Segment};

fn rfc() -> Knobs {
    Profile::Rfc.knobs()
}

/// The data of each segment one side sent, in bytes; without those that carry
/// none.
fn sizes(run: &Run, side: Side) -> Vec<usize> {
    let sent = run.sent.iter().filter(|(_, from, packet, _)| *from == side && !packet.segment.payload.is_empty());
    sent.map(|(_, _, packet, _)| packet.segment.payload.len()).collect()
}

/// RFC 9293 §3.8.6.1: a closed window is asked, ever more slowly, for as long
/// as it takes; and what was held back arrives when it opens.
#[test]
fn a_closed_window_is_asked_until_it_opens() {
    for probe in [Probe::NewOctet, Probe::OldNumber] {
        let (client, server) = (Knobs { probe, ..rfc() }, Knobs { window: 4_000, ..rfc() });
        let mut run = Run::new(client, server);
        let (client, server) = run.connect();
        run.send(Side::A, client, &[1; 10_000]);
        // MUST-36: longer than the patience with unacknowledged data.
        run.go(1_000_000);
        assert_eq!(run.state(Side::A, client), Some(TcpState::Established), "{probe:?}");
        let probes = run.seconds(Side::A, Reason::WindowProbe);
        let gaps: Vec<u64> = probes.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(gaps[..6], [2, 4, 8, 16, 32, 60], "{probe:?}");
        let mut read = 0;
        for _ in 0..20 {
            while let Received::Bytes(bytes) = run.receive(Side::B, server) {
                read += bytes.len();
            }
            run.go(1_000);
        }
        assert_eq!(read, 10_000, "{probe:?}");
    }
}

/// RFC 9293 §3.7.4: small writes wait for the acknowledgment of the first.
#[test]
fn nagle_collects_small_writes() {
    for (nagle, expected) in [(true, vec![10, 40]), (false, vec![10; 5])] {
        let mut run = Run::new(Knobs { nagle, ..rfc() }, Knobs { delayed_ack: None, ..rfc() });
        let (client, _) = run.connect();
        for _ in 0..5 {
            run.send(Side::A, client, &[1; 10]);
        }
        run.go(500);
        assert_eq!(sizes(&run, Side::A), expected);
    }
}

/// Linux acknowledges the first segments of a connection at once, until it has
/// done so 16 times or the program answers.
#[test]
fn the_first_segments_are_acknowledged_at_once_on_linux() {
    let linux = Profile::LinuxLike.knobs();
    let mut run = Run::new(linux, linux);
    let (client, server) = run.connect();
    run.sent.clear();
    for _ in 0..17 {
        run.send(Side::A, client, &[1; 10]);
        run.go(100);
    }
    let acks = |run: &Run| -> Vec<Reason> {
        run.sent.iter().filter(|(_, side, ..)| *side == Side::B).map(|(.., why)| *why).collect()
    };
    let mut expected = vec![Reason::QuickAck; 16];
    expected.push(Reason::DelayedAck);
    assert_eq!(acks(&run), expected);

    let mut run = Run::new(linux, linux);
    let (client, server_2) = run.connect();
    assert_eq!(server, server_2);
    run.send(Side::A, client, &[1; 10]);
    run.go(20);
    run.send(Side::B, server, &[2; 10]);
    run.go(100);
    run.sent.clear();
    run.send(Side::A, client, &[1; 10]);
    run.go(100);
    assert_eq!(acks(&run), [Reason::DelayedAck], "it answered: it may again");
}

/// RFC 9293 §3.8.6.3: every second full segment at once, a single one after
/// the delay; and the stall with Nagle's algorithm.
#[test]
fn acknowledgments_wait_for_a_second_segment() {
    let mut run = Run::new(rfc(), rfc());
    let (client, _) = run.connect();
    run.sent.clear();
    run.send(Side::A, client, &[1; 3 * 1_448]);
    run.go(500);
    let acks: Vec<(u64, Reason)> = (run.sent.iter().filter(|(_, side, ..)| *side == Side::B))
        .map(|(at, _, _, why)| (at.nanos() / 1_000_000 - 100, *why))
        .collect();
    assert_eq!(acks, [(10, Reason::EverySecondSegment), (210, Reason::DelayedAck)]);

    // write, write, read: the second write waits for the delayed ACK.
    run.sent.clear();
    let before = run.now();
    run.send(Side::A, client, &[1; 100]);
    run.send(Side::A, client, &[2; 100]);
    run.go(500);
    let second = run.sent.iter().filter(|(_, side, ..)| *side == Side::A).nth(1).unwrap();
    assert_eq!(second.0.since(before), Duration::from_millis(220));
}

/// RFC 9293 §3.8.6.2.2: a slow reader does not draw crumbs.
#[test]
fn a_slow_reader_gets_whole_segments() {
    let mut run = Run::new(rfc(), Knobs { window: 5_000, ..rfc() });
    let (client, server) = run.connect();
    run.send(Side::A, client, &vec![1; 50_000]);
    let mut read = 0;
    for _ in 0..2_000 {
        let now = run.now();
        if let Received::Bytes(bytes) = run.b().receive(now, server, 50).unwrap() {
            read += bytes.len();
        }
        run.go(10);
    }
    assert_eq!(read, 50_000);
    let crumbs = sizes(&run, Side::A).into_iter().filter(|size| *size < 600).count();
    assert!(crumbs <= 2, "{:?}", sizes(&run, Side::A));
}

/// RFC 9293 §3.8.4: two hours, then a probe every 75 s, nine in vain.
#[test]
fn keep_alive_finds_a_peer_that_is_gone_and_spares_one_that_is_there() {
    let settings = KeepAlive { idle: Duration::from_hours(2), interval: Duration::from_secs(75), probes: 9 };
    let mut run = Run::new(Knobs { keep_alive: Some(settings), ..rfc() }, rfc());
    let (client, _) = run.connect();
    run.go(5 * 3_600_000);
    assert_eq!(run.state(Side::A, client), Some(TcpState::Established));
    assert_eq!(run.seconds(Side::A, Reason::KeepAlive).len(), 2);
    run.wire.set_rule(Box::new(|_, _, _| Verdict::Lose));
    run.go(3 * 3_600_000);
    assert_eq!(run.wire.stack(Side::A).failure(client), Some(Failure::TimedOut));
    assert_eq!(run.seconds(Side::A, Reason::KeepAlive).len(), 2 + 9);
}

/// RFC 9293 §3.6.1: after a half-close the other half goes on.
#[test]
fn half_a_connection_still_carries_data() {
    let mut run = Run::new(rfc(), rfc());
    let (client, server) = run.connect();
    let now = run.now();
    run.a().shutdown(now, client).unwrap();
    run.go(100);
    assert_eq!(run.state(Side::B, server), Some(TcpState::CloseWait));
    assert_eq!(run.receive(Side::B, server), Received::End);
    run.send(Side::B, server, b"still here");
    run.go(1_000);
    assert_eq!(run.receive(Side::A, client), Received::Bytes(b"still here".to_vec()));
    assert_eq!(run.state(Side::A, client), Some(TcpState::FinWait2));
}

/// RFC 9293 §3.6.1, SHLD-3; RFC 2525 §2.17.
#[test]
fn closing_with_unread_data_resets() {
    let mut run = Run::new(rfc(), rfc());
    let (client, server) = run.connect();
    run.send(Side::A, client, b"unread");
    run.go(50);
    run.close(Side::B, server);
    run.go(50);
    assert_eq!(run.sent.last().unwrap().3, Reason::UnreadData);
    assert_eq!(run.wire.stack(Side::A).failure(client), Some(Failure::Reset));
    // And data that comes after a close().
    let mut run = Run::new(rfc(), rfc());
    let (client, server) = run.connect();
    run.close(Side::B, server);
    run.go(50);
    run.send(Side::A, client, b"too late");
    run.go(50);
    assert_eq!(run.wire.stack(Side::A).failure(client), Some(Failure::Reset));
    assert!(run.sent.iter().any(|(.., why)| *why == Reason::DataAfterClose));
}

/// A port where nobody listens.
#[test]
fn nobody_listens() {
    let mut run = Run::new(rfc(), rfc());
    let client = run.a().connect(Moment::START, address(Side::A, 1), address(Side::B, 2)).unwrap();
    run.go(100);
    assert_eq!(run.wire.stack(Side::A).failure(client), Some(Failure::Refused));
}

/// A full accept queue: what a client sees whose handshake completes into it.
#[test]
fn a_full_accept_queue_ignores_or_resets() {
    for (overflow, failure) in [(Overflow::Ignore, None), (Overflow::Reset, Some(Failure::Reset))] {
        let mut run = Run::new(rfc(), Knobs { overflow, ..rfc() });
        let listener = run.b().listen(address(Side::B, 80), 2).unwrap();
        let clients: Vec<SocketId> = (0..2)
            .map(|port| run.a().connect(Moment::START, address(Side::A, 40_000 + port), address(Side::B, 80)).unwrap())
            .collect();
        run.go(100);
        assert_eq!(run.wire.stack(Side::B).queues(listener), Some((0, 2)));
        let now = run.now();
        let late = run.a().connect(now, address(Side::A, 50_000), address(Side::B, 80)).unwrap();
        run.go(100);
        assert_eq!(run.state(Side::A, late), Some(TcpState::SynSent), "its SYN is dropped");
        assert!(run.ignored.contains(&Reason::QueueFull));
        // Room for one: the SYN that comes again is answered, and then the
        // room is gone before the handshake is complete.
        run.b().accept(listener).unwrap();
        let now = run.now();
        let other = run.a().connect(now, address(Side::A, 50_001), address(Side::B, 80)).unwrap();
        run.go(3_000);
        let failures = [late, other].map(|id| run.wire.stack(Side::A).failure(id));
        assert!(failures.iter().all(|found| *found == failure || found.is_none()), "{failures:?}");
        assert_eq!(run.wire.stack(Side::B).queues(listener).unwrap().1, 2);
        // Whoever is accepted makes room for another.
        run.b().accept(listener).unwrap();
        run.go(10_000);
        assert_eq!(run.state(Side::A, clients[0]), Some(TcpState::Established));
    }
}

/// RFC 9293 §3.6.1, MAY-2: a new SYN takes over a connection in TIME-WAIT.
#[test]
fn a_new_syn_takes_over_time_wait() {
    let mut run = Run::new(rfc(), rfc());
    let (client, server) = run.connect();
    run.close(Side::B, server);
    run.go(50);
    run.close(Side::A, client);
    run.go(50);
    assert_eq!(run.state(Side::B, server), Some(TcpState::TimeWait));
    let now = run.now();
    let again = run.a().connect(now, address(Side::A, 40_000), address(Side::B, 80)).unwrap();
    run.go(100);
    assert_eq!(run.state(Side::A, again), Some(TcpState::Established));
    assert!(run.text.contains("TIME-WAIT -> CLOSED (TimeWaitReused)"));
}

/// RFC 5961 §7: who is bombarded does not answer every shot.
#[test]
fn challenges_are_limited() {
    let mut run = Run::new(rfc(), rfc());
    let (_, server) = run.connect();
    let shot = Segment::bare(TcpFlags::SYN, SeqNumber::new(7), SeqNumber::new(0));
    for _ in 0..100 {
        run.wire.inject(Side::B, packet(Side::A, shot.clone()), Duration::from_millis(1));
    }
    run.go(5);
    assert_eq!(run.sent.iter().filter(|(.., why)| *why == Reason::SynChallenged).count(), 10);
    assert_eq!(run.ignored.iter().filter(|why| **why == Reason::ChallengeLimit).count(), 90);
    assert_eq!(run.state(Side::B, server), Some(TcpState::Established));
}

/// RFC 5681 §3.1, RFC 6928: ten segments, then twice as many each round trip.
#[test]
fn slow_start_doubles() {
    let knobs = Knobs { window: 1 << 20, delayed_ack: None, ..rfc() };
    let mut run = Run::new(knobs, knobs);
    let (client, _) = run.connect();
    run.send(Side::A, client, &vec![1; 200 * 1_448]);
    run.go(70);
    let mut rounds = std::collections::BTreeMap::new();
    for (at, ..) in
        run.sent.iter().filter(|(_, side, packet, _)| *side == Side::A && !packet.segment.payload.is_empty())
    {
        *rounds.entry(at.nanos() / 1_000_000 - 100).or_insert(0) += 1;
    }
    assert_eq!(rounds.into_iter().collect::<Vec<_>>(), [(0, 10), (20, 20), (40, 40), (60, 80)]);
}

/// RFC 8985 §7: the last of ten segments is lost; two round trips later it
/// goes again, and nobody waits for the timer. When that made up for the loss,
/// congestion control hears of it.
#[test]
fn a_probe_finds_the_lost_tail() {
    for (tail_loss_probe, why, millis) in
        [(true, Reason::TailLossProbe, 240), (false, Reason::RetransmissionTimeout, 1_000)]
    {
        let knobs = Knobs { tail_loss_probe, window: 1 << 20, delayed_ack: None, ..rfc() };
        let mut run = Run::new(knobs, knobs);
        let (client, server) = run.connect();
        let mut count = 0;
        run.wire.set_rule(Box::new(move |_, _, packet| {
            count += u32::from(!packet.segment.payload.is_empty());
            if count == 10 && !packet.segment.payload.is_empty() { Verdict::Lose } else { Verdict::Pass }
        }));
        let begun = run.now();
        run.send(Side::A, client, &[1; 10 * 1_448]);
        run.go(3_000);
        let again: Vec<_> = run.sent.iter().filter(|(_, _, _, reason)| *reason == why).collect();
        assert_eq!(again.len(), 1);
        // After the last ACK that moved the window; a single segment waits for
        // a delayed acknowledgment as well.
        assert_eq!(again[0].0.since(begun).as_millis(), 20 + millis, "{why:?}");
        assert_eq!(run.wire.stack(Side::B).inside(server).unwrap().unread, 14_480);
        let before = run.wire.stack(Side::A).inside(client).unwrap().ssthresh;
        run.send(Side::A, client, &[1; 1_448]);
        run.go(1_000);
        let after = run.wire.stack(Side::A).inside(client).unwrap().ssthresh;
        assert_eq!(tail_loss_probe, (before, after < u32::MAX) == (u32::MAX, true), "{before} {after}");
    }
}

/// RFC 8985 §7.3: the probe carries new data where there is some, and is no
/// retransmission; nothing was lost, so nothing is slowed down.
#[test]
fn a_probe_carries_what_is_new() {
    let knobs = Knobs { tail_loss_probe: true, ..rfc() };
    let mut run = Run::new(knobs, knobs);
    let (client, _) = run.connect();
    // Acknowledgments are late; Nagle holds the second write back.
    run.wire.set_rule(Box::new(|_, side, _| match side {
        Side::A => Verdict::Pass,
        Side::B => Verdict::Delay(Duration::from_millis(400)),
    }));
    run.send(Side::A, client, b"one");
    run.send(Side::A, client, b"two");
    run.go(5_000);
    let probes: Vec<_> = run.sent.iter().filter(|(.., why)| *why == Reason::TailLossProbe).collect();
    assert_eq!(probes.len(), 1);
    assert_eq!(probes[0].2.segment.payload, b"two");
    let inside = run.wire.stack(Side::A).inside(client).unwrap();
    assert_eq!((inside.retransmissions, inside.ssthresh), (0, u32::MAX));
}

/// RFC 8985 §7.4.2: the probe was needless, and the peer says so (D-SACK).
#[test]
fn a_needless_probe_slows_nothing_down() {
    let knobs = Knobs { tail_loss_probe: true, ..rfc() };
    let mut run = Run::new(knobs, knobs);
    let (client, _) = run.connect();
    let mut count = 0;
    run.wire.set_rule(Box::new(move |_, side, _| {
        count += u32::from(side == Side::B);
        if side == Side::B && count == 1 { Verdict::Delay(Duration::from_millis(300)) } else { Verdict::Pass }
    }));
    run.send(Side::A, client, b"one");
    run.go(5_000);
    run.send(Side::A, client, b"two");
    run.go(5_000);
    assert_eq!(run.sent.iter().filter(|(.., why)| *why == Reason::TailLossProbe).count(), 1);
    assert_eq!(run.wire.stack(Side::A).inside(client).unwrap().ssthresh, u32::MAX);
}
