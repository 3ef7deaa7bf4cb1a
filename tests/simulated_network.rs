//! What the simulator's hosts say over UDP, ICMP, IPv6 and in pieces is sound
//! for tshark too; every step of their TCP is kept by a file; and the same seed
//! gives the same file.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use wirelens::conversation::{End, conversations};
use wirelens::model::{
    Bilingual, Cable, Did, Host, Interface, IpNetwork, Node, NodeId, NodeKind, Port, Quality, Timestamp, Topology, What,
};
use wirelens::source::file;
use wirelens::source::lab::topology::find;
use wirelens::source::simulator::network::{Network, Recorder};
use wirelens::source::simulator::scene::{App, Family, Greeting};
use wirelens::source::simulator::tcp::{Profile, Reason};
use wirelens::source::simulator::{Link, Moment};
use wirelens::trace::Trace;

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);

/// Two networks and a router between them, whose second link takes so many
/// bytes.
fn two_networks(mtu: u32) -> Topology {
    let interface = |number: u8, mtu, addresses: [&str; 2]| Interface {
        mac: [2, 0, 0, 0, 0, number],
        addresses: addresses.map(|text| IpNetwork::parse(text).unwrap()).to_vec(),
        mtu,
    };
    let host = |name: &str, interfaces: Vec<Interface>, gateways: &[&str], forwards| {
        let names = (0..).map(|number| format!("eth{number}"));
        let interfaces: BTreeMap<String, Interface> = names.zip(interfaces).collect();
        let gateways = gateways.iter().map(|text| text.parse().unwrap()).collect();
        let kind = NodeKind::Host(Host { interfaces, gateways, forwards, ..Host::default() });
        Node { name: name.to_owned(), kind }
    };
    let near = interface(1, 1_500, ["192.0.2.10/24", "2001:db8:1::10/64"]);
    let far = interface(2, 1_500, ["198.51.100.10/24", "2001:db8:2::10/64"]);
    let both = vec![
        interface(3, 1_500, ["192.0.2.1/24", "2001:db8:1::1/64"]),
        interface(4, mtu, ["198.51.100.1/24", "2001:db8:2::1/64"]),
    ];
    let cable = |ends: [(usize, &str); 2]| Cable {
        ends: ends.map(|(node, interface)| Port { node: NodeId(node), interface: interface.to_owned() }),
        quality: Quality::default(),
    };
    let title = || Bilingual { en: "two networks".to_owned(), zh: "两个网络".to_owned() };
    Topology {
        title: title(),
        about: title(),
        nodes: vec![
            host("client", vec![near], &["192.0.2.1", "2001:db8:1::1"], false),
            host("server", vec![far], &["198.51.100.1", "2001:db8:2::1"], false),
            host("router", both, &[], true),
        ],
        cables: vec![cable([(0, "eth0"), (2, "eth0")]), cable([(1, "eth0"), (2, "eth1")])],
        client: A,
        name_server: None,
        server: B,
    }
}

/// Everything that is no TCP, and a TCP connection that finds the path's MTU,
/// over both IPs.
fn everything() -> Trace {
    let topology = two_networks(1_280);
    let mut network = Network::new(&topology, Profile::Rfc.knobs(), 1).unwrap();
    let mut recorder = Recorder::new(&topology, false, Timestamp::default());
    for (number, server) in (0_u16..).zip(["198.51.100.10", "2001:db8:2::10"]) {
        let to = |port| format!("{}:{port}", if number == 0 { server.to_owned() } else { format!("[{server}]") });
        let any = if number == 0 { "0.0.0.0:4000" } else { "[::]:4001" };
        network.udp_mut(B).unwrap().bind(to(7_053).parse().unwrap()).unwrap();
        let udp = network.udp_mut(A).unwrap();
        let client = udp.bind(any.parse().unwrap()).unwrap();
        for (port, bytes) in [(7_053, 11), (7_053, if number == 0 { 3_000 } else { 1_200 }), (9, 3)] {
            udp.send(client, Some(to(port).parse().unwrap()), &vec![7; bytes]).unwrap();
        }
        network.ping(A, server.parse().unwrap(), 7, number, b"odd");
        network.ping(A, if number == 0 { "203.0.113.1" } else { "2001:db8:9::1" }.parse().unwrap(), 7, number, b"");
        let own = network.source_for(A, server.parse().unwrap()).unwrap();
        let (local, peer) = ((own, 40_000).into(), to(80).parse().unwrap());
        network.stack_mut(B).unwrap().listen(peer, 1).unwrap();
        let socket = network.stack_mut(A).unwrap().connect(Moment::START, local, peer).unwrap();
        network.stack_mut(A).unwrap().send(Moment::START, socket, &[9; 9_001]).unwrap();
    }
    let limit = Moment::START + Duration::from_secs(20);
    while network.step(limit, &mut |at, seen| recorder.see(at, seen)) {
        recorder.after_step(&network);
    }
    recorder.finish().0
}

fn bytes(trace: &Trace) -> Vec<u8> {
    let mut bytes = Vec::new();
    file::write(trace, &mut bytes).unwrap();
    bytes
}

