//! Views the reader comes from, to go back to.

use super::super::command::{Command, Tab};
use super::super::document::Selection;
use super::super::egui::Context;
use super::super::ladder::Viewport;
use super::App;
use crate::timeline::layout::Scale;

/// Views remembered.
const MOST: usize = 100;
/// Changes of one kind that follow each other within this time are one, in
/// seconds: typing a filter, turning the wheel.
const TOGETHER: f64 = 1.0;

/// How a document is looked at.
#[derive(Clone, Debug, PartialEq)]
struct View {
    shown: usize,
    selection: Selection,
    scale: Scale,
    viewport: Viewport,
    absolute: bool,
    tab: Tab,
    filter: String,
}

/// The views before this one, and those after it that were taken back.
#[derive(Debug, Default)]
pub(super) struct History {
    before: Vec<View>,
    after: Vec<View>,
    /// What the last change was, and when.
    last: Option<(std::mem::Discriminant<Command>, f64)>,
}

impl App {
    fn view(&self) -> View {
        View {
            shown: self.document.shown(),
            selection: self.selection,
            scale: self.document.scale(),
            viewport: self.viewport.clone(),
            absolute: self.absolute,
            tab: self.settings.tab,
            filter: self.filter.text().to_owned(),
        }
    }

    /// Remembers the view that `command` is about to change.
    pub(super) fn remember(&mut self, ctx: &Context, command: &Command) {
        let changes = matches!(
            command,
            Command::ShowConversation(_)
                | Command::GoTo(_)
                | Command::SetScale(_)
                | Command::Zoom(_)
                | Command::ResetZoom
                | Command::SetAbsolute(_)
                | Command::ShowTab(_)
                | Command::LookFor(_)
        );
        if !changes {
            return;
        }
        let (kind, now) = (std::mem::discriminant(command), ctx.input(|input| input.time));
        let together = self.history.last.is_some_and(|(last, at)| last == kind && now - at < TOGETHER);
        self.history.last = Some((kind, now));
        if together {
            return;
        }
        let view = self.view();
        self.history.after.clear();
        self.history.before.push(view);
        if self.history.before.len() > MOST {
            self.history.before.remove(0);
        }
    }

    /// To the view before (`back`) or after this one.
    pub(super) fn travel(&mut self, back: bool) {
        let view = self.view();
        let History { before, after, last } = &mut self.history;
        *last = None;
        let (from, to) = if back { (before, after) } else { (after, before) };
        let Some(found) = from.pop() else { return };
        to.push(view);
        if found.shown != self.document.shown() {
            self.document.show(found.shown);
            self.take_frames();
        }
        if found.scale != self.document.scale() {
            self.document.set_scale(found.scale);
        }
        if found.filter != self.filter.text() {
            self.filter.look_for(found.filter, &mut self.document, &self.words);
        }
        self.viewport = found.viewport;
        self.absolute = found.absolute;
        self.settings.tab = found.tab;
        self.reveal = true;
        self.selection = found.selection;
    }
}
