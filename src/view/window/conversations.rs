//! The list of conversations: any number of them, sorted by any column, of
//! which only those in view are looked up.
//!
//! Owns the order. What there is to say of a conversation, the survey knows.

use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use super::command::{Command, Tab};
use super::document::{Document, Edition, now};
use super::egui::{
    Key, Rect, RichText, ScrollArea, Sense, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, accesskit::Role, pos2, vec2,
};
use super::fonts;
use super::listing::{ROW, height, keys, one_line, visible};
use super::scroll::{BAR, Scroll};
use super::theme::Theme;
use crate::conversation::{Brief, Survey};
use crate::model::{Protocol, Span};
use crate::words::{Words, grouped, span};

/// The height of the names, in points.
const HEAD: f32 = 22.0;
/// The field for an address, in points.
const ADDRESS: f32 = 200.0;
/// What sorting may take of one frame of the window.
const PATIENCE: Duration = Duration::from_millis(3);
/// Conversations that are looked at between two looks at the clock.
const AT_ONCE: usize = 256;
/// More are sorted on a thread.
const MANY: usize = 20_000;
/// While a capture is read, the order is made anew after this.
const AGAIN: Duration = Duration::from_secs(1);
/// Between a column's edge and its text, in points.
const INSET: f32 = 6.0;

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Column {
    #[default]
    Number,
    Protocol,
    Client,
    Server,
    Opening,
    Closing,
    Packets,
    FromClient,
    FromServer,
    Start,
    Duration,
    Findings,
}

impl Column {
    /// Each with the key of its name, and its width in points.
    const ALL: [(Self, &str, f32); 12] = [
        (Self::Number, "column-conversation", 52.0),
        (Self::Protocol, "column-protocol", 70.0),
        (Self::Client, "column-client", 150.0),
        (Self::Server, "column-server", 150.0),
        (Self::Opening, "column-opening", 136.0),
        (Self::Closing, "column-closing", 150.0),
        (Self::Packets, "column-packets", 72.0),
        (Self::FromClient, "column-from-client", 96.0),
        (Self::FromServer, "column-from-server", 96.0),
        (Self::Start, "column-start", 92.0),
        (Self::Duration, "column-duration", 84.0),
        (Self::Findings, "column-findings", 78.0),
    ];

    const fn is_right(self) -> bool {
        match self {
            Self::Number
            | Self::Packets
            | Self::FromClient
            | Self::FromServer
            | Self::Start
            | Self::Duration
            | Self::Findings => true,
            Self::Protocol | Self::Client | Self::Server | Self::Opening | Self::Closing => false,
        }
    }

    /// What conversations are compared by.
    fn key(self, brief: &Brief) -> Rank {
        let socket = |socket: SocketAddr| {
            let address = match socket.ip() {
                IpAddr::V4(address) => address.to_ipv6_mapped(),
                IpAddr::V6(address) => address,
            };
            (u128::from(address), u64::from(socket.port()))
        };
        // Later moments are larger, also before 1970.
        let moment = |nanos: i64| u128::from(nanos.cast_unsigned() ^ (1 << 63));
        match self {
            Self::Number => (brief.id.into(), 0),
            Self::Protocol => (u128::from(brief.protocol == Protocol::Udp), 0),
            Self::Client => socket(brief.addresses.client),
            Self::Server => socket(brief.addresses.server),
            Self::Opening => (brief.opening.map_or(u128::MAX, |opening| opening as u128), 0),
            Self::Closing => (brief.closing.map_or(u128::MAX, |closing| closing as u128), 0),
            Self::Packets => (brief.messages.into(), 0),
            Self::FromClient => (brief.bytes.client.into(), 0),
            Self::FromServer => (brief.bytes.server.into(), 0),
            Self::Start => (moment(brief.began.nanos()), 0),
            Self::Duration => (moment(brief.ended.since(brief.began).nanos()), 0),
            Self::Findings => (brief.found.into(), 0),
        }
    }
}

/// What conversations are compared by.
type Rank = (u128, u64);

/// How the list is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Wanted {
    column: Column,
    descending: bool,
    /// What the addresses must contain, in small letters.
    address: String,
}

impl Wanted {
    /// All of them, as they are numbered.
    fn is_plain(&self) -> bool {
        self.column == Column::Number && !self.descending && self.address.is_empty()
    }

