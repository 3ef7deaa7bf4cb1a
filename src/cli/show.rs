//! `wirelens show`: a saved capture, or one that is coming in.

use std::path::Path;

use super::arguments::{Format, Show};
use super::lines::Lines;
use super::output::Output;
use super::pass::{self, Chosen};
use super::{Failure, Status, picture};
use crate::conversation::Totals;
use crate::source::clock;
use crate::source::file::{self, FileError, Opened};
use crate::view::terminal::{self, Column};
use crate::words::{self, Words};

/// Draws a capture, as far as it could be read.
pub(super) fn show(asked: &Show, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    picture::check(&asked.drawing, words)?;
    let start = clock::now();
    let done = match asked.drawing.format {
        Some(Format::Summary) if asked.drawing.conversation.is_none() => summary(asked, words, output),
        Some(Format::Tcpdump) => lines(asked, Lines::tcpdump(), words, output),
        Some(Format::Table) => {
            let (table, head) = Lines::table(output);
            output.print(&head)?;
            lines(asked, table, words, output)
        }
        Some(Format::Ladder | Format::Json | Format::Summary) | None => whole(asked, words, output),
    };
    output.detail(&words.say("timing-drawn", &[("span", &words::span(clock::now().since(start)))]));
    done
}

/// A line for each frame, as it comes in.
fn lines(asked: &Show, mut lines: Lines, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let drawing = &asked.drawing;
    let mut chosen = Chosen::new(drawing.filter.as_deref(), words)?;
    let mut line = String::new();
    let passed = pass::print(&asked.file, drawing.write.as_deref(), &mut chosen, words, output, |frame, out| {
        if drawing.conversation.is_some_and(|id| frame.row.conversation != Some(id)) {
            return Ok(());
        }
        line.clear();
        lines.append(&frame.glance, &frame.row, &frame.label(), &mut line);
        out.write_all(line.as_bytes())
    })?;
    passed.finish(&asked.file, words, output)
}

/// What the capture amounts to; of its frames none is kept.
fn summary(asked: &Show, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let drawing = &asked.drawing;
    let mut chosen = Chosen::new(drawing.filter.as_deref(), words)?;
    let filtered = drawing.filter.is_some();
    let mut totals = Totals::default();
    let mut has_chosen: Vec<bool> = Vec::new();
    let passed = pass::print(&asked.file, drawing.write.as_deref(), &mut chosen, words, output, |frame, _| {
        if filtered {
            totals.add(&frame.glance, &frame.row);
            if let Some(id) = frame.row.conversation.and_then(|id| usize::try_from(id).ok()) {
                has_chosen.resize(has_chosen.len().max(id + 1), false);
                if let Some(has) = has_chosen.get_mut(id) {
                    *has = true;
                }
            }
        }
        Ok(())
    })?;
    let survey = &passed.survey;
    let mut column = Column::of(&passed.summary.notes, survey, words);
    if filtered {
        column.totals = totals;
        column.conversations = has_chosen.iter().filter(|has| **has).count();
    }
    let listed = |id: u32| {
        !filtered || usize::try_from(id).ok().and_then(|id| has_chosen.get(id)).copied().unwrap_or(false)
    };
    output.write(|out| {
        out.write_all(terminal::summary(&[column], words).as_bytes())?;
        out.write_all(b"\n")?;
        for brief in survey.conversations().filter(|brief| listed(brief.id)) {
            out.write_all(terminal::summary_line(&brief, words).as_bytes())?;
        }
        if filtered { Ok(()) } else { out.write_all(terminal::summary_findings(survey, words).as_bytes()) }
    })?;
    passed.finish(&asked.file, words, output)
}

/// With every frame in memory.
fn whole(asked: &Show, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
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
    match &opened.damage {
        Some(damage) => Err(Failure::new(Status::Damaged, words.damage_at(damage, &asked.file))),
        None => Ok(()),
    }
}

fn open(path: &Path) -> Result<Opened, FileError> {
    file::read(pass::source(path)?)
}
