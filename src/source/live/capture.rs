//! Reading frames from a packet socket with pnet, with the kernel's own
//! stamps, until the mark that ends the exchange.
//!
//! Owns the reading thread and the count of what was read and what was lost.
//! Never looks into a frame but for the mark.

use std::io;
use std::os::fd::{AsFd as _, IntoRawFd as _, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use pnet::datalink::{self, Channel, DataLinkReceiver, NetworkInterface};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::packet_socket;
use super::protocol::Mark;
use crate::model::{Frame, Timestamp};
use crate::source::{clock, errno};

/// Longer than any frame of a loopback interface (62 kB were seen); pnet cuts
/// longer ones in silence.
const READ_BUFFER: usize = 262_144;
/// How long a read waits before it looks whether it should stop.
const READ_TIMEOUT: Duration = Duration::from_millis(50);
/// Frames that wait for the session; behind them the kernel's buffer fills,
/// and what does not fit there is counted as dropped.
const QUEUE: usize = 8192;
/// The same where nobody bounds what passes: with frames of 64 kB no more than
/// the kernel's own buffer.
const LIVE_QUEUE: usize = 1024;
/// Frames that are read before the kernel is asked again how many it dropped.
const COUNT_EVERY: u64 = 4096;

/// What the kernel counted on a packet socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Frames that were to be queued, those that found no room included.
    pub received: u64,
    /// Frames that found no room.
    pub dropped: u64,
}

/// Why a capture ended early or could not begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaptureError {
    /// The interface could not be listened to.
    #[error("cannot capture on {interface}: {} ({})", errno::description(*errno), errno::name(*errno))]
    Open {
        /// The interface.
        interface: String,
        /// The number of the error on this system.
        errno: i32,
    },
    /// What we sent on the interface did not come back from the capture.
    #[error("a datagram sent on {interface} was not captured within {millis} ms")]
    Deaf {
        /// The interface.
        interface: String,
        /// How long it was waited for.
        millis: u64,
    },
    /// The interface went down (`ENETDOWN`).
    #[error("the interface went down: the capture ends there")]
    InterfaceDown,
    /// Reading failed.
    #[error("reading the packet socket failed: {} ({})", errno::description(*errno), errno::name(*errno))]
    Read {
        /// The number of the error on this system.
        errno: i32,
    },
}

/// How a capture ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureEnd {
    /// Frames read, the marks included.
    pub read: u64,
    /// How many of them the kernel had not stamped: they carry the moment they
    /// were read.
    pub unstamped: u64,
    /// What the kernel counted; `None` if it could not be asked.
    pub statistics: Option<Statistics>,
    /// Whether the mark of the end was read.
    pub marked: bool,
    /// What ended it early.
    pub error: Option<CaptureError>,
}

/// What a capture tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Captured {
    /// A frame, at the kernel's time.
    Frame(Timestamp, Frame),
    /// The mark of the beginning, and whether the kernel had stamped it.
    Beginning {
        /// It had.
        stamped: bool,
    },
    /// The last thing it tells.
    End(CaptureEnd),
}

/// What the payloads of the frames that mark beginning and end are; neither is
/// told as a frame.
#[derive(Clone, Debug)]
pub struct Marks {
    /// Of the beginning; may come more than once.
    pub beginning: Vec<u8>,
    /// Of the end.
    pub end: Vec<u8>,
}

impl Marks {
    /// Which mark a frame is.
    fn of(&self, frame: &[u8]) -> Option<Mark> {
        let is = |mark: &[u8]| !mark.is_empty() && frame.ends_with(mark);
        if is(&self.beginning) {
            Some(Mark::Beginning)
        } else if is(&self.end) {
            Some(Mark::End)
        } else {
            None
        }
    }
}

