//! Simulations: played, played again with something changed, and beside each
//! other.

use std::time::Duration;

use super::super::beside::{Beside, Source};
use super::super::command::{Command, Whose};
use super::super::document::{Document, Selection};
use super::super::egui::{self, Context, Ui};
use super::super::library;
use super::super::simulation::{Shown, Simulated};
use super::super::transport::Playback;
use super::super::what_if::Fault;
use super::App;
use super::again::Kept;
use super::message::Message;
use crate::session::lab_request::pattern_of;
use crate::session::simulating::{Branch, Piece, Playing, Simulation, SimulationError, SimulationRequest, WithKernels};
use crate::timeline::compare::Side;
use crate::trace::FrameNumber;

/// From this width on the knobs stand beside the picture, in points; in a
/// narrower window they lie upon it.
const BESIDE_FROM: f32 = 900.0;
/// From this height on there is room for what is said of a simulation.
const TOLD_FROM: f32 = 620.0;
/// Nobody looks at more frames of a greeting than this: about a second's work.
const MOST_FRAMES: usize = 100_000;
/// Something that takes longer than this says so, in seconds.
const PATIENCE: f64 = 0.3;

/// What is to become of a play.
#[derive(Clone, Debug)]
enum Goal {
    /// It is shown in place of everything.
    Show,
    /// It takes the place of the same, otherwise set.
    Again,
    /// It stands to the right of this.
    Beside(Box<SimulationRequest>),
    /// It stands to the left of the kernels' run.
    Kernels,
}

/// A play that is asked for.
#[derive(Clone, Debug)]
struct Job {
    goal: Goal,
    request: SimulationRequest,
}

/// A play, understood.
struct Part {
    document: Document,
    simulated: Simulated,
}

/// What came of a job.
enum Done {
    One(Box<Part>),
    Two { left: Box<Part>, right: Box<Part> },
    Kernels { left: Box<Part>, real: Box<WithKernels> },
}

/// A play on its way, and what is to be played after it.
pub(super) struct Simulating {
    job: Job,
    /// When it was asked for, in egui's seconds.
    since: f64,
    playing: Playing<Result<Done, SimulationError>>,
    next: Option<Job>,
}

impl Part {
    fn play(request: SimulationRequest) -> Result<Box<Self>, SimulationError> {
        let played = request.play()?;
        Ok(Self::new(request, played))
    }

    fn new(request: SimulationRequest, mut played: Simulation) -> Box<Self> {
        let document = Document::new(std::mem::take(&mut played.trace));
        Box::new(Self { document, simulated: Simulated { request, played } })
    }

    fn source(&self) -> Source {
        Source::Simulation(Box::new(self.simulated.request.clone()), self.simulated.profile())
    }
}

impl App {
    /// Plays a scenario that comes with the program, as the library does.
    pub fn simulate(&mut self, ctx: &Context, id: &str) {
        if let Some(request) = SimulationRequest::shipped(id) {
            self.carry_out(ctx, Command::Simulate(Box::new(request)));
        }
    }

    /// Plays something in place of what is shown.
    pub(super) fn simulate_this(&mut self, ctx: &Context, request: SimulationRequest) {
        self.play(ctx, Job { goal: Goal::Show, request });
    }

    /// Plays what is shown so.
    pub(super) fn simulate_again(&mut self, ctx: &Context, request: SimulationRequest) {
        if self.simulation.is_some() {
            self.play(ctx, Job { goal: Goal::Again, request });
        }
    }

    /// Plays what is shown by another TCP, beside it.
    pub(super) fn simulate_beside(&mut self, ctx: &Context, whose: Whose) {
        let Some(simulated) = &self.simulation else { return };
        let own = simulated.request.clone();
        match whose {
            Whose::Ours(profile) => {
                let left = SimulationRequest { branches: Vec::new(), past_end: true, ..own.clone() };
                self.play(ctx, Job { goal: Goal::Beside(Box::new(left)), request: own.by(profile) });
            }
            Whose::Kernel => self.play(ctx, Job { goal: Goal::Kernels, request: own }),
        }
    }

