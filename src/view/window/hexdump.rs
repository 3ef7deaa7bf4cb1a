//! Bytes in hexadecimal and as text, with one field marked.

use std::ops::Range;

use super::egui::{Align2, CornerRadius, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2, vec2};
use super::fonts;
use super::theme::Theme;
use crate::words::Words;

/// Bytes in a line.
const LINE: usize = 16;
/// Lines shown; a jumbo frame is longer than anybody reads.
const LINES: usize = 128;

/// Shows `bytes`, the span `marked` outlined; returns the byte under the
/// pointer.
pub(super) fn show(ui: &mut Ui, bytes: &[u8], marked: Option<&Range<usize>>, words: &Words) -> Option<usize> {
    let theme = Theme::of(ui);
    let font = fonts::numbers(fonts::NOTE);
    let size = ui.painter().layout_no_wrap("0".to_owned(), font.clone(), theme.text).size();
    let line_height = size.y + 4.0;
    let lines = bytes.chunks(LINE).take(LINES);
    let (offset_width, cell) = (size.x * 5.5, size.x * 2.75);
    // Sixteen bytes a line where they fit with their text, eight otherwise.
    let room = ui.available_width();
    let text_left = |per_line: f32| offset_width + cell * per_line + size.x;
    let with_text = text_left(16.0) + size.x * 16.0 <= room;
    #[expect(clippy::cast_precision_loss, reason = "at most 128 lines")]
    let height = lines.len() as f32 * line_height;
    let (rect, response) = ui.allocate_exact_size(vec2(room.max(text_left(16.0) - size.x), height), Sense::hover());
    let label = words.say("ui-bytes-of-frame", &[("count", &bytes.len())]);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
    let under = response.hover_pos();
    let mut hovered = None;
    let painter = ui.painter_at(rect.expand(2.0));
    for (number, line) in lines.enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "at most 128 lines of 16 bytes")]
        let (top, x_of) = (rect.top() + number as f32 * line_height, |column: usize| {
            rect.left() + offset_width + cell * column as f32
        });
        let start = number * LINE;
        let middle = top + line_height / 2.0;
        let at = pos2(rect.left(), middle);
        painter.text(at, Align2::LEFT_CENTER, format!("{start:04x}"), font.clone(), theme.faint);
        if let Some(marked) = marked {
            let (from, to) = (marked.start.max(start), marked.end.min(start + line.len()));
            if from < to {
                let left = x_of(from - start) - 3.0;
                let right = x_of(to - start - 1) + size.x * 2.0 + 3.0;
                let outline = Rect::from_min_max(pos2(left, top + 0.5), pos2(right, top + line_height - 0.5));
                painter.rect(
                    outline,
                    CornerRadius::same(3),
                    theme.selection,
                    Stroke::new(1.0, theme.accent),
                    StrokeKind::Inside,
                );
            }
        }
        for (column, byte) in line.iter().enumerate() {
            let x = x_of(column);
            let inside = marked.is_some_and(|marked| marked.contains(&(start + column)));
            let ink = if inside { theme.text } else { theme.soft };
            painter.text(pos2(x, middle), Align2::LEFT_CENTER, format!("{byte:02x}"), font.clone(), ink);
            let here = Rect::from_min_size(pos2(x - 3.0, top), vec2(cell, line_height));
            if under.is_some_and(|at| here.contains(at)) {
                hovered = Some(start + column);
            }
        }
        if with_text {
            let text: String =
                line.iter().map(|byte| if (0x20..0x7f).contains(byte) { char::from(*byte) } else { '·' }).collect();
            let at = pos2(rect.left() + text_left(16.0), middle);
            painter.text(at, Align2::LEFT_CENTER, text, font.clone(), theme.faint);
        }
    }
    if bytes.len() > LINE * LINES {
        ui.label(words.say("ui-more-bytes", &[("count", &(bytes.len() - LINE * LINES))]));
    }
    hovered
}
