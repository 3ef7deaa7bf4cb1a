//! Every bundled program as a reader runs it: the binary, a private network,
//! no root. What each side called, printed and ended with is golden text
//! (ports and times normalised); what went over the wire is compared byte for
//! byte. Skips loudly where the system forbids it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops at the first surprise")]

#[path = "support/skip.rs"]
mod skip;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;
use std::time::Duration;

use wirelens::model::{CallOutcome, ExitStatus, OutputStream, Place, PlaceId, Role, SocketCallPhase, What};
use wirelens::session::{self, Request, Session, SessionError};
use wirelens::source::file;
use wirelens::source::programs::{self, Inputs};
use wirelens::trace::{Network, Trace};

const WIRELENS: &str = env!("CARGO_BIN_EXE_wirelens");

/// `wirelens run ID …`, as nobody where we are root; `None` where it is
/// forbidden here.
fn run(id: &str, more: &[&str]) -> Option<(Trace, Option<i32>)> {
    let mut command = if rustix::process::geteuid().is_root() {
        // Through a shell, so that a missing setpriv is an exit code.
        let mut command = Command::new("sh");
        let script = r#"exec setpriv --reuid 65534 --regid 65534 --clear-groups "$0" "$@""#;
        command.args(["-c", script, WIRELENS]);
        command
    } else {
        Command::new(WIRELENS)
    };
    // Answers in English, whatever the tester speaks.
    let output =
        command.args(["run", id, "-w", "-", "--lang", "en"]).args(more).env("LC_ALL", "C").env("TZ", "UTC").output();
    let output = output.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(126 | 127) => skip::skip("setpriv is not here, or this directory is closed to others"),
        Some(3) => skip::skip(&format!("not permitted here: {errors}")),
        code => {
            let opened = file::read(output.stdout.as_slice()).unwrap_or_else(|error| panic!("{id}: {error}: {errors}"));
            assert_eq!((opened.damage, opened.trace.notes.drops), (None, Some(0)), "{id}: {errors}");
            return Some((opened.trace, code));
        }
    }
    None
}

/// What went over the wire.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wire {
    /// One for each TCP connection, in order of their SYNs, or for each
    /// datagram.
    to_server: Vec<Vec<u8>>,
    to_client: Vec<Vec<u8>>,
    /// How many times ICMP said that a port is unreachable.
    unreachable: usize,
    resets: usize,
}

/// A TCP connection: what each sequence number carried, by whether it went to
/// the server.
#[derive(Default)]
struct Streams {
    first: BTreeMap<bool, u32>,
    bytes: BTreeMap<bool, BTreeMap<u32, u8>>,
}

fn wire(trace: &Trace, server: u16) -> Wire {
    let mut wire = Wire::default();
    let mut clients: Vec<u16> = Vec::new();
    let mut streams: Vec<Streams> = Vec::new();
    for (_, _, _, frame) in trace.frames() {
        assert!(!frame.is_cut());
        let ip = &frame.bytes[14..];
        let whole = usize::from(u16::from_be_bytes([ip[2], ip[3]]));
        let packet = &ip[20..whole];
        let word = |at: usize| u16::from_be_bytes([packet[at], packet[at + 1]]);
        match ip[9] {
            1 => {
                assert_eq!((packet[0], packet[1]), (3, 3), "{packet:02x?}");
                wire.unreachable += 1;
            }
            17 if word(2) == server => wire.to_server.push(packet[8..].to_vec()),
            17 => wire.to_client.push(packet[8..].to_vec()),
            6 => {
                let to_server = word(2) == server;
                let client = if to_server { word(0) } else { word(2) };
                let index = clients.iter().position(|port| *port == client).unwrap_or_else(|| {
                    clients.push(client);
                    streams.push(Streams::default());
                    clients.len() - 1
                });
                let sequence = u32::from_be_bytes([packet[4], packet[5], packet[6], packet[7]]);
                wire.resets += usize::from(packet[13] & 4 != 0);
                let first = *streams[index].first.entry(to_server).or_insert(sequence);
                let payload = &packet[usize::from(packet[12] >> 4) * 4..];
                let numbered = (sequence.wrapping_sub(first)..).zip(payload.iter().copied());
                streams[index].bytes.entry(to_server).or_default().extend(numbered);
            }
            other => panic!("protocol {other}"),
        }
    }
    for mut stream in streams {
        let mut whole = |to_server| {
            let bytes = stream.bytes.remove(&to_server).unwrap_or_default();
            assert!(bytes.keys().zip(1..).all(|(at, expected)| *at == expected), "bytes are missing: {bytes:?}");
            bytes.into_values().collect()
        };
        wire.to_server.push(whole(true));
        wire.to_client.push(whole(false));
    }
    wire
}