    /// Plays a simulation once more, and treats one of its frames otherwise.
    pub(super) fn branch(&mut self, ctx: &Context, side: Side, frame: FrameNumber, fault: Fault) {
        let left = self.beside.as_ref().filter(|_| side == Side::Left);
        let request = match (left, &self.simulation) {
            (Some(beside), _) => beside.source.simulation(),
            (None, simulated) => simulated.as_ref().map(|simulated| &simulated.request),
        };
        let Some(request) = request.cloned() else { return self.refuse("what-if-saved") };
        let document = left.map_or(&self.document, |beside| &beside.left);
        let changed = match &request.piece {
            Piece::Scenario { .. } => fault.kind().map(|kind| request.branched(Branch { frame, kind })),
            Piece::Topology(_) => pattern_of(document.trace(), frame).map(|pattern| {
                let mut changed = request.clone();
                fault.add(pattern, &mut changed.faults);
                changed
            }),
        };
        let Some(changed) = changed else { return self.refuse("what-if-no-pattern") };
        let left = SimulationRequest { past_end: changed.past_end, ..request };
        self.play(ctx, Job { goal: Goal::Beside(Box::new(left)), request: changed });
    }

    /// Plays on a thread of its own. What is asked for meanwhile waits; only
    /// the last of it is played.
    fn play(&mut self, ctx: &Context, job: Job) {
        if self.session.is_some() {
            return self.refuse("what-if-running");
        }
        if let Some(simulating) = &mut self.simulating {
            simulating.next = Some(job);
            return;
        }
        let (mut asked, executable) = (job.clone(), self.options.executable.clone());
        asked.request.most_frames = MOST_FRAMES;
        let work = move || {
            let Job { goal, request } = asked;
            Ok(match goal {
                Goal::Show | Goal::Again => Done::One(Part::play(request)?),
                Goal::Beside(left) => {
                    let left = SimulationRequest { most_frames: MOST_FRAMES, ..*left };
                    Done::Two { left: Part::play(left)?, right: Part::play(request)? }
                }
                Goal::Kernels => {
                    let mut real = request.with_kernels(&executable)?;
                    let request = SimulationRequest { branches: Vec::new(), past_end: true, ..request };
                    let trace = std::mem::take(&mut real.simulation.trace);
                    let played = Simulation { trace, ..real.simulation.clone() };
                    Done::Kernels { left: Part::new(request, played), real: Box::new(real) }
                }
            })
        };
        let waking = ctx.clone();
        match Playing::start(work, move || waking.request_repaint()) {
            Ok(playing) => {
                let since = ctx.input(|input| input.time);
                self.simulating = Some(Simulating { job, since, playing, next: None });
            }
            Err(error) => {
                let text = self.words.say("simulating-no-thread", &[("reason", &self.words.io_reason(&error))]);
                self.message = Some(Message { text, remedy: None, is_error: true });
            }
        }
    }

    /// Takes what was played.
    pub(super) fn take_simulated(&mut self, ctx: &Context) {
        let Some(done) = self.simulating.as_ref().and_then(|simulating| simulating.playing.take()) else { return };
        let Some(Simulating { job, next, .. }) = self.simulating.take() else { return };
        match done {
            Err(_) => self.refuse("simulating-died"),
            Ok(Err(error)) => {
                let text = self.words.simulation_error(&error);
                if matches!(job.goal, Goal::Again) && self.knobs.open {
                    self.knobs.refused = Some(text);
                } else {
                    self.message = Some(Message { text, remedy: None, is_error: true });
                }
            }
            Ok(Ok(done)) => self.show_simulated(ctx, &job, done),
        }
        if let Some(next) = next {
            self.play(ctx, next);
        }
    }

    fn show_simulated(&mut self, ctx: &Context, job: &Job, done: Done) {
        match done {
            Done::One(part) if matches!(job.goal, Goal::Again) => self.put_in_place(*part),
            Done::One(part) => self.put(*part),
            Done::Two { left, right } => {
                let source = left.source();
                self.put(*right);
                let mut document = left.document;
                document.set_scale(self.document.scale());
                let mut beside = Beside::new(document, source);
                let remarkable = beside.remarkable(&self.document, &self.words);
                if remarkable != Selection::None {
                    (self.selection, self.reveal) = (remarkable, true);
                }
                self.beside = Some(Box::new(beside));
            }
            Done::Kernels { left, real } => self.play_on_kernels(ctx, *left, *real),
        }
    }

    /// Shows a simulation in place of everything.
    fn put(&mut self, part: Part) {
        let Part { document, simulated } = part;
        let told = simulated.request.clone();
        self.replace(document);
        self.shelf = library::shelf_of(&told);
        self.name = Some(told.name().to_owned());
        self.knobs.follow(&told);
        self.simulation = Some(Box::new(simulated));
    }

