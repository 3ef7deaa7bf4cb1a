//! Sockets that report every call made on them.
//!
//! Owns the one thin layer between the teaching programs and the system calls.
//! Has no opinion on what the programs do with their sockets.
#![expect(unsafe_code, reason = "an inherited descriptor is adopted, and close(2) is called for its result")]

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, FromRawFd as _, IntoRawFd as _, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::sockopt::Timeout;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};

use super::ProgramError;
use super::core::Core;
use super::report::{REPORT_VARIABLE, Report, StateReport};
use crate::model::{
    AcceptName, Call, CallId, CallOutcome, RecvName, SendName, SocketCall, SocketCallPhase, SocketIdentity,
    SocketState, Timestamp,
};
use crate::source::{clock, errno};

/// A socket call that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{call} failed: {} ({})", errno::description(*errno), errno::name(*errno))]
pub struct CallError {
    /// The call with its arguments.
    pub call: Call,
    /// The number of the error on this system.
    pub errno: i32,
}

/// Writes the reports of one program.
#[derive(Debug)]
pub(super) struct Recorder {
    /// Where the lines go; `None` where nobody asked for them.
    pipe: Option<Mutex<Pipe>>,
    threads: AtomicU32,
    /// Whether the reader has gone.
    deaf: AtomicBool,
    /// The TCP in place of the kernel's, where there is one.
    core: OnceLock<Arc<Core>>,
}

#[derive(Debug)]
struct Pipe {
    file: File,
    next_call_id: u32,
}

thread_local! {
    /// This thread's number, once it has called.
    static THREAD: Cell<Option<u32>> = const { Cell::new(None) };
}

impl Recorder {
    /// Reports to the descriptor named in [`REPORT_VARIABLE`], or to nobody
    /// where it is not set.
    ///
    /// # Errors
    /// The variable does not hold the number of an open descriptor. To be
    /// called once, before the program opens anything.
    pub(super) fn from_environment() -> io::Result<Arc<Self>> {
        let pipe = inherited_pipe()?.map(|pipe| Mutex::new(Pipe { file: File::from(pipe), next_call_id: 0 }));
        let (threads, deaf) = (AtomicU32::new(0), AtomicBool::new(false));
        let recorder = Arc::new(Self { pipe, threads, deaf, core: OnceLock::new() });
        if let Some(core) = Core::from_environment(&recorder)? {
            recorder.core.set(core).ok();
        }
        Ok(recorder)
    }

    /// The TCP in place of the kernel's, where there is one.
    pub(super) fn core(&self) -> Option<&Arc<Core>> {
        self.core.get()
    }

    /// Reports what that TCP says of a connection.
    pub(super) fn state(&self, at: Timestamp, socket_state: SocketState) {
        if let Ok(line) = serde_json::to_vec(&StateReport { at, socket_state }) {
            self.write_line(line);
        }
    }

    /// Whether somebody asked for the reports.
    pub(super) fn is_heard(&self) -> bool {
        self.pipe.is_some()
    }

    /// Performs one call and reports both its moments.
    fn call<T>(
        &self,
        fd: i32,
        call: Call,
        perform: impl FnOnce() -> Result<T, Errno>,
        outcome: impl FnOnce(&T) -> CallOutcome,
        identity: impl FnOnce(Option<&T>) -> SocketIdentity,
    ) -> Result<T, CallError> {
        let begun = self.enter(fd, call);
        let result = perform();
        self.leave(begun, result, outcome, identity)
    }

    /// Reports that a call is about to be made.
    fn enter(&self, fd: i32, call: Call) -> Begun {
        let thread = self.thread();
        let entered = SocketCallPhase::Entered { call: call.clone() };
        let id = self.write(None, |id| Report {
            at: clock::now(),
            entered_at: None,
            call: SocketCall { id, thread, fd, phase: entered },
        });
        Begun { id, thread, fd, call, entered_at: clock::now() }
    }

