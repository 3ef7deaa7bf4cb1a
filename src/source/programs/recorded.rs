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
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::sockopt::Timeout;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};

use super::ProgramError;
use super::report::{REPORT_VARIABLE, Report};
use crate::model::{
    AcceptName, Call, CallId, CallOutcome, RecvName, SendName, SocketCall, SocketCallPhase, SocketIdentity, Timestamp,
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
        Ok(Arc::new(Self { pipe, threads: AtomicU32::new(0), deaf: AtomicBool::new(false) }))
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
        let line = serde_json::to_vec(&report(id)).map(|mut line| {
            line.push(b'\n');
            line
        });
        // One write for a whole line; short lines (PIPE_BUF) are never torn.
        // If the reader has gone there is nobody left to tell.
        if line.map_err(io::Error::from).and_then(|line| pipe.file.write_all(&line)).is_err() {
            self.deaf.store(true, Ordering::Relaxed);
        }
        Some(id)
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
    if fd <= 2 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: only asked to mark it; if it is not open, that fails with EBADF
    // and nothing is done with it.
    rustix::io::fcntl_setfd(unsafe { BorrowedFd::borrow_raw(fd) }, rustix::io::FdFlags::CLOEXEC)?;
    // SAFETY: it is open, whoever set the variable handed it over to us, and we
    // are the only ones to adopt it: once, here.
    Ok(Some(unsafe { OwnedFd::from_raw_fd(fd) }))
}

