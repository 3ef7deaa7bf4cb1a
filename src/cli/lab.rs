//! `wirelens lab`: programs on real hosts, with hubs, switches and routers
//! between them.

use std::path::Path;

use super::arguments::Lab as Asked;
use super::output::Output;
use super::run::{ITSELF, failure, perform, record, simulated};
use super::{Failure, Status, beside, picture};
use crate::session::lab_request::{CoreTexts, LabRequest, LabRequestError, USUAL, Work};
use crate::session::{Lab, Plan};
use crate::source::simulator::tcp::Profile;
use crate::timeline::compare::Sides;
use crate::words::Words;

/// Builds what was asked for, runs it and draws it.
pub(super) fn lab(asked: &Asked, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    picture::check(&asked.drawing, words)?;
    let request = request(asked);
    let lab = build(&request, words)?;
    if asked.beside {
        return two(&request, lab, asked, words, output);
    }
    perform(lab, &asked.drawing, words, output)
}

fn request(asked: &Asked) -> LabRequest {
    let work = if asked.commands.is_empty() {
        Work::Program { id: asked.run.clone().unwrap_or_else(|| USUAL.to_owned()), settings: asked.set.clone() }
    } else {
        Work::Commands(asked.commands.clone())
    };
    let linux_like = Profile::from(asked.profile) == Profile::LinuxLike;
    let core = CoreTexts { hosts: asked.core.clone(), linux_like, knobs: asked.knob.clone() };
    LabRequest { topology: asked.topology.clone(), work, conditions: asked.conditions.texts(), core }
}

fn build(request: &LabRequest, words: &Words) -> Result<Lab, Failure> {
    request.lab(Path::new(ITSELF)).map_err(|error| {
        let status = if matches!(error, LabRequestError::NotRead { .. }) { Status::Failed } else { Status::Usage };
        Failure::new(status, words.lab_request_error(&error))
    })
}

/// Runs it as it would go by itself, then as it was asked for, and draws what
/// is different.
fn two(request: &LabRequest, lab: Lab, asked: &Asked, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    beside::check(&asked.drawing, words)?;
    let Some(plain) = request.plain() else {
        return Err(Failure::new(Status::Usage, words.word("beside-same")));
    };
    let titles = Sides { left: words.lab_request_title(&plain), right: words.lab_request_title(request) };
    let (plain, lab): (Plan, Plan) = (build(&plain, words)?.into(), lab.into());
    let simulated = simulated(&lab);
    let (left, ended) = record(plain, words, output)?;
    ended.map_err(|error| failure(&error, simulated, words))?;
    let (right, ended) = record(lab, words, output)?;
    if right.frame_count() > 0 {
        beside::show(Sides { left: &left, right: &right }, &titles, &asked.drawing, words, output)?;
    }
    ended.map_err(|error| failure(&error, simulated, words))
}
