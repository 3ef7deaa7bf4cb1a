//! Captures and programs that nobody expects: the window says what it can and
//! stays alive.

use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use wirelens::model::{Event, Frame, LinkType, Place, PlaceId, Timestamp, What};
use wirelens::source::file;
use wirelens::source::shipped::SHIPPED;
use wirelens::trace::{Notes, Trace};
use wirelens::view::window::App;
use wirelens::words::{Language, Words};

use crate::app::{SIZE, options};
use crate::harness::{Screen, harness};

fn interface(name: &str) -> Place {
    Place::Interface { name: name.into(), description: None, link_type: LinkType::ETHERNET }
}

/// The greeting's frames at these moments, on an interface of this name.
fn greeting(name: &str, at: impl Fn(i64) -> i64, count: usize) -> Trace {
    let mut trace = Trace::new(Notes::default());
    trace.add_place(interface(name));
    let greeting = SHIPPED[0].open().unwrap().trace;
    for (index, (_, _, _, frame)) in (0..).zip(greeting.frames()).take(count) {
        let at = Timestamp::from_nanos(at(index));
        trace.push(Event { at, place: PlaceId(0), what: What::Frame(frame.clone()) });
    }
    trace
}

/// Opens a trace as a file, and waits until it is shown.
fn open<'a>(name: &str, trace: &Trace, screen: Screen) -> Harness<'a, App> {
    let path = std::env::temp_dir().join(format!("wirelens-odd-{name}-{}.pcapng", std::process::id()));
    file::save(trace, &path).unwrap();
    let mut harness = harness(screen, App::new(options(Language::English)), |ui, app: &mut App| app.show(ui));
    let ctx = harness.ctx.clone();
    harness.state_mut().open_file(&ctx, &path);
    for _ in 0..1000 {
        harness.step();
        if harness.state().document().trace().frame_count() == trace.frame_count() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(harness.state().document().trace().frame_count(), trace.frame_count());
    std::fs::remove_file(path).unwrap();
    harness
}

/// Every tab, every scale, far out, far in, and playing.
fn go_through(harness: &mut Harness<'_, App>) {
    let words = Words::new(Language::English);
    for key in ["tab-packets", "tab-conversations", "tab-stream", "tab-graphs", "tab-consoles"] {
        harness.get_by_role_and_label(Role::Button, &words.word(key)).click();
        harness.run();
    }
    for key in ["ui-scale-true", "ui-scale-even", "ui-scale-folded"] {
        harness.get_by_label(&words.word(key)).click();
        harness.run();
        for zoom in [Key::Minus, Key::Minus, Key::Num0, Key::Plus, Key::Plus, Key::Plus] {
            harness.key_press(zoom);
            harness.run();
        }
    }
    harness.key_press(Key::Space);
    for _ in 0..5 {
        harness.step();
    }
    harness.key_press(Key::Escape);
    harness.run();
}

#[test]
fn absurd_times_are_drawn() {
    /// The moment of a frame, in nanoseconds.
    type When = fn(i64) -> i64;
    let times: [(&str, When); 5] = [
        ("all at once", |_| 0),
        ("backwards", |index| 1_000_000_000 - index * 7),
        ("before 1970", |index| -5_000_000_000_000_000 + index),
        ("centuries", |index| index * 400_000_000_000_000_000),
        ("to the end of time", |index| if index % 2 == 0 { 0 } else { i64::MAX - index }),
    ];
    for (name, at) in times {
        let mut harness = open(&name.replace(' ', "-"), &greeting("lo", at, 20), Screen::dark(SIZE));
        go_through(&mut harness);
    }
}

#[test]
fn one_packet_and_none() {
    let mut harness = open("one", &greeting("lo", |_| 0, 1), Screen::light(SIZE));
    go_through(&mut harness);
    harness.get_by_label("frame 1, client → server, SYN, seq 0");
    let mut empty = Trace::new(Notes::default());
    empty.add_place(interface("lo"));
    let mut harness = open("none", &empty, Screen::light(SIZE));
    harness.run();
    harness.get_by_label(&Words::new(Language::English).word("ui-nothing-open"));
}

#[test]
fn names_of_any_length_and_script_stay_in_their_place() {
    let name = format!("\u{202e}{}\u{7}\u{1b}[2J{}", "שלום".repeat(10), "x".repeat(160));
    // Only the shape of what we show of it must be safe: no glyph may be missing.
    let shown = wirelens::words::printable(name.as_bytes());
    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown:?}");
    let latin = format!("host-{}", "y".repeat(195));
    let mut harness = open("name", &greeting(&latin, |index| index * 1000, 20), Screen::dark(SIZE));
    go_through(&mut harness);
}

#[test]
fn ten_thousand_conversations_are_listed() {
    let greeting = SHIPPED[0].open().unwrap().trace;
    let syn = greeting.frames().next().unwrap().3.clone();
    let mut trace = Trace::new(Notes::default());
    trace.add_place(interface("eth0"));
    for number in 0_u16..10_000 {
        let mut frame: Frame = syn.clone();
        frame.bytes[34..36].copy_from_slice(&(number + 1024).to_be_bytes());
        let at = Timestamp::from_nanos(i64::from(number) * 1000);
        trace.push(Event { at, place: PlaceId(0), what: What::Frame(frame) });
    }
    let mut harness = open("many", &trace, Screen::dark(SIZE));
    assert_eq!(harness.state().document().count(), 10_000);
    go_through(&mut harness);
    harness.get_by_label("all").click();
    harness.run();
    harness.get_by_label_contains("10000 conversations");
}

/// A program that floods its console, and one that floods the network.
#[test]
fn a_program_that_floods_leaves_the_window_alive() {
    let mut harness = open("before", &greeting("lo", |index| index, 2), Screen::dark(SIZE));
    harness.get_by_label("your own programs…").click();
    harness.run();
    let label = "First, the one that listens";
    harness.get_by_role_and_label(Role::TextInput, label).focus();
    harness.step();
    harness.get_by_role_and_label(Role::TextInput, label).type_text("yes a line of the flood | head -c 8000000");
    harness.step();
    harness.get_by_label("Run them").click();
    harness.step();
    for _ in 0..1500 {
        harness.step();
        if !harness.state().is_running() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(!harness.state().is_running(), "the run has not ended within 15 s of waiting");
    harness.run();
    if harness.state().document().trace().events().is_empty() {
        crate::skip::skip("a flood in the window: no private network here");
        return;
    }
    harness.get_by_label_contains("lines above are not shown");
}
