//! What a wire does on purpose, and that it says so.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::skip::skip;
use crate::support::*;

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
fn a_slow_cable_is_slow() {
    let own = Own::new("slow", &pair("delay = '100ms'\nbandwidth = '1Mbit'\n"));
    let Some(document) = json(&[own.path(), "--set", "pause=400ms", "--set", "names=Ann"]) else { return };
    // 74 bytes at 1 Mbit/s take 0.6 ms, and 100 ms on the way.
    let syn = list(segment(&document, "SYN"), "seen_at");
    within(millis(&syn[1]) - millis(&syn[0]), 100.5, 115.0);
    let answer = list(segment(&document, "SYN ACK"), "seen_at");
    within(millis(&answer[1]) - millis(&syn[0]), 201.0, 230.0);
    // States that last for microseconds elsewhere are seen here.
    agree(&document);
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
fn a_fault_is_on_the_cable_that_is_named() {
    for (place, between) in [("client", ["client:eth0", "left:eth0"]), ("left-right", ["left:eth1", "right:eth0"])] {
        let pattern = format!("data>#2@{place}");
        let Some(document) = json(&["two-routers", "--set", "pause=0ms", "--lose", &pattern]) else { return };
        let (_, frame) = action(&document);
        let segments = list(&document["conversations"][0], "segments").iter();
        let mut hops = segments.flat_map(|segment| list(segment, "seen_at")).filter(|seen| seen["frame"] == frame);
        assert_eq!(place_of(&document, hops.next().unwrap()), between[0]);
        let wire = list(&document, "places").iter().find(|it| it["id"] == list(&document, "actions")[0]["place"]);
        assert_eq!(wire.unwrap()["ends"], serde_json::json!(between));
        let name = format!("{}.faults", between.join("–"));
        assert_eq!(document["notes"]["pinned"][name], "lose data>#2");
        agree(&document);
    }
}

fn place_of(document: &Value, seen: &Value) -> String {
    place(document, &seen["place"])
}

/// What was done, with its moment.
fn actions(document: &Value) -> Vec<(String, f64)> {
    let start = start(document);
    list(document, "actions").iter().map(|action| (text(action, "what").to_owned(), millis(action) - start)).collect()
}

/// When the client's second line of data was sent, and sent again, in
/// milliseconds after the cable was pulled.
fn sent_while_out(document: &Value, from: &str) -> Vec<f64> {
    let pulled = actions(document).iter().find(|(what, _)| what == "unplugged").unwrap().1 + start(document);
    let own = format!("{from}:eth0");
    let segments = list(&document["conversations"][0], "segments").iter();
    let own = segments
        .filter(|segment| segment["from"] == from && segment["length"] != 0)
        .flat_map(|segment| list(segment, "seen_at"))
        .filter(|seen| place_of(document, seen) == own);
    own.map(|seen| millis(seen) - pulled).filter(|after| *after > 0.0).collect()
}

#[test]
fn a_cable_that_is_pulled_is_noticed_at_its_ends_alone() {
    // Behind the client's first line; the server answers 400 ms later.
    let settings = ["--set", "pause=400ms", "--set", "names=Ann"];
    let own = [&["cable"], &settings[..], &["--unplug", "data>=2s"]].concat();
    let Some(document) = json(&own) else { return };
    let done: Vec<(String, f64)> = actions(&document).into_iter().filter(|(what, _)| what != "lost").collect();
    let names: Vec<&str> = done.iter().map(|(what, _)| what.as_str()).collect();
    assert_eq!(names, ["unplugged", "plugged"]);
    within(done[1].1 - done[0].1, 1999.0, 4000.0);
    // A host without a carrier puts nothing on the wire: what it had to send
    // leaves when it has one again, and its ARP an answer.
    let sent = sent_while_out(&document, "server");
    assert!(sent[0] >= 2000.0, "{sent:?}");
    assert_eq!(document["conversations"][0]["bytes"]["client"], 7);
    agree(&document);
    // At the other side of a switch nothing is noticed: the server sends again
    // and again, and when the cable is back its data waits for the timer.
    let far = [&["switch"], &settings[..], &["--unplug", "data>@client-switch=2s"]].concat();
    let document = json(&far).unwrap();
    let sent = sent_while_out(&document, "server");
    assert!(sent.iter().filter(|after| **after < 2000.0).count() >= 3, "{sent:?}");
    assert!(sent.iter().any(|after| *after > 2050.0), "{sent:?}");
    agree(&document);
}

#[test]
fn a_long_cut_is_waited_for() {
    let settings = ["switch", "--set", "pause=100ms", "--set", "names=Ann", "--unplug", "data>@client=6s"];
    let Some(document) = json(&settings) else { return };
    // Sent again after 0.2, 0.4, 0.8, 1.6, 3.2 s, each after the one before;
    // the next one comes through.
    let sent = sent_while_out(&document, "server");
    assert!(sent.iter().filter(|after| **after < 6000.0).count() >= 5, "{sent:?}");
    assert!(sent.iter().any(|after| (6000.0..14_000.0).contains(after)), "{sent:?}");
    assert_eq!(document["conversations"][0]["bytes"]["server"], 19);
    agree(&document);
}

#[test]
fn what_is_on_a_cable_when_it_is_pulled_is_lost() {
    // The client's FIN is on its way when the segment before it arrives.
    let slow = ["cable", "--cable", "client-server:delay=200ms", "--set", "pause=0ms", "--set", "names=Ann"];
    let Some(document) = json(&[&slow[..], &["--unplug", "data>=1s"]].concat()) else { return };
    let done = actions(&document);
    assert!(
        done.iter().any(|(what, _)| what == "unplugged") && done.iter().any(|(what, _)| what == "plugged"),
        "{done:?}"
    );
    let told = lab(&[&slow[..], &["--unplug", "syn=1s", "--lang", "en"]].concat()).unwrap();
    let told = String::from_utf8(told.stderr).unwrap();
    assert!(told.contains("the cable was pulled behind frame ") && told.contains("plugged in again"), "{told}");
}
