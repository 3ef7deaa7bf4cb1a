//! The segment that is looked at.

use crate::decode::TcpHeader;
use crate::model::{SeqNumber, TcpFlags, Timestamp};
use crate::trace::FrameNumber;

/// A segment with what the rules ask of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) frame: FrameNumber,
    pub(super) at: Timestamp,
    pub(super) seq: SeqNumber,
    /// The acknowledgment field, whatever the ACK bit says.
    pub(super) ack: SeqNumber,
    pub(super) flags: TcpFlags,
    /// The window as it stands in the header.
    pub(super) window: u32,
    /// Payload bytes on the wire.
    pub(super) length: u32,
}

impl Segment {
    pub(super) const fn new(frame: FrameNumber, at: Timestamp, tcp: &TcpHeader, length: u32) -> Self {
        let window = tcp.window.0 as u32;
        Self { frame, at, seq: tcp.seq, ack: tcp.ack, flags: tcp.flags, window, length }
    }

    /// The number behind its payload.
    pub(super) fn end(&self) -> SeqNumber {
        self.seq + self.length
    }

    /// The number behind all of it: SYN and FIN count as one, tshark counts
    /// both together as one too.
    pub(super) fn full_end(&self) -> SeqNumber {
        self.end() + u32::from(self.flags.syn() || self.flags.fin())
    }

    /// It uses sequence numbers.
    pub(super) const fn uses_numbers(&self) -> bool {
        self.length > 0 || self.flags.syn() || self.flags.fin()
    }

    /// None of SYN, FIN, RST.
    pub(super) const fn is_plain(&self) -> bool {
        !self.flags.syn() && !self.flags.fin() && !self.flags.rst()
    }

    /// Plain and without payload.
    pub(super) const fn is_empty(&self) -> bool {
        self.length == 0 && self.is_plain()
    }
}
