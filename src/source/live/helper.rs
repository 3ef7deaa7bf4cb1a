//! The process that owns a network, or a whole lab: this program, started again
//! before it has a second thread, because only then may it enter a user
//! namespace.
//!
//! Owns the programs' processes. Has no opinion on what they do. It ends with
//! its parent, however that ends, and takes the programs with it.
#![expect(unsafe_code, reason = "a child asks to die with its parent between fork and exec")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitCode};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, getpid, getppid, kill_process, pidfd_open, set_child_subreaper,
    set_parent_process_death_signal, waitpid,
};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::packet_socket::Outgoing;
use super::protocol::{FromHelper, Mark, ToHelper, receive, send};
use super::{MARK_DESTINATION, Refusal, Step, kernel_settings, loopback, namespace, packet_socket, sock_diag};
use crate::model::{ExitStatus, Timestamp};
use crate::source::clock::{self, Deadline};
use crate::source::errno;
use crate::source::lab::build::{self, Built, CoreLink};
use crate::source::lab::plan::Plan;
use crate::source::lab::relay::Relay;
use crate::source::lab::wire::Compile;
use crate::source::process::descendants;
use crate::source::programs::{CORE_VARIABLE, REPORT_VARIABLE};
use crate::trace::Network;

/// How long programs have between being asked to end and being killed.
const PATIENCE: Duration = Duration::from_secs(1);

/// This program, also where its file was replaced or cannot be reached by its
/// path.
const ITSELF: &str = "/proc/self/exe";

/// The Ethernet type for experiments on one's own network (IEEE 802, "Local
/// Experimental Ethertype 1").
const EXPERIMENTAL: u16 = 0x88b5;

/// Which network is wanted.
enum Wanted {
    /// One of our own, with these addresses on it beside `127.0.0.1` and `::1`.
    Private(Vec<IpAddr>),
    /// The host's, and on it this port.
    Host(Vec<u16>),
    /// A lab, whose plan is the parent's first message.
    Lab,
}

/// The work of a helper process. `arguments` are those after
/// [`super::HELPER_ARGUMENT`]: `private` and the addresses it is to have beside
/// `127.0.0.1` and `::1`, `host` and the ports to listen to, or `lab`.
/// Standard input is the socket to the parent. `compile` knows what the
/// display filters of a lab's faults mean. Must be called before this
/// process starts a thread.
///
/// Not for people: started by hand it fails with status 2.
pub fn helper_main(arguments: &[String], compile: Compile) -> ExitCode {
    let wanted = match arguments {
        [network, addresses @ ..] if network == "private" => {
            addresses.iter().map(|address| address.parse().ok()).collect::<Option<_>>().map(Wanted::Private)
        }
        [network, ports @ ..] if network == "host" && !ports.is_empty() => {
            ports.iter().map(|port| port.parse().ok()).collect::<Option<_>>().map(Wanted::Host)
        }
        [network] if network == "lab" => Some(Wanted::Lab),
        _ => None,
    };
    let Some(wanted) = wanted else { return ExitCode::from(2) };
    // Started from /proc/self/exe it would be called `exe`.
    rustix::thread::set_name(c"wirelens helper").ok();
    // What a tracer that was killed leaves behind comes to us, not to init.
    set_child_subreaper(Some(getpid())).ok();
    // A copy that no child inherits: the parent would never see our end.
    let Ok(parent) = rustix::io::fcntl_dupfd_cloexec(io::stdin(), 3) else { return ExitCode::from(2) };
    match serve(&parent, &wanted, compile) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Makes the network, hands it over and serves until the parent is gone.
fn serve(parent: &OwnedFd, wanted: &Wanted, compile: Compile) -> io::Result<()> {
    let made = match make(wanted, parent, compile) {
        Ok(made) => made,
        Err(refusal) => return send(parent, &FromHelper::Refused(refusal), &[]),
    };
    let Made { taps, kernels, pinned, ground } = made;
    for (name, index, socket) in taps {
        send(parent, &FromHelper::Tap { name, index }, &[socket.as_fd()])?;
    }
    for (host, socket) in kernels {
        send(parent, &FromHelper::Kernel { host }, &[socket.as_fd()])?;
    }
    send(parent, &FromHelper::Ready { pinned, id: ground.marker.id.clone() }, &[])?;
    let mut programs = Programs::default();
    let served = programs.serve(parent, &ground);
    programs.end();
    served
}

/// A network that was made.
struct Made {
    /// Packet sockets, each with its interface's name and index.
    taps: Vec<(String, u32, OwnedFd)>,
    /// Sockets to ask the kernel about its sockets on, where there is such a
    /// thing, each with its host's name, where there are several.
    kernels: Vec<(Option<String>, OwnedFd)>,
    /// The settings.
    pinned: BTreeMap<String, String>,
    ground: Ground,
}

/// What programs stand on.
struct Ground {
    marker: Marker,
    /// The namespaces of a lab's hosts, by their numbers.
    hosts: Vec<OwnedFd>,
    /// A lab's wires.
    relays: Vec<Relay>,
    /// What programs bring their own TCP to, by the numbers of the hosts.
    cores: BTreeMap<u32, CoreLink>,
}

/// Where a program is to run.
#[derive(Clone, Copy)]
struct On<'a> {
    namespace: &'a OwnedFd,
    /// What it brings its own TCP to, if it does.
    core: Option<&'a CoreLink>,
}

