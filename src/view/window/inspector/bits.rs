//! Paints a header's grid.
//!
//! ```text
//!  0     4      8              16             24          31
//! ┌─────────────────────────────┬─────────────────────────────┐
//! │            9999             │            47032            │
//! │         source port         │      destination port       │
//! ├─────────────────────────────┴─────────────────────────────┤
//! ```
//!
//! Owns where a cell stands and which of its texts fits. A cell may go on in
//! the next rows; rows that only go on are low, and of a long stretch only a
//! few are drawn.

use std::ops::Range;
use std::sync::Arc;

use super::super::egui::{
    Align2, Color32, FontId, Galley, Painter, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    accesskit::Role, pos2, vec2,
};
use super::super::fonts;
use super::super::theme::Theme;
use super::cells::{CellText, Sheet};
use super::grid::ROW;
use super::menu::Menu;
use super::{Mark, Touched};

/// Heights in points: the ruler, a row with texts, a row that goes on.
const RULER: f32 = 14.0;
const HIGH: f32 = 34.0;
const LOW: f32 = 9.0;
/// Rows of one cell that are drawn; the others have no height.
const MOST: usize = 4;
/// Bits that the ruler names.
const RULED: [usize; 6] = [0, 4, 8, 16, 24, 31];

/// Where rows and columns stand.
struct Places {
    left: f32,
    /// A bit's width.
    bit: f32,
    /// Each row's top, and the last one's bottom.
    tops: Vec<f32>,
}

impl Places {
    fn x(&self, bit: usize) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "32 columns")]
        let bit = bit as f32;
        self.left + self.bit * bit
    }

    /// The rectangles of a cell, one for each row, those that fill whole rows
    /// joined.
    fn pieces(&self, bits: &Range<usize>) -> Vec<Rect> {
        let mut pieces: Vec<Rect> = Vec::new();
        let (mut at, mut before_whole) = (bits.start, false);
        while at < bits.end {
            let (row, column) = (at / ROW, at % ROW);
            let end = (row * ROW + ROW).min(bits.end);
            let whole = end - at == ROW;
            if let (Some(top), Some(bottom)) = (self.tops.get(row), self.tops.get(row + 1)) {
                let last = column + (end - at);
                let rect = Rect::from_min_max(pos2(self.x(column), *top), pos2(self.x(last), *bottom));
                match pieces.last_mut() {
                    Some(last) if whole && before_whole => *last = last.union(rect),
                    _ => pieces.push(rect),
                }
            }
            before_whole = whole;
            at = end;
        }
        pieces
    }
}

/// How high each row is.
fn heights(sheet: &Sheet) -> Vec<f32> {
    let rows = (sheet.span.len() * 8).div_ceil(ROW);
    let mut heights = vec![HIGH; rows];
    for text in &sheet.cells {
        let bits = &text.cell.bits;
        // The rows that are this cell's alone.
        let (first, last) = (bits.start.div_ceil(ROW), bits.end / ROW);
        for (count, row) in (first..last).enumerate() {
            if let Some(height) = heights.get_mut(row)
                && count > 0
            {
                *height = if count < MOST { LOW } else { 0.0 };
            }
        }
    }
    heights
}

/// Shows a grid over the whole width; `marked` is outlined.
pub(super) fn show(ui: &mut Ui, sheet: &Sheet, marked: Option<&Mark>, menu: &mut Menu<'_>) -> Touched {
    let heights = heights(sheet);
    let width = ui.available_width();
    let size = vec2(width, RULER + heights.iter().sum::<f32>() + 2.0);
    let (rect, background) = ui.allocate_exact_size(size, Sense::hover());
    let mut tops = vec![rect.top() + RULER];
    for height in &heights {
        tops.push(tops.last().copied().unwrap_or_default() + height);
    }
    #[expect(clippy::cast_precision_loss, reason = "32 columns")]
    let places = Places { left: rect.left(), bit: width / ROW as f32, tops };
    let visible = ui.is_rect_visible(rect);
    if visible {
        ruler(ui, rect, &places);
    }
    // The cells lie above it and take the pointer for themselves.
    let pointer = background.contains_pointer().then(|| ui.input(|input| input.pointer.hover_pos())).flatten();
    let mut done = Touched::default();
    let theme = Theme::of(ui);
    let mut outlined = Vec::new();
    for (index, text) in sheet.cells.iter().enumerate() {
        let pieces = places.pieces(&text.cell.bits);
        let Some(largest) = pieces.iter().copied().max_by(|a, b| a.area().total_cmp(&b.area())) else { continue };
        let id = ui.scope_id().with((sheet.header.name(), sheet.span.start, index));
        let response = ui.interact(largest, id, Sense::click());
        let is_marked = marked.is_some_and(|mark| mark.covers(text.cell.field, &text.cell.span));
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_marked, &text.label));
        let over = pointer.is_some_and(|at| pieces.iter().any(|piece| piece.contains(at)));
        let mark = || Mark { field: text.cell.field, span: text.cell.span.clone() };
        if over || response.has_focus() {
            done.hovered = Some(mark());
        }
        if response.clicked()
            || (over
                && !largest.contains(pointer.unwrap_or_default())
                && ui.input(|input| input.pointer.primary_clicked()))
        {
            done.clicked = Some(mark());
        }
        if visible && ui.is_rect_visible(largest) {
            paint(ui, text, &pieces, largest, is_marked);
            if is_marked {
                outlined.extend(pieces.iter().map(|piece| piece.shrink(0.5)));
            }
        }
        finish(response, text, menu);
    }
    for piece in outlined {
        let stroke = Stroke::new(1.5, theme.accent);
        ui.painter().rect_stroke(piece, 3.0, stroke, StrokeKind::Inside);
    }
    done
}

