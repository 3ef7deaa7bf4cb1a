//! A table of legs: a column for each, a row for each field.

use super::{Page, is_lost};
use crate::conversation::journey::{Journey, Layer, Leg, Look};
use crate::decode::FieldId;
use crate::view::terminal::columns::Ink;
use crate::words::{clip, span, width};

/// Between two columns.
const GAP: usize = 2;

/// A row: what it is, and for each leg the value and whether it was changed.
struct Line {
    name: String,
    cells: Vec<(String, Ink)>,
}

impl Page<'_> {
    /// The legs of the way side by side; where they do not all fit, in several
    /// tables.
    pub(super) fn sheet(&mut self, journey: &Journey, look: &Look) {
        let mut legs: Vec<(usize, &Leg)> = journey.way().collect();
        if legs.is_empty() {
            legs = journey.copies().collect();
        }
        let lines = self.lines(journey, look, &legs);
        let names = lines.iter().map(|line| width(&line.name)).max().unwrap_or(0);
        let widths: Vec<usize> = (0..legs.len())
            .map(|column| {
                let cells = lines.iter().filter_map(|line| line.cells.get(column));
                cells.map(|(text, _)| width(text)).max().unwrap_or(0)
            })
            .collect();
        let room = self.columns.saturating_sub(2 + names);
        let mut start = 0;
        while start < legs.len() {
            let mut used = 0;
            let mut end = start;
            while let Some(column) = widths.get(end).filter(|column| end == start || used + GAP + **column <= room) {
                used += GAP + column;
                end += 1;
            }
            for line in &lines {
                self.row(line, names, start..end, &widths, room);
            }
            start = end;
        }
    }

    fn row(&mut self, line: &Line, names: usize, shown: std::ops::Range<usize>, widths: &[usize], room: usize) {
        let (cells, widths) =
            (line.cells.get(shown.clone()).unwrap_or_default(), widths.get(shown).unwrap_or_default());
        if cells.iter().all(|(text, _)| text.is_empty()) {
            return;
        }
        let name = format!("{}{}", line.name, " ".repeat(names.saturating_sub(width(&line.name))));
        let mut text = format!("  {}", Ink::Faint.write(&name, self.colour));
        for ((cell, ink), column) in cells.iter().zip(widths) {
            let cell = clip(cell, room.saturating_sub(GAP));
            let filling = " ".repeat(column.saturating_sub(width(&cell)));
            text.extend([" ".repeat(GAP), ink.write(&cell, self.colour), filling]);
        }
        self.text.extend([text.trim_end(), "\n"]);
    }

    fn lines(&self, journey: &Journey, look: &Look, legs: &[(usize, &Leg)]) -> Vec<Line> {
        let (words, trace) = (self.words, self.trace);
        let cells = |cell: &dyn Fn(&Leg) -> (String, Ink)| legs.iter().map(|(_, leg)| cell(leg)).collect();
        let since = |leg: &Leg| {
            let at = leg.sent.or(leg.received).map(|capture| capture.at)?;
            Some(format!("+{}", span(at.since(journey.at))))
        };
        let mut lines = vec![
            Line {
                name: String::new(),
                cells: cells(&|leg| {
                    let name = words.journey_leg(trace, leg);
                    let lost = is_lost(leg);
                    if lost { (format!("{name} ✗"), Ink::Lost) } else { (name, Ink::Bold) }
                }),
            },
            Line {
                name: words.word("journey-seen-label"),
                cells: cells(&|leg| (words.journey_seen_short(trace, leg), Ink::Faint)),
            },
            Line {
                name: words.word("journey-frame-label"),
                cells: cells(&|leg| {
                    let frames = [leg.sent, leg.received].into_iter().flatten();
                    let numbers: Vec<String> = frames.map(|capture| capture.frame.0.to_string()).collect();
                    (numbers.join(", "), Ink::Faint)
                }),
            },
            Line {
                name: words.word("journey-moment-label"),
                cells: cells(&|leg| (since(leg).unwrap_or_default(), Ink::Faint)),
            },
        ];
        for (field, quoted, nth) in rows(look, legs) {
            let value = |place: usize| {
                let layers = look.legs.get(place).into_iter().flatten().filter(|layer| layer.quoted == quoted);
                layers.flat_map(|layer| &layer.rows).filter(|row| row.field == field).nth(nth)
            };
            let cell = |place: usize| match value(place) {
                Some(row) if row.before.is_some() => (format!("*{}", row.value), Ink::Changed),
                Some(row) => (row.value.clone(), Ink::Plain),
                None => (String::new(), Ink::Plain),
            };
            let quote = if quoted { "❝ " } else { "" };
            lines.push(Line {
                name: format!("{quote}{}", field.name()),
                cells: legs.iter().map(|(place, _)| cell(*place)).collect(),
            });
        }
        lines
    }
}

/// Every row of every leg, in order: the field, whether it is quoted, and which
/// of several of this name.
fn rows(look: &Look, legs: &[(usize, &Leg)]) -> Vec<(FieldId, bool, usize)> {
    let mut rows: Vec<(FieldId, bool, usize)> = Vec::new();
    let shown = legs.iter().filter_map(|(place, _)| look.legs.get(*place));
    for layers in shown {
        let mut own: Vec<(FieldId, bool)> = Vec::new();
        for layer in layers as &Vec<Layer> {
            for row in &layer.rows {
                let key = (row.field, layer.quoted);
                let nth = own.iter().filter(|other| **other == key).count();
                own.push(key);
                if !rows.contains(&(row.field, layer.quoted, nth)) {
                    rows.push((row.field, layer.quoted, nth));
                }
            }
        }
    }
    rows
}
