//! The dialog that runs something in the lab: on which topology, which program
//! or which commands, and what is made different.
//!
//! Owns what was typed, as texts. Each is read where everything reads them, in
//! [`crate::session::lab_request`]; what is wrong is said while it is typed.

use std::path::Path;
use std::sync::LazyLock;

use super::command::Command;
use super::egui::{
    self, Align2, Button, ComboBox, Grid, Key, Label, RichText, ScrollArea, TextEdit, Ui, WidgetInfo, accesskit::Role,
};
use super::fonts;
use super::theme::Theme;
use crate::session::conditions::ConditionTexts;
use crate::session::lab_request::{CoreTexts, LabRequest, Offered, USUAL, Work, offered};
use crate::source::programs::PROGRAMS;
use crate::words::{Language, Words};

/// The topologies that come with the program, read once.
pub(super) static LABS: LazyLock<Vec<Offered>> = LazyLock::new(offered);

/// How many of the options do something to frames; these come first.
pub(super) const FAULTS: usize = 5;
/// The options of a condition, and an example of each.
const OPTIONS: [(&str, &str); 8] = [
    ("lose", "data>#2"),
    ("delay", "data=300ms"),
    ("duplicate", "data>"),
    ("swap", "data>"),
    ("unplug", "data>#2=3s"),
    ("cable", "client-server:delay=20ms"),
    ("firewall", "server:9999=drop"),
    ("sysctl", "tcp_sack=0"),
];
/// No more conditions can be typed.
const MOST: usize = 24;

/// What was typed.
#[derive(Clone, Debug)]
pub(super) struct LabDialog {
    topology: &'static str,
    program: &'static str,
    /// Commands instead of the program, one a line.
    commands: String,
    /// `KEY=VALUE`, separated by spaces.
    settings: String,
    /// What is made different: which option, and its text.
    conditions: Vec<(usize, String)>,
    /// What was found wrong, and in what.
    checked: Option<(LabRequest, Language, Wrong)>,
}

/// What is wrong with what was typed.
#[derive(Clone, Debug, Default)]
struct Wrong {
    /// Anything; nothing where it can be run.
    whole: Option<String>,
    /// Of each line of what is made different.
    lines: Vec<Option<String>>,
}

impl LabDialog {
    /// For a topology.
    pub(super) fn new(topology: &'static str) -> Self {
        Self {
            topology,
            program: USUAL,
            commands: String::new(),
            settings: String::new(),
            conditions: Vec::new(),
            checked: None,
        }
    }

    /// What is asked for.
    pub(super) fn request(&self) -> LabRequest {
        let lines: Vec<String> =
            self.commands.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        let work = if lines.is_empty() {
            let settings = self.settings.split_whitespace().map(str::to_owned).collect();
            Work::Program { id: self.program.to_owned(), settings }
        } else {
            Work::Commands(lines)
        };
        LabRequest {
            topology: self.topology.to_owned(),
            work,
            conditions: texts(&self.conditions, None),
            core: CoreTexts::default(),
        }
    }

    /// What is wrong, found anew when something was typed.
    fn check(&mut self, executable: &Path, words: &Words) -> Wrong {
        let request = self.request();
        let lines = self.conditions.len();
        if let Some((of, language, wrong)) = &self.checked
            && *of == request
            && *language == words.language()
            && wrong.lines.len() == lines
        {
            return wrong.clone();
        }
        let told = |request: &LabRequest| request.lab(executable).err().map(|error| words.lab_request_error(&error));
        let line = |index| {
            let conditions = texts(&self.conditions, Some(index));
            told(&LabRequest { conditions, ..LabRequest::of(self.topology) })
        };
        let wrong = Wrong { whole: told(&request), lines: (0..lines).map(line).collect() };
        self.checked = Some((request, words.language(), wrong.clone()));
        wrong
    }

