//! A segment's header, as numbers and states are made from.

use std::ops::Range;

use crate::decode::TcpHeader;
use crate::model::{RawWindow, SeqNumber, TcpFlags, WindowScale};

/// One segment as its header shows it.
#[derive(Clone, Debug)]
pub(in super::super) struct Shown {
    pub(in super::super) seq: SeqNumber,
    /// `None` where the ACK bit is not set.
    pub(in super::super) ack: Option<SeqNumber>,
    pub(in super::super) flags: TcpFlags,
    pub(in super::super) window: RawWindow,
    pub(in super::super) window_scale: Option<WindowScale>,
    /// Payload bytes on the wire.
    pub(in super::super) length: u32,
    /// Blocks received out of order.
    pub(in super::super) sack: Vec<(SeqNumber, SeqNumber)>,
    /// Timestamp value and echo reply.
    pub(in super::super) timestamps: Option<(u32, u32)>,
    /// The payload as kept, as a span of the frame.
    pub(in super::super) payload: Range<usize>,
}

impl From<&TcpHeader> for Shown {
    fn from(tcp: &TcpHeader) -> Self {
        let in_frame = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
        let end = tcp.offset.saturating_add(tcp.kept);
        let start = tcp.offset.saturating_add(tcp.header_length.into()).min(end);
        let sack = tcp.options.sack.iter().take(tcp.options.sack_blocks.into());
        Self {
            seq: tcp.seq,
            ack: tcp.flags.ack().then_some(tcp.ack),
            flags: tcp.flags,
            window: tcp.window,
            window_scale: tcp.options.window_scale.map(WindowScale::new),
            length: tcp.payload_length().unwrap_or(0),
            sack: sack.map(|(left, right)| (SeqNumber::new(*left), SeqNumber::new(*right))).collect(),
            timestamps: tcp.options.timestamps,
            payload: in_frame(start)..in_frame(end),
        }
    }
}
