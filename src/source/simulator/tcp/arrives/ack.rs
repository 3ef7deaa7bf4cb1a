//! Fifth of §3.10.7.4: the ACK field.

use crate::source::simulator::Moment;
use crate::source::simulator::tcp::{Connection, Reason, Segment, State};

impl Connection {
    /// Whether the segment's text and FIN are to be looked at.
    pub(super) fn check_ack(&mut self, now: Moment, segment: &Segment) -> bool {
        // "If the ACK bit is off, drop the segment and return."
        if !segment.flags.ack() {
            self.ignore(Reason::NoAckBit);
            return false;
        }
        let (una, nxt, ack) = (self.out.una, self.out.nxt, segment.ack);
        // RFC 5961 §5.2: (SND.UNA - MAX.SND.WND) =< SEG.ACK =< SND.NXT.
        if ack.before(una - self.out.largest_window) && !matches!(self.state, State::SynReceived { .. }) {
            self.challenge(now, Reason::AckTooOld);
            return false;
        }
        let news = ack.after(una) && ack.before_or_at(nxt);
        if matches!(self.state, State::SynReceived { .. }) {
            // "If SND.UNA < SEG.ACK =< SND.NXT, then enter ESTABLISHED state";
            // else <SEQ=SEG.ACK><CTL=RST>.
            if !news {
                self.reset(ack, None, Reason::WrongAckInHandshake);
                return false;
            }
            let why = if segment.flags.syn() { Reason::SimultaneousOpen } else { Reason::HandshakeComplete };
            self.newly_acknowledged(now, segment);
            self.set_window(segment);
            self.establish(segment, why);
            // Linux takes the SYN of it for one that came twice.
            if segment.flags.syn() && self.knobs.acknowledges_crossed_syn_ack {
                self.acknowledge(now, Reason::DuplicateData);
            }
            return !segment.flags.syn();
        }
        // "If the ACK acks something not yet sent (SEG.ACK > SND.NXT), then
        // send an ACK, drop the segment, and return."
        if ack.after(nxt) {
            self.challenge(now, Reason::AckOfTheFuture);
            return false;
        }
        let reported = self.agreed.sack && self.out.queue.report(una, nxt, &segment.options.sack);
        let old_window = self.out.window;
        if news {
            self.newly_acknowledged(now, segment);
        }
        self.update_window(now, segment);
        self.tail_acknowledged(segment, news);
        let same = self.out.window == old_window;
        // RFC 5681 §2: a duplicate ACK.
        let bare = segment.length() == 0 && same && ack == una;
        if !news && !self.out.queue.is_empty() && self.out.window > 0 && (reported || bare && !self.agreed.sack) {
            self.duplicate_acknowledged(now, reported);
        }
        self.fin_acknowledged(now)
    }

    /// "If SND.UNA =< SEG.ACK =< SND.NXT, the send window should be updated":
    /// if SND.WL1 < SEG.SEQ or (SND.WL1 = SEG.SEQ and SND.WL2 =< SEG.ACK).
    fn update_window(&mut self, now: Moment, segment: &Segment) {
        if segment.ack.before(self.out.una) {
            return;
        }
        let (wl1, wl2) = (self.out.wl1, self.out.wl2);
        if wl1.before(segment.seq) || (wl1 == segment.seq && wl2.before_or_at(segment.ack)) {
            let closed = self.out.window == 0;
            self.set_window(segment);
            if closed && self.out.window > 0 {
                self.window_opened();
            }
        }
        // §3.8.6.1, MUST-36: who answers probes is there, and is waited for.
        if self.out.window == 0 && self.timers.user.is_some() {
            self.timers.user = self.patience(now);
        }
    }

    /// SND.WND, SND.WL1, SND.WL2.
    fn set_window(&mut self, segment: &Segment) {
        self.out.window = segment.window.scaled(self.agreed.peer_scale).bytes();
        self.out.largest_window = self.out.largest_window.max(self.out.window);
        self.out.wl1 = segment.seq;
        self.out.wl2 = segment.ack;
    }

    /// What the ACK of our FIN does in each state.
    fn fin_acknowledged(&mut self, now: Moment) -> bool {
        let acknowledged = self.out.fin.is_some_and(|fin| fin.before(self.out.una));
        match self.state {
            State::FinWait1 if acknowledged => self.go(State::FinWait2, Reason::FinAcknowledged),
            State::Closing if acknowledged => self.enter_time_wait(now, Reason::FinAcknowledged),
            // "If our FIN is now acknowledged, delete the TCB, enter the
            // CLOSED state, and return."
            State::LastAck if acknowledged => self.end(Reason::FinAcknowledged, None),
            State::Closed
            | State::SynSent
            | State::SynReceived { .. }
            | State::Established
            | State::FinWait1
            | State::FinWait2
            | State::CloseWait
            | State::Closing
            | State::LastAck
            | State::TimeWait { .. } => {}
        }
        self.state != State::Closed
    }
}
