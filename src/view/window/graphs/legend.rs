//! What is drawn of each layer, what it is called and how often it is there;
//! a click hides it.

use std::collections::BTreeSet;

use super::super::egui::text::LayoutJob;
use super::super::egui::{
    Rect, RichText, ScrollArea, Sense, Stroke, TextFormat, Ui, WidgetInfo, accesskit::Role, pos2, vec2,
};
use super::super::fonts;
use super::super::theme::Theme;
use super::painting;
use super::plot::View;
use crate::timeline::graphs::{Form, Graph, Layer, Meaning};
use crate::words::{Words, grouped};

/// The height of an entry, in points.
const HEIGHT: f32 = 19.0;
/// The room for a layer's look, in points.
const LOOK: f32 = 26.0;

/// Shows the legend; returns the layer that was clicked.
pub(super) fn show(
    ui: &mut Ui,
    graph: &Graph,
    view: &View,
    hidden: &BTreeSet<Meaning>,
    words: &Words,
) -> Option<Meaning> {
    let mut layers: Vec<&Layer> = graph.layers.iter().collect();
    // What is sent first, then what came back, then the lines.
    layers.sort_by_key(|layer| {
        let meaning = layer.meaning();
        (graph.form(meaning) == Form::Steps, matches!(meaning, Meaning::Sack | Meaning::DuplicateSack))
    });
    let mut clicked = None;
    ScrollArea::vertical().id_salt("legend").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        for layer in layers {
            let shown = !hidden.contains(&layer.meaning());
            if entry(ui, graph, layer, shown, shown && view.is_below(layer), words) {
                clicked = Some(layer.meaning());
            }
        }
        ui.add_space(3.0);
        for remark in &graph.remarks {
            let text = RichText::new(words.graph_remark(*remark)).font(fonts::words(fonts::NOTE));
            ui.label(text.color(Theme::of(ui).faint));
        }
    });
    clicked
}

/// Whether it was clicked. `above`: it is shown, but higher up.
fn entry(ui: &mut Ui, graph: &Graph, layer: &Layer, shown: bool, above: bool, words: &Words) -> bool {
    let meaning = layer.meaning();
    let count = (graph.form(meaning) != Form::Steps).then_some(layer.elements().len());
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::click());
    let name = words.layer_name(meaning);
    let count = count.map(|count| grouped(u64::try_from(count).unwrap_or(u64::MAX)));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, theme.hover);
    }
    let look = Rect::from_min_size(rect.min + vec2(4.0, 0.0), vec2(LOOK - 6.0, HEIGHT));
    if shown {
        painting::sample(ui.painter(), graph, meaning, theme, look);
    }
    let colour = if shown { theme.text } else { theme.faint };
    let font = fonts::words(fonts::NOTE);
    let beside = if above { "↑".to_owned() } else { count.clone().unwrap_or_default() };
    let number = ui.painter().layout_no_wrap(beside, fonts::numbers(fonts::NOTE), theme.soft);
    let right = rect.right() - 12.0 - number.size().x;
    ui.painter().galley(pos2(right, rect.center().y - number.size().y / 2.0), number, theme.soft);
    let strikethrough = if shown { Stroke::NONE } else { Stroke::new(1.0, theme.faint) };
    let mut job =
        LayoutJob::single_section(name.clone(), TextFormat { strikethrough, ..TextFormat::simple(font, colour) });
    job.wrap.max_width = (right - rect.left() - LOOK - 6.0).max(10.0);
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(pos2(rect.left() + LOOK + 2.0, rect.center().y - galley.size().y / 2.0), galley, colour);
    let label = match count {
        Some(count) => format!("{name} {count}"),
        None if above => format!("{name}, {}", words.word("graph-above")),
        None => name.clone(),
    };
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, shown, &label));
    let hint = |ui: &mut Ui| {
        let about = words.layer_about(meaning);
        let place = if above { format!(" ({})", words.word("graph-above")) } else { String::new() };
        ui.label(format!("{name}: {about}{place}"));
        let click = words.word(if shown { "graph-hide" } else { "graph-unhide" });
        ui.label(RichText::new(click).font(fonts::words(fonts::NOTE)).color(theme.soft));
    };
    response.on_hover_ui(hint).clicked()
}
