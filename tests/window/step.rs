//! Going through a conversation moment by moment, found by what is written on
//! the transport bar; and what is inferred there, beside what kernels said.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use wirelens::conversation::{Conversation, End, Holds, TOLERANCE, conversations};
use wirelens::model::{Event, Span, TcpState, What};
use wirelens::source::file;
use wirelens::source::shipped::SHIPPED;
use wirelens::timeline::Timeline;
use wirelens::timeline::playback::{Now, StepSize, Steps};
use wirelens::trace::{Notes, Trace};
use wirelens::view::window::App;
use wirelens::words::Language;

use crate::app::{SIZE, window};
use crate::harness::{Screen, harness};

fn press(harness: &mut Harness<'_, App>, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    harness.run();
}

fn key(harness: &mut Harness<'_, App>, key: Key) {
    harness.key_press(key);
    harness.run();
}

fn choose(harness: &mut Harness<'_, App>, list: &str, item: &str) {
    harness.get_by_role_and_label(Role::ComboBox, list).click();
    harness.run();
    harness.get_by_role_and_label(Role::Button, item).click();
    harness.run();
}

/// What is heard of a node: a label's text is its value.
fn heard(node: &egui_kittest::Node<'_>) -> String {
    let node = node.accesskit_node();
    node.label().or_else(|| node.value()).unwrap_or_default()
}

/// What has just happened, with its number.
fn told(harness: &Harness<'_, App>) -> String {
    harness
        .query_all_by_label_contains("Moment ")
        .map(|node| heard(&node))
        .find(|label| label.contains(" of "))
        .unwrap()
}

/// Whether something with all of this in its name is on the screen.
fn says(harness: &Harness<'_, App>, parts: &[&str]) -> bool {
    let (first, rest) = parts.split_first().unwrap();
    harness.query_all_by_label_contains(first).any(|node| {
        let label = heard(&node);
        rest.iter().all(|part| label.contains(part))
    })
}

/// A window with a trace that is no recording of ours.
fn window_on<'a>(trace: &Trace, name: &str) -> Harness<'a, App> {
    let path = std::env::temp_dir().join(format!("wirelens-step-{name}-{}.pcapng", std::process::id()));
    file::save(trace, &path).unwrap();
    let app = App::new(crate::app::options(Language::English));
    let (mut opened, file) = (false, path.clone());
    let mut harness = harness(Screen::dark(SIZE), app, move |ui, app: &mut App| {
        if !std::mem::replace(&mut opened, true) {
            app.open_file(ui.ctx(), &file);
        }
        app.show(ui);
    });
    harness.run();
    std::fs::remove_file(path).unwrap();
    harness
}

#[test]
fn the_handshake_step_by_step_and_back() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    let moments: [&[&[&str]]; 3] = [
        &[
            &["Moment 1 of 20: The client asks to connect", "CLOSED → SYN-SENT (RFC 9293 3.10.1)"],
            &["client now, inferred: SYN-SENT", "window 64 240 B", "send queue SYN", "sends seq 1 next, expects ?"],
            &["server now, inferred: SYN-RECEIVED", "receive queue 0 B", "accept queue 0"],
        ],
        &[
            &["Moment 2 of 20: The server agrees", "accept() plays no part", "client: SYN-SENT → ESTABLISHED"],
            &["client now, inferred: ESTABLISHED", "send queue 0 B", "expects 1"],
            &["server now, inferred: SYN-RECEIVED", "send queue SYN", "window 65 160 B"],
        ],
        &[
            &["Moment 3 of 20: The client confirms", "server: SYN-RECEIVED → ESTABLISHED"],
            &["client now, inferred: ESTABLISHED"],
            &["server now, inferred: ESTABLISHED", "send queue 0 B", "accept queue 1"],
        ],
    ];
    let check = |harness: &Harness<'_, App>, index: usize| {
        for parts in moments[index] {
            assert!(says(harness, parts), "moment {index}: {parts:?}");
        }
    };
    press(&mut harness, "First moment");
    check(&harness, 0);
    press(&mut harness, "Step forward");
    check(&harness, 1);
    key(&mut harness, Key::ArrowRight);
    check(&harness, 2);
    key(&mut harness, Key::ArrowLeft);
    check(&harness, 1);
    harness.get_by_label("The server agrees (ACK) and asks back (SYN) in one segment.");
    press(&mut harness, "Step back");
    check(&harness, 0);
    key(&mut harness, Key::End);
    assert!(says(&harness, &["Moment 20 of 20"]));
    // Whole again: the arrow keys choose segments as before.
    key(&mut harness, Key::Escape);
    assert!(harness.query_by_label_contains("now, inferred").is_none());
    harness.get_by_label_contains("Play it moment by moment");
}

