//! Graphs of one conversation.

use super::command::Command;
use super::document::Selection;
use super::egui::Ui;
use crate::view::Picture;
use crate::words::Words;

/// Which graph is shown, kept between frames.
#[derive(Debug, Default)]
pub(super) struct Graphs {}

impl Graphs {
    /// Shows the graph of a conversation; returns what was asked for.
    pub(super) fn show(
        &mut self,
        _ui: &mut Ui,
        _picture: &Picture<'_>,
        _selection: Selection,
        _words: &Words,
    ) -> Vec<Command> {
        Vec::new()
    }
}
