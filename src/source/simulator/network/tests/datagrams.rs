//! UDP, ICMP, IPv6 and fragments through the network.

use std::net::{IpAddr, SocketAddr};

use super::*;
use crate::source::simulator::udp::{UdpError, UdpId};

/// Two networks and a router between them, whose second link takes so many
/// bytes.
fn small_mtu(mtu: u32) -> Topology {
    use crate::model::{Bilingual, Cable, Host, Interface, IpNetwork, Node, NodeKind, Port};
    let network = |text: &str| IpNetwork::parse(text).unwrap();
    let interface = |number: u8, mtu, addresses: [&str; 2]| Interface {
        mac: [2, 0, 0, 0, 0, number],
        addresses: addresses.map(network).to_vec(),
        mtu,
    };
    let host = |interfaces: Vec<(&str, Interface)>, gateways: &[&str], forwards| {
        NodeKind::Host(Host {
            interfaces: interfaces.into_iter().map(|(name, interface)| (name.to_owned(), interface)).collect(),
            gateways: gateways.iter().map(|text| text.parse().unwrap()).collect(),
            forwards,
            ..Host::default()
        })
    };
    let a = host(
        vec![("eth0", interface(1, 1_500, ["192.0.2.10/24", "2001:db8:1::10/64"]))],
        &["192.0.2.1", "2001:db8:1::1"],
        false,
    );
    let b = host(
        vec![("eth0", interface(2, 1_500, ["198.51.100.10/24", "2001:db8:2::10/64"]))],
        &["198.51.100.1", "2001:db8:2::1"],
        false,
    );
    let router = host(
        vec![
            ("eth0", interface(3, 1_500, ["192.0.2.1/24", "2001:db8:1::1/64"])),
            ("eth1", interface(4, mtu, ["198.51.100.1/24", "2001:db8:2::1/64"])),
        ],
        &[],
        true,
    );
    let nodes = [("a", a), ("b", b), ("router", router)];
    let nodes = nodes.into_iter().map(|(name, kind)| Node { name: name.to_owned(), kind }).collect();
    let cable = |one: (usize, &str), other: (usize, &str)| Cable {
        ends: [one, other].map(|(node, interface)| Port { node: NodeId(node), interface: interface.to_owned() }),
        quality: Quality::default(),
    };
    let cables = vec![cable((0, "eth0"), (2, "eth0")), cable((1, "eth0"), (2, "eth1"))];
    let title = || Bilingual { en: "x".to_owned(), zh: "x".to_owned() };
    Topology { title: title(), about: title(), nodes, cables, client: NodeId(0), server: NodeId(1), name_server: None }
}

fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// A network in motion, every frame it sends as text.
struct Net {
    network: Network,
    text: Vec<String>,
}

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);

impl Net {
    fn new(mtu: u32) -> Self {
        Self { network: Network::new(&small_mtu(mtu), quiet(), 1).unwrap(), text: Vec::new() }
    }

    fn go(&mut self, millis: u64) {
        let limit = Moment::from_nanos(self.network.now().nanos() + millis * 1_000_000);
        let Self { network, text } = self;
        network.run(limit, &mut |_, seen| {
            let Seen::Frame { frame, fate: Some(_), .. } = seen else { return };
            // What is sent can be read again.
            assert_eq!(Ethernet::parse(&frame.bytes()).map(|read| read.bytes()), Ok(frame.bytes()));
            let Some(datagram) = frame.body.datagram() else { return };
            let what = match &datagram.payload {
                Payload::Tcp { segment, .. } => format!("TCP {} {} bytes", segment.flags, segment.payload.len()),
                Payload::Udp { bytes, .. } => format!("UDP {} bytes", bytes.len()),
                Payload::Piece { offset, bytes, more, .. } => format!("piece {offset}+{} {more}", bytes.len()),
                Payload::Icmp(icmp) => told(icmp),
            };
            text.push(format!("{} > {} ttl {} {what}", datagram.source, datagram.destination, datagram.ttl));
        });
    }

    fn bind(&mut self, node: NodeId, local: &str) -> UdpId {
        self.network.udp_mut(node).unwrap().bind(at(local)).unwrap()
    }

