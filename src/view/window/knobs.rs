//! What can be set of a simulation.
//!
//! ```text
//!  Knobs                            [Close the knobs]
//!  nagle=off rto=3s            [As the file has it]
//!  Habits  [as the file has it ▾]     Seed [1]
//!  Segments
//!  mss     ───●──────  [1460]
//!  nagle   [off ▾]                 ↺
//! ```
//!
//! Owns what is asked for while the reader turns something, and what was typed.
//! That it is played at once is the app's affair.

use std::collections::BTreeMap;

use super::command::Command;
use super::egui::{
    Button, ComboBox, Id, Label, Response, RichText, ScrollArea, Slider, TextEdit, Ui, WidgetInfo, accesskit::Role,
};
use super::fonts;
use super::lab_dialog::{FAULTS, lines, lines_of, texts};
use super::simulation::Simulated;
use super::theme::Theme;
use crate::session::simulating::{Expected, OF_PROGRAMS, Piece, Profile, SETTINGS, Settings, SimulationRequest};
use crate::words::{Language, Words, printable};

/// The settings by what they are about.
const GROUPS: [(&str, &[&str]); 7] = [
    ("simulating-group-cables", &["delay", "bandwidth", "loss", "duplication", "reordering"]),
    (
        "simulating-group-segments",
        &["mss", "window", "nagle", "delayed-ack", "sack", "timestamps", "window-scale", "isn"],
    ),
    ("simulating-group-timers", &["rto", "syn-retries", "retries", "user-timeout", "tail-loss-probe"]),
    ("simulating-group-pace", &["congestion", "initial-window", "limited-transmit"]),
    (
        "simulating-group-state",
        &[
            "handshake",
            "time-wait",
            "time-wait-reuse",
            "time-wait-reset",
            "keep-alive",
            "keep-alive-interval",
            "keep-alive-probes",
        ],
    ),
    ("simulating-group-listener", &["syn-cookies", "overflow", "backlog"]),
    ("simulating-group-programs", &["app", "pause", "clients", "ip", "bytes"]),
];
/// Of a setting's name, in points.
const NAME: f32 = 142.0;
/// Of a field for a value, in points.
const FIELD: f32 = 74.0;

/// Lines, a language, and what is wrong with each of them in it.
type Checked = (Vec<(usize, String)>, Language, Vec<Option<String>>);

/// What is turned.
#[derive(Clone, Debug, Default)]
pub(super) struct Knobs {
    /// The reader has asked for them.
    pub(super) open: bool,
    /// What is wrong with what was asked for.
    pub(super) refused: Option<String>,
    /// What is asked for.
    wanted: Option<SimulationRequest>,
    /// What is set, as it was typed.
    set: BTreeMap<&'static str, String>,
    seed: String,
    /// What is done to frames: which option, and its text.
    faults: Vec<(usize, String)>,
    /// What was found wrong with these, in a language.
    checked: Option<Checked>,
}

impl Knobs {
    /// Takes over what is shown.
    pub(super) fn follow(&mut self, request: &SimulationRequest) {
        let named = |pair: &String| {
            let (name, value) = pair.split_once('=')?;
            let (name, _) = SETTINGS.iter().find(|(known, _)| *known == name.trim())?;
            Some((*name, value.trim().to_owned()))
        };
        *self = Self {
            open: self.open,
            refused: None,
            set: request.set.iter().filter_map(named).collect(),
            seed: request.seed.to_string(),
            faults: lines_of(&request.faults),
            checked: None,
            wanted: Some(request.clone()),
        };
    }

