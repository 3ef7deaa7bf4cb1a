//! Our own TCP against the kernel's, over the cables of the lab. Skips loudly
//! where namespaces are forbidden.
//!
//! As root the program is run as nobody (65534), so that nothing rests on a
//! privilege.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

#[path = "support/nobody.rs"]
mod nobody;
#[path = "support/skip.rs"]
mod skip;

use std::process::Output;
use std::thread;

use serde_json::Value;
use skip::skip;

fn lab(arguments: &[&str]) -> Output {
    wirelens_command("lab", arguments)
}

fn wirelens_command(name: &str, arguments: &[&str]) -> Output {
    nobody::command(&[&[name], arguments].concat()).output().unwrap()
}

/// A run that must succeed, as JSON; `None` where it is forbidden here.
fn json(arguments: &[&str]) -> Option<Value> {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--format", "json"]).collect();
    let output = lab(&arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(3) {
        skip(&format!("not permitted here: {said}"));
        return None;
    }
    assert!(output.status.success(), "{arguments:?}: {said}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// How often both programs found every byte as it was sent.
fn complete(document: &Value, bytes: u32) -> usize {
    let calls = document["calls"].as_array().unwrap();
    let received = |program: &str| -> u64 {
        let own = calls.iter().filter(|call| call["role"] == program && call["call"] == "recv");
        own.filter_map(|call| call["result"].as_str()?.parse::<u64>().ok()).sum()
    };
    ["client", "server"].iter().filter(|program| received(program) == u64::from(bytes)).count()
}

/// Connects, transfers a megabyte each way with losses both ways, a duplicate,
/// a swap and a delay, and closes: first one side, then the other.
#[test]
fn a_megabyte_each_way_over_a_bad_cable_to_the_kernel() {
    let faults = [
        "--lose",
        "syn",
        "--lose",
        "data>#30",
        "--lose",
        "data<#40",
        "--lose",
        "data>#200",
        "--lose",
        "data<#500",
        "--lose",
        "ack#100",
        "--lose",
        "fin",
        "--duplicate",
        "data#300",
        "--swap",
        "data#350",
        "--delay",
        "data#600=30ms",
    ];
    let runs: Vec<[&str; 3]> = ["client", "server"]
        .into_iter()
        .flat_map(|core| ["rfc", "linux-like"].map(|profile| (core, profile)))
        .flat_map(|(core, profile)| ["closes-first=client", "closes-first=server"].map(|first| [core, profile, first]))
        .collect();
    let play = |[core, profile, first]: [&str; 3]| {
        let set = ["cable", "--run", "tcp-bulk", "--set", "bytes=1000000", "--set", first];
        let ours = ["--core", core, "--profile", profile];
        let document = json(&set.into_iter().chain(ours).chain(faults).collect::<Vec<_>>());
        let Some(document) = document else { return };
        let conversation = &document["conversations"][0];
        let closing = conversation["closing"].as_str().unwrap();
        assert_eq!(conversation["opening"], "three-way-handshake", "{core} {profile} {first}");
        assert!(
            closing.ends_with("-segment") || closing == "simultaneous-close",
            "{core} {profile} {first}: {closing}"
        );
        assert_eq!(document["notes"]["cores"][core].as_str(), Some(profile));
        let lost = document["actions"].as_array().unwrap().iter().filter(|action| action["what"] == "lost").count();
        assert_eq!(lost, 7, "{core} {profile} {first}");
        // The programs compare every byte; they ended well, or the run would not.
        assert_eq!(complete(&document, 1_000_000), 2, "{core} {profile} {first}");
    };
    // Two at a time: a run mostly waits for timers.
    thread::scope(|scope| {
        for half in runs.chunks(runs.len() / 2) {
            scope.spawn(move || half.iter().copied().for_each(play));
        }
    });
}

/// Every bundled program of TCP runs on it without being changed, and what it
/// says of its states is what is inferred from the packets.
#[test]
fn the_programs_do_not_notice() {
    for program in ["tcp-greeting", "tcp-simple", "tcp-clock", "tcp-chat", "tcp-long-connection", "tcp-thanks"] {
        for core in ["client", "server"] {
            let Some(document) = json(&["switch", "--run", program, "--core", core]) else { return };
            assert_eq!(document["conversations"][0]["opening"], "three-way-handshake", "{program} {core}");
            let told = document["kernel_states"].as_array().unwrap();
            let socket = &document["conversations"][0][core];
            let ours = told.iter().filter(|state| state["local"] == *socket && state["conversation"] == 0).count();
            assert!(ours >= 3, "{program}: the TCP of the {core} told {ours} states");
            let wrong: Vec<&Value> = told.iter().filter(|state| state["agrees"] == false).collect();
            assert!(wrong.is_empty(), "{program} {core}: {wrong:?}");
        }
    }
}

/// What the RFC says and Linux does not: the second SYN.
#[test]
fn each_profile_repeats_its_syn_in_its_own_time() {
    let times = |profile: &str| -> Option<Vec<f64>> {
        let lose = ["--lose", "syn#1", "--lose", "syn#2"];
        let asked = ["cable", "--run", "tcp-simple", "--core", "client", "--profile", profile];
        Some(syns(&json(&asked.into_iter().chain(lose).collect::<Vec<_>>())?))
    };
    for (profile, expected) in [("rfc", [0.0, 1.0, 3.0]), ("linux-like", [0.0, 1.0, 2.0])] {
        let Some(found) = times(profile) else { return };
        let close = found.len() == 3 && found.iter().zip(expected).all(|(at, due)| (at - due).abs() < 0.1);
        assert!(close, "{profile}: {found:?}");
    }
}

/// `wirelens simulate …` as JSON; `None` where it is forbidden here.
fn simulated(arguments: &[&str]) -> Option<Value> {
    let output = wirelens_command("simulate", &[arguments, &["--format", "json"]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(3) {
        skip(&format!("not permitted here: {said}"));
        return None;
    }
    assert!(output.status.success(), "{arguments:?}: {said}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// When each SYN went out, in seconds after the first.
fn syns(document: &Value) -> Vec<f64> {
    let segments = document["conversations"][0]["segments"].as_array().unwrap();
    let at = |segment: &Value| segment["at"].as_str().unwrap().trim_end_matches("ns").parse::<f64>().unwrap() / 1e9;
    let all: Vec<f64> = segments.iter().filter(|segment| segment["flags"] == "SYN").map(at).collect();
    all.iter().map(|at| at - all[0]).collect()
}

/// SYN back-off: the RFC doubles from the first on (RFC 6298 §5.5), Linux since
/// 6.5 first repeats four times a second apart (`tcp_syn_linear_timeouts`).
#[test]
fn a_syn_that_nobody_answers_by_the_rfc_by_our_linux_and_by_linux() {
    let near = |found: &[f64], due: &[f64], tolerance: f64| {
        let close = found.iter().zip(due).all(|(at, due)| (at - due).abs() <= tolerance);
        assert!(found.len() >= due.len() && close, "{found:?} for {due:?}");
    };
    let Some(rfc) = simulated(&["syn-backoff", "--profile", "rfc"]) else { return };
    near(&syns(&rfc), &[0.0, 1.0, 3.0, 7.0, 15.0], 0.001);
    let Some(ours) = simulated(&["syn-backoff", "--profile", "linux"]) else { return };
    near(&syns(&ours), &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 11.0], 0.001);
    let Some(kernel) = simulated(&["syn-backoff", "--kernel"]) else { return };
    let linear = kernel["notes"]["pinned"]["net.ipv4.tcp_syn_linear_timeouts"].as_str();
    if linear != Some("4") {
        return skip(&format!("this kernel has tcp_syn_linear_timeouts {linear:?}"));
    }
    near(&syns(&kernel), &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 11.0], 0.4);
}

/// The same calls and the same loss, by the RFC and by the kernel.
#[test]
fn a_lost_segment_by_the_rfc_and_by_linux_side_by_side() {
    let Some(both) = simulated(&["lost-data", "--profile", "rfc", "--beside", "kernel"]) else { return };
    assert_eq!(both["left"]["notes"]["origin"], "simulated");
    assert_eq!(both["right"]["notes"]["origin"], "captured");
    let again = |side: &str| -> f64 {
        let segments = both[side]["conversations"][0]["segments"].as_array().unwrap();
        let at = |segment: &Value| segment["at"].as_str().unwrap().trim_end_matches("ns").parse::<f64>().unwrap() / 1e6;
        let data: Vec<f64> = segments.iter().filter(|segment| segment["length"] != 0).map(at).collect();
        assert_eq!(data.len(), 2, "{side}: {data:?}");
        data[1] - data[0]
    };
    // RFC 6298 §2.4: a second at least; Linux: 200 ms at least.
    assert!((again("left") - 1000.0).abs() < 1.0, "{}", again("left"));
    assert!((195.0..300.0).contains(&again("right")), "{}", again("right"));
}

#[test]
fn what_no_kernel_does_is_refused_with_the_line() {
    let output = wirelens_command("simulate", &["old-duplicate-syn", "--kernel"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("no kernel does this on request"), "{said}");
    let output = wirelens_command("simulate", &["no-time-wait", "--kernel"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("time-wait=0"), "{said}");
}

#[test]
fn what_cannot_be_is_refused_with_a_sentence() {
    let refused = |arguments: &[&str], said: &str| {
        let output = lab(arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains(said), "{arguments:?}: {text}");
    };
    refused(&["cable", "--run", "udp-hello", "--core", "client"], "only TCP");
    refused(&["router", "--core", "router"], "is a router");
    refused(&["cable", "--core", "nobody"], "the hosts are: client, server");
    refused(&["cable", "--core", "client", "--knob", "mss=1"], "64");
    refused(&["cable", "--core", "client", "--knob", "loss=2%"], "belongs to cables");
    refused(&["cable", "--knob", "mss=500"], "--core");
}
