//! Asking the kernel again and again what its sockets are, on a thread of its
//! own.
//!
//! Owns how often, and what is news: a socket that was not there, another
//! state, another queue, something sent again. What lasts is told twice: the
//! first and the last time that it was so. Has no opinion on what a state
//! means. What the kernel says is sampled: what begins and ends between two
//! looks is not seen, except that a socket's end is told by the kernel itself.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{RecvFlags, SendFlags, recv, send};

use super::sock_diag::{Cookie, Question, Told, messages};
use crate::model::{Protocol, SocketState, Span, TcpState, TimerKind, Timestamp};
use crate::source::clock::{self, Deadline};
use crate::source::errno;

/// How long the sampler rests after a look, at least.
const SHORTEST_REST: Duration = Duration::from_millis(1);
/// It works for at most one part in this many of a processor's time: 5 %.
const REST_TO_WORK: u32 = 20;
/// The longest rest, however long a look takes.
const LONGEST_REST: Duration = Duration::from_millis(250);
/// How long an answer may take before the kernel is given up; it takes
/// microseconds.
const ANSWER_LIMIT: Duration = Duration::from_secs(1);
/// How long the sampler waits at the end to be told of the destruction of
/// sockets that are gone: the kernel leaves telling to a worker.
const DESTRUCTION_LIMIT: Duration = Duration::from_millis(20);
/// Samples that wait for the session; behind them the sampler stands still.
const QUEUE: usize = 4096;
/// Longer than what the kernel sends at once, in bytes.
const READ_BUFFER: usize = 1 << 16;

/// How sampling went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SamplingEnd {
    /// How often the kernel was asked.
    pub looks: u64,
    /// From one look to the next, on average.
    pub period: Span,
    /// The longest that one question took.
    pub slowest: Span,
    /// How often the kernel had to keep the end of a socket to itself because
    /// we read too slowly.
    pub overruns: u64,
    /// Messages of the kernel that could not be read.
    pub unreadable: u64,
    /// What ended it early: the number of the error.
    pub errno: Option<i32>,
}

impl SamplingEnd {
    /// The same by names, for [`crate::trace::Notes::pinned`].
    pub fn facts(&self) -> Vec<(String, String)> {
        let millis = |span: Span| format!("{}.{:02} ms", span.nanos() / 1_000_000, span.nanos() / 10_000 % 100);
        let mut facts = vec![
            ("sock_diag.looks", self.looks.to_string()),
            ("sock_diag.period", millis(self.period)),
            ("sock_diag.slowest", millis(self.slowest)),
        ];
        for (name, count) in [("sock_diag.overruns", self.overruns), ("sock_diag.unreadable", self.unreadable)] {
            if count > 0 {
                facts.push((name, count.to_string()));
            }
        }
        facts.extend(self.errno.map(|errno| ("sock_diag.ended", errno::name(errno))));
        facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The same of one host among several, `client:sock_diag.looks`.
    pub fn facts_of(&self, host: Option<&str>) -> Vec<(String, String)> {
        let name = |name| host.map_or_else(|| String::clone(&name), |host| format!("{host}:{name}"));
        self.facts().into_iter().map(|(fact, value)| (name(fact), value)).collect()
    }
}

/// Whose sockets are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Everybody's, but for those that are there at the beginning: they are
    /// our own.
    New,
    /// Those with one of these ports at either end.
    Ports(Vec<u16>),
}

/// A running sampler.
#[derive(Debug)]
pub(super) struct Sampler {
    sampled: Receiver<(Timestamp, SocketState)>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<SamplingEnd>>,
}

impl Sampler {
    /// Looks once and then again and again, on a thread. `notify` is called
    /// when there is something to be received.
    ///
    /// # Errors
    /// What the kernel says to the first question; no thread to be had.
    pub(super) fn start(socket: OwnedFd, scope: Scope, notify: impl Fn() + Send + 'static) -> io::Result<Self> {
        set_socket_timeout(&socket, Timeout::Recv, Some(ANSWER_LIMIT))?;
        let (buffer, end) = (vec![0; READ_BUFFER], SamplingEnd::default());
        let mut kernel = Kernel { socket, sequence: 0, asked: clock::now(), buffer, end };
        let mut known = Known { scope, ours: BTreeSet::new(), last: BTreeMap::new(), vanished: BTreeSet::new() };
        let first = kernel.look()?;
        known.begin(&first);
        let (sender, sampled) = bounded(QUEUE);
        let (stop, stopped) = bounded(0);
        let thread = thread::Builder::new()
            .name("sampler".into())
            .spawn(move || run(kernel, &mut known, &sender, &stopped, notify))?;
        Ok(Self { sampled, stop: Some(stop), thread: Some(thread) })
    }

