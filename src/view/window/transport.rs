//! The transport bar: play, pause, step, scrub; and what has just happened.
//!
//! ```text
//!  ⏮ ◀ ▶ ▶ ⏭  ━━━━━━━●━━━━━━━━  7/42 · 118 µs   by segment   1×   Whole picture
//!  The server agrees (ACK) and asks back     now, inferred   window     send queue  receive queue
//!  (SYN) in one segment. · sent by the …     client  SYN-SENT     64 240 B   SYN    0 B
//!                                            server  SYN-RECEIVED 65 160 B   SYN    0 B
//! ```
//!
//! Owns where the reader is in a conversation and how fast time passes there;
//! what there is at a moment comes from [`crate::timeline::playback`].

/// Buttons, slider, caption.
pub(super) mod bar;
/// What both ends are and hold.
mod ends;

use std::net::SocketAddr;

use super::command::Command;
use super::document::Selection;
use super::egui::{self, Frame, Margin, Ui};
use super::theme::Theme;
use crate::conversation::Ends;
use crate::model::Timestamp;
use crate::timeline::MomentKind;
use crate::timeline::playback::{Anchor, Now, Player, StepSize, Steps, Stop};
use crate::trace::FrameNumber;
use crate::view::Picture;
use crate::words::Words;

/// What the reader can ask the transport bar to do, by key or by button.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Transport {
    /// Play, or pause.
    Toggle,
    /// One step forward (+1) or back (−1).
    Step(isize),
    /// To the next event (+1) or the one before (−1), whatever a step is.
    StepEvent(isize),
    /// To the first moment.
    First,
    /// To the last moment.
    Last,
    /// To the stop with this number, from 1; 0: before the first.
    Seek(usize),
    /// From now on steps go this far.
    Size(StepSize),
    /// From now on time passes this fast.
    Speed(f64),
    /// Show the whole conversation again.
    Leave,
}

/// The frame of the bar, thinner than that of a panel.
pub(super) fn frame(ui: &Ui) -> Frame {
    Frame::NONE.fill(Theme::of(ui).panel).inner_margin(Margin::symmetric(12, 5))
}

/// Where in a conversation the reader is, kept between frames.
#[derive(Debug)]
pub(super) struct Playback {
    now: Option<Now>,
    player: Option<Player>,
    size: StepSize,
    /// How many times faster than in truth time passes.
    speed: f64,
    loaded: Option<Loaded>,
    /// The player's place, to be found again when more has come.
    anchor: Option<Anchor>,
    /// What is selected as far as this bar knows: anything else was clicked.
    selected: Selection,
    /// The time of the frame before, in seconds, while time passes.
    clock: Option<f64>,
}

/// The conversation that is gone through.
#[derive(Debug)]
struct Loaded {
    identity: Identity,
    /// How much of it there was: events, moments.
    grown: (usize, usize),
    steps: Steps,
}

/// What tells one conversation from another: its number, first frame, first
/// moment and addresses.
type Identity = (u32, Option<FrameNumber>, Timestamp, Ends<SocketAddr>);

impl Default for Playback {
    fn default() -> Self {
        Self {
            now: None,
            player: None,
            size: StepSize::default(),
            speed: 1.0,
            loaded: None,
            anchor: None,
            selected: Selection::None,
            clock: None,
        }
    }
}

impl Playback {
    /// The present; `None` while the whole conversation is shown.
    pub(super) const fn now(&self) -> Option<Now> {
        self.now
    }

