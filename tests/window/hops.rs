//! The network with a message on its way, found by what is written on it.

use std::fs;
use std::path::PathBuf;

use eframe::egui::accesskit::{Role, Toggled};
use eframe::egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, TouchPhase, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use wirelens::model::{
    Bilingual, Cable, Host, Interface, IpNetwork, Node, NodeId, NodeKind, Port, Quality, Topology, What,
};
use wirelens::source::file;
use wirelens::source::lab::topology::SHIPPED as TOPOLOGIES;
use wirelens::source::shipped::SHIPPED;
use wirelens::timeline::map::Map;
use wirelens::trace::{FrameNumber, Trace};
use wirelens::view::window::App;
use wirelens::view::window::document::Selection;
use wirelens::words::{Language, Words};

use crate::app::{SIZE, window};
use crate::harness::Screen;
use crate::lanes::opened;

const TALL: [f32; 2] = [1440.0, 1500.0];

/// The shipped recording of a switch, a router and a hub, its network shown,
/// at its first message.
fn network<'a>(screen: Screen, language: Language) -> Harness<'a, App> {
    let mut harness = window(screen, language, "lan-router-lan");
    choose(&mut harness, language);
    harness
}

fn choose(harness: &mut Harness<'_, App>, language: Language) {
    harness.get_by_role_and_label(Role::Button, &Words::new(language).word("lanes-network")).click();
    harness.run();
    press(harness, Key::Home);
}

fn press(harness: &mut Harness<'_, App>, key: Key) {
    press_with(harness, Modifiers::NONE, key);
}

fn press_with(harness: &mut Harness<'_, App>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run();
}

/// To the first message with this in its name; which step it was.
fn go_to(harness: &mut Harness<'_, App>, title: &str) {
    for _ in 0..200 {
        if harness.query_by_label_contains(title).is_some() {
            return;
        }
        press_with(harness, Modifiers::SHIFT, Key::ArrowRight);
    }
    panic!("no message is called {title}");
}

/// The button whose name begins so, chosen or not.
fn is_chosen(harness: &Harness<'_, App>, start: &str) -> bool {
    let mut found = harness
        .query_all_by_role(Role::Button)
        .filter(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with(start)));
    found.next().unwrap_or_else(|| panic!("{start}")).accesskit_node().toggled() == Some(Toggled::True)
}

fn click(harness: &mut Harness<'_, App>, start: &str) {
    let found: Vec<_> = harness
        .query_all_by_role(Role::Button)
        .filter(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with(start)))
        .collect();
    found.first().unwrap_or_else(|| panic!("{start}")).click();
    harness.run();
}

/// The window with a trace that was saved and opened again.
fn shown<'a>(screen: Screen, language: Language, name: &str, trace: &Trace) -> Harness<'a, App> {
    let path = temporary(name);
    file::save(trace, &path).unwrap();
    let harness = opened(screen, language, &path);
    fs::remove_file(path).unwrap();
    harness
}

fn temporary(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("wirelens-hops-{name}-{}.pcapng", std::process::id()))
}

/// The window with a conversation played over a topology.
fn played<'a>(screen: Screen, language: Language, id: &str) -> Harness<'a, App> {
    let path = temporary(&format!("{id}-{language:?}-{}", screen.size[0]));
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wirelens"));
    let ended = command.args(["simulate", id, "-q", "-w"]).arg(&path).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let harness = opened(screen, language, &path);
    fs::remove_file(path).unwrap();
    harness
}

fn shipped(id: &str) -> Trace {
    SHIPPED.iter().find(|shipped| shipped.id == id).unwrap().open().unwrap().trace
}

#[test]
fn the_network_is_offered_where_a_capture_says_what_it_was() {
    let harness = window(Screen::dark(SIZE), Language::English, "greeting");
    assert!(harness.query_by_role_and_label(Role::Button, "network").is_none());
    let mut harness = network(Screen::dark(TALL), Language::English);
    // The library may list it too.
    assert!(harness.query_all_by_label("A switched network, a router, a network on a hub").count() > 0);
    harness.get_by_label_contains("ARP: who has 192.168.1.1? tell 192.168.1.104 · frame 1");
    // Another document begins with one conversation.
    harness.get_by_label("Refused: nobody listens").click();
    harness.run();
    harness.get_by_label_contains("frame 1, client → server, SYN");
}

