//! The window itself, found by what is written on it.

use std::path::PathBuf;

use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use wirelens::model::{Event, What};
use wirelens::session::opening::Opening;
use wirelens::source::file;
use wirelens::source::shipped::SHIPPED;
use wirelens::trace::Network;
use wirelens::view::window::{App, Options};
use wirelens::words::{Language, Words};

use crate::harness::{Screen, harness};

pub(crate) const SIZE: [f32; 2] = [1440.0, 900.0];

/// A window that remembers nothing.
pub(crate) fn options(language: Language) -> Options {
    let executable = PathBuf::from(env!("CARGO_BIN_EXE_wirelens"));
    Options { executable, language, language_asked: true, network: Network::Private, settings: None }
}

/// The window with one of the recordings that come with the program.
pub(crate) fn window<'a>(screen: Screen, language: Language, shipped: &str) -> Harness<'a, App> {
    let index = SHIPPED.iter().position(|capture| capture.id == shipped);
    let app = App::new(options(language));
    let mut opened = false;
    let mut harness = harness(screen, app, move |ui, app: &mut App| {
        if !std::mem::replace(&mut opened, true) {
            index.inspect(|index| app.open_shipped(ui.ctx(), *index));
        }
        app.show(ui);
    });
    harness.run();
    harness
}

#[test]
fn every_arrow_state_and_call_has_a_name() {
    let mut harness = window(Screen::dark([1440.0, 2600.0]), Language::English, "greeting");
    for (number, flags) in [
        (1, "client → server, SYN, seq 0"),
        (2, "server → client, SYN ACK, seq 0, ack 1"),
        (3, "client → server, ACK, seq 1, ack 1"),
    ] {
        harness.get_by_role_and_label(Role::Button, &format!("frame {number}, {flags}"));
    }
    for state in ["SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"] {
        harness.get_by_label(&format!("client {state}"));
    }
    for state in ["LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK"] {
        harness.get_by_label(&format!("server {state}"));
    }
    harness.get_by_label("client connect(127.0.0.1:9999) = 0");
    harness.get_by_label("server accept() = 4");
    harness.get_by_label_contains("Captures");
    harness.run();
}

#[test]
fn a_clicked_arrow_is_explained() {
    let mut harness = window(Screen::dark([1440.0, 1600.0]), Language::English, "greeting");
    harness.get_by_label("frame 2, server → client, SYN ACK, seq 0, ack 1").click();
    harness.run();
    harness.get_by_label("The server agrees (ACK) and asks back (SYN) in one segment.");
    harness.get_by_label_contains("ack 1 = 0 + SYN received");
    harness.get_by_label_contains("client: SYN-SENT → ESTABLISHED");
    harness.get_by_label("sent by the server's kernel alone: the socket listens, accept() plays no part");
    harness.get_by_label("SYN: 1, bit 110");

    // Its release of connect() leads to the call, and from there back.
    harness.get_by_label("lets the client's connect() return").click();
    harness.run();
    harness.get_by_label("connect() → frame 1").click();
    harness.run();
    harness.get_by_label("The client asks to connect and says from which number it counts its bytes.");
}

#[test]
fn arrow_keys_step_through_the_segments() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    harness.key_press(eframe::egui::Key::ArrowRight);
    harness.run();
    harness.get_by_label("The server agrees (ACK) and asks back (SYN) in one segment.");
    harness.key_press(eframe::egui::Key::ArrowRight);
    harness.run();
    harness.get_by_label("The client confirms: now both know that the other hears them.");
    harness.key_press(eframe::egui::Key::ArrowLeft);
    harness.run();
    harness.get_by_label("The server agrees (ACK) and asks back (SYN) in one segment.");
}

#[test]
fn the_language_changes_at_once() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    harness.get_by_label("中文").click();
    harness.run();
    let words = Words::new(Language::Chinese);
    harness.get_by_label(&words.word("caption-syn"));
    harness.get_by_label("第 2 帧, 服务器 → 客户端, SYN ACK, seq 0, ack 1");
    harness.get_by_label("EN").click();
    harness.run();
    harness.get_by_label("Programs");
}

#[test]
fn every_recording_opens() {
    for (shipped, language) in SHIPPED.iter().zip(Language::ALL.into_iter().cycle()) {
        let harness = window(Screen::light(SIZE), language, shipped.id);
        assert!(!harness.state().document().conversations().is_empty(), "{}", shipped.id);
    }
}

