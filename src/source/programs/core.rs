//! Our own TCP in place of the kernel's: the calls of a program's sockets, in
//! the time of the day, over a packet socket that the program inherited.
//!
//! Owns blocking and the names of errors. What TCP does is the simulator's
//! core, unchanged: the same that plays in virtual time. Has no opinion on what
//! the programs say to each other.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};
use serde::{Deserialize, Serialize};

use super::recorded::{Recorder, inherited};
use crate::model::{self, SocketIdentity, SocketState, TcpState};
use crate::source::clock::{self, Deadline};
use crate::source::live::packet_socket;
use crate::source::simulator::Moment;
use crate::source::simulator::network::Alone;
use crate::source::simulator::settings::Settings;
use crate::source::simulator::tcp::{CallError, Effect, Failure, Isn, Profile, Received, SocketId};

/// The environment variable that holds a [`CoreSetup`] and the descriptor, as
/// JSON. Without it the kernel's TCP is used.
pub const CORE_VARIABLE: &str = "WIRELENS_CORE";
/// Longer than any frame of a cable without offloads.
const READ_BUFFER: usize = 65_536;
/// Frames read before the programs are let on.
const AT_ONCE: usize = 64;
/// How long connections that were left open have to end when the program does.
const END_LIMIT: Duration = Duration::from_secs(30);
/// In TIME-WAIT, how long nothing must come until the program may go: a peer
/// whose FIN was not acknowledged sends it again before that.
const QUIET: Duration = Duration::from_secs(1);
/// The first of the dynamic ports, and how many there are (RFC 6335 §6).
const DYNAMIC: (u16, u16) = (49_152, 16_384);
/// The number of the first socket, as a kernel would give.
const FIRST: i32 = 3;

/// A host whose TCP is ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoreSetup {
    /// Its interface, addresses and routes.
    pub host: model::Host,
    /// Linux-like; as the RFC has it if not.
    pub linux_like: bool,
    /// Knobs, `KEY=VALUE`, checked before.
    pub set: Vec<String>,
}

/// What a program inherits.
#[derive(Serialize, Deserialize)]
struct Inherited {
    /// A packet socket, bound to the interface.
    fd: i32,
    /// The interface.
    index: u32,
    #[serde(flatten)]
    setup: CoreSetup,
}

impl CoreSetup {
    /// The profile and the knobs: `rfc nagle=off`.
    pub fn description(&self) -> String {
        let profile = if self.linux_like { "linux-like" } else { "rfc" };
        std::iter::once(profile).chain(self.set.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
    }

    /// What a program finds in [`CORE_VARIABLE`].
    pub(in crate::source) fn variable(&self, fd: i32, index: u32) -> io::Result<String> {
        Ok(serde_json::to_string(&Inherited { fd, index, setup: self.clone() })?)
    }

    /// The knobs; what does not fit was refused before.
    fn settings(&self) -> Settings {
        let mut settings = Settings::new(if self.linux_like { Profile::LinuxLike } else { Profile::Rfc });
        for pair in &self.set {
            settings.set_pair(pair).ok();
        }
        settings
    }
}

/// A host's TCP, which runs as long as the program.
pub(super) struct Core {
    inner: Mutex<Inner>,
    /// Something has come, or time has done something.
    changed: Condvar,
    /// Wakes the thread that waits for frames and for time.
    wake: OwnedFd,
    link: OwnedFd,
    index: u32,
    recorder: Arc<Recorder>,
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").field("index", &self.index).finish_non_exhaustive()
    }
}

struct Inner {
    host: Alone,
    address: IpAddr,
    sockets: BTreeMap<i32, Socket>,
    next: i32,
    port: u16,
    /// When the last frame came.
    heard: Moment,
}

#[derive(Clone, Copy, Default)]
struct Socket {
    id: Option<SocketId>,
    local: Option<SocketAddr>,
    peer: Option<SocketAddr>,
}

fn now() -> Moment {
    Moment::from_nanos(u64::try_from(clock::monotonic().as_nanos()).unwrap_or(u64::MAX))
}

