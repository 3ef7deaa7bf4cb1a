//! What the network says of our segments (RFC 9293 §3.9.2.2, RFC 1191).

use super::{Connection, Failure, IcmpError, Reason};
use crate::model::SeqNumber;
use crate::source::simulator::Moment;

/// RFC 9293 §3.7.1: what is never gone below, in bytes of data.
const SMALLEST: u32 = 64;

impl Connection {
    /// An ICMP error quotes a segment that began at `seq`. `headers`: the bytes
    /// of IP and TCP headers without options.
    pub(super) fn network_says(&mut self, now: Moment, seq: SeqNumber, error: IcmpError, headers: u32) {
        // RFC 5927 §4.1: what is not under way cannot have met an error.
        if seq.before(self.out.una) || !seq.before(self.out.nxt) {
            return self.ignore(Reason::ErrorOfNothingSent);
        }
        match error {
            // MUST-56: "MUST NOT abort the connection".
            IcmpError::Unreachable if self.is_opening() && self.knobs.unreachable_ends_opening => {
                self.end(Reason::Unreachable, Some(Failure::Unreachable));
            }
            IcmpError::Unreachable | IcmpError::TimeExceeded => self.ignore(Reason::SoftError),
            // SHLD-26: "TCP implementations SHOULD abort the connection".
            IcmpError::Refused => self.end(Reason::HardError, Some(Failure::Unreachable)),
            IcmpError::TooBig { mtu } => self.smaller_segments(now, mtu.saturating_sub(headers)),
        }
    }

    /// RFC 1191 §3: what is too large for the path goes again in pieces.
    fn smaller_segments(&mut self, now: Moment, room: u32) {
        let mss = room.max(SMALLEST);
        if mss >= self.agreed.mss {
            return self.ignore(Reason::ErrorOfNothingSent);
        }
        self.agreed.mss = mss;
        let most = self.agreed.effective_mss(&self.options(now));
        self.out.queue.cut(most);
        self.lost_to_path();
        self.timers.retransmission = None;
        self.flush(now, Reason::PathMtu);
    }
}
