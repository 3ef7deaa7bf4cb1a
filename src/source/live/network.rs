//! A network with its helper, its programs and its capture, as one thing to
//! wait for.
//!
//! Owns the parent's ends of every pipe and socket. Has no opinion on which
//! programs run when, nor on what is seen.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::IpAddr;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::pipe::{PipeFlags, fcntl_setpipe_size, pipe_with};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::error::LiveError;
use super::greeting::{Greeting, begin, greet, send_plan};
use super::protocol::{FromHelper, Mark, ToHelper, receive, send};
use super::sampler::{Sampler, SamplingEnd, Scope};
use super::wakeup::Wakeup;
use super::watched::{Input, Pipe, Watched, split_reports};
use super::{Capture, CaptureEnd, Captured, HELPER_ARGUMENT, Marks};
use crate::model::{ExitStatus, Frame, LinkAction, OutputStream, SocketState, Timestamp};
use crate::source::clock::{self, Deadline};
use crate::source::errno;
use crate::source::lab::plan::{HostNumber, Plan};
use crate::source::lab::relay::WireCounts;
use crate::source::programs::Report;
use crate::source::syscalls::{TRACE_ARGUMENT, TraceLine};
use crate::trace::Network;

/// How long the helper has to end; longer than it gives its programs twice.
const END_LIMIT: Duration = Duration::from_secs(3);
/// How long a program's pipes may stay open after its end: a process it left
/// behind may hold them.
const PIPE_LIMIT: Duration = Duration::from_secs(1);
/// Room for reports, so that a program does not wait for us to read them.
const REPORT_PIPE: usize = 1 << 20;
/// How many messages of the helper are heard before the rest is looked after.
const HEARD_AT_ONCE: usize = 256;
/// What is read from a pipe at once.
const CHUNK: usize = 65_536;

/// A program of this network, counted from 0 in the order of starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramNumber(pub u32);

/// An interface that is captured, counted from 0; on loopback there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TapNumber(pub u32);

/// A network's kernel that is asked about its sockets, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KernelNumber(pub u32);

/// Something seen on the network or of its programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// A frame.
    Frame(TapNumber, Timestamp, Frame),
    /// A program runs, with this process id.
    Started(ProgramNumber, u32),
    /// A program could not be started: the number of the error.
    NotStarted(ProgramNumber, i32),
    /// A program entered a call or came back from one.
    Report(ProgramNumber, Report),
    /// A tracer said something.
    Traced(ProgramNumber, TraceLine),
    /// A program reported something that cannot be read.
    BadReport(ProgramNumber),
    /// A program wrote.
    Output(ProgramNumber, Timestamp, OutputStream, Vec<u8>),
    /// A program ended, and everything it wrote has been told.
    Exited(ProgramNumber, Timestamp, ExitStatus),
    /// What the kernel said of a socket.
    SocketState(KernelNumber, Timestamp, SocketState),
    /// What the TCP that a program brings along said of a connection.
    CoreState(ProgramNumber, Timestamp, SocketState),
    /// The kernel is not asked about sockets any more; comes before the last
    /// [`Sighting::CaptureEnded`].
    SamplingEnded(KernelNumber, SamplingEnd),
    /// The wire of this number did something on purpose.
    LinkAction(u32, Timestamp, LinkAction),
    /// What has become of the frames of each wire, by their numbers.
    Wires(Vec<WireCounts>),
    /// The datagram that marks the end could not be sent: the number of the
    /// error.
    NotMarked(i32),
    /// There will be no more frames of this interface.
    CaptureEnded(TapNumber, CaptureEnd),
    /// The helper is gone, and the programs with it.
    HelperEnded,
}

/// A network of one's own, the host's loopback interface, or a lab: captured,
/// with programs running on it.
#[derive(Debug)]
pub struct LiveNetwork {
    /// `None` once the helper is gone.
    socket: Option<OwnedFd>,
    helper: Child,
    taps: Vec<Tap>,
    /// None once the captures have ended.
    kernels: Vec<Kernel>,
    programs: BTreeMap<ProgramNumber, Watched>,
    next_program: u32,
    wakeup: Wakeup,
    /// The settings that shape the picture, by their full names, with the
    /// values read back.
    pub pinned: BTreeMap<String, String>,
}