#[test]
fn every_node_leg_card_and_row_has_a_name() {
    for language in Language::ALL {
        let mut harness = network(Screen::light([1900.0, 1600.0]), language);
        go_to(&mut harness, "SYN 192.168.1.104:");
        let words = Words::new(language);
        let node = |key: &str, name: &str| format!("{}, {name}", words.word(key));
        for (key, name) in [
            ("net-host", "client\neth0: 192.168.1.104/24, 02:00:00:00:01:01"),
            ("net-switch", "switch"),
            ("net-router", "router\neth0: 192.168.1.1/24, 02:00:00:00:05:01\neth1: 172.16.5.1/24, 02:00:00:00:05:02"),
            ("net-hub", "hub"),
            ("net-host", "server\neth0: 172.16.5.236/24"),
            ("net-host", "neighbour\n"),
            ("net-host", "listener\n"),
        ] {
            assert!(!is_chosen(&harness, &node(key, name)), "{name}");
        }
        let what = words.say("net-said", &[("what", &"SYN")]);
        let unseen = words.say("net-switch-knows", &[("what", &what), ("switch", &"switch")]);
        let seen = words.say("net-sees-hub", &[("what", &what), ("switch", &"")]);
        for told in [unseen, seen] {
            harness.get_by_label_contains(&told);
        }
        for leg in ["client → switch", "switch → router", "router → hub", "hub → server"] {
            harness.get_by_label_contains(&format!("SYN, {leg}"));
            assert!(harness.query_all_by_label_contains(leg).count() >= 2, "a cable and a card: {leg}");
        }
        harness.get_by_label_contains(&format!("SYN, hub → listener · {}", words.word("net-copy-hub")));
        let ttl = words.word("net-field-ttl");
        let changed = |protocol: &str, field: &str, value: &str, before: &str| {
            let field = words.word(field);
            words.say(
                "net-row-changed",
                &[("protocol", &protocol), ("field", &field), ("value", &value), ("before", &before)],
            )
        };
        harness.get_by_label(&changed("IP", "net-field-ttl", "63", "64"));
        harness.get_by_label(&changed("Ethernet", "net-field-source", "02:00:00:00:05:02", "02:00:00:00:01:01"));
        harness.get_by_label(&changed("Ethernet", "net-field-destination", "02:00:00:00:03:01", "02:00:00:00:05:01"));
        // Two cables before the router, one behind it after which nothing
        // changes.
        assert_eq!(harness.query_all_by_label(&format!("IP {ttl} 64")).count(), 2);
        assert_eq!(harness.query_all_by_label(&format!("IP {ttl} 63")).count(), 1);
    }
}

#[test]
fn steps_go_through_every_message_cable_by_cable() {
    let mut harness = network(Screen::dark(TALL), Language::English);
    assert!(is_chosen(&harness, "client → switch, +0 µs"));
    harness.get_by_label_contains("client asks everybody on its link (ff:ff:ff:ff:ff:ff) who has 192.168.1.1");
    harness.get_by_label_contains("sees the ARP request: it is for everybody on the link");
    press(&mut harness, Key::ArrowRight);
    assert!(is_chosen(&harness, "switch → router, +"));
    harness.get_by_label_contains("switch: a switch changes nothing; what is for everybody goes to every other port");
    press(&mut harness, Key::ArrowRight);
    harness.get_by_label_contains("ARP: 192.168.1.1 is at 02:00:00:00:05:01");
    press(&mut harness, Key::ArrowLeft);
    harness.get_by_label_contains("ARP: who has 192.168.1.1?");
    // With Shift from message to message.
    go_to(&mut harness, "SYN 192.168.1.104:");
    assert!(is_chosen(&harness, "client → switch, +0 µs"));
    press(&mut harness, Key::ArrowRight);
    press(&mut harness, Key::ArrowRight);
    assert!(is_chosen(&harness, "router → hub, +"));
    harness.get_by_label_contains("router: both MAC addresses replaced, TTL 64 → 63");
    press_with(&mut harness, Modifiers::SHIFT, Key::ArrowLeft);
    assert!(is_chosen(&harness, "client → switch, +0 µs"), "back to the start of the message");
    press(&mut harness, Key::End);
    harness.get_by_label_contains("88/88");
    press(&mut harness, Key::ArrowRight);
    harness.get_by_label_contains("88/88");
    press(&mut harness, Key::Home);
    press(&mut harness, Key::ArrowLeft);
    harness.get_by_label_contains("1/88");
}