#[test]
fn the_handshake_in_chinese() {
    let mut harness = window(Screen::light(SIZE), Language::Chinese, "greeting");
    press(&mut harness, "第一个时刻");
    assert!(says(&harness, &["第 1 个时刻，共 20 个：客户端请求连接", "客户端：CLOSED → SYN-SENT (RFC 9293 3.10.1)"]));
    assert!(says(&harness, &["客户端此刻（推断）：SYN-SENT", "发送队列 SYN"]));
    press(&mut harness, "前进一步");
    assert!(says(&harness, &["客户端此刻（推断）：ESTABLISHED", "期待序号 1"]));
    press(&mut harness, "完整时序图");
    assert!(harness.query_by_label_contains("（推断）").is_none());
}

#[test]
fn every_event_is_told_with_its_reason() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    press(&mut harness, "First moment");
    choose(&mut harness, "Step", "by event");
    key(&mut harness, Key::Home);
    let mut sentences = vec![told(&harness)];
    for _ in 0..200 {
        key(&mut harness, Key::ArrowRight);
        let now = told(&harness);
        if sentences.last() == Some(&now) {
            break;
        }
        sentences.push(now);
    }
    let all = sentences.join("\n");
    for sentence in [
        "The server calls listen(5): from now on its kernel answers SYNs by itself.",
        "CLOSED → LISTEN (RFC 9293 3.10.1)",
        "The server calls accept(): no connection is finished yet, so it waits.",
        "Frame 1 has reached the server. · server: LISTEN → SYN-RECEIVED (RFC 9293 3.10.7.2)",
        "The client's connect() returns 0: the connection is open on its side. · frame 2 (SYN ACK) let it return",
        "The client calls recv(1024): nothing has arrived, so it waits.",
        "The client's recv() returns with 8 B. · frame 4 (PSH ACK) let it return",
        "nothing on the wire · client waits in recv()",
        "program exits 0; its kernel closes what it left open.",
    ] {
        assert!(all.contains(sentence), "{sentence}\n{all}");
    }
    assert!(!all.contains('⟨'), "{all}");
}

/// Lets time pass until nothing is played any more; how many frames that took.
fn play_to_the_end(harness: &mut Harness<'_, App>) -> usize {
    for frame in 0..2000 {
        harness.step();
        if harness.query_by_role_and_label(Role::Button, "Pause").is_none() && frame > 0 {
            return frame;
        }
    }
    panic!("still playing");
}

#[test]
fn play_runs_to_the_end_stops_there_and_is_faster_on_request() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    harness.key_press(Key::Space);
    harness.step();
    let slow = play_to_the_end(&mut harness);
    assert!(says(&harness, &["Moment 20 of 20"]));
    assert!(says(&harness, &["client now, inferred: TIME-WAIT"]));
    harness.run();
    // 20 segments of 0.3 s, and the server's second of sleep; a frame is 0.25 s.
    assert!((24..40).contains(&slow), "{slow} frames");
    choose(&mut harness, "Speed", "10×");
    press(&mut harness, "First moment");
    harness.key_press(Key::Space);
    harness.step();
    let fast = play_to_the_end(&mut harness);
    assert!(fast * 5 < slow, "{fast} and {slow} frames");
}

#[test]
fn a_pause_keeps_the_moment_and_asks_for_no_frames() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    harness.key_press(Key::Space);
    for _ in 0..6 {
        harness.step();
    }
    press(&mut harness, "Pause");
    let now = told(&harness);
    for _ in 0..8 {
        harness.step();
    }
    assert_eq!(told(&harness), now);
    harness.get_by_role_and_label(Role::Button, "Play");
    // The button that was clicked does not keep the Space bar for itself.
    harness.key_press(Key::Space);
    harness.step();
    harness.step();
    harness.get_by_role_and_label(Role::Button, "Pause");
}

/// A minute of silence is a second of waiting, and the bar says so.
#[test]
fn a_long_wait_is_shortened_and_said() {
    let mut trace = Trace::new(Notes::default());
    for (_, place) in SHIPPED[0].open().unwrap().trace.places() {
        trace.add_place(place.clone());
    }
    for (index, event) in frames_only().into_iter().enumerate() {
        let later = Span::from_millis(if index < 3 { 0 } else { 60_000 });
        trace.push(Event { at: event.at + later, ..event });
    }
    let mut harness = window_on(&trace, "long");
    harness.key_press(Key::Space);
    let mut waited = 0;
    for _ in 0..20 {
        harness.step();
        waited += usize::from(says(&harness, &["Moment 3 of 20", "60.000 s of waiting, shortened to 1 s"]));
    }
    assert!((2..=5).contains(&waited), "{waited} frames of 0.25 s");
}

