//! The scenarios that come with the program do what they claim, and are drawn
//! as the golden texts show; others are read, refused and branched from.
//!
//! The snapshots are refreshed with `INSTA_UPDATE=always cargo test --test
//! scenarios`, and looked at.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

#[path = "support/skip.rs"]
mod skip;

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use proptest::prelude::*;
use wirelens::conversation::{Survey, conversations};
use wirelens::decode::{self, Transport, Verdict};
use wirelens::model::{LinkType, Topology, What};
use wirelens::session::conditions::matcher;
use wirelens::source::file;
use wirelens::source::lab::topology;
use wirelens::source::lab::wire::FaultKind;
use wirelens::source::simulator::scenario::{
    Branch, PlayError, Played, Run, SHIPPED, Scenario, Stopped, find, play, read,
};
use wirelens::source::simulator::settings::SETTINGS;
use wirelens::trace::{FrameNumber, Origin};
use wirelens::view::Wanted;
use wirelens::view::terminal::{Column, Options, SummaryLines, page, summary};
use wirelens::words::{Language, Words};

/// A ladder of more frames than this is not kept: its sums are.
const MOST_DRAWN: usize = 200;

fn network(scenario: &Scenario) -> Topology {
    topology::find(&scenario.topology).unwrap().read().unwrap()
}

fn played(id: &str, run: &Run) -> (Scenario, Played) {
    let scenario = find(id).unwrap().read().unwrap_or_else(|error| panic!("{id}: {error}"));
    let played = play(&scenario, &network(&scenario), run).unwrap_or_else(|error| panic!("{id}: {error}"));
    (scenario, played)
}

fn usual(id: &str) -> (Scenario, Played) {
    played(id, &Run::new(id, matcher))
}

/// What was not met, in English.
fn missed(scenario: &Scenario, played: &Played) -> String {
    let words = Words::new(Language::English);
    let missed: Vec<String> = played.missed().filter_map(|claim| words.claim(scenario, claim)).collect();
    missed.join("\n")
}

fn text_of(text: &str) -> Scenario {
    let head = "title.en: a\ntitle.zh: 甲\nabout.en: b\nabout.zh: 乙\n";
    read(&format!("{head}{text}")).unwrap_or_else(|error| panic!("{error}"))
}

fn play_text(text: &str) -> (Scenario, Played) {
    let scenario = text_of(text);
    let played = play(&scenario, &network(&scenario), &Run::new("test", matcher)).unwrap();
    (scenario, played)
}

#[test]
fn every_file_of_the_folder_comes_with_the_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("simulations");
    let found: BTreeSet<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(found, SHIPPED.iter().map(|shipped| format!("{}.pkt", shipped.id)).collect());
    assert!(SHIPPED.len() >= 30);
    for shipped in SHIPPED {
        assert!(topology::find(shipped.id).is_none(), "{} is a topology as well", shipped.id);
    }
}

#[test]
fn every_claim_is_met() {
    for shipped in SHIPPED {
        let (scenario, played) = usual(shipped.id);
        assert_eq!(missed(&scenario, &played), "", "{}", shipped.id);
        assert_eq!(played.stopped, Stopped::Ended, "{}", shipped.id);
        assert!(played.claims.len() >= 2, "{} claims next to nothing", shipped.id);
        assert!(!scenario.citations.is_empty(), "{}", shipped.id);
        for text in [&scenario.title, &scenario.about].into_iter().chain(&scenario.linux) {
            assert!(!text.en.chars().any(|letter| letter >= '\u{2E80}'), "{}: {}", shipped.id, text.en);
            assert!(!text.zh.is_ascii(), "{}: {}", shipped.id, text.zh);
        }
    }
}