    /// Shows the dialog.
    pub(super) fn show(&mut self, ui: &mut Ui, executable: &Path, words: &Words) -> Option<Command> {
        let mut command = None;
        let theme = Theme::of(ui);
        let wrong = self.check(executable, words);
        let room = ui.ctx().content_rect().height() - 260.0;
        egui::Window::new(words.word("lab-dialog-title"))
            .collapsible(false)
            .resizable(false)
            .anchor(Align2::CENTER_CENTER, [0.0, -20.0])
            .show(ui.ctx(), |ui| {
                ui.set_width(600.0);
                self.about(ui, words);
                ui.add_space(6.0);
                ScrollArea::vertical().max_height(room.max(140.0)).auto_shrink([false, true]).show(ui, |ui| {
                    self.work(ui, words);
                    ui.add_space(8.0);
                    self.conditions(ui, &wrong, words);
                });
                ui.add_space(6.0);
                ui.horizontal(|ui| {
                    let run = ui.add_enabled(wrong.whole.is_none(), theme.primary_button(words.word("lab-dialog-run")));
                    if run.clicked() {
                        command = Some(Command::RunLab);
                    }
                    if ui.button(words.word("ui-cancel")).clicked() || ui.input(|input| input.key_pressed(Key::Escape))
                    {
                        command = Some(Command::Dismiss);
                    }
                });
                // Said beside the condition that it is about, where it is one.
                let told = wrong.lines.iter().any(Option::is_some);
                if let Some(wrong) = wrong.whole.filter(|_| !told) {
                    ui.add(Label::new(RichText::new(wrong).color(theme.rst)).wrap());
                }
            });
        command
    }

    fn about(&mut self, ui: &mut Ui, words: &Words) {
        let title = |offered: &Offered| words.choose(&offered.topology.title.en, &offered.topology.title.zh).to_owned();
        let chosen = LABS.iter().find(|offered| offered.id == self.topology);
        let name = words.word("lab-dialog-topology");
        ui.horizontal(|ui| {
            ui.label(&name);
            let list = ComboBox::from_id_salt("lab-topology").width(420.0);
            let shown = list.selected_text(chosen.map(title).unwrap_or_default()).show_ui(ui, |ui| {
                for offered in LABS.iter() {
                    ui.selectable_value(&mut self.topology, offered.id, title(offered));
                }
            });
            shown.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &name));
        });
        if let Some(offered) = chosen {
            let about = words.choose(&offered.topology.about.en, &offered.topology.about.zh);
            ui.add(Label::new(RichText::new(about).color(Theme::of(ui).soft)).wrap());
            let hosts: Vec<String> = offered
                .topology
                .hosts()
                .map(|(_, node, host)| {
                    let addresses = host.interfaces.values().flat_map(|interface| &interface.addresses);
                    let addresses: Vec<String> = addresses.map(|network| network.address.to_string()).collect();
                    format!("{} {}", node.name, addresses.join(", "))
                })
                .collect();
            let hosts = RichText::new(hosts.join(" · ")).font(fonts::numbers(fonts::NOTE)).color(Theme::of(ui).faint);
            ui.add(Label::new(hosts).wrap());
        }
    }

    fn work(&mut self, ui: &mut Ui, words: &Words) {
        let commands = !self.commands.trim().is_empty();
        Grid::new("lab-work").num_columns(2).spacing([10.0, 6.0]).show(ui, |ui| {
            let name = words.word("lab-dialog-program");
            ui.label(&name);
            ui.add_enabled_ui(!commands, |ui| {
                let list = ComboBox::from_id_salt("lab-program").width(260.0).selected_text(self.program);
                let shown = list.show_ui(ui, |ui| {
                    for program in PROGRAMS {
                        ui.selectable_value(&mut self.program, program.id, program.id);
                    }
                });
                shown.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, !commands, &name));
            });
            ui.end_row();
            let name = ui.label(words.word("lab-dialog-settings"));
            let edit =
                TextEdit::singleline(&mut self.settings).font(fonts::numbers(fonts::LABEL)).hint_text("pause=0ms");
            ui.add_enabled(!commands, edit.desired_width(420.0)).labelled_by(name.id);
            ui.end_row();
            let name = ui.label(words.word("lab-dialog-commands"));
            let edit = TextEdit::multiline(&mut self.commands)
                .font(fonts::numbers(fonts::LABEL))
                .desired_rows(2)
                .hint_text("server: python3 server.py\nclient: python3 client.py");
            ui.add(edit.desired_width(420.0)).labelled_by(name.id);
            ui.end_row();
        });
    }

    fn conditions(&mut self, ui: &mut Ui, wrong: &Wrong, words: &Words) {
        let theme = Theme::of(ui);
        ui.label(RichText::new(words.word("lab-dialog-conditions")).text_style(fonts::section()).color(theme.faint));
        ui.add(Label::new(RichText::new(words.word("lab-dialog-hint")).color(theme.soft)).wrap());
        lines(ui, &mut self.conditions, &wrong.lines, OPTIONS.len(), 370.0, words);
    }
}

