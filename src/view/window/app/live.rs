//! An interface that is captured while it is looked at.

use std::path::Path;
use std::time::Duration;

use super::super::document::Document;
use super::super::egui;
use super::App;
use super::message::Message;
use crate::session::capture::Capture;
use crate::session::live::InterfaceError;
use crate::session::opening::Opening;
use crate::words::{Words, printable};

/// How soon new frames are looked for: the eye sees no more.
const WAKE: Duration = Duration::from_millis(50);

impl App {
    /// Captures the interface of this name, as the dialog does.
    pub fn capture(&mut self, ctx: &egui::Context, name: &str) {
        let waker = ctx.clone();
        // What is shown stays where this fails.
        match Opening::live(name, move || waker.request_repaint_after(WAKE)) {
            Ok(opening) => {
                self.replace(Document::large(opening));
            }
            Err(error) => {
                self.interfaces = None;
                self.message = Some(self.interface_message(&error));
            }
        }
    }

    /// Whether an interface is being captured.
    pub(super) fn is_live(&self) -> bool {
        self.document.opening().is_some_and(|opening| opening.interface().is_some() && !opening.has_ended())
    }

    /// Takes how a capture ended, and what became of saving it.
    pub(super) fn take_live(&mut self) {
        let Some(opening) = self.document.opening() else { return };
        if let Some(end) = opening.live_end() {
            let mut lines = Vec::new();
            if end.unstamped > 0 {
                lines.push(self.words.say("capture-unstamped", &[("count", &end.unstamped)]));
            }
            if let Some((counted, read)) = &end.miscounted {
                let (received, dropped) = (counted.received, counted.dropped);
                let counts: [(&str, &dyn std::fmt::Display); 3] =
                    [("received", &received), ("dropped", &dropped), ("read", read)];
                lines.push(self.words.say("capture-miscounted", &counts));
            }
            if let Some(error) = &end.error {
                self.message = Some(self.interface_message(error));
            } else if !lines.is_empty() {
                self.message = Some(Message { text: lines.join("\n"), remedy: None, is_error: false });
            }
        }
        let Some(saved) = self.document.opening().and_then(Opening::saved) else { return };
        let shown = printable(saved.path.to_string_lossy().as_bytes());
        self.message = Some(match saved.outcome {
            Ok(()) => {
                let mut text = self.words.say("ui-saved", &[("path", &shown)]);
                text.push_str(" · ");
                text.push_str(&self.words.say("frames", &[("count", &saved.frames)]));
                if saved.dropped > 0 {
                    text.push_str(" · ");
                    text.push_str(&self.words.say("ui-live-gone", &[("count", &saved.dropped)]));
                }
                Message { text, remedy: None, is_error: false }
            }
            Err(error) => Message { text: self.words.file_error(&error), remedy: None, is_error: true },
        });
    }

    /// Saves what is kept of a captured interface, on a thread of its own;
    /// tells whether there is one.
    pub(super) fn save_live(&mut self, ctx: &egui::Context, path: &Path) -> bool {
        let Some(opening) = self.document.opening().filter(|opening| opening.interface().is_some()) else {
            return false;
        };
        let ctx = ctx.clone();
        self.message = Some(match opening.save(path, move || ctx.request_repaint()) {
            Ok(()) => {
                let shown = printable(path.to_string_lossy().as_bytes());
                let text = self.words.say("ui-live-saving", &[("path", &shown)]);
                Message { text, remedy: None, is_error: false }
            }
            Err(error) => Message { text: self.words.file_error(&error), remedy: None, is_error: true },
        });
        true
    }

    /// What the status says of a captured interface.
    pub(super) fn live_status(&self) -> Option<Vec<String>> {
        let opening = self.document.opening()?;
        let name = interface_name(opening)?;
        let key = if opening.has_ended() { "ui-live-ended" } else { "ui-live" };
        let drops = opening.look(|capture| capture.notes().drops);
        let mut parts = vec![
            self.words.say(key, &[("interface", &name)]),
            self.words.say("frames", &[("count", &opening.progress().frames)]),
            match drops {
                Some(drops) => self.words.say("drops", &[("count", &drops)]),
                None => self.words.word("drops-unknown"),
            },
        ];
        let gone = opening.look(Capture::dropped);
        if gone > 0 {
            parts.push(self.words.say("ui-live-gone", &[("count", &gone)]));
        }
        Some(parts)
    }

    /// The line above the picture while frames come in.
    pub(super) fn live_line(&self, opening: &Opening) -> String {
        let name = interface_name(opening).unwrap_or_default();
        let frames = self.words.say("frames", &[("count", &opening.progress().frames)]);
        let dropped = opening.look(|capture| capture.notes().drops).unwrap_or_default();
        self.words.say("ui-live-line", &[("interface", &name), ("frames", &frames), ("dropped", &dropped)])
    }

    fn interface_message(&self, error: &InterfaceError) -> Message {
        let text = sentences(error, &self.words);
        Message { text, remedy: error.remedy(&self.options.executable), is_error: true }
    }
}

/// What went wrong, and what the command below it does.
fn sentences(error: &InterfaceError, words: &Words) -> String {
    let mut text = words.interface_error(error);
    text.extend(words.interface_help(error).map(|help| format!("\n{help}")));
    text
}

fn interface_name(opening: &Opening) -> Option<String> {
    Some(printable(opening.interface()?.name.as_bytes()))
}