#[test]
fn what_is_selected_here_is_selected_everywhere_and_the_reverse() {
    let mut harness = network(Screen::dark(TALL), Language::English);
    go_to(&mut harness, "SYN 192.168.1.104:");
    let first = harness.state().selection().frame().unwrap();
    click(&mut harness, "router → hub, +");
    let second = harness.state().selection();
    assert!(matches!(second, Selection::Segment(frame) if frame > first), "{second:?}");
    harness.get_by_label_contains(&format!("#{} TCP", second.frame().unwrap().0));
    assert!(is_chosen(&harness, "router → hub, +"), "the card that was clicked");
    assert!(is_chosen(&harness, "SYN, router → hub"), "and its cable");
    // A copy: the frame that the listener saw is in the inspector.
    click(&mut harness, "SYN, hub → listener");
    let copy = harness.state().selection().frame().unwrap();
    assert!(copy > second.frame().unwrap(), "{copy:?}");
    harness.get_by_label_contains("SYN 192.168.1.104:");
    // From the packet table.
    harness.get_by_label("Packets").click();
    harness.run();
    let last = u32::try_from(harness.state().document().trace().frame_count()).unwrap();
    harness.key_press(Key::End);
    harness.run();
    assert!(harness.state().selection().frame().unwrap() > FrameNumber(last - 10));
    // From the ladder.
    harness.get_by_role_and_label(Role::Button, "one conversation").click();
    harness.run();
    harness.get_by_label_contains("server → client, SYN ACK, seq 0, ack 1").click();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "network").click();
    harness.run();
    harness.get_by_label_contains("SYN ACK 172.16.5.236:9999");
    assert!(is_chosen(&harness, "server → hub, +0 µs"));
}

#[test]
fn playing_moves_from_cable_to_cable_and_rests_when_it_ends() {
    let mut harness = network(Screen::dark(SIZE), Language::English);
    harness.key_press(Key::Space);
    harness.step();
    // A step is a quarter of a second, a cable takes 0.8 s.
    harness.run_steps(8);
    assert!(harness.query_by_label_contains("1/88").is_none(), "two seconds are more than one cable");
    harness.get_by_role_and_label(Role::Button, "Pause").click();
    // Comes to rest: would panic if it went on asking to be painted.
    harness.run();
    harness.get_by_role_and_label(Role::Button, "Play");
    press(&mut harness, Key::End);
    harness.key_press(Key::Space);
    harness.step();
    harness.run_steps(8);
    harness.get_by_label_contains("88/88");
    harness.get_by_role_and_label(Role::Button, "Play");
    harness.run();
}

#[test]
fn tables_follow_the_moment_and_new_entries_say_so() {
    let mut harness = network(Screen::dark([1900.0, 1800.0]), Language::English);
    harness.get_by_label("ARP cache of client");
    harness.get_by_label_contains("192.168.1.1 ?, new · asked for in frame 1");
    harness.get_by_label_contains("02:00:00:00:01:01 port to client, new · from frame 1");
    go_to(&mut harness, "SYN 192.168.1.104:");
    harness.get_by_label_contains("192.168.1.1 02:00:00:00:05:01, by the reply in frame");
    // The line of each routing table that decides.
    harness.get_by_label_contains("0.0.0.0/0 via 192.168.1.1 · eth0, decides for this message");
    harness.get_by_label_contains("172.16.5.0/24 directly · eth1, decides for this message");
    harness.get_by_label("Why ask for the MAC of 192.168.1.1?");
    harness.get_by_label_contains("≠ 172.16.5.236 is not in 192.168.1.0/24");
    // A node that is clicked shows its own.
    click(&mut harness, "host, listener");
    harness.get_by_label("routes of listener");
    assert!(harness.query_by_label("ARP cache of client").is_none());
    assert!(is_chosen(&harness, "host, listener"));
    press(&mut harness, Key::Escape);
    harness.get_by_label("ARP cache of client");
}

#[test]
fn a_translation_is_marked_and_remembered() {
    let mut harness = window(Screen::light([1900.0, 1800.0]), Language::English, "nat");
    choose(&mut harness, Language::English);
    harness.get_by_label("translations of gateway");
    go_to(&mut harness, "SYN 192.168.1.104:");
    press(&mut harness, Key::ArrowRight);
    harness.get_by_label_contains("IP from 203.0.113.2, changed: it was 192.168.1.104");
    harness.get_by_label_contains("gateway translates: source 192.168.1.104:");
    harness.get_by_label_contains("outside 203.0.113.2:");
    harness.get_by_label_contains("new · TCP to 203.0.113.80:9999");
}

