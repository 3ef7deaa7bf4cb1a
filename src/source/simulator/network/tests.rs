//! The shipped topologies, played.

/// An independent TCP at the other end.
mod another_tcp;
/// UDP, ICMP, IPv6, fragments.
mod datagrams;
/// How programs behave.
mod habits;

use std::fmt::Write as _;

use super::*;
use crate::model::{Place, TcpState, What};
use crate::source::lab::topology::{SHIPPED, find};
use crate::source::simulator::scene::{Greeting, Played};
use crate::source::simulator::tcp::{Profile, Reason};
use crate::source::simulator::{Body, Icmp, Payload};

fn topology(id: &str) -> Topology {
    find(id).unwrap().read().unwrap()
}

/// Every frame sent, in short, with who sent it.
fn frames(topology: &Topology, knobs: Knobs, destination: Option<Ipv4Addr>) -> String {
    let mut network = Network::new(topology, knobs, 1).unwrap();
    let to = destination.unwrap_or_else(|| match topology.address(topology.server).unwrap() {
        std::net::IpAddr::V4(address) => address,
        std::net::IpAddr::V6(_) => panic!("IPv4 alone"),
    });
    let from = network.source_address(topology.client, to).unwrap();
    network.stack_mut(topology.server).unwrap().listen((to, 80).into(), 1).ok();
    let client = network.stack_mut(topology.client).unwrap();
    client.connect(Moment::START, (from, 40_000).into(), (to, 80).into()).unwrap();
    let mut text = String::new();
    network.run(Moment::from_millis(10_000), &mut |at, seen| {
        let Seen::Frame { node, frame, fate: Some(_), .. } = seen else { return };
        let name = &topology.nodes[node.0].name;
        let [source, destination] = [frame.source, frame.destination].map(|mac| match mac {
            [0xFF, ..] => "all".to_owned(),
            [_, _, _, _, node, interface] => format!("{node}.{interface}"),
        });
        let body = match &frame.body {
            Body::Arp(arp) if arp.request => format!("who has {}? tell {}", arp.target.1, arp.sender.1),
            Body::Arp(arp) => format!("{} is at {}.{}", arp.sender.1, arp.sender.0[4], arp.sender.0[5]),
            Body::Ipv4(datagram) | Body::Ipv6(datagram) => {
                let what = match &datagram.payload {
                    Payload::Tcp { from, to, segment } => format!("{from} > {to} {}", segment.flags),
                    Payload::Udp { from, to, bytes } => format!("{from} > {to} UDP {} bytes", bytes.len()),
                    Payload::Piece { offset, more, bytes, .. } => {
                        format!("piece at {offset}, {} bytes{}", bytes.len(), if *more { ", more" } else { "" })
                    }
                    Payload::Icmp(icmp) => told(icmp),
                };
                format!("{} > {} ttl {} {what}", datagram.source, datagram.destination, datagram.ttl)
            }
        };
        writeln!(text, "{at} {name:<9} {source} > {destination}  {body}").unwrap();
    });
    text
}

fn told(icmp: &Icmp) -> String {
    match icmp {
        Icmp::TimeExceeded { .. } => "time exceeded".to_owned(),
        Icmp::ReassemblyTimeExceeded { .. } => "pieces are missing".to_owned(),
        Icmp::Unreachable { code, .. } => format!("unreachable, code {code}"),
        Icmp::FragmentationNeeded { mtu, .. } => format!("too big, {mtu} at most"),
        Icmp::Echo { reply, number, data, .. } => {
            format!("echo {} {number}, {} bytes", if *reply { "reply" } else { "request" }, data.len())
        }
        Icmp::Solicitation { target, .. } => format!("who has {target}?"),
        Icmp::Advertisement { target, router, .. } => {
            format!("I have {target}{}", if *router { ", a router" } else { "" })
        }
    }
}

fn quiet() -> Knobs {
    Knobs { isn: crate::source::simulator::tcp::Isn::Fixed(crate::model::SeqNumber::new(7)), ..Profile::Rfc.knobs() }
}

#[test]
fn a_handshake_through_a_router() {
    insta::assert_snapshot!(frames(&topology("router"), quiet(), None));
}

#[test]
fn a_handshake_behind_a_translating_gateway() {
    insta::assert_snapshot!(frames(&topology("nat"), quiet(), None));
}

/// Nobody has the address: three requests, then "host unreachable" from the
/// router, and TCP takes it for soft (RFC 9293 §3.9.2.2, MUST-56).
#[test]
fn nobody_answers_behind_the_router() {
    insta::assert_snapshot!(frames(&topology("router"), quiet(), Some(Ipv4Addr::new(172, 16, 5, 99))));
}

