//! SEGMENT ARRIVES (RFC 9293 §3.10.7). One file for each of the RFC's steps.

/// Fifth: the ACK field.
mod ack;
/// CLOSED (§3.10.7.1).
mod closed;
/// Eighth: the FIN bit.
mod fin;
/// LISTEN (§3.10.7.2).
mod listen;
/// SYN-SENT (§3.10.7.3).
mod syn_sent;
/// First to fourth of the other states: number, reset, SYN.
mod synchronized;
/// Sixth and seventh: urgent, text.
mod text;

pub(super) use closed::answer_for_nobody;
pub(super) use listen::{ToListener, judge as judge_for_listener};

use super::{Connection, Reason, Segment, State};
use crate::source::simulator::Moment;

impl Connection {
    /// A segment of the peer has arrived.
    pub(super) fn arrives(&mut self, now: Moment, segment: &Segment) {
        // Where nobody is any more the stack answers for us.
        if self.state == State::SynSent {
            self.arrives_in_syn_sent(now, segment);
        } else if self.state != State::Closed {
            self.arrives_synchronized(now, segment);
        }
        if self.state == State::Closed {
            return;
        }
        let why = if self.transmits_limited() { Reason::LimitedTransmit } else { Reason::AckMadeRoom };
        self.flush(now, why);
    }

    /// §3.10.7.4, "Other States", in the RFC's order.
    fn arrives_synchronized(&mut self, now: Moment, segment: &Segment) {
        let goes_on = self.check_number(now, segment)
            && self.check_reset(now, segment)
            && self.check_syn(now, segment)
            && self.check_ack(now, segment);
        if !goes_on {
            return;
        }
        self.take_urgent(segment);
        if self.take_text(now, segment) {
            self.take_fin(now, segment);
        }
    }
}