#[test]
fn every_scale_can_be_chosen() {
    let mut harness = window(Screen::light(SIZE), Language::English, "tcp-listener-closed");
    let words = Words::new(Language::English);
    for key in ["ui-scale-true", "ui-scale-even", "ui-scale-folded", "ui-absolute"] {
        harness.get_by_label(&words.word(key)).click();
        harness.run();
    }
    harness.get_by_label("conversation shown");
}

/// What was shown stays when a file cannot be opened, and the reason is said.
#[test]
fn a_bad_file_loses_nothing() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    let frames = harness.state().document().trace().frame_count();
    harness.get_by_label("Open…").click();
    harness.run();
    let path = harness.get_by_role_and_label(Role::TextInput, "Path");
    path.focus();
    harness.run();
    harness.key_press_modifiers(eframe::egui::Modifiers::COMMAND, eframe::egui::Key::A);
    harness.get_by_role_and_label(Role::TextInput, "Path").type_text("/nowhere/at-all.pcapng");
    harness.run();
    harness.get_by_label("Open").click();
    harness.run();
    harness.get_by_label_contains("/nowhere/at-all.pcapng");
    assert_eq!(harness.state().document().trace().frame_count(), frames);
    harness.get_by_label("Close").click();
    harness.run();
    assert!(harness.query_by_label_contains("/nowhere/at-all.pcapng").is_none());
}

#[test]
fn a_small_window_stays_alive() {
    let mut harness = window(Screen::dark([480.0, 320.0]), Language::Chinese, "refused");
    harness.run();
    assert_eq!(harness.state().document().conversations().len(), 1);
}

#[test]
fn greeting_dark_english() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    harness.get_by_label("frame 2, server → client, SYN ACK, seq 0, ack 1").click();
    harness.run();
    harness.snapshot("greeting-dark-en");
}

#[test]
fn greeting_light_chinese() {
    let mut harness = window(Screen::light(SIZE), Language::Chinese, "greeting");
    harness.snapshot("greeting-light-zh");
}

#[test]
fn refused_dark_english() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "refused");
    harness.snapshot("refused-dark-en");
}

/// Lets the run go on until it has ended, 20 s at most; `false` where this
/// machine forbids runs.
fn wait_for_the_end(harness: &mut Harness<'_, App>) -> bool {
    for _ in 0..1000 {
        harness.step();
        if !harness.state().is_running() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(!harness.state().is_running(), "the run has not ended within 20 s");
    harness.run();
    let ran = !harness.state().document().trace().events().is_empty();
    if !ran {
        crate::skip::skip("a run in the window: no private network here");
    }
    ran
}

#[test]
fn run_is_one_click_and_the_consoles_speak() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "refused");
    harness.get_by_label("tcp-simple").click();
    harness.step();
    if !wait_for_the_end(&mut harness) {
        return;
    }
    assert_eq!(harness.state().document().conversations().len(), 1);
    harness.get_by_label("frame 1, client → server, SYN, seq 0");
    harness.get_by_label_contains("captured · private network");
    // Once more, by the button.
    let first = harness.state().document().trace().clone();
    harness.get_by_label("▶ Run").click();
    harness.step();
    assert!(wait_for_the_end(&mut harness));
    assert_ne!(harness.state().document().trace(), &first);
}

