use super::*;
use crate::conversation::conversations;
use crate::conversation::story::{START, faults, story};
use crate::model::{
    AcceptName, Call, CallId, CallOutcome, Event, ExitStatus, LinkAction, LinkActionKind, Place, PlaceId, Protocol,
    Role, SendName, SocketCall, SocketCallPhase, SocketIdentity, SocketState, Span, TcpState, What,
};
use crate::words::Language;

fn drawn(trace: &Trace, language: Language, options: &Options) -> String {
    page(trace, &conversations(trace), &Words::new(language), options, Wanted::default())
}

const STORY: &str = "
    0 > S 0 - 0
    10 < S. 0 1 0
    20 > . 1 1 0
    100 < P. 1 1 8
    110 > . 1 9 0
    1000110 > F. 1 9 0
    1000120 < F. 9 2 0
    1000130 > . 2 10 0";

#[test]
fn a_capture_without_calls() {
    let trace = story(STORY);
    insta::assert_snapshot!(drawn(&trace, Language::English, &Options { width: 80, ..Options::default() }));
}

#[test]
fn raw_numbers_and_chinese_in_a_wide_terminal() {
    let options = Options { width: 100, absolute: true, ..Options::default() };
    insta::assert_snapshot!(drawn(&story(STORY), Language::Chinese, &options));
}

/// One call of the server: its number, its thread, its descriptor, when it was
/// entered and returned (in microseconds), what it was and what came of it.
struct Told(u32, u32, i32, i64, Option<(i64, i64)>, Call);

/// A server with two threads: one waits for the next client while the other
/// talks to this one.
fn two_threads() -> Trace {
    let mut trace = story(STORY);
    trace.notes.program = Some("tcp-greeting".into());
    trace.notes.system = Some("Linux 6.18.0-a-long-name-of-a-distribution".into());
    let server = trace.add_place(Place::Program {
        name: "tcp-greeting".into(),
        role: Some(Role::Server),
        pid: 7,
        command: Vec::new(),
    });
    let listening = "10.0.0.2:80".parse().unwrap();
    let send = Call::Send { by: SendName::Send, bytes: b"xxxxxxxx".to_vec(), to: None };
    let socket = Call::Socket { domain: "AF_INET".into(), kind: "SOCK_STREAM".into() };
    let calls = [
        Told(0, 0, -1, -90, Some((-80, 3)), socket),
        Told(1, 0, 3, -70, Some((-60, 0)), Call::Bind { address: listening }),
        Told(2, 0, 3, -50, Some((-40, 0)), Call::Listen { backlog: 5 }),
        Told(3, 0, 3, -30, Some((25, 4)), Call::Accept { by: AcceptName::Accept }),
        Told(4, 0, 3, 30, None, Call::Accept { by: AcceptName::Accept }),
        Told(5, 1, 4, 90, Some((105, 8)), send),
        Told(6, 1, 4, 1_000_115, Some((1_000_116, 0)), Call::Close),
    ];
    for Told(id, thread, fd, entered, returned, call) in calls {
        let at = |micros: i64| START + Span::from_nanos(micros * 1000);
        let mut tell = |micros, phase| {
            let call = SocketCall { id: CallId(id), thread, fd, phase };
            trace.insert(Event { at: at(micros), place: server, what: What::SocketCall(call) });
        };
        let peer = (fd == 4 || id == 3).then(|| "10.0.0.1:40000".parse().unwrap());
        tell(entered, SocketCallPhase::Entered { call });
        if let Some((micros, returned)) = returned {
            let socket = SocketIdentity { local: Some(listening), peer };
            tell(micros, SocketCallPhase::Returned { outcome: CallOutcome::Returned { returned }, socket });
        }
    }
    trace.insert(exit(server));
    trace
}

fn exit(place: PlaceId) -> Event {
    let at = START + Span::from_nanos(1_500_000_000);
    Event { at, place, what: What::Exit(ExitStatus::Signal(15)) }
}

#[test]
fn calls_of_two_threads_branch_off_one_bar() {
    let picture = drawn(&two_threads(), Language::English, &Options { width: 80, ..Options::default() });
    for line in ["├ send(8 B)", "├ send() = 8", "├ close() = 0", "└ ends: SIGTERM"] {
        assert!(picture.contains(line), "{line}:\n{picture}");
    }
    insta::assert_snapshot!(picture);
}

