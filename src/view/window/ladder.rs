//! Paints one conversation.
//!
//! ```text
//!  phase  time   client's calls   state ┃             ┃ state   server's calls
//!    │     0        connect() ▌  SYN-SENT┃── SYN ────▶┃▐         ▐ accept()
//!    │                        ▌         ┃◀─ SYN ACK ─┃▐ SYN-RECEIVED
//! ```
//!
//! Owns where things stand on the screen and how they look. Heights come from
//! [`crate::timeline::layout`]; `f64` there, `f32` only on the screen. What is
//! seen is found in `scene`, its labels get their places in `declutter`, and
//! `paint` only paints: what a frame costs does not depend on how many arrows
//! there are.

/// A place for every label, or a count.
mod declutter;
/// What is written in the picture.
mod labels;
/// The whole picture in a strip.
mod minimap;
/// Shapes and colours.
mod paint;
/// What of the picture is seen.
mod scene;
/// Where on the screen things stand.
mod sight;
/// Zoom and place.
mod viewport;
/// The whole picture, for where nobody scrolls.
pub(super) mod whole;

use std::collections::{BTreeMap, BTreeSet};

use super::document::Selection;
use super::egui::{Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};
use super::fonts;
use super::theme::Theme;
use super::what_if::{Fault, Offer};
use crate::conversation::{Conversation, End};
use crate::timeline::layout::Layout;
use crate::timeline::playback::Now;
use crate::trace::FrameNumber;
use crate::view::Picture;
use crate::words::Words;
use labels::Texts;
use paint::{Canvas, Done};
use scene::Scene;
use sight::{Columns, Sight};

pub(super) use viewport::Viewport;

/// The height of the line with both ends' names.
pub(super) const HEAD: f32 = 24.0;
/// Between the picture and the strip beside it.
const GUTTER: f32 = 8.0;

/// How the picture is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look<'a> {
    pub(super) words: &'a Words,
    pub(super) absolute: bool,
    pub(super) selection: Selection,
    /// The frames that a filter selects, if there is one.
    pub(super) selected: Option<&'a BTreeSet<FrameNumber>>,
    /// Bring what is selected into view.
    pub(super) reveal: bool,
    /// The present, while the reader goes through the conversation.
    pub(super) now: Option<Now>,
    /// More is coming.
    pub(super) live: bool,
    /// Another picture stands beside this one.
    pub(super) abreast: Option<&'a Abreast>,
    /// What can be done to an arrow's frame in another run.
    pub(super) offer: Offer,
}

/// What a picture has that stands beside another one: less room, and marks
/// where the two differ.
#[derive(Clone, Debug, Default)]
pub(super) struct Abreast {
    /// The strip with the whole picture stands beside it.
    pub(super) strip: bool,
    /// By arrow.
    pub(super) marks: BTreeMap<usize, Mark>,
}

/// What is different about an arrow.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// The other picture does not have it.
    pub(super) alone: bool,
    /// In words.
    pub(super) text: String,
}

/// What the reader did in a picture.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    pub(super) selected: Option<Selection>,
    /// What is to be done to the frame of an arrow in another run.
    pub(super) fault: Option<(FrameNumber, Fault)>,
}

