//! The lab, as a user meets it: real hosts, what every hop does to a frame, and
//! what Linux does when one is lost. Skips loudly where namespaces are
//! forbidden.
//!
//! As root the program is run as nobody (65534), so that nothing rests on a
//! privilege.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "a test that waits is bounded by a clock")]

#[path = "support/marked.rs"]
mod marked;
#[path = "support/skip.rs"]
mod skip;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use marked::{MARK, marked};
use serde_json::Value;
use skip::skip;
use wirelens::source::lab::conditions::Conditions;
use wirelens::source::lab::plan::{HostNumber, Plan};
use wirelens::source::lab::topology;
use wirelens::source::live::{LiveNetwork, Sighting, Wakeup};

const NOBODY: u32 = 65_534;
/// All that come with the program.
const BUILT: [&str; 8] = ["cable", "hub", "switch", "router", "lan-router-lan", "two-routers", "nat", "internet"];

/// The program, where nobody may execute it.
fn wirelens() -> &'static PathBuf {
    static COPY: OnceLock<PathBuf> = OnceLock::new();
    COPY.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("wirelens-lab-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let copy = folder.join("wirelens");
        fs::copy(env!("CARGO_BIN_EXE_wirelens"), &copy).unwrap();
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).unwrap();
        copy
    })
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(wirelens());
    command.args(arguments).current_dir("/").stdin(Stdio::null()).env("LANG", "C");
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// Runs `wirelens lab …`; `None` where it is forbidden here.
fn lab(arguments: &[&str]) -> Option<Output> {
    let arguments: Vec<&str> = std::iter::once("lab").chain(arguments.iter().copied()).collect();
    let output = command(&arguments).output().unwrap();
    if output.status.code() == Some(3) {
        skip(&format!("not permitted here: {}", String::from_utf8_lossy(&output.stderr)));
        return None;
    }
    Some(output)
}

/// The same, which must succeed, as JSON.
fn json(arguments: &[&str]) -> Option<Value> {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--format", "json"]).collect();
    let output = lab(&arguments)?;
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value}"))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("no {key} in {value}"))
}

fn millis(value: &Value) -> f64 {
    text(value, "at").trim_end_matches("ns").parse::<f64>().unwrap() / 1e6
}

/// What a place is called.
fn place(document: &Value, id: &Value) -> String {
    let found = list(document, "places").iter().find(|place| place["id"] == *id).unwrap();
    text(found, "name").to_owned()
}

/// Every hop of a segment: its place, MAC pair, addresses and TTL.
fn hops(document: &Value, segment: &Value) -> Vec<(String, String, String, u64)> {
    let hop = |seen: &Value| {
        let name = place(document, &seen["place"]);
        (name, text(seen, "eth.src").to_owned(), text(seen, "eth.dst").to_owned(), seen["ttl"].as_u64().unwrap())
    };
    list(segment, "seen_at").iter().map(hop).collect()
}

/// The first segment with these flags.
fn segment<'a>(document: &'a Value, flags: &str) -> &'a Value {
    let segments = list(&document["conversations"][0], "segments");
    segments.iter().find(|segment| segment["flags"] == flags).unwrap_or_else(|| panic!("no {flags} in {segments:?}"))
}

#[test]
fn every_topology_runs_both_greetings() {
    for topology in BUILT {
        let Some(tcp) = json(&[topology, "--set", "pause=0ms"]) else { return };
        let conversation = &tcp["conversations"][0];
        assert_eq!(conversation["opening"], "three-way-handshake", "{topology}");
        assert_ne!(conversation["closing"], "open", "{topology}");
        assert_eq!(conversation["bytes"]["client"], 21, "{topology}");
        assert_eq!(tcp["drops"], 0, "{topology}");
        assert_eq!(tcp["notes"]["topology"], topology);
        assert_eq!(tcp["notes"]["network"], "lab");
        // Nothing but ARP beside: no IPv6, no spanning tree.
        let skipped = tcp["skipped"].as_object().unwrap();
        assert!(skipped.keys().all(|kind| kind == "arp"), "{topology}: {skipped:?}");
        let udp = json(&[topology, "--run", "udp-hello"]).unwrap();
        assert_eq!(list(&udp["conversations"][0], "datagrams").len(), 6, "{topology}");
    }
}

