//! The keys, and the list of them.

use super::super::command::{Command, Panel};
use super::super::egui::{self, Align2, Grid, Key, Modifiers, RichText, Ui};
use super::super::fonts;
use super::super::theme::Theme;
use super::super::transport::Transport;
use super::App;
use crate::words::Words;

/// What the keys do, for the reader: the keys, and the stem of what they do.
const LIST: [(&str, &str); 18] = [
    ("Space", "play"),
    ("←   →", "step"),
    ("Shift+←   Shift+→", "event"),
    ("Home   End", "ends"),
    ("Ctrl+,   Ctrl+.", "conversation"),
    ("−   +   0", "zoom"),
    ("Ctrl+O   Ctrl+S", "open"),
    ("Ctrl+E", "export"),
    ("Ctrl+F", "filter"),
    ("Shift+F3   F3", "find"),
    ("Ctrl+G", "go"),
    ("F4", "desk"),
    ("Ctrl+Z   Ctrl+Y", "undo"),
    ("Ctrl+−   Ctrl++   Ctrl+0", "size"),
    ("F6   F7   F8", "panels"),
    ("Tab", "tab"),
    ("Esc", "escape"),
    ("F1", "help"),
];

impl App {
    /// What was asked for by key, or by dropping a file.
    pub(super) fn keys(&self, ui: &Ui) -> Vec<Command> {
        let mut commands = Vec::new();
        ui.input(|input| {
            commands.extend(input.raw.dropped_files.iter().map(|file| Command::Open(file.path().to_owned())));
        });
        // A dialog has keys of its own, and so has whatever has the focus.
        if self.has_dialog() {
            return commands;
        }
        let typing = ui.ctx().text_edit_focused();
        let focused = ui.ctx().memory(|memory| memory.focused().is_some());
        let playing = self.playback.now().is_some() || self.shows_network();
        let step = |by| if playing { Command::Transport(Transport::Step(by)) } else { Command::Step(by) };
        let leaves = playing && self.message.is_none();
        ui.input_mut(|input| {
            let mut key = |modifiers, key, command: Command| {
                if input.consume_key(modifiers, key) {
                    commands.push(command);
                }
            };
            let shift = Modifiers::COMMAND | Modifiers::SHIFT;
            key(Modifiers::NONE, Key::F1, Command::ShowKeys);
            key(Modifiers::NONE, Key::F6, Command::TogglePanel(Panel::Library));
            key(Modifiers::NONE, Key::F7, Command::TogglePanel(Panel::Below));
            key(Modifiers::NONE, Key::F8, Command::TogglePanel(Panel::Inspector));
            key(Modifiers::COMMAND, Key::O, Command::AskOpen);
            key(Modifiers::COMMAND, Key::S, Command::AskSave);
            key(Modifiers::NONE, Key::F4, Command::AskAddress(String::new()));
            key(Modifiers::COMMAND, Key::E, Command::AskExport);
            if typing {
                return;
            }
            key(shift, Key::Z, Command::Forward);
            key(Modifiers::COMMAND, Key::Z, Command::Back);
            key(Modifiers::COMMAND, Key::Y, Command::Forward);
            key(Modifiers::COMMAND, Key::Period, Command::Step(1));
            key(Modifiers::COMMAND, Key::Comma, Command::Step(-1));
            key(
                Modifiers::NONE,
                Key::Escape,
                if leaves { Command::Transport(Transport::Leave) } else { Command::Dismiss },
            );
            key(Modifiers::SHIFT, Key::ArrowRight, Command::Transport(Transport::StepEvent(1)));
            key(Modifiers::SHIFT, Key::ArrowLeft, Command::Transport(Transport::StepEvent(-1)));
            key(Modifiers::NONE, Key::ArrowRight, step(1));
            key(Modifiers::NONE, Key::ArrowLeft, step(-1));
            key(Modifiers::NONE, Key::Home, Command::Transport(Transport::First));
            key(Modifiers::NONE, Key::End, Command::Transport(Transport::Last));
            for plus in [Key::Plus, Key::Equals] {
                key(Modifiers::NONE, plus, Command::Zoom(1.25));
            }
            key(Modifiers::NONE, Key::Minus, Command::Zoom(0.8));
            key(Modifiers::NONE, Key::Num0, Command::ResetZoom);
            // Space presses the control that has the focus.
            if !focused {
                key(Modifiers::NONE, Key::Space, Command::Transport(Transport::Toggle));
            }
        });
        commands
    }

    /// The list of keys; `true` when it is to be closed.
    pub(super) fn key_list(ui: &Ui, words: &Words) -> bool {
        let mut close = false;
        egui::Window::new(words.word("keys-title"))
            .collapsible(false)
            .resizable(false)
            .anchor(Align2::CENTER_CENTER, [0.0, -20.0])
            .show(ui.ctx(), |ui| {
                Grid::new("keys").num_columns(2).spacing([24.0, 6.0]).show(ui, |ui| {
                    for (keys, does) in LIST {
                        ui.label(RichText::new(keys).font(fonts::numbers(fonts::LABEL)).color(Theme::of(ui).accent));
                        ui.label(words.word(&format!("keys-{does}")));
                        ui.end_row();
                    }
                });
                ui.add_space(6.0);
                close = ui.button(words.word("ui-close")).clicked();
            });
        close
            || ui.input_mut(|input| {
                input.consume_key(Modifiers::NONE, Key::Escape) || input.consume_key(Modifiers::NONE, Key::F1)
            })
    }
}
