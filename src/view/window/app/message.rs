//! Something to tell the reader, above the picture.

use super::super::command::Command;
use super::super::egui::{Frame, Label, Margin, RichText, Stroke, Ui};
use super::super::fonts;
use super::super::library::{self, Shelf};
use super::super::theme::{self, Theme};
use crate::words::Words;

/// Something to tell the reader.
pub(super) struct Message {
    pub(super) text: String,
    /// A command for a shell that helps.
    pub(super) remedy: Option<String>,
    /// It is an error: nothing, or not everything, is shown.
    pub(super) is_error: bool,
}

/// A message above the picture: selectable, with the command that helps and,
/// where a run was refused, the recordings to look at instead.
pub(super) fn show_message(ui: &mut Ui, message: &Message, words: &Words) -> Option<Command> {
    let theme = Theme::of(ui);
    let mut command = None;
    let edge = if message.is_error { theme.fin } else { theme.data };
    let card = Frame::NONE
        .fill(theme.raised)
        .stroke(Stroke::new(1.0, edge))
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::symmetric(14, 10));
    card.show(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_max_width(ui.available_width() - 90.0);
                ui.add(Label::new(&message.text).selectable(true).wrap());
                if let Some(remedy) = &message.remedy {
                    ui.horizontal_wrapped(|ui| {
                        ui.add(Label::new(RichText::new(remedy).font(fonts::numbers(fonts::LABEL))).selectable(true));
                        if ui.small_button(words.word("ui-copy")).clicked() {
                            ui.ctx().copy_text(remedy.clone());
                        }
                    });
                    ui.add_space(6.0);
                    ui.label(RichText::new(words.word("ui-look-at-captures")).color(theme.soft));
                    command = library::captures(ui, Shelf::None, words, 4);
                }
            });
            if ui.button(words.word("ui-close")).clicked() {
                command = Some(Command::Dismiss);
            }
        });
    });
    ui.add_space(8.0);
    command
}
