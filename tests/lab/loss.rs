//! What Linux does when one frame is lost, late, doubled or swapped.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::skip::skip;
use crate::support::*;

/// How many labs run at a time: they wait most of theirs.
const AT_ONCE: usize = 4;
/// A frame takes 0.2 ms at the most where a computer is not too busy.
const DISTURBED: f64 = 1.0;
/// How many disturbed runs there may be in a row.
const MOST_DISTURBED: usize = 5;

/// What one lost, delayed, duplicated or swapped frame leads to.
struct Fault {
    what: &'static str,
    arguments: Vec<String>,
    check: fn(&Value),
}

/// A lost segment was seen at its sender's interface, and the action names the
/// frame.
fn names_its_frame(document: &Value) {
    let action = &list(document, "actions")[0];
    assert!(action["frame"].as_u64().is_some(), "{action}");
    let pinned = document["notes"]["pinned"].as_object().unwrap();
    let missed = pinned.keys().filter(|name| name.ends_with(".missed") || name.ends_with(".untold")).count();
    assert_eq!(missed, 0, "{pinned:?}");
}

/// A tail-loss probe comes after two round-trip times, and 200 ms later where
/// only this segment is on its way (RFC 8985 §7.2): it may not be known yet that
/// the one before it has arrived.
fn probed(after: f64) {
    assert!(after < 50.0 || (200.0..=320.0).contains(&after), "{after} ms");
}

/// The rows of what Linux does.
fn faults() -> Vec<Fault> {
    const QUICK: &[&str] = &["pause=0ms"];
    // The server closes a good while after the client.
    const SLOW: &[&str] = &["pause=400ms", "names=Ann"];
    vec![
        Fault {
            what: "the first SYN",
            arguments: greeting(QUICK, ["--lose", "syn"]),
            check: |seen| within(resent(seen), 990.0, 1100.0),
        },
        Fault {
            what: "SYN-ACK",
            arguments: greeting(QUICK, ["--lose", "syn-ack"]),
            check: |seen| {
                // Both have set a timer of 1 s; what the quicker one sends may
                // stop the other's.
                let again = |from, flags: &str| {
                    sent_after(seen, |segment| segment["from"] == from && segment["flags"] == flags)
                };
                let both = [again("client", "SYN"), again("server", "SYN ACK")];
                let first = both.iter().filter_map(|sent| sent.first()).copied().reduce(f64::min);
                within(first.unwrap(), 990.0, 1100.0);
            },
        },
        Fault {
            what: "the handshake's ACK, the client speaks first",
            arguments: burst(1, ["--lose", "handshake-ack"]),
            check: |seen| {
                assert_eq!(sent(seen, "server", Some("SYN ACK")), 1);
                assert_eq!(sent(seen, "client", None), 1);
            },
        },
        Fault {
            what: "the handshake's ACK, the server speaks first",
            arguments: greeting(QUICK, ["--lose", "handshake-ack"]),
            check: |seen| within(again(seen, "server", "SYN ACK"), 990.0, 1100.0),
        },
        Fault {
            what: "data",
            arguments: greeting(QUICK, ["--lose", "data>"]),
            check: |seen| within(resent(seen), 200.0, 260.0),
        },
        Fault {
            what: "data, by a display filter",
            arguments: greeting(QUICK, ["--lose", "tcp.len == 5 && ip.src == 192.168.1.104#2"]),
            check: |seen| {
                assert_eq!(seen["conversations"][0]["bytes"]["client"], 21);
                within(resent(seen), 200.0, 260.0);
            },
        },
        Fault {
            what: "the third of nine segments of data",
            arguments: burst(9, ["--lose", "data>#3"]),
            check: |seen| {
                within(resent(seen), 0.0, 50.0);
                assert!(duplicate_acks(seen) >= 2);
                assert_eq!(sent(seen, "client", None), 10);
            },
        },
        Fault {
            what: "the last of ten segments of data",
            arguments: burst(10, ["--lose", "data>#10"]),
            check: |seen| {
                probed(resent(seen));
                assert_eq!(sent(seen, "client", None), 11);
            },
        },
        Fault {
            what: "the client's FIN",
            arguments: greeting(SLOW, ["--lose", "fin>"]),
            check: |seen| probed(resent(seen)),
        },
        Fault {
            what: "the server's FIN",
            arguments: greeting(SLOW, ["--lose", "fin<"]),
            check: |seen| probed(resent(seen)),
        },
        Fault {
            what: "the last ACK",
            arguments: greeting(SLOW, ["--lose", "last-ack"]),
            check: |seen| within(again(seen, "server", "FIN ACK"), 195.0, 260.0),
        },
        Fault {
            what: "data twice",
            arguments: burst(1, ["--duplicate", "data>"]),
            check: |seen| {
                assert_eq!(sent(seen, "client", None), 1, "the client sent it once");
                assert_eq!(duplicate_acks(seen), 1);
            },
        },
        Fault {
            what: "data 300 ms late",
            arguments: greeting(SLOW, ["--delay", "data>=300ms"]),
            check: |seen| within(resent(seen), 200.0, 260.0),
        },
        Fault {
            what: "two segments of data swapped",
            arguments: burst(9, ["--swap", "data>#3"]),
            check: |seen| {
                assert_eq!(sent(seen, "client", None), 9, "nothing was sent again");
                assert!(duplicate_acks(seen) >= 1);
            },
        },
    ]
}

