//! Programs that know nothing of us, with their socket calls. Skips loudly
//! where the system forbids it, or what it takes is not there.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops at the first surprise")]

#[path = "support/marked.rs"]
mod marked;
#[path = "support/skip.rs"]
mod skip;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use marked::{MARK, marked};
use serde_json::Value;
use skip::skip;
use wirelens::model::{Call, Place, SocketCallPhase, What};
use wirelens::session::{self, CommandLine, Commands, Session, Update, collect_observing};

const WIRELENS: &str = env!("CARGO_BIN_EXE_wirelens");

/// What a run was seen to do.
#[derive(Debug)]
struct Seen {
    status: Option<i32>,
    /// Null where there was nothing to draw.
    document: Value,
    stderr: String,
}

/// A call: program, name, arguments, result.
type Told<'a> = (&'a str, &'a str, &'a str, Option<&'a str>);

impl Seen {
    fn calls(&self) -> Vec<Told<'_>> {
        self.document["calls"].as_array().unwrap().iter().map(told).collect()
    }

    /// The calls with this name.
    fn named(&self, name: &str) -> Vec<Told<'_>> {
        self.calls().into_iter().filter(|call| call.1 == name).collect()
    }

    fn has(&self, name: &str, arguments: &str, result: &str) -> bool {
        self.named(name).iter().any(|call| call.2.contains(arguments) && call.3 == Some(result))
    }

    /// Every segment that carries data, and every SYN that opens, was caused by
    /// a call that fits.
    fn check_joined(&self) {
        let calls = self.document["calls"].as_array().unwrap();
        let mut checked = 0;
        for conversation in self.document["conversations"].as_array().unwrap() {
            for segment in conversation["segments"].as_array().unwrap() {
                let (length, flags) = (segment["length"].as_u64().unwrap(), segment["flags"].as_str().unwrap());
                let sends = ["send", "sendto", "sendmsg", "write", "writev"];
                let fitting: &[&str] = if length > 0 {
                    &sends
                } else if flags == "SYN" {
                    &["connect"]
                } else {
                    continue;
                };
                let cause = segment["cause"]["call"].as_u64();
                let cause = cause.unwrap_or_else(|| panic!("no call caused {segment}\n{}", self.stderr));
                let call = &calls[usize::try_from(cause).unwrap()];
                assert!(fitting.contains(&call["call"].as_str().unwrap()), "{segment} by {call}");
                checked += 1;
            }
        }
        assert!(checked > 0, "nothing was sent: {}", self.stderr);
    }
}

fn told(call: &Value) -> Told<'_> {
    let text = |name: &str| call[name].as_str();
    (text("program").unwrap(), text("call").unwrap(), text("args").unwrap(), text("result"))
}

/// `wirelens exec` with these words, or `None` where it is forbidden here.
fn exec<S: AsRef<std::ffi::OsStr>>(words: &[S]) -> Option<Seen> {
    let output = Command::new(WIRELENS)
        .args(["exec", "--lang", "en", "--format", "json"])
        .args(words)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.code() == Some(3) {
        skip(&format!("not permitted here: {stderr}"));
        return None;
    }
    if stderr.contains("cannot be seen") {
        skip(&format!("tracing is forbidden here: {stderr}"));
        return None;
    }
    let document = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    Some(Seen { status: output.status.code(), document, stderr })
}

/// A Python that everybody may run.
fn python() -> Option<&'static str> {
    let found = ["/usr/bin/python3", "/usr/local/bin/python3"].into_iter().find(|path| Path::new(path).exists());
    if found.is_none() {
        skip("there is no python3");
    }
    found
}

/// Runs one script as the only command.
fn script(text: &str) -> Option<Seen> {
    assert!(!text.contains('\''), "{text}");
    exec(&[format!("{} -c '{text}'", python()?)])
}

/// The command for a program of the notes; `None` where they are not there.
fn note(file: &str) -> Option<String> {
    let folder = std::env::var_os("WIRELENS_NOTES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/notes/programs"), PathBuf::from);
    let path = folder.join(format!("{file}.py"));
    if !path.exists() {
        skip(&format!("the notes are not there: {}", path.display()));
        return None;
    }
    Some(format!("{} {}", python()?, path.display()))
}

