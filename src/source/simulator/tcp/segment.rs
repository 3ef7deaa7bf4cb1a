//! What is between two hosts: a segment, its fields as numbers (RFC 9293 §3.1).

use std::fmt;

use crate::model::{RawWindow, SeqNumber, TcpFlags, WindowScale};

/// A segment without its ports, which belong to the packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// SEG.SEQ.
    pub seq: SeqNumber,
    /// SEG.ACK, which counts where the flags say so.
    pub ack: SeqNumber,
    /// The control bits.
    pub flags: TcpFlags,
    /// The window as it stands in the header.
    pub window: RawWindow,
    /// SEG.UP, which counts where the flags say so.
    pub urgent: u16,
    /// The options.
    pub options: Options,
    /// The data.
    pub payload: Vec<u8>,
}

/// The options of a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The largest segment its sender takes, in bytes of data (RFC 9293 §3.7.1).
    pub mss: Option<u16>,
    /// By how much its sender's windows are to be shifted (RFC 7323 §2).
    pub window_scale: Option<WindowScale>,
    /// Its sender understands SACK (RFC 2018 §2).
    pub sack_permitted: bool,
    /// Its sender's clock, and ours as it heard it last (RFC 7323 §3).
    pub timestamps: Option<Timestamps>,
    /// What its sender has beyond the acknowledgment (RFC 2018 §3).
    pub sack: SackBlocks,
}

/// `TSval` and `TSecr` (RFC 7323 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamps {
    /// `TSval`.
    pub value: u32,
    /// `TSecr`.
    pub echo: u32,
}

/// A stretch that was received: its first number and the one behind its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SackBlock {
    /// Left edge.
    pub start: SeqNumber,
    /// Right edge.
    pub end: SeqNumber,
}

/// At most four blocks (RFC 2018 §3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SackBlocks([Option<SackBlock>; 4]);

impl SackBlocks {
    /// The first `most` of these blocks, four at most.
    pub fn of(blocks: impl Iterator<Item = SackBlock>, most: usize) -> Self {
        let mut kept = Self::default();
        for (slot, block) in kept.0.iter_mut().zip(blocks.take(most)) {
            *slot = Some(block);
        }
        kept
    }

    /// The blocks in their order.
    pub fn iter(&self) -> impl Iterator<Item = SackBlock> + '_ {
        self.0.iter().flatten().copied()
    }

    /// How many there are, 0 to 4.
    pub fn count(&self) -> u32 {
        self.0.iter().flatten().fold(0, |count, _| count + 1)
    }
}

impl Options {
    /// The bytes they take in the header, a multiple of four, 40 at most.
    pub fn length(&self) -> u32 {
        let mut length = 0;
        if self.mss.is_some() {
            length += 4;
        }
        if self.window_scale.is_some() {
            length += 4;
        }
        // The ten bytes of timestamps have room for two more in their words.
        if self.timestamps.is_some() {
            length += 12;
        } else if self.sack_permitted {
            length += 4;
        }
        if self.sack.count() > 0 {
            length += 4 + 8 * self.sack.count();
        }
        length
    }
}

impl Segment {
    /// A segment that carries nothing.
    pub fn bare(flags: TcpFlags, seq: SeqNumber, ack: SeqNumber) -> Self {
        let (window, options) = (RawWindow(0), Options::default());
        Self { seq, ack, flags, window, urgent: 0, options, payload: Vec::new() }
    }

    /// SEG.LEN: the sequence numbers it takes, SYN and FIN counted.
    pub fn length(&self) -> u32 {
        length(self.payload.len()) + self.flags.sequence_length()
    }

    /// The number behind its last.
    pub fn end(&self) -> SeqNumber {
        self.seq + self.length()
    }
}

impl fmt::Display for Segment {
    /// As the RFC writes it: `<SEQ=100><ACK=301><CTL=SYN,ACK>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<SEQ={}>", self.seq.raw())?;
        if self.flags.ack() {
            write!(f, "<ACK={}>", self.ack.raw())?;
        }
        if !self.payload.is_empty() {
            write!(f, "<DATA={}>", self.payload.len())?;
        }
        // FIN before ACK, as in the RFC's figures.
        write!(f, "<CTL={}>", self.flags.to_string().replace(' ', ","))
    }
}

/// A count of bytes as sequence numbers count.
pub(super) fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_fill_whole_words_and_never_more_than_forty_bytes() {
        let block = SackBlock { start: SeqNumber::new(u32::MAX), end: SeqNumber::new(9) };
        let timestamps = Some(Timestamps { value: 1, echo: 2 });
        let syn = Options {
            mss: Some(1460),
            window_scale: Some(WindowScale::new(7)),
            sack_permitted: true,
            timestamps,
            ..Options::default()
        };
        assert_eq!(syn.length(), 20);
        let sack = SackBlocks::of([block; 9].into_iter(), 3);
        assert_eq!(Options { timestamps, sack, ..Options::default() }.length(), 40);
        let sack = SackBlocks::of([block; 9].into_iter(), 9);
        assert_eq!(Options { sack, ..Options::default() }.length(), 36);
    }

    #[test]
    fn syn_and_fin_count() {
        let mut segment = Segment::bare(TcpFlags::SYN.with(TcpFlags::FIN), SeqNumber::new(u32::MAX), SeqNumber::new(0));
        segment.payload = vec![0; 3];
        assert_eq!((segment.length(), segment.end().raw()), (5, 4));
        assert_eq!(segment.to_string(), "<SEQ=4294967295><DATA=3><CTL=SYN,FIN>");
    }
}
