//! The way between two hosts: links that are too narrow, and firewalls.

use serde_json::Value;

use crate::skip::skip;
use crate::support::*;

/// So many bytes in one go across the narrow link, by these settings.
fn narrow(settings: &[&str]) -> Option<Value> {
    if !python() {
        skip("python3 is not here");
        return None;
    }
    let server = script(
        "server",
        "s=socket.create_server((\"0.0.0.0\",7000));c,a=s.accept();print(sum(map(len,iter(lambda:c.recv(65536),b\"\"))))",
    );
    let client = script(
        "client",
        "c=socket.create_connection((\"172.16.5.236\",7000));c.sendall(b\"x\"*4344);c.shutdown(1);c.recv(1)",
    );
    json(&["narrow", &server, &client].into_iter().chain(settings.iter().copied()).collect::<Vec<_>>())
}

/// The lengths of the client's segments with data, and on how many hops each
/// was seen.
fn data(document: &Value) -> Vec<(u64, usize)> {
    let segments = list(&document["conversations"][0], "segments").iter();
    let data = segments.filter(|segment| segment["from"] == "client" && segment["length"] != 0);
    data.map(|segment| (segment["length"].as_u64().unwrap(), list(segment, "seen_at").len())).collect()
}

#[test]
fn a_link_that_is_too_narrow_says_so_and_segments_become_smaller() {
    let Some(document) = narrow(&[]) else { return };
    let data = data(&document);
    // 1448 bytes and 52 of headers end at the first router; 1348 and 52 do not.
    assert!(data.contains(&(1448, 2)), "{data:?}");
    assert!(data.iter().filter(|it| **it == (1348, 6)).count() >= 3, "{data:?}");
    assert!(document["skipped"]["icmp"].is_null(), "{}", document["skipped"]);
    // One message for each, though two interfaces saw it.
    let errors = list(&document["conversations"][0], "errors");
    assert!(!errors.is_empty() && errors.len() <= 3, "{errors:?}");
    for error in errors {
        assert_eq!((&error["icmp"]["mtu"], &error["icmp"]["source"]), (&1400.into(), &"192.168.1.1".into()));
        assert_eq!((error["from"].as_str(), list(error, "seen_at").len()), (Some("server"), 2), "{error}");
        assert_eq!(error["icmp"]["from_destination"], false);
    }
    assert!(errors[0]["reaction"].as_str().unwrap().contains("at most 1348 B"), "{}", errors[0]);
    assert_eq!(document["conversations"][0]["bytes"]["client"], 4344);
    agree(&document);
}

#[test]
fn without_df_a_router_cuts_packets_into_fragments() {
    let Some(document) = narrow(&["--sysctl", "ip_no_pmtu_disc=1"]) else { return };
    let data = data(&document);
    assert!(data.iter().all(|(length, _)| *length == 1448), "{data:?}");
    assert!(document["skipped"]["icmp"].is_null(), "{}", document["skipped"]);
    // Three segments, two fragments each, on the four interfaces behind the
    // first router.
    assert_eq!(document["skipped"]["fragment"], 3 * 2 * 4);
    assert_eq!(document["notes"]["pinned"]["net.ipv4.ip_no_pmtu_disc"], "1");
    agree(&document);
}

#[test]
fn a_cable_can_be_made_narrow_and_slow() {
    let asked = ["two-routers", "--set", "pause=0ms", "--cable", "left-right:delay=20ms,bandwidth=1Mbit,mtu=1000"];
    let Some(document) = json(&asked) else { return };
    let syn = list(segment(&document, "SYN"), "seen_at");
    let names: Vec<String> = syn.iter().map(|seen| place(&document, &seen["place"])).collect();
    assert_eq!(&names[2..4], ["left:eth1", "right:eth0"]);
    // 74 bytes at 1 Mbit/s take 0.6 ms.
    within(millis(&syn[3]) - millis(&syn[2]), 20.5, 35.0);
    let mtu = |node: &str, interface: &str| {
        let nodes = list(&document["notes"]["map"], "nodes");
        nodes.iter().find(|it| it["name"] == node).unwrap()["kind"]["Host"]["interfaces"][interface]["mtu"].clone()
    };
    assert_eq!([mtu("left", "eth1"), mtu("right", "eth0"), mtu("left", "eth0")], [1000, 1000, 1500]);
    agree(&document);
}