/// Paints the picture into what is left of `ui`, with both ends' names above it
/// and the strip beside it; returns what was clicked.
pub(super) fn show(
    ui: &mut Ui,
    viewport: &mut Viewport,
    picture: &Picture<'_>,
    layout: &Layout,
    look: &Look<'_>,
) -> Asked {
    let theme = Theme::of(ui);
    let texts = Texts { picture, look, theme };
    let page = ui.available_rect_before_wrap();
    let strip = look.abreast.is_none_or(|abreast| abreast.strip);
    let strip = strip.then(|| Rect::from_min_max(pos2(page.right() - minimap::WIDTH, page.top() + HEAD), page.max));
    let right = strip.map_or(page.right(), |strip| strip.left() - GUTTER);
    let page = Rect::from_min_max(page.min, pos2(right, page.bottom()));
    let columns = if look.abreast.is_some() { Columns::narrow(page.width()) } else { Columns::fit(page.width()) };
    let mut done = Done::default();
    ui.scope_builder(UiBuilder::new().max_rect(page).id_salt("ladder"), |ui| {
        ScrollArea::horizontal().id_salt("across").auto_shrink([false, false]).show(ui, |ui| {
            let (whole, _) = ui.allocate_exact_size(vec2(columns.width, page.height()), Sense::hover());
            let head = Rect::from_min_size(whole.min, vec2(columns.width, HEAD));
            let rect = Rect::from_min_max(head.left_bottom(), whole.max);
            names(ui, head, columns, &texts);
            let mut inside = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("picture"));
            inside.shrink_clip_rect(rect);
            let frame = viewport::Frame {
                layout,
                conversation: (picture.conversation.id(), picture.timeline.zero),
                gap: picture.timeline.time_wait().next().is_some() && look.now.is_none(),
                live: look.live,
                now: look.now,
                selected: &|| place(picture, layout, look.selection),
                reveal: look.reveal,
            };
            viewport.update(&inside, rect, &frame);
            let sight = Sight {
                columns,
                rect,
                offset: viewport.offset(),
                unit: viewport.unit(),
                height: layout.height,
                tail: viewport.tail(),
            };
            let painter = inside.painter().clone();
            let scene = Scene::new(&texts, layout, &sight, &mut |job| painter.layout_job(job));
            let (layout, scene) = (&layout, &scene);
            let mut canvas =
                Canvas { ui: &inside, painter, texts: &texts, layout, sight: &sight, scene, done: Done::default() };
            canvas.paint();
            done = canvas.done;
        });
    });
    if let Some(strip) = strip {
        minimap::show(ui, strip, layout, viewport, look.words);
    }
    if let Some((from, to)) = done.focused {
        viewport.reveal(from, to);
    }
    if let Some((from, to)) = done.opened {
        viewport.fill_with(from, to);
        ui.ctx().request_repaint();
    }
    Asked { selected: done.selected, fault: done.fault }
}

/// From where to where what is selected stands.
fn place(picture: &Picture<'_>, layout: &Layout, selection: Selection) -> Option<(f64, f64)> {
    match selection {
        Selection::Segment(frame) => {
            let index = picture.timeline.arrows.iter().position(|arrow| arrow.frame == frame)?;
            layout.arrows.get(index).copied()
        }
        Selection::Call(call) => End::BOTH.into_iter().find_map(|end| {
            let index = picture.timeline.calls.of(end).iter().position(|span| span.call == call)?;
            layout.calls.of(end).get(index).map(|call| (call.enter, call.leave))
        }),
        Selection::None | Selection::Frame(_) => None,
    }
}

/// Writes both ends' names above their lifelines.
fn names(ui: &Ui, rect: Rect, columns: Columns, texts: &Texts<'_>) {
    let conversation: Conversation<'_> = texts.picture.conversation;
    for end in End::BOTH {
        let at = pos2(rect.left() + columns.lifeline(end), rect.center().y);
        let name = format!("{}  ", texts.look.words.end(end));
        let galley = ui.painter().layout_no_wrap(name, fonts::strong(fonts::BODY), texts.theme.text);
        let address = *conversation.addresses().of(end);
        let address = if texts.look.abreast.is_some() { address.ip().to_string() } else { address.to_string() };
        let address = ui.painter().layout_no_wrap(address, fonts::numbers(fonts::NOTE), texts.theme.soft);
        let whole = galley.size().x + address.size().x;
        let left = at.x - whole / 2.0;
        ui.painter().galley(pos2(left, at.y - galley.size().y / 2.0), galley.clone(), texts.theme.text);
        let address_at = pos2(left + galley.size().x, at.y - address.size().y / 2.0);
        ui.painter().galley(address_at, address, texts.theme.soft);
    }
}

#[cfg(test)]
mod tests;
