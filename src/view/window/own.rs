//! The dialog for programs of the reader's own: two commands as one would type
//! them, and an address the network is to have.

use std::net::IpAddr;

use super::command::Command;
use super::egui::{self, Align2, Key, RichText, TextEdit, Ui};
use super::fonts;
use super::theme::Theme;
use crate::words::Words;

/// What was typed; kept, so that the same can be run again.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnPrograms {
    /// The dialog is open.
    pub(super) open: bool,
    server: String,
    client: String,
    address: String,
}

impl OwnPrograms {
    /// The commands in the order they are started, without the empty ones.
    pub(super) fn commands(&self) -> Vec<String> {
        let commands = [&self.server, &self.client].map(|command| command.trim().to_owned());
        commands.into_iter().filter(|command| !command.is_empty()).collect()
    }

    /// The address, if one was typed; `Err` with what was typed instead.
    pub(super) fn address(&self) -> Result<Option<IpAddr>, String> {
        let text = self.address.trim();
        if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| text.to_owned()) }
    }

    /// Shows the dialog.
    pub(super) fn show(&mut self, ui: &mut Ui, words: &Words) -> Option<Command> {
        let mut command = None;
        let theme = Theme::of(ui);
        egui::Window::new(words.word("ui-own-title"))
            .collapsible(false)
            .resizable(false)
            .anchor(Align2::CENTER_CENTER, [0.0, -40.0])
            .show(ui.ctx(), |ui| {
                ui.set_width(520.0);
                ui.label(RichText::new(words.word("ui-own-about")).color(theme.soft));
                ui.add_space(6.0);
                let lines = [
                    ("ui-own-first", &mut self.server, "python3 server.py"),
                    ("ui-own-second", &mut self.client, "python3 client.py"),
                    ("ui-own-address", &mut self.address, "192.168.1.104"),
                ];
                for (key, text, example) in lines {
                    let name = ui.label(words.word(key));
                    let edit = TextEdit::singleline(text).font(fonts::numbers(fonts::LABEL)).hint_text(example);
                    ui.add(edit.desired_width(f32::INFINITY)).labelled_by(name.id);
                }
                ui.add_space(6.0);
                ui.horizontal(|ui| {
                    let ready = !self.commands().is_empty() && self.address().is_ok();
                    if ui.add_enabled(ready, theme.primary_button(words.word("ui-own-run"))).clicked() {
                        command = Some(Command::RunOwn);
                    }
                    if ui.button(words.word("ui-cancel")).clicked() || ui.input(|input| input.key_pressed(Key::Escape))
                    {
                        command = Some(Command::Dismiss);
                    }
                    if let Err(found) = self.address() {
                        let text =
                            words.say("ui-own-bad-address", &[("found", &crate::words::printable(found.as_bytes()))]);
                        ui.label(RichText::new(text).color(theme.rst));
                    }
                });
            });
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_commands_are_left_out_and_addresses_are_checked() {
        let mut own = OwnPrograms { client: " nc ::1 80 ".into(), ..OwnPrograms::default() };
        assert_eq!(own.commands(), ["nc ::1 80"]);
        assert_eq!(own.address(), Ok(None));
        own.address = "192.168.1.300".into();
        assert_eq!(own.address(), Err("192.168.1.300".to_owned()));
        own.address = "::2".into();
        assert_eq!(own.address(), Ok(Some("::2".parse().unwrap())));
    }
}
