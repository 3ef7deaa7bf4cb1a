//! Eighth of §3.10.7.4: the FIN bit.

use crate::source::simulator::Moment;
use crate::source::simulator::tcp::segment::length;
use crate::source::simulator::tcp::{Connection, Reason, Segment, State};

impl Connection {
    /// The FIN takes effect once everything before it has come.
    pub(super) fn take_fin(&mut self, now: Moment, segment: &Segment) {
        // After the peer's FIN there is nothing more: what came again below the
        // window was answered as not acceptable.
        if !self.state.receives() {
            return;
        }
        let Some(incoming) = &mut self.incoming else { return };
        if segment.flags.fin() {
            let at = segment.seq + length(segment.payload.len());
            if at.before(incoming.nxt) {
                // It came before.
                self.acks.now = Some(Reason::DuplicateData);
                return;
            }
            incoming.fin = Some(at);
            // RFC 5681 §4.2: out of order, as text is.
            if at.after(incoming.nxt) {
                self.acks.now = Some(Reason::OutOfOrder);
            }
        }
        if incoming.fin != Some(incoming.nxt) {
            return;
        }
        // "advance RCV.NXT over the FIN, and send an acknowledgment for the
        // FIN".
        incoming.nxt = incoming.nxt + 1;
        incoming.fin = None;
        self.acks.now = Some(Reason::FinReceived);
        match self.state {
            State::SynReceived { .. } | State::Established => self.go(State::CloseWait, Reason::FinReceived),
            // "If our FIN has been ACKed (perhaps in this segment), then enter
            // TIME-WAIT …; otherwise, enter the CLOSING state": the ACK in
            // this segment has led to FIN-WAIT-2 already.
            State::FinWait1 => self.go(State::Closing, Reason::FinReceived),
            State::FinWait2 => self.enter_time_wait(now, Reason::FinReceived),
            // "Remain in the … state."
            State::Closed
            | State::SynSent
            | State::CloseWait
            | State::Closing
            | State::LastAck
            | State::TimeWait { .. } => {}
        }
    }

    /// "Start the time-wait timer, turn off the other timers."
    pub(super) fn enter_time_wait(&mut self, now: Moment, why: Reason) {
        // The ACK of the peer's FIN goes before the block is deleted.
        if let Some(due) = self.acks.now {
            self.acknowledge(now, due);
        }
        self.go(State::TimeWait { until: now + self.knobs.time_wait }, why);
        if self.knobs.time_wait.is_zero() {
            self.end(Reason::NoTimeWait, None);
        }
    }
}