/// What each program called, printed and ended with; what differs from run to
/// run has a name instead.
fn told(trace: &Trace) -> String {
    let mut text = String::new();
    let mut ports: Vec<String> = Vec::new();
    for (place, about) in trace.places() {
        let Place::Program { role, command, .. } = about else { continue };
        writeln!(text, "{}: {}", role.map_or("?", Role::name), command.join(" ")).unwrap();
        let mut calls = BTreeMap::new();
        let mut output = BTreeMap::new();
        let mut exit = None;
        for event in trace.events().iter().filter(|event| event.place == place) {
            match &event.what {
                What::SocketCall(call) => match &call.phase {
                    SocketCallPhase::Entered { call: asked } => {
                        calls.insert(call.id, (call.thread, call.fd, asked.clone(), None));
                    }
                    SocketCallPhase::Returned { outcome, socket } => {
                        calls.get_mut(&call.id).unwrap().3 = Some(outcome.clone());
                        let local =
                            socket.local.filter(|_| *role == Some(Role::Client)).map(|it| it.port().to_string());
                        ports.extend(local);
                    }
                },
                What::Output { stream, bytes } => output.entry(*stream).or_insert_with(Vec::new).extend(bytes),
                What::Exit(status) => exit = Some(*status),
                What::Frame(_) | What::SocketState(_) | What::LinkAction(_) | What::StackStep(_) => {}
            }
        }
        for (thread, fd, call, outcome) in calls.into_values() {
            let outcome = match outcome {
                None => "did not return".to_owned(),
                Some(CallOutcome::Received { received, from }) => {
                    let from = from.map(|from| format!(" from {from}")).unwrap_or_default();
                    let bytes = match str::from_utf8(&received) {
                        Ok(text) => format!("{text:?}"),
                        Err(_) => format!("b\"{}\"", received.escape_ascii()),
                    };
                    format!("= {} {bytes}{from}", received.len())
                }
                Some(outcome) => format!("= {outcome}"),
            };
            let thread = if thread == 0 { String::new() } else { format!("thread {thread}: ") };
            let fd = if fd == -1 { String::new() } else { format!("{fd}: ") };
            writeln!(text, "  {thread}{fd}{call} {outcome}").unwrap();
        }
        for (stream, bytes) in output {
            let mark = if stream == OutputStream::Stdout { '│' } else { '!' };
            let lines = String::from_utf8(bytes).unwrap();
            lines.lines().for_each(|line| writeln!(text, "  {mark} {line}").unwrap());
        }
        writeln!(text, "  ends: {exit:?}").unwrap();
    }
    normalised(&text, &ports)
}

fn normalised(text: &str, ports: &[String]) -> String {
    let mut text = text.to_owned();
    for port in ports {
        for (before, after) in [(":", ""), (", ", ")")] {
            text = text.replace(&format!("{before}{port}{after}"), &format!("{before}PORT{after}"));
        }
    }
    let mut lines = String::new();
    for line in text.lines() {
        // `at Thu Mar 15 08:00:00 2018 :`
        let line = match line.split_once("at ").and_then(|(head, tail)| Some((head, tail.get(24..)?))) {
            Some((head, tail)) if tail.starts_with(" :") => format!("{head}at TIME{tail}"),
            _ => line.to_owned(),
        };
        let line = match line.rsplit_once(", ") {
            Some((head, tail)) if tail.ends_with(" ms") => format!("{head}, TIME"),
            _ => line,
        };
        lines.push_str(line.trim_end());
        lines.push('\n');
    }
    lines
}

/// The 24 characters of the time, which are another every second.
fn without_time(mut bytes: Vec<u8>) -> Vec<u8> {
    while let Some(at) = bytes.windows(3).position(|window| window == b"at ") {
        assert_eq!(&bytes[at + 27..at + 29], b" :", "{bytes:?}");
        bytes.splice(at..at + 27, *b"TIME");
    }
    bytes
}

fn gbk(text: &str) -> Vec<u8> {
    let (bytes, _, unmappable) = encoding_rs::GBK.encode(text);
    assert!(!unmappable);
    bytes.into_owned()
}

