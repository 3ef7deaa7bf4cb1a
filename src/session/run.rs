//! How a run unfolds, on its own thread.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use crossbeam_channel::{Receiver, SendTimeoutError, Sender};

use super::commands::Traced;
use super::{Command, LabWork, Plan, Request, SessionError, Update};
use crate::model::{
    Call, CallId, CallOutcome, Event, ExitStatus, LinkType, Place, PlaceId, Role, SocketCallPhase, Timestamp, What,
};
use crate::source::clock::Deadline;
use crate::source::lab::plan::HostNumber;
use crate::source::lab::relay::WireCounts;
use crate::source::live::{
    self, CaptureEnd, KernelNumber, LiveError, LiveNetwork, ProgramNumber, Sighting, TapNumber, Wakeup,
};
use crate::source::programs::Report;
use crate::source::syscalls::KILL_SIGNAL;
use crate::trace::{Network, Notes, Origin};

/// How long a server has until it is ready.
const READY_LIMIT: Duration = Duration::from_secs(5);
/// How long a program has between being asked to end and being killed.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);
/// How long the entering of a call waits for its return, which carries the
/// exact moment. Beyond it the moment is a few microseconds early.
const ENTERED_LIMIT: Duration = Duration::from_millis(20);
/// How often a consumer that does not read is looked after.
const SEND_STEP: Duration = Duration::from_millis(50);
/// How long a consumer may not read once it has asked for the end.
const DEAF_LIMIT: Duration = Duration::from_secs(2);
/// The longest a wait lasts where nothing bounds it.
pub(super) const STEP: Duration = Duration::from_secs(1);

/// A program of the run.
#[derive(Default)]
pub(super) struct Player {
    /// The bundled program's id.
    name: &'static str,
    /// The side it plays; `None` for a command of the reader's.
    pub(super) role: Option<Role>,
    command: Vec<String>,
    /// The call that lets a client succeed.
    ready_call: &'static str,
    /// The longest it is silent while it has work left.
    longest_silence: Duration,
    /// What is known of a command of the reader's.
    pub(super) traced: Option<Traced>,
    /// Once it runs.
    place: Option<PlaceId>,
    /// Once it has ended, or could not be started.
    pub(super) ended: Option<ExitStatus>,
    /// Its calls that have not returned.
    calls: BTreeMap<CallId, Call>,
    /// The call that lets a client succeed has returned.
    ready: bool,
    /// The last of its calls that failed.
    failed: Option<(Call, i32)>,
    /// Passes when it has been silent for so long that it has no work left.
    silence: Option<Deadline>,
}

impl Player {
    /// A program of a scenario.
    pub(super) fn scripted(role: Role) -> Self {
        Self { name: "scenario", role: Some(role), ..Self::default() }
    }

    /// It was started and is not told of yet.
    pub(super) const fn is_starting(&self) -> bool {
        self.place.is_none() && self.ended.is_none()
    }

    /// A command of the reader's.
    pub(super) fn traced(traced: Traced) -> Self {
        Self { traced: Some(traced), ..Self::default() }
    }
}

/// A call's entering that waits for its return.
pub(super) struct Entered {
    event: Event,
    deadline: Deadline,
}

/// What it takes to end.
pub(super) struct Stopping {
    asked: Deadline,
    killed: bool,
}