/// The frames of the greeting, without what the programs called.
fn frames_only() -> Vec<Event> {
    let greeting = SHIPPED[0].open().unwrap().trace;
    greeting.events().iter().filter(|event| matches!(event.what, What::Frame(_))).cloned().collect()
}

#[test]
fn the_slider_and_a_click_go_to_a_moment() {
    let mut harness = window(Screen::dark([1440.0, 1600.0]), Language::English, "greeting");
    key(&mut harness, Key::Home);
    harness.get_by_role_and_label(Role::Slider, "Moment").set_value_accesskit(7.0);
    harness.run();
    assert!(says(&harness, &["Moment 7 of 20"]));
    harness.get_by_label("frame 2, server → client, SYN ACK, seq 0, ack 1").click();
    harness.run();
    assert!(says(&harness, &["Moment 2 of 20"]));
    // A call is between two segments.
    harness.get_by_label("client connect(127.0.0.1:9999) = 0").click();
    harness.run();
    assert!(says(&harness, &["The client calls connect(127.0.0.1:9999)"]));
    assert!(says(&harness, &["client now, inferred: CLOSED", "window –"]));
    // With Shift every event is a step, whatever the list says.
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    harness.run();
    assert!(says(&harness, &["= 3"]) || says(&harness, &["returns 3"]));
}

#[test]
fn another_capture_is_shown_whole() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    key(&mut harness, Key::End);
    // Further down in the library.
    harness.get_by_label("Refused: nobody listens").scroll_to_me();
    harness.run();
    harness.get_by_label("Refused: nobody listens").click();
    harness.run();
    assert!(harness.query_by_label_contains("now, inferred").is_none());
    key(&mut harness, Key::End);
    assert!(says(&harness, &["client now, inferred: CLOSED", "send queue –"]));
}

#[test]
fn datagrams_have_no_state_and_wait_to_be_read() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "udp-ask");
    press(&mut harness, "First moment");
    assert!(says(&harness, &["Moment 1 of 2: The client sends one datagram of 15 B"]));
    assert!(says(&harness, &["client now, inferred: sent 1 datagram, 15 B, receive queue 0 datagrams"]));
    assert!(says(&harness, &["server now, inferred: sent 0 datagrams, 0 B, receive queue 1 datagram"]));
    press(&mut harness, "Step forward");
    assert!(says(&harness, &["server now, inferred: sent 1 datagram, 10 B, receive queue 0 datagrams"]));
}

#[test]
fn without_calls_the_queues_are_unknown() {
    let mut trace = Trace::new(Notes::default());
    for (_, place) in SHIPPED[0].open().unwrap().trace.places() {
        trace.add_place(place.clone());
    }
    for event in frames_only() {
        trace.push(event);
    }
    let mut harness = window_on(&trace, "frames");
    press(&mut harness, "First moment");
    assert!(says(
        &harness,
        &["client now, inferred: SYN-SENT", "send queue unknown, SYN in flight", "receive queue unknown"]
    ));
    assert!(!says(&harness, &["server now, inferred", "accept queue"]));
}

#[test]
fn a_narrow_window_keeps_its_buttons() {
    let mut harness = window(Screen::dark([480.0, 320.0]), Language::English, "greeting");
    harness.get_by_role_and_label(Role::Button, "Play").click();
    harness.step();
    harness = window(Screen::dark([900.0, 600.0]), Language::Chinese, "greeting");
    press(&mut harness, "前进一步");
    assert!(says(&harness, &["客户端此刻（推断）："]));
}

