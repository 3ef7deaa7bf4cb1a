use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use wirelens::words::Language;
use crate::app::options;
use crate::harness::{Screen, harness};
use wirelens::view::window::App;
#[test]
fn throwaway() {
    for (n, screen, language) in [("en", Screen::dark([1440.0, 900.0]), Language::English), ("zh", Screen::light([1600.0, 900.0]), Language::Chinese)] {
        for what in [0, 1, 2] {
            let mut h = harness(screen, App::new(options(language)), |ui, app: &mut App| app.show(ui));
            h.run();
            let name = if language == Language::English { "Two hosts and a cable" } else { "两台主机，一根网线" };
            h.get_by_label(name).click();
            h.run();
            if what == 0 { h.render().unwrap().save(format!("/tmp/cmp-dialog-{n}.png")).unwrap(); }
            let run = if language == Language::English { "Run" } else { "运行" };
            h.get_by_role_and_label(Role::Button, run).click();
            h.run();
            let wait = |h: &mut egui_kittest::Harness<'_, App>| {
                for _ in 0..400 {
                    std::thread::sleep(std::time::Duration::from_millis(50));
                    h.step();
                    if !h.state().is_running() { break; }
                }
                h.run();
            };
            wait(&mut h);
            let frame = match what { 0 => if language == Language::English { "client → server, PSH ACK, seq 1," } else {"客户端 → 服务器, PSH ACK, seq 1,"}, 1 => if language == Language::English { "client → server, SYN, seq 0" } else {"客户端 → 服务器, SYN, seq 0"}, _ => if language == Language::English { "client → server, PSH ACK, seq 1," } else {"客户端 → 服务器, PSH ACK, seq 1,"} };
            h.get_by_label_contains(frame).click_secondary();
            h.run();
            if what == 0 { h.render().unwrap().save(format!("/tmp/cmp-menu-{n}.png")).unwrap(); }
            let item = match (what, language) { (2, Language::English) => "Duplicate it", (2, _) => "重复", (_, Language::English) => "Lose it", _ => "丢失" };
            h.get_by_label(item).click();
            h.run();
            wait(&mut h);
            h.render().unwrap().save(format!("/tmp/cmp-{what}-{n}.png")).unwrap();
        }
    }
}
