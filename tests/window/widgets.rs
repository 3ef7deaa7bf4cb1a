//! Standard widgets in our themes: found by label, pressed, pictured.

use eframe::egui::{self, Frame, Margin, Panel, RichText, Sense, Ui, WidgetInfo, accesskit::Role};
use egui_kittest::kittest::Queryable as _;
use wirelens::view::window::{fonts, theme::Theme};

use super::harness::{Screen, harness};

#[derive(Default)]
struct Page {
    runs: u32,
    scale: usize,
    filter: String,
    checked: bool,
    fraction: f32,
    arrow_chosen: bool,
}

/// A bar, a list, a page and a panel with every widget the program uses.
fn page(ui: &mut Ui, page: &mut Page) {
    let theme = Theme::of(ui);
    Panel::top("bar").show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(RichText::new("wirelens").font(fonts::strong(16.0)));
            if ui.add(theme.primary_button("▶ 运行 Run")).clicked() {
                page.runs += 1;
            }
            if ui.button("■ Stop").clicked() {
                page.runs = 0;
            }
            for (value, name) in ["true time", "even steps", "gaps folded"].into_iter().enumerate() {
                ui.selectable_value(&mut page.scale, value, name);
            }
            let label = ui.label("Filter");
            ui.add(
                egui::TextEdit::singleline(&mut page.filter).font(fonts::numbers(fonts::LABEL)).desired_width(220.0),
            )
            .labelled_by(label.id);
        });
    });
    Panel::bottom("status").show(ui, |ui| {
        ui.label(RichText::new("● 真实抓包 · 私有网络 · 14 帧 · 丢失 0 · clock: kernel").small().weak());
    });
    Panel::right("inspector").exact_size(300.0).show(ui, |ui| {
        ui.label(RichText::new("#2  SYN ACK").heading().color(theme.syn));
        ui.label("SYN + ACK：服务器同意，并反过来请求同步。");
        ui.weak("moves the server LISTEN → SYN-RECEIVED");
        ui.label(RichText::new("Bytes").text_style(fonts::section()).color(theme.faint));
        ui.monospace("0000  00 3c 00 00 40 00 40 06");
        ui.separator();
        ui.checkbox(&mut page.checked, "raw sequence numbers");
        ui.add(egui::Slider::new(&mut page.fraction, 0.0..=1.0).text("speed"));
        ui.collapsing("Options", |ui| ui.label("MSS 1460"));
        ui.hyperlink_to("RFC 9293 §3.10.7.2", "https://www.rfc-editor.org/rfc/rfc9293#section-3.10.7.2");
        ui.add_enabled(false, egui::Button::new("Lose it"));
        ui.colored_label(ui.visuals().error_fg_color, "no such interface");
    });
    let canvas = Frame::new().fill(theme.background).inner_margin(Margin::same(14));
    egui::CentralPanel::default().frame(canvas).show(ui, |ui| {
        ui.label(RichText::new("127.0.0.1:47032 ⇄ 127.0.0.1:9999").text_style(fonts::title()));
        ui.weak(format!("三次握手 · 四次挥手 · run {} times", page.runs));
        for (name, color) in [
            ("SYN seq 0 win 65495", theme.syn),
            ("PSH ACK 8 B “Welcome!”", theme.data),
            ("ACK ack 9", theme.ack),
            ("FIN ACK seq 24", theme.fin),
            ("RST", theme.rst),
            ("✕ lost  ↻ ⧉ ⇅ ⏱ ◐ ┊ ⋯ ✎ ✔", theme.lost),
            ("ESTABLISHED", theme.established),
            ("TIME-WAIT 等待", theme.waiting),
            ("CLOSED", theme.closed),
        ] {
            ui.label(RichText::new(name).font(fonts::numbers(fonts::LABEL)).color(color));
        }
        let (place, arrow) = ui.allocate_exact_size(egui::vec2(260.0, 30.0), Sense::click());
        arrow.widget_info(|| WidgetInfo::labeled(Role::Button, true, "arrow 1: SYN seq 0"));
        page.arrow_chosen |= arrow.clicked();
        ui.painter().arrow(place.left_top(), place.size(), egui::Stroke::new(2.0, theme.syn));
    });
}

const SIZE: [f32; 2] = [960.0, 420.0];

#[test]
fn what_is_written_can_be_found_and_pressed() {
    let mut window = harness(Screen::dark(SIZE), Page::default(), page);
    window.get_by_label("SYN + ACK：服务器同意，并反过来请求同步。");
    window.get_by_label("▶ 运行 Run").click();
    window.run();
    window.get_by_label("三次握手 · 四次挥手 · run 1 times");
    window.get_by_label("even steps").click();
    window.get_by_label("raw sequence numbers").click();
    window.get_by_label("arrow 1: SYN seq 0").click();
    window.run();
    window.get_by_role_and_label(Role::TextInput, "Filter").focus();
    window.run();
    window.get_by_role_and_label(Role::TextInput, "Filter").type_text("tcp 握手");
    window.run();
    let page = window.state();
    assert_eq!((page.runs, page.scale, page.checked, page.arrow_chosen), (1, 1, true, true));
    assert_eq!(page.filter, "tcp 握手");
}

fn filled() -> Page {
    Page { scale: 2, filter: "tcp.flags.syn == 1".to_owned(), checked: true, fraction: 0.4, ..Page::default() }
}

#[test]
fn widgets_look_as_designed_in_the_dark() {
    harness(Screen::dark(SIZE), filled(), page).snapshot("widgets-dark");
}

#[test]
fn widgets_look_as_designed_in_the_light() {
    harness(Screen::light(SIZE), filled(), page).snapshot("widgets-light");
}

#[test]
fn widgets_look_as_designed_on_a_sharp_screen() {
    harness(Screen::dark(SIZE).sharp(), filled(), page).snapshot("widgets-dark@2x");
}

#[test]
#[should_panic(expected = "No glyph for \"𠮷\"")]
fn a_character_without_a_glyph_fails_the_test_that_shows_it() {
    harness(Screen::dark([200.0, 40.0]), (), |ui, ()| {
        ui.label("𠮷");
    });
}
