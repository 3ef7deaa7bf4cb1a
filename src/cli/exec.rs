//! `wirelens exec`: any commands on a private network, captured, with their
//! socket calls.

use std::path::PathBuf;
use std::time::Duration;

use super::arguments::Exec;
use super::output::Output;
use super::run::{ITSELF, perform};
use super::{Failure, Status, picture};
use crate::session::lab_request::MOST_BYTES;
use crate::session::{CommandLine, Commands};
use crate::words::Words;

/// How long a command has to listen before the next one is started.
const WAIT: Duration = Duration::from_secs(1);
/// The most bytes of commands and input: they travel in one message each.
const MOST: usize = MOST_BYTES;

/// Runs what was asked for and draws it.
pub(super) fn exec(asked: &Exec, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    picture::check(&asked.drawing, words)?;
    let (inputs, count) = (asked.input.len(), asked.commands.len());
    let Some(without) = count.checked_sub(inputs) else {
        let sentence = words.say("too-many-inputs", &[("inputs", &inputs), ("commands", &count)]);
        return Err(Failure::new(Status::Usage, sentence));
    };
    check_length(asked.commands.iter().chain(&asked.input), words)?;
    let inputs = asked.input.iter().map(|text| Some(lines(text)));
    let inputs = std::iter::repeat_n(None, without).chain(inputs);
    let commands =
        asked.commands.iter().cloned().zip(inputs).map(|(text, input)| CommandLine { text, host: None, input });
    let commands = Commands {
        commands: commands.collect(),
        addresses: asked.address.clone(),
        wait: WAIT,
        executable: PathBuf::from(ITSELF),
    };
    perform(commands, &asked.drawing, words, output)
}

/// Refuses what does not fit into a message.
pub(super) fn check_length<'a>(texts: impl IntoIterator<Item = &'a String>, words: &Words) -> Result<(), Failure> {
    let bytes: usize = texts.into_iter().map(String::len).sum();
    if bytes <= MOST {
        return Ok(());
    }
    let sentence = words.say("commands-too-long", &[("bytes", &bytes), ("most", &MOST)]);
    Err(Failure::new(Status::Usage, sentence))
}

/// The text with its `\n` as new lines, and one at its end.
fn lines(text: &str) -> String {
    let mut lines = text.replace("\\n", "\n");
    if !lines.ends_with('\n') {
        lines.push('\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_is_lines() {
        assert_eq!(lines("hello\\nexit"), "hello\nexit\n");
        assert_eq!(lines("a\\n"), "a\n");
        assert_eq!(lines(""), "\n");
    }
}
