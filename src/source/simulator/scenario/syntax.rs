//! What a scenario file can say.

use std::net::IpAddr;
use std::time::Duration;

use crate::model::{Bilingual, RecvName, SendName, TcpFlags, TcpState};
use crate::source::lab::wire::Fault;
use crate::source::simulator::tcp::Profile;

/// A scenario, read and not yet played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// What it is, in a few words.
    pub title: Bilingual,
    /// What to look at, and why.
    pub about: Bilingual,
    /// Where Linux does otherwise than the RFC, and how.
    pub linux: Option<Bilingual>,
    /// Where the rules stand.
    pub citations: Vec<Cited>,
    /// On which network, by its name.
    pub topology: String,
    /// Both hosts' habits.
    pub profile: Profile,
    /// The only host with a TCP: the others' packets are all written down.
    pub only: Option<(String, Place)>,
    /// How packets are numbered here.
    pub numbers: Numbers,
    /// When the play is stopped if it does not end by itself.
    pub limit: Duration,
    /// What is set before it begins.
    pub settings: Vec<Set>,
    /// What happens, in order.
    pub lines: Vec<Line>,
}

/// A place in an RFC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// The number of the RFC.
    pub rfc: u16,
    /// The section, `3.10.7.4`.
    pub section: String,
    /// The figure, where one is meant.
    pub figure: Option<u16>,
}

impl std::fmt::Display for Cited {
    /// As it is written in the file.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RFC {} {}", self.rfc, self.section)?;
        self.figure.map_or(Ok(()), |figure| write!(f, ", figure {figure}"))
    }
}

/// How sequence numbers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbers {
    /// From the SYN's on, which is 0.
    #[default]
    Relative,
    /// As they stand in the header.
    Absolute,
}

/// Where something stands in the file, counted from 1, and how wide it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
    /// In characters.
    pub width: usize,
}

/// A setting of all hosts, or of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Whose; everybody's and every cable's where `None`.
    pub host: Option<String>,
    /// Its name, as `--set` has it.
    pub name: String,
    /// Its value, as `--set` has it.
    pub value: String,
    /// Where it stands.
    pub place: Place,
}

/// A line of the play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub when: When,
    /// What.
    pub deed: Deed,
    /// Where it stands.
    pub place: Place,
    /// The line itself, to be shown.
    pub text: String,
}

/// A moment of a line: counted from the beginning, or from the line before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Until {
    /// It began with `+`.
    pub relative: bool,
    /// So long after.
    pub after: Duration,
}

/// When a line is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// `0.1`, `+0.1`.
    At(Until),
    /// `*`.
    Any,
    /// `+0~+0.1`.
    Between(Until, Until),
    /// `+0...`, `+0...0.1`: a call that waits, and when it returns.
    Blocking(Until, Option<Until>),
}

/// What a line is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// `client: connect(3, server:80) = 0`.
    Call {
        /// Whose program.
        host: String,
        /// What it calls.
        call: SystemCall,
        /// What it must be told.
        result: Option<Outcome>,
    },
    /// `client: set isn 400`, `wire: set delay 1s`.
    Set(Set),
    /// `client: kill`: its program ends; the host closes what it had open.
    Kill {
        /// Whose.
        host: String,
    },
    /// `client: reboot`: the host forgets every connection, and says nothing.
    Reboot {
        /// Which.
        host: String,
    },
    /// `wire: lose data>#3`.
    Fault(Fault),
    /// `wire: cut`, `wire: mend`.
    Cut {
        /// Whether nothing passes from now on.
        cut: bool,
    },
    /// `client > S 0:0(0)`: it must send this next.
    Expect {
        /// Which host.
        host: String,
        /// What; `None` for `...`: whatever it sends until the next that is
        /// written down.
        packet: Option<PacketPattern>,
    },
    /// `client < S. 0:0(0) ack 1`: this arrives there, and nobody sent it.
    Inject {
        /// At which host.
        host: String,
        /// What.
        packet: PacketPattern,
    },
    /// `client = ESTABLISHED`.
    State {
        /// Which host.
        host: String,
        /// Of which socket; the newest connection's where `None`.
        fd: Option<i32>,
        /// What it must be.
        state: TcpState,
    },
    /// `client.cwnd >= 10mss`.
    Inner {
        /// Which host.
        host: String,
        /// Of which socket; the newest connection's where `None`.
        fd: Option<i32>,
        /// What of it.
        field: Field,
        /// How it must compare.
        order: Order,
        /// With what.
        value: Value,
    },
    /// `+0~+1 client silent`.
    Silent {
        /// Which host.
        host: String,
    },
    /// `+1 end`.
    End,
}

