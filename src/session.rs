//! A session: joins a source to a growing trace and takes commands.
//!
//! Owns the order in which a run unfolds: the network, the capture, the
//! server, the client, the end. Never looks into a frame, and has no opinion on
//! who watches.
//!
//! Every wait is bounded or ends with [`Command::Stop`].

/// Captures of any size.
pub mod capture;
/// Running commands of the reader's.
mod commands;
/// What is to be made different in a lab.
pub mod conditions;
/// The end of a run.
mod finish;
/// What runs in a lab.
mod lab;
/// A run in a lab as it is asked for.
pub mod lab_request;
/// Interfaces that are captured.
pub mod live;
/// Captures that are looked at while they are read.
pub mod opening;
/// One conversation of a large capture, or a part of it.
pub mod part;
/// Frames of a large capture as a packet table has them.
pub mod rows;
/// The thread that lets a run unfold.
mod run;
/// A scenario on real kernels.
pub mod scripted;
/// Looking for what a filter selects.
pub mod searching;
/// Simulations as they are asked for.
pub mod simulating;

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use crate::model::{Call, Event, ExitStatus, Place, Role, SocketCallPhase, Topology, What};
use crate::source::errno;
use crate::source::lab::plan::HostNumber;
use crate::source::live::{CaptureError, LiveError, Wakeup};
use crate::source::programs::{Inputs, Program, Settings};
use crate::trace::{Network, Notes, Trace};
use run::Run;

/// Updates that wait for the consumer; behind them the run stands still and
/// the kernel buffers frames.
const UPDATES: usize = 4096;
/// Commands that wait for the run.
const COMMANDS: usize = 16;

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Request {
    /// The program, both sides of it.
    pub program: &'static Program,
    /// What it is set to.
    pub settings: Settings,
    /// What is typed into it: [`Program::read_inputs`].
    pub inputs: Inputs,
    /// Where.
    pub network: Network,
    /// This program, which must answer to `helper` and `program` as its first
    /// argument: `/proc/self/exe` or a path.
    pub executable: PathBuf,
}

/// Any commands, to be run on a private network with their socket calls
/// traced.
#[derive(Clone, Debug)]
pub struct Commands {
    /// In the order they are to be started.
    pub commands: Vec<CommandLine>,
    /// What the network has beside `127.0.0.1` and `::1`.
    pub addresses: Vec<IpAddr>,
    /// How long a command has to listen before the next one is started.
    pub wait: Duration,
    /// This program, which must answer to `helper` and `trace` as its first
    /// argument: `/proc/self/exe` or a path.
    pub executable: PathBuf,
}

/// A command for a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// As one would type it.
    pub text: String,
    /// The host of a lab it runs on; where there are no hosts, none.
    pub host: Option<HostNumber>,
    /// What it reads on its standard input; nothing if not given.
    pub input: Option<String>,
}

/// Real hosts and what joins them, and what is run on them.
#[derive(Clone, Debug)]
pub struct Lab {
    /// What the topology is called.
    pub topology: String,
    /// What there is.
    pub map: Box<Topology>,
    /// What it takes to build it.
    pub plan: crate::source::lab::plan::Plan,
    /// What runs.
    pub what: LabWork,
    /// This program, as in [`Request::executable`].
    pub executable: PathBuf,
}

/// What runs in a lab.
#[derive(Clone, Debug)]
pub enum LabWork {
    /// A bundled program, whose settings have the server's address.
    Program {
        /// It; its network does not matter.
        request: Request,
        /// Where its server runs.
        server: HostNumber,
        /// Where its client runs.
        client: HostNumber,
    },
    /// Commands of the reader's, each on its host.
    Commands(Commands),
    /// Calls at given moments.
    Scripts {
        /// What the scenario is called.
        scenario: String,
        /// Who calls what.
        scripts: Vec<scripted::ScriptOn>,
        /// How long it is watched.
        end: Duration,
    },
}

/// What a session is to run.
#[derive(Clone, Debug)]
pub enum Plan {
    /// A bundled program.
    Bundled(Request),
    /// Commands of the reader's.
    Commands(Commands),
    /// Either, in a lab.
    Lab(Box<Lab>),
}

impl From<Lab> for Plan {
    fn from(lab: Lab) -> Self {
        Self::Lab(Box::new(lab))
    }
}

impl From<Request> for Plan {
    fn from(request: Request) -> Self {
        Self::Bundled(request)
    }
}

impl From<Commands> for Plan {
    fn from(commands: Commands) -> Self {
        Self::Commands(commands)
    }
}

