//! §3.10 as tables: every call and every kind of segment in every state.
//! Numbers begin just before the wrap and are written relative to it.

use std::fmt::Write as _;
use std::net::SocketAddr;

use super::*;
use crate::model::{RawWindow, SeqNumber, TcpFlags, TcpState};
use crate::source::simulator::Moment;

const ISS: SeqNumber = SeqNumber::new(u32::MAX - 1);
const IRS: SeqNumber = SeqNumber::new(u32::MAX);
const NOW: Moment = Moment::from_millis(10);
const WINDOW: u32 = 1_000;

fn local() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], 40_000))
}

fn peer() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 2], 80))
}

fn knobs() -> Knobs {
    Knobs {
        isn: Isn::Fixed(ISS),
        window: WINDOW,
        timestamps: false,
        sack: false,
        window_scale: false,
        ..Profile::Rfc.knobs()
    }
}

/// A host with one socket, which was brought into a state.
struct Host {
    stack: Stack,
    socket: SocketId,
}

/// From the peer: `seq` counts from its ISN, `ack` from ours.
fn segment(flags: TcpFlags, seq: u32, ack: u32, payload: &[u8]) -> Segment {
    Segment { window: RawWindow(4_000), payload: payload.to_vec(), ..Segment::bare(flags, IRS + seq, ISS + ack) }
}

const SYN_ACK: TcpFlags = TcpFlags::SYN.with(TcpFlags::ACK);
const FIN_ACK: TcpFlags = TcpFlags::FIN.with(TcpFlags::ACK);
const RST_ACK: TcpFlags = TcpFlags::RST.with(TcpFlags::ACK);

impl Host {
    fn arrives(&mut self, segment: Segment) {
        self.stack.arrives(NOW, &Packet { from: peer(), to: local(), segment });
    }

    /// Brings a new host's socket there by the shortest way.
    fn reach(state: TcpState) -> Self {
        Self::reach_with(state, knobs())
    }

    fn reach_with(state: TcpState, knobs: Knobs) -> Self {
        let mut stack = Stack::new(knobs);
        let passive = matches!(state, TcpState::Listen | TcpState::SynReceived);
        let socket = if passive { stack.listen(local(), 5) } else { stack.connect(NOW, local(), peer()) }.unwrap();
        let mut host = Self { stack, socket };
        let way: &[&str] = match state {
            TcpState::Closed => &["abort"],
            TcpState::Listen | TcpState::SynSent => &[],
            TcpState::SynReceived => &["syn"],
            TcpState::Established => &["syn-ack"],
            TcpState::FinWait1 => &["syn-ack", "shutdown"],
            TcpState::FinWait2 => &["syn-ack", "shutdown", "ack"],
            TcpState::CloseWait => &["syn-ack", "fin"],
            TcpState::Closing => &["syn-ack", "shutdown", "fin"],
            TcpState::LastAck => &["syn-ack", "fin", "shutdown"],
            TcpState::TimeWait => &["syn-ack", "shutdown", "ack", "fin-late"],
        };
        for step in way {
            match *step {
                "abort" => host.stack.abort(host.socket).unwrap(),
                "shutdown" => host.stack.shutdown(NOW, host.socket).unwrap(),
                "syn" => {
                    host.arrives(segment(TcpFlags::SYN, 0, 0, b""));
                    host.socket = host.stack.connections().next().unwrap().0;
                }
                "syn-ack" => host.arrives(segment(SYN_ACK, 0, 1, b"")),
                "ack" => host.arrives(segment(TcpFlags::ACK, 1, 2, b"")),
                "fin" => host.arrives(segment(FIN_ACK, 1, 1, b"")),
                "fin-late" => host.arrives(segment(FIN_ACK, 1, 2, b"")),
                other => panic!("{other}"),
            }
        }
        host.effects();
        host
    }

