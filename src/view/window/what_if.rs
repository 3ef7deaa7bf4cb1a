//! What if this packet were lost? The faults that are offered for an arrow, or
//! why none is.
//!
//! Owns the menu. How a run is made again is the app's affair.

use super::egui::{Key, Modifiers};
use super::egui::{Popup, RectAlign, Response, RichText, SetOpenCommand, Ui};
use super::fonts;
use super::theme::Theme;
use crate::session::conditions::ConditionTexts;
use crate::session::simulating::{FaultKind, delay};
use crate::words::Words;

/// The delays that are offered.
const DELAYS: [&str; 4] = ["50ms", "300ms", "1s", "3s"];

/// What can be done to a frame in the next run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Lose,
    /// By this time, `300ms`.
    Delay(&'static str),
    Duplicate,
    /// With the one behind it.
    Swap,
}

impl Fault {
    /// The same for a frame that is named by its number.
    pub(super) fn kind(self) -> Option<FaultKind> {
        match self {
            Self::Lose => Some(FaultKind::Lose),
            Self::Delay(time) => delay(time),
            Self::Duplicate => Some(FaultKind::Duplicate),
            Self::Swap => Some(FaultKind::Swap),
        }
    }

    /// Adds it, for the frame that a pattern chooses.
    pub(super) fn add(self, pattern: String, conditions: &mut ConditionTexts) {
        match self {
            Self::Lose => conditions.lose.push(pattern),
            Self::Delay(time) => conditions.delay.push(format!("{pattern}={time}")),
            Self::Duplicate => conditions.duplicate.push(pattern),
            Self::Swap => conditions.swap.push(pattern),
        }
    }
}

/// What can be offered of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    /// It was in a lab: it is run again there.
    Again,
    /// Its program is run in the lab, on a cable, and then again.
    InLab,
    /// It was simulated: it is played again, and goes another way there.
    Branch,
    /// Nothing; the phrase that says why.
    Nothing(&'static str),
}

/// Opens the menu of what shows a segment: by a secondary click, or by key
/// where that is `chosen`.
pub(super) fn of(response: &Response, chosen: bool, offer: Offer, words: &Words) -> Option<Fault> {
    let asks = |input: &mut super::egui::InputState| {
        input.consume_key(Modifiers::SHIFT, Key::F10) || input.consume_key(Modifiers::NONE, Key::Menu)
    };
    let keyed = (chosen || response.has_focus()) && response.ctx.input_mut(asks);
    let open = if keyed || response.secondary_clicked() {
        Some(SetOpenCommand::Bool(true))
    } else {
        response.clicked().then_some(SetOpenCommand::Bool(false))
    };
    let popup = Popup::menu(response).open_memory(open).align(RectAlign::BOTTOM);
    popup.show(|ui| items(ui, offer, words)).and_then(|shown| shown.inner)
}

/// The faults as a menu's items.
pub(super) fn items(ui: &mut Ui, offer: Offer, words: &Words) -> Option<Fault> {
    let theme = Theme::of(ui);
    let mut asked = None;
    ui.set_min_width(230.0);
    ui.set_max_width(320.0);
    let note = |ui: &mut Ui, key: &str| {
        ui.label(RichText::new(words.word(key)).font(fonts::words(fonts::LABEL)).color(theme.soft));
    };
    match offer {
        Offer::Again => note(ui, "what-if-title"),
        Offer::InLab => note(ui, "what-if-in-lab"),
        Offer::Branch => note(ui, "what-if-branch"),
        Offer::Nothing(why) => note(ui, why),
    }
    ui.add_enabled_ui(!matches!(offer, Offer::Nothing(_)), |ui| {
        if ui.button(words.word("what-if-lose")).clicked() {
            asked = Some(Fault::Lose);
        }
        ui.menu_button(words.word("what-if-delay"), |ui| {
            for time in DELAYS {
                if ui.button(words.say("what-if-delay-by", &[("time", &time)])).clicked() {
                    asked = Some(Fault::Delay(time));
                }
            }
        });
        if ui.button(words.word("what-if-duplicate")).clicked() {
            asked = Some(Fault::Duplicate);
        }
        if ui.button(words.word("what-if-swap")).clicked() {
            asked = Some(Fault::Swap);
        }
    });
    if asked.is_some() {
        ui.close();
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_delay_that_is_offered_can_be_made() {
        assert!(DELAYS.iter().all(|time| Fault::Delay(time).kind().is_some()));
    }
}
