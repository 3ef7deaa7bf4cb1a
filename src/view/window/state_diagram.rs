//! TCP's state diagram (RFC 9293 §3.3.2, figure 5) with both ends in it.
//!
//! Owns how states and edges look and which segments took an edge. The states
//! are those that were inferred; has no opinion on why.

/// Where everything stands.
mod plan;

use std::collections::BTreeSet;

use super::document::Selection;
use super::egui::{
    Align2, Color32, CornerRadius, FontId, Pos2, Rect, RichText, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo,
    accesskit::Role, pos2, vec2,
};
use super::fonts;
use super::theme::Theme;
use crate::conversation::{By, End, Ends, StateChange, TcpConversation};
use crate::model::{TcpState, Timestamp};
use crate::trace::FrameNumber;
use crate::words::Words;
use plan::{EDGES, Edge, Plan};

/// A state or an edge that the reader clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Picked {
    /// Who entered this state.
    State(TcpState),
    /// Who went this way, by its place in the figure.
    Edge(usize),
}

/// The moment to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// Right after this frame.
    After(FrameNumber, Timestamp),
    /// At this time.
    At(Timestamp),
    /// The end of the capture.
    End,
}

/// One end's step, in words.
#[derive(Clone, Debug)]
struct Step {
    change: StateChange,
    text: String,
    /// Where it leads.
    selection: Selection,
    edge: Option<usize>,
}

/// What one conversation did in the figure, as of one moment.
#[derive(Clone, Debug)]
pub(super) struct Diagram {
    now: Ends<Option<TcpState>>,
    visited: BTreeSet<TcpState>,
    steps: Vec<Step>,
    /// The edges that the selected segment made an end take.
    just: BTreeSet<usize>,
    names: Ends<String>,
}

/// What stands beside an edge: event over action.
fn label(edge: &Edge, words: &Words) -> String {
    let action = edge.action.map_or_else(|| words.word("action-none"), |action| words.word(action));
    format!("{}\n{action}", words.word(edge.event))
}

/// The figure's edge that a change took; `None` for what the figure leaves
/// out, such as a reset.
fn edge_of(change: &StateChange, reset: bool) -> Option<usize> {
    let from = change.from?;
    let index = EDGES.iter().position(|edge| edge.from == from && edge.to == change.to)?;
    let expects_reset = from == TcpState::SynReceived && change.to == TcpState::Listen;
    (reset == expects_reset).then_some(index)
}

impl Diagram {
    /// Reads a conversation's states.
    pub(super) fn new(tcp: &TcpConversation, moment: Moment, words: &Words, call: impl Fn(By) -> String) -> Self {
        let mut steps = Vec::new();
        let mut visited = BTreeSet::new();
        let mut just = BTreeSet::new();
        for end in End::BOTH {
            for change in tcp.states.of(end) {
                visited.extend(change.from);
                visited.insert(change.to);
                let segment = change.by.frame().and_then(|frame| tcp.segment_in(frame));
                let edge = edge_of(change, segment.is_some_and(|segment| segment.flags.rst()));
                if let (Moment::After(frame, _), Some(edge)) = (moment, edge)
                    && change.by.frame() == Some(frame)
                {
                    just.insert(edge);
                }
                let (by, selection) = match (change.by, segment) {
                    (By::Call(index), _) => (call(change.by), Selection::Call(index)),
                    (By::Sent(frame) | By::Received(frame), segment) => {
                        let flags = segment.map_or_else(String::new, |segment| segment.flags.to_string());
                        let key = if matches!(change.by, By::Sent(_)) { "diagram-sent" } else { "diagram-received" };
                        (words.say(key, &[("frame", &frame.0), ("flags", &flags)]), Selection::Segment(frame))
                    }
                };
                let text = format!("{} · {by}", words.moved(end, change));
                steps.push(Step { change: *change, text, selection, edge });
            }
        }
        let now = Ends { client: state_at(tcp, End::Client, moment), server: state_at(tcp, End::Server, moment) };
        visited.extend(now.client);
        visited.extend(now.server);
        let names = Ends { client: words.end(End::Client), server: words.end(End::Server) };
        Self { now, visited, steps, just, names }
    }

