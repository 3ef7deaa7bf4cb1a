//! The right-hand panel: explains the selected segment, datagram, frame or
//! call before it lists its fields and bytes.
//!
//! Owns which tab and which form of the headers the reader has chosen, and
//! which field is pointed at. What is said of a selection is put together once
//! ([`page`]) and painted from there until the selection, the language or the
//! trace changes.

/// The sums behind a segment's numbers.
mod arithmetic;
/// Paints a header's grid.
mod bits;
/// The socket call that is selected.
mod call;
/// What is written in a grid's cells.
mod cells;
/// What a frame is that belongs to no conversation.
mod frame;
/// The bits of each header.
mod grid;
/// What both ends know at a segment.
mod ledger;
/// What both state machines did with a segment.
mod machines;
/// What can be done with a field.
pub(super) mod menu;
/// Options explained.
mod options;
/// What is said of a selection.
mod page;
/// The headers as a tree.
mod tree;

use std::ops::Range;

use super::command::Command;
use super::document::{Document, Selection};
use super::egui::text::{LayoutJob, TextFormat};
use super::egui::{CollapsingHeader, Rect, RichText, ScrollArea, Ui, UiBuilder, pos2, vec2};
use super::state_diagram::Picked;
use super::theme::Theme;
use super::{fonts, hexdump};
use crate::decode::{Field, FieldId, Value};
use crate::view::Picture;
use crate::words::Words;
use arithmetic::Line;
use menu::Menu;
use page::{Body, Key, Machine, Page, Tone};

/// What the scroll bar takes, in points.
const BAR: f32 = 8.0;

/// What the inspector shows of a selection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    /// What was selected, explained.
    #[default]
    Selected,
    /// TCP's state diagram.
    Machine,
}

/// How headers are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    /// As the RFCs draw them.
    #[default]
    Grid,
    /// As Wireshark lists them.
    Tree,
    /// One below the other.
    Both,
}

/// A field, or some bytes, that the reader points at or has chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    /// Which field; `None` where bytes were pointed at that several share.
    field: Option<FieldId>,
    /// Its bytes in the frame.
    span: Range<usize>,
}

impl Mark {
    fn touches(&self, span: &Range<usize>) -> bool {
        self.span.start < span.end && span.start < self.span.end
    }

    /// Whether a grid's cell is, or is a piece of, what is marked.
    fn covers(&self, field: Option<FieldId>, span: &Range<usize>) -> bool {
        self.touches(span)
            && match (self.field, field) {
                (None, _) => true,
                (Some(marked), Some(field)) => field.is_in(marked),
                (Some(_), None) => false,
            }
    }
}

/// What the reader did with the headers in this pass.
#[derive(Debug, Default)]
struct Touched {
    hovered: Option<Mark>,
    clicked: Option<Mark>,
}

/// A segment's numbers, counted from both initial ones.
#[derive(Clone, Copy, Debug)]
struct Relative {
    seq: u32,
    ack: Option<u32>,
}

/// What everything said of a selection is made from.
struct Scene<'a> {
    /// The conversation that is shown, if there is one.
    picture: Option<&'a Picture<'a>>,
    words: &'a Words,
    /// Sequence numbers as they stand in the header.
    absolute: bool,
}

/// The panel's state, kept between frames.
#[derive(Debug, Default)]
pub(super) struct Inspector {
    tab: Tab,
    form: Form,
    /// Each sum is said in words, too.
    in_words: bool,
    /// Under the pointer or the keyboard's focus.
    hovered: Option<Mark>,
    /// Clicked; shown while nothing is hovered.
    chosen: Option<Mark>,
    /// What of the state diagram was clicked.
    picked: Option<Picked>,
    /// What these belong to.
    of: Selection,
    page: Option<(Key, Page)>,
}

