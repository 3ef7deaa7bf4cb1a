//! What both ends are and hold now, as a small table: all of it inferred.

use std::sync::Arc;

use super::super::egui::{Color32, Galley, Rect, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2};
use super::super::fonts;
use super::super::theme::Theme;
use crate::conversation::{End, Ends, Holds};
use crate::timeline::playback::{Snapshot, Steps};
use crate::words::{Quantity, Words};

/// Points between two columns, and of one row.
const GAP: f32 = 14.0;
const ROW: f32 = 16.0;
/// The least width of a column with a bar.
const COLUMN: f32 = 58.0;

/// How much of a bar is full: first in colour, then outlined.
type Filled = Option<(f32, f32)>;

struct Column {
    name: Arc<Galley>,
    values: Ends<Option<(Arc<Galley>, Filled)>>,
    width: f32,
}

/// The table, laid out and not yet painted.
pub(super) struct Table {
    title: Arc<Galley>,
    who: Ends<Arc<Galley>>,
    states: Ends<Option<(Arc<Galley>, Color32)>>,
    columns: Vec<Column>,
    snapshot: Snapshot,
    quantities: Ends<Vec<Quantity>>,
}

impl Table {
    pub(super) fn new(ui: &Ui, steps: &Steps, snapshot: Snapshot, words: &Words) -> Self {
        let theme = Theme::of(ui);
        let text = |text: String, colour| ui.painter().layout_no_wrap(text, fonts::words(fonts::NOTE), colour);
        let strong = |text: String, colour| ui.painter().layout_no_wrap(text, fonts::strong(fonts::NOTE), colour);
        let quantities = |end: End| {
            let mut all = words.holdings(end, &snapshot);
            if end == End::Server {
                all.extend(words.accept_queue(&snapshot));
            }
            all
        };
        let quantities = Ends { client: quantities(End::Client), server: quantities(End::Server) };
        let rows = quantities.client.len().max(quantities.server.len());
        let columns = (0..rows).filter_map(|index| {
            let named = quantities.server.get(index).or_else(|| quantities.client.get(index))?;
            let name = text(named.name.clone(), theme.faint);
            let value = |end: End| {
                let value = quantities.of(end).get(index)?;
                Some((text(value.value.clone(), theme.text), filled(steps, &snapshot, end, index)))
            };
            let values = Ends { client: value(End::Client), server: value(End::Server) };
            let widths = End::BOTH.into_iter().filter_map(|end| values.of(end).as_ref());
            let width = widths.map(|(galley, _)| galley.size().x).fold(name.size().x.max(COLUMN), f32::max);
            Some(Column { name, values, width })
        });
        let columns = columns.collect();
        let state = |end: End| {
            let state = (*snapshot.states.of(end))?;
            Some((strong(state.name().to_owned(), theme.state(state)), theme.state(state)))
        };
        Self {
            title: text(words.word("step-now"), theme.faint),
            who: Ends {
                client: strong(words.end(End::Client), theme.soft),
                server: strong(words.end(End::Server), theme.soft),
            },
            states: Ends { client: state(End::Client), server: state(End::Server) },
            columns,
            snapshot,
            quantities,
        }
    }

    /// What is told of an end under the pointer: everything, with its meaning.
    fn told(&self, end: End, words: &Words) -> String {
        let line = |quantity: &Quantity| format!("{} {}: {}", quantity.name, quantity.value, quantity.meaning);
        let mut lines = vec![words.end(end)];
        lines.extend(words.next_numbers(self.snapshot.holds.of(end)));
        lines.extend(self.quantities.of(end).iter().map(line));
        lines.join("\n")
    }

    /// Where names, states and the first quantity begin, from the left.
    fn starts(&self) -> (f32, f32) {
        let who = self.who.client.size().x.max(self.who.server.size().x) + 8.0;
        let states = End::BOTH.into_iter().filter_map(|end| self.states.of(end).as_ref());
        // As wide as the longest state, so that nothing moves sideways.
        let state = states.map(|(galley, _)| galley.size().x).reduce(f32::max).map(|widest| widest.max(86.0));
        let head = (who + state.unwrap_or(0.0)).max(self.title.size().x);
        (who, head + GAP)
    }

