//! The packet table.

use super::command::Command;
use super::document::{Document, Selection};
use super::egui::Ui;
use crate::words::Words;

/// The packet table's state, kept between frames.
#[derive(Debug, Default)]
pub(super) struct Packets {}

impl Packets {
    /// Shows the packets of the whole capture; returns what was asked for.
    pub(super) fn show(
        &mut self,
        _ui: &mut Ui,
        _document: &Document,
        _selection: Selection,
        _words: &Words,
    ) -> Vec<Command> {
        Vec::new()
    }
}