/// `02:00:00:00:node:interface` of every interface that a SYN passes, sender
/// and receiver of each cable.
#[test]
fn every_hop_has_its_mac_addresses_and_its_ttl() {
    let mac = |node: u8, interface: u8| format!("02:00:00:00:{node:02x}:{interface:02x}");
    let Some(document) = json(&["two-routers", "--set", "pause=0ms"]) else { return };
    // In the file's order: client 1, left 2, right 3, server 4 among hosts and
    // routers, hosts first.
    let (client, server, left, right) = (1, 2, 3, 4);
    let cable = |from: (u8, u8), to: (u8, u8), ends: [&str; 2], ttl: u64| {
        ends.map(|name| (name.to_owned(), mac(from.0, from.1), mac(to.0, to.1), ttl))
    };
    let syn: Vec<_> = [
        cable((client, 1), (left, 1), ["client:eth0", "left:eth0"], 64),
        cable((left, 2), (right, 1), ["left:eth1", "right:eth0"], 63),
        cable((right, 2), (server, 1), ["right:eth1", "server:eth0"], 62),
    ]
    .concat();
    assert_eq!(hops(&document, segment(&document, "SYN")), syn);
    let back: Vec<_> = [
        cable((server, 1), (right, 2), ["server:eth0", "right:eth1"], 64),
        cable((right, 1), (left, 2), ["right:eth0", "left:eth1"], 63),
        cable((left, 1), (client, 1), ["left:eth0", "client:eth0"], 62),
    ]
    .concat();
    assert_eq!(hops(&document, segment(&document, "SYN ACK")), back);
    for seen in list(segment(&document, "SYN"), "seen_at") {
        assert!(text(seen, "source").starts_with("192.168.1.104:"), "{seen}");
        assert_eq!(text(seen, "destination"), "192.168.236.129:9999");
    }
}

#[test]
fn a_home_gateway_translates_addresses_and_ports() {
    let Some(document) = json(&["nat", "--set", "pause=0ms"]) else { return };
    assert_eq!(list(&document, "conversations").len(), 1, "one conversation, on either side of the gateway");
    let syn = list(segment(&document, "SYN"), "seen_at");
    let sources: Vec<(String, &str)> =
        syn.iter().map(|seen| (place(&document, &seen["place"]), text(seen, "source"))).collect();
    let names: Vec<&str> = sources.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["client:eth0", "gateway:eth0", "gateway:eth1", "server:eth0"]);
    assert!(sources[..2].iter().all(|(_, source)| source.starts_with("192.168.1.104:")), "{sources:?}");
    assert!(sources[2..].iter().all(|(_, source)| source.starts_with("203.0.113.2:")), "{sources:?}");
    let port = |source: &str| source.rsplit(':').next().unwrap().to_owned();
    assert_ne!(port(sources[1].1), port(sources[2].1), "the port is translated too");
    assert!(syn.iter().all(|seen| seen["destination"] == "203.0.113.80:9999"), "{syn:?}");
}

/// Which places show a segment of TCP, and which an ARP request.
fn seen_by(document: &Value, bystander: &str) -> (usize, usize) {
    let conversation = &document["conversations"][0];
    let segments = list(conversation, "segments");
    let seen = |segment: &&Value| hops(document, segment).iter().any(|(name, ..)| name == bystander);
    (segments.iter().filter(seen).count(), segments.len())
}

