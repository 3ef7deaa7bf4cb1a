//! Messages on their way: played on every topology, recorded, and in the lab,
//! where the tables are compared with those of the real kernel. Skips loudly
//! where namespaces are forbidden.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "a test that measures reads a clock")]

#[path = "support/skip.rs"]
mod skip;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use wirelens::conversation::conversations;
use wirelens::conversation::journey::{
    Asked, CopyReason, Crossing, How, Journey, Journeys, Learned, Message, Outcome, Point, Purpose, Reason, Sight,
    StopKind, chosen_route, gateway_choice, journeys, routes,
};
use wirelens::decode::MacAddress;
use wirelens::model::{
    Event, Frame, IpNetwork, LinkType, NodeId, NodeKind, OutputStream, Place, Timestamp, Topology, What,
};
use wirelens::source::file;
use wirelens::source::lab::topology::{SHIPPED, find};
use wirelens::source::simulator::scene::{Greeting, Played};
use wirelens::source::simulator::tcp::Profile;
use wirelens::source::simulator::{Link, Verdict};
use wirelens::trace::{FrameNumber, Notes, Trace};
use wirelens::words::{Language, Words};

fn map(id: &str) -> Topology {
    find(id).unwrap().read().unwrap()
}

fn play(id: &str, link: Option<Link>) -> Trace {
    let length = if link.is_some() { 60_000 } else { 5_000 };
    let greeting = Greeting { link, says: vec![b'x'; length], ..Greeting::new(Profile::LinuxLike.knobs()) };
    greeting.play(&map(id)).unwrap().trace
}

fn understand(trace: &Trace) -> Journeys {
    journeys(trace, &conversations(trace))
}

fn node(map: &Topology, name: &str) -> NodeId {
    map.node(name).unwrap_or_else(|| panic!("no {name}"))
}

/// Where the legs of the way lead, from the first node on.
fn way(map: &Topology, journey: &Journey) -> Vec<String> {
    let name = |point: Point| map.get(point.node().unwrap()).unwrap().name.clone();
    let legs: Vec<_> = journey.way().map(|(_, leg)| leg).collect();
    let first = legs.first().map(|leg| name(leg.from));
    first.into_iter().chain(legs.iter().map(|leg| name(leg.to))).collect()
}

fn is_router(map: &Topology, point: Point) -> bool {
    map.host(point.node().unwrap()).is_some_and(|host| host.forwards)
}

/// What must hold of whatever is played: every frame is on exactly one leg,
/// legs join, and only routers change anything.
fn check(trace: &Trace, found: &Journeys, what: &str) {
    let map = trace.notes.map.as_deref().unwrap();
    assert_eq!(found.unplaced, 0, "{what}");
    let mut seen: BTreeMap<FrameNumber, u32> = BTreeMap::new();
    for (index, journey) in found.journeys.iter().enumerate() {
        let look = journey.look(trace, Some(map));
        assert_eq!(look.legs.len(), journey.legs.len());
        for (place, leg) in journey.legs.iter().enumerate() {
            for capture in [leg.sent, leg.received].into_iter().flatten() {
                *seen.entry(capture.frame).or_default() += 1;
            }
            let ends = map.cables[leg.cable.unwrap()].ends.each_ref().map(|port| Point::Node(port.node));
            assert!(ends == [leg.from, leg.to] || ends == [leg.to, leg.from], "{what} {index}");
            assert!(!look.legs[place].is_empty(), "{what} {index}: nothing is read of leg {place}");
            if let Some(before) = leg.before {
                assert!(before < place, "{what} {index}: leg {place} is led to by {before}");
                assert_eq!(journey.legs[before].to, leg.from, "{what} {index}");
            }
        }
        for stop in &look.stops {
            match stop.kind {
                StopKind::Switch | StopKind::Hub => assert!(stop.changes.is_empty(), "{what} {index}: {stop:?}"),
                StopKind::Router | StopKind::Translator => {
                    assert!(is_router(map, stop.at));
                    let changed = |name: &str| stop.changes.iter().find(|change| change.field.name() == name);
                    for field in ["eth.src", "eth.dst", "ip.ttl", "ip.checksum"] {
                        assert!(changed(field).is_some(), "{what} {index}: {field} {stop:?}");
                    }
                    let ttl = changed("ip.ttl").unwrap();
                    assert_eq!(ttl.before.parse::<u8>().unwrap() - 1, ttl.after.parse::<u8>().unwrap());
                    if stop.kind == StopKind::Router {
                        assert_eq!(stop.changes.len(), 4, "{what} {index}: {stop:?}");
                    }
                }
                StopKind::Unknown => panic!("{what} {index}: {stop:?}"),
            }
        }
    }
    let frames: Vec<FrameNumber> = trace.frames().map(|(number, ..)| number).collect();
    assert!(seen.values().all(|times| *times == 1), "{what}: {seen:?}");
    assert_eq!(seen.into_keys().collect::<Vec<_>>(), frames, "{what}: every frame has its place");
}

