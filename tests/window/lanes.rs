//! The pictures with several lifelines, found by what is written on them.

use std::path::PathBuf;

use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use wirelens::trace::Network;
use wirelens::view::window::{App, Options};
use wirelens::words::Language;

use crate::app::SIZE;
use crate::harness::{Screen, harness};

fn corpus(path: &str) -> PathBuf {
    PathBuf::from("/work/shared/corpus").join(path)
}

fn opened<'a>(screen: Screen, language: Language, path: PathBuf) -> Harness<'a, App> {
    let executable = PathBuf::from(env!("CARGO_BIN_EXE_wirelens"));
    let app =
        App::new(Options { executable, language, network: Network::Private, language_asked: true, settings: None });
    let mut is_open = false;
    let mut harness = harness(screen, app, move |ui, app: &mut App| {
        if !std::mem::replace(&mut is_open, true) {
            app.open_file(ui.ctx(), &path);
        }
        app.show(ui);
    });
    for _ in 0..50 {
        if !harness.state().document().trace().events().is_empty() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(40));
        harness.step();
    }
    harness.run();
    harness
}

#[test]
fn look() {
    let shots: Vec<String> = std::fs::read_to_string("/tmp/lanes-shots").unwrap().lines().map(str::to_owned).collect();
    let handles: Vec<_> = shots
        .into_iter()
        .map(|shot| {
            std::thread::spawn(move || {
                let words: Vec<&str> = shot.split_whitespace().collect();
                let [name, path, theme, language, size, choice, clicks @ ..] = &words[..] else { panic!("{shot}") };
                let (w, h) = size.split_once('x').unwrap();
                let size = [w.parse().unwrap(), h.parse().unwrap()];
                let screen = if *theme == "dark" { Screen::dark(size) } else { Screen::light(size) };
                let language: Language = language.parse().unwrap();
                let path = if path.starts_with('/') { PathBuf::from(path) } else { corpus(path) };
                let mut harness = opened(screen, language, path);
                let words = wirelens::words::Words::new(language);
                if let Some(button) =
                    harness.query_by_role_and_label(Role::Button, &words.word(&format!("lanes-{choice}")))
                {
                    button.click();
                }
                harness.run();
                for click in clicks {
                    let click = click.replace('_', " ");
                    if let Some(key) = click.strip_prefix('!') {
                        let key = eframe::egui::Key::from_name(key).unwrap();
                        harness.key_press(key);
                    } else {
                        harness.get_all_by_label_contains(&click).next().unwrap().click();
                    }
                    harness.run();
                }
                harness.render().unwrap().save(format!("/tmp/lanes-{name}.png")).unwrap();
            })
        })
        .collect();
    for handle in handles {
        let _ = handle.join();
    }
}
