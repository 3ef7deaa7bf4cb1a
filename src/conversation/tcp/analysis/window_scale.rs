//! What the window scale option of a SYN means for later windows
//! (RFC 7323 §2): it counts where both SYNs carry it.

use super::connection::{Connection, Shift, Side};
use crate::decode::TcpHeader;
use crate::model::{TcpFlags, WindowScale};

/// Takes the option, which tshark does not ask a SYN for.
pub(super) fn announce(tcp: &TcpHeader, connection: &mut Connection, sender: Side) {
    if let Some(shift) = tcp.options.window_scale {
        connection.half_mut(sender).shift = Shift::By(WindowScale::new(shift).shift());
    }
}

/// After a SYN's options: one SYN without the option means no scaling at all.
pub(super) fn decide(flags: TcpFlags, connection: &mut Connection, sender: Side) {
    let peer = sender.peer();
    if !flags.syn() {
        return;
    }
    if connection.half(sender).shift == Shift::Unknown {
        connection.half_mut(sender).shift = Shift::NotUsed;
        connection.half_mut(peer).shift = Shift::NotUsed;
    } else if flags.ack() && connection.half(peer).shift == Shift::NotUsed {
        connection.half_mut(sender).shift = Shift::NotUsed;
    }
}

impl Shift {
    /// The window in bytes; as it stands in the header where the scale is not
    /// known.
    pub(super) const fn window(self, raw: u32) -> u32 {
        match self {
            Self::Unknown | Self::NotUsed => raw,
            Self::By(shift) => raw << shift,
        }
    }

    /// The window in bytes; `None` where the scale is not known.
    pub(super) const fn known_window(self, raw: u32) -> Option<u32> {
        match self {
            Self::Unknown => None,
            Self::NotUsed => Some(raw),
            Self::By(shift) => Some(raw << shift),
        }
    }

    /// What it is multiplied by; −1 where that is not known, −2 where scaling
    /// is not in use.
    pub(super) const fn factor(self) -> i32 {
        match self {
            Self::Unknown => -1,
            Self::NotUsed => -2,
            Self::By(shift) => 1 << shift,
        }
    }
}
