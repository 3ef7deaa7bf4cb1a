//! Our verdict on captures of the corpus where tshark misleads. Each line is
//! argued in docs/tshark-differences.md.

use std::collections::BTreeMap;

use wirelens::source::file;

use crate::corpus;
use crate::truth::{self, Analysed};

/// Our findings in a frame, tshark's behind a slash where ours stand instead.
fn said(row: &Analysed) -> String {
    let short = |name: &'static str| name.strip_prefix("tcp.analysis.").unwrap_or(name);
    let one = |finding: wirelens::conversation::Finding| match finding.instead_of {
        Some(instead) => format!("{}/{}", short(finding.name), short(instead)),
        None => short(finding.name).to_owned(),
    };
    row.row.findings().map(one).collect::<Vec<String>>().join(" ")
}

const LAB: &str = "lab-linux";
const ZEEK: &str = "zeek__zeek/testing/btest/Traces";
const TCPDUMP: &str = "the-tcpdump-group__tcpdump/tests";

/// Capture, frame, what we say.
const SAID: [(&str, &str, u32, &str); 25] = [
    (LAB, "linux-dataloss.pcap", 4, ""),
    (LAB, "linux-dataloss.pcap", 5, "retransmission/keep_alive"),
    (LAB, "linux-dataloss.pcap", 9, "retransmission/keep_alive wirelens.retransmission_timeout"),
    (LAB, "linux-simopen.pcap", 4, "wirelens.simultaneous_open/retransmission"),
    (LAB, "linux-simopen.pcap", 5, "wirelens.simultaneous_open/retransmission"),
    (LAB, "linux-simopen.pcap", 6, "wirelens.d_sack"),
    (LAB, "linux-simopen.pcap", 7, "wirelens.d_sack"),
    (LAB, "linux-third.pcap", 7, "wirelens.repeated_ack/duplicate_ack"),
    (LAB, "linux-lastack.pcap", 10, "spurious_retransmission/retransmission"),
    (LAB, "linux-lastack.pcap", 11, "wirelens.repeated_ack/duplicate_ack"),
    (LAB, "linux-fig10b.pcap", 7, "reused_ports"),
    (LAB, "linux-fig10b.pcap", 8, "wirelens.challenge_ack"),
    (LAB, "linux-fig10b.pcap", 11, ""),
    (LAB, "linux-fig10b.pcap", 12, ""),
    (LAB, "linux-frx.pcap", 21, "duplicate_ack"),
    (LAB, "linux-frx.pcap", 25, "fast_retransmission/retransmission"),
    (LAB, "linux-tlp.pcap", 23, "retransmission"),
    (LAB, "linux-unplug.pcap", 15, "retransmission wirelens.retransmission_timeout"),
    (LAB, "linux-keepalive.pcap", 6, "keep_alive"),
    (ZEEK, "ssh/ssh_version_199.pcap", 84, "wirelens.challenge_ack/duplicate_ack"),
    (ZEEK, "mysql/auth.pcap", 9, "spurious_retransmission/retransmission"),
    (ZEEK, "tcp/reassembly.pcap", 8, "ack_lost_segment retransmission/fast_retransmission"),
    (ZEEK, "tcp/retransmit-fast009.pcap", 32, "fast_retransmission"),
    (TCPDUMP, "bgp-shutdown-msg-variations.pcap", 2, "retransmission/out_of_order"),
    (TCPDUMP, "bgp-role.pcapng", 2, "lost_segment"),
];

#[test]
fn tshark_is_corrected_where_it_misleads() {
    let Some((folder, _)) = corpus::captures() else { return };
    for (source, name, frame, expected) in SAID {
        let opened = file::open(&folder.join(source).join(name)).unwrap();
        let (rows, _) = truth::analyse(&opened.trace);
        let row = rows.iter().find(|row| row.frame == frame).unwrap();
        assert_eq!(said(row), expected, "{name} {frame}");
    }
}

/// The handshake of a refused connection is none (`linux-closed`).
#[test]
fn a_refusal_has_no_round_trip_of_a_handshake() {
    let Some((folder, _)) = corpus::captures() else { return };
    let opened = file::open(&folder.join(LAB).join("linux-closed.pcap")).unwrap();
    let (rows, _) = truth::analyse(&opened.trace);
    assert!(rows.iter().any(|row| row.row.initial_rtt.is_some()));
    assert!(rows.iter().all(|row| row.row.handshake_rtt.is_none()));
}

/// Prints every frame of the corpus where we say something else, for the one
/// who changes a rule: `-- --ignored --nocapture where_we_differ`.
#[test]
#[ignore = "prints a list, judges nothing"]
fn where_we_differ() {
    let Some((folder, paths)) = corpus::captures() else { return };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for path in paths {
        let Ok(opened) = file::open(&folder.join(&path)) else { continue };
        for row in truth::analyse(&opened.trace).0 {
            for finding in row.row.findings() {
                if finding.instead_of.is_some() || finding.name.starts_with("wirelens.") {
                    *counts.entry(format!("{} instead of {:?}", finding.name, finding.instead_of)).or_default() += 1;
                    println!("{path} {}: {}", row.frame, said(&row));
                }
            }
        }
    }
    for (what, count) in counts {
        println!("{count:6} {what}");
    }
}