/// Both sides of a program of the notes, with these options.
fn notes(id: &str, options: &[&str]) -> Option<Seen> {
    let commands = [note(&format!("{id}.server"))?, note(&format!("{id}.client"))?];
    exec(&options.iter().map(|option| (*option).to_owned()).chain(commands).collect::<Vec<_>>())
}

#[test]
fn the_notes_greeting_is_joined() {
    let Some(seen) = notes("tcp-greeting", &[]) else { return };
    assert_eq!(seen.status, Some(0), "{}", seen.stderr);
    seen.check_joined();
    let names: Vec<&str> =
        seen.calls().iter().filter(|call| call.0 == "tcp-greeting.client.py").map(|call| call.1).collect();
    assert_eq!(names, ["socket", "connect", "recv", "send", "recv", "send", "recv", "send", "recv", "send", "close"]);
    let conversation = &seen.document["conversations"][0];
    assert_eq!(
        (&conversation["opening"], &conversation["closing"]),
        (&"three-way-handshake".into(), &"four-segment".into())
    );
    assert!(seen.stderr.contains("tcp-greeting.client.py │ Hello, Sarah!"), "{}", seen.stderr);
    // The server serves for ever.
    assert!(seen.stderr.contains("still ran"), "{}", seen.stderr);
    // One thread accepts, another answers.
    let calls = seen.document["calls"].as_array().unwrap();
    let thread = |name: &str| {
        calls.iter().find(|call| call["call"] == name && call["program"] == "tcp-greeting.server.py").unwrap()["thread"]
            .clone()
    };
    assert_eq!((thread("accept4"), thread("send")), (0.into(), 1.into()));
}

#[test]
fn the_notes_tcp_programs_are_joined() {
    let Some(seen) = notes("tcp-simple", &[]) else { return };
    seen.check_joined();
    assert!(seen.stderr.contains("client.py │ hi\n"), "{}", seen.stderr);

    let Some(seen) = notes("tcp-clock", &["--input", "苯\\nb\\n\\n"]) else { return };
    seen.check_joined();
    assert_eq!(seen.named("send").iter().filter(|call| call.0.contains("client")).count(), 2);

    let options = ["--address", "172.16.5.236", "--input", "hello\\nworld", "--input", "one\\n\\ntwo\\nexit"];
    let Some(seen) = notes("tcp-chat", &options) else { return };
    seen.check_joined();
    assert_eq!(seen.document["conversations"][0]["server"], "172.16.5.236:10086");
    assert!(seen.stderr.contains("hello\n") && seen.stderr.contains("two\n"), "{}", seen.stderr);

    // Each ends with an exception, where its input ends.
    let Some(seen) = notes("tcp-turns", &["--input", "a\\nb", "--input", "c\\nd"]) else { return };
    seen.check_joined();
    assert!(seen.stderr.contains("client.py` exit status 1") || seen.stderr.contains("EOFError"), "{}", seen.stderr);
}

/// As they are written they cannot work: one forgets an import, the other
/// mistakes a class for the module of the same name.
#[test]
fn the_notes_broken_servers_are_told_as_they_are() {
    for (id, mistake, input) in
        [("tcp-one-way", "NameError", None), ("tcp-thanks", "AttributeError", Some("127.0.0.1\\n7788\\n谢谢"))]
    {
        let mut options = vec!["--address", "192.168.1.104"];
        options.extend(input.into_iter().flat_map(|input| ["--input", input]));
        let Some(seen) = notes(id, &options) else { return };
        assert_eq!(seen.status, Some(0), "{}", seen.stderr);
        assert!(seen.stderr.contains(mistake), "{}", seen.stderr);
        assert!(seen.has("connect", "", "ECONNREFUSED"), "{:?}", seen.calls());
        assert_eq!(seen.document["conversations"][0]["opening"], "refused");
    }
}

