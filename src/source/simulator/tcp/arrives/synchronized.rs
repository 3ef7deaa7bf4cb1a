//! The first four steps of §3.10.7.4: is the number acceptable, is it a reset,
//! is it a SYN. (The third, security, is not here.)

use crate::source::simulator::Moment;
use crate::source::simulator::tcp::{Connection, Failure, Reason, RepeatedSyn, Segment, State};

impl Connection {
    /// First: the sequence number, after PAWS (RFC 7323 §5.3).
    pub(super) fn check_number(&mut self, now: Moment, segment: &Segment) -> bool {
        let flags = segment.flags;
        if !flags.rst()
            && !flags.syn()
            && let Some(clock) = &self.agreed.timestamps
        {
            // RFC 7323 §3.2: "a TCP endpoint SHOULD silently drop the segment".
            let Some(stamps) = segment.options.timestamps else {
                self.ignore(Reason::MissingTimestamp);
                return false;
            };
            // R1: "Send an acknowledgment in reply … and drop the segment."
            if clock.is_older(stamps, now) {
                self.challenge(now, Reason::OldTimestamp);
                return false;
            }
        }
        let Some(incoming) = &self.incoming else { return false };
        if incoming.acceptable(segment.seq, segment.length()) {
            // R3, and RFC 7323 §4.3 (2).
            if let (Some(clock), Some(stamps)) = (&mut self.agreed.timestamps, segment.options.timestamps) {
                clock.follow(stamps, segment.seq, self.acks.last.unwrap_or(segment.seq), now);
            }
            self.heard = now;
            self.probes = 0;
            return true;
        }
        // Figure 7: in SYN-RECEIVED the peer's SYN,ACK repeats the number of
        // its SYN. It is no old segment: it acknowledges ours.
        let repeats = flags.syn() && flags.ack() && !flags.rst() && segment.seq == incoming.irs;
        if matches!(self.state, State::SynReceived { .. }) && repeats && segment.ack == self.out.nxt {
            return true;
        }
        self.heard = now;
        if flags.rst() {
            self.ignore(Reason::ResetOutsideWindow);
            return false;
        }
        // §3.10.7.4, TIME-WAIT: a FIN again: "Acknowledge it, and restart the
        // 2 MSL timeout."
        if flags.fin() && matches!(self.state, State::TimeWait { .. }) {
            self.state = State::TimeWait { until: now + self.knobs.time_wait };
            self.acknowledge(now, Reason::FinAgain);
            return false;
        }
        // The same SYN again, for Linux: the SYN-ACK was lost, it goes again.
        let again = flags.syn() && !flags.ack() && segment.seq == incoming.irs;
        if again && self.opened_passively() && self.knobs.repeated_syn == RepeatedSyn::AnsweredAgain {
            self.answer_syn_again(now);
            return false;
        }
        // "If an incoming segment is not acceptable, an acknowledgment should
        // be sent in reply", with what it reports. Two ends that disagree
        // would go on for ever: what carries nothing is answered sparingly.
        if flags.syn() && !matches!(self.state, State::SynReceived { .. }) {
            self.challenge(now, Reason::SynChallenged);
        } else if segment.length() == 0 {
            // Its ACK may be news all the same (§3.8.6.1: a closed window
            // takes ACKs, §3.10.7.4: "special allowance").
            self.challenge(now, Reason::NotAcceptable);
        } else {
            // "If the RCV.WND is zero, no segments will be acceptable, but
            // special allowance should be made to accept valid ACKs, URGs, and
            // RSTs."
            let closed = self.incoming.as_ref().is_some_and(|incoming| incoming.window() == 0);
            if closed && segment.seq == self.rcv_nxt() && flags.ack() && !flags.syn() {
                self.take_urgent(segment);
                if !self.check_ack(now, segment) || self.state == State::Closed {
                    return false;
                }
            }
            self.report_duplicate(segment);
            self.acknowledge(now, Reason::NotAcceptable);
        }
        false
    }

    /// Sends the SYN-ACK again and waits anew, as Linux does (`tcp_check_req`).
    fn answer_syn_again(&mut self, now: Moment) {
        self.out.queue.sent_again(0, now);
        self.send_again(now, self.out.iss, 1, Reason::SynAckAgain);
        self.timers.retransmission = Some(now + self.rtt.timeout());
    }

    /// So that the answer can say what came twice (RFC 2883).
    fn report_duplicate(&mut self, segment: &Segment) {
        if let Some(incoming) = &mut self.incoming
            && !segment.payload.is_empty()
            && segment.end().before_or_at(incoming.nxt)
        {
            incoming.take(segment.seq, &segment.payload);
        }
    }

    /// Second: the RST bit, with RFC 5961 §3.2.
    pub(super) fn check_reset(&mut self, now: Moment, segment: &Segment) -> bool {
        if !segment.flags.rst() {
            return true;
        }
        // "2) If the RST bit is set and the sequence number exactly matches
        // the next expected sequence number (RCV.NXT)": reset. "3) … does not
        // exactly match …: send an acknowledgment (challenge ACK)".
        if segment.seq != self.rcv_nxt() {
            self.challenge(now, Reason::ResetChallenged);
            return false;
        }
        match self.state {
            // "If this connection was initiated with a passive OPEN, then
            // return this connection to the LISTEN state." The listener never
            // left it.
            State::SynReceived { .. } if self.opened_passively() => self.end(Reason::ResetBackToListen, None),
            State::SynReceived { .. } => self.end(Reason::Refused, Some(Failure::Refused)),
            // RFC 1337 §3, F1: "Ignore RST segments in TIME-WAIT state."
            State::TimeWait { .. } if self.knobs.time_wait_ignores_reset => self.ignore(Reason::ResetInTimeWait),
            State::Closing | State::LastAck | State::TimeWait { .. } => self.end(Reason::Reset, None),
            State::Closed
            | State::SynSent
            | State::Established
            | State::FinWait1
            | State::FinWait2
            | State::CloseWait => self.end(Reason::Reset, Some(Failure::Reset)),
        }
        false
    }

    /// Fourth: the SYN bit. SYN-RECEIVED with a passive OPEN returns to
    /// LISTEN; all others challenge (RFC 5961 §4.2).
    pub(super) fn check_syn(&mut self, now: Moment, segment: &Segment) -> bool {
        if !segment.flags.syn() {
            return true;
        }
        let repeats = self.incoming.as_ref().is_some_and(|incoming| incoming.irs == segment.seq);
        if !matches!(self.state, State::SynReceived { .. }) {
            self.challenge(now, Reason::SynChallenged);
            return false;
        }
        if segment.flags.ack() && repeats {
            return true;
        }
        // The same SYN again, with data that reaches into the window: the SYN
        // lies outside and is trimmed off ("including SYN and FIN").
        if repeats {
            self.acknowledge(now, Reason::NotAcceptable);
            return false;
        }
        if self.opened_passively() {
            self.end(Reason::ResetBackToListen, None);
        } else {
            self.challenge(now, Reason::SynChallenged);
        }
        false
    }
}
