//! Queues of a listening socket that are full, and what becomes of who comes
//! then.

use serde_json::Value;

use crate::skip::skip;
use crate::support::*;

/// Listens with a backlog of 1, for which Linux lets two wait, and never
/// accepts.
const NEVER_ACCEPTS: &str = "s=socket.socket();s.bind((\"0.0.0.0\",7000));s.listen(1);time.sleep(4.5)";

/// Four clients connect at these moments, in seconds, and tell their states 3.5 s
/// later: 1 is ESTABLISHED, 2 is SYN-SENT.
fn clients(moments: [f32; 4]) -> String {
    let lines = format!(
        "cs=[];b=time.time()\nfor t in {moments:?}:\n time.sleep(max(0,b+t-time.time()))\n \
         c=socket.socket();c.setblocking(False);c.connect_ex((\"192.168.1.105\",7000));cs.append(c)\n\
         time.sleep(b+3.5-time.time());print([c.getsockopt(6,11,1)[0] for c in cs])"
    );
    script("client", &lines)
}

/// Runs both; what the clients tell and what was seen.
fn full(moments: [f32; 4], settings: &[&str]) -> Option<(String, Value)> {
    if !python() {
        skip("python3 is not here");
        return None;
    }
    let (server, client) = (script("server", NEVER_ACCEPTS), clients(moments));
    // Every SYN of a burst is there before the first handshake is finished.
    let fixed = ["cable", &server, &client, "--cable", "client-server:delay=20ms"];
    let (told, document) = told(&fixed.into_iter().chain(settings.iter().copied()).collect::<Vec<_>>())?;
    let states = told.lines().find_map(|line| line.split_once("│ [")).map(|(_, states)| format!("[{states}"));
    Some((states.unwrap_or_else(|| panic!("{told}")), document))
}

/// The most that waited for `accept()`, the most in SYN-RECEIVED, and whether
/// the queue was full.
fn queues(document: &Value) -> (u64, u64, bool) {
    let listener = list(document, "listeners").iter().find(|listener| listener["local"] == "0.0.0.0:7000").unwrap();
    assert_eq!(listener["host"], "server");
    let most = |key: &str| list(listener, "queues").iter().map(|queues| queues[key].as_u64().unwrap()).max().unwrap();
    assert_eq!(most("backlog"), 1);
    (most("waiting"), most("syn_received"), !listener["full_at"].is_null())
}

/// When segments with these flags left one side of a conversation, in
/// milliseconds since its first segment.
fn left(conversation: &Value, from: &str, flags: &str) -> Vec<f64> {
    let segments = list(conversation, "segments");
    let first = millis(&segments[0]["seen_at"][0]);
    let wanted = segments.iter().filter(|segment| segment["from"] == from && segment["flags"] == flags);
    wanted.map(|segment| millis(&segment["seen_at"][0]) - first).collect()
}

#[test]
fn a_burst_with_cookies_lets_everybody_think_they_are_connected() {
    let Some((states, document)) = full([0.0; 4], &["--sysctl", "server:tcp_syncookies=1"]) else { return };
    assert_eq!(states, "[1, 1, 1, 1]");
    let (waiting, half_open, full) = queues(&document);
    assert_eq!((waiting, full), (2, true));
    assert!((1..=2).contains(&half_open), "of a SYN answered with a cookie nothing is kept: {half_open}");
    let pinned = &document["notes"]["pinned"];
    assert_eq!(pinned["net.ipv4.tcp_syncookies"], "1");
    agree(&document);
}

#[test]
fn a_burst_without_cookies_keeps_some_waiting() {
    let Some((states, document)) = full([0.0; 4], &["--sysctl", "server:tcp_syncookies=0"]) else { return };
    // Two are in the accept queue; who found no room in the SYN queue has no
    // answer at all.
    assert!(states.contains('2'), "{states}");
    assert_eq!(document["notes"]["pinned"]["server:net.ipv4.tcp_syncookies"], "0");
    assert_eq!(queues(&document).0, 2);
    agree(&document);
}

#[test]
fn who_comes_to_a_full_accept_queue_is_not_answered() {
    // The third and the fourth come when two wait already.
    let Some((states, document)) = full([0.0, 0.0, 1.0, 1.0], &[]) else { return };
    assert_eq!(states, "[1, 1, 2, 2]");
    assert_eq!(queues(&document).0, 2);
    let late = &list(&document, "conversations")[3];
    assert!(left(late, "client", "SYN").len() >= 2 && left(late, "server", "SYN ACK").is_empty(), "{late}");
    agree(&document);
}

#[test]
fn an_ack_that_finds_the_queue_full_is_ignored_or_answered_with_a_reset() {
    // Three are in SYN-RECEIVED together, and two fit.
    let moments = [0.0, 0.0, 0.0, 2.9];
    let Some((states, document)) =
        full(moments, &["--sysctl", "tcp_syncookies=0", "--sysctl", "tcp_max_syn_backlog=64"])
    else {
        return;
    };
    let (waiting, half_open, is_full) = queues(&document);
    assert_eq!((waiting, is_full), (2, true), "{states}");
    let conversations = list(&document, "conversations");
    let ignored: Vec<&Value> =
        conversations.iter().filter(|conversation| left(conversation, "server", "SYN ACK").len() > 1).collect();
    if half_open < 3 {
        // The kernel let fewer in, as it may: then nobody was ignored.
        assert!(ignored.len() <= 1, "{ignored:?}");
    }
    for conversation in &ignored {
        let again = left(conversation, "server", "SYN ACK");
        within(again[1] - again[0], 990.0, 1100.0);
        if let Some(third) = again.get(2) {
            within(third - again[0], 2950.0, 3200.0);
        }
    }
    agree(&document);
    let told = ["--sysctl", "tcp_syncookies=0", "--sysctl", "server:tcp_abort_on_overflow=1"];
    let Some((_, document)) = full(moments, &told) else { return };
    let reset = list(&document, "conversations")
        .iter()
        .filter(|conversation| left(conversation, "server", "RST").first().is_some_and(|at| *at < 1000.0));
    assert_eq!(reset.count(), ignored.len(), "who was ignored is reset");
    agree(&document);
}
