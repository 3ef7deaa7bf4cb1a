//! The whole picture at its natural height, for where nobody scrolls.

use super::super::egui::{Rect, Sense, Ui, UiBuilder, pos2, vec2};
use super::super::theme::Theme;
use super::labels::Texts;
use super::paint::{Canvas, Done};
use super::scene::Scene;
use super::sight::{Columns, Sight};
use super::viewport::{GAP, ROW, TAIL, TOP};
use super::{HEAD, Look, names};
use crate::timeline::layout::{Layout, Unit};
use crate::view::Picture;

/// The width the picture takes where there is this much.
pub(in super::super) fn width(available: f32) -> f32 {
    Columns::fit(available).width
}

/// The points of a unit of height: as many rows as there are arrows where
/// height is time.
fn unit(layout: &Layout) -> f64 {
    match layout.scale.unit() {
        Unit::Row => ROW,
        Unit::Nanosecond => {
            let rows = u32::try_from(layout.arrows.len()).map_or(f64::from(u32::MAX), f64::from).max(10.0);
            rows * ROW / layout.height.max(1.0)
        }
    }
}

fn tail(picture: &Picture<'_>) -> f64 {
    TAIL + if picture.timeline.time_wait().next().is_some() { GAP } else { 0.0 }
}

/// How high the picture is without the names above it, in points.
pub(in super::super) fn height(picture: &Picture<'_>, layout: &Layout) -> f32 {
    points(TOP + layout.height * unit(layout) + tail(picture))
}

/// Where in it a height stands, in points from its top.
pub(in super::super) fn at(layout: &Layout, height: f64) -> f32 {
    points(TOP + height * unit(layout))
}

#[expect(clippy::cast_possible_truncation, reason = "the screen is f32")]
const fn points(points: f64) -> f32 {
    points as f32
}

/// Paints both ends' names and the first `height` points of the picture below
/// them.
pub(in super::super) fn show(ui: &mut Ui, height: f32, picture: &Picture<'_>, layout: &Layout, look: &Look<'_>) {
    let columns = Columns::fit(ui.available_width());
    let texts = Texts { picture, look, theme: Theme::of(ui) };
    let (whole, _) = ui.allocate_exact_size(vec2(columns.width, HEAD + height), Sense::hover());
    let head = Rect::from_min_size(whole.min, vec2(columns.width, HEAD));
    let rect = Rect::from_min_max(pos2(whole.left(), head.bottom()), whole.max);
    names(ui, head, columns, &texts);
    let mut inside = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("whole"));
    inside.shrink_clip_rect(rect);
    let sight =
        Sight { columns, rect, offset: 0.0, unit: unit(layout), height: layout.height, tail: points(tail(picture)) };
    let painter = inside.painter().clone();
    let scene = Scene::new(&texts, layout, &sight, &mut |job| painter.layout_job(job));
    Canvas { ui: &inside, painter, texts: &texts, layout, sight: &sight, scene: &scene, done: Done::default() }.paint();
}