#[test]
fn the_drawings_are_golden() {
    for shipped in SHIPPED {
        let (scenario, played) = usual(shipped.id);
        for language in Language::ALL {
            let words = Words::new(language);
            let mut text = words.scenario_head(&scenario);
            if played.trace.frame_count() > MOST_DRAWN {
                let survey = Survey::of(&played.trace);
                text.push_str(&summary(&[Column::of(&played.trace.notes, &survey, &words)], &words));
                let mut lines = SummaryLines::new(&words);
                survey.conversations().for_each(|brief| lines.append(&brief, &mut text));
            } else {
                let options = Options { width: 80, ..Options::default() };
                text.push_str(&page(&played.trace, &conversations(&played.trace), &words, &options, Wanted::default()));
            }
            insta::assert_snapshot!(format!("{}-{}", shipped.id, language.name()), text);
        }
    }
}

fn bytes(played: &Played) -> Vec<u8> {
    let mut bytes = Vec::new();
    file::write(&played.trace, &mut bytes).unwrap();
    bytes
}

/// Played again it is the same file, byte for byte; written and read again
/// nothing is lost; every frame is sound.
#[test]
fn every_play_is_sound_and_repeatable() {
    for shipped in SHIPPED {
        let (_, once) = usual(shipped.id);
        let (_, again) = usual(shipped.id);
        let saved = bytes(&once);
        assert_eq!(saved, bytes(&again), "{}", shipped.id);
        let opened = file::read(saved.as_slice()).unwrap().trace;
        assert_eq!(opened.notes, once.trace.notes, "{}", shipped.id);
        assert_eq!(opened.events(), once.trace.events(), "{}", shipped.id);
        for (number, _, _, frame) in once.trace.frames() {
            let packet = decode::packet(LinkType::ETHERNET, frame);
            assert!(packet.remarks.is_empty(), "{} {number:?}: {:?}", shipped.id, packet.remarks);
            if let Transport::Tcp(tcp) = packet.transport {
                assert_eq!(tcp.checksum, Verdict::Right, "{} {number:?}", shipped.id);
            }
        }
    }
}

#[test]
fn wireshark_finds_nothing_wrong() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for shipped in SHIPPED {
        let path = folder.join(format!("scenario-{}.pcapng", shipped.id));
        fs::write(&path, bytes(&usual(shipped.id).1)).unwrap();
        let checks = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"];
        let bad = "tcp.checksum.status == 0 || ip.checksum.status == 0 || _ws.malformed";
        let done = Command::new("tshark").args(checks).arg("-n").arg("-r").arg(&path).args(["-Y", bad]).output();
        match done {
            Ok(done) => {
                assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
                assert_eq!(String::from_utf8_lossy(&done.stdout), "", "{}", shipped.id);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => return skip::skip("tshark is not here"),
            Err(error) => panic!("{error}"),
        }
        fs::remove_file(path).unwrap();
    }
}

/// What was removed is told wherever a run is told.
#[test]
fn what_would_be_is_never_taken_for_what_is() {
    for id in ["two-way-handshake", "no-time-wait"] {
        assert_eq!(usual(id).1.trace.notes.origin, Origin::Counterfactual, "{id}");
    }
    for id in ["three-way-handshake", "lost-last-ack"] {
        assert_eq!(usual(id).1.trace.notes.origin, Origin::Simulated, "{id}");
    }
    let run = Run { set: vec!["handshake=two-way".to_owned()], ..Run::new("handshake", matcher) };
    assert_eq!(played("handshake", &run).1.trace.notes.origin, Origin::Counterfactual);
    // Set only later.
    let (_, later) = play_text("0 server: listen(3, 5) = 0\n1 client: set time-wait 0\n");
    assert_eq!(later.trace.notes.origin, Origin::Counterfactual);
}

/// The run's settings win over the file's, and are kept with the trace.
#[test]
fn settings_of_the_run_win() {
    let run = Run { set: vec!["isn=7".to_owned()], ..Run::new("handshake", matcher) };
    let (scenario, played) = played("handshake", &run);
    assert!(missed(&scenario, &played).contains("S 7:7(0)"));
    assert_eq!(played.trace.notes.settings.get("isn").map(String::as_str), Some("7"));
    assert_eq!(played.trace.notes.settings.get("client.isn"), None);
}

