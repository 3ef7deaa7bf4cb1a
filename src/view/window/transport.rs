//! The transport bar: play, pause, step, scrub; and what has just happened.

use super::command::Command;
use super::document::Selection;
use super::egui::Ui;
use crate::timeline::playback::Now;
use crate::view::Picture;
use crate::words::Words;

/// What the reader can ask the transport bar to do, by key or by button.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Transport {
    /// Play, or pause.
    Toggle,
    /// One step forward (+1) or back (−1).
    Step(isize),
    /// To the first moment, or behind the last.
    First,
    /// Behind the last moment.
    Last,
    /// Show the whole conversation again.
    Leave,
}

/// Where in a conversation the reader is, kept between frames.
#[derive(Debug, Default)]
pub(super) struct Playback {
    now: Option<Now>,
}

impl Playback {
    /// The present; `None` while the whole conversation is shown.
    pub(super) const fn now(&self) -> Option<Now> {
        self.now
    }

    /// Shows the bar and moves on while playing; returns what was asked for
    /// and, when a moment was reached, that it be selected.
    pub(super) fn show(
        &mut self,
        _ui: &mut Ui,
        _picture: &Picture<'_>,
        _selection: Selection,
        _words: &Words,
    ) -> Vec<Command> {
        Vec::new()
    }

    /// Does what was asked for; returns what is to be selected.
    pub(super) fn carry_out(
        &mut self,
        _asked: Transport,
        _picture: &Picture<'_>,
        _selection: Selection,
    ) -> Option<Selection> {
        None
    }
}
