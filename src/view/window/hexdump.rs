//! Bytes in hexadecimal and as text, with one field marked: sixteen a line
//! where they fit, eight otherwise.
//!
//! Owns where a byte stands and what can be copied. Has no opinion on what the
//! bytes mean.

use std::ops::Range;

use super::egui::{
    Align2, CornerRadius, EventFilter, Id, Key, Modifiers, Painter, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    accesskit::Role, pos2, vec2,
};
use super::fonts;
use super::inspector::menu::{c_array, hexadecimal};
use super::theme::Theme;
use crate::words::{Words, printable};

/// Lines shown at first: all headers of nearly every frame.
const FEW: usize = 12;
/// Lines shown at most; a jumbo frame is longer than anybody reads.
const LINES: usize = 600;
/// Marked bytes that are read out.
const SPOKEN: usize = 16;

/// A byte that the reader points at, or has clicked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pointed {
    /// Under the pointer, or where the keyboard is.
    pub(super) at: Option<usize>,
    /// It was clicked, or Enter was pressed on it.
    pub(super) chosen: bool,
}

/// Where bytes stand, in points from the left.
#[derive(Clone, Copy, Debug)]
struct Columns {
    /// Bytes in a line.
    line: usize,
    first: f32,
    /// From one byte to the next.
    step: f32,
    /// A digit's width.
    digit: f32,
    text: f32,
}

impl Columns {
    /// Sixteen bytes a line with their text, else eight; where even these do
    /// not fit, four.
    fn fit(room: f32, digit: f32) -> Self {
        let columns = |line: u16| {
            let (first, step) = (digit * 5.25, digit * 2.6);
            let text = first + step * f32::from(line) + digit * 0.8;
            Self { line: line.into(), first, step, digit, text }
        };
        let fits = |columns: &Self| columns.right() <= room;
        [16, 8].map(columns).into_iter().find(fits).unwrap_or_else(|| columns(4))
    }

    fn right(&self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "sixteen at most")]
        let line = self.line as f32;
        self.text + self.digit * line
    }

    fn x(&self, column: usize) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "sixteen at most")]
        let column = column as f32;
        self.first + self.step * column
    }
}

/// Shows `bytes`, the span `marked` outlined.
pub(super) fn show(ui: &mut Ui, bytes: &[u8], marked: Option<&Range<usize>>, words: &Words) -> Pointed {
    let theme = Theme::of(ui);
    let font = fonts::numbers(fonts::NOTE);
    let size = ui.painter().layout_no_wrap("0".to_owned(), font, theme.text).size();
    let line_height = size.y + 4.0;
    let columns = Columns::fit(ui.available_width(), size.x);
    let all = bytes.len().div_ceil(columns.line);
    let id = ui.scope_id().with("hexdump");
    let open: bool = ui.data(|data| data.get_temp(id)).unwrap_or(false);
    let shown = all.min(if open { LINES } else { FEW });
    #[expect(clippy::cast_precision_loss, reason = "at most 600 lines")]
    let height = shown as f32 * line_height;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let label = words.say("ui-bytes-of-frame", &[("count", &bytes.len())]);
    let label = match marked.and_then(|marked| Some((marked.start, bytes.get(marked.clone())?))) {
        Some((start, part)) => {
            // Nobody listens to more than a few.
            let part = hexadecimal(part.get(..SPOKEN).unwrap_or(part));
            words.say("bytes-marked", &[("all", &label), ("from", &start), ("bytes", &part)])
        }
        None => label,
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
    let mut pointed = Pointed::default();
    let painter = ui.painter().with_clip_rect(rect.expand(2.0).intersect(ui.clip_rect()));
    let lines = bytes.chunks(columns.line).enumerate().take(shown);
    let under = response.hover_pos();
    for (number, line) in lines {
        #[expect(clippy::cast_precision_loss, reason = "at most 600 lines")]
        let top = rect.top() + number as f32 * line_height;
        let here = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), line_height));
        if !ui.is_rect_visible(here) {
            continue;
        }
        let start = number * columns.line;
        if let Some(at) = under.filter(|at| here.contains(*at)) {
            pointed.at = column_under(&columns, at.x - rect.left(), line.len()).map(|column| start + column);
        }
        paint(&painter, here, start, line, &columns, marked, theme);
    }
    pointed.chosen = response.clicked() && pointed.at.is_some();
    if response.has_focus() {
        keyboard(ui, id, bytes.len(), columns.line, &mut pointed);
    }
    response.context_menu(|ui| copies(ui, bytes, marked, words));
    if all > shown || open && all > FEW {
        let (key, count) = if open && all <= LINES {
            ("bytes-fewer", FEW * columns.line)
        } else if open {
            ("ui-more-bytes", bytes.len() - shown * columns.line)
        } else {
            ("bytes-all", bytes.len())
        };
        if ui.link(words.say(key, &[("count", &count)])).clicked() {
            ui.data_mut(|data| data.insert_temp(id, !open));
        }
    }
    pointed
}

