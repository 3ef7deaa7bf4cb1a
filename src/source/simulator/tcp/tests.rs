//! §3.10 as tables: every call and every kind of segment in every state.
//! Numbers begin just before the wrap and are written relative to it.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

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
const URG_ACK: TcpFlags = TcpFlags::URG.with(TcpFlags::ACK);
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
        ("SYN with data", segment(TcpFlags::SYN, 0, 0, b"data")),
        ("SYN with data and FIN", segment(TcpFlags::SYN.with(TcpFlags::FIN), 0, 0, b"data")),
        ("SYN-ACK with data", segment(SYN_ACK, 0, 1, b"data")),
        ("SYN and RST", segment(TcpFlags::SYN.with(TcpFlags::RST), 0, 0, b"")),
        ("URG", Segment { urgent: 3, ..segment(URG_ACK, 1, 1, b"data") }),
        ("no flags at all", segment(TcpFlags::from_bits(0), 1, 1, b"")),
        ("a keep-alive", segment(TcpFlags::ACK, 0, 1, b"")),
        ("data beyond the window", segment(TcpFlags::ACK, 990, 1, &[7; 100])),
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

/// §3.10.8: what time alone does in every state, the peer silent: with nothing
/// to say, with data under way, with a closed window, and with everything on.
#[test]
fn every_timer_in_every_state() {
    type Prepare = fn(&mut Host);
    let plain = knobs();
    let keep_alive = KeepAlive { idle: Duration::from_hours(2), interval: Duration::from_secs(75), probes: 2 };
    let impatient = Limit::After(Duration::from_secs(20));
    let cases: [(&str, Knobs, Prepare); 5] = [
        ("nothing to say", plain, |_| {}),
        ("data under way", plain, |host| {
            host.stack.send(NOW, host.socket, b"data").ok();
        }),
        ("a closed window", plain, |host| {
            host.arrives(Segment { window: RawWindow(0), ..segment(TcpFlags::ACK, 1, 1, b"") });
            host.stack.send(NOW, host.socket, b"data").ok();
        }),
        ("data came, and keep-alive", Knobs { keep_alive: Some(keep_alive), ..plain }, |host| {
            host.arrives(segment(TcpFlags::ACK, 1, 1, b"data"));
        }),
        (
            "a user timeout",
            Knobs { syn_limit: impatient, syn_ack_limit: impatient, data_limit: impatient, ..plain },
            |host| {
                host.stack.send(NOW, host.socket, b"data").ok();
            },
        ),
    ];
    let mut table = String::new();
    for state in TcpState::ALL {
        writeln!(table, "{state}").unwrap();
        for (name, knobs, prepare) in &cases {
            let mut host = Host::reach_with(state, *knobs);
            prepare(&mut host);
            host.effects();
            writeln!(table, "  {name}").unwrap();
            let mut left = 12;
            while let Some(at) = host.stack.deadline().filter(|_| left > 0) {
                left -= 1;
                host.stack.pass(at);
                let effects = host.effects();
                if effects != "nothing" {
                    writeln!(table, "    {at} {effects}").unwrap();
                }
            }
            let more = if host.stack.deadline().is_some() { "and so on" } else { "nothing more" };
            writeln!(table, "    {more}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

/// §3.10.1, §3.10.6: OPEN of a pair that is in use, and STATUS, in every state.
#[test]
fn open_and_status_in_every_state() {
    for state in TcpState::ALL {
        let mut host = Host::reach(state);
        let status = host.stack.state(host.socket).unwrap_or(TcpState::Closed);
        assert_eq!(status, state);
        let again = host.stack.connect(NOW, local(), peer());
        let free = matches!(state, TcpState::Closed | TcpState::Listen);
        assert_eq!(again.is_ok(), free, "{state}: {again:?}");
    }
}

/// RFC 9293 §3.10.7.4: with a closed window no segment is acceptable, "but
/// special allowance should be made to accept valid ACKs, URGs, and RSTs".
#[test]
fn a_closed_window_still_hears_acknowledgments() {
    let mut host = Host::reach(TcpState::Established);
    for part in 0..2 {
        host.arrives(segment(TcpFlags::ACK, 1 + part * 500, 1, &[7; 500]));
    }
    host.stack.send(NOW, host.socket, b"data").unwrap();
    host.effects();
    assert_eq!(host.stack.inside(host.socket).unwrap().window, 0);
    host.arrives(segment(TcpFlags::ACK, 1_001, 5, b"probe"));
    let inside = host.stack.inside(host.socket).unwrap();
    assert_eq!((inside.una, inside.unacknowledged), (ISS + 5, 0), "its ACK is taken");
    assert_eq!(host.effects(), "ACK seq=+5 ack=+1001 (NotAcceptable)");
    host.arrives(segment(TcpFlags::RST, 1_001, 0, b""));
    assert_eq!(host.effects(), "-> CLOSED (Reset)");
}

/// §3.8.5: the urgent pointer is noted and told; its data stays in line.
#[test]
fn the_urgent_pointer_is_told() {
    let mut host = Host::reach(TcpState::Established);
    host.arrives(Segment { urgent: 3, ..segment(URG_ACK, 1, 1, b"data") });
    assert_eq!(host.effects(), "ignored (UrgentInLine)");
    assert_eq!(host.stack.inside(host.socket).unwrap().urgent, Some(IRS + 4));
    assert_eq!(host.stack.receive(NOW, host.socket, 10), Ok(Received::Bytes(b"data".to_vec())));
}

/// A listener whose SYN queue of two is full.
fn flooded(knobs: Knobs) -> Host {
    let mut stack = Stack::new(knobs);
    let socket = stack.listen(local(), 2).unwrap();
    let mut host = Host { stack, socket };
    for port in 1..=2 {
        let from = SocketAddr::new(peer().ip(), port);
        host.stack.arrives(NOW, &Packet { from, to: local(), segment: segment(TcpFlags::SYN, 0, 0, b"") });
    }
    host.effects();
    host
}

/// RFC 4987 §3.6: the queue is full, and yet who completes the handshake is
/// let in; nothing is remembered meanwhile.
#[test]
fn a_cookie_lets_in_whom_the_queue_has_no_room_for() {
    let mut host = flooded(knobs());
    host.arrives(segment(TcpFlags::SYN, 0, 0, b""));
    assert_eq!(host.effects(), "ignored (SynQueueFull)");

    let mut host = flooded(Knobs { syn_cookies: true, sack: true, timestamps: true, ..knobs() });
    let mut syn = segment(TcpFlags::SYN, 0, 0, b"");
    syn.options = Options { mss: Some(1_300), sack_permitted: true, ..Options::default() };
    host.arrives(syn);
    let Some(Effect::Sent { packet, why: Reason::CookieSent, socket }) = host.stack.take_effect() else { panic!() };
    assert_eq!((packet.segment.flags, socket), (SYN_ACK, Some(host.socket)));
    assert_eq!(packet.segment.options, Options { mss: Some(1460), ..Options::default() }, "nothing else is offered");
    assert_eq!((host.stack.queues(host.socket), host.stack.connections().count()), (Some((2, 0)), 2));
    // What did not come of a cookie is refused as ever.
    let forged = Segment { ack: packet.segment.seq + 2, ..segment(TcpFlags::ACK, 1, 0, b"") };
    host.arrives(forged);
    assert!(host.effects().ends_with("(AckToListener)"));
    let answer = Segment { ack: packet.segment.seq + 1, ..segment(TcpFlags::ACK, 1, 0, b"data") };
    host.arrives(answer);
    let told = "-> SYN-RECEIVED (CookieAccepted); -> ESTABLISHED (HandshakeComplete)";
    assert_eq!(host.effects(), told);
    let socket = host.stack.accept(host.socket).unwrap();
    assert_eq!(host.stack.receive(NOW, socket, 10), Ok(Received::Bytes(b"data".to_vec())));
    let inside = host.stack.inside(socket).unwrap();
    assert_eq!((inside.mss, inside.srtt), (1_300, None));
}

/// As measured on Linux: with cookies a burst leaves clients ESTABLISHED whom
/// the server does not know.
#[test]
fn a_cookie_for_a_full_accept_queue_is_ignored() {
    let mut host = flooded(Knobs { syn_cookies: true, ..knobs() });
    host.arrives(segment(TcpFlags::SYN, 0, 0, b""));
    let Some(Effect::Sent { packet, .. }) = host.stack.take_effect() else { panic!() };
    for port in 1..=2 {
        let from = SocketAddr::new(peer().ip(), port);
        host.stack.arrives(NOW, &Packet { from, to: local(), segment: segment(TcpFlags::ACK, 1, 1, b"") });
    }
    host.effects();
    assert_eq!(host.stack.queues(host.socket), Some((0, 2)));
    host.arrives(Segment { ack: packet.segment.seq + 1, ..segment(TcpFlags::ACK, 1, 0, b"") });
    assert_eq!(host.effects(), "ignored (QueueFull)");
}

/// The accept queue of Linux holds one more than was asked for.
#[test]
fn one_more_than_the_backlog() {
    for (one_more, expected) in [(false, 1), (true, 2)] {
        let mut stack = Stack::new(Knobs { one_more, ..knobs() });
        let listener = stack.listen(local(), 1).unwrap();
        for port in 1..=3 {
            let from = SocketAddr::new(peer().ip(), port);
            for segment in [segment(TcpFlags::SYN, 0, 0, b""), segment(TcpFlags::ACK, 1, 1, b"")] {
                stack.arrives(NOW, &Packet { from, to: local(), segment });
            }
        }
        assert_eq!(stack.queues(listener), Some((0, expected)));
    }
}

/// A connection in TIME-WAIT whose host also listens there.
fn waiting(knobs: Knobs, stamp: Option<u32>) -> Host {
    let mut host = Host { stack: Stack::new(knobs), socket: SocketId(0) };
    host.stack.listen(local(), 5).unwrap();
    host.socket = host.stack.connect(NOW, local(), peer()).unwrap();
    let stamped = |mut segment: Segment| {
        segment.options.timestamps = stamp.map(|value| Timestamps { value, echo: 10 });
        segment
    };
    host.arrives(stamped(segment(SYN_ACK, 0, 1, b"")));
    host.stack.shutdown(NOW, host.socket).unwrap();
    host.arrives(stamped(segment(FIN_ACK, 1, 2, b"")));
    assert_eq!(host.stack.state(host.socket), Some(TcpState::TimeWait));
    host.effects();
    host
}

/// RFC 6191 §2: the clock decides where there is one, else the number.
#[test]
fn a_syn_takes_over_time_wait_if_it_is_newer() {
    let syn = |seq: u32, stamp: Option<u32>| {
        let mut syn = segment(TcpFlags::SYN, seq, 0, b"");
        syn.options.timestamps = stamp.map(|value| Timestamps { value, echo: 0 });
        syn
    };
    let old = 0_u32.wrapping_sub(9_000);
    let stamped = Knobs { timestamps: true, ..knobs() };
    for (knobs, clock, syn, taken) in [
        (knobs(), None, syn(9_000, None), true),
        (knobs(), None, syn(old, None), false),
        (stamped, Some(u32::MAX), syn(old, Some(3)), true),
        (stamped, Some(u32::MAX), syn(9_000, Some(u32::MAX)), true),
        (stamped, Some(u32::MAX), syn(old, Some(u32::MAX)), false),
        (stamped, Some(u32::MAX), syn(9_000, Some(u32::MAX - 1)), false),
    ] {
        let mut host = waiting(knobs, clock);
        host.arrives(syn.clone());
        let told = host.effects();
        assert_eq!(told.starts_with("-> CLOSED (TimeWaitReused); -> SYN-RECEIVED"), taken, "{syn}: {told}");
        assert!(taken || told == "ignored (OldSynInTimeWait)", "{told}");
        // Linux answers the old one.
        let mut host = waiting(Knobs { old_syn: OldSyn::Acknowledged, ..knobs }, clock);
        host.arrives(syn);
        assert!(taken || host.effects().ends_with("(SynChallenged)"));
    }
}

/// RFC 1337 §3: an old reset ends TIME-WAIT, unless fix F1 is on.
#[test]
fn time_wait_is_assassinated_unless_resets_are_ignored() {
    for (time_wait_ignores_reset, told) in [(false, "-> CLOSED (Reset)"), (true, "ignored (ResetInTimeWait)")] {
        let mut host = Host::reach_with(TcpState::TimeWait, Knobs { time_wait_ignores_reset, ..knobs() });
        // An old duplicate is acknowledged, and whom that ACK reaches knows of
        // no connection.
        host.arrives(segment(TcpFlags::ACK, 0_u32.wrapping_sub(9), 1, b"old"));
        assert_eq!(host.effects(), "ACK seq=+2 ack=+2 (NotAcceptable)");
        host.arrives(segment(TcpFlags::RST, 2, 0, b""));
        assert_eq!(host.effects(), told);
    }
}

/// `tcp_tw_reuse`: a program connects again over its own TIME-WAIT.
#[test]
fn connecting_over_time_wait_takes_a_knob_and_a_second() {
    let knobs = Knobs { timestamps: true, ..knobs() };
    for (time_wait_connect, later, possible) in [(true, 2, true), (true, 0, false), (false, 2, false)] {
        let mut host = waiting(Knobs { time_wait_connect, ..knobs }, Some(7));
        let again = host.stack.connect(NOW + Duration::from_secs(later), local(), peer());
        assert_eq!(again.is_ok(), possible);
        if possible {
            assert!(host.effects().starts_with("-> CLOSED (TimeWaitReused); -> SYN-SENT (ActiveOpen); SYN seq=+65539"));
        }
    }
}

/// RFC 9293 §3.9.2.2, RFC 1191, RFC 5927 §4.1.
#[test]
fn what_the_network_says() {
    let says = |host: &mut Host, seq: u32, error| {
        host.stack.icmp_arrives(NOW, local(), peer(), ISS + seq, error);
        host.effects()
    };
    let mut host = Host::reach(TcpState::SynSent);
    assert_eq!(says(&mut host, 0, IcmpError::Unreachable), "ignored (SoftError)", "MUST-56");
    assert_eq!(says(&mut host, 1, IcmpError::Refused), "ignored (ErrorOfNothingSent)");
    assert_eq!(says(&mut host, 0, IcmpError::Refused), "-> CLOSED (HardError)");
    let linux = Knobs { unreachable_ends_opening: true, ..knobs() };
    let mut host = Host::reach_with(TcpState::SynSent, linux);
    assert_eq!(says(&mut host, 0, IcmpError::Unreachable), "-> CLOSED (Unreachable)");
    assert_eq!(host.stack.failure(host.socket), Some(Failure::Unreachable));
    let mut host = Host::reach_with(TcpState::Established, linux);
    host.stack.send(NOW, host.socket, b"data").unwrap();
    host.effects();
    assert_eq!(says(&mut host, 1, IcmpError::Unreachable), "ignored (SoftError)");
    assert_eq!(says(&mut host, 1, IcmpError::TimeExceeded), "ignored (SoftError)");
    assert_eq!(says(&mut host, 0, IcmpError::Refused), "ignored (ErrorOfNothingSent)", "it is acknowledged");
    // A segment of 500 and one of 100 with the FIN go again in pieces of 200.
    let mut host = Host::reach_with(TcpState::Established, Knobs { nagle: false, ..knobs() });
    host.stack.send(NOW, host.socket, &[7; 500]).unwrap();
    host.stack.send(NOW, host.socket, &[7; 100]).unwrap();
    host.stack.shutdown(NOW, host.socket).unwrap();
    host.effects();
    let told = says(&mut host, 1, IcmpError::TooBig { mtu: 240 });
    let sizes: Vec<&str> = told.split("; ").filter_map(|line| line.split(" data ").nth(1)).collect();
    assert_eq!(sizes, ["200 (PathMtu)", "200 (PathMtu)", "100 (PathMtu)", "100 (PathMtu)"], "{told}");
    assert_eq!(says(&mut host, 1, IcmpError::TooBig { mtu: 900 }), "ignored (ErrorOfNothingSent)", "it never grows");
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