#[test]
fn every_frame_of_every_topology_has_its_leg() {
    for shipped in SHIPPED {
        let trace = play(shipped.id, None);
        let found = understand(&trace);
        check(&trace, &found, shipped.id);
        let map = trace.notes.map.as_deref().unwrap();
        for journey in &found.journeys {
            if let Outcome::Stopped { at } = journey.outcome {
                // Too large for the narrow link, which the router says.
                let routes = map.host(at).is_some_and(|host| host.forwards);
                assert!(shipped.id == "narrow" && routes, "{}: {journey:?}", shipped.id);
                continue;
            }
            assert_eq!(journey.outcome, Outcome::Arrived, "{}: {journey:?}", shipped.id);
            assert_eq!(journey.way().last().unwrap().1.to.node(), journey.goal);
            if let Message::Tcp { .. } = journey.message {
                assert!(journey.conversation.is_some(), "{}: {journey:?}", shipped.id);
                assert!([map.client, map.server].contains(&journey.goal.unwrap()), "{}", shipped.id);
            }
        }
    }
}

/// The network loses, repeats and overtakes: nothing is told twice, and what
/// did not arrive ends at a cable.
#[test]
fn nothing_is_lost_but_what_was_lost() {
    let bad = Link { loss: 50_000, duplication: 30_000, reordering: 100_000, ..Link::default() };
    for shipped in SHIPPED {
        let trace = play(shipped.id, Some(bad));
        let found = understand(&trace);
        check(&trace, &found, shipped.id);
        let (mut lost, mut again) = (0, 0);
        for journey in &found.journeys {
            again += journey.legs.iter().filter(|leg| leg.again).count();
            match journey.outcome {
                Outcome::Arrived => {}
                Outcome::Lost { leg } => {
                    lost += 1;
                    assert_ne!(journey.legs[leg].crossing, Crossing::Arrived);
                    let mut behind = journey.way().filter(|(index, _)| *index > leg);
                    assert!(behind.all(|(_, leg)| leg.received.is_none()), "{journey:?}");
                }
                Outcome::Stopped { .. } if shipped.id == "narrow" => {}
                Outcome::Stopped { .. } | Outcome::Unknown => panic!("{}: {journey:?}", shipped.id),
            }
        }
        assert!(lost > 0 && again > 0, "{}: {lost} lost, {again} again", shipped.id);
    }
}

#[test]
fn a_hub_shows_everything_and_a_switch_only_broadcasts() {
    for (id, is_hub) in [("hub", true), ("switch", false)] {
        let trace = play(id, None);
        let found = understand(&trace);
        let map = trace.notes.map.as_deref().unwrap();
        let bystander = node(map, "bystander");
        for journey in &found.journeys {
            let is_question = matches!(journey.message, Message::ArpRequest { .. });
            let [alone] = journey.bystanders.as_slice() else { panic!("{journey:?}") };
            assert_eq!(alone.node, bystander);
            match alone.sight {
                Sight::Sees { why, leg } => {
                    assert!(is_hub || is_question, "{journey:?}");
                    assert_eq!(why, if is_question { CopyReason::Broadcast } else { CopyReason::Hub });
                    assert_eq!(journey.legs[leg].purpose, Purpose::Copy(why));
                    assert!(journey.legs[leg].received.is_some());
                }
                Sight::SwitchKnows { switch } => {
                    assert!(!is_hub && !is_question, "{journey:?}");
                    assert_eq!(map.get(switch).unwrap().kind, NodeKind::Switch);
                }
                Sight::OtherNetwork | Sight::LostBefore => panic!("{journey:?}"),
            }
        }
    }
}

#[test]
fn a_message_through_switch_router_and_hub() {
    let trace = play("lan-router-lan", None);
    let found = understand(&trace);
    let map = trace.notes.map.as_deref().unwrap();
    let first = found.journeys.iter().position(|journey| matches!(journey.message, Message::Tcp { .. })).unwrap();
    let syn = &found.journeys[first];
    assert_eq!(way(map, syn), ["client", "switch", "router", "hub", "server"]);
    let captured: Vec<(bool, bool)> = syn.way().map(|(_, leg)| (leg.sent.is_some(), leg.received.is_some())).collect();
    assert_eq!(captured, [(true, false), (false, true), (true, false), (false, true)]);
    let moments: Vec<_> = syn.way().map(|(_, leg)| leg.sent.or(leg.received).unwrap().at).collect();
    assert!(moments.is_sorted(), "{moments:?}");
    let sight = |name: &str| syn.bystanders.iter().find(|own| own.node == node(map, name)).unwrap().sight;
    assert_eq!(sight("neighbour"), Sight::SwitchKnows { switch: node(map, "switch") });
    assert!(matches!(sight("listener"), Sight::Sees { why: CopyReason::Hub, .. }));
    // The question for the gateway stays on its own network.
    let question = &found.journeys[0];
    assert!(matches!(question.message, Message::ArpRequest { .. }));
    assert_eq!(way(map, question), ["client", "switch", "router"]);
    let sight = |name: &str| question.bystanders.iter().find(|own| own.node == node(map, name)).unwrap().sight;
    assert_eq!((sight("server"), sight("listener")), (Sight::OtherNetwork, Sight::OtherNetwork));
    assert!(matches!(sight("neighbour"), Sight::Sees { why: CopyReason::Broadcast, .. }));
    // Why it was asked: the server is on another network.
    let errand = found.errand(map, 0).unwrap();
    assert_eq!(errand.target, map.address(map.server).unwrap());
    assert_eq!(errand.asks, Asked::Gateway("192.168.1.1".parse().unwrap()));
    assert!(!errand.same_network);
}

