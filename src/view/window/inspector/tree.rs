//! A frame's headers as a tree, as Wireshark has it: what was found, in words,
//! and the lines themselves.

use std::ops::Range;

use super::super::egui::text::LayoutJob;
use super::super::egui::{CollapsingHeader, RichText, Sense, Ui, WidgetInfo, accesskit::Role, vec2};
use super::super::fonts;
use super::super::theme::Theme;
use super::menu::Menu;
use super::{Mark, Touched};
use crate::decode::{Field, FieldId};
use crate::words::Words;

/// Headers that are open until the reader closes them.
const OPEN: [FieldId; 7] =
    [FieldId::TCP, FieldId::TCP_OPTIONS, FieldId::UDP, FieldId::ICMP, FieldId::ICMPV6, FieldId::DNS, FieldId::HTTP];

/// One line, with those below it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    field: FieldId,
    span: Range<usize>,
    name: String,
    value: String,
    /// What it is for, and what Wireshark calls it.
    hint: String,
    children: Vec<Node>,
}

/// The fields in words.
pub(super) fn nodes(fields: &[Field], bytes: &[u8], words: &Words) -> Vec<Node> {
    let node = |field: &Field| Node {
        field: field.id,
        span: field.span.clone(),
        name: words.field_name(field.id),
        value: words.field_value(field, bytes.get(field.span.clone()).unwrap_or_default()),
        hint: format!("{}\n{}", words.field_meaning(field.id), field.id.name()),
        children: nodes(&field.children, bytes, words),
    };
    fields.iter().map(node).collect()
}

/// Shows the lines; what is marked is raised.
pub(super) fn show(
    ui: &mut Ui,
    nodes: &[Node],
    marked: Option<&Mark>,
    words: &Words,
    menu: &mut Menu<'_>,
    touched: &mut Touched,
) {
    for node in nodes {
        if node.children.is_empty() {
            leaf(ui, node, marked, menu, touched);
        } else {
            branch(ui, node, marked, words, menu, touched);
        }
    }
}

impl Node {
    fn mark(&self) -> Mark {
        Mark { field: Some(self.field), span: self.span.clone() }
    }

    fn is_marked(&self, marked: Option<&Mark>) -> bool {
        marked.is_some_and(|mark| match mark.field {
            Some(field) => field == self.field && mark.touches(&self.span),
            None => mark.span == self.span,
        })
    }
}

fn branch(ui: &mut Ui, node: &Node, marked: Option<&Mark>, words: &Words, menu: &mut Menu<'_>, touched: &mut Touched) {
    let Node { name, value, .. } = node;
    // A header tells how long it is, a value with pieces tells itself.
    let title = if value.is_empty() {
        format!("{name}  ·  {}", words.bytes(u32::try_from(node.span.len()).unwrap_or(0)))
    } else {
        format!("{name}  {value}")
    };
    let ink = if node.is_marked(marked) { Theme::of(ui).accent } else { Theme::of(ui).text };
    let shown = CollapsingHeader::new(RichText::new(title).font(fonts::strong(fonts::LABEL)).color(ink))
        .id_salt((node.field.name(), node.span.start))
        .default_open(OPEN.contains(&node.field))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            show(ui, &node.children, marked, words, menu, touched);
        });
    if shown.header_response.hovered() || shown.header_response.has_focus() {
        touched.hovered = Some(node.mark());
    }
    menu.of(&shown.header_response, Some(node.field), &node.span);
    shown.header_response.on_hover_text(&node.hint);
}

fn leaf(ui: &mut Ui, node: &Node, marked: Option<&Mark>, menu: &mut Menu<'_>, touched: &mut Touched) {
    let theme = Theme::of(ui);
    let Node { name, value, .. } = node;
    let is_marked = node.is_marked(marked);
    let painter = ui.painter().clone();
    let galley = |text: &str, font, colour, width: f32| {
        painter.layout_job(LayoutJob::simple(text.to_owned(), font, colour, width))
    };
    let room = ui.available_width();
    let column = (room * 0.48).min(168.0);
    let ink = if is_marked { theme.accent } else { theme.text };
    let name_text = galley(name, fonts::words(fonts::LABEL), theme.soft, column - 8.0);
    let value_text = galley(value, fonts::numbers(fonts::LABEL), ink, room - column - 4.0);
    let height = name_text.size().y.max(value_text.size().y) + 3.0;
    let (rect, response) = ui.allocate_exact_size(vec2(room, height), Sense::click());
    if ui.is_rect_visible(rect) {
        if is_marked {
            painter.rect_filled(rect, 3.0, theme.selection);
        }
        painter.galley(rect.min + vec2(4.0, 1.5), name_text, theme.soft);
        painter.galley(rect.min + vec2(column, 1.5), value_text, ink);
    }
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_marked, format!("{name}: {value}")));
    if response.hovered() || response.has_focus() {
        touched.hovered = Some(node.mark());
    }
    if response.clicked() {
        touched.clicked = Some(node.mark());
    }
    menu.of(&response, Some(node.field), &node.span);
    response.on_hover_text(&node.hint);
}
