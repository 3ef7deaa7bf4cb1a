//! Bytes that go: the buffer, SND.UNA, SND.NXT, SND.WND, and when a segment is
//! worth sending (RFC 9293 §3.7.4, §3.8.6).

use std::collections::VecDeque;

use super::segment::length;
use super::sent::SentQueue;
use super::{Connection, Reason};
use crate::model::{SeqNumber, TcpFlags};
use crate::source::simulator::Moment;

/// The sending side of one connection.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    /// ISS.
    pub(super) iss: SeqNumber,
    /// SND.UNA.
    pub(super) una: SeqNumber,
    /// SND.NXT.
    pub(super) nxt: SeqNumber,
    /// SND.WND, in bytes.
    pub(super) window: u32,
    /// The largest SND.WND so far.
    pub(super) largest_window: u32,
    /// SND.WL1.
    pub(super) wl1: SeqNumber,
    /// SND.WL2.
    pub(super) wl2: SeqNumber,
    /// What is not acknowledged; its first byte has the number `begin`.
    buffer: VecDeque<u8>,
    begin: SeqNumber,
    /// The program has closed: a FIN follows the last byte.
    pub(super) closing: bool,
    /// The number of the FIN, once it was sent.
    pub(super) fin: Option<SeqNumber>,
    pub(super) queue: SentQueue,
    /// The window stopped something of late: it is in use.
    pub(super) limited: bool,
    /// When something with a number went last.
    last: Moment,
}

impl Outgoing {
    pub(super) fn new(iss: SeqNumber) -> Self {
        Self {
            iss,
            una: iss,
            nxt: iss,
            window: 0,
            largest_window: 0,
            wl1: iss,
            wl2: iss,
            buffer: VecDeque::new(),
            begin: iss + 1,
            closing: false,
            fin: None,
            queue: SentQueue::default(),
            limited: false,
            last: Moment::START,
        }
    }

    /// Takes bytes, as many as there is room for.
    pub(super) fn take(&mut self, bytes: &[u8], capacity: u32) -> usize {
        let room = usize::try_from(capacity.saturating_sub(self.buffered())).unwrap_or(usize::MAX);
        let taken = bytes.get(..room.min(bytes.len())).unwrap_or(bytes);
        self.buffer.extend(taken);
        taken.len()
    }

    /// Bytes that are not acknowledged, sent or not.
    pub(super) fn buffered(&self) -> u32 {
        length(self.buffer.len())
    }

    /// The number behind the last byte of the program.
    fn end(&self) -> SeqNumber {
        self.begin + self.buffered()
    }

    /// Bytes that never went.
    pub(super) fn unsent(&self) -> u32 {
        self.end().offset_from(self.nxt).max(0).cast_unsigned()
    }

    /// Everything before `una` is acknowledged.
    pub(super) fn forget_before_una(&mut self) {
        let gone = self.una.offset_from(self.begin).max(0).cast_unsigned().min(self.buffered());
        self.buffer.drain(..usize::try_from(gone).unwrap_or(0));
        self.begin = self.begin + gone;
    }

    /// A copy of the bytes from `seq` on.
    fn bytes(&self, seq: SeqNumber, count: u32) -> Vec<u8> {
        let from = usize::try_from(seq.offset_from(self.begin)).unwrap_or(0).min(self.buffer.len());
        let to = (from + usize::try_from(count).unwrap_or(0)).min(self.buffer.len());
        let (front, back) = self.buffer.as_slices();
        let mut bytes = Vec::with_capacity(to - from);
        let split = front.len();
        bytes.extend_from_slice(front.get(from.min(split)..to.min(split)).unwrap_or_default());
        bytes.extend_from_slice(back.get(from.max(split) - split..to.max(split) - split).unwrap_or_default());
        bytes
    }

    /// The usable window U (RFC 9293 §3.8.6.2.1): SND.UNA + SND.WND − SND.NXT.
    pub(super) fn usable(&self) -> u32 {
        (self.una + self.window).offset_from(self.nxt).max(0).cast_unsigned()
    }

    /// Whether a FIN waits to be sent.
    pub(super) const fn fin_waits(&self) -> bool {
        self.closing && self.fin.is_none()
    }

    /// Whether anything waits to be sent.
    pub(super) fn anything_unsent(&self) -> bool {
        self.unsent() > 0 || self.fin_waits()
    }
}

