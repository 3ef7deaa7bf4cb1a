//! Figures 6 to 13 of RFC 9293, with the RFC's own numbers.

use super::*;
use crate::model::{RawWindow, TcpFlags};
use crate::source::simulator::tcp::{Failure, RepeatedSyn, Segment};

fn syn(seq: u32) -> Segment {
    Segment { window: RawWindow(1_000), ..Segment::bare(TcpFlags::SYN, SeqNumber::new(seq), SeqNumber::new(0)) }
}

/// Basic three-way handshake.
#[test]
fn figure_6() {
    let mut run = Run::new(plain(100), plain(300));
    let (client, _) = run.connect();
    run.send(Side::A, client, &[7; 10]);
    run.go(15);
    insta::assert_snapshot!(run.take_text());
}

/// Simultaneous connection synchronization.
#[test]
fn figure_7() {
    let mut run = Run::new(plain(100), plain(300));
    let (a, b) = (address(Side::A, 40_000), address(Side::B, 80));
    let one = run.a().connect(Moment::START, a, b).unwrap();
    let other = run.b().connect(Moment::START, b, a).unwrap();
    run.go(100);
    assert_eq!(run.state(Side::A, one), Some(TcpState::Established));
    assert_eq!(run.state(Side::B, other), Some(TcpState::Established));
    insta::assert_snapshot!(run.take_text());
}

/// The same between two that do as Linux does: each SYN-ACK is acknowledged.
#[test]
fn figure_7_on_linux() {
    let linux = Knobs { acknowledges_crossed_syn_ack: true, ..plain(100) };
    let mut run = Run::new(linux, linux);
    let (a, b) = (address(Side::A, 40_000), address(Side::B, 80));
    run.a().connect(Moment::START, a, b).unwrap();
    run.b().connect(Moment::START, b, a).unwrap();
    run.go(100);
    for side in [Side::A, Side::B] {
        let why: Vec<Reason> = run.sent.iter().filter(|(_, from, ..)| *from == side).map(|(.., why)| *why).collect();
        assert_eq!(why, [Reason::ActiveOpen, Reason::SimultaneousOpen, Reason::DuplicateData]);
    }
}

/// A SYN that comes again in SYN-RECEIVED: an ACK by the RFC, the SYN-ACK again
/// on Linux.
#[test]
fn a_repeated_syn_is_acknowledged_or_answered_again() {
    for (repeated_syn, expected) in
        [(RepeatedSyn::Acknowledged, Reason::NotAcceptable), (RepeatedSyn::AnsweredAgain, Reason::SynAckAgain)]
    {
        let mut run = Run::new(plain(100), Knobs { repeated_syn, ..plain(300) });
        let (a, b) = (address(Side::A, 40_000), address(Side::B, 80));
        run.b().listen(b, 5).unwrap();
        for _ in 0..2 {
            run.wire.inject(Side::B, Packet { from: a, to: b, segment: syn(100) }, Duration::ZERO);
            run.go(1);
        }
        let why: Vec<Reason> = run.sent.iter().map(|(.., why)| *why).collect();
        assert_eq!(why, [Reason::SynToListener, expected]);
    }
}

/// Recovery from an old duplicate SYN.
#[test]
fn figure_8() {
    let mut run = Run::new(plain(100), plain(300));
    let (a, b) = (address(Side::A, 40_000), address(Side::B, 80));
    run.b().listen(b, 5).unwrap();
    run.wire.set_rule(Box::new(|_, side, packet| match packet.segment.seq.raw() {
        100 if side == Side::A && packet.segment.flags.syn() => Verdict::Delay(Duration::from_millis(100)),
        _ => Verdict::Pass,
    }));
    let client = run.a().connect(Moment::START, a, b).unwrap();
    run.wire.inject(Side::B, packet(Side::A, syn(90)), Duration::from_millis(20));
    run.go(60);
    run.b().set_knobs(plain(400));
    run.go(100);
    assert_eq!(run.state(Side::A, client), Some(TcpState::Established));
    insta::assert_snapshot!(run.take_text());
}

/// Half-open connection discovery: A has lost its memory and opens anew.
#[test]
fn figure_9() {
    let mut run = Run::new(plain(99), plain(299));
    let (_, server) = run.connect();
    run.take_text();
    run.wire.power_loss(Side::A, plain(400));
    let now = run.now();
    run.a().connect(now, address(Side::A, 40_000), address(Side::B, 80)).unwrap();
    run.go(900);
    assert_eq!(run.wire.stack(Side::B).failure(server), Some(Failure::Reset));
    insta::assert_snapshot!(run.take_text());
}

/// The active side causes half-open connection discovery.
#[test]
fn figure_10() {
    let mut run = Run::new(plain(99), plain(299));
    let (_, server) = run.connect();
    run.take_text();
    run.wire.power_loss(Side::A, plain(400));
    run.send(Side::B, server, &[7; 10]);
    run.go(900);
    insta::assert_snapshot!(run.take_text());
}

/// An old duplicate SYN initiates a reset on two passive sockets.
#[test]
fn figure_11() {
    let mut run = Run::new(plain(100), plain(300));
    run.a().listen(address(Side::A, 40_000), 1).unwrap();
    run.b().listen(address(Side::B, 80), 1).unwrap();
    run.wire.inject(Side::B, packet(Side::A, syn(90)), Duration::from_millis(10));
    run.go(900);
    assert_eq!(run.wire.stack(Side::B).connections().count(), 0);
    insta::assert_snapshot!(run.take_text());
}

/// Normal close sequence.
#[test]
fn figure_12() {
    let mut run = Run::new(plain(99), plain(299));
    let (client, server) = run.connect();
    run.take_text();
    run.close(Side::A, client);
    run.go(50);
    run.close(Side::B, server);
    run.go(300_000);
    insta::assert_snapshot!(run.take_text());
}

/// Simultaneous close sequence.
#[test]
fn figure_13() {
    let mut run = Run::new(plain(99), plain(299));
    let (client, server) = run.connect();
    run.take_text();
    run.close(Side::A, client);
    run.close(Side::B, server);
    run.go(300_000);
    insta::assert_snapshot!(run.take_text());
}