/// A branch is the same play up to its frame, and another one from there.
#[test]
fn a_branch_leaves_at_its_frame() {
    let branch = |frame, kind| Branch { frame: FrameNumber(frame), kind };
    let run = |branches| Run { branches, ..Run::new("handshake", matcher) };
    let (_, base) = played("handshake", &run(Vec::new()));
    // Frame 3 is the SYN+ACK as it is sent, frame 4 as it arrives: the same.
    for frame in [3, 4] {
        let (scenario, other) = played("handshake", &run(vec![branch(frame, FaultKind::Lose)]));
        let split = base.trace.frames().zip(other.trace.frames()).take_while(|(one, two)| one == two).count();
        assert_eq!(split, 3, "the first three frames are the same");
        assert!(missed(&scenario, &other).contains("nothing was sent"), "{}", missed(&scenario, &other));
        let lost = other.trace.events().iter().filter(|event| matches!(event.what, What::LinkAction(_))).count();
        assert_eq!(lost, 1);
        assert_eq!(bytes(&other), bytes(&played("handshake", &run(vec![branch(frame, FaultKind::Lose)])).1));
    }
    // And from a branch another one.
    let twice = run(vec![branch(1, FaultKind::Lose), branch(2, FaultKind::Delay(Duration::from_millis(70)))]);
    let (_, twice) = played("handshake", &twice);
    let acted = twice.trace.events().iter().filter(|event| matches!(event.what, What::LinkAction(_))).count();
    assert_eq!(acted, 2);
    let scenario = find("handshake").unwrap().read().unwrap();
    let refused = play(&scenario, &network(&scenario), &run(vec![branch(999, FaultKind::Lose)])).unwrap_err();
    assert!(matches!(refused, PlayError::NoFrame { found: 999, .. }));
    let run = Run { branches: vec![branch(1, FaultKind::Lose)], ..Run::new("blind-syn", matcher) };
    let scenario = find("blind-syn").unwrap().read().unwrap();
    let refused = play(&scenario, &network(&scenario), &run).unwrap_err();
    assert_eq!(refused, PlayError::FromNowhere { found: 1 });
}

/// Each way in which a claim can fail is seen to fail.
#[test]
fn claims_that_are_not_met_are_told_with_their_line() {
    let (scenario, played) = play_text(
        "set delay 5ms\n\
         0 server: listen(3, 5) = 0\n\
         0...0.001 server: accept(3, ..., ...) = 4\n\
         0.010... client: connect(3, server:80) = -1 ECONNREFUSED (Connection refused)\n\
         +0 client > S 1:1(0)\n\
         +0.500 server > S. 0:0(0) ack 1\n\
         +0 client = SYN-SENT\n\
         +0 client.cwnd = 1mss\n\
         +0 client.srtt > 1h\n\
         +0 client > P. 1:2(1) ack 1\n\
         +0.010 client: write(3, ..., 10) = 20\n\
         +0~+1 client silent\n\
         +0 client: getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0\n\
         +0 client(9) = CLOSED\n\
         0.1 client: close(3) = 0\n\
         +0... server: read(4, ..., 1000) = 10\n\
         +0... server: recv(4, ..., 1000, MSG_WAITALL) = 1\n\
         +0... server: read(3, ..., 10) = -1 ENOTCONN\n\
         +0... client: accept(5, ..., ...) = 6\n\
         +0 server: accept(3, ..., ...) = 7\n\
         +1h client = CLOSED\n",
    );
    let words = [Language::English, Language::Chinese].map(Words::new);
    let told = words
        .map(|words| played.missed().filter_map(|claim| words.claim(&scenario, claim)).collect::<Vec<_>>().join("\n"));
    insta::assert_snapshot!(told.join("\n\n"));
}