/// A running capture.
#[derive(Debug)]
pub struct Capture {
    captured: Receiver<Captured>,
    stop: Arc<AtomicBool>,
    dropped: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Capture {
    /// Binds `socket` to the interface and reads from it on a thread of its
    /// own. When this returns, not a frame is missed; but the kernel switches
    /// stamping on a little later, so a frame that marks the beginning should
    /// be seen to be stamped first. It ends with the frame that marks the end;
    /// without marks, when it is [stopped](Self::stop).
    /// `notify` is called when there is something to be received.
    ///
    /// # Errors
    /// [`CaptureError::Open`].
    pub fn start(
        socket: OwnedFd,
        interface: &str,
        index: u32,
        marks: Option<Marks>,
        notify: impl Fn() + Send + 'static,
    ) -> Result<Self, CaptureError> {
        let failed =
            |error: &io::Error| CaptureError::Open { interface: interface.to_owned(), errno: errno::number(error) };
        // pnet owns and closes the socket; this is how we still ask it for
        // stamps and statistics.
        let control = socket.try_clone().map_err(|error| failed(&error))?;
        packet_socket::stamp(control.as_fd()).map_err(|error| failed(&error))?;
        let interface_by_index = NetworkInterface {
            name: interface.to_owned(),
            description: String::new(),
            index,
            mac: None,
            ips: Vec::new(),
            flags: 0,
        };
        let config = datalink::Config {
            read_buffer_size: READ_BUFFER,
            read_timeout: Some(READ_TIMEOUT),
            promiscuous: false,
            socket_fd: Some(socket.into_raw_fd()),
            ..datalink::Config::default()
        };
        let frames = match datalink::channel(&interface_by_index, config) {
            Ok(Channel::Ethernet(_, frames)) => frames,
            Ok(_) => return Err(failed(&io::Error::from_raw_os_error(libc::EPROTO))),
            Err(error) => return Err(failed(&error)),
        };
        let tags = marks.is_none() && packet_socket::tell_tags(&control).is_ok();
        let (sender, captured) = bounded(if marks.is_some() { QUEUE } else { LIVE_QUEUE });
        let stop = Arc::new(AtomicBool::new(false));
        let dropped = Arc::new(AtomicU64::new(0));
        let reader = Reader {
            frames,
            control,
            marks,
            tags,
            stop: Arc::clone(&stop),
            dropped: Arc::clone(&dropped),
            counted: Statistics::default(),
            read: 0,
            unstamped: 0,
        };
        let thread = thread::Builder::new()
            .name("capture".into())
            .spawn(move || reader.run(&sender, notify))
            .map_err(|error| failed(&error))?;
        Ok(Self { captured, stop, dropped, thread: Some(thread) })
    }

    /// What was captured, in order, until [`Captured::End`].
    pub fn captured(&self) -> &Receiver<Captured> {
        &self.captured
    }

    /// Asks it to end without a mark, within 50 ms.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// What [`stop`](Self::stop) does, from any thread and at any time.
    pub fn stopper(&self) -> impl Fn() + Send + Sync + 'static {
        let stop = Arc::clone(&self.stop);
        move || stop.store(true, Ordering::Relaxed)
    }

    /// How many frames the kernel has dropped, as far as is known by now.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.stop();
        // A full queue would hold the thread up.
        self.captured = crossbeam_channel::never();
        if let Some(thread) = self.thread.take() {
            // A panic has already been told on standard error.
            thread.join().ok();
        }
    }
}

/// The reading thread's things.
struct Reader {
    frames: Box<dyn DataLinkReceiver>,
    control: OwnedFd,
    marks: Option<Marks>,
    /// The kernel tells which VLAN tags it took off. Nobody tags what passes a
    /// loopback interface.
    tags: bool,
    stop: Arc<AtomicBool>,
    /// What was dropped, for others to look at.
    dropped: Arc<AtomicU64>,
    /// The kernel counts from the last time of asking.
    counted: Statistics,
    read: u64,
    unstamped: u64,
}

/// A frame as it was on the wire: with its tag behind both hardware addresses.
fn whole(bytes: &[u8], tag: Option<[u8; 4]>) -> Frame {
    match (tag, bytes.split_at_checked(12)) {
        (Some(tag), Some((addresses, rest))) => Frame::whole([addresses, &tag, rest].concat()),
        (Some(_), None) | (None, _) => Frame::whole(bytes),
    }
}

/// What one read gave.
enum Next {
    Tell(Captured),
    End,
    Nothing,
}

