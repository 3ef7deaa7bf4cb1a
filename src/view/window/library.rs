//! The left-hand panel: what can be run and what can be opened.

use std::path::PathBuf;
use std::sync::LazyLock;

use super::command::Command;
use super::egui::{Button, CollapsingHeader, RichText, ScrollArea, Ui};
use super::fonts;
use super::lab_dialog::LABS;
use super::theme::Theme;
use crate::session::simulating::{Piece, SHIPPED as SHIPPED_SCENARIOS, SUBJECTS, Scenario, SimulationRequest, Subject};
use crate::source::programs::PROGRAMS;
use crate::source::shipped::{About, SHIPPED, Shipped};
use crate::words::{Words, printable};

/// What is said of the recordings, read once.
static ABOUT: LazyLock<Vec<About>> = LazyLock::new(|| SHIPPED.iter().map(Shipped::about).collect());

/// Scenarios, and how they are played.
type Scenarios = Vec<(SimulationRequest, Scenario)>;

/// The scenarios by what they are about, read once.
static SIMULATIONS: LazyLock<Vec<(Subject, Scenarios)>> = LazyLock::new(|| {
    let read = |id: &&str| {
        let request = SimulationRequest::shipped(id)?;
        // Those that come with us are never refused.
        let scenario = request.prepare().ok()??.scenario;
        Some((request, scenario))
    };
    SUBJECTS.iter().map(|(subject, ids)| (*subject, ids.iter().filter_map(read).collect())).collect()
});

/// What of the library is shown now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shelf {
    /// Nothing of it.
    #[default]
    None,
    /// This program's run.
    Program(&'static str),
    /// Programs of the reader's own.
    Own,
    /// A run on this topology of the lab.
    Lab(&'static str),
    /// This scenario, simulated.
    Simulation(&'static str),
    /// A greeting, simulated on this topology.
    Greeting(&'static str),
    /// This recording.
    Shipped(usize),
}

/// Shows the library; returns what was picked.
pub(super) fn show(ui: &mut Ui, shown: Shelf, recent: &[PathBuf], words: &Words) -> Option<Command> {
    let mut command = None;
    ScrollArea::vertical().id_salt("library").auto_shrink([false, false]).show(ui, |ui| {
        heading(ui, &words.word("ui-programs"));
        for program in PROGRAMS {
            let response = ui.selectable_label(shown == Shelf::Program(program.id), program.id);
            if response.on_hover_text(words.word(&format!("program-{}-look", program.id))).clicked() {
                command = Some(Command::Run(program.id));
            }
        }
        let own = ui.selectable_label(shown == Shelf::Own, words.word("ui-own"));
        if own.on_hover_text(words.word("ui-own-about")).clicked() {
            command = Some(Command::AskOwn);
        }
        let live = ui.selectable_label(false, words.word("ui-interfaces"));
        if live.on_hover_text(words.word("ui-interfaces-hint")).clicked() {
            command = Some(Command::AskInterface);
        }
        ui.add_space(12.0);
        heading(ui, &words.word("lab-shelf"));
        for offered in LABS.iter() {
            let topology = &offered.topology;
            let title = words.choose(&topology.title.en, &topology.title.zh);
            let label = Button::selectable(shown == Shelf::Lab(offered.id), title).truncate();
            let about = words.choose(&topology.about.en, &topology.about.zh);
            if ui.add(label).on_hover_text(format!("{title}\n{about}")).clicked() {
                command = Some(Command::AskLab(offered.id));
            }
        }
        ui.add_space(12.0);
        heading(ui, &words.word("simulating-shelf"));
        command = command.take().or_else(|| simulations(ui, shown, words));
        ui.add_space(12.0);
        heading(ui, &words.word("ui-captures"));
        command = command.take().or_else(|| captures(ui, shown, words, usize::MAX));
        if !recent.is_empty() {
            ui.add_space(12.0);
            heading(ui, &words.word("app-recent"));
        }
        for path in recent {
            let name = path.file_name().unwrap_or(path.as_os_str());
            let text = |name: &std::ffi::OsStr| printable(name.to_string_lossy().as_bytes());
            let label = Button::selectable(false, text(name)).truncate();
            if ui.add(label).on_hover_text(text(path.as_os_str())).clicked() {
                command = Some(Command::Open(path.clone()));
            }
        }
    });
    command
}

/// The scenarios that come with the program by what they are about, and what
/// can be played on a topology.
fn simulations(ui: &mut Ui, shown: Shelf, words: &Words) -> Option<Command> {
    let mut command = None;
    let mut row = |ui: &mut Ui, shelf: Shelf, title: &str, about: &str, request: &dyn Fn() -> SimulationRequest| {
        let label = Button::selectable(shown == shelf, title).truncate();
        if ui.add(label).on_hover_text(format!("{title}\n{about}")).clicked() {
            command = Some(Command::Simulate(Box::new(request())));
        }
    };
    for (subject, scenarios) in SIMULATIONS.iter() {
        CollapsingHeader::new(words.subject(*subject)).id_salt(format!("{subject:?}")).show(ui, |ui| {
            for (request, scenario) in scenarios {
                let Some(id) = shipped_id(request.name()) else { continue };
                let title = words.choose(&scenario.title.en, &scenario.title.zh);
                let about = words.choose(&scenario.about.en, &scenario.about.zh);
                row(ui, Shelf::Simulation(id), title, about, &|| request.clone());
            }
        });
    }
    CollapsingHeader::new(words.word("simulating-topologies")).id_salt("topologies").show(ui, |ui| {
        for offered in LABS.iter() {
            let topology = &offered.topology;
            let title = words.choose(&topology.title.en, &topology.title.zh);
            let about = words.choose(&topology.about.en, &topology.about.zh);
            let request = || SimulationRequest::new(Piece::Topology(offered.id.to_owned()));
            row(ui, Shelf::Greeting(offered.id), title, about, &request);
        }
    });
    command
}

/// Where a simulation stands in the library.
pub(super) fn shelf_of(request: &SimulationRequest) -> Shelf {
    match &request.piece {
        Piece::Scenario { id, .. } => shipped_id(id).map_or(Shelf::None, Shelf::Simulation),
        Piece::Topology(name) => {
            let offered = LABS.iter().find(|offered| offered.id == name);
            offered.map_or(Shelf::None, |offered| Shelf::Greeting(offered.id))
        }
    }
}

fn shipped_id(id: &str) -> Option<&'static str> {
    SHIPPED_SCENARIOS.iter().find(|shipped| shipped.id == id).map(|shipped| shipped.id)
}

/// The recordings that come with the program, the first `most` of them, as a
/// list to pick from.
pub(super) fn captures(ui: &mut Ui, shown: Shelf, words: &Words, most: usize) -> Option<Command> {
    let mut command = None;
    for (index, about) in ABOUT.iter().enumerate().take(most) {
        let (title, text) = match words.language() {
            crate::words::Language::English => (&about.title.en, &about.about.en),
            crate::words::Language::Chinese => (&about.title.zh, &about.about.zh),
        };
        if ui.selectable_label(shown == Shelf::Shipped(index), title).on_hover_text(text).clicked() {
            command = Some(Command::OpenShipped(index));
        }
    }
    command
}

fn heading(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).text_style(fonts::section()).color(Theme::of(ui).faint));
    ui.add_space(2.0);
}
