//! Where the states and the edges of RFC 9293's figure 5 stand, by hand.
//!
//! ```text
//!              CLOSED ──────────┐
//!              LISTEN           │
//! SYN-RECEIVED        SYN-SENT ─┘
//!            ESTABLISHED
//! FIN-WAIT-1          CLOSE-WAIT
//! FIN-WAIT-2  CLOSING   LAST-ACK
//!            TIME-WAIT    CLOSED
//! ```
//!
//! Pure geometry and the figure's content. CLOSED is drawn twice, as there.

use super::super::egui::{Align2, Pos2, Rect, Vec2, pos2, vec2};
use crate::model::TcpState::{
    self, CloseWait, Closed, Closing, Established, FinWait1, FinWait2, LastAck, Listen, SynReceived, SynSent, TimeWait,
};

/// A state's box, in points.
pub(super) const BOX: Vec2 = vec2(104.0, 36.0);
/// From one row to the next.
const PITCH: f32 = 100.0;
/// The least and the largest distance of columns.
const COLUMNS: (f32, f32) = (114.0, 150.0);
/// Below the last row: room for the last edge's label.
const FOOT: f32 = 34.0;

/// Left, middle, right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Left,
    Middle,
    Right,
}

use Column::{Left, Middle, Right};

/// Every box: its state, its column, its row.
const BOXES: [(TcpState, Column, u8); 12] = [
    (Closed, Middle, 0),
    (Listen, Middle, 1),
    (SynReceived, Left, 2),
    (SynSent, Right, 2),
    (Established, Middle, 3),
    (FinWait1, Left, 4),
    (CloseWait, Right, 4),
    (FinWait2, Left, 5),
    (Closing, Middle, 5),
    (LastAck, Right, 5),
    (TimeWait, Middle, 6),
    (Closed, Right, 6),
];

/// What makes an end go from one state to another, and what it does then: the
/// keys of the phrases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: TcpState,
    pub(super) to: TcpState,
    pub(super) event: &'static str,
    /// `None` where nothing is to be done.
    pub(super) action: Option<&'static str>,
    /// The section that says so.
    pub(super) rule: &'static str,
}

const fn edge(
    from: TcpState,
    to: TcpState,
    event: &'static str,
    action: Option<&'static str>,
    rule: &'static str,
) -> Edge {
    Edge { from, to, event, action, rule }
}

/// The twenty edges of the figure.
pub(super) const EDGES: [Edge; 20] = [
    edge(Closed, Listen, "event-passive-open", Some("action-create"), "3.10.1"),
    edge(Listen, Closed, "event-close", Some("action-delete"), "3.10.4"),
    edge(Closed, SynSent, "event-active-open", Some("action-create-syn"), "3.10.1"),
    edge(SynSent, Closed, "event-close", Some("action-delete"), "3.10.4"),
    edge(Listen, SynSent, "event-send", Some("action-syn"), "3.10.2"),
    edge(Listen, SynReceived, "event-syn", Some("action-syn-ack"), "3.10.7.2"),
    edge(SynSent, SynReceived, "event-syn", Some("action-syn-ack"), "3.10.7.3"),
    edge(SynReceived, Listen, "event-rst", None, "3.10.7.4"),
    edge(SynSent, Established, "event-syn-ack", Some("action-ack"), "3.10.7.3"),
    edge(SynReceived, Established, "event-ack-of-syn", None, "3.10.7.4"),
    edge(SynReceived, FinWait1, "event-close", Some("action-fin"), "3.10.4"),
    edge(Established, FinWait1, "event-close", Some("action-fin"), "3.10.4"),
    edge(Established, CloseWait, "event-fin", Some("action-ack"), "3.10.7.4"),
    edge(FinWait1, FinWait2, "event-ack-of-fin", None, "3.10.7.4"),
    edge(FinWait1, Closing, "event-fin", Some("action-ack"), "3.10.7.4"),
    edge(CloseWait, LastAck, "event-close", Some("action-fin"), "3.10.4"),
    edge(FinWait2, TimeWait, "event-fin", Some("action-ack"), "3.10.7.4"),
    edge(Closing, TimeWait, "event-ack-of-fin", None, "3.10.7.4"),
    edge(LastAck, Closed, "event-ack-of-fin", None, "3.10.7.4"),
    edge(TimeWait, Closed, "event-timeout", Some("action-delete"), "3.10.8"),
];

/// The figure on a panel of some width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// The middle of the left, the middle and the right column.
    columns: [f32; 3],
    top: f32,
}