    /// Shows the same simulation, otherwise set; what is looked at stays where
    /// it is as far as it is there.
    fn put_in_place(&mut self, part: Part) {
        let Part { mut document, simulated } = part;
        document.set_scale(self.document.scale());
        if self.document.shown() < document.count() {
            document.show(self.document.shown());
        }
        self.document = document;
        self.simulation = Some(Box::new(simulated));
        self.knobs.refused = None;
        self.message = None;
        self.playback = Playback::default();
        self.selection = match self.selection {
            Selection::Segment(frame) | Selection::Frame(frame) if self.document.trace().frame(frame).is_some() => {
                self.document.settle(Selection::Segment(frame))
            }
            Selection::None | Selection::Segment(_) | Selection::Frame(_) | Selection::Call(_) => {
                self.document.step(Selection::None, 0).map_or(Selection::None, Selection::Segment)
            }
        };
        let filter = self.filter.text().to_owned();
        if !filter.is_empty() {
            self.filter.look_for(filter, &mut self.document, &self.words);
        }
    }

    /// Runs in the lab what was played, beside it.
    fn play_on_kernels(&mut self, ctx: &Context, left: Part, made: WithKernels) {
        let (scale, stands, selection) = (self.document.scale(), self.shelf, self.selection);
        let source = left.source();
        let Part { mut document, simulated } = left;
        document.set_scale(scale);
        self.clear();
        self.document.set_scale(scale);
        self.shelf = stands;
        self.beside = Some(Box::new(Beside::new(document, source)));
        self.kept = Some(Box::new(Kept::simulation(selection, stands, simulated)));
        let lines = self.words.left_out_by_kernels(&made);
        if !lines.is_empty() {
            self.message = Some(Message { text: lines.join("\n"), remedy: None, is_error: false });
        }
        if !self.start(ctx, made.real.lab) {
            self.give_back();
        }
    }

    /// What stands above the picture of a simulation.
    pub(super) fn simulation_head(&mut self, ui: &mut Ui) -> Vec<Command> {
        let Some(simulated) = &self.simulation else { return Vec::new() };
        let shown = Shown {
            origin: self.document.trace().notes.origin,
            knobs: self.knobs.open,
            told: self.tells.unwrap_or(ui.ctx().content_rect().height() >= TOLD_FROM),
            busy: self.session.is_some(),
        };
        simulated.head(ui, shown, &self.words)
    }

    /// Tells that something is being played, where that takes a while.
    pub(super) fn simulating(&self, ui: &mut Ui) -> Option<Command> {
        let simulating = self.simulating.as_ref()?;
        if ui.input(|input| input.time) - simulating.since < PATIENCE {
            ui.ctx().request_repaint_after(Duration::from_millis(100));
            return None;
        }
        let mut command = None;
        ui.horizontal(|ui| {
            if ui.button(format!("■ {}", self.words.word("ui-stop"))).clicked() {
                command = Some(Command::Stop);
            }
            ui.spinner();
            let name = crate::words::printable(simulating.job.request.name().as_bytes());
            ui.label(self.words.say("simulating-playing", &[("name", &name)]));
        });
        ui.add_space(6.0);
        command
    }

    /// Whether the knobs take the inspector's place.
    pub(super) fn knobs_beside(&self, ctx: &Context) -> bool {
        self.knobs.open && self.simulation.is_some() && ctx.content_rect().width() >= BESIDE_FROM
    }

    /// The knobs, in a panel.
    pub(super) fn knobs_panel(&mut self, ui: &mut Ui) -> Vec<Command> {
        let Some(simulated) = &self.simulation else { return Vec::new() };
        self.knobs.show(ui, simulated, &self.words)
    }

    /// The knobs upon the picture, where there is no room beside it.
    pub(super) fn knobs_upon(&mut self, ui: &Ui) -> Vec<Command> {
        if !self.knobs.open || self.simulation.is_none() || self.knobs_beside(ui.ctx()) {
            return Vec::new();
        }
        let room = ui.ctx().content_rect();
        let width = 330.0_f32.min(room.width() - 60.0);
        let window = egui::Window::new(self.words.word("simulating-knobs")).id(egui::Id::unique("knobs-upon"));
        let window = window.title_bar(false).resizable(false).default_pos([room.right() - width - 40.0, 60.0]);
        let shown = window.show(ui.ctx(), |ui| {
            ui.set_width(width);
            ui.set_height((room.height() * 0.55).max(160.0));
            self.knobs_panel(ui)
        });
        shown.and_then(|shown| shown.inner).unwrap_or_default()
    }
}
