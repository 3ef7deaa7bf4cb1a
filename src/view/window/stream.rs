//! What both sides of the conversation that is shown said, put together and
//! told apart by arrow, indent and colour.
//!
//! Owns the spelling and how much is shown. What was said,
//! [`follow`](crate::conversation::follow) knows.

/// Bytes as lines of text.
mod lines;

use std::path::Path;

use super::command::Command;
use super::document::{Document, Edition, PartOf};
use super::egui::{Rect, RichText, Sense, TextEdit, Ui, WidgetInfo, accesskit::Role, pos2, vec2};
use super::fonts;
use super::listing::{ROW, height, one_line, visible};
use super::scroll::{BAR, Scroll};
use super::theme::Theme;
use crate::conversation::{End, Ends, Piece, Stream, follow};
use crate::source::file::FileError;
use crate::view::Picture;
use crate::words::{Words, grouped};
use lines::{BOTH, Line, Spelling, only};

/// How much is shown at first, in bytes.
const MOST: usize = 1 << 20;
/// How many times more the next press shows.
const MORE: usize = 8;
/// The column of frame numbers, in points.
const FRAMES: f32 = 104.0;
/// How far the server's lines are moved to the right, in points.
const INDENT: f32 = 28.0;
/// The field for a path, in points.
const PATH: f32 = 220.0;

/// What the lines were made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Made {
    edition: Edition,
    conversation: u32,
    part: Option<PartOf>,
    /// How many segments or datagrams there were.
    messages: usize,
    most: usize,
}

/// The view, kept between frames.
#[derive(Debug)]
pub(super) struct StreamView {
    scroll: Scroll,
    spelling: Spelling,
    sides: Ends<bool>,
    most: usize,
    stream: Stream,
    made: Option<Made>,
    lines: Vec<Line>,
    /// What the lines were made for beside the stream: the columns too.
    spelt: Option<(Spelling, Ends<bool>, usize)>,
    /// Where to save it, once that was asked for, and what came of it.
    path: Option<String>,
    saved: Option<String>,
}

impl Default for StreamView {
    fn default() -> Self {
        Self {
            scroll: Scroll::default(),
            spelling: Spelling::default(),
            sides: BOTH,
            most: MOST,
            stream: Stream::default(),
            made: None,
            lines: Vec::new(),
            spelt: None,
            path: None,
            saved: None,
        }
    }
}

