//! The dialogs that open, save and export a capture: a path to type and the folder's
//! captures to pick from. No portal and no system dialog is needed.

use std::path::{Path, PathBuf};

use super::command::Command;
use super::egui::{self, Align2, Key, RichText, ScrollArea, TextEdit, Ui};
use super::fonts;
use super::theme::Theme;
use crate::view::export::{ENDINGS, Kind, ending};
use crate::words::Words;

/// What the dialog is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Open a capture.
    Open,
    /// Open a capture beside what is shown.
    Beside,
    /// Save what is shown.
    Save,
    /// Export it: the ending says as what.
    Export,
}

/// An open dialog.
#[derive(Clone, Debug)]
pub(super) struct FileDialog {
    purpose: Purpose,
    path: String,
    folder: PathBuf,
    entries: Vec<(PathBuf, bool)>,
    fresh: bool,
}

/// Names a capture may end with.
const CAPTURES: [&str; 3] = ["pcapng", "pcap", "cap"];

impl FileDialog {
    /// A dialog that starts in `folder`.
    pub(super) fn new(purpose: Purpose, folder: &Path) -> Self {
        let name = match purpose {
            Purpose::Open | Purpose::Beside => "",
            Purpose::Save => "wirelens.pcapng",
            Purpose::Export => "wirelens.png",
        };
        let mut dialog = Self {
            purpose,
            path: folder.join(name).to_string_lossy().into_owned(),
            folder: PathBuf::new(),
            entries: Vec::new(),
            fresh: true,
        };
        dialog.list(folder);
        dialog
    }

    fn list(&mut self, folder: &Path) {
        folder.clone_into(&mut self.folder);
        self.entries = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .filter_map(|entry| {
                let path = entry.path();
                let hidden = entry.file_name().to_string_lossy().starts_with('.');
                let is_folder = path.is_dir();
                let listed = match self.purpose {
                    Purpose::Open | Purpose::Beside | Purpose::Save => {
                        path.extension().is_some_and(|end| CAPTURES.iter().any(|capture| end == *capture))
                    }
                    Purpose::Export => Kind::of(&path).is_some(),
                };
                (!hidden && (is_folder || listed)).then_some((path, is_folder))
            })
            .collect();
        self.entries.sort_by(|one, other| (!one.1, &one.0).cmp(&(!other.1, &other.0)));
    }

    /// Shows the dialog.
    pub(super) fn show(&mut self, ui: &mut Ui, words: &Words) -> Option<Command> {
        let mut command = None;
        let title = words.word(match self.purpose {
            Purpose::Open => "ui-open-title",
            Purpose::Beside => "beside-open",
            Purpose::Save => "ui-save-title",
            Purpose::Export => "export-title",
        });
        egui::Window::new(title)
            .collapsible(false)
            .resizable(false)
            .anchor(Align2::CENTER_CENTER, [0.0, -40.0])
            .default_width(520.0)
            .show(ui.ctx(), |ui| {
                ui.set_width(520.0);
                let name = ui.label(words.word("ui-path"));
                let edit = TextEdit::singleline(&mut self.path)
                    .font(fonts::numbers(fonts::LABEL))
                    .desired_width(f32::INFINITY);
                let response = ui.add(edit).labelled_by(name.id);
                if std::mem::take(&mut self.fresh) {
                    response.request_focus();
                }
                let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
                if self.purpose == Purpose::Export {
                    self.kinds(ui, words);
                }
                self.entries(ui, words);
                ui.add_space(6.0);
                ui.horizontal(|ui| {
                    let go = words.word(match self.purpose {
                        Purpose::Open | Purpose::Beside => "ui-open",
                        Purpose::Save => "ui-save",
                        Purpose::Export => "export-go",
                    });
                    if ui.add(Theme::of(ui).primary_button(go)).clicked() || entered {
                        command = Some(self.done());
                    }
                    if ui.button(words.word("ui-cancel")).clicked() || ui.input(|input| input.key_pressed(Key::Escape))
                    {
                        command = Some(Command::Dismiss);
                    }
                });
            });
        command
    }

    /// What it can be exported as: another ending for the name.
    fn kinds(&mut self, ui: &mut Ui, words: &Words) {
        ui.horizontal_wrapped(|ui| {
            for (name, _) in ENDINGS {
                let path = Path::new(self.path.trim());
                let chosen = ending(path) == name;
                let hint = words.word(&format!("export-as-{name}"));
                if ui.selectable_label(chosen, format!(".{name}")).on_hover_text(hint).clicked() {
                    self.path = path.with_extension(name).to_string_lossy().into_owned();
                }
            }
        });
    }

    fn done(&self) -> Command {
        let path = PathBuf::from(self.path.trim());
        match self.purpose {
            Purpose::Open => Command::Open(path),
            Purpose::Beside => Command::OpenBeside(path),
            Purpose::Save => Command::Save(path),
            Purpose::Export => Command::Export(path),
        }
    }

    fn entries(&mut self, ui: &mut Ui, words: &Words) {
        let mut enter: Option<PathBuf> = None;
        let shown = crate::words::printable(self.folder.to_string_lossy().as_bytes());
        ui.label(RichText::new(words.say("ui-folder", &[("path", &shown)])).color(Theme::of(ui).faint));
        ScrollArea::vertical().id_salt("files").max_height(240.0).auto_shrink([false, true]).show(ui, |ui| {
            if let Some(parent) = self.folder.parent()
                && ui.selectable_label(false, "..").clicked()
            {
                enter = Some(parent.to_owned());
            }
            for (path, is_folder) in &self.entries {
                let name = path.file_name().map(|name| crate::words::printable(name.to_string_lossy().as_bytes()));
                let name = name.unwrap_or_default();
                let chosen = self.path == path.to_string_lossy();
                let label = if *is_folder { format!("{name}/") } else { name };
                if ui.selectable_label(chosen, label).clicked() {
                    if *is_folder {
                        enter = Some(path.clone());
                    } else {
                        self.path = path.to_string_lossy().into_owned();
                    }
                }
            }
        });
        if let Some(folder) = enter {
            let name = PathBuf::from(&self.path).file_name().map(ToOwned::to_owned);
            let name = if matches!(self.purpose, Purpose::Open | Purpose::Beside) {
                std::ffi::OsString::new()
            } else {
                name.unwrap_or_default()
            };
            self.path = folder.join(name).to_string_lossy().into_owned();
            self.list(&folder);
        }
    }
}