#[test]
fn a_translator_puts_addresses_there_and_back() {
    for id in ["nat", "internet"] {
        let trace = play(id, None);
        let found = understand(&trace);
        let map = trace.notes.map.as_deref().unwrap();
        let (mut out, mut back) = (0, 0);
        for journey in found.journeys.iter().filter(|journey| matches!(journey.message, Message::Tcp { .. })) {
            let look = journey.look(&trace, Some(map));
            let stop = look.stops.iter().find(|stop| stop.kind == StopKind::Translator).unwrap();
            let changed = |name: &str| stop.changes.iter().any(|change| change.field.name() == name);
            let outwards = journey.origin == Some(map.client);
            assert_eq!(changed("ip.src"), outwards);
            assert_eq!(changed("ip.dst"), !outwards);
            assert!(changed("tcp.checksum") && !changed("tcp.seq"));
            *(if outwards { &mut out } else { &mut back }) += 1;
        }
        assert!(out > 3 && back > 3, "{id}");
        let end = trace.events().last().unwrap().at;
        let tables = found.tables_at(map, end);
        let [table] = tables.translations.as_slice() else { panic!("{tables:?}") };
        let [(entry, _)] = table.entries.as_slice() else { panic!("{table:?}") };
        assert_eq!(entry.protocol, 6);
        assert_eq!(Some(entry.inside.ip()), map.address(map.client));
        assert_eq!(Some(entry.peer.ip()), map.address(map.server));
        assert_eq!(entry.outside.ip(), Ipv4Addr::new(203, 0, 113, 2));
    }
}

/// The tables fill one by one, and never with anything that nobody said.
#[test]
fn tables_are_as_the_topology_has_it() {
    for shipped in SHIPPED {
        let trace = play(shipped.id, None);
        let found = understand(&trace);
        let map = trace.notes.map.as_deref().unwrap();
        let owner = |mac: MacAddress| {
            let hosts = map.hosts().filter(|(_, _, host)| host.interfaces.values().any(|own| own.mac == mac.0));
            hosts.map(|(id, ..)| id).next().unwrap()
        };
        assert!(found.lessons.is_sorted_by_key(|lesson| lesson.at), "{}", shipped.id);
        let start = trace.start().unwrap();
        let before = found.tables_at(map, start - wirelens::model::Span::from_nanos(1));
        assert!(before.arp.iter().all(|table| table.entries.is_empty()));
        assert!(before.switches.iter().all(|table| table.entries.is_empty()));
        let after = found.tables_at(map, trace.events().last().unwrap().at);
        let mut known = 0;
        for table in &after.arp {
            for entry in &table.entries {
                let host = map.host(owner(entry.mac.unwrap())).unwrap();
                let mut addresses = host.interfaces.values().flat_map(|own| &own.addresses);
                assert!(addresses.any(|own| own.address == entry.address), "{}: {entry:?}", shipped.id);
                assert!(map.host(table.node).unwrap().interfaces.contains_key(&entry.interface));
                known += 1;
            }
        }
        // Both ends, and both sides of every router between them.
        assert!(known >= 2, "{}", shipped.id);
        for table in &after.switches {
            for entry in &table.entries {
                let station = owner(entry.mac);
                let far = map.cables[entry.cable].ends.iter().find(|port| port.node != table.node).unwrap();
                assert_eq!(far.node, station, "{}: {entry:?}", shipped.id);
            }
        }
        let hears = |lesson: &&wirelens::conversation::journey::Lesson| !lesson.new;
        let again = found.lessons.iter().filter(hears).count();
        let switched = map.nodes.iter().any(|node| node.kind == NodeKind::Switch);
        assert_eq!(again > 0, switched || shipped.id == "nat", "{}: {again}", shipped.id);
    }
}

/// A switch forgets what it has not heard for 300 s, and sends to all again.
#[test]
fn a_switch_forgets() {
    let trace = play("switch", None);
    let found = understand(&trace);
    let map = trace.notes.map.as_deref().unwrap();
    let last = found.lessons.iter().map(|lesson| lesson.at).max().unwrap();
    let seconds = |seconds: i64| wirelens::model::Span::from_nanos(seconds * 1_000_000_000);
    assert_eq!(found.tables_at(map, last).switches[0].entries.len(), 2);
    assert_eq!(found.tables_at(map, last + seconds(301)).switches[0].entries.len(), 0);
    assert_eq!(found.tables_at(map, last + seconds(301)).arp[0].entries.len(), 1, "a host is not so quick");
}