impl Inspector {
    /// Shows what is selected; returns what the reader asked for.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        document: &Document,
        selection: Selection,
        absolute: bool,
        words: &Words,
    ) -> Vec<Command> {
        if self.of != selection {
            self.of = selection;
            self.hovered = None;
            self.chosen = None;
        }
        let mut commands = Vec::new();
        if selection == Selection::None {
            ui.label(RichText::new(words.word("ui-nothing-selected")).color(Theme::of(ui).faint));
            return commands;
        }
        let key = Key::of(document, selection, absolute, words);
        let page = match self.page.take() {
            Some((old, page)) if old == key => page,
            _ => Page::new(document, selection, absolute, words),
        };
        self.tabs(ui, &page, words);
        let scroll =
            ScrollArea::vertical().id_salt(("inspector", self.tab == Tab::Machine)).auto_shrink([false, false]);
        scroll.show(ui, |ui| {
            // The bar floats: nothing is to stand below it.
            ui.set_max_width(ui.available_width() - BAR);
            match self.tab {
                Tab::Selected => match selection {
                    Selection::Call(index) => commands.extend(call::show(ui, document, index, words)),
                    Selection::Segment(_) | Selection::Frame(_) | Selection::None => {
                        self.selected(ui, &page, words, &mut commands);
                    }
                },
                Tab::Machine => match &page.machine {
                    Machine::Tcp(diagram) => {
                        commands.extend(diagram.show(ui, &mut self.picked, words).map(Command::Select));
                    }
                    Machine::None(why) => {
                        ui.label(why);
                    }
                },
            }
        });
        self.page = Some((key, page));
        commands
    }

    fn tabs(&mut self, ui: &mut Ui, page: &Page, words: &Words) {
        ui.horizontal(|ui| {
            for (tab, name) in [(Tab::Selected, page.kind.clone()), (Tab::Machine, words.word("inspector-machine"))] {
                if ui.selectable_label(self.tab == tab, name).clicked() {
                    self.tab = tab;
                }
            }
        });
        ui.add_space(4.0);
    }

    fn selected(&mut self, ui: &mut Ui, page: &Page, words: &Words, commands: &mut Vec<Command>) {
        explanation(ui, page, words, commands);
        if !page.sums.is_empty() {
            self.sums(ui, page, words, commands);
        }
        if let Some(body) = &page.body {
            self.headers(ui, body, words, commands);
        }
        if !page.deeds.is_empty() {
            folding(ui, "inspector-deeds", words, |ui| {
                for deed in &page.deeds {
                    ui.label(RichText::new(&deed.title).font(fonts::strong(fonts::LABEL)));
                    for (step, rule) in &deed.steps {
                        let rule = if rule.is_empty() { String::new() } else { format!("  §{rule}") };
                        spoken(ui, "· ", step, &rule);
                    }
                    ui.add_space(4.0);
                }
                ui.label(small(ui, words.word("inspector-deeds-inferred")));
            });
        }
        if !page.options.is_empty() {
            folding(ui, "inspector-options", words, |ui| {
                for option in &page.options {
                    ui.label(RichText::new(&option.title).font(fonts::strong(fonts::LABEL)));
                    for sentence in &option.sentences {
                        ui.label(small(ui, sentence.clone()));
                    }
                    ui.add_space(4.0);
                }
            });
        }
    }

    /// The sums, their names and numbers below each other; what each means on
    /// request.
    fn sums(&mut self, ui: &mut Ui, page: &Page, words: &Words, commands: &mut Vec<Command>) {
        ui.add_space(10.0);
        ui.horizontal(|ui| {
            ui.label(
                RichText::new(words.word("inspector-sums")).text_style(fonts::section()).color(Theme::of(ui).faint),
            );
            let text = RichText::new(words.word("sums-in-words")).font(fonts::words(fonts::LABEL));
            if ui.selectable_label(self.in_words, text).clicked() {
                self.in_words = !self.in_words;
            }
        });
        let theme = Theme::of(ui);
        let name_of =
            |name: &str| ui.painter().layout_no_wrap(name.to_owned(), fonts::words(fonts::LABEL), theme.soft).size().x;
        let widest = page.sums.iter().map(|line| name_of(&line.name)).fold(0.0, f32::max);
        let column = widest + 12.0;
        let left = ui.cursor().left() + column;
        ui.scope(|ui| {
            ui.spacing_mut().interact_size.y = 0.0;
            ui.spacing_mut().item_spacing.y = 2.0;
            for line in &page.sums {
                sum(ui, line, left, words, commands);
                if self.in_words {
                    // In its column, and never wider than the panel.
                    let room = vec2((ui.available_width() - column).max(0.0), f32::INFINITY);
                    let room = Rect::from_min_size(pos2(left, ui.cursor().top()), room);
                    ui.scope_builder(UiBuilder::new().max_rect(room), |ui| ui.label(small(ui, line.note.clone())));
                    ui.add_space(4.0);
                }
            }
        });
    }

    /// The headers in the form that was chosen, what can be done with the
    /// chosen field, and the bytes.
    fn headers(&mut self, ui: &mut Ui, body: &Body, words: &Words, commands: &mut Vec<Command>) {
        ui.add_space(10.0);
        ui.horizontal(|ui| {
            ui.label(RichText::new(words.word("ui-fields")).text_style(fonts::section()).color(Theme::of(ui).faint));
            for (form, key) in [(Form::Grid, "form-grid"), (Form::Tree, "form-tree"), (Form::Both, "form-both")] {
                let text = RichText::new(words.word(key)).font(fonts::words(fonts::LABEL));
                if ui.selectable_label(self.form == form, text).clicked() {
                    self.form = form;
                }
            }
        });
        let marked = self.hovered.clone().or_else(|| self.chosen.clone());
        let mut touched = Touched::default();
        let mut menu = Menu { words, headers: &body.headers, bytes: &body.bytes, commands };
        if self.form != Form::Tree {
            for (index, sheet) in body.sheets.iter().enumerate() {
                let shown = CollapsingHeader::new(RichText::new(&sheet.title).font(fonts::strong(fonts::LABEL)))
                    .id_salt(("grid", sheet.header.name(), sheet.span.start))
                    .default_open(body.open == Some(index))
                    .show_unindented(ui, |ui| bits::show(ui, sheet, marked.as_ref(), &mut menu));
                if shown.header_response.hovered() {
                    touched.hovered = Some(Mark { field: Some(sheet.header), span: sheet.span.clone() });
                }
                if let Some(grid) = shown.body_returned {
                    touched.hovered = grid.hovered.or(touched.hovered);
                    touched.clicked = grid.clicked.or(touched.clicked);
                }
            }
        }
        if self.form != Form::Grid {
            tree::show(ui, &body.nodes, marked.as_ref(), words, &mut menu, &mut touched);
        }
        if let Some(chosen) = &self.chosen {
            menu.line(ui, chosen.field, &chosen.span);
        }
        section(ui, &words.word("ui-bytes"));
        let span = marked.as_ref().map(|mark| &mark.span);
        let pointed = hexdump::show(ui, &body.bytes, span, words);
        if let Some(byte) = pointed.at {
            let mark = at_byte(&body.headers, byte);
            if pointed.chosen {
                touched.clicked.clone_from(&mark);
            }
            touched.hovered = mark.or(touched.hovered);
        }
        if let Some(clicked) = touched.clicked {
            // A second click lets go.
            self.chosen = (self.chosen.as_ref() != Some(&clicked)).then_some(clicked);
        }
        if self.hovered != touched.hovered {
            self.hovered = touched.hovered;
            // What was painted before it was found must show it, too.
            ui.ctx().request_repaint();
        }
    }
}

