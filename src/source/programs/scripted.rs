//! Socket calls at given moments: what a scenario's programs call, on real
//! sockets.
//!
//! Owns when each call is made and which socket it is made on. Has no opinion
//! on what comes of it: every call is reported, and none is given up on.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Signal, set_parent_process_death_signal};
use serde::{Deserialize, Serialize};

use super::recorded::{RecordedSocket, Recorder};
use crate::model::Timestamp;
use crate::source::clock;

/// The first argument of this program when it is to play a script.
pub const SCRIPT_ARGUMENT: &str = "script";
/// What is sent, over and over.
const SAYS: &[u8] = b"hello\n";

/// What one program calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// When it begins.
    pub start: Timestamp,
    /// How long after that it ends, whatever is left open or waits.
    pub end: Duration,
    /// Its calls, those of each socket in their order.
    pub calls: Vec<Timed>,
}

/// A call, and when it is to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timed {
    /// How long after the beginning; later where the call before on the same
    /// socket still waits.
    pub after: Duration,
    /// The socket, by the number that the script gives it.
    pub socket: i32,
    /// What is called.
    pub call: ScriptCall,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "kebab-case")]
pub enum ScriptCall {
    /// `bind()`.
    Bind {
        /// To this.
        address: SocketAddr,
    },
    /// `listen()`.
    Listen {
        /// How many may wait.
        backlog: i32,
    },
    /// `accept()`.
    Accept {
        /// The number of the new socket.
        gives: i32,
    },
    /// `connect()`.
    Connect {
        /// To this.
        address: SocketAddr,
    },
    /// `send()` or `write()`.
    Send {
        /// Bytes.
        count: usize,
        /// It is `write()`.
        written: bool,
    },
    /// `recv()` or `read()`.
    Recv {
        /// Bytes at most.
        size: usize,
        /// It is `read()`.
        read: bool,
    },
    /// `shutdown(SHUT_WR)`.
    Shutdown,
    /// `close()`.
    Close,
    /// `setsockopt()`, by the option's name.
    Setsockopt {
        /// The name, one of [`SETTABLE`].
        name: String,
        /// The value.
        value: i64,
    },
}

/// The options that can be set.
pub const SETTABLE: &[&str] = &[
    "TCP_NODELAY",
    "SO_KEEPALIVE",
    "TCP_KEEPIDLE",
    "TCP_KEEPINTVL",
    "TCP_KEEPCNT",
    "SO_RCVBUF",
    "SO_SNDBUF",
    "TCP_QUICKACK",
    "SO_LINGER",
    "TCP_USER_TIMEOUT",
    "SO_REUSEADDR",
];

/// Sockets that were accepted, until those who call on them take them.
#[derive(Default)]
struct Accepted {
    sockets: Mutex<BTreeMap<i32, RecordedSocket>>,
    changed: Condvar,
}

impl Accepted {
    fn put(&self, number: i32, socket: RecordedSocket) {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner).insert(number, socket);
        self.changed.notify_all();
    }

    fn take(&self, number: i32) -> RecordedSocket {
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match sockets.remove(&number) {
                Some(socket) => return socket,
                None => sockets = self.changed.wait(sockets).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// The work of a process that plays a script; `arguments` are those after
/// [`SCRIPT_ARGUMENT`]: the script as JSON.
///
/// Not for people: started by hand without one it fails with status 2.
pub fn script_main(arguments: &[String]) -> ExitCode {
    let script = arguments.first().and_then(|text| serde_json::from_str::<Script>(text).ok());
    let (Some(script), Ok(recorder)) = (script, Recorder::from_environment()) else { return ExitCode::from(2) };
    // Started from /proc/self/exe it would be called `exe`.
    rustix::thread::set_name(c"wirelens script").ok();
    set_parent_process_death_signal(Some(Signal::KILL)).ok();
    let accepted = Arc::new(Accepted::default());
    let mut sockets: BTreeMap<i32, Vec<Timed>> = BTreeMap::new();
    for timed in script.calls {
        sockets.entry(timed.socket).or_default().push(timed);
    }
    for (number, calls) in sockets {
        let (recorder, accepted) = (Arc::clone(&recorder), Arc::clone(&accepted));
        let play = move || play(number, calls, script.start, &recorder, &accepted);
        if thread::Builder::new().name(format!("socket {number}")).spawn(play).is_err() {
            return ExitCode::FAILURE;
        }
    }
    sleep_until(script.start, script.end);
    // What is open is closed by the kernel, or goes with our own TCP.
    recorder.end();
    ExitCode::SUCCESS
}

fn sleep_until(start: Timestamp, after: Duration) {
    let left = i64::try_from(after.as_nanos()).unwrap_or(i64::MAX).saturating_sub(clock::now().since(start).nanos());
    thread::sleep(Duration::from_nanos(u64::try_from(left).unwrap_or(0)));
}

/// The calls on one socket, one after the other.
fn play(number: i32, calls: Vec<Timed>, start: Timestamp, recorder: &Arc<Recorder>, accepted: &Accepted) {
    let mut socket = None;
    for Timed { after, call, .. } in calls {
        sleep_until(start, after);
        let own = match socket.take() {
            Some(own) => own,
            None if begins(&call) => match RecordedSocket::stream(recorder) {
                Ok(own) => own,
                Err(_) => return,
            },
            None => accepted.take(number),
        };
        // What fails is in the report; the script goes on as the scenario does.
        match call {
            ScriptCall::Bind { address } => drop(own.bind(address)),
            ScriptCall::Listen { backlog } => drop(own.listen(backlog)),
            ScriptCall::Accept { gives } => {
                if let Ok(new) = own.accept() {
                    accepted.put(gives, new);
                }
            }
            ScriptCall::Connect { address } => drop(own.connect(address)),
            ScriptCall::Send { count, written } => {
                let bytes: Vec<u8> = SAYS.iter().copied().cycle().take(count).collect();
                drop(if written { own.write(&bytes) } else { own.send(&bytes) });
            }
            ScriptCall::Recv { size, read } => drop(if read { own.read(size) } else { own.recv(size) }),
            ScriptCall::Shutdown => drop(own.shutdown()),
            ScriptCall::Setsockopt { name, value } => drop(own.set_option(&name, value)),
            ScriptCall::Close => {
                drop(own.close());
                continue;
            }
        }
        socket = Some(own);
    }
    // It stays open until the process ends.
    if let Some(own) = socket {
        own.leave_to_exit();
    }
}

/// Whether a socket that nobody accepted is made by this call.
const fn begins(call: &ScriptCall) -> bool {
    matches!(
        call,
        ScriptCall::Bind { .. }
            | ScriptCall::Listen { .. }
            | ScriptCall::Connect { .. }
            | ScriptCall::Setsockopt { .. }
    )
}