    /// What was sampled, in order.
    pub(super) fn sampled(&self) -> &Receiver<(Timestamp, SocketState)> {
        &self.sampled
    }

    /// Asks it to look a last time and to end.
    pub(super) fn end(&mut self) {
        self.stop = None;
    }

    /// Lets it look a last time and ends it: what it has sampled until then,
    /// and how it went.
    pub(super) fn finish(mut self) -> (Vec<(Timestamp, SocketState)>, SamplingEnd) {
        self.end();
        // It ends with its sender.
        let rest = self.sampled.iter().collect();
        // A panic has already been told on standard error.
        let end = self.thread.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        (rest, end)
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.stop = None;
        // A full queue would hold the thread up.
        self.sampled = crossbeam_channel::never();
        if let Some(thread) = self.thread.take() {
            // A panic has already been told on standard error.
            thread.join().ok();
        }
    }
}

fn run(
    mut kernel: Kernel,
    known: &mut Known,
    sender: &Sender<(Timestamp, SocketState)>,
    stopped: &Receiver<()>,
    notify: impl Fn(),
) -> SamplingEnd {
    let begun = clock::now();
    let mut rest = SHORTEST_REST;
    let mut patience = None;
    let mut last = false;
    while !last {
        // Nobody ever sends: the other side is dropped.
        if patience.is_none() && stopped.recv_timeout(rest) != Err(RecvTimeoutError::Timeout) {
            patience = Some(Deadline::after(DESTRUCTION_LIMIT));
        } else if patience.is_some() {
            thread::sleep(SHORTEST_REST);
        }
        let before = clock::worked();
        let look = match kernel.look() {
            Ok(look) => look,
            Err(error) => {
                kernel.end.errno = Some(errno::number(&error));
                break;
            }
        };
        let mut news = known.news(look);
        last = patience.is_some_and(|patience| known.vanished.is_empty() || patience.has_passed());
        if last {
            news.extend(known.untold());
        }
        let any = !news.is_empty();
        for sample in news {
            if sender.send(sample).is_err() {
                return kernel.end;
            }
        }
        if any {
            notify();
        }
        rest = (clock::worked().saturating_sub(before) * REST_TO_WORK).clamp(SHORTEST_REST, LONGEST_REST);
    }
    let looks = i64::try_from(kernel.end.looks.max(1)).unwrap_or(i64::MAX);
    kernel.end.period = Span::from_nanos(clock::now().since(begun).nanos() / looks);
    kernel.end
}

/// One socket at one moment.
type Sighted = (Timestamp, Cookie, SocketState);

/// The kernel that is asked.
struct Kernel {
    socket: OwnedFd,
    sequence: u32,
    /// When the last question was asked.
    asked: Timestamp,
    buffer: Vec<u8>,
    end: SamplingEnd,
}

impl Kernel {
    /// Every socket there is, and every socket that has gone since the last
    /// look.
    fn look(&mut self) -> io::Result<Vec<Sighted>> {
        self.end.looks += 1;
        let mut look = Vec::new();
        for question in Question::ALL {
            match self.ask(question, &mut look) {
                // A kernel without IPv6, or without UDP's part of sock_diag.
                Err(error) if error.kind() == io::ErrorKind::NotFound && question != Question::ALL[0] => {}
                asked => asked?,
            }
        }
        Ok(look)
    }

    /// Asks one question. The moment of the answers is the middle of the time
    /// that it took; that of a socket's end, the middle of the time since the
    /// question before.
    fn ask(&mut self, question: Question, look: &mut Vec<Sighted>) -> io::Result<()> {
        // Zero is what the kernel says unasked.
        self.sequence = self.sequence.wrapping_add(1).max(1);
        let first = look.len();
        let before = clock::now();
        let previous = std::mem::replace(&mut self.asked, before);
        send(&self.socket, &question.bytes(self.sequence), SendFlags::empty())?;
        let mut done = false;
        while !done {
            let length = match recv(&self.socket, self.buffer.as_mut_slice(), RecvFlags::empty()) {
                Ok((length, _)) => length,
                Err(rustix::io::Errno::NOBUFS) => {
                    self.end.overruns += 1;
                    continue;
                }
                Err(rustix::io::Errno::INTR) => continue,
                Err(errno) => return Err(errno.into()),
            };
            let received = self.buffer.get(..length).unwrap_or_default();
            for told in messages(received, Some((question, self.sequence))) {
                match told {
                    Told::Socket(cookie, state) | Told::Destroyed(cookie, state) => look.push((before, cookie, state)),
                    Told::Done => done = true,
                    Told::Refused(errno) => return Err(io::Error::from_raw_os_error(errno)),
                    Told::Unreadable => self.end.unreadable += 1,
                }
            }
        }
        let after = clock::now();
        self.end.slowest = self.end.slowest.max(after.since(before));
        for (at, _, state) in look.iter_mut().skip(first) {
            let since = if state.destroyed { previous } else { before };
            state.within = Span::from_nanos(after.since(since).nanos().max(0) / 2);
            *at = since + state.within;
        }
        Ok(())
    }
}

