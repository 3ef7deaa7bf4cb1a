//! Sockets that report every call made on them.
//!
//! Owns the one thin layer between the teaching programs and the system calls.
//! Has no opinion on what the programs do with their sockets.
#![expect(unsafe_code, reason = "an inherited descriptor is adopted, and close(2) is called for its result")]

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::os::fd::{AsRawFd as _, BorrowedFd, FromRawFd as _, IntoRawFd as _, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::io::Errno;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};

use super::report::{REPORT_VARIABLE, Report};
use crate::model::{
    AcceptName, Call, CallId, CallOutcome, RecvName, SendName, SocketCall, SocketCallPhase, SocketIdentity,
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
        let thread = self.thread();
        let entered = SocketCallPhase::Entered { call: call.clone() };
        let id = self.write(None, |id| Report {
            at: clock::now(),
            entered_at: None,
            call: SocketCall { id, thread, fd, phase: entered },
        });
        let entered_at = clock::now();
        let result = perform();
        let at = clock::now();
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
        let call = Call::Socket { domain: "AF_INET".into(), kind: "SOCK_STREAM".into() };
        let socket = recorder.call(
            -1,
            call,
            || rustix::net::socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None),
            descriptor,
            |_| SocketIdentity::default(),
        )?;
        Ok(Self::new(recorder, socket))
    }

    fn new(recorder: &Arc<Recorder>, socket: OwnedFd) -> Self {
        Self { recorder: Arc::clone(recorder), socket, identity: Cell::default() }
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
            |sent| CallOutcome::Returned { returned: i64::try_from(*sent).unwrap_or(i64::MAX) },
        )
    }

    /// `recv(size)`: what came; nothing once the peer has closed its side.
    pub(super) fn recv(&self, size: usize) -> Result<Vec<u8>, CallError> {
        let mut buffer = vec![0; size];
        self.call(
            Call::Recv { by: RecvName::Recv, size: u64::try_from(size).unwrap_or(u64::MAX) },
            || {
                let (_, received) = rustix::net::recv(&self.socket, buffer.as_mut_slice(), RecvFlags::empty())?;
                buffer.truncate(received);
                Ok(buffer)
            },
            |received| CallOutcome::Received { received: received.clone(), from: None },
        )
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

/// The outcome of a call that returns 0.
fn zero<T>(_: &T) -> CallOutcome {
    CallOutcome::Returned { returned: 0 }
}

fn last_errno() -> Errno {
    Errno::from_raw_os_error(errno::number(&io::Error::last_os_error()))
}