/// The conditions that were typed, or one of them.
pub(super) fn texts(lines: &[(usize, String)], only: Option<usize>) -> ConditionTexts {
    let mut texts = ConditionTexts::default();
    for (index, (option, text)) in lines.iter().enumerate() {
        let text = text.trim();
        if text.is_empty() || only.is_some_and(|only| only != index) {
            continue;
        }
        let list = match OPTIONS.get(*option).map(|(name, _)| *name) {
            Some("lose") => &mut texts.lose,
            Some("delay") => &mut texts.delay,
            Some("duplicate") => &mut texts.duplicate,
            Some("swap") => &mut texts.swap,
            Some("unplug") => &mut texts.unplug,
            Some("cable") => &mut texts.cable,
            Some("firewall") => &mut texts.firewall,
            _ => &mut texts.sysctl,
        };
        list.push(text.to_owned());
    }
    texts
}

/// The lines that `texts` would be read from.
pub(super) fn lines_of(texts: &ConditionTexts) -> Vec<(usize, String)> {
    let number = |option: &str| OPTIONS.iter().position(|(name, _)| *name == option);
    texts.options().filter_map(|(option, text)| Some((number(option)?, text.to_owned()))).collect()
}

/// Lines to type conditions into, the first `offered` of the options each,
/// `width` points for the text; what is wrong with one stands under it.
pub(super) fn lines(
    ui: &mut Ui,
    lines: &mut Vec<(usize, String)>,
    wrong: &[Option<String>],
    offered: usize,
    width: f32,
    words: &Words,
) {
    let theme = Theme::of(ui);
    let mut gone = None;
    for (index, (option, text)) in lines.iter_mut().enumerate() {
        ui.horizontal(|ui| {
            let (name, example) = OPTIONS.get(*option).copied().unwrap_or_default();
            let chosen = words.word(&format!("lab-do-{name}"));
            let list = ComboBox::from_id_salt(("lab-condition", index)).width(width * 0.35).selected_text(chosen);
            let shown = list.show_ui(ui, |ui| {
                for (number, (name, _)) in OPTIONS.iter().enumerate().take(offered) {
                    ui.selectable_value(option, number, words.word(&format!("lab-do-{name}")));
                }
            });
            let label = words.say("lab-dialog-kind", &[("number", &(index + 1))]);
            shown.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &label));
            let edit = TextEdit::singleline(text).font(fonts::numbers(fonts::LABEL)).hint_text(example);
            let typed = ui.add(edit.desired_width(width));
            let label = words.say("lab-dialog-text", &[("number", &(index + 1))]);
            ui.ctx().accesskit_node_builder(typed.id, |node| node.set_label(label.clone()));
            let remove = ui.add(Button::new("✕"));
            let label = words.say("lab-dialog-remove", &[("number", &(index + 1))]);
            remove.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
            if remove.on_hover_text(&label).clicked() {
                gone = Some(index);
            }
        });
        if let Some(wrong) = wrong.get(index).and_then(Option::as_ref) {
            let wrong = RichText::new(wrong).font(fonts::numbers(fonts::LABEL)).color(theme.rst);
            ui.add(Label::new(wrong).wrap());
        }
    }
    if let Some(index) = gone {
        lines.remove(index);
    }
    if ui.add_enabled(lines.len() < MOST, Button::new(words.word("lab-dialog-add"))).clicked() {
        lines.push((0, String::new()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_becomes_a_request() {
        let mut dialog = LabDialog::new("router");
        dialog.settings = " pause=0ms ".into();
        dialog.conditions = (0..OPTIONS.len()).map(|option| (option, OPTIONS[option].1.to_owned())).collect();
        dialog.conditions.push((0, "  ".into()));
        let request = dialog.request();
        assert_eq!(request.work, Work::Program { id: USUAL.into(), settings: vec!["pause=0ms".into()] });
        let options: Vec<(&str, &str)> = request.conditions.options().collect();
        assert_eq!(options.len(), OPTIONS.len());
        assert!(OPTIONS.iter().all(|option| options.contains(option)));
        dialog.commands = "\n server: nc -l 80 \n\nclient: nc 10.0.0.1 80".into();
        assert_eq!(
            dialog.request().work,
            Work::Commands(vec!["server: nc -l 80".into(), "client: nc 10.0.0.1 80".into()])
        );
    }
}
