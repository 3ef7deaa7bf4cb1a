//! A scenario played by another TCP, or by the kernels of the lab, alone or
//! beside the play that was asked for.

use std::path::Path;

use crate::cli::arguments::{Simulate, WhoseTcp};
use crate::cli::output::Output;
use crate::cli::run::{ITSELF, failure, record};
use crate::cli::{Failure, beside, picture};
use crate::session::simulating::{Profile, Simulation, SimulationRequest, WithKernels};
use crate::timeline::compare::Sides;
use crate::trace::Trace;
use crate::words::Words;

/// A scenario that was played past its end, and how.
pub(super) struct Play {
    pub(super) request: SimulationRequest,
    pub(super) simulation: Simulation,
}

/// Draws what was asked for: the kernels' play, or two plays side by side.
pub(super) fn show(play: &Play, asked: &Simulate, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let Some(other) = asked.beside else {
        return picture::show(&play.on_kernels(asked, words, output)?, &asked.drawing, words, output);
    };
    beside::check(&asked.drawing, words)?;
    let own = match play.request.profile(play.simulation.scenario.as_deref()) {
        _ if asked.kernel => WhoseTcp::Kernel,
        Profile::Rfc => WhoseTcp::Rfc,
        Profile::LinuxLike => WhoseTcp::LinuxLike,
    };
    let left = if asked.kernel { play.on_kernels(asked, words, output)? } else { play.simulation.trace.clone() };
    let right = play.by(other, asked, words, output)?;
    let title = |whose: WhoseTcp, trace: &Trace| {
        let tcp = match whose {
            WhoseTcp::Kernel => trace.notes.system.clone().unwrap_or_default(),
            WhoseTcp::Rfc => words.word("tcp-rfc"),
            WhoseTcp::LinuxLike => words.word("tcp-linux-like"),
        };
        format!("{} · {tcp}", play.request.name())
    };
    let titles = Sides { left: title(own, &left), right: title(other, &right) };
    beside::show(Sides { left: &left, right: &right }, &titles, &asked.drawing, words, output)
}

impl Play {
    fn by(&self, whose: WhoseTcp, asked: &Simulate, words: &Words, output: &Output<'_>) -> Result<Trace, Failure> {
        let profile = match whose {
            WhoseTcp::Kernel => return self.on_kernels(asked, words, output),
            WhoseTcp::Rfc => Profile::Rfc,
            WhoseTcp::LinuxLike => Profile::LinuxLike,
        };
        let request = SimulationRequest { profile: Some(profile), ..self.request.clone() };
        let played = request.play();
        Ok(played.map_err(|error| super::refused(asked, &error, words))?.trace)
    }

    fn on_kernels(&self, asked: &Simulate, words: &Words, output: &Output<'_>) -> Result<Trace, Failure> {
        let made = self.request.with_kernels(Path::new(ITSELF));
        let made: WithKernels = made.map_err(|error| super::refused(asked, &error, words))?;
        for sentence in words.left_out_by_kernels(&made) {
            output.note(&sentence);
        }
        let (trace, ended) = record(made.real.lab, words, output)?;
        ended.map_err(|error| failure(&error, None, words))?;
        Ok(trace)
    }
}
