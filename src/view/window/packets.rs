//! The packet table: every frame of the capture in Wireshark's columns, of
//! which only those in view are read and written.

/// What stands in the rows in view.
mod cells;
/// How wide the columns are.
mod columns;

use std::ops::Range;

use super::command::{Command, Tab};
use super::document::{Document, Facts, Selection};
use super::egui::{
    Color32, Id, Key, Modifiers, Rect, RichText, Sense, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, accesskit::Role,
    pos2, vec2,
};
use super::fonts;
use super::listing::{ROW, height, keys, one_line, visible};
use super::scroll::{BAR, Scroll};
use super::theme::Theme;
use crate::model::Timestamp;
use crate::trace::FrameNumber;
use crate::view::table::LineKind;
use crate::words::{Words, grouped};
use cells::{Cache, Cells, State};
use columns::Columns;

/// The height of the names above the rows, in points.
const HEAD: f32 = 22.0;
/// The field for a number, in points.
const NUMBER: f32 = 76.0;

/// The packet table's state, kept between frames.
#[derive(Debug, Default)]
pub(super) struct Packets {
    scroll: Scroll,
    columns: Columns,
    /// Rows have colours.
    coloured: bool,
    /// Only what the filter selects is listed.
    only: bool,
    cache: Cache,
    /// What is typed to go to.
    number: String,
    /// There is no such frame.
    refused: Option<String>,
    /// The field for it takes the keyboard.
    focus: bool,
    /// What was selected when it was last brought into view.
    revealed: Option<(FrameNumber, bool)>,
}

/// The rows of the table: all frames, or those that are hits.
struct Listed<'a> {
    document: &'a Document,
    only: bool,
    count: usize,
}

impl Listed<'_> {
    fn number(&self, row: usize) -> Option<FrameNumber> {
        if self.only {
            return self.document.look_at_hits(|hits| hits.get(row))?;
        }
        u32::try_from(row + 1).ok().filter(|_| row < self.count).map(FrameNumber)
    }

    fn row(&self, number: FrameNumber) -> Option<usize> {
        let row = if self.only {
            self.document.look_at_hits(|hits| hits.has(number).then(|| hits.before(number)))??
        } else {
            usize::try_from(number.0.checked_sub(1)?).ok()?
        };
        (row < self.count).then_some(row)
    }
}

