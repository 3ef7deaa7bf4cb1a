//! The first words between parent and helper: what the network is to be,
//! whether there is one, and that its captures work.
//!
//! Has no opinion on what happens on the network afterwards.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};
use std::os::fd::{AsFd as _, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{MemfdFlags, memfd_create};

use super::error::LiveError;
use super::network::{Tap, talk};
use super::protocol::{FromHelper, Mark, ToHelper, receive, send};
use super::{CaptureEnd, CaptureError, Captured};
use crate::source::clock::Deadline;
use crate::source::lab::plan::Plan;

/// How long the helper has to make the network; it takes milliseconds.
const START_LIMIT: Duration = Duration::from_secs(5);
/// How long our own mark has to come through the captures; it takes
/// microseconds.
const BEGIN_LIMIT: Duration = Duration::from_secs(1);
/// How soon the next one is sent while the kernel does not stamp yet.
const BEGIN_STEP: Duration = Duration::from_micros(500);

/// What a helper hands over.
#[derive(Default)]
pub(super) struct Greeting {
    /// The settings.
    pub(super) pinned: BTreeMap<String, String>,
    /// What the marks are known by.
    pub(super) id: String,
    /// Packet sockets, with the names and indices of their interfaces.
    pub(super) taps: Vec<(String, u32, OwnedFd)>,
    /// Sockets to ask kernels on, with the names of their hosts.
    pub(super) kernels: Vec<(Option<String>, OwnedFd)>,
}

/// Says what a lab is to be, in a file, as it may be longer than a message.
pub(super) fn send_plan(socket: &OwnedFd, plan: &Plan) -> io::Result<()> {
    let file = File::from(memfd_create("plan", MemfdFlags::CLOEXEC)?);
    serde_json::to_writer(&file, plan)?;
    (&file).seek(SeekFrom::Start(0))?;
    send(socket, &ToHelper::Build, &[file.as_fd()])
}

/// Hears whether there is a network.
pub(super) fn greet(socket: &OwnedFd) -> Result<Greeting, LiveError> {
    let deadline = Deadline::after(START_LIMIT);
    let mut greeting = Greeting::default();
    loop {
        let limit = Timespec::try_from(deadline.remaining()).map_err(|_| LiveError::Talk { errno: libc::EINVAL })?;
        match poll(&mut [PollFd::new(socket, PollFlags::IN)], Some(&limit)) {
            Ok(0) => return Err(LiveError::HelperSilent { seconds: START_LIMIT.as_secs() }),
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(errno) => return Err(talk(&errno.into())),
        }
        let Some((message, beside)) = receive(socket).map_err(|error| talk(&error))? else {
            return Err(LiveError::HelperEnded);
        };
        let beside = beside.into_iter().next().ok_or(LiveError::Talk { errno: libc::EPROTO });
        match message {
            FromHelper::Tap { name, index } => greeting.taps.push((name, index, beside?)),
            FromHelper::Kernel { host } => greeting.kernels.push((host, beside?)),
            FromHelper::Ready { pinned, id } => return Ok(Greeting { pinned, id, ..greeting }),
            FromHelper::Refused(refusal) => return Err(LiveError::Refused(refusal)),
            FromHelper::Started { .. }
            | FromHelper::NotStarted { .. }
            | FromHelper::Exited { .. }
            | FromHelper::NotMarked { .. }
            | FromHelper::LinkAction { .. }
            | FromHelper::Wires { .. } => return Err(LiveError::Talk { errno: libc::EPROTO }),
        }
    }
}

/// Waits until something of our own has come through each capture with the
/// kernel's stamp, which it gives a little after it was asked to. If it never
/// does, the capture counts what is unstamped.
pub(super) fn begin(socket: &OwnedFd, taps: &[Tap]) -> Result<(), LiveError> {
    let deadline = Deadline::after(BEGIN_LIMIT);
    let mut unstamped: Vec<&Tap> = taps.iter().collect();
    let mut heard = Vec::new();
    while !unstamped.is_empty() && !deadline.has_passed() {
        send(socket, &ToHelper::Mark(Mark::Beginning), &[]).map_err(|error| talk(&error))?;
        let mut still = Vec::new();
        for tap in unstamped {
            // On the host others may use our port already: that is no part of
            // this run.
            let captured = tap.capture.captured();
            let beginning = std::iter::from_fn(|| captured.recv_timeout(deadline.remaining()).ok())
                .find(|captured| !matches!(captured, Captured::Frame(..)));
            match beginning {
                Some(Captured::Beginning { stamped: true }) => {}
                Some(Captured::Beginning { stamped: false }) => {
                    heard.push(&tap.name);
                    still.push(tap);
                }
                Some(Captured::End(CaptureEnd { error: Some(error), .. })) => return Err(error.into()),
                Some(Captured::End(_) | Captured::Frame(..)) | None => still.push(tap),
            }
        }
        unstamped = still;
        if !unstamped.is_empty() {
            std::thread::sleep(BEGIN_STEP);
        }
    }
    match unstamped.into_iter().find(|tap| !heard.contains(&&tap.name)) {
        None => Ok(()),
        Some(tap) => {
            let millis = u64::try_from(BEGIN_LIMIT.as_millis()).unwrap_or(u64::MAX);
            Err(CaptureError::Deaf { interface: tap.name.clone(), millis }.into())
        }
    }
}
