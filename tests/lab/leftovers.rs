//! That nothing is left of a lab.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::marked::{MARK, marked};
use crate::nobody::wirelens;
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
fn no_topology_leaves_an_interface_or_a_process() {
    let before = interfaces();
    for topology in BUILT {
        let mark = format!("lab {topology} {}", std::process::id());
        let asked =
            ["lab", topology, "--set", "pause=0ms", "-q", "--firewall", "server:1=drop", "--unplug", "fin=50ms"];
        // `internet` has a server of another name.
        let asked = if topology == "internet" { &asked[..5] } else { &asked[..] };
        let output = command(asked).env(MARK, &mark).output().unwrap();
        if output.status.code() == Some(3) {
            return skip("not permitted here");
        }
        assert!(output.status.success(), "{topology}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(marked(&mark).is_empty(), "{topology}: {:?}", marked(&mark));
        assert_eq!(interfaces(), before, "{topology}");
    }
}

#[test]
fn nothing_is_left_where_the_parent_is_killed() {
    let before = interfaces();
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
        if child.try_wait().unwrap().is_some_and(|status| status.code() == Some(3)) {
            return skip("not permitted here");
        }
        assert!(Instant::now() < deadline, "{:?}", marked(&mark));
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    nothing_left(&mark);
    assert_eq!(interfaces(), before);
}

/// A program that went into the background, and will not be asked to end.
#[test]
fn programs_that_outlive_the_lab_are_ended() {
    let mark = format!("lab outlived {}", std::process::id());
    let background = "server: (trap \"\" TERM HUP INT; sleep 60; sleep 60) & echo away";
    let output = command(&["lab", "cable", background, "client: true", "-q"]).env(MARK, &mark).output().unwrap();
    if output.status.code() == Some(3) {
        return skip("not permitted here");
    }
    nothing_left(&mark);
}

#[test]
fn where_namespaces_are_forbidden_the_simulator_is_offered() {
    let script = "echo 0 > /proc/sys/user/max_user_namespaces || exit 9; exec \"$0\" lab \"$@\" --lang en";
    let shell = ["--user", "--map-root-user", "sh", "-c", script];
    let Ok(output) = Command::new("unshare").args(shell).arg(wirelens()).arg("lan-router-lan").output() else {
        return skip("no unshare(1)");
    };
    let told = String::from_utf8_lossy(&output.stderr);
    if output.status.code() != Some(3) {
        return skip(&format!("namespaces cannot be forbidden here: {told}"));
    }
    assert!(told.contains("unshare(CLONE_NEWUSER") || told.contains("user namespace"), "{told}");
    assert!(told.contains("sudo sysctl user.max_user_namespaces=15000"), "{told}");
    assert!(told.contains("wirelens simulate lan-router-lan"), "{told}");
    let simulated = command(&["simulate", "lan-router-lan"]).output().unwrap();
    assert!(simulated.status.success(), "what is offered works");
}
