//! `wirelens simulate`: a scenario, or a conversation on a topology, in virtual
//! time.

/// Another TCP, or the kernels of the lab.
mod elsewhere;

use std::fs;
use std::path::Path;

use super::arguments::{Format, Simulate};
use super::output::Output;
use super::{Failure, Status, picture};
use crate::session::conditions::ConditionTexts;
use crate::session::simulating::{
    self, Branch, FaultKind, Piece, Profile, Simulation, SimulationError, SimulationRequest,
};
use crate::source::lab::topology;
use crate::source::simulator::scenario;
use crate::trace::FrameNumber;
use crate::words::Words;

/// Plays what was asked for and draws it.
pub(super) fn simulate(asked: &Simulate, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    picture::check(&asked.drawing, words)?;
    let name = asked.scenario.as_str();
    if let Some(shipped) = scenario::find(name) {
        let piece = Piece::Scenario { id: name.to_owned(), text: shipped.text.to_owned() };
        return play(asked, piece, words, output);
    }
    let path = Path::new(name);
    let is_scenario = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pkt"));
    if !is_scenario {
        if topology::find(name).is_none() && !path.exists() {
            return Err(Failure::new(Status::Usage, words.no_such_scenario(name)));
        }
        return play(asked, Piece::Topology(name.to_owned()), words, output);
    }
    let text = fs::read(path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            return Failure::new(Status::Usage, words.no_such_scenario(name));
        }
        Failure::new(Status::Failed, words.scenario_not_read(name, &error))
    })?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    play(asked, Piece::Scenario { id, text }, words, output)
}

/// Plays a scenario, or a greeting on a topology.
fn play(asked: &Simulate, piece: Piece, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let is_scenario = matches!(piece, Piece::Scenario { .. });
    if !is_scenario && !asked.branch.is_empty() {
        return Err(refused(asked, &SimulationError::NotBranched, words));
    }
    let elsewhere = is_scenario && (asked.kernel || asked.beside.is_some());
    let request = SimulationRequest {
        profile: asked.profile.map(Profile::from),
        set: asked.set.clone(),
        seed: asked.seed,
        faults: ConditionTexts {
            lose: asked.lose.clone(),
            delay: asked.delay.clone(),
            duplicate: asked.duplicate.clone(),
            swap: asked.swap.clone(),
            unplug: asked.unplug.clone(),
            ..ConditionTexts::default()
        },
        branches: asked.branch.iter().map(|text| branch(text, words)).collect::<Result<_, Failure>>()?,
        past_end: elsewhere,
        ..SimulationRequest::new(piece)
    };
    let simulation = request.play().map_err(|error| refused(asked, &error, words))?;
    if elsewhere {
        return elsewhere::show(&elsewhere::Play { request, simulation }, asked, words, output);
    }
    let draws_here = asked.drawing.format.is_none_or(|format| format == Format::Ladder);
    if let Some(scenario) = simulation.scenario.as_ref().filter(|_| draws_here && !picture::to_stdout(&asked.drawing)) {
        output.print(&words.scenario_head(scenario))?;
    }
    picture::show(&simulation.trace, &asked.drawing, words, output)?;
    judge(&request, &simulation, words, output)
}

/// What became of the claims. Where something was done otherwise than the file
/// says, that they do not hold is no failure.
fn judge(
    request: &SimulationRequest,
    simulation: &Simulation,
    words: &Words,
    output: &Output<'_>,
) -> Result<(), Failure> {
    if let Some(sentence) = words.scenario_stopped(simulation.stopped) {
        output.note(&sentence);
    }
    let missed = words.claims_not_met(simulation);
    if missed.is_empty() {
        return Ok(());
    }
    let text = format!("{}\n{}", words.claims_missed(missed.len(), simulation.claims.len()), missed.join("\n"));
    if request.is_as_written() {
        return Err(Failure::new(Status::Failed, text));
    }
    output.note(&text);
    Ok(())
}

/// Why it cannot be played so; what was asked for is named as it was typed.
fn refused(asked: &Simulate, error: &SimulationError, words: &Words) -> Failure {
    let text = match error {
        SimulationError::Scenario { error, .. } => words.scenario_error(&asked.scenario, error),
        SimulationError::Play { error, .. } => words.play_error(&asked.scenario, error),
        SimulationError::NotBranched => words.word("simulate-branch-scenario"),
        SimulationError::Topology(_)
        | SimulationError::Fault(_)
        | SimulationError::Setting(_)
        | SimulationError::Network(_)
        | SimulationError::NotScripted
        | SimulationError::NotReal(_) => words.simulation_error(error),
    };
    Failure::new(Status::Usage, text)
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
            delay => simulating::delay(delay.strip_prefix("delay=")?)?,
        };
        Some(Branch { frame, kind })
    };
    read().ok_or_else(|| Failure::new(Status::Usage, words.not_a_branch(text)))
}