/// An edge on the screen: its line, and where its label is tied.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) line: Vec<Pos2>,
    pub(super) label: Pos2,
    pub(super) anchor: Align2,
}

impl Plan {
    /// Fits the figure into a panel whose upper left corner is `at`; narrower
    /// than [`Plan::WIDTH`] it is cut off by the panel.
    pub(super) fn fit(at: Pos2, width: f32) -> Self {
        let between = ((width - BOX.x - 2.0) / 2.0).clamp(COLUMNS.0, COLUMNS.1);
        let middle = at.x + (width / 2.0).max(between + BOX.x / 2.0 + 1.0);
        Self { columns: [middle - between, middle, middle + between], top: at.y }
    }

    /// The least width in which everything is seen, in points.
    pub(super) const WIDTH: f32 = COLUMNS.0 * 2.0 + BOX.x + 2.0;

    /// How high the figure is, in points.
    pub(super) const HEIGHT: f32 = PITCH * 6.0 + BOX.y + FOOT;

    const fn x(&self, column: Column) -> f32 {
        let [left, middle, right] = self.columns;
        match column {
            Left => left,
            Middle => middle,
            Right => right,
        }
    }

    fn y(&self, row: u8) -> f32 {
        self.top + BOX.y / 2.0 + PITCH * f32::from(row)
    }

    /// Every box with its state; the second CLOSED comes last.
    pub(super) fn boxes(&self) -> impl Iterator<Item = (TcpState, Rect)> {
        BOXES
            .into_iter()
            .map(|(state, column, row)| (state, Rect::from_center_size(pos2(self.x(column), self.y(row)), BOX)))
    }

