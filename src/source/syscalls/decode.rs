//! Calls from numbers and addresses, and their answers from what they left in
//! memory.
//!
//! Owns the meaning of each call's arguments. Has no opinion on when a thread
//! is stopped, and none on connections.

use super::filter::SYS_EPOLL_PWAIT2;
use super::memory::{Address, Buffer, Memory};
use super::names;
use super::table::{Socket, Table};
use super::waiting::{self, int};
use crate::model::{AcceptName, Call, CallOutcome, RecvName, SendName, SocketIdentity};
use crate::source::errno;

/// ioctl(2)'s requests that sockets get most: non-blocking, and how much can be
/// read. libc has them in different types on different systems.
const FIONBIO: u64 = 0x5421;
const FIONREAD: u64 = 0x541B;

/// A call that has to do with sockets.
#[derive(Debug)]
pub(super) struct Asked {
    /// The descriptor; −1 for a call that makes one.
    pub(super) fd: i32,
    /// What is told of it; `None` where the call only changes what we must
    /// know.
    pub(super) call: Option<Call>,
    /// Bytes it handed over that were not read.
    pub(super) cut: u64,
    answer: Answer,
}

/// What a call's return is good for.
#[derive(Debug)]
enum Answer {
    /// Only its value.
    Plain,
    /// A new socket.
    Made(Socket),
    /// Two of them, their descriptors at this address.
    MadePair(Socket, u64),
    /// A new socket like the one it was called on, connected.
    Accepted,
    /// The socket listens.
    Listening,
    /// The socket has a new peer.
    Connected,
    /// Bytes in these buffers, from whom in that place.
    Received(Vec<Buffer>, Option<Sender>),
    /// A new descriptor for the socket.
    Duplicated,
    /// The descriptor is gone, and this is what it stood for.
    Closed(SocketIdentity),
    /// The descriptor stands for something else.
    Replaced,
    /// Any descriptors may be gone or new.
    Changed,
    /// The epoll descriptor begins or ends to watch the socket.
    Watched(i32, bool),
}

/// Where the sender's address will be.
#[derive(Clone, Copy, Debug)]
enum Sender {
    /// An address and, at the second, its length.
    At(u64, u64),
    /// In the `struct msghdr` here, which may also bring descriptors.
    InMessage(u64, u64),
}

/// What a call returned.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) outcome: CallOutcome,
    pub(super) identity: SocketIdentity,
    /// Bytes it took that were not read.
    pub(super) cut: u64,
}

/// What is asked, where it has to do with a socket of this process.
pub(super) fn asked(number: i64, arguments: [u64; 6], memory: Memory, table: &Table) -> Option<Asked> {
    let question = Question { arguments, memory, table };
    match number {
        libc::SYS_socket => Some(question.socket()),
        libc::SYS_socketpair => Some(question.socketpair()),
        libc::SYS_pidfd_getfd => Some(Asked { fd: -1, call: None, cut: 0, answer: Answer::Changed }),
        libc::SYS_close_range => question.close_range(),
        libc::SYS_epoll_ctl => question.epoll_ctl(),
        libc::SYS_dup3 => question.dup_to("dup3"),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_dup2 => question.dup_to("dup2"),
        libc::SYS_splice => question.splice(),
        libc::SYS_ppoll | libc::SYS_pselect6 | libc::SYS_epoll_pwait | SYS_EPOLL_PWAIT2 => question.wait(number),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll | libc::SYS_select | libc::SYS_epoll_wait => question.wait(number),
        _ => {
            let socket = table.get(question.fd())?;
            question.on_socket(number, socket)
        }
    }
}

impl Asked {
    /// Whether the descriptor is gone as soon as the call is made: on Linux
    /// even where `close` then reports an error.
    pub(super) const fn closes(&self) -> bool {
        matches!(self.answer, Answer::Closed(_))
    }
}

/// A call's arguments and what is needed to understand them.
#[derive(Clone, Copy)]
struct Question<'a> {
    arguments: [u64; 6],
    memory: Memory,
    table: &'a Table,
}

