//! Exporting what is shown.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use wirelens::words::Language;

use crate::app::{SIZE, window};
use crate::harness::Screen;

/// Ctrl+E, another ending, Enter: the file is there, and the window says so.
#[test]
fn what_is_shown_is_exported_as_its_ending_says() {
    let folder = std::env::temp_dir().join(format!("wirelens-window-export-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let mut harness = window(Screen::dark(SIZE), Language::English, "refused");
    for name in ["picture.svg", "rows.csv", "picture.docx"] {
        let path = folder.join(name);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
        harness.run();
        harness.get_by_label("Export what is shown");
        harness.get_by_label(".ndjson");
        let field = harness.get_by_label("Path");
        field.focus();
        harness.run();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.get_by_label("Path").type_text(path.to_str().unwrap());
        harness.run();
        harness.key_press(Key::Enter);
        // It is written by a thread of its own.
        for _ in 0..200 {
            harness.step();
            if harness.query_by_label_contains(name).is_some() && path.exists() || name.ends_with("docx") {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        harness.run();
        if name.ends_with("docx") {
            harness.get_by_label_contains("unknown ending `.docx`; known are .png");
            assert!(!path.exists());
        } else {
            harness.get_by_label_contains(&format!("Written: {}", path.display()));
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.contains("RST"), "{name}: {text}");
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}