/// What a rule loses ends at its cable, and comes again as another message.
#[test]
fn a_lost_segment_ends_at_its_cable() {
    let id = "lan-router-lan";
    let topology = map(id);
    // The cable between router and hub, behind which nobody captures it.
    let cable = topology.cables.iter().position(|cable| {
        let names = cable.ends.each_ref().map(|port| topology.get(port.node).unwrap().name.as_str());
        names == ["router", "hub"] || names == ["hub", "router"]
    });
    let cable = cable.unwrap();
    let mut lost = false;
    let rule = move |_, on: usize, _, bytes: &[u8]| {
        let is_syn = bytes.get(12..14) == Some(&[8, 0]) && bytes.get(47).is_some_and(|flags| *flags == 2);
        if on == cable && is_syn && !lost {
            lost = true;
            return Verdict::Lose;
        }
        Verdict::Pass
    };
    let greeting = Greeting { rule: Some(Box::new(rule)), ..Greeting::new(Profile::LinuxLike.knobs()) };
    let Played { trace, .. } = greeting.play(&topology).unwrap();
    let found = understand(&trace);
    check(&trace, &found, "one lost");
    let syns: Vec<&Journey> = found
        .journeys
        .iter()
        .filter(|journey| matches!(journey.message, Message::Tcp { flags, .. } if flags.syn() && !flags.ack()))
        .collect();
    assert_eq!(syns.len(), 2);
    let Outcome::Lost { leg } = syns[0].outcome else { panic!("{:?}", syns[0]) };
    assert_eq!(syns[0].legs[leg].cable, Some(cable));
    let listener = node(&topology, "listener");
    let sight = syns[0].bystanders.iter().find(|own| own.node == listener).unwrap().sight;
    assert_eq!(sight, Sight::LostBefore);
    assert_eq!(syns[1].outcome, Outcome::Arrived);
}

#[test]
fn without_a_map_a_message_is_told_place_by_place() {
    for id in ["lan-router-lan", "nat"] {
        let mut trace = wirelens::source::shipped::find(id).unwrap().open().unwrap().trace;
        let with = understand(&trace);
        trace.notes.map = None;
        let without = understand(&trace);
        assert_eq!(without.journeys.len(), with.journeys.len(), "{id}");
        for (with, without) in with.journeys.iter().zip(&without.journeys) {
            assert_eq!((with.frame, with.conversation), (without.frame, without.conversation), "{id}");
            let captures = |journey: &Journey| -> Vec<FrameNumber> {
                let seen = journey.legs.iter().flat_map(|leg| [leg.sent, leg.received]).flatten();
                let mut frames: Vec<FrameNumber> = seen.map(|capture| capture.frame).collect();
                frames.sort_unstable();
                frames
            };
            assert_eq!(captures(with), captures(without), "{id}");
        }
    }
}

/// Somebody else's file may say anything of its network.
#[test]
fn a_map_that_contradicts_itself_is_no_harm() {
    let mut trace = wirelens::source::shipped::find("lan-router-lan").unwrap().open().unwrap().trace;
    let good = trace.notes.map.take().unwrap();
    let mut circle = (*good).clone();
    let (switch, hub) = (node(&good, "switch"), node(&good, "hub"));
    let mut cable = circle.cables[0].clone();
    cable.ends[0].node = switch;
    cable.ends[1].node = hub;
    circle.cables.extend([cable.clone(), cable.clone()]);
    let mut nobody = (*good).clone();
    nobody.cables[1].ends[1].node = NodeId(77);
    nobody.client = NodeId(99);
    let mut empty = (*good).clone();
    empty.nodes.clear();
    let mut deep = (*good).clone();
    for step in 0..5_000 {
        let mut cable = cable.clone();
        deep.nodes.push(good.nodes[hub.0].clone());
        cable.ends[0].node = if step == 0 { hub } else { NodeId(good.nodes.len() + step - 1) };
        cable.ends[1].node = NodeId(good.nodes.len() + step);
        deep.cables.push(cable);
    }
    for bad in [circle, nobody, empty, deep] {
        trace.notes.map = Some(Box::new(bad));
        let found = understand(&trace);
        let legs: usize = found.journeys.iter().map(|journey| journey.legs.len()).sum();
        assert!(legs <= 20 * trace.frame_count() || found.unplaced > 0, "{legs}");
        let map = trace.notes.map.as_deref().unwrap();
        found.tables_at(map, trace.events().last().unwrap().at);
        for (index, journey) in found.journeys.iter().enumerate() {
            journey.look(&trace, Some(map));
            found.errand(map, index);
        }
    }
}

