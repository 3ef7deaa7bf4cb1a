//! What is known of one segment in its place in its connection.

use super::{Finding, Findings, Verdicts};
use crate::decode::TcpHeader;
use crate::model::{Span, TcpFlags};
use crate::trace::FrameNumber;

/// One segment's fields that take a memory across frames. `None` where
/// tshark prints no such field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TcpRow {
    /// `tcp.stream`: the connection's number, from 0 in order of first frames.
    pub stream: u32,
    /// Its source is who sent the connection's first segment.
    pub from_first: bool,
    /// It is the connection's first segment.
    pub opens: bool,
    /// `tcp.completeness` as it was before this segment.
    pub completeness: u8,
    /// `tcp.len`: payload bytes on the wire.
    pub length: Option<u32>,
    /// `tcp.seq`: counted from the sender's initial number; as it stands in
    /// the header where `length` is `None`.
    pub seq: u32,
    /// `tcp.nxtseq`.
    pub next_seq: Option<u32>,
    /// `tcp.ack`: counted from the peer's initial number; as it stands in the
    /// header without the ACK bit.
    pub ack: Option<u32>,
    /// `tcp.window_size`: in bytes; as it stands in the header where the scale
    /// is not known.
    pub window: Option<u32>,
    /// `tcp.window_size_scalefactor`: 1 to 16384, −1 where it is not known, −2
    /// where scaling is not in use.
    pub scale_factor: Option<i32>,
    /// The counter of accurate ECN, 0 to 7, where both ends agreed on it.
    pub accurate_ecn: Option<u8>,
    /// `tcp.analysis.*` as tshark finds them; ours are [`TcpRow::findings`].
    pub findings: Findings,
    /// Where we say something else.
    pub(super) verdicts: Verdicts,
    /// `tcp.analysis.acks_frame`: it acknowledges all of this frame exactly.
    pub acks_frame: Option<FrameNumber>,
    /// `tcp.analysis.ack_rtt`: the time since that frame; never zero.
    pub ack_rtt: Option<Span>,
    /// `tcp.analysis.initial_rtt`.
    pub initial_rtt: Option<Span>,
    /// The time from SYN to ACK where there was a handshake, which
    /// `initial_rtt` does not ask for; known from its ACK on.
    pub handshake_rtt: Option<Span>,
    /// `tcp.analysis.bytes_in_flight`; never 0.
    pub bytes_in_flight: Option<u32>,
    /// `tcp.analysis.push_bytes_sent`; never 0.
    pub push_bytes_sent: Option<u32>,
    /// `tcp.analysis.duplicate_ack_num` and `…_frame`: how many duplicates of
    /// which frame.
    pub duplicate_ack: Option<(u32, FrameNumber)>,
    /// `tcp.analysis.rto` and `…_frame`: the time since which frame.
    pub rto: Option<(Span, FrameNumber)>,
    /// `tcp.time_relative`: since the connection's first segment.
    pub time_relative: Option<Span>,
    /// `tcp.time_delta`: since the connection's segment before this one.
    pub time_delta: Option<Span>,
}

impl TcpRow {
    /// Our verdict: tshark's findings where it is right, and what we say
    /// instead or besides.
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        self.verdicts.findings(self.findings)
    }

    /// Whether there may be any [findings](Self::findings): quicker to ask.
    pub fn has_findings(&self) -> bool {
        !self.findings.is_empty() || self.verdicts != Verdicts::default()
    }

    /// `tcp.flags.str`: twelve characters, `·` for a bit that is not set.
    pub fn flags_text(&self, tcp: &TcpHeader) -> String {
        // Twelve characters of two bytes at most.
        let mut text = String::with_capacity(24);
        text.extend(flag_letters(tcp).into_iter().map(|(set, letter)| if set { letter } else { '·' }));
        if let Some(counter) = self.accurate_ecn {
            // The three letters AE, CWR, ECE are one number.
            let letters =
                text.chars().take(3).chain(['-', char::from(b'0' + counter), '-']).chain(text.chars().skip(6));
            text = letters.collect();
        }
        text
    }
}

fn flag_letters(tcp: &TcpHeader) -> [(bool, char); 12] {
    let reserved = |bit: u8| tcp.reserved & bit != 0;
    let flag = |flag| tcp.flags.contains(flag);
    [
        (reserved(8), 'R'),
        (reserved(4), 'R'),
        (reserved(2), 'R'),
        (reserved(1), 'A'),
        (flag(TcpFlags::CWR), 'C'),
        (flag(TcpFlags::ECE), 'E'),
        (flag(TcpFlags::URG), 'U'),
        (flag(TcpFlags::ACK), 'A'),
        (flag(TcpFlags::PSH), 'P'),
        (flag(TcpFlags::RST), 'R'),
        (flag(TcpFlags::SYN), 'S'),
        (flag(TcpFlags::FIN), 'F'),
    ]
}