    fn send(&mut self, node: NodeId, id: UdpId, to: &str, bytes: &[u8]) -> Result<(), UdpError> {
        self.network.udp_mut(node).unwrap().send(id, Some(at(to)), bytes)
    }

    fn receive(&mut self, node: NodeId, id: UdpId) -> Result<Option<(SocketAddr, Vec<u8>)>, UdpError> {
        self.network.udp_mut(node).unwrap().receive(id)
    }

    fn told(&self, part: &str) -> usize {
        self.text.iter().filter(|line| line.contains(part)).count()
    }
}

/// RFC 768 over both, from an address that the host chooses itself.
#[test]
fn datagrams_arrive_and_answers_come_back() {
    for (any, port, server) in [
        ("0.0.0.0:4000", "192.0.2.10:4000", "198.51.100.10:53"),
        ("[::]:4000", "[2001:db8:1::10]:4000", "[2001:db8:2::10]:53"),
    ] {
        let mut net = Net::new(1_500);
        let (client, serving) = (net.bind(A, any), net.bind(B, server));
        net.send(A, client, server, b"question").unwrap();
        net.go(100);
        assert_eq!(net.receive(B, serving), Ok(Some((at(port), b"question".to_vec()))), "{:#?}", net.text);
        net.send(B, serving, port, b"answer").unwrap();
        net.go(100);
        assert_eq!(net.receive(A, client), Ok(Some((at(server), b"answer".to_vec()))));
        // One hop each way.
        assert_eq!((net.told("ttl 64 UDP"), net.told("ttl 63 UDP")), (2, 2));
    }
}

/// RFC 1122 §4.1.3.1, §4.1.3.3; as measured on Linux, only who is connected
/// hears of it.
#[test]
fn nobody_at_the_port_is_told_to_who_is_connected() {
    for (own, server) in [("192.0.2.10:4000", "198.51.100.10:9"), ("[2001:db8:1::10]:4000", "[2001:db8:2::10]:9")] {
        for connected in [false, true] {
            let mut net = Net::new(1_500);
            let client = net.bind(A, own);
            if connected {
                net.network.udp_mut(A).unwrap().connect(client, at(server)).unwrap();
            }
            net.send(A, client, server, b"?").unwrap();
            net.go(100);
            assert_eq!(net.told("unreachable, code 3"), 2, "from b, and on from the router: {:#?}", net.text);
            let expected = if connected { Err(UdpError::Refused) } else { Ok(None) };
            assert_eq!(net.receive(A, client), expected);
            assert_eq!(net.network.dropped(B).unwrap().no_port, 1);
        }
    }
}

#[test]
fn echoes_come_back() {
    for (server, router) in [("198.51.100.10", "192.0.2.1"), ("2001:db8:2::10", "2001:db8:1::1")] {
        let mut net = Net::new(1_500);
        for (number, to) in [(1, server), (2, router), (3, "203.0.113.9")] {
            net.network.ping(A, address(to), 7, number, b"there?");
        }
        net.go(5_000);
        let mut heard: Vec<_> = std::iter::from_fn(|| net.network.take_echo(A)).collect();
        heard.sort_by_key(|(.., number)| *number);
        assert_eq!(heard, [(address(server), 7, 1), (address(router), 7, 2)]);
        assert_eq!(net.told("unreachable, code 0"), 1, "the router has no route: {:#?}", net.text);
    }
}

/// RFC 4861 §7.2: a question to the group, an answer to who asked; nobody
/// answers for an address that is away.
#[test]
fn ipv6_finds_its_neighbours() {
    let mut net = Net::new(1_500);
    net.network.ping(A, address("2001:db8:2::10"), 1, 1, b"");
    net.network.ping(A, address("2001:db8:1::99"), 1, 2, b"");
    net.go(10_000);
    assert_eq!(net.text[0], "2001:db8:1::10 > ff02::1:ff00:1 ttl 255 who has 2001:db8:1::1?");
    assert!(net.text.contains(&"2001:db8:1::1 > 2001:db8:1::10 ttl 255 I have 2001:db8:1::1, a router".to_owned()));
    assert_eq!(net.told("who has 2001:db8:1::99?"), 3);
    assert_eq!(net.network.dropped(A).unwrap().no_neighbour, 1);
    assert_eq!(net.network.take_echo(A), Some((address("2001:db8:2::10"), 1, 1)));
    // Hop limit 255 alone is believed: a router cannot have passed it on.
    assert_eq!(net.told("ttl 63 who has"), 0);
}

