//! A card for each cable that was crossed: the headers of the frame there,
//! what was changed before it marked.

use super::super::egui::text::{LayoutJob, TextWrapping};
use super::super::egui::{
    Align2, Color32, CornerRadius, FontId, Label, Rect, RichText, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    Vec2, WidgetInfo, accesskit::Role, pos2, vec2,
};
use super::super::fonts;
use super::super::theme::{RADIUS, Theme};
use super::chart::Asked;
use super::{Made, Page, Stop, moment, names};
use crate::conversation::journey::{Crossing, Journey, Layer, Leg, Row};
use crate::model::Span;
use crate::words::span;

/// The least and the greatest width of a card, in points.
const WIDTH: std::ops::RangeInclusive<f32> = 196.0..=250.0;
const GAP: f32 = 10.0;
/// The height of a row, of a header's name, of the title, and what is around
/// all of them.
pub(super) const ROW: f32 = 18.0;
const HEAD: f32 = 21.0;
const TITLE: f32 = 24.0;
const MARGIN: Vec2 = vec2(8.0, 8.0);
/// Below the headers: who saw it.
const FOOT: f32 = 34.0;

impl Made {
    /// The legs that have cards.
    fn legs(&self, stop: Stop) -> Vec<usize> {
        let first = self.stops.partition_point(|other| other.journey < stop.journey);
        let own = self.stops.iter().skip(first).take_while(|other| other.journey == stop.journey);
        own.map(|stop| stop.leg).collect()
    }

    /// The least width of all cards of a message, in points.
    pub(super) fn cards_least(&self, stop: Stop) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a few dozen cards")]
        let count = self.legs(stop).len().max(1) as f32;
        count * (WIDTH.start() + GAP) - GAP
    }
}