    fn has(&self, brief: &Brief) -> bool {
        let contains = |socket: SocketAddr| socket.to_string().contains(&self.address);
        self.address.is_empty() || contains(brief.addresses.client) || contains(brief.addresses.server)
    }
}

/// An order that is being made.
#[derive(Debug)]
enum Making {
    /// What conversations are compared by, of those before `next`.
    Gathering { ranks: Vec<(Rank, u32)>, next: usize },
    /// A thread sorts them.
    Sorting(Receiver<Vec<u32>>),
}

/// The list, kept between frames.
#[derive(Debug, Default)]
pub(super) struct ConversationList {
    scroll: Scroll,
    wanted: Wanted,
    /// The conversations as they are listed, where that is not plain.
    order: Vec<u32>,
    /// What `order` was made for, and when.
    made: Option<(Edition, Wanted, usize, Instant)>,
    making: Option<(Edition, Wanted, usize, Making)>,
    /// The conversation that was brought into view.
    revealed: Option<usize>,
}

impl ConversationList {
    /// Shows the list; returns what was asked for.
    pub(super) fn show(&mut self, ui: &mut Ui, document: &Document, words: &Words) -> Vec<Command> {
        let count = document.count();
        self.make_order(ui, document, count);
        let listed = if self.wanted.is_plain() { count } else { self.order.len() };
        self.tools(ui, count, listed, words);
        let (rect, _) = ui.allocate_exact_size(ui.available_size().max(vec2(200.0, HEAD + ROW)), Sense::hover());
        let theme = Theme::of(ui);
        ui.painter().rect_filled(rect, 0.0, theme.background);
        let whole: f32 = Column::ALL.iter().map(|(.., width)| width).sum::<f32>() + BAR;
        let mut commands = Vec::new();
        let mut inner = ui.new_child(super::egui::UiBuilder::new().max_rect(rect));
        ScrollArea::horizontal().id_salt("conversations").auto_shrink([false, false]).show(&mut inner, |ui| {
            let (content, _) = ui.allocate_exact_size(vec2(whole.max(rect.width()), rect.height()), Sense::hover());
            self.head(ui, content, words);
            // The bar stays in sight while the columns are scrolled sideways,
            // and the one that does so has room of its own.
            let below = if whole > rect.width() { BAR } else { 0.0 };
            let view =
                Rect::from_min_max(pos2(rect.left(), rect.top() + HEAD), pos2(rect.right(), rect.bottom() - below));
            let lines = Rect::from_min_max(pos2(content.left(), view.top()), pos2(content.right(), view.bottom()));
            commands = self.body(ui, view, lines, document, listed, words);
        });
        if listed == 0 {
            let key = if count == 0 { "conversations-none" } else { "conversations-no-match" };
            let galley = one_line(ui, &words.word(key), fonts::words(fonts::BODY), theme.faint, rect.width());
            ui.painter().galley(rect.center() - galley.size() / 2.0, galley, theme.faint);
        }
        commands
    }

    fn tools(&mut self, ui: &mut Ui, count: usize, listed: usize, words: &Words) {
        ui.horizontal(|ui| {
            let label = ui.label(RichText::new(words.word("conversations-address")).font(fonts::words(fonts::LABEL)));
            let mut address = self.wanted.address.clone();
            let edit = TextEdit::singleline(&mut address).font(fonts::numbers(fonts::LABEL)).desired_width(ADDRESS);
            if ui.add(edit).labelled_by(label.id).changed() {
                self.wanted.address = address.trim().to_ascii_lowercase();
            }
            let long = |number: usize| grouped(u64::try_from(number).unwrap_or(u64::MAX));
            let text = if listed == count {
                words.say("conversations-count", &[("count", &long(count))])
            } else {
                words.say("conversations-count-of", &[("count", &long(listed)), ("all", &long(count))])
            };
            ui.label(RichText::new(text).font(fonts::words(fonts::LABEL)).color(Theme::of(ui).soft));
            if self.making.is_some() {
                ui.spinner();
            }
        });
    }

    /// Where the columns stand in a row.
    fn ranges(left: f32) -> impl Iterator<Item = (Column, &'static str, f32, f32)> {
        let mut at = left;
        Column::ALL.into_iter().map(move |(column, key, width)| {
            let from = at;
            at += width;
            (column, key, from, at)
        })
    }