impl Question<'_> {
    fn fd(&self) -> i32 {
        let [fd, ..] = self.arguments;
        int(fd)
    }

    fn asked(&self, call: Call, answer: Answer) -> Asked {
        Asked { fd: self.fd(), call: Some(call), cut: 0, answer }
    }

    /// A call whose arguments are only named.
    fn other(&self, name: &str, arguments: impl Into<String>) -> Asked {
        self.asked(Call::Other { name: name.to_owned(), arguments: arguments.into() }, Answer::Plain)
    }

    fn socket(&self) -> Asked {
        let [domain, kind, ..] = self.arguments.map(int);
        let call = Call::Socket { domain: names::domain(domain), kind: names::kind(kind) };
        Asked { fd: -1, call: Some(call), cut: 0, answer: Answer::Made(Socket::new(domain, kind)) }
    }

    fn socketpair(&self) -> Asked {
        let [domain, kind, _, address, ..] = self.arguments;
        let (domain, kind) = (int(domain), int(kind));
        let arguments = format!("{}, {}", names::domain(domain), names::kind(kind));
        let answer = Answer::MadePair(Socket::new(domain, kind), address);
        Asked { fd: -1, answer, ..self.other("socketpair", arguments) }
    }

    fn close_range(&self) -> Option<Asked> {
        let [first, last, ..] = self.arguments;
        let bounded = |argument: u64| i32::try_from(argument & u64::from(u32::MAX)).unwrap_or(i32::MAX);
        let fd = self.table.first_in(bounded(first), bounded(last))?;
        Some(Asked { fd, answer: Answer::Changed, ..self.other("close_range", format!("{first}, {last}")) })
    }

    fn epoll_ctl(&self) -> Option<Asked> {
        let [epoll, operation, fd, ..] = self.arguments.map(int);
        let begins = operation != libc::EPOLL_CTL_DEL;
        self.table.get(fd)?;
        Some(Asked { fd, call: None, cut: 0, answer: Answer::Watched(epoll, begins) })
    }

    fn dup_to(&self, name: &str) -> Option<Asked> {
        let [old, new, ..] = self.arguments.map(int);
        let asked = self.other(name, new.to_string());
        if self.table.get(old).is_some() {
            Some(Asked { answer: Answer::Duplicated, ..asked })
        } else {
            // What was a socket becomes something else.
            self.table.get(new)?;
            Some(Asked { fd: new, answer: Answer::Replaced, ..asked })
        }
    }

    fn splice(&self) -> Option<Asked> {
        let [from, _, to, _, count, _] = self.arguments;
        let fd = [from, to].map(int).into_iter().find(|fd| self.table.get(*fd).is_some())?;
        Some(Asked { fd, ..self.other("splice", format!("{count} B")) })
    }

    fn wait(&self, number: i64) -> Option<Asked> {
        let (fd, call) = waiting::wait(number, self.arguments, self.memory, self.table)?;
        Some(Asked { fd, call: Some(call), cut: 0, answer: Answer::Plain })
    }

    fn on_socket(&self, number: i64, socket: &Socket) -> Option<Asked> {
        let [_, second, third, fourth, fifth, sixth] = self.arguments;
        let one = |address, length| vec![Buffer { address, length }];
        let asked = match number {
            libc::SYS_bind => self.addressed("bind", |address| Call::Bind { address }, Answer::Plain),
            libc::SYS_connect => self.addressed("connect", |address| Call::Connect { address }, Answer::Connected),
            libc::SYS_listen => self.asked(Call::Listen { backlog: int(second) }, Answer::Listening),
            libc::SYS_accept => self.asked(Call::Accept { by: AcceptName::Accept }, Answer::Accepted),
            libc::SYS_accept4 => self.asked(Call::Accept { by: AcceptName::Accept4 }, Answer::Accepted),
            libc::SYS_write => self.send(SendName::Write, &one(second, third), None),
            libc::SYS_writev => self.send(SendName::Writev, &self.memory.buffers(second, third), None),
            // send(2) is sendto(2) to nobody in particular.
            libc::SYS_sendto if fifth == 0 => self.send(SendName::Send, &one(second, third), None),
            libc::SYS_sendto => {
                self.send(SendName::Sendto, &one(second, third), Some(Buffer { address: fifth, length: sixth }))
            }
            libc::SYS_sendmsg => {
                let message = self.memory.message(second)?;
                self.send(SendName::Sendmsg, &message.buffers, Some(message.name))
            }
            libc::SYS_read => self.receive(RecvName::Read, one(second, third), 0, None),
            libc::SYS_readv => self.receive(RecvName::Readv, self.memory.buffers(second, third), 0, None),
            libc::SYS_recvfrom if fifth == 0 => self.receive(RecvName::Recv, one(second, third), int(fourth), None),
            libc::SYS_recvfrom => {
                let sender = Some(Sender::At(fifth, sixth));
                self.receive(RecvName::Recvfrom, one(second, third), int(fourth), sender)
            }
            libc::SYS_recvmsg => {
                let message = self.memory.message(second)?;
                let sender = Some(Sender::InMessage(second, message.control));
                self.receive(RecvName::Recvmsg, message.buffers, int(third), sender)
            }
            libc::SYS_sendmmsg => self.other("sendmmsg", format!("{} messages", int(third))),
            libc::SYS_recvmmsg => self.other("recvmmsg", format!("{} messages", int(third))),
            libc::SYS_sendfile => self.other("sendfile", format!("{fourth} B")),
            libc::SYS_shutdown => self.asked(Call::Shutdown { how: names::how(int(second)) }, Answer::Plain),
            libc::SYS_close => self.asked(Call::Close, Answer::Closed(socket.identity)),
            libc::SYS_setsockopt => self.setsockopt(),
            libc::SYS_getsockopt => self.other("getsockopt", names::option(int(second), int(third))),
            libc::SYS_getsockname => self.other("getsockname", ""),
            libc::SYS_getpeername => self.other("getpeername", ""),
            libc::SYS_dup => Asked { answer: Answer::Duplicated, ..self.other("dup", "") },
            libc::SYS_fcntl => match int(second) {
                libc::F_DUPFD => Asked { answer: Answer::Duplicated, ..self.other("fcntl", "F_DUPFD") },
                libc::F_DUPFD_CLOEXEC => Asked { answer: Answer::Duplicated, ..self.other("fcntl", "F_DUPFD_CLOEXEC") },
                libc::F_SETFL => self.other("fcntl", format!("F_SETFL, {}", names::status_flags(int(third)))),
                // The others only ask, or are about exec.
                _ => return None,
            },
            libc::SYS_ioctl => self.ioctl(),
            _ => return None,
        };
        // Text says more than a family that has no addresses in the model.
        debug_assert!(socket.domain != libc::AF_UNIX || !matches!(asked.call, Some(Call::Bind { .. })));
        Some(asked)
    }

    /// `bind` or `connect`, by name where the address is not an IP address.
    fn addressed(&self, name: &str, call: impl FnOnce(std::net::SocketAddr) -> Call, answer: Answer) -> Asked {
        let [_, address, length, ..] = self.arguments;
        match self.memory.address(Buffer { address, length }) {
            Some(Address::Ip(address)) => self.asked(call(address), answer),
            Some(other) => Asked { answer, ..self.other(name, other.to_string()) },
            None => Asked { answer, ..self.other(name, "") },
        }
    }

    fn send(&self, by: SendName, buffers: &[Buffer], name: Option<Buffer>) -> Asked {
        let (bytes, cut) = self.memory.gather(buffers, u64::MAX);
        let to = match name.and_then(|name| self.memory.address(name)) {
            Some(Address::Ip(address)) => Some(address),
            Some(Address::Unix(_) | Address::Other(_)) | None => None,
        };
        Asked { cut, ..self.asked(Call::Send { by, bytes, to }, Answer::Plain) }
    }

    fn receive(&self, by: RecvName, buffers: Vec<Buffer>, flags: i32, sender: Option<Sender>) -> Asked {
        let size = buffers.iter().map(|buffer| buffer.length).fold(0, u64::saturating_add);
        if flags & (libc::MSG_PEEK | libc::MSG_ERRQUEUE) != 0 {
            // Nothing is taken out of the stream.
            return self.other(by.name(), format!("{size}, {}", names::message_flags(flags)));
        }
        self.asked(Call::Recv { by, size }, Answer::Received(buffers, sender))
    }

    fn setsockopt(&self) -> Asked {
        let [_, level, option, address, length, _] = self.arguments;
        let name = names::option(int(level), int(option));
        if matches!(name.as_str(), "SO_RCVTIMEO" | "SO_SNDTIMEO")
            && let Some(span) = waiting::span(self.memory, address, 1000)
        {
            return self.other("setsockopt", format!("{name}, {}", names::seconds(span)));
        }
        if name == "SO_LINGER"
            && let (Some(on), Some(seconds)) = (self.memory.int(address), self.memory.int(address.wrapping_add(4)))
        {
            let linger = if on == 0 { "off".to_owned() } else { format!("{seconds} s") };
            return self.other("setsockopt", format!("{name}, {linger}"));
        }
        match self.memory.int(address) {
            Some(value) if int(length) == 4 => {
                self.asked(Call::Setsockopt { name, value: i64::from(value) }, Answer::Plain)
            }
            _ => self.other("setsockopt", format!("{name}, {} B", int(length))),
        }
    }

    fn ioctl(&self) -> Asked {
        let [_, request, address, ..] = self.arguments;
        match request & u64::from(u32::MAX) {
            FIONBIO => {
                let value = self.memory.int(address).map(|value| value.to_string()).unwrap_or_default();
                self.other("ioctl", format!("FIONBIO, {value}"))
            }
            FIONREAD => self.other("ioctl", "FIONREAD"),
            request => self.other("ioctl", format!("{request:#x}")),
        }
    }
}