/// Runs all rows so often, some at a time: every run of every row must be as it
/// is told.
fn lose(times: usize, at_once: usize) {
    let rows: Vec<Fault> = faults()
        .into_iter()
        .filter(|row| {
            let runs = python() || !row.arguments.iter().any(|argument| argument.contains("python3"));
            if !runs {
                skip(&format!("python3 is not here: {}", row.what));
            }
            runs
        })
        .collect();
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    let runs = || next.fetch_add(1, Ordering::Relaxed);
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                for row in std::iter::from_fn(|| Some(runs())).take_while(|run| *run < rows.len() * times) {
                    let row = &rows[row % rows.len()];
                    if !holds(row) {
                        wrong.lock().unwrap().push(row.what);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {} runs: {wrong:#?}", wrong.len(), rows.len() * times);
}

/// Runs a row: whether it is as it is told. A run in which this computer was too
/// slow for its own timers tells nothing, and is run again.
fn holds(row: &Fault) -> bool {
    let arguments = std::iter::once("cable").chain(row.arguments.iter().map(String::as_str));
    let arguments: Vec<&str> = arguments.collect();
    for _ in 0..MOST_DISTURBED {
        let Some(document) = json(&arguments) else { return true };
        let check = || {
            names_its_frame(&document);
            (row.check)(&document);
            agree(&document);
        };
        if std::panic::catch_unwind(check).is_ok() {
            return true;
        }
        let lag = worst_lag(&document);
        if lag < DISTURBED {
            return false;
        }
        eprintln!("{}: run again, for a frame took {lag} ms", row.what);
    }
    false
}

/// The longest that a frame took from one end of the cable to the other, of
/// those that nothing was done to, in milliseconds.
fn worst_lag(document: &Value) -> f64 {
    let (_, frame) = action(document);
    let segments = list(&document["conversations"][0], "segments").iter();
    let seen = segments.map(|segment| list(segment, "seen_at")).filter(|seen| seen.len() == 2);
    let untouched = seen.filter(|seen| seen.iter().all(|one| one["frame"] != frame));
    untouched.map(|seen| millis(&seen[1]) - millis(&seen[0])).fold(0.0, f64::max)
}

#[test]
fn linux_does_what_is_told_of_it_when_a_frame_is_lost() {
    lose(2, AT_ONCE);
}

#[test]
#[ignore = "takes a minute and a half"]
fn linux_does_so_ten_times_of_ten() {
    lose(10, AT_ONCE);
}