#[test]
fn a_hub_repeats_everything_and_a_switch_only_what_is_for_all() {
    let Some(hub) = json(&["hub", "--set", "pause=0ms"]) else { return };
    let (seen, all) = seen_by(&hub, "bystander:eth0");
    assert_eq!(seen, all);
    let switch = json(&["switch", "--set", "pause=0ms"]).unwrap();
    assert_eq!(seen_by(&switch, "bystander:eth0").0, 0);
    let both = json(&["lan-router-lan", "--set", "pause=0ms"]).unwrap();
    let (seen, all) = seen_by(&both, "listener:eth0");
    assert_eq!((seen, seen_by(&both, "neighbour:eth0").0), (all, 0));
    // The broadcast is there: at the client, at the bystander, at the server.
    let requests = lab(&["switch", "--set", "pause=0ms", "--format", "tcpdump", "-Y", "arp.opcode == 1"]).unwrap();
    let requests = String::from_utf8(requests.stdout).unwrap();
    let asked = requests.lines().filter(|line| line.contains("who-has 192.168.1.105 tell 192.168.1.104")).count();
    assert_eq!(asked, 3, "{requests}");
}

/// What one lost, delayed, duplicated or swapped frame leads to.
struct Fault {
    what: &'static str,
    arguments: Vec<String>,
    check: fn(&Value),
}

/// When the wire acted, in milliseconds, and the frame it acted on.
fn action(document: &Value) -> (f64, u64) {
    let actions = list(document, "actions");
    assert_eq!(actions.len(), 1, "{actions:?}");
    (millis(&actions[0]), actions[0]["frame"].as_u64().unwrap_or_else(|| panic!("of no frame: {actions:?}")))
}

/// When each segment that `wanted` chooses passed its sender's interface, in
/// milliseconds since the wire acted: those before it are left out.
fn sent_after(document: &Value, wanted: impl Fn(&Value) -> bool) -> Vec<f64> {
    let (acted, _) = action(document);
    let segments = list(&document["conversations"][0], "segments").iter().filter(|segment| wanted(segment));
    let mut sent: Vec<f64> = segments
        .flat_map(|segment| {
            let own = format!("{}:eth0", text(segment, "from"));
            list(segment, "seen_at").iter().filter(move |seen| place(document, &seen["place"]) == own)
        })
        .map(|seen| millis(seen) - acted)
        .filter(|after| *after > 0.0)
        .collect();
    sent.sort_by(f64::total_cmp);
    sent
}

/// How long after the wire acted the same bytes were sent once more.
fn resent(document: &Value) -> f64 {
    let (_, frame) = action(document);
    let segments = list(&document["conversations"][0], "segments");
    let shows = |segment: &Value| list(segment, "seen_at").iter().any(|seen| seen["frame"] == frame);
    let original = segments.iter().find(|segment| shows(segment)).unwrap_or_else(|| panic!("no frame {frame}"));
    let same = |segment: &Value| {
        let is = |key: &str| segment[key] == original[key];
        is("from") && is("seq_raw") && is("length") && is("flags")
    };
    *sent_after(document, same).first().unwrap_or_else(|| panic!("never sent again: {original}"))
}

/// The same for a segment of this side with these flags.
fn again(document: &Value, from: &str, flags: &str) -> f64 {
    let wanted = |segment: &Value| segment["from"] == from && segment["flags"] == flags;
    *sent_after(document, wanted).first().unwrap_or_else(|| panic!("no more {flags}"))
}

fn within(found: f64, least: f64, most: f64) {
    assert!((least..=most).contains(&found), "{found} ms, expected {least} to {most} ms");
}

/// How many segments of this side with data, or with these flags, passed its
/// interface.
fn sent(document: &Value, from: &str, flags: Option<&str>) -> usize {
    let own = format!("{from}:eth0");
    let segments = list(&document["conversations"][0], "segments").iter();
    let wanted = |segment: &&Value| {
        let chosen = flags.map_or_else(|| segment["length"] != 0, |flags| segment["flags"] == flags);
        segment["from"] == from && chosen && hops(document, segment).iter().any(|(name, ..)| *name == own)
    };
    segments.filter(wanted).count()
}