/// What would be news.
type Aspect = (Option<TcpState>, Option<(u32, u32)>, u32);

/// What a socket was when it was last looked at.
struct Last {
    aspect: Aspect,
    /// When it was last told.
    told: Timestamp,
    at: Timestamp,
    state: SocketState,
}

impl Last {
    /// What has not been told yet: that it was still so.
    fn untold(&self) -> Option<(Timestamp, SocketState)> {
        (self.told != self.at).then_some((self.at, self.state))
    }
}

/// Whether the kernel keeps a whole socket for a connection, and tells of its
/// end: it keeps less before the handshake is done and in TIME-WAIT.
fn is_connected(state: &SocketState) -> bool {
    let remnant = state.timer.is_some_and(|timer| timer.kind == TimerKind::TimeWait);
    state.peer.is_some() && state.state != Some(TcpState::SynReceived) && !remnant
}

/// What is known of the sockets.
struct Known {
    scope: Scope,
    /// Those that are not told.
    ours: BTreeSet<Cookie>,
    last: BTreeMap<(Protocol, SocketAddr, Option<SocketAddr>, Cookie), Last>,
    /// Connected sockets that are gone, and of whose destruction we have not
    /// been told yet.
    vanished: BTreeSet<Cookie>,
}

impl Known {
    /// Takes in the first look, before anything of the run has begun.
    fn begin(&mut self, look: &[Sighted]) {
        if self.scope == Scope::New {
            self.ours.extend(look.iter().map(|(_, cookie, _)| *cookie));
        }
    }

    fn is_told(&self, cookie: Cookie, state: &SocketState) -> bool {
        match &self.scope {
            Scope::New => !self.ours.contains(&cookie),
            Scope::Ports(ports) => {
                ports.contains(&state.local.port()) || state.peer.is_some_and(|peer| ports.contains(&peer.port()))
            }
        }
    }

    /// What of a look was not so at the one before; and what is so no more,
    /// the last time that it was.
    fn news(&mut self, look: Vec<Sighted>) -> Vec<(Timestamp, SocketState)> {
        let mut now = BTreeMap::new();
        let mut news = Vec::new();
        let mut destroyed = BTreeSet::new();
        for (at, cookie, state) in look {
            if !self.is_told(cookie, &state) {
                continue;
            }
            if state.destroyed {
                destroyed.insert(cookie);
                news.push((at, state));
                continue;
            }
            let key = (state.protocol, state.local, state.peer, cookie);
            let queues = state.queues.map(|queues| (queues.recv, queues.send));
            let aspect = (state.state, queues, state.metrics.map_or(0, |metrics| metrics.retransmits));
            let told = match self.last.remove(&key) {
                Some(last) if last.aspect == aspect => last.told,
                changed => {
                    news.extend(changed.and_then(|last| last.untold()));
                    news.push((at, state));
                    at
                }
            };
            now.insert(key, Last { aspect, told, at, state });
        }
        // Destroyed while we looked.
        now.retain(|(.., cookie), _: &mut Last| !destroyed.contains(cookie));
        news.extend(self.untold());
        let vanished = self.last.iter().filter(|(_, last)| is_connected(&last.state)).map(|((.., cookie), _)| *cookie);
        self.vanished.extend(vanished);
        self.vanished.retain(|cookie| !destroyed.contains(cookie));
        self.last = now;
        news
    }

    /// The last time that each socket was as it was last told.
    fn untold(&self) -> Vec<(Timestamp, SocketState)> {
        self.last.values().filter_map(Last::untold).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SocketQueues, SocketTimer};

    fn state(port: u16, state: TcpState, recv: u32) -> SocketState {
        SocketState {
            protocol: Protocol::Tcp,
            local: ([127, 0, 0, 1], port).into(),
            peer: Some(([127, 0, 0, 1], 40_000).into()),
            state: Some(state),
            within: Span::ZERO,
            destroyed: false,
            queues: Some(SocketQueues { recv, send: 0 }),
            timer: None,
            metrics: None,
        }
    }

