//! Over a wire that loses, repeats and reorders, every byte arrives and
//! nobody sticks.

use proptest::prelude::*;

use super::*;
use crate::source::simulator::tcp::{Algorithm, CallError, KeepAlive, Limit, Probe};

/// A program that writes so many bytes, closes its half, and reads everything.
struct Program {
    side: Side,
    socket: Option<SocketId>,
    to_write: usize,
    written: usize,
    closed: bool,
    read: usize,
    /// At most so many bytes a read.
    appetite: usize,
    ended: bool,
}

fn byte(side: Side, offset: usize) -> u8 {
    let salt = if side == Side::A { 0 } else { 101 };
    u8::try_from((offset + salt) % 251).unwrap()
}

impl Program {
    fn new(side: Side, socket: Option<SocketId>, to_write: usize, appetite: usize) -> Self {
        Self { side, socket, to_write, written: 0, closed: false, read: 0, appetite, ended: false }
    }

    fn act(&mut self, wire: &mut Wire) {
        let Some(socket) = self.socket else { return };
        let now = wire.now();
        let stack = wire.stack_mut(self.side);
        while self.written < self.to_write {
            let count = (self.to_write - self.written).min(4_096);
            let bytes: Vec<u8> = (self.written..self.written + count).map(|offset| byte(self.side, offset)).collect();
            match stack.send(now, socket, &bytes).unwrap() {
                0 => break,
                taken => self.written += taken,
            }
        }
        // In SYN-SENT a CLOSE would end it all (RFC 9293 §3.10.4).
        let opening = stack.state(socket) == Some(TcpState::SynSent);
        if self.written == self.to_write && !self.closed && !opening {
            stack.shutdown(now, socket).unwrap();
            self.closed = true;
        }
        while !self.ended {
            match stack.receive(now, socket, self.appetite) {
                Ok(Received::Bytes(bytes)) => {
                    for found in bytes {
                        assert_eq!(found, byte(self.side.other(), self.read), "byte {}", self.read);
                        self.read += 1;
                    }
                }
                Ok(Received::End) => self.ended = true,
                Ok(Received::Nothing) | Err(CallError::NoConnection) => break,
                Err(error) => panic!("{:?}: {error} at {now}", self.side),
            }
        }
    }
}

#[derive(Clone, Debug)]
struct Case {
    a: Knobs,
    b: Knobs,
    link: Link,
    seed: u64,
    bytes: (usize, usize),
    appetite: usize,
}

fn knobs() -> impl Strategy<Value = Knobs> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let algorithm = prop_oneof![Just(Algorithm::Reno), Just(Algorithm::Cubic), Just(Algorithm::Unlimited)];
    let sizes = (100_u16..1_460, 500_u32..200_000, 500_u32..100_000);
    // So close to the wrap that most runs pass it.
    let isn = (0_u32..20_000).prop_map(|before| Isn::Fixed(SeqNumber::new(u32::MAX - before)));
    let delay = prop_oneof![Just(None), (1_u64..400).prop_map(Some)];
    let others = (any::<bool>(), any::<bool>(), any::<bool>(), prop::option::of(1_u64..100));
    (flags, algorithm, sizes, isn, delay, others).prop_map(
        |(
            (sack, timestamps, window_scale, nagle, linux),
            congestion,
            (mss, window, send_buffer),
            isn,
            delay,
            (tail_loss_probe, limited_transmit, old_number, idle),
        )| {
            let profile = if linux { Profile::LinuxLike } else { Profile::Rfc };
            Knobs {
                isn,
                mss,
                window,
                send_buffer,
                window_scale,
                timestamps,
                sack,
                delayed_ack: delay.map(Duration::from_millis),
                nagle,
                congestion,
                tail_loss_probe,
                limited_transmit,
                probe: if old_number { Probe::OldNumber } else { Probe::NewOctet },
                // Bad luck must not end a run here either.
                keep_alive: idle.map(|idle| KeepAlive {
                    idle: Duration::from_secs(idle),
                    interval: Duration::from_secs(idle),
                    probes: 1_000,
                }),
                // Bad luck must not end a run.
                syn_limit: Limit::Retransmissions(60),
                syn_ack_limit: Limit::Retransmissions(60),
                data_limit: Limit::Retransmissions(60),
                rto_max: Duration::from_secs(10),
                ..profile.knobs()
            }
        },
    )
}

