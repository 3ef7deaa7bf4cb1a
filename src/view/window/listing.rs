//! What lists of any length have in common: which rows are in view, which one
//! a key asks for, a line of text that fits.
//!
//! Has no opinion on what is listed.

use std::ops::Range;
use std::sync::Arc;

use super::egui::text::{LayoutJob, TextWrapping};
use super::egui::{Color32, EventFilter, FontId, Galley, Id, Key, Modifiers, Ui};
use super::scroll::Scroll;

/// The height of a row, in points.
pub(super) const ROW: f32 = 20.0;

/// One line of text, shortened with `…` to `width` points.
pub(super) fn one_line(ui: &Ui, text: &str, font: FontId, colour: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap = TextWrapping { max_width: width.max(0.0), max_rows: 1, break_anywhere: true, ..TextWrapping::default() };
    ui.painter().layout_job(job)
}

/// How far below the first row a row stands, in points.
pub(super) fn height(row: usize) -> f64 {
    f64::from(u32::try_from(row).unwrap_or(u32::MAX)) * f64::from(ROW)
}

/// The rows of which something can be seen in `view` points.
pub(super) fn visible(scroll: &Scroll, view: f32, count: usize) -> Range<usize> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows that there are")]
    let first = (scroll.offset() / f64::from(ROW)).floor() as usize;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows on a screen")]
    let many = (view / ROW).ceil() as usize + 1;
    first.min(count)..first.saturating_add(many).min(count)
}

/// The row that a key asks for, while the list `id` has the keyboard.
pub(super) fn keys(ui: &Ui, id: Id, row: Option<usize>, page: usize, count: usize) -> Option<usize> {
    let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let last = count.checked_sub(1)?;
    let at = row.unwrap_or(0);
    let asked = ui.input_mut(|input| {
        let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
        if pressed(Key::ArrowDown) {
            Some(row.map_or(0, |row| row + 1))
        } else if pressed(Key::ArrowUp) {
            Some(at.saturating_sub(1))
        } else if pressed(Key::PageDown) {
            Some(at.saturating_add(page))
        } else if pressed(Key::PageUp) {
            Some(at.saturating_sub(page))
        } else if pressed(Key::Home) {
            Some(0)
        } else if pressed(Key::End) {
            Some(last)
        } else {
            None
        }
    });
    asked.map(|row| row.min(last))
}
