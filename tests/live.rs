//! Real programs on a real network: what is seen must be whole, and nothing
//! may be left behind. Skips loudly where the system forbids it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops at the first surprise")]

#[path = "support/marked.rs"]
mod marked;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use marked::{MARK, marked};
use wirelens::model::{
    Call, CallId, CallOutcome, ExitStatus, OutputStream, Place, PlaceId, Role, SocketCallPhase, Timestamp, What,
};
use wirelens::session::{self, Request, Session, SessionError, Update, collect, collect_observing};
use wirelens::source::live::{CaptureError, LiveError, LiveNetwork, Sighting, Wakeup};
use wirelens::source::programs::{self, Inputs};
use wirelens::trace::{Network, Trace};

const WIRELENS: &str = env!("CARGO_BIN_EXE_wirelens");

fn request(network: Network, pairs: &[&str]) -> Request {
    let program = programs::find("tcp-greeting").unwrap();
    let settings = program.read_settings(pairs).unwrap();
    Request { program, settings, inputs: Inputs::default(), network, executable: WIRELENS.into() }
}

fn start(network: Network, pairs: &[&str]) -> Session {
    Session::start(request(network, pairs), || {}).unwrap()
}

/// What was seen, or `None` where it is forbidden here.
fn run(network: Network, pairs: &[&str]) -> Option<(Trace, Result<(), SessionError>)> {
    unless_forbidden(collect(start(network, pairs)))
}

fn unless_forbidden(seen: (Trace, Result<(), SessionError>)) -> Option<(Trace, Result<(), SessionError>)> {
    match &seen.1 {
        Err(error) if error.is_permission() => {
            skipped(&format!("not permitted here: {error}"));
            None
        }
        _ => Some(seen),
    }
}

/// Says so past the test harness, which swallows what a passing test prints.
fn skipped(reason: &str) {
    std::io::stderr().write_all(format!("SKIPPED: {reason}\n").as_bytes()).unwrap();
}

/// The fields of a TCP segment in an Ethernet frame that these tests look at.
#[derive(Debug)]
struct Segment {
    at: Timestamp,
    from: u16,
    to: u16,
    seq: u32,
    flags: u8,
    payload: Vec<u8>,
}

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const ACK: u8 = 16;

fn segments(trace: &Trace) -> Vec<Segment> {
    trace
        .frames()
        .map(|(_, at, place, frame)| {
            assert_eq!(place, PlaceId(0));
            assert!(!frame.is_cut());
            let ip = &frame.bytes[14..];
            assert_eq!((ip[0], ip[9]), (0x45, 6), "not TCP over IPv4: {frame:?}");
            let whole = usize::from(u16::from_be_bytes([ip[2], ip[3]]));
            assert_eq!(frame.bytes.len(), 14 + whole);
            let tcp = &ip[20..whole];
            Segment {
                at,
                from: u16::from_be_bytes([tcp[0], tcp[1]]),
                to: u16::from_be_bytes([tcp[2], tcp[3]]),
                seq: u32::from_be_bytes([tcp[4], tcp[5], tcp[6], tcp[7]]),
                flags: tcp[13],
                payload: tcp[usize::from(tcp[12] >> 4) * 4..].to_vec(),
            }
        })
        .collect()
}

/// A call with both its moments.
#[derive(Debug)]
struct Done {
    call: Call,
    entered: Timestamp,
    returned: Option<(Timestamp, CallOutcome)>,
}