/// What a byte belongs to: the smallest field; where several share the byte,
/// all of them.
fn at_byte(headers: &[Field], byte: usize) -> Option<Mark> {
    let field = deepest(headers, byte)?;
    let shares = field.span.len() <= 2 && !field.children.is_empty();
    let several = shares || shared(headers, &field.span) > 1;
    let span = if several { byte..byte + 1 } else { field.span.clone() };
    Some(Mark { field: (!several).then_some(field.id), span })
}

/// The smallest field that covers this byte; single bits do not count.
fn deepest(fields: &[Field], byte: usize) -> Option<&Field> {
    let covering =
        fields.iter().filter(|field| field.span.contains(&byte) && !matches!(field.value, Value::Boolean(_)));
    let inner = covering.map(|field| deepest(&field.children, byte).unwrap_or(field));
    inner.min_by_key(|field| field.span.len())
}

/// How many fields lie on exactly these bytes.
fn shared(fields: &[Field], span: &Range<usize>) -> usize {
    fields.iter().map(|field| usize::from(field.span == *span) + shared(&field.children, span)).sum()
}

/// What is said of the selection before its fields.
fn explanation(ui: &mut Ui, page: &Page, words: &Words, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    ui.horizontal_wrapped(|ui| {
        let colour = page.colour.map_or(theme.text, |kind| theme.arrow(kind));
        ui.label(RichText::new(&page.title).font(fonts::strong(fonts::HEADING)).color(colour));
        ui.label(RichText::new(&page.way).color(theme.soft));
    });
    for (tone, text) in &page.sentences {
        let text = RichText::new(text);
        ui.label(match tone {
            Tone::Plain => text,
            Tone::Soft => text.font(fonts::words(fonts::LABEL)).color(theme.soft),
            Tone::Warning => text.color(theme.fin),
            Tone::Bad => text.color(theme.rst),
            Tone::Mono => text.font(fonts::numbers(fonts::NOTE)).color(theme.soft),
        });
    }
    for (text, command) in &page.links {
        if ui.link(RichText::new(text).font(fonts::words(fonts::LABEL))).clicked() {
            commands.push(command.clone());
        }
    }
    if !page.seen.is_empty() {
        section(ui, &words.word("ui-seen-at"));
        for line in &page.seen {
            ui.label(small(ui, line.clone()));
        }
    }
    if !page.why.is_empty() {
        section(ui, &words.word("ui-why"));
        for why in &page.why {
            reason(ui, why);
        }
    }
}