/// RFC 791 §3.2: the router cuts, the host puts together; DF forbids it.
#[test]
fn a_router_cuts_what_may_be_cut() {
    let mut net = Net::new(600);
    let (client, serving) = (net.bind(A, "192.0.2.10:4000"), net.bind(B, "198.51.100.10:53"));
    let bytes: Vec<u8> = (0..3_000).map(|byte| u8::try_from(byte % 251).unwrap()).collect();
    net.send(A, client, "198.51.100.10:53", &bytes).unwrap();
    net.go(1_000);
    // 3008 bytes: three pieces at 1500, and the two large ones again at 600.
    assert_eq!((net.told("ttl 64 piece"), net.told("ttl 63 piece")), (3, 7), "{:#?}", net.text);
    assert_eq!(net.receive(B, serving), Ok(Some((at("192.0.2.10:4000"), bytes))));
}

/// A piece is lost: after a minute the rest is given up, and told.
#[test]
fn a_missing_piece_is_told_after_a_minute() {
    let mut net = Net::new(1_500);
    let mut pieces = 0;
    net.network.set_rule(Box::new(move |_, cable, _, bytes| {
        pieces += u32::from(cable == 0 && bytes[12..14] == [8, 0] && bytes[20] & 0x3F != 0);
        if pieces == 2 { Verdict::Lose } else { Verdict::Pass }
    }));
    let (client, serving) = (net.bind(A, "192.0.2.10:4000"), net.bind(B, "198.51.100.10:53"));
    net.send(A, client, "198.51.100.10:53", &[7; 3_000]).unwrap();
    net.go(59_000);
    assert_eq!(net.told("pieces are missing"), 0);
    net.go(2_000);
    assert_eq!((net.told("pieces are missing"), net.network.dropped(B).unwrap().unfinished), (2, 1));
    assert_eq!(net.receive(B, serving), Ok(None));
}

/// RFC 1191, RFC 8201: TCP finds out how much the path takes.
#[test]
fn tcp_finds_the_path_mtu() {
    for (local, peer, headers) in
        [("192.0.2.10:40000", "198.51.100.10:80", 40), ("[2001:db8:1::10]:40000", "[2001:db8:2::10]:80", 60)]
    {
        let mut net = Net::new(1_280);
        let listener = net.network.stack_mut(B).unwrap().listen(at(peer), 1).unwrap();
        let now = net.network.now();
        let client = net.network.stack_mut(A).unwrap().connect(now, at(local), at(peer)).unwrap();
        net.go(100);
        let server = net.network.stack_mut(B).unwrap().accept(listener).unwrap();
        let now = net.network.now();
        net.network.stack_mut(A).unwrap().send(now, client, &vec![7; 20_000]).unwrap();
        net.go(5_000);
        let inside = net.network.stack(B).unwrap().inside(server).unwrap();
        assert_eq!(inside.unread, 20_000, "{peer}: {:#?}", net.text);
        assert_eq!(net.network.stack(A).unwrap().inside(client).unwrap().mss, 1_280 - headers);
        assert!(net.told("too big, 1280 at most") > 0);
    }
}

/// Every way of talking over IPv6 alone, through a scene.
#[test]
fn a_scene_over_ipv6() {
    use crate::source::simulator::scene::Family;
    let topology = small_mtu(1_500);
    for family in [Family::Any, Family::V6] {
        let says = vec![b'x'; 20_000];
        let greeting = Greeting { says: says.clone(), family, ..Greeting::new(Profile::LinuxLike.knobs()) };
        let played = greeting.play(&topology).unwrap();
        assert_eq!(played.heard, says);
        let six = |bytes: &[u8]| bytes[12..14] == [0x86, 0xDD];
        let over_six = played.trace.frames().filter(|(.., frame)| six(&frame.bytes)).count();
        assert_eq!(over_six > 0, family == Family::V6);
    }
}
