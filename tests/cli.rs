//! The command line as its readers meet it: what goes to which output, in
//! which words, and with which exit code.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/skip.rs"]
mod skip;

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// One of the captures that come with the program.
const GREETING: &[u8] = include_bytes!("../captures/greeting.pcapng");

/// The program in a plain environment: English, 80 columns, no display.
fn wirelens<S: AsRef<OsStr>>(arguments: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirelens"));
    command.args(arguments).env("COLUMNS", "80").stdin(Stdio::null());
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "NO_COLOR"] {
        command.env_remove(name);
    }
    command
}

/// What came of it: exit code, standard output, standard error.
#[derive(Debug)]
struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

fn done(arguments: &[&str]) -> Done {
    wirelens(arguments).output().unwrap().into()
}

/// A run that needs a private network; `None`, loudly, where there is none.
fn live(arguments: &[&str]) -> Option<Done> {
    let done = done(arguments);
    if done.code == Some(3) {
        skip::skip(&format!("no private network: {}", done.err.lines().next().unwrap_or_default()));
        return None;
    }
    Some(done)
}

/// A folder for one test's files, gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wirelens-cli-{test}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        text(&path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// What was refused, with its exit code, and nothing on standard output.
fn refused(arguments: &[&str], code: i32) -> String {
    let Done { code: found, out, err } = done(arguments);
    assert_eq!((found, out.as_str()), (Some(code), ""), "{arguments:?}: {err}");
    err
}

#[test]
fn help_is_complete_in_both_languages() {
    for language in ["en", "zh"] {
        let mut help = String::new();
        for command in [None, Some("list"), Some("run"), Some("program"), Some("show"), Some("export")] {
            let mut arguments: Vec<&str> = command.into_iter().collect();
            arguments.extend(["--help", "--lang", language]);
            let Done { code, out, err } = done(&arguments);
            assert_eq!((code, err.as_str()), (Some(0), ""));
            assert!(!out.contains('⟨') && !out.contains('\x1b'), "{out}");
            help.extend(["> wirelens ", command.unwrap_or_default(), "\n", &out, "\n"]);
        }
        insta::assert_snapshot!(format!("help-{language}"), help);
    }
}

#[test]
fn the_language_comes_from_the_environment() {
    let speak = |name: &str, locale: &str| {
        let output = wirelens(&["show", "nothing-there"]).env(name, locale).output().unwrap();
        Done::from(output).err
    };
    assert!(speak("LANG", "zh_CN.UTF-8").starts_with("错误：无法打开抓包文件"));
    assert!(speak("LC_ALL", "de_DE.UTF-8").starts_with("error: cannot open the capture"));
}

#[test]
fn what_cannot_be_meant_is_refused_with_the_nearest_that_can() {
    let cases: [(&[&str], &str); 10] = [
        (&["sho"], "unrecognized subcommand 'sho'"),
        (&["run"], "required arguments"),
        (&["run", "tcp-greeting", "--lose", "syn"], "unexpected argument '--lose'"),
        (&["run", "tcp-greetin"], "there is no program `tcp-greetin`; did you mean `tcp-greeting`?"),
        (&["run", "x"], "there is no program `x`; `wirelens list programs` names them"),
        (&["run", "tcp-greeting", "--set", "prot=1"], "there is no setting `prot`; did you mean `port`?"),
        (&["run", "tcp-greeting", "--set", "port"], "expected KEY=VALUE, found `port`"),
        (&["run", "tcp-greeting", "--set", "pause=1"], "the setting `pause` expects a span"),
        (
            &["program", "tcp-greeting", "judge"],
            "tcp-greeting has no side called `judge`: expected `server` or `client`",
        ),
        (&["show", "greeting", "-w", "-", "--format", "json"], "both want standard output"),
    ];
    for (arguments, sentence) in cases {
        let err = refused(arguments, 2);
        assert!(err.starts_with("error: ") && err.contains(sentence), "{arguments:?}: {err}");
    }
    let err = refused(&["run", "tcp-greeting", "--set", "prot=1", "--lang", "zh"], 2);
    assert_eq!(err, "错误：没有名为 `prot` 的设置；是否想用 `port`？\n");
    // A program's name cannot move the cursor.
    assert!(refused(&["run", "\x1b[2Jx"], 2).contains("`\\x1b[2Jx`"));
}