#[test]
fn what_is_typed_becomes_packets() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "refused");
    harness.get_by_label("tcp-chat").click();
    harness.step();
    if !wait_for_the_end(&mut harness) {
        return;
    }
    harness.get_by_label("type it yourself").click();
    harness.run();
    harness.get_by_label("▶ Run").click();
    let lines = [("client", "hello from the window"), ("server", "and back"), ("client", "exit")];
    for (who, line) in lines {
        let label = format!("type a line for the {who}, then Enter");
        for _ in 0..250 {
            harness.step();
            if harness.query_by_label(&label).is_some() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        harness.get_by_label(&label).focus();
        harness.step();
        harness.get_by_label(&label).type_text(line);
        harness.step();
        harness.key_press(eframe::egui::Key::Enter);
        harness.step();
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(wait_for_the_end(&mut harness));
    let frames: Vec<u8> =
        harness.state().document().trace().frames().flat_map(|(_, _, _, frame)| frame.bytes.to_vec()).collect();
    let carries = |text: &str| frames.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(carries("hello from the window") && carries("and back"));
}

#[test]
fn programs_of_ones_own_are_run_and_traced() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "refused");
    harness.get_by_label("your own programs…").click();
    harness.run();
    let wirelens = env!("CARGO_BIN_EXE_wirelens");
    let sides = [("First, the one that listens", "server"), ("Then, the one that connects", "client")];
    for (label, side) in sides {
        harness.get_by_role_and_label(Role::TextInput, label).focus();
        harness.step();
        let settings = if side == "server" { "--set pause=0ms --set clients=1" } else { "" };
        let command = format!("{wirelens} program tcp-greeting {side} {settings}");
        harness.get_by_role_and_label(Role::TextInput, label).type_text(&command);
        harness.step();
    }
    harness.get_by_label("Run them").click();
    harness.step();
    if !wait_for_the_end(&mut harness) {
        return;
    }
    assert_eq!(harness.state().document().conversations().len(), 1);
    let traced = harness.state().document().all().calls.len();
    assert!(traced > 6, "{traced} calls");
    harness.get_by_label("frame 1, client → server, SYN, seq 0");
}

#[test]
fn a_filter_marks_what_it_selects_and_says_what_is_wrong() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    harness.get_by_role_and_label(Role::TextInput, "Filter").focus();
    harness.step();
    harness.get_by_role_and_label(Role::TextInput, "Filter").type_text("tcp.flags.syn == 1");
    harness.run();
    harness.get_by_label("2 frames, marked »");
    harness.get_by_role_and_label(Role::TextInput, "Filter").type_text(" && tcp.prot");
    harness.run();
    harness.get_by_label_contains("there is no field `tcp.prot`");
    assert_eq!(harness.state().document().selected().map(std::collections::BTreeSet::len), Some(2), "kept meanwhile");
}

#[test]
fn a_large_capture_is_shown_conversation_by_conversation() {
    // A capture of more bytes than are read at once: three greetings, told
    // apart by their ports, with much else between them.
    let greeting = SHIPPED[0].open().unwrap().trace;
    let mut trace = wirelens::trace::Trace::new(wirelens::trace::Notes::default());
    for (_, place) in greeting.places() {
        trace.add_place(place.clone());
    }
    let filler = vec![0; 60_000];
    for port in [[0x90, 1], [0x90, 2], [0x90, 3]] {
        for (_, at, place, frame) in greeting.frames() {
            let mut frame = frame.clone();
            // The client's port, whichever way it goes.
            let offset = if frame.bytes[36..38] == [0x27, 0x0f] { 34 } else { 36 };
            frame.bytes[offset..offset + 2].copy_from_slice(&port);
            trace.push(Event { at, place, what: What::Frame(frame) });
        }
        let (_, at, place, _) = greeting.frames().next().unwrap();
        for _ in 0..110 {
            let frame = wirelens::model::Frame::whole(filler.as_slice());
            trace.push(Event { at, place, what: What::Frame(frame) });
        }
    }
    let path = std::env::temp_dir().join(format!("wirelens-large-{}.pcapng", std::process::id()));
    file::save(&trace, &path).unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() > 16 * 1024 * 1024);
    let app = App::new(options(Language::English));
    let (mut opened, file) = (false, path.clone());
    let mut harness = harness(Screen::dark(SIZE), app, move |ui, app: &mut App| {
        if !std::mem::replace(&mut opened, true) {
            app.open_file(ui.ctx(), &file);
        }
        app.show(ui);
    });
    for _ in 0..500 {
        harness.step();
        let document = harness.state().document();
        if document.opening().is_some_and(Opening::has_ended) && document.picture().is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    harness.step();
    let document = harness.state().document();
    assert_eq!((document.count(), document.all().tcp.len()), (3, 1), "one of three is in memory");
    assert_eq!(document.trace().frame_count(), 20);
    harness.get_by_label("frame 1, client → server, SYN, seq 0");
    harness.get_by_role(Role::ComboBox).click();
    harness.run();
    harness.get_by_label_contains("conversation 2 · TCP · three-way handshake").click();
    harness.run();
    harness.get_by_label("frame 261, client → server, SYN, seq 0");
    assert_eq!(harness.state().document().all().tcp[0].id, 2);
    std::fs::remove_file(path).unwrap();
}