    fn head(&mut self, ui: &Ui, rect: Rect, words: &Words) {
        let theme = Theme::of(ui);
        let head = Rect::from_min_size(rect.min, vec2(rect.width(), HEAD));
        ui.painter().rect_filled(head, 0.0, theme.raised);
        for (column, key, left, right) in Self::ranges(rect.left()) {
            let is_sorted = self.wanted.column == column;
            let sign = match (is_sorted, self.wanted.descending) {
                (true, false) => " ↑",
                (true, true) => " ↓",
                (false, _) => "",
            };
            let name = words.word(key);
            let cell = Rect::from_min_max(pos2(left, head.top()), pos2(right, head.bottom()));
            let response = ui.interact(cell, ui.scope_id().with(("column", key)), Sense::click());
            response.widget_info(|| {
                let mut info = WidgetInfo::selected(Role::ColumnHeader, true, is_sorted, &name);
                info.label = Some(format!("{name}{sign}"));
                info
            });
            let ink = if response.hovered() || response.has_focus() || is_sorted { theme.accent } else { theme.soft };
            let font = fonts::strong(fonts::NOTE);
            let galley = one_line(ui, &format!("{name}{sign}"), font, ink, right - left - 2.0 * INSET);
            let size = galley.size();
            let x = if column.is_right() { right - INSET - size.x } else { left + INSET };
            ui.painter().galley(pos2(x, cell.center().y - size.y / 2.0), galley, ink);
            if response.clicked() {
                self.wanted.descending = is_sorted && !self.wanted.descending;
                self.wanted.column = column;
                self.scroll.go_to(0.0);
            }
            response.on_hover_text(words.word("conversations-sort"));
        }
        ui.painter().hline(head.x_range(), head.bottom(), (1.0, theme.line));
    }

