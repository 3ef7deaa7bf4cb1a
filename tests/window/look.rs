//! Throwaway.
use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use wirelens::words::Language;

use crate::app::window;
use crate::harness::Screen;

fn drag_up(harness: &mut egui_kittest::Harness<'_, wirelens::view::window::App>) {
    // The edge between the transport bar and the panel below.
    let table = harness.get_all_by_role(Role::Button).next().map(|n| n.rect());
    let _ = table;
}

#[test]
fn look_packets() {
    for (screen, language, name, tab) in [
        (Screen::dark([1600.0, 1000.0]), Language::English, "en-dark", "Packets"),
        (Screen::light([1440.0, 900.0]), Language::Chinese, "zh-light", "数据包"),
    ] {
        let mut harness = window(screen, language, "tcp-short-connections");
        harness.get_by_role_and_label(Role::Button, tab).click();
        harness.run();
        drag_up(&mut harness);
        let field = if language == Language::English { "Filter" } else { "过滤器" };
        harness.get_by_role_and_label(Role::TextInput, field).focus();
        harness.step();
        harness.get_by_role_and_label(Role::TextInput, field).type_text("tcp.flags.syn == 1 && tcp.fl");
        harness.run();
        harness.render().unwrap().save(format!("/tmp/pk-{name}-complete.png")).unwrap();
        harness.key_press(Key::Escape);
        harness.run();
        harness.render().unwrap().save(format!("/tmp/pk-{name}-error.png")).unwrap();
        harness.get_by_role_and_label(Role::TextInput, field).type_text("ags.ack == 1");
        harness.run();
        harness.get_by_label(if language == Language::English { "coloured" } else { "着色" }).click();
        harness.run();
        harness.render().unwrap().save(format!("/tmp/pk-{name}-table.png")).unwrap();
        harness
            .get_by_role_and_label(Role::Button, if language == Language::English { "Conversations" } else { "会话" })
            .click();
        harness.run();
        harness.render().unwrap().save(format!("/tmp/pk-{name}-conversations.png")).unwrap();
        harness
            .get_by_role_and_label(Role::Button, if language == Language::English { "Stream" } else { "追踪流" })
            .click();
        harness.run();
        harness.render().unwrap().save(format!("/tmp/pk-{name}-stream.png")).unwrap();
        std::mem::forget(harness);
    }
}