/// The calls of one place in order of their numbers, which must be 0, 1, 2, …
fn calls(trace: &Trace, place: PlaceId) -> Vec<Done> {
    let mut calls: BTreeMap<CallId, Done> = BTreeMap::new();
    for event in trace.events().iter().filter(|event| event.place == place) {
        let What::SocketCall(told) = &event.what else { continue };
        match &told.phase {
            SocketCallPhase::Entered { call } => {
                let done = Done { call: call.clone(), entered: event.at, returned: None };
                assert!(calls.insert(told.id, done).is_none(), "entered twice: {told:?}");
            }
            SocketCallPhase::Returned { outcome, .. } => {
                let done = calls.get_mut(&told.id).unwrap_or_else(|| panic!("never entered: {told:?}"));
                assert!(done.entered <= event.at, "{done:?}");
                assert!(done.returned.replace((event.at, outcome.clone())).is_none(), "returned twice: {told:?}");
            }
        }
    }
    assert!(calls.keys().zip(0..).all(|(id, number)| id.0 == number), "{:?}", calls.keys());
    calls.into_values().collect()
}

fn place(trace: &Trace, wanted: Role) -> PlaceId {
    let found = trace.places().find(|(_, place)| matches!(place, Place::Program { role, .. } if *role == Some(wanted)));
    found.unwrap_or_else(|| panic!("no {wanted:?}")).0
}

fn exit(trace: &Trace, role: Role) -> Option<ExitStatus> {
    let place = place(trace, role);
    let ended = |what: &What| if let What::Exit(status) = what { Some(*status) } else { None };
    trace.events().iter().filter(|event| event.place == place).find_map(|event| ended(&event.what))
}

