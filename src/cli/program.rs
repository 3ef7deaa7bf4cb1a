//! `wirelens program`: one side of a bundled program, alone.

use std::net::Ipv4Addr;

use super::arguments::Side;
use super::{Failure, Status};
use crate::source::programs::{self, Program, Settings};
use crate::words::Words;

/// The program with this name, set as asked.
pub(super) fn find(id: &str, set: &[String], words: &Words) -> Result<(&'static Program, Settings), Failure> {
    let refuse = |sentence| Failure::new(Status::Usage, sentence);
    let program = programs::find(id).ok_or_else(|| refuse(words.unknown_program(id, programs::nearest(id))))?;
    let settings = program.read_settings(set).map_err(|error| refuse(words.setting_error(&error)))?;
    Ok((program, settings))
}

/// Plays until the side has ended by itself or by Ctrl-C.
pub(super) fn play(asked: &Side, words: &Words) -> Result<(), Failure> {
    let (program, settings) = find(&asked.program, &asked.set, words)?;
    let settings = settings.at(asked.address.unwrap_or(Ipv4Addr::LOCALHOST));
    let settings = settings.named_by(asked.name_server.unwrap_or(Ipv4Addr::LOCALHOST));
    let role = program.roles.iter().copied().find(|role| role.name() == asked.role);
    let role = role.ok_or_else(|| Failure::new(Status::Usage, words.no_such_role(program, &asked.role)))?;
    program.play(role, &settings).map_err(|error| Failure::new(Status::Failed, words.program_error(&error)))
}