fn make(wanted: &Wanted, parent: &OwnedFd, compile: Compile) -> Result<Made, Refusal> {
    match wanted {
        Wanted::Private(addresses) => {
            namespace::enter()?;
            let mut pinned = loopback::set_up(addresses)?;
            pinned.extend(kernel_settings::pin());
            let socket = packet_socket::open(Network::Private, Outgoing::Ignored, None)?;
            Ok(Made::loopback(socket, pinned, Marker::open(Network::Private)?))
        }
        Wanted::Host(ports) => {
            let marker = Marker::open(Network::Host)?;
            let own = marker.address().map(|address| address.port());
            let ports: Vec<u16> = ports.iter().copied().chain(own).collect();
            let socket = packet_socket::open(Network::Host, Outgoing::Ignored, Some(&ports))?;
            let mut pinned = kernel_settings::read();
            pinned.extend(loopback::read().unwrap_or_default());
            Ok(Made::loopback(socket, pinned, marker))
        }
        Wanted::Lab => {
            let refused = |error: io::Error| Refusal::new(Network::Lab, Step::LabPlan, errno::number(&error));
            let plan = hear_plan(parent).map_err(refused)?;
            namespace::enter()?;
            let Built { namespaces, taps, kernels, marks, pinned, relays, cores } =
                build::build(&plan, parent, compile)?;
            let marker = Marker { way: MarkWay::Frames(marks), id: id() };
            let kernels = kernels.into_iter().map(|(host, socket)| (Some(host), socket)).collect();
            Ok(Made { taps, kernels, pinned, ground: Ground { marker, hosts: namespaces, relays, cores } })
        }
    }
}

/// The plan of a lab: in a file, as it may be longer than a message.
fn hear_plan(parent: &OwnedFd) -> io::Result<Plan> {
    let invalid = || io::Error::from_raw_os_error(libc::EPROTO);
    let (message, beside) = receive(parent)?.ok_or_else(invalid)?;
    match (message, beside.into_iter().next()) {
        (ToHelper::Build, Some(file)) => Ok(serde_json::from_reader(File::from(file))?),
        _ => Err(invalid()),
    }
}

impl Made {
    fn loopback(socket: OwnedFd, pinned: BTreeMap<String, String>, marker: Marker) -> Self {
        Self {
            taps: vec![(loopback::LOOPBACK.to_owned(), loopback::LOOPBACK_INDEX, socket)],
            // Where the kernel does not tell, the network is there all the same.
            kernels: sock_diag::open().into_iter().map(|socket| (None, socket)).collect(),
            pinned,
            ground: Ground { marker, hosts: Vec::new(), relays: Vec::new(), cores: BTreeMap::new() },
        }
    }
}

/// Sends what marks beginning and end.
struct Marker {
    way: MarkWay,
    id: String,
}

/// How marks are sent.
enum MarkWay {
    /// As datagrams to ourselves, so that nobody answers that the port is
    /// unreachable.
    Datagram(UdpSocket, SocketAddr),
    /// As frames on every interface, given with a packet socket of its host.
    Frames(Vec<(OwnedFd, u32)>),
}

/// What marks are known by: nobody else has it.
fn id() -> String {
    format!("{} {}", std::process::id(), clock::now().nanos())
}