/// A run.
pub(super) struct Run {
    plan: Plan,
    pub(super) live: LiveNetwork,
    pub(super) notes: Notes,
    pub(super) updates: Updates,
    commands: Receiver<Command>,
    pub(super) players: BTreeMap<ProgramNumber, Player>,
    pub(super) next_place: u32,
    /// The kernels that are asked about their sockets.
    kernels: BTreeMap<KernelNumber, Asked>,
    /// Where in a lab the sides of a bundled program run.
    pub(super) hosts: BTreeMap<Role, HostNumber>,
    /// What stands in for the kernel where programs bring their own TCP.
    pub(super) cores: BTreeMap<ProgramNumber, PlaceId>,
    /// The places of a lab's wires.
    wires: Vec<PlaceId>,
    /// What has become of their frames, at the end.
    pub(super) wire_counts: Option<Vec<WireCounts>>,
    /// How many frames were seen.
    pub(super) frames: u64,
    /// When each connected socket was last told, and whether its state was
    /// about to change by itself.
    pub(super) unsettled: BTreeMap<(KernelNumber, SocketAddr, SocketAddr), (Timestamp, bool)>,
    entered: BTreeMap<(ProgramNumber, CallId), Entered>,
    /// Those that could be read, over all programs.
    reports: u64,
    pub(super) bad_reports: u64,
    /// Passes when the commands have been quiet for so long that nothing more
    /// is to be expected.
    pub(super) last_sign: Option<Deadline>,
    pub(super) stopping: Option<Stopping>,
    helper_ended: bool,
    pub(super) capture_ends: BTreeMap<TapNumber, CaptureEnd>,
    pub(super) not_marked: Option<i32>,
}

/// A kernel that is asked about its sockets.
struct Asked {
    place: PlaceId,
    host: Option<String>,
}

/// The way to the consumer.
pub(super) struct Updates {
    sender: Sender<Update>,
    wake: Box<dyn Fn() + Send>,
    /// Something was queued and the consumer not yet woken.
    fresh: bool,
    /// Nobody listens any more.
    pub(super) deaf: bool,
}

impl Run {
    /// Lets a whole run unfold; the last thing it tells is how it ended.
    pub(super) fn unfold(
        plan: Plan,
        wakeup: Wakeup,
        sender: Sender<Update>,
        commands: Receiver<Command>,
        wake: Box<dyn Fn() + Send>,
    ) {
        let mut updates = Updates { sender, wake, fresh: false, deaf: false };
        let opened = match &plan {
            Plan::Bundled(Request { program, settings, network, executable, .. }) => {
                LiveNetwork::open(*network, &program.ports(settings), executable, wakeup)
            }
            Plan::Commands(commands) => LiveNetwork::open_private(&commands.addresses, &commands.executable, wakeup),
            Plan::Lab(lab) => LiveNetwork::open_lab(&lab.plan, &lab.executable, wakeup),
        };
        let live = match opened {
            Ok(live) => live,
            Err(error) => {
                updates.send(Update::Ended(Err(error.into())), || false);
                updates.wake();
                return;
            }
        };
        let mut notes = Notes {
            origin: Origin::Captured(Network::Private),
            system: Some(live::system()),
            pinned: live.pinned.clone(),
            ..Notes::default()
        };
        let mut description = None;
        let bundled = match &plan {
            Plan::Bundled(request) => Some(request),
            Plan::Lab(lab) => {
                notes.topology = Some(lab.topology.clone());
                notes.map = Some(lab.map.clone());
                let cores = lab.plan.cores().map(|(host, setup)| (host.to_owned(), setup.description()));
                notes.cores = cores.collect();
                if let LabWork::Scripts { scenario, .. } = &lab.what {
                    notes.program = Some(scenario.clone());
                }
                if let LabWork::Program { request, .. } = &lab.what { Some(request) } else { None }
            }
            Plan::Commands(_) => None,
        };
        if let Some(Request { program, settings, network, .. }) = bundled {
            notes.origin = Origin::Captured(*network);
            notes.program = Some(program.id.to_owned());
            notes.settings.clone_from(settings.given());
            description = (*network == Network::Host).then(|| format!("port {}", program.port(settings)));
        }
        if matches!(plan, Plan::Lab(_)) {
            notes.origin = Origin::Captured(Network::Lab);
        }
        let mut run = Self {
            plan,
            live,
            notes,
            updates,
            commands,
            players: BTreeMap::new(),
            next_place: 0,
            kernels: BTreeMap::new(),
            hosts: BTreeMap::new(),
            cores: BTreeMap::new(),
            wires: Vec::new(),
            wire_counts: None,
            frames: 0,
            unsettled: BTreeMap::new(),
            entered: BTreeMap::new(),
            reports: 0,
            bad_reports: 0,
            last_sign: None,
            stopping: None,
            helper_ended: false,
            capture_ends: BTreeMap::new(),
            not_marked: None,
        };
        run.tell_places(description.as_deref());
        run.tell(Update::Notes(run.notes.clone()));
        let played = match run.plan.clone() {
            Plan::Bundled(request) => run.play(&request),
            Plan::Commands(commands) => run.play_commands(&commands),
            Plan::Lab(lab) => run.play_lab(&lab),
        };
        // What the end of a script's programs does is not of the play.
        let first = matches!(&run.plan, Plan::Lab(lab) if matches!(lab.what, LabWork::Scripts { .. }));
        let (ended, finished) = if first {
            let (settled, finished) = (run.settle(), run.finish());
            (settled.and(run.end_programs()), finished)
        } else {
            (run.end_programs().and(run.settle()), run.finish())
        };
        run.tell(Update::Notes(run.notes.clone()));
        // The first thing that went wrong; what follows comes of it.
        run.tell(Update::Ended(played.and(ended).and(finished)));
        run.updates.wake();
    }

