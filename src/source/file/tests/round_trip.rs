use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use super::super::bytes::ByteOrder;
use super::super::samples::{Sample, small_pcapng};
use super::super::*;
use super::read_all;
use crate::model::{
    AcceptName, Call, CallId, CallOutcome, Event, ExitStatus, Frame, LinkAction, LinkActionKind, LinkType,
    OutputStream, Place, PlaceId, Protocol, RecvName, Role, SendName, SocketCall, SocketCallPhase, SocketIdentity,
    SocketQueues, SocketState, SocketTimer, Span, TcpMetrics, TcpState, TimerKind, Timestamp, What,
};
use crate::trace::{CommandRemark, RemarkKind};
use crate::trace::{Network, Notes, Origin};

fn written(trace: &Trace) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(trace, &mut bytes).unwrap();
    bytes
}

fn program(name: &str, role: Role) -> Place {
    let command = vec!["wirelens".to_owned(), "program".to_owned(), name.to_owned()];
    Place::Program { name: name.to_owned(), role: Some(role), pid: 4711, command }
}

fn interface(name: &str) -> Place {
    Place::Interface { name: name.to_owned(), description: None, link_type: LinkType::ETHERNET }
}

/// A program, an interface, another program, and one of everything.
pub(super) fn story() -> Trace {
    let mut trace = Trace::new(Notes {
        remarks: vec![CommandRemark {
            command: "python3 x.py".to_owned(),
            what: RemarkKind::Failed { status: ExitStatus::Code(1) },
        }],
        origin: Origin::Captured(Network::Private),
        map: crate::source::lab::topology::find("internet").and_then(|found| found.read().ok()).map(Box::new),
        topology: Some("router".to_owned()),
        cores: BTreeMap::from([("client".to_owned(), "rfc nagle=off".to_owned())]),
        program: Some("tcp-greeting".to_owned()),
        settings: BTreeMap::from([("pause".to_owned(), "0ms".to_owned())]),
        system: Some("Linux 6.18.0".to_owned()),
        pinned: BTreeMap::from([("net.ipv4.tcp_timestamps".to_owned(), "1".to_owned())]),
        drops: Some(2),
    });
    let client = trace.add_place(program("tcp-greeting", Role::Client));
    let lo = trace.add_place(interface("lo"));
    let server = trace.add_place(program("tcp-greeting", Role::Server));
    let kernel = trace.add_place(Place::Kernel { system: "Linux 6.18.0".to_owned(), host: None });
    let call = |phase| What::SocketCall(SocketCall { id: CallId(0), thread: 0, fd: 3, phase });
    let entered =
        SocketCallPhase::Entered { call: Call::Send { by: SendName::Send, bytes: b"hello\xff".to_vec(), to: None } };
    let returned = SocketCallPhase::Returned {
        outcome: CallOutcome::Returned { returned: 6 },
        socket: SocketIdentity { local: Some("[::1]:9".parse().unwrap()), peer: None },
    };
    let state = SocketState {
        protocol: Protocol::Tcp,
        local: "127.0.0.1:9999".parse().unwrap(),
        peer: Some("127.0.0.1:40000".parse().unwrap()),
        state: Some(TcpState::TimeWait),
        within: Span::from_nanos(5_000),
        destroyed: false,
        queues: Some(SocketQueues::default()),
        timer: Some(SocketTimer { kind: TimerKind::TimeWait, expires_ms: 60_000, retries: 0 }),
        metrics: None,
    };
    let whats = [
        (client, call(entered)),
        (lo, What::Frame(Frame { comment: Some("第一\nsecond".to_owned()), ..Frame::whole([7; 61]) })),
        (server, What::Output { stream: OutputStream::Stdout, bytes: b"\xff\0 no text".to_vec() }),
        (client, call(returned)),
        (client, What::Exit(ExitStatus::Signal(9))),
        (kernel, What::SocketState(state)),
    ];
    for ((place, what), number) in whats.into_iter().zip(0..) {
        let at = Timestamp::from_nanos(1_700_000_000_123_456_789 + number);
        trace.push(Event { at, place, what });
    }
    trace
}