/// Two routers that each take the other for the way: the TTL ends it.
#[test]
fn a_routing_loop_ends_with_time_exceeded() {
    let toml = find("two-routers").unwrap().toml;
    let away = [("192.168.236.0/24\" = \"10.0.0.2\"", "10.0.0.2"), ("192.168.1.0/24\" = \"10.0.0.1\"", "10.0.0.1")];
    let looped = away.iter().fold(toml.to_owned(), |text, (route, via)| {
        text.replace(route, &format!("{route}, \"10.9.0.0/16\" = \"{via}\""))
    });
    let looped = crate::source::lab::topology::read(&looped).unwrap();
    let text = frames(&looped, quiet(), Some(Ipv4Addr::new(10, 9, 9, 9)));
    // SYNs at 0, 1, 3 and 7 s: 64 hops each, and each comes back as an error
    // over two hops.
    assert_eq!((text.matches(" SYN").count(), text.matches("time exceeded").count()), (4 * 64, 4 * 2), "{text}");
}

fn play(id: &str, greeting: Greeting) -> (Topology, Played) {
    let topology = topology(id);
    let played = greeting.play(&topology).unwrap();
    (topology, played)
}

#[test]
fn every_shipped_topology_carries_a_conversation() {
    for shipped in SHIPPED {
        for profile in [Profile::Rfc, Profile::LinuxLike] {
            let says = vec![b'x'; 20_000];
            let (_, played) = play(shipped.id, Greeting { says: says.clone(), ..Greeting::new(profile.knobs()) });
            assert_eq!(played.heard, says, "{}", shipped.id);
            assert!(played.ended.is_some(), "{}", shipped.id);
        }
    }
}

/// How many frames each place saw that were not broadcast.
fn unicasts(played: &Played, name: &str) -> usize {
    let (place, _) = (played.trace.places())
        .find(|(_, place)| matches!(place, Place::Interface { name: own, .. } if own == name))
        .unwrap();
    let frames = played.trace.frames().filter(|(_, _, at, frame)| *at == place && frame.bytes[0] != 0xFF);
    frames.count()
}

#[test]
fn a_bystander_at_a_hub_sees_everything_and_one_at_a_switch_nothing() {
    let (_, played) = play("lan-router-lan", Greeting::new(Profile::Rfc.knobs()));
    assert_eq!(unicasts(&played, "neighbour:eth0"), 0);
    assert_eq!(unicasts(&played, "listener:eth0"), unicasts(&played, "server:eth0"));
    assert!(unicasts(&played, "server:eth0") > 8);
}

#[test]
fn the_trace_tells_states_and_reasons() {
    let (_, played) = play("cable", Greeting::new(Profile::Rfc.knobs()));
    let states: Vec<TcpState> = (played.trace.events().iter())
        .filter_map(|event| if let What::SocketState(state) = &event.what { state.state } else { None })
        .collect();
    for state in TcpState::ALL {
        let rare = [TcpState::Listen, TcpState::Closing, TcpState::Closed];
        assert!(states.contains(&state) || rare.contains(&state), "{state} in {states:?}");
    }
    let comments: Vec<&str> = (played.trace.frames()).filter_map(|(.., frame)| frame.comment.as_deref()).collect();
    assert_eq!(comments[0], "simulated: active-open, RFC 9293 3.10.1 \"OPEN Call\"");
    assert_eq!(comments[1], "simulated: syn-to-listener, RFC 9293 3.10.7.2 \"LISTEN STATE\"");
}

/// Loss on every cable: everything is said all the same, and the same seed
/// gives the same bytes.
#[test]
fn the_same_seed_gives_the_same_trace() {
    let link = Link { loss: 50_000, duplication: 20_000, reordering: 50_000, ..Link::default() };
    let greeting = |seed| Greeting { seed, link: Some(link), says: vec![7; 30_000], ..Greeting::new(quiet()) };
    let (_, one) = play("lan-router-lan", greeting(3));
    let (_, same) = play("lan-router-lan", greeting(3));
    let (_, other) = play("lan-router-lan", greeting(4));
    assert_eq!(one.heard.len(), 30_000);
    assert_eq!(one.trace, same.trace);
    assert_ne!(one.trace, other.trace);
    assert!(one.steps.iter().any(|step| matches!(step.effect, Effect::Sent { why: Reason::FastRetransmit, .. })));
}

/// A rule loses one frame: the third step of the handshake.
#[test]
fn a_rule_loses_a_chosen_frame() {
    let mut seen = 0;
    let lose_first_syn = Box::new(move |_, _, _, bytes: &[u8]| {
        seen += u32::from(bytes[12..14] == [8, 0] && bytes[47] == 2);
        if seen == 1 && bytes[12..14] == [8, 0] { Verdict::Lose } else { Verdict::Pass }
    });
    let (_, played) = play("cable", Greeting { rule: Some(lose_first_syn), ..Greeting::new(quiet()) });
    assert_eq!(played.heard, b"hello\n");
    let timeouts = played
        .steps
        .iter()
        .filter(|step| matches!(step.effect, Effect::Sent { why: Reason::RetransmissionTimeout, .. }));
    assert_eq!(timeouts.map(|step| step.at.nanos() / 1_000_000_000).collect::<Vec<_>>(), [1]);
}