    /// The server, the client, and until both have ended.
    pub(super) fn play(&mut self, request: &Request) -> Result<(), SessionError> {
        let (program, settings) = (request.program, &request.settings);
        for role in program.roles {
            for _ in 0..program.times(*role, settings) {
                if self.is_over() {
                    break;
                }
                let number = self.start(request, *role)?;
                match role {
                    Role::Server | Role::NameServer => {
                        self.wait_until_ready(number, program.port_of(*role, settings))?;
                    }
                    Role::Client => self.wait_until_ended(request)?,
                }
            }
        }
        // A server that serves for ever, or that its client never reached, is
        // waiting for somebody who will not come. A name server always is.
        self.renew_silence();
        while let Some(silence) = self.silence(Role::Server).filter(|_| !self.is_over()) {
            if silence.is_zero() {
                break;
            }
            self.step(silence)?;
        }
        Ok(())
    }

    fn start(&mut self, request: &Request, role: Role) -> Result<ProgramNumber, SessionError> {
        let Request { program, settings, inputs, .. } = request;
        let mut command = vec!["wirelens".to_owned(), "program".into(), program.id.into(), role.name().into()];
        let settings = program.whole_run(settings, inputs);
        let pairs = settings.given().iter().map(|(key, value)| format!("{key}={value}"));
        command.extend(pairs.flat_map(|pair| ["--set".to_owned(), pair]));
        let number = match self.hosts.get(&role) {
            None => self.live.start(None, command.clone())?,
            Some(host) => {
                command.extend(["--address".to_owned(), settings.address().to_string()]);
                if program.has_role(Role::NameServer) {
                    command.extend(["--name-server".to_owned(), settings.name_server().to_string()]);
                }
                self.live.start_on(*host, None, command.clone())?
            }
        };
        self.live.input(number, inputs.of(role));
        if !inputs.open {
            self.live.end_input(number);
        }
        let player = Player {
            name: program.id,
            role: Some(role),
            command,
            ready_call: program.ready_call(role),
            longest_silence: program.longest_silence(&settings).saturating_add(self.plan().slowness()),
            ..Player::default()
        };
        self.players.insert(number, player);
        self.renew_silence();
        while !self.is_over() && self.players.get(&number).is_some_and(|player| player.place.is_none()) {
            self.step(STEP)?;
        }
        Ok(number)
    }

    fn wait_until_ready(&mut self, number: ProgramNumber, port: u16) -> Result<(), SessionError> {
        let deadline = Deadline::after(READY_LIMIT);
        while let Some(player) = self.players.get(&number).filter(|player| !player.ready) {
            if self.is_over() {
                return Ok(());
            }
            if let Some(status) = player.ended {
                return Err(SessionError::ServerEnded { port, status, failed: player.failed.clone() });
            }
            if deadline.has_passed() {
                return Err(SessionError::ServerNotReady { port, seconds: READY_LIMIT.as_secs() });
            }
            self.step(deadline.remaining())?;
        }
        Ok(())
    }