#[test]
fn a_story_comes_back_whole() {
    let opened = read_all(&written(&story()));
    assert_eq!(opened, Opened { trace: story(), ..Opened::default() });
}

#[test]
fn an_empty_trace_comes_back() {
    assert_eq!(read_all(&written(&Trace::default())), Opened::default());
}

#[test]
fn moments_before_1970_and_very_long_comments_come_back() {
    let mut trace = Trace::default();
    let place = trace.add_place(interface("lo"));
    let long = format!("{}x", "苯".repeat(21_845));
    for (nanos, comment) in [(-1, None), (5, Some(long)), (-1_000_000_001, Some(String::new()))] {
        let what = What::Frame(Frame { comment, ..Frame::whole([]) });
        trace.push(Event { at: Timestamp::from_nanos(nanos), place, what });
    }
    let found = super::frames(&read_all(&written(&trace)));
    let moments: Vec<i64> = found.iter().map(|(at, _, _)| *at).collect();
    assert_eq!(moments, [-1, 5, -1_000_000_001]);
    let broken = format!("{}\nx", "苯".repeat(21_845));
    assert_eq!(found[1].2.comment, Some(broken), "65,535 bytes to a comment");
    assert_eq!(found[2].2.comment.as_deref(), Some(""));
}

#[test]
fn a_call_that_carried_more_than_an_option_holds_comes_back() {
    let mut trace = Trace::default();
    let place = trace.add_place(program("x", Role::Server));
    let outputs = [vec![0xff; 70_000], "苯".repeat(50_000).into_bytes(), Vec::new()];
    for (bytes, nanos) in outputs.into_iter().zip(0..) {
        let what = What::Output { stream: OutputStream::Stderr, bytes };
        trace.push(Event { at: Timestamp::from_nanos(nanos), place, what });
    }
    assert_eq!(read_all(&written(&trace)), Opened { trace, ..Opened::default() });
}