impl StreamView {
    /// Shows what was said; returns what was asked for.
    pub(super) fn show(&mut self, ui: &mut Ui, document: &Document, words: &Words) -> Vec<Command> {
        let theme = Theme::of(ui);
        let Some((picture, _)) = document.picture() else {
            ui.label(RichText::new(words.word("stream-nothing-open")).color(theme.faint));
            return Vec::new();
        };
        self.put_together(document, &picture);
        self.tools(ui, document, words);
        let (rect, _) = ui.allocate_exact_size(ui.available_size().max(vec2(200.0, ROW)), Sense::hover());
        ui.painter().rect_filled(rect, 0.0, theme.background);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "columns of a window")]
        let columns = ((rect.width() - FRAMES - INDENT - BAR - 8.0) / character(ui)).max(8.0) as usize;
        let wanted = (self.spelling, self.sides, columns);
        if self.spelt != Some(wanted) {
            self.spelt = Some(wanted);
            self.lines = lines::lines(&self.stream, self.spelling, self.sides, columns);
        }
        if self.lines.is_empty() {
            let galley =
                one_line(ui, &words.word("stream-empty"), fonts::words(fonts::BODY), theme.faint, rect.width());
            ui.painter().galley(rect.center() - galley.size() / 2.0, galley, theme.faint);
        }
        self.body(ui, rect, words)
    }

    fn put_together(&mut self, document: &Document, picture: &Picture<'_>) {
        let made = Made {
            edition: document.edition(),
            conversation: picture.conversation.id(),
            part: document.part(),
            messages: picture.timeline.arrows.len(),
            most: self.most,
        };
        if self.made == Some(made) {
            return;
        }
        let same = |before: &Made| (before.edition, before.conversation) == (made.edition, made.conversation);
        if !self.made.as_ref().is_some_and(same) {
            self.most = MOST;
            self.scroll = Scroll::default();
            self.saved = None;
        }
        self.stream = follow(picture.trace, picture.conversation, self.most);
        self.made = Some(Made { most: self.most, ..made });
        self.spelt = None;
    }

    fn tools(&mut self, ui: &mut Ui, document: &Document, words: &Words) {
        let theme = Theme::of(ui);
        ui.horizontal_wrapped(|ui| {
            for spelling in Spelling::ALL {
                let chosen = self.spelling == spelling;
                if ui.selectable_label(chosen, words.word(spelling.key())).clicked() {
                    self.spelling = spelling;
                }
            }
            ui.add_space(8.0);
            let sides = [
                (BOTH, words.word("stream-both")),
                (only(End::Client), format!("→ {}", words.end(End::Client))),
                (only(End::Server), format!("← {}", words.end(End::Server))),
            ];
            for (sides, name) in sides {
                if ui.selectable_label(self.sides == sides, name).clicked() {
                    self.sides = sides;
                }
            }
            ui.add_space(8.0);
            if ui.button(words.word("stream-copy")).on_hover_text(words.word("stream-copy-hint")).clicked() {
                ui.ctx().copy_text(self.text(words));
            }
            self.save(ui, words);
            let length = lines::bytes(&self.stream, self.sides).len();
            let length = grouped(u64::try_from(length).unwrap_or(u64::MAX));
            let mut told = words.say("stream-length", &[("count", &length)]);
            if let Some(part) = document.part() {
                told.push_str(" · ");
                told.push_str(&words.part(part.number(), part.parts(), part.before, part.kept, part.total));
            }
            ui.label(RichText::new(told).font(fonts::words(fonts::LABEL)).color(theme.soft));
            if self.stream.is_cut {
                let first = grouped(u64::try_from(self.most).unwrap_or(u64::MAX));
                let told = format!("⚠ {}", words.say("stream-cut", &[("count", &first)]));
                ui.label(RichText::new(told).font(fonts::words(fonts::LABEL)).color(theme.fin));
                if ui.button(words.word("stream-more")).clicked() {
                    self.most = self.most.saturating_mul(MORE);
                }
            }
        });
    }

    /// The button that saves, the path once it was pressed, and what came of
    /// it.
    fn save(&mut self, ui: &mut Ui, words: &Words) {
        let Some(path) = &mut self.path else {
            if ui.button(words.word("stream-save")).on_hover_text(words.word("stream-save-hint")).clicked() {
                self.path = Some("stream.bin".to_owned());
                self.saved = None;
            }
            if let Some(saved) = &self.saved {
                ui.label(RichText::new(saved).font(fonts::words(fonts::LABEL)).color(Theme::of(ui).soft));
            }
            return;
        };
        let label = ui.label(words.word("ui-path"));
        let edit = TextEdit::singleline(path).font(fonts::numbers(fonts::LABEL)).desired_width(PATH);
        ui.add(edit).labelled_by(label.id);
        let (go, cancel) = (ui.button(words.word("ui-save")).clicked(), ui.button(words.word("ui-cancel")).clicked());
        let path = path.trim().to_owned();
        if go {
            let path = Path::new(&path);
            let saved = std::fs::write(path, lines::bytes(&self.stream, self.sides));
            let shown = crate::words::printable(path.to_string_lossy().as_bytes());
            self.saved = Some(match saved {
                Ok(()) => words.say("ui-saved", &[("path", &shown)]),
                Err(source) => words.file_error(&FileError::Save { source, path: path.to_owned() }),
            });
        }
        if go || cancel {
            self.path = None;
        }
    }

    /// Everything as text, each piece with who said it.
    fn text(&self, words: &Words) -> String {
        let mut text = String::new();
        let all = lines::lines(&self.stream, self.spelling, self.sides, usize::MAX);
        let mut last = None;
        for line in &all {
            let Some(piece) = self.stream.pieces.get(line.piece) else { continue };
            if line.starts && last != Some(piece.from) {
                last = Some(piece.from);
                lines::push(&mut text, format_args!("{} {}\n", arrow(piece.from), words.end(piece.from)));
            }
            text.push_str(&said(line, words));
            text.push('\n');
        }
        text
    }

    fn body(&mut self, ui: &Ui, view: Rect, words: &Words) -> Vec<Command> {
        let mut commands = Vec::new();
        let theme = Theme::of(ui);
        let id = ui.scope_id().with("stream");
        self.scroll.show(ui, view, height(self.lines.len()), id.with("scroll"), &words.word("stream-scroll"));
        let painter = ui.painter().with_clip_rect(view);
        let visible = visible(&self.scroll, view.height(), self.lines.len());
        for (row, line) in visible.clone().zip(self.lines.get(visible).unwrap_or_default()) {
            let Some(piece) = self.stream.pieces.get(line.piece) else { continue };
            #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
            let top = (height(row) - self.scroll.offset()) as f32 + view.top();
            let rect = Rect::from_min_size(pos2(view.left(), top), vec2(view.width() - BAR, ROW));
            let ink = colour(theme, piece.from);
            let frame = Rect::from_min_size(rect.min, vec2(FRAMES - 6.0, ROW));
            if line.starts {
                commands.extend(frame_link(ui, frame.intersect(view), piece, id.with(line.piece), words));
            }
            let left = rect.left() + FRAMES + if piece.from == End::Server { INDENT } else { 0.0 };
            painter.vline(left - 6.0, rect.y_range(), (2.0, ink));
            let text = said(line, words);
            let text_ink = if line.missing.is_some() { theme.fin } else { theme.text };
            let galley = one_line(ui, &text, fonts::numbers(fonts::LABEL), text_ink, rect.right() - left);
            let at = pos2(left, rect.center().y - galley.size().y / 2.0);
            painter.galley(at, galley, text_ink);
            let inside = Rect::from_min_max(pos2(left, rect.top()), rect.max).intersect(view);
            let response = ui.interact(inside, id.with(("line", row)), Sense::hover());
            response
                .widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{}: {text}", words.end(piece.from))));
        }
        commands
    }
}