impl Marker {
    fn open(network: Network) -> Result<Self, Refusal> {
        let refused = |error: io::Error| Refusal::new(network, Step::EndMark, errno::number(&error));
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map_err(refused)?;
        let address = socket.local_addr().map_err(refused)?;
        Ok(Self { way: MarkWay::Datagram(socket, address), id: id() })
    }

    const fn address(&self) -> Option<SocketAddr> {
        match &self.way {
            MarkWay::Datagram(_, address) => Some(*address),
            MarkWay::Frames(_) => None,
        }
    }

    fn send(&self, mark: Mark) -> io::Result<()> {
        let text = mark.text(&self.id);
        match &self.way {
            MarkWay::Datagram(socket, address) => socket.send_to(text.as_bytes(), address).map(|_| ()),
            MarkWay::Frames(ways) => {
                // A sender that cannot be: a bridge learns nothing from it.
                let head = MARK_DESTINATION.into_iter().chain([0; 6]).chain(EXPERIMENTAL.to_be_bytes());
                let frame: Vec<u8> = head.chain(text.bytes()).collect();
                ways.iter().try_for_each(|(socket, index)| packet_socket::send(socket, *index, &frame))
            }
        }
    }
}

/// A running program.
struct Running {
    child: Child,
    /// Becomes readable when it ends.
    end: OwnedFd,
}

/// The running programs by number.
#[derive(Default)]
struct Programs(BTreeMap<u32, Running>);

impl Programs {
    fn serve(&mut self, parent: &OwnedFd, ground: &Ground) -> io::Result<()> {
        loop {
            wait(Some(parent), self.0.values(), None)?;
            // First the ends, so that a signal cannot meet a stranger's pid.
            for (program, at, status) in self.reap() {
                send(parent, &FromHelper::Exited { program, at, status }, &[])?;
            }
            if !wait(Some(parent), [], Some(Duration::ZERO))? {
                continue;
            }
            let Some((message, beside)) = receive(parent)? else { return Ok(()) };
            match message {
                ToHelper::Start { program, host, executable, command } => {
                    let on = host.map(|host| ground.place(host)).transpose();
                    let started = on.and_then(|on| self.start(program, on, executable.as_deref(), &command, beside));
                    let answer = match started {
                        Ok(pid) => FromHelper::Started { program, pid },
                        Err(error) => FromHelper::NotStarted { program, errno: errno::number(&error) },
                    };
                    send(parent, &answer, &[])?;
                }
                ToHelper::Signal { program, signal } => self.signal(program, signal),
                ToHelper::Mark(mark) => {
                    if let Err(error) = ground.marker.send(mark) {
                        send(parent, &FromHelper::NotMarked { errno: errno::number(&error) }, &[])?;
                    }
                }
                ToHelper::CountWires => {
                    let counts = ground.relays.iter().map(Relay::counts).collect();
                    send(parent, &FromHelper::Wires { counts }, &[])?;
                }
                ToHelper::Build => return Err(io::Error::from_raw_os_error(libc::EPROTO)),
            }
        }
    }