    /// Shows the figure and, below it, who took what was clicked; returns what
    /// the reader wants to see.
    pub(super) fn show(&self, ui: &mut Ui, picked: &mut Option<Picked>, words: &Words) -> Option<Selection> {
        let theme = Theme::of(ui);
        let width = ui.available_width().max(Plan::WIDTH);
        let (rect, _) = ui.allocate_exact_size(vec2(width, Plan::HEIGHT), Sense::hover());
        let plan = Plan::fit(rect.min, width);
        // Bold lines are painted over the others.
        for bold in [false, true] {
            for (index, edge) in EDGES.iter().enumerate() {
                if (self.just.contains(&index) || *picked == Some(Picked::Edge(index))) == bold {
                    self.edge(ui, &plan, index, edge, picked, words);
                }
            }
        }
        for (place, (state, rect)) in plan.boxes().enumerate() {
            self.state(ui, place, state, rect, picked, words);
        }
        ui.add_space(6.0);
        let faint = |text: String| RichText::new(text).font(fonts::words(fonts::LABEL)).color(theme.soft);
        ui.label(faint(words.word("diagram-inferred")));
        let mut asked = None;
        let outside: Vec<&Step> =
            self.steps.iter().filter(|step| step.edge.is_none() && step.change.from.is_some()).collect();
        if !outside.is_empty() {
            ui.label(faint(words.word("diagram-outside")));
            for step in outside {
                asked = link(ui, step).or(asked);
            }
        }
        ui.add_space(6.0);
        let Some(picked) = *picked else {
            ui.label(faint(words.word("diagram-pick")));
            return asked;
        };
        let (title, steps): (String, Vec<&Step>) = match picked {
            Picked::State(state) => {
                let steps = self.steps.iter().filter(|step| step.change.to == state);
                (words.say("diagram-entered", &[("state", &state)]), steps.collect())
            }
            Picked::Edge(index) => {
                let steps = self.steps.iter().filter(|step| step.edge == Some(index));
                let name = EDGES.get(index).map(|edge| format!("{} → {}", edge.from, edge.to));
                (words.say("diagram-took", &[("edge", &name.unwrap_or_default())]), steps.collect())
            }
        };
        ui.label(RichText::new(title).text_style(fonts::section()).color(theme.faint));
        if steps.is_empty() {
            ui.label(faint(words.word("diagram-nobody")));
        }
        for step in steps {
            asked = link(ui, step).or(asked);
        }
        asked
    }

    fn edge(&self, ui: &Ui, plan: &Plan, index: usize, edge: &Edge, picked: &mut Option<Picked>, words: &Words) {
        let theme = Theme::of(ui);
        let Some(route) = plan.route(index) else { return };
        let taken = self.steps.iter().filter(|step| step.edge == Some(index)).count();
        let (just, chosen) = (self.just.contains(&index), *picked == Some(Picked::Edge(index)));
        let ink = match (just || chosen, taken > 0) {
            (true, _) => theme.accent,
            (false, true) => theme.soft,
            (false, false) => theme.line,
        };
        let width = if just { 2.8 } else { 1.4 };
        for pair in route.line.windows(2) {
            if let [from, to] = pair {
                ui.painter().line_segment([*from, *to], Stroke::new(width, ink));
            }
        }
        if let [.., before, tip] = route.line.as_slice() {
            head(ui, *before, *tip, ink);
        }
        let (font, text_ink) = if just || chosen {
            (fonts::strong(fonts::NOTE), theme.accent)
        } else {
            (fonts::words(fonts::NOTE), if taken > 0 { theme.text } else { theme.faint })
        };
        let rect = written(ui, &label(edge, words), font, text_ink, route.label, route.anchor);
        let response = ui.interact(rect.expand(2.0), ui.scope_id().with(("edge", index)), Sense::click());
        let spoken = words.say(
            if just { "diagram-edge-just" } else { "diagram-edge" },
            &[
                ("from", &edge.from),
                ("to", &edge.to),
                ("event", &words.word(edge.event)),
                ("action", &edge.action.map_or_else(|| words.word("action-none"), |action| words.word(action))),
                ("count", &taken),
            ],
        );
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &spoken));
        if response.hovered() || response.has_focus() {
            ui.painter().rect_stroke(rect.expand(2.0), 3.0, Stroke::new(1.0, theme.accent), StrokeKind::Inside);
        }
        if response.clicked() {
            *picked = if chosen { None } else { Some(Picked::Edge(index)) };
        }
        response.on_hover_text(format!("{spoken}\nRFC 9293 {}", edge.rule));
    }

    fn state(&self, ui: &Ui, place: usize, state: TcpState, rect: Rect, picked: &mut Option<Picked>, words: &Words) {
        let theme = Theme::of(ui);
        // The second CLOSED is where a connection ends, the first where it
        // begins.
        let ends: Vec<End> = End::BOTH.into_iter().filter(|end| *self.now.of(*end) == Some(state)).collect();
        let visited = self.visited.contains(&state);
        let (ink, edge) = match (ends.is_empty(), visited) {
            (false, _) => (theme.text, Stroke::new(2.0, theme.state(state))),
            (true, true) => (theme.soft, Stroke::new(1.0, theme.faint)),
            (true, false) => (theme.faint, Stroke::new(1.0, theme.line)),
        };
        let fill = if ends.is_empty() { theme.panel } else { theme.selection };
        let painter = ui.painter();
        painter.rect(rect, CornerRadius::same(9), fill, edge, StrokeKind::Inside);
        let up = if ends.is_empty() { 0.0 } else { 7.5 };
        let name = if ends.is_empty() { fonts::words(fonts::NOTE) } else { fonts::strong(fonts::NOTE) };
        painter.text(rect.center() - vec2(0.0, up), Align2::CENTER_CENTER, state.name(), name, ink);
        let signs: Vec<String> = ends.iter().map(|end| format!("{} {}", sign(*end), self.names.of(*end))).collect();
        if !signs.is_empty() {
            let at = rect.center() + vec2(0.0, 7.5);
            painter.text(at, Align2::CENTER_CENTER, signs.join("  "), fonts::words(fonts::NOTE), theme.accent);
        }
        let response = ui.interact(rect, ui.scope_id().with(("state", place)), Sense::click());
        let who: Vec<&str> = ends.iter().map(|end| self.names.of(*end).as_str()).collect();
        let key = match (who.is_empty(), visited) {
            (false, _) => "diagram-state-now",
            (true, true) => "diagram-state-visited",
            (true, false) => "diagram-state",
        };
        let spoken = words.say(key, &[("state", &state), ("who", &who.join(", "))]);
        let chosen = *picked == Some(Picked::State(state));
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &spoken));
        if response.hovered() || response.has_focus() || chosen {
            let stroke = Stroke::new(1.5, theme.accent);
            ui.painter().rect_stroke(rect.expand(2.0), 11.0, stroke, StrokeKind::Inside);
        }
        if response.clicked() {
            *picked = if chosen { None } else { Some(Picked::State(state)) };
        }
        response.on_hover_text(spoken);
    }
}

