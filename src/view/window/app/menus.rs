//! The two menus: everything that can be done to files and to the view.

use super::super::command::{Command, Panel};
use super::super::egui::{self, Button, RichText, Ui};
use super::super::theme::Theme;
use super::App;
use crate::timeline::layout::Scale;
use crate::words::{Language, printable};

/// The three ways in which time becomes height.
pub(super) const SCALES: [(Scale, &str); 3] =
    [(Scale::True, "ui-scale-true"), (Scale::Even, "ui-scale-even"), (Scale::Folded, "ui-scale-folded")];

impl App {
    fn entry(&self, ui: &mut Ui, key: &str, shortcut: &str, enabled: bool) -> bool {
        let button = Button::new(self.words.word(key)).shortcut_text(shortcut);
        ui.add_enabled(enabled, button).clicked()
    }

    pub(super) fn file_menu(&self, ui: &mut Ui) -> Vec<Command> {
        let mut commands = Vec::new();
        ui.menu_button(self.words.word("app-file"), |ui| {
            ui.set_min_width(220.0);
            if self.entry(ui, "ui-open-dialog", "Ctrl+O", true) {
                commands.push(Command::AskOpen);
            }
            ui.menu_button(self.words.word("app-recent"), |ui| {
                if self.settings.recent.is_empty() {
                    ui.label(RichText::new(self.words.word("app-recent-none")).color(Theme::of(ui).faint));
                }
                for path in &self.settings.recent {
                    let text = printable(path.to_string_lossy().as_bytes());
                    if ui.button(text).clicked() {
                        commands.push(Command::Open(path.clone()));
                    }
                }
            });
            let comparable = self.document.picture().is_some() && self.document.opening().is_none();
            if self.entry(ui, "beside-open", "", comparable && self.session.is_none()) {
                commands.push(Command::AskBeside);
            }
            if self.entry(ui, "app-interface", "", self.session.is_none()) {
                commands.push(Command::AskInterface);
            }
            let has_events = self.document.has_events();
            if self.entry(ui, "ui-save-dialog", "Ctrl+S", has_events) {
                commands.push(Command::AskSave);
            }
            if self.entry(ui, "export-dialog", "Ctrl+E", self.document.picture().is_some()) {
                commands.push(Command::AskExport);
            }
        });
        commands
    }

    pub(super) fn view_menu(&self, ui: &mut Ui) -> Vec<Command> {
        let mut commands = Vec::new();
        ui.menu_button(self.words.word("app-view"), |ui| {
            ui.set_min_width(240.0);
            if self.entry(ui, "app-back", "Ctrl+Z", true) {
                commands.push(Command::Back);
            }
            if self.entry(ui, "app-forward", "Ctrl+Y", true) {
                commands.push(Command::Forward);
            }
            ui.separator();
            ui.menu_button(self.words.word("app-panels"), |ui| {
                for (panel, key, shortcut) in [
                    (Panel::Library, "app-panel-library", "F6"),
                    (Panel::Below, "app-panel-below", "F7"),
                    (Panel::Inspector, "app-panel-inspector", "F8"),
                ] {
                    let text = format!("{}   {shortcut}", self.words.word(key));
                    if ui.checkbox(&mut self.is_shown(ui.ctx(), panel), text).clicked() {
                        commands.push(Command::TogglePanel(panel));
                    }
                }
                if ui.checkbox(&mut self.settings.welcome.clone(), self.words.word("app-welcome")).clicked() {
                    commands.push(Command::SetWelcome(!self.settings.welcome));
                }
            });
            ui.menu_button(self.words.word("app-scale"), |ui| {
                for (scale, key) in SCALES {
                    if ui.radio(self.document.scale() == scale, self.words.word(key)).clicked() {
                        commands.push(Command::SetScale(scale));
                    }
                }
                ui.separator();
                for (key, shortcut, command) in [
                    ("ui-zoom-in", "+", Command::Zoom(1.25)),
                    ("ui-zoom-out", "−", Command::Zoom(0.8)),
                    ("ui-zoom-reset", "0", Command::ResetZoom),
                ] {
                    if self.entry(ui, key, shortcut, true) {
                        commands.push(command);
                    }
                }
            });
            if ui.checkbox(&mut self.absolute.clone(), self.words.word("ui-absolute")).clicked() {
                commands.push(Command::SetAbsolute(!self.absolute));
            }
            ui.separator();
            ui.menu_button(self.words.word("app-language"), |ui| {
                for (language, name) in [(Language::English, "English"), (Language::Chinese, "简体中文")] {
                    if ui.radio(self.words.language() == language, name).clicked() {
                        commands.push(Command::SetLanguage(language));
                    }
                }
            });
            ui.menu_button(self.words.word("app-theme"), |ui| {
                let dark = ui.visuals().dark_mode;
                for (theme, is, key) in [(egui::Theme::Dark, dark, "ui-dark"), (egui::Theme::Light, !dark, "ui-light")]
                {
                    if ui.radio(is, self.words.word(key)).clicked() {
                        commands.push(Command::SetTheme(theme));
                    }
                }
                if ui.checkbox(&mut self.settings.contrast.clone(), self.words.word("app-contrast")).clicked() {
                    commands.push(Command::SetContrast(!self.settings.contrast));
                }
            });
            ui.menu_button(self.words.word("app-size"), |ui| {
                let size = self.settings.size;
                for (key, shortcut, wanted) in [
                    ("app-size-larger", "Ctrl++", size + 0.1),
                    ("app-size-smaller", "Ctrl+−", size - 0.1),
                    ("app-size-reset", "Ctrl+0", 1.0),
                ] {
                    if self.entry(ui, key, shortcut, true) {
                        commands.push(Command::SetSize(wanted));
                    }
                }
            });
            ui.separator();
            if self.entry(ui, "address-menu", "F4", true) {
                commands.push(Command::AskAddress(String::new()));
            }
            if self.entry(ui, "app-keys", "F1", true) {
                commands.push(Command::ShowKeys);
            }
        });
        commands
    }
}