/// What the kernel said of the client, in microseconds.
fn sampled(samples: &[(i64, TcpState)]) -> Trace {
    let mut trace = story(STORY);
    let kernel = trace.add_place(Place::Kernel { system: "Linux 6.18".into(), host: None });
    for (micros, state) in samples {
        let said = SocketState {
            protocol: Protocol::Tcp,
            local: "10.0.0.1:40000".parse().unwrap(),
            peer: Some("10.0.0.2:80".parse().unwrap()),
            state: Some(*state),
            within: Span::from_nanos(10_000),
            destroyed: *state == TcpState::Closed,
            queues: None,
            timer: None,
            metrics: None,
        };
        let at = START + Span::from_nanos(micros * 1000);
        trace.insert(Event { at, place: kernel, what: What::SocketState(said) });
    }
    trace
}

#[test]
fn what_the_kernel_said_stands_below_the_ladder() {
    use TcpState::{Closed, Established, TimeWait};
    let foot = |samples: &[(i64, TcpState)], language| {
        let picture = drawn(&sampled(samples), language, &Options { width: 80, ..Options::default() });
        let lines: Vec<String> = picture.lines().map(|line| line.trim().to_owned()).collect();
        let start = lines.iter().position(|line| line.contains("RFC 9293")).unwrap();
        lines[start + 1..].to_vec()
    };
    let agreeing = [(500_000, Established), (1_500_000, TimeWait)];
    assert!(foot(&[], Language::English).is_empty());
    assert_eq!(foot(&agreeing[..1], Language::English), ["kernel states sampled once: it agrees"]);
    assert_eq!(foot(&agreeing, Language::English), ["kernel states sampled 2 times: all agree"]);
    assert_eq!(foot(&agreeing, Language::Chinese), ["内核状态采样 2 次：全部一致"]);
    let differing = [(400_000, TimeWait), (500_000, Closed), (1_500_000, TimeWait)];
    assert_eq!(
        foot(&differing, Language::English),
        [
            "kernel states sampled 3 times: 2 of them differ from what was inferred",
            "400 ms client: sampled TIME-WAIT, inferred ESTABLISHED",
            "500 ms client: sampled “socket destroyed”, inferred ESTABLISHED",
        ]
    );
    assert_eq!(
        foot(&differing, Language::Chinese)[1..],
        [
            "400 ms 客户端：采样为 TIME-WAIT，推断为 ESTABLISHED",
            "500 ms 客户端：采样为 “套接字已销毁”，推断为 ESTABLISHED"
        ]
    );
}

#[test]
fn colours_change_nothing_but_the_colour() {
    for width in [80, 100, 140] {
        let plain = Options { width, ..Options::default() };
        let coloured = drawn(&two_threads(), Language::Chinese, &Options { colour: true, ..plain });
        let mut pieces = coloured.split('\x1b');
        let mut bare = pieces.next().unwrap().to_owned();
        for piece in pieces {
            bare.push_str(piece.split_once('m').unwrap().1);
        }
        let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        assert_eq!(trimmed(&bare), trimmed(&drawn(&two_threads(), Language::Chinese, &plain)));
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for language in Language::ALL {
        for (width, absolute) in [(80, false), (80, true), (97, false), (140, true)] {
            let picture = drawn(&two_threads(), language, &Options { width, absolute, ..Options::default() });
            for line in picture.lines() {
                assert!(crate::words::width(line) <= width, "{width}: {line}");
            }
        }
    }
}

/// What a wire did on purpose is drawn where it happened, in words and with its
/// cable; what arrives after something else has a line of its own.
#[test]
fn what_a_wire_did_on_purpose() {
    let trace = faults();
    insta::assert_snapshot!(drawn(&trace, Language::English, &Options { width: 80, ..Options::default() }));
    insta::assert_snapshot!(drawn(&trace, Language::Chinese, &Options { width: 110, ..Options::default() }));
}

#[test]
fn a_cable_that_is_pulled_is_said_so() {
    let mut trace = faults();
    for (micros, what) in [(400_000, LinkActionKind::Unplugged), (500_000, LinkActionKind::Plugged)] {
        let at = START + Span::from_nanos(micros * 1000);
        let action = LinkAction::new(what, None, &[]);
        trace.insert(Event { at, place: PlaceId(2), what: What::LinkAction(action) });
    }
    let drawn = drawn(&trace, Language::English, &Options { width: 80, ..Options::default() });
    let lines: Vec<&str> = drawn.lines().filter(|line| line.contains("the cable ")).collect();
    let expected = [
        "┊    400 ms  ✂ the cable client:eth0–server:eth0 is pulled",
        "┊    500 ms  ↔ the cable client:eth0–server:eth0 is plugged in again",
    ];
    assert_eq!(lines, expected, "{drawn}");
}
