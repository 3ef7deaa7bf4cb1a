//! The command line: what is asked for, and how the answer leaves.
//!
//! Owns arguments, exit codes, and which of the two outputs a word goes to:
//! standard output carries the asked-for format and nothing else, programs'
//! output and notices go to standard error. Has no opinion on what is true and
//! none on how it is drawn; every sentence is in [`crate::words`].

/// `wirelens address`.
mod address;
/// What can be asked, as clap sees it.
mod arguments;
/// Two runs beside each other.
mod beside;
/// `wirelens capture`.
mod capture;
/// `wirelens exec`.
mod exec;
/// `wirelens export`.
mod export;
/// `wirelens fields`.
mod fields;
/// Help in the reader's language.
mod help;
/// `wirelens interfaces`.
mod interfaces;
/// `wirelens lab`.
mod lab;
/// Formats of one line a frame.
mod lines;
/// `wirelens list`.
mod list;
/// Standard output and standard error.
mod output;
/// One pass over a capture of any size.
mod pass;
/// A trace as the reader wants it.
mod picture;
/// `wirelens program`.
mod program;
/// `wirelens run`.
mod run;
/// `wirelens show`.
mod show;
/// `wirelens simulate`.
mod simulate;
/// The window, or why there is none.
mod window;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches as _;

use crate::source::live::{HELPER_ARGUMENT, helper_main};
use crate::source::programs::{SCRIPT_ARGUMENT, script_main};
use crate::source::syscalls::{TRACE_ARGUMENT, trace_main};
use crate::words::Words;
use arguments::{Arguments, Ask};
use output::Output;

/// How the program ends when it does not end well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// It did not work.
    Failed = 1,
    /// What was asked for cannot be meant.
    Usage = 2,
    /// The system forbids it.
    NoPermission = 3,
    /// A capture was damaged, but partly read.
    Damaged = 4,
}

/// Why what was asked for was not done, or not wholly.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Failure {
    status: Status,
    /// One sentence or more, for the reader.
    text: String,
}

impl Failure {
    const fn new(status: Status, text: String) -> Self {
        Self { status, text }
    }
}

/// The whole program, with the process's own arguments.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    // Before anything could start a thread: neither may have a second one.
    let rest = || arguments.iter().skip(2).map(|argument| argument.to_string_lossy().into_owned()).collect::<Vec<_>>();
    match arguments.get(1).and_then(|first| first.to_str()) {
        Some(HELPER_ARGUMENT) => return helper_main(&rest(), crate::session::conditions::matcher),
        Some(TRACE_ARGUMENT) => return trace_main(&rest()),
        Some(SCRIPT_ARGUMENT) => return script_main(&rest()),
        _ => {}
    }
    let words = Words::new(help::language(&arguments, |name| std::env::var(name).ok()));
    let matches = help::command(&words).try_get_matches_from(&arguments);
    let asked = matches.and_then(|matches| Arguments::from_arg_matches(&matches));
    match asked {
        Ok(asked) => answer(&asked, &asked.common.lang.map_or(words, Words::new)),
        Err(refused) => {
            // A reader who has closed the pipe has read enough.
            refused.print().ok();
            ExitCode::from(u8::try_from(refused.exit_code()).unwrap_or(1))
        }
    }
}

fn answer(asked: &Arguments, words: &Words) -> ExitCode {
    let output = Output::new(words, &asked.common);
    let done = match &asked.ask {
        None => window::open_or_run(words, &output),
        Some(Ask::List(list)) => list::list(list, words, &output),
        Some(Ask::Run(run)) => run::run(run, words, &output),
        Some(Ask::Exec(exec)) => exec::exec(exec, words, &output),
        Some(Ask::Lab(lab)) => lab::lab(lab, words, &output),
        Some(Ask::Program(program)) => program::play(program, words),
        Some(Ask::Fields(fields)) => fields::fields(fields, words, &output),
        Some(Ask::Export(export)) => export::export(export, words, &output),
        Some(Ask::Simulate(simulate)) => simulate::simulate(simulate, words, &output),
        Some(Ask::Show(show)) => show::show(show, words, &output),
        Some(Ask::Capture(asked)) => capture::capture(asked, words, &output),
        Some(Ask::Interfaces(asked)) => interfaces::interfaces(asked, words, &output),
        Some(Ask::Address(asked)) => address::address(asked, words, &output),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.complain(&failure.text);
            ExitCode::from(failure.status as u8)
        }
    }
}
