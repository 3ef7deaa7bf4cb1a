//! `wirelens simulate`: a scenario, or a conversation on a topology, in virtual
//! time.

/// Another TCP, or the kernels of the lab.
mod elsewhere;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::arguments::{Format, Simulate};
use super::output::Output;
use super::{Failure, Status, picture};
use crate::model::Topology;
use crate::session::conditions::{self, ConditionTexts, matcher};
use crate::session::lab_request::LabRequest;
use crate::source::lab::conditions::CableFault;
use crate::source::lab::topology;
use crate::source::lab::wire::{FaultKind, LONGEST_DELAY};
use crate::source::simulator::scenario::{self, Branch, Faults, PlayError, Played, Run, Scenario};
use crate::source::simulator::scene::Greeting;
use crate::source::simulator::settings::Settings;
use crate::source::simulator::tcp::Profile;
use crate::trace::FrameNumber;
use crate::words::Words;

/// Plays what was asked for and draws it.
pub(super) fn simulate(asked: &Simulate, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    picture::check(&asked.drawing, words)?;
    let name = asked.scenario.as_str();
    if let Some(shipped) = scenario::find(name) {
        return play(asked, name, shipped.text, words, output);
    }
    let path = Path::new(name);
    let is_scenario = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pkt"));
    if !is_scenario {
        if topology::find(name).is_none() && !path.exists() {
            return Err(Failure::new(Status::Usage, words.no_such_scenario(name)));
        }
        let (name, topology) = read_topology(name, words)?;
        return greet(asked, &name, &topology, words, output);
    }
    let text = fs::read(path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            return Failure::new(Status::Usage, words.no_such_scenario(name));
        }
        Failure::new(Status::Failed, words.scenario_not_read(name, &error))
    })?;
    let text = String::from_utf8_lossy(&text);
    let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    play(asked, &id, &text, words, output)
}

/// A topology that comes with us, or one of the reader's.
fn read_topology(name: &str, words: &Words) -> Result<(String, Topology), Failure> {
    let read = LabRequest::of(name).read_topology();
    read.map_err(|error| Failure::new(Status::Usage, words.lab_request_error(&error)))
}

/// Plays a scenario.
fn play(asked: &Simulate, id: &str, text: &str, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let usage = |text| Failure::new(Status::Usage, text);
    let scenario = scenario::read(text).map_err(|error| usage(words.scenario_error(&asked.scenario, &error)))?;
    let (_, topology) = read_topology(&scenario.topology, words)?;
    let branches = asked.branch.iter().map(|text| branch(text, words)).collect::<Result<_, Failure>>()?;
    let run = Run {
        profile: asked.profile.map(Profile::from),
        set: asked.set.clone(),
        seed: asked.seed,
        faults: faults(asked, &topology, words)?,
        branches,
        ..Run::new(id, matcher)
    };
    if asked.kernel || asked.beside.is_some() {
        let play = elsewhere::Play::new(&scenario, &topology, &run).map_err(|error| refused(asked, &error, words))?;
        return elsewhere::show(&play, asked, words, output);
    }
    let played = scenario::play(&scenario, &topology, &run).map_err(|error| refused(asked, &error, words))?;
    if asked.drawing.format.is_none_or(|format| format == Format::Ladder) && !picture::to_stdout(&asked.drawing) {
        output.print(&words.scenario_head(&scenario))?;
    }
    picture::show(&played.trace, &asked.drawing, words, output)?;
    judge(asked, &scenario, &played, words, output)
}

/// What is done to frames on purpose.
fn faults(asked: &Simulate, topology: &Topology, words: &Words) -> Result<Vec<CableFault>, Failure> {
    let texts = ConditionTexts {
        lose: asked.lose.clone(),
        delay: asked.delay.clone(),
        duplicate: asked.duplicate.clone(),
        swap: asked.swap.clone(),
        unplug: asked.unplug.clone(),
        ..ConditionTexts::default()
    };
    let conditions = conditions::read(topology, &texts);
    let conditions = conditions.map_err(|error| Failure::new(Status::Usage, words.condition_error(&error)))?;
    Ok(conditions.faults)
}

/// What became of the claims. Where something was done otherwise than the file
/// says, that they do not hold is no failure.
fn judge(
    asked: &Simulate,
    scenario: &Scenario,
    played: &Played,
    words: &Words,
    output: &Output<'_>,
) -> Result<(), Failure> {
    if let Some(sentence) = words.scenario_stopped(played.stopped) {
        output.note(&sentence);
    }
    let missed: Vec<String> = played.missed().filter_map(|claim| words.claim(scenario, claim)).collect();
    if missed.is_empty() {
        return Ok(());
    }
    let (missed_count, count) = (missed.len(), played.claims.len());
    let text = format!("{}\n{}", words.claims_missed(missed_count, count), missed.join("\n"));
    let as_written = asked.set.is_empty()
        && asked.profile.is_none()
        && asked.branch.is_empty()
        && [&asked.lose, &asked.delay, &asked.duplicate, &asked.swap, &asked.unplug]
            .iter()
            .all(|faults| faults.is_empty());
    if as_written {
        return Err(Failure::new(Status::Failed, text));
    }
    output.note(&text);
    Ok(())
}

fn refused(asked: &Simulate, error: &PlayError, words: &Words) -> Failure {
    Failure::new(Status::Usage, words.play_error(&asked.scenario, error))
}

/// `5: lose`, `5: delay=300ms`.
fn branch(text: &str, words: &Words) -> Result<Branch, Failure> {
    let read = || {
        let (frame, change) = text.split_once(':')?;
        let frame = FrameNumber(frame.trim().parse().ok().filter(|frame| *frame > 0)?);
        let kind = match change.trim() {
            "lose" => FaultKind::Lose,
            "duplicate" => FaultKind::Duplicate,
            "swap" => FaultKind::Swap,
            delay => {
                let delay = topology::time(delay.strip_prefix("delay=")?)?;
                FaultKind::Delay(Some(delay).filter(|delay| *delay <= LONGEST_DELAY)?)
            }
        };
        Some(Branch { frame, kind })
    };
    read().ok_or_else(|| Failure::new(Status::Usage, words.not_a_branch(text)))
}

/// Plays a greeting on a topology.
fn greet(asked: &Simulate, name: &str, topology: &Topology, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let usage = |text| Failure::new(Status::Usage, text);
    if !asked.branch.is_empty() {
        return Err(usage(words.word("simulate-branch-scenario")));
    }
    let mut settings = Settings::new(asked.profile.map_or(Profile::Rfc, Profile::from));
    for pair in &asked.set {
        settings.set_pair(pair).map_err(|error| usage(words.simulator_setting_error(&error)))?;
    }
    let judge = Faults::new(topology);
    for fault in &faults(asked, topology, words)? {
        // Its display filter was read before.
        judge.add(fault, matcher, true);
    }
    let greeting = Greeting { faults: Some(judge), ..settings.greeting(asked.seed) };
    let mut played = greeting.play(topology).map_err(|error| usage(words.simulator_network_error(&error)))?;
    let pairs = asked.set.iter().filter_map(|pair| pair.split_once('='));
    let mut set: BTreeMap<String, String> =
        pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect();
    set.insert("topology".to_owned(), name.to_owned());
    set.insert("seed".to_owned(), asked.seed.to_string());
    played.trace.notes.settings = set;
    if let Some(sentence) = words.scenario_stopped(played.stopped) {
        output.note(&sentence);
    }
    picture::show(&played.trace, &asked.drawing, words, output)
}
