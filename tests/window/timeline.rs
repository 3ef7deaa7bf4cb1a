//! The picture of a conversation, used by key and by pointer.

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, TouchPhase, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use wirelens::view::window::App;
use wirelens::words::{Language, Words};

use crate::app::{SIZE, window};
use crate::harness::Screen;

const FIRST: &str = "frame 1, client → server, SYN, seq 0";
const LAST: &str = "frame 20, client → server, ACK, seq 23, ack 51";

fn greeting<'a>() -> Harness<'a, App> {
    window(Screen::dark(SIZE), Language::English, "greeting")
}

fn press(harness: &mut Harness<'_, App>, key: Key) {
    harness.key_press(key);
    harness.run();
}

#[test]
fn pages_ends_and_beginnings_are_reached_by_key() {
    let mut harness = greeting();
    harness.get_by_label(FIRST);
    assert!(harness.query_by_label(LAST).is_none(), "what is not in view is not made");
    press(&mut harness, Key::End);
    harness.get_by_label(LAST);
    assert!(harness.query_by_label(FIRST).is_none());
    press(&mut harness, Key::PageUp);
    assert!(harness.query_by_label(LAST).is_none());
    press(&mut harness, Key::Home);
    harness.get_by_label(FIRST);
}

#[test]
fn the_whole_conversation_is_a_strip_to_go_along() {
    let mut harness = greeting();
    let strip = harness.get_by_role_and_label(Role::Slider, "The whole conversation");
    let lower = strip.rect().center_bottom() - vec2(0.0, 4.0);
    harness.drag_at(lower);
    harness.drop_at(lower);
    harness.run();
    harness.get_by_label(LAST);
    harness.get_by_role_and_label(Role::Slider, "The whole conversation").focus();
    harness.run();
    for _ in 0..12 {
        press(&mut harness, Key::ArrowUp);
    }
    harness.get_by_label(FIRST);
}

#[test]
fn what_is_too_close_in_true_time_is_counted_and_opens_on_a_click() {
    let mut harness = greeting();
    let words = Words::new(Language::English);
    harness.get_by_label(&words.word("ui-scale-true")).click();
    harness.run();
    harness.get_by_label_contains(" s / screen");
    let second = "frame 2, server → client, SYN ACK, seq 0, ack 1";
    assert!(harness.query_by_label(second).is_none(), "only what is selected stands out of a crowd");
    harness.get_by_label("7 segments").click();
    harness.run();
    harness.get_by_label_contains(" ms / screen");
    harness.get_by_label(second).click();
    harness.run();
    harness.get_by_label("The server agrees (ACK) and asks back (SYN) in one segment.");
    press(&mut harness, Key::Num0);
    harness.get_by_label("7 segments");
}

#[test]
fn ctrl_and_the_wheel_zoom_about_the_pointer() {
    let mut harness = greeting();
    let arrow = "frame 3, client → server, ACK, seq 1, ack 1";
    let before = harness.get_by_label(arrow).rect().center();
    harness.event(Event::PointerMoved(before));
    harness.step();
    for _ in 0..4 {
        harness.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, 40.0),
            phase: TouchPhase::Move,
            modifiers: Modifiers::COMMAND,
            source: MouseWheelSource::Wheel,
        });
        harness.run_steps(8);
    }
    harness.run();
    assert!(harness.query_by_label("100 %").is_none());
    let after: Pos2 = harness.get_by_label(arrow).rect().center();
    assert!((after.y - before.y).abs() < 8.0, "{before} {after}");
    press(&mut harness, Key::Num0);
    harness.get_by_label("100 %");
}

#[test]
fn every_arrow_can_be_reached_and_chosen_by_key() {
    let mut harness = greeting();
    harness.get_by_label("frame 2, server → client, SYN ACK, seq 0, ack 1").focus();
    harness.run();
    press(&mut harness, Key::Enter);
    harness.get_by_label("The server agrees (ACK) and asks back (SYN) in one segment.");
    // On to the arrows below the view: what has the focus is brought into it.
    for _ in 0..60 {
        press(&mut harness, Key::Tab);
        if harness.query_by_label(LAST).is_some() {
            return;
        }
    }
    panic!("the last arrow was not reached");
}

#[test]
fn the_selected_segment_is_brought_into_view() {
    let mut harness = greeting();
    for _ in 0..19 {
        press(&mut harness, Key::ArrowRight);
    }
    let last = harness.get_by_label(LAST).rect();
    let strip = harness.get_by_role_and_label(Role::Slider, "The whole conversation").rect();
    assert!(strip.y_range().contains(last.center().y), "{last} {strip}");
}
