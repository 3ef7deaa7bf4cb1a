//! `wirelens interfaces` and `wirelens capture`, as a user meets them: in a
//! network of the tests' own, and refused where nobody may capture.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/namespace.rs"]
mod namespace;
#[path = "support/skip.rs"]
mod skip;

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use namespace::{inside, ip, without_rights};
use pnet::datalink::{self, Channel, NetworkInterface};
use serde_json::Value;
use wirelens::model::LinkType;
use wirelens::session::live::{Heard, InterfaceError, InterfaceKind, Listening, interfaces};
use wirelens::source::file;

const WIRELENS: &str = env!("CARGO_BIN_EXE_wirelens");
/// The longest anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(WIRELENS);
    command.args(arguments).env("COLUMNS", "80").stdin(Stdio::null());
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "NO_COLOR"] {
        command.env_remove(name);
    }
    command
}

/// Exit code, standard output, standard error.
#[derive(Debug)]
struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

fn done(arguments: &[&str]) -> Done {
    command(arguments).output().unwrap().into()
}

/// A capture that has begun.
struct Running {
    child: Child,
    /// Kills it when it runs too long.
    _alive: Sender<()>,
    notes: BufReader<std::process::ChildStderr>,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut notes = BufReader::new(child.stderr.take().unwrap());
        let mut first = String::new();
        notes.read_line(&mut first).unwrap();
        assert!(first.starts_with("note: capturing "), "{arguments:?}: {first}");
        let ((alive, ended), pid) = (bounded(0), child.id().to_string());
        std::thread::Builder::new()
            .name("watchdog".into())
            .spawn(move || {
                if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    Command::new("kill").args(["-s", "KILL", &pid]).status().unwrap();
                }
            })
            .unwrap();
        Self { child, _alive: alive, notes }
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    fn end(mut self) -> Done {
        let (mut out, mut err) = (String::new(), String::new());
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        self.notes.read_to_string(&mut err).unwrap();
        Done { code: self.child.wait().unwrap().code(), out, err }
    }
}

/// Two sockets on the loopback interface.
fn pair() -> (UdpSocket, UdpSocket) {
    let [one, other] = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
    one.connect(other.local_addr().unwrap()).unwrap();
    (one, other)
}

/// A file of one test's, gone when it ends.
struct Gone(PathBuf);