#[test]
fn a_mask_decides_whose_address_is_asked_for() {
    let map = map("lan-router-lan");
    let choice = |host: &str, target: &str| gateway_choice(&map, node(&map, host), target.parse().unwrap()).unwrap();
    let gateway = choice("client", "172.16.5.236");
    assert_eq!(gateway.own, IpNetwork::parse("192.168.1.104/24").unwrap());
    assert_eq!(gateway.asks, Asked::Gateway("192.168.1.1".parse().unwrap()));
    assert_eq!(gateway.binary[0], "11000000.10101000.00000001.01101000");
    assert_eq!(gateway.edge, "11000000.10101000.00000001".len());
    let neighbour = choice("client", "192.168.1.106");
    assert_eq!(neighbour.asks, Asked::Target("192.168.1.106".parse().unwrap()));
    assert!(neighbour.same_network);
    assert_eq!(choice("client", "192.168.1.104").asks, Asked::Itself);
    // Between two networks the router's own address there counts.
    let router = choice("router", "172.16.5.236");
    assert_eq!(router.own, IpNetwork::parse("172.16.5.1/24").unwrap());
    assert_eq!(choice("router", "8.8.8.8").asks, Asked::Nobody);
    assert_eq!(gateway_choice(&map, node(&map, "switch"), "8.8.8.8".parse().unwrap()), None);
    assert_eq!(gateway_choice(&map, node(&map, "client"), "2001:db8::1".parse().unwrap()), None);
}

#[test]
fn the_longest_prefix_decides() {
    let mut map = map("two-routers");
    let client = node(&map, "client");
    let NodeKind::Host(host) = &mut map.nodes[client.0].kind else { panic!("no host") };
    let gateway = host.gateways[0];
    let own = host.interfaces.values().next().unwrap().addresses[0];
    host.routes.push((IpNetwork::parse("10.0.0.0/8").unwrap(), gateway));
    host.routes.push((IpNetwork::parse("10.1.0.0/16").unwrap(), gateway));
    let table = routes(&map, client);
    let chosen = |target: &str| table[chosen_route(&table, target.parse().unwrap()).unwrap()].to.to_string();
    assert_eq!(chosen("10.1.2.3"), "10.1.0.0/16");
    assert_eq!(chosen("10.2.2.3"), "10.0.0.0/8");
    assert_eq!(chosen("11.2.2.3"), "0.0.0.0/0");
    assert_eq!(chosen(&own.address.to_string()), format!("{}/{}", own.network(), own.prefix));
    assert_eq!(chosen_route(&table, "2001:db8::1".parse().unwrap()), None);
}

/// What Linux 6.18 did with these frames, each sent by the client on a switch:
/// watched in its neighbour tables (`ip neigh`) and its bridge (`bridge fdb`).
#[test]
fn arp_is_believed_as_linux_believes_it() {
    let map = map("switch");
    let mut trace = Trace::new(Notes { map: Some(Box::new(map.clone())), ..Notes::default() });
    let places = ["client:eth0", "server:eth0", "bystander:eth0"].map(|name| {
        trace.add_place(Place::Interface { name: name.to_owned(), description: None, link_type: LinkType::ETHERNET })
    });
    let ip = |host: u8| [192, 168, 1, host];
    let mac = |last: u8| if last == 255 { [255; 6] } else { [2, 0, 0, 0, last, if last < 4 { 1 } else { last }] };
    let (client, server) = (1, 2);
    let mut arp = |millis: i64, operation: u8, from: u8, to: u8, sender: u8, target: u8| {
        let head = [mac(to), mac(from)].concat();
        let body = [vec![8, 6, 0, 1, 8, 0, 6, 4, 0, operation], mac(from).to_vec(), ip(sender).to_vec()];
        let bytes = [head, body.concat(), vec![0; 6], ip(target).to_vec()].concat();
        let seen = if to == 255 { vec![0, 1, 2] } else { vec![0, usize::from(to) - 1] };
        for (delay, place) in (0..).zip(seen) {
            let at = Timestamp::from_nanos(millis * 1_000_000 + delay);
            trace.push(Event { at, place: places[place], what: What::Frame(Frame::whole(bytes.clone())) });
        }
    };
    // An answer that nobody asked for; a question for the bystander; three
    // announcements; questions for the server.
    arp(0, 2, client, server, 200, 105);
    arp(300, 1, client, 255, 104, 106);
    arp(800, 1, client, 255, 104, 104);
    arp(2_800, 1, 9, 255, 104, 104);
    arp(3_100, 1, 8, 255, 104, 104);
    arp(5_100, 2, client, 255, 104, 104);
    arp(7_000, 1, 7, 255, 104, 105);
    arp(7_500, 1, 6, 255, 104, 105);
    let found = understand(&trace);
    let known = |millis: i64, host: &str| -> Vec<(u8, u8)> {
        let tables = found.tables_at(&map, Timestamp::from_nanos(millis * 1_000_000));
        let own = tables.arp.into_iter().find(|table| table.node == node(&map, host)).unwrap();
        own.entries.iter().map(|entry| (entry.address.octets()[3], entry.mac.map_or(0, |mac| mac.0[4]))).collect()
    };
    assert_eq!(known(200, "server"), [], "nobody asked");
    assert_eq!(known(700, "server"), [], "not asked for");
    assert_eq!(known(700, "bystander"), [(104, client)]);
    assert_eq!((known(1_000, "server"), known(1_000, "bystander")), (vec![], vec![(104, client)]));
    assert_eq!(known(3_000, "bystander"), [(104, 9)]);
    assert_eq!(known(3_300, "bystander"), [(104, 8)], "an announcement counts at once");
    assert_eq!(known(5_300, "bystander"), [(104, client)]);
    assert_eq!((known(7_200, "server"), known(7_200, "bystander")), (vec![(104, 7)], vec![(104, 7)]));
    assert_eq!(known(7_700, "server"), [(104, 6)], "who is asked believes at once");
    assert_eq!(known(7_700, "bystander"), [(104, 7)], "who is not keeps it for a second");
    assert_eq!(known(7_700, "client"), [(106, 0)], "it only asked");
    // The switch believes every source address, whoever made it up.
    let tables = found.tables_at(&map, Timestamp::from_nanos(8_000_000_000));
    let stations: Vec<u8> = tables.switches[0].entries.iter().map(|entry| entry.mac.0[4]).collect();
    assert_eq!(stations, [client, 9, 8, 7, 6]);
}