/// The byte that stands `x` points from the left, as a number or as text.
fn column_under(columns: &Columns, x: f32, length: usize) -> Option<usize> {
    let within = |column: &usize| {
        let left = columns.x(*column) - columns.digit * 0.3;
        #[expect(clippy::cast_precision_loss, reason = "sixteen at most")]
        let text = columns.text + columns.digit * *column as f32;
        (left..left + columns.step).contains(&x) || (text..text + columns.digit).contains(&x)
    };
    (0..length).find(within)
}

fn paint(
    painter: &Painter,
    here: Rect,
    start: usize,
    line: &[u8],
    columns: &Columns,
    marked: Option<&Range<usize>>,
    theme: &Theme,
) {
    let font = fonts::numbers(fonts::NOTE);
    let text = |x: f32, text: String, ink| {
        painter.text(pos2(here.left() + x, here.center().y), Align2::LEFT_CENTER, text, font.clone(), ink);
    };
    if let Some(marked) = marked {
        let (from, to) = (marked.start.max(start), marked.end.min(start + line.len()));
        if from < to {
            let left = columns.x(from - start) - 3.0;
            let right = columns.x(to - start - 1) + columns.digit * 2.0 + 3.0;
            outline(painter, here, left, right, theme);
            #[expect(clippy::cast_precision_loss, reason = "sixteen at most")]
            let edge = |byte: usize| columns.text + columns.digit * (byte - start) as f32;
            outline(painter, here, edge(from) - 1.0, edge(to) + 1.0, theme);
        }
    }
    text(0.0, format!("{start:04x}"), theme.faint);
    for (column, byte) in line.iter().enumerate() {
        let inside = marked.is_some_and(|marked| marked.contains(&(start + column)));
        text(columns.x(column), format!("{byte:02x}"), if inside { theme.text } else { theme.soft });
    }
    let readable = |byte: &u8| if (0x20..0x7f).contains(byte) { char::from(*byte) } else { '·' };
    text(columns.text, line.iter().map(readable).collect(), theme.faint);
}

fn outline(painter: &Painter, here: Rect, left: f32, right: f32, theme: &Theme) {
    let (top, bottom) = (here.top() + 0.5, here.bottom() - 0.5);
    let rect = Rect::from_min_max(pos2(here.left() + left, top), pos2(here.left() + right, bottom));
    painter.rect(rect, CornerRadius::same(3), theme.selection, Stroke::new(1.0, theme.accent), StrokeKind::Inside);
}

/// Moves from line to line with the arrow keys while the dump has the focus,
/// and from byte to byte with Ctrl: without it, ← and → step through the
/// segments.
fn keyboard(ui: &Ui, id: Id, count: usize, line: usize, pointed: &mut Pointed) {
    let cursor = id.with("cursor");
    let mut at: usize = ui.data(|data| data.get_temp(cursor)).unwrap_or(0);
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| {
        if let Some(focused) = memory.focused() {
            memory.set_focus_lock_filter(focused, filter);
        }
    });
    ui.input_mut(|input| {
        let none = Modifiers::NONE;
        for (key, by) in [(Key::ArrowRight, 1), (Key::ArrowLeft, -1)] {
            if input.consume_key(Modifiers::COMMAND, key) {
                at = at.saturating_add_signed(by);
            }
        }
        if input.consume_key(none, Key::ArrowDown) && at + line < count {
            at += line;
        }
        if input.consume_key(none, Key::ArrowUp) {
            at = at.checked_sub(line).unwrap_or(at);
        }
        pointed.chosen |= input.key_pressed(Key::Enter);
    });
    at = at.min(count.saturating_sub(1));
    ui.data_mut(|data| data.insert_temp(cursor, at));
    if pointed.at.is_none() && count > 0 {
        pointed.at = Some(at);
    }
}

/// How bytes are written.
type Form = fn(&[u8]) -> String;

/// What can be copied: the marked bytes where some are, else all.
fn copies(ui: &mut Ui, bytes: &[u8], marked: Option<&Range<usize>>, words: &Words) {
    let part = marked.and_then(|marked| bytes.get(marked.clone())).filter(|part| !part.is_empty()).unwrap_or(bytes);
    ui.label(words.bytes(u32::try_from(part.len()).unwrap_or(u32::MAX)));
    let forms: [(&str, Form); 3] =
        [("menu-copy-hex", hexadecimal), ("menu-copy-c", c_array), ("menu-copy-text", |bytes| printable(bytes))];
    for (key, form) in forms {
        if ui.button(words.word(key)).clicked() {
            ui.ctx().copy_text(form(part));
            ui.close();
        }
    }
}