    fn body(
        &mut self,
        ui: &mut Ui,
        view: Rect,
        lines: Rect,
        document: &Document,
        listed: usize,
        words: &Words,
    ) -> Vec<Command> {
        let theme = Theme::of(ui);
        let mut commands = Vec::new();
        let id = ui.scope_id().with("conversations");
        let table = ui.interact(view, id, Sense::click());
        let name = words.say("conversations-table", &[("count", &listed)]);
        table.widget_info(|| WidgetInfo::labeled(Role::Table, true, &name));
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_row_count(listed);
            node.set_column_count(Column::ALL.len());
        });
        self.scroll.show(ui, view, height(listed), id.with("scroll"), &words.word("conversations-scroll"));
        let shown = document.shown();
        let row = self.row_of(shown, listed);
        if self.revealed != Some(shown)
            && let Some(row) = row
        {
            self.revealed = Some(shown);
            self.scroll.reveal(height(row), height(row) + f64::from(ROW));
        }
        let visible = visible(&self.scroll, view.height(), listed);
        if table.has_focus() {
            let page = visible.len().saturating_sub(2).max(1);
            let target = keys(ui, id, row, page, listed).and_then(|row| self.place(row));
            commands.extend(target.map(Command::ShowConversation));
            if ui.input(|input| input.key_pressed(Key::Enter)) {
                commands.push(Command::ShowTab(Tab::Stream));
            }
            ui.painter().rect_stroke(view.shrink(0.5), 0.0, (1.0, theme.accent), StrokeKind::Inside);
        }
        let start = document.look_at_survey(|survey| survey.totals().span.map(|(start, _)| start));
        let briefs = self.briefs(document, visible.clone());
        let clip = ui.clip_rect();
        ui.set_clip_rect(clip.intersect(Rect::from_min_max(view.min, pos2(view.right() - BAR, view.bottom()))));
        for (row, brief) in visible.zip(briefs) {
            let Some(brief) = brief else { continue };
            #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
            let top = (height(row) - self.scroll.offset()) as f32 + view.top();
            let rect = Rect::from_min_size(pos2(lines.left(), top), vec2(lines.width(), ROW));
            let place = usize::try_from(brief.id).unwrap_or(usize::MAX);
            let since = start.map_or(Span::ZERO, |start| brief.began.since(start));
            let texts = texts(&brief, since, words);
            commands.extend(line(ui, rect, id, &texts, (place, place == shown), words));
        }
        ui.set_clip_rect(clip);
        commands
    }

    /// The conversation in a row.
    fn place(&self, row: usize) -> Option<usize> {
        if self.wanted.is_plain() { Some(row) } else { usize::try_from(*self.order.get(row)?).ok() }
    }

    fn row_of(&self, place: usize, listed: usize) -> Option<usize> {
        if self.wanted.is_plain() {
            return Some(place).filter(|place| *place < listed);
        }
        let id = u32::try_from(place).ok()?;
        self.order.iter().position(|other| *other == id)
    }

    fn briefs(&self, document: &Document, rows: Range<usize>) -> Vec<Option<Brief>> {
        let ids: Vec<u32> =
            rows.filter_map(|row| self.place(row)).filter_map(|place| u32::try_from(place).ok()).collect();
        document.look_at_survey(|survey| ids.into_iter().map(|id| survey.conversation(id)).collect())
    }

    /// Goes on with the order that is wanted.
    fn make_order(&mut self, ui: &Ui, document: &Document, count: usize) {
        if self.wanted.is_plain() {
            self.making = None;
            self.made = None;
            return;
        }
        let edition = document.edition();
        let frames = document.frame_count();
        let is_right = |of: &Edition, wanted: &Wanted| *of == edition && *wanted == self.wanted;
        let is_made = self
            .made
            .as_ref()
            .is_some_and(|(of, wanted, then, at)| is_right(of, wanted) && (*then == frames || at.elapsed() < AGAIN));
        if is_made {
            if self.made.as_ref().is_some_and(|(_, _, then, _)| *then != frames) {
                ui.ctx().request_repaint_after(AGAIN);
            }
            return;
        }
        let is_making = self.making.as_ref().is_some_and(|(of, wanted, ..)| is_right(of, wanted));
        if !is_making {
            let making = Making::Gathering { ranks: Vec::new(), next: 0 };
            self.making = Some((edition, self.wanted.clone(), frames, making));
        }
        let Some((_, wanted, of, mut making)) = self.making.take() else { return };
        let order = match &mut making {
            Making::Gathering { ranks, next } => {
                if gather(document, &wanted, ranks, next, count) {
                    let ranks = std::mem::take(ranks);
                    let descending = wanted.descending;
                    let (sorted, receiver) = bounded(1);
                    let sort = move || {
                        // The receiver may want another order by now.
                        sorted.send(in_order(ranks, descending)).ok();
                    };
                    let many = count > MANY;
                    if !many {
                        sort();
                    } else if std::thread::Builder::new().name("sorting".into()).spawn(sort).is_err() {
                        return;
                    }
                    making = Making::Sorting(receiver);
                }
                None
            }
            Making::Sorting(_) => None,
        };
        let order = match (&making, order) {
            (Making::Sorting(sorted), None::<Vec<u32>>) => match sorted.try_recv() {
                Ok(order) => Some(order),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => return,
            },
            (_, order) => order,
        };
        if let Some(order) = order {
            self.order = order;
            self.made = Some((edition, wanted, of, now()));
        } else {
            self.making = Some((edition, wanted, of, making));
            ui.ctx().request_repaint_after(Duration::from_millis(15));
        }
    }
}

/// Notes what conversations are compared by, for a few milliseconds; tells
/// whether that was the last of them.
fn gather(document: &Document, wanted: &Wanted, ranks: &mut Vec<(Rank, u32)>, next: &mut usize, count: usize) -> bool {
    let started = now();
    while *next < count {
        let end = next.saturating_add(AT_ONCE).min(count);
        let of = |survey: &Survey| {
            let ids = (*next..end).filter_map(|place| u32::try_from(place).ok());
            let briefs = ids.filter_map(|id| survey.conversation(id)).filter(|brief| wanted.has(brief));
            ranks.extend(briefs.map(|brief| (wanted.column.key(&brief), brief.id)));
        };
        document.look_at_survey(of);
        *next = end;
        if started.elapsed() >= PATIENCE {
            break;
        }
    }
    *next >= count
}

/// The conversations in order; those that are equal, by number.
fn in_order(mut ranks: Vec<(Rank, u32)>, descending: bool) -> Vec<u32> {
    if descending {
        ranks.sort_unstable_by(|(one, id), (other, other_id)| other.cmp(one).then(id.cmp(other_id)));
    } else {
        ranks.sort_unstable();
    }
    ranks.into_iter().map(|(_, id)| id).collect()
}