impl Connection {
    /// Sends everything that may go now: first what is lost, then what is new.
    pub(super) fn transmit(&mut self, now: Moment, why: Reason) {
        while self.resend_lost(now, false) {}
        if !self.state.sends() {
            return;
        }
        // RFC 5681 §4.1.
        if self.out.queue.is_empty() && self.out.anything_unsent() && now.since(self.out.last) > self.rtt.timeout() {
            self.congestion.restart_after_idle(&self.knobs);
        }
        self.out.limited = false;
        while self.send_new(now, why) {}
    }

    fn send_new(&mut self, now: Moment, why: Reason) -> bool {
        let out = &self.out;
        let (unsent, usable) = (out.unsent(), out.usable());
        if !out.anything_unsent() {
            return false;
        }
        let mss = self.agreed.effective_mss(&self.options(now));
        let room = self.congestion_room();
        let count = unsent.min(mss).min(usable);
        // RFC 5681 §3.1: no more than cwnd beyond what is acknowledged.
        if count > room || (room == 0 && unsent == 0) {
            self.out.limited = true;
            return false;
        }
        if usable == 0 || !self.worth_sending(count, mss) {
            return false;
        }
        self.send_stretch(now, count, why);
        true
    }

    /// What the congestion window has room for, in bytes; during the first two
    /// duplicate ACKs without SACK, a segment more for each (RFC 3042).
    fn congestion_room(&self) -> u32 {
        let window = self.congestion.window().saturating_add(self.limited_transmit());
        window.saturating_sub(self.out.queue.flight())
    }

    /// RFC 9293 §3.8.6.2.1 with Nagle's condition (§3.7.4).
    fn worth_sending(&self, count: u32, mss: u32) -> bool {
        let out = &self.out;
        let quiet = !self.knobs.nagle || out.una == out.nxt;
        let all = count == out.unsent();
        // (1) a full segment; nothing more will come to fill it once the
        // program has closed.
        count >= mss
            || (all && out.closing)
            // (2) all there is, and nothing is unacknowledged.
            || (all && quiet)
            // (3) half of the largest window.
            || (quiet && count >= out.largest_window / 2)
    }

    /// Sends the next `count` bytes, with the FIN where they are the last and
    /// it has room.
    pub(super) fn send_stretch(&mut self, now: Moment, count: u32, why: Reason) {
        let seq = self.out.nxt;
        let all = count == self.out.unsent();
        let with_fin = all && self.out.fin_waits() && (count == 0 || self.out.usable() > count);
        let mut flags = TcpFlags::ACK;
        if all && count > 0 {
            flags = flags.with(TcpFlags::PSH);
        }
        if with_fin {
            flags = flags.with(TcpFlags::FIN);
            self.out.fin = Some(seq + count);
        }
        // As on Linux ("pingpong"): an answer within the time that an ACK would
        // wait makes ACKs wait for the next one.
        if let (Some(arrived), Some(delay)) = (self.acks.arrived, self.knobs.delayed_ack)
            && count > 0
        {
            self.acks.conversing |= now.since(arrived) < delay;
        }
        let bytes = self.out.bytes(seq, count);
        self.record(now, count + u32::from(with_fin));
        self.emit(now, flags, seq, bytes, why);
        // RFC 9293 §3.10.4, CLOSE-WAIT: LAST-ACK once the FIN is sent.
        self.fin_was_sent(with_fin);
    }

    /// Notes that numbers from SND.NXT on are sent now.
    pub(super) fn record(&mut self, now: Moment, count: u32) {
        if self.out.queue.is_empty() {
            self.timers.user = self.patience(now);
        }
        self.timers.tail = None;
        self.out.queue.push(self.out.nxt, count, now);
        self.out.nxt = self.out.nxt + count;
        self.out.last = now;
    }

    /// Sends a stretch of the queue again.
    pub(super) fn send_again(&mut self, now: Moment, seq: SeqNumber, count: u32, why: Reason) {
        self.recovery.retransmissions += 1;
        if seq == self.out.iss {
            let flags = if self.incoming.is_some() { TcpFlags::SYN.with(TcpFlags::ACK) } else { TcpFlags::SYN };
            return self.emit(now, flags, seq, Vec::new(), why);
        }
        let with_fin = self.out.fin.is_some_and(|fin| fin + 1 == seq + count);
        let bytes = self.out.bytes(seq, count - u32::from(with_fin));
        let mut flags = if with_fin { TcpFlags::ACK.with(TcpFlags::FIN) } else { TcpFlags::ACK };
        if !bytes.is_empty() && seq + length(bytes.len()) == self.out.end() {
            flags = flags.with(TcpFlags::PSH);
        }
        self.emit(now, flags, seq, bytes, why);
    }
}