    /// The way of the edge with this index in [`EDGES`].
    pub(super) fn route(&self, index: usize) -> Option<Route> {
        let (half, tall) = (BOX.x / 2.0, BOX.y / 2.0);
        let (left, middle, right) = (self.x(Left), self.x(Middle), self.x(Right));
        // A point from the middle of a place: in rows and points.
        let at = |x: f32, row: u8, y: f32| pos2(x, self.y(row) + y);
        let between = |from: Pos2, to: Pos2, part: f32, by: Vec2| from + (to - from) * part + by;
        let (right_of, left_of) = (Align2::LEFT_CENTER, Align2::RIGHT_CENTER);
        let straight = |from: Pos2, to: Pos2, part: f32, by: Vec2, anchor: Align2| {
            Some(Route { line: vec![from, to], label: between(from, to, part, by), anchor })
        };
        let bent = |line: Vec<Pos2>, label: Pos2, anchor: Align2| Some(Route { line, label, anchor });
        match index {
            0 => straight(at(middle - 14.0, 0, tall), at(middle - 14.0, 1, -tall), 0.5, vec2(-5.0, 0.0), left_of),
            1 => straight(at(middle + 12.0, 1, -tall), at(middle + 12.0, 0, tall), 0.38, vec2(5.0, 0.0), right_of),
            2 => bent(
                vec![at(middle + half, 0, -8.0), at(right + 32.0, 0, -8.0), at(right + 32.0, 2, -tall)],
                at(right + 26.0, 0, 8.0),
                left_of,
            ),
            3 => bent(
                vec![at(right + 20.0, 2, -tall), at(right + 20.0, 0, 60.0), at(middle + half, 0, 12.0)],
                at(right + 15.0, 1, 2.0),
                left_of,
            ),
            4 => straight(at(middle + 40.0, 1, tall), at(right - 34.0, 2, -tall), 0.55, vec2(8.0, -6.0), right_of),
            5 => straight(at(middle - 40.0, 1, tall), at(left + 34.0, 2, -tall), 0.5, vec2(12.0, 8.0), right_of),
            6 => straight(at(right - half, 2, -4.0), at(left + half, 2, -4.0), 0.5, vec2(0.0, 5.0), Align2::CENTER_TOP),
            7 => bent(
                vec![at(left - 26.0, 2, -tall), at(left - 26.0, 1, 0.0), at(middle - half, 1, 0.0)],
                at(left - 21.0, 1, 20.0),
                right_of,
            ),
            8 => straight(at(right - 30.0, 2, tall), at(middle + 36.0, 3, -tall), 0.5, vec2(12.0, 4.0), right_of),
            9 => straight(at(left + 30.0, 2, tall), at(middle - 36.0, 3, -tall), 0.5, vec2(23.0, 2.0), right_of),
            10 => straight(at(left - 34.0, 2, tall), at(left - 34.0, 4, -tall), 0.5, vec2(5.0, 0.0), right_of),
            11 => straight(at(middle - 36.0, 3, tall), at(left + 30.0, 4, -tall), 0.5, vec2(12.0, 8.0), right_of),
            12 => straight(at(middle + 36.0, 3, tall), at(right - 30.0, 4, -tall), 0.5, vec2(12.0, -8.0), right_of),
            13 => straight(at(left - 34.0, 4, tall), at(left - 34.0, 5, -tall), 0.62, vec2(5.0, 0.0), right_of),
            14 => straight(at(left + 34.0, 4, tall), at(middle - 30.0, 5, -tall), 0.3, vec2(14.0, -4.0), right_of),
            15 => straight(at(right, 4, tall), at(right, 5, -tall), 0.5, vec2(-5.0, 0.0), left_of),
            16 => bent(
                vec![at(left - 20.0, 5, tall), at(left - 20.0, 6, 0.0), at(middle - half, 6, 0.0)],
                at(left - 15.0, 6, -32.0),
                right_of,
            ),
            17 => straight(at(middle - 20.0, 5, tall), at(middle - 20.0, 6, -tall), 0.28, vec2(5.0, 0.0), right_of),
            18 => straight(at(right + 34.0, 5, tall), at(right + 34.0, 6, -tall), 0.7, vec2(-5.0, 0.0), left_of),
            19 => straight(
                at(middle + half, 6, 0.0),
                at(right - half, 6, 0.0),
                0.5,
                vec2(0.0, tall + 3.0),
                Align2::CENTER_TOP,
            ),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::super::egui::Color32;
    use super::super::super::egui::epaint::text::{Fonts, TextOptions};
    use super::super::super::fonts;
    use super::*;
    use crate::words::{Language, Words};

    #[test]
    fn the_figure_has_eleven_states_and_every_edge_once() {
        let states: BTreeSet<TcpState> = BOXES.iter().map(|(state, _, _)| *state).collect();
        assert_eq!(states, TcpState::ALL.into_iter().collect());
        let edges: BTreeSet<(TcpState, TcpState)> = EDGES.iter().map(|edge| (edge.from, edge.to)).collect();
        assert_eq!(edges.len(), EDGES.len());
        // Every state can be entered and left.
        for state in TcpState::ALL {
            assert!(EDGES.iter().any(|edge| edge.from == state) && EDGES.iter().any(|edge| edge.to == state));
        }
    }

    /// At every width and in both languages: no label touches a state or
    /// another label, and everything is inside.
    #[test]
    fn nothing_overlaps() {
        let mut faces = Fonts::new(TextOptions::default(), fonts::definitions());
        for language in Language::ALL {
            let words = Words::new(language);
            for width in [Plan::WIDTH, 348.0, 400.0, 520.0, 700.0] {
                let plan = Plan::fit(pos2(0.0, 0.0), width);
                let whole = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, Plan::HEIGHT));
                let mut taken: Vec<(String, Rect)> =
                    plan.boxes().map(|(state, rect)| (state.name().to_owned(), rect)).collect();
                for (index, edge) in EDGES.iter().enumerate() {
                    let text = super::super::label(edge, &words);
                    let mut view = faces.with_pixels_per_point(1.0);
                    let galley = view.layout_no_wrap(text.clone(), fonts::words(fonts::NOTE), Color32::WHITE);
                    let route = plan.route(index).unwrap();
                    let rect = route.anchor.anchor_size(route.label, galley.size()).shrink(0.5);
                    assert!(whole.contains_rect(rect), "{language:?} {width}: {text:?} {rect:?}");
                    for (other, place) in &taken {
                        assert!(
                            !place.intersects(rect),
                            "{language:?} {width}: {text:?} {rect:?} on {other:?} {place:?}"
                        );
                    }
                    // No line runs through it.
                    for other in 0..EDGES.len() {
                        for pair in plan.route(other).unwrap().line.windows(2) {
                            let steps =
                                (0_u8..=60).map(|step| pair[0] + (pair[1] - pair[0]) * (f32::from(step) / 60.0));
                            let crossed = steps.into_iter().find(|point| rect.contains(*point));
                            assert!(crossed.is_none(), "{language:?} {width}: {text:?} on edge {other}");
                        }
                    }
                    taken.push((text, rect));
                    // An edge starts and ends at the boxes of its states.
                    let touches = |point: Pos2, state: TcpState| {
                        plan.boxes().any(|(other, rect)| other == state && rect.expand(1.0).contains(point))
                    };
                    assert!(touches(route.line[0], edge.from) && touches(*route.line.last().unwrap(), edge.to));
                }
            }
        }
    }
}
