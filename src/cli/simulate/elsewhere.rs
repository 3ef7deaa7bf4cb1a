//! A scenario played by another TCP, or by the kernels of the lab, alone or
//! beside the play that was asked for.

use std::path::Path;

use crate::cli::arguments::{Simulate, WhoseTcp};
use crate::cli::output::Output;
use crate::cli::run::{ITSELF, failure, record};
use crate::cli::{Failure, Status, beside, picture};
use crate::model::Topology;
use crate::session::scripted::{self, Real};
use crate::source::simulator::scenario::{self, Deed, PlayError, Played, Run, Scenario};
use crate::source::simulator::tcp::Profile;
use crate::timeline::compare::Sides;
use crate::trace::Trace;
use crate::words::Words;

/// A scenario that was played, and how.
pub(super) struct Play<'a> {
    scenario: Scenario,
    topology: &'a Topology,
    run: &'a Run,
    played: Played,
}

/// Draws what was asked for: the kernels' play, or two plays side by side.
pub(super) fn show(play: &Play<'_>, asked: &Simulate, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let Some(other) = asked.beside else {
        return picture::show(&play.on_kernels(words, output)?, &asked.drawing, words, output);
    };
    beside::check(&asked.drawing, words)?;
    let own = match play.run.profile.unwrap_or(play.scenario.profile) {
        _ if asked.kernel => WhoseTcp::Kernel,
        Profile::Rfc => WhoseTcp::Rfc,
        Profile::LinuxLike => WhoseTcp::LinuxLike,
    };
    let left = if asked.kernel { play.on_kernels(words, output)? } else { play.played.trace.clone() };
    let right = play.by(other, asked, words, output)?;
    let title = |whose: WhoseTcp, trace: &Trace| {
        let tcp = match whose {
            WhoseTcp::Kernel => trace.notes.system.clone().unwrap_or_default(),
            WhoseTcp::Rfc => words.word("tcp-rfc"),
            WhoseTcp::LinuxLike => words.word("tcp-linux-like"),
        };
        format!("{} · {tcp}", play.run.id)
    };
    let titles = Sides { left: title(own, &left), right: title(other, &right) };
    beside::show(Sides { left: &left, right: &right }, &titles, &asked.drawing, words, output)
}

impl<'a> Play<'a> {
    /// Plays a scenario past its end: where another TCP is slower, what it
    /// would still have done is not to be missing.
    ///
    /// # Errors
    /// As [`scenario::play`].
    pub(super) fn new(scenario: &Scenario, topology: &'a Topology, run: &'a Run) -> Result<Self, PlayError> {
        let mut scenario = scenario.clone();
        scenario.lines.retain(|line| line.deed != Deed::End);
        let played = scenario::play(&scenario, topology, run)?;
        Ok(Self { scenario, topology, run, played })
    }

    fn by(&self, whose: WhoseTcp, asked: &Simulate, words: &Words, output: &Output<'_>) -> Result<Trace, Failure> {
        let profile = match whose {
            WhoseTcp::Kernel => return self.on_kernels(words, output),
            WhoseTcp::Rfc => Profile::Rfc,
            WhoseTcp::LinuxLike => Profile::LinuxLike,
        };
        let run = Run { profile: Some(profile), ..self.run.clone() };
        let played = scenario::play(&self.scenario, self.topology, &run);
        Ok(played.map_err(|error| super::refused(asked, &error, words))?.trace)
    }

    fn on_kernels(&self, words: &Words, output: &Output<'_>) -> Result<Trace, Failure> {
        let Real { lab, left_out } = scripted::lab(&self.scenario, &self.played, self.topology, Path::new(ITSELF))
            .map_err(|error| Failure::new(Status::Usage, words.not_real(&error)))?;
        if !left_out.is_empty() {
            output.note(&words.say("real-left-out", &[("settings", &left_out.join(", "))]));
        }
        let (trace, ended) = record(lab, words, output)?;
        ended.map_err(|error| failure(&error, None, words))?;
        Ok(trace)
    }
}