/// An interface that is captured.
#[derive(Debug)]
pub(super) struct Tap {
    pub(super) name: String,
    pub(super) capture: Capture,
    ended: bool,
}

/// A kernel that is asked about its sockets.
#[derive(Debug)]
struct Kernel {
    host: Option<String>,
    sampler: Sampler,
}

impl LiveNetwork {
    /// Makes the network by starting `executable` again as a helper, and
    /// captures on its loopback interface: when this returns, not a frame is
    /// missed, and a datagram of our own has been seen to be stamped. On the
    /// host only TCP and UDP from or to `ports` are captured.
    /// `executable` must hand its arguments after [`HELPER_ARGUMENT`] to
    /// [`super::helper_main`].
    ///
    /// # Errors
    /// [`LiveError`]; nothing is left behind.
    pub fn open(network: Network, ports: &[u16], executable: &Path, wakeup: Wakeup) -> Result<Self, LiveError> {
        match network {
            // A lab without hosts is a private network.
            Network::Private | Network::Lab => Self::open_private(&[], executable, wakeup),
            Network::Host => {
                let own = ports.to_vec();
                let ports = ports.iter().map(u16::to_string);
                let words: Vec<String> = std::iter::once("host".to_owned()).chain(ports).collect();
                Self::open_with(&words, None, &Scope::Ports(own), executable, wakeup)
            }
        }
    }

    /// The same for a private network that has these addresses too, beside
    /// `127.0.0.1` and `::1`.
    pub fn open_private(addresses: &[IpAddr], executable: &Path, wakeup: Wakeup) -> Result<Self, LiveError> {
        let addresses = addresses.iter().map(IpAddr::to_string);
        let words: Vec<String> = std::iter::once("private".to_owned()).chain(addresses).collect();
        Self::open_with(&words, None, &Scope::New, executable, wakeup)
    }

    /// Builds a lab and captures on every interface of its plan.
    pub fn open_lab(plan: &Plan, executable: &Path, wakeup: Wakeup) -> Result<Self, LiveError> {
        Self::open_with(&["lab".to_owned()], Some(plan), &Scope::New, executable, wakeup)
    }

    fn open_with(
        words: &[String],
        plan: Option<&Plan>,
        scope: &Scope,
        executable: &Path,
        wakeup: Wakeup,
    ) -> Result<Self, LiveError> {
        let (ours, theirs) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
            .map_err(|errno| LiveError::Talk { errno: errno.raw_os_error() })?;
        let mut command = Command::new(executable);
        command.arg(HELPER_ARGUMENT).args(words);
        // A process group of its own: Ctrl-C is for us, not for it.
        let helper = command.stdin(theirs).stdout(Stdio::null()).process_group(0).spawn().map_err(|error| {
            LiveError::HelperNotStarted { errno: errno::number(&error), executable: executable.display().to_string() }
        })?;
        // The command keeps its copy of the helper's end as long as it lives.
        drop(command);
        let mut helper = Ending(Some(helper));
        if let Some(plan) = plan {
            send_plan(&ours, plan).map_err(|error| talk(&error))?;
        }
        let Greeting { mut pinned, id, taps: sockets, kernels: asked } = greet(&ours)?;
        let marks = Marks {
            beginning: Mark::Beginning.text(&id).into_bytes(),
            // A lab has no one moment that passes everywhere.
            end: if plan.is_none() { Mark::End.text(&id).into_bytes() } else { Vec::new() },
        };
        let mut taps = Vec::new();
        for (name, index, socket) in sockets {
            let notify = wakeup.clone();
            let capture = Capture::start(socket, &name, index, Some(marks.clone()), move || notify.call())?;
            taps.push(Tap { name, capture, ended: false });
        }
        begin(&ours, &taps)?;
        let mut kernels = Vec::new();
        let absent = || (None, Err(io::Error::from_raw_os_error(libc::EPROTONOSUPPORT)));
        let nobody = asked.is_empty().then(absent);
        let started = asked.into_iter().map(|(host, socket)| {
            let notify = wakeup.clone();
            (host, Sampler::start(socket, scope.clone(), move || notify.call()))
        });
        for (host, sampler) in started.chain(nobody) {
            match sampler {
                Ok(sampler) => kernels.push(Kernel { host, sampler }),
                Err(error) => {
                    // The packets are seen all the same.
                    let end = SamplingEnd { errno: Some(errno::number(&error)), ..SamplingEnd::default() };
                    pinned.extend(end.facts_of(host.as_deref()));
                }
            }
        }
        let helper = helper.0.take().ok_or(LiveError::HelperEnded)?;
        Ok(Self {
            socket: Some(ours),
            helper,
            taps,
            kernels,
            programs: BTreeMap::new(),
            next_program: 0,
            wakeup,
            pinned,
        })
    }

