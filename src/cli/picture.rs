//! A trace that is in memory, as the reader wants it: saved, as a ladder, as
//! JSON, as a table.

use std::collections::BTreeSet;
use std::path::Path;

use super::arguments::{Drawing, Format};
use super::lines::Lines;
use super::output::Output;
use super::{Failure, Status, pass};
use crate::conversation::chapters::stories;
use crate::conversation::{self, Conversations, Survey, conversations};
use crate::filter;
use crate::model::What;
use crate::source::file;
use crate::trace::{FrameNumber, Trace};
use crate::view::terminal::{self, Column, SummaryLines};
use crate::view::{Wanted, json, terminal::Options};
use crate::words::Words;

/// Refuses what cannot be meant, before anything is done.
pub(super) fn check(drawing: &Drawing, words: &Words) -> Result<(), Failure> {
    if let Some(text) = &drawing.filter {
        pass::parse(text, words)?;
    }
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
    let chosen = chosen(trace, drawing.filter.as_deref(), words)?;
    let only_chosen = chosen.as_ref().map(|chosen| only(trace, chosen));
    let kept = only_chosen.as_ref().unwrap_or(trace);
    if to_stdout(drawing) {
        return output.write(|out| file::write(kept, out));
    }
    // First: a reader who has seen enough has not said that nothing is to be
    // saved.
    let saved = match &drawing.write {
        Some(path) => {
            let written = file::save_as(kept, file::Format::of(kept, path), path);
            if let Ok(written) = &written
                && written.left_out > 0
            {
                output.note(&words.say("saved-left-out", &[("count", &written.left_out)]));
            }
            written.map(drop).map_err(|error| Failure::new(Status::Failed, words.file_error_at(&error, path)))
        }
        None => Ok(()),
    };
    draw(trace, chosen.as_ref(), drawing, words, output)?;
    saved
}

/// The frames that the filter selects; `None` without a filter.
fn chosen(trace: &Trace, filter: Option<&str>, words: &Words) -> Result<Option<BTreeSet<FrameNumber>>, Failure> {
    let Some(text) = filter else { return Ok(None) };
    Ok(Some(filter::select(trace, &pass::parse(text, words)?)))
}

/// The trace with these frames alone; what is no frame stays.
fn only(trace: &Trace, chosen: &BTreeSet<FrameNumber>) -> Trace {
    let mut kept = Trace::new(trace.notes.clone());
    for (_, place) in trace.places() {
        kept.add_place(place.clone());
    }
    let mut numbers = trace.frames().map(|(number, ..)| number);
    for event in trace.events() {
        let keep =
            !matches!(event.what, What::Frame(_)) || numbers.next().is_some_and(|number| chosen.contains(&number));
        if keep {
            kept.push(event.clone());
        }
    }
    kept
}

fn draw(
    trace: &Trace,
    chosen: Option<&BTreeSet<FrameNumber>>,
    drawing: &Drawing,
    words: &Words,
    output: &Output<'_>,
) -> Result<(), Failure> {
    let wanted = Wanted { conversation: drawing.conversation, frames: chosen };
    let options =
        Options { width: output.width, colour: output.colour, absolute: drawing.absolute, rules: output.verbose };
    match drawing.format.unwrap_or(Format::Ladder) {
        Format::Ladder => {
            let all = understood(trace, chosen, drawing.conversation, words)?;
            output.print(&terminal::page(trace, &all, words, &options, wanted))
        }
        Format::Hops => {
            let all = understood(trace, chosen, drawing.conversation, words)?;
            output.print(&terminal::hops(trace, &all, words, &options, wanted))
        }
        Format::Json => {
            let all = understood(trace, chosen, drawing.conversation, words)?;
            let document = json::document(trace, &all, words, wanted)
                .map_err(|error| Failure::new(Status::Failed, words.say("document-failed", &[("reason", &error)])))?;
            output.print(&format!("{document}\n"))
        }
        Format::Summary => {
            let survey = Survey::of(trace);
            let mut text = terminal::counterfactual(&trace.notes, words, output.colour)
                .map_or_else(String::new, |warning| format!("{warning}\n"));
            text.push_str(&terminal::summary(&[Column::of(&trace.notes, &survey, words)], words));
            text.push('\n');
            let mut lines = SummaryLines::new(words);
            survey.conversations().for_each(|brief| lines.append(&brief, &mut text));
            text.push_str(&terminal::summary_findings(&survey, words));
            let stories = stories(trace, &conversations(trace));
            if !stories.is_empty() {
                text.extend(["\n", &terminal::chapters(trace, &stories, words, output.width)]);
            }
            output.print(&text)
        }
        format @ (Format::Tcpdump | Format::Table) => {
            // Lines for other programs: the reader is told beside them.
            if let Some(warning) = terminal::counterfactual(&trace.notes, words, output.colour) {
                output.note(&warning);
            }
            let (mut lines, mut text) =
                if format == Format::Table { Lines::table(output) } else { (Lines::tcpdump(), String::new()) };
            conversation::each_frame(trace, |glance, row, label| {
                if chosen.is_none_or(|chosen| chosen.contains(&glance.number)) {
                    lines.append(glance, row, label, &mut text);
                }
            });
            output.print(&text)
        }
    }
}

/// The conversations that are wanted: all, those with a chosen frame, or one.
fn understood(
    trace: &Trace,
    chosen: Option<&BTreeSet<FrameNumber>>,
    wanted: Option<u32>,
    words: &Words,
) -> Result<Conversations, Failure> {
    let mut all = conversations(trace);
    if let Some(id) = wanted
        && !all.all().iter().any(|conversation| conversation.id() == id)
    {
        let sentence = words.say("no-conversation", &[("id", &id), ("count", &all.all().len())]);
        return Err(Failure::new(Status::Usage, sentence));
    }
    if let Some(chosen) = chosen {
        all.keep(|conversation| conversation.frames().iter().any(|frame| chosen.contains(frame)));
    }
    Ok(all)
}

/// Whether the capture itself is wanted on standard output.
pub(super) fn to_stdout(drawing: &Drawing) -> bool {
    drawing.write.as_deref() == Some(Path::new("-"))
}
