//! The columns of the packet table: how wide they are, and how time is
//! written.

use super::super::egui::{CursorIcon, Id, Rect, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2};
use super::super::fonts;
use super::super::listing::one_line;
use super::super::theme::Theme;
use super::HEAD;
use crate::decode::{self, FieldId, FieldValue};
use crate::model::Timestamp;
use crate::words::Words;

/// The marks stand in a column of this width, in points.
const MARKS: f32 = 40.0;
/// No column is narrower, in points.
const NARROWEST: f32 = 28.0;
/// On both sides of a column's edge one can drag it, in points.
const GRIP: f32 = 3.0;
/// Between a column's edge and its text, in points.
const INSET: f32 = 5.0;

/// The columns whose width the reader sets; Info takes what is left.
pub(super) const NAMES: [&str; 7] = [
    "column-number",
    "column-time",
    "column-source",
    "column-destination",
    "column-protocol",
    "column-length",
    "column-info",
];

/// What stands in the column of times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Time {
    /// Since the first frame.
    #[default]
    Relative,
    /// Since the frame before, of those that are listed.
    Delta,
    /// The clock, in UTC.
    Clock,
}

impl Time {
    pub(super) const ALL: [Self; 3] = [Self::Relative, Self::Delta, Self::Clock];

    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Relative => "time-relative",
            Self::Delta => "time-delta",
            Self::Clock => "time-clock",
        }
    }

    /// How wide such a time is, in points.
    const fn width(self) -> f32 {
        match self {
            Self::Relative | Self::Delta => 86.0,
            Self::Clock => 122.0,
        }
    }
}

/// How wide the columns are.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// All but Info, in points.
    widths: [f32; 6],
    pub(super) time: Time,
    /// Some time needs nine decimals; six are enough for most captures.
    nanoseconds: bool,
}

impl Default for Columns {
    fn default() -> Self {
        let time = Time::default();
        Self { widths: [52.0, time.width(), 116.0, 116.0, 68.0, 54.0], time, nanoseconds: false }
    }
}

impl Columns {
    /// Where the columns stand between two sides: the marks, then the seven.
    pub(super) fn ranges(&self, left: f32, right: f32) -> [(f32, f32); 8] {
        let mut ranges = [(left, left + MARKS); 8];
        let mut at = left + MARKS;
        let widths = self.widths.into_iter().chain([(right - at - self.widths.iter().sum::<f32>()).max(NARROWEST)]);
        for (range, width) in ranges.iter_mut().skip(1).zip(widths) {
            *range = (at, at + width);
            at += width;
        }
        ranges
    }

    /// A long number needs a wide column.
    pub(super) fn make_room(&mut self, frames: usize) {
        let digits = frames.max(1).ilog10() + 1;
        let digits = f32::from(u16::try_from(digits).unwrap_or(u16::MAX));
        if let Some(width) = self.widths.first_mut() {
            *width = width.max(digits * 7.4 + 2.0 * INSET);
        }
    }

    fn set_time(&mut self, time: Time) {
        self.time = time;
        let nine = if self.nanoseconds && time != Time::Clock { 22.0 } else { 0.0 };
        if let Some(width) = self.widths.get_mut(1) {
            *width = time.width() + nine;
        }
    }