/// A play that would go on for ever is stopped, and says so.
#[test]
fn a_play_without_end_is_stopped() {
    let (_, played) = play_text("limit: 1min\n0 wire: lose syn#*\n0... client: connect(3, server:80) = ...\n");
    assert_eq!(played.stopped, Stopped::Limit(Duration::from_mins(1)));
    let scenario = text_of(
        "limit: 24h\nset delay 1us\nset congestion none\nserver: set window 1\nset timestamps off\n\
         0 server: listen(3, 5) = 0\n0... server: accept(3, ..., ...) = 4\n\
         0.1... client: connect(3, ..., ...) = 0\n\
         0.2... server: recv(4, ..., 10000000, MSG_WAITALL) = 10000000\n\
         0.2... client: write(3, ..., 10000000) = ...\n",
    );
    let run = Run { most_frames: 500, ..Run::new("test", matcher) };
    let played = play(&scenario, &network(&scenario), &run).unwrap();
    assert_eq!(played.stopped, Stopped::Frames(500));
    assert!((500..600).contains(&played.trace.frame_count()), "{}", played.trace.frame_count());
}

#[test]
fn what_is_wrong_is_told_with_line_and_caret() {
    let head = "title.en: a\ntitle.zh: 甲\nabout.en: b\nabout.zh: 乙\n";
    let lines = [
        "title.en: twice",
        "titel.en: x",
        "about.fr: x",
        "profile: bsd",
        "numbers: roman",
        "limit: soon",
        "limit: 31h2",
        "cite: RFC x",
        "cite: RFC 9293 3.5, picture 6",
        "set mss 9000",
        "set speed 1",
        "set bytes 10",
        "client: set delay 1ms",
        "only:",
        "0 nobody: close(3) = 0",
        "0",
        "0 client",
        "0 client:",
        "0 client: dance(3)",
        "0 client: close 3",
        "0 client: close(3",
        "0 client: connect(3, server)",
        "0 client: connect(3, server:0)",
        "0 client: connect(3, 1.2.3:80)",
        "0 client: write(3, ..., many) = 1",
        "0 client: write(3, ..., 99999999) = 1",
        "0 client: close(3) = -1 oops",
        "0 client: setsockopt(3, SOL_TCP, TCP_CORK, [1], 4) = 0",
        "0 client: setsockopt(3, SOL_TCP, TCP_NODELAY, [2], 4) = 0",
        "0 client: shutdown(3, SHUT_RD) = 0",
        "0 client > X 0:0(0)",
        "0 client > SS 0:0(0)",
        "0 client > S",
        "0 client > S 0:5(4)",
        "0 client > . 1:1(0)",
        "0 client > . 1:1(0) ack 1 windows 5",
        "0 client > S 0:0(0) <mss>",
        "0 client > S 0:0(0) <magic 1>",
        "0 client = OPEN",
        "0 client.weight = 1",
        "0 client.cwnd ~ 1",
        "0 client.cwnd = fast",
        "0 client.rto = 5parsecs",
        "0 wire: bend data",
        "0 wire: lose dada",
        "0 wire: lose data#0",
        "0 wire: lose \"tcp.len ==\"",
        "0 wire: delay data",
        "0 wire: delay data=2h",
        "0 wire: set mss 500",
        "0... client = CLOSED",
        "2~1 client silent",
        "0~+1 client silent",
        "0 client: kill now",
        "0 end\nset mss 500",
        "0 end\n1 client silent",
        "0 客户端: close(3) = 0",
    ];
    let mut said = Vec::new();
    for line in lines {
        let text = format!("{head}{line}\n");
        for language in Language::ALL {
            let words = Words::new(language);
            let told = match read(&text) {
                Err(error) => words.scenario_error("x.pkt", &error),
                Ok(scenario) => match play(&scenario, &network(&scenario), &Run::new("x", matcher)) {
                    Err(error) => words.play_error("x.pkt", &error),
                    Ok(_) => panic!("{line} was taken"),
                },
            };
            assert!(!told.contains('\u{27e8}'), "{told}");
            said.push(told);
        }
    }
    said.push(Words::new(Language::English).scenario_error("x.pkt", &read("title.en: a\n").unwrap_err()));
    said.push(Words::new(Language::English).scenario_error("x.pkt", &read(&"#".repeat(300_000)).unwrap_err()));
    insta::assert_snapshot!(said.join("\n"));
}