    /// Waits for the client. Where nobody can type, a standstill is an end too.
    fn wait_until_ended(&mut self, request: &Request) -> Result<(), SessionError> {
        let Request { program, settings, inputs, .. } = request;
        let limit = program.longest_standstill(&program.whole_run(settings, inputs));
        let limit = limit.saturating_add(self.plan().slowness());
        let mut seen = self.reports;
        let mut standstill = Deadline::after(limit);
        while self.runs(Role::Client) && !self.is_over() {
            if standstill.has_passed() && !inputs.open {
                return Err(SessionError::Standstill { seconds: limit.as_secs() });
            }
            self.step(STEP)?;
            if seen != self.reports {
                seen = self.reports;
                standstill = Deadline::after(limit);
            }
        }
        Ok(())
    }

    /// Asks what still runs to end, and kills what does not.
    fn end_programs(&mut self) -> Result<(), SessionError> {
        self.stop();
        let deadline = Deadline::after(2 * PATIENCE);
        while self.players.values().any(|player| player.ended.is_none()) && !deadline.has_passed() && !self.helper_ended
        {
            self.step(deadline.remaining())?;
        }
        Ok(())
    }

    /// What is to be run.
    pub(super) const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Every interface, kernel and wire: the interfaces are the first places,
    /// by their numbers.
    fn tell_places(&mut self, description: Option<&str>) {
        let taps: Vec<String> = self.live.taps().map(str::to_owned).collect();
        for name in taps {
            let description = description.map(str::to_owned);
            self.tell_place(Place::Interface { name, description, link_type: LinkType::ETHERNET });
        }
        let kernels: Vec<Option<String>> = self.live.kernels().map(|host| host.map(str::to_owned)).collect();
        for (host, number) in kernels.into_iter().zip(0..) {
            let asked = Asked { place: PlaceId(self.next_place), host: host.clone() };
            self.kernels.insert(KernelNumber(number), asked);
            self.tell_place(Place::Kernel { system: live::system(), host });
        }
        let wires: Vec<[String; 2]> = if let Plan::Lab(lab) = &self.plan {
            lab.plan.wires().map(|wire| wire.ends.clone()).collect()
        } else {
            Vec::new()
        };
        for ends in wires {
            self.wires.push(PlaceId(self.next_place));
            self.tell_place(Place::Wire { ends });
        }
    }

    /// Waits for something, at most so long, and tells it.
    pub(super) fn step(&mut self, limit: Duration) -> Result<(), SessionError> {
        let held = self.entered.values().map(|entered| entered.deadline.remaining());
        let kill = self.stopping.iter().filter(|stopping| !stopping.killed).map(|stopping| stopping.asked.remaining());
        let limit = held.chain(kill).fold(limit.min(STEP), Duration::min);
        let seen = self.live.wait(limit)?;
        for sighting in seen {
            self.see(sighting)?;
        }
        self.tell_entered(|_, entered| entered.deadline.has_passed());
        self.obey();
        if self.stopping.as_ref().is_some_and(|stopping| !stopping.killed && stopping.asked.has_passed()) {
            self.remark_killed();
            self.signal_all(libc::SIGKILL);
            if let Some(stopping) = &mut self.stopping {
                stopping.killed = true;
            }
        }
        self.updates.wake();
        // Told once; afterwards there is only the capture to end.
        if self.helper_ended && !self.is_captured() && self.stopping.is_none() {
            return Err(LiveError::HelperEnded.into());
        }
        Ok(())
    }

