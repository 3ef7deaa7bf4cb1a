//! Two runs beside each other.
//!
//! ```text
//!  without the fault            with lose data>#1@client-server   [Back to one run]
//!  lost: data from the client … ; sent again after 208 ms
//!  ┃── PSH ACK ────▶┃           ┃── PSH ACK ── ✕   ┃  ≠ lost on the right
//!  ┃                ┃           ┃── PSH ACK ────▶  ┃  only on the right
//! ```
//!
//! Owns which run stands where, what is selected on the left, and that both
//! scroll together. What is different is told by [`crate::timeline::compare`];
//! each ladder is painted as everywhere.

use std::collections::BTreeMap;

use super::command::Command;
use super::document::{Document, Selection};
use super::egui::{Button, Label, Rect, RichText, ScrollArea, Ui, UiBuilder, pos2};
use super::fonts;
use super::ladder::{self, Abreast, Look, Mark, Viewport};
use super::theme::Theme;
use super::what_if::Offer;
use crate::session::lab_request::LabRequest;
use crate::session::simulating::{Profile, SimulationRequest};
use crate::timeline::compare::{Comparison, Pair, Run, Side, Sides};
use crate::timeline::layout::{Layout, Scale};
use crate::trace::{FrameNumber, Origin};
use crate::words::{Language, Words};

/// Between the two pictures, in points.
const BETWEEN: f32 = 10.0;
/// What is told above them takes no more of the height than this, in points.
const TOLD: f32 = 124.0;

/// What a comparison was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    /// Events of both runs.
    events: (usize, usize),
    shown: (usize, usize),
    scale: Scale,
    language: Language,
}

/// What follows from both runs.
#[derive(Debug)]
struct Compared {
    comparison: Comparison,
    /// Which of its pairs is shown.
    pair: usize,
    layouts: Sides<Layout>,
    abreast: Sides<Abreast>,
    told: Vec<String>,
}

/// What a run is: how it can be made again, or its name.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// One of the lab.
    Lab(Box<LabRequest>),
    /// One of the simulator, with the habits it had.
    Simulation(Box<SimulationRequest>, Profile),
    /// A recording, or what else cannot be made again.
    Named(String),
}

impl Source {
    fn title(&self, words: &Words) -> String {
        match self {
            Self::Lab(request) => words.lab_request_title(request),
            Self::Simulation(request, profile) => words.simulation_title(request, *profile),
            Self::Named(name) => name.clone(),
        }
    }

    /// How it was asked for.
    pub(super) const fn request(&self) -> Option<&LabRequest> {
        match self {
            Self::Lab(request) => Some(request),
            Self::Simulation(..) | Self::Named(_) => None,
        }
    }

    /// How it was asked for, where it was simulated.
    pub(super) const fn simulation(&self) -> Option<&SimulationRequest> {
        match self {
            Self::Simulation(request, _) => Some(request),
            Self::Lab(_) | Self::Named(_) => None,
        }
    }
}

/// The run that stands beside the one that is shown, on its left.
#[derive(Debug)]
pub(super) struct Beside {
    pub(super) left: Document,
    /// What it is.
    pub(super) source: Source,
    /// What of it is selected.
    pub(super) selection: Selection,
    /// Which run's selection is told in the inspector.
    pub(super) side: Side,
    /// What of the right run was selected in the last frame.
    last: Selection,
    viewports: Sides<Viewport>,
    compared: Option<(Key, Option<Compared>)>,
}

/// What both pictures have in common.
pub(super) struct View<'a> {
    pub(super) words: &'a Words,
    /// What the right run is.
    pub(super) source: &'a Source,
    pub(super) right: &'a Document,
    pub(super) selection: Selection,
    pub(super) absolute: bool,
    /// Bring what is selected into view.
    pub(super) reveal: bool,
    /// More is coming.
    pub(super) live: bool,
    pub(super) offer: Offer,
    /// Whether the knobs of the right run are shown, where it has some.
    pub(super) knobs: Option<bool>,
}

impl Beside {
    /// This run on the left.
    pub(super) fn new(left: Document, source: Source) -> Self {
        Self {
            left,
            source,
            selection: Selection::None,
            side: Side::Right,
            last: Selection::None,
            viewports: Sides::default(),
            compared: None,
        }
    }

    /// Zooms both.
    pub(super) fn zoom(&mut self, by: f64) {
        self.viewports.left.zoom(by);
        self.viewports.right.zoom(by);
    }

    /// Both as they were.
    pub(super) fn reset_zoom(&mut self) {
        self.viewports.left.reset();
        self.viewports.right.reset();
    }

    /// What is different about the selected row, in words.
    pub(super) fn told(&self, right: &Document, selection: Selection, words: &Words) -> Option<String> {
        let (_, Some(compared)) = self.compared.as_ref()? else { return None };
        let pair = compared.comparison.pairs.get(compared.pair)?;
        let (document, selection) = match self.side {
            Side::Left => (&self.left, self.selection),
            Side::Right => (right, selection),
        };
        let row = pair.rows.get(pair.row_of(self.side, arrow_of(document, selection.frame()?)?)?)?;
        let told = words.row_compared(row);
        Some(if told.is_empty() { words.word("beside-row-same") } else { told.join(" · ") })
    }