/// A socket whose calls are reported.
#[derive(Debug)]
pub(super) struct RecordedSocket {
    recorder: Arc<Recorder>,
    socket: OwnedFd,
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
            || rustix::net::socket_with(AddressFamily::INET, kind, SocketFlags::CLOEXEC, None),
            descriptor,
            |_| SocketIdentity::default(),
        )?;
        Ok(Self::new(recorder, socket))
    }

    fn new(recorder: &Arc<Recorder>, socket: OwnedFd) -> Self {
        Self { recorder: Arc::clone(recorder), socket, identity: Cell::default() }
    }

    /// `setsockopt(SO_REUSEADDR, 1)`.
    pub(super) fn reuse_address(&self) -> Result<(), CallError> {
        let call = Call::Setsockopt { name: "SO_REUSEADDR".into(), value: 1 };
        self.call(call, || rustix::net::sockopt::set_socket_reuseaddr(&self.socket, true), zero)
    }

    /// `setsockopt(SO_RCVTIMEO, limit)`: from then on `recv` fails with EAGAIN
    /// where nothing comes for so long; none is no limit.
    pub(super) fn receive_timeout(&self, limit: Duration) -> Result<(), CallError> {
        let arguments = format!("SOL_SOCKET, SO_RCVTIMEO, {} s", limit.as_secs_f64());
        let call = Call::Other { name: "setsockopt".into(), arguments };
        let limit = Some(limit).filter(|limit| !limit.is_zero());
        let set = || rustix::net::sockopt::set_socket_timeout(&self.socket, Timeout::Recv, limit);
        self.call(call, set, zero)
    }

    /// `bind(address)`.
    pub(super) fn bind(&self, address: SocketAddr) -> Result<(), CallError> {
        self.call(Call::Bind { address }, || rustix::net::bind(&self.socket, &address), zero)
    }

    /// `listen(backlog)`.
    pub(super) fn listen(&self, backlog: i32) -> Result<(), CallError> {
        self.call(Call::Listen { backlog }, || rustix::net::listen(&self.socket, backlog), zero)
    }

    /// `accept()`: the new socket. Its peer is [`Self::peer`].
    pub(super) fn accept(&self) -> Result<Self, CallError> {
        let accepted = self.recorder.call(
            self.socket.as_raw_fd(),
            Call::Accept { by: AcceptName::Accept },
            || rustix::net::accept_with(&self.socket, SocketFlags::CLOEXEC),
            descriptor,
            |accepted| accepted.map_or_else(|| self.refresh(), identity_of),
        )?;
        let socket = Self::new(&self.recorder, accepted);
        socket.refresh();
        Ok(socket)
    }

    /// `connect(address)`.
    pub(super) fn connect(&self, address: SocketAddr) -> Result<(), CallError> {
        self.call(Call::Connect { address }, || rustix::net::connect(&self.socket, &address), zero)
    }

    /// `send(bytes)`: how many the kernel took.
    pub(super) fn send(&self, bytes: &[u8]) -> Result<usize, CallError> {
        self.call(
            Call::Send { by: SendName::Send, bytes: bytes.to_vec(), to: None },
            || rustix::net::send(&self.socket, bytes, SendFlags::NOSIGNAL),
            |taken| count(*taken),
        )
    }

    /// `sendto(bytes, address)`: how many the kernel took.
    pub(super) fn send_to(&self, bytes: &[u8], address: SocketAddr) -> Result<usize, CallError> {
        self.call(
            Call::Send { by: SendName::Sendto, bytes: bytes.to_vec(), to: Some(address) },
            || rustix::net::sendto(&self.socket, bytes, SendFlags::NOSIGNAL, &address),
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
        let fd = self.socket.as_raw_fd();
        let begun = self.recorder.enter(fd, call);
        if !patience.is_zero() {
            let failed = |errno: Errno| CallError { call: begun.call.clone(), errno: errno.raw_os_error() };
            let limit = Timespec::try_from(patience).map_err(|_| failed(Errno::INVAL))?;
            if poll(&mut [PollFd::new(&self.socket, PollFlags::IN)], Some(&limit)).map_err(failed)? == 0 {
                return Err(ProgramError::NoAnswer { waited: patience, pending: self.pending_error()? });
            }
        }
        Ok(self.recorder.leave(begun, perform(), outcome, |_| self.refresh())?)
    }

    /// `getsockopt(SO_ERROR)` from a thread of its own, this one being held by
    /// a call: the number of the error that waits for the socket, 0 for none.
    fn pending_error(&self) -> Result<i32, ProgramError> {
        let (fd, socket, recorder) = (self.socket.as_raw_fd(), self.socket.as_fd(), &self.recorder);
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
        let mut buffer = vec![0; size];
        let (_, received) = rustix::net::recv(&self.socket, buffer.as_mut_slice(), RecvFlags::empty())?;
        buffer.truncate(received);
        Ok(buffer)
    }

    fn take_from(&self, size: usize) -> Result<(Vec<u8>, SocketAddr), Errno> {
        let mut buffer = vec![0; size];
        let (_, received, from) = rustix::net::recvfrom(&self.socket, buffer.as_mut_slice(), RecvFlags::empty())?;
        buffer.truncate(received);
        // A datagram over IP has a sender.
        let from = from.and_then(|from| SocketAddr::try_from(from).ok()).ok_or(Errno::AFNOSUPPORT)?;
        Ok((buffer, from))
    }

    /// `close()`. Reported with what was last known of the socket: afterwards
    /// the kernel has nothing more to tell.
    pub(super) fn close(self) -> Result<(), CallError> {
        let Self { recorder, socket, identity } = self;
        let fd = socket.into_raw_fd();
        recorder.call(
            fd,
            Call::Close,
            || {
                // SAFETY: the descriptor was ours a line above and is not used
                // again; on Linux it is gone even where close reports an error.
                match unsafe { libc::close(fd) } {
                    0 => Ok(()),
                    _ => Err(last_errno()),
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
        self.recorder.call(self.socket.as_raw_fd(), call, perform, outcome, |_| self.refresh())
    }

    /// Asks the kernel who this socket is, until both ends are known; these
    /// questions are not part of the program and not reported.
    fn refresh(&self) -> SocketIdentity {
        let known = self.identity.get();
        if known.peer.is_none() || known.local.is_none() {
            let told = identity_of(&self.socket);
            self.identity.set(SocketIdentity { local: told.local.or(known.local), peer: told.peer.or(known.peer) });
        }
        self.identity.get()
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
fn descriptor(fd: &OwnedFd) -> CallOutcome {
    CallOutcome::Returned { returned: i64::from(fd.as_raw_fd()) }
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
