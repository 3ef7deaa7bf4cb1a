//! The address desk: a field that answers while one types.
//!
//! ```text
//!   Address [192.168.1.10/24 192.168.2.1________________]
//!   address    192.168.1.10      as one number 3232235786 = 0xc0a8010a
//!   kind       private …         192.168.0.0/16 · RFC 1918 §3 · …
//!   …
//!              1 1 0 0 0 0 0 0 … 0 0 0 0 0 0 0 1 │ 0 0 0 0 1 0 1 0
//! ```
//!
//! Owns what was typed and how the bits are painted. What is true of an
//! address is [`crate::decode::address`]'s, how it is said the words'.

use super::command::Command;
use super::egui::{
    self, Align2, Grid, Key, Label, Rect, Response, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, TextEdit,
    Ui, WidgetInfo, pos2, vec2,
};
use super::fonts;
use super::theme::Theme;
use crate::decode::address::{self, Asked, Bits};
use crate::words::Words;

/// The width of the dialog, in points.
const WIDTH: f32 = 780.0;
/// The widest a value may be before it is wrapped, in points.
const VALUE: f32 = 250.0;
/// The widest a reason may be before it is wrapped, in points.
const WHY: f32 = 390.0;
/// The longest answer without scrolling, in points, and what the rest of the
/// dialog takes of the window's height.
const HEIGHT: f32 = 680.0;
const REST: f32 = 290.0;
/// One bit: its width and its height, in points.
const BIT: [f32; 2] = [13.0, 18.0];
/// Between octets, in points.
const GAP: f32 = 7.0;
/// Where the bits begin, in points.
const NAMES: f32 = 160.0;
/// What can be tried with a click.
const EXAMPLES: [&str; 5] =
    ["192.168.1.10/26 192.168.1.200", "172.16.5.236", "fe80::200:ff:fe00:101", "01:00:5e:00:00:fb", "53"];

/// The desk, while it is open.
#[derive(Clone, Debug, Default)]
pub(super) struct Desk {
    text: String,
    /// The field is to have the focus: it was just opened.
    focus: bool,
}

impl Desk {
    /// A desk on which this lies.
    pub(super) const fn new(text: String) -> Self {
        Self { text, focus: true }
    }

    /// Shows it.
    pub(super) fn show(&mut self, ui: &mut Ui, words: &Words) -> Option<Command> {
        let mut command = None;
        let theme = Theme::of(ui);
        let most = (ui.ctx().content_rect().height() - REST).clamp(120.0, HEIGHT);
        egui::Window::new(words.word("address-title"))
            .collapsible(false)
            .auto_sized()
            .anchor(Align2::CENTER_TOP, [0.0, 60.0])
            .show(ui.ctx(), |ui| {
                ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 40.0));
                ui.label(RichText::new(words.word("address-about")).color(theme.soft));
                ui.add_space(6.0);
                ui.horizontal(|ui| {
                    let name = ui.label(words.word("address-field"));
                    let edit = TextEdit::singleline(&mut self.text).font(fonts::numbers(fonts::BODY));
                    let edit = edit.hint_text(words.word("address-example")).desired_width(f32::INFINITY);
                    let response = ui.add(edit.char_limit(256)).labelled_by(name.id);
                    if std::mem::take(&mut self.focus) {
                        response.request_focus();
                    }
                });
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing.x = 4.0;
                    for example in EXAMPLES {
                        if ui.button(RichText::new(example).font(fonts::numbers(fonts::NOTE))).clicked() {
                            example.clone_into(&mut self.text);
                        }
                    }
                });
                ui.add_space(8.0);
                match address::read(&self.text) {
                    Ok(asked) => {
                        ScrollArea::vertical().id_salt("address").max_height(most).auto_shrink([false, true]).show(
                            ui,
                            |ui| {
                                lines(ui, &asked, words);
                                bits(ui, &asked.bits(), words);
                                comparison(ui, &asked, words);
                            },
                        );
                    }
                    Err(_) if self.text.trim().is_empty() => {
                        ui.label(RichText::new(words.word("address-wrong-empty")).color(theme.soft));
                    }
                    Err(error) => {
                        let told = words.address_error(&self.text, &error);
                        let told = RichText::new(told).font(fonts::numbers(fonts::LABEL)).color(theme.rst);
                        ui.add(Label::new(told).selectable(true));
                    }
                }
                ui.add_space(8.0);
                let close = ui.button(words.word("ui-close")).clicked();
                if close || ui.input(|input| input.key_pressed(Key::Escape)) {
                    command = Some(Command::Dismiss);
                }
            });
        command
    }
}