/// The sign of who spoke: as the arrows go in the picture.
const fn arrow(from: End) -> &'static str {
    match from {
        End::Client => "→",
        End::Server => "←",
    }
}

const fn colour(theme: &Theme, from: End) -> super::egui::Color32 {
    match from {
        End::Client => theme.accent,
        End::Server => theme.data,
    }
}

/// What a line says.
fn said(line: &Line, words: &Words) -> String {
    match line.missing {
        Some(count) => format!("⚠ {}", words.say("stream-missing", &[("count", &grouped(count))])),
        None => line.text.clone(),
    }
}

/// The frame that brought a piece: a click goes there.
fn frame_link(ui: &Ui, rect: Rect, piece: &Piece, id: super::egui::Id, words: &Words) -> Option<Command> {
    let theme = Theme::of(ui);
    let name = words.say("ui-frame", &[("number", &piece.frame.0)]);
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &name));
    let ink = if response.hovered() || response.has_focus() { theme.accent } else { theme.soft };
    let text = format!("{} {name}", arrow(piece.from));
    let galley = one_line(ui, &text, fonts::words(fonts::NOTE), ink, rect.width() - 4.0);
    let painter = ui.painter().with_clip_rect(rect);
    let at = pos2(rect.left() + 4.0, rect.center().y - galley.size().y / 2.0);
    painter.galley(at, galley, ink);
    response.clicked().then_some(Command::GoTo(piece.frame))
}

/// How wide a character of the monospaced face is, in points.
fn character(ui: &Ui) -> f32 {
    let font = fonts::numbers(fonts::LABEL);
    ui.painter().layout_no_wrap("0".to_owned(), font, Theme::of(ui).text).size().x.max(1.0)
}
