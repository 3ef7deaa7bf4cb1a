//! What the tests of the lab share: running it as nobody, and reading what it
//! tells.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

pub(crate) use crate::nobody::command;
use crate::skip::skip;

/// All that come with the program.
pub(crate) const BUILT: [&str; 9] =
    ["cable", "hub", "switch", "router", "lan-router-lan", "two-routers", "narrow", "nat", "internet"];

/// Runs `wirelens lab …`; `None` where it is forbidden here.
pub(crate) fn lab(arguments: &[&str]) -> Option<Output> {
    let arguments: Vec<&str> = std::iter::once("lab").chain(arguments.iter().copied()).collect();
    let output = command(&arguments).output().unwrap();
    if output.status.code() == Some(3) {
        skip(&format!("not permitted here: {}", String::from_utf8_lossy(&output.stderr)));
        return None;
    }
    Some(output)
}

/// The same, which must succeed, as JSON.
pub(crate) fn json(arguments: &[&str]) -> Option<Value> {
    told(arguments).map(|(_, document)| document)
}

/// The same with what the programs wrote, and what we said. Where a server was
/// so slow that its client did not wait for it, once more.
pub(crate) fn told(arguments: &[&str]) -> Option<(String, Value)> {
    let mut run = told_once(arguments)?;
    for _ in 0..3 {
        if !run.0.contains("did not listen within") {
            break;
        }
        eprintln!("run again, for a server was too slow");
        run = told_once(arguments)?;
    }
    Some(run)
}

/// The same for programs of which none listens.
pub(crate) fn told_once(arguments: &[&str]) -> Option<(String, Value)> {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--format", "json", "--lang", "en"]).collect();
    let output = lab(&arguments)?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {told}");
    Some((told, serde_json::from_slice(&output.stdout).unwrap()))
}

pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value}"))
}

pub(crate) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("no {key} in {value}"))
}

pub(crate) fn millis(value: &Value) -> f64 {
    text(value, "at").trim_end_matches("ns").parse::<f64>().unwrap() / 1e6
}

/// What a place is called.
pub(crate) fn place(document: &Value, id: &Value) -> String {
    let found = list(document, "places").iter().find(|place| place["id"] == *id).unwrap();
    text(found, "name").to_owned()
}

/// Every hop of a segment: its place, MAC pair, addresses and TTL.
pub(crate) fn hops(document: &Value, segment: &Value) -> Vec<(String, String, String, u64)> {
    let hop = |seen: &Value| {
        let name = place(document, &seen["place"]);
        (name, text(seen, "eth.src").to_owned(), text(seen, "eth.dst").to_owned(), seen["ttl"].as_u64().unwrap())
    };
    list(segment, "seen_at").iter().map(hop).collect()
}

/// The first segment with these flags.
pub(crate) fn segment<'a>(document: &'a Value, flags: &str) -> &'a Value {
    let segments = list(&document["conversations"][0], "segments");
    segments.iter().find(|segment| segment["flags"] == flags).unwrap_or_else(|| panic!("no {flags} in {segments:?}"))
}

/// When the frame that the wire acted on was sent, in milliseconds, and which
/// it is.
pub(crate) fn action(document: &Value) -> (f64, u64) {
    let actions = list(document, "actions");
    assert_eq!(actions.len(), 1, "{actions:?}");
    let frame = actions[0]["frame"].as_u64().unwrap_or_else(|| panic!("of no frame: {actions:?}"));
    let mut seen = list(document, "conversations")
        .iter()
        .flat_map(|conversation| list(conversation, "segments"))
        .flat_map(|segment| list(segment, "seen_at"));
    let acted_on = seen.find(|seen| seen["frame"] == frame).unwrap_or(&actions[0]);
    (millis(acted_on), frame)
}