/// One sum; what it means when it is pointed at.
fn sum(ui: &mut Ui, line: &Line, left: f32, words: &Words, commands: &mut Vec<Command>) {
    let soft = Theme::of(ui).soft;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        ui.label(RichText::new(&line.name).font(fonts::words(fonts::LABEL)).color(soft)).on_hover_text(&line.note);
        ui.add_space((left - ui.cursor().left()).max(0.0));
        ui.label(RichText::new(&line.sum).font(fonts::numbers(fonts::LABEL))).on_hover_text(&line.note);
        if let Some(frame) = line.frame {
            let text = words.say("ui-frame", &[("number", &frame.0)]);
            if ui.link(RichText::new(text).font(fonts::words(fonts::LABEL))).on_hover_text(&line.note).clicked() {
                commands.push(Command::Select(Selection::Segment(frame)));
            }
        }
    });
}

/// A reason: what it is about in digits, what it means in words.
fn reason(ui: &mut Ui, text: &str) {
    let split = text
        .find([':', '：'])
        .map_or(0, |at| text.char_indices().find(|(index, _)| *index > at).map_or(text.len(), |(index, _)| index));
    let (head, tail) = text.split_at_checked(split).unwrap_or(("", text));
    let theme = Theme::of(ui);
    let mut job = LayoutJob::default();
    let format = |font_id, color| TextFormat { font_id, color, ..TextFormat::default() };
    job.append(head, 0.0, format(fonts::numbers(fonts::LABEL), theme.text));
    job.append(tail, 0.0, format(fonts::words(fonts::LABEL), theme.soft));
    ui.label(job);
}

/// A step with its sign before and its rule behind.
fn spoken(ui: &mut Ui, sign: &str, text: &str, rule: &str) {
    let theme = Theme::of(ui);
    let mut job = LayoutJob::default();
    let format = |color| TextFormat { font_id: fonts::words(fonts::LABEL), color, ..TextFormat::default() };
    job.append(sign, 0.0, format(theme.faint));
    job.append(text, 0.0, format(theme.text));
    job.append(rule, 0.0, format(theme.faint));
    ui.label(job);
}

fn small(ui: &Ui, text: String) -> RichText {
    RichText::new(text).font(fonts::words(fonts::LABEL)).color(Theme::of(ui).soft)
}

/// A small heading above a part of the panel.
fn section(ui: &mut Ui, title: &str) {
    ui.add_space(10.0);
    ui.label(RichText::new(title).text_style(fonts::section()).color(Theme::of(ui).faint));
}

/// A part of the panel that can be folded away.
fn folding(ui: &mut Ui, key: &str, words: &Words, content: impl FnOnce(&mut Ui)) {
    ui.add_space(10.0);
    let title = RichText::new(words.word(key)).text_style(fonts::section()).color(Theme::of(ui).faint);
    CollapsingHeader::new(title).id_salt(key).default_open(true).show_unindented(ui, content);
}

#[cfg(test)]
mod tests;