/// A call of a program, by the manual's names. Descriptors are numbers that the
/// file gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SystemCall {
    /// `socket(..., SOCK_STREAM, IPPROTO_TCP)`.
    Socket,
    /// `bind(3, server:80)`.
    Bind {
        /// The socket.
        fd: i32,
        /// Its own address.
        address: Endpoint,
    },
    /// `listen(3, 5)`.
    Listen {
        /// The socket.
        fd: i32,
        /// How many connections may wait.
        backlog: i32,
    },
    /// `accept(3, ..., ...)`.
    Accept {
        /// The listener.
        fd: i32,
    },
    /// `connect(3, server:80)`.
    Connect {
        /// The socket.
        fd: i32,
        /// To whom; to the topology's other host where `None`.
        to: Option<Endpoint>,
    },
    /// `write(3, ..., 1000)`, `send(3, ..., 1000, 0)`.
    Send {
        /// The socket.
        fd: i32,
        /// Bytes.
        count: usize,
        /// Which of the two.
        by: SendName,
    },
    /// `read(3, ..., 1000)`, `recv(3, ..., 1000, MSG_WAITALL)`.
    Recv {
        /// The socket.
        fd: i32,
        /// Bytes.
        count: usize,
        /// `MSG_WAITALL`: not before all of them are there.
        whole: bool,
        /// Which of the two.
        by: RecvName,
    },
    /// `shutdown(3, SHUT_WR)`.
    Shutdown {
        /// The socket.
        fd: i32,
    },
    /// `close(3)`.
    Close {
        /// The socket.
        fd: i32,
    },
    /// `setsockopt(3, SOL_TCP, TCP_NODELAY, [1], 4)`.
    SetOption {
        /// The socket.
        fd: i32,
        /// Which option.
        option: SocketOption,
        /// Its value.
        value: i64,
    },
    /// `getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4])`.
    GetError {
        /// The socket.
        fd: i32,
        /// The error there must be; `None` for 0: none.
        error: Option<String>,
    },
}

/// The options of sockets that do something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketOption {
    /// Nagle's algorithm is off.
    NoDelay,
    /// Keep-alive is on.
    KeepAlive,
    /// Seconds of silence before the first probe.
    KeepIdle,
    /// Seconds between probes.
    KeepInterval,
    /// Probes in vain before the end.
    KeepCount,
    /// The receive buffer, in bytes.
    ReceiveBuffer,
    /// The send buffer, in bytes.
    SendBuffer,
    /// Acknowledgments do not wait.
    QuickAck,
    /// The largest segment, in bytes.
    MaximumSegment,
    /// With 0 seconds: `close()` aborts.
    Linger,
    /// Milliseconds without acknowledgment before the end (RFC 9293 §3.10.8).
    UserTimeout,
    /// The old address may be used again: nothing is done here.
    ReuseAddress,
}

impl SocketOption {
    /// Every option with its name in the manual.
    pub const NAMED: [(&'static str, Self); 12] = [
        ("TCP_NODELAY", Self::NoDelay),
        ("SO_KEEPALIVE", Self::KeepAlive),
        ("TCP_KEEPIDLE", Self::KeepIdle),
        ("TCP_KEEPINTVL", Self::KeepInterval),
        ("TCP_KEEPCNT", Self::KeepCount),
        ("SO_RCVBUF", Self::ReceiveBuffer),
        ("SO_SNDBUF", Self::SendBuffer),
        ("TCP_QUICKACK", Self::QuickAck),
        ("TCP_MAXSEG", Self::MaximumSegment),
        ("SO_LINGER", Self::Linger),
        ("TCP_USER_TIMEOUT", Self::UserTimeout),
        ("SO_REUSEADDR", Self::ReuseAddress),
    ];

    /// Its name in the manual.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, option)| *option == self).map_or("", |(name, _)| name)
    }
}

