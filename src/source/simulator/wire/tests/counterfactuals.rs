//! What would happen if a rule were not there.

use super::*;
use crate::model::TcpFlags;
use crate::source::simulator::tcp::{Handshake, Segment};

/// The server's end ten minutes after an old SYN of a host that has gone.
fn after_an_old_syn(handshake: Handshake) -> Option<TcpState> {
    let server = Knobs { handshake, ..plain(300) };
    let mut run = Run::new(plain(100), server);
    run.b().listen(address(Side::B, 80), 5).unwrap();
    // Whoever sent it is gone: nothing answers.
    run.wire.set_rule(Box::new(|_, _, _| Verdict::Lose));
    let old = Segment::bare(TcpFlags::SYN, SeqNumber::new(90), SeqNumber::new(0));
    run.wire.inject(Side::B, packet(Side::A, old), Duration::from_millis(10));
    run.go(600_000);
    let ghost = run.wire.stack(Side::B).connections().next().map(|(id, ..)| id);
    ghost.and_then(|id| run.state(Side::B, id))
}

#[test]
fn two_steps_leave_a_ghost_where_three_leave_nothing() {
    assert_eq!(after_an_old_syn(Handshake::TwoWay), Some(TcpState::Established));
    assert_eq!(after_an_old_syn(Handshake::ThreeWay), None);
}

/// With two steps a whole conversation still works while nothing is lost.
#[test]
fn two_steps_do_when_nothing_goes_wrong() {
    let two = |isn| Knobs { handshake: Handshake::TwoWay, ..plain(isn) };
    let mut run = Run::new(two(100), two(300));
    let (client, server) = run.connect();
    run.send(Side::A, client, b"hello");
    run.go(100);
    assert_eq!(run.receive(Side::B, server), Received::Bytes(b"hello".to_vec()));
    assert_eq!(segments(&run, Side::A)[1], "<SEQ=101><ACK=301><DATA=5><CTL=PSH,ACK>");
}

/// The last ACK is lost: what the client says to the FIN that comes again,
/// and how the server's connection ends.
fn last_ack_lost(time_wait: Duration) -> (String, Reason) {
    let client = Knobs { time_wait, ..plain(99) };
    let mut run = Run::new(client, plain(299));
    let (client, server) = run.connect();
    let mut fins = 0;
    run.wire.set_rule(Box::new(move |_, side, packet| {
        fins += u32::from(side == Side::B && packet.segment.flags.fin());
        let last = side == Side::A && fins == 1 && packet.segment.ack.raw() == 301;
        if last { Verdict::Lose } else { Verdict::Pass }
    }));
    run.close(Side::A, client);
    run.go(50);
    run.close(Side::B, server);
    let mut ended = None;
    let limit = run.now() + Duration::from_secs(10);
    run.wire.run(limit, &mut |_, happening| {
        if let Happening::Did { side, effect, .. } = happening {
            match effect {
                Effect::State { to: TcpState::Closed, why, .. } if *side == Side::B => ended = Some(*why),
                Effect::Sent { packet, why, .. } => run.sent.push((limit, *side, packet.clone(), *why)),
                Effect::State { .. } | Effect::Ignored { .. } => {}
            }
        }
    });
    (segments(&run, Side::A).last().unwrap().clone(), ended.unwrap())
}

/// RFC 9293 §3.6.1: what TIME-WAIT is for.
#[test]
fn without_time_wait_a_clean_close_becomes_a_reset() {
    let minute = Duration::from_mins(1);
    assert_eq!(last_ack_lost(minute), ("<SEQ=101><ACK=301><CTL=ACK>".to_owned(), Reason::FinAcknowledged));
    assert_eq!(last_ack_lost(Duration::ZERO), ("<SEQ=101><CTL=RST>".to_owned(), Reason::Reset));
}
