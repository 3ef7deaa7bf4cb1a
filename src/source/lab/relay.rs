//! Carrying frames from one end of a wire to the other.
//!
//! Owns two packet sockets, a thread for each way, pulling the cable, and
//! counting. What becomes of a frame is decided beside it.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use netlink_packet_route::link::{LinkFlags, LinkMessage};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{RecvFlags, recv};
use serde::{Deserialize, Serialize};

use super::plan::WirePlan;
use super::wire::{Compile, Fault, FaultKind, Wire};
use crate::model::{LinkAction, LinkActionKind, Quality, Timestamp};
use crate::source::clock;
use crate::source::live::MARK_DESTINATION;
use crate::source::live::packet_socket::{self, Outgoing};
use crate::source::live::protocol::{FromHelper, send_unless_full};
use crate::source::live::route::Route;
use crate::trace::Network;

/// Longer than any frame of a cable without offloads.
const READ_BUFFER: usize = 65_536;
/// How many frames are read before those that are due are looked after.
const AT_ONCE: usize = 32;
/// How long a frame waits to be swapped with a next one.
const SWAP_LIMIT: Duration = Duration::from_secs(1);

/// What has become of the frames of a wire, both ways together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireCounts {
    /// Frames that were handed to the other end, copies included.
    pub forwarded: u64,
    /// Frames that were lost because a fault said so.
    pub lost: u64,
    /// Frames that found the cable's queue full.
    pub queue_full: u64,
    /// Frames that were lost by us: we were too slow, or the kernel did not
    /// take them. Zero, or the picture is wrong.
    pub missed: u64,
    /// Actions that could not be told.
    pub untold: u64,
}

#[derive(Debug, Default)]
struct Counters {
    forwarded: AtomicU64,
    lost: AtomicU64,
    queue_full: AtomicU64,
    missed: AtomicU64,
    untold: AtomicU64,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// A wire that works; its threads end with the process.
pub(in crate::source) struct Relay {
    sockets: [Arc<OwnedFd>; 2],
    counters: Arc<Counters>,
}

impl Relay {
    /// Starts carrying. `parent` is told what is done on purpose, by this
    /// number of the wire.
    pub(in crate::source) fn start(
        plan: &WirePlan,
        number: u32,
        parent: &OwnedFd,
        compile: Compile,
    ) -> io::Result<Self> {
        let open = |index: u32| {
            let socket = packet_socket::open(Network::Lab, Outgoing::Ignored, None)
                .map_err(|refusal| io::Error::from_raw_os_error(refusal.errno))?;
            packet_socket::stamp(socket.as_fd())?;
            packet_socket::bind(&socket, index)?;
            Ok::<_, io::Error>(Arc::new(socket))
        };
        let [near, far] = plan.indices;
        let sockets = [open(near)?, open(far)?];
        let counters = Arc::new(Counters::default());
        let pulls = plan.faults.iter().any(|fault| matches!(fault.kind, FaultKind::Unplug(_)));
        let plug = if pulls { Some(Plug::new(plan.indices)?) } else { None }.map(Arc::new);
        let wire = Wire::new(plan.faults.clone(), compile).ok_or_else(|| io::Error::from_raw_os_error(libc::EINVAL))?;
        let wire = Arc::new(Mutex::new(wire));
        let [first, second] = &sockets;
        for (from, to, index) in [(first, second, far), (second, first, near)] {
            let carrier = Carrier {
                number,
                from: Arc::clone(from),
                to: Arc::clone(to),
                index,
                faulty: !plan.faults.is_empty(),
                wire: Arc::clone(&wire),
                quality: plan.quality,
                parent: parent.try_clone()?,
                counters: Arc::clone(&counters),
                leaving: VecDeque::new(),
                waiting: BTreeMap::new(),
                order: 0,
                held: None,
                plug: plug.clone(),
                pulls: BTreeMap::new(),
                plugs: None,
            };
            thread::Builder::new().name(format!("wire {number} to {index}")).spawn(move || carrier.run())?;
        }
        Ok(Self { sockets, counters })
    }

    /// What has become of the frames so far.
    pub(in crate::source) fn counts(&self) -> WireCounts {
        for socket in &self.sockets {
            if let Ok(statistics) = packet_socket::statistics(socket) {
                self.counters.missed.fetch_add(statistics.dropped, Ordering::Relaxed);
            }
        }
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let Counters { forwarded, lost, queue_full, missed, untold } = &*self.counters;
        WireCounts {
            forwarded: of(forwarded),
            lost: of(lost),
            queue_full: of(queue_full),
            missed: of(missed),
            untold: of(untold),
        }
    }
}

/// Pulling a cable, as the kernels at its ends see it: they lose the carrier.
struct Plug {
    /// To the interfaces in the middle, at whose other ends the cable is
    /// plugged in.
    route: Mutex<Route>,
    indices: [u32; 2],
    /// How often the cable was pulled and plugged in: odd while it is out.
    turns: AtomicU64,
}

impl Plug {
    fn new(indices: [u32; 2]) -> io::Result<Self> {
        Ok(Self { route: Mutex::new(Route::open()?), indices, turns: AtomicU64::new(0) })
    }

