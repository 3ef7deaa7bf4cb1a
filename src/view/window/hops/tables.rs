//! What nodes remember at the moment that is looked at: neighbours (ARP),
//! stations (switches), routes with the line that decides, translations.

use std::net::IpAddr;

use super::super::egui::{
    Align2, CornerRadius, Label, Rect, RichText, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2, vec2,
};
use super::super::fonts;
use super::super::theme::{RADIUS, Theme};
use super::cards::{ROW, line};
use super::{Page, names, told};
use crate::conversation::journey::{
    AGEING, ArpTable, How, Journey, Look, MacTable, NatTable, Point, Tables, chosen_route, routes,
};
use crate::decode::FieldId;
use crate::model::{NodeId, Timestamp};
use crate::words::{journey, mac, printable, span};

/// The width of a table, in points.
const WIDTH: f32 = 266.0;
const GAP: f32 = 10.0;
const TITLE: f32 = 24.0;
/// The second line of a row.
const NOTE: f32 = 14.0;
const MARGIN: f32 = 9.0;
/// More rows are counted.
const MOST: usize = 12;

/// One table, ready to be painted.
struct Table {
    title: String,
    rows: Vec<Row>,
    /// Rows that are not shown.
    more: usize,
}

/// One line of it.
#[derive(Default)]
struct Row {
    left: String,
    right: String,
    /// What is known beside it.
    note: String,
    /// It was learned from this very message.
    fresh: bool,
    /// It decides where this message goes.
    chosen: bool,
}

impl Table {
    fn of(title: String, rows: Vec<Row>) -> Self {
        let mut rows = rows;
        let more = rows.len().saturating_sub(MOST);
        // What was learned last is of interest.
        rows.drain(..more);
        Self { title, rows, more }
    }

    fn height(&self) -> f32 {
        let rows = self.rows.iter().map(|row| if row.note.is_empty() { ROW } else { ROW + NOTE });
        let empty = if self.rows.is_empty() || self.more > 0 { ROW } else { 0.0 };
        TITLE + rows.sum::<f32>() + empty + 2.0 * MARGIN
    }
}

