//! What was lost is sent again: the timer (RFC 6298), three duplicate ACKs
//! (RFC 5681, 6582), the peer's report of holes (RFC 6675), a probe of the end
//! of a flight (RFC 8985 §7).

use std::time::Duration;

use super::knobs::Limit;
use super::options::elapsed;
use super::{Connection, Failure, Reason, Segment};
use crate::model::SeqNumber;
use crate::source::simulator::Moment;

/// How far a connection is in making up for a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recovery {
    phase: Phase,
    /// Recover (RFC 6582 §3.2), `RecoveryPoint` (RFC 6675 §5): what was sent
    /// when the loss was seen.
    recover: SeqNumber,
    /// Duplicate ACKs in a row.
    duplicates: u32,
    /// How often the timer went off without an acknowledgment.
    pub(super) timeouts: u32,
    /// Why what is lost goes again.
    why: Reason,
    /// Segments sent again so far.
    pub(super) retransmissions: u32,
    /// The tail-loss probe that is not answered.
    tail: Option<TailProbe>,
}

/// `TLP.end_seq` and `TLP.is_retrans` (RFC 8985 §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TailProbe {
    /// SND.NXT when it went.
    end: SeqNumber,
    /// It carried what had gone before.
    again: bool,
}

/// RFC 8985 §7.2: what a single segment waits longer, for the peer's delayed
/// acknowledgment.
const LONGEST_ACK_DELAY: Duration = Duration::from_millis(200);
/// RFC 8985 §7.2: PTO before anything was measured.
const FIRST_PTO: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing is known to be lost.
    Open,
    /// Fast recovery; whether a partial ACK came.
    Fast { partial: bool },
    /// The timer went off.
    Loss,
}

/// RFC 5681 §3.2: duplicate ACKs that mean a loss.
const DUPLICATES: u32 = 3;

impl Recovery {
    pub(super) const fn new(iss: SeqNumber) -> Self {
        Self {
            phase: Phase::Open,
            recover: iss,
            duplicates: 0,
            timeouts: 0,
            why: Reason::AfterTimeout,
            retransmissions: 0,
            tail: None,
        }
    }
}

impl Connection {
    /// RFC 3042: each of the first two duplicate ACKs lets one more segment
    /// go. With SACK what they report has left the count already.
    pub(super) fn limited_transmit(&self) -> u32 {
        let off = self.agreed.sack || !self.knobs.limited_transmit;
        if off || self.recovery.phase != Phase::Open || self.recovery.duplicates >= DUPLICATES {
            return 0;
        }
        self.recovery.duplicates * self.agreed.mss
    }

    /// Whether new segments go by limited transmit alone.
    pub(super) const fn transmits_limited(&self) -> bool {
        matches!(self.recovery.phase, Phase::Open) && self.recovery.duplicates > 0
    }

    /// SND.UNA moves to `segment.ack`.
    pub(super) fn newly_acknowledged(&mut self, now: Moment, segment: &Segment) {
        let ack = segment.ack;
        let bytes = ack.offset_from(self.out.una).cast_unsigned();
        let in_use = self.out.limited || self.out.queue.flight().saturating_mul(2) > self.congestion.window();
        let syn = self.out.una == self.out.iss;
        let taken = self.out.queue.acknowledge(ack);
        self.out.una = ack;
        self.out.forget_before_una();
        // RFC 6298 §3, Karn: what went twice measures nothing; with timestamps
        // the echo says which one was heard (RFC 7323 §4.1).
        let sample = match taken.sent_at {
            Some(sent) => Some(now.since(sent)),
            None => segment
                .options
                .timestamps
                .filter(|_| self.agreed.timestamps.is_some())
                .and_then(|stamps| elapsed(stamps, now)),
        };
        if let Some(sample) = sample {
            self.rtt.measured(sample);
        }
        if syn && self.recovery.timeouts > 0 {
            // RFC 5681 §3.1, RFC 6298 §5.7: the SYN was lost.
            self.congestion.begin_after_lost_syn();
            self.rtt.start_over_after_lost_syn();
        }
        let data = bytes - u32::from(syn);
        self.recovery.duplicates = 0;
        self.recovery.timeouts = 0;
        self.probes = 0;
        self.timers.tail = None;
        let restart = self.advance_recovery(now, ack, data, in_use);
        // RFC 6298 §5.2, §5.3; RFC 6582 §4: only the first partial ACK.
        if self.out.queue.is_empty() {
            (self.timers.retransmission, self.timers.user) = (None, None);
        } else {
            if restart {
                self.timers.retransmission = Some(now + self.rtt.timeout());
            }
            self.timers.user = self.patience(now);
        }
    }