/// A router cuts a packet that is too long for the next link: one message goes
/// on in two pieces. One that must not be cut ends there, and the error tells
/// which.
#[test]
fn a_packet_is_cut_or_ends() {
    let map = map("narrow");
    let mut trace = Trace::new(Notes { map: Some(Box::new(map.clone())), ..Notes::default() });
    let names = ["client:eth0", "left:eth0", "left:eth1", "right:eth0"];
    let places = names.map(|name| {
        trace.add_place(Place::Interface { name: name.to_owned(), description: None, link_type: LinkType::ETHERNET })
    });
    let mac = |place: usize| {
        let (host, interface) = names[place].split_once(':').unwrap();
        map.host(node(&map, host)).unwrap().interfaces[interface].mac
    };
    let addresses = [[192, 168, 1, 104], [172, 16, 5, 236]].concat();
    // Of IPv4: how long, which, flags and place of the piece, TTL, protocol.
    let header = |length: u16, which: u8, place: u16, ttl: u8, protocol: u8| {
        let [l0, l1, p0, p1] = [length.to_be_bytes(), place.to_be_bytes()].concat()[..] else { panic!() };
        let head = vec![0x45, 0, l0, l1, 0, which, p0, p1, ttl, protocol, 0, ttl];
        [head, addresses.clone()].concat()
    };
    let datagram = |bytes: usize| [vec![0x9C, 0x40, 0, 9, 5, 0x80, 0, 0], vec![b'x'; bytes]].concat();
    let mut nanos = 0;
    let mut cross = |from: usize, to: usize, packet: Vec<u8>| {
        let bytes = [mac(to).to_vec(), mac(from).to_vec(), vec![8, 0], packet].concat();
        for place in [from, to] {
            nanos += 1_000;
            let (at, frame) = (Timestamp::from_nanos(nanos), Frame::whole(bytes.clone()));
            trace.push(Event { at, place: places[place], what: What::Frame(frame) });
        }
    };
    cross(0, 1, [header(1_428, 1, 0, 64, 17), datagram(1_400)].concat());
    cross(2, 3, [header(1_396, 1, 0x2000, 63, 17), datagram(1_368)].concat());
    cross(2, 3, [header(52, 1, 172, 63, 17), vec![b'x'; 32]].concat());
    let uncut = header(1_428, 2, 0x4000, 64, 17);
    cross(0, 1, [uncut.clone(), datagram(1_400)].concat());
    let mut error = [header(56, 3, 0, 64, 1), vec![3, 4, 0, 0, 0, 0, 5, 0x78], uncut, datagram(0)].concat();
    error[12..20].copy_from_slice(&[192, 168, 1, 1, 192, 168, 1, 104]);
    cross(1, 0, error);

    let found = understand(&trace);
    let [cut, ended, error] = found.journeys.as_slice() else { panic!("{:#?}", found.journeys) };
    let frames: Vec<u32> = cut.legs.iter().map(|leg| leg.sent.unwrap().frame.0).collect();
    assert_eq!((frames, cut.legs[1].before, cut.legs[2].before), (vec![1, 3, 5], Some(0), Some(0)));
    assert!(cut.legs.iter().all(|leg| !leg.again && leg.purpose == Purpose::Way));
    let look = cut.look(&trace, Some(&map));
    let reasons = |stop: usize| look.stops[stop].changes.iter().any(|change| change.reason == Reason::Cut);
    assert!(reasons(0) && reasons(1), "{:#?}", look.stops);
    for words in Language::ALL.map(Words::new) {
        let said = words.journey_stop(&trace, cut, &look, &look.stops[0]);
        assert!(said.contains("RFC 791 3.2") && said.contains("64 → 63"), "{said}");
    }
    assert_eq!(ended.outcome, Outcome::Stopped { at: node(&map, "left") });
    assert_eq!(error.outcome, Outcome::Arrived);
    let Message::Icmp { about, .. } = error.message else { panic!("{error:?}") };
    assert_eq!(about, Some(1), "not the one that was cut");
}

