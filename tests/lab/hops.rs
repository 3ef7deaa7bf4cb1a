//! What every hop does to a frame, and who sees it.

use std::process::Command;

use serde_json::Value;

use crate::skip::skip;
use crate::support::*;

#[test]
fn every_topology_runs_both_greetings() {
    for topology in BUILT {
        let Some(tcp) = json(&[topology, "--set", "pause=0ms"]) else { return };
        let conversation = &tcp["conversations"][0];
        assert_eq!(conversation["opening"], "three-way-handshake", "{topology}");
        assert_ne!(conversation["closing"], "open", "{topology}");
        assert_eq!(conversation["bytes"]["client"], 21, "{topology}");
        assert_eq!(tcp["drops"], 0, "{topology}");
        agree(&tcp);
        assert_eq!(tcp["notes"]["topology"], topology);
        assert_eq!(tcp["notes"]["network"], "lab");
        // Nothing but ARP beside: no IPv6, no spanning tree.
        let skipped = tcp["skipped"].as_object().unwrap();
        assert!(skipped.keys().all(|kind| kind == "arp"), "{topology}: {skipped:?}");
        let udp = json(&[topology, "--run", "udp-hello"]).unwrap();
        assert_eq!(list(&udp["conversations"][0], "datagrams").len(), 6, "{topology}");
    }
}

/// `02:00:00:00:node:interface` of every interface that a SYN passes, sender
/// and receiver of each cable.
#[test]
fn every_hop_has_its_mac_addresses_and_its_ttl() {
    let mac = |node: u8, interface: u8| format!("02:00:00:00:{node:02x}:{interface:02x}");
    let Some(document) = json(&["two-routers", "--set", "pause=0ms"]) else { return };
    // In the file's order: client 1, left 2, right 3, server 4 among hosts and
    // routers, hosts first.
    let (client, server, left, right) = (1, 2, 3, 4);
    let cable = |from: (u8, u8), to: (u8, u8), ends: [&str; 2], ttl: u64| {
        ends.map(|name| (name.to_owned(), mac(from.0, from.1), mac(to.0, to.1), ttl))
    };
    let syn: Vec<_> = [
        cable((client, 1), (left, 1), ["client:eth0", "left:eth0"], 64),
        cable((left, 2), (right, 1), ["left:eth1", "right:eth0"], 63),
        cable((right, 2), (server, 1), ["right:eth1", "server:eth0"], 62),
    ]
    .concat();
    assert_eq!(hops(&document, segment(&document, "SYN")), syn);
    let back: Vec<_> = [
        cable((server, 1), (right, 2), ["server:eth0", "right:eth1"], 64),
        cable((right, 1), (left, 2), ["right:eth0", "left:eth1"], 63),
        cable((left, 1), (client, 1), ["left:eth0", "client:eth0"], 62),
    ]
    .concat();
    assert_eq!(hops(&document, segment(&document, "SYN ACK")), back);
    for seen in list(segment(&document, "SYN"), "seen_at") {
        assert!(text(seen, "source").starts_with("192.168.1.104:"), "{seen}");
        assert_eq!(text(seen, "destination"), "192.168.236.129:9999");
    }
}

#[test]
fn a_home_gateway_translates_addresses_and_ports() {
    let Some(document) = json(&["nat", "--set", "pause=0ms"]) else { return };
    assert_eq!(list(&document, "conversations").len(), 1, "one conversation, on either side of the gateway");
    let syn = list(segment(&document, "SYN"), "seen_at");
    let sources: Vec<(String, &str)> =
        syn.iter().map(|seen| (place(&document, &seen["place"]), text(seen, "source"))).collect();
    let names: Vec<&str> = sources.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["client:eth0", "gateway:eth0", "gateway:eth1", "server:eth0"]);
    assert!(sources[..2].iter().all(|(_, source)| source.starts_with("192.168.1.104:")), "{sources:?}");
    assert!(sources[2..].iter().all(|(_, source)| source.starts_with("203.0.113.2:")), "{sources:?}");
    let port = |source: &str| source.rsplit(':').next().unwrap().to_owned();
    assert_ne!(port(sources[1].1), port(sources[2].1), "the port is translated too");
    assert!(syn.iter().all(|seen| seen["destination"] == "203.0.113.80:9999"), "{syn:?}");
}