/// An end's state at a moment.
fn state_at(tcp: &TcpConversation, end: End, moment: Moment) -> Option<TcpState> {
    let changes = tcp.states.of(end);
    let past = |change: &&StateChange| match moment {
        Moment::After(frame, at) => match change.by.frame() {
            Some(by) => by <= frame,
            None => change.at <= at,
        },
        Moment::At(at) => change.at <= at,
        Moment::End => true,
    };
    let last = changes.iter().rfind(past).map(|change| change.to);
    last.or_else(|| changes.first()?.from)
}

/// The sign of an end, beside its word.
const fn sign(end: End) -> &'static str {
    match end {
        End::Client => "●",
        End::Server => "○",
    }
}

fn link(ui: &mut Ui, step: &Step) -> Option<Selection> {
    let text = RichText::new(&step.text).font(fonts::words(fonts::LABEL));
    ui.link(text).clicked().then_some(step.selection)
}

fn written(ui: &Ui, text: &str, font: FontId, ink: Color32, at: Pos2, anchor: Align2) -> Rect {
    let halign = match anchor {
        Align2::RIGHT_CENTER => super::egui::Align::RIGHT,
        Align2::CENTER_TOP => super::egui::Align::Center,
        _ => super::egui::Align::LEFT,
    };
    let mut job = super::egui::text::LayoutJob::simple(text.to_owned(), font, ink, f32::INFINITY);
    job.halign = halign;
    let galley = ui.painter().layout_job(job);
    let rect = anchor.anchor_size(at, galley.size());
    let origin = match anchor {
        Align2::RIGHT_CENTER => rect.right_top(),
        Align2::CENTER_TOP => rect.center_top(),
        _ => rect.left_top(),
    };
    // A halo of the panel, should a line pass behind it.
    ui.painter().rect_filled(rect, 2.0, Theme::of(ui).panel);
    ui.painter().galley(origin, galley, ink);
    rect
}

fn head(ui: &Ui, before: Pos2, tip: Pos2, ink: Color32) {
    let along = (tip - before).normalized();
    let across = vec2(-along.y, along.x);
    let back = tip - along * 8.0;
    let points = vec![tip, pos2(back.x, back.y) + across * 3.6, back - across * 3.6];
    ui.painter().add(Shape::convex_polygon(points, ink, Stroke::NONE));
}