/// By id: the port, what goes to the server, what comes back.
type Exchange = (&'static str, u16, Vec<Vec<u8>>, Vec<Vec<u8>>);

/// The exchange of every program as it comes.
fn exchanges() -> Vec<Exchange> {
    let texts = |texts: &[&str]| -> Vec<Vec<u8>> { texts.iter().map(|text| text.as_bytes().to_vec()).collect() };
    let requests: Vec<String> = (1..=10).map(|number| format!("request {number}")).collect();
    let answers: Vec<String> = requests.iter().map(|request| format!("answer to {request}")).collect();
    let each = |lines: &[String]| -> Vec<Vec<u8>> { lines.iter().map(|line| line.as_bytes().to_vec()).collect() };
    vec![
        (
            "tcp-greeting",
            9999,
            texts(&["MichaelTracySarahexit"]),
            texts(&["Welcome!Hello, Michael!Hello, Tracy!Hello, Sarah!"]),
        ),
        (
            "udp-hello",
            9998,
            texts(&["Michael", "Tracy", "Sarah"]),
            texts(&["Hello, Michael!", "Hello, Tracy!", "Hello, Sarah!"]),
        ),
        (
            "tcp-thanks",
            7788,
            vec![b"\xc4\xe3\xba\xc3\xa3\xac\xb7\xfe\xce\xf1\xc6\xf7".to_vec()],
            texts(&["thank you !"]),
        ),
        ("udp-send", 8080, texts(&["你好，UDP"]), vec![]),
        ("udp-ask", 8080, texts(&["你好，在吗"]), vec![b"\xca\xd5\xb5\xbd\xa3\xac\xd0\xbb\xd0\xbb".to_vec()]),
        ("udp-receive", 7788, vec![b"\xb1\xbd\xbb\xb7\xa3\xac\xc4\xe3\xba\xc3".to_vec()], vec![]),
        ("tcp-short-connections", 8000, each(&requests), each(&answers)),
        ("tcp-long-connection", 8000, texts(&[&requests.concat()]), texts(&[&answers.concat()])),
        // The second connection is refused.
        ("tcp-listener-closed", 8000, texts(&["and we?", ""]), texts(&["nobody listens any morewe go on", ""])),
        ("tcp-clock", 21567, texts(&["hello现在几点"]), texts(&["TIME :helloTIME :现在几点"])),
        ("udp-clock", 21567, texts(&["hello", "现在几点"]), texts(&["TIME :hello", "TIME :现在几点"])),
        ("udp-simple", 9000, texts(&["你好"]), texts(&["hello"])),
        (
            "udp-chat",
            8081,
            texts(&["你好，乔治", "在学 UDP 吗？", "再见"]),
            texts(&["你好", "在学，一个数据报一条消息", "再见"]),
        ),
        ("tcp-simple", 9000, texts(&["hello world"]), texts(&["hi"])),
        ("tcp-turns", 8081, texts(&["你好握手要几次？再见"]), texts(&["你好，请讲三次再见"])),
        ("udp-one-way", 12345, texts(&["hello Python"]), vec![]),
        ("tcp-one-way", 12346, texts(&["python hello"]), texts(&[""])),
        ("tcp-chat", 10086, texts(&["你好在学 TCP 吗？"]), texts(&["你好！在学，刚看完握手"])),
        ("tcp-bulk", 9010, vec![(0..20).collect()], vec![(0..20).collect()]),
    ]
}

#[test]
fn every_program_does_what_the_notes_say() {
    let exchanges = exchanges();
    // The one that is not of the notes is in tests/web_page.rs.
    let ids = programs::PROGRAMS.iter().map(|program| program.id).filter(|id| *id != "web-page");
    assert!(ids.eq(exchanges.iter().map(|(id, ..)| *id)));
    for (id, port, to_server, to_client) in exchanges {
        let more: &[&str] = match id {
            "tcp-greeting" => &["--set", "pause=0ms"],
            "tcp-bulk" => &["--set", "bytes=20"],
            _ => &[],
        };
        let Some((trace, code)) = run(id, more) else { return };
        assert_eq!(code, Some(0), "{id}");
        let mut seen = wire(&trace, port);
        seen.to_client = seen.to_client.into_iter().map(without_time).collect();
        let resets = usize::from(id == "tcp-listener-closed");
        assert_eq!(seen, Wire { to_server, to_client, unreachable: 0, resets }, "{id}");
        insta::assert_snapshot!(id, told(&trace));
    }
}

/// A name, the program, what is asked of it, the port it is asked on, how often
/// ICMP says that it is unreachable, and the number of resets.
type Wrong<'a> = (&'a str, &'a str, &'a [&'a str], u16, usize, usize);

/// What the notes' programs do when they are not mended, or set otherwise.
#[test]
fn what_goes_wrong_in_the_notes_is_seen_and_bounded() {
    let cases: [Wrong<'_>; 9] = [
        ("udp-hello-as-written", "udp-hello", &["--set", "client-port=9999"], 9999, 1, 0),
        ("udp-hello-connected", "udp-hello", &["--set", "client-port=9999", "--set", "connected=yes"], 9999, 1, 0),
        ("udp-send-to-nobody", "udp-send", &["--set", "server=none"], 8080, 1, 0),
        ("udp-chat-to-nobody", "udp-chat", &["--input", r"james\nhello\nquit\n乔治\nhi"], 8082, 1, 0),
        ("udp-receive-in-another-encoding", "udp-receive", &["--set", "sender-encoding=utf-8"], 7788, 0, 0),
        ("tcp-turns-as-written", "tcp-turns", &["--set", "mended=no", "--set", "empty-reads=3"], 8081, 0, 0),
        ("tcp-simple-to-nobody", "tcp-simple", &["--set", "server=none"], 9000, 0, 1),
        ("tcp-thanks-cut", "tcp-thanks", &["--set", "buffer=5"], 7788, 0, 1),
        ("tcp-clock-as-written", "tcp-clock", &["--set", "mended=no", "--set", "clients=2"], 21567, 0, 0),
    ];
    for (name, id, more, port, unreachable, resets) in cases {
        let Some((trace, code)) = run(id, more) else { return };
        assert_eq!(code, Some(0), "{name}");
        let seen = wire(&trace, port);
        assert_eq!((seen.unreachable, seen.resets), (unreachable, resets), "{name}");
        insta::assert_snapshot!(name, told(&trace));
    }
}

#[test]
fn lines_are_typed_into_either_side() {
    let both = ["--input", r"client=one\n\ntwo", "--input", "exit", "--input", r"server=1\n2"];
    let Some((trace, _)) = run("tcp-chat", &both) else { return };
    let seen = wire(&trace, 10086);
    assert_eq!((seen.to_server, seen.to_client), (vec![b"onetwo".to_vec()], vec![b"12".to_vec()]));

    // A buffer of 5 bytes ends within a character of GBK, each time elsewhere.
    let text = "苯环，你好，一二三四五";
    let more = ["--set", "encoding=gbk", "--set", "buffer=5", "--input", text, "--input", r"server=甲\n乙\n丙\n丁\n戊"];
    let Some((trace, _)) = run("tcp-chat", &more) else { return };
    let seen = wire(&trace, 10086);
    assert_eq!(seen.to_server, [gbk(text)]);
    let place = place(&trace, Role::Server);
    let said = output(&trace, place, OutputStream::Stdout);
    let said: String = said.lines().filter(|line| !line.starts_with("请回复")).collect();
    assert!(said.starts_with("苯环") && text.starts_with(&said), "{said}");

    // A datagram may be empty; more than a pipe holds arrives whole.
    let Some((trace, _)) = run("udp-simple", &["--input", ""]) else { return };
    assert_eq!(wire(&trace, 9000).to_server, [b""]);
    let line = "长".repeat(15);
    let lines = vec![line.as_str(); 2000];
    let Some((trace, _)) = run("udp-clock", &["--input", &lines.join("\n")]) else { return };
    let arrived = wire(&trace, 21567).to_server;
    assert!(arrived.iter().map(Vec::as_slice).eq(lines.iter().map(|line| line.as_bytes())));
}

#[test]
fn bad_input_is_said() {
    let cases = [
        ("tcp-thanks", "here", "expected an IPv4 address such as 127.0.0.1, found `here`"),
        ("tcp-thanks", r"127.0.0.1\n99999", "expected a port from 1 to 65535, such as 9999, found `99999`"),
        ("tcp-thanks", r"127.0.0.1\n7788\n\n", "standard input ended"),
        ("udp-receive", "😀", "GBK has no bytes for `😀`"),
    ];
    for (id, input, sentence) in cases {
        let Some((trace, _)) = run(id, &["--input", input]) else { return };
        let client = place(&trace, Role::Client);
        assert!(output(&trace, client, OutputStream::Stderr).contains(sentence), "{id} {input}");
        assert_eq!(exit(&trace, client), Some(ExitStatus::Code(1)), "{id} {input}");
    }
}

/// Starts a session; its inputs are open where nothing is given.
fn session(id: &str, pairs: &[&str], inputs: Option<Inputs>) -> Session {
    let program = programs::find(id).unwrap();
    let settings = program.read_settings(pairs).unwrap();
    let inputs = inputs.unwrap_or(Inputs { lines: BTreeMap::new(), open: true });
    let request = Request { program, settings, inputs, network: Network::Private, executable: WIRELENS.into() };
    Session::start(request, || {}).unwrap()
}

fn forbidden(ended: &Result<(), SessionError>) -> bool {
    let error = ended.as_ref().err().filter(|error| error.is_permission());
    if let Some(error) = error {
        skip::skip(&format!("not permitted here: {error}"));
    }
    error.is_some()
}

#[test]
fn a_person_may_type_while_it_runs() {
    let session = session("tcp-chat", &[], None);
    let commander = session.commander();
    let mut heard = String::new();
    // Each line is typed when the prompt for it has been seen; one by one.
    let mut to_type = vec![(Role::Server, "好\n"), (Role::Client, "你好\n")];
    let (trace, ended) = session::collect_observing(session, |update| {
        let session::Update::Event(event) = update else { return };
        let What::Output { bytes, .. } = &event.what else { return };
        heard.push_str(&String::from_utf8_lossy(bytes));
        if heard.ends_with('：') {
            let command = match to_type.pop() {
                Some((role, text)) => session::Command::Input { role, bytes: text.into() },
                None => session::Command::EndInput(Role::Client),
            };
            assert!(commander.command(command));
        }
    });
    if forbidden(&ended) {
        return;
    }
    assert_eq!(ended, Ok(()));
    let seen = wire(&trace, 10086);
    assert_eq!((seen.to_server, seen.to_client), (vec!["你好".into()], vec!["好".into()]));
    for role in [Role::Server, Role::Client] {
        assert_eq!(exit(&trace, place(&trace, role)), Some(ExitStatus::Code(0)), "{role:?}");
    }
}

#[test]
fn programs_that_wait_for_each_other_are_ended() {
    // Of an empty text nothing is sent, and the server waits for it.
    let (trace, ended) = session::collect(session("tcp-simple", &["text="], Some(Inputs::default())));
    if forbidden(&ended) {
        return;
    }
    assert_eq!(ended, Err(SessionError::Standstill { seconds: 5 }));
    // The client may see the server go before its own signal.
    let server = place(&trace, Role::Server);
    assert_eq!(exit(&trace, server), Some(ExitStatus::Signal(15)));
    assert!(exit(&trace, place(&trace, Role::Client)).is_some());
}

#[test]
fn a_program_runs_alone() {
    use std::io::{Read as _, Write as _};
    use std::process::Stdio;

    let port = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let start = |role: &str| {
        let set = format!("port={port}");
        let mut command = Command::new(WIRELENS);
        command.args(["program", "udp-clock", role, "--set", &set, "--set", "datagrams=1"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
    };
    let mut server = start("server");
    let mut prompt = [0; 10];
    server.stdout.as_mut().unwrap().read_exact(&mut prompt).unwrap();
    // It says that it waits before it does; the client is patient.
    std::thread::sleep(Duration::from_millis(50));
    let mut client = start("client");
    client.stdin.take().unwrap().write_all(b"hello\n").unwrap();
    let printed = client.wait_with_output().unwrap();
    let text = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.status.success() && server.wait().unwrap().success());
    // A terminal would show what was typed; the program does not.
    assert!(text.starts_with(">at ") && text.contains(&format!(" :hello from ('127.0.0.1', {port})\n>\n")), "{text}");
}

fn place(trace: &Trace, wanted: Role) -> PlaceId {
    let found = trace.places().find(|(_, place)| matches!(place, Place::Program { role, .. } if *role == Some(wanted)));
    found.unwrap_or_else(|| panic!("no {wanted:?}")).0
}

fn exit(trace: &Trace, place: PlaceId) -> Option<ExitStatus> {
    let ended = |what: &What| if let What::Exit(status) = what { Some(*status) } else { None };
    trace.events().iter().filter(|event| event.place == place).find_map(|event| ended(&event.what))
}

fn output(trace: &Trace, place: PlaceId, wanted: OutputStream) -> String {
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
