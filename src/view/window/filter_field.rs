//! The field for a display filter: green or red as it is typed, completing
//! names, remembering what was asked, stepping from hit to hit.
//!
//! Owns the text and its history. Has no opinion on what a filter selects:
//! the document looks.

use super::command::Command;
use super::document::{Document, Selection};
use super::egui::text::CharIndex;
use super::egui::{
    Button, CompletionPopup, Frame, Id, Key, Label, Margin, Modifiers, Popup, ProgressBar, RectAlign, RichText, Stroke,
    Suggestion, TextEdit, Ui, WidgetInfo, accesskit::Role,
};
use super::fonts;
use super::theme::{self, Theme};
use crate::filter::{self, Filter, FilterError};
use crate::source::file::FileError;
use crate::trace::FrameNumber;
use crate::words::{Words, grouped};

/// The field's width, in points, where there is room.
const WIDTH: f32 = 420.0;
/// What stands beside the field, in points.
const BESIDE: f32 = 330.0;
/// Filters that are remembered.
const HISTORY: usize = 50;
/// Names that are offered at once.
const SUGGESTIONS: usize = 60;

/// The field, kept between frames.
#[derive(Debug, Default)]
pub(super) struct FilterField {
    text: String,
    error: Option<FilterError>,
    /// Why the search ended early.
    failure: Option<String>,
    /// What was asked before, the oldest first.
    history: Vec<String>,
    /// Which of them stands in the field.
    browsing: Option<usize>,
    /// Names are offered, and the reader has gone to one of them.
    is_open: bool,
    has_moved: bool,
    /// Take the keyboard.
    focus: bool,
}

impl FilterField {
    /// What stands in the field.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What was asked before, the oldest first: 50 at most, none twice.
    pub(super) fn history(&self) -> &[String] {
        &self.history
    }

    /// What was asked in an earlier session.
    pub(super) fn set_history(&mut self, history: Vec<String>) {
        self.history.clear();
        for text in history {
            self.remember(&text);
        }
    }