impl Page<'_> {
    /// What the message is, and what became of it.
    pub(super) fn title(&self, ui: &mut Ui, journey: &Journey) {
        let theme = Theme::of(ui);
        let words = self.look.words;
        let title = words.journey_title(&self.made.journeys, &journey.message);
        let rest = format!(
            "{} · {}",
            words.say("net-frame", &[("number", &journey.frame.0)]),
            names::outcome(words, self.trace, journey)
        );
        let mut job = LayoutJob::default();
        let format = |font: FontId, color: Color32| super::super::egui::TextFormat {
            font_id: font,
            color,
            ..Default::default()
        };
        job.append("● ", 0.0, format(fonts::words(fonts::BODY), names::colour(theme, &journey.message)));
        job.append(&title, 0.0, format(fonts::strong(fonts::BODY), theme.text));
        job.append(&format!("  ·  {rest}"), 0.0, format(fonts::words(fonts::LABEL), theme.soft));
        let label = ui.add(Label::new(job).wrap());
        label.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{title} · {rest}")));
    }

    /// The cards side by side; returns which leg was clicked.
    pub(super) fn cards(&self, ui: &mut Ui, stop: Stop, journey: &Journey) -> Option<Asked> {
        let opened = self.made.opened.as_ref().filter(|opened| opened.journey == stop.journey)?;
        let legs = self.made.legs(stop);
        let layers = |leg: usize| opened.looked.legs.get(leg).map_or(&[][..], Vec::as_slice);
        #[expect(clippy::cast_precision_loss, reason = "a few dozen rows")]
        let height = legs
            .iter()
            .map(|leg| layers(*leg).iter().map(|layer| HEAD + layer.rows.len() as f32 * ROW).sum::<f32>())
            .fold(0.0, f32::max)
            + TITLE
            + FOOT
            + 2.0 * MARGIN.y;
        #[expect(clippy::cast_precision_loss, reason = "a few dozen cards")]
        let count = legs.len().max(1) as f32;
        let room = ui.available_width() - (count - 1.0) * GAP;
        let width = (room / count).clamp(*WIDTH.start(), *WIDTH.end());
        let whole = vec2(count * width + (count - 1.0) * GAP, height + 2.0);
        let start = journey.legs.first().map(moment);
        let mut asked = None;
        let area = ScrollArea::horizontal().id_salt("cards").auto_shrink([false, true]);
        area.show(ui, |ui| {
            let (rect, _) = ui.allocate_exact_size(whole, Sense::hover());
            let seen = ui.clip_rect();
            let mut left = rect.left();
            for leg in legs {
                let card = Rect::from_min_size(pos2(left, rect.top()), vec2(width, height));
                left += width + GAP;
                let Some(crossed) = journey.legs.get(leg) else { continue };
                let is_current = leg == stop.leg;
                if is_current && (self.look.reveal || self.hops.passage.is_playing()) {
                    reveal_across(ui, card);
                }
                if !seen.expand(width).intersects(card) {
                    continue;
                }
                let since = start.map_or(Span::ZERO, |start| moment(crossed).since(start));
                // Microseconds: what all others are measured in.
                let after = if since == Span::ZERO { "+0 µs".to_owned() } else { format!("+{}", span(since)) };
                let mut inside = ui.new_child(UiBuilder::new().max_rect(card).id_salt(("card", leg)));
                if self.card(&mut inside, card, crossed, layers(leg), &after, is_current) {
                    asked = Some(Asked::Leg(leg));
                }
            }
        });
        asked
    }

    fn card(&self, ui: &mut Ui, card: Rect, leg: &Leg, layers: &[Layer], after: &str, is_current: bool) -> bool {
        let theme = Theme::of(ui);
        let words = self.look.words;
        let [from, to] = [leg.from, leg.to].map(|point| words.journey_point(self.trace, point));
        let title = format!("{from} → {to}");
        let mut told = names::fate(words, leg);
        told.push(words.journey_seen(self.trace, leg));
        let told = told.join(" · ");
        let response = ui.interact(card, ui.scope_id().with("card"), Sense::click());
        let spoken = words.say("net-card", &[("from", &from), ("to", &to), ("after", &after), ("known", &told)]);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_current, &spoken));
        let edge = if is_current {
            Stroke::new(1.8, theme.accent)
        } else if response.hovered() || response.has_focus() {
            Stroke::new(1.0, theme.soft)
        } else {
            Stroke::new(1.0, theme.line)
        };
        ui.painter().rect(card, CornerRadius::same(RADIUS + 2), theme.panel, edge, StrokeKind::Inside);
        let inner = card.shrink2(MARGIN);
        let after = ui.painter().layout_no_wrap(after.to_owned(), fonts::numbers(fonts::NOTE), theme.soft);
        let at = Align2::RIGHT_CENTER.anchor_size(pos2(inner.right(), inner.top() + 9.0), after.size());
        let free = inner.width() - after.size().x - 8.0;
        ui.painter().galley(at.min, after, theme.soft);
        let name = line(ui, &title, fonts::strong(fonts::BODY), theme.text, free);
        ui.painter().galley(pos2(inner.left(), inner.top() + 9.0 - name.size().y / 2.0), name, theme.text);
        let mut top = inner.top() + TITLE;
        for layer in layers {
            let protocol = protocol(words, layer);
            let head = line(ui, &protocol, fonts::strong(fonts::NOTE), theme.faint, inner.width());
            ui.painter().galley(pos2(inner.left(), top + HEAD - head.size().y - 2.0), head, theme.faint);
            top += HEAD;
            for (index, row) in layer.rows.iter().enumerate() {
                let place = Rect::from_min_size(pos2(inner.left(), top), vec2(inner.width(), ROW));
                self.row(ui, place, (layer, index, row), &protocol);
                top += ROW;
            }
        }
        let is_lost = leg.crossing != Crossing::Arrived;
        let ink = if is_lost { theme.lost } else { theme.soft };
        let told = if is_lost { format!("✕ {told}") } else { told };
        let mut job = LayoutJob::simple(told.clone(), fonts::words(fonts::NOTE), ink, inner.width());
        job.wrap = TextWrapping { max_width: inner.width(), max_rows: 2, ..TextWrapping::default() };
        let galley = ui.painter().layout_job(job);
        ui.painter().galley(pos2(inner.left(), inner.bottom() - FOOT + 6.0), galley, ink);
        let clicked = response.clicked();
        response.on_hover_text(told);
        clicked
    }

    /// A field; where it was changed, with a pencil and in colour.
    fn row(&self, ui: &Ui, place: Rect, (layer, index, row): (&Layer, usize, &Row), protocol: &str) {
        let theme = Theme::of(ui);
        let words = self.look.words;
        let name = field(words, row);
        let changed = row.before.is_some();
        if changed {
            let lit = place.expand2(vec2(5.0, -0.5));
            ui.painter().rect_filled(lit, CornerRadius::same(2), theme.raised);
            let bar = Rect::from_min_max(lit.min, pos2(lit.left() + 2.5, lit.bottom()));
            ui.painter().rect_filled(bar, CornerRadius::ZERO, theme.fin);
        }
        let label = line(ui, &name, fonts::words(fonts::LABEL), theme.soft, place.width() * 0.5);
        let left = place.left() + 4.0;
        ui.painter().galley(pos2(left, place.center().y - label.size().y / 2.0), label.clone(), theme.soft);
        let written = written(words, row);
        let (value, ink) =
            if changed { (format!("{written}\u{2009}✎"), theme.fin) } else { (written.clone(), theme.text) };
        let free = place.right() - left - label.size().x - 4.0;
        let galley = line(ui, &value, fonts::numbers(fonts::LABEL), ink, free);
        let at = Align2::RIGHT_CENTER.anchor_size(place.right_center(), galley.size());
        ui.painter().galley(at.min, galley, ink);
        let id = ui.scope_id().with((layer.protocol.name(), layer.quoted, index));
        let response = ui.interact(place, id, Sense::hover());
        let spoken = match &row.before {
            Some(before) => words.say(
                "net-row-changed",
                &[("protocol", &protocol), ("field", &name), ("value", &written), ("before", before)],
            ),
            None => format!("{protocol} {name} {written}"),
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        response.on_hover_text(spoken);
    }

    /// What happened before this leg, in one sentence.
    pub(super) fn sentence(&self, ui: &mut Ui, stop: Stop, journey: &Journey, leg: &Leg) {
        let theme = Theme::of(ui);
        let text = self.told(stop, journey, leg);
        ui.add_space(2.0);
        ui.add(Label::new(RichText::new(text).font(fonts::words(fonts::BODY)).color(theme.text)).wrap());
        ui.add_space(4.0);
    }
}