    fn see(&mut self, sighting: Sighting) -> Result<(), SessionError> {
        match sighting {
            Sighting::Frame(tap, at, frame) => {
                self.frames += 1;
                self.tell_event(at, PlaceId(tap.0), What::Frame(frame));
            }
            Sighting::Started(number, pid) => {
                if let Some(player) = self.players.get_mut(&number).filter(|player| player.traced.is_none()) {
                    player.place = Some(PlaceId(self.next_place));
                    let place = Place::Program {
                        name: player.name.to_owned(),
                        role: player.role,
                        pid,
                        command: player.command.clone(),
                    };
                    self.tell_place(place);
                }
            }
            Sighting::NotStarted(number, errno) => {
                if let Some(player) = self.players.remove(&number) {
                    return Err(match (player.role, player.traced) {
                        (Some(role), _) => SessionError::ProgramNotStarted { role, errno },
                        (None, traced) => SessionError::TracerEnded { command: Traced::command(traced) },
                    });
                }
            }
            Sighting::Report(number, report) => self.see_report(number, report),
            Sighting::Traced(number, line) => self.see_traced(number, line),
            Sighting::BadReport(_) => self.bad_reports += 1,
            Sighting::Output(number, at, stream, bytes) => {
                if self.players.get(&number).is_some_and(|player| player.traced.is_some()) {
                    self.see_output(number, at, stream, bytes);
                } else if let Some(place) = self.place(number) {
                    self.tell_event(at, place, What::Output { stream, bytes });
                }
            }
            Sighting::Exited(number, at, status) => {
                self.tell_entered(|(program, _), _| *program == number);
                if let Some(player) = self.players.get_mut(&number) {
                    player.ended = Some(status);
                    if player.traced.is_some() {
                        return self.see_tracer_ended(number, status);
                    }
                }
                if let Some(place) = self.place(number) {
                    self.tell_event(at, place, What::Exit(status));
                }
            }
            Sighting::SocketState(kernel, at, state) => {
                if let Some(asked) = self.kernels.get(&kernel) {
                    let place = asked.place;
                    self.note_state(kernel, at, &state);
                    self.tell_event(at, place, What::SocketState(state));
                }
            }
            Sighting::CoreState(number, at, state) => {
                if let Some(place) = self.core_place(number) {
                    self.tell_event(at, place, What::SocketState(state));
                }
            }
            Sighting::SamplingEnded(kernel, end) => {
                let host = self.kernels.get(&kernel).and_then(|asked| asked.host.as_deref());
                self.notes.pinned.extend(end.facts_of(host));
            }
            Sighting::LinkAction(wire, at, action) => {
                let place = usize::try_from(wire).ok().and_then(|wire| self.wires.get(wire));
                if let Some(place) = place.copied() {
                    self.tell_event(at, place, What::LinkAction(action));
                }
            }
            Sighting::Wires(counts) => self.wire_counts = Some(counts),
            Sighting::NotMarked(errno) => self.not_marked = Some(errno),
            Sighting::CaptureEnded(tap, end) => {
                let error = end.error.clone();
                self.capture_ends.insert(tap, end);
                if let Some(error) = error {
                    return Err(error.into());
                }
            }
            Sighting::HelperEnded => self.helper_ended = true,
        }
        Ok(())
    }

    fn see_report(&mut self, number: ProgramNumber, Report { at, entered_at, call }: Report) {
        self.reports += 1;
        let Some(player) = self.players.get_mut(&number) else { return };
        player.silence = Some(Deadline::after(player.longest_silence));
        let Some(place) = player.place else { return };
        let id = (number, call.id);
        match &call.phase {
            SocketCallPhase::Entered { call: asked } => {
                player.calls.insert(call.id, asked.clone());
                let event = Event { at, place, what: What::SocketCall(call) };
                self.entered.insert(id, Entered { event, deadline: Deadline::after(ENTERED_LIMIT) });
            }
            SocketCallPhase::Returned { outcome, .. } => {
                if let Some(asked) = player.calls.remove(&call.id) {
                    match outcome {
                        CallOutcome::Failed { errno, .. } => player.failed = Some((asked, *errno)),
                        CallOutcome::Received { .. } | CallOutcome::Returned { .. } => {
                            player.ready |= asked.name() == player.ready_call;
                        }
                    }
                }
                if let Some(Entered { event, .. }) = self.entered.remove(&id) {
                    self.tell_event(entered_at.unwrap_or(event.at), event.place, event.what);
                }
                self.tell_event(at, place, What::SocketCall(call));
            }
        }
    }

