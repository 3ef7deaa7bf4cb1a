//! Both sides at once: RFC 9293 figures 7 and 13 on real kernels.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::skip::skip;
use crate::support::*;

/// A moment at which both are ready, in seconds since 1970.
fn soon() -> u64 {
    (SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_secs(4)).as_secs()
}

/// Connects from a port to a port at that moment.
fn peer(host: &str, from: (&str, u16), to: (&str, u16), at: u64) -> String {
    let ((own, own_port), (other, port)) = (from, to);
    script(
        host,
        &format!(
            "c=socket.socket();c.setsockopt(1,2,1);c.bind((\"{own}\",{own_port}));time.sleep({at}-time.time())\n\
             c.connect((\"{other}\",{port}));time.sleep({at}+1-time.time());c.shutdown(1);c.recv(1);c.close()"
        ),
    )
}

/// The SYNs cross on the way, and a second later the FINs.
#[test]
fn both_connect_and_both_close_at_once() {
    if !python() {
        return skip("python3 is not here");
    }
    let (one, other, at) = (("192.168.1.104", 5000), ("192.168.1.105", 6000), soon());
    let (server, client) = (peer("server", other, one, at), peer("client", one, other, at));
    let asked = ["cable", &server, &client, "--cable", "client-server:delay=100ms"];
    let Some((_, document)) = told_once(&asked) else { return };
    let conversation = &document["conversations"][0];
    assert_eq!(conversation["opening"], "simultaneous-open");
    assert_eq!(conversation["closing"], "simultaneous-close");
    for end in ["client", "server"] {
        let states: Vec<&str> =
            list(&conversation["states"], end).iter().filter_map(|change| change["to"].as_str()).collect();
        let expected = ["SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "CLOSING", "TIME-WAIT"];
        assert_eq!(states, expected, "{end}");
    }
    // Seen, not only inferred: both kernels were in each of them for as long as
    // the cable takes.
    let sampled: Vec<&str> =
        list(&document, "kernel_states").iter().filter_map(|said| said["state"].as_str()).collect();
    for state in ["SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", "CLOSING"] {
        assert!(sampled.contains(&state), "no {state} in {sampled:?}");
    }
    agree(&document);
}