fn wirelens(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirelens"));
    command.args(arguments).stdin(Stdio::null()).env("LANG", "C").env("COLUMNS", "100").output().unwrap()
}

/// The lab's output; `None` where it is forbidden here.
fn lab(arguments: &[&str]) -> Option<Vec<u8>> {
    let arguments: Vec<&str> = [&["lab"], arguments, &["-q"]].concat();
    let output = wirelens(&arguments);
    if output.status.code() == Some(3) {
        skip::skip(&format!("not permitted here: {}", String::from_utf8_lossy(&output.stderr)));
        return None;
    }
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(output.stdout)
}

/// What every host's own kernel says of its neighbours is what is inferred
/// from the frames: no more, no less.
#[test]
fn arp_caches_are_those_of_the_kernel() {
    let program = env!("CARGO_BIN_EXE_wirelens");
    let server = format!("server: {program} program udp-hello server --address 172.16.5.236");
    let client = format!("client: {program} program udp-hello client --address 172.16.5.236");
    let hosts = ["client", "neighbour", "server", "listener", "router"];
    let looks: Vec<String> = hosts.iter().map(|host| format!("{host}: cat /proc/net/arp")).collect();
    let commands = [server.as_str(), client.as_str()].into_iter().chain(looks.iter().map(String::as_str));
    let arguments: Vec<&str> = ["lan-router-lan"].into_iter().chain(commands).chain(["-w", "-"]).collect();
    let Some(bytes) = lab(&arguments) else { return };
    let trace = file::read(bytes.as_slice()).unwrap().trace;
    let found = understand(&trace);
    check(&trace, &found, "the kernel's");
    let map = trace.notes.map.as_deref().unwrap();
    // What each `cat` wrote, in the order they were started.
    let mut written: BTreeMap<u32, (String, Timestamp)> = BTreeMap::new();
    for event in trace.events() {
        let (What::Output { stream: OutputStream::Stdout, bytes }, Some(Place::Program { command, .. })) =
            (&event.what, trace.place(event.place))
        else {
            continue;
        };
        if command.iter().any(|word| word.contains("/proc/net/arp")) {
            let (text, at) = written.entry(event.place.0).or_default();
            text.push_str(std::str::from_utf8(bytes).unwrap());
            *at = event.at;
        }
    }
    assert_eq!(written.len(), hosts.len());
    let mut entries = 0;
    for (host, (text, at)) in hosts.iter().zip(written.values()) {
        let mut theirs: Vec<(String, String, String)> = text
            .lines()
            .skip(1)
            .map(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                (words[0].to_owned(), words[3].to_owned(), words[5].to_owned())
            })
            .collect();
        theirs.sort();
        let tables = found.tables_at(map, *at);
        let own = tables.arp.iter().find(|table| table.node == node(map, host)).unwrap();
        let mut ours: Vec<(String, String, String)> = own
            .entries
            .iter()
            .map(|entry| {
                let mac = entry.mac.map_or_else(|| "00:00:00:00:00:00".to_owned(), |mac| mac.to_string());
                (entry.address.to_string(), mac, entry.interface.clone())
            })
            .collect();
        ours.sort();
        assert_eq!(ours, theirs, "{host}");
        entries += ours.len();
    }
    assert_eq!(entries, 4, "client, server, and both sides of the router");
    // Who asked learned from the answer, who was asked from the question.
    let how = |host: &str| {
        let mut known = found.lessons.iter().filter(|lesson| lesson.node == node(map, host));
        known.find_map(|lesson| if let Learned::Neighbour { how, .. } = lesson.learned { Some(how) } else { None })
    };
    assert_eq!((how("client"), how("server")), (Some(How::Reply), Some(How::Request)));
}

/// A wire of the lab tells what it lost, delayed and repeated.
#[test]
fn a_wire_tells_what_it_did() {
    let faults = ["--lose", "syn", "--duplicate", "data>#1", "--set", "pause=0ms", "-w", "-"];
    let Some(bytes) = lab(&[&["switch"], faults.as_slice()].concat()) else { return };
    let trace = file::read(bytes.as_slice()).unwrap().trace;
    let found = understand(&trace);
    check(&trace, &found, "faults");
    let map = trace.notes.map.as_deref().unwrap();
    let first = found.journeys.iter().find(|journey| matches!(journey.message, Message::Tcp { .. })).unwrap();
    let Outcome::Lost { leg: 0 } = first.outcome else { panic!("{first:?}") };
    assert!(matches!(first.legs[0].crossing, Crossing::Lost(_)), "{first:?}");
    assert_eq!(first.way().count(), 1, "{first:?}");
    let repeated: Vec<&Journey> =
        found.journeys.iter().filter(|journey| journey.legs.iter().any(|leg| leg.again)).collect();
    let [twice] = repeated.as_slice() else { panic!("{repeated:?}") };
    assert_eq!(way(map, twice), ["client", "switch", "server"]);
    assert_eq!(twice.outcome, Outcome::Arrived);
}