/// When each segment that `wanted` chooses passed its sender's interface, in
/// milliseconds since the wire acted: those before it are left out.
pub(crate) fn sent_after(document: &Value, wanted: impl Fn(&Value) -> bool) -> Vec<f64> {
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
pub(crate) fn resent(document: &Value) -> f64 {
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
pub(crate) fn again(document: &Value, from: &str, flags: &str) -> f64 {
    let wanted = |segment: &Value| segment["from"] == from && segment["flags"] == flags;
    *sent_after(document, wanted).first().unwrap_or_else(|| panic!("no more {flags}"))
}

pub(crate) fn within(found: f64, least: f64, most: f64) {
    assert!((least..=most).contains(&found), "{found} ms, expected {least} to {most} ms");
}

/// How many segments of this side with data, or with these flags, passed its
/// interface.
pub(crate) fn sent(document: &Value, from: &str, flags: Option<&str>) -> usize {
    let own = format!("{from}:eth0");
    let segments = list(&document["conversations"][0], "segments").iter();
    let wanted = |segment: &&Value| {
        let chosen = flags.map_or_else(|| segment["length"] != 0, |flags| segment["flags"] == flags);
        segment["from"] == from && chosen && hops(document, segment).iter().any(|(name, ..)| *name == own)
    };
    segments.filter(wanted).count()
}

/// How often the server acknowledged without anything new.
pub(crate) fn duplicate_acks(document: &Value) -> usize {
    let segments = list(&document["conversations"][0], "segments").iter();
    let acks: Vec<&Value> = segments
        .filter(|segment| segment["from"] == "server" && segment["flags"] == "ACK" && segment["length"] == 0)
        .filter(|segment| hops(document, segment).iter().any(|(name, ..)| name == "server:eth0"))
        .map(|segment| &segment["ack"])
        .collect();
    acks.windows(2).filter(|pair| pair[0] == pair[1]).count()
}

/// A greeting with these settings and this fault.
pub(crate) fn greeting(settings: &[&str], fault: [&str; 2]) -> Vec<String> {
    let settings = settings.iter().flat_map(|setting| ["--set", setting]);
    settings.chain(fault).map(str::to_owned).collect()
}

/// So many full segments in one go, and a while later the end.
pub(crate) fn burst(segments: usize, fault: [&str; 2]) -> Vec<String> {
    let server = "server: timeout 9 python3 -c 'import socket;s=socket.create_server((\"0.0.0.0\",7000));\
                  c,a=s.accept();[0 for _ in iter(lambda:c.recv(65536),b\"\")];c.close()'";
    let client = format!(
        "client: timeout 9 python3 -c 'import socket,time;c=socket.create_connection((\"192.168.1.105\",7000));\
         time.sleep(0.1);c.sendall(b\"x\"*1448*{segments});time.sleep(0.6);c.shutdown(1);c.recv(1)'"
    );
    [server, &client].into_iter().chain(fault).map(str::to_owned).collect()
}

/// A topology of the reader's, in a file that goes away with it.
pub(crate) struct Own(PathBuf);

impl Own {
    pub(crate) fn new(name: &str, body: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wirelens-lab-{name}-{}.toml", std::process::id()));
        let head = "[title]\nen = 'a'\nzh = 'b'\n[about]\nen = 'c'\nzh = 'd'\n[play]\nclient = 'a'\nserver = 'b'\n";
        fs::write(&path, format!("{head}{body}")).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

/// Two hosts and a cable with these lines.
pub(crate) fn pair(cable: &str) -> String {
    let hosts = "[[host]]\nname = 'a'\naddress = '10.0.0.1/24'\n[[host]]\nname = 'b'\naddress = '10.0.0.2/24'\n";
    format!("{hosts}[[cable]]\nfrom = 'a'\nto = 'b'\n{cable}")
}

/// The interfaces of this network namespace.
pub(crate) fn interfaces() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir("/sys/class/net")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Whether there is a Python.
pub(crate) fn python() -> bool {
    static THERE: OnceLock<bool> = OnceLock::new();
    *THERE.get_or_init(|| Command::new("python3").arg("-V").output().is_ok())
}

/// A command of a few lines of Python on a host, which ends in any case.
pub(crate) fn script(host: &str, lines: &str) -> String {
    assert!(!lines.contains('\''), "the shell needs these for itself: {lines}");
    format!("{host}: timeout 20 python3 -c 'import socket,time\n{lines}'")
}

/// The first conversation's first segment, in milliseconds.
pub(crate) fn start(document: &Value) -> f64 {
    millis(&list(&list(document, "conversations")[0], "segments")[0]["seen_at"][0])
}

/// What the kernels said is what was inferred, at every sample; and they were
/// asked.
pub(crate) fn agree(document: &Value) {
    let states = list(document, "kernel_states");
    let differ: Vec<String> = states
        .iter()
        .filter(|said| said["agrees"] == false)
        .map(|said| {
            let after = millis(said) - start(document);
            let [end, state, inferred] = ["end", "state", "inferred"].map(|key| said[key].as_str().unwrap_or("–"));
            format!("{after:.2} ms, {} {end}: {state}, inferred {inferred}", said["conversation"])
        })
        .collect();
    assert!(differ.is_empty(), "{} of {} samples differ: {differ:#?}", differ.len(), states.len());
    assert!(!states.is_empty());
}
