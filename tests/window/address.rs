//! The address desk, found by what is written on it.

use std::path::PathBuf;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use wirelens::trace::Network;
use wirelens::view::window::{App, Options};
use wirelens::words::Language;

use crate::app::window;
use crate::harness::{Screen, harness};

const SIZE: [f32; 2] = [1440.0, 900.0];

fn empty<'a>(screen: Screen, language: Language) -> Harness<'a, App> {
    let executable = PathBuf::from(env!("CARGO_BIN_EXE_wirelens"));
    let app =
        App::new(Options { executable, language, network: Network::Private, language_asked: true, settings: None });
    harness(screen, app, |ui, app: &mut App| app.show(ui))
}

fn type_over(harness: &mut Harness<'_, App>, field: &str, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, field).focus();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, field).type_text(text);
    harness.run();
}

#[test]
fn the_desk_answers_while_one_types() {
    let mut harness = empty(Screen::dark(SIZE), Language::English);
    harness.key_press(Key::F4);
    harness.run();
    harness.get_by_label_contains("type an address");
    // The field has the focus already.
    harness.get_by_role_and_label(Role::TextInput, "Address").type_text("192.168.1.10/26 192.168.1.200");
    harness.run();
    for text in ["192.168.1.0/26", "192.168.1.63", "192.168.1.1 – 192.168.1.62", "255.255.255.192  =  /26"] {
        harness.get_by_label(text);
    }
    harness.get_by_label_contains("62 hosts: 2^6 addresses");
    harness.get_by_label("address: 11000000 10101000 00000001 00│001010");
    harness.get_by_label("the other AND mask: 11000000 10101000 00000001 11│000000");
    harness.get_by_label_contains("not the same network. 192.168.1.10 asks its gateway");
    type_over(&mut harness, "Address", "192.168.1.10/33");
    harness.get_by_label_contains("expected the number of network bits, 0 to 32, found `33`\n  192.168.1.10/33\n");
    // An example, then away.
    harness.get_by_role_and_label(Role::Button, "53").click();
    harness.run();
    harness.get_by_label("DNS");
    harness.get_by_label("well-known port, 0–1023");
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_role_and_label(Role::TextInput, "Address").is_none());
}

#[test]
fn the_desk_is_in_the_menu_and_speaks_chinese() {
    let mut harness = empty(Screen::light(SIZE), Language::Chinese);
    harness.get_by_label("视图").click();
    harness.run();
    harness.get_by_label_contains("地址工作台…").click();
    harness.run();
    type_over(&mut harness, "地址", "fe80::200:ff:fe00:101");
    harness.get_by_label("fe80:0000:0000:0000:0200:00ff:fe00:0101");
    harness.get_by_label_contains("由 MAC 地址 00:00:00:00:01:01 生成");
    harness.get_by_label("链路本地：只在一条链路上有效");
    type_over(&mut harness, "地址", "02:00:00:00:01:01");
    harness.get_by_label("1：本地的，由使用者自己选定");
}

#[test]
fn addresses_on_the_screen_lead_to_the_desk() {
    let mut harness = window(Screen::dark([1440.0, 2000.0]), Language::English, "greeting");
    harness.get_by_role_and_label(Role::Button, "destination port: 9999, bits 16–31").click_secondary();
    harness.run();
    harness.get_by_label("Address desk…").click();
    harness.run();
    harness.get_by_label("registered port, 1024–49151");
    harness.get_by_label("Close").click();
    harness.run();
    harness.get_by_label("Packets").click();
    harness.run();
    harness.get_all_by_role(Role::Row).next().unwrap().click_secondary();
    harness.run();
    harness.get_by_label("Address desk: 127.0.0.1").click();
    harness.run();
    harness.get_by_label("loopback: never leaves this host");
}