    /// The columns that fit into `most` points, and the width they take.
    fn fitting(&self, most: f32) -> (usize, f32) {
        let mut right = self.starts().1;
        let mut count = 0;
        for column in &self.columns {
            if right + column.width > most {
                break;
            }
            right += column.width + GAP;
            count += 1;
        }
        (count, right - GAP)
    }

    /// The width it takes of `most` points.
    pub(super) fn width(&self, most: f32) -> f32 {
        self.fitting(most).1.min(most)
    }

    /// Paints it; columns that do not fit are left out, and stay under the
    /// pointer.
    pub(super) fn show(&self, ui: &mut Ui, width: f32, words: &Words) {
        let theme = Theme::of(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(width.max(0.0), ROW * 3.0), Sense::hover());
        let painter = ui.painter_at(rect.expand(1.0));
        let (state, first) = self.starts();
        let at = |x: f32, row: f32| pos2(rect.left() + x, rect.top() + row * ROW);
        painter.galley(at(0.0, 0.0), self.title.clone(), theme.faint);
        let (count, _) = self.fitting(width + 0.5);
        for (end, row) in [(End::Client, 1.0), (End::Server, 2.0)] {
            painter.galley(at(0.0, row), self.who.of(end).clone(), theme.soft);
            if let Some((galley, colour)) = self.states.of(end) {
                painter.galley(at(state, row), galley.clone(), *colour);
            }
        }
        let mut x = first;
        for column in self.columns.iter().take(count) {
            painter.galley(at(x, 0.0), column.name.clone(), theme.faint);
            for (end, row) in [(End::Client, 1.0), (End::Server, 2.0)] {
                let Some((galley, filled)) = column.values.of(end) else { continue };
                painter.galley(at(x, row), galley.clone(), theme.text);
                let Some((full, more)) = *filled else { continue };
                let track = Rect::from_min_size(at(x, row) + vec2(0.0, ROW - 3.0), vec2(column.width, 2.0));
                painter.rect_filled(track, 1.0, theme.line);
                let part = |from: f32, to: f32| {
                    let x = |part: f32| track.left() + part.clamp(0.0, 1.0) * track.width();
                    Rect::from_min_max(pos2(x(from), track.top()), pos2(x(to), track.bottom()))
                };
                painter.rect_filled(part(0.0, full), 1.0, theme.data);
                painter.rect_filled(part(full, full + more), 1.0, theme.fin);
            }
            x += column.width + GAP;
        }
        for (end, row) in [(End::Client, 1.0), (End::Server, 2.0)] {
            let line = Rect::from_min_size(at(0.0, row), vec2(rect.width(), ROW));
            let response = ui.interact(line, ui.scope_id().with(("now", end)), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words.end_now(end, &self.snapshot)));
            response.on_hover_ui(|ui| {
                ui.label(self.told(end, words));
            });
        }
    }
}

/// How full a quantity is: a window beside its largest, what is in flight (and
/// not yet sent) beside the window it may fill, what is unread beside the room
/// there is.
#[expect(clippy::cast_precision_loss, reason = "a bar's length")]
fn filled(steps: &Steps, snapshot: &Snapshot, end: End, index: usize) -> Filled {
    let Holds::Tcp(tcp) = snapshot.holds.of(end) else { return None };
    if !snapshot.is_connected(end) {
        return None;
    }
    let part = |value: f32, of: f32| if of > 0.0 { (value / of).min(1.0) } else { 0.0 };
    match index {
        0 => {
            let window = tcp.window?.bytes() as f32;
            Some((part(window, steps.widest_window(end) as f32), 0.0))
        }
        1 => {
            let room = tcp.peer_window?.bytes() as f32;
            let flight = tcp.in_flight?.numbers() as f32;
            let unsent = tcp.unsent.unwrap_or(0) as f32;
            let whole = room.max(flight + unsent);
            Some((part(flight, whole), part(unsent, whole)))
        }
        2 => {
            let unread = tcp.unread? as f32;
            let room = tcp.window?.bytes() as f32;
            Some((part(unread, unread + room), 0.0))
        }
        _ => None,
    }
}
