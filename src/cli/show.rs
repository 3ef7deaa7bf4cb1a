//! `wirelens show`: a saved capture, or one that is coming in.

use std::io;
use std::path::Path;

use super::arguments::{Drawing, Format, Show};
use super::lines::Lines;
use super::output::Output;
use super::pass::{self, Chosen};
use super::{Failure, Status, beside, picture};
use crate::conversation::{Glance, Row, Survey, Totals, conversations};
use crate::session::capture::{Capture, Reading, Step};
use crate::source::clock;
use crate::source::file::{self, FileError, Opened};
use crate::timeline::compare::Sides;
use crate::trace::Notes;
use crate::view::Wanted;
use crate::view::terminal::{self, Column, SummaryLines};
use crate::words::{self, Words, printable};

/// Draws a capture, as far as it could be read.
pub(super) fn show(asked: &Show, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    picture::check(&asked.drawing, words)?;
    if let Some(other) = &asked.beside {
        return two(&asked.file, other, &asked.drawing, words, output);
    }
    let start = clock::now();
    let done = match asked.drawing.format {
        Some(Format::Summary) if asked.drawing.conversation.is_none() => summary(asked, words, output),
        Some(Format::Tcpdump) => lines(asked, Lines::tcpdump(), String::new(), words, output),
        Some(Format::Table) => {
            let (table, head) = Lines::table(output);
            lines(asked, table, head, words, output)
        }
        Some(Format::Ladder) | None if is_large(asked) => ladders(asked, words, output),
        Some(Format::Ladder | Format::Hops | Format::Json | Format::Summary) | None => whole(asked, words, output),
    };
    output.detail(&words.say("timing-drawn", &[("span", &words::span(clock::now().since(start)))]));
    done
}

/// Two captures beside each other.
fn two(one: &Path, other: &Path, drawing: &Drawing, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    beside::check(drawing, words)?;
    let read =
        |path: &Path| open(path).map_err(|error| Failure::new(Status::Failed, words.file_error_at(&error, path)));
    let (left, right) = (read(one)?, read(other)?);
    let title = |path: &Path| printable(path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().as_bytes());
    let titles = Sides { left: title(one), right: title(other) };
    beside::show(Sides { left: &left.trace, right: &right.trace }, &titles, drawing, words, output)?;
    let told = pass::told_of_file(&left, one, words, output);
    told.and(pass::told_of_file(&right, other, words, output))
}

/// A line for each frame, as it comes in.
fn lines(asked: &Show, mut lines: Lines, head: String, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let drawing = &asked.drawing;
    let mut chosen = Chosen::new(drawing.filter.as_deref(), words)?;
    let (mut line, mut head) = (String::new(), Some(head));
    let passed = pass::print(&asked.file, drawing.write.as_deref(), &mut chosen, words, output, |frame, out| {
        if drawing.conversation.is_some_and(|id| frame.row.conversation != Some(id)) {
            return Ok(());
        }
        line.clear();
        line.extend(head.take());
        lines.append(&frame.glance, frame.row, &frame.label(), &mut line);
        out.write_all(line.as_bytes())
    })?;
    passed.finish(&asked.file, words, output)
}

/// What the capture amounts to; of its frames none is kept.
fn summary(asked: &Show, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let drawing = &asked.drawing;
    let mut chosen = Chosen::new(drawing.filter.as_deref(), words)?;
    let filtered = drawing.filter.is_some();
    let mut sum = filtered.then(Sum::default);
    let passed = pass::print(&asked.file, drawing.write.as_deref(), &mut chosen, words, output, |frame, _| {
        if let Some(sum) = &mut sum {
            sum.add(&frame.glance, frame.row);
        }
        Ok(())
    })?;
    summed_up(&passed.summary.notes, &passed.survey, sum.as_ref(), words, output)?;
    passed.finish(&asked.file, words, output)
}

/// What the chosen frames amount to.
#[derive(Default)]
pub(super) struct Sum {
    totals: Totals,
    /// The conversations they belong to.
    has_chosen: Vec<bool>,
}

impl Sum {
    /// Adds one of them.
    pub(super) fn add(&mut self, glance: &Glance<'_>, row: &Row) {
        self.totals.add(glance, row);
        if let Some(id) = row.conversation.and_then(|id| usize::try_from(id).ok()) {
            self.has_chosen.resize(self.has_chosen.len().max(id + 1), false);
            if let Some(has) = self.has_chosen.get_mut(id) {
                *has = true;
            }
        }
    }

    fn lists(&self, id: u32) -> bool {
        usize::try_from(id).ok().and_then(|id| self.has_chosen.get(id)).copied().unwrap_or(false)
    }
}

/// Writes what a capture amounts to; of its frames only those of `chosen`,
/// where that is given.
pub(super) fn summed_up(
    notes: &Notes,
    survey: &Survey,
    chosen: Option<&Sum>,
    words: &Words,
    output: &Output<'_>,
) -> Result<(), Failure> {
    let mut column = Column::of(notes, survey, words);
    if let Some(sum) = chosen {
        column.totals = sum.totals;
        column.conversations = sum.has_chosen.iter().filter(|has| **has).count();
    }
    let warning = terminal::counterfactual(notes, words, output.colour);
    output.write(|out| {
        warning.iter().try_for_each(|warning| writeln!(out, "{warning}"))?;
        out.write_all(terminal::summary(&[column], words).as_bytes())?;
        out.write_all(b"\n")?;
        let (mut lines, mut line) = (SummaryLines::new(words), String::new());
        for brief in survey.conversations().filter(|brief| chosen.is_none_or(|sum| sum.lists(brief.id))) {
            line.clear();
            lines.append(&brief, &mut line);
            out.write_all(line.as_bytes())?;
        }
        if chosen.is_some() { Ok(()) } else { out.write_all(terminal::summary_findings(survey, words).as_bytes()) }
    })
}