/// What can be asked of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// End the programs (asked first, after 1 s killed) and then the session.
    Stop,
    /// Kill one side, as `kill -9` does; the session goes on.
    Kill(Role),
    /// Type something into one side; a line has its end with it. Heard while
    /// the inputs are [open](Inputs::open).
    Input {
        /// Which side.
        role: Role,
        /// What is typed.
        bytes: Vec<u8>,
    },
    /// End the input of one side, as Ctrl-D does.
    EndInput(Role),
}

/// One step of a trace that grows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Update {
    /// The next place: the first is 0.
    Place(Place),
    /// Something seen, not in the order of time: [`Trace::insert`] puts it
    /// where it belongs.
    Event(Event),
    /// What is known about the making, instead of what was said before.
    Notes(Notes),
    /// The last update: whether the run went as it should. What was seen until
    /// then is good in any case.
    Ended(Result<(), SessionError>),
}

/// Why a run did not go as it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// No network, or no more.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// The session could not start.
    #[error("cannot start a session: {} ({})", errno::description(*errno), errno::name(*errno))]
    NotStarted {
        /// The number of the error on this system.
        errno: i32,
    },
    /// A program could not be started.
    #[error("cannot start the {}: {} ({})", role.name(), errno::description(*errno), errno::name(*errno))]
    ProgramNotStarted {
        /// Which side.
        role: Role,
        /// The number of the error on this system.
        errno: i32,
    },
    /// A command of the reader's is not there, or cannot be executed.
    #[error("`{command}` could not be started: the shell's status is {status}")]
    CommandNotStarted {
        /// The command.
        command: String,
        /// The shell's status: 127 where it is not there, 126 where it cannot
        /// be executed.
        status: i32,
    },
    /// What traced a command ended, and the command with it.
    #[error("the tracer of `{command}` ended unexpectedly")]
    TracerEnded {
        /// The command.
        command: String,
    },
    /// The server ended before a client could be served.
    #[error("the server ended before it was ready on port {port}{}", failed.as_ref().map(|(call, errno)| format!(": {call} failed ({})", errno::name(*errno))).unwrap_or_default())]
    ServerEnded {
        /// The port it was to be asked on.
        port: u16,
        /// How it ended.
        status: ExitStatus,
        /// The last of its calls that failed, with the number of the error:
        /// `bind` and `EADDRINUSE` where somebody else has the port.
        failed: Option<(Call, i32)>,
    },
    /// The server did not become ready.
    #[error("the server was not ready on port {port} within {seconds} s")]
    ServerNotReady {
        /// The port it was to be asked on.
        port: u16,
        /// How long it was waited for.
        seconds: u64,
    },
    /// Nothing happens any more, and nobody can type: the programs wait for
    /// each other.
    #[error("nothing has happened for {seconds} s: the programs wait for each other")]
    Standstill {
        /// For how long nothing happened.
        seconds: u64,
    },
    /// The capture ended early.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// The datagram that marks the end could not be sent.
    #[error("the end of the exchange could not be marked: {} ({})", errno::description(*errno), errno::name(*errno))]
    EndNotMarked {
        /// The number of the error on this system.
        errno: i32,
    },
    /// The mark did not come: the last frames may be missing.
    #[error("the end of the exchange was not seen within {seconds} s: the last frames may be missing")]
    EndNotSeen {
        /// How long it was waited for.
        seconds: u64,
    },
    /// The kernel's count is not ours.
    #[error("the kernel counted {received} frames and dropped {dropped}, but {read} were read")]
    Miscounted {
        /// Frames the kernel counted, the dropped ones included.
        received: u64,
        /// Frames it dropped.
        dropped: u64,
        /// Frames we read.
        read: u64,
    },
    /// The kernel did not stamp some frames: they carry the moment they were
    /// read, which is too late.
    #[error("{count} frames carry the moment they were read instead of the kernel's stamp")]
    Unstamped {
        /// How many.
        count: u64,
    },
    /// Some of the programs' reports could not be read: calls are missing.
    #[error("{count} reports of socket calls could not be read")]
    BadReports {
        /// How many.
        count: u64,
    },
    /// A lab's wires lost frames that nobody asked them to, or did not tell
    /// what they did: the picture is wrong.
    #[error("the wires lost {count} frames that were not to be lost")]
    WireMissed {
        /// How many.
        count: u64,
    },
    /// The session's thread ended without a word, by a fault of ours.
    #[error("the session ended unexpectedly")]
    Vanished,
}

impl SessionError {
    /// Whether somebody forbade it, as opposed to something being broken.
    pub fn is_permission(&self) -> bool {
        matches!(self, Self::Live(error) if error.is_permission())
    }

    /// The port, where somebody else has it.
    pub fn taken_port(&self) -> Option<u16> {
        if let Self::ServerEnded { failed: Some((Call::Bind { address }, libc::EADDRINUSE)), .. } = self {
            Some(address.port())
        } else {
            None
        }
    }
}