/// The client has sent a SYN: one sequence number is in flight, and nothing is
/// known of the other end. Every number by hand, from the frames of the
/// recording.
#[test]
fn the_greeting_by_hand() {
    let trace = SHIPPED[0].open().unwrap().trace;
    let all = conversations(&trace);
    let conversation = Conversation::Tcp(&all.tcp[0]);
    let timeline = Timeline::new(&trace, &all, conversation);
    let steps = Steps::new(&all, conversation, &timeline);
    let at = |arrow: usize, part: f32| {
        let now = Now { part, ..steps.at_arrow(arrow).unwrap() };
        let snapshot = steps.snapshot(&all, conversation, &timeline, now);
        let [client, server] = End::BOTH.map(|end| match snapshot.holds.of(end) {
            Holds::Tcp(holds) => *holds,
            Holds::Udp(_) => panic!("TCP"),
        });
        (snapshot.states, client, server)
    };
    let (states, client, server) = at(0, 0.5);
    assert_eq!((states.client, states.server), (Some(TcpState::SynSent), Some(TcpState::Listen)));
    assert_eq!(client.in_flight.unwrap().numbers(), 1);
    assert_eq!((client.next_send, client.next_expected, server.next_expected), (Some(1), None, None));
    // Frame 4 carries "Welcome!".
    let (_, client, server) = at(3, 0.5);
    assert_eq!((server.next_send, server.in_flight.unwrap().bytes, server.unsent), (Some(9), 8, Some(0)));
    assert_eq!((client.unread, client.next_expected), (Some(0), Some(1)));
    let (_, client, server) = at(3, 1.0);
    assert_eq!((client.unread, client.next_expected), (Some(8), Some(9)));
    assert_eq!(server.peer_window.unwrap().bytes(), 64_256);
    let (_, _, server) = at(4, 1.0);
    assert_eq!(server.in_flight.unwrap().numbers(), 0, "acknowledged");
    let (states, ..) = at(19, 1.0);
    assert_eq!((states.client, states.server), (Some(TcpState::TimeWait), Some(TcpState::Closed)));
}

/// What is inferred is what the kernels said, wherever they were asked and
/// nothing happened at that very moment.
#[test]
fn inferred_queues_are_what_the_kernel_said() {
    let mut compared = [0, 0];
    let mut full = 0;
    for shipped in SHIPPED {
        let trace = shipped.open().unwrap().trace;
        let all = conversations(&trace);
        for tcp in &all.tcp {
            let conversation = Conversation::Tcp(tcp);
            let timeline = Timeline::new(&trace, &all, conversation);
            let steps = Steps::new(&all, conversation, &timeline);
            for end in End::BOTH {
                for sample in tcp.samples.of(end) {
                    let Some(queues) = sample.said.queues else { continue };
                    let margin = Span::from_nanos(2 * TOLERANCE.nanos()) + sample.said.within;
                    let near = |at| sample.at - margin <= at && at <= sample.at + margin;
                    if timeline.moments.iter().any(|moment| near(moment.at)) {
                        continue;
                    }
                    let after = timeline.moments.partition_point(|moment| moment.at <= sample.at);
                    let Some(moment) = after.checked_sub(1) else { continue };
                    let now = Now { moment, part: 1.0 };
                    let snapshot = steps.snapshot(&all, conversation, &timeline, now);
                    let Holds::Tcp(holds) = snapshot.holds.of(end) else { panic!("TCP") };
                    let context = format!("{} {end:?} at {:?}: {holds:?}, {:?}", shipped.id, sample.at, sample.said);
                    if let Some(unread) = holds.unread {
                        // A FIN counts there until the program has read EOF.
                        let fin = u64::from(snapshot.states.of(end) == &Some(TcpState::CloseWait));
                        let said = u64::from(queues.recv);
                        assert!((unread..=unread + fin).contains(&said), "{context}");
                        compared[0] += 1;
                        full += usize::from(unread > 0);
                    }
                    if let Some((unsent, flight)) = holds.unsent.zip(holds.in_flight) {
                        assert_eq!(u64::from(queues.send), unsent + u64::from(flight.numbers()), "{context}");
                        compared[1] += 1;
                    }
                }
            }
        }
    }
    assert!(compared[0] >= 9 && compared[1] >= 40 && full >= 1, "{compared:?}, {full} not empty");
}

#[test]
fn stops_of_every_recording_have_their_captions() {
    for (shipped, language) in SHIPPED.iter().zip(Language::ALL.into_iter().cycle()) {
        let words = wirelens::words::Words::new(language);
        let trace = shipped.open().unwrap().trace;
        let all = conversations(&trace);
        for conversation in all.all() {
            let timeline = Timeline::new(&trace, &all, conversation);
            let steps = Steps::new(&all, conversation, &timeline);
            for size in StepSize::ALL {
                for (index, stop) in steps.stops(size).iter().enumerate() {
                    let caption = words.stop(&trace, &all, conversation, &timeline, &steps, stop);
                    assert!(!caption.is_empty() && !caption.contains('⟨'), "{} {index}: {caption}", shipped.id);
                    assert_eq!(steps.reached(size, stop.now), index + 1, "{}", shipped.id);
                    let snapshot = steps.snapshot(&all, conversation, &timeline, stop.now);
                    for end in End::BOTH {
                        let heard = words.end_now(end, &snapshot);
                        assert!(!heard.contains('⟨'), "{heard}");
                    }
                }
            }
        }
    }
}
