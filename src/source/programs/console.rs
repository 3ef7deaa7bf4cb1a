//! A program's console: what it prints and what is typed into it.
//!
//! Owns standard input and output. Has no opinion on what is said.

use std::io::{self, BufRead as _, Write as _};

use super::ProgramError;
use super::recorded::Recorder;
use crate::source::errno;

/// Prints a line on standard output, whole. Where nobody listens any more the
/// program goes on: its conversation does not depend on it.
pub(super) fn say(line: impl AsRef<[u8]>) {
    let mut text = line.as_ref().to_vec();
    text.push(b'\n');
    print(&text);
}

/// Prints an error on standard error.
pub(super) fn complain(error: &ProgramError) {
    writeln!(io::stderr(), "{error}").ok();
}

fn print(text: &[u8]) {
    let mut out = io::stdout();
    out.write_all(text).and_then(|()| out.flush()).ok();
}

/// Where lines are typed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Console {
    /// Whether a line is printed again: in a run no terminal shows what was
    /// typed.
    echo: bool,
}

impl Console {
    pub(super) fn new(recorder: &Recorder) -> Self {
        Self { echo: recorder.is_heard() }
    }

    /// Prints `prompt` and reads a line, without its end; `None` once there is
    /// no more input.
    pub(super) fn ask(self, prompt: &str) -> Result<Option<Vec<u8>>, ProgramError> {
        print(prompt.as_bytes());
        let mut line = Vec::new();
        let read = io::stdin().lock().read_until(b'\n', &mut line);
        if read.map_err(|error| ProgramError::Input { errno: errno::number(&error) })? == 0 {
            say("");
            return Ok(None);
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        if self.echo {
            say(&line);
        }
        Ok(Some(line))
    }

    /// The same without spaces around it.
    pub(super) fn ask_trimmed(self, prompt: &str) -> Result<Option<Vec<u8>>, ProgramError> {
        Ok(self.ask(prompt)?.map(|line| trimmed(&line)))
    }

    /// A line without which the program cannot go on.
    ///
    /// # Errors
    /// Also [`ProgramError::InputEnded`].
    pub(super) fn demand(self, prompt: &str) -> Result<Vec<u8>, ProgramError> {
        self.ask(prompt)?.ok_or(ProgramError::InputEnded)
    }

    /// Asks until the answer is not empty; `None` once there is no more input.
    pub(super) fn insist(self, prompt: &str) -> Result<Option<Vec<u8>>, ProgramError> {
        loop {
            match self.ask_trimmed(prompt)? {
                Some(line) if line.is_empty() => {}
                answer => return Ok(answer),
            }
        }
    }
}

/// A line without the white space around it.
pub(super) fn trimmed(line: &[u8]) -> Vec<u8> {
    match str::from_utf8(line) {
        Ok(text) => text.trim().as_bytes().to_vec(),
        Err(_) => line.trim_ascii().to_vec(),
    }
}
