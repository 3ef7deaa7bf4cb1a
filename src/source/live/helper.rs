//! The process that owns a network: this program, started again before it has
//! a second thread, because only then may it enter a user namespace.
//!
//! Owns the programs' processes. Has no opinion on what they do. It ends with
//! its parent, however that ends, and takes the programs with it.
#![expect(unsafe_code, reason = "a child asks to die with its parent between fork and exec")]

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitCode};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, getpid, getppid, kill_process, pidfd_open, set_child_subreaper,
    set_parent_process_death_signal, waitpid,
};

use super::packet_socket::Outgoing;
use super::protocol::{FromHelper, Mark, ToHelper, receive, send};
use super::{Refusal, Step, kernel_settings, loopback, namespace, packet_socket, sock_diag};
use crate::model::{ExitStatus, Timestamp};
use crate::source::clock::{self, Deadline};
use crate::source::errno;
use crate::source::process::descendants;
use crate::source::programs::REPORT_VARIABLE;
use crate::trace::Network;

/// How long programs have between being asked to end and being killed.
const PATIENCE: Duration = Duration::from_secs(1);

/// This program, also where its file was replaced or cannot be reached by its
/// path.
const ITSELF: &str = "/proc/self/exe";

/// Which network is wanted.
enum Wanted {
    /// One of our own, with these addresses on it beside `127.0.0.1` and `::1`.
    Private(Vec<IpAddr>),
    /// The host's, and on it this port.
    Host(Vec<u16>),
}

/// The work of a helper process. `arguments` are those after
/// [`super::HELPER_ARGUMENT`]: `private` and the addresses it is to have beside
/// `127.0.0.1` and `::1`, or `host` and the ports to listen to.
/// Standard input is the socket to the parent. Must be called before this
/// process starts a thread.
///
/// Not for people: started by hand it fails with status 2.
pub fn helper_main(arguments: &[String]) -> ExitCode {
    let wanted = match arguments {
        [network, addresses @ ..] if network == "private" => {
            addresses.iter().map(|address| address.parse().ok()).collect::<Option<_>>().map(Wanted::Private)
        }
        [network, ports @ ..] if network == "host" && !ports.is_empty() => {
            ports.iter().map(|port| port.parse().ok()).collect::<Option<_>>().map(Wanted::Host)
        }
        _ => None,
    };
    let Some(wanted) = wanted else { return ExitCode::from(2) };
    // Started from /proc/self/exe it would be called `exe`.
    rustix::thread::set_name(c"wirelens helper").ok();
    // What a tracer that was killed leaves behind comes to us, not to init.
    set_child_subreaper(Some(getpid())).ok();
    // A copy that no child inherits: the parent would never see our end.
    let Ok(parent) = rustix::io::fcntl_dupfd_cloexec(io::stdin(), 3) else { return ExitCode::from(2) };
    match serve(&parent, &wanted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Makes the network, hands it over and serves until the parent is gone.
fn serve(parent: &OwnedFd, wanted: &Wanted) -> io::Result<()> {
    let (socket, pinned, marker) = match make(wanted) {
        Ok(made) => made,
        Err(refusal) => return send(parent, &FromHelper::Refused(refusal), &[]),
    };
    // Where the kernel does not tell, the network is there all the same.
    let sock_diag = sock_diag::open().ok();
    let beside: Vec<_> = std::iter::once(&socket).chain(&sock_diag).map(OwnedFd::as_fd).collect();
    send(parent, &FromHelper::Ready { pinned, id: marker.id.clone() }, &beside)?;
    drop((socket, sock_diag));
    let mut programs = Programs::default();
    let served = programs.serve(parent, &marker);
    programs.end();
    served
}

/// The network: a packet socket on its loopback interface, the settings, and
/// what sends the marks.
fn make(wanted: &Wanted) -> Result<(OwnedFd, BTreeMap<String, String>, Marker), Refusal> {
    match wanted {
        Wanted::Private(addresses) => {
            namespace::enter()?;
            let mut pinned = loopback::set_up(addresses)?;
            pinned.extend(kernel_settings::pin());
            let socket = packet_socket::open(Network::Private, Outgoing::Ignored, None)?;
            Ok((socket, pinned, Marker::open(Network::Private)?))
        }
        Wanted::Host(ports) => {
            let marker = Marker::open(Network::Host)?;
            let ports: Vec<u16> = ports.iter().copied().chain([marker.address.port()]).collect();
            let socket = packet_socket::open(Network::Host, Outgoing::Ignored, Some(&ports))?;
            let mut pinned = kernel_settings::read();
            pinned.extend(loopback::read().unwrap_or_default());
            Ok((socket, pinned, marker))
        }
    }
}

/// Sends the datagrams that mark beginning and end: to ourselves, so that
/// nobody answers that the port is unreachable.
struct Marker {
    socket: UdpSocket,
    address: SocketAddr,
    id: String,
}

impl Marker {
    fn open(network: Network) -> Result<Self, Refusal> {
        let refused = |error: io::Error| Refusal::new(network, Step::EndMark, errno::number(&error));
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map_err(refused)?;
        let address = socket.local_addr().map_err(refused)?;
        let id = format!("{} {}", std::process::id(), clock::now().nanos());
        Ok(Self { socket, address, id })
    }

    fn send(&self, mark: Mark) -> io::Result<()> {
        self.socket.send_to(mark.text(&self.id).as_bytes(), self.address).map(|_| ())
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
    fn serve(&mut self, parent: &OwnedFd, marker: &Marker) -> io::Result<()> {
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
                ToHelper::Start { program, executable, command } => {
                    let answer = match self.start(program, executable.as_deref(), &command, beside) {
                        Ok(pid) => FromHelper::Started { program, pid },
                        Err(error) => FromHelper::NotStarted { program, errno: errno::number(&error) },
                    };
                    send(parent, &answer, &[])?;
                }
                ToHelper::Signal { program, signal } => self.signal(program, signal),
                ToHelper::Mark(mark) => {
                    if let Err(error) = marker.send(mark) {
                        send(parent, &FromHelper::NotMarked { errno: errno::number(&error) }, &[])?;
                    }
                }
            }
        }
    }

    fn start(
        &mut self,
        program: u32,
        executable: Option<&str>,
        command: &[String],
        beside: Vec<OwnedFd>,
    ) -> io::Result<u32> {
        let invalid = || io::Error::from_raw_os_error(libc::EINVAL);
        let [stdin, stdout, stderr, report] = <[OwnedFd; 4]>::try_from(beside).map_err(|_| invalid())?;
        let (name, arguments) = command.split_first().ok_or_else(invalid)?;
        // Inherited by this one child only: we have one thread, and the
        // descriptor is closed here before the next one is started.
        fcntl_setfd(&report, FdFlags::empty())?;
        let mut command = Command::new(executable.unwrap_or(ITSELF));
        command
            .arg0(name)
            .args(arguments)
            .env(REPORT_VARIABLE, std::os::fd::AsRawFd::as_raw_fd(&report).to_string())
            .stdin(stdin)
            .stdout(stdout)
            .stderr(stderr);
        let helper = getpid();
        // SAFETY: two system calls, safe between fork and exec.
        unsafe {
            command.pre_exec(move || {
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