    /// What an acknowledgment of new data does to recovery and cwnd; whether
    /// the timer starts anew.
    fn advance_recovery(&mut self, now: Moment, ack: SeqNumber, bytes: u32, in_use: bool) -> bool {
        let full = self.recovery.recover.before_or_at(ack);
        match self.recovery.phase {
            Phase::Open | Phase::Loss => {
                if full {
                    self.recovery.phase = Phase::Open;
                }
                if bytes > 0 && in_use {
                    self.congestion.acknowledged(bytes, self.rtt.smoothed(), now);
                }
                true
            }
            Phase::Fast { .. } if full => {
                self.congestion.recovered(self.out.queue.flight(), !self.agreed.sack);
                self.recovery.phase = Phase::Open;
                true
            }
            Phase::Fast { partial } => {
                self.recovery.phase = Phase::Fast { partial: true };
                self.recovery.why = Reason::PartialAck;
                if !self.agreed.sack {
                    self.congestion.partial(bytes);
                }
                if !self.agreed.sack || self.out.queue.front().is_some_and(|oldest| oldest.times == 1) {
                    self.out.queue.mark_front_lost();
                    self.resend_lost(now, true);
                }
                !partial
            }
        }
    }

    /// An acknowledgment that moves nothing, while something is under way:
    /// a duplicate ACK (RFC 5681 §2), or `news` of holes (RFC 6675 §2).
    pub(super) fn duplicate_acknowledged(&mut self, now: Moment, news: bool) {
        self.recovery.duplicates = self.recovery.duplicates.saturating_add(1);
        // RFC 8985 §6.2: what went before a probe that has arrived did not.
        let mss = if self.tail_has_arrived() { 0 } else { self.agreed.mss };
        match self.recovery.phase {
            Phase::Fast { .. } if self.agreed.sack => {
                if news && self.out.queue.mark_lost_below_reports(mss) {
                    self.recovery.why = Reason::ReportedHole;
                }
            }
            Phase::Fast { .. } => self.congestion.inflate(),
            // RFC 6582 §4: what was under way when the timer went off makes
            // duplicates of its own.
            Phase::Loss => {}
            Phase::Open => {
                let reported = news && self.out.queue.mark_lost_below_reports(mss);
                if self.recovery.duplicates >= DUPLICATES || reported {
                    self.fast_retransmit(now);
                }
            }
        }
    }

    /// RFC 5681 §3.2, steps 2 and 3; RFC 6582 §3.2, step 2; RFC 6675 §5, step 4.
    fn fast_retransmit(&mut self, now: Moment) {
        let flight = self.out.nxt.offset_from(self.out.una).cast_unsigned();
        self.recovery.phase = Phase::Fast { partial: false };
        self.recovery.tail = None;
        self.recovery.recover = self.out.nxt;
        self.recovery.why = Reason::FastRetransmit;
        self.congestion.fast_retransmit(flight, !self.agreed.sack);
        self.out.queue.mark_front_lost();
        self.resend_lost(now, true);
        if self.agreed.sack {
            self.recovery.why = Reason::ReportedHole;
        }
    }

    /// Sends the first lost stretch again, where the window allows or
    /// `forced`; whether it did.
    pub(super) fn resend_lost(&mut self, now: Moment, forced: bool) -> bool {
        let Some((index, entry)) = self.out.queue.next_lost() else { return false };
        let flight = self.out.queue.flight();
        if !forced && flight > 0 && flight.saturating_add(entry.length) > self.congestion.window() {
            return false;
        }
        self.out.queue.sent_again(index, now);
        self.send_again(now, entry.seq, entry.length, self.recovery.why);
        true
    }