    fn obey(&mut self) {
        while let Ok(command) = self.commands.try_recv() {
            match command {
                Command::Stop => self.stop(),
                Command::Kill(role) => {
                    for number in self.playing(role) {
                        // Without a helper it is dead already.
                        self.live.signal(number, libc::SIGKILL).ok();
                    }
                }
                Command::Input { role, bytes } => {
                    for number in self.playing(role) {
                        self.live.input(number, &bytes);
                    }
                }
                Command::EndInput(role) => {
                    for number in self.playing(role) {
                        self.live.end_input(number);
                    }
                }
            }
        }
    }

    /// The programs that play this side and have not ended.
    fn playing(&self, role: Role) -> Vec<ProgramNumber> {
        let playing = self.players.iter().filter(|(_, player)| player.role == Some(role) && player.ended.is_none());
        playing.map(|(number, _)| *number).collect()
    }

    pub(super) fn stop(&mut self) {
        if self.stopping.is_none() {
            self.stopping = Some(Stopping { asked: Deadline::after(PATIENCE), killed: false });
            self.signal_all(libc::SIGTERM);
        }
    }

    fn signal_all(&self, signal: i32) {
        for (number, player) in &self.players {
            if player.ended.is_none() {
                // A tracer ends its command, and only then itself.
                let signal = if player.traced.is_some() && signal == libc::SIGKILL { KILL_SIGNAL } else { signal };
                // Without a helper they are dead already.
                self.live.signal(*number, signal).ok();
            }
        }
    }

    /// Whether nothing more is to be started or waited for.
    pub(super) fn is_over(&self) -> bool {
        self.stopping.is_some() || self.updates.deaf
    }

    fn runs(&self, role: Role) -> bool {
        self.players.values().any(|player| player.role == Some(role) && player.ended.is_none())
    }

    fn renew_silence(&mut self) {
        for player in self.players.values_mut() {
            player.silence = Some(Deadline::after(player.longest_silence));
        }
    }

    /// How long the running programs of this side may still be silent; `None`
    /// if there are none.
    fn silence(&self, role: Role) -> Option<Duration> {
        let running = self.players.values().filter(|player| player.role == Some(role) && player.ended.is_none());
        running.map(|player| player.silence.map_or(Duration::ZERO, Deadline::remaining)).max()
    }

    fn place(&self, number: ProgramNumber) -> Option<PlaceId> {
        self.players.get(&number).and_then(|player| player.place)
    }

    /// Tells the entered calls that need not wait any longer.
    pub(super) fn tell_entered(&mut self, due: impl Fn(&(ProgramNumber, CallId), &Entered) -> bool) {
        let due: Vec<Entered> = self.entered.extract_if(.., |id, entered| due(id, entered)).map(|(_, it)| it).collect();
        for Entered { event, .. } in due {
            self.tell(Update::Event(event));
        }
    }

    pub(super) fn tell_place(&mut self, place: Place) {
        self.next_place += 1;
        self.tell(Update::Place(place));
    }

    pub(super) fn tell_event(&mut self, at: Timestamp, place: PlaceId, what: What) {
        self.tell(Update::Event(Event { at, place, what }));
    }

    fn tell(&mut self, update: Update) {
        let (commands, stopping) = (&self.commands, self.stopping.is_some());
        // A Stop that waits is obeyed at the next step.
        self.updates.send(update, || stopping || !commands.is_empty());
    }
}

impl Updates {
    /// Queues an update. A consumer that does not read is waited for, but not
    /// for ever once `ending` says that it wants the end.
    fn send(&mut self, mut update: Update, ending: impl Fn() -> bool) {
        let mut deadline = None;
        while !self.deaf {
            match self.sender.send_timeout(update, SEND_STEP) {
                Ok(()) => {
                    self.fresh = true;
                    return;
                }
                Err(SendTimeoutError::Disconnected(_)) => self.deaf = true,
                Err(SendTimeoutError::Timeout(unsent)) => {
                    // It may be asleep with a full queue.
                    (self.wake)();
                    update = unsent;
                    if ending() {
                        self.deaf |= deadline.get_or_insert_with(|| Deadline::after(DEAF_LIMIT)).has_passed();
                    }
                    continue;
                }
            }
            return;
        }
    }

    fn wake(&mut self) {
        if std::mem::take(&mut self.fresh) {
            (self.wake)();
        }
    }
}