/// Which places show a segment of TCP, and which an ARP request.
fn seen_by(document: &Value, bystander: &str) -> (usize, usize) {
    let conversation = &document["conversations"][0];
    let segments = list(conversation, "segments");
    let seen = |segment: &&Value| hops(document, segment).iter().any(|(name, ..)| name == bystander);
    (segments.iter().filter(seen).count(), segments.len())
}

#[test]
fn a_hub_repeats_everything_and_a_switch_only_what_is_for_all() {
    let Some(hub) = json(&["hub", "--set", "pause=0ms"]) else { return };
    let (seen, all) = seen_by(&hub, "bystander:eth0");
    assert_eq!(seen, all);
    let switch = json(&["switch", "--set", "pause=0ms"]).unwrap();
    assert_eq!(seen_by(&switch, "bystander:eth0").0, 0);
    let both = json(&["lan-router-lan", "--set", "pause=0ms"]).unwrap();
    let (seen, all) = seen_by(&both, "listener:eth0");
    assert_eq!((seen, seen_by(&both, "neighbour:eth0").0), (all, 0));
    // The broadcast is there: at the client, at the bystander, at the server.
    let requests = lab(&["switch", "--set", "pause=0ms", "--format", "tcpdump", "-Y", "arp.opcode == 1"]).unwrap();
    let requests = String::from_utf8(requests.stdout).unwrap();
    let asked = requests.lines().filter(|line| line.contains("who-has 192.168.1.105 tell 192.168.1.104")).count();
    assert_eq!(asked, 3, "{requests}");
}

#[test]
fn commands_run_each_on_its_host() {
    let server = "server: timeout 5 python3 -c 'import socket;s=socket.create_server((\"0.0.0.0\",7000));\
                  c,a=s.accept();c.send(a[0].encode());c.close()'";
    let client = "client: timeout 5 python3 -c 'import socket;print(socket.create_connection((\"172.16.5.236\",7000)).recv(99))'";
    let Some(output) = lab(&["router", server, client, "--format", "json"]) else { return };
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if told.contains("python3") && !output.status.success() {
        skip("python3 is not here");
        return;
    }
    assert!(told.contains("b'192.168.1.104'"), "{told}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(text(&document["conversations"][0], "server"), "172.16.5.236:7000");
    assert!(list(&document, "calls").iter().any(|call| call["call"] == "accept4"), "{document}");
}

#[test]
fn hosts_can_speak_ipv6() {
    let own = Own::new(
        "ipv6",
        "[[host]]\nname = 'a'\naddress = ['fd00:1::1/64', '10.0.0.1/24']\ngateway = 'fd00:1::ff'\n\
         [[router]]\nname = 'r'\ninterfaces = { eth0 = 'fd00:1::ff/64', eth1 = 'fd00:2::ff/64' }\n\
         [[host]]\nname = 'b'\naddress = 'fd00:2::2/64'\ngateway = 'fd00:2::ff'\n\
         [[cable]]\nfrom = 'a'\nto = 'r:eth0'\n[[cable]]\nfrom = 'r:eth1'\nto = 'b'\n",
    );
    let server = "b: timeout 5 python3 -c 'import socket;s=socket.create_server((\"::\",7000),family=socket.AF_INET6);\
                  c,a=s.accept();c.close()'";
    let client =
        "a: timeout 5 python3 -c 'import socket;print(socket.create_connection((\"fd00:2::2\",7000)).recv(9))'";
    let Some(output) = lab(&[own.path(), server, client, "--format", "json"]) else { return };
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if Command::new("python3").arg("-V").output().is_err() {
        return skip("python3 is not here");
    }
    assert!(output.status.success(), "{told}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let ttl: Vec<u64> = hops(&document, segment(&document, "SYN")).into_iter().map(|(.., ttl)| ttl).collect();
    assert_eq!(ttl, [64, 64, 63, 63]);
}