    /// RETRANSMISSION TIMEOUT (RFC 9293 §3.10.8, RFC 6298 §5.4–5.6).
    pub(super) fn retransmission_timeout(&mut self, now: Moment) {
        self.timers.retransmission = None;
        let opening = self.is_opening();
        if let Limit::Retransmissions(most) = self.limit()
            && self.recovery.timeouts >= most
        {
            return self.end(Reason::UserTimeout, Some(Failure::TimedOut));
        }
        self.recovery.timeouts += 1;
        self.recovery.tail = None;
        let flight = self.out.nxt.offset_from(self.out.una).cast_unsigned();
        if !opening {
            self.congestion.timed_out(flight, self.recovery.timeouts > 1);
            self.recovery.phase = Phase::Loss;
        }
        self.recovery.recover = self.out.nxt;
        self.recovery.duplicates = 0;
        self.out.queue.mark_all_lost();
        // §5.5; Linux lets the first timeouts of a SYN pass.
        let linear = opening && !self.opened_passively();
        if !linear || self.recovery.timeouts > self.knobs.syn_linear_timeouts {
            self.rtt.back_off();
        }
        self.recovery.why = Reason::RetransmissionTimeout;
        self.resend_lost(now, true);
        self.recovery.why = Reason::AfterTimeout;
    }

    /// What is under way was too large for the path: no congestion, but it
    /// goes again.
    pub(super) fn lost_to_path(&mut self) {
        self.recovery.why = Reason::PathMtu;
        self.out.queue.mark_all_lost();
    }

    /// A closed window opened while a probe was unanswered.
    pub(super) fn window_opened(&mut self) {
        if !self.out.queue.is_empty() {
            self.recovery.why = Reason::WindowOpened;
            self.out.queue.mark_all_lost();
        }
        self.timers.persist = None;
        self.timers.persist_backoff = 0;
    }

    /// RFC 8985 §7.2: when a probe may be scheduled, and after how long; not
    /// where the retransmission timer comes first.
    pub(super) fn arm_tail(&mut self, now: Moment) {
        let open = self.recovery.phase == Phase::Open && self.recovery.tail.is_none();
        let possible = self.knobs.tail_loss_probe && self.agreed.sack && self.state.sends();
        if !(open && possible && self.out.window > 0) || self.out.queue.is_empty() || self.out.queue.reported() {
            self.timers.tail = None;
            return;
        }
        let single = if self.out.queue.is_single() { LONGEST_ACK_DELAY } else { Duration::ZERO };
        let wait = self.rtt.smoothed().map_or(FIRST_PTO, |smoothed| smoothed.saturating_mul(2) + single);
        let at = *self.timers.tail.get_or_insert(now + wait);
        self.timers.tail = Some(at).filter(|at| self.timers.retransmission.is_some_and(|timeout| *at < timeout));
    }

    /// RFC 8985 §7.3: the next new segment, else the last one again.
    pub(super) fn tail_loss_probe(&mut self, now: Moment) {
        let count = self.out.unsent().min(self.out.usable()).min(self.agreed.effective_mss(&self.options(now)));
        let again = count == 0;
        if count > 0 {
            self.send_stretch(now, count, Reason::TailLossProbe);
        } else if let Some((index, last)) = self.out.queue.last() {
            self.out.queue.sent_again(index, now);
            self.send_again(now, last.seq, last.length, Reason::TailLossProbe);
        }
        self.recovery.tail = Some(TailProbe { end: self.out.nxt, again });
        self.timers.retransmission = Some(now + self.rtt.timeout());
    }

    fn tail_has_arrived(&self) -> bool {
        self.recovery.tail.is_some_and(|probe| probe.again && self.out.queue.reported_up_to(probe.end))
    }

    /// RFC 8985 §7.4.2: what an acknowledgment tells of the probe.
    pub(super) fn tail_acknowledged(&mut self, segment: &Segment, news: bool) {
        let Some(probe) = self.recovery.tail.filter(|probe| !segment.ack.before(probe.end)) else { return };
        let twice = segment.options.sack.iter().next().is_some_and(|block| block.end.before_or_at(segment.ack));
        let bare = !news && segment.length() == 0 && segment.options.sack.count() == 0;
        if !probe.again || twice || bare {
            // Nothing was lost.
            self.recovery.tail = None;
        } else if segment.ack.after(probe.end) {
            // The probe itself made up for a loss: congestion control is to
            // hear of it.
            self.recovery.tail = None;
            let flight = self.out.nxt.offset_from(self.out.una).cast_unsigned();
            self.congestion.fast_retransmit(flight, false);
        }
    }
}
