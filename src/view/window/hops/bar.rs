//! The buttons below the picture: those of every other picture, for messages
//! on their way.

use super::super::command::Command;
use super::super::document::Document;
use super::super::egui::{Align, Layout, Ui, vec2};
use super::super::transport::bar::{BUTTON, ONE_HAND, ONE_LINE, Place, buttons, speed_choice};
use super::Hops;
use crate::words::Words;

impl Hops {
    /// Paints the bar and moves on while playing; returns what was asked for
    /// and, when another cable was reached, that its frame be selected.
    pub(in super::super) fn transport(&mut self, ui: &mut Ui, document: &Document, words: &Words) -> Vec<Command> {
        let mut commands: Vec<Command> = self.pass(ui).into_iter().collect();
        if !commands.is_empty()
            && let Some((made, topology)) = self.made.as_mut().zip(document.trace().notes.map.as_deref())
        {
            made.open(document, topology, self.passage.at());
        }
        let mut asked = Vec::new();
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        ui.spacing_mut().interact_size.y = BUTTON[1];
        ui.spacing_mut().button_padding.y = 2.0;
        let width = ui.available_width();
        let count = self.made.as_ref().map_or(0, |made| made.stops.len());
        let time = self.made.as_ref().and_then(|made| {
            let first = made.times.first()?;
            Some(crate::words::span(made.times.get(self.passage.at())?.since(*first)))
        });
        let place = Place { index: (self.passage.at() + 1).min(count), count, time: time.unwrap_or_default() };
        ui.horizontal(|ui| {
            buttons(ui, words, width, self.passage.is_playing(), &mut asked);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if width >= ONE_LINE {
                    speed_choice(ui, words, self.speed, &mut asked);
                }
                if width >= ONE_HAND + 20.0 {
                    place.label(ui, words, width);
                }
                if width >= ONE_LINE {
                    place.slider(ui, words, &mut asked);
                }
            });
        });
        commands.extend(asked.into_iter().map(Command::Transport));
        commands
    }
}