#[test]
fn a_file_that_is_no_capture_is_refused_with_a_reason() {
    let folder = Folder::new("refused");
    let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    let cases: [(String, &str); 6] = [
        (text(&folder.0.join("missing")), "cannot open the capture: no such file or directory (ENOENT)"),
        (text(&folder.0), "cannot read the capture: it is a directory (EISDIR)"),
        (folder.file("empty", b""), "the capture is empty: expected at least a header of 24 bytes, found 0 bytes"),
        (
            folder.file("letter", b"Dear reader"),
            "not a capture: expected the first bytes of pcap or pcapng, found 44 65",
        ),
        (folder.file("packed", b"\xfd7zXZ\0"), "unpack it first, `xz -dc FILE | wirelens show -`"),
        (folder.file("cut", &gzip), "cannot unpack the capture: the gzip data is cut after 10 bytes"),
    ];
    for (path, sentence) in &cases {
        let err = refused(&["show", path], 1);
        assert!(err.contains(sentence) && err.trim_end().ends_with(path.as_str()), "{err}");
    }
}

#[test]
fn a_damaged_capture_is_drawn_as_far_as_it_goes() {
    let folder = Folder::new("damaged");
    let whole = done(&["show", "greeting"]).out;
    let path = folder.file("cut.pcapng", &GREETING[..GREETING.len() / 2]);
    let Done { code, out, err } = done(&["show", &path]);
    assert_eq!(code, Some(4), "{err}");
    assert!(out.lines().count() > 20 && out.contains("three-way handshake") && out.len() < whole.len(), "{out}");
    assert!(err.starts_with("error: the capture breaks off at byte ") && err.contains("the record is cut"), "{err}");
    assert!(err.trim_end().ends_with(&path), "{err}");
    // The document is whole even where the capture is not.
    let Done { code, out, .. } = done(&["show", &path, "--format", "json"]);
    assert_eq!(code, Some(4));
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["format"], "wirelens/1");
}