/// How many frames of a file a display filter of tshark's selects; `None`
/// where tshark is not installed.
fn tshark(path: &str, filter: &str) -> Option<usize> {
    let checked = ["ip", "tcp", "udp"].map(|protocol| format!("{protocol}.check_checksum:TRUE"));
    let options = checked.iter().flat_map(|option| ["-o", option]);
    match Command::new("tshark").args(["-r", path, "-Y", filter]).args(options).output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8_lossy(&output.stdout).lines().count())
        }
        Err(error) => {
            eprintln!("SKIPPED 1 part: cannot run tshark: {error}");
            None
        }
    }
}

#[test]
fn tshark_finds_nothing_wrong() {
    let path = std::env::temp_dir().join(format!("wirelens-simulated-{}.pcapng", std::process::id()));
    file::save(&everything(), &path).unwrap();
    let count = |filter| tshark(path.to_str().unwrap(), filter);
    // Of what an ICMPv6 error quotes in part, tshark judges the checksum as if
    // it were whole.
    if let Some(wrong) = count(
        "_ws.malformed || ip.checksum.status == 0 || icmp.checksum.status == 0 || icmpv6.checksum.status == 0 || \
         (!(icmpv6.type < 128) && \
         (tcp.checksum.status == 0 || udp.checksum.status == 0 || _ws.expert.severity == error))",
    ) {
        assert_eq!(wrong, 0);
        for (filter, least) in [
            ("udp.length == 3008", 2),
            ("ip.flags.mf == 1", 4),
            ("icmp.type == 3 && icmp.code == 3", 2),
            ("icmp.type == 3 && icmp.code == 4 && icmp.mtu == 1280", 1),
            ("icmp.type == 0", 2),
            ("icmpv6.type == 1", 2),
            ("icmpv6.type == 2", 1),
            ("icmpv6.type == 129", 2),
            ("icmpv6.type == 135", 4),
            ("icmpv6.type == 136", 4),
            ("ipv6 && tcp.len > 0", 9),
        ] {
            assert!(count(filter).unwrap() >= least, "{filter}: {:?}", count(filter));
        }
    }
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn the_same_seed_gives_the_same_file() {
    let greeting = |seed| {
        let link = Link { loss: 50_000, duplication: 20_000, reordering: 50_000, ..Link::default() };
        Greeting { seed, link: Some(link), says: vec![7; 30_000], ..Greeting::new(Profile::LinuxLike.knobs()) }
    };
    for family in [Family::V4, Family::V6] {
        let play = |seed| bytes(&Greeting { family, ..greeting(seed) }.play(&two_networks(1_500)).unwrap().trace);
        assert_eq!(play(3), play(3));
        assert_ne!(play(3), play(4));
    }
    assert_eq!(bytes(&everything()), bytes(&everything()));
}

/// Every segment of a simulation has the step that made it, a file keeps all
/// of them, and they say what the frames show.
#[test]
fn every_segment_has_its_rule() {
    for topology in ["cable", "router", "nat"] {
        let link = Link { loss: 30_000, ..Link::default() };
        let greeting = Greeting { says: vec![7; 20_000], link: Some(link), ..Greeting::new(Profile::Rfc.knobs()) };
        let trace = greeting.play(&find(topology).unwrap().read().unwrap()).unwrap().trace;
        let reader = file::read(bytes(&trace).as_slice()).unwrap().trace;
        let steps = |trace: &Trace| -> Vec<_> {
            let all = trace.events().iter().filter(|event| matches!(event.what, What::StackStep(_)));
            all.map(|event| (event.at, event.place, event.what.clone())).collect()
        };
        assert_eq!(steps(&trace), steps(&reader));
        assert!(steps(&trace).len() > 40);
        let all = conversations(&reader);
        let tcp = &all.tcp[0];
        for (index, segment) in tcp.segments.iter().enumerate() {
            let makers: Vec<End> =
                tcp.steps_of(index).filter(|(_, step)| step.made == Some(index)).map(|(end, _)| end).collect();
            assert_eq!(makers, [segment.from], "{topology}: {segment:?}");
        }
        // What a state changed by is a rule that this version knows.
        for step in tcp.steps.client.iter().chain(&tcp.steps.server) {
            let known = Reason::ALL.iter().find(|reason| reason.name() == step.said.rule.name);
            assert!(known.is_some(), "{:?}", step.said.rule);
            let of_nobody = step.said.did != Did::Sent && step.said.inside.is_none();
            assert!(step.said.state.is_some() || of_nobody, "{step:?}");
        }
    }
}

/// RFC 9293 §3.5.1 as a reader sees it: the reset of a rebooted host has its
/// rule, although there is no connection any more.
#[test]
fn a_reset_for_nobody_has_its_rule() {
    let greeting = Greeting { app: App::PowerLoss, ..Greeting::new(Profile::Rfc.knobs()) };
    let trace = greeting.play(&find("cable").unwrap().read().unwrap()).unwrap().trace;
    let all = conversations(&trace);
    let reset = all.tcp[0].segments.iter().position(|segment| segment.flags.rst()).unwrap();
    let (end, step) = all.tcp[0].steps_of(reset).next().unwrap();
    assert_eq!((end, step.said.rule.name.as_str(), step.said.state), (End::Server, "no-connection", None));
    assert_eq!(step.said.rule.citation.as_ref().unwrap().title, "CLOSED STATE");
}