    /// Reports what came of it.
    fn leave<T>(
        &self,
        begun: Begun,
        result: Result<T, Errno>,
        outcome: impl FnOnce(&T) -> CallOutcome,
        identity: impl FnOnce(Option<&T>) -> SocketIdentity,
    ) -> Result<T, CallError> {
        let at = clock::now();
        let Begun { id, thread, fd, call, entered_at } = begun;
        let outcome = match &result {
            Ok(value) => outcome(value),
            Err(errno) => CallOutcome::Failed { errno: errno.raw_os_error(), error: errno::name(errno.raw_os_error()) },
        };
        let socket = identity(result.as_ref().ok());
        let returned = SocketCallPhase::Returned { outcome, socket };
        self.write(id, |id| Report {
            at,
            entered_at: Some(entered_at),
            call: SocketCall { id, thread, fd, phase: returned },
        });
        result.map_err(|errno| CallError { call, errno: errno.raw_os_error() })
    }

    /// Writes one line and returns the call's number: `id`, or the next one.
    /// Numbers are given under the lock, so that their order is the order of
    /// the lines.
    fn write(&self, id: Option<CallId>, report: impl FnOnce(CallId) -> Report) -> Option<CallId> {
        let pipe = self.pipe.as_ref().filter(|_| !self.deaf.load(Ordering::Relaxed))?;
        let mut pipe = pipe.lock().unwrap_or_else(PoisonError::into_inner);
        let id = id.unwrap_or_else(|| {
            let id = CallId(pipe.next_call_id);
            pipe.next_call_id += 1;
            id
        });
        if serde_json::to_vec(&report(id)).map_err(io::Error::from).and_then(|line| pipe.write(line)).is_err() {
            self.deaf.store(true, Ordering::Relaxed);
        }
        Some(id)
    }

    fn write_line(&self, line: Vec<u8>) {
        let Some(pipe) = &self.pipe else { return };
        let mut pipe = pipe.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.deaf.load(Ordering::Relaxed) && pipe.write(line).is_err() {
            self.deaf.store(true, Ordering::Relaxed);
        }
    }

    /// Reports nothing more: a line that another thread is writing is finished
    /// first, and none is torn by the end of the process.
    pub(super) fn end(&self) {
        let _whole = self.pipe.as_ref().map(|pipe| pipe.lock().unwrap_or_else(PoisonError::into_inner));
        self.deaf.store(true, Ordering::Relaxed);
    }

    /// The number of the calling thread.
    fn thread(&self) -> u32 {
        THREAD.with(|thread| {
            thread.get().unwrap_or_else(|| {
                let number = self.threads.fetch_add(1, Ordering::Relaxed);
                thread.set(Some(number));
                number
            })
        })
    }
}

impl Pipe {
    /// One write for a whole line; short lines (`PIPE_BUF`) are never torn. Where
    /// the reader has gone there is nobody left to tell.
    fn write(&mut self, mut line: Vec<u8>) -> io::Result<()> {
        line.push(b'\n');
        self.file.write_all(&line)
    }
}

/// A call that has been entered.
struct Begun {
    /// `None` where nobody asked for reports.
    id: Option<CallId>,
    thread: u32,
    fd: i32,
    call: Call,
    entered_at: Timestamp,
}

/// The descriptor named in [`REPORT_VARIABLE`], which nothing that is started
/// from here inherits; `None` where the variable is not set.
///
/// # Errors
/// The variable does not hold the number of an open descriptor. To be called
/// once, before anything is opened.
pub(crate) fn inherited_pipe() -> io::Result<Option<OwnedFd>> {
    let Ok(text) = std::env::var(REPORT_VARIABLE) else { return Ok(None) };
    let fd: i32 = text.parse().map_err(|_| io::Error::from_raw_os_error(libc::EBADF))?;
    inherited(fd).map(Some)
}