    /// Shows everything; asks for another play when something was changed.
    pub(super) fn show(&mut self, ui: &mut Ui, simulated: &Simulated, words: &Words) -> Vec<Command> {
        let mut commands = Vec::new();
        let theme = Theme::of(ui);
        let before = self.wanted.clone();
        let scenario = simulated.played.scenario.as_deref();
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(words.word("simulating-knobs")).font(fonts::strong(fonts::TITLE)));
            let close = ui.add(Button::new("✕"));
            let label = words.word("simulating-close");
            close.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
            if close.on_hover_text(&label).clicked() {
                commands.push(Command::ShowKnobs(false));
            }
            let changed = before.as_ref().is_some_and(|wanted| *wanted != wanted.as_written());
            let reset = ui.add_enabled(changed, Button::new(words.word("simulating-reset")));
            if reset.on_hover_text(words.word("simulating-reset-hint")).clicked() {
                self.follow(&simulated.request.as_written());
            }
        });
        let told = match self.told(words) {
            told if told.is_empty() => RichText::new(words.word("simulating-knobs-none")).color(theme.soft),
            told => RichText::new(told).font(fonts::numbers(fonts::LABEL)).color(theme.lost),
        };
        ui.add(Label::new(told).wrap());
        if let Some(refused) = &self.refused {
            ui.add(Label::new(RichText::new(refused).font(fonts::words(fonts::LABEL)).color(theme.rst)).wrap());
        }
        ui.add_space(4.0);
        ScrollArea::vertical().id_salt("knobs").auto_shrink([false, false]).show(ui, |ui| {
            self.habits(ui, words);
            let settings = simulated.request.settings(scenario);
            for (key, names) in GROUPS {
                let is_there = |name: &&&str| scenario.is_none() || !OF_PROGRAMS.contains(*name);
                let names: Vec<&'static str> = names.iter().filter(is_there).copied().collect();
                if names.is_empty() {
                    continue;
                }
                ui.add_space(8.0);
                ui.label(RichText::new(words.word(key)).text_style(fonts::section()).color(theme.faint));
                for name in names {
                    self.row(ui, name, &settings, words);
                }
            }
            ui.add_space(8.0);
            ui.label(RichText::new(words.word("simulating-faults")).text_style(fonts::section()).color(theme.faint));
            ui.add(Label::new(RichText::new(words.word("lab-dialog-hint")).color(theme.soft)).wrap());
            let wrong = self.wrong(words);
            let width = (ui.available_width() - 34.0) * 0.62;
            lines(ui, &mut self.faults, &wrong, FAULTS, width, words);
        });
        self.gather(words);
        if self.wanted != before
            && let Some(wanted) = &self.wanted
        {
            commands.push(Command::Resimulate(Box::new(wanted.clone())));
        }
        commands
    }

    /// What is changed, as it would be typed.
    fn told(&self, words: &Words) -> String {
        let Some(wanted) = &self.wanted else { return String::new() };
        let mut parts: Vec<String> = wanted.set.iter().map(|pair| printable(pair.as_bytes())).collect();
        parts.extend(wanted.faults.options().map(|(option, text)| words.condition(option, text)));
        parts.extend(wanted.branches.iter().map(|branch| words.branch(branch)));
        if wanted.seed != 1 {
            parts.push(words.say("simulating-seed-is", &[("seed", &wanted.seed)]));
        }
        parts.join("  ")
    }

    fn habits(&mut self, ui: &mut Ui, words: &Words) {
        let is_scenario = matches!(self.wanted.as_ref().map(|wanted| &wanted.piece), Some(Piece::Scenario { .. }));
        let Some(wanted) = &mut self.wanted else { return };
        let text = |profile: Option<Profile>| match profile {
            None => words.word("simulating-profile-own"),
            Some(Profile::Rfc) => words.word("simulating-rfc"),
            Some(Profile::LinuxLike) => words.word("simulating-linux-like"),
        };
        let name = words.word("simulating-profile");
        ui.horizontal(|ui| {
            name_of(ui, RichText::new(&name));
            // Without a file it is the RFCs' that are left as they are.
            let shown = if is_scenario { wanted.profile } else { wanted.profile.or(Some(Profile::Rfc)) };
            let list = ComboBox::from_id_salt("profile").width(170.0).selected_text(text(shown));
            let list = list.show_ui(ui, |ui| {
                let own = is_scenario.then_some(None);
                for profile in own.into_iter().chain([Some(Profile::Rfc), Some(Profile::LinuxLike)]) {
                    ui.selectable_value(&mut wanted.profile, profile, text(profile));
                }
            });
            list.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &name));
        });
        let name = words.word("simulating-seed");
        ui.horizontal(|ui| {
            let label = name_of(ui, RichText::new(&name));
            let edit = TextEdit::singleline(&mut self.seed).font(fonts::numbers(fonts::LABEL)).desired_width(FIELD);
            let typed = ui.add(edit).labelled_by(label.id).on_hover_text(words.word("simulating-seed-hint"));
            named(ui, typed.id, &name);
        });
    }

    /// One setting: its name, what it is, and the way back.
    fn row(&mut self, ui: &mut Ui, name: &'static str, settings: &Settings, words: &Words) {
        let Some(expected) = Expected::of(name) else { return };
        let theme = Theme::of(ui);
        let is_set = self.set.contains_key(name);
        let now = settings.value(name);
        ui.horizontal(|ui| {
            let colour = if is_set { theme.lost } else { theme.text };
            let text = RichText::new(name).font(fonts::numbers(fonts::LABEL)).color(colour);
            name_of(ui, text).on_hover_text(words.knob(name, expected));
            match expected {
                Expected::OneOf(choices) => self.choice(ui, name, choices, now, words),
                Expected::Number { .. }
                | Expected::Time { .. }
                | Expected::Span { .. }
                | Expected::Share
                | Expected::Rate => self.number(ui, name, expected, now, words),
            }
            if is_set {
                let back = ui.add(Button::new("↺").small());
                let label = words.say("simulating-unset", &[("name", &name)]);
                back.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
                if back.on_hover_text(&label).clicked() {
                    self.set.remove(name);
                }
            }
        });
    }

    fn choice(
        &mut self,
        ui: &mut Ui,
        name: &'static str,
        choices: &[&'static str],
        now: Option<String>,
        words: &Words,
    ) {
        let shown = self.set.get(name).cloned().or(now).unwrap_or_else(|| words.word("simulating-not-told"));
        let list = ComboBox::from_id_salt(("knob", name)).width(FIELD * 2.0).selected_text(&shown);
        let list = list.show_ui(ui, |ui| {
            for choice in choices {
                if ui.selectable_label(shown == *choice, *choice).clicked() {
                    self.set.insert(name, (*choice).to_owned());
                }
            }
        });
        list.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, name));
    }

    fn number(&mut self, ui: &mut Ui, name: &'static str, expected: Expected, now: Option<String>, words: &Words) {
        let Some((least, most)) = expected.scale() else { return };
        let typed = self.set.get(name).cloned();
        let place = |text: &Option<String>| text.as_ref().and_then(|text| expected.place(text));
        let start = place(&typed).or_else(|| place(&now)).unwrap_or(least).clamp(least, most);
        let mut moved = start;
        ui.spacing_mut().slider_width = (ui.available_width() - FIELD - 50.0).max(60.0);
        let slider = Slider::new(&mut moved, least..=most).logarithmic(most / least.max(1) > 100).show_value(false);
        let slid = ui.add(slider).on_hover_text(words.knob(name, expected));
        named(ui, slid.id, &words.say("simulating-slider", &[("name", &name)]));
        if slid.changed() && moved != start {
            self.set.insert(name, expected.text(round(moved).clamp(least, most)));
        }
        let mut text = self.set.get(name).cloned().unwrap_or_default();
        let hint = now.unwrap_or_else(|| words.word("simulating-not-told"));
        let edit = TextEdit::singleline(&mut text).font(fonts::numbers(fonts::LABEL)).hint_text(hint);
        let edited = ui.add(edit.desired_width(FIELD)).on_hover_text(words.knob(name, expected));
        named(ui, edited.id, name);
        if edited.changed() {
            if text.trim().is_empty() {
                self.set.remove(name);
            } else {
                self.set.insert(name, text);
            }
        }
    }

    /// What is wrong with each line of what is done to frames.
    fn wrong(&mut self, words: &Words) -> Vec<Option<String>> {
        if let Some((of, language, wrong)) = &self.checked
            && *of == self.faults
            && *language == words.language()
        {
            return wrong.clone();
        }
        let Some(wanted) = &self.wanted else { return Vec::new() };
        let line = |index| {
            let error = wanted.fault_error(&texts(&self.faults, Some(index)))?;
            Some(words.simulation_error(&error))
        };
        let wrong: Vec<Option<String>> = (0..self.faults.len()).map(line).collect();
        self.checked = Some((self.faults.clone(), words.language(), wrong.clone()));
        wrong
    }

    /// Puts what was typed together.
    fn gather(&mut self, words: &Words) {
        let Some(wanted) = &mut self.wanted else { return };
        let set = SETTINGS.iter().filter_map(|(name, _)| Some(format!("{name}={}", self.set.get(name)?.trim())));
        wanted.set = set.collect();
        wanted.faults = texts(&self.faults, None);
        if let Ok(seed) = self.seed.trim().parse() {
            wanted.seed = seed;
        } else {
            let found = printable(self.seed.as_bytes());
            self.refused = Some(words.say("simulating-not-a-seed", &[("found", &format!("`{found}`"))]));
        }
    }
}