    fn known(scope: Scope) -> Known {
        Known { scope, ours: BTreeSet::new(), last: BTreeMap::new(), vanished: BTreeSet::new() }
    }

    /// Looks once a nanosecond; what is told of each look.
    fn told(known: &mut Known, looks: &[&[SocketState]]) -> Vec<Vec<(i64, Option<TcpState>)>> {
        (1..)
            .zip(looks)
            .map(|(at, look)| {
                let at = Timestamp::from_nanos(at);
                let look = look.iter().map(|state| (at, Cookie::of(u64::from(state.local.port())), *state)).collect();
                known.news(look).into_iter().map(|(at, state)| (at.nanos(), state.state)).collect()
            })
            .collect()
    }

    #[test]
    fn a_state_is_told_when_it_is_first_seen_and_when_it_was_last_seen() {
        let mut known = known(Scope::New);
        let (open, closing) = (state(80, TcpState::Established, 0), state(80, TcpState::CloseWait, 0));
        let mut destroyed = state(80, TcpState::Closed, 0);
        destroyed.destroyed = true;
        let told = told(&mut known, &[&[open], &[open], &[open], &[closing], &[destroyed], &[]]);
        let (open, closing, closed) = (Some(TcpState::Established), Some(TcpState::CloseWait), Some(TcpState::Closed));
        let expected = [vec![(1, open)], vec![], vec![], vec![(3, open), (4, closing)], vec![(5, closed)], vec![]];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_left_at_the_end_was_so_until_then() {
        let mut known = known(Scope::New);
        let quiet = state(80, TcpState::TimeWait, 0);
        told(&mut known, &[&[quiet], &[quiet]]);
        let rest: Vec<i64> = known.untold().iter().map(|(at, _)| at.nanos()).collect();
        assert_eq!(rest, [2]);
    }

    #[test]
    fn the_destruction_of_a_whole_socket_is_waited_for() {
        let mut known = known(Scope::New);
        let mut remnant = state(81, TcpState::FinWait2, 0);
        remnant.timer = Some(SocketTimer { kind: TimerKind::TimeWait, expires_ms: 60_000, retries: 0 });
        let mut listener = state(82, TcpState::Listen, 0);
        listener.peer = None;
        told(&mut known, &[&[state(80, TcpState::LastAck, 0), remnant, listener], &[]]);
        assert_eq!(known.vanished, BTreeSet::from([Cookie::of(80)]));
        let mut destroyed = state(80, TcpState::Closed, 0);
        destroyed.destroyed = true;
        told(&mut known, &[&[destroyed]]);
        assert!(known.vanished.is_empty());
        told(&mut known, &[&[state(80, TcpState::LastAck, 0), destroyed], &[]]);
        assert!(known.vanished.is_empty(), "destroyed while we looked");
    }

    #[test]
    fn a_queue_that_changes_is_news_and_a_round_trip_time_is_not() {
        let mut known = known(Scope::New);
        let mut slower = state(80, TcpState::Established, 5);
        slower.metrics = Some(crate::model::TcpMetrics { rtt_us: 7, ..Default::default() });
        let told = told(
            &mut known,
            &[&[state(80, TcpState::Established, 0)], &[state(80, TcpState::Established, 5)], &[slower]],
        );
        assert_eq!(told.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 0]);
    }

    #[test]
    fn our_own_sockets_and_other_ports_are_not_told() {
        let (ours, theirs) = (state(1, TcpState::Established, 0), state(2, TcpState::Established, 0));
        let mut new = known(Scope::New);
        new.begin(&[(Timestamp::default(), Cookie::of(1), ours)]);
        let mut destroyed = ours;
        destroyed.destroyed = true;
        assert_eq!(told(&mut new, &[&[ours, theirs, destroyed]])[0].len(), 1);
        for (port, expected) in [(2, 1), (40_000, 2), (3, 0)] {
            assert_eq!(told(&mut known(Scope::Ports(vec![port])), &[&[ours, theirs]])[0].len(), expected, "{port}");
        }
    }

    #[test]
    fn facts_are_told_by_name() {
        let end = SamplingEnd {
            looks: 3,
            period: Span::from_nanos(1_060_400),
            slowest: Span::from_nanos(40_000),
            overruns: 2,
            unreadable: 0,
            errno: Some(libc::EPERM),
        };
        let facts: Vec<String> = end.facts().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            facts,
            [
                "sock_diag.looks=3",
                "sock_diag.period=1.06 ms",
                "sock_diag.slowest=0.04 ms",
                "sock_diag.overruns=2",
                "sock_diag.ended=EPERM"
            ]
        );
    }
}