/// Gives commands to a session from any thread.
#[derive(Clone, Debug)]
pub struct Commander {
    commands: Sender<Command>,
    wakeup: Wakeup,
}

impl Commander {
    /// Asks for something; tells whether the session will hear of it: it does
    /// not once it has ended, or while 16 commands wait.
    pub fn command(&self, command: Command) -> bool {
        let heard = match self.commands.try_send(command) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        };
        self.wakeup.call();
        heard
    }
}

/// A running session. Dropping it ends it: the programs are asked to end, and
/// killed after 1 s.
#[derive(Debug)]
pub struct Session {
    updates: Receiver<Update>,
    commander: Commander,
    thread: Option<JoinHandle<()>>,
}

impl Session {
    /// Starts a session on a thread of its own. `wake` is called there
    /// whenever updates have been queued.
    ///
    /// # Errors
    /// [`SessionError::NotStarted`]; everything else comes as
    /// [`Update::Ended`].
    pub fn start(plan: impl Into<Plan>, wake: impl Fn() + Send + 'static) -> Result<Self, SessionError> {
        let plan = plan.into();
        let failed = |error: io::Error| SessionError::NotStarted { errno: errno::number(&error) };
        let wakeup = Wakeup::new().map_err(failed)?;
        let (update_sender, updates) = bounded(UPDATES);
        let (command_sender, commands) = bounded(COMMANDS);
        let commander = Commander { commands: command_sender, wakeup: wakeup.clone() };
        let thread = thread::Builder::new()
            .name("session".into())
            .spawn(move || Run::unfold(plan, wakeup, update_sender, commands, Box::new(wake)))
            .map_err(failed)?;
        Ok(Self { updates, commander, thread: Some(thread) })
    }

    /// What comes, until [`Update::Ended`].
    pub fn updates(&self) -> &Receiver<Update> {
        &self.updates
    }

    /// Asks for something, as [`Commander::command`] does.
    pub fn command(&self, command: Command) -> bool {
        self.commander.command(command)
    }

    /// What gives commands to this session from another thread.
    pub fn commander(&self) -> Commander {
        self.commander.clone()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // With nobody to tell, the run need not tell the end.
        self.updates = crossbeam_channel::never();
        self.commander.command(Command::Stop);
        if let Some(thread) = self.thread.take() {
            // A panic has already been told on standard error.
            thread.join().ok();
        }
    }
}

/// Waits for a session to end and builds its trace.
pub fn collect(session: Session) -> (Trace, Result<(), SessionError>) {
    collect_observing(session, |_| {})
}

/// As [`collect`], showing each update to `observe` as it comes.
///
/// Events of the same moment are ordered: entering a call, frames, returning
/// from a call, output, the end, what the kernel said; then by place and number of call.
#[expect(clippy::needless_pass_by_value, reason = "the session is over afterwards")]
pub fn collect_observing(session: Session, mut observe: impl FnMut(&Update)) -> (Trace, Result<(), SessionError>) {
    let mut trace = Trace::default();
    let mut events = Vec::new();
    let mut ended = Err(SessionError::Vanished);
    for update in session.updates() {
        observe(&update);
        match update {
            Update::Place(place) => {
                trace.add_place(place);
            }
            Update::Event(event) => events.push(event),
            Update::Notes(notes) => trace.notes = notes,
            Update::Ended(result) => {
                ended = result;
                break;
            }
        }
    }
    // Stable: frames of one moment stay in the order they were read.
    events.sort_by_key(order);
    for event in events {
        trace.insert(event);
    }
    (trace, ended)
}

/// What decides the order of events.
fn order(event: &Event) -> impl Ord + use<> {
    let (rank, place, call) = match &event.what {
        What::SocketCall(call) => {
            let rank = match call.phase {
                SocketCallPhase::Entered { .. } => 0,
                SocketCallPhase::Returned { .. } => 2,
            };
            (rank, event.place.0, call.id.0)
        }
        What::Frame(_) => (1, event.place.0, 0),
        What::Output { .. } => (3, event.place.0, 0),
        What::Exit(_) => (4, event.place.0, 0),
        What::SocketState(_) => (5, event.place.0, 0),
        What::LinkAction(_) => (6, event.place.0, 0),
        What::StackStep(_) => (7, event.place.0, 0),
    };
    (event.at, rank, place, call)
}

impl SessionError {
    /// The one command that helps, where one does; `executable` is this
    /// program.
    pub fn remedy(&self, executable: &std::path::Path) -> Option<String> {
        let Self::Live(LiveError::Refused(refusal)) = self else { return None };
        Some(refusal.remedy?.command_line(executable))
    }
}