impl Core {
    /// The TCP that [`CORE_VARIABLE`] asks for; `None` where it is not set.
    ///
    /// # Errors
    /// The variable is damaged, or there can be no thread.
    pub(super) fn from_environment(recorder: &Arc<Recorder>) -> io::Result<Option<Arc<Self>>> {
        let Ok(text) = std::env::var(CORE_VARIABLE) else { return Ok(None) };
        let Inherited { fd, index, setup } = serde_json::from_str(&text)?;
        let link = inherited(fd)?;
        let mut knobs = setup.settings().knobs;
        if let Isn::Clock { secret } = &mut knobs.isn {
            // One boot's numbers differ from another's.
            *secret = now().nanos() ^ u64::from(std::process::id());
        }
        let addresses = setup.host.interfaces.values().flat_map(|interface| &interface.addresses);
        let address = addresses.map(|own| own.address).find(IpAddr::is_ipv4);
        let inner = Inner {
            address: address.ok_or_else(|| io::Error::from_raw_os_error(libc::EADDRNOTAVAIL))?,
            host: Alone::new(&setup.host, knobs),
            sockets: BTreeMap::new(),
            next: FIRST,
            port: u16::try_from(std::process::id() % u32::from(DYNAMIC.1)).unwrap_or(0),
            heard: now(),
        };
        let core = Arc::new(Self {
            inner: Mutex::new(inner),
            changed: Condvar::new(),
            wake: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
            link,
            index,
            recorder: Arc::clone(recorder),
        });
        let running = Arc::clone(&core);
        thread::Builder::new().name("tcp".into()).spawn(move || running.run())?;
        Ok(Some(core))
    }