fn cases() -> impl Strategy<Value = Case> {
    let chances = (0_u32..250_000, 0_u32..150_000, 0_u32..300_000);
    let bandwidth = prop_oneof![Just(None), (100_000_u64..50_000_000).prop_map(Some)];
    let link = (chances, 1_u64..200, bandwidth, 2_usize..50).prop_map(
        |((loss, duplication, reordering), delay, bandwidth, queue)| Link {
            delay: Duration::from_millis(delay),
            bandwidth,
            queue: Some(queue),
            loss,
            duplication,
            reordering,
        },
    );
    let bytes = (0_usize..60_000, 0_usize..60_000);
    (knobs(), knobs(), link, any::<u64>(), bytes, 1_usize..10_000)
        .prop_map(|(a, b, link, seed, bytes, appetite)| Case { a, b, link, seed, bytes, appetite })
}

fn every_byte_arrives(case: &Case) {
    let mut wire = Wire::new(case.a, case.b, case.link, case.seed);
    let (local, peer) = (address(Side::A, 40_000), address(Side::B, 80));
    let listener = wire.stack_mut(Side::B).listen(peer, 5).unwrap();
    let client = wire.stack_mut(Side::A).connect(Moment::START, local, peer).unwrap();
    let mut a = Program::new(Side::A, Some(client), case.bytes.0, case.appetite);
    let mut b = Program::new(Side::B, None, case.bytes.1, case.appetite);
    let end = Moment::START + Duration::from_hours(24);
    loop {
        a.act(&mut wire);
        if b.socket.is_none() {
            b.socket = wire.stack_mut(Side::B).accept(listener);
        }
        b.act(&mut wire);
        // RFC 9293 §3.7.1: options count as well, SACK blocks among them.
        let most = u32::from(case.a.mss.min(case.b.mss));
        let went_on = wire.step(end, &mut |_, happening| {
            if let Happening::Did { effect: Effect::Sent { packet, .. }, .. } = happening {
                let data = u32::try_from(packet.segment.payload.len()).unwrap();
                assert!(data == 0 || data + packet.segment.options.length() <= most, "{}", packet.segment);
            }
        });
        if !went_on {
            break;
        }
        assert!(wire.sent() < 1_000_000, "they talk for ever: {} of {:?}", a.read + b.read, case.bytes);
    }
    assert_eq!((a.read, b.read), (case.bytes.1, case.bytes.0), "what arrived");
    assert!(a.ended && b.ended, "both heard the other's end");
    // After TIME-WAIT nothing is left to do.
    assert_eq!((wire.now(), wire.next()), (end, None));
    for (side, socket) in [(Side::A, a.socket), (Side::B, b.socket)] {
        assert_eq!(wire.stack(side).state(socket.unwrap()), Some(TcpState::Closed), "{side:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]
    #[test]
    fn every_byte_arrives_and_nobody_sticks(case in cases()) {
        every_byte_arrives(&case);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]
    #[test]
    #[ignore = "ten thousand cases take minutes"]
    fn every_byte_arrives_ten_thousand_times(case in cases()) {
        every_byte_arrives(&case);
    }
}

/// The same seed gives the same run.
#[test]
fn a_run_can_be_repeated() {
    let link = Link { loss: 100_000, duplication: 50_000, reordering: 100_000, ..Link::default() };
    let text = |seed| {
        let mut run = Run::over(Profile::Rfc.knobs(), Profile::LinuxLike.knobs(), link, seed);
        let (local, peer) = (address(Side::A, 40_000), address(Side::B, 80));
        run.b().listen(peer, 1).unwrap();
        let client = run.a().connect(Moment::START, local, peer).unwrap();
        run.send(Side::A, client, &vec![3; 50_000]);
        run.go(60_000);
        run.take_text()
    };
    assert_eq!(text(5), text(5));
    assert_ne!(text(5), text(6));
}