    fn turns(&self) -> u64 {
        self.turns.load(Ordering::Acquire)
    }

    /// Pulls the cable, or plugs it in again. Tells whether that was something
    /// to do.
    fn turn(&self, out: bool) -> io::Result<bool> {
        let mut route = self.route.lock().unwrap_or_else(PoisonError::into_inner);
        if (self.turns() % 2 == 1) == out {
            return Ok(false);
        }
        // The kernel may take its time: until it is done, and from the moment
        // that it is asked, what comes is lost.
        if out {
            self.turns.fetch_add(1, Ordering::AcqRel);
        }
        for index in self.indices {
            let mut link = LinkMessage::default();
            link.header.index = index;
            link.header.flags = if out { LinkFlags::empty() } else { LinkFlags::Up };
            link.header.change_mask = LinkFlags::Up;
            route.set(link)?;
        }
        if !out {
            self.turns.fetch_add(1, Ordering::AcqRel);
        }
        Ok(true)
    }
}

/// A cable that is to be pulled: for how long, by which pattern, behind which
/// frame.
type Pull = (Duration, Option<String>, Vec<u8>);

/// A frame on its way, with the [turns](Plug::turns) of the cable when it set
/// out.
struct OnItsWay {
    frame: Vec<u8>,
    turns: u64,
}

/// One way of a wire.
struct Carrier {
    number: u32,
    from: Arc<OwnedFd>,
    to: Arc<OwnedFd>,
    /// The interface of `to`.
    index: u32,
    faulty: bool,
    wire: Arc<Mutex<Wire>>,
    quality: Quality,
    parent: OwnedFd,
    counters: Arc<Counters>,
    /// When each frame will have left that waits for those before it.
    leaving: VecDeque<Duration>,
    /// Frames by the moment they are due, and in their order.
    waiting: BTreeMap<(Duration, u64), OnItsWay>,
    order: u64,
    /// A frame that is to be swapped, and until when it waits.
    held: Option<(Duration, OnItsWay)>,
    /// The cable's ends, where it may be pulled.
    plug: Option<Arc<Plug>>,
    /// When the cable is to be pulled.
    pulls: BTreeMap<Duration, Pull>,
    /// When it is to be plugged in again.
    plugs: Option<Duration>,
}

impl Carrier {
    fn run(mut self) {
        let mut buffer = vec![0; READ_BUFFER];
        loop {
            self.send_due();
            self.wait();
            for _ in 0..AT_ONCE {
                match recv(&*self.from, buffer.as_mut_slice(), RecvFlags::DONTWAIT | RecvFlags::TRUNC) {
                    Ok((_, length)) => match buffer.get(..length) {
                        Some(frame) => self.take(frame),
                        None => count(&self.counters.missed),
                    },
                    // Nothing more; or the cable was pulled, and may be back.
                    Err(_) => break,
                }
            }
        }
    }

    /// Waits for a frame, or until one is due.
    fn wait(&self) {
        let now = clock::monotonic();
        let due = self.waiting.keys().next().map(|(due, _)| *due);
        let held = self.held.as_ref().map(|(due, _)| *due);
        let pull = self.pulls.keys().next().copied();
        let due = [due, held, pull, self.plugs].into_iter().flatten().min();
        let limit = due.and_then(|due| Timespec::try_from(due.saturating_sub(now)).ok());
        // Interrupted or not, the next step looks.
        poll(&mut [PollFd::new(&*self.from, PollFlags::IN)], limit.as_ref()).ok();
    }

    fn take(&mut self, frame: &[u8]) {
        if frame.starts_with(&MARK_DESTINATION) {
            // A mark of ours, for the captures beside us.
            return;
        }
        let (fault, packet) = if self.faulty { self.judge(frame) } else { (None, true) };
        let Some(fault) = fault else {
            self.carry(frame, Duration::ZERO);
            if packet && let Some((_, held)) = self.held.take() {
                self.carry_held(&held);
            }
            return;
        };
        let pattern = Some(fault.pattern.to_string());
        match fault.kind {
            FaultKind::Lose => {
                count(&self.counters.lost);
                self.tell(LinkActionKind::Lost, pattern, frame);
            }
            FaultKind::Delay(delay) => {
                self.tell(LinkActionKind::Delayed, pattern, frame);
                self.carry(frame, delay);
            }
            FaultKind::Duplicate => {
                self.tell(LinkActionKind::Duplicated, pattern, frame);
                self.carry(frame, Duration::ZERO);
                self.carry(frame, Duration::ZERO);
            }
            FaultKind::Swap => {
                self.tell(LinkActionKind::Swapped, pattern, frame);
                let held = OnItsWay { frame: frame.to_vec(), turns: self.turns() };
                let before = self.held.replace((clock::monotonic() + SWAP_LIMIT, held));
                if let Some((_, before)) = before {
                    self.carry_held(&before);
                }
            }
            FaultKind::Unplug(time) => {
                let arrives = self.carry(frame, Duration::ZERO);
                self.pulls.insert(arrives, (time, pattern, frame.to_vec()));
                self.send_due();
            }
        }
    }