fn output(trace: &Trace, role: Role, wanted: OutputStream) -> String {
    let place = place(trace, role);
    let mut bytes = Vec::new();
    for event in trace.events().iter().filter(|event| event.place == place) {
        if let What::Output { stream, bytes: written } = &event.what
            && *stream == wanted
        {
            bytes.extend(written);
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn sent(calls: &[Done]) -> Vec<u8> {
    let bytes = calls.iter().filter_map(|done| match (&done.call, &done.returned) {
        (Call::Send { bytes, .. }, Some((_, CallOutcome::Returned { returned }))) => {
            Some(bytes[..usize::try_from(*returned).unwrap()].to_vec())
        }
        _ => None,
    });
    bytes.flatten().collect()
}

fn received(calls: &[Done]) -> Vec<u8> {
    let bytes = calls.iter().filter_map(|done| match &done.returned {
        Some((_, CallOutcome::Received { received, .. })) => Some(received.clone()),
        _ => None,
    });
    bytes.flatten().collect()
}

/// Checks that a greeting was seen whole.
fn check_greeting(trace: &Trace, port: u16) {
    let kinds: Vec<&str> = trace
        .places()
        .filter_map(|(_, place)| match place {
            Place::Interface { name, .. } => Some(name.as_str()),
            Place::Program { role, .. } => Some(role.unwrap().name()),
            // tests/kernel.rs looks at what it says.
            Place::Kernel { .. } | Place::Wire { .. } => None,
        })
        .collect();
    assert_eq!(kinds, ["lo", "server", "client"]);
    assert!(trace.events().is_sorted_by_key(|event| event.at));

    let segments = segments(trace);
    assert_eq!(segments[0].flags, SYN, "{:?}", segments[0]);
    assert_eq!(segments[1].flags, SYN | ACK, "{:?}", segments[1]);
    assert!(segments.iter().all(|segment| segment.flags & RST == 0), "{segments:?}");
    assert!(segments.iter().all(|segment| segment.to == port || segment.from == port), "{segments:?}");
    let different: BTreeSet<&[u8]> = trace.frames().map(|(_, _, _, frame)| &*frame.bytes).collect();
    assert_eq!(different.len(), trace.frame_count(), "a frame was seen twice");
    let finished: BTreeSet<u16> = segments.iter().filter(|it| it.flags & FIN != 0).map(|it| it.from).collect();
    assert_eq!(finished.len(), 2, "{segments:?}");

    // By sequence number: a busy machine may send something again.
    let carried = |to_server: bool| -> Vec<u8> {
        let ours: Vec<&Segment> = segments.iter().filter(|segment| (segment.to == port) == to_server).collect();
        let first = ours[0].seq;
        let mut bytes = BTreeMap::new();
        for segment in ours {
            bytes.extend((segment.seq.wrapping_sub(first)..).zip(segment.payload.iter().copied()));
        }
        assert!(bytes.keys().zip(1..).all(|(seq, place)| *seq == place), "bytes are missing: {bytes:?}");
        bytes.into_values().collect()
    };
    let (server, client) = (calls(trace, place(trace, Role::Server)), calls(trace, place(trace, Role::Client)));
    for done in server.iter().chain(&client) {
        assert!(done.returned.is_some(), "never returned: {done:?}");
    }
    assert_eq!(carried(true), b"MichaelTracySarahexit");
    assert_eq!(carried(false), b"Welcome!Hello, Michael!Hello, Tracy!Hello, Sarah!");
    assert_eq!((sent(&client), sent(&server)), (carried(true), carried(false)));
    assert_eq!((received(&server), received(&client)), (carried(true), carried(false)));

    // The SYN left inside connect, and the last moment before it is no guess.
    let connect = client.iter().find(|done| matches!(done.call, Call::Connect { .. })).unwrap();
    let (returned, _) = connect.returned.as_ref().unwrap();
    assert!(connect.entered <= segments[0].at && segments[0].at <= *returned, "{connect:?} {:?}", segments[0]);

    let names: Vec<&str> = client.iter().map(|done| done.call.name()).collect();
    assert_eq!(names, ["socket", "connect", "recv", "send", "recv", "send", "recv", "send", "recv", "send", "close"]);
    assert_eq!(exit(trace, Role::Server), Some(ExitStatus::Code(0)));
    assert_eq!(exit(trace, Role::Client), Some(ExitStatus::Code(0)));
    assert_eq!(
        output(trace, Role::Client, OutputStream::Stdout),
        "Welcome!\nHello, Michael!\nHello, Tracy!\nHello, Sarah!\n"
    );
    assert!(output(trace, Role::Server, OutputStream::Stdout).starts_with("Waiting for connection...\nAccept new"));
    assert_eq!(trace.notes.drops, Some(0));
}

#[test]
fn a_greeting_on_a_private_network_is_seen_whole() {
    for _ in 0..3 {
        let Some((trace, ended)) = run(Network::Private, &["pause=0ms"]) else { return };
        assert_eq!(ended, Ok(()));
        check_greeting(&trace, 9999);
        let pinned = |name: &str| trace.notes.pinned.get(name).map(String::as_str);
        assert_eq!(pinned("lo.mtu"), Some("1500"));
        assert_eq!(pinned("lo.gso_max_segs"), Some("1"));
        assert!(pinned("net.ipv4.tcp_congestion_control").is_some());
        assert!(trace.notes.system.as_ref().is_some_and(|system| system.starts_with("Linux ")));
    }
}

#[test]
fn without_root_it_is_the_same() {
    if !is_root() {
        skipped("this is no root's test run; the other tests show it");
        return;
    }
    let mut child = as_somebody_else();
    let output = child.args(["a_greeting_on_a_private_network_is_seen_whole", "--exact", "--nocapture"]).output();
    let output = output.unwrap();
    // What it skipped is skipped here.
    std::io::stderr().write_all(&output.stderr).unwrap();
    if matches!(output.status.code(), Some(126 | 127)) {
        skipped("setpriv is not here, or this directory is closed to others");
        return;
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Runs this test program again as a user without privilege.
fn as_somebody_else() -> Command {
    let this = std::env::current_exe().unwrap();
    // Through a shell, so that a missing setpriv and a closed directory are
    // exit codes and not failures to start.
    let mut command = Command::new("sh");
    command.arg("-c");
    command.arg(r#"exec setpriv --reuid 65534 --regid 65534 --clear-groups "$0" "$@""#).arg(this);
    command
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn a_client_without_a_server_is_refused() {
    let Some((trace, ended)) = run(Network::Private, &["server=none"]) else { return };
    assert_eq!(ended, Ok(()));
    let flags: Vec<u8> = segments(&trace).iter().map(|segment| segment.flags).collect();
    assert_eq!(flags, [SYN, RST | ACK]);
    let programs = trace.places().filter(|(_, place)| matches!(place, Place::Program { .. }));
    assert_eq!(programs.count(), 1);
    let calls = calls(&trace, place(&trace, Role::Client));
    let Some((_, CallOutcome::Failed { errno, error })) = &calls[1].returned else { panic!("{calls:?}") };
    assert_eq!((*errno, error.as_str()), (111, "ECONNREFUSED"));
    assert_eq!(exit(&trace, Role::Client), Some(ExitStatus::Code(1)));
    assert!(output(&trace, Role::Client, OutputStream::Stderr).contains("ECONNREFUSED"));
}

#[test]
fn on_the_host_only_the_programs_port_is_seen() {
    let port = free_port();
    // Somebody else's conversation at the same time.
    let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = other.local_addr().unwrap();
    let session = start(Network::Host, &["pause=20ms", &format!("port={port}")]);
    let seen = collect_observing(session, |_| drop(std::net::TcpStream::connect(address)));
    let Some((trace, ended)) = unless_forbidden(seen) else { return };
    assert_eq!(ended, Ok(()));
    check_greeting(&trace, port);
}

#[test]
fn a_taken_port_is_named() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let Some((trace, ended)) = run(Network::Host, &[&format!("port={port}")]) else { return };
    let error = ended.unwrap_err();
    assert_eq!(error.taken_port(), Some(port), "{error}");
    assert!(trace.places().all(|(_, place)| !matches!(place, Place::Program { role: Some(Role::Client), .. })));
    let complaint = output(&trace, Role::Server, OutputStream::Stderr);
    assert!(complaint.contains(&format!("sport = :{port}")) && complaint.contains("--set port="), "{complaint}");
}

#[test]
fn a_killed_program_is_an_event_and_the_run_goes_on() {
    for victim in [Role::Server, Role::Client] {
        let session = start(Network::Private, &["pause=300ms"]);
        let commander = session.commander();
        let mut accepted = false;
        let seen = collect_observing(session, |update| {
            if let Update::Event(event) = update
                && let What::SocketCall(call) = &event.what
                && let SocketCallPhase::Returned { outcome: CallOutcome::Received { .. }, .. } = call.phase
                && !std::mem::replace(&mut accepted, true)
            {
                assert!(commander.command(session::Command::Kill(victim)));
            }
        });
        let Some((trace, ended)) = unless_forbidden(seen) else { return };
        assert_eq!(ended, Ok(()));
        assert_eq!(exit(&trace, victim), Some(ExitStatus::Signal(9)));
        assert!(exit(&trace, Role::Server).is_some() && exit(&trace, Role::Client).is_some());
    }
}

#[test]
fn stop_ends_a_run_that_would_last() {
    let session = start(Network::Private, &["pause=60s", "clients=0"]);
    let commander = session.commander();
    let seen = collect_observing(session, |update| {
        if let Update::Place(Place::Program { role: Some(Role::Client), .. }) = update {
            assert!(commander.command(session::Command::Stop));
        }
    });
    let Some((trace, ended)) = unless_forbidden(seen) else { return };
    assert_eq!(ended, Ok(()));
    assert_eq!(exit(&trace, Role::Server), Some(ExitStatus::Signal(15)));
    assert_eq!(exit(&trace, Role::Client), Some(ExitStatus::Signal(15)));
}

#[test]
fn a_server_for_ever_ends_with_its_client() {
    // Where somebody may type, nobody knows after how much a server may end.
    let mut request = request(Network::Private, &["pause=0ms"]);
    request.inputs.open = true;
    let Some((trace, ended)) = unless_forbidden(collect(Session::start(request, || {}).unwrap())) else { return };
    assert_eq!(ended, Ok(()));
    assert_eq!(exit(&trace, Role::Client), Some(ExitStatus::Code(0)));
    assert_eq!(exit(&trace, Role::Server), Some(ExitStatus::Signal(15)));
}

#[test]
fn dropping_a_session_ends_its_programs() {
    let session = start(Network::Private, &["pause=60s"]);
    let mut pids = Vec::new();
    while pids.len() < 2 {
        match session.updates().recv_timeout(Duration::from_secs(10)).unwrap() {
            Update::Place(Place::Program { pid, .. }) => pids.push(pid),
            Update::Ended(Err(error)) if error.is_permission() => return skipped(&format!("not permitted: {error}")),
            Update::Place(_) | Update::Event(_) | Update::Notes(_) => {}
            Update::Ended(ended) => panic!("{ended:?}"),
        }
    }
    drop(session);
    for pid in pids {
        assert!(!Path::new(&format!("/proc/{pid}")).exists(), "{pid} still runs");
    }
}

#[test]
fn a_killed_helper_is_an_error() {
    let session = start(Network::Private, &["pause=60s"]);
    let mut pids = Vec::new();
    let seen = collect_observing(session, |update| {
        let Update::Place(Place::Program { pid, .. }) = update else { return };
        pids.push(*pid);
        if pids.len() == 2 {
            let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
            let helper = status.lines().find_map(|line| line.strip_prefix("PPid:\t")).unwrap().parse().unwrap();
            let helper = rustix::process::Pid::from_raw(helper).unwrap();
            rustix::process::kill_process(helper, rustix::process::Signal::KILL).unwrap();
        }
    });
    let Some((_, ended)) = unless_forbidden(seen) else { return };
    assert_eq!(ended, Err(SessionError::Live(LiveError::HelperEnded)));
    // They die with it; init collects them.
    for _ in 0..300 {
        if !pids.iter().any(|pid| runs(*pid)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{pids:?} still run");
}

/// Whether a process exists and is more than a name in the table.
fn runs(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

#[test]
fn an_interface_that_goes_down_ends_the_capture() {
    if !is_root() {
        return skipped("only root may take the interface down");
    }
    let mut network = match LiveNetwork::open(Network::Private, &[9999], WIRELENS.as_ref(), Wakeup::new().unwrap()) {
        Ok(network) => network,
        Err(error) => return skipped(&format!("not permitted here: {error}")),
    };
    let words = ["ip", "link", "set", "lo", "down"].map(str::to_owned).to_vec();
    let number = network.start(Some("ip"), words).unwrap();
    for _ in 0..20 {
        for sighting in network.wait(Duration::from_secs(1)).unwrap() {
            if let Sighting::CaptureEnded(_, end) = sighting {
                assert_eq!(end.error, Some(CaptureError::InterfaceDown));
                return;
            }
            if let Sighting::NotStarted(..) = sighting {
                return skipped("there is no ip here");
            }
            let went = matches!(sighting, Sighting::Exited(program, _, ExitStatus::Code(0)) if program == number);
            let expected =
                matches!(sighting, Sighting::Started(..) | Sighting::SocketState(..) | Sighting::SamplingEnded(..));
            assert!(went || expected, "{sighting:?}");
        }
    }
    panic!("the capture goes on");
}

/// Not a test by itself: what [`nothing_is_left_behind`] kills.
#[test]
#[ignore = "a run that lasts, for another test to kill"]
fn a_run_that_lasts() {
    if std::env::var_os(MARK).is_none() {
        return;
    }
    let session = start(Network::Private, &["pause=60s"]);
    let (_, ended) = collect_observing(session, |update| {
        if let Update::Place(Place::Program { role: Some(Role::Client), .. }) = update {
            writeln!(std::io::stderr(), "running").unwrap();
        }
    });
    writeln!(std::io::stderr(), "{ended:?}").unwrap();
}

#[test]
fn nothing_is_left_behind() {
    let mark = format!("{}", std::process::id());
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["a_run_that_lasts", "--exact", "--ignored", "--nocapture"])
        .env(MARK, &mark)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = [0; 7];
    child.stderr.as_mut().unwrap().read_exact(&mut said).unwrap();
    if &said != b"running" {
        child.kill().unwrap();
        child.wait().unwrap();
        skipped(&format!("no run here: {}", String::from_utf8_lossy(&said)));
        return;
    }
    // Itself, the helper, the server, the client.
    assert_eq!(marked(&mark).len(), 4);
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    for _ in 0..300 {
        if marked(&mark).is_empty() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("still there: {:?}", marked(&mark));
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn program(role: &str, port: u16, more: &[&str]) -> Command {
    let mut command = Command::new(WIRELENS);
    command.args(["program", "tcp-greeting", role, "--set", &format!("port={port}")]);
    command.args(more.iter().flat_map(|pair| ["--set", pair]));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn wait_for_line(child: &mut Child, line: &str) {
    let mut said = vec![0; line.len()];
    child.stdout.as_mut().unwrap().read_exact(&mut said).unwrap();
    assert_eq!(String::from_utf8_lossy(&said), line);
}

#[test]
fn both_sides_work_alone_in_two_terminals() {
    let port = free_port();
    let mut server = program("server", port, &["pause=0ms", "clients=2"]).spawn().unwrap();
    wait_for_line(&mut server, "Waiting for connection...\n");
    for names in ["names=Ann", "names="] {
        let Output { status, stdout, stderr } = program("client", port, &[names]).output().unwrap();
        assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
        let expected = if names == "names=" { "Welcome!\n" } else { "Welcome!\nHello, Ann!\n" };
        assert_eq!(String::from_utf8_lossy(&stdout), expected);
    }
    let Output { status, stdout, .. } = server.wait_with_output().unwrap();
    assert!(status.success());
    let said = String::from_utf8_lossy(&stdout).into_owned();
    assert_eq!(said.matches("Accept new connection from 127.0.0.1:").count(), 2, "{said}");
    assert_eq!(said.matches(" closed.\n").count(), 2, "{said}");
}

#[test]
fn alone_they_say_what_went_wrong() {
    let port = free_port();
    let Output { status, stdout, stderr } = program("client", port, &[]).output().unwrap();
    assert_eq!((status.code(), stdout.len()), (Some(1), 0));
    let said = String::from_utf8_lossy(&stderr).into_owned();
    assert!(said.contains(&format!("connect(127.0.0.1:{port}) was refused (ECONNREFUSED)")), "{said}");

    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let Output { status, stderr, .. } = program("server", port, &[]).output().unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(String::from_utf8_lossy(&stderr).contains(&format!("`ss -lntup 'sport = :{port}'`")));

    let Output { status, stderr, .. } = program("server", port, &["pauze=1s"]).output().unwrap();
    assert_eq!(status.code(), Some(2));
    assert!(String::from_utf8_lossy(&stderr).contains("pause"));
}

#[test]
fn interrupting_a_server_is_a_quiet_end() {
    for (signal, expected) in [(rustix::process::Signal::INT, Some(0)), (rustix::process::Signal::TERM, None)] {
        let mut server = program("server", free_port(), &[]).spawn().unwrap();
        wait_for_line(&mut server, "Waiting for connection...\n");
        let pid = rustix::process::Pid::from_child(&server);
        rustix::process::kill_process(pid, signal).unwrap();
        let Output { status, stdout, stderr } = server.wait_with_output().unwrap();
        assert_eq!((status.code(), stdout.len(), stderr.len()), (expected, 0, 0));
    }
}

#[test]
fn a_helper_that_cannot_be_started_is_an_error() {
    let mut request = request(Network::Private, &[]);
    request.executable = Path::new("/nonexistent/wirelens").into();
    let (_, ended) = collect(Session::start(request, || {}).unwrap());
    let error = ended.unwrap_err();
    assert!(!error.is_permission());
    assert_eq!(
        error.to_string(),
        "cannot start the helper process: No such file or directory (ENOENT): /nonexistent/wirelens"
    );
}
