//! What a wire of ours did to a frame on purpose.

use serde::{Deserialize, Serialize};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkActionKind {
    /// It did not arrive.
    Lost,
    /// It arrived later than those behind it.
    Delayed,
    /// It arrived twice.
    Duplicated,
    /// It arrived behind the next one.
    Swapped,
    /// It found the cable's queue full, and did not arrive.
    QueueFull,
    /// The cable was pulled behind it.
    Unplugged,
    /// The cable was plugged in again; no frame had to do with it.
    Plugged,
}

impl LinkActionKind {
    /// The word in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Delayed => "delayed",
            Self::Duplicated => "duplicated",
            Self::Swapped => "swapped",
            Self::QueueFull => "queue-full",
            Self::Unplugged => "unplugged",
            Self::Plugged => "plugged",
        }
    }
}

/// What a wire did to a frame, at the moment the frame came to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkAction {
    /// What was done.
    pub what: LinkActionKind,
    /// The pattern that asked for it, `data>#3`; none where nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The frame's length, in bytes.
    pub length: u32,
    /// What the frame is known by: [`LinkAction::fingerprint_of`] its bytes.
    pub fingerprint: u32,
}

impl LinkAction {
    /// Something done to a frame of these bytes.
    pub fn new(what: LinkActionKind, pattern: Option<String>, frame: &[u8]) -> Self {
        let length = u32::try_from(frame.len()).unwrap_or(u32::MAX);
        Self { what, pattern, length, fingerprint: Self::fingerprint_of(frame) }
    }

    /// A number that differs for different frames, nearly always: 32-bit FNV-1a
    ///.
    pub fn fingerprint_of(frame: &[u8]) -> u32 {
        frame.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_fnv_1a() {
        assert_eq!(LinkAction::fingerprint_of(b""), 0x811c_9dc5);
        assert_eq!(LinkAction::fingerprint_of(b"a"), 0xe40c_292c);
        assert_eq!(LinkAction::fingerprint_of(b"foobar"), 0xbf9c_f968);
    }
}
