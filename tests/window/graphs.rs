//! Graphs, found by what is written on them.

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, PointerButton, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use wirelens::view::window::App;
use wirelens::words::Language;

use crate::app::{SIZE, window};
use crate::harness::Screen;

/// The window with a recording, its graphs in front.
fn graphs<'a>(language: Language, shipped: &str) -> Harness<'a, App> {
    let mut harness = window(Screen::dark(SIZE), language, shipped);
    harness.get_by_label(if language == Language::English { "Graphs" } else { "图表" }).click();
    harness.run();
    harness
}

fn choose(harness: &mut Harness<'_, App>, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    harness.run();
}

#[test]
fn each_graph_is_one_click_away_and_says_what_it_shows() {
    let mut harness = graphs(Language::English, "greeting");
    // The server sent more: its direction is looked at first.
    for (name, summary) in [
        ("Stevens", "Stevens, server → client: 4 segments with data, sequence numbers 1 to 50"),
        ("tcptrace", "tcptrace, server → client: 4 segments with data, sequence numbers 1 to 50"),
        ("RTT", "RTT, server → client: 6 round trips, 9.1 µs to 689 µs, median 141 µs, 8 samples"),
        ("in flight", "in flight, server → client: at most 15 B in flight, window 64 240 B to 64 256 B"),
        (
            "throughput",
            "throughput, server → client: throughput at most 2.40 kbit/s, goodput at most 2.40 kbit/s, \
             each value is a mean over 50.0 ms",
        ),
        ("window", "window, server → client: 9 segments, 64 240 B to 64 256 B"),
        ("cwnd", "cwnd, server → client: 8 samples, 10 segments"),
    ] {
        choose(&mut harness, name);
        harness.get_by_role_and_label(Role::Image, summary);
    }
    choose(&mut harness, "Stevens");
    choose(&mut harness, "⇄ server → client");
    harness
        .get_by_role_and_label(Role::Image, "Stevens, client → server: 4 segments with data, sequence numbers 1 to 22");
}

#[test]
fn each_graph_speaks_chinese() {
    let mut harness = graphs(Language::Chinese, "greeting");
    for (name, summary) in [
        ("Stevens 图", "Stevens 图，服务器 → 客户端：4 个携带数据的报文段，序号 1 到 50"),
        ("tcptrace 图", "tcptrace 图，服务器 → 客户端：4 个携带数据的报文段，序号 1 到 50"),
        ("RTT", "RTT，服务器 → 客户端：6 个往返时间，9.1 µs 到 689 µs，中位数 141 µs，8 个采样"),
        ("在途数据", "在途数据，服务器 → 客户端：在途数据最多 15 B，窗口 64 240 B 到 64 256 B"),
        ("窗口", "窗口，服务器 → 客户端：9 个报文段，64 240 B 到 64 256 B"),
        ("拥塞窗口", "拥塞窗口，服务器 → 客户端：8 个采样，10 个报文段"),
    ] {
        choose(&mut harness, name);
        harness.get_by_role_and_label(Role::Image, summary);
    }
}

#[test]
fn a_clicked_point_selects_its_segment() {
    let mut harness = graphs(Language::English, "greeting");
    choose(&mut harness, "tcptrace");
    let point = "frame 4 · +607 µs · data 1…9 · 8 B";
    // By its name, as a screen reader does.
    harness.get_by_role_and_label(Role::Button, point).click_accesskit();
    harness.run();
    harness.get_by_label("#4 PSH ACK");
    harness.get_by_role_and_label(Role::Label, point);
    // By the pointer.
    let later = harness.get_by_role_and_label(Role::Button, "frame 8 · +1.001 s · data 9…24 · 15 B").rect().center();
    harness.hover_at(later);
    harness.run();
    harness.get_by_label("Payload, sent for the first time");
    harness.drag_at(later);
    harness.drop_at(later);
    harness.run();
    harness.get_by_role_and_label(Role::Label, "frame 8 · +1.001 s · data 9…24 · 15 B");
}

#[test]
fn raw_numbers_are_those_of_the_header() {
    let mut harness = graphs(Language::English, "greeting");
    choose(&mut harness, "⇄ server → client");
    harness.get_by_role_and_label(Role::Button, "frame 1 · +0 · SYN 0");
    harness.get_by_role_and_label(Role::CheckBox, "raw numbers").click();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "frame 1 · +0 · SYN 632 812 012");
}

#[test]
fn a_layer_can_be_hidden_and_shown_again() {
    let mut harness = graphs(Language::English, "greeting");
    choose(&mut harness, "tcptrace");
    let data = "frame 4 · +607 µs · data 1…9 · 8 B";
    harness.get_by_role_and_label(Role::Button, data);
    // Far above, and so not in the picture.
    harness.get_by_role_and_label(Role::CheckBox, "window, above the picture");
    harness.get_by_role_and_label(Role::CheckBox, "data 4").click();
    harness.run();
    assert!(harness.query_by_role_and_label(Role::Button, data).is_none());
    for name in ["SYN 1", "FIN 1", "window, above the picture", "acknowledged"] {
        let entry = harness.get_by_role_and_label(Role::CheckBox, name);
        entry.scroll_to_me();
        entry.click_accesskit();
        harness.run();
    }
    harness.get_by_label("Everything is hidden: click a name on the right to show it.");
    harness.get_by_role_and_label(Role::CheckBox, "data 4").click_accesskit();
    harness.run();
    harness.get_by_role_and_label(Role::Button, data);
}

