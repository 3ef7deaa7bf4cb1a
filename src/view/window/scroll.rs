//! Scrolling through more than `f32` can count: ten million rows, hours at a
//! nanosecond a point.
//!
//! Owns the position, in `f64` points, the wheel, the bar and the keys. Has no
//! opinion on what is scrolled, and paints none of it.

use super::egui::{
    CornerRadius, Id, Key, Modifiers, Rect, Sense, Ui, WidgetInfo, accesskit::Role, emath::remap_clamp, pos2, vec2,
};
use super::theme::Theme;

/// The width of the bar, in points.
pub(super) const BAR: f32 = 10.0;
/// The handle is never shorter than this, in points.
const HANDLE: f32 = 24.0;

/// Where in something tall the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Scroll {
    /// The points above the visible part, 0 or more.
    offset: f64,
    /// The points that can be seen; 0 before the first frame.
    visible: f64,
    /// The points there are.
    content: f64,
}

impl Scroll {
    /// The points above the visible part.
    pub(super) const fn offset(&self) -> f64 {
        self.offset
    }

    /// The points that can be seen; 0 before the first frame.
    pub(super) const fn visible(&self) -> f64 {
        self.visible
    }

    /// Whether nothing is below the visible part.
    pub(super) const fn is_at_end(&self) -> bool {
        self.offset + self.visible + 0.5 >= self.content
    }

    /// Says how much there is and how much of it is seen; the place stays, as
    /// far as there is still one.
    pub(super) const fn resize(&mut self, visible: f64, content: f64) {
        self.visible = visible;
        self.content = content;
        self.go_to(self.offset);
    }

    /// Goes to a place, as far as there is one.
    pub(super) const fn go_to(&mut self, offset: f64) {
        self.offset = offset.min(self.content - self.visible).max(0.0);
    }

    /// Moves only as far as is needed to bring `from`…`to` into view.
    pub(super) fn reveal(&mut self, from: f64, to: f64) {
        if from < self.offset {
            self.go_to(from);
        } else if to > self.offset + self.visible {
            self.go_to(to - self.visible);
        }
    }

    /// The content grows or shrinks by zooming; what stands at `anchor` points
    /// below the upper edge stays there.
    pub(super) const fn zoom(&mut self, by: f64, anchor: f64) {
        self.content *= by;
        self.go_to((self.offset + anchor) * by - anchor);
    }

    /// Takes the wheel and the keys inside `view`, and paints the bar into its
    /// right edge, [`BAR`] points wide. Call it before the content is painted.
    /// `name` is heard by who does not see the bar.
    pub(super) fn show(&mut self, ui: &Ui, view: Rect, content: f64, id: Id, name: &str) {
        self.resize(f64::from(view.height()), content);
        self.wheel(ui, view);
        let elsewhere = ui.ctx().pointer_hover_pos().is_some_and(|at| !view.contains(at));
        if !elsewhere && !ui.ctx().memory(|memory| memory.focused().is_some()) {
            self.keys(ui);
        }
        if self.content > self.visible {
            self.bar(ui, view, id, name);
        }
    }

    /// Takes the wheel over `view`.
    pub(super) fn wheel(&mut self, ui: &Ui, view: Rect) {
        if ui.rect_contains_pointer(view) {
            let wheel = ui.input(|input| input.smooth_scroll_delta().y);
            self.go_to(self.offset - f64::from(wheel));
        }
    }

    /// Takes the keys that go a page, to the beginning and to the end, unless
    /// something is being typed. Returns whether there was one.
    pub(super) fn keys(&mut self, ui: &Ui) -> bool {
        if ui.ctx().text_edit_focused() {
            return false;
        }
        let page = self.visible * 0.9;
        let (end, before) = (self.content, self.offset);
        let places = [(Key::PageDown, before + page), (Key::PageUp, before - page), (Key::Home, 0.0), (Key::End, end)];
        let mut taken = false;
        ui.input_mut(|input| {
            for (key, place) in places {
                if input.consume_key(Modifiers::NONE, key) {
                    taken = true;
                    self.go_to(place);
                }
            }
        });
        taken
    }

    fn bar(&mut self, ui: &Ui, view: Rect, id: Id, name: &str) {
        let track = Rect::from_min_max(pos2(view.right() - BAR, view.top()), view.right_bottom());
        let response = ui.interact(track, id, Sense::click_and_drag());
        #[expect(clippy::cast_possible_truncation, reason = "a part of the screen, from 0 to 1")]
        let (part, seen) = (
            (self.offset / (self.content - self.visible)).clamp(0.0, 1.0) as f32,
            (self.visible / self.content).clamp(0.0, 1.0) as f32,
        );
        let length = (track.height() * seen).max(HANDLE.min(track.height()));
        let room = track.height() - length;
        if let Some(at) = response.interact_pointer_pos()
            && room > 0.0
        {
            let wanted = remap_clamp(at.y - length / 2.0, track.top()..=track.top() + room, 0.0..=1.0);
            self.go_to(f64::from(wanted) * (self.content - self.visible));
        }
        let theme = Theme::of(ui);
        let top = track.top() + room * part;
        let handle = Rect::from_min_size(pos2(track.left() + 2.0, top), vec2(BAR - 4.0, length));
        let active = response.hovered() || response.dragged();
        let colour = if active { theme.soft } else { theme.line };
        ui.painter().rect_filled(handle, CornerRadius::same(3), colour);
        response.widget_info(|| WidgetInfo::slider(true, f64::from(part) * 100.0, name));
        ui.ctx().accesskit_node_builder(id, |node| node.set_role(Role::ScrollBar));
    }
}

#[cfg(test)]
mod tests {
    use super::Scroll;

    #[test]
    #[expect(clippy::float_cmp, reason = "whole numbers, copied")]
    fn what_is_asked_for_is_brought_into_view_and_no_further() {
        let mut scroll = Scroll { offset: 100.0, visible: 50.0, content: 2e8 };
        scroll.reveal(110.0, 130.0);
        assert_eq!(scroll.offset(), 100.0, "it was in view");
        scroll.reveal(199_999_980.0, 200_000_000.0);
        assert_eq!(scroll.offset(), 199_999_950.0, "the end, to the point");
        scroll.reveal(10.0, 30.0);
        assert_eq!(scroll.offset(), 10.0);
        scroll.go_to(-5.0);
        assert_eq!(scroll.offset(), 0.0);
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let mut scroll = Scroll { offset: 1000.0, visible: 50.0, content: 5000.0 };
        scroll.zoom(2.0, 20.0);
        assert!((scroll.offset() + 20.0 - 2.0 * 1020.0).abs() < 1e-9);
    }
}