    /// Another capture is shown: nothing is looked for.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.error = None;
        self.failure = None;
        self.browsing = None;
    }

    /// Takes a text, and lets the document look for it where it is a filter.
    /// What was found before stays while it is none.
    pub(super) fn look_for(&mut self, text: String, document: &mut Document, words: &Words) {
        let filter = if text.trim().is_empty() { Ok(None) } else { Filter::parse(&text).map(Some) };
        self.text = text;
        self.error = None;
        match filter {
            Ok(filter) => {
                let started = document.look_for(filter);
                self.failure = started.err().map(|source| words.file_error(&FileError::Read { source }));
            }
            Err(error) => self.error = Some(error),
        }
    }

    /// Puts a filter behind all others that were asked.
    fn remember(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.history.retain(|other| other != text);
        self.history.push(text.to_owned());
        let surplus = self.history.len().saturating_sub(HISTORY);
        self.history.drain(..surplus);
    }

    /// Shows the field, and below it what is wrong.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        document: &Document,
        selection: Selection,
        words: &Words,
    ) -> Vec<Command> {
        let mut commands = self.keys(ui, document, selection);
        if let Some(source) = document.search_failure() {
            self.failure = Some(words.file_error(&FileError::Read { source }));
        }
        let theme = Theme::of(ui);
        ui.horizontal(|ui| {
            let name = ui.label(RichText::new(words.word("ui-filter")).font(fonts::words(fonts::LABEL)));
            commands.extend(self.field(ui, name.id, words));
            if !self.text.is_empty() {
                let clear = ui.button("✕").on_hover_text(words.word("filter-clear"));
                clear.widget_info(|| WidgetInfo::labeled(Role::Button, true, words.word("filter-clear")));
                if clear.clicked() {
                    self.remember_if_good();
                    commands.push(Command::LookFor(String::new()));
                }
            }
            commands.extend(self.old_ones(ui, words));
            commands.extend(steps(ui, document, selection, words));
            commands.extend(self.count(ui, document, words));
        });
        let error = self.error.as_ref().map(|error| words.filter_error(&self.text, error));
        for text in error.into_iter().chain(self.failure.clone()) {
            let text = RichText::new(text).font(fonts::numbers(fonts::NOTE)).color(theme.rst);
            ui.add(Label::new(text).selectable(true));
        }
        ui.add_space(4.0);
        commands
    }

    fn remember_if_good(&mut self) {
        if self.error.is_none() {
            let text = self.text.clone();
            self.remember(&text);
        }
    }

    /// F3 and Shift+F3 go from hit to hit, Ctrl+F takes the keyboard.
    fn keys(&mut self, ui: &Ui, document: &Document, selection: Selection) -> Vec<Command> {
        let (next, previous, focus) = ui.input_mut(|input| {
            (
                input.consume_key(Modifiers::NONE, Key::F3),
                input.consume_key(Modifiers::SHIFT, Key::F3),
                input.consume_key(Modifiers::COMMAND, Key::F),
            )
        });
        self.focus |= focus;
        let wanted = [(next, true), (previous, false)].into_iter().filter(|(wanted, _)| *wanted);
        wanted.filter_map(|(_, forward)| hit(document, selection, forward)).map(Command::GoTo).collect()
    }

    fn field(&mut self, ui: &mut Ui, name: Id, words: &Words) -> Option<Command> {
        let theme = Theme::of(ui);
        let id = ui.make_persistent_id("filter");
        let has_focus = ui.memory(|memory| memory.has_focus(id));
        let mut command = None;
        if has_focus && !self.is_open {
            command = self.browse(ui);
        }
        if self.is_open && ui.input(|input| input.key_pressed(Key::ArrowDown) || input.key_pressed(Key::ArrowUp)) {
            self.has_moved = true;
        }
        let edge = if self.error.is_some() {
            theme.rst
        } else if !self.text.trim().is_empty() {
            theme.data
        } else if has_focus {
            theme.accent
        } else {
            theme.line
        };
        let frame = Frame::NONE
            .fill(theme.background)
            .stroke(Stroke::new(if self.text.is_empty() { 1.0 } else { 1.5 }, edge))
            .corner_radius(theme::RADIUS)
            .inner_margin(Margin::symmetric(6, 3));
        let mut text = self.text.clone();
        let edit = TextEdit::singleline(&mut text)
            .font(fonts::numbers(fonts::LABEL))
            .hint_text(RichText::new("tcp.analysis.retransmission").color(theme.faint))
            .frame(frame)
            .desired_width((ui.available_width() - BESIDE).clamp(120.0, WIDTH));
        // Enter ends typing, unless the reader has gone to a name.
        let accept = if self.has_moved { vec![Key::Tab, Key::Enter] } else { vec![Key::Tab] };
        let is_browsing = self.browsing.is_some();
        let is_word = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_');
        let output = CompletionPopup::new(id)
            .word_boundary(move |character| !is_word(character))
            .align(RectAlign::BOTTOM_START)
            .accept_keys(accept)
            .show(ui, edit, |query| {
                if is_browsing || query.word.is_empty() {
                    return Vec::new();
                }
                suggestions(query.text, query.word_range.clone())
            });
        self.is_open = output.is_open;
        self.has_moved &= output.is_open;
        let response = output.text_edit.response.response.clone().labelled_by(name);
        if std::mem::take(&mut self.focus) {
            response.request_focus();
        }
        if text != self.text {
            self.browsing = None;
            command = Some(Command::LookFor(text));
        }
        if response.lost_focus() {
            self.browsing = None;
            self.remember_if_good();
        }
        if self.error.is_none() {
            response.on_hover_text(words.word("filter-hint"));
        }
        command
    }

    /// ↑ and ↓ in the empty field, or from one old filter to the next.
    fn browse(&mut self, ui: &Ui) -> Option<Command> {
        if !self.text.is_empty() && self.browsing.is_none() {
            return None;
        }
        let (up, down) = ui.input_mut(|input| {
            (input.consume_key(Modifiers::NONE, Key::ArrowUp), input.consume_key(Modifiers::NONE, Key::ArrowDown))
        });
        let place = match (up, down, self.browsing) {
            (true, _, None) | (_, true, None) => self.history.len().checked_sub(1),
            (true, _, Some(place)) => Some(place.saturating_sub(1)),
            (_, true, Some(place)) => Some(place + 1).filter(|place| *place < self.history.len()),
            (false, false, _) => return None,
        };
        self.browsing = place;
        let text = place.and_then(|place| self.history.get(place)).cloned().unwrap_or_default();
        Some(Command::LookFor(text))
    }

    /// The list of what was asked before.
    fn old_ones(&mut self, ui: &mut Ui, words: &Words) -> Option<Command> {
        let name = words.word("filter-history");
        let button = ui.add_enabled(!self.history.is_empty(), Button::new("⋯")).on_hover_text(&name);
        button.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
        let chosen = Popup::menu(&button).show(|ui| {
            let mut chosen = None;
            for text in self.history.iter().rev() {
                if ui.button(RichText::new(text).font(fonts::numbers(fonts::LABEL))).clicked() {
                    chosen = Some(text.clone());
                }
            }
            chosen
        });
        chosen.and_then(|shown| shown.inner).map(Command::LookFor)
    }

    /// How many frames are selected, and how far the search has come.
    fn count(&self, ui: &mut Ui, document: &Document, words: &Words) -> Option<Command> {
        if self.error.is_some() {
            return None;
        }
        let theme = Theme::of(ui);
        let hits = document.look_at_hits(crate::session::searching::Hits::len)?;
        let count = words.say("ui-selected", &[("count", &hits)]);
        ui.label(RichText::new(count).font(fonts::words(fonts::LABEL)).color(theme.soft));
        let FrameNumber(searched) = document.searched()?;
        let all = document.frame_count().max(1);
        let part = f64::from(searched) / f64::from(u32::try_from(all).unwrap_or(u32::MAX));
        let stop = ui.button("■").on_hover_text(words.word("filter-stop"));
        stop.widget_info(|| WidgetInfo::labeled(Role::Button, true, words.word("filter-stop")));
        #[expect(clippy::cast_possible_truncation, reason = "a part of the screen, from 0 to 1")]
        let bar = ProgressBar::new(part as f32).desired_width(90.0);
        ui.add(bar).on_hover_text(words.say(
            "filter-searched",
            &[("count", &grouped(searched.into())), ("all", &grouped(u64::try_from(all).unwrap_or(u64::MAX)))],
        ));
        stop.clicked().then_some(Command::StopLooking)
    }
}

