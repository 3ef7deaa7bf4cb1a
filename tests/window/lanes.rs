//! The pictures with several lifelines, found by what is written on them.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use eframe::egui::accesskit::{Role, Toggled};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use wirelens::model::{Event, Frame, LinkAction, LinkActionKind, LinkType, Place, PlaceId, Span, Timestamp, What};
use wirelens::session::opening::Opening;
use wirelens::source::file;
use wirelens::source::shipped::SHIPPED;
use wirelens::trace::{Aside, AsideKind, Network, Notes, Trace};
use wirelens::view::window::{App, Options};
use wirelens::words::{Language, Words};

use crate::app::{SIZE, window};
use crate::harness::{Screen, harness};

/// The window with a file.
pub(crate) fn opened<'a>(screen: Screen, language: Language, path: &Path) -> Harness<'a, App> {
    let executable = PathBuf::from(env!("CARGO_BIN_EXE_wirelens"));
    let app =
        App::new(Options { executable, language, network: Network::Private, language_asked: true, settings: None });
    // Opened when the window is there: then nothing waits for it to come to rest.
    let (to_open, path) = (Rc::new(Cell::new(None)), path.to_owned());
    let asked = Rc::clone(&to_open);
    let mut harness = harness(screen, app, move |ui, app: &mut App| {
        asked.take().inspect(|path: &PathBuf| app.open_file(ui.ctx(), path));
        app.show(ui);
    });
    to_open.set(Some(path));
    for _ in 0..500 {
        harness.step();
        let document = harness.state().document();
        let is_read = document.opening().is_none_or(Opening::has_ended);
        if is_read && document.trace().frame_count() > 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    harness.run_steps(6);
    harness
}

/// The window with a trace that was saved and opened again.
fn shown<'a>(screen: Screen, language: Language, name: &str, trace: &Trace) -> Harness<'a, App> {
    let path = std::env::temp_dir().join(format!("wirelens-lanes-{name}-{}.pcapng", std::process::id()));
    file::save(trace, &path).unwrap();
    let harness = opened(screen, language, &path);
    std::fs::remove_file(path).unwrap();
    harness
}

fn choose(harness: &mut Harness<'_, App>, language: Language, key: &str) {
    harness.get_by_role_and_label(Role::Button, &Words::new(language).word(key)).click();
    harness.run();
}

/// The greeting as `places` see it, one behind the other; not the frames that
/// `missing` names, by number and place.
fn greeting_along(places: &[&str], missing: impl Fn(u32, usize) -> bool) -> Trace {
    let greeting = SHIPPED[0].open().unwrap().trace;
    let mut events = Vec::new();
    for (number, at, _, frame) in greeting.frames() {
        // Port 9999 is the server's.
        let to_server = frame.bytes[36..38] == [0x27, 0x0f];
        for step in 0..places.len() {
            let place = if to_server { step } else { places.len() - 1 - step };
            if !missing(number.0, place) {
                let at = at + Span::from_nanos(1000 * i64::try_from(step).unwrap());
                let mut frame = frame.clone();
                frame.bytes[22] -= u8::try_from(step).unwrap();
                events.push(Event { at, place: PlaceId(u32::try_from(place).unwrap()), what: What::Frame(frame) });
            }
        }
    }
    events.sort_by_key(|event| event.at);
    trace_of(places, events)
}

fn trace_of(places: &[&str], events: Vec<Event>) -> Trace {
    let mut trace = Trace::new(Notes::default());
    for name in places {
        let link_type = LinkType::ETHERNET;
        trace.add_place(Place::Interface { name: (*name).to_owned(), description: None, link_type });
    }
    for event in events {
        trace.push(event);
    }
    trace
}

const fn mac(host: u8) -> [u8; 6] {
    [2, 0, 0, 0, 0, host]
}

fn ethernet(from: u8, to: Option<u8>, ether_type: u16, payload: &[u8]) -> Frame {
    let to = to.map_or([0xff; 6], mac);
    Frame::whole([&to[..], &mac(from), &ether_type.to_be_bytes(), payload].concat())
}

/// Who has `to`? (`asks`), or: I, `from`, am here.
fn arp(from: u8, to: u8, asks: bool) -> Frame {
    let opcode = if asks { 1 } else { 2 };
    let target = if asks { [0; 6] } else { mac(to) };
    let start = [0, 1, 8, 0, 6, 4, 0, opcode];
    let packet = [&start[..], &mac(from), &[10, 0, 0, from], &target, &[10, 0, 0, to]].concat();
    ethernet(from, (!asks).then_some(to), 0x0806, &packet)
}

fn datagram(from: u8, to: u8, ports: (u16, u16), payload: &[u8]) -> Frame {
    let length = u16::try_from(8 + payload.len()).unwrap();
    let mut packet = vec![0x45, 0];
    packet.extend((20 + length).to_be_bytes());
    packet.extend([0, 1, 0x40, 0, 64, 17, 0, 0, 10, 0, 0, from, 10, 0, 0, to]);
    packet.extend([ports.0.to_be_bytes(), ports.1.to_be_bytes(), length.to_be_bytes(), [0, 0]].concat());
    packet.extend(payload);
    ethernet(from, Some(to), 0x0800, &packet)
}

/// A question for the address of `a.test`.
const QUESTION: &[u8] = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x01a\x04test\0\0\x01\0\x01";

fn at_millis(frames: impl IntoIterator<Item = Frame>) -> Vec<Event> {
    let at = |milli: i64| Timestamp::from_nanos(1_800_000_000_000_000_000 + milli * 1_000_000);
    let event = |(milli, frame)| Event { at: at(milli), place: PlaceId(0), what: What::Frame(frame) };
    (0..).zip(frames).map(event).collect()
}

/// A host asks by ARP who a name server is, then asks that one.
fn resolving() -> Trace {
    let frames = [arp(1, 2, true), arp(2, 1, false), datagram(1, 2, (40_000, 53), QUESTION)];
    let mut trace = trace_of(&["eth0"], at_millis(frames));
    let record = [&[1, 0, 13, 0, 10, 0, 0, 2][..], b"resolver\0", &[0; 3 + 4]].concat();
    let what = AsideKind::Block { block_type: 4, body: record };
    trace.add_aside(Aside { big_endian: false, what });
    trace
}

#[test]
fn all_conversations_stand_in_one_picture() {
    let mut harness = window(Screen::dark([1440.0, 1200.0]), Language::English, "tcp-short-connections");
    choose(&mut harness, Language::English, "lanes-all");
    harness.get_by_label("10 conversations · 100 frames");
    // On the loopback interface one host has two sides.
    harness.get_by_label("client 127.0.0.1");
    harness.get_by_label("server 127.0.0.1");
    harness.get_by_label_contains("frame 1, client 127.0.0.1 → server 127.0.0.1, SYN, seq 0, conversation 0, port");
    let other = "frame 10, server 127.0.0.1 → client 127.0.0.1, SYN ACK, seq 0, ack 1, conversation 1";
    harness.get_by_label_contains(other).click();
    harness.run();
    assert_eq!(harness.state().document().shown(), 1, "its conversation is the one that is shown");
    harness.get_by_label("The server agrees (ACK) and asks back (SYN) in one segment.");
    harness.get_by_label_contains(other);
    // It was seen at one place.
    let hops = harness.get_by_role_and_label(Role::Button, "hops");
    assert!(hops.accesskit_node().is_disabled());
    choose(&mut harness, Language::English, "lanes-one");
    harness.get_by_label_contains("frame 10, server → client, SYN ACK");
    // Another document begins with one conversation.
    choose(&mut harness, Language::English, "lanes-all");
    harness.get_by_label("Refused: nobody listens").click_accesskit();
    harness.run();
    harness.get_by_label_contains("frame 1, client → server, SYN");
}

#[test]
fn an_error_is_an_arrow_too_and_speaks_chinese() {
    let mut harness = window(Screen::light(SIZE), Language::Chinese, "udp-hello-port-unreachable");
    choose(&mut harness, Language::Chinese, "lanes-all");
    harness.get_by_label("1 个会话 · 2 帧");
    harness.get_by_label_contains("第 1 帧, 客户端 127.0.0.1 → 服务器 127.0.0.1, UDP 7 B “Michael”, 会话 0, 端口");
    harness.get_by_label_contains("第 2 帧, 服务器 127.0.0.1 → 客户端 127.0.0.1, ICMP 端口不可达");
}

#[test]
fn who_asks_by_arp_asks_all_and_names_stand_above_their_lifelines() {
    for language in Language::ALL {
        let mut harness = shown(Screen::dark(SIZE), language, &format!("arp-{language:?}"), &resolving());
        choose(&mut harness, language, "lanes-all");
        let words = Words::new(language);
        let frame = |number: u32| words.say("ui-frame", &[("number", &number)]);
        let everyone = words.word("lanes-everyone");
        harness.get_by_label(&format!("{}, 10.0.0.1 → {everyone}, ARP Who has 10.0.0.2? Tell 10.0.0.1", frame(1)));
        harness.get_by_label(&format!("{}, 10.0.0.2 → 10.0.0.1, ARP 10.0.0.2 is at 02:00:00:00:00:02", frame(2)));
        let query = format!("{}, 10.0.0.1 → 10.0.0.2, DNS Standard query 0x1234 A a.test", frame(3));
        harness.get_by_label_contains(&query);
        harness.get_by_label("resolver 10.0.0.2");
        harness.get_by_label("10.0.0.1 02:00:00:00:00:01");
        // A frame in no conversation can be selected too.
        harness.get_by_label_contains("ARP Who has").click();
        harness.run();
        let selected = harness.get_by_label_contains("ARP Who has").accesskit_node().toggled();
        assert_eq!(selected, Some(Toggled::True));
    }
}

#[test]
fn a_capture_without_conversations_has_a_picture() {
    let trace = trace_of(&["eth0"], at_millis([arp(1, 2, true), arp(2, 1, false)]));
    let harness = shown(Screen::light(SIZE), Language::English, "only-arp", &trace);
    harness.get_by_label("0 conversations · 2 frames");
    harness.get_by_label("frame 1, 10.0.0.1 → all, ARP Who has 10.0.0.2? Tell 10.0.0.1");
    assert!(harness.query_by_role_and_label(Role::Button, "hops").is_none(), "nothing to choose from");
}

#[test]
fn many_hosts_share_the_last_lifeline() {
    let hosts = (2..=20).map(|host| datagram(1, host, (5000, 6000), b"hello"));
    let trace = trace_of(&["eth0"], at_millis(hosts));
    let mut harness = shown(Screen::light([1440.0, 1600.0]), Language::English, "many", &trace);
    choose(&mut harness, Language::English, "lanes-all");
    harness.get_by_label("The 8 hosts that talk least share one lifeline");
    harness.get_by_label_contains("others (8)");
    // What leads there is drawn, and says to whom.
    harness.get_by_label_contains("frame 19, 10.0.0.1 → 10.0.0.20, UDP 5 B “hello”");
}

#[test]
fn hops_show_where_each_segment_was_seen() {
    for (language, size) in [(Language::English, SIZE), (Language::Chinese, [900.0, 700.0])] {
        let trace = greeting_along(&["client0", "router1", "server0"], |_, _| false);
        let mut harness = shown(Screen::dark(size), language, &format!("hops-{language:?}"), &trace);
        choose(&mut harness, language, "lanes-hops");
        let words = Words::new(language);
        for place in ["client0", "router1", "server0"] {
            harness.get_by_label(place);
        }
        harness.get_by_label(&format!("{} 127.0.0.1", words.word("client")));
        let syn = format!(
            "{}, {} 127.0.0.1 → {} 127.0.0.1, SYN, seq 0",
            words.say("ui-frame", &[("number", &1)]),
            words.word("client"),
            words.word("server")
        );
        harness.get_by_label_contains(&syn);
        let seen = words.say("seen-at", &[("place", &"router1"), ("after", &"1.0 µs"), ("frame", &2), ("ttl", &63)]);
        // In the picture, and in the inspector.
        let sighting = harness.get_all_by_label_contains(&seen).find(|node| node.accesskit_node().toggled().is_some());
        sighting.unwrap().click();
        harness.run();
        let sighting =
            harness.get_all_by_label_contains(&seen).find(|node| node.accesskit_node().role() == Role::Button);
        assert_eq!(sighting.unwrap().accesskit_node().toggled(), Some(Toggled::True));
    }
}

#[test]
fn a_segment_that_got_lost_says_between_which_places() {
    // The last frame is seen at the client alone.
    let count = u32::try_from(SHIPPED[0].open().unwrap().trace.frame_count()).unwrap();
    let trace = greeting_along(&["client0", "server0"], |number, place| number == count && place == 1);
    let mut harness = shown(Screen::light([1440.0, 3000.0]), Language::English, "lost", &trace);
    choose(&mut harness, Language::English, "lanes-hops");
    let lost = harness.get_all_by_label_contains("lost between client0 and server0").count();
    assert!(lost >= 1, "{lost}");
}

#[test]
fn every_scale_and_zoom_is_drawn_in_a_small_window() {
    let mut harness = window(Screen::dark([480.0, 360.0]), Language::Chinese, "tcp-short-connections");
    choose(&mut harness, Language::Chinese, "lanes-all");
    for key in [eframe::egui::Key::Minus, eframe::egui::Key::Plus] {
        for _ in 0..20 {
            harness.key_press(key);
            harness.run();
        }
    }
}

#[test]
fn what_has_no_room_for_its_label_is_counted() {
    let frames = (0..5000_u16).map(|port| datagram(1, 2, (port + 1, 53), b"x"));
    let trace = trace_of(&["eth0"], at_millis(frames));
    let mut harness = shown(Screen::dark(SIZE), Language::English, "crowd", &trace);
    choose(&mut harness, Language::English, "lanes-all");
    for _ in 0..20 {
        harness.key_press(eframe::egui::Key::Minus);
        harness.step();
    }
    harness.run();
    harness.get_by_label_contains("arrows have no room for their labels");
    let drawn = harness.get_all_by_label_contains("10.0.0.1 → 10.0.0.2").count();
    assert!(drawn < 1000, "{drawn} of 5000 are in view");
}

#[test]
fn of_a_large_capture_the_conversation_in_memory_is_drawn() {
    let mut events = at_millis([datagram(1, 2, (4000, 53), QUESTION), datagram(1, 3, (4001, 53), QUESTION)]);
    let filler = Frame::whole(vec![0; 60_000]);
    let at = events[1].at;
    events.extend((0..300).map(|_| Event { at, place: PlaceId(0), what: What::Frame(filler.clone()) }));
    let mut harness = shown(Screen::dark(SIZE), Language::English, "large", &trace_of(&["eth0"], events));
    assert!(harness.state().document().opening().is_some());
    choose(&mut harness, Language::English, "lanes-all");
    harness.get_by_label("A large capture: only the frames of conversation 0 are in memory and drawn");
    harness.get_by_label_contains("frame 1, 10.0.0.1 → 10.0.0.2, DNS");
}

/// A saved run over a wire that lost, delayed and duplicated frames on purpose:
/// the ladder, the hops and the inspector say so, and by keyboard it is found.
#[test]
fn what_a_wire_did_on_purpose_is_said_everywhere() {
    let mut trace = greeting_along(&["client:eth0", "server:eth0"], |number, place| number == 4 && place == 0);
    let wire = trace.add_place(Place::Wire { ends: ["client:eth0".to_owned(), "server:eth0".to_owned()] });
    let (_, at, _, frame) = trace.frames().nth(6).unwrap();
    let action = LinkAction::new(LinkActionKind::Lost, Some("data<#1".to_owned()), &frame.bytes);
    trace.insert(Event { at: at + Span::from_nanos(100), place: wire, what: What::LinkAction(action) });
    for (screen, language, told) in [
        (Screen::dark(SIZE), Language::English, "lost on purpose: data<#1 · cable client:eth0–server:eth0"),
        (Screen::light(SIZE), Language::Chinese, "故意丢失：data<#1 · 网线 client:eth0–server:eth0"),
    ] {
        let mut harness = shown(screen, language, "on-purpose", &trace);
        let arrow = |harness: &Harness<'_, App>| {
            let labels = harness.query_all_by_role(Role::Button).filter_map(|node| node.accesskit_node().label());
            labels.into_iter().find(|label| label.contains(told)).unwrap_or_else(|| panic!("nothing says {told}"))
        };
        let label = arrow(&harness);
        harness.get_by_role_and_label(Role::Button, &label).focus();
        harness.run();
        harness.key_press(eframe::egui::Key::Enter);
        harness.run();
        harness.get_by_label(&format!("✕ {told}"));
        choose(&mut harness, language, "lanes-hops");
        arrow(&harness);
    }
}
