//! A test that skips is not silent: `check.sh` counts it.

#[path = "support/skip.rs"]
mod skip;

use std::{env, fs, process};

/// Set for the process that stands for a test that skips.
const PROBE: &str = "WIRELENS_SKIPS_PROBE";

#[test]
fn a_skipped_test_is_listed_with_its_reason() {
    if env::var_os(PROBE).is_some() {
        skip::skip("no user namespaces here");
        return;
    }
    let list = env::temp_dir().join(format!("wirelens-skips-{}", process::id()));
    let status = process::Command::new(env::current_exe().unwrap())
        .args(["--exact", "a_skipped_test_is_listed_with_its_reason"])
        .env(PROBE, "1")
        .env("WIRELENS_SKIPS", &list)
        .stdout(process::Stdio::null())
        .status()
        .unwrap();
    let listed = fs::read_to_string(&list).unwrap();
    fs::remove_file(&list).unwrap();
    assert!(status.success());
    assert_eq!(listed, "SKIPPED: a_skipped_test_is_listed_with_its_reason: no user namespaces here\n");
}