    /// What it did since the last time, in one line.
    fn effects(&mut self) -> String {
        let mut text = String::new();
        while let Some(effect) = self.stack.take_effect() {
            let separator = if text.is_empty() { "" } else { "; " };
            match effect {
                Effect::Sent { packet, why, .. } => {
                    let segment = packet.segment;
                    write!(text, "{separator}{} {}", segment.flags, relative(segment.seq, ISS, "seq")).unwrap();
                    if segment.flags.ack() {
                        write!(text, " {}", relative(segment.ack, IRS, "ack")).unwrap();
                    }
                    if !segment.payload.is_empty() {
                        write!(text, " data {}", segment.payload.len()).unwrap();
                    }
                    write!(text, " ({why:?})").unwrap();
                }
                Effect::State { to, why, .. } => write!(text, "{separator}-> {to} ({why:?})").unwrap(),
                Effect::Ignored { why, .. } => write!(text, "{separator}ignored ({why:?})").unwrap(),
            }
        }
        if text.is_empty() { "nothing".to_owned() } else { text }
    }
}

/// `seq=+1`: counted from an initial number; a plain number otherwise.
fn relative(seq: SeqNumber, base: SeqNumber, name: &str) -> String {
    let offset = seq.offset_from(base);
    if offset.unsigned_abs() < 100_000 { format!("{name}={offset:+}") } else { format!("{name}={}", seq.raw()) }
}

