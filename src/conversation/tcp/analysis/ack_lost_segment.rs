//! tshark: it acknowledges what the peer sent and the capture does not hold.

use super::connection::{MARK, NONE};
use super::{Half, Segment};

/// What an acknowledgment of unseen numbers leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unseen {
    /// It acknowledges nothing unseen.
    No,
    /// It does, and that is told; from now on the peer's highest number counts
    /// as seen.
    Told,
    /// It does, and the peer has sent nothing higher: told once.
    ToldOnce,
    /// The peer has repeated itself since, or it was told before.
    Silent,
}

pub(super) fn ack_lost_segment(segment: &Segment, peer: &Half) -> Unseen {
    if peer.contiguous == NONE || !segment.ack.after(peer.contiguous) || !segment.flags.ack() {
        Unseen::No
    } else if peer.expected.after(peer.contiguous) {
        Unseen::Told
    } else if peer.repeats == 0 {
        Unseen::ToldOnce
    } else {
        Unseen::Silent
    }
}

impl Unseen {
    /// Remembers that it was told. The place for that is the peer's count of
    /// duplicate ACKs, which is lost: tshark's economy, kept for agreement.
    pub(super) const fn remember(self, peer: &mut Half) {
        match self {
            Self::Told => peer.contiguous = peer.expected,
            Self::ToldOnce | Self::Silent => peer.repeats = MARK,
            Self::No => {}
        }
    }
}