    /// Selects on the left, and its partner on the right.
    pub(super) fn select(&mut self, selection: Selection, right: &Document) -> Selection {
        self.side = Side::Left;
        self.selection = selection;
        self.last = self.partner(Side::Left, &self.left, right, selection);
        self.last
    }

    /// The first arrow of the right run to look at: what was done to it, or
    /// else what is different.
    pub(super) fn remarkable(&mut self, right: &Document, words: &Words) -> Selection {
        self.refresh(right, words);
        let found = || {
            let (_, Some(compared)) = self.compared.as_ref()? else { return None };
            let pair = compared.comparison.pairs.get(compared.pair)?;
            let done = pair.deeds.iter().find(|deed| deed.side == Side::Right).map(|deed| deed.arrow);
            let differs = || pair.rows.iter().filter(|row| row.differs()).find_map(|row| row.arrows.right);
            let (picture, _) = right.picture()?;
            picture.timeline.arrows.get(done.or_else(differs)?).map(|arrow| arrow.frame)
        };
        found().map_or(Selection::None, Selection::Segment)
    }

    /// What of the other run is the same as this.
    fn partner(&self, side: Side, from: &Document, to: &Document, selection: Selection) -> Selection {
        let found = || {
            let (_, Some(compared)) = self.compared.as_ref()? else { return None };
            let pair = compared.comparison.pairs.get(compared.pair)?;
            let partner = pair.partner(side, arrow_of(from, selection.frame()?)?)?;
            let (picture, _) = to.picture()?;
            picture.timeline.arrows.get(partner).map(|arrow| arrow.frame)
        };
        found().map_or(Selection::None, Selection::Segment)
    }

    /// Compares what has come since the last time.
    fn refresh(&mut self, right: &Document, words: &Words) {
        let key = Key {
            events: (self.left.trace().events().len(), right.trace().events().len()),
            shown: (self.left.shown(), right.shown()),
            scale: right.scale(),
            language: words.language(),
        };
        if self.compared.as_ref().is_some_and(|(old, _)| *old == key) {
            return;
        }
        let compared = self.compare(right, words);
        // Another conversation may be shown on the left now.
        let key = Key { shown: (self.left.shown(), right.shown()), ..key };
        self.compared = Some((key, compared));
    }

    fn compare(&mut self, right: &Document, words: &Words) -> Option<Compared> {
        let runs = |left: &Document| -> Option<(Comparison, usize)> {
            let one = Run { trace: left.trace(), all: left.all() };
            let other = Run { trace: right.trace(), all: right.all() };
            let comparison = Comparison::new(one, other);
            let id = right.picture()?.0.conversation.id();
            let pair = comparison.pairs.iter().position(|pair| pair.ids.right == id)?;
            Some((comparison, pair))
        };
        let (comparison, number) = runs(&self.left)?;
        let pair = comparison.pairs.get(number)?;
        let place = self.left.conversations().iter().position(|conversation| conversation.id() == pair.ids.left)?;
        if place != self.left.shown() {
            self.left.show(place);
        }
        let ((left, _), (other, _)) = (self.left.picture()?, right.picture()?);
        let timelines = Sides { left: left.timeline, right: other.timeline };
        let layouts = Layout::aligned(timelines, &pair.rows, right.scale());
        let all = Sides { left: self.left.all(), right: right.all() };
        let mut told = words.compared(pair, all);
        told.extend(words.compared_alone(&comparison));
        let abreast = Sides { left: marks(pair, Side::Left, words), right: marks(pair, Side::Right, words) };
        Some(Compared { comparison, pair: number, layouts, abreast, told })
    }

    /// Shows both.
    pub(super) fn show(&mut self, ui: &mut Ui, view: &View<'_>) -> Vec<Command> {
        let mut commands = Vec::new();
        self.refresh(view.right, view.words);
        if view.selection != self.last {
            self.last = view.selection;
            self.side = Side::Right;
            self.selection = self.partner(Side::Right, view.right, &self.left, view.selection);
        }
        commands.extend(self.head(ui, view));
        let page = ui.available_rect_before_wrap();
        let half = (page.width() - BETWEEN) / 2.0;
        let middle = page.left() + half;
        let rects = Sides {
            left: Rect::from_min_max(page.min, pos2(middle, page.bottom())),
            right: Rect::from_min_max(pos2(middle + BETWEEN, page.top()), page.max),
        };
        let line = middle + BETWEEN / 2.0;
        ui.painter().vline(line, page.y_range(), (1.0, Theme::of(ui).line));
        commands.extend(self.ladder(ui, Side::Left, rects.left, view));
        commands.extend(self.ladder(ui, Side::Right, rects.right, view));
        commands
    }