/// §3.10.7: every kind of segment in every state. RCV.NXT is +1 before the
/// peer's FIN and +2 after it; SND.NXT is +1, or +2 after ours.
#[test]
fn every_segment_in_every_state() {
    let kinds = [
        ("SYN again", segment(TcpFlags::SYN, 0, 0, b"")),
        ("SYN in the window", segment(TcpFlags::SYN, 500, 0, b"")),
        ("SYN-ACK", segment(SYN_ACK, 0, 1, b"")),
        ("SYN-ACK of something else", segment(SYN_ACK, 0, 50, b"")),
        ("RST, next number", segment(TcpFlags::RST, 1, 0, b"")),
        ("RST, one further", segment(TcpFlags::RST, 2, 0, b"")),
        ("RST in the window", segment(TcpFlags::RST, 500, 0, b"")),
        ("RST outside", segment(TcpFlags::RST, 5_000, 0, b"")),
        ("RST-ACK", segment(RST_ACK, 0, 1, b"")),
        ("ACK of the SYN", segment(TcpFlags::ACK, 1, 1, b"")),
        ("ACK of the FIN", segment(TcpFlags::ACK, 1, 2, b"")),
        ("ACK of both FINs", segment(TcpFlags::ACK, 2, 2, b"")),
        ("ACK of the future", segment(TcpFlags::ACK, 1, 900, b"")),
        ("ACK far too old", segment(TcpFlags::ACK, 1, 0_u32.wrapping_sub(50_000), b"")),
        ("ACK outside the window", segment(TcpFlags::ACK, 5_000, 1, b"")),
        ("no ACK bit", segment(TcpFlags::PSH, 1, 1, b"x")),
        ("data", segment(TcpFlags::ACK, 1, 1, b"data")),
        ("data behind a hole", segment(TcpFlags::ACK, 100, 1, b"data")),
        ("data below the window", segment(TcpFlags::ACK, 0_u32.wrapping_sub(9), 1, b"data")),
        ("FIN", segment(FIN_ACK, 1, 1, b"")),
        ("FIN with the ACK of ours", segment(FIN_ACK, 1, 2, b"")),
        ("FIN with data", segment(FIN_ACK, 1, 1, b"data")),
        ("FIN behind a hole", segment(FIN_ACK, 100, 1, b"")),
    ];
    let mut table = String::new();
    for state in TcpState::ALL {
        writeln!(table, "{state}").unwrap();
        for (name, segment) in &kinds {
            let mut host = Host::reach(state);
            host.arrives(segment.clone());
            writeln!(table, "  {name:<26} {}", host.effects()).unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

/// §3.10.2–3.10.5: every call in every state.
#[test]
fn every_call_in_every_state() {
    type Call = fn(&mut Host) -> String;
    let calls: [(&str, Call); 5] = [
        ("SEND", |host| format!("{:?}", host.stack.send(NOW, host.socket, b"data"))),
        ("RECEIVE", |host| format!("{:?}", host.stack.receive(NOW, host.socket, 10))),
        ("CLOSE", |host| format!("{:?}", host.stack.shutdown(NOW, host.socket))),
        ("close()", |host| format!("{:?}", host.stack.close(NOW, host.socket))),
        ("ABORT", |host| format!("{:?}", host.stack.abort(host.socket))),
    ];
    let mut table = String::new();
    for state in TcpState::ALL {
        writeln!(table, "{state}").unwrap();
        for (name, call) in calls {
            let mut host = Host::reach(state);
            let answer = call(&mut host);
            writeln!(table, "  {name:<8} {answer}, {}", host.effects()).unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

/// The helper brings a socket where it says.
#[test]
fn every_state_is_reached() {
    for state in TcpState::ALL {
        let host = Host::reach(state);
        let found = host.stack.state(host.socket);
        assert_eq!(found.unwrap_or(TcpState::Closed), state);
    }
}

/// RFC 7323 §5.3, R1; §3.2.
#[test]
fn paws_answers_the_old_and_drops_the_unstamped() {
    let knobs = Knobs { timestamps: true, ..knobs() };
    let mut host = Host { stack: Stack::new(knobs), socket: SocketId(0) };
    host.socket = host.stack.connect(NOW, local(), peer()).unwrap();
    let stamped = |flags, seq, value, payload: &[u8]| {
        let mut segment = segment(flags, seq, 1, payload);
        segment.options.timestamps = Some(Timestamps { value, echo: 10 });
        segment
    };
    host.arrives(stamped(SYN_ACK, 0, 1_000, b""));
    host.effects();
    host.arrives(stamped(TcpFlags::ACK, 1, 999, b"old"));
    assert_eq!(host.effects(), "ACK seq=+1 ack=+1 (OldTimestamp)");
    host.arrives(segment(TcpFlags::ACK, 1, 1, b"bare"));
    assert_eq!(host.effects(), "ignored (MissingTimestamp)");
    host.arrives(stamped(TcpFlags::ACK, 1, 1_001, b"new"));
    assert_eq!(host.stack.receive(NOW, host.socket, 10), Ok(Received::Bytes(b"new".to_vec())));
    // A reset needs no stamp (§3.2).
    host.arrives(segment(TcpFlags::RST, 4, 0, b""));
    assert_eq!(host.effects(), "-> CLOSED (Reset)");
}

/// A SYN that carries data and a FIN: what cannot be done before ESTABLISHED
/// waits for it (§3.10.7.2, third).
#[test]
fn data_on_a_syn_waits_for_the_handshake() {
    let mut host = Host::reach(TcpState::Listen);
    host.arrives(segment(TcpFlags::SYN, 0, 0, b"early"));
    assert_eq!(host.effects(), "-> SYN-RECEIVED (SynToListener); SYN ACK seq=+0 ack=+1 (SynToListener)");
    assert_eq!(host.stack.accept(host.socket), None);
    host.arrives(segment(TcpFlags::ACK, 6, 1, b""));
    let socket = host.stack.accept(host.socket).unwrap();
    assert_eq!(host.stack.receive(NOW, socket, 10), Ok(Received::Bytes(b"early".to_vec())));
}

/// §3.10.7.4: SND.WL1 and SND.WL2 keep an old segment from updating the window.
#[test]
fn an_old_segment_does_not_update_the_window() {
    let mut host = Host::reach(TcpState::Established);
    host.stack.send(NOW, host.socket, b"data").unwrap();
    let window = |host: &Host| host.stack.inside(host.socket).unwrap().peer_window;
    let with = |seq, ack, window| Segment { window: RawWindow(window), ..segment(TcpFlags::ACK, seq, ack, b"") };
    host.arrives(with(1, 5, 700));
    assert_eq!(window(&host), 700, "a newer ACK does");
    host.arrives(with(1, 3, 900));
    assert_eq!(window(&host), 700, "an older one does not");
    host.arrives(with(2, 5, 800));
    assert_eq!(window(&host), 800, "a later number does");
    host.arrives(with(1, 5, 900));
    assert_eq!(window(&host), 800, "an earlier one does not");
}