/// The buttons that go from hit to hit.
fn steps(ui: &mut Ui, document: &Document, selection: Selection, words: &Words) -> Vec<Command> {
    let has_hits = document.look_at_hits(|hits| !hits.is_empty()).unwrap_or(false);
    let mut commands = Vec::new();
    for (sign, key, forward) in [("◀", "filter-previous", false), ("▶", "filter-next", true)] {
        let name = words.word(key);
        let button = ui.add_enabled(has_hits, Button::new(sign)).on_hover_text(&name);
        button.widget_info(|| WidgetInfo::labeled(Role::Button, has_hits, &name));
        if button.clicked() {
            commands.extend(hit(document, selection, forward).map(Command::GoTo));
        }
    }
    commands
}

/// The hit behind or before what is selected; at the end it begins anew.
fn hit(document: &Document, selection: Selection, forward: bool) -> Option<FrameNumber> {
    let at = selection.frame().unwrap_or(FrameNumber(0));
    document.look_at_hits(|hits| {
        if forward {
            hits.get(hits.before(FrameNumber(at.0.saturating_add(1)))).or_else(|| hits.get(0))
        } else {
            let before = hits.before(at).checked_sub(1).or_else(|| hits.len().checked_sub(1))?;
            hits.get(before)
        }
    })?
}

/// What could stand where the word is.
fn suggestions(text: &str, word: std::ops::Range<CharIndex>) -> Vec<Suggestion> {
    let byte = |CharIndex(index)| text.char_indices().nth(index).map_or(text.len(), |(byte, _)| byte);
    let completions = filter::complete(text, byte(word.end));
    if completions.replaces.start != byte(word.start) {
        return Vec::new();
    }
    completions.words.into_iter().take(SUGGESTIONS).map(Suggestion::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_again_is_remembered_once_and_last() {
        let mut field = FilterField::default();
        for text in ["tcp", "udp", " ", "tcp "] {
            field.remember(text);
        }
        assert_eq!(field.history, ["udp", "tcp"]);
        for number in 0..HISTORY {
            field.remember(&format!("frame.number == {number}"));
        }
        assert_eq!(field.history.len(), HISTORY);
        assert_eq!(field.history.first().map(String::as_str), Some("frame.number == 0"));
    }

    #[test]
    fn names_are_offered_for_the_word_before_the_cursor() {
        let offered = |text: &str, word: std::ops::Range<usize>| {
            let word = CharIndex(word.start)..CharIndex(word.end);
            suggestions(text, word).into_iter().map(|one| one.insert).collect::<Vec<_>>()
        };
        assert_eq!(offered("tcp.po", 0..6), ["tcp.port"]);
        assert_eq!(offered("not tcp.po", 4..10), ["tcp.port"]);
        assert!(offered("http contains \"tc", 15..17).is_empty());
    }
}