/// What the columns say.
fn texts(brief: &Brief, since: Span, words: &Words) -> [String; 12] {
    let protocol = match brief.protocol {
        Protocol::Tcp => "TCP",
        Protocol::Udp => "UDP",
    };
    [
        brief.id.to_string(),
        protocol.to_owned(),
        brief.addresses.client.to_string(),
        brief.addresses.server.to_string(),
        brief.opening.map_or_else(|| "–".to_owned(), |opening| words.opening(opening)),
        brief.closing.map_or_else(|| "–".to_owned(), |closing| words.closing(closing)),
        grouped(brief.messages.into()),
        grouped(brief.bytes.client),
        grouped(brief.bytes.server),
        seconds(since),
        span(brief.ended.since(brief.began)),
        if brief.found == 0 { "–".to_owned() } else { format!("⚠ {}", grouped(brief.found.into())) },
    ]
}

/// Seconds with six decimals.
fn seconds(span: Span) -> String {
    let sign = if span.nanos() < 0 { "−" } else { "" };
    let nanos = span.nanos().unsigned_abs();
    format!("{sign}{}.{:06}", nanos / 1_000_000_000, nanos % 1_000_000_000 / 1_000)
}

/// Paints one conversation and takes clicks.
fn line(
    ui: &Ui,
    rect: Rect,
    id: super::egui::Id,
    texts: &[String; 12],
    (place, is_shown): (usize, bool),
    words: &Words,
) -> Vec<Command> {
    let theme = Theme::of(ui);
    let mut commands = Vec::new();
    let response = ui.interact(rect.intersect(ui.clip_rect()), id.with(place), Sense::CLICK);
    let label = || {
        let named = Column::ALL.iter().zip(texts).map(|((_, key, _), text)| format!("{} {text}", words.word(key)));
        named.collect::<Vec<_>>().join(words.choose(", ", "，"))
    };
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_shown, label()));
    if is_shown {
        ui.painter().rect_filled(rect, 0.0, theme.selection);
        ui.painter().rect_stroke(rect.shrink(0.5), 0.0, Stroke::new(1.0, theme.accent), StrokeKind::Inside);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, theme.raised);
    }
    for ((column, _, left, right), text) in ConversationList::ranges(rect.left()).zip(texts) {
        let ink = match column {
            Column::Findings if text.starts_with('⚠') => theme.fin,
            Column::Client | Column::Server | Column::Protocol => theme.text,
            Column::Number
            | Column::Opening
            | Column::Closing
            | Column::Packets
            | Column::FromClient
            | Column::FromServer
            | Column::Start
            | Column::Duration
            | Column::Findings => theme.soft,
        };
        let is_word = matches!(column, Column::Opening | Column::Closing);
        let font = if is_word { fonts::words(fonts::LABEL) } else { fonts::numbers(fonts::LABEL) };
        let galley = one_line(ui, text, font, ink, right - left - 2.0 * INSET);
        let size = galley.size();
        let x = if column.is_right() { right - INSET - size.x } else { left + INSET };
        ui.painter().galley(pos2(x, rect.center().y - size.y / 2.0), galley, ink);
    }
    if response.clicked() {
        ui.memory_mut(|memory| memory.request_focus(id));
        commands.push(Command::ShowConversation(place));
    }
    response.context_menu(|ui| {
        if ui.button(words.word("packets-follow")).clicked() {
            commands.extend([Command::ShowConversation(place), Command::ShowTab(Tab::Stream)]);
            ui.close();
        }
        if ui.button(words.word("packets-copy")).clicked() {
            ui.ctx().copy_text(texts.join("\t"));
            ui.close();
        }
    });
    if response.hovered() {
        response.on_hover_text_at_pointer(label());
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ones_stay_in_the_order_of_their_numbers() {
        let ranks = vec![((5, 0), 0), ((3, 0), 1), ((5, 0), 2), ((9, 0), 3)];
        assert_eq!(in_order(ranks.clone(), false), [1, 0, 2, 3]);
        assert_eq!(in_order(ranks, true), [3, 0, 2, 1]);
    }

    #[test]
    fn starts_are_written_like_the_times_of_packets() {
        assert_eq!(seconds(Span::from_millis(1500)), "1.500000");
        assert_eq!(seconds(Span::from_nanos(-1_000)), "−0.000001");
    }
}