#[test]
fn a_firewall_that_drops_is_silence_and_one_that_rejects_is_an_answer() {
    let client = "t=time.time()\ntry: socket.create_connection((\"172.16.5.236\",7000),timeout=2.5)\nexcept Exception as e: print(repr(e))";
    if !python() {
        return skip("python3 is not here");
    }
    let server = script("server", "s=socket.create_server((\"0.0.0.0\",7000));time.sleep(4)");
    let client = script("client", client);
    let run = |rule: &str| told(&["router", &server, &client, "--firewall", rule]);
    for host in ["server", "router"] {
        let Some((told, dropped)) = run(&format!("{host}:7000=drop")) else { return };
        assert_eq!(dropped["conversations"][0]["opening"], "unanswered", "{host}");
        assert!(sent(&dropped, "client", Some("SYN")) >= 3, "sent again after 1 s and 2 s");
        assert!(told.contains("timed out"), "{told}");
        assert!(dropped["skipped"]["icmp"].is_null());
        agree(&dropped);
        let (told, rejected) = run(&format!("{host}:7000=reject")).unwrap();
        assert_eq!(rejected["conversations"][0]["opening"], "refused", "{host}");
        assert!(told.contains("ConnectionRefusedError"), "{told}");
        let rst = segment(&rejected, "RST ACK");
        assert_eq!(list(rst, "seen_at").len(), if host == "server" { 4 } else { 2 }, "{rst}");
        agree(&rejected);
        let (told, unreachable) = run(&format!("{host}:7000/tcp=reject-icmp")).unwrap();
        assert!(unreachable["skipped"]["icmp"].is_null());
        let [error] = list(&unreachable["conversations"][0], "errors") else { panic!("{unreachable}") };
        assert_eq!(list(error, "seen_at").len(), if host == "server" { 4 } else { 2 }, "{error}");
        assert_eq!(error["icmp"]["from_destination"], host == "server");
        // With a timeout connect() does not wait: poll() hears of it.
        assert!(error["reaction"].is_null(), "{error}");
        let lost = &segment(&unreachable, "SYN")["fate"];
        assert_eq!(lost == "lost", host == "router", "{lost}");
        assert!(told.contains("ConnectionRefusedError"), "{told}");
        agree(&unreachable);
    }
}

#[test]
fn a_call_that_fails_of_an_icmp_error_is_told() {
    let Some(document) = json(&["router", "--firewall", "router:9999=reject-icmp"]) else { return };
    let [error] = list(&document["conversations"][0], "errors") else { panic!("{document}") };
    assert!(error["reaction"].as_str().unwrap().contains("connect() fails of it with ECONNREFUSED"), "{error}");
    assert_eq!(error["about"], segment(&document, "SYN")["frame"]);
    agree(&document);
}

#[test]
fn a_firewall_is_for_its_port_and_protocol_alone() {
    let Some(other) = json(&[
        "router",
        "--set",
        "pause=0ms",
        "--firewall",
        "server:9998=drop",
        "--firewall",
        "router:9999/udp=reject",
    ]) else {
        return;
    };
    assert_eq!(other["conversations"][0]["opening"], "three-way-handshake");
    let pinned = &other["notes"]["pinned"];
    assert_eq!([&pinned["server:firewall.9998"], &pinned["router:firewall.9999/udp"]], ["drop", "reject"]);
    let udp = ["router", "--run", "udp-hello", "--set", "patience=500ms"];
    let rejected = json(&udp.into_iter().chain(["--firewall", "server:9998/udp=reject"]).collect::<Vec<_>>()).unwrap();
    let datagrams = list(&rejected["conversations"][0], "datagrams");
    assert_eq!(datagrams.iter().filter(|it| it["from"] == "server" && it["kind"] == "data").count(), 0);
    let errors: Vec<&Value> = datagrams.iter().filter(|it| it["kind"] == "icmp").collect();
    assert!(errors.len() == 1 && list(errors[0], "seen_at").len() == 4, "{errors:?}");
    assert!(!errors[0]["why"].as_str().unwrap().contains("no socket is bound to the port;"));
}
