//! The captures that come with the program are what their descriptions claim,
//! and are drawn as the golden ladders show.
//!
//! The snapshots are refreshed with `INSTA_UPDATE=always cargo test --test
//! captures`, and looked at.

#[path = "support/skip.rs"]
mod skip;

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use wirelens::conversation::{Conversation, DatagramContent, End, Ends, conversations};
use wirelens::model::Place;
use wirelens::source::file::{self, Opened};
use wirelens::source::shipped::{Claim, SHIPPED, Shipped};
use wirelens::trace::Trace;
use wirelens::view::Wanted;
use wirelens::view::terminal::{Options, hops, page};
use wirelens::words::{Language, Words};

fn ladder(trace: &Trace, language: Language) -> String {
    let options = Options { width: 80, ..Options::default() };
    page(trace, &conversations(trace), &Words::new(language), &options, Wanted::default())
}

#[test]
fn every_file_of_the_folder_comes_with_the_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let found: BTreeSet<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let named = SHIPPED.iter().flat_map(|shipped| ["pcapng", "toml"].map(|ending| format!("{}.{ending}", shipped.id)));
    assert_eq!(found, named.collect());
}

/// An end's states in order, the first one included.
fn states(conversation: Conversation, end: End) -> Vec<String> {
    let changes = conversation.states(end);
    let first = changes.first().and_then(|change| change.from);
    first.into_iter().chain(changes.iter().map(|change| change.to)).map(|state| state.name().to_owned()).collect()
}

fn claim(conversation: Conversation) -> Claim {
    let Ends { client: client_bytes, server: server_bytes } = conversation.bytes();
    match conversation {
        Conversation::Tcp(tcp) => Claim::Tcp {
            opening: tcp.opening.name().to_owned(),
            closing: tcp.closing.name().to_owned(),
            segments: tcp.segments.len(),
            client_bytes,
            server_bytes,
            client_states: states(conversation, End::Client),
            server_states: states(conversation, End::Server),
        },
        Conversation::Udp(udp) => {
            let datagrams = udp.datagrams.iter().filter(|datagram| datagram.content == DatagramContent::Data).count();
            Claim::Udp { datagrams, errors: udp.datagrams.len() - datagrams, client_bytes, server_bytes }
        }
    }
}

#[test]
fn every_claim_is_true() {
    for Shipped { id, .. } in SHIPPED {
        let shipped = wirelens::source::shipped::find(id).unwrap();
        let about = shipped.description().unwrap_or_else(|error| panic!("{id}: {error}"));
        let Opened { trace, damage, broken, skipped, not_kept, not_understood, untimed, names } =
            shipped.open().unwrap();
        assert_eq!((damage, broken, not_kept, not_understood, untimed), (None, None, 0, 0, 0), "{id}");
        assert!(names.is_empty(), "{id}: {names:?}");
        assert!(skipped.is_empty(), "{id}: {skipped:?}");
        assert_eq!(trace.frame_count(), about.frames, "{id}");
        assert_eq!(trace.notes.system.as_deref(), Some(about.kernel.as_str()), "{id}");
        assert_eq!(trace.notes.drops, Some(0), "{id}");
        let found: Vec<Claim> = conversations(&trace).all().into_iter().map(claim).collect();
        assert_eq!(found, about.conversations, "{id}");
        for text in [&about.title, &about.about] {
            assert!(!text.en.is_empty() && text.en.is_ascii(), "{id}: {}", text.en);
            assert!(!text.zh.is_ascii(), "{id}: {}", text.zh);
        }
        // The command is one that can be typed, and what the capture says of
        // itself.
        let settings: Vec<String> =
            trace.notes.settings.iter().map(|(key, value)| format!(" --set {key}={value}")).collect();
        let program = trace.notes.program.clone().unwrap();
        let typed = match (&trace.notes.topology, program.as_str()) {
            (None, program) => format!("wirelens run {program}"),
            (Some(topology), "tcp-greeting") => format!("wirelens lab {topology}"),
            (Some(topology), program) => format!("wirelens lab {topology} --run {program}"),
        };
        assert_eq!(about.command, format!("{typed}{}", settings.concat()), "{id}");
    }
}

#[test]
fn ladders_are_golden() {
    for shipped in SHIPPED {
        let trace = shipped.open().unwrap().trace;
        for language in Language::ALL {
            insta::assert_snapshot!(format!("{}-{}", shipped.id, language.name()), ladder(&trace, language));
        }
    }
}

/// How many places a trace was captured at.
fn places(trace: &Trace) -> usize {
    trace.places().filter(|(_, place)| matches!(place, Place::Interface { .. })).count()
}

#[test]
fn messages_hop_by_hop_are_golden() {
    let mut several = 0;
    for shipped in SHIPPED {
        let trace = shipped.open().unwrap().trace;
        if places(&trace) < 2 {
            continue;
        }
        several += 1;
        assert!(trace.notes.map.is_some(), "{}: the map rides with it", shipped.id);
        let all = conversations(&trace);
        for language in Language::ALL {
            let options = Options { width: 100, ..Options::default() };
            let text = hops(&trace, &all, &Words::new(language), &options, Wanted::default());
            assert!(!text.contains('⟨'), "{}: a phrase is missing", shipped.id);
            insta::assert_snapshot!(format!("{}-hops-{}", shipped.id, language.name()), text);
        }
    }
    assert!(several >= 2);
}

#[test]
fn written_and_read_again_the_ladder_is_the_same() {
    for shipped in SHIPPED {
        let trace = shipped.open().unwrap().trace;
        let mut bytes = Vec::new();
        file::write(&trace, &mut bytes).unwrap();
        let again = file::read(bytes.as_slice()).unwrap().trace;
        for language in Language::ALL {
            assert_eq!(ladder(&again, language), ladder(&trace, language), "{}", shipped.id);
        }
    }
}

#[test]
fn wireshark_opens_each_without_complaint() {
    for shipped in SHIPPED {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("captures/{}.pcapng", shipped.id));
        let output = match Command::new("tshark").arg("-n").arg("-r").arg(&path).output() {
            Ok(output) => output,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                skip::skip("tshark is not installed");
                return;
            }
            Err(error) => panic!("tshark: {error}"),
        };
        let complaints = String::from_utf8_lossy(&output.stderr);
        // Not about the file: tshark dislikes being root.
        let complaints: Vec<&str> = complaints.lines().filter(|line| !line.starts_with("Running as user")).collect();
        assert!(output.status.success() && complaints.is_empty(), "{}: {complaints:?}", shipped.id);
        let lines = String::from_utf8_lossy(&output.stdout).lines().count();
        assert_eq!(lines, shipped.about().frames, "{}", shipped.id);
    }
}
