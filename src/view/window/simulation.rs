//! What stands above the picture of a simulation.
//!
//! ```text
//!  A segment of data is lost   simulated      [Knobs] [Side by side] [About]
//!  Only one segment was under way, so no duplicate ACK can tell of the loss …
//!  Linux: 200 ms is its floor of the timer …
//!  RFC 6298 §2 · RFC 6298 §5 · all 5 claims of the scenario were kept
//! ```
//!
//! Owns these lines. What is played is the affair of
//! [`crate::session::simulating`].

use super::command::{Command, Whose};
use super::egui::{Button, Label, RichText, ScrollArea, Ui, WidgetInfo, accesskit::Role};
use super::fonts;
use super::lab_dialog::LABS;
use super::theme::Theme;
use crate::session::simulating::{Piece, Profile, Simulation, SimulationRequest};
use crate::trace::Origin;
use crate::words::Words;

/// What is told takes no more of the window's height than this part.
const TOLD: f32 = 0.2;

/// A simulation that is shown: how it was asked for, and what came of it but
/// for its trace, which is the document's.
#[derive(Clone, Debug)]
pub(super) struct Simulated {
    pub(super) request: SimulationRequest,
    pub(super) played: Simulation,
}

/// What of it is on the screen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    pub(super) origin: Origin,
    /// The knobs are.
    pub(super) knobs: bool,
    /// What is said of it is.
    pub(super) told: bool,
    /// Something runs: nothing else can be run.
    pub(super) busy: bool,
}

impl Simulated {
    /// Whose habits it has.
    pub(super) fn profile(&self) -> Profile {
        self.request.profile(self.played.scenario.as_deref())
    }

    /// What it is, in the reader's language.
    pub(super) fn title(&self, words: &Words) -> String {
        match (&self.played.scenario, &self.request.piece) {
            (Some(scenario), _) => words.choose(&scenario.title.en, &scenario.title.zh).to_owned(),
            (None, Piece::Topology(name)) => {
                let offered = LABS.iter().find(|offered| offered.id == name);
                let title = offered.map(|offered| &offered.topology.title);
                title.map_or_else(|| name.clone(), |title| words.choose(&title.en, &title.zh).to_owned())
            }
            (None, Piece::Scenario { id, .. }) => id.clone(),
        }
    }

    /// Paints the lines.
    pub(super) fn head(&self, ui: &mut Ui, shown: Shown, words: &Words) -> Vec<Command> {
        let mut commands = Vec::new();
        let theme = Theme::of(ui);
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(self.title(words)).font(fonts::strong(fonts::TITLE)));
            origin(ui, shown.origin, words);
            let knobs = ui.add(Button::selectable(shown.knobs, words.word("simulating-knobs")).frame(true));
            if knobs.on_hover_text(words.word("simulating-knobs-hint")).clicked() {
                commands.push(Command::ShowKnobs(!shown.knobs));
            }
            ui.add_enabled_ui(!shown.busy, |ui| commands.extend(self.beside(ui, words)));
            let about = ui.add(Button::selectable(shown.told, words.word("simulating-about")).frame(true));
            if about.on_hover_text(words.word("simulating-about-hint")).clicked() {
                commands.push(Command::TellSimulation(!shown.told));
            }
        });
        if shown.told {
            let most = ui.ctx().content_rect().height() * TOLD;
            ScrollArea::vertical().id_salt("about").max_height(most).auto_shrink([false, true]).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                self.tell(ui, theme, words);
            });
        }
        ui.add_space(4.0);
        commands
    }

    fn beside(&self, ui: &mut Ui, words: &Words) -> Option<Command> {
        let mut command = None;
        ui.menu_button(words.word("simulating-beside"), |ui| {
            for (profile, key) in
                [(Profile::Rfc, "simulating-beside-rfc"), (Profile::LinuxLike, "simulating-beside-linux-like")]
            {
                if ui.add_enabled(self.profile() != profile, Button::new(words.word(key))).clicked() {
                    command = Some(Command::SimulateBeside(Whose::Ours(profile)));
                }
            }
            if let Piece::Scenario { .. } = self.request.piece {
                let kernel = ui.button(words.word("simulating-beside-kernel"));
                if kernel.on_hover_text(words.word("simulating-beside-kernel-hint")).clicked() {
                    command = Some(Command::SimulateBeside(Whose::Kernel));
                }
            }
        });
        command
    }

    fn tell(&self, ui: &mut Ui, theme: &Theme, words: &Words) {
        let line = |ui: &mut Ui, text: String, colour| {
            ui.add(Label::new(RichText::new(text).font(fonts::words(fonts::LABEL)).color(colour)).wrap());
        };
        if let Some(scenario) = &self.played.scenario {
            line(ui, words.choose(&scenario.about.en, &scenario.about.zh).to_owned(), theme.text);
            if let Some(linux) = words.otherwise_on_linux(scenario) {
                line(ui, linux, theme.soft);
            }
            let cited = words.citations(scenario);
            if !cited.is_empty() {
                line(ui, cited, theme.faint);
            }
        }
        if let Some(stopped) = words.scenario_stopped(self.played.stopped) {
            line(ui, stopped, theme.fin);
        }
        let Some(claims) = words.claims(&self.played) else { return };
        let missed = words.claims_not_met(&self.played);
        let as_written = self.request.is_as_written();
        let colour = match (missed.is_empty(), as_written) {
            (true, _) => theme.soft,
            (false, true) => theme.rst,
            (false, false) => theme.fin,
        };
        let changed = !as_written && !missed.is_empty();
        let claims = if changed { words.say("simulating-changed", &[("claims", &claims)]) } else { claims };
        line(ui, claims, colour);
        for missed in missed {
            ui.add(Label::new(RichText::new(missed).font(fonts::numbers(fonts::NOTE)).color(theme.soft)).wrap());
        }
    }
}

/// How we come to know, where it was simulated; in red where a rule was
/// removed.
pub(super) fn origin(ui: &mut Ui, origin: Origin, words: &Words) {
    let theme = Theme::of(ui);
    let colour = match origin {
        Origin::Counterfactual => theme.rst,
        Origin::Simulated => theme.soft,
        Origin::Captured(_) | Origin::Interface | Origin::File => return,
    };
    let text = words.origin(origin);
    let label = ui.label(RichText::new(&text).font(fonts::strong(fonts::LABEL)).color(colour));
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
}