/// Names, values, reasons.
fn lines(ui: &mut Ui, asked: &Asked, words: &Words) {
    let theme = Theme::of(ui);
    Grid::new("address-lines").num_columns(3).spacing([16.0, 6.0]).striped(true).show(ui, |ui| {
        for line in words.address_lines(asked) {
            let name = RichText::new(&line.name).font(fonts::words(fonts::LABEL)).color(theme.soft);
            ui.label(name);
            cell(ui, VALUE, RichText::new(&line.value).font(fonts::numbers(fonts::LABEL)).color(theme.text));
            cell(ui, WHY, RichText::new(&line.why).font(fonts::words(fonts::LABEL)).color(theme.soft));
            ui.end_row();
        }
    });
}

/// A text that is wrapped within `width` and can be selected.
fn cell(ui: &mut Ui, width: f32, text: RichText) {
    ui.scope(|ui| {
        ui.set_width(width);
        ui.add(Label::new(text).wrap().selectable(true));
    });
}

/// Every bit in a box of its own, the network's filled, and a thick line where
/// the host's begin.
fn bits(ui: &mut Ui, rows: &[Bits], words: &Words) {
    let theme = Theme::of(ui);
    if rows.is_empty() {
        return;
    }
    ui.add_space(8.0);
    let key = if rows.len() > 1 { "address-bits" } else { "address-bits-alone" };
    ui.label(RichText::new(words.word(key)).text_style(fonts::section()).color(theme.faint));
    for row in rows {
        let name = words.address_bits(row.what);
        for (line, octets) in row.octets.chunks(Bits::LINE).enumerate() {
            let size = vec2(ui.available_width(), BIT[1] + 3.0);
            let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
            if line == 0 {
                let font = fonts::words(fonts::LABEL);
                ui.painter().text(rect.left_center(), Align2::LEFT_CENTER, &name, font, theme.soft);
                tell(&response, row, &name, words);
            }
            paint(ui, rect, line * Bits::LINE * 8, octets, usize::from(row.edge));
        }
    }
}

/// One row for who does not see it.
fn tell(response: &Response, row: &Bits, name: &str, words: &Words) {
    let text = words.say("address-bits-line", &[("name", &name), ("bits", &row.lines().join(" "))]);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
}

fn paint(ui: &Ui, rect: Rect, first: usize, octets: &[u8], edge: usize) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let mut x = rect.left() + NAMES;
    let mut place = first;
    for octet in octets {
        for bit in 0..8_u8 {
            let one = octet & (0x80 >> bit) != 0;
            let cell = Rect::from_min_size(pos2(x, rect.top()), vec2(BIT[0], BIT[1]));
            let network = place < edge;
            if network {
                painter.rect_filled(cell, 0.0, theme.selection);
            }
            painter.rect_stroke(cell, 0.0, Stroke::new(1.0, theme.line), StrokeKind::Inside);
            let ink = if network { theme.text } else { theme.accent };
            let digit = if one { "1" } else { "0" };
            painter.text(cell.center(), Align2::CENTER_CENTER, digit, fonts::numbers(fonts::LABEL), ink);
            if place == edge && edge > 0 {
                let x = if bit == 0 && place > first { x - GAP / 2.0 } else { x };
                painter.vline(x, rect.top() - 3.0..=rect.bottom() + 1.0, Stroke::new(2.5, theme.fin));
            }
            place += 1;
            x += BIT[0];
        }
        x += GAP;
    }
}

/// Whether two addresses are neighbours.
fn comparison(ui: &mut Ui, asked: &Asked, words: &Words) {
    let sentences = words.address_comparison(asked);
    if sentences.is_empty() {
        return;
    }
    let theme = Theme::of(ui);
    ui.add_space(8.0);
    ui.label(RichText::new(words.word("address-comparison")).text_style(fonts::section()).color(theme.faint));
    for sentence in sentences {
        ui.add(Label::new(RichText::new(sentence).color(theme.text)).wrap().selectable(true));
    }
}