    /// Starts a program on the network: [`Sighting::Started`] or
    /// [`Sighting::NotStarted`] follows. `executable` is its file or its name
    /// in `PATH`, or this program itself; `command` its words, its own name
    /// first.
    ///
    /// # Errors
    /// [`LiveError::Talk`] or [`LiveError::HelperEnded`].
    pub fn start(&mut self, executable: Option<&str>, command: Vec<String>) -> Result<ProgramNumber, LiveError> {
        self.start_watched(Watched::default(), None, executable, command)
    }

    /// The same on a host of a lab.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_on(
        &mut self,
        host: HostNumber,
        executable: Option<&str>,
        command: Vec<String>,
    ) -> Result<ProgramNumber, LiveError> {
        self.start_watched(Watched::default(), Some(host), executable, command)
    }

    /// Starts a tracer, in a lab on a host of it, and below it a command for a
    /// shell, which reads `input` or nothing. What [`Sighting::Started`] and [`Sighting::Exited`] tell is
    /// of the tracer; of the command's processes [`Sighting::Traced`] tells.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_traced(
        &mut self,
        host: Option<HostNumber>,
        command: &str,
        input: Option<&str>,
    ) -> Result<ProgramNumber, LiveError> {
        let words = ["wirelens", TRACE_ARGUMENT, command].into_iter().chain(input).map(str::to_owned).collect();
        let number = self.start_watched(Watched { traced: true, ..Watched::default() }, host, None, words)?;
        // The tracer itself reads nothing.
        self.end_input(number);
        Ok(number)
    }

    fn start_watched(
        &mut self,
        mut watched: Watched,
        host: Option<HostNumber>,
        executable: Option<&str>,
        command: Vec<String>,
    ) -> Result<ProgramNumber, LiveError> {
        let number = ProgramNumber(self.next_program);
        let (reading, writing) = pipe_with(PipeFlags::CLOEXEC).map_err(|errno| talk(&errno.into()))?;
        // Only our end: theirs is one of its own.
        fcntl_setfl(&writing, OFlags::NONBLOCK).map_err(|errno| talk(&errno.into()))?;
        watched.input = Some(Input { pipe: writing, pending: VecDeque::new(), ending: false });
        let mut theirs = vec![reading];
        for pipe in [Pipe::Output(OutputStream::Stdout), Pipe::Output(OutputStream::Stderr), Pipe::Report] {
            let (reading, writing) = pipe_with(PipeFlags::CLOEXEC).map_err(|errno| talk(&errno.into()))?;
            if pipe == Pipe::Report {
                // Only a comfort: fs.pipe-max-size may forbid it.
                fcntl_setpipe_size(&writing, REPORT_PIPE).ok();
            }
            watched.pipes.push((pipe, reading));
            theirs.push(writing);
        }
        let beside: Vec<_> = theirs.iter().map(OwnedFd::as_fd).collect();
        let socket = self.socket.as_ref().ok_or(LiveError::HelperEnded)?;
        let executable = executable.map(str::to_owned);
        let start = ToHelper::Start { program: number.0, host: host.map(|host| host.0), executable, command };
        send(socket, &start, &beside).map_err(|error| talk(&error))?;
        self.next_program += 1;
        self.programs.insert(number, watched);
        Ok(number)
    }

    /// Types something into a program: it finds it on its standard input. To
    /// one that has ended, or whose input has, nothing is typed.
    pub fn input(&mut self, program: ProgramNumber, bytes: &[u8]) {
        if let Some(Watched { input: open, .. }) = self.programs.get_mut(&program) {
            *open = open.take().and_then(|mut input| {
                input.pending.extend(bytes);
                input.write().then_some(input)
            });
        }
    }

    /// Ends a program's standard input after what was typed.
    pub fn end_input(&mut self, program: ProgramNumber) {
        if let Some(Watched { input: open, .. }) = self.programs.get_mut(&program) {
            *open = open.take().and_then(|mut input| {
                input.ending = true;
                input.write().then_some(input)
            });
        }
    }

    /// Sends a signal, by its number, to a program if it still runs.
    pub fn signal(&self, program: ProgramNumber, signal: i32) -> Result<(), LiveError> {
        self.say(&ToHelper::Signal { program: program.0, signal })
    }

    /// Sends the datagram that marks the end of the exchange: once it has been
    /// captured, [`Sighting::CaptureEnded`] follows.
    pub fn mark_end(&self) -> Result<(), LiveError> {
        self.say(&ToHelper::Mark(Mark::End))
    }

    /// Asks what has become of the frames of a lab's wires:
    /// [`Sighting::Wires`] follows.
    pub fn count_wires(&self) -> Result<(), LiveError> {
        self.say(&ToHelper::CountWires)
    }

    /// The names of the interfaces that are captured, by their numbers.
    pub fn taps(&self) -> impl Iterator<Item = &str> {
        self.taps.iter().map(|tap| tap.name.as_str())
    }

    /// The kernels that are asked about their sockets, by their numbers: of
    /// which host each is, where there are several.
    pub fn kernels(&self) -> impl Iterator<Item = Option<&str>> {
        self.kernels.iter().map(|kernel| kernel.host.as_deref())
    }

    /// Ends every capture without a mark; [`Sighting::CaptureEnded`] follows for
    /// each.
    pub fn stop_capture(&self) {
        for tap in &self.taps {
            tap.capture.stop();
        }
    }

    /// Waits until something was seen, [`Wakeup::call`] was called or the time
    /// is up, and tells what was seen since the last time: not sorted by time.
    pub fn wait(&mut self, limit: Duration) -> Result<Vec<Sighting>, LiveError> {
        let pending = self.programs.values().filter_map(|watched| watched.exit.map(|(_, _, deadline)| deadline));
        let limit = pending.map(Deadline::remaining).fold(limit, Duration::min);
        let ready = self.poll(limit)?;
        self.wakeup.reset();
        let mut seen = Vec::new();
        self.take_frames(&mut seen);
        self.take_samples(&mut seen);
        // Before the helper's word of a program's end: what it wrote came first.
        self.serve_pipes(&ready, &mut seen);
        if ready.contains(&Ready::Helper) {
            self.hear_helper(&mut seen)?;
            // Wires of a lab may have much to tell, and do not wait for us.
            for _ in 1..HEARD_AT_ONCE {
                if !self.helper_speaks()? {
                    break;
                }
                self.hear_helper(&mut seen)?;
            }
        }
        self.tell_exits(&mut seen);
        Ok(seen)
    }

    fn say(&self, message: &ToHelper) -> Result<(), LiveError> {
        send(self.socket.as_ref().ok_or(LiveError::HelperEnded)?, message, &[]).map_err(|error| talk(&error))
    }

    /// Waits for any descriptor.
    fn poll(&self, limit: Duration) -> Result<Vec<Ready>, LiveError> {
        let mut whose = vec![Ready::Wakeup];
        let mut polled = vec![PollFd::from_borrowed_fd(self.wakeup.descriptor(), PollFlags::IN)];
        if let Some(socket) = &self.socket {
            whose.push(Ready::Helper);
            polled.push(PollFd::new(socket, PollFlags::IN));
        }
        for (number, watched) in self.programs.iter().filter(|(_, watched)| watched.started) {
            for (pipe, descriptor) in &watched.pipes {
                whose.push(Ready::Pipe(*number, *pipe));
                polled.push(PollFd::new(descriptor, PollFlags::IN));
            }
            if let Some(input) = watched.input.as_ref().filter(|input| !input.pending.is_empty()) {
                whose.push(Ready::Input(*number));
                polled.push(PollFd::new(&input.pipe, PollFlags::OUT));
            }
        }
        let limit = Timespec::try_from(limit).map_err(|_| LiveError::Talk { errno: libc::EINVAL })?;
        match poll(&mut polled, Some(&limit)) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok(Vec::new()),
            Err(errno) => return Err(talk(&errno.into())),
        }
        Ok(whose
            .into_iter()
            .zip(&polled)
            .filter(|(_, poll)| !poll.revents().is_empty())
            .map(|(ready, _)| ready)
            .collect())
    }

    fn take_frames(&mut self, seen: &mut Vec<Sighting>) {
        let mut ended = Vec::new();
        for (tap, number) in self.taps.iter_mut().zip(0..) {
            for captured in tap.capture.captured().try_iter() {
                match captured {
                    Captured::Frame(at, frame) => seen.push(Sighting::Frame(TapNumber(number), at, frame)),
                    // Said and heard before; a second one is on its way.
                    Captured::Beginning { .. } => {}
                    Captured::End(end) => {
                        tap.ended = true;
                        ended.push(Sighting::CaptureEnded(TapNumber(number), end));
                    }
                }
            }
        }
        if !ended.is_empty() && self.taps.iter().all(|tap| tap.ended) {
            // All are asked to end before any is waited for.
            let mut kernels = std::mem::take(&mut self.kernels);
            for kernel in &mut kernels {
                kernel.sampler.end();
            }
            for (kernel, number) in kernels.into_iter().zip(0..) {
                let (rest, end) = kernel.sampler.finish();
                let number = KernelNumber(number);
                seen.extend(rest.into_iter().map(|(at, state)| Sighting::SocketState(number, at, state)));
                seen.push(Sighting::SamplingEnded(number, end));
            }
        }
        seen.extend(ended);
    }

    fn take_samples(&self, seen: &mut Vec<Sighting>) {
        for (kernel, number) in self.kernels.iter().zip(0..) {
            let sampled = kernel.sampler.sampled().try_iter();
            seen.extend(sampled.map(|(at, state)| Sighting::SocketState(KernelNumber(number), at, state)));
        }
    }

    /// Reads what the programs wrote, and writes what is typed into them.
    fn serve_pipes(&mut self, ready: &[Ready], seen: &mut Vec<Sighting>) {
        for (number, watched) in &mut self.programs {
            let Watched { pipes, line, exit, input, traced, .. } = watched;
            if ready.contains(&Ready::Input(*number)) {
                *input = input.take().and_then(|mut input| input.write().then_some(input));
            }
            pipes.retain(|(pipe, descriptor)| {
                if !ready.contains(&Ready::Pipe(*number, *pipe)) {
                    return true;
                }
                let mut bytes = vec![0; CHUNK];
                match rustix::io::read(descriptor, bytes.as_mut_slice()) {
                    Err(rustix::io::Errno::INTR) => return true,
                    Ok(0) | Err(_) => return false,
                    Ok(count) => bytes.truncate(count),
                }
                match pipe {
                    Pipe::Output(stream) => {
                        // Read after the program's end, it was written before.
                        let at = exit.map_or(clock::now(), |(at, _, _)| clock::now().min(at));
                        seen.push(Sighting::Output(*number, at, *stream, bytes));
                    }
                    Pipe::Report => {
                        // What it reported before its end may be long in coming.
                        if let Some((_, _, deadline)) = exit {
                            *deadline = Deadline::after(PIPE_LIMIT);
                        }
                        line.extend(bytes);
                        split_reports(*number, *traced, line, seen);
                    }
                }
                true
            });
        }
    }

    /// Whether the helper has something more to say.
    fn helper_speaks(&self) -> Result<bool, LiveError> {
        let Some(socket) = &self.socket else { return Ok(false) };
        match poll(&mut [PollFd::new(socket, PollFlags::IN)], Some(&Timespec::default())) {
            Ok(count) => Ok(count > 0),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(errno) => Err(talk(&errno.into())),
        }
    }

    fn hear_helper(&mut self, seen: &mut Vec<Sighting>) -> Result<(), LiveError> {
        let Some(socket) = &self.socket else { return Ok(()) };
        let Some((message, _)) = receive::<FromHelper>(socket).map_err(|error| talk(&error))? else {
            self.socket = None;
            seen.push(Sighting::HelperEnded);
            return Ok(());
        };
        match message {
            FromHelper::Started { program, pid } => {
                if let Some(watched) = self.programs.get_mut(&ProgramNumber(program)) {
                    watched.started = true;
                }
                seen.push(Sighting::Started(ProgramNumber(program), pid));
            }
            FromHelper::NotStarted { program, errno } => {
                self.programs.remove(&ProgramNumber(program));
                seen.push(Sighting::NotStarted(ProgramNumber(program), errno));
            }
            FromHelper::Exited { program, at, status } => {
                if let Some(watched) = self.programs.get_mut(&ProgramNumber(program)) {
                    watched.exit = Some((at, status, Deadline::after(PIPE_LIMIT)));
                }
            }
            FromHelper::NotMarked { errno } => seen.push(Sighting::NotMarked(errno)),
            FromHelper::LinkAction { wire, at, action } => seen.push(Sighting::LinkAction(wire, at, action)),
            FromHelper::Wires { counts } => seen.push(Sighting::Wires(counts)),
            // Said once and heard by `greet`.
            FromHelper::Ready { .. } | FromHelper::Refused(_) | FromHelper::Tap { .. } | FromHelper::Kernel { .. } => {
                return Err(LiveError::Talk { errno: libc::EPROTO });
            }
        }
        Ok(())
    }

    fn tell_exits(&mut self, seen: &mut Vec<Sighting>) {
        self.programs.retain(|number, watched| match watched.exit {
            Some((at, status, deadline)) if watched.pipes.is_empty() || deadline.has_passed() => {
                if !watched.line.is_empty() {
                    // Killed in the middle of a line.
                    seen.push(Sighting::BadReport(*number));
                }
                seen.push(Sighting::Exited(*number, at, status));
                false
            }
            _ => true,
        });
    }
}

