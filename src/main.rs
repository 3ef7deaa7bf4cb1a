//! The wirelens program.

use std::io::Write as _;
use std::process::ExitCode;

use wirelens::model::Role;
use wirelens::source::live::{HELPER_ARGUMENT, helper_main};
use wirelens::source::programs;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [first, rest @ ..] if first == HELPER_ARGUMENT => helper_main(rest),
        [first, id, role, rest @ ..] if first == "program" => program(id, role, rest),
        _ => ExitCode::from(2),
    }
}

/// One side of a program, alone.
fn program(id: &str, role: &str, rest: &[String]) -> ExitCode {
    let complain = |error: &dyn std::fmt::Display| writeln!(std::io::stderr(), "{error}").ok();
    let Some(program) = programs::find(id) else { return ExitCode::from(2) };
    let role = if role == Role::Server.name() { Role::Server } else { Role::Client };
    let pairs: Vec<&String> = rest.iter().filter(|word| *word != "--set").collect();
    match program.read_settings(&pairs).map(|settings| program.play(role, &settings)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            complain(&error);
            ExitCode::FAILURE
        }
        Err(error) => {
            complain(&error);
            ExitCode::from(2)
        }
    }
}