#[test]
fn a_capture_comes_from_a_file_standard_input_or_the_program() {
    let folder = Folder::new("sources");
    let path = folder.file("greeting.pcapng", GREETING);
    let shipped = done(&["show", "greeting"]);
    assert_eq!((shipped.code, shipped.err.as_str()), (Some(0), ""));
    assert!(!shipped.out.contains('\x1b'), "no colours where no terminal is");
    assert!(shipped.out.lines().count() > 60);
    assert_eq!(done(&["show", &path]).out, shipped.out);
    let mut child = wirelens(&["show", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(GREETING).unwrap();
    assert_eq!(Done::from(child.wait_with_output().unwrap()).out, shipped.out);
    // A file of that name comes before the capture of that name.
    folder.file("greeting", b"");
    let output = wirelens(&["show", "greeting"]).current_dir(&folder.0).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn options_shape_the_picture() {
    let out = |arguments: &[&str]| {
        let Done { code, out, err } = done(&[&["show", "greeting"], arguments].concat());
        assert_eq!((code, err.as_str()), (Some(0), ""), "{arguments:?}");
        out
    };
    let plain = out(&[]);
    assert_eq!(out(&["--conversation", "0"]), plain);
    assert_eq!(out(&["--color", "never", "--format", "ladder"]), plain);
    assert!(out(&["--color", "always"]).contains("\x1b["));
    assert!(out(&["--lang", "zh"]).contains("三次握手"));
    let absolute = out(&["--absolute"]);
    assert!(absolute != plain && !absolute.contains("seq 0 "), "{absolute}");
    let document: Value = serde_json::from_str(&out(&["--format", "json"])).unwrap();
    assert_eq!(document["conversations"][0]["opening"], "three-way-handshake");
    assert_eq!(document["frames"], 20);
    let err = refused(&["show", "greeting", "--conversation", "3"], 2);
    assert_eq!(err, "error: there is no conversation 3: this capture has one, number 0\n");
    let Done { err, .. } = done(&["show", "greeting", "-v"]);
    assert!(err.contains("net.ipv4.tcp_congestion_control = reno"), "{err}");
}

#[test]
fn what_was_saved_is_drawn_the_same() {
    let folder = Folder::new("saved");
    let path = text(&folder.0.join("copy.pcapng"));
    let drawn = done(&["show", "greeting", "-w", &path]);
    assert_eq!(drawn.code, Some(0), "{}", drawn.err);
    assert_eq!(done(&["show", &path]).out, drawn.out);
    // To standard output: the capture and no ladder.
    let output = wirelens(&["show", "greeting", "-w", "-"]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    assert_eq!(output.stdout, fs::read(&path).unwrap());
    // Where it cannot be saved it is drawn all the same.
    let failed = done(&["show", "greeting", "-w", "/nowhere/at/all.pcapng"]);
    assert_eq!((failed.code, failed.out), (Some(1), drawn.out));
    assert!(
        failed.err.starts_with("error: cannot save the capture: no such file or directory (ENOENT)"),
        "{}",
        failed.err
    );
}

#[test]
fn a_reader_who_stops_reading_hears_nothing() {
    let mut child = wirelens(&["show", "greeting"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let done = Done::from(child.wait_with_output().unwrap());
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""));
    // Closed before the first word.
    let (reading, writing) = std::io::pipe().unwrap();
    drop(reading);
    let done = Done::from(
        wirelens(&["list"]).stdout(writing).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap(),
    );
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""));
}

#[test]
fn a_full_disk_is_an_error() {
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
        skip::skip("there is no /dev/full");
        return;
    };
    let output = wirelens(&["show", "greeting"]).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let done = Done::from(output.wait_with_output().unwrap());
    assert_eq!(done.code, Some(1));
    assert!(done.err.starts_with("error: cannot write to standard output: "), "{}", done.err);
}

/// What is saved does not depend on who reads along, and what was there before
/// stays where nothing can be read.
#[test]
fn saving_goes_on_when_the_reader_has_gone_and_spoils_nothing() {
    let folder = Folder::new("saving");
    let many = folder.file("many.pcapng", &GREETING.repeat(400));
    let saved = folder.file("saved.pcapng", GREETING);
    let missing = done(&["show", "/nonexistent", "--format", "table", "-w", &saved]);
    assert_eq!((missing.code, &*missing.out), (Some(1), ""));
    assert_eq!(fs::read(&saved).unwrap(), GREETING);

    let mut child =
        wirelens(&["show", &many, "--format", "table", "-w", &saved]).stdout(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("Info"), "{first}");
    assert!(child.wait().unwrap().success());
    let rows = done(&["fields", &saved, "-e", "frame.number"]);
    assert_eq!(rows.out.lines().count(), 400 * 20);
}

#[test]
fn lists_name_everything() {
    let Done { code, out, err } = done(&["list"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for name in ["tcp-greeting", "pause", "greeting-three-segments", "refused"] {
        assert!(out.contains(name), "{name}: {out}");
    }
    assert!(!done(&["list", "captures"]).out.contains("pause"));
    assert!(done(&["list", "programs", "--lang", "zh"]).out.contains("服务器"));
    let document: Value = serde_json::from_str(&done(&["list", "--format", "json"]).out).unwrap();
    assert_eq!(document["programs"][0]["id"], "tcp-greeting");
    assert_eq!(document["programs"][0]["settings"][0]["default"], "9999");
    let captures = document["captures"].as_array().unwrap();
    for capture in captures {
        assert_eq!(done(&["show", capture["id"].as_str().unwrap()]).code, Some(0));
    }
    assert!(captures.len() >= 3);
}

/// A capture of one TCP segment whose payload wants to clear the screen, turn
/// the text around and ring the bell.
fn hostile() -> Vec<u8> {
    let payload = "\x1b[2J\u{9b}31m\u{202e}evil\x07\r\n".as_bytes();
    let mut packet = vec![0x45, 0];
    packet.extend(u16::try_from(40 + payload.len()).unwrap().to_be_bytes());
    packet.extend([0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    packet.extend([0x9c, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 0xfa, 0xf0, 0, 0, 0, 0]);
    packet.extend(payload);
    let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 101, 0, 0, 0];
    let length = u32::try_from(packet.len()).unwrap().to_le_bytes();
    file.extend([0; 8].into_iter().chain(length).chain(length).chain(packet));
    file
}

#[test]
fn a_payload_cannot_reach_the_terminal() {
    let folder = Folder::new("hostile");
    let path = folder.file("hostile.pcap", &hostile());
    for language in ["en", "zh"] {
        for format in ["ladder", "json"] {
            let Done { code, out, .. } = done(&["show", &path, "--lang", language, "--format", format]);
            assert_eq!(code, Some(0));
            assert!(!out.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{out:?}");
        }
    }
    assert!(done(&["show", &path]).out.contains("\\x1b[2J"));
}

#[test]
fn a_run_draws_what_its_saved_capture_draws() {
    let folder = Folder::new("run");
    let path = text(&folder.0.join("run.pcapng"));
    let Some(run) = live(&["run", "tcp-greeting", "--set", "pause=0ms", "-w", &path]) else { return };
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.contains("three-way handshake") && !run.out.contains('\x1b'), "{}", run.out);
    for said in ["server │ Waiting for connection...\n", "client │ Welcome!\n", "client │ Hello, Sarah!\n"] {
        assert!(run.err.contains(said), "{said}: {}", run.err);
    }
    assert_eq!(done(&["show", &path]).out, run.out);
    let Some(quiet) = live(&["run", "tcp-greeting", "--set", "pause=0ms", "-q", "--lang", "zh", "--format", "json"])
    else {
        return;
    };
    assert_eq!((quiet.code, quiet.err.as_str()), (Some(0), ""));
    let document: Value = serde_json::from_str(&quiet.out).unwrap();
    assert_eq!(document["conversations"][0]["opening"], "three-way-handshake");
    assert_eq!(document["conversations"][0]["bytes"]["server"], 49);
    let Some(verbose) = live(&["run", "tcp-greeting", "--set", "pause=0ms", "-v"]) else { return };
    assert!(verbose.err.contains("network ready after") && verbose.err.contains("lo.mtu = 1500"), "{}", verbose.err);
}

#[test]
fn a_client_without_a_server_is_a_picture_not_an_error() {
    let Some(run) = live(&["run", "tcp-greeting", "--set", "server=none"]) else { return };
    assert_eq!(run.code, Some(0));
    for said in ["refused: nobody listens", "connect(:9999)", "= ECONNREFUSED", "RST ACK", "exits 1"] {
        assert!(run.out.contains(said), "{said}: {}", run.out);
    }
    assert!(run.err.contains("client │ error: connect(127.0.0.1:9999) was refused"), "{}", run.err);
}

#[test]
fn without_a_window_the_terminal_has_to_do() {
    let Some(run) = live(&[]) else { return };
    assert_eq!(run.code, Some(0));
    assert!(run.out.contains("three-way handshake"), "{}", run.out);
    let notes: Vec<&str> = run.err.lines().filter(|line| line.starts_with("note: no window: ")).collect();
    assert_eq!(notes.len(), 1, "{}", run.err);
}

/// Waits for a line on standard error.
fn heard(child: &mut Child, line: &str) -> bool {
    let stderr = BufReader::new(child.stderr.take().unwrap());
    stderr.lines().map_while(Result::ok).any(|heard| heard == line)
}

#[test]
fn ctrl_c_ends_a_run_in_good_order() {
    let arguments = ["run", "tcp-greeting", "--set", "pause=20s", "--format", "json"];
    let mut child = wirelens(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if !heard(&mut child, "client │ Welcome!") {
        assert_eq!(child.wait().unwrap().code(), Some(3));
        skip::skip("no private network");
        return;
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let done = Done::from(child.wait_with_output().unwrap());
    assert_eq!(done.code, Some(0));
    let document: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(document["conversations"][0]["opening"], "three-way-handshake");
}

/// In a user namespace of its own that allows no further one, and without any
/// capability left there.
#[test]
fn a_system_without_namespaces_is_named_with_the_command_that_helps() {
    let script = "echo 0 > /proc/sys/user/max_user_namespaces || exit 9
        exec setpriv --bounding-set=-all --inh-caps=-all \"$0\" run tcp-greeting --lang en";
    let mut command = Command::new("unshare");
    command.args(["-Ur", "sh", "-c", script, env!("CARGO_BIN_EXE_wirelens")]);
    let output = match command.env("COLUMNS", "80").stdin(Stdio::null()).output() {
        Ok(output) if output.status.code() == Some(3) => output,
        outcome => {
            skip::skip(&format!("cannot forbid namespaces: {outcome:?}"));
            return;
        }
    };
    let done = Done::from(output);
    assert_eq!(done.out, "");
    assert!(done.err.contains("unshare(CLONE_NEWUSER|CLONE_NEWNET)") && done.err.contains("ENOSPC"), "{}", done.err);
    assert!(done.err.contains("sudo sysctl user.max_user_namespaces=15000"), "{}", done.err);
}

/// A network that needs a capability, without it.
#[test]
fn what_is_forbidden_is_named_with_the_command_that_helps() {
    let folder = Folder::new("forbidden");
    let copy = folder.0.join("wirelens");
    fs::copy(env!("CARGO_BIN_EXE_wirelens"), &copy).unwrap();
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]).arg(&copy);
    command.args(["run", "tcp-greeting", "--network", "host", "--lang", "en"]);
    let output = match command.env("COLUMNS", "80").stdin(Stdio::null()).output() {
        Ok(output) if output.status.code() == Some(3) => output,
        outcome => {
            skip::skip(&format!("cannot give up privileges: {outcome:?}"));
            return;
        }
    };
    let done = Done::from(output);
    assert_eq!(done.out, "");
    let lines: Vec<&str> = done.err.lines().collect();
    assert_eq!(
        lines,
        [
            "error: cannot capture on this host's loopback: socket(AF_PACKET, SOCK_RAW): operation not permitted (EPERM)",
            "Capturing on the host takes a capability. This gives it to wirelens:",
            &format!("    sudo setcap cap_net_raw+ep {}", copy.display()),
            "Saved captures need no permission: `wirelens list captures`, `wirelens show greeting`.",
        ]
    );
}