#[test]
fn a_lost_frame_ends_on_its_cable_in_words() {
    // Nobody but the client sees the SYN.
    let whole = shipped("lan-router-lan");
    let is_syn = |bytes: &[u8]| bytes.get(23) == Some(&6) && bytes.get(47) == Some(&2);
    let mut trace = Trace::new(whole.notes.clone());
    for (_, place) in whole.places() {
        trace.add_place(place.clone());
    }
    let client = whole.frames().find(|(.., frame)| is_syn(&frame.bytes)).map(|(_, _, place, _)| place);
    for event in whole.events() {
        let dropped = matches!(&event.what, What::Frame(frame) if is_syn(&frame.bytes)) && Some(event.place) != client;
        if !dropped {
            trace.push(event.clone());
        }
    }
    for language in Language::ALL {
        let mut harness = shown(Screen::dark(TALL), language, &format!("lost-{language:?}"), &trace);
        choose(&mut harness, language);
        go_to(&mut harness, "SYN 192.168.1.104:");
        let words = Words::new(language);
        let missing = words.word("net-missing-here");
        assert!(harness.query_all_by_label_contains(&missing).count() >= 2, "on the cable and on the card");
        harness.get_by_label_contains(&words.say("journey-lost-missing", &[("from", &"client")]));
    }
}

#[test]
fn every_topology_is_drawn_at_every_size() {
    for (index, shipped) in TOPOLOGIES.iter().enumerate() {
        let topology = shipped.read().unwrap();
        let map = Map::of(&topology);
        let pairs =
            map.spots.iter().enumerate().flat_map(|(index, one)| map.spots[..index].iter().zip(std::iter::repeat(one)));
        for (one, other) in pairs {
            assert!((one.x - other.x).abs() > 0.99 || (one.y - other.y).abs() > 0.99, "{}", shipped.id);
        }
        let row = map.way.iter().map(|node| map.spots[node.0]).collect::<Vec<_>>();
        assert!(row.array_windows().all(|[from, to]| to.x > from.x && (to.y - from.y).abs() < 1e-3), "{}", shipped.id);
        // Each at one of these, so that it does not take minutes.
        let sizes = [
            ([800.0, 500.0], 1.0, Language::Chinese),
            ([480.0, 360.0], 3.0, Language::English),
            ([3840.0, 2160.0], 0.5, Language::Chinese),
        ];
        let (size, scale, language) = sizes[index % sizes.len()];
        let screen = Screen { scale, ..Screen::light(size) };
        let mut harness = played(screen, language, shipped.id);
        choose(&mut harness, language);
        for _ in 0..6 {
            press(&mut harness, Key::ArrowRight);
        }
        for key in [Key::Plus, Key::Minus, Key::Minus, Key::Num0] {
            press(&mut harness, key);
        }
        scroll(&mut harness, size, 2000.0);
        assert!(harness.query_all_by_role(Role::Button).count() > 5, "{}", shipped.id);
    }
}

fn scroll(harness: &mut Harness<'_, App>, size: [f32; 2], by: f32) {
    harness.event(Event::PointerMoved(pos2(size[0] / 2.0, size[1] / 2.0)));
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        source: MouseWheelSource::Wheel,
        delta: vec2(0.0, -by),
        phase: TouchPhase::Move,
        modifiers: Modifiers::NONE,
    });
    // It comes to rest slowly.
    harness.run_steps(12);
}

