//! The dialog that chooses an interface to capture.

use super::command::Command;
use super::egui::Ui;
use crate::words::Words;

/// The dialog, while it is open.
#[derive(Debug, Default)]
pub(super) struct Interfaces {}

impl Interfaces {
    /// Shows the dialog; returns what was asked for.
    pub(super) fn show(&mut self, _ui: &mut Ui, _words: &Words) -> Option<Command> {
        None
    }
}
