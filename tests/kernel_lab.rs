//! What the kernels of a lab say of their sockets is what was inferred from the
//! packets, over every topology, over slow cables and with every fault; and
//! what was sent is counted once, however often it was seen. Skips loudly where
//! namespaces are forbidden.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops at the first surprise")]

#[path = "support/nobody.rs"]
mod nobody;
#[path = "support/skip.rs"]
mod skip;
#[path = "lab/support.rs"]
#[expect(dead_code, reason = "the tests of the lab use the rest")]
mod support;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use skip::skip;
use support::{BUILT, Own, burst, greeting, json, list, python, script, text};

/// Every sample is about one end of one connection and says what was inferred.
fn agree(what: &str, document: &Value) {
    let of_connections = |said: &&Value| said["protocol"] == "tcp" && !said["peer"].is_null();
    let said: Vec<&Value> = list(document, "kernel_states").iter().filter(of_connections).collect();
    let wrong: Vec<&&Value> = said.iter().filter(|said| said["agrees"] != true).collect();
    assert!(wrong.is_empty(), "{what}: {} of {}: {wrong:#?}", wrong.len(), said.len());
    assert!(!said.is_empty(), "{what}: no kernel was asked");
}

/// The states in which each end was seen, `client SYN-SENT`.
fn states(document: &Value) -> BTreeSet<String> {
    let said = list(document, "kernel_states").iter().filter(|said| said["destroyed"] == false);
    said.filter_map(|said| Some(format!("{} {}", said["end"].as_str()?, said["state"].as_str()?))).collect()
}

/// Each segment was seen once at its sender's own interface, before any router.
fn sent_once(what: &str, document: &Value) {
    for conversation in list(document, "conversations") {
        for segment in list(conversation, "segments") {
            let seen_at = list(segment, "seen_at");
            let own = seen_at.iter().filter(|seen| seen["place"] == seen_at[0]["place"]);
            assert_eq!((own.count(), &seen_at[0]["ttl"]), (1, &Value::from(64)), "{what}: {segment:#}");
        }
    }
}

/// How many segments have each fate.
fn fates(document: &Value) -> BTreeMap<String, usize> {
    let mut fates = BTreeMap::new();
    for segment in list(document, "conversations").iter().flat_map(|conversation| list(conversation, "segments")) {
        *fates.entry(text(segment, "fate").to_owned()).or_default() += 1;
    }
    fates
}

/// Two networks, so far apart one way.
fn far(name: &str, near: u32, far: u32) -> Own {
    Own::new(
        name,
        &format!(
            "[[host]]\nname = 'a'\naddress = '10.0.0.1/24'\ngateway = '10.0.0.254'\n\
             [[host]]\nname = 'b'\naddress = '10.0.1.2/24'\ngateway = '10.0.1.254'\n\
             [[router]]\nname = 'r'\ninterfaces = {{ eth0 = '10.0.0.254/24', eth1 = '10.0.1.254/24' }}\n\
             [[cable]]\nfrom = 'a'\nto = 'r:eth0'\ndelay = '{near}ms'\n\
             [[cable]]\nfrom = 'r:eth1'\nto = 'b'\ndelay = '{far}ms'\n"
        ),
    )
}

#[test]
fn every_topology_agrees() {
    for topology in BUILT {
        for program in ["tcp-greeting", "tcp-chat", "tcp-turns", "tcp-short-connections"] {
            let Some(seen) = json(&[topology, "--run", program]) else { return };
            let what = format!("{topology}, {program}");
            agree(&what, &seen);
            sent_once(&what, &seen);
            assert_eq!(fates(&seen).keys().collect::<Vec<_>>(), ["delivered"], "{what}");
        }
    }
}

#[test]
fn slow_cables_show_the_states_that_are_short_elsewhere() {
    for (name, near, delay) in [("near", 0, 50), ("far", 50, 100), ("farther", 20, 300)] {
        let own = far(name, near, delay);
        for program in ["tcp-greeting", "tcp-chat"] {
            let Some(seen) = json(&[own.path(), "--run", program]) else { return };
            let what = format!("{near} and {delay} ms, {program}");
            agree(&what, &seen);
            // Kernels are asked a few times a second.
            if near + delay < 150 {
                continue;
            }
            let states = states(&seen);
            let closes_last = ["client LAST-ACK", "server LAST-ACK", "client CLOSING", "server CLOSING"];
            assert!(closes_last.iter().any(|state| states.contains(*state)), "{what}: {states:?}");
            for state in ["client SYN-SENT", "server SYN-RECEIVED"] {
                assert!(states.contains(state), "{what}: no {state} in {states:?}");
            }
            assert!(states.iter().any(|state| state.ends_with("FIN-WAIT-1")), "{what}: {states:?}");
            // A receiver is moved when a segment arrives, not when it leaves.
            let way = i64::from(near + delay) * 1_000_000;
            let moved = list(&seen["conversations"][0]["states"], "server");
            let received = moved.iter().find(|change| change["to"] == "SYN-RECEIVED").unwrap();
            let nanos = |value: &Value| text(value, "at").trim_end_matches("ns").parse::<i64>().unwrap();
            let mut syns = list(&seen["conversations"][0], "segments").iter();
            let syn = syns.find(|segment| segment["frame"] == received["frame"]).unwrap();
            assert!(nanos(received) - nanos(syn) >= way, "{what}: {received} {syn}");
        }
    }
}

