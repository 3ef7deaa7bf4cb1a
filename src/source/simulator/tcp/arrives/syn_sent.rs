//! SYN-SENT (RFC 9293 §3.10.7.3).

use crate::model::{SeqNumber, TcpFlags};
use crate::source::simulator::Moment;
use crate::source::simulator::tcp::{Connection, Failure, Handshake, Opened, Reason, Segment, State};

impl Connection {
    pub(super) fn arrives_in_syn_sent(&mut self, now: Moment, segment: &Segment) {
        let flags = segment.flags;
        // First: "If SEG.ACK =< ISS or SEG.ACK > SND.NXT, send a reset (unless
        // the RST bit is set, if so drop the segment and return)".
        let acceptable = flags.ack() && segment.ack.after(self.out.una) && segment.ack.before_or_at(self.out.nxt);
        if flags.ack() && !acceptable {
            return if flags.rst() {
                self.ignore(Reason::AckOfNothingSent);
            } else {
                self.reset(segment.ack, None, Reason::AckOfNothingSent);
            };
        }
        // Second: "If the ACK was acceptable, then signal to the user 'error:
        // connection reset' … Otherwise (no ACK), drop the segment".
        if flags.rst() {
            return if acceptable {
                self.end(Reason::Refused, Some(Failure::Refused));
            } else {
                self.ignore(Reason::ResetWithoutAck);
            };
        }
        // Fifth: "if neither of the SYN or RST bits is set, then drop".
        if !flags.syn() {
            return self.ignore(Reason::NeitherSynNorReset);
        }
        // Fourth: RCV.NXT = SEG.SEQ+1, IRS = SEG.SEQ.
        self.synchronize(segment, now);
        if acceptable {
            self.newly_acknowledged(now, segment);
            self.establish(segment, Reason::SynAcknowledged);
            // <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>; "data or controls that were
            // queued for transmission MAY be included" (MAY-10), or go behind
            // it. The counterfactual has no third step.
            if self.knobs.handshake == Handshake::ThreeWay {
                self.acknowledge(now, Reason::SynAcknowledged);
            }
            self.take_urgent(segment);
            let text = Segment { seq: segment.seq + 1, ..segment.clone() };
            if (flags.fin() || !segment.payload.is_empty()) && self.take_text(now, &text) {
                self.take_fin(now, &text);
            }
            return;
        }
        // "Otherwise, enter SYN-RECEIVED, form a SYN,ACK segment".
        self.go(State::SynReceived { opened: Opened::Actively }, Reason::SimultaneousOpen);
        self.window_of_syn(segment);
        let both = TcpFlags::SYN.with(TcpFlags::ACK);
        self.emit(now, both, self.out.iss, Vec::new(), Reason::SimultaneousOpen);
        // "If there are other controls or text in the segment, queue them for
        // processing after the ESTABLISHED state has been reached".
        if let Some(incoming) = &mut self.incoming
            && !segment.payload.is_empty()
        {
            incoming.take(segment.seq + 1, &segment.payload);
        }
    }

    /// SND.WND, SND.WL1, SND.WL2 of a SYN, whose window is not scaled
    /// (RFC 7323 §2.2).
    pub(super) fn window_of_syn(&mut self, syn: &Segment) {
        self.out.window = u32::from(syn.window.0);
        self.out.largest_window = self.out.window;
        self.out.wl1 = syn.seq;
        self.out.wl2 = if syn.flags.ack() { syn.ack } else { SeqNumber::new(0) };
    }

    /// ESTABLISHED, by the SYN or the ACK that completes the handshake.
    pub(super) fn establish(&mut self, segment: &Segment, why: Reason) {
        if segment.flags.syn() {
            self.window_of_syn(segment);
        }
        self.recovery.timeouts = 0;
        self.go(State::Established, why);
        // A CLOSE that waited behind queued data (§3.10.4, SYN-RECEIVED).
        if self.out.closing {
            self.go(State::FinWait1, Reason::Close);
        }
    }
}