impl Gone {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("wirelens-interfaces-{}-{name}", std::process::id())))
    }

    fn text(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Gone {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

fn frames(path: &Path) -> usize {
    let opened = file::open(path).unwrap();
    assert_eq!(opened.damage, None);
    opened.trace.frame_count()
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_captured() {
    let file = Gone::new("untouched");
    std::fs::write(&file.0, "as it was").unwrap();
    let cases: [(&[&str], &str); 6] = [
        (&["capture"], "required arguments"),
        (
            &["capture", "-i", "lp"],
            "there is no interface `lp`; did you mean `lo`? `wirelens interfaces` lists them all",
        ),
        (&["capture", "-i", "\x1b[2J"], "there is no interface `\\x1b[2J`; there are lo"),
        (&["capture", "-i", "lo", "-c", "0"], "`-c 0` captures nothing: expected a number of frames from 1 on"),
        (&["capture", "-i", "lo", "-f", "tcp.prot == 1"], "there is no field `tcp.prot`"),
        (&["capture", "-i", "lp", "-w", file.text()], "there is no interface `lp`"),
    ];
    for (arguments, sentence) in cases {
        let Done { code, out, err } = done(arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}: {err}");
        assert!(err.starts_with("error: ") && err.contains(sentence), "{arguments:?}: {err}");
    }
    assert_eq!(std::fs::read_to_string(&file.0).unwrap(), "as it was");
    let Done { code, err, .. } = done(&["capture", "-i", "lp", "--lang", "zh"]);
    assert_eq!(code, Some(2));
    assert_eq!(err, "错误：没有名为 `lp` 的接口；是否想用 `lo`？`wirelens interfaces` 列出全部接口\n");
    assert_eq!(
        done(&["capture", "-i", "lo", "-c", "0", "--lang", "zh"]).err,
        "错误：`-c 0` 什么也抓不到：应为 1 以上的帧数\n"
    );
}

/// In a user namespace of its own a process has no right to the network it
/// came from, be it root's.
#[test]
fn who_may_not_capture_is_told_the_step_and_one_command() {
    if !without_rights("who_may_not_capture_is_told_the_step_and_one_command") {
        return;
    }
    let Done { code, out, err } = done(&["capture", "-i", "lo"]);
    assert_eq!((code, out.as_str()), (Some(3), ""), "{err}");
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines[0], "error: cannot capture on lo: socket(AF_PACKET, SOCK_RAW): operation not permitted (EPERM)");
    assert!(lines[2].starts_with("    sudo setcap cap_net_raw+ep /"), "{err}");
    assert_eq!(lines[4], "    sudo tcpdump -U -w - -i lo | wirelens show -");
    let Done { err, .. } = done(&["capture", "-i", "lo", "--lang", "zh"]);
    assert!(err.starts_with("错误：无法在 lo 上抓包：socket(AF_PACKET, SOCK_RAW)：操作不被允许（EPERM）\n"), "{err}");

    // They are listed all the same.
    let Done { code, out, err } = done(&["interfaces"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let row = out.lines().find(|line| line.starts_with("lo ")).unwrap();
    assert!(row.contains("loopback") && row.contains("✕ not permitted"), "{out}");
    assert_eq!(out.matches("sudo setcap").count(), 1, "said once: {out}");
    let Done { out, .. } = done(&["interfaces", "--format", "json"]);
    let list: Value = serde_json::from_str(&out).unwrap();
    let lo = &list["interfaces"][0];
    assert_eq!((&lo["name"], &lo["kind"]), (&"lo".into(), &"loopback".into()));
    let capture = &lo["capture"];
    assert_eq!((&capture["works"], &capture["error"]), (&false.into(), &"EPERM".into()));
    assert_eq!(capture["step"], "socket(AF_PACKET, SOCK_RAW)");
    assert_eq!(capture["commands"].as_array().unwrap().len(), 2);
}

#[test]
fn every_interface_is_listed_as_it_is() {
    if !inside("every_interface_is_listed_as_it_is") {
        return;
    }
    ip("link set lo up");
    ip("link add v0 type veth peer name v1");
    ip("link set v0 up mtu 1400 address 02:00:00:00:00:01");
    ip("addr add 10.9.0.1/24 dev v0");
    let listed = interfaces().unwrap();
    let named = |name: &str| listed.iter().find(|interface| interface.name == name).unwrap();
    let (lo, v0, v1) = (named("lo"), named("v0"), named("v1"));
    assert_eq!((&lo.kind, lo.up, &lo.capture), (&InterfaceKind::Loopback, true, &Ok(())));
    assert!(lo.addresses.contains(&("127.0.0.1".parse().unwrap(), 8)));
    assert_eq!(
        (&v0.kind, v0.up, v0.carrier, v0.mtu),
        (&InterfaceKind::Veth, true, false, 1400),
        "the other end is down"
    );
    assert_eq!((v0.mac, v0.link_type), (Some([2, 0, 0, 0, 0, 1]), Some(LinkType::ETHERNET)));
    assert_eq!((v0.addresses.as_slice(), &v0.capture), (&[("10.9.0.1".parse().unwrap(), 24)][..], &Ok(())));
    assert_eq!((v1.up, &v1.capture), (false, &Err(InterfaceError::Down { interface: "v1".into() })));

    let Done { code, out, err } = done(&["interfaces"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let row = out.lines().find(|line| line.starts_with("v0 ")).unwrap();
    let words: Vec<&str> = row.split("  ").map(str::trim).filter(|word| !word.is_empty()).collect();
    assert_eq!(
        words,
        ["v0", "veth", "up, no carrier", "✓ can be captured", "1400", "02:00:00:00:00:01", "10.9.0.1/24"]
    );
    assert!(
        out.contains("cannot capture on v1: it is down\nThis switches it on:\n    sudo ip link set v1 up\n"),
        "{out}"
    );
    let down = done(&["capture", "-i", "v1"]);
    assert_eq!(down.code, Some(1));
    assert_eq!(down.err, "error: cannot capture on v1: it is down\nThis switches it on:\n    sudo ip link set v1 up\n");
}

#[test]
fn frames_are_counted_drawn_and_saved_as_they_come() {
    if !inside("frames_are_counted_drawn_and_saved_as_they_come") {
        return;
    }
    ip("link set lo up");
    let (one, _other) = pair();
    // The count ends it; each line is there before the next frame is.
    let file = Gone::new("counted.pcapng");
    let mut running = Running::start(&["capture", "-i", "lo", "-c", "3", "--format", "tcpdump", "-w", file.text()]);
    let mut lines = BufReader::new(running.child.stdout.take().unwrap());
    for count in 1..=3 {
        one.send(&[b'x'; 7]).unwrap();
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        assert!(line.ends_with("UDP, length 7\n"), "{line}");
        assert_eq!(frames(&file.0), count);
    }
    running.child.stdout = Some(lines.into_inner());
    let Done { code, err, .. } = running.end();
    assert_eq!((code, err.as_str()), (Some(0), "note: 3 frames captured, 0 dropped by the kernel\n"));
    let saved = file::open(&file.0).unwrap();
    assert_eq!(saved.trace.notes.drops, Some(0), "written at the end");

    // Ctrl-C ends it too, and well; the ladder comes then.
    let running = Running::start(&["capture", "-i", "lo"]);
    one.send(b"hello").unwrap();
    std::thread::sleep(Duration::from_millis(100));
    running.signal("INT");
    let Done { code, out, err } = running.end();
    assert_eq!((code, err.as_str()), (Some(0), "note: 1 frame captured, 0 dropped by the kernel\n"));
    assert!(out.starts_with("captured · interface · 1 frame · 0 lost") && out.contains("“hello”"), "{out}");
}

#[test]
fn f_keeps_what_it_selects_and_counts_the_rest() {
    if !inside("f_keeps_what_it_selects_and_counts_the_rest") {
        return;
    }
    ip("link set lo up");
    let (one, _other) = pair();
    let running = Running::start(&["capture", "-i", "lo", "-c", "2", "-f", "udp.length > 20", "--format", "json"]);
    for length in [5, 50, 6, 60] {
        one.send(&vec![b'x'; length]).unwrap();
    }
    let Done { code, out, err } = running.end();
    assert_eq!(code, Some(0), "{err}");
    assert!(err.ends_with("note: 2 more frames passed and were not kept: -f does not select them\n"), "{err}");
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&document["frames"], &document["notes"]["origin"]), (&2.into(), &"interface".into()));
    let segments = document["conversations"][0]["datagrams"].as_array().unwrap();
    let found: Vec<_> =
        segments.iter().map(|segment| (segment["frame"].as_u64(), segment["length"].as_u64())).collect();
    assert_eq!(found, [(Some(1), Some(50)), (Some(2), Some(60))], "numbered without the others");
}

#[test]
fn what_is_killed_has_lost_nothing() {
    if !inside("what_is_killed_has_lost_nothing") {
        return;
    }
    ip("link set lo up");
    let (one, _other) = pair();
    let file = Gone::new("killed.pcapng");
    let mut running = Running::start(&["capture", "-i", "lo", "-w", file.text(), "--format", "summary"]);
    for _ in 0..300 {
        one.send(b"hello").unwrap();
    }
    for _ in 0..200 {
        if frames(&file.0) == 300 {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    running.child.kill().unwrap();
    running.child.wait().unwrap();
    assert_eq!(frames(&file.0), 300);
}

#[test]
fn a_pipe_carries_the_capture_to_whoever_draws_it() {
    if !inside("a_pipe_carries_the_capture_to_whoever_draws_it") {
        return;
    }
    ip("link set lo up");
    let (one, _other) = pair();
    let mut running = Running::start(&["capture", "-i", "lo", "-c", "2", "-w", "-"]);
    let drawing = command(&["show", "-", "--format", "tcpdump"])
        .stdin(running.child.stdout.take().unwrap())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    one.send(b"hello").unwrap();
    one.send(b"again").unwrap();
    let drawn = drawing.wait_with_output().unwrap();
    assert!(drawn.status.success());
    assert_eq!(String::from_utf8(drawn.stdout).unwrap().lines().count(), 2);
    let mut notes = String::new();
    running.notes.read_to_string(&mut notes).unwrap();
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
    assert_eq!(notes, "note: 2 frames captured, 0 dropped by the kernel\n");

    // A reader who has seen enough ends it, quietly.
    let mut running = Running::start(&["capture", "-i", "lo", "--format", "table"]);
    let mut lines = BufReader::new(running.child.stdout.take().unwrap());
    lines.read_line(&mut String::new()).unwrap();
    drop(lines);
    one.send(b"hello").unwrap();
    let mut notes = String::new();
    running.notes.read_to_string(&mut notes).unwrap();
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
    assert!(notes.starts_with("note: 1 frame captured"), "{notes}");
}

#[test]
fn a_full_disk_is_said_and_ends_the_capture() {
    if !inside("a_full_disk_is_said_and_ends_the_capture") {
        return;
    }
    ip("link set lo up");
    let Done { code, err, .. } = done(&["capture", "-i", "lo", "-w", "/dev/full"]);
    assert_eq!(code, Some(1));
    assert_eq!(
        err,
        "error: cannot save the capture: no space left, or a limit is reached (ENOSPC); 0 frames are in the file: \
         /dev/full\n"
    );
}

#[test]
fn an_interface_that_goes_away_ends_the_capture() {
    if !inside("an_interface_that_goes_away_ends_the_capture") {
        return;
    }
    for (words, sentence) in [
        ("link del v0", "error: the interface v0 is gone: the capture ends there\n"),
        ("link set v0 down", "error: the interface v0 went down: the capture ends there\n"),
    ] {
        ip("link add v0 type veth peer name v1");
        ip("link set v1 up");
        ip("link set v0 up");
        ip("addr add 10.9.0.1/24 dev v0");
        ip("neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev v0");
        let running = Running::start(&["capture", "-i", "v0", "-f", "udp.port == 9999"]);
        let socket = UdpSocket::bind("10.9.0.1:0").unwrap();
        socket.send_to(b"hello", "10.9.0.2:9999").unwrap();
        std::thread::sleep(Duration::from_millis(100));
        ip(words);
        let Done { code, out, err } = running.end();
        assert_eq!(code, Some(1), "{err}");
        assert!(out.contains("“hello”"), "what was seen is drawn: {out}");
        assert!(err.starts_with("note: 1 frame captured") && err.contains(sentence), "{err}");
    }
}

/// What leaves by an interface is heard, as is what comes; on loopback each
/// frame once.
#[test]
fn both_directions_are_heard_and_nothing_twice() {
    if !inside("both_directions_are_heard_and_nothing_twice") {
        return;
    }
    ip("link set lo up");
    let lo = Listening::start("lo").unwrap();
    let (one, other) = pair();
    let text = |number: u32| format!("datagram {number}");
    for number in 0..50 {
        one.send(text(number).as_bytes()).unwrap();
        other.send_to(text(number).as_bytes(), one.local_addr().unwrap()).unwrap();
    }
    let mut seen = Vec::new();
    while seen.len() < 100 {
        match lo.next(PATIENCE) {
            Heard::Frame(at, frame) => seen.push((at, frame)),
            heard @ (Heard::Nothing | Heard::End(_)) => panic!("{heard:?} after {}", seen.len()),
        }
    }
    lo.stop();
    let Heard::End(end) = lo.next(PATIENCE) else { panic!("more than 100 frames") };
    assert_eq!((end.dropped, end.unstamped, end.miscounted, end.error), (Some(0), 0, None, None));
    assert!(seen.is_sorted_by_key(|(at, _)| *at));
    for (number, two) in (0..50).zip(seen.chunks(2)) {
        assert!(two.iter().all(|(_, frame)| frame.bytes.ends_with(text(number).as_bytes())), "{number}");
    }
}

/// The kernel takes VLAN tags off before anybody hears a frame: they are put
/// back.
#[test]
fn a_tagged_frame_keeps_its_tag() {
    if !inside("a_tagged_frame_keeps_its_tag") {
        return;
    }
    ip("link add v0 type veth peer name v1");
    ip("link set v1 up");
    ip("link set v0 up");
    let file = Gone::new("tagged.pcapng");
    let running =
        Running::start(&["capture", "-i", "v1", "-c", "1", "-f", "vlan", "-w", file.text(), "--format", "summary"]);
    let payload = [[0xff; 6], [2, 0, 0, 0, 0, 1], [0x81, 0, 0x60, 5, 0x88, 0xb5]].concat();
    let payload = [payload, vec![0x77; 46]].concat();
    let index = interfaces().unwrap().iter().find(|interface| interface.name == "v0").unwrap().index;
    let name = "v0".to_owned();
    let v0 = NetworkInterface { name, description: String::new(), index, mac: None, ips: Vec::new(), flags: 0 };
    let Ok(Channel::Ethernet(mut sender, _)) = datalink::channel(&v0, datalink::Config::default()) else { panic!() };
    sender.send_to(&payload, None).unwrap().unwrap();
    let Done { code, err, .. } = running.end();
    assert_eq!(code, Some(0), "{err}");
    let saved = file::open(&file.0).unwrap();
    let frames: Vec<&[u8]> = saved.trace.frames().map(|(_, _, _, frame)| &*frame.bytes).collect();
    assert_eq!(frames, [payload.as_slice()]);
}