/// A name, and the room behind it up to where what has it begins.
fn name_of(ui: &mut Ui, text: RichText) -> Response {
    let start = ui.cursor().left();
    let label = ui.add(Label::new(text));
    ui.add_space((start + NAME - label.rect.right()).max(0.0));
    label
}

fn named(ui: &Ui, id: Id, name: &str) {
    let name = name.to_owned();
    ui.ctx().accesskit_node_builder(id, |node| node.set_label(name));
}

/// To two digits: nobody slides to more.
fn round(place: u64) -> u64 {
    let mut unit = 1_u64;
    while place / unit >= 100 {
        unit = unit.saturating_mul(10);
    }
    place / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_its_place() {
        let mut told: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        told.sort_unstable();
        let mut there: Vec<&str> = SETTINGS.iter().map(|(name, _)| *name).collect();
        there.sort_unstable();
        assert_eq!(told, there);
    }

    #[test]
    fn slid_values_have_two_digits() {
        assert_eq!([0, 7, 99, 123, 1460, 4_294_967_295].map(round), [0, 7, 99, 120, 1400, 4_200_000_000]);
    }

    #[test]
    fn only_what_was_changed_is_asked_for() {
        let words = Words::new(Language::English);
        let request = SimulationRequest::shipped("lost-data").unwrap();
        let mut knobs = Knobs::default();
        knobs.follow(&request);
        knobs.gather(&words);
        assert_eq!(knobs.wanted.as_ref(), Some(&request));
        knobs.set.insert("rto", " 3s ".into());
        knobs.set.insert("mss", "100".into());
        knobs.gather(&words);
        let wanted = knobs.wanted.clone().unwrap();
        assert_eq!(wanted.set, ["mss=100", "rto=3s"]);
        assert_eq!(knobs.told(&words), "mss=100  rto=3s");
        knobs.seed = "x".into();
        knobs.gather(&words);
        assert!(knobs.refused.as_ref().unwrap().contains("`x`"));
        knobs.follow(&wanted);
        assert_eq!((knobs.seed.as_str(), knobs.set.len()), ("1", 2));
    }
}
