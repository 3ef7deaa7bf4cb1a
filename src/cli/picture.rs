//! A trace as the reader wants it: saved, as a ladder, or as JSON.

use std::path::Path;

use super::arguments::{Drawing, Format};
use super::output::Output;
use super::{Failure, Status};
use crate::conversation::conversations;
use crate::source::file;
use crate::trace::Trace;
use crate::view::{json, terminal};
use crate::words::Words;

/// Refuses what cannot be meant, before anything is done.
pub(super) fn check(drawing: &Drawing, words: &Words) -> Result<(), Failure> {
    if !to_stdout(drawing) {
        return Ok(());
    }
    if drawing.format.is_some() {
        return Err(Failure::new(Status::Usage, words.word("write-and-format")));
    }
    if Output::is_terminal() {
        return Err(Failure::new(Status::Usage, words.word("write-to-terminal")));
    }
    Ok(())
}

/// Saves and draws.
pub(super) fn show(trace: &Trace, drawing: &Drawing, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    if to_stdout(drawing) {
        return output.write(|out| file::write(trace, out));
    }
    // First: a reader who has seen enough has not said that nothing is to be
    // saved.
    let saved = match &drawing.write {
        Some(path) => {
            file::save(trace, path).map_err(|error| Failure::new(Status::Failed, words.file_error_at(&error, path)))
        }
        None => Ok(()),
    };
    draw(trace, drawing, words, output)?;
    saved
}

fn draw(trace: &Trace, drawing: &Drawing, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let all = conversations(trace);
    if let Some(id) = drawing.conversation
        && !all.all().iter().any(|conversation| conversation.id() == id)
    {
        let sentence = words.say("no-conversation", &[("id", &id), ("count", &all.all().len())]);
        return Err(Failure::new(Status::Usage, sentence));
    }
    match drawing.format.unwrap_or(Format::Ladder) {
        Format::Ladder => {
            let options = terminal::Options { width: output.width, colour: output.colour, absolute: drawing.absolute };
            output.print(&terminal::page(trace, &all, words, &options, drawing.conversation))
        }
        Format::Summary => output.print(&terminal::summary(&[(trace, &all)], words)),
        Format::Tcpdump | Format::Table => Ok(()),
        Format::Json => {
            let document = json::document(trace, &all, words, drawing.conversation)
                .map_err(|error| Failure::new(Status::Failed, words.say("document-failed", &[("reason", &error)])))?;
            output.print(&format!("{document}\n"))
        }
    }
}

/// Whether the capture itself is wanted on standard output.
fn to_stdout(drawing: &Drawing) -> bool {
    drawing.write.as_deref() == Some(Path::new("-"))
}
