//! The set of what tshark finds in one segment.

use std::ops::{BitOr, BitOrAssign};

/// Findings by tshark's names, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings(u16);

macro_rules! findings {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $text:literal;)*) => {
        impl Findings {
            $($(#[$doc])* pub const $name: Self = Self(1 << $bit);)*

            /// Every finding with tshark's name for it.
            pub const NAMED: &[(Self, &'static str)] = &[$((Self::$name, $text),)*];
        }
    };
}

findings! {
    /// A SYN or SYN+ACK with a new number on ports that were in use.
    REUSED_PORTS = 0, "tcp.analysis.reused_ports";
    /// Bytes before this segment are not in the capture.
    LOST_SEGMENT = 1, "tcp.analysis.lost_segment";
    /// It acknowledges what is not in the capture.
    ACK_LOST_SEGMENT = 2, "tcp.analysis.ack_lost_segment";
    /// Numbers that were sent before.
    RETRANSMISSION = 3, "tcp.analysis.retransmission";
    /// The same right after duplicate ACKs that asked for them.
    FAST_RETRANSMISSION = 4, "tcp.analysis.fast_retransmission";
    /// Numbers that were acknowledged before.
    SPURIOUS_RETRANSMISSION = 5, "tcp.analysis.spurious_retransmission";
    /// Late rather than sent again.
    OUT_OF_ORDER = 6, "tcp.analysis.out_of_order";
    /// The same acknowledgment again.
    DUPLICATE_ACK = 7, "tcp.analysis.duplicate_ack";
    /// The sender can take nothing more.
    ZERO_WINDOW = 8, "tcp.analysis.zero_window";
    /// One byte against a closed window.
    ZERO_WINDOW_PROBE = 9, "tcp.analysis.zero_window_probe";
    /// The window is still closed.
    ZERO_WINDOW_PROBE_ACK = 10, "tcp.analysis.zero_window_probe_ack";
    /// All that the peer's window allows is sent.
    WINDOW_FULL = 11, "tcp.analysis.window_full";
    /// Nothing but another window.
    WINDOW_UPDATE = 12, "tcp.analysis.window_update";
    /// The number before the next one, to get an answer.
    KEEP_ALIVE = 13, "tcp.analysis.keep_alive";
    /// The answer.
    KEEP_ALIVE_ACK = 14, "tcp.analysis.keep_alive_ack";
}

impl Findings {
    /// None.
    pub const NONE: Self = Self(0);

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every one of `other` is here.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any one of `other` is here.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Those that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Each with tshark's name, in the order of the list.
    pub fn names(self) -> impl Iterator<Item = (Self, &'static str)> {
        Self::NAMED.iter().copied().filter(move |(finding, _)| self.contains(*finding))
    }

    pub(super) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOr for Findings {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}

impl BitOrAssign for Findings {
    fn bitor_assign(&mut self, other: Self) {
        *self = self.union(other);
    }
}
