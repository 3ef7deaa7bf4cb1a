//! The whole picture in a strip beside it: how many arrows stand where, the
//! remarkable ones, and the part that is seen.

use super::super::egui::accesskit::{Action, Role};
use super::super::egui::epaint::Mesh;
use super::super::egui::{
    CornerRadius, EventFilter, Key, Modifiers, Rect, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
};
use super::super::theme::Theme;
use super::viewport::Viewport;
use crate::conversation::Ends;
use crate::timeline::ArrowKind;
use crate::timeline::layout::Layout;
use crate::words::Words;

/// The width of the strip, in points.
pub(super) const WIDTH: f32 = 28.0;
/// The height of one of its lines, in points.
const LINE: f32 = 2.0;
/// The part that is seen is framed with no fewer points than these.
const FRAME: f32 = 6.0;
/// What a key moves, in parts of what is seen.
const STEP: f64 = 0.5;

/// Paints the strip and goes where the reader points.
pub(super) fn show(ui: &Ui, rect: Rect, layout: &Layout, viewport: &mut Viewport, words: &Words) {
    let id = ui.scope_id().with("minimap");
    let response = ui.interact(rect, id, Sense::click_and_drag());
    let whole = layout.height.max(f64::MIN_POSITIVE);
    if let Some(at) = response.interact_pointer_pos() {
        let part = f64::from(((at.y - rect.top()) / rect.height()).clamp(0.0, 1.0));
        viewport.go_to_height(part * whole);
    }
    keys(ui, &response, viewport);
    let (top, bottom) = viewport.heights();
    let middle = (f64::midpoint(top, bottom) / whole).clamp(0.0, 1.0);
    response.widget_info(|| WidgetInfo::slider(true, middle * 100.0, words.word("timeline-minimap")));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::Slider);
        node.add_action(Action::Increment);
        node.add_action(Action::Decrement);
    });
    let theme = Theme::of(ui);
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, CornerRadius::same(3), theme.panel);
    painter.add(Shape::mesh(density(rect, layout, theme)));
    #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
    let y = |height: f64| rect.top() + (height / whole).clamp(0.0, 1.0) as f32 * rect.height();
    let (from, to) = (y(top), y(bottom));
    let from = from.min(rect.bottom() - FRAME);
    let frame = Rect::from_min_max(pos2(rect.left(), from), pos2(rect.right(), to.max(from + FRAME)));
    let active = response.hovered() || response.dragged() || response.has_focus();
    let edge = if active { theme.accent } else { theme.faint };
    painter.rect_filled(frame, CornerRadius::same(2), theme.accent.gamma_multiply(0.12));
    painter.rect_stroke(frame, CornerRadius::same(2), Stroke::new(1.0, edge), StrokeKind::Inside);
    response.on_hover_ui(|ui| {
        ui.label(words.word("timeline-minimap"));
    });
}

/// Up and down, by key and for who cannot see the strip.
fn keys(ui: &Ui, response: &super::super::egui::Response, viewport: &mut Viewport) {
    let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
    let mut steps = 0_i32;
    if response.has_focus() {
        ui.ctx().memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        ui.ctx().input_mut(|input| {
            steps += i32::from(input.consume_key(Modifiers::NONE, Key::ArrowDown));
            steps -= i32::from(input.consume_key(Modifiers::NONE, Key::ArrowUp));
        });
    }
    ui.input(|input| {
        steps += i32::from(input.has_accesskit_action_request(response.id, Action::Increment));
        steps -= i32::from(input.has_accesskit_action_request(response.id, Action::Decrement));
    });
    if steps != 0 {
        let (top, bottom) = viewport.heights();
        viewport.go_to_height(f64::midpoint(top, bottom) + f64::from(steps) * STEP * (bottom - top));
    }
}

/// A line for every stretch of the picture: as long as there are many arrows,
/// in the colour of the most remarkable one; what was found, what was lost and
/// resets as ticks at the edges.
fn density(rect: Rect, layout: &Layout, theme: &Theme) -> Mesh {
    let mut mesh = Mesh::default();
    let spans = &layout.index.arrows;
    let lines = (rect.height() / LINE).floor().max(1.0);
    let cell = layout.height.max(f64::MIN_POSITIVE) / f64::from(lines);
    let crowds: Vec<(f64, crate::timeline::density::Crowd)> =
        spans.cells(0.0, layout.height, cell).map(|(top, places)| (top / cell, layout.density.crowd(places))).collect();
    let most = crowds.iter().map(|(_, crowd)| crowd.total()).max().unwrap_or(1).max(1);
    let (left, right) = (rect.left() + 6.0, rect.right() - 6.0);
    for (line, crowd) in crowds {
        #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
        let y = rect.top() + (line as f32).min(lines - 1.0) * LINE;
        let Some(kind) = crowd.kind() else { continue };
        #[expect(clippy::cast_precision_loss, reason = "a length on the screen")]
        let length = (crowd.total() as f32 / most as f32).sqrt() * (right - left);
        let mut line = |from: f32, to: f32, colour| {
            mesh.add_colored_rect(Rect::from_min_max(pos2(from, y), pos2(to, y + LINE - 0.4)), colour);
        };
        line(left, left + length.max(4.0), theme.arrow(kind));
        if crowd.found || crowd.lost {
            line(rect.left(), left - 2.0, if crowd.lost { theme.lost } else { theme.fin });
        }
        if crowd.strongest != Ends::default() && kind == ArrowKind::Rst {
            line(right + 2.0, rect.right(), theme.rst);
        }
    }
    mesh
}