#[test]
fn the_notes_udp_programs_are_seen() {
    let Some(seen) = notes("udp-simple", &["--input", "hello"]) else { return };
    assert!(seen.has("sendto", "5 B, 127.0.0.1:9000", "5") && seen.has("recvfrom", "1024", "5"), "{:?}", seen.calls());
    assert_eq!(seen.document["frames"], 2);

    let Some(seen) = notes("udp-clock", &["--input", "a\\nb\\n\\n"]) else { return };
    assert_eq!((seen.named("sendto").len(), &seen.document["frames"]), (4, &4.into()));

    let Some(seen) = notes("udp-one-way", &["--address", "192.168.1.104"]) else { return };
    assert!(seen.has("sendto", "12 B, 192.168.1.104:12345", "12"), "{:?}", seen.calls());
    assert!(seen.has("recvfrom", "1024", "12"), "{:?}", seen.calls());

    let options = ["--input", "来了\\n再见", "--input", "乔治\\nhi\\nho\\nquit"];
    let Some(seen) = notes("udp-chat", &options) else { return };
    assert_eq!(seen.document["frames"], 4, "{}", seen.stderr);
    assert!(seen.stderr.contains("的一条消息:再见"), "{}", seen.stderr);
}

#[test]
fn the_notes_single_programs_meet_others() {
    let Some(python) = python() else { return };
    let peer = |text: &str| format!("{python} -c 'from socket import *; s = socket(AF_INET, SOCK_DGRAM); {text}'");
    let Some(client) = note("udp-ask.client") else { return };
    let server = peer("s.bind((\"\", 8080)); d, a = s.recvfrom(99); s.sendto(\"好\".encode(\"gbk\"), a)");
    let words = ["--address", "192.168.236.129", "--input", "在吗", &server, &client];
    let Some(seen) = exec(&words) else { return };
    assert!(seen.stderr.contains("udp-ask.client.py │ 好") || seen.stderr.contains("好\n"), "{}", seen.stderr);
    assert_eq!(seen.document["frames"], 2);

    let Some(client) = note("udp-send.client") else { return };
    let server = peer("s.bind((\"\", 8080)); print(s.recv(99))");
    let Some(seen) = exec(&["--address", "192.168.1.103", "--input", "hi", &server, &client]) else { return };
    assert!(seen.has("sendto", "2 B, 192.168.1.103:8080", "2"), "{:?}", seen.calls());

    let Some(server) = note("udp-receive.server") else { return };
    let client = peer("s.sendto(\"苯\".encode(\"gbk\"), (\"127.0.0.1\", 7788))");
    let Some(seen) = exec(&[&server, &client]) else { return };
    assert!(seen.stderr.contains("udp-receive.server.py │ 苯"), "{}", seen.stderr);
}

/// As written the client asks on a port where nobody is, and waits for ever.
#[test]
fn the_notes_udp_hello_waits_until_it_is_stopped() {
    let (Some(server), Some(client)) = (note("udp-hello.server"), note("udp-hello.client")) else { return };
    let line = |text| CommandLine { text, host: None, input: None };
    let commands = Commands {
        commands: vec![line(server), line(client)],
        addresses: Vec::new(),
        wait: Duration::from_secs(1),
        executable: WIRELENS.into(),
    };
    let session = Session::start(commands, || {}).unwrap();
    let commander = session.commander();
    let mut programs: Vec<u32> = Vec::new();
    let mut places = 0;
    let (trace, ended) = collect_observing(session, |update| {
        if let Update::Place(place) = update {
            programs.extend(matches!(place, Place::Program { .. }).then_some(places));
            places += 1;
        }
        // The second program is the client.
        if let Update::Event(event) = update
            && let What::SocketCall(call) = &event.what
            && let SocketCallPhase::Entered { call: Call::Recv { size: 1024, .. } } = &call.phase
            && programs.get(1) == Some(&event.place.0)
        {
            assert!(commander.command(session::Command::Stop));
        }
    });
    match ended {
        Err(error) if error.is_permission() => return skip(&format!("not permitted here: {error}")),
        ended => assert_eq!(ended, Ok(())),
    }
    // The datagram, and the answer that nobody is there.
    assert_eq!(trace.frame_count(), 2);
    assert_eq!(trace.events().iter().filter(|event| matches!(event.what, What::Exit(_))).count(), 2);
}