/// Every example of the document is read and does what it claims.
#[test]
fn the_document_tells_the_truth() {
    let text = include_str!("../docs/scenarios.md");
    let examples: Vec<&str> =
        text.split("```pkt\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect();
    assert!(examples.len() >= 3);
    for example in examples {
        let scenario = if example.contains("title.en") {
            read(example).unwrap_or_else(|error| panic!("{error}\n{example}"))
        } else {
            text_of(example)
        };
        let played = play(&scenario, &network(&scenario), &Run::new("test", matcher)).unwrap();
        assert_eq!(missed(&scenario, &played), "", "{example}");
    }
    // What can be set is in it by name.
    let programs = ["app", "pause", "clients", "ip", "bytes", "backlog"];
    for (name, _) in SETTINGS.iter().filter(|(name, _)| !programs.contains(name)) {
        assert!(text.contains(&format!("`{name}`")), "{name} is not in docs/scenarios.md");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a file holds, it is read or refused.
    #[test]
    fn no_text_is_too_strange(text in "\\PC{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read(&text).ok();
        read(&String::from_utf8_lossy(&bytes)).ok();
        let head = "title.en: a\ntitle.zh: b\nabout.en: c\nabout.zh: d\n";
        read(&format!("{head}0 {text}")).ok();
        read(&format!("{head}0 client{text}")).ok();
    }

    /// A scenario with something wrong in it is refused or played to its end.
    #[test]
    fn a_scenario_with_a_slip_is_no_danger(which in 0..SHIPPED.len(), at in any::<prop::sample::Index>(), with in "[0-9a-zA-Z.:()<>=~+* #-]{0,3}") {
        let text = SHIPPED[which].text;
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let at = places[at.index(places.len())];
        let next = at + text[at..].chars().next().map_or(0, char::len_utf8);
        let text = format!("{}{with}{}", &text[..at], &text[next..]);
        if let Ok(scenario) = read(&text)
            && let Some(topology) = topology::find(&scenario.topology)
        {
            let run = Run { most_frames: 1_000, ..Run::new("slip", matcher) };
            play(&scenario, &topology.read().unwrap(), &run).ok();
        }
    }
}

fn wirelens(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirelens"));
    command.args(arguments).args(["--lang", "en"]).env("COLUMNS", "80").output().unwrap()
}

fn texts(done: &Output) -> (String, String) {
    (String::from_utf8(done.stdout.clone()).unwrap(), String::from_utf8(done.stderr.clone()).unwrap())
}

#[test]
fn the_command_line_lists_and_plays_them() {
    let list = wirelens(&["list", "simulations", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    let listed = document["simulations"].as_array().unwrap();
    assert_eq!(listed.len(), SHIPPED.len());
    assert!(listed.iter().all(|entry| !entry["citations"].as_array().unwrap().is_empty()));
    let done = wirelens(&["simulate", "handshake"]);
    let (out, err) = texts(&done);
    assert_eq!((done.status.code(), err.as_str()), (Some(0), ""));
    assert!(out.starts_with("The three-way handshake\n") && out.contains("RFC 9293 §3.5, figure 6"), "{out}");
    let json = wirelens(&["simulate", "handshake", "--format", "json"]);
    assert!(serde_json::from_slice::<serde_json::Value>(&json.stdout).is_ok());
}

/// In words in every text, in red where there is colour.
#[test]
fn a_counterfactual_is_told_in_red_words() {
    for format in ["ladder", "summary", "tcpdump", "table", "json"] {
        let done = wirelens(&["simulate", "no-time-wait", "--format", format, "--color", "always"]);
        let (out, err) = texts(&done);
        let red = "\u{1b}[1;31mcounterfactual";
        let told = match format {
            "json" => out.contains("\"origin\": \"counterfactual\""),
            "tcpdump" | "table" => err.contains(red),
            _ => out.contains(red),
        };
        assert!(told, "{format}: {out}{err}");
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let saved = folder.join("no-time-wait.pcapng");
    let saved = saved.to_str().unwrap();
    assert_eq!(wirelens(&["simulate", "no-time-wait", "-w", saved]).status.code(), Some(0));
    for ending in ["txt", "mmd"] {
        let out = folder.join(format!("no-time-wait.{ending}"));
        let done = wirelens(&["export", saved, out.to_str().unwrap(), "--conversation", "0"]);
        assert_eq!(done.status.code(), Some(0), "{}", texts(&done).1);
        assert!(fs::read_to_string(out).unwrap().contains("counterfactual"), "{ending}");
    }
}

#[test]
fn a_file_of_the_readers_own_is_played() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("own.pkt");
    let text = "title.en: a\ntitle.zh: 甲\nabout.en: b\nabout.zh: 乙\n\
                0... client: connect(3, server:9) = -1 ECONNREFUSED (Connection refused)\n";
    fs::write(&path, text).unwrap();
    let name = path.to_str().unwrap();
    let done = wirelens(&["simulate", name, "--format", "tcpdump"]);
    assert_eq!(done.status.code(), Some(0), "{}", texts(&done).1);
    fs::write(&path, text.replace("-1 ECONNREFUSED (Connection refused)", "0")).unwrap();
    let (_, err) = texts(&wirelens(&["simulate", name]));
    let done = wirelens(&["simulate", name]);
    assert_eq!(done.status.code(), Some(1));
    assert!(err.contains("line 5: the call returned -1 ECONNREFUSED") && err.contains("    ^^^^"), "{err}");
    // Done otherwise than written, it is no failure.
    let done = wirelens(&["simulate", name, "--lose", "syn"]);
    assert_eq!(done.status.code(), Some(0), "{}", texts(&done).1);
    fs::write(&path, text.replace("ECONNREFUSED", "oops")).unwrap();
    let done = wirelens(&["simulate", name]);
    let (_, err) = texts(&done);
    assert_eq!(done.status.code(), Some(2));
    assert!(err.contains("line 5") && err.contains('^'), "{err}");
}

#[test]
fn the_command_line_branches_and_refuses() {
    let done = wirelens(&["simulate", "handshake", "--branch", "1: lose"]);
    let (out, err) = texts(&done);
    assert_eq!(done.status.code(), Some(0), "{err}");
    assert!(out.contains("lost on purpose") && err.contains("were not met"), "{out}{err}");
    for (arguments, code, said) in [
        (vec!["simulate", "moon"], 2, "`moon`"),
        (vec!["simulate", "moon.pkt"], 2, "`moon.pkt`"),
        (vec!["simulate", "handshake", "--branch", "lose"], 2, "`lose`"),
        (vec!["simulate", "handshake", "--branch", "1: bend"], 2, "5: lose"),
        (vec!["simulate", "handshake", "--branch", "99: lose"], 2, "no frame 99"),
        (vec!["simulate", "cable", "--branch", "1: lose"], 2, "not a topology"),
        (vec!["simulate", "handshake", "--set", "mss=9000"], 2, "from 64 to 1460"),
        (vec!["simulate", "handshake", "--lose", "dada"], 2, "dada"),
    ] {
        let done = wirelens(&arguments);
        let (_, err) = texts(&done);
        assert_eq!(done.status.code(), Some(code), "{arguments:?}: {err}");
        assert!(err.contains(said), "{arguments:?}: {err}");
    }
}