/// Adopts an inherited descriptor, which nothing that is started from here
/// inherits.
///
/// # Errors
/// It is not open, or is one of the first three. To be called once for each,
/// before anything is opened.
pub(super) fn inherited(fd: i32) -> io::Result<OwnedFd> {
    if fd <= 2 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: only asked to mark it; if it is not open, that fails with EBADF
    // and nothing is done with it.
    rustix::io::fcntl_setfd(unsafe { BorrowedFd::borrow_raw(fd) }, rustix::io::FdFlags::CLOEXEC)?;
    // SAFETY: it is open, whoever named it handed it over to us, and we are the
    // only ones to adopt it: once, here.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Whose socket it is.
#[derive(Debug)]
enum Handle {
    /// The kernel's.
    Kernel(OwnedFd),
    /// Our own TCP's, by its number there.
    Core(Arc<Core>, i32),
}

impl Handle {
    fn number(&self) -> i32 {
        match self {
            Self::Kernel(socket) => socket.as_raw_fd(),
            Self::Core(_, number) => *number,
        }
    }

    /// Both addresses, as far as it has them: one with port 0 is none yet.
    fn identity(&self) -> SocketIdentity {
        match self {
            Self::Kernel(socket) => identity_of(socket),
            Self::Core(core, number) => core.identity(*number),
        }
    }

    /// A socket of the kernel's, for what our own TCP does not do.
    fn kernel(&self) -> Result<&OwnedFd, Errno> {
        match self {
            Self::Kernel(socket) => Ok(socket),
            Self::Core(..) => Err(Errno::OPNOTSUPP),
        }
    }
}

/// A socket whose calls are reported.
#[derive(Debug)]
pub(super) struct RecordedSocket {
    recorder: Arc<Recorder>,
    socket: Handle,
    /// What the kernel last told about it.
    identity: Cell<SocketIdentity>,
}

impl RecordedSocket {
    /// `socket(AF_INET, SOCK_STREAM)`.
    pub(super) fn stream(recorder: &Arc<Recorder>) -> Result<Self, CallError> {
        Self::socket(recorder, SocketType::STREAM, "SOCK_STREAM")
    }

    /// `socket(AF_INET, SOCK_DGRAM)`.
    pub(super) fn datagram(recorder: &Arc<Recorder>) -> Result<Self, CallError> {
        Self::socket(recorder, SocketType::DGRAM, "SOCK_DGRAM")
    }

    fn socket(recorder: &Arc<Recorder>, kind: SocketType, name: &str) -> Result<Self, CallError> {
        let call = Call::Socket { domain: "AF_INET".into(), kind: name.into() };
        let socket = recorder.call(
            -1,
            call,
            || match recorder.core() {
                None => {
                    let socket = rustix::net::socket_with(AddressFamily::INET, kind, SocketFlags::CLOEXEC, None)?;
                    Ok(Handle::Kernel(socket))
                }
                Some(core) if kind == SocketType::STREAM => Ok(Handle::Core(Arc::clone(core), core.socket())),
                Some(_) => Err(Errno::PROTONOSUPPORT),
            },
            descriptor,
            |_| SocketIdentity::default(),
        )?;
        Ok(Self::new(recorder, socket))
    }

    fn new(recorder: &Arc<Recorder>, socket: Handle) -> Self {
        Self { recorder: Arc::clone(recorder), socket, identity: Cell::default() }
    }

    /// `setsockopt(SO_REUSEADDR, 1)`.
    pub(super) fn reuse_address(&self) -> Result<(), CallError> {
        let call = Call::Setsockopt { name: "SO_REUSEADDR".into(), value: 1 };
        let set = || match &self.socket {
            Handle::Kernel(socket) => rustix::net::sockopt::set_socket_reuseaddr(socket, true),
            // It has no address that another process could have.
            Handle::Core(..) => Ok(()),
        };
        self.call(call, set, zero)
    }

    /// `setsockopt(SO_RCVTIMEO, limit)`: from then on `recv` fails with EAGAIN
    /// where nothing comes for so long; none is no limit.
    pub(super) fn receive_timeout(&self, limit: Duration) -> Result<(), CallError> {
        let arguments = format!("SOL_SOCKET, SO_RCVTIMEO, {} s", limit.as_secs_f64());
        let call = Call::Other { name: "setsockopt".into(), arguments };
        let limit = Some(limit).filter(|limit| !limit.is_zero());
        let set = || rustix::net::sockopt::set_socket_timeout(self.socket.kernel()?, Timeout::Recv, limit);
        self.call(call, set, zero)
    }

    /// `bind(address)`.
    pub(super) fn bind(&self, address: SocketAddr) -> Result<(), CallError> {
        let bind = || match &self.socket {
            Handle::Kernel(socket) => rustix::net::bind(socket, &address),
            Handle::Core(core, number) => core.bind(*number, address),
        };
        self.call(Call::Bind { address }, bind, zero)
    }

    /// `listen(backlog)`.
    pub(super) fn listen(&self, backlog: i32) -> Result<(), CallError> {
        let listen = || match &self.socket {
            Handle::Kernel(socket) => rustix::net::listen(socket, backlog),
            Handle::Core(core, number) => core.listen(*number, backlog),
        };
        self.call(Call::Listen { backlog }, listen, zero)
    }

    /// `accept()`: the new socket. Its peer is [`Self::peer`].
    pub(super) fn accept(&self) -> Result<Self, CallError> {
        let accepted = self.recorder.call(
            self.socket.number(),
            Call::Accept { by: AcceptName::Accept },
            || match &self.socket {
                Handle::Kernel(socket) => rustix::net::accept_with(socket, SocketFlags::CLOEXEC).map(Handle::Kernel),
                Handle::Core(core, number) => Ok(Handle::Core(Arc::clone(core), core.accept(*number)?)),
            },
            descriptor,
            |accepted| accepted.map_or_else(|| self.refresh(), Handle::identity),
        )?;
        let socket = Self::new(&self.recorder, accepted);
        socket.refresh();
        Ok(socket)
    }

    /// `connect(address)`.
    pub(super) fn connect(&self, address: SocketAddr) -> Result<(), CallError> {
        let connect = || match &self.socket {
            Handle::Kernel(socket) => rustix::net::connect(socket, &address),
            Handle::Core(core, number) => core.connect(*number, address),
        };
        self.call(Call::Connect { address }, connect, zero)
    }

    /// `send(bytes)`: how many the kernel took.
    pub(super) fn send(&self, bytes: &[u8]) -> Result<usize, CallError> {
        self.call(
            Call::Send { by: SendName::Send, bytes: bytes.to_vec(), to: None },
            || match &self.socket {
                Handle::Kernel(socket) => rustix::net::send(socket, bytes, SendFlags::NOSIGNAL),
                Handle::Core(core, number) => core.send(*number, bytes),
            },
            |taken| count(*taken),
        )
    }

    /// `write(bytes)`: how many the kernel took. Where the peer is gone, SIGPIPE
    /// is ignored, as Rust's programs do.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<usize, CallError> {
        self.call(
            Call::Send { by: SendName::Write, bytes: bytes.to_vec(), to: None },
            || match &self.socket {
                Handle::Kernel(socket) => rustix::io::write(socket, bytes),
                Handle::Core(core, number) => core.send(*number, bytes),
            },
            |taken| count(*taken),
        )
    }

    /// `read(size)`: what came; nothing once the peer has closed its side.
    pub(super) fn read(&self, size: usize) -> Result<Vec<u8>, CallError> {
        self.call(receiving(RecvName::Read, size), || self.take_by_read(size), |bytes| received(bytes))
    }

    /// `sendto(bytes, address)`: how many the kernel took.
    pub(super) fn send_to(&self, bytes: &[u8], address: SocketAddr) -> Result<usize, CallError> {
        self.call(
            Call::Send { by: SendName::Sendto, bytes: bytes.to_vec(), to: Some(address) },
            || rustix::net::sendto(self.socket.kernel()?, bytes, SendFlags::NOSIGNAL, &address),
            |taken| count(*taken),
        )
    }

    /// `recv(size)`: what came; nothing once the peer has closed its side.
    pub(super) fn recv(&self, size: usize) -> Result<Vec<u8>, CallError> {
        self.call(receiving(RecvName::Recv, size), || self.take(size), |bytes| received(bytes))
    }

    /// The same, but given up after `patience`: see [`Self::unless_silent`].
    pub(super) fn recv_patiently(&self, size: usize, patience: Duration) -> Result<Vec<u8>, ProgramError> {
        self.unless_silent(patience, receiving(RecvName::Recv, size), || self.take(size), |bytes| received(bytes))
    }

    /// `recvfrom(size)`: one datagram, cut to `size`, and whose it is.
    pub(super) fn recv_from(&self, size: usize) -> Result<(Vec<u8>, SocketAddr), CallError> {
        self.call(receiving(RecvName::Recvfrom, size), || self.take_from(size), received_from)
    }

    /// The same, but given up after `patience`: see [`Self::unless_silent`].
    pub(super) fn recv_from_patiently(
        &self,
        size: usize,
        patience: Duration,
    ) -> Result<(Vec<u8>, SocketAddr), ProgramError> {
        self.unless_silent(patience, receiving(RecvName::Recvfrom, size), || self.take_from(size), received_from)
    }

    /// A call that waits for something to read. If for `patience` nothing
    /// comes (and the patience is not zero, which is endless), the call is left
    /// as one that never returned, another thread asks the socket whether the
    /// kernel has an error for it, and the program is to end.
    ///
    /// The wait itself is a poll(2) that is not reported: the programs in the
    /// notes block inside the call, and so does what is told here.
    fn unless_silent<T>(
        &self,
        patience: Duration,
        call: Call,
        perform: impl FnOnce() -> Result<T, Errno>,
        outcome: impl FnOnce(&T) -> CallOutcome,
    ) -> Result<T, ProgramError> {
        let begun = self.recorder.enter(self.socket.number(), call);
        if !patience.is_zero() {
            let failed = |errno: Errno| CallError { call: begun.call.clone(), errno: errno.raw_os_error() };
            if !self.is_readable_within(patience).map_err(failed)? {
                return Err(ProgramError::NoAnswer { waited: patience, pending: self.pending_error()? });
            }
        }
        Ok(self.recorder.leave(begun, perform(), outcome, |_| self.refresh())?)
    }

    fn is_readable_within(&self, patience: Duration) -> Result<bool, Errno> {
        match &self.socket {
            Handle::Kernel(socket) => {
                let limit = Timespec::try_from(patience).map_err(|_| Errno::INVAL)?;
                Ok(poll(&mut [PollFd::new(socket, PollFlags::IN)], Some(&limit))? > 0)
            }
            Handle::Core(core, number) => core.is_readable_within(*number, patience),
        }
    }

    /// `getsockopt(SO_ERROR)` from a thread of its own, this one being held by
    /// a call: the number of the error that waits for the socket, 0 for none.
    fn pending_error(&self) -> Result<i32, ProgramError> {
        // An error of our own TCP is told by the call itself.
        let Ok(socket) = self.socket.kernel() else { return Ok(0) };
        let (fd, socket, recorder) = (socket.as_raw_fd(), socket.as_fd(), &self.recorder);
        let identity = self.identity.get();
        let call = Call::Other { name: "getsockopt".into(), arguments: "SOL_SOCKET, SO_ERROR".into() };
        let ask = || rustix::net::sockopt::socket_error(socket);
        thread::scope(|scope| {
            let asking = thread::Builder::new()
                .name("patience".into())
                .spawn_scoped(scope, || recorder.call(fd, call, ask, zero, |_| identity))
                .map_err(|error| ProgramError::Thread { errno: errno::number(&error) })?;
            // A panic has already been told on standard error.
            let pending = asking.join().unwrap_or(Ok(Ok(())))?;
            Ok(pending.err().map_or(0, Errno::raw_os_error))
        })
    }

    fn take(&self, size: usize) -> Result<Vec<u8>, Errno> {
        let socket = match &self.socket {
            Handle::Kernel(socket) => socket,
            Handle::Core(core, number) => return core.recv(*number, size),
        };
        let mut buffer = vec![0; size];
        let (_, received) = rustix::net::recv(socket, buffer.as_mut_slice(), RecvFlags::empty())?;
        buffer.truncate(received);
        Ok(buffer)
    }

    fn take_by_read(&self, size: usize) -> Result<Vec<u8>, Errno> {
        let Handle::Kernel(socket) = &self.socket else { return self.take(size) };
        let mut buffer = vec![0; size];
        let received = rustix::io::read(socket, buffer.as_mut_slice())?;
        buffer.truncate(received);
        Ok(buffer)
    }

    fn take_from(&self, size: usize) -> Result<(Vec<u8>, SocketAddr), Errno> {
        let mut buffer = vec![0; size];
        let (_, received, from) =
            rustix::net::recvfrom(self.socket.kernel()?, buffer.as_mut_slice(), RecvFlags::empty())?;
        buffer.truncate(received);
        // A datagram over IP has a sender.
        let from = from.and_then(|from| SocketAddr::try_from(from).ok()).ok_or(Errno::AFNOSUPPORT)?;
        Ok((buffer, from))
    }

    /// `shutdown(SHUT_WR)`.
    pub(super) fn shutdown(&self) -> Result<(), CallError> {
        let shutdown = || match &self.socket {
            Handle::Kernel(socket) => rustix::net::shutdown(socket, rustix::net::Shutdown::Write),
            Handle::Core(core, number) => core.shutdown(*number),
        };
        self.call(Call::Shutdown { how: "SHUT_WR".into() }, shutdown, zero)
    }

    /// `setsockopt(name, value)`, of the options in [`SETTABLE`](super::SETTABLE).
    pub(super) fn set_option(&self, name: &str, value: i64) -> Result<(), CallError> {
        let set = || set_option(self.socket.kernel()?, name, value);
        self.call(Call::Setsockopt { name: name.to_owned(), value }, set, zero)
    }

    /// `close()`. Reported with what was last known of the socket: afterwards
    /// the kernel has nothing more to tell.
    pub(super) fn close(self) -> Result<(), CallError> {
        let Self { recorder, socket, identity } = self;
        let number = socket.number();
        recorder.call(
            number,
            Call::Close,
            || match socket {
                Handle::Core(core, number) => core.close(number),
                Handle::Kernel(socket) => {
                    let fd = socket.into_raw_fd();
                    // SAFETY: the descriptor was ours a line above and is not used
                    // again; on Linux it is gone even where close reports an error.
                    match unsafe { libc::close(fd) } {
                        0 => Ok(()),
                        _ => Err(last_errno()),
                    }
                }
            },
            zero,
            |_| identity.get(),
        )
    }

    /// Leaves the socket open: the program calls no `close()`, and the kernel
    /// closes it when the process ends.
    pub(super) fn leave_to_exit(self) {
        std::mem::forget(self.socket);
    }

    /// The peer, as far as the kernel told.
    pub(super) fn peer(&self) -> Option<SocketAddr> {
        self.identity.get().peer
    }

    fn call<T>(
        &self,
        call: Call,
        perform: impl FnOnce() -> Result<T, Errno>,
        outcome: impl FnOnce(&T) -> CallOutcome,
    ) -> Result<T, CallError> {
        self.recorder.call(self.socket.number(), call, perform, outcome, |_| self.refresh())
    }

    /// Asks the kernel who this socket is, until both ends are known; these
    /// questions are not part of the program and not reported.
    fn refresh(&self) -> SocketIdentity {
        let known = self.identity.get();
        if known.peer.is_none() || known.local.is_none() {
            let told = self.socket.identity();
            self.identity.set(SocketIdentity { local: told.local.or(known.local), peer: told.peer.or(known.peer) });
        }
        self.identity.get()
    }
}

