//! Why there is no network, or no more.

use super::{CaptureError, Refusal};
use crate::source::errno;

/// Why there is no network, or no more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LiveError {
    /// The system refused a step of the set-up.
    #[error("{0}")]
    Refused(Refusal),
    /// The helper could not be started.
    #[error("cannot start the helper process: {} ({}): {executable}", errno::description(*errno), errno::name(*errno))]
    HelperNotStarted {
        /// The number of the error on this system.
        errno: i32,
        /// What was to be started.
        executable: String,
    },
    /// The helper ended without a word.
    #[error("the helper process ended unexpectedly")]
    HelperEnded,
    /// The helper did not answer.
    #[error("the helper process did not answer within {seconds} s")]
    HelperSilent {
        /// How long it was waited for.
        seconds: u64,
    },
    /// Talking to the helper or to a program failed.
    #[error("cannot talk to the helper process: {} ({})", errno::description(*errno), errno::name(*errno))]
    Talk {
        /// The number of the error on this system.
        errno: i32,
    },
    /// The capture could not begin.
    #[error(transparent)]
    Capture(#[from] CaptureError),
}

impl LiveError {
    /// Whether somebody forbade it, as opposed to something being broken.
    pub fn is_permission(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.is_permission(),
            Self::Capture(CaptureError::Open { errno, .. }) => matches!(*errno, libc::EPERM | libc::EACCES),
            Self::HelperNotStarted { .. }
            | Self::HelperEnded
            | Self::HelperSilent { .. }
            | Self::Talk { .. }
            | Self::Capture(CaptureError::Deaf { .. } | CaptureError::InterfaceDown | CaptureError::Read { .. }) => {
                false
            }
        }
    }
}
