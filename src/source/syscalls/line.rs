//! What a tracer says: one line of JSON each, on the pipe it inherited.
//!
//! Owns the form of the lines. Has no opinion on who reads them.

use serde::{Deserialize, Serialize};

use crate::model::{ExitStatus, Timestamp};
use crate::source::programs::Report;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TraceLine {
    /// A process that will be spoken of: the first one of the command, and
    /// every other that calls, holds a socket at its end, or had to be ended.
    Process {
        /// Process id.
        pid: u32,
        /// Whether it is the command's own.
        first: bool,
        /// What a person would call it: the script's or the program's file
        /// name.
        name: String,
        /// The words it was started with.
        command: Vec<String>,
    },
    /// One moment of one call of a process that was told before.
    Call {
        /// Whose.
        pid: u32,
        /// Which. The moments are exact in both lines.
        report: Report,
    },
    /// A process that was told before has ended.
    Ended {
        /// Which.
        pid: u32,
        /// When the tracer learnt of it.
        at: Timestamp,
        /// How.
        status: ExitStatus,
    },
    /// The calls cannot be seen: the number of the error. The command runs.
    Untraced {
        /// `EPERM` where it is forbidden.
        errno: i32,
    },
    /// The command itself could not be started: the shell's 127 (not found) or
    /// 126 (not executable).
    NotStarted {
        /// The shell's status.
        status: i32,
    },
    /// Processes still ran when the end was asked for, though the command's own
    /// had ended.
    LeftBehind {
        /// How many.
        count: u32,
    },
    /// Of calls that handed over or took a great deal, only the beginning was
    /// read.
    Cut {
        /// Bytes that were not read.
        bytes: u64,
    },
}
