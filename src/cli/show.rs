//! `wirelens show`: a saved capture.

use std::io;
use std::path::Path;

use super::arguments::Show;
use super::output::Output;
use super::{Failure, Status, picture};
use crate::source::clock;
use crate::source::file::{self, FileError, Opened};
use crate::source::shipped;
use crate::view::terminal;
use crate::words::{self, Words};

/// Draws a capture, as far as it could be read.
pub(super) fn show(asked: &Show, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    picture::check(&asked.drawing, words)?;
    let start = clock::now();
    let opened =
        open(&asked.file).map_err(|error| Failure::new(Status::Failed, words.file_error_at(&error, &asked.file)))?;
    for sentence in words.skipped(&opened) {
        output.note(&sentence);
    }
    for remark in &opened.trace.notes.remarks {
        output.note(&words.command_remark(remark));
    }
    if !opened.trace.notes.pinned.is_empty() {
        output.detail(&terminal::pinned(&opened.trace, words));
    }
    picture::show(&opened.trace, &asked.drawing, words, output)?;
    output.detail(&words.say("timing-drawn", &[("span", &words::span(clock::now().since(start)))]));
    match &opened.damage {
        Some(damage) => Err(Failure::new(Status::Damaged, words.damage_at(damage, &asked.file))),
        None => Ok(()),
    }
}

fn open(path: &Path) -> Result<Opened, FileError> {
    if path == Path::new("-") {
        return file::read(io::stdin().lock());
    }
    match file::open(path) {
        // The captures that come with us have names that no file has.
        Err(FileError::Open { source, path }) if source.kind() == io::ErrorKind::NotFound => {
            match path.to_str().and_then(shipped::find) {
                Some(capture) => capture.open(),
                None => Err(FileError::Open { source, path }),
            }
        }
        opened => opened,
    }
}