#[test]
fn documents_that_make_no_sense_are_counted() {
    let exit =
        |program: u32| format!(r#"{{"v":1,"event":{{"at":7,"program":{program},"what":{{"exit":{{"code":0}}}}}}}}"#);
    let place = r#"{"kind":"program","name":"x","role":"client","pid":1,"command":[]}"#;
    let declared = format!(r#"{{"v":1,"program":{{"number":5,"place":{place}}}}}"#);
    let interface = r#"{"v":1,"program":{"number":6,"place":{"kind":"interface","name":"x","link_type":1}}}"#;
    let kernel = r#"{"v":1,"program":{"number":6,"place":{"kind":"kernel","system":"x"}}}"#;
    let cases = [
        (vec![format!("wirelens{declared}"), format!("wirelens{}", exit(5))], 0, 1),
        (vec![format!("wirelens{}", exit(5)), format!("wirelens{declared}")], 1, 0),
        (vec![format!("wirelens{declared}"), format!("wirelens{declared}")], 1, 0),
        (vec![format!("wirelens{interface}"), format!("wirelens{}", exit(6))], 2, 0),
        (vec![format!("wirelens{kernel}"), format!("wirelens{}", exit(6))], 1, 0),
        (vec!["wirelen+}".to_owned()], 1, 0),
        (vec!["wirelens{".to_owned(), "wirelen+}".to_owned()], 1, 0),
        (vec!["wirelens{\"v\":2,\"news\":[]}".to_owned()], 1, 0),
        (vec!["somebody else's".to_owned(), String::new()], 0, 0),
    ];
    for order in [ByteOrder::Little, ByteOrder::Big] {
        for (documents, not_understood, events) in &cases {
            let options = |mut sample: Sample| {
                for document in documents {
                    let value = Sample::new(order).u32(32473).raw(document.as_bytes()).bytes;
                    sample = sample.option(2988, &value);
                }
                sample.option(2988, b"abc").option(2988, b"\0\0\0\x07wirelens{")
            };
            let opened = read_all(&Sample::new(order).section().interface(1, 0, options).bytes);
            assert_eq!(opened.damage, None);
            assert_eq!(
                (opened.not_understood, opened.trace.events().len()),
                (*not_understood, *events),
                "{documents:?}"
            );
        }
    }
}

#[test]
fn two_files_in_a_row_are_two_sections() {
    let mut file = written(&story());
    file.extend(written(&story()));
    let opened = read_all(&file);
    assert_eq!(opened.damage, None);
    assert_eq!(opened.trace.places().count(), 8);
    let events = opened.trace.events();
    assert_eq!(events.len(), 12);
    for (first, second) in events[..6].iter().zip(&events[6..]) {
        assert_eq!(first.place.0 + 4, second.place.0);
        assert_eq!(first.what, second.what);
    }
    assert_eq!(opened.not_understood, 1, "one trace has one set of notes");
}

#[test]
fn what_cannot_be_read_again_is_not_written() {
    let what = What::Exit(ExitStatus::Code(0));
    let cases = [
        (PlaceId(0), what.clone()),
        (PlaceId(1), What::Frame(Frame::whole([]))),
        (PlaceId(2), what.clone()),
        (PlaceId(2), What::Frame(Frame::whole([]))),
        (PlaceId(3), what),
        (PlaceId(0), What::Frame(Frame::whole(vec![0; 16 * 1024 * 1024]))),
    ];
    for (place, what) in cases {
        let mut trace = Trace::default();
        trace.add_place(interface("lo"));
        trace.add_place(program("x", Role::Client));
        trace.add_place(Place::Kernel { system: String::new(), host: None });
        trace.push(Event { at: Timestamp::default(), place, what });
        assert_eq!(write(&trace, Vec::new()).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}

#[test]
fn each_block_is_one_write() {
    struct Writes(Vec<Vec<u8>>);
    impl io::Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut writes = Writes(Vec::new());
    write(&story(), &mut writes).unwrap();
    // Section, interface, packet, statistics.
    assert_eq!(writes.0.len(), 4);
    let mut file = Vec::new();
    for block in writes.0 {
        file.extend(block);
        assert_eq!(read_all(&file).damage, None, "killed after {} bytes", file.len());
    }
}

/// An empty directory of this test's own, gone when it ends.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wirelens-{}-{name}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn saving_replaces_the_file_and_leaves_nothing_beside_it() {
    let directory = Directory::new("save");
    let path = directory.0.join("故事.pcapng");
    fs::write(&path, "old").unwrap();
    let link = directory.0.join("link.pcapng");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    save(&story(), &link).unwrap();
    assert_eq!(open(&path).unwrap().trace, story());
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(directory.names(), ["link.pcapng", "故事.pcapng"]);
}

#[test]
fn a_failed_save_keeps_what_was_there() {
    let directory = Directory::new("failed-save");
    let path = directory.0.join("a.pcapng");
    save(&story(), &path).unwrap();
    let mut unwritable = Trace::default();
    unwritable.push(Event { at: Timestamp::default(), place: PlaceId(0), what: What::Exit(ExitStatus::Code(0)) });
    let error = save(&unwritable, &path).unwrap_err();
    assert!(matches!(&error, FileError::Save { path: told, .. } if *told == path), "{error}");
    assert_eq!(open(&path).unwrap().trace, story());
    assert_eq!(directory.names(), ["a.pcapng"]);
    assert!(matches!(save(&story(), &directory.0.join("no/such/place")), Err(FileError::Save { .. })));
}

#[test]
fn a_device_is_written_to_and_not_replaced() {
    save(&story(), Path::new("/dev/null")).unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    assert!(matches!(save(&story(), Path::new("/dev/full")), Err(FileError::Save { .. })));
}

#[test]
fn a_foreign_file_loses_only_what_is_said_to_be_lost() {
    let foreign = read_all(&small_pcapng(ByteOrder::Big));
    assert_eq!(read_all(&written(&foreign.trace)).trace, foreign.trace);
}

/// Words without a zero byte at their end.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-z0-9 ]{1,12}", "[一-龥，。\n\"\\\\]{1,9}", "\\PC{0,9}"]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..40), words().prop_map(String::into_bytes)]
}

fn places() -> impl Strategy<Value = Vec<Place>> {
    let interface = (words(), option::of(words()), any::<u16>()).prop_map(|(name, description, link_type)| {
        Place::Interface { name, description, link_type: LinkType(link_type) }
    });
    let role = prop_oneof![Just(None), Just(Some(Role::Client)), Just(Some(Role::Server))];
    let program = (words(), role, any::<u32>(), vec(words(), 0..3))
        .prop_map(|(name, role, pid, command)| Place::Program { name, role, pid, command });
    let kernel = (words(), option::of(words())).prop_map(|(system, host)| Place::Kernel { system, host });
    let wire = [words(), words()].prop_map(|ends| Place::Wire { ends });
    vec(prop_oneof![interface, program, kernel, wire], 0..6)
}

fn phase() -> impl Strategy<Value = SocketCallPhase> {
    // An address as text has no flow label (RFC 4007 §11 gives it none).
    let address = || (any::<IpAddr>(), any::<u16>()).prop_map(SocketAddr::from);
    let call = prop_oneof![
        (words(), words()).prop_map(|(domain, kind)| Call::Socket { domain, kind }),
        (words(), any::<i64>()).prop_map(|(name, value)| Call::Setsockopt { name, value }),
        address().prop_map(|address| Call::Bind { address }),
        any::<i32>().prop_map(|backlog| Call::Listen { backlog }),
        prop_oneof![Just(AcceptName::Accept), Just(AcceptName::Accept4)].prop_map(|by| Call::Accept { by }),
        address().prop_map(|address| Call::Connect { address }),
        (bytes(), option::of(address())).prop_map(|(bytes, to)| Call::Send { by: SendName::Sendto, bytes, to }),
        any::<u64>().prop_map(|size| Call::Recv { by: RecvName::Recvfrom, size }),
        (words(), option::of(any::<i64>())).prop_map(|(name, timeout_ms)| Call::Wait { name, timeout_ms }),
        (words(), words()).prop_map(|(name, arguments)| Call::Other { name, arguments }),
        words().prop_map(|how| Call::Shutdown { how }),
        Just(Call::Close),
    ];
    let outcome = prop_oneof![
        (any::<i32>(), words()).prop_map(|(errno, error)| CallOutcome::Failed { errno, error }),
        (bytes(), option::of(address())).prop_map(|(received, from)| CallOutcome::Received { received, from }),
        any::<i64>().prop_map(|returned| CallOutcome::Returned { returned }),
    ];
    let socket = (option::of(address()), option::of(address()));
    prop_oneof![
        call.prop_map(|call| SocketCallPhase::Entered { call }),
        (outcome, socket).prop_map(|(outcome, (local, peer))| SocketCallPhase::Returned {
            outcome,
            socket: SocketIdentity { local, peer }
        }),
    ]
}

fn at_program() -> impl Strategy<Value = What> {
    let stream = prop_oneof![Just(OutputStream::Stdout), Just(OutputStream::Stderr)];
    prop_oneof![
        (any::<u32>(), any::<u32>(), any::<i32>(), phase())
            .prop_map(|(id, thread, fd, phase)| { What::SocketCall(SocketCall { id: CallId(id), thread, fd, phase }) }),
        (stream, bytes()).prop_map(|(stream, bytes)| What::Output { stream, bytes }),
        any::<i32>().prop_map(|code| What::Exit(ExitStatus::Code(code))),
        any::<i32>().prop_map(|signal| What::Exit(ExitStatus::Signal(signal))),
    ]
}

fn at_kernel() -> impl Strategy<Value = What> {
    let address = || (any::<IpAddr>(), any::<u16>()).prop_map(SocketAddr::from);
    let protocol = prop_oneof![Just(Protocol::Tcp), Just(Protocol::Udp)];
    let kind = prop_oneof![
        Just(TimerKind::Retransmission),
        Just(TimerKind::Keepalive),
        Just(TimerKind::TimeWait),
        Just(TimerKind::ZeroWindowProbe)
    ];
    let who =
        (protocol, address(), option::of(address()), option::of(proptest::sample::select(TcpState::ALL.to_vec())));
    let queues = (any::<u32>(), any::<u32>()).prop_map(|(recv, send)| SocketQueues { recv, send });
    let timer = (kind, any::<u32>(), any::<u8>());
    let timer = timer.prop_map(|(kind, expires_ms, retries)| SocketTimer { kind, expires_ms, retries });
    let metrics = any::<[u32; 4]>().prop_map(|[rtt_us, rttvar_us, cwnd, retransmits]| TcpMetrics {
        rtt_us,
        rttvar_us,
        cwnd,
        retransmits,
    });
    let what = (any::<i64>(), any::<bool>(), option::of(queues), option::of(timer), option::of(metrics));
    (who, what).prop_map(|((protocol, local, peer, state), (within, destroyed, queues, timer, metrics))| {
        let within = Span::from_nanos(within);
        What::SocketState(SocketState { protocol, local, peer, state, within, destroyed, queues, timer, metrics })
    })
}

fn at_wire() -> impl Strategy<Value = What> {
    let what = proptest::sample::select(vec![
        LinkActionKind::Lost,
        LinkActionKind::Delayed,
        LinkActionKind::Duplicated,
        LinkActionKind::Swapped,
        LinkActionKind::QueueFull,
        LinkActionKind::Unplugged,
        LinkActionKind::Plugged,
    ]);
    (what, option::of(words()), any::<u32>(), any::<u32>()).prop_map(|(what, pattern, length, fingerprint)| {
        What::LinkAction(LinkAction { what, pattern, length, fingerprint })
    })
}

fn at_interface() -> impl Strategy<Value = What> {
    (vec(any::<u8>(), 0..80), any::<u32>(), option::of(words())).prop_map(|(bytes, original_length, comment)| {
        What::Frame(Frame { bytes: bytes.into(), original_length, comment })
    })
}

fn notes() -> impl Strategy<Value = Notes> {
    let origin = prop_oneof![
        Just(Origin::File),
        Just(Origin::Interface),
        Just(Origin::Captured(Network::Host)),
        Just(Origin::Captured(Network::Lab)),
        Just(Origin::Captured(Network::Private))
    ];
    let table = || btree_map(words(), words(), 0..3);
    let ran = (option::of(words()), option::of(words()));
    (origin, ran, table(), option::of(words()), table(), option::of(any::<u64>())).prop_map(
        |(origin, (program, topology), settings, system, pinned, drops)| Notes {
            map: None,
            cores: BTreeMap::new(),
            origin,
            program,
            topology,
            settings,
            system,
            pinned,
            drops,
            remarks: Vec::new(),
        },
    )
}

fn traces() -> impl Strategy<Value = Trace> {
    // Two moments of one interface may be 584 years apart, less a second.
    let at = prop_oneof![0..4_000_000_000_000_000_000_i64, -9_000_000_000_000_000_000..9_000_000_000_000_000_000_i64];
    let event = (at, any::<proptest::sample::Index>(), (at_program(), at_interface(), at_kernel(), at_wire()));
    (notes(), places(), vec(event, 0..12)).prop_map(|(notes, places, events)| {
        let mut trace = Trace::new(notes);
        for place in &places {
            trace.add_place(place.clone());
        }
        for (at, index, (at_program, at_interface, at_kernel, at_wire)) in events {
            if places.is_empty() {
                continue;
            }
            let index = index.index(places.len());
            let what = match places[index] {
                Place::Program { .. } => at_program,
                Place::Interface { .. } => at_interface,
                Place::Kernel { .. } => at_kernel,
                Place::Wire { .. } => at_wire,
            };
            let place = PlaceId(u32::try_from(index).unwrap());
            trace.push(Event { at: Timestamp::from_nanos(at), place, what });
        }
        trace
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_trace_comes_back(trace in traces()) {
        let opened = read_all(&written(&trace));
        prop_assert_eq!(opened, Opened { trace, ..Opened::default() });
    }
}
