//! Runs in the lab, and the same run again with one thing made different.

use std::path::Path;

use super::super::beside::{Beside, Source};
use super::super::command::Command;
use super::super::document::{Document, Selection};
use super::super::egui::{Context, Ui};
use super::super::lab_dialog::LABS;
use super::super::library::Shelf;
use super::super::simulation::Simulated;
use super::super::what_if::{self, Fault, Offer};
use super::App;
use super::message::Message;
use crate::session::lab_request::{LabRequest, pattern_of};
use crate::source::file;
use crate::timeline::compare::{Comparison, Run, Side};
use crate::trace::{FrameNumber, Network, Origin};
use crate::words::printable;

/// The topology on which a program is run that was on no network of ours.
const SIMPLEST: &str = "cable";

/// What was shown before a run began: it comes back where nothing comes of
/// that.
pub(super) struct Kept {
    /// The run that was shown; `None` where it stands on the left now.
    document: Option<Document>,
    selection: Selection,
    shelf: Shelf,
    lab: Option<LabRequest>,
    simulation: Option<Box<Simulated>>,
    /// Two runs stood beside each other.
    beside: bool,
}

impl Kept {
    /// A simulation, which stands on the left now.
    pub(super) fn simulation(selection: Selection, shelf: Shelf, simulated: Simulated) -> Self {
        let simulation = Some(Box::new(simulated));
        Self { document: None, selection, shelf, lab: None, simulation, beside: false }
    }
}

/// A fault for a run that has to be made in the lab first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    frame: FrameNumber,
    fault: Fault,
}

impl App {
    /// What can be offered of the run that is shown.
    pub(super) fn offer(&self) -> Offer {
        if self.session.is_some() {
            return Offer::Nothing("what-if-running");
        }
        if self.lab.is_some() {
            return Offer::Again;
        }
        if self.simulation.is_some() {
            return Offer::Branch;
        }
        if self.beside.as_ref().is_some_and(|beside| beside.source.simulation().is_some()) {
            return Offer::Nothing("simulating-kernels");
        }
        let notes = &self.document.trace().notes;
        match (self.shelf, notes.origin) {
            (Shelf::Program(_), Origin::Captured(Network::Private)) if notes.program.is_some() => Offer::InLab,
            (Shelf::Own, _) => Offer::Nothing("what-if-own"),
            (_, Origin::Simulated | Origin::Counterfactual) => Offer::Nothing("what-if-simulated"),
            _ => Offer::Nothing("what-if-saved"),
        }
    }

    /// The same as a button, for what is selected.
    pub(super) fn what_if(&self, ui: &mut Ui) -> Option<Command> {
        let (side, selection) = match &self.beside {
            Some(beside) if beside.side == Side::Left => (Side::Left, beside.selection),
            _ => (Side::Right, self.selection),
        };
        let Selection::Segment(frame) = selection else { return None };
        let mut command = None;
        ui.horizontal_wrapped(|ui| {
            ui.menu_button(self.words.word("what-if-button"), |ui| {
                let asked = what_if::items(ui, self.offer(), &self.words);
                command = asked.map(|fault| Command::WhatIf(side, frame, fault));
            });
        });
        if let Some(told) =
            self.beside.as_ref().and_then(|beside| beside.told(&self.document, self.selection, &self.words))
        {
            ui.label(told);
        }
        ui.add_space(4.0);
        command
    }

    /// Runs what the dialog asks for.
    pub(super) fn run_asked(&mut self, ctx: &Context) {
        let Some(dialog) = &self.lab_dialog else { return };
        let request = dialog.request();
        self.run_lab(ctx, request, false);
    }

    /// Runs again what was run in the lab, beside the same other run.
    pub(super) fn lab_again(&mut self, ctx: &Context) {
        if let Some(request) = self.lab.clone() {
            self.run_lab(ctx, request, self.beside.is_some());
        }
    }

    /// Runs something in the lab, with what is shown on its left where it is
    /// to be compared. What is shown stays where that cannot be.
    fn run_lab(&mut self, ctx: &Context, request: LabRequest, compare: bool) {
        let lab = match request.lab(&self.options.executable) {
            Ok(lab) => lab,
            Err(error) => {
                let text = self.words.lab_request_error(&error);
                self.message = Some(Message { text, remedy: None, is_error: true });
                return;
            }
        };
        let scale = self.document.scale();
        let mut kept = Kept {
            document: Some(std::mem::take(&mut self.document)),
            selection: self.selection,
            shelf: self.shelf,
            lab: self.lab.take(),
            simulation: self.simulation.take(),
            beside: self.beside.is_some(),
        };
        let beside = match self.beside.take() {
            Some(beside) if compare => Some(beside),
            None if compare => match (kept.lab.clone(), kept.document.take()) {
                (Some(request), Some(document)) => {
                    Some(Box::new(Beside::new(document, Source::Lab(Box::new(request)))))
                }
                _ => None,
            },
            // Only the right one of two runs comes back.
            _ => {
                kept.beside = false;
                None
            }
        };
        self.clear();
        self.document.set_scale(scale);
        self.shelf = LABS
            .iter()
            .find(|offered| offered.id == request.topology)
            .map_or(Shelf::None, |offered| Shelf::Lab(offered.id));
        self.beside = beside;
        self.lab = Some(request);
        self.kept = Some(Box::new(kept));
        if !self.start(ctx, lab) {
            self.give_back();
        }
    }

