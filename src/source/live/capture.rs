//! Reading frames from a packet socket with pnet, with the kernel's own
//! stamps, until the mark that ends the exchange.
//!
//! Owns the reading thread and the count of what was read and what was lost.
//! Never looks into a frame but for the mark.

use std::io;
use std::os::fd::{AsFd as _, IntoRawFd as _, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use pnet::datalink::{self, Channel, DataLinkReceiver, NetworkInterface};

use super::packet_socket;
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
    /// Frames read, the mark included.
    pub read: u64,
    /// What the kernel counted; `None` if it could not be asked.
    pub statistics: Option<Statistics>,
    /// Whether the mark was read.
    pub marked: bool,
    /// What ended it early.
    pub error: Option<CaptureError>,
}

/// What a capture tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Captured {
    /// A frame, at the kernel's time.
    Frame(Timestamp, Frame),
    /// The last thing it tells.
    End(CaptureEnd),
}

/// A running capture.
#[derive(Debug)]
pub struct Capture {
    captured: Receiver<Captured>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Capture {
    /// Binds `socket` to the interface and reads from it on a thread of its
    /// own. When this returns, not a frame is missed. It ends with the frame
    /// that ends in `mark`, which is not told. `notify` is called when there
    /// is something to be received.
    ///
    /// # Errors
    /// [`CaptureError::Open`].
    pub fn start(
        socket: OwnedFd,
        interface: &str,
        index: u32,
        mark: Vec<u8>,
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
        let (sender, captured) = bounded(QUEUE);
        let stop = Arc::new(AtomicBool::new(false));
        let reader = Reader { frames, control, mark, stop: Arc::clone(&stop), read: 0 };
        let thread = thread::Builder::new()
            .name("capture".into())
            .spawn(move || reader.run(&sender, notify))
            .map_err(|error| failed(&error))?;
        Ok(Self { captured, stop, thread: Some(thread) })
    }

    /// What was captured, in order, until [`Captured::End`].
    pub fn captured(&self) -> &Receiver<Captured> {
        &self.captured
    }

    /// Asks it to end without a mark, within 50 ms.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
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
    mark: Vec<u8>,
    stop: Arc<AtomicBool>,
    read: u64,
}

/// What one read gave.
enum Next {
    Frame(Timestamp, Frame),
    Mark,
    Nothing,
}

impl Reader {
    fn run(mut self, sender: &Sender<Captured>, notify: impl Fn()) {
        let mut end = CaptureEnd::default();
        while !self.stop.load(Ordering::Relaxed) && !end.marked && end.error.is_none() {
            match self.next() {
                Ok(Next::Frame(at, frame)) => {
                    if sender.send(Captured::Frame(at, frame)).is_err() {
                        return;
                    }
                    notify();
                }
                Ok(Next::Mark) => end.marked = true,
                Ok(Next::Nothing) => {}
                Err(error) => end.error = Some(error),
            }
        }
        if self.drain(sender, &mut end).is_err() {
            return;
        }
        end.read = self.read;
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
                Ok(Next::Frame(at, frame)) => sender.send(Captured::Frame(at, frame)).map_err(|_| ())?,
                Ok(Next::Mark) => end.marked = true,
                Ok(Next::Nothing) => {}
                Err(error) => end.error = Some(error),
            }
        }
        end.statistics = packet_socket::statistics(&self.control).ok().filter(|_| sealed);
        Ok(())
    }

    fn next(&mut self) -> Result<Next, CaptureError> {
        let frame = match self.frames.next() {
            Ok(bytes) if !self.mark.is_empty() && bytes.ends_with(&self.mark) => None,
            Ok(bytes) => Some(Frame::whole(bytes)),
            Err(error) => return self.failure(&error),
        };
        self.read += 1;
        let Some(frame) = frame else { return Ok(Next::Mark) };
        // The stamp is that of the frame read last; where stamping was not yet
        // on when the frame passed, the kernel gives the time of asking.
        let at = packet_socket::stamp(self.control.as_fd())
            .map_err(|error| CaptureError::Read { errno: errno::number(&error) })?
            .unwrap_or_else(clock::now);
        Ok(Next::Frame(at, frame))
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