/// What a call must return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A count, a descriptor, 0.
    Value(i64),
    /// −1 and this error.
    Error(String),
}

/// An address of a host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// A host of the topology, or an address; the one it is obvious to mean
    /// where `None`.
    pub host: Option<HostName>,
    /// The port.
    pub port: u16,
}

/// How a host is named in an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostName {
    /// By its name in the topology.
    Name(String),
    /// By an address, which need not be anybody's.
    Address(IpAddr),
}

/// A packet as it is written down; what is `None` may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PacketPattern {
    /// The control bits, all of them.
    pub flags: TcpFlags,
    /// SEG.SEQ.
    pub seq: u32,
    /// Bytes of data.
    pub length: u32,
    /// SEG.ACK.
    pub ack: Option<u32>,
    /// The window as it stands in the header.
    pub window: Option<u16>,
    /// The urgent pointer.
    pub urgent: Option<u16>,
    /// The options, in any order.
    pub options: Option<Vec<OptionPattern>>,
    /// Whether more options than these may be there.
    pub more_options: bool,
    /// From where, where not from the connection's other end.
    pub from: Option<Endpoint>,
    /// To which port, where not the connection's.
    pub to: Option<u16>,
}

/// An option of a packet as it is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionPattern {
    /// `mss 1460`.
    Mss(u16),
    /// `wscale 7`.
    WindowScale(u8),
    /// `sackOK`.
    SackPermitted,
    /// `TS val 100 ecr 0`, `TS`.
    Timestamps(Option<(u32, u32)>),
    /// `sack 1001:2001`.
    Sack(u32, u32),
}

/// What of a connection no packet shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The congestion window, in bytes.
    CongestionWindow,
    /// The slow start threshold, in bytes.
    Threshold,
    /// Sent and not acknowledged, in bytes.
    Flight,
    /// The peer's window, in bytes.
    PeerWindow,
    /// The own window, in bytes.
    Window,
    /// Not read by the program, in bytes.
    Unread,
    /// Handed over and not acknowledged, in bytes.
    Unacknowledged,
    /// Segments sent again.
    Retransmissions,
    /// The largest segment, in bytes.
    Mss,
    /// The retransmission timeout.
    Timeout,
    /// The smoothed round-trip time.
    RoundTrip,
    /// Connections of a listener in the SYN queue.
    SynQueue,
    /// Connections of a listener that wait for `accept()`.
    AcceptQueue,
}

impl Field {
    /// Every one with its name.
    pub const NAMED: [(&'static str, Self); 13] = [
        ("cwnd", Self::CongestionWindow),
        ("ssthresh", Self::Threshold),
        ("flight", Self::Flight),
        ("snd_wnd", Self::PeerWindow),
        ("rcv_wnd", Self::Window),
        ("unread", Self::Unread),
        ("unacked", Self::Unacknowledged),
        ("retransmits", Self::Retransmissions),
        ("mss", Self::Mss),
        ("rto", Self::Timeout),
        ("srtt", Self::RoundTrip),
        ("syn_queue", Self::SynQueue),
        ("accept_queue", Self::AcceptQueue),
    ];

    /// Whether it is a time.
    pub const fn is_time(self) -> bool {
        matches!(self, Self::Timeout | Self::RoundTrip)
    }
}

/// How two values must compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `=`.
    Equal,
    /// `!=`.
    Other,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    More,
    /// `>=`.
    AtLeast,
}

impl Order {
    /// Whether `left` compares so with `right`.
    pub fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Other => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }
}

/// What a field is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number, of bytes or of what is counted.
    Number(u64),
    /// `10mss`: so many full segments.
    Segments(u64),
    /// `1s`, `200ms`.
    Time(Duration),
    /// `infinity`: no threshold yet.
    Infinity,
}
