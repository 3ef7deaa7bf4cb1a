//! Two captures beside each other, as a user of the terminal meets them.
//!
//! The snapshots are refreshed with `INSTA_UPDATE=always cargo test --test
//! beside`, and looked at.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/skip.rs"]
mod skip;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn wirelens(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wirelens"))
        .args(arguments)
        .env("COLUMNS", "110")
        .env("LANG", "C")
        .output()
        .unwrap()
}

fn capture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("captures").join(name)
}

fn beside(more: &[&str]) -> String {
    let (one, other) = (capture("greeting.pcapng"), capture("greeting-three-segments.pcapng"));
    let arguments = ["show", one.to_str().unwrap(), "--beside", other.to_str().unwrap()];
    let output = wirelens(&[&arguments, more].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn two_recordings_beside_each_other() {
    insta::assert_snapshot!("beside-en", beside(&["--lang", "en"]));
    insta::assert_snapshot!("beside-zh", beside(&["--lang", "zh"]));
}

/// What a program may hold on to.
#[test]
fn the_document_has_both_runs_and_the_differences() {
    let document: Value = serde_json::from_str(&beside(&["--format", "json"])).unwrap();
    assert_eq!(document["format"], "wirelens/1");
    for side in ["left", "right"] {
        assert_eq!(document[side]["conversations"].as_array().unwrap().len(), 1, "{side}");
    }
    let differences = &document["differences"];
    assert_eq!(differences["same"], false);
    let pair = &differences["conversations"][0];
    assert_eq!(pair["closing"]["left"], "four-segment");
    assert_eq!(pair["closing"]["right"], "three-segment");
    let rows = pair["rows"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["frame"]["left"].is_u64() || row["frame"]["right"].is_u64()));
    assert!(rows.iter().any(|row| row["only"] == "left"));
    assert!(!pair["told"].as_array().unwrap().is_empty());
}

#[test]
fn a_capture_beside_itself_is_the_same() {
    let one = capture("tcp-chat.pcapng");
    let one = one.to_str().unwrap();
    let output = wirelens(&["show", one, "--beside", one, "--format", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["differences"]["same"], true);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let one = capture("greeting.pcapng");
    let one = one.to_str().unwrap();
    let refused = |arguments: &[&str], status: i32, said: &str| {
        let output = wirelens(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{told}");
        assert!(told.contains(said), "{told}");
        assert!(output.stdout.is_empty());
    };
    refused(&["show", one, "--beside", one, "--format", "tcpdump"], 2, "ladder, json or summary");
    refused(&["show", one, "--beside", one, "-Y", "tcp"], 2, "--beside");
    refused(&["show", one, "--beside", "/nowhere.pcapng"], 1, "/nowhere.pcapng");
    refused(&["lab", "cable", "--beside"], 2, "nothing is made different");
    refused(&["lab", "cable", "--lose", "dat", "--beside"], 2, "dat");
}

/// With the fault and without it, by the kernel.
#[test]
fn a_lab_runs_without_its_fault_and_with_it() {
    let output = wirelens(&["lab", "cable", "--lose", "data>", "--beside", "--format", "json", "-q"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.code() == Some(3) {
        skip::skip(&format!("no lab here: {told}"));
        return;
    }
    assert!(output.status.success(), "{told}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["left"]["actions"].as_array().unwrap().len(), 0);
    let pair = &document["differences"]["conversations"][0];
    let [deed] = &pair["deeds"].as_array().unwrap()[..] else { panic!("{}", pair["deeds"]) };
    assert_eq!((&deed["side"], &deed["what"], &deed["pattern"]), (&"right".into(), &"lost".into(), &"data>".into()));
    let after = deed["again"][1].as_str().unwrap().trim_end_matches("ns").parse::<u64>().unwrap();
    assert!((190_000_000..400_000_000).contains(&after), "{after}");
    let fate = |row: &&Value| row["differences"].to_string().contains("\"fate\"");
    assert_eq!(pair["rows"].as_array().unwrap().iter().filter(fate).count(), 1);
}
