//! What "window" means in three places: the header, the option, the connection.

use serde::{Deserialize, Serialize};

/// The 16 bits in the header: not yet a number of bytes, except in a SYN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RawWindow(pub u16);

/// The shift that a SYN's window scale option announces, 0 to 14
/// (RFC 7323 §2.2).
///
/// The default, 0, leaves the window as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowScale(u8);

/// Bytes the sender of a segment is ready to receive, below 2³⁰ (RFC 7323 §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WindowSize(u32);

impl WindowScale {
    /// The largest shift that means what it says.
    pub const MAX: Self = Self(14);

    /// The shift as announced; above 14 it counts as 14 (RFC 7323 §2.3).
    pub const fn new(shift: u8) -> Self {
        if shift > 14 { Self::MAX } else { Self(shift) }
    }

    /// The shift, 0 to 14.
    pub const fn shift(self) -> u8 {
        self.0
    }

    /// What a raw window is multiplied by, 1 to 16384.
    pub const fn factor(self) -> u32 {
        1 << self.0
    }
}

impl RawWindow {
    /// The bytes this window stands for on a connection where the sender's
    /// shift is `scale`.
    pub const fn scaled(self, scale: WindowScale) -> WindowSize {
        WindowSize((self.0 as u32) << scale.0)
    }
}

impl WindowSize {
    /// Bytes.
    pub const fn bytes(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7323 §2.3: the shift is at most 14, so the window stays below 2³⁰.
    #[test]
    fn the_largest_window_is_just_below_one_gibibyte() {
        assert_eq!(WindowScale::new(15), WindowScale::MAX);
        assert_eq!(RawWindow(u16::MAX).scaled(WindowScale::new(255)).bytes(), 1_073_725_440);
        assert_eq!(WindowScale::new(7).factor(), 128);
    }
}