    /// Shows the bar and moves on while playing; returns what was asked for
    /// and, when a moment was reached, that it be selected.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        picture: &Picture<'_>,
        selection: Selection,
        words: &Words,
    ) -> Vec<Command> {
        self.keep_up(picture);
        let mut commands = Vec::new();
        if selection != self.selected {
            self.selected = selection;
            self.follow(picture, selection);
        }
        commands.extend(self.pass(ui, picture).map(Command::Select));
        self.refresh(picture);
        commands.extend(self.bar(ui, picture, words).into_iter().map(Command::Transport));
        commands
    }

    /// Does what was asked for; returns what is to be selected.
    pub(super) fn carry_out(
        &mut self,
        asked: Transport,
        picture: &Picture<'_>,
        selection: Selection,
    ) -> Option<Selection> {
        self.keep_up(picture);
        let selected = match asked {
            Transport::Size(size) => {
                self.size = size;
                None
            }
            Transport::Speed(speed) => {
                self.speed = speed;
                None
            }
            Transport::Leave => {
                self.leave();
                None
            }
            Transport::Toggle => self.toggle(picture, selection),
            Transport::Step(by) => self.step(picture, selection, self.size, by),
            Transport::StepEvent(by) => self.step(picture, selection, StepSize::Event, by),
            Transport::First => self.jump(picture, selection, 1),
            Transport::Last => self.jump(picture, selection, usize::MAX),
            Transport::Seek(index) => self.jump(picture, selection, index),
        };
        self.refresh(picture);
        if let Some(selected) = selected {
            self.selected = selected;
        }
        selected
    }

    fn leave(&mut self) {
        self.player = None;
        self.loaded = None;
        self.anchor = None;
        self.clock = None;
    }

    /// The player; where the whole conversation is shown, one that stands just
    /// before what is selected.
    fn enter(&mut self, picture: &Picture<'_>, selection: Selection) -> Option<(Player, &Steps)> {
        if self.player.is_none() {
            self.load(picture);
        }
        let steps = &self.loaded.as_ref()?.steps;
        let player = self.player.unwrap_or_else(|| Player::new(before(steps, picture, self.size, selection)));
        Some((player, steps))
    }

    fn toggle(&mut self, picture: &Picture<'_>, selection: Selection) -> Option<Selection> {
        let size = self.size;
        let (mut player, steps) = self.enter(picture, selection)?;
        if player.has_ended(steps, size) {
            player.seek(Now::START);
        }
        player.set_playing(!player.is_playing());
        self.player = Some(player);
        None
    }

    fn step(&mut self, picture: &Picture<'_>, selection: Selection, size: StepSize, by: isize) -> Option<Selection> {
        let own_size = self.size;
        let (player, steps) = self.enter(picture, selection)?;
        let reached = steps.reached(size, player.at());
        // What is on its way, or between two stops, goes back to the last one.
        let last = reached.checked_sub(1).and_then(|last| steps.stops(size).get(last)).map(|stop| stop.now);
        let between = player.now(steps, picture.timeline, own_size) != player.at() || last != Some(player.at());
        let back = usize::from(!between);
        let target = if by > 0 { reached.saturating_add(1) } else { reached.saturating_sub(back) };
        self.go_to(picture, player, size, target)
    }

    fn jump(&mut self, picture: &Picture<'_>, selection: Selection, index: usize) -> Option<Selection> {
        let size = self.size;
        let (player, _) = self.enter(picture, selection)?;
        self.go_to(picture, player, size, index)
    }

    /// To the stop with this number, from 1; 0: before the first.
    fn go_to(&mut self, picture: &Picture<'_>, mut player: Player, size: StepSize, index: usize) -> Option<Selection> {
        let all = self.loaded.as_ref()?.steps.stops(size);
        let stop = index.min(all.len()).checked_sub(1).and_then(|last| all.get(last));
        player.seek(stop.map_or(Now::START, |stop| stop.now));
        player.set_playing(false);
        self.player = Some(player);
        self.selection(picture)
    }

    /// What stands where the player is.
    fn selection(&self, picture: &Picture<'_>) -> Option<Selection> {
        let at = self.player.as_ref()?.at();
        selection_at(picture, at)
    }

    /// Goes to what was clicked.
    fn follow(&mut self, picture: &Picture<'_>, selection: Selection) {
        let Some((player, loaded)) = self.player.as_mut().zip(self.loaded.as_ref()) else { return };
        if let Some(now) = place_of(&loaded.steps, picture, selection) {
            player.seek(now);
            player.set_playing(false);
        }
    }

    /// Lets the time pass that has passed since the frame before.
    fn pass(&mut self, ui: &Ui, picture: &Picture<'_>) -> Option<Selection> {
        let (player, loaded) = self.player.as_mut().zip(self.loaded.as_ref())?;
        if !player.is_playing() {
            self.clock = None;
            return None;
        }
        let (steps, timeline) = (&loaded.steps, picture.timeline);
        let time = ui.input(|input| input.time);
        let passed = self.clock.replace(time).map_or(0.0, |before| (time - before).max(0.0));
        // Where a frame came late, nothing is skipped unseen.
        let still = player.still(steps, timeline, self.size).unwrap_or(0.0) / self.speed;
        let reached = player.pass(steps, timeline, self.size, passed.min(still + LATEST), self.speed);
        match player.still(steps, timeline, self.size).map(|still| still / self.speed) {
            Some(still) if still > 0.0 => ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(still)),
            Some(_) => ui.ctx().request_repaint(),
            None => self.clock = None,
        }
        let selected = self.selection(picture).filter(|_| reached)?;
        self.selected = selected;
        Some(selected)
    }

    /// Forgets another conversation; finds its place again where more has come.
    fn keep_up(&mut self, picture: &Picture<'_>) {
        let Some(loaded) = &self.loaded else { return };
        if loaded.identity != identity(picture) {
            self.leave();
            self.now = None;
        } else if loaded.grown != grown(picture) {
            self.load(picture);
            if let Some((player, anchor)) = self.player.as_mut().zip(self.anchor) {
                player.move_to(picture.timeline.find(anchor));
            }
        }
    }

    fn load(&mut self, picture: &Picture<'_>) {
        self.loaded = Some(Loaded {
            identity: identity(picture),
            grown: grown(picture),
            steps: Steps::new(picture.all, picture.conversation, picture.timeline),
        });
    }

    fn refresh(&mut self, picture: &Picture<'_>) {
        let playing = self.player.as_ref().zip(self.loaded.as_ref());
        self.now = playing.map(|(player, loaded)| player.now(&loaded.steps, picture.timeline, self.size));
        self.anchor = self.player.as_ref().and_then(|player| picture.timeline.anchor(player.at()));
    }

    /// What is to be told: where something is on its way, that; else what was
    /// reached last. With its number, from 1.
    fn told(&self, steps: &Steps, player: &Player, now: Now) -> (usize, Option<Stop>) {
        let reached = steps.reached(self.size, player.at());
        let all = steps.stops(self.size);
        if now != player.at() {
            return (reached + 1, all.get(reached).copied());
        }
        let last = reached.checked_sub(1).and_then(|last| all.get(last));
        let events = steps.stops(StepSize::Event);
        let here = || {
            let at = steps.reached(StepSize::Event, now).checked_sub(1).and_then(|last| events.get(last));
            at.filter(|stop| stop.now == now)
        };
        let stop = last.filter(|stop| stop.now == now).or_else(here).or(last);
        (reached, stop.copied())
    }
}