/// What the call returned, `value`: the table knows what it changed.
pub(super) fn answered(asked: &Asked, value: i64, memory: Memory, table: &mut Table) -> Answered {
    let fd = asked.fd;
    let failed = i32::try_from(value.saturating_neg()).ok().filter(|number| (1..4096).contains(number));
    let made = i32::try_from(value).ok();
    let mut outcome = match failed {
        Some(errno) => CallOutcome::Failed { errno, error: errno::name(errno) },
        None => CallOutcome::Returned { returned: value },
    };
    let mut cut = 0;
    let succeeded = failed.is_none();
    let identity = match &asked.answer {
        Answer::Made(socket) => {
            if let (true, Some(made)) = (succeeded, made) {
                table.insert(made, *socket);
            }
            SocketIdentity::default()
        }
        Answer::MadePair(socket, address) => {
            if succeeded {
                for address in [*address, address.wrapping_add(4)] {
                    if let Some(made) = memory.int(address) {
                        table.insert(made, *socket);
                    }
                }
            }
            SocketIdentity::default()
        }
        Answer::Accepted => match (succeeded, made, table.get(fd).copied()) {
            (true, Some(made), Some(listener)) => {
                table.insert(made, Socket::new(listener.domain, listener.kind));
                table.identity(made)
            }
            _ => table.identity(fd),
        },
        Answer::Listening => {
            if succeeded {
                table.change(fd, |socket| socket.listening = true);
            }
            table.identity(fd)
        }
        Answer::Connected => {
            table.change(fd, |socket| socket.identity = SocketIdentity::default());
            table.identity(fd)
        }
        Answer::Received(buffers, sender) => {
            if let Ok(count) = u64::try_from(value) {
                let (received, missing) = memory.gather(buffers, count);
                cut = missing;
                outcome = CallOutcome::Received { received, from: sender.and_then(|sender| from(sender, memory)) };
                if let Some(Sender::InMessage(_, 1..)) = sender {
                    table.look();
                }
            }
            table.identity(fd)
        }
        Answer::Duplicated => {
            if let (true, Some(made)) = (succeeded, made) {
                table.duplicate(fd, made);
            }
            table.identity(fd)
        }
        Answer::Closed(known) => *known,
        Answer::Replaced => {
            let known = table.get(fd).map(|socket| socket.identity).unwrap_or_default();
            if succeeded {
                table.remove(fd);
            }
            known
        }
        Answer::Changed => {
            let known = table.get(fd).map(|socket| socket.identity).unwrap_or_default();
            table.look();
            known
        }
        Answer::Watched(epoll, begins) => {
            if succeeded {
                table.watch(*epoll, fd, *begins);
            }
            SocketIdentity::default()
        }
        Answer::Plain => table.identity(fd),
    };
    Answered { outcome, identity, cut }
}

/// Who sent it, where the call tells.
fn from(sender: Sender, memory: Memory) -> Option<std::net::SocketAddr> {
    let name = match sender {
        Sender::At(address, length) => Buffer { address, length: u64::try_from(memory.int(length)?).ok()? },
        Sender::InMessage(message, _) => memory.message(message)?.name,
    };
    match memory.address(name)? {
        Address::Ip(address) => Some(address),
        Address::Unix(_) | Address::Other(_) => None,
    }
}