#[test]
fn every_way_to_send_and_receive_is_told() {
    let Some(seen) = script(
        "import os, socket
s = socket.create_server((\"127.0.0.1\", 4000))
c = socket.create_connection((\"127.0.0.1\", 4000)); a, _ = s.accept()
c.send(b\"1\"); a.recv(9)
os.write(c.fileno(), b\"22\"); os.read(a.fileno(), 9)
os.writev(c.fileno(), [b\"3\", b\"33\"]); os.readv(a.fileno(), [bytearray(2), bytearray(9)])
c.sendmsg([b\"44\", b\"44\"]); a.recvmsg(9)
d = c.dup(); c.close(); d.send(b\"55555\"); a.recv(9, socket.MSG_PEEK); a.recv(9)
a.shutdown(socket.SHUT_WR); d.recv(9); d.close(); a.close()
os.write(1, b\"no socket\\n\")",
    ) else {
        return;
    };
    assert_eq!(seen.status, Some(0), "{}", seen.stderr);
    for (name, arguments, result) in [
        ("send", "1 B", "1"),
        ("recv", "9", "1"),
        ("write", "2 B", "2"),
        ("read", "9", "2"),
        ("writev", "3 B", "3"),
        ("readv", "11", "3"),
        ("sendmsg", "4 B", "4"),
        ("recvmsg", "9", "4"),
        ("send", "5 B", "5"),
        ("recv", "9, MSG_PEEK", "5"),
        ("recv", "9", "5"),
        ("shutdown", "SHUT_WR", "0"),
        ("recv", "9", "0"),
    ] {
        assert!(seen.has(name, arguments, result), "{name}({arguments}) = {result}: {:?}", seen.calls());
    }
    // Neither the console nor a module's file is a socket.
    assert_eq!((seen.named("write").len(), seen.named("read").len()), (1, 1), "{:?}", seen.calls());
    assert_eq!(seen.named("fcntl").len(), 1, "{:?}", seen.calls());
}

#[test]
fn forked_children_are_programs_of_their_own() {
    let Some(seen) = script(
        "import os, socket
s = socket.create_server((\"::1\", 4000), family=socket.AF_INET6)
if os.fork() == 0:
    c = socket.create_connection((\"::1\", 4000)); c.send(b\"from the child\"); c.recv(9); os._exit(7)
a, _ = s.accept(); a.recv(99); a.close(); print(os.wait())",
    ) else {
        return;
    };
    let pids: std::collections::BTreeSet<u64> =
        seen.document["calls"].as_array().unwrap().iter().map(|call| call["pid"].as_u64().unwrap()).collect();
    assert_eq!(pids.len(), 2, "{:?}", seen.document["calls"]);
    assert_eq!(seen.document["conversations"][0]["server"], "[::1]:4000");
    seen.check_joined();
}

#[test]
fn a_socket_passed_on_is_still_seen() {
    let Some(seen) = script(
        "import os, socket
l, r = socket.socketpair()
if os.fork() == 0:
    l.close(); _, (fd,), _, _ = socket.recv_fds(r, 9, 1); u = socket.socket(fileno=fd); u.send(b\"datagram\"); os._exit(0)
r.close(); sink = socket.socket(type=socket.SOCK_DGRAM); sink.bind((\"127.0.0.1\", 5000))
u = socket.socket(type=socket.SOCK_DGRAM); u.connect((\"127.0.0.1\", 5000)); socket.send_fds(l, [b\"x\"], [u.fileno()])
print(sink.recv(99)); os.wait()",
    ) else {
        return;
    };
    assert!(seen.has("send", "8 B", "8") && seen.has("socketpair", "AF_UNIX, SOCK_STREAM", "0"), "{:?}", seen.calls());
}

#[test]
fn waiting_and_connecting_without_blocking_are_told() {
    let Some(seen) = script(
        "import select, socket, errno
s = socket.create_server((\"127.0.0.1\", 4000)); c = socket.socket(); c.setblocking(False)
assert c.connect_ex((\"127.0.0.1\", 4000)) == errno.EINPROGRESS
p = select.poll(); p.register(c, select.POLLOUT); p.poll(2000)
e = select.epoll(); e.register(c, select.EPOLLOUT); e.poll(1)
select.select([], [c], [], 1.5)
print(c.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)); a, _ = s.accept(); c.send(b\"x\"); a.recv(1)
try: c.recv(1)
except BlockingIOError: print(\"would block\")",
    ) else {
        return;
    };
    assert_eq!(seen.status, Some(0), "{}", seen.stderr);
    assert!(seen.has("connect", "127.0.0.1:4000", "EINPROGRESS"), "{:?}", seen.calls());
    assert!(seen.has("poll", "2000 ms", "1"), "{:?}", seen.calls());
    assert!(seen.calls().iter().any(|call| call.1.starts_with("epoll_") && call.2 == "1000 ms"), "{:?}", seen.calls());
    assert!(seen.calls().iter().any(|call| call.1.contains("select") && call.2 == "1500 ms"), "{:?}", seen.calls());
    assert!(seen.has("getsockopt", "SO_ERROR", "0") && seen.has("recv", "1", "EAGAIN"), "{:?}", seen.calls());
    seen.check_joined();
}

#[test]
fn many_short_connections_are_told_without_loss() {
    let Some(seen) = script(
        "import socket, threading
s = socket.create_server((\"127.0.0.1\", 4000))
def serve():
    for _ in range(200):
        a, _ = s.accept(); a.recv(9); a.close()
t = threading.Thread(target=serve); t.start()
for i in range(200):
    c = socket.create_connection((\"127.0.0.1\", 4000)); c.send(b\"%d\" % i); c.recv(1); c.close()
t.join()",
    ) else {
        return;
    };
    let counts = ["connect", "accept4", "send"].map(|name| seen.named(name).len());
    assert_eq!(counts, [200, 200, 200]);
    assert_eq!(seen.document["conversations"].as_array().unwrap().len(), 200);
    assert_eq!(seen.document["drops"], 0);
    seen.check_joined();
}

#[test]
fn an_error_is_in_the_calls_and_in_the_console() {
    let Some(python) = python() else { return };
    let server =
        format!("{python} -c 'import socket, time; s = socket.create_server((\"127.0.0.1\", 4000)); time.sleep(1)'");
    let Some(seen) = exec(&[&server, &server]) else { return };
    assert!(seen.has("bind", "127.0.0.1:4000", "EADDRINUSE"), "{:?}", seen.calls());
    assert!(seen.stderr.contains("Address already in use"), "{}", seen.stderr);

    let Some(seen) = script(
        "import socket
u = socket.socket(socket.AF_UNIX)
try: u.connect(\"/nowhere\")
except FileNotFoundError as e: print(e)",
    ) else {
        return;
    };
    assert!(seen.has("connect", "/nowhere", "ENOENT"), "{:?}", seen.calls());
}

#[test]
fn signals_interrupt_calls_and_end_programs() {
    // A handler that returns, and a call that goes on.
    let Some(seen) = script(
        "import os, signal, socket, threading, time
signal.signal(signal.SIGUSR1, lambda *_: print(\"signalled\", flush=True))
a, b = socket.socketpair(); me = os.getpid()
threading.Thread(target=lambda: (time.sleep(0.2), os.kill(me, signal.SIGUSR1), time.sleep(0.2), b.send(b\"x\"))).start()
print(a.recv(7), flush=True); os.kill(me, 9)",
    ) else {
        return;
    };
    assert!(seen.has("recv", "7", "1"), "{:?}", seen.calls());
    assert!(seen.stderr.contains("signalled") && seen.stderr.contains("SIGKILL"), "{}", seen.stderr);
    let Some(seen) = script("import os; os.abort()") else { return };
    assert!(seen.stderr.contains("SIGABRT"), "{}", seen.stderr);
}

#[test]
fn what_goes_wrong_with_a_command_is_said() {
    let Some(seen) = exec(&["no-such-program --at-all"]) else { return };
    assert_eq!(seen.status, Some(1));
    assert!(seen.stderr.contains("error: `no-such-program --at-all` is not there"), "{}", seen.stderr);

    let Some(seen) = exec(&["exit 3", "true"]) else { return };
    assert_eq!(seen.status, Some(0));
    assert!(seen.stderr.contains("note: `exit 3` "), "{}", seen.stderr);

    let Some(seen) = exec(&["sleep 300", "true"]) else { return };
    assert!(seen.stderr.contains("`sleep 300` did not listen within"), "{}", seen.stderr);
    assert!(seen.stderr.contains("`sleep 300` still ran"), "{}", seen.stderr);

    let Some(seen) = exec(&["trap : TERM; while :; do sleep 1; done", "true"]) else { return };
    assert!(seen.stderr.contains("was killed"), "{}", seen.stderr);

    let Some(seen) = exec(&["setsid sleep 300 & sleep 300 & true"]) else { return };
    assert!(seen.stderr.contains("left 2 processes behind"), "{}", seen.stderr);

    let Some(seen) = exec(&["yes", "sleep 0.2"]) else { return };
    assert!(seen.stderr.contains("`yes` wrote more than 1 MiB"), "{}", seen.stderr.lines().last().unwrap());
    assert!(seen.stderr.len() < 8 << 20, "{} bytes", seen.stderr.len());
}

#[test]
fn input_goes_to_the_last_commands() {
    let Some(seen) = exec(&["--input", "first", "--input", "second\\nthird", "true", "cat", "cat"]) else { return };
    assert!(
        seen.stderr.contains("cat │ first\n") && seen.stderr.contains("cat │ second\ncat │ third\n"),
        "{}",
        seen.stderr
    );
    let Some(seen) = exec(&["--input", "a", "--input", "b", "cat"]) else { return };
    assert_eq!(seen.status, Some(2));
}

/// A process that is traced already cannot be traced by us.
#[test]
fn where_tracing_is_forbidden_packets_are_seen_all_the_same() {
    let (Some(server), Some(client)) = (note("tcp-simple.server"), note("tcp-simple.client")) else { return };
    let output = Command::new("strace")
        .args(["-f", "-e", "trace=none", "-o", "/dev/null", WIRELENS, "exec", "--lang", "en", "--format", "json"])
        .args([&server, &client])
        .output();
    let Ok(output) = output else { return skip("there is no strace") };
    let stderr = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(3) {
        return skip(&format!("not permitted here: {stderr}"));
    }
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert_eq!(stderr.matches("cannot be seen: operation not permitted (EPERM)").count(), 2, "{stderr}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["conversations"][0]["opening"], "three-way-handshake");
    assert_eq!(document["calls"].as_array().unwrap().len(), 0);
}

#[test]
fn without_root_it_is_the_same() {
    if !rustix::process::geteuid().is_root() {
        return skip("this is no root's test run; the other tests show it");
    }
    let this = std::env::current_exe().unwrap();
    let output = Command::new("sh")
        .args(["-c", r#"exec setpriv --reuid 65534 --regid 65534 --clear-groups "$0" "$@""#])
        .arg(this)
        .args(["the_notes_greeting_is_joined", "forked_children_are_programs_of_their_own", "--exact", "--nocapture"])
        .output()
        .unwrap();
    // What it skipped is skipped here.
    std::io::stderr().write_all(&output.stderr).unwrap();
    if matches!(output.status.code(), Some(126 | 127)) {
        return skip("setpriv is not here, or this directory is closed to others");
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn nothing_is_left_behind_when_wirelens_is_killed() {
    let mark = std::process::id().to_string();
    let mut child = Command::new(WIRELENS)
        .args(["exec", "trap : TERM; setsid sleep 301 & (sleep 302 &) ; echo running; while :; do sleep 1; done"])
        .env(MARK, &mark)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = Vec::new();
    let mut stderr = child.stderr.take().unwrap();
    while !String::from_utf8_lossy(&said).contains("running") {
        let mut byte = [0];
        if stderr.read(&mut byte).unwrap() == 0 {
            child.wait().unwrap();
            return skip(&format!("no run here: {}", String::from_utf8_lossy(&said)));
        }
        said.extend(byte);
    }
    // Itself, the helper, the tracer, the shell, two that sleep, perhaps a third.
    assert!(marked(&mark).len() >= 6, "{:?}", marked(&mark));
    child.kill().unwrap();
    child.wait().unwrap();
    for _ in 0..500 {
        if marked(&mark).is_empty() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("still there: {:?}", marked(&mark));
}

#[test]
fn other_programs_work_too() {
    let Some(python) = python() else { return };
    if Command::new("curl").arg("--version").output().is_err() {
        return skip("there is no curl");
    }
    let server = format!("{python} -m http.server -b :: 8000");
    for address in ["127.0.0.1", "[::1]"] {
        let Some(seen) = exec(&["-q", &server, &format!("curl -s http://{address}:8000/")]) else { return };
        assert_eq!(seen.status, Some(0), "{}", seen.stderr);
        seen.check_joined();
        assert!(seen.calls().iter().any(|call| call.0 == "curl" && call.1 == "connect"), "{:?}", seen.calls());
    }
}