/// 64 nodes on one switch, with odd names and masks, and a cable to nowhere.
fn crowd() -> Topology {
    let port = |node, interface: &str| Port { node: NodeId(node), interface: interface.to_owned() };
    let host = |number: u8| {
        let network = IpNetwork { address: [10, 0, 0, number].into(), prefix: if number == 9 { 255 } else { 24 } };
        let interface = Interface { mac: [2, 0, 0, 0, 0, number], addresses: vec![network], mtu: 1500 };
        let interfaces = [("eth0".to_owned(), interface)].into();
        NodeKind::Host(Host { interfaces, gateways: vec![[10, 0, 0, 1].into()], ..Host::default() })
    };
    let name = |number: u8| if number == 7 { "\u{202e}seven\n".to_owned() } else { format!("host-{number}-of-many") };
    let mut nodes: Vec<Node> = (1..64).map(|number| Node { name: name(number), kind: host(number) }).collect();
    nodes.push(Node { name: "switch".to_owned(), kind: NodeKind::Switch });
    let cable = |node| Cable { ends: [port(node, "eth0"), port(63, "p")], quality: Quality::default() };
    let mut cables: Vec<Cable> = (0..63).map(cable).collect();
    cables.push(Cable { ends: [port(0, "eth1"), port(900, "")], quality: Quality::default() });
    Topology {
        title: Bilingual::default(),
        about: Bilingual::default(),
        nodes,
        cables,
        client: NodeId(0),
        name_server: None,
        server: NodeId(1),
    }
}

#[test]
fn a_crowd_without_a_message_can_be_looked_at() {
    for (language, size) in [(Language::English, SIZE), (Language::Chinese, [800.0, 500.0])] {
        // Its frames are on no cable of this map.
        let mut trace = shipped("greeting");
        trace.notes.map = Some(Box::new(crowd()));
        let mut harness = shown(Screen::dark(size), language, &format!("crowd-{language:?}"), &trace);
        choose(&mut harness, language);
        let words = Words::new(language);
        harness.get_by_label(&words.word("net-nothing"));
        harness.get_by_label_contains("\\u{202e}seven");
        for key in [Key::Space, Key::ArrowRight, Key::End, Key::Home, Key::Escape] {
            press(&mut harness, key);
        }
    }
}

#[test]
fn a_map_that_nobody_can_draw_is_not_offered() {
    let mut trace = shipped("greeting");
    let mut map = crowd();
    map.nodes = (0..5000).map(|_| map.nodes[63].clone()).collect();
    trace.notes.map = Some(Box::new(map));
    let harness = shown(Screen::dark(SIZE), Language::English, "large", &trace);
    assert!(harness.query_by_role_and_label(Role::Button, "network").is_none());
}

#[test]
fn the_network_is_exported_from_the_command_line() {
    let folder = std::env::temp_dir();
    let capture = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/nat.pcapng");
    let export = |name: &str, more: &[&str]| {
        let path = folder.join(format!("wirelens-hops-{}-{name}", std::process::id()));
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wirelens"));
        let ended = command.args(["export", capture]).arg(&path).args(more).output().unwrap();
        let bytes = fs::read(&path).ok();
        fs::remove_file(&path).ok();
        (ended.status.code(), bytes, String::from_utf8_lossy(&ended.stderr).into_owned())
    };
    let (code, svg, _) = export("picture.svg", &["--network", "5", "--lang", "zh"]);
    let svg = String::from_utf8(svg.unwrap()).unwrap();
    assert_eq!(code, Some(0));
    for said in ["zh-CN", "client", "gateway", "server", "做地址转换的家用网关", "192.168.1.104"] {
        assert!(svg.contains(said), "{said}");
    }
    let (code, png, _) = export("picture.png", &["--network", "5", "--pixels-per-point", "1", "--theme", "dark"]);
    let picture = image::load_from_memory(&png.unwrap()).unwrap();
    assert_eq!((code, picture.width()), (Some(0), 1000));
    // As high as what is in it.
    assert!((400..1500).contains(&picture.height()), "{}", picture.height());
    let (code, none, told) = export("none.png", &["--network", "99999"]);
    assert!(code == Some(1) && none.is_none() && told.contains("frame 99999"), "{told}");
    let (code, none, told) = export("none.csv", &["--network", "5"]);
    assert!(code == Some(2) && none.is_none() && told.contains("--network"), "{told}");
}

#[test]
fn hops_dark_english() {
    let mut harness = network(Screen::dark([1440.0, 1100.0]), Language::English);
    go_to(&mut harness, "SYN 192.168.1.104:");
    press(&mut harness, Key::ArrowRight);
    press(&mut harness, Key::ArrowRight);
    harness.snapshot("hops-dark-en");
}

#[test]
fn hops_light_chinese() {
    let mut harness = network(Screen::light([1440.0, 1100.0]), Language::Chinese);
    go_to(&mut harness, "SYN 192.168.1.104:");
    press(&mut harness, Key::ArrowRight);
    harness.snapshot("hops-light-zh");
}
