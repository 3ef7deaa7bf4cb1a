//! `wirelens simulate`: a conversation in virtual time.

use std::collections::BTreeMap;

use super::arguments::Simulate;
use super::output::Output;
use super::{Failure, Status, picture};
use crate::source::lab::topology::find;
use crate::source::simulator::scene::Greeting;
use crate::source::simulator::settings::Settings;
use crate::words::Words;

/// Plays what was asked for and draws it.
pub(super) fn simulate(asked: &Simulate, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    picture::check(&asked.drawing, words)?;
    let usage = |text| Failure::new(Status::Usage, text);
    let shipped = find(&asked.topology).ok_or_else(|| usage(words.no_such_topology(&asked.topology)))?;
    let topology = shipped.read().map_err(|error| Failure::new(Status::Failed, error.to_string()))?;
    let mut settings = Settings::new(asked.profile.into());
    for pair in &asked.set {
        settings.set_pair(pair).map_err(|error| usage(words.simulator_setting_error(&error)))?;
    }
    let says = b"hello\n".iter().copied().cycle().take(settings.bytes).collect();
    let greeting = Greeting { seed: asked.seed, says, link: settings.link, ..Greeting::new(settings.knobs) };
    let minutes = greeting.limit.as_secs() / 60;
    let mut played = greeting.play(&topology).map_err(|error| usage(words.simulator_network_error(&error)))?;
    let pairs = asked.set.iter().filter_map(|pair| pair.split_once('='));
    let mut set: BTreeMap<String, String> =
        pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect();
    set.insert("topology".to_owned(), shipped.id.to_owned());
    set.insert("seed".to_owned(), asked.seed.to_string());
    played.trace.notes.settings = set;
    if played.ended.is_none() {
        output.note(&words.say("simulate-unfinished", &[("minutes", &minutes)]));
    }
    picture::show(&played.trace, &asked.drawing, words, output)
}