impl Reader {
    fn run(mut self, sender: &Sender<Captured>, notify: impl Fn()) {
        let mut end = CaptureEnd::default();
        while !self.stop.load(Ordering::Relaxed) && !end.marked && end.error.is_none() {
            match self.next() {
                Ok(Next::Tell(captured)) => {
                    if sender.send(captured).is_err() {
                        return;
                    }
                    notify();
                    if self.read.is_multiple_of(COUNT_EVERY) {
                        self.count();
                    }
                }
                Ok(Next::End) => end.marked = true,
                Ok(Next::Nothing) => {
                    self.count();
                }
                Err(error) => end.error = Some(error),
            }
        }
        if self.drain(sender, &mut end).is_err() {
            return;
        }
        end.read = self.read;
        end.unstamped = self.unstamped;
        if sender.send(Captured::End(end)).is_ok() {
            notify();
        }
    }

    /// Lets nothing more in and reads what is queued, so that the numbers of
    /// the end agree.
    fn drain(&mut self, sender: &Sender<Captured>, end: &mut CaptureEnd) -> Result<(), ()> {
        let sealed = packet_socket::seal(&self.control).is_ok();
        while sealed && end.error.is_none() && rustix::io::ioctl_fionread(&self.control).is_ok_and(|queued| queued > 0)
        {
            match self.next() {
                Ok(Next::Tell(captured)) => sender.send(captured).map_err(|_| ())?,
                Ok(Next::End) => end.marked = true,
                Ok(Next::Nothing) => {}
                Err(error) => end.error = Some(error),
            }
        }
        end.statistics = self.count().filter(|_| sealed);
        Ok(())
    }

    /// What the kernel has counted since the beginning; `None` if it does not
    /// say.
    fn count(&mut self) -> Option<Statistics> {
        let Statistics { received, dropped } = packet_socket::statistics(&self.control).ok()?;
        self.counted.received = self.counted.received.saturating_add(received);
        self.counted.dropped = self.counted.dropped.saturating_add(dropped);
        self.dropped.store(self.counted.dropped, Ordering::Relaxed);
        Some(self.counted)
    }

    fn next(&mut self) -> Result<Next, CaptureError> {
        let tag = if self.tags {
            match self.tag() {
                Ok(tag) => tag,
                Err(error) => return self.failure(&error),
            }
        } else {
            None
        };
        let (mark, frame) = match self.frames.next() {
            Ok(bytes) => (self.marks.as_ref().and_then(|marks| marks.of(bytes)), whole(bytes, tag)),
            Err(error) => return self.failure(&error),
        };
        self.read += 1;
        // The stamp is that of the frame read last. A frame that passed before
        // stamping was on has none, and the kernel answers with the moment of
        // asking.
        let asked = clock::now();
        let at = packet_socket::stamp(self.control.as_fd())
            .map_err(|error| CaptureError::Read { errno: errno::number(&error) })?;
        let stamped = at.is_some_and(|at| at < asked);
        match mark {
            Some(Mark::Beginning) => Ok(Next::Tell(Captured::Beginning { stamped })),
            Some(Mark::End) => Ok(Next::End),
            None => {
                self.unstamped += u64::from(!stamped);
                Ok(Next::Tell(Captured::Frame(at.unwrap_or(asked), frame)))
            }
        }
    }

    /// Waits for a frame, and tells the VLAN tag that belongs to it.
    fn tag(&self) -> io::Result<Option<[u8; 4]>> {
        match packet_socket::tag(self.control.as_fd()) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            told => return told,
        }
        let limit = Timespec::try_from(READ_TIMEOUT).ok();
        poll(&mut [PollFd::new(&self.control, PollFlags::IN)], limit.as_ref())?;
        packet_socket::tag(self.control.as_fd())
    }

    /// Tells waiting in vain from the end. pnet reports an interface that went
    /// down as an unexpected event over and over, or not at all.
    fn failure(&self, error: &io::Error) -> Result<Next, CaptureError> {
        match rustix::net::sockopt::socket_error(&self.control) {
            Ok(Err(rustix::io::Errno::NETDOWN)) => return Err(CaptureError::InterfaceDown),
            Ok(Err(errno)) => return Err(CaptureError::Read { errno: errno.raw_os_error() }),
            Ok(Ok(())) | Err(_) => {}
        }
        match (error.kind(), error.raw_os_error()) {
            (io::ErrorKind::TimedOut | io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock, _) => Ok(Next::Nothing),
            (_, Some(libc::ENETDOWN)) => Err(CaptureError::InterfaceDown),
            _ => Err(CaptureError::Read { errno: errno::number(error) }),
        }
    }
}
