use crate::app::{SIZE, window};
use crate::harness::Screen;
use eframe::egui::Key;
use egui_kittest::kittest::Queryable as _;
use wirelens::words::Language;
#[test]
fn zz_one() {
    let mut h = window(Screen::dark(SIZE), Language::English, "greeting");
    h.render().unwrap().save("/tmp/z1.png").unwrap();
    h.key_press(Key::Space);
    for _ in 0..9 {
        h.step();
    }
    h.render().unwrap().save("/tmp/z2.png").unwrap();
}
#[test]
fn zz_two() {
    let mut h = window(Screen::light(SIZE), Language::Chinese, "tcp-chat");
    h.get_by_label("数据包").click();
    h.run();
    h.render().unwrap().save("/tmp/z3.png").unwrap();
    h.get_by_label("图表").click();
    h.run();
    h.render().unwrap().save("/tmp/z4.png").unwrap();
}
#[test]
fn zz_three() {
    let mut h = window(Screen::dark(SIZE), Language::English, "tcp-short-connections");
    h.get_by_label("Conversations").click();
    h.run();
    h.render().unwrap().save("/tmp/z5.png").unwrap();
}