/// How often the server acknowledged without anything new.
fn duplicate_acks(document: &Value) -> usize {
    let segments = list(&document["conversations"][0], "segments").iter();
    let acks: Vec<&Value> = segments
        .filter(|segment| segment["from"] == "server" && segment["flags"] == "ACK" && segment["length"] == 0)
        .filter(|segment| hops(document, segment).iter().any(|(name, ..)| name == "server:eth0"))
        .map(|segment| &segment["ack"])
        .collect();
    acks.windows(2).filter(|pair| pair[0] == pair[1]).count()
}

/// A lost segment was seen at its sender's interface, and the action names the
/// frame.
fn names_its_frame(document: &Value) {
    let action = &list(document, "actions")[0];
    assert!(action["frame"].as_u64().is_some(), "{action}");
    let pinned = document["notes"]["pinned"].as_object().unwrap();
    let missed = pinned.keys().filter(|name| name.ends_with(".missed") || name.ends_with(".untold")).count();
    assert_eq!(missed, 0, "{pinned:?}");
}

/// A greeting with these settings and this fault.
fn greeting(settings: &[&str], fault: [&str; 2]) -> Vec<String> {
    let settings = settings.iter().flat_map(|setting| ["--set", setting]);
    settings.chain(fault).map(str::to_owned).collect()
}

/// So many full segments in one go, and a while later the end.
fn burst(segments: usize, fault: [&str; 2]) -> Vec<String> {
    let server = "server: timeout 9 python3 -c 'import socket;s=socket.create_server((\"0.0.0.0\",7000));\
                  c,a=s.accept();[0 for _ in iter(lambda:c.recv(65536),b\"\")];c.close()'";
    let client = format!(
        "client: timeout 9 python3 -c 'import socket,time;c=socket.create_connection((\"192.168.1.105\",7000));\
         time.sleep(0.1);c.sendall(b\"x\"*1448*{segments});time.sleep(0.6);c.shutdown(1);c.recv(1)'"
    );
    [server, &client].into_iter().chain(fault).map(str::to_owned).collect()
}

/// The rows of what Linux does.
fn faults() -> Vec<Fault> {
    const QUICK: &[&str] = &["pause=0ms"];
    // The server closes a good while after the client.
    const SLOW: &[&str] = &["pause=400ms", "names=Ann"];
    vec![
        Fault {
            what: "the first SYN",
            arguments: greeting(QUICK, ["--lose", "syn"]),
            check: |seen| within(resent(seen), 995.0, 1100.0),
        },
        Fault {
            what: "SYN-ACK",
            arguments: greeting(QUICK, ["--lose", "syn-ack"]),
            check: |seen| {
                // Both have set a timer of 1 s; what the quicker one sends may
                // stop the other's.
                let again = |from, flags: &str| {
                    sent_after(seen, |segment| segment["from"] == from && segment["flags"] == flags)
                };
                let both = [again("client", "SYN"), again("server", "SYN ACK")];
                let first = both.iter().filter_map(|sent| sent.first()).copied().reduce(f64::min);
                within(first.unwrap(), 995.0, 1100.0);
            },
        },
        Fault {
            what: "the handshake's ACK, the client speaks first",
            arguments: burst(1, ["--lose", "handshake-ack"]),
            check: |seen| {
                assert_eq!(sent(seen, "server", Some("SYN ACK")), 1);
                assert_eq!(sent(seen, "client", None), 1);
            },
        },
        Fault {
            what: "the handshake's ACK, the server speaks first",
            arguments: greeting(QUICK, ["--lose", "handshake-ack"]),
            check: |seen| within(again(seen, "server", "SYN ACK"), 995.0, 1100.0),
        },
        Fault {
            what: "data",
            arguments: greeting(QUICK, ["--lose", "data>"]),
            check: |seen| within(resent(seen), 200.0, 260.0),
        },
        Fault {
            what: "data, by a display filter",
            arguments: greeting(QUICK, ["--lose", "tcp.len == 5 && ip.src == 192.168.1.104#2"]),
            check: |seen| {
                assert_eq!(seen["conversations"][0]["bytes"]["client"], 21);
                within(resent(seen), 200.0, 260.0);
            },
        },
        Fault {
            what: "the third of nine segments of data",
            arguments: burst(9, ["--lose", "data>#3"]),
            check: |seen| {
                within(resent(seen), 0.0, 50.0);
                assert!(duplicate_acks(seen) >= 2);
                assert_eq!(sent(seen, "client", None), 10);
            },
        },
        Fault {
            what: "the last of ten segments of data",
            arguments: burst(10, ["--lose", "data>#10"]),
            check: |seen| {
                within(resent(seen), 200.0, 320.0);
                assert_eq!(sent(seen, "client", None), 11);
            },
        },
        Fault {
            what: "the client's FIN",
            arguments: greeting(SLOW, ["--lose", "fin>"]),
            check: |seen| within(resent(seen), 200.0, 260.0),
        },
        Fault {
            what: "the server's FIN",
            arguments: greeting(SLOW, ["--lose", "fin<"]),
            check: |seen| within(resent(seen), 200.0, 260.0),
        },
        Fault {
            what: "the last ACK",
            arguments: greeting(SLOW, ["--lose", "last-ack"]),
            check: |seen| within(again(seen, "server", "FIN ACK"), 195.0, 260.0),
        },
        Fault {
            what: "data twice",
            arguments: burst(1, ["--duplicate", "data>"]),
            check: |seen| {
                assert_eq!(sent(seen, "client", None), 1, "the client sent it once");
                assert_eq!(duplicate_acks(seen), 1);
            },
        },
        Fault {
            what: "data 300 ms late",
            arguments: greeting(SLOW, ["--delay", "data>=300ms"]),
            check: |seen| within(resent(seen), 200.0, 260.0),
        },
        Fault {
            what: "two segments of data swapped",
            arguments: burst(9, ["--swap", "data>#3"]),
            check: |seen| {
                assert_eq!(sent(seen, "client", None), 9, "nothing was sent again");
                assert!(duplicate_acks(seen) >= 1);
            },
        },
    ]
}

