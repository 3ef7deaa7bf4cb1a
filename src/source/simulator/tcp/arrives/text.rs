//! Sixth and seventh of §3.10.7.4: the urgent pointer and the text.

use crate::model::TcpFlags;
use crate::source::simulator::Moment;
use crate::source::simulator::tcp::receive::Arrival;
use crate::source::simulator::tcp::segment::length;
use crate::source::simulator::tcp::{Connection, Failure, Reason, Segment};

impl Connection {
    /// Sixth: RCV.UP = max(RCV.UP, SEG.UP) (§3.8.5).
    pub(super) fn take_urgent(&mut self, segment: &Segment) {
        // CLOSE-WAIT and behind: "This should not occur … Ignore the URG."
        if !segment.flags.contains(TcpFlags::URG) || !self.state.receives() {
            return;
        }
        if let Some(incoming) = &mut self.incoming {
            let pointer = segment.seq + u32::from(segment.urgent);
            incoming.urgent = Some(incoming.urgent.map_or(pointer, |known| known.latest(pointer)));
        }
        self.ignore(Reason::UrgentInLine);
    }

    /// Seventh: the text. Whether the connection still stands.
    pub(super) fn take_text(&mut self, now: Moment, segment: &Segment) -> bool {
        let count = length(segment.payload.len());
        if count == 0 {
            return true;
        }
        // CLOSE-WAIT and behind: "This should not occur since a FIN has been
        // received from the remote side. Ignore the segment text."
        if !self.state.receives() {
            self.ignore(Reason::TextAfterFin);
            return true;
        }
        let Some(incoming) = &mut self.incoming else { return true };
        // §3.6.1: "if new data is received after CLOSE is called, its TCP
        // SHOULD send a RST to show that data was lost" (SHLD-3).
        if self.abandoned && segment.end().after(incoming.nxt) {
            self.reset(self.out.nxt, None, Reason::DataAfterClose);
            self.end(Reason::DataAfterClose, Some(Failure::Aborted));
            return false;
        }
        // As Linux does (`tcp_incr_quickack`): half the window in segments, two
        // at least.
        let quick = (incoming.window() / (2 * u32::from(self.knobs.mss).max(1))).max(2).min(self.knobs.quick_acks);
        self.acks.quick.get_or_insert(quick);
        self.acks.arrived = Some(now);
        let arrival = incoming.take(segment.seq, &segment.payload);
        self.acks.largest = self.acks.largest.max(count);
        self.acks.unanswered = self.acks.unanswered.saturating_add(count);
        match arrival {
            // RFC 5681 §4.2: "an immediate ACK when an out-of-order segment
            // arrives", or one "that fills in all or part of a gap".
            Arrival::OutOfOrder => self.acks.now = Some(Reason::OutOfOrder),
            Arrival::FillsHole => self.acks.now = Some(Reason::HoleFilled),
            Arrival::Duplicate => self.acks.now = Some(Reason::DuplicateData),
            // RFC 9293 §3.8.6.3, SHLD-19: "an ACK for at least every second
            // full-sized segment".
            Arrival::InOrder => {
                if self.knobs.delayed_ack.is_none() {
                    self.acks.now = Some(Reason::AckAtOnce);
                } else if self.acks.quick.is_some_and(|left| left > 0) && !self.acks.conversing {
                    self.acks.now = Some(Reason::QuickAck);
                } else if self.acks.unanswered >= 2 * self.acks.largest.max(self.agreed.mss / 2) {
                    self.acks.now = Some(Reason::EverySecondSegment);
                }
            }
        }
        true
    }
}