/// Scrolls a row of things sideways only.
fn reveal_across(ui: &Ui, card: Rect) {
    let clip = ui.clip_rect();
    if card.left() < clip.left() || card.right() > clip.right() {
        let y = clip.center().y;
        ui.scroll_to_rect(Rect::from_min_max(pos2(card.left(), y), pos2(card.right(), y)), None);
    }
}

/// Text in one line, shortened where it has no room.
pub(super) fn line(
    ui: &Ui,
    text: &str,
    font: FontId,
    ink: Color32,
    width: f32,
) -> std::sync::Arc<super::super::egui::Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, ink);
    job.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    ui.painter().layout_job(job)
}

/// What a header is called.
fn protocol(words: &crate::words::Words, layer: &Layer) -> String {
    let name = match layer.protocol {
        crate::decode::FieldId::ETH => "Ethernet",
        crate::decode::FieldId::ARP => "ARP",
        crate::decode::FieldId::IP => "IP",
        crate::decode::FieldId::IPV6 => "IPv6",
        crate::decode::FieldId::TCP => "TCP",
        crate::decode::FieldId::UDP => "UDP",
        crate::decode::FieldId::ICMP => "ICMP",
        crate::decode::FieldId::ICMPV6 => "ICMPv6",
        other => other.name(),
    };
    if layer.quoted { words.say("net-quoted", &[("protocol", &name)]) } else { name.to_owned() }
}

/// What a field says; numbers that mean something with what they mean.
fn written(words: &crate::words::Words, row: &Row) -> String {
    let key = match (row.field, row.value.as_str()) {
        (crate::decode::FieldId::ARP_OPCODE, "1") => "net-operation-request",
        (crate::decode::FieldId::ARP_OPCODE, "2") => "net-operation-reply",
        _ => return row.value.clone(),
    };
    words.say(key, &[("number", &row.value)])
}

/// What a field is called, in a word or two.
fn field(words: &crate::words::Words, row: &Row) -> String {
    use crate::decode::FieldId as Id;
    let key = match row.field {
        Id::ETH_SRC | Id::IP_SRC | Id::IPV6_SRC => "net-field-source",
        Id::ETH_DST | Id::IP_DST | Id::IPV6_DST => "net-field-destination",
        Id::IP_TTL => "net-field-ttl",
        Id::IPV6_HLIM => "net-field-hop-limit",
        Id::IP_CHECKSUM | Id::TCP_CHECKSUM | Id::UDP_CHECKSUM | Id::ICMP_CHECKSUM => "net-field-checksum",
        Id::TCP_SRCPORT | Id::UDP_SRCPORT => "net-field-source-port",
        Id::TCP_DSTPORT | Id::UDP_DSTPORT => "net-field-destination-port",
        Id::TCP_FLAGS => "net-field-flags",
        Id::UDP_LENGTH => "net-field-length",
        Id::ARP_OPCODE => "net-field-operation",
        Id::ARP_SRC_HW_MAC => "net-field-sender-mac",
        Id::ARP_SRC_PROTO_IPV4 => "net-field-sender-ip",
        Id::ARP_DST_HW_MAC => "net-field-target-mac",
        Id::ARP_DST_PROTO_IPV4 => "net-field-target-ip",
        Id::ICMP_TYPE | Id::ICMPV6_TYPE => "net-field-type",
        Id::ICMP_CODE | Id::ICMPV6_CODE => "net-field-code",
        Id::ICMP_MTU => "net-field-mtu",
        _ => return row.field.name().to_owned(),
    };
    words.word(key)
}