/// What a cell says when it is pointed at, and what can be done with it.
fn finish(response: Response, text: &CellText, menu: &mut Menu<'_>) {
    menu.of(&response, text.cell.field, &text.cell.span);
    response.on_hover_text(&text.hint);
}

fn ruler(ui: &Ui, rect: Rect, places: &Places) {
    let theme = Theme::of(ui);
    for bit in RULED {
        let x = places.x(bit) + places.bit / 2.0;
        let at = pos2(x, rect.top() + RULER / 2.0 - 1.0);
        ui.painter().text(at, Align2::CENTER_CENTER, bit.to_string(), fonts::numbers(fonts::NOTE), theme.faint);
    }
}

fn paint(ui: &Ui, text: &CellText, pieces: &[Rect], largest: Rect, marked: bool) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let fill = if marked || text.set { theme.selection } else { theme.raised };
    for (index, piece) in pieces.iter().enumerate() {
        // A hair of the panel between cells; a cell that goes on is whole.
        let mut rect = piece.shrink2(vec2(0.75, 0.75));
        if index > 0 {
            rect.min.y = piece.min.y - 0.75;
        }
        painter.rect_filled(rect, if pieces.len() > 1 { 0.0 } else { 2.0 }, fill);
        if !text.cell.captured {
            // Not captured: hatched, and it says so.
            hatch(painter, rect, theme.line);
        }
    }
    // A single bit is hardly wider than a digit.
    let room = largest.width() - if text.cell.bits.len() == 1 { 2.0 } else { 4.0 };
    let ink = match (text.cell.captured, marked || text.set) {
        (false, _) => theme.faint,
        (true, true) => theme.accent,
        (true, false) => theme.text,
    };
    let value = fitting(painter, &text.values, &fonts::numbers(fonts::LABEL), ink, room);
    let name = fitting(painter, &text.names, &fonts::words(fonts::NOTE), theme.soft, room);
    let middle = largest.center();
    let tall = largest.height() >= HIGH - 1.0;
    match (value, name) {
        (Some(value), Some(name)) if tall => {
            centred(painter, &value, middle - vec2(0.0, 7.5), ink);
            centred(painter, &name, middle + vec2(0.0, 7.5), theme.soft);
        }
        // A bit whose name does not fit stays in line with its neighbours.
        (Some(value), None) if tall && text.cell.bits.len() == 1 => {
            centred(painter, &value, middle - vec2(0.0, 7.5), ink);
        }
        (Some(value), _) => centred(painter, &value, middle, ink),
        (None, Some(name)) => centred(painter, &name, middle, theme.soft),
        (None, None) => {}
    }
}

fn hatch(painter: &Painter, rect: Rect, colour: Color32) {
    let clipped = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let mut x = rect.left() - rect.height();
    while x < rect.right() {
        let line = [pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())];
        clipped.line_segment(line, Stroke::new(1.0, colour));
        x += 8.0;
    }
}

fn centred(painter: &Painter, galley: &Arc<Galley>, at: Pos2, ink: Color32) {
    let rect = Align2::CENTER_CENTER.anchor_size(at, galley.size());
    painter.galley(rect.min, Arc::clone(galley), ink);
}

/// The first of the texts that fits; `None` where none does.
fn fitting(painter: &Painter, texts: &[String], font: &FontId, ink: Color32, room: f32) -> Option<Arc<Galley>> {
    texts
        .iter()
        .filter(|text| !text.is_empty())
        .map(|text| painter.layout_no_wrap(text.clone(), font.clone(), ink))
        .find(|galley| galley.size().x <= room)
}
