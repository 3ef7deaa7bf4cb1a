//! A network of a test's own: the test starts itself again inside one, as an
//! ordinary user may, and nothing of the host is touched.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::env;
use std::process::Command;

/// Set for the process inside.
const INSIDE: &str = "WIRELENS_TEST_NETWORK";

/// Whether this process is the one inside. Otherwise the test of this name
/// runs there, and has passed or skipped when this returns.
pub(crate) fn inside(test: &str) -> bool {
    again(test, &["--user", "--map-root-user", "--net"])
}

/// The same in a user namespace alone: the network is the one outside, and
/// nobody inside has a right to it.
pub(crate) fn without_rights(test: &str) -> bool {
    again(test, &["--user"])
}

fn again(test: &str, namespaces: &[&str]) -> bool {
    if env::var_os(INSIDE).is_some() {
        return true;
    }
    match Command::new("unshare").args(namespaces).args(["ip", "link"]).output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => {
            crate::skip::skip(&format!("no namespaces: {}", String::from_utf8_lossy(&output.stderr).trim()));
            return false;
        }
        Err(error) => {
            crate::skip::skip(&format!("no unshare(1): {error}"));
            return false;
        }
    }
    let output = Command::new("unshare")
        .args(namespaces)
        .arg(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}\n{err}");
    false
}

/// Runs `ip` with these words.
pub(crate) fn ip(words: &str) {
    let output = Command::new("ip").args(words.split(' ')).output().unwrap();
    assert!(output.status.success(), "ip {words}: {}", String::from_utf8_lossy(&output.stderr));
}