/// Sets an option of the kernel's, by its name in the manual.
fn set_option(socket: &OwnedFd, name: &str, value: i64) -> Result<(), Errno> {
    use rustix::net::sockopt;
    let seconds = || u64::try_from(value).map(Duration::from_secs).map_err(|_| Errno::INVAL);
    let size = || usize::try_from(value).map_err(|_| Errno::INVAL);
    let count = || u32::try_from(value).map_err(|_| Errno::INVAL);
    match name {
        "TCP_NODELAY" => sockopt::set_tcp_nodelay(socket, value != 0),
        "SO_KEEPALIVE" => sockopt::set_socket_keepalive(socket, value != 0),
        "TCP_KEEPIDLE" => sockopt::set_tcp_keepidle(socket, seconds()?),
        "TCP_KEEPINTVL" => sockopt::set_tcp_keepintvl(socket, seconds()?),
        "TCP_KEEPCNT" => sockopt::set_tcp_keepcnt(socket, count()?),
        "SO_RCVBUF" => sockopt::set_socket_recv_buffer_size(socket, size()?),
        "SO_SNDBUF" => sockopt::set_socket_send_buffer_size(socket, size()?),
        "TCP_QUICKACK" => sockopt::set_tcp_quickack(socket, value != 0),
        "SO_LINGER" => sockopt::set_socket_linger(socket, Some(seconds()?)),
        "TCP_USER_TIMEOUT" => sockopt::set_tcp_user_timeout(socket, count()?),
        "SO_REUSEADDR" => sockopt::set_socket_reuseaddr(socket, value != 0),
        _ => Err(Errno::NOPROTOOPT),
    }
}

