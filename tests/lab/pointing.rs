//! The pattern that means a frame: over real runs it must be what the wire
//! itself counted, and choose the same segment in the next run.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use wirelens::model::What;
use wirelens::session::conditions::{cable_name, point_at};
use wirelens::source::file;
use wirelens::trace::{FrameNumber, Trace};

use crate::support::*;

/// A run, saved and read again.
fn recorded(name: &str, arguments: &[&str]) -> Option<Trace> {
    let path = std::env::temp_dir().join(format!("wirelens-lab-{name}-{}.pcapng", std::process::id()));
    let saved = ["-w", path.to_str().unwrap(), "-q"];
    let output = lab(&arguments.iter().copied().chain(saved).collect::<Vec<_>>())?;
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let opened = file::open(&path).unwrap();
    fs::remove_file(path).unwrap();
    Some(opened.trace)
}

/// What a wire can be asked to do to every frame without doing anything, in the
/// order in which a frame is called something.
fn everything(place: &str) -> Vec<String> {
    let kinds = ["syn", "syn-ack", "rst", "fin", "data", "handshake-ack", "last-ack", "ack"];
    let ways = kinds.iter().flat_map(|kind| ['>', '<'].map(|way| format!("{kind}{way}")));
    let all = ways.chain(["arp", "icmp", "ip"].map(str::to_owned));
    all.flat_map(|pattern| ["--delay".to_owned(), format!("{pattern}#*{place}=0s")]).collect()
}

/// The wire tells what it matched: the n-th time that it did, the frame must be
/// called the n-th.
fn counted(name: &str, arguments: &[&str], place: &str) {
    let all = everything(place);
    let Some(trace) =
        recorded(name, &arguments.iter().copied().chain(all.iter().map(String::as_str)).collect::<Vec<_>>())
    else {
        return;
    };
    let map = trace.notes.map.as_deref().unwrap();
    let mut matched: BTreeMap<String, u32> = BTreeMap::new();
    for event in trace.events() {
        let What::LinkAction(action) = &event.what else { continue };
        let Some(pattern) = &action.pattern else { continue };
        let pattern = pattern.split('#').next().unwrap();
        let count = matched.entry(pattern.to_owned()).or_default();
        *count += 1;
        let count = *count;
        // Each pattern counts what it matches, also where another decides.
        if let Some((_, way)) = pattern.split_once("-ack").filter(|(kind, _)| matches!(*kind, "handshake" | "last")) {
            *matched.entry(format!("ack{way}")).or_default() += 1;
        }
        let expected = if count == 1 { pattern.to_owned() } else { format!("{pattern}#{count}") };
        let frame = trace.frame_of(event.at, action).unwrap();
        let pointed = point_at(&trace, map, frame).unwrap();
        assert_eq!(pointed.pattern.to_string(), expected, "{name}: frame {frame:?}");
        if !place.is_empty() {
            assert_eq!(format!("@{}", cable_name(map, pointed.cable)), place);
        }
    }
    assert!(matched.values().sum::<u32>() >= 6, "{name}: {matched:?}");
    // Everything that was seen can be pointed at.
    for (number, ..) in trace.frames() {
        assert!(point_at(&trace, map, number).is_some(), "{name}: frame {number:?}");
    }
}

#[test]
fn a_frame_is_called_what_the_wire_counted() {
    counted("plain", &["cable", "--set", "pause=0ms"], "");
    counted("datagrams", &["cable", "--run", "udp-hello"], "");
    // At the other end of the client's cable nothing is captured.
    counted("switch", &["switch", "--set", "pause=0ms"], "");
    counted("hub", &["hub", "--set", "pause=0ms"], "");
    counted("far", &["router", "--set", "pause=0ms"], "@router-server");
    counted("nat", &["nat", "--set", "pause=0ms"], "@gateway-server");
    // What was lost came to the wire, though nobody at its end saw it; what
    // came twice came once.
    counted("lost", &["switch", "--set", "pause=0ms", "--lose", "data<#2", "--duplicate", "data<#3"], "");
    counted("swapped", &["switch", "--set", "pause=0ms", "--swap", "ack<", "--lose", "fin<"], "");
}

/// What a segment is in every run: its sender, flags, relative number and
/// length.
fn identity(segment: &Value) -> (String, String, u64, u64) {
    let number = |key: &str| segment[key].as_u64().unwrap();
    (text(segment, "from").to_owned(), text(segment, "flags").to_owned(), number("seq"), number("length"))
}

/// The segment that a run's wire lost.
fn lost(document: &Value) -> (String, String, u64, u64) {
    let (_, frame) = action(document);
    let mut segments = list(&document["conversations"][0], "segments").iter();
    let hit = segments.find(|segment| list(segment, "seen_at").iter().any(|seen| seen["frame"] == frame));
    identity(hit.unwrap())
}

#[test]
fn in_the_next_run_it_is_the_same_segment() {
    let asked = ["router", "--set", "pause=0ms"];
    let path = std::env::temp_dir().join(format!("wirelens-lab-first-{}.pcapng", std::process::id()));
    let Some(first) = json(&[&asked[..], &["-w", path.to_str().unwrap()]].concat()) else { return };
    let trace = file::open(&path).unwrap().trace;
    fs::remove_file(path).unwrap();
    let map = trace.notes.map.as_deref().unwrap();
    let segments = list(&first["conversations"][0], "segments").iter();
    let wanted = segments.filter(|segment| segment["length"] != 0 || text(segment, "flags").starts_with("SYN"));
    for (index, segment) in wanted.enumerate() {
        // Where it left, or where it arrived.
        let seen = list(segment, "seen_at");
        let seen = if index % 2 == 0 { &seen[0] } else { &seen[seen.len() - 1] };
        let frame = FrameNumber(u32::try_from(seen["frame"].as_u64().unwrap()).unwrap());
        let pointed = point_at(&trace, map, frame).unwrap();
        let pattern = format!("{}@{}", pointed.pattern, cable_name(map, pointed.cable));
        let again = json(&[&asked[..], &["--lose", &pattern]].concat()).unwrap();
        assert_eq!(lost(&again), identity(segment), "{pattern}");
    }
}
