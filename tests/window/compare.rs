//! What if this packet were lost? The lab in the window, and two runs beside
//! each other. Where namespaces are forbidden, what runs skips loudly.

use std::path::PathBuf;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use wirelens::view::window::App;
use wirelens::words::Language;

use crate::app::{SIZE, options, window};
use crate::harness::{Screen, harness};

/// Lets the runs go on until all have ended; `false` where this machine forbids
/// them.
fn wait(harness: &mut Harness<'_, App>) -> bool {
    for _ in 0..1500 {
        harness.step();
        if !harness.state().is_running() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(!harness.state().is_running(), "the run has not ended within 30 s");
    harness.run();
    let ran = harness.state().document().trace().frame_count() > 0;
    if !ran {
        crate::skip::skip("a lab in the window: no namespaces here");
    }
    ran
}

fn empty<'a>(screen: Screen, language: Language) -> Harness<'a, App> {
    let mut harness = harness(screen, App::new(options(language)), |ui, app: &mut App| app.show(ui));
    harness.run();
    harness
}

/// Runs the usual program on a cable, by the library and the dialog.
fn on_a_cable(harness: &mut Harness<'_, App>) -> bool {
    harness.get_by_label("Two hosts and a cable").click();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "Run").click();
    harness.step();
    wait(harness)
}

fn labelled(harness: &Harness<'_, App>, part: &str) -> usize {
    harness.query_all_by_label_contains(part).count()
}

#[test]
fn a_segment_is_lost_and_both_runs_stand_beside_each_other() {
    let mut harness = empty(Screen::dark([1600.0, 1000.0]), Language::English);
    if !on_a_cable(&mut harness) {
        return;
    }
    harness.get_by_label_contains("client → server, PSH ACK, seq 1,").click_secondary();
    harness.run();
    harness.get_by_label("Run it again and with this frame:");
    harness.get_by_label("Lose it").click();
    harness.step();
    assert!(wait(&mut harness));
    harness.get_by_label("Two runs");
    harness.get_by_label("without the fault");
    harness.get_by_label("with: lose data>@client-server");
    harness.get_by_label_contains("lost: data from the client, 7 B (`data>`); sent again after");
    assert_eq!(labelled(&harness, ", lost on the right"), 2, "the segment in both pictures");
    // What was lost is selected, and its difference told.
    harness.get_by_label_contains("#");
    assert_eq!(labelled(&harness, "only on the right"), 1, "what was sent again");

    // On the left: the inspector tells of the left run, its partner is selected.
    let selected = harness.state().selection();
    harness.get_all_by_label_contains("server → client, PSH ACK, seq 9,").next().unwrap().click();
    harness.run();
    assert_ne!(harness.state().selection(), selected);
    harness.get_by_label("the same in both runs");

    // One fault more, by the button, to the run on the right.
    harness.get_all_by_label_contains("server → client, PSH ACK, seq 9,").nth(1).unwrap().click();
    harness.run();
    harness.get_by_label("What if …").click();
    harness.run();
    harness.get_by_label("Lose it").click();
    harness.step();
    assert!(wait(&mut harness));
    harness.get_by_label("with: lose data>@client-server · lose data<#2@client-server");
    harness.get_by_label_contains("lost: data from the client");
    harness.get_by_label_contains("lost: data from the server");
    harness.get_by_label("Back to one run").click();
    harness.run();
    assert!(harness.query_by_label("Two runs").is_none());
    harness.get_by_label_contains("captured · lab of real hosts");
}

/// A program that was on no network of the lab is first run there.
#[test]
fn a_private_run_goes_to_the_lab_first() {
    let mut harness = empty(Screen::dark(SIZE), Language::English);
    harness.get_by_label("udp-ask").click();
    harness.step();
    if !wait(&mut harness) {
        return;
    }
    harness.get_all_by_label_contains("client → server, UDP").next().unwrap().click_secondary();
    harness.run();
    harness.get_by_label("Run it in the lab, on a cable, and with this frame:");
    harness.get_by_label("Duplicate it").click();
    harness.step();
    assert!(wait(&mut harness));
    harness.get_by_label("Two runs");
    harness.get_by_label_contains("with: duplicate ");
    harness.get_by_label_contains("arrived twice: data from the client");
}