/// Runs all rows so often; every run of every row must be as it is told.
fn lose(times: usize) {
    let python = Command::new("python3").arg("-V").output().is_ok();
    for Fault { what, arguments, check } in faults() {
        if !python && arguments.iter().any(|argument| argument.contains("python3")) {
            skip(&format!("python3 is not here: {what}"));
            continue;
        }
        for _ in 0..times {
            let arguments: Vec<&str> = std::iter::once("cable").chain(arguments.iter().map(String::as_str)).collect();
            let Some(document) = json(&arguments) else { return };
            names_its_frame(&document);
            let checked = std::panic::catch_unwind(|| check(&document));
            assert!(checked.is_ok(), "{what}: {arguments:?}");
        }
    }
}

#[test]
fn linux_does_what_is_told_of_it_when_a_frame_is_lost() {
    lose(1);
}

#[test]
#[ignore = "takes two minutes"]
fn linux_does_so_ten_times_of_ten() {
    lose(10);
}

#[test]
fn commands_run_each_on_its_host() {
    let server = "server: timeout 5 python3 -c 'import socket;s=socket.create_server((\"0.0.0.0\",7000));\
                  c,a=s.accept();c.send(a[0].encode());c.close()'";
    let client = "client: timeout 5 python3 -c 'import socket;print(socket.create_connection((\"172.16.5.236\",7000)).recv(99))'";
    let Some(output) = lab(&["router", server, client, "--format", "json"]) else { return };
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if told.contains("python3") && !output.status.success() {
        skip("python3 is not here");
        return;
    }
    assert!(told.contains("b'192.168.1.104'"), "{told}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(text(&document["conversations"][0], "server"), "172.16.5.236:7000");
    assert!(list(&document, "calls").iter().any(|call| call["call"] == "accept4"), "{document}");
}

#[test]
fn what_was_seen_is_saved_with_its_actions() {
    let file = std::env::temp_dir().join(format!("wirelens-lab-{}.pcapng", std::process::id()));
    fs::write(&file, "").unwrap();
    fs::remove_file(&file).unwrap();
    let path = file.to_str().unwrap();
    let Some(live) = json(&["switch", "--set", "pause=0ms", "--lose", "data>", "-w", path]) else { return };
    let shown = command(&["show", path, "--format", "json"]).output().unwrap();
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    fs::remove_file(&file).unwrap();
    assert_eq!(live["actions"], shown["actions"]);
    assert_eq!(live["conversations"], shown["conversations"]);
    assert_eq!(list(&live, "actions")[0]["pattern"], "data>");
}

/// The interfaces of this network namespace.
fn interfaces() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir("/sys/class/net")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn nothing_left(mark: &str) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while !marked(mark).is_empty() {
        assert!(Instant::now() < deadline, "{:?} are left", marked(mark));
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn nothing_is_left_behind() {
    let before = interfaces();
    let mark = format!("lab {}", std::process::id());
    let output = command(&["lab", "lan-router-lan", "--set", "pause=0ms", "-q"]).env(MARK, &mark).output().unwrap();
    if output.status.code() == Some(3) {
        skip("not permitted here");
        return;
    }
    assert!(marked(&mark).is_empty());
    assert_eq!(interfaces(), before);
    // The same where the parent is killed in the middle.
    let mark = format!("lab killed {}", std::process::id());
    let mut child = command(&["lab", "lan-router-lan", "--set", "pause=20s", "-q"])
        .env(MARK, &mark)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    // Itself, the helper, the server, the client.
    while marked(&mark).len() < 4 {
        assert!(Instant::now() < deadline, "{:?}", marked(&mark));
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    nothing_left(&mark);
    assert_eq!(interfaces(), before);
}

#[test]
fn what_is_wrong_with_a_topology_is_shown() {
    let file = std::env::temp_dir().join(format!("wirelens-lab-{}.toml", std::process::id()));
    let shipped = include_str!("../topologies/router.toml");
    fs::write(&file, shipped.replace("gateway = \"172.16.5.1\"", "gateway = \"172.16.6.1\"")).unwrap();
    let output = command(&["lab", file.to_str().unwrap(), "--lang", "en"]).output().unwrap();
    fs::remove_file(&file).unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[0].contains("the gateway 172.16.6.1 is in none of the host's networks: 172.16.5.236/24"), "{told}");
    assert_eq!(lines[1].trim(), "gateway = \"172.16.6.1\"");
    assert_eq!(lines[2].find('^'), lines[1].find('"'), "{told}");
    for (arguments, expected) in [
        (&["lab", "nowhere"][..], "there is no topology nowhere"),
        (&["lab", "cable", "--lose", "sin"][..], "there is no fault pattern `sin`"),
        (&["lab", "cable", "--lose", "tcp.lenn > 3"][..], "tcp.len"),
        (&["lab", "cable", "--delay", "data"][..], "expected a pattern and a time"),
        (&["lab", "cable", "nobody: true"][..], "the hosts are: client, server"),
    ] {
        let output = command(arguments).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && told.contains(expected), "{arguments:?}: {told}");
    }
}

#[test]
fn what_the_wire_did_is_said() {
    let asked = ["cable", "--set", "pause=0ms", "--lose", "data>", "--duplicate", "rst", "--lang", "en"];
    let Some(output) = lab(&asked) else { return };
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("the wire lost frame ") && told.contains("(`data>`)"), "{told}");
    assert!(told.contains("no frame matched `rst`"), "{told}");
}

