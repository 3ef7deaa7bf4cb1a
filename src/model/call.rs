//! Socket calls: what a program asked of the kernel and what it was told.

use std::fmt;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// The number of a call within its program, in order of entering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(pub u32);

/// A socket call with its arguments, by its name in section 2 of the manual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "lowercase")]
pub enum Call {
    /// `socket(domain, type)`: the words of the manual, `AF_INET`, `SOCK_STREAM`.
    Socket {
        /// Address family.
        domain: String,
        /// Socket type.
        kind: String,
    },
    /// `setsockopt(fd, name, value)`.
    Setsockopt {
        /// The option, `SO_REUSEADDR`.
        name: String,
        /// Its value.
        value: i64,
    },
    /// `bind(fd, address)`.
    Bind {
        /// Own address.
        address: SocketAddr,
    },
    /// `listen(fd, backlog)`.
    Listen {
        /// How many finished connections may wait for `accept()`.
        backlog: i32,
    },
    /// `accept(fd)`, `accept4(fd)`.
    Accept {
        /// Which of the two.
        #[serde(default, skip_serializing_if = "is_default")]
        by: AcceptName,
    },
    /// `connect(fd, address)`.
    Connect {
        /// The peer's address.
        address: SocketAddr,
    },
    /// `send(fd, bytes)` and its sisters.
    Send {
        /// Which of them.
        #[serde(default, skip_serializing_if = "is_default")]
        by: SendName,
        /// What the program handed over, whole.
        #[serde(with = "hex_bytes")]
        bytes: Vec<u8>,
        /// To whom, where the call says so (`sendto`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<SocketAddr>,
    },
    /// `recv(fd, size)` and its sisters.
    Recv {
        /// Which of them.
        #[serde(default, skip_serializing_if = "is_default")]
        by: RecvName,
        /// The size of the program's buffer, in bytes.
        size: u64,
    },
    /// `poll`, `select`, `epoll_wait` …: waiting for any of several sockets.
    Wait {
        /// The call's name in the manual.
        name: String,
        /// How long at most, in milliseconds; `None`: for ever.
        timeout_ms: Option<i64>,
    },
    /// `shutdown(fd, how)`.
    Shutdown {
        /// `SHUT_RD`, `SHUT_WR` or `SHUT_RDWR`.
        how: String,
    },
    /// `close(fd)`.
    Close,
    /// Any other call on a socket that sends nothing: `getsockopt`, `fcntl` …
    Other {
        /// The call's name in the manual.
        name: String,
        /// Its arguments as a C programmer would write them.
        arguments: String,
    },
}

/// Which call takes a finished connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AcceptName {
    /// `accept(2)`.
    #[default]
    Accept,
    /// `accept4(2)`.
    Accept4,
}

/// Which call hands bytes over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SendName {
    /// `send(2)`.
    #[default]
    Send,
    /// `sendto(2)`.
    Sendto,
    /// `sendmsg(2)`.
    Sendmsg,
    /// `write(2)`.
    Write,
    /// `writev(2)`.
    Writev,
}

/// Which call takes bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecvName {
    /// `recv(2)`.
    #[default]
    Recv,
    /// `recvfrom(2)`.
    Recvfrom,
    /// `recvmsg(2)`.
    Recvmsg,
    /// `read(2)`.
    Read,
    /// `readv(2)`.
    Readv,
}

impl AcceptName {
    /// As in section 2 of the manual.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Accept4 => "accept4",
        }
    }
}

impl SendName {
    /// As in section 2 of the manual.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Sendto => "sendto",
            Self::Sendmsg => "sendmsg",
            Self::Write => "write",
            Self::Writev => "writev",
        }
    }
}

impl RecvName {
    /// As in section 2 of the manual.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recv => "recv",
            Self::Recvfrom => "recvfrom",
            Self::Recvmsg => "recvmsg",
            Self::Read => "read",
            Self::Readv => "readv",
        }
    }
}