    fn start(
        &mut self,
        program: u32,
        on: Option<On<'_>>,
        executable: Option<&str>,
        command: &[String],
        beside: Vec<OwnedFd>,
    ) -> io::Result<u32> {
        let invalid = || io::Error::from_raw_os_error(libc::EINVAL);
        let [stdin, stdout, stderr, report] = <[OwnedFd; 4]>::try_from(beside).map_err(|_| invalid())?;
        let (name, arguments) = command.split_first().ok_or_else(invalid)?;
        // Inherited by this one child only: no other thread starts any, and the
        // descriptor is closed here before the next one is started.
        fcntl_setfd(&report, FdFlags::empty())?;
        let mut command = Command::new(executable.unwrap_or(ITSELF));
        command
            .arg0(name)
            .args(arguments)
            .env(REPORT_VARIABLE, report.as_raw_fd().to_string())
            .stdin(stdin)
            .stdout(stdout)
            .stderr(stderr);
        // As the pipe, but for every program of its host.
        let core = on.and_then(|on| on.core).map(|core| core.socket.try_clone().map(|socket| (core, socket)));
        let core = core.transpose()?;
        if let Some((core, socket)) = &core {
            fcntl_setfd(socket, FdFlags::empty())?;
            command.env(CORE_VARIABLE, core.setup.variable(socket.as_raw_fd(), core.index)?);
        }
        let helper = getpid();
        let host = on.map(|on| on.namespace.try_clone()).transpose()?;
        // SAFETY: three system calls, safe between fork and exec.
        unsafe {
            command.pre_exec(move || {
                if let Some(host) = &host {
                    move_into_link_name_space(host.as_fd(), Some(LinkNameSpaceType::Network))?;
                }
                set_parent_process_death_signal(Some(Signal::KILL))?;
                // We may have died before that.
                if getppid() == Some(helper) { Ok(()) } else { Err(io::Error::from_raw_os_error(libc::ESRCH)) }
            });
        }
        let mut child = command.spawn()?;
        let pid = child.id();
        let opened = i32::try_from(pid)
            .ok()
            .and_then(Pid::from_raw)
            .ok_or_else(invalid)
            .and_then(|pid| Ok(pidfd_open(pid, PidfdFlags::empty())?));
        match opened {
            Ok(end) => {
                self.0.insert(program, Running { child, end });
                Ok(pid)
            }
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error)
            }
        }
    }

    /// Sends a signal to a program that has not been seen to end; to others
    /// there is nothing to send.
    fn signal(&mut self, program: u32, signal: i32) {
        if let (Some(running), Some(signal)) = (self.0.get(&program), Signal::from_named_raw(signal)) {
            running.signal(signal);
        }
    }

    /// The programs that have ended since the last time.
    fn reap(&mut self) -> Vec<(u32, Timestamp, ExitStatus)> {
        let mut ended = Vec::new();
        self.0.retain(|program, running| match running.child.try_wait() {
            Ok(None) => true,
            Ok(Some(status)) => {
                let status = status
                    .signal()
                    .map_or_else(|| ExitStatus::Code(status.code().unwrap_or_default()), ExitStatus::Signal);
                ended.push((*program, clock::now(), status));
                false
            }
            // Nobody else waits for our children; were it so, they are gone.
            Err(_) => false,
        });
        ended
    }

    /// Asks every program to end and kills those that do not.
    fn end(&mut self) {
        for (signal, patience) in [(Signal::TERM, PATIENCE), (Signal::KILL, PATIENCE)] {
            for running in self.0.values() {
                running.signal(signal);
            }
            let deadline = Deadline::after(patience);
            while !self.0.is_empty() && !deadline.has_passed() {
                if wait(None, self.0.values(), Some(deadline.remaining())).is_err() {
                    return;
                }
                self.reap();
            }
        }
        end_orphans();
    }
}

/// Kills what programs have left behind, and waits for it: all of it is our
/// child by now, or becomes it when its parent dies.
fn end_orphans() {
    let deadline = Deadline::after(PATIENCE);
    while !deadline.has_passed() {
        for pid in descendants() {
            if let Some(pid) = Pid::from_raw(pid) {
                kill_process(pid, Signal::KILL).ok();
            }
        }
        // Those that are dead already, and one that is about to be.
        if matches!(waitpid(None, WaitOptions::empty()), Err(rustix::io::Errno::CHILD)) {
            return;
        }
    }
}

impl Ground {
    /// A host.
    fn place(&self, number: u32) -> io::Result<On<'_>> {
        let host = usize::try_from(number).ok().and_then(|index| self.hosts.get(index));
        let namespace = host.ok_or_else(|| io::Error::from_raw_os_error(libc::EINVAL))?;
        Ok(On { namespace, core: self.cores.get(&number) })
    }
}

impl Running {
    fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // It may have ended a moment ago; not yet waited for, its pid is
            // still its own.
            kill_process(pid, signal).ok();
        }
    }
}

/// Waits until the parent has said something or a program has ended; tells
/// whether it was so before the time was up.
fn wait<'a>(
    parent: Option<&OwnedFd>,
    programs: impl IntoIterator<Item = &'a Running>,
    limit: Option<Duration>,
) -> io::Result<bool> {
    let mut polled: Vec<PollFd<'_>> = parent
        .into_iter()
        .chain(programs.into_iter().map(|running| &running.end))
        .map(|descriptor| PollFd::new(descriptor, PollFlags::IN))
        .collect();
    let limit = limit.map(Timespec::try_from).transpose().map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    match poll(&mut polled, limit.as_ref()) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(true),
        Err(errno) => Err(errno.into()),
    }
}