#[test]
fn a_wire_that_acts_all_the_time_tells_all_of_it() {
    let python = Command::new("python3").arg("-V").output().is_ok();
    if !python {
        return skip("python3 is not here");
    }
    let arguments = burst(600, ["--duplicate", "data>#*"]);
    let arguments: Vec<&str> = std::iter::once("cable").chain(arguments.iter().map(String::as_str)).collect();
    let Some(document) = json(&arguments) else { return };
    let sent = list(&document, "actions").len();
    assert!(sent >= 600 && list(&document, "actions").iter().all(|action| action["what"] == "duplicated"), "{sent}");
}

#[test]
fn every_lab_is_listed() {
    let output = command(&["list", "labs", "--format", "json"]).output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let ids: Vec<&str> = list(&document, "labs").iter().map(|lab| text(lab, "id")).collect();
    assert!(BUILT.iter().all(|id| ids.contains(id)), "{ids:?}");
    assert_eq!(document["labs"][0]["hosts"]["client"][0], "192.168.1.104/24");
}

/// The speed of a wire, and how much longer frames take over it: what a socket
/// of a program sees, and the stamps at both ends.
#[test]
#[ignore = "measures: run it alone, with --release"]
fn a_wire_is_fast_enough() {
    let topology = topology::find("cable").unwrap().read().unwrap();
    let plan = Plan::of(&topology, &Conditions::default());
    let begun = Instant::now();
    let opened = LiveNetwork::open_lab(&plan, wirelens(), Wakeup::new().unwrap());
    let mut lab = match opened {
        Err(error) if error.is_permission() => return skip(&error.to_string()),
        opened => opened.unwrap(),
    };
    let ready = begun.elapsed();
    let python = |lab: &mut LiveNetwork, host, code: &str| {
        let words = ["python3", "-c", code].map(str::to_owned).to_vec();
        lab.start_on(HostNumber(host), Some("python3"), words).unwrap()
    };
    let server = python(
        &mut lab,
        1,
        "import socket,time\ns=socket.create_server((\"0.0.0.0\",7000))\nu=socket.socket(2,2);u.bind((\"\",7001))\n\
         c,a=s.accept();n=0;t=time.time()\nwhile b:=c.recv(1<<20): n+=len(b)\n\
         print(n*8/(time.time()-t)/1e6)",
    );
    std::thread::sleep(Duration::from_millis(300));
    python(
        &mut lab,
        0,
        "import socket,time\nu=socket.socket(2,2)\nfor i in range(1000):\n \
         u.sendto(b\"x\"*32,(\"192.168.1.105\",7001));time.sleep(0.001)\n\
         c=socket.create_connection((\"192.168.1.105\",7000))\nfor i in range(4000): c.sendall(b\"x\"*65536)\nc.close()",
    );
    let (mut written, mut ended, mut datagrams) = (Vec::new(), 0, [Vec::new(), Vec::new()]);
    let deadline = Instant::now() + Duration::from_mins(1);
    while ended < 2 && Instant::now() < deadline {
        for sighting in lab.wait(Duration::from_millis(100)).unwrap() {
            ended += u32::from(matches!(sighting, Sighting::Exited(..)));
            if let Sighting::Frame(tap, at, frame) = sighting {
                if frame.bytes.len() == 74 && frame.bytes[23] == 17 {
                    datagrams[usize::try_from(tap.0).unwrap()].push(at.nanos());
                }
            } else if let Sighting::Output(program, _, _, bytes) = sighting
                && program == server
            {
                written.extend(bytes);
            }
        }
    }
    let megabits: f64 = String::from_utf8(written).unwrap().trim().parse().unwrap();
    let mut lag: Vec<i64> = datagrams[0].iter().zip(&datagrams[1]).map(|(sent, seen)| seen - sent).collect();
    lag.sort_unstable();
    lab.count_wires().unwrap();
    let counts = (0..20)
        .flat_map(|_| lab.wait(Duration::from_millis(100)).unwrap())
        .find_map(|sighting| if let Sighting::Wires(counts) = sighting { Some(counts[0]) } else { None })
        .unwrap();
    println!(
        "ready after {ready:?}; {megabits:.0} Mbit/s; lag of {} datagrams: median {} us, worst {} us; {counts:?}",
        lag.len(),
        lag[lag.len() / 2] / 1000,
        lag[lag.len() - 1] / 1000,
    );
    assert_eq!((lag.len(), counts.missed, counts.lost), (1000, 0, 0));
    assert!(megabits >= 300.0 && lag[lag.len() / 2] <= 500_000);
}

