//! The axes: where their marks are and what is written on them.

use egui_plot::{AxisHints, GridInput, GridMark, Plot};

use super::super::egui::{Rangef, RichText};
use super::super::fonts;
use super::super::theme::Theme;
use crate::timeline::graphs::{Graph, Quantity};
use crate::words::Words;
use crate::words::graphs::{time_mark, value_mark};

/// Between two marks of the axis of time, at least, in points.
const ACROSS: f64 = 92.0;
/// Between two marks of the axis of values, at least, in points.
const UPWARDS: f64 = 26.0;
/// What [`GridInput::base_step_size`] counts in, in points.
const UNIT: f32 = 8.0;
/// No more marks than this.
const MOST: i64 = 200;

/// Gives a plot our axes. `titles`: there is room for what they count;
/// `across`: for the marks of time at all.
pub(super) fn add<'a>(
    plot: Plot<'a>,
    graph: &'a Graph,
    raw: bool,
    theme: &Theme,
    words: &Words,
    (titles, across): (bool, bool),
) -> Plot<'a> {
    let title = |text: String| {
        let text = if titles { text } else { String::new() };
        RichText::new(text).font(fonts::words(fonts::NOTE)).color(theme.faint)
    };
    let look = |axis: AxisHints<'a>| {
        axis.tick_label_font(fonts::numbers(fonts::NOTE))
            .tick_label_color(theme.soft)
            // Marks are where there is room: never faded, never left out.
            .label_spacing(Rangef::new(10.0, 10.5))
    };
    let time = look(AxisHints::new_x())
        .label(title(words.word("graph-axis-at")))
        .formatter(|mark, range| time_mark(mark.value, mark.step_size, range.start().abs().max(range.end().abs())));
    let value = look(AxisHints::new_y())
        .label(title(words.quantity(graph.quantity, raw)))
        .min_thickness(52.0)
        .formatter(move |mark, range| {
            value_mark(graph, raw, mark.value, mark.step_size, range.start().abs().max(range.end().abs()))
        });
    let whole = matches!(graph.quantity, Quantity::Sequence | Quantity::Bytes | Quantity::Segments);
    let offset = graph.base.filter(|_| raw).map_or(0.0, |base| f64::from(base.raw()));
    plot.custom_x_axes(vec![time])
        .custom_y_axes(vec![value])
        .show_axes([across, true])
        .grid_spacing(Rangef::new(UNIT, UNIT + 0.5))
        .grid_color(theme.line)
        .x_grid_spacer(|input| marks(&input, ACROSS, 1e-9, 0.0))
        .y_grid_spacer(move |input| marks(&input, UPWARDS, if whole { 1.0 } else { 1e-9 }, offset))
}

/// Marks `apart` points from each other, or more, at round numbers that are at
/// least `least` apart; `offset` counts before 0.
fn marks(input: &GridInput, apart: f64, least: f64, offset: f64) -> Vec<GridMark> {
    let step = round_up((input.base_step_size / f64::from(UNIT) * apart).max(least));
    let (from, to) = (input.bounds.0 + offset, input.bounds.1 + offset);
    #[expect(clippy::cast_possible_truncation, reason = "`as` saturates")]
    let (first, end) = ((from / step).ceil() as i64, (to / step).floor() as i64);
    if end.saturating_sub(first) > MOST {
        return Vec::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let mark = |index: i64| GridMark { value: index as f64 * step - offset, step_size: step };
    (first..=end).map(mark).collect()
}

/// The least of 1, 2 and 5 times a power of ten that is no less than `value`.
fn round_up(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0];
    factors.into_iter().map(|factor| factor * power).find(|step| *step >= value * 0.999_999).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(bounds: (f64, f64), width: f64, least: f64, offset: f64) -> Vec<f64> {
        let base_step_size = (bounds.1 - bounds.0) / width * f64::from(UNIT);
        marks(&GridInput { bounds, base_step_size }, 50.0, least, offset).into_iter().map(|mark| mark.value).collect()
    }

    #[test]
    fn marks_are_round_numbers_that_fit() {
        assert_eq!(values((-0.5, 10.5), 300.0, 1.0, 0.0), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(values((0.0, 2.0), 300.0, 1.0, 0.0), [0.0, 1.0, 2.0], "there is no half byte");
        assert_eq!(values((0.0, 2.0), 210.0, 1e-9, 0.0), [0.0, 0.5, 1.0, 1.5, 2.0]);
        assert_eq!(
            values((0.0, 20.0), 130.0, 1.0, 4_294_967_290.0),
            [0.0, 10.0, 20.0],
            "where the raw number is round"
        );
        assert!(values((f64::MIN / 4.0, f64::MAX / 4.0), 300.0, 1.0, 0.0).len() < 10, "absurd, and no flood");
    }
}