impl Packets {
    /// Ctrl+G asks where to go, whatever is shown. Call it once a frame.
    pub(super) fn keys(&mut self, ui: &Ui) -> Option<Command> {
        let asked = ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::G));
        self.focus |= asked;
        asked.then_some(Command::ShowTab(Tab::Packets))
    }

    /// Shows the packets of the whole capture; returns what was asked for.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        document: &Document,
        selection: Selection,
        words: &Words,
    ) -> Vec<Command> {
        let mut commands = self.tools(ui, document, words);
        let trouble = self.cache.trouble.clone();
        for text in trouble.into_iter().chain(self.refused.clone()) {
            ui.label(RichText::new(format!("⚠ {text}")).font(fonts::words(fonts::LABEL)).color(Theme::of(ui).fin));
        }
        let hits = document.look_at_hits(crate::session::searching::Hits::len);
        let only = self.only && hits.is_some();
        let count = hits.filter(|_| only).unwrap_or_else(|| document.frame_count());
        let listed = Listed { document, only, count };
        self.columns.make_room(document.frame_count());
        let (rect, _) = ui.allocate_exact_size(ui.available_size().max(vec2(200.0, HEAD + ROW)), Sense::hover());
        ui.painter().rect_filled(rect, 0.0, Theme::of(ui).background);
        let whole = Rect::from_min_max(rect.min, pos2(rect.right() - BAR, rect.bottom()));
        self.columns.head(ui, Columns::head_rect(whole), words);
        let view = Rect::from_min_max(pos2(rect.left(), rect.top() + HEAD), rect.max);
        if count == 0 {
            let key = if only { "packets-no-hits" } else { "packets-none" };
            let galley = one_line(ui, &words.word(key), fonts::words(fonts::BODY), Theme::of(ui).faint, view.width());
            ui.painter().galley(view.center() - galley.size() / 2.0, galley, Theme::of(ui).faint);
        }
        commands.extend(self.body(ui, view, &listed, selection, words));
        commands
    }

    /// The line above the table.
    fn tools(&mut self, ui: &mut Ui, document: &Document, words: &Words) -> Vec<Command> {
        let mut commands = Vec::new();
        ui.horizontal(|ui| {
            let label = ui.label(RichText::new(words.word("packets-go-to")).font(fonts::words(fonts::LABEL)));
            let edit = TextEdit::singleline(&mut self.number)
                .font(fonts::numbers(fonts::LABEL))
                .desired_width(NUMBER)
                .char_limit(12);
            let field = ui.add(edit).labelled_by(label.id).on_hover_text(words.word("packets-go-to-hint"));
            if std::mem::take(&mut self.focus) {
                field.request_focus();
            }
            if field.changed() {
                self.refused = None;
            }
            if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                commands.extend(self.go(document, words));
            }
            ui.add_space(8.0);
            let has_filter = document.filter().is_some();
            let mut only = self.only;
            let choice = ui.checkbox(&mut only, words.word("packets-only"));
            if choice.on_hover_text(words.word("packets-only-hint")).changed() {
                self.only = only;
                self.revealed = None;
            }
            ui.checkbox(&mut self.coloured, words.word("packets-coloured"))
                .on_hover_text(words.word("packets-coloured-hint"));
            ui.add_space(8.0);
            let all = grouped(u64::try_from(document.frame_count()).unwrap_or(u64::MAX));
            let text = match document.look_at_hits(crate::session::searching::Hits::len).filter(|_| has_filter) {
                Some(hits) => {
                    let hits = grouped(u64::try_from(hits).unwrap_or(u64::MAX));
                    words.say("packets-count-of", &[("count", &hits), ("all", &all)])
                }
                None => words.say("packets-count", &[("count", &all)]),
            };
            ui.label(RichText::new(text).font(fonts::words(fonts::LABEL)).color(Theme::of(ui).soft));
        });
        commands
    }

    /// Goes to the number that was typed.
    fn go(&mut self, document: &Document, words: &Words) -> Option<Command> {
        let typed: String = self.number.chars().filter(|character| !character.is_whitespace()).collect();
        let count = document.frame_count();
        let number = typed.parse::<u32>().ok().map(FrameNumber);
        let is_there = |number: &FrameNumber| number.0 >= 1 && usize::try_from(number.0).is_ok_and(|one| one <= count);
        if let Some(number) = number.filter(is_there) {
            self.refused = None;
            self.revealed = None;
            return Some(Command::GoTo(number));
        }
        let last = grouped(u64::try_from(count).unwrap_or(u64::MAX));
        self.refused = Some(if count == 0 {
            words.word("packets-none")
        } else {
            words.say("packets-no-such", &[("found", &crate::words::printable(typed.as_bytes())), ("last", &last)])
        });
        None
    }

    fn body(
        &mut self,
        ui: &mut Ui,
        view: Rect,
        listed: &Listed<'_>,
        selection: Selection,
        words: &Words,
    ) -> Vec<Command> {
        let mut commands = Vec::new();
        let rows = u32::try_from(listed.count).unwrap_or(u32::MAX);
        let id = ui.scope_id().with("packets");
        // Behind the rows, so that they are clicked and not the table.
        let table = ui.interact(view, id, Sense::click());
        let name = words.say("packets-table", &[("count", &listed.count)]);
        table.widget_info(|| WidgetInfo::labeled(Role::Table, true, &name));
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_row_count(listed.count);
            node.set_column_count(columns::NAMES.len());
        });
        let scroll_id = id.with("scroll");
        self.scroll.show(ui, view, f64::from(rows) * f64::from(ROW), scroll_id, &words.word("packets-scroll"));
        let selected = selection.frame();
        let row = selected.and_then(|frame| listed.row(frame));
        if let Some((frame, row)) = selected.zip(row)
            && self.revealed != Some((frame, listed.only))
        {
            self.revealed = Some((frame, listed.only));
            let top = height(row);
            self.scroll.reveal(top, top + f64::from(ROW));
        }
        let visible = visible(&self.scroll, view.height(), listed.count);
        let page = visible.len().saturating_sub(2).max(1);
        if table.has_focus() {
            let target = keys(ui, id, row, page, listed.count);
            commands.extend(target.and_then(|row| listed.number(row)).map(Command::GoTo));
            ui.painter().rect_stroke(view.shrink(0.5), 0.0, (1.0, Theme::of(ui).accent), StrokeKind::Inside);
        }
        commands.extend(self.rows(ui, view, listed, visible, selected, id, words));
        commands
    }

    #[expect(clippy::too_many_arguments, reason = "where, what, how, in which language")]
    fn rows(
        &mut self,
        ui: &mut Ui,
        view: Rect,
        listed: &Listed<'_>,
        visible: Range<usize>,
        selected: Option<FrameNumber>,
        id: Id,
        words: &Words,
    ) -> Vec<Command> {
        let mut commands = Vec::new();
        let numbers: Vec<FrameNumber> = visible.clone().filter_map(|row| listed.number(row)).collect();
        self.cache.want(listed.document, &numbers, words);
        let before = visible.start.checked_sub(1).and_then(|row| listed.number(row));
        let asked: Vec<FrameNumber> =
            [FrameNumber(1)].into_iter().chain(before).chain(numbers.iter().copied()).collect();
        let mut facts = listed.document.facts(&asked).into_iter();
        let start = facts.next().flatten().map_or_else(Timestamp::default, |facts| facts.at);
        let mut last = before.and_then(|_| facts.next().flatten()).map(|facts| facts.at);
        let old_clip = ui.clip_rect();
        ui.set_clip_rect(old_clip.intersect(view));
        for ((row, number), facts) in visible.zip(&numbers).zip(facts) {
            let Some(facts) = facts else { continue };
            let time = self.columns.time(facts.at, start, last.unwrap_or(facts.at));
            last = Some(facts.at);
            #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
            let top = (height(row) - self.scroll.offset()) as f32 + view.top();
            let rect = Rect::from_min_size(pos2(view.left(), top), vec2(view.width() - BAR, ROW));
            let hit = listed.document.look_at_hits(|hits| hits.has(*number)).unwrap_or(false);
            let line =
                Line { number: *number, time, facts, hit: hit && !listed.only, selected: selected == Some(*number) };
            commands.extend(self.row(ui, rect, &line, id, words));
        }
        ui.set_clip_rect(old_clip);
        commands
    }

    fn row(&self, ui: &Ui, rect: Rect, line: &Line, id: Id, words: &Words) -> Vec<Command> {
        let mut commands = Vec::new();
        let theme = Theme::of(ui);
        let cells = self.cache.get(line.number);
        let seen = rect.intersect(ui.clip_rect());
        let response = ui.interact(seen, id.with(line.number.0), Sense::CLICK);
        let label = || line.label(cells, words);
        response.widget_info(|| WidgetInfo::selected(Role::Row, true, line.selected, label()));
        if line.selected {
            ui.painter().rect_filled(rect, 0.0, theme.selection);
            ui.painter().rect_stroke(rect.shrink(0.5), 0.0, Stroke::new(1.0, theme.accent), StrokeKind::Inside);
        } else if response.hovered() {
            ui.painter().rect_filled(rect, 0.0, theme.raised);
        }
        let ink = match cells {
            Some(cells) if self.coloured => of_kind(theme, cells.kind),
            Some(_) | None => theme.text,
        };
        let ranges = self.columns.ranges(rect.left(), rect.right());
        line.marks(ui, theme, ranges.first().map_or(rect.left(), |range| range.0) + 5.0, rect.center().y);
        let length = line.facts.length.to_string();
        let number = line.number.0.to_string();
        let texts = match cells {
            Some(cells) => {
                [&number, &line.time, &cells.source, &cells.destination, &cells.protocol, &length, &info(cells, words)]
                    .map(String::to_owned)
            }
            None => [&number, &line.time, "…", "…", "…", &length, "…"].map(str::to_owned),
        };
        for (column, (text, range)) in texts.iter().zip(ranges.into_iter().skip(1)).enumerate() {
            let colour = match (column, cells.map(|cells| cells.state)) {
                (0 | 1 | 5, _) if !self.coloured => theme.soft,
                (6, Some(State::Exact)) => ink,
                (6, _) => theme.faint,
                _ => ink,
            };
            let galley = one_line(ui, text, fonts::numbers(fonts::LABEL), colour, Columns::room(range));
            let at = pos2(Columns::text_at(column, range, galley.size().x), rect.center().y - galley.size().y / 2.0);
            ui.painter().galley(at, galley, colour);
        }
        if response.clicked() {
            ui.memory_mut(|memory| memory.request_focus(id));
            commands.push(Command::GoTo(line.number));
        }
        response.context_menu(|ui| {
            if ui.button(words.word("packets-copy")).clicked() {
                ui.ctx().copy_text(texts.join("\t"));
                ui.close();
            }
            if ui.button(words.word("packets-follow")).clicked() {
                commands.extend([Command::GoTo(line.number), Command::ShowTab(Tab::Stream)]);
                ui.close();
            }
            for address in cells.into_iter().flat_map(Cells::addresses) {
                if ui.button(words.say("address-menu-of", &[("address", &address)])).clicked() {
                    commands.push(Command::AskAddress(address.to_owned()));
                    ui.close();
                }
            }
        });
        if response.hovered() {
            response.on_hover_text_at_pointer(label());
        }
        commands
    }
}

