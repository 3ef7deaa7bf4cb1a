//! How a program tells what it asks of the kernel: one line of JSON for each
//! moment of each socket call, on a pipe it inherited.
//!
//! Owns the form of the lines. Has no opinion on who reads them.

use serde::{Deserialize, Serialize};

use crate::model::{SocketCall, SocketState, Timestamp};

/// The environment variable that holds the number of the inherited descriptor.
/// Without it nothing is reported.
pub const REPORT_VARIABLE: &str = "WIRELENS_REPORT_FD";

/// One line.
///
/// A call is told twice. The line that says it was *entered* is written before
/// the call, so that a call that never returns is still known; its `at` is the
/// moment before that line was written, a few microseconds early. The line
/// that says it *returned* is written afterwards and carries in `entered_at`
/// the moment read last before the call, with nothing but the call in between:
/// a reader who has both takes that one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// When: for a return, the moment read first after it.
    pub at: Timestamp,
    /// Of a return: the last moment before the call, exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_at: Option<Timestamp>,
    /// What.
    #[serde(flatten)]
    pub call: SocketCall,
}

/// A line of a program whose TCP is our own: what that says of a connection
/// when its state changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateReport {
    /// When.
    pub at: Timestamp,
    /// What.
    pub socket_state: SocketState,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Call, CallId, CallOutcome, SocketCallPhase, SocketIdentity};

    #[test]
    fn a_report_is_one_line_and_survives_it() {
        let at = Timestamp::from_nanos(1_700_000_000_000_000_001);
        let phases = [
            SocketCallPhase::Entered { call: Call::Listen { backlog: 5 } },
            SocketCallPhase::Returned {
                outcome: CallOutcome::Received { received: b"a\nb".to_vec(), from: None },
                socket: SocketIdentity::default(),
            },
        ];
        for (phase, entered_at) in phases.into_iter().zip([None, Some(at)]) {
            let report = Report { at, entered_at, call: SocketCall { id: CallId(7), thread: 1, fd: 3, phase } };
            let line = serde_json::to_string(&report).unwrap();
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(serde_json::from_str::<Report>(&line).unwrap(), report, "{line}");
        }
    }
}