/// An error belongs to what it is about, also behind a translator.
#[test]
fn an_icmp_error_is_translated_with_what_it_quotes() {
    let program = env!("CARGO_BIN_EXE_wirelens");
    let client = format!("client: timeout 1 {program} program udp-hello client --address 203.0.113.80 || true");
    let Some(bytes) = lab(&["nat", &client, "-w", "-"]) else { return };
    let trace = file::read(bytes.as_slice()).unwrap().trace;
    let found = understand(&trace);
    let map = trace.notes.map.as_deref().unwrap();
    let errors: Vec<&Journey> =
        found.journeys.iter().filter(|journey| matches!(journey.message, Message::Icmp { .. })).collect();
    let error = errors.first().unwrap_or_else(|| panic!("no error in {:?}", found.journeys));
    let Message::Icmp { about: Some(about), .. } = error.message else { panic!("{error:?}") };
    assert!(matches!(found.journeys[about].message, Message::Udp { .. }));
    assert_eq!(error.goal, Some(map.client));
    let look = error.look(&trace, Some(map));
    let stop = &look.stops[0];
    assert_eq!(stop.kind, StopKind::Translator);
    let inside = stop.changes.iter().filter(|change| change.quoted).map(|change| change.field.name());
    assert!(inside.clone().any(|name| name == "ip.src") && inside.clone().any(|name| name == "udp.srcport"));
}

#[test]
fn hops_are_a_format_like_any_other() {
    let capture = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/lan-router-lan.pcapng");
    let said = |arguments: &[&str]| {
        let output = wirelens(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let whole = said(&["show", capture, "--format", "hops"]);
    assert_eq!(whole.matches("ARP: who has").count(), 2);
    let one = said(&["show", capture, "--format", "hops", "--conversation", "0"]);
    assert!(!one.contains("ARP: who has") && one.contains("20 messages"), "{one}");
    let filtered = said(&["show", capture, "--format", "hops", "-Y", "tcp.flags.syn == 1"]);
    assert!(filtered.contains("2 messages"), "{filtered}");
    let coloured = said(&["show", capture, "--format", "hops", "--color", "always"]);
    assert!(coloured.contains("\x1b[1;33m*63\x1b[0m"), "what changed has a colour");
    let simulated = said(&["simulate", "router", "--format", "hops"]);
    assert!(simulated.contains("RFC 1812 5.3.1"), "{simulated}");
    let chinese = said(&["show", capture, "--format", "hops", "--lang", "zh"]);
    assert!(chinese.contains("两个 MAC 地址都换掉"));
    for text in [whole, one, filtered, simulated, chinese] {
        let widest = text.lines().map(wirelens::words::width).max().unwrap();
        assert!(widest <= 100, "{widest}");
        assert!(!text.contains('⟨'));
    }
    let alone = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/greeting.pcapng");
    assert!(said(&["show", alone, "--format", "hops"]).contains("captured at one place only"));
    let wrong = wirelens(&["show", capture, "--format", "hops", "--conversation", "9"]);
    assert_eq!(wrong.status.code(), Some(2));
    let document: serde_json::Value = serde_json::from_str(&said(&["show", capture, "--format", "json"])).unwrap();
    let journeys = document["journeys"].as_array().unwrap();
    assert_eq!(journeys.len(), 24);
    assert_eq!(journeys[2]["legs"][2]["changed"].as_array().unwrap().len(), 4);
    assert_eq!(journeys[2]["bystanders"][0]["why"], "switch-knows");
    assert_eq!(document["lessons"][0]["table"], "mac");
    let document: serde_json::Value = serde_json::from_str(&said(&["show", alone, "--format", "json"])).unwrap();
    assert!(document.get("journeys").is_none());
}

/// What is long is still told in time: a thousand messages over seven cables.
#[test]
fn a_long_trace_is_understood_quickly() {
    let greeting = Greeting { says: vec![b'x'; 2_000_000], ..Greeting::new(Profile::LinuxLike.knobs()) };
    let trace = greeting.play(&map("internet")).unwrap().trace;
    let all = conversations(&trace);
    let start = Instant::now();
    let found = journeys(&trace, &all);
    let took = start.elapsed();
    assert!(found.journeys.len() > 1_000, "{}", found.journeys.len());
    assert!(took < Duration::from_secs(10), "{took:?} for {} frames", trace.frame_count());
    eprintln!("{took:?} for {} frames", trace.frame_count());
}