    /// Nothing came of a run: shows again what was shown before.
    pub(super) fn give_back(&mut self) {
        let Some(kept) = self.kept.take() else { return };
        let Kept { document, selection, shelf, lab, simulation, beside } = *kept;
        match document {
            Some(document) => {
                self.document = document;
                if !beside {
                    self.beside = None;
                }
            }
            None => {
                if let Some(beside) = self.beside.take() {
                    self.document = beside.left;
                }
            }
        }
        self.waiting = None;
        self.selection = selection;
        self.shelf = shelf;
        self.lab = lab;
        if let Some(simulated) = &simulation {
            self.knobs.follow(&simulated.request);
        }
        self.simulation = simulation;
    }

    /// Does something to the frame of an arrow, in the same run again.
    pub(super) fn again(&mut self, ctx: &Context, side: Side, frame: FrameNumber, fault: Fault) {
        match self.offer() {
            Offer::Nothing(why) => self.refuse(why),
            Offer::Branch => self.branch(ctx, side, frame, fault),
            Offer::Again => {
                let (document, request) = match (&self.beside, side) {
                    (Some(beside), Side::Left) => (&beside.left, beside.source.request()),
                    _ => (&self.document, self.lab.as_ref()),
                };
                let (Some(pattern), Some(request)) = (pattern_of(document.trace(), frame), request) else {
                    self.refuse("what-if-no-pattern");
                    return;
                };
                let mut request = request.clone();
                fault.add(pattern, &mut request.conditions);
                self.run_lab(ctx, request, true);
            }
            Offer::InLab => {
                let Some(request) = LabRequest::of_notes(&self.document.trace().notes, SIMPLEST) else {
                    self.refuse("what-if-saved");
                    return;
                };
                self.run_lab(ctx, request, false);
                if self.session.is_some() {
                    self.waiting = Some(Waiting { frame, fault });
                }
            }
        }
    }

    /// A run has ended: what waited for it is done.
    pub(super) fn go_on(&mut self, ctx: &Context) {
        let kept = self.kept.take();
        if let Some(beside) = &mut self.beside {
            let remarkable = beside.remarkable(&self.document, &self.words);
            if remarkable != Selection::None {
                self.selection = remarkable;
                self.reveal = true;
            }
        }
        let Some(Waiting { frame, fault }) = self.waiting.take() else { return };
        let Some(before) = kept.and_then(|kept| kept.document) else { return };
        let Some(partner) = partner(&before, &self.document, frame) else {
            self.refuse("what-if-no-partner");
            return;
        };
        self.again(ctx, Side::Right, partner, fault);
    }

    pub(super) fn refuse(&mut self, why: &str) {
        self.message = Some(Message { text: self.words.word(why), remedy: None, is_error: true });
    }

    /// Opens a recording beside what is shown, on its right.
    pub(super) fn open_beside(&mut self, path: &Path) {
        self.dialog = None;
        let opened = match file::open(path) {
            Ok(opened) => opened,
            Err(error) => {
                self.message = Some(Message { text: self.words.file_error(&error), remedy: None, is_error: true });
                return;
            }
        };
        let left = self.source();
        let document = std::mem::take(&mut self.document);
        self.replace(Document::new(opened.trace));
        let mut beside = Beside::new(document, left);
        let remarkable = beside.remarkable(&self.document, &self.words);
        if remarkable != Selection::None {
            (self.selection, self.reveal) = (remarkable, true);
        }
        self.beside = Some(Box::new(beside));
        let name = path.file_name().unwrap_or(path.as_os_str());
        self.name = Some(printable(name.to_string_lossy().as_bytes()));
        let told = opened.damage.map(|damage| self.words.damage(&damage));
        self.message = told.map(|text| Message { text, remedy: None, is_error: true });
    }

    /// What the run that is shown is.
    pub(super) fn source(&self) -> Source {
        if let Some(request) = &self.lab {
            return Source::Lab(Box::new(request.clone()));
        }
        if let Some(simulated) = &self.simulation {
            return Source::Simulation(Box::new(simulated.request.clone()), simulated.profile());
        }
        let notes = &self.document.trace().notes;
        let of_simulation = self.beside.as_ref().and_then(|beside| beside.source.simulation());
        if let (Some(request), Some(system), None) = (of_simulation, &notes.system, &self.name) {
            let system = printable(system.as_bytes());
            return Source::Named(format!("{} · {system}", printable(request.name().as_bytes())));
        }
        let name = self.name.clone().or_else(|| notes.program.clone());
        Source::Named(name.unwrap_or_else(|| self.words.origin(notes.origin)))
    }

    /// Leaves the right one of two runs.
    pub(super) fn back_to_one(&mut self) {
        self.beside = None;
        self.reveal = true;
    }
}

/// The frame of one run that is what this frame is of another.
fn partner(from: &Document, to: &Document, frame: FrameNumber) -> Option<FrameNumber> {
    let one = Run { trace: from.trace(), all: from.all() };
    let other = Run { trace: to.trace(), all: to.all() };
    Comparison::new(one, other).pairs.iter().find_map(|pair| {
        let arrow = frames(from, pair.ids.left).iter().position(|known| *known == frame)?;
        frames(to, pair.ids.right).get(pair.partner(Side::Left, arrow)?).copied()
    })
}

/// The frames of one of a document's conversations.
fn frames(document: &Document, id: u32) -> Vec<FrameNumber> {
    let conversations = document.conversations();
    conversations.iter().find(|conversation| conversation.id() == id).map(|found| found.frames()).unwrap_or_default()
}
