//! The sockets of a process, by descriptor.
//!
//! Owns what is known of them; asks the kernel through a copy of the
//! descriptor, which the process does not notice. Has no opinion on the calls.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;

use rustix::net::sockopt::{socket_acceptconn, socket_domain, socket_type};
use rustix::net::{SocketAddrAny, getpeername, getsockname};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};

use crate::model::SocketIdentity;

/// A socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Socket {
    /// Address family.
    pub(super) domain: i32,
    /// Type, without flags.
    pub(super) kind: i32,
    /// `listen` was called.
    pub(super) listening: bool,
    /// Both addresses, as far as the kernel told.
    pub(super) identity: SocketIdentity,
}

/// The sockets of one process.
#[derive(Debug)]
pub(super) struct Table {
    pid: i32,
    /// To copy its descriptors with; `None` where that is not possible.
    process: Option<OwnedFd>,
    sockets: BTreeMap<i32, Socket>,
    /// What each epoll descriptor watches.
    watched: BTreeMap<i32, BTreeSet<i32>>,
}

impl Socket {
    /// A new one.
    pub(super) const fn new(domain: i32, kind: i32) -> Self {
        let kind = kind & !(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK);
        Self { domain, kind, listening: false, identity: SocketIdentity { local: None, peer: None } }
    }

    const fn is_ip(&self) -> bool {
        matches!(self.domain, libc::AF_INET | libc::AF_INET6)
    }

    /// Whether the kernel may have more to tell than is known.
    const fn is_open_question(&self) -> bool {
        let may_have_peer = self.kind == libc::SOCK_STREAM && !self.listening;
        self.is_ip() && (self.identity.local.is_none() || (may_have_peer && self.identity.peer.is_none()))
    }
}

impl Table {
    /// Of a process that has none yet.
    pub(super) fn new(pid: i32) -> Self {
        let process = Pid::from_raw(pid).and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok());
        Self { pid, process, sockets: BTreeMap::new(), watched: BTreeMap::new() }
    }

    /// Of a process that was forked from this one's.
    pub(super) fn forked(&self, pid: i32) -> Self {
        Self { sockets: self.sockets.clone(), watched: self.watched.clone(), ..Self::new(pid) }
    }

    /// The socket behind a descriptor; `None` for anything else.
    pub(super) fn get(&self, fd: i32) -> Option<&Socket> {
        self.sockets.get(&fd)
    }

    /// Whether there is any.
    pub(super) fn is_empty(&self) -> bool {
        self.sockets.is_empty()
    }

    /// The first socket in a range of descriptors.
    pub(super) fn first_in(&self, first: i32, last: i32) -> Option<i32> {
        if first > last {
            return None;
        }
        self.sockets.range(first..=last).next().map(|(fd, _)| *fd)
    }

    /// Changes what is known of one, if it is one.
    pub(super) fn change(&mut self, fd: i32, change: impl FnOnce(&mut Socket)) {
        if let Some(socket) = self.sockets.get_mut(&fd) {
            change(socket);
        }
    }

    /// Puts a socket behind a descriptor.
    pub(super) fn insert(&mut self, fd: i32, socket: Socket) {
        self.sockets.insert(fd, socket);
    }

    /// A descriptor is closed.
    pub(super) fn remove(&mut self, fd: i32) {
        self.sockets.remove(&fd);
        self.watched.remove(&fd);
        for watched in self.watched.values_mut() {
            watched.remove(&fd);
        }
    }

    /// A descriptor is now another name for what `fd` is.
    pub(super) fn duplicate(&mut self, fd: i32, copy: i32) {
        self.remove(copy);
        if let Some(socket) = self.sockets.get(&fd) {
            self.sockets.insert(copy, *socket);
        }
    }

    /// An epoll descriptor begins or ends to watch a socket.
    pub(super) fn watch(&mut self, epoll: i32, fd: i32, begins: bool) {
        let watched = self.watched.entry(epoll).or_default();
        if begins {
            watched.insert(fd);
        } else {
            watched.remove(&fd);
        }
    }

    /// The first socket an epoll descriptor watches.
    pub(super) fn watched(&self, epoll: i32) -> Option<i32> {
        self.watched.get(&epoll)?.first().copied()
    }

    /// Both addresses, asked for where they are not known.
    pub(super) fn identity(&mut self, fd: i32) -> SocketIdentity {
        let Some(socket) = self.sockets.get(&fd) else { return SocketIdentity::default() };
        let mut identity = socket.identity;
        if socket.is_open_question()
            && let Some(copy) = self.copy(fd)
        {
            let told = told(&copy);
            identity = SocketIdentity { local: told.local.or(identity.local), peer: told.peer.or(identity.peer) };
            self.change(fd, |socket| socket.identity = identity);
        }
        identity
    }

    /// Looks anew which descriptors are sockets: after exec, where some are
    /// closed, and where some came from outside.
    pub(super) fn look(&mut self) {
        let mut sockets = BTreeMap::new();
        for entry in fs::read_dir(format!("/proc/{}/fd", self.pid)).into_iter().flatten().flatten() {
            let is_socket = fs::read_link(entry.path()).is_ok_and(|to| to.to_string_lossy().starts_with("socket:"));
            let fd = entry.file_name().to_string_lossy().parse();
            if let Ok(fd) = fd
                && is_socket
                && let Some(socket) = self.sockets.get(&fd).copied().or_else(|| self.inspect(fd))
            {
                sockets.insert(fd, socket);
            }
        }
        self.watched.retain(|_, watched| {
            watched.retain(|fd| sockets.contains_key(fd));
            !watched.is_empty()
        });
        self.sockets = sockets;
    }

    /// What the kernel tells of a socket that was not seen being made.
    fn inspect(&self, fd: i32) -> Option<Socket> {
        let copy = self.copy(fd)?;
        let domain = i32::from(socket_domain(&copy).ok()?.as_raw());
        let kind = i32::try_from(socket_type(&copy).ok()?.as_raw()).ok()?;
        let listening = socket_acceptconn(&copy).unwrap_or(false);
        let mut socket = Socket { listening, ..Socket::new(domain, kind) };
        if socket.is_ip() {
            socket.identity = told(&copy);
        }
        Some(socket)
    }

    /// A copy of one of its descriptors, to be dropped at once: as long as it
    /// lives, a `close` there does not end the connection.
    fn copy(&self, fd: i32) -> Option<OwnedFd> {
        pidfd_getfd(self.process.as_ref()?, fd, PidfdGetfdFlags::empty()).ok()
    }
}

/// Both addresses of a socket, as far as it has them: an address with port 0 is
/// none yet. IPv4 over an IPv6 socket is told as the IPv4 it is on the wire.
fn told(socket: &OwnedFd) -> SocketIdentity {
    let address = |any: SocketAddrAny| {
        let found = SocketAddr::try_from(any).ok().filter(|found| found.port() != 0)?;
        Some(SocketAddr::new(found.ip().to_canonical(), found.port()))
    };
    SocketIdentity {
        local: getsockname(socket).ok().and_then(address),
        peer: getpeername(socket).ok().flatten().and_then(address),
    }
}
