//! For tests that cannot run everywhere: skip loudly, and be counted.

use std::io::Write as _;

/// Says that the test that calls this skips, and why; then the test returns.
///
/// `check.sh` names a file in `WIRELENS_SKIPS` to which the line is appended,
/// so that it is counted even though cargo hides what a passing test prints.
pub(crate) fn skip(reason: &str) {
    let thread = std::thread::current();
    // One line each: lines are what is counted.
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = format!("SKIPPED: {}: {reason}\n", thread.name().unwrap_or("a test"));
    eprint!("{line}");
    if let Some(list) = std::env::var_os("WIRELENS_SKIPS") {
        let list = std::fs::OpenOptions::new().append(true).create(true).open(list);
        // One write: tests that skip at the same time do not mix their lines.
        let written = list.and_then(|mut list| list.write_all(line.as_bytes()));
        assert!(written.is_ok(), "a skip could not be counted: {written:?}");
    }
}
