//! What happens when time passes (RFC 9293 §3.10.8).

use std::time::Duration;

use super::{Connection, Failure, Probe, Reason, State};
use crate::model::TcpFlags;
use crate::source::simulator::Moment;

/// When each timer goes off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Timers {
    /// RFC 6298 §5.
    pub(super) retransmission: Option<Moment>,
    /// Asks a closed window (RFC 9293 §3.8.6.1), or lets a small segment go
    /// (§3.8.6.2.1).
    pub(super) persist: Option<Moment>,
    /// How often the window was asked in vain.
    pub(super) persist_backoff: u32,
    /// RFC 9293 §3.8.6.3.
    pub(super) delayed_ack: Option<Moment>,
    /// USER TIMEOUT.
    pub(super) user: Option<Moment>,
    /// RFC 9293 §3.8.4.
    pub(super) keep_alive: Option<Moment>,
    /// An orphan's FIN-WAIT-2.
    pub(super) fin_wait_2: Option<Moment>,
    /// PTO (RFC 8985 §7.2).
    pub(super) tail: Option<Moment>,
}

/// RFC 9293 §3.8.6.1: the interval between probes grows to this.
const LONGEST_PERSIST: Duration = Duration::from_mins(1);
/// RFC 9293 §3.8.6.2.1: the override timeout, 0.1 to 1 s.
const OVERRIDE: Duration = Duration::from_millis(500);

impl Timers {
    fn earliest(&self) -> Option<Moment> {
        let Self { retransmission, persist, persist_backoff: _, delayed_ack, user, keep_alive, fin_wait_2, tail } =
            self;
        [retransmission, persist, delayed_ack, user, keep_alive, fin_wait_2, tail].into_iter().flatten().min().copied()
    }
}

/// Takes a timer that is due.
fn due(timer: &mut Option<Moment>, now: Moment) -> bool {
    timer.take_if(|at| *at <= now).is_some()
}

impl Connection {
    /// When time will do something to it.
    pub(super) fn deadline(&self) -> Option<Moment> {
        if let State::TimeWait { until } = self.state {
            return Some(self.timers.delayed_ack.map_or(until, |at| at.min(until)));
        }
        self.timers.earliest()
    }

    /// Does what is due.
    pub(super) fn pass(&mut self, now: Moment) {
        // TIME-WAIT TIMEOUT.
        if let State::TimeWait { until } = self.state
            && until <= now
        {
            return self.end(Reason::TimeWaitOver, None);
        }
        // USER TIMEOUT.
        if due(&mut self.timers.user, now) {
            return self.end(Reason::UserTimeout, Some(Failure::TimedOut));
        }
        if due(&mut self.timers.fin_wait_2, now) && self.state == State::FinWait2 {
            return self.end(Reason::FinWait2Over, None);
        }
        if self.timers.retransmission.is_some_and(|at| at <= now) {
            self.retransmission_timeout(now);
        }
        if due(&mut self.timers.tail, now) {
            self.tail_loss_probe(now);
        }
        if due(&mut self.timers.persist, now) {
            self.persist(now);
        }
        if due(&mut self.timers.delayed_ack, now) {
            self.acks.now = Some(Reason::DelayedAck);
            // Nothing was there to carry it.
            self.acks.conversing = false;
        }
        if due(&mut self.timers.keep_alive, now) {
            self.keep_alive(now);
        }
        if self.state != State::Closed {
            self.flush(now, Reason::AckMadeRoom);
        }
    }

    /// RFC 9293 §3.8.6.1: a closed window is asked; §3.8.6.2.1, (4): a small
    /// one takes what it can.
    fn persist(&mut self, now: Moment) {
        if !self.state.sends() {
            return;
        }
        let usable = self.out.usable();
        if self.out.window > 0 && usable > 0 && self.out.queue.is_empty() {
            let count = self.out.unsent().min(usable).min(self.agreed.mss);
            return self.send_stretch(now, count, Reason::Override);
        }
        if self.out.window > 0 {
            return;
        }
        self.timers.persist_backoff += 1;
        if self.timers.user.is_none() {
            self.timers.user = self.patience(now);
        }
        match self.out.queue.front().copied() {
            Some(oldest) => {
                self.out.queue.sent_again(0, now);
                self.send_again(now, oldest.seq, oldest.length, Reason::WindowProbe);
            }
            None if self.knobs.probe == Probe::OldNumber => {
                self.emit(now, TcpFlags::ACK, self.out.una - 1, Vec::new(), Reason::WindowProbe);
            }
            None => self.send_stretch(now, self.out.unsent().min(1), Reason::WindowProbe),
        }
    }

    /// RFC 9293 §3.8.4.
    fn keep_alive(&mut self, now: Moment) {
        let Some(settings) = self.knobs.keep_alive else { return };
        let silence = now.since(self.heard);
        if silence < settings.idle || !self.out.queue.is_empty() {
            return;
        }
        if self.probes >= settings.probes {
            self.reset(self.out.nxt, None, Reason::KeepAliveUnanswered);
            return self.end(Reason::KeepAliveUnanswered, Some(Failure::TimedOut));
        }
        self.probes += 1;
        self.timers.keep_alive = Some(now + settings.interval);
        // SEG.SEQ = SND.NXT − 1: outside the window, so it must be answered.
        self.emit(now, TcpFlags::ACK, self.out.nxt - 1, Vec::new(), Reason::KeepAlive);
    }

    /// Starts the timers that are needed and do not run, stops the others.
    pub(super) fn arm(&mut self, now: Moment) {
        if matches!(self.state, State::Closed | State::TimeWait { .. }) {
            let delayed_ack = self.timers.delayed_ack;
            self.timers = Timers { delayed_ack, ..Timers::default() };
            return;
        }
        let closed = self.out.window == 0 && self.state.sends();
        // RFC 6298 §5.1.
        if self.out.queue.is_empty() || closed {
            self.timers.retransmission = None;
        } else if self.timers.retransmission.is_none() {
            self.timers.retransmission = Some(now + self.rtt.timeout());
        }
        self.arm_tail(now);
        // RFC 9293 §3.8.6.1: the first probe after RTO, then ever more slowly.
        let waits = self.state.sends() && self.out.anything_unsent();
        if closed && (waits || !self.out.queue.is_empty()) {
            let doubled = self.rtt.timeout().saturating_mul(1 << self.timers.persist_backoff.min(10));
            let interval = doubled.min(LONGEST_PERSIST);
            self.timers.persist.get_or_insert(now + interval);
        } else if waits && self.out.queue.is_empty() {
            self.timers.persist.get_or_insert(now + OVERRIDE);
        } else {
            self.timers.persist = None;
        }
        // RFC 9293 §3.8.6.3.
        if self.acks.unanswered > 0 {
            let wait = self.knobs.delayed_ack.unwrap_or_default();
            self.timers.delayed_ack.get_or_insert(now + wait);
        }
        // RFC 9293 §3.8.4.
        if let Some(settings) = self.knobs.keep_alive
            && matches!(self.state, State::Established | State::CloseWait)
        {
            let at = self.heard + settings.idle;
            self.timers.keep_alive.get_or_insert(if at > now { at } else { now + settings.interval });
        }
        if let (Some(patience), State::FinWait2, true) = (self.knobs.fin_wait_2, self.state, self.abandoned) {
            self.timers.fin_wait_2.get_or_insert(now + patience);
        }
    }
}