/// Whether the frames should not all be in memory at once: a large file, or a
/// pipe that nobody knows the end of. What is to be saved is read whole: then
/// nothing of it is lost.
fn is_large(asked: &Show) -> bool {
    let drawing = &asked.drawing;
    let length = std::fs::metadata(&asked.file).map(|found| found.len());
    let large = asked.file == Path::new("-") || length.is_ok_and(|length| length > LARGE);
    large && drawing.write.is_none() && drawing.filter.is_none()
}

/// Files up to this many bytes are in memory while they are drawn.
const LARGE: u64 = 32 * 1024 * 1024;

/// One conversation after the other, with only its frames in memory.
fn ladders(asked: &Show, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let failed = |error| Failure::new(Status::Failed, words.file_error_at(&error, &asked.file));
    let capture = if asked.file == Path::new("-") {
        let (mut reading, mut capture) = Reading::stream(io::stdin().lock()).map_err(failed)?;
        while reading.step(&mut capture, ITEMS, |_, _| {}) == Step::More {}
        capture
    } else {
        let (mut reading, mut capture) = Reading::open(&asked.file).map_err(failed)?;
        while reading.step(&mut capture, ITEMS, |_, _| {}) == Step::More {}
        capture
    };
    let reread = |source| Failure::new(Status::Failed, words.file_error_at(&FileError::Read { source }, &asked.file));
    draw(&capture, &asked.drawing, reread, words, output)?;
    pass::told_of_file(capture.opened(), &asked.file, words, output)
}

/// Items that are read in one step.
const ITEMS: usize = 1 << 16;

/// Says what is no longer here of a capture.
pub(super) fn tell_dropped(capture: &Capture, words: &Words, output: &Output<'_>) {
    let dropped = capture.dropped();
    if dropped > 0 {
        output.note(&words.say("frames-dropped", &[("count", &dropped)]));
    }
}

/// Draws what is here of a capture; `reread` tells why its frames could not be
/// read again.
pub(super) fn draw(
    capture: &Capture,
    drawing: &Drawing,
    reread: impl Fn(io::Error) -> Failure,
    words: &Words,
    output: &Output<'_>,
) -> Result<(), Failure> {
    tell_dropped(capture, words, output);
    // As many as can be looked at, at once: then calls that belong to no
    // conversation have their place too.
    if capture.index().len() <= SMALL {
        return picture::show(&capture.whole().map_err(reread)?, drawing, words, output);
    }
    let count = capture.survey().len();
    let all = u32::try_from(count).unwrap_or(u32::MAX);
    let wanted = match drawing.conversation {
        Some(id) if id >= all => {
            let sentence = words.say("no-conversation", &[("id", &id), ("count", &count)]);
            return Err(Failure::new(Status::Usage, sentence));
        }
        Some(id) => id..id + 1,
        None => 0..all,
    };
    let (order, ends) = capture.by_conversation();
    let options = terminal::Options {
        width: output.width,
        colour: output.colour,
        absolute: drawing.absolute,
        rules: output.verbose,
    };
    let mut failure = None;
    output.write(|out| {
        let title = words.say("frames", &[("count", &capture.index().len())]);
        let origin = terminal::counterfactual(capture.notes(), words, output.colour)
            .unwrap_or_else(|| words.origin(capture.notes().origin));
        writeln!(out, "{origin} · {title}")?;
        for id in wanted {
            let place = usize::try_from(id).unwrap_or(usize::MAX);
            let end = ends.get(place).copied().unwrap_or(0);
            let start = place.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
            let numbers = order.get(start..end).unwrap_or_default().iter().copied();
            let trace = match capture.trace(numbers) {
                Ok(trace) => trace,
                Err(error) => {
                    failure = Some(reread(error));
                    return Ok(());
                }
            };
            let mut all = conversations(&trace);
            all.number(id);
            let text = terminal::ladders(&trace, &all, words, &options, Wanted::default());
            if id == 0 {
                // Alone, it would have no title.
                writeln!(out, "\n{}", words.say("conversation-title", &[("id", &id)]))?;
            }
            out.write_all(text.strip_prefix('\n').filter(|_| id == 0).unwrap_or(&text).as_bytes())?;
        }
        if let Some(outside) = words.outside(capture.survey().outside()) {
            writeln!(out, "{outside}")?;
        }
        Ok(())
    })?;
    failure.map_or(Ok(()), Err)
}

/// Captures up to this many frames are drawn as a whole.
const SMALL: usize = 100_000;

/// With every frame in memory.
fn whole(asked: &Show, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let opened =
        open(&asked.file).map_err(|error| Failure::new(Status::Failed, words.file_error_at(&error, &asked.file)))?;
    for remark in &opened.trace.notes.remarks {
        output.note(&words.command_remark(remark));
    }
    if !opened.trace.notes.pinned.is_empty() {
        output.detail(&terminal::pinned(&opened.trace, words));
    }
    picture::show(&opened.trace, &asked.drawing, words, output)?;
    pass::told_of_file(&opened, &asked.file, words, output)
}

fn open(path: &Path) -> Result<Opened, FileError> {
    file::read(pass::source(path)?)
}
