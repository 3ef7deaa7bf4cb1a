//! What helper and parent say to each other: one JSON document to a message,
//! over a pair of `SOCK_SEQPACKET` sockets, with descriptors beside it.
//!
//! Owns the messages and sending them. Has no opinion on who starts what.

use std::collections::BTreeMap;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::model::{ExitStatus, LinkAction, Timestamp};
use crate::source::lab::relay::WireCounts;

/// The longest message, in bytes.
const LONGEST: usize = 65_536;
/// The most descriptors beside one message.
const MOST_DESCRIPTORS: usize = 4;

/// From the parent.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub(super) enum ToHelper {
    /// Start a program. Beside it: its standard input, its standard output,
    /// its standard error, the pipe to report its calls to.
    Start {
        /// The number it will be called by.
        program: u32,
        /// The host of a lab it is to run on; where there are no hosts, none.
        #[serde(default)]
        host: Option<u32>,
        /// Its file, or its name to be looked for in `PATH`; this program
        /// itself if not given.
        executable: Option<String>,
        /// The words to start it with, its own name first.
        command: Vec<String>,
    },
    /// Send a signal to a program.
    Signal {
        /// Which.
        program: u32,
        /// The signal's number.
        signal: i32,
    },
    /// Send a datagram that marks the beginning or the end; in a lab, a frame
    /// on every interface.
    Mark(Mark),
    /// Build a lab. Beside it: a file with its plan.
    Build,
    /// Tell what has become of the frames of each wire.
    CountWires,
}

/// What a datagram of the helper to itself marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mark", rename_all = "kebab-case")]
pub(super) enum Mark {
    /// The capture works and stamps: only now programs are started.
    Beginning,
    /// Everything before it has been captured.
    End,
}

impl Mark {
    /// What the datagram holds; `id` tells this network's from others'.
    pub(super) fn text(self, id: &str) -> String {
        match self {
            Self::Beginning => format!("beginning of exchange {id}"),
            Self::End => format!("end of exchange {id}"),
        }
    }
}

/// From the helper.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub(in crate::source) enum FromHelper {
    /// There is an interface to capture on. Beside it: a packet socket.
    Tap {
        /// Its name.
        name: String,
        /// Its index in its own namespace.
        index: u32,
    },
    /// The kernel can be asked about its sockets. Beside it: a socket to ask on.
    Kernel {
        /// Of which host, where there are several.
        host: Option<String>,
    },
    /// The network is there, and everything of it has been told.
    Ready {
        /// The settings that shape the picture, as they are.
        pinned: BTreeMap<String, String>,
        /// What the datagrams that mark beginning and end will be known by.
        id: String,
    },
    /// There will be no network.
    Refused(Refusal),
    /// A program runs.
    Started {
        /// Which.
        program: u32,
        /// Its process id.
        pid: u32,
    },
    /// A program could not be started.
    NotStarted {
        /// Which.
        program: u32,
        /// The number of the error on this system.
        errno: i32,
    },
    /// A program ended.
    Exited {
        /// Which.
        program: u32,
        /// When the helper learnt of it.
        at: Timestamp,
        /// How.
        status: ExitStatus,
    },
    /// A datagram that marks beginning or end could not be sent.
    NotMarked {
        /// The number of the error on this system.
        errno: i32,
    },
    /// A wire did something on purpose.
    LinkAction {
        /// Its number.
        wire: u32,
        /// When the frame came to it.
        at: Timestamp,
        /// What.
        action: LinkAction,
    },
    /// What has become of the frames of the wires.
    Wires {
        /// Of each, by its number.
        counts: Vec<WireCounts>,
    },
}

/// Sends one message; blocks while the other side's queue is full.
pub(super) fn send<T: Serialize>(socket: impl AsFd, message: &T, beside: &[BorrowedFd<'_>]) -> io::Result<()> {
    send_with(socket, message, beside, SendFlags::NOSIGNAL)
}

/// The same, failing where it would block.
pub(in crate::source) fn send_unless_full<T: Serialize>(socket: impl AsFd, message: &T) -> io::Result<()> {
    send_with(socket, message, &[], SendFlags::NOSIGNAL | SendFlags::DONTWAIT)
}

fn send_with<T: Serialize>(
    socket: impl AsFd,
    message: &T,
    beside: &[BorrowedFd<'_>],
    flags: SendFlags,
) -> io::Result<()> {
    let bytes = serde_json::to_vec(message)?;
    if bytes.len() > LONGEST || beside.len() > MOST_DESCRIPTORS {
        return Err(io::Error::from_raw_os_error(libc::EMSGSIZE));
    }
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !beside.is_empty() && !control.push(SendAncillaryMessage::ScmRights(beside)) {
        return Err(io::Error::from_raw_os_error(libc::EMSGSIZE));
    }
    sendmsg(socket, &[IoSlice::new(&bytes)], &mut control, flags)?;
    Ok(())
}

/// Receives one message with the descriptors beside it; `None` once the other
/// side is gone.
pub(super) fn receive<T: DeserializeOwned>(socket: impl AsFd) -> io::Result<Option<(T, Vec<OwnedFd>)>> {
    let mut bytes = vec![0; LONGEST];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received = match recvmsg(socket, &mut [IoSliceMut::new(&mut bytes)], &mut control, RecvFlags::CMSG_CLOEXEC) {
        Ok(received) => received,
        Err(rustix::io::Errno::CONNRESET) => return Ok(None),
        Err(errno) => return Err(errno.into()),
    };
    let mut beside = Vec::new();
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(descriptors) = message {
            beside.extend(descriptors);
        }
    }
    if received.flags.contains(ReturnFlags::TRUNC) {
        return Err(io::Error::from_raw_os_error(libc::EMSGSIZE));
    }
    match bytes.get(..received.bytes) {
        None | Some([]) => Ok(None),
        Some(bytes) => Ok(Some((serde_json::from_slice(bytes)?, beside))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
    use std::io::{Read as _, Write as _};

    #[test]
    fn messages_arrive_whole_with_their_descriptors() {
        let (left, right) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None).unwrap();
        let (mut reading, writing) = std::io::pipe().unwrap();
        let start =
            ToHelper::Start { program: 3, host: None, executable: None, command: vec!["苯".into(), String::new()] };
        send(&left, &start, &[writing.as_fd()]).unwrap();
        send(&left, &ToHelper::Mark(Mark::End), &[]).unwrap();
        drop((left, writing));

        let (message, mut beside) = receive::<ToHelper>(&right).unwrap().unwrap();
        assert_eq!((message, beside.len()), (start, 1));
        std::fs::File::from(beside.remove(0)).write_all(b"x").unwrap();
        let mut text = String::new();
        reading.read_to_string(&mut text).unwrap();
        assert_eq!(text, "x");
        assert_eq!(receive::<ToHelper>(&right).unwrap().unwrap().0, ToHelper::Mark(Mark::End));
        assert!(receive::<ToHelper>(&right).unwrap().is_none());
    }
}