/// Both addresses of a socket, as far as it has them: an address with port 0
/// is none yet.
fn identity_of(socket: &OwnedFd) -> SocketIdentity {
    let address = |any: rustix::net::SocketAddrAny| SocketAddr::try_from(any).ok().filter(|found| found.port() != 0);
    SocketIdentity {
        local: rustix::net::getsockname(socket).ok().and_then(address),
        peer: rustix::net::getpeername(socket).ok().flatten().and_then(address),
    }
}

/// The outcome of a call that made a descriptor.
fn descriptor(socket: &Handle) -> CallOutcome {
    CallOutcome::Returned { returned: i64::from(socket.number()) }
}

/// The outcome of a call that returns how many bytes it took.
fn count(bytes: usize) -> CallOutcome {
    CallOutcome::Returned { returned: i64::try_from(bytes).unwrap_or(i64::MAX) }
}

fn receiving(by: RecvName, size: usize) -> Call {
    Call::Recv { by, size: u64::try_from(size).unwrap_or(u64::MAX) }
}

fn received(bytes: &[u8]) -> CallOutcome {
    CallOutcome::Received { received: bytes.to_vec(), from: None }
}

fn received_from((bytes, from): &(Vec<u8>, SocketAddr)) -> CallOutcome {
    CallOutcome::Received { received: bytes.clone(), from: Some(*from) }
}

/// The outcome of a call that returns 0.
fn zero<T>(_: &T) -> CallOutcome {
    CallOutcome::Returned { returned: 0 }
}

fn last_errno() -> Errno {
    Errno::from_raw_os_error(errno::number(&io::Error::last_os_error()))
}
