//! Two runs beside each other, as the reader wants them.

use super::arguments::{Drawing, Format};
use super::output::Output;
use super::{Failure, Status};
use crate::conversation::{Survey, conversations};
use crate::timeline::compare::{Comparison, Run, Sides};
use crate::trace::Trace;
use crate::view::json;
use crate::view::terminal::{self, Column, Options};
use crate::words::Words;

/// Draws what is different; each trace has a title.
pub(super) fn show(
    traces: Sides<&Trace>,
    titles: &Sides<String>,
    drawing: &Drawing,
    words: &Words,
    output: &Output<'_>,
) -> Result<(), Failure> {
    let all = traces.map(conversations);
    let runs =
        Sides { left: Run { trace: traces.left, all: &all.left }, right: Run { trace: traces.right, all: &all.right } };
    let whole = || {
        let mut comparison = Comparison::new(runs.left, runs.right);
        if let Some(id) = drawing.conversation {
            comparison.pairs.retain(|pair| pair.ids.left == id);
        }
        comparison
    };
    match drawing.format.unwrap_or(Format::Ladder) {
        Format::Ladder => {
            let options = Options {
                width: output.width,
                colour: output.colour,
                absolute: drawing.absolute,
                rules: output.verbose,
            };
            output.print(&terminal::beside(runs, &whole(), titles, words, &options))
        }
        Format::Json => {
            let document = json::beside(runs, &whole(), words)
                .map_err(|error| Failure::new(Status::Failed, words.say("document-failed", &[("reason", &error)])))?;
            output.print(&format!("{document}\n"))
        }
        Format::Summary => {
            let column = |trace: &Trace, title: &String| Column {
                title: title.clone(),
                ..Column::of(&trace.notes, &Survey::of(trace), words)
            };
            let columns = [column(traces.left, &titles.left), column(traces.right, &titles.right)];
            output.print(&terminal::summary(&columns, words))
        }
        Format::Tcpdump | Format::Table | Format::Hops => Err(Failure::new(Status::Usage, words.word("beside-format"))),
    }
}

/// Refuses what cannot be meant of two runs, before anything is done.
pub(super) fn check(drawing: &Drawing, words: &Words) -> Result<(), Failure> {
    let wrong = |key: &str| Err(Failure::new(Status::Usage, words.word(key)));
    if matches!(drawing.format, Some(Format::Tcpdump | Format::Table | Format::Hops)) {
        return wrong("beside-format");
    }
    if drawing.filter.is_some() || drawing.write.is_some() {
        return wrong("beside-options");
    }
    Ok(())
}
