//! A program as seen from outside: its pipes, what is typed into it, and the
//! reports it sends.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;

use serde::Deserialize;

use super::network::{ProgramNumber, Sighting};
use crate::model::{ExitStatus, OutputStream, Timestamp};
use crate::source::clock::Deadline;
use crate::source::programs::{Report, StateReport};

/// The longest line of a report: a `send` of 64 MiB would be longer.
const LONGEST_REPORT: usize = 128 << 20;

/// Which of a program's three pipes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pipe {
    Output(OutputStream),
    Report,
}

/// What is typed into a program.
#[derive(Debug)]
pub(super) struct Input {
    /// The writing end of its standard input; it never blocks us.
    pub(super) pipe: OwnedFd,
    /// What did not fit yet.
    pub(super) pending: VecDeque<u8>,
    /// Nothing more will come: the pipe is closed once all is written.
    pub(super) ending: bool,
}

impl Input {
    /// Writes what fits; tells whether the pipe is still wanted.
    pub(super) fn write(&mut self) -> bool {
        while !self.pending.is_empty() {
            let (first, _) = self.pending.as_slices();
            match rustix::io::write(&self.pipe, first) {
                Ok(count) => drop(self.pending.drain(..count)),
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => return true,
                // It reads no more.
                Err(_) => return false,
            }
        }
        !self.ending
    }
}

/// A line of one of our own programs.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Call(Report),
    State(StateReport),
}

/// A program as seen from outside.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// The helper has said that it runs: only then its pipes are read, so that
    /// nothing is told of a program before its start.
    pub(super) started: bool,
    /// It is a tracer.
    pub(super) traced: bool,
    /// Those that are still open.
    pub(super) pipes: Vec<(Pipe, OwnedFd)>,
    /// Its standard input, as long as it is open.
    pub(super) input: Option<Input>,
    /// The start of a report whose end has not come yet.
    pub(super) line: Vec<u8>,
    /// Its end, held back until its pipes are read to theirs.
    pub(super) exit: Option<(Timestamp, ExitStatus, Deadline)>,
}

/// Takes the whole lines out of `line`.
pub(super) fn split_reports(number: ProgramNumber, traced: bool, line: &mut Vec<u8>, seen: &mut Vec<Sighting>) {
    let end = line.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let rest = line.split_off(end);
    let whole = std::mem::replace(line, rest);
    seen.extend(whole.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| {
        let read = if traced {
            serde_json::from_slice(line).map(|line| Sighting::Traced(number, line))
        } else {
            serde_json::from_slice(line).map(|said| match said {
                Said::Call(report) => Sighting::Report(number, report),
                Said::State(StateReport { at, socket_state }) => Sighting::CoreState(number, at, socket_state),
            })
        };
        read.unwrap_or(Sighting::BadReport(number))
    }));
    if line.len() > LONGEST_REPORT {
        line.clear();
        seen.push(Sighting::BadReport(number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_split_wherever_they_were_torn() {
        let line = r#"{"at":5,"id":0,"thread":0,"fd":3,"phase":"entered","call":"listen","backlog":5}"#;
        let mut pending = Vec::new();
        let mut seen = Vec::new();
        for part in [&line[..10], &line[10..], "\nnonsense\n{"] {
            pending.extend(part.as_bytes());
            split_reports(ProgramNumber(0), false, &mut pending, &mut seen);
        }
        assert!(matches!(seen.as_slice(), [Sighting::Report(..), Sighting::BadReport(_)]), "{seen:?}");
        assert_eq!(pending, b"{");
    }
}
