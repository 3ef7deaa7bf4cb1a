//! Standard output and standard error: what may go where, how wide and in
//! which colours.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use super::arguments::{Color, Common};
use super::{Failure, Status};
use crate::source::file;
use crate::view::export::TEXT_WIDTH;
use crate::words::Words;

/// What is gathered for another program, in bytes.
const BUFFER: usize = 256 * 1024;

/// Where a terminal does not say otherwise.
const WIDTH: usize = 80;

/// The two outputs.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(super) struct Output<'a> {
    words: &'a Words,
    /// Only errors beside the picture.
    pub(super) quiet: bool,
    /// What was pinned and how long things took.
    pub(super) verbose: bool,
    /// The language was asked for on the command line.
    pub(super) language_asked: bool,
    /// Whether the picture has colours.
    pub(super) colour: bool,
    /// Columns of the picture.
    pub(super) width: usize,
    /// What takes the place of standard output.
    file: Option<PathBuf>,
}

impl<'a> Output<'a> {
    pub(super) fn new(words: &'a Words, common: &Common) -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let terminal = io::stdout().is_terminal();
        let colour = match common.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                terminal && variable("NO_COLOR").is_none() && variable("TERM").is_none_or(|term| term != "dumb")
            }
        };
        let told = variable("COLUMNS").and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
        let seen = || {
            let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
            Some(usize::from(width.0)).filter(|columns| *columns > 0)
        };
        let width = told.or_else(seen).unwrap_or(WIDTH);
        Self {
            words,
            quiet: common.quiet,
            verbose: common.verbose,
            language_asked: common.lang.is_some(),
            colour,
            width,
            file: None,
        }
    }

    /// The same with a file in the place of standard output: what is there is
    /// replaced when all is written, and never if that fails.
    pub(super) fn to_file(&self, path: &Path) -> Self {
        let (words, quiet, verbose) = (self.words, self.quiet, self.verbose);
        let language_asked = self.language_asked;
        Self { words, quiet, verbose, language_asked, colour: false, width: TEXT_WIDTH, file: Some(path.to_owned()) }
    }

    /// Whether a person would see what goes to standard output.
    pub(super) fn is_terminal() -> bool {
        io::stdout().is_terminal()
    }

    /// Writes to standard output. Where its reader has closed it, that is as
    /// good: they have read enough.
    pub(super) fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        if let Some(path) = &self.file {
            let saved = file::save_with(path, |out| Ok(write(out)?));
            return saved.map_err(|error| Failure::new(Status::Failed, self.words.file_error_at(&error, path)));
        }
        let mut stdout = io::stdout().lock();
        // A person sees each line when it is there; a program takes many at
        // once.
        let written = if stdout.is_terminal() {
            write(&mut stdout).and_then(|()| stdout.flush())
        } else {
            let mut out = BufWriter::with_capacity(BUFFER, stdout);
            write(&mut out).and_then(|()| out.flush())
        };
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let reason = self.words.io_reason(&error);
                Err(Failure::new(Status::Failed, self.words.say("output-failed", &[("reason", &reason)])))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Writes text to standard output.
    pub(super) fn print(&self, text: &str) -> Result<(), Failure> {
        self.write(|out| out.write_all(text.as_bytes()))
    }

    /// Says something on standard error that is good to know, unless the
    /// reader wants quiet.
    pub(super) fn note(&self, sentence: &str) {
        if !self.quiet {
            say(&self.words.notice(sentence));
        }
    }

    /// Says something on standard error, as it is, to a reader who wants to
    /// know everything.
    pub(super) fn detail(&self, text: &str) {
        if self.verbose {
            say(text);
        }
    }

    /// Says on standard error what went wrong.
    pub(super) fn complain(&self, sentence: &str) {
        say(&self.words.error(sentence));
    }
}

/// A line on standard error. Where nobody can hear it, there is nobody to tell
/// that either.
pub(super) fn say(line: &str) {
    writeln!(io::stderr(), "{}", line.trim_end()).ok();
}