/// Both close while the other's FIN is on its way.
#[test]
fn fins_that_cross_are_seen_in_closing() {
    if !python() {
        return skip("python3 is not here");
    }
    let own = far("crossing", 20, 280);
    let server =
        "s=socket.create_server((\"0.0.0.0\",7000))\nc,a=s.accept()\ntime.sleep(0.3)\nc.shutdown(1)\nc.recv(9)";
    let client = "c=socket.create_connection((\"10.0.1.2\",7000))\ntime.sleep(0.6)\nc.shutdown(1)\nc.recv(9)";
    let Some(seen) = json(&[own.path(), &script("b", server), &script("a", client)]) else { return };
    agree("closing", &seen);
    assert_eq!(seen["conversations"][0]["closing"], "simultaneous-close");
    for state in ["client FIN-WAIT-1", "server FIN-WAIT-1", "client CLOSING", "server CLOSING"] {
        assert!(states(&seen).contains(state), "no {state} in {:?}", states(&seen));
    }
}

/// What is done to which segments, and what that makes of them.
const FAULTS: [(&str, &str, &str); 14] = [
    ("--lose", "syn", "lost"),
    ("--lose", "syn-ack", "lost"),
    ("--lose", "handshake-ack", "lost"),
    ("--lose", "data>", "lost"),
    ("--lose", "data<", "lost"),
    ("--lose", "fin>", "lost"),
    ("--lose", "fin<", "lost"),
    ("--lose", "last-ack", "lost"),
    ("--duplicate", "data", "duplicated"),
    ("--duplicate", "syn", "duplicated"),
    ("--duplicate", "fin", "duplicated"),
    ("--delay", "data>=300ms", "delayed"),
    ("--delay", "syn=1500ms", "delayed"),
    ("--delay", "fin=300ms", "delayed"),
];

/// Every row of the table of losses agrees, and what became of the segment is
/// told with who asked for it.
#[test]
fn every_fault_agrees_and_is_told() {
    for topology in ["cable", "nat"] {
        for (option, pattern, fate) in FAULTS {
            let arguments = greeting(&["pause=300ms", "names=Ann"], [option, pattern]);
            let arguments: Vec<&str> = std::iter::once(topology).chain(arguments.iter().map(String::as_str)).collect();
            let Some(seen) = json(&arguments) else { return };
            let what = format!("{arguments:?}");
            agree(&what, &seen);
            sent_once(&what, &seen);
            assert_eq!(list(&seen, "conversations").len(), 1, "{what}");
            let acted = list(&seen["conversations"][0], "segments").iter().filter(|segment| !segment["done"].is_null());
            let acted: Vec<&Value> = acted.collect();
            assert_eq!(acted.len(), 1, "{what}: {acted:#?}");
            assert_eq!(acted[0]["fate"], fate, "{what}: {acted:#?}");
            let reason = format!("on purpose ({})", pattern.split('=').next().unwrap());
            assert_eq!(acted[0]["fate_reason"], reason, "{what}");
            assert_eq!(fates(&seen)[fate], 1, "{what}: {:?}", fates(&seen));
            let arrivals = acted[0]["arrivals"].as_array().map_or(0, Vec::len);
            let expected = [("lost", 0), ("delayed", 1), ("duplicated", 2)];
            assert!(expected.contains(&(fate, arrivals)), "{what}: {acted:#?}");
        }
    }
}

#[test]
fn a_burst_agrees_whatever_happens_to_one_of_it() {
    if !python() {
        return skip("python3 is not here");
    }
    let faults = [
        ["--lose", "data>#3"],
        ["--lose", "data>#10"],
        ["--duplicate", "data>#*"],
        ["--swap", "data>#3"],
        ["--delay", "data>#4=80ms"],
    ];
    for fault in faults {
        let arguments = burst(10, fault);
        let arguments: Vec<&str> = std::iter::once("cable").chain(arguments.iter().map(String::as_str)).collect();
        let Some(seen) = json(&arguments) else { return };
        agree(&format!("{fault:?}"), &seen);
        sent_once(&format!("{fault:?}"), &seen);
        let expected = if fault[0] == "--duplicate" { 10 } else { 1 };
        let acted = list(&seen["conversations"][0], "segments").iter().filter(|segment| !segment["done"].is_null());
        assert_eq!(acted.count(), expected, "{fault:?}");
    }
}

/// An ACK and its D-SACK differ in nothing but their SACK blocks, and cross
/// four hops at the same time.
#[test]
fn what_is_duplicated_is_counted_once_on_every_hop() {
    for run in 0..10 {
        for topology in ["lan-router-lan", "nat"] {
            let Some(seen) = json(&[topology, "--set", "pause=0ms", "--duplicate", "data#*"]) else { return };
            let what = format!("{topology}, run {run}");
            sent_once(&what, &seen);
            agree(&what, &seen);
            let with_data = list(&seen["conversations"][0], "segments").iter().filter(|segment| segment["length"] != 0);
            let duplicated = with_data.filter(|segment| segment["fate"] == "duplicated").count();
            assert!(duplicated >= 8, "{what}: {:?}", fates(&seen));
            assert_eq!(seen["conversations"][0]["bytes"]["client"], 21, "{what}");
            let hops = if topology == "nat" { 4 } else { 5 };
            for segment in list(&seen["conversations"][0], "segments").iter().filter(|one| one["fate"] == "delivered") {
                assert_eq!(list(segment, "seen_at").len(), hops, "{what}: {segment:#}");
            }
        }
    }
}