    /// Paints the names, takes drags at their edges and the choice of time.
    pub(super) fn head(&mut self, ui: &mut Ui, rect: Rect, words: &Words) {
        let theme = Theme::of(ui);
        ui.painter().rect_filled(rect, 0.0, theme.raised);
        let ranges = self.ranges(rect.left(), rect.right());
        for (column, (key, (left, right))) in NAMES.iter().zip(ranges.iter().skip(1)).enumerate() {
            let mut name = words.word(key);
            if column == 1 && self.time == Time::Clock {
                name.push_str(" (UTC)");
            }
            let cell = Rect::from_min_max(pos2(*left, rect.top()), pos2(*right, rect.bottom()));
            let galley = one_line(ui, &name, fonts::strong(fonts::NOTE), theme.soft, right - left - 2.0 * INSET);
            let text = galley.size();
            let x = if is_right(column) { right - INSET - text.x } else { left + INSET };
            ui.painter().galley(pos2(x, rect.center().y - text.y / 2.0), galley, theme.soft);
            let inside = cell.shrink2(vec2(GRIP, 0.0));
            let id = ui.scope_id().with(("column", column));
            if column == 1 {
                let response = ui.interact(inside, id, Sense::click());
                response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &name));
                let mut chosen = None;
                response.context_menu(|ui| {
                    for time in Time::ALL {
                        if ui.radio(self.time == time, words.word(time.key())).clicked() {
                            chosen = Some(time);
                            ui.close();
                        }
                    }
                });
                // By keyboard, and for who does not know the right button.
                if response.clicked() {
                    let place = Time::ALL.iter().position(|time| *time == self.time).unwrap_or(0);
                    chosen = Time::ALL.iter().cycle().nth(place + 1).copied();
                }
                response.on_hover_text(words.word("time-hint"));
                if let Some(time) = chosen {
                    self.set_time(time);
                }
            } else {
                let response = ui.interact(inside, id, Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &name));
            }
            if column < self.widths.len() {
                self.grip(ui, id, column, *right, rect);
            }
        }
        ui.painter().hline(rect.x_range(), rect.bottom(), (1.0, theme.line));
    }

    /// The edge between two columns.
    fn grip(&mut self, ui: &Ui, id: Id, column: usize, x: f32, rect: Rect) {
        let theme = Theme::of(ui);
        let edge = Rect::from_x_y_ranges(x - GRIP..=x + GRIP, rect.y_range());
        let response = ui.interact(edge, id.with("edge"), Sense::DRAG);
        let colour = if response.hovered() || response.dragged() { theme.accent } else { theme.line };
        ui.painter().vline(x, rect.shrink(4.0).y_range(), (1.0, colour));
        if let Some(width) = self.widths.get_mut(column) {
            *width = (*width + response.drag_delta().x).max(NARROWEST);
        }
        response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    }

    /// A time as its column has it.
    pub(super) fn time(&mut self, at: Timestamp, start: Timestamp, before: Timestamp) -> String {
        let mut text = String::new();
        if self.time == Time::Clock {
            decode::print(FieldId::FRAME_TIME.kind(), &FieldValue::Nanos(at.nanos()), &mut text);
            // `Jan  2, 1970 03:04:05.000000006 UTC`: only the clock.
            let clock = text.split_whitespace().nth(3).unwrap_or_default();
            return clock.get(..15).unwrap_or(clock).to_owned();
        }
        let nanos = at.since(if self.time == Time::Delta { before } else { start }).nanos();
        if nanos % 1_000 != 0 && !self.nanoseconds {
            self.nanoseconds = true;
            self.set_time(self.time);
        }
        let sign = if nanos < 0 { "−" } else { "" };
        let (seconds, rest) = (nanos.unsigned_abs() / 1_000_000_000, nanos.unsigned_abs() % 1_000_000_000);
        if self.nanoseconds {
            format!("{sign}{seconds}.{rest:09}")
        } else {
            format!("{sign}{seconds}.{:06}", rest / 1_000)
        }
    }

    /// Where the text of a cell begins, when it is `width` points wide.
    pub(super) fn text_at(column: usize, (left, right): (f32, f32), width: f32) -> f32 {
        if is_right(column) { right - INSET - width } else { left + INSET }
    }

    /// How wide a text may be in a cell.
    pub(super) fn room((left, right): (f32, f32)) -> f32 {
        (right - left - 2.0 * INSET).max(0.0)
    }

    /// The height of the names.
    pub(super) fn head_rect(rect: Rect) -> Rect {
        Rect::from_min_size(rect.min, vec2(rect.width(), HEAD))
    }
}

/// Numbers stand below each other by their last digit.
const fn is_right(column: usize) -> bool {
    matches!(column, 0 | 1 | 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_nine_decimals_from_the_first_on_that_needs_them() {
        let mut columns = Columns::default();
        let at = Timestamp::from_nanos;
        assert_eq!(columns.time(at(1_500_000_000), at(0), at(0)), "1.500000");
        assert_eq!(columns.time(at(-1_000), at(0), at(0)), "−0.000001");
        assert_eq!(columns.time(at(1), at(0), at(0)), "0.000000001");
        assert_eq!(columns.time(at(1_500_000_000), at(0), at(0)), "1.500000000");
        columns.set_time(Time::Delta);
        assert_eq!(columns.time(at(3_000_000_000), at(0), at(1_000_000_000)), "2.000000000");
        columns.set_time(Time::Clock);
        assert_eq!(columns.time(at(1_555_002_999_743_518_000), at(0), at(0)), "17:16:39.743518");
    }

    #[test]
    fn info_takes_what_is_left_and_is_never_nothing() {
        let columns = Columns::default();
        let ranges = columns.ranges(0.0, 1000.0);
        assert_eq!(ranges.last().map(|range| range.1), Some(1000.0));
        assert!(ranges.windows(2).all(|pair| (pair[0].1 - pair[1].0).abs() < 0.01));
        let narrow = columns.ranges(0.0, 100.0);
        assert!(narrow.iter().all(|(left, right)| right - left >= NARROWEST));
    }
}