/// Nobody knows how a recording was made: the offer says so, by key too.
#[test]
fn a_recording_offers_nothing_and_says_why() {
    for (language, reason, lose) in
        [(Language::English, "This is a recording", "Lose it"), (Language::Chinese, "这是一份录制", "丢失")]
    {
        let mut harness = window(Screen::dark([1440.0, 1600.0]), language, "greeting");
        harness.key_press_modifiers(Modifiers::SHIFT, Key::F10);
        harness.run();
        harness.get_by_label_contains(reason);
        assert!(harness.get_by_label(lose).accesskit_node().is_disabled());
        let frames = harness.state().document().trace().frame_count();
        harness.get_by_label(lose).click();
        harness.run();
        assert!(!harness.state().is_running());
        assert_eq!(harness.state().document().trace().frame_count(), frames);
    }
}

#[test]
fn the_dialog_says_at_once_what_is_wrong() {
    let mut harness = empty(Screen::light(SIZE), Language::English);
    harness.get_by_label("Two networks and a router").click_accesskit();
    harness.run();
    harness.get_by_label("Add a line").click();
    harness.run();
    let text = "To what, line 1";
    harness.get_by_role_and_label(Role::TextInput, text).focus();
    harness.step();
    harness.get_by_role_and_label(Role::TextInput, text).type_text("dat");
    harness.run();
    harness.get_by_label_contains("no fault pattern `dat`");
    assert!(harness.get_by_role_and_label(Role::Button, "Run").accesskit_node().is_disabled());
    harness.get_by_role_and_label(Role::TextInput, text).type_text("a>#2");
    harness.run();
    assert_eq!(labelled(&harness, "no fault pattern"), 0);
    assert!(!harness.get_by_role_and_label(Role::Button, "Run").accesskit_node().is_disabled());
    harness.get_by_label("Remove line 1").click();
    harness.run();
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_label("Run in the lab").is_none());
}

/// A lab that cannot be built leaves what was shown where it is.
#[test]
fn a_lab_that_cannot_be_built_loses_nothing() {
    let executable = PathBuf::from("/bin/false");
    let app = App::new(wirelens::view::window::Options { executable, ..options(Language::English) });
    let index = wirelens::source::shipped::SHIPPED.iter().position(|capture| capture.id == "greeting").unwrap();
    let mut opened = false;
    let mut harness = harness(Screen::dark(SIZE), app, move |ui, app: &mut App| {
        if !std::mem::replace(&mut opened, true) {
            app.open_shipped(ui.ctx(), index);
        }
        app.show(ui);
    });
    harness.run();
    let before = harness.state().document().trace().clone();
    harness.get_by_label("Three hosts on a hub").click();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "Run").click();
    harness.step();
    wait(&mut harness);
    assert_eq!(harness.state().document().trace(), &before);
    harness.get_by_label("frame 1, client → server, SYN, seq 0");
    harness.get_by_label("Close");
}

#[test]
fn two_recordings_stand_beside_each_other() {
    let mut harness = window(Screen::light([1440.0, 1100.0]), Language::English, "greeting");
    harness.get_by_label("File").click();
    harness.run();
    harness.get_by_label_contains("Open beside this one…").click();
    harness.run();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/greeting-three-segments.pcapng");
    harness.get_by_role_and_label(Role::TextInput, "Path").focus();
    harness.step();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_role_and_label(Role::TextInput, "Path").type_text(path);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    harness.get_by_label("greeting");
    harness.get_by_label("greeting-three-segments.pcapng");
    harness.get_by_label("closing: teardown, four segments → teardown, three segments");
    assert!(labelled(&harness, "only on the left") > 0);
    // Nothing can be done to a recording.
    harness.get_by_label("What if …").click();
    harness.run();
    assert!(harness.get_by_label("Lose it").accesskit_node().is_disabled());
}
