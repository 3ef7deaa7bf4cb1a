//! Panels, menus, keys, settings, the newcomer's cards, files on the way.

use std::path::PathBuf;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use wirelens::source::file;
use wirelens::source::shipped::SHIPPED;
use wirelens::view::window::{App, Options};
use wirelens::words::{Language, Words};

use crate::app::{SIZE, options, window};
use crate::harness::{Screen, harness};

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("wirelens-shell-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A window that remembers, as it is at its start.
fn remembering<'a>(settings: &std::path::Path, screen: Screen) -> Harness<'a, App> {
    let app = App::new(Options {
        language: Language::English,
        language_asked: false,
        settings: Some(settings.to_owned()),
        ..options(Language::English)
    });
    let mut prepared = false;
    harness(screen, app, move |ui, app: &mut App| {
        if !std::mem::replace(&mut prepared, true) {
            app.prepare(ui.ctx());
        }
        app.show(ui);
    })
}

#[test]
fn a_newcomer_is_asked_and_answered() {
    for language in Language::ALL {
        let words = Words::new(language);
        let mut harness = window(Screen::dark(SIZE), language, "");
        harness.get_by_label(&words.word("ui-nothing-open"));
        harness.get_by_role_and_label(Role::Group, &words.word("welcome-watch"));
        harness.get_by_label(&words.word("question-accept-1")).click();
        harness.run();
        harness.get_by_label_contains(&words.word("question-accept-why"));
        harness.get_by_label_contains(&words.word("question-accept-0"));
        assert_eq!(harness.state().document().trace().frame_count(), 20, "its recording is open");
    }
}

#[test]
fn a_newcomer_watches_a_handshake() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "");
    harness.get_by_label_contains("Watch it").click();
    harness.step();
    harness.step();
    assert_eq!(harness.state().document().trace().frame_count(), 20);
}

#[test]
fn panels_come_and_go_by_key_and_by_room() {
    let words = Words::new(Language::English);
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    let (library, below) = (words.word("ui-programs"), words.word("tab-consoles"));
    for (key, label) in [(Key::F6, &library), (Key::F7, &below)] {
        harness.get_by_label(label);
        harness.key_press(key);
        harness.run();
        assert!(harness.query_by_label(label).is_none(), "{label}");
        harness.key_press(key);
        harness.run();
        harness.get_by_label(label);
    }
    let harness = window(Screen::dark([700.0, 400.0]), Language::English, "greeting");
    assert!(harness.query_by_label(&library).is_none() && harness.query_by_label(&below).is_none());
    harness.get_by_label_contains("frame 1, client → server, SYN");
}

#[test]
fn keys_are_listed() {
    let words = Words::new(Language::Chinese);
    let mut harness = window(Screen::light(SIZE), Language::Chinese, "greeting");
    harness.key_press(Key::F1);
    harness.run();
    harness.get_by_label(&words.word("keys-undo"));
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_label(&words.word("keys-undo")).is_none());
}

#[test]
fn a_change_of_the_view_is_taken_back() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    let scale = |harness: &Harness<'_, App>| harness.state().document().scale();
    let before = scale(&harness);
    harness.get_by_label("true time").click();
    harness.run();
    let after = scale(&harness);
    assert_ne!(before, after);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert_eq!(scale(&harness), before);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    harness.run();
    assert_eq!(scale(&harness), after);
}

#[test]
fn what_the_reader_chose_is_there_the_next_time() {
    let folder = folder("settings");
    let (settings, capture) = (folder.join("settings.toml"), folder.join("kept.pcapng"));
    file::save(&SHIPPED[0].open().unwrap().trace, &capture).unwrap();
    {
        let mut harness = remembering(&settings, Screen::dark(SIZE));
        harness.get_by_label("中文").click();
        harness.run();
        let words = Words::new(Language::Chinese);
        harness.get_by_label(&words.word("welcome-dismiss")).click();
        harness.run();
        let ctx = harness.ctx.clone();
        harness.state_mut().open_file(&ctx, &capture);
        harness.key_press(Key::F6);
        harness.run();
        assert!(harness.query_by_label(&words.word("ui-programs")).is_none());
    }
    let text = std::fs::read_to_string(&settings).unwrap();
    assert!(text.contains("language = \"zh\"") && text.contains("kept.pcapng"), "{text}");
    let mut harness = remembering(&settings, Screen::dark(SIZE));
    let words = Words::new(Language::Chinese);
    assert!(harness.query_by_label(&words.word("welcome-dismiss")).is_none());
    assert!(harness.query_by_label(&words.word("ui-programs")).is_none(), "the library stays hidden");
    // The card offers what was opened.
    harness.get_by_role_and_label(Role::Link, "kept.pcapng").click();
    harness.run();
    assert_eq!(harness.state().document().trace().frame_count(), 20);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn settings_that_make_no_sense_are_told_and_kept() {
    let folder = folder("nonsense");
    let settings = folder.join("settings.toml");
    std::fs::write(&settings, "size = \"very large\"\n").unwrap();
    let mut harness = remembering(&settings, Screen::dark(SIZE));
    harness.run();
    harness.get_by_label_contains("settings.toml.bad");
    assert_eq!(std::fs::read_to_string(folder.join("settings.toml.bad")).unwrap(), "size = \"very large\"\n");
    std::fs::remove_dir_all(folder).unwrap();
}

/// A capture of some megabytes is read beside the frames, and can be given up.
#[test]
fn a_capture_of_moderate_size_is_read_beside_the_frames() {
    let folder = folder("loading");
    let path = folder.join("many.pcapng");
    let greeting = SHIPPED[0].open().unwrap().trace;
    let mut trace = greeting.clone();
    for _ in 0..200 {
        greeting.events().iter().for_each(|event| trace.push(event.clone()));
    }
    file::save(&trace, &path).unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() > 64 * 1024);
    let mut harness = window(Screen::dark(SIZE), Language::English, "refused");
    let ctx = harness.ctx.clone();
    harness.state_mut().open_file(&ctx, &path);
    for _ in 0..500 {
        harness.step();
        if harness.state().document().trace().frame_count() == 20 * 201 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(harness.state().document().trace().frame_count(), 20 * 201);
    std::fs::remove_dir_all(folder).unwrap();
}

/// From a stamp to a wall: every size a screen or a reader may have.
#[test]
fn every_size_stays_alive() {
    for (size, scale) in
        [([320.0, 240.0], 1.0), ([320.0, 240.0], 3.0), ([1920.0, 1080.0], 0.5), ([3840.0, 2160.0], 1.0)]
    {
        for language in Language::ALL {
            let screen = Screen { scale, ..Screen::dark(size) };
            let mut harness = window(screen, language, "greeting");
            harness.key_press(Key::ArrowRight);
            harness.run();
            assert_eq!(harness.state().document().conversations().len(), 1);
        }
    }
}

/// Everything can be reached without a mouse: from control to control, and
/// pressed.
#[test]
fn a_keyboard_is_enough() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    for _ in 0..400 {
        harness.key_press(Key::Tab);
        harness.step();
        if harness.get_by_label("even steps").is_focused() {
            harness.key_press(Key::Enter);
            harness.run();
            break;
        }
    }
    assert_eq!(harness.state().document().scale(), wirelens::timeline::layout::Scale::Even);
}