/// A topology of the reader's, in a file that goes away with it.
struct Own(PathBuf);

impl Own {
    fn new(name: &str, body: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wirelens-lab-{name}-{}.toml", std::process::id()));
        let head = "[title]\nen = 'a'\nzh = 'b'\n[about]\nen = 'c'\nzh = 'd'\n[play]\nclient = 'a'\nserver = 'b'\n";
        fs::write(&path, format!("{head}{body}")).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

/// Two hosts and a cable with these lines.
fn pair(cable: &str) -> String {
    let hosts = "[[host]]\nname = 'a'\naddress = '10.0.0.1/24'\n[[host]]\nname = 'b'\naddress = '10.0.0.2/24'\n";
    format!("{hosts}[[cable]]\nfrom = 'a'\nto = 'b'\n{cable}")
}

#[test]
fn a_slow_cable_is_slow() {
    let own = Own::new("slow", &pair("delay = '100ms'\nbandwidth = '1Mbit'\n"));
    let Some(document) = json(&[own.path(), "--set", "pause=400ms", "--set", "names=Ann"]) else { return };
    // 74 bytes at 1 Mbit/s take 0.6 ms, and 100 ms on the way.
    let syn = list(segment(&document, "SYN"), "seen_at");
    within(millis(&syn[1]) - millis(&syn[0]), 100.5, 115.0);
    let answer = list(segment(&document, "SYN ACK"), "seen_at");
    within(millis(&answer[1]) - millis(&syn[0]), 201.0, 230.0);
    // States that last for microseconds elsewhere are seen here.
    let states: Vec<&str> = list(&document, "kernel_states").iter().filter_map(|said| said["state"].as_str()).collect();
    for state in ["SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", "LAST-ACK"] {
        assert!(states.contains(&state), "no {state} in {states:?}");
    }
}

#[test]
fn a_full_queue_loses_and_says_so() {
    let own = Own::new("queue", &pair("bandwidth = '1Mbit'\nqueue = 4\n"));
    let text = format!("text={}", "x".repeat(1400 * 9));
    let Some(document) = json(&[own.path(), "--run", "udp-one-way", "--set", &text]) else { return };
    // One datagram of ten fragments: one leaves, four wait behind it.
    let actions = list(&document, "actions");
    assert!(!actions.is_empty() && actions.iter().all(|action| action["what"] == "queue-full"), "{actions:?}");
    assert!(actions.iter().all(|action| action["pattern"].is_null()));
}

#[test]
fn hosts_can_speak_ipv6() {
    let own = Own::new(
        "ipv6",
        "[[host]]\nname = 'a'\naddress = ['fd00:1::1/64', '10.0.0.1/24']\ngateway = 'fd00:1::ff'\n\
         [[router]]\nname = 'r'\ninterfaces = { eth0 = 'fd00:1::ff/64', eth1 = 'fd00:2::ff/64' }\n\
         [[host]]\nname = 'b'\naddress = 'fd00:2::2/64'\ngateway = 'fd00:2::ff'\n\
         [[cable]]\nfrom = 'a'\nto = 'r:eth0'\n[[cable]]\nfrom = 'r:eth1'\nto = 'b'\n",
    );
    let server = "b: timeout 5 python3 -c 'import socket;s=socket.create_server((\"::\",7000),family=socket.AF_INET6);\
                  c,a=s.accept();c.close()'";
    let client =
        "a: timeout 5 python3 -c 'import socket;print(socket.create_connection((\"fd00:2::2\",7000)).recv(9))'";
    let Some(output) = lab(&[own.path(), server, client, "--format", "json"]) else { return };
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if Command::new("python3").arg("-V").output().is_err() {
        return skip("python3 is not here");
    }
    assert!(output.status.success(), "{told}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let ttl: Vec<u64> = hops(&document, segment(&document, "SYN")).into_iter().map(|(.., ttl)| ttl).collect();
    assert_eq!(ttl, [64, 64, 63, 63]);
}
