//! Random TCP put to tshark itself, where it is installed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use wirelens::source::file;

use crate::truth::{self, Analysed, Score};
use crate::{skip, traffic};

/// Everything that is compared.
const FIELDS: [&str; 38] = [
    "frame.number",
    "tcp.stream",
    "tcp.completeness",
    "tcp.len",
    "tcp.seq",
    "tcp.nxtseq",
    "tcp.ack",
    "tcp.flags",
    "tcp.flags.str",
    "tcp.window_size_value",
    "tcp.window_size",
    "tcp.window_size_scalefactor",
    "tcp.time_relative",
    "tcp.time_delta",
    "tcp.analysis.retransmission",
    "tcp.analysis.fast_retransmission",
    "tcp.analysis.spurious_retransmission",
    "tcp.analysis.out_of_order",
    "tcp.analysis.lost_segment",
    "tcp.analysis.ack_lost_segment",
    "tcp.analysis.duplicate_ack",
    "tcp.analysis.duplicate_ack_num",
    "tcp.analysis.duplicate_ack_frame",
    "tcp.analysis.zero_window",
    "tcp.analysis.zero_window_probe",
    "tcp.analysis.zero_window_probe_ack",
    "tcp.analysis.window_full",
    "tcp.analysis.window_update",
    "tcp.analysis.keep_alive",
    "tcp.analysis.keep_alive_ack",
    "tcp.analysis.reused_ports",
    "tcp.analysis.acks_frame",
    "tcp.analysis.ack_rtt",
    "tcp.analysis.initial_rtt",
    "tcp.analysis.bytes_in_flight",
    "tcp.analysis.push_bytes_sent",
    "tcp.analysis.rto",
    "tcp.analysis.rto_frame",
];

/// A file that is gone when the test ends.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let gone = fs::remove_file(&self.0);
        assert!(gone.is_ok() || std::thread::panicking(), "{gone:?}");
    }
}

/// What tshark says.
struct Truth {
    /// For each frame its fields.
    rows: BTreeMap<u32, Vec<String>>,
    /// Frames at which it complains of a bug of its own (MPTCP keys where it
    /// expects none) and stops.
    bugs: BTreeSet<u32>,
}

/// What tshark says of a capture. `None` where
/// there is no tshark.
fn tshark(path: &PathBuf) -> Option<Truth> {
    let mut command = Command::new("tshark");
    command.args(["-n", "-o", "tcp.check_checksum:TRUE", "-T", "fields", "-E", "occurrence=a", "-Y", "tcp", "-r"]);
    command.arg(path);
    for field in FIELDS {
        command.args(["-e", field]);
    }
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            skip::skip(&format!("cannot run tshark: {error}"));
            return None;
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let row = |line: &str| {
        let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
        Some((fields.first()?.parse().ok()?, fields))
    };
    let complaints = String::from_utf8_lossy(&output.stderr);
    let bug = |line: &str| {
        let (_, rest) = line.split_once("Dissector bug, protocol MPTCP, in packet ")?;
        rest.split(':').next()?.parse().ok()
    };
    Some(Truth { rows: text.lines().filter_map(row).collect(), bugs: complaints.lines().filter_map(bug).collect() })
}

/// Puts `frames` random frames of each seed to both.
fn compare(seeds: std::ops::Range<u64>, frames: usize) {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let (mut rows, mut left_out, mut wrong) = (0, 0, Vec::new());
    for seed in seeds {
        let path = std::env::temp_dir().join(format!("wirelens-random-{}-{seed}.pcap", std::process::id()));
        fs::write(&path, traffic::pcap(&traffic::capture(seed, frames))).unwrap();
        let path = Temporary(path);
        let Some(Truth { rows: theirs, bugs }) = tshark(&path.0) else { return };
        let (ours, _) = truth::analyse(&file::open(&path.0).unwrap().trace);
        let ours: BTreeMap<u32, Analysed> = ours.into_iter().map(|row| (row.frame, row)).collect();
        rows += ours.len();
        // From there on tshark knows less of the connection.
        let mut given_up = BTreeSet::new();
        for (frame, said) in &theirs {
            // Where fewer than 16 bytes are there, tshark has a row and no stream.
            let has_stream = said.get(1).is_some_and(|stream| !stream.is_empty());
            match ours.get(frame) {
                None if has_stream => wrong.push(format!("{seed}:{frame} only tshark has: {said:?}")),
                None => {}
                Some(row) => {
                    if bugs.contains(frame) {
                        given_up.insert(row.row.stream);
                    }
                    if given_up.contains(&row.row.stream) {
                        left_out += 1;
                        continue;
                    }
                    for (name, said) in FIELDS.iter().zip(said) {
                        let ours = truth::field(name, *frame, &row.tcp, &row.row).unwrap();
                        if !scores.entry((*name).to_owned()).or_default().take(said, &ours) {
                            wrong.push(format!("{seed}:{frame} {name}: tshark {said:?}, ours {ours:?}"));
                        }
                    }
                }
            }
        }
        wrong.extend(
            ours.keys().filter(|frame| !theirs.contains_key(frame)).map(|frame| format!("{seed}:{frame} only we have")),
        );
    }
    eprintln!("{rows} segments, {left_out} of them in connections that tshark gives up\n{}", truth::table(&scores));
    wrong.truncate(60);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(left_out * 100 < rows, "{left_out} of {rows}");
}

#[test]
fn random_segments_are_analysed_as_tshark_does() {
    compare(1..5, 5_000);
}

/// Fifteen times as many: `cargo test --release --test analysis -- --ignored`.
#[test]
#[ignore = "takes a minute; run it after a change of a rule"]
fn many_random_segments_are_analysed_as_tshark_does() {
    compare(1_000..1_060, 5_000);
}