/// What is known of one row beside its cells.
struct Line {
    number: FrameNumber,
    time: String,
    facts: Facts,
    hit: bool,
    selected: bool,
}

impl Line {
    /// » a filter selects it, ⚠ something was found, ✕ it was lost.
    fn marks(&self, ui: &Ui, theme: &Theme, left: f32, middle: f32) {
        let marks = [
            (self.hit, "»", theme.accent),
            (self.facts.is_found, "⚠", theme.fin),
            (self.facts.is_lost, "✕", theme.rst),
        ];
        let mut x = left;
        for (_, sign, colour) in marks.into_iter().filter(|(is, ..)| *is) {
            let galley = ui.painter().layout_no_wrap(sign.to_owned(), fonts::strong(fonts::NOTE), colour);
            let size = galley.size();
            ui.painter().galley(pos2(x, middle - size.y / 2.0), galley, colour);
            x += size.x + 1.0;
        }
    }

    /// The row for who does not see it.
    fn label(&self, cells: Option<&Cells>, words: &Words) -> String {
        let (number, length) = (self.number.0, self.facts.length);
        let mut label = match cells {
            None => words.say("packets-row-unread", &[("number", &number), ("time", &self.time)]),
            Some(cells) if matches!(cells.state, State::Unreadable | State::Dropped) => words
                .say("packets-row-lost", &[("number", &number), ("time", &self.time), ("why", &info(cells, words))]),
            Some(cells) => words.say(
                "packets-row",
                &[
                    ("number", &number),
                    ("time", &self.time),
                    ("source", &cells.source),
                    ("destination", &cells.destination),
                    ("protocol", &cells.protocol),
                    ("length", &length),
                    ("info", &info(cells, words)),
                ],
            ),
        };
        for (is, key) in
            [(self.hit, "mark-hit"), (self.facts.is_found, "mark-found"), (self.facts.is_lost, "mark-lost")]
        {
            if is {
                label.push_str(words.choose("; ", "；"));
                label.push_str(&words.word(key));
            }
        }
        label
    }
}

/// What the last column says.
fn info(cells: &Cells, words: &Words) -> String {
    match cells.state {
        State::Exact => cells.info.clone(),
        State::Plain => format!("{} …", cells.info),
        State::Unreadable => words.word("packets-unreadable"),
        State::Dropped => words.word("packets-dropped"),
    }
}

/// The colour of a kind of line: all of them are told in words, too.
const fn of_kind(theme: &Theme, kind: LineKind) -> Color32 {
    match kind {
        LineKind::Trouble | LineKind::Reset => theme.rst,
        LineKind::Warning => theme.fin,
        LineKind::Arp => theme.waiting,
        LineKind::Icmp => theme.lost,
        LineKind::Http => theme.data,
        LineKind::Opening => theme.syn,
        LineKind::Datagram => theme.text,
        LineKind::Segment => theme.soft,
        LineKind::Other => theme.faint,
    }
}