    fn judge(&self, frame: &[u8]) -> (Option<Fault>, bool) {
        let mut wire = self.wire.lock().unwrap_or_else(PoisonError::into_inner);
        let verdict = wire.judge(frame);
        (verdict.fault.and_then(|number| wire.fault(number).cloned()), verdict.packet)
    }

    fn turns(&self) -> u64 {
        self.plug.as_ref().map_or(0, |plug| plug.turns())
    }

    /// A frame whose time has come, unless the cable was pulled meanwhile.
    fn carry_held(&mut self, held: &OnItsWay) {
        if held.turns == self.turns() {
            self.carry(&held.frame, Duration::ZERO);
        } else {
            self.lose(&held.frame);
        }
    }

    /// The cable was pulled, and this frame was on it.
    fn lose(&self, frame: &[u8]) {
        count(&self.counters.lost);
        self.tell(LinkActionKind::Lost, None, frame);
    }

    /// Lets a frame take as long as it takes on this cable, and `late` more;
    /// tells when it arrives.
    fn carry(&mut self, frame: &[u8], late: Duration) -> Duration {
        let mut takes = self.quality.delay + late;
        let turns = self.turns();
        if turns % 2 == 1 {
            self.lose(frame);
            return clock::monotonic();
        }
        if let Some(bandwidth) = self.quality.bandwidth {
            let now = clock::monotonic();
            while self.leaving.front().is_some_and(|left| *left <= now) {
                self.leaving.pop_front();
            }
            if self.quality.queue.is_some_and(|queue| self.leaving.len() > queue) {
                count(&self.counters.queue_full);
                self.tell(LinkActionKind::QueueFull, None, frame);
                return now;
            }
            let bits = u64::try_from(frame.len()).unwrap_or(u64::MAX).saturating_mul(8);
            let nanos = u128::from(bits) * 1_000_000_000 / u128::from(bandwidth.max(1));
            let own = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
            let left = self.leaving.back().copied().unwrap_or(now).max(now) + own;
            self.leaving.push_back(left);
            takes += left.saturating_sub(now);
        }
        if takes.is_zero() {
            self.send(frame);
            return clock::monotonic();
        }
        self.order += 1;
        let arrives = clock::monotonic() + takes;
        self.waiting.insert((arrives, self.order), OnItsWay { frame: frame.to_vec(), turns });
        arrives
    }

    fn send_due(&mut self) {
        if self.held.as_ref().is_some_and(|(due, _)| *due <= clock::monotonic())
            && let Some((_, held)) = self.held.take()
        {
            self.carry_held(&held);
        }
        while let Some(first) = self.waiting.first_entry() {
            if first.key().0 > clock::monotonic() {
                break;
            }
            let OnItsWay { frame, turns } = first.remove();
            if turns == self.turns() { self.send(&frame) } else { self.lose(&frame) }
        }
        self.turn_due();
    }

    /// Pulls the cable where it is time to, or plugs it in again.
    fn turn_due(&mut self) {
        let Some(plug) = self.plug.clone() else { return };
        let now = clock::monotonic();
        if self.pulls.first_key_value().is_some_and(|(due, _)| *due <= now)
            && let Some((_, (time, pattern, frame))) = self.pulls.pop_first()
        {
            let at = clock::now();
            match plug.turn(true) {
                Ok(true) => {
                    self.plugs = Some(now + time);
                    self.tell_at(at, LinkActionKind::Unplugged, pattern, &frame);
                }
                // It is out already.
                Ok(false) => {}
                Err(_) => count(&self.counters.untold),
            }
        }
        if self.plugs.is_some_and(|due| due <= now) {
            self.plugs = None;
            match plug.turn(false) {
                Ok(_) => self.tell_at(clock::now(), LinkActionKind::Plugged, None, &[]),
                Err(_) => count(&self.counters.untold),
            }
        }
    }

    fn send(&self, frame: &[u8]) {
        match packet_socket::send(&self.to, self.index, frame) {
            Ok(()) => count(&self.counters.forwarded),
            Err(_) => count(&self.counters.missed),
        }
    }

    fn tell(&self, what: LinkActionKind, pattern: Option<String>, frame: &[u8]) {
        let stamp = packet_socket::stamp(self.from.as_fd()).ok().flatten();
        self.tell_at(stamp.unwrap_or_else(clock::now), what, pattern, frame);
    }

    fn tell_at(&self, at: Timestamp, what: LinkActionKind, pattern: Option<String>, frame: &[u8]) {
        let action = LinkAction::new(what, pattern, frame);
        let message = FromHelper::LinkAction { wire: self.number, at, action };
        if send_unless_full(&self.parent, &message).is_err() {
            count(&self.counters.untold);
        }
    }
}
