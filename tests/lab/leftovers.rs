//! That nothing is left of a lab.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::marked::{MARK, marked};
use crate::skip::skip;
use crate::support::*;

fn nothing_left(mark: &str) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while !marked(mark).is_empty() {
        assert!(Instant::now() < deadline, "{:?} are left", marked(mark));
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn nothing_is_left_behind() {
    let before = interfaces();
    let mark = format!("lab {}", std::process::id());
    let output = command(&["lab", "lan-router-lan", "--set", "pause=0ms", "-q"]).env(MARK, &mark).output().unwrap();
    if output.status.code() == Some(3) {
        skip("not permitted here");
        return;
    }
    assert!(marked(&mark).is_empty());
    assert_eq!(interfaces(), before);
    // The same where the parent is killed in the middle.
    let mark = format!("lab killed {}", std::process::id());
    let mut child = command(&["lab", "lan-router-lan", "--set", "pause=20s", "-q"])
        .env(MARK, &mark)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    // Itself, the helper, the server, the client.
    while marked(&mark).len() < 4 {
        assert!(Instant::now() < deadline, "{:?}", marked(&mark));
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    nothing_left(&mark);
    assert_eq!(interfaces(), before);
}