impl Page<'_> {
    /// The tables of the node that was clicked, or of everybody on the way.
    pub(super) fn tables(&self, ui: &mut Ui) {
        let Some(opened) = &self.made.opened else { return };
        let Some((at, tables)) = &opened.tables else { return };
        let Some((_, journey, _)) = self.made.stop(*at) else { return };
        let now = self.made.times.get(*at).copied().unwrap_or_default();
        let words = self.look.words;
        let theme = Theme::of(ui);
        ui.add_space(6.0);
        let nodes = self.hops.node.map_or_else(|| Self::on_the_way(journey), |node| vec![node]);
        if let Some(node) = self.hops.node {
            let told = names::node(words, self.topology, node, None, None);
            ui.add(Label::new(RichText::new(told).font(fonts::words(fonts::LABEL)).color(theme.text)).wrap());
        } else {
            let head = RichText::new(words.word("net-tables")).font(fonts::words(fonts::NOTE));
            ui.add(Label::new(head.color(theme.faint)).wrap());
        }
        let mut all = Vec::new();
        for node in nodes {
            all.extend(self.of_node(node, journey, &opened.looked, tables, now));
        }
        self.paint_tables(ui, &all);
    }

    /// Everybody from the sender to the receiver, each once.
    fn on_the_way(journey: &Journey) -> Vec<NodeId> {
        let mut nodes: Vec<NodeId> = Vec::new();
        let any = journey.way().next().is_some();
        for leg in journey.legs.iter().filter(|leg| !any || leg.purpose == super::Purpose::Way) {
            for point in [leg.from, leg.to] {
                if let Point::Node(node) = point
                    && !nodes.contains(&node)
                {
                    nodes.push(node);
                }
            }
        }
        nodes
    }

    fn of_node(&self, node: NodeId, journey: &Journey, looked: &Look, tables: &Tables, now: Timestamp) -> Vec<Table> {
        let mut found = Vec::new();
        let fresh = |frame| journey.is_shown_in(frame);
        if let Some(table) = tables.translations.iter().find(|table| table.node == node) {
            found.push(self.translations(table, fresh));
        }
        if let Some(host) = self.topology.host(node)
            && (host.forwards || self.hops.node == Some(node) || !host.gateways.is_empty())
        {
            found.push(self.routes(node, journey, looked));
        }
        if let Some(table) = tables.arp.iter().find(|table| table.node == node) {
            found.push(self.neighbours(table, fresh));
        }
        if let Some(table) = tables.switches.iter().find(|table| table.node == node) {
            found.push(self.stations(table, fresh, now));
        }
        found
    }

    fn titled(&self, key: &str, node: NodeId) -> String {
        self.look.words.say(key, &[("node", &journey::node(Some(self.topology), node))])
    }

    fn neighbours(&self, table: &ArpTable, fresh: impl Fn(crate::trace::FrameNumber) -> bool) -> Table {
        let words = self.look.words;
        let rows = table.entries.iter().map(|entry| {
            let key = match entry.how {
                Some(How::Reply) => "net-arp-by-reply",
                Some(How::Request) => "net-arp-by-request",
                Some(How::Announcement) => "net-arp-by-announcement",
                Some(How::Overheard) => "net-arp-by-overhearing",
                None => "net-arp-asked",
            };
            Row {
                left: entry.address.to_string(),
                right: entry.mac.map_or_else(|| "?".to_owned(), |address| mac(address.0)),
                note: words.say(
                    key,
                    &[("frame", &entry.learned.frame.0), ("interface", &printable(entry.interface.as_bytes()))],
                ),
                fresh: fresh(entry.learned.frame),
                chosen: false,
            }
        });
        Table::of(self.titled("journey-table-arp", table.node), rows.collect())
    }

    fn stations(&self, table: &MacTable, fresh: impl Fn(crate::trace::FrameNumber) -> bool, now: Timestamp) -> Table {
        let words = self.look.words;
        let rows = table.entries.iter().map(|entry| {
            let port = words.journey_port(self.topology, table.node, entry.cable);
            let heard = span(now.since(entry.heard));
            Row {
                left: mac(entry.mac.0),
                right: words.say("journey-port", &[("port", &port)]),
                note: words.say(
                    "net-station",
                    &[("frame", &entry.learned.frame.0), ("heard", &heard), ("ageing", &span(AGEING))],
                ),
                fresh: fresh(entry.learned.frame),
                chosen: false,
            }
        });
        Table::of(self.titled("journey-table-stations", table.node), rows.collect())
    }

    fn translations(&self, table: &NatTable, fresh: impl Fn(crate::trace::FrameNumber) -> bool) -> Table {
        let words = self.look.words;
        let rows = table.entries.iter().flat_map(|(entry, capture)| {
            let protocol = match entry.protocol {
                6 => "TCP".to_owned(),
                17 => "UDP".to_owned(),
                1 => "ICMP".to_owned(),
                other => format!("IP {other}"),
            };
            let note = words
                .say("net-translation", &[("protocol", &protocol), ("peer", &entry.peer), ("frame", &capture.frame.0)]);
            let row = |key, socket: std::net::SocketAddr, note| Row {
                left: words.word(key),
                right: socket.to_string(),
                note,
                fresh: fresh(capture.frame),
                chosen: false,
            };
            [row("net-inside", entry.inside, String::new()), row("net-outside", entry.outside, note)]
        });
        Table::of(self.titled("journey-table-translations", table.node), rows.collect())
    }

    fn routes(&self, node: NodeId, journey: &Journey, looked: &Look) -> Table {
        let words = self.look.words;
        let table = routes(self.topology, node);
        // Where the message goes is what is written in it when it leaves.
        let leaves = journey.way().find(|(_, leg)| leg.from == Point::Node(node));
        let to = leaves.and_then(|(leg, _)| told::value(looked, leg, &[FieldId::IP_DST, FieldId::IPV6_DST]));
        let to = to.and_then(|to| to.parse::<IpAddr>().ok());
        let chosen = to.and_then(|to| chosen_route(&table, to));
        let rows = table.iter().enumerate().map(|(index, route)| Row {
            left: route.to.to_string(),
            right: words.journey_route(route).1,
            chosen: chosen == Some(index),
            ..Row::default()
        });
        Table::of(self.titled("journey-table-routes", node), rows.collect())
    }

    /// Tables side by side, as many as fit into a row; those out of sight are
    /// not laid out.
    fn paint_tables(&self, ui: &mut Ui, tables: &[Table]) {
        let room = ui.available_width();
        let columns = ((room + GAP) / (WIDTH + GAP)).floor().max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 1, and few")]
        let per_row = columns as usize;
        let width = ((room - (columns - 1.0) * GAP) / columns).clamp(200.0, WIDTH * 1.2);
        for (number, row) in tables.chunks(per_row).enumerate() {
            let height = row.iter().map(Table::height).fold(0.0, f32::max);
            let (rect, _) = ui.allocate_exact_size(vec2(room, height), Sense::hover());
            if !ui.is_rect_visible(rect) {
                continue;
            }
            let mut left = rect.left();
            for (index, table) in row.iter().enumerate() {
                let place = Rect::from_min_size(pos2(left, rect.top()), vec2(width, height));
                self.table(ui, place, table, (number, index));
                left += width + GAP;
            }
            ui.add_space(GAP - 6.0);
        }
    }

    fn table(&self, ui: &Ui, place: Rect, table: &Table, number: (usize, usize)) {
        let theme = Theme::of(ui);
        let words = self.look.words;
        let painter = ui.painter();
        painter.rect(
            place,
            CornerRadius::same(RADIUS + 2),
            theme.panel,
            Stroke::new(1.0, theme.line),
            StrokeKind::Inside,
        );
        let inner = place.shrink2(vec2(MARGIN + 1.0, MARGIN));
        let title = line(ui, &table.title, fonts::strong(fonts::LABEL), theme.soft, inner.width());
        painter.galley(inner.min, title, theme.soft);
        let id = ui.scope_id().with(("table", number));
        let response =
            ui.interact(Rect::from_min_size(inner.min, vec2(inner.width(), TITLE - 4.0)), id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &table.title));
        let mut top = inner.top() + TITLE;
        let faint = |text: String, top: f32| {
            let galley = line(ui, &text, fonts::words(fonts::NOTE), theme.faint, inner.width());
            painter.galley(pos2(inner.left() + 6.0, top + 2.0), galley, theme.faint);
        };
        if table.rows.is_empty() {
            faint(words.word("journey-table-empty"), top);
            return;
        }
        for (index, row) in table.rows.iter().enumerate() {
            let height = if row.note.is_empty() { ROW } else { ROW + NOTE };
            let rect = Rect::from_min_size(pos2(inner.left(), top), vec2(inner.width(), height));
            top += height;
            self.table_row(ui, rect, row, id.with(index));
        }
        if table.more > 0 {
            faint(words.say("net-table-more", &[("count", &table.more)]), top);
        }
    }

    fn table_row(&self, ui: &Ui, rect: Rect, row: &Row, id: super::super::egui::Id) {
        let theme = Theme::of(ui);
        let words = self.look.words;
        let painter = ui.painter();
        let lit = row.fresh || row.chosen;
        let mark = if row.chosen { theme.accent } else { theme.fin };
        if lit {
            let around = rect.expand2(vec2(4.0, -0.5));
            painter.rect_filled(around, CornerRadius::same(2), theme.raised);
            let bar = Rect::from_min_max(around.min, pos2(around.left() + 2.5, around.bottom()));
            painter.rect_filled(bar, CornerRadius::ZERO, mark);
        }
        let ink = if lit { mark } else { theme.text };
        let sign = if row.chosen { " ◀" } else { "" };
        let right = format!("{}{sign}", row.right);
        let middle = rect.top() + ROW / 2.0;
        let left = rect.left() + 6.0;
        let width = rect.width() - 6.0;
        let name = line(ui, &row.left, fonts::numbers(fonts::LABEL), ink, width * 0.6);
        let free = width - name.size().x - 6.0;
        let value_ink = if lit { mark } else { theme.soft };
        let value = line(ui, &right, fonts::numbers(fonts::LABEL), value_ink, free);
        let at = Align2::RIGHT_CENTER.anchor_size(pos2(rect.right(), middle), value.size());
        painter.galley(at.min, value, value_ink);
        painter.galley(pos2(left, middle - name.size().y / 2.0), name, ink);
        let new = if row.fresh { format!("{} · ", words.word("net-new")) } else { String::new() };
        if !row.note.is_empty() {
            let note = line(ui, &format!("{new}{}", row.note), fonts::words(fonts::NOTE), theme.faint, width);
            painter.galley(pos2(left, rect.top() + ROW - 2.0), note, theme.faint);
        }
        let response = ui.interact(rect, id, Sense::hover());
        let mut spoken = format!("{} {}", row.left, row.right);
        if row.chosen {
            spoken.push_str(", ");
            spoken.push_str(&words.word("net-chosen"));
        }
        if !row.note.is_empty() {
            spoken.push_str(", ");
            spoken.push_str(&new);
            spoken.push_str(&row.note);
        }
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        response.on_hover_text(spoken);
    }
}