    fn ladder(&mut self, ui: &mut Ui, side: Side, rect: Rect, view: &View<'_>) -> Vec<Command> {
        let mut commands = Vec::new();
        let Self { left, viewports, compared, selection, .. } = self;
        let (document, selection) = match side {
            Side::Left => (&*left, *selection),
            Side::Right => (view.right, view.selection),
        };
        let title = if side == Side::Left { &self.source } else { view.source }.title(view.words);
        let removed = |document: &Document| document.trace().notes.origin == Origin::Counterfactual;
        let counterfactual = [removed(left), removed(view.right)];
        let builder = UiBuilder::new().max_rect(rect).id_salt(("beside", side.name()));
        ui.scope_builder(builder, |ui| {
            let colour = if side == Side::Left { Theme::of(ui).soft } else { Theme::of(ui).lost };
            if counterfactual.contains(&true) {
                // Where it is only one, the other has the room: both begin alike.
                let words = if counterfactual.get(usize::from(side == Side::Right)) == Some(&true) {
                    view.words.origin(Origin::Counterfactual)
                } else {
                    String::new()
                };
                let red = RichText::new(words).font(fonts::strong(fonts::LABEL)).color(Theme::of(ui).rst);
                ui.add(Label::new(red).truncate());
            }
            let title = Label::new(RichText::new(&title).font(fonts::strong(fonts::LABEL)).color(colour)).truncate();
            ui.add(title);
            let Some((picture, own)) = document.picture() else {
                ui.label(RichText::new(view.words.word("ui-starting")).color(Theme::of(ui).faint));
                return;
            };
            let compared = compared.as_ref().and_then(|(_, compared)| compared.as_ref());
            let none = Abreast::default();
            let (layout, abreast) = match compared {
                Some(compared) => (compared.layouts.of(side), compared.abreast.of(side)),
                None => (own, &none),
            };
            let look = Look {
                words: view.words,
                absolute: view.absolute,
                selection,
                selected: None,
                reveal: view.reveal,
                now: None,
                live: view.live && side == Side::Right,
                abreast: Some(abreast),
                offer: view.offer,
            };
            let viewport = viewports.of_mut(side);
            let before = viewport.offset();
            let done = ladder::show(ui, viewport, &picture, layout, &look);
            let moved = (viewport.offset() - before).abs() > 0.5;
            commands.extend(done.selected.map(|selected| match side {
                Side::Left => Command::SelectLeft(selected),
                Side::Right => Command::Select(selected),
            }));
            commands.extend(done.fault.map(|(frame, fault)| Command::WhatIf(side, frame, fault)));
            if moved && compared.is_some() {
                let offset = viewports.of(side).offset();
                viewports.of_mut(side.other()).go_to_offset(offset);
                ui.ctx().request_repaint();
            }
        });
        commands
    }

    /// What is different, in sentences, and the way back.
    fn head(&self, ui: &mut Ui, view: &View<'_>) -> Option<Command> {
        let mut command = None;
        let theme = Theme::of(ui);
        ui.horizontal(|ui| {
            ui.label(RichText::new(view.words.word("beside-title")).font(fonts::strong(fonts::TITLE)));
            ui.add_space(8.0);
            if ui.add(Button::new(view.words.word("beside-back"))).clicked() {
                command = Some(Command::BackToOne);
            }
            if let Some(shown) = view.knobs {
                let knobs = Button::selectable(shown, view.words.word("simulating-knobs"));
                if ui.add(knobs).on_hover_text(view.words.word("simulating-knobs-hint")).clicked() {
                    command = Some(Command::ShowKnobs(!shown));
                }
            }
        });
        let told = self.compared.as_ref().and_then(|(_, compared)| compared.as_ref()).map(|compared| &compared.told);
        ScrollArea::vertical().id_salt("told").max_height(TOLD).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (index, sentence) in told.into_iter().flatten().enumerate() {
                let colour = if index == 0 { theme.text } else { theme.soft };
                let text = RichText::new(sentence).font(fonts::words(fonts::LABEL)).color(colour);
                ui.add(Label::new(text).wrap());
            }
        });
        ui.add_space(4.0);
        command
    }
}

/// Which arrow of the conversation that is shown a frame is.
fn arrow_of(document: &Document, frame: FrameNumber) -> Option<usize> {
    let (picture, _) = document.picture()?;
    picture.timeline.arrows.iter().position(|arrow| arrow.frame == frame)
}

/// What is to be marked in one of the pictures.
fn marks(pair: &Pair, side: Side, words: &Words) -> Abreast {
    let mut marks = BTreeMap::new();
    for row in pair.rows.iter().filter(|row| row.differs()) {
        if let Some(arrow) = row.arrows.of(side) {
            let text = words.row_compared(row).join(" · ");
            marks.insert(*arrow, Mark { alone: row.only().is_some(), text });
        }
    }
    Abreast { strip: side == Side::Right, marks }
}