/// One frame shows no more than this of what happens, in seconds.
const LATEST: f64 = 0.25;

fn identity(picture: &Picture<'_>) -> Identity {
    let conversation = picture.conversation;
    let first = picture.timeline.arrows.first().map(|arrow| arrow.frame);
    (conversation.id(), first, picture.timeline.zero, conversation.addresses())
}

fn grown(picture: &Picture<'_>) -> (usize, usize) {
    (picture.trace.events().len(), picture.timeline.moments.len())
}

/// Where a selected thing has happened.
fn place_of(steps: &Steps, picture: &Picture<'_>, selection: Selection) -> Option<Now> {
    match selection {
        Selection::Segment(frame) => {
            steps.at_arrow(picture.timeline.arrows.iter().position(|arrow| arrow.frame == frame)?)
        }
        Selection::Call(call) => {
            let moment = picture.timeline.moments.iter().position(|moment| {
                matches!(moment.what, MomentKind::Enter(end, index)
                    if picture.timeline.calls.of(end).get(index).is_some_and(|span| span.call == call))
            })?;
            Some(Now { moment, part: 1.0 })
        }
        Selection::None | Selection::Frame(_) => None,
    }
}

/// What can be selected at a moment.
fn selection_at(picture: &Picture<'_>, now: Now) -> Option<Selection> {
    match picture.timeline.moments.get(now.moment)?.what {
        MomentKind::Arrow(index) => Some(Selection::Segment(picture.timeline.arrows.get(index)?.frame)),
        MomentKind::Arrival(index) => {
            let arrow = picture.timeline.arrivals.get(index)?.arrow;
            Some(Selection::Segment(picture.timeline.arrows.get(arrow)?.frame))
        }
        MomentKind::Enter(end, index) | MomentKind::Return(end, index) => {
            Some(Selection::Call(picture.timeline.calls.of(end).get(index)?.call))
        }
        MomentKind::Phase(_) | MomentKind::Exit(_) | MomentKind::Cable(_) | MomentKind::Quiet(_) => None,
    }
}

/// The stop before the selected segment or call, so that it is what happens
/// next; the very beginning where that is the first segment, the last one, or
/// nothing is selected.
fn before(steps: &Steps, picture: &Picture<'_>, size: StepSize, selection: Selection) -> Now {
    let segments = steps.stops(StepSize::Segment);
    let at = place_of(steps, picture, selection);
    let ends = [segments.first(), segments.last()].map(|stop| stop.map(|stop| stop.now));
    let Some(at) = at.filter(|at| !ends.contains(&Some(*at))) else { return Now::START };
    let reached = steps.reached(size, at);
    // A call between two segments is reached by the segment behind it.
    let is_stop =
        reached.checked_sub(1).and_then(|last| steps.stops(size).get(last)).is_some_and(|stop| stop.now == at);
    let index = if is_stop { reached.checked_sub(2) } else { reached.checked_sub(1) };
    index.and_then(|index| steps.stops(size).get(index)).map_or(Now::START, |stop| stop.now)
}

/// Asks egui's style how a button looks that is used like this one.
fn look<'a>(ui: &'a Ui, response: &egui::Response) -> &'a egui::style::WidgetVisuals {
    ui.style().interact(response)
}