impl Drop for LiveNetwork {
    fn drop(&mut self) {
        // The helper ends when it sees this.
        self.socket = None;
        // A program must not wait for us to read while it is asked to end.
        self.programs.clear();
        end(&mut self.helper);
    }
}

/// A descriptor that has something to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ready {
    Wakeup,
    Helper,
    Pipe(ProgramNumber, Pipe),
    Input(ProgramNumber),
}

/// A helper that is to end unless it is taken out.
struct Ending(Option<Child>);

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(helper) = &mut self.0 {
            end(helper);
        }
    }
}

/// Waits for the helper to end, which it does once our end of the socket is
/// closed; kills it if it does not. Then nothing of its process group is left:
/// a helper that was killed could not end its programs, and where this program
/// has file capabilities the kernel does not do it either.
fn end(helper: &mut Child) {
    let group = Pid::from_child(helper);
    let ended = || {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(group), options), Ok(None))
    };
    let deadline = Deadline::after(END_LIMIT);
    while !ended() && !deadline.has_passed() {
        std::thread::sleep(Duration::from_millis(1));
    }
    // Not yet waited for, its pid is still the group's. It has no group where
    // it could not be given one, and is killed for itself.
    if kill_process_group(group, Signal::KILL).is_err() {
        helper.kill().ok();
    }
    helper.wait().ok();
}

pub(super) fn talk(error: &io::Error) -> LiveError {
    match errno::number(error) {
        libc::EPIPE | libc::ECONNRESET => LiveError::HelperEnded,
        // Not of the system: a message we cannot read.
        0 => LiveError::Talk { errno: libc::EPROTO },
        errno => LiveError::Talk { errno },
    }
}