/// Whether a value needs not be written down.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Call {
    /// The call's name, as in section 2 of the manual.
    pub fn name(&self) -> &str {
        match self {
            Self::Socket { .. } => "socket",
            Self::Setsockopt { .. } => "setsockopt",
            Self::Bind { .. } => "bind",
            Self::Listen { .. } => "listen",
            Self::Accept { by } => by.name(),
            Self::Connect { .. } => "connect",
            Self::Send { by, .. } => by.name(),
            Self::Recv { by, .. } => by.name(),
            Self::Shutdown { .. } => "shutdown",
            Self::Close => "close",
            Self::Wait { name, .. } | Self::Other { name, .. } => name,
        }
    }

    /// The arguments as a C programmer would write them, without the
    /// descriptor.
    pub fn arguments(&self) -> String {
        match self {
            Self::Socket { domain, kind } => format!("{domain}, {kind}"),
            Self::Setsockopt { name, value } => format!("{name}, {value}"),
            Self::Bind { address } | Self::Connect { address } => address.to_string(),
            Self::Listen { backlog } => backlog.to_string(),
            Self::Accept { .. } | Self::Close | Self::Wait { timeout_ms: None, .. } => String::new(),
            Self::Send { bytes, to: None, .. } => format!("{} B", bytes.len()),
            Self::Send { bytes, to: Some(to), .. } => format!("{} B, {to}", bytes.len()),
            Self::Recv { size, .. } => size.to_string(),
            Self::Shutdown { how } => how.clone(),
            Self::Wait { timeout_ms: Some(timeout), .. } => format!("{timeout} ms"),
            Self::Other { arguments, .. } => arguments.clone(),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.name(), self.arguments())
    }
}

/// Which connection a descriptor stands for, as far as the kernel told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketIdentity {
    /// `getsockname(2)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<SocketAddr>,
    /// `getpeername(2)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<SocketAddr>,
}

/// What a call returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CallOutcome {
    /// It failed: `errno` by number and name, 111 and `ECONNREFUSED`.
    Failed {
        /// The number on this system.
        errno: i32,
        /// Its name in errno(3).
        error: String,
    },
    /// `recv` gave these bytes; none means the peer has closed its side.
    Received {
        /// What the program got.
        #[serde(with = "hex_bytes")]
        received: Vec<u8>,
        /// From whom, where the call told (`recvfrom`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<SocketAddr>,
    },
    /// Any other success: a descriptor, a count, or 0.
    Returned {
        /// The value as the program saw it.
        returned: i64,
    },
}

impl fmt::Display for CallOutcome {
    /// The value, or the name of the error.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { error, .. } => f.write_str(error),
            Self::Received { received, .. } => write!(f, "{}", received.len()),
            Self::Returned { returned } => write!(f, "{returned}"),
        }
    }
}

/// The two moments of a call. Each is an event of its own, so that a call that
/// never returned is still seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "lowercase")]
pub enum SocketCallPhase {
    /// The program asked.
    Entered {
        /// What it asked for.
        #[serde(flatten)]
        call: Call,
    },
    /// The kernel answered.
    Returned {
        /// What it said.
        outcome: CallOutcome,
        /// Whose connection the descriptor (for `accept`: the new one) is now.
        #[serde(default)]
        socket: SocketIdentity,
    },
}

/// One moment of one socket call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketCall {
    /// Which call of its program.
    pub id: CallId,
    /// The thread that called, from 0 in order of the first call.
    pub thread: u32,
    /// The descriptor it was called on; −1 for `socket`, which makes one.
    pub fd: i32,
    /// Asked or answered.
    #[serde(flatten)]
    pub phase: SocketCallPhase,
}

/// Bytes as hexadecimal text, for JSON.
mod hex_bytes {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            // Writing to a String cannot fail.
            write!(text, "{byte:02x}").map_err(serde::ser::Error::custom)?;
        }
        serializer.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if !rest.is_empty() {
            return Err(D::Error::custom(format!("expected pairs of hexadecimal digits, found {} digits", text.len())));
        }
        let pair = |pair: &[u8; 2]| {
            // `from_str_radix` would let a sign through.
            let digits = pair.iter().all(u8::is_ascii_hexdigit).then_some(pair)?;
            u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
        };
        pairs
            .iter()
            .map(|digits| {
                pair(digits).ok_or_else(|| D::Error::custom("expected hexadecimal digits, found something else"))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_survive_being_written_down() {
        let calls = [
            SocketCall {
                id: CallId(3),
                thread: 0,
                fd: 3,
                phase: SocketCallPhase::Entered {
                    call: Call::Send { by: SendName::Sendto, bytes: "苯".into(), to: None },
                },
            },
            SocketCall {
                id: CallId(4),
                thread: 1,
                fd: 5,
                phase: SocketCallPhase::Returned {
                    outcome: CallOutcome::Failed { errno: 111, error: "ECONNREFUSED".into() },
                    socket: SocketIdentity { local: None, peer: Some("127.0.0.1:9999".parse().unwrap()) },
                },
            },
        ];
        for call in calls {
            let text = serde_json::to_string(&call).unwrap();
            assert_eq!(serde_json::from_str::<SocketCall>(&text).unwrap(), call, "{text}");
        }
    }

    #[test]
    fn bad_hexadecimal_is_refused() {
        for text in ["\"0\"", "\"0g\"", "\"é\"", "\"+1\""] {
            let json = format!("{{\"received\":{text}}}");
            assert!(serde_json::from_str::<CallOutcome>(&json).is_err(), "{json}");
        }
    }
}