/// Zoomed in, the picture goes where the selection goes.
#[test]
fn the_picture_follows_the_selection() {
    let mut harness = graphs(Language::English, "greeting");
    let first = "frame 2 · +15.6 µs · SYN 0";
    let last = "data 37…50 · 13 B";
    harness.get_by_label_contains(last);
    for _ in 0..6 {
        harness.get_by_label("Zoom in (Ctrl and the wheel)").click();
        harness.run();
    }
    assert!(harness.query_by_label_contains(last).is_none(), "out of sight");
    harness.get_by_label_contains(first);
    for _ in 0..15 {
        harness.key_press(Key::ArrowRight);
        harness.run();
    }
    assert!(harness.query_by_label_contains(first).is_none());
    harness.get_by_role_and_label(Role::Button, "fit").click();
    harness.run();
    harness.get_by_label_contains(first);
    harness.get_by_label_contains(last);
}

/// A box drawn with the other button is what is seen next; a double click
/// shows all of it again.
#[test]
fn a_box_is_zoomed_into_and_a_double_click_shows_all() {
    let mut harness = graphs(Language::English, "greeting");
    let first = "frame 2 · +15.6 µs · SYN 0";
    let middle = "data 9…24 · 15 B";
    let at = harness.get_by_label_contains(middle).rect().center();
    let press = |harness: &mut Harness<'_, App>, button, pos, pressed| {
        harness.event(Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
        harness.step();
    };
    let (from, to) = (at - Vec2::new(40.0, 12.0), at + Vec2::new(40.0, 12.0));
    harness.hover_at(from);
    harness.run();
    press(&mut harness, PointerButton::Secondary, from, true);
    harness.hover_at(at);
    harness.run();
    harness.hover_at(to);
    harness.run();
    press(&mut harness, PointerButton::Secondary, to, false);
    harness.run();
    harness.get_by_label_contains(middle);
    assert!(harness.query_by_label_contains(first).is_none(), "left of the box");
    let zoomed = harness.get_by_label_contains(middle).rect().center();
    let image = harness.get_by_role(Role::Image).rect();
    assert!((zoomed - image.center()).length() < 4.0, "{zoomed} is the middle of what was boxed in: {image}");
    let empty = image.left_bottom() + Vec2::new(30.0, -6.0);
    harness.hover_at(empty);
    harness.run();
    // A step of the harness takes longer than a double click may.
    harness.ctx.options_mut(|options| options.input_options.max_double_click_delay = 0.7);
    for pressed in [true, false, true, false] {
        press(&mut harness, PointerButton::Primary, empty, pressed);
    }
    harness.run();
    harness.get_by_label_contains(first);
}

#[test]
fn udp_says_what_it_has_not() {
    let mut harness = graphs(Language::English, "udp-chat");
    harness.get_by_role_and_label(Role::Image, "datagrams, server → client: 3 datagrams, 6 B to 36 B");
    choose(&mut harness, "rate");
    let told = "rate, server → client: payload at most";
    assert!(harness.query_all_by_label_contains(told).next().is_some());
    for (name, why) in [
        ("tcptrace", "UDP has no sequence numbers and no acknowledgments."),
        ("RTT", "UDP has no acknowledgments: there is nothing to measure this by."),
        ("in flight", "UDP has no acknowledgments: there is nothing to measure this by."),
        ("window", "UDP has no window: a receiver cannot slow its sender down."),
        ("cwnd", "UDP has no congestion window."),
    ] {
        choose(&mut harness, name);
        harness.get_by_label(why);
    }
    let mut harness = graphs(Language::Chinese, "udp-chat");
    harness.get_by_role_and_label(Role::Image, "数据报，服务器 → 客户端：3 个数据报，6 B 到 36 B");
    choose(&mut harness, "窗口");
    harness.get_by_label("UDP 没有窗口：接收方无法让发送方慢下来。");
}

#[test]
fn an_empty_graph_says_why() {
    let mut harness = graphs(Language::English, "refused");
    for (name, why) in [
        ("in flight", "No segment carried data in this direction."),
        ("throughput", "No segment carried data in this direction."),
    ] {
        choose(&mut harness, name);
        harness.get_by_label(why);
    }
    choose(&mut harness, "Stevens");
    harness.get_by_role_and_label(Role::Image, "Stevens, client → server: no data");
    harness.get_by_role_and_label(Role::Button, "frame 1 · +0 · SYN 0");
}

/// Where there is little room each graph is still to be had.
#[test]
fn a_narrow_window_has_a_list_of_graphs() {
    let mut harness = window(Screen::dark([720.0, 700.0]), Language::English, "greeting");
    harness.get_by_label("Graphs").click();
    harness.run();
    let list = harness.get_all_by_role(Role::ComboBox).find(|node| node.value().as_deref() == Some("Stevens"));
    list.expect("a list of graphs").click();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "RTT").click();
    harness.run();
    harness.get_by_label_contains("RTT, server → client: 6 round trips");
}
