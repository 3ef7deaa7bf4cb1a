//! What is remembered of a connection, and of each of its two directions.
//!
//! Kept small: a flood is a million of these.

use super::pending::Pending;
use super::{Findings, Verdicts};
use crate::model::{SeqNumber, Span, TcpFlags, Timestamp};
use crate::trace::FrameNumber;

/// tshark's "nothing yet": a real 0 is not told from it, and is not here
/// either, for the sake of agreement.
pub(super) const NONE: SeqNumber = SeqNumber::new(0);

/// A count of repeats that says "told already" (see
/// [`ack_lost_segment`](super::ack_lost_segment)).
pub(super) const MARK: u32 = u32::MAX;

/// One of a connection's two sockets: the one that sorts lower, or the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Side {
    Low,
    High,
}

impl Side {
    pub(in super::super) const fn peer(self) -> Self {
        match self {
            Self::Low => Self::High,
            Self::High => Self::Low,
        }
    }
}

/// The shift that a direction's window scale option announced (RFC 7323 §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shift {
    /// Its SYN was not seen: −1.
    #[default]
    Unknown,
    /// Scaling is certainly not in use: −2.
    NotUsed,
    /// 0 to 14.
    By(u8),
}

/// A connection.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(in super::super) struct Connection {
    low: Half,
    high: Half,
    /// See [`completeness`](super::completeness).
    pub(super) completeness: u8,
    /// What its first segment would have added, had it come later.
    pub(super) first_bits: u8,
    /// More than one segment was seen.
    pub(super) several: bool,
    /// A SYN offered accurate ECN.
    pub(super) accurate_ecn_offered: bool,
    /// A SYN+ACK agreed.
    pub(super) accurate_ecn_agreed: bool,
    /// Which side sent the first segment.
    pub(super) first_sender: Side,
    /// MPTCP subtypes seen so far, one bit each.
    pub(super) mptcp: u16,
    /// When the last SYN without ACK was sent; 0: none yet.
    pub(super) syn_time: Timestamp,
    /// See [`initial_rtt`](super::initial_rtt); 0: none yet.
    pub(super) first_rtt: Span,
    /// That is the round trip of a handshake.
    pub(super) handshake: bool,
    /// When its first segment was seen.
    pub(super) began: Timestamp,
    /// When its last segment was seen.
    pub(super) latest: Timestamp,
}

/// What is remembered of one direction.
#[derive(Clone, Debug)]
pub(super) struct Half {
    pub(super) pending: Pending,
    /// The number that relative numbers count from.
    pub(super) base: Option<SeqNumber>,
    /// The highest end sent.
    pub(super) expected: SeqNumber,
    /// The frame that moved `expected`, and when.
    pub(super) expected_frame: FrameNumber,
    pub(super) expected_time: Timestamp,
    /// The end of what is in the capture without a hole.
    pub(super) contiguous: SeqNumber,
    pub(super) last_ack: SeqNumber,
    /// When its last frame was seen.
    pub(super) last_time: Timestamp,
    /// Its last window as it stood in the header; `None` before any.
    pub(super) window: Option<u16>,
    pub(super) shift: Shift,
    /// Its last window came with a SYN and is not scaled.
    pub(super) syn_window: bool,
    /// Duplicate ACKs in a row, or [`MARK`].
    pub(super) repeats: u32,
    /// The frame that the duplicates repeat.
    pub(super) first_of_repeats: FrameNumber,
    pub(super) last_findings: Findings,
    /// Nothing of it is missing, as far as the peer's answers tell.
    pub(super) flight_unknown: bool,
    /// How many numbers its last SACK blocks cover together.
    pub(super) sacked: u32,
    /// Bytes since the last PSH.
    pub(super) burst: u32,
    pub(super) burst_closed: bool,
    /// The connection's MPTCP subtypes when it sent last.
    pub(super) mptcp_seen: u16,
    /// What our own verdict remembers.
    pub(super) own: Own,
}

/// What our own verdict remembers of one direction, beyond what tshark does.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Own {
    /// The highest number that it acknowledged with the ACK bit.
    pub(super) acked: Option<SeqNumber>,
    /// The number behind the last byte that its windows ever allowed the peer.
    pub(super) right_edge: Option<SeqNumber>,
    /// The start of what it sent again last.
    pub(super) resent: Option<SeqNumber>,
    /// Its last segment's number.
    pub(super) last_seq: SeqNumber,
    /// Its last segment's control bits.
    pub(super) last_flags: TcpFlags,
    /// Duplicate ACKs in a row in RFC 5681's sense.
    pub(super) duplicates: u8,
    /// It sent a SYN without ACK.
    pub(super) asked: bool,
    /// It sent a SYN with ACK.
    pub(super) agreed: bool,
    /// It answered this connection's SYN with another connection's numbers.
    pub(super) challenged: bool,
    /// The peer has sent something since this end sent data, SYN or FIN.
    pub(super) answered: bool,
    /// What was said of its last segment.
    pub(super) last: Verdicts,
}

impl Connection {
    /// A connection of which no segment was taken in yet.
    pub(in super::super) fn new(first_sender: Side, at: Timestamp) -> Self {
        Self {
            low: Half::new(),
            high: Half::new(),
            completeness: 0,
            first_bits: 0,
            several: false,
            accurate_ecn_offered: false,
            accurate_ecn_agreed: false,
            first_sender,
            mptcp: 0,
            syn_time: Timestamp::default(),
            first_rtt: Span::ZERO,
            handshake: false,
            began: at,
            latest: at,
        }
    }

    /// The side that sent its first segment.
    pub(in super::super) const fn first_sender(&self) -> Side {
        self.first_sender
    }

    /// Completeness as it is now, the first segment counted like the others.
    pub(in super::super) const fn whole_completeness(&self) -> u8 {
        super::completeness::of_all(self)
    }

    pub(super) const fn half(&self, side: Side) -> &Half {
        match side {
            Side::Low => &self.low,
            Side::High => &self.high,
        }
    }

    pub(super) const fn half_mut(&mut self, side: Side) -> &mut Half {
        match side {
            Side::Low => &mut self.low,
            Side::High => &mut self.high,
        }
    }
}

impl Half {
    fn new() -> Self {
        Self {
            pending: Pending::default(),
            base: None,
            expected: NONE,
            expected_frame: FrameNumber(0),
            expected_time: Timestamp::default(),
            contiguous: NONE,
            last_ack: NONE,
            last_time: Timestamp::default(),
            window: None,
            shift: Shift::Unknown,
            syn_window: false,
            repeats: 0,
            first_of_repeats: FrameNumber(0),
            last_findings: Findings::NONE,
            flight_unknown: false,
            sacked: 0,
            burst: 0,
            burst_closed: false,
            mptcp_seen: 0,
            own: Own {
                acked: None,
                right_edge: None,
                resent: None,
                last_seq: NONE,
                last_flags: TcpFlags::default(),
                duplicates: 0,
                asked: false,
                agreed: false,
                challenged: false,
                answered: false,
                last: Verdicts::default(),
            },
        }
    }

    /// Whether its last window was closed.
    pub(super) fn has_zero_window(&self) -> bool {
        self.window == Some(0)
    }

    /// Whether its last window stood in the header as this one does.
    pub(super) fn has_window(&self, window: u32) -> bool {
        self.window.is_some_and(|last| u32::from(last) == window)
    }
}