    /// Takes what comes and does what is due, until the process ends.
    fn run(&self) {
        let mut buffer = vec![0; READ_BUFFER];
        loop {
            let deadline = self.lock().host.deadline();
            let limit = deadline.and_then(|deadline| Timespec::try_from(deadline.since(now())).ok());
            let mut ready = [PollFd::new(&self.link, PollFlags::IN), PollFd::new(&self.wake, PollFlags::IN)];
            // Interrupted or not, the next step looks.
            poll(&mut ready, limit.as_ref()).ok();
            let mut count = [0_u8; 8];
            rustix::io::read(&self.wake, &mut count).ok();
            let mut inner = self.lock();
            for _ in 0..AT_ONCE {
                let Ok((_, length)) = recv(&self.link, buffer.as_mut_slice(), RecvFlags::DONTWAIT) else { break };
                let frame = buffer.get(..length).unwrap_or_default();
                // What this host does not speak it does not hear.
                if inner.host.arrives(now(), frame).is_ok() {
                    inner.heard = now();
                }
            }
            inner.host.pass(now());
            self.send_out(&mut inner);
            drop(inner);
            self.changed.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends what TCP wants to be sent, and tells which states have changed.
    fn send_out(&self, inner: &mut Inner) {
        let mut changed = Vec::new();
        let before = clock::now();
        let frames = inner.host.take(now(), &mut |effect| {
            if let Effect::State { socket, .. } = effect {
                changed.push(*socket);
            }
        });
        for frame in frames {
            // What the interface does not take is lost, as on any network.
            packet_socket::send(&self.link, self.index, &frame).ok();
        }
        for socket in changed {
            if let Some(state) = inner.host.socket_state(socket, now()) {
                let at = clock::now();
                self.recorder.state(at, SocketState { within: at.since(before), ..state });
            }
        }
    }

    /// Tries again whenever something has changed, until it is done.
    fn until<T>(&self, mut attempt: impl FnMut(&mut Inner) -> Option<Result<T, Errno>>) -> Result<T, Errno> {
        let mut inner = self.lock();
        loop {
            let done = attempt(&mut inner);
            self.send_out(&mut inner);
            // There may be a new deadline; a full counter wakes as well.
            rustix::io::write(&self.wake, &1_u64.to_ne_bytes()).ok();
            match done {
                Some(done) => return done,
                None => inner = self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// `socket()`.
    pub(super) fn socket(&self) -> i32 {
        self.lock().open(Socket::default())
    }

    /// `bind()`; nothing is told to anybody.
    pub(super) fn bind(&self, fd: i32, address: SocketAddr) -> Result<(), Errno> {
        let mut inner = self.lock();
        // Any address of this host: it has one.
        let ip = if address.ip().is_unspecified() { inner.address } else { address.ip() };
        inner.get_mut(fd)?.local = Some(SocketAddr::new(ip, address.port()));
        Ok(())
    }

    /// `listen()`.
    pub(super) fn listen(&self, fd: i32, backlog: i32) -> Result<(), Errno> {
        let mut inner = self.lock();
        let local = inner.get_mut(fd)?.local.ok_or(Errno::INVAL)?;
        let backlog = usize::try_from(backlog).unwrap_or(0);
        let id = inner.host.stack_mut().listen(local, backlog).map_err(errno)?;
        inner.get_mut(fd)?.id = Some(id);
        Ok(())
    }

    /// `accept()`.
    pub(super) fn accept(&self, fd: i32) -> Result<i32, Errno> {
        self.until(|inner| {
            let listener = match inner.id(fd) {
                Ok(listener) => listener,
                Err(error) => return Some(Err(error)),
            };
            let id = inner.host.stack_mut().accept(listener)?;
            let (_, local, peer) = inner.host.stack().connections().find(|(known, ..)| *known == id)?;
            Some(Ok(inner.open(Socket { id: Some(id), local: Some(local), peer: Some(peer) })))
        })
    }

    /// `connect()`.
    pub(super) fn connect(&self, fd: i32, peer: SocketAddr) -> Result<(), Errno> {
        let id = {
            let mut inner = self.lock();
            let address = inner.host.source_address(peer.ip()).ok_or(Errno::NETUNREACH)?;
            let bound = inner.get_mut(fd)?.local.map_or(0, |local| local.port());
            let port = if bound == 0 { inner.dynamic_port() } else { bound };
            let local = SocketAddr::from((address, port));
            let id = inner.host.stack_mut().connect(now(), local, peer).map_err(errno)?;
            *inner.get_mut(fd)? = Socket { id: Some(id), local: Some(local), peer: Some(peer) };
            id
        };
        self.until(|inner| {
            let stack = inner.host.stack();
            if let Some(failure) = stack.failure(id) {
                return Some(Err(errno(CallError::Failed(failure))));
            }
            match stack.state(id) {
                Some(TcpState::SynSent | TcpState::SynReceived) => None,
                Some(_) => Some(Ok(())),
                None => Some(Err(Errno::CONNRESET)),
            }
        })
    }

    /// `send()`: returns once there was room for everything.
    pub(super) fn send(&self, fd: i32, bytes: &[u8]) -> Result<usize, Errno> {
        let mut taken = 0;
        self.until(|inner| {
            let sent = inner.id(fd).map_err(|_| Errno::PIPE).and_then(|id| {
                let rest = bytes.get(taken..).unwrap_or_default();
                inner.host.stack_mut().send(now(), id, rest).map_err(errno)
            });
            match sent {
                Ok(count) => taken += count,
                Err(error) => return Some(Err(error)),
            }
            (taken == bytes.len()).then_some(Ok(taken))
        })
    }

    /// `recv()`: nothing once the peer has closed.
    pub(super) fn recv(&self, fd: i32, size: usize) -> Result<Vec<u8>, Errno> {
        self.until(|inner| {
            let id = match inner.id(fd) {
                Ok(id) => id,
                Err(error) => return Some(Err(error)),
            };
            match inner.host.stack_mut().receive(now(), id, size) {
                Ok(Received::Bytes(bytes)) => Some(Ok(bytes)),
                Ok(Received::End) => Some(Ok(Vec::new())),
                Ok(Received::Nothing) => None,
                Err(error) => Some(Err(errno(error))),
            }
        })
    }

    /// Waits until `recv()` would return, so long at most; tells whether it
    /// would.
    pub(super) fn is_readable_within(&self, fd: i32, patience: Duration) -> Result<bool, Errno> {
        let deadline = Deadline::after(patience);
        let mut inner = self.lock();
        loop {
            let id = inner.id(fd)?;
            let unread = inner.host.stack().inside(id).is_none_or(|inside| inside.unread > 0);
            let open = matches!(inner.host.stack().state(id), Some(TcpState::Established | TcpState::FinWait2));
            if unread || !open {
                return Ok(true);
            }
            if deadline.has_passed() {
                return Ok(false);
            }
            let waited = self.changed.wait_timeout(inner, deadline.remaining());
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// `shutdown(SHUT_WR)`.
    pub(super) fn shutdown(&self, fd: i32) -> Result<(), Errno> {
        let mut inner = self.lock();
        let id = inner.id(fd)?;
        let done = inner.host.stack_mut().shutdown(now(), id).map_err(errno);
        self.send_out(&mut inner);
        rustix::io::write(&self.wake, &1_u64.to_ne_bytes()).ok();
        done
    }

    /// `close()`.
    pub(super) fn close(&self, fd: i32) -> Result<(), Errno> {
        let mut inner = self.lock();
        let socket = inner.sockets.remove(&fd).ok_or(Errno::BADF)?;
        if let Some(id) = socket.id {
            // What has ended is let go of all the same.
            inner.host.stack_mut().close(now(), id).ok();
        }
        self.send_out(&mut inner);
        rustix::io::write(&self.wake, &1_u64.to_ne_bytes()).ok();
        Ok(())
    }

    /// Both addresses of a socket, as far as it has them.
    pub(super) fn identity(&self, fd: i32) -> SocketIdentity {
        let socket = self.lock().sockets.get(&fd).copied().unwrap_or_default();
        SocketIdentity { local: socket.local, peer: socket.peer }
    }

    /// What a kernel does when a program ends: what it left open is closed, and
    /// connections come to their end. A kernel goes on without the program;
    /// this TCP cannot, so the program waits.
    pub(super) fn finish(&self) {
        let left: Vec<i32> = self.lock().sockets.keys().copied().collect();
        for fd in left {
            self.close(fd).ok();
        }
        let deadline = Deadline::after(END_LIMIT);
        let mut inner = self.lock();
        while !deadline.has_passed() {
            let (none, waits) = inner.what_is_left();
            let quiet = now().since(inner.heard);
            if none || waits && quiet >= QUIET {
                return;
            }
            let step = if waits { QUIET.saturating_sub(quiet) } else { QUIET }.max(Duration::from_millis(1));
            let waited = self.changed.wait_timeout(inner, step);
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Inner {
    fn open(&mut self, socket: Socket) -> i32 {
        let fd = self.next;
        self.next += 1;
        self.sockets.insert(fd, socket);
        fd
    }

    fn get_mut(&mut self, fd: i32) -> Result<&mut Socket, Errno> {
        self.sockets.get_mut(&fd).ok_or(Errno::BADF)
    }

    fn id(&self, fd: i32) -> Result<SocketId, Errno> {
        self.sockets.get(&fd).ok_or(Errno::BADF)?.id.ok_or(Errno::NOTCONN)
    }

    /// Whether no connection is left, and whether none has anything to say.
    fn what_is_left(&self) -> (bool, bool) {
        let stack = self.host.stack();
        let mut states = stack.connections().filter_map(|(id, ..)| stack.state(id)).peekable();
        let none = states.peek().is_none();
        (none, states.all(|state| matches!(state, TcpState::TimeWait | TcpState::Closed)))
    }

    fn dynamic_port(&mut self) -> u16 {
        let (first, count) = DYNAMIC;
        self.port = (self.port + 1) % count;
        first + self.port
    }
}

/// What Linux would call it.
const fn errno(error: CallError) -> Errno {
    match error {
        CallError::NoConnection => Errno::NOTCONN,
        CallError::Closing { .. } => Errno::PIPE,
        CallError::InUse => Errno::ADDRINUSE,
        CallError::Failed(Failure::Refused) => Errno::CONNREFUSED,
        CallError::Failed(Failure::Reset) => Errno::CONNRESET,
        CallError::Failed(Failure::TimedOut) => Errno::TIMEDOUT,
        CallError::Failed(Failure::Unreachable) => Errno::HOSTUNREACH,
        CallError::Failed(Failure::Aborted) => Errno::CONNABORTED,
    }
}
